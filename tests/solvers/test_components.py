"""Components, maximal Nash subsets, indices: counts known from the literature, and independent checks."""

import json
from fractions import Fraction

import numpy as np
import pytest
from drawn_games import random_matrices
from hypothesis import given
from known_games import KNOWN, read_matrix

import alliancegames as ag
from alliancegames.testing import bimatrix_games

Game = ag.NormalFormGame


def test_counts_of_the_case_collection(shared_data):
    cases = json.loads((shared_data / "bimatrix_cases.json").read_text())
    for case in cases:
        found = ag.nash(Game.from_bimatrix(case["P1"], case["P2"])).components
        subsets = sum(len(component.subsets) for component in found)
        assert (len(found), subsets) == (case["n_components"], case["n_max_nash_subsets"]), case["name"]
        assert sum(component.index for component in found) == 1, case["name"]


def test_known_games_are_partitioned_by_their_components():
    for row, column, _ in KNOWN.values():
        game = Game.from_bimatrix(read_matrix(row), read_matrix(column))
        equilibria = ag.nash(game)
        listed = [profile for component in equilibria.components for profile in component.extreme]
        assert sorted(map(str, listed)) == sorted(map(str, equilibria))
        assert sum(component.index for component in equilibria.components) == 1


@pytest.mark.parametrize("seed", range(120))
@pytest.mark.parametrize("tied", [True, False])
def test_indices_sum_to_one(seed, tied):
    row, column = random_matrices(seed, tied=tied)
    found = ag.components(Game.from_bimatrix(row, column))
    assert sum(component.index for component in found) == 1
    if not ag.nash(Game.from_bimatrix(row, column)).degenerate:
        assert all(component.is_isolated and component.index in (-1, 1) for component in found)


@pytest.mark.parametrize("seed", range(60))
def test_index_counts_the_equilibria_of_a_game_close_by(seed):
    """Perturb all payoffs at random, solve the perturbed game, and see which component each equilibrium is near."""
    rng = np.random.default_rng(seed)
    row, column = (np.array(matrix) for matrix in random_matrices(seed, tied=True))
    game = Game.from_bimatrix(row, column)
    tiny = Fraction(1, 10**13)

    def moved(matrix):
        return [[Fraction(int(v)) + tiny * int(rng.integers(1, 1000)) for v in line] for line in matrix]

    near = Game.from_bimatrix(moved(row), moved(column))
    wide = [ag.components(game.floats())[k] for k in range(len(ag.components(game)))]
    counted = [0] * len(wide)
    for small in ag.components(near):
        ((profile,), index) = (small.extreme, small.index) if small.is_isolated else ((None,), 0)
        assert profile is not None, "the perturbed game should not be degenerate"
        homes = [k for k, component in enumerate(wide) if component.contains([v.astype(float) for v in profile.arrays()])]
        assert len(homes) == 1
        counted[homes[0]] += index
    assert counted == [component.index for component in wide] == [component.index for component in ag.components(game)]


@given(bimatrix_games(1, 4, tied=True))
def test_mixtures_within_a_subset_are_equilibria(game):
    for component in ag.components(game):
        for subset in component.subsets:
            centre = [[sum(w) / Fraction(len(side)) for w in zip(*side, strict=True)] for side in (subset.first, subset.second)]
            assert game.is_nash(centre)
            assert component.contains(centre)
        others = [other for other in ag.components(game) if other is not component]
        assert all(not other.contains(profile) for other in others for profile in component.extreme)


def test_dimension_and_index_of_the_zero_game():
    (component,) = ag.components(Game.from_bimatrix([[0, 0, 0]] * 2, [[0, 0, 0]] * 2))
    assert (component.dimension, component.index, len(component.extreme), len(component.subsets)) == (3, 1, 6, 1)
    assert component.contains((["1/3", "2/3"], ["1/2", "1/4", "1/4"]))


def test_steadfast_deterrence_is_a_segment():
    equilibria = ag.models.UnilateralDeterrence().solve().equilibria
    steadfast, bluff = equilibria.components
    assert (steadfast.dimension, steadfast.index) == (1, 0)
    assert (bluff.is_isolated, bluff.index) == (True, 1)
    assert steadfast.contains(("never", {"concede": "1/4", "deny": "3/4"}))
    assert not steadfast.contains(("never", {"concede": "1/2", "deny": "1/2"}))


def test_no_equilibrium_is_in_no_component():
    (component,) = ag.components(ag.games.prisoners_dilemma())
    assert not component.contains(("cooperate", "cooperate"))
    assert repr(component) == "<Component: isolated equilibrium, index +1>"


def test_coordination_has_an_index_minus_one_equilibrium():
    found = ag.nash(ag.games.stag_hunt()).components
    assert [component.index for component in found] == [1, -1, 1]


@pytest.mark.parametrize("thing", [3, Game.from_arrays(*np.zeros((3, 2, 2, 2), dtype=int))])
def test_refusals(thing):
    with pytest.raises(ag.errors.SolverNotApplicableError, match="needs"):
        ag.components(thing)


def test_symbolic_games_are_refused():
    with pytest.raises(ag.errors.SolverNotApplicableError, match="numbers as payoffs"):
        ag.components(ag.models.AllianceDilemma().game())
