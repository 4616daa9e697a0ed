"""Equilibrium correspondences of games in normal form: branches, events and segments, all exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from importlib import import_module
from typing import Any, overload

import numpy as np

from alliancegames._fields import decimal_reading, read_number
from alliancegames._labels import resolve
from alliancegames.errors import ParameterError, unknown_label
from alliancegames.games.profile import Profile
from alliancegames.statics._lines.best_reply_vertices import Strategy
from alliancegames.statics._lines.families import Family
from alliancegames.statics._lines.interval import value_of
from alliancegames.statics._lines.nash import NashLine

__all__ = ["MEANINGS", "NashBranch", "NashCorrespondence", "NashEvent", "NashMeeting", "NashSegment"]

MEANINGS = {
    "fold": "equilibria that meet and vanish together",
    "birth": "equilibria appear",
    "death": "equilibria vanish",
    "kink": "an equilibrium goes on by another formula",
    "crossing": "equilibria meet and go on unchanged",
    "branching": "equilibria become more",
    "merging": "equilibria become fewer",
    "exchange": "equilibria meet and go on by other formulas",
    "isolated": "equilibria at this value only",
    "continuum": "equilibria that are joined by others at this value only",
    "end": "equilibria that meet at an end of the range",
}
"""What happens where branches meet."""


@dataclass(frozen=True, eq=False)
class NashBranch:
    """An extreme equilibrium as a function of the parameter, as long as it meets no other.

    Parameters
    ----------
    number : int
        Position in the correspondence.
    start, stop : Fraction or sympy expression
        The open interval on which it exists; at the ends it has a limit, which is an equilibrium.
    profile : Profile
        The strategies as formulas in the parameter.
    outcomes : dict
        Outcomes of the model as formulas; empty for a bare game.
    index : int or None
        Index of the equilibrium: +1 or -1 where it is regular, 0 if it would vanish under small changes of the
        payoffs; None if it is an extreme point of a continuum.
    """

    number: int
    start: Any
    stop: Any
    profile: Profile
    outcomes: Mapping[str, Any]
    index: int | None

    def __str__(self) -> str:
        return str(self.profile)


@dataclass(frozen=True, eq=False)
class NashSegment:
    """An open interval of the parameter in which the same equilibria exist as formulas.

    Parameters
    ----------
    start, stop : Fraction or sympy expression
        Its ends.
    sample : Fraction
        A value inside, at which the equilibria have been found a second time by `nash`.
    branches : tuple of NashBranch
        All extreme equilibria.
    """

    start: Any
    stop: Any
    sample: Fraction
    branches: tuple[NashBranch, ...]

    def __len__(self) -> int:
        return len(self.branches)


@dataclass(frozen=True, eq=False)
class NashMeeting:
    """What happens to one component of equilibria at a value of the parameter.

    Parameters
    ----------
    kind : str
        One of `MEANINGS`, such as ``"fold"`` or ``"birth"``.
    before, after : tuple of NashBranch
        Branches that end and begin there.
    equilibria : tuple of Profile
        Extreme equilibria of the component at the value.
    continuum : bool
        Whether it is a continuum.
    """

    kind: str
    before: tuple[NashBranch, ...]
    after: tuple[NashBranch, ...]
    equilibria: tuple[Profile, ...]
    continuum: bool


@dataclass(frozen=True, eq=False)
class NashEvent:
    """A value of the parameter at which the set of equilibria changes.

    Parameters
    ----------
    value : Fraction or sympy expression
        The value, exact.
    meetings : tuple of NashMeeting
        What happens, component by component; components to which nothing happens are left out.
    equilibria : tuple of Profile
        All extreme equilibria at the value.
    """

    value: Any
    meetings: tuple[NashMeeting, ...]
    equilibria: tuple[Profile, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of the meetings."""
        return tuple(meeting.kind for meeting in self.meetings)

    def __str__(self) -> str:
        return "; ".join(
            f"{m.kind} ({len(m.before)} before, {len(m.after)} after{', a continuum between' if m.continuum else ''})"
            for m in self.meetings
        )


