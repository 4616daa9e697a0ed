"""Implicit differentiation, monotone equilibria and minimal assumptions, each against independent computation."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import ParameterError, SolverNotApplicableError, UnknownLabelError
from alliancegames.statics import implicit_effects, minimal_assumptions, monotone

STEP = Fraction(1, 10**5)
CUTOFFS = [
    ("crisis_signalling", "a"),
    ("crisis_signalling", "W_B"),
    ("arms_multiplier", "mu"),
    ("extended_deterrence_basic", "a"),
    ("global_security_dilemma", "f"),
    ("alliance_selection", "rho"),
    ("attribution", "gamma"),
    ("strategic_probit", "u24"),
    ("extended_deterrence_probit", "u36"),
    ("strategic_probit_choice", "u22"),
]


@pytest.mark.parametrize(("key", "parameter"), CUTOFFS)
def test_effects_enclose_finite_differences(key, parameter):
    model = ag.models.get(key).completed()
    branches = implicit_effects(model, parameter)
    number = getattr(model.values(), parameter)
    below, above = (model.replace(**{parameter: number + step}).solve() for step in (-STEP, STEP))
    assert len(branches) == len(below.equilibria) == len(above.equilibria)
    for k, branch in enumerate(branches):
        assert branch.effects
        for name, value in above.outcomes[k].items():
            slope = float(value - below.outcomes[k][name]) / float(2 * STEP)
            low, high = branch.effects[name]
            assert low <= high
            assert low - 1e-4 * (1 + abs(slope)) <= slope <= high + 1e-4 * (1 + abs(slope))
            sign = branch.sign(name)
            assert sign != "+" or slope > 0
            assert sign != "-" or slope < 0
            assert sign != "0" or abs(slope) < 1e-8


@pytest.mark.parametrize(
    ("key", "parameter", "within"),
    [
        ("strategic_probit", "u24", ("1/4", "3/4")),
        ("arms_multiplier", "mu", ("1/20", "3/20")),
        ("alliance_selection", "rho", ("2/5", "3/5")),
    ],
)
def test_bounds_over_a_range_hold_at_all_points_of_it(key, parameter, within):
    model = ag.models.get(key).completed()
    (branch,) = implicit_effects(model, parameter, within=within)
    assert not branch.reason
    low, high = map(Fraction, within)
    for k in range(7):
        point = low + (high - low) * k / 6
        (here,) = implicit_effects(model.replace(**{parameter: point}), parameter)
        for name, bounds in here.effects.items():
            assert branch.effects[name][0] <= bounds[1] and bounds[0] <= branch.effects[name][1]
            assert branch.values[name][0] <= here.values[name][1] and here.values[name][0] <= branch.values[name][1]


def test_what_does_not_persist_is_said():
    branches = implicit_effects(ag.models.CrisisSignalling(), "W_B", within=("-31/10", "-27/10"))
    assert all("not proved to persist" in branch.reason and branch.sign("p_war") == "?" for branch in branches)


def test_outcomes_that_jump_are_left_out_with_the_reason():
    (branch,) = implicit_effects(ag.models.MoralHazardContract(), "t")
    assert "cannot be enclosed" in branch.reason
    assert branch.sign(branch.equilibrium.game.labels[0]) == "+"
    assert branch.sign("p_war") == "?"


def test_bad_arguments_of_implicit_effects():
    with pytest.raises(SolverNotApplicableError, match="no cutoff game"):
        implicit_effects(ag.models.UnilateralDeterrence(), "p_C")
    with pytest.raises(ParameterError, match="several components"):
        implicit_effects(ag.models.get("attribution"), "pi")
    with pytest.raises(ParameterError, match="within"):
        implicit_effects(ag.models.get("arms_multiplier"), "mu", within=(2, 1))
    with pytest.raises(UnknownLabelError):
        implicit_effects(ag.models.get("arms_multiplier"), "nothing")


def test_claims_about_cutoff_games_at_numbers():
    crisis = ag.models.CrisisSignalling().completed()
    refuted = ag.prove("d(p_war)/d(a) > 0", crisis)
    assert refuted.status == "refuted" and "equilibrium 3" in refuted.place
    assert ag.prove("d(p_back_down / p_challenge)/d(W_B) != 0", crisis).status in ("proved", "unknown")
    assert ag.prove("0 < p_war < 1 and p_resist > 1/5", crisis)
    race = ag.models.get("arms_multiplier").completed()
    assert ag.prove("d(p_race)/d(mu) > 0", race, where="Restrained race")
    assert ag.prove("p_race == p_build^2", race).status in ("proved", "unknown")
    assert not ag.prove("p_race > p_build", race)
    unknown = ag.prove("d(d(p_race)/d(mu))/d(mu) > 0", race)
    assert unknown.status == "unknown" and "derivatives of derivatives" in unknown.reason
    assert "give numbers" in ag.prove("d(p_war)/d(a) > 0", ag.models.CrisisSignalling()).reason


# -------------------------------------------------------------------- monotone equilibria

DILEMMA = ag.models.AllianceDilemma()
HUNT = ["sigma_1 > x_1", "sigma_2 > x_2"]
unit = st.fractions(0, 2, max_denominator=10)


@pytest.mark.parametrize(("parameter", "direction"), [("sigma_1", "down"), ("e_1", "up"), ("x_2", "down"), ("d_1", "none")])
def test_directions(parameter, direction):
    result = monotone(DILEMMA, parameter, where=HUNT)
    assert result and result.direction == direction


@given(st.tuples(unit, unit), st.tuples(unit, unit), st.tuples(unit, unit), unit)
@settings(max_examples=40, deadline=None)
def test_extreme_equilibria_move_as_proved(e, sigma, x, rise):
    if not (sigma[0] > x[0] and sigma[1] > x[1]):
        return
    for parameter, moved in (("sigma", (sigma[0] + rise, sigma[1])), ("e", (e[0] + rise, e[1]))):
        values = {"e": e, "sigma": sigma, "x": x, "d": (1, 1)}
        before, after = (ag.extreme_equilibria(DILEMMA.replace(**numbers).game()) for numbers in (values, values | {parameter: moved}))
        direction = 1 if parameter == "e" else -1
        for one, other in ((before.least, after.least), (before.greatest, after.greatest)):
            for k, labels in enumerate(DILEMMA.actions):
                places = [next(i for i, label in enumerate(labels) if profile[k][label] == 1) for profile in (one, other)]
                assert direction * (places[1] - places[0]) >= 0


def test_without_complementarity_it_is_refuted_with_a_witness():
    result = monotone(DILEMMA, "sigma_1")
    assert result.status == "refuted" and "falls when" in result.failure
    assert not ag.supermodular(DILEMMA.replace(**result.witness).game())
    turned = monotone(DILEMMA, "sigma_1", where=["sigma_1 < x_1", "sigma_2 < x_2"], reverse="search")
    assert turned and turned.reversed == ("Ally 2",)


def test_bad_arguments_of_monotone():
    with pytest.raises(SolverNotApplicableError, match="normal form"):
        monotone(ag.models.CrisisSignalling(), "a")
    with pytest.raises(UnknownLabelError, match="reverse"):
        monotone(DILEMMA, "e_1", reverse=["Nobody"])


# -------------------------------------------------------------------- minimal assumptions

MODEL = ag.models.UnilateralDeterrence()


@pytest.mark.parametrize(
    ("claim", "where", "needed"),
    [
        ("c2 < c1", None, {"c_DC > c_SQ", "c_SQ > c_DDp", "c_DDp > c_CD"}),
        ("d(c1)/d(c_SQ) < 0", None, {"c_DC > c_SQ", "c_SQ > c_DDp"}),
        ("d(p_war)/d(c_SQ) < 0", "Bluff", {"p_C > 0", "c_DC > c_SQ", "c_SQ > c_DDp", "c_DDp > c_CD"}),
        ("p_C^2 >= 0", None, set()),
    ],
)
def test_what_a_claim_rests_on(claim, where, needed):
    result = minimal_assumptions(claim, MODEL, where=where)
    assert set(result.needed) == needed
    assert result.minimal is True
    assert set(result.counterexamples) == needed
    assert not set(result.needed) & set(result.unused)


def test_counterexamples_break_only_what_they_leave_out():
    result = minimal_assumptions("c2 < c1", MODEL)
    for left_out, point in result.counterexamples.items():
        for text in result.needed:
            larger, smaller = (point[name] for name in text.split(" > "))
            assert (larger > smaller) is (text != left_out)
        c1 = (point["c_DC"] - point["c_SQ"]) / (point["c_DC"] - point["c_DDp"])
        c2 = (point["c_DC"] - point["c_SQ"]) / (point["c_DC"] - point["c_CD"])
        assert not c2 < c1


def test_false_claims_rest_on_nothing():
    result = minimal_assumptions("c1 < c2", MODEL)
    assert result.status == "not proved" and "not proved" in repr(result)


def test_premises_are_assumptions_too():
    result = minimal_assumptions("d(s_S)/d(p_P) > 0", ag.models.TripartiteCrisis(), where=["Straddle", "c_PR > c_CW"])
    assert "c_PR > c_CW" in result.needed
    with pytest.raises(SolverNotApplicableError, match="one regime"):
        minimal_assumptions("p_war < 1", MODEL)
