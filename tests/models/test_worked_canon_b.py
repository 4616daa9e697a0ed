"""The worked numbers of models of restraint, trust, clubs and common goods, typed by hand from the derivations."""

from fractions import Fraction as F
from itertools import product
from statistics import NormalDist

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.errors import ParameterError, UnknownLabelError
from alliancegames.models._votes import chance_of_votes


def is_proved_partition(model):
    found = model.regimes().coverage()
    return found.is_partition is True and found.equilibria_proved in (True, None)


class TestChainGangBuck:
    @pytest.mark.parametrize(
        ("o", "c", "regime", "q"),
        [
            ("1/5", "2/5", "Buck-passing", F(2, 3)),
            ("1/2", "2/5", "Both balance", None),
            ("4/5", "2/5", "Chain-ganging or collapse", F(1, 3)),
            ("3/5", "7/10", "Nobody balances", None),
            ("4/5", "7/10", "Chain-ganging or collapse", F(5, 6)),
        ],
    )
    def test_regimes_and_mixed_equilibria(self, o, c, regime, q):
        solution = ag.models.ChainGangBuck(o=o, c=c, v=1).solve()
        assert solution.regimes == (regime,)
        assert [item[0]["balance"] for item in solution.equilibria.mixed] == ([] if q is None else [q])

    def test_regimes_are_a_proved_partition_and_agree_with_those_derived(self):
        assert is_proved_partition(ag.models.ChainGangBuck())
        derived = ag.regimes(ag.models.ChainGangBuck())
        assert derived.complete
        assert len(derived) == 4

    @pytest.mark.parametrize(("o", "c"), [("1/5", "2/5"), ("4/5", "2/5"), ("3/5", "7/10")])
    def test_two_of_any_number_are_the_model(self, o, c):
        model, cells = ag.models.ChainGangBuck(o=o, c=c, v=1), list(product(("balance", "pass the buck"), repeat=2))
        assert [model.among(2).normal_form().payoff(cell)["Player 1"] for cell in cells] == [
            model.game().payoff(cell)["Ally 1"] for cell in cells
        ]

    @pytest.mark.parametrize("n", [2, 3, 5])
    def test_where_one_is_enough_balancers_are_volunteers(self, n):
        # each waits with probability (c/v)^(1/(n - 1)), so that more allies pass the buck more often
        (item,) = ag.symmetric_equilibria(ag.models.ChainGangBuck(o=0, c="2/5", v=1).among(n))
        assert float(item["Player"]["pass the buck"]) == pytest.approx(0.4 ** (1 / (n - 1)))

    def test_offence_makes_pairs_of_many(self):
        # at o = 4/5 one balancer is worth 1/5 < c and a second one 4/5 > c: two of five balance, or nobody does
        found = ag.count_equilibria(ag.models.ChainGangBuck(o="4/5", c="2/5", v=1).among(5))
        assert {item["Player"]["balance"] for item in found} == {0, 2}

    def test_first_mover_in_the_stag_hunt_draws_the_partner_along(self):
        (play,) = ag.subgame_perfect(ag.models.ChainGangBuck(o="4/5").in_turn())
        assert play.outcomes
        assert set(play.profile.payoffs.values()) == {F(3, 5)}


