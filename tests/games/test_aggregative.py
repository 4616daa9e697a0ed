"""Aggregative games and contributions."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError, UnknownLabelError

ALPHA = sympy.Rational(3, 10)


def cobb_douglas(g, total, w):
    return (1 - ALPHA) * sympy.log(w - g) + ALPHA * sympy.log(total)


@pytest.fixture
def alliance() -> ag.AggregativeGame:
    return ag.AggregativeGame([120, 100, 90], cobb_douglas, players=["Big", "Middle", "Small"], title="Alliance")


def test_attributes(alliance):
    assert alliance.players == ("Big", "Middle", "Small")
    assert (alliance.field, alliance.title) == ("exact", "Alliance")
    assert alliance.endowments.tolist() == [120, 100, 90]
    assert [str(symbol) for symbol in alliance.symbols] == ["g", "G", "w"]
    assert repr(alliance) == "<AggregativeGame 'Alliance' 3 players, exact endowments>"


def test_payoff_is_the_utility(alliance):
    expected = 0.7 * np.log([119, 98, 90]) + 0.3 * np.log(3)
    assert np.allclose(list(alliance.payoff([1, 2, 0]).values()), expected, rtol=1e-14)


def test_marginal_utility_is_the_derivative(alliance):
    g, total, w = alliance.symbols
    at = {g: sympy.Rational(7), total: sympy.Rational(40), w: sympy.Rational(100)}
    step = sympy.Rational(1, 10**6)
    above, below = ({g: at[g] + s, total: at[total] + s, w: at[w]} for s in (step, -step))
    slope = (alliance.expression.subs(above) - alliance.expression.subs(below)) / (2 * step)
    assert abs(float(slope) - float(alliance.marginal.subs(at))) < 1e-9


def test_contributions(alliance):
    found = ag.contributions(alliance)[0]
    assert (found.total, found["Big"], found[2]) == (Fraction(660, 17), Fraction(500, 17), 0)
    assert found.contributors == ("Big", "Middle")
    assert found.shares == {"Big": Fraction(25, 33), "Middle": Fraction(8, 33), "Small": 0}
    assert found.burdens["Big"] == Fraction(25, 102)
    assert found.payoffs == alliance.payoff(found.efforts)
    assert found.is_pure
    assert found.arrays(float)[0].dtype == float
    with pytest.raises(ValueError, match="read-only"):
        found.efforts[0] = 3
    with pytest.raises(UnknownLabelError, match=r"unknown player 'Bi'.*Did you mean 'Big'"):
        _ = found["Bi"]


def test_a_game_is_immutable(alliance):
    for name in ("players", "endowments", "title", "field"):
        with pytest.raises(AttributeError):
            setattr(alliance, name, 3)
    with pytest.raises(ValueError, match="read-only"):
        alliance.endowments[0] = 3


def test_no_attribute_of_an_aggregative_game_can_be_set(alliance):
    for name in ("_endowments", "anything"):
        with pytest.raises(AttributeError):
            setattr(alliance, name, 3)
    assert alliance.endowments.tolist() == [120, 100, 90]


@pytest.mark.parametrize(
    ("endowments", "options", "message"),
    [
        ([], {}, "endowments must be a list of numbers"),
        ([1, 0], {}, "endowments must be positive, got 0"),
        ([1, "-1/2"], {}, "endowments must be positive, got -1/2"),
        ([1, float("nan")], {}, "must be finite"),
        ([[1], [2]], {}, r"one a player, got shape \(2, 1\)"),
        ([1, 2], {"players": ["A"]}, r"2 players but 1 player labels came \(A\)"),
        ([1, 2], {"players": ["A", "A"]}, "player labels must be distinct"),
    ],
)
def test_bad_games(endowments, options, message):
    with pytest.raises(GameDefinitionError, match=message):
        ag.AggregativeGame(endowments, cobb_douglas, **options)


def test_free_symbols_in_the_utility():
    beta = sympy.Symbol("beta")
    with pytest.raises(GameDefinitionError, match="the utility contains the symbols beta besides g, G and w; give them numbers"):
        ag.AggregativeGame([1, 2], lambda g, total, w: sympy.log(w - g) + beta * sympy.log(total))


def test_mixing_number_systems():
    with pytest.raises(InexactPayoffError, match=r"mixes exact numbers .* with floats"):
        ag.AggregativeGame([1, 2.5], cobb_douglas)


def test_wrong_number_of_contributions(alliance):
    with pytest.raises(GameDefinitionError, match="one contribution for each of the 3 players is needed, got 2"):
        alliance.payoff([1, 2])
