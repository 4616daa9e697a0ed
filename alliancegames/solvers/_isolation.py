"""All zeros of a smooth function in a box, each proved to be there and to be alone.

A box is dropped when the function cannot vanish on it, accepted when an interval Newton step (Krawczyk's
operator) maps it into its own interior - which proves that it contains exactly one zero - and is cut in two
otherwise. What can be neither excluded nor isolated is reported, never dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from alliancegames.solvers._intervals import Interval

__all__ = ["Isolation", "isolate"]

Function = Callable[[Interval], Interval]

# Boxes treated in one vectorised step.
CHUNK = 2048
# Share of its width by which a box is enlarged on every side before it is tested, so that a zero on the
# border between two boxes is interior to one that is tested.
MARGIN = 0.1
# Enlargement of a box that has no width: what rounding may move its image by.
ROUNDING, LEAST = 64 * np.finfo(float).eps, 1e-290
# From this number of unresolved boxes on, the zeros are taken to form a continuum and the search stops.
CONTINUUM = 256
# Steps that tighten an accepted box; near the zero convergence is quadratic.
TIGHTEN = 60


@dataclass(frozen=True)
class Isolation:
    """What is known about the zeros of a function in a box.

    Parameters
    ----------
    roots : list of Interval, shape (d,)
        Boxes that contain exactly one zero each, no two of them the same.
    unresolved : list of Interval, shape (d,)
        Boxes that may contain zeros. Every zero lies in a root box or in one of these.
    boxes : int
        Number of boxes examined.
    """

    roots: list[Interval]
    unresolved: list[Interval]
    boxes: int


def isolate(
    values: Function, jacobian: Function, low: np.ndarray, high: np.ndarray, *, width: float = 2.0**-26, limit: int = 200_000
) -> Isolation:
    """Isolate all zeros of a function from d to d dimensions in a box.

    Parameters
    ----------
    values : callable
        From boxes of shape (k, d) to enclosures of the function on them, shape (k, d).
    jacobian : callable
        From boxes of shape (k, d) to enclosures of the derivatives, shape (k, d, d): function by variable.
        Both are called on boxes slightly larger than the box searched.
    low, high : ndarray, shape (d,)
        The box searched.
    width : float
        Boxes narrower than this, as a share of the box searched, are not cut further. Around a double root
        floats cannot tell anything within about this distance.
    limit : int
        Largest number of boxes examined.
    """
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    scale = np.maximum(high - low, np.finfo(float).tiny)
    waiting = [Interval(low[None, :], high[None, :])]
    found: list[tuple[Interval, Interval]] = []
    unresolved: list[Interval] = []
    examined = 0
    while waiting and examined < limit and len(unresolved) < CONTINUUM:
        boxes = _take(waiting)
        examined += len(boxes.low)
        boxes, slopes = _sift(values, jacobian, boxes)
        boxes, slopes, accepted = _newton(values, jacobian, boxes, slopes)
        found.extend(accepted)
        small = (boxes.width <= width * scale).all(axis=1)
        unresolved.extend(_rows(boxes[small]))
        if not small.all():
            waiting.append(_cut(boxes[~small], slopes[~small]))
    for rest in waiting:
        unresolved.extend(_rows(rest))
    roots, doubtful = _distinct([(_tightened(values, jacobian, root, scale), region) for root, region in found])
    inside = [root for root in roots if (root.high >= low).all() and (root.low <= high).all()]
    return Isolation(inside, unresolved + doubtful, examined)


def _take(waiting: list[Interval]) -> Interval:
    """Take boxes from the end of the list, so that the search goes into depth and the list stays short."""
    boxes = waiting.pop()
    if len(boxes.low) > CHUNK:
        waiting.append(boxes[:-CHUNK])
        boxes = boxes[-CHUNK:]
    return boxes


def _sift(values: Function, jacobian: Function, boxes: Interval) -> tuple[Interval, Interval]:
    """Drop boxes on which the function has no zero, by its range and by the mean value theorem."""
    boxes = boxes[values(boxes).contains_zero().all(axis=1)]
    slopes = jacobian(boxes)
    centre = boxes.midpoint
    linear = values(Interval.point(centre)) + slopes @ (boxes - centre)
    keep = linear.contains_zero().all(axis=1)
    return boxes[keep], slopes[keep]


def _newton(
    values: Function, jacobian: Function, boxes: Interval, slopes: Interval
) -> tuple[Interval, Interval, list[tuple[Interval, Interval]]]:
    """Apply Krawczyk's operator to slightly larger boxes: accept, shrink or drop each."""
    if not len(boxes.low):
        return boxes, slopes, []
    margin = MARGIN * boxes.width + ROUNDING * boxes.magnitude + LEAST
    larger = Interval(boxes.low - margin, boxes.high + margin)
    image = _krawczyk(values, jacobian, larger)
    accepted = ((image.low > larger.low) & (image.high < larger.high)).all(axis=1)
    rest = _meet(boxes, image)
    open_ = ~accepted & ~(rest.low > rest.high).any(axis=1)
    pairs = list(zip(_rows(image[accepted]), _rows(larger[accepted]), strict=True))
    return rest[open_], slopes[open_], pairs


