r"""Minors of differences of payoffs, their signs certain: all that the vertices of small games depend on.

``B[i, j]`` is what the opponent gets from reply ``i`` to action ``j``. All questions about the vertices of the
best-reply polyhedron are signs of three kinds of numbers:

- ``B[i1, j] - B[i2, j]``: which of two replies is better against an action;
- 2×2 minors of the differences of three rows: which of three is better where two of them tie on a mixture of two
  actions, and the weights of three actions that make three rows tie;
- 3×3 minors of the differences of four rows: the same with one more action.

Bounds
------
The payoffs of a game are divided by a power of two, so that the largest lies between 1/2 and 1; where the smallest
other than zero is above ``2**-200``, this and everything below is free of overflow and underflow. The sign of a
difference of two floats is always computed right. With ``S`` the largest difference in a column and ``u = 2**-53``, a
2×2 minor consists of two products of two differences, each of the four rounded, the products and the sum rounded:
``|error| <= 2 S**2 ((1 + u)**4 - 1) < 9 u S**2``. A 3×3 minor consists of six products of three, with at most eight
roundings on each: ``|error| <= 6 S**3 ((1 + u)**8 - 1) < 49 u S**3``. The bounds in use, 16 and 64, cover the rounding of
``S`` and of themselves as well.

If the payoffs lie up to ``rho`` from the true ones, a difference is off by ``2 rho`` and is true only up to that; a 2×2
minor by ``2 (2 S 2 rho + 4 rho**2) < 10 rho (S + 2 rho)``, a 3×3 minor by ``6 (3 S**2 2 rho + 3 S 4 rho**2 + 8 rho**3) <
40 rho (S + 2 rho)**2``.

Two ways lead to certainty about a minor within its bound. Payoffs that are integers of few digits times a power of two
have minors that floats hold exactly, and the bound is zero. Otherwise the minor is added up without error. Only payoffs
with errors of their own, or of extremely different sizes, leave a sign open.
"""

# The types of compiled functions are inferred from their arguments.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import numpy as np

from alliancegames.solvers._kernels.batch_exact import add_minor, add_wide_minor, total
from alliancegames.solvers._kernels.vertices import UNIT, compiled

__all__ = ["EXACTLY", "FARTHEST", "NOT_FINITE", "UNDECIDED", "UNKNOWN", "WIDE"]
__all__ += ["bounds", "gains", "minor", "minor_sign", "minors", "others", "pair_place", "scale", "sign_of", "wide_minor"]

# Sign of a number that is too close to zero to tell.
UNKNOWN = 2
# How a side of a game is to be read.
NOT_FINITE, UNDECIDED = -1, -2
# Digits (binary) of integers whose 2×2 minors, or all minors, are exact in floats, with the sums of three or four of them.
DIGITS_SMALL, DIGITS_WIDE = 2.0**24, 2.0**15
SMALLEST = 2.0**-200
FARTHEST = 1.7976931348623157e308
# Powers of two that can be multiplied with instead of shifted by.
PLAIN = 2.0**500
WIDE = 4
# Set in the answer of `minors` if exact sums decided something.
EXACTLY = 1


@compiled
def _copy(payoffs, transposed, B):
    """Copy payoffs, replies in rows; return the largest size and the least other than zero, or infinity if one is not finite."""
    largest, smallest = 0.0, math.inf
    r, c = B.shape
    for i in range(r):
        for j in range(c):
            value = payoffs[j, i] if transposed else payoffs[i, j]
            size = abs(value)
            if not size <= FARTHEST:
                return math.inf, smallest
            B[i, j] = value
            largest = max(largest, size)
            smallest = min(smallest, size if size > 0.0 else math.inf)
    return largest, smallest


@compiled
def scale(payoffs, transposed, B):
    """Copy the payoffs of one game, divided by a power of two, replies in rows. Return ``NOT_FINITE``, ``UNDECIDED`` or 0."""
    largest, smallest = _copy(payoffs, transposed, B)
    if largest == math.inf:
        return NOT_FINITE
    if largest == 0.0:
        return 0
    exponent = math.frexp(largest)[1]
    plain = 1.0 / PLAIN < largest < PLAIN
    factor = math.ldexp(1.0, -exponent) if plain else 1.0
    for i in range(B.shape[0]):
        for j in range(B.shape[1]):
            B[i, j] = B[i, j] * factor if plain else math.ldexp(B[i, j], -exponent)
    return 0 if math.ldexp(smallest, -exponent) >= SMALLEST else UNDECIDED


@compiled
def pair_place(j, k):
    """Return the place of a pair of columns ``j < k`` of at most four."""
    return j * (7 - j) // 2 + k - j - 1


@compiled
def sign_of(value, bound):
    """Return the sign of a number with an error of at most ``bound``."""
    sign = np.int64(value > bound) - np.int64(value < -bound)  # without a branch that random numbers would mislead
    return UNKNOWN if sign == 0 and bound > 0.0 else sign


