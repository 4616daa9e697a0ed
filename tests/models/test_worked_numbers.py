"""The worked numbers of each model, typed by hand from the derivations, and its known answers."""

from fractions import Fraction as F

import numpy as np
import pytest

import alliancegames as ag


def regime_of(model):
    return model.regimes().locate()


class TestAllianceDilemma:
    @pytest.mark.parametrize(
        ("e", "sigma", "x", "regime", "pure"),
        [
            ("1/2", "1/5", "1/10", "Prisoner's Dilemma type", [("weak", "weak")]),
            ("1/2", "4/5", "1/10", "Stag hunt", [("strong", "strong"), ("weak", "weak")]),
            ("1/2", "1/5", "9/10", "Chicken", [("strong", "weak"), ("weak", "strong")]),
            ("1/2", "4/5", "9/10", "Both strong", [("strong", "strong")]),
        ],
    )
    def test_four_games(self, e, sigma, x, regime, pure):
        solution = ag.models.AllianceDilemma(d=1, e=e, sigma=sigma, x=x).solve()
        assert solution.regimes == (regime,)
        assert [item.actions for item in solution.equilibria.pure] == pure
        mixed = [item[0]["strong"] for item in solution.equilibria.mixed]
        assert mixed == ([F(4, 7)] if len(pure) == 2 else [])

    def test_unequal_allies_may_have_no_pure_equilibrium(self):
        model = ag.models.AllianceDilemma(e="1/2", cohesion_1="4/5", cohesion_2="1/5", loss_abandon_1="1/10", loss_abandon_2="9/10", d=1)
        solution = model.solve()
        assert solution.regimes == ("coordination / anti-coordination",)
        assert len(solution.equilibria.pure) == 0
        assert len(solution.equilibria.mixed) == 1

    @pytest.mark.parametrize(
        ("changes", "ends"),
        [
            ({}, (F(13, 10), F(13, 10))),
            ({"sigma": "1/5", "x": "9/10"}, (1, F(-1, 2))),
            ({"e": 2, "sigma": "5/2", "d": "1/10", "x": 0}, (F(3, 5),) * 2),
        ],
    )
    @pytest.mark.parametrize("first", [0, 1])
    def test_who_moves_first(self, changes, ends, first):
        (play,) = ag.subgame_perfect(ag.models.AllianceDilemma(**changes).in_turn(first))
        payoffs = play.profile.payoffs
        assert (payoffs[f"Ally {first + 1}"], payoffs[f"Ally {2 - first}"]) == ends

    def test_a_third_ally_cannot_move_first(self):
        with pytest.raises(ag.errors.ParameterError, match="position of the player"):
            ag.models.AllianceDilemma().in_turn(2)

    def test_knife_edge_lies_in_two_regimes(self):
        assert regime_of(ag.models.AllianceDilemma(d=1, e="1/2", sigma="1/2", x="1/10")) == (
            "Prisoner's Dilemma type",
            "weak dominant / coordination",
            "coordination / weak dominant",
            "Stag hunt",
        )


