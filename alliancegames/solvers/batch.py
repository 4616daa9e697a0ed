"""All extreme equilibria of many two-player games at once.

A stack of games is two arrays, payoffs of the row and of the column player by game, row and column. The answer
is a stack of lists: all equilibria of all games below each other, with the places at which each game's begin.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from alliancegames.errors import GameDefinitionError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._batch_reading import read_stacks
from alliancegames.solvers._batch_running import offsets_of, run, threads_to_use

__all__ = ["CANDIDATES", "Batch2x2", "BatchEquilibria", "batch_nash", "solve_2x2"]


@dataclass(frozen=True, eq=False)
class BatchEquilibria:
    """All extreme equilibria of each game of a stack.

    The equilibria of game ``k`` are the rows ``offsets[k]`` to ``offsets[k + 1]`` of ``x``, ``y`` and ``regret``,
    in the order in which `nash` lists them. The arrays are read-only.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_games + 1,)
        Where each game's equilibria begin; the last entry is their total.
    x : ndarray of float, shape (total, n_rows)
        Strategies of the row player.
    y : ndarray of float, shape (total, n_columns)
        Strategies of the column player.
    regret : ndarray of float, shape (total,)
        Largest gain of a player from deviating, as a share of the range of the player's payoffs in the game. It is
        computed in floats from the rounded strategies, so that it shows rounding only: zero, or near 1e-16.
    close : ndarray of bool, shape (n_games,)
        Games in which floats could not decide something that matters, so that exact arithmetic did.
    degenerate : ndarray of int8, shape (n_games,)
        1 where some strategy has more best replies than actions in its support, 0 where none has, -1 where it was
        not settled, since the equilibria do not depend on it.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import numpy as np
    >>> stag_hunt, pennies = [[3, 0], [2, 2]], [[1, -1], [-1, 1]]
    >>> found = ag.batch_nash(np.array([stag_hunt, pennies]), np.array([np.transpose(stag_hunt), np.negative(pennies)]))
    >>> found
    <BatchEquilibria: 4 extreme equilibria of 2 games 2×2 (complete; 0 games decided exactly)>
    >>> found.counts
    array([3, 1])
    >>> x, y = found[0]
    >>> x
    array([[1.        , 0.        ],
           [0.66666667, 0.33333333],
           [0.        , 1.        ]])
    """

    offsets: np.ndarray
    x: np.ndarray
    y: np.ndarray
    regret: np.ndarray
    close: np.ndarray
    degenerate: np.ndarray

    def __post_init__(self) -> None:
        for name in ("offsets", "x", "y", "regret", "close", "degenerate"):
            getattr(self, name).flags.writeable = False

    @property
    def complete(self) -> bool:
        """Whether every extreme equilibrium of every game is listed: always, or an error is raised instead."""
        return True

    @property
    def counts(self) -> np.ndarray:
        """Number of extreme equilibria of each game."""
        return np.diff(self.offsets)

    @property
    def game_of(self) -> np.ndarray:
        """Index of the game to which each equilibrium belongs."""
        return np.repeat(np.arange(len(self)), self.counts)

    @property
    def max_regret(self) -> np.ndarray:
        """Largest regret among the equilibria of each game."""
        return np.maximum.reduceat(self.regret, self.offsets[:-1]) if len(self) else np.zeros(0)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, game: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the strategies of the equilibria of one game, the row player's and the column player's."""
        if not -len(self) <= game < len(self):
            raise IndexError(f"game {game} is out of range: the stack holds {len(self)} games.")
        k = game % len(self)
        here = slice(self.offsets[k], self.offsets[k + 1])
        return self.x[here], self.y[here]

    def __repr__(self) -> str:
        size = f"{self.x.shape[1]}×{self.y.shape[1]}"
        decided = int(self.close.sum())
        return (
            f"<BatchEquilibria: {len(self.x)} extreme equilibria of {len(self)} games {size} (complete; {decided} games decided exactly)>"
        )


def batch_nash(
    row: Any,
    column: Any,
    *,
    exact: Callable[[int], NormalFormGame] | None = None,
    error: float | None = None,
    threads: int | None = None,
) -> BatchEquilibria:
    """Find all extreme equilibria of many small two-player games.

    Each list is complete, ties included. Floats stand for their exact binary values, as in `nash`, or, with ``exact``,
    for numbers nearby that the function knows. A comparison that floats cannot decide within a proved bound on their
    error is decided in exact arithmetic.

    Parameters
    ----------
    row, column : array_like, shape (n_games, n_rows, n_columns)
        Payoffs of the row and of the column player: floats, integers, or exact numbers such as Fractions. Up to 4×4,
        or up to 16 actions against two.
    exact : callable, optional
        Takes the index of a game and returns the game in exact payoffs; it is called where the floats do not decide.
        Only for float payoffs.
    error : float, optional
        How far the floats may lie from the payoffs of ``exact``, as a share of the player's largest absolute payoff
        in the game. With ``exact`` the default is 1e-9, without it there is no error.
    threads : int, optional
        Number of threads; by default as many as the process may use. The result does not depend on it.

    Returns
    -------
    BatchEquilibria
        All extreme equilibria of all games.

    Raises
    ------
    GameDefinitionError
        The shapes do not fit, or a payoff is not finite; the message names the game.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> row, column = rng.normal(size=(2, 1000, 3, 3))
    >>> found = ag.batch_nash(row, column)
    >>> found.complete, int(found.counts.min()), float(found.regret.max()) < 1e-12
    (True, 1, True)
    """
    workers = threads_to_use(threads, "batch_nash")
    games = read_stacks(row, column, exact, error)
    lists = run(games, workers)
    return BatchEquilibria(offsets_of(lists.counts), lists.x, lists.y, lists.regret, lists.status > 0, lists.degenerate)


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
