"""Sweeps agree with one-by-one exact solutions, ties included."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.solvers.batch import CANDIDATES, solve_2x2


def random_matrices(count, tied, seed):
    rng = np.random.default_rng(seed)
    if tied:
        return rng.integers(-2, 3, size=(2, count, 2, 2)).astype(float)
    return rng.normal(size=(2, count, 2, 2))


@pytest.mark.parametrize("tied", [True, False])
def test_batch_equals_exact_solver(tied):
    rows, columns = random_matrices(300, tied, seed=7)
    batch = solve_2x2(rows, columns)
    for k in range(300):
        exact = ag.nash(ag.NormalFormGame.from_bimatrix(rows[k], columns[k]))
        found = [tuple(float(batch.strategy(c)[side][k]) for side in (0, 1)) for c in range(len(CANDIDATES)) if batch.present[c, k]]
        expected = [tuple(float(v[0]) for v in item.arrays()) for item in exact]
        assert len(found) == len(expected), (rows[k], columns[k])
        np.testing.assert_allclose(found, expected, atol=1e-9)


def test_every_sign_pattern_has_an_equilibrium_and_agrees():
    """All 81 sign patterns, as games with payoffs in {-1, 0, 1}."""
    for a1, a2, b1, b2 in itertools.product((-1, 0, 1), repeat=4):
        row, column = [[a1, a2], [0, 0]], [[b1, 0], [b2, 0]]
        batch = solve_2x2(np.array([row], dtype=float), np.array([column], dtype=float))
        exact = ag.nash(ag.NormalFormGame.from_bimatrix(row, column))
        assert int(batch.counts[0]) == len(exact) >= 1


def test_close_calls_are_flagged():
    rows = np.array([[[1.0, 0.0], [1.0 + 1e-13, 0.0]]])
    assert solve_2x2(rows, np.ones((1, 2, 2))).close[0]


def test_wrong_shapes_are_refused():
    with pytest.raises(ag.errors.GameDefinitionError, match="shape"):
        solve_2x2(np.zeros((3, 2, 3)), np.zeros((3, 2, 3)))


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
