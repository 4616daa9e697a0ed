"""All logit equilibria at one precision, isolated by interval arithmetic.

The unknowns are log-odds against each player's first action. The player with the most actions is eliminated:
its strategy is a function of the others'. Payoffs enter as enclosures of exact rationals, so that what is
proved holds for the game itself and not for a rounded copy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from alliancegames.solvers._intervals import Interval
from alliancegames.solvers._isolation import isolate

__all__ = ["Isolated", "LogitSearch", "free_probabilities"]

EPS = np.finfo(float).eps
# Rounds in which the box searched is narrowed before it is cut, and the gain below which they end.
ROUNDS = 30
GAIN = 0.9
# Unresolved boxes closer than this, in probabilities, are reported as one.
NEAR = 1e-3
# Odds are kept below the exponential of this; whatever is larger bounds probabilities by zero.
HUGE = 600.0
# Enclosures wider than this, relative to the log-odds, are narrowed by searching their halves, up to so many boxes each.
TIGHT = 1e-9
HALF_LIMIT = 2000
# Boxes narrower than this share of the box searched, divided by the largest log-odds, are left unresolved: equilibria are
# that well apart unless they are about to merge.
WIDTH = 2.0**-22
NARROWEST = 2.0**-50


def free_probabilities(shape: Sequence[int]) -> int:
    """Return the number of unknowns of the search: free probabilities of all players but one with most actions."""
    return sum(shape) - len(shape) - (max(shape) - 1)


@dataclass(frozen=True)
class Isolated:
    """The equilibria isolated.

    Parameters
    ----------
    roots : list of list of Interval
        For each equilibrium, one vector of probabilities a player that encloses it.
    unresolved : list of list of Interval
        Boxes, in the same form, in which equilibria could be neither excluded nor isolated.
    boxes : int
        Number of boxes examined.
    exhausted : bool
        Whether the search ended because too many boxes had been examined.
    """

    roots: list[list[Interval]]
    unresolved: list[list[Interval]]
    boxes: int
    exhausted: bool


@dataclass(frozen=True, eq=False)
class LogitSearch:
    """The reduced equations in intervals.

    Parameters
    ----------
    differences : tuple of ndarray of Fraction
        Each player's payoffs minus those of its first action, times its precision.
    limit : int
        Largest number of boxes examined.
    """

    differences: tuple[np.ndarray, ...]
    limit: int = 50_000
    _slopes: dict[tuple[int, int], Interval] = field(default_factory=dict, init=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        return self.differences[0].shape

    @cached_property
    def payoffs(self) -> tuple[Interval, ...]:
        """Enclosures of the differences: own action first, then the others' in player order."""
        return tuple(Interval.enclosing(np.moveaxis(array, k, 0)) for k, array in enumerate(self.differences))

    @cached_property
    def eliminated(self) -> int:
        """The player whose strategy follows from the others'."""
        return int(np.argmax(self.shape))

    @cached_property
    def parts(self) -> Mapping[int, slice]:
        """Where each remaining player's log-odds stand in the vector of unknowns."""
        result, start = {}, 0
        for k, size in enumerate(self.shape):
            if k != self.eliminated:
                result[k] = slice(start, start + size - 1)
                start += size - 1
        return result

    # ---------------------------------------------------------------- the search

    def isolate(self) -> Isolated:
        """Isolate all equilibria."""
        low, high = self._window()
        if not len(low):
            return Isolated([self._strategies(Interval.point(np.zeros((1, 0))))], [], 1, False)
        width = max(WIDTH / max(1.0, float(np.abs([low, high]).max())), NARROWEST)
        found = isolate(self._values, self._jacobian, low, high, width=width, limit=self.limit)
        exhausted = bool(found.unresolved) and found.boxes >= self.limit
        roots = [self._strategies(self._tightened(root)[None, :]) for root in found.roots]
        return Isolated(roots, _merged([self._strategies(box[None, :]) for box in found.unresolved]), found.boxes, exhausted)

    def proves(self, centre: Sequence[np.ndarray], radius: float) -> list[Interval] | None:
        """Return an enclosure of the one equilibrium near given log-odds, or None if there is no proof of one."""
        middle = np.concatenate([np.zeros(0), *(centre[k] for k in self.parts)])
        if not len(middle):
            return self._strategies(Interval.point(np.zeros((1, 0))))
        spread = radius * (1 + np.abs(middle))
        found = isolate(self._values, self._jacobian, middle - spread, middle + spread, limit=200)
        return self._strategies(found.roots[0][None, :]) if len(found.roots) == 1 and not found.unresolved else None

    def _tightened(self, root: Interval) -> Interval:
        """Narrow a box that holds exactly one equilibrium: whatever is found in either half is that one."""
        for _ in range(ROUNDS):
            axis = int(np.argmax(root.width))
            if root.width[axis] <= TIGHT * (1 + root.magnitude[axis]):
                break
            middle = root.midpoint[axis]
            below, above = root.high.copy(), root.low.copy()
            below[axis] = above[axis] = middle
            halves = [isolate(self._values, self._jacobian, *half, limit=HALF_LIMIT) for half in ((root.low, below), (above, root.high))]
            found = [box for half in halves for box in half.roots]
            if not found or any(half.unresolved for half in halves):
                break
            for box in found:
                root = Interval(np.maximum(root.low, box.low), np.minimum(root.high, box.high))
        return root

    def _window(self) -> tuple[np.ndarray, np.ndarray]:
        """Return a box that contains all equilibria: replies to all strategies, to all such replies, and so on."""
        boxes = [Interval(np.zeros((1, size)), np.ones((1, size))) for size in self.shape]
        odds = [self._odds(k, boxes) for k in range(len(boxes))]
        width = math.inf
        for _ in range(ROUNDS):
            boxes = [_soft_max(own) for own in odds]
            fresh = [self._odds(k, boxes) for k in range(len(boxes))]
            odds = [Interval(np.maximum(a.low, b.low), np.minimum(a.high, b.high)) for a, b in zip(odds, fresh, strict=True)]
            total = sum(float(own.width.sum()) for own in odds)
            if total > GAIN * width:
                break
            width = total
        kept = [odds[k] for k in self.parts]
        return (
            np.concatenate([np.zeros(0), *(own.low[0] for own in kept)]),
            np.concatenate([np.zeros(0), *(own.high[0] for own in kept)]),
        )

    # ---------------------------------------------------------------- the equations

    def _odds(self, k: int, boxes: Sequence[Interval]) -> Interval:
        """Enclose player ``k``'s log-odds when the others play within boxes of probabilities, shape (n, actions - 1)."""
        values = self.payoffs[k][1:]
        return _expected(values, [boxes[j] for j in range(len(boxes)) if j != k])

    def _response(self, unknowns: Interval) -> list[Interval]:
        """Enclose all strategies, the eliminated player's by its reply."""
        boxes = [Interval.point(np.ones((len(unknowns.low), 1)))] * len(self.shape)
        for k, part in self.parts.items():
            boxes[k] = _soft_max(unknowns[:, part])
        boxes[self.eliminated] = _soft_max(self._odds(self.eliminated, boxes))
        return boxes

    def _strategies(self, unknowns: Interval) -> list[Interval]:
        return [box[0] for box in self._response(unknowns)]

    def _values(self, unknowns: Interval) -> Interval:
        boxes = self._response(unknowns)
        return _joined([unknowns[:, part] - self._odds(k, boxes) for k, part in self.parts.items()], 1)

    def _jacobian(self, unknowns: Interval) -> Interval:
        boxes = self._response(unknowns)
        last = self.eliminated
        rows = []
        for k in self.parts:
            through = self._slope(k, last, boxes)
            row = []
            for j in self.parts:
                total = through @ self._slope(last, j, boxes)
                row.append(-(total if j == k else total + self._slope(k, j, boxes)))
            rows.append(_joined(row, 2))
        return _joined(rows, 1) + np.eye(unknowns.shape[1])

    def _slope(self, k: int, j: int, boxes: Sequence[Interval]) -> Interval:
        """Enclose the derivatives of player ``k``'s log-odds by player ``j``'s, shape (n, k's actions - 1, j's actions - 1).

        The derivative by the log-odds of action b is the probability of b times the mean, over j's actions,
        of what k gains if j takes b instead.
        """
        others = [boxes[i] for i in range(len(boxes)) if i not in (k, j)]
        gains = _expected(self._gains(k, j), [boxes[j], *others])
        return gains * boxes[j][:, None, 1:]

    def _gains(self, k: int, j: int) -> Interval:
        """Return what the log-odds of ``k`` gain if ``j`` takes b instead of c: own, b, c, the others' actions."""
        if (k, j) not in self._slopes:
            own_first = np.moveaxis(self.differences[k], k, 0)[1:]
            table = np.moveaxis(own_first, j if j > k else j + 1, 1)
            self._slopes[k, j] = Interval.enclosing(table[:, 1:, None] - table[:, None, :])
        return self._slopes[k, j]


