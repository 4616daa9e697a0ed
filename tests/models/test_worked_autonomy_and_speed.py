"""The worked numbers of the exchange of autonomy for security and of the rules of decision, typed by hand from the derivations."""

from fractions import Fraction as F
from itertools import product
from math import exp, log

import pytest

import alliancegames as ag
from alliancegames.errors import ParameterError, UnknownLabelError
from alliancegames.models.governance._speed_results import integrated_time


class TestAutonomySecurity:
    def test_treaty_with_all_values_one(self):
        """alpha = lambda_M = lambda_m = kappa = 1: s = 1, a = 3/4, and both gain 1/4."""
        q = ag.models.AutonomySecurity().completed().thresholds()
        assert (q["s_star"], q["a_star"], q["gain_M"], q["gain_m"]) == (1, F(3, 4), F(1, 4), F(1, 4))

    def test_published_closed_forms(self):
        """At alpha = 2, lambda_M = 3, kappa = 5, lambda_m = 1/2."""
        q = ag.models.AutonomySecurity(alpha=2, lam_M=3, kappa=5, lam_m="1/2").completed().thresholds()
        assert q["s_star"] == F(2 * 3 * 2, 5)
        assert q["a_star"] == F(3 * 4 * 3 * 4, 4 * 5)
        assert (q["gain_m"], q["gain_M"]) == (F(4 * 3 * 2, 4 * 5), F(4 * 9 * 4, 4 * 5))

    def test_nash_product_on_a_grid(self):
        """No treaty of a fine grid has as large a product of gains as Nash's."""
        model = ag.models.AutonomySecurity(alpha="3/2", alpha_M="1/2", lam_m=2, lam_M=3).completed()
        p, (best, paid) = model.values(), model.nash_treaty(model.values())
        assert (best, paid) == (F(7, 4), F(203, 192))
        product_there = F.__mul__(*model.gains(p, best, paid))
        for s, a in product((best * F(k, 20) for k in range(41)), (paid * F(k, 20) for k in range(41))):
            gains = model.gains(p, s, a)
            if min(gains) > 0 and (s, a) != (best, paid):
                assert gains[0] * gains[1] < product_there

    def test_a_symmetric_pair_exchanges_nothing(self):
        for alpha, lam in product((1, 2, F(1, 3)), repeat=2):
            pair = ag.models.AutonomySecurity(alpha=alpha, alpha_M=alpha, lam_m=lam, lam_M=lam)
            assert {(o["security"], o["concession"]) for o in pair.solve().outcomes} == {(0, 0)}
            assert pair.completed().thresholds()["gain_m"] == 0

    def test_who_needs_security_more_is_protected(self):
        regimes = [ag.models.AutonomySecurity(alpha_M=value).completed().regimes().locate() for value in (0, 2)]
        assert regimes == [("Minor power protected",), ("Major power protected",)]
        assert ag.models.AutonomySecurity(alpha_M=2).completed().thresholds()["s_star"] == -1

    def test_both_insist_and_the_treaty_of_nash_is_safer(self):
        equilibria = ag.models.AutonomySecurity().solve().equilibria
        assert [item.is_pure for item in equilibria] == [True, False, True]
        assert [item.actions for item in equilibria.select("risk_dominant")] == [("Nash's treaty", "Nash's treaty")]

    def test_arms_and_allies(self):
        """c = 2, k = 0.3, rho = 0.5, S = 1: arms 0.3, allies 1.4, cost 0.09 + 0.42 = 0.51."""
        q = ag.models.AutonomySecurity().completed().thresholds()
        assert (q["arms"], q["allies"], q["cost_mixture"]) == (F(3, 10), F(7, 5), F(51, 100))

    def test_allies_that_cost_too_much_are_not_needed(self):
        q = ag.models.AutonomySecurity(k=2).completed().thresholds()
        assert (q["arms"], q["allies"], q["cost_mixture"]) == (1, 0, 1)

    def test_help_sought_is_most_at_twice_the_least_reliability_that_is_used(self):
        helped = [ag.models.AutonomySecurity(rho=rho).completed().thresholds()["allies"] for rho in ("1/5", "1/4", "3/10", "1/2", 1)]
        assert helped == [F(5, 4), F(8, 5), F(5, 3), F(7, 5), F(17, 20)]

    def test_the_structure_follows_from_the_payoffs(self):
        """Two treaties compete exactly if both powers accept the other one."""
        regimes = ag.regimes(ag.models.AutonomySecurity())
        assert len(regimes) == 2
        assert regimes.coverage().is_partition