class TestUnilateralDeterrence:
    def test_thresholds(self):
        assert ag.models.UnilateralDeterrence().completed().thresholds() == {"c1": F(5, 7), "c2": F(5, 9), "d1": F(1, 2)}

    @pytest.mark.parametrize(
        ("p_C", "p_D", "regime"),
        [("3/10", "1/5", "Bluff"), ("7/10", "1/5", "Attack"), ("3/10", "3/5", "Separating"), ("3/10", "4/5", "Certain Deterrence")],
    )
    def test_regimes(self, p_C, p_D, regime):
        assert ag.models.UnilateralDeterrence(p_C=p_C, p_D=p_D).solve().regimes == (regime,)

    def test_strategic_form(self):
        row, column = ag.models.UnilateralDeterrence().completed().game().payoffs
        assert row.astype(float) == pytest.approx(np.array([[0.5, 0.5], [0.724, 0.22], [0.608, 0.44], [0.832, 0.16]]))
        assert column.astype(float) == pytest.approx(np.array([[1, 1], [0.524, 0.86], [0.772, 0.628], [0.296, 0.488]]))

    def test_bluff_and_steadfast(self):
        equilibria = ag.models.UnilateralDeterrence().solve().equilibria
        assert equilibria.degenerate
        steadfast_low, steadfast_high, bluff = (item.arrays() for item in equilibria)
        assert list(steadfast_low[0]) == list(steadfast_high[0]) == [1, 0, 0, 0]
        assert (steadfast_low[1][1], steadfast_high[1][1]) == (F(9, 14), 1)
        assert list(bluff[0]) == [0, 0, F(4, 7), F(3, 7)]
        assert list(bluff[1]) == [F(5, 9), F(4, 9)]

    def test_outcomes(self):
        outcomes = ag.models.UnilateralDeterrence().solve().outcomes[-1]
        assert outcomes == {"p_status_quo": F(2, 5), "p_concession": F(4, 15), "p_back_down": F(1, 6), "p_war": F(1, 6)}

    def test_unit_square(self):
        grid = [F(k, 20) for k in range(1, 20)]
        ds = ag.sweep(ag.models.UnilateralDeterrence(), {"p_C": grid, "p_D": grid})
        names = ds["regime"].attrs["flag_meanings"].split("; ")
        counts = {name: int((ds["regime"] == code).sum()) for code, name in enumerate(names)}
        assert counts == {"Certain Deterrence": 95, "Separating": 57, "Attack": 99, "Bluff": 99}
        assert int((ds["regime"] == ag.statics.BOUNDARY).sum()) == 11

    def test_order_of_utilities_is_checked(self):
        with pytest.raises(ag.errors.ParameterError, match="c_SQ"):
            ag.models.UnilateralDeterrence().completed().replace(c_SQ=2)

    def test_steadfast_is_left_out_of_the_refined_map(self):
        model = ag.models.UnilateralDeterrence()
        assert "Steadfast Deterrence" not in model.regimes().names
        assert model.regimes(refined=False).locate({"p_C": "3/10", "p_D": "1/5"}) == ("Bluff", "Steadfast Deterrence")


class TestCommitmentDesign:
    model = ag.models.CommitmentDesign().completed()

    def test_thresholds_and_windows(self):
        assert self.model.thresholds() == {"beta_D": F(1, 2), "beta_R": F(5, 8), "b_min": F(1, 2), "eps_max": F(1, 2)}
        assert self.model.window("unconditional") == (F(1, 2), F(5, 8))
        assert self.model.window("conditional deterrent") == (F(1, 2), 1)
        noisy = self.model.replace(attribution_error="1/5")
        assert noisy.window("conditional deterrent") == (F(5, 8), 1)
        assert self.model.replace(attribution_error="11/20").window("conditional deterrent") is None

    @pytest.mark.parametrize(("eps", "peace"), [("49/100", 1), ("51/100", 0)])
    def test_full_commitment_tolerates_errors_up_to_one_half(self, eps, peace):
        outcomes = self.model.replace(attribution_error=eps).treaty("conditional deterrent", 1).solve().outcomes
        assert [outcome["p_peace"] for outcome in outcomes] == [peace]

    @pytest.mark.parametrize(
        ("kind", "b", "regime"),
        [
            ("none", 1, "Attack"),
            ("conditional deterrent", 1, "Peace"),
            ("unconditional", 1, "Provocation"),
            ("compellent", 1, "Attack and provocation"),
        ],
    )
    def test_kinds_of_treaty(self, kind, b, regime):
        assert self.model.treaty(kind, b).solve().regimes == (regime,)

    def test_unknown_treaty(self):
        with pytest.raises(ag.errors.ParameterError, match="conditional deterrent"):
            self.model.treaty("defensive", 1)


