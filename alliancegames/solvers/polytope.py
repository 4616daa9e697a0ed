"""Polytopes of payoffs: exact, in any dimension, flat or not."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any, final

from alliancegames._exact import primitive
from alliancegames._fields import Field, format_number
from alliancegames._immutable import Immutable
from alliancegames.errors import GameDefinitionError
from alliancegames.solvers._double_description import extreme_rays
from alliancegames.solvers._linear_programs import maximise

__all__ = ["Polytope"]

Point = tuple[Any, ...]
# A half-space ``normal @ x <= bound``.
HalfSpace = tuple[Point, Any]

# Float points closer to each other, or to a line, than this share of the extent count as equal, or as on it.
FLOAT_FLAT = 1e-11
# Products of floats below this may have lost digits.
UNDERFLOW = 1e-290
EPSILON = sys.float_info.epsilon


@final
class Polytope(Immutable):
    """A bounded convex set with finitely many corners: a polygon, a segment, a point, the empty set or more.

    Make one with `from_points` or `from_inequalities`.

    Parameters
    ----------
    vertices : sequence of tuple of number
        The corners, without any redundant point.
    coordinates : int
        Number of coordinates of a point.
    field : {"exact", "float"}
        Number system.

    Examples
    --------
    >>> from alliancegames.solvers import Polytope
    >>> square = Polytope.from_points([(0, 0), (2, 0), (2, 2), (0, 2), (1, 1), (1, 2)])
    >>> len(square.vertices), square.dimension, square.contains((1, 2)), square.contains((3, 0))
    (4, 2, True, False)
    """

    def __init__(self, vertices: Sequence[Point], coordinates: int, field: Field) -> None:
        self._vertices = tuple(vertices)
        self._coordinates = coordinates
        self._field: Field = field
        self._seal()

    @classmethod
    def from_points(cls, points: Iterable[Sequence[Any]], *, coordinates: int | None = None) -> Polytope:
        """Return the convex hull of points.

        Parameters
        ----------
        points : iterable of sequence of number
            All exact (int or Fraction), or all floats; corners or not, repeated or not.
        coordinates : int, optional
            Number of coordinates, needed only where there may be no point at all.
        """
        read = [tuple(point) for point in points]
        if not read and coordinates is None:
            raise GameDefinitionError("from_points(): without points the number of coordinates must be given, as coordinates=2.")
        size = len(read[0]) if read else int(coordinates or 0)
        if any(isinstance(x, float) for point in read for x in point):
            return cls(_float_hull([tuple(map(float, point)) for point in read]), size, "float")
        exact = list({tuple(map(Fraction, point)) for point in read})
        return cls(_hull(exact), size, "exact")

    @classmethod
    def from_inequalities(cls, half_spaces: Iterable[HalfSpace], coordinates: int) -> Polytope:
        """Return the set of points that satisfy inequalities, which must bound it.

        Parameters
        ----------
        half_spaces : iterable of (normal, bound)
            Each stands for ``normal @ x <= bound``, in exact numbers.
        coordinates : int
            Number of coordinates.
        """
        return cls(_hull(_corners([(tuple(map(Fraction, a)), Fraction(b)) for a, b in half_spaces], coordinates)), coordinates, "exact")

    # ---------------------------------------------------------------- what the set is

    @property
    def vertices(self) -> tuple[Point, ...]:
        """The corners; in the plane counterclockwise from the leftmost (lowest) one, otherwise sorted."""
        return self._vertices

    @property
    def coordinates(self) -> int:
        """Number of coordinates of a point."""
        return self._coordinates

    @property
    def field(self) -> Field:
        """Number system."""
        return self._field

    @property
    def is_empty(self) -> bool:
        """Whether there is no point."""
        return not self._vertices

    @cached_property
    def dimension(self) -> int:
        """Dimension of the set: 2 a polygon, 1 a segment, 0 a point, -1 empty."""
        return len(_affine_basis(self._rational())) - 1

    @cached_property
    def equalities(self) -> tuple[HalfSpace, ...]:
        """Equations ``normal @ x == bound`` of the smallest flat that holds the set; none if it has an interior."""
        return tuple(_equations(self._rational(), self._coordinates)) if self._vertices else ()

    @cached_property
    def inequalities(self) -> tuple[HalfSpace, ...]:
        """Half-spaces ``normal @ x <= bound``, one a facet, that cut the set out of its flat."""
        return tuple(_facets(self._rational()))

    def _rational(self) -> list[tuple[Fraction, ...]]:
        return [tuple(Fraction(x) for x in vertex) for vertex in self._vertices]

    def contains(self, point: Sequence[Any]) -> bool:
        """Whether a point belongs to the set, decided exactly (floats: as the rationals they are).

        Parameters
        ----------
        point : sequence of number, shape (coordinates,)
            The point.
        """
        if self.is_empty:
            return False
        x = [Fraction(value) for value in point]
        return all(_dot(a, x) == b for a, b in self.equalities) and all(_dot(a, x) <= b for a, b in self.inequalities)

    def support(self, direction: Sequence[Any]) -> Any:
        """Return the largest value of ``direction @ x`` on the set.

        Parameters
        ----------
        direction : sequence of number, shape (coordinates,)
            Weights, such as (1, 1) for the joint payoff.
        """
        if self.is_empty:
            raise GameDefinitionError("support(): the set is empty.")
        return max(_dot(direction, vertex) for vertex in self._vertices)

    def weights(self, point: Sequence[Any]) -> tuple[Fraction, ...] | None:
        """Return weights of the vertices whose average is a point, or None if it is outside.

        Parameters
        ----------
        point : sequence of number, shape (coordinates,)
            The point.
        """
        vertices = self._rational()
        if not vertices:
            return None
        rows = [[vertex[k] for vertex in vertices] for k in range(self._coordinates)] + [[Fraction(1)] * len(vertices)]
        answer = maximise([0] * len(vertices), equal=rows, equal_to=[*(Fraction(x) for x in point), Fraction(1)])
        return answer.solution if answer.status == "optimal" else None

    def cut(self, *half_spaces: HalfSpace) -> Polytope:
        """Return the part of the set inside further half-spaces ``normal @ x <= bound``.

        Parameters
        ----------
        *half_spaces : (normal, bound)
            In exact numbers.
        """
        both = [half for a, b in self.equalities for half in ((a, b), (tuple(-x for x in a), -b))]
        if self.is_empty:
            return self
        return Polytope.from_inequalities([*self.inequalities, *both, *half_spaces], self._coordinates)

    def intersection(self, other: Polytope) -> Polytope:
        """Return the points that belong to both sets.

        Parameters
        ----------
        other : Polytope
            A set of points with as many coordinates.
        """
        if self.is_empty or other.is_empty:
            return Polytope((), self._coordinates, "exact")
        both = [half for a, b in other.equalities for half in ((a, b), (tuple(-x for x in a), -b))]
        return self.cut(*other.inequalities, *both)

    def is_subset(self, other: Polytope) -> bool:
        """Whether every point belongs to another set as well.

        Parameters
        ----------
        other : Polytope
            The set that may be larger.
        """
        return all(other.contains(vertex) for vertex in self._vertices)

    def distance(self, point: Sequence[Any]) -> Fraction:
        """Return how far a point is from the set: the largest coordinate of the shortest way there, in payoff units.

        Parameters
        ----------
        point : sequence of number, shape (coordinates,)
            The point.
        """
        vertices, x = self._rational(), tuple(Fraction(value) for value in point)
        if not vertices:
            raise GameDefinitionError("distance(): the set is empty.")
        if self._coordinates == 2:
            edges = zip(vertices, vertices[1:] + vertices[:1], strict=True)
            return Fraction(0) if self.contains(x) else min(_segment_distance(x, p, q) for p, q in edges)
        upper, bounds = [], []
        for k, value in enumerate(x):  # |average of vertices - x| <= t in every coordinate
            row = [vertex[k] for vertex in vertices]
            upper += [[*row, Fraction(-1)], [*(-entry for entry in row), Fraction(-1)]]
            bounds += [value, -value]
        answer = maximise([*[0] * len(vertices), -1], upper=upper, upper_bound=bounds, equal=[[*[1] * len(vertices), 0]], equal_to=[1])
        return -(answer.value or Fraction(0))

    def floats(self) -> Polytope:
        """Return the set with corners rounded to double precision."""
        return Polytope([tuple(map(float, vertex)) for vertex in self._vertices], self._coordinates, "float")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Polytope):
            return NotImplemented
        return (self._coordinates, self._vertices) == (other._coordinates, other._vertices)

    def __hash__(self) -> int:
        return hash((self._coordinates, self._vertices))

    def __repr__(self) -> str:
        name = {-1: "empty set", 0: "point", 1: "segment", 2: "polygon"}.get(self.dimension, f"polytope of dimension {self.dimension}")
        shown = [f"({', '.join(map(format_number, vertex))})" for vertex in self._vertices[:12]]
        more = f" and {len(self._vertices) - 12} more" if len(self._vertices) > 12 else ""
        return f"<Polytope: {name}{' ' if shown else ''}{' '.join(shown)}{more}>"


# ---------------------------------------------------------------- hulls


def _dot(a: Sequence[Any], x: Sequence[Any]) -> Any:
    return sum((p * q for p, q in zip(a, x, strict=True)), start=0)


def planar_hull(points: Iterable[Point]) -> list[Point]:
    """Return the corners of points of the plane, counterclockwise from the lexicographically smallest one.

    Parameters
    ----------
    points : iterable of tuple
        The points, exact or floats; floats are the rationals that they are.
    """
    ordered = sorted(set(points))
    if len(ordered) <= 2:
        return ordered
    half: list[Point] = []
    chains = []
    for sequence in (ordered, ordered[::-1]):
        half = []
        for p in sequence:
            while len(half) >= 2 and _turn(half[-2], half[-1], p) <= 0:
                half.pop()
            half.append(p)
        chains.append(half[:-1])
    lower, upper = chains
    return lower + upper if len(lower) + len(upper) > 2 else [ordered[0], ordered[-1]]


def _turn(o: Point, a: Point, b: Point) -> Any:
    """Return twice the signed area of a triangle: positive for a left turn. The sign is right for floats, too."""
    first, second = (a[0] - o[0]) * (b[1] - o[1]), (a[1] - o[1]) * (b[0] - o[0])
    if isinstance(first, float) and abs(first - second) <= 16 * EPSILON * (abs(first) + abs(second)) + UNDERFLOW:
        (ox, oy), (ax, ay), (bx, by) = (map(Fraction, p) for p in (o, a, b))
        return (ax - ox) * (by - oy) - (ay - oy) * (bx - ox)
    return first - second


def _segment_distance(x: Point, p: Point, q: Point) -> Fraction:
    """Return the distance of a point from a segment of the plane in the maximum norm.

    Along the segment the larger of two differences is convex and piecewise linear: it is least at an end,
    where one of them is zero, or where they are equal in size.
    """
    (a, b), (c, d) = (p[0] - x[0], p[1] - x[1]), (q[0] - p[0], q[1] - p[1])
    shares = [Fraction(0), Fraction(1)]
    for constant, slope in ((a, c), (b, d), (a - b, c - d), (a + b, c + d)):
        if slope:
            shares.append(min(max(-constant / slope, Fraction(0)), Fraction(1)))
    return Fraction(min(max(abs(a + s * c), abs(b + s * d)) for s in shares))


def _hull(points: list[Point]) -> list[Point]:
    """Return the corners of exact points in any dimension."""
    if not points or len(points[0]) == 2:
        return planar_hull(points)
    if len(points[0]) == 1:
        return sorted({min(points), max(points)})
    facets = _facets(points)
    tight = {p: sum(1 << k for k, (a, b) in enumerate(facets) if _dot(a, p) == b) for p in points}
    # The corners of the smallest face around a point that is no corner lie on more facets than the point.
    masks = set(tight.values())
    return sorted(p for p in set(points) if not any(mask != tight[p] and mask & tight[p] == tight[p] for mask in masks))


def _float_hull(points: list[tuple[float, ...]]) -> list[Point]:
    """Return the corners of float points; in the plane, what rounding may have made a corner is dropped."""
    if not points:
        return []
    if len(points[0]) != 2:
        return [tuple(map(float, p)) for p in _hull([tuple(map(Fraction, p)) for p in set(points)])]
    extent = max((max(column) - min(column) for column in zip(*points, strict=True)), default=0.0)
    # What rounding does to numbers of this size cannot be told from a shape.
    noise = 4 * EPSILON * max(abs(x) for p in points for x in p)
    return _without_flat(planar_hull(points), FLOAT_FLAT * extent + noise)


def _without_flat(corners: list[Point], tolerance: float) -> list[Point]:
    """Drop corners from a polygon that lie, with all others dropped beside them, near the segment between those that stay."""
    if len(corners) < 2:
        return corners
    first = corners[0]
    last = max(corners, key=lambda p: max(abs(p[0] - first[0]), abs(p[1] - first[1])))
    if max(abs(last[0] - first[0]), abs(last[1] - first[1])) <= tolerance:
        return [first]
    middle = corners.index(last)
    there = _shortened([*corners[:middle], last], tolerance)
    back = _shortened([last, *corners[middle + 1 :], first], tolerance)
    kept = set(there + back)
    return [p for p in corners if p in kept]


def _shortened(chain: list[Point], tolerance: float) -> list[Point]:
    """Keep the ends of a chain, and the point farthest from the segment between them wherever it is not near; and so on."""
    if len(chain) <= 2:
        return chain
    exact = [tuple(map(Fraction, p)) for p in chain]
    away = [float(_segment_distance(p, exact[0], exact[-1])) for p in exact[1:-1]]
    farthest = max(range(len(away)), key=away.__getitem__)
    if away[farthest] <= tolerance:
        return [chain[0], chain[-1]]
    return _shortened(chain[: farthest + 2], tolerance)[:-1] + _shortened(chain[farthest + 1 :], tolerance)


def _affine_basis(points: Sequence[Point]) -> list[int]:
    """Return indices of affinely independent points that span the flat of all points."""
    if not points:
        return []
    chosen, echelon = [0], list[list[Fraction]]()
    for k, p in enumerate(points):
        row = [Fraction(x - y) for x, y in zip(p, points[0], strict=True)]
        for pivot in echelon:
            place = next(j for j, x in enumerate(pivot) if x)
            if row[place]:
                ratio = row[place] / pivot[place]
                row = [x - ratio * y for x, y in zip(row, pivot, strict=True)]
        if any(row):
            echelon.append(row)
            chosen.append(k)
            if len(chosen) > len(p):
                break
    return chosen


def _inverse(matrix: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """Return the inverse of a regular matrix."""
    from flint import fmpq, fmpq_mat

    size = len(matrix)
    flat = [fmpq(x.numerator, x.denominator) for row in matrix for x in row]
    inverse = fmpq_mat(size, size, flat).inv()
    return [[Fraction(int(inverse[i, j].p), int(inverse[i, j].q)) for j in range(size)] for i in range(size)]


def _chart(points: Sequence[Point], chosen: Sequence[int]) -> tuple[list[int], list[list[Fraction]]]:
    """Return coordinates in which the flat is a graph, and the inverse of the chosen points' matrix there."""
    base = points[chosen[0]]
    differences = [[Fraction(x - y) for x, y in zip(points[k], base, strict=True)] for k in chosen[1:]]
    columns = [k - 1 for k in _affine_basis([(Fraction(0),) * len(differences), *zip(*differences, strict=True)])[1:]]
    rows = [[*(points[k][c] for c in columns), Fraction(1)] for k in chosen]
    return columns, _inverse([[Fraction(x) for x in row] for row in rows])


