"""The regions of a leader's mixed strategies by the follower's best replies, and linear programs over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import Any

import numpy as np

from alliancegames.solvers._linear_programs import LinearProgram, maximise

__all__ = ["Leadership", "Region"]

Point = Sequence[Fraction]
Rows = tuple[tuple[Fraction, ...], ...]


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum(map(mul, a, b), Fraction(0))


@dataclass(frozen=True)
class Region:
    """A full-dimensional set of leader's strategies: a best-reply region of the follower.

    Parameters
    ----------
    action : int
        A follower action that is a best reply throughout.
    replies : tuple of int
        The actions that give the follower the same against everything; inside there is no other best reply.
    interior : tuple of Fraction
        A strategy inside.
    """

    action: int
    replies: tuple[int, ...]
    interior: tuple[Fraction, ...]


@dataclass(frozen=True)
class Leadership:
    """Payoffs by follower action: ``own[j][i]`` and ``others[j][i]`` if the leader plays ``i`` and the follower ``j``."""

    own: Rows
    others: Rows

    @classmethod
    def of(cls, own: np.ndarray, others: np.ndarray) -> Leadership:
        """Read two matrices in Fractions with the leader's actions as rows."""
        return cls(tuple(map(tuple, own.T)), tuple(map(tuple, others.T)))

    # ---------------------------------------------------------------- at one strategy

    def best_replies(self, point: Point) -> tuple[int, ...]:
        """Return the follower's best replies."""
        values = [_dot(column, point) for column in self.others]
        best = max(values)
        return tuple(j for j, value in enumerate(values) if value == best)

    def reply(self, point: Point, ties: str) -> int:
        """Return the best reply that the leader likes most or, with pessimistic ties, least."""
        replies = self.best_replies(point)
        if ties == "pessimistic":
            return self.worst_reply(replies, point)
        return max(replies, key=lambda j: _dot(self.own[j], point))

    def reach(self, point: Point, ties: str) -> Fraction:
        """Return what the leader gets from committing to a strategy."""
        return _dot(self.own[self.reply(point, ties)], point)

    def worst_reply(self, replies: Sequence[int], point: Point) -> int:
        """Return the reply among some that the leader likes least."""
        return min(replies, key=lambda j: _dot(self.own[j], point))

    def worst(self, replies: Sequence[int], point: Point) -> Fraction:
        """Return what the leader gets if the follower takes the worst of some replies."""
        return _dot(self.own[self.worst_reply(replies, point)], point)

    def follower_value(self, point: Point, reply: int) -> Fraction:
        """Return what the follower gets."""
        return _dot(self.others[reply], point)

    # ---------------------------------------------------------------- over a region

    def _shortfall(self, j: int, k: int) -> list[Fraction]:
        """Return the row that is at most zero where the follower likes ``j`` at least as much as ``k``."""
        return [b - a for a, b in zip(self.others[j], self.others[k], strict=True)]

    def _program(
        self, objective: Sequence[Any], upper: Sequence[Sequence[Any]], bound: Sequence[Any], free: Sequence[int]
    ) -> LinearProgram:
        """Solve over the leader's mixed strategies and any further variables behind them."""
        size = len(self.own[0])
        ones = [1] * size + [0] * (len(objective) - size)
        return maximise(objective, upper=upper, upper_bound=bound, equal=[ones], equal_to=[1], free=free)

    def region(self, j: int) -> Region | None:
        """Return the region of a follower action if it has an interior, else None."""
        size, actions = len(self.own[0]), range(len(self.others))
        same = tuple(k for k in actions if self.others[k] == self.others[j])
        # Maximise the margin, at most one, by which j beats what is not the same.
        margins = [[*self._shortfall(j, k), 1] for k in actions if k not in same]
        program = self._program([0] * size + [1], [*margins, [0] * size + [1]], [0] * len(margins) + [1], ())
        if program.solution is None or not program.value:
            return None
        return Region(j, same, program.solution[:size])

    def best_in(self, j: int, replies: Sequence[int]) -> tuple[Fraction, tuple[Fraction, ...]] | None:
        """Maximise what the leader gets where ``j`` is a best reply and the worst of some replies is taken; None if ``j`` never is best."""
        size, actions = len(self.own[0]), range(len(self.others))
        obeyed = [[*self._shortfall(j, k), 0] for k in actions if k != j]
        guaranteed = [[*(-value for value in self.own[k]), 1] for k in replies]
        program = self._program([0] * size + [1], [*obeyed, *guaranteed], [0] * (len(obeyed) + len(guaranteed)), (size,))
        if program.solution is None or program.value is None:
            return None
        return program.value, program.solution[:size]

    def attaining(self, region: Region, value: Fraction) -> tuple[Fraction, ...] | None:
        """Return a strategy of the closed region whose worst best reply gives ``value``, or None if there is none.

        What ties with the region's action throughout the set of candidates must give ``value``, too; that may
        shrink the set and bring further ties. Once it brings none, a strategy inside the set will do.
        """
        size, j = len(self.own[0]), region.action
        tied = list(region.replies)
        while True:
            upper = [self._shortfall(j, k) for k in range(len(self.others)) if k != j] + [[-a for a in self.own[k]] for k in tied]
            bound = [Fraction(0)] * (len(self.others) - 1) + [-value] * len(tied)
            points, ties = [], []
            for k in [j, *(k for k in range(len(self.others)) if k not in tied)]:
                program = self._program([-a for a in self._shortfall(j, k)], upper, bound, ())
                if program.solution is None:
                    return None
                points.append(program.solution)
                if k != j and program.value == 0:
                    ties.append(k)
            if not ties:
                return tuple(sum((point[i] for point in points), Fraction(0)) / len(points) for i in range(size))
            tied += ties
