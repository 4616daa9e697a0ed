"""Strategy profiles and mixed strategies."""

import pickle
from fractions import Fraction

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError, UnknownLabelError

HALF = Fraction(1, 2)


@pytest.fixture
def hunt() -> ag.NormalFormGame:
    return ag.games.stag_hunt()


@pytest.fixture
def mixed(hunt) -> ag.Profile:
    return hunt.profile({"Row": {"stag": "1/2", "hare": "1/2"}, "Column": "stag"})


def test_strategies_by_label_and_index(mixed):
    assert mixed["Row"]["stag"] == mixed[0][0] == HALF
    assert (mixed["Column"]["hare"], mixed[1]["stag"]) == (0, 1)
    assert mixed["Row"].support == ("stag", "hare")
    assert mixed["Column"].is_pure
    assert not mixed["Row"].is_pure


def test_a_mixed_strategy_is_a_mapping(mixed):
    strategy = mixed["Row"]
    assert dict(strategy) == {"stag": HALF, "hare": HALF}
    assert (len(strategy), list(strategy), "stag" in strategy, "boar" in strategy) == (2, ["stag", "hare"], True, False)
    assert strategy.actions == ("stag", "hare")
    assert str(strategy) == "stag 1/2, hare 1/2"
    assert repr(mixed["Column"]) == "MixedStrategy(stag)"


def test_payoffs_regret_support(mixed):
    assert mixed.payoffs == {"Row": Fraction(7, 2), "Column": Fraction(5, 2)}
    assert mixed.regret == {"Row": HALF, "Column": HALF}
    assert mixed.support == {"Row": ("stag", "hare"), "Column": ("stag",)}
    assert not mixed.is_pure


def test_actions_of_pure_profiles_only(hunt, mixed):
    assert hunt.profile((0, 1)).actions == ("stag", "hare")
    with pytest.raises(GameDefinitionError, match=r"is mixed; use .support or .arrays"):
        _ = mixed.actions


def test_arrays(mixed):
    exact, floats = mixed.arrays(), mixed.arrays(float)
    assert exact[0].tolist() == [HALF, HALF]
    assert floats[0].dtype == float
    assert floats[0].tolist() == [0.5, 0.5]
    with pytest.raises(ValueError, match="read-only"):
        exact[0][0] = 1


def test_strategies_are_read_only(mixed):
    with pytest.raises(ValueError, match="read-only"):
        mixed["Row"].probabilities[0] = 1
    with pytest.raises(AttributeError):
        mixed.game = None
    with pytest.raises(TypeError):
        mixed["Row"]["stag"] = 1


def test_a_mixed_strategy_copies_its_probabilities():
    weights = np.array([HALF, HALF], dtype=object)
    strategy = ag.MixedStrategy(["a", "b"], weights)
    weights[0] = Fraction(1)
    assert strategy["a"] == HALF
    with pytest.raises(ValueError, match="read-only"):
        strategy.probabilities[0] = 1


def test_equality_hash_pickle(hunt, mixed):
    twin = ag.games.stag_hunt().profile([["1/2", "1/2"], 0])
    assert twin == mixed
    assert hash(twin) == hash(mixed)
    assert mixed != hunt.profile((0, 0))
    assert pickle.loads(pickle.dumps(mixed)) == mixed


def test_text(hunt, mixed):
    assert str(mixed) == "(stag 1/2, hare 1/2) × (stag)"
    assert repr(hunt.profile((0, 1))) == "Profile[(stag) × (hare)]"


def test_floats_in_float_games_only(hunt):
    assert hunt.floats().profile([[0.5, 0.5], 0])["Row"]["stag"] == 0.5
    assert type(hunt.floats().profile([["1/2", "1/2"], 0])["Row"]["stag"]) is float
    with pytest.raises(InexactPayoffError, match=r"strategy of Row mixes exact numbers .* with floats"):
        hunt.profile([[0.5, 0.5], 0])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([["1/2", "1/3"], 0], "Row: probabilities must be non-negative and sum to 1, got .* with sum 5/6"),
        ([["3/2", "-1/2"], 0], "must be non-negative"),
        ([{"stag": "1/2"}, 0], "sum to 1"),
        ([[1], 0], r"2 probabilities are needed \(stag, hare\), got 1"),
        ({"Row": 0}, "the profile has no strategy for Column"),
        ("stag", "one strategy for each of Row, Column, got 'stag'"),
        ([0], "one strategy for each of Row, Column"),
        ([0, 0, 0], "one strategy for each of Row, Column"),
        (3, "a profile needs one strategy"),
        (None, "a profile needs one strategy"),
        ([[float("nan"), 1], 0], "must be finite"),
        ([["one", 0], 0], "cannot read 'one' as a number"),
        ([[True, False], 0], "expected a number, got True; write 1 or 0"),
        ([None, 0], "strategy of Row"),
        ([0.5, 0], "strategy of Row"),
        ([True, 0], "strategy of Row"),
    ],
)
def test_bad_profiles(hunt, given, message):
    with pytest.raises(GameDefinitionError, match=message):
        hunt.profile(given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("stags", "hare"), "unknown action 'stags'; known: 'stag', 'hare'\\. Did you mean 'stag'\\?"),
        ((2, 0), "unknown action 2"),
        ((-1, 0), "unknown action -1"),
        ({"Rows": 0, "Column": 0}, "unknown player 'Rows'.*Did you mean 'Row'"),
        ([{"hares": 1}, 0], "unknown action 'hares'"),
    ],
)
def test_unknown_labels(hunt, given, message):
    with pytest.raises(UnknownLabelError, match=message):
        hunt.payoff(given)


def test_probabilities_of_float_games_may_be_rounded(hunt):
    third = [0.1 + 0.2, 0.7]
    assert hunt.floats().profile([third, 0])["Row"]["hare"] == 0.7
    with pytest.raises(GameDefinitionError, match="sum to 1"):
        hunt.floats().profile([[0.3, 0.7001], 0])
