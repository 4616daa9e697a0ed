"""The extensions that make the pages small and their formulas readable."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

pytest.importorskip("sphinx", reason="the documentation's tools are not installed: pip install alliancegames[docs]")

EXTENSIONS = Path(__file__).parents[2] / "docs" / "_ext"

pytestmark = pytest.mark.skipif(not EXTENSIONS.is_dir(), reason="the documentation's sources are not part of an installed package")


@pytest.fixture
def mathml() -> Iterator[ModuleType]:
    yield from _imported("mathml")


@pytest.fixture
def slim() -> Iterator[ModuleType]:
    yield from _imported("slim")


def _imported(name: str) -> Iterator[ModuleType]:
    sys.path.insert(0, str(EXTENSIONS))
    try:
        yield __import__(name)
    finally:
        sys.path.remove(str(EXTENSIONS))


@pytest.mark.parametrize(
    ("written", "plainer"),
    [
        (r"V \left(1 - p\right)", "V {(1 - p)}"),
        (r"\left(a + \left(1 - p\right)\right)", "{(a + {(1 - p)})}"),
        (r"\left(\frac{1}{2} + \left(x + y\right)\right)", r"\left(\frac{1}{2} + {(x + y)}\right)"),
        (r"\left(x^{2}\right)", r"\left(x^{2}\right)"),
        (r"\left[0, 1\right]", r"\left[0, 1\right]"),
        (r"p \in \left(0, 1\right]", r"p \in {(0, 1]}"),
    ],
)
def test_brackets_grow_only_around_what_is_high(mathml, written, plainer):
    assert mathml.plain_brackets(written) == plainer


def test_a_power_is_that_of_the_whole_bracket(mathml):
    assert "<msup><mrow><mo" in mathml.convert(r"\left(1 - p\right)^{2}", None)


def test_formulas_become_mathml_without_blanks(mathml):
    made = mathml.convert(r"\frac{a}{1 - p}", None)
    assert made.startswith("<math")
    assert "<mfrac><mi>a</mi><mrow><mn>1</mn><mo>−</mo><mi>p</mi></mrow></mfrac>" in made


def test_dots_are_known(mathml):
    assert "…" in mathml.convert(r"k_1, \dots, k_m", None)


def test_a_formula_that_cannot_be_read_is_reported(mathml, monkeypatch):
    said = []
    monkeypatch.setattr(mathml.logger, "warning", lambda *words, **_: said.append(words))
    assert mathml.convert(r"\nosuch{a}", None) == r"<code>\nosuch{a}</code>"
    assert len(said) == 1


def test_code_keeps_its_words(slim):
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    source = 'def payoff(self, p: float = 1) -> float:\n    return {"war": -p * self.cost[0]}["war"]  # <low>\n'
    made, usual = (highlight(source, PythonLexer(), formatter()) for formatter in (slim.PlainNames, HtmlFormatter))

    def words(page: str) -> str:
        return unescape(re.sub("<[^>]+>", "", page))

    assert words(made).strip() == words(usual).strip() == source.strip()
    assert len(made) < 0.7 * len(usual)
    assert '<span class="k">return</span>' in made


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_pictures_keep_what_they_show(slim, tmp_path, mode):
    picture = Image.linear_gradient("L").convert(mode)
    picture.paste((0, 90, 160, 0)[: len(mode)], (0, 0, 60, 60))
    picture.save(tmp_path / "picture.png")
    slim.reduce_colours(tmp_path / "picture.png")
    reduced = Image.open(tmp_path / "picture.png")
    assert reduced.mode == "P" and reduced.size == picture.size
    before, after = (shown.convert(mode).getpixel((200, 200)) for shown in (picture, reduced))
    assert max(abs(one - other) for one, other in zip(before, after, strict=True)) <= 8
    if mode == "RGBA":
        assert reduced.convert("RGBA").getpixel((10, 10))[3] == 0
    once = (tmp_path / "picture.png").read_bytes()
    slim.reduce_colours(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes() == once
