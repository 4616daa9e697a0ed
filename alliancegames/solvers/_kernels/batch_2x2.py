"""All extreme equilibria of stacks of 2×2 games, by a table of sign patterns.

Which extreme equilibria a game has depends on four signs only: which row is better against each column, and which
column against each row. They are signs of differences of two floats, which are always computed right. Where payoffs have
errors of their own a sign can be unknown; the table then says whether all its values give the same equilibria.
"""

# The types of compiled functions are inferred from their arguments.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import itertools
import math

import numpy as np

from alliancegames.solvers._kernels.batch_double import difference, plus, share
from alliancegames.solvers._kernels.batch_exact import TERMS, add, lost, quotient
from alliancegames.solvers._kernels.batch_minors import FARTHEST, UNKNOWN
from alliancegames.solvers._kernels.batch_pairs import IN_FLOATS, LEFT_OPEN, TINY
from alliancegames.solvers._kernels.batch_strategies import sink
from alliancegames.solvers._kernels.vertices import compiled

__all__ = ["solve_2x2_stack", "table"]

FIRST, MIXED, SECOND = 0, 1, 2
OPEN = 1 << 9
# Payoffs outside these are scaled before they are multiplied.
SMALL, LARGE = 1e-200, 1e250
# Sets of pairs in which somebody mixes.
X_MIXED, Y_MIXED = 0b000111000, 0b010010010


def table() -> tuple[np.ndarray, np.ndarray]:
    """Return the equilibria of each pattern of signs, as sets of pairs (x, y) of candidates, and whether it is degenerate.

    A pattern is coded in base 4 with digits 0, 1, 2 for the signs -1, 0, 1 and 3 for unknown. Bit ``3 x + y`` of a set
    stands for a pair, with 0 for the first action, 1 for a mixture, 2 for the second action; `OPEN` for a set that
    depends on what is unknown.
    """
    sets, degenerate = np.zeros(256, dtype=np.int64), np.zeros(256, dtype=np.int8)
    for code, digits in enumerate(itertools.product(range(4), repeat=4)):
        values = [(-1, 0, 1) if digit == 3 else (digit - 1,) for digit in digits]
        found = {_equilibria(signs) for signs in itertools.product(*values)}
        sets[code] = found.pop() if len(found) == 1 else OPEN
        degenerate[code] = 1 if 1 in digits else -1 if 3 in digits else 0
    return sets, degenerate


def _equilibria(signs: tuple[int, ...]) -> int:
    """Return the set of equilibria by testing the nine pairs of candidates."""
    a_first, a_second, b_first, b_second = signs
    pairs = itertools.product((FIRST, MIXED, SECOND), repeat=2)
    return sum(1 << (3 * x + y) for x, y in pairs if _best(x, y, a_first, a_second) and _best(y, x, b_first, b_second))


def _best(own: int, other: int, against_first: int, against_second: int) -> bool:
    """Whether a vertex strategy is a best reply to the opponent's, and the opponent's mixture exists."""
    if other == MIXED:
        # The opponent's mixed vertex is where the own gains cancel: everything is a best reply.
        return against_first * against_second < 0
    gain = against_first if other == FIRST else against_second
    return gain == 0 if own == MIXED else gain >= 0 if own == FIRST else gain <= 0


@compiled
def _digit(gain, loose):
    """Return the digit of a sign in the code of a pattern."""
    if gain > loose:
        return 2
    if gain < -loose:
        return 0
    return 1 if gain == 0.0 and loose == 0.0 else UNKNOWN + 1


@compiled
def _mixture(a, b, c, d, out, sums):
    """Write the weights at which gains ``a - b`` and ``c - d`` of opposite signs cancel, each rounded once."""
    first, second = abs(a - b), abs(c - d)
    if lost(a, -b) == 0.0 and lost(c, -d) == 0.0 and lost(first, second) == 0.0:
        out[0], out[1] = second / (first + second), first / (first + second)
        return
    high, low = _size_of(c, d)
    other_high, other_low = _size_of(a, b)
    bottom, bottom_low = plus(high, low, other_high, other_low)
    out[0], out[1] = share(high, low, bottom, bottom_low), share(other_high, other_low, bottom, bottom_low)
    if math.isnan(out[0]) or math.isnan(out[1]):
        _exact_mixture(a, b, c, d, out, sums)


@compiled
def _size_of(a, b):
    """Return the size of a difference, exactly."""
    return difference(a, b) if a > b else difference(b, a)


