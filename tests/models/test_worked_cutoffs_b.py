"""Worked numbers of models with continuous types: alliance contracts, arms races, the security dilemma, attribution."""

from fractions import Fraction

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.games.cutoff import CutoffGame
from alliancegames.games.distributions import Uniform
from alliancegames.models.enlargement.arms_multiplier import AT_ONCE, CONTAGION, RESTRAINED, STEADY, TRAP
from alliancegames.models.entrapment.moral_hazard_contract import CERTAIN, DETERRED, FOREGONE, PROTEGE, RISKY
from alliancegames.models.information.attribution import Defender
from alliancegames.models.propositions import random_models
from alliancegames.solvers.cutoffs import cutoff_equilibria

F = Fraction


def near(value, digits=4):
    return pytest.approx(value, abs=0.5 * 10**-digits)


def only(model):
    """Return the outcomes of the equilibrium, which must be proved to be the only one."""
    solution = model.solve()
    assert solution.equilibria.complete is True
    assert len(solution.outcomes) == 1
    return solution.outcomes[0]


# -------------------------------------------------------------------- deterrence through moral hazard


def contract(**values):
    return ag.models.MoralHazardContract(**values).completed()


def test_contract_worked_numbers():
    without, best = only(contract(transfer_war=0)), only(contract(transfer_war="7/40"))
    assert (without["p_war"], without["offer"], without["value_patron"]) == (F(3, 10), F(1, 4), F(59, 200))
    assert (best["p_war"], best["offer"]) == (F(19, 40), F(27, 80))
    assert float(best["value_patron"]) == near(0.3256)
    stated = contract().thresholds()
    assert stated["t_star"] == F(7, 40)
    assert stated["t_det"] == near(0.3838)


def test_contract_that_deters():
    star = contract().thresholds()["t_det"]
    below, above = only(contract(transfer_war=F(star) - F(1, 10**6))), only(contract(transfer_war=F(star) + F(1, 10**6)))
    assert (below["p_crisis"], above["p_crisis"], above["p_war"]) == (1, 0, 0)
    assert float(below["p_war"]) == near((0.5 + 0.383772 - 0.2) / (2 * 0.5))
    assert above["value_patron"] == F(11, 20)
    assert above["value_challenger"] == F(9, 20)


def test_contract_value_of_a_crisis():
    """The challenger's value is 1 - p - c_C + (cbar + c_C - t)^2 / (4 cbar)."""
    for t in (F(0), F(1, 10), F(7, 40), F(1, 3)):
        assert only(contract(transfer_war=t))["value_challenger"] == F(2, 5) + (F(7, 10) - t) ** 2 / 2


@pytest.mark.parametrize("costs", [Uniform(0, 0.5), ag.games.Normal(0.25, 0.15), ag.games.Logistic(0.25, 0.08)], ids=repr)
def test_contract_with_other_costs(costs):
    """The offer is the best of a grid, whatever the distribution; uniform costs give the model itself."""
    (play,) = cutoff_equilibria(contract().with_costs(costs))
    p = {q.name: float(q.example[0]) for q in ag.models.MoralHazardContract.parameters}
    shares = np.linspace(0, 1, 4001)
    refused = costs.cdf(p["p_win"] + p["transfer_war"] - shares)
    values = (1 - shares) * (1 - refused) + (1 - p["p_win"] - p["cost_war_challenger"]) * refused
    assert float(play.outcomes["offer"]) == pytest.approx(shares[values.argmax()], abs=3e-4)
    assert float(play.outcomes["value_challenger"]) == pytest.approx(values.max(), abs=1e-6)
    if isinstance(costs, Uniform):
        assert play.outcomes == pytest.approx({name: float(value) for name, value in only(contract()).items()})


def test_contract_against_simulated_types():
    p, cut = contract().values(), contract().solve().equilibria[0][PROTEGE]
    costs = np.random.default_rng(5).uniform(0, float(p.cbar), 400_000)
    shares = np.linspace(0, 1, 201)
    refused = np.array([(float(p.p) - costs + float(p.t) > share).mean() for share in shares])
    values = (1 - shares) * (1 - refused) + (1 - float(p.p) - float(p.c_C)) * refused
    assert shares[np.argmax(values)] == pytest.approx(float(p.p + p.t - cut), abs=0.02)


