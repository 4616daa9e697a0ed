"""Rational functions of one parameter, ordered as they are at a sample point.

Exact algorithms written for fractions run on them unchanged. Every comparison they make is remembered, so that it is
known afterwards up to which values of the parameter all comparisons, and with them the result, stay the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

__all__ = ["Function", "Ground", "Spot", "TiedError", "real_spots", "sign_at"]

# Bits of the balls that hold roots, and how often they are doubled until a sign shows.
BITS, DOUBLINGS = 256, 5
# Points beside a root are taken at a distance of 2**-HAIR.
HAIR = 160


class TiedError(Exception):
    """Two different functions agree at the sample point, by chance: another sample is needed."""


def _flint() -> Any:
    return __import__("flint")


@dataclass(frozen=True)
class Spot:
    """A real root of an irreducible integer polynomial.

    Parameters
    ----------
    polynomial : fmpz_poly
        The polynomial.
    ball : arb
        Holds this root and no other.
    """

    polynomial: Any
    ball: Any

    @property
    def rational(self) -> Fraction | None:
        """The root if it is rational."""
        if self.polynomial.degree() != 1:
            return None
        return Fraction(-int(self.polynomial[0]), int(self.polynomial[1]))

    def same(self, other: Spot) -> bool:
        """Whether two roots are the same number."""
        return bool(self.polynomial == other.polynomial and self.ball.overlaps(other.ball))

    def beyond(self, other: Spot) -> bool:
        """Whether this root is larger than another."""
        return not self.same(other) and bool(self.ball > other.ball)

    def apart(self, other: Spot) -> bool:
        """Whether two roots are the same, or so far from each other that points beside them are told apart."""
        with _flint().ctx.workprec(BITS):
            return self.same(other) or bool(abs(self.ball - other.ball) > 3 * 2.0**-HAIR * (1 + abs(self.ball)))

    def bound(self, *, above: bool) -> Fraction:
        """Return a fraction a hair above or below the root."""
        near = self.ball.mid().fmpq()
        hair = Fraction(1, 1 << HAIR) * (1 + abs(Fraction(int(near.p), int(near.q))))
        return Fraction(int(near.p), int(near.q)) + (hair if above else -hair)


def real_spots(polynomial: Any) -> Iterator[Spot]:
    """Yield the real roots of an integer polynomial, each once."""
    flint = _flint()
    for factor, _ in polynomial.factor()[1]:
        if factor.degree() > 0:
            with flint.ctx.workprec(BITS):
                for root, _multiplicity in factor.complex_roots():
                    if root.imag.is_zero():
                        yield Spot(factor if factor.leading_coefficient() > 0 else -factor, root.real)


class Ground:
    """The sample point at which functions are compared, and the roots of everything compared so far."""

    def __init__(self, sample: Fraction) -> None:
        self.sample = sample
        self._seen: set[Any] = set()
        self._factors: set[Any] = set()
        self.spots: list[Spot] = []
        self.crowded = False  # two roots are closer than points are told apart

    def remember(self, polynomial: Any) -> None:
        """Note that a comparison depends on the sign of a polynomial."""
        key = tuple(int(c) for c in polynomial.coeffs())
        if polynomial.degree() < 1 or key in self._seen:
            return
        self._seen.add(key)
        for spot in real_spots(polynomial):
            mark = (str(spot.polynomial), str(spot.ball.mid().fmpq()))
            if mark not in self._factors:
                self._factors.add(mark)
                self.crowded = self.crowded or any(not spot.apart(other) for other in self.spots)
                self.spots.append(spot)

    def next_spot(self, point: Fraction, *, above: bool) -> Spot | None:
        """Return the nearest root above or below a point that is none."""
        x = _arb(point)
        beside = [spot for spot in self.spots if (spot.ball > x if above else spot.ball < x)]
        if not beside:
            return None
        return (min if above else max)(beside, key=lambda spot: spot.bound(above=True))


def _arb(x: Fraction) -> Any:
    flint = _flint()
    with flint.ctx.workprec(BITS):
        return flint.arb(flint.fmpq(x.numerator, x.denominator))


class Function:
    """A quotient of two integer polynomials in lowest terms.

    Parameters
    ----------
    numerator, denominator : fmpz_poly
        The polynomials.
    ground : Ground
        Where functions are compared.
    """

    __slots__ = ("denominator", "ground", "numerator")

    def __init__(self, numerator: Any, denominator: Any, ground: Ground) -> None:
        common = numerator.gcd(denominator)
        if denominator.leading_coefficient() < 0:
            common = -common
        if not common.is_one():
            numerator, denominator = numerator // common, denominator // common
        self.numerator, self.denominator, self.ground = numerator, denominator, ground

    @classmethod
    def parameter(cls, ground: Ground) -> Function:
        """Return the parameter itself."""
        poly = _flint().fmpz_poly
        return cls(poly([0, 1]), poly([1]), ground)

    def of(self, value: Any) -> Function:
        """Return a number as a constant function."""
        if isinstance(value, Function):
            return value
        poly, exact = _flint().fmpz_poly, Fraction(value)
        return Function(poly([exact.numerator]), poly([exact.denominator]), self.ground)

    def __add__(self, other: Any) -> Function:
        other = self.of(other)
        top = self.numerator * other.denominator + other.numerator * self.denominator
        return Function(top, self.denominator * other.denominator, self.ground)

    def __mul__(self, other: Any) -> Function:
        other = self.of(other)
        return Function(self.numerator * other.numerator, self.denominator * other.denominator, self.ground)

    def __truediv__(self, other: Any) -> Function:
        other = self.of(other)
        if other.is_zero:
            raise ZeroDivisionError("division by a function that is zero everywhere")
        return Function(self.numerator * other.denominator, self.denominator * other.numerator, self.ground)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Function:
        return Function(-self.numerator, self.denominator, self.ground)

    def __sub__(self, other: Any) -> Function:
        return self + (-self.of(other))

    def __rsub__(self, other: Any) -> Function:
        return (-self).__add__(other)

    def __rtruediv__(self, other: Any) -> Function:
        return self.of(other) / self

    @property
    def is_zero(self) -> bool:
        """Whether the function is zero everywhere."""
        return bool(self.numerator.degree() < 0)

    @property
    def constant(self) -> bool:
        """Whether the function does not depend on the parameter."""
        return bool(self.numerator.degree() < 1 and self.denominator.degree() < 1)

    @property
    def sign(self) -> int:
        """The sign at the sample point; that it was asked for is remembered."""
        if self.is_zero:
            return 0
        self.ground.remember(self.numerator)
        self.ground.remember(self.denominator)
        value = self.at(self.ground.sample)
        if not value:
            raise TiedError
        return 1 if value > 0 else -1

    def at(self, point: Fraction) -> Fraction:
        """Return the value at a rational point; a pole counts as a tie."""
        flint = _flint()
        x = flint.fmpq(point.numerator, point.denominator)
        below = self.denominator(x)
        if not below:
            raise TiedError
        value = self.numerator(x) / below
        return Fraction(int(value.p), int(value.q))

    def slope(self) -> Function:
        """Return the derivative."""
        top = self.numerator.derivative() * self.denominator - self.numerator * self.denominator.derivative()
        return Function(top, self.denominator * self.denominator, self.ground)

    def __lt__(self, other: Any) -> bool:
        return self.__sub__(other).sign < 0

    def __le__(self, other: Any) -> bool:
        return self.__sub__(other).sign <= 0

    def __gt__(self, other: Any) -> bool:
        return self.__sub__(other).sign > 0

    def __ge__(self, other: Any) -> bool:
        return self.__sub__(other).sign >= 0

    def __eq__(self, other: object) -> bool:
        return self.__sub__(other).is_zero

    def __hash__(self) -> int:
        return hash((str(self.numerator), str(self.denominator)))


def sign_at(function: Function, spot: Spot) -> int | None:
    """Return the sign of a function at a root of a polynomial; None at a pole, or if it does not show."""
    flint = _flint()
    if not _rest(function.denominator, spot):
        return None
    if not _rest(function.numerator, spot):
        return 0
    bits = BITS
    for _ in range(DOUBLINGS):
        with flint.ctx.workprec(bits):
            ball = _refined(spot, bits)
            value = function.numerator(ball) / function.denominator(ball)
            if value > 0:
                return 1
            if value < 0:
                return -1
        bits *= 2
    return None


def _rest(polynomial: Any, spot: Spot) -> bool:
    """Whether a polynomial is not divisible by the irreducible one of a root, so that it is not zero there."""
    return polynomial.degree() >= 0 and bool(polynomial.gcd(spot.polynomial).degree() < 1)


def _refined(spot: Spot, bits: int) -> Any:
    if bits == BITS:
        return spot.ball
    return next(root.real for root, _ in spot.polynomial.complex_roots() if root.imag.is_zero() and root.real.overlaps(spot.ball))
