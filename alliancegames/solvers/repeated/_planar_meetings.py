"""Chance meetings in a family of polygons: points at which a moving side could hold equilibrium payoffs for a moment.

A side of a polygon on which payoffs are generated from the side alone needs payoffs of the stage game at both its ends; a
payoff pair at a punishment can be generated with a constraint that binds at every discount factor where a best reply
just gives the punishment. Both pin a side that never moves. Where moving sides or punishments pass such a place by
chance, also at the upper end of the range, where sides merge and shrink to points, it is looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from alliancegames.solvers.repeated._planar_functions import Function, Spot, real_spots, sign_at
from alliancegames.solvers.repeated._planar_problem import Problem, lowest

__all__ = ["FunctionPair", "Meetings", "dot", "turn"]

FunctionPair = tuple[Any, Any]


class Meetings:
    """Meetings above one point of the parameter and up to another.

    Parameters
    ----------
    problem : Problem
        The stage game, with the discount factor as a function.
    points : sequence of pair of Function
        The corners.
    low, high : Spot or Fraction
        The points.
    """

    def __init__(self, problem: Problem, points: Sequence[FunctionPair], low: Spot | Fraction, high: Spot | Fraction) -> None:
        self.problem, self.points = problem, points
        self.low, self.high = low, high
        self.constant: Any = problem.delta  # a function, to make others of
        self.worst = lowest(points)
        self.sides = [_Side(p, q) for p, q in _neighbours(points)]

    @property
    def harmless(self) -> bool:
        """Whether no meeting could keep equilibrium payoffs on a moving side."""
        spots = list(self._spots())
        return (
            all(self._stays(side) for side in self.sides)
            and all(self._one_sided(side, spot) for side in self.sides if not side.still for spot in spots)
            and all(self._punishes_for_good(spot) for spot in spots)
        )

    def _spots(self) -> Iterator[Spot]:
        """Yield the points to look at."""
        functions = [side.line(g) for side in self.sides if not side.still for g in (*self.problem.payoffs, *self.points)]
        functions += [self._over(a, i) for a in range(len(self.problem.payoffs)) for i in range(2)]
        found = [self.high] if isinstance(self.high, Spot) else []
        for f in functions:
            found += [spot for spot in self._roots(f) if not any(map(spot.same, found))]
        yield from found

    def _over(self, a: int, i: int) -> Function:
        """Return by how much a player's punishment exceeds the best reply to a profile."""
        difference: Function = self.constant.of(self.worst[i]) - (self.problem.payoffs[a][i] + self.problem.gains[a][i])
        return difference

    def _meets(self, f: Function, spot: Spot) -> bool:
        return f.is_zero or sign_at(f, spot) in (0, None)

    # ---------------------------------------------------------------- sides

    def _stays(self, side: _Side) -> bool:
        """Whether a payoff of the stage game about which a side turns does not enter or leave the side."""
        if side.still:
            return True
        for a, g in enumerate(self.problem.payoffs):
            if side.line(g).is_zero:
                for f in (self.constant.of(0) + dot(side.p, side.q, g), self.constant.of(0) + dot(side.q, side.p, g)):
                    if any(self._forever(a, spot) for spot in self._roots(f)):
                        return False
        return True

    def _forever(self, a: int, spot: Spot) -> bool:
        """Whether a profile may be played for ever at smaller discount factors."""
        gains, required = self.problem.gains[a], self.problem.required(a, self.worst)
        return all(
            not gains[i] or sign_at(self.constant.of(0) + (self.problem.payoffs[a][i] - required[i]), spot) in (1, None) for i in range(2)
        )

    def _roots(self, f: Function) -> Iterator[Spot]:
        """Yield the roots of a function in the range."""
        for spot in real_spots(f.numerator) if f.numerator.degree() > 0 else ():
            if _beyond(spot, self.low, above=True) and not _beyond(spot, self.high, above=False):
                yield spot

    def _one_sided(self, side: _Side, spot: Spot) -> bool:
        """Whether all payoffs of the stage game that matter on a side lie beyond the same end of it."""
        face = [p for p in self.points if self._meets(side.line(p), spot)]
        ends: set[int] = set()
        for a, g in enumerate(self.problem.payoffs):
            line = side.line(g)
            if not self._meets(line, spot) or not self._kept_on(face, a, spot):
                continue
            places = [sign_at(self.constant.of(0) + side.along(p, g), spot) for p in face]
            if None in places:
                return False
            before, after = all(place != 1 for place in places), all(place != -1 for place in places)
            on_it = 0 in places or not (before or after)
            corner = any(p[0] == g[0] and p[1] == g[1] for p in self.points)
            if on_it and not line.is_zero and not corner and self._forever(a, spot):
                return False
            if before != after and self._falls_short(side, a, spot, away=1 if before else -1):
                continue
            ends |= {0} if before and not after else {1} if after and not before else {0, 1}
        return len(ends) < 2

    def _falls_short(self, side: _Side, a: int, spot: Spot, *, away: int) -> bool:
        """Whether what a profile beyond an end generates on the line lies past the whole side, as little as the promises may be."""
        for i in range(2):
            least = (1 - self.constant) * (self.problem.payoffs[a][i] + self.problem.gains[a][i]) + self.constant * self.worst[i]
            heading = sign_at(side.direction[i], spot)
            past = all(sign_at(self.constant.of(0) + (least - end[i]), spot) in (0, 1) for end in (side.p, side.q))
            if past and self.problem.gains[a][i] and heading == away and sign_at(self._over(a, i), spot) == -1:
                return True
        return False

    def _kept_on(self, face: Sequence[FunctionPair], a: int, spot: Spot) -> bool:
        """Whether continuations on a side may be more than enough to keep the players to a profile."""
        required = self.problem.required(a, self.worst)
        for i in range(2):
            if self.problem.gains[a][i] and all(sign_at(self.constant.of(0) + (required[i] - end[i]), spot) in (0, 1) for end in face):
                return False
        return True

    # ---------------------------------------------------------------- punishments

    def _punishes_for_good(self, spot: Spot) -> bool:
        """Whether no punishment passes the best reply to a profile in a way that matters."""
        for a in range(len(self.problem.payoffs)):
            met = [i for i in range(2) if self.problem.gains[a][i] and self._meets(self._over(a, i), spot)]
            for i in met:
                over = self._over(a, i)
                if not over.is_zero and sign_at(over.slope(), spot) != -1:
                    return False
                if not self._apart(a, i, spot):
                    return False
            if len(met) == 2 and not all(self._over(a, i).is_zero for i in met) and not self._settled(a, spot):
                return False
        return True

    def _apart(self, a: int, i: int, spot: Spot) -> bool:
        """Whether a profile that punishes is on no moving or merging side that ends at the worst payoff of the player."""
        g = self.problem.payoffs[a]
        for side in self.sides:
            if not self._meets(side.line(g), spot):
                continue
            face = [p for p in self.points if self._meets(side.line(p), spot)]
            if not self._kept_on(face, a, spot):
                continue
            at_worst = [p for p in face if self._meets(self.constant.of(p[i]) - self.worst[i], spot)]
            ends = [p for p in at_worst if not self._too_little(a, p, spot) and not self._left(side, p, spot)]
            # A corner where a side that lies still meets the punishment does not move either, unless others run into it.
            if ends and not (side.still and len(at_worst) == 1):
                return False
        return True

    def _too_little(self, a: int, v: FunctionPair, spot: Spot) -> bool:
        """Whether at smaller discount factors a profile gives a player more than a payoff pair, whatever is promised."""
        for i in range(2):
            least = (1 - self.constant) * (self.problem.payoffs[a][i] + self.problem.gains[a][i]) + self.constant * self.worst[i]
            more = sign_at(self.constant.of(0) + (least - v[i]), spot)
            if more == 1 or (more == 0 and sign_at(self._over(a, i), spot) == -1):
                return True
        return False

    def _left(self, side: _Side, v: FunctionPair, spot: Spot) -> bool:
        """Whether no equilibrium payoffs are on a side with an end at `v`: nothing is generated at its far end."""
        face = [p for p in self.points if self._meets(side.line(p), spot)]
        far = [p for p in face if not self._same(p, v, spot)]
        punished = any(sign_at(self.constant.of(p[i]) - self.worst[i], spot) != 1 for p in far for i in range(2))
        return (self._same(side.p, v, spot) or self._same(side.q, v, spot)) and not punished and self._one_sided(side, spot)

    def _same(self, p: FunctionPair, q: FunctionPair, spot: Spot) -> bool:
        return all(self._meets(self.constant.of(p[i]) - q[i], spot) for i in range(2))

    def _settled(self, a: int, spot: Spot) -> bool:
        """Whether a profile cannot generate the pair of both worst payoffs, because it lies on a side that has been left."""
        g, v = self.problem.payoffs[a], self.worst
        return any(self._meets(side.line(g), spot) and self._meets(side.line(v), spot) and self._left(side, v, spot) for side in self.sides)


