"""Corners of the payoff set as functions of one parameter, on a whole range of discount factors.

The equations that a structure puts on its corners are solved by elimination. Often the corners are rational functions of
the discount factor; where they are not, the discount factor and the corners may still be rational functions of one
corner's coordinate, and then the curve runs on through folds, where the discount factor turns back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alliancegames.solvers.repeated._planar_functions import Function, Ground, TiedError
from alliancegames.solvers.repeated._planar_problem import Pair
from alliancegames.solvers.repeated._planar_structure import Structure

__all__ = ["Curve", "curve_of"]

# A polynomial that small at the corners is one that vanishes there.
VANISHES = Fraction(1, 1 << 200)
# Bits kept of the parameter at the sample.
SAMPLE_BITS = 60

Row = list["Ratio"]


@dataclass(frozen=True)
class Curve:
    """Discount factor and corners as functions of a parameter in which the discount factor rises at the sample.

    Parameters
    ----------
    structure : Structure
        How the corners are generated.
    delta : Function
        The discount factor.
    points : tuple of pair of Function
        The corners, scaled payoffs.
    ground : Ground
        The sample point.
    """

    structure: Structure
    delta: Function
    points: tuple[tuple[Function, Function], ...]
    ground: Ground


class Ratio:
    """A quotient of two polynomials in several variables, in lowest terms."""

    __slots__ = ("bottom", "top")

    def __init__(self, top: Any, bottom: Any) -> None:
        common = top.gcd(bottom)
        self.top, self.bottom = (top, bottom) if common.is_one() else (top / common, bottom / common)

    def __add__(self, other: Ratio) -> Ratio:
        return Ratio(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)

    def __sub__(self, other: Ratio) -> Ratio:
        return Ratio(self.top * other.bottom - other.top * self.bottom, self.bottom * other.bottom)

    def __mul__(self, other: Ratio) -> Ratio:
        return Ratio(self.top * other.top, self.bottom * other.bottom)

    def __truediv__(self, other: Ratio) -> Ratio:
        return Ratio(self.top * other.bottom, self.bottom * other.top)

    @property
    def is_zero(self) -> bool:
        """Whether the quotient is zero everywhere."""
        return bool(self.top == 0)


class _Elimination:
    """Elimination for one structure: the variables are the discount factor and one coordinate of each corner carried by an edge."""

    def __init__(self, structure: Structure, points: Sequence[Pair]) -> None:
        from flint import Ordering, fmpz_mpoly_ctx

        self.structure = structure
        # Free coordinates: those of a corner on an edge that no constraint fixes.
        self.free = [(j, 1 - corner.binding[0]) for j, corner in enumerate(structure.corners) if len(corner.carriers) == 2]
        names = ("d", *(f"x{t}" for t in range(len(self.free))))
        self.context = fmpz_mpoly_ctx.get(names, Ordering.lex)
        self.variables = self.context.gens()
        self.near = [structure.problem.delta, *(points[j][c] for j, c in self.free)]

    def number(self, value: Fraction) -> Ratio:
        return Ratio(self.context.constant(value.numerator), self.context.constant(value.denominator))

    def corners(self) -> list[tuple[Ratio, Ratio]] | None:
        """Express all coordinates in the variables, by linear equations."""
        structure, problem = self.structure, self.structure.problem
        size = 2 * len(structure.corners)
        one, zero = self.number(Fraction(1)), self.number(Fraction(0))
        delta = Ratio(self.variables[0], self.context.constant(1))
        today = one - delta
        rows: list[Row] = []
        for j, corner in enumerate(structure.corners):
            for c in range(2):
                row = [zero] * (size + 1)
                row[2 * j + c] = one
                if (j, c) in self.free:
                    row[size] = Ratio(self.variables[1 + self.free.index((j, c))], self.context.constant(1))
                elif c in corner.binding:
                    place = 2 * structure.worst[c] + c
                    row[place] = row[place] - delta
                    row[size] = today * self.number(problem.payoffs[corner.profile][c] + problem.gains[corner.profile][c])
                else:
                    place = 2 * corner.carriers[0] + c
                    row[place] = row[place] - delta
                    row[size] = today * self.number(problem.payoffs[corner.profile][c])
                rows.append(row)
        solution = _solved(rows)
        return None if solution is None else [(solution[2 * j], solution[2 * j + 1]) for j in range(len(structure.corners))]

    def relations(self, corners: Sequence[tuple[Ratio, Ratio]]) -> list[Any]:
        """Return the polynomials that vanish where continuations on edges lie on their edges."""
        problem, result = self.structure.problem, []
        delta = Ratio(self.variables[0], self.context.constant(1))
        today = self.number(Fraction(1)) - delta
        for j, _ in self.free:
            corner = self.structure.corners[j]
            p, q = (corners[k] for k in corner.carriers)
            later = [(corners[j][c] - today * self.number(problem.payoffs[corner.profile][c])) / delta for c in range(2)]
            area = (q[0] - p[0]) * (later[1] - p[1]) - (q[1] - p[1]) * (later[0] - p[0])
            result.append(area.top)
        return result

    def solved(self, relations: list[Any]) -> tuple[int, list[tuple[int, Ratio]]] | None:
        """Eliminate variables one by one; return the one that is left and the others in terms of later ones."""
        steps: list[tuple[int, Ratio]] = []
        left = set(range(len(self.variables)))
        waiting = list(relations)
        while waiting:
            waiting = [factor for polynomial in waiting if (factor := self._vanishing(polynomial)) is not None]
            if not waiting:
                break
            choice = self._linear(waiting)
            if choice is None:
                return None
            polynomial, v = choice
            slope = polynomial.derivative(v)
            value = Ratio(slope * self.variables[v] - polynomial, slope)
            steps.append((v, value))
            left.discard(v)
            waiting = [self._replaced(other, v, value).top for other in waiting if other != polynomial]
        return (left.pop(), steps) if len(left) == 1 else None

    def _vanishing(self, polynomial: Any) -> Any | None:
        """Return the irreducible factor that vanishes at the corners; None if the polynomial is zero."""
        if polynomial == 0:
            return None
        return min((factor for factor, _ in polynomial.factor()[1]), key=lambda factor: abs(self._value(factor)) / _size(factor))

    def _value(self, polynomial: Any) -> Fraction:
        total = Fraction(0)
        for powers, coefficient in polynomial.to_dict().items():
            term = Fraction(int(coefficient))
            for x, power in zip(self.near, powers, strict=True):
                term *= x ** int(power) if power else 1
            total += term
        return total

    def _linear(self, waiting: Sequence[Any]) -> tuple[Any, int] | None:
        """Choose the shortest polynomial with a variable it is linear in, the discount factor last."""
        ways = [
            (v == 0, len(polynomial.to_dict()), k, v)
            for k, polynomial in enumerate(waiting)
            for v, degree in enumerate(polynomial.degrees())
            if degree == 1
        ]
        if not ways:
            return None
        _, _, k, v = min(ways)
        return waiting[k], v

    def _replaced(self, polynomial: Any, v: int, value: Ratio) -> Ratio:
        """Put a quotient in the place of a variable."""
        degree = int(polynomial.degrees()[v])
        by_power: dict[int, Any] = {}
        for powers, coefficient in polynomial.to_dict().items():
            rest = tuple(0 if k == v else power for k, power in enumerate(powers))
            by_power.setdefault(int(powers[v]), {})[rest] = coefficient
        top = self.context.constant(0)
        for power, terms in by_power.items():
            top += self.context.from_dict(terms) * value.top**power * value.bottom ** (degree - power)
        return Ratio(top, value.bottom**degree)


def _size(polynomial: Any) -> int:
    return max(abs(int(c)) for c in polynomial.coeffs())


def _solved(rows: list[Row]) -> Row | None:
    """Solve linear equations, the right-hand side in the last column."""
    size = len(rows)
    for k in range(size):
        pivot = next((r for r in range(k, size) if not rows[r][k].is_zero), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        lead = rows[k][k]
        rows[k] = [entry if entry.is_zero else entry / lead for entry in rows[k]]
        for r in range(size):
            factor = rows[r][k]
            if r != k and not factor.is_zero:
                rows[r] = [a if b.is_zero else a - factor * b for a, b in zip(rows[r], rows[k], strict=True)]
    return [row[size] for row in rows]


def _evaluated(polynomial: Any, values: Sequence[Function | None], zero: Function) -> Function:
    total = zero
    for powers, coefficient in polynomial.to_dict().items():
        term = zero.of(int(coefficient))
        for value, power in zip(values, powers, strict=True):
            for _ in range(int(power)):
                assert value is not None
                term = term * value
        total = total + term
    return total


def curve_of(structure: Structure, points: Sequence[Pair]) -> Curve | None:
    """Return the corners of a structure as functions of one parameter; None if they are no rational functions of one.

    Parameters
    ----------
    structure : Structure
        How the corners are generated at a sample discount factor.
    points : sequence of pair
        The corners there, to many digits.
    """
    elimination = _Elimination(structure, points)
    corners = elimination.corners()
    solution = elimination.solved(elimination.relations(corners)) if corners is not None else None
    if corners is None or solution is None:
        return None
    left, steps = solution
    for sense in (1, -1):
        at = elimination.near[left] * sense
        ground = Ground(at if left == 0 else Fraction(round(at * (1 << SAMPLE_BITS)), 1 << SAMPLE_BITS))
        curve = _along(elimination, corners, left, steps, ground, sense)
        try:
            if curve is not None and curve.delta.slope().at(ground.sample) > 0:
                near = max(
                    abs(f.at(ground.sample) - x) for p, q in zip(curve.points, points, strict=True) for f, x in zip(p, q, strict=True)
                )
                return curve if near < Fraction(1, 1 << 30) else None
        except TiedError:
            return None
    return None


def _along(
    elimination: _Elimination,
    corners: Sequence[tuple[Ratio, Ratio]],
    left: int,
    steps: Sequence[tuple[int, Ratio]],
    ground: Ground,
    sense: int,
) -> Curve | None:
    """Put the parameter, or its negative, in the place of the last variable."""
    parameter = Function.parameter(ground)
    zero = parameter.of(0)
    values: list[Function | None] = [None] * len(elimination.variables)
    values[left] = parameter * sense
    try:
        for v, ratio in reversed(steps):
            values[v] = _evaluated(ratio.top, values, zero) / _evaluated(ratio.bottom, values, zero)
        made = [tuple(_evaluated(f.top, values, zero) / _evaluated(f.bottom, values, zero) for f in corner) for corner in corners]
    except ZeroDivisionError:
        return None
    delta = values[0]
    assert delta is not None
    return Curve(elimination.structure, delta, tuple((p[0], p[1]) for p in made), ground)
