"""The worked numbers of crisis models and of models of commitments, typed by hand from the derivations."""

import math
from fractions import Fraction as F

import numpy as np
import pytest
import sympy

import alliancegames as ag
from alliancegames.errors import ParameterError
from alliancegames.solvers.offers import offer_equilibria


def solved(model):
    """Return the only equilibrium's outcomes."""
    solution = model.solve()
    (outcomes,) = solution.outcomes
    assert solution.equilibria.complete is True
    return outcomes


def is_proved_partition(model):
    found = model.regimes().coverage()
    return found.is_partition is True and found.equilibria_proved in (True, None)


class TestChicken:
    def test_symmetric_numbers(self):
        model = ag.models.Chicken().completed()
        assert model.thresholds() == {"q_1": F(1, 3), "q_2": F(1, 3), "R_1": F(1, 2), "R_2": F(1, 2)}
        (mixed,) = [outcome for outcome in model.solve().outcomes if 0 < outcome["p_disaster"] < 1]
        assert mixed["p_disaster"] == F(1, 9)

    def test_asymmetric_numbers(self):
        model = ag.models.Chicken(W=[4, 5], S=[3, 3], L=[2, 1], Z=[0, -5])
        (mixed,) = model.solve().equilibria.mixed
        assert (mixed[0]["stand firm"], mixed[1]["stand firm"]) == (F(1, 4), F(1, 3))

    @pytest.mark.parametrize(
        ("S", "Z", "regime"),
        [(3, 0, "Chicken"), (3, 3, "Prisoner's Dilemma or Deadlock"), (5, 3, "Stag hunt"), (5, 0, "Harmony"), (1, 2.5, "Prisoner's Dilemma or Deadlock")],
    )  # fmt: skip
    def test_four_games(self, S, Z, regime):
        assert ag.models.Chicken(W=4.0, S=float(S), L=2.0, Z=float(Z)).solve().regimes == (regime,)

    def test_regimes_are_a_proved_partition_and_agree_with_those_derived(self):
        assert is_proved_partition(ag.models.Chicken())
        derived = ag.regimes(ag.models.Chicken())
        assert derived.complete
        assert {"Chicken", "Stag hunt"} <= set(derived.names)


class TestBrinkmanship:
    model = ag.models.BrinkmanshipAuction(w=[1, 1], d=[1, 3])

    def test_limits(self):
        found = self.model.thresholds()
        assert (found["R_1"], found["R_2"]) == (F(1, 2), F(1, 4))
        assert (found["p_disaster_limit"], found["p_1_wins_limit"], found["p_2_wins_limit"]) == (F(1, 5), F(1, 5), F(3, 5))

    def test_ten_steps(self):
        risk = [str(F(k, 10)) for k in range(11)]
        pure = {item.actions for item in ag.pure_nash(self.model.grid(10))}
        assert pure == {("0", r) for r in risk if F(r) >= F(1, 2)} | {(r, "0") for r in risk if F(r) >= F(1, 4)}
        assert ("3/10", "0") in pure
        assert ("1/5", "0") not in pure

    def test_drawn_bids_come_to_the_limits(self):
        rng = np.random.default_rng(7)
        one, two = (np.array([float(w) for w in bids]) for bids in self.model.replace(w=[1.0, 1.0], d=[1.0, 3.0]).bids(1000))
        a, b = (rng.choice(1001, size=200_000, p=bids / bids.sum()) / 1000 for bids in (one, two))
        disaster = rng.random(200_000) < np.minimum(a, b)
        shares = disaster.mean(), (~disaster & (a > b)).mean(), (~disaster & (b > a)).mean()
        assert shares == pytest.approx((0.2, 0.2, 0.6), abs=0.005)

    @pytest.mark.parametrize(("first", "last"), [(0, 4), (1, 3)])
    def test_in_turn_the_last_step_worth_its_risk_decides(self, first, last):
        """Of nine steps side 1 would take those with risks k/9 below 1/2, side 2 those below 1/4: the last is side 1's."""
        (play,) = ag.subgame_perfect(self.model.in_turn(9, first))
        assert [end for end, weight in play.outcomes.items() if weight] == ["Side 1 wins"]
        assert play[f"step {last}"].support == ("go on",)
        assert play[f"step {last - 1}"].support == play[f"step {last + 2}"].support == ("give in",)

    def test_steps_and_sides_are_checked(self):
        with pytest.raises(ParameterError, match="steps"):
            self.model.grid(0)
        with pytest.raises(ParameterError, match="steps"):
            self.model.in_turn(0)
        with pytest.raises(ParameterError, match="first"):
            self.model.in_turn(4, first=2)