@dataclass(frozen=True, eq=False)
class NashCorrespondence(Sequence[NashSegment]):
    """The equilibria of a game as functions of a parameter: a sequence of segments.

    Parameters
    ----------
    game : NormalFormGame
        The game, with the parameter as symbol.
    parameter : str
        Name of the parameter.
    start, stop : Fraction
        The range.
    segments : tuple of NashSegment
        The range, cut where the set of equilibria changes.
    events : tuple of NashEvent
        The values at which it changes; the ends of the range are among them if something happens there.
    branches : tuple of NashBranch
        All branches, from left to right.
    complete, exact : bool
        True: no equilibrium and no change is missing, and all formulas and values are exact.
    """

    game: Any
    parameter: str
    start: Fraction
    stop: Fraction
    segments: tuple[NashSegment, ...]
    events: tuple[NashEvent, ...]
    branches: tuple[NashBranch, ...]
    complete: bool = True
    exact: bool = True
    _source: tuple[Family, NashLine] = field(init=False, repr=False)

    @overload
    def __getitem__(self, index: int) -> NashSegment: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[NashSegment, ...]: ...
    def __getitem__(self, index: int | slice) -> NashSegment | tuple[NashSegment, ...]:
        return self.segments[index]

    def __len__(self) -> int:
        return len(self.segments)

    def __iter__(self) -> Iterator[NashSegment]:
        return iter(self.segments)

    @cached_property
    def symbol(self) -> Any:
        """The parameter as it stands in the formulas."""
        return next(iter(self.game.free_symbols))

    def at(self, value: Any) -> tuple[Profile, ...]:
        """Return the extreme equilibria at a value of the parameter, exactly.

        Parameters
        ----------
        value : number
            A rational number in the range, or the value of an event. A float is read as the decimal it prints.

        Examples
        --------
        >>> import alliancegames as ag
        >>> found = ag.correspondence(ag.models.AllianceDilemma(), "cohesion", (0, 1))
        >>> [str(profile) for profile in found.at("4/5")]
        ['(strong) × (strong)', '(strong 4/7, weak 3/7) × (strong 4/7, weak 3/7)', '(weak) × (weak)']
        """
        for event in self.events:
            if event.value == value:
                return event.equilibria
        where = f"at(), {self.parameter}"
        kind, number = read_number(value, where)
        point = decimal_reading(number) if kind == "float" else number
        if not isinstance(point, Fraction) or not self.start <= point <= self.stop:
            raise ParameterError(
                f"{where}: a rational number from {self.start} to {self.stop}, or the value of an event, is needed, got {value}."
            )
        family, line = self._source
        game = family.at(point)
        passed = sum(not number.exceeds(point) for number in line.line.points) - 1
        cell = 2 * passed + (line.line.points[passed].rational != point)
        return in_order(Profile(game, family.spread(numbers(line.strategies(pair.formula), point))) for pair in line.pairs(cell))

    def formula(self, branch: NashBranch, quantity: Any) -> Any:
        """Return a quantity along a branch as a formula in the parameter.

        Parameters
        ----------
        branch : NashBranch
            One of the branches.
        quantity : str or tuple of str
            Name of an outcome; a player, for its payoff; or a player and an action, for a probability.

        Examples
        --------
        >>> import alliancegames as ag
        >>> found = ag.correspondence(ag.models.AllianceDilemma(), "cohesion", (0, 1))
        >>> [str(found.formula(branch, "p_decay")) for branch in found.branches]
        ['1', '0', '25*(2*cohesion - 1)**2/(10*cohesion - 1)**2']
        """
        if isinstance(quantity, str) and quantity in branch.outcomes:
            return branch.outcomes[quantity]
        if isinstance(quantity, str) and quantity in self.game.players:
            return simplified(branch.profile.payoffs[quantity])
        if isinstance(quantity, str):
            raise unknown_label("quantity", quantity, [*branch.outcomes, *self.game.players], "formula()")
        player, action = quantity
        k = resolve(player, self.game.players, "player", "formula()")
        return branch.profile[k][action]

    def series(self, branch: NashBranch, quantity: Any, values: Any) -> np.ndarray:
        """Return a quantity along a branch at many values of the parameter, as floats.

        Parameters
        ----------
        branch, quantity
            As in `formula`.
        values : array_like of float
            Values of the parameter.
        """
        import sympy

        places = np.asarray(values, dtype=float)
        read = sympy.lambdify(self.symbol, sympy.sympify(self.formula(branch, quantity)), "numpy")
        return np.broadcast_to(np.asarray(read(places), dtype=float), places.shape)

    def value_at(self, profile: Profile, quantity: Any, value: Any) -> float:
        """Return a quantity at one of the equilibria at a value of the parameter, rounded.

        Parameters
        ----------
        profile : Profile
            An equilibrium, as from `at`.
        quantity : str or tuple of str
            As in `formula`.
        value : number
            The value of the parameter.
        """
        if not isinstance(quantity, str):
            return float(profile[quantity[0]][quantity[1]])
        if quantity in self.game.players:
            return float(profile.payoffs[quantity])
        known = self._source[0].outcomes(profile)
        if quantity not in known:
            raise unknown_label("quantity", quantity, [*known, *self.game.players], "value_at()")
        found = known[quantity]
        return float(found.subs(self.symbol, _sympy(value)) if hasattr(found, "subs") else found)

    @property
    def words(self) -> Mapping[str, str]:
        """What the parameter and the outcomes of the model mean."""
        return self._source[0].words

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a branch, with the interval and the formulas."""
        import pandas as pd

        rows = []
        for branch in self.branches:
            row = {"from": branch.start, "to": branch.stop, "index": branch.index}
            for k, player in enumerate(self.game.players):
                row |= {f"{player}: {action}": weight for action, weight in branch.profile[k].items()}
            rows.append(row | dict(branch.outcomes))
        return pd.DataFrame(rows)

    def plot(self, quantity: Any = None, *, ax: Any = None) -> Any:
        """Draw a quantity of all equilibria against the parameter, with the exact values at which they change.

        Parameters
        ----------
        quantity : str or tuple of str, optional
            As in `formula`; by default the first outcome, or else the probability of the first action.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return import_module("alliancegames.plotting.continuation").plot_nash_correspondence(self, quantity, ax=ax)

    def __repr__(self) -> str:
        head = f"<NashCorrespondence: {len(self.branches)} branches in {self.parameter} from {self.start} to {self.stop} (complete, exact)>"
        lines = [head]
        for segment in self.segments:
            lines.append(f"  {segment.start} < {self.parameter} < {segment.stop}: " + "; ".join(map(str, segment.branches)))
        lines += [f"  {self.parameter} = {event.value}: {event}" for event in self.events]
        return "\n".join(lines)


def numbers(strategies: Sequence[Strategy], value: Fraction) -> list[list[Fraction]]:
    """Evaluate strategies at a rational value of the parameter."""
    return [[value_of(weight, value) / value_of(s.denominator, value) for weight in s.weights] for s in strategies]


def in_order(profiles: Iterable[Profile]) -> tuple[Profile, ...]:
    """Put profiles in canonical order, earlier actions first."""
    return tuple(sorted(profiles, key=lambda p: [float(weight) for strategy in p.arrays() for weight in strategy], reverse=True))


def _sympy(value: Any) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else value


def simplified(formula: Any) -> Any:
    """Write a formula as a product."""
    import sympy

    return sympy.factor(sympy.sympify(formula))
