"""References in plain text, read from the package's bibliography."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from alliancegames.errors import unknown_label

__all__ = ["cite", "references"]

PATH = Path(__file__).parent.parent / "data" / "references.bib"


@cache
def references() -> dict[str, Any]:
    """Return the entries of the bibliography by key (pybtex entries)."""
    from pybtex.database import parse_file

    return dict(parse_file(str(PATH)).entries)


def cite(*keys: str) -> str:
    """Return references in plain text, one a line.

    Parameters
    ----------
    *keys : str
        Keys of the bibliography.

    Examples
    --------
    >>> import alliancegames as ag
    >>> print(ag.models.AllianceDilemma().cite().splitlines()[0])
    Snyder, Glenn H. (1984). The Security Dilemma in Alliance Politics. World Politics 36(4), 461-495.
    """
    entries = references()
    lines = []
    for key in keys:
        if key not in entries:
            raise unknown_label("reference", key, entries, "cite()")
        lines.append(_plain(entries[key]))
    return "\n".join(lines)


def _plain(entry: Any) -> str:
    """Write one entry as text."""
    fields = {name: value.replace("{", "").replace("}", "").replace("--", "-") for name, value in entry.fields.items()}
    authors = [
        f"{' '.join(person.prelast_names + person.last_names)}, {' '.join(person.first_names + person.middle_names)}".replace(
            "{", ""
        ).replace("}", "")
        for person in entry.persons.get("author", [])
    ]
    who = " & ".join(authors)
    text = f"{who} ({fields['year']}). {fields['title']}."
    if "journal" in fields:
        number = f"({fields['number']})" if "number" in fields else ""
        pages = f", {fields['pages']}" if "pages" in fields else ""
        return f"{text} {fields['journal']} {fields['volume']}{number}{pages}."
    return f"{text} {fields.get('publisher', '')}."
