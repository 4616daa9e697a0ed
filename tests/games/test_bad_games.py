"""Games that are not well defined are refused, with advice."""

from decimal import Decimal

import numpy as np
import pytest
import sympy

import alliancegames as ag
from alliancegames.errors import AllianceGamesError, GameDefinitionError, InexactPayoffError, UnknownLabelError

Game = ag.NormalFormGame
PAIR = {("a", "x"): (1, 2), ("b", "x"): (3, 4)}


@pytest.mark.parametrize("rows", [[[1, 2], [3]], [[1, 2], 3], [[1], [2, 3]], [[1, 2], [3, [4]]], [1, [2, 3]]])
def test_ragged_tables(rows):
    with pytest.raises(GameDefinitionError, match=r"from_arrays\(\): ragged table"):
        Game.from_bimatrix(rows, [[1, 2], [3, 4]])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), np.float64("nan"), Decimal("NaN"), Decimal("Infinity")])
def test_payoffs_that_are_not_finite(value):
    with pytest.raises(GameDefinitionError, match=r"must be finite, got"):
        Game.from_bimatrix([[value]], [[1]])
    with pytest.raises(GameDefinitionError, match=r"must be finite, got"):
        Game(payoffs={("a", "x"): (value, 1)})


def test_position_of_a_nan_is_named():
    with pytest.raises(GameDefinitionError, match=r"got nan at position \(1, 0\); replace it by a number"):
        Game.from_bimatrix(np.array([[1.0], [np.nan]]), np.ones((2, 1)))


@pytest.mark.parametrize("value", [sympy.oo, sympy.zoo, sympy.nan, sympy.I, sympy.Symbol("a") > 0, sympy.true])
def test_sympy_objects_that_are_no_real_numbers(value):
    with pytest.raises(GameDefinitionError):
        Game.from_bimatrix([[value]], [[1]])


@pytest.mark.parametrize("value", [True, False, np.bool_(True)])
def test_truth_values(value):
    with pytest.raises(GameDefinitionError, match=r"expected a number, got .*; write 1 or 0"):
        Game.from_bimatrix([[value]], [[1]])


@pytest.mark.parametrize(
    "value", ["__import__('os')", "1e999999999", "1e9999", "one", "", "1/2/3", "0x10", "1_000", "nan", "inf", "1,5", "x", "1/-2"]
)
def test_unreadable_text(value):
    with pytest.raises(GameDefinitionError, match=r"cannot read .* as a number; write an integer, a fraction such as '1/3', or a decimal"):
        Game.from_bimatrix([[value]], [[1]])


def test_denominator_zero():
    with pytest.raises(GameDefinitionError, match="'1/0' has denominator zero"):
        Game.from_bimatrix([["1/0"]], [[1]])


@pytest.mark.parametrize("text", ["9" * 5000, "1/" + "7" * 5000])
def test_overlong_numbers(text):
    with pytest.raises(GameDefinitionError):
        Game.from_bimatrix([[text]], [[1]])


@pytest.mark.parametrize("value", [None, 1j, object(), {1}, {"a": 1}])
def test_things_that_are_no_numbers(value):
    with pytest.raises(GameDefinitionError, match=r"expected a number \(int, Fraction, Decimal, float, '1/3' or a sympy expression\)"):
        Game.from_bimatrix([[value]], [[1]])


@pytest.mark.parametrize("array", [np.array([[True]]), np.array([[1j]]), np.array([["2020-01-01"]], dtype="datetime64")])
def test_arrays_of_other_things(array):
    with pytest.raises(GameDefinitionError, match="expected an array of numbers, got dtype"):
        Game.from_bimatrix(array, [[1]])


@pytest.mark.parametrize(
    ("payoffs", "message"),
    [
        (None, r"must map each pure profile to one payoff a player.*from_bimatrix"),
        ({}, "must map each pure profile"),
        ([[1, 2]], "For matrices use NormalFormGame.from_bimatrix"),
        ({"a": (1, 2)}, "every key of payoffs must name one action of each of the 2 players, got 'a'"),
        ({("a", "x", "z"): (1, 2)}, "every key of payoffs"),
        ({("a", "x"): (1, 2), ("b", "y"): (3, 4)}, r"missing for the profile \('a', 'y'\); all 4 profiles are needed"),
        ({("a", "x"): (1, 2), ("b", "x"): (3,)}, r"profile \('b', 'x'\) needs 2 payoffs, one a player, got \(3,\)"),
        ({("a", "x"): (1, 2), ("b", "x"): 3}, r"profile \('b', 'x'\) needs 2 payoffs"),
        ({("a",): 1}, "one payoff a player|one a player"),
        ({("a", "x"): "12"}, "one payoff a player|one a player"),
        ({(1, 2): (1, 2)}, "every action label must be a non-empty string, got 1"),
    ],
)
def test_bad_payoff_mappings(payoffs, message):
    with pytest.raises(GameDefinitionError, match=message):
        Game(payoffs=payoffs)


