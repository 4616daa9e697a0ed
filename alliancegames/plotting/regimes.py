"""Regime maps: exact boundary curves, hatched and labelled cells."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np

from alliancegames._conditions import slack
from alliancegames._fields import read_number
from alliancegames.parameters import Parameter, Values, find
from alliancegames.plotting.style import COLOURS, HATCHES, axes
from alliancegames.statics.regimes import RegimeMap, window

__all__ = ["plot_regimes"]

# Points a side at which cells are filled; the boundary curves are drawn from their equations.
RESOLUTION = 401
# Characters after which an axis label is broken.
LABEL_WIDTH = 44
# Mesh points at which the two sides of a curve are looked up.
SIDE = 2
# Share of the width below which a cell's name is written upright.
NARROW = 0.22


def plot_regimes(
    regimes: RegimeMap, x: str, y: str, at: Mapping[str, Any] | None = None, *, xlim: Any = None, ylim: Any = None, ax: Any = None
) -> Any:
    """Draw the regimes in a plane of two parameters.

    Parameters
    ----------
    regimes : RegimeMap
        The regimes.
    x, y : str
        Parameters on the axes, by name or symbol; all components of a vector parameter move together.
    at : mapping, optional
        Values of the others; by default those of the model, or else of the example.
    xlim, ylim : pair of number, optional
        Ranges shown; by default the parameters' domains, or a window around the example.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    model = regimes.model
    across, up = (find(model.parameters, address, "plot")[0] for address in (x, y))
    limits = _range(across, xlim), _range(up, ylim)
    horizontal, vertical = (np.linspace(low, high, RESOLUTION) for low, high in limits)
    mesh = np.meshgrid(horizontal, vertical)
    values = _plane_values(regimes, x, y, at, mesh)
    drawn = [number for number, regime in enumerate(regimes) if _fill(ax, regime, values, mesh, number)]
    _boundaries(ax, regimes, x, y, at, limits, _winner(regimes, values, mesh[0].shape))
    ax.set(xlim=limits[0], ylim=limits[1], xlabel=_axis_label(across), ylabel=_axis_label(up))
    for number in drawn:
        _label(ax, regimes[number].name, slack(regimes[number].when(values), mesh[0].shape), mesh, limits)
    return ax


def _range(parameter: Parameter, given: Any) -> tuple[float, float]:
    if given is None:
        return window(parameter)
    low, high = (read_number(end, "plot_regimes(), limits")[1] for end in given)
    return float(low), float(high)


def _axis_label(parameter: Any) -> str:
    symbol = parameter.latex or parameter.symbol
    words = f"{parameter.meaning.split(':')[0]} ${symbol}$"
    return "\n".join(textwrap.wrap(words, LABEL_WIDTH, break_long_words=False))


def _plane_values(regimes: RegimeMap, x: str, y: str, at: Mapping[str, Any] | None, mesh: Any) -> Values:
    """Return values that are float arrays on the two axes and numbers elsewhere."""
    model = regimes.model.replace(**(at or {})).completed()
    result: dict[str, Any] = {}
    for parameter in model.parameters:
        result[parameter.name] = getattr(model.values(), parameter.name)
    for address, array in zip((x, y), mesh, strict=True):
        parameter, component = find(model.parameters, address, "plot")
        if parameter.is_vector:
            current = result[parameter.name]
            result[parameter.name] = tuple(array if component in (None, k) else value for k, value in enumerate(current))
        else:
            result[parameter.name] = array
    numbers = {name: tuple(map(_float, value)) if isinstance(value, tuple) else _float(value) for name, value in result.items()}
    return Values(model.parameters, numbers)


def _float(value: Any) -> Any:
    return value if isinstance(value, np.ndarray) else float(value)