class TestTrustReassurance:
    model = ag.models.TrustReassurance()

    def test_thresholds(self):
        found = self.model.completed().thresholds()
        assert [round(float(found[name]), 4) for name in ("m", "t_reassure", "alpha_U", "alpha_T")] == [0.5455, 0.1791, 0.4375, 0.5263]
        # with one side in doubt: g_U/(2 g_U - 1) = 1.4/1.8, and (0.5 * 0.6)/(1 + 0.3 - 0.25)
        assert found == {
            "m": F(6, 11),
            "t_reassure": F(12, 67),
            "alpha_U": F(7, 16),
            "alpha_T": F(10, 19),
            "alpha_min": F(7, 9),
            "t_min": F(2, 7),
        }

    @pytest.mark.parametrize(
        ("t", "alpha", "regime"),
        [
            ("3/10", "1/2", "Reassurance"),
            ("3/10", "2/5", "Gesture too small"),
            ("3/10", "3/5", "Gesture too large"),
            ("1/10", "9/50", "Both too small and too large"),
        ],
    )
    def test_gestures(self, t, alpha, regime):
        solution = self.model.replace(t=t, alpha=alpha).solve()
        assert solution.regimes == (regime,)
        telling = [item for item in solution.equilibria if item[0]["trustworthy"]["reciprocate"] == 1 == item[0]["untrustworthy"]["defect"]]
        assert bool(telling) is (regime == "Reassurance")

    def test_regimes_are_a_proved_partition(self):
        assert is_proved_partition(self.model)

    def test_full_trust_in_the_other_side(self):
        # with the other known to be trustworthy the gesture must reach g_U/(2 g_U - 1) = 7/9
        for alpha, tells in (("7/9", True), ("3/4", False)):
            found = ag.bayesian_nash(self.model.replace(alpha=alpha, t="1/2").one_sided())
            separating = [item for item in found if item[0]["trustworthy"]["reciprocate"] == 1 == item[0]["untrustworthy"]["defect"]]
            assert bool([item for item in separating if item[1]["trustworthy"]["reciprocate"] == 1]) is tells


class TestRestraint:
    model = ag.models.Restraint(p="2/5", Delta="1/5", c_T="1/10", V_T="3/20", b=1)

    @pytest.mark.parametrize(
        ("k", "demand", "regime"),
        [
            ("1/20", F(3, 10), "Full support"),
            ("1/10", F(3, 10), "Full support"),
            ("1/5", F(2, 5), "Restraint"),
            ("3/10", F(1, 2), "Restraint"),
            ("9/20", F(13, 20), "Restraint"),
            ("3/5", F(13, 20), "Reluctance"),
        ],
    )
    def test_demand_against_reluctance(self, k, demand, regime):
        solution = self.model.replace(k=k).solve()
        assert {outcome["demand"] for outcome in solution.outcomes} == {demand}
        assert {outcome["p_war"] for outcome in solution.outcomes} == {0}
        assert regime in solution.regimes

    @pytest.mark.parametrize(("V_T", "war"), [(0, F(3, 10)), ("3/20", F(3, 20)), ("3/10", 0)])
    def test_risk_of_war_with_uncertain_costs(self, V_T, war):
        (play,) = ag.cutoff_equilibria(self.model.replace(V_T=V_T, c_C="1/5").uncertain("1/2"))
        assert play.outcomes["p_war"] == war

    @pytest.mark.parametrize("costs", [ag.games.Normal(0.25, 0.15), ag.games.Logistic(0.25, 0.08)], ids=repr)
    def test_other_distributions_of_costs(self, costs):
        # the challenger's demand is the best of a grid: it gets x from all who accept and p - c_C in war
        (play,) = ag.cutoff_equilibria(self.model.replace(c_C="1/5").uncertain(costs))
        demands = np.linspace(0, 1, 4001)
        war = costs.cdf(demands - 0.4 - 0.15)
        assert play.outcomes["demand"] == pytest.approx(demands[((1 - war) * demands + war * (0.4 - 0.2)).argmax()], abs=3e-4)
        uniform = ag.cutoff_equilibria(self.model.replace(c_C="1/5").uncertain(ag.games.Uniform(0, "1/2")))
        assert [play.outcomes["p_war"] for play in uniform] == [F(3, 20)]

    def test_mirror_of_deterrence_by_moral_hazard(self):
        # a transfer promised in war and a loss in war move the risk of war by the same amount in opposite directions
        (play,) = ag.cutoff_equilibria(self.model.replace(V_T=0, c_C="1/5").uncertain("1/2"))
        contract = ag.models.MoralHazardContract(t=0, c_C="1/5", cbar="1/2")
        (moved,) = contract.replace(t="1/10").solve().outcomes
        (base,) = contract.solve().outcomes
        assert base["p_war_in_crisis"] == play.outcomes["p_war"]
        (lower,) = ag.cutoff_equilibria(self.model.replace(V_T="1/10", c_C="1/5").uncertain("1/2"))
        assert moved["p_war_in_crisis"] - base["p_war_in_crisis"] == play.outcomes["p_war"] - lower.outcomes["p_war"] == F(1, 10)

    def test_regimes_are_a_proved_partition(self):
        assert is_proved_partition(self.model.freed())


