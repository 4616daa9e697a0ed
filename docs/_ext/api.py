"""The API reference: every public name of every public module, by layer."""

from __future__ import annotations

import inspect
import pkgutil
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from rst import heading, remove_stale, write

import alliancegames as ag

# Layers whose names are no words.
TITLES = {"io": "Files and other packages"}

# Where names from private modules are listed.
OTHER = "other"


def public_modules() -> list[ModuleType]:
    """Return the modules of the package that are not private, packages before what they contain."""
    names = [info.name for info in pkgutil.walk_packages(ag.__path__, "alliancegames.")]
    public = [name for name in names if not any(part.startswith("_") for part in name.split("."))]
    return [ag, *map(import_module, sorted(public, key=lambda name: (name.count("."), name)))]


def _is_documented_elsewhere(thing: Any) -> bool:
    """Models have pages of their own; modules are the chapters; errors have their catalogue."""
    if inspect.ismodule(thing) or thing in ag.models.all_models().values():
        return True
    return inspect.isclass(thing) and thing.__module__ == "alliancegames.errors"


def public_names() -> dict[str, list[str]]:
    """Return the names of the package by layer, each by the shortest path under which users reach it."""
    layers: dict[str, list[str]] = {}
    seen: set[Any] = set()
    for module in public_modules():
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if name.startswith("__") or _is_documented_elsewhere(thing):
                continue
            own = str(getattr(thing, "__module__", "")).startswith("alliancegames")  # and not a name for something from elsewhere
            made_here = own and (inspect.isroutine(thing) or inspect.isclass(thing))
            home = thing.__module__ if made_here else module.__name__
            identity = id(thing) if made_here else (name, id(thing))
            if identity not in seen:
                seen.add(identity)
                layers.setdefault(home.split(".")[1], []).append(f"{module.__name__}.{name}")
    return layers


def _home(name: str) -> str:
    """Return the module in which a name is made; what a private module makes belongs to the module that shows it."""
    module, _, own = name.rpartition(".")
    made_in = str(getattr(getattr(import_module(module), own), "__module__", ""))
    is_ours = made_in.startswith("alliancegames.")
    if is_ours and "._" not in made_in:
        return made_in
    return OTHER if is_ours else module


def _section(home: str, names: list[str]) -> str:
    """List the names of a module under what its first line says, each folder from which they are imported by itself."""
    title, lead = _title(home)
    parts = [heading(title), lead, ""]
    for folder in sorted({name.rpartition(".")[0] for name in names}, key=lambda path: (path.count("."), path)):
        inside = [f"   ~{name}" for name in names if name.rpartition(".")[0] == folder]
        parts += [f"In ``{folder.replace('alliancegames', 'ag', 1)}``:", ""]
        parts += [".. autosummary::", "   :toctree: ../../generated", "   :nosignatures:", "", *inside, ""]
    return "\n".join(parts)


def _title(home: str) -> tuple[str, str]:
    """Divide the first line of a module at its colon into title and text; without a colon its first clause is the title."""
    if home == OTHER:
        return "More", "Parts of the results of functions above, and what else a private module makes."
    if home.count(".") == 1:
        return "Names of the module", ""
    first = (inspect.getdoc(import_module(home)) or home).splitlines()[0]
    title, colon, lead = first.partition(": ")
    if not colon:
        title = re.split("[,;]", first)[0]
        lead = first if title != first else ""
    return title.rstrip("."), lead[:1].upper() + lead[1:]


def page(layer: str, names: list[str]) -> str:
    """Write the page of a layer: a section a module, games that are repeated last."""
    module = import_module(f"alliancegames.{layer}")
    sections: dict[str, list[str]] = {}
    for name in names:
        sections.setdefault(_home(name), []).append(name)
    ordered = sorted(sections, key=lambda home: (home == OTHER, ".repeated." in home, home))
    title = heading(TITLES.get(layer, layer.replace("_", " ").capitalize()), "=")
    return "\n".join([title, (inspect.getdoc(module) or "").strip(), "", *(_section(home, sections[home]) for home in ordered)])


def write_all(folder: Path, stubs: Path) -> None:
    layers = public_names()
    remove_stale(stubs, {f"{name}.rst" for names in layers.values() for name in names})
    remove_stale(folder, {f"{layer}.rst" for layer in layers})
    for layer, names in layers.items():
        write(folder / f"{layer}.rst", page(layer, names))
