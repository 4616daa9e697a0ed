"""Joint products: defence that serves the ally itself as well as the alliance."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.models.burden_sharing.olson_zeckhauser import OlsonZeckhauser
from alliancegames.models.forms import AggregativeModel
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values

__all__ = ["JointProduct"]


def equal(model: JointProduct, n: int) -> JointProduct:
    """Return the model with n allies of equal wealth."""
    return model.replace(wealth=[model.values().w[0]] * n)


@register
class JointProduct(AggregativeModel):
    """When does free-riding fade because defence yields national benefits?

    Part of what defence gives is enjoyed by the contributing ally alone: territory guarded, disasters
    relieved, coups deterred. The larger this private share, the less reason to ride free. A deterrent that
    protects everybody at once (massive retaliation) has a small share; forces that defend a border
    (flexible response) have a large one.

    The mechanism is the published one; Cobb-Douglas tastes, in which alliance and own benefits do not complement each other, are
    chosen here (F2).
    """

    key = "joint_product"
    title = "Joint products of defence"
    pillar = "burden_sharing"
    question = "When does free-riding fade because defence yields national benefits?"
    fidelity = "F2"
    references = ("sandler1977impurity", "sandler1980burden", "murdoch1984complementarity")
    parameters = (
        Parameter("wealth", "w", "(0, inf)", "wealth of each ally", (1,) * 10, "units of output"),
        Parameter("taste_security", "alpha", "(0, 1)", "weight of the alliance's security in tastes", "3/10", latex=r"\alpha"),
        Parameter("joint_share", "gamma", "[0, 1)", "weight of the ally's own benefit from its defence", "1/10", latex=r"\gamma"),
    )
    outcomes = tuple(outcome for outcome in OlsonZeckhauser.outcomes if outcome.name != "provision_ratio")
    comparative_statics = (
        Sign("d(burden_if_equal)/d(gamma) > 0", "private by-products raise burdens"),
        Sign("d(ratio_if_equal)/d(gamma) > 0", "and bring them closer to efficiency"),
        Sign("ratio_if_equal < 1", "but never quite to it"),
        Sign("d(burden_if_equal)/d(alpha) > 0", "a keener taste for the alliance's security raises burdens, too"),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Leave some weight on private consumption."""
        return [(1, p.alpha + p.gamma)]

    def utility(self, p: Values, g: Any, total: Any, wealth: Any) -> Any:
        """Write Cobb-Douglas tastes over consumption, the sum, and the own contribution, in logarithms."""
        from sympy import log

        return (1 - p.alpha - p.gamma) * log(wealth - g) + p.alpha * log(total) + p.gamma * log(g)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return burdens among n equal allies: in equilibrium, efficient, and their ratio."""
        n = len(p.w)
        burden = (p.alpha / n + p.gamma) / (1 - p.alpha + p.alpha / n)
        efficient = p.alpha + p.gamma
        return {"burden_if_equal": burden, "efficient_burden": efficient, "ratio_if_equal": burden / efficient}

    def draw(self, ax: Any) -> None:
        """Draw how the ratio of equilibrium to efficient defence rises with the private share."""
        import numpy as np

        model = self.completed()
        alpha = float(model.values().alpha)
        gamma = np.linspace(0, 0.99 * (1 - alpha), 200)
        for n, style in ((2, "-"), (5, "--"), (10, "-."), (32, ":")):
            values = Values(self.parameters, {"wealth": (1.0,) * n, "taste_security": alpha, "joint_share": gamma})
            ax.plot(gamma, self.quantities(values)["ratio_if_equal"], style, color="#0b559f", linewidth=2, label=f"{n} allies")
        ax.set(
            xlabel=r"weight of the ally's own benefit $\gamma$",
            ylabel="defence relative to the efficient level",
            xlim=(0, gamma[-1]),
            ylim=(0, 1.02),
        )
        ax.set_title("National benefits of defence crowd free-riding out", loc="left", fontsize="medium")
        ax.legend(frameon=False)

    def _burden(self) -> Any:
        return self.solve().outcomes[0]["burden_largest"]

    @proposition(
        "equal allies",
        "Among n allies of equal wealth each spends the share (alpha/n + gamma)/(1 - alpha + alpha/n); the efficient share is alpha + gamma.",
    )
    def equal_allies(self) -> bool:
        model = equal(self, 6)
        found, formula = model._burden(), model.thresholds()["burden_if_equal"]
        return bool(found == formula) if isinstance(found, Fraction) else abs(found - float(formula)) < 1e-9

    @proposition(
        "everybody contributes",
        "With any private benefit (gamma > 0) every ally contributes, however small.",
        when=lambda p: [(p.gamma, 0)],
    )
    def everybody(self) -> bool:
        solution = self.solve()
        return bool(solution.outcomes[0]["n_contributors"] == len(self.values().w))

    @proposition(
        "free-riding fades",
        "Among equal allies the ratio of equilibrium to efficient defence rises in gamma and falls in n.",
        when=lambda p: [(p.gamma, 0)],
    )
    def ratio_signs(self) -> bool:
        p = self.values()
        more = self.replace(joint_share=(p.gamma + 1 - p.alpha) / 2)

        def ratio(model: JointProduct, n: int) -> float:
            same = equal(model, n)
            return float(same._burden()) / float(same.thresholds()["efficient_burden"])

        return ratio(more, 6) > ratio(self, 6) > ratio(self, 9)

    @proposition("the pure public good", "At gamma = 0 the model is that of Olson and Zeckhauser.")
    def pure_case(self) -> bool:
        p = self.values()
        mine = self.replace(joint_share=0).solve().equilibria[0]
        theirs = OlsonZeckhauser(wealth=list(p.w), taste_security=p.alpha).solve().equilibria[0]
        return list(mine.efforts) == list(theirs.efforts)
