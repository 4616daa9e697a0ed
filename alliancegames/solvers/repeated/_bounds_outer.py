"""Bounds of payoffs in many directions that shrink round by round, each round a proved bound.

In a round each direction gets the largest value that today's payoff and a promise can have, over all profiles
and all promises within the present bounds that keep everybody from deviating. Equilibrium payoffs satisfy all
bounds at the beginning and therefore after each round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from alliancegames.solvers.polytope import HalfSpace, Point, Polytope
from alliancegames.solvers.repeated._bounds_problem import Scaled
from alliancegames.solvers.repeated._bounds_programs import EPS, Answers, Programs

__all__ = ["Bounds", "first_normals", "tightened"]

# Rounds end when no bound falls by more than this share of the payoffs' range.
STILL = 1e-12
# Payoffs are scaled to the unit cube; a little more covers rounding.
EXTENT = 1.001
# Facets of the stage payoffs are used up to this number of them.
MOST_FACETS = 200


@dataclass
class Bounds:
    """The bounds ``normals @ x <= right`` and how they came about.

    Parameters
    ----------
    problem : Scaled
        The game.
    normals : list of tuple of Fraction
        Directions; the first are the axes.
    right : ndarray
        Bounds in floats, each valid.
    rounds : int
        Number of rounds made.
    settled : bool
        Whether the bounds have stopped to fall.
    empty : bool
        Whether no profile can be played: there is no equilibrium.
    last : Answers or None
        The programs of the last round.
    """

    problem: Scaled
    normals: list[Point]
    right: np.ndarray
    rounds: int = 0
    settled: bool = False
    empty: bool = False
    last: Answers | None = None

    @classmethod
    def start(cls, problem: Scaled, normals: Sequence[Point]) -> Bounds:
        """Return bounds of the feasible payoffs."""
        points = np.array(problem.hull().vertices, dtype=float)
        matrix = np.array(normals, dtype=float)
        size = np.abs(matrix).sum(axis=1)
        if problem.common:
            right = (points @ matrix.T).max(axis=0)
        else:
            right = np.maximum(matrix, 0) @ points.max(axis=0) + np.minimum(matrix, 0) @ points.min(axis=0)
        return cls(problem, list(normals), right + 16 * EPS * size)

    def run(self, rounds: int) -> None:
        """Make rounds until the bounds stand still."""
        self._iterate(rounds, 0.0)

    def _iterate(self, rounds: int, slack: float) -> None:
        payoffs, needs, delta = self.problem.arrays()
        if not len(payoffs):
            self.empty = True
            return
        matrix = np.array(self.normals, dtype=float)
        today = payoffs @ ((1 - delta) * matrix).T
        programs = Programs(matrix, delta * matrix, EXTENT)
        size = np.abs(matrix).sum(axis=1)
        lows = np.arange(1, 2 * self.problem.size, 2)
        for _ in range(rounds):
            right = np.tile(self.right, (len(payoffs), 1))
            right[:, lows] += -needs - slack + 8 * EPS * (1 + needs)
            answers = programs.solve(right)
            self.rounds += 1
            self.last = answers
            if np.isneginf(answers.bounds).any(axis=1).all():
                self.empty = True
                return
            kept = ~np.isneginf(answers.bounds).any(axis=1)
            values = (today + answers.bounds)[kept].max(axis=0) + 16 * EPS * size
            new = np.minimum(self.right, values)
            moved = float((self.right - new).max())
            self.right = new
            if moved <= STILL:
                self.settled = True
                return

    def supporting(self) -> np.ndarray:
        """Return the payoffs, in floats, at which the bounds of the last round are reached, one a direction."""
        assert self.last is not None
        payoffs, _, delta = self.problem.arrays()
        matrix = np.array(self.normals, dtype=float)
        values = payoffs @ ((1 - delta) * matrix).T + self.last.bounds
        best = values.argmax(axis=0)
        promises = self.last.points[best, np.arange(len(matrix))]
        return np.asarray((1 - delta) * payoffs[best] + delta * promises)

    def refined(self, more: Sequence[Point]) -> Bounds:
        """Return bounds in further directions too, those of the present set."""
        matrix = np.array(more, dtype=float)
        programs = Programs(np.array(self.normals, dtype=float), matrix, EXTENT)
        answers = programs.solve(self.right[None, :])
        return Bounds(self.problem, [*self.normals, *more], np.concatenate([self.right, answers.bounds[0]]), self.rounds)

    def half_spaces(self) -> list[HalfSpace]:
        """Return the bounds as exact half-spaces."""
        return [(normal, Fraction(float(b))) for normal, b in zip(self.normals, self.right, strict=True)]


def tightened(bounds: Bounds, slack: float, rounds: int) -> Bounds:
    """Return a set, in floats, in which every promise exceeds what is needed by a little: nothing is proved of it."""
    result = Bounds(bounds.problem, bounds.normals, bounds.right.copy())
    result._iterate(rounds, slack)
    return result


def first_normals(problem: Scaled, hull: Polytope, directions: int) -> list[Point]:
    """Return the axes, the facets of the feasible set, and a spread of directions."""
    size = problem.size
    axes = [tuple(Fraction(sign * (j == k)) for j in range(size)) for k in range(size) for sign in (1, -1)]
    flat = [tuple(sign * x for x in normal) for normal, _ in hull.equalities for sign in (1, -1)]
    facets = [normal for normal, _ in hull.inequalities]
    normals = [*axes, *map(_shortened, flat), *(_shortened(n) for n in (facets if len(facets) <= MOST_FACETS else []))]
    return list(dict.fromkeys([*normals, *_spread(size, directions)]))


def _spread(size: int, count: int) -> list[Point]:
    """Return about so many directions with small integers, the simplest first."""
    found: list[Point] = []
    for reach in range(1, 4):
        new = [tuple(map(Fraction, d)) for d in product(range(-reach, reach + 1), repeat=size) if max(map(abs, d)) == reach]
        new.sort(key=lambda d: (sum(map(abs, d)), d))
        for d in new:
            if len(found) >= count:
                return found
            if np.gcd.reduce([int(x) for x in d]) == 1:
                found.append(d)
        if len(new) > 20 * count:
            break
    return found


def _shortened(normal: Point) -> Point:
    """Scale a normal so that its largest entry is 1."""
    largest = max(map(abs, normal))
    return tuple(x / largest for x in normal)
