"""
A treaty between deterrence and restraint
=========================================

A promise of help must be strong enough to deter the adversary and weak enough to restrain the protégé. How strong should it be, and what
is the right text worth? Here the terms are chosen: exactly, and with the condition that binds. That treaties deter by their conditions
is argued by :cite:t:`benson2012constructing`; the reduced form and the numbers are ours.
"""

# %%
# The window
# ----------
#
# An *unconditional* treaty promises the same help whoever starts the war. Between which promises is there peace? The answer is a formula:

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.CommitmentDesign()
print(ag.treaty_window(model, {"b": ("beta_d", "beta_o")}, "Peace"))

# %%
# The least promise that keeps the peace
# --------------------------------------
#
# At the numbers of the worked example the least such promise is 1/2. What binds is that the adversary must be deterred. The shadow price
# says what deterrence costs: if the adversary could be deterred by one percentage point less help, the promise could fall by as much.

print(ag.design_treaty(model, {"b": ("beta_d", "beta_o")}, minimise="beta_d", subject_to="Peace"))

# %%
# If promises cost nothing, any in the window is as good. The middle is the safest against errors in the numbers.

window = ag.design_treaty(model, {"b": ("beta_d", "beta_o")}, maximise="p_peace")
print(window)

# %%
# Two promises instead of one
# ---------------------------
#
# A *conditional* text distinguishes who started the war. Suppose that this is misjudged in one case out of five, and that a promise to the
# victim costs the patron 1/10 and one to the culprit 1/5. The best text leaves the culprit alone, and promises the victim more than 1/2,
# to make up for misjudgements.

text = ag.design_treaty(model.replace(eps="1/5"), ["beta_d", "beta_o"], maximise="p_peace - beta_d/10 - beta_o/5")
print(text)

# %%
# The result
# ----------
#
# The thick line holds all unconditional promises that keep the peace. Where misjudgements blur the text, its boundaries tilt: each promise
# reaches the wrong side as well.

fig, axes = plt.subplots(1, 2, figsize=(9.0, 4.5), layout="constrained")
window.plot(ax=axes[0])
((least, most),) = window.best.region
axes[0].set_title(f"One promise for all: peace between {least} and {most}", loc="left", fontsize="medium")
text.plot(ax=axes[1])
axes[1].set_title("A promise to victims only is best, and must be larger", loc="left", fontsize="medium")
ag.plotting.show()
