"""Games whose payoffs fill a table."""

from __future__ import annotations

from importlib import import_module

__all__ = ["Tabular"]


class Tabular:
    """Shows the payoffs of a game as tables, in notebooks and in LaTeX."""

    __slots__ = ()

    def to_latex(self, *, caption: str = "", label: str = "") -> str:
        """Return the payoffs in LaTeX.

        Parameters
        ----------
        caption, label : str, optional
            With a caption the tables stand in a floating ``table`` environment.
        """
        return str(import_module("alliancegames.plotting.tables").to_latex(self, caption=caption, label=label))

    def _repr_html_(self) -> str:
        return str(import_module("alliancegames.plotting.tables").to_html(self))
