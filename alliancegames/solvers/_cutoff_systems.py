"""The systems of equations behind cutoff equilibria and their folds, as enclosures for certified isolation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from alliancegames.errors import AllianceGamesError, SolverNotApplicableError
from alliancegames.games.cutoff import HIGH, INSIDE, LOW, CutoffGame
from alliancegames.solvers._duals import Dual, add, constant, mul, variables
from alliancegames.solvers._intervals import TINY, Interval
from alliancegames.solvers._isolation import Isolation, _krawczyk, isolate

__all__ = ["FoldSystem", "System", "box_of", "clusters", "faces", "named", "point_slopes", "simplest"]

# Stands for an infinite bound where finite ones are needed: larger than anything a condition could be.
HUGE = 1e100
# Newton steps that tighten a proved box, at most, and the share of its width that each must leave at most.
STEPS, SLOW = 500, 0.99
# Times that unresolved regions are searched anew as boxes of their own, if there are at most so many.
CLOSER, MANY_REGIONS = 3, 8
# Unresolved boxes that are closer than this share of the range belong together.
NEAR = 1e-7
# Beyond this number of unresolved boxes they are described by one box around all.
MANY_BOXES = 3000

Equations = Callable[[list[Dual]], Sequence[Any]]
MakeGame = Callable[[Any], CutoffGame]


def finite(x: Interval) -> Interval:
    """Replace bounds of which nothing is known by huge ones, so that they can be multiplied by zero."""
    wild = ~((x.low > -HUGE) & (x.high < HUGE))
    return Interval(np.where(wild, -HUGE, x.low), np.where(wild, HUGE, x.high))


def evaluate(equations: Equations, box: Interval, order: int) -> list[Dual]:
    """Evaluate equations on boxes, with derivatives; what does not depend on the unknowns becomes a constant."""
    unknowns = variables(box, order)
    with np.errstate(all="ignore"):
        try:
            results = equations(unknowns)
        except AllianceGamesError:
            raise
        except (TypeError, AttributeError, ValueError) as error:
            raise SolverNotApplicableError(
                f"cutoff_equilibria(): the game cannot be evaluated on enclosures ({error}); write gains, replies and conditions with "
                "arithmetic and the functions exp, log, normal_cdf, clip01, ... of alliancegames.games.distributions."
            ) from error
        return [result if isinstance(result, Dual) else unknowns[0] * 0 + result for result in results]


@dataclass(frozen=True)
class System:
    """Equations in as many unknowns, on a box.

    Parameters
    ----------
    equations : callable
        From one quantity an unknown to one quantity an equation.
    low, high : ndarray
        The box.
    """

    equations: Equations
    low: np.ndarray
    high: np.ndarray

    def values(self, box: Interval) -> Interval:
        """Enclose the equations on boxes, shape (k, d)."""
        return Interval.stack([finite(result.value) for result in evaluate(self.equations, box, 0)])

    def jacobian(self, box: Interval) -> Interval:
        """Enclose the derivatives on boxes, shape (k, d, d)."""
        return Interval.stack([_rows(result.slopes) for result in evaluate(self.equations, box, 1)], axis=1)

    def isolate(self, width: float, limit: int) -> Isolation:
        """Find all zeros in the box."""
        found = isolate(self.values, self.jacobian, self.low, self.high, width=width, limit=limit)
        tight = [self.tightened(root) for root in found.roots]
        return replace(found, roots=[root for root in tight if (root.low <= root.high).all()])

    def search(self, width: float, limit: int) -> Isolation:
        """Find all zeros, and look closer where they are unresolved: a zero may be tiny compared with the box searched."""
        found = self.isolate(width, limit)
        for _ in range(CLOSER):
            regions = clusters(found.unresolved, self.high - self.low)
            if not regions or len(regions) > MANY_REGIONS:
                break
            roots, unresolved, boxes = list(found.roots), [], found.boxes
            for region in regions:
                inner = System(self.equations, region.low, region.high).isolate(width, limit)
                boxes += inner.boxes
                unresolved += inner.unresolved
                for root in inner.roots:
                    near = [other for other in roots if (other.low <= root.high).all() and (root.low <= other.high).all()]
                    if not near:
                        roots.append(root)
                    elif not any((other.low <= root.low).all() and (root.high <= other.high).all() for other in near):
                        unresolved.append(root)
            found = Isolation(roots, unresolved, boxes)
        return found

    def tightened(self, root: Interval) -> Interval:
        """Contract a box that contains one zero as far as Newton steps go, however slowly at a kink.

        The result is empty, its bounds crossed, if the zero is proved to lie outside the range searched.
        """
        box = Interval(np.maximum(root.low, self.low), np.minimum(root.high, self.high))[None, :]
        for _ in range(STEPS):
            image = _krawczyk(self.values, self.jacobian, box)
            narrower = Interval(np.maximum(box.low, image.low), np.minimum(box.high, image.high))
            if not (narrower.width < SLOW * box.width).any() or not (narrower.low <= narrower.high).all():
                box = narrower
                break
            box = narrower
        return box[0]


def _rows(slopes: Any) -> Interval:
    """Turn derivatives of shape (m, k) into finite bounds of shape (k, m)."""
    return finite(Interval(slopes.low.T, slopes.high.T))


def box_of(game: CutoffGame) -> tuple[np.ndarray, np.ndarray]:
    """Return the range of each unknown in floats, rounded outwards; ends that depend on a parameter take all their values."""
    parts = [tuple(end.value if isinstance(end, Dual) else constant(end) for end in ends) for ends in game.ends]
    return np.array([low.low.min() for low, _ in parts]), np.array([high.high.max() for _, high in parts])


def point_slopes(equations: Equations, point: Sequence[float]) -> np.ndarray:
    """Return the derivatives at a point in floats, shape (equation, unknown)."""
    box = Interval.point(np.array([[float(value) for value in point]]))
    return np.array([_rows(result.slopes).midpoint[0] for result in evaluate(equations, box, 1)])


# -------------------------------------------------------------------- folds


def faces(count: int, corners: bool) -> Iterator[tuple[str, ...]]:
    """Yield every way in which each unknown is inside its range or in one of its corners."""
    yield from product((INSIDE, LOW, HIGH) if corners else (INSIDE,), repeat=count)


@dataclass(frozen=True)
class FoldSystem:
    """Where equilibria meet, on one face: some unknowns inside their ranges, the others in corners.

    A fold inside: the conditions of the free unknowns and the determinant of their derivatives vanish. A fold
    at a corner: besides the conditions of the free unknowns that of one unknown in a corner vanishes.

    Parameters
    ----------
    make_game : callable
        From a value of the parameter to the game.
    face : tuple of str
        For each unknown where it lies.
    touching : int, optional
        The unknown in a corner whose condition vanishes; None for a fold inside.
    """

    make_game: MakeGame
    face: tuple[str, ...]
    touching: int | None = None

    @property
    def free(self) -> list[int]:
        """The unknowns inside their ranges."""
        return [k for k, place in enumerate(self.face) if place == INSIDE]

    def unknowns(self, game: CutoffGame, quantities: Sequence[Any]) -> list[Any]:
        """Return all unknowns, given those inside their ranges and the parameter."""
        *inner, parameter = quantities
        rest = iter(inner)
        return [
            next(rest) if place == INSIDE else _corner(ends[place == HIGH], place, parameter)
            for place, ends in zip(self.face, game.ends, strict=True)
        ]

    def conditions(self, quantities: Sequence[Any]) -> list[Any]:
        """Return the conditions of the free unknowns and of the touching one, given free unknowns and parameter."""
        game = self.make_game(quantities[-1])
        found = game.conditions(self.unknowns(game, quantities))
        wanted = self.free if self.touching is None else [*self.free, self.touching]
        return [found[k] for k in wanted]

    def values(self, box: Interval) -> Interval:
        """Enclose the equations."""
        if self.touching is not None:
            return Interval.stack([finite(result.value) for result in evaluate(self.conditions, box, 0)])
        results = evaluate(self.conditions, box, 1)
        return Interval.stack([*(finite(result.value) for result in results), finite(_determinant(results)[0])])

    def jacobian(self, box: Interval) -> Interval:
        """Enclose their derivatives."""
        results = evaluate(self.conditions, box, 1 if self.touching is not None else 2)
        rows = [_rows(result.slopes) for result in results]
        if self.touching is None:
            rows.append(_rows(_determinant(results)[1]))
        return Interval.stack(rows, axis=1)


def _corner(end: Any, place: str, like: Any) -> Any:
    """Return an end of a range as an enclosure, with a sliver inside: a condition may have only a limit at the end."""
    if not isinstance(like, Dual) or isinstance(end, Dual):
        return end
    point = constant(end)
    if place == LOW:
        sliver = Interval(point.low, np.maximum(np.nextafter(point.high, np.inf), point.high + TINY))
    else:
        sliver = Interval(np.minimum(np.nextafter(point.low, -np.inf), point.low - TINY), point.high)
    return like.lift(sliver)


def _determinant(results: Sequence[Dual]) -> tuple[Interval, Interval | None]:
    """Return the determinant of the derivatives with respect to all variables but the last, and its derivatives."""

    def entry(row: int, column: int) -> tuple[Interval, Interval | None]:
        slopes, bends = results[row].slopes, results[row].curvatures
        assert slopes is not None
        return slopes[column], None if bends is None else bends[column]

    if len(results) == 1:
        return entry(0, 0)
    (a, da), (b, db), (c, dc), (d, dd) = entry(0, 0), entry(0, 1), entry(1, 0), entry(1, 1)
    value = add(mul(a, d), -mul(b, c))
    if da is None or db is None or dc is None or dd is None:
        return value, None
    return value, add(add(mul(a, dd), mul(d, da)), -add(mul(b, dc), mul(c, db)))


# -------------------------------------------------------------------- what is left over, and exact values


def clusters(boxes: Sequence[Interval], scale: np.ndarray) -> list[Interval]:
    """Join boxes that touch or nearly touch, and return a box around each group."""
    if not boxes:
        return []
    low, high = np.array([box.low for box in boxes]), np.array([box.high for box in boxes])
    if len(boxes) > MANY_BOXES:
        return [Interval(low.min(axis=0), high.max(axis=0))]
    found: list[Interval] = []
    left = np.ones(len(boxes), dtype=bool)
    while left.any():
        first = int(np.argmax(left))
        group = Interval(low[first], high[first])
        members = np.zeros(len(boxes), dtype=bool)
        members[first] = True
        while True:
            slack = NEAR * scale
            touching = left & ((low <= group.high + slack) & (high >= group.low - slack)).all(axis=1)
            if (touching == members).all():
                break
            members = touching
            group = Interval(low[members].min(axis=0), high[members].max(axis=0))
        left &= ~members
        found.append(group)
    return found


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction with the smallest denominator in an interval."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    whole = low.numerator // low.denominator
    if low == whole or whole + 1 <= high:
        return Fraction(whole if low == whole else whole + 1)
    return whole + 1 / simplest(1 / (high - whole), 1 / (low - whole))


def named(box: Interval, labels: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return the bounds of a box by label."""
    return {label: (float(low), float(high)) for label, low, high in zip(labels, box.low, box.high, strict=True)}
