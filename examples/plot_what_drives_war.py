"""
What drives war? Sensitivity of a deterrence model
==================================================

In unilateral deterrence the probability of war depends on how credible both sides are and on what they want. Which of these
matters most? One parameter at a time, the challenger's credibility does. With all of them uncertain at once, the challenger's
contentment with the status quo does, mostly in combination with the others. The model is that of :cite:t:`zagare2000perfect`,
the ranges are chosen for the example.
"""

# %%
# One at a time
# -------------
#
# A game may have several equilibria, so it must be said which one counts: here the worst, with the highest probability of war. Each
# parameter runs through its range while the others stay at the worked example. Bars span all values on the way, since outcomes of
# games need not be monotone: war is most likely at a middling credibility of the challenger, not at either end.

import alliancegames as ag

model = ag.models.UnilateralDeterrence()
ranges = {
    "p_C": (0, 1),
    "p_D": (0, 1),
    "c_SQ": ("9/25", "19/20"),
    "c_DDp": ("4/25", "7/20"),
    "c_CD": ("-3/10", "3/20"),
    "d_DC": ("-3/10", "7/20"),
    "d_DDm": ("-1", "-2/5"),
}
ax = ag.tornado(model, "p_war", ranges, select="highest").plot()
ax.figure.suptitle("Credibility moves the risk of war most, and not in one direction", x=0.02, ha="left", fontsize="medium")
ag.plotting.show()

# %%
# All at once
# -----------
#
# Sobol' indices share out the variance of the probability of war when all parameters are drawn independently from their ranges. A
# first-order index is what a parameter explains by itself; the gap up to the total index is what it explains together with others.

indices = ag.sobol_indices(model, "p_war", ranges, n=1024, select="highest")
ax = indices.plot()
ax.figure.suptitle("Whether the challenger is content with the status quo matters most", x=0.02, ha="left", fontsize="medium")
ag.plotting.show()

# %%
# The numbers behind the figure:

indices.to_dataframe().round(2)

# %%
# Near one point
# --------------
#
# Elasticities at the worked example are exact. In the Bluff equilibrium, a challenger that is one per cent more credible raises the
# probability of war by one per cent.

ag.elasticities(model, "p_war", ["p_C", "p_D", "c_SQ"], select=2)
