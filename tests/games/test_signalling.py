"""Signalling games and assessments: what is read, what is refused, and what they turn into."""

import pickle
from fractions import Fraction as F

import numpy as np
import pytest
import sympy

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError, UnknownLabelError
from alliancegames.games.assessment import Assessment, node_labels
from alliancegames.games.signalling import SignallingGame

PAYOFFS = {
    ("hard", "wait"): (0, 2),
    ("hard", "challenge", "concede"): (2, 1),
    ("hard", "challenge", "deny"): (1, 0),
    ("soft", "wait"): (0, 2),
    ("soft", "challenge", "concede"): (2, 1),
    ("soft", "challenge", "deny"): (-1, 2),
}
REPLIES = {"wait": [], "challenge": ["concede", "deny"]}


def game(payoffs=PAYOFFS, prior=("1/4", "3/4"), **options) -> SignallingGame:
    return SignallingGame(["hard", "soft"], ["wait", "challenge"], REPLIES, prior, payoffs, **options)


def test_labels_and_payoffs():
    crisis = game(players=["Challenger", "Defender"], title="Crisis")
    assert crisis.players == ("Challenger", "Defender") and crisis.title == "Crisis"
    assert crisis.prior == {"hard": F(1, 4), "soft": F(3, 4)}
    assert crisis.replies == {"wait": ("-",), "challenge": ("concede", "deny")}
    assert crisis.ends("wait") and not crisis.ends("challenge")
    assert crisis.payoff("soft", "challenge", "deny") == {"Challenger": -1, "Defender": 2}
    assert crisis.payoff("hard", "wait") == {"Challenger": 0, "Defender": 2}
    assert crisis.numbers(1) == [[[2], [1, 0]], [[2], [1, 2]]]
    assert list(crisis.cells())[:3] == [("hard", "wait", "-"), ("hard", "challenge", "concede"), ("hard", "challenge", "deny")]


def test_payoffs_may_be_a_function_and_the_prior_a_mapping():
    same = game(lambda t, m, a: PAYOFFS[(t, m) if a == "-" else (t, m, a)], {"soft": "3/4", "hard": "1/4"})
    assert same == game() and hash(same) == hash(game())
    assert game() != game(prior=("1/2", "1/2"))


def test_replies_may_be_one_list_or_lists_in_order():
    def payoffs(*cell):
        return 0, len(cell)

    shared = SignallingGame(["t"], ["a", "b"], ["x", "y"], [1], payoffs)
    listed = SignallingGame(["t"], ["a", "b"], [["x", "y"], ["x", "y"]], [1], payoffs)
    assert shared == listed and shared.replies == {"a": ("x", "y"), "b": ("x", "y")}


def test_the_tree_hides_the_type_from_the_receiver():
    tree = game().tree()
    assert [part.label for part in tree.information_sets] == ["Sender, hard", "Receiver after challenge", "Sender, soft"]
    assert [len(part.nodes) for part in tree.information_sets] == [1, 2, 1]
    assert node_labels(tree, "Receiver after challenge") == ("hard", "soft")
    assert tree.outcomes == ("wait", "challenge, concede", "challenge, deny")
    profile = tree.profile({"Sender, hard": "challenge", "Sender, soft": "wait", "Receiver after challenge": "concede"})
    assert profile.payoffs == {"Sender": F(1, 2), "Receiver": F(1, 4) + F(3, 2)}


def test_the_strategic_form_weighs_types_by_the_prior():
    form = game().normal_form()
    assert form.shape == (4, 2)
    cell = form.payoff(("challenge/challenge", "deny"))
    assert cell == {"Sender": F(1, 4) - F(3, 4), "Receiver": F(3, 2)}


def test_number_systems():
    a, p = sympy.symbols("a p")
    symbolic = game({**PAYOFFS, ("soft", "challenge", "deny"): (-a, 2)}, (p, 1 - p))
    assert symbolic.field == "symbolic" and symbolic.free_symbols == {a, p}
    assert symbolic.tree().field == "symbolic"
    assert symbolic.subs({"a": 1, "p": "1/4"}) == game()
    assert symbolic.subs({"a": 1.0, "p": 0.25}) == game().floats()
    assert game().floats().field == "float" and game().floats().exact() == game()
    with pytest.raises(InexactPayoffError, match="SignallingGame"):
        game(prior=(0.25, 0.75))
    assert game(prior=(0.25, 0.75), field="exact") == game()


def test_pickling_and_immutability():
    crisis = game(title="Crisis")
    assert pickle.loads(pickle.dumps(crisis)) == crisis
    with pytest.raises(AttributeError, match="immutable"):
        crisis.title = "War"


