"""
The contract that deters because it emboldens
=============================================

A patron promises its protégé a transfer in case of war. The promise makes the protégé refuse offers that it would have accepted: moral hazard. The same
refusals make crises worth less to a challenger, so that a large enough promise deters it. How large is that, and is the patron better off? The
argument is that of :cite:t:`benson2014inducing`; the model is a reduced form with uniform costs of war, and its numbers are chosen for the example.
"""

# %%
# From formulas to thresholds
# ---------------------------
#
# In a crisis every unit of the promise makes war likelier, which is proved for all parameters; and crises cease at a promise that has a formula.

import matplotlib.pyplot as plt
import numpy as np

import alliancegames as ag

model = ag.models.MoralHazardContract()
print(ag.prove("d(risk_in_crisis)/d(t) > 0", model))
deterring = model.completed().thresholds()["t_det"]
print(float(deterring))

# %%
# The solver, which knows none of this, finds the same at two promises around the threshold.

for promise in ("19/50", "39/100"):
    (outcome,) = model.replace(t=promise).solve().outcomes
    print(promise, {name: round(float(outcome[name]), 3) for name in ("p_crisis", "p_war", "value_patron")})

# %%
# The result
# ----------
#
# On the left, more of the promise leads from bargaining at a risk to deterrence. The more the status quo gives the protégé, the larger the promise that
# deters, and a challenger to which it leaves very little is deterred by none at all. On the right, the patron gains most from a promise that is never called upon; a
# promise that falls short of it is worse than a smaller one.

fig, (left, right) = plt.subplots(1, 2, figsize=(9.0, 4.5), layout="constrained")
model.regimes().plot("t", "q", xlim=(0, "7/10"), ylim=("2/5", "7/10"), ax=left)
left.set_title("More of the promise turns risk into deterrence", loc="left", fontsize="medium")

for share, dashes, colour in (("1/2", ":", "#2f7d32"), ("11/20", "-", "#0b559f")):
    here = model.replace(q=share)
    promises = [f"{k}/200" for k in range(0, 140, 2)]
    value = np.array([float(here.replace(t=promise).solve().outcomes[0]["value_patron"]) for promise in promises])
    right.plot([k / 200 for k in range(0, 140, 2)], value, dashes, color=colour, linewidth=2, label=f"status quo {share}")
right.set(xlabel="transfer promised in war $t$", ylabel="the patron's expectation", xlim=(0, 0.7))
right.spines[["top", "right"]].set_visible(False)
right.legend(frameon=False)
right.set_title(f"The promise that deters is {float(deterring):.3f}", loc="left", fontsize="medium")
ag.plotting.show()
