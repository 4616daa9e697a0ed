"""Finite machines behind payoff sets: a payoff pair for each state, and how it is kept.

A state says what is played today and with which public lottery play goes on; a player who deviates alone
moves play to that player's worst state. If every promise suffices, all payoffs of states, and what is
between them, are attained in equilibrium: that is checked here in exact numbers, whatever found the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from alliancegames.solvers.polytope import planar_hull
from alliancegames.solvers.repeated._planar_problem import Generated, Pair, Polygon, Problem, generated, lowest

__all__ = ["Machine", "barycentric", "exact_machine", "weights_of"]

ONE = Fraction(1)
Weights = dict[int, Fraction]


@dataclass(frozen=True)
class Machine:
    """States with their payoffs.

    Parameters
    ----------
    problem : Problem
        The game.
    payoffs : tuple of pair
        Scaled payoffs of each state.
    profiles : tuple of int
        What is played in each state, as a row of the problem.
    lotteries : tuple of dict
        With which probability each state follows if nobody deviates.
    """

    problem: Problem
    payoffs: tuple[Pair, ...]
    profiles: tuple[int, ...]
    lotteries: tuple[Weights, ...]

    @property
    def worst(self) -> tuple[int, int]:
        """The state that is worst for each player."""
        states = range(len(self.payoffs))
        return min(states, key=lambda j: (self.payoffs[j][0], j)), min(states, key=lambda j: (self.payoffs[j][1], j))

    @property
    def corners(self) -> Polygon:
        """Corners of the set of payoffs attained."""
        return planar_hull(self.payoffs)

    def absorbing(self, profile: int) -> int | None:
        """Return the state in which a profile is played for ever, if there is one.

        Parameters
        ----------
        profile : int
            Row of the problem.
        """
        return next((j for j, lottery in enumerate(self.lotteries) if self.profiles[j] == profile and lottery == {j: ONE}), None)

    def with_state(self, profile: int) -> Machine:
        """Return the machine with a further state, the last one, in which a profile is played for ever.

        Parameters
        ----------
        profile : int
            Row of the problem.
        """
        itself = {len(self.payoffs): ONE}
        payoffs = (*self.payoffs, self.problem.payoffs[profile])
        return Machine(self.problem, payoffs, (*self.profiles, profile), (*self.lotteries, itself))

    def promised(self, state: int) -> Pair:
        """Return expected payoffs from the next period on."""
        shares = self.lotteries[state].items()
        return sum((q * self.payoffs[k][0] for k, q in shares), Fraction(0)), sum((q * self.payoffs[k][1] for k, q in shares), Fraction(0))

    def slack(self) -> Fraction:
        """Return by how much the tightest promise exceeds what keeps the players to it; negative if one fails.

        Raises
        ------
        ArithmeticError
            Payoffs or lotteries are not what the states say.
        """
        problem = self.problem
        worst = lowest(self.payoffs)
        tightest = ONE
        for state, a in enumerate(self.profiles):
            promised = self.promised(state)
            if problem.today(a, promised) != self.payoffs[state]:
                raise ArithmeticError("the payoff of a state is not that of today's profile and the promise")
            if sum(self.lotteries[state].values()) != 1 or min(self.lotteries[state].values()) < 0:
                raise ArithmeticError("the weights of a lottery are negative or do not sum to one")
            for i in range(2):
                deviation = (1 - problem.delta) * (problem.payoffs[a][i] + problem.gains[a][i]) + problem.delta * worst[i]
                tightest = min(tightest, self.payoffs[state][i] - deviation)
        return tightest


def weights_of(point: Pair, corners: Sequence[Pair]) -> Weights | None:
    """Return weights of at most three corners, as few as possible, whose average is a point; None if it is outside."""
    if point in corners:
        return {corners.index(point): ONE}
    count = len(corners)
    for k, m in [(k, (k + 1) % count) for k in range(count)] if count > 1 else []:
        share = _share(point, corners[k], corners[m])
        if share is not None:
            return {k: 1 - share, m: share}
    for k, m in combinations(range(1, count), 2):
        if m == k + 1:
            inside = barycentric(point, corners[0], corners[k], corners[m])
            if inside is not None:
                return dict(zip((0, k, m), inside, strict=True))
    return None


def _share(x: Pair, p: Pair, q: Pair) -> Fraction | None:
    """Return how far along a segment a point lies, or None if it is not on it."""
    dx, dy = q[0] - p[0], q[1] - p[1]
    if dx * (x[1] - p[1]) != dy * (x[0] - p[0]):
        return None
    share = (x[0] - p[0]) / dx if dx else (x[1] - p[1]) / dy
    return share if 0 <= share <= 1 else None


def barycentric(x: Pair, p: Pair, q: Pair, r: Pair) -> tuple[Fraction, Fraction, Fraction] | None:
    """Return the weights of a triangle's corners at a point, or None if it is outside.

    Parameters
    ----------
    x, p, q, r : pair
        The point and the three corners.
    """
    (ax, ay), (bx, by), (cx, cy) = (q[0] - p[0], q[1] - p[1]), (r[0] - p[0], r[1] - p[1]), (x[0] - p[0], x[1] - p[1])
    area = ax * by - ay * bx
    second, third = (cx * by - cy * bx) / area, (ax * cy - ay * cx) / area
    return (1 - second - third, second, third) if second >= 0 and third >= 0 and second + third <= 1 else None


def exact_machine(problem: Problem, corners: Polygon) -> Machine | None:
    """Return a machine whose states are the given corners, or None if one of them cannot be kept with the others."""
    ways: dict[Pair, Generated] = {}
    for way in generated(problem, corners):
        if way.payoffs in corners:
            held = ways.get(way.payoffs)
            if held is None or (way.later == way.payoffs and held.later != held.payoffs):  # the same profile for ever, if possible
                ways[way.payoffs] = way
    if len(ways) < len(set(corners)):
        return None
    lotteries = [weights_of(ways[corner].later, corners) for corner in corners]
    if any(lottery is None for lottery in lotteries):
        return None
    return Machine(problem, tuple(corners), tuple(ways[c].profile for c in corners), tuple(w for w in lotteries if w is not None))
