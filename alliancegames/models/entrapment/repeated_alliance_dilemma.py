"""Snyder's alliance security dilemma among allies who meet again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.automaton import Automaton, PlayPath
from alliancegames.games.distributions import maximum, minimum
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.strategies import always, grim_trigger
from alliancegames.models.entrapment.alliance_dilemma import STRONG, WEAK, AllianceDilemma, reply_conditions
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import proposition
from alliancegames.models.registry import register
from alliancegames.models.repeated_form import Cell, RepeatedModel
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.repeated.automata import one_shot_deviations
from alliancegames.solvers.repeated.critical import critical_discount
from alliancegames.solvers.zero_sum import pure_minmax

__all__ = ["RepeatedAllianceDilemma"]

BOTH, NEITHER, FIRST, SECOND = (STRONG, STRONG), (WEAK, WEAK), (STRONG, WEAK), (WEAK, STRONG)
ALONE = "Ally 2 alone"
PRISONER = {"cost_entrap": ("1/2", "1/2"), "cohesion": ("1/5", "1/5")}


def both(kind: str, p: Values) -> Conditions:
    """Return when both allies' best replies in a single period are of a kind."""
    return [*reply_conditions(kind, p, 0), *reply_conditions(kind, p, 1)]


def worthwhile(p: Values) -> Conditions:
    """Return when both allies prefer mutual commitment to mutual hedging."""
    return [(p.d[k] - p.e[k] + p.sigma[k], -p.x[k]) for k in (0, 1)]


@register
class RepeatedAllianceDilemma(RepeatedModel):
    """When does patience cure abandonment, and when does it cure entrapment?

    Two allies decide in each period how firmly to commit to each other; the payoffs of a period are those of the alliance security
    dilemma. In a single period an ally hedges if entrapment costs more than cohesion repays. Two ills may follow. If decay
    frightens little, both hedge and the alliance is abandoned. If it frightens much, one ally is left to carry the commitment, entrapped
    alone, while the other hedges behind its back.

    Allies who meet again can do better. An ally that hedges today gains the difference of e and sigma once; what it can be made to lose
    ever after is the partner's commitment d, and besides the smaller one of e and x, since it may choose between being abandoned
    and carrying the alliance alone. In a single period d plays no part; over time it is what is at stake.

    The stage game is our formalisation of a verbal theory (F3); the results about patience are derived here.
    """

    key = "repeated_alliance_dilemma"
    title = "Alliance security dilemma over time"
    pillar = "entrapment"
    question = "When does patience cure abandonment, and when does it cure entrapment?"
    fidelity = "F3"
    references = ("snyder1984security", "snyder1997alliance", "friedman1971noncooperative", "abreu1988theory")
    players = AllianceDilemma.players
    actions = AllianceDilemma.actions
    parameters = (
        *(replace(parameter, default=PRISONER.get(parameter.name, parameter.default)) for parameter in AllianceDilemma.parameters),
        Parameter("delta", "delta", "(0, 1)", "discount factor", "1/2", "per period", latex=r"\delta"),
    )
    outcomes = (
        Outcome("p_both_strong", "discounted share of periods in which both commit strongly"),
        Outcome("p_one_strong", "discounted share of periods in which exactly one ally carries the commitment"),
        Outcome("p_decay", "discounted share of periods in which both hedge"),
        Outcome("welfare", "sum of both allies' average payoffs", "utility"),
    )

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Take the payoffs of a period from the model of a single period."""
        return AllianceDilemma().payoffs(p)

    def strategies(self, p: Values, stage: NormalFormGame) -> Mapping[str, Automaton]:
        """Name mutual commitment under two threats, the division of labour in turns, and what needs no patience."""
        deserter = {"Ally 1": FIRST, "Ally 2": SECOND}
        return {
            "mutual commitment; after a departure both hedge": grim_trigger(stage, BOTH, NEITHER),
            "mutual commitment; a deserter carries the alliance": grim_trigger(stage, BOTH, deserter),
            "taking turns; after a departure both hedge": grim_trigger(stage, PlayPath((), (FIRST, SECOND)), NEITHER),
            "taking turns; a deserter carries the alliance": grim_trigger(stage, PlayPath((), (FIRST, SECOND)), deserter),
            "both commit, whatever happens": always(stage, BOTH),
            "Ally 1 carries the alliance": always(stage, FIRST),
            "Ally 2 carries the alliance": always(stage, SECOND),
            "both hedge": always(stage, NEITHER),
        }

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Count commitments over time."""

        def share(strong: int) -> Any:
            return self.average(equilibrium, lambda cell: int(cell.count(STRONG) == strong))

        welfare = sum(equilibrium.payoffs.values())
        return {"p_both_strong": share(2), "p_one_strong": share(1), "p_decay": share(0), "welfare": welfare}

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the patience that each ally needs to commit if it is held to the least it can secure, and that for making amends."""
        own = {f"delta_star_{k + 1}": maximum(p.e[k] - p.sigma[k], 0) / (p.d[k] + minimum(p.e[k], p.x[k])) for k in (0, 1)}
        return own | {f"delta_amends_{k + 1}": (p.e[k] - p.x[k]) / (p.d[k] + p.e[k]) for k in (0, 1)}

    def amends(self, stage: NormalFormGame) -> Automaton:
        """Return mutual commitment under the best threats where Ally 1 always prefers to hedge and Ally 2 never lets the alliance decay.

        Ally 1 makes amends for a departure by committing alone; a lottery then decides whether it is forgiven or has to go on. It is
        forgiven so often that its payoff is what it can secure by hedging against a hedging partner.

        Parameters
        ----------
        stage : NormalFormGame
            The stage game.
        """
        p = self.values()
        forgiven = (1 - p.delta) * (p.e[0] - p.x[0]) / (p.delta * (p.d[0] + p.x[0]))
        return Automaton(
            stage,
            {"pact": BOTH, "amends": FIRST, ALONE: SECOND},
            {
                "pact": {"Ally 1": "amends", "Ally 2": ALONE, "otherwise": "pact"},
                "amends": {FIRST: {ALONE: forgiven, "amends": 1 - forgiven}, "Ally 2": ALONE, "otherwise": "amends"},
            },
        )

    def draw(self, ax: Any) -> None:
        """Draw the critical discount factor against the cost of entrapment, for three fears of decay."""
        import numpy as np

        p = self.completed().values()
        d, sigma = float(p.d[0]), float(p.sigma[0])
        entrap = np.linspace(0, d + sigma + 1.5, 601)
        for decay, colour in ((0.1, "#0b559f"), (0.5, "#3f7f3f"), (1.2, "#b5451d")):
            star = np.maximum(entrap - sigma, 0) / (d + np.minimum(entrap, decay))
            ax.plot(entrap[star <= 1], star[star <= 1], color=colour, linewidth=2.2, label=f"fear of decay $x = {decay:g}$")
        ax.axvline(sigma, color="0.4", linewidth=0.8, linestyle=":")
        ax.annotate("cohesion $\\sigma$", (sigma, 0.97), xytext=(4, 0), textcoords="offset points", color="0.4", va="top")
        ax.set(xlabel="cost of entrapment $e$", ylabel=r"critical discount factor $\delta^*$", xlim=(0, entrap[-1]), ylim=(-0.02, 1.02))
        ax.legend(frameon=False, fontsize="small", loc="lower right")
        ax.set_title("Fear of abandonment lowers the patience that commitment needs", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

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
