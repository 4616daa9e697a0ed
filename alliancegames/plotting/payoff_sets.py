"""Pictures of payoff sets: what is attained, what cannot be excluded, and what is feasible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.plotting._style import axes, legend_below, letters
from alliancegames.plotting.labels import label_points
from alliancegames.solvers.payoff_set import PayoffSet
from alliancegames.solvers.polytope import planar_hull
from alliancegames.solvers.zero_sum import minmax as mixed_minmax
from alliancegames.solvers.zero_sum import pure_minmax

__all__ = ["plot_payoff_set", "plot_payoff_sets"]

INK, FILL, UNDECIDED, HULL = "#0b559f", "#a6cee3", "#f2d6a2", "0.45"
# Stage payoffs are labelled by their actions up to this number of them.
MOST_LABELS = 16
# Shades of nested sets, from light to dark: distinct in grey as well.
DARKEST, LIGHTEST = 0.85, 0.15
MARGIN = 0.08


def plot_payoff_set(
    result: PayoffSet,
    *,
    ax: Any = None,
    players: Sequence[str | int] | None = None,
    feasible: bool = True,
    minmax: bool = True,
    labels: bool = True,
    label: str | None = None,
) -> Any:
    """Draw a set of payoffs in the plane of two players.

    The inner set is filled, and a thick line or a dot where it is a segment or a point; what the outer set has
    beyond it is pale and dashed. Around them are the feasible payoffs, and dotted lines at the minmax payoffs.

    Parameters
    ----------
    result : PayoffSet
        The set.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    players : pair of player, optional
        Whose payoffs are on the axes, the first two by default; the set is projected.
    feasible : bool, default True
        Whether the payoffs of the stage game and the lines around them are drawn.
    minmax : bool, default True
        Whether the minmax payoffs are drawn, in mixed strategies if that is what the set was computed with,
        otherwise in pure ones.
    labels : bool, default True
        Whether the payoffs of the stage game are labelled with the actions, if there are not too many.
    label : str, optional
        Name of the set in the legend; by default what the payoffs are those of.

    Returns
    -------
    matplotlib.axes.Axes
    """
    where = "plot_payoff_set()"
    pair = _pair(result, players, where)
    ax = axes(ax)
    if feasible:
        _stage(ax, result, pair)
    if not result.outer.is_empty and result.inner != result.outer:
        _area(ax, _corners(result.outer, pair), UNDECIDED, "undecided", edge="0.4", dashed=True)
    name = label or result.concept
    if result.inner.is_empty:
        ax.plot([], [], linestyle="none", label=f"no {name}" if result.outer.is_empty else f"{name}: none known")
    else:
        _area(ax, _corners(result.inner, pair), FILL, name)
    if minmax:
        _minmax(ax, result, pair)
    _finish(ax, [result.players[k] for k in pair])
    if feasible and labels:
        _actions(ax, result, pair)
    return ax


def plot_payoff_sets(
    results: Sequence[PayoffSet],
    labels: Sequence[str] | None = None,
    *,
    ax: Any = None,
    players: Sequence[str | int] | None = None,
    feasible: bool = True,
    minmax: bool = True,
) -> Any:
    """Draw several sets of payoffs over each other, such as those of more and more patient players.

    Larger sets lie below, lighter; the shades stay distinct in grey. Of each set the inner bound is drawn.

    Parameters
    ----------
    results : sequence of PayoffSet
        The sets, of the same players.
    labels : sequence of str, optional
        Names in the legend; by default the discount factor.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    players : pair of player, optional
        Whose payoffs are on the axes, the first two by default.
    feasible, minmax : bool, default True
        As in `plot_payoff_set`, for the stage game of the first set.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib import colormaps

    where = "plot_payoff_sets()"
    sets = list(results)
    if not sets or any(one.players != sets[0].players for one in sets):
        raise GameDefinitionError(
            f"{where}: one or more sets of the same players are needed, got {len(sets)}; draw others on axes of their own."
        )
    names = list(labels) if labels is not None else [_named(one, number) for number, one in enumerate(sets, 1)]
    if len(names) != len(sets):
        raise GameDefinitionError(f"{where}: labels needs one name a set, {len(sets)}, got {len(names)}.")
    pair = _pair(sets[0], players, where)
    ax = axes(ax)
    if feasible:
        _stage(ax, sets[0], pair)
    corners = [_corners(one.inner, pair) for one in sets]
    below = sorted(range(len(sets)), key=lambda k: (-_size(corners[k]), -k))
    shades = np.linspace(LIGHTEST, DARKEST, len(sets)) if len(sets) > 1 else [0.4]
    for height, (k, shade) in enumerate(zip(below, shades, strict=True)):
        colour = colormaps["Blues"](float(shade))
        if len(corners[k]):
            _area(ax, corners[k], colour, names[k], edge="white" if shade > 0.5 else "0.35", height=2 + 0.01 * height, line=colour)
        else:
            ax.plot([], [], linestyle="none", label=f"{names[k]}: none")
    if minmax:
        _minmax(ax, sets[0], pair)
    _finish(ax, [sets[0].players[k] for k in pair], order=names)
    return ax


