"""Numbers with a derivative: exact forward differentiation of anything that is written in arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

__all__ = ["Dual", "solve"]


@dataclass(frozen=True, order=False)
class Dual:
    """A number and its derivative with respect to one parameter.

    Parameters
    ----------
    value, slope : Fraction
        The two.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from alliancegames.statics._claims.dual import Dual
    >>> x = Dual(Fraction(2), Fraction(1))
    >>> (1 / x**2).slope
    Fraction(-1, 4)
    """

    value: Fraction
    slope: Fraction = Fraction(0)

    def __add__(self, other: Any) -> Dual:
        other = dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __pos__(self) -> Dual:
        return self

    def __sub__(self, other: Any) -> Dual:
        return self + -dual(other)

    def __rsub__(self, other: Any) -> Dual:
        return dual(other) - self

    def __mul__(self, other: Any) -> Dual:
        other = dual(other)
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Dual:
        other = dual(other)
        quotient = self.value / other.value
        return Dual(quotient, (self.slope - quotient * other.slope) / other.value)

    def __rtruediv__(self, other: Any) -> Dual:
        return dual(other) / self

    def __pow__(self, power: int) -> Dual:
        if isinstance(power, bool) or not isinstance(power, int):
            return NotImplemented
        if power == 0:
            return Dual(Fraction(1))
        return Dual(self.value**power, power * self.value ** (power - 1) * self.slope)


def dual(number: Any) -> Dual:
    """Return a number that does not move as one with derivative 0."""
    if isinstance(number, Dual):
        return number
    if isinstance(number, (int, Fraction)):
        return Dual(Fraction(number))
    raise TypeError(f"exact differentiation takes integers and fractions, got {type(number).__name__}.")


def solve(matrix: Sequence[Sequence[Any]], right: Sequence[Any]) -> list[Dual] | None:
    """Solve a square linear system of numbers with derivatives; None if its matrix is singular.

    Parameters
    ----------
    matrix : sequence of sequence
        Its rows.
    right : sequence
        Its right side.
    """
    rows = [[dual(entry) for entry in (*row, value)] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for column in range(size):
        pivot = next((k for k in range(column, size) if rows[k][column].value != 0), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [entry / rows[column][column] for entry in rows[column]]
        for k in range(size):
            if k != column:
                factor = rows[k][column]
                rows[k] = [entry - factor * top for entry, top in zip(rows[k], rows[column], strict=True)]
    return [row[-1] for row in rows]
