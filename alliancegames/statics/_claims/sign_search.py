"""The sign of a formula over the admissible parameters, or over a part of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from alliancegames.statics._claims.questions import Question
from alliancegames.statics._claims.readings import And, Choices, Comparison, Logic, Or, cases

__all__ = ["DISPLAYED", "Sign", "find_sign"]

DISPLAYED = {"+": "+", "-": "−", "0": "0", "+-": "±", "+0": "≥ 0", "-0": "≤ 0", "?": "?", "empty": "∅"}
"""How signs are shown."""

Read = Callable[[Choices], tuple[Any, Logic]]


@dataclass(frozen=True)
class Sign:
    """The sign of a quantity.

    Parameters
    ----------
    sign : str
        ``"+"``, ``"-"`` and ``"0"`` are proved; ``"+0"`` and ``"-0"`` are proved to be at least or at most
        zero (and not always zero); ``"+-"`` has witnesses of both signs; ``"?"`` is unknown;
        ``"empty"``: it is proved that there is no point to have a sign at.
    witnesses : mapping
        For ``">"``, ``"<"`` and ``"="`` a point at which the quantity is positive, negative or zero, where one was found.
    seconds : float
        Time spent.
    reason : str
        Why something is unknown.
    """

    sign: str
    witnesses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0
    reason: str = ""


def find_sign(question: Question, read: Read, *, strict: bool = True) -> Sign:
    """Find the sign of a quantity in a region.

    Parameters
    ----------
    question : Question
        The admissible parameters.
    read : callable
        Maps choices of minima and maxima to the formula and the region.
    strict : bool, default True
        Whether to leave out the points between cases.
    """
    started = time.perf_counter()
    statuses: dict[str, str] = {}
    witnesses: dict[str, Mapping[str, Any]] = {}
    reasons: list[str] = []
    parts = [(case.conditions, *case.content) for case in cases(read, strict=strict)]
    for relation in (">", "<", "="):
        if relation == "=" and statuses[">"] == statuses["<"] == "somewhere":
            break
        finding = question.find(
            Or(tuple(And((conditions, region, Comparison(formula, relation, 0 * formula))) for conditions, formula, region in parts))
        )
        statuses[relation] = finding.status
        if finding.witness is not None:
            witnesses[relation] = {str(symbol): value for symbol, value in finding.witness.items()}
        if finding.status == "unknown":
            reasons.append(finding.reason)
    return Sign(_named(statuses), witnesses, time.perf_counter() - started, "; ".join(dict.fromkeys(reasons)))


def _named(statuses: Mapping[str, str]) -> str:
    """Name what is known about where a quantity is positive, negative and zero."""
    above, below, zero = (statuses.get(relation) for relation in (">", "<", "="))
    if above == below == "somewhere":
        return "+-"
    for own, other, sign in ((above, below, "+"), (below, above, "-")):
        if own == "somewhere" and other == "nowhere":
            return sign if zero == "nowhere" else sign + "0"
    if above == below == "nowhere":
        return {"somewhere": "0", "nowhere": "empty"}.get(str(zero), "?")
    if below == zero == "nowhere":
        return "+"
    if above == zero == "nowhere":
        return "-"
    return "?"
