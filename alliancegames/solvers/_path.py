"""Curves of solutions followed by predictor and corrector, around turning points and through bifurcations.

A curve is the set of zeros of a smooth function from n + 1 to n dimensions; its last coordinate is the
parameter. A step goes along the tangent and comes back by Newton's method in the plane across it
:cite:p:`allgower1990numerical`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["Curve", "Trace", "between", "follow", "locate", "settle", "tangent"]

FIRST_STEP = 0.02
SMALLEST_STEP = 1e-9
# A change of orientation within a step of this length is a bifurcation, in a longer one perhaps a jump to another curve.
BIFURCATION_STEP = 1e-3
# What a step should show at most, and what makes it too long: first correction, ratio of the first two corrections, angle.
IDEAL = (0.02, 0.05, 0.1)
REFUSED = (0.3, 0.4, 0.5)
# Largest change of the gauge in one step.
GAUGE = 0.05
NEWTON_STEPS = 12
CONVERGED = 1e-10
# Corrections below this size that no longer shrink are rounding.
ROUNDING = 1e-5
# Events are located to this accuracy.
EXACT = 1e-14


@dataclass(frozen=True)
class Curve:
    """The zeros of a function, as a curve.

    Parameters
    ----------
    values : callable
        From a point, shape (n + 1,), to the function there, shape (n,).
    jacobian : callable
        From a point to the derivatives, shape (n, n + 1).
    gauge : callable
        From a point to numbers that may change only a little in one step.
    longest : float
        Longest step.
    """

    values: Callable[[np.ndarray], np.ndarray]
    jacobian: Callable[[np.ndarray], np.ndarray]
    gauge: Callable[[np.ndarray], np.ndarray]
    longest: float = 0.4


@dataclass(frozen=True)
class Trace:
    """Points of a curve, in order.

    Parameters
    ----------
    points : ndarray, shape (k, n + 1)
        Points of the curve, folds and bifurcations among them.
    folds : tuple of ndarray
        Points at which the parameter turns.
    bifurcations : tuple of ndarray
        Points at which another curve crosses.
    ending : str
        ``"reached"`` (the bound on the parameter), ``"done"`` (as asked), ``"closed"`` (back at the start),
        ``"stuck"`` (no step is short enough) or ``"long"`` (too many steps).
    """

    points: np.ndarray
    folds: tuple[np.ndarray, ...]
    bifurcations: tuple[np.ndarray, ...]
    ending: str


@dataclass(frozen=True)
class _Step:
    """A point on the curve with its unit tangent, the orientation there, and the length of the next step."""

    point: np.ndarray
    tangent: np.ndarray
    orientation: float
    length: float


def tangent(curve: Curve, point: np.ndarray, along: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the unit tangent that points the same way as ``along``, and the sign of the orientation.

    The orientation is the sign of the determinant of the derivatives bordered by the tangent. It changes
    where another curve crosses and nowhere else.
    """
    rows = _scaled(curve.jacobian(point))
    complete, _ = np.linalg.qr(rows.T, mode="complete")
    direction = complete[:, -1]
    if direction @ along < 0:
        direction = -direction
    return direction, float(np.linalg.slogdet(np.vstack([rows, direction]))[0])


def _scaled(rows: np.ndarray) -> np.ndarray:
    """Divide each row by its norm: the zeros stay, the numbers become comparable."""
    scaled: np.ndarray = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(float).tiny)
    return scaled


def settle(curve: Curve, guess: np.ndarray, across: np.ndarray) -> tuple[np.ndarray, list[float]] | None:
    """Return the point of the curve in the plane through ``guess`` with normal ``across``, and the sizes of the corrections.

    None if Newton's method does not converge.
    """
    point = guess.copy()
    sizes: list[float] = []
    for _ in range(NEWTON_STEPS):
        correction = _correction(curve, point, across)
        if correction is None:
            return None
        size = float(np.linalg.norm(correction))
        if sizes and size >= sizes[-1]:
            return (point, sizes) if sizes[-1] < ROUNDING else None
        point = point + correction
        sizes.append(size)
        if size < CONVERGED and len(sizes) > 1:
            return point, sizes
    return (point, sizes) if sizes[-1] < ROUNDING else None


def _correction(curve: Curve, point: np.ndarray, across: np.ndarray) -> np.ndarray | None:
    rows, values = curve.jacobian(point), curve.values(point)
    norms = np.maximum(np.linalg.norm(rows, axis=1), np.finfo(float).tiny)
    matrix = np.vstack([rows / norms[:, None], across])
    try:
        correction = np.linalg.solve(matrix, np.append(-values / norms, 0.0))
    except np.linalg.LinAlgError:
        return None
    return correction if np.isfinite(correction).all() and np.linalg.norm(correction) < 1 else None


