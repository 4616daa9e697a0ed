"""The conditions that a stationary equilibrium with given supports must meet, as polynomials.

Unknown are the probabilities of the actions in the supports, all but the last of each, and the values of the states.
Values are normalised: one minus the discount factor times the discounted sum, in units of the range of the player's
payoffs, so that they lie between 0 and 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np

from alliancegames.games.stationary import StationaryProfile
from alliancegames.games.stochastic import StochasticGame
from alliancegames.solvers._algebraic import EnclosedPoint, Undecided, as_fraction, ball, evaluate, precision
from alliancegames.solvers._intervals import Interval

__all__ = ["MarkovSystem", "integral", "proved_point"]

# By state and player, the actions played with positive probability.
Supports = tuple[tuple[tuple[int, ...], ...], ...]

# Bits to which an irrational equilibrium is computed before it is rounded, and of the proof that it exists.
BITS = 128
PROOF_BITS = 256


class MarkovSystem:
    """Equations and inequalities of the stationary equilibria with exactly these supports.

    Parameters
    ----------
    game : StochasticGame
        A game at numbers; floats stand for their exact binary values.
    supports : tuple
        The actions that are played, ``supports[state][player]``.
    """

    def __init__(self, game: StochasticGame, supports: Supports) -> None:
        flint: Any = __import__("flint")
        self.game, self.supports = game, supports
        self.places = [(s, k) for s in range(len(game.states)) for k in range(len(game.players))]
        keys: list[tuple[Any, ...]] = [("p", s, k, a) for s, k in self.places for a in supports[s][k][:-1]]
        keys += [("v", s, k) for s, k in self.places]
        self.column = {key: c for c, key in enumerate(keys)}
        self.context = flint.fmpq_mpoly_ctx.get(tuple(f"x{c}" for c in range(len(keys))), "lex")
        self._gens = self.context.gens()
        self._zero = self.context.constant(0)
        self.delta = _number(Fraction(game.delta))

    @cached_property
    def normalised(self) -> list[dict[tuple[int, ...], tuple[list[Any], list[tuple[int, Any]]]]]:
        """By state and action profile, the normalised payoffs and the chances of the next state."""
        game = self.game
        rows = {(s, cell): [Fraction(v) for v in game.reward(s, cell)] for s in game.states for cell in itertools.product(*game.actions[s])}
        least = [min(column) for column in zip(*rows.values(), strict=True)]
        most = [max(column) for column in zip(*rows.values(), strict=True)]
        share = 1 - Fraction(game.delta)
        result = []
        for state in game.states:
            entries = {}
            for index, cell in _indexed(game.actions[state]):
                scaled = [share * (v - a) / (b - a or 1) for v, a, b in zip(rows[state, cell], least, most, strict=True)]
                moves = [(game.states.index(other), _number(Fraction(q))) for other, q in game.transition(state, cell).items() if q != 0]
                entries[index] = ([_number(value) for value in scaled], moves)
            result.append(entries)
        return result

    # ---------------------------------------------------------------- polynomials

    def probabilities(self, s: int, k: int) -> dict[int, Any]:
        """Return the probabilities of a support as polynomials."""
        own = self.supports[s][k]
        weights = {a: self._gens[self.column["p", s, k, a]] for a in own[:-1]}
        weights[own[-1]] = self.context.constant(1) - sum(weights.values(), start=self._zero)
        return weights

    def value(self, s: int, k: int) -> Any:
        """Return the value of a state to a player."""
        return self._gens[self.column["v", s, k]]

    def worth(self, s: int, k: int, action: int) -> Any:
        """Return what an action is worth: payoff now and the discounted value of the next state."""
        others = [self.probabilities(s, j) if j != k else {action: self.context.constant(1)} for j in range(len(self.game.players))]
        total = self._zero
        for cell in itertools.product(*others):
            weight = self.context.constant(1)
            for lottery, a in zip(others, cell, strict=True):
                weight = weight * lottery[a]
            payoffs, moves = self.normalised[s][cell]
            later = sum((self.value(t, k) * q for t, q in moves), start=self._zero)
            total = total + weight * (later * self.delta + payoffs[k])
        return total

    @cached_property
    def equations(self) -> list[Any]:
        """What vanishes: every action of a support is worth the value of the state."""
        return [self.worth(s, k, a) - self.value(s, k) for s, k in self.places for a in self.supports[s][k]]

    @cached_property
    def positive(self) -> list[Any]:
        """The probabilities of the actions of supports with several."""
        return [weight for s, k in self.places if len(self.supports[s][k]) > 1 for weight in self.probabilities(s, k).values()]

    @cached_property
    def losses(self) -> list[Any]:
        """What actions outside the supports lose, which must not be negative."""
        return [self.value(s, k) - self.worth(s, k, a) for s, k in self.places for a in self._unplayed(s, k)]

    def _unplayed(self, s: int, k: int) -> Iterator[int]:
        yield from (a for a in range(len(self.game.actions[self.game.states[s]][k])) if a not in self.supports[s][k])

    # ---------------------------------------------------------------- points

    def names(self) -> list[str]:
        """Return the unknowns in words: ``crisis, Britain[stand firm]`` and ``value of crisis to Britain``."""
        game = self.game
        return [
            f"{game.states[key[1]]}, {game.players[key[2]]}[{game.actions[game.states[key[1]]][key[2]][key[3]]}]"
            if key[0] == "p"
            else f"normalised value of {game.states[key[1]]} to {game.players[key[2]]}"
            for key in self.column
        ]

    def strategies(self, coordinates: Sequence[Any], one: Any) -> dict[str, list[list[Any]]]:
        """Return the probabilities of all actions at given values of the unknowns."""
        result: dict[str, list[list[Any]]] = {state: [] for state in self.game.states}
        for s, k in self.places:
            state = self.game.states[s]
            own = self.supports[s][k]
            vector = [0 * one] * len(self.game.actions[state][k])
            for a in own[:-1]:
                vector[a] = coordinates[self.column["p", s, k, a]]
            vector[own[-1]] = one - sum((vector[a] for a in own[:-1]), 0 * one)
            result[state].append(vector)
        return result

    def guess(self, profile: StationaryProfile) -> list[float]:
        """Return the unknowns at a profile in floats, whose weights outside the supports are dropped."""
        rows = iter(profile.arrays(float))
        kept: dict[str, list[list[float]]] = {state: [] for state in self.game.states}
        for s, k in self.places:
            own, weights = self.supports[s][k], next(rows)
            total = sum(weights[a] for a in own)
            kept[self.game.states[s]].append([float(w / total) if a in own else 0.0 for a, w in enumerate(weights)])
        floats = profile.game
        rewards = np.array([[float(v) for v in floats.reward(s, c)] for s in floats.states for c in itertools.product(*floats.actions[s])])
        least, spread = rewards.min(axis=0), np.ptp(rewards, axis=0)
        values = StationaryProfile(floats, kept).values
        share = 1 - float(floats.delta)
        return [
            kept[self.game.states[key[1]]][key[2]][key[3]]
            if key[0] == "p"
            else (values[self.game.states[key[1]]][self.game.players[key[2]]] * share - least[key[2]]) / (spread[key[2]] or 1)
            for key in self.column
        ]

    def profile(self, point: Any) -> StationaryProfile:
        """Return a solution as a profile: exact if it is rational and the game exact, in floats otherwise."""
        if point.rational is not None and self.game.field == "exact":
            return StationaryProfile(self.game, self.strategies(point.rational, Fraction(1)))
        middles = [as_fraction(value) for value in point.balls(BITS)]
        exact = self.strategies(middles, Fraction(1))
        floats = {state: [[float(weight) for weight in own] for own in rows] for state, rows in exact.items()}
        return StationaryProfile(self.game if self.game.field == "float" else self.game.floats(), floats)


def _indexed(labels: Sequence[Sequence[str]]) -> Iterator[tuple[tuple[int, ...], tuple[str, ...]]]:
    """Yield the action profiles of a state by index and by label."""
    sizes = [range(len(own)) for own in labels]
    yield from zip(itertools.product(*sizes), itertools.product(*labels), strict=True)


def _number(value: Fraction) -> Any:
    flint: Any = __import__("flint")
    return flint.fmpq(value.numerator, value.denominator)


# -------------------------------------------------------------------- proof that a solution exists


def proved_point(system: MarkovSystem, guess: Sequence[float], radius: float) -> EnclosedPoint | None:
    """Return the one equilibrium with these supports within a distance of a guess, if it is proved to exist.

    One step of the interval Newton method that maps the box into itself proves a solution and that it is alone; its
    probabilities must be positive and no action outside the supports may pay more.
    """
    equations = [integral(p) for p in system.equations]
    box = Interval(np.array(guess) - radius, np.array(guess) + radius)
    try:
        if not _maps_into_itself(equations, box):
            return None
        point = EnclosedPoint(equations, box)
        signs = [point.sign(integral(p)) for p in (*system.positive, *system.losses)]
    except (Undecided, ZeroDivisionError):
        return None
    split = len(system.positive)
    return point if all(sign > 0 for sign in signs[:split]) and all(sign >= 0 for sign in signs[split:]) else None


def _maps_into_itself(equations: list[Any], box: Interval) -> bool:
    flint: Any = __import__("flint")
    with precision(PROOF_BITS):
        zero = ball(Fraction(0))
        point = [flint.arb(float(a)).union(flint.arb(float(b))) for a, b in zip(box.low, box.high, strict=True)]
        centre = [value.mid() for value in point]
        slopes = flint.arb_mat([[evaluate(p.derivative(v), point, zero) for v in range(len(point))] for p in equations])
        step = slopes.solve(flint.arb_mat([[evaluate(p, centre, zero)] for p in equations]))
        return all(value.contains(c - step[k, 0]) for k, (value, c) in enumerate(zip(point, centre, strict=True)))


def integral(polynomial: Any) -> Any:
    """Multiply a polynomial by a positive integer that makes its coefficients integers."""
    flint: Any = __import__("flint")
    context = polynomial.context()
    integers = flint.fmpz_mpoly_ctx.get(context.names(), "lex")
    scale = lcm(*[int(c.q) for c in polynomial.coeffs()])
    return integers.from_dict({m: int(c * scale) for m, c in zip(polynomial.monoms(), polynomial.coeffs(), strict=True)})
