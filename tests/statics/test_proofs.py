"""Proofs and refutations against exact evaluation: nothing false is proved, nothing true is refuted."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import ClaimError, ParameterError, SolveError
from alliancegames.statics._claims.enclosures import sign_at
from alliancegames.statics._claims.opaque import Opaque
from alliancegames.statics._claims.questions import Question, truth
from alliancegames.statics._claims.readings import And, Comparison, Or, opposite
from alliancegames.statics.derivation import regimes
from alliancegames.statics.parameter_space import ParameterSpace
from alliancegames.statics.proofs import ProofResult

MODEL = ag.models.UnilateralDeterrence()
NAMES = ("p_C", "p_D", "c_DC", "c_SQ", "c_DDp", "c_CD", "d_CD", "d_DC")
POINTS = ParameterSpace.of(MODEL).points(4000)


def test_a_negative_constant_denominator_keeps_its_sign():
    space = ParameterSpace(sympy.symbols("a b"))
    a, b = space.symbols
    minus_one = sympy.Mul(a - b, 1 / (b - a), evaluate=False)
    assert space.ring.quotient(minus_one) == (space.ring.constant(Fraction(-1)), space.ring.constant(Fraction(1)))
    assert space.proves(space.condition(minus_one, "<")) is True
    assert space.find(space.condition(minus_one, ">")).status == "nowhere"


# -------------------------------------------------------------------- random claims


@st.composite
def polynomials(draw):
    """Draw a small polynomial of a few parameters as text."""
    terms = draw(st.lists(st.tuples(st.integers(-3, 3), st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1, max_size=3))
    return " + ".join(f"({c})*{x}*{y}" for c, x, y in terms) + f" + ({draw(st.integers(-2, 2))})"


@st.composite
def claims(draw):
    """Draw comparisons of quotients, joined by connectives."""
    comparison = st.builds(
        lambda left, relation, right, below: f"({left}) / (1 + ({below})^2) {relation} {right}",
        polynomials(),
        st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        st.integers(-1, 1),
        polynomials(),
    )
    first, second = draw(comparison), draw(comparison)
    return draw(st.sampled_from([first, f"not {first}", f"{first} or {second}", f"{first} and {second}", f"{first} implies {second}"]))


def evaluated(text, point):
    """Evaluate a drawn claim exactly, by Python's own arithmetic on fractions."""
    words = text.replace("^", "**").replace(" implies ", " #implies# ")
    scope = {str(symbol): value for symbol, value in point.items()}
    if "#implies#" in words:
        premise, conclusion = (eval(part, {}, scope) for part in words.split("#implies#"))  # text drawn above
        return (not premise) or conclusion
    return eval(words, {}, scope)  # text drawn above


@given(claims())
@settings(max_examples=60, deadline=None)
def test_random_claims_are_never_proved_against_a_counterexample(text):
    result = ag.prove(text, MODEL, steps=200_000)
    if result.status == "refuted":
        if all(isinstance(value, Fraction) for value in result.counterexample.values()):
            MODEL.replace(**result.counterexample)  # raises if the point is not admissible
            assert not evaluated(text, result.counterexample)
    elif result.status == "proved":
        assert all(evaluated(text, point) for point in POINTS[:400])
    else:
        assert result.reason
        with pytest.raises(SolveError):
            bool(result)


@pytest.mark.parametrize("regime", MODEL.regimes().names)
@pytest.mark.parametrize("outcome", ["p_war", "p_back_down"])
def test_bounds_on_outcomes_in_a_regime_agree_with_the_solver(regime, outcome):
    inside = [point for point in POINTS if regime_by_hand(**named(point)) == regime][:20]
    assert len(inside) >= 5
    formula = MODEL.regimes().outcomes(regime)[0][outcome]
    for point in inside:
        solution = MODEL.replace(**named(point)).solve()
        value = sympy.sympify(formula).xreplace({s: sympy.Rational(v) for s, v in point.items()})
        assert any(sympy.Rational(found[outcome]) == value for found in solution.outcomes)
    top = max(float(sympy.sympify(formula).xreplace({s: sympy.Rational(v) for s, v in point.items()})) for point in inside)
    assert ag.prove(f"0 <= {outcome} < 1", MODEL, where=regime)
    if top > 0:
        refuted = ag.prove(f"{outcome} < {Fraction(top / 2).limit_denominator(1000)}", MODEL, where=regime)
        assert refuted.status == "refuted"
        assert MODEL.replace(**refuted.counterexample).solve().regimes == (regime,)


