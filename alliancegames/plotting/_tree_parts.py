"""What the figure of a tree consists of, in typographic points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Word:
    """A text with its box; texts of one group may touch."""

    text: str
    box: Box
    size: float
    group: tuple[str, int]
    player: int | None = None
    slanted: bool = False
    bold: bool = False
    mathematics: bool = False
    on_line: bool = False
    # The branch, by the node it leads to, and the information set whose lines the text may touch.
    branch: int = -2
    information_set: int | None = None

    @property
    def baseline(self) -> float:
        """Height of the line on which the letters stand."""
        return self.box[1] + 0.24 * self.size


@dataclass(frozen=True)
class Line:
    """A branch, with the probability with which it is played (None without a profile)."""

    points: list[Point]
    weight: Any
    reached: bool


@dataclass(frozen=True)
class Curve:
    """A dashed line between two nodes of an information set; faint where many cross."""

    points: list[Point]
    player: int
    faint: bool


@dataclass(frozen=True)
class Layout:
    """A tree laid out: positions of the nodes, branches, dashed curves, texts, and the box around all of them."""

    positions: list[Point]
    branches: list[Line]
    curves: list[Curve]
    words: list[Word]
    bounds: Box
    overlaps: int
