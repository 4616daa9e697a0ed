"""
Larger alliances, smaller efforts
=================================

If defence is a pure public good, each ally leaves it to the others, and the more allies there are, the less of what would be best for all is
provided. Benefits of one's own change that. How much? The models are those of :cite:t:`olson1966economic` and of joint products
:cite:p:`sandler1977impurity`.
"""

# %%
# Both models are solved exactly for one to fifteen equal allies. Efficient are the shares α of wealth with a pure public good, and α + γ with
# benefits of one's own.

from fractions import Fraction

import matplotlib.pyplot as plt

import alliancegames as ag

ALPHA = Fraction(3, 10)  # weight of the alliance's security
sizes = range(1, 16)


def share_of_efficient(n, gamma):
    """Solve the game of n equal allies and compare what they provide with what would be best for all."""
    solution = ag.models.JointProduct(w=[1] * n, alpha=ALPHA, gamma=gamma).solve()
    return solution.outcomes[0]["provision"] / (n * (ALPHA + gamma))


curves = {
    "pure public good": [ag.models.OlsonZeckhauser(w=[1] * n, alpha=ALPHA).solve().outcomes[0]["provision_ratio"] for n in sizes],
    "some benefits of one's own (γ = 1/20)": [share_of_efficient(n, Fraction(1, 20)) for n in sizes],
    "larger ones (γ = 1/5)": [share_of_efficient(n, Fraction(1, 5)) for n in sizes],
}
print("with three allies:", {name: str(values[2]) for name, values in curves.items()})

# %%
# With a pure public good the shortfall goes on growing. With benefits of one's own it levels off, since an ally that buys forces for itself
# does so however many allies it has.

fig, ax = plt.subplots(figsize=(6.4, 4.4), layout="constrained")
for (name, values), style in zip(curves.items(), ("o-", "s--", "^:"), strict=True):
    ax.plot(sizes, [float(value) for value in values], style, markersize=4, label=name)
ax.set(xlabel="number of equal allies", ylabel="equilibrium defence / efficient defence", ylim=(0, 1.03))
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False)
ax.set_title("Free-riding grows with the alliance, and benefits of one's own limit it", loc="left", fontsize="medium")
ag.plotting.show()