class TestDecisionSpeed:
    """lambda tau = 3, so that a member is ready with the probability q = 1 - exp(-3) = 0.9502."""

    def within(self, n, rule, **changes):
        return ag.models.DecisionSpeed(members=n, rule=rule, **changes).within(3)

    @pytest.mark.parametrize(
        ("n", "rule", "chance"),
        [(30, "consensus", 0.2161), (30, 20, 1.0), (30, "two thirds", 1.0), (16, "consensus", 0.4417), (30, "delegation", 0.9502)],
    )
    def test_probability_of_a_response_in_time(self, n, rule, chance):
        assert self.within(n, rule).thresholds()["p_timely"] == pytest.approx(chance, abs=5e-5)

    def test_consensus_of_thirty_fails_where_delegation_deters(self):
        grabs = {rule: self.within(30, rule).solve().outcomes[0]["p_grab"] for rule in ("consensus", "two thirds", "delegation")}
        assert grabs == {"consensus": 1, "two thirds": 0, "delegation": 0}

    def test_mean_times(self):
        """H_16 = 3.3807 and H_30 = 3.9950; twenty of thirty take H_30 - H_10 = 1.0660."""
        for n, rule, time in ((16, "consensus", 3.3807), (30, "consensus", 3.9950), (30, 20, 1.0660), (30, "delegation", 1)):
            assert float(ag.models.DecisionSpeed(members=n, rule=rule).completed().thresholds()["mean_time"]) == pytest.approx(
                time, abs=5e-5
            )
        assert ag.models.DecisionSpeed(members=3, lam=2).completed().thresholds()["mean_time"] == F(11, 12)
        assert integrated_time(3, 3) == F(11, 6)

    def test_readiness_that_consensus_needs(self):
        """P* = 0.9 with g = 9 and l = 1."""
        for n, q in ((16, 0.99344), (30, 0.99649), (32, 0.99671)):
            assert ag.models.DecisionSpeed(members=n, g=9).completed().thresholds()["q_consensus"] == pytest.approx(q, abs=5e-6)

    def test_window_that_consensus_needs(self):
        """From 14 to 15 members the window that consensus needs passes 3 periods, at g = l: 0.9502^14 = 0.489."""
        for n, deters in ((13, True), (14, False)):
            root = ag.models.DecisionSpeed(members=n).completed().thresholds()["q_consensus"]
            assert (-log(1 - root) < 3) is ((1 - exp(-3)) ** n > 0.5) is deters
            assert self.within(n, "consensus").regimes().locate() == (("Deterrence",) if deters else ("Fait accompli",))

    def test_exact_for_rational_readiness(self):
        model = ag.models.DecisionSpeed(members=5, rule="majority", q="2/3").completed()
        assert model.voters == (5, 3)
        assert model.thresholds()["p_timely"] == F(10 * 8 + 5 * 16 + 32, 243)
        assert model.solve().equilibria.exact

    def test_indifferent_attacker(self):
        """q = 1/4 = P* = 1/(1 + 3): everything between waiting and grabbing is an equilibrium."""
        model = ag.models.DecisionSpeed(members=1, q="1/4", g=1, l=3)
        (family,) = model.solve().equilibria
        assert {member.outcomes["no grab"] for member in family.corners} == {0, 1}
        (stated,) = [stated for stated in model.propositions if stated.name == "when the grab is deterred"]
        assert stated.holds(model.completed())

    def test_without_will_speed_does_not_help(self):
        (outcome,) = ag.models.DecisionSpeed(rule="delegation", k=2).solve().outcomes
        assert outcome == {"p_status_quo": 0, "p_grab": 1, "p_answered": 0, "p_stands": 1}

    def test_rules_by_name(self):
        needed = {rule: [ag.models.DecisionSpeed(members=n, rule=rule).voters for n in (3, 4, 16)] for rule in ("two thirds", "majority")}
        assert needed == {"two thirds": [(3, 2), (4, 3), (16, 11)], "majority": [(3, 2), (4, 3), (16, 9)]}

    def test_members_one_by_one_have_one_plan(self):
        (play,) = ag.subgame_perfect(ag.models.DecisionSpeed(members=3, rule=2, q="1/3").one_by_one())
        assert play.outcomes["answered"] == F(3 * 2 + 1, 27)

    def test_signs_hold_under_other_rules(self):
        for rule in ("two thirds", "majority", 1):
            assert ag.models.DecisionSpeed(members=4, rule=rule).prove("d(p_timely)/d(q) > 0").status == "proved"

    @pytest.mark.parametrize(
        ("wrong", "error", "says"),
        [
            ({"members": 0}, ParameterError, "at least 1"),
            ({"members": 2.5}, ParameterError, "integer"),
            ({"rule": 17}, ParameterError, "from 1 to 16"),
            ({"rule": "consensu"}, UnknownLabelError, "consensus"),
        ],
    )
    def test_wrong_settings_are_refused(self, wrong, error, says):
        with pytest.raises(error, match=says):
            ag.models.DecisionSpeed(**wrong)

    def test_a_window_must_be_positive(self):
        with pytest.raises(ParameterError, match="within"):
            ag.models.DecisionSpeed().within(0)
