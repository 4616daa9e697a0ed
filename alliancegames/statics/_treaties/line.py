"""Designs of one instrument, solved exactly: objective and conditions are rational functions of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cmp_to_key
from typing import Any

import numpy as np

from alliancegames.solvers._algebraic import ball, precision
from alliancegames.statics._lines.interval import Line, quotient
from alliancegames.statics._polynomials import Ring
from alliancegames.statics._treaties.programs import Program

__all__ = ["Answer", "Binding", "solve_on_line"]

# Bits to which two values are compared before they count as equal.
PRECISIONS = (64, 256, 1024, 4096)


@dataclass(frozen=True)
class Binding:
    """A condition without which the design could do better.

    Parameters
    ----------
    condition : str
        The condition in words and symbols.
    source : str
        Where it comes from.
    shadow_price : number or None
        By how much the value of the objective moves for each unit by which the condition is relaxed; None where it is not known
        or not defined.
    """

    condition: str
    source: str
    shadow_price: Any = None

    def __str__(self) -> str:
        price = "" if self.shadow_price is None else f" (shadow price {self.shadow_price})"
        return f"{self.source}: {self.condition}{price}"


@dataclass(frozen=True)
class Answer:
    """The solution of a program.

    Parameters
    ----------
    status : {"optimal", "supremum", "unbounded", "infeasible", "numeric"}
        ``"supremum"``: the value is approached and not attained.
    value : number or None
        Optimal value of the objective, to be maximised.
    point : tuple of number
        The instruments.
    bindings : tuple of Binding
        Conditions that bind.
    region : tuple of pair
        One instrument: the intervals in which all conditions hold.
    optimal : pair or None
        One instrument: an interval whose values are all optimal.
    bound : number or None
        A proved upper bound of the value; None if there is no proof.
    method : str
        How it was found and proved.
    """

    status: str
    value: Any = None
    point: tuple[Any, ...] = ()
    bindings: tuple[Binding, ...] = ()
    region: tuple[tuple[Any, Any], ...] = field(default=(), repr=False)
    optimal: tuple[Any, Any] | None = None
    bound: Any = None
    method: str = ""


@dataclass(frozen=True)
class _Place:
    """Where the objective may be largest: a point, or the end of a gap; None stands for an infinite value."""

    point: int
    attained: bool
    gap: int | None
    value: Fraction | None = None  # of a limit at infinity


class _LineProgram:
    """A program of one instrument, with the line cut at all that matters."""

    def __init__(self, program: Program) -> None:
        self.program = program
        ring = Ring(program.variables)
        self.above, self.below = quotient(ring, program.objective)
        self.margins = [quotient(ring, constraint.margin) for constraint in program.constraints]
        slope = self.above.derivative() * self.below - self.above * self.below.derivative()
        self.slope = slope
        polynomials = [self.above, self.below, slope, *(p for pair in self.margins for p in pair)]
        reach = max(_root_bound(polynomial) for polynomial in polynomials)
        self.line = Line(Fraction(-reach), Fraction(reach), polynomials)
        self.last = len(self.line.points) - 1  # the two ends stand for infinity
        self.feasible = self._feasible()

    def _feasible(self) -> np.ndarray:
        good: np.ndarray = self.line.signs(self.below) != 0
        for constraint, (above, below) in zip(self.program.constraints, self.margins, strict=True):
            sign = self.line.signs(above) * self.line.signs(below)
            good = good & (self.line.signs(below) != 0) & ((sign > 0) if constraint.strict else (sign >= 0))
        good[[0, -1]] = False
        return good

    def places(self) -> list[_Place]:
        """List feasible points and the ends of feasible gaps; on a gap the objective is monotone."""
        found = [_Place(point, True, None) for point in range(1, self.last) if self.feasible[2 * point]]
        for gap in range(self.last):
            if not self.feasible[2 * gap + 1]:
                continue
            for point in (gap, gap + 1):
                if 0 < point < self.last and self.line.signs(self.below)[2 * point] != 0:
                    found.append(_Place(point, bool(self.feasible[2 * point]), gap))
                else:
                    found += self._at_infinity(point, gap)
        return found

    def _at_infinity(self, point: int, gap: int) -> list[_Place]:
        """Return what the objective tends to at a pole or where the instrument grows without bound."""
        sign = int(self.line.signs(self.above)[2 * gap + 1]) * int(self.line.signs(self.below)[2 * gap + 1])
        if 0 < point < self.last or self.above.degree() > self.below.degree():
            return [_Place(point, False, gap, None)] * (sign > 0) if sign else []
        equal = self.above.degree() == self.below.degree()
        limit = Fraction(int(self.above.leading_coefficient()), int(self.below.leading_coefficient())) if equal else Fraction(0)
        return [_Place(point, False, gap, limit)]

    def ball(self, place: _Place, bits: int) -> Any:
        """Enclose the value of the objective at a place."""
        with precision(bits):
            if place.point in (0, self.last):
                assert place.value is not None
                return ball(place.value)
            at = self.line.points[place.point].ball(bits)
            return _horner(self.above, at) / _horner(self.below, at)

    def compare(self, one: _Place, other: _Place) -> int:
        """Compare two values; what agrees to thousands of bits counts as equal."""
        for bits in PRECISIONS:
            first, second = self.ball(one, bits), self.ball(other, bits)
            if first > second:
                return 1
            if first < second:
                return -1
        return int(one.attained) - int(other.attained)

    def is_unbounded(self, place: _Place) -> bool:
        """Whether the objective grows without bound there."""
        pole = 0 < place.point < self.last and self.line.signs(self.below)[2 * place.point] == 0
        return bool(pole or (place.point in (0, self.last) and place.value is None))

    # ------------------------------------------------------------ what is reported

    def region(self) -> tuple[tuple[Any, Any], ...]:
        """Return the intervals in which all conditions hold; single points as intervals of no length."""
        import sympy

        found: list[tuple[int, int]] = []
        for cell in np.flatnonzero(self.feasible):
            left, right = int(cell) // 2, (int(cell) + 1) // 2
            if found and found[-1][1] == left and (self.feasible[2 * left] or left == right):
                found[-1] = (found[-1][0], right)
            else:
                found.append((left, right))
        ends = [sympy.oo if k == self.last else -sympy.oo if k == 0 else self.line.points[k].public for k in range(self.last + 1)]
        return tuple((ends[left], ends[right]) for left, right in found)

    def bindings(self, place: _Place, sign: int) -> tuple[Binding, ...]:
        """Return the conditions that are violated a little further, where the objective would be larger."""
        if place.point in (0, self.last):
            return ()
        point, rising = 2 * place.point, self.line.signs(self.slope)
        found = []
        for constraint, (above, below) in zip(self.program.constraints, self.margins, strict=True):
            signs = self.line.signs(above) * self.line.signs(below)
            better_right = rising[point + 1] > 0 and signs[point + 1] < 0
            better_left = rising[point - 1] < 0 and signs[point - 1] < 0
            if signs[point] == 0 and (better_right or better_left):
                found.append(Binding(constraint.words, constraint.source, self._price(place.point, above, below, sign)))
        return tuple(found)

    def _price(self, point: int, above: Any, below: Any, sign: int) -> Any:
        """Return how the value moves with the margin: the ratio of the two slopes."""
        slope = above.derivative() * below - above * below.derivative()
        top, bottom = -self.slope * below * below, slope * self.below * self.below
        number = self.line.points[point]
        return None if number.is_root_of(bottom) else number.at(top * sign, bottom)


def solve_on_line(program: Program, sign: int = 1) -> Answer:
    """Solve a program of one instrument exactly.

    Parameters
    ----------
    program : Program
        Objective and margins are rational functions of the instrument.
    sign : int
        -1 if the objective was to be minimised, so that shadow prices are those of the original.

    Raises
    ------
    SolverNotApplicableError
        A formula is not rational.
    """
    task = _LineProgram(program)
    places = task.places()
    method = "exact: all roots of one-parameter polynomials isolated"
    region = task.region()
    if not places and not task.feasible.any():
        return Answer("infeasible", region=region, method=method)
    if any(task.is_unbounded(place) for place in places):
        return Answer("unbounded", region=region, method=method)
    best = max(places, key=cmp_to_key(task.compare))
    value = best.value if best.point in (0, task.last) else task.line.points[best.point].at(task.above, task.below)
    flat = task.slope.is_zero()
    if flat:
        return _flat(task, region, value, method)
    if not best.attained:
        point: tuple[Any, ...] = (_infinite(task, best),)
        return Answer("supremum", value, point, task.bindings(best, sign), region, None, value, method)
    number = task.line.points[best.point]
    return Answer("optimal", value, (number.public,), task.bindings(best, sign), region, None, value, method)


def _flat(task: _LineProgram, region: Sequence[tuple[Any, Any]], value: Any, method: str) -> Answer:
    """Where the objective is the same everywhere, take the middle of the longest interval: it is safest against errors."""
    import sympy

    finite = [pair for pair in region if sympy.oo not in pair and -sympy.oo not in pair]
    low, high = max(finite, key=lambda pair: float(pair[1] - pair[0])) if finite else region[0]
    if finite and isinstance(low, Fraction) and isinstance(high, Fraction):
        point: Any = (low + high) / 2
    else:
        cell = int(np.flatnonzero(task.feasible)[0])
        point = task.line.gaps[cell // 2] if cell % 2 else task.line.points[cell // 2].public
    return Answer("optimal", value, (point,), (), tuple(region), (low, high), value, method)


def _infinite(task: _LineProgram, place: _Place) -> Any:
    import sympy

    return sympy.oo if place.point == task.last else -sympy.oo if place.point == 0 else task.line.points[place.point].public


def _root_bound(polynomial: Any) -> int:
    """Return an integer larger than every root, by Cauchy's bound."""
    coefficients = [abs(int(c)) for c in polynomial.coeffs()]
    return 2 + max(coefficients[:-1], default=0) // coefficients[-1] + 1 if coefficients else 1


def _horner(polynomial: Any, at: Any) -> Any:
    total = ball(Fraction(0))
    for coefficient in reversed(polynomial.coeffs()):
        total = total * at + ball(Fraction(int(coefficient)))
    return total