def regime_by_hand(p_C, p_D, c_DC, c_SQ, c_DDp, c_CD, d_CD, d_DC, d_DDm, **_):
    """Return the regime of an inner point from the thresholds of the credibilities."""
    if p_D > (c_DC - c_SQ) / (c_DC - c_DDp):
        return "Certain Deterrence"
    if p_D > (c_DC - c_SQ) / (c_DC - c_CD):
        return "Separating"
    return "Attack" if p_C > (d_CD - d_DC) / (d_CD - d_DDm) else "Bluff"


def named(point):
    return {str(symbol): value for symbol, value in point.items()}


# -------------------------------------------------------------------- what results say


def test_unknown_is_not_truth():
    result = ProofResult("c1 < 1", "unknown", reason="no time")
    with pytest.raises(SolveError, match="unknown: no time"):
        bool(result)
    result = ag.prove("c1^5*p_C + d_CD^3*p_D - c_SQ^4*d_DC^3 + p_C*p_D*c_DC^5 != 17/3", MODEL, steps=1)
    assert result.status in ("refuted", "unknown")


def test_claims_about_nothing_are_marked():
    result = ag.prove("p_C > 2", MODEL, where="p_C > 1")
    assert result.status == "proved"
    assert "no admissible point" in result.notes[0]
    assert "note: no admissible point" in repr(result)


def test_every_equilibrium_of_a_regime_must_agree():
    dilemma = ag.models.AllianceDilemma()
    assert not ag.prove("p_both_strong == 1", dilemma, where="Stag hunt")
    refuted = ag.prove("p_both_strong == 1", dilemma, where="Stag hunt")
    assert "equilibrium" in refuted.place
    assert ag.prove("p_both_strong >= 0", dilemma, where="Stag hunt")


def test_outcomes_without_a_regime_are_claimed_of_each():
    assert ag.prove("p_status_quo + p_concession + p_back_down + p_war == 1", MODEL)
    refuted = ag.prove("p_war > 0", MODEL)
    assert "Certain Deterrence" in refuted.place


def test_where_is_a_regime_or_a_claim():
    assert ag.prove("p_D < c1", MODEL, where=["Bluff", "Attack"])
    assert ag.prove('p_D < c1 or in "Certain Deterrence"', MODEL, where="p_D != c1")
    with pytest.raises(ClaimError, match="neither a regime"):
        ag.prove("p_D < c1", MODEL, where="Bluf")


def test_regimes_exclude_one_another():
    assert ag.prove('in "Bluff" implies not in "Attack"', MODEL)
    assert ag.prove(
        'in "Bluff" or in "Attack" or in "Separating" or in "Certain Deterrence"', MODEL, where=["p_D != c1", "p_D != c2", "p_C != d1"]
    )


def test_numbers_given_to_parameters_count():
    numbers = MODEL.replace(c_DC=1, c_SQ="1/2", c_CD="1/10")
    assert ag.prove("c2 == 5/9", numbers)
    assert ag.prove("d(c2)/d(c_SQ) == -10/9", numbers), "derivatives are taken before numbers are put in"
    assert ag.prove("d(c1)/d(c_SQ) < 0", MODEL.completed())
    contradictory = MODEL.replace(c_DC=0, c_SQ=1)
    with pytest.raises((SolveError, ParameterError)):
        ag.prove("p_C < 2", contradictory)


def test_ends_of_domains_count_only_if_asked_for():
    assert ag.prove("p_C < 1", MODEL)
    refuted = ag.prove("p_C < 1", MODEL, interior=False)
    assert refuted.counterexample["p_C"] == 1


