"""Conditions on parameters, written once as pairs ``(larger, smaller)``.

A pair is read as ``larger > smaller``; equality is the boundary. The two sides may be Fractions, floats,
numpy arrays or sympy expressions, so the same line of a model serves the exact check, the vectorised
sweep and the printed formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

Pair = tuple[Any, Any]
Conditions = Sequence[Pair]


def decreasing(*values: Any) -> list[Pair]:
    """Return the pairs that say that the values decrease strictly from left to right."""
    return list(pairwise(values))


def hold(conditions: Iterable[Pair], *, strict: bool = True) -> bool:
    """Whether all conditions hold at numbers; ``strict=False`` admits the boundary."""
    return all((larger > smaller) if strict else (larger >= smaller) for larger, smaller in conditions)


def slack(conditions: Iterable[Pair], shape: tuple[int, ...]) -> np.ndarray:
    """Return the smallest margin by which the conditions hold, as a float array; negative where one fails."""
    margin = np.full(shape, np.inf)
    for larger, smaller in conditions:
        np.minimum(margin, np.asarray(larger - smaller, dtype=float), out=margin)
    return margin


def relations(conditions: Iterable[Pair], *, strict: bool = False) -> tuple[Any, ...]:
    """Return the conditions as sympy relations."""
    import sympy

    relation = sympy.Gt if strict else sympy.Ge
    return tuple(relation(larger, smaller, evaluate=False) for larger, smaller in conditions)
