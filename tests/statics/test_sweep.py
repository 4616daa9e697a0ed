"""Sweeps agree with one-by-one exact solutions, ties included."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

import alliancegames as ag


@pytest.mark.parametrize("key", ["alliance_dilemma", "commitment_design"])
def test_dataset_equals_one_by_one(key):
    model = ag.models.get(key)
    first, second = ("cohesion", "loss_abandon") if key == "alliance_dilemma" else ("help_defence", "help_offence")
    grid = {first: [Fraction(k, 8) for k in range(9)], second: [Fraction(k, 10) for k in range(11)]}
    ds = ag.sweep(model, grid)
    assert ds[first].dims == (first,)
    assert ds["n_equilibria"].shape == (9, 11)
    names = model.regimes().names
    for (i, a), (j, b) in itertools.product(enumerate(grid[first]), enumerate(grid[second])):
        solution = model.replace(**{first: a, second: b}).solve()
        assert int(ds["n_equilibria"][i, j]) == len(solution.equilibria)
        code = int(ds["regime"][i, j])
        assert (names[code],) == solution.regimes if code >= 0 else len(solution.regimes) > 1
        for k, values in enumerate(solution.outcomes):
            for name, value in values.items():
                assert float(ds[name][i, j, k]) == pytest.approx(float(value), abs=1e-12)
            assert ds["payoff"][i, j, k].values == pytest.approx([float(v) for v in solution.equilibria[k].payoffs.values()])
        rest = ds[model.outcomes[0].name][i, j, len(solution.equilibria) :]
        assert np.isnan(rest).all()


def test_ties_are_decided_exactly():
    ds = ag.sweep(ag.models.AllianceDilemma(), {"sigma": ["1/2", "3/5"], "x": ["1/2", "1/10"]})
    assert ds["status"].values.tolist() == [[1, 1], [1, 0]]
    assert ds["n_equilibria"].values.tolist() == [[4, 2], [2, 3]]
    assert ds["regime"].values[0, 0] == ag.statics.BOUNDARY


def test_labels_units_and_provenance():
    ds = ag.sweep(ag.models.UnilateralDeterrence(), {"p_D": [0.2, 0.8]})
    assert ds["p_D"].attrs == {"long_name": ds["p_D"].attrs["long_name"], "units": "probability", "parameter": "cred_defender"}
    assert ds["p_war"].attrs["units"] == "probability"
    assert ds.attrs["model"] == "unilateral_deterrence"
    assert ds.attrs["fidelity"] == "F1"
    assert "flag_meanings" in ds["status"].attrs


def test_other_forms_are_swept_point_by_point():
    ds = ag.sweep(ag.models.AccessionWindow(), {"h": ["1/10", "1/8", "1/4", 1]})
    assert ds["p_war"].max("equilibrium").values.tolist() == [0, 0.875, 0.75, 0]
    assert ds["n_equilibria"].values.tolist() == [1, 2, 1, 1]
    contributions = ag.sweep(ag.models.OlsonZeckhauser(), {"alpha": ["1/10", "3/10", "1/2"]})
    assert np.all(np.diff(contributions["provision"].values.ravel()) > 0)


def test_a_large_sweep_keeps_the_order_of_points():
    axis = np.linspace(0, 1, 401)
    ds = ag.sweep(ag.models.CommitmentDesign(), {"beta_d": axis, "beta_o": axis})
    assert ds.sizes["beta_d"] == 401
    peace = ds["p_peace"].isel(equilibrium=0).values
    expected = (axis[:, None] > 0.5) & (axis[None, :] < 0.625)
    clear = (np.abs(axis[:, None] - 0.5) > 1e-9) & (np.abs(axis[None, :] - 0.625) > 1e-9)
    assert np.array_equal(peace[clear] == 1, expected[clear])


def test_progress_is_reported():
    seen = []
    ag.sweep(ag.models.AllianceDilemma(), {"sigma": np.linspace(0, 1, 11)}, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (11, 11)


@pytest.mark.parametrize(
    ("grid", "error", "message"),
    [
        ({}, ag.errors.ParameterError, "empty"),
        ({"cohesian": [1]}, ag.errors.UnknownLabelError, "cohesion"),
        ({"cohesion": 1}, ag.errors.ParameterError, "one-dimensional"),
        ({"cohesion": []}, ag.errors.ParameterError, "non-empty"),
        ({"cohesion": [0.5, -1]}, ag.errors.ParameterError, r"\[0, inf\)"),
        ({"cohesion": [float("nan")]}, ag.errors.GameDefinitionError, "finite"),
    ],
)
def test_bad_grids(grid, error, message):
    with pytest.raises(error, match=message):
        ag.sweep(ag.models.AllianceDilemma(), grid)


def test_assumptions_are_checked_on_the_grid():
    with pytest.raises(ag.errors.ParameterError, match="assumes"):
        ag.sweep(ag.models.CommitmentDesign(), {"p_win_challenger": [0.2, 0.7]})
