"""Sweeps in a folder: killed runs go on, damaged and foreign folders are refused, results are read piece by piece."""

import json
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from drawn_sweeps import grid_of, same_bits

import alliancegames as ag
from alliancegames.statics import store as stores

AXIS = np.linspace(0, 1, 31)
GRID = {"beta_d": AXIS, "beta_o": AXIS}
CHUNK = 100


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def stored(folder, **options):
    return ag.sweep(ag.models.CommitmentDesign(), GRID, store=folder, chunk=CHUNK, **options)


def test_the_stored_dataset_is_that_in_memory(tmp_path):
    for key in ("unilateral_deterrence", "accession_window"):
        model, grid = grid_of(key)
        found = ag.sweep(model, grid, store=tmp_path / key, chunk=3)
        assert same_bits(found.load(), ag.sweep(model, grid))


SCRIPT = """
    import os, signal, sys
    import numpy as np
    import alliancegames as ag
    from alliancegames.statics import store

    axis = np.linspace(0, 1, 31)
    when, how = int(sys.argv[2]), sys.argv[3]
    written, replace = [], os.replace

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    def replacing(source, target):
        written.append(target)
        if how == "while writing" and len(written) == when:
            die()
        replace(source, target)

    store.os.replace = replacing
    progress = lambda done, total: die() if how == "between" and len(written) == when else None
    ag.sweep(ag.models.CommitmentDesign(), {"beta_d": axis, "beta_o": axis}, store=sys.argv[1], chunk=100, progress=progress)
"""


@pytest.mark.parametrize(("when", "how"), [(5, "between"), (4, "while writing"), (1, "while writing")])
def test_a_killed_run_goes_on_to_the_same_bytes(tmp_path, when, how):
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(SCRIPT), encoding="utf-8")
    killed = subprocess.run([sys.executable, script, tmp_path / "killed", str(when), how], check=False, capture_output=True, text=True)
    assert killed.returncode == -9, killed.stderr
    left = contents(tmp_path / "killed")
    assert 0 < len(left) < 11
    assert any(name.endswith(stores.UNFINISHED) for name in left) == (how == "while writing")
    done = []
    found = stored(tmp_path / "killed", progress=lambda done_, total: done.append(done_))
    unbroken = stored(tmp_path / "unbroken")
    assert contents(tmp_path / "killed") == contents(tmp_path / "unbroken")
    assert same_bits(found.load(), unbroken.load())


def test_finished_chunks_are_not_solved_again(tmp_path, monkeypatch):
    stored(tmp_path / "s")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "s").iterdir()}
    monkeypatch.setattr("alliancegames.statics._sweeps.chunk.solve_block", lambda *_: pytest.fail("solved again"))
    again = stored(tmp_path / "s")
    assert int(again["n_equilibria"].min()) >= 1
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "s").iterdir()} == before


def test_a_missing_chunk_alone_is_solved_again(tmp_path):
    stored(tmp_path / "s")
    expected = contents(tmp_path / "s")
    (tmp_path / "s" / "chunk-000000000000300.npz").unlink()
    stored(tmp_path / "s")
    assert contents(tmp_path / "s") == expected


def test_values_are_read_only_where_asked_for(tmp_path, monkeypatch):
    found = stored(tmp_path / "s")
    read = []
    load = stores.Store.load
    monkeypatch.setattr(stores.Store, "load", lambda self, start, names=None: read.append(start) or load(self, start, names))
    assert float(found["p_peace"][0, 0, 0]) >= 0
    assert read == [0]
    expected = ag.sweep(ag.models.CommitmentDesign(), GRID)
    for index in (
        {"beta_d": 7},
        {"beta_d": slice(3, 25, 4), "beta_o": [5, 1, 9]},
        {"beta_o": -1, "equilibrium": 0},
        {"equilibrium": [0], "beta_d": np.array([30, 0])},
        {"beta_d": slice(None, None, -1)},
    ):
        for name in ("p_peace", "payoff", "n_equilibria", "regime"):
            here = {dim: part for dim, part in index.items() if dim in found[name].dims}
            assert found[name].isel(here).identical(expected[name].isel(here)), (name, index)
    assert found["payoff"].isel(player=1, equilibrium=0).identical(expected["payoff"].isel(player=1, equilibrium=0))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": ag.models.CommitmentDesign(eps="1/10")}, "values: stored .*attribution_error"),
        ({"model": ag.models.AllianceDilemma(), "grid": {"sigma": [0.1]}}, "holds another sweep .*model: stored"),
        ({"grid": {"beta_d": AXIS, "beta_o": AXIS[:-1]}}, "points: stored"),
        ({"grid": {"beta_d": AXIS, "beta_o": np.append(AXIS[:-1], 0.999)}}, "points: stored"),
        ({"chunk": 50}, "chunk: stored 100, now 50"),
        ({"on_error": "record"}, "options: stored"),
    ],
)
def test_another_sweep_is_refused(tmp_path, change, message):
    stored(tmp_path / "s")
    expected = contents(tmp_path / "s")
    arguments = {"model": ag.models.CommitmentDesign(), "grid": GRID, "chunk": CHUNK} | change
    model, grid = arguments.pop("model"), arguments.pop("grid")
    with pytest.raises(ag.errors.StoreError, match=message):
        ag.sweep(model, grid, store=tmp_path / "s", **arguments)
    assert contents(tmp_path / "s") == expected


