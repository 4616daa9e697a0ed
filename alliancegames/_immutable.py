"""Objects that cannot be changed after they are made."""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = ["FrozenDict", "Immutable"]


class Immutable:
    """Refuse to set or delete attributes once sealed; methods return changed copies instead."""

    _advice: ClassVar[str] = "its methods return changed copies"

    def _seal(self) -> None:
        """Allow no change from here on."""
        self.__dict__["_sealed"] = True

    def __setattr__(self, name: str, value: Any) -> None:
        if "_sealed" in self.__dict__:
            raise AttributeError(f"{type(self).__name__} is immutable, so {name!r} cannot be set; {self._advice}.")
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable, so {name!r} cannot be deleted; {self._advice}.")


class FrozenDict(dict[Any, Any]):
    """A dictionary that cannot be changed."""

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("this mapping is part of a result and cannot be changed; copy it with dict(...).")

    __setitem__ = __delitem__ = update = pop = popitem = clear = setdefault = __ior__ = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)
