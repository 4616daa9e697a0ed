"""Rounds of the operator on integers: every set is larger than the true one, never smaller.

Corners are rounded outward to a grid, so that numbers stay short however many rounds there are. A set that
holds all equilibrium payoffs is mapped to another one that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor, lcm

from alliancegames.solvers.polytope import planar_hull
from alliancegames.solvers.repeated._planar_problem import Pair, Polygon, Problem

__all__ = ["OuterRounds"]

# Grid lines in the range of a payoff.
FINENESS = 1 << 56

Whole = tuple[int, int]


class OuterRounds:
    """The sets of the outer iteration, one after the other.

    Parameters
    ----------
    problem : Problem
        The game.
    fineness : int
        Grid lines in the range of a payoff.
    """

    def __init__(self, problem: Problem, fineness: int = FINENESS) -> None:
        denominators = [x.denominator for row in (*problem.payoffs, *problem.gains) for x in row]
        self._unit = lcm(*denominators, fineness)
        self._payoffs = [self._whole(row) for row in problem.payoffs]
        self._gains = [self._whole(row) for row in problem.gains]
        self._delta = (problem.delta.numerator, problem.delta.denominator)
        self.polygon: list[Whole] = planar_hull(self._payoffs)
        self._floor = self._whole(problem.minmax)
        self.rounds = 0

    def _whole(self, point: Pair) -> Whole:
        x, y = point
        return int(x * self._unit), int(y * self._unit)

    def begin_with(self, corners: Sequence[Pair]) -> None:
        """Start from a set that is known to hold all equilibrium payoffs, rounded outward.

        Parameters
        ----------
        corners : sequence of pair
            Its corners.
        """
        scaled = [(x * self._unit, y * self._unit) for x, y in corners]
        self.polygon = planar_hull((a, b) for x, y in scaled for a in {floor(x), ceil(x)} for b in {floor(y), ceil(y)})

    @property
    def corners(self) -> Polygon:
        """The corners of the current set."""
        return [(Fraction(x, self._unit), Fraction(y, self._unit)) for x, y in self.polygon]

    def advance(self) -> bool:
        """Make a round; return whether the set became smaller."""
        self.rounds += 1
        worst = [max(min(p[i] for p in self.polygon), self._floor[i]) for i in range(2)]
        points = set()
        p, q = self._delta
        for gains, payoffs in zip(self._gains, self._payoffs, strict=True):
            # Rounded down: a lower bound on what is required keeps the set larger.
            bounds = [worst[i] + (q - p) * gains[i] // p for i in range(2)]
            for later in _clip(self.polygon, bounds):
                points.add(((q - p) * payoffs[0] + p * later[0], (q - p) * payoffs[1] + p * later[1]))
        fresh = self._coarse(planar_hull(points))
        smaller = fresh != self.polygon
        self.polygon = fresh
        return smaller

    def _coarse(self, corners: Sequence[Whole]) -> list[Whole]:
        """Return the hull of all grid points next to corners that are given in parts of a grid step."""
        q = self._delta[1]
        around = ((x, y) for px, py in corners for x in {px // q, -(-px // q)} for y in {py // q, -(-py // q)})
        return planar_hull(around)


def _clip(polygon: Sequence[Whole], bounds: Sequence[int]) -> Sequence[Whole]:
    """Return grid points whose hull holds the part of a polygon at or above both bounds."""
    if all(p[0] >= bounds[0] and p[1] >= bounds[1] for p in polygon):
        return polygon
    kept: list[Whole] = list(polygon)
    for i, bound in enumerate(bounds):
        crossed: list[Whole] = []
        for p, q in zip(kept, kept[1:] + kept[:1], strict=True):
            if p[i] >= bound:
                crossed.append(p)
            if (p[i] > bound > q[i]) or (p[i] < bound < q[i]):
                crossed.extend(_crossing(p, q, i, bound))
        kept = planar_hull(crossed)
    return kept


def _crossing(p: Whole, q: Whole, i: int, bound: int) -> Iterator[Whole]:
    """Yield the grid points on both sides of where an edge meets a bound."""
    j = 1 - i
    product, length = (bound - p[i]) * (q[j] - p[j]), q[i] - p[i]
    if length < 0:
        product, length = -product, -length
    low = product // length
    for step in {low, low + (product % length != 0)}:
        other = p[j] + step
        yield (bound, other) if i == 0 else (other, bound)
