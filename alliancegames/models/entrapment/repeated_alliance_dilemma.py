"""Snyder's alliance security dilemma among allies who meet again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from alliancegames.games.automaton import Automaton, PlayPath
from alliancegames.games.distributions import maximum, minimum
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.strategies import always, grim_trigger
from alliancegames.models.entrapment._dilemma_results import STRONG
from alliancegames.models.entrapment._patience_results import BOTH, FIRST, NEITHER, SECOND, PatienceResults
from alliancegames.models.entrapment.alliance_dilemma import AllianceDilemma
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.models.repeated_form import Cell
from alliancegames.parameters import Parameter, Values

__all__ = ["RepeatedAllianceDilemma"]

ALONE = "Ally 2 alone"
PRISONER = {"cost_entrap": ("1/2", "1/2"), "cohesion": ("1/5", "1/5")}


@register
class RepeatedAllianceDilemma(PatienceResults):
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
    comparative_statics = (
        Sign("d(delta_star_1)/d(e_1) > 0", "the dearer entrapment, the more patience commitment needs", where=("e_1 > sigma_1",)),
        Sign("d(delta_star_1)/d(sigma_1) < 0", "cohesion lowers it", where=("e_1 > sigma_1",)),
        Sign(
            "d(delta_star_1)/d(d_1) < 0", "and so does what is received, which plays no part in a single period", where=("e_1 > sigma_1",)
        ),
        Sign("d(delta_star_1)/d(x_1) < 0", "the fear of decay lowers it where hedging is dominant", where=("e_1 > sigma_1", "e_1 > x_1")),
        Sign("d(delta_star_1)/d(x_1) == 0", "and not where a deserter would carry the alliance alone", where=("x_1 > e_1",)),
        Sign("delta_star_1 < 1", "patience always cures entrapment", where=("x_1 > e_1",)),
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
        for decay, colour, dash in ((0.1, "#0b559f", "-"), (0.5, "#3f7f3f", "--"), (1.2, "#b5451d", "-.")):
            star = np.maximum(entrap - sigma, 0) / (d + np.minimum(entrap, decay))
            ax.plot(entrap[star <= 1], star[star <= 1], dash, color=colour, linewidth=2.2, label=f"fear of decay $x = {decay:g}$")
        ax.axvline(sigma, color="0.4", linewidth=0.8, linestyle=":")
        ax.annotate("cohesion $\\sigma$", (sigma, 0.97), xytext=(4, 0), textcoords="offset points", color="0.4", va="top")
        ax.set(xlabel="cost of entrapment $e$", ylabel=r"critical discount factor $\delta^*$", xlim=(0, entrap[-1]), ylim=(-0.02, 1.02))
        ax.legend(frameon=False, fontsize="small", loc="lower right")
        ax.set_title("Fear of abandonment lowers the patience that commitment needs", loc="left", fontsize="medium")
