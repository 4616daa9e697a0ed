"""All pure equilibria of many games at once, with any number of players.

Each player's payoffs are one array, by game and by every player's action.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from alliancegames.errors import GameDefinitionError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._batch_reading import check_error, floats_only
from alliancegames.solvers._batch_running import in_threads, offsets_of, threads_to_use
from alliancegames.solvers.nash import pure_nash

__all__ = ["BatchPureEquilibria", "batch_pure_nash"]

MOST_CELLS = 1 << 16
# Cells of all games that a thread takes at a time. Results do not depend on it.
CHUNK_CELLS = 1 << 17


@dataclass(frozen=True, eq=False)
class BatchPureEquilibria:
    """All pure equilibria of each game of a stack.

    The equilibria of game ``k`` are the rows ``offsets[k]`` to ``offsets[k + 1]`` of ``actions``, in the order in which
    `pure_nash` lists them. The arrays are read-only.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_games + 1,)
        Where each game's equilibria begin; the last entry is their total.
    actions : ndarray of int64, shape (total, n_players)
        Indices of the actions played.
    close : ndarray of bool, shape (n_games,)
        Games in which the floats did not decide, so that the exact game was asked for.
    """

    offsets: np.ndarray
    actions: np.ndarray
    close: np.ndarray

    def __post_init__(self) -> None:
        for array in (self.offsets, self.actions, self.close):
            array.flags.writeable = False

    @property
    def complete(self) -> bool:
        """Whether every pure equilibrium of every game is listed: always. An empty list is a proof that there is none."""
        return True

    @property
    def counts(self) -> np.ndarray:
        """Number of pure equilibria of each game."""
        return np.diff(self.offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, game: int) -> np.ndarray:
        """Return the actions played in the equilibria of one game."""
        if not -len(self) <= game < len(self):
            raise IndexError(f"game {game} is out of range: the stack holds {len(self)} games.")
        k = game % len(self)
        return self.actions[self.offsets[k] : self.offsets[k + 1]]

    def __repr__(self) -> str:
        decided = int(self.close.sum())
        return (
            f"<BatchPureEquilibria: {len(self.actions)} pure equilibria of {len(self)} games (complete; {decided} games decided exactly)>"
        )


def batch_pure_nash(
    *payoffs: Any, exact: Callable[[int], NormalFormGame] | None = None, error: float | None = None, threads: int | None = None
) -> BatchPureEquilibria:
    """Find all pure Nash equilibria of many games, with any number of players.

    Floats stand for their exact binary values, as in `pure_nash`, or, with ``exact``, for numbers nearby that the
    function knows. Mixed equilibria are not looked for; for two players `batch_nash` finds these as well.

    Parameters
    ----------
    *payoffs : array_like of float, shape (n_games, n_actions of player 1, n_actions of player 2, ...)
        One array a player; integers are welcome as long as floats hold them.
    exact : callable, optional
        Takes the index of a game and returns the game in exact payoffs; it is called where the floats do not decide.
    error : float, optional
        How far the floats may lie from the payoffs of ``exact``, as a share of the player's largest absolute payoff
        in the game. With ``exact`` the default is 1e-9, without it there is no error.
    threads : int, optional
        Number of threads; by default as many as the process may use. The result does not depend on it.

    Returns
    -------
    BatchPureEquilibria
        All pure equilibria of all games.

    Raises
    ------
    GameDefinitionError
        The shapes do not fit, or a payoff is not finite; the message names the game.

    Examples
    --------
    Three allies decide whether to contribute; the good needs two of them.

    >>> import alliancegames as ag
    >>> import numpy as np
    >>> one, two, three = np.indices((2, 2, 2)) == 0
    >>> supplied = one.astype(int) + two + three >= 2
    >>> costs = np.array([0.25, 0.75, 1.5])[:, None, None, None]
    >>> found = ag.batch_pure_nash(*(supplied - costs * own for own in (one, two, three)))
    >>> found.counts
    array([4, 4, 1])
    >>> found[2]
    array([[1, 1, 1]])
    """
    function = "batch_pure_nash"
    workers = threads_to_use(threads, function)
    stacks = [floats_only(stack, function) for stack in payoffs]
    shape = _check_shapes(stacks)
    rho = 0.0 if exact is None and error is None else check_error(function, exact, error)
    step = max(1, CHUNK_CELLS // prod(shape))
    tasks = list(range(0, len(stacks[0]), step))
    solve = _solver([stack.reshape(len(stack), prod(shape)) for stack in stacks], shape, step, rho)
    chunks = list(in_threads(solve, tasks, workers))
    counts: np.ndarray = np.concatenate([np.zeros(0, np.int64), *(chunk[0] for chunk in chunks)])
    cells: np.ndarray = np.concatenate([np.zeros(0, np.int64), *(chunk[1] for chunk in chunks)])
    close: np.ndarray = np.concatenate([np.zeros(0, np.bool_), *(chunk[2] for chunk in chunks)])
    actions = np.stack(np.unravel_index(cells, shape), axis=-1)
    if exact is not None and close.any():
        counts, actions = _settled(counts, actions, close, exact, shape)
    return BatchPureEquilibria(offsets_of(counts), actions, close)


def _check_shapes(stacks: list[np.ndarray]) -> tuple[int, ...]:
    shapes = {stack.shape for stack in stacks}
    if len(shapes) != 1 or stacks[0].ndim != 1 + len(stacks) or not 1 <= prod(stacks[0].shape[1:]) <= MOST_CELLS:
        raise GameDefinitionError(
            "batch_pure_nash(): one array a player is needed, all of one shape (n_games, one number of actions a player), with at "
            f"most {MOST_CELLS} profiles a game; got {len(stacks)} arrays of shapes {', '.join(map(str, sorted(shapes)))}."
        )
    shape: tuple[int, ...] = stacks[0].shape[1:]
    return shape


Chunk = tuple[np.ndarray, np.ndarray, np.ndarray]


def _solver(stacks: list[np.ndarray], shape: tuple[int, ...], step: int, rho: float) -> Callable[[int], Chunk]:
    """Return the function that finds counts, cells and open games of the chunk of games from an index on."""
    from alliancegames.solvers._kernels import batch_cells  # loads numba

    def solve(start: int) -> Chunk:
        part = [stack[start : start + step] for stack in stacks]
        certain, possible = np.ones(part[0].shape, bool), np.ones(part[0].shape, bool)
        for player, payoffs in enumerate(part):
            wrong = batch_cells.mark(payoffs, prod(shape[player + 1 :]), shape[player], rho, certain, possible)
            if wrong >= 0:
                value = payoffs[wrong][~np.isfinite(payoffs[wrong])][0]
                raise GameDefinitionError(
                    f"batch_pure_nash(): payoffs must be finite; those of player {player + 1} in game {start + wrong} contain {value}. "
                    "Replace it or leave the game out."
                )
        cells, counts = np.empty(certain.size, np.int64), np.empty(len(certain), np.int64)
        left = np.zeros(len(certain), bool)
        found = batch_cells.collect(certain, possible, cells, counts, left)
        return counts, cells[:found].copy(), left

    return solve


def _settled(
    counts: np.ndarray, actions: np.ndarray, close: np.ndarray, exact: Callable[[int], NormalFormGame], shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Solve the exact games that the floats left open, and put what is found where it belongs."""
    owners, lists = [np.repeat(np.arange(len(counts)), counts)], [actions]
    for k in np.flatnonzero(close).tolist():
        game = exact(k)
        if not isinstance(game, NormalFormGame) or game.shape != shape:
            got = f"a game of shape {game.shape}" if isinstance(game, NormalFormGame) else type(game).__name__
            raise GameDefinitionError(f"batch_pure_nash(): exact({k}) must return a NormalFormGame of shape {shape}, got {got}.")
        found = [[int(np.argmax(own)) for own in item.arrays(float)] for item in pure_nash(game)]
        lists.append(np.array(found, dtype=np.int64).reshape(-1, len(shape)))
        owners.append(np.full(len(found), k))
        counts[k] = len(found)
    order = np.argsort(np.concatenate(owners), kind="stable")
    return counts, np.concatenate(lists)[order]
