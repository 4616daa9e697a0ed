"""Exceptions and warnings of the package.

Every message says where the problem was met, what was needed, what came and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

__all__ = [
    "AllianceGamesError",
    "AllianceGamesWarning",
    "ClaimError",
    "GameDefinitionError",
    "GameFileError",
    "IncompleteSearchWarning",
    "InexactPayoffError",
    "MissingDependencyError",
    "ParameterError",
    "SolveError",
    "SolverNotApplicableError",
    "StoreError",
    "UnknownLabelError",
]


class AllianceGamesError(Exception):
    """Base class of every error that the package raises on purpose."""


class GameDefinitionError(AllianceGamesError, ValueError):
    """A game is not well defined: ragged tables, NaN payoffs, duplicate labels, bad probabilities."""


class GameFileError(AllianceGamesError, ValueError):
    """A game file cannot be read or written; ``line`` and ``column`` say where the text went wrong.

    Both count from 1 and are None where the fault has no single place in the text.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class ClaimError(AllianceGamesError, ValueError):
    """A claim about a model cannot be read; ``column`` counts from 1 and says where the text went wrong, None if nowhere."""

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.column = column


class ParameterError(AllianceGamesError, ValueError):
    """A model's parameter is unknown, missing, or outside its declared domain."""


class InexactPayoffError(AllianceGamesError, TypeError):
    """Exact and floating-point numbers meet and the caller has not said which to use."""


class UnknownLabelError(AllianceGamesError, KeyError):
    """A player, action, parameter, regime or model is addressed by a name that does not exist."""

    def __str__(self) -> str:  # KeyError would print the repr of the message
        return str(self.args[0]) if self.args else ""


class SolverNotApplicableError(AllianceGamesError, TypeError):
    """The chosen solver does not apply to this game; the message names those that do."""


class SolveError(AllianceGamesError, RuntimeError):
    """A solver ended without a trustworthy answer; what it has is in ``result``."""

    def __init__(self, message: str, result: Any = None) -> None:
        super().__init__(message)
        self.result = result


class StoreError(AllianceGamesError, RuntimeError):
    """A folder is no store of this sweep: it belongs to something else, or its files are damaged."""


class MissingDependencyError(AllianceGamesError, ImportError):
    """An optional dependency is not installed; the message gives the command that installs it."""


class AllianceGamesWarning(UserWarning):
    """Base class of the package's warnings."""


class IncompleteSearchWarning(AllianceGamesWarning):
    """The list of equilibria returned is not known to be complete."""


def unknown_label(kind: str, given: object, known: Iterable[str], where: str = "") -> UnknownLabelError:
    """Build the error for a name that is not there, with the nearest names that are."""
    names = list(known)
    near = get_close_matches(str(given), names, n=3, cutoff=0.5)
    advice = f" Did you mean {' or '.join(repr(name) for name in near)}?" if near else ""
    prefix = f"{where}: " if where else ""
    listed = ", ".join(repr(name) for name in names[:40]) + (", ..." if len(names) > 40 else "")
    return UnknownLabelError(f"{prefix}unknown {kind} {given!r}; known: {listed}.{advice}")
