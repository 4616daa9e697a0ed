"""Proof that no equilibrium payoff lies outside a polygon.

The polygon V is blown up: V(t) moves the line of facet k outward by t d_k. By duality of linear programs one
multiplier per facet and profile bounds the operator on *all* V(t) at once: the support of what V(t) generates
is at most a line in t. If on (t0, r] these lines stay below those of V(t) itself, the operator maps every
V(t) into a smaller one; and once a round of the outer iteration is inside V(r), all later ones shrink to
V(t0). So no payoff lies outside V(t0), and where V generates itself exactly t0 is zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.repeated._planar_problem import Pair, Polygon, Problem, clip, lowest

__all__ = ["Contraction"]

ZERO = Fraction(0)
# Supports within this share of the payoffs' range of a facet are treated as reaching it.
REACHES = Fraction(1, 1 << 60)
# Rounds of the search for the directions d, and the size at which it is given up.
ROUNDS, TOO_LARGE = 20_000, 1e9
# Binary digits kept of the directions found in floats.
DIGITS = 1 << 40

# A multiplier: weights of the facets in the bound, as (facet, weight).
Dual = tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True)
class Reach:
    """How far a profile reaches beyond a facet: at t = 0, and the multipliers that bound it for other t."""

    facet: int
    excess: Fraction
    duals: tuple[Dual, ...]


class Contraction:
    """The family V(t) around a polygon, with its proof.

    Parameters
    ----------
    problem : Problem
        The game.
    corners : list of pair
        Corners of V, scaled payoffs.
    """

    def __init__(self, problem: Problem, corners: Polygon) -> None:
        self.problem = problem
        self.corners = corners
        self.normals, self.bounds = _facets(corners)
        reaches: list[Reach] = []
        self.unreachable: list[int] = []
        worst = lowest(corners)
        for a in range(len(problem.payoffs)):
            kept = clip(corners, problem.required(a, worst))
            if kept:
                reaches += [self._reach(a, facet, kept, worst) for facet in range(len(self.normals))]
            else:
                self.unreachable.append(a)
        self.directions = self._directions([reach for reach in reaches if reach.excess >= -REACHES])
        self.start, self.radius = (ZERO, ZERO) if self.directions is None else self._interval(reaches)

    # ---------------------------------------------------------------- linear programs with the answer at hand

    def _reach(self, a: int, facet: int, kept: Polygon, worst: Pair) -> Reach:
        """Bound the support of what one profile generates, in the direction of a facet."""
        problem, normal = self.problem, self.normals[facet]
        towards = (problem.delta * normal[0], problem.delta * normal[1])
        best = max(kept, key=lambda w: towards[0] * w[0] + towards[1] * w[1])
        value = problem.today(a, best)
        excess = normal[0] * value[0] + normal[1] * value[1] - self.bounds[facet]
        return Reach(facet, excess, tuple(self._duals(towards, best, problem.required(a, worst))))

    def _duals(self, towards: Pair, best: Pair, required: Pair) -> list[Dual]:
        """Return the multipliers that prove a continuation optimal; each weighs constraints that hold with equality there."""
        active = [(k, n) for k, (n, b) in enumerate(zip(self.normals, self.bounds, strict=True)) if n[0] * best[0] + n[1] * best[1] == b]
        # What is required falls as the lowest payoff does, which facets 0 and 1 bound.
        active += [(i, ((Fraction(-1), ZERO), (ZERO, Fraction(-1)))[i]) for i in range(2) if best[i] == required[i]]
        duals: list[Dual] = []
        for (k, n), (m, o) in combinations(active, 2):
            area = n[0] * o[1] - n[1] * o[0]
            if area:
                first, second = (towards[0] * o[1] - towards[1] * o[0]) / area, (n[0] * towards[1] - n[1] * towards[0]) / area
                if first >= 0 and second >= 0:
                    duals.append(((k, first), (m, second)))
        return duals

    # ---------------------------------------------------------------- directions and range of the family

    def _directions(self, binding: Sequence[Reach]) -> list[Fraction] | None:
        """Find d > 0 with slope(d) < d: the limit of d = 1 + slope(d), if there is one."""
        if any(not reach.duals for reach in binding):
            return None
        rows = [(reach.facet, [[(k, float(y)) for k, y in dual] for dual in reach.duals]) for reach in binding]
        d = np.ones(len(self.normals))
        for _ in range(ROUNDS):
            slopes = np.zeros(len(d))
            for facet, duals in rows:
                slopes[facet] = max(slopes[facet], min(sum(y * d[k] for k, y in dual) for dual in duals))
            new = 1 + slopes
            if new.max() > TOO_LARGE:
                return None
            if np.abs(new - d).max() <= 1e-3:
                return [Fraction(round(x * DIGITS), DIGITS) for x in new]
            d = new
        return None

    def _interval(self, reaches: Sequence[Reach]) -> tuple[Fraction, Fraction]:
        """Return t0 and r: between them every V(t) is mapped into a smaller one."""
        assert self.directions is not None
        d = self.directions
        start, radius = ZERO, 2 / min(d)
        for reach in reaches:
            if not reach.duals:
                return ZERO, ZERO
            lead = d[reach.facet] - min(sum(y * d[k] for k, y in dual) for dual in reach.duals)
            if lead > 0:
                start = max(start, reach.excess / lead)
            elif lead == 0 and reach.excess >= 0:
                return ZERO, ZERO
            elif lead < 0:
                radius = min(radius, reach.excess / lead) if reach.excess < 0 else ZERO
        while radius > start and any(self._reachable(a, radius) for a in self.unreachable):
            radius /= 2
        # At the far end itself a line may meet that of V(r): stay a little below.
        return start, radius * Fraction(15, 16)

    def _reachable(self, a: int, t: Fraction) -> bool:
        """Whether a profile could be kept with continuations in V(t)."""
        assert self.directions is not None
        floor = (-self.bounds[0] - t * self.directions[0], -self.bounds[1] - t * self.directions[1])
        required = self.problem.required(a, floor)
        return bool(clip(self.blown_up(t), required))

    @property
    def proves(self) -> bool:
        """Whether the family shrinks at all."""
        return self.directions is not None and self.radius > self.start

    def blown_up(self, t: Fraction) -> Polygon:
        """Return the corners of V(t)."""
        assert self.directions is not None
        if t == 0:
            return self.corners
        half_spaces = [(n, b + t * d) for n, b, d in zip(self.normals, self.bounds, self.directions, strict=True)]
        return list(Polytope.from_inequalities(half_spaces, 2).vertices)

    def holds(self, corners: Sequence[Pair]) -> bool:
        """Whether a polygon lies in V(r), so that the outer iteration is sure to end at V(t0)."""
        if self.directions is None:
            return False
        limits = [b + self.radius * d for b, d in zip(self.bounds, self.directions, strict=True)]
        return all(n[0] * x + n[1] * y <= limit for x, y in corners for n, limit in zip(self.normals, limits, strict=True))


def _facets(corners: Polygon) -> tuple[list[Pair], list[Fraction]]:
    """Return outward normals of lines that cut out a polygon, flat or not; first the two below which no payoff lies."""
    normals: list[Pair] = [(Fraction(-1), ZERO), (ZERO, Fraction(-1))]
    edges = [(q[0] - p[0], q[1] - p[1]) for p, q in zip(corners, corners[1:] + corners[:1], strict=True)]
    if len(corners) == 1:
        edges = [(Fraction(0), Fraction(1)), (Fraction(-1), Fraction(0))]
    if len(corners) == 2:  # both sides, and both ends
        (x, y) = edges[0]
        edges += [(y, -x), (-y, x)]
    for x, y in edges:
        size = max(abs(x), abs(y))
        normal = (y / size, -x / size)
        if normal not in normals:
            normals.append(normal)
    return normals, [max(n[0] * p[0] + n[1] * p[1] for p in corners) for n in normals]
