"""Every public name exists, is documented, and documents exactly the parameters that it has."""

import dataclasses
import importlib
import inspect
import re
import types

import pytest

import alliancegames as ag

MODULES = (
    "alliancegames",
    "alliancegames.games",
    "alliancegames.solvers",
    "alliancegames.models",
    "alliancegames.statics",
    "alliancegames.testing",
)
MODULES += ("alliancegames.plotting", "alliancegames.io", "alliancegames.cases", "alliancegames.errors", "alliancegames.parameters")
HEADING = re.compile(r"^(?P<name>[A-Z][A-Za-z ]+)\n-{3,}$", re.MULTILINE)
ENTRY = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: : .+)?$", re.MULTILINE)


def exported(module: types.ModuleType) -> list[str]:
    return list(getattr(module, "__all__", ()))


def documented_parameters(doc: str) -> list[str] | None:
    """Return the names in the Parameters section, in order; None if there is no such section."""
    found = list(HEADING.finditer(doc))
    ends = [heading.start() for heading in found[1:]] + [len(doc)]
    for heading, end in zip(found, ends, strict=False):
        if heading["name"] == "Parameters":
            section = doc[heading.end() : end]
            return [name.strip().lstrip("*") for line in ENTRY.findall(section) for name in line.split(",")]
    return None


def signature_parameters(thing: object) -> list[str]:
    """Return the names of the parameters, without the object itself."""
    names = list(inspect.signature(thing).parameters.values())
    return [p.name for p in names if p.name not in ("self", "cls")]


def public_objects() -> dict[str, object]:
    """Return every public class and function of the package, by the name under which it is found."""
    found: dict[str, object] = {}
    for module_name in MODULES:
        module = importlib.import_module(module_name)
        for name in exported(module):
            thing = getattr(module, name)
            if (inspect.isclass(thing) or inspect.isroutine(thing)) and getattr(thing, "__module__", "").startswith("alliancegames"):
                found.setdefault(f"{thing.__module__}.{thing.__qualname__}", thing)
    for model in ag.models.all_models().values():
        found.setdefault(f"{model.__module__}.{model.__qualname__}", model)
    return found


def public_callables() -> dict[str, object]:
    """Return every public function, and every public method where it is first defined.

    An implementation of what a base class documents need not repeat it; a model's propositions carry
    their statement in the decorator.
    """
    found: dict[str, object] = {}
    for name, thing in public_objects().items():
        if not inspect.isclass(thing):
            found[name] = thing
            continue
        for key, member in vars(thing).items():
            inner = member.__func__ if isinstance(member, (classmethod, staticmethod)) else member
            inherited = any(hasattr(base, key) for base in thing.__mro__[1:])
            if not key.startswith("_") and inspect.isfunction(inner) and not inherited and not hasattr(inner, "_proposition"):
                found[f"{name}.{key}"] = inner
    return found


OBJECTS = public_objects()
CALLABLES = public_callables()
# What every solver offers is documented once, in the protocol.
PROTOCOL = {"obstacle", "solve"}


@pytest.mark.parametrize("module_name", MODULES)
def test_every_exported_name_resolves(module_name):
    module = importlib.import_module(module_name)
    missing = [name for name in exported(module) if not hasattr(module, name)]
    assert missing == []
    assert len(set(exported(module))) == len(exported(module))
    assert set(exported(module)) <= set(dir(module))


def test_every_public_name_is_documented():
    for name in ag.__all__:
        thing = getattr(ag, name)
        if not isinstance(thing, str):
            assert (inspect.getdoc(thing) or "").strip(), f"{name} has no docstring"


@pytest.mark.parametrize("name", [*OBJECTS, *CALLABLES])
def test_docstring(name):
    thing = OBJECTS.get(name) or CALLABLES[name]
    doc = thing.__doc__
    assert doc, f"{name} has no docstring"
    first = doc.strip().splitlines()[0]
    assert first.endswith((".", "?")), f"{name}: the summary is no sentence: {first!r}"


@pytest.mark.parametrize("name", [name for name in CALLABLES if name.rpartition(".")[2] not in PROTOCOL])
def test_parameters_of_functions_and_methods(name):
    expected = signature_parameters(CALLABLES[name])
    written = documented_parameters(inspect.getdoc(CALLABLES[name]))
    if written is None:
        assert expected == [], f"{name} documents no parameters but has {expected}"
    else:
        assert sorted(written) == sorted(expected), f"{name}"


@pytest.mark.parametrize("name", [name for name, thing in OBJECTS.items() if inspect.isclass(thing)])
def test_parameters_of_classes(name):
    cls = OBJECTS[name]
    written = documented_parameters(inspect.getdoc(cls))
    if written is None:
        # Errors are raised by the package, models declare parameters of their own, protocols are not called.
        if issubclass(cls, (BaseException, ag.Model, str)) or getattr(cls, "_is_protocol", False):
            assert inspect.getdoc(cls)
        elif dataclasses.is_dataclass(cls):
            assert [field.name for field in dataclasses.fields(cls) if field.init] == [], f"{name} documents no fields"
        else:
            assert signature_parameters(cls) == [], f"{name} documents no parameters"
    else:
        assert sorted(written) == sorted(signature_parameters(cls)), name


def test_the_checker_reads_numpydoc():
    doc = """Do it.

    Parameters
    ----------
    a, b : int
        Two numbers: these
        matter.
    *rest
        More.

    Returns
    -------
    int
    """
    assert documented_parameters(inspect.cleandoc(doc)) == ["a", "b", "rest"]
    assert documented_parameters("Do it.") is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: ag.nash(ag.games.chicken(), solvers="auto"),
        lambda: ag.pure_nash(ag.games.chicken(), seed=1),
        lambda: ag.games.chicken().to_latex(title="x"),
        lambda: ag.games.chicken().relabel(names={}),
        lambda: ag.nash(ag.games.chicken()).to_latex(digits=3),
        lambda: ag.models.AllianceDilemma().check(drawz=3),
        lambda: ag.models.AllianceDilemma().plot(axes=None),
        lambda: ag.models.AllianceDilemma().regimes(refine=True),
        lambda: ag.sweep(ag.models.AllianceDilemma(), {"cohesion": [0.1, 0.2]}, chunks=3),
        lambda: ag.cite("snyder1984security", style="apa"),
    ],
)
def test_unknown_keywords_raise(call):
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        call()
