"""Stacks of two-player games, read from floats, integers or exact numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._fields import common_field, read_number
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame

__all__ = ["BatchGames", "check_error", "floats_only", "read_stacks"]

# Largest games: this many actions each, or this many against two.
SQUARE, LONG = 4, 16
# How far payoffs computed in floats may lie from the exact ones unless the caller says otherwise.
ROUNDED = 1e-9
LARGEST_ERROR = 1e-3
# A Fraction is rounded once; its float is this close. Doubled, as everywhere.
ONE_ROUNDING = 2.0**-52
LARGEST_INTEGER = 2**53


@dataclass(frozen=True)
class BatchGames:
    """Payoffs in floats, how far they may lie from the true ones, and the true ones.

    Parameters
    ----------
    row, column : ndarray of float, shape (n_games, n_rows, n_columns)
        Payoffs, each player's in any positive units.
    error : float
        Largest distance from the true payoffs, as a share of the player's largest absolute payoff in the game.
    game : callable
        Returns the true game at an index.
    """

    row: np.ndarray
    column: np.ndarray
    error: float
    game: Callable[[int], NormalFormGame]


def read_stacks(row: Any, column: Any, exact: Callable[[int], NormalFormGame] | None, error: float | None) -> BatchGames:
    """Read two stacks of payoffs.

    Parameters
    ----------
    row, column : array_like
        Payoffs by game, row and column.
    exact : callable or None
        Returns the true game at an index.
    error : float or None
        How far floats may lie from it.
    """
    rows, columns = _array(row, "row"), _array(column, "column")
    _check_shapes(rows.shape, columns.shape)
    share = check_error("batch_nash", exact, error)
    if rows.dtype == columns.dtype == float:
        if exact is not None:
            return BatchGames(rows, columns, share, lambda k: _same_shape(exact(k), rows.shape[1:], k))
        return BatchGames(rows, columns, 0.0, lambda k: NormalFormGame.from_bimatrix(rows[k], columns[k]))
    if exact is not None:
        raise GameDefinitionError("batch_nash(): exact= belongs to float payoffs; these payoffs are exact already, so leave it out.")
    common_field(["float" if stack.dtype == float else "exact" for stack in (rows, columns)], "batch_nash()")
    return _read_exact(rows, columns)


def _array(payoffs: Any, name: str) -> np.ndarray:
    """Return payoffs as floats, or as Python integers and Fractions."""
    stack = np.asarray(payoffs)
    if stack.dtype.kind == "f":
        return np.ascontiguousarray(stack, dtype=float)
    if stack.dtype.kind in "iu":
        return stack
    where = f"batch_nash(), {name}"
    read = [read_number(value, where) for value in stack.astype(object).ravel().tolist()]
    field = common_field((kind for kind, _ in read), where, dict(read))
    if field == "symbolic":
        raise SolverNotApplicableError(f"{where}: the payoffs contain symbols; substitute numbers first.")
    flat = np.empty(len(read), dtype=float if field == "float" else object)
    flat[:] = [value for _, value in read]
    return flat.reshape(stack.shape)


def _check_shapes(row: tuple[int, ...], column: tuple[int, ...]) -> None:
    small = len(row) == 3 and min(row[1:]) >= 1 and (max(row[1:]) <= SQUARE or (min(row[1:]) <= 2 and max(row[1:]) <= LONG))
    if row != column or not small:
        raise GameDefinitionError(
            f"batch_nash(): row and column must be two arrays of one shape (n_games, n_rows, n_columns) of at most {SQUARE}×{SQUARE} "
            f"actions, or {LONG} against two; got {row} and {column}. Solve larger games one by one with nash()."
        )


def check_error(function: str, exact: Any, error: float | None) -> float:
    """Return how far floats may lie from exact payoffs.

    Parameters
    ----------
    function : str
        Name of the entry function, for messages.
    exact : callable or None
        Returns the true game at an index.
    error : float or None
        What the caller says.
    """
    if exact is None and error is not None:
        raise GameDefinitionError(f"{function}(): error= says how far the floats lie from exact=, which is missing; give both or neither.")
    share = ROUNDED if error is None else error
    if not (isinstance(share, (int, float)) and 0 <= share <= LARGEST_ERROR):
        raise GameDefinitionError(f"{function}(): error is a share of the largest payoff, between 0 and {LARGEST_ERROR}; got {error!r}.")
    return float(share)


def floats_only(payoffs: Any, function: str) -> np.ndarray:
    """Return payoffs as floats, from floats or from integers that floats hold.

    Parameters
    ----------
    payoffs : array_like
        Numbers.
    function : str
        Name of the entry function, for messages.
    """
    stack = np.asarray(payoffs)
    if stack.dtype.kind == "f":
        return np.ascontiguousarray(stack, dtype=float)
    whole = _whole_floats(stack) if stack.dtype.kind in "iu" else None
    if whole is None:
        raise GameDefinitionError(
            f"{function}(): payoffs must be arrays of floats, or of integers up to 2**53, got dtype {stack.dtype}. "
            "For other exact numbers give floats near them and exact=."
        )
    return whole


def _same_shape(game: NormalFormGame, shape: tuple[int, ...], index: int) -> NormalFormGame:
    if not isinstance(game, NormalFormGame) or game.shape != shape:
        got = f"a game of shape {game.shape}" if isinstance(game, NormalFormGame) else type(game).__name__
        raise GameDefinitionError(f"batch_nash(): exact({index}) must return a NormalFormGame of shape {shape}, got {got}.")
    return game


def _read_exact(rows: np.ndarray, columns: np.ndarray) -> BatchGames:
    """Return exact payoffs as floats: integers of each player where these fit, else each game divided by its size."""
    stacks = [stack.astype(object) for stack in (rows, columns)]

    def game(k: int) -> NormalFormGame:
        return NormalFormGame.from_bimatrix(stacks[0][k], stacks[1][k])

    whole = [_whole_floats(stack) for stack in (rows, columns)]
    if whole[0] is not None and whole[1] is not None:
        return BatchGames(whole[0], whole[1], 0.0, game)
    return BatchGames(_divided(stacks[0]), _divided(stacks[1]), ONE_ROUNDING, game)


def _whole_floats(stack: np.ndarray) -> np.ndarray | None:
    """Return a player's payoffs times one positive integer that makes them integers, if floats hold these."""
    if stack.dtype == object:
        values = stack.ravel().tolist()
        scale = 1
        for denominator in {value.denominator for value in values}:
            scale = math.lcm(scale, denominator)
            if scale > LARGEST_INTEGER:
                return None
        whole = [value.numerator * (scale // value.denominator) for value in values]
        if max(map(abs, whole), default=0) > LARGEST_INTEGER:
            return None
        return np.array(whole, dtype=float).reshape(stack.shape)
    largest = max(int(stack.max(initial=0)), -int(stack.min(initial=0)))
    return stack.astype(float) if largest <= LARGEST_INTEGER else None


def _divided(stack: np.ndarray) -> np.ndarray:
    """Return each game's payoffs as shares of the largest, rounded once."""
    result = np.empty(stack.shape)
    for k, payoffs in enumerate(stack):
        size = max(max(map(abs, payoffs.ravel().tolist())), Fraction(0)) or 1
        result[k] = [[float(Fraction(value) / size) for value in line] for line in payoffs.tolist()]
    return result
