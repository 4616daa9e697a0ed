"""An independent check that no critical discount factor with transfers is missing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from alliancegames.solvers.repeated._transfers_steps import Tables

Payoffs = tuple[Fraction, ...]


def is_complete(tables: Tables, ends: Sequence[Fraction], expected: Sequence[Payoffs]) -> bool:
    """Run the operator from the top at both ends of the interval of each row, and see whether it ends at the row.

    Payoffs move one way with patience, so what is the same at both ends is the same between them.

    Parameters
    ----------
    tables : Tables
        The game.
    ends : sequence of Fraction
        Least ``kappa = delta / (1 - delta)`` of each row, from low to high.
    expected : sequence of tuple of Fraction
        Joint payoff and punishments of each row.
    """
    found = [_largest(tables, patience, strict=False) for patience in ends]
    before = [_largest(tables, patience, strict=True) for patience in ends if patience]
    beyond = _largest(tables, None, strict=False)
    missing = [None] if ends and ends[0] else []
    return (
        found == list(expected)
        and before == [*missing, *expected[: len(before) - len(missing)]]
        and beyond == (expected[-1] if expected else None)
    )


def _largest(tables: Tables, patience: Fraction | None, *, strict: bool) -> tuple[Fraction, ...] | None:
    """Return joint payoff and punishments at the largest fixed point of the operator; None if there is none.

    `strict` asks for a patience just below the given one, None for one that is as close to infinity as you like.
    """
    allowed = np.ones(tables.joint.shape, dtype=bool)
    while allowed.any():
        joint, low = tables.joint[allowed].max(), [table[allowed].min() for table in tables.replies]
        gap = int(joint) - sum(map(int, low))
        if patience is None:
            kept = allowed if gap > 0 else allowed & (tables.gains <= 0) & (gap == 0)
        elif strict and gap > 0:
            kept = allowed & (tables.gains < _ceiling(patience * gap))
        else:
            kept = allowed & (tables.gains <= _floor(patience * gap))
        if (kept == allowed).all():
            return (tables.plain(joint), *(tables.plain(value) for value in low))
        allowed = kept
    return None


def _floor(value: Fraction) -> int:
    return int(value.numerator // value.denominator)


def _ceiling(value: Fraction) -> int:
    return -_floor(-value)
