"""Repeated games and public monitoring: what is read, refused, converted and substituted."""

from fractions import Fraction as F

import numpy as np
import pytest
import sympy

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError, UnknownLabelError

PACT = ag.games.prisoners_dilemma(T=5, R=3, P=1, S=0)
BOTH = ("cooperate", "cooperate")


def reports(stage, met="9/10", missed="2/5"):
    """Return reports that are good with some probability after compliance of both, with another otherwise."""
    other = (lambda p: 1 - p) if not isinstance(met, str) else lambda p: 1 - F(p)
    return ag.PublicMonitoring(stage, ["good", "bad"], lambda a, b: (met, other(met)) if (a, b) == BOTH else (missed, other(missed)))


# ---------------------------------------------------------------- repeated games


def test_what_a_game_says_of_itself():
    game = ag.RepeatedGame(PACT, "2/3")
    assert (game.delta, game.discounts, game.field) == (F(2, 3), (F(2, 3),) * 2, "exact")
    assert (game.players, game.actions, game.stage) == (PACT.players, PACT.actions, PACT)
    assert game.monitoring is None
    assert game.periods is None
    assert game.public_randomization
    assert not game.transfers
    several = game.replace(monitoring=reports(PACT), transfers=True, public_randomization=False, periods=4)
    for words in ("2 public signals", "transfers", "no public randomization", "4 periods", "delta 2/3"):
        assert words in repr(several)


def test_patience_of_each_player():
    by_name = ag.RepeatedGame(PACT, {"Column": "1/3", "Row": "1/2"})
    assert by_name == ag.RepeatedGame(PACT, ["1/2", "1/3"])
    assert by_name.discounts == (F(1, 2), F(1, 3))
    assert not by_name.common_discounting
    assert "Row 1/2, Column 1/3" in repr(by_name)
    with pytest.raises(GameDefinitionError, match=r"use \.discounts"):
        _ = by_name.delta


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"delta": 1}, r"must lie in \[0, 1\), got 1"),
        ({"delta": "-1/2"}, "must lie in"),
        ({"delta": ["1/2", "3/2"]}, "got 3/2"),
        ({"delta": ["1/2"]}, "one for each of the 2 players, got 1"),
        ({"delta": {"Row": "1/2"}}, "for each of Row, Column"),
        ({"delta": "1/2", "periods": 0}, "at least 1"),
        ({"delta": "1/2", "periods": True}, "at least 1"),
        ({"delta": "1/2", "periods": 2.0}, "at least 1"),
        ({"delta": ["1/2", "1/3"], "transfers": True}, "same discount factor"),
        ({"delta": "1/2", "field": "integer"}, "field must be one of"),
        ({"delta": "1/2", "monitoring": "reports"}, "must be a PublicMonitoring"),
        ({"delta": "1/2", "monitoring": ag.PublicMonitoring(ag.games.chicken(), ["x"], lambda a, b: [1])}, "actions of this stage game"),
    ],
)
def test_bad_games(arguments, message):
    with pytest.raises(GameDefinitionError, match=message):
        ag.RepeatedGame(PACT, **arguments)


def test_the_last_period_allows_a_discount_factor_of_one():
    assert ag.RepeatedGame(PACT, 1, periods=5).delta == 1
    with pytest.raises(GameDefinitionError, match=r"\[0, 1\]"):
        ag.RepeatedGame(PACT, "11/10", periods=5)


@pytest.mark.parametrize("delta", [float("nan"), float("inf"), "one half", None])
def test_discount_factors_that_are_no_numbers(delta):
    with pytest.raises((GameDefinitionError, ValueError, TypeError)):
        ag.RepeatedGame(PACT.floats(), delta)


def test_number_systems_meet_only_on_request():
    with pytest.raises(InexactPayoffError, match="Write delta as '9/10'"):
        ag.RepeatedGame(PACT, 0.9)
    assert ag.RepeatedGame(PACT, 0.9, field="exact").delta == F(9, 10)
    assert ag.RepeatedGame(PACT, 0.9, field="float").stage.field == "float"
    assert ag.RepeatedGame(PACT.floats(), 0).field == "float"
    game = ag.RepeatedGame(PACT, "9/10", monitoring=reports(PACT))
    assert game.floats().exact() == game
    assert game.floats().monitoring.field == "float"


