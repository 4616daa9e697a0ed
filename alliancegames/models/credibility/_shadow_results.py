"""What is known about bargaining in the shadow of intervention, checked by the solver of offer games."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from alliancegames.games.offer import OfferGame
from alliancegames.models.offer_form import OfferModel
from alliancegames.models.propositions import proposition
from alliancegames.parameters import Values
from alliancegames.solvers.offers import offer_equilibria


def critical_reliability(p: Values) -> Any:
    """Return the probability of support from which on the challenger asks for less."""
    return (p.Delta + p.c0 - p.c1) / (p.Delta + p.c0 + p.c_C1)


class ShadowResults(OfferModel):
    """The results on what a target concedes that may or may not have support."""

    @abstractmethod
    def known(self, supported: bool) -> OfferGame:
        """Return the game in which everybody knows whether the target has support.

        Parameters
        ----------
        supported : bool
            Whether it has.
        """

    @abstractmethod
    def uninformed(self) -> OfferGame:
        """Return the game in which nobody knows whether support will come."""

    @abstractmethod
    def graded(self, support: Mapping[Any, Any]) -> OfferGame:
        """Return the game with as many types of the target as wanted.

        Parameters
        ----------
        support : mapping of number to number
            For each strength of support its probability.
        """

    def _at(self, **changed: Any) -> tuple[Any, Any] | None:
        found = self.only(**changed)
        return None if found is None else (found[1]["demand"], found[1]["p_war"])

    @proposition(
        "known support",
        "If everybody knows that the target has support, it concedes p - Delta + c1 > 0, less than the p + c0 that it concedes without, and there is no war.",
    )
    def support_known(self) -> bool:
        plays = [offer_equilibria(self.known(supported)) for supported in (False, True)]
        demands = [(play[0].low, play[0].outcomes) for play in plays if len(play) == 1]
        q = self.thresholds()
        return demands == [(q["x_H"], {"bargain": 1}), (q["x_L"], {"bargain": 1})] and 0 < q["x_L"] < q["x_H"]

    @proposition(
        "uncertainty that both share",
        "If the target does not know either whether support will come, the demand is p - rho Delta + (1 - rho) c0 + rho c1 and there is no war.",
    )
    def shared_uncertainty(self) -> bool:
        p, found = self.values(), offer_equilibria(self.uninformed())
        return (
            len(found) == 1
            and found[0].low == p.p - p.rho * p.Delta + (1 - p.rho) * p.c0 + p.rho * p.c1
            and found[0].outcomes == {"bargain": 1}
        )

    @proposition(
        "private knowledge of support",
        "If only the target knows, the challenger demands p + c0 exactly if rho < rho* = (Delta + c0 - c1)/(Delta + c0 + c_C1), and then there is war with probability rho; if rho > rho* it demands p - Delta + c1, and there is none.",
        when=lambda p: [((p.rho - critical_reliability(p)) ** 2, 0)],
    )
    def private_support(self) -> bool:
        p, q = self.values(), self.thresholds()
        return self._at() == ((q["x_H"], p.rho) if p.rho < q["rho_star"] else (q["x_L"], 0))

    @proposition(
        "likely support, likely war",
        "The probability of war rises in rho up to rho* and then drops to 0.",
    )
    def sawtooth(self) -> bool:
        star = self.thresholds()["rho_star"]
        below = [star * share for share in (Fraction(1, 2), Fraction(99, 100))]
        above = [star + (1 - star) / 100]
        wars = [play and play[1] for play in (self._at(rho=rho) for rho in (*below, *above))]
        return wars == [*below, 0]

    @proposition(
        "signs of the critical reliability",
        "The challenger dares less if war with both is dearer to it (drho*/dc_C1 < 0) or to the target (drho*/dc1 < 0), and more the more difference support makes (drho*/dDelta > 0).",
    )
    def signs(self) -> bool:
        p = self.values()
        stronger = (p.Delta + p.p + p.c1) / 2 if p.p + p.c1 < 1 else (p.Delta + 1) / 2
        dearer = (p.c1 + p.Delta + p.c0) / 2
        lowered = [("c_C1", p.c_C1, 2 * p.c_C1), ("c1", p.c1, dearer), ("Delta", stronger, p.Delta)]
        return all(self._daring_falls(name, before, after) for name, before, after in lowered)

    def _daring_falls(self, name: str, before: Any, after: Any) -> bool:
        """Whether a change of one parameter makes the challenger ask for less at some reliability between."""
        stars = [self.replace(**{name: value}).thresholds()["rho_star"] for value in (before, after)]
        middle = sum(stars) / 2
        dares, yields = (self._at(**{name: value, "rho": middle}) for value in (before, after))
        return bool(dares and yields and dares[1] == middle and yields[1] == 0)

    @proposition(
        "many types",
        "If support comes in many strengths s, a target of strength s grants at most p + c0 - s(Delta + c0 - c1); the challenger demands what one of them grants, the one that is worth most to it, and there is war with all stronger ones.",
    )
    def many_types(self) -> bool:
        p, half = self.values(), Fraction(1, 2)
        kinds = {Fraction(0): (1 - p.rho) * half, half: half, Fraction(1): p.rho * half}
        grants = {s: p.p + p.c0 - s * (p.Delta + p.c0 - p.c1) for s in kinds}
        wars = {s: p.p - s * p.Delta - (1 - s) * p.c_C0 - s * p.c_C1 for s in kinds}
        worth = {x: sum(w * (x if grants[s] >= x else wars[s]) for s, w in kinds.items()) for x in grants.values()}
        best = {x for x, value in worth.items() if value == max(worth.values())}
        found = offer_equilibria(self.graded(kinds))
        return bool(found.complete and {play.low for play in found} == best)
