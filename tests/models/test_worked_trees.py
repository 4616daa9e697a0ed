"""The worked numbers of the models that are game trees, typed by hand from the derivations."""

from fractions import Fraction as F

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.models.deterrence.interaction_game import rankings
from alliancegames.solvers.refinements import refine
from alliancegames.solvers.signalling import perfect_bayesian


def ends_of(equilibria):
    return [sorted(end for end, weight in play.outcomes.items() if weight) for play in equilibria]


class TestAsymmetricEscalation:
    def model(self, **changes):
        utilities = {"c_DE": 1, "c_EE": 2, "c_DD": 3, "c_ED": 4, "c_SQ": 5, "c_DC": 6}
        return ag.models.AsymmetricEscalation(**(utilities | changes)).completed()

    def test_critical_beliefs_of_hard_and_soft_challengers(self):
        assert self.model().thresholds()["q"] == F(1, 2)
        assert self.model(c_EE=0).thresholds()["q"] == F(1, 4)

    @pytest.mark.parametrize(("kind", "end"), [("HH", "SQ"), ("HS", "DC"), ("SH", "DC"), ("SS", "DC")])
    def test_hard_challenger_and_known_defender(self, kind, end):
        assert ends_of(ag.subgame_perfect(self.model().known(kind))) == [[end]]

    @pytest.mark.parametrize("kind", ["HH", "HS", "SH", "SS"])
    def test_soft_challenger_and_known_defender(self, kind):
        (play,) = ag.subgame_perfect(self.model(c_EE=0).known(kind))
        assert ends_of([play]) == [["SQ"]]
        assert play[f"Defender {kind}"].support == ("escalate",)

    # h* = (6 - 5)/(6 - 3) = 1/3 and q = 1/2; deterrence needs p_T min(1, r_H/q) above h*.
    @pytest.mark.parametrize(
        ("p_T", "r_H", "regime"),
        [
            ("1/4", "3/4", "Limited conflict"),
            ("1/2", "3/4", "Deterrence by response in kind"),
            ("3/8", "1/3", "Risk of escalation"),
            ("3/4", "1/3", "Deterrence by risk of escalation"),
        ],
    )
    def test_regimes(self, p_T, r_H, regime):
        assert self.model(p_T=p_T, r_H=r_H).regimes().locate() == (regime,)

    def test_limited_war_breaks_out_but_rarely_spirals(self):
        solution = self.model(p_T="3/8", r_H="1/3").solve()
        assert [outcome["p_concession"] for outcome in solution.outcomes[:2]] == [1, 1]
        assert solution.outcomes[2] == {
            "p_status_quo": 0,
            "p_concession": F(3, 4),
            "p_limited": F(3, 16),
            "p_challenger_wins": F(1, 32),
            "p_defender_wins": 0,
            "p_all_out": F(1, 32),
        }
        family = solution.equilibria[2]
        assert family["Defender HS"]["respond in kind"] == F(1, 2)
        assert family["Challenger, resisted in kind"]["escalate"] == F(1, 4)

    def test_doubt_on_both_sides_has_three_outcomes(self):
        """Nobody demands, or hard challengers and 2/3 of the soft ones do, so that the defender thinks them equally likely.

        Defenders of type HH and SH are then as well off escalating (2/2 + 6/2) as conceding (4). Without a response in kind escalation
        with 1/5 leaves soft challengers as well off as waiting: 6 - 5/5 = 5. With responses by all of type HH and half of HS a
        hard challenger is indifferent and escalates half the time, which type HS accepts: 5 - 4/4 = 4; type SH escalates with 8/25:
        6 (3/4 - 5/32 8/25) + 5/32 8/25 + 3/4 = 5. A limited conflict has probability 3/20, an all-out one 9/200.
        """
        game = self.model(p_T="3/8", r_H="1/3", r_S="1/4").doubtful("2/5", 0)
        eqs = ag.sequential_equilibria(game)
        assert eqs.complete
        ends = {tuple(sorted((end, w) for end, w in family.example.profile.outcomes.items() if w)) for family in eqs}
        silent = {"SQ": F(1)}
        unresisted = {"SQ": F(1, 5), "DC": F(16, 25), "DE": F(2, 25), "EE": F(2, 25)}
        resisted = {"SQ": F(1, 5), "DC": F(14, 25), "DD": F(3, 20), "DE": F(1, 50), "ED": F(1, 40), "EE": F(9, 200)}
        assert ends == {tuple(sorted(outcome.items())) for outcome in (silent, unresisted, resisted)}
        (limited,) = (family for family in eqs if "DD" in dict(family.example.profile.outcomes) and family.example.profile.outcomes["DD"])
        assert limited.dimension == 0
        assert limited.example["Defender SH"]["escalate"] == F(8, 25)

    def test_forces_for_limited_war_alone_change_nothing(self):
        few, many = (self.model(p_T=p_T, r_H=F(1, 8) / F(p_T)).solve().outcomes[-1] for p_T in ("3/8", "7/8"))
        assert few == many

    def test_d1_leaves_one_equilibrium_after_a_demand(self):
        report = refine(self.model(p_T="3/8", r_H="1/3").replies())
        (left,) = report.survivors("D1")
        assert len(report) == 2
        assert left.example["Defender, HS"]["respond in kind"] == F(1, 2)

    def test_the_knife_edge_of_indifference_has_a_family(self):
        # r_H p_T/q = 1/3 = h*: waiting and demanding are worth the same.
        families = [family for family in self.model(p_T="1/2", r_H="1/3").solve().equilibria if family["Defender HH"]["concede"] < 1]
        assert (0, 1) in {family.interval("Challenger", "demand") for family in families}