def _facets(points: Sequence[Point]) -> list[HalfSpace]:
    """Return one half-space a facet of the hull.

    A linear function on the flat is known by its slacks at affinely independent points, which are
    non-negative coordinates of the cone of valid inequalities; its extreme rays are the facets.
    """
    chosen = _affine_basis(points)
    size = len(points[0]) if points else 0
    if len(chosen) <= 1:
        return []
    columns, inverse = _chart(points, chosen)
    others = [k for k in range(len(points)) if k not in set(chosen)]
    rows = []
    for k in others:
        homogeneous = [*(Fraction(points[k][c]) for c in columns), Fraction(1)]
        rows.append(_integers([_dot(homogeneous, [inverse[i][j] for i in range(len(chosen))]) for j in range(len(chosen))]))
    facets = []
    for ray in extreme_rays(rows, len(chosen)):
        solved = [_dot(line, ray.coordinates) for line in inverse]  # slack = solved[:-1] @ x + solved[-1]
        normal = [Fraction(0)] * size
        for c, value in zip(columns, solved[:-1], strict=True):
            normal[c] = -value
        facets.append(_primitive_half_space(normal, solved[-1]))
    return sorted(facets)


def _equations(points: Sequence[Point], size: int) -> list[HalfSpace]:
    """Return equations of the flat that holds the points."""
    chosen = _affine_basis(points)
    if len(chosen) > size:
        return []
    if len(chosen) == 1:
        return [(tuple(Fraction(int(j == k)) for j in range(size)), Fraction(points[0][k])) for k in range(size)]
    columns, inverse = _chart(points, chosen)
    result = []
    for c in range(size):
        if c not in columns:
            solved = [_dot(line, [Fraction(points[k][c]) for k in chosen]) for line in inverse]
            normal = [Fraction(int(j == c)) for j in range(size)]
            for column, value in zip(columns, solved[:-1], strict=True):
                normal[column] -= value
            result.append(_primitive_half_space(normal, solved[-1]))
    return result


