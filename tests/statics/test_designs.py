"""Designs: even grids, Latin hypercubes, Sobol' sequences, all of them exact."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

import alliancegames as ag
from alliancegames._fields import decimal_reading
from alliancegames.parameters import find

MODEL = ag.models.UnilateralDeterrence()
UNIT = {"p_C": (0, 1), "p_D": (0, 1)}


def test_a_grid_is_exact_and_has_a_dimension_a_parameter():
    design = ag.designs.grid(MODEL, {"p_C": 4, "p_D": 3}, {"p_C": (0, 1), "p_D": ("1/5", "4/5")})
    assert list(design.values["p_C"]) == [0, Fraction(1, 3), Fraction(2, 3), 1]
    assert list(design.values["p_D"]) == [Fraction(1, 5), Fraction(1, 2), Fraction(4, 5)]
    assert len(design) == 12
    ds = ag.sweep(MODEL, design)
    assert dict(ds.sizes)["p_C"] == 4 and dict(ds.sizes)["p_D"] == 3
    assert ds.identical(ag.sweep(MODEL, dict(design.values)))
    assert design.to_dataframe().shape == (12, 2)


def test_open_ends_are_left_out():
    model = ag.models.OlsonZeckhauser()
    parameter, _ = find(model.parameters, "wealth", "test")
    assert parameter.domain == "(0, inf)"
    values = ag.designs.grid(model, 3, {"wealth": (0, 4)}).values["wealth"]
    assert values == (Fraction(4, 3), Fraction(8, 3), 4)
    assert min(ag.designs.sobol(model, 64, {"wealth": (0, 4)}, scramble=False).values["wealth"]) > 0


@given(st.integers(1, 60), st.integers(0, 2**31))
def test_a_latin_hypercube_has_one_point_in_each_part(n, seed):
    design = ag.designs.latin_hypercube(MODEL, n, {"p_C": (0, 1), "p_D": ("1/4", "3/4")}, rng=seed)
    for name, low, width in (("p_C", 0, 1), ("p_D", 0.25, 0.5)):
        parts = np.floor((design.values[name] - low) / width * n).astype(int)
        assert sorted(parts) == list(range(n))


def test_a_sobol_sequence_is_that_of_scipy():
    design = ag.designs.sobol(MODEL, 64, UNIT, scramble=False)
    expected = qmc.Sobol(2, scramble=False).random(64)
    assert np.array_equal(np.column_stack(list(design.values.values())), expected)
    scrambled = np.column_stack(list(ag.designs.sobol(MODEL, 256, UNIT, rng=1).values.values()))
    assert qmc.discrepancy(scrambled) < 0.2 * qmc.discrepancy(np.random.default_rng(0).random((256, 2)))


@pytest.mark.parametrize("make", [ag.designs.latin_hypercube, ag.designs.sobol])
def test_random_designs_are_reproducible_and_certifiable(make):
    one, two, other = (make(MODEL, 32, UNIT, rng=seed) for seed in (4, 4, 5))
    assert all(np.array_equal(one.values[name], two.values[name]) for name in UNIT)
    assert not np.array_equal(one.values["p_C"], other.values["p_C"])
    ds = ag.sweep(MODEL, one)
    assert ds["n_equilibria"].dims == ("point",)
    assert ds["p_C"].dims == ("point",) and ds["p_C"].attrs["units"] == "probability"
    for k in range(0, 32, 5):
        point = {name: decimal_reading(float(one.values[name][k])) for name in UNIT}
        solution = MODEL.replace(**point).solve()
        assert solution.equilibria.exact
        assert int(ds["n_equilibria"][k]) == len(solution.equilibria)
        assert float(
            ds["p_war"][k, -1 if len(solution.equilibria) == ds.sizes["equilibrium"] else len(solution.equilibria) - 1]
        ) == pytest.approx(float(solution.outcomes[-1]["p_war"]))


def test_admissible_points_meet_the_assumptions():
    design = ag.designs.latin_hypercube(MODEL, 200, {"c_SQ": (-1, 2), "c_DDp": (-1, 2)})
    kept = design.admissible(MODEL)
    expected = [(c, d) for c, d in zip(*design.values.values(), strict=True) if 1 > c > d > 0.1]
    assert list(zip(*kept.values.values(), strict=True)) == expected
    assert 0 < len(expected) < 200
    assert ag.sweep(MODEL, kept).sizes["point"] == len(expected)
    with pytest.raises(ag.errors.ParameterError, match="none of the"):
        ag.designs.grid(MODEL, 3, {"c_SQ": (2, 3)}).admissible(MODEL)


def test_names_stand_for_the_range_that_figures_show():
    design = ag.designs.grid(MODEL, 3, ["p_C"])
    assert design.values["p_C"] == (0, Fraction(1, 2), 1)
    assert set(ag.designs.grid(MODEL, 2).values) == {parameter.name for parameter in MODEL.parameters}


def test_designs_cannot_be_changed():
    design = ag.designs.sobol(MODEL, 8, UNIT)
    with pytest.raises(ValueError, match="read-only"):
        design.values["p_C"][0] = 1
    with pytest.raises(TypeError):
        design.values["p_C"] = [1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ag.designs.sobol(MODEL, 100, UNIT), "power of 2"),
        (lambda: ag.designs.latin_hypercube(MODEL, 0, UNIT), "positive integer"),
        (lambda: ag.designs.grid(MODEL, 2.5, UNIT), "positive integer"),
        (lambda: ag.designs.grid(MODEL, 3, {"p_C": (1, 0)}), "low < high"),
        (lambda: ag.designs.grid(MODEL, 3, {"p_C": (0, 2)}), r"must lie in \[0, 1\]"),
        (lambda: ag.designs.grid(MODEL, 3, {"p_C": (0, 0.5, 1)}), "must be a pair"),
        (lambda: ag.designs.grid(MODEL, 3, "p_C"), "list of names"),
        (lambda: ag.designs.grid(MODEL, 3, {}), "no parameter moves"),
        (lambda: ag.statics.Design("own", {"p_C": [0, 1], "p_D": [1]}, False, {}), "equally many"),
    ],
)
def test_bad_designs(call, message):
    with pytest.raises(ag.errors.ParameterError, match=message):
        call()
