"""Rational functions of the parameters as quotients of polynomials, and conditions on their signs.

Formulas of models arrive as sympy expressions. Here they become pairs of polynomials with rational
coefficients (python-flint's, which multiply and factor fast), and conditions on them become formulas built
from `Atom`, `All` and `Some`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.errors import SolverNotApplicableError

__all__ = ["FALSE", "TRUE", "All", "Atom", "Formula", "Ring", "Some", "every", "negation", "some"]

_OPPOSITE = {">": ">=", ">=": ">", "=": "!=", "!=": "="}


@dataclass(frozen=True)
class Atom:
    """A condition ``polynomial relation 0``, with the relation one of ``>``, ``>=``, ``=`` and ``!=``."""

    polynomial: Any
    relation: str = ">"

    def __hash__(self) -> int:
        return hash((str(self.polynomial), self.relation))


@dataclass(frozen=True)
class All:
    """All parts hold; without parts it is true."""

    parts: tuple[Formula, ...] = ()


@dataclass(frozen=True)
class Some:
    """At least one part holds; without parts it is false."""

    parts: tuple[Formula, ...] = ()


Formula = Atom | All | Some
TRUE, FALSE = All(), Some()


def every(formulas: Iterable[Formula]) -> Formula:
    """Return the conjunction, flattened."""
    parts: dict[Formula, None] = {}
    for formula in formulas:
        if formula == FALSE:
            return FALSE
        parts.update(dict.fromkeys(formula.parts if isinstance(formula, All) else (formula,)))
    return next(iter(parts)) if len(parts) == 1 else All(tuple(parts))


def some(formulas: Iterable[Formula]) -> Formula:
    """Return the disjunction, flattened."""
    parts: dict[Formula, None] = {}
    for formula in formulas:
        if formula == TRUE:
            return TRUE
        parts.update(dict.fromkeys(formula.parts if isinstance(formula, Some) else (formula,)))
    return next(iter(parts)) if len(parts) == 1 else Some(tuple(parts))


def negation(formula: Formula) -> Formula:
    """Return the formula that holds exactly where this one does not."""
    if isinstance(formula, All):
        return some(negation(part) for part in formula.parts)
    if isinstance(formula, Some):
        return every(negation(part) for part in formula.parts)
    if formula.relation in ("=", "!="):
        return Atom(formula.polynomial, _OPPOSITE[formula.relation])
    return Atom(-formula.polynomial, _OPPOSITE[formula.relation])


def holds(formula: Formula, signs: Any) -> Any:
    """Evaluate a formula, given a function from polynomials to numbers (or arrays of numbers) of the same sign."""
    if isinstance(formula, Atom):
        value = signs(formula.polynomial)
        return {">": lambda v: v > 0, ">=": lambda v: v >= 0, "=": lambda v: v == 0, "!=": lambda v: v != 0}[formula.relation](value)
    result: Any = isinstance(formula, All)
    for part in formula.parts:
        one = holds(part, signs)
        result = result & one if isinstance(formula, All) else result | one
    return result


def atoms_of(formula: Formula) -> dict[Atom, None]:
    """Return the atoms of a formula in the order in which they occur."""
    if isinstance(formula, Atom):
        return {formula: None}
    return {atom: None for part in formula.parts for atom in atoms_of(part)}


class Ring:
    """Polynomials in named unknowns with rational coefficients.

    Parameters
    ----------
    symbols : sequence of sympy.Symbol
        The unknowns.
    """

    def __init__(self, symbols: Sequence[Any]) -> None:
        flint: Any = __import__("flint")
        self.symbols = tuple(symbols)
        self.context = flint.fmpq_mpoly_ctx.get(tuple(f"x{k}" for k in range(max(1, len(self.symbols)))), "lex")
        self._rational = flint.fmpq
        self._places = {symbol: k for k, symbol in enumerate(self.symbols)}

    def constant(self, value: Any) -> Any:
        """Return a constant polynomial."""
        return self.context.constant(self._rational(int(value.numerator), int(value.denominator)))

    def quotient(self, expression: Any) -> tuple[Any, Any]:
        """Return numerator and denominator of a rational function, without common factor.

        Parameters
        ----------
        expression : sympy expression or rational number
            Sums, products, quotients and integer powers of the unknowns and rationals.

        Raises
        ------
        SolverNotApplicableError
            Another function occurs.
        """
        numerator, denominator = self._read(expression)
        if denominator.is_zero():
            raise SolverNotApplicableError(f"the denominator of {expression} is zero everywhere; the formula has no value.")
        common = numerator.gcd(denominator)
        numerator, denominator = numerator / common, denominator / common
        lead = denominator.leading_coefficient() if not denominator.is_constant() else denominator.coeffs()[0]
        return numerator / lead, denominator / lead  # so that a constant denominator is 1

    def _read(self, expression: Any) -> tuple[Any, Any]:
        if isinstance(expression, (int, Fraction)):
            return self.constant(Fraction(expression)), self.constant(Fraction(1))
        if expression.is_Rational:
            return self.constant(Fraction(int(expression.p), int(expression.q))), self.constant(Fraction(1))
        if expression in self._places:
            return self.context.gens()[self._places[expression]], self.constant(Fraction(1))
        if expression.is_Add or expression.is_Mul:
            return self._combined(expression)
        if expression.is_Pow and expression.exp.is_Integer:
            power = int(expression.exp)
            numerator, denominator = self._read(expression.base)
            return (numerator**power, denominator**power) if power >= 0 else (denominator**-power, numerator**-power)
        raise SolverNotApplicableError(
            f"the formula {expression} is not a rational function of {', '.join(map(str, self.symbols))}; only sums, products, quotients and integer powers can be decided."
        )

    def _combined(self, expression: Any) -> tuple[Any, Any]:
        numerator, denominator = self.constant(Fraction(int(expression.is_Mul))), self.constant(Fraction(1))
        for term in expression.args:
            top, bottom = self._read(term)
            if expression.is_Mul:
                numerator, denominator = numerator * top, denominator * bottom
            elif bottom == denominator:
                numerator = numerator + top
            else:
                numerator, denominator = numerator * bottom + top * denominator, denominator * bottom
        return numerator, denominator

    def expression(self, polynomial: Any) -> Any:
        """Return a polynomial as a sympy expression."""
        import sympy

        terms = []
        for monomial, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
            factors = [symbol ** int(power) for symbol, power in zip(self.symbols, monomial, strict=False) if power]
            terms.append(sympy.Mul(sympy.Rational(int(coefficient.p), int(coefficient.q)), *factors))
        return sympy.Add(*terms)

    def ratio(self, top: Any, bottom: Any, sign: int | None = None) -> Any:
        """Return a quotient of polynomials as a sympy expression, numerator and denominator written as products.

        Parameters
        ----------
        top, bottom : fmpq_mpoly
            Numerator and denominator.
        sign : {1, -1}, optional
            The sign of the denominator where it is known; it is then written as what is positive.
        """
        import sympy

        common = top.gcd(bottom)
        if not common.is_constant():
            sign = None  # the factor that cancels may have turned the sign
        top, bottom = top / common, bottom / common
        flip = sign or (-1 if _negative_terms(bottom) * 2 > len(bottom.monoms()) else 1)
        return sympy.factor(self.expression(top * flip)) / sympy.factor(self.expression(bottom * flip))

    def value(self, polynomial: Any, point: Mapping[Any, Fraction]) -> Fraction:
        """Evaluate a polynomial exactly at a point given by symbol."""
        if not self.symbols:
            constant = polynomial.coeffs()[0] if polynomial.coeffs() else 0
            return Fraction(int(getattr(constant, "p", 0)), int(getattr(constant, "q", 1)))
        numbers = [self._rational(point[symbol].numerator, point[symbol].denominator) for symbol in self.symbols]
        result = polynomial(*numbers)
        return Fraction(int(result.p), int(result.q))

    def floats(self, polynomial: Any, columns: np.ndarray) -> np.ndarray:
        """Evaluate a polynomial in floats at many points, one column an unknown."""
        total = np.zeros(columns.shape[0])
        for monomial, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
            term = np.full(columns.shape[0], float(Fraction(int(coefficient.p), int(coefficient.q))))
            for k, power in enumerate(monomial):
                if power:
                    term *= columns[:, k] ** int(power)
            total += term
        return total

    def factors(self, polynomial: Any) -> tuple[int, list[tuple[Any, int]]]:
        """Return the sign of the constant, and the irreducible factors with their powers, each with positive leading coefficient."""
        constant, factors = polynomial.factor()
        sign = 1 if constant > 0 else -1
        normalised = []
        for factor, power in factors:
            if factor.leading_coefficient() < 0:
                factor, sign = -factor, sign * (-1) ** int(power)
            normalised.append((factor, int(power)))
        return sign, normalised


def _negative_terms(polynomial: Any) -> int:
    return sum(coefficient < 0 for coefficient in polynomial.coeffs())
