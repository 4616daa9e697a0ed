"""The API reference: every public name of every public module, by layer."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from rst import heading, remove_stale, write

import alliancegames as ag


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


def page(layer: str, names: list[str]) -> str:
    module = import_module(f"alliancegames.{layer}")
    chapters = [(inspect.getdoc(module) or "").strip(), "", ".. autosummary::", "   :toctree: ../../generated", "   :nosignatures:", ""]
    chapters += [f"   ~{name}" for name in names]
    return heading(layer.replace("_", " ").capitalize(), "=") + "\n" + "\n".join(chapters) + "\n"


def write_all(folder: Path, stubs: Path) -> None:
    layers = public_names()
    remove_stale(stubs, {f"{name}.rst" for names in layers.values() for name in names})
    remove_stale(folder, {f"{layer}.rst" for layer in layers})
    for layer, names in layers.items():
        write(folder / f"{layer}.rst", page(layer, names))
