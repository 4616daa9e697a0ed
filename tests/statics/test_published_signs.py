"""The signs that models state: decided as declared, and checked by finite differences of independently solved models."""

from fractions import Fraction
from functools import cache
from itertools import islice
from typing import NamedTuple

import pytest
import sympy

import alliancegames as ag
from alliancegames.errors import UnknownLabelError
from alliancegames.statics._claims.grammar import Compare, Derivative, Name, parse
from alliancegames.statics._claims.questions import Question, truth
from alliancegames.statics._claims.readings import And, Or, Vocabulary
from alliancegames.statics._claims.scenes import EVERYWHERE
from alliancegames.statics.parameter_space import ParameterSpace
from alliancegames.statics.proofs import read_where

STEP = Fraction(1, 10**6)


class Stated(NamedTuple):
    """A sign and the model that states it."""

    model: str
    sign: ag.models.Sign


SIGNS = [Stated(key, sign) for key, cls in ag.models.all_models().items() for sign in cls.comparative_statics]
PROVED = [stated for stated in SIGNS if stated.sign.status == "proved"]
every_sign = pytest.mark.parametrize("stated", SIGNS, ids=lambda stated: f"{stated.model}: {stated.sign.claim}")


def test_there_are_enough_and_none_twice():
    assert len(PROVED) >= 70
    assert len({(stated.model, stated.sign.claim, stated.sign.where) for stated in SIGNS}) == len(SIGNS)


@every_sign
def test_is_decided_as_declared(stated):
    result = ag.models.get(stated.model).prove(stated.sign)
    assert result.status == stated.sign.status, result
    assert not any("no admissible point" in note for note in result.notes), "a claim about no point at all says nothing"


def number_at(model, point, quantity):
    """Return a threshold, or an outcome found by the model's own solver; of several equilibria that with most war."""
    at = model.replace(**{str(symbol): value for symbol, value in point.items()})
    thresholds = at.thresholds()
    if quantity in thresholds:
        return thresholds[quantity]
    return max(at.solve().outcomes, key=lambda outcome: outcome.get("p_war", 0))[quantity]


def derivatives():
    """Return the proved signs of derivatives of one name."""
    kept = []
    for stated in PROVED:
        node = parse(stated.sign.claim)
        if isinstance(node, Compare) and isinstance(node.left, Derivative) and isinstance(node.left.of, Name):
            kept.append(stated)
    return kept


@pytest.mark.parametrize("stated", derivatives(), ids=lambda stated: f"{stated.model}: {stated.sign.claim}")
def test_agrees_with_finite_differences(stated):
    model = ag.models.get(stated.model)
    words = Vocabulary(model)
    regimes, premises = read_where(stated.sign.where, words)
    premise = And(tuple(words.logic(premise, EVERYWHERE, {}) for premise in premises))
    anywhere = Or(tuple(words.inside(name, {}) for name in regimes)) if regimes else And()
    region = And((premise, anywhere))
    node = parse(stated.sign.claim)
    quantity, parameter = node.left.of.text, words.symbol(node.left.by.text)
    question = Question(model)
    points = inside(question, region)
    assert len(points) >= 2
    checked = 0
    for point in points:
        above, below = ({**point, parameter: point[parameter] + step} for step in (STEP, -STEP))
        if not (question.admits(above) and question.admits(below)):
            continue
        slope = float(number_at(model, above, quantity) - number_at(model, below, quantity)) / float(2 * STEP)
        expected = float(words.number(node.right, EVERYWHERE, {}).xreplace({s: sympy.Rational(v) for s, v in point.items()}))
        if node.relation == "=":
            assert slope == pytest.approx(expected, abs=1e-6)
        else:
            assert slope > -1e-9 if node.relation in (">", ">=") else slope < 1e-9
        checked += 1
    assert checked >= 2


@cache
def points_of(key):
    """Return random admissible points of a model."""
    return ParameterSpace.of(ag.models.get(key)).points(3000)


def inside(question, region, count=3):
    """Return some random admissible points of a region."""
    good = (point for point in points_of(question.model.key) if truth(region, point) and question.admits(point))
    return list(islice(good, count))


FALSE = next(sign for sign in ag.models.StrategicProbit.comparative_statics if sign.status == "refuted")


def test_the_false_one_is_refuted_under_private_information():
    model = ag.models.StrategicProbit()
    at = model.prove(FALSE).counterexample
    assert at["u14"] < at["u13"]
    below, above = (
        model.replace(**{**at, "u24": at["u24"] + step}).solve().outcomes[0]["p_attack"] for step in (-Fraction(1, 1000), Fraction(1, 1000))
    )
    assert above > below, "the equilibrium solver must see attacks become more likely"


def test_a_known_counterexample_is_one():
    model = ag.models.StrategicProbit(u11="0.174", u13="1.740", u14="1.263", u24="-1.989")
    result = model.prove(FALSE)
    assert result.status == "refuted"
    assert result.sides[0] == pytest.approx(0.00353638, abs=1e-7)


def test_under_agent_error_it_has_the_sign_of_what_war_is_worth():
    model = ag.models.StrategicProbit(errors="agent error")
    assert model.prove(FALSE)
    assert model.prove("d(p_attack)/d(u24) > 0", where="u14 > u13")
    assert model.prove("d(p_attack)/d(u24) == 0", where="u14 == u13")


def test_a_sign_turned_round_is_refuted():
    for stated in PROVED[::9]:
        node = parse(stated.sign.claim)
        if isinstance(node, Compare) and node.relation in "<>":
            turned = stated.sign.claim.replace("<", "#").replace(">", "<").replace("#", ">")
            assert not ag.models.get(stated.model).prove(turned, where=stated.sign.where or None)


def test_unknown_labels_of_models_are_errors():
    with pytest.raises(UnknownLabelError):
        ag.models.get("no_such_model")
