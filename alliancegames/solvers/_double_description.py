"""Extreme rays of polyhedral cones in the non-negative orthant, in integers, by the double description method.

The orthant is cut by one half-space after the other. Every step is a sum of integers, so ties are seen as
ties; a ray carries the set of inequalities that hold with equality at it, so that redundant inequalities
and cones of lower dimension need no special treatment. That is what makes enumerations complete on
degenerate games.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

import numpy as np

from alliancegames._exact import primitive

__all__ = ["MANY_PAIRS", "WORD", "Ray", "TooManyRays", "best_reply_rays", "extreme_rays"]

# From this number of pairs on, and up to this number of labels, pairs are sifted as machine words.
MANY_PAIRS, WORD = 512, 64
# Pairs looked at in one go.
BLOCK = 1 << 18

ZERO = Fraction(0)


# A ray beside the half-space: how far, coordinates, tight inequalities.
Side = tuple[int, list[int], int]


class TooManyRays(Exception):  # noqa: N818 - a signal between private modules, not an error of the user
    """More rays than allowed arose on the way."""


@dataclass(slots=True)
class Ray:
    """One extreme ray: integer coordinates and the set of inequalities that hold with equality, as a bit mask."""

    coordinates: list[int]
    tight: int

    def weights(self) -> list[Fraction]:
        """Return the mixed strategy of a best-reply ray ``(y, t)``: the coordinates ``y``, scaled to sum to one."""
        total = sum(self.coordinates[:-1])
        return [Fraction(weight, total) if weight else ZERO for weight in self.coordinates[:-1]]

    def rounded(self) -> list[float]:
        """Return the same in floats, each weight rounded once."""
        total = sum(self.coordinates[:-1])
        return [weight / total for weight in self.coordinates[:-1]]


def extreme_rays(inequalities: Sequence[Sequence[int]], dimension: int, limit: int | None = None) -> list[Ray]:
    """Return the extreme rays of ``{p >= 0: inequalities @ p >= 0}``, as primitive integer vectors.

    Parameters
    ----------
    inequalities : sequence of sequence of int, shape (k, dimension)
        Normals of the half-spaces.
    dimension : int
        Number of coordinates.
    limit : int, optional
        Largest number of rays kept at any time.

    Returns
    -------
    list of Ray
        In the masks bit ``i < dimension`` stands for ``p_i = 0``, bit ``dimension + k`` for inequality ``k``.

    Raises
    ------
    TooManyRays
        There are more than the limit, here or on the way here.
    """
    axes = (1 << dimension) - 1
    rays = [Ray([int(i == j) for j in range(dimension)], axes & ~(1 << i)) for i in range(dimension)]
    for k, normal in enumerate(inequalities):
        rays = _cut(rays, normal, 1 << (dimension + k), dimension, limit)
    return rays


def best_reply_rays(matrix: Sequence[Sequence[int]], bounds: Sequence[int] | None = None) -> list[Ray]:
    """Return the extreme rays of ``{(y, t) >= 0: matrix @ y <= bounds * t}`` except the ray ``y = 0``.

    The mixed strategies ``y`` of one player, together with the payoff ``t`` that bounds what the opponent
    can reach against them, form this cone; its rays, scaled to ``sum(y) = 1``, are the vertices of the
    best-reply polyhedron.

    Parameters
    ----------
    matrix : sequence of sequence of int, shape (rows, columns)
        Strictly positive payoffs of the opponent.
    bounds : sequence of int, length rows, optional
        Positive right-hand sides; ones by default.

    Returns
    -------
    list of Ray
        In the masks bit ``i`` stands for row ``i``, bit ``rows + j`` for ``y_j = 0``.
    """
    rows, columns = len(matrix), len(matrix[0])
    right = bounds or [1] * rows
    unplayed = (1 << columns) - 1
    # The first row leaves y = 0 and one ray a column, all with t > 0: the label of t, bit ``columns``, is never met.
    bit = 1 << (columns + 1)
    rays = [Ray([0] * columns + [1], unplayed)]
    for j, entry in enumerate(matrix[0]):
        coordinates = [0] * columns + [entry]
        coordinates[j] = right[0]
        rays.append(Ray(primitive(coordinates), unplayed ^ (1 << j) | bit))
    for row, bound in zip(matrix[1:], right[1:], strict=True):
        bit <<= 1
        rays = _cut(rays, [*(-entry for entry in row), bound], bit, columns + 1, None)
    return [Ray(ray.coordinates, (ray.tight >> (columns + 1)) | (ray.tight & unplayed) << rows) for ray in rays[1:]]


def _cut(rays: list[Ray], normal: Sequence[int], bit: int, dimension: int, limit: int | None) -> list[Ray]:
    """Intersect the cone with the half-space ``normal @ p >= 0``."""
    kept: list[Ray] = []
    inside: list[Side] = []
    outside: list[Side] = []
    for ray in rays:
        slack = sum(map(mul, normal, ray.coordinates))
        if slack > 0:
            inside.append((slack, ray.coordinates, ray.tight))
            kept.append(ray)
        elif slack == 0:
            kept.append(Ray(ray.coordinates, ray.tight | bit))
        else:
            outside.append((-slack, ray.coordinates, ray.tight))
    masks = [ray.tight for ray in rays]
    sift = _sift_words if bit.bit_length() <= WORD and len(inside) * len(outside) > MANY_PAIRS else _sift
    for (slack, keep, first), (excess, drop, second), common in sift(inside, outside, dimension - 2):
        if _adjacent(common, first, second, masks, dimension):
            coordinates = [excess * p + slack * q for p, q in zip(keep, drop)]  # noqa: B905 - the innermost loop
            kept.append(Ray(primitive(coordinates), common | bit))
            if limit is not None and len(kept) > limit:
                raise TooManyRays
    if limit is not None and len(kept) > limit:
        raise TooManyRays
    return kept


def _sift(first: list[Side], second: list[Side], least: int) -> Iterable[tuple[Side, Side, int]]:
    """Return the pairs that share enough inequalities to span an edge, and what they share."""
    return [(p, q, p[2] & q[2]) for p in first for q in second if (p[2] & q[2]).bit_count() >= least]


def _sift_words(first: list[Side], second: list[Side], least: int) -> Iterable[tuple[Side, Side, int]]:
    """Do the same for many pairs at a time, as machine words."""
    rows, columns = (np.array([side[2] for side in sides], dtype=np.uint64) for sides in (first, second))
    step = max(1, BLOCK // len(columns))
    for start in range(0, len(rows), step):
        shared = rows[start : start + step, None] & columns
        pairs = np.nonzero(np.bitwise_count(shared) >= least)
        for a, b, common in zip(*(index.tolist() for index in pairs), shared[pairs].tolist(), strict=True):
            yield first[start + a], second[b], common


def _adjacent(common: int, first: int, second: int, masks: list[int], dimension: int) -> bool:
    """Whether two rays span an edge.

    At a ray on exactly ``dimension - 1`` facets, any ``dimension - 2`` of them meet in an edge, so that
    sharing them is enough. Otherwise no third ray may lie on all the facets that the two share.
    """
    if common.bit_count() == dimension - 2 and dimension - 1 in (first.bit_count(), second.bit_count()):
        return True
    lying = 0
    for mask in masks:
        if mask & common == common:
            lying += 1
            if lying > 2:
                return False
    return True
