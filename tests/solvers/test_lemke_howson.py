"""Lemke-Howson: known label maps, ties, and membership in the complete list."""

from fractions import Fraction as F

import pytest
from drawn_games import random_matrices
from hypothesis import given

import alliancegames as ag
from alliancegames.solvers import LemkeHowson, lemke_howson_map
from alliancegames.testing import bimatrix_games

Game = ag.NormalFormGame


def strategies(profile):
    return tuple(tuple(vector) for vector in profile.arrays())


def test_label_map_of_a_textbook_game():
    """Dropped labels 0, 2, 3 lead to the pure equilibrium, 1 and 4 to a mixed one; the third is not reached."""
    found = list(lemke_howson_map(Game.from_bimatrix([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]])).values())
    pure, mixed = ((1, 0, 0), (1, 0)), ((0, F(1, 3), F(2, 3)), (F(1, 3), F(2, 3)))
    assert [strategies(profile) for profile in found] == [pure, mixed, pure, pure, mixed]


def test_shapley_equilibria_that_no_path_reaches():
    game = Game.from_bimatrix([[0, 3, 0], [2, 2, 0], [3, 0, 1]], [[0, 2, 3], [3, 2, 0], [0, 0, 1]])
    assert {strategies(profile) for profile in lemke_howson_map(game).values()} == {((0, 0, 1), (0, 0, 1))}
    assert len(ag.nash(game)) == 3


def test_ties_do_not_cycle():
    """A game on which the path cycles without a rule for ties."""
    row, column = [[0, 0, 0], [0, 1, 1], [1, 1, 0]], [[1, 1, 0], [0, 1, 0], [1, 0, 2]]
    found = {strategies(profile) for profile in lemke_howson_map(Game.from_bimatrix(row, column)).values()}
    everything = {strategies(profile) for profile in ag.nash(Game.from_bimatrix(row, column))}
    assert ((0, F(2, 3), F(1, 3)), (0, 1, 0)) in everything
    assert found <= everything


@pytest.mark.parametrize("seed", range(150))
@pytest.mark.parametrize("tied", [True, False])
def test_every_path_ends_at_a_listed_equilibrium(seed, tied):
    game = Game.from_bimatrix(*random_matrices(seed, tied=tied))
    everything = {strategies(profile) for profile in ag.nash(game)}
    assert {strategies(profile) for profile in lemke_howson_map(game).values()} <= everything


@given(bimatrix_games(1, 5, tied=True))
def test_the_zero_and_tied_games_are_solved(game):
    found = ag.nash(game, solver="lemke_howson")
    assert len(found) == 1
    assert (found.complete, found.exact, found.status) == (False, True, "partial")
    assert found.provenance.certificate["pivots"] >= 1


def test_long_path_game_is_solved_from_every_label():
    row = [
        [-180, 72, -333, 297, -153, 270],
        [-30, 17, -33, 42, -3, 20],
        [-81, 36, -126, 126, -36, 90],
        [90, -36, 126, -126, 36, -81],
        [20, -3, 42, -33, 17, -30],
        [270, -153, 297, -333, 72, -180],
    ]
    column = [
        [72, 36, 17, -3, -36, -153],
        [-180, -81, -30, 20, 90, 270],
        [297, 126, 42, -33, -126, -333],
        [-333, -126, -33, 42, 126, 297],
        [270, 90, 20, -30, -81, -180],
        [-153, -36, -3, 17, 36, 72],
    ]
    game = Game.from_bimatrix(row, column)
    unique = (tuple(F(k, 30) for k in (1, 5, 9, 9, 5, 1)), tuple(F(k, 30) for k in (5, 1, 9, 9, 1, 5)))
    assert {strategies(profile) for profile in lemke_howson_map(game).values()} == {unique}
    assert [strategies(profile) for profile in ag.nash(game)] == [unique]


def test_float_games():
    (profile,) = ag.nash(Game.from_bimatrix([[2.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 2.0]]), solver=LemkeHowson(0, 1))
    assert profile.actions == ("2", "2") or not profile.is_pure


def test_refusals():
    three = Game.from_function(lambda a, b, c: (1, 1, 1), [["x", "y"]] * 3)
    with pytest.raises(ag.errors.SolverNotApplicableError, match="needs 2 players; this game has 3"):
        ag.nash(three, solver="lemke_howson")
    with pytest.raises(ag.errors.UnknownLabelError, match="unknown action"):
        ag.nash(ag.games.chicken(), solver=LemkeHowson("Row", "swerve"))
