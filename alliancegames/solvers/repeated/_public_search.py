"""Directions, and the alternation between outer bounds and inner machines."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from alliancegames.solvers.polytope import HalfSpace, Polytope
from alliancegames.solvers.repeated._public_automaton import PublicAutomaton
from alliancegames.solvers.repeated._public_inner import InnerSearch
from alliancegames.solvers.repeated._public_known import known_machine
from alliancegames.solvers.repeated._public_outer import OuterBound
from alliancegames.solvers.repeated._public_programs import Programs
from alliancegames.solvers.repeated._public_stage import PublicStage, Vector

# Coordinates of directions are multiples of this; larger numbers in the normals of faces are rounded to FINE.
COARSE = 256
FINE = 1 << 40
# Rounds of the search for a machine.
ROUNDS = 12


@dataclass
class Bounds:
    """What is known so far, in normalised payoffs.

    Parameters
    ----------
    outer : Polytope
        Contains all equilibrium payoffs.
    machine : PublicAutomaton or None
        Its values span the inner set.
    half_spaces : list
        All half-spaces proved to contain the equilibrium payoffs.
    steps, jumps, passes : int
        Work done.
    """

    outer: Polytope
    half_spaces: list[HalfSpace]
    machine: PublicAutomaton | None = None
    steps: int = 0
    jumps: int = 0
    passes: int = 0

    @property
    def inner(self) -> Polytope:
        """Hull of the values of the machine."""
        return Polytope.from_points(self.machine.values if self.machine else [], coordinates=self.outer.coordinates)

    @property
    def gap(self) -> float:
        """Largest distance of a corner of the outer from the inner set."""
        inner = self.inner
        return math.inf if inner.is_empty else max((float(inner.distance(v)) for v in self.outer.vertices), default=0.0)


def coordinate_directions(n: int) -> list[Vector]:
    """Return ``e_1, -e_1, e_2, ...``."""
    return [tuple(Fraction(sign * int(i == j)) for j in range(n)) for i in range(n) for sign in (1, -1)]


def spread_directions(n: int, count: int) -> list[Vector]:
    """Return about `count` evenly spread directions, the coordinate directions first."""
    found = coordinate_directions(n)
    if n == 2:
        angles = [2 * math.pi * k / count for k in range(count)]
        extra: list[Vector] = [
            (Fraction(round(COARSE * math.cos(t)), COARSE), Fraction(round(COARSE * math.sin(t)), COARSE)) for t in angles
        ]
    else:
        size = 1
        while (2 * size + 1) ** n - 1 < count:
            size += 1
        grid = itertools.product(range(-size, size + 1), repeat=n)
        extra = [tuple(map(Fraction, v)) for v in grid if math.gcd(*v) == 1]
    return found + [v for v in dict.fromkeys(extra) if v not in set(found)]


def face_directions(polytope: Polytope) -> list[Vector]:
    """Return the normals of the faces, both ways along the flat's, with numbers that are not too long."""
    flat = [side for a, _ in polytope.equalities for side in (a, tuple(-x for x in a))]
    return [_short(a) for a in [*(a for a, _ in polytope.inequalities), *flat]]


def _short(normal: Sequence[Fraction]) -> Vector:
    largest = max(map(abs, normal))
    if all(x.denominator == 1 for x in normal) and largest <= FINE:
        return tuple(x / largest for x in normal)
    return tuple(Fraction(round(x / largest * FINE), FINE) for x in normal)


def corner_directions(polytope: Polytope) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners in floats, those that differ by more than rounding, and a direction in which each is extreme."""
    faces = [(np.array([float(x) for x in _short(a)]), a, b) for a, b in [*polytope.inequalities]]
    corners: list[np.ndarray] = []
    directions: list[np.ndarray] = []
    for vertex in polytope.vertices:
        point = np.array([float(x) for x in vertex])
        normals = [f / np.linalg.norm(f) for f, a, b in faces if sum((x * y for x, y in zip(a, vertex, strict=True)), Fraction(0)) == b]
        near = next((k for k, other in enumerate(corners) if np.abs(point - other).max() < 1e-8), None)
        total = np.sum(normals, axis=0) if normals else np.zeros(len(point))
        if near is None:
            corners.append(point)
            directions.append(total)
        else:
            directions[near] = directions[near] + total
    useful = [d for d in directions if np.abs(d).max() > 1e-9]
    return np.array(corners), np.array(useful).reshape(len(useful), polytope.coordinates)


def enclose(stage: PublicStage, discounts: Vector, directions: Sequence[Vector], tolerance: float, passes: int, limit: int) -> Bounds:
    """Alternate between lowering the outer set and finding a machine, with the faces of one as directions of the other.

    Parameters
    ----------
    stage : PublicStage
        The stage game with payoffs between 0 and 1.
    discounts : tuple of Fraction
        Discount factors.
    directions : sequence of tuple of Fraction
        Directions to begin with.
    tolerance : float
        Gap, in ranges of payoffs, that is small enough.
    passes, limit : int
        Largest number of alternations, and of steps of the operator in each.
    """
    n = len(discounts)
    feasible = Polytope.from_points([cell.payoffs for cell in stage.cells])
    bounds = Bounds(feasible, [])
    known = known_machine(stage, discounts)
    normals = list(dict.fromkeys([*directions, *face_directions(feasible)]))
    best = math.inf
    for _ in range(passes):
        _lower(bounds, stage, discounts, normals, limit)
        if bounds.outer.is_empty:
            break
        _search(bounds, stage, discounts, normals)
        if bounds.gap <= tolerance or bounds.machine is None or bounds.gap > 0.9 * best:
            break
        best = bounds.gap
        normals = list(dict.fromkeys([*coordinate_directions(n), *face_directions(bounds.inner)]))
    if known is not None and (bounds.machine is None or _gap(known, bounds.outer) < bounds.gap):
        bounds.machine = known
    return bounds


def _lower(bounds: Bounds, stage: PublicStage, discounts: Vector, normals: list[Vector], limit: int) -> None:
    outer = OuterBound(Programs(stage, discounts, normals), [bounds.outer.support(normal) for normal in normals])
    outer.refine(1e-11, limit)
    bounds.steps += outer.steps
    bounds.jumps += outer.jumps
    bounds.passes += 1
    bounds.half_spaces += list(zip(normals, outer.levels, strict=True))
    bounds.outer = Polytope.from_inequalities(_tightest(bounds.half_spaces), len(discounts))


def _tightest(half_spaces: Sequence[HalfSpace]) -> list[HalfSpace]:
    """Return the half-spaces with the lowest level for each normal."""
    levels: dict[Vector, Fraction] = {}
    for normal, level in half_spaces:
        levels[normal] = min(level, levels.get(normal, level))
    return list(levels.items())


def _search(bounds: Bounds, stage: PublicStage, discounts: Vector, normals: Sequence[Vector]) -> None:
    corners, extreme = corner_directions(bounds.outer)
    given = np.array([[float(x) for x in normal] for normal in normals])
    machine = InnerSearch(stage, discounts, np.vstack([extreme, given])).run(corners, ROUNDS)
    if machine is not None and (bounds.machine is None or _gap(machine, bounds.outer) < bounds.gap):
        bounds.machine = machine


def _gap(machine: PublicAutomaton, outer: Polytope) -> float:
    inner = Polytope.from_points(machine.values)
    return max((float(inner.distance(v)) for v in outer.vertices), default=0.0)
