"""Signalling models: worked numbers typed by hand from the derivations, refinements with their reasons, and the form itself."""

from fractions import Fraction as F

import numpy as np
import pytest

import alliancegames as ag
from alliancegames._conditions import hold
from alliancegames.errors import GameDefinitionError, UnknownLabelError
from alliancegames.models.propositions import random_models
from alliancegames.models.signalling_form import SignallingModel, includes
from alliancegames.solvers.cutoffs import cutoff_equilibria
from alliancegames.solvers.refinements import CRITERIA, refine
from alliancegames.solvers.signalling import perfect_bayesian

Deterrence, Alliance, Coalition, Enlargement = (
    ag.models.UnilateralDeterrence,
    ag.models.AllianceSignal,
    ag.models.CoalitionSignal,
    ag.models.EnlargementTrust,
)
FORMS = (Alliance, Coalition, Enlargement)


class TestUnilateralDeterrence:
    """The five families at the thresholds c1 = 5/7, c2 = 5/9, d1 = 1/2."""

    @pytest.mark.parametrize(
        ("p_C", "p_D", "demands"),
        [
            ("3/10", "1/5", [(1, F(3, 7), F(4, 9))]),
            ("7/10", "1/5", [(1, 1, 0)]),
            ("3/10", "3/5", [(1, 0, 0)]),
            ("3/10", "4/5", []),
        ],
    )
    def test_families_with_a_demand(self, p_C, p_D, demands):
        families = perfect_bayesian(Deterrence(p_C=p_C, p_D=p_D).completed().signalling_game())
        found = [f for f in families if "demand" not in f.unused_messages]
        places = (("hard", "demand"), ("soft", "demand"), ("demand", "deny"))
        assert [tuple(f.interval(*place) for place in places) for f in found] == [tuple((v, v) for v in values) for values in demands]
        assert len(families) == len(found) + 1

    @pytest.mark.parametrize(("p_D", "replies", "beliefs"), [("1/5", (F(9, 14), 1), (0, F(1, 2))), ("4/5", (0, 1), (0, 1))])
    def test_no_demand_and_the_beliefs_behind_it(self, p_D, replies, beliefs):
        (waiting,) = (f for f in perfect_bayesian(Deterrence(p_D=p_D).completed().signalling_game()) if f.unused_messages)
        assert waiting.interval("demand", "deny") == replies
        assert waiting.belief_interval("demand", "hard") == beliefs

    def test_steadfast_deterrence_dies_under_d1_with_its_reason(self):
        found = Deterrence().refined("D1")
        ((steadfast, reason),) = found.eliminated
        assert steadfast.unused_messages == ("demand",)
        assert reason.startswith("after 'demand', soft is ruled out (hard gains whenever it gains or is indifferent)")
        assert "so that hard gains (43/50 against 1/2)" in reason
        assert [family.kind for family in found.families] == ["semi-separating"]
        assert Deterrence().refined("intuitive").eliminated == ()

    def test_both_views_have_the_same_payoffs(self):
        model = Deterrence().completed()
        assert _strategic(model.signalling_game()) == _strategic_cells(model.game())

    def test_the_signalling_view_needs_doubt(self):
        with pytest.raises(GameDefinitionError, match="prior must be positive"):
            Deterrence(p_C=1).completed().signalling_game()

    def test_the_signalling_view_may_be_symbolic_or_float(self):
        assert Deterrence().signalling_game().field == "symbolic"
        floats = {q.name: float(q.example[0]) for q in Deterrence.parameters}
        assert Deterrence(**floats).signalling_game().field == "float"


def _strategic_cells(game):
    return sorted(tuple(game.payoff(profile).values()) for profile in game.profiles())


def _strategic(game):
    """Return the payoffs of all plans against all replies, computed from the plays."""
    values = []
    for plan in ((h, s) for h in game.messages for s in game.messages):
        for reply in game.replies["demand"]:
            plays = [
                game.payoff(kind, message, reply if message == "demand" else 0) for kind, message in zip(game.types, plan, strict=True)
            ]
            weights = list(game.prior.values())
            values.append(tuple(sum(w * play[player] for w, play in zip(weights, plays, strict=True)) for player in game.players))
    return sorted(values)


