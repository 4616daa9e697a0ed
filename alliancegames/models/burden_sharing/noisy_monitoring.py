"""Readiness pledges whose fulfilment is seen through noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.automaton import Automaton
from alliancegames.games.monitoring import PublicMonitoring
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.models.repeated_form import Cell, RepeatedModel
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.repeated.limit_payoffs import enforcement_cost
from alliancegames.solvers.repeated.public_monitoring import strongly_symmetric_critical, strongly_symmetric_payoffs

__all__ = ["NoisyMonitoring"]

READY, SHIRK = "be ready", "shirk"
MET, MISSED = "met", "missed"
BOTH = (READY, READY)
NEITHER = "nobody is ready"
LENIENT, STRICT = "kept, given up by lot after a bad report", "kept until the first bad report"


def worthwhile(p: Values) -> Conditions:
    """Return when readiness is worth something although it is punished in vain now and then."""
    return [((p.q - p.p) * p.pi, p.g * p.p)]


@register
class NoisyMonitoring(RepeatedModel):
    """How much is lost when readiness is seen through noise?

    Two allies pledge to keep forces ready. Readiness of both is worth pi to each in a period; who shirks alone
    saves g on top of that, and the other then loses. Nobody sees what the other does. There is a public report
    instead, which is bad with a small probability although both are ready, and with a larger one if somebody shirks.

    Bad reports have to be answered, or nobody would be ready; and so they are answered in vain from time to time. The
    more a bad report says about shirking, the less is lost. More patience helps to begin with, and then no
    more: punishments become rarer, not lighter.

    Equilibria are those in which both allies do the same after every public history, with a public lottery. The
    payoffs are those of the published partnership game with one kind of bad news (F1).
    """

    key = "noisy_monitoring"
    title = "Readiness under noisy monitoring"
    pillar = "burden_sharing"
    question = "How much is lost when contributions to the common defence are seen through noise?"
    fidelity = "F1"
    references = ("abreu1991information", "abreu1990toward", "green1984noncooperative", "downs1990tacit")
    players = ("Ally 1", "Ally 2")
    actions = ((READY, SHIRK), (READY, SHIRK))
    parameters = (
        Parameter("payoff_readiness", "pi", "(0, inf)", "payoff of each ally if both are ready", 1, "utility", latex=r"\pi"),
        Parameter("gain_shirk", "g", "(0, inf)", "what an ally gains by shirking alone", "1/2", "utility"),
        Parameter("loss_alone", "k", "(0, inf)", "loss of an ally that is ready alone", 1, "utility"),
        Parameter("false_alarm", "p", "(0, 1)", "probability of a bad report although both are ready", "1/10", "probability"),
        Parameter("detection", "q", "(0, 1]", "probability of a bad report if somebody shirks", "3/5", "probability"),
        Parameter("delta", "delta", "(0, 1)", "discount factor", "9/10", "per period", latex=r"\delta"),
    )
    orders = (("detection", "false_alarm"),)
    outcomes = (
        Outcome("value", "average payoff of an ally", "utility"),
        Outcome("readiness", "discounted share of periods in which both are ready"),
    )

    comparative_statics = (
        Sign("d(v)/d(p) < 0", "false alarms lower what allies can get"),
        Sign("d(v)/d(q) > 0", "detection raises it"),
        Sign("d(v)/d(delta) == 0", "and patience does nothing for it beyond the threshold"),
        Sign("d(delta_star)/d(q) < 0", "detection makes up for impatience"),
        Sign("d(delta_star)/d(g) > 0", "temptation needs patience"),
        Sign("d(delta_star)/d(p) > 0", "and so do false alarms"),
        Sign(
            "d((1 - delta)*g/(delta*(q - p)*v))/d(delta) < 0", "among the patient a bad report ends readiness more rarely", where=("v > 0",)
        ),
    )

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Write the payoffs of one period."""
        return {
            (READY, READY): (p.pi, p.pi),
            (READY, SHIRK): (-p.k, p.pi + p.g),
            (SHIRK, READY): (p.pi + p.g, -p.k),
            (SHIRK, SHIRK): (0, 0),
        }

    def signals(self, p: Values, stage: NormalFormGame) -> PublicMonitoring:
        """Write how likely a bad report is."""
        bad = {cell: p.p if cell == BOTH else p.q for cell in stage.profiles()}
        return PublicMonitoring(stage, [MET, MISSED], {cell: (1 - chance, chance) for cell, chance in bad.items()}, field=stage.field)

    def strategies(self, p: Values, stage: NormalFormGame) -> Mapping[str, Automaton]:
        """Name the pledge with the mildest punishment that works, the one with the hardest, and no pledge."""
        signals = self.signals(p, stage)

        def pledge(chance: Any) -> Automaton:
            moves = {"kept": {MET: "kept", MISSED: {"given up": chance, "kept": 1 - chance}}}
            return Automaton(stage, {"kept": BOTH, "given up": (SHIRK, SHIRK)}, moves, monitoring=signals)

        named = {NEITHER: Automaton(stage, {"always": (SHIRK, SHIRK)}, {}, monitoring=signals), STRICT: pledge(1)}
        needed, means = self._deterrence(p)
        if 0 < needed <= means:
            named[LENIENT] = pledge(needed / means)
        return named

    def _deterrence(self, p: Values) -> tuple[Any, Any]:
        """Return what has to be deterred, and how much the end of readiness after every bad report would deter."""
        return (1 - p.delta) * p.g, p.delta * ((p.q - p.p) * p.pi - p.g * p.p)

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Report what an ally gets and how often both are ready."""
        return {"value": equilibrium.payoffs["Ally 1"], "readiness": self.average(equilibrium, lambda cell: int(cell == BOTH))}

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the best payoff and the patience that it needs."""
        return {
            "v": p.pi - p.g * p.p / (p.q - p.p),
            "delta_star": p.g / ((p.q - p.p) * p.pi + (1 - p.p) * p.g),
        }

    def draw(self, ax: Any) -> None:
        """Draw the best payoff against patience, for reports of different quality."""
        base = self.completed()
        qualities = [(base.replace(detection=q), colour) for q, colour in (("9/10", "#0b559f"), ("3/5", "#3f7f3f"), ("3/10", "#b5451d"))]
        for model, colour in qualities:
            q, detection = model.thresholds(), float(model.values().q)
            if q["v"] <= 0 or q["delta_star"] >= 1:
                continue
            best, star = float(q["v"]), float(q["delta_star"])
            ax.plot([star, 1], [best, best], color=colour, linewidth=2.2)
            ax.plot([star, star], [0, best], color=colour, linewidth=1, linestyle=":")
            place = {"xytext": (-4, 0), "textcoords": "offset points", "ha": "right", "va": "center", "rotation": 90}
            ax.annotate(f"detection {detection:g}", (star, best / 2), color=colour, **place)
        top = float(base.values().pi)
        ax.axhline(top, color="0.4", linewidth=0.8, linestyle="--")
        ax.annotate("everything seen", (0, top), xytext=(4, 4), textcoords="offset points", color="0.4")
        ax.set(xlabel=r"discount factor $\delta$", ylabel="best payoff of each ally", xlim=(0, 1), ylim=(-0.03 * top, 1.15 * top))
        ax.set_title("Better reports raise the best payoff; more patience only makes it attainable", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

    def _critical(self, **changes: Any) -> Any:
        return strongly_symmetric_critical(self.replace(**changes).game(), BOTH)

    def _most(self, **changes: Any) -> Any:
        return enforcement_cost(self.replace(**changes).game(), BOTH).bound

    @proposition(
        "best payoff",
        "If (q - p) pi > g p and delta >= delta* = g / [(q - p) pi + (1 - p) g], the best payoff is v = pi - g p / (q - p) and the worst is 0; "
        "a bad report ends readiness with probability alpha = (1 - delta) g / [delta (q - p) v].",
        when=lambda p: [*worthwhile(p), (p.delta * ((p.q - p.p) * p.pi + (1 - p.p) * p.g), p.g)],
    )
    def best_payoff(self) -> bool:
        p, found, v = self.values(), strongly_symmetric_payoffs(self.game()), self.thresholds()["v"]
        alpha = (1 - p.delta) * p.g / (p.delta * (p.q - p.p) * v)
        return bool((found.best, found.worst, found.p_punish) == (v, 0, {MET: 0, MISSED: alpha}))

    @proposition(
        "critical patience",
        "Readiness of both is part of an equilibrium exactly if delta >= delta*; below, the only payoff is 0.",
        when=worthwhile,
    )
    def critical_patience(self) -> bool:
        p, star = self.values(), self.thresholds()["delta_star"]
        found = strongly_symmetric_payoffs(self.game())
        return bool(self._critical() == star and (found.best > 0) == (p.delta >= star))

    @proposition(
        "reports too vague",
        "If pi < g p / (q - p), no patience makes readiness possible.",
        when=lambda p: [(p.g * p.p, (p.q - p.p) * p.pi)],
    )
    def too_vague(self) -> bool:
        found = strongly_symmetric_payoffs(self.game())
        return self._critical() is None and found.best == found.worst == 0

    @proposition(
        "loss from noise",
        "The loss g / (q/p - 1) is what the cheapest fines after reports cost that deter shirking; it does not depend on patience.",
    )
    def loss(self) -> bool:
        p = self.values()
        return bool(enforcement_cost(self.game(), BOTH).cost == p.g / (p.q / p.p - 1))

    @proposition(
        "patience beyond the threshold",
        "Beyond delta* the best payoff does not rise with patience; bad reports are answered less often instead.",
        when=lambda p: [*worthwhile(p), (p.delta * ((p.q - p.p) * p.pi + (1 - p.p) * p.g), p.g)],
    )
    def no_gain_from_patience(self) -> bool:
        found = strongly_symmetric_payoffs(self.game())
        later = strongly_symmetric_payoffs(self.replace(delta=(1 + self.values().delta) / 2).game())
        return bool(later.best == found.best and later.p_punish[MISSED] < found.p_punish[MISSED])

    @proposition(
        "signs",
        "The best payoff falls in the false-alarm probability p and rises in detection q; the critical discount factor falls in q and rises in p and in g.",
        when=lambda p: [*worthwhile(p), (1, p.q)],
    )
    def signs(self) -> bool:
        p = self.values()
        alarm, gain = p.pi * p.q / (p.pi + p.g), (p.q - p.p) * p.pi / p.p  # where readiness stops to be worthwhile
        noise, clear, tempted = {"p": (p.p + alarm) / 2}, {"q": (p.q + 1) / 2}, {"g": (p.g + gain) / 2}
        patience = self._critical(**clear) < self._critical() < min(self._critical(**noise), self._critical(**tempted))
        return bool(patience and self._most(**noise) < self._most() < self._most(**clear))

    timing = recalled(
        "reports at longer intervals",
        "If bad news arrive in the course of time, releasing reports less often can make cooperation possible where it was not, since each report then says more.",
    )
