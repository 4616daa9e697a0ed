"""Points with real algebraic coordinates, whose signs are decided: exactly, or by balls that are narrowed as needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import cached_property
from typing import Any

from alliancegames.solvers._intervals import Interval

__all__ = ["AlgebraicPoint", "EnclosedPoint", "Undecided"]

# Bits of precision tried in turn when a sign is not clear.
PRECISIONS = (128, 256, 512, 1024, 2048)
# Bits to which an enclosed point is narrowed before its coordinates are compared with simple fractions.
NARROW = 1024


class Undecided(Exception):  # noqa: N818 - an outcome, not an error that users see
    """A sign is zero or too close to zero to be told apart."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute with balls of this precision; the setting is put back afterwards."""
    flint: Any = __import__("flint")
    with flint.ctx.workprec(bits):
        yield


def ball(value: Fraction) -> Any:
    """Return a rational as a ball of the current precision."""
    flint: Any = __import__("flint")
    return flint.arb(flint.fmpq(value.numerator, value.denominator))


def as_fraction(value: Any) -> Fraction:
    """Return a flint rational, or the midpoint of a ball, as a Fraction."""
    if hasattr(value, "man_exp"):
        mantissa, exponent = value.mid().man_exp()
        return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return Fraction(int(value.p), int(value.q))


def evaluate(polynomial: Any, point: Sequence[Any], zero: Any) -> Any:
    """Evaluate a polynomial in several unknowns at numbers, balls or polynomials."""
    total = zero
    for powers, coefficient in polynomial.terms():
        term = zero + int(coefficient)
        for value, power in zip(point, powers, strict=True):
            for _ in range(power):
                term = term * value
        total = total + term
    return total


def _sign(value: Any) -> int:
    return int(value > 0) - int(value < 0)


class AlgebraicPoint:
    """A point whose coordinates are polynomials in one real root of an irreducible polynomial.

    Parameters
    ----------
    polynomial : fmpz_poly
        Irreducible over the rationals.
    root : int
        Which of its real roots, in ascending order.
    coordinates : tuple of fmpq_poly
        The coordinates as polynomials in the root.
    basis : list
        The equations of which it is a solution.
    """

    def __init__(self, polynomial: Any, root: int, coordinates: tuple[Any, ...], basis: list[Any]) -> None:
        self.polynomial, self.root, self.coordinates, self.basis = polynomial, root, coordinates, basis
        self._balls: dict[int, list[Any]] = {}

    @staticmethod
    def count(polynomial: Any) -> int:
        """Return the number of real roots of an irreducible polynomial."""
        return len(_real_roots(polynomial, PRECISIONS[0]))

    @cached_property
    def rational(self) -> list[Fraction] | None:
        """The coordinates if they are rational."""
        if all(c.degree() < 1 for c in self.coordinates):
            return [as_fraction(c[0]) for c in self.coordinates]
        if self.polynomial.degree() > 1:
            return None
        root = Fraction(-int(self.polynomial[0]), int(self.polynomial[1]))
        return [_horner(c, root) for c in self.coordinates]

    def balls(self, bits: int) -> list[Any]:
        """Return enclosures of the coordinates."""
        if bits not in self._balls:
            with precision(bits):
                if self.rational is not None:
                    self._balls[bits] = [ball(value) for value in self.rational]
                else:
                    root = _real_roots(self.polynomial, 2 * bits)[self.root]
                    self._balls[bits] = [_horner(c, root, ball) for c in self.coordinates]
        return self._balls[bits]

    def sign(self, polynomial: Any) -> int:
        """Return the sign of a polynomial at the point, decided exactly."""
        if self.rational is not None:
            return _sign(evaluate(polynomial, self.rational, Fraction(0)))
        if self._vanishes(polynomial):
            return 0
        return _ball_sign(self, polynomial)

    def _vanishes(self, polynomial: Any) -> bool:
        flint: Any = __import__("flint")
        modulus = flint.fmpq_poly(self.polynomial)
        total = flint.fmpq_poly()
        for powers, coefficient in polynomial.terms():
            term = flint.fmpq_poly([int(coefficient)])
            for value, power in zip(self.coordinates, powers, strict=True):
                for _ in range(power):
                    term = term * value % modulus
            total += term
        return bool(total % modulus == 0)

    def same(self, other: AlgebraicPoint) -> bool:
        """Whether two points are one."""
        if self.rational is not None or other.rational is not None:
            return self.rational == other.rational
        with precision(PRECISIONS[2]):
            near = all(a.overlaps(b) for a, b in zip(self.balls(PRECISIONS[2]), other.balls(PRECISIONS[2]), strict=True))
        return near and all(other.sign(p) == 0 for p in self.basis)


