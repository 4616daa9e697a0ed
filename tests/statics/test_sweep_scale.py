"""Sweeps at scale: known ties, failing points, exact sums, summaries in bounded memory."""

import itertools
import math
import subprocess
import sys
import textwrap
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from drawn_sweeps import Affine, same_bits
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.statics._sweeps.chunk import FAILED, INCOMPLETE
from alliancegames.statics._sweeps.exact_sums import exact_sum
from alliancegames.statics._sweeps.ties import structural_ties
from alliancegames.statics.sweep_summary import Summary


@st.composite
def affine_models(draw):
    rows, columns = draw(st.sampled_from([(2, 2), (3, 2), (4, 2), (2, 3), (2, 4), (3, 3), (5, 2), (1, 3)]))
    actions = tuple(f"a{i}" for i in range(rows)), tuple(f"b{j}" for j in range(columns))
    number = st.integers(-1, 1)
    triple = st.tuples(number, number, number)
    table = {cell: (draw(triple), draw(triple)) for cell in itertools.product(*actions)}
    return type("Drawn", (Affine,), {"actions": actions, "table": table})


VALUES = [Fraction(0), Fraction(1, 3), Fraction(1)]


@settings(max_examples=60)
@given(affine_models())
def test_tied_models_are_swept_as_they_are_solved_one_by_one(kind):
    """Payoffs tied whatever the parameters, at some of them, or nearly."""
    model = kind()
    grid = {"s": VALUES, "t": [Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**15)]}
    ds = ag.sweep(model, grid)
    assert set(np.unique(ds["status"])) <= {0, 1}
    assert float(ds["max_regret"].max()) < 1e-12
    for (i, s), (j, t) in itertools.product(enumerate(grid["s"]), enumerate(grid["t"])):
        solution = model.replace(s=s, t=t).solve()
        assert int(ds["n_equilibria"][i, j]) == len(solution.equilibria)
        for k, (item, values) in enumerate(zip(solution.equilibria, solution.outcomes, strict=True)):
            for name, value in values.items():
                assert float(ds[name][i, j, k]) == pytest.approx(float(value), abs=1e-9)
            assert ds["payoff"][i, j, k].values == pytest.approx([float(v) for v in item.payoffs.values()], abs=1e-9)


def test_known_ties_are_found_and_nothing_else():
    ties = structural_ties(ag.models.UnilateralDeterrence().completed(), [("cred_challenger", None), ("cred_defender", None)])
    assert ties.column.tolist() == [[0, 0], [0, 1], [0, 1], [0, 1]]  # a challenger who waits leaves the defender no choice
    assert ties.row.tolist() == [[i, i] for i in range(4)]
    assert ties.helps
    assert not structural_ties(ag.models.AllianceDilemma().completed(), [("cohesion", None)]).helps


def test_most_points_of_a_model_with_known_ties_are_solved_in_floats():
    axis = np.linspace(0.013, 0.987, 60)
    ds = ag.sweep(ag.models.UnilateralDeterrence(), {"p_C": axis, "p_D": axis})
    assert int(ds["status"].sum()) == 0
    assert set(np.unique(ds["regime"])) == {0, 1, 2, 3}


# The peak of a program's own memory; what `getrusage` says of a child begins at what its parent had used.
PEAK = """
def peak():
    return next(int(line.split()[1]) / 1e3 for line in open("/proc/self/status") if line.startswith("VmHWM"))
"""
own_memory = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a program's peak of memory is read from /proc")


@own_memory
def test_the_large_sweep_in_little_memory():
    """The sweep of a million points takes under a gigabyte; here a tenth of it."""
    script = PEAK + textwrap.dedent("""
        import numpy as np
        import alliancegames as ag
        axis = np.linspace(0, 1, 317)
        ds = ag.sweep(ag.models.UnilateralDeterrence(), {"p_C": axis, "p_D": axis})
        print(peak(), ds.sizes["p_C"])
    """)
    for _ in range(2):  # the first run may compile the kernels, which takes memory once
        done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    megabytes, size = map(float, done.stdout.split())
    assert size == 317
    assert megabytes < 1000


