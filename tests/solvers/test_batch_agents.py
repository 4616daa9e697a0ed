"""Stacks of games of three agents with two actions each."""

import itertools
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning


def one_by_one(payoffs):
    """Return the probabilities of the first actions in all equilibria of one game by `nash`, and the result."""
    found = ag.nash(ag.NormalFormGame.from_arrays(*payoffs))
    return np.array([[float(own[0]) for own in item.arrays(float)] for item in found]).reshape(-1, 3), found


KINDS = {
    "generic": lambda rng, size: rng.normal(size=size),
    "skewed": lambda rng, size: rng.normal(size=size) ** 5,
    "distinct integers": lambda rng, size: np.argsort(np.argsort(rng.normal(size=size).reshape(*size[:2], -1), axis=-1), axis=-1).reshape(
        size
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_same_as_nash(kind):
    payoffs = KINDS[kind](np.random.default_rng(list(kind.encode())), (3, 40, 2, 2, 2))
    found = ag.batch_agent_nash(*payoffs)
    for k in range(40):
        expected, single = one_by_one(payoffs[:, k])
        np.testing.assert_allclose(found[k], expected, atol=1e-10)
        assert found.complete[k] == (single.complete and single.status == "complete")
    assert found.close.mean() < 0.5


def test_near_ties_are_not_called_settled():
    """Payoffs one unit in the last place apart: what the exact solver cannot settle either is reported as such."""
    rng = np.random.default_rng(4)
    payoffs = np.nextafter(rng.integers(1, 3, size=(3, 10, 2, 2, 2)) / 3, rng.choice([0.0, 9.0], size=(3, 10, 2, 2, 2)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteSearchWarning)
        found = ag.batch_agent_nash(*payoffs)
        for k in range(10):
            expected, single = one_by_one(payoffs[:, k])
            np.testing.assert_allclose(found[k], expected, atol=1e-10)
            assert found.status[k] == {"complete": 0, "continuum": 1, "partial": 2}[single.status]
    assert found.close.any()


def test_tied_games_are_handed_over():
    payoffs = np.random.default_rng(5).integers(0, 3, size=(3, 12, 2, 2, 2))
    found = ag.batch_agent_nash(*payoffs)
    assert found.close.sum() > 6
    for k in range(12):
        expected, single = one_by_one(payoffs[:, k].astype(float))
        np.testing.assert_allclose(found[k], expected, atol=1e-12)
        assert found.status[k] == {"complete": 0, "continuum": 1}[single.status]


def test_every_generic_game_has_an_odd_number():
    payoffs = np.random.default_rng(6).normal(size=(3, 100_000, 2, 2, 2))
    found = ag.batch_agent_nash(*payoffs)
    assert found.complete.all()
    assert (found.counts % 2 == 1).all()
    assert found.counts.max() <= 9
    assert found.regret.max() < 1e-9
    assert found.close.mean() < 1e-3


def test_pure_equilibria_are_those_of_the_pure_kernel():
    payoffs = np.random.default_rng(7).normal(size=(3, 20_000, 2, 2, 2))
    found, pure = ag.batch_agent_nash(*payoffs), ag.batch_pure_nash(*payoffs)
    here = ((found.first == 0) | (found.first == 1)).all(axis=1)
    np.testing.assert_array_equal(1 - found.first[here], pure.actions)


def test_agents_and_actions_relabelled():
    payoffs = np.random.default_rng(8).normal(size=(3, 3_000, 2, 2, 2))
    found = ag.batch_agent_nash(*payoffs)
    owners = np.repeat(np.arange(3_000), found.counts)
    for order in itertools.permutations(range(3)):
        other = ag.batch_agent_nash(*(payoffs[k].transpose(0, *(1 + j for j in order)) for k in order))
        compare(owners, found.first[:, list(order)], other)
    flipped = ag.batch_agent_nash(*(stack[:, ::-1, :, ::-1] for stack in payoffs))
    compare(owners, np.abs(found.first - [1, 0, 1]), flipped)


def compare(owners, profiles, other):
    """Assert that two stacks list the same profiles game by game, in any order."""
    np.testing.assert_array_equal(np.bincount(owners, minlength=len(other)), other.counts)
    order = np.lexsort([*np.round(-profiles.T[::-1], 9), owners])
    listed = np.lexsort([*np.round(-other.first.T[::-1], 9), owners])
    np.testing.assert_allclose(profiles[order], other.first[listed], atol=1e-8)


def test_units_and_threads():
    payoffs = np.random.default_rng(9).normal(size=(3, 5_000, 2, 2, 2))
    found = ag.batch_agent_nash(*payoffs, threads=1)
    for other in (
        ag.batch_agent_nash(*payoffs, threads=2),
        ag.batch_agent_nash(payoffs[0] * 2.0**900, payoffs[1] * 2.0**-900, payoffs[2]),
    ):
        np.testing.assert_array_equal(found.first, other.first)
        np.testing.assert_array_equal(found.offsets, other.offsets)


def test_nine_equilibria():
    """The game of McKelvey and McLennan with nine equilibria, moved off its ties."""
    cells = {(0, 0, 0): (9, 8, 12), (0, 1, 1): (3, 4, 6), (1, 0, 1): (3, 4, 6), (1, 1, 0): (9, 8, 2)}
    payoffs = np.zeros((3, 1, 2, 2, 2))
    for cell, values in cells.items():
        payoffs[(slice(None), 0, *cell)] = values
    found = ag.batch_agent_nash(*payoffs)
    assert found.counts.tolist() == [9]
    np.testing.assert_allclose(found[0], one_by_one(payoffs[:, 0])[0], atol=1e-12)


sizes = st.lists(st.floats(-1, 1).filter(lambda v: v == 0 or abs(v) > 1e-12), min_size=24, max_size=24)


@given(sizes)
def test_drawn_games_without_ties(numbers):
    """What is settled in floats is an equilibrium, in rationals too, and their number is odd."""
    from alliancegames.solvers._kernels import batch_agents

    payoffs = np.array(numbers).reshape(3, 1, 2, 2, 2)
    profiles, regret, counts = np.empty((batch_agents.MOST, 3)), np.empty(batch_agents.MOST), np.empty(1, np.int64)
    assert batch_agents.solve_agents(*payoffs, profiles, regret, counts)[2] == -1
    if counts[0] == batch_agents.OPEN:
        return
    assert counts[0] % 2 == 1
    for profile in profiles[: counts[0]]:
        weights = [[Fraction(p), 1 - Fraction(p)] for p in profile]
        for player in range(3):
            table = np.vectorize(Fraction, otypes=[object])(np.moveaxis(payoffs[player, 0], player, 0))
            left, right = (weights[k] for k in range(3) if k != player)
            values = [sum(a * b * table[own, i, j] for i, a in enumerate(left) for j, b in enumerate(right)) for own in range(2)]
            lost = max(values) - sum(w * v for w, v in zip(weights[player], values, strict=True))
            assert lost <= Fraction(1, 10**8) * (table.max() - table.min())


def test_no_games():
    found = ag.batch_agent_nash(*np.zeros((3, 0, 2, 2, 2)))
    assert (len(found), found.first.shape, found.complete.shape) == (0, (0, 3), (0,))
    with pytest.raises(IndexError, match="holds 0 games"):
        found[0]


@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_payoffs_that_are_not_finite(value):
    payoffs = np.random.default_rng(1).normal(size=(3, 3_000, 2, 2, 2))
    payoffs[2, 2_500, 1, 1, 0] = value
    with pytest.raises(GameDefinitionError, match=f"agent 3 in game 2500 contain {value}"):
        ag.batch_agent_nash(*payoffs)


@pytest.mark.parametrize(
    ("payoffs", "options", "message"),
    [
        (np.zeros((3, 5, 2, 2)), {}, "n_games, 2, 2, 2"),
        ([np.zeros((5, 2, 2, 2)), np.zeros((5, 2, 2, 2)), np.zeros((4, 2, 2, 2))], {}, "of one shape"),
        (np.full((3, 1, 2, 2, 2), "1"), {}, "arrays of floats"),
        (np.zeros((3, 1, 2, 2, 2)), {"threads": -1}, "at least 1"),
    ],
)
def test_wrong_arguments(payoffs, options, message):
    with pytest.raises(GameDefinitionError, match=message):
        ag.batch_agent_nash(*payoffs, **options)