class TestAudienceCosts:
    @pytest.mark.parametrize(
        ("rates", "horizon", "m2", "war"),
        [((2, 1), 1, 0.25, 0.125), ((1, 1), 1.5616, 0, 0.1524), ((4, 1), 0.6180, 0.4635, 0.0955)],
    )
    def test_printed_numbers(self, rates, horizon, m2, war):
        found = solved(ag.models.AudienceCostCrisis(a=list(rates), W=[4, 4], v=1))
        assert [float(found[name]) for name in ("horizon", "p_2_at_once", "p_war")] == pytest.approx([horizon, m2, war], abs=5e-5)

    def test_who_backs_down(self):
        found = solved(ag.models.AudienceCostCrisis())
        assert (found["horizon"], found["p_2_at_once"], found["p_war"]) == (1, F(1, 4), F(1, 8))
        assert (found["p_1_backs_down"], found["p_2_backs_down"]) == pytest.approx((0.2332, 0.6418), abs=5e-5)

    def test_simulated_crises(self):
        """Draw when each state would yield from the shares that are left at each time."""
        rng, n = np.random.default_rng(3), 400_000
        u1, u2 = rng.random(n), rng.random(n)
        yield_1 = np.where(u1 < 0.5, np.inf, 1 / u1 - 1)  # still there at t: 1/(1 + t), half of them fight at t = 1
        yield_2 = np.where(u2 < 0.25, np.inf, np.where(u2 > 0.75, 0.0, (0.75 / u2 - 1) / 2))  # 3/4 of 1/(1 + 2t), a quarter fight
        yield_1[u1 < 0.5] = yield_2[u2 < 0.25] = math.inf
        war = np.isinf(yield_1) & np.isinf(yield_2)
        shares = war.mean(), (yield_1 < yield_2).mean(), (yield_2 < yield_1).mean()
        found = solved(ag.models.AudienceCostCrisis())
        assert shares == pytest.approx((float(found["p_war"]), found["p_1_backs_down"], found["p_2_backs_down"]), abs=0.004)

    def test_stages(self):
        play = ag.models.AudienceCostCrisis().staged(4)
        assert all(gain == 0 for gains in play.regret.values() for gain in gains.values())
        assert play.interim_payoffs["State 1"]["softest"] == F(1, 4)
        assert play.interim_payoffs["State 2"]["softest"] == 0
        other_way_round = ag.models.AudienceCostCrisis(a=[1, 2]).staged(3)
        assert all(gain == 0 for gains in other_way_round.regret.values() for gain in gains.values())
        assert other_way_round.interim_payoffs["State 2"]["softest"] == F(1, 4)
        irrational = ag.models.AudienceCostCrisis(a=[1, 1]).staged(2)
        assert irrational.game.field == "float"
        assert max(gain for gains in irrational.regret.values() for gain in gains.values()) < 1e-9


class TestUltimatum:
    @pytest.mark.parametrize(("low", "demand", "war"), [(0, F(3, 4), F(3, 8)), ("1/10", F(3, 4), F(1, 6))])
    def test_printed_numbers(self, low, demand, war):
        found = solved(ag.models.UltimatumCrisis(c_lo=low))
        assert (found["demand"], found["p_war"]) == (demand, war)

    def test_value(self):
        assert solved(ag.models.UltimatumCrisis())["value_a"] == F("0.65625")

    def test_many_types(self):
        (play,) = offer_equilibria(ag.models.UltimatumCrisis().finite(20))
        assert abs(play.low - F(3, 4)) <= F(1, 50)
        assert abs(play.outcomes["war"] - F(3, 8)) <= F(1, 20)
        assert offer_equilibria(ag.models.UltimatumCrisis().finite(1))[0].low == F(4, 5)

    def test_other_distributions_of_types(self):
        model = ag.models.UltimatumCrisis()
        same = ag.games.PiecewiseLinear([(0, 0), ("1/5", "1/2"), ("2/5", 1)])
        assert [play.low for play in offer_equilibria(model.finite(8, same))] == [play.low for play in offer_equilibria(model.finite(8))]
        normal = offer_equilibria(model.finite(5, ag.games.Normal(0.2, 0.05)))
        assert not normal.exact
        assert 0.7 < normal[0].low < 0.8
        with pytest.raises(ParameterError, match="number of types"):
            model.finite(0)

    def test_regimes_are_a_proved_partition(self):
        assert is_proved_partition(ag.models.UltimatumCrisis())