class _Side:
    """A side between two corners, with its direction where it shrinks to a point, too."""

    def __init__(self, p: FunctionPair, q: FunctionPair) -> None:
        self.p, self.q = p, q
        dx, dy = q[0] - p[0], q[1] - p[1]
        x, y = dx.numerator * dy.denominator, dy.numerator * dx.denominator
        common = x.gcd(y)
        one = type(common)([1])
        # A positive multiple is enough where the sides are long; at a point the limit of directions counts.
        self.direction = (Function(x // common, one, dx.ground), Function(y // common, one, dx.ground))
        self.still = _lies_still(p, q)

    def line(self, g: FunctionPair) -> Function:
        """Return a function that is zero where a point is on the line of the side."""
        u, v = self.direction
        value: Function = u * (g[1] - self.p[1]) - v * (g[0] - self.p[0])
        return value

    def along(self, p: FunctionPair, g: FunctionPair) -> Function:
        """Return on which side of a corner a point lies, along the direction."""
        u, v = self.direction
        value: Function = u * (g[0] - p[0]) + v * (g[1] - p[1])
        return value


def _neighbours(points: Sequence[FunctionPair]) -> list[tuple[FunctionPair, FunctionPair]]:
    n = len(points)
    return [(points[j], points[(j + 1) % n]) for j in range(n if n > 2 else n - 1)]


def _lies_still(p: FunctionPair, q: FunctionPair) -> bool:
    """Whether the line through two moving points does not move."""
    dx, dy = q[0] - p[0], q[1] - p[1]
    if dx.is_zero:
        return bool(p[0].constant)
    slope = dy / dx
    return bool(slope.constant and (p[1] - slope * p[0]).constant)


def _beyond(spot: Spot, other: Spot | Fraction, *, above: bool) -> bool:
    """Whether a point lies above another; with a rational one, `above` says how a point too close to tell is taken."""
    if isinstance(other, Spot):
        return spot.beyond(other)
    return spot.rational > other if spot.rational is not None else spot.bound(above=above) > other


def turn(o: FunctionPair, a: FunctionPair, b: FunctionPair) -> Any:
    """Return twice the signed area of a triangle.

    Parameters
    ----------
    o, a, b : pair
        Its corners.
    """
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def dot(o: FunctionPair, a: FunctionPair, b: FunctionPair) -> Any:
    """Return the scalar product of two arrows.

    Parameters
    ----------
    o, a, b : pair
        From where, and to which points.
    """
    return (a[0] - o[0]) * (b[0] - o[0]) + (a[1] - o[1]) * (b[1] - o[1])
