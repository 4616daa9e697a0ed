"""Sums of floats without rounding, so that they do not depend on the order of the summands."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

__all__ = ["exact_sum"]

# A float is an integer below 2**53 times a power of two. Its halves are below 2**27, so that floats hold the sum of this many.
HALF, MOST = 27, 1 << 25
BIAS = 1100


def exact_sum(values: np.ndarray) -> Fraction:
    """Return the sum of finite floats exactly.

    Parameters
    ----------
    values : ndarray
        The summands.

    Examples
    --------
    >>> import numpy as np
    >>> from alliancegames.statics._sweeps.exact_sums import exact_sum
    >>> exact_sum(np.array([1e16, 1.0, -1e16]))
    Fraction(1, 1)
    """
    return sum((_part(values[start : start + MOST]) for start in range(0, len(values), MOST)), start=Fraction(0))


def _part(values: np.ndarray) -> Fraction:
    distinct, times = _few(values)
    if times is not None:
        return sum((Fraction(float(value)) * int(count) for value, count in zip(distinct, times, strict=True)), start=Fraction(0))
    mantissa, exponent = np.frexp(values)
    upper = np.trunc(np.ldexp(mantissa, HALF))
    lower = np.ldexp(np.ldexp(mantissa, HALF) - upper, 53 - HALF)
    places = exponent + BIAS
    sums = [np.bincount(places, weights=half) for half in (upper, lower)]
    used = np.flatnonzero((sums[0] != 0) | (sums[1] != 0))
    return _total((int(place) - BIAS, int(sums[0][place]), int(sums[1][place])) for place in used)


def _few(values: np.ndarray, most: int = 4) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the distinct values and their numbers where there are few, as with outcomes of pure equilibria."""
    if not len(values):
        return values, np.zeros(0, dtype=int)
    distinct: list[float] = []
    times: list[int] = []
    rest = values
    while len(rest) and len(distinct) < most:
        distinct.append(float(rest[0]))
        other = rest != rest[0]
        times.append(len(rest) - int(other.sum()))
        rest = rest[other]
        if times[-1] * 8 < len(values):  # many values: stop counting them one by one
            break
    return np.array(distinct), (None if len(rest) else np.array(times))


def _total(parts: Iterable[tuple[int, int, int]]) -> Fraction:
    total = Fraction(0)
    for exponent, upper, lower in parts:
        whole = (upper << (53 - HALF)) + lower
        shift = exponent - 53
        total += Fraction(whole << shift) if shift >= 0 else Fraction(whole, 1 << -shift)
    return total
