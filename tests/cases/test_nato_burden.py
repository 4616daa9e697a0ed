"""The NATO case: the figures against their source, the exploitation test, and the two calibrated games."""

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import spearmanr

import alliancegames as ag
from alliancegames.cases import nato_burden
from alliancegames.errors import ParameterError

NAMES_2024 = {"Czech Republic": "Czechia", "Turkey": "Türkiye"}


def as_text(path):
    """Read a table as text, so that rounding starts from the digits that are printed there."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def packaged():
    return as_text(Path(nato_burden.__file__).parents[1] / "data" / "nato_2014_2024.csv").set_index(["iso3", "year"])


def rounded(text, unit):
    return str(Decimal(text).quantize(Decimal(unit), ROUND_HALF_UP, context=Context())) if text else ""


# ---------------------------------------------------------------- the table


def test_the_table_is_the_source_rounded(shared_data):
    source = as_text(shared_data / "nato_defence_expenditure_2014_2024.csv")
    source = source[source["is_aggregate"] == "0"].set_index(["iso3", "year"])
    table = packaged()
    assert sorted(table.index) == sorted(source.index)
    for key, row in table.iterrows():
        official = source.loc[key]
        assert row["gdp_usd_m"] == rounded(official["gdp_current_usd_m"], "1"), key
        assert row["defence_usd_m"] == rounded(official["defexp_current_usd_m"], "1"), key
        assert row["defence_share_pct"] == rounded(official["defexp_share_gdp_pct"], "0.01"), key
        assert row["estimate"] == official["estimate"], key
        assert row["country"] == NAMES_2024.get(official["country"], official["country"]), key


def test_members_are_those_that_had_acceded(shared_data):
    accession = as_text(shared_data / "nato_members.csv").set_index("iso3")["accession_date"].str[:4].astype(int)
    table = packaged()
    assert set(table.index.get_level_values("iso3")) == set(accession.index)
    for (iso3, year), row in table.iterrows():
        assert row["member"] == str(int(accession[iso3] <= int(year))), (iso3, year)


@pytest.mark.parametrize(("ours", "theirs"), [("gdp_usd_m", "gdp_current_usd_m"), ("defence_usd_m", "defexp_current_usd_m")])
def test_allies_add_up_to_the_published_totals(shared_data, ours, theirs):
    source = as_text(shared_data / "nato_defence_expenditure_2014_2024.csv")
    totals = source[source["country"] == "NATO Total"].set_index("year")[theirs].astype(float)
    for year in nato_burden.YEARS:
        table = nato_burden.figures(year)
        assert abs(float(table[ours].sum()) - totals[str(year)]) <= len(table) / 2, year


def test_the_table_is_complete():
    table = packaged()
    assert len(table) == 32 * 11
    assert list(table.columns) == ["country", "estimate", "member", "gdp_usd_m", "defence_usd_m", "defence_share_pct"]
    assert set(table.loc[table["estimate"] == "1"].index.get_level_values("year")) == {"2023", "2024"}
    unpublished = table[table["defence_usd_m"] == ""]
    assert set(unpublished["country"]) == {"Iceland"}
    assert list(unpublished.index) == list(table[table["defence_share_pct"] == ""].index)


def test_figures_printed_in_the_press():
    """Figures of the release as newspapers quoted them in 2024, independent of the reference table."""
    table = nato_burden.figures(2024).set_index("country")
    spending = {
        "Poland": (4.12, 34975),
        "Estonia": (3.43, 1437),
        "United States": (3.38, 967707),
        "Latvia": (3.15, 1421),
        "Greece": (3.08, 7684),
    }
    spending |= {
        "Lithuania": (2.85, 2300),
        "Finland": (2.41, 7308),
        "Denmark": (2.37, 9940),
        "Romania": (2.25, 8644),
        "Norway": (2.20, 10606),
    }
    spending |= {"North Macedonia": (2.22, 353), "Bulgaria": (2.18, 2325), "Sweden": (2.14, 13428), "Germany": (2.12, 97686)}
    found = {name: (table.loc[name, "defence_share_pct"], table.loc[name, "defence_usd_m"]) for name in spending}
    assert found == spending


@pytest.mark.parametrize(
    ("year", "number"), [(2014, 28), (2016, 28), (2017, 29), (2019, 29), (2020, 30), (2022, 30), (2023, 31), (2024, 32)]
)
def test_number_of_allies(year, number):
    assert len(nato_burden.members(year)) == len(nato_burden.figures(year)) == number
    assert "Iceland" in nato_burden.members(year)


def test_figures_are_a_copy():
    recent, early = nato_burden.figures(2024), nato_burden.figures_1964()
    recent["gdp_usd_m"], early["gnp_usd_bn"] = 0, 0
    assert nato_burden.figures(2024)["gdp_usd_m"].min() > 0
    assert nato_burden.figures_1964()["gnp_usd_bn"].min() > 0


@pytest.mark.parametrize("function", [nato_burden.figures, nato_burden.members, nato_burden.solve_burden])
@pytest.mark.parametrize("year", [2013, 2025, 1964, "2024"])
def test_years_outside_the_table_are_refused(function, year):
    with pytest.raises(ParameterError, match=rf"{function.__name__}\(\): the table covers the years 2014 to 2024, got {year!r}"):
        function(year)


# ---------------------------------------------------------------- the exploitation test


def test_1964_gives_the_published_correlation():
    test = nato_burden.exploitation_test(nato_burden.figures_1964(), size="gnp_usd_bn")
    assert (round(test.correlation, 4), round(test.p_value, 3), test.n) == (0.4901, 0.038, 14)


@pytest.mark.parametrize("year", nato_burden.YEARS)
def test_correlation_agrees_with_scipy(year):
    table = nato_burden.figures(year)
    known = table.dropna()
    reference = spearmanr(known["gdp_usd_m"], known["defence_share_pct"], alternative="greater")
    test = nato_burden.exploitation_test(table)
    assert test.n == len(table) - 1  # all but Iceland
    assert test.correlation == pytest.approx(reference.statistic, abs=1e-12)
    assert test.p_value == pytest.approx(reference.pvalue, rel=1e-9)


def test_correlation_with_ties_and_at_the_extremes():
    tied = pd.DataFrame({"size": [1, 2, 2, 3, 4], "burden": [2.0, 1.0, 2.0, 2.0, 5.0]})
    reference = spearmanr(tied["size"], tied["burden"], alternative="greater")
    test = nato_burden.exploitation_test(tied, size="size", burden="burden")
    assert test.correlation == pytest.approx(reference.statistic)
    assert test.p_value == pytest.approx(reference.pvalue)
    ordered = pd.DataFrame({"size": [1, 2, 3, 4], "burden": [1, 2, 3, 4]})
    assert nato_burden.exploitation_test(ordered, "size", "burden") == (1.0, 0.0, 4)
    assert nato_burden.exploitation_test(ordered.assign(burden=[4, 3, 2, 1]), "size", "burden") == (-1.0, 1.0, 4)


def test_correlation_needs_three_allies():
    with pytest.raises(ParameterError, match="at least 3 allies with both figures, got 2"):
        nato_burden.exploitation_test(nato_burden.figures(2024).head(2))


# ---------------------------------------------------------------- 1964 at the weights of the model guide


def solved_1964(model, **weights):
    table = nato_burden.figures_1964()
    wealth = [Fraction(str(value)) for value in table["gnp_usd_bn"]]
    equilibria = model(players=table["country"], wealth=wealth, **weights).solve().equilibria
    burdens = {player: 100 * float(burden) for player, burden in equilibria[0].burdens.items()}
    squares = (np.array(list(burdens.values())) - table["defence_share_pct"].to_numpy()) ** 2
    return equilibria, burdens, float(np.sqrt(squares.mean()))


def test_1964_as_a_pure_public_good():
    equilibria, _, _ = solved_1964(ag.models.OlsonZeckhauser, alpha="0.06")
    equilibrium = equilibria[0]
    assert equilibria.exact
    assert equilibria.complete
    assert equilibrium.contributors == ("United States",)
    assert equilibrium.shares["United States"] == 1
    assert round(float(equilibrium.total * Fraction(94, 6)), 1) == 534.9  # wealth from which an ally would contribute
    table = nato_burden.figures_1964()
    spending = table["gnp_usd_bn"] * table["defence_share_pct"]
    assert round(float(spending.iloc[0] / spending.sum()), 3) == 0.706


def test_1964_with_joint_products():
    equilibria, burdens, rmse = solved_1964(ag.models.JointProduct, alpha="0.05", gamma="0.04")
    assert equilibria.complete
    assert {name: round(burdens[name], 2) for name in ("United States", "Germany", "United Kingdom", "Luxembourg")} == {
        "United States": 7.72,
        "Germany": 4.54,
        "United Kingdom": 4.51,
        "Luxembourg": 4.21,
    }
    table = nato_burden.figures_1964()
    assert round(float(equilibria[0].total), 1) == 60.8
    assert round(float((table["gnp_usd_bn"] * table["defence_share_pct"]).sum() / 100), 1) == 72.6
    assert round(float(equilibria[0].shares["United States"]), 4) == 0.7226
    assert round(rmse, 2) == 1.61


def test_1964_with_weaker_joint_products():
    equilibria, _, rmse = solved_1964(ag.models.JointProduct, alpha="0.04", gamma="0.03")
    assert round(float(equilibria[0].shares["United States"]), 4) == 0.7309
    assert round(rmse, 2) == 2.32


# ---------------------------------------------------------------- the game of a year


@pytest.fixture(scope="module", params=[2014, 2024])
def burden(request):
    return nato_burden.solve_burden(request.param)


def test_every_ally_plays(burden):
    for solution in (burden.public_good, burden.joint_product):
        assert solution.equilibria[0].game.players == nato_burden.members(burden.year)
    table = burden.to_dataframe()
    assert sorted(table["country"]) == sorted(nato_burden.members(burden.year))
    assert table["gdp_usd_m"].is_monotonic_decreasing
    assert list(table.loc[table["actual_share"].isna(), "country"]) == ["Iceland"]


def test_solutions_are_certified(burden):
    pure, joint = burden.public_good.equilibria, burden.joint_product.equilibria
    assert pure.complete
    assert pure.exact
    assert pure.provenance.max_regret == 0
    assert joint.complete
    assert len(pure) == len(joint) == 1
    assert joint[0].error / float(joint[0].total) < 1e-9
    assert len(joint[0].contributors) == len(nato_burden.members(burden.year))


def test_shares_add_up(burden):
    table = burden.to_dataframe()
    for column in ("actual_share", "model_share_public_good", "model_share_joint"):
        assert math.isclose(table[column].sum(), 1, rel_tol=1e-12), column


def test_burdens_are_first_order_conditions(burden):
    """The contributions satisfy the models' marginal conditions, written out here once more."""
    table = burden.to_dataframe()
    wealth = table["gdp_usd_m"].to_numpy(float)
    weights = {name: float(value) for name, value in burden.parameters["joint products"].items()}
    g = table["model_burden_joint"].to_numpy() * wealth
    alpha, gamma = weights["alpha"], weights["gamma"]
    marginal = -(1 - alpha - gamma) / (wealth - g) + alpha / g.sum() + gamma / g
    assert np.abs(marginal * g).max() < 1e-9
    alpha = float(burden.parameters["public good"]["alpha"])
    g = table["model_burden_public_good"].to_numpy() * wealth
    slack = -(1 - alpha) / (wealth - g) + alpha / g.sum()
    assert np.abs(slack[g > 0] * g.sum()).max() < 1e-9
    assert (slack[g == 0] <= 0).all()


