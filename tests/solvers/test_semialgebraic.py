"""Small polynomial systems with inequalities: points, polytopes, roots, and honest leftovers."""

from fractions import Fraction as F

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliancegames.solvers._semialgebraic import solve
from alliancegames.solvers._solution_sets import Conditions, evaluate

CONTEXT = flint.fmpq_mpoly_ctx.get(("x", "y", "z"), "lex")
X, Y, Z = CONTEXT.gens()
UNIT = (X, 1 - X, Y, 1 - Y)


def q(a, b):
    return flint.fmpq(a, b)


def test_linear_conditions_give_the_corners():
    (found,) = solve(Conditions((), (), (X, 1 - X, Y, 1 - Y, X + Y - q(1, 2))), CONTEXT)
    assert set(found.blocks[0].vertices) == {(F(1, 2), F(0)), (F(1), F(0)), (F(1), F(1)), (F(0), F(1)), (F(0), F(1, 2))}
    assert found.dimension == 2


def test_strict_conditions_need_an_inner_point():
    assert solve(Conditions((), (X - q(1, 2),), (X, q(1, 2) - X)), CONTEXT) == []
    assert len(solve(Conditions((), (), (X - q(1, 2), q(1, 2) - X, X)), CONTEXT)) == 1


def test_equations_are_solved_for_what_is_linear():
    (found,) = solve(Conditions((2 * X - 1, Y - X * X), UNIT, ()), CONTEXT)
    assert found.point() == {0: F(1, 2), 1: F(1, 4)}
    assert found.exact


def test_a_product_splits_into_its_factors():
    found = solve(Conditions(((X - q(1, 3)) * (Y - q(1, 4)),), UNIT, ()), CONTEXT)
    assert sorted(piece.dimension for piece in found) == [1, 1]


def test_irrational_points_are_found_and_flagged():
    (found,) = solve(Conditions((2 * X * X - 1,), (X, 1 - X), ()), CONTEXT)
    assert not found.exact
    assert found.point()[0] == pytest.approx(0.5**0.5, abs=1e-15)


def test_ties_at_irrational_points_are_decided_exactly():
    # At the root of 2x^2 = 1 the weak condition 1 - 2x^2 >= 0 holds with equality.
    assert len(solve(Conditions((2 * X * X - 1,), (X, 1 - X), (1 - 2 * X * X,)), CONTEXT)) == 1
    assert solve(Conditions((2 * X * X - 1,), (X, 1 - X, 1 - 2 * X * X), ()), CONTEXT) == []


def test_systems_in_two_unknowns_are_isolated():
    found = solve(Conditions((X * Y - q(1, 4), X * X + Y * Y - 1), UNIT, ()), CONTEXT)
    points = sorted((piece.point()[0], piece.point()[1]) for piece in found)
    assert len(points) == 2
    for x, y in points:
        assert x * y == pytest.approx(0.25, abs=1e-14)
        assert x * x + y * y == pytest.approx(1, abs=1e-14)


def test_a_curve_is_reported_as_curved_with_a_point_on_it():
    (found,) = solve(Conditions((X * Y - q(1, 4),), UNIT, ()), CONTEXT)
    (block,) = found.blocks
    assert block.curved
    assert block.dimension == 1
    assert found.point()[0] * found.point()[1] == F(1, 4)


def test_an_impossible_system_is_proved_empty():
    assert solve(Conditions((X * Y - q(5, 4),), UNIT, ()), CONTEXT) == []


coefficients = st.integers(-3, 3)


@given(st.lists(st.tuples(coefficients, coefficients, coefficients), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_linear_systems_agree_with_a_dense_grid(rows):
    conditions = [a * X + b * Y + CONTEXT.constant(c) for a, b, c in rows]
    found = solve(Conditions((), (), (X, 1 - X, Y, 1 - Y, *conditions)), CONTEXT)
    grid = [F(k, 12) for k in range(13)]
    inside = [(x, y) for x in grid for y in grid if all(a * x + b * y + c >= 0 for a, b, c in rows)]
    if not found:
        assert not inside
        return
    values = found[0].point()
    point = (values.get(0, F(0)), values.get(1, F(0)))
    assert all(a * point[0] + b * point[1] + c >= 0 for a, b, c in rows)
    for block in found[0].blocks:
        low, high = (np.array([f(column) for column in zip(*block.vertices, strict=True)]) for f in (min, max))
        for cell in inside:
            own = np.array([cell[k] for k in block.unknowns])
            assert (own >= low).all()
            assert (own <= high).all()


@given(st.lists(coefficients, min_size=2, max_size=5))
@settings(max_examples=60, deadline=None)
def test_one_unknown_agrees_with_sign_changes(powers):
    polynomial = sum((c * X**k for k, c in enumerate(powers)), start=CONTEXT.constant(0))
    if polynomial.is_constant():
        return
    found = solve(Conditions((), (X, 1 - X), (polynomial,)), CONTEXT)
    for x in [F(2 * k + 1, 202) for k in range(101)]:
        value = evaluate(polynomial, {0: x})
        covered = any(min(block.vertices)[0] <= x <= max(block.vertices)[0] for piece in found for block in piece.blocks)
        assert covered == (value >= 0)
