"""The table of solvers: which methods exist for a concept and when each applies.

A solver is an immutable configuration object. Adding one is one file with a class decorated by
`register`, and its name in ``MODULES``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol, TypeVar

import numpy as np

from alliancegames.errors import SolverNotApplicableError, unknown_label
from alliancegames.solvers.result import Status

__all__ = ["Findings", "Solver", "applicable", "choose", "register", "table"]

# Where solvers live; each module registers its own when it is imported. Order = preference of "auto".
MODULES = (
    "alliancegames.solvers.vertex_enumeration",
    "alliancegames.solvers.supports",
    "alliancegames.solvers.pure",
    "alliancegames.solvers.anonymous",
    "alliancegames.solvers.lemke_howson",
    "alliancegames.solvers.quantal_response",
    "alliancegames.solvers.markov",
    "alliancegames.solvers.markov_homotopy",
    "alliancegames.solvers.contributions",
    "alliancegames.solvers.signalling",
    "alliancegames.solvers.cutoffs",
    "alliancegames.solvers.partitions",
    "alliancegames.solvers.bayesian",
    "alliancegames.solvers.sequential",
    "alliancegames.solvers.sequence_form",
    "alliancegames.solvers.offers",
)


@dataclass(frozen=True)
class Findings:
    """What a solver hands to the entry function, before verification.

    Parameters
    ----------
    strategies : sequence
        One entry an equilibrium, each with one probability vector a player.
    complete : bool or None
        Whether nothing can be missing; None if that is not known.
    degenerate : bool or None
        Whether the game is degenerate; None if it was not examined.
    status : Status
        How the solve ended.
    certificate : mapping
        What proves the claims.
    """

    strategies: Sequence[Any]
    complete: bool | None
    degenerate: bool | None
    status: Status
    certificate: Mapping[str, Any] = field(default_factory=dict)


class Solver(Protocol):
    """A method for one solution concept, with its options as attributes."""

    @property
    def name(self) -> str:
        """Registry name."""

    @property
    def concept(self) -> str:
        """Solution concept that it finds, as the entry function is called."""

    @property
    def description(self) -> str:
        """What it does, in a line."""

    def obstacle(self, game: Any) -> str | None:
        """Say why the method does not apply to this game, or None if it does."""

    def solve(self, game: Any) -> Findings:
        """Solve; the entry function verifies, sorts and wraps."""


_REGISTRY: dict[str, dict[str, type[Any]]] = {}
SolverT = TypeVar("SolverT")


def register(solver: type[SolverT]) -> type[SolverT]:
    """Class decorator that puts a solver into the table.

    Parameters
    ----------
    solver : type
        A class with the attributes and methods of `Solver`, made without arguments by default.
    """
    entry: Any = solver
    _REGISTRY.setdefault(entry.concept, {})[entry.name] = solver
    return solver


def _solvers(concept: str) -> dict[str, type[Any]]:
    for module in MODULES:
        import_module(module)
    if concept not in _REGISTRY:
        raise unknown_label("solution concept", concept, sorted(_REGISTRY), "solvers")
    return dict(sorted(_REGISTRY[concept].items(), key=lambda entry: _preference(entry[1])))


def _preference(solver: type[Any]) -> int:
    """Rank solvers by the table, whatever was imported first; solvers registered by users come last."""
    return MODULES.index(solver.__module__) if solver.__module__ in MODULES else len(MODULES)


def applicable(concept: str, game: Any) -> list[str]:
    """Return the names of the solvers of a concept that apply to a game, preferred first.

    Parameters
    ----------
    concept : str
        As in `choose`.
    game : object
        The game to solve.
    """
    return [name for name, make in _solvers(concept).items() if make().obstacle(game) is None]


def choose(concept: str, game: Any, solver: str | Solver = "auto") -> Solver:
    """Return the solver that would run.

    Parameters
    ----------
    concept : str
        Named as the entry function: ``"nash"``, ``"sequential_equilibria"``, ``"perfect_bayesian"``, ...; `table` lists all.
    game : object
        The game to solve.
    solver : str or Solver, default "auto"
        A registry name, a configured solver object, or ``"auto"`` for the preferred one that applies.

    Raises
    ------
    SolverNotApplicableError
        The solver named does not apply, or none does; the message says why and names those that do.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.solvers.choose("nash", ag.games.stag_hunt()).name
    'vertex_enumeration'
    """
    known = _solvers(concept)
    if not isinstance(solver, str):
        return _checked(concept, game, _read_solver(concept, solver))
    if solver != "auto":
        if solver not in known:
            raise unknown_label("solver", solver, ["auto", *known], f"{concept}()")
        return _checked(concept, game, known[solver]())
    reasons = []
    for make in known.values():
        candidate: Solver = make()
        obstacle = candidate.obstacle(game)
        if obstacle is None:
            return candidate
        reasons.append(f"{candidate.name} {obstacle}")
    raise SolverNotApplicableError(f"{concept}(): no solver applies to this game: {'; '.join(reasons)}.")


def _read_solver(concept: str, solver: Any) -> Solver:
    """Check that an object is a configured solver of the concept."""
    if isinstance(solver, type) or not all(hasattr(solver, name) for name in ("name", "concept", "obstacle", "solve")):
        raise SolverNotApplicableError(
            f"{concept}(): solver must be a name or a configured solver object such as VertexEnumeration(), got {solver!r}. "
            f"Names: auto, {', '.join(_solvers(concept))}."
        )
    if solver.concept != concept:
        raise SolverNotApplicableError(
            f"{concept}(): solver {solver.name!r} is for the concept {solver.concept!r}. Names for this one: auto, {', '.join(_solvers(concept))}."
        )
    found: Solver = solver
    return found


def _checked(concept: str, game: Any, solver: Solver) -> Solver:
    obstacle = solver.obstacle(game)
    if obstacle is not None:
        others = applicable(concept, game)
        advice = f"Solvers that apply: {', '.join(others)}." if others else "No solver of this concept applies."
        raise SolverNotApplicableError(f"{concept}(): solver {solver.name!r} {obstacle}. {advice}")
    return solver


def table(concept: str | None = None, game: Any = None) -> Any:
    """Return the solvers as a pandas DataFrame.

    Parameters
    ----------
    concept : str, optional
        Only the solvers of this concept.
    game : object, optional
        With a game the column ``applies`` says whether each method applies, and if not, why.
    """
    import pandas as pd

    _solvers(concept or "nash")
    rows = []
    for name in _REGISTRY:
        if concept in (None, name):
            for make in _solvers(name).values():
                row = {"concept": name, "solver": make.name, "description": make.description}
                if game is not None:
                    row["applies"] = make().obstacle(game) or "yes"
                rows.append(row)
    return pd.DataFrame(rows)


def descending(strategies: Sequence[np.ndarray]) -> tuple[Any, ...]:
    """Sort key of the canonical order: the first player's first action with the highest probability first."""
    return tuple(-value for strategy in strategies for value in strategy)
