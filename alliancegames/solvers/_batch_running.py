"""Stacks of games through the compiled kernels: in chunks, on several threads, what they leave open one by one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from alliancegames.errors import GameDefinitionError
from alliancegames.solvers._batch_reading import BatchGames
from alliancegames.solvers.nash import nash

__all__ = ["Lists", "in_threads", "offsets_of", "run", "threads_to_use"]

# Games that a thread takes at a time; small, so that a slow chunk keeps nobody waiting. Results do not depend on it.
CHUNK, CHUNK_2X2 = 1 << 11, 1 << 13
# Room for equilibria a game at first; where it is too little, the rest of the chunk gets new room.
ROOM = 4
MOST_2X2 = 9

Task = TypeVar("Task")
Answer = TypeVar("Answer")


@dataclass
class Lists:
    """Equilibria of some games below each other.

    Parameters
    ----------
    x, y, regret : ndarray
        One row an equilibrium.
    counts, status, degenerate : ndarray
        One entry a game.
    """

    x: np.ndarray
    y: np.ndarray
    regret: np.ndarray
    counts: np.ndarray
    status: np.ndarray
    degenerate: np.ndarray


def threads_to_use(threads: int | None, function: str) -> int:
    """Return the number of threads asked for, or that of the processors which the process may use.

    Parameters
    ----------
    threads : int or None
        What the caller wants.
    function : str
        Name of the entry function, for messages.
    """
    if threads is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not isinstance(threads, (int, np.integer)) or isinstance(threads, bool) or threads < 1:
        raise GameDefinitionError(f"{function}(): threads is the number of threads, at least 1, or None for all; got {threads!r}.")
    return int(threads)


def in_threads(work: Callable[[Task], Answer], tasks: list[Task], threads: int) -> Iterable[Answer]:
    """Do tasks on several threads and return the answers in their order.

    Parameters
    ----------
    work : callable
        Releases the interpreter's lock while it computes.
    tasks : list
        One argument each.
    threads : int
        Number of threads.
    """
    if min(threads, len(tasks)) <= 1:
        return map(work, tasks)
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, tasks))


def run(games: BatchGames, threads: int) -> Lists:
    """Solve all games of a stack.

    Parameters
    ----------
    games : BatchGames
        The stack.
    threads : int
        Number of threads.
    """
    shape = games.row.shape[1:]
    step = CHUNK_2X2 if shape == (2, 2) else CHUNK
    starts = list(range(0, len(games.row), step))
    solve = _solver(games, step)
    chunks = [_settled(games, start, chunk) for start, chunk in zip(starts, in_threads(solve, starts, threads), strict=True)]
    return _joined(chunks, shape, threads)


def _solver(games: BatchGames, step: int) -> Callable[[int], Lists]:
    """Return the function that solves the chunk of games from an index on."""
    from alliancegames.solvers._kernels import batch_2x2, batch_pairs  # loads numba

    two = games.row.shape[1:] == (2, 2)
    table = batch_2x2.table()

    room = MOST_2X2 * step if two else max(ROOM * step, batch_pairs.MOST_EQUILIBRIA)
    desk = threading.local()  # room for equilibria that a thread uses again and again

    def solve(start: int) -> Lists:
        row, column = games.row[start : start + step], games.column[start : start + step]
        count, m, n = row.shape
        if not hasattr(desk, "rows"):
            desk.rows = np.empty((room, m)), np.empty((room, n)), np.empty(room)
        per_game = np.zeros(count, np.int64), np.empty(count, np.int8), np.empty(count, np.int8)
        parts, at = [], 0
        while at < count:
            if two:
                at, found, player = batch_2x2.solve_2x2_stack(row, column, games.error, *table, *desk.rows, *per_game)
            else:
                at, found, player = batch_pairs.solve_stack(row, column, games.error, at, *desk.rows, *per_game)
            if player >= 0:
                _refuse((row, column)[player][at], ("row", "column")[player], start + at)
            parts.append([rows[:found].copy() for rows in desk.rows])
        x, y, regret = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
        return Lists(x, y, regret, *per_game)

    return solve


def _refuse(payoffs: np.ndarray, player: str, game: int) -> None:
    value = payoffs[~np.isfinite(payoffs)][0]
    raise GameDefinitionError(f"batch_nash(): payoffs must be finite; {player}[{game}] contains {value}. Replace it or leave the game out.")


def _settled(games: BatchGames, start: int, chunk: Lists) -> Lists:
    """Solve exactly what the kernel left open, and put it where it belongs."""
    from alliancegames.solvers._kernels.batch_pairs import LEFT_OPEN

    left = np.flatnonzero(chunk.status == LEFT_OPEN)
    if not len(left):
        return chunk
    owners = [np.repeat(np.arange(len(chunk.counts)), chunk.counts)]
    x, y, regret = [chunk.x], [chunk.y], [chunk.regret]
    for k in left.tolist():
        found = nash(games.game(start + k))
        pairs = [[np.asarray(vector, dtype=float) for vector in item.arrays()] for item in found]
        x.append(np.array([pair[0] for pair in pairs]))
        y.append(np.array([pair[1] for pair in pairs]))
        regret.append(_regrets(games.row[start + k], games.column[start + k], x[-1], y[-1]))
        owners.append(np.full(len(pairs), k))
        chunk.counts[k], chunk.degenerate[k] = len(pairs), found.degenerate
    order = np.argsort(np.concatenate(owners), kind="stable")
    rows = [np.concatenate(parts)[order] for parts in (x, y, regret)]
    return Lists(rows[0], rows[1], rows[2], chunk.counts, chunk.status, chunk.degenerate)


def _regrets(row: np.ndarray, column: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the largest relative regrets of strategies in a game, in floats."""
    worst = np.zeros(len(x))
    for payoffs, own, other in ((row, x, y), (column.T, y, x)):
        scaled = np.ldexp(payoffs, -int(np.frexp(np.abs(payoffs).max())[1]))
        extent = scaled.max() - scaled.min()
        if extent > 0:
            values = other @ (scaled - scaled[0]).T
            losses = ((values.max(axis=1, keepdims=True) - values) * own).sum(axis=1)
            worst = np.maximum(worst, losses / extent)
    return worst


def _joined(chunks: list[Lists], shape: tuple[int, ...], threads: int) -> Lists:
    """Put the lists of all chunks below each other."""
    if not chunks:
        small = np.zeros(0, np.int8)
        return Lists(np.zeros((0, shape[0])), np.zeros((0, shape[1])), np.zeros(0), np.zeros(0, np.int64), small, small.copy())
    if len(chunks) == 1:
        return chunks[0]
    names = ("x", "y", "regret", "counts", "status", "degenerate")
    joined = in_threads(lambda name: np.concatenate([getattr(chunk, name) for chunk in chunks]), list(names), threads)
    return Lists(*joined)


def offsets_of(counts: np.ndarray) -> np.ndarray:
    """Return where each game's equilibria begin, and their total.

    Parameters
    ----------
    counts : ndarray of int64
        Number of equilibria of each game.
    """
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets
