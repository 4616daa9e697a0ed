"""Worked numbers of the models of credibility with continuous types."""

from fractions import Fraction as F

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.models.forms import float_values


def only(model):
    """Return the outcome of a model's one equilibrium."""
    solution = model.solve()
    assert solution.equilibria.complete is True
    (outcome,) = solution.outcomes
    return outcome


class TestExtendedDeterrenceBasic:
    def test_critical_values(self):
        q = ag.models.ExtendedDeterrenceBasic().completed().thresholds()
        assert q == {"attack_alone": F(1, 2), "attack_joint": F(-1, 5), "rho": F(1, 2), "rho_star": F(5, 7), "a_star": F(18, 35)}
        assert float(q["rho_star"]) == pytest.approx(0.7143, abs=5e-5)
        assert float(q["a_star"]) == pytest.approx(0.5143, abs=5e-5)

    def test_a_doubtful_patron_is_put_to_the_test(self):
        solution = ag.models.ExtendedDeterrenceBasic(a="3/10").solve()
        assert solution.regimes == ("Attack",)
        assert solution.equilibria.exact
        assert solution.outcomes == ({"p_attack": 1, "p_intervene": F(1, 2), "p_joint_war": F(1, 2), "p_abandon": F(1, 2)},)

    def test_tighter_hands_deter(self):
        solution = ag.models.ExtendedDeterrenceBasic(a="3/5").solve()
        assert solution.regimes == ("Tied hands deter",)
        assert solution.outcomes == ({"p_attack": 0, "p_intervene": F(4, 5), "p_joint_war": 0, "p_abandon": 0},)

    def test_a_large_stake_deters_without_commitment(self):
        solution = ag.models.ExtendedDeterrenceBasic(a=0, v=2).solve()
        assert solution.regimes == ("Interests deter",)
        assert solution.outcomes[0]["p_attack"] == 0

    def test_a_patron_that_is_sure_to_intervene(self):
        outcome = only(ag.models.ExtendedDeterrenceBasic(a=3))
        assert (outcome["p_intervene"], outcome["p_attack"]) == (1, 0)

    def test_at_the_critical_reliability_everything_may_happen_and_that_is_said(self):
        with pytest.warns(ag.errors.IncompleteSearchWarning, match="continuum"):
            solution = ag.models.ExtendedDeterrenceBasic(a="18/35").solve()
        assert solution.equilibria.complete is None
        assert solution.regimes == ("Tied hands deter", "Attack")

    def test_an_attack_that_pays_against_both_is_refused(self):
        with pytest.raises(ag.errors.ParameterError, match="assumes"):
            ag.models.ExtendedDeterrenceBasic(c1="1/10").completed()

    def test_solved_attack_agrees_with_the_regime_on_a_grid(self):
        for a in (0.1, 0.45, 0.55, 0.9):
            for stake in (0.4, 0.9, 1.5):
                solution = ag.models.ExtendedDeterrenceBasic(a=a, V=stake).solve()
                assert (solution.regimes == ("Attack",)) == (solution.outcomes[0]["p_attack"] == 1)

    def test_other_costs_of_intervening(self):
        model, interest = ag.models.ExtendedDeterrenceBasic(), 0.5
        for costs in (ag.games.Normal(0.4, 0.1), ag.games.Logistic(0.4, 0.05), ag.games.Uniform(F(1, 4), F(1, 2))):
            (play,) = ag.cutoff_equilibria(model.with_costs(costs))
            assert float(play.outcomes["p_intervene"]) == pytest.approx(float(costs.cdf(interest)), abs=1e-9)
            assert play.outcomes["p_attack"] == int(costs.cdf(interest) < 5 / 7)

    def test_stakes_that_each_side_alone_knows(self):
        """The patron intervenes above (1/2 - 3/10)/(2/5) = 1/2, so with 1/2; costs of (1/5 + 1/2)/2 and wins of 1/2 make attackers need 7/10."""
        model, stakes = ag.models.ExtendedDeterrenceBasic(), ag.games.Uniform(0, 1)
        (play,) = ag.cutoff_equilibria(model.private_stakes(stakes, stakes))
        assert play.cutoffs == {"Challenger": F(7, 10), "Patron": F(1, 2)}
        (dearer,) = ag.cutoff_equilibria(model.private_stakes(stakes, stakes, cost="3/5"))
        assert dearer.cutoffs["Patron"] == F(3, 4)


class TestHandsVsSunk:
    @pytest.mark.parametrize(
        ("values", "stakes", "signals", "wars", "utilities"),
        [
            ({}, (0.066667, 0.6), (0.266667, 0.48), (0.186667, 0.08), (0.392, 0.072)),
            ({"p": "3/5", "c": "1/5", "q": "2/5"}, (0.095238, 0.333333), (0.142857, 0.2), (0.361905, 0.266667), (0.343810, 0.186667)),
        ],
    )
    def test_no_bluff_equilibrium(self, values, stakes, signals, wars, utilities):
        solution = ag.models.HandsVsSunk(**values).solve()
        assert solution.equilibria.complete is True
        assert solution.equilibria.exact
        (equilibrium,), (outcome,) = solution.equilibria, solution.outcomes
        for k, name in enumerate(("tying", "sinking")):
            assert float(equilibrium[f"stake_{name}"]) == pytest.approx(stakes[k], abs=1e-6)
            assert float(equilibrium[f"signal_{name}"]) == pytest.approx(signals[k], abs=1e-6)
            assert float(outcome[f"p_war_{name}"]) == pytest.approx(wars[k], abs=1e-6)
            assert float(outcome[f"utility_{name}"]) == pytest.approx(utilities[k], abs=1e-6)

    def test_utilities_are_means_over_stakes(self):
        """Patrons drawn one by one, each doing what is best for it, fare on average as stated."""
        p, c, q = 0.5, 0.3, 0.2
        v = (np.arange(200_000) + 0.5) / 200_000
        fight, outcome = p * v - c, only(ag.models.HandsVsSunk())
        signal = (1 - q) * v + q * np.maximum(fight, -4 / 15)
        assert np.maximum(signal, np.maximum(fight, 0)).mean() == pytest.approx(float(outcome["utility_tying"]), abs=1e-6)
        signal = (1 - q) * v + q * np.maximum(fight, 0) - 0.48
        assert np.maximum(signal, 0).mean() == pytest.approx(float(outcome["utility_sinking"]), abs=1e-6)

    def test_patrons_above_the_cutoff_gain_by_signalling_and_others_lose(self):
        (equilibrium,) = ag.models.HandsVsSunk().solve().equilibria
        p, c, q = F(1, 2), F(3, 10), F(1, 5)
        for technology, yields, early in (("tying", 1, 0), ("sinking", 0, 1)):
            cutoff, m = equilibrium[f"stake_{technology}"], equilibrium[f"signal_{technology}"]
            for v in (cutoff * F(9, 10), cutoff * F(11, 10), F(1)):
                last = max(p * v - c, -m * yields)
                gain = (1 - q) * v + q * last - m * early - max(p * v - c, 0)
                assert (gain > 0) == (v > cutoff)

    def test_other_stakes_change_how_often_but_not_what_is_signalled(self):
        model, stakes = ag.models.HandsVsSunk(), ag.games.Normal(0.6, 0.2)
        (play,) = ag.cutoff_equilibria(model.with_stakes(stakes))
        assert float(play["signal_tying"]) == pytest.approx(4 / 15, abs=1e-9)
        assert float(play.outcomes["p_war_sinking"]) == pytest.approx(0.2 * 0.5, abs=1e-9)
        assert float(play.outcomes["p_signal_tying"]) == pytest.approx(float(1 - stakes.cdf(1 / 15)), abs=1e-9)

    def test_a_challenger_with_a_stake_of_its_own(self):
        """q = 1 - c_2/((1 - p)V_2) with stakes uniform up to V_2."""
        model = ag.models.HandsVsSunk(p="3/5").facing(ag.games.Uniform(0, 2), F(1, 2))
        assert model.values().q == 1 - F(1, 2) / (F(2, 5) * 2)
        assert float(ag.models.HandsVsSunk().facing(ag.games.Normal(1, 0.5), 0.5).values().q) == pytest.approx(0.5)

    def test_finite_game_names_a_wrong_technology(self):
        with pytest.raises(ag.errors.ParameterError, match="'tying' or 'sinking'"):
            ag.models.HandsVsSunk().finite([1], "bluffing", "1/10")

    def test_a_patron_that_would_never_fight_is_refused(self):
        with pytest.raises(ag.errors.ParameterError, match="assumes"):
            ag.models.HandsVsSunk(c=2).completed()


