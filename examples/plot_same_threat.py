"""
Chain gangs and passed bucks: two crises side by side
=====================================================

Before 1914 allies tied themselves to each other and went to war together; before 1938 each left the adversary to the others. A theory of alliance
politics explains both by what governments believed about offence and defence :cite:p:`christensen1990chain`. The model is our formalisation of this
verbal theory, and the two points in it are illustrations, not measurements.
"""

# %%
# Two columns of one table
# ------------------------
#
# The same model at two values of one parameter: regimes, all equilibria and outcomes. Where equilibria differ in an outcome, all its values are listed.

import matplotlib.pyplot as plt

import alliancegames as ag

crises = {"1938": {"offence": "1/5"}, "1914": {"offence": "4/5"}}
table = ag.compare("chain_gang_buck", at=crises)
print(table.to_string())

# %%
# The result
# ----------
#
# With the cost of balancing unchanged, beliefs about offence alone move play from one failure to the other. Each mark on the right is an equilibrium, or
# several that agree; a line joins the equilibria of a crisis.

model = ag.models.ChainGangBuck()
fig, (left, right) = plt.subplots(1, 2, figsize=(9.0, 4.5), layout="constrained")
model.plot(ax=left)

outcomes = {item.name: item.meaning for item in model.outcomes}
found = {year: {name: value if isinstance(value, tuple) else (value,) for name, value in table[year].items()} for year in crises}
for year, marker, colour, shift in (("1938", "o", "#0b559f", -0.14), ("1914", "s", "#b5451d", 0.14)):
    for row, name in enumerate(outcomes):
        right.plot(
            [float(value) for value in found[year][name]],
            [row + shift] * len(found[year][name]),
            marker,
            linestyle="-",
            color=colour,
            clip_on=False,
            label=year if row == 0 else None,
        )
worst = {year: max(found[year]["p_threat_prevails"]) for year in crises}
right.set(xlim=(0, 1), ylim=(len(outcomes) - 0.5, -0.5), xlabel="probability")
right.set_yticks(range(len(outcomes)), [f"{meaning.removeprefix('probability that ')}" for meaning in outcomes.values()])
right.tick_params(axis="y", length=0)
right.spines[["top", "right"]].set_visible(False)
right.grid(axis="x", color="0.9")
right.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)
right.set_title(f"The threat prevails: {worst['1938']} in 1938,\nup to {worst['1914']} in 1914", loc="left", fontsize="medium")
ag.plotting.show()