class TestAllianceSignal:
    def test_thresholds(self):
        q = Alliance().completed().thresholds()
        assert (q["phi_star_loose"], q["phi_star_tight"]) == (F(6, 5), F(3, 4))
        assert (q["k_lo"], q["k_hi"]) == (F(28, 100), F(8, 10))
        assert (q["x"], q["y"]) == (F(1, 7), F(2, 7))

    @pytest.mark.parametrize(
        ("changes", "regime"),
        [
            ({"k_t": "1/5"}, "Bluff"),
            ({"k_t": "7/20"}, "Costly and credible"),
            ({"k_t": "9/10"}, "Too costly"),
            ({"k_t": "1/5", "phi": "4/5"}, "Reputation"),
            ({"k_t": "1/5", "beta_t": "9/100", "C": "2/5"}, "Futile"),
            ({"k_t": "1/10", "beta_t": "9/100", "C": "2/5"}, "War plan"),
            ({"k_l": "1/50"}, "Loose war plan"),
            ({"beta_l": "3/20"}, "Loose deterrence"),
        ],
    )
    def test_regimes(self, changes, regime):
        assert Alliance(**changes).solve().regimes == (regime,)

    def test_bluffing(self):
        solution = Alliance().solve()
        (family,) = solution.equilibria
        assert family.interval("low stake", "tight") == (F(1, 7), F(1, 7))
        assert family.interval("tight", "challenge") == (F(2, 7), F(2, 7))
        # 3/10 + 7/10 * 1/7 sign; all others are challenged; bluffers are tested with 2/7.
        assert solution.outcomes[0] == {"p_treaty": F(2, 5), "p_challenge": F(5, 7), "p_war": F(3, 35), "p_dishonoured": F(1, 35)}

    def test_costly_is_credible(self):
        family = Alliance(k_t="7/20").survivor()
        assert family.kind == "separating"
        assert family.interval("tight", "refrain") == (1, 1)

    def test_the_intuitive_criterion_removes_the_pact_nobody_signs(self):
        ((pooling, reason),) = Alliance(k_t="7/20").refined("intuitive").eliminated
        assert pooling.interval("high stake", "none") == (1, 1)
        assert "high stake gains" in reason

    def test_no_alliance_if_too_costly(self):
        model = Alliance(k_t="9/10")
        assert all(outcome["p_treaty"] == 0 and outcome["p_challenge"] == 1 for outcome in model.solve().outcomes)

    @pytest.mark.parametrize(
        ("changes", "treaty"), [({"k_t": "1/10", "beta_t": "9/100"}, "tight"), ({"k_l": "1/50", "k_t": "9/10"}, "loose")]
    )
    def test_treaties_for_war(self, changes, treaty):
        family = Alliance(**changes).survivor()
        assert family.interval("high stake", treaty) == family.interval(treaty, "challenge") == (1, 1)

    def test_a_loose_war_plan_means_some_treaty(self):
        when = next(regime for regime in Alliance().regimes() if regime.name == "Loose war plan").when
        for model in random_models(Alliance(), 10, np.random.default_rng(2), when):
            assert all(f.interval("high stake", "none") == (0, 0) for f in model.solve().equilibria)


class TestCoalitionSignal:
    def test_separating(self):
        model = Coalition(phi="3/10", V_R=2, V_I="3/10", c="1/2", k="2/5", p_h="3/5", p_l="7/10", c_T="3/5")
        assert model.solve().regimes == ("Signal",)
        assert model.survivor().kind == "separating"
        assert any(outcome["p_war"] == 0 and outcome["p_concession"] == F(3, 10) for outcome in model.solve().outcomes)

    def test_restraint_causes_war(self):
        model = Coalition(phi="3/10", V_R=2, V_I="3/10", c="1/5", k="4/5", p_h="1/2", p_l="9/10", c_T="3/5")
        solution = model.solve()
        assert model.thresholds()["p_l_star"] == F(7, 10)
        assert solution.regimes == ("Restraint",)
        assert [family.kind for family in solution.equilibria] == ["pooling"]
        assert [outcome["p_war"] for outcome in solution.outcomes] == [F(3, 10)]

    @pytest.mark.parametrize(("p_h", "x"), [("9/10", F(3, 14)), ("3/5", F(3, 35))])
    def test_bluffing_falls_when_the_partner_leaves(self, p_h, x):
        model = Coalition(V_I="4/5", k="2/5", p_h=p_h)
        family = model.survivor()
        assert model.solve().regimes == ("Bluff",)
        assert family.interval("irresolute", "high") == (x, x)
        assert family.interval("high", "resist") == (F(1, 2), F(1, 2))

    def test_bluffers_crowd_out_the_signal(self):
        """At k = 1/10 the resolute leader would pay 1/10 and face resistance 7/8 with the weaker coalition."""
        model = Coalition(p_l="4/5", k="1/10")
        assert model.solve().regimes == ("Crowded out",)
        assert all(outcome["p_war"] == F(3, 10) for outcome in model.solve().outcomes)
        assert includes(model.refined("D1").families, {"resolute": "low", "irresolute": "low"}, {"low": "resist"})

    @pytest.mark.parametrize(
        ("changes", "regime"),
        [({"c_T": "3/10"}, "Strong target"), ({"phi": "4/5"}, "Weak target"), ({"phi": "3/4", "p_h": 1}, "Pooled resolve")],
    )
    def test_other_regimes(self, changes, regime):
        assert Coalition(**changes).solve().regimes == (regime,)


