"""The conditions that an equilibrium with given supports must meet, as polynomials and as interval functions.

Against mixed strategies of the others a player's payoff from an action is multilinear in their probabilities. On
given supports the actions of a support must pay the same (equations), their probabilities must be positive, and
actions outside must not pay more (inequalities). The last action of each support is eliminated: its probability
is one minus the others'.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.solvers._intervals import Interval

__all__ = ["SupportSystem"]

Supports = tuple[tuple[int, ...], ...]


class SupportSystem:
    """Equations and inequalities of the equilibria with exactly these supports.

    Parameters
    ----------
    payoffs : sequence of ndarray of int
        Integer payoffs, one array a player.
    supports : tuple of tuple of int
        The actions that each player takes with positive probability; somebody mixes.
    """

    def __init__(self, payoffs: Sequence[np.ndarray], supports: Supports) -> None:
        flint: Any = __import__("flint")
        self.payoffs = payoffs
        self.supports = supports
        self.mixing = [j for j, support in enumerate(supports) if len(support) > 1]
        self.unknowns = [(j, action) for j in self.mixing for action in supports[j][:-1]]
        self.context = flint.fmpz_mpoly_ctx.get(tuple(f"x{j}_{action}" for j, action in self.unknowns), "degrevlex")
        self.column = {unknown: k for k, unknown in enumerate(self.unknowns)}
        self._tensors = [(k, self._difference(k, a, supports[k][-1])) for k in self.mixing for a in supports[k][:-1]]
        self._losses = list(self._deviations())
        self.equations = [self._polynomial(k, tensor) for k, tensor in self._tensors]
        self.positive = [weight for j in self.mixing for weight in self.probabilities(j)]
        self.deviations = [(deviation, self._polynomial(deviation[0], tensor)) for deviation, tensor in self._losses]

    def _difference(self, player: int, action: int, other: int) -> np.ndarray:
        """Return how much more one action pays than another in each cell of the mixing players' supports."""
        values = np.moveaxis(self.payoffs[player], player, 0)
        rest = [support for j, support in enumerate(self.supports) if j != player]
        cells = (values[action] - values[other])[np.ix_(*rest)]
        return np.asarray(cells.reshape([len(self.supports[j]) for j in self.mixing if j != player]), dtype=object)

    def _polynomial(self, player: int, tensor: np.ndarray) -> Any:
        """Return the expected value of a table of cells as a polynomial in the unknowns."""
        axes = [j for j in self.mixing if j != player]
        reduced = _reduced(tensor)
        terms: dict[tuple[int, ...], int] = {}
        for cell in np.ndindex(reduced.shape):
            if reduced[cell]:
                powers = [0] * len(self.unknowns)
                for j, position in zip(axes, cell, strict=True):
                    if position < len(self.supports[j]) - 1:
                        powers[self.column[j, self.supports[j][position]]] = 1
                terms[tuple(powers)] = int(reduced[cell])
        return self.context.from_dict(terms)

    def probabilities(self, player: int) -> list[Any]:
        """Return the probabilities of a player's support, as polynomials in the unknowns."""
        gens = self.context.gens()
        own = [gens[self.column[player, action]] for action in self.supports[player][:-1]]
        return [*own, sum((-weight for weight in own), self.context.constant(1))]

    def _deviations(self) -> Iterator[tuple[tuple[int, int], np.ndarray]]:
        """Yield the unplayed actions that could pay as much as the support, and what they lose."""
        for k, support in enumerate(self.supports):
            for action in sorted(set(range(self.payoffs[k].shape[k])) - set(support)):
                tensor = self._difference(k, support[-1], action)
                if not (tensor >= 0).all() or not tensor.any():
                    yield (k, action), tensor

    def definite(self, polynomial: Any) -> bool:
        """Whether a polynomial keeps one strict sign inside the supports, which its signs at their corners prove."""
        for j in self.mixing:
            own = [self.column[j, action] for action in self.supports[j][:-1]]
            if any(sum(powers[c] for c in own) > 1 for powers in polynomial.monoms()):
                return False
        return len({_sign(polynomial(*corner)) for corner in self._corners()} - {0}) == 1

    def _corners(self) -> Iterator[list[int]]:
        for cell in itertools.product(*(self.supports[j] for j in self.mixing)):
            yield [int(cell[self.mixing.index(j)] == action) for j, action in self.unknowns]

    def strategies(self, coordinates: Sequence[Any], one: Any) -> list[list[Any]]:
        """Return the probabilities of every player's actions at given values of the unknowns."""
        vectors = []
        for j, support in enumerate(self.supports):
            vector = [0 * one] * self.payoffs[j].shape[j]
            for action in support[:-1]:
                vector[action] = coordinates[self.column[j, action]]
            vector[support[-1]] = one - sum((vector[action] for action in support[:-1]), 0 * one)
            vectors.append(vector)
        return vectors

    # ---------------------------------------------------------------- the equations in interval arithmetic

    def interval_functions(self) -> tuple[Any, Any]:
        """Return the equations, and their derivatives, as functions of boxes of unknowns.

        On a box that lies outside the simplices altogether the equations are said not to vanish, so that the
        search drops it; a single point is always evaluated as it is.
        """
        scaled = [(k, _scaled(_reduced(tensor))) for k, tensor in self._tensors]

        def values(boxes: Interval) -> Interval:
            parts = [_range(tensor, self._others(k), boxes) for k, tensor in scaled]
            found = Interval.stack(parts, axis=1)
            outside = self._outside(boxes)
            low, high = found.low.copy(), found.high.copy()
            low[outside] = high[outside] = 1.0
            return Interval(low, high)

        def jacobian(boxes: Interval) -> Interval:
            return Interval.stack([self._gradient(k, tensor, boxes) for k, tensor in scaled], axis=1)

        return values, jacobian

    def is_excluded(self, most_boxes: int) -> bool:
        """Whether intervals prove that there is no equilibrium, on at most so many parts of the supports.

        Every part is dropped on which an equation cannot hold or an unplayed action would surely pay more.
        """
        equations = [(self._others(k), _scaled(_reduced(tensor))) for k, tensor in self._tensors]
        losses = [(self._others(k), _scaled(_reduced(tensor))) for (k, _), tensor in self._losses]
        size = len(self.unknowns)
        boxes, examined = Interval(np.zeros((1, size)), np.ones((1, size))), 0
        while len(boxes.low):
            examined += len(boxes.low)
            if examined > most_boxes:
                return False
            boxes = boxes[~self._outside(boxes)]
            for axes, tensor in equations:
                boxes = boxes[_range(tensor, axes, boxes).contains_zero()]
            for axes, tensor in losses:
                boxes = boxes[_range(tensor, axes, boxes).high >= 0]
            boxes = _halved(boxes)
        return True

    def _others(self, player: int) -> list[list[int]]:
        return [self._columns(j) for j in self.mixing if j != player]

    def _columns(self, player: int) -> list[int]:
        return [self.column[player, action] for action in self.supports[player][:-1]]

    def _outside(self, boxes: Interval) -> np.ndarray:
        extended = (boxes.low < boxes.high).any(axis=1)
        beyond = np.zeros(len(boxes.low), dtype=bool)
        for j in self.mixing:
            own = boxes[:, self._columns(j)]
            beyond |= (own.high < 0).any(axis=1) | (own.sum(1).low > 1)
        return np.asarray(extended & beyond)

    def _gradient(self, player: int, tensor: Interval, boxes: Interval) -> Interval:
        axes = [j for j in self.mixing if j != player]
        zero = Interval.point(np.zeros(len(boxes.low)))
        slopes = [zero] * len(self.unknowns)
        for axis, j in enumerate(axes):
            others = [self._columns(i) for i in axes if i != j]
            for position, c in enumerate(self._columns(j)):
                slopes[c] = _contracted(tensor[(slice(None),) * axis + (position,)], others, boxes)
        return Interval.stack(slopes, axis=1)


