"""
War with open eyes
==================

In the International Interaction Game of Bueno de Mesquita and Lalman two states that know everything about each other
demand, counter, use force or give in. When does war follow? Their Basic War Theorem answers in four inequalities. Here
nobody writes them down: they are derived from the payoffs at the ends of the tree, and proved to be all. The game is
that of :cite:t:`buenodemesquita1992war`.
"""

# %%
# The regimes of the game, by what happens on the path of play.

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.InteractionGame()
regimes = ag.regimes(model, by="outcome")
for condition in regimes.conditions("War"):
    print(condition)

# %%
# The prover confirms that the regimes of the five outcomes never overlap and leave no gap: war follows if, and only if,
# these four inequalities hold.

regimes.coverage()

# %%
# War that A starts needs both to prefer it to giving in. In the plane of what this war is worth to each side, with all
# else as in the example, it fills one corner.

fig, ax = plt.subplots(figsize=(6.4, 4.6), layout="constrained")
regimes.plot("a_WarA", "b_WarA", xlim=(0.2, 4.8), ylim=(0.1, 2.9), ax=ax)
words = {"War": "war", "AcqA": "A acquiesces", "AcqB": "B acquiesces", "Nego": "negotiations", "SQ": "the status quo"}
for label in ax.texts:
    label.set_text(words[label.get_text()])
ax.set_title("War with open eyes needs two who would rather fight than give in", loc="left", fontsize="medium")
ag.plotting.show()

# %%
# The theorem as a paper would print it:

print(next(line for line in regimes.to_latex().splitlines() if r"\emph{War}" in line))
