"""Polytopes and payoff sets against brute force with linear programs."""

import math
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alliancegames.errors import GameDefinitionError, SolverNotApplicableError, UnknownLabelError
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers.payoff_set import BOUNDED, EXACT, NONE_IN_PURE, PayoffSet
from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.result import Provenance


def is_average(points, x):
    """Whether a point is an average of others, by a linear program."""
    rows = [[p[k] for p in points] for k in range(len(x))] + [[1] * len(points)]
    return bool(points) and maximise([0] * len(points), equal=rows, equal_to=[*x, 1]).status == "optimal"


@st.composite
def clouds(draw, least=1):
    """Return points of the plane, of space or of dimension 4, often on a flat of lower dimension."""
    size = draw(st.integers(1, 4))
    free = draw(st.integers(0, size))
    number = st.fractions(-4, 4, max_denominator=3)
    base = draw(st.lists(number, min_size=size, max_size=size))
    spans = draw(st.lists(st.lists(st.integers(-2, 2), min_size=size, max_size=size), min_size=free, max_size=free))
    shares = draw(st.lists(st.lists(number, min_size=free, max_size=free), min_size=least, max_size=8))
    return [tuple(b + sum((w * v[k] for w, v in zip(share, spans, strict=True)), F(0)) for k, b in enumerate(base)) for share in shares]


def rank(points):
    return int(np.linalg.matrix_rank(np.array([[float(x - y) for x, y in zip(p, points[0], strict=True)] for p in points]), tol=1e-9))


@given(clouds())
def test_vertices_are_the_points_that_are_no_average_of_the_others(points):
    hull = Polytope.from_points(points)
    distinct = sorted(set(points))
    expected = {p for p in distinct if len(distinct) == 1 or not is_average([q for q in distinct if q != p], p)}
    assert set(hull.vertices) == expected and len(hull.vertices) == len(expected)
    assert hull.dimension == rank(points)
    assert hull == Polytope.from_points(points[::-1])


@given(clouds(), st.data())
def test_membership_and_weights(points, data):
    hull = Polytope.from_points(points)
    size = len(points[0])
    x = data.draw(st.one_of(st.sampled_from(points), st.tuples(*[st.fractions(-6, 6, max_denominator=2)] * size)))
    inside = is_average(list(hull.vertices), x)
    assert hull.contains(x) == inside
    weights = hull.weights(x)
    assert (weights is not None) == inside
    if weights is not None:
        assert sum(weights) == 1 and min(weights) >= 0
        assert tuple(sum(w * v[k] for w, v in zip(weights, hull.vertices, strict=True)) for k in range(size)) == x
    assert (hull.distance(x) == 0) == inside


@given(clouds())
def test_inequalities_and_equations_give_the_set_back(points):
    hull = Polytope.from_points(points)
    both = [half for a, b in hull.equalities for half in ((a, b), (tuple(-x for x in a), -b))]
    assert Polytope.from_inequalities([*hull.inequalities, *both], len(points[0])) == hull
    assert len(hull.equalities) == len(points[0]) - hull.dimension


@given(clouds(), st.data())
def test_cuts_against_linear_programs(points, data):
    hull = Polytope.from_points(points)
    size = len(points[0])
    half = st.tuples(st.tuples(*[st.integers(-2, 2)] * size), st.fractions(-4, 4, max_denominator=2))
    cuts = [(a, b) for a, b in data.draw(st.lists(half, min_size=1, max_size=3)) if any(a)]
    part = hull.cut(*cuts)
    direction = data.draw(st.tuples(*[st.integers(-3, 3)] * size))
    count = len(hull.vertices)
    answer = maximise(
        [sum(d * x for d, x in zip(direction, v, strict=True)) for v in hull.vertices],
        upper=[[sum(c * x for c, x in zip(a, v, strict=True)) for v in hull.vertices] for a, _ in cuts],
        upper_bound=[b for _, b in cuts],
        equal=[[1] * count],
        equal_to=[1],
    )
    assert part.is_empty == (answer.status == "infeasible")
    assert part.is_subset(hull)
    if not part.is_empty:
        assert part.support(direction) == answer.value
        assert hull.intersection(part) == part == part.intersection(hull)


@given(clouds(), st.data())
def test_distance_is_the_least_largest_coordinate(points, data):
    hull = Polytope.from_points(points)
    x = data.draw(st.tuples(*[st.integers(-8, 8)] * len(points[0])))
    far = hull.distance(x)
    size = len(x)
    box = [(tuple(F(s * (j == k)) for j in range(size)), s * F(x[k]) + far) for k in range(size) for s in (1, -1)]
    assert not hull.cut(*box).is_empty
    if far:
        nearer = [(a, b - far / 1000) for a, b in box]
        assert hull.cut(*nearer).is_empty


