"""Games in normal form: constructors, number systems, queries, derived games, identity."""

import copy
import itertools
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError, SolverNotApplicableError, UnknownLabelError
from alliancegames.testing import normal_form_games

Game = ag.NormalFormGame
HALF = Fraction(1, 2)
CRISIS = {
    ("stand firm", "support"): (3, 2),
    ("stand firm", "abandon"): (-4, 1),
    ("concede", "support"): (0, 0),
    ("concede", "abandon"): (0, 3),
}
PLAYERS = ("Protégé", "Patron")
ACTIONS = (("stand firm", "concede"), ("support", "abandon"))


@pytest.fixture
def crisis() -> Game:
    return Game(PLAYERS, ACTIONS, CRISIS, title="Crisis")


# ---------------------------------------------------------------- constructors


def test_all_constructors_make_the_same_game(crisis):
    row, column = [[3, -4], [0, 0]], [[2, 1], [0, 3]]
    names = {"players": PLAYERS, "actions": ACTIONS}
    assert Game.from_bimatrix(row, column, **names) == crisis
    assert Game.from_arrays(np.array(row), np.array(column), **names) == crisis
    assert Game.from_table([[(3, 2), (-4, 1)], [(0, 0), (0, 3)]], **names) == crisis
    assert Game.from_function(lambda i, j: CRISIS[i, j], dict(zip(PLAYERS, ACTIONS, strict=True))) == crisis
    assert Game(players=PLAYERS, payoffs=CRISIS) == crisis


def test_actions_are_taken_in_order_of_appearance():
    game = Game(payoffs={("b", "x"): (1, 2), ("a", "x"): (3, 4)})
    assert game.actions == (("b", "a"), ("x",))
    assert game.players == ("Player 1", "Player 2")


def test_actions_by_player_in_any_order(crisis):
    assert Game(PLAYERS, dict(reversed(list(zip(PLAYERS, ACTIONS, strict=True)))), CRISIS) == crisis


def test_zero_sum():
    game = Game.zero_sum([[1, "-1/3"]])
    assert (game.payoffs[0] == -game.payoffs[1]).all()
    assert game.payoffs[1][0, 1] == Fraction(1, 3)


def test_symmetric_two_players():
    game = Game.symmetric([[3, 0], [5, 1]], actions=["C", "D"])
    assert game.payoff(("C", "D")) == {"Player 1": 0, "Player 2": 5}
    assert game.actions == (("C", "D"), ("C", "D"))


def test_symmetric_three_players():
    own = np.arange(8).reshape(2, 2, 2)
    own = own + own.transpose(0, 2, 1)
    game = Game.symmetric(own)
    for cell in itertools.product(range(2), repeat=3):
        for k in range(3):
            others = cell[:k] + cell[k + 1 :]
            assert game.payoffs[k][cell] == own[(cell[k], *others)]


def test_three_players_from_table():
    table = [[[(i, j, 10 * k + i) for k in range(4)] for j in range(3)] for i in range(2)]
    game = Game.from_table(table)
    assert game.shape == (2, 3, 4)
    assert tuple(array[1, 2, 3] for array in game.payoffs) == (1, 2, 31)


def test_one_player():
    game = Game.from_table([(1,), (5,)], actions=[["stay", "go"]])
    assert (game.shape, game.payoff(("go",))) == ((2,), {"Player 1": 5})


def test_profiles_run_over_all_cells(crisis):
    assert list(crisis.profiles()) == list(CRISIS)


# ---------------------------------------------------------------- number systems


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (1, Fraction(1)),
        ("-1/3", Fraction(-1, 3)),
        (" 0.25 ", Fraction(1, 4)),
        ("1e-3", Fraction(1, 1000)),
        (Decimal("0.1"), Fraction(1, 10)),
        (np.int8(-3), Fraction(-3)),
        (sympy.Rational(2, 7), Fraction(2, 7)),
        (sympy.Integer(4), Fraction(4)),
        (Fraction(5, 9), Fraction(5, 9)),
    ],
)
def test_exact_numbers(given, read):
    game = Game.from_arrays([given])
    assert (game.field, game.payoffs[0][0]) == ("exact", read)
    assert type(game.payoffs[0][0]) is Fraction


