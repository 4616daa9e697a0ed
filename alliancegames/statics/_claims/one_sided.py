"""Statements just above and just below a curve on which some polynomial vanishes."""

from __future__ import annotations

from typing import Any

from alliancegames.statics._claims.readings import And, Comparison, Logic, Or

__all__ = ["beside", "factors_in", "leaves"]

_STRICT = {">": ">", ">=": ">", "<": "<", "<=": "<"}


def leaves(logic: Logic) -> list[Comparison]:
    """Return the comparisons of a statement.

    Parameters
    ----------
    logic : Logic
        The statement.
    """
    if isinstance(logic, Comparison):
        return [logic]
    return [leaf for part in logic.parts for leaf in leaves(part)]


def factors_in(difference: Any, variable: Any) -> list[tuple[Any, int]]:
    """Return the irreducible factors that contain a variable, with their powers, negative ones from the denominator.

    Parameters
    ----------
    difference : sympy expression
        A rational function.
    variable : sympy.Symbol
        The variable.
    """
    import sympy

    numerator, denominator = sympy.fraction(sympy.cancel(sympy.together(difference)))
    found = []
    for part, sign in ((numerator, 1), (denominator, -1)):
        for factor, power in sympy.factor_list(part)[1]:
            if factor.has(variable):
                found.append((normal(factor), sign * int(power)))
    return found


def normal(factor: Any) -> Any:
    """Return a polynomial or its negative, the same for both."""
    import sympy

    first = sympy.Poly(factor, *sorted(factor.free_symbols, key=str)).LC()
    return sympy.expand(-factor if first < 0 else factor)


def beside(logic: Logic, curve: Any, variable: Any, side: int) -> Logic:
    """Return what a statement says just above (1) or just below (-1) a curve, as a statement on the curve.

    Parameters
    ----------
    logic : Logic
        The statement.
    curve : sympy expression
        The curve is where this irreducible polynomial vanishes.
    variable : sympy.Symbol
        Above is where this is larger.
    side : {1, -1}
        The side.
    """
    import sympy

    if not isinstance(logic, Comparison):
        return type(logic)(tuple(beside(part, curve, variable, side) for part in logic.parts))
    difference = logic.left - logic.right
    power = dict(factors_in(difference, variable)).get(curve, 0) if difference.has(variable) else 0
    if power == 0:
        return logic
    if logic.relation in ("=", "!="):
        return Or() if logic.relation == "=" else And()
    rest = sympy.cancel(sympy.together(difference) / curve**power)
    # next to the curve the polynomial has the sign of its slope, times the side
    slope = side * sympy.diff(curve, variable)
    return Comparison(rest * (slope if power % 2 else slope**2), _STRICT[logic.relation], sympy.S.Zero)
