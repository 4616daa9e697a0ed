"""The grammar of claims: what it reads, and where it says that it cannot."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import ClaimError
from alliancegames.statics._claims.grammar import Compare, Derivative, Junction, Name, Negated, Number, names_in, parse
from alliancegames.statics._claims.readings import Vocabulary
from alliancegames.statics._claims.scenes import EVERYWHERE

MODEL = ag.models.UnilateralDeterrence()
WORDS = Vocabulary(MODEL)


def value(text):
    """Read arithmetic without names and return its value."""
    number = WORDS.number(parse(text, what="formula"), EVERYWHERE, {})
    return Fraction(int(number.p), int(number.q))


def test_precedence():
    assert value("1 + 2*3 - 4/8") == Fraction(13, 2)
    assert value("-2^2") == -4
    assert value("2^3^2") == 512
    assert value("2^-1") == Fraction(1, 2)
    assert value("1 - 2 - 3") == -4
    assert value("8/4/2") == 1
    assert value("--3 + +2") == 5
    assert value("0.25 + 1e-2 + .5") == Fraction(76, 100)


def test_not_binds_tighter_than_and_than_or_than_implies():
    claim = parse("not c1 < c2 and c1 < 1 or c2 < 0 implies d1 > 0")
    assert isinstance(claim, Junction) and claim.word == "or"
    premise, conclusion = claim.parts
    assert isinstance(premise, Negated) and isinstance(conclusion, Compare)
    assert premise.part.word == "or"
    assert premise.part.parts[0].word == "and"
    assert isinstance(premise.part.parts[0].parts[0], Negated)


def test_chains_compare_neighbours():
    claim = parse("0 < c2 < c1 <= 1")
    assert [part.relation for part in claim.parts] == ["<", "<", "<="]
    assert claim.parts[0].right == claim.parts[1].left


def test_nested_derivatives_and_a_parameter_named_d():
    claim = parse("d(d(p_war)/d(c_SQ))/d(p_C) > d")
    assert isinstance(claim.left, Derivative) and isinstance(claim.left.of, Derivative)
    assert claim.right == Name("d", 30)


def test_names_are_listed():
    assert {getattr(part, "text", None) for part in names_in(parse('in "Bluff" implies c2 < min(c1, d1)'))} == {None, "c2", "c1", "d1"}


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("c1 <", 5, "expected a number"),
        ("c1 + c2", 4, "where a statement"),
        ("d(c1)/c2 < 1", 7, "expected 'd'"),
        ("c1 c2", 4, "expected the end"),
        ("(c1 < c2", 9, "to close the parenthesis"),
        ("sin(c1) < 2", 1, "is no function"),
        ('in "Bluff', 4, "no closing quote"),
        ("c1 @ c2", 4, "no meaning"),
        ("c1 < (c2 < 1)", 10, "where a number"),
        ("in Bluff", 4, "in quotes"),
        ("c1 < 1e999", 7, "expected the end"),
        ("not c1", 5, "where a statement"),
        ("-(c1 < 1)", 6, "where a number"),
        ("c1 < 1 and", 11, "expected a number"),
        ("min() < 1", 5, "expected a number"),
        ("sqrt(1, 2) < 1", 1, "takes 1 argument"),
        ('Pr("a", "b", "c") < 1', 1, "takes 1 to 2 labels"),
        ("", 1, "expected a number"),
    ],
)
def test_faults_are_located(text, column, words):
    with pytest.raises(ClaimError, match=words) as caught:
        parse(text)
    assert caught.value.column == column
    assert f"column {column}" in str(caught.value)


@pytest.mark.parametrize("text", [None, 3, b"c1 < c2", ["c1 < c2"]])
def test_only_text_is_parsed(text):
    with pytest.raises(ClaimError, match="must be a text"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    ["(" * 5000 + "1" + ")" * 5000 + " < 1", "(" * 400 + "1 < 2" + ")" * 400, "1 < " + "9" * 4000, "1 < 2" + "^2" * 300, "1 < 2 " * 2000],
)
def test_hostile_text_is_refused_quickly(text):
    with pytest.raises(ClaimError):
        parse(text)


@pytest.mark.parametrize("text", ["2^31 < 1", "((9^30)^30)^30 < 1", "(1/3)^(1/31) < 1", "0^0 < 1", "1/(c1 - c1) < 1", "2^c1 < 1"])
def test_powers_and_quotients_without_value_are_refused(text):
    with pytest.raises(ClaimError, match="column"):
        ag.prove(text, MODEL)


def test_large_degrees_are_unknown_and_not_tried():
    result = ag.prove("((((p_C + p_D)^9 + c_SQ)^9 + d_SQ)^9 + 1)^9 > 0", MODEL)
    assert result.status == "unknown"
    assert "degree" in result.reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("c3 < 1", "unknown name 'c3'"),
        ("d(c1)/d(c2) < 1", "is no parameter"),
        ('in "Bluf"', "no regime 'Bluf'"),
        ('payoff("Nobody") < 1', "unknown player"),
        ('Pr("retreat") < 1', "unknown action"),
    ],
)
def test_unknown_names_are_refused(text, words):
    with pytest.raises(ClaimError, match=words):
        ag.prove(text, MODEL, where=() if "Pr" not in text and "payoff" not in text else "Bluff")


def test_components_of_vectors_move_one_at_a_time():
    with pytest.raises(ClaimError, match=r"name one of"):
        ag.prove("d(indifference_1)/d(e) > 0", ag.models.AllianceDilemma())


SYMBOLS = [*"()+-*/^<>=!,.\"' d0123", "c1", "p_war", "and", "or", "not", "implies", "in", "d(", ")/d(", "min(", 'Pr("', "\u00b2", "\n"]


def fault(text, what):
    """Return the error with which a text is refused; None if it is read."""
    try:
        parse(text, what=what)
    except ClaimError as error:
        return error
    return None


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(SYMBOLS), max_size=25).map("".join)))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused_with_its_column(text):
    for error in (fault(text, "claim"), fault(text, "formula")):
        assert error is None or 1 <= error.column <= len(text) + 1


@st.composite
def arithmetic(draw, depth=4):
    """Draw a formula of numbers as text, and its value computed alongside."""
    if depth == 0 or draw(st.booleans()):
        number = Fraction(draw(st.integers(0, 50)), draw(st.sampled_from([1, 2, 5, 10])))
        return (str(number.numerator), Fraction(number.numerator)) if number.denominator == 1 else (f"{float(number)}", number)
    left, a = draw(arithmetic(depth=depth - 1))
    right, b = draw(arithmetic(depth=depth - 1))
    sign = draw(st.sampled_from("+-*/"))
    if sign == "/" and b == 0:
        sign = "+"
    return f"({left}) {sign} ({right})", {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else None}[sign]


@given(arithmetic())
@settings(max_examples=150, deadline=None)
def test_arithmetic_is_exact(drawn):
    text, expected = drawn
    assert value(text) == expected


def test_numbers_are_what_they_print():
    assert parse("0.1 < 1").left == Number(Fraction(1, 10), 1)
