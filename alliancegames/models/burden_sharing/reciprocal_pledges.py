"""Reciprocal pledges whose fulfilment is reported ally by ally, with errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.automaton import Automaton
from alliancegames.games.distributions import maximum
from alliancegames.games.monitoring import PublicMonitoring
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.models.repeated_form import Cell, RepeatedModel
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.repeated.limit_payoffs import enforcement_cost
from alliancegames.solvers.repeated.public_monitoring import strongly_symmetric_critical, strongly_symmetric_payoffs

__all__ = ["ReciprocalPledges"]

GIVE, WITHHOLD = "contribute", "withhold"
BOTH = (GIVE, GIVE)
KEPT, FIRST, SECOND, NONE = "both kept", "Ally 1 failed", "Ally 2 failed", "both failed"
TELLING = "(2*a - 1)*(d - c) > (1 - a)*c"
TOLERANT, STRICT, MILD = "ended when both are said to fail", "ended when anyone is said to fail", "ended by lot when both are said to fail"


def margins(p: Values) -> tuple[Any, Any]:
    """Return what each kind of bad report adds to the means of punishment: both said to fail, and one of the two."""
    pi, miss = p.d - p.c, 1 - p.a
    edge = 2 * p.a - 1
    return miss * (edge * pi - miss * p.c), edge * edge * pi - 2 * p.a * miss * p.c


def telling(p: Values) -> Conditions:
    """Return when reports are accurate enough for any cooperation."""
    return [((2 * p.a - 1) * (p.d - p.c), (1 - p.a) * p.c), (2 * p.a, 1), (1, p.a)]


@register
class ReciprocalPledges(RepeatedModel):
    """How accurate must reports be, and how patient allies, for pledges to be kept?

    Two allies pledge to contribute. A contribution costs its giver c and is worth d to the other, which is more. Nobody sees what the
    other does. After each period there is a report about each ally, kept or failed; each is right with a probability called
    *accuracy*, independently of the other. As long as the pledges stand both contribute; bad reports may end them.

    Two questions are answered. What is the most that allies can get, and which reports end the pledges? Only those in which *both* are
    said to fail: these speak most clearly of a breach, since two errors at once are rare. And how patient must allies be?
    Here rarer punishments may be too weak, so that with accurate reports any failure has to count. More accurate reports lower the
    patience that is needed, always.

    Equilibria are those in which both do the same after every public history, with a public lottery. The mechanism is that of
    partnerships under imperfect monitoring; payoffs and reports are chosen here, and the results derived here (F2).
    """

    key = "reciprocal_pledges"
    title = "Reciprocal pledges seen through noisy reports"
    pillar = "burden_sharing"
    question = "How accurate must reports be, and how patient allies, for pledges of burden-sharing to be kept?"
    fidelity = "F2"
    references = ("abreu1991information", "abreu1990toward", "downs1990tacit", "fudenberg1994folk")
    players = ("Ally 1", "Ally 2")
    actions = ((GIVE, WITHHOLD), (GIVE, WITHHOLD))
    parameters = (
        Parameter("benefit_commitment", "d", "(0, inf)", "worth of the other ally's contribution", 2, "utility"),
        Parameter("cost_contribution", "c", "(0, inf)", "cost of an own contribution", 1, "utility"),
        Parameter("accuracy", "a", "(1/2, 1]", "probability that the report about an ally is right", "4/5", "probability"),
        Parameter("delta", "delta", "(0, 1)", "discount factor", "9/10", "per period", latex=r"\delta"),
    )
    orders = (("benefit_commitment", "cost_contribution"),)
    outcomes = (
        Outcome("value", "average payoff of an ally", "utility"),
        Outcome("kept", "discounted share of periods in which both contribute"),
    )

    comparative_statics = (
        Sign("d(delta_star)/d(a) < 0", "accurate reports make up for impatience", where=(TELLING,)),
        Sign("d(delta_star)/d(d) < 0", "valuable contributions need less patience", where=(TELLING,)),
        Sign("d(delta_star)/d(c) > 0", "dear ones need more", where=(TELLING,)),
        Sign("d(v)/d(a) > 0", "accuracy raises what patient allies can get"),
        Sign("v > 0", "which is something wherever pledges can be kept", where=(TELLING,)),
    )

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Write the payoffs of one period."""
        return {
            (GIVE, GIVE): (p.d - p.c, p.d - p.c),
            (GIVE, WITHHOLD): (-p.c, p.d),
            (WITHHOLD, GIVE): (p.d, -p.c),
            (WITHHOLD, WITHHOLD): (0, 0),
        }

    def signals(self, p: Values, stage: NormalFormGame) -> PublicMonitoring:
        """Report on each ally, independently."""

        def reports(first: str, second: str) -> tuple[Any, ...]:
            x, y = (p.a if action == GIVE else 1 - p.a for action in (first, second))
            return x * y, (1 - x) * y, x * (1 - y), (1 - x) * (1 - y)

        chances = {cell: reports(*cell) for cell in stage.profiles()}
        return PublicMonitoring(stage, [KEPT, FIRST, SECOND, NONE], chances, field=stage.field)

    def strategies(self, p: Values, stage: NormalFormGame) -> Mapping[str, Automaton]:
        """Name pledges that end after few and after many reports, the mildest punishment that works, and no pledges."""
        monitored = self.signals(p, stage)

        def pledge(*bad: str, chance: Any = 1) -> Automaton:
            moves = {report: {"ended": chance, "standing": 1 - chance} if report in bad else "standing" for report in monitored.signals}
            outputs = {"standing": BOTH, "ended": (WITHHOLD, WITHHOLD)}
            return Automaton(stage, outputs, {"standing": moves}, monitoring=monitored)

        named = {
            "nobody contributes": Automaton(stage, {"always": (WITHHOLD, WITHHOLD)}, {}, monitoring=monitored),
            TOLERANT: pledge(NONE),
            STRICT: pledge(FIRST, SECOND, NONE),
        }
        best = self.quantities(p)["v"]
        needed, means = (1 - p.delta) * p.c, p.delta * (1 - p.a) * (2 * p.a - 1) * best  # what has to be deterred, and by what at most
        if best > 0 and needed < means:
            named[MILD] = pledge(NONE, chance=needed / means)
        return named

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Report what an ally gets and how long the pledges stand."""
        return {"value": equilibrium.payoffs["Ally 1"], "kept": self.average(equilibrium, lambda cell: int(cell == BOTH))}

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the best payoff of patient allies and the critical discount factor."""
        double, single = margins(p)
        best = (p.d - p.c) - p.c * (1 - p.a) / (2 * p.a - 1)
        return {
            "v": best,
            "delta_star": p.c / (p.c + maximum(double, 0) + maximum(single, 0)),
        }

    def draw(self, ax: Any) -> None:
        """Draw the critical discount factor against the accuracy of reports."""
        import numpy as np

        accuracy = np.linspace(0.5, 1, 401)
        for ratio, colour in ((1.5, "#b5451d"), (2, "#3f7f3f"), (4, "#0b559f")):
            point = Values(self.parameters, {"benefit_commitment": ratio, "cost_contribution": 1.0, "accuracy": accuracy, "delta": 0.5})
            double, single = margins(point)
            star = 1 / (1 + np.maximum(double, 0) + np.maximum(single, 0))
            star = np.where(double + 0 * accuracy > 0, star, np.nan)
            star[-1] = 1 / ratio
            ax.plot(accuracy, star, color=colour, linewidth=2.2)
            ax.annotate(f"$d/c = {ratio:g}$", (1, 1 / ratio), xytext=(5, -3), textcoords="offset points", color=colour)
        ax.axhline(1, color="0.4", linewidth=0.8, linestyle="--")
        ax.set(
            xlabel="accuracy $a$ of the report on each ally",
            ylabel=r"critical discount factor $\delta^*$",
            xlim=(0.5, 1.12),
            ylim=(0, 1.05),
        )
        ax.set_title("The more accurate the reports, the less patience burden-sharing needs", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

    def _critical(self, **changes: Any) -> Any:
        return strongly_symmetric_critical(self.replace(**changes).game(), BOTH)

    def _most(self, **changes: Any) -> Any:
        return enforcement_cost(self.replace(**changes).game(), BOTH).bound

    @proposition(
        "best payoff",
        "Patient allies get at most v = (d - c) - c (1 - a) / (2a - 1), by ending the pledges only when both are said to fail; this is attainable "
        "exactly if delta is at least c / [c + (1 - a)((2a - 1)(d - c) - (1 - a) c)].",
        when=telling,
    )
    def best_payoff(self) -> bool:
        p, v = self.values(), self.thresholds()["v"]
        enough = p.c / (p.c + margins(p)[0])
        at, below = (strongly_symmetric_payoffs(self.replace(delta=delta).game()) for delta in (enough, enough * 999 / 1000))
        return bool(self._most() == v == at.best > below.best and at.p_punish[KEPT] == at.p_punish[FIRST] == 0)

    @proposition(
        "critical patience",
        "Pledges can be kept exactly if delta >= delta* = c / (c + M), where M is the sum of the positive ones among "
        "(1 - a)[(2a - 1)(d - c) - (1 - a) c], for reports that both failed, and (2a - 1)^2 (d - c) - 2a (1 - a) c, for reports that one did.",
        when=telling,
    )
    def critical_patience(self) -> bool:
        return bool(self._critical() == self.thresholds()["delta_star"])

    @proposition(
        "accuracy lowers the patience needed",
        "More accurate reports lower the critical discount factor, strictly, wherever pledges can be kept at all: the derivative of M in a is positive "
        "in both of its forms.",
        when=telling,
    )
    def accuracy_helps(self) -> bool:
        p = self.values()
        return bool(self._critical(accuracy=(p.a + 1) / 2) < self._critical())

    @proposition(
        "reports too vague",
        "If (2a - 1)(d - c) < (1 - a) c, no patience keeps the pledges.",
        when=lambda p: [((1 - p.a) * p.c, (2 * p.a - 1) * (p.d - p.c))],
    )
    def too_vague(self) -> bool:
        return self._critical() is None

    @proposition(
        "perfect reports",
        "With reports that are always right the critical discount factor is c / d, as if contributions were seen.",
    )
    def perfect_reports(self) -> bool:
        p = self.values()
        return bool(self._critical(accuracy=1) == p.c / p.d)

    @proposition(
        "other signs",
        "The critical discount factor falls in the worth d of a contribution and rises in its cost c; the best payoff of patient allies rises in accuracy.",
        when=telling,
    )
    def other_signs(self) -> bool:
        p = self.values()
        dearer = (p.c + (2 * p.a - 1) * p.d / p.a) / 2  # half-way to where reports are too vague
        signs = self._critical(benefit_commitment=p.d + 1) < self._critical() < self._critical(cost_contribution=dearer)
        return bool(signs and self._most(accuracy=(p.a + 1) / 2) > self._most())

    folk_theorem = recalled(
        "punishing only the ally that failed",
        "Since reports tell who failed, very patient allies who punish the one named, and not both, come close to losing nothing at all.",
        source="fudenberg1994folk",
    )
