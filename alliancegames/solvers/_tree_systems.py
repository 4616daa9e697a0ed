"""Unknown probabilities and beliefs on a tree, and the payoffs that they lead to, as polynomials."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import flint

from alliancegames.solvers._trees import Basis, Support, Tree, number, relative

__all__ = ["TreeSystem"]


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
        self.same = self._same_beliefs()
        for h, first in self.same.items():
            for x in basis[h][:-1]:
                self.unknowns["m", h, x] = self.unknowns["m", first, x]
        self.beliefs = {h: self.lottery("m", h, nodes) for h, nodes in basis.items()}

    def lottery(self, kind: str, h: int, possible: Sequence[int]) -> dict[int, Any]:
        """Return the probabilities of the possible actions or nodes, the last being what is left."""
        weights = {k: self._gens[self.unknowns[kind, h, k]] for k in possible[:-1]}
        weights[possible[-1]] = self.one - sum(weights.values(), start=self.context.constant(0))
        return weights

    def _same_beliefs(self) -> dict[int, int]:
        """Return for each set where the same mistakes have the same odds as at an earlier set that earlier one: beliefs are the same there."""
        found: dict[int, int] = {}
        earlier: list[tuple[int, Any, list[Any]]] = []
        for h, possible in self.basis.items():
            places = [self.tree.sets[h].nodes[x] for x in possible]
            kind = possible, relative([self.tree.trembles(place, self.support) for place in places])
            weights = [self.weight(place) for place in places]
            for first, known, odds in earlier:
                if kind == known and all(w * odds[0] == weights[0] * v for w, v in zip(weights, odds, strict=True)):
                    found[h] = first
                    break
            else:
                earlier.append((h, kind, weights))
        return found

    def weight(self, node: int) -> Any:
        """Return the probability of a node, leaving out the unplayed actions on the path to it."""
        weight = self.one
        while node:
            branch, node = self.tree.nodes[node].branch, self.tree.nodes[node].parent
            chance, h = self.tree.chance[node], self.tree.nodes[node].information_set
            if chance is not None:
                weight = weight * number(chance[branch])
            elif h is not None and branch in self.strategies[h]:
                weight = weight * self.strategies[h][branch]
        return weight

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
