"""Worked numbers of the models over time, typed by hand, and their closed forms against computations of another kind."""

from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
import sympy
import z3

import alliancegames as ag
from alliancegames.games.strategies import punish_for
from alliancegames.models.burden_sharing.repeated_burden import shortest_exclusion
from alliancegames.models.propositions import random_models


class TestRepeatedBurden:
    model = ag.models.RepeatedBurden(delta="1/2")

    @pytest.mark.parametrize(("n", "r", "star"), [(5, 2, F(3, 8)), (10, 3, F(7, 27)), (30, 5, F(5, 29))])
    def test_critical_patience_of_equal_allies(self, n, r, star):
        assert set(self.model.equal(n, r).thresholds().values()) == {star}
        # Giving one unit less gains 1 - r/n today and loses r - 1 in every later period.
        assert (1 - F(r, n)) == star / (1 - star) * (r - 1)

    @pytest.mark.parametrize(("n", "r", "star"), [(5, 2, F(3, 8)), (10, 3, F(7, 27))])
    def test_solver_agrees(self, n, r, star):
        stage = self.model.equal(n, r).game().stage
        assert ag.critical_discount(stage, ("contribute",) * n, punishment=("withhold",) * n).value == star

    @pytest.mark.parametrize(("delta", "periods"), [("26/100", 5), ("3/10", 2), ("1/2", 1), ("1/4", None)])
    def test_length_of_exclusion_among_ten(self, delta, periods):
        model = self.model.equal(10, 3).replace(delta=delta)
        assert shortest_exclusion(1 - F(3, 10), 2, F(delta)) == periods
        game, everybody, nobody = model.game(), ("contribute",) * 10, ("withhold",) * 10
        for length in range(1, 7):
            machine = punish_for(game.stage, everybody, length, nobody)
            assert ag.one_shot_deviations(game, machine).holds is (periods is not None and length >= periods)

    def test_only_the_first_of_three_unequal_allies_can_be_held(self):
        model = self.model.replace(mpcr=["3/5", "3/10", "1/5"], delta="1/3")
        stars = model.thresholds()
        assert stars["delta_star_1"] == F(1, 3)
        pact = ag.games.strategies.grim_trigger(model.game().stage, ("contribute",) * 3, ("withhold",) * 3)
        found = ag.one_shot_deviations(model.replace(delta="999/1000").game(), pact)
        slack = [found.slack("target", player, "withhold") for player in model.players]
        assert slack[0] > 0 > max(slack[1:])
        assert ag.one_shot_deviations(model.game(), pact).slack("target", "Ally 1", "withhold") == 0

    def test_payoffs_by_hand(self):
        assert self.model.equal(5, 2).game().stage.payoff(("contribute",) * 2 + ("withhold",) * 3)["Ally 1"] == F(4, 5) - 1

    def test_an_alliance_has_two_members(self):
        with pytest.raises(ag.errors.ParameterError, match="at least two allies"):
            self.model.replace(mpcr=["1/2"])


def test_share_bargaining():
    model = ag.models.ShareBargaining(V=5, C=4, o_P=0, v=3, o_A=1, s=1)
    model = model.replace(bargaining_power="1/2")
    assert model.thresholds() == {"t": F(1, 2), "t_least": -1, "t_most": 2, "gain": 3}
    weak, strong = (model.replace(bargaining_power=power).thresholds()["t"] for power in ("1/3", "2/3"))
    assert (weak, strong) == (0, 1)  # a third and two thirds of the way from -1 to 2
    t = sympy.Symbol("t")
    product_of_gains = (5 - 4 + t - 0) * (3 - t - 1)
    assert sympy.solve(sympy.diff(product_of_gains, t), t) == [sympy.Rational(1, 2)]


