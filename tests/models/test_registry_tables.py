"""Finding and comparing models, and filling in parameters that are not set."""

from fractions import Fraction as F

import pytest

import alliancegames as ag
from alliancegames.errors import ParameterError


def test_one_component_set_leaves_the_others_at_the_example():
    model = ag.models.AllianceDilemma(sigma_2="1/3")
    assert model.is_symbolic
    assert model.completed().values().sigma == (F(4, 5), F(1, 3))
    assert model.solve().regimes == ag.models.AllianceDilemma(sigma=["4/5", "1/3"]).solve().regimes
    assert ag.models.AllianceDilemma(sigma_1=0.3).completed().values().sigma == (0.3, 0.8)


def test_completing_keeps_symbols_that_were_given():
    import sympy

    own = sympy.Symbol("s")
    assert ag.models.AllianceDilemma(sigma=[own, F(1, 3)]).completed().values().sigma == (own, F(1, 3))


def test_table_lists_players_and_forms():
    table = ag.models.list()
    assert table.loc["tped", "players"] == "Challenger, Defender, Protégé"
    assert table.loc["olson_zeckhauser", "players"] == "Ally 1, Ally 2, Ally 3"
    assert table.loc["tripwire", "players"] == "Patron, Challenger"
    assert {"question", "pillar", "form", "fidelity", "source"} <= set(table.columns)


@pytest.mark.parametrize(
    ("words", "first"),
    [("Security Dilemma global", "global_security_dilemma"), ("tripwire", "tripwire"), ("weakest link", "public_good_technology"), ("moral hazard", "moral_hazard_contract")],
)  # fmt: skip
def test_models_are_found_best_first(words, first):
    assert ag.models.find(words).index[0] == first


def test_find_looks_everywhere_and_ranks():
    found = ag.models.find("audience cost")
    assert {"audience_cost_crisis", "crisis_signalling"} <= set(found.index[:3])
    assert "references" in ag.models.find("kydd")["found_in"].iloc[0]
    assert "trust_reassurance" in ag.models.find("loss_exploited").index  # the name of a parameter
    assert len(ag.models.find("phlogiston")) == 0
    assert set(ag.models.find("alliance").index) > set(ag.models.find("alliance enlargement").index)


@pytest.mark.parametrize("words", ["", "  ", None])
def test_find_needs_a_word(words):
    with pytest.raises(ParameterError, match="at least one word"):
        ag.models.find(words)


def test_compare_models_and_sets_of_values():
    table = ag.compare("alliance_dilemma", ag.models.Chicken)
    assert list(table.columns) == ["alliance_dilemma", "chicken"]
    solution = ag.models.Chicken().solve()
    assert table.loc["equilibria", "chicken"] == len(solution.equilibria)
    assert table.loc["p_disaster", "chicken"] == tuple(sorted({o["p_disaster"] for o in solution.outcomes}))
    assert table.loc["p_disaster", "alliance_dilemma"] is None
    assert table.loc["q_1 (threshold)", "chicken"] == F(1, 3)
    again = ag.compare(ag.models.Chicken(), ag.models.Chicken(S=[5, 5]))
    assert list(again.columns) == ["Chicken()", "Chicken(u_compromise=(5, 5))"]
    sets = ag.compare("unilateral_deterrence", at={"weak": {"p_D": "1/10"}, "strong": {"p_D": "9/10"}})
    assert sets.loc["regime", "strong"] == "Certain Deterrence" != sets.loc["regime", "weak"]
    assert sets.loc["p_status_quo", "strong"] == 1


@pytest.mark.parametrize(
    ("models", "options"), [((), {}), ((3,), {}), (("chicken", "tripwire"), {"at": {"a": {}}}), (("chicken",), {"at": {}})]
)
def test_compare_refuses_what_cannot_be_compared(models, options):
    with pytest.raises(ParameterError, match=r"compare\(\)"):
        ag.compare(*models, **options)