@pytest.mark.parametrize(
    ("values", "regime", "p_war"),
    [
        ({}, RISKY, F(19, 40)),
        ({"t": "1/2"}, DETERRED, 0),
        ({"t": 1}, FOREGONE, 0),
        ({"t": 1, "q": "4/5"}, CERTAIN, 1),
        ({"t": "3/5", "q": "4/5"}, RISKY, F(9, 10)),
    ],
)
def test_contract_regimes(values, regime, p_war):
    model = contract(**values)
    assert model.regimes().locate() == (regime,)
    assert only(model)["p_war"] == p_war


def test_contract_that_cannot_deter():
    assert contract(q="4/5").thresholds()["t_det"] == float("inf")


# -------------------------------------------------------------------- the arms race and its multiplier


@pytest.mark.parametrize(
    ("d", "cutoff", "p_build"), [("2/5", F(1, 7), F(1, 7)), ("4/5", F(1, 3), F(1, 3)), ("19/20", F(2, 3), F(2, 3)), ("6/5", 1, 1)]
)
def test_arms_race_with_uniform_costs(d, cutoff, p_build):
    found = only(ag.models.ArmsMultiplier(loss_unarmed=d))
    assert (found["cutoff"], found["p_build"]) == (cutoff, p_build)
    assert (found["p_race"], found["p_detente"]) == (p_build**2, (1 - p_build) ** 2)


def test_arms_race_contagion_with_concave_costs():
    model = ag.models.ArmsMultiplier(shape=F(1, 2), mu=F(1, 20), d=F(21, 20)).completed()
    assert [float(level) for level in model.staircase(5)] == pytest.approx([0.05, 0.2736, 0.5731, 0.807, 0.9483, 1], abs=5e-5)
    assert only(model)["p_build"] == 1
    assert model.regimes().locate() == (CONTAGION,)


def test_arms_race_trap_with_convex_costs():
    model = ag.models.ArmsMultiplier(shape=2, mu=F(1, 20), d=F(3, 2)).completed()
    found = model.solve()
    assert [float(outcome["cutoff"]) for outcome in found.outcomes] == pytest.approx([0.0543, 0.6354, 1], abs=5e-5)
    assert found.regimes == (TRAP,)
    assert [item.stable for item in found.equilibria] == [True, False, True]


@pytest.mark.parametrize(("regime", "count"), [(RESTRAINED, 1), (CONTAGION, 1), (TRAP, 3), (STEADY, 1), (AT_ONCE, 1)])
def test_arms_race_number_of_equilibria_in_each_regime(regime, count):
    model = ag.models.ArmsMultiplier()
    for point in random_models(model, 6, np.random.default_rng(2), model.regimes()[regime].when):
        found = point.solve()
        assert (found.equilibria.complete, len(found.equilibria), found.regimes) == (True, count, (regime,))


def test_arms_race_folds_bound_the_trap():
    """With F = c^2 two equilibria appear at d = 1 and two vanish where 4 mu (d - mu) = 1."""
    found = ag.models.ArmsMultiplier(shape=2, mu=F(1, 20)).folds("loss_unarmed", F(1, 10), 6)
    assert found.complete is True
    assert [fold.value for fold in found] == pytest.approx([1, 101 / 20], abs=1e-9)


def test_arms_race_costs_have_their_distribution():
    costs = ag.models.ArmsMultiplier(shape=3, cost_hi=2).completed().game().types["Each state"]
    assert (costs.cdf(1), costs.cdf(5), costs.cdf(-1), costs.density(F(1))) == (F(1, 8), 1, 0, F(3, 8))
    assert costs.quantile(1 / 8) == pytest.approx(1)
    assert costs.span == costs.support == (0, 2)


# -------------------------------------------------------------------- the security dilemma as a global game


@pytest.mark.parametrize(("noise", "cutoff"), [("1/2", 0.733333), ("1/10", 0.866667), ("1/100", 0.896667)])
def test_global_game_worked_numbers(noise, cutoff):
    model = ag.models.GlobalSecurityDilemma(noise=noise).completed()
    assert float(only(model)["cutoff"]) == near(cutoff, 6)
    assert model.thresholds()["theta_star"] == F(9, 10)


@pytest.mark.parametrize("noise", ["1/2", "1/100"])
def test_global_game_with_normal_errors(noise):
    """Given the own signal, theta and the other's error correlate by 1/sqrt 2, so that the cutoff lies eps/sqrt(pi) below the limit."""
    (play,) = cutoff_equilibria(ag.models.GlobalSecurityDilemma(noise=noise).normal_errors())
    assert play["cutoff signal"] == pytest.approx(0.9 - float(F(noise)) / np.pi**0.5)


