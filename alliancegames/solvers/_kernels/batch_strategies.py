"""Strategies at vertices: played actions and best replies given, the weights follow, each rounded once.

The weights at which replies tie are minors: of the differences of the replies, leaving out one played action after the other.
"""

# The types of compiled functions are inferred from their arguments.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import numpy as np

from alliancegames.solvers._kernels.batch_double import difference, minor_in_two, plus, share
from alliancegames.solvers._kernels.batch_exact import TERMS, add, add_minor, add_wide_minor, quotient, total
from alliancegames.solvers._kernels.batch_minors import minor, wide_minor
from alliancegames.solvers._kernels.vertices import compiled

__all__ = ["before", "payoff_range", "regret_share", "sink", "strategy"]


@compiled
def _elements(mask, out):
    """Write the elements of a set of at most four, in order; return their number."""
    count = place = 0
    while mask >> place:
        if mask >> place & 1:
            out[count] = place
            count += 1
        place += 1
    return count


@compiled
def _others(actions, k, omit):
    """Return the first three of at most four actions other than one."""
    return actions[0 if omit > 0 else 1], actions[1 if omit > 1 else 2], actions[min(k - 1, 2 if omit > 2 else 3)]


@compiled
def _weight(B, rows, actions, k, omit):
    """Return a weight, exact if the payoffs are integers of few digits."""
    a, b, c = _others(actions, k, omit)
    if k == 2:
        return abs(B[rows[0], a] - B[rows[1], a])
    if k == 3:
        return abs(minor(B, rows[0], rows[1], rows[2], a, b))
    return abs(wide_minor(B, a, b, c))


@compiled
def _exact_weight(B, rows, actions, k, omit, partials):
    """Write a weight as an exact sum; return the number of its terms."""
    a, b, c = _others(actions, k, omit)
    if k == 2:
        count = add(partials, add(partials, 0, B[rows[0], a]), -B[rows[1], a])
    elif k == 3:
        count = add_minor(B, rows[0], rows[1], rows[2], a, b, partials, 0)
    else:
        count = add_wide_minor(B, a, b, c, partials, 0)
    if total(partials, count) < 0.0:
        for term in range(count):
            partials[term] = -partials[term]
    return count


@compiled
def _write_whole(B, rows, actions, k, out):
    """Write the weights of a game of integers of few digits."""
    weight_sum = 0.0
    for omit in range(k):
        weight = _weight(B, rows, actions, k, omit)
        out[actions[omit]] = weight
        weight_sum += weight
    for omit in range(k):
        out[actions[omit]] /= weight_sum


@compiled
def _write_double(B, rows, actions, k, out, parts):
    """Write the weights of two or three actions by numbers of twice the precision; return whether that was enough."""
    high, low = parts
    bottom = bottom_low = 0.0
    for omit in range(k):
        a, b, _ = _others(actions, k, omit)
        if k == 2:
            value, rest = difference(B[rows[0], a], B[rows[1], a])
            enough = True
            if value < 0.0:
                value, rest = -value, -rest
        else:
            value, rest, enough = minor_in_two(B, rows[0], rows[1], rows[2], a, b)
        if not enough:
            return False
        high[omit], low[omit] = value, rest
        bottom, bottom_low = plus(bottom, bottom_low, value, rest)
    for omit in range(k):
        weight = share(high[omit], low[omit], bottom, bottom_low)
        if math.isnan(weight):
            return False
        out[actions[omit]] = weight
    return True


@compiled
def _write_exactly(B, rows, actions, k, out):
    """Write the weights by exact sums."""
    weights, counts = np.empty((4, TERMS)), np.empty(4, np.int64)
    bottom, rest = np.empty(TERMS), np.empty(TERMS)
    bottom_count = 0
    for omit in range(k):
        counts[omit] = _exact_weight(B, rows, actions, k, omit, weights[omit])
        for term in range(counts[omit]):
            bottom_count = add(bottom, bottom_count, weights[omit, term])
    for omit in range(k):
        out[actions[omit]] = quotient(weights[omit], counts[omit], bottom, bottom_count, rest)


@compiled
def strategy(B, played, basis, whole, out, picks, parts):
    """Write the strategy that plays some actions such that the replies of a basis tie.

    ``whole`` says that the payoffs are integers of so few digits that floats hold all minors and their sums; ``picks`` and
    ``parts`` are room for two times four integers and floats.
    """
    out[:] = 0.0
    actions, rows = picks
    k = _elements(played, actions)
    if k == 1:
        out[actions[0]] = 1.0
        return
    _elements(basis, rows)
    if whole:
        _write_whole(B, rows, actions, k, out)
    elif k > 3 or not _write_double(B, rows, actions, k, out, parts):
        _write_exactly(B, rows, actions, k, out)


@compiled
def before(first, second):
    """Whether a strategy comes before another: the first action with different probabilities has more."""
    for k in range(len(first)):
        if first[k] != second[k]:
            return first[k] > second[k]
    return False


@compiled
def sink(x, y, start, at):
    """Move the equilibrium written last to its place among those from ``start`` on."""
    while at > start:
        if before(x[at - 1], x[at]) or (not before(x[at], x[at - 1]) and not before(y[at], y[at - 1])):
            return
        for k in range(x.shape[1]):
            x[at, k], x[at - 1, k] = x[at - 1, k], x[at, k]
        for k in range(y.shape[1]):
            y[at, k], y[at - 1, k] = y[at - 1, k], y[at, k]
        at -= 1


@compiled
def payoff_range(B):
    """Return the difference of the largest and the least payoff."""
    low = high = B[0, 0]
    for i in range(B.shape[0]):
        for j in range(B.shape[1]):
            low, high = min(low, B[i, j]), max(high, B[i, j])
    return high - low


@compiled
def regret_share(B, extent, replies, actions, values):
    """Return what the best reply gains over those played, as a share of the range of payoffs."""
    if extent == 0.0:
        return 0.0
    top = -math.inf
    for i in range(B.shape[0]):
        value = 0.0
        for j in range(B.shape[1]):
            value += (B[i, j] - B[0, j]) * actions[j]  # what all replies get changes nothing but the rounding
        values[i] = value
        top = max(top, value)
    loss = 0.0
    for i in range(B.shape[0]):
        loss += replies[i] * (top - values[i])
    return loss / extent
