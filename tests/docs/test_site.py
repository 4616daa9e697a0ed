"""Checks of the built site: links, anchors, pictures, formulas, gallery. They need ``sphinx-build`` to have run."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag
from xml.etree import ElementTree

import pytest

import alliancegames as ag

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "_build" / "html"
GALLERY_REPORT = SITE.parent / "gallery.xml"

pytestmark = pytest.mark.skipif(
    not (SITE / "index.html").exists(), reason="the site has not been built: sphinx-build -n -W -b html docs docs/_build/html"
)


class Page(HTMLParser):
    """What a page links to and what it holds."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.images: list[dict[str, str | None]] = []
        self.tags: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if found.get("id"):
            self.ids.add(str(found["id"]))
        if tag == "img":
            self.images.append(found)
        for name in ("href", "src"):
            if found.get(name):
                self.links.append(str(found[name]))


@pytest.fixture(scope="module")
def site() -> dict[Path, Page]:
    return {path: Page(path) for path in SITE.rglob("*.html") if "_static" not in path.parts}


def is_external(link: str) -> bool:
    return link.startswith(("http:", "https:", "mailto:", "data:", "javascript:"))


def destination(path: Path, link: str) -> tuple[Path, str]:
    """Return the file and the anchor to which a link of a page leads."""
    address, anchor = urldefrag(link)
    return ((path.parent / unquote(address.split("?")[0])).resolve() if address else path), unquote(anchor)


def test_every_link_leads_somewhere(site):
    broken = []
    for path, page in site.items():
        # Sphinx writes source pages with one module path each; names that are re-exported keep the page but lose the anchor.
        anchors_count = "_modules" not in path.parts
        for link in page.links:
            if is_external(link):
                continue
            target, anchor = destination(path, link)
            lost = anchors_count and anchor and target in site and anchor not in site[target].ids
            if lost or not target.exists():
                broken.append((path.name, link))
    assert not broken


def test_addresses_elsewhere_are_well_formed(site):
    """They are written down for whoever wants to ask for them; here it is only read whether they can be right."""
    found = {link: path.name for path, page in site.items() for link in page.links if is_external(link) and not link.startswith("data:")}
    (SITE.parent / "external.txt").write_text("\n".join(sorted(found)) + "\n", encoding="utf-8")
    address = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(/[^\s<>\"{}|\\^`]*)?")
    assert found
    assert not {link: page for link, page in found.items() if not address.fullmatch(link)}


def test_pages_need_no_network(site):
    loaded = {"script", "link", "img"}
    for path, page in site.items():
        assert loaded & set(page.tags)
        text = path.read_text(encoding="utf-8")
        assert "cdn." not in text, path.name


def test_every_picture_has_a_text(site):
    # Thumbnails stand beside the title of what they lead to: to a screen reader they are decoration, marked by an empty text.
    pictures = [(path.name, image) for path, page in site.items() for image in page.images if not str(image["src"]).endswith("_thumb.png")]
    assert len(pictures) >= len(ag.models.all_models())
    assert not [(name, image["src"]) for name, image in pictures if not (image.get("alt") or "").strip()]


@pytest.mark.parametrize("key", sorted(ag.models.all_models()))
def test_every_model_has_its_page(site, key):
    page = site[SITE / "models" / f"{key}.html"]
    assert any(str(image.get("src")).endswith(f"{key}.png") for image in page.images)
    assert {"the-game", "parameters", "outcomes", "worked-example", "propositions", "references"} <= page.ids
    assert page.tags.count("math") >= len(ag.models.get(key).thresholds())


def test_every_proposition_is_counted():
    """The page on what the claims rest on has the numbers of the registry, made while the site was built."""
    stated = [proposition.status for cls in ag.models.all_models().values() for proposition in cls().propositions]
    text = (SITE / "explanation" / "how-we-know.html").read_text(encoding="utf-8")
    total = re.findall(r"<p>(\w+)</p>", text[text.index("<p>all</p>") :])[:4]
    assert total == ["all", str(len(ag.models.all_models())), str(stated.count("verified")), str(stated.count("recalled"))]


def test_every_script_of_the_gallery_has_its_page(site):
    for script in (ROOT / "examples").glob("*.py"):
        page = site[SITE / "gallery" / f"{script.stem}.html"]
        drawn = [image for image in page.images if "sphx_glr_" in str(image["src"]) and not str(image["src"]).endswith("_thumb.png")]
        assert drawn, f"{script.name} was not run, or draws nothing"


def test_no_script_of_the_gallery_failed():
    """The report lists the scripts that the last build ran; a script that has not changed is not run again."""
    cases = list(ElementTree.parse(GALLERY_REPORT).getroot().iter("testcase"))
    assert not {case.get("file"): [child.tag for child in case] for case in cases if len(case)}


def test_the_site_stays_small():
    served = [path for path in SITE.rglob("*") if path.is_file() and ".doctrees" not in path.parts]  # those are Sphinx's own notes
    assert sum(path.stat().st_size for path in served) < 40_000_000
