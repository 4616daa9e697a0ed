"""
As strong as the weakest link
=============================

How efforts add up decides what an alliance provides. Borders and networks are as safe as their weakest part; a rescue needs the best effort only.
Four technologies, the same three allies, all pure equilibria. Aggregation technologies were introduced by :cite:t:`hirshleifer1983weakest`.
"""

# %%
# Each ally makes an effort from 0 to 3. The model is solved for four technologies.

import matplotlib.pyplot as plt

import alliancegames as ag

found = {}
for technology in ("sum", "weakest link", "threshold", "best shot"):
    model = ag.models.PublicGoodTechnology(technology=technology).completed()
    found[technology] = [profile.actions for profile in ag.pure_nash(model.game())]
    print(f"{technology}: {len(found[technology])} in pure strategies")

# %%
# Where only the weakest counts, everything hangs on what allies expect of each other. Where only the best counts, one ally does all the work,
# and the question is which.

fig, axes = plt.subplots(1, 4, figsize=(7.4, 3.6), layout="constrained", sharey=True)
for ax, (technology, profiles) in zip(axes, found.items(), strict=True):
    efforts = [[int(effort) for effort in profile] for profile in sorted(profiles, reverse=True)]
    for row, profile in enumerate(efforts):
        ax.scatter([1, 2, 3], [row] * 3, s=14, color="0.8")
        ax.scatter([1, 2, 3], [row] * 3, s=[130 * effort for effort in profile], color="#0b559f")
        for ally, effort in enumerate(profile, 1):
            ax.annotate(
                effort,
                (ally, row),
                color="white" if effort else "0.3",
                ha="center",
                va="center",
                xytext=(0, 0 if effort else 9),
                textcoords="offset points",
            )
    ax.set(xlabel="ally", xticks=[1, 2, 3], xlim=(0.5, 3.5), ylim=(max(map(len, found.values())) - 0.4, -0.6), yticks=[])
    ax.set_title(f"{technology}: {len(profiles)}", loc="left", fontsize="medium")
    ax.spines[["top", "right", "left"]].set_visible(False)
unique = [technology for technology, profiles in found.items() if len(profiles) == 1]
words = f"Only the {unique[0]} has one equilibrium" if len(unique) == 1 else "How efforts add up decides how many equilibria there are"
fig.suptitle(f"{words} (a row is an equilibrium, the area an effort)", x=0.01, ha="left", fontsize="medium")
ag.plotting.show()
