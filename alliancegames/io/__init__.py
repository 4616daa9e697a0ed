"""Exchange games with other packages."""

from alliancegames.io.adapters import from_nashpy, to_nashpy

__all__ = ["from_nashpy", "to_nashpy"]
