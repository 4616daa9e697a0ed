"""Olson and Zeckhauser's economic theory of alliances."""

from __future__ import annotations

import math
from typing import Any

from alliancegames.models.forms import AggregativeModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values

__all__ = ["OlsonZeckhauser"]


@register
class OlsonZeckhauser(AggregativeModel):
    """Why do large allies pay disproportionately, and how far below the optimum is total defence?

    Defence is a pure public good within the alliance: everybody enjoys the sum of all contributions and
    pays only for its own. With Cobb-Douglas tastes an ally spends on defence until the sum is worth it,
    and counts on what the others spend. Large allies contribute more than in proportion to their wealth,
    small ones little or nothing: the exploitation of the great by the small.

    The theory is the published one; its authors draw reaction curves of any shape, and the Cobb-Douglas tastes are those of the later
    literature (F1).
    """

    key = "olson_zeckhauser"
    title = "Economic theory of alliances"
    pillar = "burden_sharing"
    question = "Why do large allies pay disproportionately, and how far below the optimum is total defence?"
    fidelity = "F1"
    references = ("olson1966economic", "bergstrom1986private", "sandler2001economics")
    parameters = (
        Parameter("wealth", "w", "(0, inf)", "wealth of each ally", (120, 100, 90), "units of output"),
        Parameter("taste_security", "alpha", "(0, 1)", "weight of security in tastes", "3/10", latex=r"\alpha"),
    )
    outcomes = (
        Outcome("provision", "sum of all contributions", "units of output"),
        Outcome("provision_ratio", "sum of contributions relative to the efficient sum", "share"),
        Outcome("n_contributors", "number of allies that contribute", "count"),
        Outcome("share_largest", "share of the wealthiest ally in the sum", "share"),
        Outcome("burden_largest", "contribution of the wealthiest ally relative to its wealth", "share"),
        Outcome("burden_smallest", "contribution of the poorest ally relative to its wealth", "share"),
    )
    comparative_statics = (
        Sign("d(provision_if_all_contribute)/d(alpha) > 0", "tastes for the common good raise provision"),
        Sign("provision_if_all_contribute < efficient_provision", "provision is too low"),
        Sign("d(provision_if_all_contribute)/d(w_1) == d(provision_if_all_contribute)/d(w_2)", "wealth transfers are neutral"),
        Sign("d(least_wealth)/d(alpha) < 0", "the keener allies are on security, the fewer ride free"),
        Sign("d(least_wealth)/d(w_1) > 0", "a rich ally makes free riders of others"),
    )

    def utility(self, p: Values, g: Any, total: Any, wealth: Any) -> Any:
        """Write Cobb-Douglas tastes over private consumption and the sum, in logarithms."""
        from sympy import log

        return (1 - p.alpha) * log(wealth - g) + p.alpha * log(total)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the efficient sum, and if all allies contribute the sum and the wealth above which an ally does."""
        n, wealth = len(p.w), sum(p.w)
        shared = wealth / (p.alpha + n * (1 - p.alpha))
        return {
            "efficient_provision": p.alpha * wealth,
            "provision_if_all_contribute": p.alpha * shared,
            "least_wealth": (1 - p.alpha) * shared,
        }

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Add how far the sum falls short of the efficient one."""
        shared = super().outcomes_at(p, equilibrium)
        ratio = shared["provision"] / self.quantities(p)["efficient_provision"]
        return {outcome.name: ratio if outcome.name == "provision_ratio" else shared[outcome.name] for outcome in self.outcomes}

    def draw(self, ax: Any) -> None:
        """Draw burdens against wealth: above a threshold they rise with wealth, below it they are zero."""
        import numpy as np

        model = self.completed()
        equilibrium = model.solve().equilibria[0]
        p = model.values()
        wealth = np.array([float(w) for w in p.w])
        threshold = float(equilibrium.total) * (1 - float(p.alpha)) / float(p.alpha)
        line = np.linspace(0.6 * wealth.min(), 1.2 * wealth.max(), 400)
        ax.plot(line, np.maximum(0, 1 - threshold / line), color="#0b559f", linewidth=2)
        ax.scatter(wealth, [float(b) for b in equilibrium.burdens.values()], color="#b5451d", zorder=3)
        for name, w, burden in zip(equilibrium.game.players, wealth, equilibrium.burdens.values(), strict=True):
            ax.annotate(name, (w, float(burden)), textcoords="offset points", xytext=(-6, 8), ha="right")
        ax.axvline(threshold, color="0.5", linestyle=":", linewidth=1)
        ax.annotate("free riders", (threshold, 0), textcoords="offset points", xytext=(-8, 28), ha="right", color="0.3")
        ax.set(xlabel="wealth of the ally", ylabel="contribution as a share of wealth", ylim=(-0.02, None))
        ax.set_title("The great pay more than in proportion, the small ride free", loc="left", fontsize="medium")

    def _equilibrium(self) -> Any:
        return self.solve().equilibria[0]

    @proposition(
        "the contributor set",
        "The equilibrium is unique. With a set of k contributors of total wealth W_C the sum is G = alpha W_C/(alpha + k(1 - alpha)); an ally contributes g = w - G(1 - alpha)/alpha if its wealth exceeds G(1 - alpha)/alpha, and nothing otherwise.",
    )
    def contributor_set(self) -> bool:
        p, equilibrium = self.values(), self._equilibrium()
        threshold = equilibrium.total * (1 - p.alpha) / p.alpha
        rich = [w for w in p.w if w > threshold]
        formula = p.alpha * sum(rich) / (p.alpha + len(rich) * (1 - p.alpha))
        return equilibrium.total == formula and list(equilibrium.efforts) == [max(0, w - threshold) for w in p.w]

    @proposition(
        "exploitation of the great by the small",
        "Among contributors the burden g/w = 1 - G(1 - alpha)/(alpha w) rises with wealth: an ally never bears a smaller burden than a poorer one.",
    )
    def exploitation(self) -> bool:
        p, burdens = self.values(), list(self._equilibrium().burdens.values())
        pairs = [(w, b) for w, b in zip(p.w, burdens, strict=True)]
        return all(b1 > b2 or (b1 == b2 == 0) for w1, b1 in pairs for w2, b2 in pairs if w1 > w2)

    @proposition(
        "underprovision",
        "The efficient sum is alpha times total wealth. If all contribute, the equilibrium sum is 1/(alpha + n(1 - alpha)) of it; in general it is at most 1/(alpha + k(1 - alpha)) of it with k contributors, and less than the efficient sum with two or more allies.",
    )
    def underprovision(self) -> bool:
        p, solution = self.values(), self.solve()
        ratio, k = solution.outcomes[0]["provision_ratio"], solution.outcomes[0]["n_contributors"]
        bound = 1 / (p.alpha + k * (1 - p.alpha))
        return bool(ratio < 1 and (ratio == bound if k == len(p.w) else ratio < bound))

    @proposition(
        "neutrality",
        "A transfer of wealth between contributors that leaves both contributing changes nobody's consumption and leaves the sum unchanged.",
    )
    def neutrality(self) -> bool:
        p, equilibrium = self.values(), self._equilibrium()
        payers = [k for k, effort in enumerate(equilibrium.efforts) if effort > 0]
        if len(payers) < 2:
            return True
        first, second = payers[:2]
        moved = equilibrium.efforts[first] / 2
        wealth = list(p.w)
        wealth[first], wealth[second] = wealth[first] - moved, wealth[second] + moved
        after = self.replace(wealth=wealth)._equilibrium()
        consumption = [w - g for w, g in zip(wealth, after.efforts, strict=True)]
        return bool(after.total == equilibrium.total and consumption == [w - g for w, g in zip(p.w, equilibrium.efforts, strict=True)])

    @proposition("a stronger taste for security", "The sum of contributions rises with the taste for security: dG/dalpha > 0.")
    def taste(self) -> bool:
        keener = self.replace(taste_security=(self.values().alpha + 1) / 2)
        return bool(keener._equilibrium().total > self._equilibrium().total)

    @proposition(
        "quasi-linear tastes",
        "With quasi-linear tastes v ln G - g only the ally with the largest v pays, and G = max v: then no ally gains by contributing more or less. If an ally with a smaller v paid what it wants alone, the former would add to it.",
    )
    def quasi_linear(self) -> bool:
        v = [float(w) for w in self.values().w]
        payer = v.index(max(v))

        def worth(ally: int, own: float, others: float) -> float:
            return v[ally] * math.log(own + others) - own

        def content(ally: int) -> bool:
            own, others = (20, 0.0) if ally == payer else (0, v[payer])
            grid = {step: worth(ally, v[payer] * step / 20, others) for step in range(61) if step or others}
            return all(value < grid[own] for step, value in grid.items() if step != own)

        def adds(smaller: float) -> bool:
            return worth(payer, v[payer] - smaller, smaller) > worth(payer, 0.0, smaller)

        return all(map(content, range(len(v)))) and all(adds(value) for value in v if value < v[payer])

    evidence = recalled(
        "the 1964 figures",
        "Among 14 members of NATO in 1964 the rank correlation of GNP and the share of defence in GNP was .490; the figures ship with the package and the correlation is recomputed in the tests.",
        source="olson1966economic",
    )
