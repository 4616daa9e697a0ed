"""Machines behind payoff sets of n players: who plays what, what is promised, and the exact check that all keep to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.solvers.polytope import Point, Polytope
from alliancegames.solvers.repeated._bounds_problem import Scaled

__all__ = ["LotteryMachine", "generators", "self_generating"]

Lottery = dict[int, Fraction]
# Promises of the simple kind are tried first; profiles up to this number are then mixed by a linear program.
MOST_GENERATORS = 4000
# Times that corners are dropped before a candidate is given up.
MOST_DROPS = 8


@dataclass(frozen=True)
class LotteryMachine:
    """States that play a profile and go on with a public lottery over states.

    Parameters
    ----------
    problem : Scaled
        The game.
    profiles : tuple of int
        What each state plays.
    payoffs : tuple of point
        Scaled payoffs of each state.
    later : tuple of dict
        Probabilities of the states that follow.
    corners : tuple of point
        Corners of the set that is attained.
    starts : tuple of dict
        The lottery over states that attains each corner.
    """

    problem: Scaled
    profiles: tuple[int, ...]
    payoffs: tuple[Point, ...]
    later: tuple[Lottery, ...]
    corners: tuple[Point, ...]
    starts: tuple[Lottery, ...]

    @property
    def worst(self) -> list[int]:
        """The corner that is worst for each player."""
        return [min(range(len(self.corners)), key=lambda j: (self.corners[j][k], j)) for k in range(self.problem.size)]

    def _expected(self, lottery: Lottery) -> Point:
        return tuple(sum((q * self.payoffs[s][k] for s, q in lottery.items()), Fraction(0)) for k in range(self.problem.size))

    def holds(self) -> bool:
        """Whether payoffs and lotteries are what they say and nobody gains by deviating once, in exact numbers."""
        problem = self.problem
        lotteries = [*self.later, *self.starts]
        if any(sum(lottery.values()) != 1 or min(lottery.values()) < 0 for lottery in lotteries):
            return False
        if any(self._expected(lottery) != corner for lottery, corner in zip(self.starts, self.corners, strict=True)):
            return False
        punished = [self.corners[j][k] for k, j in enumerate(self.worst)]
        for a, payoff, lottery in zip(self.profiles, self.payoffs, self.later, strict=True):
            if problem.today(a, self._expected(lottery)) != payoff:
                return False
            gains = problem.stage.gains[problem.profiles[a]]
            for k, d in enumerate(problem.discounts):
                deviation = (1 - d) * (problem.payoffs[a][k] + gains[k] / problem.span[k]) + d * punished[k]
                if payoff[k] < deviation:
                    return False
        return True

    def automaton(self, point: Sequence[Any]) -> Any:
        """Return the machine that attains a payoff vector: a state for each way to go on, worst lotteries for who deviates."""
        from alliancegames.games.automaton import Automaton

        problem = self.problem
        weights = average_weights(self.corners, problem.scaled(tuple(point)))
        if weights is None:
            raise ValueError("automaton(): the point is outside the set attained.")
        initial = _mixed(weights, self.starts)
        used, names = self._reachable(initial), {}
        for number, s in enumerate(used, 1):
            names[s] = f"{number}: {', '.join(problem.stage.labels(problem.profiles[self.profiles[s]]))}"
        players = problem.stage.game.players
        punish = {player: self._named(self.starts[j], names) for player, j in zip(players, self.worst, strict=True)}
        outputs = {names[s]: problem.stage.labels(problem.profiles[self.profiles[s]]) for s in used}
        transitions = {names[s]: {**punish, "otherwise": self._named(self.later[s], names)} for s in used}
        return Automaton(problem.stage.game, outputs, transitions, self._named(initial, names))

    def _reachable(self, initial: Lottery) -> list[int]:
        """Return the states that play may come to, in order of appearance, punishments last."""
        found: list[int] = []
        queue = [*initial, *(s for j in dict.fromkeys(self.worst) for s in self.starts[j])]
        while queue:
            s = queue.pop(0)
            if s not in found:
                found.append(s)
                queue = [*self.later[s], *queue]
        return found

    @staticmethod
    def _named(lottery: Lottery, names: dict[int, str]) -> Any:
        if len(lottery) == 1:
            return names[next(iter(lottery))]
        return {names[s]: q for s, q in lottery.items()}


def _mixed(weights: Sequence[Fraction], lotteries: Sequence[Lottery]) -> Lottery:
    result: Lottery = {}
    for weight, lottery in zip(weights, lotteries, strict=True):
        for s, q in lottery.items():
            if weight and q:
                result[s] = result.get(s, Fraction(0)) + weight * q
    return result


def self_generating(problem: Scaled, candidate: Polytope) -> LotteryMachine | None:
    """Return a machine that attains a self-generating set inside a candidate: corners that cannot be kept are dropped in turn.

    None if nothing is left, or too many corners had to go.
    """
    for _ in range(MOST_DROPS):
        if candidate.is_empty:
            return None
        kept = {corner: way for corner in candidate.vertices if (way := _simple_way(problem, candidate, corner)) is not None}
        missing = [corner for corner in candidate.vertices if corner not in kept]
        if missing:
            mixed = _mixed_ways(problem, candidate, missing)
            if len(mixed) == len(missing):
                return _machine(problem, candidate, kept, mixed)
            candidate = Polytope.from_points([*kept, *mixed], coordinates=problem.size)
        else:
            return _machine(problem, candidate, kept, {})
    return None


Way = tuple[int, Point]


def average_weights(points: Sequence[Point], x: Point) -> Sequence[Fraction] | None:
    """Return weights of points whose average is another point: floats propose which, rationals decide."""
    if x in points:
        j = list(points).index(x)
        return [Fraction(int(i == j)) for i in range(len(points))]
    chosen = _proposed(points, x)
    if chosen:
        solved = _solved_weights([points[j] for j in chosen], x)
        if solved is not None:
            weights = [Fraction(0)] * len(points)
            for j, q in zip(chosen, solved, strict=True):
                weights[j] = q
            return weights
    return Polytope(points, len(x), "exact").weights(x)


def _proposed(points: Sequence[Point], x: Point) -> list[int]:
    """Return as many points as there are equations, found in floats; none if that fails."""
    from scipy.optimize import linprog

    rows = np.vstack([np.array(points, dtype=float).T, np.ones(len(points))])
    found = linprog(np.zeros(len(points)), A_eq=rows, b_eq=[*map(float, x), 1.0], method="highs-ds")
    chosen = [int(j) for j in np.flatnonzero(found.x > 0)] if found.status == 0 else []
    return chosen if len(chosen) == len(x) + 1 else []


def _solved_weights(points: Sequence[Point], x: Point) -> list[Fraction] | None:
    """Return the weights of affinely independent points at a point, or None if it is outside."""
    from flint import fmpq, fmpq_mat

    size = len(points)
    rows = [*zip(*points, strict=True), (Fraction(1),) * size]
    matrix = fmpq_mat(size, size, [fmpq(v.numerator, v.denominator) for row in rows for v in row])
    right = fmpq_mat(size, 1, [fmpq(v.numerator, v.denominator) for v in (*x, Fraction(1))])
    try:
        solved = matrix.solve(right)
    except ZeroDivisionError:
        return None
    weights = [Fraction(int(solved[j, 0].p), int(solved[j, 0].q)) for j in range(size)]
    return weights if min(weights) >= 0 else None


def _lowest(candidate: Polytope) -> list[Fraction]:
    return [min(vertex[k] for vertex in candidate.vertices) for k in range(candidate.coordinates)]


def _simple_way(problem: Scaled, candidate: Polytope, corner: Point) -> Way | None:
    """Return a profile and a promise that generate a corner: the same profile for ever, if possible."""
    worst = _lowest(candidate)
    fallback: Way | None = None
    for a, payoffs in enumerate(problem.payoffs):
        promise = _promise(problem, payoffs, corner)
        if promise is None or any(w < v + need for w, v, need in zip(promise, worst, problem.needs[a], strict=True)):
            continue
        if promise == corner:
            return a, promise
        if fallback is None and candidate.contains(promise):
            fallback = a, promise
    return fallback


def _promise(problem: Scaled, payoffs: Point, corner: Point) -> Point | None:
    promise = []
    for d, x, v in zip(problem.discounts, payoffs, corner, strict=True):
        if not d and x != v:
            return None
        promise.append((v - (1 - d) * x) / d if d else v)
    return tuple(promise)


def generators(problem: Scaled, candidate: Polytope) -> list[tuple[Point, Way]]:
    """Return the corners of what each profile generates."""
    worst, size = _lowest(candidate), problem.size
    best = [max(vertex[k] for vertex in candidate.vertices) for k in range(size)]
    found = []
    for a, needs in enumerate(problem.needs):
        if any(v + need > top for v, need, top in zip(worst, needs, best, strict=True)):
            continue
        cuts = [(tuple(Fraction(-(j == k)) for j in range(size)), -(worst[k] + needs[k])) for k in range(size) if needs[k]]
        part = candidate.cut(*cuts) if cuts else candidate
        found += [(problem.today(a, promise), (a, promise)) for promise in part.vertices]
    return found


def _mixed_ways(problem: Scaled, candidate: Polytope, corners: Sequence[Point]) -> dict[Point, list[tuple[Fraction, Way]]]:
    """Return lotteries over profiles and promises that generate corners, where there are any."""
    ways = generators(problem, candidate)
    if not ways or len(ways) > MOST_GENERATORS:
        return {}
    points = [point for point, _ in ways]
    result = {}
    for corner in corners:
        weights = average_weights(points, corner)
        if weights is not None:
            result[corner] = [(q, way) for q, (_, way) in zip(weights, ways, strict=True) if q]
    return result


def _machine(
    problem: Scaled, candidate: Polytope, simple: dict[Point, Way], mixed: dict[Point, list[tuple[Fraction, Way]]]
) -> LotteryMachine | None:
    """Put the ways together; None if the check fails, which would be a fault of this file."""
    states: dict[Way, int] = {}
    starts = []
    for corner in candidate.vertices:
        ways = mixed.get(corner) or [(Fraction(1), simple[corner])]
        starts.append({states.setdefault(way, len(states)): q for q, way in ways})
    later = []
    for _, promise in states:
        weights = average_weights(candidate.vertices, promise)
        if weights is None:
            return None
        later.append(_mixed(weights, starts))
    payoffs = tuple(problem.today(a, promise) for a, promise in states)
    machine = LotteryMachine(problem, tuple(a for a, _ in states), payoffs, tuple(later), candidate.vertices, tuple(starts))
    return machine if machine.holds() else None
