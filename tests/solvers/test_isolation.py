"""Interval arithmetic encloses; isolation finds every zero, proves it alone, and never drops one."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliancegames.solvers._intervals import Interval
from alliancegames.solvers._isolation import isolate

numbers = st.floats(-1e6, 1e6, allow_nan=False)


@st.composite
def intervals(draw):
    low, high = sorted((draw(numbers), draw(numbers)))
    inside = draw(st.floats(low, high, allow_nan=False))
    return Interval(np.array([low]), np.array([high])), inside


def holds(interval, exact):
    return Fraction(float(interval.low[0])) <= exact <= Fraction(float(interval.high[0]))


@given(intervals(), intervals())
@settings(max_examples=300, deadline=None)
def test_arithmetic_encloses_the_exact_result(one, other):
    (x, a), (y, b) = one, other
    a, b = Fraction(a), Fraction(b)
    assert holds(x + y, a + b)
    assert holds(x - y, a - b)
    assert holds(x * y, a * b)
    assert holds(3.0 - x, 3 - a)
    assert holds(-x, -a)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=30))
@settings(max_examples=100, deadline=None)
def test_sums_enclose_the_exact_sum(pairs):
    low = np.array([min(p) for p in pairs])
    high = np.array([max(p) for p in pairs])
    total = Interval(low, high).sum(0)
    assert Fraction(float(total.low)) <= sum(map(Fraction, low.tolist()))
    assert Fraction(float(total.high)) >= sum(map(Fraction, high.tolist()))


@given(st.floats(-30, 30), st.floats(0, 2))
def test_exponential_and_logarithm_enclose(start, length):
    import flint

    x = Interval(np.array([start]), np.array([start + length]))
    low, high = flint.arb(start).exp(), flint.arb(start + length).exp()
    y = x.exp()
    assert flint.arb(float(y.low[0])) < low
    assert flint.arb(float(y.high[0])) > high
    back = y.log()
    assert back.low[0] <= start
    assert back.high[0] >= start + length


def test_matrix_products_of_stacks():
    rng = np.random.default_rng(0)
    a, b, v = rng.normal(size=(5, 2, 3)), rng.normal(size=(5, 3, 2)), rng.normal(size=(5, 3))
    product, image = Interval.point(a) @ b, Interval.point(a) @ v
    assert (product.low <= a @ b).all()
    assert (product.high >= a @ b).all()
    assert (product.width < 1e-12).all()
    np.testing.assert_allclose(image.midpoint, (a @ v[..., None])[..., 0])


def test_rationals_are_enclosed_as_narrowly_as_floats_allow():
    x = Interval.enclosing([Fraction(1, 3), Fraction(1, 2), Fraction(-7, 10)])
    assert (x.low <= [1 / 3, 0.5, -0.7]).all()
    assert x.width[1] == 0
    assert 0 < x.width[0] <= np.spacing(1 / 3)


def polynomial(roots):
    """Return the polynomial with these roots, and its derivative, on boxes."""

    def values(boxes):
        x = boxes[:, 0]
        product = x - roots[0]
        for root in roots[1:]:
            product = product * (x - root)
        return Interval.stack([product])

    def slopes(boxes):
        x = boxes[:, 0]
        total = Interval.point(np.zeros(len(boxes.low)))
        for k in range(len(roots)):
            product = Interval.point(np.ones(len(boxes.low)))
            for j, root in enumerate(roots):
                if j != k:
                    product = product * (x - root)
            total = total + product
        return Interval.stack([Interval.stack([total])], axis=1)

    return values, slopes


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6, unique=True))
@settings(max_examples=80, deadline=None)
def test_all_simple_roots_are_found_and_proved(places):
    roots = [place / 40 for place in places]
    found = isolate(*polynomial(roots), [0.0], [1.0])
    assert not found.unresolved
    middles = sorted(float(root.midpoint[0]) for root in found.roots)
    np.testing.assert_allclose(middles, sorted(roots), atol=1e-9)


def test_a_double_root_is_reported_and_not_dropped():
    found = isolate(*polynomial([0.3, 0.3, 0.7]), [0.0], [1.0])
    assert [round(float(root.midpoint[0]), 9) for root in found.roots] == [0.7]
    assert found.unresolved
    assert all(box.low[0] <= 0.3001 and box.high[0] >= 0.2999 for box in found.unresolved)


def test_a_continuum_stops_the_search():
    values = lambda boxes: Interval.stack([boxes[:, 0] - boxes[:, 1], 2.0 * (boxes[:, 0] - boxes[:, 1])])  # noqa: E731

    def slopes(boxes):
        one = Interval.point(np.ones(len(boxes.low)))
        return Interval.stack([Interval.stack([one, -one]), Interval.stack([2.0 * one, -2.0 * one])], axis=1)

    found = isolate(values, slopes, [0.0, 0.0], [1.0, 1.0], limit=20_000)
    assert not found.roots
    assert found.unresolved
    # The continuum is covered by what is left over.
    for x in np.linspace(0, 1, 17):
        assert any(((box.low <= x) & (x <= box.high)).all() for box in found.unresolved)


def test_circle_and_line_meet_twice():
    values = lambda b: Interval.stack([b[:, 0] * b[:, 0] + b[:, 1] * b[:, 1] - 1.0, b[:, 0] - b[:, 1]])  # noqa: E731

    def slopes(b):
        one = Interval.point(np.ones(len(b.low)))
        return Interval.stack([Interval.stack([2.0 * b[:, 0], 2.0 * b[:, 1]]), Interval.stack([one, -one])], axis=1)

    found = isolate(values, slopes, [-2, -2], [2, 2])
    assert not found.unresolved
    assert sorted(round(float(root.midpoint[0]), 12) for root in found.roots) == pytest.approx([-(0.5**0.5), 0.5**0.5])
