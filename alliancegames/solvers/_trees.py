"""Game trees with exact payoffs, and what can be said about them before anything is solved."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import flint
import numpy as np

from alliancegames._exact import exact_values
from alliancegames.games.extensive import ExtensiveGame

__all__ = ["Basis", "Support", "Tree", "Trembles", "number", "relative"]

Support = tuple[tuple[int, ...], ...]
Basis = dict[int, tuple[int, ...]]
# For each node of an information set the unplayed actions on the path to it.
Trembles = tuple[frozenset[tuple[int, int]], ...]


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

    @cached_property
    def _numbers(self) -> list[tuple[Any, Any]]:
        """Payoffs and probabilities of each node in python-flint's rationals, which are faster."""
        return [
            (None if payoffs is None else list(map(number, payoffs)), None if chance is None else list(map(number, chance)))
            for payoffs, chance in zip(self.payoffs, self.chance, strict=True)
        ]

    def bounds(self, support: Sequence[Sequence[int]]) -> tuple[list[Any], list[Any]]:
        """Return the least and the largest payoff of each player from each node on, whatever is done within a support."""
        players = range(len(self.game.players))
        low: list[Any] = [None] * len(self.nodes)
        high: list[Any] = [None] * len(self.nodes)
        for k in reversed(range(len(self.nodes))):
            node, (payoffs, chance) = self.nodes[k], self._numbers[k]
            if payoffs is not None:
                low[k] = high[k] = payoffs
            elif chance is not None:
                low[k], high[k] = (
                    [sum(q * side[c][i] for q, c in zip(chance, node.children, strict=True)) for i in players] for side in (low, high)
                )
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


def relative(trembles: Sequence[frozenset[tuple[int, int]]]) -> Trembles:
    """Leave out the trembles that all nodes share: which node is more likely than another does not turn on them."""
    shared = frozenset.intersection(*trembles)
    return tuple(path - shared for path in trembles)


def number(value: Fraction) -> Any:
    """Return a rational as python-flint has it."""
    return flint.fmpq(value.numerator, value.denominator)
