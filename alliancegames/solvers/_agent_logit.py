"""The equations of agent quantal response on a game tree, with their derivatives."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from alliancegames.games.assessment import Assessment
from alliancegames.games.behaviour import BehaviourProfile
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.solvers._logit import soft_max
from alliancegames.solvers._path import Curve

__all__ = ["AgentLogitEquations"]


@dataclass(frozen=True, eq=False)
class AgentLogitEquations:
    """The equations ``log p = log softmax(precision * worth)`` of all information sets at once.

    As in `LogitEquations` a point holds ``log(1 - log p)`` for every action and, last, ``log(1 + precision)``;
    payoffs are in units of the largest range of payoffs of a player.
    """

    game: ExtensiveGame

    @cached_property
    def unit(self) -> Fraction:
        """The largest range of payoffs of a player who moves, or 1 if nobody cares."""
        players = {part.player for part in self.game.information_sets}
        ends = [node.payoffs for node in self.game.exact().nodes if node.payoffs is not None]
        return max((max(pay[k] for pay in ends) - min(pay[k] for pay in ends) for k in players), default=Fraction(0)) or Fraction(1)

    @cached_property
    def parts(self) -> tuple[slice, ...]:
        """Where the actions of each information set stand in a vector over all actions."""
        ends = np.cumsum([0, *(len(part.actions) for part in self.game.information_sets)]).tolist()
        return tuple(slice(low, high) for low, high in itertools.pairwise(ends))

    @cached_property
    def ends(self) -> list[np.ndarray | None]:
        """Normalised payoffs at the ends of the tree, the least of each player being zero."""
        game = self.game.exact()
        least = [min(node.payoffs[k] for node in game.nodes if node.payoffs is not None) for k in range(len(game.players))]
        return [
            None
            if node.payoffs is None
            else np.array([float((value - low) / self.unit) for value, low in zip(node.payoffs, least, strict=True)])
            for node in game.nodes
        ]

    @cached_property
    def chance(self) -> list[list[float] | None]:
        """Probabilities of the events of nature."""
        return [None if node.chance is None else [float(weight) for weight in node.chance] for node in self.game.nodes]

    @cached_property
    def paths(self) -> np.ndarray:
        """Which actions lead to each node, shape (nodes, actions)."""
        paths = np.zeros((len(self.game.nodes), self.parts[-1].stop))
        for k, node in enumerate(self.game.nodes):
            for j, child in enumerate(node.children):
                paths[child] = paths[k]
                if node.information_set is not None:
                    paths[child, self.parts[node.information_set].start + j] = 1
        return paths

    @cached_property
    def log_chance(self) -> np.ndarray:
        """Logarithm of the probability that nature gives to each node."""
        logs = np.zeros(len(self.game.nodes))
        for k, node in enumerate(self.game.nodes):
            for j, child in enumerate(node.children):
                weights = self.chance[k]
                logs[child] = logs[k] + (math.log(weights[j]) if weights is not None else 0.0)
        return logs

    @property
    def curve(self) -> Curve:
        """The equilibria as a curve."""
        return Curve(self.values, self.jacobian, lambda point: np.exp(self._logs(point)))

    def start(self) -> np.ndarray:
        """Return the point at precision zero, where all actions of a set are equally likely."""
        logs = np.concatenate([np.full(len(part.actions), -math.log(len(part.actions))) for part in self.game.information_sets])
        return np.append(np.log1p(-logs), 0.0)

    def precision(self, point: np.ndarray) -> float:
        """Return the normalised precision at a point."""
        return math.expm1(point[-1])

    @staticmethod
    def _logs(point: np.ndarray) -> np.ndarray:
        logs: np.ndarray = -np.expm1(point[:-1])
        return logs

    def strategies(self, point: np.ndarray) -> list[np.ndarray]:
        """Return the probabilities of the actions of each set, summing to one."""
        weights = np.exp(self._logs(point))
        return [weights[part] / weights[part].sum() for part in self.parts]

    def beliefs(self, point: np.ndarray) -> list[np.ndarray]:
        """Return the probabilities of the nodes of each set given that it is reached."""
        reach = self.log_chance + self.paths @ self._logs(point)
        return [soft_max(reach[list(part.nodes)]) for part in self.game.information_sets]

    def worth(self, point: np.ndarray) -> list[np.ndarray]:
        """Return what each action of each set is worth given that the set is reached."""
        values, beliefs = self._values(np.exp(self._logs(point))), self.beliefs(point)
        return [
            self.following(h, values)[:, :, part.player].T @ belief
            for h, (part, belief) in enumerate(zip(self.game.information_sets, beliefs, strict=True))
        ]

    def following(self, h: int, table: np.ndarray) -> np.ndarray:
        """Return the rows of a table over nodes that belong to the children of a set, shape (nodes, actions, ...)."""
        return table[[self.game.nodes[node].children for node in self.game.information_sets[h].nodes]]

    def _values(self, weights: np.ndarray) -> np.ndarray:
        """Return what each node is worth to each player, shape (nodes, players)."""
        values = np.zeros((len(self.game.nodes), len(self.game.players)))
        for k in reversed(range(len(values))):
            payoffs, node = self.ends[k], self.game.nodes[k]
            values[k] = payoffs if payoffs is not None else self._shares(k, weights) @ values[list(node.children)]
        return values

    def _shares(self, k: int, weights: np.ndarray) -> np.ndarray:
        h, chance = self.game.nodes[k].information_set, self.chance[k]
        return np.array(chance) if h is None else weights[self.parts[h]]

    def _slopes(self, weights: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Return the derivatives of the values by the logarithms of the probabilities, shape (nodes, players, actions)."""
        slopes = np.zeros((*values.shape, len(weights)))
        for k in reversed(range(len(values))):
            node = self.game.nodes[k]
            if node.children:
                children, shares = list(node.children), self._shares(k, weights)
                slopes[k] = np.tensordot(shares, slopes[children], 1)
                if node.information_set is not None:
                    slopes[k][:, self.parts[node.information_set]] += values[children].T * shares
        return slopes

    def values(self, point: np.ndarray) -> np.ndarray:
        """Return by how much the logarithms of the probabilities miss those of the logit response."""
        precision = self.precision(point)
        responses = []
        for worth in self.worth(point):
            shifted = precision * (worth - worth.max())
            responses.append(shifted - np.log(np.exp(shifted).sum()))
        residual: np.ndarray = self._logs(point) - np.concatenate(responses)
        return residual

    def jacobian(self, point: np.ndarray) -> np.ndarray:
        """Return the derivatives by the coordinates of a point."""
        weights, precision = np.exp(self._logs(point)), self.precision(point)
        values, beliefs = self._values(weights), self.beliefs(point)
        slopes = self._slopes(weights, values)
        size = len(weights)
        matrix = np.zeros((size, size + 1))
        matrix[:, :size] = np.eye(size)
        for h, (part, belief) in enumerate(zip(self.game.information_sets, beliefs, strict=True)):
            own = self.parts[h]
            following = self.following(h, values)[:, :, part.player]
            worth = following.T @ belief
            response = soft_max(precision * worth)
            moved = self.paths[list(part.nodes)]
            change = np.tensordot(belief, self.following(h, slopes)[:, :, part.player], 1)
            change += (following * belief[:, None]).T @ (moved - belief @ moved)
            matrix[own, :size] -= precision * (change - response @ change)
            matrix[own, size] = -(worth - response @ worth) * (1 + precision)
        matrix[:, :size] *= -np.exp(point[:-1])
        return matrix

    def regret(self, point: np.ndarray) -> float:
        """Return the most that anybody gains by changing what he does at one set, as a share of the unit."""
        pairs = zip(self.worth(point), self.strategies(point), strict=True)
        return max(float(worth.max() - own @ worth) for worth, own in pairs)

    def assessment(self, point: np.ndarray) -> Assessment:
        """Return the equilibrium at a point, of the game in floats."""
        return Assessment(BehaviourProfile(self.game.floats(), self.strategies(point)), self.beliefs(point))
