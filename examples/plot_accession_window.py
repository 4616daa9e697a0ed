"""
The window before an accession
==============================

A neighbour is about to join an alliance. Its rival knows that it will be harder to fight from then on. When does the rival attack while it can, and
how much protection until the accession keeps the peace? Nothing that the neighbour could promise helps, since after the accession it need not keep
its promise: war is a commitment problem :cite:p:`powell2006war`. The model is a reduced form of this mechanism, not of a particular article, and
the numbers are chosen for the example.
"""

# %%
# When the rival attacks
# ----------------------
#
# The rival compares the power that it will lose with what a fight costs it. There are two regimes, and three ways to write the boundary between
# them: as a threshold of the speed of accession, of the loss of power, or of the protection in between. Each is a formula.

from fractions import Fraction

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.AccessionWindow()
for name, formula in model.thresholds().items():
    print(f"{name} = {formula}")

# %%
# A treaty for the window
# -----------------------
#
# Suppose that the accession takes a single period. The least guarantee that keeps the peace is a number, and it is proved that no smaller one
# does. What binds is that the rival must not gain by attacking; the shadow price says how far the guarantee could fall if a fight were a little
# dearer.

fast = model.replace(h=1)
treaty = ag.design_treaty(fast, "gamma", minimise="gamma", subject_to="Peaceful accession")
print(treaty)

# %%
# The solver, which knows none of these formulas, agrees: just below the guarantee there is war, just above it there is peace.

least = treaty.terms["gamma"]
for guarantee in (least - least / 100, least + least / 100):
    print(float(guarantee), fast.replace(gamma=guarantee).solve().outcomes[0]["p_war"])

# %%
# The result
# ----------
#
# Small shifts of power provoke nobody, however fast they come. For larger ones there is a speed at which the window becomes dangerous, and the
# faster the accession, the more protection is needed until it is complete. Under the curves on the right the rival attacks.

fig, (left, right) = plt.subplots(1, 2, figsize=(9.0, 4.5), layout="constrained")
model.regimes().plot("Delta", "h", xlim=(0, "1/2"), ylim=(0, 1), ax=left)
left.set_title("Large shifts of power provoke, slow ones do not", loc="left", fontsize="medium")

hazards = [Fraction(k, 200) for k in range(1, 201)]
for shift, dashes, colour in (("1/5", ":", "#2f7d32"), ("3/10", "--", "#b5451d"), ("2/5", "-", "#0b559f")):
    there = model.replace(Delta=shift).completed()
    needed = [max(0, float(there.replace(h=hazard).thresholds()["gamma_star"])) for hazard in hazards]
    right.plot([float(hazard) for hazard in hazards], needed, dashes, color=colour, linewidth=2, label=rf"$\Delta = {shift}$")
right.plot(1, float(least), "o", color="black", clip_on=False, zorder=5)
right.set(xlabel="hazard of accession $h$ per period", ylabel=r"guarantee needed $\gamma^*$", xlim=(0, 1), ylim=(0, None))
right.spines[["top", "right"]].set_visible(False)
right.legend(frameon=False, title="fall of the rival's chance to win", alignment="left")
right.set_title(f"At full speed a guarantee of {least} is needed", loc="left", fontsize="medium")
ag.plotting.show()
