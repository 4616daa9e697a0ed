"""Regime maps: exact boundary curves, hatched and labelled cells."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from alliancegames._conditions import slack
from alliancegames._fields import read_number
from alliancegames.parameters import Parameter, Values, find
from alliancegames.plotting._style import COLOURS, HATCHES, axes, legend_below, typeset, wrapped
from alliancegames.statics.regimes import RegimeMap, window

__all__ = ["plot_regimes"]

# Points a side at which cells are filled; the boundary curves are drawn from their equations.
RESOLUTION = 401
# Characters after which an axis label, and the name of a regime, is broken.
LABEL_WIDTH, NAME_WIDTH = 44, 14
# Distance from a curve at which its two sides are looked up, as a share of the picture: less than a line is wide.
SIDE = 1e-4
# Share of its own height that a name keeps free around itself.
PADDING = 0.35
# Ink of hatches: faint where they fill a cell of their own, dark where they lie over another cell.
FAINT, DARK = (0, 0, 0, 0.25), (0, 0, 0, 0.55)


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
    mesh = np.meshgrid(*(np.linspace(low, high, RESOLUTION) for low, high in limits))
    margins = _margins(regimes, _plane_values(regimes, x, y, at, mesh), mesh[0].shape)
    over = _fill(ax, margins, mesh)
    _boundaries(ax, regimes, x, y, at, limits)
    ax.set(xlim=limits[0], ylim=limits[1], xlabel=_axis_label(across), ylabel=_axis_label(up))
    homeless = _label(ax, regimes, margins, mesh, over)
    _key(ax, regimes, sorted({*over, *homeless}), over)
    return ax


def _range(parameter: Parameter, given: Any) -> tuple[float, float]:
    if given is None:
        return window(parameter)
    low, high = (read_number(end, "plot_regimes(), limits")[1] for end in given)
    return float(low), float(high)


def _axis_label(parameter: Any) -> str:
    words = f"{parameter.meaning.split(':')[0]}\N{NO-BREAK SPACE}${typeset(parameter)}$"  # the symbol never stands alone on a line
    return wrapped(words, LABEL_WIDTH)


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


def _margins(regimes: RegimeMap, values: Values, shape: tuple[int, ...]) -> list[np.ndarray]:
    """Return for each regime by how much its conditions hold at each point of the mesh; negative where one fails."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return [np.max([np.nan_to_num(slack(piece, shape), nan=-1.0) for piece in regime.pieces(values)], axis=0) for regime in regimes]


def _fill(ax: Any, margins: Sequence[np.ndarray], mesh: Any) -> list[int]:
    """Fill the cells; a regime that lies over earlier ones adds its hatches there. Return the numbers of those that do."""
    before = np.full(mesh[0].shape, -np.inf)
    over = []
    for number, margin in enumerate(margins):
        own, shared = np.minimum(margin, -before), np.minimum(margin, before)
        if (own > 0).any():
            _area(ax, mesh, own, COLOURS[number % len(COLOURS)], HATCHES[number % len(HATCHES)], FAINT)
        if (shared > 0).mean() > 1 / RESOLUTION:  # less is rounding along a common boundary
            _area(ax, mesh, shared, "none", _visible(number), DARK)
            over.append(number)
        before = np.maximum(before, margin)
    return over


def _visible(number: int) -> str:
    """Return the hatch of a regime that is drawn without colour, and therefore needs one."""
    return HATCHES[number % len(HATCHES)] or "||"


def _area(ax: Any, mesh: Any, margin: np.ndarray, colour: str, hatch: str, ink: Any) -> None:
    """Paint where a margin is positive; the edge follows its zero."""
    area = ax.contourf(*mesh, margin, levels=[0, np.inf], colors=[colour], hatches=[hatch], zorder=0)
    area.set_edgecolor(ink)
    area.set_linewidth(0)


def _members(regimes: RegimeMap, x: str, y: str, at: Any, points: Sequence[np.ndarray]) -> np.ndarray:
    """Return at each point of the plane a number that says which regimes contain it."""
    sets = np.zeros(points[0].shape, dtype=np.int64)
    for number, margin in enumerate(_margins(regimes, _plane_values(regimes, x, y, at, points), points[0].shape)):
        sets |= (margin > 0).astype(np.int64) << number
    return sets


def _boundaries(ax: Any, regimes: RegimeMap, x: str, y: str, at: Any, limits: tuple[tuple[float, float], tuple[float, float]]) -> None:
    """Draw each boundary curve from its equation, where other regimes hold on its other side."""
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
            sides = [_members(regimes, x, y, at, side) for side in _sides(points, limits)]
            line = np.where(_inside(points, limits) & (sides[0] != sides[1]), points[1], np.nan)
            ax.plot(points[0], line, color="black", linewidth=1.4, zorder=2)