def _real_roots(polynomial: Any, bits: int) -> list[Any]:
    """Return the real roots of an irreducible polynomial as isolating balls, in ascending order."""
    if polynomial.degree() == 1:
        with precision(bits):
            return [ball(Fraction(-int(polynomial[0]), int(polynomial[1])))]
    with precision(bits):
        # Roots proved real come with an imaginary part of exactly zero.
        return sorted((root.real for root, _ in polynomial.complex_roots() if root.imag == 0), key=as_fraction)


def _horner(polynomial: Any, at: Any, convert: Any = lambda value: value) -> Any:
    total = convert(Fraction(0))
    for c in reversed(polynomial.coeffs()):
        total = total * at + convert(as_fraction(c))
    return total


def _ball_sign(point: Any, polynomial: Any) -> int:
    for bits in PRECISIONS:
        with precision(bits):
            value = evaluate(polynomial, point.balls(bits), ball(Fraction(0)))
            if not value.contains(0):
                return _sign(value)
    raise Undecided


class EnclosedPoint:
    """A nonsingular solution of a square system, known by a box that holds no other.

    Parameters
    ----------
    equations : list of fmpz_mpoly
        As many as there are unknowns.
    box : Interval
        Where the solution is; shape (d,).
    """

    def __init__(self, equations: list[Any], box: Interval) -> None:
        self.equations = equations
        self.context = equations[0].context()
        self._slopes = [[p.derivative(v) for v in range(self.context.nvars())] for p in equations]
        self._start = box
        self._balls: dict[int, list[Any]] = {}

    @cached_property
    def rational(self) -> list[Fraction] | None:
        """The coordinates if simple fractions near them solve the equations exactly."""
        balls = self.balls(NARROW)
        guess = [_simplest(as_fraction(value)) for value in balls]
        inside = all(abs(g - as_fraction(value)) <= as_fraction(value.rad()) for value, g in zip(balls, guess, strict=True))
        solved = inside and all(evaluate(p, guess, Fraction(0)) == 0 for p in self.equations)
        return guess if solved else None

    def balls(self, bits: int) -> list[Any]:
        """Return enclosures of the coordinates, by interval Newton steps of the precision given."""
        if bits not in self._balls:
            with precision(2 * bits):
                self._balls[bits] = self._narrowed(bits)
        return self._balls[bits]

    def _narrowed(self, bits: int) -> list[Any]:
        flint: Any = __import__("flint")
        zero = ball(Fraction(0))
        point = [flint.arb(float(a)).union(flint.arb(float(b))) for a, b in zip(self._start.low, self._start.high, strict=True)]
        goal = flint.arb(2) ** -bits
        for _ in range(64):
            if all(value.rad() < goal for value in point):
                return point
            centre = [value.mid() for value in point]
            slopes = flint.arb_mat([[evaluate(p, point, zero) for p in row] for row in self._slopes])
            try:
                step = slopes.solve(flint.arb_mat([[evaluate(p, centre, zero)] for p in self.equations]))
            except ZeroDivisionError:
                raise Undecided from None
            image = [c - step[k, 0] for k, c in enumerate(centre)]
            point = [new if old.contains(new) else old.intersection(new) for old, new in zip(point, image, strict=True)]
        raise Undecided

    def sign(self, polynomial: Any) -> int:
        """Return the sign of a polynomial at the point; zero only if it is proved."""
        if self.rational is not None:
            return _sign(evaluate(polynomial, self.rational, Fraction(0)))
        return _ball_sign(self, polynomial)


def _simplest(value: Fraction) -> Fraction:
    """Return the fraction with the smallest denominator near a number known to `NARROW` bits."""
    return value.limit_denominator(2 ** (NARROW // 2 - 32))


def decimal(value: Fraction, places: int) -> str:
    """Print a number from 0 to 1 as a decimal, rounded to this many places."""
    text = str(round(value * 10**places)).rjust(places + 1, "0")
    return f"{text[:-places]}.{text[-places:]}"