class TestPivotalAlliance:
    @pytest.mark.parametrize(
        ("cost", "benefit", "regime", "treaty", "attack"),
        [("1/5", F(1, 10), "Interests deter", 0, 0), ("1/2", F(-1, 5), "The treaty deters", 1, 0), ("7/10", F(-2, 5), "The treaty is worthless", 0, 1)],
    )  # fmt: skip
    def test_three_classes(self, cost, benefit, regime, treaty, attack):
        model = ag.models.PivotalAlliance(c_A=cost).completed()
        assert (model.thresholds()["B_A"], model.thresholds()["gain"]) == (benefit, F(1, 2))
        assert model.solve().regimes == (regime,)
        found = solved(model)
        assert (found["p_treaty"], found["p_attack"]) == (treaty, attack)

    def test_a_peacetime_cost_above_the_gain(self):
        found = solved(ag.models.PivotalAlliance(k_A="3/5"))
        assert (found["p_treaty"], found["p_attack"], found["p_intervention"]) == (0, 1, 0)

    def test_regimes_against_the_derivation_from_payoffs(self):
        assert is_proved_partition(ag.models.PivotalAlliance())
        derived = ag.regimes(ag.models.PivotalAlliance(), by="outcome")
        assert derived.complete
        rng = np.random.default_rng(11)
        peace = {"No threat", "Interests deter"}
        abandoned = {"The treaty is too dear", "The treaty is worthless", "Undeterred, abandonment"}
        for model in ag.models.propositions.random_models(ag.models.PivotalAlliance(), 60, rng):
            point = {q.name: getattr(model.values(), q.name) for q in model.parameters}
            (stated, *on_edge), found = model.regimes().locate(point), derived.locate(point)
            if on_edge or len(found) > 1:
                continue
            expected = "peace" if stated in peace else "war alone" if stated in abandoned else stated
            assert found == (expected,)


class TestLimitedAims:
    def test_a_tie_between_peace_and_a_full_war(self):
        solution = ag.models.LimitedAims(k="1/20").solve()
        q = ag.models.LimitedAims(k="1/20").completed().thresholds()
        assert (q["x_hat"], q["limited"], q["full"]) == (F(1, 4), F(-1, 10), 0)
        assert [play.choice for play in solution.equilibria] == ["demand", "none"]
        assert [outcome["demand"] for outcome in solution.outcomes] == [1, 0]

    def test_limited_aims_are_best(self):
        model = ag.models.LimitedAims(k="1/10").completed()
        assert model.thresholds() == {"x_hat": F(1, 2), "limited": F(1, 10), "full": 0}
        assert solved(model) == {"demand": F(1, 2), "p_war": 1, "p_intervention": 0}

    @pytest.mark.parametrize("cost", ["1/5", "1/4", "1/2"])
    def test_no_intervention_where_it_is_dear(self, cost):
        assert solved(ag.models.LimitedAims(k=cost)) == {"demand": 1, "p_war": 1, "p_intervention": 0}

    def test_regimes_are_a_proved_partition(self):
        assert is_proved_partition(ag.models.LimitedAims())

    def test_one_possible_cost_is_the_model(self):
        (play,) = ag.offer_equilibria(ag.models.LimitedAims().uncertain({"1/10": 1}))
        assert (play.low, play.outcomes) == (F(1, 2), {"war alone": 1})

    def test_a_third_party_whose_cost_only_it_knows(self):
        """Demands of 1/4, 1/2 and 1 are worth -1/10, 1/10 less 1/10 of 2/5 * 1/2 + 1/10, and less than 1/20."""
        (play,) = ag.offer_equilibria(ag.models.LimitedAims().uncertain({"1/20": "1/10", "1/10": "4/5", "1/5": "1/10"}))
        assert play.low == F(1, 2)
        assert play.values[0] == F(1, 10) - F(1, 10) * (F(2, 5) * F(1, 2) + F(1, 10))
        with pytest.raises(ParameterError, match="positive probability"):
            ag.models.LimitedAims().uncertain({"1/10": 1, "1/5": 0})

    def test_a_boundary_that_is_not_real_everywhere_is_drawn_where_it_is(self):
        import matplotlib.pyplot as plt

        ax = ag.models.LimitedAims().regimes().plot("k", "Delta", xlim=(0, "3/10"), ylim=(0, "4/5"))
        drawn = [np.asarray(line.get_xydata(), dtype=float) for line in ax.lines]
        fold = [points for points in drawn if np.isfinite(points).all(axis=1).any() and not np.isfinite(points).all()]
        assert fold
        assert all(np.nanmax(points[:, 0][np.isfinite(points[:, 1])]) <= 0.3 for points in fold)
        plt.close(ax.figure)


