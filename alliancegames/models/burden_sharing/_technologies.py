"""How efforts make a common good."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from alliancegames.errors import ParameterError, unknown_label

SUM, WEAKEST, WEAKER, BEST, THRESHOLD = "sum", "weakest link", "weaker link", "best shot", "threshold"
Efforts = Sequence[int]


def harmonic_mean(g: Efforts) -> Fraction:
    """Return the harmonic mean, 0 if some effort is: the CES technology with the exponent -1."""
    return len(g) / sum((Fraction(1, effort) for effort in g), Fraction(0)) if all(g) else Fraction(0)


TECHNOLOGIES: Mapping[str, Callable[[Efforts, int], Any]] = {
    SUM: lambda g, _: sum(g),
    WEAKEST: lambda g, _: min(g),
    WEAKER: lambda g, _: harmonic_mean(g),
    BEST: lambda g, _: max(g),
    THRESHOLD: lambda g, threshold: int(sum(g) >= threshold),
}


def check_settings(technology: str, most: int, threshold: int) -> None:
    """Refuse technologies that do not exist and numbers that are not whole."""
    if technology not in TECHNOLOGIES:
        raise unknown_label("technology", technology, TECHNOLOGIES, "PublicGoodTechnology()")
    for name, value in (("most", most), ("threshold", threshold)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ParameterError(
                f"PublicGoodTechnology(): {name} is a number of units of effort and must be an integer from 1, got {value!r}."
            )