class TestNoisyMonitoring:
    model = ag.models.NoisyMonitoring(pi=1, g="1/2", k=1, p="1/10", q="3/5", delta="9/10")

    def test_published_formulas(self):
        assert self.model.thresholds() == {"v": F(9, 10), "delta_star": F(10, 19)}

    def test_solver(self):
        found = ag.strongly_symmetric_payoffs(self.model.game())
        assert (found.worst, found.best, found.p_punish["missed"]) == (0, F(9, 10), F(10, 81))

    def test_signs_of_the_published_formulas(self):
        pi, g, p, q = sympy.symbols("pi g p q", positive=True)
        values = ag.models.NoisyMonitoring().thresholds()
        v, star = (values[name] for name in ("v", "delta_star"))
        assert sympy.simplify(sympy.diff(v, p) + g * q / (q - p) ** 2) == 0
        assert sympy.simplify(sympy.diff(v, q) - g * p / (q - p) ** 2) == 0
        bottom = (q - p) * pi + (1 - p) * g
        assert sympy.simplify(sympy.diff(star, q) + g * pi / bottom**2) == 0
        assert sympy.simplify(sympy.diff(star, g) - (q - p) * pi / bottom**2) == 0

    def test_payoff_by_simulation(self):
        """Average of simulated histories of the mild pledge, discounted, against the exact payoff."""
        game = self.model.game()
        pledge = next(item for item in self.model.solve().equilibria if "by lot" in item.name)
        paths = pledge.automaton.simulate(periods=150, runs=4000, rng=7, monitoring=game.monitoring)
        ready = (paths.actions == 0).all(axis=2)
        weights = 0.1 * 0.9 ** np.arange(150)
        assert (ready @ weights).mean() == pytest.approx(float(pledge.payoffs["Ally 1"]), abs=0.01)


class TestReciprocalPledges:
    model = ag.models.ReciprocalPledges()

    @pytest.mark.parametrize(
        ("d", "a", "star"),
        [
            (2, 1, F(1, 2)),
            (2, "4/5", F(25, 28)),  # both kinds of bad reports count: 1/(1 + 0.08 + 0.04)
            (2, "3/4", F(16, 17)),  # only doubly bad ones: 1/(1 + 1/16)
            (4, "9/10", F(100, 297)),  # 1/(1 + 0.23 + 1.74): 0.1 (0.8 * 3 - 0.1) and 0.64 * 3 - 0.18
        ],
    )
    def test_critical_patience(self, d, a, star):
        assert self.model.replace(d=d, c=1, a=a, delta="1/2").thresholds()["delta_star"] == star

    def test_against_a_scan_of_punishments(self):
        """Beside the threshold a grid of punishment probabilities finds a self-enforcing pledge above and none below."""
        points = random_models(
            ag.models.ReciprocalPledges(),
            25,
            np.random.default_rng(3),
            lambda p: [((2 * p.a - 1) * (p.d - p.c), (1 - p.a) * p.c), (1, p.a)],
        )
        chances = np.linspace(0, 1, 101)
        single, double = np.meshgrid(chances, chances)
        for point in points:
            p = point.values()
            d, c, a = float(p.d), float(p.c), float(p.a)
            false, true = 2 * a * (1 - a) * single + (1 - a) ** 2 * double, (a * a + (1 - a) ** 2) * single + a * (1 - a) * double
            star = float(point.thresholds()["delta_star"])
            for delta, possible in ((star + 1e-6, True), (star - 1e-6, False)):
                if 0 < delta < 1:
                    value = (1 - delta) * (d - c) / (1 - delta + delta * false)
                    assert bool((delta * (true - false) * value >= (1 - delta) * c).any()) is possible

    def test_accuracy_always_lowers_the_patience_needed(self):
        """Both forms of M rise in accuracy where they apply: the negation has no solution."""
        a, pi, c = z3.Reals("a pi c")
        accurate = [a > F(1, 2).numerator / z3.RealVal(2), a < 1, pi > 0, c > 0, (2 * a - 1) * pi > (1 - a) * c]
        single = (2 * a - 1) * (2 * a - 1) * pi - 2 * a * (1 - a) * c
        # Derivatives by hand of (1 - a)((2a - 1) pi - (1 - a) c) and of its sum with `single`.
        double_rise = (3 - 4 * a) * pi + 2 * (1 - a) * c
        both_rise = (4 * a - 1) * pi + 2 * a * c
        for rise, applies in ((double_rise, single <= 0), (both_rise, single >= 0)):
            solver = z3.Solver()
            solver.add(*accurate, applies, rise <= 0)
            assert solver.check() == z3.unsat
        x, y, z = sympy.symbols("a pi c")
        double = (1 - x) * ((2 * x - 1) * y - (1 - x) * z)
        whole = double + (2 * x - 1) ** 2 * y - 2 * x * (1 - x) * z
        assert sympy.expand(sympy.diff(double, x) - ((3 - 4 * x) * y + 2 * (1 - x) * z)) == 0
        assert sympy.expand(sympy.diff(whole, x) - ((4 * x - 1) * y + 2 * x * z)) == 0

    def test_reports_about_one_ally_alone_add_up(self):
        monitored = self.model.completed().game().monitoring
        for cell in product(("contribute", "withhold"), repeat=2):
            assert sum(monitored.probability(report, cell) for report in ("both kept", "Ally 2 failed")) == (
                F(4, 5) if cell[0] == "contribute" else F(1, 5)
            )