def _sign(value: Any) -> int:
    return int(value > 0) - int(value < 0)


def _reduced(tensor: np.ndarray) -> np.ndarray:
    """Change from one entry an action to coefficients of the unknowns, with the constant in the last place of each axis."""
    for axis in range(tensor.ndim):
        moved = np.moveaxis(tensor, axis, 0)
        tensor = np.moveaxis(np.concatenate([moved[:-1] - moved[-1:], moved[-1:]]), 0, axis)
    return tensor


def _scaled(tensor: np.ndarray) -> Interval:
    """Enclose coefficients divided by the largest."""
    largest = max((abs(int(entry)) for entry in tensor.flat), default=1) or 1
    ratios = np.empty(tensor.size, dtype=object)
    ratios[:] = [Fraction(int(entry), largest) for entry in tensor.flat]
    return Interval.enclosing(ratios.reshape(tensor.shape))


def _contracted(tensor: Interval, axes: Sequence[Sequence[int]], boxes: Interval) -> Interval:
    """Evaluate a table of coefficients at boxes of unknowns; ``axes`` lists the columns of each axis."""
    count = len(boxes.low)
    result = Interval(np.broadcast_to(tensor.low, (count, *tensor.shape)), np.broadcast_to(tensor.high, (count, *tensor.shape)))
    for columns in reversed(axes):
        own = boxes[:, list(columns)]
        shape = (count, *(1,) * (len(result.shape) - 2), len(columns))
        result = (result[..., :-1] * own.reshape(*shape)).sum(-1) + result[..., -1]
    return result


def _halved(boxes: Interval) -> Interval:
    """Cut each box in two across its longest side."""
    if not len(boxes.low):
        return boxes
    rows, axis = np.arange(len(boxes.low)), np.argmax(boxes.width, axis=1)
    left_high, right_low = boxes.high.copy(), boxes.low.copy()
    left_high[rows, axis] = right_low[rows, axis] = boxes.midpoint[rows, axis]
    return Interval(np.concatenate([boxes.low, right_low]), np.concatenate([left_high, boxes.high]))


def _range(tensor: Interval, axes: Sequence[Sequence[int]], boxes: Interval) -> Interval:
    """Enclose the range over boxes: a function linear in each unknown is largest and smallest at corners."""
    columns = [c for axis in axes for c in axis]
    count, corners = len(boxes.low), 2 ** len(columns)
    if not columns or corners > 64 or (boxes.low == boxes.high).all():
        return _contracted(tensor, axes, boxes)
    choice = np.array(list(itertools.product([False, True], repeat=len(columns))))
    points = np.zeros((count, corners, boxes.shape[1]))
    points[:, :, columns] = np.where(choice[None], boxes.high[:, None, columns], boxes.low[:, None, columns])
    at_corners = _contracted(tensor, axes, Interval.point(points.reshape(count * corners, -1))).reshape(count, corners)
    return Interval(at_corners.low.min(axis=1), at_corners.high.max(axis=1))
