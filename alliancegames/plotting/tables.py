"""Payoff tables and equilibrium tables as text, HTML and LaTeX.

Best replies are underlined (starred in text) and pure equilibria boxed (bracketed in text).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from html import escape
from importlib import import_module
from typing import Any

import numpy as np

from alliancegames._fields import format_number, latex_number
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.plotting._table_parts import CELL_STYLE, TABLE_STYLE, Grid, floating, grid_html, grid_latex, latex_escape
from alliancegames.solvers.pure import best_reply_masks

__all__ = ["equilibria_frame", "equilibria_html", "equilibria_latex", "to_html", "to_latex", "to_text"]

BOX_STYLE = CELL_STYLE + ";outline:2px solid currentColor;outline-offset:-4px;font-weight:bold"


def _slices(game: NormalFormGame) -> Iterator[tuple[str, np.ndarray]]:
    """Yield a caption and the positions of the cells of each two-dimensional slice of the game."""
    shape = game.shape if len(game.shape) > 1 else (*game.shape, 1)
    for rest in itertools.product(*(range(size) for size in shape[2:])):
        others = [f"{game.players[k + 2]}: {game.actions[k + 2][choice]}" for k, choice in enumerate(rest)]
        cells = np.empty(shape[:2], dtype=object)
        for i, j in np.ndindex(*shape[:2]):
            cells[i, j] = (i, *rest) if len(game.shape) == 1 else (i, j, *rest)
        yield ", ".join(others), cells


def _grids(shown: Any) -> list[Grid]:
    """Return the tables of what is no game in normal form; the module knows of models and is loaded when it is needed."""
    return list(import_module("alliancegames.plotting._grids").grids(shown))


def _column_labels(game: NormalFormGame) -> Sequence[str]:
    return game.actions[1] if len(game.players) > 1 else ("payoff",)


def _marks(game: NormalFormGame) -> tuple[np.ndarray, ...] | None:
    """Return the best-reply masks, or None where symbols leave best replies open."""
    return None if game.field == "symbolic" else best_reply_masks(game)


def _cell(
    game: NormalFormGame, masks: tuple[np.ndarray, ...] | None, position: tuple[int, ...], show: Callable[[Any, bool], str]
) -> tuple[str, bool]:
    """Return the printed payoffs of a cell, and whether it is a pure equilibrium."""
    marked = [bool(mask[position]) for mask in masks] if masks is not None else [False] * len(game.players)
    entries = [show(payoffs[position], mark) for payoffs, mark in zip(game.payoffs, marked, strict=True)]
    return ", ".join(entries), masks is not None and all(marked)


def to_text(game: NormalFormGame) -> str:
    """Return a text payoff table: best replies starred, pure equilibria in brackets.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    """
    masks = _marks(game)
    lines = [game.title] if game.title else []
    for caption, cells in _slices(game):
        if caption:
            lines.append(f"[{caption}]")
        body = [["", *_column_labels(game)]]
        for i, label in enumerate(game.actions[0]):
            row = [label]
            for position in cells[i]:
                text, boxed = _cell(game, masks, position, lambda value, mark: format_number(value) + ("*" if mark else ""))
                row.append(f"[{text}]" if boxed else text)
            body.append(row)
        widths = [max(len(row[k]) for row in body) for k in range(len(body[0]))]
        lines += [
            "  ".join(
                entry.ljust(width) if k == 0 else entry.center(width) for k, (entry, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in body
        ]
    return "\n".join(lines)


def to_html(game: Any) -> str:
    """Return tables in HTML, with captions and headings that screen readers announce.

    In a payoff table best replies are underlined and pure equilibria boxed.

    Parameters
    ----------
    game : NormalFormGame, or another game, Model, Solution or RegimeMap
        What to show: games with finitely many actions, models with their parameters, and what was found out about them.
    """
    if not isinstance(game, NormalFormGame):
        return "\n".join(map(grid_html, _grids(game)))
    masks = _marks(game)
    columns = _column_labels(game)
    parts = []
    for caption, cells in _slices(game):
        caption = ": ".join(filter(None, [game.title, caption])) or f"Payoffs: {', '.join(game.players)}"
        heading = escape(game.players[1]) if len(game.players) > 1 else ""
        parts.append(f'<table style="{TABLE_STYLE}">')
        if caption:
            parts.append(f"<caption>{escape(caption)}</caption>")
        parts.append(f'<thead><tr><td></td><th colspan="{len(columns)}" scope="colgroup">{heading}</th></tr>')
        labels = "".join(f'<th scope="col" style="{CELL_STYLE}">{escape(label)}</th>' for label in columns)
        parts.append(f'<tr><th scope="col" style="{CELL_STYLE}">{escape(game.players[0])}</th>{labels}</tr></thead><tbody>')
        for i, label in enumerate(game.actions[0]):
            row = [f'<tr><th scope="row" style="{CELL_STYLE}">{escape(label)}</th>']
            for position in cells[i]:
                text, boxed = _cell(game, masks, position, _html_payoff)
                row.append(f'<td style="{BOX_STYLE if boxed else CELL_STYLE}">{text}</td>')
            parts.append("".join(row) + "</tr>")
        parts.append("</tbody></table>")
    return "\n".join(parts)


def _html_payoff(value: Any, mark: bool) -> str:
    text = escape(format_number(value))
    return f"<u>{text}</u>" if mark else text


def to_latex(game: Any, *, caption: str = "", label: str = "") -> str:
    r"""Return tables in LaTeX.

    In a payoff table best replies are underlined and pure equilibria boxed (``\boxed`` is of the package amsmath).

    Parameters
    ----------
    game : NormalFormGame, or another game, Model, Solution or RegimeMap
        As in `to_html`.
    caption, label : str, optional
        With a caption the table is a floating ``table`` environment.
    """
    if not isinstance(game, NormalFormGame):
        return floating("\n\n".join(map(grid_latex, _grids(game))), caption, label)
    masks = _marks(game)
    columns = _column_labels(game)
    parts = []
    for heading, cells in _slices(game):
        if heading:
            parts.append(f"\\textit{{{latex_escape(heading)}}}\\\\")
        rows = [" & ".join([latex_escape(game.players[0]), *(latex_escape(name) for name in columns)]) + r" \\ \hline"]
        if len(game.players) > 1:
            rows.insert(0, f" & \\multicolumn{{{len(columns)}}}{{c}}{{{latex_escape(game.players[1])}}} \\\\")
        for i, name in enumerate(game.actions[0]):
            entries = [latex_escape(name)]
            for position in cells[i]:
                text, boxed = _cell(
                    game, masks, position, lambda value, mark: f"\\underline{{{latex_number(value)}}}" if mark else latex_number(value)
                )
                entries.append(f"$\\boxed{{{text}}}$" if boxed else f"${text}$")
            rows.append(" & ".join(entries) + r" \\")
        parts.append("\n".join([f"\\begin{{tabular}}{{l{'c' * len(columns)}}}", *rows, "\\end{tabular}"]))
    return floating("\n\n".join(parts), caption, label)


def _strategy_columns(item: Any, show: Callable[[Any], Any]) -> dict[str, Any]:
    """Return the strategies of one equilibrium by column heading."""
    if hasattr(item, "automaton"):
        return {"strategies": item.name}
    game = item.game
    if isinstance(game, NormalFormGame):
        return {f"{player}: {action}": show(weight) for player in game.players for action, weight in item[player].items()}
    if hasattr(item, "columns"):
        return {name: show(value) for name, value in item.columns().items()}
    if hasattr(game, "information_sets"):
        return {f"{part.label}: {action}": show(weight) for part in game.information_sets for action, weight in item[part.label].items()}
    if hasattr(game, "groups"):
        return {f"{group}: {action}": show(weight) for group in game.groups for action, weight in item[group].items()}
    if hasattr(item, "policy"):
        return {state: ", ".join(cell) for state, cell in item.policy.items() if any(len(part) > 1 for part in game.actions[state])}
    return {player: show(effort) for player, effort in zip(game.players, item.arrays()[0], strict=True)}


def _rows(equilibria: Any, show: Callable[[Any], Any]) -> list[dict[str, Any]]:
    """Return one row an equilibrium, all with the same columns; those of other players or groups are empty."""
    rows = [
        _strategy_columns(item, show) | {f"payoff {player}": show(value) for player, value in item.payoffs.items()} for item in equilibria
    ]
    columns = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name, "") for name in columns} for row in rows]


def equilibria_frame(equilibria: Any) -> Any:
    """Return the equilibria as a pandas DataFrame, numbers as they are."""
    import pandas as pd

    return pd.DataFrame(_rows(equilibria, lambda value: value))


def equilibria_html(equilibria: Any) -> str:
    """Return an HTML table of the equilibria, whose caption says how far they can be trusted."""
    rows = _rows(equilibria, format_number)
    if not rows:
        return f"<p>{escape(equilibria._headline())}</p>"
    numbered = [(str(number), *map(str, row.values())) for number, row in enumerate(rows, 1)]
    return grid_html(Grid(equilibria._headline(), ["", *rows[0]], numbered))


def equilibria_latex(equilibria: Any, *, caption: str = "", label: str = "") -> str:
    """Return a LaTeX table of the equilibria."""
    rows = _rows(equilibria, lambda value: f"${latex_number(value)}$" if not isinstance(value, str) else latex_escape(value))
    heads = [latex_escape(name) for name in rows[0]] if rows else ["no equilibrium"]
    lines = [" & ".join(heads) + r" \\ \hline", *(" & ".join(map(str, row.values())) + r" \\" for row in rows)]
    return floating("\n".join([f"\\begin{{tabular}}{{{'c' * len(heads)}}}", *lines, "\\end{tabular}"]), caption, label)