@pytest.mark.parametrize("given", [0.1, np.float32(0.5), sympy.Float(0.3)])
def test_floats(given):
    game = Game.from_arrays([given])
    assert game.field == "float"
    assert game.payoffs[0].dtype == float
    assert game.payoffs[0][0] == float(given)


def test_floats_read_as_the_decimals_they_print():
    assert Game.from_arrays([0.1]).exact().payoffs[0][0] == Fraction(1, 10)
    assert Game.from_arrays([0.1, 1], field="exact").payoffs[0][0] == Fraction(1, 10)


def test_exact_to_float_and_back(crisis):
    assert crisis.floats().field == "float"
    assert crisis.floats().exact() == crisis
    assert crisis.exact() == crisis
    assert Game.from_arrays(["1/3"]).floats().payoffs[0][0] == 1 / 3


def test_mixing_floats_with_exact_numbers():
    with pytest.raises(InexactPayoffError, match=r"mixes exact numbers \(such as 1\) with floats \(such as 0.5\).*field='exact'"):
        Game.from_bimatrix([[1, 0.5]], [[1, 1]])
    assert Game.from_bimatrix([[1, 0.5]], [[1, 1]], field="float").field == "float"
    assert Game.from_bimatrix([[1, 0.5]], [[1, 1]], field="exact").payoffs[0][0, 1] == HALF


def test_mixing_floats_with_symbols():
    with pytest.raises(InexactPayoffError, match=r"mixes symbolic numbers .* with floats"):
        Game.from_arrays([sympy.Symbol("a"), 0.5])


def test_symbols_and_substitution():
    a, b = sympy.symbols("a b")
    game = Game.from_bimatrix([[a, a + b]], [[1, 2]])
    assert (game.field, game.free_symbols) == ("symbolic", {a, b})
    half = game.subs({"a": "1/2"})
    assert half.free_symbols == {b}
    done = half.subs({b: 2})
    assert (done.field, done.payoffs[0].tolist()) == ("exact", [[HALF, Fraction(5, 2)]])
    assert all(type(value) is Fraction for array in done.payoffs for value in array.flat)
    assert game.subs({"a": 0.5, "b": 2}).field == "float"
    assert game.free_symbols == {a, b}


def test_substitution_is_simultaneous():
    a, b = sympy.symbols("a b")
    swapped = Game.from_bimatrix([[a]], [[b]]).subs({"a": b, "b": a})
    assert (swapped.payoffs[0][0, 0], swapped.payoffs[1][0, 0]) == (b, a)


def test_symbols_cannot_become_numbers():
    game = Game.from_bimatrix([[sympy.Symbol("a")]], [[1]])
    for convert in (game.floats, game.exact):
        with pytest.raises(SolverNotApplicableError, match=r"contains the symbols a; substitute numbers first with .subs"):
            convert()


def test_irrational_payoffs():
    game = Game.from_bimatrix([[sympy.sqrt(2)]], [[1]])
    assert game.floats().payoffs[0][0, 0] == 2**0.5
    with pytest.raises(InexactPayoffError, match=r"irrational.*use .floats\(\)"):
        game.exact()


def test_substituting_what_is_not_there(crisis):
    with pytest.raises(GameDefinitionError, match="contain no symbol 'c'; they contain a"):
        Game.from_arrays([sympy.Symbol("a")]).subs({"c": 1})
    with pytest.raises(GameDefinitionError, match="exact numbers and contain no symbols"):
        crisis.subs({"a": 1})


# ---------------------------------------------------------------- queries


