"""Systems of polynomial equations with rational coefficients, solved exactly.

Gröbner bases split a system by factors and by dimension. A system with finitely many complex solutions is an
algebra of finite dimension, in which multiplication by an unknown is a matrix: the solutions are then read off
from the roots of one polynomial. What grows beyond the limits is given up by `TooHard`, never guessed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from alliancegames.solvers._algebraic import AlgebraicPoint

__all__ = ["Component", "TooHard", "components", "finite_points", "groebner", "in_ideal"]

# Largest number of polynomials, and of terms in one, that a Gröbner basis may take.
LONGEST = (400, 4000)
# Largest number of bits of its coefficients, and how many for each bit of those given.
BITS = 3000
BITS_EACH = 250
# Largest number of complex solutions, with multiplicity, of a system solved by matrices.
MOST_SOLUTIONS = 80
# Largest number of cases into which factors may split a system.
MOST_CASES = 400

Basis = list[Any]
Never = Callable[[Any], bool]


class TooHard(Exception):  # noqa: N818 - it is an outcome, not an error that users see
    """The limits set to exact algebra were reached."""


@dataclass(frozen=True)
class Component:
    """Part of the solutions of a system: all of one dimension, with the unknowns that move freely on it.

    Parameters
    ----------
    basis : list
        Gröbner basis.
    free : tuple of int
        Unknowns that are independent on every piece of it; their number is the dimension.
    """

    basis: Basis
    free: tuple[int, ...]


def groebner(context: Any, polynomials: Sequence[Any]) -> Basis:
    """Return the reduced Gröbner basis, ``[1]`` if there is no solution."""
    flint: Any = __import__("flint")
    given = [p.primitive()[1] for p in polynomials if not p.is_zero()]
    if any(p.is_constant() for p in given):
        return [context.constant(1)]
    if not given:
        return []
    size = max(int(abs(c)).bit_length() for p in given for c in p.coeffs())
    basis, finished = flint.fmpz_mpoly_vec(given, context).buchberger_naive(limits=(*LONGEST, max(BITS, BITS_EACH * size)))
    if not finished:
        raise TooHard
    reduced = [p.primitive()[1] for p in basis.autoreduction(groebner=True)]
    return [context.constant(1)] if any(p.is_constant() for p in reduced) else reduced


def in_ideal(polynomial: Any, basis: Basis, context: Any) -> bool:
    """Whether a polynomial vanishes on all solutions because the ideal of the basis holds it."""
    flint: Any = __import__("flint")
    if polynomial.is_zero() or not basis:
        return bool(polynomial.is_zero())
    return bool(polynomial.reduction_primitive_part(flint.fmpz_mpoly_vec(basis, context)).is_zero())


def _factors(polynomial: Any, never: Never) -> list[Any]:
    """Return the irreducible factors that may vanish."""
    return [factor for factor, _ in polynomial.factor()[1] if not never(factor)]


def split(context: Any, polynomials: Sequence[Any], never: Never) -> list[Basis]:
    """Return Gröbner bases of systems whose solutions together are those of the system, with irreducible members."""
    waiting, found, cases = [list(polynomials)], [], 0
    while waiting:
        cases += 1
        if cases > MOST_CASES:
            raise TooHard
        basis = groebner(context, waiting.pop())
        simple = True
        for k, member in enumerate(basis):
            factors = _factors(member, never)
            if len(factors) == 1 and factors[0].total_degree() == member.total_degree():
                continue
            waiting += [[*basis[:k], factor, *basis[k + 1 :]] for factor in factors]
            simple = False
            break
        if simple and basis not in found:
            found.append(basis)
    return _maximal(found, context)


def _maximal(bases: list[Basis], context: Any) -> list[Basis]:
    """Drop systems whose solutions all belong to another one."""
    kept: list[Basis] = []
    for basis in sorted(bases, key=len):
        if not any(all(in_ideal(p, basis, context) for p in larger) for larger in kept):
            kept.append(basis)
    return kept


def _independent(basis: Basis, size: int) -> tuple[int, ...]:
    """Return a largest set of unknowns of which no leading monomial is made."""
    leading = [{v for v, power in enumerate(p.monomial(0)) if power} for p in basis]
    for count in range(size, -1, -1):
        for chosen in itertools.combinations(range(size), count):
            if not any(variables <= set(chosen) for variables in leading):
                return chosen
    raise AssertionError("the unit ideal has no solutions")


def components(context: Any, polynomials: Sequence[Any], never: Never) -> Iterator[Component]:
    """Yield sets, each of one dimension throughout, whose union is the set of solutions.

    Over the field of rational functions in the free unknowns a component has finitely many points. The
    leading coefficients met there vanish on the other components, which are treated in turn.
    """
    waiting = split(context, polynomials, never)
    cases = 0
    while waiting:
        cases += 1
        if cases > MOST_CASES:
            raise TooHard
        basis = waiting.pop()
        free = _independent(basis, context.nvars())
        if not free or len(free) == context.nvars():
            yield Component(basis, free)
            continue
        exceptional = _leading_factors(context, basis, free, never)
        top = _saturated(context, basis, exceptional)
        if not (len(top) == 1 and top[0].is_constant()):
            yield Component(top, free)
        for factor in exceptional:
            for part in split(context, [*basis, factor], never):
                if not all(in_ideal(p, part, context) for p in top):
                    waiting.append(part)


def _leading_factors(context: Any, basis: Basis, free: tuple[int, ...], never: Never) -> list[Any]:
    """Return the factors of the leading coefficients of the basis over the free unknowns."""
    flint: Any = __import__("flint")
    names = context.names()
    bound = [v for v in range(len(names)) if v not in free]
    lexical = flint.fmpz_mpoly_ctx.get(tuple(names[v] for v in (*bound, *free)), "lex")
    found: list[Any] = []
    for member in groebner(lexical, [p.project_to_context(lexical) for p in basis]):
        lead = member.monomial(0)[: len(bound)]
        terms = {powers: c for powers, c in member.terms() if powers[: len(bound)] == lead}
        coefficient = lexical.from_dict({(*(0,) * len(bound), *powers[len(bound) :]): c for powers, c in terms.items()})
        found += [f for f in _factors(coefficient.project_to_context(context), never) if f not in found]
    return found


def _saturated(context: Any, basis: Basis, factors: Sequence[Any]) -> Basis:
    """Remove from a system the components on which one of the factors vanishes."""
    if not factors:
        return basis
    flint: Any = __import__("flint")
    larger = flint.fmpz_mpoly_ctx.get(("inverse", *context.names()), "lex")
    product = larger.constant(1)
    for factor in factors:
        product *= factor.project_to_context(larger)
    system = [*(p.project_to_context(larger) for p in basis), larger.gens()[0] * product - 1]
    eliminated = [p for p in groebner(larger, system) if p.degrees()[0] == 0]
    return groebner(context, [p.project_to_context(context) for p in eliminated])


# -------------------------------------------------------------------- finitely many solutions


def finite_points(context: Any, basis: Basis) -> list[AlgebraicPoint]:
    """Return the real solutions of a system that has finitely many complex ones."""
    flint: Any = __import__("flint")
    if basis and basis[0].is_constant():
        return []
    size = context.nvars()
    algebra = _QuotientAlgebra(basis, size)
    for attempt in range(size * MOST_SOLUTIONS):
        weights = [(attempt + 1) ** v for v in range(size)] if attempt else [v == size - 1 for v in range(size)]
        form = sum((algebra.matrices[v] * int(w) for v, w in enumerate(weights)), algebra.matrices[0] * 0)
        read = algebra.read(form)
        if read is not None:
            polynomial, coordinates = read
            return [
                AlgebraicPoint(factor, root, tuple(c % flint.fmpq_poly(factor) for c in coordinates), basis)
                for factor, _ in polynomial.numer().factor()[1]
                for root in range(AlgebraicPoint.count(factor))
            ]
        if attempt == size:
            radical = groebner(context, [*basis, *algebra.squarefree(context)])
            if radical != basis:
                return finite_points(context, radical)
    raise TooHard


class _QuotientAlgebra:
    """Polynomials modulo a system with finitely many solutions, with multiplication by each unknown as a matrix."""

    def __init__(self, basis: Basis, size: int) -> None:
        flint: Any = __import__("flint")
        self.size = size
        self.leading = {p.monomial(0): p for p in basis}
        self.monomials = self._standard()
        self.index = {m: k for k, m in enumerate(self.monomials)}
        self._known: dict[tuple[int, ...], Any] = {}
        count = len(self.monomials)
        self.matrices = []
        for v in range(size):
            columns = [self._normal(_times(m, v)) for m in self.monomials]
            self.matrices.append(flint.fmpq_mat(count, count, [columns[j][i] for i in range(count) for j in range(count)]))

    def _standard(self) -> list[tuple[int, ...]]:
        """Return the monomials that no leading monomial divides."""
        found, layer = [], [(0,) * self.size]
        while layer:
            found += layer
            if len(found) > MOST_SOLUTIONS:
                raise TooHard
            following = {_times(m, v) for m in layer for v in range(self.size)}
            layer = sorted(m for m in following if not any(_divides(lead, m) for lead in self.leading))
        return found

    def _normal(self, monomial: tuple[int, ...]) -> list[Any]:
        """Return the coordinates of a monomial that is standard or just beyond the standard ones."""
        flint: Any = __import__("flint")
        if monomial in self._known:
            return self._known[monomial]  # type: ignore[no-any-return]
        result = [flint.fmpq(0)] * len(self.monomials)
        if monomial in self.index:
            result[self.index[monomial]] = flint.fmpq(1)
        elif monomial in self.leading:
            member = self.leading[monomial]
            lead = member.leading_coefficient()
            for powers, c in member.terms():
                if powers != monomial:
                    result[self.index[powers]] = flint.fmpq(-int(c), int(lead))
        else:
            v = next(v for v in range(self.size) if monomial[v] and _times(monomial, v, -1) not in self.index)
            for factor, c in zip(self.monomials, self._normal(_times(monomial, v, -1)), strict=True):
                if c:
                    result = [a + c * b for a, b in zip(result, self._normal(_times(factor, v)), strict=True)]
        self._known[monomial] = result
        return result

    def read(self, form: Any) -> tuple[Any, list[Any]] | None:
        """Return the polynomial of a linear form, and all unknowns as polynomials in it, if its powers span the algebra."""
        flint: Any = __import__("flint")
        count = len(self.monomials)
        powers = [self._one()]
        for _ in range(count):
            powers.append(form * powers[-1])
        krylov = flint.fmpq_mat(count, count, [powers[j][i, 0] for i in range(count) for j in range(count)])
        if krylov.rank() < count:
            return None
        relation = krylov.solve(powers[count])
        polynomial = flint.fmpq_poly([*(-relation[i, 0] for i in range(count)), 1])
        solved = [krylov.solve(matrix * self._one()) for matrix in self.matrices]
        return polynomial, [flint.fmpq_poly([vector[i, 0] for i in range(count)]) for vector in solved]

    def _one(self) -> Any:
        flint: Any = __import__("flint")
        count = len(self.monomials)
        return flint.fmpq_mat(count, 1, [int(k == 0) for k in range(count)])

    def squarefree(self, context: Any) -> list[Any]:
        """Return for each unknown the polynomial of least degree whose roots are its values; they make the ideal radical."""
        return [_in_unknown(context, v, _squarefree_part(matrix)) for v, matrix in enumerate(self.matrices)]


def _squarefree_part(matrix: Any) -> Any:
    result: Any = 1
    for factor, _ in matrix.charpoly().numer().factor()[1]:
        result = factor * result
    return result


def _in_unknown(context: Any, v: int, polynomial: Any) -> Any:
    size = context.nvars()
    return context.from_dict({tuple(k * (i == v) for i in range(size)): int(c) for k, c in enumerate(polynomial.coeffs()) if c})


def _times(monomial: tuple[int, ...], v: int, power: int = 1) -> tuple[int, ...]:
    return (*monomial[:v], monomial[v] + power, *monomial[v + 1 :])


def _divides(divisor: tuple[int, ...], monomial: tuple[int, ...]) -> bool:
    return all(a <= b for a, b in zip(divisor, monomial, strict=True))