class TestThirdPartyBargaining:
    def test_printed_numbers(self):
        model = ag.models.ThirdPartyBargaining().completed()
        assert model.thresholds() == {"x_H": F(4, 5), "x_L": F(2, 5), "x_common": F(14, 25), "rho_star": F(8, 13)}
        high, low = solved(model), solved(model.replace(rho="7/10"))
        assert (high["demand"], high["p_war"], high["value_challenger"]) == (F(4, 5), F(3, 5), F(41, 100))
        assert (low["demand"], low["p_war"], low["value_challenger"]) == (F(2, 5), 0, F(2, 5))
        assert high["value_challenger"] > low["value_challenger"], "the low demand is worth 2/5 at any reliability"

    def test_support_of_two_strengths_is_the_model(self):
        model = ag.models.ThirdPartyBargaining()
        (play,), (base,) = ag.offer_equilibria(model.graded({0: "2/5", 1: "3/5"})), model.solve().equilibria
        assert (play.low, play.outcomes) == (base.low, base.outcomes)

    def test_many_strengths_of_support_spread_the_risk(self):
        """Strengths k/10 grant 4/5 - 2/5 k/10; asking for what strength s grants earns (1 - s)(4/5 - 2s/5) and war else."""
        strengths = [F(2 * k + 1, 20) for k in range(10)]
        (play,) = ag.offer_equilibria(ag.models.ThirdPartyBargaining().graded(dict.fromkeys(strengths, "1/10")))
        grants = [F(4, 5) - F(2, 5) * s for s in strengths]
        wars = [F(1, 2) - s * F(3, 10) - s * F(1, 20) for s in strengths]
        worth = [sum(x if g >= x else war for g, war in zip(grants, wars, strict=True)) / 10 for x in grants]
        assert play.low == grants[worth.index(max(worth))]
        assert play.values[0] == max(worth)

    def test_wrong_strengths_are_refused(self):
        with pytest.raises(ParameterError, match="strengths from 0 to 1"):
            ag.models.ThirdPartyBargaining().graded({0: "1/2", 2: "1/2"})

    def test_regimes_are_a_proved_partition(self):
        assert is_proved_partition(ag.models.ThirdPartyBargaining())


class TestTripwire:
    def test_printed_numbers(self):
        assert ag.models.Tripwire().completed().thresholds() == {"f_tie": F(1, 3), "f_deny": F(3, 2)}
        assert solved(ag.models.Tripwire())["force"] == F(3, 2)

    @pytest.mark.parametrize(
        ("changes", "regime", "force", "attack"),
        [
            ({"c": "1/5", "C": "7/10"}, "Interests deter", 0, 0),
            ({"c": "1/5"}, "Denial", F(3, 2), 0),
            ({"c": "1/5", "kappa": 1}, "War", 0, 1),
            ({"C": "7/10"}, "Tripwire", F(1, 3), 0),
            ({}, "Denial with tied hands", F(3, 2), 0),
            ({"kappa": 1}, "Abandonment", 0, 1),
        ],
    )
    def test_regimes(self, changes, regime, force, attack):
        model = ag.models.Tripwire(**changes)
        assert model.solve().regimes == (regime,)
        found = solved(model)
        assert (found["force"], found["p_attack"]) == (force, attack)

    def test_regimes_are_a_proved_partition(self):
        assert is_proved_partition(ag.models.Tripwire())