@pytest.mark.parametrize(
    "profile",
    [
        ("concede", "abandon"),
        (1, 1),
        ("concede", 1),
        {"Patron": "abandon", "Protégé": "concede"},
        [[0, 1], {"abandon": 1}],
        [np.array([0, 1]), np.int64(1)],
    ],
)
def test_a_profile_may_be_written_in_many_ways(crisis, profile):
    assert crisis.payoff(profile) == {"Protégé": 0, "Patron": 3}
    assert crisis.profile(profile).actions == ("concede", "abandon")
    assert crisis.is_nash(profile)
    assert crisis.payoff(crisis.profile(profile)) == crisis.payoff(profile)


def test_mixed_payoff_and_regret(crisis):
    mixed = ({"stand firm": "1/2", "concede": "1/2"}, {"support": "1/4", "abandon": "3/4"})
    assert crisis.payoff(mixed) == {"Protégé": Fraction(-9, 8), "Patron": Fraction(7, 4)}
    assert crisis.regret(mixed) == {"Protégé": Fraction(9, 8), "Patron": Fraction(1, 4)}
    assert not crisis.is_nash(mixed)
    assert all(type(value) is Fraction for value in crisis.payoff(mixed).values())


def test_mixed_equilibrium(crisis):
    assert crisis.is_nash((["3/4", "1/4"], ["4/7", "3/7"]))


def test_best_responses_ignore_the_own_strategy(crisis):
    assert crisis.best_responses("Patron", {"Protégé": "concede"}) == ("abandon",)
    assert crisis.best_responses(1, ("concede",)) == ("abandon",)
    assert crisis.best_responses(1, ("concede", "support")) == ("abandon",)
    assert crisis.best_responses(0, {"Patron": ["4/7", "3/7"]}) == ACTIONS[0]


def test_tolerance_of_is_nash_is_a_share_of_the_payoff_range():
    game = Game.from_bimatrix([[1.0, 0.0], [1.5, 0.0]], [[0.0, 0.0], [0.0, 0.0]])
    assert not game.is_nash((0, 0))
    assert game.is_nash((0, 0), tol=0.34)
    assert not game.is_nash((0, 0), tol=0.33)


def test_symbolic_payoff_and_regret():
    a = sympy.Symbol("a", positive=True)
    game = Game.from_bimatrix([[a], [0]], [[1], [1]])
    assert game.payoff((0, 0))["Player 1"] == a
    assert game.regret((1, 0))["Player 1"] == a
    for question in (lambda: game.is_nash((0, 0)), lambda: game.best_responses(0, (0, 0))):
        with pytest.raises(SolverNotApplicableError, match=r"contain symbols; substitute numbers first with .subs"):
            question()


@given(normal_form_games(1, 3, 3), st.data())
def test_payoffs_of_mixed_profiles_are_expectations(game, data):
    weights = [[data.draw(st.integers(1, 4)) for _ in range(size)] for size in game.shape]
    mixed = [[Fraction(w, sum(part)) for w in part] for part in weights]
    cells = list(itertools.product(*map(range, game.shape)))
    chance = {cell: mixed[0][cell[0]] * mixed[1][cell[1]] * mixed[2][cell[2]] for cell in cells}
    expected = [sum(chance[cell] * array[cell] for cell in cells) for array in game.payoffs]
    assert list(game.payoff(mixed).values()) == expected
    regret = game.regret(mixed)
    for k, player in enumerate(game.players):
        pure = [game.payoff([*mixed[:k], action, *mixed[k + 1 :]])[player] for action in range(game.shape[k])]
        assert regret[player] == max(pure) - expected[k]
        best = tuple(label for label, value in zip(game.actions[k], pure, strict=True) if value == max(pure))
        assert game.best_responses(k, mixed) == best


# ---------------------------------------------------------------- derived games


def test_restrict(crisis):
    small = crisis.restrict({"Patron": ["abandon"]})
    assert (small.shape, small.actions[1]) == ((2, 1), ("abandon",))
    assert small.payoff(("stand firm", "abandon")) == {"Protégé": -4, "Patron": 1}
    turned = crisis.restrict({"Protégé": [1, 0]})
    assert turned.actions[0] == ("concede", "stand firm")
    assert turned.payoff(("concede", "abandon")) == crisis.payoff(("concede", "abandon"))
    assert small.title == "Crisis"


