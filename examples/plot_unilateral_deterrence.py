"""
A published model: when is a challenger deterred?
=================================================

A dissatisfied challenger may make a demand on a satisfied defender. Each is hard (it would fight) or soft, and neither knows which the other is;
the *credibility* of a side is the probability that others take it to be hard. From one definition of the model come its formulas, its exact
equilibria, its regimes and a sweep. The model is that of :cite:t:`zagare2000perfect`.
"""

# %%
# Formulas
# --------
#
# Until it is given numbers the model is symbolic. Two thresholds of the defender's credibility and one of the challenger's decide everything.

import matplotlib.pyplot as plt
import numpy as np

import alliancegames as ag

model = ag.models.UnilateralDeterrence()
for name, formula in model.thresholds().items():
    print(name, "=", formula)

# %%
# Payoffs are formulas as well. This is what a challenger expects that makes a demand only if it is hard, when a soft defender concedes.

print(model.game().payoff(("if hard", "concede"))["Challenger"])

# %%
# An exact answer
# ---------------
#
# At numbers the equilibria are found by a solver that knows nothing about the formulas. Parameters that are not set take the values of the
# worked example.

solution = model.replace(p_C="3/10", p_D="1/5").solve()
print(solution)

# %%
# In the bluffing equilibrium, the last one listed, conflict breaks out in one crisis out of six.

print({name: str(value) for name, value in solution.outcomes[-1].items()})

# %%
# Regimes
# -------
#
# A regime is a part of the space of parameters in which the same equilibria exist. Regimes carry the names that the authors gave to their
# equilibria. Each has its conditions, and the boundaries are exact.

print(model.regimes())

# %%
ax = model.regimes().plot(x="p_D", y="p_C")
ax.set_title("Credible defenders deter; bluffing needs doubt on both sides", loc="left", fontsize="medium")
ag.plotting.show()

# %%
# A sweep
# -------
#
# How likely is conflict as the defender becomes more credible? A sweep returns a labelled dataset, with one entry for each equilibrium of
# each point; the refined prediction is the one that does not rest on an implausible belief.

ds = ag.sweep(model, {"p_D": np.linspace(0.01, 0.99, 99), "p_C": [0.3, 0.7]}, progress=False)
ds

# %%
# Several equilibria exist at many points. In one of them, Steadfast Deterrence, nobody makes a demand, because it would be taken for a bluff.
# The criterion D1 asks who has more reason to make an unexpected demand: a hard challenger, so that this equilibrium is eliminated. What
# remains of each point is the equilibrium in which a demand is most likely.

refined = ds["p_status_quo"].fillna(2).argmin("equilibrium")
war = ds["p_war"].isel(equilibrium=refined)

fig, ax = plt.subplots(figsize=(5.6, 4.0), layout="constrained")
for credibility, style in ((0.3, "-"), (0.7, "--")):
    ax.plot(ds["p_D"], war.sel(p_C=credibility), style, linewidth=2.2, label=f"challenger hard with probability {credibility}")
ax.set(xlabel="credibility of the defender", ylabel="probability of conflict", xlim=(0, 1), ylim=(0, None))
ax.set_title("Credibility breeds conflict until it suddenly ends it", loc="left", fontsize="medium")
ax.legend(frameon=False)
ag.plotting.show()

# %%
# Checking the theory
# -------------------
#
# Every published result of the model is a proposition that can be checked against the solver on random exact parameter values.

report = model.check(draws=10, rng=1)
print(report)

# %%
# Where next
# ----------
#
# From here to a proposition for a paper, with proved signs: :doc:`/getting-started/model-to-proposition`.
