"""Formulas of what happens in a regime against the equilibria that solvers find at points inside it."""

import pytest
import sympy

import alliancegames as ag
from alliancegames.statics._claims.questions import Question
from alliancegames.statics._claims.readings import Vocabulary
from alliancegames.statics._claims.scenes import scenes

KEYS = ["tped", "tripartite_crisis", "asymmetric_escalation", "commitment_design", "alliance_dilemma", "unilateral_deterrence"]


def point_inside(model, words, regime):
    """Return an admissible point inside a regime, as names and as sympy numbers."""
    point = Question(model).find(words.inside(regime, {})).witness
    return {str(s): v for s, v in point.items()}, {s: sympy.Rational(v) for s, v in point.items()}


def number(formula, numbers):
    value = sympy.sympify(formula).xreplace(numbers)
    assert value.is_Rational
    return value


@pytest.mark.parametrize("key", KEYS)
def test_outcomes_and_payoffs_are_those_of_a_solved_equilibrium(key):
    model = ag.models.get(key)
    words = Vocabulary(model)
    for regime in words.all_regimes.names[:6]:
        values, numbers = point_inside(model, words, regime)
        solution = model.replace(**values).solve()
        for scene in scenes(words.model, words.all_regimes, regime):
            expected = {name: number(formula, numbers) for name, formula in scene.outcomes.items()}
            agreeing = [
                item
                for item, outcome in zip(solution.equilibria, solution.outcomes, strict=True)
                if all(sympy.sympify(outcome[name]) == value for name, value in expected.items())
            ]
            assert agreeing, (regime, scene.number, values)
            payoffs = {player: number(formula, numbers) for player, formula in scene.payoffs().items()}
            assert any(all(sympy.sympify(item.payoffs[player]) == value for player, value in payoffs.items()) for item in agreeing)


def test_probabilities_of_actions():
    model = ag.models.UnilateralDeterrence()
    words = Vocabulary(model)
    values, numbers = point_inside(model, words, "Bluff")
    (bluff,) = (item for item in model.replace(**values).solve().equilibria if 0 < item["Challenger"]["always"] < 1)
    (scene,) = scenes(words.model, words.all_regimes, "Bluff")
    for player, action in (("Challenger", "always"), ("Defender", "deny")):
        assert number(scene.probability([player, action]), numbers) == sympy.Rational(bluff[player][action])
        assert scene.probability([action]) == scene.probability([player, action])