def test_showing_it():
    assert repr(game()) == "<SignallingGame: Sender of type hard (1/4) or soft (3/4); messages wait, challenge; exact payoffs>"
    assert str(game()).splitlines()[0].split() == ["wait", "challenge,", "concede", "challenge,", "deny"]
    assert str(game()).splitlines()[2].startswith("soft (3/4)")
    assert "soft (3/4)" in game()._repr_html_()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"prior": ["1/4", "1/4"]}, GameDefinitionError, "prior must be positive and sum to 1, got hard 1/4, soft 1/4"),
        ({"prior": [0, 1]}, GameDefinitionError, "leave out types that cannot occur"),
        ({"prior": ["1"]}, GameDefinitionError, "one probability for each of hard, soft"),
        ({"prior": {"hard": 1}}, GameDefinitionError, "type 'soft' is missing"),
        ({"prior": {"hard": 1, "sof": 1}}, UnknownLabelError, "Did you mean 'soft'"),
        ({"types": ["hard", "hard"]}, GameDefinitionError, "type labels must be distinct"),
        ({"messages": "wait"}, GameDefinitionError, "single string"),
        ({"replies": {"wait": []}}, GameDefinitionError, "replies to the message 'challenge' are missing"),
        ({"replies": [["x"]]}, GameDefinitionError, "2 lists of replies are needed"),
        ({"replies": {"wait": [], "challenge": "deny"}}, GameDefinitionError, "single string"),
        ({"payoffs": {}}, GameDefinitionError, "payoffs are missing for"),
        ({"payoffs": 3}, GameDefinitionError, "must be a mapping"),
        ({"payoffs": {**PAYOFFS, ("hard", "wait"): (1,)}}, GameDefinitionError, "a payoff for Sender and one for Receiver"),
        ({"payoffs": {**PAYOFFS, ("hard", "wait", "deny"): (1, 1)}}, UnknownLabelError, "unknown cell"),
        ({"payoffs": {**PAYOFFS, ("hard", "wait"): (float("nan"), 1)}}, GameDefinitionError, "finite"),
        ({"players": ["A", "B", "C"]}, GameDefinitionError, "two players"),
        ({"title": 3}, GameDefinitionError, "title"),
        ({"field": "real"}, GameDefinitionError, "field must be one of"),
    ],
)
def test_bad_games(change, error, message):
    given = {"types": ["hard", "soft"], "messages": ["wait", "challenge"], "replies": REPLIES, "prior": ["1/4", "3/4"], "payoffs": PAYOFFS}
    with pytest.raises(error, match=message):
        SignallingGame(**{**given, **change})


# -------------------------------------------------------------------- assessments


def test_beliefs_follow_from_what_is_sent():
    mixed = game().assessment({"hard": "challenge", "soft": {"wait": "2/3", "challenge": "1/3"}}, {"challenge": "deny"})
    assert dict(mixed.beliefs["Receiver after challenge"]) == {"hard": F(1, 2), "soft": F(1, 2)}
    assert mixed["Sender, soft"]["wait"] == F(2, 3)
    assert not mixed.is_pure and mixed.game == game().tree()
    assert mixed.payoffs["Sender"] == F(1, 4) - F(1, 4)
    assert pickle.loads(pickle.dumps(mixed)) == mixed and hash(mixed) == hash(mixed)
    assert str(mixed).endswith("at Receiver after challenge belief hard 1/2, soft 1/2")


def test_beliefs_after_an_unsent_message_must_be_told():
    waiting = {"hard": "wait", "soft": "wait"}
    with pytest.raises(GameDefinitionError, match="nobody sends 'challenge'"):
        game().assessment(waiting, {"challenge": "deny"})
    told = game().assessment(waiting, {"challenge": "deny"}, {"challenge": {"soft": 1}})
    assert told.beliefs["Receiver after challenge"].support == ("soft",)
    assert told != game().assessment(waiting, {"challenge": "deny"}, {"challenge": {"hard": 1}})


def test_assessments_of_any_tree():
    tree = ag.ExtensiveGame(
        ["A", "B"],
        ag.Move(
            "A",
            {"out": (1, 1), "left": ag.Move("B", {"l": (2, 0), "r": (0, 1)}, "B"), "right": ag.Move("B", {"l": (0, 1), "r": (2, 0)}, "B")},
        ),
    )
    profile = tree.profile({"A": "out", "B": {"l": "1/2", "r": "1/2"}})
    assessment = Assessment(profile, {"B": ["1/2", "1/2"]})
    assert assessment.beliefs["B"].actions == ("left", "right")
    assert assessment.beliefs["A"].actions == ("start",) and assessment.beliefs["A"].is_pure
    assert [list(vector) for vector in assessment.belief_arrays] == [[1], [F(1, 2), F(1, 2)]]
    assert all(isinstance(vector, np.ndarray) and not vector.flags.writeable for vector in assessment.belief_arrays)
    with pytest.raises(GameDefinitionError, match="sum to 1"):
        Assessment(profile, {"B": ["1/2", "1/4"]})
    with pytest.raises(GameDefinitionError, match="belief at B"):
        Assessment(profile, {})
    with pytest.raises(UnknownLabelError, match="node"):
        Assessment(profile, {"B": {"up": 1}})
    with pytest.raises(GameDefinitionError, match="beliefs are needed"):
        Assessment(profile, 3)
    with pytest.raises(GameDefinitionError, match="BehaviourProfile"):
        Assessment("out", {})
