"""
Patience and payoffs: four worlds in one dilemma
================================================

Two allies can keep a pact or break it. What payoffs can they sustain, if they meet again and again? The answer depends on their patience, and
not smoothly: as patience grows the set of equilibrium payoffs is a point, a segment, a kite and at last a larger polygon. All of it is found
exactly, thresholds included. Sets of equilibrium payoffs that generate themselves go back to :cite:t:`abreu1990toward`.
"""

# %%
# The dilemma
# -----------
#
# Breaking the pact gains 1 if the other keeps it, and 2 if not. Both keep it: 9 each. Both break it: 3 each.

import matplotlib.pyplot as plt

import alliancegames as ag
from alliancegames.plotting import plot_payoff_sets

pact = ag.NormalFormGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]], players=["Ally 1", "Ally 2"], actions=[["keep", "break"]] * 2)

# %%
# Where the world changes
# -----------------------
#
# Three discount factors matter. One of them is irrational, and printed as the number that it is.

thresholds = ag.payoff_thresholds(pact)
print(thresholds.summary())

# %%
# Below 1/7 nothing can be done for the pact. From there on both can keep it for ever, or break it for ever, or draw lots between the two. Play
# in which one ally does better than the other has to wait until 36√7 - 95, about 0.247; and from 1/4 on more patience changes nothing. Even
# very patient allies cannot get more: the best that one can get is 39/4, since the other must get the 3 that it can secure.

discounts = ["1/8", "1/5", "249/1000", "1/2"]
sets = [ag.spe_payoffs(ag.RepeatedGame(pact, delta)) for delta in discounts]
titles = ["a point: the pact is broken", "a segment: kept by both", "a kite: unequal shares", "everything individually rational"]
fig, axes = plt.subplots(2, 2, figsize=(8.4, 7.6), layout="constrained", sharex=True, sharey=True)
for ax, delta, found, title in zip(axes.flat, ["0.125", "0.2", "0.249", "0.5"], sets, titles, strict=True):
    found.plot(ax=ax, label="equilibrium payoffs")
    ax.set_title(rf"$\delta = {delta}$: {title}", loc="left", fontsize="medium")
    ax.label_outer()
    if ax is not axes[1, 1]:
        ax.get_legend().remove()
fig.suptitle("A little more patience can save a pact, or only enrich one side", x=0.01, ha="left", fontsize="large")
ag.plotting.show()

# %%
# Each set is proved from both sides: every corner is attained by strategies whose incentives are checked exactly, and nothing outside can be
# attained. For the kite the corners are irrational; the gap that is left is far below the precision of floats.

for delta, found in zip(discounts, sets, strict=True):
    print(delta, found, "exact" if found.exact else f"gap {found.gap:.0e}")

# %%
# More patience, larger sets
# --------------------------
#
# With a public lottery the sets are nested: what impatient players can do, patient ones can do as well. Here are two powers that choose how much
# to produce of something that both sell (Abreu's example). Punishments grow harsher with patience, until each can be held to nothing.

cournot = ag.NormalFormGame.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]], actions=["low", "medium", "high"])
patience = ["1/5", "1/4", "1/3", "1/2", "3/5"]
nested = [ag.spe_payoffs(ag.RepeatedGame(cournot, delta)) for delta in patience]
fig, ax = plt.subplots(figsize=(6.4, 5.6), layout="constrained")
plot_payoff_sets(nested, [rf"$\delta = {delta}$" for delta in patience], ax=ax)
ax.set_title("Patience makes punishments harsher, and so rewards richer", loc="left", fontsize="medium")
ag.plotting.show()