def test_minima_are_followed_through_their_cases():
    pawn = ag.models.ExtendedDeterrenceBasic()
    assert ag.prove("0 <= rho <= 1", pawn)
    result = ag.prove("d(rho)/d(a) >= 0", pawn)
    assert result and "switches" in result.notes[0]
    assert not ag.prove("d(rho)/d(a) > 0", pawn)
    assert ag.prove("max(p_C, p_D) + min(p_C, p_D) == p_C + p_D", MODEL)
    assert ag.prove("abs(c_SQ - c_DC) == c_DC - c_SQ", MODEL)


def test_roots_exponentials_and_logarithms():
    assert ag.prove("sqrt(p_C) >= p_C", MODEL)
    assert ag.prove("sqrt(p_C)^2 == p_C", MODEL)
    assert ag.prove("exp(c_DC - c_SQ) > 1", MODEL)
    assert ag.prove("log(p_C) <= p_C - 1", MODEL)
    assert ag.prove("log(p_C) <= 2*(p_C - 1)/(p_C + 1)", MODEL)
    assert ag.prove("2*log(p_C) >= p_C - 1/p_C", MODEL)
    assert not ag.prove("log(p_C) >= 2*(p_C - 1)/(p_C + 1)", MODEL)
    assert ag.prove("d(sqrt(p_C))/d(p_C) > 1/2", MODEL)
    refuted = ag.prove("exp(p_C) < 2", MODEL)
    assert refuted.counterexample["p_C"] > Fraction(69, 100)
    assert ag.prove("exp(p_C)*exp(p_D) > exp(p_C - p_D)", MODEL).status in ("proved", "unknown")


def test_numbers_rounded_to_whole_ones():
    """The number of messages in cheap talk is the bound ``(sqrt(1 + 2/b) - 1)/2`` rounded up: one message from 1/4 on, at least two below."""
    talk = ag.models.CheapTalkConsultation()
    assert ag.prove("N == 1", talk, where="b > 1/4")
    assert ag.prove("N >= 2", talk, where="b < 1/4")
    assert ag.prove("N >= 2", talk).counterexample["b"] >= Fraction(1, 4)
    slope = ag.prove("d(EU_R)/d(b) == -2*b*(N^2 - 1)/3", talk)
    assert slope
    assert any("jumps are left out" in note for note in slope.notes)
    assert not ag.prove("d(EU_R)/d(b) < 0", talk)


def test_refutations_show_both_sides():
    refuted = ag.prove("p_C < 1/2", MODEL)
    assert refuted.sides == (pytest.approx(float(refuted.counterexample["p_C"])), 0.5)
    assert "where its sides are" in repr(refuted)


def test_methods_of_models():
    assert MODEL.prove("c2 < c1")
    assert MODEL.statics("c1").sign("c1", "c_SQ") == "-"


# -------------------------------------------------------------------- signs at points


@given(st.fractions(-3, 3, max_denominator=20), st.fractions(-3, 3, max_denominator=20))
@settings(max_examples=120, deadline=None)
def test_signs_at_points_agree_with_many_digits(a, b):
    x, y = sympy.symbols("x y", real=True)
    formulas = [
        sympy.exp(x) - sympy.Rational(6, 5) * y,
        (1 - sympy.erfc(x / sympy.sqrt(2)) / 2) - sympy.erfc(-y) / 2,
        sympy.sqrt(x**2 + 1) - y,
        sympy.log(x**2 + sympy.Rational(1, 7)) + sympy.pi * y,
        sympy.Max(x, y) - sympy.Min(x**2, 1),
        sympy.sqrt(2) * x - y,
    ]
    for formula in formulas:
        sign = sign_at(formula, {x: a, y: b})
        with mpmath.workdps(60):
            near = mpmath.mpf(str(formula.xreplace({x: sympy.Rational(a), y: sympy.Rational(b)}).evalf(60)))
            if abs(near) > mpmath.mpf(10) ** -12:
                assert sign == int(mpmath.sign(near))
            else:
                assert sign in (0, None)


