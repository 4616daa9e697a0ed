"""Imperfect public monitoring: the linear programs behind each action profile, and their values as functions of liquidity.

Above the punishment payoffs, players can be rewarded after each signal with amounts that together do not
exceed the liquidity L. A profile can be played if some rewards make nobody gain by deviating; on the path
the best rewards burn the least money, in a punishment they leave the punished player the least.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._linear_programs import LinearProgram, maximise
from alliancegames.solvers.repeated._transfers_pieces import Cell, Segment, envelope

Goal = int | Literal["joint"]
Row = tuple[Fraction, ...]


@dataclass(frozen=True)
class Programs:
    """The linear programs of one action profile.

    Parameters
    ----------
    stage : NormalFormGame
        The game of each period, exact.
    table : ndarray
        Probabilities of the signals, one axis a player, then the signals; exact, each row summing to one.
    cell : tuple of int
        The action profile.
    """

    stage: NormalFormGame
    table: np.ndarray
    cell: Cell

    @property
    def signals(self) -> int:
        """Number of signals."""
        return int(self.table.shape[-1])

    @cached_property
    def incentives(self) -> tuple[list[list[Fraction]], list[Fraction]]:
        """Rows ``a @ rewards <= b`` that keep every player from every deviation; rewards by player, then signal."""
        rows, bounds = [], []
        agreed = self.table[self.cell]
        for k, size in enumerate(self.stage.shape):
            for action in range(size):
                if action != self.cell[k]:
                    played = (*self.cell[:k], action, *self.cell[k + 1 :])
                    row = [Fraction(0)] * (len(self.stage.shape) * self.signals)
                    row[k * self.signals : (k + 1) * self.signals] = [
                        Fraction(a - b) for a, b in zip(self.table[played], agreed, strict=True)
                    ]
                    rows.append(row)
                    bounds.append(Fraction(self.stage.payoffs[k][self.cell] - self.stage.payoffs[k][played]))
        return rows, bounds

    @cached_property
    def budgets(self) -> list[list[Fraction]]:
        """Total rewards after each signal."""
        count = len(self.stage.shape)
        return [[Fraction(int(j % self.signals == y)) for j in range(count * self.signals)] for y in range(self.signals)]

    def expected(self, players: range) -> list[Fraction]:
        """Return the coefficients of the expected rewards of some players."""
        return [
            Fraction(self.table[self.cell][j % self.signals]) if j // self.signals in players else Fraction(0)
            for j in range(len(self.stage.shape) * self.signals)
        ]

    @cached_property
    def need(self) -> Fraction | None:
        """Least liquidity at which the profile can be played; None if there is none."""
        rows, bounds = self.incentives
        if all(bound >= 0 for bound in bounds):
            return Fraction(0)  # an equilibrium of the stage game needs no rewards
        budgets = [[*row, Fraction(-1)] for row in self.budgets]
        goal = [Fraction(0)] * len(self.budgets[0]) + [Fraction(-1)]
        found = maximise(goal, upper=[[*row, Fraction(0)] for row in rows] + budgets, upper_bound=[*bounds, *[Fraction(0)] * len(budgets)])
        return None if found.status == "infeasible" else -found.optimum[0]

    def _goal(self, goal: Goal) -> list[Fraction]:
        if goal == "joint":
            return self.expected(range(len(self.stage.shape)))
        return [-x for x in self.expected(range(goal, goal + 1))]

    def program(self, goal: Goal, liquidity: Fraction) -> LinearProgram:
        """Return the best rewards at a liquidity: the most for all together, or the least for one player.

        Parameters
        ----------
        goal : int or "joint"
            The player who is punished, or ``"joint"``.
        liquidity : Fraction
            Upper bound on the sum of the rewards after each signal.
        """
        rows, bounds = self.incentives
        return maximise(self._goal(goal), upper=[*rows, *self.budgets], upper_bound=[*bounds, *[liquidity] * self.signals])

    def _point(self, goal: Goal, liquidity: Fraction) -> tuple[Fraction, Fraction]:
        """Return the payoff at a liquidity, and a slope of its linear bound there."""
        value, _, dual = self.program(goal, liquidity).optimum
        slope = sum(dual[len(self.incentives[0]) :], Fraction(0))
        if goal == "joint":
            return self.joint - liquidity + value, slope - 1
        return Fraction(self.stage.payoffs[goal][self.cell]) - value, -slope

    @property
    def joint(self) -> Fraction:
        """Sum of the stage payoffs."""
        return sum((Fraction(array[self.cell]) for array in self.stage.payoffs), Fraction(0))

    def _saturation(self, goal: Goal) -> Fraction:
        """Return the least liquidity from which the payoff is as good as it ever gets."""
        rows, bounds = self.incentives
        wide = [[*row, Fraction(0)] for row in rows] + [[*row, Fraction(-1)] for row in self.budgets]
        right = [*bounds, *[Fraction(0)] * self.signals]
        costs = [*self._goal(goal), Fraction(-1 if goal == "joint" else 0)]
        best = maximise(costs, upper=wide, upper_bound=right).optimum[0]
        least = [Fraction(0)] * (len(costs) - 1) + [Fraction(-1)]
        return -maximise(least, upper=wide, upper_bound=right, equal=[costs], equal_to=[best]).optimum[0]

    def function(self, goal: Goal) -> list[Segment]:
        """Return the payoff as a function of liquidity, from `need` on: exact breakpoints and slopes.

        Parameters
        ----------
        goal : int or "joint"
            The player who is punished, or ``"joint"``.
        """
        start = self.need
        if start is None:
            return []
        end = self._saturation(goal)
        first, last = self._point(goal, start), self._point(goal, end)
        corners = [(start, first[0]), *self._between(goal, start, first, end, last), (end, last[0])] if end > start else [(start, first[0])]
        pieces: list[Segment] = []
        for (left, low), (right, high) in pairwise(corners):
            slope = (high - low) / (right - left)
            if not pieces or pieces[-1].slope != slope:
                pieces.append(Segment(left, low, slope, self.cell))
        return [*pieces, Segment(end, last[0], Fraction(0), self.cell)]

    def _between(
        self, goal: Goal, left: Fraction, low: tuple[Fraction, Fraction], right: Fraction, high: tuple[Fraction, Fraction]
    ) -> list[tuple[Fraction, Fraction]]:
        """Return the breakpoints strictly between two points, where the linear bounds at both are known.

        The bounds meet above a concave function (below a convex one); where they meet on the function, that
        is a breakpoint, otherwise the function is examined there.
        """
        rise = high[0] - low[0]
        if rise in (low[1] * (right - left), high[1] * (right - left)):
            return []
        middle = left + (rise - high[1] * (right - left)) / (low[1] - high[1])
        found = self._point(goal, middle)
        if found[0] == low[0] + low[1] * (middle - left):
            return [(middle, found[0])]
        return [
            *self._between(goal, left, low, middle, found),
            (middle, found[0]),
            *self._between(goal, middle, found, right, high),
        ]


def functions(stage: NormalFormGame, table: np.ndarray) -> list[list[Segment]]:
    """Return the joint payoff and each player's punishment as functions of liquidity; empty if no profile can ever be played.

    Parameters
    ----------
    stage : NormalFormGame
        The game of each period, exact.
    table : ndarray
        Probabilities of the signals.
    """
    programs = [Programs(stage, table, tuple(cell)) for cell in np.ndindex(*stage.shape)]
    able = sorted((p for p in programs if p.need is not None), key=lambda p: (p.need, p.cell))
    if not able:
        return []
    return [_best(able, "joint"), *(_best(able, k) for k in range(len(stage.shape)))]


def _best(able: list[Programs], goal: Goal) -> list[Segment]:
    """Return the envelope over all profiles, leaving out those that cannot improve on what is known."""
    sign = 1 if goal == "joint" else -1
    found: list[Segment] = []
    for programs in sorted(able, key=lambda p: (-sign * _bound(p, goal), p.need)):
        need = programs.need
        assert need is not None
        known = [segment for segment in found if segment.start <= need]
        if known and sign * known[-1].at(need) >= sign * _bound(programs, goal):
            continue
        found = envelope([found, programs.function(goal)] if found else [programs.function(goal)], sign)
    return found


def _bound(programs: Programs, goal: Goal) -> Fraction:
    """Return a payoff that a profile cannot improve on, whatever the liquidity."""
    if goal == "joint":
        return programs.joint
    index: Any = (*programs.cell[:goal], slice(None), *programs.cell[goal + 1 :])
    own = programs.stage.payoffs[goal][index]
    return Fraction(max(own))
