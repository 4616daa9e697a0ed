"""What is known about the alliance security dilemma over time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.automaton import Automaton
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.strategies import always
from alliancegames.models.entrapment._dilemma_results import STRONG, WEAK, reply_conditions
from alliancegames.models.propositions import proposition
from alliancegames.models.repeated_form import Cell, RepeatedModel
from alliancegames.parameters import Values
from alliancegames.solvers.repeated.automata import one_shot_deviations
from alliancegames.solvers.repeated.critical import critical_discount
from alliancegames.solvers.zero_sum import pure_minmax

BOTH, NEITHER, FIRST, SECOND = (STRONG, STRONG), (WEAK, WEAK), (STRONG, WEAK), (WEAK, STRONG)


def both(kind: str, p: Values) -> Conditions:
    """Return when both allies' best replies in a single period are of a kind."""
    return [*reply_conditions(kind, p, 0), *reply_conditions(kind, p, 1)]


def worthwhile(p: Values) -> Conditions:
    """Return when both allies prefer mutual commitment to mutual hedging."""
    return [(p.d[k] - p.e[k] + p.sigma[k], -p.x[k]) for k in (0, 1)]


class PatienceResults(RepeatedModel):
    """The propositions of the model, checked by the solvers of repeated games."""

    @abstractmethod
    def amends(self, stage: NormalFormGame) -> Automaton:
        """Return mutual commitment under the threat of amends."""

    def _reversion(self) -> Any:
        """Return the critical discount factor with reversion to the worst Nash equilibrium."""
        return critical_discount(self.game().stage, BOTH).value

    def _nash_is_minmax(self, cells: Sequence[Cell]) -> bool:
        """Whether the given equilibria hold each ally to the least it can secure, so that no punishment is worse."""
        stage = self.game().stage
        levels = [stage.payoff(cell)[player] for cell, player in zip(cells, stage.players, strict=True)]
        equilibria = all(not any(stage.regret(cell).values()) for cell in cells)
        return equilibria and levels == [pure_minmax(stage, player).value for player in stage.players]

    @proposition(
        "patience cures abandonment",
        "If hedging is dominant for both and both prefer mutual commitment, it is sustained exactly if delta >= max (e_i - sigma_i) / (d_i + x_i), by "
        "reversion to hedging; no punishment does better, since hedging holds each ally to what it can secure.",
        when=lambda p: [*both("weak dominant", p), *worthwhile(p)],
    )
    def cures_abandonment(self) -> bool:
        p = self.values()
        expected = max((p.e[k] - p.sigma[k]) / (p.d[k] + p.x[k]) for k in (0, 1))
        return self._reversion() == expected and self._nash_is_minmax((NEITHER, NEITHER))

    @proposition(
        "patience cures entrapment",
        "In Chicken mutual commitment is sustained exactly if delta >= max (e_i - sigma_i) / (d_i + e_i): a deserter has to carry the alliance alone, "
        "and no punishment does better. This is always below one.",
        when=lambda p: both("anti-coordination", p),
    )
    def cures_entrapment(self) -> bool:
        p = self.values()
        expected = max((p.e[k] - p.sigma[k]) / (p.d[k] + p.e[k]) for k in (0, 1))
        return self._reversion() == expected < 1 and self._nash_is_minmax((FIRST, SECOND))

    @proposition(
        "no patience needed",
        "If both allies reply to commitment with commitment (sigma > e), mutual commitment needs no patience; in the stag hunt the fear of "
        "abandonment remains, since mutual hedging is an equilibrium at every patience.",
        when=lambda p: both("coordination", p),
    )
    def no_patience_needed(self) -> bool:
        hedging = one_shot_deviations(self.game(), always(self.game().stage, NEITHER))
        strong = self.replace(loss_abandon=[value + 1 for value in self.values().e])
        return self._reversion() == strong._reversion() == 0 and hedging.holds is True

    @proposition(
        "amends",
        "If hedging is dominant for Ally 1, while Ally 2 never lets the alliance decay, reversion to Nash equilibrium punishes nobody: it gives Ally 1 what it likes best. With amends "
        "mutual commitment is sustained exactly if delta >= max of (e_1 - sigma_1) / (d_1 + x_1) and (e_2 - sigma_2) / (d_2 + e_2), provided that this "
        "is at least (e_1 - x_1) / (d_1 + e_1).",
        when=lambda p: [
            *reply_conditions("weak dominant", p, 0),
            *reply_conditions("anti-coordination", p, 1),
            worthwhile(p)[0],
            ((p.e[0] - p.sigma[0]) * (p.d[0] + p.e[0]), (p.e[0] - p.x[0]) * (p.d[0] + p.x[0])),
        ],
    )
    def amends_work(self) -> bool:
        stars = self.thresholds()
        model = self.replace(delta=max(stars["delta_star_1"], stars["delta_star_2"]))
        game = model.game()
        return self._reversion() is None and one_shot_deviations(game, model.amends(game.stage)).holds is True and model._least()

    def _least(self) -> bool:
        """Whether at less patience even a deserter held to what it can secure would gain."""
        stage, delta = self.game().stage, self.values().delta * 999 / 1000
        value, least = stage.payoff(BOTH), {player: pure_minmax(stage, player).value for player in stage.players}
        best = {"Ally 1": stage.payoff(SECOND)["Ally 1"], "Ally 2": stage.payoff(FIRST)["Ally 2"]}
        return any((1 - delta) * best[k] + delta * least[k] > value[k] for k in stage.players)

    @proposition(
        "taking turns",
        "In Chicken allies can carry the alliance in turns at every patience; who begins gets (delta d - e) / (1 + delta) on average.",
        when=lambda p: both("anti-coordination", p),
    )
    def taking_turns(self) -> bool:
        p = self.values()
        found = one_shot_deviations(self.game(), self.strategies(p, self.game().stage)["taking turns; a deserter carries the alliance"])
        return found.holds is True and found.values.payoffs["Ally 1"] == (p.delta * p.d[0] - p.e[0]) / (1 + p.delta)

    def _equal(self, **changes: Any) -> Any:
        """Return the critical discount factor of two allies who are both like the first one, with changes."""
        p = self.values()
        alike = {"benefit_commitment": p.d[0], "cost_entrap": p.e[0], "cohesion": p.sigma[0], "loss_abandon": p.x[0]}
        return self.replace(**alike | changes)._reversion()

    @proposition(
        "signs where patience cures abandonment",
        "Between equal allies for whom hedging is dominant the critical discount factor rises in the cost of entrapment e and falls in cohesion sigma, in the fear of "
        "decay x, and in the benefit d, which plays no part in a single period.",
        when=lambda p: [*reply_conditions("weak dominant", p, 0), worthwhile(p)[0], (p.sigma[0], 0)],
    )
    def signs_hedging(self) -> bool:
        p = self.values()
        slack = p.d[0] - p.e[0] + p.sigma[0] + p.x[0]
        falls = [{"benefit_commitment": p.d[0] + 1}, {"loss_abandon": (p.x[0] + p.e[0]) / 2}]
        rises = [{"cost_entrap": p.e[0] + slack / 2}, {"cohesion": p.sigma[0] - min(p.sigma[0], slack) / 2}]
        return self._moves(falls, rises)

    @proposition(
        "signs where patience cures entrapment",
        "Between equal allies in Chicken the critical discount factor rises in the cost of entrapment e, falls in cohesion sigma and in the benefit d, and does not "
        "depend on the fear of decay x.",
        when=lambda p: [*reply_conditions("anti-coordination", p, 0), (p.sigma[0], 0)],
    )
    def signs_chicken(self) -> bool:
        p = self.values()
        rises = [{"cost_entrap": (p.e[0] + p.x[0]) / 2}, {"cohesion": p.sigma[0] / 2}]
        return self._moves([{"benefit_commitment": p.d[0] + 1}], rises) and self._equal(loss_abandon=p.x[0] + 1) == self._equal()

    def _moves(self, falls: Sequence[Mapping[str, Any]], rises: Sequence[Mapping[str, Any]]) -> bool:
        base = self._equal()
        return all(self._equal(**change) < base for change in falls) and all(self._equal(**change) > base for change in rises)
