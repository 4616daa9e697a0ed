"""Where a statement about one number changes between true and false."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from alliancegames.errors import AllianceGamesError
from alliancegames.solvers._cutoff_systems import System, simplest
from alliancegames.statics._claims.enclosures import enclose
from alliancegames.statics._claims.one_sided import leaves
from alliancegames.statics._claims.questions import Question, truth
from alliancegames.statics._claims.readings import Comparison, Logic

__all__ = ["Change", "changes_on_line"]

# Digits in which roots of polynomials are told apart.
DIGITS = 60
# Zeros of other functions are isolated up to this share of the range, by at most so many boxes.
WIDTH, BOXES = 2.0**-40, 100_000


@dataclass(frozen=True)
class Change:
    """A number at which a statement changes.

    Parameters
    ----------
    value : Fraction or sympy number
        The number; the middle of its enclosure if it is neither rational nor algebraic.
    kind : str
        What happens there, going up.
    equation : sympy expression
        What vanishes there.
    bounds : pair of Fraction
        Bounds of the number.
    exact : bool
        Whether the value is exact.
    """

    value: Any
    kind: str
    equation: Any
    bounds: tuple[Fraction, Fraction]
    exact: bool


@dataclass(frozen=True)
class _Root:
    value: Any
    bounds: tuple[Fraction, Fraction]
    equation: Any
    exact: bool


def changes_on_line(question: Question, happens: Logic, variable: Any) -> tuple[list[Change], bool | None, str]:
    """Find all numbers at which a statement changes between true and false.

    Parameters
    ----------
    question : Question
        The admissible values of the variable.
    happens : Logic
        The statement, in one variable.
    variable : sympy.Symbol
        The variable.

    Returns
    -------
    tuple
        The changes in rising order; whether these are all, None if that is not known; and why it is not known.
    """
    conditions = [Comparison(condition, ">", 0 * condition) for condition in question.conditions if condition.free_symbols]
    roots, reason = _roots(question, [leaf.left - leaf.right for leaf in (*leaves(happens), *conditions)], variable)
    samples = _between(roots)
    states = [_state(question, happens, {variable: sample}) for sample in samples]
    found = []
    for k, root in enumerate(roots):
        before, after = states[k], states[k + 1]
        if None in (before, after) or not before[0] or not after[0]:  # type: ignore[index]
            continue
        here = _state(question, happens, {variable: root.value}) if root.exact else None
        kind = _kind(bool(before[1]), bool(after[1]), None if here is None else here[1])  # type: ignore[index]
        if kind is not None:
            found.append(Change(root.value, kind, root.equation, root.bounds, root.exact))
    if None in states:
        reason = reason or "whether it happens between two candidates was not decided"
    return found, None if reason else True, reason


def _kind(before: bool, after: bool, here: bool | None) -> str | None:
    if before != after:
        return "ends" if before else "starts"
    if here is None or here == before:
        return None
    return "only here" if here else "not here"


def _state(question: Question, happens: Logic, point: dict[Any, Any]) -> tuple[bool, bool | None] | None:
    """Return whether a point is admissible, and whether the statement holds there."""
    if not question.admits(point):
        return False, None
    answer = truth(happens, point)
    return None if answer is None else (True, answer)


def _between(roots: Sequence[_Root]) -> list[Fraction]:
    """Return rational numbers below, between and above roots."""
    if not roots:
        return [Fraction(0)]
    gaps = [_inside(left.bounds[1], right.bounds[0]) for left, right in pairwise(roots)]
    return [roots[0].bounds[0] - 1, *gaps, roots[-1].bounds[1] + 1]


def _inside(low: Fraction, high: Fraction) -> Fraction:
    """Return a simple number strictly between two others."""
    third = (high - low) / 3
    return simplest(low + third, high - third)


def _roots(question: Question, differences: Sequence[Any], variable: Any) -> tuple[list[_Root], str]:
    """Return the zeros and poles of functions and the ends of the domain, in rising order, and what is missing."""
    import sympy

    polynomials: dict[Any, Any] = {}
    others: dict[Any, None] = {}
    for difference in differences:
        for part in sympy.fraction(sympy.cancel(sympy.together(difference))) if difference.is_rational_function(variable) else ():
            if part.has(variable):
                polynomials.update({factor: factor for factor, _ in sympy.factor_list(part)[1]})
        if not difference.is_rational_function(variable):
            others[difference] = None
    interval = next(iter(question.intervals.values()))
    for end in (interval.lower, interval.upper):
        if end is not None:
            end_factor = variable * end.denominator - end.numerator
            polynomials.setdefault(end_factor, end_factor)
    found = [root for factor in polynomials for root in _polynomial_roots(factor, variable)]
    reason = ""
    for other in others:
        zeros, why = _enclosed_roots(question, other, variable)
        found += zeros
        reason = reason or why
    distinct: dict[Any, _Root] = {root.value if root.exact else root.bounds: root for root in found}
    ordered = sorted(distinct.values(), key=lambda root: root.bounds)
    if any(left.bounds[1] >= right.bounds[0] for left, right in pairwise(ordered)):
        return ordered[:0], "two candidates are too close to be told apart"
    return ordered, reason


def _polynomial_roots(factor: Any, variable: Any) -> list[_Root]:
    import sympy

    found = []
    for root in sympy.Poly(factor, variable).real_roots():
        if root.is_Rational:
            value = Fraction(int(root.p), int(root.q))
            found.append(_Root(value, (value, value), factor, True))
        else:
            near = Fraction(str(root.evalf(DIGITS)))
            slack = Fraction(1, 10 ** (DIGITS - 5)) * (1 + abs(near))
            found.append(_Root(root, (near - slack, near + slack), factor, True))
    return found


def _enclosed_roots(question: Question, function: Any, variable: Any) -> tuple[list[_Root], str]:
    """Isolate the zeros of another function by interval arithmetic, in a bounded range."""
    interval = next(iter(question.intervals.values()))
    low, high = interval.window(next(iter(question.example.values())))
    bounded = interval.lower is not None and interval.upper is not None
    try:
        system = System(lambda x: [enclose(function, {variable: x[0]})], np.array([float(low)]), np.array([float(high)]))
        isolation = system.search(WIDTH, BOXES)
    except (NotImplementedError, AllianceGamesError, TypeError, ValueError):
        return [], f"the zeros of {function} could not be enclosed"
    reason = "" if bounded else f"{variable} was searched from {low} to {high} only"
    if isolation.unresolved:
        reason = f"zeros of {function} near {float(isolation.unresolved[0].midpoint[0]):.6g} were not told apart"
    roots = []
    for root in isolation.roots:
        bounds = Fraction(float(root.low[0])), Fraction(float(root.high[0]))
        roots.append(_Root(simplest(*bounds), bounds, function, False))
    return roots, reason
