"""The policy elimination of stochastic games with transfers (Goldlücke and Kranz 2018), in exact numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from alliancegames._exact import solve_linear
from alliancegames._fields import decimal_reading, read_number
from alliancegames.games.stochastic import StochasticGame

Cell = tuple[str, ...]
Values = dict[str, Fraction]
Policy = dict[str, Cell]


class Elimination:
    """The game in exact numbers, and the profiles that are still allowed in each state.

    Parameters
    ----------
    game : StochasticGame
        The game.
    delta : Fraction, optional
        Another discount factor than that of the game.
    """

    def __init__(self, game: StochasticGame, delta: Fraction | None = None) -> None:
        self.game = game
        self.players = range(len(game.players))
        self.delta = fraction(game.delta) if delta is None else delta
        self.states = list(game.states)
        self.rewards: dict[str, dict[Cell, list[Fraction]]] = {}
        self.moves: dict[str, dict[Cell, dict[str, Fraction]]] = {}
        for state in game.states:
            cells = _cells(game.actions[state])
            self.rewards[state] = {cell: [fraction(x) for x in game.reward(state, cell)] for cell in cells}
            self.moves[state] = {cell: lottery(game.transition(state, cell)) for cell in cells}
        self.allowed = {state: list(self.rewards[state]) for state in self.states}
        self.eliminated = 0
        self.rounds = 0
        self.joint: Values = {}
        self.low: list[Values] = []
        self.path: Policy = {}
        self.punishing: list[Policy] = [{} for _ in self.players]

    # ---------------------------------------------------------------- one period

    def period(self, state: str, cell: Cell, flow: Fraction, later: Values) -> Fraction:
        """Return the payoff of a period and of what follows it."""
        return (1 - self.delta) * flow + self.delta * sum(
            (weight * later[other] for other, weight in self.moves[state][cell].items()), Fraction(0)
        )

    def replies(self, state: str, cell: Cell, k: int) -> list[Cell]:
        """Return the profiles that a player can bring about against the others' part of a profile."""
        return [(*cell[:k], action, *cell[k + 1 :]) for action in self.game.actions[state][k]]

    def secured(self, state: str, cell: Cell, k: int, low: Values) -> Fraction:
        """Return the best that a player can do against a profile if punished from the next period on."""
        return max(self.period(state, played, self.rewards[state][played][k], low) for played in self.replies(state, cell, k))

    def slack(self, state: str, cell: Cell) -> Fraction:
        """Return by how much the joint payoff after a profile covers all deviations from it."""
        total = self.period(state, cell, sum(self.rewards[state][cell], Fraction(0)), self.joint)
        return total - sum((self.secured(state, cell, k, self.low[k]) for k in self.players), Fraction(0))

    # ---------------------------------------------------------------- the rounds

    def run(self) -> None:
        """Eliminate profiles that cannot be played until all that are left can."""
        while self.states:
            self.rounds += 1
            self.joint = self._best_joint()
            self.low = [self._punish(k) for k in self.players]
            kept = {state: [cell for cell in self.allowed[state] if self.slack(state, cell) >= 0] for state in self.states}
            gone = sum(len(self.allowed[state]) - len(kept[state]) for state in self.states)
            self.eliminated += gone
            self.allowed = kept
            if not gone:
                return
            empty = [state for state in self.states if not kept[state]]
            if empty:
                self.states = [state for state in self.states if state not in self._leading_to(empty)]

    def _leading_to(self, targets: Sequence[str]) -> set[str]:
        """Return the states from which some sequence of profiles leads to the targets, and these."""
        found = set(targets)
        while True:
            more = {s for s in self.states if s not in found and any(found & row.keys() for row in self.moves[s].values())}
            if not more:
                return found
            found |= more

    def evaluate(self, policy: Policy, flows: Sequence[Fraction]) -> Values:
        """Solve the Bellman equations of a policy."""
        matrix = [
            [Fraction(int(s == t)) - self.delta * self.moves[s][policy[s]].get(t, Fraction(0)) for t in self.states] for s in self.states
        ]
        return dict(zip(self.states, solve_linear(matrix, [(1 - self.delta) * flow for flow in flows]), strict=True))

    def _best_joint(self) -> Values:
        """Return the largest joint payoff that allowed profiles yield, by policy iteration; the policy stays in `path`."""
        policy = {s: self.path[s] if self.path.get(s) in self.allowed[s] else self.allowed[s][0] for s in self.states}
        flows = {s: {cell: sum(self.rewards[s][cell], Fraction(0)) for cell in self.allowed[s]} for s in self.states}
        while True:
            values = self.evaluate(policy, [flows[s][policy[s]] for s in self.states])
            changed = False
            for s in self.states:
                best = max(self.allowed[s], key=lambda cell: self.period(s, cell, flows[s][cell], values))
                if self.period(s, best, flows[s][best], values) > values[s]:
                    policy[s], changed = best, True
            if not changed:
                self.path = policy
                return values

    def _punish(self, k: int) -> Values:
        """Return the lowest payoffs to which allowed profiles hold a player who replies at will.

        The punishing policy is improved wherever that lowers the payoff; the payoffs of the best replies
        to it are found by policy iteration. Both stop after finitely many steps, as no policy returns.
        """
        old = self.punishing[k]
        policy = {s: old[s] if old.get(s) in self.allowed[s] else self.allowed[s][0] for s in self.states}
        while True:
            values = self._reply(policy, k)
            changed = False
            for s in self.states:
                best = min(self.allowed[s], key=lambda cell: self.secured(s, cell, k, values))
                if self.secured(s, best, k, values) < values[s]:
                    policy[s], changed = best, True
            if not changed:
                self.punishing[k] = policy
                return values

    def _reply(self, policy: Policy, k: int) -> Values:
        """Return what a player gets by best replies to a policy."""
        played = dict(policy)
        while True:
            values = self.evaluate(played, [self.rewards[s][played[s]][k] for s in self.states])
            changed = False
            for s in self.states:
                for other in self.replies(s, policy[s], k):
                    if self.period(s, other, self.rewards[s][other][k], values) > values[s]:
                        played[s], changed = other, True
                        break
            if not changed:
                return values

    def certificate(self) -> dict[str, Any]:
        """Say what was done."""
        return {
            "rounds": f"{self.rounds}, {self.eliminated} profiles eliminated",
            "attained": "Bellman equations and incentives of path and punishments hold in every state, recomputed from the game",
        }


def _cells(actions: Sequence[Sequence[str]]) -> list[Cell]:
    cells: list[Cell] = [()]
    for labels in actions:
        cells = [(*cell, label) for cell in cells for label in labels]
    return cells


def fraction(value: Any) -> Fraction:
    """Read a number exactly, a float as the decimal it prints."""
    kind, number = read_number(value)
    return decimal_reading(number) if kind == "float" else Fraction(number)


def lottery(given: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return probabilities that sum to exactly one, without states of probability zero."""
    read = {state: fraction(value) for state, value in given.items() if value}
    total = sum(read.values())
    return {state: value / total for state, value in read.items()}
