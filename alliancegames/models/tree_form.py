"""Models that are game trees."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np

from alliancegames._fields import Field
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.forms import float_values
from alliancegames.models.model import Model
from alliancegames.parameters import Values
from alliancegames.solvers.result import EquilibriumSet
from alliancegames.solvers.sequential import sequential_equilibria, subgame_perfect

__all__ = ["TreeModel"]

SOLUTIONS = {"sequential equilibria": sequential_equilibria, "subgame-perfect equilibria": subgame_perfect}


class TreeModel(Model):
    """A model whose game is a tree; its equilibria rest on no threat that would not be carried out."""

    form: ClassVar[str] = "game tree"
    players: ClassVar[tuple[str, ...]]
    solution: ClassVar[Literal["sequential equilibria", "subgame-perfect equilibria"]] = "sequential equilibria"
    """Which equilibria ``solve`` finds."""
    ends: ClassVar[Mapping[str, tuple[str, ...]]]
    """For each declared outcome that is a probability, the names of the ends of the tree that count."""

    @abstractmethod
    def tree(self, p: Values) -> TreeNode:
        """Return the tree, in named parameters. This is the one place where payoffs are written.

        Parameters
        ----------
        p : Values
            Parameter values: symbols, Fractions, floats or arrays of floats.
        """

    def build(self, p: Values, field: Field) -> ExtensiveGame:
        """Build the game tree."""
        return ExtensiveGame(self.players, self.tree(p), title=self.title, field=field)

    def solve_game(self, game: ExtensiveGame) -> EquilibriumSet[Any]:
        """Find the equilibria that the model is about."""
        return SOLUTIONS[self.solution](game)

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Add up the probabilities of the ends; outcomes that are no probabilities come from `other_outcomes`."""
        reached = equilibrium.outcomes
        found = {
            name: sum((reached.get(end, 0) for end in ends), start=0 * next(iter(reached.values()))) for name, ends in self.ends.items()
        }
        found.update(self.other_outcomes(p, equilibrium))
        return {outcome.name: found[outcome.name] for outcome in self.outcomes}

    def other_outcomes(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Return declared outcomes that are not probabilities of ends.

        Parameters
        ----------
        p : Values
            Parameter values.
        equilibrium : BehaviourFamily
            One of the equilibria.
        """
        return {}

    def payoff_stack(self, points: Mapping[str, Any]) -> np.ndarray:
        """Compute the payoffs at all ends of the tree for many points in one vectorised call.

        Parameters
        ----------
        points : mapping of str to array_like
            As in ``NormalFormModel.payoff_stack``.

        Returns
        -------
        ndarray
            Of the points' shape, followed by (number of ends, number of players); the ends in the order in
            which the nodes of the game have them.
        """
        values, shape = float_values(self, points)
        listed = list(_ends(self.tree(values)))
        stack = np.empty((*shape, len(listed), len(self.players)))
        for k, payoffs in enumerate(listed):
            for i, player in enumerate(self.players):
                stack[..., k, i] = payoffs[player] if isinstance(payoffs, Mapping) else payoffs[i]
        return stack


def _ends(node: TreeNode) -> Any:
    """Yield the payoffs at the ends in the order of a walk that goes into depth first."""
    if isinstance(node, Move):
        for following in node.branches.values():
            yield from _ends(following)
    elif isinstance(node, Chance):
        for _, following in node.branches.values():
            yield from _ends(following)
    else:
        yield node.payoffs if isinstance(node, End) else node