@compiled
def _spread(B):
    """Return the largest difference in a column."""
    r, c = B.shape
    spread = 0.0
    for j in range(c):
        low = high = B[0, j]
        for i in range(1, r):
            low, high = min(low, B[i, j]), max(high, B[i, j])
        spread = max(spread, high - low)
    return spread


@compiled
def _whole(B, digits):
    """Whether all entries times a power of two are integers."""
    r, c = B.shape
    for i in range(r):
        for j in range(c):
            value = B[i, j] * digits
            if value != math.floor(value):
                return False
    return True


@compiled
def gains(B, rho, gain):
    """Write the sign of ``B[i, j] - B[k, j]`` to ``gain[i, k, j]``. Return whether all signs are known, and none is zero."""
    r, c = B.shape
    loose = 2.02 * rho
    clear = True
    for i in range(r):
        for k in range(i):
            for j in range(c):
                sign = sign_of(B[i, j] - B[k, j], loose)
                gain[i, k, j] = sign
                gain[k, i, j] = sign if sign == UNKNOWN else -sign
                clear &= sign in (-1, 1)
    return clear


@compiled
def bounds(B, rho, wide):
    """Return below which size 2×2 and 3×3 minors count as undecided; zero where floats hold them exactly."""
    if rho == 0.0 and _whole(B, DIGITS_WIDE if wide else DIGITS_SMALL):
        return 0.0, 0.0
    spread = _spread(B)
    two = 16.0 * UNIT * spread * spread + 10.0 * rho * (spread + 2.0 * rho)
    three = 64.0 * UNIT * spread * spread * spread + 40.0 * rho * (spread + 2.0 * rho) ** 2
    return two, three


@compiled
def minor(B, i1, i2, i3, j, k):
    """Return the 2×2 minor of the differences of three rows."""
    return (B[i2, j] - B[i1, j]) * (B[i3, k] - B[i1, k]) - (B[i3, j] - B[i1, j]) * (B[i2, k] - B[i1, k])


@compiled
def wide_minor(B, j1, j2, j3):
    """Return the 3×3 minor of the differences of four rows."""
    value = 0.0
    for i in range(1, 4):
        k, m = 1 if i > 1 else 2, 3 if i < 3 else 2
        part = (B[k, j2] - B[0, j2]) * (B[m, j3] - B[0, j3]) - (B[m, j2] - B[0, j2]) * (B[k, j3] - B[0, j3])
        value += (B[i, j1] - B[0, j1]) * (part if i != 2 else -part)
    return value


@compiled
def minor_sign(B, i1, i2, i3, j, k, bound, rho, partials):
    """Return the sign of a 2×2 minor, and whether an exact sum was needed."""
    sign = sign_of(minor(B, i1, i2, i3, j, k), bound)
    if sign == UNKNOWN and rho == 0.0:
        return sign_of(total(partials, add_minor(B, i1, i2, i3, j, k, partials, 0)), 0.0), EXACTLY
    return sign, 0


@compiled
def _wide_minor_sign(B, j1, j2, j3, bound, rho, partials):
    """Return the sign of a 3×3 minor, and whether an exact sum was needed."""
    sign = sign_of(wide_minor(B, j1, j2, j3), bound)
    if sign == UNKNOWN and rho == 0.0:
        return sign_of(total(partials, add_wide_minor(B, j1, j2, j3, partials, 0)), 0.0), EXACTLY
    return sign, 0


@compiled
def others(t):
    """Return the three numbers below four other than ``t``."""
    return 0 if t > 0 else 1, 1 if t > 1 else 2, 2 if t > 2 else 3


@compiled
def minors(B, rho, bound_two, bound_three, two, three, partials):
    """Write the signs of all minors of three or four rows and at most four columns.

    ``two[t, p]`` belongs to the 2×2 minor of the rows other than ``t`` (of all three, with ``t = 3``) and the pair of columns at
    place ``p``, ``three[t]`` to the 3×3 minor of the columns other than ``t``. Return whether all signs are known and none is
    zero, and whether exact sums were needed.
    """
    r, c = B.shape
    used = 0
    clear = True
    for t in range(0 if r == WIDE else 3, 4):
        i1, i2, i3 = others(t)
        for j in range(c):
            for k in range(j + 1, c):
                sign, exactly = minor_sign(B, i1, i2, i3, j, k, bound_two, rho, partials)
                two[t, pair_place(j, k)] = sign
                clear &= sign in (-1, 1)
                used |= exactly
    if r == WIDE and c >= 3:
        for t in range(0 if c == WIDE else 3, 4):
            j1, j2, j3 = others(t)
            sign, exactly = _wide_minor_sign(B, j1, j2, j3, bound_three, rho, partials)
            three[t] = sign
            clear &= sign in (-1, 1)
            used |= exactly
    return clear, used
