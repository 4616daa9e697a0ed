"""How a critical discount factor moves with a parameter: derivative and proved sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Sensitivity", "can_hold", "proved_sign"]

# Steps after which z3 gives up; steps and not seconds, so that answers do not depend on the machine.
STEPS = 2_000_000


@dataclass(frozen=True)
class Sensitivity:
    """How a critical discount factor moves with a parameter.

    Parameters
    ----------
    parameter : str
        Name of the parameter.
    derivatives : tuple of expression
        Derivatives of the thresholds of which the critical discount factor is the largest.
    sign : {"+", "-", "0", "±", "?"}
        Proved sign of all derivatives where the formula holds; "±" if it is proved that both signs occur,
        or that thresholds move differently; "?" if it is not decided.
    conditions : tuple
        Conditions under which the formula holds.
    """

    parameter: str
    derivatives: tuple[Any, ...]
    sign: str
    conditions: tuple[Any, ...]

    @property
    def derivative(self) -> Any:
        """The derivative, if there is a single threshold; otherwise None."""
        return self.derivatives[0] if len(self.derivatives) == 1 else None

    def __str__(self) -> str:
        return f"d/d{self.parameter}: {', '.join(map(str, self.derivatives))} (sign {self.sign})"


def sensitivity(thresholds: Sequence[tuple[Any, Any]], parameter: Any, relations: Sequence[Any]) -> Sensitivity:
    """Differentiate thresholds and prove the signs of the derivatives.

    Parameters
    ----------
    thresholds : sequence of (expression, expression)
        Each threshold, and a ratio of polynomials in which it rises.
    parameter : Symbol
        The parameter.
    relations : sequence of sympy relations
        Conditions on the symbols.
    """
    import sympy

    derivatives = tuple(sympy.factor(sympy.diff(formula, parameter)) for formula, _ in thresholds)
    signs = {proved_sign(sympy.diff(ratio, parameter), relations) for _, ratio in thresholds}
    sign = signs.pop() if len(signs) == 1 else "?" if "?" in signs else "±"
    return Sensitivity(str(parameter), derivatives, sign, tuple(relations))


def proved_sign(expression: Any, relations: Sequence[Any]) -> str:
    """Return the sign of a rational expression under conditions: "+", "-", "0", "±", or "?" if it is not decided.

    Parameters
    ----------
    expression : sympy expression
        A ratio of polynomials.
    relations : sequence of sympy relations
        Conditions on the symbols, beside what is assumed of them.
    """
    import sympy
    import z3

    expression = sympy.factor(expression)
    if expression == 0:
        return "0"
    if expression.is_positive:
        return "+"
    if expression.is_negative:
        return "-"
    upper, lower = sympy.fraction(sympy.together(expression))
    symbols = sorted(expression.free_symbols.union(*(relation.free_symbols for relation in relations)), key=str)
    names = {symbol: z3.Real(f"x{k}") for k, symbol in enumerate(symbols)}
    try:
        given = [*_assumed(names), *(_translated(relation, names) for relation in relations), _polynomial(lower, names) != 0]
        value = _polynomial(sympy.expand(upper * lower), names)
    except sympy.PolynomialError:
        return "?"
    possible = {sign: _check([*given, fact]) for sign, fact in (("+", value > 0), ("-", value < 0), ("0", value == 0))}
    if possible["+"] is True and possible["-"] is True:
        return "±"
    for sign, others in (("+", "-0"), ("-", "+0"), ("0", "+-")):
        if all(possible[other] is False for other in others):
            return sign
    return "?"


def can_hold(relations: Sequence[Any]) -> bool | None:
    """Return whether some values of the symbols fulfil all relations; None if that is not decided.

    Parameters
    ----------
    relations : sequence of sympy relations
        Conditions on the symbols, beside what is assumed of them.
    """
    import sympy
    import z3

    symbols = sorted({symbol for relation in relations for symbol in relation.free_symbols}, key=str)
    names = {symbol: z3.Real(f"x{k}") for k, symbol in enumerate(symbols)}
    try:
        return _check([*_assumed(names), *(_translated(relation, names) for relation in relations)])
    except sympy.PolynomialError:
        return None


def _assumed(names: dict[Any, Any]) -> Iterable[Any]:
    for symbol, name in names.items():
        if symbol.is_positive:
            yield name > 0
        elif symbol.is_nonnegative:
            yield name >= 0
        elif symbol.is_negative:
            yield name < 0
        elif symbol.is_nonpositive:
            yield name <= 0


def _translated(relation: Any, names: dict[Any, Any]) -> Any:
    """Return a relation of polynomials for z3."""
    import sympy
    import z3

    if relation in (sympy.true, sympy.false):
        return z3.BoolVal(bool(relation))
    upper, lower = sympy.fraction(sympy.together(relation.gts - relation.lts))
    value = _polynomial(sympy.expand(upper * lower), names)
    return value > 0 if relation.is_Relational and isinstance(relation, sympy.StrictGreaterThan | sympy.StrictLessThan) else value >= 0


def _polynomial(expression: Any, names: dict[Any, Any]) -> Any:
    import sympy
    import z3

    if not names or expression.is_number:
        exact = sympy.Rational(expression)
        return z3.Q(int(exact.p), int(exact.q))
    polynomial = sympy.Poly(expression, *names, domain="QQ")
    total = z3.Q(0, 1)
    for powers, coefficient in polynomial.terms():
        term = z3.Q(int(coefficient.p), int(coefficient.q))
        for name, power in zip(names.values(), powers, strict=True):
            for _ in range(power):
                term = term * name
        total = total + term
    return total


def _check(facts: Sequence[Any]) -> bool | None:
    """Whether facts can hold at once; None if z3 does not know."""
    import z3

    solver = z3.SolverFor("QF_NRA")
    solver.set("rlimit", STEPS)
    solver.add(*facts)
    answer = solver.check()
    return None if answer == z3.unknown else bool(answer == z3.sat)
