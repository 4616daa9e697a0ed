"""Sets of equilibrium payoffs, between a certified inner and a certified outer bound."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any

from alliancegames._fields import format_number
from alliancegames._labels import resolve
from alliancegames.errors import SolverNotApplicableError, unknown_label
from alliancegames.solvers.polytope import Point, Polytope
from alliancegames.solvers.result import Provenance, Status

__all__ = ["PayoffSet"]

EXACT = Status("exact", "The set is exact: every point of it is attained, and no other point is.")
BOUNDED = Status("bounded", "Every point of the inner set is attained; no point outside the outer set is.")
ROUNDED = Status("rounded", "Computed in floating point; the gap says how far one more round of the operator moves the set.")
NONE_IN_PURE = Status("none", "It is proved that no equilibrium of this kind exists in pure strategies.")


@dataclass(frozen=True, eq=False, repr=False)
class PayoffSet:
    """A convex set of payoffs, one coordinate a player, and how far it is known.

    Parameters
    ----------
    players : tuple of str
        Labels of the coordinates.
    concept : str
        What the payoffs are those of, such as ``"subgame-perfect equilibrium"``.
    inner : Polytope
        Every point of it belongs to the set.
    outer : Polytope
        No point outside it belongs to the set. Equal to ``inner`` where the set is exact.
    status : Status
        How the computation ended; ``status.message`` says it in words.
    provenance : Provenance
        Method, version, options; the certificate says what proves the bounds.
    game : object, optional
        The game.
    witness : object, optional
        What attains the points of the inner set; used by `automaton`.
    """

    players: tuple[str, ...]
    concept: str
    inner: Polytope
    outer: Polytope
    status: Status
    provenance: Provenance
    game: Any = None
    witness: Any = field(default=None)

    @property
    def vertices(self) -> tuple[Point, ...]:
        """Corners of the inner set; in the plane counterclockwise from the leftmost one."""
        return self.inner.vertices

    @property
    def exact(self) -> bool:
        """Whether inner and outer set are equal and their corners exact rationals."""
        return self.inner == self.outer and self.inner.field == "exact"

    @property
    def complete(self) -> bool | None:
        """True if no payoff vector is missing from the inner set, else None: the rest of the outer set is undecided."""
        return True if self.inner == self.outer else None

    @property
    def is_empty(self) -> bool:
        """Whether it is proved that there is no such payoff."""
        return self.outer.is_empty

    @property
    def dimension(self) -> int:
        """Dimension of the inner set: 2 a polygon, 1 a segment, 0 a point, -1 empty."""
        return self.inner.dimension

    @cached_property
    def gap(self) -> float:
        """How far a point of the outer set can be from the inner one: the largest difference in any player's payoff, rounded up.

        Exactly 0 where the set is exact; infinite if no point of the inner set is known.
        """
        if self.inner == self.outer:
            return 0.0
        if self.inner.is_empty:
            return math.inf
        largest = max(self.inner.distance(vertex) for vertex in self.outer.vertices)
        return math.nextafter(float(largest), math.inf) if largest else 0.0

    def contains(self, point: Mapping[str, Any] | Sequence[Any]) -> bool | None:
        """Return whether a payoff vector is attained: True, False, or None between the inner and the outer set.

        Parameters
        ----------
        point : mapping of player to number, or sequence of number
            One payoff a player.
        """
        x = self._read(point)
        return True if self.inner.contains(x) else None if self.outer.contains(x) else False

    def support(self, direction: Mapping[str, Any] | Sequence[Any]) -> Any:
        """Return the largest weighted sum of payoffs on the inner set; on the outer one: ``.outer.support(direction)``.

        Parameters
        ----------
        direction : mapping of player to number, or sequence of number
            One weight a player, such as ``(1, 1)`` for the joint payoff.
        """
        return self.inner.support(self._read(direction))

    @property
    def worst(self) -> dict[str, Any]:
        """Lowest payoff of each player in the inner set: the harshest punishment there is."""
        return {player: min(vertex[k] for vertex in self.vertices) for k, player in enumerate(self.players)} if self.vertices else {}

    @property
    def best(self) -> dict[str, Any]:
        """Highest payoff of each player in the inner set."""
        return {player: max(vertex[k] for vertex in self.vertices) for k, player in enumerate(self.players)} if self.vertices else {}

    def automaton(self, point: Mapping[str, Any] | Sequence[Any]) -> Any:
        """Return a strategy profile, as a finite machine, that attains a payoff vector of the inner set.

        Parameters
        ----------
        point : mapping of player to number, or sequence of number
            One payoff a player.

        Raises
        ------
        SolverNotApplicableError
            The set does not come with strategies, or the point is not in the inner set.
        """
        if self.witness is None:
            raise SolverNotApplicableError(f"automaton(): the payoffs of {self.concept} come without strategies here.")
        x = self._read(point)
        if not self.inner.contains(x):
            shown = ", ".join(map(format_number, x))
            raise SolverNotApplicableError(
                f"automaton(): ({shown}) is not in the inner set, so no strategy for it is known; see .contains()."
            )
        return self.witness.automaton(x)

    def _read(self, point: Any) -> tuple[Any, ...]:
        if isinstance(point, Mapping):
            given = {resolve(player, self.players, "player", "payoff vector"): value for player, value in point.items()}
            missing = [player for k, player in enumerate(self.players) if k not in given]
            if missing:
                raise unknown_label("payoff of player", missing[0], [self.players[k] for k in given], "payoff vector")
            return tuple(given[k] for k in range(len(self.players)))
        values = tuple(point)
        if len(values) != len(self.players):
            raise SolverNotApplicableError(f"payoff vector: {len(self.players)} numbers are needed, one a player, got {len(values)}.")
        return values

    def replace(self, **changes: Any) -> PayoffSet:
        """Return a copy with some fields changed.

        Parameters
        ----------
        **changes
            New values of fields.
        """
        import dataclasses

        return dataclasses.replace(self, **changes)

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a corner of the inner set, one column a player."""
        import pandas as pd

        return pd.DataFrame(list(self.vertices), columns=list(self.players))

    def plot(self, *, ax: Any = None, **options: Any) -> Any:
        """Draw the set in the plane of two players; see `plotting.plot_payoff_set`.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw.
        **options
            As in `plotting.plot_payoff_set`.
        """
        return import_module("alliancegames.plotting.payoff_sets").plot_payoff_set(self, ax=ax, **options)

    def summary(self) -> str:
        """Return a text report: the corners, the gap, and what proves the bounds."""
        lines = [repr(self).strip("<>"), f"  status: {self.status}. {self.status.message}"]
        lines += [f"  {name}: {value}" for name, value in self.provenance.certificate.items() if isinstance(value, str)]
        lines.append(f"  solver: {self.provenance.solver}")
        return "\n".join(lines)

    def _headline(self) -> str:
        if self.is_empty:
            return "none"
        shape = {-1: "no point known", 0: "a point", 1: "a segment", 2: "a polygon"}.get(self.dimension, f"dimension {self.dimension}")
        trust = "exact" if self.exact else f"gap {self.gap:.1e}" if self.inner != self.outer else "floating point"
        return f"{shape} ({trust})"

    def __repr__(self) -> str:
        shown = " ".join(f"({', '.join(_short(x) for x in vertex)})" for vertex in self.vertices[:12])
        more = f" and {len(self.vertices) - 12} more" if len(self.vertices) > 12 else ""
        return f"<PayoffSet of {self.concept}: {self._headline()}{' ' if shown else ''}{shown}{more}>"


def _short(value: Any) -> str:
    """Print an exact number in full as long as that is readable."""
    shown = format_number(value)
    return shown if len(shown) <= 16 else f"{float(value):.9g}"
