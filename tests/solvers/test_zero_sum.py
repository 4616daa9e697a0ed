"""Values, optimal polytopes, security levels and minmax: known games, Nash equilibria, brute force."""

import importlib
import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy
from brute_force import vertices
from drawn_games import as_list, random_game

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError, UnknownLabelError


def strategies(text: str) -> list[tuple[Fraction, ...]]:
    return [tuple(map(Fraction, part.split())) for part in text.split("|")]


# name: (row player's payoffs, value, extreme optimal strategies of the row player, of the column player)
KNOWN = {
    "Gambit contrib/games/oneill.nfg": (
        [[1, -1, -1, -1], [-1, -1, 1, 1], [-1, 1, -1, 1], [-1, 1, 1, -1]],
        "-1/5",
        "2/5 1/5 1/5 1/5",
        "2/5 1/5 1/5 1/5",
    ),
    "Gambit contrib/games/mixdom.nfg": ([[6, 2, 1, 4], [7, 1, 2, 5], [5, 4, 6, 7], [1, 3, 7, 2]], "4", "0 0 1 0", "0 1 0 0"),
    "Gambit contrib/games/mixdom2.nfg": (
        [[4, 1, 2, 3], [6, 5, 7, 2], [7, 2, 4, 1], [5, 7, 1, 6]],
        "4",
        "0 1/2 0 1/2",
        "0 0 2/5 3/5",
    ),
    "Nashpy issue 39": (
        [[0, 1, 0, -1], [-1, 0, 1, 1], [0, -1, 0, 1], [1, -1, -1, 0]],
        "0",
        "1/2 0 1/2 0 | 1/3 1/3 0 1/3",
        "1/2 0 1/2 0 | 1/3 1/3 0 1/3",
    ),
    "Nashpy issue 41": (
        [[0, -1, 1, 1], [1, 0, -1, -1], [-1, 1, 0, -1], [-1, 1, 1, 0]],
        "0",
        "1/3 1/3 0 1/3",
        "1/3 1/3 0 1/3",
    ),
    "rock, paper, scissors and a worse rock": (
        [[0, -1, 1], [1, 0, -1], [-1, 1, 0], [0, -1, 0]],
        "0",
        "1/3 1/3 1/3 0",
        "1/3 1/3 1/3",
    ),
    "all payoffs equal": ([[3, 3], [3, 3]], "3", "1 0 | 0 1", "1 0 | 0 1"),
    "one cell": ([[-2]], "-2", "1", "1"),
}


def weights(found, k: int) -> list[tuple]:
    player = found.game.players[k]
    return [tuple(strategy.probabilities) for strategy in found.optimal[player]]


def tied_zero_sum(seed: int) -> ag.NormalFormGame:
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 5, size=2)
    return ag.NormalFormGame.zero_sum([[int(v) for v in row] for row in rng.integers(-2, 3, size=shape)])


def tied_three_player(seed: int) -> ag.NormalFormGame:
    rng = np.random.default_rng(seed)
    shape = rng.integers(2, 4, size=3)
    return ag.NormalFormGame.from_arrays(*(rng.integers(-3, 4, size=shape) for _ in range(3)))


# -------------------------------------------------------------------- zero_sum


@pytest.mark.parametrize("name", KNOWN)
def test_known_games(name):
    row, value, first, second = KNOWN[name]
    game = ag.NormalFormGame.zero_sum(row)
    found = ag.zero_sum(game)
    assert found.exact
    assert found.value == {"Player 1": Fraction(value), "Player 2": -Fraction(value)}
    assert sorted(weights(found, 0)) == sorted(strategies(first))
    assert sorted(weights(found, 1)) == sorted(strategies(second))
    assert found.unique == ("|" not in first + second)


@pytest.mark.parametrize("seed", range(100))
def test_extreme_optimal_strategies_are_those_of_the_extreme_equilibria(seed):
    game = tied_zero_sum(seed)
    found, equilibria = ag.zero_sum(game), ag.nash(game)
    for k in (0, 1):
        listed = weights(found, k)
        assert len(set(listed)) == len(listed)
        assert set(listed) == {pair[k] for pair in as_list(equilibria)}
    assert len(equilibria) == len(weights(found, 0)) * len(weights(found, 1))
    assert all(profile.payoffs == dict(found.value) for profile in equilibria)


