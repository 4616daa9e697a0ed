"""Exact linear algebra on rationals, by python-flint; only Fractions leave this module."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import numpy as np


def integer_multiple(values: np.ndarray) -> np.ndarray:
    """Multiply an array of Fractions by the least positive integer that makes all entries integers."""
    entries: list[Any] = values.ravel().tolist()
    scale = lcm(*[value.denominator for value in entries])
    result = np.empty(len(entries), dtype=object)
    result[:] = [value.numerator * (scale // value.denominator) for value in entries]
    return result.reshape(values.shape)


def exact_values(values: np.ndarray) -> np.ndarray:
    """Return the exact binary values of an array of floats as Fractions."""
    result = np.empty(values.shape, dtype=object)
    for position in np.ndindex(values.shape):
        result[position] = Fraction(float(values[position]))
    return result


def primitive(vector: Sequence[int]) -> list[int]:
    """Divide an integer vector by the greatest common divisor of its entries."""
    divisor = gcd(*vector)
    return [entry // divisor for entry in vector] if divisor > 1 else list(vector)


def solve_linear(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction]:
    """Solve a square rational system exactly.

    Raises
    ------
    ZeroDivisionError
        If the matrix is singular.
    """
    flint: Any = __import__("flint")
    size = len(right)
    a = flint.fmpq_mat(size, size, [flint.fmpq(x.numerator, x.denominator) for row in matrix for x in row])
    b = flint.fmpq_mat(size, 1, [flint.fmpq(x.numerator, x.denominator) for x in right])
    solution = a.solve(b)
    return [Fraction(int(solution[k, 0].p), int(solution[k, 0].q)) for k in range(size)]


def determinant_sign(matrix: np.ndarray) -> int:
    """Return the sign of the determinant of a square integer matrix."""
    flint: Any = __import__("flint")
    size = len(matrix)
    determinant = flint.fmpz_mat(size, size, [int(entry) for entry in matrix.flat]).det()
    return int(determinant > 0) - int(determinant < 0)


def rank(matrix: Sequence[Sequence[Any]]) -> int:
    """Return the rank of a rational matrix; floats stand for their exact binary values."""
    flint: Any = __import__("flint")
    rows = [[Fraction(entry) for entry in row] for row in matrix]
    return int(flint.fmpq_mat(len(rows), len(rows[0]), [flint.fmpq(x.numerator, x.denominator) for row in rows for x in row]).rank())
