"""Proof that a list of thresholds of patience is complete.

From patient to impatient: between two thresholds one structure generates the payoff set, because its polygons form a
family that equilibrium payoffs cannot leave (`Family`), once it is known that they are inside at the upper end. There the
set just above is a bound. It is the same polygon; or profiles can be kept by its continuations at the threshold but not
below, and without them it shrinks to the lower structure; or the discount factor turns back there, and the family runs
on through the turn until rounds of the operator lead on to the lower structure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from alliancegames.solvers.polytope import planar_hull
from alliancegames.solvers.repeated._planar_bounds import bounds
from alliancegames.solvers.repeated._planar_contraction import Contraction
from alliancegames.solvers.repeated._planar_curves import curve_of
from alliancegames.solvers.repeated._planar_events import polygon_at
from alliancegames.solvers.repeated._planar_families import Family
from alliancegames.solvers.repeated._planar_functions import Spot
from alliancegames.solvers.repeated._planar_outer import OuterRounds
from alliancegames.solvers.repeated._planar_problem import Pair, Polygon, Problem, clip, lowest
from alliancegames.solvers.repeated._planar_structure import Structure

__all__ = ["Completeness", "Stretch", "completeness"]

ZERO, ONE = Fraction(0), Fraction(1)
# Rounds after a turn, and how often a step is halved in looking for points beside a threshold.
ROUNDS, HALVINGS = 2_000, 12
# How far above a threshold the set without lost profiles is looked at, as shares of the interval above.
CLEARLY = 1e-12  # differences that floats show
STEPS = (1 / 8, 1 / 128, 1 / 4096)


@dataclass(frozen=True)
class Stretch:
    """The family between two thresholds, and where they are on it."""

    family: Family
    low: Spot
    high: Spot


@dataclass(frozen=True)
class Completeness:
    """What is proved about a list of thresholds.

    Parameters
    ----------
    stretches : tuple of Stretch
        From patient to impatient, the intervals between thresholds on which the payoff set is proved to be that of a family.
    reason : str
        Why the proof does not reach all the way down; empty if it does. Where there is no equilibrium no family is needed.
    """

    stretches: tuple[Stretch, ...]
    reason: str


def completeness(problem: Problem, thresholds: Sequence[Any]) -> Completeness:
    """Prove that the payoff set changes at none but given discount factors.

    Parameters
    ----------
    problem : Problem
        The stage game.
    thresholds : sequence of Fraction or sympy expression
        Discount factors in ascending order.
    """
    found: list[Stretch] = []
    reason = _descend(problem, thresholds, found)
    return Completeness(tuple(found), reason)


def _descend(problem: Problem, thresholds: Sequence[Any], found: list[Stretch]) -> str:
    """Collect the intervals on which the set is known, and return what stops the descent, if anything."""
    ends = [ZERO, *thresholds, ONE]
    above: Stretch | None = None
    for low, high in reversed(list(pairwise(ends))):
        place = f"between {_shown(low)} and {_shown(high)}"
        sample = _sample(low, high)
        corners = polygon_at(problem, float(sample))
        if not len(corners):
            if not (_empty_below(problem, above, high) or _after_drop(problem, above, high, None)):
                return f"{place} it is not proved that there is no equilibrium"
            return "" if low == 0 else f"there are no equilibria {place}, but thresholds below"
        family = _family(problem, sample)
        if family is None:
            return f"{place} the corners are no rational functions of one parameter"
        start, end = (family.find(_minimal(x), above=x == high) for x in (low, high)) if family.valid else (None, None)
        if start is None or end is None:
            return f"{place} one structure does not generate the set"
        stretch = Stretch(family, start, end)
        if not (_entered(problem, above, stretch, high) or _after_drop(problem, above, high, (low, sample, family))):
            return f"just below {_shown(high)} nothing proves that the set is no larger"
        found.append(stretch)
        above = stretch
    return ""


def _family(problem: Problem, sample: Fraction) -> Family | None:
    """Return the family of polygons around a discount factor; None if the corners are no rational functions of one parameter."""
    corners = polygon_at(problem, float(sample))
    structure = Structure.of(problem.with_delta(sample), corners) if len(corners) else None
    points = structure.solved(corners) if structure is not None else None
    curve = curve_of(structure, points) if structure is not None and points is not None else None
    return None if curve is None else Family(curve)


def _shown(value: Any) -> str:
    return f"{float(value):.6g}"


def _sample(low: Any, high: Any) -> Fraction:
    """Return a short fraction in the middle of an interval."""
    a, b = float(low), float(high)
    middle, bits = (a + b) / 2, 4
    while 2.0**-bits > (b - a) / 8:
        bits += 1
    return Fraction(round(middle * (1 << bits)), 1 << bits)


def _minimal(value: Any) -> Any:
    """Return the irreducible integer polynomial of a number."""
    from flint import fmpz_poly

    if isinstance(value, Fraction):
        return fmpz_poly([-value.numerator, value.denominator])
    import sympy

    return fmpz_poly([int(c) for c in reversed(sympy.minimal_polynomial(value, polys=True).all_coeffs())])


# -------------------------------------------------------------------- entering a family at its upper end


def _entered(problem: Problem, above: Stretch | None, below: Stretch, high: Any) -> bool:
    """Whether payoffs at discount factors below a threshold are all in the family that begins there."""
    family = below.family
    if above is not None and above.family.at_turning(above.low):
        return _after_turn(problem, above, below)
    if not family.tight(below.low, below.high):
        return False
    if above is not None and _held(above.family, above.low, family, below.high):
        return True
    here = below.high.rational
    if here is None or not isinstance(high, Fraction):
        return False
    bound = _bound_below(problem, above, high)
    return bound is not None and _inside(bound, family.corners_at(here))


def _empty_below(problem: Problem, above: Stretch | None, high: Any) -> bool:
    """Whether there is no equilibrium below a threshold."""
    if above is not None and above.family.at_turning(above.low):
        return False
    return isinstance(high, Fraction) and _bound_below(problem, above, high) == []


def _bound_below(problem: Problem, above: Stretch | None, high: Fraction) -> Polygon | None:
    """Return a polygon that holds all equilibrium payoffs below a threshold, as small as can be."""
    if above is None:
        return _kept_in(problem, _individually_rational(problem, problem.payoffs), ZERO)[1]
    here = above.low.rational
    if here is None:
        return None
    return _shrunk(problem, planar_hull(above.family.corners_at(here)), high)[1]


def _shrunk(problem: Problem, bound: Polygon, delta: Fraction) -> tuple[Problem, Polygon]:
    """Drop profiles that cannot be kept below a discount factor, again and again: with fewer the set is smaller, and keeps fewer still."""
    left = len(problem.payoffs) + 1
    while bound and len(problem.payoffs) < left:
        left = len(problem.payoffs)
        problem, bound = _kept_in(problem, bound, (1 - delta) / delta)
        if len(problem.payoffs) < left:
            bound = planar_hull(bounds(problem.with_delta(delta)).outer) if bound else []
    return problem, bound


def _kept_in(problem: Problem, bound: Polygon, rate: Fraction) -> tuple[Problem, Polygon]:
    """Drop profiles that continuations in a polygon cannot keep if tomorrow counts any less; return the rest, and where its payoffs are.

    Parameters
    ----------
    problem : Problem
        The stage game.
    bound : list of pair
        Holds all equilibrium payoffs below a discount factor.
    rate : Fraction
        The weight of today against all later periods at that discount factor.
    """
    while True:
        worst = lowest(bound) if bound else None
        kept = [a for a in range(len(problem.payoffs)) if worst is not None and _keeps(problem.gains[a], bound, worst, rate)]
        if len(kept) == len(problem.payoffs):
            return problem, bound
        problem = _only(problem, kept)
        if not kept:
            return problem, []
        if not rate:
            bound = _individually_rational(problem, bound)


def _only(problem: Problem, kept: Sequence[int]) -> Problem:
    """Return the game in which only some profiles may be played; deviations are as before."""
    profiles, payoffs, gains = ([rows[a] for a in kept] for rows in (problem.profiles, problem.payoffs, problem.gains))
    return Problem(tuple(profiles), tuple(payoffs), tuple(gains), problem.delta, problem.shift, problem.scale)  # type: ignore[arg-type]


def _keeps(gains: Pair, bound: Polygon, worst: Pair, rate: Fraction) -> bool:
    """Whether continuations in a polygon are more than enough for both players, where anything is needed."""
    required = (worst[0] + rate * gains[0], worst[1] + rate * gains[1])
    left = clip(bound, required)
    return bool(left) and all(not gains[i] or max(w[i] for w in left) > required[i] for i in range(2))


def _individually_rational(problem: Problem, _bound: Sequence[Pair]) -> Polygon:
    """Return the payoffs of a game that give nobody less than the lowest best reply to a pure action."""
    return planar_hull(clip(planar_hull(problem.payoffs), problem.minmax))


def _after_drop(problem: Problem, above: Stretch | None, high: Any, below: tuple[Any, Fraction, Family] | None) -> bool:
    """Whether without profiles that are lost at a threshold the lower structure goes on above it, where it can be proved.

    Parameters
    ----------
    problem : Problem
        The stage game.
    above : Stretch or None
        What is above the threshold.
    high : Fraction or sympy expression
        The threshold.
    below : tuple or None
        The next threshold below, a discount factor in between and the family there; None if there is no equilibrium below.
    """
    if above is None or above.family.at_turning(above.low):
        return False
    kept = above.family.kept_below(above.low)
    if len(kept) == len(problem.payoffs):
        return False
    problem = _only(problem, kept)
    if not kept:
        return below is None
    for step in STEPS:
        delta = Fraction(float(high) + step * (above.family.value(above.high) - float(high))).limit_denominator(round(16 / step))
        if below is None:
            corners = bounds(problem.with_delta(delta)).outer
            if float(delta) > float(high) + CLEARLY and not _shrunk(problem, planar_hull(corners), delta)[1]:
                return True
        elif _entered_above(problem, high, delta, *below):
            return True
    return False


def _entered_above(problem: Problem, high: Any, limit: Fraction, low: Any, sample: Fraction, full: Family) -> bool:
    """Whether the structure below a threshold, in a game with fewer profiles, is the whole set a little above it."""
    for _ in range(len(problem.payoffs)):
        family = _family(problem, sample)
        start, end = (
            (family.find(_minimal(x), above=x == high) for x in (low, high)) if family is not None and family.valid else (None, None)
        )
        if family is None or start is None or end is None:
            return False
        entry = _beside(Stretch(family, start, end), limit)
        if entry is None:
            return False
        delta = family.delta.at(entry)
        outer = planar_hull(bounds(problem.with_delta(delta)).outer)
        if _inside(outer, family.corners_at(entry)):
            return family.same_as(full) and family.tight(start, entry)
        fewer, _ = _kept_in(problem, outer, (1 - delta) / delta)
        if len(fewer.payoffs) in (0, len(problem.payoffs)):
            return False
        problem = fewer
    return False


def _held(above: Family, there: Spot, family: Family, here: Spot) -> bool:
    """Whether a polygon of one family is inside one of another."""
    first, second = there.rational, here.rational
    if first is not None and second is not None:
        return _inside(above.corners_at(first), family.corners_at(second))
    return there.same(here) and family.has_corners(above.points, here)


def _inside(smaller: Sequence[Pair], larger: Sequence[Pair]) -> bool:
    hull = planar_hull(larger)
    return set(planar_hull([*hull, *smaller])) == set(hull)


def _after_turn(problem: Problem, above: Stretch, below: Stretch) -> bool:
    """Follow the upper family through the turn of the discount factor, then make rounds until the lower family is entered."""
    end = _beyond_turn(above)
    if end is None:
        return False
    limit = above.family.delta.at(end)
    entry = _beside(below, limit)
    if entry is None or not below.family.tight(below.low, entry):
        return False
    here = problem.with_delta(below.family.delta.at(entry))
    around = Contraction(here, planar_hull(below.family.corners_at(entry)))
    outer = OuterRounds(here)
    outer.begin_with(above.family.corners_at(end))
    if not around.proves or around.start:
        return False
    while not around.holds(outer.corners):
        if outer.rounds >= ROUNDS or not outer.advance():
            return False
    return True


def _beyond_turn(above: Stretch) -> Fraction | None:
    """Return a point of the upper family beyond the turn, at a discount factor that is somewhat larger again."""
    family, turn = above.family, above.low.bound(above=False)
    far = family.low.bound(above=True) if family.low is not None else turn - 1
    if far >= turn:
        return None
    for halvings in range(1, HALVINGS):
        end = Fraction(turn - (turn - far) / 2**halvings).limit_denominator(10**9)
        if not far < end < turn or family.turns_between(end, turn):
            continue
        if float(family.delta.at(end)) > family.value(above.low) + CLEARLY and family.tight(end, above.low):
            return end
    return None


def _beside(below: Stretch, limit: Fraction) -> Fraction | None:
    """Return a point of the lower family just above the threshold, at a discount factor below a limit."""
    family, turn = below.family, below.high.bound(above=True)
    far = family.high.bound(above=False) if family.high is not None else turn + 1
    for halvings in range(1, 4 * HALVINGS):
        entry: Fraction = turn + (far - turn) / 2**halvings
        entry = entry.limit_denominator(10**9) if entry > turn else entry
        if turn < entry < far and not family.turns_between(family.start, entry) and family.delta.at(entry) < limit:
            return entry
    return None
