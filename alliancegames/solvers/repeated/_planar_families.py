"""Families of payoff sets along a curve, and the proof that equilibrium payoffs stay inside them.

Let W(s) be polygons that move continuously, each mapped into itself by the operator at its own discount factor
delta(s). Then the payoff set at a delta below all delta(s) that lies in one of them lies in all later ones. For
suppose it touches a side of W(s) that is about to move inward. A payoff pair on that side comes from a profile today
and a continuation in W(s) that is more than enough at the larger delta(s): unless profile and continuation lie on the
same side, the continuation could be moved towards the pair, and what it then generates would lie outside W(s). A side
on which payoffs are generated from the side alone passes through payoffs of the stage game on both sides of what it
generates, and such a side does not move, except where it meets them by chance. Chance meetings are looked for; so
are punishments that pass by a best reply of a profile without crossing it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from alliancegames.solvers.repeated._planar_curves import Curve
from alliancegames.solvers.repeated._planar_functions import Spot, TiedError, real_spots, sign_at
from alliancegames.solvers.repeated._planar_meetings import FunctionPair, Meetings, dot, turn
from alliancegames.solvers.repeated._planar_problem import Pair, Problem, generated, lowest
from alliancegames.solvers.repeated._planar_structure import Structure

__all__ = ["Family"]

# Most pieces that a range of the parameter is divided into.
PIECES = 400
# Points that are tried before two functions that agree there are taken to do so for a reason.
TRIES = 5


class Family:
    """The polygons along a curve, on the range of the parameter around the sample in which they generate themselves.

    Parameters
    ----------
    curve : Curve
        Discount factor and corners as functions of the parameter.
    """

    def __init__(self, curve: Curve) -> None:
        self.curve = curve
        self.ground, self.delta = curve.ground, curve.delta
        self.points: tuple[FunctionPair, ...] = curve.points
        self.problem: Problem = curve.structure.problem.with_delta(curve.delta)  # type: ignore[arg-type]
        self.structure = Structure(self.problem, curve.structure.corners, curve.structure.worst)
        self._turning = [spot for f in (curve.delta.slope().numerator,) if f.degree() > 0 for spot in real_spots(f)]
        ends = (curve.delta.numerator, (curve.delta - 1).numerator, curve.delta.denominator)
        self._ends = [spot for f in ends if f.degree() > 0 for spot in real_spots(f)]
        for polynomial in (*ends, curve.delta.slope().numerator):
            self.ground.remember(polynomial)
        self.start = self._start()
        self.valid = self._generates_itself(self.start)
        self.low, self.high = (self._reach(self.start, above=False), self._reach(self.start, above=True)) if self.valid else (None, None)
        self.valid = self.valid and not self.ground.crowded
        # Points outside the range were tried as well; what is compared from here on is compared inside.
        self.ground.sample = self.start

    # ---------------------------------------------------------------- where the polygons generate themselves

    def _start(self) -> Fraction:
        """Return a point near the sample at which no two functions agree by chance."""
        first = self.ground.sample
        for step in range(TRIES):
            point = first + Fraction(step, 10**7 + 19)
            if self._generates_itself(point):
                return point
        return first

    def _generates_itself(self, point: Fraction) -> bool:
        """Whether the polygon at a point generates itself and nothing else."""
        self.ground.sample = point
        try:
            return self._convex() and self._attained() and self._closed()
        except (TiedError, ZeroDivisionError):
            return False

    def _convex(self) -> bool:
        p, n = self.points, len(self.points)
        if n == 2:
            return bool(p[0] != p[1])
        return n == 1 or all(turn(p[j - 1], p[j], p[(j + 1) % n]).sign > 0 for j in range(n))

    def _attained(self) -> bool:
        """Whether each corner is generated from the polygon."""
        worst = lowest(self.points)
        if any(worst[i] != self.points[self.structure.worst[i]][i] for i in range(2)):
            return False
        for j, corner in enumerate(self.structure.corners):
            later = self.structure.continuation(corner, self.points).payoffs
            required = self.problem.required(corner.profile, worst)
            if any(a != b for a, b in zip(self.problem.today(corner.profile, later), self.points[j], strict=True)):
                return False
            if not all(a >= b for a, b in zip(later, required, strict=True)) or not self._inside(later):
                return False
        return True

    def _closed(self) -> bool:
        """Whether everything that the polygon generates is in it."""
        return all(self._inside(made.payoffs) for made in generated(self.problem, self.points))

    def _inside(self, x: FunctionPair) -> bool:
        p, n = self.points, len(self.points)
        if n == 1:
            return bool(x == p[0])
        if n == 2:
            return bool(turn(p[0], p[1], x).is_zero and dot(p[0], p[1], x).sign >= 0 and dot(p[1], p[0], x).sign >= 0)
        return all(turn(p[j], p[(j + 1) % n], x).sign >= 0 for j in range(n))

    def _reach(self, point: Fraction, *, above: bool) -> Spot | None:
        """Return up to where the polygons generate themselves; None if there is no end."""
        covered = self.ground.next_spot(point, above=above)
        for _ in range(PIECES):
            if covered is None or self._stops(covered):
                return covered
            side = covered.bound(above=above)
            following = self.ground.next_spot(side, above=above)
            beyond = following.bound(above=not above) if following is not None else side + (1 if above else -1)
            if (beyond > side) != above:
                return covered
            middle, valid = self._tried(side, beyond)
            nearest = self.ground.next_spot(side, above=above)
            # Comparisons made on the way may hold for part of the piece only: then it is the nearer part that counts first.
            if nearest is not None and (nearest.bound(above=True) < middle if above else nearest.bound(above=False) > middle):
                continue
            if not valid:
                return covered
            covered = nearest
        return covered

    def _tried(self, side: Fraction, beyond: Fraction) -> tuple[Fraction, bool]:
        """Return a point inside an interval, and whether the polygon generates itself there."""
        middle = _simple_between(*sorted((side, beyond)))
        point = middle
        for step in range(TRIES):
            point = middle + abs(beyond - side) * Fraction(step, 8 * TRIES + 1)
            if self._generates_itself(point):
                return point, True
        return point, False

    def _stops(self, spot: Spot) -> bool:
        return any(spot.same(end) for end in self._ends)

    def at_turning(self, spot: Spot) -> bool:
        """Whether the discount factor turns back at a point."""
        return any(spot.same(turning) for turning in self._turning)

    # ---------------------------------------------------------------- points of the range

    def find(self, minimal: Any, *, above: bool) -> Spot | None:
        """Return the nearest point of the range, beside the sample, at which the discount factor is a given algebraic number.

        Parameters
        ----------
        minimal : fmpz_poly
            The irreducible polynomial of the number.
        above : bool
            On which side of the sample to look.
        """
        composed = self.delta.of(0)
        for c in reversed(minimal.coeffs()):
            composed = composed * self.delta + int(c)
        spots = [spot for spot in real_spots(composed.numerator) if self.holds(spot)]
        beside = [spot for spot in spots if (spot.bound(above=False) > self.start if above else spot.bound(above=True) < self.start)]
        chosen = (min if above else max)(beside, key=lambda spot: spot.bound(above=True), default=None)
        turns = [spot for spot in self._turning if chosen is not None and self._between(spot, chosen, above=above)]
        return None if turns else chosen

    def _between(self, spot: Spot, end: Spot, *, above: bool) -> bool:
        """Whether a point lies strictly between the sample and an end."""
        if above:
            return spot.bound(above=True) > self.start and end.beyond(spot)
        return spot.bound(above=False) < self.start and spot.beyond(end)

    def value(self, spot: Spot) -> float:
        """Return the discount factor at a point, in floats."""
        x = spot.ball
        return float(self.delta.numerator(x) / self.delta.denominator(x))

    def holds(self, spot: Spot) -> bool:
        """Whether a point is in the range, ends included."""
        return not ((self.low is not None and self.low.beyond(spot)) or (self.high is not None and spot.beyond(self.high)))

    def corners_at(self, point: Fraction) -> list[Pair]:
        """Return the corners at a rational point."""
        return list(dict.fromkeys((x.at(point), y.at(point)) for x, y in self.points))

    def same_as(self, other: Family) -> bool:
        """Whether another family has the same corners along the same curve.

        Parameters
        ----------
        other : Family
            The other family.
        """
        return self.delta == other.delta and set(self.points) == set(other.points)

    def has_corners(self, points: Sequence[FunctionPair], spot: Spot) -> bool:
        """Whether all given corners are corners of this family at a point.

        Parameters
        ----------
        points : sequence of pair of Function
            Corners, as functions of the same parameter.
        spot : Spot
            The point.
        """
        return all(any(all(sign_at(a - b, spot) == 0 for a, b in zip(p, q, strict=True)) for q in self.points) for p in points)

    def turns_between(self, low: Fraction, high: Fraction) -> bool:
        """Whether the discount factor turns back strictly between two points.

        Parameters
        ----------
        low, high : Fraction
            The points.
        """
        return any(spot.bound(above=True) > low and spot.bound(above=False) < high for spot in self._turning)

    def kept_below(self, spot: Spot) -> list[int]:
        """Return the profiles that continuations in the polygon at a point may keep at smaller discount factors.

        Parameters
        ----------
        spot : Spot
            The point.
        """
        return [a for a in range(len(self.problem.payoffs)) if self._may_keep(a, spot)]

    def _may_keep(self, a: int, spot: Spot) -> bool:
        required, gains = self.problem.required(a, lowest(self.points)), self.problem.gains[a]

        def short(value: Any, i: int) -> bool:
            return sign_at(self.delta.of(0) + (required[i] - value), spot) in ((0, 1) if gains[i] else (1,))

        if any(all(short(p[i], i) for p in self.points) for i in range(2)):
            return False
        # The most for the second player where the first gets enough.
        enough = [sign_at(self.delta.of(0) + (p[0] - required[0]), spot) for p in self.points]
        if None in enough:
            return True
        best = [p[1] for p, sign in zip(self.points, enough, strict=True) if sign != -1]
        for j, p in enumerate(self.points):
            q = self.points[j - 1]
            if {enough[j], enough[j - 1]} == {1, -1}:
                best.append(p[1] + (q[1] - p[1]) * (required[0] - p[0]) / (q[0] - p[0]))
        return not all(short(value, 1) for value in best)

    def tight(self, low: Spot | Fraction, high: Spot | Fraction) -> bool:
        """Whether nothing happens by chance above `low` and up to `high` that could keep equilibrium payoffs on a moving side.

        Parameters
        ----------
        low, high : Spot or Fraction
            Points of the range.
        """
        return Meetings(self.problem, self.points, low, high).harmless


def _simple_between(low: Fraction, high: Fraction) -> Fraction:
    """Return a fraction with a short denominator in the middle half of an interval."""
    middle, width = (low + high) / 2, high - low
    bits = 1
    while Fraction(1, 1 << bits) > width / 4:
        bits += 1
    return Fraction(2 * round(middle * (1 << bits)) + 1, 2 << bits) if width > 0 else middle