class TestThreePartyDeterrence:
    def test_thresholds(self):
        q = ag.models.ThreePartyDeterrence().completed().thresholds()
        assert (q["rho_D_min"], q["rho_P_min"]) == (F(5, 11), F(1, 3))

    @pytest.mark.parametrize(
        ("rho_D", "rho_P", "attack"),
        [
            ("9/10", "1/5", "Attack on the defender"),
            ("3/10", "3/10", "Attack on the protégé"),
            ("9/10", "9/10", "Deterrence"),
            ("1/5", "9/10", "Attack on the protégé"),
        ],
    )
    def test_whom_to_attack(self, rho_D, rho_P, attack):
        solution = ag.models.ThreePartyDeterrence(rho_D=rho_D, rho_P=rho_P).solve()
        assert solution.regimes == (attack,)
        (outcome,) = solution.outcomes
        attacked = {
            "Attack on the defender": "p_attack_defender",
            "Attack on the protégé": "p_attack_protege",
            "Deterrence": "p_status_quo",
        }
        assert outcome[attacked[attack]] == 1

    def test_known_types_have_a_nash_equilibrium_that_rests_on_an_empty_threat(self):
        game = ag.models.ThreePartyDeterrence().known("reliable", "unreliable")
        assert [profile.actions for profile in ag.pure_nash(game.normal_form())] == [
            ("wait", "support", "support"),
            ("attack the defender", "support", "abandon"),
        ]
        (play,) = ag.subgame_perfect(game)
        assert play.profile.actions == {
            "Challenger": "attack the defender",
            "Defender, reliable": "support",
            "Protégé, unreliable": "abandon",
        }

    @pytest.mark.parametrize(("worth", "end"), [("-3/5", "protégé supports"), ("-1/5", "defender concedes")])
    def test_targets_that_may_concede(self, worth, end):
        """A defender with a protégé reliable to 1/5 expects -2/5 of a war: it concedes for more and resists for less."""
        model = ag.models.ThreePartyDeterrence()
        conceded = {"Defender": ("2/5", worth, 0), "Protégé": (0, 0, 1)}
        (play,) = ag.sequential_equilibria(model.with_concessions(conceded))
        assert play.outcomes[end] > 0
        assert play["Defender, attacked"]["resist"] == int(worth == "-3/5")

    def test_wrong_orders_and_targets_are_refused(self):
        model, nothing = ag.models.ThreePartyDeterrence(), (0, 0, 0)
        with pytest.raises(ag.errors.ParameterError, match="first must be"):
            model.with_concessions({"Defender": nothing, "Protégé": nothing}, first="patron")
        with pytest.raises(ag.errors.ParameterError, match="'Defender' and 'Protégé'"):
            model.with_concessions({"Defender": nothing})


