"""One stationary equilibrium of a stochastic game, in mixed strategies if need be: the end of a path of logit equilibria."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from alliancegames.errors import SolveError
from alliancegames.games.stationary import StationaryProfile
from alliancegames.games.stochastic import StochasticGame
from alliancegames.solvers._algebraic import ball, evaluate, precision
from alliancegames.solvers._markov_check import allowed_gain, bellman_residual
from alliancegames.solvers._markov_logit import MarkovLogitEquations
from alliancegames.solvers._markov_systems import PROOF_BITS, MarkovSystem, integral, proved_point
from alliancegames.solvers._path import follow
from alliancegames.solvers.registry import Findings, register
from alliancegames.solvers.result import PARTIAL

__all__ = ["LogitHomotopy"]

# The path ends where nobody can gain more than this share of the payoffs of a period (if nothing better is found, than the
# second one), or at this precision.
SMALL_REGRET, TINY_REGRET, LARGEST_PRECISION = 1e-6, 1e-11, 1e14
# Probabilities below these, one after the other, are taken for those of actions that are not played.
UNPLAYED = (1e-2, 1e-3, 1e-4, 1e-6)
# Largest denominator of simple probabilities.
SIMPLE = 64
# How far from Newton's solution the equilibrium is proved to lie.
RADIUS = 1e-9
NEWTON_STEPS = 9


@register
@dataclass(frozen=True)
class LogitHomotopy:
    """Follow the stationary logit equilibria from uniform play to ever higher precision, then solve for the equilibrium at the end.

    Parameters
    ----------
    steps : int, default 5000
        Largest number of steps on the path.
    """

    steps: int = 5000
    name: ClassVar[str] = "logit_homotopy"
    concept: ClassVar[str] = "markov_perfect"
    description: ClassVar[str] = (
        "one stationary Markov perfect equilibrium, mixed if need be, any number of players; path of logit equilibria"
    )
    finds: ClassVar[str] = "stationary Markov perfect equilibrium"

    def obstacle(self, game: Any) -> str | None:
        """Apply to every stochastic game at numbers."""
        return None if isinstance(game, StochasticGame) else "needs a StochasticGame"

    def solve(self, game: StochasticGame) -> Findings:
        """Follow the path, read off what is played at its end, and solve the indifference conditions."""
        equations = MarkovLogitEquations(game, (1.0,) * len(game.players))
        end, certificate = self._end(equations, equations.start(), SMALL_REGRET)
        for threshold in UNPLAYED:
            profile = _solved(game, equations.strategies(end), threshold) or _simple(game, equations.strategies(end), threshold)
            if profile is not None:
                return Findings([profile], False, None, PARTIAL, certificate | {"proved_to_exist": True})
        # A continuum that the conditions do not pin down: go on until nobody gains more than rounding.
        end, more = self._end(equations, end, TINY_REGRET)
        if equations.regret(end) > TINY_REGRET:
            raise SolveError(
                f"markov_perfect(): the path of logit equilibria ended ({more['path']}) at precision {more['precision']:.3g} "
                "before an equilibrium; LogitHomotopy(steps=...) follows it further.",
                certificate,
            )
        return Findings([_as_followed(game, equations.strategies(end))], False, None, PARTIAL, more | {"proved_to_exist": False})

    def _end(self, equations: MarkovLogitEquations, start: np.ndarray, regret: float) -> tuple[np.ndarray, dict[str, Any]]:
        """Follow the path until nobody can gain more than a share of the payoffs of a period."""
        trace = follow(
            equations.curve,
            start,
            1.0,
            bound=math.log1p(LARGEST_PRECISION),
            done=lambda point: equations.regret(point) <= regret,
            limit=self.steps,
        )
        end = trace.points[-1]
        return end, {"path": trace.ending, "points": len(trace.points), "precision": equations.precision(end)}


def _solved(game: StochasticGame, strategies: list[list[np.ndarray]], threshold: float) -> StationaryProfile | None:
    """Return the equilibrium with the supports seen at the end of the path, if there is proved to be one close by."""
    supports = tuple(tuple(tuple(np.flatnonzero(own > threshold).tolist()) for own in row) for row in strategies)
    system = MarkovSystem(game, supports)
    guess = _newton(system, system.guess(_as_followed(game, strategies)))
    point = proved_point(system, guess, RADIUS) if guess is not None else None
    return system.profile(point) if point is not None else None


def _simple(game: StochasticGame, strategies: list[list[np.ndarray]], threshold: float) -> StationaryProfile | None:
    """Return the equilibrium with the simplest probabilities near the end of the path, if it is one: for continua of equilibria."""
    number = Fraction if game.field == "exact" else float
    chosen: dict[str, list[list[Any]]] = {}
    for state, row in zip(game.states, strategies, strict=True):
        chosen[state] = []
        for own in row:
            rough = [Fraction(float(w)).limit_denominator(SIMPLE) if w > threshold else Fraction(0) for w in own]
            chosen[state].append([number(w / sum(rough)) for w in rough])
    profile = StationaryProfile(game, chosen)
    return profile if bellman_residual(profile) <= allowed_gain(game, profile) else None


def _newton(system: MarkovSystem, start: list[float]) -> list[float] | None:
    """Solve the equations of a support near a guess; None if that fails."""
    flint: Any = __import__("flint")
    with precision(PROOF_BITS):
        zero = ball(Fraction(0))
        centre = [flint.arb(float(x)) for x in start]
        equations = [integral(p) for p in system.equations]
        derivatives = [[p.derivative(v) for v in range(len(centre))] for p in equations]
        for _ in range(NEWTON_STEPS):
            slopes = flint.arb_mat([[evaluate(d, centre, zero) for d in row] for row in derivatives])
            try:
                step = slopes.solve(flint.arb_mat([[evaluate(p, centre, zero)] for p in equations]))
            except ZeroDivisionError:
                return None
            centre = [(c - step[k, 0]).mid() for k, c in enumerate(centre)]
        found = [float(c) for c in centre]
    return found if all(math.isfinite(x) and abs(x - y) < 0.1 for x, y in zip(found, start, strict=True)) else None


def _as_followed(game: StochasticGame, strategies: list[list[np.ndarray]]) -> StationaryProfile:
    """Return strategies in floats as a profile."""
    floats = game if game.field == "float" else game.floats()
    chosen = {state: [[float(w) for w in own] for own in row] for state, row in zip(game.states, strategies, strict=True)}
    return StationaryProfile(floats, chosen)