def test_failing_points_become_records():
    grid = {"p_win_challenger": ["1/5", "3/10", "7/10"], "beta_d": [0.2, 0.7]}
    with pytest.raises(ag.errors.ParameterError, match="assumes"):
        ag.sweep(ag.models.CommitmentDesign(), grid)
    ds = ag.sweep(ag.models.CommitmentDesign(), grid, on_error="record")
    assert ds["status"].values.tolist() == [[FAILED] * 2, [FAILED] * 2, [0, 0]]
    assert ds["error_point"].values.tolist() == [0, 1, 2, 3]
    assert ds["error_p_win_challenger"].values.tolist() == [0.2, 0.2, 0.3, 0.3]
    assert all("the model assumes" in text for text in ds["error_message"].values)
    assert ds["n_equilibria"].values[:2].max() == 0
    assert np.isnan(ds["p_peace"].values[:2]).all() and np.isnan(ds["max_regret"].values[:2]).all()
    fine = ag.sweep(ag.models.CommitmentDesign(), {"p_win_challenger": ["7/10"], "beta_d": [0.2, 0.7]})
    assert np.array_equal(ds["payoff"].values[2], fine["payoff"].values[0])
    assert "error_point" not in fine
    assert same_bits(ag.sweep(ag.models.CommitmentDesign(), grid, on_error="record", chunk=1), ds)


class Divided(Affine):
    """Fails where the second parameter is 0, in rationals as in floats."""

    actions = (("a", "b"), ("c", "d"))
    table: ClassVar = {cell: ((k, 1, 0), (k % 3, 0, 1)) for k, cell in enumerate(itertools.product("ab", "cd"))}

    def payoffs(self, p):
        return {cell: [value / p.t for value in pair] for cell, pair in super().payoffs(p).items()}


def test_a_division_by_zero_is_one_points_record(tmp_path):
    grid = {"s": [0, 1], "t": [1, 0, 2]}
    with pytest.raises(ZeroDivisionError):
        ag.sweep(Divided(), grid)
    ds = ag.sweep(Divided(), grid, on_error="record")
    assert ds["status"].values[:, 1].tolist() == [FAILED, FAILED]
    assert (ds["status"].values[:, [0, 2]] != FAILED).all()
    assert ["ZeroDivisionError" in text for text in ds["error_message"].values] == [True, True]
    stored = ag.sweep(Divided(), grid, on_error="record", store=tmp_path / "s", chunk=2)
    assert same_bits(stored.load(), ds)


def test_models_solved_one_by_one_record_failures_too(monkeypatch):
    from alliancegames.models.model import Model

    solve = Model.solve

    def failing(self):
        if self.values().h == Fraction(1, 8):
            raise ag.errors.SolveError("too hard")
        return solve(self)

    monkeypatch.setattr(Model, "solve", failing)
    grid = {"h": ["1/10", "1/8", "1/4"]}
    with pytest.raises(ag.errors.SolveError, match="too hard"):
        ag.sweep(ag.models.AccessionWindow(), grid)
    ds = ag.sweep(ag.models.AccessionWindow(), grid, on_error="record")
    assert ds["n_equilibria"].values.tolist() == [1, 0, 1]
    assert ds["error_message"].values.tolist() == ["SolveError: too hard"]
    assert ds["error_h"].values.tolist() == [0.125]


def test_lists_not_known_to_be_complete_are_marked(monkeypatch):
    from alliancegames.models.model import Model

    solve = Model.solve

    def partial(self):
        solution = solve(self)
        object.__setattr__(solution, "equilibria", solution.equilibria.replace(complete=None))
        return solution

    monkeypatch.setattr(Model, "solve", partial)
    with pytest.warns(ag.errors.IncompleteSearchWarning, match="2 of 2 points"):
        ds = ag.sweep(ag.models.AccessionWindow(), {"h": ["1/10", "1/4"]})
    assert ds["status"].values.tolist() == [INCOMPLETE] * 2


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=60), st.integers(1, 50))
def test_sums_are_exact(values, repeats):
    array = np.array(values * repeats)
    assert exact_sum(array) == sum(map(Fraction, values), Fraction(0)) * repeats


def test_sums_of_many_values_agree_with_the_standard_library():
    values = np.random.default_rng(3).normal(size=100_000) * 10.0 ** np.random.default_rng(4).integers(-20, 20, 100_000)
    assert float(exact_sum(values)) == math.fsum(values)


