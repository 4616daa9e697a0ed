"""Sensitivity: tornado plots and indices of parameters as bars."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliancegames.parameters import find
from alliancegames.plotting._style import axes, fit, legend_below, letters, typeset, wrapped
from alliancegames.statics.sensitivity import Sensitivity
from alliancegames.statics.tornado import Tornado

__all__ = ["plot_sensitivity", "plot_tornado"]

# Blue and vermilion are told apart by all readers; hatches and markers say the same in grey.
MAIN, SECOND = "#0b559f", "#e08214"
LABEL_WIDTH = 34
# Inches that a parameter needs, and those for the axis and the legend.
ROW, REST = 0.5, 1.1


def plot_tornado(result: Tornado, *, ax: Any = None) -> Any:
    """Draw the range of an outcome by parameter, the widest on top.

    A bar spans all values along the range of the parameter. An open circle marks the outcome at the parameter's lower end, a
    full one at its upper end: bars that reach beyond both show an outcome that is not monotone.

    Parameters
    ----------
    result : Tornado
        As from `alliancegames.tornado`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import alliancegames as ag
    >>> ax = ag.tornado(ag.models.CommitmentDesign(), "p_peace", ["beta_d", "beta_o"], select="lowest").plot()
    >>> ax.get_xlabel()
    'probability that nobody starts a war'
    """
    ax = _roomy(ax, ROW * len(result.parameters))
    labels = dict(zip(result.parameters, result.labels, strict=True))
    for row, name in enumerate(reversed(result.ranking)):
        path = result.paths[name]
        ax.barh(row, np.ptp(path), left=path.min(), height=0.55, color="#a6cee3", edgecolor=MAIN, linewidth=0.9, zorder=2)
        ax.plot(path[0], row, "o", markerfacecolor="white", markeredgecolor=MAIN, markersize=6.5, zorder=4, clip_on=False)
        ax.plot(path[-1], row, "o", markerfacecolor=MAIN, markeredgecolor=MAIN, markersize=4.0, zorder=5, clip_on=False)
    ax.axvline(result.base, color="black", linewidth=1.0, linestyle=(0, (4, 2)), zorder=3)
    named = [f"{wrapped(labels[name], LABEL_WIDTH)}\n{_range(result, name)}" for name in reversed(result.ranking)]
    ax.set_yticks(range(len(named)), named, fontsize="small")
    ax.set_xlabel(result.meaning)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="0.9", zorder=0)
    ax.set_axisbelow(True)
    fit(ax.xaxis.label, ax)
    _tornado_legend(ax)
    return ax


def _roomy(ax: Any, rows: float) -> Any:
    """Return the axes given, or those of a new figure that is high enough for its rows."""
    if ax is not None:
        return ax
    new = axes()
    width, height = new.figure.get_size_inches()
    new.figure.set_size_inches(width, max(height, (rows + REST) * letters()))
    return new


def _tornado_legend(ax: Any) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker="o", linestyle="", markerfacecolor="white", markeredgecolor=MAIN, markersize=6.5, label="at the lower end"),
        Line2D([], [], marker="o", linestyle="", color=MAIN, markersize=4.0, label="at the upper end"),
        Line2D([], [], color="black", linewidth=1.0, linestyle=(0, (4, 2)), label="base point"),
    ]
    legend_below(ax, handles, columns=3)


def _range(result: Tornado, name: str) -> str:
    low, high = result.ends[name]
    return f"{float(low):.3g} to {float(high):.3g}".replace("-", "−")


def plot_sensitivity(result: Sensitivity, *, ax: Any = None) -> Any:
    """Draw sensitivity measures by parameter with their confidence intervals, the most influential on top.

    Sobol' indices: first-order and total index side by side, the gap between them being interactions. Morris effects: the
    mean absolute effect, and a diamond at the standard deviation, which shows interactions and curvature.

    Parameters
    ----------
    result : Sensitivity
        As from `alliancegames.sobol_indices` or `alliancegames.morris`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = _roomy(ax, ROW * len(result.parameters))
    labels, outcome = _words(result)
    order = [result.parameters.index(name) for name in reversed(result.ranking)]
    if "total" in result.measures:
        _bars(ax, result, order, "total", 0.2, "#a6cee3", MAIN, "", "total index")
        _bars(ax, result, order, "first", -0.2, "#f2d6a2", SECOND, "///", "first-order index")
        ax.set_xlabel(f"share of the variance of: {outcome}")
    else:
        _bars(ax, result, order, "mu_star", 0.0, "#a6cee3", MAIN, "", r"mean absolute effect $\mu^*$")
        sigma = result.measures["sigma"][order]
        ax.plot(sigma, range(len(order)), "D", color=SECOND, markersize=5, label=r"standard deviation $\sigma$", zorder=4)
        ax.set_xlabel(f"elementary effect over the range of the parameter on: {outcome}")
    ax.set_yticks(range(len(order)), [wrapped(labels[k], LABEL_WIDTH) for k in order], fontsize="small")
    ax.tick_params(axis="y", length=0)
    ax.set_xlim(left=min(0.0, ax.get_xlim()[0]))
    ax.grid(axis="x", color="0.9")
    ax.set_axisbelow(True)
    fit(ax.xaxis.label, ax)
    legend_below(ax)
    return ax


def _words(result: Sensitivity) -> tuple[list[str], str]:
    """Return the parameters and the outcome in words, or by their names if the model is not registered."""
    from alliancegames.models.registry import all_models

    model = all_models().get(result.model)
    if model is None:
        return list(result.parameters), result.outcome
    found = [find(model.parameters, name, "plot_sensitivity()")[0] for name in result.parameters]
    meanings = {item.name: item.meaning for item in model.outcomes}
    labels = [f"{one.meaning.split(':')[0]} (${typeset(one)}$)" for one in found]
    return labels, meanings.get(result.outcome, f"payoff of {result.outcome}")


def _bars(ax: Any, result: Sensitivity, order: list[int], name: str, shift: float, face: str, edge: str, hatch: str, label: str) -> None:
    values = result.measures[name][order]
    ends = np.stack([result.measures[f"{name}_low"][order], result.measures[f"{name}_high"][order]])
    rows = np.arange(len(order)) + shift
    height = 0.36 if shift else 0.55
    ax.barh(rows, values, height=height, color=face, edgecolor=edge, hatch=hatch, linewidth=0.9, label=label, zorder=2)
    errors = np.maximum(np.stack([values - ends[0], ends[1] - values]), 0.0)  # an interval may lie to one side of the estimate
    ax.errorbar(values, rows, xerr=errors, fmt="none", ecolor="black", elinewidth=1.0, capsize=2.5, zorder=3)
