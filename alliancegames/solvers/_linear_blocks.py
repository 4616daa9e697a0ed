"""Solutions of linear conditions, which form polytopes, and of conditions on a single unknown."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint

from alliancegames.solvers._double_description import extreme_rays
from alliancegames.solvers._solution_sets import Block, Conditions, evaluate, sign_of

__all__ = ["line", "polytope"]

# Binary digits to which irrational roots are computed.
PRECISION = 200


def polytope(conditions: Conditions, unknowns: tuple[int, ...]) -> list[Block]:
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


def line(conditions: Conditions, unknown: int) -> list[Block]:
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
    open_ = [holds(lambda p, x=x: sign_of(p(flint.fmpq(x.numerator, x.denominator)))) for x in gaps]
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
