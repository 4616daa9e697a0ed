"""
More support, less war? Six models
==================================

Whoever supports a friend hopes to deter an enemy. Does more support mean less war? Six models of deterrence, entrapment and enlargement are asked
the same question. They answer at their worked examples, which are chosen to show a mechanism and estimate nothing; what holds for all parameters is
proved on the pages of the models. The models are those of :cite:t:`zagare2000perfect` (two of them) and reduced forms after
:cite:t:`werner2000deterring`, :cite:t:`benson2012constructing`, :cite:t:`benson2014inducing` and :cite:t:`powell2006war`.
"""

# %%
# In each model one parameter says how strong support is. It moves through its range while all others stay at the example, and each point is solved
# for all its equilibria, exactly.

import textwrap
from fractions import Fraction
from itertools import pairwise

import matplotlib.pyplot as plt

import alliancegames as ag

steps = [Fraction(k, 80) for k in range(81)]
cases = {
    ag.models.UnilateralDeterrence(): ("credibility of the defender", ["p_D"], 1),
    ag.models.MutualDeterrence(): ("credibility of state B", ["p_B"], Fraction(79, 80)),
    ag.models.ThirdPartyBargaining(): ("probability of support", ["rho"], Fraction(79, 80)),
    ag.models.CommitmentDesign(): ("probability of help, whoever attacks", ["beta_d", "beta_o"], 1),
    ag.models.MoralHazardContract(): ("transfer promised in war", ["t"], Fraction(7, 10)),
    ag.models.AccessionWindow(h="1/2"): ("guarantee until accession", ["gamma"], Fraction(3, 10)),
}


def chance_of_war(outcome):
    """Return the probability of war; one model reports that of peace."""
    return float(outcome["p_war"] if "p_war" in outcome else 1 - outcome["p_peace"])


curves = {}
for model, (_, names, top) in cases.items():
    support = [top * (step + Fraction(1, 1000)) / (1 + Fraction(1, 1000)) for step in steps]  # inside open ranges
    solved = [model.replace(**dict.fromkeys(names, value)).solve() for value in support]
    chances = [[chance_of_war(outcome) for outcome in solution.outcomes] for solution in solved]
    curves[model] = support, [min(found) for found in chances], [max(found) for found in chances]

# %%
# Where the worst equilibrium becomes worse as support grows, support has emboldened somebody: the friend who provokes, the protégé who refuses
# offers, or the challenger who meets resistance it had not expected.

emboldening = [model for model, (_, _, worst) in curves.items() if any(later > earlier for earlier, later in pairwise(worst))]
print(*(model.key for model in emboldening), sep="\n")

# %%
# The result
# ----------
#
# Bands show where equilibria differ. In most models the probability of war rises with support before it falls, or falls before it rises: between too
# little and too much there may be no peace at all, or peace may need just the right amount.

fig, axes = plt.subplots(2, 3, figsize=(8.8, 5.6), layout="constrained", sharey=True)
for ax, (model, (name, _, top)) in zip(axes.flat, cases.items(), strict=True):
    support, best, worst = ([float(value) for value in series] for series in curves[model])
    ax.fill_between(support, best, worst, color="#a6cee3", hatch="///", edgecolor="#00000040", linewidth=0, label="between equilibria")
    ax.plot(support, best, "--", color="#0b559f", linewidth=1.2, label="most peaceful equilibrium")
    ax.plot(support, worst, color="#0b559f", linewidth=2, label="least peaceful equilibrium")
    ax.set(xlabel=name, xlim=(0, float(top)), ylim=(-0.03, 1.03))
    ax.set_title(textwrap.fill(model.title, 24), loc="left", fontsize="medium")
    ax.spines[["top", "right"]].set_visible(False)
for ax in axes[:, 0]:
    ax.set_ylabel("probability of war")
axes[0, 0].legend(frameon=False, fontsize="small", loc="upper left")
fig.suptitle(f"More support can mean more war: in {len(emboldening)} of {len(cases)} models", x=0.01, ha="left")
ag.plotting.show()
