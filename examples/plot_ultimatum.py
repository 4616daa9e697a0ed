"""
What makes an ultimatum dangerous?
==================================

A state demands a share of what is disputed; its opponent gives in or fights, and what war costs the opponent is its secret. War happens if more is
demanded than the opponent would rather fight for. What does the risk depend on, and on what does it not? The model is the ultimatum of
:cite:t:`fearon1995rationalist` with uniform costs; the base point is an example.
"""

# %%
# The risk as a formula
# ---------------------
#
# One parameter that comes to mind first is absent: how likely the challenger is to win. The stronger it is, the more it demands, and the risk of war
# stays what it was.

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.UltimatumCrisis()
print(model.thresholds()["risk"])
print(ag.prove("d(risk)/d(p) == 0", model))

# %%
# One at a time
# -------------
#
# Each parameter runs through its range, the others staying at the example. What matters is uncertainty, and what war costs the challenger.

tornado = ag.tornado(model, "p_war", select="highest")
print(tornado)

# %%
# The result
# ----------
#
# A challenger to whom war is dear demands less. An opponent whose costs are better known, from either end, is met with demands that it accepts.

still = [
    label.split(" ($")[0]
    for name, label in zip(tornado.parameters, tornado.labels, strict=True)
    if tornado.paths[name].min() == tornado.paths[name].max()
]
ax = tornado.plot()
plt.gcf().suptitle(
    f"{still[0]} does not move the risk of war" if len(still) == 1 else "What the risk of war depends on",
    x=0.02,
    ha="left",
    fontsize="medium",
)
ag.plotting.show()
