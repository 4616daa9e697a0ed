"""Names beside points, kept out of each other's way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from alliancegames.plotting._style import letters

__all__ = ["label_points"]

# Where a label may stand: distances from its point in typographic points, and directions.
DISTANCES = (3, 8, 14, 20, 27, 35, 44, 54)
DIRECTIONS = np.radians(range(0, 360, 15))
# Beyond this distance a thin line leads from the label to its point.
NEAR = 8


def label_points(
    ax: Any, x: Sequence[float], y: Sequence[float], names: Sequence[str], *, avoid: Sequence[Any] = (), size: float | None = None
) -> None:
    """Write each name at the nearest free place around its point, the most crowded points first.

    Call it last: the limits of the axes, the legend and the curves must stand.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes, already drawn.
    x, y : sequence of float, shape (n,)
        The points.
    names : sequence of str, length n
        Their names.
    avoid : sequence of array, shape (k, 2) each
        Curves that labels should not cover.
    size : float, optional
        Size of the letters in points; by default 7 on a screen, and in proportion to other letters elsewhere.
    """
    size = 7 * letters() if size is None else size
    unit = ax.figure.dpi / 72  # pixels in a typographic point
    points = ax.transData.transform(np.column_stack([x, y]))
    lines = [_along(ax.transData.transform(curve), 5 * unit) for curve in avoid]
    obstacles = np.vstack([*lines, np.empty((0, 2))])
    legend = [ax.get_legend().get_window_extent().extents] if ax.get_legend() else []
    taken = np.vstack([_boxes(np.vstack([obstacles, points]), 2.5 * unit), *legend])
    crowd = (np.abs(points[:, None] - points).max(axis=2) < 40 * unit).sum(axis=1)
    for k in np.argsort(-crowd, kind="stable"):
        label = ax.annotate(names[k], (x[k], y[k]), xytext=(0, 0), textcoords="offset points", ha="center", va="center", fontsize=size)
        half = label.get_window_extent().size / 2 + np.array([1.5 * unit, 0])
        offset, leader = _place(ax, points, int(k), half, taken, len(obstacles), unit)
        label.set_position(offset / unit)
        taken = np.vstack([taken, _boxes(points[k] + offset[None, :], half)])
        if leader is not None:
            taken = np.vstack([taken, _boxes(leader, unit)])
            ax.plot(*ax.transData.inverted().transform(leader).T, color="0.6", linewidth=0.5, zorder=1)


def _place(
    ax: Any, points: np.ndarray, k: int, half: np.ndarray, taken: np.ndarray, n_lines: int, unit: float
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the best offset of a label, and the leader to its point if the label stands far from it."""
    distances, angles = (grid.ravel() for grid in np.meshgrid(DISTANCES, DIRECTIONS, indexing="ij"))
    offsets = np.column_stack([np.cos(angles), np.sin(angles)]) * (half + distances[:, None] * unit)
    places = _boxes(points[k] + offsets, half)
    outside = ((places[:, :2] < ax.bbox.min) | (places[:, 2:] > ax.bbox.max)).any(axis=1)
    # A leader must not cross labels or other points; a label must not seem to belong to another point.
    leaders = points[k] + (offsets - np.clip(offsets, -half, half))[:, None] * np.linspace(0.4, 1, 8)[:, None]
    crossed = _overlaps(_boxes(leaders.reshape(-1, 2), 0), taken[n_lines:]).reshape(len(places), -1).sum(axis=1)
    gaps = np.hypot(*np.clip(np.abs(points - (points[k] + offsets)[:, None]) - half, 0, None).T).T
    far = distances > NEAR
    others = np.delete(gaps, k, axis=1).min(axis=1, initial=np.inf)
    unclear = far * crossed + (others < np.where(far, 6 * unit, gaps[:, k]))
    best = int(np.argmin(_overlaps(places, taken) + unclear + 100 * outside))
    return offsets[best], (leaders[best] if far[best] else None)


def _along(path: np.ndarray, step: float) -> np.ndarray:
    """Return points at equal distances along a path."""
    length = np.concatenate([[0], np.hypot(*np.diff(path, axis=0).T).cumsum()])
    return np.column_stack([np.interp(np.arange(0, length[-1], step), length, coordinate) for coordinate in path.T])


def _boxes(centres: np.ndarray, half: Any) -> np.ndarray:
    return np.hstack([centres - half, centres + half])


def _overlaps(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return how many of the others each box overlaps."""
    apart = (boxes[:, None, :2] > others[:, 2:]) | (boxes[:, None, 2:] < others[:, :2])
    return np.asarray((~apart.any(axis=2)).sum(axis=1))
