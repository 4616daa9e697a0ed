"""All equilibria of a game followed along a parameter, with the exact values at which they appear, meet and vanish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from importlib import import_module
from itertools import pairwise
from typing import Any, overload

import numpy as np

from alliancegames._fields import decimal_reading, format_number, read_number
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError, ParameterError, SolveError, unknown_label
from alliancegames.games.cutoff import CutoffGame
from alliancegames.games.profile import Profile
from alliancegames.solvers.bimatrix import choosers
from alliancegames.solvers.components import components
from alliancegames.solvers.cutoff_folds import Correspondence
from alliancegames.solvers.cutoff_folds import correspondence as cutoff_correspondence
from alliancegames.solvers.nash import nash
from alliancegames.statics._best_reply_vertices import Strategy
from alliancegames.statics._families import Family, read_family
from alliancegames.statics._line import AlgebraicNumber, value_of
from alliancegames.statics._nash_line import Meeting, NashLine, Pair, Turn

__all__ = ["NashBranch", "NashCorrespondence", "NashEvent", "NashMeeting", "NashSegment", "correspondence"]

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
        return _sorted(Profile(game, family.spread(_numbers(line.strategies(pair.formula), point))) for pair in line.pairs(cell))

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
            return _simplified(branch.profile.payoffs[quantity])
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


def correspondence(family: Any, parameter: Any, values: Sequence[Any]) -> NashCorrespondence | Correspondence:
    """Follow all equilibria of a game along a parameter.

    For two players in normal form the answer is exact and complete: between two values at which something happens
    the extreme equilibria are formulas in the parameter, and these values are roots of polynomials that are isolated
    exactly. For cutoff games see `solvers.cutoff_folds.correspondence`, which proves folds by interval arithmetic.

    Parameters
    ----------
    family : Model, NormalFormGame or callable
        A model, whose other parameters keep their values, or else take the example's; a symbolic game with one free
        symbol; or a function from a value of the parameter to a game.
    parameter : str or sympy.Symbol
        The parameter, by name or symbol.
    values : sequence of number
        The range, as its two ends. For cutoff games, the values at which branches are computed.

    Returns
    -------
    NashCorrespondence or solvers.cutoff_folds.Correspondence
        The branches, and what happens where.

    Raises
    ------
    SolverNotApplicableError
        More than two players choose, a payoff is not a rational function of the parameter, or the game is too large.
    ParameterError
        A payoff is not defined, or an assumption of the model fails, somewhere in the range.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import sympy
    >>> t = sympy.Symbol("t")
    >>> hunt = ag.NormalFormGame(["A", "B"], [["stag", "hare"], ["stag", "hare"]], {
    ...     ("stag", "stag"): (2, 2), ("stag", "hare"): (0, 1 + 2 * t), ("hare", "stag"): (1 + 2 * t, 0), ("hare", "hare"): (1, 1)})
    >>> ag.correspondence(hunt, "t", (0, 1))
    <NashCorrespondence: 3 branches in t from 0 to 1 (complete, exact)>
      0 < t < 1/2: (stag) × (stag); (hare) × (hare); (stag -1/(2*(t - 1)), hare (2*t - 1)/(2*(t - 1))) × (stag -1/(2*(t - 1)), hare ...
      1/2 < t < 1: (hare) × (hare)
      t = 1/2: fold (2 before, 0 after)
    """
    if hasattr(family, "game_at"):  # a model of cutoffs
        return cutoff_correspondence(lambda value: family.game_at(parameter, value), str(parameter), values)
    if callable(family) and len(values) and isinstance(family(values[0]), CutoffGame):
        return cutoff_correspondence(family, str(parameter), values)
    ends = _ends(parameter, values)
    read = read_family(family, parameter, *ends)
    line = NashLine(*read.payoffs, *ends)
    return _assembled(read, line)


def _ends(parameter: Any, values: Sequence[Any]) -> tuple[Fraction, Fraction]:
    where = f"correspondence(), {parameter}"
    read = [(decimal_reading(number) if kind == "float" else number) for kind, number in (read_number(v, where) for v in values)]
    if len(set(read)) < 2 or not all(isinstance(number, Fraction) for number in read):
        raise GameDefinitionError(f"{where}: two different rational numbers, the ends of the range, are needed, got {list(values)}.")
    return min(read), max(read)


# -------------------------------------------------------------------- from the line to what users see


def _assembled(family: Family, line: NashLine) -> NashCorrespondence:
    points = line.line.points
    branches = tuple(_branch(family, line, number) for number in range(len(line.paths)))
    events = tuple(event for turn in line.turns if (event := _event(family, line, turn, branches)).meetings)
    segments = []
    for left, right in pairwise(turn.point for turn in line.turns):
        present = tuple(b for b, p in zip(branches, line.paths, strict=True) if p.start <= left and right <= p.stop)
        sample = line.line.gaps[left]
        segments.append(NashSegment(points[left].public, points[right].public, sample, present))
        _confirm(family, sample, [_numbers(line.strategies(line.paths[branch.number].formula), sample) for branch in present])
    result = NashCorrespondence(family.game, family.parameter, points[0].public, points[-1].public, tuple(segments), events, branches)
    object.__setattr__(result, "_source", (family, line))  # by which `at` computes
    return result


def _branch(family: Family, line: NashLine, number: int) -> NashBranch:
    path = line.paths[number]
    strategies = line.strategies(path.formula)
    profile = Profile(family.game, family.spread([family.formulas(strategy) for strategy in strategies]))
    outcomes = {name: _simplified(value) for name, value in family.outcomes(profile).items()}
    start, stop = (line.line.points[point].public for point in (path.start, path.stop))
    sample = line.line.gaps[path.start]
    game = family.at(sample)
    place = Profile(game, family.spread(_numbers(strategies, sample)))
    own = next(component for component in components(game) if place in component.extreme)
    return NashBranch(number, start, stop, profile, outcomes, own.index if own.is_isolated else None)


def _event(family: Family, line: NashLine, turn: Turn, branches: Sequence[NashBranch]) -> NashEvent:
    value = line.line.points[turn.point]
    at_end = turn.point in (0, len(line.line.points) - 1)
    game = family.at(value.public)
    meetings = []
    for meeting in turn.meetings:
        if not meeting.unchanged:
            before, after = (tuple(branches[k] for k in side) for side in (meeting.before, meeting.after))
            profiles = _profiles(family, line, game, value, meeting.pairs)
            meetings.append(NashMeeting(_kind(line, meeting, at_end), before, after, profiles, len(profiles) > 1))
    everything = _profiles(family, line, game, value, line.pairs(2 * turn.point))
    if value.rational is not None:
        _confirm(family, value.rational, [_active(family, profile) for profile in everything])
    return NashEvent(value.public, tuple(meetings), everything)


def _profiles(family: Family, line: NashLine, game: Any, value: AlgebraicNumber, pairs: Sequence[Pair]) -> tuple[Profile, ...]:
    """Return equilibria at a point with their exact values, in canonical order."""
    found = []
    for pair in pairs:
        vectors = [[value.at(w, s.denominator) for w in s.weights] for s in line.strategies(pair.formula)]
        found.append(Profile(game, family.spread(vectors)))
    return _sorted(found)


def _kind(line: NashLine, meeting: Meeting, at_end: bool) -> str:
    """Name what happens to a component."""
    before, after = (sorted(line.paths[k].formula for k in side) for side in (meeting.before, meeting.after))
    if not before and not after:
        return "isolated"
    if at_end:
        return "continuum" if len(meeting.pairs) > 1 else "end"
    if not before or not after:
        if len(before + after) > 1 and len(meeting.pairs) == 1:
            return "fold"
        return "death" if before else "birth"
    if len(before) != len(after):
        return "branching" if len(before) < len(after) else "merging"
    if before == after:
        return "crossing" if len(meeting.pairs) == 1 else "continuum"
    return "kink" if len(before) == 1 else "exchange"


def _confirm(family: Family, value: Fraction, stated: Sequence[Any]) -> None:
    """Find the equilibria at a rational value a second time, by `nash`, and compare."""
    found = {tuple(map(tuple, _active(family, profile))) for profile in nash(family.at(value))}
    if found != {tuple(map(tuple, vectors)) for vectors in stated}:
        raise SolveError(
            f"correspondence(): at {family.parameter} = {format_number(value)} the formulas and nash() disagree; "
            "this is an error of the package, please report it.",
            sorted(found),
        )


def _active(family: Family, profile: Profile) -> list[Any]:
    """Return the strategies of the players who choose; a second one without a choice is filled in."""
    vectors = [profile.arrays()[k] for k in choosers(family.game)]
    return [*vectors, [Fraction(1)], [Fraction(1)]][:2]


def _numbers(strategies: Sequence[Strategy], value: Fraction) -> list[list[Fraction]]:
    return [[value_of(weight, value) / value_of(s.denominator, value) for weight in s.weights] for s in strategies]


def _sorted(profiles: Iterable[Profile]) -> tuple[Profile, ...]:
    """Put profiles in canonical order, earlier actions first."""
    return tuple(sorted(profiles, key=lambda p: [float(weight) for strategy in p.arrays() for weight in strategy], reverse=True))


def _sympy(value: Any) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else value


def _simplified(formula: Any) -> Any:
    import sympy

    return sympy.factor(sympy.sympify(formula))