class TestTwoTheatres:
    @pytest.mark.parametrize(("gain", "belief", "selected"), [(2, F(2, 3), "wait"), (4, F(2, 5), "attack")])
    def test_critical_belief(self, gain, belief, selected):
        found = ag.models.TwoTheatre(g=gain, l=1, K=1).solve().equilibria
        assert [item[0]["attack"] for item in found.mixed] == [belief]
        assert [item.actions for item in found.select("risk_dominant")] == [(selected, selected)]

    def test_four_rivals(self):
        game = ag.models.TwoTheatre(g=2, l=1).many(4, capacity=2).normal_form()
        rivals = [("attack",) * m + ("wait",) * (4 - m) for m in range(1, 5)]
        assert [game.payoff(cell)["Player 1"] for cell in rivals] == [-1, -1, 0, F(1, 2)]

    @pytest.mark.parametrize(("capacity", "attacked"), [(2, True), ("5/2", True), (3, False)])
    def test_capacity_that_deters_four(self, capacity, attacked):
        found = ag.count_equilibria(ag.models.TwoTheatre(g=2, l=1).many(4, capacity=capacity))
        assert (4 in {item["Player"]["attack"] for item in found}) == attacked

    def test_regimes_are_a_proved_partition_and_are_those_derived(self):
        assert is_proved_partition(ag.models.TwoTheatre())
        derived = ag.regimes(ag.models.TwoTheatre())
        assert derived.complete
        assert derived.names == ("Deterrence", "Opportunism")

    def test_wrong_numbers(self):
        with pytest.raises(ParameterError, match="rivals"):
            ag.models.TwoTheatre().many(0)
        with pytest.raises(ParameterError, match="capacity"):
            ag.models.TwoTheatre().many(3, capacity=-1)


@pytest.mark.parametrize(
    ("name", "where", "claim"),
    [
        ("LimitedAims", None, "d(x_hat)/d(k) > 0 and d(x_hat)/d(Delta) < 0 and d(x_hat)/d(b) < 0"),
        ("ThirdPartyBargaining", None, "d(rho_star)/d(c_C1) < 0 and d(rho_star)/d(c1) < 0 and d(rho_star)/d(Delta) > 0"),
        ("ThirdPartyBargaining", None, "0 < rho_star and rho_star < 1 and x_L > 0 and x_L < x_H"),
        ("Tripwire", ["c > Delta*v"], "d(f_tie)/d(a) < 0 and d(f_tie)/d(mu) < 0 and d(f_tie)/d(v) < 0"),
        ("Tripwire", ["c > Delta*v"], "d(f_tie)/d(Delta) < 0 and d(f_tie)/d(c) > 0"),
        ("PivotalAlliance", None, "attack_joint < attack_alone"),
    ],
)
def test_signs_are_proved_symbolically(name, where, claim):
    result = ag.prove(claim, getattr(ag.models, name)(), where=where)
    assert result.status == "proved", result


@pytest.mark.parametrize("key", ["audience_cost_crisis", "ultimatum_crisis"])
def test_closed_forms_are_what_the_solver_finds(key):
    for model in ag.models.propositions.random_models(ag.models.get(key), 25, np.random.default_rng(5)):
        found, stated = solved(model), model.closed_forms(model.values())
        assert {"p_war"} <= set(stated) <= set(found)
        assert {name: float(value) for name, value in stated.items()} == pytest.approx(
            {name: float(found[name]) for name in stated}, abs=1e-9
        )


def test_horizon_of_the_audience_game_solves_its_equation():
    a, b, w, v, x = sympy.symbols("a_1 a_2 W_1 v x", positive=True)
    stated = ag.models.AudienceCostCrisis().thresholds()["t_1"]
    assert sympy.simplify((a * v * x + a * b * x**2 - w * v).subs(x, stated)) == 0
