"""
As strong as the weakest link
=============================

How efforts add up decides what an alliance provides. Borders and networks are as safe as their weakest part; a rescue needs the best effort only.
Four technologies, the same three allies, all pure equilibria.
"""

# %%
# Each ally makes an effort from 0 to 3. The model is solved for four technologies.

import matplotlib.pyplot as plt

import alliancegames as ag

found = {}
for technology in ("sum", "weakest link", "threshold", "best shot"):
    model = ag.models.PublicGoodTechnology(technology=technology).completed()
    found[technology] = [profile.actions for profile in ag.pure_nash(model.game())]
    print(f"{technology}: {len(found[technology])} in pure strategies")

# %%
# Where only the weakest counts, everything hangs on what allies expect of each other. Where only the best counts, one ally does all the work,
# and the question is which.

fig, axes = plt.subplots(1, 4, figsize=(9.6, 3.4), layout="constrained", sharey=True)
for ax, (technology, profiles) in zip(axes, found.items(), strict=True):
    for number, profile in enumerate(profiles):
        ax.plot([1, 2, 3], [int(effort) + 0.04 * number for effort in profile], "o-", linewidth=1.2, markersize=5)
    ax.set(xlabel="ally", xticks=[1, 2, 3], xlim=(0.7, 3.3))
    ax.set_title(f"{technology}: {len(profiles)}", fontsize="medium")
    ax.spines[["top", "right"]].set_visible(False)
axes[0].set(ylabel="effort", yticks=range(4))
fig.suptitle("One technology has one equilibrium, others have several: each line is an equilibrium", fontsize="medium")
plt.show()
