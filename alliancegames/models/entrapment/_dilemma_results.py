"""What is known about the alliance security dilemma of a single period."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.models.forms import NormalFormModel
from alliancegames.models.model import Solution
from alliancegames.models.propositions import proposition, recalled
from alliancegames.parameters import Values
from alliancegames.solvers.sequential import subgame_perfect

STRONG, WEAK = "strong", "weak"

# How an ally's best reply depends on the partner: (reply to strong, reply to weak).
REPLIES = {
    "weak dominant": (WEAK, WEAK),
    "coordination": (STRONG, WEAK),
    "anti-coordination": (WEAK, STRONG),
    "strong dominant": (STRONG, STRONG),
}


def reply_conditions(kind: str, p: Values, k: int) -> Conditions:
    """Return when ally ``k``'s best replies are of a kind."""
    to_strong, to_weak = REPLIES[kind]
    first = (p.sigma[k], p.e[k]) if to_strong == STRONG else (p.e[k], p.sigma[k])
    second = (p.x[k], p.e[k]) if to_weak == STRONG else (p.e[k], p.x[k])
    return [first, second]


def solver_strong(solution: Solution, ally: int) -> list[Any]:
    """Return the probabilities of strong commitment in the properly mixed equilibria."""
    return [item[ally][STRONG] for item in solution.equilibria.mixed]