@pytest.mark.parametrize("seed", range(20))
def test_every_vertex_guarantees_the_value(seed):
    game = tied_zero_sum(1000 + seed)
    found = ag.zero_sum(game)
    value = found.value["Player 1"]
    assert all(min(x @ game.payoffs[0]) == value for x in map(np.array, weights(found, 0)))
    assert all(max(game.payoffs[0] @ y) == value for y in map(np.array, weights(found, 1)))


@pytest.mark.parametrize("seed", range(20))
def test_optimal_strategies_against_brute_force(seed):
    """The optimal strategies are the vertices of the best-reply polyhedron with the lowest bound."""
    game = tied_zero_sum(2000 + seed)
    found = ag.zero_sum(game)
    rows = [list(row) for row in game.payoffs[0]]
    bounds = {y: max(sum(a * b for a, b in zip(row, y, strict=True)) for row in rows) for y in vertices(rows)}
    assert found.value["Player 1"] == min(bounds.values())
    assert set(weights(found, 1)) == {y for y, bound in bounds.items() if bound == min(bounds.values())}


def test_a_constant_sum_other_than_zero():
    game = ag.NormalFormGame.from_table([[("3/10", "7/10"), ("9/10", "1/10")], [("1/2", "1/2"), ("1/5", "4/5")]])
    found = ag.zero_sum(game)
    assert found.constant == 1
    assert found.value == {"Player 1": Fraction(13, 30), "Player 2": Fraction(17, 30)}
    assert dict(found.value) == ag.nash(game)[0].payoffs


def test_relabelling_and_swapping_players_changes_nothing():
    game = tied_zero_sum(7)
    swapped = ag.NormalFormGame.from_bimatrix(game.payoffs[1].T, game.payoffs[0].T)
    found, mirrored = ag.zero_sum(game), ag.zero_sum(swapped)
    assert weights(found, 0) == weights(mirrored, 1) and weights(found, 1) == weights(mirrored, 0)
    renamed = ag.zero_sum(game.relabel(players={"Player 1": "NATO"}))
    assert renamed.optimal["NATO"] == found.optimal["Player 1"]


@pytest.mark.parametrize("seed", range(10))
def test_scale_and_shift_move_the_value_alone(seed):
    game = tied_zero_sum(seed)
    moved = ag.NormalFormGame.from_bimatrix(game.payoffs[0] * Fraction(3, 7) + 10**12, game.payoffs[1] * Fraction(3, 7))
    assert ag.zero_sum(moved).optimal == ag.zero_sum(game).optimal
    assert ag.zero_sum(moved).value["Player 1"] == ag.zero_sum(game).value["Player 1"] * Fraction(3, 7) + 10**12


def test_floats_are_rounded_at_the_end():
    found = ag.zero_sum(ag.NormalFormGame.zero_sum([[1.0, -1.0, -1.0], [-1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]]))
    assert not found.exact
    assert found.value["Player 1"] == pytest.approx(-1 / 3)
    assert isinstance(found.value["Player 1"], float)
    assert weights(found, 0) == [(1 / 3, 1 / 3, 1 / 3)]


def test_a_large_game_is_confined_to_the_actions_that_can_be_used():
    rng = np.random.default_rng(0)
    payoffs = rng.integers(-1000, 1001, size=(30, 30))
    found = ag.zero_sum(ag.NormalFormGame.zero_sum(payoffs))
    x, y = (np.array(weights(found, k)[0]) for k in (0, 1))
    assert min(x @ payoffs) == max(payoffs @ y) == found.value["Player 1"]


def test_summary():
    shown = repr(ag.zero_sum(ag.games.matching_pennies()))
    assert shown.splitlines()[0] == "<ZeroSumSolution: value Row 0, Column 0>"
    assert "  Row: (heads 1/2, tails 1/2)" in shown.splitlines()


