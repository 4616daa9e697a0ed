"""The quickstart as its readers run it: a script that prints a report and writes two figures."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import pytest

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart.py"


def run(folder, *arguments):
    environment = os.environ | {"MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, str(QUICKSTART), *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quickstart")
    return folder, run(folder)


def test_report_answers_both_questions(ran):
    _, finished = ran
    assert finished.returncode == 0, finished.stderr
    report = finished.stdout
    assert "rank correlation of size and burden, actual: -0.02 (one-sided p = 0.547), 31 allies" in report
    assert "actual in 1964: 0.49 (one-sided p = 0.038), 14 allies" in report
    assert "Iceland" in report
    for regime in ("Certain Deterrence", "Separating", "Attack", "Bluff"):
        assert regime in report
    assert "(if hard 4/7, always 3/7) × (concede 5/9, deny 4/9)" in report
    assert "p_status_quo 2/5, p_concession 4/15, p_back_down 1/6, p_war 1/6" in report


def test_no_bar_and_no_warning_away_from_a_terminal(ran):
    _, finished = ran
    assert finished.stderr == ""


@pytest.mark.parametrize("name", ["burden_sharing", "deterrence_regimes"])
def test_figures_are_drawn(ran, name):
    folder, _ = ran
    pixels = matplotlib.image.imread(folder / "figures" / f"{name}.png")
    assert min(pixels.shape[:2]) > 500
    assert pixels[..., :3].std() > 0.05  # not a blank page


def test_year_folder_and_format_can_be_chosen(tmp_path):
    finished = run(tmp_path, "--year", "2014", "--out", "elsewhere", "--format", "pdf")
    assert finished.returncode == 0, finished.stderr
    assert "28 allies of 2014" in finished.stdout
    for name in ("burden_sharing", "deterrence_regimes"):
        assert (tmp_path / "elsewhere" / f"{name}.pdf").read_bytes().startswith(b"%PDF")


def test_unknown_year_is_explained(tmp_path):
    finished = run(tmp_path, "--year", "1999")
    assert finished.returncode == 2
    assert "--year must lie between 2014 and 2024, got 1999" in finished.stderr