def test_another_version_or_changed_payoffs_are_refused(tmp_path, monkeypatch):
    stored(tmp_path / "s")
    monkeypatch.setattr(stores, "__version__", "0.0.0")
    with pytest.raises(ag.errors.StoreError, match="version: stored"):
        stored(tmp_path / "s")
    monkeypatch.undo()
    monkeypatch.setattr(stores, "_code", lambda kind: "changed")
    with pytest.raises(ag.errors.StoreError, match="code: stored"):
        stored(tmp_path / "s")


def test_code_is_told_apart_the_same_way_in_every_process():
    """Sets have no order and objects have addresses, neither of which may make a sweep another one."""

    def one(x):
        return x in {"a", "b", "c"}

    def two(x):
        return x in {"a", "b", "d"}

    texts = [stores._instructions(function.__code__) for function in (one, two)]
    assert "{'a', 'b', 'c'}" in texts[0] and texts[0] != texts[1]
    assert stores._constant(object()) == "object"
    own = {
        name: type("Own", (ag.models.CommitmentDesign,), {"payoffs": each, "__module__": "mine"}) for name, each in (("1", one), ("2", two))
    }
    assert stores._code(own["1"]) != stores._code(own["2"]) != stores._code(ag.models.CommitmentDesign)


def test_a_foreign_folder_is_refused_and_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ag.errors.StoreError, match="no store of a sweep"):
        stored(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"content": 3}', "\x00\xff"])
def test_a_damaged_manifest_is_refused(tmp_path, text):
    stored(tmp_path / "s")
    (tmp_path / "s" / "sweep.json").write_text(text, encoding="latin-1")
    with pytest.raises(ag.errors.StoreError, match="cannot be read"):
        stored(tmp_path / "s")


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "text"])
def test_a_damaged_chunk_is_refused_and_can_be_made_anew(tmp_path, damage):
    stored(tmp_path / "s")
    expected = contents(tmp_path / "s")
    path = tmp_path / "s" / "chunk-000000000000200.npz"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes({"truncated": bytes(data[:-40]), "flipped": bytes(data), "empty": b"", "text": b"hello"}[damage])
    with pytest.raises(ag.errors.StoreError, match="Delete this file and run the same sweep again"):
        stored(tmp_path / "s")
    path.unlink()
    stored(tmp_path / "s")
    assert contents(tmp_path / "s") == expected


def test_the_manifest_says_what_is_stored(tmp_path):
    stored(tmp_path / "s")
    manifest = json.loads((tmp_path / "s" / "sweep.json").read_text())
    assert manifest["total"] == 961
    assert manifest["content"]["version"] == ag.__version__
    assert manifest["key"] == stores.key_of(manifest["content"])


def test_summaries_go_on_too(tmp_path):
    model = ag.models.CommitmentDesign()
    expected = ag.sweep_summary(model, GRID)
    found = ag.sweep_summary(model, GRID, store=tmp_path / "s", chunk=90)
    names = contents(tmp_path / "s")
    (tmp_path / "s" / "chunk-000000000000090.npz").unlink()
    again = ag.sweep_summary(model, GRID, store=tmp_path / "s", chunk=90)
    assert same_bits(found, expected) and same_bits(again, expected)
    assert contents(tmp_path / "s") == names
    with pytest.raises(ag.errors.StoreError, match="kind: stored"):
        ag.sweep(model, GRID, store=tmp_path / "s", chunk=90)


def test_settings_that_are_no_parameters_make_another_sweep(tmp_path):
    grid = {"v_1": [1.0, 2.0]}
    ag.sweep(ag.models.PublicGoodTechnology(), grid, store=tmp_path / "s")
    with pytest.raises(ag.errors.StoreError, match=r"settings: stored .*weakest link"):
        ag.sweep(ag.models.PublicGoodTechnology(technology="best shot"), grid, store=tmp_path / "s")
