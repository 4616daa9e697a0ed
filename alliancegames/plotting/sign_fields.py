"""Fields of signs: the boxes in which a quantity is proved to be positive or negative."""

from __future__ import annotations

from typing import Any

from alliancegames.plotting._style import axes, legend_below
from alliancegames.statics.fields import SignField

__all__ = ["plot_sign_field"]

# Colour and hatch of what is proved positive, proved negative, and open.
LOOKS = {1: ("#e8b4b0", "///", "proved positive"), -1: ("#a6cee3", "", "proved negative"), 0: ("black", "", "open")}


def plot_sign_field(field: SignField, *, ax: Any = None) -> Any:
    """Draw where a quantity is proved to be positive and negative.

    Parameters
    ----------
    field : SignField
        The field.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib.collections import PolyCollection
    from matplotlib.patches import Patch

    ax = axes(ax)
    handles = []
    for sign, (colour, hatch, label) in LOOKS.items():
        chosen = field.signs == sign
        corners = [[(a, b), (c, b), (c, d), (a, d)] for (a, b), (c, d) in zip(field.low[chosen], field.high[chosen], strict=True)]
        ax.add_collection(PolyCollection(corners, facecolors=colour, edgecolors=colour, linewidths=0.2))
        if corners:
            handles.append(Patch(facecolor=colour, hatch=hatch, edgecolor="0.4", label=f"{label} ({field.share(sign):.1%})"))
        if hatch and corners:
            ax.add_collection(PolyCollection(corners, facecolors="none", edgecolors=(0, 0, 0, 0.18), linewidths=0, hatch=hatch))
    low, high = field.low.min(axis=0), field.high.max(axis=0)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel=field.x, ylabel=field.y)
    legend_below(ax, handles, columns=3)
    return ax
