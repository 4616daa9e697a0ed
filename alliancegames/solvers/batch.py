"""All extreme equilibria of many 2×2 games at once.

Which extreme equilibria a 2×2 game has depends only on four signs: which row is better against each
column, and which column against each row. There are 81 combinations; each one's equilibria are worked
out once, by testing the nine candidate pairs of vertices, and looked up after that.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np

from alliancegames.errors import GameDefinitionError

__all__ = ["CANDIDATES", "Batch2x2", "solve_2x2"]

FIRST, SECOND, MIXED = 0, 1, 2
CANDIDATES = tuple((x, y) for x in (FIRST, MIXED, SECOND) for y in (FIRST, MIXED, SECOND))
"""The nine pairs of vertices (row player's, column player's) in canonical order."""

# Differences below this share of the payoffs' size are too close to call in floats.
CLOSE = 1e-9


@dataclass(frozen=True)
class Batch2x2:
    """Extreme equilibria of a stack of 2×2 games.

    Parameters
    ----------
    present : ndarray of bool, shape (9, n_games)
        Whether each candidate of `CANDIDATES` is an extreme equilibrium.
    row, column : ndarray, shape (n_games,)
        Probability of the first action where a player mixes; NaN where no mixture makes the opponent
        indifferent.
    close : ndarray of bool, shape (n_games,)
        Games in which some comparison is too close to call in floats.
    """

    present: np.ndarray
    row: np.ndarray
    column: np.ndarray
    close: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """Number of extreme equilibria of each game."""
        return np.asarray(self.present.sum(axis=0))

    def strategy(self, candidate: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the probabilities of the first actions in a candidate, for all games."""
        choices = {FIRST: (np.ones_like(self.row),) * 2, SECOND: (np.zeros_like(self.row),) * 2, MIXED: (self.row, self.column)}
        row, column = CANDIDATES[candidate]
        return choices[row][0], choices[column][1]


def solve_2x2(row: np.ndarray, column: np.ndarray) -> Batch2x2:
    """Find all extreme equilibria of many 2×2 games.

    Parameters
    ----------
    row, column : ndarray, shape (n_games, 2, 2)
        Payoffs of the row and the column player.

    Returns
    -------
    Batch2x2
        Complete in every game that is not flagged ``close``.
    """
    if row.shape != column.shape or row.shape[1:] != (2, 2):
        raise GameDefinitionError(f"solve_2x2(): two arrays of shape (n, 2, 2) are needed, got {row.shape} and {column.shape}.")
    row, column = _unit_scale(row), _unit_scale(column)
    # Gain of the first action over the second: the row player's in each column, the column player's in each row.
    gains = np.stack(
        [row[:, 0, 0] - row[:, 1, 0], row[:, 0, 1] - row[:, 1, 1], column[:, 0, 0] - column[:, 0, 1], column[:, 1, 0] - column[:, 1, 1]]
    )
    close = ~(np.abs(gains) > CLOSE).all(axis=0)  # NaN is too close to call, too
    gains = np.nan_to_num(gains)
    signs = np.sign(gains).astype(np.int8) + 1
    code = ((signs[0] * 3 + signs[1]) * 3 + signs[2]) * 3 + signs[3]
    # Each player's mixture makes the *other* indifferent.
    return Batch2x2(_table()[code].T, _indifference(gains[2], gains[3]), _indifference(gains[0], gains[1]), close)


def _unit_scale(payoffs: np.ndarray) -> np.ndarray:
    """Divide each game's payoffs by its largest, so that closeness is relative and differences cannot overflow."""
    size = np.abs(payoffs).max(axis=(1, 2), keepdims=True)
    return np.asarray(payoffs / np.where(size > 0, size, 1.0))


def _indifference(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the weight on the first action at which gains of opposite sign cancel."""
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = second / (second - first)
    return np.where(np.sign(first) * np.sign(second) < 0, weight, np.nan)


@cache
def _table() -> np.ndarray:
    """Work out the equilibria of the 81 sign patterns, shape (81, 9)."""
    table = np.zeros((81, len(CANDIDATES)), dtype=bool)
    for number, (a_first, a_second, b_first, b_second) in enumerate(itertools.product((-1, 0, 1), repeat=4)):
        for k, (x, y) in enumerate(CANDIDATES):
            table[number, k] = _best(x, y, a_first, a_second) and _best(y, x, b_first, b_second)
    return table


def _best(own: int, other: int, against_first: int, against_second: int) -> bool:
    """Whether a vertex strategy is a best reply to the opponent's, and the opponent's mixture exists."""
    if other == MIXED:
        # The opponent's mixed vertex is an edge point at which the own gains cancel: everything is a best reply.
        return against_first * against_second < 0
    gain = against_first if other == FIRST else against_second
    if own == MIXED:
        return gain == 0
    return gain >= 0 if own == FIRST else gain <= 0