def test_parameters_are_quotable(burden):
    for weights in burden.parameters.values():
        for value in weights.values():
            assert isinstance(value, Fraction)
            assert (10_000 * value).denominator == 1


def test_public_good_has_the_actual_total(burden):
    actual = float(nato_burden.figures(burden.year)["defence_usd_m"].sum())
    total = float(burden.public_good.equilibria[0].total)
    assert total == pytest.approx(actual, rel=0.005)  # the weight is rounded to four decimals


@pytest.mark.slow
def test_joint_products_fit_as_well_as_a_search_through_the_certified_solver(burden):
    """A derivative-free search over certified solutions must not beat the calibration by more than rounding."""
    table = nato_burden.figures(burden.year)
    actual = table["defence_share_pct"].to_numpy(float)
    best = burden.rmse["joint products"]

    def rmse(weights):
        model = ag.models.JointProduct(
            wealth=[int(w) for w in table["gdp_usd_m"]], alpha=str(round(weights[0], 6)), gamma=str(round(weights[1], 6))
        )
        burdens = np.array([100 * float(b) for b in model.solve().equilibria[0].burdens.values()])
        return float(np.sqrt(np.nanmean((burdens - actual) ** 2)))

    start = [float(value) for value in burden.parameters["joint products"].values()]
    assert rmse(start) == pytest.approx(best, rel=1e-9)
    found = minimize(
        rmse,
        start,
        method="Nelder-Mead",
        options={"maxfev": 25, "initial_simplex": [start, [1.1 * start[0], start[1]], [start[0], 1.1 * start[1]]]},
    )
    assert found.fun > best - 0.002


