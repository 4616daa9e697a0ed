"""Pure stationary Markov perfect equilibria of symbolic stochastic games, each with its condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from alliancegames.errors import SolverNotApplicableError
from alliancegames.statics._derivation.candidates import Candidate, determinant, polynomials
from alliancegames.statics._polynomials import FALSE, Formula, every
from alliancegames.statics.parameter_space import ParameterSpace

__all__ = ["stationary_candidates"]


def stationary_candidates(game: Any, space: ParameterSpace) -> list[Candidate]:
    """Return all pure stationary equilibria of a stochastic game.

    The value of a policy solves a linear system, by determinants; the condition is that no single deviation pays.

    Parameters
    ----------
    game : StochasticGame
        With rewards that are rational functions of the parameters, and chances and a discount factor that are polynomials.
    space : ParameterSpace
        The space of the parameters.
    """
    import sympy

    numbers = _Numbers(game, space)
    result = []
    for policy in game.policies():
        condition = numbers.condition(policy)
        if condition != FALSE:
            choosing = [state for state in game.states if any(len(own) > 1 for own in game.actions[state])]
            profile = tuple({f"{state}: {' & '.join(policy[state])}": sympy.Integer(1)} for state in choosing)
            label = ", ".join(f"{state}: {' & '.join(policy[state])}" for state in choosing)
            result.append(Candidate(profile, condition, label))
    return result


class _Numbers:
    """Rewards, chances and discount factor as polynomials."""

    def __init__(self, game: Any, space: ParameterSpace) -> None:
        self.game, self.space = game, space
        self.cells = [(state, cell) for state in game.states for cell in _cells(game, state)]
        self.rewards = {}
        for player in range(len(game.players)):
            column = polynomials(np.array([game.reward(state, cell)[player] for state, cell in self.cells], dtype=object), space)
            self.rewards.update({(player, *where): value for where, value in zip(self.cells, column, strict=True)})
        self.delta = self._polynomial(game.delta)
        self.chances = {
            (state, cell, to): self._polynomial(game.transition(state, cell).get(to, 0)) for state, cell in self.cells for to in game.states
        }

    def _polynomial(self, value: Any) -> Any:
        top, bottom = self.space.ring.quotient(value)
        if not bottom.is_constant():
            raise SolverNotApplicableError(
                f"regimes(): chances and the discount factor must be polynomials of the parameters, got {value}."
            )
        return top

    def condition(self, policy: Mapping[str, tuple[str, ...]]) -> Formula:
        """Return where no player gains by another action in one state for one period."""
        states = self.game.states
        one = self.space.ring.constant(1)
        matrix = [[one * int(s == to) - self.delta * self.chances[s, policy[s], to] for to in states] for s in states]
        bottom = determinant(matrix, one)  # positive, since the discounted chances of leaving sum to less than one
        parts: list[Formula] = []
        for player in range(len(self.game.players)):
            values = self._values(matrix, [self.rewards[player, s, policy[s]] for s in states], one)
            for place, state in enumerate(states):
                for cell in _deviations(self.game, state, policy[state], player):
                    after = sum((self.chances[state, cell, to] * v for to, v in zip(states, values, strict=True)), start=0 * one)
                    loss = values[place] - self.rewards[player, state, cell] * bottom - self.delta * after
                    if not loss.is_zero():
                        parts.append(self.space.sign_condition(loss, ">"))
                    if parts and parts[-1] == FALSE:
                        return FALSE
        return every(parts)

    def _values(self, matrix: Sequence[Sequence[Any]], right: Sequence[Any], one: Any) -> list[Any]:
        """Return the numerators of the values by Cramer's rule."""
        size = len(right)
        return [determinant([[*row[:k], right[i], *row[k + 1 :]] for i, row in enumerate(matrix)], one) for k in range(size)]


def _cells(game: Any, state: str) -> list[tuple[str, ...]]:
    from itertools import product

    return list(product(*game.actions[state]))


def _deviations(game: Any, state: str, cell: tuple[str, ...], player: int) -> list[tuple[str, ...]]:
    return [(*cell[:player], action, *cell[player + 1 :]) for action in game.actions[state][player] if action != cell[player]]