@compiled
def _exact_mixture(a, b, c, d, out, sums):
    """Do the same by exact sums."""
    one = add(sums[0], add(sums[0], 0, max(c, d)), -min(c, d))
    other = add(sums[1], add(sums[1], 0, max(a, b)), -min(a, b))
    both = 0
    for k in range(one):
        both = add(sums[2], both, sums[0, k])
    for k in range(other):
        both = add(sums[2], both, sums[1, k])
    out[0] = quotient(sums[0], one, sums[2], both, sums[3])
    out[1] = quotient(sums[1], other, sums[2], both, sums[3])


@compiled
def _write(candidate, mixture, out):
    """Write a candidate's probabilities."""
    if candidate == MIXED:
        out[0], out[1] = mixture[0], mixture[1]
    else:
        out[0], out[1] = (1.0, 0.0) if candidate == FIRST else (0.0, 1.0)


@compiled
def _loss(first, second, own, other, extent):
    """Return the regret of a strategy from the gains of its first action against the opponent's two."""
    gain = first * other[0] + second * other[1]
    return (own[1] * gain if gain > 0.0 else -own[0] * gain) / extent if extent > 0.0 else 0.0


@compiled
def _spread(a, b, c, d):
    return max(max(a, b), max(c, d)) - min(min(a, b), min(c, d))


@compiled
def _are_finite(a, b, c, d):
    """Whether four numbers are finite; NaN compares false with everything."""
    return abs(a) <= FARTHEST and abs(b) <= FARTHEST and abs(c) <= FARTHEST and abs(d) <= FARTHEST


@compiled
def _factor(size):
    """Return a power of two that keeps sums and products from overflowing and, where it matters, from underflowing."""
    return 1.0 if SMALL < size < LARGE else 2.0**-400 if size >= LARGE else 2.0**400


@compiled
def solve_2x2_stack(row, column, rho, sets, patterns, x, y, regret, counts, status, degenerate):
    """Solve all games of a stack; there is room for nine equilibria each at most, of which five are possible.

    Returns
    -------
    tuple of int
        The first game not solved, the number of equilibria, and the player who has a payoff there that is not finite.
    """
    mixtures, sums = np.empty((2, 2)), np.empty((4, TERMS))
    written = 0
    for game in range(len(row)):
        a, b, c, d = row[game, 0, 0], row[game, 0, 1], row[game, 1, 0], row[game, 1, 1]
        e, f, g, h = column[game, 0, 0], column[game, 0, 1], column[game, 1, 0], column[game, 1, 1]
        row_size = max(max(abs(a), abs(b)), max(abs(c), abs(d)))
        column_size = max(max(abs(e), abs(f)), max(abs(g), abs(h)))
        if not _are_finite(a, b, c, d):
            return game, written, 0
        if not _are_finite(e, f, g, h):
            return game, written, 1
        row_loose, column_loose = 2.02 * rho * row_size, 2.02 * rho * column_size
        code = _digit(a - c, row_loose) * 4 + _digit(b - d, row_loose)
        code = (code * 4 + _digit(e - f, column_loose)) * 4 + _digit(g - h, column_loose)
        found = sets[code]
        degenerate[game] = patterns[code]
        if found == OPEN or (rho > 0.0 and (rho < TINY or min(row_size, column_size) < SMALL)):
            counts[game], status[game] = 0, LEFT_OPEN
            continue
        status[game] = IN_FLOATS
        factor = _factor(row_size)
        a, b, c, d = a * factor, b * factor, c * factor, d * factor
        factor = _factor(column_size)
        e, f, g, h = e * factor, f * factor, g * factor, h * factor
        if found & X_MIXED:
            _mixture(e, f, g, h, mixtures[0], sums)
        if found & Y_MIXED:
            _mixture(a, c, b, d, mixtures[1], sums)
        row_first, row_second, column_first, column_second = a - c, b - d, e - f, g - h
        row_extent, column_extent = _spread(a, b, c, d), _spread(e, f, g, h)
        first = written
        for candidate in range(9):
            if found >> candidate & 1:
                _write(candidate // 3, mixtures[0], x[written])
                _write(candidate % 3, mixtures[1], y[written])
                lost = _loss(row_first, row_second, x[written], y[written], row_extent)
                regret[written] = max(lost, _loss(column_first, column_second, y[written], x[written], column_extent))
                sink(x, y, first, written)
                written += 1
        counts[game] = written - first
    return len(row), written, -1
