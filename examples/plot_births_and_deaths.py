"""
An alliance that unravels does not come back
============================================

Two allies commit strongly to each other or hedge. As the risk of being entrapped in the other's quarrels grows, when does mutual
commitment break down, and does it return when the risk recedes? All equilibria are followed along the cost of entrapment. The
payoffs are our formalisation of Snyder's verbal theory :cite:p:`snyder1984security`; the values of the parameters are chosen for
the example.
"""

# %%
# Where equilibria are born and die
# ---------------------------------
#
# The allies differ: the second gains more from cohesion and loses more if the alliance decays. The answer is exact and complete. Between
# two values at which something happens the equilibria are formulas, and the values are roots of polynomials.

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.AllianceDilemma(cohesion=["4/5", "9/10"], loss_abandon=["1/10", "3/10"])
found = ag.correspondence(model, "cost_entrap", (0, 1))
print(found)

# %%
# Mutual hedging is born where entrapment costs more than decay to at least the second ally, and mutual commitment dies where entrapment
# costs more than the first ally gains from cohesion. Between the two both exist, with a mixed equilibrium of index -1 between them.

for event in found.events:
    for meeting in event.meetings:
        print(event.value, meeting.kind, "of", "; ".join(map(str, (*meeting.before, *meeting.after))))

# %%
# At any value the equilibria can be read off, exactly.

for profile in found.at("1/2"):
    print(profile)

# %%
# The result
# ----------
#
# Let the cost of entrapment rise from 0. The allies stay committed until it reaches 4/5, and then commitment collapses. If the cost falls
# again, mutual hedging persists down to 3/10: an alliance that has unravelled at high stakes is not restored by a return to the stakes
# at which it was formed.

fig, axes = plt.subplots(1, 2, figsize=(9.0, 4.4), layout="constrained")
born, dead = (event.value for event in found.events)
titles = {"p_both_strong": f"Between {born} and {dead} history decides", "welfare": "What hedging costs the allies"}
for ax, (quantity, title) in zip(axes, titles.items(), strict=True):
    found.plot(quantity, ax=ax)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_title(title, loc="left", fontsize="medium")
axes[1].get_legend().remove()
ag.plotting.show()
