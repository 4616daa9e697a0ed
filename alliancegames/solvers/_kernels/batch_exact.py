"""Minors of small matrices of floats without any error, as sums of floats, and quotients of such sums, rounded once.

A product of two floats is the sum of two floats, and sums of floats are kept as floats that do not overlap, as in
:func:`math.fsum`. All this is exact as long as nothing overflows or underflows; entries between ``2**-200`` and 1 in size,
or zero, are far from either.
"""

# The types of compiled functions are inferred from their arguments.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import itertools
import math

import numpy as np

from alliancegames.solvers._kernels.vertices import compiled

__all__ = ["TERMS", "add", "add_minor", "add_wide_minor", "lost", "quotient", "shortfall", "total"]

SPLITTER = 134217729.0
# Floats in a sum do not overlap, so that there are at most as many as there are binary digits from 1 down to the smallest float.
TERMS = 1280
# Three of four rows in all orders, and the sign of the order of all four that begins with the one left out.
_ORDERS = [*itertools.permutations(range(4))]
_PERMUTATIONS = np.array([order[1:] for order in _ORDERS])
_SIGNS = np.array([(-1.0) ** sum(a > b for a, b in itertools.combinations(order, 2)) for order in _ORDERS])


@compiled
def add(partials, count, x):
    """Add a number to an exact sum, kept as floats that do not overlap, in increasing size. Return their number."""
    kept = 0
    for k in range(count):
        y = partials[k]
        if abs(x) < abs(y):
            x, y = y, x
        rounded = x + y
        rest = y - (rounded - x)
        if rest != 0.0:
            partials[kept] = rest
            kept += 1
        x = rounded
    if x != 0.0:
        partials[kept] = x
        kept += 1
    return kept


@compiled
def lost(a, b):
    """Return what rounding loses of the sum of two numbers."""
    rounded = a + b
    second = rounded - a
    return (a - (rounded - second)) + (b - second)


@compiled
def shortfall(a, b, product):
    """Return by how much a product of two floats, rounded, falls short of the true one."""
    spread = SPLITTER * a
    a_high = spread - (spread - a)
    a_low = a - a_high
    spread = SPLITTER * b
    b_high = spread - (spread - b)
    b_low = b - b_high
    return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


@compiled
def _put(terms, place, a, b):
    """Write ``a * b`` as two floats; return the next place."""
    product = a * b
    terms[place] = shortfall(a, b, product)
    terms[place + 1] = product
    return place + 2


@compiled
def _sum(terms, number, partials, count):
    """Add numbers to an exact sum."""
    for k in range(number):
        count = add(partials, count, terms[k])
    return count


@compiled
def total(partials, count):
    """Return an exact sum, rounded; its sign is that of the largest part."""
    value = 0.0
    for k in range(count):
        value += partials[k]
    return value


@compiled
def add_minor(B, i1, i2, i3, j, k, partials, count):
    """Add the 2×2 minor of the differences of three rows to an exact sum."""
    terms = np.empty(12)
    place = 0
    for a, b in ((i1, i2), (i2, i3), (i3, i1)):
        place = _put(terms, place, B[a, j], B[b, k])
        place = _put(terms, place, -B[b, j], B[a, k])
    return _sum(terms, place, partials, count)


@compiled
def add_wide_minor(B, j1, j2, j3, partials, count):
    """Add the 3×3 minor of the differences of four rows to an exact sum, expanded along three columns and one of ones."""
    terms = np.empty(96)
    place = 0
    for k in range(24):
        p, q, s = _PERMUTATIONS[k, 0], _PERMUTATIONS[k, 1], _PERMUTATIONS[k, 2]
        first, second, third = _SIGNS[k] * B[p, j1], B[q, j2], B[s, j3]
        product = first * second
        place = _put(terms, place, shortfall(first, second, product), third)
        place = _put(terms, place, product, third)
    return _sum(terms, place, partials, count)


@compiled
def _add_multiple(partials, count, factor, terms, term_count):
    """Add a multiple of one exact sum to another."""
    products = np.empty(2 * term_count)
    for k in range(term_count):
        _put(products, 2 * k, factor, terms[k])
    return _sum(products, 2 * term_count, partials, count)


@compiled
def quotient(top, top_count, bottom, bottom_count, rest):
    """Return the quotient of two exact sums, the first of which is not negative and the second positive, rounded once.

    What a rounded quotient leaves of the top is exact again. It improves the quotient, and where the true one is near the
    middle between two floats, its sign at the middle decides.
    """
    divisor = total(bottom, bottom_count)
    guess = total(top, top_count) / divisor
    rest[:top_count] = top[:top_count]
    count = _add_multiple(rest, top_count, -guess, bottom, bottom_count)
    correction = total(rest, count) / divisor
    value = guess + correction
    left = correction - (value - guess)
    neighbour = np.nextafter(value, math.inf if left > 0.0 else -math.inf)
    if abs(left) < 0.499 * abs(neighbour - value):
        return value
    count = _add_multiple(rest, count, guess - value, bottom, bottom_count)
    count = _add_multiple(rest, count, 0.5 * (value - neighbour), bottom, bottom_count)
    beyond = total(rest, count)
    if beyond == 0.0:
        return 0.5 * (value + neighbour)  # rounded to even
    return neighbour if (beyond > 0.0) == (neighbour > value) else value
