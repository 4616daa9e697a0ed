"""Extreme rays of the best-reply cone, in integers, by the double description method.

The mixed strategies ``y`` of one player, together with the payoff ``t`` that bounds what the opponent
can reach against them, form the polyhedral cone ``{(y, t): y >= 0, M y <= b t}`` for the opponent's
payoff matrix ``M > 0`` and ``b = 1``. Its extreme rays, scaled to ``sum(y) = 1``, are the vertices of the
best-reply polyhedron. Every step is a sum of integers, so ties are seen as ties: that is what makes the
enumeration complete on degenerate games.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

import numpy as np

from alliancegames._exact import primitive

__all__ = ["Ray", "best_reply_rays"]

# From this number of pairs on, and up to this number of labels, pairs are sifted as machine words.
MANY_PAIRS, WORD = 512, 64
# Pairs looked at in one go.
BLOCK = 1 << 18

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Ray:
    """One extreme ray: integer coordinates ``(y, t)`` and the set of inequalities that hold with equality."""

    coordinates: list[int]
    tight: int
    """Bit mask: bit ``i`` for row ``i`` of the matrix, bit ``rows + j`` for ``y_j = 0``."""

    def weights(self) -> list[Fraction]:
        """Return the mixed strategy: the coordinates ``y``, scaled to sum to one."""
        total = sum(self.coordinates[:-1])
        return [Fraction(weight, total) if weight else ZERO for weight in self.coordinates[:-1]]


def best_reply_rays(matrix: Sequence[Sequence[int]], bounds: Sequence[int] | None = None) -> list[Ray]:
    """Return the extreme rays of ``{(y, t): y >= 0, matrix @ y <= bounds * t}`` except the ray ``y = 0``.

    Parameters
    ----------
    matrix : sequence of sequence of int, shape (rows, columns)
        Strictly positive payoffs of the opponent.
    bounds : sequence of int, length rows, optional
        Positive right-hand sides; ones by default.
    """
    rows, columns = len(matrix), len(matrix[0])
    scale = bounds or [1] * rows
    axes = ((1 << columns) - 1) << rows
    # With the first row alone the cone is simplicial: its rays can be written down.
    origin = Ray([0] * columns + [1], axes)
    rays = [origin]
    for j in range(columns):
        unit = [0] * columns
        unit[j] = scale[0]
        rays.append(Ray(primitive([*unit, matrix[0][j]]), (axes & ~(1 << (rows + j))) | 1))
    for i in range(1, rows):
        rays = _add_inequality(rays, [-entry for entry in matrix[i]] + [scale[i]], 1 << i, columns + 1, rows + columns)
    return [ray for ray in rays if any(ray.coordinates[:-1])]


def _add_inequality(rays: list[Ray], normal: list[int], bit: int, dimension: int, labels: int) -> list[Ray]:
    """Intersect the cone with the half-space ``normal @ ray >= 0``."""
    kept: list[Ray] = []
    inside: list[tuple[int, Ray]] = []
    outside: list[tuple[int, Ray]] = []
    for ray in rays:
        slack = sum(map(mul, normal, ray.coordinates))
        if slack > 0:
            inside.append((slack, ray))
            kept.append(ray)
        elif slack == 0:
            kept.append(Ray(ray.coordinates, ray.tight | bit))
        else:
            outside.append((-slack, ray))
    masks = [ray.tight for ray in rays]
    sift = _sift_words if labels <= WORD and len(inside) * len(outside) > MANY_PAIRS else _sift
    for a, b, common in sift([ray.tight for _, ray in inside], [ray.tight for _, ray in outside], dimension - 2):
        (slack, keep), (excess, cut) = inside[a], outside[b]
        if _adjacent(common, keep.tight, cut.tight, masks, dimension):
            coordinates = [excess * p + slack * q for p, q in zip(keep.coordinates, cut.coordinates, strict=True)]
            kept.append(Ray(primitive(coordinates), common | bit))
    return kept


def _sift(first: list[int], second: list[int], least: int) -> Iterator[tuple[int, int, int]]:
    """Yield the pairs that share enough inequalities to span an edge, and what they share."""
    for a, p in enumerate(first):
        for b, q in enumerate(second):
            common = p & q
            if common.bit_count() >= least:
                yield a, b, common


def _sift_words(first: list[int], second: list[int], least: int) -> Iterator[tuple[int, int, int]]:
    """Do the same for many pairs at a time, as machine words."""
    rows, columns = np.array(first, dtype=np.uint64), np.array(second, dtype=np.uint64)
    step = max(1, BLOCK // len(columns))
    for start in range(0, len(rows), step):
        shared = rows[start : start + step, None] & columns
        pairs = np.nonzero(np.bitwise_count(shared) >= least)
        for a, b, common in zip(*(index.tolist() for index in pairs), shared[pairs].tolist(), strict=True):
            yield start + a, b, common


def _adjacent(common: int, first: int, second: int, masks: list[int], dimension: int) -> bool:
    """Whether two rays span an edge.

    At a ray on exactly ``dimension - 1`` facets, any ``dimension - 2`` of them meet in an edge, so that
    sharing them is enough. Otherwise no third ray may lie on all the facets that the two share.
    """
    simple = dimension - 1
    if common.bit_count() == dimension - 2 and (first.bit_count() == simple or second.bit_count() == simple):
        return True
    lying = 0
    for mask in masks:
        if mask & common == common:
            lying += 1
            if lying > 2:
                return False
    return True
