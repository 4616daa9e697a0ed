"""Finite machines that read public signals, and the exact check that their payoffs generate themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from alliancegames._exact import solve_linear
from alliancegames._fields import format_number
from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.repeated._public_stage import Cell, PublicStage, Vector

Lottery = tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, repr=False)
class PublicAutomaton:
    """A public strategy profile as a machine: what is played in each state, where each signal leads.

    Parameters
    ----------
    stage : PublicStage
        The stage game and the signals.
    discounts : tuple of Fraction
        Discount factors.
    cells : tuple of Cell
        The profile played in each state.
    moves : tuple of tuple of lotteries
        For each state and signal the next states with their probabilities, drawn by public randomization.
    values : tuple of points
        Payoffs of the players from each state on.
    start : lottery
        Probabilities of the first state.
    """

    stage: PublicStage = field(repr=False)
    discounts: Vector
    cells: tuple[Cell, ...]
    moves: tuple[tuple[Lottery, ...], ...]
    values: tuple[Vector, ...]
    start: Lottery = ((0, Fraction(1)),)

    @property
    def states(self) -> int:
        """Number of states."""
        return len(self.cells)

    @property
    def profiles(self) -> tuple[tuple[str, ...], ...]:
        """The action profile of each state."""
        return tuple(map(self.stage.labels, self.cells))

    @property
    def payoffs(self) -> dict[str, Fraction]:
        """Payoffs of the players before the first state is drawn."""
        point = mix(self.start, self.values)
        return dict(zip(self.stage.players, point, strict=True))

    @property
    def slack(self) -> Fraction:
        """The smallest loss from a one-shot deviation in any state; the machine is an equilibrium where it is not negative."""
        return min((loss for state in range(self.states) for loss in self.losses(state)), default=Fraction(0))

    def losses(self, state: int) -> list[Fraction]:
        """Return what each one-shot deviation from a state costs the player who makes it, in normalised averages.

        Parameters
        ----------
        state : int
            The state.
        """
        cell, future = self.cells[state], [mix(lottery, self.values) for lottery in self.moves[state]]
        return [
            self.discounts[d.player] * sum((s * w[d.player] for s, w in zip(d.shift, future, strict=True)), Fraction(0))
            - (1 - self.discounts[d.player]) * d.gain
            for d in cell.deviations
        ]

    def keeps_promises(self) -> bool:
        """Whether the values are those of the machine: payoff today and expected value tomorrow, weighted."""
        for value, cell, lotteries in zip(self.values, self.cells, self.moves, strict=True):
            future = [mix(lottery, self.values) for lottery in lotteries]
            for i, delta in enumerate(self.discounts):
                tomorrow = sum((p * w[i] for p, w in zip(cell.chances, future, strict=True)), Fraction(0))
                if value[i] != (1 - delta) * cell.payoffs[i] + delta * tomorrow:
                    return False
        return True

    def is_sound(self) -> bool:
        """Whether every lottery is one: known states, positive probabilities that sum to 1."""
        lotteries = [self.start, *(lottery for row in self.moves for lottery in row)]
        return all(
            sum(weight for _, weight in lottery) == 1 and all(weight > 0 and 0 <= state < self.states for state, weight in lottery)
            for lottery in lotteries
        )

    def is_equilibrium(self) -> bool:
        """Whether the machine is a public perfect equilibrium from every state on: checked exactly."""
        return self.is_sound() and self.keeps_promises() and self.slack >= 0

    def automaton(self, point: Sequence[Any]) -> PublicAutomaton:
        """Return the machine that starts so as to attain a point of the hull of the values.

        Parameters
        ----------
        point : sequence of number
            One payoff a player.
        """
        corners = Polytope.from_points(self.values)
        weights = corners.weights([Fraction(x) for x in point])
        if weights is None:
            raise ValueError("automaton(): the point is outside the hull of the values.")
        start = tuple((self.values.index(corner), weight) for corner, weight in zip(corners.vertices, weights, strict=True) if weight)
        return replace(self, start=start)

    def summary(self) -> str:
        """Return a text report: what each state plays and where each signal leads."""
        lines = [repr(self).strip("<>")]
        for k, (profile, row, cell) in enumerate(zip(self.profiles, self.moves, self.cells, strict=True)):
            lines.append(f"  state {k}: play ({', '.join(profile)})")
            for y in cell.relevant:
                where = ", ".join(f"{state}" if weight == 1 else f"{state} with {_short(weight)}" for state, weight in row[y])
                lines.append(f"    after {self.stage.signals[y]}: state {where}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        shown = ", ".join(f"{player} {_short(value)}" for player, value in self.payoffs.items())
        return f"<PublicAutomaton of {self.states} states, payoffs {shown}, smallest loss from deviating {_short(self.slack)}>"


def mix(lottery: Lottery, values: Sequence[Vector]) -> Vector:
    """Return the mean of values under a lottery over states."""
    if len(lottery) == 1 and lottery[0][1] == 1:
        return values[lottery[0][0]]
    size = len(values[0])
    return tuple(sum((weight * values[state][i] for state, weight in lottery), Fraction(0)) for i in range(size))


def evaluate(discounts: Vector, cells: Sequence[Cell], moves: Sequence[Sequence[Lottery]]) -> tuple[Vector, ...]:
    """Return the exact value of every state: one linear system a player."""
    size, columns = len(cells), []
    known: dict[Fraction, list[list[Fraction]]] = {}
    for i, delta in enumerate(discounts):
        if delta not in known:
            matrix = [[Fraction(int(r == s)) for s in range(size)] for r in range(size)]
            for r, (cell, row) in enumerate(zip(cells, moves, strict=True)):
                for chance, lottery in zip(cell.chances, row, strict=True):
                    for state, weight in lottery if chance else ():
                        matrix[r][state] -= delta * chance * weight
            known[delta] = matrix
        columns.append(solve_linear(known[delta], [(1 - delta) * cell.payoffs[i] for cell in cells]))
    return tuple(zip(*columns, strict=True))


def _short(value: Any) -> str:
    shown = format_number(value)
    return shown if len(shown) <= 16 else f"{float(value):.9g}"
