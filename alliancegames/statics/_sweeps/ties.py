"""Payoffs that are equal whatever the parameters, and points where others are nearly equal.

In many models some payoffs are the same by construction: a challenger who never challenges gets the status quo whatever the
defender would have done. Floats cannot tell such a tie from a near miss, and every point of a sweep would be left to exact
arithmetic. These ties are found once, in formulas. Where nothing else is close, the equilibria are then those of the game in
floats whose ties are made exact: the signs that determine which strategies are vertices of the best-reply polytopes, and
which pairs of them are equilibria, are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

__all__ = ["Ties", "structural_ties"]

# Floats are taken to lie within this share of the largest absolute payoff of a game, as in the batch kernels. Signs of
# differences and of products of two differences are trusted beyond what such errors can add up to.
ERROR = 1e-9
DIFFERENCE, PRODUCT = 2 * ERROR, 20 * ERROR


@dataclass(frozen=True, eq=False)
class Ties:
    """Payoffs of a two-player model that are equal at all points of a sweep.

    Parameters
    ----------
    row, column : ndarray of int, shape of the game
        For each cell, the first action of the player with the same payoff against the same action of the other.
    """

    row: np.ndarray
    column: np.ndarray

    @property
    def helps(self) -> bool:
        """Whether there are ties, and the game is small enough to say where nothing else is close."""
        some = bool((self.row != np.arange(self.row.shape[0])[:, None]).any() or (self.column != np.arange(self.row.shape[1])).any())
        return some and min(self.row.shape) <= 2

    def impose(self, row: np.ndarray, column: np.ndarray) -> None:
        """Make tied payoffs equal to the last bit, in place.

        Parameters
        ----------
        row, column : ndarray, shape (n_games, n_rows, n_columns)
            Payoffs.
        """
        rows, columns = np.indices(self.row.shape)
        row[:] = row[:, self.row, columns]
        column[:] = column[:, rows, self.column]

    def close(self, row: np.ndarray, column: np.ndarray) -> np.ndarray:
        """Return in which games something else is too close to call.

        Parameters
        ----------
        row, column : ndarray, shape (n_games, n_rows, n_columns)
            Payoffs.
        """
        if row.shape[2] <= 2:
            return _close(row, column, self.row, self.column)
        swapped = (0, 2, 1)
        return _close(column.transpose(swapped), row.transpose(swapped), self.column.T, self.row.T)


def _close(long: np.ndarray, short: np.ndarray, long_ties: np.ndarray, short_ties: np.ndarray) -> np.ndarray:
    """Return in which games something is close; the player with many actions chooses the row, the other has at most two.

    The equilibria depend on the signs of three kinds of numbers. The short player's gain from its first action against each
    row; the long player's differences between rows in each column; and, where two rows cross between the columns, whether a
    third one lies above: a determinant of differences.
    """
    n, m, k = long.shape
    near = np.zeros(n, dtype=bool)
    size = np.abs(long).max(axis=(1, 2)), np.abs(short).max(axis=(1, 2))
    if k == 2:
        for i in range(m):
            if short_ties[i, 0] != short_ties[i, 1]:
                near |= ~(np.abs(short[:, i, 0] - short[:, i, 1]) > DIFFERENCE * size[1])
    for i, j in combinations(range(m), 2):
        for column in range(k):
            if long_ties[i, column] != long_ties[j, column]:
                near |= ~(np.abs(long[:, i, column] - long[:, j, column]) > DIFFERENCE * size[0])
    if k == 2:
        for rows in combinations(range(m), 3):
            if not _meet_at_an_end(long_ties, rows):
                lowest, middle, highest = (long[:, row] for row in rows)
                first, second = middle - lowest, highest - lowest
                near |= ~(np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) > PRODUCT * size[0] ** 2)
    return near


def _meet_at_an_end(ties: np.ndarray, rows: Sequence[int]) -> bool:
    """Whether three rows meet in one column, or two are the same in both, so that no crossing between the columns needs them all."""
    together = any(len({int(ties[row, column]) for row in rows}) == 1 for column in (0, 1))
    same = any(all(ties[i, column] == ties[j, column] for column in (0, 1)) for i, j in combinations(rows, 2))
    return together or same


def structural_ties(model: Any, moving: Sequence[tuple[str, int | None]]) -> Ties:
    """Find the payoffs that are equal whatever the moving parameters.

    Parameters
    ----------
    model : Model
        A model in normal form with two players, completed and exact.
    moving : sequence of (str, int or None)
        Name of each parameter that moves, and its component if only one does.
    """
    import sympy

    shape = tuple(len(labels) for labels in model.actions)
    none = Ties(np.repeat(np.arange(shape[0])[:, None], shape[1], axis=1), np.repeat(np.arange(shape[1])[None], shape[0], axis=0))
    try:
        cells = model.payoffs(_symbolic(model, moving))
        table = {cell: [sympy.sympify(_rational(value)) for value in pair] for cell, pair in cells.items()}
    except (TypeError, AttributeError, ValueError):  # not plain arithmetic in these parameters: then no tie is known
        return none
    first, second = model.actions
    row = np.array([[_first_equal([table[a, b][0] for a in first], i) for b in second] for i in range(shape[0])])
    column = np.array([[_first_equal([table[a, b][1] for b in second], j) for j in range(shape[1])] for a in first])
    return Ties(row, column)


def _first_equal(values: Sequence[Any], place: int) -> int:
    return next(k for k in range(place + 1) if k == place or _identical(values[k], values[place]))


def _identical(one: Any, other: Any) -> bool:
    """Whether two formulas are proved to be the same rational function."""
    import sympy

    if one == other:
        return True
    difference = sympy.expand(one - other)
    if difference.is_polynomial():
        return bool(difference == 0)
    return bool(sympy.cancel(sympy.together(difference)) == 0)


def _symbolic(model: Any, moving: Sequence[tuple[str, int | None]]) -> Any:
    """Return values of all parameters, those that move as symbols."""
    import sympy

    from alliancegames.parameters import Values

    result = {name: [_rational(value) for value in components] for name, components in model._assigned.items()}
    for number, (name, component) in enumerate(moving):
        for k in range(len(result[name])):
            if component in (None, k):
                result[name][k] = sympy.Symbol(f"t{number}", real=True)
    parameters = model.parameters
    return Values(parameters, {q.name: tuple(result[q.name]) if q.is_vector else result[q.name][0] for q in parameters})


def _rational(value: Any) -> Any:
    import sympy

    return (
        sympy.Rational(value.numerator, value.denominator) if hasattr(value, "numerator") and not isinstance(value, sympy.Basic) else value
    )