@pytest.mark.parametrize("gap", [-0.15, 0.0, 0.19])
def test_global_game_gain_with_normal_errors_against_simulated_signals(gap):
    model = ag.models.GlobalSecurityDilemma(**{q.name: float(q.example[0]) for q in ag.models.GlobalSecurityDilemma.parameters})
    p, signal, rng = model.values(), 0.85, np.random.default_rng(9)
    theta = signal + rng.normal(0, p.eps, 2_000_000)
    struck = theta + rng.normal(0, p.eps, theta.size) < signal + gap
    simulated = np.where(struck, -p.w + p.s, p.f - theta)
    assert model.gain(p, signal, gap, normal=True) == pytest.approx(simulated.mean(), abs=5 * simulated.std() / len(theta) ** 0.5)


def test_global_game_outcomes_at_the_example():
    found = only(ag.models.GlobalSecurityDilemma())
    assert (found["p_attack"], found["p_peace"], found["p_surprise"], found["p_war"]) == (F(5, 6), F(1, 36), F(5, 18), F(25, 36))


@pytest.mark.parametrize("gap", [-0.15, -0.04, 0.0, 0.07, 0.19])
def test_global_game_gain_against_simulated_signals(gap):
    model = ag.models.GlobalSecurityDilemma(**{q.name: float(q.example[0]) for q in ag.models.GlobalSecurityDilemma.parameters})
    p, signal = model.values(), 0.85
    rng = np.random.default_rng(7)
    theta = signal + rng.uniform(-p.eps, p.eps, 2_000_000)
    struck = theta + rng.uniform(-p.eps, p.eps, theta.size) < signal + gap
    simulated = np.where(struck, -p.w + p.s, p.f - theta)
    assert model.gain(p, signal, gap) == pytest.approx(simulated.mean(), abs=5 * simulated.std() / len(theta) ** 0.5)


@pytest.mark.parametrize("seed", [1, 2])
def test_global_game_has_no_asymmetric_cutoffs(seed):
    """With a cutoff for each state the equilibrium is still the symmetric one alone."""
    (model,) = random_models(ag.models.GlobalSecurityDilemma(), 1, np.random.default_rng(seed))
    p = model.values()
    ends = (p.f - 2 * p.eps, p.f + p.s - p.w + 2 * p.eps)

    def conditions(play):
        first, second = play
        return [-model.gain(p, first, second - first), -model.gain(p, second, first - second)]

    found = cutoff_equilibria(CutoffGame.from_conditions({"State 1": ends, "State 2": ends}, conditions))
    assert found.complete is True
    assert [item.values for item in found] == [(model.thresholds()["cutoff"],) * 2]


@pytest.mark.parametrize(("theta", "regime"), [("1/5", "War by greed"), ("1/2", "War by fear"), (1, "Peace")])
def test_global_game_regimes(theta, regime):
    assert ag.models.GlobalSecurityDilemma(value_peace=theta).regimes().locate() == (regime,)


# -------------------------------------------------------------------- deterrence with imperfect attribution


@pytest.mark.parametrize(
    ("second", "total", "retaliation"), [("0", 0.3025, 1), ("1/5", 0.40795, 0.4661), ("2/5", 0.47225, 0.1405), ("3/5", 0.5, 0)]
)
def test_attribution_detecting_more_means_more_attacks(second, total, retaliation):
    model = ag.models.Attribution(
        detection=[0, 0], misattribution=0, alarm=["4/5", second], false_alarm=0, false_nameless_alarm="1/100", y_lo="1/5", y_hi="2/5"
    )
    assert float(only(model)["p_attack"]) == near(total, 5)
    attack = [F(1, 4) * (1 - F(float(value))) for value in model.solve().equilibria[0].values]
    assert float(Defender(model.completed().values()).retaliation(0, 2, attack)) == near(retaliation)


@pytest.mark.parametrize(
    ("false", "cutoff", "total"),
    [("0", 0.578571, 0.210714), ("1/50", 0.465515, 0.267242), ("1/20", 0.37585, 0.312075), ("1/10", 0.283485, 0.358258)],
)
def test_attribution_false_alarms(false, cutoff, total):
    model = ag.models.Attribution(false_alarm=false, false_nameless_alarm=false)
    assert float(only(model)["p_attack"]) == near(total, 6)
    assert [float(value) for value in model.solve().equilibria[0].values] == pytest.approx([cutoff] * 2, abs=6e-7)


