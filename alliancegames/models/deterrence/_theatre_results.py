"""What is known about a patron's readiness in several theatres: when rivals attack together, and what deters them."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import Any

from alliancegames.games.anonymous import AnonymousGame
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.models.forms import NormalFormModel
from alliancegames.models.propositions import proposition
from alliancegames.parameters import Values
from alliancegames.solvers.pure import count_equilibria
from alliancegames.solvers.sequential import subgame_perfect

ATTACK, WAIT = "attack", "wait"


def attacking(p: Values, repelled: Any) -> Any:
    """Return what an attack is worth that is repelled with a given probability."""
    return p.g - (p.g + p.l) * repelled


def critical_belief(p: Values) -> Any:
    """Return the belief in the other's attack from which on an attack pays, where expectations decide."""
    return p.l / (attacking(p, p.K / 2) + p.l)


def joint_pays(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that an attack pays if the other rival attacks too."""
    return 2 * p.g, p.K * (p.g + p.l)


class TheatreResults(NormalFormModel):
    """The results on several theatres, checked by all Nash equilibria, those in counts, and the solver of trees."""

    @abstractmethod
    def many(self, rivals: int, capacity: Any = None) -> AnonymousGame:
        """Return the game with any number of rivals.

        Parameters
        ----------
        rivals : int
            Number of rivals.
        capacity : number, optional
            The patron's capacity.
        """

    @abstractmethod
    def in_turn(self, first: int = 0) -> ExtensiveGame:
        """Return the game in which one rival moves first and the other sees what it did.

        Parameters
        ----------
        first : {0, 1}, default 0
            Position of the rival that moves first.
        """

    def _attacks(self, **changed: Any) -> set[Any]:
        """Return how often rivals attack in the solver's equilibria."""
        return {item[k][ATTACK] for item in self.replace(**changed).solve().equilibria for k in (0, 1)}

    @proposition(
        "equilibria with two rivals",
        "If K(g + l) > 2g nobody attacks; if K(g + l) < 2g peace, a joint attack and a mixed equilibrium exist, and nothing else.",
        when=lambda p: [((joint_pays(p)[0] - joint_pays(p)[1]) ** 2, 0)],
    )
    def two_rivals(self) -> bool:
        p = self.values()
        return self._attacks() == ({0} if p.K * (p.g + p.l) > 2 * p.g else {0, 1, critical_belief(p)})

    @proposition(
        "one theatre's capacity",
        "With capacity for one theatre, waiting is the only equilibrium if g < l. If g > l an attack pays to a rival that believes in the other's with more than 2l/(g + l), and the joint attack risk dominates peace exactly if g > 3l.",
        when=lambda p: [((p.g - p.l) ** 2, 0), ((p.g - 3 * p.l) ** 2, 0)],
    )
    def one_theatre(self) -> bool:
        p, found = self.values(), self.replace(capacity=1).solve().equilibria
        if p.g < p.l:
            return [item.actions for item in found] == [(WAIT, WAIT)]
        (mixed,) = found.mixed
        (selected,) = found.select("risk_dominant")
        stated = (ATTACK, ATTACK) if p.g > 3 * p.l else (WAIT, WAIT)
        return bool(mixed[0][ATTACK] == self.thresholds()["belief_one_theatre"] and selected.actions == stated)

    @proposition(
        "any number of rivals",
        "With n rivals and any capacity K, that all attack is an equilibrium exactly if min(1, K/n)(g + l) <= g, and that all wait exactly if min(1, K)(g + l) >= g.",
    )
    def any_number(self) -> bool:
        p = self.values()
        for rivals, capacity in ((1, p.K), (3, p.K), (5, 2 * p.K), (4, p.K / 3)):
            found = {item[0][ATTACK] for item in count_equilibria(self.many(rivals, capacity))}
            attacked, peace = min(1, capacity / rivals) * (p.g + p.l) <= p.g, min(1, capacity) * (p.g + p.l) >= p.g
            if (rivals in found, 0 in found) != (attacked, peace):
                return False
        return True

    @proposition(
        "capacity for all",
        "A patron that can fight in both theatres leaves peace as the only equilibrium. So does any capacity above 2g/(g + l), which is less than 2; below it the joint attack remains.",
        when=lambda p: [(p.g, p.l)],
    )
    def capacity_for_all(self) -> bool:
        needed = self.thresholds()["capacity_needed"]
        enough, too_little = (needed + 2) / 2, 1 + (needed - 1) * Fraction(9, 10)
        return bool(self._attacks(capacity=2) == {0} == self._attacks(capacity=enough) and 1 in self._attacks(capacity=too_little))

    @proposition(
        "signs of the critical belief",
        "Where expectations decide, a rival needs the less belief in the other's attack the more it gains and the less it loses: the critical belief falls in g and rises in l and in K.",
        when=lambda p: [joint_pays(p), (2, p.K)],
    )
    def signs(self) -> bool:
        p, belief = self.values(), self._belief()
        loss, capacity = p.l + (2 * p.g - p.K * (p.g + p.l)) / (2 * p.K), (p.K + self.thresholds()["capacity_needed"]) / 2
        return bool(self._belief(g=2 * p.g) < belief < min(self._belief(l=loss), self._belief(K=capacity)))

    def _belief(self, **changed: Any) -> Any:
        """Return how often rivals attack in the mixed equilibrium, which makes them indifferent."""
        (item,) = self.replace(**changed).solve().equilibria.mixed
        return item[0][ATTACK]

    @proposition(
        "attacks that are seen",
        "If one rival sees whether the other attacks before it decides, expectations do not matter: there is a joint attack if K(g + l) < 2g and peace if K(g + l) > 2g, in every subgame-perfect equilibrium.",
        when=lambda p: [((joint_pays(p)[0] - joint_pays(p)[1]) ** 2, 0)],
    )
    def seen(self) -> bool:
        larger, smaller = joint_pays(self.values())
        paid = {attacking(self.values(), self.values().K / 2)} if larger > smaller else {0 * larger}
        plays: list[Any] = [play for first in (0, 1) for play in subgame_perfect(self.in_turn(first))]
        return len(plays) >= 2 and all(set(corner.payoffs.values()) == paid for play in plays for corner in play.corners)
