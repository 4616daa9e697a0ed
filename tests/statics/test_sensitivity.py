"""Sensitivity: indices against closed forms, derivatives against formulas, ranges against the dataset."""

import itertools
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.models.forms import NormalFormModel
from alliancegames.models.model import Outcome
from alliancegames.parameters import Parameter
from alliancegames.statics._claims.dual import Dual, solve

PLANE = {"p_C": (0, 1), "p_D": (0, 1)}


class Sure(NormalFormModel):
    """One dominant cell, so that an outcome is a formula in the parameters: the test's closed form."""

    key, title, pillar, question, fidelity = "sure", "Sure", "deterrence", "", "F3"
    references = ()
    players, actions = ("Row", "Column"), (("a", "b"), ("c", "d"))
    parameters = tuple(Parameter(f"input_{k}", f"x{k}", "[0, 1]", "an input", "1/2") for k in (1, 2, 3))
    outcomes = (Outcome("additive", "a x1 + b x2", "1"), Outcome("product", "x1 x2", "1"), Outcome("flat", "nothing", "1"))

    def payoffs(self, p):
        return {(a, b): (int(a == "a"), int(b == "c")) for a, b in itertools.product(*self.actions)}

    def outcome_cells(self, p):
        cells = list(itertools.product(*self.actions))
        return {
            "additive": dict.fromkeys(cells, 3 * p.x1 + 4 * p.x2),
            "product": dict.fromkeys(cells, p.x1 * p.x2),
            "flat": dict.fromkeys(cells, 0 * p.x3),
        }

    def draw(self, ax):
        ax.set_axis_off()


RANGES = {"x1": (0, 1), "x2": (0, 1), "x3": (0, 1)}


def test_sobol_indices_of_a_sum_and_of_a_product():
    found = ag.sobol_indices(Sure(), "additive", RANGES, n=1024)
    assert found.measures["first"] == pytest.approx([9 / 25, 16 / 25, 0], abs=0.01)
    assert found.measures["total"] == pytest.approx([9 / 25, 16 / 25, 0], abs=0.01)
    assert found.ranking == ("x2", "x1", "x3")
    assert found.n_points == 5 * 1024
    product = ag.sobol_indices(Sure(), "product", RANGES, n=1024)  # E[x2]² Var[x1] over Var[x1 x2] = (1/48) / (7/144)
    assert product.measures["first"] == pytest.approx([3 / 7, 3 / 7, 0], abs=0.02)
    assert product.measures["total"] == pytest.approx([4 / 7, 4 / 7, 0], abs=0.02)
    for name in ("first", "total"):
        low, high = product.measures[f"{name}_low"], product.measures[f"{name}_high"]
        assert (low <= high).all()
        assert (low[:2] - 0.02 <= product.measures[name][:2]).all() and (product.measures[name][:2] <= high[:2] + 0.02).all()


def test_indices_are_reproducible_on_every_executor():
    options = {"n": 64, "select": "highest", "rng": 7, "resamples": 20}
    one = ag.sobol_indices(ag.models.UnilateralDeterrence(), "p_war", PLANE, **options)
    two = ag.sobol_indices(ag.models.UnilateralDeterrence(), "p_war", PLANE, **options)
    assert all(np.array_equal(one.measures[name], two.measures[name]) for name in one.measures)
    other = ag.sobol_indices(ag.models.UnilateralDeterrence(), "p_war", PLANE, **(options | {"rng": 8}))
    assert not np.array_equal(one.measures["first"], other.measures["first"])


def test_morris_effects_of_a_sum_are_its_coefficients():
    found = ag.morris(Sure(), "additive", RANGES, n=12)
    assert found.measures["mu_star"] == pytest.approx([3, 4, 0])
    assert found.measures["sigma"] == pytest.approx([0, 0, 0], abs=1e-12)
    assert found.n_points == 12 * 4
    product = ag.morris(Sure(), "product", {"x1": (0, 1), "x2": (0, 1)}, n=30)
    assert (product.measures["sigma"] > 0.1).all()


