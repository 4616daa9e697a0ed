"""Vertices of the best-reply polyhedron of one player in a small game, read off the signs of minors.

A vertex is a strategy whose played actions, together with the replies that are best against it, pin it down. It is
recorded by the set of played actions, the set of best replies, and a basis of as many best replies as there are played
actions, which determines its weights; all as bit masks.

Where a sign is unknown, all that the known signs do not exclude is recorded as *possible*: the vertex itself, and best
replies. The list then contains every true vertex with its true labels among its possible ones, and what is recorded
as certain is true. Whether the difference matters is seen when vertices are paired.
"""

# The types of compiled functions are inferred from their arguments.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from alliancegames.solvers._kernels.batch_minors import UNKNOWN, WIDE, minor_sign, others, pair_place
from alliancegames.solvers._kernels.vertices import compiled

__all__ = ["BASIS", "CERTAIN", "PLAYED", "POSSIBLE", "line", "small", "triple_sign"]

ONE = np.int64(1)
PLAYED, CERTAIN, POSSIBLE, EXISTS, BASIS = 0, 1, 2, 3, 4


@compiled
def _unbeaten(gain, i, j, r):
    """Whether no reply is known to be better than ``i`` against action ``j``."""
    better = 0
    for k in range(r):
        if k != i and gain[k, i, j] == 1:
            better += 1
    return better == 0


@compiled
def pure(gain, r, c, masks):
    """Record the pure strategies: each is a vertex. Return their number."""
    for j in range(c):
        possible = np.int64(0)
        doubtful = False
        for i in range(r):
            if _unbeaten(gain, i, j, r):
                for k in range(i):
                    doubtful |= (possible >> k & 1) == 1 and gain[i, k, j] == UNKNOWN
                possible |= ONE << i
        masks[j, PLAYED] = ONE << j
        masks[j, CERTAIN] = np.int64(0) if doubtful else possible
        masks[j, POSSIBLE] = possible
        masks[j, EXISTS] = 1
        masks[j, BASIS] = possible & -possible
    return c


@compiled
def _opposite(first, second):
    """Say of two signs whether they are opposite: 1, 0, or UNKNOWN."""
    if first == 0 or second == 0:
        return 0
    if first == UNKNOWN or second == UNKNOWN:
        return UNKNOWN
    return 1 if first != second else 0


@compiled
def _record(masks, count, played, basis, certain, possible, sure):
    """Record a vertex unless it is there already; return the number of vertices."""
    if sure:
        for k in range(count):
            if masks[k, PLAYED] == played and masks[k, EXISTS] == 1 and masks[k, CERTAIN] == certain:
                return count
    masks[count, PLAYED] = played
    masks[count, CERTAIN] = certain if sure else np.int64(0)
    masks[count, POSSIBLE] = possible
    masks[count, EXISTS] = 1 if sure else 0
    masks[count, BASIS] = basis
    return count + 1


@compiled
def triple_sign(i1, i2, i, two, place):
    """Return the sign of the 2×2 minor of rows ``i1 < i2`` and ``i``, in this order."""
    sign = two[6 - i1 - i2 - i, place]
    return -sign if i1 < i < i2 and sign != UNKNOWN else sign


@compiled
def _admit(above, first, i, certain, possible, sure):
    """Admit a reply to those that may be best where two others tie; return what holds then, and whether it may be below.

    ``above`` is the sign of the minor of the two and this one, ``first`` that of the gain of the first of the two against the
    first action: the reply is better than both exactly if the two signs are opposite.
    """
    if above == UNKNOWN or (above != 0 and first == UNKNOWN):
        return certain, possible | ONE << i, False, True
    if above == 0:
        return certain | ONE << i, possible | ONE << i, sure, True
    return certain, possible, sure, above == first


@compiled
def _pair(i1, i2, j, k, r, gain, two, masks, count):
    """Record the vertex at which two actions are played and two replies tie, if it exists; return the number of vertices."""
    first = gain[i1, i2, j]
    opposite = _opposite(first, gain[i1, i2, k])
    if opposite == 0:
        return count
    basis = certain = possible = (ONE << i1) | (ONE << i2)
    sure = opposite == 1
    for i in range(r):
        if i not in (i1, i2):
            above = triple_sign(i1, i2, i, two, pair_place(j, k))
            certain, possible, sure, best = _admit(above, first, i, certain, possible, sure)
            if not best:
                return count
    return _record(masks, count, (ONE << j) | (ONE << k), basis, certain, possible, sure)


