"""Tables and figures of the critical discount factors of repeated games with transfers."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np

from alliancegames._fields import format_number, latex_number
from alliancegames.plotting._style import LINES, axes
from alliancegames.plotting._table_parts import Grid, floating, grid_html, latex_escape

__all__ = ["plot_transfers", "transfer_frame", "transfer_html", "transfer_latex"]

# Points at which a curve between two critical discount factors is drawn.
POINTS = 60
# Line styles of the punishments, so that they can be told apart in grey.
DASHES = ("--", ":", "-.", (0, (5, 1)), (0, (1, 3)), (0, (3, 1, 1, 1)))


def _rows(table: Any, show: Callable[[Any], Any], text: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return one dictionary a row, by column heading."""
    return [
        {"delta": show(row.delta), "liquidity": show(row.liquidity), "joint payoff": show(row.joint_payoff)}
        | {f"punishment payoff {player}": show(value) for player, value in row.punishment_payoffs.items()}
        | {"path": text(", ".join(row.path))}
        | {f"punishing {player}": text(", ".join(profile)) for player, profile in row.punishments.items()}
        for row in table.rows
    ]


def transfer_frame(table: Any) -> Any:
    """Return the rows as a pandas DataFrame, numbers as they are.

    Parameters
    ----------
    table : TransferTable
        The table.
    """
    import pandas as pd

    return pd.DataFrame(_rows(table, lambda value: value, str))


def transfer_html(table: Any) -> str:
    """Return an HTML table of the rows under a line that says how far they can be trusted.

    Parameters
    ----------
    table : TransferTable
        The table.
    """
    rows = _rows(table, format_number, str)
    says = f"{table._headline()}; {table._where()}"
    return grid_html(Grid(says, list(rows[0]), [tuple(row.values()) for row in rows])) if rows else f"<p>{escape(says)}</p>"


def transfer_latex(table: Any, *, caption: str = "", label: str = "") -> str:
    """Return a LaTeX table of the rows.

    Parameters
    ----------
    table : TransferTable
        The table.
    caption, label : str, optional
        With a caption the table is a floating ``table`` environment.
    """
    rows = _rows(table, lambda value: f"${latex_number(value)}$", latex_escape)
    heads = [_heading(name) for name in rows[0]] if rows else [latex_escape(table._where())]
    lines = [" & ".join(heads) + r" \\ \hline", *(" & ".join(row.values()) + r" \\" for row in rows)]
    return floating("\n".join([f"\\begin{{tabular}}{{{'c' * len(heads)}}}", *lines, "\\end{tabular}"]), caption, label)


def _heading(name: str) -> str:
    return {"delta": r"$\delta \geq$", "liquidity": "$L$", "joint payoff": "$U$"}.get(name, latex_escape(name))


def plot_transfers(table: Any, *, ax: Any = None) -> Any:
    """Draw the joint payoff and the punishment payoffs against the discount factor.

    Parameters
    ----------
    table : TransferTable
        The table.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = axes(ax)
    starts = [float(row.delta) for row in table.rows]
    ends = [*starts[1:], 1.0][: len(starts)]
    deltas: list[float] = []
    curves: list[list[float]] = []
    for start, end in zip(starts, ends, strict=True):
        for delta in np.linspace(start, end, 2 if table.monitoring is None else POINTS):
            row = _seen(table, delta, start, end)
            deltas.append(float(delta))
            curves.append([float(row.joint_payoff), *(float(value) for value in row.punishment_payoffs.values())])
    names = ["joint payoff", *(f"punishment payoff of {player}" for player in table.players)] if curves else []
    for k, name in enumerate(names):
        style = "-" if k == 0 else DASHES[(k - 1) % len(DASHES)]
        ax.plot(
            deltas, [values[k] for values in curves], linestyle=style, color="black" if k == 0 else LINES[(k - 1) % len(LINES)], label=name
        )
    if starts and starts[0] > 0:
        ax.axvspan(0, starts[0], facecolor="0.9", hatch="///", edgecolor="0.7", linewidth=0, label="none in pure strategies")
    if not starts:
        ax.text(0.5, 0.5, table._where(), ha="center", va="center", transform=ax.transAxes)
    ax.set(xlim=(0, 1), xlabel="discount factor", ylabel="payoff")
    if starts:
        ax.legend(frameon=False)
    return ax


def _seen(table: Any, delta: float, start: float, end: float) -> Any:
    """Return the row at a discount factor, at the ends of its interval the limit from within."""
    inside = min(max(float(delta), start + 1e-12 * (end - start)), end - 1e-9 * (end - start))
    return table.at(inside) or table.rows[0]
