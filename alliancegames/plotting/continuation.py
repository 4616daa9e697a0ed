"""Equilibrium correspondences of games in normal form: exact branches, and the exact values at which they change."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliancegames.plotting._style import axes
from alliancegames.solvers.bimatrix import choosers

__all__ = ["plot_nash_correspondence"]

INK, CHANGE, JOIN = "#0b559f", "#b2182b", "0.55"
# How equilibria are drawn, by their index.
STYLES = {1: ("-", "index +1"), -1: ("--", "index −1"), None: (":", "end point of a continuum"), 0: ((0, (5, 1, 1, 1)), "index 0")}
# Points at which a branch is computed.
RESOLUTION = 400
# Characters of an exact value beyond which a decimal is shown.
EXACT = 12
# Values nearer than this share of the range stand on two levels.
CROWDED = 0.12
# Kinds at which the number of equilibria does not change.
QUIET = ("kink", "exchange", "crossing", "end")


def plot_nash_correspondence(result: Any, quantity: Any = None, *, ax: Any = None) -> Any:
    """Draw a quantity of all equilibria against a parameter.

    Equilibria of index +1 are solid, those of index -1, which no reasonable adjustment reaches, dashed, extreme points of continua
    dotted. Filled marks show where the number of equilibria changes, open ones where an equilibrium only changes its formula; a grey
    line joins equilibria that are joined by a continuum at a single value.

    Parameters
    ----------
    result : NashCorrespondence
        The equilibria.
    quantity : str or tuple of str, optional
        As in ``NashCorrespondence.formula``; by default the first outcome, or else the probability of the first action.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    shown = _default(result) if quantity is None else quantity
    used: set[Any] = set()
    for branch in sorted(result.branches, key=lambda branch: list(STYLES).index(branch.index)):
        line, words = STYLES[branch.index]
        places = np.linspace(float(branch.start), float(branch.stop), RESOLUTION)
        heights = result.series(branch, shown, places)
        ax.plot(places, heights, color=INK, linestyle=line, linewidth=1.8, label=None if branch.index in used else words)
        used.add(branch.index)
    for event in result.events:
        _mark(ax, result, event, shown)
    names = result.words
    ax.set(
        xlabel=names.get(result.parameter, result.parameter),
        ylabel=names.get(shown, _name(shown)),
        xlim=(float(result.start), float(result.stop)),
    )
    ax.margins(y=0.08)
    _name_values(ax, result)
    if len(used) > 1:
        ax.legend(frameon=False, fontsize="small")
    return ax


def _default(result: Any) -> Any:
    if result.branches[0].outcomes:
        return next(iter(result.branches[0].outcomes))
    k = choosers(result.game)[0]
    return result.game.players[k], result.game.actions[k][0]


def _name(quantity: Any) -> str:
    return f"payoff of {quantity}" if isinstance(quantity, str) else f"probability that {quantity[0]} plays {quantity[1]}"


def _mark(ax: Any, result: Any, event: Any, quantity: Any) -> None:
    """Mark what happens at a value of the parameter, at the heights of the branches concerned."""
    place = float(event.value)
    for meeting in event.meetings:
        heights = [float(result.series(branch, quantity, place)) for branch in (*meeting.before, *meeting.after)]
        alone = [result.value_at(profile, quantity, event.value) for profile in meeting.equilibria]
        if meeting.continuum and max(alone) > min(alone):
            ax.plot([place, place], [min(alone), max(alone)], color=JOIN, linewidth=1.2, zorder=1.5)
        face = "white" if meeting.kind in QUIET else CHANGE
        for height in sorted(set(heights or alone)):
            ax.plot([place], [height], "o", color=CHANGE, markerfacecolor=face, markersize=5, zorder=3, clip_on=False)


def _name_values(ax: Any, result: Any) -> None:
    """Write the exact values above the picture, on thin lines; titles find their place above them."""
    places = [float(event.value) for event in result.events]
    if not places:
        return
    labels, raised, width = [], False, float(result.stop - result.start)
    for k, event in enumerate(result.events):
        ax.axvline(places[k], color="0.85", linewidth=0.8, zorder=0)
        raised = k > 0 and places[k] - places[k - 1] < CROWDED * width and not raised
        labels.append(_exact(event.value) + "\n" * raised)
    top = ax.secondary_xaxis("top")
    top.set_ticks(places, labels, fontsize="small", color=CHANGE)
    top.tick_params(length=0, pad=1)
    top.spines["top"].set_visible(False)


def _exact(value: Any) -> str:
    """Return an exact value if it is short, else a decimal."""
    import sympy

    words = str(value)
    if len(words) > EXACT or "CRootOf" in words:
        return f"≈ {float(value):.4g}".replace("-", "−")
    if "sqrt" in words:
        return f"${sympy.latex(value, fold_short_frac=True)}$"
    return words.replace("-", "−")