class TestPublicGoodTechnology:
    model = ag.models.PublicGoodTechnology(v=[3, 2, 4], c=[1, "3/2", 2])

    def efforts(self, **changed):
        return [tuple(map(int, item.actions)) for item in self.model.replace(**changed).solve().equilibria]

    def test_equilibria_by_technology(self):
        assert self.efforts(technology="weakest link") == [(0, 0, 0), (1, 1, 1), (2, 2, 2), (3, 3, 3)]
        assert self.efforts(technology="best shot") == [(0, 0, 3), (0, 3, 0), (3, 0, 0)]
        assert self.efforts(technology="sum") == [(3, 3, 3)]
        # to reach 2 alone costs ally 1 less than the unit is worth to it, so that no effort is no equilibrium
        assert set(self.efforts(technology="threshold")) == {(1, 0, 1), (1, 1, 0), (2, 0, 0), (0, 1, 1), (0, 0, 2)}

    @pytest.mark.parametrize("technology", ["sum", "weakest link", "weaker link", "best shot", "threshold"])
    def test_all_pure_equilibria_against_brute_force(self, technology):
        model = self.model.replace(technology=technology)
        p = model.values()

        def payoff(k, g):
            return p.v[k] * model.provision(g) - p.c[k] * g[k]

        def stable(g):
            return all(payoff(k, g) >= payoff(k, (*g[:k], other, *g[k + 1 :])) for k in range(3) for other in range(4))

        assert self.efforts(technology=technology) == [g for g in product(range(4), repeat=3) if stable(g)]

    @pytest.mark.parametrize(("n", "provided"), [(2, 0.84), (3, 0.747), (5, 0.6819), (10, 0.6387)])
    def test_volunteers_dilemma(self, n, provided):
        volunteers = ag.models.PublicGoodTechnology(technology="best shot", most=1, v=[5, 5], c=[2, 2])
        (item,) = ag.symmetric_equilibria(volunteers.alike(n))
        assert round(1 - float(item["Player"]["0"]) ** n, 4) == pytest.approx(provided, abs=5e-5)
        stated = ag.models.PublicGoodTechnology(v=[5] * n, c=[2] * n).thresholds()
        assert float(stated["p_provided_1"]) == pytest.approx(provided, abs=5e-5)
        assert float(stated["p_volunteer_1"]) == pytest.approx(float(item["Player"]["1"]))

    @pytest.mark.parametrize(("n", "potential"), [(2, 3), (5, F(3, 2)), (10, -1)])
    def test_potential_of_full_effort_changes_sign_with_size(self, n, potential):
        model = ag.models.PublicGoodTechnology(most=1, v=[4] * n, c=["1/2"] * n)
        report = ag.exact_potential(model.game())
        assert report.at(("1",) * n) - report.at(("0",) * n) == potential
        (best,) = ag.potential_maximisers(model.game())
        assert set(best.actions) == {"1" if potential > 0 else "0"}

    def test_structure_is_part_of_the_model(self):
        other = self.model.replace(technology="best shot")
        assert other != self.model
        assert hash(other) != hash(self.model)
        assert repr(other).endswith("technology='best shot')")
        assert other.replace(v=[1, 1, 1]).provision([0, 2, 1]) == 2
        assert len(ag.models.PublicGoodTechnology(most=1, v=[1, 2], c=[1, 1]).game().players) == 2

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [({"technology": "best shoot"}, "best shot"), ({"most": 0}, "integer from 1"), ({"threshold": "2"}, "integer from 1"), ({"v": [1, 2]}, "one value for each")],
    )  # fmt: skip
    def test_bad_structure_is_refused(self, wrong, says):
        with pytest.raises((ParameterError, UnknownLabelError), match=says):
            ag.models.PublicGoodTechnology(**wrong)


