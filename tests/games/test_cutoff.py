"""Cutoff games: how they are stated, and at which kinds of numbers their conditions can be evaluated."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy

from alliancegames.errors import GameDefinitionError, UnknownLabelError
from alliancegames.games.cutoff import CutoffGame, CutoffProfile, Play
from alliancegames.games.distributions import Normal, Uniform, normal_cdf
from alliancegames.solvers._duals import variables
from alliancegames.solvers._intervals import Interval

F = Fraction


def coordination(bonus=2, spread=1):
    """Each gains its type by acting, plus a bonus that rises with the other's probability of acting."""

    def gain(other):
        return lambda own, play: own + bonus * (play[other] - F(1, 2))

    return CutoffGame(
        {"R": Uniform(-spread, spread), "C": Uniform(-spread, spread)}, {"R": gain("C"), "C": gain("R")}, title="coordination"
    )


def test_play_by_label_index_and_order():
    play = coordination().play([F(1, 2), F(-1)])
    assert play["R"] == play[0] == F(1, 4)
    assert list(play) == [F(1, 4), 1]
    assert play.cutoffs == {"R": F(1, 2), "C": F(-1)}
    assert len(play) == 2
    with pytest.raises(UnknownLabelError, match="unknown player or unknown 'Q'; known: 'R', 'C'"):
        play["Q"]


def test_conditions_rise_in_the_own_cutoff_whichever_side_acts():
    cost = CutoffGame({"s": Uniform(0, 1)}, lambda own, play: F(1, 4) + play["s"] - own, acts="below")
    assert cost.conditions([F(1, 2)]) == [F(-1, 4)]
    assert cost.conditions([F(1, 2)], own=[F(1)]) == [F(1, 4)]
    assert cost.play([F(1, 3)])["s"] == F(1, 3)
    assert cost.acts == {"s": "below"}


@pytest.mark.parametrize(
    ("values", "residuals"),
    [([F(0), F(0)], [0, 0]), ([F(1), F(1)], [0, 0]), ([F(-1), F(-1)], [0, 0]), ([F(1, 2), F(1, 2)], [F(-1, 2), F(-1, 2)])],
)
def test_residuals_vanish_at_equilibria_and_corners_only(values, residuals):
    # With a bonus of 4 coordination on either corner is an equilibrium, too.
    assert coordination(4).residuals(values) == residuals


def test_the_same_game_at_floats_symbols_and_enclosures():
    game = CutoffGame.from_replies({"p": (0, 1)}, lambda play: normal_cdf(4 * play["p"] - 2))
    p = sympy.Symbol("p", real=True)
    (formula,) = game.residuals([p])
    for value in (0.1, 0.5, 0.9):
        (number,) = game.residuals([value])
        assert float(formula.subs(p, value)) == pytest.approx(number, abs=1e-14)
        (enclosure,) = game.residuals(variables(Interval.point(np.array([[value]])), 1))
        assert enclosure.value.low[0] <= number <= enclosure.value.high[0]
        assert enclosure.slopes.midpoint[0, 0] == pytest.approx(float(sympy.diff(formula, p).subs(p, value)), abs=1e-9)


def test_a_symbolic_game_gives_formulas():
    mu, d, c = sympy.symbols("mu d c", positive=True)
    race = CutoffGame({"state": Uniform(0, 1)}, lambda own, play: mu * (1 - play["state"]) + d * play["state"] - own, acts="below")
    (condition,) = race.conditions([c])
    inside = condition.subs(sympy.Max(0, sympy.Min(1, c)), c)
    assert sympy.simplify(inside.subs({c: mu / (1 - d + mu)}).subs({mu: sympy.Rational(1, 10), d: sympy.Rational(4, 5)})) == 0


def test_conditions_may_come_as_mapping_sequence_or_number():
    box = {"a": (0, 1), "b": (0, 2)}
    by_label = CutoffGame.from_conditions(box, lambda play: {"b": play["b"] - 1, "a": play["a"]})
    listed = CutoffGame.from_conditions(box, lambda play: (play["a"], play["b"] - 1))
    assert by_label.residuals([F(1, 2), F(1, 3)]) == listed.residuals([F(1, 2), F(1, 3)]) == [F(1, 2), F(-2, 3)]
    assert CutoffGame.from_conditions({"a": (0, 1)}, lambda play: play["a"]).residuals([F(1)]) == [1]
    assert (listed.has_corners, listed.kind, listed.types, listed.acts) == (False, "conditions", {}, {})


