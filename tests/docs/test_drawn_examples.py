"""Figures on pages show what the page has defined down to there, also if a name is used again below."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("sphinx", reason="the documentation's tools are not installed: pip install alliancegames[docs]")

EXTENSIONS = Path(__file__).parents[2] / "docs" / "_ext"

pytestmark = pytest.mark.skipif(not EXTENSIONS.is_dir(), reason="the documentation's sources are not part of an installed package")

PAGE = """
>>> value = 1

.. draw:: value

>>> value = 2
>>> undefined
Traceback (most recent call last):
NameError: name 'undefined' is not defined
>>> other = value + 1

.. draw:: value
"""


@pytest.fixture
def names_at(tmp_path, monkeypatch):
    """Return a function that gives the names a directive on a line of the page sees."""
    monkeypatch.syspath_prepend(str(EXTENSIONS))
    import registry

    page = tmp_path / "page.rst"
    page.write_text(PAGE, encoding="utf-8")
    environment = SimpleNamespace(docname="page", temp_data={}, doc2path=lambda name: str(page))

    def names(line):
        return registry._example_names(SimpleNamespace(env=environment, get_source_info=lambda: (str(page), line)))

    yield names
    sys.modules.pop("registry", None)


def test_a_figure_sees_what_is_defined_above_it(names_at):
    lines = [number for number, text in enumerate(PAGE.splitlines(), 1) if text.startswith(".. draw::")]
    assert names_at(lines[0])["value"] == 1
    assert (names_at(lines[1])["value"], names_at(lines[1])["other"]) == (2, 3)
