"""The operator of public perfect equilibrium: linear programs in floats, bounds from their multipliers in rationals.

For a profile and a direction, the largest score with continuation payoffs in ``{x: N x <= c}`` is a linear
program. Whatever non-negative multipliers of its constraints are at hand, weak duality turns them into a
bound ``constant + weights @ c`` on the score that holds for *every* right-hand side c. Floats only propose
the multipliers; they are rounded to binary fractions, and what rounding leaves over is put on the
coordinate directions, so that the bound is a true one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.errors import SolveError
from alliancegames.solvers.repeated._public_stage import Cell, PublicStage, Vector

# Multipliers and levels are rounded to multiples of this.
GRID = 1 << 44
# Price, in ranges of payoffs, of violating an incentive constraint: keeps every program feasible.
PENALTY = 1e4
# So many programs are handed to the solver at once.
BATCH = 48
# By how much levels are raised where rounding leaves nothing below them, and what the solver calls that.
LOOSER, INFEASIBLE = (0.0, 1e-10, 1e-8, 1e-6), 2


class NothingLeftError(Exception):
    """No point lies below all levels, as far as floats can tell."""


@dataclass(frozen=True)
class Bound:
    """A score is at most ``constant + sum of weights[j] * c[j]``, for every c; the weights are not negative."""

    constant: Fraction
    weights: Mapping[int, Fraction]
    rough: tuple[float, np.ndarray]

    def at(self, levels: Sequence[Fraction]) -> Fraction:
        """Return the bound, exactly."""
        return sum((weight * levels[j] for j, weight in self.weights.items()), self.constant)


def up(value: Fraction) -> Fraction:
    """Round up to the grid."""
    return Fraction(-((-value.numerator * GRID) // value.denominator), GRID)


def near(value: float) -> Fraction:
    """Return the point of the grid next to a float."""
    return Fraction(round(value * GRID), GRID)


class Programs:
    """Scores of profiles in directions, for continuation payoffs in a polytope with fixed normals.

    Parameters
    ----------
    stage : PublicStage
        The stage game, payoffs between 0 and 1.
    discounts : tuple of Fraction
        Discount factors.
    normals : list of tuple of Fraction
        Normals of the half-spaces; the first 2n are the coordinate directions ``e_1, -e_1, e_2, ...``.
    """

    def __init__(self, stage: PublicStage, discounts: Vector, normals: Sequence[Vector]) -> None:
        self.stage, self.discounts, self.normals = stage, discounts, list(normals)
        self.players = len(discounts)
        self.matrix = np.array([[float(x) for x in normal] for normal in normals])
        self._blocks = [self._block(cell) for cell in stage.cells]

    def _block(self, cell: Cell) -> Any:
        """Return the constraint matrix of a profile in floats: incentives (with a priced slack), then ``N w(y) <= c``."""
        from scipy.sparse import block_diag, bmat, csr_matrix

        n, signals = self.players, cell.relevant
        incentives = np.zeros((len(cell.deviations), n * len(signals)))
        for row, d in zip(incentives, cell.deviations, strict=True):
            row[d.player :: n] = [-float(self.discounts[d.player] * d.shift[y]) for y in signals]
        inside = block_diag([csr_matrix(self.matrix)] * len(signals))
        slack = csr_matrix(-np.ones((len(cell.deviations), 1)))
        return bmat([[csr_matrix(incentives), slack], [inside, None]] if cell.deviations else [[inside, csr_matrix((inside.shape[0], 1))]])

    def solve(self, tasks: Sequence[tuple[int, int]], levels: Sequence[Fraction]) -> list[Bound]:
        """Return one bound for each (direction, profile), tight at these levels as far as floats are."""
        rough = np.array([float(c) for c in levels])
        found: list[Bound] = []
        for start in range(0, len(tasks), BATCH):
            found += self._solved(tasks[start : start + BATCH], rough)
        return found

    def _solved(self, tasks: Sequence[tuple[int, int]], levels: np.ndarray) -> list[Bound]:
        """Return bounds at these levels, or at slightly higher ones: a flat set may be missed by rounding, and all multipliers are good."""
        for looser in LOOSER:
            found = self._batch(tasks, levels + looser)
            if found is not None:
                return found
        raise NothingLeftError

    def _batch(self, tasks: Sequence[tuple[int, int]], levels: np.ndarray) -> list[Bound] | None:
        from scipy.optimize import linprog
        from scipy.sparse import block_diag

        costs, right, blocks = [], [], []
        for direction, profile in tasks:
            cell, block = self.stage.cells[profile], self._blocks[profile]
            weights = self.matrix[direction] * [float(d) for d in self.discounts]
            costs.append(np.concatenate([*(float(cell.chances[y]) * weights for y in cell.relevant), [-PENALTY]]))
            gains = [-float((1 - self.discounts[d.player]) * d.gain) for d in cell.deviations]
            right.append(np.concatenate([gains, *[levels] * len(cell.relevant)]))
            blocks.append(block)
        bounds = np.array([(-np.inf, np.inf)] * sum(map(len, costs)))
        bounds[np.cumsum([len(cost) for cost in costs]) - 1, 0] = 0.0
        answer = linprog(-np.concatenate(costs), block_diag(blocks, format="csr"), np.concatenate(right), bounds=bounds, method="highs-ds")
        if answer.status == INFEASIBLE:
            return None
        if answer.status != 0:
            raise SolveError(f"public_perfect_payoffs(): the float solver ended with {answer.message!r}; try other directions.", tasks)
        prices, start, found = -answer.ineqlin.marginals, 0, []
        for (direction, profile), part in zip(tasks, right, strict=True):
            found.append(self._bound(direction, profile, prices[start : start + len(part)]))
            start += len(part)
        return found

    def _bound(self, direction: int, profile: int, prices: np.ndarray) -> Bound:
        """Turn float multipliers into an exact bound."""
        cell, normal, deltas = self.stage.cells[profile], self.normals[direction], self.discounts
        constant = sum((w * (1 - d) * g for w, d, g in zip(normal, deltas, cell.payoffs, strict=True)), Fraction(0))
        wanted = {y: [w * d * cell.chances[y] for w, d in zip(normal, deltas, strict=True)] for y in cell.relevant}
        for price, d in zip(prices, cell.deviations, strict=False):
            mu = near(max(float(price), 0.0))
            if mu:
                constant -= mu * (1 - deltas[d.player]) * d.gain
                for y, coefficients in wanted.items():
                    coefficients[d.player] += mu * deltas[d.player] * d.shift[y]
        weights: dict[int, Fraction] = {}
        start = len(cell.deviations)
        for coefficients in wanted.values():
            self._combine(coefficients, prices[start : start + len(self.normals)], weights)
            start += len(self.normals)
        rough = np.zeros(len(self.normals))
        for j, weight in weights.items():
            rough[j] = float(weight)
        return Bound(constant, weights, (float(constant), rough))

    def _combine(self, coefficients: list[Fraction], prices: np.ndarray, weights: dict[int, Fraction]) -> None:
        """Add non-negative weights of the normals that sum to the coefficients exactly; coordinate directions take the rest."""
        rest = list(coefficients)
        for j in np.flatnonzero(prices > 1e-13):
            nu = near(float(prices[j]))
            if nu:
                weights[int(j)] = weights.get(int(j), Fraction(0)) + nu
                rest = [r - nu * x for r, x in zip(rest, self.normals[j], strict=True)]
        for i, r in enumerate(rest):
            if r:
                side = 2 * i + (r < 0)
                weights[side] = weights.get(side, Fraction(0)) + abs(r)
