"""The equations of stationary logit quantal response in stochastic games, with their derivatives."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alliancegames.games.stochastic import StochasticGame
from alliancegames.solvers._logit import soft_max
from alliancegames.solvers._path import Curve

__all__ = ["MarkovLogitEquations"]


@dataclass(frozen=True, eq=False)
class MarkovLogitEquations:
    """The equations ``log p = log softmax(precision * worth)`` of all players in all states at once.

    The worth of an action is its payoff now and the discounted value of the next state; the values follow from the
    probabilities by a linear system. As in `LogitEquations` a point holds ``log(1 - log p)`` for every action and,
    last, ``log(1 + precision)``. Each player's payoffs are in units of the range of its payoffs of a period, so that
    the curve does not depend on units.

    Parameters
    ----------
    game : StochasticGame
        A game at numbers.
    weights : tuple of float
        One factor a player by which its precision differs.
    """

    game: StochasticGame
    weights: tuple[float, ...]

    @cached_property
    def shapes(self) -> list[tuple[int, ...]]:
        """Numbers of actions of the players, by state."""
        return [tuple(len(own) for own in self.game.actions[state]) for state in self.game.states]

    @cached_property
    def parts(self) -> list[list[slice]]:
        """Where the actions of each player in each state stand in a vector over all actions: ``parts[state][player]``."""
        ends = np.cumsum([0, *itertools.chain.from_iterable(self.shapes)]).tolist()
        slices = [slice(low, high) for low, high in itertools.pairwise(ends)]
        count = len(self.game.players)
        return [slices[k : k + count] for k in range(0, len(slices), count)]

    @cached_property
    def size(self) -> int:
        """Number of actions of all players in all states."""
        return int(self.parts[-1][-1].stop)

    @cached_property
    def tables(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """By state the normalised payoffs, shape (*actions, players), and the chances of the next state, shape (*actions, states)."""
        offsets, rewards, moves = self.game.tables()
        spread = np.ptp(rewards, axis=0)
        scaled = (rewards - rewards.min(axis=0)) / np.where(spread > 0, spread, 1.0) * np.array(self.weights)
        return [
            (scaled[low:high].reshape(*shape, -1), moves[low:high].reshape(*shape, -1))
            for shape, (low, high) in zip(self.shapes, itertools.pairwise(offsets.tolist()), strict=True)
        ]

    @cached_property
    def delta(self) -> float:
        """Discount factor."""
        return float(self.game.delta)

    @property
    def curve(self) -> Curve:
        """The equilibria as a curve."""
        return Curve(self.values, self.jacobian, lambda point: np.exp(self._logs(point)))

    # ---------------------------------------------------------------- coordinates

    def start(self) -> np.ndarray:
        """Return the point at precision zero, where all actions are equally likely."""
        sizes = [size for shape in self.shapes for size in shape for _ in range(size)]
        return np.append(np.log1p(np.log(np.array(sizes, dtype=float))), 0.0)

    def precision(self, point: np.ndarray) -> float:
        """Return the normalised precision at a point."""
        return math.expm1(point[-1])

    @staticmethod
    def _logs(point: np.ndarray) -> np.ndarray:
        logs: np.ndarray = -np.expm1(point[:-1])
        return logs

    def strategies(self, point: np.ndarray) -> list[list[np.ndarray]]:
        """Return the probabilities of the actions, ``strategies[state][player]``, summing to one."""
        weights = np.exp(self._logs(point))
        return [[weights[part] / weights[part].sum() for part in row] for row in self.parts]

    # ---------------------------------------------------------------- values

    def _lotteries(self, weights: np.ndarray) -> list[list[np.ndarray]]:
        return [[weights[part] for part in row] for row in self.parts]

    def _chain(self, lotteries: list[list[np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
        """Return the discounted sums of visits, shape (states, states), and the values, shape (states, players)."""
        means = [[_mean(table, own) for table in tables] for own, tables in zip(lotteries, self.tables, strict=True)]
        visits = np.linalg.inv(np.eye(len(self.shapes)) - self.delta * np.array([moves for _, moves in means]))
        return visits, visits @ np.array([rewards for rewards, _ in means])

    def _ahead(self, values: np.ndarray) -> list[np.ndarray]:
        """Return by state what each action profile is worth, shape (*actions, players)."""
        return [rewards + self.delta * moves @ values for rewards, moves in self.tables]

    def worth(self, point: np.ndarray) -> list[list[np.ndarray]]:
        """Return what each action is worth, ``worth[state][player]``."""
        lotteries = self._lotteries(np.exp(self._logs(point)))
        _, values = self._chain(lotteries)
        return self._expected(lotteries, self._ahead(values))

    def _expected(self, lotteries: list[list[np.ndarray]], ahead: list[np.ndarray]) -> list[list[np.ndarray]]:
        return [[_mean(table[..., k], own, (k,)) for k in range(len(own))] for own, table in zip(lotteries, ahead, strict=True)]

    # ---------------------------------------------------------------- the function and its derivatives

    def values(self, point: np.ndarray) -> np.ndarray:
        """Return by how much the logarithms of the probabilities miss those of the logit response."""
        precision = self.precision(point)
        responses = []
        for worth in itertools.chain.from_iterable(self.worth(point)):
            shifted = precision * (worth - worth.max())
            responses.append(shifted - np.log(np.exp(shifted).sum()))
        residual: np.ndarray = self._logs(point) - np.concatenate(responses)
        return residual

    def jacobian(self, point: np.ndarray) -> np.ndarray:
        """Return the derivatives by the coordinates of a point."""
        weights, precision = np.exp(self._logs(point)), self.precision(point)
        lotteries = self._lotteries(weights)
        visits, values = self._chain(lotteries)
        ahead = self._ahead(values)
        worth = self._expected(lotteries, ahead)
        matrix = np.zeros((self.size, self.size + 1))
        matrix[:, : self.size] = np.eye(self.size)
        for k in range(len(self.weights)):
            slopes = visits @ self._slopes(k, lotteries, ahead)  # of the values, by the logarithms of the probabilities
            for s, own in enumerate(lotteries):
                part = self.parts[s][k]
                response = soft_max(precision * worth[s][k])
                change = self.delta * _mean(self.tables[s][1], own, (k,)) @ slopes
                for j, lottery in enumerate(own):
                    if j != k:
                        pair = _mean(ahead[s][..., k], own, (k, j))
                        change[:, self.parts[s][j]] += (pair if k < j else pair.T) * lottery
                matrix[part, : self.size] -= precision * (change - response @ change)
                matrix[part, self.size] = -(worth[s][k] - response @ worth[s][k]) * (1 + precision)
        matrix[:, : self.size] *= -np.exp(point[:-1])
        return matrix

    def _slopes(self, k: int, lotteries: list[list[np.ndarray]], ahead: list[np.ndarray]) -> np.ndarray:
        """Return how a player's values change at once, before they change the values of other states; shape (states, actions)."""
        slopes = np.zeros((len(lotteries), self.size))
        for s, own in enumerate(lotteries):
            for j, lottery in enumerate(own):
                slopes[s, self.parts[s][j]] = lottery * _mean(ahead[s][..., k], own, (j,))
        return slopes

    def regret(self, point: np.ndarray) -> float:
        """Return the most that anybody gains by changing its action once, as a share of the range of its payoffs of a period."""
        pairs = zip(itertools.chain(*self.worth(point)), itertools.chain(*self.strategies(point)), strict=True)
        return max(float(worth.max() - own @ worth) for worth, own in pairs)


def _mean(table: np.ndarray, strategies: Sequence[np.ndarray], keep: tuple[int, ...] = ()) -> np.ndarray:
    """Return the expectation of a table over the players' axes, which come first, except those kept."""
    for j in reversed(range(len(strategies))):
        if j not in keep:
            table = np.tensordot(table, strategies[j], axes=(j, 0))
    return table
