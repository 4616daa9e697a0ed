"""Game trees with exact payoffs, and the unknown probabilities and beliefs on them as polynomials."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import flint
import numpy as np

from alliancegames._exact import exact_values
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.solvers._semialgebraic import SolutionSet

__all__ = ["Basis", "Cell", "Support", "Tree", "TreeSystem", "merged", "number"]

Support = tuple[tuple[int, ...], ...]
Basis = dict[int, tuple[int, ...]]


class Tree:
    """A game tree with exact payoffs and what the search needs to know about it.

    Parameters
    ----------
    game : ExtensiveGame
        A game with exact or float numbers; floats stand for their exact binary values.
    """

    def __init__(self, game: ExtensiveGame) -> None:
        self.game = game
        self.nodes = game.nodes
        self.sets = game.information_sets
        self.payoffs = [None if node.payoffs is None else _exact(node.payoffs) for node in self.nodes]
        self.chance = [None if node.chance is None else _normalised(_exact(node.chance)) for node in self.nodes]

    @cached_property
    def order(self) -> list[int]:
        """Information sets from the end of the tree to its beginning."""
        return sorted(range(len(self.sets)), key=lambda h: -max(len(self.nodes[x].history) for x in self.sets[h].nodes))

    def bounds(self, support: Sequence[Sequence[int]]) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
        """Return the least and the largest payoff of each player from each node on, whatever is done within a support."""
        players = range(len(self.game.players))
        low: list[Any] = [None] * len(self.nodes)
        high: list[Any] = [None] * len(self.nodes)
        for k in reversed(range(len(self.nodes))):
            node, payoffs, chance = self.nodes[k], self.payoffs[k], self.chance[k]
            if payoffs is not None:
                low[k] = high[k] = payoffs
            elif chance is not None:
                low[k] = [sum((q * low[c][i] for q, c in zip(chance, node.children, strict=True)), Fraction(0)) for i in players]
                high[k] = [sum((q * high[c][i] for q, c in zip(chance, node.children, strict=True)), Fraction(0)) for i in players]
            else:
                following = [node.children[a] for a in support[node.information_set or 0]]
                low[k] = [min(low[c][i] for c in following) for i in players]
                high[k] = [max(high[c][i] for c in following) for i in players]
        return low, high

    def is_hopeless(self, support: Sequence[Sequence[int]], chosen: Sequence[int]) -> bool:
        """Whether some action of a chosen support is worse than another at every node, whatever follows."""
        low, high = self.bounds(support)
        for h in chosen:
            part = self.sets[h]
            for a in support[h]:
                for b in range(len(part.actions)):
                    if b != a and all(
                        high[self.nodes[x].children[a]][part.player] < low[self.nodes[x].children[b]][part.player] for x in part.nodes
                    ):
                        return True
        return False

    def trembles(self, node: int, support: Support) -> frozenset[tuple[int, int]]:
        """Return the unplayed actions on the path to a node, as pairs of an information set and an action."""
        found = set()
        while node:
            branch, node = self.nodes[node].branch, self.nodes[node].parent
            h = self.nodes[node].information_set
            if h is not None and branch not in support[h]:
                found.add((h, branch))
        return frozenset(found)


def _exact(values: Sequence[Any]) -> list[Fraction]:
    array = np.asarray(values)
    return list(values) if array.dtype == object else exact_values(array.astype(float)).tolist()


def _normalised(weights: list[Fraction]) -> list[Fraction]:
    """Make float probabilities sum to one exactly."""
    total = sum(weights)
    return weights if total == 1 else [weight / total for weight in weights]


@dataclass(frozen=True)
class Cell:
    """Equilibria with one support and one basis of beliefs.

    Parameters
    ----------
    tree : Tree
        The game.
    support : tuple of tuple of int
        For each information set the actions played.
    basis : dict
        For each information set off the path with several nodes those that may be thought possible.
    solution : SolutionSet
        Values of the unknowns.
    unknowns : dict
        Position of each unknown: ``("b", set, action)`` for probabilities, ``("m", set, node)`` for beliefs.
    """

    tree: Tree
    support: Support
    basis: Basis
    solution: SolutionSet
    unknowns: dict[tuple[str, int, int], int]

    @property
    def corners(self) -> list[tuple[tuple[Any, ...], ...]]:
        """One corner of each block, in all combinations."""
        return list(itertools.product(*(block.vertices for block in self.solution.blocks)))

    @property
    def is_spanned(self) -> bool:
        """Whether every probability is smallest and largest at corners."""
        return not any(block.curved for block in self.solution.blocks) and all(
            sum(power for k, power in enumerate(monomial) if k in block.unknowns) <= 1
            for _, polynomial in self.solution.dependent
            for monomial in polynomial.monoms()
            for block in self.solution.blocks
        )

    def strategies(self, corner: Sequence[Sequence[Any]] | None = None) -> list[list[Any]]:
        """Return the probabilities of the actions of each information set.

        Parameters
        ----------
        corner : sequence, optional
            One of `corners`; by default a point of the interior.
        """
        values = self.solution.point(corner)
        return [self._lottery("b", h, self.support[h], len(part.actions), values) for h, part in enumerate(self.tree.sets)]

    def beliefs(self, corner: Sequence[Sequence[Any]] | None = None) -> list[list[Any] | None]:
        """Return the probabilities of the nodes of each information set; None where nothing determines them.

        Parameters
        ----------
        corner : sequence, optional
            As in `strategies`.
        """
        values, reach = self.solution.point(corner), self._reach(self.strategies(corner))
        result: list[list[Any] | None] = []
        for h, part in enumerate(self.tree.sets):
            total = sum(reach[x] for x in part.nodes)
            if h in self.basis:
                result.append(self._lottery("m", h, self.basis[h], len(part.nodes), values))
            elif len(part.nodes) == 1:
                result.append([Fraction(1)])
            elif total:
                result.append([reach[x] / total for x in part.nodes])
            else:  # at a corner a set on the path may no longer be reached: beliefs near it are possible there, too
                result.append(None if corner is None else self.beliefs()[h])
        return result

    def holds(self, strategies: Sequence[Sequence[Any]], beliefs: Sequence[Sequence[Any] | None], basis: Basis) -> bool:
        """Whether an assessment lies in this cell or on its border.

        Parameters
        ----------
        strategies, beliefs : sequence
            As the methods of those names return them.
        basis : dict
            For which information sets the beliefs are free.
        """
        if set(basis) != set(self.basis) or not self.is_spanned:
            return False
        if any(w and a not in own for weights, own in zip(strategies, self.support, strict=True) for a, w in enumerate(weights)):
            return False
        if any(w and x not in nodes for h, nodes in self.basis.items() for x, w in enumerate(beliefs[h] or ())):
            return False
        values = {k: (strategies if kind == "b" else beliefs)[h][a] for (kind, h, a), k in self.unknowns.items()}  # type: ignore[index]
        return self.solution.contains(values)

    def _lottery(self, kind: str, h: int, possible: Sequence[int], size: int, values: dict[int, Any]) -> list[Any]:
        weights: list[Any] = [Fraction(0)] * size
        for a in possible[:-1]:
            weights[a] = values[self.unknowns[kind, h, a]]
        weights[possible[-1]] = 1 - sum(weights)
        return weights

    def _reach(self, strategies: Sequence[Sequence[Any]]) -> list[Any]:
        reach: list[Any] = [Fraction(0)] * len(self.tree.nodes)
        reach[0] = Fraction(1)
        for k, node in enumerate(self.tree.nodes):
            weights = self.tree.chance[k] if node.information_set is None else strategies[node.information_set]
            for child, weight in zip(node.children, weights or (), strict=True):
                reach[child] = reach[k] * weight
        return reach


def merged(found: Iterable[Cell]) -> list[Cell]:
    """Drop cells that lie on the border of others.

    Parameters
    ----------
    found : iterable of Cell
        Cells of one game.
    """
    kept: list[Cell] = []
    for cell in sorted(found, key=lambda cell: -cell.solution.dimension):
        corners = cell.corners if cell.is_spanned and cell.solution.exact else []
        points = [(cell.strategies(corner), cell.beliefs(corner)) for corner in corners]
        if not points or not any(all(wider.holds(*point, cell.basis) for point in points) for wider in kept):
            kept.append(cell)
    return kept


class TreeSystem:
    """Strategies with given supports and beliefs with given bases, as polynomials in unknown probabilities.

    Parameters
    ----------
    tree : Tree
        The game.
    support : tuple of tuple of int
        For each information set the actions that may be played.
    basis : dict
        For each information set with unknown beliefs the nodes that may be thought possible.
    """

    def __init__(self, tree: Tree, support: Support, basis: Basis) -> None:
        self.tree, self.support, self.basis = tree, support, basis
        keys = [("b", h, a) for h, actions in enumerate(support) for a in actions[:-1]]
        keys += [("m", h, x) for h, nodes in basis.items() for x in nodes[:-1]]
        self.unknowns = {key: k for k, key in enumerate(keys)}
        self.context = flint.fmpq_mpoly_ctx.get(tuple(f"x{k}" for k in range(max(1, len(keys)))), "lex")
        self._gens = self.context.gens()
        self.one = self.context.constant(1)
        self.strategies = [self.lottery("b", h, actions) for h, actions in enumerate(support)]
        self.beliefs = {h: self.lottery("m", h, nodes) for h, nodes in basis.items()}

    def lottery(self, kind: str, h: int, possible: Sequence[int]) -> dict[int, Any]:
        """Return the probabilities of the possible actions or nodes, the last being what is left."""
        weights = {k: self._gens[self.unknowns[kind, h, k]] for k in possible[:-1]}
        weights[possible[-1]] = self.one - sum(weights.values(), start=self.context.constant(0))
        return weights

    def branch_weight(self, node: int, branch: int) -> Any:
        """Return the probability with which a branch follows its node; zero if it is not played."""
        chance, h = self.tree.chance[node], self.tree.nodes[node].information_set
        if chance is not None:
            return self.context.constant(number(chance[branch]))
        return self.strategies[h or 0].get(branch, self.context.constant(0))

    @cached_property
    def reach(self) -> list[Any]:
        """Probability that each node is reached; zero off the path."""
        zero = self.context.constant(0)
        reach = [zero] * len(self.tree.nodes)
        reach[0] = self.one
        for k, node in enumerate(self.tree.nodes):
            chance = self.tree.chance[k]
            for j, child in enumerate(node.children):
                weight = number(chance[j]) if chance is not None else self.strategies[node.information_set or 0].get(j)
                reach[child] = zero if weight is None else reach[k] * weight
        return reach

    def values(self, player: int) -> list[Any]:
        """Return the expected payoff of a player from each node on."""
        values: list[Any] = [None] * len(self.tree.nodes)
        for k in reversed(range(len(self.tree.nodes))):
            node, payoffs, chance = self.tree.nodes[k], self.tree.payoffs[k], self.tree.chance[k]
            if payoffs is not None:
                values[k] = self.context.constant(number(payoffs[player]))
                continue
            weights = dict(enumerate(map(number, chance))) if chance is not None else self.strategies[node.information_set or 0]
            values[k] = sum((weight * values[node.children[j]] for j, weight in weights.items()), start=self.context.constant(0))
        return values


def number(value: Fraction) -> Any:
    """Return a rational as python-flint has it."""
    return flint.fmpq(value.numerator, value.denominator)
