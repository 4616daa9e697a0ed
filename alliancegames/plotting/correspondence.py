"""Equilibrium correspondences: every branch, stable or not, and the folds at which branches meet."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np

from alliancegames.plotting._style import axes

__all__ = ["plot_correspondence"]

INK, FOLD = "#0b559f", "#b2182b"


def plot_correspondence(result: Any, quantity: str | None = None, *, ax: Any = None) -> Any:
    """Draw a quantity of all equilibria against a parameter: stable branches solid, unstable ones dashed.

    Parameters
    ----------
    result : Correspondence
        The equilibria.
    quantity : str, optional
        Label of an unknown, or name of an outcome; by default the first unknown.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    used: set[bool] = set()
    for branch in result.branches:
        series = result.series(branch, quantity)
        for stable, run in _runs(branch.stable):
            label = None if stable in used else ("stable" if stable else "unstable")
            used.add(stable)
            ax.plot(branch.values[run], series[run], color=INK, linestyle="-" if stable else "--", linewidth=1.8, label=label)
    _mark_folds(ax, result, quantity)
    ax.set(xlabel=result.parameter, ylabel=quantity or result.labels[0])
    if len(used) > 1:
        ax.legend(frameon=False)
    return ax


def _runs(stable: tuple[bool | None, ...]) -> list[tuple[bool, slice]]:
    """Return stretches of equal stability; each reaches to the start of the next, and a fold takes its neighbour's."""
    known = [value for value in stable if value is not None] or [True]
    filled: list[bool] = []
    for k, value in enumerate(stable):
        after = next((later for later in stable[k:] if later is not None), known[-1])
        filled.append(value if value is not None else (filled[-1] if filled and k == len(stable) - 1 else after))
    found, start = [], 0
    for value, group in groupby(filled):
        length = len(list(group))
        found.append((value, slice(start, min(start + length + 1, len(filled)))))
        start += length
    return found


def _mark_folds(ax: Any, result: Any, quantity: str | None) -> None:
    """Mark where branches meet, with the value of the parameter."""
    for fold in result.folds:
        for branch in result.branches:
            ends = [k for k in (0, -1) if branch.values[k] == fold.value]
            if ends:
                height = float(np.asarray(result.series(branch, quantity))[ends[0]])
                ax.plot([fold.value], [height], "o", color=FOLD, markersize=5, zorder=3)
                ax.annotate(
                    f"{fold.value:.4g}".replace("-", "−"), (fold.value, height), textcoords="offset points", xytext=(7, 4), color=FOLD
                )
                break