@compiled
def _pairs(r, c, gain, two, masks, count):
    """Record the vertices at which two actions are played; return the number of vertices."""
    for j in range(c):
        for k in range(j + 1, c):
            for i1 in range(r):
                for i2 in range(i1 + 1, r):
                    count = _pair(i1, i2, j, k, r, gain, two, masks, count)
    return count


@compiled
def _same_sign(first, second, third):
    """Return the common sign of three numbers that may have one, 0 if they have none; UNKNOWN if nothing is known."""
    common = UNKNOWN
    for sign in (first, second, third):
        if sign == 0:
            return 0
        if sign != UNKNOWN:
            if common != UNKNOWN and sign != common:
                return 0
            common = sign
    return common


@compiled
def _triple(missing, t, r, c, two, three, masks, count):
    """Record the vertex at which all actions but one and all replies but one count, if it exists; return the number of vertices."""
    a, b, d = others(missing)
    middle = two[t, pair_place(a, d)]
    first, middle, last = two[t, pair_place(b, d)], middle if middle == UNKNOWN else -middle, two[t, pair_place(a, b)]
    common = _same_sign(first, middle, last)
    if common == 0:
        return count
    sure = first != UNKNOWN and middle != UNKNOWN and last != UNKNOWN
    basis = certain = possible = ((ONE << r) - 1) & ~(ONE << t)
    if r == WIDE:
        # The fourth reply is better than the three exactly if this minor, in the right order of rows, has their sign.
        above = three[missing]
        if t % 2 == 0 and above != UNKNOWN:
            above = -above
        certain, possible, sure, best = _admit(above, common if common == UNKNOWN else -common, t, certain, possible, sure)
        if not best:
            return count
    return _record(masks, count, ((ONE << c) - 1) & ~(ONE << missing), basis, certain, possible, sure)


@compiled
def _all_four(three, masks, count):
    """Record the vertex at which four actions are played and four replies tie, if it exists; return the number of vertices."""
    common = UNKNOWN
    sure = True
    for j in range(WIDE):
        sign = three[j]
        if sign == UNKNOWN:
            sure = False
            continue
        if j % 2 == 1:
            sign = -sign
        if sign == 0 or (common != UNKNOWN and sign != common):
            return count
        common = sign
    everything = (ONE << WIDE) - 1
    return _record(masks, count, everything, everything, everything, everything, sure)


@compiled
def small(r, c, gain, two, three, masks):
    """Record all vertices for at most four replies and four actions, or two replies; return their number."""
    count = pure(gain, r, c, masks)
    if r >= 2 and c >= 2:
        count = _pairs(r, c, gain, two, masks, count)
    if r >= 3 and c >= 3:
        for missing in range(0 if c == WIDE else 3, 4):
            for t in range(0 if r == WIDE else 3, 4):
                count = _triple(missing, t, r, c, two, three, masks, count)
    if r == WIDE and c == WIDE:
        count = _all_four(three, masks, count)
    return count


@compiled
def _corner(B, i1, i2, rho, bound, gain, masks, count, partials):
    """Record the vertex at which two lines meet, if they do and none is above; return the number of vertices and how it was decided."""
    first = gain[i1, i2, 0]
    opposite = _opposite(first, gain[i1, i2, 1])
    used = 0
    if opposite == 0:
        return count, used
    basis = certain = possible = (ONE << i1) | (ONE << i2)
    sure = opposite == 1
    for i in range(len(B)):
        if i in (i1, i2):
            continue
        above, exactly = minor_sign(B, i1, i2, i, 0, 1, bound, rho, partials)
        used |= exactly
        certain, possible, sure, best = _admit(above, first, i, certain, possible, sure)
        if not best:
            return count, used
    return _record(masks, count, np.int64(3), basis, certain, possible, sure), used


@compiled
def line(B, rho, bound, gain, masks, partials):
    """Record all vertices for two actions and any number of replies.

    The replies are lines over the mixtures of the two actions; a vertex inside is a corner of their upper envelope.
    Return the number of vertices and whether exact sums were needed.
    """
    r = len(B)
    count = pure(gain, r, 2, masks)
    used = 0
    for i1 in range(r):
        for i2 in range(i1 + 1, r):
            count, exactly = _corner(B, i1, i2, rho, bound, gain, masks, count, partials)
            used |= exactly
    return count, used