class TestTripartiteCrisis:
    def test_thresholds(self):
        assert ag.models.TripartiteCrisis().completed().thresholds() == {
            "pbar_P": F(3, 5),
            "r_star": F(5, 7),
            "s_S": F(24, 49),
            "s_H": F(8, 13),
            "r_firm": F(3, 5),
            "x_S": F(6, 35),
        }

    def test_straddle(self):
        solution = ag.models.TripartiteCrisis(p_C="3/10", p_P="1/5").solve()
        assert solution.regimes == ("Straddle",)
        outcome = solution.outcomes[0]
        assert outcome["p_status_quo"] == F(29, 50)
        assert float(outcome["p_war"]) == pytest.approx(0.1469, abs=5e-5)
        assert float(outcome["p_back_down"]) == pytest.approx(0.0588, abs=5e-5)
        assert float(outcome["p_realign"]) == pytest.approx(0.0429, abs=5e-5)
        assert float(outcome["p_give_way"]) == pytest.approx(0.1714, abs=5e-5)
        assert outcome["p_support"] == F(24, 49)

    def test_restraint(self):
        solution = ag.models.TripartiteCrisis(p_C="9/10", p_P="1/5").solve()
        assert solution.regimes == ("Restraint",)
        assert solution.outcomes[0]["p_status_quo"] == solution.outcomes[0]["p_support"] == 0

    def test_commitment_deters(self):
        solution = ag.models.TripartiteCrisis(p_C="3/10", p_P="9/10").solve()
        assert solution.regimes == ("Deterrence",)
        assert [(outcome["p_status_quo"], outcome["p_support"]) for outcome in solution.outcomes] == [(1, 1)]

    def test_commitment_does_not_deter_the_determined(self):
        solution = ag.models.TripartiteCrisis(p_C="3/10", p_P="9/10", c_CFp="7/10").solve()
        assert solution.regimes == ("Confrontation",)
        assert [outcome["p_war"] for outcome in solution.outcomes] == [F(3, 10)]

    def test_equilibria_without_demand_and_what_d1_says(self):
        game = ag.models.TripartiteCrisis().completed().folded()
        families = perfect_bayesian(game)
        report = refine(game)
        assert len(families) == 2
        (left,) = report.survivors("D1")
        assert left.example["Challenger, soft"]["demand"] == F(6, 35)
        assert [item.verdicts["D1"].survives for item in report].count(False) == 1

    def test_a_protégé_that_speaks_first_spares_its_patron_mixed_signals(self):
        """Soft challengers dare until the belief is 3/5: 3/10 * 2/5 / (7/10 * 3/5); they are indifferent if 1/2 hold firm."""
        found = ag.sequential_equilibria(ag.models.TripartiteCrisis().consulted())
        assert found.complete
        (play,) = [family for family in found if family["Challenger, hard"]["demand"] == 1]
        assert play["Challenger, soft"]["demand"] == F(2, 7)
        assert play["Defender"]["support"] == 1
        firm = [play[f"Protégé, {loyalty}"]["hold firm"] for loyalty in ("disloyal", "loyal")]
        assert F(1, 5) * firm[0] + F(4, 5) * firm[1] == F(1, 2)

    @pytest.mark.parametrize(("belief", "action"), [("1/2", "hold firm"), ("7/10", "concede")])
    def test_the_loyal_protege_holds_firm_against_likely_bluffers(self, belief, action):
        # (r_CC - r_CW)/(r_CC - r_CF) = 3/5
        for support in ("1/10", "9/10"):
            (play,) = ag.subgame_perfect(ag.models.TripartiteCrisis().option(belief, support, loyal=True))
            assert play[0].support == (action,)


class TestInteractionGame:
    def test_war_in_exactly_forty_games(self):
        outcomes, conditions = ag.models.InteractionGame().census()
        assert dict(zip(*np.unique(outcomes, return_counts=True), strict=True)) == {
            "Nego": 1428,
            "AcqB": 824,
            "SQ": 232,
            "AcqA": 180,
            "WarA": 40,
        }
        assert np.array_equal(outcomes == "WarA", conditions == 4)

    def test_example_goes_to_war_although_both_prefer_negotiations(self):
        solution = ag.models.InteractionGame().solve()
        assert len(solution.equilibria) == 1
        assert solution.outcomes[0]["p_war"] == 1
        p = ag.models.InteractionGame().completed().values()
        assert p.a_Nego > p.a_WarA
        assert p.b_Nego > p.b_WarA

    def test_war_has_a_region_of_its_own(self):
        assert ag.models.InteractionGame().regimes().coverage().is_partition is True
        assert ag.models.InteractionGame().solve().regimes == ("War",)
        assert ag.models.InteractionGame(b_CapA="7/2").solve().regimes == ("No war",)

    def test_the_census_agrees_with_the_solver_game_by_game(self):
        """The vectorised induction and the search for all equilibria are two ways to the same ends."""
        rng = np.random.default_rng(7)
        model = ag.models.InteractionGame()
        outcomes, _ = model.census()
        listed = rankings()
        for index in rng.choice(len(outcomes), 25, replace=False):
            mine, theirs = divmod(int(index), len(listed))
            utilities = {symbol: int(value) for symbol, value in model.utilities(listed[mine], listed[theirs]).items()}
            game = model.replace(**utilities).game()
            assert ends_of(ag.subgame_perfect(game)) == [[outcomes[index]]]
