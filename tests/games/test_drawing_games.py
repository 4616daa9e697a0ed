"""The strategies that draw games for tests."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliancegames.errors import GameDefinitionError
from alliancegames.testing import bimatrix_games, normal_form_games, payoffs


@given(payoffs(tied=True), payoffs(tied=False))
def test_payoffs(tied, generic):
    assert tied in {-2, -1, 0, 1, 2}
    assert abs(generic) <= 1000
    assert Fraction(generic).denominator <= 97


@given(st.data())
def test_sizes_are_respected(data):
    least, players = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 4))
    most = data.draw(st.integers(least, 3))
    game = data.draw(normal_form_games(least, most, players))
    assert len(game.shape) == players
    assert all(least <= size <= most for size in game.shape)
    assert game.field == "exact"


@given(normal_form_games(tied=True))
def test_tied_games(game):
    assert {value for array in game.payoffs for value in array.flat} <= {-2, -1, 0, 1, 2}


def test_every_kind_of_game_is_drawn():
    shapes, widest = set(), []

    @settings(max_examples=100)
    @given(bimatrix_games())
    def collect(game):
        shapes.add(game.shape)
        widest.append(max(abs(value) for array in game.payoffs for value in array.flat))

    collect()
    assert {(1, 1), (2, 3), (3, 2), (3, 3)} <= shapes
    assert max(widest) > 2
    assert min(widest) <= 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"min_actions": 0}, "1 <= min_actions <= max_actions is needed, got 0 and 3"),
        ({"min_actions": 3, "max_actions": 2}, "got 3 and 2"),
        ({"n_players": 0}, "n_players must be at least 1, got 0"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(GameDefinitionError, match=message):
        normal_form_games(**arguments)
