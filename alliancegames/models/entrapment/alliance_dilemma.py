"""Snyder's alliance security dilemma."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.models.forms import Cell, NormalFormModel
from alliancegames.models.model import Outcome, Solution
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["AllianceDilemma"]

STRONG, WEAK = "strong", "weak"

# How an ally's best reply depends on the partner: (reply to strong, reply to weak).
REPLIES = {
    "weak dominant": (WEAK, WEAK),
    "coordination": (STRONG, WEAK),
    "anti-coordination": (WEAK, STRONG),
    "strong dominant": (STRONG, STRONG),
}
SAME = {
    "weak dominant": "Prisoner's Dilemma type",
    "coordination": "Stag hunt",
    "anti-coordination": "Chicken",
    "strong dominant": "Both strong",
}
MEANING = {
    "weak dominant": "Entrapment costs more than cohesion and decay together can repay: both allies hedge.",
    "coordination": "A firm partner deserves firmness, a hedging one does not: the alliance holds or unravels together.",
    "anti-coordination": "Decay frightens more than entrapment, but one commitment is enough: one ally carries it.",
    "strong dominant": "Cohesion and the fear of decay outweigh entrapment: both commit.",
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


@register
class AllianceDilemma(NormalFormModel):
    """Should an ally back its partner strongly, or hedge?

    Two allies choose how firmly to commit. A firm commitment helps the *partner*, who is deterred from
    leaving and protected, but exposes the *giver* to being dragged into the partner's quarrels. If both
    hedge, the alliance decays and both lose. Whether the fear of abandonment or of entrapment prevails
    decides between four classic games.

    Glenn Snyder's theory is verbal; the payoffs are our formalisation (F3).
    """

    key = "alliance_dilemma"
    title = "Alliance security dilemma"
    pillar = "entrapment"
    question = "Should an ally back its partner strongly or hedge?"
    fidelity = "F3"
    references = ("snyder1984security", "snyder1997alliance")
    players = ("Ally 1", "Ally 2")
    actions = ((STRONG, WEAK), (STRONG, WEAK))
    parameters = (
        Parameter("benefit_commitment", "d", "(0, inf)", "benefit of receiving the partner's strong commitment", (1, 1), "utility"),
        Parameter("cost_entrap", "e", "[0, inf)", "entrapment cost of giving a strong commitment", ("1/2", "1/2"), "utility"),
        Parameter("cohesion", "sigma", "[0, inf)", "cohesion bonus if both commit strongly", ("4/5", "4/5"), "utility", latex=r"\sigma"),
        Parameter("loss_abandon", "x", "[0, inf)", "loss from the decay of the alliance if both hedge", ("1/10", "1/10"), "utility"),
    )
    outcomes = (
        Outcome("p_both_strong", "probability that both commit strongly"),
        Outcome("p_one_strong", "probability that exactly one ally carries the commitment"),
        Outcome("p_decay", "probability that both hedge and the alliance decays"),
        Outcome("welfare", "sum of both allies' payoffs", "utility"),
    )
    comparative_statics = (
        Sign("d(indifference_1)/d(e_1) > 0", "the firmness needed rises in the cost of entrapment", where=("Stag hunt",)),
        Sign("d(indifference_1)/d(x_1) < 0", "and falls in the loss from abandonment", where=("Stag hunt",)),
        Sign("d(indifference_1)/d(sigma_1) < 0", "and in what cohesion is worth", where=("Stag hunt",)),
    )

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Write the payoffs of the four cells."""
        d, e, sigma, x = p.d, p.e, p.sigma, p.x
        return {
            (STRONG, STRONG): (d[0] - e[0] + sigma[0], d[1] - e[1] + sigma[1]),
            (STRONG, WEAK): (-e[0], d[1]),
            (WEAK, STRONG): (d[0], -e[1]),
            (WEAK, WEAK): (-x[0], -x[1]),
        }

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Classify the cells."""
        cells = list(self.payoffs(p))
        strong = {cell: cell.count(STRONG) for cell in cells}
        return {
            "p_both_strong": {cell: int(strong[cell] == 2) for cell in cells},
            "p_one_strong": {cell: int(strong[cell] == 1) for cell in cells},
            "p_decay": {cell: int(strong[cell] == 0) for cell in cells},
            "welfare": {cell: sum(values) for cell, values in self.payoffs(p).items()},
        }

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the belief in the partner's firmness that makes each ally indifferent."""
        return {f"indifference_{k + 1}": (p.e[k] - p.x[k]) / (p.sigma[k] - p.x[k]) for k in (0, 1)}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Combine the four kinds of best replies of both allies; with equal allies four games remain."""
        return [self._regime(first, second) for first, second in itertools.product(REPLIES, repeat=2)]

    def _regime(self, first: str, second: str) -> Regime:
        name = SAME[first] if first == second else f"{first} / {second}"
        meaning = MEANING[first] if first == second else f"Ally 1: {MEANING[first]} Ally 2: {MEANING[second]}"

        def when(p: Values) -> Conditions:
            return [*reply_conditions(first, p, 0), *reply_conditions(second, p, 1)]

        def equilibria(p: Values) -> list[tuple[Mapping[str, Any], ...]]:
            return self._equilibria(first, second, p)

        return Regime(name, when, equilibria, meaning)

    def _equilibria(self, first: str, second: str, p: Values) -> list[tuple[Mapping[str, Any], ...]]:
        """Return pure equilibria, and the mixed one where both allies' replies depend on the partner."""
        reply = [dict(zip((STRONG, WEAK), REPLIES[kind], strict=True)) for kind in (first, second)]
        found: list[tuple[Mapping[str, Any], ...]] = [
            ({a: 1}, {b: 1}) for a, b in itertools.product((STRONG, WEAK), repeat=2) if reply[0][b] == a and reply[1][a] == b
        ]
        if "dominant" not in first + second:
            q = self.quantities(p)
            own, partner = q["indifference_2"], q["indifference_1"]
            found.append(({STRONG: own, WEAK: 1 - own}, {STRONG: partner, WEAK: 1 - partner}))
        return found

    def draw(self, ax: Any) -> None:
        """Draw the four games in the plane of cohesion and the loss from decay."""
        self.regimes().plot("cohesion", "loss_abandon", xlim=(0, 1), ylim=(0, 1), ax=ax)
        ax.set_title("Cohesion and the fear of decay decide between four games", loc="left", fontsize="medium")

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


def _arrays(model: AllianceDilemma) -> list[tuple[tuple[Any, ...], ...]]:
    return [tuple(tuple(vector) for vector in strategies) for strategies in model.solve().equilibria.arrays()]