def test_signs_of_algebraic_zeros_are_zero():
    x = sympy.Symbol("x")
    root = sympy.CRootOf(x**3 - 10 * x + 1, 1)
    assert sign_at(x**3 - 10 * x + 1, {x: root}) == 0
    assert sign_at(x**3 - 10 * x + 1 + sympy.Rational(1, 10**20), {x: root}) == 1
    assert sign_at(sympy.sqrt(2) * sympy.sqrt(3) - sympy.sqrt(6), {}) == 0
    assert sign_at(1 / x, {x: Fraction(0)}) is None


def test_opposites_and_truth():
    x, y = sympy.symbols("x y")
    claim = Or((And((Comparison(x, "<", y), Comparison(y, "<=", 2 * x))), Comparison(x, "=", sympy.Integer(3))))
    for a, b in np.random.default_rng(0).integers(-4, 5, (60, 2)):
        point = {x: Fraction(int(a)), y: Fraction(int(b))}
        expected = (a < b and b <= 2 * a) or a == 3
        assert truth(claim, point) is bool(expected)
        assert truth(opposite(claim), point) is not bool(expected)


@given(st.fractions(-2, 2, max_denominator=8), st.fractions(Fraction(1, 8), 3, max_denominator=8))
@settings(max_examples=60, deadline=None)
def test_what_is_stated_of_functions_is_true(a, b):
    x, y = sympy.symbols("x y", real=True)
    opaque = Opaque((x, y))
    formula = sympy.exp(x) + sympy.log(y) + sympy.sqrt(y) + sympy.erfc(x) + sympy.erf(y) + y**x + sympy.pi + y ** sympy.Rational(-2, 3)
    formula += sympy.ceiling(3 * x) * sympy.floor(x)
    opaque.replaced(Comparison(formula, ">", sympy.Integer(0)))
    point = {x: sympy.Rational(a), y: sympy.Rational(b)}
    values = {unknown: original.xreplace(point) for original, unknown in opaque.originals.items()}
    assert len(values) >= 9

    def holds(fact):
        if isinstance(fact, Comparison):
            difference = (fact.left - fact.right).xreplace({**point, **values})
            near = float(sympy.N(difference, 30))
            near = 0.0 if abs(near) < 1e-20 else near
            return {">": near > 0, ">=": near >= 0, "=": near == 0, "<": near < 0, "<=": near <= 0, "!=": near != 0}[fact.relation]
        return (all if isinstance(fact, And) else any)(holds(part) for part in fact.parts)

    assert all(holds(fact) for fact in opaque.facts)
    assert all(float(sympy.N(bound.xreplace(values))) > 0 for bound in opaque.positive)


def test_questions_of_partly_fixed_models_start_from_admissible_points():
    model = MODEL.replace(c_SQ=5)
    question = Question(model.exact())
    assert question.admits(question.example)
    assert ag.prove("c_DC > 5", model)


def test_derived_regimes_may_be_named_too():
    design = ag.models.CommitmentDesign()
    derived = regimes(design)
    assert ag.prove("p_peace + p_attack + p_provocation >= 1", design, regimes=derived)
    assert ag.prove("p_peace == 1", design, regimes=derived, where="Peace")
    refuted = ag.prove("p_peace == 1", design, regimes=derived)
    assert refuted.status == "refuted" and "Attack" in refuted.place
    with pytest.raises(ClaimError, match="fixed"):
        ag.prove("d(beta_D)/d(V) > 0", design.replace(V=1), regimes=design.replace(V=1).regimes())


def test_numbers_alone_are_decided_by_evaluation():
    completed = MODEL.completed()
    assert ag.prove("c1 == 5/7 and exp(c_SQ) > 8/5", completed)
    assert not ag.prove("exp(c_SQ) < 8/5", completed)
    assert ag.prove("p_war == 1/6", completed)


def test_closed_forms_are_the_outcomes_of_the_solver():
    model = ag.models.HandsVsSunk()
    for point in ParameterSpace.of(model).points(4):
        at = model.replace(**named(point))
        (outcomes,) = at.solve().outcomes
        assert {name: float(value) for name, value in at.closed_forms(at.values()).items()} == pytest.approx(outcomes)
