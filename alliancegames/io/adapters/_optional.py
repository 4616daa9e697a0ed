"""Packages that are not required: loaded when an adapter is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from alliancegames.errors import MissingDependencyError


def load(module: str, where: str) -> Any:
    """Import an optional package, or say how to install it."""
    package = module.partition(".")[0]
    try:
        return import_module(module)
    except ImportError:
        raise MissingDependencyError(f"{where} needs {package}, which is not installed; install it with: pip install {package}") from None
