"""The entry functions nash and pure_nash: any number of players, odd sizes, options, bad input."""

import inspect
import itertools
import warnings
from fractions import Fraction

import numpy as np
import pytest
import sympy
from brute_force import pure_equilibria
from drawn_games import as_list, as_set, random_game
from hypothesis import given
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolverNotApplicableError, UnknownLabelError
from alliancegames.testing import normal_form_games

Game = ag.NormalFormGame


def random_arrays(seed: int, shape: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.integers(-2, 3, size=shape) for _ in shape]


# ---------------------------------------------------------------- pure equilibria


@pytest.mark.parametrize("players", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("seed", range(5))
def test_pure_equilibria_against_brute_force(players, seed):
    shape = tuple(int(k) for k in np.random.default_rng(seed + 100).integers(1, 4, size=players))
    arrays = random_arrays(seed, shape)
    expected = pure_equilibria(arrays, shape)
    for game in (Game.from_arrays(*arrays), Game.from_arrays(*(array.astype(float) for array in arrays))):
        found = ag.pure_nash(game)
        indices = {tuple(labels.index(action) for labels, action in zip(game.actions, profile.actions, strict=True)) for profile in found}
        assert indices == expected
        assert len(found) == len(expected)
        assert (found.complete, found.exact, found.status) == (True, game.field == "exact", "complete" if expected else "none")


@given(normal_form_games(1, 3, 3, tied=True))
def test_pure_equilibria_of_drawn_games(game):
    expected = pure_equilibria(game.payoffs, game.shape)
    found = ag.pure_nash(game)
    assert [profile.actions for profile in found] == sorted(
        (tuple(labels[k] for labels, k in zip(game.actions, cell, strict=True)) for cell in expected),
        key=lambda cell: [labels.index(action) for labels, action in zip(game.actions, cell, strict=True)],
    )


@given(normal_form_games(1, 3, 2))
def test_pure_equilibria_are_those_of_nash(game):
    assert as_set(ag.pure_nash(game)) == {tuple(tuple(v) for v in profile.arrays()) for profile in ag.nash(game).pure}


@pytest.mark.parametrize("size", [2**62, 2**63, 10**40])
def test_integers_beyond_the_machine_word_are_compared_exactly(size):
    game = Game.from_bimatrix([[size, 0], [size + 1, 0]], [[0, 0], [0, 0]])
    assert {profile.actions for profile in ag.pure_nash(game)} == {("2", "1"), ("1", "2"), ("2", "2")}


def test_probabilities_of_exact_games_are_fractions():
    for solve in (ag.pure_nash, ag.nash):
        profile = solve(ag.games.prisoners_dilemma())[0]
        assert {type(weight) for vector in profile.arrays() for weight in vector} == {Fraction}
        assert {type(value) for value in profile.payoffs.values()} == {Fraction}


def test_nothing_found_is_a_proof():
    found = ag.pure_nash(ag.games.matching_pennies())
    assert (len(found), found.items, found.status, found.complete) == (0, (), "none", True)
    assert "proved" in found.status.message


# ---------------------------------------------------------------- many players


def test_large_games_of_three_players_warn_where_the_user_called():
    game = Game.from_arrays(*random_arrays(0, (6, 6, 6)))
    with pytest.warns(IncompleteSearchWarning, match=r"nash\(\): .*mixed equilibria were not searched") as caught:
        found = ag.nash(game)
    assert caught[0].filename == __file__
    assert (found.complete, found.degenerate, found.status) == (None, None, "pure_only")
    assert as_set(found) == as_set(ag.pure_nash(game))


def test_pure_equilibria_never_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ag.pure_nash(Game.from_arrays(*random_arrays(0, (2, 2, 2)))).complete


def test_mckelvey_and_mclennan():
    payoffs = dict.fromkeys(itertools.product((0, 1), repeat=3), (0, 0, 0)) | {
        (0, 0, 0): (9, 8, 12),
        (0, 1, 1): (3, 4, 6),
        (1, 0, 1): (3, 4, 6),
        (1, 1, 0): (9, 8, 2),
    }
    game = Game.from_function(lambda *cell: payoffs[tuple(map(int, cell))], [["0", "1"]] * 3)
    assert {profile.actions for profile in ag.pure_nash(game)} == {("0", "0", "0"), ("0", "1", "1"), ("1", "0", "1"), ("1", "1", "0")}
    mixed = (
        [["1/2", "1/2"], ["1/2", "1/2"], 0],
        [["1/3", "2/3"], 0, ["1/4", "3/4"]],
        [["1/2", "1/2"], ["2/5", "3/5"], ["1/4", "3/4"]],
    )
    assert {game.profile(strategies) for strategies in mixed} <= set(ag.nash(game).mixed)


@pytest.mark.parametrize("idle", [0, 1, 2])
@pytest.mark.parametrize("seed", range(6))
def test_three_players_of_whom_two_have_a_choice(idle, seed):
    row, column = random_game(seed, tied=seed % 2 == 0).payoffs
    arrays = [row, column]
    arrays.insert(idle, row + column)
    found = ag.nash(Game.from_arrays(*(np.expand_dims(array, idle) for array in arrays)))
    expected = {(*pair[:idle], (1,), *pair[idle:]) for pair in as_set(ag.nash(Game.from_bimatrix(row, column)))}
    assert as_set(found) == expected
    assert (found.complete, found.exact) == (True, True)
    assert found.provenance.max_regret == 0


@pytest.mark.parametrize("position", [0, 1, 2])
def test_only_one_of_three_players_has_a_choice(position):
    shape = [1, 1, 1]
    shape[position] = 3
    arrays = [np.array([1, 5, 5]).reshape(shape)] * 3
    found = ag.nash(Game.from_arrays(*arrays))
    assert [profile.actions[position] for profile in found] == ["2", "3"]
    assert (found.complete, found.degenerate) == (True, True)


@pytest.mark.parametrize("players", [1, 2, 3, 6])
def test_nobody_has_a_choice(players):
    found = ag.nash(Game.from_arrays(*[np.zeros((1,) * players, dtype=int)] * players))
    assert as_list(found) == [((1,),) * players]
    assert (found.complete, found.exact, found.degenerate) == (True, True, False)


def test_one_player():
    found = ag.nash(Game.from_arrays([3, "7/2", 0], actions=[["a", "b", "c"]]))
    assert [profile.actions for profile in found] == [("b",)]
    assert (found.complete, found.degenerate) == (True, False)
    tied = ag.nash(Game.from_arrays([3, 3, 0]))
    assert as_list(tied) == [((1, 0, 0),), ((0, 1, 0),)]
    assert tied.degenerate is True


@pytest.mark.parametrize(("row", "column"), [([[1, 2, 2]], [[0, 3, 3]]), ([[1], [2], [2]], [[0], [3], [3]])])
def test_one_action_against_many(row, column):
    found = ag.nash(Game.from_bimatrix(row, column))
    assert len(found) == 2
    assert found.degenerate is True


# ---------------------------------------------------------------- options and bad input


def test_solvers_by_name():
    game = ag.games.stag_hunt()
    assert ag.nash(game, "vertex_enumeration") == ag.nash(game)
    with pytest.warns(IncompleteSearchWarning):
        partial = ag.nash(game, solver="pure_enumeration")
    assert (len(partial), partial.complete, partial.provenance.solver) == (2, None, "pure_enumeration")


def test_a_solver_that_does_not_apply():
    game = Game.from_arrays(*random_arrays(0, (2, 2, 2)), players=["Britain", "France", "Russia"])
    message = r"nash\(\): solver 'vertex_enumeration' needs 2 players; this game has 3 \(Britain, France, Russia\)\. Solvers that apply: support_enumeration, pure_enumeration\."
    with pytest.raises(SolverNotApplicableError, match=message):
        ag.nash(game, solver="vertex_enumeration")


@pytest.mark.parametrize("solve", [ag.nash, ag.pure_nash])
def test_symbolic_games(solve):
    game = Game.from_bimatrix([[sympy.Symbol("b"), sympy.Symbol("a")]], [[1, 2]])
    with pytest.raises(SolverNotApplicableError, match=r"the payoffs contain the symbols a, b; substitute numbers with \.subs"):
        solve(game)
    with pytest.raises(SolverNotApplicableError, match=r"the payoffs are irrational; use \.floats\(\)"):
        solve(Game.from_bimatrix([[sympy.sqrt(2)]], [[1]]))


@pytest.mark.parametrize("solve", [ag.nash, ag.pure_nash])
@pytest.mark.parametrize("thing", [[[1, 2], [3, 4]], None, "game", np.eye(2)])
def test_things_that_are_no_games(solve, thing):
    with pytest.raises(GameDefinitionError, match=r"expected a NormalFormGame, got .*from_bimatrix\(A, B\), or call \.game\(\) on a model"):
        solve(thing)


def test_a_model_is_not_a_game():
    with pytest.raises(GameDefinitionError, match=r"got AllianceDilemma; .*call \.game\(\)"):
        ag.nash(ag.models.AllianceDilemma())


@pytest.mark.parametrize("solve", [ag.nash, ag.pure_nash])
def test_unknown_solvers(solve):
    with pytest.raises(UnknownLabelError, match=r"unknown solver 'pure_enumerations'; known: 'auto', .*Did you mean .*'pure_enumeration'"):
        solve(ag.games.chicken(), solver="pure_enumerations")


@pytest.mark.parametrize("solve", [ag.nash, ag.pure_nash])
@pytest.mark.parametrize("tol", [-1e-9, 1, 2, float("nan"), float("inf"), "1e-9", None])
def test_bad_tolerances(solve, tol):
    with pytest.raises((GameDefinitionError, TypeError), match=r"tol is a share of the payoff range and must lie in \[0, 1\), got"):
        solve(ag.games.chicken(), tol=tol)


@given(normal_form_games(1, 3, 2), st.booleans())
def test_results_do_not_depend_on_the_run(game, floats):
    game = game.floats() if floats else game
    assert ag.nash(game) == ag.nash(game)
    assert as_list(ag.nash(game)) == as_list(ag.nash(game))


def test_the_two_entry_functions_have_the_same_options():
    assert list(inspect.signature(ag.nash).parameters) == list(inspect.signature(ag.pure_nash).parameters) == ["game", "solver", "tol"]
