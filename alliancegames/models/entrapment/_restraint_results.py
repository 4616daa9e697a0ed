"""What is known about allies that restrain their partners."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.cutoff import CutoffGame
from alliancegames.games.offer import OfferGame
from alliancegames.models.offer_form import OfferModel
from alliancegames.models.propositions import proposition
from alliancegames.parameters import Values
from alliancegames.solvers.cutoffs import cutoff_equilibria
from alliancegames.solvers.offers import offer_equilibria
from alliancegames.solvers.sequential import subgame_perfect

SUPPORT, ADVISE, ACCEPT, RESIST = "support", "advise settlement", "accept", "resist"
CHALLENGER, ALLY, TARGET = "Challenger", "Ally", "Target"
FULL, RESTRAINED, RELUCTANT = "Full support", "Restraint", "Reluctance"


def supports(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the ally supports resistance to every demand that the target would refuse with its support."""
    return p.b * p.c_T, p.k


def generic(p: Values) -> Conditions:
    """Return the pair that says that the ally is not indifferent when the target resists whatever it is advised."""
    return [((p.k - p.b * p.Delta) ** 2, 0)]


def bounded(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the ally stops advising settlement before the target stops listening."""
    return p.b * (p.Delta + p.c_T + p.V_T), p.k


class RestraintResults(OfferModel):
    """The propositions of the model, checked by the solvers of games with an offer, of trees and of cutoff games."""

    @abstractmethod
    def without_ally(self) -> OfferGame:
        """Return the game in which the target has no ally."""

    @abstractmethod
    def uncertain(self, costs: Any) -> CutoffGame:
        """Return the game in which only the target knows its cost of war."""

    def _demands(self, **changed: Any) -> set[Any]:
        """Return the demands in the solver's equilibria, all of which must end in peace."""
        solution = self.replace(**changed).solve()
        complete = solution.equilibria.complete is True and all(item.low == item.high for item in solution.equilibria)
        return (
            {outcome["demand"] for outcome in solution.outcomes} if complete and not any(o["p_war"] for o in solution.outcomes) else set()
        )

    def _war(self, cost_hi: Any, **changed: Any) -> Any:
        """Return the probability of war if the target's cost is its secret."""
        (play,) = cutoff_equilibria(self.replace(**changed).uncertain(cost_hi))
        return play.outcomes["p_war"]

    @proposition(
        "the equilibrium demand",
        "There is no war, and the challenger demands x* = p - Delta + max(c_T, min(k/b, Delta + c_T + V_T)).",
        when=generic,
    )
    def demand(self) -> bool:
        return self._demands() == {self.thresholds()["x_star"]}

    @proposition(
        "whom the ally restrains",
        "Of the demands that the target would refuse with support and accept against its will if advised, p - Delta + c_T < x < p + c_T + V_T, the ally advises to accept those with x < p - Delta + k/b and supports resistance to all others.",
    )
    def advice(self) -> bool:
        q, game = self.thresholds(), self.game()
        low, high = q["x_supported"], q["x_advised"]
        tested = {low + (high - low) * Fraction(k, 6) for k in range(1, 6)} - {q["x_ally"]}
        replies = {x: [play[ALLY].support for play in subgame_perfect(game.after(x))] for x in tested}
        return all(reply == [(ADVISE,) if x < q["x_ally"] else (SUPPORT,)] for x, reply in replies.items())

    @proposition(
        "a reluctant ally is worse than none",
        "A target without allies concedes p + c_T. One with an ally concedes less exactly if k/b < Delta + c_T, and more if k/b is larger and V_T > 0: it then pays to keep the alliance.",
        when=generic,
    )
    def worse_than_none(self) -> bool:
        p, (alone,) = self.values(), offer_equilibria(self.without_ally())
        (demand,), reluctance = self._demands(), p.k / p.b
        less, more = reluctance < p.Delta + p.c_T, reluctance > p.Delta + p.c_T and p.V_T > 0
        return bool(alone.low == p.p + p.c_T and (demand < alone.low) == less and (demand > alone.low) == more)

    @proposition(
        "war with uncertain costs",
        "If the target's cost of war is its secret, uniform up to cbar, and it is advised to settle, there is war with probability max(0, (cbar - V_T - c_C)/(2 cbar)): the value of the alliance restrains, as a promised transfer in war would embolden.",
    )
    def uncertain_costs(self) -> bool:
        p = self.values()
        return all(self._war(cbar) == max(0, (cbar - p.V_T - p.c_C) / (2 * cbar)) for cbar in (Fraction(1, 2), Fraction(2)))

    @proposition(
        "signs",
        "The demand never falls in the ally's reluctance k/b, and rises in it strictly under restraint; it does not depend on V_T before the ally is very reluctant. With uncertain costs the risk of war falls in V_T by 1/(2 cbar) per unit while there is any.",
        when=lambda p: [supports(p)[::-1], bounded(p), *generic(p)],
    )
    def signs(self) -> bool:
        p, (demand,) = self.values(), self._demands()
        dearer = [p.k + (p.b * (p.Delta + p.c_T + p.V_T) - p.k) * share for share in (Fraction(1, 2), Fraction(1, 3))]
        reluctance = next(k for k in dearer if k != p.b * p.Delta)
        (more,), (loose,), cbar = self._demands(k=reluctance), self._demands(V_T=(1 - p.p - p.c_T + p.V_T) / 2), 2 + p.V_T + p.c_C
        step = p.V_T / 2
        falls = self._war(cbar, V_T=step) - self._war(cbar)
        return bool(demand < more and loose == demand and falls == (p.V_T - step) / (2 * cbar))
