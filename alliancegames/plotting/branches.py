"""Branches of logit equilibria: probabilities against the precision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import cycle
from typing import Any

import numpy as np

from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.plotting._style import DASHES, LINES, axes
from alliancegames.solvers.logit_branches import LogitBranch

__all__ = ["plot_branches"]

# Width of the lines of the principal branch and of the others.
WIDTHS = (2.4, 1.2)
# The picture leaves out precisions at which all probabilities are within this of where they start or end.
STILL = 0.01
# How far the picture goes beyond, as a factor.
ROOM = 1.6


def plot_branches(branches: Iterable[LogitBranch], *, actions: Sequence[tuple[str, str]] | None = None, ax: Any = None) -> Any:
    """Draw probabilities on branches of logit equilibria against the precision, on a logarithmic axis.

    The principal branch is thick, others are thin; folds are circles, bifurcations squares.

    Parameters
    ----------
    branches : iterable of LogitBranch
        Branches of one game, as from `logit_branches`.
    actions : sequence of pair of str, optional
        Players and actions to draw, such as ``[("Row", "stag")]``. By default all, but only the first action of
        players who have two.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    listed = list(branches)
    if not listed:
        raise GameDefinitionError("plot_branches(): at least one branch is needed, got none.")
    ax = axes(ax)
    game = listed[0].game
    shown = [_address(game, pair) for pair in actions] if actions is not None else _default(game)
    for (k, a), colour in zip(shown, cycle(LINES), strict=False):
        for branch in listed:
            _draw(ax, branch, k, a, colour, f"{game.players[k]}: {game.actions[k][a]}")
    ax.set(xscale="log", xlim=_window(listed), ylim=(-0.02, 1.02), xlabel="precision", ylabel="probability")
    _legend(ax, listed)
    return ax


def _address(game: Any, pair: tuple[str, str]) -> tuple[int, int]:
    k = resolve(pair[0], game.players, "player", "plot_branches()")
    return k, resolve(pair[1], game.actions[k], "action", "plot_branches()")


def _default(game: Any) -> list[tuple[int, int]]:
    sizes = [1 if size == 2 else size for size in game.shape]
    return [(k, a) for k, size in enumerate(sizes) for a in range(size)]


def _draw(ax: Any, branch: LogitBranch, k: int, a: int, colour: str, name: str) -> None:
    inside = branch.precision > 0
    width = WIDTHS[0] if branch.principal else WIDTHS[1]
    label = name if branch.principal else None
    ax.plot(
        branch.precision[inside],
        branch.probability(k, a)[inside],
        color=colour,
        linewidth=width,
        linestyle=DASHES[k % len(DASHES)],
        label=label,
    )
    for points, marker in ((branch.folds, "o"), (branch.bifurcations, "s")):
        for point in points:
            ax.plot(point.precision, point.profile[k][a], marker, color=colour, markerfacecolor="white", markersize=6, zorder=4)


def _window(branches: Sequence[LogitBranch]) -> tuple[float, float]:
    """Return the precisions between which something happens on some branch."""
    lows, highs = [], []
    for branch in branches:
        positive = branch.precision > 0
        ends = (0, -1) if not branch.principal else (-1,)
        away = np.min([np.abs(branch.probabilities - branch.probabilities[end]).max(axis=1) for end in ends], axis=0)
        highs += list(branch.precision[positive & (away > STILL)])
        if branch.principal:
            moved = np.abs(branch.probabilities - branch.probabilities[0]).max(axis=1)
            lows += list(branch.precision[positive & (moved > STILL)])
    everything = np.concatenate([branch.precision[branch.precision > 0] for branch in branches])
    low, high = min(lows, default=everything.min()), max(highs, default=everything.max())
    return low / ROOM, max(high, 2 * low) * ROOM


def _legend(ax: Any, branches: Sequence[LogitBranch]) -> None:
    """Name the actions, and the markers that occur."""
    from matplotlib.lines import Line2D

    handles, labels = ax.get_legend_handles_labels()
    for present, marker, name in (
        (any(b.folds for b in branches), "o", "fold"),
        (any(b.bifurcations for b in branches), "s", "bifurcation"),
    ):
        if present:
            handles.append(Line2D([], [], marker=marker, linestyle="none", color="0.3", markerfacecolor="white"))
            labels.append(name)
    if len({branch.principal for branch in branches}) == 2:
        handles.append(Line2D([], [], color="0.3", linewidth=WIDTHS[1]))
        labels.append("other branches (thin)")
    ax.legend(handles, labels, frameon=False, fontsize="small")