def follow(
    curve: Curve,
    start: np.ndarray,
    direction: float,
    *,
    bound: float = math.inf,
    done: Callable[[np.ndarray], bool] | None = None,
    limit: int = 5000,
) -> Trace:
    """Follow a curve from a point on it.

    Parameters
    ----------
    curve : Curve
        The curve.
    start : ndarray, shape (n + 1,)
        A point on it at which the parameter does not turn.
    direction : float
        Positive to set out towards higher values of the parameter, negative towards lower ones.
    bound : float
        The curve ends where the parameter passes this value upwards.
    done : callable, optional
        Says at which point to stop.
    limit : int
        Largest number of steps tried.
    """
    if direction > 0 and start[-1] >= bound - EXACT:
        return Trace(start[None, :], (), (), "reached")
    along = np.zeros_like(start)
    along[-1] = direction
    here = _Step(start, *tangent(curve, start, along), FIRST_STEP)
    points, folds, bifurcations = [start], [], []
    ending = "long"
    first = here
    for _ in range(limit):
        there = _step(curve, here)
        if there is None:
            here = _Step(here.point, here.tangent, here.orientation, here.length / 2)
            if here.length < SMALLEST_STEP:
                ending = "stuck"
                break
            continue
        if there.point[-1] >= bound and here.point[-1] < bound:
            points.append(locate(curve, here.point, here.tangent, here.length, lambda point, _: point[-1] - bound))
            ending = "reached"
            break
        if len(points) > 2 and _returns(first, here):
            points.append(start)
            ending = "closed"
            break
        if there.orientation != here.orientation:
            bifurcations.append(locate(curve, here.point, here.tangent, here.length, _orientation(curve, here)))
            points.append(bifurcations[-1])
        elif there.tangent[-1] * here.tangent[-1] < 0:
            folds.append(locate(curve, here.point, here.tangent, here.length, lambda _, direction: direction[-1]))
            points.append(folds[-1])
        points.append(there.point)
        here = there
        if done is not None and done(here.point):
            ending = "done"
            break
    return Trace(np.array(points), tuple(folds), tuple(bifurcations), ending)


def _step(curve: Curve, here: _Step) -> _Step | None:
    """Try one step; None if it is too long."""
    settled = settle(curve, here.point + here.length * here.tangent, here.tangent)
    if settled is None:
        return None
    point, sizes = settled
    direction, orientation = tangent(curve, point, here.tangent)
    ratio = sizes[1] / sizes[0] if len(sizes) > 1 and sizes[0] > ROUNDING else 0.0
    signs = (sizes[0], ratio, math.acos(min(1.0, float(direction @ here.tangent))))
    if any(sign > refused for sign, refused in zip(signs, REFUSED, strict=True)):
        return None
    if np.abs(curve.gauge(point) - curve.gauge(here.point)).max() > GAUGE:
        return None
    if orientation != here.orientation and here.length > BIFURCATION_STEP:
        return None
    # Errors grow with the square of the length, the angle in proportion.
    growth = min(math.sqrt(IDEAL[0] / max(signs[0], 1e-12)), math.sqrt(IDEAL[1] / max(ratio, 1e-12)), IDEAL[2] / max(signs[2], 1e-12))
    length = min(here.length * min(max(growth, 0.5), 1.6), curve.longest)
    return _Step(point, direction, orientation, length)


def _returns(first: _Step, here: _Step) -> bool:
    """Whether the starting point lies on the step ahead."""
    way = first.point - here.point
    ahead = float(way @ here.tangent)
    return 0 < ahead <= here.length and bool(np.linalg.norm(way) < 1.05 * ahead) and bool(first.tangent @ here.tangent > 0.8)


def _orientation(curve: Curve, here: _Step) -> Callable[[np.ndarray, np.ndarray], float]:
    def event(point: np.ndarray, _: np.ndarray) -> float:
        return tangent(curve, point, here.tangent)[1]

    return event


def locate(
    curve: Curve, point: np.ndarray, direction: np.ndarray, length: float, event: Callable[[np.ndarray, np.ndarray], float]
) -> np.ndarray:
    """Return the point of the curve within a step at which ``event(point, tangent)`` changes its sign.

    Regula falsi in the Illinois form: an end that stays gets half its weight, so that both ends close in.
    """

    def at(distance: float) -> tuple[np.ndarray, float]:
        settled = settle(curve, point + distance * direction, direction)
        if settled is None:  # the plane meets a singular point: the guess is as good as it gets
            return point + distance * direction, 0.0
        return settled[0], event(settled[0], tangent(curve, settled[0], direction)[0])

    low, high = 0.0, length
    (best, at_low), (end, at_high) = at(low), at(high)
    if at_low * at_high >= 0:
        return best if abs(at_low) < abs(at_high) else end
    for _ in range(100):
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        best, value = at(middle)
        if abs(value) < EXACT or not low < middle < high:
            break
        if value * at_low > 0:
            low, at_low, at_high = middle, value, at_high / 2
        else:
            high, at_high, at_low = middle, value, at_low / 2
    return best


def between(curve: Curve, first: np.ndarray, second: np.ndarray, value: float) -> np.ndarray:
    """Return the point at which the parameter is ``value`` between two neighbouring points of a curve."""
    chord = second - first
    length = float(np.linalg.norm(chord))
    across = np.zeros_like(first)
    across[-1] = 1
    settled = settle(curve, first + chord * ((value - first[-1]) / chord[-1]), across)
    if settled is not None and _beside(settled[0] - first, chord / length, length):
        return settled[0]
    return locate(curve, first, chord / length, length, lambda point, _: point[-1] - value)


def _beside(way: np.ndarray, direction: np.ndarray, length: float) -> bool:
    """Whether a way that starts at one end of a chord leads to a place beside it."""
    ahead = float(way @ direction)
    return -0.01 * length <= ahead <= 1.01 * length and bool(np.linalg.norm(way - ahead * direction) < 0.3 * length)
