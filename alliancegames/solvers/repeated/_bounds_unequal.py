"""Feasible payoffs when players discount differently: bounds from paths of play that are best for weighted payoffs.

Impatient players can be paid early and patient ones late, so that more is feasible than averages of stage
payoffs (Lehrer and Pauzner 1999). In each direction the best path takes, in every period, the profile with
the largest weighted sum of payoffs, each discounted by its own factor. Finitely many periods are computed
exactly. What comes after them is bounded by the best and the worst payoffs, and attained by one profile for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from alliancegames.solvers.polytope import HalfSpace, Point, Polytope

__all__ = ["unequal_bounds"]

# The tail left after the periods computed is this small; its bounds are then rounded outward to this grid.
TAIL, LONGEST = Fraction(1, 10**6), 40
GRID = 10**9


def unequal_bounds(points: Sequence[Point], discounts: Sequence[Fraction], steps: int) -> tuple[Polytope, Polytope]:
    """Return polytopes inside and around the feasible payoffs."""
    size = len(discounts)
    hull = Polytope.from_points(points)
    horizon = _horizon(discounts)
    cuts: list[HalfSpace] = []
    attained = list(hull.vertices)
    for normal in _directions(hull, size, steps):
        bound, reached = _best_path(hull.vertices, discounts, normal, horizon)
        cuts.append((normal, bound))
        attained.append(reached)
    outer = Polytope.from_inequalities(cuts, size)
    return Polytope.from_points(attained), outer


def _horizon(discounts: Sequence[Fraction]) -> int:
    largest = max(discounts)
    periods, left = 1, largest
    while left > TAIL and periods < LONGEST:
        periods, left = periods + 1, left * largest
    return periods


def _directions(hull: Polytope, size: int, steps: int) -> list[Point]:
    """Return facet normals of the stage payoffs, the axes and a grid of directions between them."""
    grid = [tuple(map(Fraction, d)) for d in product(range(-steps, steps + 1), repeat=size) if max(map(abs, d)) == steps]
    axes = [tuple(Fraction(sign * (j == k)) for j in range(size)) for k in range(size) for sign in (1, -1)]
    flat = [tuple(sign * x for x in normal) for normal, _ in hull.equalities for sign in (1, -1)]
    return list(dict.fromkeys([*axes, *(normal for normal, _ in hull.inequalities), *flat, *grid]))


def _best_path(points: Sequence[Point], discounts: Sequence[Fraction], normal: Point, horizon: int) -> tuple[Fraction, Point]:
    """Return an upper bound of ``normal @ payoffs`` on all paths, rounded up, and the payoffs of a nearly best path."""
    size = len(discounts)
    shares = [1 - d for d in discounts]
    reached = [Fraction(0)] * size
    for _ in range(horizon):
        best = max(points, key=lambda p: sum(w * s * x for w, s, x in zip(normal, shares, p, strict=True)))
        reached = [r + s * x for r, s, x in zip(reached, shares, best, strict=True)]
        shares = [s * d for s, d in zip(shares, discounts, strict=True)]
    left = [d**horizon for d in discounts]
    weights = [w * r for w, r in zip(normal, left, strict=True)]
    bound = sum((w * r for w, r in zip(normal, reached, strict=True)), Fraction(0))
    for k, weight in enumerate(weights):
        bound += weight * (max if weight > 0 else min)(p[k] for p in points)
    last = max(points, key=lambda p: sum(w * x for w, x in zip(weights, p, strict=True)))
    path = tuple(r + share * x for r, share, x in zip(reached, left, last, strict=True))
    return _rounded_up(bound), path


def _rounded_up(value: Fraction) -> Fraction:
    return value if value.denominator <= GRID else Fraction(-((-value.numerator * GRID) // value.denominator), GRID)
