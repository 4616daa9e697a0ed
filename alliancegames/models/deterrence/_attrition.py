"""A war of attrition between two states: who is left when, and the game in stages of finite length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from alliancegames.games.bayesian import BayesianGame
from alliancegames.games.bayesian_profile import BayesianProfile
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import End, Move, TreeNode
from alliancegames.parameters import Values

SIDES = ("State 1", "State 2")
# The ends of the two classes of types: those that would rather yield than fight at the horizon, and the others.
TYPES = ("softest", "barely soft", "barely hard", "hardest")
AT_ONCE, FIGHT = "yield at once", "fight"
STAY, YIELD = "stay", "yield"


def still_there(p: Values, k: int, time: Any) -> Any:
    """Return the share of state ``k`` that has not yielded by a time, if none yielded at once: the other's soft types are indifferent."""
    return p.v / (p.v + p.a[1 - k] * time)


def ready(p: Values, k: int, time: Any) -> Any:
    """Return the share of state ``k`` that would rather fight than yield at a time."""
    return p.a[k] * time / p.W[k]


def at_once(p: Values, k: int, horizon: Any) -> Any:
    """Return the share of state ``k`` that has to yield at once so that at the horizon all others would rather fight."""
    return 1 - ready(p, k, horizon) / still_there(p, k, horizon)


def staged_game(p: Values, times: Sequence[Any]) -> BayesianGame:
    """Return the game in which a state yields at once, at one of the times, or never."""
    rounds = [AT_ONCE, *(f"yield at {k}" for k in range(len(times))), FIGHT]
    costs = [{"softest": p.W[k], "barely soft": p.a[k] * times[-1], "barely hard": p.a[k] * times[-1], "hardest": 0} for k in (0, 1)]
    shares = [ready(p, k, times[-1]) for k in (0, 1)]
    prior = [dict(zip(TYPES, ((1 - share) / 2, (1 - share) / 2, share / 2, share / 2), strict=True)) for share in shares]
    spent = {label: [rate * time for rate in p.a] for label, time in zip(rounds, (0 * times[-1], *times), strict=False)}

    def payoffs(types: Sequence[str], actions: Sequence[str]) -> list[Any]:
        places = [rounds.index(action) for action in actions]
        if actions[0] == actions[1] == FIGHT:
            return [-costs[k][types[k]] + 0 * p.v for k in (0, 1)]
        return [p.v if places[k] > min(places) else -spent[actions[k]][k] for k in (0, 1)]

    return BayesianGame(SIDES, [TYPES] * 2, prior, [rounds] * 2, payoffs)


def plans(p: Values, k: int, times: Sequence[Any]) -> dict[str, Any]:
    """Return what each type does: the soft ones yield at the rate that keeps the other indifferent, the hard ones fight."""
    rounds = [AT_ONCE, *(f"yield at {j}" for j in range(len(times))), FIGHT]
    now, hard = at_once(p, k, times[-1]), ready(p, k, times[-1])
    left = [(1 - now) * still_there(p, k, time) for time in times]
    weights = [now, *(before - after for before, after in pairwise(left)), 0 * now, 0 * now]
    soft = dict(zip(rounds, [weight / (1 - hard) for weight in weights], strict=True))
    return {kind: soft if kind in TYPES[:2] else FIGHT for kind in TYPES}


def chance_of_war(play: BayesianProfile) -> Any:
    """Return the probability that nobody yields."""
    chances: Mapping[tuple[str, ...], Any] = play.game.prior
    return sum(weight * play[0][types[0]][FIGHT] * play[1][types[1]][FIGHT] for types, weight in chances.items())


def known_game(p: Values, times: Sequence[Any]) -> ExtensiveGame:
    """Return the game in which costs of war are known, at their highest, and the states move in turn at each time; at last they fight."""

    def stage(k: int, mover: int) -> TreeNode:
        if k == len(times):
            return End((-p.W[0], -p.W[1]), "war")
        loss, prize = -p.a[mover] * times[k], p.v
        yields = End((loss, prize) if mover == 0 else (prize, loss), f"{SIDES[mover]} backs down")
        return Move(SIDES[mover], {STAY: stage(k + mover, 1 - mover), YIELD: yields})

    return ExtensiveGame(SIDES, stage(0, 0))