def _krawczyk(values: Function, jacobian: Function, boxes: Interval) -> Interval:
    """Return ``m - C f(m) + (1 - C J) (X - m)``, which contains every zero in the box X."""
    centre = boxes.midpoint
    slopes = jacobian(boxes)
    preconditioner = _inverses(slopes.midpoint)
    identity = np.eye(centre.shape[1])
    rest = Interval.point(identity) - Interval.point(preconditioner) @ slopes
    return Interval.point(centre) - Interval.point(preconditioner) @ values(Interval.point(centre)) + rest @ (boxes - centre)


def _inverses(matrices: np.ndarray) -> np.ndarray:
    """Return approximate inverses; any matrix will do for correctness, a good one for speed."""
    try:
        inverses: np.ndarray = np.linalg.inv(matrices)
    except np.linalg.LinAlgError:
        inverses = np.linalg.pinv(matrices)
    return np.where(np.isfinite(inverses).all(axis=(1, 2), keepdims=True), inverses, np.eye(matrices.shape[1]))


def _cut(boxes: Interval, slopes: Interval) -> Interval:
    """Halve each box across the variable that moves the function most."""
    smear = (slopes.magnitude.max(axis=1) + np.finfo(float).tiny) * boxes.width
    axis = np.argmax(np.where(boxes.width > 0, smear, -1.0), axis=1)
    rows = np.arange(len(axis))
    middle = boxes.midpoint[rows, axis]
    left_high, right_low = boxes.high.copy(), boxes.low.copy()
    left_high[rows, axis] = middle
    right_low[rows, axis] = middle
    return Interval(np.concatenate([boxes.low, right_low]), np.concatenate([left_high, boxes.high]))


def _tightened(values: Function, jacobian: Function, root: Interval, scale: np.ndarray) -> Interval:
    """Narrow the enclosure of a zero by Newton steps, and by halving where they do not help."""
    box = root[None, :]
    for _ in range(TIGHTEN):
        if (box.width <= 4 * np.finfo(float).eps * scale).all():
            break
        narrower = _meet(box, _krawczyk(values, jacobian, box))
        if not (narrower.width < 0.9 * box.width).any():
            narrower = _half_with_zero(values, jacobian, box)
        if not (narrower.width < box.width).any():
            break
        box = narrower
    return box[0]


def _half_with_zero(values: Function, jacobian: Function, box: Interval) -> Interval:
    """Return the half of a box that holds its zero, or the box if that cannot be told."""
    if (box.width <= 1e3 * np.finfo(float).eps * (1 + box.magnitude)).all():
        return box
    halves = _cut(box, jacobian(box))
    image = _krawczyk(values, jacobian, halves)
    possible = values(halves).contains_zero().all(axis=1) & ~((image.low > halves.high) | (image.high < halves.low)).any(axis=1)
    return halves[possible] if possible.sum() == 1 else box


def _meet(one: Interval, other: Interval) -> Interval:
    # A bound that is not a number says nothing.
    return Interval(np.fmax(one.low, other.low), np.fmin(one.high, other.high))


def _distinct(found: list[tuple[Interval, Interval]]) -> tuple[list[Interval], list[Interval]]:
    """Merge enclosures of the same zero; two overlapping ones are the same if one lies where the other's zero is alone."""
    kept: list[tuple[Interval, Interval]] = []
    doubtful: list[Interval] = []
    for root, region in found:
        near = [(other, alone) for other, alone in kept if (other.low <= root.high).all() and (root.low <= other.high).all()]
        if not near:
            kept.append((root, region))
        elif not any(_within(root, alone) or _within(other, region) for other, alone in near):
            doubtful.append(root)
    return [root for root, _ in kept], doubtful


def _within(inner: Interval, outer: Interval) -> bool:
    return bool((inner.low >= outer.low).all() and (inner.high <= outer.high).all())


def _rows(boxes: Interval) -> list[Interval]:
    return [boxes[k] for k in range(len(boxes.low))]