class TestIntelligenceClub:
    model = ag.models.IntelligenceClub(kappa=2, v=1, delta="1/2").completed()

    @pytest.mark.parametrize(("n", "star"), [(4, F(2, 3)), (3, None), (2, None)])
    def test_critical_patience(self, n, star):
        stage = self.model.club(n).game().stage
        assert ag.critical_discount(stage, ("share",) * n, punishment=("hoard",) * n).value == star

    def test_five_members_need_one_half(self):
        model = self.model.club(5)
        assert {model.thresholds()[f"delta_star_{k}"] for k in range(1, 6)} == {F(1, 2)}
        # Hoarding saves 2 at once and loses 4 - 2 in every later period.
        assert F(2) == F(1, 2) / (1 - F(1, 2)) * (4 - 2)

    @pytest.mark.parametrize(("others", "limit"), [(0, F(1, 6)), (1, F(1, 8)), (2, F(1, 10)), (3, F(1, 12)), (4, F(1, 14))])
    def test_who_is_told_the_truth(self, others, limit):
        """Against the gain from a lie, by hand: it moves the response by 1/(k + 3), from b below the reporter's ideal to 1/(k + 3) - b above."""
        for gap, truthful in ((limit, True), (limit + F(1, 1000), False)):
            game = ag.models.IntelligenceClub(bias=gap).report(others)
            honest = game.profile({"Reporter": {"0": "0", "1": "1"}, "Responder": {str(k): "believe" for k in range(others + 1)}})
            assert max(honest.regret["Responder"].values()) == 0
            assert honest.regret["Reporter"]["0"] == max(gap**2 - (F(1, others + 3) - gap) ** 2, 0)
            assert (honest.regret["Reporter"]["0"] == 0) is truthful

    def test_reports_against_drawn_threats(self):
        """The prior and the payoffs of the report game, simulated: threats, signals, and responses to sums of signals."""
        rng, size, b, others = np.random.default_rng(4), 400_000, 0.05, 2
        threat = rng.random(size)
        own, ones = rng.random(size) < threat, (rng.random((others, size)) < threat).sum(axis=0)
        response = (own + ones + 1) / (others + 3)
        game = ag.models.IntelligenceClub(bias="1/20").report(others)
        honest = game.profile({"Reporter": {"0": "0", "1": "1"}, "Responder": {"0": "believe", "1": "believe", "2": "believe"}})
        losses = ((response - threat - b) ** 2).mean(), ((response - threat) ** 2).mean()
        assert [float(-value) for value in honest.payoffs.values()] == pytest.approx(losses, abs=3e-4)
        assert float(game.prior["1", "2"]) == pytest.approx((own & (ones == 2)).mean(), abs=3e-3)

    @pytest.mark.parametrize(("gap", "signals"), [("1/20", 8), ("1/10", 3), ("1/6", 1), ("1/5", 0)])
    def test_how_many_true_signals(self, gap, signals):
        assert ag.models.IntelligenceClub(bias=gap).completed().thresholds()["signals_max"] == signals

    def test_whom_to_admit(self):
        club = ag.models.IntelligenceClub(v="1/2", lam=0, L=10)
        assert club.completed().thresholds()["leak_limit"] == F(1, 20)
        for leak, choice in ((0, "admit"), ("49/1000", "admit"), ("51/1000", "refuse"), (1, "refuse")):
            (play,) = ag.subgame_perfect(club.admission(leak))
            assert play["Club"].support == (choice,)
        leaky = club.replace(lam="1/2")  # some member of three leaks with probability 7/8
        assert leaky.completed().thresholds()["leak_limit"] == F(2, 5)
        assert len(ag.subgame_perfect(leaky.admission("2/5"))) == 1
        assert ag.subgame_perfect(leaky.admission("2/5"))[0].dimension == 1

    def test_wrong_numbers_of_reports_and_leaks(self):
        with pytest.raises(ag.errors.ParameterError, match="others"):
            self.model.report(-1)
        with pytest.raises(ag.errors.ParameterError, match="leak"):
            self.model.admission(2)

    def test_exclusion_leaves_the_others_sharing(self):
        model = ag.models.IntelligenceClub(kappa="1/2", v=1, delta="3/4").completed()
        game = model.game()
        machine = model.exclusion(game.stage)
        values = ag.automaton_values(game, machine)
        assert values["Member 1 excluded"] == {"Member 1": 0, "Member 2": F(1, 2), "Member 3": F(1, 2)}
        assert ag.one_shot_deviations(game, machine).holds is True