# -------------------------------------------------------------------- tools


def _joined(parts: Sequence[Interval], axis: int) -> Interval:
    return Interval(np.concatenate([part.low for part in parts], axis), np.concatenate([part.high for part in parts], axis))


def _soft_max(odds: Interval) -> Interval:
    """Enclose probabilities from boxes of log-odds against the first action, shape (n, actions - 1).

    A probability rises with the own log-odds and falls with the others', so bounds are attained at corners.
    """
    size = odds.shape[1] + 1
    zero = np.zeros((len(odds.low), 1))
    low, high = np.concatenate([zero, odds.low], 1), np.concatenate([zero, odds.high], 1)
    others = ~np.eye(size, dtype=bool)

    def share(own: np.ndarray, rest: np.ndarray) -> Interval:
        # own: axis 1; the competing actions: axis 2
        gaps = Interval.point(rest[:, None, :]) - own[:, :, None]
        weights = Interval(np.minimum(gaps.low, HUGE), np.minimum(gaps.high, HUGE)).exp()
        total = Interval(np.where(others, weights.low, 0.0), np.where(others, weights.high, 0.0)).sum(2) + 1.0
        return Interval(total.low, np.where((others & (gaps.high > HUGE)).any(2), np.inf, total.high))

    bounds = Interval(share(high, low).low, share(low, high).high).reciprocal()
    return Interval(np.maximum(bounds.low, 0.0), np.minimum(bounds.high, 1.0))


