"""All extreme equilibria of many two-player games at once.

A stack of games is two arrays, payoffs of the row and of the column player by game, row and column. The answer
is a stack of lists: all equilibria of all games below each other, with the places at which each game's begin.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._batch_reading import read_stacks
from alliancegames.solvers._batch_running import offsets_of, run, threads_to_use

__all__ = ["BatchEquilibria", "batch_nash"]


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
        Games in which some sign was not certain in floats, so that exact arithmetic decided.
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
