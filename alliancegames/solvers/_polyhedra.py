"""Extreme rays of polyhedral cones in the non-negative orthant, in integers, by the double description method."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from operator import mul

from alliancegames._exact import primitive

__all__ = ["TooManyRays", "extreme_rays"]

Ray = tuple[list[int], int]


class TooManyRays(Exception):  # noqa: N818 - a signal between two private modules, not an error of the user
    """More rays than allowed arose on the way."""


def extreme_rays(inequalities: Sequence[Sequence[int]], dimension: int, limit: int) -> list[list[int]]:
    """Return the extreme rays of ``{p >= 0: inequalities @ p >= 0}``, each as a primitive integer vector.

    The orthant is cut by one half-space after the other. A ray carries the set of inequalities that hold
    with equality at it, as a bit mask: with it ties, redundant inequalities and cones of lower dimension
    need no special treatment.

    Parameters
    ----------
    inequalities : sequence of sequence of int, shape (k, dimension)
        Normals of the half-spaces.
    dimension : int
        Number of coordinates.
    limit : int
        Largest number of rays kept at any time.

    Raises
    ------
    TooManyRays
        There are more, here or on the way here.
    """
    axes = (1 << dimension) - 1
    rays = [([int(i == j) for j in range(dimension)], axes & ~(1 << i)) for i in range(dimension)]
    for k, normal in enumerate(inequalities):
        rays = _cut(rays, normal, 1 << (dimension + k), dimension, limit)
    return [coordinates for coordinates, _ in rays]


def _cut(rays: list[Ray], normal: Sequence[int], bit: int, dimension: int, limit: int) -> list[Ray]:
    """Intersect the cone with the half-space ``normal @ p >= 0``."""
    slacks = [sum(map(mul, normal, coordinates)) for coordinates, _ in rays]
    kept = [(ray[0], ray[1] | bit) if slack == 0 else ray for ray, slack in zip(rays, slacks, strict=True) if slack >= 0]
    inside = [(slack, ray) for slack, ray in zip(slacks, rays, strict=True) if slack > 0]
    outside = [(-slack, ray) for slack, ray in zip(slacks, rays, strict=True) if slack < 0]
    masks = [mask for _, mask in rays]
    for slack, (keep, keep_mask) in inside:
        for excess, (drop, drop_mask) in outside:
            common = keep_mask & drop_mask
            if common.bit_count() >= dimension - 2 and _adjacent(common, masks):
                kept.append((primitive([excess * a + slack * b for a, b in zip(keep, drop, strict=True)]), common | bit))
                if len(kept) > limit:
                    raise TooManyRays
    if len(kept) > limit:
        raise TooManyRays
    return kept


def _adjacent(common: int, masks: list[int]) -> bool:
    """Two rays span an edge exactly if no third ray lies on all the facets that they share."""
    lying = (mask for mask in masks if mask & common == common)
    return next(islice(lying, 2, None), None) is None