def least_cost(v, x, delta, cost, bites):
    """Return the defender's least discounted loss and whether it resists the first bite, by recursion from the last bite."""
    later, resists = F(0), False
    for _ in range(bites):
        resists = cost <= v * x / (1 - delta) + delta * later
        later = min(cost, v * x / (1 - delta) + delta * later)
    return later, resists


class TestSalami:
    model = ag.models.Salami(v=1, c_D="1/2", delta="9/10")

    def test_smallest_bites_worth_resisting(self):
        q = self.model.thresholds()
        assert (q["isolated"], q["precedent"]) == (F(1, 20), F(1, 200))

    def test_a_hundred_small_bites(self):
        loss = self.model.slices(100, "1/100").thresholds()["loss"]
        assert float(loss) == pytest.approx(0.99997, abs=5e-6)
        assert least_cost(F(1), F(1, 100), F(9, 10), F(1, 2), 100) == (F(1, 2), True)
        assert least_cost(F(1), F(1, 100), F(9, 10), F(1, 2), 1) == (F(1, 10), False)

    @pytest.mark.parametrize("bites", [1, 2, 4, 6])
    def test_solver_agrees_with_recursion(self, bites):
        for size in ("1/200", "1/60", "1/20", "1/8"):
            model = self.model.slices(bites, size)
            lost, resists = least_cost(F(1), F(size), F(9, 10), F(1, 2), bites)
            outcomes = model.solve().outcomes
            assert {outcome["value_defender"] for outcome in outcomes} == {-lost}
            assert (max(outcome["p_resist"] for outcome in outcomes) == 1) is resists

    def test_a_challenger_who_can_stop_takes_the_remainder(self):
        """Two bites together are worth resisting: of five, one is yielded and four are held."""
        model = self.model.slices(5, "3/100")
        assert [float(model.slices(k, "3/100").thresholds()["loss"]) for k in (1, 2)] == pytest.approx([0.3, 0.57])
        (item,) = ag.subgame_perfect(model.looking_ahead())
        assert {name for name, chance in item.outcomes.items() if chance} == {"1 taken"}


class TestAllianceStochastic:
    model = ag.models.AllianceStochastic(B_H=3, B_L=1, c=1, lam="1/2", delta="2/3")

    def test_threshold(self):
        assert self.model.thresholds() == {"delta_star": F(2, 3), "V_H": 6, "lifetime": F(4, 3)}

    def test_an_ally_is_just_willing_at_the_threshold(self):
        kinds = {delta: {item["cohesive"] for item in self.model.replace(delta=delta).solve().equilibria} for delta in ("2/3", "66/100")}
        assert ("invest", "invest") in kinds["2/3"]
        assert ("invest", "invest") not in kinds["66/100"]

    def test_against_value_iteration(self):
        """An ally's best reply to a partner who invests, by brute value iteration in floats."""
        for point in random_models(ag.models.AllianceStochastic(), 25, np.random.default_rng(2)):
            p = point.values()
            high, low, cost, decay, delta = (float(value) for value in (p.B_H, p.B_L, p.c, p.lam, p.delta))
            value, after = 0.0, low / (1 - delta)
            for _ in range(6000):
                invest, shirk = high - cost + delta * value, high + delta * ((1 - decay) * value + decay * after)
                value = max(invest, shirk)
            if abs(invest - shirk) > 1e-6:
                assert (invest > shirk) is bool(p.delta > point.thresholds()["delta_star"])


