"""Supermodular games: recognition, conditions, least and greatest equilibrium."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError, UnknownLabelError
from alliancegames.testing import normal_form_games

Game = ag.NormalFormGame


def is_supermodular(game, turned=()) -> bool:
    """Check the definition for all pairs of profiles of the others that are ordered, not neighbours only."""
    arrays = [np.flip(array, axis=tuple(turned)) if turned else array for array in game.payoffs]
    for k, array in enumerate(arrays):
        own = np.moveaxis(array, k, 0)
        others = list(itertools.product(*(range(size) for j, size in enumerate(game.shape) if j != k)))
        for low, high in itertools.combinations(range(own.shape[0]), 2):
            for before, after in itertools.product(others, repeat=2):
                if all(a <= b for a, b in zip(before, after, strict=True)):
                    gain_before = own[(high, *before)] - own[(low, *before)]
                    gain_after = own[(high, *after)] - own[(low, *after)]
                    if gain_after < gain_before:
                        return False
    return True


def drawn_supermodular_game(seed: int) -> Game:
    """Draw cumulated non-negative mixed differences for each pair, plus any own term and any term of the others."""
    rng = np.random.default_rng(seed)
    shape = tuple(int(k) for k in rng.integers(1, 4, size=rng.integers(2, 4)))
    arrays = []
    for k in range(len(shape)):
        own = [size if axis == k else 1 for axis, size in enumerate(shape)]
        rest = [1 if axis == k else size for axis, size in enumerate(shape)]
        total = rng.integers(-4, 3, size=own) + rng.integers(-3, 4, size=rest)
        for j in range(len(shape)):
            if j != k:
                steps = rng.integers(0, 3, size=[size if axis in (j, k) else 1 for axis, size in enumerate(shape)])
                total = total + steps.cumsum(axis=j).cumsum(axis=k)
        arrays.append(np.broadcast_to(total, shape))
    return Game.from_arrays(*arrays)


def adoption(costs, value=1) -> Game:
    """Adopt a standard (action 1) or not: the value grows with the share of the others who adopt."""
    n = len(costs)

    def payoff(*actions):
        joined = [int(a) for a in actions]
        return [x * (Fraction(value) * (sum(joined) - 1) / (n - 1) - Fraction(cost)) for x, cost in zip(joined, costs, strict=True)]

    return Game.from_function(payoff, [["0", "1"]] * n)


def min_effort(values, costs, top: int) -> Game:
    levels = [str(k) for k in range(top + 1)]
    return Game.from_function(
        lambda *g: [Fraction(v) * min(map(int, g)) - Fraction(c) * int(own) for v, c, own in zip(values, costs, g, strict=True)],
        [levels] * len(values),
    )


# ---------------------------------------------------------------- known games


def test_known_games():
    assert ag.supermodular(ag.games.stag_hunt())
    assert ag.supermodular(ag.games.prisoners_dilemma(T=5, R=4, P=1, S=0)).is_supermodular
    assert not ag.supermodular(ag.games.chicken())
    turned = ag.supermodular(ag.games.chicken(), reverse=["Column"])
    assert turned and turned.reversed == ("Column",)
    assert ag.supermodular(ag.games.chicken(), reverse="search").reversed == ("Column",)
    pennies = ag.supermodular(ag.games.matching_pennies(), reverse="search")
    assert not pennies and pennies.witness is not None


def test_minimum_effort():
    game = min_effort((3, 2, 4), ("1", "3/2", "2"), 3)
    bounds = ag.extreme_equilibria(game)
    assert bounds.least.actions == ("0",) * 3 and bounds.greatest.actions == ("3",) * 3
    assert not bounds.is_unique
    assert {profile.actions for profile in ag.pure_nash(game)} == {(str(k),) * 3 for k in range(4)}


def test_adoption_of_a_standard():
    costs = ["1/10", "3/20", "7/20", "1/2", "7/10", "19/20"]
    bounds = ag.extreme_equilibria(adoption(costs))
    assert bounds.least.actions == ("0",) * 6 and bounds.greatest.actions == ("1",) * 6
    tipped = ag.extreme_equilibria(adoption(["-1/20", *costs[1:]]))
    assert tipped.is_unique and tipped.least.actions == ("1",) * 6
    # One member after the other joins, so that the cascade takes a round each.
    assert tipped.rounds == (6, 0)


def test_chicken_with_one_order_reversed():
    bounds = ag.extreme_equilibria(ag.games.chicken(), reverse="search")
    found = {bounds.least.actions, bounds.greatest.actions}
    assert found == {("yield", "stand firm"), ("stand firm", "yield")}
    assert bounds.least.actions[0] == "yield", "the order of the first player is as listed"


# ---------------------------------------------------------------- against the definition


@settings(max_examples=120)
@given(normal_form_games(2, 3, 3, tied=True), st.sets(st.integers(0, 1)))
def test_recognition_against_brute_force(game, turned):
    report = ag.supermodular(game, reverse=sorted(turned))
    assert report.is_supermodular == is_supermodular(game, tuple(turned))
    if not report:
        square = report.witness
        i, j = game.players.index(square.player), game.players.index(square.other)
        low = [labels.index(a) for labels, a in zip(game.actions, square.profile, strict=True)]
        gains = []
        for step in (0, 1):
            here = [action + (step if k == j else 0) for k, action in enumerate(low)]
            up = [action + (k == i) for k, action in enumerate(here)]
            gains.append(game.payoffs[i][tuple(up)] - game.payoffs[i][tuple(here)])
        assert tuple(gains) == square.gain
        flip = (i in turned) != (j in turned)
        assert gains[1] > gains[0] if flip else gains[1] < gains[0]


@settings(max_examples=80)
@given(normal_form_games(1, 3, 2, tied=True))
def test_the_search_finds_a_reversal_if_there_is_one(game):
    players = range(len(game.players))
    subsets = [s for size in range(len(game.players) + 1) for s in itertools.combinations(players, size)]
    report = ag.supermodular(game, reverse="search")
    assert bool(report) == any(is_supermodular(game, s) for s in subsets)
    if report:
        assert is_supermodular(game, tuple(game.players.index(p) for p in report.reversed))


@given(st.integers(0, 100_000))
def test_extreme_equilibria_bound_all_others(seed):
    game = drawn_supermodular_game(seed)
    assert is_supermodular(game)
    bounds = ag.extreme_equilibria(game)
    low, high = ([labels.index(a) for labels, a in zip(game.actions, p.actions, strict=True)] for p in (bounds.least, bounds.greatest))
    pure = [[labels.index(a) for labels, a in zip(game.actions, p.actions, strict=True)] for p in ag.pure_nash(game)]
    assert low in pure and high in pure
    for cell in pure:
        assert all(a <= b <= c for a, b, c in zip(low, cell, high, strict=True))
    assert bounds.is_unique == (len(pure) == 1)
    assert max(bounds.rounds) <= sum(game.shape) - len(game.shape)


@settings(max_examples=60)
@given(st.integers(0, 100_000))
def test_mixed_and_correlated_equilibria_lie_between(seed):
    game = drawn_supermodular_game(seed)
    if len(game.players) != 2:
        game = game.restrict({game.players[2]: [0]})
    bounds = ag.extreme_equilibria(game)
    allowed = [
        set(labels[labels.index(low) : labels.index(high) + 1])
        for labels, low, high in zip(game.actions, bounds.least.actions, bounds.greatest.actions, strict=True)
    ]
    for sense in ("max", "min"):
        for cell in ag.correlated_equilibrium(game, sense=sense).distribution:
            assert all(action in part for action, part in zip(cell, allowed, strict=True))
    for profile in ag.nash(game):
        assert all(set(profile[k].support) <= part for k, part in enumerate(allowed))


@given(st.integers(0, 100_000), st.sets(st.integers(0, 2)))
def test_reversing_the_listing_reverses_the_answer(seed, turned):
    game = drawn_supermodular_game(seed)
    turned = sorted(k for k in turned if k < len(game.players))
    flipped = game.restrict({game.players[k]: list(reversed(game.actions[k])) for k in turned}) if turned else game
    bounds, again = ag.extreme_equilibria(game), ag.extreme_equilibria(flipped, reverse=turned)
    assert (bounds.least.actions, bounds.greatest.actions) == (again.least.actions, again.greatest.actions)
    assert again.rounds == bounds.rounds


@given(st.integers(0, 100_000))
def test_float_games_agree_with_exact_ones(seed):
    game = drawn_supermodular_game(seed)
    floats = Game.from_arrays(*(0.1 * array.astype(float) for array in game.payoffs))
    assert ag.supermodular(floats), "rounding below the tolerance does not count"
    whole, exact = ag.extreme_equilibria(game.floats()), ag.extreme_equilibria(game)
    assert (whole.least.actions, whole.greatest.actions) == (exact.least.actions, exact.greatest.actions)


# ---------------------------------------------------------------- symbols


def test_conditions_on_symbols():
    v, c = sympy.symbols("v c", real=True)
    game = adoption_with(v, c)
    report = ag.supermodular(game)
    assert report.is_supermodular is None
    assert report.conditions == (v >= 0,)
    with pytest.raises(SolverNotApplicableError, match="depends on the symbols"):
        bool(report)
    assert ag.supermodular(game.subs({v: 1, c: 3})) and not ag.supermodular(game.subs({v: -1, c: 3}))
    (condition,) = ag.supermodular(game, reverse=[1]).conditions
    assert condition.subs(v, -1) == sympy.true and condition.subs(v, 1) == sympy.false


def adoption_with(v, c) -> Game:
    return Game.from_bimatrix([[0, 0], [-c, v - c]], [[0, -c], [0, v - c]])


def test_declared_assumptions_decide():
    c = sympy.Symbol("c", real=True)
    positive, negative = sympy.Symbol("v", positive=True), sympy.Symbol("v", negative=True)
    assert ag.supermodular(adoption_with(positive, c)).is_supermodular is True
    report = ag.supermodular(adoption_with(negative, c))
    assert report.is_supermodular is False and report.witness is not None
    assert ag.supermodular(adoption_with(negative, c), reverse="search").reversed == ("Player 2",)
    square = ag.supermodular(adoption_with((c - 1) ** 2, c))
    assert square.is_supermodular is True


@settings(max_examples=25)
@given(st.lists(st.integers(-3, 3), min_size=4, max_size=4))
def test_conditions_hold_exactly_where_the_numbers_are_supermodular(values):
    a, b, c, d = symbols = sympy.symbols("a b c d", real=True)
    game = Game.from_bimatrix([[a * b, 0, c], [0, d, a - c]], [[d, b, 1], [c * d, a, 2]])
    at = dict(zip(symbols, values, strict=True))
    report = ag.supermodular(game)
    assert report.is_supermodular is None
    assert all(bool(condition.subs(at)) for condition in report.conditions) == is_supermodular(game.subs(at))


def test_cancellation_is_seen():
    x = sympy.Symbol("x", real=True)
    game = Game.from_bimatrix([[(x + 1) ** 2, 0], [0, -(x**2) - 2 * x - 1]], [[0, 0], [0, 0]])
    assert ag.supermodular(game).is_supermodular is True
    root = sympy.sqrt(2)
    assert ag.supermodular(Game.from_bimatrix([[root, 0], [0, 0]], [[0, 0], [0, 0]]))
    assert not ag.supermodular(Game.from_bimatrix([[-root, 0], [0, 0]], [[0, 0], [0, 0]]))


# ---------------------------------------------------------------- odd and bad input


def test_small_games():
    single = ag.extreme_equilibria(Game.from_arrays([1, 5, 5]))
    assert (single.least.actions, single.greatest.actions) == (("2",), ("3",))
    cell = ag.extreme_equilibria(Game.from_bimatrix([[7]], [[-3]]))
    assert cell.is_unique and cell.rounds == (0, 0)


def test_rounding_is_within_the_tolerance_only():
    game = Game.from_bimatrix([[1.0, 0.0], [0.0, -1.001]], [[1.0, 0.0], [0.0, 1.0]])
    assert not ag.supermodular(game)
    assert ag.supermodular(game, tol=1e-2)
    assert not ag.supermodular(game.exact(), tol=1e-2), "exact payoffs admit no tolerance"


@pytest.mark.parametrize("function", [ag.supermodular, ag.extreme_equilibria])
def test_bad_arguments(function):
    game = ag.games.stag_hunt()
    with pytest.raises(GameDefinitionError, match="expected a NormalFormGame"):
        function([[1, 2], [3, 4]])
    with pytest.raises(GameDefinitionError, match=r"write \['Row'\]"):
        function(game, reverse="Row")
    with pytest.raises(UnknownLabelError):
        function(game, reverse=["Rowe"])
    with pytest.raises(GameDefinitionError, match="tol is a share"):
        function(game, tol=2)


def test_extreme_equilibria_of_other_games_are_refused():
    with pytest.raises(SolverNotApplicableError, match="not supermodular in the listed order"):
        ag.extreme_equilibria(ag.games.chicken())
    with pytest.raises(SolverNotApplicableError, match="not supermodular"):
        ag.extreme_equilibria(ag.games.matching_pennies(), reverse="search")
    v = sympy.Symbol("v", positive=True)
    with pytest.raises(SolverNotApplicableError, match=r"\.subs"):
        ag.extreme_equilibria(adoption_with(v, v / 2))