def _expected(values: Interval, boxes: Sequence[Interval]) -> Interval:
    """Enclose expectations: the last axes of ``values`` belong to the players whose boxes, shape (n, actions), are given.

    The result has the n boxes as its first axis. Mean values are taken over the probabilities in the box that
    sum to one, which is much tighter than over the whole box.
    """
    result = Interval(values.low[None], values.high[None])
    for box in reversed(boxes):
        spread = box.reshape(len(box.low), *([1] * (len(result.shape) - 2)), box.shape[1])
        result = Interval(_least_mean(result.low, spread), -_least_mean(-result.high, spread))
    return result


def _least_mean(values: np.ndarray, box: Interval) -> np.ndarray:
    """Return a lower bound of the mean of values along the last axis over all distributions in the box."""
    shape = np.broadcast_shapes(values.shape, box.shape)
    values = np.broadcast_to(values, shape)
    order = np.argsort(values, axis=-1, kind="stable")
    low, room = np.broadcast_to(box.low, shape), np.broadcast_to(box.high - box.low, shape)
    room = np.take_along_axis(room, order, -1)
    # what is left after the lower bounds goes to the cheapest actions first
    left = np.maximum(1 - low.sum(-1, keepdims=True), 0.0) - (np.cumsum(room, -1) - room)
    filled = np.clip(left, 0.0, room)
    mean = (values * low).sum(-1) + (np.take_along_axis(values, order, -1) * filled).sum(-1)
    slack = 16 * shape[-1] * EPS * np.abs(values).max(-1)
    result: np.ndarray = np.nextafter(mean - slack, -np.inf)
    return result


def _merged(boxes: list[list[Interval]]) -> list[list[Interval]]:
    """Join boxes that touch or nearly do: one report for each place where the search got stuck."""
    clusters: list[list[Interval]] = []
    for box in boxes:
        for number, cluster in enumerate(clusters):
            if all(_near(a, b) for a, b in zip(cluster, box, strict=True)):
                clusters[number] = [_hull(a, b) for a, b in zip(cluster, box, strict=True)]
                break
        else:
            clusters.append(box)
    return clusters


def _near(first: Interval, second: Interval) -> bool:
    return bool((first.low <= second.high + NEAR).all() and (second.low <= first.high + NEAR).all())


def _hull(first: Interval, second: Interval) -> Interval:
    return Interval(np.minimum(first.low, second.low), np.maximum(first.high, second.high))


def widest(strategies: Sequence[Interval]) -> float:
    """Return the width of the widest enclosure of a probability."""
    return max(float(own.width.max()) for own in strategies)


def bounds(strategies: Sequence[Interval]) -> tuple[Any, ...]:
    """Return enclosures as plain pairs, for a certificate."""
    return tuple(tuple(zip(own.low.tolist(), own.high.tolist(), strict=True)) for own in strategies)
