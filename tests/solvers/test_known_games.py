"""Equilibria of games with known answers: the typed table, and the 75 games of the research data."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from brute_force import extreme_equilibria
from drawn_games import as_set
from known_games import KNOWN, read_equilibrium, read_matrix

import alliancegames as ag

CASES_FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "bimatrix_cases.json"
CASES = json.loads(CASES_FILE.read_text(encoding="utf-8")) if CASES_FILE.is_file() else []
ABSENT = [pytest.param(None, marks=pytest.mark.skip(reason="../shared/data/bimatrix_cases.json, seen from the project, is not here"))]


def assert_solved(game: ag.NormalFormGame, expected: set) -> None:
    """Check that exactly the expected equilibria are found, and that the result says what it may."""
    equilibria = ag.nash(game)
    assert as_set(equilibria) == expected
    assert (equilibria.complete, equilibria.exact, equilibria.status) == (True, True, "complete")
    assert equilibria.provenance.max_regret == 0
    assert all(value == 0 for profile in equilibria for value in profile.regret.values())
    assert all(type(weight) is Fraction for profile in equilibria for vector in profile.arrays() for weight in vector)


@pytest.mark.parametrize("name", KNOWN)
def test_typed_game(name):
    row, column, expected = KNOWN[name]
    game = ag.NormalFormGame.from_bimatrix(read_matrix(row), read_matrix(column))
    assert_solved(game, {read_equilibrium(text) for text in expected})


@pytest.mark.parametrize("name", [name for name, (row, _, _) in KNOWN.items() if len(read_matrix(row)) < 5])
def test_the_brute_force_solver_knows_them_too(name):
    row, column, expected = KNOWN[name]
    assert extreme_equilibria(read_matrix(row), read_matrix(column)) == {read_equilibrium(text) for text in expected}


@pytest.mark.parametrize("case", CASES or ABSENT, ids=lambda case: case["name"] if case else "absent")
def test_game_of_the_research_data(case):
    game = ag.NormalFormGame.from_bimatrix(case["P1"], case["P2"])
    expected = {tuple(tuple(map(Fraction, strategy)) for strategy in pair) for pair in case["extreme"]}
    assert len(expected) == case["n_extreme"]
    assert_solved(game, expected)


def test_the_research_data_hold_75_games(shared_data):
    assert len(json.loads((shared_data / "bimatrix_cases.json").read_text(encoding="utf-8"))) == 75


def test_a_component_is_told_from_isolated_points():
    # Two equilibria of the trust game are the ends of a segment; those of the stag hunt stand alone.
    assert ag.nash(ag.NormalFormGame.from_bimatrix([[1, -1], [0, 0]], [[1, 2], [0, 0]])).degenerate is True
    assert ag.nash(ag.games.stag_hunt()).degenerate is False


def test_coordination_on_the_diagonal():
    # For each set S of diagonal cells there is one equilibrium with x_i ~ 1/b_i and y_i ~ 1/a_i on S.
    a, b = (3, 2, 1, 4), (2, 2, 4, 7)
    game = ag.NormalFormGame.from_bimatrix(
        [[a[i] * (i == j) for j in range(4)] for i in range(4)], [[b[i] * (i == j) for j in range(4)] for i in range(4)]
    )

    def weights(values, chosen):
        total = sum(Fraction(1, values[i]) for i in chosen)
        return tuple(Fraction(1, values[i]) / total if i in chosen else Fraction(0) for i in range(4))

    subsets = [[i for i in range(4) if mask >> i & 1] for mask in range(1, 16)]
    assert_solved(game, {(weights(b, chosen), weights(a, chosen)) for chosen in subsets})


@pytest.mark.parametrize("scale", [1, 10**30, Fraction(1, 10**30)])
def test_long_lemke_howson_game_has_one_equilibrium(scale):
    # Savani and von Stengel's games: the pivoting path is long, the equilibrium unique.
    row = "-180 72 -333 297 -153 270; -30 17 -33 42 -3 20; -81 36 -126 126 -36 90; 90 -36 126 -126 36 -81; 20 -3 42 -33 17 -30; 270 -153 297 -333 72 -180"
    column = "72 36 17 -3 -36 -153; -180 -81 -30 20 90 270; 297 126 42 -33 -126 -333; -333 -126 -33 42 126 297; 270 90 20 -30 -81 -180; -153 -36 -3 17 36 72"
    matrices = [[[scale * value for value in part] for part in read_matrix(text)] for text in (row, column)]
    expected = read_equilibrium("1/30 1/6 3/10 3/10 1/6 1/30 | 1/6 1/30 3/10 3/10 1/30 1/6")
    assert_solved(ag.NormalFormGame.from_bimatrix(*matrices), {expected})


def test_small_payoff_game_with_75_equilibria():
    row = "-81 36 -126 126 -36 90; -180 72 -333 297 -153 270; 20 -3 42 -33 17 -30; -30 17 -33 42 -3 20; 270 -153 297 -333 72 -180; 90 -36 126 -126 36 -81"
    column = "72 36 17 -3 -36 -153; -180 -81 -30 20 90 270; 297 126 42 -33 -126 -333; -333 -126 -33 42 126 297; 270 90 20 -30 -81 -180; -153 -36 -3 17 36 72"
    equilibria = ag.nash(ag.NormalFormGame.from_bimatrix(read_matrix(row), read_matrix(column)))
    assert len(as_set(equilibria)) == 75
    assert (equilibria.complete, equilibria.degenerate, equilibria.provenance.max_regret) == (True, False, 0)
    assert {profile.actions for profile in equilibria.pure} == {("2", "6"), ("5", "1")}
