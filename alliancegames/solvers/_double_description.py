"""Extreme rays of the best-reply cone, in integers, by the double description method.

The mixed strategies ``y`` of one player, together with the payoff ``t`` that bounds what the opponent
can reach against them, form the polyhedral cone ``{(y, t): y >= 0, M y <= t}`` for the opponent's
payoff matrix ``M > 0``. Its extreme rays, scaled to ``sum(y) = 1``, are the vertices of the best-reply
polyhedron. Every step is a sum of integers, so ties are seen as ties: that is what makes the
enumeration complete on degenerate games.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from alliancegames._exact import primitive

__all__ = ["Ray", "best_reply_rays"]


@dataclass(frozen=True, slots=True)
class Ray:
    """One extreme ray: integer coordinates ``(y, t)`` and the set of inequalities that hold with equality."""

    coordinates: list[int]
    tight: int
    """Bit mask: bit ``i`` for row ``i`` of the matrix, bit ``rows + j`` for ``y_j = 0``."""


def best_reply_rays(matrix: Sequence[Sequence[int]]) -> list[Ray]:
    """Return the extreme rays of ``{(y, t): y >= 0, matrix @ y <= t}`` except the ray ``y = 0``.

    Parameters
    ----------
    matrix : sequence of sequence of int, shape (rows, columns)
        Strictly positive payoffs of the opponent.
    """
    rows, columns = len(matrix), len(matrix[0])
    axes = ((1 << columns) - 1) << rows
    # With the first row alone the cone is simplicial: its rays can be written down.
    origin = Ray([0] * columns + [1], axes)
    rays = [origin]
    for j in range(columns):
        unit = [0] * columns
        unit[j] = 1
        rays.append(Ray(primitive([*unit, matrix[0][j]]), (axes & ~(1 << (rows + j))) | 1))
    for i in range(1, rows):
        rays = _add_inequality(rays, [-entry for entry in matrix[i]] + [1], 1 << i, columns + 1)
    return [ray for ray in rays if any(ray.coordinates[:-1])]


def _add_inequality(rays: list[Ray], normal: list[int], bit: int, dimension: int) -> list[Ray]:
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
    for slack, keep in inside:
        for excess, cut in outside:
            common = keep.tight & cut.tight
            if common.bit_count() >= dimension - 2 and _adjacent(common, masks):
                coordinates = [excess * a + slack * b for a, b in zip(keep.coordinates, cut.coordinates, strict=True)]
                kept.append(Ray(primitive(coordinates), common | bit))
    return kept


def _adjacent(common: int, masks: list[int]) -> bool:
    """Two rays span an edge exactly if no third ray lies on all the facets that they share."""
    lying = 0
    for mask in masks:
        if mask & common == common:
            lying += 1
            if lying > 2:
                return False
    return True
