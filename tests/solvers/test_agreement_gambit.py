"""Every extreme equilibrium of 2,000 random games against pygambit's exact enumeration, and of games with known answers."""

from fractions import Fraction

import numpy as np
import pytest
from drawn_games import as_set
from known_games import read_equilibrium, read_matrix

import alliancegames as ag

CHUNK = 50
# (most actions a player, number of games): pygambit takes 100 times as long for 6×6 as for 2×2.
KINDS = [(4, 1500), (5, 400), (6, 100)]


def gambit_equilibria(game: ag.NormalFormGame) -> set:
    """Solve by pygambit's exact vertex enumeration; its list may hold duplicates."""
    gambit = pytest.importorskip("pygambit", reason="pygambit, the reference solver, is not installed")
    arrays = [
        np.array([gambit.Rational(v.numerator, v.denominator) for v in array.flat], dtype=object).reshape(array.shape)
        for array in game.payoffs
    ]
    twin = gambit.Game.from_arrays(*arrays)
    found = gambit.nash.enummixed_solve(twin, rational=True).equilibria
    return {
        tuple(tuple(Fraction(int(w.numerator), int(w.denominator)) for w in (mixed[s] for s in p.strategies)) for p in twin.players)
        for mixed in found
    }


def drawn_game(seed: int, largest: int) -> ag.NormalFormGame:
    """Draw a game: tied or generic, integers or fractions, from a single action a player up."""
    rng = np.random.default_rng([seed, largest])
    smallest = 1 if largest <= 4 else largest - 1
    shape = tuple(int(k) for k in rng.integers(smallest, largest + 1, size=2))
    tops = rng.integers(*[(-2, 3), (-99, 100), (0, 2), (-10_000, 10_001)][seed % 4], size=(2, *shape))
    if seed % 4 < 3:
        return ag.NormalFormGame.from_bimatrix(*tops)
    bottoms = rng.integers(1, 50, size=(2, *shape))
    payoffs = [
        [[Fraction(int(a), int(b)) for a, b in zip(*line, strict=True)] for line in zip(*pair, strict=True)]
        for pair in zip(tops, bottoms, strict=True)
    ]
    return ag.NormalFormGame.from_bimatrix(*payoffs)


@pytest.mark.parametrize(("largest", "first"), [(largest, first) for largest, games in KINDS for first in range(0, games, CHUNK)])
def test_random_games(largest, first):
    for seed in range(first, first + CHUNK):
        game = drawn_game(seed, largest)
        equilibria = ag.nash(game)
        assert as_set(equilibria) == gambit_equilibria(game), f"seed {seed}"
        assert (equilibria.complete, equilibria.exact) == (True, True), f"seed {seed}"


def test_the_games_are_as_many_and_as_different_as_announced():
    assert sum(games for _, games in KINDS) == 2000
    shapes = {drawn_game(seed, largest).shape for largest, games in KINDS for seed in range(0, games, 4)}
    assert {(1, 1), (1, 4), (4, 1), (2, 3), (4, 4), (5, 5), (5, 6), (6, 6)} <= shapes


@pytest.mark.parametrize(("size", "tied"), [(7, True), (7, False), (8, False)])
def test_larger_games(size, tied):
    rng = np.random.default_rng(size)
    game = ag.NormalFormGame.from_bimatrix(*rng.integers(*((-2, 3) if tied else (-99, 100)), size=(2, size, size)))
    assert as_set(ag.nash(game)) == gambit_equilibria(game)


# ---------------------------------------------------------------- games from the literature and from reports of defects

VON_STENGEL = (
    "9504 -660 19976 -20526 1776 -8976; -111771 31680 -130944 168124 -8514 52764; 397584 -113850 451176 -586476 29216 -178761; "
    "171204 -45936 208626 -263076 14124 -84436; 1303104 -453420 1227336 -1718376 72336 -461736; 737154 -227040 774576 -1039236 48081 -300036",
    "72336 48081 29216 14124 1776 -8514; -461736 -300036 -178761 -84436 -8976 52764; 1227336 774576 451176 208626 19976 -130944; "
    "-1718376 -1039236 -586476 -263076 -20526 168124; 1303104 737154 397584 171204 9504 -111771; -453420 -227040 -113850 -45936 -660 31680",
)
NASHPY_231 = "0 -1 -1 -1 1 -1; 1 0 1 -1 -1 -1; 1 -1 0 -1 -1 1; 1 1 1 0 -1 -1; -1 1 1 1 0 -1; 1 1 -1 1 1 0"
NASHPY_41 = "0 -1 1 1; 1 0 -1 -1; -1 1 0 -1; -1 1 1 0"
NASHPY_67 = (
    "52.46337363 69.47195938 0 54.14372075; 77 88 84.85714286 92.4; 77.78571429 87.35294118 93.5 91.38461538; 66.37100751 43.4530444 0 60.36191831",
    "23.52690518 17.35459006 88.209 20.8021711; 16.17165 0 14.00142857 6.46866; 0 5.76529412 0 0; 15.68327304 40.68156322 84.00857143 11.06596804",
)
SHAPLEY = ("0 3 0; 2 2 0; 3 0 1", "0 2 3; 3 2 0; 0 0 1")


