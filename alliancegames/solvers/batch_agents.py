"""All equilibria of many games of three agents with two actions each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliancegames.errors import GameDefinitionError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._batch_reading import floats_only
from alliancegames.solvers._batch_running import in_threads, offsets_of, threads_to_use
from alliancegames.solvers.nash import nash

__all__ = ["BatchAgentEquilibria", "batch_agent_nash"]

AGENTS = 3
CHUNK = 1 << 10
ISOLATED, CONTINUUM, PARTIAL = 0, 1, 2


@dataclass(frozen=True, eq=False)
class BatchAgentEquilibria:
    """Equilibria of each game of a stack of games of three agents with two actions each.

    The equilibria of game ``k`` are the rows ``offsets[k]`` to ``offsets[k + 1]`` of ``first`` and ``regret``, in the order
    of `nash`. The arrays are read-only.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_games + 1,)
        Where each game's equilibria begin; the last entry is their total.
    first : ndarray of float, shape (total, 3)
        Each agent's probability of the first action, correct up to rounding.
    regret : ndarray of float, shape (total,)
        Largest gain of an agent from deviating, as a share of the range of the agent's payoffs.
    close : ndarray of bool, shape (n_games,)
        Games that floats did not settle, so that `nash` solved them.
    status : ndarray of int8, shape (n_games,)
        0 where the list holds every equilibrium, 1 where there are continua of equilibria besides those listed (`nash` describes
        them), 2 where others may exist.
    """

    offsets: np.ndarray
    first: np.ndarray
    regret: np.ndarray
    close: np.ndarray
    status: np.ndarray

    def __post_init__(self) -> None:
        for name in ("offsets", "first", "regret", "close", "status"):
            getattr(self, name).flags.writeable = False

    @property
    def complete(self) -> np.ndarray:
        """Whether each game's list holds every equilibrium."""
        return np.asarray(self.status == ISOLATED)

    @property
    def counts(self) -> np.ndarray:
        """Number of equilibria listed of each game."""
        return np.diff(self.offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, game: int) -> np.ndarray:
        """Return the probabilities of the first actions in the equilibria of one game."""
        if not -len(self) <= game < len(self):
            raise IndexError(f"game {game} is out of range: the stack holds {len(self)} games.")
        k = game % len(self)
        return self.first[self.offsets[k] : self.offsets[k + 1]]

    def __repr__(self) -> str:
        decided, complete = int(self.close.sum()), int(self.complete.sum())
        return f"<BatchAgentEquilibria: {len(self.first)} equilibria of {len(self)} games ({complete} lists complete; {decided} games decided exactly)>"


def batch_agent_nash(first: Any, second: Any, third: Any, *, threads: int | None = None) -> BatchAgentEquilibria:
    """Find the equilibria of many games of three agents with two actions each, pure and mixed.

    Floats stand for their exact binary values. Games without ties are settled in compiled code, which proves that no
    equilibrium is missing; games with ties, or too near to one, are solved by `nash`, one by one.

    Parameters
    ----------
    first, second, third : array_like of float, shape (n_games, 2, 2, 2)
        Payoffs of each agent by the actions of all three; integers are welcome as long as floats hold them.
    threads : int, optional
        Number of threads; by default as many as the process may use. The result does not depend on it.

    Returns
    -------
    BatchAgentEquilibria
        The equilibria of all games, and for each game whether they are all.

    Raises
    ------
    GameDefinitionError
        The shapes do not fit, or a payoff is not finite; the message names the game.

    Warns
    -----
    IncompleteSearchWarning
        `nash` could not settle a game.

    Notes
    -----
    An agent mixes alone only in a tie. Where two mix, each makes the other indifferent, and a sign says whether the third
    stays. Where all mix, the first two make each other indifferent at given behaviour of the third, whose own gain is then
    a quadratic polynomial; its roots are counted by the signs of its Bernstein coefficients and of its discriminant. All
    signs are used only beyond a running bound on the error.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import numpy as np
    >>> found = ag.batch_agent_nash(*np.random.default_rng(1).normal(size=(3, 1000, 2, 2, 2)))
    >>> bool(found.complete.all()), np.bincount(found.counts % 2).tolist()
    (True, [0, 1000])
    """
    function = "batch_agent_nash"
    workers = threads_to_use(threads, function)
    stacks = [floats_only(stack, function) for stack in (first, second, third)]
    shapes = {stack.shape for stack in stacks}
    if len(shapes) != 1 or stacks[0].shape[1:] != (2,) * AGENTS:
        got = ", ".join(map(str, sorted(shapes)))
        raise GameDefinitionError(f"{function}(): three arrays of one shape (n_games, 2, 2, 2) are needed, got {got}.")
    chunks = list(in_threads(_solver(stacks), list(range(0, len(stacks[0]), CHUNK)), workers))
    counts: np.ndarray = np.concatenate([np.zeros(0, np.int64), *(chunk[0] for chunk in chunks)])
    profiles: np.ndarray = np.concatenate([np.zeros((0, AGENTS)), *(chunk[1] for chunk in chunks)])
    regret: np.ndarray = np.concatenate([np.zeros(0), *(chunk[2] for chunk in chunks)])
    close = counts < 0
    counts[close] = 0
    status = np.zeros(len(counts), np.int8)
    if close.any():
        counts, profiles, regret = _settled(stacks, close, counts, profiles, regret, status)
    return BatchAgentEquilibria(offsets_of(counts), profiles, regret, close, status)


Chunk = tuple[np.ndarray, np.ndarray, np.ndarray]


def _solver(stacks: list[np.ndarray]) -> Callable[[int], Chunk]:
    """Return the function that solves the chunk of games from an index on; open games have a negative count."""
    from alliancegames.solvers._kernels import batch_agents  # loads numba

    def solve(start: int) -> Chunk:
        part = [stack[start : start + CHUNK] for stack in stacks]
        count = len(part[0])
        profiles, regret, counts = (
            np.empty((count * batch_agents.MOST, AGENTS)),
            np.empty(count * batch_agents.MOST),
            np.empty(count, np.int64),
        )
        at, found, player = batch_agents.solve_agents(*part, profiles, regret, counts)
        if player >= 0:
            value = part[player][at][~np.isfinite(part[player][at])][0]
            raise GameDefinitionError(
                f"batch_agent_nash(): payoffs must be finite; those of agent {player + 1} in game {start + at} contain {value}. "
                "Replace it or leave the game out."
            )
        return counts, profiles[:found].copy(), regret[:found].copy()

    return solve


def _settled(
    stacks: list[np.ndarray], close: np.ndarray, counts: np.ndarray, profiles: np.ndarray, regret: np.ndarray, status: np.ndarray
) -> Chunk:
    """Solve the games left open one by one, note how that ended, and put what is found where it belongs."""
    owners, lists, regrets = [np.repeat(np.arange(len(counts)), counts)], [profiles], [regret]
    for k in np.flatnonzero(close).tolist():
        found = nash(NormalFormGame.from_arrays(*(stack[k] for stack in stacks)))
        lists.append(np.array([[float(own[0]) for own in item.arrays(float)] for item in found]).reshape(-1, AGENTS))
        regrets.append(np.full(len(found), float(found.provenance.max_regret)))
        owners.append(np.full(len(found), k))
        counts[k] = len(found)
        status[k] = PARTIAL if not found.complete else CONTINUUM if found.status == "continuum" else ISOLATED
    order = np.argsort(np.concatenate(owners), kind="stable")
    return counts, np.concatenate(lists)[order], np.concatenate(regrets)[order]
