"""Treaty designs: the regimes in the plane of the terms, with the terms that are admissible and those that are best."""

from __future__ import annotations

from typing import Any

from alliancegames._fields import format_number
from alliancegames.errors import ParameterError
from alliancegames.plotting._style import axes, typeset
from alliancegames.plotting.regimes import plot_regimes

__all__ = ["plot_treaty"]


def plot_treaty(design: Any, x: str | None = None, y: str | None = None, *, xlim: Any = None, ylim: Any = None, ax: Any = None) -> Any:
    """Draw the regimes in the plane of two parameters, the admissible terms as a thick line, and the best terms as a star.

    Parameters
    ----------
    design : TreatyDesign
        The design.
    x, y : str, optional
        Parameters on the axes; by default the first two that the treaty sets.
    xlim, ylim : pair of number, optional
        As in `plot_regimes`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    listed = [name for names in design.moved.values() for name in names]
    across, up = x or listed[0], y or (listed[1] if len(listed) > 1 else None)
    if up is None:
        raise ParameterError(f"plot_treaty(): the treaty sets {listed[0]} alone; name a second parameter with y=...")
    regimes = design.model.regimes()
    plot_regimes(regimes, across, up, xlim=xlim, ylim=ylim, ax=ax)
    if len(design.moved) == 1:
        for low, high in design.best.region:
            ends = [[float(_coordinate(design, name, value)) for name in (across, up)] for value in (low, high)]
            ax.plot(*zip(*ends, strict=True), color="black", linewidth=3.2, solid_capstyle="butt", zorder=4)
    if design.terms:
        place = [float(_coordinate(design, name, None)) for name in (across, up)]
        ax.plot(*place, "*", color="white", markeredgecolor="black", markersize=15, zorder=5, clip_on=False)
        words = ", ".join(f"${_symbol(design, name)} = {format_number(value)}$" for name, value in design.terms.items())
        along, height = ax.transAxes.inverted().transform(ax.transData.transform(place))
        beside, above = (-10, "right") if along > 0.75 else (10, "left"), 10 if height < 0.15 else -18
        ax.annotate(
            words,
            place,
            textcoords="offset points",
            xytext=(beside[0], above),
            ha=beside[1],
            bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
            zorder=5,
        )
    return ax


def _coordinate(design: Any, name: str, value: Any) -> Any:
    """Return a parameter's value: that of the instrument which sets it, or the model's."""
    from alliancegames.parameters import find

    parameter, component = find(design.model.parameters, name, "plot_treaty()")
    for instrument, moved in design.moved.items():
        if any(address == parameter.name or address.startswith(parameter.name + "_") for address in moved):
            return design.terms[instrument] if value is None else value
    own = getattr(design.model.values(), parameter.name)
    return own[component or 0] if parameter.is_vector else own


def _symbol(design: Any, name: str) -> str:
    """Return an instrument as it is typeset."""
    for parameter in design.model.parameters:
        if name in (parameter.name, parameter.symbol):
            return typeset(parameter)
    return name
