"""What solvers return: equilibria together with how far they can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from importlib import import_module
from typing import Any, Generic, Protocol, TypeVar, overload

import numpy as np

from alliancegames._fields import format_number
from alliancegames._immutable import FrozenDict

__all__ = ["Enclosure", "EquilibriumSet", "Provenance", "Status"]


class Equilibrium(Protocol):
    """What an item of an equilibrium set must offer, whatever the kind of game."""

    @property
    def is_pure(self) -> bool:
        """Whether nobody randomises."""

    @property
    def payoffs(self) -> dict[str, Any]:
        """Payoff of each player."""

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Strategies as arrays."""


ItemT = TypeVar("ItemT", bound=Equilibrium)


class Status(str):
    """How a solve ended: a short code that prints as a sentence with advice."""

    __slots__ = ("message",)
    message: str

    def __new__(cls, code: str, message: str) -> Status:
        """Make a status that compares equal to its code."""
        status = super().__new__(cls, code)
        status.message = message
        return status

    def __reduce__(self) -> tuple[Any, ...]:
        return Status, (str(self), self.message)


COMPLETE = Status("complete", "Every equilibrium is listed, or is a mixture of listed extreme equilibria of one component.")
ALL_LISTED = Status("complete", "Every equilibrium is listed.")
PARTIAL = Status("partial", "What is listed are equilibria, but others may exist; see the solver's description.")
NONE_EXISTS = Status("none", "It is proved that no equilibrium of this kind exists.")


def continuum(families: int) -> Status:
    """Return the status of a complete answer some of whose equilibria form continua."""
    these = "1 family of equilibria" if families == 1 else f"{families} families of equilibria"
    return Status(
        "continuum",
        f"Every equilibrium is listed or belongs to {these}; provenance.certificate['families'] describes each by equations, with a sample.",
    )


def open_supports(count: int) -> Status:
    """Return the status of a search that could not settle some combinations of supports."""
    these = "1 combination of supports is" if count == 1 else f"{count} combinations of supports are"
    return Status(
        "partial",
        f"What is listed are equilibria, but {these} not settled and may hold others; see provenance.certificate['open']. "
        "SupportEnumeration(max_boxes=...) with a larger number searches longer.",
    )