def _corners(half_spaces: Sequence[HalfSpace], size: int) -> list[Point]:
    """Return the corners of an intersection of half-spaces, found as the extreme rays of the cone above it."""
    rows = [[*(-x for x in a), b] for a, b in half_spaces] + [[Fraction(0)] * size + [Fraction(1)]]
    rows = [row for row in rows if any(row)]
    independent = [k - 1 for k in _affine_basis([(Fraction(0),) * (size + 1), *map(tuple, rows)])[1:]]
    if len(independent) < size + 1:
        feasible = maximise([0] * size, upper=[a for a, _ in half_spaces], upper_bound=[b for _, b in half_spaces], free=range(size))
        if feasible.status == "infeasible":
            return []
        raise GameDefinitionError("from_inequalities(): the inequalities leave a direction without bound.")
    inverse = _inverse([rows[k] for k in independent])
    others = [rows[k] for k in range(len(rows)) if k not in set(independent)]
    cone = [_integers([_dot(row, [inverse[i][j] for i in range(size + 1)]) for j in range(size + 1)]) for row in others]
    corners = []
    for ray in extreme_rays(cone, size + 1):
        *x, t = (_dot(line, ray.coordinates) for line in inverse)
        if t > 0:
            corners.append(tuple(value / t for value in x))
        elif any(x) and any(rows):
            corners.append(())
    if () in corners:
        if len(set(corners)) == 1:  # rays only: no point satisfies all inequalities
            return []
        raise GameDefinitionError("from_inequalities(): the inequalities leave a direction without bound.")
    return corners


def _integers(row: Sequence[Fraction]) -> list[int]:
    """Return a positive integer multiple of a row."""
    scale = lcm(*(x.denominator for x in row))
    return primitive([int(x * scale) for x in row]) if any(row) else [0] * len(row)


def _primitive_half_space(normal: Sequence[Fraction], bound: Fraction) -> HalfSpace:
    """Scale a half-space to coprime integers."""
    *a, b = _integers([*normal, bound])
    return tuple(map(Fraction, a)), Fraction(b)
