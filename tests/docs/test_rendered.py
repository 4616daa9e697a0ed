"""Checks of chosen pages as a browser shows them, with keyboard, on a telephone and in the dark. They need the built site and Chromium."""

from __future__ import annotations

import csv
import functools
import json
import os
import pickle
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from chromium import Chromium, Tab, program
from PIL import Image, ImageFilter

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
SITE = DOCS / "_build" / "html"
SCREENSHOTS = DOCS / "_build" / "screenshots"
HASHES = HERE / "screenshots.json"
LISTED = DOCS / "development" / "rendered_pages.csv"
PAGES = list(csv.DictReader(LISTED.read_text(encoding="utf-8").splitlines())) if LISTED.exists() else []
NAMES = [row["page"] for row in PAGES]
WINDOWS = {"desktop": (1280, 1800, False), "telephone": (400, 900, False), "dark": (1280, 1800, True)}
# Of 256 points of a coarse picture so many may differ. Measured: other fonts move up to 49, the loss of the style sheets at least 67.
TOLERANCE = 55

pytestmark = [
    pytest.mark.skipif(program() is None, reason="there is no Chromium here: apt-get install chromium"),
    pytest.mark.skipif(
        not (SITE / "index.html").exists(), reason="the site has not been built: sphinx-build -n -W -b html docs docs/_build/html"
    ),
]


@dataclass(frozen=True)
class Visit:
    """What was found when a page was opened."""

    faults: dict[str, list[str]]
    counts: dict[str, int]
    complaints: list[str]
    requests: list[str]
    picture: Image.Image


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    browser = Chromium()
    yield Tab(browser)
    browser.close()


