"""Parameters of models that are unknown, outside their domain, or against an assumption."""

import pytest

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError, ParameterError, UnknownLabelError
from alliancegames.parameters import Domain

Deterrence = ag.models.UnilateralDeterrence


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"p_C": "3/2"},
            r"UnilateralDeterrence\(\): cred_challenger \(p_C, credibility of the challenger.*\) must lie in \[0, 1\], got 3/2",
        ),
        ({"cred_defender": -0.1}, r"cred_defender .*must lie in \[0, 1\], got -0.1"),
        ({"p_C": ["1/2", "1/3"]}, r"is a single number, got \['1/2', '1/3'\]"),
    ],
)
def test_outside_the_domain(values, message):
    with pytest.raises(ParameterError, match=message):
        Deterrence(**values)


def test_replace_checks_too():
    with pytest.raises(ParameterError, match=r"must lie in \[0, 1\]"):
        Deterrence().replace(p_D=2)


def test_an_assumption_on_the_order_of_utilities():
    with pytest.raises(ParameterError, match=r"the model assumes .*>.*; here .* > .* fails"):
        Deterrence().completed().replace(u_status_quo_challenger=2)


def test_domains_with_an_open_end():
    model = ag.models.OlsonZeckhauser
    with pytest.raises(ParameterError, match=r"wealth .*must lie in \(0, inf\), got 0"):
        model(wealth=[1, 0])
    with pytest.raises(ParameterError, match="needs at least one value, got none"):
        model(wealth=[])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("cred_challengr", r"unknown parameter 'cred_challengr'; known: .*Did you mean 'cred_challenger'"),
        ("p_X", r"unknown parameter 'p_X'"),
        ("p_C_1", "unknown parameter"),
    ],
)
def test_unknown_names(name, message):
    for make in (Deterrence, Deterrence().replace):
        with pytest.raises(UnknownLabelError, match=message):
            make(**{name: "1/2"})


def test_components_of_vectors():
    model = ag.models.OlsonZeckhauser(wealth=[3, 2])
    with pytest.raises(ParameterError, match="wealth has 2 components, so wealth_3 does not exist"):
        model.replace(wealth_3=1)
    with pytest.raises(UnknownLabelError, match="unknown parameter 'wealth_0'"):
        model.replace(wealth_0=1)
    assert model.replace(wealth_2="5/2").values().wealth[1] * 2 == 5


def test_floats_mixed_with_fractions():
    with pytest.raises(
        InexactPayoffError, match=r"cred_challenger is a float while cred_defender is an exact fraction\. Give all as exact numbers"
    ):
        Deterrence(p_C=0.3, p_D="1/5")
    with pytest.raises(InexactPayoffError, match="Give all as exact numbers"):
        Deterrence(p_C=0.3).replace(p_D="1/5")


def test_integers_go_with_floats():
    assert Deterrence(p_C=0.3, p_D=0).completed().field == "float"


@pytest.mark.parametrize("value", ["__import__('os')", "1e999999999", "1/0", "half", float("nan"), float("inf"), True, None, [[1]]])
def test_values_that_are_no_numbers(value):
    with pytest.raises((GameDefinitionError, ParameterError)):
        Deterrence(p_C=value)


@pytest.mark.parametrize("text", ["0, 1", "[0; 1]", "(1, 0)", "[1, 1)", "", "(a, b)", "[0, 1e999999999]", "[__import__('os'), 1]"])
def test_bad_domains(text):
    with pytest.raises((ParameterError, GameDefinitionError)):
        Domain.parse(text)


def test_unknown_models():
    with pytest.raises(UnknownLabelError, match=r"unknown model 'unilateral_deterence'.*Did you mean 'unilateral_deterrence'"):
        ag.models.get("unilateral_deterence")
    with pytest.raises(AttributeError, match="has no attribute 'Deterrence'; the models are"):
        _ = ag.models.Deterrence
