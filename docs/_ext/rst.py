"""Small pieces of reStructuredText."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

_SPECIAL = re.compile(r"([\\`*|]|_(?=\W|$))")


def escape(text: str) -> str:
    """Protect plain text from being read as markup."""
    return _SPECIAL.sub(r"\\\1", text)


def code(text: object) -> str:
    return f"``{text}``"


def heading(text: str, line: str = "-") -> str:
    return f"{text}\n{line * len(text)}\n"


def cell(parts: Iterable[str]) -> str:
    """Put several things into one table cell, each on a line of its own."""
    lines = [part for part in parts if part]
    return "\n".join(f"| {line}" for line in lines) if len(lines) > 1 else "".join(lines)


def list_table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, classes: str = "", stub: bool = False, widths: Sequence[int] = ()
) -> str:
    """Write a table; cells may have several lines. Widths are in per cent."""
    options = ["   :header-rows: 1"] + (["   :stub-columns: 1"] if stub else []) + ([f"   :class: {classes}"] if classes else [])
    options += [f"   :widths: {' '.join(map(str, widths))}", "   :width: 100%"] if widths else []
    lines = [".. list-table::", *options, ""]
    for row in [header, *rows]:
        for number, entry in enumerate(row):
            first, *more = (str(entry) or "\\").split("\n")
            lines.append(f"   {'* -' if number == 0 else '  -'} {first}")
            lines += [f"       {line}" for line in more]
    return "\n".join(lines) + "\n"


def write(path: Path, text: str) -> None:
    """Write a page unless it is there already, so that unchanged pages are not built again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def remove_stale(folder: Path, keep: set[str]) -> None:
    """Remove generated pages whose subject no longer exists."""
    for path in folder.glob("*.rst"):
        if path.name not in keep:
            path.unlink()
