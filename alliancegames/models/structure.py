"""Models with settings that are no numbers: a technology, a rule, how many efforts there are."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from alliancegames.models.model import Model

__all__ = ["StructuredModel"]


class StructuredModel(Model):
    """A model whose structure can be chosen by keyword, in the constructor and in ``replace()``, next to its parameters."""

    settings: ClassVar[Mapping[str, Any]]
    """Structural settings and their defaults."""
    _chosen: Mapping[str, Any]

    @abstractmethod
    def restructure(self, chosen: Mapping[str, Any]) -> None:
        """Check the settings and set what depends on them and on the sizes of vectors, such as the names of players.

        Parameters
        ----------
        chosen : mapping of str to object
            All settings.

        Raises
        ------
        ParameterError
            A setting has no meaning.
        """

    @property
    def structure(self) -> Mapping[str, Any]:
        """All settings by name.

        Examples
        --------
        >>> import alliancegames as ag
        >>> ag.models.EnlargementClub(policy="individual").structure
        {'policy': 'individual', 'needed': None}
        """
        return dict(self._chosen)

    def _assign(self, values: Mapping[str, Any]) -> None:
        given = {name: value for name, value in values.items() if name in self.settings}
        vars(self)["_chosen"] = {**vars(self).get("_chosen", self.settings), **given}
        super()._assign({name: value for name, value in values.items() if name not in self.settings})
        self.restructure(self._chosen)

    def __repr__(self) -> str:
        changed = [f"{name}={value!r}" for name, value in self._chosen.items() if value != self.settings[name]]
        inner = super().__repr__()[:-1]
        return inner + ("" if inner.endswith("(") or not changed else ", ") + ", ".join(changed) + ")"

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and isinstance(other, StructuredModel) and self._chosen == other._chosen

    def __hash__(self) -> int:
        return hash((super().__hash__(), tuple(self._chosen.items())))
