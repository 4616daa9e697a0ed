"""
A pledge that survives noisy reports
====================================

Two allies pledge contributions that nobody sees; the report about each is wrong now and then. A pledge that ends at the first bad report ends soon,
and one that never ends is not kept. What does a good one look like? Strategies are machines that read reports, and the mildest that works is found
exactly. The mechanism is that of partnerships under imperfect monitoring :cite:p:`abreu1991information`; payoffs and reports are chosen here.
"""

# %%
# Pledges that are kept
# ---------------------
#
# A contribution costs 1 and is worth 2 to the other ally; a report is right nine times out of ten. The model names pledges that end at any bad
# report, pledges that end only if both are said to have failed, and pledges that end in that case with a probability that is just large enough.

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.ReciprocalPledges(d=2, c=1, a="9/10", delta="19/20")
solution = model.solve()
print(solution)

# %%
# Every equilibrium carries a certificate: what each departure would lose. In the mildest pledge an ally that withholds its contribution loses exactly
# nothing, so that the punishment could not be milder.

mildest = max(solution.equilibria, key=lambda item: item.payoffs["Ally 1"])
print(mildest.certificate)

# %%
# Nor could the pledge be better. Its payoff is the bound on all equilibria in which both always do the same.

print(mildest.payoffs["Ally 1"], model.thresholds()["v"])

# %%
# What errors cost
# ----------------
#
# If all reports were right each ally would get 1 for ever. How much less it gets depends on the accuracy of reports and on what ends the pledge.

tested = [(k / 200, model.replace(a=f"{k}/200").solve().equilibria) for k in range(110, 200, 3)]
pledges = dict.fromkeys(item.name for _, found in tested for item in found if item.payoffs["Ally 1"] > 0)
earned = {
    name: [(accuracy, float(item.payoffs["Ally 1"])) for accuracy, found in tested for item in found if item.name == name]
    for name in pledges
}

# %%
# The result
# ----------
#
# The machine on the left keeps contributing as long as either ally is said to have kept its pledge, and even if both are said to have failed it may
# go on. On the right, pledges that end at any failure are kept as well, and earn much less. But where reports are very accurate, two failures at once
# are so rare that ending the pledge then deters nobody as patient as these allies: any failure has to count.

fig, (left, right) = plt.subplots(1, 2, figsize=(9.0, 4.4), layout="constrained")
mildest.automaton.plot(ax=left)
left.set_title("The mildest pledge that is kept", loc="left", fontsize="medium")
for (name, points), look in zip(earned.items(), ("o-", "s--", "^:"), strict=False):
    right.plot(*zip(*points, strict=True), look, markersize=4, label=name)
right.axhline(1, color="0.4", linewidth=0.8, linestyle="--")
right.annotate("everything seen", (0.56, 1), xytext=(0, 4), textcoords="offset points", color="0.4", fontsize="small")
right.set(xlabel="accuracy $a$ of the report on each ally", ylabel="payoff of each ally", xlim=(0.55, 1), ylim=(0, 1.1))
right.spines[["top", "right"]].set_visible(False)
right.legend(frameon=False, fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.14))
right.set_title("The mildest pledge earns most", loc="left", fontsize="medium")
ag.plotting.show()
