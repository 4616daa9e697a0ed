"""Ultimatum bargaining in a crisis: the trade-off between risk and return."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames._fields import Field
from alliancegames.errors import ParameterError
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import TypeDistribution, Uniform
from alliancegames.games.offer import OfferGame
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.offers import offer_equilibria
from alliancegames.statics.regimes import Regime

__all__ = ["UltimatumCrisis"]

A, B = "A", "B"
ACCEPT, FIGHT = "accept", "fight"


def value(p: Values, demand: Any, chance: Any) -> Any:
    """Return what A expects of a demand that is refused with a given chance."""
    return (1 - chance) * demand + chance * (p.p - p.c_A)


def risky(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that A risks war."""
    return p.c_hi - p.c_A, 2 * p.c_lo


def generic(p: Values) -> Conditions:
    """Exclude the knife-edge at which A begins to risk war, where two solutions of its condition meet."""
    larger, smaller = risky(p)
    return [((larger - smaller) ** 2, 0)]


@register
class UltimatumCrisis(CutoffModel):
    """How much is demanded in a crisis, and how likely is war?

    Two states divide a pie. A demands a share and B accepts or fights. War costs both, so that there is always a division
    that both prefer to it. But what war costs B is known to B alone; to A all amounts between two bounds are equally likely. A larger
    demand earns more from those who accept it and drives more types of B to war: a trade-off between risk and return.

    The equilibrium is the type of B at which A stops. This is the base layer of all models of bargaining in the shadow of
    war. An ally that everybody knows of changes what is demanded and not how likely war is.
    """

    key = "ultimatum_crisis"
    title = "Ultimatum bargaining in a crisis"
    pillar = "deterrence"
    question = "How much is demanded in a crisis, and how likely is war?"
    fidelity = "F1"
    references = ("fearon1995rationalist", "powell1999shadow")
    parameters = (
        Parameter("p_win", "p", "(0, 1)", "A's win probability", "3/5", "probability"),
        Parameter("cost_war_a", "c_A", "(0, inf)", "A's cost of war", "1/10", "utility"),
        Parameter("cost_hi", "c_hi", "(0, inf)", "highest cost of war of B, types being uniform", "2/5", "utility"),
        Parameter("cost_lo", "c_lo", "[0, inf)", "lowest cost of war of B", 0, "utility"),
    )
    orders = (("c_hi", "c_lo"),)
    outcomes = (
        Outcome("demand", "what A demands", "share"),
        Outcome("p_war", "probability of war"),
        Outcome("value_a", "what A expects", "share"),
        Outcome("value_b", "what B expects, on average over its types", "share"),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume also that what A demands is a share."""
        return [*super().assumptions(p), (2 * (1 - p.p), p.c_hi - p.c_A), (1 - p.p, p.c_lo)]

    def build(self, p: Values, field: Field) -> CutoffGame:
        """State what A gains by demanding so much that one more type fights."""
        width = p.c_hi - p.c_lo

        def more(cost: Any, play: Play) -> Any:
            accepted = 1 - play[B]  # a larger demand takes this much more from those who accept
            return accepted - (cost + p.c_A) / width  # and loses the surplus of peace with the type at the margin

        def outcomes(play: Play) -> dict[str, Any]:
            cut, chance = play.cutoffs[B], play[B]
            demand, fighting = p.p + cut, (p.c_lo + cut) / 2  # the types that fight are those below the cut
            return {
                "demand": demand,
                "p_war": chance,
                "value_a": value(p, demand, chance),
                "value_b": (1 - chance) * (1 - demand) + chance * (1 - p.p - fighting),
            }

        return CutoffGame({B: Uniform(p.c_lo, p.c_hi)}, more, acts="below", outcomes=outcomes, title=self.title)

    def finite(self, types: int, costs: TypeDistribution | None = None) -> OfferGame:
        """Return the game with finitely many types of B, equally likely, in the middles of intervals of equal probability.

        Parameters
        ----------
        types : int
            Number of types.
        costs : distribution, optional
            How B's cost of war is distributed; by default uniformly, as in the model.

        Examples
        --------
        >>> import alliancegames as ag
        >>> play = ag.offer_equilibria(ag.models.UltimatumCrisis().finite(8))[0]
        >>> print(play.low, play.outcomes["war"])
        31/40 3/8
        """
        if not isinstance(types, int) or types < 1:
            raise ParameterError(f"finite(): types is the number of types of B and must be an integer from 1, got {types!r}.")
        model = self.completed()
        p = model.values()
        spread = Uniform(p.c_lo, p.c_hi) if costs is None else costs
        levels = [spread.quantile(Fraction(2 * k + 1, 2 * types)) for k in range(types)]
        if any(isinstance(level, float) for level in levels) and model.field == "exact":
            return self.replace(**{q.name: float(getattr(p, q.name)) for q in self.parameters}).finite(types, costs)
        share = 0 * p.p + 1

        def reply(x: Any, k: int) -> Move:
            war = End((p.p - p.c_A, 1 - p.p - levels[k]), "war")
            return Move(B, {ACCEPT: End((x, 1 - x), "bargain"), FIGHT: war}, f"B, type {k + 1}")

        def after(x: Any) -> TreeNode:
            return Chance({f"type {k + 1}": (share / types, reply(x, k)) for k in range(types)})

        return OfferGame((A, B), A, "demand", (0 * p.p, share), after, title=self.title, field=model.field)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the cut type, the demand and the risk of war where A runs one."""
        cut = (p.c_hi - p.c_A) / 2
        return {"cut_type": cut, "risky_demand": p.p + cut, "risk": (cut - p.c_lo) / (p.c_hi - p.c_lo), "safe_demand": p.p + p.c_lo}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return whether A risks war."""
        return [
            Regime("Risk", lambda p: [risky(p)], meaning="A demands more than the types of B with the lowest costs accept."),
            Regime(
                "No risk", lambda p: [risky(p)[::-1]], meaning="B's costs are known so well that A demands only what every type accepts."
            ),
        ]

    def draw(self, ax: Any) -> None:
        """Draw demand and risk against the highest cost of war, with what both sides would accept."""
        import numpy as np

        p = self.completed().values()
        top = float(2 * (1 - p.p) + p.c_A)
        highest = np.linspace(float(p.c_lo) + top / 500, top, 500)
        cut = np.maximum((highest - float(p.c_A)) / 2, float(p.c_lo))
        win, mean = float(p.p), (highest + float(p.c_lo)) / 2
        ax.fill_between(
            highest, win - float(p.c_A), np.minimum(win + mean, 1), color="0.9", label="better than war for A and the average B"
        )
        ax.plot(highest, win + cut, "--", color="#b3591a", linewidth=2, label="A's demand")
        ax.plot(highest, (cut - float(p.c_lo)) / (highest - float(p.c_lo)), color="#0b559f", linewidth=2.2, label="probability of war")
        ax.set(xlabel=r"highest cost of war of B, $c_{hi}$", ylabel="share, probability", xlim=(0, top), ylim=(-0.03, 1.03))
        ax.set_title("The higher B's costs may be, the more is demanded and the likelier is war", loc="left", fontsize="medium")
        ax.legend(frameon=False, loc="lower right")

    # ---------------------------------------------------------------- results

    def _at(self, **changed: Any) -> dict[str, Any] | None:
        solution = self.replace(**changed).solve()
        return solution.outcomes[0] if len(solution.equilibria) == 1 and solution.equilibria.complete else None

    def _found(self, name: str, **changed: Any) -> Any:
        found = self._at(**changed)
        return None if found is None else found[name]

    @proposition(
        "risk and return",
        "A demands p + max(c_lo, (c_hi - c_A)/2), and war has the probability max(0, (c_hi - c_A - 2 c_lo)/(2(c_hi - c_lo))). There is no other equilibrium.",
        when=generic,
    )
    def risk_return(self) -> bool:
        q, found = self.thresholds(), self._at()
        stated = (q["risky_demand"], q["risk"]) if q["risk"] > 0 else (q["safe_demand"], 0)
        return found is not None and (found["demand"], found["p_war"]) == stated

    @proposition(
        "the demand is optimal",
        "No demand gives A more than that of the equilibrium, and this is more than war gives.",
        when=generic,
    )
    def optimal(self) -> bool:
        p, found = self.values(), self._at()
        if found is None:
            return False
        types = Uniform(p.c_lo, p.c_hi)
        others = [value(p, Fraction(k, 200), types.cdf(Fraction(k, 200) - p.p)) for k in range(201)]
        return bool(found["value_a"] >= max(others) and found["value_a"] > p.p - p.c_A)

    @proposition(
        "finitely many types",
        "With K equally likely types in place of a continuum the optimal demands differ from x* by less than (c_hi - c_lo)/K.",
        when=generic,
    )
    def finite_types(self) -> bool:
        p, demand = self.values(), self._found("demand")
        plays = {types: offer_equilibria(self.finite(types)) for types in (2, 4)}
        return all(abs(play.low - demand) < (p.c_hi - p.c_lo) / types for types, found in plays.items() for play in found)

    @proposition(
        "a known ally",
        "What changes A's win probability changes its demand one for one and leaves the probability of war as it is: dx*/dp = 1. So does an ally of B that everybody knows of.",
        when=generic,
    )
    def known_ally(self) -> bool:
        p, before = self.values(), self._at()
        after = self._at(p_win=p.p / 2)
        return bool(before and after and before["demand"] - after["demand"] == p.p / 2 and before["p_war"] == after["p_war"])

    @proposition(
        "signs of the risk of war",
        "Where there is a risk of war it falls in A's cost, rises in the highest cost of B, and falls in the lowest.",
        when=lambda p: [risky(p)],
    )
    def signs(self) -> bool:
        p, risk = self.values(), self._found("p_war")
        middle = (p.c_hi - p.c_A + 2 * p.c_lo) / 4  # between the lowest cost and the cut
        wider = min(p.c_hi + p.c_A / 2, (p.c_hi + 2 * (1 - p.p) + p.c_A) / 2)
        costlier = (p.c_A + p.c_hi - 2 * p.c_lo) / 2
        dearer, higher, narrower = self._found("p_war", c_A=costlier), self._found("p_war", c_hi=wider), self._found("p_war", c_lo=middle)
        return None not in (risk, dearer, higher, narrower) and bool(dearer < risk < higher and narrower < risk)