def test_morris_without_salib(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)
    with pytest.raises(ag.errors.MissingDependencyError, match=r"alliancegames\[sensitivity\]"):
        ag.morris(Sure(), "additive", RANGES)


def test_the_equilibrium_that_counts_must_be_named():
    model = ag.models.UnilateralDeterrence()
    with pytest.raises(ag.errors.ParameterError, match="equilibria differ in p_war"):
        ag.sobol_indices(model, "p_war", PLANE, n=16)
    design = {"n": 64, "rng": 1}
    by_name = ag.sobol_indices(model, "p_war", PLANE, select="highest", **design)
    by_function = ag.sobol_indices(model, "p_war", PLANE, select=lambda ds: ds["p_war"].max("equilibrium"), **design)
    assert np.array_equal(by_name.measures["total"], by_function.measures["total"])
    assert by_function.select == "<lambda>"
    with pytest.raises(ag.errors.ParameterError, match="one finite number a point"):
        ag.sobol_indices(model, "p_war", PLANE, select=lambda ds: ds["p_war"], **design)
    with pytest.raises(ag.errors.UnknownLabelError, match="selection rule"):
        ag.sobol_indices(model, "p_war", PLANE, select="worst", **design)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ag.sobol_indices(Sure(), "flat", RANGES), ag.errors.ParameterError, "no variance"),
        (lambda: ag.sobol_indices(Sure(), "additive", RANGES, n=100), ag.errors.ParameterError, "power of 2"),
        (lambda: ag.sobol_indices(Sure(), "sum", RANGES, n=16), ag.errors.UnknownLabelError, "outcome"),
        (lambda: ag.sobol_indices(Sure(), "additive", RANGES, confidence=95), ag.errors.ParameterError, "between 0 and 1"),
        (lambda: ag.morris(Sure(), "additive", RANGES, levels=3), ag.errors.ParameterError, "even"),
        (lambda: ag.tornado(Sure(), "additive", RANGES, steps=1), ag.errors.ParameterError, "at least 2"),
        (lambda: ag.sobol_indices(ag.models.UnilateralDeterrence(), "p_war", {"c_SQ": (-1, 2)}, n=8), ag.errors.ParameterError, "assumes"),
    ],
)
def test_bad_questions(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_players_payoff_is_an_outcome_too():
    found = ag.tornado(ag.models.CommitmentDesign(), "Challenger", {"V": ("1/2", 2)}, steps=5)
    solved = [ag.models.CommitmentDesign(V=v).solve().equilibria[0].payoffs["Challenger"] for v in found_values(found, "V", 5)]
    assert found.paths["V"].tolist() == pytest.approx([float(value) for value in solved])


def found_values(result, name, steps):
    low, high = result.ends[name]
    return [low + (high - low) * Fraction(k, steps - 1) for k in range(steps)]


def test_a_tornado_is_the_range_of_the_outcome():
    found = ag.tornado(ag.models.UnilateralDeterrence(), "p_war", ["p_C", "p_D", "c_SQ"], select="highest", steps=11)
    assert found.base == pytest.approx(1 / 6)
    for name in found.parameters:
        for value, outcome in zip(found_values(found, name, 11) if name != "c_SQ" else [], found.paths[name], strict=False):
            solution = ag.models.UnilateralDeterrence().replace(**{name: value}).solve()
            assert outcome == pytest.approx(float(max(item["p_war"] for item in solution.outcomes)))
    frame = found.to_dataframe()
    assert list(frame.index) == list(found.ranking)
    assert (frame["highest"] - frame["lowest"]).is_monotonic_decreasing
    low, high = found.ends["c_SQ"]  # admissible values alone: c_DC > c_SQ > c_DD+
    assert Fraction(3, 10) < low < high < 1


@given(*[st.fractions(min_value=-3, max_value=3, max_denominator=9) for _ in range(4)])
def test_dual_numbers_know_the_rules_of_differentiation(a, b, c, d):
    x = Dual(a, Fraction(1))
    assert (b * x**3 - c * x + d).slope == 3 * b * a**2 - c
    if a != 0:
        assert (b / x + x / 2 - 1).slope == -b / a**2 + Fraction(1, 2)
    assert (2 - x).slope == -1 and (x**0).slope == 0


def test_singular_systems_have_no_solution():
    assert solve([[1, 1], [2, 2]], [1, 2]) is None
    assert [each.value for each in solve([[0, 1], [2, 0]], [3, 4])] == [2, 3]


def test_elasticities_are_those_of_the_published_formulas():
    """In Bluff the probability of war is p_C p_D (1 + ...): compared with differences of exact solutions, which need no formula."""
    model = ag.models.UnilateralDeterrence()
    found = ag.elasticities(model, "p_war", select=2)
    assert all(found.exact)
    base, step = model.completed(), Fraction(1, 10**6)
    for address, slope in zip(found.parameters, found.derivatives, strict=True):
        value = base.values().__dict__[address]
        up, down = (base.replace(**{address: value + sign * step}).solve().outcomes[2]["p_war"] for sign in (1, -1))
        assert float(slope) == pytest.approx(float((up - down) / (2 * step)), abs=1e-6)
    assert found.value == Fraction(1, 6)
    assert found.to_dataframe().shape == (len(found.parameters), 4)


@pytest.mark.parametrize("key", ["accession_window", "olson_zeckhauser", "alliance_signal"])
def test_elasticities_of_other_forms_agree_with_wider_differences(key):
    model = ag.models.get(key).completed()
    if key == "accession_window":  # its worked example lies on a boundary
        model = model.replace(h="1/5")
    solution = model.solve()
    outcome = model.outcomes[0].name
    checked = 0
    for parameter in model.parameters:
        if parameter.is_vector:
            continue
        try:
            found = ag.elasticities(model, outcome, [parameter.name], select=0)
        except ag.errors.AllianceGamesError:
            continue  # on a boundary, or at an end of the domain: said so
        assert found.exact == (False,)
        value = getattr(model.values(), parameter.name)
        step = Fraction(1, 10**4) * (abs(value) or 1)
        ends = [model.replace(**{parameter.name: value + sign * step}).solve() for sign in (1, -1)]
        if {len(end.equilibria) for end in ends} == {len(solution.equilibria)}:
            up, down = (float(end.outcomes[0][outcome]) for end in ends)
            assert float(found.derivatives[0]) == pytest.approx((up - down) / float(2 * step), rel=1e-3, abs=1e-6)
            checked += 1
    assert checked


def test_on_a_boundary_there_is_no_derivative():
    model = ag.models.UnilateralDeterrence(p_C="1/2")
    refused = 0
    for number in range(len(model.solve().equilibria)):
        try:
            ag.elasticities(model, "p_war", ["p_C"], select=number)
        except ag.errors.SolveError as error:
            refused += "no derivative here" in str(error)
    assert refused >= 2
    with pytest.raises(ag.errors.ParameterError, match="differs between equilibria"):
        ag.elasticities(ag.models.UnilateralDeterrence(), "p_war", ["p_C"])


def test_an_outcome_of_zero_has_no_elasticity():
    found = ag.elasticities(ag.models.CommitmentDesign(), "p_attack", ["beta_d"], select=0)
    assert found.derivatives == (0,) and found.elasticities == (None,)
    assert "undefined at 0" in repr(found)


def test_results_are_drawn_with_labels():
    indices = ag.sobol_indices(Sure(), "product", RANGES, n=64)
    ax = indices.plot()
    assert [text.get_text() for text in ax.get_yticklabels()] == list(reversed(indices.ranking))
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {"total index", "first-order index"}
    ax = ag.morris(Sure(), "product", RANGES, n=8).plot()
    assert any("mean absolute effect" in text.get_text() for text in ax.get_legend().get_texts())
    result = ag.tornado(ag.models.CommitmentDesign(), "p_peace", ["beta_d", "beta_o"], select="lowest")
    ax = result.plot()
    widths = [patch.get_width() for patch in ax.patches]
    assert widths == pytest.approx([np.ptp(result.paths[name]) for name in reversed(result.ranking)])
    for each in (indices, result):
        assert each.outcome in repr(each)
