"""What is known about limited war aims: where each choice is best, and the results on them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.offer import OfferGame
from alliancegames.models.offer_form import OfferModel
from alliancegames.models.propositions import proposition
from alliancegames.parameters import Values
from alliancegames.solvers.offers import offer_equilibria
from alliancegames.solvers.sequential import subgame_perfect

NONE, OUT, IN = "none", "stay out", "intervene"


def largest_ignored(p: Values) -> Any:
    """Return the largest demand that the third party lets pass, where it would fight for the whole stake."""
    return p.k / (p.Delta * p.b)


def interested(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the third party would fight for the whole stake."""
    return p.Delta * p.b, p.k


def war_pays(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that a war for the whole stake pays while the third party stays out."""
    return p.p, p.c_A


def passed(p: Values, amount: Any) -> tuple[Any, Any]:
    """Return the pair that says that the largest demand that passes is worth more than an amount, rid of the denominator."""
    return p.p * p.k, amount * p.Delta * p.b


def limited(p: Values) -> Conditions:
    """Return when the attacker asks for just so little that the third party stays out."""
    return [interested(p), passed(p, p.c_A), passed(p, p.p - p.Delta - p.e)]


def full(p: Values) -> Conditions:
    """Return when the attacker asks for everything although the third party intervenes."""
    return [interested(p), (p.p - p.Delta - p.e, p.c_A), passed(p, p.p - p.Delta - p.e)[::-1]]


def deterred(p: Values) -> Conditions:
    """Return when war would pay without the third party, but does not with it."""
    return [war_pays(p), interested(p), passed(p, p.c_A)[::-1], (p.c_A, p.p - p.Delta - p.e)]


class AimsResults(OfferModel):
    """The results on limited war aims, checked by the solver of offer games."""

    @abstractmethod
    def uncertain(self, costs: Mapping[Any, Any]) -> OfferGame:
        """Return the game in which only the third party knows what intervention costs it.

        Parameters
        ----------
        costs : mapping of number to number
            For each possible cost its probability.
        """

    def _demand(self, **changed: Any) -> Any:
        found = self.only(**changed)
        return None if found is None else found[1]["demand"]

    @proposition(
        "when the third party intervenes",
        "The third party fights exactly if Delta b x > k, so that demands up to xhat = min(1, k/(Delta b)) pass.",
    )
    def intervention(self) -> bool:
        game, limit = self.game(), self.thresholds()["x_hat"]
        tested = {Fraction(k, 5) for k in range(6)} | {min(limit * Fraction(k, 10), Fraction(1)) for k in (9, 11)}
        replies = {x: [play["Third party"].support for play in subgame_perfect(game.after(x))] for x in tested - {limit}}
        return all(reply == [(IN,) if x > limit else (OUT,)] for x, reply in replies.items())

    @proposition(
        "deterrence",
        "If xhat < 1 there is peace exactly if max(p xhat, p - Delta - e) <= c_A; at equality the attacker is indifferent.",
        when=lambda p: [interested(p)],
    )
    def deterrence(self) -> bool:
        p, x = self.values(), self.thresholds()["x_hat"]
        gain = max(p.p * x, p.p - p.Delta - p.e) - p.c_A
        wars = {outcome["p_war"] for outcome in self.solve().outcomes}
        return wars == ({0, 1} if gain == 0 else {int(gain > 0)})

    @proposition(
        "limited aims",
        "If p xhat exceeds both c_A and p - Delta - e, with xhat < 1, the attacker demands exactly xhat and the third party stays out.",
        when=limited,
    )
    def limited_aims(self) -> bool:
        found = self.only()
        return found is not None and found[1] == {"demand": self.thresholds()["x_hat"], "p_war": 1, "p_intervention": 0}

    @proposition(
        "full aims",
        "The attacker demands everything if the third party would never fight and p > c_A, and also if p - Delta - e exceeds both c_A and p xhat; then it has to fight the third party, too.",
        when=full,
    )
    def full_aims(self) -> bool:
        p, alone = self.values(), self.only()
        indifferent = self.only(cost_war_third_party=2 * p.Delta * p.b)
        wars = [found and found[1] for found in (alone, indifferent)]
        return wars == [{"demand": 1, "p_war": 1, "p_intervention": fights} for fights in (1, 0)]

    @proposition(
        "strength moderates aims",
        "Where aims are limited, a third party that fights at less cost, makes more difference or has more at stake lowers the demand rather than the risk of war: dxhat/dk > 0, dxhat/dDelta < 0, dxhat/db < 0.",
        when=limited,
    )
    def moderation(self) -> bool:
        p, x = self.values(), self.thresholds()["x_hat"]
        # A step towards the smallest demand that is still worth a war keeps the third party's strength from deterring.
        least = max(p.c_A / p.p, (p.p - p.Delta - p.e) / p.p, Fraction(0))
        share = (least + x) / (2 * x)
        stronger = [{"k": p.k * share}, {"b": p.b / share}]
        more_effective = p.Delta / share if p.Delta / share < p.p else (p.Delta + p.p) / 2
        demands = [self._demand(**change) for change in (*stronger, {"Delta": more_effective})]
        return self._demand() == x and all(demand is not None and 0 < demand < x for demand in demands)

    @proposition(
        "unknown resolve",
        "If only the third party knows its cost, the attacker keeps the peace, demands everything, or makes a demand k/(Delta b) that a third party with one of the costs k just lets pass, whichever is worth most; those with lower costs then fight.",
    )
    def unknown_resolve(self) -> bool:
        p = self.values()
        kinds = {p.k: Fraction(1, 2), 2 * p.k: Fraction(1, 3), 3 * p.k: Fraction(1, 6)}
        limits = {cost: cost / (p.Delta * p.b) for cost in kinds}

        def earns(x: Any, limit: Any) -> Any:
            return p.p * x - p.c_A if x <= limit else (p.p - p.Delta) * x - p.c_A - p.e

        worth = {x: sum(w * earns(x, limits[k]) for k, w in kinds.items()) for x in {1, *limits.values()} if x <= 1}
        best = max(0, *worth.values())
        choices = {x for x, value in worth.items() if value == best} | ({None} if best == 0 else set())
        found = offer_equilibria(self.uncertain(kinds))
        return bool(found.complete and {play.low for play in found} == choices)
