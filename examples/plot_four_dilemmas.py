"""
Four dilemmas in one plane
==========================

Two allies cooperate or defect. Mutual cooperation is worth 1 to each and mutual defection 0. What else there is to know are two numbers: the
temptation T to defect alone, and the payoff S of being left alone. Which games can allies be in? The four games are those of
:cite:t:`snyder1977conflict`.
"""

# %%
# A game with symbols is solved as it stands: its regimes are derived from the payoffs, with the equilibria of each.

import matplotlib.pyplot as plt
import sympy

import alliancegames as ag

T, S = sympy.symbols("T S")
game = ag.NormalFormGame.symmetric([[1, S], [T, 0]], actions=["cooperate", "defect"], players=["Ally 1", "Ally 2"])
regimes = ag.regimes(game)
print(regimes)

# %%
# The four regimes are the four classic dilemmas of alliance politics, and it is proved that there is no fifth.

regimes.coverage()

# %%
# Left of T = 1 nobody is tempted: with S above 0 cooperation comes by itself (Harmony), below it is a question of trust (Stag hunt). On the
# right, allies would rather defect, and somebody has to give way (Chicken, above) or nobody does (Prisoner's Dilemma, below).

fig, ax = plt.subplots(figsize=(6.4, 5.0), layout="constrained")
regimes.plot("T", "S", xlim=(0, 2), ylim=(-1, 1), ax=ax)
for name, x, y in (("Harmony", 0.04, 0.92), ("Chicken", 1.04, 0.92), ("Stag hunt", 0.04, -0.96), ("Prisoner's Dilemma", 1.04, -0.96)):
    ax.text(x, y, name, fontweight="bold", va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})
ax.set(xlabel="T, payoff of defecting alone", ylabel="S, payoff of cooperating alone")
ax.set_title("Temptation and the loss from being left alone decide which dilemma allies face", loc="left", fontsize="medium")
ag.plotting.show()
