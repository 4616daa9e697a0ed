"""Objects that cannot be changed after they are made."""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = ["Immutable"]


class Immutable:
    """Refuse to set public attributes; methods return changed copies instead."""

    _advice: ClassVar[str] = "its methods return changed copies"

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} is immutable, so {name!r} cannot be set; {self._advice}.")
        object.__setattr__(self, name, value)