class DilemmaResults(NormalFormModel):
    """The propositions of the model, checked by the solvers."""

    @abstractmethod
    def in_turn(self, first: int = 0) -> ExtensiveGame:
        """Return the game in which one ally moves first."""

    @proposition(
        "mixed equilibrium",
        "If both allies' best replies depend on the partner, there is a mixed equilibrium in which each commits strongly with the probability "
        "(x - e)/(x - sigma) computed from the partner's payoffs.",
        when=lambda p: [*reply_conditions("coordination", p, 0), *reply_conditions("coordination", p, 1)],
    )
    def mixed_equilibrium(self) -> bool:
        q, solution = self.thresholds(), self.solve()
        return solver_strong(solution, 0) == [q["indifference_2"]] and solver_strong(solution, 1) == [q["indifference_1"]]

    @proposition(
        "Chicken mixed equilibrium",
        "In Chicken the mixed equilibrium follows the same formula, and each pure equilibrium has exactly one ally committing.",
        when=lambda p: [*reply_conditions("anti-coordination", p, 0), *reply_conditions("anti-coordination", p, 1)],
    )
    def chicken(self) -> bool:
        q, solution = self.thresholds(), self.solve()
        pure = [item.actions for item in solution.equilibria.pure]
        return solver_strong(solution, 0) == [q["indifference_2"]] and pure == [(STRONG, WEAK), (WEAK, STRONG)]

    @proposition(
        "irrelevance of the benefit", "The benefit d of receiving a commitment never affects best replies, and so never the equilibria."
    )
    def benefit_irrelevant(self) -> bool:
        other = self.replace(benefit_commitment=[value + 1 for value in self.values().d])
        return _arrays(self) == _arrays(other)

    @proposition(
        "inefficient hedging",
        "If hedging is dominant for both, mutual hedging is the only equilibrium; each ally would prefer mutual commitment exactly if d - e + sigma > -x.",
        when=lambda p: [*reply_conditions("weak dominant", p, 0), *reply_conditions("weak dominant", p, 1)],
    )
    def hedging(self) -> bool:
        p, solution = self.values(), self.solve()
        game = solution.equilibria.game
        both, none = game.payoff((STRONG, STRONG)), game.payoff((WEAK, WEAK))
        prefers = [both[ally] > none[ally] for ally in game.players] == [p.d[k] - p.e[k] + p.sigma[k] > -p.x[k] for k in (0, 1)]
        return prefers and [item.actions for item in solution.equilibria] == [(WEAK, WEAK)]

    @proposition(
        "signs of the stag-hunt threshold",
        "In the stag hunt the firmness that an ally must expect rises in its entrapment cost e and falls in its decay loss x and in cohesion sigma.",
        when=lambda p: [*reply_conditions("coordination", p, 0), *reply_conditions("coordination", p, 1)],
    )
    def threshold_signs(self) -> bool:
        p = self.values()
        base = solver_strong(self.solve(), 1)[0]
        up_e = self.replace(cost_entrap_1=(p.e[0] + p.sigma[0]) / 2)
        up_x = self.replace(loss_abandon_1=(p.x[0] + p.e[0]) / 2)
        up_sigma = self.replace(cohesion_1=p.sigma[0] + 1)
        higher, lower, lowest = (solver_strong(model.solve(), 1)[0] for model in (up_e, up_x, up_sigma))
        return bool(higher > base > max(lower, lowest))

    @proposition(
        "mutual commitment",
        "If commitment is dominant for both allies, e < sigma and e < x, mutual commitment is the only equilibrium.",
        when=lambda p: [*reply_conditions("strong dominant", p, 0), *reply_conditions("strong dominant", p, 1)],
    )
    def commitment(self) -> bool:
        found = self.solve().equilibria
        return found.complete is True and [item.actions for item in found] == [(STRONG, STRONG)]

    @proposition(
        "fear of abandonment commits",
        "Between equal allies in a single period a greater loss x from decay never lowers the least or the largest number of strong commitments in pure equilibria; where x comes to exceed e, hedging by both "
        "ceases to be an equilibrium.",
        when=lambda p: [((p.x[0] - p.e[0]) ** 2, 0), ((p.sigma[0] - p.e[0]) ** 2, 0)],
    )
    def fear_commits(self) -> bool:
        p = self.values()
        alike = self.replace(cost_entrap=p.e[0], cohesion=p.sigma[0], loss_abandon=p.x[0], benefit_commitment=p.d[0])
        (least, most), (least_feared, most_feared) = (
            model._commitments() for model in (alike, alike.replace(loss_abandon=p.x[0] + p.e[0] + 1))
        )
        return least <= least_feared and most <= most_feared and least_feared > 0

    def _commitments(self) -> tuple[int, int]:
        """Return the least and the largest number of strong commitments in pure equilibria."""
        counts = [item.actions.count(STRONG) for item in self.solve().equilibria.pure]
        return min(counts), max(counts)

    @proposition(
        "who moves first",
        "If ally 1 moves first and the other sees it, in Chicken it hedges and leaves the commitment to ally 2; in the stag hunt it commits and draws ally 2 along if d - e + sigma > -x, and hedges otherwise.",
        when=lambda p: [
            *[((p.sigma[k] - p.e[k]) * (p.e[k] - p.x[k]), 0) for k in (0, 1)],
            ((p.sigma[0] - p.e[0]) * (p.sigma[1] - p.e[1]), 0),
            ((p.d[0] - p.e[0] + p.sigma[0] + p.x[0]) ** 2, 0),
        ],
    )
    def first_mover(self) -> bool:
        p, found = self.values(), subgame_perfect(self.in_turn())
        draws_along = p.d[0] - p.e[0] + p.sigma[0] > -p.x[0]
        stated = (WEAK, STRONG) if p.sigma[0] < p.e[0] else (STRONG, STRONG) if draws_along else (WEAK, WEAK)
        payoffs = tuple(self.payoffs(p)[stated])
        return found.complete is True and [tuple(family.profile.payoffs.values()) for family in found] == [payoffs]

    polarity = recalled(
        "polarity",
        "Multipolarity means a high x (partners can really leave), hence more commitment and more entrapment; bipolarity means a low x, hence weaker support and less restraint.",
        source="snyder1984security",
    )
    commitment_effects = recalled(
        "effects of a strong commitment",
        "A strong commitment lowers the risk of abandonment, raises that of entrapment, lowers restraint of the partner and the own bargaining leverage, and deters the adversary more but provokes it more.",
        source="snyder1984security",
    )


def _arrays(model: DilemmaResults) -> list[tuple[tuple[Any, ...], ...]]:
    return [tuple(tuple(vector) for vector in strategies) for strategies in model.solve().equilibria.arrays()]