# -------------------------------------------------------------------- parts


def _pair(result: PayoffSet, players: Sequence[str | int] | None, where: str) -> tuple[int, int]:
    chosen = [0, 1] if players is None else [resolve(player, result.players, "player", where) for player in players]
    if len(result.players) < 2 or len(chosen) != 2 or chosen[0] == chosen[1]:
        raise GameDefinitionError(f"{where}: players must be two different ones of {', '.join(result.players)}, got {players!r}.")
    return chosen[0], chosen[1]


def _corners(polytope: Any, pair: tuple[int, int]) -> np.ndarray:
    """Return the corners of the projection to the plane, in order."""
    projected = [tuple(vertex[k] for k in pair) for vertex in polytope.vertices]
    return np.array(planar_hull(projected), dtype=float).reshape(-1, 2)


def _size(corners: np.ndarray) -> float:
    """Return the area, and a little for length, so that larger sets come first."""
    if not len(corners):
        return -1.0
    x, y = corners.T
    area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    return area + 1e-9 * float(np.ptp(corners, axis=0).sum())


def _area(
    ax: Any, corners: np.ndarray, colour: Any, label: str, *, edge: Any = INK, dashed: bool = False, height: float = 2, line: Any = None
) -> None:
    """Draw a polygon, a segment or a point."""
    style = "--" if dashed else "-"
    if dashed:
        height = 1.5
    if len(corners) > 2:
        ax.fill(*corners.T, facecolor=colour, edgecolor=edge, linewidth=1.2, linestyle=style, label=label, zorder=height)
        if not dashed and min(np.ptp(corners, axis=0)) < 0.01 * max(np.diff(ax.get_xlim())[0], np.diff(ax.get_ylim())[0]):
            ax.plot(*np.vstack([corners, corners[:1]]).T, color=line or INK, linewidth=2, zorder=height)  # too thin to be seen filled
    elif len(corners) == 2:
        ax.plot(
            *corners.T,
            color=line or (edge if dashed else INK),
            linewidth=3.2,
            linestyle=style,
            solid_capstyle="round",
            label=label,
            zorder=height,
        )
    else:
        ax.plot(*corners.T, "o", color=line or (edge if dashed else INK), markersize=8, label=label, zorder=height)


def _stage_game(result: PayoffSet) -> Any:
    game = getattr(result.game, "stage", result.game)
    return game if hasattr(game, "payoffs") and hasattr(game, "shape") else None


def _stage_points(result: PayoffSet, pair: tuple[int, int]) -> np.ndarray | None:
    game = _stage_game(result)
    if game is None or game.field == "symbolic":
        return None
    return np.column_stack([np.asarray(game.payoffs[k], dtype=float).ravel() for k in pair])


