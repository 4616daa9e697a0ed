"""Polygons of the plane in exact numbers: sums, cuts, hulls and outward rounding, flat ones included.

A polygon is the list of its corners, counterclockwise from the lexicographically smallest one, as
`polytope.planar_hull` gives it: two corners are a segment, one is a point, none is the empty set.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cmp_to_key
from typing import Any

import numpy as np

from alliancegames.solvers.polytope import planar_hull

Point = tuple[Any, Any]
Polygon = list[Point]

# Corners whose denominators have no more bits are never rounded, so simple corners stay exact.
SIMPLE_BITS = 64
# Corners of segments and points cannot be rounded without making them fat, which is put off this long.
FLAT_BITS = 2000
# Hulls of more points are found after a first look in floats.
FEW_POINTS = 30


def turn(o: Point, a: Point, b: Point) -> Any:
    """Return twice the signed area of a triangle: positive for a left turn."""
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def support(polygon: Polygon, normal: Point) -> Any:
    """Return the largest value of ``normal @ x`` on a polygon."""
    return max(normal[0] * x + normal[1] * y for x, y in polygon)


def edges(polygon: Polygon) -> list[Point]:
    """Return the edges as vectors, in order; a segment has two, there and back."""
    if len(polygon) < 2:
        return []
    return [(q[0] - p[0], q[1] - p[1]) for p, q in zip(polygon, [*polygon[1:], polygon[0]], strict=True)]


def by_angle(a: Point, b: Point) -> int:
    """Compare the directions of edges in the order in which a polygon runs through them."""
    halves = [not (x > 0 or (x == 0 and y > 0)) for x, y in (a, b)]
    if halves[0] != halves[1]:
        return halves[0] - halves[1]
    cross = a[0] * b[1] - a[1] * b[0]
    return int(cross < 0) - int(cross > 0)


def sorted_edges(family: Sequence[Polygon]) -> list[tuple[int, Point]]:
    """Return the edges of several polygons, each with the position of its polygon, by angle."""
    listed = [(k, edge) for k, polygon in enumerate(family) for edge in edges(polygon)]
    angle = cmp_to_key(by_angle)
    return sorted(listed, key=lambda entry: angle(entry[1]))


def weighted_sum(
    family: Sequence[Polygon], ordered: Sequence[tuple[int, Point]], weights: Sequence[int]
) -> tuple[Polygon, list[list[int]]]:
    """Return the corners of the Minkowski sum of polygons times weights, and which corners each is the sum of.

    The second answer has for each corner of the sum one position a polygon (of a polygon with weight
    zero: always the first). Corners inside an edge may be listed as well.
    """
    x = sum(w * polygon[0][0] for w, polygon in zip(weights, family, strict=True) if w)
    y = sum(w * polygon[0][1] for w, polygon in zip(weights, family, strict=True) if w)
    at = [0] * len(family)
    corners, parts = [(x, y)], [list(at)]
    for k, (dx, dy) in ordered:
        if w := weights[k]:
            x, y = x + w * dx, y + w * dy
            at[k] = (at[k] + 1) % len(family[k])
            corners.append((x, y))
            parts.append(list(at))
    if len(corners) > 1:  # the last edge leads back to the start
        corners.pop()
        parts.pop()
    return corners, parts


def above(polygon: Polygon, axis: int, bound: Any) -> Polygon:
    """Return the part of a polygon where a coordinate is at least a bound; the answer may repeat corners."""
    inside = [p[axis] >= bound for p in polygon]
    if all(inside):
        return polygon
    if not any(inside):
        return []
    result: Polygon = []
    for k, p in enumerate(polygon):
        q = polygon[(k + 1) % len(polygon)]
        if inside[k]:
            result.append(p)
        if inside[k] != inside[(k + 1) % len(polygon)]:
            result.append(_crossing(p, q, axis, bound))
    return result


def _crossing(p: Point, q: Point, axis: int, bound: Any) -> Point:
    """Return where a segment meets a line parallel to an axis; the same point from either end."""
    share = Fraction(bound - p[axis]) / (q[axis] - p[axis])
    other = p[1 - axis] + share * (q[1 - axis] - p[1 - axis])
    return (bound, other) if axis == 0 else (other, bound)


def cut(polygon: Polygon, normal: Point, bound: Any) -> Polygon:
    """Return the part of a polygon where ``normal @ x <= bound``."""
    values = [normal[0] * x + normal[1] * y - bound for x, y in polygon]
    if all(value <= 0 for value in values):
        return polygon
    kept: Polygon = []
    for k, p in enumerate(polygon):
        after = (k + 1) % len(polygon)
        if values[k] <= 0:
            kept.append(p)
        if (values[k] < 0 < values[after]) or (values[after] < 0 < values[k]):
            q, share = polygon[after], Fraction(values[k]) / (values[k] - values[after])
            kept.append((p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])))
    if len(kept) < 3:
        return planar_hull(kept)
    first = kept.index(min(kept))
    return kept[first:] + kept[:first]


def hull(points: Sequence[Point], unit: int) -> Polygon:
    """Return the hull of points given in a unit; points that floats show to be well inside are left out first."""
    if len(points) <= FEW_POINTS:
        return planar_hull(points)
    floats = np.array([(x / unit, y / unit) for x, y in points], dtype=float)
    angles = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    extremes = np.argmax(floats @ np.array([np.cos(angles), np.sin(angles)]), axis=0)
    ring = floats[extremes]
    ahead = np.roll(ring, -1, axis=0) - ring
    length = np.hypot(ahead[:, 0], ahead[:, 1])
    margin = 1e-9 * max(np.abs(floats).max(), 1e-300)
    ahead, ring, length = ahead[length > margin], ring[length > margin], length[length > margin]
    if len(ring) < 3:
        return planar_hull(points)
    beside = ahead[:, 0] * (floats[:, 1:] - ring[:, 1]) - ahead[:, 1] * (floats[:, :1] - ring[:, 0])
    outer = ~(beside > margin * length).all(axis=1)
    return planar_hull([point for point, keep in zip(points, outer, strict=True) if keep])


def contains(polygon: Polygon, point: Point) -> bool:
    """Whether a point belongs to a polygon, decided exactly."""
    if len(polygon) == 0:
        return False
    if len(polygon) <= 2:
        ends = sorted(polygon)
        return turn(ends[0], ends[-1], point) == 0 and ends[0] <= tuple(point) <= ends[-1]
    return all(turn(p, q, point) >= 0 for p, q in zip(polygon, [*polygon[1:], polygon[0]], strict=True))


def is_subset(polygon: Polygon, other: Polygon) -> bool:
    """Whether a polygon lies inside another one."""
    return all(contains(other, corner) for corner in polygon)


def barycentric(polygon: Polygon, point: Point) -> list[tuple[int, Fraction]] | None:
    """Return weights of at most three corners whose average is a point, or None if it is outside.

    Corners may be repeated, or lie inside edges, as long as they go round counterclockwise.
    """
    first = polygon[0]
    if tuple(point) in polygon:
        return [(polygon.index(tuple(point)), Fraction(1))]
    for k in range(1, len(polygon)):
        if (weights := _on_segment(first, polygon[k], point)) is not None:
            return [(0, 1 - weights), (k, weights)]
    for k in range(1, len(polygon) - 1):
        a, b = polygon[k], polygon[k + 1]
        area = turn(first, a, b)
        if area == 0:
            if (share := _on_segment(a, b, point)) is not None:
                return [(k, 1 - share), (k + 1, share)]
            continue
        shares = [Fraction(turn(a, b, point)) / area, Fraction(turn(b, first, point)) / area, Fraction(turn(first, a, point)) / area]
        if min(shares) >= 0:
            return [(position, share) for position, share in zip((0, k, k + 1), shares, strict=True) if share]
    return None


def _on_segment(p: Point, q: Point, point: Point) -> Fraction | None:
    """Return how far along a segment a point lies, as a share, or None if it is not on it."""
    if p == q or turn(p, q, point) != 0:
        return None
    axis = 0 if p[0] != q[0] else 1
    share = Fraction(point[axis] - p[axis]) / (q[axis] - p[axis])
    return share if 0 <= share <= 1 else None


# ---------------------------------------------------------------- rounding


def bits(point: Point) -> int:
    """Return the number of bits of the larger denominator of a point."""
    return max(Fraction(x).denominator.bit_length() for x in point)


def rounded_out(polygon: Polygon, step: Fraction, simple: int = SIMPLE_BITS) -> Polygon:
    """Return a polygon that holds the given one, all whose corners are simple or lie on a grid."""
    if len(polygon) <= 2:
        if all(bits(p) <= FLAT_BITS for p in polygon):
            return polygon
        return planar_hull([corner for p in polygon for corner in _around(p, step)])
    last, result, extra = len(polygon) - 1, list(polygon), []
    for k, p in enumerate(polygon):
        if bits(p) > simple:
            before, after = result[k - 1], result[k + 1 if k < last else 0]
            # One corner stands for p if p lies in the triangle that it spans with the neighbours.
            good = [r for r in _around(p, step) if turn(before, r, p) >= 0 and turn(r, after, p) >= 0 and turn(after, before, p) >= 0]
            if good:
                result[k] = min(good, key=lambda r: abs(r[0] - p[0]) + abs(r[1] - p[1]))
            else:
                extra += _around(p, step)
    return planar_hull([p for p in result if bits(p) <= simple or on_grid(p, step)] + extra)


def without_idle_edges(polygon: Polygon, height: Fraction, simple: int = SIMPLE_BITS) -> Polygon:
    """Return a polygon that holds the given one and reaches at most a height further, with fewer edges.

    An edge goes when its neighbours, prolonged, meet no further from it. Simple corners stay.
    """
    if len(polygon) <= 4:
        return polygon
    result, limit = list(polygon), float(height)
    k = 0
    while k < len(result) and len(result) > 4:
        o, p, q, r = (result[(k + j) % len(result)] for j in range(4))
        if _rise(o, p, q, r) <= limit and min(bits(p), bits(q)) > simple:
            meeting = _meeting(o, p, q, r)
            if meeting is not None:
                result[(k + 1) % len(result)] = meeting
                del result[(k + 2) % len(result)]
                continue
        k += 1
    first = result.index(min(result))
    return result[first:] + result[:first]


def _rise(o: Point, p: Point, q: Point, r: Point) -> float:
    """Return in floats how far from the edge p-q its prolonged neighbours meet; infinite if they do not."""
    before, edge, after = ((float(b[0] - a[0]), float(b[1] - a[1])) for a, b in ((o, p), (p, q), (q, r)))
    lengths = [math.hypot(*side) for side in (before, edge, after)]
    if min(lengths) == 0:
        return math.inf
    first, second, both = (
        (a[0] * b[1] - a[1] * b[0]) / (lengths[i] * lengths[j])
        for a, b, i, j in ((before, edge, 0, 1), (edge, after, 1, 2), (before, after, 0, 2))
    )
    return lengths[1] * first * second / both if both > 0 else math.inf


def _meeting(o: Point, p: Point, q: Point, r: Point) -> Point | None:
    """Return where the edges o-p and q-r of a polygon, prolonged beyond p and q, meet."""
    a, b = (p[0] - o[0], p[1] - o[1]), (r[0] - q[0], r[1] - q[1])
    cross = a[0] * b[1] - a[1] * b[0]
    if cross <= 0:
        return None
    share = Fraction((q[0] - p[0]) * b[1] - (q[1] - p[1]) * b[0]) / cross
    return (p[0] + share * a[0], p[1] + share * a[1])


def thinned(polygon: Polygon, height: Fraction) -> Polygon:
    """Return a smaller polygon without corners that rise less than a height above the line of their neighbours."""
    result, limit = list(polygon), float(height)
    k = 0
    while k < len(result) and len(result) > 4:
        o, p, q = (result[(k + j) % len(result)] for j in range(3))
        base = math.hypot(float(q[0] - o[0]), float(q[1] - o[1]))
        if base and float(turn(o, p, q)) / base < limit:
            del result[(k + 1) % len(result)]
        else:
            k += 1
    return result


def on_grid(point: Point, step: Fraction) -> bool:
    """Whether both coordinates are multiples of a step."""
    return all((Fraction(x) / step).denominator == 1 for x in point)


def rounded_near(polygon: Polygon, step: Fraction) -> Polygon:
    """Return a polygon with corners moved to the nearest points of a grid; segments and points stay as they are."""
    if len(polygon) <= 2:
        return polygon
    return planar_hull([tuple(round(Fraction(x) / step) * step for x in p) for p in polygon])


def _around(point: Point, step: Fraction) -> list[Point]:
    x, y = (Fraction(value) / step for value in point)
    return [(a * step, b * step) for a in {math.floor(x), math.ceil(x)} for b in {math.floor(y), math.ceil(y)}]


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction with the smallest denominator between two bounds."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    whole = math.floor(low)
    if whole == low:
        return Fraction(whole)
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / simplest(1 / (high - whole), 1 / (low - whole))


def centroid(polygon: Polygon) -> Point:
    """Return a point in the middle of a polygon: its centre of gravity, rounded a little."""
    origin = polygon[0]
    corners = [(float(x - origin[0]), float(y - origin[1])) for x, y in polygon]
    total = x = y = 0.0
    for p, q in itertools.pairwise(corners[1:]):
        area = p[0] * q[1] - p[1] * q[0]
        total, x, y = total + area, x + area * (p[0] + q[0]), y + area * (p[1] + q[1])
    if total <= 0:  # flat as far as floats can see
        return tuple(sum((Fraction(p[k]) for p in polygon), start=Fraction(0)) / len(polygon) for k in range(2))  # type: ignore[return-value]
    return origin[0] + Fraction(x / (3 * total)), origin[1] + Fraction(y / (3 * total))


def homothety(polygon: Polygon, share: Fraction) -> Polygon:
    """Return a polygon shrunk by a share towards its middle, segments along themselves."""
    if len(polygon) <= 1:
        return polygon
    middle = centroid(polygon) if len(polygon) > 2 else tuple((x + y) / 2 for x, y in zip(*polygon, strict=True))
    return [(x + share * (middle[0] - x), y + share * (middle[1] - y)) for x, y in polygon]


def thickness(polygon: Polygon) -> float:
    """Return the least distance of the middle from an edge; 0 for flat sets."""
    if len(polygon) < 3:
        return 0.0
    middle = centroid(polygon)
    ahead = zip(polygon, [*polygon[1:], polygon[0]], strict=True)
    return max(0.0, min(float(turn(p, q, middle)) / math.hypot(float(q[0] - p[0]), float(q[1] - p[1])) for p, q in ahead))