def test_planar_corners_run_counterclockwise_from_the_leftmost_lowest():
    square = Polytope.from_points([(1, 1), (0, 1), (1, 0), (0, 0), (F(1, 2), 0)])
    assert square.vertices == ((0, 0), (1, 0), (1, 1), (0, 1))
    assert Polytope.from_points([(2, 2), (0, 0), (1, 1)]).vertices == ((0, 0), (2, 2))


def test_empty_sets():
    empty = Polytope.from_points([], coordinates=3)
    assert empty.is_empty and empty.dimension == -1 and empty.vertices == () and empty.coordinates == 3
    assert not empty.contains((0, 0, 0)) and empty.weights((0, 0, 0)) is None
    assert empty.is_subset(Polytope.from_points([(0, 0, 0)])) and empty.cut(((1, 0, 0), 1)).is_empty
    assert Polytope.from_points([(0, 0), (1, 1)]).cut(((1, 1), -1)).is_empty
    for call in (lambda: empty.support((1, 1, 1)), lambda: empty.distance((0, 0, 0)), lambda: Polytope.from_points([])):
        with pytest.raises(GameDefinitionError):
            call()


def test_unbounded_inequalities_are_refused():
    with pytest.raises(GameDefinitionError, match="without bound"):
        Polytope.from_inequalities([((1, 0), 1), ((0, 1), 1)], 2)
    with pytest.raises(GameDefinitionError, match="without bound"):
        Polytope.from_inequalities([((1, 0), 1), ((-1, 0), 1)], 2)


def test_inequalities_without_a_solution_are_the_empty_set():
    box = [((1, 0), 1), ((-1, 0), 0), ((0, 1), 1), ((0, -1), 0)]
    assert Polytope.from_inequalities([*box, ((1, 1), -1)], 2).is_empty
    assert Polytope.from_inequalities([*box, ((-1, -1), -2)], 2).vertices == ((1, 1),)


# Numbers that are almost equal, so that points are almost in line.
nearly = st.builds(
    lambda x, e: x + e, st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0]), st.sampled_from([0.0, 1e-68, -1e-17, 1e-15, 1e-12, 1e-10])
)
numbers = st.one_of(st.floats(-10, 10), nearly)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=12))
@example([(0.0, 0.0), (0.0, 2.0), (6.8e-68, 1.0)])  # in line within rounding, out of order by it
def test_float_hulls_lose_no_more_than_rounding(points):
    hull = Polytope.from_points(points)
    assert hull.field == "float" and set(hull.vertices) <= set(points)
    extent = max(max(p[k] for p in points) - min(p[k] for p in points) for k in (0, 1))
    for point in points:
        assert float(hull.distance(point)) <= 1e-9 * extent + 1e-15 * max(abs(x) for p in points for x in p)


def test_float_segments_stay_segments():
    slanted = Polytope.from_points([(0.1 * t, 0.3 * t) for t in range(11)])
    assert len(slanted.vertices) == 2
    assert Polytope.from_points([(0.1 + 0.2, 1.0), (0.3, 1.0)]).dimension == 0


def make(inner, outer, status=EXACT, **more):
    polytopes = [Polytope.from_points(points, coordinates=2) for points in (inner, outer)]
    return PayoffSet(("Row", "Column"), "test play", *polytopes, status, Provenance("test", "0", 0.0), **more)


def test_payoff_set_between_bounds():
    answer = make([(0, 0), (1, 1)], [(0, 0), (2, 0), (1, 1)], BOUNDED)
    assert answer.contains((1, 1)) is True and answer.contains((1, F(1, 2))) is None and answer.contains((0, 1)) is False
    assert answer.contains({"Column": 0, "Row": 0}) is True
    # (2, 0) is 1 in each coordinate away from (1, 1), and no point of the segment is nearer.
    assert math.isclose(answer.gap, 1.0) and answer.gap >= 1
    assert not answer.exact and answer.complete is None and answer.dimension == 1
    assert answer.worst == {"Row": 0, "Column": 0} and answer.best == {"Row": 1, "Column": 1}
    assert answer.support({"Row": 1, "Column": 1}) == 2
    with pytest.raises(UnknownLabelError):
        answer.contains({"Row": 1})
    with pytest.raises(SolverNotApplicableError, match="2 numbers"):
        answer.contains((1, 2, 3))
    with pytest.raises(SolverNotApplicableError, match="without strategies"):
        answer.automaton((0, 0))


def test_payoff_set_that_is_exact_or_empty():
    exact = make([(0, 0), (1, 1)], [(1, 1), (0, 0)])
    assert exact.exact and exact.complete is True and exact.gap == 0.0
    assert list(exact.to_dataframe().columns) == ["Row", "Column"] and len(exact.to_dataframe()) == 2
    assert "segment (exact)" in repr(exact) and "status: exact" in exact.summary()
    empty = make([], [], NONE_IN_PURE)
    assert empty.is_empty and empty.worst == {} and "none" in repr(empty)
    unknown = make([], [(0, 0), (1, 0), (0, 1)], BOUNDED)
    assert unknown.gap == math.inf and unknown.contains((0, 0)) is None