def script(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def address(page: str) -> str:
    return (SITE / f"{page}.html").as_uri()


def look(tab: Tab, where: str, window: str) -> Visit:
    tab.open(where, *WINDOWS[window])
    audit = tab.run(script("audit.js"))
    return Visit(audit["faults"], audit["counts"], tab.complaints, tab.requests, tab.screenshot())


@pytest.fixture(scope="module")
def visit(tab: Tab) -> Any:
    """Open each page once for all tests."""
    return functools.cache(lambda page, window: look(tab, address(page), window))


def written_formulas(page: str) -> int:
    """Count the formulas of a page's source, as Sphinx has read it."""
    from docutils import nodes

    sys.path.insert(0, str(DOCS / "_ext"))
    try:
        tree = pickle.loads((SITE / ".doctrees" / f"{page}.doctree").read_bytes())
    finally:
        sys.path.remove(str(DOCS / "_ext"))
    return len(list(tree.findall(lambda node: isinstance(node, (nodes.math, nodes.math_block)))))


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("page", NAMES)
def test_a_page_is_whole_and_readable(visit, page, window):
    seen = visit(page, window)
    assert seen.counts["texts"] > 3
    assert not {check: faults for check, faults in seen.faults.items() if faults}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("page", NAMES)
def test_a_page_asks_for_nothing_from_elsewhere(visit, page, window):
    seen = visit(page, window)
    assert seen.requests
    assert not [asked for asked in seen.requests if not asked.startswith(("file:", "data:"))]
    assert not seen.complaints


@pytest.mark.parametrize("page", [name for name in NAMES if name != "search"])
def test_every_formula_of_the_source_is_drawn(visit, page):
    assert visit(page, "desktop").counts["formulas"] == written_formulas(page)


def test_some_formulas_are_drawn():
    assert sum(written_formulas(page) for page in NAMES if page != "search") > 200


def test_every_page_is_readable_on_a_telephone(tab):
    """All pages, of the pages of single names every tenth, since they are alike."""
    files = sorted(path for path in SITE.rglob("*.html") if not {"_static", "_modules"} & set(path.relative_to(SITE).parts))
    names = [path for path in files if path.parent.name == "generated"]
    chosen = [path for path in files if path.parent.name != "generated"] + names[::10]
    assert len(chosen) > 100
    faults = {}
    for path in chosen:
        tab.open(path.as_uri(), *WINDOWS["telephone"])
        found = tab.run(script("audit.js"))["faults"]
        faults[str(path.relative_to(SITE))] = {check: told for check, told in found.items() if told} | (
            {"complaints": tab.complaints} if tab.complaints else {}
        )
    assert not {page: found for page, found in faults.items() if found}


@pytest.mark.parametrize("row", PAGES, ids=NAMES)
def test_a_page_shows_what_it_is_for(tab, row):
    tab.open(address(row["page"]), *WINDOWS["telephone"])
    shown = f"[...document.querySelectorAll({json.dumps(row['shows'])})].filter(element => element.checkVisibility()).length"
    assert tab.run(shown) > 0


@pytest.mark.parametrize("window", ["desktop", "telephone"])
@pytest.mark.parametrize("page", NAMES)
def test_the_keyboard_reaches_all_that_can_be_clicked(tab, page, window):
    tab.open(address(page), *WINDOWS[window])
    clickable = tab.run(script("keyboard.js"))
    assert clickable > 2
    for _ in range(clickable + 60):  # boxes that scroll stop the Tab key, too
        tab.press("Tab")
    found = tab.run("window.keyboard()")
    assert found["reached"] >= clickable
    assert not found["missed"]
    assert not found["unseen"]


@pytest.mark.parametrize("window", ["desktop", "telephone"])
def test_the_first_stop_skips_to_the_text(tab, window):
    tab.open(address("explanation/completeness"), *WINDOWS[window])
    tab.press("Tab")
    assert tab.run("document.activeElement.textContent") == "Skip to main content"
    tab.run("Promise.all(document.getAnimations().map(motion => motion.finished)).then(() => true)")
    assert tab.run("document.activeElement.getBoundingClientRect().top") >= 0
    tab.press("Enter")
    assert tab.run("location.hash") == "#main-content"
    tab.press("Tab")
    assert tab.run("document.activeElement.closest('main') !== null")


def test_the_search_finds_a_model(tab):
    """The search reads pages, which browsers allow only when they are served."""
    handler = functools.partial(QuietHandler, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            tab.open(f"http://127.0.0.1:{server.server_port}/search.html?q=tripwire", *WINDOWS["telephone"])
            tab.run(
                "new Promise(done => { const look = () => document.querySelector('#search-results p.context') ? done() : setTimeout(look, 50);"
                " look(); })"
            )
            found = tab.run("[...document.querySelectorAll('#search-results li a')].map(link => link.textContent)")
        finally:
            server.shutdown()
    assert "Tripwires and forward deployment" in found
    assert not tab.complaints


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


# ---------------------------------------------------------------- screenshots


def coarse(picture: Image.Image) -> int:
    """Return the average hash of a picture: which of 16 × 16 points are lighter than the mean, each mixed with its neighbours."""
    points = picture.convert("L").resize((16, 16), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(1.5)).tobytes()
    mean = sum(points) / len(points)
    return int("".join("1" if point > mean else "0" for point in points), 2)


def difference(one: Image.Image, other: Image.Image | str) -> int:
    """Count the points in which two coarse pictures differ; one of them may be a stored one."""
    return (coarse(one) ^ (int(other, 16) if isinstance(other, str) else coarse(other))).bit_count()


@pytest.mark.parametrize("window", ["desktop", "telephone"])
@pytest.mark.parametrize("page", NAMES)
def test_a_page_looks_as_it_did(visit, page, window):
    picture = visit(page, window).picture
    SCREENSHOTS.mkdir(exist_ok=True)
    file = SCREENSHOTS / f"{page.replace('/', '_')}_{window}.png"
    picture.save(file)
    assert picture.size == WINDOWS[window][:2]
    assert len(picture.getcolors(1 << 24)) > 50, "the page is blank"
    if os.environ.get("SCREENSHOTS") == "renew":
        store(page, window, picture)
    moved = difference(picture, json.loads(HASHES.read_text(encoding="utf-8"))[page][window])
    assert moved <= TOLERANCE, f"look at {file}; if the page is as it should be, store it: SCREENSHOTS=renew pytest {__file__}"


def store(page: str, window: str, picture: Image.Image) -> None:
    stored = json.loads(HASHES.read_text(encoding="utf-8")) if HASHES.exists() else {}
    stored.setdefault(page, {})[window] = f"{coarse(picture):064x}"
    HASHES.write_text(json.dumps({name: stored[name] for name in NAMES if name in stored}, indent=2) + "\n", encoding="utf-8")


@pytest.mark.parametrize("window", ["desktop", "telephone"])
@pytest.mark.parametrize("page", ["index", "explanation/completeness", "models/claims", "reference/index"])
def test_only_what_readers_would_notice_counts_as_different(tab, visit, page, window):
    """Another font does not, the loss of the style sheets does."""
    usual = visit(page, window).picture
    tab.open(address(page), *WINDOWS[window])
    style = "document.head.append(Object.assign(document.createElement('style'), {textContent: '* {font-family: %s !important}'}))"
    for family in ("DejaVu Serif", "DejaVu Sans Condensed"):
        tab.run(style % family)
        assert difference(tab.screenshot(), usual) <= TOLERANCE
    tab.run("for (const sheet of document.styleSheets) sheet.disabled = true")
    assert difference(tab.screenshot(), usual) > TOLERANCE


# ---------------------------------------------------------------- the checks themselves

FAULTY = """<body><main>
<h1>One</h1><h1>Another</h1><h4>Deep</h4>
<p>The payoff is \\(x^2\\) or \\frac{1}{2}.</p>
<math></math><math><merror><mtext>wrong</mtext></merror></math>
<img src="data:image/png;base64,none">
<div style="width: 3000px">much too wide</div>
<table><tr><td>1</td></tr></table>
<a href="#"></a> <button tabindex="-1">hidden from the keyboard</button>
<p style="color: #999">faint</p>
<script>console.error("a complaint"); fetch("http://127.0.0.1:9/x.png").catch(() => 0)</script>
</main></body>"""


@pytest.fixture
def faulty(tmp_path) -> str:
    (tmp_path / "faulty.html").write_text(FAULTY, encoding="utf-8")
    return (tmp_path / "faulty.html").as_uri()


def test_every_check_finds_its_fault(tab, faulty):
    seen = look(tab, faulty, "telephone")
    assert not [check for check, faults in seen.faults.items() if not faults]
    assert any("a complaint" in complaint for complaint in seen.complaints)
    assert [asked for asked in seen.requests if asked.startswith("http:")]


def test_what_the_keyboard_misses_is_found(tab, faulty):
    tab.open(faulty, *WINDOWS["desktop"])
    tab.run("document.body.insertAdjacentHTML('beforeend', '<a href=\"#x\" style=\"outline: none\">no frame</a>')")
    for _ in range(tab.run(script("keyboard.js")) + 5):
        tab.press("Tab")
    found = tab.run("window.keyboard()")
    assert any("hidden from the keyboard" in name for name in found["missed"])
    assert any("no frame" in name for name in found["unseen"])
