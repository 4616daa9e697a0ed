"""
How enlargement can break trust
===============================

A rival does not know whether an alliance seeks security or expansion. Enlargement is attractive to both. If the rival takes it for a sign of
expansion, only those alliances enlarge that care more for new members than for the rival's trust, and the suspicion may confirm itself. Can
enlargement turn a rival hostile that had trusted the alliance before? The idea is that of :cite:t:`kydd2001trust`; the model is a reduced form with
uniform benefits, and its numbers are chosen for the example.
"""

# %%
# Two equilibria, one alliance
# ----------------------------
#
# In the example the rival trusts the alliance enough to cooperate. All equilibria of the signalling game, exactly: in one enlargement says nothing, in
# another it breaks trust. No refinement removes either.

from fractions import Fraction

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.EnlargementTrust()
solution = model.solve()
print(solution)
print(ag.refine(model.completed().game()).summary())

# %%
# What the rival infers
# ---------------------
#
# Trust after enlargement and after restraint follows from Bayes' rule, as formulas in the parameters.

limits = model.thresholds()
for name in ("m", "t_E", "t_N"):
    print(f"{name} = {limits[name]}")

# %%
# The result
# ----------
#
# Where the lower curve passes below the minimum, enlargement breaks trust that was sufficient. A high prior is no protection unless enlargement
# is about as attractive to security seekers as to expansionists: on the right, trust is robust only at the upper right.

prior = [Fraction(k, 200) for k in range(1, 200)]
found = {t: model.replace(t=t).completed().thresholds() for t in prior}
least = found[prior[0]]["m"]  # the same for every prior
broken = [t for t in prior if found[t]["t_E"] < least < t]

fig, (left, right) = plt.subplots(1, 2, figsize=(9.0, 4.5), layout="constrained")
left.plot(prior, [found[t]["t_N"] for t in prior], "--", color="#b5451d", linewidth=2, label="after restraint")
left.plot(prior, prior, color="0.5", linewidth=1, label="before")
left.plot(prior, [found[t]["t_E"] for t in prior], color="#0b559f", linewidth=2, label="after enlargement")
left.axhline(least, color="black", linewidth=1, linestyle=":", label="needed for cooperation")
left.axvspan(broken[0], broken[-1], facecolor="#e8b4b0", hatch="...", edgecolor="#00000040", linewidth=0, label="trust breaks", zorder=0)
left.set(xlabel="trust before $t$", ylabel="trust of the rival", xlim=(0, 1), ylim=(0, 1))
left.spines[["top", "right"]].set_visible(False)
left.legend(frameon=False, fontsize="small", loc="upper left")
left.set_title(f"Trust between {float(broken[0]):.2f} and {float(broken[-1]):.2f} can be broken", loc="left", fontsize="medium")
model.regimes().plot("t", "b_S", ax=right)
right.set_title("It is robust where enlargement says little", loc="left", fontsize="medium")
ag.plotting.show()