@pytest.mark.parametrize(
    ("players", "actions", "message"),
    [
        (["A", "A"], None, "player labels must be distinct, 'A' occurs more than once"),
        (["A"], None, r"payoffs are those of 2 players but 1 player labels came \(A\)"),
        ("AB", None, r"expected a list of player labels, got the single string 'AB'; write \['AB'\]"),
        (["A", ""], None, "every player label must be a non-empty string, got ''"),
        (["A", 3], None, "every player label must be a non-empty string, got 3"),
        (None, [["a", "b"]], "2 lists of action labels are needed, one a player, got 1"),
        (None, [["a", "a"], ["x"]], "action labels must be distinct, 'a' occurs more than once"),
        (None, [["a", "b"], []], "at least one action is needed"),
        (None, ["ab", ["x"]], "expected a list of action labels, got the single string 'ab'"),
        (["A", "B"], {"A": ["a", "b"]}, "actions are missing for B; give a list of labels for every player"),
    ],
)
def test_bad_labels(players, actions, message):
    with pytest.raises(GameDefinitionError, match=message):
        Game(players, actions, PAIR)


def test_unknown_labels_come_with_a_suggestion():
    with pytest.raises(UnknownLabelError, match=r"unknown action 'b'; known: 'a', 'bb'\. Did you mean 'bb'\?"):
        Game(None, [["a", "bb"], ["x"]], PAIR)
    with pytest.raises(UnknownLabelError, match=r"unknown player 'Frnce'; known: 'France', 'Britain'\. Did you mean 'France'\?"):
        Game(["France", "Britain"], {"Frnce": ["a", "b"], "Britain": ["x"]}, PAIR)


def test_the_message_of_an_unknown_label_is_plain_text():
    with pytest.raises(KeyError) as caught:
        ag.games.stag_hunt().restrict({"Rwo": [0]})
    assert str(caught.value).startswith("restrict(): unknown player 'Rwo'; known: 'Row', 'Column'.")


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Game.from_arrays(), "one payoff array a player is needed, got none"),
        (lambda: Game.from_bimatrix([[1, 2]], [[1], [2]]), r"must have one shape, got \(1, 2\) and \(2, 1\)"),
        (lambda: Game.from_bimatrix([1, 2], [1, 2]), r"2 players and need 2 axes, got shape \(2,\)"),
        (lambda: Game.from_arrays([[1, 2]]), "1 payoff arrays describe 1 players and need 1 axes"),
        (lambda: Game.from_bimatrix([[]], [[]]), r"every player needs at least one action, got shape \(1, 0\)"),
        (
            lambda: Game.from_bimatrix([[1]], [[1]], actions=[["a", "b"], ["x"]]),
            "Player 1 has 1 actions in the payoff table but 2 action labels",
        ),
        (lambda: Game.from_bimatrix([[1]], [[1]], field="rational"), "field must be one of 'exact', 'float', 'symbolic', got 'rational'"),
        (lambda: Game.from_table([[1, 2], [3, 4]]), "a table for n players is nested n deep.*from_bimatrix"),
        (lambda: Game.from_table([[(1, 2, 3)]]), "n payoffs in each cell"),
        (lambda: Game.symmetric([[1, 2]]), r"have the same actions, got shape \(1, 2\)"),
        (lambda: Game.symmetric(np.arange(8).reshape(2, 2, 2)), "must not change when two other players swap their actions"),
    ],
)
def test_bad_arrays(build, message):
    with pytest.raises(GameDefinitionError, match=message):
        build()


def test_numbers_too_large_for_floats():
    game = Game.from_bimatrix([[10**400]], [[1]])
    with pytest.raises(GameDefinitionError, match="too large for a float; keep it exact"):
        game.floats()


@pytest.mark.parametrize(
    "call",
    [
        lambda: Game.from_bimatrix([[1]], [[1]], label="x"),
        lambda: Game(payoffs=PAIR, player=["A", "B"]),
        lambda: Game.from_table([[(1, 2)]], names=["A", "B"]),
        lambda: Game.zero_sum([[1]], column=[[1]]),
        lambda: ag.games.chicken(wins=3),
        lambda: ag.nash(ag.games.chicken(), tolerance=1e-9),
        lambda: ag.pure_nash(ag.games.chicken(), complete=True),
        lambda: ag.games.chicken().is_nash((0, 0), tolerance=1),
    ],
)
def test_unknown_keywords(call):
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        call()


def test_every_refusal_is_an_error_of_the_package():
    for error, standard in ((GameDefinitionError, ValueError), (InexactPayoffError, TypeError), (UnknownLabelError, KeyError)):
        assert issubclass(error, AllianceGamesError)
        assert issubclass(error, standard)
