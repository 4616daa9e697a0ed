"""Extreme rays of polyhedral cones in the non-negative orthant, in integers, by the double description method.

The orthant is cut by one half-space after the other. Every step is a sum of integers, so ties are seen as
ties; a ray carries the set of inequalities that hold with equality at it, so that redundant inequalities
and cones of lower dimension need no special treatment. That is what makes enumerations complete on
degenerate games.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


class TooManyRays(Exception):  # noqa: N818 - a signal between private modules, not an error of the user
    """More rays than allowed arose on the way."""


@dataclass(frozen=True, slots=True)
class Ray:
    """One extreme ray: integer coordinates and the set of inequalities that hold with equality, as a bit mask."""

    coordinates: list[int]
    tight: int

    def weights(self) -> list[Fraction]:
        """Return the mixed strategy of a best-reply ray ``(y, t)``: the coordinates ``y``, scaled to sum to one."""
        total = sum(self.coordinates[:-1])
        return [Fraction(weight, total) if weight else ZERO for weight in self.coordinates[:-1]]


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
    normals = [[*(-entry for entry in row), bound] for row, bound in zip(matrix, bounds or [1] * rows, strict=True)]
    unplayed = (1 << columns) - 1
    return [
        Ray(ray.coordinates, (ray.tight >> (columns + 1)) | (ray.tight & unplayed) << rows)
        for ray in extreme_rays(normals, columns + 1)
        if ray.tight & unplayed != unplayed
    ]


def _cut(rays: list[Ray], normal: Sequence[int], bit: int, dimension: int, limit: int | None) -> list[Ray]:
    """Intersect the cone with the half-space ``normal @ p >= 0``."""
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
    sift = _sift_words if bit.bit_length() <= WORD and len(inside) * len(outside) > MANY_PAIRS else _sift
    for a, b, common in sift([ray.tight for _, ray in inside], [ray.tight for _, ray in outside], dimension - 2):
        (slack, keep), (excess, drop) = inside[a], outside[b]
        if _adjacent(common, keep.tight, drop.tight, masks, dimension):
            coordinates = [excess * p + slack * q for p, q in zip(keep.coordinates, drop.coordinates, strict=True)]
            kept.append(Ray(primitive(coordinates), common | bit))
            if limit is not None and len(kept) > limit:
                raise TooManyRays
    if limit is not None and len(kept) > limit:
        raise TooManyRays
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
