"""Strategic probit games against probabilities computed elsewhere and simulated play."""

import numpy as np
import pytest
from scipy.stats import norm

import alliancegames as ag
from alliancegames.errors import ParameterError

WORKED = [
    ("strategic_probit", "agent error", (0.577457, 0.152892, 0.269651)),
    ("strategic_probit", "private information", (0.588155, 0.149021, 0.262824)),
    ("strategic_probit_choice", "agent error", (0.158138, 0.222000, 0.378953, 0.240908)),
    ("strategic_probit_choice", "private information", (0.139786, 0.196236, 0.405924, 0.258054)),
    ("extended_deterrence_probit", "agent error", (0.473209, 0.190501, 0.139897, 0.196393)),
    ("extended_deterrence_probit", "private information", (0.476839, 0.178925, 0.143203, 0.201033)),
]


@pytest.mark.parametrize(("key", "errors", "expected"), WORKED)
def test_worked_probabilities(key, errors, expected):
    model = type(ag.models.get(key))(errors=errors)
    (outcomes,) = model.solve().outcomes
    assert list(outcomes.values())[: len(expected)] == pytest.approx(expected, abs=1e-6)
    assert sum(list(outcomes.values())[: len(expected)]) == pytest.approx(1)


@pytest.mark.parametrize(("key", "errors"), [row[:2] for row in WORKED])
def test_closed_forms_are_the_equilibrium(key, errors):
    model = type(ag.models.get(key))(errors=errors)
    rng = np.random.default_rng(1)
    for _ in range(5):
        drawn = model.replace(**{q.name: float(rng.normal()) for q in model.parameters})
        (outcomes,) = drawn.solve().outcomes
        assert drawn.closed_forms(drawn.values()) == pytest.approx(outcomes)


def test_private_errors_by_simulation():
    model = ag.models.ExtendedDeterrenceProbit()
    p = {q.symbol: float(q.example[0]) for q in model.parameters}
    rng = np.random.default_rng(0)
    size = 400_000

    def noise():
        return rng.normal(size=size)

    u36, stays = p["u36"] + noise(), noise()
    helps = (u36 > stays).mean()
    u23, u25, u26 = (p[name] + noise() for name in ("u23", "u25", "u26"))
    resists = ((1 - helps) * u25 + helps * u26 > u23).mean()
    u11, u13, u15, u16 = (p[name] + noise() for name in ("u11", "u13", "u15", "u16"))
    attacks = ((1 - resists) * u13 + resists * ((1 - helps) * u15 + helps * u16) > u11).mean()
    (outcomes,) = model.solve().outcomes
    assert [helps, resists, attacks] == pytest.approx([outcomes[name] for name in ("p_intervene", "p_resist", "p_attack")], abs=5e-3)


def test_the_variance_is_why_resolve_may_invite_attack():
    """By hand, at a known counterexample: the mean gain falls in resolve and its ratio to the standard deviation rises."""
    u11, u13, u14 = 0.174, 1.740, 1.263

    def ratio(u24, private):
        resist = norm.cdf(u24 / 2**0.5)
        gain = (1 - resist) * u13 + resist * u14 - u11
        return gain, gain / (1 + (1 - resist) ** 2 + resist**2) ** 0.5 if private else gain / 2**0.5

    (low, private_low), (high, private_high) = ratio(-1.989 - 0.01, True), ratio(-1.989 + 0.01, True)
    assert high < low and private_high > private_low
    assert ratio(-1.979, False)[1] < ratio(-1.999, False)[1]


def test_errors_are_part_of_the_model():
    private, trembling = ag.models.StrategicProbit(), ag.models.StrategicProbit(errors="agent error")
    assert private != trembling and private == ag.models.StrategicProbit() and hash(private) != hash(trembling)
    assert trembling.replace(u11=1).errors == "agent error"
    assert repr(trembling.replace(u11=1)) == "StrategicProbit(errors='agent error', u_status_quo_challenger=1)"
    assert repr(private) == "StrategicProbit(errors='private information')"
    with pytest.raises(ParameterError, match="errors must be"):
        ag.models.StrategicProbit(errors="none")
