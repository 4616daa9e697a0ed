"""Solutions of nonlinear conditions on several unknowns: isolated points, or a decision by z3."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.solvers._intervals import Interval
from alliancegames.solvers._isolation import isolate
from alliancegames.solvers._solution_sets import Block, Conditions, evaluate

__all__ = ["decided_by_z3", "isolated", "z3_expression"]

# Steps that z3 may take for one block; unlike a time limit they are the same on every machine.
STEPS = 4_000_000
# From this number of solutions on, a system is taken to have a continuum of them.
FEW = 12


def isolated(conditions: Conditions, unknowns: tuple[int, ...]) -> list[Block] | None:
    """Return all solutions of a square system in the unit cube, or None if they cannot all be isolated."""
    system = _Enclosures(conditions.zero, unknowns)
    size = len(unknowns)
    isolation = isolate(system.values, system.slopes, np.zeros(size), np.ones(size), width=2.0**-20, limit=20_000)
    if isolation.unresolved:
        return None
    blocks = []
    strict, weak = _Enclosures(conditions.positive, unknowns), _Enclosures(conditions.nonnegative, unknowns)
    for root in isolation.roots:
        guess = tuple(Fraction(float(x)).limit_denominator(10**6) for x in root.midpoint)
        values = dict(zip(unknowns, guess, strict=True))
        if all(evaluate(p, values) == 0 for p in conditions.zero):
            if all(evaluate(p, values) > 0 for p in conditions.positive) and all(evaluate(p, values) >= 0 for p in conditions.nonnegative):
                blocks.append(Block(unknowns, (guess,), guess, 0))
            continue
        signs = [system.values(root[None, :]) for system in (strict, weak)]
        if any((sign.high < 0).any() for sign in signs):
            continue
        if any((sign.low <= 0).any() for sign in signs):  # perhaps a tie at an irrational point
            answer = _z3_solver(conditions, unknowns, root).check()
            if str(answer) == "unknown":
                return None
            if str(answer) == "unsat":
                continue
        middle = tuple(float(x) for x in root.midpoint)
        blocks.append(Block(unknowns, (middle,), middle, 0, exact=False))
    return blocks


class _Enclosures:
    """Polynomials and their derivatives over boxes."""

    def __init__(self, polynomials: Sequence[Any], unknowns: tuple[int, ...]) -> None:
        self._unknowns = unknowns
        self._terms = [self._read(p) for p in polynomials]
        self._derivatives = [[self._read(p.derivative(k)) for k in unknowns] for p in polynomials]

    def _read(self, polynomial: Any) -> list[tuple[Interval, list[int]]]:
        """Return coefficients as intervals, each with the positions of the unknowns to multiply by."""
        terms = []
        for monomial, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
            places = [place for place, k in enumerate(self._unknowns) for _ in range(monomial[k])]
            terms.append((Interval.enclosing([Fraction(int(coefficient.p), int(coefficient.q))])[0], places))
        return terms

    def _sum(self, terms: list[tuple[Interval, list[int]]], boxes: Interval) -> Interval:
        total = Interval.point(np.zeros(len(boxes.low)))
        for coefficient, places in terms:
            product: Interval = coefficient * Interval.point(np.ones(len(boxes.low)))
            for place in places:
                product = product * boxes[:, place]
            total = total + product
        return total

    def values(self, boxes: Interval) -> Interval:
        """Enclose the polynomials on boxes, shape (k, number of polynomials)."""
        if not self._terms:
            return Interval.point(np.ones((len(boxes.low), 1)))
        return Interval.stack([self._sum(terms, boxes) for terms in self._terms])

    def slopes(self, boxes: Interval) -> Interval:
        """Enclose the derivatives on boxes: polynomial by unknown."""
        return Interval.stack([Interval.stack([self._sum(terms, boxes) for terms in row]) for row in self._derivatives], axis=1)


def decided_by_z3(conditions: Conditions, unknowns: tuple[int, ...]) -> tuple[list[Block], bool]:
    """Ask whether there is a solution at all; if so, report one point, or all of them if they are few."""
    import z3

    names = {k: z3.Real(f"x{k}") for k in unknowns}
    solver = _z3_solver(conditions, unknowns)
    points: list[Block] = []
    while len(points) <= (FEW if len(conditions.zero) >= len(unknowns) else 0):
        answer = solver.check()
        if answer == z3.unsat:
            return points, True
        if answer == z3.unknown:
            nowhere = tuple(float("nan") for _ in unknowns)
            return [*points, Block(unknowns, (), nowhere, 0, exact=False, curved=True)], False
        found = [solver.model().eval(names[k], model_completion=True) for k in unknowns]
        inside = tuple(
            Fraction(v.numerator_as_long(), v.denominator_as_long()) if z3.is_rational_value(v) else _approximate(v) for v in found
        )
        points.append(Block(unknowns, (inside,), inside, 0, all(isinstance(v, Fraction) for v in inside)))
        solver.add(z3.Or(*[names[k] != value for k, value in zip(unknowns, found, strict=True)]))
    first = points[0]
    dimension = max(1, len(unknowns) - len(conditions.zero))
    return [Block(unknowns, first.vertices, first.inside, dimension, first.exact, curved=True)], True


def _z3_solver(conditions: Conditions, unknowns: tuple[int, ...], box: Interval | None = None) -> Any:
    """Return a solver for the conditions, within a box if one is given."""
    import z3

    names = {k: z3.Real(f"x{k}") for k in unknowns}
    solver = z3.SolverFor("QF_NRA")
    solver.set("rlimit", STEPS)
    solver.add(*[z3_expression(p, names) == 0 for p in conditions.zero])
    solver.add(*[z3_expression(p, names) > 0 for p in conditions.positive])
    solver.add(*[z3_expression(p, names) >= 0 for p in conditions.nonnegative])
    if box is not None:
        for place, k in enumerate(unknowns):
            low, high = Fraction(float(box.low[place])), Fraction(float(box.high[place]))
            solver.add(names[k] >= z3.Q(low.numerator, low.denominator), names[k] <= z3.Q(high.numerator, high.denominator))
    return solver


def _approximate(value: Any) -> float:
    near = value.approx(30)
    return float(Fraction(near.numerator_as_long(), near.denominator_as_long()))


def z3_expression(polynomial: Any, names: dict[int, Any]) -> Any:
    import z3

    terms = []
    for monomial, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        term = z3.Q(int(coefficient.p), int(coefficient.q))
        for k, power in enumerate(monomial):
            for _ in range(power):
                term = term * names[k]
        terms.append(term)
    return z3.Sum(terms)
