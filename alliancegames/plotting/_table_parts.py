"""Tables in HTML and LaTeX: headings, cells and captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from alliancegames._fields import format_number, latex_number

__all__ = ["CELL_STYLE", "TABLE_STYLE", "Grid", "floating", "grid_html", "grid_latex", "latex_escape"]

TABLE_STYLE = "border-collapse:collapse;text-align:center"
CELL_STYLE = "padding:4px 10px;border:1px solid #999"
LATEX_SPECIAL = {c: f"\\{c}" for c in "#$%&_{}"} | {
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "−": "$-$",
    "×": r"$\times$",
}


@dataclass(frozen=True)
class Grid:
    """A table.

    Parameters
    ----------
    caption : str
        What it shows.
    heads : sequence of str
        Headings of the columns.
    rows : sequence of sequence
        The rows; the first cell is their heading. A cell is text, a number, or a tuple of numbers.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]


def grid_html(grid: Grid) -> str:
    """Write a table in HTML, with a caption and headings that screen readers announce."""
    heads = "".join(f'<th scope="col" style="{CELL_STYLE}">{escape(head)}</th>' for head in grid.heads)
    rows = [
        f'<tr><th scope="row" style="{CELL_STYLE}">{escape(_plain(row[0]))}</th>'
        + "".join(f'<td style="{CELL_STYLE}">{escape(_plain(cell))}</td>' for cell in row[1:])
        + "</tr>"
        for row in grid.rows
    ]
    caption = f"<caption>{escape(grid.caption)}</caption>" if grid.caption else ""
    return "\n".join([f'<table style="{TABLE_STYLE}">{caption}', f"<thead><tr>{heads}</tr></thead><tbody>", *rows, "</tbody></table>"])


def grid_latex(grid: Grid) -> str:
    """Write a table in LaTeX, its caption above it in italics."""
    lines = [" & ".join(map(latex_escape, grid.heads)) + r" \\ \hline", *(" & ".join(map(_typeset, row)) + r" \\" for row in grid.rows)]
    heading = [f"\\textit{{{latex_escape(grid.caption)}}}\\\\"] if grid.caption else []
    return "\n".join([*heading, f"\\begin{{tabular}}{{l{'c' * (len(grid.heads) - 1)}}}", *lines, "\\end{tabular}"])


def floating(body: str, caption: str, label: str) -> str:
    """Wrap a LaTeX table into a floating environment if it has a caption."""
    if not caption:
        return body
    tag = f"\\label{{{label}}}\n" if label else ""
    return f"\\begin{{table}}\n\\centering\n\\caption{{{latex_escape(caption)}}}\n{tag}{body}\n\\end{{table}}"


def latex_escape(text: str) -> str:
    """Escape the characters that LaTeX treats specially."""
    return "".join(LATEX_SPECIAL.get(character, character) for character in text)


def _plain(cell: Any) -> str:
    return ", ".join(map(format_number, cell)) if isinstance(cell, tuple) else cell if isinstance(cell, str) else format_number(cell)


def _typeset(cell: Any) -> str:
    if isinstance(cell, str):
        return latex_escape(cell)
    return f"${', '.join(map(latex_number, cell)) if isinstance(cell, tuple) else latex_number(cell)}$"