@dataclass(frozen=True, eq=False)
class Enclosure(Sequence[np.ndarray]):
    """Strategies that are not rational, enclosed: what a solver returns for such an equilibrium.

    Parameters
    ----------
    strategies : tuple of ndarray of Fraction
        One probability vector a player, close to the equilibrium.
    radius : Fraction
        No probability of the equilibrium differs by more from the one given.
    """

    strategies: tuple[np.ndarray, ...]
    radius: Fraction

    @overload
    def __getitem__(self, index: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[np.ndarray, ...]: ...
    def __getitem__(self, index: int | slice) -> np.ndarray | tuple[np.ndarray, ...]:
        return self.strategies[index]

    def __len__(self) -> int:
        return len(self.strategies)


@dataclass(frozen=True)
class Provenance:
    """Where a result comes from.

    Parameters
    ----------
    solver : str
        Registry name of the method that ran.
    version : str
        Version of the package.
    seconds : float
        Wall-clock time of solving and verifying; it does not enter comparisons.
    options : mapping
        Options of the method.
    max_regret : Fraction or float
        Largest gain from a unilateral deviation at any returned equilibrium, found by an independent
        check; exactly 0 for exact games. Floats: as a share of the range of the player's payoffs.
    certificate : mapping
        What proves the claims of the result, such as the witness of degeneracy.
    """

    solver: str
    version: str
    seconds: float = field(compare=False)
    options: Mapping[str, Any] = field(default_factory=dict)
    max_regret: Any = 0
    certificate: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", FrozenDict(self.options))
        object.__setattr__(self, "certificate", FrozenDict(self.certificate))


@dataclass(frozen=True, eq=False, repr=False)
class EquilibriumSet(Sequence[ItemT], Generic[ItemT]):
    """The equilibria that a solver found, and what is known about the list.

    A sequence of equilibria in canonical order: ``eqs[0]``, ``len(eqs)``, iteration.

    Parameters
    ----------
    game : object
        The game solved.
    concept : str
        The solution concept, such as ``"Nash equilibrium"``.
    items : tuple
        The equilibria. In a degenerate game they are the *extreme* ones, of which the continua are made.
    complete : bool or None
        True: proved that nothing is missing. False: known to be partial. None: not known.
    exact : bool
        Whether all numbers are exact rationals and every equilibrium has regret exactly 0. In games with
        three or more players an equilibrium may be irrational: it is then rounded to floats, a profile of
        ``game.floats()``, while rational ones stay exact.
    degenerate : bool or None
        Whether the game is degenerate (equilibria may form continua); None where it was not examined.
    status : Status
        How the solve ended, as a code; ``status.message`` says it in words.
    provenance : Provenance
        Method, version, options, verification.
    """

    game: Any
    concept: str
    items: tuple[ItemT, ...]
    complete: bool | None
    exact: bool
    degenerate: bool | None
    status: Status
    provenance: Provenance

    @overload
    def __getitem__(self, index: int) -> ItemT: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ItemT, ...]: ...
    def __getitem__(self, index: int | slice) -> ItemT | tuple[ItemT, ...]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[ItemT]:
        return iter(self.items)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EquilibriumSet):
            return NotImplemented
        mine = (self.game, self.concept, self.items, self.complete, self.exact, self.degenerate, self.status, self.provenance)
        return mine == (
            other.game,
            other.concept,
            other.items,
            other.complete,
            other.exact,
            other.degenerate,
            other.status,
            other.provenance,
        )

    def __hash__(self) -> int:
        return hash((self.concept, self.items))

    @property
    def pure(self) -> tuple[ItemT, ...]:
        """Equilibria in which nobody randomises."""
        return tuple(item for item in self.items if item.is_pure)

    @property
    def mixed(self) -> tuple[ItemT, ...]:
        """Equilibria in which somebody randomises."""
        return tuple(item for item in self.items if not item.is_pure)

    def select(self, rule: Any) -> tuple[ItemT, ...]:
        """Keep the equilibria that a rule selects, such as ``"strict"`` or ``"risk_dominant"``.

        Parameters
        ----------
        rule : str or callable
            As in `solvers.select`, which lists the rules.
        """
        return tuple(import_module("alliancegames.solvers.selection").select(self.items, rule))

    @property
    def components(self) -> tuple[Any, ...]:
        """Connected components of the set of equilibria; see `components` for two players and `tree_components` for game trees.

        For Bayesian games of two players they are those of the game before types are drawn: different plans that come to the
        same behaviour are connected, so that there are as many components in strategies by type.
        """
        if hasattr(self.game, "information_sets"):
            return tuple(import_module("alliancegames.solvers.tree_components").tree_components(self))
        table = self.game.ex_ante() if hasattr(self.game, "ex_ante") else self.game
        return tuple(import_module("alliancegames.solvers.components").components(table))

    def arrays(self, dtype: Any = None) -> tuple[tuple[np.ndarray, ...], ...]:
        """Return the strategies of each equilibrium as arrays, for ``for x, y in eqs.arrays(float): ...``.

        Parameters
        ----------
        dtype : type, optional
            ``float`` for float64; by default the numbers stay as they are.
        """
        return tuple(item.arrays(dtype) for item in self.items)

    def replace(self, **changes: Any) -> EquilibriumSet[ItemT]:
        """Return a copy with some fields changed.

        Parameters
        ----------
        **changes
            New values of fields.
        """
        return replace(self, **changes)

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row an equilibrium, with strategies and payoffs in columns."""
        return import_module("alliancegames.plotting.tables").equilibria_frame(self)

    def to_latex(self, *, caption: str = "", label: str = "") -> str:
        """Return a LaTeX table of the equilibria with their payoffs.

        Parameters
        ----------
        caption, label : str, optional
            With a caption the table is a floating ``table`` environment.
        """
        return str(import_module("alliancegames.plotting.tables").equilibria_latex(self, caption=caption, label=label))

    def summary(self) -> str:
        """Return a text report: the equilibria with payoffs, and how far the list can be trusted."""
        lines = [f"{self._headline()}"]
        for number, item in enumerate(self.items, 1):
            values = ", ".join(f"{player} {format_number(value)}" for player, value in item.payoffs.items())
            of = "payoffs of the example" if getattr(item, "dimension", 0) else "payoffs"
            lines.append(f"  {number}. {item}" + (f"   {of}: {values}" if values else ""))
        lines.append(f"  status: {self.status}. {self.status.message}")
        regret = format_number(self.provenance.max_regret)
        lines.append(f"  solver: {self.provenance.solver}; largest regret found by the independent check: {regret}")
        return "\n".join(lines)

    def _headline(self) -> str:
        concept = self.concept if len(self.items) == 1 else self.concept.replace("equilibrium", "equilibria")
        complete = {True: "complete", False: "partial", None: "completeness unknown"}[self.complete]
        traits = [complete, "exact" if self.exact else "floating point"]
        if self.degenerate is not None:
            traits.append(self._degeneracy())
        families = sum(getattr(item, "dimension", 0) > 0 for item in self.items)
        count = f"{len(self.items)} {concept}" + (f", {families} of them families" if families else "")
        return f"{count} ({', '.join(traits)})"

    def _degeneracy(self) -> str:
        """Say what stands for the equilibria that cannot be listed one by one."""
        if not self.degenerate:
            return "nondegenerate game"
        beside = len(self.provenance.certificate.get("families", ())) if self.status == "continuum" else 0
        return f"degenerate game: besides, {beside} families in the certificate" if beside else "degenerate game: extreme points listed"

    def __repr__(self) -> str:
        return "\n".join([f"<EquilibriumSet: {self._headline()}>", *(f"  {item}" for item in self.items)])

    def _repr_html_(self) -> str:
        return str(import_module("alliancegames.plotting.tables").equilibria_html(self))
