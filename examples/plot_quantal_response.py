"""
Noise and alliance cohesion: quantal response
=============================================

Two allies may mobilise together or stay at home. If both mobilise, the adversary is deterred; an ally that mobilises alone pays for it.
Governments err: they take the better action more often, but not always. How precise must their decisions be before deterrence by a common
effort can hold at all? The concept is that of :cite:t:`mckelvey1995quantal`.
"""

# %%
# The game
# --------
#
# A stag hunt. Joint mobilisation is best for both, staying at home is safe.

import alliancegames as ag

common_effort = ag.NormalFormGame.from_bimatrix(
    [[5, 0], [3, 2]],
    [[4, 3], [0, 2]],
    players=["Britain", "France"],
    actions=[["mobilise", "stay home"]] * 2,
)
common_effort

# %%
# Without errors there are three Nash equilibria; both allies mobilising is one of them.

print(ag.nash(common_effort))

# %%
# Decisions with errors
# ---------------------
#
# In a *logit equilibrium* each ally takes an action with a probability that rises with its expected payoff, and both expect the other to do
# the same. The precision says how strongly payoffs count: at zero, choices are random. At low precision there is a single equilibrium. The
# search is complete: interval arithmetic excludes all others.

low = ag.solvers.quantal_response(common_effort, 1)
print(low.summary())

# %%
# At high precision there are three, near the Nash equilibria.

high = ag.solvers.quantal_response(common_effort, 10)
print(high)

# %%
# All branches
# ------------
#
# Between the two precisions a pair of equilibria is born at a *fold*. The branch that starts from random play never comes near joint
# mobilisation: it leads to the equilibrium in which both stay at home.

branches = ag.solvers.logit_branches(common_effort)
print(branches)
fold = branches.folds[0]

# %%
# The result
# ----------
#
# Below the precision of the fold, joint mobilisation is not an equilibrium in any approximate sense. Above it, allies that already trust each
# other can sustain it; allies that start from mutual doubt slide into staying at home, however precise they become.

ax = branches.plot()
ax.axvline(fold.precision, color="0.7", linewidth=1, zorder=0)
ax.set_title(f"Joint mobilisation needs a precision above {fold.precision:.2f}", loc="left", fontsize="medium")
ag.plotting.show()
