"""The equations of logit quantal response, in floats for following curves and in intervals for proofs.

Everything is in normalised units: payoff differences are divided by the largest one, and precisions are
multiplied by it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._path import Curve
from alliancegames.solvers._reading import exact_payoffs

__all__ = ["LogitEquations", "differences", "soft_max"]

# Below this probability floats lose digits.
UNDERFLOW = 1e-290


def differences(game: NormalFormGame, weights: Sequence[Fraction]) -> tuple[np.ndarray, ...]:
    """Return each player's payoffs minus those of the player's first action, exactly, times the player's weight."""
    arrays = []
    for k, payoffs in enumerate(exact_payoffs(game)):
        arrays.append((payoffs - np.take(payoffs, [0], axis=k)) * weights[k])
    return tuple(arrays)


def largest_difference(arrays: Sequence[np.ndarray]) -> Fraction:
    """Return the most that any player can gain by changing its own action alone, over all cells."""
    return max(Fraction(max(np.ravel(array.max(axis=k) - array.min(axis=k)))) for k, array in enumerate(arrays))


def soft_max(values: np.ndarray) -> np.ndarray:
    """Return probabilities in proportion to the exponentials."""
    shifted = np.exp(values - values.max())
    total: np.ndarray = shifted / shifted.sum()
    return total


@dataclass(frozen=True, eq=False)
class LogitEquations:
    """The equations ``log p = log softmax(precision * expected payoffs)`` of all players at once.

    A point of the curve holds ``log(1 - log p)`` for every action of every player and, last,
    ``log(1 + precision)``: coordinates that stay small while probabilities vanish and the precision grows.

    Parameters
    ----------
    game : NormalFormGame
        A game at numbers.
    weights : tuple of Fraction
        One factor a player by which its payoffs are multiplied.
    """

    game: NormalFormGame
    weights: tuple[Fraction, ...]

    @cached_property
    def scaled(self) -> tuple[np.ndarray, ...]:
        """Weighted payoff differences as exact rationals."""
        return differences(self.game, self.weights)

    @cached_property
    def unit(self) -> Fraction:
        """The largest payoff difference, or 1 if nobody cares."""
        return largest_difference(self.scaled) or Fraction(1)

    @cached_property
    def payoffs(self) -> tuple[np.ndarray, ...]:
        """Normalised payoff differences, own action first, the others in player order."""
        moved = [np.moveaxis(array / self.unit, k, 0) for k, array in enumerate(self.scaled)]
        return tuple(array.astype(float) for array in moved)

    @cached_property
    def tables(self) -> dict[tuple[int, int], np.ndarray]:
        """Payoffs of player ``k`` with the axis of player ``j`` moved behind the own one."""
        pairs = itertools.permutations(range(len(self.payoffs)), 2)
        return {(k, j): np.moveaxis(self.payoffs[k], j if j > k else j + 1, 1) for k, j in pairs}

    @cached_property
    def parts(self) -> tuple[slice, ...]:
        """Where each player's actions stand in a vector over all actions."""
        ends = np.cumsum([0, *self.game.shape])
        return tuple(slice(int(low), int(high)) for low, high in itertools.pairwise(ends))

    @property
    def curve(self) -> Curve:
        """The equilibria as a curve."""
        return Curve(self.values, self.jacobian, self.probabilities)

    # ---------------------------------------------------------------- coordinates

    def start(self) -> np.ndarray:
        """Return the point at precision zero, where everybody plays uniformly."""
        return self.point([np.full(size, 1 / size) for size in self.game.shape], 0.0)

    def point(self, strategies: Sequence[np.ndarray], precision: float) -> np.ndarray:
        """Return the point on the curve of an equilibrium at a normalised precision.

        Where probabilities underflow, their logarithms follow from the payoffs.
        """
        logs = []
        for k, own in enumerate(strategies):
            response = _log_soft_max(precision * self.expected(k, strategies))
            logs.append(np.where(own > UNDERFLOW, np.log(np.maximum(own, UNDERFLOW)), np.minimum(response, math.log(UNDERFLOW))))
        return np.append(np.log1p(-np.concatenate(logs)), math.log1p(precision))

    def precision(self, point: np.ndarray) -> float:
        """Return the normalised precision at a point."""
        return math.expm1(point[-1])

    def probabilities(self, point: np.ndarray) -> np.ndarray:
        """Return all probabilities at a point, player after player, summing to one up to rounding."""
        weights: np.ndarray = np.exp(-np.expm1(point[:-1]))
        return weights

    def strategies(self, point: np.ndarray) -> list[np.ndarray]:
        """Return the players' strategies at a point of the curve."""
        weights = self.probabilities(point)
        return [weights[part] / weights[part].sum() for part in self.parts]

    # ---------------------------------------------------------------- the function and its derivatives

    def expected(self, k: int, strategies: Sequence[np.ndarray]) -> np.ndarray:
        """Return player ``k``'s expected payoff differences."""
        values = self.payoffs[k]
        for j in reversed(range(len(strategies))):
            if j != k:
                values = values @ strategies[j]
        return values

    def expected_against(self, k: int, j: int, strategies: Sequence[np.ndarray]) -> np.ndarray:
        """Return player ``k``'s expected payoff differences by the action of player ``j``, shape (own actions, j's)."""
        values = self.tables[k, j]
        for i in reversed(range(len(strategies))):
            if i not in (k, j):
                values = values @ strategies[i]
        return values

    def values(self, point: np.ndarray) -> np.ndarray:
        """Return by how much the logarithms of the probabilities miss those of the logit response."""
        weights = self.probabilities(point)
        strategies = [weights[part] for part in self.parts]
        response = [_log_soft_max(self.precision(point) * self.expected(k, strategies)) for k in range(len(strategies))]
        residual: np.ndarray = -np.expm1(point[:-1]) - np.concatenate(response)
        return residual

    def jacobian(self, point: np.ndarray) -> np.ndarray:
        """Return the derivatives by the coordinates of a point."""
        weights, precision = self.probabilities(point), self.precision(point)
        strategies = [weights[part] for part in self.parts]
        size = len(weights)
        matrix = np.zeros((size, size + 1))
        matrix[:, :size] = np.eye(size)
        for k, own in enumerate(self.parts):
            expected = self.expected(k, strategies)
            response = soft_max(precision * expected)
            matrix[own, size] = -(expected - response @ expected) * (1 + precision)
            for j, other in enumerate(self.parts):
                if j != k:
                    slopes = precision * self.expected_against(k, j, strategies) * strategies[j]
                    matrix[own, other] = -(slopes - response @ slopes)
        matrix[:, :size] *= -np.exp(point[:-1])
        return matrix

    # ---------------------------------------------------------------- checking

    def residual(self, strategies: Sequence[np.ndarray], precision: float) -> float:
        """Return the largest difference between a probability and its logit response."""
        misses = [np.abs(own - soft_max(precision * self.expected(k, strategies))).max() for k, own in enumerate(strategies)]
        return float(max(misses))


def _log_soft_max(values: np.ndarray) -> np.ndarray:
    shifted = values - values.max()
    logs: np.ndarray = shifted - np.log(np.exp(shifted).sum())
    return logs
