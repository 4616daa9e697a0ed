"""Solution sets of small polynomial systems with inequalities, exactly.

Equations are solved for what occurs linearly in them; what is left is split into blocks of unknowns that do
not meet. A block whose conditions are linear is a polytope, given by its vertices; a block of one unknown is
a finite union of points and intervals, found from the real roots of its polynomials; for any other block z3
decides whether it has a solution at all. Nothing is dropped without proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import flint
import numpy as np

from alliancegames.solvers._double_description import extreme_rays
from alliancegames.solvers._intervals import Interval
from alliancegames.solvers._isolation import isolate

__all__ = ["Block", "Conditions", "SolutionSet", "solve"]

# Steps that z3 may take for one block; unlike a time limit they are the same on every machine.
STEPS = 4_000_000
# From this number of solutions on, a system is taken to have a continuum of them.
FEW = 12
# Corners of a product of simplices at which a factor is evaluated.
MOST_CORNERS = 256
# Binary digits to which irrational roots are computed.
PRECISION = 200


@dataclass(frozen=True)
class Conditions:
    """A system: polynomials that vanish, that are positive, and that are not negative."""

    zero: tuple[Any, ...] = ()
    positive: tuple[Any, ...] = ()
    nonnegative: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Block:
    """Possible values of some unknowns that do not depend on the other free unknowns.

    Parameters
    ----------
    unknowns : tuple of int
        Positions of the unknowns.
    vertices : tuple of tuple
        Corners; the block is their convex hull, except when `curved`.
    inside : tuple
        A point of the relative interior.
    dimension : int
        Zero for a point.
    exact : bool
        Whether all numbers are rational; if not they are floats that are right to the last digits.
    curved : bool
        Whether the block is not convex: only `inside` and the equations are known, `vertices` is `inside`.
    sides : tuple of polynomial
        For a polytope the linear forms that are not negative on it.
    """

    unknowns: tuple[int, ...]
    vertices: tuple[tuple[Any, ...], ...]
    inside: tuple[Any, ...]
    dimension: int
    exact: bool = True
    curved: bool = False
    sides: tuple[Any, ...] = ()

    def contains(self, values: dict[int, Any]) -> bool:
        """Whether the unknowns of the block take values in it."""
        if self.curved:
            return False
        if self.sides:
            return all(evaluate(side, values) >= 0 for side in self.sides)
        point = tuple(values[unknown] for unknown in self.unknowns)
        return point in self.vertices if self.dimension == 0 else min(self.vertices) <= point <= max(self.vertices)


@dataclass(frozen=True)
class SolutionSet:
    """One piece of the solutions: a product of blocks, and unknowns that are functions of theirs.

    Parameters
    ----------
    blocks : tuple of Block
        The free unknowns.
    dependent : tuple of (int, polynomial)
        Unknowns that follow, in the order in which they can be computed.
    conditions : Conditions
        What was solved.
    decided : bool
        Whether it is proved that this piece is not empty and complete; False if z3 gave up.
    """

    blocks: tuple[Block, ...]
    dependent: tuple[tuple[int, Any], ...] = ()
    conditions: Conditions = field(default_factory=Conditions)
    decided: bool = True

    @property
    def dimension(self) -> int:
        """Dimension of the set."""
        return sum(block.dimension for block in self.blocks)

    @property
    def exact(self) -> bool:
        """Whether all numbers are rational."""
        return all(block.exact for block in self.blocks)

    def contains(self, values: dict[int, Any]) -> bool:
        """Whether values of all unknowns lie in the set or on its border."""
        return all(evaluate(polynomial, values) == values[unknown] for unknown, polynomial in self.dependent) and all(
            block.contains(values) for block in self.blocks
        )

    def point(self, corners: Sequence[Sequence[Any]] | None = None) -> dict[int, Any]:
        """Return all unknowns at a point of the interior, or at one corner of each block."""
        values: dict[int, Any] = {}
        for k, block in enumerate(self.blocks):
            values.update(zip(block.unknowns, block.inside if corners is None else corners[k], strict=True))
        for unknown, polynomial in self.dependent:
            values[unknown] = evaluate(polynomial, values)
        return values


def evaluate(polynomial: Any, values: dict[int, Any]) -> Any:
    """Evaluate a polynomial at values of its unknowns, by position."""
    total: Any = Fraction(0)
    for monomial, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        term: Any = Fraction(int(coefficient.p), int(coefficient.q))
        for k, power in enumerate(monomial):
            for _ in range(power):
                term = term * values[k]
        total = total + term
    return total


def solve(conditions: Conditions, context: Any) -> list[SolutionSet]:
    """Solve a system.

    Parameters
    ----------
    conditions : Conditions
        Polynomials of the context.
    context : fmpq_mpoly_ctx
        The ring of polynomials.

    Returns
    -------
    list of SolutionSet
        All solutions; empty if it is proved that there is none.
    """
    return list(_branches(conditions, (), context, conditions))


def _branches(conditions: Conditions, dependent: tuple[tuple[int, Any], ...], context: Any, original: Conditions) -> Iterator[SolutionSet]:
    """Eliminate unknowns as long as an equation allows it, then solve what is left."""
    simplified = _simplified(conditions)
    if simplified is None:
        return
    for j, equation in enumerate(simplified.zero):
        factors = _factors(equation, simplified.positive)
        if not factors:
            return  # a product of positive things does not vanish
        if len(factors) > 1:
            others = simplified.zero[:j] + simplified.zero[j + 1 :]
            for factor in factors:  # pieces may overlap where two factors vanish at once
                yield from _branches(
                    Conditions((factor, *others), simplified.positive, simplified.nonnegative), dependent, context, original
                )
            return
        unknown = _linear_unknown(factors[0])
        if unknown is not None:
            value = _solved_for(factors[0], unknown, context)
            others = simplified.zero[:j] + simplified.zero[j + 1 :]
            reduced = Conditions(
                *(
                    tuple(_replaced(p, unknown, value, context) for p in part)
                    for part in (others, simplified.positive, simplified.nonnegative)
                )
            )
            replaced = tuple((k, _replaced(p, unknown, value, context)) for k, p in dependent)
            yield from _branches(reduced, ((unknown, value), *replaced), context, original)
            return
    yield from _products(simplified, dependent, context, original)


def _simplified(conditions: Conditions) -> Conditions | None:
    """Drop conditions that are constants and hold; return None if one fails."""
    if any(p.is_constant() and not p.is_zero() for p in conditions.zero):
        return None
    if any(p.is_constant() and not _constant(p) > 0 for p in conditions.positive):
        return None
    if any(p.is_constant() and _constant(p) < 0 for p in conditions.nonnegative):
        return None
    positive = [p for p in conditions.positive if not p.is_constant()]
    nonnegative = [_without_positive_factors(p, positive) for p in conditions.nonnegative if not p.is_constant()]
    if any(p.is_constant() and _constant(p) < 0 for p in nonnegative):
        return None
    keep = [tuple({str(p): p for p in part if not p.is_constant()}.values()) for part in (conditions.zero, positive, nonnegative)]
    return Conditions(*keep)


def _constant(polynomial: Any) -> Fraction:
    return evaluate(polynomial, {}) if not polynomial.is_zero() else Fraction(0)


def _factors(polynomial: Any, positive: Sequence[Any]) -> list[Any]:
    """Return the irreducible factors that may vanish."""
    return [factor for factor, _ in polynomial.factor()[1] if not _known_sign(factor, positive)]


def _without_positive_factors(polynomial: Any, positive: Sequence[Any]) -> Any:
    """Cancel factors that do not vanish: the sign stays, the degree falls."""
    if polynomial.total_degree() <= 1:
        return polynomial
    constant, factors = polynomial.factor()
    rest = polynomial.context().constant(constant)
    for factor, power in factors:
        sign = _known_sign(factor, positive)
        rest = rest * factor**power if not sign else rest * sign**power
    return rest


def _known_sign(factor: Any, positive: Sequence[Any]) -> int:
    """Return the sign of a factor where all of some polynomials are positive, or 0 if that is not obvious.

    It is obvious for multiples of one of them, and for factors that are linear in each of several lotteries:
    those are mixtures of their values at the corners.
    """
    for other in positive:
        if _proportional(factor, other):
            return 1 if (factor.leading_coefficient() > 0) == (other.leading_coefficient() > 0) else -1
    lotteries = _lotteries(positive)
    unknowns = _unknowns(factor)
    own = [lottery for lottery in lotteries if lottery & unknowns]
    if (
        not own
        or not unknowns <= frozenset().union(*own)
        or any(sum(power for k, power in enumerate(monomial) if k in lottery) > 1 for monomial in factor.monoms() for lottery in own)
    ):
        return 0
    if prod(len(lottery) + 1 for lottery in own) > MOST_CORNERS:
        return 0
    signs = set()
    for corner in product(*([None, *sorted(lottery)] for lottery in own)):
        value = evaluate(factor, {k: Fraction(int(k in corner)) for k in unknowns})
        signs.add(_sign(value))
    return 1 if signs <= {0, 1} else -1 if signs <= {0, -1} else 0


def _lotteries(positive: Sequence[Any]) -> list[frozenset[int]]:
    """Return the groups of unknowns that are probabilities of a lottery whose last probability is what is left."""
    alone = {next(iter(_unknowns(p))) for p in positive if len(p.monoms()) == 1 and p.total_degree() == 1}
    groups = []
    for p in positive:
        own = _unknowns(p)
        if p.total_degree() == 1 and len(own) == len(p.monoms()) - 1 and own <= alone:
            weights = [evaluate(p, {k: Fraction(int(k == j)) for k in own}) for j in own]
            if not any(weights) and evaluate(p, dict.fromkeys(own, Fraction(0))) > 0:
                groups.append(own)
    return groups


def _proportional(one: Any, other: Any) -> bool:
    return bool(one * other.leading_coefficient() == other * one.leading_coefficient())


def _linear_unknown(polynomial: Any) -> int | None:
    """Return an unknown that occurs alone, once and linearly with a constant coefficient."""
    monomials = polynomial.monoms()
    for k, degree in enumerate(polynomial.degrees()):
        if (
            degree == 1
            and sum(monomial[k] for monomial in monomials) == 1
            and any(monomial[k] == 1 == sum(monomial) for monomial in monomials)
        ):
            return k
    return None


def _solved_for(polynomial: Any, unknown: int, context: Any) -> Any:
    coefficient = next(c for m, c in zip(polynomial.monoms(), polynomial.coeffs(), strict=True) if m[unknown])
    return context.gens()[unknown] - polynomial / coefficient


def _replaced(polynomial: Any, unknown: int, value: Any, context: Any) -> Any:
    if not polynomial.degrees()[unknown]:
        return polynomial
    gens = list(context.gens())
    gens[unknown] = value
    return polynomial.compose(*gens, ctx=context)


def _products(conditions: Conditions, dependent: tuple[tuple[int, Any], ...], context: Any, original: Conditions) -> Iterator[SolutionSet]:
    """Solve block by block and combine."""
    everything = (*conditions.zero, *conditions.positive, *conditions.nonnegative)
    groups = _groups([_unknowns(p) for p in everything])
    solved: list[list[Block]] = []
    decided = True
    for group in groups:
        own = Conditions(
            *(tuple(p for p in part if _unknowns(p) <= group) for part in (conditions.zero, conditions.positive, conditions.nonnegative))
        )
        blocks, sure = _block(own, tuple(sorted(group)), context)
        if not blocks:
            return
        decided = decided and sure
        solved.append(blocks)
    combinations: list[tuple[Block, ...]] = [()]
    for blocks in solved:
        combinations = [(*before, block) for before in combinations for block in blocks]
    for combination in combinations:
        yield SolutionSet(combination, dependent, original, decided)


def _unknowns(polynomial: Any) -> frozenset[int]:
    return frozenset(k for k, degree in enumerate(polynomial.degrees()) if degree)


def _groups(sets: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """Return the connected groups of unknowns that occur together."""
    groups: list[frozenset[int]] = []
    for own in sets:
        touching = [group for group in groups if group & own]
        groups = [group for group in groups if not group & own]
        groups.append(own.union(*touching))
    return [group for group in groups if group]


def _block(conditions: Conditions, unknowns: tuple[int, ...], context: Any) -> tuple[list[Block], bool]:
    """Solve the conditions on one block; the flag says whether the answer is proved."""
    everything = (*conditions.zero, *conditions.positive, *conditions.nonnegative)
    if not conditions.zero and all(p.total_degree() <= 1 for p in everything):
        return _polytope(conditions, unknowns), True
    if len(unknowns) == 1:
        return _line(conditions, unknowns[0]), True
    if len(conditions.zero) == len(unknowns):
        isolated = _isolated(conditions, unknowns)
        if isolated is not None:
            return isolated, True
    return _decided_by_z3(conditions, unknowns)


def _polytope(conditions: Conditions, unknowns: tuple[int, ...]) -> list[Block]:
    """Return the polytope of linear conditions on unknowns that are not negative, if it meets the strict ones."""
    rows = [_integers(p, unknowns) for p in (*conditions.positive, *conditions.nonnegative)]
    rays = [ray for ray in extreme_rays(rows, len(unknowns) + 1) if ray.coordinates[-1]]
    vertices = tuple(tuple(Fraction(c, ray.coordinates[-1]) for c in ray.coordinates[:-1]) for ray in rays)
    if not vertices:
        return []
    inside = tuple(sum(part, Fraction(0)) / len(vertices) for part in zip(*vertices, strict=True))
    values = dict(zip(unknowns, inside, strict=True))
    # A linear form that is not negative on a polytope is positive at the mean of the corners if it is so anywhere.
    if not all(evaluate(p, values) > 0 for p in conditions.positive):
        return []
    sides = (*conditions.positive, *conditions.nonnegative)
    return [Block(unknowns, tuple(sorted(vertices)), inside, _rank(vertices), sides=sides)]


def _integers(polynomial: Any, unknowns: tuple[int, ...]) -> list[int]:
    """Return the coefficients of a linear polynomial, the constant last, as integers."""
    row = [Fraction(0)] * (len(unknowns) + 1)
    for monomial, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        place = next((unknowns.index(k) for k, power in enumerate(monomial) if power), len(unknowns))
        row[place] = Fraction(int(coefficient.p), int(coefficient.q))
    scale = 1
    for value in row:
        scale *= value.denominator
    return [int(value * scale) for value in row]


def _rank(vertices: Sequence[Sequence[Fraction]]) -> int:
    """Return the dimension of the hull of some points."""
    first = vertices[0]
    rows = [[a - b for a, b in zip(vertex, first, strict=True)] for vertex in vertices[1:]]
    if not rows:
        return 0
    return int(flint.fmpq_mat([[flint.fmpq(v.numerator, v.denominator) for v in row] for row in rows]).rref()[1])


# -------------------------------------------------------------------- one unknown


def _line(conditions: Conditions, unknown: int) -> list[Block]:
    """Solve conditions on a single unknown: sort the roots of all polynomials and test them and the gaps between them."""
    zero, positive, nonnegative = (
        [_univariate(p, unknown) for p in part] for part in (conditions.zero, conditions.positive, conditions.nonnegative)
    )
    product = flint.fmpq_poly([1])
    for p in (*zero, *positive, *nonnegative):
        product *= p / product.gcd(p)
    roots = _real_roots(product)
    blocks: list[Block] = []

    def holds(sign: Any) -> bool:
        return all(sign(p) == 0 for p in zero) and all(sign(p) > 0 for p in positive) and all(sign(p) >= 0 for p in nonnegative)

    good = [holds(lambda p, root=root: _sign_at_root(p, *root)) for root in roots]
    gaps = [_between(a, b) for a, b in zip([None, *roots], [*roots, None], strict=True)]
    open_ = [holds(lambda p, x=x: _sign(p(flint.fmpq(x.numerator, x.denominator)))) for x in gaps]
    covered: set[int] = set()
    for j in range(1, len(gaps) - 1):
        if open_[j]:
            low, high = _number(roots[j - 1]), _number(roots[j])
            exact = isinstance(low, Fraction) and isinstance(high, Fraction)
            blocks.append(Block((unknown,), ((low,), (high,)), (gaps[j],), 1, exact))
            covered.update((j - 1, j))  # the ends belong to the closure
    if (open_[0] or open_[-1]) if gaps else False:
        raise ArithmeticError("an unknown without bounds")  # probabilities are bounded; this would be a defect
    blocks.extend(_point(unknown, _number(root)) for j, root in enumerate(roots) if good[j] and j not in covered)
    return blocks


def _point(unknown: int, value: Any) -> Block:
    return Block((unknown,), ((value,),), (value,), 0, isinstance(value, Fraction))


def _univariate(polynomial: Any, unknown: int) -> Any:
    coefficients = [flint.fmpq(0)] * (polynomial.degrees()[unknown] + 1)
    for monomial, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        coefficients[monomial[unknown]] = coefficient
    return flint.fmpq_poly(coefficients)


def _real_roots(polynomial: Any) -> list[tuple[Any, Any]]:
    """Return the distinct real roots as pairs of an irreducible polynomial and a ball that isolates its root, in order."""
    found: list[tuple[Any, Any]] = []
    before = flint.ctx.prec
    flint.ctx.prec = PRECISION
    try:
        for factor, _ in polynomial.factor()[1]:
            roots: Any = flint.fmpz_poly([c.p for c in (factor * factor.denom()).coeffs()]).complex_roots()
            found.extend((factor, root.real) for root, _ in roots if root.imag.contains(0))  # others come in pairs off the axis
        found.sort(key=lambda pair: float(pair[1].mid()))
    finally:
        flint.ctx.prec = before
    return found


def _number(root: tuple[Any, Any]) -> Any:
    """Return a root as a Fraction if it is rational, else as the nearest float."""
    factor, ball = root
    if factor.degree() == 1:
        value = -factor[0] / factor[1]
        return Fraction(int(value.p), int(value.q))
    return float(ball.mid())


def _between(left: Any, right: Any) -> Fraction:
    """Return a rational number between two neighbouring roots, or beyond the last one."""
    if left is None and right is None:
        return Fraction(0)
    if left is None:
        return Fraction(float(right[1].mid())) - 1
    if right is None:
        return Fraction(float(left[1].mid())) + 1
    ends = [Fraction(int(m), 1) * Fraction(2) ** int(e) for m, e in (left[1].mid().man_exp(), right[1].mid().man_exp())]
    return (ends[0] + ends[1]) / 2


def _sign(value: Any) -> int:
    return int(value > 0) - int(value < 0)


def _sign_at_root(polynomial: Any, factor: Any, ball: Any) -> int:
    """Return the sign of a polynomial at an algebraic number: zero exactly if the minimal polynomial divides it."""
    if (polynomial % factor).degree() < 0:
        return 0
    before = flint.ctx.prec
    try:
        flint.ctx.prec = PRECISION
        value = _at_ball(polynomial, ball)
        if value.contains(0):
            raise ArithmeticError("a sign needs more digits")
        return 1 if value > 0 else -1
    finally:
        flint.ctx.prec = before


def _at_ball(polynomial: Any, ball: Any) -> Any:
    total = flint.arb(0)
    for coefficient in reversed(polynomial.coeffs()):
        total = total * ball + flint.arb(coefficient)
    return total


# -------------------------------------------------------------------- several unknowns, not linear


def _isolated(conditions: Conditions, unknowns: tuple[int, ...]) -> list[Block] | None:
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


def _decided_by_z3(conditions: Conditions, unknowns: tuple[int, ...]) -> tuple[list[Block], bool]:
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
    solver.add(*[_z3_expression(p, names) == 0 for p in conditions.zero])
    solver.add(*[_z3_expression(p, names) > 0 for p in conditions.positive])
    solver.add(*[_z3_expression(p, names) >= 0 for p in conditions.nonnegative])
    if box is not None:
        for place, k in enumerate(unknowns):
            low, high = Fraction(float(box.low[place])), Fraction(float(box.high[place]))
            solver.add(names[k] >= z3.Q(low.numerator, low.denominator), names[k] <= z3.Q(high.numerator, high.denominator))
    return solver


def _approximate(value: Any) -> float:
    near = value.approx(30)
    return float(Fraction(near.numerator_as_long(), near.denominator_as_long()))


def _z3_expression(polynomial: Any, names: dict[int, Any]) -> Any:
    import z3

    terms = []
    for monomial, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        term = z3.Q(int(coefficient.p), int(coefficient.q))
        for k, power in enumerate(monomial):
            for _ in range(power):
                term = term * names[k]
        terms.append(term)
    return z3.Sum(terms)
