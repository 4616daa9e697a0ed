"""Independent check of stationary profiles: the Bellman optimality equations, from the game's own numbers."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

from alliancegames.games.stationary import StationaryProfile
from alliancegames.games.stochastic import StochasticGame

__all__ = ["FLOAT_GAIN", "allowed_gain", "bellman_residual", "rounded_residual"]

# Gains from deviating below this share of the payoffs count as rounding in float games.
FLOAT_GAIN = 1e-9


def allowed_gain(game: StochasticGame, profile: StationaryProfile) -> Any:
    """Return the gain from deviating that counts as none: zero in exact games."""
    return 0 if game.field == "exact" else FLOAT_GAIN * scale(profile)


def scale(profile: StationaryProfile) -> float:
    """Return the size of the values, at least one."""
    return max(1.0, *(abs(float(v)) for values in profile.values.values() for v in values.values()))


def bellman_residual(profile: StationaryProfile) -> Any:
    """Return by how much the values miss the Bellman equations, over all states and players.

    The value of a state must be what the profile yields there, and no action may yield more.
    """
    game, values, strategies = profile.game, profile.values, iter(profile.arrays())
    worst: Any = 0
    for state in game.states:
        own = [next(strategies) for _ in game.players]
        cells = list(itertools.product(*(range(len(labels)) for labels in game.actions[state])))
        for k, player in enumerate(game.players):
            worth: list[Any] = [0] * len(own[k])
            for cell in cells:
                weight: Any = 1
                for j, action in enumerate(cell):
                    weight = weight if j == k else weight * own[j][action]
                if weight == 0:
                    continue
                played = tuple(labels[a] for labels, a in zip(game.actions[state], cell, strict=True))
                total = game.reward(state, played)[k]
                for other, probability in game.transition(state, played).items():
                    total = total + game.delta * probability * values[other][player]
                worth[cell[k]] = worth[cell[k]] + weight * total
            followed = sum(share * value for share, value in zip(own[k], worth, strict=True))
            worst = max(worst, abs(followed - values[state][player]), max(worth) - values[state][player])
    return worst


def rounded_residual(game: StochasticGame, profile: StationaryProfile) -> Any:
    """Return the residual in an exact game at strategies that were rounded to floats, computed in rationals."""
    exact = iter([[Fraction(float(weight)) for weight in own] for own in profile.arrays()])
    strategies = {}
    for state in game.states:
        rows = [next(exact) for _ in game.players]
        strategies[state] = [[weight / sum(row) for weight in row] for row in rows]
    return bellman_residual(StationaryProfile(game, strategies))
