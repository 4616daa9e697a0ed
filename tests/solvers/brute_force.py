"""Slow and simple solvers, written independently of the package, in exact Fractions."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

Matrix = Sequence[Sequence[Fraction]]
Vector = tuple[Fraction, ...]


def solve(matrix: Matrix, right: Sequence[Fraction]) -> Vector | None:
    """Solve a square system by Gauss-Jordan elimination; None if it is singular."""
    size = len(right)
    rows = [[Fraction(value) for value in row] + [Fraction(b)] for row, b in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = next((r for r in range(column, size) if rows[r][column] != 0), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for r in range(size):
            if r != column and rows[r][column] != 0:
                factor = rows[r][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[column], strict=True)]
    return tuple(row[-1] for row in rows)


def vertices(payoffs: Matrix) -> dict[Vector, tuple[frozenset[int], frozenset[int]]]:
    """Return the vertices ``y`` of ``{(y, v): y >= 0, sum(y) = 1, payoffs @ y <= v}``.

    Each comes with the rows that are best replies to it and the columns that it leaves unplayed.
    """
    m, n = len(payoffs), len(payoffs[0])
    reply = [[*row, Fraction(-1)] for row in payoffs]
    idle = [[Fraction(int(k == j)) for k in range(n)] + [Fraction(0)] for j in range(n)]
    simplex = [Fraction(1)] * n + [Fraction(0)]
    found = {}
    for tight in itertools.combinations([*reply, *idle], n):
        point = solve([*tight, simplex], [Fraction(0)] * n + [Fraction(1)])
        if point is None or min(point[:-1]) < 0:
            continue
        values = [sum(a * y for a, y in zip(row, point[:-1], strict=True)) for row in payoffs]
        if max(values) <= point[-1]:
            best = frozenset(i for i in range(m) if values[i] == point[-1])
            found[point[:-1]] = (best, frozenset(j for j in range(n) if point[j] == 0))
    return found


def extreme_equilibria(row: Matrix, column: Matrix) -> set[tuple[Vector, Vector]]:
    """Return all extreme equilibria: pairs of vertices at which each action is unplayed or a best reply."""
    m, n = len(row), len(row[0])
    xs = vertices([list(part) for part in zip(*column, strict=True)])
    ys = vertices(row)
    return {
        (x, y)
        for (x, (best_columns, idle_rows)), (y, (best_rows, idle_columns)) in itertools.product(xs.items(), ys.items())
        if len(idle_rows | best_rows) == m and len(idle_columns | best_columns) == n
    }


def is_degenerate(row: Matrix, column: Matrix) -> bool:
    """Whether some mixed strategy has more pure best replies than actions in its support.

    It is enough to look at vertices: every point shares its best replies and unplayed actions with one.
    """
    transposed = [list(part) for part in zip(*column, strict=True)]
    return any(len(best) > len(point) - len(idle) for side in (row, transposed) for point, (best, idle) in vertices(side).items())


def pure_equilibria(payoffs: Sequence, shape: Sequence[int]) -> set[tuple[int, ...]]:
    """Return the pure equilibria as tuples of action indices, by trying every deviation."""

    def stable(cell: tuple[int, ...]) -> bool:
        return all(
            payoffs[k][cell] >= payoffs[k][(*cell[:k], other, *cell[k + 1 :])] for k, size in enumerate(shape) for other in range(size)
        )

    return {cell for cell in itertools.product(*map(range, shape)) if stable(cell)}
