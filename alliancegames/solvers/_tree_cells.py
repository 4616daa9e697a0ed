"""Equilibria of a tree with one choice of supports and beliefs, as points and polytopes of probabilities."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alliancegames.solvers._solution_sets import SolutionSet
from alliancegames.solvers._trees import Basis, Support, Tree

__all__ = ["Cell", "merged"]


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
        values: dict[int, Any] = {}
        for (kind, h, a), k in self.unknowns.items():
            value = (strategies if kind == "b" else beliefs)[h][a]  # type: ignore[index]
            if values.setdefault(k, value) != value:
                return False  # sets behind the same mistakes share their beliefs
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
