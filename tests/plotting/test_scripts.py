"""Scripts write their figures when they are run from a command line, and only then."""

import os
import subprocess
import sys

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pytest

import alliancegames as ag

SCRIPT = '''
"""
Three figures
=============
"""
import matplotlib.pyplot as plt
import alliancegames as ag
plt.figure().suptitle("first")
plt.figure().suptitle("second")
ag.plotting.show()
plt.figure().suptitle("third")
ag.plotting.show()
'''


def run(folder, *options):
    script = folder / "plot_three.py"
    script.write_text(SCRIPT, encoding="utf-8")
    return subprocess.run(
        [sys.executable, script.name, *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MPLBACKEND": "Agg"},
    )


def test_figures_are_written_and_numbered(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 0 and not done.stderr
    files = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert files == ["three-2.png", "three-3.png", "three.png"]
    assert done.stdout.count("figure: ") == 3


def test_formats_and_folders(tmp_path):
    done = run(tmp_path, "--format", "svg", "--out", "drafts")
    assert done.returncode == 0
    assert [word in (tmp_path / "drafts" / "three.svg").read_text(encoding="utf-8") for word in ("<text", "first")] == [True, True]
    refused = run(tmp_path, "--format", "bmp")
    assert refused.returncode == 2 and "choose from" in refused.stderr
    assert "Three figures" in run(tmp_path, "--help").stdout


def test_nothing_is_written_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plt.figure()
    ag.plotting.show()
    plt.close("all")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["first_game", "refinement_report"])
def test_a_script_of_the_gallery(tmp_path, name):
    from pathlib import Path

    script = Path(__file__).resolve().parents[2] / "examples" / f"plot_{name}.py"
    done = subprocess.run(
        [sys.executable, str(script), "--format", "pdf"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MPLBACKEND": "Agg"},
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "figures" / f"{name}.pdf").read_bytes().startswith(b"%PDF")