@pytest.mark.parametrize(("wrong", "cutoff"), [(0, F(3, 10)), ("3/20", F(1, 4)), ("3/10", F(3, 10)), ("3/5", F(1, 2))])
def test_attribution_wrong_names_deter_if_there_are_many(wrong, cutoff):
    """With the right name in 3/10 of attacks the cutoff is (9/100 + m^2)/(3/10 + m): it falls in m up to (sqrt 2 - 1) 3/10, then rises."""
    model = ag.models.Attribution(detection=["3/10", "3/10"], misattribution=wrong, alarm=[0, 0], false_alarm=0, false_nameless_alarm=0)
    assert only(model)["p_attack"] == F(1, 2) * (1 - cutoff)


@pytest.mark.parametrize(("highest", "expected"), [("4/5", 0.13766), (1, 0.13925), ("3/2", 0.14154), (3, 0.14395)])
def test_attribution_suspicion_spills_over(highest, expected):
    model = ag.models.Attribution(alarm=[0, 0], false_nameless_alarm=0, benefit_hi=[1, highest])
    assert float(only(model)["p_attack_1"]) == near(expected, 5)


@pytest.mark.parametrize("seed", [0, 3])
def test_attribution_against_simulated_attacks(seed):
    """Draw opportunities, signals and tastes; guilt is counted, not computed from Bayes' rule."""
    model = ag.models.Attribution()
    p, item = model.completed().values(), model.solve().equilibria[0]
    rng, size = np.random.default_rng(seed), 2_000_000
    author = np.where(rng.random(size) < 0.5, rng.integers(0, 2, size), -1)
    cutoffs = np.array([float(value) for value in item.values])
    author[(author >= 0) & (rng.random(size) < cutoffs[author])] = -1
    defender = Defender(p)
    rows = np.array([[float(chance) for chance in row] for row in (*defender.attacks, defender.silence)])
    seen = (rng.random(size)[:, None] > rows.cumsum(axis=1)[author]).sum(axis=1)
    tastes, fear, wrongful = rng.random(size), np.zeros(2), 0.0
    for signal in range(3):
        for i in range(2):
            guilt = (author[seen == signal] == i).mean()
            retaliates = (tastes >= 1 - guilt).mean()
            fear[i] += (rows[i, signal] - rows[-1, signal]) * retaliates
            wrongful += ((seen == signal) & (author != i)).mean() * retaliates
    assert fear == pytest.approx(cutoffs, abs=4e-3)
    assert wrongful == pytest.approx(float(item.outcomes["wrongful"]), abs=2e-3)
    assert (author >= 0).mean() == pytest.approx(float(item.outcomes["p_attack"]), abs=2e-3)


def test_attribution_with_three_attackers():
    model = ag.models.Attribution(detection=["1/2"] * 3, alarm=["1/10"] * 3, benefit_hi=[1] * 3)
    values = [float(value) for value in model.solve().equilibria[0].values]
    assert values == pytest.approx([values[0]] * 3, abs=1e-9)
    with pytest.raises(ag.errors.ParameterError, match="benefit_hi"):
        ag.models.Attribution(detection=["1/2"] * 3).completed().game()


def test_attribution_with_other_types():
    """The uniform distributions put otherwise give the same; a defender whose taste is all but known to be 1/2 hits the likely guilty."""
    model = ag.models.Attribution()
    same = ag.games.PiecewiseLinear([(0, 0), ("1/2", "1/2"), (1, 1)])
    (again,) = cutoff_equilibria(model.with_types([same] * 2, same))
    assert [float(v) for v in again.values] == pytest.approx([float(v) for v in model.solve().equilibria[0].values], abs=1e-9)
    (sure,) = cutoff_equilibria(model.with_types(tastes=ag.games.Normal(0.5, 1e-4)))
    named, misnamed, alarmed, quiet = F(3, 5), F(1, 10), F(1, 10), F(1, 50)
    attack = F(1, 4) * (1 - (named - quiet))  # only its own name convicts an attacker, and adds this much retaliation

    def guilt(chance, other):
        return attack * chance / (quiet * (1 - 2 * attack) + attack * (chance + other))

    assert guilt(named, misnamed) > F(1, 2) > max(guilt(misnamed, named), guilt(alarmed, alarmed))
    assert [float(v) for v in sure.values] == pytest.approx([float(named - quiet)] * 2, abs=1e-9)
    with pytest.raises(ag.errors.ParameterError, match="benefits"):
        model.with_types([same])


def test_attribution_reported_types():
    assert ag.models.Attribution().completed().game().types["Attacker 2"] == Uniform(0, 1)
