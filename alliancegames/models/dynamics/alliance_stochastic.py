"""An alliance that decays unless it is maintained."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames._fields import Field
from alliancegames.games.stochastic import StochasticGame
from alliancegames.models.forms import StochasticModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["AllianceStochastic"]

INVEST, SHIRK = "invest", "shirk"
HIGH, LOW = "cohesive", "decayed"
KEPT, SHIRKED = (INVEST, INVEST), (SHIRK, SHIRK)


@register
class AllianceStochastic(StochasticModel):
    """How much patience keeps a strong alliance strong?

    A cohesive alliance is worth more to its members in every period than a decayed one, but somebody has to maintain it: consult,
    train together, buy what fits. In each period either of two allies invests or shirks. Each ally that shirks lets the
    alliance decay with some probability, independently of the other; a decayed alliance stays so, and investing in it is in vain.

    Neglect does no harm today. What an ally saves by shirking it may lose in all later periods, and so allies maintain the
    alliance if they are patient, and if neglect is dangerous. Strategies depend on the state of the alliance only. The theory is verbal;
    the game is our formalisation (F3).
    """

    key = "alliance_stochastic"
    title = "Maintenance of an alliance"
    pillar = "dynamics"
    question = "How much patience keeps a strong alliance strong?"
    fidelity = "F3"
    references = ("shapley1953stochastic", "fink1964equilibrium")
    players = ("Ally 1", "Ally 2")
    parameters = (
        Parameter("benefit_cohesive", "B_H", "(-inf, inf)", "benefit of a cohesive alliance", 3, "utility per period", latex="B_H"),
        Parameter("benefit_decayed", "B_L", "(-inf, inf)", "benefit of a decayed alliance", 1, "utility per period", latex="B_L"),
        Parameter("cost_invest", "c", "(0, inf)", "cost of maintaining the alliance", 1, "utility per period"),
        Parameter(
            "decay",
            "lam",
            "(0, 1]",
            "probability that neglect by one ally lets the alliance decay",
            "1/2",
            "probability per period",
            latex=r"\lambda",
        ),
        Parameter("delta", "delta", "(0, 1)", "discount factor", "3/4", "per period", latex=r"\delta"),
    )
    outcomes = (
        Outcome("p_decay", "probability that the alliance decays sooner or later"),
        Outcome("n_investing", "number of allies who maintain a cohesive alliance", "number"),
        Outcome("welfare", "sum of both allies' discounted payoffs", "utility"),
    )

    comparative_statics = (
        Sign("d(delta_star)/d(lam) < 0", "the more dangerous neglect, the less patience maintenance needs"),
        Sign("d(delta_star)/d(c) > 0", "the dearer maintenance, the more"),
        Sign("d(delta_star)/d(B_H) < 0", "the more a cohesive alliance is worth, the less"),
        Sign("d(delta_star)/d(B_L) > 0", "and the more a decayed one is worth, the more"),
        Sign("d(lifetime)/d(lam) < 0", "dangerous neglect is soon fatal"),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume that a cohesive alliance is worth its maintenance."""
        return [(p.B_H - p.c, p.B_L)]

    def _lost(self, p: Values, cell: tuple[str, ...]) -> Any:
        """Return the probability that a cohesive alliance decays, given who shirks."""
        kept = 1
        for action in cell:
            kept = kept * (1 - p.lam) if action == SHIRK else kept
        return 1 - kept

    def build(self, p: Values, field: Field) -> StochasticGame:
        """Write benefits less costs, and the chances of decay."""
        cells = list(product((INVEST, SHIRK), repeat=2))

        def rewards(benefit: Any) -> dict[tuple[str, ...], tuple[Any, ...]]:
            return {cell: tuple(benefit - p.c * int(action == INVEST) for action in cell) for cell in cells}

        return StochasticGame(
            states=[HIGH, LOW],
            players=self.players,
            actions=dict.fromkeys((HIGH, LOW), [[INVEST, SHIRK]] * 2),
            rewards={HIGH: rewards(p.B_H), LOW: rewards(p.B_L)},
            transitions={
                HIGH: {cell: {HIGH: 1 - self._lost(p, cell), LOW: self._lost(p, cell)} for cell in cells},
                LOW: dict.fromkeys(cells, LOW),
            },
            delta=p.delta,
            field=field,
        )

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Ask whether the alliance lasts, who maintains it, and what it is worth."""
        return {
            "p_decay": equilibrium.reach(LOW),
            "n_investing": equilibrium[HIGH].count(INVEST),
            "welfare": sum(equilibrium.payoffs.values()),
        }

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the critical discount factor, what a cohesive alliance is worth, and how long a neglected one lasts on average."""
        return {
            "delta_star": p.c / (p.c + p.lam * (p.B_H - p.c - p.B_L)),
            "V_H": (p.B_H - p.c) / (1 - p.delta),
            "lifetime": 1 / (1 - (1 - p.lam) ** 2),
        }

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Compare what neglect saves with what it puts at risk."""

        def sides(p: Values) -> tuple[Any, Any]:
            return p.delta * p.lam * (p.B_H - p.c - p.B_L), (1 - p.delta) * p.c

        return [
            Regime("Maintained", lambda p: [sides(p)], meaning="Each ally maintains the alliance if the other does."),
            Regime("Decline", lambda p: [tuple(reversed(sides(p)))], meaning="Impatient allies do not both maintain the alliance."),
        ]

    def draw(self, ax: Any) -> None:
        """Draw the critical discount factor against the danger of neglect, for three costs."""
        import numpy as np

        p = self.completed().values()
        danger = np.linspace(0, 1, 201)
        surplus = float(p.B_H - p.B_L)
        for share, colour in ((0.25, "#0b559f"), (0.5, "#3f7f3f"), (0.75, "#b5451d")):
            cost = share * surplus
            star = cost / (cost + danger * (surplus - cost))
            ax.plot(danger, star, color=colour, linewidth=2.2)
            ax.annotate(f"$c = {share:g}\\,(B_H - B_L)$", (1, star[-1]), xytext=(5, -3), textcoords="offset points", color=colour)
        ax.set(xlabel=r"chance $\lambda$ that neglect lets the alliance decay", ylabel=r"critical discount factor $\delta^*$")
        ax.set(xlim=(0, 1.4), ylim=(0, 1.03), xticks=[0, 0.25, 0.5, 0.75, 1])
        ax.set_title("What decays slowly is kept up only by the patient", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

    def _kinds(self) -> set[tuple[str, ...]]:
        return {item[HIGH] for item in self.solve().equilibria}

    @proposition(
        "critical patience",
        "Both investing while the alliance is cohesive, and neither afterwards, is Markov perfect exactly if delta >= delta* = c / [c + lam (B_H - c - B_L)].",
    )
    def critical_patience(self) -> bool:
        p, star = self.values(), self.thresholds()["delta_star"]
        at, below = self.replace(delta=star)._kinds(), self.replace(delta=star * 999 / 1000)._kinds()
        return (KEPT in self._kinds()) == (p.delta >= star) and KEPT in at and KEPT not in below

    @proposition(
        "value of a maintained alliance",
        "Where both invest, a cohesive alliance is worth (B_H - c) / (1 - delta) to each and never decays; nobody invests in a decayed one.",
        when=lambda p: [(p.delta * p.lam * (p.B_H - p.c - p.B_L), (1 - p.delta) * p.c)],
    )
    def value(self) -> bool:
        solution = self.solve()
        kept = [item for item in solution.equilibria if item[HIGH] == KEPT]
        idle = all(item[LOW] == SHIRKED for item in solution.equilibria)
        return idle and len(kept) == 1 and kept[0].reach(LOW) == 0 and set(kept[0].payoffs.values()) == {self.thresholds()["V_H"]}

    @proposition(
        "decline feeds on itself",
        "Neglect by both is Markov perfect exactly if delta lam (1 - lam) (B_H - B_L) <= c [1 - delta (1 - lam)^2]: where neglect by both is sure to be fatal "
        "(lam = 1), it always is, however patient the allies.",
    )
    def decline(self) -> bool:
        p = self.values()
        slack = p.c * (1 - p.delta * (1 - p.lam) ** 2) - p.delta * p.lam * (1 - p.lam) * (p.B_H - p.B_L)
        return (SHIRKED in self._kinds()) == (slack >= 0) and SHIRKED in self.replace(decay=1)._kinds()

    @proposition(
        "signs",
        "The critical discount factor falls in the danger of neglect lam and in the benefit B_H, and rises in the cost c and in what a decayed alliance is worth, B_L.",
        when=lambda p: [(1, p.lam)],
    )
    def signs(self) -> bool:
        p, star = self.values(), self.thresholds()["delta_star"]
        room = (p.B_H - p.c - p.B_L) / 2
        at = self.replace(delta=star)
        easier = [at.replace(decay=(p.lam + 1) / 2), at.replace(benefit_cohesive=p.B_H + 1)]
        harder = [at.replace(cost_invest=p.c + room), at.replace(benefit_decayed=p.B_L + room)]
        return _slack(at) == 0 and all(_slack(model) > 0 for model in easier) and all(_slack(model) < 0 for model in harder)


def _slack(model: AllianceStochastic) -> Any:
    """Return what an ally loses by shirking once while the alliance is maintained, from the payoffs of the game."""
    game = model.game()
    values = game.values({HIGH: KEPT, LOW: SHIRKED})
    departure = (SHIRK, INVEST)
    later = sum(chance * values[state]["Ally 1"] for state, chance in game.transition(HIGH, departure).items())
    return values[HIGH]["Ally 1"] - game.reward(HIGH, departure)[0] - game.delta * later
