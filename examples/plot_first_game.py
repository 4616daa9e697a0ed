"""
A first game: will the patron come to help?
===========================================

A protégé is challenged and may stand firm or concede. Its patron may support or abandon it. This tutorial writes the
game down, solves it, reads the result and draws both players' best replies. The payoffs are chosen for the example;
the dilemma is that of :cite:t:`snyder1984security`.
"""

# %%
# The game
# --------
#
# Players and actions have names, and payoffs are given for each pair of actions: the protégé's first. Standing firm without support is
# the worst that can happen to the protégé; a patron whose protégé concedes would rather not have got involved.

import matplotlib.pyplot as plt
import numpy as np

import alliancegames as ag

crisis = ag.NormalFormGame(
    players=["Protégé", "Patron"],
    actions={"Protégé": ["stand firm", "concede"], "Patron": ["support", "abandon"]},
    payoffs={
        ("stand firm", "support"): (3, 2),
        ("stand firm", "abandon"): (-4, 1),
        ("concede", "support"): (0, 0),
        ("concede", "abandon"): (0, 3),
    },
)
crisis

# %%
# Solving it
# ----------
#
# Two equilibria are pure: the patron supports a protégé that stands firm, or the protégé concedes because it expects to be abandoned. In
# between lies an equilibrium in which both randomise.

eqs = ag.nash(crisis)
print(eqs.summary())

# %%
# The list is *complete*: it is proved that there are no others. It is *exact*: probabilities are fractions, and nobody gains anything by
# deviating. The game is not *degenerate*, so that equilibria are isolated points.

print(eqs.complete, eqs.exact, eqs.degenerate)

# %%
# What the mixed equilibrium says
# -------------------------------
#
# The protégé dares exactly if it expects support with probability 4/7 or more. That number depends on the protégé's own payoffs alone.

threshold = eqs.mixed[0]["Patron"]["support"]
print(threshold, crisis.best_responses("Protégé", {"Patron": {"support": threshold, "abandon": 1 - threshold}}))

# %%
# The picture
# -----------
#
# Best replies as functions of the other's strategy. Equilibria are where the two curves meet.


def best_reply(gains):
    """Return where the other's strategy stands and the reply to it, from what acting gains at its two ends."""
    low, high = gains
    turn = low / (low - high)  # gains change evenly from end to end
    return [0, turn, turn, 1], [low > 0, low > 0, high > 0, high > 0]


protege, patron = (np.asarray(array, dtype=float) for array in crisis.payoffs)
fig, ax = plt.subplots(figsize=(5.6, 4.4), layout="constrained")
support, firm = best_reply(protege[0, ::-1] - protege[1, ::-1])  # from certain abandonment to certain support
ax.plot(support, firm, color="#0b559f", linewidth=2.5, label="protégé's best reply")
firm, support = best_reply(patron[::-1, 0] - patron[::-1, 1])  # from certain concession to certain firmness
ax.plot(support, firm, color="#b5451d", linewidth=2.5, linestyle="--", label="patron's best reply")
for profile in eqs:
    ax.plot(
        float(profile["Patron"]["support"]),
        float(profile["Protégé"]["stand firm"]),
        "o",
        color="black",
        markersize=8,
        clip_on=False,
        zorder=3,
    )
ax.spines[["top", "right"]].set_visible(False)
ax.set(xlabel="probability that the patron supports", ylabel="probability that the protégé stands firm", xlim=(0, 1), ylim=(0, 1))
ax.set_title(f"The protégé dares only if support is likelier than {threshold}", loc="left", fontsize="medium")
ax.legend(loc="lower right", frameon=False, bbox_to_anchor=(1, 0.05))
ag.plotting.show()