def test_profiles_speak_of_cutoffs_probabilities_and_outcomes():
    game = CutoffGame(
        {"Ally": Uniform(0, 1), "Rival": Normal(0, 1)},
        {"Ally": lambda own, play: own - F(1, 4), "Rival": lambda own, play: -own},
        acts={"Ally": "above", "Rival": "below"},
        outcomes=lambda play: {"p_war": play["Ally"] * play["Rival"]},
    )
    item = CutoffProfile(game, (F(1, 4), F(0)), stable=True)
    assert item["Ally"] == item.cutoffs["Ally"] == F(1, 4)
    assert item.probabilities == {"Ally": F(3, 4), "Rival": 0.5}
    assert item.outcomes == {"p_war": 0.375}
    assert str(item) == "Ally: acts above 1/4 (probability 3/4), Rival: acts below 0 (probability 0.5); stable"
    assert item.columns() == {
        "Ally": F(1, 4), "Rival": 0, "Pr(Ally acts)": F(3, 4), "Pr(Rival acts)": 0.5, "p_war": 0.375, "stable": True
    }  # fmt: skip
    assert item.arrays(float)[0].tolist() == [0.25, 0.0]
    assert (item.is_pure, item.payoffs, item.error) == (True, {}, 0)
    corner = CutoffProfile(game, (F(0), F(39)), corners=("low", "high"))
    assert corner.cutoffs == {"Ally": 0, "Rival": math.inf}
    assert corner.probabilities == {"Ally": 1, "Rival": 1}
    assert str(corner) == "Ally: all types act, Rival: all types act"
    with pytest.raises(UnknownLabelError):
        item["Enemy"]


def test_nothing_can_be_changed():
    game = coordination()
    with pytest.raises(AttributeError, match="immutable"):
        game.labels = ("x",)
    with pytest.raises(AttributeError):
        game.play([0, 0]).labels = ()
    assert isinstance(game.play([0, 0]), Play)
    assert repr(game) == "<CutoffGame 'coordination' R: Uniform(-1, 1), C: Uniform(-1, 1)>"
    assert repr(CutoffGame.from_replies({"p": (0, "1/2")}, lambda play: 0)) == "<CutoffGame p in [0, 1/2], given by replies>"


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: CutoffGame([Uniform()], lambda t, p: t), GameDefinitionError, "types must map each player to a distribution"),
        (lambda: CutoffGame({}, []), GameDefinitionError, "at least one player is needed"),
        (lambda: CutoffGame({"A": (0, 1)}, lambda t, p: t), GameDefinitionError, r"the types of A must be a distribution.* got \(0, 1\)"),
        (lambda: CutoffGame({"A": Uniform()}, lambda t, p: t, acts="over"), GameDefinitionError, "acts must be 'above' or 'below', got 'over'"),
        (lambda: CutoffGame({"A": Uniform(), "B": Uniform()}, lambda t, p: t), GameDefinitionError, "gains are needed for each of A, B, got 1"),
        (lambda: CutoffGame({"A": Uniform(), "B": Uniform()}, {"A": abs}), GameDefinitionError, "gains are missing for B"),
        (lambda: CutoffGame({"A": Uniform()}, {"B": abs}), UnknownLabelError, "unknown label 'B'; known: 'A'"),
        (lambda: CutoffGame({"A": Uniform()}, lambda t, p: t, outcomes=3), GameDefinitionError, "outcomes must be a function of the play"),
        (lambda: CutoffGame.from_replies(["p"], abs), GameDefinitionError, "unknowns must map each label to its range"),
        (lambda: CutoffGame.from_replies({"p": 1}, abs), GameDefinitionError, r"the range of p must be a pair \(low, high\), got 1"),
        (lambda: CutoffGame.from_conditions({"p": (1, 0)}, abs), GameDefinitionError, "lower end below its upper end"),
        (lambda: CutoffGame.from_conditions({"p": (0, math.inf)}, abs), GameDefinitionError, "must be finite"),
        (lambda: CutoffGame.from_conditions({"p": (0, 1)}, 3), GameDefinitionError, "conditions must be a function of the play, got 3"),
        (lambda: CutoffGame.from_conditions({"p": (0, 1)}, lambda p: (1, 2)).residuals([0]), GameDefinitionError, "1 conditions are needed, .* got 2"),
        (lambda: coordination().play([1]), GameDefinitionError, "one value for each of R, C is needed, got 1"),
        (lambda: CutoffGame.from_replies({"p": (0, 1)}, abs).gain("p", 0, [0]), GameDefinitionError, "given by replies and has no gains"),
    ],
)  # fmt: skip
def test_what_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