def _fill(ax: Any, regime: Any, values: Values, mesh: Any, number: int) -> bool:
    """Fill the cell of a regime; its edges follow the zero of its smallest margin."""
    with np.errstate(divide="ignore", invalid="ignore"):
        margin = slack(regime.when(values), mesh[0].shape)
    margin = np.where(np.isnan(margin), -1.0, margin)
    if not (margin > 0).any():
        return False
    ax.contourf(
        *mesh, margin, levels=[0, np.inf], colors=[COLOURS[number % len(COLOURS)]], hatches=[HATCHES[number % len(HATCHES)]], zorder=0
    )
    for collection in ax.collections[-1:]:
        collection.set_edgecolor((0, 0, 0, 0.25))
        collection.set_linewidth(0)
    return True


def _winner(regimes: RegimeMap, values: Values, shape: tuple[int, ...]) -> np.ndarray:
    """Return the number of the regime at each point of the mesh."""
    codes = np.full(shape, -1)
    with np.errstate(divide="ignore", invalid="ignore"):
        for number, regime in enumerate(regimes):
            codes[slack(regime.when(values), shape) > 0] = number
    return codes


def _boundaries(
    ax: Any, regimes: RegimeMap, x: str, y: str, at: Any, limits: tuple[tuple[float, float], tuple[float, float]], codes: np.ndarray
) -> None:
    """Draw each boundary curve from its equation, where regimes differ on its two sides."""
    import sympy

    plane = regimes.model.plane(x, y, at)
    horizontal, vertical = (_only_symbol(getattr(plane, find(regimes.model.parameters, address, "plot")[0].name)) for address in (x, y))
    for equation in regimes.boundaries(x, y, at):
        expression = equation.lhs
        if expression.has(vertical):
            inner, outer, ends, upright = horizontal, vertical, limits[0], False
        else:
            inner, outer, ends, upright = vertical, horizontal, limits[1], True
        along = np.linspace(ends[0], ends[1], 4 * RESOLUTION)
        for branch in sympy.solve(expression, outer):
            with np.errstate(divide="ignore", invalid="ignore"):
                curve = np.broadcast_to(sympy.lambdify(inner, branch, "numpy")(along), along.shape).astype(float)
            points = (curve, along) if upright else (along, curve)
            line = np.where(_separates(points, limits, codes), points[1], np.nan)
            ax.plot(points[0], line, color="black", linewidth=1.4, zorder=2)


def _only_symbol(value: Any) -> Any:
    components = value if isinstance(value, tuple) else (value,)
    return next(component for component in components if getattr(component, "free_symbols", None))


def _separates(points: Any, limits: Any, codes: np.ndarray) -> np.ndarray:
    """Return where a curve runs inside the picture with different regimes on its two sides."""
    columns, rows = ((p - ends[0]) / (ends[1] - ends[0]) * (RESOLUTION - 1) for p, ends in zip(points, limits, strict=True))
    inside = (columns >= 0) & (columns <= RESOLUTION - 1) & (rows >= 0) & (rows <= RESOLUTION - 1)
    steep = np.abs(np.gradient(rows)) > np.abs(np.gradient(columns))
    sides = []
    for step in (-SIDE, SIDE):  # look across the curve: sideways where it is steep, up and down where it is flat
        j = np.rint(np.clip(columns + step * steep, 0, RESOLUTION - 1)).astype(int)
        i = np.rint(np.clip(rows + step * ~steep, 0, RESOLUTION - 1)).astype(int)
        sides.append(codes[i, j])
    return np.asarray(inside & (sides[0] != sides[1]))


def _label(ax: Any, name: str, margin: np.ndarray, mesh: Any, limits: Any) -> None:
    """Write the name of a regime where there is most room, upright in narrow cells, on a patch that keeps it readable."""
    from scipy.ndimage import distance_transform_edt

    inside = np.pad(margin > 0, 1)
    room = distance_transform_edt(inside)[1:-1, 1:-1]
    best = np.argwhere(room >= 0.98 * room.max())
    i, j = best[len(best) // 2]
    wide, tall = (margin[i] > 0).mean(), (margin[:, j] > 0).mean()
    patch = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    narrow = wide < NARROW < tall
    text = name if narrow else textwrap.fill(name, 14, break_long_words=False)
    ax.text(mesh[0][i, j], mesh[1][i, j], text, ha="center", va="center", rotation=90 if narrow else 0, bbox=patch, zorder=3)
