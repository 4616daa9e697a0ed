"""Partition equilibria of cheap talk as zeros of one function of the first cut-point, enclosed with its derivative.

Given the first cut the sender's indifference determines the next action and with it the next cut, and so on.
What remains is the indifference at the last cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from alliancegames.solvers._cutoff_systems import evaluate, finite
from alliancegames.solvers._duals import hull
from alliancegames.solvers._intervals import EPS, Interval

__all__ = ["Shooting"]

# Panels of the table of integrals of the CDF; the error of the trapezoid falls with their number squared.
PANELS = 2**14
# Halvings and then Newton steps by which a cut is guessed in floats, and distances from the guess at which bounds are tried.
HALVINGS, NEWTON = 12, 10
MARGINS = np.concatenate([[0.0], 4.0 ** np.arange(-25, 0)])


class Shooting:
    """Enclosures of conditional means, and of the recursion from cut to cut.

    Parameters
    ----------
    distribution : distribution
        Of the states, between finite ends.
    bias : float
        The sender's bias, positive.
    """

    def __init__(self, distribution: Any, bias: float) -> None:
        self.distribution, self.bias = distribution, float(bias)
        low, high = distribution.support
        self.low, self.high = float(low), float(high)
        self.grid = np.linspace(self.low, self.high, PANELS + 1)
        levels, widths = self.cdf(self.grid), np.diff(self.grid)
        # without its ends, at which the density may jump
        steep = self.density(Interval(np.nextafter(self.grid[:-1], np.inf), np.nextafter(self.grid[1:], -np.inf)))
        rise = levels.high[1:] - levels.low[:-1]
        # a function between two values differs from the chord by no more than its slopes, or its rise, allow
        curved = np.minimum(widths**2 / 8 * (steep.high - steep.low), widths * rise / 2)
        self.errors = curved + widths * levels.width[1:] + 8 * EPS * (1 + abs(self.low) + abs(self.high))
        self.levels = levels.midpoint
        self.sums = np.concatenate([[0.0], np.cumsum(widths * (self.levels[1:] + self.levels[:-1]) / 2)])
        self.slack = np.concatenate([[0.0], np.cumsum(self.errors)]) + PANELS * EPS * self.sums

    # ---------------------------------------------------------------- the distribution

    def cdf(self, points: np.ndarray) -> Interval:
        """Enclose the CDF at points."""
        (result,) = evaluate(lambda x: [self.distribution.cdf(x[0])], Interval.point(points[:, None]), 0)
        return Interval(np.clip(result.value.low, 0.0, 1.0), np.clip(result.value.high, 0.0, 1.0))

    def density(self, box: Interval) -> Interval:
        """Enclose the density on intervals."""
        (result,) = evaluate(lambda x: [self.distribution.cdf(x[0])], Interval(box.low[:, None], box.high[:, None]), 1)
        assert result.slopes is not None
        return finite(Interval(np.maximum(result.slopes.low[0], 0.0), np.maximum(result.slopes.high[0], 0.0)))

    def _integral(self, points: np.ndarray, levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the integral of the CDF up to points, and bounds on its error."""
        k = np.clip(np.searchsorted(self.grid, points, side="right") - 1, 0, PANELS - 1)
        value = self.sums[k] + (points - self.grid[k]) * (self.levels[k] + levels) / 2
        return value, self.slack[k + 1]

    def mean_at(self, low: np.ndarray, high: np.ndarray) -> Interval:
        """Enclose the mean state between two points."""
        both = self.cdf(np.concatenate([low, high]))
        below, above = both[: len(low)], both[len(low) :]
        (start, less), (end, more) = self._integral(low, below.midpoint), self._integral(high, above.midpoint)
        k = np.clip(np.searchsorted(self.grid, low, side="right") - 1, 0, PANELS - 1)
        error = more - np.minimum(self.slack[k], less) + (high - low) * (below.width + EPS) + 16 * EPS * (abs(start) + abs(end))
        area = end - start - (high - low) * below.midpoint
        least, most = np.maximum(above.low - below.high, 0.0), above.high - below.low
        with np.errstate(divide="ignore", invalid="ignore"):
            upper = np.where(least > 0, (area + error) / least, np.inf)
            lower = np.where(most > 0, np.maximum(area - error, 0.0) / most, 0.0)
        rounding = 8 * EPS * (abs(low) + abs(high) + abs(high - low))
        return Interval(np.maximum(low, high - upper - rounding), np.minimum(high, high - lower + rounding))

    def mean(self, low: Interval, high: Interval) -> Interval:
        """Enclose the mean state between bounds that are themselves enclosed; it rises in both."""
        return Interval(
            self.mean_at(low.low, np.maximum(high.low, low.low)).low, self.mean_at(low.high, np.maximum(high.high, low.high)).high
        )

    # ---------------------------------------------------------------- from cut to cut

    def _guess(self, low: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        """Return about the upper bound at which the mean state above ``low`` is as wanted; the last state if there is none."""
        start = np.interp(low, self.grid, self.levels)
        base = self._integral(low, start)[0]
        below, above = np.minimum(np.maximum(low, wanted), self.high), np.full(low.shape, self.high)
        best, missed = above, np.full(low.shape, np.inf)
        middle = (below + above) / 2
        for step in range(HALVINGS + NEWTON):
            mean, speed = self._float_mean(low, middle, start, base)
            off = mean - wanted
            best, missed = np.where(abs(off) < missed, middle, best), np.minimum(missed, abs(off))
            below, above = np.where(off < 0, middle, below), np.where(off < 0, above, middle)
            newton = middle - speed * off
            trusted = (step >= HALVINGS) & (newton > below) & (newton < above)
            middle = np.where(trusted, newton, (below + above) / 2)
        return np.where(above == self.high, np.maximum(best, middle), best)

    def _float_mean(self, low: np.ndarray, high: np.ndarray, start: np.ndarray, base: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return about the mean state between two points, and how fast the upper one moves with it."""
        level = np.interp(high, self.grid, self.levels)
        area, mass = self._integral(high, level)[0] - base - (high - low) * start, np.maximum(level - start, np.finfo(float).tiny)
        mean = high - area / mass
        k = np.clip(np.searchsorted(self.grid, high, side="right") - 1, 0, PANELS - 1)
        density = (self.levels[k + 1] - self.levels[k]) / (self.grid[k + 1] - self.grid[k])
        return mean, mass / np.maximum(density * (high - mean), np.finfo(float).tiny)

    def next_cut(self, cut: Interval, action: Interval) -> Interval:
        """Enclose the upper end of the cell above a cut in which the mean state is a given action; the last state where it exceeds all.

        The end falls in the cut and rises in the action, so that the two bounds are ends of cells between points; enclosures
        of the mean confirm them.
        """
        at, target = np.concatenate([cut.high, cut.low]), np.concatenate([action.low, action.high])
        near = self._guess(at, target)
        side = np.repeat([-1.0, 1.0], len(near) // 2)
        trials = np.clip(near + (self.high - self.low) * MARGINS[:, None] * side, at, self.high)
        found = self.mean_at(np.tile(at, len(MARGINS)), trials.ravel())
        fits = np.where(side < 0, found.high.reshape(trials.shape) <= target, found.low.reshape(trials.shape) >= target)
        best = np.take_along_axis(trials, fits.argmax(axis=0)[None], axis=0)[0]  # the nearest that is confirmed
        known: np.ndarray = np.logical_or.reduce(fits, axis=0)
        half = len(near) // 2
        sure = np.maximum(cut.low, action.low)
        low = np.where(known[:half], np.maximum(best[:half], sure), sure)
        return Interval(np.minimum(low, self.high), np.where(known[half:], best[half:], self.high))

    def path(self, first: Interval, cells: int) -> Iterator[tuple[Interval, Interval, Interval]]:
        """Yield for each cell but the last its bounds and its mean, from the first cut on."""
        low, high = Interval.point(np.full(first.shape, self.low)), first
        for k in range(cells - 1):
            action = self.mean(low, high)
            yield low, high, action
            if k < cells - 2:
                low, high = high, self.next_cut(high, self._beyond(high, action))

    def _beyond(self, cut: Interval, action: Interval) -> Interval:
        """Enclose the action that makes a sender at a cut indifferent; it exceeds the cut by more than the bias, twice."""
        found = (cut + self.bias) * 2.0 - action
        return Interval(np.maximum(found.low, np.nextafter(cut.low + 2 * self.bias, -np.inf)), found.high)

    def _inside(self, box: Interval) -> Interval:
        return Interval(np.clip(box.low[:, 0], self.low, self.high), np.clip(box.high[:, 0], self.low, self.high))

    def values(self, box: Interval, cells: int) -> Interval:
        """Enclose the sender's ideal minus what would make it indifferent at the last cut, twice, given the first cut."""
        *_, (_, cut, action) = self.path(self._inside(box), cells)
        last = self.mean(cut, Interval.point(np.full(cut.shape, self.high)))
        result = self._beyond(cut, action) - last
        return Interval(result.low[:, None], result.high[:, None])

    def jacobian(self, box: Interval, cells: int) -> Interval:
        """Enclose the derivative of `values` with respect to the first cut."""
        first = self._inside(box)
        one = Interval.point(np.ones(first.shape))
        clipped = (box.low[:, 0] < self.low) | (box.high[:, 0] > self.high)
        before, here = one * 0.0, Interval(np.where(clipped, 0.0, 1.0), one.high)
        steps = list(self.path(first, cells))
        for k, (low, high, action) in enumerate(steps):
            left, right = self._pull(low, high, action)
            turn = finite((2.0 - right) * here - left * before)  # of the next action
            upper = steps[k + 1][1] if k + 1 < len(steps) else Interval.point(np.full(first.shape, self.high))
            following = self.mean(high, upper) if k + 1 == len(steps) else steps[k + 1][2]
            left, right = self._pull(high, upper, following)
            if k + 1 == len(steps):
                result = finite(turn - left * here)
                return Interval(result.low[:, None, None], result.high[:, None, None])
            before, here = here, self._divided(finite(turn - left * here), right, upper)
        raise AssertionError("a partition has a first cell")

    def _pull(self, low: Interval, high: Interval, mean: Interval) -> tuple[Interval, Interval]:
        """Enclose the derivatives of the mean of a cell with respect to its bounds."""
        least = np.maximum(self.cdf(np.maximum(high.low, low.high)).low - self.cdf(low.high).high, 0.0)
        most = np.maximum(self.cdf(high.high).high - self.cdf(low.low).low, np.finfo(float).tiny)
        with np.errstate(divide="ignore"):
            scale = Interval(1 / most * (1 - 4 * EPS), np.where(least > 0, 1 / np.where(least > 0, least, 1.0) * (1 + 4 * EPS), np.inf))
        below = Interval(np.maximum(mean.low - low.high, 0.0), np.maximum(mean.high - low.low, 0.0))
        above = Interval(np.maximum(high.low - mean.high, 0.0), np.maximum(high.high - mean.low, 0.0))
        scale = finite(scale)
        return finite(self.density(low) * below * scale), finite(self.density(high) * above * scale)

    def _divided(self, turn: Interval, slope: Interval, cut: Interval) -> Interval:
        """Enclose how a cut moves; not at all where it has reached the last state."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            quotients = np.stack([turn.low / slope.low, turn.low / slope.high, turn.high / slope.low, turn.high / slope.high])
        known = slope.low > 0
        result = finite(Interval(np.where(known, quotients.min(axis=0), -np.inf), np.where(known, quotients.max(axis=0), np.inf)))
        widened = Interval(result.low - 4 * EPS * abs(result.low), result.high + 4 * EPS * abs(result.high))
        both = hull(widened, Interval.point(np.zeros(cut.shape)))
        saturated = cut.high >= self.high
        return Interval(np.where(saturated, both.low, widened.low), np.where(saturated, both.high, widened.high))
