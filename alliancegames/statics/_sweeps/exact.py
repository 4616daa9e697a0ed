"""Points of normal-form models in rationals.

Many points of a sweep may lie on a tie, such as a whole edge of a grid. Payoffs are therefore computed with FLINT's
rationals, which are several times faster than fractions, wherever the model's own arithmetic takes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import fmpq

from alliancegames.parameters import Values
from alliancegames.statics._sweeps.points import Points

__all__ = ["exact_cells"]

Cells = tuple[Mapping[tuple[str, ...], Any], Mapping[str, Mapping[tuple[str, ...], Any]]]


def exact_cells(model: Any, points: Points, k: int) -> Cells:
    """Return payoffs by cell, and outcomes by name and cell, as fractions.

    Parameters
    ----------
    model : Model
        A model in normal form.
    points : Points
        Points of a sweep over it.
    k : int
        Place of the point wanted.
    """
    try:
        read = _read(model, points.flint_values(k))
    except (TypeError, AttributeError, ValueError):  # the model uses a function that FLINT's numbers do not know
        read = None
    if read is not None:
        return read
    values = points.values(k)
    return model.payoffs(values), model.outcome_cells(values)


def _read(model: Any, values: Values) -> Cells | None:
    """Return payoffs and outcomes computed with FLINT's rationals; None if other numbers came out."""
    payoffs = {cell: [_fraction(value) for value in pair] for cell, pair in model.payoffs(values).items()}
    outcomes = {name: {cell: _fraction(value) for cell, value in cells.items()} for name, cells in model.outcome_cells(values).items()}
    strange = any(None in pair for pair in payoffs.values()) or any(None in cells.values() for cells in outcomes.values())
    return None if strange else (payoffs, outcomes)


def _fraction(value: Any) -> Fraction | None:
    if isinstance(value, fmpq):
        return Fraction(int(value.p), int(value.q))
    return Fraction(value) if isinstance(value, (int, Fraction)) else None