def test_a_summary_says_what_the_dataset_says():
    axis = np.linspace(0, 1, 41)
    grid = {"cohesion": axis, "loss_abandon": axis}
    rules = ("lowest", "highest", "first", "payoff", "mean")
    ds = ag.sweep(ag.models.AllianceDilemma(), grid)
    summary = ag.sweep_summary(ag.models.AllianceDilemma(), grid, select=rules)
    assert int(summary["n_points"].sel(regime="all")) == 41 * 41
    names = ds["regime"].attrs["flag_meanings"].split("; ")
    codes = {**{name: k for k, name in enumerate(names)}, "boundary": -1, "uncovered": -2}
    sums = ds["payoff"].sum("player", skipna=False)
    place = (sums >= sums.max("equilibrium") - 1e-9).argmax("equilibrium")
    for outcome in ("p_decay", "welfare"):
        values = ds[outcome]
        picked = {
            "lowest": values.min("equilibrium"),
            "highest": values.max("equilibrium"),
            "first": values.isel(equilibrium=0),
            "payoff": values.isel(equilibrium=place),
            "mean": values.mean("equilibrium"),
        }
        for rule, code in itertools.product(rules, [*codes, "all"]):
            here = picked[rule].values[np.ones((41, 41), dtype=bool) if code == "all" else ds["regime"].values == codes[code]]
            found = summary[outcome].sel(select=rule, regime=code)
            if len(here):
                assert float(found.sel(statistic="mean")) == pytest.approx(here.mean(), abs=1e-12)
                assert float(found.sel(statistic="min")) == pytest.approx(here.min(), abs=1e-12)
                assert float(found.sel(statistic="max")) == pytest.approx(here.max(), abs=1e-12)
            else:
                assert np.isnan(found).all()
    assert int(summary["n_status"].sel(status="decided_exactly")) == int((ds["status"] == 1).sum())
    assert int(summary["n_equilibria"].sel(regime="all")) == int(ds["n_equilibria"].sum())
    for chunk in (37, 500):
        assert same_bits(ag.sweep_summary(ag.models.AllianceDilemma(), grid, select=rules, chunk=chunk), summary)


def test_failing_points_are_counted_apart():
    grid = {"p_win_challenger": ["1/5", "3/10", "7/10"], "beta_d": [0.2, 0.7]}
    summary = ag.sweep_summary(ag.models.CommitmentDesign(), grid, on_error="record")
    counts = summary["n_points"].to_series()
    assert counts["failed"] == 4 and counts["uncovered"] == 0 and counts["all"] == 6
    assert summary["n_status"].to_series()["failed"] == 4
    assert np.isnan(summary["p_peace"].sel(regime="failed")).all()


def test_summaries_survive_being_written():
    summary = Summary({0: 3}, {0: 4}, {1: 3}, {"first|0|0": (3, Fraction(1, 3), -0.1, math.pi)})
    again = Summary.from_json(summary.to_json())
    assert vars(again) == vars(summary)


@own_memory
def test_a_sweep_of_many_points_takes_bounded_memory():
    """Twelve times as many points need no more memory: what is kept does not grow."""
    script = PEAK + textwrap.dedent("""
        import numpy as np
        import alliancegames as ag
        model = ag.models.CommitmentDesign()
        peaks = []
        for n in (100_000, 1_200_000):
            grid = {"beta_d": np.linspace(0, 1, 1000), "beta_o": np.linspace(0, 1, n // 1000)}
            summary = ag.sweep_summary(model, grid, select=["first"])
            assert int(summary["n_points"].sum()) == 2 * n
            peaks.append(peak())
        print(*peaks)
    """)
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    small, large = map(float, done.stdout.split())
    assert large - small < 60  # megabytes: one block of points more in flight


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"on_error": "ignore"}, ag.errors.ParameterError, "'raise' or 'record'"),
        ({"chunk": 0}, ag.errors.ParameterError, "chunk must be a positive number"),
        ({"chunk": 2.5}, ag.errors.ParameterError, "chunk must be a positive number"),
        ({"chunks": 2}, TypeError, "chunks"),
    ],
)
def test_bad_options(options, error, message):
    with pytest.raises(error, match=message):
        ag.sweep(ag.models.CommitmentDesign(), {"beta_d": [0.5]}, **options)


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"p_C": [0.1], "cred_challenger": [0.2]}, "both move cred_challenger"),
        ({"p_C": np.array([0.5, 1.5])}, r"must lie in \[0, 1\], got 1.5"),
        ({"p_C": np.array([0.5, -1e-12])}, r"must lie in \[0, 1\]"),
    ],
)
def test_bad_grids(grid, message):
    with pytest.raises(ag.errors.ParameterError, match=message):
        ag.sweep(ag.models.UnilateralDeterrence(), grid)


def test_components_of_a_vector_move_alone():
    model = ag.models.OlsonZeckhauser(wealth=[3, 2])
    ds = ag.sweep(model, {"wealth_2": [1, 2]})
    for k, wealth in enumerate((1, 2)):
        assert float(ds["provision"][k, 0]) == pytest.approx(float(model.replace(wealth_2=wealth).solve().outcomes[0]["provision"]))
    with pytest.raises(ag.errors.ParameterError, match="has 2 components"):
        ag.sweep(model, {"wealth_3": [1]})


def test_unknown_rules_of_selection():
    with pytest.raises(ag.errors.UnknownLabelError, match="selection rule"):
        ag.sweep_summary(ag.models.CommitmentDesign(), {"beta_d": [0.5]}, select=["best"])
