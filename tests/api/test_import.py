"""The package loads quickly, quietly, and only what is used."""

import subprocess
import sys

import pytest

import alliancegames as ag

HEAVY = ("sympy", "scipy", "xarray", "matplotlib", "numba", "z3", "pandas", "networkx", "nashpy", "hypothesis", "pybtex", "flint")


def run(code: str, *options: str) -> str:
    """Run Python code in a fresh process and return what it prints."""
    done = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip()


def loaded_after(code: str) -> set[str]:
    """Return which of the heavy packages are loaded once the code has run."""
    return set(run(f"import sys\n{code}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))").split())


def test_import_loads_nothing_heavy():
    assert loaded_after("import alliancegames") == set()


def test_games_and_their_text_need_nothing_heavy_but_exact_arithmetic():
    assert loaded_after("import alliancegames as ag\ng = ag.games.chicken()\ng.is_nash((0, 1)); ag.nash(g).summary(); repr(g)") <= {"flint"}


def test_listing_names_loads_nothing_heavy():
    assert loaded_after("import alliancegames as ag\ndir(ag)") == set()


def test_test_tools_load_hypothesis_on_use_only():
    assert "hypothesis" not in loaded_after("import alliancegames.testing")
    assert "hypothesis" in loaded_after("import alliancegames.testing as t\nt.payoffs()")


def test_import_raises_no_warning():
    assert run("import alliancegames; print(alliancegames.__version__)", "-W", "error") == ag.__version__


@pytest.mark.parametrize("name", ["solvers", "models", "statics", "plotting", "io", "cases", "testing", "games", "errors"])
def test_subpackages_import_alone_and_silently(name):
    assert run(f"import alliancegames.{name} as part; print(part.__name__)") == f"alliancegames.{name}"


def test_missing_hypothesis_says_how_to_install_it():
    code = """
import sys
sys.modules["hypothesis"] = sys.modules["hypothesis.strategies"] = None
import alliancegames as ag
for make in (ag.testing.payoffs, ag.testing.bimatrix_games, ag.testing.normal_form_games):
    try:
        make()
    except ImportError as error:
        print(type(error).__name__, 'pip install "alliancegames[test]"' in str(error))
"""
    assert run(code).splitlines() == ["MissingDependencyError True"] * 3


def test_the_log_is_silent_by_default():
    code = "import logging, alliancegames\nlogging.getLogger('alliancegames').error('unseen')\nprint('done')"
    assert run(code) == "done"
