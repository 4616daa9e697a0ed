"""Thresholds against exact solution on both sides, and their effects against thresholds of moved models."""

from fractions import Fraction
from itertools import pairwise

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import ClaimError

MODEL = ag.models.UnilateralDeterrence()
STEP = Fraction(1, 10**6)


def test_formulas_are_the_published_thresholds():
    for regime, parameter, name in (("Certain Deterrence", "p_D", "c1"), ("Attack", "p_C", "d1")):
        (found,) = ag.threshold(MODEL, parameter, regime)
        assert found.change == "starts"
        assert sympy.simplify(found.value - MODEL.thresholds()[name]) == 0
    starts, ends = sorted(ag.threshold(MODEL, "p_D", "Separating"), key=lambda item: item.change, reverse=True)
    assert sympy.simplify(starts.value - MODEL.thresholds()["c2"]) == 0
    assert sympy.simplify(ends.value - MODEL.thresholds()["c1"]) == 0


def test_effects_on_a_formula_are_the_signs_of_its_derivatives():
    (found,) = ag.threshold(MODEL, "p_D", "Certain Deterrence")
    table = ag.statics(MODEL, "c1")
    assert found.effects == {entry.parameter: entry.sign for entry in table if entry.parameter != "p_D"}


def test_numbers_separate_points_at_which_the_event_happens():
    base = MODEL.completed()
    found = ag.threshold(base, "c_SQ", "p_war > 1/8")
    assert found.complete and [item.value for item in found] == [Fraction(5, 8)]
    for step, happens in ((-STEP, True), (STEP, False)):
        solution = base.replace(c_SQ=Fraction(5, 8) + step).solve()
        assert any(outcome["p_war"] > Fraction(1, 8) for outcome in solution.outcomes) is happens


def test_effects_on_a_number_agree_with_moved_models():
    base = MODEL.completed()
    (found,) = ag.threshold(base, "c_SQ", "p_war > 1/8")
    for name in ("p_C", "c_DC", "c_CD", "p_D"):
        moved = [
            ag.threshold(base.replace(**{name: getattr(base.values(), name) + step}), "c_SQ", "p_war > 1/8")[0].value
            for step in (-STEP, STEP)
        ]
        slope = moved[1] - moved[0]
        assert found.effects[name] == ("+" if slope > 0 else "-" if slope < 0 else "0")


def test_irrational_thresholds_are_exact():
    contract = ag.models.MoralHazardContract()
    first, second = ag.threshold(contract.completed(), "t", "Deterred")
    assert (first.change, second.change) == ("starts", "ends")
    assert first.value == sympy.Rational(7, 10) - sympy.sqrt(10) / 10
    assert float(first.value) == pytest.approx(contract.completed().thresholds()["t_det"])
    assert first.bounds[0] < first.bounds[1] and float(first.bounds[1] - first.bounds[0]) < 1e-40
    assert second.value == Fraction(7, 10)
    symbolic = {item.change: item for item in ag.threshold(contract, "t", "Deterred")}
    assert symbolic["starts"].value is None
    assert symbolic["starts"].effects["cbar"] in ("+", "+-") and "root of" in str(symbolic["starts"])


def test_transcendental_thresholds_are_enclosed():
    probit = ag.models.StrategicProbit().completed()
    found = ag.threshold(probit, "u24", "p_attack < 1/3")
    assert found.complete is None and "searched" in found.reason
    (item,) = found
    assert not item.exact and item.bounds[0] <= item.value <= item.bounds[1]
    for bound, happens in ((item.bounds[0] - STEP, False), (item.bounds[1] + STEP, True)):
        assert (probit.replace(u24=bound).solve().outcomes[0]["p_attack"] < 1 / 3) is happens
    assert item.effects == {"u11": "-", "u13": "+", "u14": "+"}


@given(st.lists(st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20), min_size=1, max_size=4), st.sampled_from("<>"))
@settings(max_examples=30, deadline=None)
def test_events_given_by_their_roots(roots, relation):
    text = "*".join(f"(p_C - {root.numerator}/{root.denominator})" for root in roots) + f" {relation} 0"
    found = ag.threshold(MODEL.completed(), "p_C", text)
    odd = {root for root in roots if roots.count(root) % 2}
    assert found.complete
    assert {item.value for item in found if item.change in ("starts", "ends")} == odd
    kinds = [item.change for item in found if item.change in ("starts", "ends")]
    assert all(a != b for a, b in pairwise(kinds)), "starts and ends alternate"
    assert all(
        root in {item.value for item in found if item.change == "not here"} or not even_touch(roots, root, relation)
        for root in set(roots) - odd
    )


def even_touch(roots, root, relation):
    """Whether the event holds on both sides of a double root."""
    sign = 1
    for other in set(roots) - {root}:
        sign *= (1 if root > other else -1) ** roots.count(other)
    return (sign > 0) == (relation == ">")


def test_events_at_one_point():
    (item,) = ag.threshold(MODEL.completed(), "p_C", "p_C == 1/2")
    assert item.change == "only here" and item.value == Fraction(1, 2)


def test_no_threshold_is_an_answer():
    found = ag.threshold(MODEL.completed(), "d_SQ", "p_war > 1/10")
    assert len(found) == 0 and found.complete
    assert repr(found) == "<Thresholds: 0 (complete)>"


def test_where_restricts_the_event():
    found = ag.threshold(MODEL.completed(), "p_D", "p_war > 0", where="p_D < 1/2")
    assert [item.value for item in found] == [Fraction(1, 2)]


def test_unknown_parameters():
    with pytest.raises(ClaimError, match="no parameter"):
        ag.threshold(MODEL, "p_X", "Bluff")