def test_models_disagree_as_theory_says(burden):
    assert burden.public_good.equilibria[0].contributors == ("United States",)
    assert burden.rmse["joint products"] < burden.rmse["public good"]
    correlations = burden.correlations
    assert correlations["joint products"].correlation == pytest.approx(1)
    assert correlations["actual"] == pytest.approx(nato_burden.exploitation_test(nato_burden.figures(burden.year)), rel=1e-9)


def test_curve_passes_through_the_equilibrium(burden):
    table = burden.to_dataframe()
    curves = burden.burden_curve(table["gdp_usd_m"])
    np.testing.assert_allclose(curves["joint products"], table["model_burden_joint"], rtol=1e-8)
    np.testing.assert_allclose(curves["public good"], table["model_burden_public_good"], atol=1e-12)


def test_summary_lists_every_ally_and_the_comparison(burden):
    text = burden.summary()
    for name in nato_burden.members(burden.year):
        assert f"\n{name} " in text
    test = burden.correlations["actual"]
    assert f"actual: {test.correlation:.2f} (one-sided p = {test.p_value:.3f}), {test.n} allies" in text
    assert f"rmse of burdens {burden.rmse['joint products']:.2f} points" in text
    assert str(burden.year) in repr(burden)


def test_weights_can_be_given():
    given = nato_burden.solve_burden(2024, alpha="1/50", gamma=0.02, alpha_public_good="0.05")
    assert given.parameters == {
        "public good": {"alpha": Fraction(1, 20)},
        "joint products": {"alpha": Fraction(1, 50), "gamma": Fraction(1, 50)},
    }


def test_the_other_weight_is_calibrated():
    both = nato_burden.solve_burden(2024)
    alpha = both.parameters["joint products"]["alpha"]
    one = nato_burden.solve_burden(2024, alpha=alpha)
    assert one.parameters["joint products"]["alpha"] == alpha
    assert abs(one.parameters["joint products"]["gamma"] - both.parameters["joint products"]["gamma"]) <= Fraction(2, 10_000)


def test_without_joint_products_the_two_models_agree():
    result = nato_burden.solve_burden(2024, alpha="0.05", gamma=0, alpha_public_good="0.05")
    assert list(result.joint_product.equilibria[0].efforts) == list(result.public_good.equilibria[0].efforts)


@pytest.mark.parametrize(
    "weights",
    [{"alpha": 0}, {"alpha": "3/2"}, {"gamma": -0.1}, {"alpha": "0.6", "gamma": "0.5"}, {"alpha_public_good": 1}, {"alpha": 0.9999}],
)
def test_weights_outside_their_domain_are_refused(weights):
    with pytest.raises(ParameterError):
        nato_burden.solve_burden(2024, **weights)