def _stage(ax: Any, result: PayoffSet, pair: tuple[int, int]) -> None:
    """Outline what is feasible and mark the payoffs of the stage game."""
    points = _stage_points(result, pair)
    if points is None:
        return
    name = "feasible" if len(set(getattr(result.game, "discounts", ()))) <= 1 else "stage payoffs"  # more is feasible with unequal patience
    hull: np.ndarray = np.array(planar_hull([tuple(map(float, p)) for p in points])).reshape(-1, 2)
    ax.plot(*np.vstack([hull, hull[:1]]).T, color=HULL, linewidth=1, zorder=1, label=name)
    ax.plot(*points.T, "o", markersize=4.5, markerfacecolor="white", markeredgecolor=HULL, linestyle="none", zorder=3)


def _minmax(ax: Any, result: PayoffSet, pair: tuple[int, int]) -> None:
    """Draw dotted lines at the minmax payoffs."""
    game = _stage_game(result)
    if game is None or game.field == "symbolic":
        return
    mixed = result.provenance.options.get("minmax") == "mixed"
    levels = [float((mixed_minmax(game, k, punishers="correlated") if mixed else pure_minmax(game, k)).value) for k in pair]
    style = {"color": "0.2", "linestyle": ":", "linewidth": 1.2, "zorder": 1.2}
    ax.axvline(levels[0], **style, label="minmax" if mixed else "pure minmax")
    ax.axhline(levels[1], **style)


def _finish(ax: Any, names: Sequence[str], order: Sequence[str] = ()) -> None:
    """Set limits, names of the axes and the legend, which stands below the name of the axis and leaves room for a title."""
    ax.margins(MARGIN)
    ax.autoscale_view()
    ax.set(xlabel=f"payoff of {names[0]}", ylabel=f"payoff of {names[1]}")
    handles, labels = ax.get_legend_handles_labels()
    unique = dict(zip(labels, handles, strict=True))
    ordered = [*(name for name in order if name in unique), *(name for name in unique if name not in order)]
    legend_below(ax, [unique[name] for name in ordered], ordered)


def _actions(ax: Any, result: PayoffSet, pair: tuple[int, int]) -> None:
    """Write the actions beside the payoffs of the stage game, those with the same payoffs together."""
    game, points = _stage_game(result), _stage_points(result, pair)
    if points is None:
        return
    together: dict[tuple[float, float], list[str]] = {}
    for point, profile in zip(points, game.profiles(), strict=True):
        together.setdefault((float(point[0]), float(point[1])), []).append(", ".join(profile))
    if len(together) > MOST_LABELS:
        return
    names = ["\n".join(lines[:3]) + ("\n…" if len(lines) > 3 else "") for lines in together.values()]
    x, y = zip(*together, strict=True)
    ax.figure.canvas.draw()
    label_points(ax, x, y, names, avoid=_lines(ax), size=7.5 * letters())


def _lines(ax: Any) -> list[np.ndarray]:
    """Return the lines and the edges of areas that are drawn, as curves in the units of the payoffs."""
    curves = [np.asarray(patch.get_xy(), dtype=float) for patch in ax.patches]
    for line in ax.lines:
        x, y = (np.asarray(values, dtype=float) for values in line.get_data())
        if line.get_linestyle() == ":":  # across the axes: one coordinate is a share of their length
            x, y = (x, np.array(ax.get_ylim())) if x[0] == x[-1] else (np.array(ax.get_xlim()), y)
        if line.get_linestyle() != "None" and len(x) > 1:
            curves.append(np.column_stack([x, y]))
    return [curve for curve in curves if np.ptp(curve, axis=0).any()]


def _named(result: PayoffSet, number: int) -> str:
    """Return the discount factor of the game, or a number."""
    discounts = getattr(result.game, "discounts", None)
    if discounts and len(set(discounts)) == 1:
        return f"$\\delta$ = {discounts[0]}"
    return f"set {number}"
