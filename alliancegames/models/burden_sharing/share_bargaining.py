"""What an ally pays the patron that protects it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.models.forms import Cell, NormalFormModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values

__all__ = ["ShareBargaining"]

SPLIT, RIVAL = "Nash's transfer", "other proposal"


def different(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the other proposal is not Nash's transfer."""
    return (p.s - p.beta * (p.v - p.o_A) + (1 - p.beta) * (p.V - p.C - p.o_P)) ** 2, 0


@register
class ShareBargaining(NormalFormModel):
    """How much does an ally pay the patron that protects it?

    A patron bears the cost of an alliance that both value. The ally can pay it a transfer; if they do not agree, each is left with
    what it has outside. Nash's solution divides the gains from the alliance equally, or else by bargaining power. A patron that
    values the alliance for its own sake would provide it for less, and so is paid less.

    The transfer is looked at beside any other proposal. Each side insists on one of the two, and without agreement both are left
    outside: a game with two equilibria, of which, among equals, that with Nash's transfer is the one that risk dominates. The
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
        Parameter("bargaining_power", "beta", "(0, 1)", "patron's bargaining power: its part of the gains", "1/2", "share", latex=r"\beta"),
        Parameter("transfer_proposed", "s", "(-inf, inf)", "another transfer, with which Nash's is compared", 1, "utility"),
    )
    outcomes = (
        Outcome("p_agreement", "probability of an agreement"),
        Outcome("transfer", "expected payment of the ally to the patron", "utility"),
        Outcome("welfare", "sum of both payoffs", "utility"),
    )

    comparative_statics = (
        Sign("d(t)/d(V) == beta - 1", "a patron that cares for the alliance is paid less, among equals by half of what it cares more"),
        Sign("d(t)/d(C) == 1 - beta", "the ally pays its part of the patron's cost"),
        Sign("d(t)/d(o_A) == -beta", "an ally with alternatives pays less"),
        Sign("d(t)/d(o_P) == 1 - beta", "and to a patron with alternatives it pays more"),
        Sign("d(t)/d(v) == beta", "it pays for what the alliance is worth to it"),
        Sign("d(t)/d(beta) > 0", "and more to a patron who bargains well"),
        Sign("t_least < t and t < t_most", "both sides prefer the transfer to no alliance"),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume that the alliance is worth more than what both have outside."""
        return [(p.V - p.C + p.v, p.o_P + p.o_A)]

    def _transfer(self, p: Values) -> Any:
        return p.beta * (p.v - p.o_A) - (1 - p.beta) * (p.V - p.C - p.o_P)

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
        """Return Nash's transfer, the range of transfers that both prefer to no alliance, and what both together gain."""
        return {
            "t": self._transfer(p),
            "t_least": p.o_P - (p.V - p.C),
            "t_most": p.v - p.o_A,
            "gain": p.V - p.C + p.v - p.o_P - p.o_A,
        }

    def draw(self, ax: Any) -> None:
        """Draw the transfer against the patron's own stake, within what both sides accept."""
        import numpy as np

        p = self.completed().values()
        floor = float(p.C + p.o_P + p.o_A - p.v)
        stake = np.linspace(floor, floor + 2 * (float(p.v - p.o_A) + 2), 200)
        most, least = np.full_like(stake, float(p.v - p.o_A)), float(p.o_P + p.C) - stake
        ax.fill_between(stake, least, most, color="0.92", label="both prefer the alliance")
        ax.plot(stake, float(p.beta) * most + (1 - float(p.beta)) * least, color="#0b559f", linewidth=2.2, label="Nash's transfer")
        ax.axhline(0, color="0.4", linewidth=0.8)
        ax.set(xlabel="patron's own value of the alliance $V$", ylabel="transfer from ally to patron", xlim=(stake[0], stake[-1]))
        ax.legend(frameon=False, loc="lower left", fontsize="small")
        ax.set_title("The more a patron cares, the less it is paid", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

    @proposition(
        "gains by bargaining power",
        "At the transfer t = beta (v - o_A) - (1 - beta)(V - C - o_P) the patron gets the share beta of all gains; between equals both gain alike and "
        "t = [(v - o_A) - (V - C - o_P)] / 2. The product of the gains, weighted by bargaining power, is larger than at any other transfer.",
        when=lambda p: [different(p)],
    )
    def gains(self) -> bool:
        p, q, game = self.values(), self.thresholds(), self.game()

        def gained(cell: Cell) -> list[Any]:
            return [value - outside for value, outside in zip(game.payoff(cell).values(), (p.o_P, p.o_A), strict=True)]

        def product(gains: list[Any]) -> float:
            return math.pow(gains[0], p.beta) * math.pow(gains[1], 1 - p.beta)

        mine, other = gained((SPLIT, SPLIT)), gained((RIVAL, RIVAL))
        return mine == [p.beta * q["gain"], (1 - p.beta) * q["gain"]] and (min(other) <= 0 or product(mine) > product(other))

    @proposition(
        "risk dominance",
        "If each of two sides of equal bargaining power insists on one of two acceptable transfers, the equilibrium at Nash's transfer risk dominates the one at any other.",
        when=lambda p: [(p.s, p.o_P - p.V + p.C), (p.v - p.o_A, p.s), ((2 * p.s - (p.v - p.o_A - p.V + p.C + p.o_P)) ** 2, 0)],
    )
    def risk_dominance(self) -> bool:
        equals = self.replace(bargaining_power=self.values().beta / (2 * self.values().beta))  # 1/2, exact where parameters are
        return [item.actions for item in equals.solve().equilibria.select("risk_dominant")] == [(SPLIT, SPLIT)]

    @proposition(
        "who is paid less",
        "The transfer falls in the patron's own value V by 1 - beta and in the ally's outside option o_A by beta of any increase, between equals by half; it rises in the patron's cost C, "
        "its outside option o_P and the ally's value v.",
    )
    def signs(self) -> bool:
        p, t = self.values(), self._agreed()
        room = self.thresholds()["gain"] / 2  # half of the gain from the alliance, so that it still pays

        def moved(**changes: Any) -> Any:
            return self.replace(**changes)._agreed() - t

        falls = [moved(value_patron=p.V + 1) == p.beta - 1, moved(outside_ally=p.o_A + room) == -p.beta * room]
        rises = [moved(cost_patron=p.C + room), moved(outside_patron=p.o_P + room), moved(value_ally=p.v + room)]
        return all(falls) and rises == [(1 - p.beta) * room, (1 - p.beta) * room, p.beta * room]

    def _agreed(self) -> Any:
        """Return what the ally pays in the equilibrium in which both insist on Nash's transfer."""
        solution = self.solve()
        pairs = zip(solution.equilibria, solution.outcomes, strict=True)
        (paid,) = (outcome["transfer"] for item, outcome in pairs if item[0][SPLIT] == item[1][SPLIT] == 1)
        return paid