class TestAccessionWindow:
    model = ag.models.AccessionWindow().completed()

    def test_critical_values(self):
        assert self.model.thresholds()["h_star"] == F(1, 8)
        sure = self.model.replace(accession_rate=1).thresholds()
        assert (sure["Delta_star"], sure["gamma_star"]) == (F(1, 20), F(63, 200))

    @pytest.mark.parametrize(("h", "p_war"), [("124/1000", {0}), ("126/1000", {F(874, 1000)}), ("1/8", {0, F(7, 8)}), (1, {0})])
    def test_jump_at_the_critical_hazard(self, h, p_war):
        solution = self.model.replace(accession_rate=h).solve()
        assert {outcome["p_war"] for outcome in solution.outcomes} == p_war

    def test_agrees_with_value_iteration(self):
        """The rival's best reply by brute value iteration in floats, independent of the solver."""
        rng = np.random.default_rng(1)
        for point in ag.models.propositions.random_models(ag.models.AccessionWindow(), 30, rng):
            p = point.values()
            p1, shift, c, delta, h, gamma = (float(v) for v in (p.p1, p.Delta, p.c_R, p.delta, p.h, p.gamma))
            after = (p1 - shift) / (1 - delta) - c
            fight = (p1 - gamma) / (1 - delta) - c
            value = fight
            for _ in range(3000):
                value = max(fight, 1 + delta * (h * after + (1 - h) * value))
            accepts = 1 + delta * (h * after + (1 - h) * value) >= fight - 1e-9
            played = {item["window"][0] for item in point.solve().equilibria}
            assert ("accept" in played) == accepts


class TestOlsonZeckhauser:
    @pytest.mark.parametrize(
        ("wealth", "efforts", "total"),
        [
            ((100, 100, 100), (F(25, 2),) * 3, F(75, 2)),
            ((200, 60, 40), (60, 0, 0), 60),
            ((120, 100, 90), (F(500, 17), F(160, 17), 0), F(660, 17)),
            ((110, 110, 90), (F(330, 17), F(330, 17), 0), F(660, 17)),
        ],
    )
    def test_contributions(self, wealth, efforts, total):
        equilibrium = ag.models.OlsonZeckhauser(wealth=wealth, alpha="3/10").solve().equilibria[0]
        assert tuple(equilibrium.efforts) == efforts
        assert equilibrium.total == total
        assert equilibrium.error == 0

    def test_wealth_that_contributors_need(self):
        # 7/10 * 310/(3/10 + 3 * 7/10): the third of (120, 100, 90) rides free
        assert ag.models.OlsonZeckhauser(wealth=(120, 100, 90), alpha="3/10").thresholds()["least_wealth"] == F(1085, 12)

    def test_shortfall(self):
        outcome = ag.models.OlsonZeckhauser(wealth=(100, 100, 100), alpha="3/10").solve().outcomes[0]
        assert outcome["provision_ratio"] == F(375, 900)

    def test_any_number_of_allies(self):
        solution = ag.models.OlsonZeckhauser(wealth=[1000 - k for k in range(300)], alpha="3/10").solve()
        equilibrium = solution.equilibria[0]
        threshold = equilibrium.total * F(7, 3)
        assert [bool(effort) for effort in equilibrium.efforts] == [1000 - k > threshold for k in range(300)]
        assert solution.equilibria.exact


class TestJointProduct:
    @pytest.mark.parametrize(("gamma", "burden", "ratio"), [(0, 0.041096, 0.1370), ("1/10", 0.178082, 0.4452), ("1/5", 0.315068, 0.6301)])
    def test_ten_equal_allies(self, gamma, burden, ratio):
        model = ag.models.JointProduct(wealth=[1] * 10, alpha="3/10", gamma=gamma)
        solution = model.solve()
        assert solution.equilibria.exact
        assert solution.outcomes[0]["burden_largest"] == model.thresholds()["burden_if_equal"]
        assert float(solution.outcomes[0]["burden_largest"]) == pytest.approx(burden, abs=1e-6)
        assert float(model.thresholds()["ratio_if_equal"]) == pytest.approx(ratio, abs=1e-4)

    def test_irrational_equilibria_come_with_a_bound(self):
        solution = ag.models.JointProduct(wealth=[5, 3, 1], alpha="3/10", gamma="1/10").solve()
        equilibrium = solution.equilibria[0]
        assert not solution.equilibria.exact
        assert solution.equilibria.complete
        assert 0 < equilibrium.error < 1e-9
        for w, g in zip((5, 3, 1), equilibrium.efforts, strict=True):
            slope = -0.6 / (w - g) + 0.3 / equilibrium.total + 0.1 / g
            assert slope == pytest.approx(0, abs=1e-8)