class TestEnlargementClub:
    model = ag.models.EnlargementClub(theta=[1, "6/5", "3/2", 2], theta_new=4, b=1)

    def test_best_size(self):
        (play,) = ag.subgame_perfect(self.model.replace(F=12, phi="1/2").growth(9))
        assert [end for end, chance in play.outcomes.items() if chance] == ["5 members"]

    def test_depth_as_the_club_grows(self):
        costs = [1, F(6, 5), F(3, 2), 2, 4]
        wider = [ag.models.EnlargementClub(theta=costs[:m], theta_new=costs[m], b=1) for m in (1, 2, 3, 4)]
        before = [model.solve().outcomes[0]["depth"] if model.solve().outcomes[0]["p_rejected"] else None for model in wider]
        assert before[-1] == 2  # the fifth is kept out
        payoffs = [float(model.member_payoffs(model.completed().values(), True)[0]) for model in wider]
        assert [round(value, 3) for value in payoffs] == [1.944, 4, 6, 5.469]
        assert wider[0].member_payoffs(wider[0].completed().values(), False) == [F(1, 2)]

    def test_depths_of_both_policies_by_the_number_of_members(self):
        costs = [1, F(6, 5), F(3, 2), 2, 4]
        common, individual = [], []
        for m in range(1, 5):
            club = ag.models.EnlargementClub(theta=costs[:m], theta_new=costs[m], b=1, needed=1)
            for policy, found in (("common", common), ("individual", individual)):
                stated = club.replace(policy=policy).completed().thresholds()
                found += [stated["depth_before"]] * (m == 1) + [stated["depth_after"]]
        assert common == [1, F(5, 3), 2, 2, F(5, 4)]
        assert individual == [1, 2, 3, 4, 5]

    def test_individual_policies_deepen_with_every_member(self):
        model = self.model.replace(policy="individual", needed=3).completed()
        assert {outcome["p_admitted"] for outcome in model.solve().outcomes} == {1}
        assert model.solve().outcomes[0]["depth"] == 5

    def test_the_founder_vetoes_and_a_majority_does_not(self):
        unanimity = self.model.solve()
        assert {outcome["p_rejected"] for outcome in unanimity.outcomes} == {1}
        stated = self.model.completed().thresholds()
        gains = [float(stated[f"gain_{k}"]) for k in (1, 2, 3, 4)]
        assert round(gains[0], 3) == round(5.469 - 6, 3)
        assert [gain > 0 for gain in gains] == [False, False, True, True]
        assert {outcome["p_admitted"] for outcome in self.model.replace(needed=2).solve().outcomes} == {1}

    @pytest.mark.parametrize(("needed", "chance"), [(16, 0.00273), (9, 0.9140), (11, 0.6314)])
    def test_votes_of_sixteen(self, needed, chance):
        q = NormalDist().cdf(0.5)
        assert round(q, 5) == 0.69146
        assert chance_of_votes(q, 16, needed) == pytest.approx(chance, abs=5e-5)

    @pytest.mark.parametrize(
        ("wrong", "says"), [({"needed": 5}, "from 1 to 4"), ({"needed": 0}, "from 1 to 4"), ({"policy": "comon"}, "common")]
    )
    def test_bad_rules_are_refused(self, wrong, says):
        with pytest.raises((ParameterError, UnknownLabelError), match=says):
            self.model.replace(**wrong)
