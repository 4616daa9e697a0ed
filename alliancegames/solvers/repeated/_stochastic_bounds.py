"""Outer and inner bounds on the payoff sets of stochastic games with two players."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from alliancegames.errors import SolveError
from alliancegames.solvers.polytope import planar_hull
from alliancegames.solvers.repeated._stochastic_contraction import holds_all
from alliancegames.solvers.repeated._stochastic_operator import Family, Tables, apply, cuts, directions, emptied
from alliancegames.solvers.repeated._stochastic_polygons import (
    SIMPLE_BITS,
    homothety,
    is_subset,
    rounded_near,
    rounded_out,
    simplest,
    thickness,
    thinned,
    without_idle_edges,
)

# Corners that are not simple are rounded, outwards, to this share of the range of payoffs.
GRID_BITS = 100
# Cuts in all directions of a round cost directions * action profiles; above this work they are made in some rounds only.
CUT_WORK = 1500
CUT_EVERY = 8
# Simple corners are given up where their common denominator would have more bits.
LONGEST_UNIT = 1500
# The inner bound is searched with incentives and sets tightened by these shares of the range, in turn.
SLACKS = (46, 42, 38, 34, 30, 24, 18, 12)
INNER_ROUNDS = 60
# Edges go where sets grow by no more than these shares, of the range and of the last movement.
SHORT = 2.0**-52
SHORT_IN_MOVEMENT = 2.0**-10
# Rounds after the aim is reached: with more digits corners that are not so simple are recognised.
EXTRA_ROUNDS = 12
GROWING_ROUNDS = 40


@dataclass
class Outer:
    """A superset of the equilibrium payoffs and what is known about it.

    Parameters
    ----------
    family : list
        One polygon a state.
    rounds : int
        Applications of the operator that were made.
    fixed : bool
        Whether it is proved that the family is the limit.
    movement : float
        How far the last one moved the sets.
    inner : list or None
        A self-generating family that was met on the way.
    """

    family: Family
    rounds: int = 0
    fixed: bool = False
    movement: float = np.inf
    inner: Family | None = None


def grid_step(tables: Tables) -> Fraction:
    """Return the step of the grid to which corners are rounded: a power of two, tiny in the range of payoffs."""
    extent = tables.extent
    return Fraction(2) ** (extent.numerator.bit_length() - extent.denominator.bit_length() - GRID_BITS)


def outer_bound(tables: Tables, tol: float, max_rounds: int, progress: Callable[[int, float], Any] | None = None) -> Outer:
    """Apply the operator, with cuts, from the set of all feasible payoffs on, rounding outwards only."""
    state = Outer([list(tables.feasible) for _ in tables.actions])
    extent, discount = float(tables.extent), sum(tables.actions[0][0].moves) / tables.unit
    target = tol / 100 * extent * (1 - discount)
    check, extra = 1e-4 * extent, 0
    while state.rounds < max_rounds and not state.fixed:
        short = state.movement * SHORT_IN_MOVEMENT if np.isfinite(state.movement) else 0.0
        new = outer_step(tables, state.family, state.rounds, short)
        state.rounds += 1
        still = new == state.family
        state.movement = distance(state.family, new)
        state.family = new
        if progress is not None:
            progress(state.rounds, state.movement / extent)
        if not any(new):
            break
        if state.movement < check or still:
            check = state.movement / 10
            state.inner = simple_inner(tables, new, state.movement) or state.inner
            if state.inner is not None and (state.inner == new or holds_all(tables, state.inner, new)):
                state.family, state.fixed = state.inner, True
        extra += state.movement <= target
        if still or extra > EXTRA_ROUNDS or state.movement <= SHORT * extent:
            break
    return state


def outer_step(tables: Tables, family: Family, number: int, short: float = 0.0) -> Family:
    """Return a family that holds all equilibrium payoffs if the given one does.

    Parameters
    ----------
    tables : Tables
        The game.
    family : list
        The sets.
    number : int
        Number of the round, from 0 on.
    short : float
        Edges may go where that makes the sets reach no further than this.
    """
    done = apply(tables, family)
    sets = emptied(tables, done.sets)
    normals = directions(sets)
    axes = normals[:4]
    work = len(normals) * sum(map(len, tables.actions))
    sets = cuts(tables, done, normals if work <= CUT_WORK or number % CUT_EVERY == 0 else axes, sets)
    step, length = grid_step(tables), Fraction(max(short, float(tables.extent) * SHORT))
    sets = [without_idle_edges(polygon, length) for polygon in sets]
    rounded = [rounded_out(polygon, step) for polygon in sets]
    if _unit_bits(rounded) > LONGEST_UNIT:
        rounded = [rounded_out(polygon, step, SIMPLE_BITS // 4) for polygon in sets]
    return rounded


def _unit_bits(family: Family) -> int:
    return lcm(*(Fraction(x).denominator for polygon in family for p in polygon for x in p)).bit_length()


_ANGLES = np.linspace(0, 2 * np.pi, 32, endpoint=False)
_ROSE = np.array([np.cos(_ANGLES), np.sin(_ANGLES)])


def distance(family: Family, other: Family) -> float:
    """Return the largest difference between the supports of two families, in the directions of all edges and 32 others.

    Infinite where one set is empty and the other is not.
    """
    largest = 0.0
    for p, q in zip(family, other, strict=True):
        if bool(p) != bool(q):
            return np.inf
        if p and p != q:
            # Differences matter, so both are measured from the same exact point.
            x0, y0 = p[0]
            a, b = (np.array([(float(x - x0), float(y - y0)) for x, y in polygon]) for polygon in (p, q))
            rose = np.hstack([_ROSE, _normals(a), _normals(b)])
            largest = max(largest, float(np.abs((a @ rose).max(axis=0) - (b @ rose).max(axis=0)).max()))
    return largest


def _normals(corners: np.ndarray) -> np.ndarray:
    """Return the unit normals of the edges of a polygon of floats, as columns."""
    ahead = np.roll(corners, -1, axis=0) - corners
    length = np.hypot(*ahead.T)
    ahead, length = ahead[length > 0], length[length > 0]
    return np.array([ahead[:, 1] / length, -ahead[:, 0] / length])


# ---------------------------------------------------------------- inner bounds


def self_generating(tables: Tables, family: Family) -> bool:
    """Whether each payoff of the family is generated with continuation payoffs from it, so that all are attained."""
    # A state that is empty must not be reachable from one that is not.
    if not any(family) or family != emptied(tables, family):
        return False
    done = apply(tables, family)
    return all(is_subset(polygon, larger) for polygon, larger in zip(family, done.sets, strict=True))


def simple_inner(tables: Tables, family: Family, movement: float) -> Family | None:
    """Return a self-generating family whose corners are the simplest fractions near those of a family, if it is one."""
    if self_generating(tables, family):
        return family
    floor = float(tables.extent) * 2.0**-50
    for radius in dict.fromkeys(Fraction(max(movement * factor, floor * factor)) for factor in (1, 30, 1000)):
        guess = [planar_hull([_simple_point(p, radius) for p in polygon]) for polygon in family]
        if self_generating(tables, guess):
            return guess
    return None


def _simple_point(point: Any, radius: Fraction) -> tuple[Fraction, ...]:
    return tuple(simplest(Fraction(x) - radius, Fraction(x) + radius) for x in point)


def inner_bound(tables: Tables, outer: Outer, start: Callable[[], Family | None] = lambda: None) -> Family:
    """Return a self-generating family that holds all that several searches find; all empty if none finds any.

    Parameters
    ----------
    tables : Tables
        The game.
    outer : Outer
        The outer bound.
    start : callable, optional
        Returns another self-generating family, such as the payoffs of Markov perfect equilibria.
    """
    if outer.fixed or not any(outer.family):
        return outer.family
    found = [outer.inner, simple_inner(tables, outer.family, outer.movement), tightened_inner(tables, outer.family)]
    known = [family for family in [*found, start()] if family is not None]
    if not known:
        return [[] for _ in outer.family]
    # The hull of self-generating families is self-generating: threats are harsher and more can be promised.
    union = [planar_hull([p for family in known for p in family[x]]) for x in range(len(outer.family))]
    if not self_generating(tables, union):
        raise SolveError("stochastic_payoffs(): the inner bound failed its check; please report this game.", union)
    return union if found != [None] * len(found) else grown(tables, union)


def grown(tables: Tables, family: Family) -> Family:
    """Apply the operator to a self-generating family while its corners stay short, which only makes it larger."""
    for _ in range(GROWING_ROUNDS):
        larger = apply(tables, family).sets
        if larger == family or _unit_bits(larger) > LONGEST_UNIT:
            break
        family = larger
    return family


def tightened_inner(tables: Tables, family: Family) -> Family | None:
    """Return a self-generating family near a family that is almost one.

    The operator is applied with incentives tightened and with sets shrunk a little each round. Near a
    limit of that, the operator itself generates the family with room to spare; the check is exact.
    """
    step = grid_step(tables)
    for exponent in SLACKS:
        slack = tables.extent / 2**exponent
        present = family
        for number in range(INNER_ROUNDS):
            sets = emptied(tables, apply(tables, present, slack).sets)
            if not any(sets):
                break
            shrunk = [rounded_near(homothety(polygon, _share(polygon, slack)), step) for polygon in sets]
            present = [planar_hull(thinned(polygon, slack / 256)) for polygon in shrunk]
            if _unit_bits(present) > 4 * LONGEST_UNIT:
                break
            if number % 4 == 3 and self_generating(tables, present):
                return present
    return None


def _share(polygon: Any, slack: Fraction) -> Fraction:
    """Return the share by which to shrink a polygon so that all edges move by the slack."""
    inside = thickness(polygon)
    if inside:
        return min(Fraction(1, 4), slack / Fraction(inside))
    if len(polygon) < 2:
        return Fraction(0)
    length = max(abs(float(polygon[1][k] - polygon[0][k])) for k in range(2))
    share = min(0.25, 2 * float(slack) / length)
    return Fraction(1, int(1 / share))
