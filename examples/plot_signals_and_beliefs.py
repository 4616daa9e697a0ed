"""
Signals and beliefs: which deterrence survives refinement?
==========================================================

In the model of unilateral deterrence a demand is a signal: it says something about the challenger that makes it. What the defender
concludes from a demand that nobody was expected to make is a matter of belief, and one of the model's equilibria rests on such a belief
alone. Here the model is solved as a signalling game, and every equilibrium is asked what its beliefs are worth. The model is that of
:cite:t:`zagare2000perfect`; the refinements are the intuitive criterion :cite:p:`cho1987signaling` and divinity
:cite:p:`banks1987equilibrium`.
"""

# %%
# The game
# --------
#
# The challenger is hard (it fights if its demand is denied) or soft (it backs down). So is the defender, and if it is hard it denies.
# What is left to choose is the soft defender's reply. The payoffs are those of the model, weighed by the defender's credibility
# :math:`p_D`; nothing has to be written again.

from fractions import Fraction
from itertools import pairwise

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.UnilateralDeterrence().completed()  # the parameters of the worked example
game = model.signalling_game()
print(game)

# %%
# All equilibria, as families
# ---------------------------
#
# At the model's worked example there are two. In the second a soft challenger sometimes bluffs. In the first nobody makes a demand,
# because a soft defender would probably deny it: that is "Steadfast Deterrence". How probably is free within bounds, and so is what it
# would believe.

eqs = ag.perfect_bayesian(game)
print(eqs)
print(eqs[0].summary())

# %%
# Who could have made this demand?
# --------------------------------
#
# The report answers in words. The hard challenger gains from a demand whenever the soft one does, so D1 does not let the defender believe
# that a demand comes from the soft one; believing in the hard one it would concede, and Steadfast Deterrence is gone. The intuitive
# criterion is too weak to say so: there are replies to which a soft challenger would gain, too.

report = ag.refine(game, eqs)
for criterion in ("intuitive", "D1"):
    print(report[0].verdicts[criterion])

# %%
# Over the defender's credibility
# -------------------------------
#
# The same question at 24 credibilities, exactly, eight of them in each interval between the model's thresholds. For each family: how
# likely is a demand, and which criterion does not let it live?


def fate(item):
    if item.verdicts["D1"].survives:
        return "survives D1"
    return "dies by D1" if item.verdicts["intuitive"].survives else "dies by the intuitive criterion"


thresholds = model.thresholds()
found = []
for start, stop in pairwise([Fraction(0), thresholds["c2"], thresholds["c1"], Fraction(1)]):
    width = (stop - start) / 8
    for low in (start + k * width for k in range(8)):
        for item in ag.refine(model.replace(p_D=low + width / 2).signalling_game()):
            demand = sum(weight for (_, message, _), weight in item.family.outcome.items() if message == "demand")
            found.append((fate(item), item.family.kind, demand, low, low + width))

segments = {}
for *key, low, high in found:
    first, _ = segments.get(tuple(key), (low, high))
    segments[tuple(key)] = (first, high)
for (verdict, kind, demand), (low, high) in segments.items():
    print(f"{kind:15}  demand {demand!s:4}  from {low} to {high}: {verdict}")

# %%
# The result
# ----------
#
# What survives is a step function: bluffing, then separation, then deterrence. Deterrence by a defender of little credibility is an
# equilibrium too, but never one that survives D1; from 5/9 on, where a soft challenger would lose by a demand whatever the reply, not
# even the intuitive criterion lets it live.

LOOKS = {
    "survives D1": {"color": "#0b559f", "linewidth": 3.2},
    "dies by D1": {"color": "#b5451d", "linewidth": 2.2, "linestyle": "--"},
    "dies by the intuitive criterion": {"color": "#b5451d", "linewidth": 2.2, "linestyle": ":"},
}
NAMES = {"semi-separating": "bluffing", "separating": "separating", "pooling": "certain deterrence"}

fig, ax = plt.subplots(figsize=(6.0, 4.2), layout="constrained")
ax.spines[["top", "right"]].set_visible(False)
ax.vlines([float(thresholds["c2"]), float(thresholds["c1"])], 0, [0.6, 0.3], color="0.75", linewidth=1, zorder=0)
for (verdict, kind, demand), ends in segments.items():
    low, high = map(float, ends)
    ax.plot([low, high], [float(demand)] * 2, solid_capstyle="butt", clip_on=False, **LOOKS[verdict])
    name = {"survives D1": NAMES[kind], "dies by D1": "Steadfast Deterrence"}.get(verdict, "")
    ax.annotate(name, ((low + high) / 2, float(demand)), (0, 6), textcoords="offset points", ha="center", fontsize="small")
for verdict, look in LOOKS.items():
    ax.plot([], [], label=verdict, **look)
ax.set(xlabel="credibility of the defender $p_D$", ylabel="probability that a demand is made", xlim=(0, 1), ylim=(-0.01, 0.8))
ax.set_xticks(
    [0, 0.25, float(thresholds["c2"]), float(thresholds["c1"]), 1],
    ["0", "0.25", f"$c_2 = {thresholds['c2']}$", f"$c_1 = {thresholds['c1']}$", "1"],
)
ax.set_title(f"Below a credibility of {thresholds['c1']}, deterrence rests on beliefs that D1 rules out", loc="left", fontsize="medium")
ax.legend(frameon=False, loc="upper right")
ag.plotting.show()
