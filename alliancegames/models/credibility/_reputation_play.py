"""How the chain-store game is played, in closed form: levels of reputation, and what is done at each."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import inf
from typing import Any

from alliancegames.parameters import Values

CHALLENGE = "challenge"

UNCHALLENGED, DEFENDED, YIELDED = "unchallenged", "defended", "yielded"
# Levels of reputation: n where it equals what deters with n protégés to come, a half between two of them.
HALF, WEAK = Fraction(1, 2), inf


def label(history: Sequence[str]) -> str:
    """Name the situation of the challenger who has seen a history."""
    return f"Challenger {len(history) + 1}" + (f" ({', '.join(history)})" if history else "")


def weak(history: Sequence[str]) -> str:
    """Name the situation of a weak patron who is challenged after a history."""
    return f"Weak patron against {label(history)}"


def betas(gains: Sequence[Any]) -> list[Any]:
    """Return the reputation that deters the next challenger when n protégés are still to come, for n = 0, 1, ..."""
    found: list[Any] = [1]
    for gain in reversed(gains):
        found.append(found[-1] * gain)
    return found


def initial(p: Values) -> Any:
    """Return the level of the prior: n if it equals beta_n, and half-way between n and n + 1 if it lies between their betas."""
    larger = sum(p.p < beta for beta in betas(p.b))
    return larger if p.p in betas(p.b) else larger - HALF


def reached(p: Values, history: Sequence[str], level: Any) -> Any:
    """Return the level of reputation after a history; infinite where the patron is known to be weak."""
    for k, event in enumerate(history):
        if event == YIELDED:
            return WEAK
        if event == DEFENDED:
            level = min(level, len(p.b) - k - 1)
    return level


def belief(p: Values, level: Any) -> Any:
    """Return the probability that the patron is tough at a level of reputation; between levels it is the prior's."""
    return 0 * p.p if level == WEAK else p.p if level % 1 else betas(p.b)[level]


def stage(p: Values, n: int, level: Any) -> tuple[Any, Any]:
    """Return with n protégés to come how likely a challenge is, and defence by a weak patron."""
    following, q = betas(p.b)[n - 1], belief(p, level)
    challenge = 0 if level < n else 1 if level > n else 1 - 1 / p.a
    return challenge, 1 if level <= n - 1 else (1 - following) * q / ((1 - q) * following)


def reputation(p: Values, history: Sequence[str]) -> Any:
    """Return the probability that the patron is tough after a history."""
    return belief(p, reached(p, history, initial(p)))


def plan(p: Values, level: Any) -> dict[str, list[Any]]:
    """Return what is done in every situation, from the level of the prior."""
    play: dict[str, list[Any]] = {}
    for k in range(len(p.b)):
        for history in product((UNCHALLENGED, DEFENDED, YIELDED), repeat=k):
            challenge, defend = stage(p, len(p.b) - k, reached(p, history, level))
            play[label(history)], play[weak(history)] = [1 - challenge, challenge], [1 - defend, defend]
    return play


def challenge_rates(p: Values, tough: bool) -> tuple[Any, ...]:
    """Return for each protégé how likely it is challenged, given what the patron is."""
    weights: dict[Any, Any] = {initial(p): 1}  # of the levels of reputation that are possible now
    rates = []
    for n in range(len(p.b), 0, -1):
        following: dict[Any, Any] = {}
        rates.append(sum(weight * stage(p, n, level)[0] for level, weight in weights.items()))
        for level, weight in weights.items():
            challenge, defend = stage(p, n, level)
            stands, raised = 1 if tough else defend, min(level, n - 1) if level != WEAK else WEAK
            for after, share in ((level, 1 - challenge), (raised, challenge * stands), (WEAK, challenge * (1 - stands))):
                following[after] = following.get(after, 0) + weight * share
        weights = following
    return tuple(rates)
