"""Tables of signs against finite differences of solved models, and jumps against neighbouring points."""

from fractions import Fraction
from itertools import islice

import pytest
import sympy

import alliancegames as ag
from alliancegames.errors import ClaimError, UnknownLabelError
from alliancegames.statics import find_jumps
from alliancegames.statics.parameter_space import ParameterSpace

MODEL = ag.models.UnilateralDeterrence()
STEP = Fraction(1, 10**7)
FORMULAS = {name: {k: sympy.sympify(f) for k, f in MODEL.regimes().outcomes(name)[0].items()} for name in MODEL.regimes().names}
SYMBOLS = {symbol for formulas in FORMULAS.values() for formula in formulas.values() for symbol in formula.free_symbols}


@pytest.fixture(scope="module")
def table():
    return ag.statics(MODEL)


def outcomes_in(point, regime):
    """Return the outcomes of the regime's equilibrium at a point, found by the solver."""
    at = MODEL.replace(**point)
    numbers = {symbol: sympy.Rational(getattr(at.values(), str(symbol))) for symbol in SYMBOLS}
    expected = {name: formula.xreplace(numbers) for name, formula in FORMULAS[regime].items()}
    return next(
        outcome for outcome in at.solve().outcomes if all(outcome[name] == Fraction(int(v.p), int(v.q)) for name, v in expected.items())
    )


def test_every_sign_is_decided_and_agrees_with_finite_differences(table):
    assert all(entry.decided for entry in table)
    points = ParameterSpace.of(MODEL).points(3000)
    for regime in MODEL.regimes().names:
        kept = list(islice((point for point in points if MODEL.regimes().locate({str(s): v for s, v in point.items()}) == (regime,)), 2))
        assert len(kept) == 2
        for point in kept:
            numbers = {str(symbol): value for symbol, value in point.items()}
            for parameter in ("p_C", "p_D", "c_SQ", "d_DC"):
                low, high = ({**numbers, parameter: numbers[parameter] + step} for step in (-STEP, STEP))
                before, after = outcomes_in(low, regime), outcomes_in(high, regime)
                for outcome in before:
                    slope = float(after[outcome] - before[outcome]) / float(2 * STEP)
                    sign = table.sign(outcome, parameter, regime)
                    assert {"+": slope > 0, "-": slope < 0, "0": slope == 0}[sign], (outcome, parameter, regime, slope)


def test_both_signs_come_with_witnesses():
    (entry,) = ag.statics(MODEL, 'payoff("Defender")', parameters=["p_C"], where="Bluff")
    assert entry.sign == "+-"
    for relation, positive in ((">", True), ("<", False)):
        point = entry.witnesses[relation]
        assert MODEL.regimes().locate(point) == ("Bluff",)
        payoffs = [bluff_payoff({**point, "p_C": point["p_C"] + step}) for step in (-STEP, STEP)]
        assert (payoffs[1] > payoffs[0]) is positive


def bluff_payoff(point):
    """Return the defender's payoff in the equilibrium in which soft challengers mix, found by the solver."""
    (bluff,) = (item for item in MODEL.replace(**point).solve().equilibria if 0 < item["Challenger"]["always"] < 1)
    return bluff.payoffs["Defender"]


def test_weak_signs_are_told_from_strict_ones():
    pawn = ag.models.ExtendedDeterrenceBasic()
    table = ag.statics(pawn, "rho", parameters=["a", "v", "kbar", "V"])
    assert [entry.sign for entry in table] == ["+0", "+0", "-0", "0"]


def test_ratios_of_outcomes():
    table = ag.statics(MODEL, "p_war / (1 - p_status_quo)", parameters=["p_C", "c_SQ"], where="Bluff")
    assert [entry.sign for entry in table] == ["0", "-"]


def test_premises_restrict_a_table():
    crisis = ag.models.TripartiteCrisis()
    free = ag.statics(crisis, "s_S", parameters=["p_P"], where="Straddle")
    assert free.sign("s_S", "p_P", "Straddle") == "+-"
    better = ag.statics(crisis, "s_S", parameters=["p_P"], where=["Straddle", "c_PR > c_CW"])
    assert better.sign("s_S", "p_P", "Straddle") == "+"


def test_what_has_no_formula_is_unknown_with_the_reason():
    (entry,) = ag.statics(ag.models.CrisisSignalling(), "p_war", parameters=["a"])
    assert entry.sign == "?" and not entry.decided
    assert "no formula" in entry.reason


def test_cutoff_games_at_numbers_have_signs_by_equilibrium():
    table = ag.statics(ag.models.CrisisSignalling().completed(), "p_war", parameters=["a", "W_B"])
    assert [entry.sign for entry in table] == ["+", "+", "+", "+", "-", "-"]
    assert [entry.equilibrium for entry in table] == [0, 0, 1, 1, 2, 2]
    assert table.sign("p_war", "a") == "+-"


def test_empty_regimes_are_recognised():
    model = MODEL.replace(p_D="9/10", c_DC=1, c_SQ="1/2", c_DDp="3/10", c_CD="1/10")
    assert {entry.sign for entry in ag.statics(model, "p_war", where="Bluff")} == {"empty"}


def test_shapes(table):
    frame = table.to_dataframe()
    assert len(frame) == len(table) == 228
    assert set(frame["sign"]) == {"+", "-", "0"}
    latex = table.to_latex()
    assert latex.startswith(r"\begin{tabular}") and "d_{DD-}" in latex and r"p\_war" in latex
    assert table._repr_html_().count("<tr>") == 1 + 4 * 4 + 3
    assert "No effect at all: c_DDm, d_SQ, d_DDp" in repr(table)
    assert table.model is MODEL
    assert table[0].quantity == "p_status_quo"


def test_unknown_names(table):
    with pytest.raises(UnknownLabelError, match="unknown sign"):
        table.sign("p_war", "p_C", "Bluf")
    with pytest.raises(ClaimError, match="no parameter"):
        ag.statics(MODEL, "c1", parameters=["c1"])
    with pytest.raises(ClaimError, match="unknown name"):
        ag.statics(MODEL, "p_peace")


# -------------------------------------------------------------------- jumps


def test_jumps_agree_with_points_on_both_sides():
    found = {(jump.before, jump.after): jump for jump in find_jumps(MODEL, "p_status_quo")}
    assert {pair: jump.sign for pair, jump in found.items()} == {
        ("Certain Deterrence", "Separating"): "-",
        ("Separating", "Attack"): "-",
        ("Separating", "Bluff"): "-",
        ("Attack", "Bluff"): "0",
    }
    base = MODEL.completed()
    edge = base.thresholds()["c1"]
    below, above = (base.replace(p_D=edge + step) for step in (-STEP, STEP))
    assert below.regimes().locate() == ("Separating",) and above.regimes().locate() == ("Certain Deterrence",)
    jump = min(o["p_status_quo"] for o in below.solve().outcomes) - max(o["p_status_quo"] for o in above.solve().outcomes)
    assert jump < -Fraction(1, 100)


def test_jumps_of_a_table(table):
    assert [jump.sign for jump in table.jumps("p_war")] == ["+", "0", "0", "+"]
    assert str(table.jumps("p_war")[0]).endswith(": +")
