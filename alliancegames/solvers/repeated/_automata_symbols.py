"""Signs of exact numbers and expressions, and irrational discount factors."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from alliancegames._fields import format_number
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.repeated._automata_system import Departure, System

__all__ = ["enclosed", "irrational_patience", "number_words", "rational_parts", "sign_of", "without_positive_factors"]

# Digits at which a number is evaluated before it is examined whether it is zero.
DIGITS = (30, 120, 480)
# Bits at which polynomials in one root of a polynomial are enclosed.
BITS = (128, 1024)
# Irrational numbers whose expressions are longer are printed as decimals in reports.
LONGEST_SHOWN = 40


def number_words(value: Any) -> str:
    """Print a number; irrational ones with a decimal, and only that if the expression is long."""
    if isinstance(value, (int, float, Fraction)) or value.is_Rational or value.free_symbols:
        return format_number(value)
    ball = enclosed(value, BITS[0])
    near = f"≈ {float(value if ball is None else ball.mid()):.10g}"
    if ball is not None and not value.is_Atom:  # sympy takes long to print polynomials in a root of high degree
        return near
    shown = format_number(value)
    return f"{shown} {near}" if len(shown) <= LONGEST_SHOWN else near


def sign_of(value: Any) -> int | None:
    """Return the sign of an exact number or expression; None if it depends on symbols."""
    if isinstance(value, (int, Fraction)):
        return int(value > 0) - int(value < 0)
    if value.is_Rational:
        return int(value.p > 0) - int(value.p < 0)
    if value.free_symbols:
        return _sign_by_assumptions(value)
    for bits in BITS:
        ball = enclosed(value, bits)
        if ball is not None and not ball.contains(0):
            return 1 if ball > 0 else -1
    for digits in DIGITS:
        near = value.evalf(digits)
        if abs(near) > 10 ** (-digits // 2):
            return 1 if near > 0 else -1
    import sympy

    x = sympy.Symbol("x")
    if sympy.minimal_polynomial(value, x) == x:
        return 0
    return 1 if value.evalf(10 * DIGITS[-1]) > 0 else -1


def enclosed(value: Any, bits: int) -> Any:
    """Enclose a polynomial in one ``CRootOf``, for which sympy takes long at high degrees; None for other expressions."""
    import sympy

    roots = value.atoms(sympy.CRootOf)
    if len(roots) != 1:
        return None
    flint: Any = __import__("flint")
    root = roots.pop()
    try:
        polynomial = sympy.Poly(value, root, domain="QQ")
    except sympy.PolynomialError:
        return None
    with flint.ctx.workprec(bits):
        found = flint.fmpz_poly([int(c) for c in reversed(root.poly.all_coeffs())]).complex_roots()
        # Real roots come first and in ascending order, in sympy as here.
        real = sorted((one.real for one, _ in found if one.imag == 0), key=lambda one: float(one.mid()))
        total = flint.arb(0)
        for c in map(sympy.Rational, polynomial.all_coeffs()):
            total = total * real[root.index] + flint.arb(flint.fmpq(int(c.p), int(c.q)))
        return total


def _sign_by_assumptions(value: Any) -> int | None:
    """Return a sign that follows from what is assumed of the symbols alone; 1 stands for not negative."""
    if value.is_zero:
        return 0
    if value.is_nonnegative:
        return 1
    return -1 if value.is_negative else None


def without_positive_factors(slack: Any, delta: Any) -> Any:
    """Drop the factors of a slack that are positive for every discount factor in [0, 1).

    The denominator divides the determinant of ``I - delta P``, which is 1 at zero patience and does not vanish
    below 1; so its sign is that at zero patience.
    """
    import sympy

    if not delta.is_Symbol:
        return slack
    upper, lower = sympy.fraction(slack)
    start = lower.subs(delta, 0)
    if not start.is_number or start == 0:
        return slack
    constant, factors = sympy.factor_list(upper)
    patience = [base for base, _ in factors if sympy.expand(base - (1 - delta)) == 0 or sympy.expand(base + (1 - delta)) == 0]
    result = sympy.sign(constant) * sympy.sign(start)
    for base, power in factors:
        if base not in patience:
            result *= base**power
        elif sympy.expand(base + (1 - delta)) == 0:
            result *= (-1) ** power
    return sympy.factor(result)


def irrational_patience(game: RepeatedGame) -> Any:
    """Return the minimal polynomial of a common discount factor that is an irrational algebraic number, or else None."""
    if game.field != "symbolic" or game.free_symbols or not game.common_discounting or game.delta.is_Rational:
        return None
    import sympy

    flint: Any = __import__("flint")
    x = sympy.Symbol("x")
    try:
        # A CRootOf knows its irreducible polynomial; to find it anew takes long at high degrees.
        known = isinstance(game.delta, sympy.CRootOf)
        minimal = game.delta.poly if known else sympy.minimal_polynomial(game.delta, x, polys=True)
    except NotImplementedError:  # a transcendental number
        return None
    return flint.fmpq_poly([flint.fmpq(int(c.p), int(c.q)) for c in map(sympy.Rational, reversed(minimal.all_coeffs()))])


def rational_parts(system: System) -> System | None:
    """Return a symbolic system with Fractions if all its numbers are rational."""
    numbers = [value for row in system.rewards for value in row]
    numbers += [value for row in system.rows for value in row.values()]
    numbers += [value for one in system.departures for value in (one.reward, *one.row.values())]
    if not all(value.is_Rational for value in numbers):
        return None

    def one(value: Any) -> Fraction:
        return Fraction(int(value.p), int(value.q))

    return System(
        system.states,
        tuple(tuple(map(one, row)) for row in system.rewards),
        tuple({t: one(v) for t, v in row.items()} for row in system.rows),
        tuple(Departure(d.state, d.player, d.action, one(d.reward), {t: one(v) for t, v in d.row.items()}) for d in system.departures),
    )
