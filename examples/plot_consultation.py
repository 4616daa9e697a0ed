"""
What allies can tell each other
===============================

An ally sees how large a threat is and advises its partner, which acts. The adviser would like the partner to do more than the partner itself
would like to do: by the bias b. Talk is free. How much of the truth can be told? The model is that of strategic information transmission
:cite:p:`crawford1982strategic`, with a quadratic loss and threats that are uniform between 0 and 1.
"""

# %%
# All equilibria, for many values of the bias, in exact numbers. Each divides threats into intervals and tells only in which interval the threat
# lies; ``information`` is the share of the uncertainty that is removed.

from fractions import Fraction

import matplotlib.pyplot as plt

import alliancegames as ag

biases = [Fraction(k, 400) for k in range(2, 121)]
points = [
    (float(b), outcome["n_cells"], float(outcome["information"]))
    for b in biases
    for outcome in ag.models.CheapTalkConsultation(b=b).solve().outcomes
]
print(f"{len(points)} equilibria; at a bias of 1/10 the finest has {max(n for b, n, _ in points if b == 0.1)} intervals")

# %%
# There is always an equilibrium in which nothing is told. Each finer one ends at a bias of its own; beyond 1/4 none is left. Those with
# five and more intervals, at the smallest biases, are not drawn.

fig, ax = plt.subplots(figsize=(6.4, 4.4), layout="constrained")
for cells, style in zip((1, 2, 3, 4), ("-", "--", "-.", ":"), strict=True):
    line = [(b, information) for b, n, information in points if n == cells]
    ax.plot(*zip(*line, strict=True), style, linewidth=2, label=f"{cells} interval{'s' * (cells > 1)}")
silent = min(b for b in biases if ag.models.CheapTalkConsultation(b=b).completed().thresholds()["N"] == 1)
ax.axvline(float(silent), color="black", linewidth=0.8)
ax.annotate(f"b = {silent}", (float(silent), 0.5), xytext=(5, 0), textcoords="offset points")
ax.set(xlabel="bias of the adviser, b", ylabel="share of uncertainty removed", xlim=(0, 0.3), ylim=(-0.02, 1))
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False)
ax.set_title("The more the interests of allies differ, the less they can tell each other", loc="left", fontsize="medium")
ag.plotting.show()
