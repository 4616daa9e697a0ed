"""Weights in twice the precision of floats: almost always enough to round their shares as if they were exact.

Numbers are sums of two floats, the second below half a unit in the last place of the first. Products and sums of them are off by a
few times ``2**-104``, relative to their largest part. A share is refused, and left to exact sums, where that might move it
across the middle between two floats.
"""

# The types of compiled functions are inferred from their arguments.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import numpy as np

from alliancegames.solvers._kernels.batch_exact import lost, shortfall
from alliancegames.solvers._kernels.vertices import compiled

__all__ = ["difference", "minor_in_two", "plus", "share"]

# A minor may be smaller than the products it is the difference of by this factor: 34 digits (binary) are left of its second float.
CANCELLED = 2.0**-17
# Shares this near to the middle between two floats, in units of their distance, are refused.
MIDDLE = 0.499


@compiled
def difference(a, b):
    """Return the difference of two floats, exactly."""
    rounded = a - b
    return rounded, lost(a, -b)


@compiled
def plus(a, a_low, b, b_low):
    """Return the sum of two numbers of the same sign."""
    rounded = a + b
    low = lost(a, b) + (a_low + b_low)
    value = rounded + low
    return value, low - (value - rounded)


@compiled
def _product(a, a_low, b, b_low):
    """Return the product of two numbers."""
    rounded = a * b
    low = shortfall(a, b, rounded) + (a * b_low + a_low * b)
    value = rounded + low
    return value, low - (value - rounded)


@compiled
def minor_in_two(B, i1, i2, i3, j, k):
    """Return the size of the 2×2 minor of the differences of three rows, and whether enough of it is left after cancellation."""
    u, u_low = difference(B[i2, j], B[i1, j])
    v, v_low = difference(B[i3, j], B[i1, j])
    s, s_low = difference(B[i2, k], B[i1, k])
    t, t_low = difference(B[i3, k], B[i1, k])
    a, a_low = _product(u, u_low, t, t_low)
    b, b_low = _product(v, v_low, s, s_low)
    rounded = a - b
    low = lost(a, -b) + (a_low - b_low)
    value = rounded + low
    low -= value - rounded
    enough = abs(value) > CANCELLED * (abs(a) + abs(b))
    return (value, low, enough) if value > 0.0 else (-value, -low, enough)


@compiled
def share(top, top_low, bottom, bottom_low):
    """Return the quotient of two positive numbers, rounded once; NaN where it is too near the middle between two floats."""
    guess = top / bottom
    multiple = guess * bottom
    rest = ((top - multiple) - shortfall(guess, bottom, multiple)) + (top_low - guess * bottom_low)
    correction = rest / bottom
    value = guess + correction
    left = correction - (value - guess)
    neighbour = np.nextafter(value, math.inf if left > 0.0 else -math.inf)
    return value if abs(left) < MIDDLE * abs(neighbour - value) else math.nan
