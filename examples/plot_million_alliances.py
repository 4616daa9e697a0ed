"""
A million alliances: which game do allies play?
===============================================

In the alliance security dilemma two allies back each other firmly or hedge. Cohesion and the fear of decay decide which of four classic
games they are in. One sweep solves the model at a million points. The payoffs are our formalisation of :cite:t:`snyder1984security`.
"""

# %%
# The sweep
# ---------
#
# Models with two actions a player are solved by a vectorised kernel. Points at which rounding might matter, such as those on a boundary
# between regimes, are decided in exact arithmetic, and the dataset says which; on this grid no point is so close.

import matplotlib.pyplot as plt
import numpy as np

import alliancegames as ag

model = ag.models.AllianceDilemma()
ds = ag.sweep(model, {"cohesion": np.linspace(0, 1, 1000), "loss_abandon": np.linspace(0, 1, 1000)}, progress=False)
ds

# %%
print(f"{ds['regime'].size:,} points, {int(ds['status'].sum()):,} of them decided exactly")

# %%
# What it shows
# -------------
#
# Where several equilibria exist, allies may or may not coordinate on the better one. Shown is the best that can happen: the largest probability,
# over all equilibria, that both allies commit.

best = ds["p_both_strong"].max("equilibrium")

fig, ax = plt.subplots(figsize=(5.6, 4.4), layout="constrained")
best.T.plot.imshow(ax=ax, cmap="Blues", vmin=0, vmax=1, cbar_kwargs={"label": "largest probability that both commit"})
for curve, style in (("cohesion", "--"), ("loss_abandon", ":")):
    (ax.axvline if curve == "cohesion" else ax.axhline)(0.5, color="black", linestyle=style, linewidth=1.2)
ax.set(xlabel="cohesion", ylabel="loss if the alliance decays")
ax.set_title("Cohesion above the cost of entrapment makes firm alliances possible", loc="left", fontsize="medium")
ag.plotting.show()

# %%
# The same map in closed form: the regimes with their exact boundaries.

ax = model.regimes().plot(x="cohesion", y="loss_abandon")
ax.set_title("Four classic games in one plane", loc="left", fontsize="medium")
ag.plotting.show()
