"""All equilibria of a game followed along a parameter, with the exact values at which they appear, meet and vanish."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from alliancegames._fields import decimal_reading, format_number, read_number
from alliancegames.errors import GameDefinitionError, SolveError
from alliancegames.games.cutoff import CutoffGame
from alliancegames.games.profile import Profile
from alliancegames.solvers.bimatrix import choosers
from alliancegames.solvers.components import components
from alliancegames.solvers.cutoff_folds import Correspondence
from alliancegames.solvers.cutoff_folds import correspondence as cutoff_correspondence
from alliancegames.solvers.nash import nash
from alliancegames.statics._lines.families import Family, read_family
from alliancegames.statics._lines.interval import AlgebraicNumber
from alliancegames.statics._lines.nash import Meeting, NashLine, Pair, Turn
from alliancegames.statics.nash_correspondence import (
    NashBranch,
    NashCorrespondence,
    NashEvent,
    NashMeeting,
    NashSegment,
    in_order,
    numbers,
    simplified,
)

__all__ = ["correspondence"]


def correspondence(family: Any, parameter: Any, values: Sequence[Any]) -> NashCorrespondence | Correspondence:
    """Follow all equilibria of a game along a parameter.

    For two players in normal form the answer is exact and complete: between two values at which something happens
    the extreme equilibria are formulas in the parameter, and these values are roots of polynomials that are isolated
    exactly. Cutoff games are followed by a method of their own, ``solvers.correspondence``, which proves folds by interval arithmetic.

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
    NashCorrespondence or Correspondence
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
        _confirm(family, sample, [numbers(line.strategies(line.paths[branch.number].formula), sample) for branch in present])
    result = NashCorrespondence(family.game, family.parameter, points[0].public, points[-1].public, tuple(segments), events, branches)
    object.__setattr__(result, "_source", (family, line))  # by which `at` computes
    return result


def _branch(family: Family, line: NashLine, number: int) -> NashBranch:
    path = line.paths[number]
    strategies = line.strategies(path.formula)
    profile = Profile(family.game, family.spread([family.formulas(strategy) for strategy in strategies]))
    outcomes = {name: simplified(value) for name, value in family.outcomes(profile).items()}
    start, stop = (line.line.points[point].public for point in (path.start, path.stop))
    sample = line.line.gaps[path.start]
    game = family.at(sample)
    place = Profile(game, family.spread(numbers(strategies, sample)))
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
    return in_order(found)


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