class TestAllianceSelection:
    def test_rates_over_all_alliances(self):
        q = ag.models.AllianceSelection().completed().thresholds()
        assert q["attack_rate"] == q["war_rate"] == pytest.approx(0.607668, abs=1e-6)
        assert q["help_rate"] / q["war_rate"] == pytest.approx(0.448056, abs=1e-6)
        assert q["rho_T"] == F(-1, 5)

    def test_rates_by_summing_up(self):
        """The mean over alliances of a fine grid of reliabilities; some of their targets give in."""
        model = ag.models.AllianceSelection(c_T="1/2")
        q = model.completed().thresholds()
        p, _ = float_values(model, {"rho": (np.arange(400_000) + 0.5) / 400_000})
        attack = 1 - p.C / p.Vbar / (p.p0 - p.rho * p.d)
        war = np.where(p.rho > float(q["rho_T"]), attack, 0)
        assert q["rho_T"] == F(3, 5)
        assert war.mean() == pytest.approx(q["war_rate"], abs=1e-5)
        assert (war * p.rho).mean() == pytest.approx(q["help_rate"], abs=1e-5)
        assert np.where(p.rho > float(q["rho_T"]), attack, 1).mean() == pytest.approx(q["attack_rate"], abs=1e-5)

    def test_alliances_whose_reliability_has_another_distribution(self):
        model = ag.models.AllianceSelection(c_T="1/2")
        q, whole = model.completed().thresholds(), model.observed(ag.games.Uniform(0, 1))
        assert whole["attack_rate"] == pytest.approx(q["attack_rate"], abs=1e-9)
        assert whole["honour_rate"] == pytest.approx(q["help_rate"] / q["war_rate"], abs=1e-9)
        rho = 0.5 + 0.1 * np.random.default_rng(2).normal(size=1_000_000)
        war = np.where(rho > 0.6, 1 - 0.2 / (0.8 - rho * 0.5), 0)
        found = model.observed(ag.games.Normal(0.5, 0.1))
        assert found["war_rate"] == pytest.approx(war.mean(), abs=1e-3)
        assert found["honour_rate"] == pytest.approx((war * rho).sum() / war.sum(), abs=1e-3)

    def test_stakes_with_another_distribution(self):
        stakes = ag.games.Logistic(0.5, 0.1)
        (play,) = ag.cutoff_equilibria(ag.models.AllianceSelection().with_stakes(stakes))
        assert float(play.outcomes["p_attack"]) == pytest.approx(float(1 - stakes.cdf(0.2 / 0.55)), abs=1e-9)

    def test_resisting_target(self):
        solution = ag.models.AllianceSelection().solve()
        assert solution.regimes == ("War",)
        assert solution.outcomes == (
            {"p_attack": F(7, 11), "p_resist": 1, "p_war": F(7, 11), "p_honoured": F(7, 22), "p_broken": F(7, 22)},
        )

    def test_target_that_gives_in(self):
        solution = ag.models.AllianceSelection(c_T="1/2").solve()
        assert solution.regimes == ("Capitulation",)
        assert (solution.outcomes[0]["p_attack"], solution.outcomes[0]["p_war"]) == (1, 0)

    def test_target_that_is_too_strong(self):
        solution = ag.models.AllianceSelection(C="2/3").solve()
        assert solution.regimes == ("Deterrence",)
        assert solution.equilibria.complete is True
        assert (solution.outcomes[0]["p_attack"], solution.outcomes[0]["p_war"]) == (0, 0)

    def test_an_alliance_may_bring_war(self):
        model = ag.models.AllianceSelection(c_T="3/10")
        without, allied = only(model.replace(rho=0)), only(model.replace(rho="1/2"))
        assert (without["p_attack"], without["p_war"]) == (1, 0)
        assert allied["p_attack"] == allied["p_war"] == F(7, 11)
