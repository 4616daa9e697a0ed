"""Equilibria of random games against pygambit, nashpy and a brute-force solver."""

import warnings

import numpy as np
import pytest
from brute_force import extreme_equilibria, is_degenerate
from drawn_games import as_set, random_matrices
from hypothesis import given, settings
from test_agreement_gambit import gambit_equilibria

import alliancegames as ag
from alliancegames.testing import bimatrix_games


@given(bimatrix_games(1, 3, tied=True))
def test_tied_games_against_pygambit(game):
    assert as_set(ag.nash(game)) == gambit_equilibria(game)


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_tied_games_against_brute_force(first):
    for seed in range(first, first + 50):
        row, column = random_matrices(10_000 + seed, tied=True, largest=3)
        equilibria = ag.nash(ag.NormalFormGame.from_bimatrix(row, column))
        assert as_set(equilibria) == extreme_equilibria(row, column), f"seed {seed}"
        assert equilibria.degenerate == is_degenerate(row, column), f"seed {seed}"


@given(bimatrix_games(1, 3))
def test_drawn_games_against_brute_force(game):
    equilibria = ag.nash(game)
    matrices = [array.tolist() for array in game.payoffs]
    assert as_set(equilibria) == extreme_equilibria(*matrices)
    assert equilibria.degenerate == is_degenerate(*matrices)


@settings(max_examples=30)
@given(bimatrix_games(2, 4, tied=False))
def test_nashpy_finds_nothing_that_is_missing(game):
    nashpy = pytest.importorskip("nashpy")
    equilibria = ag.nash(game)
    if equilibria.degenerate:
        return
    mine = [np.concatenate(pair) for pair in equilibria.arrays(float)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nashpy warns of degeneracy where it counts an even number
        theirs = [np.concatenate(pair) for pair in nashpy.Game(*(array.astype(float) for array in game.payoffs)).support_enumeration()]
    for found in theirs:
        assert min(np.abs(found - known).max() for known in mine) < 1e-7


@pytest.mark.parametrize("seed", range(20))
def test_every_equilibrium_of_nashpy_is_found_in_integer_games(seed):
    nashpy = pytest.importorskip("nashpy")
    rng = np.random.default_rng(seed)
    row, column = rng.integers(-50, 51, size=(2, 3, 3))
    equilibria = ag.nash(ag.NormalFormGame.from_bimatrix(row, column))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = list(nashpy.Game(row, column).support_enumeration())
    mine = [np.concatenate(pair) for pair in equilibria.arrays(float)]
    assert all(min(np.abs(np.concatenate(pair) - known).max() for known in mine) < 1e-7 for pair in theirs)
    assert equilibria.degenerate or len(mine) >= len(theirs)
