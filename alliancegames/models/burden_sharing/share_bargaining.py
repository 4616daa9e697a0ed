"""What an ally pays the patron that protects it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.models.forms import Cell, NormalFormModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values

__all__ = ["ShareBargaining"]

SPLIT, RIVAL = "equal gains", "other proposal"


@register
class ShareBargaining(NormalFormModel):
    """How much does an ally pay the patron that protects it?

    A patron bears the cost of an alliance that both value. The ally can pay it a transfer; if they do not agree, each is left with
    what it has outside. Nash's solution divides the gains from the alliance equally. A patron that values the alliance for its own
    sake would provide it for less, and so is paid less.

    The transfer is looked at beside any other proposal. Each side insists on one of the two, and without agreement both are left
    outside: a game with two equilibria, of which the equal division of gains is the one that risk dominates. The
    bargaining is a textbook model applied to alliances (F2).
    """

    key = "share_bargaining"
    title = "Bargaining over shares"
    pillar = "burden_sharing"
    question = "How much does an ally pay the patron that protects it?"
    fidelity = "F2"
    references = ("sandler1993economic", "nash1950bargaining", "harsanyi1988general")
    players = ("Patron", "Ally")
    actions = ((SPLIT, RIVAL), (SPLIT, RIVAL))
    parameters = (
        Parameter("value_patron", "V", "(-inf, inf)", "worth of the alliance to the patron", 5, "utility"),
        Parameter("cost_patron", "C", "[0, inf)", "patron's cost of the alliance", 4, "utility"),
        Parameter("outside_patron", "o_P", "(-inf, inf)", "patron's payoff without an agreement", 0, "utility", latex="o_P"),
        Parameter("value_ally", "v", "(-inf, inf)", "worth of the alliance to the ally", 3, "utility"),
        Parameter("outside_ally", "o_A", "(-inf, inf)", "ally's payoff without an agreement", 1, "utility", latex="o_A"),
        Parameter("transfer_proposed", "s", "(-inf, inf)", "another transfer, with which Nash's is compared", 1, "utility"),
    )
    outcomes = (
        Outcome("p_agreement", "probability of an agreement"),
        Outcome("transfer", "expected payment of the ally to the patron", "utility"),
        Outcome("welfare", "sum of both payoffs", "utility"),
    )

    comparative_statics = (
        Sign("d(t)/d(V) == -1/2", "a patron that cares for the alliance is paid less"),
        Sign("d(t)/d(C) == 1/2", "half of its cost is paid for"),
        Sign("d(t)/d(o_A) == -1/2", "an ally with alternatives pays less"),
        Sign("d(t)/d(o_P) == 1/2", "and to a patron with alternatives it pays more"),
        Sign("d(t)/d(v) == 1/2", "it pays half of what the alliance is worth to it"),
        Sign("t_least < t and t < t_most", "both sides prefer the transfer to no alliance"),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume that the alliance is worth more than what both have outside."""
        return [(p.V - p.C + p.v, p.o_P + p.o_A)]

    def _transfer(self, p: Values) -> Any:
        return ((p.v - p.o_A) - (p.V - p.C - p.o_P)) / 2

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Write what an agreement on either transfer is worth, and the payoffs outside."""

        def agreed(transfer: Any) -> tuple[Any, Any]:
            return p.V - p.C + transfer, p.v - transfer

        outside = (p.o_P, p.o_A)
        return {
            (SPLIT, SPLIT): agreed(self._transfer(p)),
            (SPLIT, RIVAL): outside,
            (RIVAL, SPLIT): outside,
            (RIVAL, RIVAL): agreed(p.s),
        }

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Say what is agreed in each cell."""
        paid: dict[Cell, Any] = {(SPLIT, SPLIT): self._transfer(p), (RIVAL, RIVAL): p.s}
        cells = self.payoffs(p)
        return {
            "p_agreement": {cell: int(cell in paid) for cell in cells},
            "transfer": {cell: paid.get(cell, 0) for cell in cells},
            "welfare": {cell: sum(values) for cell, values in cells.items()},
        }

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return Nash's transfer, the range of transfers that both prefer to no alliance, and each side's gain."""
        return {
            "t": self._transfer(p),
            "t_least": p.o_P - (p.V - p.C),
            "t_most": p.v - p.o_A,
            "gain": (p.V - p.C + p.v - p.o_P - p.o_A) / 2,
        }

    def draw(self, ax: Any) -> None:
        """Draw the transfer against the patron's own stake, within what both sides accept."""
        import numpy as np

        p = self.completed().values()
        floor = float(p.C + p.o_P + p.o_A - p.v)
        stake = np.linspace(floor, floor + 2 * (float(p.v - p.o_A) + 2), 200)
        most, least = np.full_like(stake, float(p.v - p.o_A)), float(p.o_P + p.C) - stake
        ax.fill_between(stake, least, most, color="0.92", label="both prefer the alliance")
        ax.plot(stake, (most + least) / 2, color="#0b559f", linewidth=2.2, label="equal gains")
        ax.axhline(0, color="0.4", linewidth=0.8)
        ax.set(xlabel="patron's own value of the alliance $V$", ylabel="transfer from ally to patron", xlim=(stake[0], stake[-1]))
        ax.legend(frameon=False, loc="lower left", fontsize="small")
        ax.set_title("The more a patron cares, the less it is paid", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

    @proposition(
        "equal gains",
        "At the transfer t = [(v - o_A) - (V - C - o_P)] / 2 both gain alike, and the product of the gains is larger than at any other transfer.",
        when=lambda p: [((p.s - (p.v - p.o_A - p.V + p.C + p.o_P) / 2) ** 2, 0)],
    )
    def equal_gains(self) -> bool:
        p, game = self.values(), self.game()

        def gains(cell: Cell) -> list[Any]:
            return [value - outside for value, outside in zip(game.payoff(cell).values(), (p.o_P, p.o_A), strict=True)]

        (patron, ally), (other_patron, other_ally) = gains((SPLIT, SPLIT)), gains((RIVAL, RIVAL))
        return bool(patron == ally == self.thresholds()["gain"] and patron * ally > other_patron * other_ally)

    @proposition(
        "risk dominance",
        "If each side insists on one of two acceptable transfers, the equilibrium at Nash's transfer risk dominates the one at any other.",
        when=lambda p: [
            (p.s, p.o_P - p.V + p.C),
            (p.v - p.o_A, p.s),
            ((p.s - (p.v - p.o_A - p.V + p.C + p.o_P) / 2) ** 2, 0),
        ],
    )
    def risk_dominance(self) -> bool:
        chosen = self.solve().equilibria.select("risk_dominant")
        return [item.actions for item in chosen] == [(SPLIT, SPLIT)]

    @proposition(
        "who is paid less",
        "The transfer falls in the patron's own value V and in the ally's outside option o_A, by half of either; it rises in the patron's cost C, "
        "its outside option o_P and the ally's value v.",
    )
    def signs(self) -> bool:
        p, t = self.values(), self.thresholds()["t"]
        room = self.thresholds()["gain"]  # half of the gain from the alliance, so that it still pays

        def moved(**changes: Any) -> Any:
            return self.replace(**changes).thresholds()["t"] - t

        falls = [2 * moved(value_patron=p.V + 1) == -1, moved(outside_ally=p.o_A + room) == -room / 2]
        rises = [moved(cost_patron=p.C + room), moved(outside_patron=p.o_P + room), moved(value_ally=p.v + room)]
        return all(falls) and rises == [room / 2] * 3
