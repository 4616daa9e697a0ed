"""Models whose game is played by types drawn from a prior, all acting at the same time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, ClassVar

import numpy as np

from alliancegames._fields import Field
from alliancegames.games.bayesian import BayesianGame
from alliancegames.models.forms import float_values
from alliancegames.models.model import Model
from alliancegames.parameters import Values
from alliancegames.solvers.bayesian import bayesian_nash
from alliancegames.solvers.result import EquilibriumSet

__all__ = ["BayesianModel"]

Labels = tuple[str, ...]
Cell = tuple[Labels, Labels]


class BayesianModel(Model):
    """A model in which each player knows only his own type and all act at the same time."""

    form: ClassVar[str] = "Bayesian game"
    players: ClassVar[Labels]
    types: ClassVar[tuple[Labels, ...]]
    """Types of each player."""
    actions: ClassVar[tuple[Labels, ...]]
    """Actions of each player, whatever his type."""

    @abstractmethod
    def prior(self, p: Values) -> Sequence[Mapping[str, Any]]:
        """Return the probabilities of each player's types, which are independent.

        Parameters
        ----------
        p : Values
            Parameter values: symbols, Fractions, floats or arrays of floats.
        """

    @abstractmethod
    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Return the payoffs of all players by (types, actions). This is the one place where they are written.

        Parameters
        ----------
        p : Values
            Parameter values, as in `prior`.
        """

    @abstractmethod
    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Return for each declared outcome its value by (types, actions), 0 where left out; equilibria take the expectation.

        Parameters
        ----------
        p : Values
            Parameter values, as in `prior`.
        """

    @classmethod
    def cells(cls) -> list[Cell]:
        """Return all pairs of a profile of types and a profile of actions."""
        return list(product(cls.type_profiles(), product(*cls.actions)))

    @classmethod
    def type_profiles(cls) -> list[Labels]:
        """Return all profiles of types."""
        return list(product(*cls.types))

    def build(self, p: Values, field: Field) -> BayesianGame:
        """Build the Bayesian game."""
        table = self.payoffs(p)
        return BayesianGame(
            self.players,
            self.types,
            self.prior(p),
            self.actions,
            lambda types, actions: table[types, actions],
            title=self.title,
            field=field,
        )

    def solve_game(self, game: BayesianGame) -> EquilibriumSet[Any]:
        """Find the Bayesian Nash equilibria."""
        return bayesian_nash(game)

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Take expectations over types and what each of them does."""
        weights = self.cell_weights(equilibrium)
        cells, zero = self.outcome_cells(p), 0 * next(iter(weights.values()))
        return {
            outcome.name: sum((weight * cells[outcome.name].get(cell, 0) for cell, weight in weights.items()), start=zero)
            for outcome in self.outcomes
        }

    def cell_weights(self, equilibrium: Any) -> dict[Cell, Any]:
        """Return the probability of each (types, actions) that occurs.

        Parameters
        ----------
        equilibrium : BayesianProfile
            What is played.
        """
        strategies = [equilibrium[player] for player in self.players]
        found = {}
        for types, drawn in equilibrium.game.prior.items():
            for actions in product(*self.actions):
                shares = [strategy[kind][action] for strategy, kind, action in zip(strategies, types, actions, strict=True)]
                weight = drawn * prod(shares)
                if weight != 0:
                    found[types, actions] = weight
        return found

    def payoff_stack(self, points: Mapping[str, Any]) -> np.ndarray:
        """Compute the payoffs of all cells for many points in one vectorised call.

        Parameters
        ----------
        points : mapping of str to array_like
            As in ``NormalFormModel.payoff_stack``.

        Returns
        -------
        ndarray
            Of the points' shape, followed by (number of cells, number of players); the cells in the order of `cells`.
        """
        values, shape = float_values(self, points)
        table, cells = self.payoffs(values), self.cells()
        stack = np.empty((*shape, len(cells), len(self.players)))
        for k, cell in enumerate(cells):
            for i, payoff in enumerate(table[cell]):
                stack[..., k, i] = payoff
        return stack

    def prior_stack(self, points: Mapping[str, Any]) -> np.ndarray:
        """Compute the probabilities of all profiles of types for many points in one vectorised call.

        Parameters
        ----------
        points : mapping of str to array_like
            As in `payoff_stack`.

        Returns
        -------
        ndarray
            Of the points' shape, followed by the number of profiles of types, in the order of `type_profiles`.
        """
        values, shape = float_values(self, points)
        shares, profiles = self.prior(values), self.type_profiles()
        stack = np.ones((*shape, len(profiles)))
        for k, types in enumerate(profiles):
            for share, kind in zip(shares, types, strict=True):
                stack[..., k] *= share[kind]
        return stack