def test_symbols_are_replaced_everywhere():
    delta, gain, noise = sympy.symbols("delta gain noise")
    stage = ag.games.prisoners_dilemma(T=3 + gain, R=3, P=1, S=0)
    signals = ag.PublicMonitoring(stage, ["good", "bad"], lambda a, b: (1 - noise, noise))
    game = ag.RepeatedGame(stage, delta, monitoring=signals)
    assert game.free_symbols == {delta, gain, noise}
    known = game.subs({"gain": 2, delta: "1/2", noise: "1/10"})
    assert known == ag.RepeatedGame(PACT, "1/2", monitoring=ag.PublicMonitoring(PACT, ["good", "bad"], lambda a, b: ("9/10", "1/10")))
    assert game.subs({gain: 2, delta: 0.5, noise: 0.1}).field == "float"
    with pytest.raises(GameDefinitionError, match="sum to 1"):
        game.subs({gain: 2, delta: "1/2", noise: 2})


def test_equal_games_are_interchangeable_and_cannot_be_changed():
    one, other = ag.RepeatedGame(PACT, "1/2"), ag.RepeatedGame(PACT, F(1, 2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != one.replace(delta="1/3")
    assert one != "game"
    with pytest.raises(AttributeError):
        one.delta = F(1, 3)
    with pytest.raises(TypeError, match="unknown argument 'patience'"):
        one.replace(patience="1/2")


# ---------------------------------------------------------------- public monitoring


def test_three_ways_to_write_the_same_signals():
    chances = {cell: ("9/10", "1/10") if cell == BOTH else ("2/5", "3/5") for cell in PACT.profiles()}
    by_name = {cell: {"bad": q, "good": p} for cell, (p, q) in chances.items()}
    assert ag.PublicMonitoring(PACT, ["good", "bad"], chances) == reports(PACT) == ag.PublicMonitoring(PACT, ["good", "bad"], by_name)
    assert reports(PACT).probability("bad", BOTH) == reports(PACT).probability(1, (0, 0)) == F(1, 10)
    assert reports(PACT).table.shape == (2, 2, 2)
    with pytest.raises(ValueError, match="read-only"):
        reports(PACT).table[0, 0, 0] = 1


@pytest.mark.parametrize(
    ("chances", "message"),
    [
        (lambda a, b: ("1/2", "1/3"), "sum to 1, got 1/2, 1/3"),
        (lambda a, b: ("3/2", "-1/2"), "non-negative"),
        (lambda a, b: ("1/2",), "2 probabilities are needed"),
        ({BOTH: ("1/2", "1/2")}, "missing for"),
    ],
)
def test_bad_signals(chances, message):
    with pytest.raises(GameDefinitionError, match=message):
        ag.PublicMonitoring(PACT, ["good", "bad"], chances)


def test_unknown_labels_of_signals():
    with pytest.raises(UnknownLabelError, match="ugly"):
        ag.PublicMonitoring(PACT, ["good", "bad"], lambda a, b: {"good": "1/2", "ugly": "1/2"})
    with pytest.raises(UnknownLabelError):
        reports(PACT).probability("ugly", BOTH)
    with pytest.raises(UnknownLabelError):
        reports(PACT).probability("good", ("cooperate", "hesitate"))


def test_thirds_in_floats_sum_to_one_in_fractions():
    third = 1 / 3
    rounded = ag.PublicMonitoring(PACT.floats(), ["x", "y", "z"], lambda a, b: (third, third, 1 - 2 * third))
    exact = rounded.in_field("exact")
    assert all(sum(exact.table[place]) == 1 for place in np.ndindex(2, 2))
    assert exact.in_field("float").table == pytest.approx(rounded.table)
    assert ag.RepeatedGame(PACT.floats(), 0.5, monitoring=rounded).exact().monitoring == exact


def test_floats_that_are_no_probabilities():
    with pytest.raises((GameDefinitionError, ValueError)):
        ag.PublicMonitoring(PACT, ["x", "y"], lambda a, b: (float("nan"), 0.5))
