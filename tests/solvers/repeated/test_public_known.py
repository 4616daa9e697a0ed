"""Equilibria of the stage game and strongly symmetric ones are never missing from the payoffs under public monitoring."""

from fractions import Fraction as F

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.solvers.repeated._public_known import known_machine
from alliancegames.solvers.repeated._public_stage import read_game


def drawn(rng, symmetric):
    """Return a game of two players with small integer payoffs, many of them tied, and two or three signals."""
    payoffs = rng.integers(0, 4, size=(2, 2, 2))
    rows = payoffs[0].tolist()
    columns = payoffs[0].T.tolist() if symmetric else payoffs[1].tolist()
    stage = ag.NormalFormGame.from_bimatrix(rows, columns)
    count = int(rng.integers(2, 4))
    weights = rng.integers(0, 5, size=(2, 2, count))
    weights[..., 0] += 1
    if symmetric:
        weights[1, 0] = weights[0, 1]
    chances = {
        cell: [F(int(w), int(weights[place].sum())) for w in weights[place]]
        for place, cell in zip(np.ndindex(2, 2), stage.profiles(), strict=True)
    }
    return ag.RepeatedGame(stage, F(int(rng.integers(1, 10)), 10), monitoring=ag.PublicMonitoring(stage, ["a", "b", "c"][:count], chances))


@pytest.mark.parametrize("seed", range(60))
def test_known_equilibria_pass_the_exact_check(seed):
    game = drawn(np.random.default_rng(seed), symmetric=seed % 2 == 0)
    stage, discounts = read_game("test", game)
    machine = known_machine(stage, discounts)
    pure = ag.pure_nash(game.stage)
    assert (machine is not None) or not len(pure)
    if machine is None:
        return
    assert machine.keeps_promises()
    assert machine.is_equilibrium()
    assert {tuple(item.payoffs.values()) for item in pure} <= set(machine.values)
    if seed % 2 == 0:
        found = ag.strongly_symmetric_payoffs(game)
        assert found.is_empty or {(found.best,) * 2, (found.worst,) * 2} <= set(machine.values)


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_they_belong_to_the_set_of_payoffs(seed):
    game = drawn(np.random.default_rng(seed), symmetric=True)
    found = ag.public_perfect_payoffs(game, directions=4)
    for item in ag.pure_nash(game.stage):
        assert found.contains(tuple(item.payoffs.values())) is True
    symmetric = ag.strongly_symmetric_payoffs(game)
    assert symmetric.is_empty or found.contains((symmetric.best, symmetric.best)) is True


def test_a_search_that_finds_nothing_still_knows_what_is_known():
    """With reports on each ally a search in twelve directions finds no machine; the symmetric equilibria remain."""
    game = ag.models.ReciprocalPledges(d=4, c=1, a="4/5", delta="9/10").game()
    found = ag.public_perfect_payoffs(game, directions=12)
    best = ag.strongly_symmetric_payoffs(game).best
    assert found.contains((0, 0)) is True
    assert found.contains((best, best)) is True
    assert 0 < found.gap < 4