def _only_symbol(value: Any) -> Any:
    components = value if isinstance(value, tuple) else (value,)
    return next(component for component in components if getattr(component, "free_symbols", None))


def _inside(points: Any, limits: Any) -> np.ndarray:
    """Return where a curve runs inside the picture; where its equation has no real solution it does not."""
    return np.asarray(np.all([(low <= p) & (p <= high) for p, (low, high) in zip(points, limits, strict=True)], axis=0))


def _sides(points: Any, limits: Any) -> list[tuple[np.ndarray, ...]]:
    """Return the points on the two sides of a curve: beside it where it is steep, above and below where it is flat."""
    sizes = [high - low for low, high in limits]
    horizontal, vertical = (np.nan_to_num(p) for p in points)
    steep = np.abs(np.gradient(vertical)) / sizes[1] > np.abs(np.gradient(horizontal)) / sizes[0]
    across, up = sizes[0] * SIDE * steep, sizes[1] * SIDE * ~steep
    moved = ((horizontal + sign * across, vertical + sign * up) for sign in (-1, 1))
    return [tuple(np.clip(p, *ends) for p, ends in zip(side, limits, strict=True)) for side in moved]


def _label(ax: Any, regimes: RegimeMap, margins: Sequence[np.ndarray], mesh: Any, over: Sequence[int]) -> list[int]:
    """Write the names of regimes into their cells, the smallest cells first; return the numbers of those that have no room."""
    ax.figure.draw_without_rendering()  # sizes are known only after the layout
    free = np.ones(mesh[0].shape, dtype=bool)
    drawn = [number for number, margin in enumerate(margins) if (margin > 0).any() and number not in over]
    homeless = []
    for number in sorted(drawn, key=lambda number: (margins[number] > 0).sum()):
        taken = _write(ax, _title(regimes[number]), (margins[number] > 0) & free, mesh)
        if taken is None:
            homeless.append(number)
        else:
            free[taken] = False
    return homeless


def _title(regime: Any) -> str:
    return f"{regime.name} (fails {regime.eliminated_by})" if regime.eliminated_by else str(regime.name)


def _write(ax: Any, name: str, inside: np.ndarray, mesh: Any) -> tuple[slice, slice] | None:
    """Write a name where there is most room for it: broken, in one line, or upright; return the rows and columns covered."""
    from scipy.ndimage import distance_transform_edt, minimum_filter

    room = distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    broken = textwrap.fill(name, NAME_WIDTH, break_long_words=False)
    patch = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    for text, rotation in dict.fromkeys([(broken, 0), (name, 0), (broken, 90), (name, 90)]):
        label = ax.text(0, 0, text, ha="center", va="center", rotation=rotation, bbox=patch, zorder=3, transform=ax.transAxes)
        box = label.get_window_extent()
        pad = 2 * PADDING * label.get_fontsize() * ax.figure.dpi / 72
        tall, wide = (
            2 * int((RESOLUTION * (size + pad) / whole) // 2) + 1
            for size, whole in ((box.height, ax.bbox.height), (box.width, ax.bbox.width))
        )
        fits = minimum_filter(inside, size=(tall, wide), mode="constant", cval=0) if max(tall, wide) <= RESOLUTION else np.zeros(1)
        if fits.any():
            i, j = _middle(np.where(fits, room, 0))
            label.set(transform=ax.transData, position=(mesh[0][i, j], mesh[1][i, j]))
            return slice(i - tall // 2, i + tall // 2 + 1), slice(j - wide // 2, j + wide // 2 + 1)
        label.remove()
    return None


def _middle(room: np.ndarray) -> tuple[int, int]:
    """Return the middle one of the points at which there is most room."""
    best = np.argwhere(room >= 0.98 * room.max())
    i, j = best[len(best) // 2]
    return int(i), int(j)


def _key(ax: Any, regimes: RegimeMap, numbers: Sequence[int], over: Sequence[int]) -> None:
    """Explain below the picture what is not named inside: hatches over other cells, and cells without room for a name."""
    from matplotlib.patches import Patch

    if not numbers:
        return
    handles = []
    for number in numbers:
        colour = "white" if number in over else COLOURS[number % len(COLOURS)]
        hatch = _visible(number) if number in over else HATCHES[number % len(HATCHES)]
        handles.append(Patch(facecolor=colour, hatch=hatch, edgecolor="0.4", linewidth=0.5, label=_title(regimes[number])))
    legend_below(ax, handles)