# -------------------------------------------------------------------- security levels and minmax


@pytest.mark.parametrize("seed", range(30))
def test_the_two_sides_of_a_security_level_prove_each_other(seed):
    game = tied_three_player(seed)
    for k, player in enumerate(game.players):
        found = ag.security_level(game, player)
        own = found.strategy.probabilities
        rows = np.moveaxis(game.payoffs[k], k, 0).reshape(len(own), -1)
        assert sum(own) == 1 and min(own) >= 0 and min(own @ rows) == found.value
        others = list(itertools.product(*(labels for j, labels in enumerate(game.actions) if j != k)))
        mixture = np.array([found.punishment.get(cell, Fraction(0)) for cell in others])
        assert sum(mixture) == 1 and min(mixture) >= 0 and max(rows @ mixture) == found.value


@pytest.mark.parametrize("seed", range(30))
def test_two_players_minmax_is_maxmin_and_bounds_every_equilibrium(seed):
    game = random_game(seed, tied=True)
    for player in game.players:
        level, punished = ag.security_level(game, player), ag.minmax(game, player)
        assert level.value == punished.value == ag.minmax(game, player, punishers="correlated").value
        assert ag.pure_security_level(game, player).value <= level.value <= ag.pure_minmax(game, player).value
        assert all(profile.payoffs[player] >= level.value for profile in ag.nash(game))


@pytest.mark.parametrize("seed", range(20))
def test_pure_levels_against_their_definition(seed):
    game = tied_three_player(seed)
    for k, player in enumerate(game.players):

        def payoff(own, others, k=k):
            return game.payoffs[k][(*others[:k], own, *others[k:])]

        mine = range(game.shape[k])
        theirs = list(itertools.product(*(range(size) for j, size in enumerate(game.shape) if j != k)))
        security, punished = ag.pure_security_level(game, player), ag.pure_minmax(game, player)
        assert security.value == max(min(payoff(own, others) for others in theirs) for own in mine)
        assert punished.value == min(max(payoff(own, others) for own in mine) for others in theirs)
        assert game.payoff(security.profile)[player] == security.value
        assert game.payoff(punished.profile)[player] == punished.value
        assert game.regret(punished.profile)[player] == 0


def test_in_a_zero_sum_game_both_levels_are_the_value():
    game = ag.NormalFormGame.zero_sum(KNOWN["Gambit contrib/games/oneill.nfg"][0])
    assert ag.security_level(game, 0).value == ag.minmax(game, 0).value == Fraction(-1, 5)
    assert ag.security_level(game, 1).value == Fraction(1, 5)


def coordinated_punishment() -> ag.NormalFormGame:
    """Return a game in which two punishers hurt the first player only by matching the wrong action jointly.

    Correlated, they match on either action with probability 1/2 and hold the player to -1/2; alone, they
    match at most by chance.
    """
    own = np.zeros((2, 2, 2), dtype=int)
    own[0, 0, 0] = own[1, 1, 1] = -1
    zero = np.zeros_like(own)
    return ag.NormalFormGame.from_arrays(own, zero, zero)


def test_correlated_punishers_are_stronger_and_said_to_be_correlated():
    game = coordinated_punishment()
    found = ag.minmax(game, 0, punishers="correlated")
    assert found.value == Fraction(-1, 2)
    assert found.concept == "minmax (correlated punishers)"
    assert dict(found.punishment) == {("1", "1"): Fraction(1, 2), ("2", "2"): Fraction(1, 2)}
    # Independent punishers who play their first action with probabilities p and q hold the player to
    # max(-p q, -(1 - p) (1 - q)), which is at least -1/4.
    grid = [Fraction(k, 20) for k in range(21)]
    assert min(max(-p * q, -(1 - p) * (1 - q)) for p in grid for q in grid) == Fraction(-1, 4)


