"""What is known about ultimatum bargaining in a crisis: the trade-off between risk and return, and what shifts it."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.distributions import TypeDistribution, Uniform
from alliancegames.games.offer import OfferGame
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.propositions import proposition
from alliancegames.parameters import Values
from alliancegames.solvers.offers import offer_equilibria

A, B = "A", "B"


def value(p: Values, demand: Any, chance: Any) -> Any:
    """Return what A expects of a demand that is refused with a given chance."""
    return (1 - chance) * demand + chance * (p.p - p.c_A)


def outcomes_of(p: Values, cut: Any, chance: Any) -> dict[str, Any]:
    """Return the outcomes if A's demand drives the types of B below a cut to war, which have a given chance."""
    demand, fighting = p.p + cut, (p.c_lo + cut) / 2
    return {
        "demand": demand,
        "p_war": chance,
        "value_a": value(p, demand, chance),
        "value_b": (1 - chance) * (1 - demand) + chance * (1 - p.p - fighting),
    }


def risky(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that A risks war."""
    return p.c_hi - p.c_A, 2 * p.c_lo


def generic(p: Values) -> Conditions:
    """Exclude the knife-edge at which A begins to risk war, where two solutions of its condition meet."""
    larger, smaller = risky(p)
    return [((larger - smaller) ** 2, 0)]


class UltimatumResults(CutoffModel):
    """The results on ultimatum bargaining, checked by all equilibria in cutoffs and by those of the game with finitely many types."""

    @abstractmethod
    def finite(self, types: int, costs: TypeDistribution | None = None) -> OfferGame:
        """Return the game with finitely many types of B.

        Parameters
        ----------
        types : int
            Number of types.
        costs : distribution, optional
            How B's cost of war is distributed.
        """

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
