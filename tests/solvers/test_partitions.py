"""Partition equilibria of cheap talk against definitions, closed forms and enumeration."""

from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.cheap_talk import CheapTalkGame
from alliancegames.games.distributions import Normal, PiecewiseLinear, Uniform
from alliancegames.solvers.partitions import partition_equilibria


@given(st.fractions(Fraction(1, 60), Fraction(1, 2), max_denominator=200), st.integers(-3, 3), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_uniform_prior_by_the_arbitrage_condition(bias, low, width):
    """Each cut is as far from the action below, seen from the sender's ideal, as from that above; one equilibrium a number."""
    found = partition_equilibria(CheapTalkGame(Uniform(low, low + width), bias))
    assert found.complete
    assert found.exact
    assert [item.n_cells for item in found] == list(range(1, len(found) + 1))
    most = 1
    while 2 * (most + 1) * most * bias < width:
        most += 1
    assert len(found) == most
    for item in found:
        ends = [Fraction(low), *item.cuts, Fraction(low + width)]
        assert ends == sorted(set(ends))
        means = [(a + b) / 2 for a, b in pairwise(ends)]
        assert list(item.actions) == means
        assert all((cut + bias) - means[k] == means[k + 1] - (cut + bias) for k, cut in enumerate(item.cuts))


@pytest.mark.parametrize("seed", range(25))
def test_finite_states_against_all_partitions(seed):
    rng = np.random.default_rng(seed)
    states = sorted({Fraction(int(x), 4) for x in rng.integers(-8, 9, 7)})
    weights = [int(w) for w in rng.integers(1, 6, len(states))]
    bias = Fraction(int(rng.choice([-3, -1, 1, 2, 4])), int(rng.choice([3, 5, 8])))
    total = sum(weights)
    game = CheapTalkGame({s: Fraction(w, total) for s, w in zip(states, weights, strict=True)}, bias)
    expected = set()
    for count in range(len(states)):
        for stops in combinations(range(1, len(states)), count):
            ends = [0, *stops, len(states)]
            blocks = list(pairwise(ends))
            acts = [sum(w * s for w, s in zip(weights[i:j], states[i:j], strict=True)) / Fraction(sum(weights[i:j])) for i, j in blocks]
            stable = all(
                abs(states[k] + bias - acts[c]) <= min(abs(states[k] + bias - act) for act in acts)
                for c, (i, j) in enumerate(blocks)
                for k in range(i, j)
            )
            if stable:
                expected.add(tuple(acts))
    found = partition_equilibria(game)
    assert found.complete
    assert {item.actions for item in found} == expected


@pytest.mark.parametrize(
    "prior",
    [
        PiecewiseLinear([(0, 0), (1, "1/4"), (2, 1)]),
        PiecewiseLinear([(0, 0), (1, "2/3"), (3, 1)]),
    ],
)
def test_other_priors_by_shooting(prior):
    """Two cells: the only root of the arbitrage condition, by another root finder on moments from quadrature."""
    bias = 0.1
    found = partition_equilibria(CheapTalkGame(prior, bias))
    low, high = (float(end) for end in prior.support)

    def mean(a, b):
        mass = float(prior.cdf(b)) - float(prior.cdf(a))
        inner = quad(lambda x: float(prior.cdf(x)), a, b, points=[1.0] if a < 1 < b else None)[0]
        return (b * float(prior.cdf(b)) - a * float(prior.cdf(a)) - inner) / mass

    def excess(cut):
        return (mean(low, cut) + mean(cut, high)) / 2 - cut - bias

    root = brentq(excess, low + 1e-9, high - 1e-9)
    two = next(item for item in found if item.n_cells == 2)
    assert float(two.cuts[0]) == pytest.approx(root, abs=1e-7)
    assert found[0].n_cells == 1


def test_bad_input():
    game = CheapTalkGame(Uniform(0, 1), "1/10")
    with pytest.raises(GameDefinitionError, match="CheapTalkGame"):
        partition_equilibria(ag.games.chicken())
    with pytest.raises(GameDefinitionError, match="tol"):
        partition_equilibria(game, tol=-1)
    with pytest.raises(SolverNotApplicableError, match="symbols"):
        partition_equilibria(ag.models.CheapTalkConsultation().game())
    with pytest.raises(SolverNotApplicableError):
        partition_equilibria(CheapTalkGame(Normal(0, 1), 0.1))
    with pytest.raises(SolverNotApplicableError):
        partition_equilibria(CheapTalkGame(Uniform(0, 1), 0))
    with pytest.raises(GameDefinitionError):
        CheapTalkGame({0: "1/2", 1: "1/3"}, "1/10")
