"""Values of formulas: exact at rational points where they can be, enclosed otherwise."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

from alliancegames.solvers._duals import Dual, constant
from alliancegames.solvers._intervals import Interval

__all__ = ["compare", "enclose", "sign_at", "sign_between"]

# Digits of the enclosures that decide signs of algebraic numbers, tried in turn.
DIGITS = (30, 100, 400)


def enclose(expression: Any, values: Mapping[Any, Any]) -> Any:
    """Return an enclosure of a formula, as a `Dual`, at enclosures of its symbols.

    Parameters
    ----------
    expression : sympy expression
        Arithmetic, powers, exp, log, erf, erfc, Max, Min and Abs.
    values : mapping of symbol to Dual
        At least one symbol, so that the shape of the enclosures is known.
    """
    like = next(iter(values.values()))
    known: dict[Any, Any] = {}

    def walk(node: Any) -> Any:
        if node not in known:
            known[node] = _applied(node, [walk(part) for part in node.args], values, like)
        return known[node]

    result = walk(expression)
    return result if isinstance(result, Dual) else like.lift(constant(result))


def _applied(node: Any, parts: list[Any], values: Mapping[Any, Any], like: Any) -> Any:
    if node in values:
        return values[node]
    if node.is_Rational:
        return Fraction(int(node.p), int(node.q))
    if node.is_number and not parts:
        return node
    return _of_enclosures(node, [part if isinstance(part, Dual) else like.lift(constant(part)) for part in parts])


def _of_enclosures(node: Any, parts: list[Any]) -> Any:
    """Apply the function at the root of a formula to enclosures of its arguments."""
    import sympy

    if node.is_Pow:
        return _power(node, parts)
    # erfc(x) = 2 Phi(-sqrt(2) x), and erf(x) = 1 - erfc(x)
    rules: dict[Any, Any] = {
        sympy.Add: lambda *terms: reduce(operator.add, terms),
        sympy.Mul: lambda *terms: reduce(operator.mul, terms),
        sympy.Max: lambda *terms: reduce(lambda a, b: a.maximum(b), terms),
        sympy.Min: lambda *terms: reduce(lambda a, b: a.minimum(b), terms),
        sympy.exp: lambda x: x.exp(),
        sympy.log: lambda x: x.log(),
        sympy.Abs: abs,
        sympy.erfc: lambda x: (x * -sympy.sqrt(2)).normal_cdf() * 2,
        sympy.erf: lambda x: 1 - (x * -sympy.sqrt(2)).normal_cdf() * 2,
    }
    if node.func not in rules:
        raise NotImplementedError(str(node.func))
    return rules[node.func](*parts)


def _power(node: Any, parts: list[Any]) -> Any:
    base, exponent = node.args
    import sympy

    if base is sympy.E:
        return parts[1].exp()
    if exponent.is_Integer:
        power = int(exponent)
        return parts[0] ** power if power >= 0 else (parts[0] ** -power).reciprocal()
    if exponent.is_Rational and int(exponent.q) == 2:
        root = parts[0].sqrt()
        power = int(exponent.p)
        return root**power if power >= 0 else (root**-power).reciprocal()
    return (parts[1] * parts[0].log()).exp()


def sign_at(expression: Any, point: Mapping[Any, Any]) -> int | None:
    """Return the sign of a formula at a point, proved; None if it is not defined there or enclosures leave it open.

    Parameters
    ----------
    expression : sympy expression
        The formula.
    point : mapping of symbol to Fraction or algebraic number
        Values of all its symbols.
    """
    import sympy

    own = {symbol: point[symbol] for symbol in expression.free_symbols}
    exact = {
        symbol: sympy.Rational(value.numerator, value.denominator) if isinstance(value, (int, Fraction)) else value
        for symbol, value in own.items()
    }
    value = expression.xreplace(exact)
    if value.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
        return None
    if value.is_Rational:
        return int(sympy.sign(value))
    sign = _enclosed_sign(value)
    return _algebraic_sign(value) if sign is None and value.is_algebraic else sign


def _algebraic_sign(value: Any) -> int | None:
    """Decide the sign of an algebraic number: by its digits, or by its minimal polynomial where it may vanish."""
    import sympy

    for digits in DIGITS:
        near = value.evalf(digits)
        if not near.is_real:
            return None
        if abs(near) > sympy.Float(10, digits) ** (5 - digits) * (1 + abs(near)):
            return int(sympy.sign(near))
    try:
        return 0 if sympy.minimal_polynomial(value, sympy.Symbol("x")) == sympy.Symbol("x") else None
    except (NotImplementedError, sympy.polys.polyerrors.PolynomialError):
        return None


def _enclosed_sign(value: Any) -> int | None:
    """Decide the sign of any other number by interval arithmetic."""
    import sympy

    return _sign_of(value, {sympy.Dummy("anything"): Dual(Interval.point(np.zeros(1)))})


def _sign_of(expression: Any, values: Mapping[Any, Any]) -> int | None:
    """Return the sign that the enclosure of a formula shows."""
    with np.errstate(all="ignore"):
        try:
            box = enclose(expression, values).value
        except (NotImplementedError, TypeError, ValueError):
            return None
    if box.low[0] > 0:
        return 1
    return -1 if box.high[0] < 0 else None


def sign_between(expression: Any, symbol: Any, bounds: tuple[Fraction, Fraction]) -> int | None:
    """Return the sign that a formula in one symbol has everywhere between two bounds; None if it is not proved.

    Parameters
    ----------
    expression : sympy expression
        The formula.
    symbol : sympy.Symbol
        The symbol.
    bounds : pair of Fraction
        The bounds.
    """
    low, high = Interval.enclosing(bounds[0]), Interval.enclosing(bounds[1])
    box = Interval(np.reshape(low.low, (1,)), np.reshape(high.high, (1,)))
    return _sign_of(expression, {symbol: Dual(box)})


def compare(difference: Any, relation: str, point: Mapping[Any, Any]) -> bool | None:
    """Decide ``difference relation 0`` at a point; None where that is not possible.

    Parameters
    ----------
    difference : sympy expression
        The left side less the right.
    relation : {"<", "<=", ">", ">=", "=", "!="}
        The relation.
    point : mapping of symbol to number
        Values of all symbols.
    """
    sign = sign_at(difference, point)
    if sign is None:
        return None
    return {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0, "=": sign == 0, "!=": sign != 0}[relation]
