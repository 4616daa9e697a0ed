"""Many small linear programs with the same normals at once, in floats, with bounds that rounding cannot spoil.

All programs maximise a direction on ``{w: normals @ w <= right}``; only the right-hand sides differ. The
dual simplex method therefore starts each round from the last round's bases. Whatever happens, the multipliers
that it holds give an upper bound: what they miss of the direction is charged at the extent of the payoffs,
and a margin covers the rounding of the few operations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Answers", "Programs"]

EPS = float(np.finfo(float).eps)
# Violations below this share count as none; pivots from which on ties are broken by index; most pivots.
FEASIBLE, PIVOT, BLAND, MOST = 1e-13, 1e-10, 40, 400


@dataclass(frozen=True)
class Answers:
    """Upper bounds of all programs.

    Parameters
    ----------
    bounds : ndarray, shape (sides, directions)
        No point of the set exceeds these; -inf where it is proved that there is no point.
    points : ndarray, shape (sides, directions, players)
        Where the bounds are reached, up to rounding.
    bases : ndarray of int, shape (sides, directions, players)
        Rows that hold with equality there.
    entering : ndarray of int, shape (sides, directions)
        Where there is no point: the row that contradicts those of the basis; otherwise -1.
    """

    bounds: np.ndarray
    points: np.ndarray
    bases: np.ndarray
    entering: np.ndarray


class Programs:
    """Programs that share normals and directions.

    Parameters
    ----------
    normals : ndarray, shape (rows, players)
        The first rows are the axes, ``e_0, -e_0, e_1, ...``.
    directions : ndarray, shape (directions, players)
        What is maximised.
    extent : float
        No coordinate of a point exceeds this in size.
    """

    def __init__(self, normals: np.ndarray, directions: np.ndarray, extent: float) -> None:
        self.normals, self.directions, self.extent = normals, directions, extent
        size = normals.shape[1]
        # The corner of the box that is best in a direction is dual feasible whatever the right-hand sides.
        self.start = np.array([[2 * k + int(direction[k] < 0) for k in range(size)] for direction in directions])
        self.bases: np.ndarray | None = None

    def solve(self, right: np.ndarray) -> Answers:
        """Solve for each row of right-hand sides, shape (sides, rows), and each direction."""
        sides, count, size = len(right), len(self.directions), self.normals.shape[1]
        if self.bases is None or len(self.bases) != sides * count:
            self.bases = np.tile(self.start, (sides, 1))
        bases = self.bases.copy()
        entering = np.full(len(bases), -1)
        side, aim = np.divmod(np.arange(len(bases)), count)
        active = np.arange(len(bases))
        for pivot in range(MOST):
            active = self._pivot(active, bases, entering, right[side[active]], self.directions[aim[active]], pivot >= BLAND)
            if not len(active):
                break
        bounds, points = self._bounds(bases, right[side], self.directions[aim])
        empty = self._proved_empty(bases, entering, right[side])
        bounds[empty] = -np.inf
        entering[~empty] = -1
        self.bases = bases
        shape = (sides, count)
        return Answers(bounds.reshape(shape), points.reshape(*shape, size), bases.reshape(*shape, size), entering.reshape(shape))

    def _pivot(
        self, active: np.ndarray, bases: np.ndarray, entering: np.ndarray, right: np.ndarray, aims: np.ndarray, bland: bool
    ) -> np.ndarray:
        """Make one dual simplex step everywhere; return what is still open."""
        basis = bases[active]
        matrix = self.normals[basis]
        points = _solved(matrix, np.take_along_axis(right, basis, axis=1))
        slack = right - points @ self.normals.T
        scale = 1 + np.abs(points).max(axis=1, keepdims=True)
        violated = slack < -FEASIBLE * 8 * scale * np.abs(self.normals).sum(axis=1)
        row = violated.argmax(axis=1) if bland else np.where(violated, slack, np.inf).argmin(axis=1)
        open_ = violated[np.arange(len(active)), row]
        if not open_.any():
            return active[:0]
        active, basis, matrix, row, aims = active[open_], basis[open_], matrix[open_], row[open_], aims[open_]
        transposed = matrix.transpose(0, 2, 1)
        prices = np.maximum(_solved(transposed, aims), 0)
        change = _solved(transposed, self.normals[row])
        usable = change > PIVOT * np.abs(change).max(axis=1, keepdims=True)
        ratios = np.where(usable, prices / np.where(usable, change, 1), np.inf)
        least = ratios.min(axis=1)
        none = ~np.isfinite(least)
        entering[active[none]] = row[none]
        tied = ratios <= least[:, None] * (1 + 1e-12) + 1e-15
        leaving = np.where(tied, basis if bland else -change, np.inf).argmin(axis=1)
        go = ~none
        bases[active[go], leaving[go]] = row[go]
        return np.asarray(active[go])

    def _bounds(self, bases: np.ndarray, right: np.ndarray, aims: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        matrix = self.normals[bases]
        held = np.take_along_axis(right, bases, axis=1)
        prices = np.maximum(_solved(matrix.transpose(0, 2, 1), aims), 0)
        missed = np.abs(aims - np.einsum("bj,bjk->bk", prices, matrix)).sum(axis=1)
        size = np.abs(aims).sum(axis=1) + np.einsum("bj,bjk->b", prices, np.abs(matrix))
        margin = 64 * EPS * ((prices * np.abs(held)).sum(axis=1) + self.extent * size)
        bounds: np.ndarray = (prices * held).sum(axis=1) + missed * self.extent + margin
        return bounds, _solved(matrix, held)

    def _proved_empty(self, bases: np.ndarray, entering: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Whether a sum of rows with non-negative weights contradicts itself by more than rounding explains."""
        proved = np.zeros(len(bases), dtype=bool)
        chosen = np.flatnonzero(entering >= 0)
        if not len(chosen):
            return proved
        matrix, row = self.normals[bases[chosen]], entering[chosen]
        weights = np.maximum(-_solved(matrix.transpose(0, 2, 1), self.normals[row]), 0)
        held = np.take_along_axis(right[chosen], bases[chosen], axis=1)
        own = right[chosen, row]
        missed = np.abs(self.normals[row] + np.einsum("bj,bjk->bk", weights, matrix)).sum(axis=1)
        size = np.abs(self.normals[row]).sum(axis=1) + np.einsum("bj,bjk->b", weights, np.abs(matrix))
        margin = 64 * EPS * (np.abs(own) + (weights * np.abs(held)).sum(axis=1) + self.extent * size)
        proved[chosen] = own + (weights * held).sum(axis=1) + missed * self.extent + margin < 0
        return proved


def _solved(matrices: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.solve(matrices, right[..., None])[..., 0])
