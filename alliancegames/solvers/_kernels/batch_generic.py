"""Equilibria of small games in which no sign that could matter is zero.

Then the two strategies of an equilibrium have supports of one size, and each is pinned down by the other's: the best replies are
the actions played. Pairs of supports are few, and most are refuted by two signs.
"""

# The types of compiled functions are inferred from their arguments.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from alliancegames.solvers._kernels.batch_minors import WIDE, others, pair_place
from alliancegames.solvers._kernels.batch_vertices import triple_sign
from alliancegames.solvers._kernels.vertices import compiled

__all__ = ["generic"]

ONE = np.int64(1)


@compiled
def _best(gain, i, j, r):
    """Whether a reply is the best against an action."""
    better = 0
    for k in range(r):
        better += gain[k, i, j] > 0
    return better == 0


@compiled
def _pair_is_best(gain, two, i1, i2, j, k, r):
    """Whether no third reply is better where two tie on a mixture of two actions."""
    better = 0
    for i in range(r):
        if i not in (i1, i2):
            better += triple_sign(i1, i2, i, two, pair_place(j, k)) != gain[i1, i2, j]
    return better == 0


@compiled
def _triple_is_best(two, three, missing, t, r):
    """Whether all replies but one tie on a mixture of all actions but one, and the last is not better."""
    a, b, d = others(missing)
    common = two[t, pair_place(b, d)]
    if two[t, pair_place(a, d)] == common or two[t, pair_place(a, b)] != common:
        return False
    return r < WIDE or (three[missing] == common) != (t % 2 == 1)


@compiled
def _alternate(three):
    """Whether four replies tie on a mixture of four actions."""
    return three[0] != three[1] and three[1] != three[2] and three[2] != three[3]


@compiled
def _pairs(m, n, x_gain, y_gain, x_two, y_two, supports, count):
    """Write the equilibria in which both play two actions; return the number of equilibria."""
    for i1 in range(m):
        for i2 in range(i1 + 1, m):
            for j in range(n):
                for k in range(j + 1, n):
                    if y_gain[i1, i2, j] == y_gain[i1, i2, k] or x_gain[j, k, i1] == x_gain[j, k, i2]:
                        continue
                    if _pair_is_best(y_gain, y_two, i1, i2, j, k, m) and _pair_is_best(x_gain, x_two, j, k, i1, i2, n):
                        supports[count, 0] = ONE << i1 | ONE << i2
                        supports[count, 1] = ONE << j | ONE << k
                        count += 1
    return count


@compiled
def generic(m, n, x_gain, y_gain, x_two, y_two, x_three, y_three, supports):
    """Write the supports of all equilibria; return their number."""
    count = 0
    for i in range(m):
        for j in range(n):
            if _best(y_gain, i, j, m) and _best(x_gain, j, i, n):
                supports[count, 0] = ONE << i
                supports[count, 1] = ONE << j
                count += 1
    count = _pairs(m, n, x_gain, y_gain, x_two, y_two, supports, count)
    if m >= 3 and n >= 3:
        for s in range(0 if m == WIDE else 3, 4):
            for t in range(0 if n == WIDE else 3, 4):
                if _triple_is_best(y_two, y_three, t, s, m) and _triple_is_best(x_two, x_three, s, t, n):
                    supports[count, 0] = ((ONE << m) - 1) & ~(ONE << s)
                    supports[count, 1] = ((ONE << n) - 1) & ~(ONE << t)
                    count += 1
    if m == WIDE and n == WIDE and _alternate(x_three) and _alternate(y_three):
        supports[count] = (ONE << WIDE) - 1
        count += 1
    return count
