"""
What is an equilibrium worth? A refinement report
=================================================

A leader with a coalition partner mobilises, and the target infers from this how resolute the leader is. Some equilibria rest on what the target would
conclude from a mobilisation that nobody expects. Which survive the refinements of the literature, and why do the others die? The model follows
:cite:t:`wolford2014showing` in its mechanism and is a reduced form; the criteria are those of :cite:t:`cho1987signaling` and
:cite:t:`banks1987equilibrium`.
"""

# %%
# One crisis
# ----------
#
# All equilibria at the worked example, with the verdict of each criterion. The report gives the reason: which type could not gain, what may then be
# believed, and who would deviate.

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.CoalitionSignal()
report = ag.refine(model.completed().game())
print(report.summary())

# %%
# As data: one row an equilibrium and a criterion.

print(report.to_dataframe()[["equilibrium", "kind", "criterion", "verdict"]].to_string())

# %%
# All regimes
# -----------
#
# The same at a point in each of the model's four regimes: the cost of mobilisation rises, and the partner is worth more in the first and the last.

points = [{"k": "1/5", "p_l": "4/5"}, {"k": "3/5", "p_l": "1/2"}, {"k": 1, "p_l": "1/2"}, {"k": "7/5", "p_l": "3/4"}]
rows = []
for point in points:
    there = model.replace(**point).completed()
    (regime,) = there.regimes().locate()
    rows += [
        (f"{regime}: {item.family.kind}", {name: verdict.survives for name, verdict in item.verdicts.items()})
        for item in ag.refine(there.game()).items
    ]

# %%
# The result
# ----------
#
# Silence is an equilibrium in every regime, and in two of them it rests on beliefs that most criteria rule out. Where a signal is credible every criterion
# rejects silence; where a bluff is possible the weaker ones do not.

criteria = list(rows[0][1])
fig, ax = plt.subplots(figsize=(7.6, 4.0), layout="constrained")
for y, (_, verdicts) in enumerate(rows):
    for x, criterion in enumerate(criteria):
        survives = verdicts[criterion]
        look = {"facecolor": "#a6cee3"} if survives else {"facecolor": "#e8b4b0", "hatch": "///"}
        ax.add_patch(plt.Rectangle((x - 0.5, y - 0.5), 1, 1, edgecolor="white", linewidth=2, **look))
        ax.annotate(
            "survives" if survives else "dies",
            (x, y),
            ha="center",
            va="center",
            fontsize="small",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
        )
ax.set(xlim=(-0.5, len(criteria) - 0.5), ylim=(len(rows) - 0.5, -0.5), xlabel="criterion", ylabel="regime: kind of equilibrium")
ax.set_xticks(range(len(criteria)), [criterion.replace(" ", "\n") for criterion in criteria])
ax.set_yticks(range(len(rows)), [name for name, _ in rows])
ax.tick_params(length=0)
ax.spines[:].set_visible(False)
rejected = sum(not all(verdicts.values()) for _, verdicts in rows)
ax.set_title(f"Of {len(rows)} equilibria {rejected} rest on beliefs that some criterion rules out", loc="left", fontsize="medium")
ag.plotting.show()