class TestEnlargementTrust:
    def test_thresholds(self):
        q = Enlargement().completed().thresholds()
        assert {name: round(float(value), 4) for name, value in q.items()} == {
            "m": 0.5455,
            "sigma_S": 0.2,
            "sigma_X": 0.65,
            "t_E": 0.4179,
            "t_N": 0.8421,
        }

    def test_enlargement_may_break_trust(self):
        solution = Enlargement().solve()
        assert solution.regimes == ("Fragile trust",)
        pure = {outcome["p_enlarge"]: outcome for f, outcome in zip(solution.equilibria, solution.outcomes, strict=True) if f.is_pure}
        assert sorted(pure) == [F(335, 1000), 1]
        assert pure[1]["p_cooperation"] == 1
        assert pure[F(335, 1000)]["p_cooperation"] == F(665, 1000)
        assert pure[F(335, 1000)]["p_broken"] == F(7, 10) * F(1, 5)

    @pytest.mark.parametrize(
        ("changes", "regime", "pure"),
        [({"b_S": 4}, "Robust trust", 1), ({"t": "1/2"}, "Restraint pays", 2), ({"t": "1/5"}, "Mistrust", 1)],
    )
    def test_regimes_and_the_number_of_pure_equilibria(self, changes, regime, pure):
        solution = Enlargement(**changes).solve()
        assert solution.regimes == (regime,)
        assert sum(f.is_pure for f in solution.equilibria) == pure

    def test_without_trust_a_rival_that_does_not_randomise_never_cooperates(self):
        when = next(regime for regime in Enlargement().regimes() if regime.name == "Mistrust").when
        for model in random_models(Enlargement(), 15, np.random.default_rng(3), when):
            solution = model.solve()
            (outcome,) = (o for f, o in zip(solution.equilibria, solution.outcomes, strict=True) if f.is_pure)
            assert outcome["p_cooperation"] == 0 and outcome["p_enlarge"] == 1

    def test_continuous_benefits_have_the_same_pure_equilibria_and_one_more(self):
        found = cutoff_equilibria(Enlargement().completed().continuous())
        # t = 7/10, m = 6/11: cooperation after enlargement is 1 - (17/110)/(0.56 * 5/11 - 0.3 * 6/11 * 0.35).
        assert found.complete is True
        assert [item["cooperate"] for item in found] == [0, F(47, 217), 1]

    @pytest.mark.parametrize("spread", [0.2, 0.5])
    def test_continuous_benefits_with_other_distributions(self, spread):
        """Roots of the rival's indifference on a fine grid, and its corners, are the equilibria."""
        seekers, expansionists = ag.games.Normal(0.7, spread), ag.games.Normal(1.5, spread)
        found = cutoff_equilibria(Enlargement().completed().continuous(seekers, expansionists))
        again = np.linspace(0, 1, 100_001)
        gain = 0.7 * (1 - seekers.cdf(1 - again)) * 0.5 - 0.3 * (1 - expansionists.cdf((1 - again) * 1.4)) * 0.6
        inside = again[:-1][np.diff(np.sign(gain)) != 0]
        expected = [0.0] * int(gain[0] < 0) + list(inside) + [1.0] * int(gain[-1] > 0)
        assert found.complete is True
        assert [float(item["cooperate"]) for item in found] == pytest.approx(expected, abs=1e-4)
        assert len(expected) == 3

    def test_known_benefits(self):
        model = Enlargement(t="2/5", b_S="3/2").completed()  # B_S = 3/4, B_X = 2, t < m
        report = refine(model.known_benefits())
        pooled = next(item for item in report.items if item.family.unused_messages == ("abstain",))
        assert pooled.verdicts["D1"].survives is False
        assert pooled.verdicts["D1"].ruled_out == ("expansionist",)
        restraint = {"security seeker": "abstain", "expansionist": "enlarge"}
        assert includes(report.survivors("D1"), restraint, {"abstain": "cooperate", "enlarge": "defect"})

    def test_whole_numbers_stay_exact(self):
        game = Enlargement(b_S=2, b_X=3, g_X=2).completed().game()
        assert game.field == "exact"
        assert game.payoff("reluctant security seeker", "enlarge", "defect")["Alliance"] == F(1, 2)

    def test_classes_hold_the_mean_benefit(self):
        """The expected benefit of all alliances that enlarge is that of the uniform distributions: t b_S/2 + (1 - t) b_X/2."""
        model = Enlargement().completed()
        game = model.game()
        benefits = [game.payoff(kind, "enlarge", "defect")["Alliance"] for kind in game.types]
        mean = sum(weight * benefit for weight, benefit in zip(game.prior.values(), benefits, strict=True))
        assert mean == F(7, 10) * F(5, 8) + F(3, 10) * 2


