"""Figures without colours."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliancegames.errors import ParameterError

__all__ = ["to_grey"]

# What red, green and blue contribute to lightness (ITU-R BT.601, as printers and image programs convert).
WEIGHTS = np.array([0.299, 0.587, 0.114])


def to_grey(figure: Any) -> Any:
    """Turn all colours of a figure grey, as a printer without colours does.

    Figures of the package stay readable: what colours say is said by hatches, dashes, markers or lightness, too.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it is changed.

    Returns
    -------
    matplotlib.figure.Figure
        The same figure.

    Raises
    ------
    ParameterError
        What is given is no figure.

    Examples
    --------
    >>> import alliancegames as ag
    >>> figure = ag.plotting.to_grey(ag.models.UnilateralDeterrence().plot().figure)
    """
    if not hasattr(figure, "savefig"):
        raise ParameterError(f"to_grey(): a matplotlib figure is needed, such as model.plot().figure, got {type(figure).__name__}.")
    for artist in figure.findobj():
        if getattr(artist, "get_cmap", None) and artist.get_array() is not None:
            artist.set_cmap(_grey_map(artist.get_cmap()))
        for name in ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor"):
            if hasattr(artist, f"get_{name}") and hasattr(artist, f"set_{name}"):
                _turn(artist, name)
    return figure


def _turn(artist: Any, name: str) -> None:
    """Turn one of an artist's colours grey; what has none, or an automatic one, keeps it."""
    from matplotlib.colors import to_rgba_array

    colour = getattr(artist, f"get_{name}")()
    if isinstance(colour, str) and colour in ("none", "auto"):
        return
    rgba = to_rgba_array(colour)
    if len(rgba):
        grey = _grey(rgba)
        getattr(artist, f"set_{name}")(grey if np.ndim(colour) == 2 else tuple(grey[0]))


def _grey(rgba: np.ndarray) -> np.ndarray:
    lightness = rgba[:, :3] @ WEIGHTS
    return np.column_stack([lightness] * 3 + [rgba[:, 3]])


def _grey_map(colours: Any) -> Any:
    """Return a colour map whose colours are the greys of another's."""
    from matplotlib.colors import ListedColormap

    greys = ListedColormap(_grey(colours(np.arange(colours.N))), name=f"grey {colours.name}")
    ends = (colours.get_bad(), colours.get_under(), colours.get_over())
    bad, under, over = _grey(np.array(ends))
    return greys.with_extremes(bad=bad, under=under, over=over)
