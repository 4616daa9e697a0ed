"""Pure stationary equilibria of stochastic games, by bounds on what the states can be worth.

As long as every action profile of a state that may be played is known, the value of the state to a player in
equilibrium lies between two bounds: the most it could get if everybody helped it, and what it can secure by its own
replies. A profile from which somebody gains by deviating, whatever the values within the bounds, is dropped; when
nothing can be dropped, one player's action in one state is fixed in every possible way. All roundings are outwards:
nothing is dropped without proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from alliancegames.games.stochastic import Cell, StochasticGame

__all__ = ["PureSearch", "deviation_count"]

# Steps of policy iteration for a bound; what is left after them widens the bound.
STEPS = 40


def deviation_count(game: StochasticGame) -> int:
    """Return the number of pairs of action profiles of a state that differ in one action."""
    total = 0
    for labels in game.actions.values():
        sizes = [len(own) for own in labels]
        total += int(np.prod(sizes, dtype=object)) * sum(size - 1 for size in sizes)
    return total


@dataclass(frozen=True)
class _Box:
    """Bounds on the values of the states, shape (states, players) each."""

    low: np.ndarray
    high: np.ndarray


class PureSearch:
    """Search for pure stationary profiles that may be equilibria; no other pure profile is one.

    Parameters
    ----------
    game : StochasticGame
        A game at numbers.
    limit : int
        Largest number of cases examined.
    """

    def __init__(self, game: StochasticGame, limit: int) -> None:
        self.game, self.limit, self.examined = game, limit, 0
        self.exhausted = False
        tables = game.tables()
        self.rewards, self.moves, self.offsets = tables.rewards, tables.moves, tables.offsets
        self.delta = float(game.delta)
        self.state_of = np.repeat(np.arange(len(game.states)), np.diff(self.offsets))
        self.own = np.concatenate([np.indices([len(own) for own in game.actions[s]]).reshape(len(game.players), -1).T for s in game.states])
        self.replies = [self._replies(k) for k in range(len(game.players))]
        # the factor 1 / (1 - delta), rounded upwards even where delta is almost one
        self.horizon = float(1 / (1 - Fraction(game.delta))) * (1 + 1e-15)
        largest = float(np.abs(self.rewards).max())
        # what rounding can add up to in one evaluation of a deviation or of a Bellman operator
        self.slack = 8 * (len(game.states) + 8) * float(np.finfo(float).eps) * largest * self.horizon + 1e-300
        self._pairs()

    def _replies(self, k: int) -> np.ndarray:
        """Return for each row the rows in which player ``k`` plays its first, second, ... action instead; repeated to equal length."""
        widest = max(len(labels[k]) for labels in self.game.actions.values())
        rows = np.empty((len(self.state_of), widest), dtype=int)
        for s, state in enumerate(self.game.states):
            sizes = [len(own) for own in self.game.actions[state]]
            index = np.arange(int(np.prod(sizes))).reshape(sizes)
            lines = np.moveaxis(index, k, -1)[..., np.minimum(np.arange(widest), sizes[k] - 1)]
            spread = np.broadcast_to(np.expand_dims(lines, k), (*sizes, widest)).reshape(-1, widest)
            rows[self.offsets[s] : self.offsets[s + 1]] = spread + self.offsets[s]
        return rows

    def _pairs(self) -> None:
        """List all deviations: from which row, by whom, what they add at once and to the chances of the next state."""
        rows = np.arange(len(self.state_of))
        parts = []
        for k, replies in enumerate(self.replies):
            start, column = np.nonzero(replies != rows[:, None])
            unique = np.unique(np.column_stack([start, replies[start, column]]), axis=0)
            parts.append((unique[:, 0], unique[:, 1], np.full(len(unique), k)))
        self.start, self.end, self.player = (np.concatenate(part) for part in zip(*parts, strict=True))
        self.gain = self.rewards[self.end, self.player] - self.rewards[self.start, self.player]
        change = self.delta * (self.moves[self.end] - self.moves[self.start])
        self.rise, self.fall = np.maximum(change, 0), np.maximum(-change, 0)

    # ---------------------------------------------------------------- searching

    def candidates(self) -> list[dict[str, Cell]]:
        """Return all profiles that are left, in the order of the game."""
        return [self._policy(rows) for rows in sorted(self._leaves())]

    def _leaves(self) -> Iterator[tuple[int, ...]]:
        everything = np.ones(len(self.state_of), dtype=bool)
        worst = np.abs(self.rewards).max() * self.horizon + self.slack
        shape = (len(self.game.states), len(self.game.players))
        waiting = [(everything, _Box(np.full(shape, -worst), np.full(shape, worst)))]
        while waiting:
            if self.examined >= self.limit:
                self.exhausted = True
                return
            self.examined += 1
            alive, box = waiting.pop()
            narrowed = self._narrow(alive, box)
            if narrowed is None:
                continue
            alive, box = narrowed
            left = np.add.reduceat(alive, self.offsets[:-1])
            if (left == 1).all():
                yield tuple(np.nonzero(alive)[0].tolist())
                continue
            waiting += [(part, box) for part in self._split(alive)]

    def _narrow(self, alive: np.ndarray, box: _Box) -> tuple[np.ndarray, _Box] | None:
        """Drop what cannot be played in equilibrium; None if some state is left without action profile."""
        alive = alive.copy()
        while True:
            if not np.logical_or.reduceat(alive, self.offsets[:-1]).all():
                return None
            box = self._bounds(alive, box)
            live = np.nonzero(alive[self.start])[0]
            who = self.player[live]
            least = (self.rise[live] @ box.low - self.fall[live] @ box.high)[np.arange(len(live)), who]
            beaten = self.start[live][self.gain[live] + least > self.slack]
            best = self.rewards + self.delta * self.moves @ box.high
            poor = np.nonzero(alive & (best < box.low[self.state_of] - self.slack).any(axis=1))[0]
            if not len(beaten) and not len(poor):
                return alive, box
            alive[beaten] = alive[poor] = False

    def _split(self, alive: np.ndarray) -> list[np.ndarray]:
        """Fix an action of the player with the fewest strategies left, in a state with the fewest action profiles."""
        counts = np.array(
            [
                [len(np.unique(self.own[low:high, k][alive[low:high]])) for k in range(len(self.game.players))]
                for low, high in zip(self.offsets, self.offsets[1:], strict=False)
            ]
        )
        strategies = np.log(counts).sum(axis=0)
        k = int(np.argmin(np.where(strategies > 0, strategies, np.inf)))
        left = np.add.reduceat(alive, self.offsets[:-1])
        s = int(np.argmin(np.where(counts[:, k] > 1, left, len(alive) + 1)))
        rows = np.arange(self.offsets[s], self.offsets[s + 1])
        parts = []
        for action in np.unique(self.own[rows, k][alive[rows]]):
            part = alive.copy()
            part[rows] &= self.own[rows, k] == action
            parts.append(part)
        return parts[::-1]

    # ---------------------------------------------------------------- bounds

    def _bounds(self, alive: np.ndarray, box: _Box) -> _Box:
        low, high = box.low.copy(), box.high.copy()
        for k in range(low.shape[1]):
            high[:, k] = np.minimum(high[:, k], self._most(alive, k))
            low[:, k] = np.maximum(low[:, k], self._least(alive, k))
        return _Box(low, high)

    def _worth(self, k: int, values: np.ndarray) -> np.ndarray:
        """Return what each row is worth to a player if the next states have these values."""
        worth: np.ndarray = self.rewards[:, k] + self.delta * self.moves @ values
        return worth

    def _followed(self, k: int, rows: np.ndarray) -> np.ndarray:
        """Return the values of playing one row in each state forever."""
        matrix = np.eye(len(rows)) - self.delta * self.moves[rows]
        values: np.ndarray = np.linalg.solve(matrix, self.rewards[rows, k])
        return values

    def _most(self, alive: np.ndarray, k: int) -> np.ndarray:
        """Return what a player could get if it chose for all, among what is alive."""

        def choose(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            worth = np.where(alive, self._worth(k, values), -np.inf)
            return worth, self._first(worth, np.maximum)

        values, image = self._iterate(k, choose, np.maximum)
        return values + (max(float((image - values).max()), 0.0) + self.slack) * self.horizon

    def _least(self, alive: np.ndarray, k: int) -> np.ndarray:
        """Return what a player can secure by its own replies, whatever of what is alive the others play."""

        def choose(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            options = self._worth(k, values)[self.replies[k]]
            secured = np.where(alive, options.max(axis=1), np.inf)
            rows = self._first(secured, np.minimum)
            return secured, self.replies[k][rows, options[rows].argmax(axis=1)]

        values, image = self._iterate(k, choose, np.minimum)
        return values - (max(float((values - image).max()), 0.0) + self.slack) * self.horizon

    def _iterate(
        self, k: int, choose: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]], extreme: np.ufunc
    ) -> tuple[np.ndarray, np.ndarray]:
        """Iterate over policies; return the last values and what the Bellman operator makes of them."""
        values: np.ndarray = np.zeros(len(self.game.states))
        before: np.ndarray | None = None
        for _ in range(STEPS):
            _, rows = choose(values)
            if before is not None and (rows == before).all():
                break
            values, before = self._followed(k, rows), rows
        worth, _ = choose(values)
        return values, extreme.reduceat(worth, self.offsets[:-1])

    def _first(self, worth: np.ndarray, extreme: np.ufunc) -> np.ndarray:
        """Return the first row of each state at which a number is extreme."""
        found = worth == extreme.reduceat(worth, self.offsets[:-1])[self.state_of]
        rows = np.where(found, np.arange(len(worth)), len(worth))
        first: np.ndarray = np.minimum.reduceat(rows, self.offsets[:-1])
        return first

    def _policy(self, rows: tuple[int, ...]) -> dict[str, Cell]:
        actions = self.game.actions
        return {
            state: tuple(labels[i] for labels, i in zip(actions[state], self.own[row].tolist(), strict=True))
            for state, row in zip(self.game.states, rows, strict=True)
        }
