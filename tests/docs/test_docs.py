"""What can be checked about the documentation without building it."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import alliancegames as ag
from alliancegames.models.bibliography import references

ROOT = Path(__file__).parents[2]
PACKAGE = Path(ag.__file__).parent
DOCS = ROOT / "docs"
BUILT = {DOCS / name for name in ("_build", "generated", "gallery", "reference/layers")}

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation's sources are not part of an installed package")

CITE = re.compile(r":cite(?::[a-z]+)*:`([^`]+)`")
ROLE = re.compile(r":doc:`(?:[^`<]*<([^`>]+)>|([^`<]+))`")


def pages() -> list[Path]:
    """Return the hand-written pages."""
    found = [path for path in DOCS.rglob("*.rst") if not BUILT & set(path.parents)]
    return [path for path in found if path.parent.name != "models" or path.name in ("index.rst", "claims.rst")]


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def docstrings() -> Iterator[tuple[str, str]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                text = ast.get_docstring(node)
                if text:
                    yield f"{path.relative_to(PACKAGE)}:{getattr(node, 'name', 'module')}", text


def prose() -> Iterator[tuple[str, str]]:
    """Yield everything that readers see: pages, the README, examples and docstrings."""
    for path in [*pages(), ROOT / "README.md", *(ROOT / "examples").glob("*.py")]:
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    yield from docstrings()


def cited() -> dict[str, set[str]]:
    """Return every key that is cited in prose, with the places."""
    found: dict[str, set[str]] = {}
    for where, text in prose():
        for keys in CITE.findall(text):
            for key in keys.split(","):
                found.setdefault(key.strip(), set()).add(where)
    return found


def modelled() -> dict[str, set[str]]:
    """Return every key that a model or one of its propositions refers to."""
    found: dict[str, set[str]] = {}
    for key, cls in ag.models.all_models().items():
        for reference in [*cls.references, *(stated.source for stated in cls().propositions if stated.source)]:
            found.setdefault(reference, set()).add(key)
    return found


def all_names(module: object) -> list[str]:
    return [name for name in module.__all__ if not name.startswith("__") and not inspect.ismodule(getattr(module, name))]


@pytest.fixture
def extensions() -> Iterator[None]:
    """Make the extensions of the documentation importable."""
    sys.path.insert(0, str(DOCS / "_ext"))
    try:
        yield
    finally:
        sys.path.remove(str(DOCS / "_ext"))


@pytest.fixture
def api(extensions) -> object:
    import api

    return api


def test_every_cited_key_is_in_the_bibliography():
    missing = {key: sorted(places) for key, places in cited().items() if key not in references()}
    assert cited(), "no citation was found, so the pattern that finds them is wrong"
    assert not missing


def test_every_reference_of_a_model_is_in_the_bibliography():
    assert not {key: models for key, models in modelled().items() if key not in references()}


def test_every_entry_of_the_bibliography_is_used():
    cases = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    used = {*cited(), *modelled()}
    unused = [key for key in references() if key not in used and f'"{key}"' not in cases]
    assert not unused


def test_no_doctest_is_skipped():
    skipped = [where for where, text in prose() if re.search(r"#\s*doctest:\s*\+SKIP", text)]
    assert not skipped


def test_links_between_pages_lead_somewhere():
    generated = (
        {f"models/{key}" for key in ag.models.all_models()}
        | {f"gallery/{path.stem}" for path in (ROOT / "examples").glob("*.py")}
        | {"gallery/index"}
    )
    known = generated | {str(path.relative_to(DOCS).with_suffix("")) for path in pages()}
    broken = []
    for page in pages():
        for pair in ROLE.findall(page.read_text(encoding="utf-8")):
            target = next(filter(None, pair))
            path = DOCS / target[1:] if target.startswith("/") else (page.parent / target).resolve()
            if str(path.relative_to(DOCS)) not in known:
                broken.append((page.name, target))
    assert not broken


def test_every_public_name_is_in_the_reference(api):
    listed = {id(_fetch(name)) for names in api.public_names().values() for name in names}
    models = set(map(id, ag.models.all_models().values()))
    errors = {id(getattr(ag.errors, name)) for name in ag.errors.__all__}
    absent = [
        f"{module.__name__}.{name}"
        for module in (ag, ag.games, ag.solvers, ag.statics, ag.models, ag.plotting, ag.io, ag.testing, ag.cases)
        for name in all_names(module)
        if id(getattr(module, name)) not in listed | models | errors
    ]
    assert not absent


def test_every_name_in_the_reference_exists_and_is_described(api):
    names = [name for layer in api.public_names().values() for name in layer]
    assert "alliancegames.nash" in names
    assert len(names) == len(set(names))
    undescribed = [
        name for name in names if (inspect.isclass(_fetch(name)) or inspect.isroutine(_fetch(name))) and not inspect.getdoc(_fetch(name))
    ]
    assert not undescribed


def test_every_layer_has_its_place_in_the_reference(api):
    index = (DOCS / "reference" / "index.rst").read_text(encoding="utf-8")
    assert set(re.findall(r"layers/(\w+)", index)) == set(api.public_names())


def test_every_function_of_the_package_has_a_subject():
    """The first page of the reference lists what can be called, and every kind of game, by subject."""
    listed = set(re.findall(r"^   (\w+)$", (DOCS / "reference" / "index.rst").read_text(encoding="utf-8"), re.MULTILINE))
    called = {name for name in ag.__all__ if inspect.isfunction(getattr(ag, name))}
    games = {name for name in ag.__all__ if inspect.isclass(getattr(ag, name)) and name.endswith("Game")}
    assert {"nash", "sweep", "prove"} <= called
    assert (called | games) <= listed


def test_quoted_results_are_stated_by_the_models(extensions):
    """Pages quote propositions by model and name."""
    import quotes as stated

    quotes = [line for page in pages() for line in re.findall(r"^\.\. result:: (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)]
    assert len(quotes) > 50
    assert all(stated.quoted(quote).endswith(("verified)", "recalled)")) for quote in quotes)
    with pytest.raises(LookupError, match="states no proposition 'free lunch'; it states 'tied hands'"):
        stated.quoted("tripwire: free lunch")


@pytest.mark.parametrize(
    ("statement", "symbol", "mentioned"),
    [
        ("attacks if 2k/(c S) > 1", "k", True),
        ("falls in v (da*/dv < 0)", "v", True),
        ("sustained if delta >= e_i", "e", True),
        ("the security s* of Nash's treaty", "s", False),
        ("a larger force deters", "a", False),
        ("exactly if (1 - a) > 0", "a", True),
        ("who do nothing", "o", False),
    ],
)
def test_letters_of_a_quoted_result_are_found(extensions, statement, symbol, mentioned):
    import quotes as stated

    assert stated._mentions(statement, symbol) is mentioned


def test_letters_of_quoted_results_are_explained(extensions):
    import quotes as stated

    explained = stated.letters("two_theatre: capacity for all")
    assert "a rival's gain from an attack that is not repelled" in explained
    assert stated.letters("pivotal_alliance: treaties are not signed for war") == ""


REFERENCE = re.compile(r"(?<![`:\w])`([A-Za-z_][\w.]*)`(?![`_])")


def texts(thing: object) -> Iterator[str]:
    """Yield the docstrings that the page of a name shows."""
    yield inspect.getdoc(thing) or ""
    if inspect.isclass(thing):
        for name, member in vars(thing).items():
            shown = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
            if inspect.isfunction(shown) and not name.startswith("_"):
                yield inspect.getdoc(shown) or ""


def test_references_in_docstrings_lead_somewhere(api):
    """A name in single backticks is a reference to code of ours: something public, or something that its own class has."""
    things = {name: _fetch(name) for names in api.public_names().values() for name in names}
    things |= {f"alliancegames.errors.{name}": getattr(ag.errors, name) for name in ag.errors.__all__}
    homes = {f"{thing.__module__}.{thing.__qualname__}": thing for thing in things.values() if hasattr(thing, "__qualname__")}
    classes = {name.rpartition(".")[2]: thing for name, thing in things.items() if inspect.isclass(thing)}
    models = {cls.__name__: cls for cls in ag.models.all_models().values()}

    def is_known(target: str, owner: object) -> bool:
        head, _, tail = target.rpartition(".")
        of_class = hasattr({**classes, **models}.get(head.rpartition(".")[2]), tail) if head else hasattr(owner, target)
        return of_class or any(f".{name}".endswith(f".{target}") for name in things | homes)

    shown = [(name, thing, text) for name, thing in things.items() if inspect.getdoc(thing) and callable(thing) for text in texts(thing)]
    shown += [(name, cls, inspect.getdoc(cls) or "") for name, cls in models.items()]
    pairs = [(name, thing, target) for name, thing, text in shown for target in REFERENCE.findall(text)]
    assert len(pairs) > 200
    assert not [(name, target) for name, thing, target in pairs if not is_known(target, thing)]


def _fetch(path: str) -> object:
    from importlib import import_module

    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


@pytest.mark.parametrize("key", sorted(ag.models.all_models()))
def test_every_model_can_be_described(key):
    """The page of a model is made from these; here they only have to be there."""
    model = ag.models.get(key)
    assert "\n\n" in inspect.getdoc(type(model)), "the docstring needs a story below its first line"
    assert model.fidelity in {"F1", "F2", "F3"}
    assert model.question.endswith("?")
    assert {stated.status for stated in model.propositions} <= {"verified", "recalled"}


@pytest.mark.parametrize("key", sorted(ag.models.all_models()))
def test_the_figure_of_every_model_states_a_result(key):
    """The title is also the text for readers who cannot see the figure."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    axes = ag.models.get(key).plot()
    title = axes.get_title(loc="left") or axes.get_title()
    pyplot.close(axes.figure)
    assert title


def test_one_unit_a_concept():
    """A parameter name means one thing: it has one unit wherever it occurs, whatever its symbol there."""
    units: dict[str, set[str]] = {}
    for cls in ag.models.all_models().values():
        for parameter in cls.parameters:
            units.setdefault(parameter.name, set()).add(parameter.unit)
    assert not {name: found for name, found in units.items() if len(found) > 1}


def test_delta_is_only_the_discount_factor():
    other = [
        (key, p.name) for key, cls in ag.models.all_models().items() for p in cls.parameters if p.symbol == "delta" and p.name != "delta"
    ]
    assert not other


@pytest.mark.parametrize("script", sorted((ROOT / "examples").glob("plot_*.py")), ids=lambda path: path.stem)
def test_gallery_scripts_state_their_results(script):
    """Every figure has a title, from which readers who cannot see it learn what it shows."""
    text = script.read_text(encoding="utf-8")
    figures = text.count("plotting.show()")
    assert figures >= 1
    assert len(re.findall(r"title\(", text)) >= figures
    assert ast.get_docstring(ast.parse(text)).splitlines()[1].startswith("===")