def test_independent_mixed_punishers_are_refused():
    with pytest.raises(SolverNotApplicableError, match=r"2 opponents .* may be irrational.*punishers='correlated'.*pure_minmax"):
        ag.minmax(coordinated_punishment(), 0)


def test_opponents_without_a_choice_do_not_count():
    own = np.arange(6).reshape(3, 2, 1)
    game = ag.NormalFormGame.from_arrays(own, own, own)
    assert ag.minmax(game, 0).concept == "minmax"
    assert ag.minmax(game, 0).value == 4


def test_a_single_player_secures_the_best_action():
    game = ag.NormalFormGame.from_arrays([1, 5, 2])
    assert ag.security_level(game, 0).value == ag.minmax(game, 0).value == ag.pure_minmax(game, 0).value == 5


def test_float_levels():
    found = ag.security_level(ag.games.battle_of_the_sexes().floats(), "Row")
    assert not found.exact
    assert found.value == pytest.approx(2 / 3)
    assert isinstance(found.value, float)
    assert isinstance(ag.pure_minmax(ag.games.chicken().floats(), 0).value, float)


# -------------------------------------------------------------------- what is refused


def test_games_that_are_not_constant_sum():
    with pytest.raises(SolverNotApplicableError, match=r"same sum in every cell; it is 6 at \(cooperate, cooperate\) and 5 at"):
        ag.zero_sum(ag.games.prisoners_dilemma())
    floats = ag.NormalFormGame.from_bimatrix([[0.3, 0.1]], [[0.7, 0.9]])
    if Fraction(0.3) + Fraction(0.7) != Fraction(0.1) + Fraction(0.9):
        with pytest.raises(SolverNotApplicableError, match=r"\.exact\(\) reads the payoffs as the decimals they print"):
            ag.zero_sum(floats)
    assert ag.zero_sum(floats.exact()).value["Player 1"] == Fraction(1, 10)


def test_three_players():
    with pytest.raises(SolverNotApplicableError, match=r"zero_sum\(\): needs 2 players; this game has 3"):
        ag.zero_sum(coordinated_punishment())


LEVELS = [ag.security_level, ag.minmax, ag.pure_security_level, ag.pure_minmax]


@pytest.mark.parametrize("function", LEVELS)
def test_unknown_players(function):
    with pytest.raises(UnknownLabelError, match=r"unknown player 'Rou'.*Did you mean 'Row'"):
        function(ag.games.chicken(), "Rou")


@pytest.mark.parametrize("function", [ag.zero_sum, *(lambda game, f=f: f(game, 0) for f in LEVELS)])
def test_what_is_no_numeric_game(function):
    with pytest.raises(GameDefinitionError, match="expected a NormalFormGame, got list"):
        function([[1, 2]])
    symbol = sympy.Symbol("b")
    with pytest.raises(SolverNotApplicableError, match="the payoffs contain the symbols b; substitute numbers"):
        function(ag.NormalFormGame.zero_sum([[symbol, 1], [0, 2]]))


def test_unknown_punishers():
    with pytest.raises(GameDefinitionError, match="punishers must be 'independent' or 'correlated', got 'joint'"):
        ag.minmax(ag.games.chicken(), 0, punishers="joint")


@pytest.mark.parametrize("result", [lambda g: ag.zero_sum(g), lambda g: ag.security_level(g, 0), lambda g: ag.pure_minmax(g, 0)])
def test_results_are_frozen_and_hashable(result):
    game = ag.games.matching_pennies()
    found = result(game)
    assert found == result(game) and hash(found) == hash(result(game))
    with pytest.raises(AttributeError):
        found.value = 0


def test_too_many_vertices_are_an_error_that_carries_the_value(monkeypatch):
    module = importlib.import_module("alliancegames.solvers.zero_sum")  # the function has the same name
    monkeypatch.setattr(module, "LARGEST_POLYTOPE", 2)
    with pytest.raises(SolveError, match="the value is 1, but the optimal strategies have more than 2 vertices") as caught:
        ag.zero_sum(ag.NormalFormGame.zero_sum([[1, 1, 1, 1]] * 4))
    assert caught.value.result == 1