@pytest.mark.parametrize("kept", [[], ["abandon", "abandon"]])
def test_restrict_refuses_nothing_and_doubles(crisis, kept):
    with pytest.raises(GameDefinitionError, match="keep at least one action of Patron and name each once"):
        crisis.restrict({"Patron": kept})


def test_relabel(crisis):
    game = crisis.relabel({"Patron": "France", "Protégé": "Patron"}, {"Patron": {"support": "abandon", "abandon": "support"}}, title="1938")
    assert (game.players, game.actions[1], game.title) == (("Patron", "France"), ("abandon", "support"), "1938")
    assert (game.payoffs[0] == crisis.payoffs[0]).all()
    assert crisis.players == PLAYERS


def test_relabel_refuses_doubles(crisis):
    with pytest.raises(GameDefinitionError, match="'support' occurs more than once"):
        crisis.relabel(actions={"Patron": {"abandon": "support"}})


# ---------------------------------------------------------------- identity


def test_a_game_is_immutable(crisis):
    for name in ("players", "payoffs", "title", "_players", "anything"):
        with pytest.raises(AttributeError, match=r"immutable.*\.restrict\(\)"):
            setattr(crisis, name, ())
    with pytest.raises(ValueError, match="read-only"):
        crisis.payoffs[0][0, 0] = 7


@pytest.mark.parametrize("name", ["players", "_players"])
def test_nothing_can_be_deleted(crisis, name):
    with pytest.raises(AttributeError):
        delattr(crisis, name)
    assert crisis.players == PLAYERS


@pytest.mark.parametrize("dtype", [float, object])
def test_arrays_are_copied_in(dtype):
    array = np.array([[1, 2], [3, 4]], dtype=dtype)
    game = Game.from_bimatrix(array, array)
    array[0, 0] = 9
    assert game.payoffs[0][0, 0] == 1
    assert array.flags.writeable


def test_equality_and_hash(crisis):
    twin = Game(PLAYERS, ACTIONS, CRISIS, title="Another title")
    assert twin == crisis
    assert hash(twin) == hash(crisis)
    assert len({twin, crisis}) == 1
    assert crisis != crisis.floats()
    assert crisis != crisis.relabel({"Patron": "France"})
    assert crisis != crisis.restrict({"Patron": [0]})
    assert crisis != "crisis"


@pytest.mark.parametrize("make", [lambda g: g, lambda g: g.floats(), lambda g: Game.from_bimatrix([[sympy.Symbol("a")]], [[1]])])
def test_pickle_and_copy(crisis, make):
    game = make(crisis)
    for twin in (pickle.loads(pickle.dumps(game)), copy.copy(game), copy.deepcopy(game)):
        assert twin == game
        assert (twin.title, twin.field) == (game.title, game.field)
        assert not twin.payoffs[0].flags.writeable


def test_repr(crisis):
    assert repr(crisis) == "<NormalFormGame 'Crisis' 2×2, exact payoffs, players: Protégé, Patron>"


@pytest.mark.parametrize("address", ["Patrons", 2, -1, True])
def test_unknown_players(crisis, address):
    with pytest.raises(UnknownLabelError, match=r"unknown player .*known: 'Protégé', 'Patron'"):
        crisis.best_responses(address, (0, 0))


# ---------------------------------------------------------------- classics


@pytest.mark.parametrize(
    ("make", "pure"),
    [
        (ag.games.prisoners_dilemma, {("defect", "defect")}),
        (ag.games.chicken, {("yield", "stand firm"), ("stand firm", "yield")}),
        (ag.games.stag_hunt, {("stag", "stag"), ("hare", "hare")}),
        (ag.games.battle_of_the_sexes, {("first", "first"), ("second", "second")}),
        (ag.games.matching_pennies, set()),
    ],
)
def test_textbook_games(make, pure):
    game = make()
    assert {cell for cell in game.profiles() if game.is_nash(cell)} == pure
    assert game.players == ("Row", "Column")
    assert game.title
