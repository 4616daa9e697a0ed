"""Depth of cooperation in a club, what it is worth, and votes on who enters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce
from itertools import product
from math import prod
from typing import Any

import numpy as np

from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import End
from alliancegames.models._votes import roll_call
from alliancegames.parameters import Values
from alliancegames.solvers.sequential import subgame_perfect

COMMON, INDIVIDUAL = "common", "individual"


def largest(values: Sequence[Any]) -> Any:
    """Return the largest of numbers, arrays or formulas."""
    if any(isinstance(value, np.ndarray) for value in values):
        return reduce(np.maximum, values)
    if any(getattr(value, "free_symbols", ()) for value in values):
        import sympy

        return sympy.Max(*values, evaluate=False)  # comparing the symbols here takes long and settles nothing
    return max(values)


def depths(p: Values, costs: Sequence[Any], policy: str) -> list[Any]:
    """Return each member's depth: everybody's ideal of its own, or for all what the least ambitious member wants of all."""
    m, least = len(costs), largest(costs)
    return [p.b * m / (least if policy == COMMON else cost) for cost in costs]


def worth(p: Values, cost: Any, own: Any, total: Any, members: int) -> Any:
    """Return a member's payoff from its own depth and that of all, in a club of some size. This is the one place where payoffs are written."""
    return p.b * total - cost * own**2 / 2 - p.F / members - p.phi * (members - 1)


def gains_differ(p: Values) -> list[tuple[Any, Any]]:
    """Return the pairs that say that no member is indifferent under a common policy."""
    m, before, after = len(p.theta), depths(p, p.theta, COMMON)[0], depths(p, [*p.theta, p.theta_new], COMMON)[0]
    return [((worth(p, c, after, (m + 1) * after, m + 1) - worth(p, c, before, m * before, m)) ** 2, 0) for c in p.theta]


@cache
def solved_vote(gains: tuple[int, ...], needed: int) -> bool | None:
    """Whether a vote of members with these gains admits the candidate in all subgame-perfect equilibria; None if it can end either way."""
    names = [f"Member {k + 1}" for k in range(len(gains))]
    vote = ExtensiveGame(names, roll_call(names, needed, End(gains, "admitted"), End((0,) * len(gains), "rejected")))
    ends = {end for play in subgame_perfect(vote) for end, chance in play.outcomes.items() if chance}
    return "admitted" in ends if len(ends) == 1 else None


def solved_chance(q: Any, members: int, needed: int) -> Any:
    """Return the probability of admission if each member gains with probability ``q``, solving the vote for every pattern of gains; None if some vote can end either way."""
    total = 0 * q
    for gains in product((1, -1), repeat=members):
        admitted = solved_vote(gains, needed)
        if admitted is None:
            return None
        total += admitted * prod((q if gain > 0 else 1 - q for gain in gains), start=q**0)
    return total


def best_depth(p: Values, costs: Sequence[Any], policy: str, k: int) -> Any:
    """Return member k's depth under a policy if it is better than depths nearby: for itself if all go as deep, or else for all; None otherwise."""
    found = depths(p, costs, policy)
    m, own, step = len(costs), found[k], found[k] / 1000

    def value(x: Any) -> Any:
        return worth(p, costs[k], x, m * x, m) if policy == COMMON else m * p.b * x - costs[k] * x**2 / 2

    return own if value(own) > max(value(own + step), value(own - step)) else None
