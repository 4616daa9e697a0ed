"""One look for all figures: readable in print, in grey and for colour-blind readers."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from alliancegames.errors import GameDefinitionError

__all__ = [
    "COLOURS",
    "DASHES",
    "HATCHES",
    "LINES",
    "LOOKS",
    "axes",
    "fit",
    "fit_texts",
    "legend_below",
    "letters",
    "line",
    "style",
    "typeset",
    "wrapped",
]

# A colour-blind safe qualitative palette (after Okabe and Ito, lightened for areas); hatches carry the
# same information in grey.
COLOURS = ("#a6cee3", "#f2d6a2", "#e8b4b0", "#b7d7b0", "#d3c1e0", "#f5e9a8", "#c9c9c9", "#9fd6cf")
HATCHES = ("", "///", "...", "\\\\\\", "xx", "++", "oo", "--")
# Lines need darker colours than areas; dashes carry the same information in grey.
LINES = ("#0b559f", "#b5451d", "#2f7d32", "#6a3d9a", "#8a6d00", "#444444")
DASHES = ("-", (0, (4, 1.5)), (0, (1, 1.2)), (0, (6, 1.5, 1, 1.5)))

# Size of a figure in inches and of its letters in points, where no look is chosen.
SCREEN, LETTERS = (5.6, 4.4), 10
# Text stays text in files, for search engines, screen readers and copy editors.
_VECTORS: Mapping[str, Any] = {"pdf.fonttype": 42, "ps.fonttype": 42, "svg.fonttype": "none", "savefig.dpi": 300}
LOOKS: Mapping[str, Any] = {
    "journal": {**_VECTORS, "figure.figsize": (3.5, 2.8), "font.size": 8, "lines.markersize": 5, "hatch.linewidth": 0.7},
    "journal-wide": {**_VECTORS, "figure.figsize": (7.0, 4.2), "font.size": 9},
    "slide": {**_VECTORS, "figure.figsize": (10.0, 5.625), "font.size": 16, "lines.markersize": 8, "hatch.linewidth": 1.2},
}
FORMULA, STANDS_FOR_FORMULA = r"\$[^$]+\$", "\N{OBJECT REPLACEMENT CHARACTER}"
_inside: ContextVar[bool] = ContextVar("inside a look", default=False)


@contextmanager
def style(look: str) -> Iterator[None]:
    """Draw the figures inside a ``with`` block for a journal or for a slide.

    Figures must be saved inside the block as well, since fonts are embedded when a file is written. What is outside of the block
    keeps its settings.

    Parameters
    ----------
    look : {'journal', 'journal-wide', 'slide'}
        ``journal`` is one column, 3.5 inches (89 mm) wide, with letters of 8 points; ``journal-wide`` two columns, 7 inches with
        9 points; ``slide`` 16:9 with 16 points. In PDF and SVG files text stays text. See `alliancegames.plotting.to_grey` for print
        without colours.

    Examples
    --------
    >>> import alliancegames as ag
    >>> with ag.plotting.style("journal"):
    ...     figure = ag.models.UnilateralDeterrence().plot().figure
    >>> figure.get_size_inches().tolist()
    [3.5, 2.8]
    """
    if look not in LOOKS:
        raise GameDefinitionError(f"style(): look must be one of {', '.join(LOOKS)}, got {look!r}.")
    import matplotlib as mpl

    token = _inside.set(True)
    try:
        with mpl.rc_context(LOOKS[look]):
            yield
    finally:
        _inside.reset(token)


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

    size = plt.rcParams["figure.figsize"] if _inside.get() else SCREEN
    _, new = plt.subplots(figsize=size, layout="constrained")
    new.spines[["top", "right"]].set_visible(False)
    return new


def letters() -> float:
    """Return by how much letters are larger than on the screen."""
    import matplotlib as mpl

    return float(mpl.rcParams["font.size"]) / LETTERS if _inside.get() else 1.0


def line(number: int) -> dict[str, Any]:
    """Return colour and dashes of one of several lines, counted from 0.

    Parameters
    ----------
    number : int
        Its number.
    """
    return {"color": LINES[number % len(LINES)], "linestyle": DASHES[number % len(DASHES)], "linewidth": 2}


def typeset(parameter: Any) -> str:
    """Return a parameter's symbol for a formula, all of its index below the line.

    Parameters
    ----------
    parameter : Parameter
        The parameter.
    """
    stem, _, index = parameter.symbol.partition("_")
    return str(parameter.latex or (f"{stem}_{{{index}}}" if index else stem))


def wrapped(words: str, width: int) -> str:
    """Break a text into lines of about the same length, and never inside a formula.

    Parameters
    ----------
    words : str
        The text.
    width : int
        Most characters in a line; a formula counts as one.

    Examples
    --------
    >>> print(wrapped("the ally's cost of breaking the treaty", 35))
    the ally's cost of
    breaking the treaty
    """
    formulas = iter(re.findall(FORMULA, words))
    short = re.sub(FORMULA, STANDS_FOR_FORMULA, words)
    count = len(textwrap.wrap(short, width, break_long_words=False))
    fits = (textwrap.wrap(short, narrow, break_long_words=False) for narrow in range(1, width + 1))
    lines = next((lines for lines in fits if len(lines) <= count), [short])
    return "".join(next(formulas) if character == STANDS_FOR_FORMULA else character for character in "\n".join(lines))


def fit_texts(ax: Any) -> None:
    """Break the title at the left and the names of the axes into lines where they are longer than the axes.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes, with all that is to be drawn.
    """
    words = ax.get_title(loc="left")
    title = [ax.set_title(words, loc="left", fontsize="medium")] if words else []
    for text in (*title, ax.xaxis.label, ax.yaxis.label):
        fit(text, ax)


def fit(text: Any, ax: Any) -> None:
    """Break a text that is longer than the axes into lines.

    Parameters
    ----------
    text : matplotlib.text.Text
        The text, level or upright.
    ax : matplotlib.axes.Axes
        The axes, with all that is to be drawn.
    """
    ax.figure.draw_without_rendering()  # sizes are known only after the layout
    box = text.get_window_extent()
    share = box.height / ax.bbox.height if text.get_rotation() == 90 else box.width / ax.bbox.width
    words = text.get_text()
    if share > 1 and "\n" not in words:
        text.set_text(wrapped(words, int(len(words) / share)))


def legend_below(ax: Any, handles: Any = None, labels: Any = None, *, columns: int = 2) -> None:
    """Write the legend below the name of the horizontal axis, where it meets no title and covers nothing.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes, with all that is to be drawn.
    handles, labels : sequence, optional
        What the legend explains; by default what has a label.
    columns : int, default 2
        Most columns; fewer are used where the axes with their labels are too narrow.
    """
    from matplotlib.transforms import Bbox, ScaledTranslation

    if handles is None:
        handles, labels = ax.get_legend_handles_labels()
    named = [handle.get_label() for handle in handles] if labels is None else list(labels)
    ax.figure.draw_without_rendering()  # sizes are known only after the layout
    frame = Bbox.union([ax.bbox, *(box for axis in (ax.xaxis, ax.yaxis) if (box := axis.get_tightbbox()))])
    depth, middle = (ax.bbox.ymin - frame.ymin) / ax.figure.dpi, ((frame.xmin + frame.xmax) / 2 - ax.bbox.xmin) / ax.bbox.width
    below = ax.transAxes + ScaledTranslation(0, -depth, ax.figure.dpi_scale_trans)
    for count in range(min(columns, len(named)), 0, -1):
        legend = ax.legend(
            handles,
            named,
            loc="upper center",
            bbox_to_anchor=(middle, 0),
            bbox_transform=below,
            ncols=count,
            frameon=False,
            fontsize="small",
        )
        legend.set_in_layout(False)  # until it is narrow enough it must not push the axes together
        ax.figure.draw_without_rendering()
        if legend.get_window_extent().width <= frame.width:
            break
    if named:
        legend.set_in_layout(True)