class TestRepeatedAllianceDilemma:
    model = ag.models.RepeatedAllianceDilemma(d=1, delta="1/2")

    @pytest.mark.parametrize(
        ("e", "sigma", "x", "star"),
        [
            ("1/2", "1/5", "1/10", F(3, 11)),  # both hedge in a single period
            ("1/2", "4/5", "1/10", 0),  # stag hunt
            ("1/2", "1/5", "9/10", F(1, 5)),  # Chicken
            ("1/2", "4/5", "9/10", 0),  # both commit
        ],
    )
    @pytest.mark.parametrize("punishment", ["nash", "optimal"])
    def test_four_games(self, e, sigma, x, star, punishment):
        model = self.model.replace(e=e, sigma=sigma, x=x)
        assert ag.critical_discount(model.game().stage, ("strong", "strong"), punishment=punishment).value == star
        assert model.thresholds()["delta_star_1"] == star

    @pytest.mark.parametrize(
        ("e", "x", "sigma", "star"),
        [
            (("1/2", "1/2"), ("1/10", "9/10"), ("1/5", "1/5"), F(3, 11)),
            (("1/2", "1"), ("1/10", "3/2"), ("1/5", "1/10"), F(9, 20)),
        ],
    )
    def test_amends_are_the_best_punishment_of_unequal_allies(self, e, x, sigma, star):
        model = self.model.replace(d=[1, 1], e=e, x=x, sigma=sigma)
        stage = model.game().stage
        assert ag.critical_discount(stage, ("strong", "strong")).value is None
        assert ag.critical_discount(stage, ("strong", "strong"), punishment="optimal").value == star
        assert max(model.thresholds()["delta_star_1"], model.thresholds()["delta_star_2"]) == star

    def test_formula_of_the_solver(self):
        """With symbols as payoffs the solver finds the same formula for two allies for whom hedging is dominant."""
        model = ag.models.RepeatedAllianceDilemma()
        found = ag.critical_discount(model.game().stage, ("strong", "strong"), punishment=("weak", "weak"))
        d, e, sigma, x = (getattr(model.values(), name) for name in ("d", "e", "sigma", "x"))
        expected = {(e[k] - sigma[k]) / (d[k] + x[k]) for k in (0, 1)}
        assert {sympy.simplify(formula) for _, _, formula, _ in found.thresholds} == expected


def test_status_of_the_results_over_time():
    """What is verified here is checked on random games; what is only recalled says so."""
    keys = ["repeated_burden", "share_bargaining", "noisy_monitoring", "reciprocal_pledges", "intelligence_club", "salami"]
    keys += ["alliance_stochastic", "repeated_alliance_dilemma"]
    counted = {key: [stated.status for stated in ag.models.get(key).propositions] for key in keys}
    assert {key: statuses.count("recalled") for key, statuses in counted.items() if "recalled" in statuses} == {
        "noisy_monitoring": 1,
        "reciprocal_pledges": 1,
        "intelligence_club": 1,
        "salami": 1,
    }


def test_reports_on_the_edge_of_being_worthwhile():
    """Where readiness is worth exactly nothing, the pledge is not named and nothing is divided by zero."""
    solution = ag.models.NoisyMonitoring(pi="1/10", g="1/2", k=1, p="1/10", q="3/5", delta="9/10").solve()
    assert solution.model.thresholds()["v"] == 0
    assert [item.name for item in solution.equilibria] == ["nobody is ready"]
    sure = ag.models.ReciprocalPledges(accuracy=1).solve()
    assert "ended when anyone is said to fail" in [item.name for item in sure.equilibria]
