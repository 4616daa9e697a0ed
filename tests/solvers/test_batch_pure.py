"""Pure equilibria of stacks of games with any number of players."""

from fractions import Fraction

import brute_force
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError

SHAPES = [(2, 2, 2), (2, 2, 2, 2), (3, 2, 2), (2, 3, 4), (3, 3), (4,), (2, 1, 2), (2,) * 6]
KINDS = {
    "tied": lambda rng, size: rng.integers(-1, 2, size=size).astype(float),
    "generic": lambda rng, size: rng.normal(size=size),
    "decimal": lambda rng, size: rng.integers(-3, 4, size=size) / 10,
    "largest": lambda rng, size: rng.integers(-1, 2, size=size) * np.finfo(float).max,
    "one ulp": lambda rng, size: np.nextafter(1.0, rng.choice([0.0, 1.0, 9.0], size=size)),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_identical_to_brute_force(shape, kind):
    payoffs = KINDS[kind](np.random.default_rng([*shape, *kind.encode()]), (len(shape), 60, *shape))
    found = ag.batch_pure_nash(*payoffs)
    for k in range(60):
        assert list(map(tuple, found[k].tolist())) == sorted(brute_force.pure_equilibria(payoffs[:, k], shape))
    assert found.complete
    assert not found.close.any()
    assert found.counts.sum() == len(found.actions)


def test_in_the_order_of_pure_nash():
    payoffs = np.random.default_rng(1).integers(0, 2, size=(3, 50, 2, 3, 2))
    found = ag.batch_pure_nash(*payoffs)
    for k in range(50):
        listed = ag.pure_nash(ag.NormalFormGame.from_arrays(*payoffs[:, k]))
        assert found[k].tolist() == [[int(np.argmax(own)) for own in item.arrays(float)] for item in listed]


def test_result_does_not_depend_on_threads():
    payoffs = np.random.default_rng(2).integers(0, 3, size=(3, 50_000, 2, 2, 2)).astype(float)
    found = [ag.batch_pure_nash(*payoffs, threads=threads) for threads in (1, 2)]
    np.testing.assert_array_equal(found[0].actions, found[1].actions)
    np.testing.assert_array_equal(found[0].offsets, found[1].offsets)


@pytest.mark.parametrize("error", [1e-12, 1e-4])
def test_rounded_payoffs_stand_for_exact_ones(error):
    rng = np.random.default_rng(3)
    exact = rng.integers(1, 7, size=(3, 400, 2, 2, 2))
    floats = exact * (1 + error * rng.uniform(-1, 1, size=exact.shape))
    asked = []

    def game(index):
        asked.append(index)
        return ag.NormalFormGame.from_arrays(*exact[:, index])

    found = ag.batch_pure_nash(*floats, exact=game, error=2 * error)
    true = ag.batch_pure_nash(*exact)
    np.testing.assert_array_equal(found.actions, true.actions)
    np.testing.assert_array_equal(found.offsets, true.offsets)
    assert asked == np.flatnonzero(found.close).tolist()
    assert 0 < len(asked) < 400


@given(st.lists(st.one_of(st.integers(-2, 2).map(float), st.floats(-1e300, 1e300)), min_size=24, max_size=24))
def test_drawn_games(numbers):
    payoffs = np.array(numbers).reshape(3, 1, 2, 2, 2)
    exact = np.array([Fraction(v) for v in numbers], dtype=object).reshape(3, 2, 2, 2)
    assert set(map(tuple, ag.batch_pure_nash(*payoffs)[0].tolist())) == brute_force.pure_equilibria(exact, (2, 2, 2))


def test_no_games():
    found = ag.batch_pure_nash(*np.zeros((3, 0, 2, 2, 2)))
    assert (len(found), found.actions.shape) == (0, (0, 3))
    with pytest.raises(IndexError, match="holds 0 games"):
        found[0]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_payoffs_that_are_not_finite(value):
    payoffs = np.zeros((3, 30_000, 2, 2, 2))
    payoffs[1, 29_000, 0, 1, 0] = value
    with pytest.raises(GameDefinitionError, match=f"player 2 in game 29000 contain {value}"):
        ag.batch_pure_nash(*payoffs)


@pytest.mark.parametrize(
    ("payoffs", "options", "message"),
    [
        ((), {}, "one array a player"),
        (np.zeros((2, 5, 2, 2, 2)), {}, "got 2 arrays"),
        ((np.zeros((5, 2, 2)), np.zeros((5, 2, 3))), {}, "one shape"),
        (np.zeros((17, 1, *(2,) * 17)), {}, "at most 65536 profiles"),
        ((np.array([["1", "2"]]),), {}, "arrays of floats"),
        ((np.array([[2**60, 1]]),), {}, "up to 2\\*\\*53"),
        ((np.zeros((1, 2)),), {"error": 0.1}, "give both or neither"),
        ((np.ones((1, 2)),), {"exact": lambda _: 1}, "exact\\(0\\) must return a NormalFormGame of shape \\(2,\\), got int"),
        ((np.zeros((1, 2)),), {"threads": 1.5}, "at least 1"),
    ],
)
def test_wrong_arguments(payoffs, options, message):
    with pytest.raises(GameDefinitionError, match=message):
        ag.batch_pure_nash(*payoffs, **options)
