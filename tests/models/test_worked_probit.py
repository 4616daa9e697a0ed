"""Strategic probit games and crisis signalling against probabilities computed elsewhere and simulated play."""

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


@pytest.mark.parametrize("key", ["strategic_probit", "strategic_probit_choice", "extended_deterrence_probit"])
def test_logits_by_hand(key):
    """Extreme-value errors of each action: odds are the exponential of what an action is worth more than the other."""
    model = type(ag.models.get(key))(errors="agent error", link="logit")
    u = {q.symbol: float(q.example[0]) for q in model.parameters}

    def odds(one, other):
        return np.exp(one) / (np.exp(one) + np.exp(other))

    if key == "strategic_probit":
        resist = odds(u["u24"], 0)
        attack = odds(resist * u["u14"] + (1 - resist) * u["u13"], u["u11"])
        expected = (1 - attack, attack * (1 - resist), attack * resist)
    elif key == "strategic_probit_choice":
        limited, full = odds(u["u22"], 0), odds(u["u24"], 0)
        choose = odds(full * u["u14"] + (1 - full) * u["u13"], limited * u["u12"] + (1 - limited) * u["u11"])
        expected = ((1 - choose) * (1 - limited), (1 - choose) * limited, choose * (1 - full), choose * full)
    else:
        helps = odds(u["u36"], 0)
        resist = odds(helps * u["u26"] + (1 - helps) * u["u25"], u["u23"])
        fought = helps * u["u16"] + (1 - helps) * u["u15"]
        attack = odds(resist * fought + (1 - resist) * u["u13"], u["u11"])
        expected = (1 - attack, attack * (1 - resist), attack * resist * (1 - helps), attack * resist * helps)
    (outcomes,) = model.solve().outcomes
    assert list(outcomes.values())[: len(expected)] == pytest.approx(expected, abs=1e-9)
    assert model.closed_forms(model.completed().values()) == pytest.approx(outcomes)


def test_signs_of_the_logit_are_proved():
    model = ag.models.StrategicProbit(errors="agent error", link="logit")
    assert model.prove("d(p_resist)/d(u24) > 0")
    assert model.prove("d(p_attack)/d(u24) < 0", where="u14 < u13")


def test_errors_are_part_of_the_model():
    private, trembling = ag.models.StrategicProbit(), ag.models.StrategicProbit(errors="agent error")
    assert private != trembling and private == ag.models.StrategicProbit() and hash(private) != hash(trembling)
    assert trembling.replace(u11=1).errors == "agent error"
    assert repr(trembling.replace(u11=1)) == "StrategicProbit(errors='agent error', u_status_quo_challenger=1)"
    assert repr(private) == "StrategicProbit(errors='private information')"
    with pytest.raises(ParameterError, match="errors must be"):
        ag.models.StrategicProbit(errors="none")
    with pytest.raises(ParameterError, match="link must be"):
        ag.models.StrategicProbit(link="none")
    with pytest.raises(ParameterError, match="give both"):
        ag.models.StrategicProbit(link="logit")
    logit = ag.models.StrategicProbit(errors="agent error", link="logit")
    assert logit != trembling and logit.replace(u11=1).link == "logit"
    assert repr(logit) == "StrategicProbit(errors='agent error', link='logit')"


CRISES = [
    ("-29/10", 0, (0.251105, 0.994789, 0.309695), (0.0052, 0.7450, 0.0774, 0.1724)),
    ("-29/10", 1, (0.594723, 0.379868, 0.241563), (0.6201, 0.1540, 0.0546, 0.1713)),
    ("-29/10", 2, (0.813322, 0.205452, 0.208759), (0.7945, 0.0384, 0.0349, 0.1322)),
    ("-11/5", 0, (0.976387,), (0.8535, 0.0035, 0.0276, 0.1155)),
]


@pytest.mark.parametrize(("war", "number", "chances", "ends"), CRISES)
def test_equilibria_of_a_crisis(war, number, chances, ends):
    outcomes = ag.models.CrisisSignalling(W_B=war).solve().outcomes
    assert len(outcomes) == (3 if war == "-29/10" else 1)
    found = outcomes[number]
    assert [found[name] for name in ("p_resist", "p_challenge", "p_fight")[: len(chances)]] == pytest.approx(chances, abs=6e-7)
    assert [found[name] for name in ("p_status_quo", "p_concession", "p_war", "p_back_down")] == pytest.approx(ends, abs=5.1e-5)


def test_where_a_crisis_has_three_equilibria():
    resist = {war: [o["p_resist"] for o in ag.models.CrisisSignalling(W_B=war).solve().outcomes] for war in ("-14/5", "-27/10", "-5/2")}
    assert resist["-14/5"] == pytest.approx([0.296452, 0.472423, 0.874031], abs=6e-7)
    assert [len(found) for found in resist.values()] == [3, 1, 1]
    folds = ag.models.CrisisSignalling().folds("W_B", -2.9, -2.5)
    assert folds.complete is True
    assert [fold.value for fold in folds] == pytest.approx([-2.7470], abs=5e-5)
