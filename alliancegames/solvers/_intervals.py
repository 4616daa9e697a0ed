"""Interval arithmetic on arrays: enclosures that rounding cannot break.

An interval holds every real number that the exact operation could give; each floating-point bound is moved
outwards by at least the error that rounding may have caused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

__all__ = ["Interval"]

EPS = np.finfo(float).eps
TINY = np.finfo(float).tiny
# Error of the elementary functions of numpy, in units in the last place; their vectorised forms promise less than 4.
ULPS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """An array of closed intervals.

    Parameters
    ----------
    low, high : ndarray of float
        Bounds, of the same shape.
    """

    low: np.ndarray
    high: np.ndarray

    # numpy hands ``array * interval`` over to the interval
    __array_ufunc__ = None

    @classmethod
    def point(cls, values: Any) -> Interval:
        """Return intervals that hold one floating-point number each."""
        array = np.asarray(values, dtype=float)
        return cls(array, array)

    @classmethod
    def enclosing(cls, values: Any) -> Interval:
        """Return the narrowest intervals around exact rational numbers."""
        exact = np.asarray(values, dtype=object)
        near = np.array([float(value) for value in exact.ravel()], dtype=float)
        low, high = near.copy(), near.copy()
        for k, value in enumerate(exact.ravel()):
            if Fraction(near[k]) > value:
                low[k] = np.nextafter(near[k], -np.inf)
            elif Fraction(near[k]) < value:
                high[k] = np.nextafter(near[k], np.inf)
        return cls(low.reshape(exact.shape), high.reshape(exact.shape))

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.low.shape

    @property
    def midpoint(self) -> np.ndarray:
        """A floating-point number near the middle of each interval."""
        middle: np.ndarray = self.low / 2 + self.high / 2
        return middle

    @property
    def width(self) -> np.ndarray:
        """Length of each interval."""
        length: np.ndarray = self.high - self.low
        return length

    @property
    def magnitude(self) -> np.ndarray:
        """Largest absolute value in each interval."""
        largest: np.ndarray = np.maximum(np.abs(self.low), np.abs(self.high))
        return largest

    def __getitem__(self, index: Any) -> Interval:
        return Interval(self.low[index], self.high[index])

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __add__(self, other: Any) -> Interval:
        other = _interval(other)
        return _outwards(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Any) -> Interval:
        other = _interval(other)
        return _outwards(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Any) -> Interval:
        other = _interval(other)
        a, b, c, d = self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high
        return _outwards(np.minimum(np.minimum(a, b), np.minimum(c, d)), np.maximum(np.maximum(a, b), np.maximum(c, d)))

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Any) -> Interval:
        return _interval(other) - self

    def __matmul__(self, other: Any) -> Interval:
        """Multiply stacks of matrices, or of matrices by stacks of vectors that have one axis less."""
        factor = _interval(other)
        if len(factor.shape) == len(self.shape) - 1:
            return (self * factor[..., None, :]).sum(-1)
        return (self[..., :, :, None] * factor[..., None, :, :]).sum(-2)

    def sum(self, axis: int = -1) -> Interval:
        """Add along an axis; all bounds must be finite."""
        slack = 2 * self.low.shape[axis] * EPS * self.magnitude.sum(axis)
        return _outwards(self.low.sum(axis) - slack, self.high.sum(axis) + slack)

    def exp(self) -> Interval:
        """Return the exponential."""
        with np.errstate(over="ignore"):
            low, high = np.exp(self.low), np.exp(self.high)
        return Interval(np.maximum(0.0, low * (1 - ULPS * EPS) - TINY), high * (1 + ULPS * EPS) + TINY)

    def log(self) -> Interval:
        """Return the natural logarithm of intervals of positive numbers."""
        low, high = np.log(self.low), np.log(self.high)
        return _outwards(low - ULPS * EPS * np.abs(low), high + ULPS * EPS * np.abs(high))

    def reciprocal(self) -> Interval:
        """Return one over each interval, none of which may contain zero."""
        return _outwards(1 / self.high, 1 / self.low)

    def reshape(self, *shape: int) -> Interval:
        """Return the same intervals in another shape."""
        return Interval(self.low.reshape(*shape), self.high.reshape(*shape))

    def contains_zero(self) -> np.ndarray:
        """Say of each interval whether zero may lie in it; a bound that is not a number excludes nothing."""
        holds: np.ndarray = ~((self.low > 0) | (self.high < 0))
        return holds

    @staticmethod
    def stack(parts: Sequence[Interval], axis: int = -1) -> Interval:
        """Join arrays of intervals along a new axis."""
        return Interval(np.stack([part.low for part in parts], axis), np.stack([part.high for part in parts], axis))


def _interval(value: Any) -> Interval:
    return value if isinstance(value, Interval) else Interval.point(value)


def _outwards(low: np.ndarray, high: np.ndarray) -> Interval:
    return Interval(np.nextafter(low, -np.inf), np.nextafter(high, np.inf))