def from_text(row: str, column: str | None = None) -> ag.NormalFormGame:
    """Build a game from matrices written row by row; without a second matrix it is a zero-sum game."""
    first = read_matrix(row)
    return ag.NormalFormGame.from_bimatrix(first, read_matrix(column) if column else [[-value for value in line] for line in first])


def test_the_game_of_dimension_six_with_75_equilibria():
    # von Stengel (1999): more equilibria than the 63 that were conjectured to be the most.
    game = from_text(*VON_STENGEL)
    equilibria = ag.nash(game)
    assert len(as_set(equilibria)) == 75
    assert (equilibria.complete, equilibria.degenerate, equilibria.provenance.max_regret) == (True, False, 0)
    assert {profile.actions for profile in equilibria.pure} == {("2", "6"), ("5", "1")}
    assert as_set(equilibria) == gambit_equilibria(game)


@pytest.mark.parametrize(
    ("game", "expected"),
    [
        (from_text(NASHPY_231), {"0 0 1/3 0 1/3 1/3 | 0 0 1/3 0 1/3 1/3"}),
        (from_text(NASHPY_41), {"1/3 1/3 0 1/3 | 1/3 1/3 0 1/3"}),
        (from_text(*SHAPLEY), {"1/3 2/3 0 | 1/3 2/3 0", "1/6 1/3 1/2 | 1/6 1/3 1/2", "0 0 1 | 0 0 1"}),
    ],
    ids=["Nashpy 231", "Nashpy 41", "Shapley 1974, figure 3"],
)
def test_known_answers(game, expected):
    assert as_set(ag.nash(game)) == {read_equilibrium(text) for text in expected} == gambit_equilibria(game)


def test_a_game_in_which_another_solver_finds_nothing():
    # Nashpy 67: floats printed with eight decimals.
    game = from_text(*NASHPY_67)
    equilibria = ag.nash(game)
    assert as_set(equilibria) == gambit_equilibria(game)
    assert len(equilibria) >= 1
    floats = ag.nash(game.floats())
    assert len(floats) == len(equilibria)
    for rounded, exact in zip(floats.arrays(), equilibria.arrays(float), strict=True):
        np.testing.assert_allclose(np.concatenate(rounded), np.concatenate(exact), atol=1e-12)


def test_a_game_of_scores_with_many_ties():
    # Nashpy 76: agreement (F1) of the binary digits of the two actions.
    def score(i: int, j: int) -> Fraction:
        total = i.bit_count() + j.bit_count()
        return Fraction(2 * (i & j).bit_count(), total) if total else Fraction(1)

    matrix = [[score(i, j) for j in range(8)] for i in range(8)]
    game = ag.NormalFormGame.from_bimatrix(matrix, [[-value for value in line] for line in matrix])
    equilibria = ag.nash(game)
    assert len(equilibria) >= 1
    assert equilibria.complete
    values = {profile.payoffs[game.players[0]] for profile in equilibria}
    assert len(values) == 1  # the value of a zero-sum game
    assert as_set(equilibria) == gambit_equilibria(game)


@pytest.mark.parametrize("size", [2, 3])
def test_the_game_of_sandholm_gilpin_and_conitzer_has_one_equilibrium(size):
    generators = pytest.importorskip("quantecon.game_theory.game_generators", reason="the generator of this game is not installed")
    row, column = (player.payoff_array for player in generators.sgc_game(size).players)
    equilibria = ag.nash(ag.NormalFormGame.from_bimatrix(row, column.T, field="exact"))
    assert len(equilibria) == 1
    assert equilibria.complete
    n = 4 * size - 1
    uniform = tuple(Fraction(1, 2 * size - 1) if k < 2 * size - 1 else Fraction(0) for k in range(n))
    assert as_set(equilibria) == {(uniform, uniform)}
