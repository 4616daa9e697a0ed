"""
Noisy reports: what it costs not to see
=======================================

Allies pledge contributions that nobody sees. There are only reports, and reports err. Then a pledge that is kept by all will be punished now
and then, and some patience is needed that would not be if everything were seen. Public equilibria under imperfect monitoring are those of
:cite:t:`abreu1990toward`.
"""

# %%
# A pledge and its reports
# ------------------------
#
# Readiness of both allies is worth 1 to each; who shirks alone gains 1/2 on top. A report is bad with probability 1/10 if both are ready, and
# with a larger one if somebody shirks.

import matplotlib.pyplot as plt

import alliancegames as ag
from alliancegames.plotting import plot_payoff_sets

pledge = ag.models.NoisyMonitoring(pi=1, g="1/2", k="1/2", p="1/10", q="3/5", delta="9/10")
print(pledge.solve())

# %%
# The mildest punishment that works is a lottery: readiness ends with probability 10/81 after a bad report. The loss is exact, and no patience
# removes it: more patient allies punish less often and not more cheaply.

for delta in ("1/2", "11/20", "9/10", "99/100"):
    print(delta, ag.strongly_symmetric_payoffs(pledge.replace(delta=delta).game()))

# %%
# Noise shrinks the set of payoffs
# --------------------------------
#
# If everything is seen, very different divisions of the gains are possible. Reports on the alliance as a whole do not say *who* has shirked.
# Both are punished or none is, so that all equilibria give both the same, and the set is a segment; the noisier the reports, the shorter. That
# these are all payoffs of public equilibria, symmetric or not, is proved.

seen = ag.spe_payoffs(ag.RepeatedGame(pledge.game().stage, "9/10"))
reported = {chance: ag.public_perfect_payoffs(pledge.replace(q=chance).game()) for chance in ("9/10", "3/5", "1/4")}
for chance, found in reported.items():
    print(chance, found)

# %%
# How accuracy lowers the patience needed
# ---------------------------------------
#
# Reports about each ally by itself are better. In the model of reciprocal pledges each is right with a probability called accuracy. Up to
# some accuracy only reports that *both* have failed end the pledge, beyond it any failure does: hence the bend in each curve. On both
# sides of it more accuracy means that less patience is needed.

fig, (left, right) = plt.subplots(1, 2, figsize=(9.4, 5.0), layout="constrained")
labels = ["actions are seen", *(f"bad report after shirking: {chance}" for chance in reported)]
plot_payoff_sets([seen, *reported.values()], labels, ax=left)
left.set_title("Noise takes unequal payoffs away, then the best equal ones", loc="left", fontsize="medium")
ag.models.ReciprocalPledges().plot(ax=right)
right.set_title("More accurate reports, less patience needed", loc="left", fontsize="medium")
ag.plotting.show()

# %%
# The thresholds are formulas, and the solver, which does not know them, agrees exactly:

model = ag.models.ReciprocalPledges(benefit_commitment=2, cost_contribution=1, delta="1/2")
for accuracy in ("7/10", "3/4", "4/5", "9/10", 1):
    point = model.replace(accuracy=accuracy)
    print(accuracy, point.thresholds()["delta_star"], ag.strongly_symmetric_critical(point.game(), ("contribute", "contribute")))
