"""Perfect monitoring: what each action profile needs and yields, for whole payoff tables at once."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers.repeated._transfers_pieces import Cell, Segment

# Sums of payoffs below this size cannot overflow 64-bit integers.
SMALL = 2**62


class Tables:
    """Joint payoffs, best-reply payoffs and total gains from deviating, as integer arrays of one common scale.

    Parameters
    ----------
    game : NormalFormGame
        An exact game.
    """

    def __init__(self, game: NormalFormGame) -> None:
        scales = [_scale(exact, whole) for exact, whole in zip(game.payoffs, game.integer_payoffs, strict=True)]
        self.scale = lcm(*(scale.denominator for scale in scales))
        factors = [int(scale * self.scale) for scale in scales]
        payoffs = [whole * factor for whole, factor in zip(game.integer_payoffs, factors, strict=True)]
        largest = max(abs(int(value)) for array in payoffs for value in (array.min(), array.max()))
        kind: Any = np.int64 if largest * 2 * len(payoffs) < SMALL else object
        payoffs = [array.astype(kind) for array in payoffs]
        self.payoffs = payoffs
        self.joint = sum(payoffs[1:], start=payoffs[0])
        self.replies = [np.broadcast_to(array.max(axis=k, keepdims=True), array.shape) for k, array in enumerate(payoffs)]
        self.gains = sum(self.replies[1:], start=self.replies[0]) - self.joint

    def plain(self, value: Any) -> Fraction:
        """Return a payoff in the units of the game."""
        return Fraction(int(value), self.scale)

    def functions(self) -> list[list[Segment]]:
        """Return the joint payoff and each player's punishment as step functions of liquidity."""
        return [self._records(self.joint, 1), *(self._records(table, -1) for table in self.replies)]

    def _records(self, table: np.ndarray, sign: int) -> list[Segment]:
        """Return the best value among the profiles that need no more than each liquidity.

        Among equally good profiles the one with the least need is taken, then the first.
        """
        need, value = self.gains.ravel(), sign * table.ravel()
        order = _order(-value, need)
        climb = np.maximum.accumulate(value[order])
        fresh = np.concatenate([[True], climb[1:] > climb[:-1]])
        return [
            Segment(self.plain(need[k]), self.plain(sign * value[k]), Fraction(0), self._cell(int(k))) for k in order[fresh.astype(bool)]
        ]

    def _cell(self, place: int) -> Cell:
        return tuple(int(k) for k in np.unravel_index(place, self.joint.shape))

    def need(self, cell: Cell) -> Fraction:
        """Return what all players together gain by deviating from a profile, which is the liquidity that it needs."""
        return self.plain(self.gains[cell])


def _scale(exact: np.ndarray, whole: np.ndarray) -> Fraction:
    """Return the constant by which payoffs were divided by making them integers."""
    for value, integer in zip(exact.flat, whole.flat, strict=True):
        if integer:
            return Fraction(value) / int(integer)
    return Fraction(1)


def _order(second: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the stable order by `first`, then `second`."""
    if first.dtype == object:
        return np.array(sorted(range(len(first)), key=lambda k: (first[k], second[k])))
    return np.lexsort((second, first))
