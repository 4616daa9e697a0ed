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

from fractions import Fraction

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.InteractionGame()
regimes = ag.regimes(model, by="outcome")
(war,) = (name for name in regimes.names if name.startswith("War"))
for condition in regimes.conditions(war):
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
meanings = {item.name: item.meaning.removeprefix("probability ").removeprefix("of ").removeprefix("that ") for item in model.outcomes}
for label in ax.texts:  # what happens in a cell, from the solver
    across, up = (Fraction(position).limit_denominator(1000) for position in label.get_position())
    (outcome,) = model.replace(a_WarA=across, b_WarA=up).solve().outcomes
    label.set_text(meanings[next(name for name, chance in outcome.items() if chance == 1)])
ax.set_title("War with open eyes needs two who would rather fight than give in", loc="left", fontsize="medium")
ag.plotting.show()

# %%
# The theorem as a paper would print it:

print(next(line for line in regimes.to_latex().splitlines() if f"emph{{{war}}}" in line))
