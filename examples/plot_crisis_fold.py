"""
Audience costs and the fold of a crisis
=======================================

Leaders who back down in public pay for it at home. In the statistical models of crises such audience costs are estimated from how crises
end, as if each crisis had one equilibrium. It may have three. Here all equilibria are found, with proof, and followed as audience costs
change. The model is the crisis game of :cite:t:`lewis2003revealing`; that it may have several equilibria, and what this does to
estimates, is shown by :cite:t:`crismancox2021estimating`.
"""

# %%
# One crisis, three equilibria
# ----------------------------
#
# A challenger demands or not, the target concedes or resists, and a challenger that meets resistance fights or backs down. Everybody's
# values of war and backing down have a mean that is known and an error that is private. All parameters are measured in its standard
# deviations.

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.CrisisSignalling()
solution = model.solve()
print(solution.equilibria.summary())

# %%
# The list is *complete*: interval arithmetic proves that there are exactly three. They differ as much as crises can. In the first
# everybody makes demands and the target mostly gives in; in the last the target mostly resists, and therefore demands are rare.

for item in solution.outcomes:
    print(", ".join(f"{name} {item[name]:.2f}" for name in ("p_resist", "p_challenge", "p_concession", "p_war")))

# %%
# Where equilibria meet
# ---------------------
#
# What does it mean, then, to ask for the effect of audience costs? The parameter :math:`a` is the challenger's mean value of backing
# down, that is minus its audience costs. Followed along :math:`a`, equilibria form branches, which are joined at *folds*: values at which
# two equilibria meet and vanish. That there are two folds in this range and no more is proved, too.

branches = model.correspondence("a", [-1.25, -1.2, -1.193, -1.183, -1.17, -1.158, -1.11])
print(branches)
print(branches.folds)

# %%
# The result
# ----------
#
# Where audience costs are high the target concedes, where they are low it resists; between the folds either is a stable equilibrium.
# Audience costs that fall slowly make war a little likelier, until the fold. Then play jumps, and war becomes a third as likely, since
# few still make demands. Rising costs do not undo the jump before they reach the other fold.

panels = {
    "p_resist": ("probability that the target resists", "The same audience costs, two stable outcomes", 1),
    "p_war": ("probability of war", "Past the fold at the top war is a third as likely", 0.1),
}
fig, axes = plt.subplots(1, 2, figsize=(8.6, 4.0), layout="constrained")
for ax, (quantity, (name, title, top)) in zip(axes, panels.items(), strict=True):
    branches.plot(quantity, ax=ax)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set(xlabel="", ylabel=name, xlim=(-1.25, -1.11), ylim=(0, top), xticks=[-1.24, -1.2, -1.16, -1.12])
    ax.set_title(title, loc="left", fontsize="medium")
axes[1].get_legend().remove()
fig.supxlabel("challenger's mean value of backing down $a$ (minus its audience costs)", fontsize="medium")
ag.plotting.show()
