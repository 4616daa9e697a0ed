"""One stationary Markov perfect equilibrium, mixed if need be, at the end of a path of logit equilibria."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from alliancegames.errors import SolveError
from alliancegames.games.stationary import StationaryProfile
from alliancegames.games.stochastic import StochasticGame
from alliancegames.solvers._markov_check import FLOAT_GAIN, bellman_residual, rounded_residual, scale
from alliancegames.solvers._markov_logit import MarkovLogitEquations
from alliancegames.solvers._markov_systems import MarkovSystem, proved_point
from alliancegames.solvers._path import Trace, follow
from alliancegames.solvers.registry import Findings, register
from alliancegames.solvers.result import Status

__all__ = ["LogitHomotopy"]

# The path ends once this share of the payoffs of a period is all that anybody could gain by deviating ...
CONVERGED_REGRET = 1e-7
# ... and the normalised precision is beyond the first number; at the second it ends in any case.
EARLIEST_END = 100.0
LATEST_END = 1e7
# An end with a larger regret is not taken for the neighbourhood of an equilibrium.
NEAR = 1e-3
# Actions with a smaller probability at the end of the path are tried as unplayed, in this order ...
THRESHOLDS = (1e-4, 1e-2, 1e-6, 1e-9)
# ... and boxes of these sizes around the end, in every probability and normalised value.
RADII = (1e-6, 1e-4, 1e-3)
# Denominators of probabilities tried where the equilibrium is not isolated.
DENOMINATORS = (1, 12, 100, 1000)
# Most actions, summed over players and states, for which a path is followed.
MOST_ACTIONS = 400
# Precisions of the players, relative to the first, with which further paths are followed if one gets stuck.
OTHER_PATHS = (1.0, 0.8, 1.3)

PROVED = Status(
    "partial",
    "One equilibrium is listed, where the path of logit equilibria leads; it is proved to exist. Others may exist.",
)
CHECKED = Status(
    "partial",
    "One equilibrium is listed, where the path of logit equilibria leads. It is not isolated or at the border of being one, so that only "
    "the gain from deviating was bounded; see provenance.max_regret. Others may exist.",
)


@register
@dataclass(frozen=True)
class LogitHomotopy:
    """Follow the stationary logit equilibria from uniform play to the limit of high precision.

    Parameters
    ----------
    steps : int, default 20_000
        Largest number of steps along a path.
    """

    steps: int = 20_000
    name: ClassVar[str] = "logit_homotopy"
    concept: ClassVar[str] = "markov_perfect"
    description: ClassVar[str] = "one stationary Markov perfect equilibrium, mixed if need be, any number of players; logit path"
    finds: ClassVar[str] = "stationary Markov perfect equilibrium"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games with so many actions that the path would take hours."""
        if not isinstance(game, StochasticGame):
            return "needs a StochasticGame"
        size = sum(len(own) for state in game.states for own in game.actions[state])
        return f"follows a path in {size} dimensions, more than {MOST_ACTIONS}; merge states that do not differ" if size > MOST_ACTIONS else None

    def solve(self, game: StochasticGame) -> Findings:
        """Follow a path, find the equilibrium near its end, and prove that it exists."""
        best = math.inf
        for weights in _weightings(len(game.players)):
            equations = MarkovLogitEquations(game, weights)
            trace = self._path(equations)
            end = trace.points[-1]
            best = min(best, equations.regret(end))
            if equations.regret(end) > NEAR:
                continue
            certificate = {
                "precision_reached": equations.precision(end),
                "precisions_relative": weights,
                "path": trace.ending,
                "points": len(trace.points),
                "folds": len(trace.folds),
                "regret_at_end": equations.regret(end),
            }
            found = _limit(game, equations, end)
            if found is not None:
                profile, proved = found
                certificate |= {"proved_to_exist": proved, "distance_from_end": _distance(profile, equations, end)}
                return Findings([profile], False, None, PROVED if proved else CHECKED, certificate)
        raise SolveError(
            f"markov_perfect(): no path of logit equilibria came near an equilibrium that could be verified; the smallest gain from "
            f"deviating at an end was {best:.2g} of the range of a period's payoffs. LogitHomotopy(steps=...) follows paths longer; "
            "solver='policy_search' finds all pure equilibria."
        )

    def _path(self, equations: MarkovLogitEquations) -> Trace:
        def done(point: np.ndarray) -> bool:
            return equations.precision(point) >= EARLIEST_END and equations.regret(point) <= CONVERGED_REGRET

        return follow(equations.curve, equations.start(), 1.0, bound=math.log1p(LATEST_END), done=done, limit=self.steps)


def _weightings(players: int) -> Iterator[tuple[float, ...]]:
    """Yield precisions of the players: all the same first."""
    for ratio in OTHER_PATHS:
        yield tuple(ratio**k for k in range(players))


def _limit(game: StochasticGame, equations: MarkovLogitEquations, end: np.ndarray) -> tuple[StationaryProfile, bool] | None:
    """Return the equilibrium near the end of a path, and whether it is proved to exist."""
    floats = game.floats()
    close = StationaryProfile(floats, dict(zip(game.states, equations.strategies(end), strict=True)))
    tried = set()
    for threshold in THRESHOLDS:
        supports = tuple(tuple(_played(own, threshold) for own in row) for row in equations.strategies(end))
        if supports in tried:
            continue
        tried.add(supports)
        if all(len(own) == 1 for row in supports for own in row):
            rows = [[game.actions[s][k][own[0]] for k, own in enumerate(row)] for s, row in zip(game.states, supports, strict=True)]
            profile = StationaryProfile(game, dict(zip(game.states, rows, strict=True)))
            if bellman_residual(profile) <= (0 if game.field == "exact" else FLOAT_GAIN * scale(profile)):
                return profile, True
            continue
        system = MarkovSystem(game, supports)
        guess = system.guess(close)
        for radius in RADII:
            point = proved_point(system, guess, radius)
            if point is not None:
                return system.profile(point), True
    return _not_isolated(game, close)


def _played(own: np.ndarray, threshold: float) -> tuple[int, ...]:
    return tuple(a for a, weight in enumerate(own) if weight > threshold)


def _not_isolated(game: StochasticGame, close: StationaryProfile) -> tuple[StationaryProfile, bool] | None:
    """Recognise simple fractions near the end of a path, or else take the end if nobody gains there."""
    rows = close.arrays()
    for largest in DENOMINATORS if game.field == "exact" else ():
        rounded = iter([[Fraction(float(w)).limit_denominator(largest) for w in own] for own in rows])
        strategies = {state: [next(rounded) for _ in game.players] for state in game.states}
        if all(sum(own) == 1 for row in strategies.values() for own in row):
            profile = StationaryProfile(game, strategies)
            if bellman_residual(profile) == 0:
                return profile, True
    residual = rounded_residual(game, close) if game.field == "exact" else bellman_residual(close)
    return (close, False) if residual <= FLOAT_GAIN * scale(close) else None


def _distance(profile: StationaryProfile, equations: MarkovLogitEquations, end: np.ndarray) -> float:
    rows = [own for row in equations.strategies(end) for own in row]
    return max(float(np.abs(a - b).max()) for a, b in zip(profile.arrays(float), rows, strict=True))