@pytest.mark.parametrize("cls", FORMS, ids=lambda cls: cls.key)
class TestForm:
    def test_is_a_signalling_model_with_complete_families(self, cls):
        assert issubclass(cls, SignallingModel)
        equilibria = cls().solve().equilibria
        assert equilibria.complete is True and equilibria.exact and equilibria.provenance.max_regret == 0

    def test_refinements_sort_all_families_and_give_reasons(self, cls):
        families = tuple(cls().solve().equilibria)
        for criterion in CRITERIA:
            found = cls().refined(criterion)
            assert {*found.families, *(family for family, _ in found.eliminated)} == set(families)
            assert all(reason for _, reason in (*found.survivors, *found.eliminated))
            assert f"Refined by {criterion}" in repr(found)

    def test_an_unknown_criterion_is_named(self, cls):
        with pytest.raises(UnknownLabelError, match="D3"):
            cls().refined("D3")

    def test_payoffs_and_priors_of_many_points(self, cls):
        model, parameter = cls().completed(), cls.parameters[0]
        points = np.linspace(0.2, 0.8, 7)
        payoffs, priors = model.payoff_stack({parameter.name: points}), model.prior_stack({parameter.name: points})
        for k, value in enumerate(points):
            game = cls(**{q.name: float(q.example[0]) for q in cls.parameters} | {parameter.name: float(value)}).game()
            np.testing.assert_allclose(priors[k], list(game.prior.values()), rtol=1e-14)
            np.testing.assert_allclose(payoffs[k], [list(game.payoff(*cell).values()) for cell in game.cells()], rtol=1e-14)

    def test_floats_agree_with_exact_numbers(self, cls):
        exact, floats = cls().solve(), cls(**{q.name: float(q.example[0]) for q in cls.parameters}).solve()
        assert len(exact.outcomes) == len(floats.outcomes)
        assert floats.regimes == exact.regimes

    def test_sweeps_report_the_regime_of_each_point(self, cls):
        parameter = cls.parameters[0].name
        swept = ag.sweep(cls(), {parameter: ["1/5", "3/5"]}, progress=False)
        names = swept["regime"].attrs["flag_meanings"].split("; ")
        located = [cls().regimes().locate({parameter: value}) for value in ("1/5", "3/5")]
        assert [(names[code],) for code in swept["regime"].values] == located

    def test_plays_are_those_of_the_game(self, cls):
        assert list(cls().plays(lambda kind, message, reply: True)) == list(cls().completed().game().cells())

    def test_regimes_meet_only_on_boundaries(self, cls):
        regimes = cls().regimes()
        values = cls().completed().values()
        assert sum(hold(regime.when(values)) for regime in regimes) == 1
