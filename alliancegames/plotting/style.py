"""One look for all figures: readable in print, in grey and for colour-blind readers."""

from __future__ import annotations

from typing import Any

__all__ = ["COLOURS", "HATCHES", "axes"]

# A colour-blind safe qualitative palette (after Okabe and Ito, lightened for areas); hatches carry the
# same information in grey.
COLOURS = ("#a6cee3", "#f2d6a2", "#e8b4b0", "#b7d7b0", "#d3c1e0", "#f5e9a8", "#c9c9c9", "#9fd6cf")
HATCHES = ("", "///", "...", "\\\\\\", "xx", "++", "oo", "--")


def axes(ax: Any = None) -> Any:
    """Return the axes given, or those of a new figure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.
    """
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    _, new = plt.subplots(figsize=(5.6, 4.4), layout="constrained")
    new.spines[["top", "right"]].set_visible(False)
    return new
