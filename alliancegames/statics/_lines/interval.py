"""A closed interval of a parameter, cut at the real roots of polynomials in it.

Points and the gaps between them alternate; on each of these *cells* every polynomial that was given has one
sign, and all signs follow from the order of the roots, without rounding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from alliancegames.solvers._algebraic import as_fraction, precision
from alliancegames.solvers._cutoff_systems import simplest
from alliancegames.statics._polynomials import Ring

__all__ = ["AlgebraicNumber", "Line", "polynomial_of", "quotient", "value_of"]

# Bits of precision tried in turn until all roots are told apart.
PRECISIONS = (64, 128, 256, 512, 1024, 2048, 4096)


def polynomial_of(value: Fraction) -> Any:
    """Return the polynomial whose only root is a rational number."""
    flint: Any = __import__("flint")
    return flint.fmpz_poly([-value.numerator, value.denominator])


def value_of(polynomial: Any, point: Fraction) -> Fraction:
    """Evaluate a polynomial with integer coefficients exactly."""
    total = Fraction(0)
    for coefficient in reversed(polynomial.coeffs()):
        total = total * point + int(coefficient)
    return total


def quotient(ring: Ring, entry: Any) -> tuple[Any, Any]:
    """Return numerator and denominator of a rational function of one unknown as polynomials with integer coefficients."""
    flint: Any = __import__("flint")
    parts = []
    for polynomial in ring.quotient(entry):
        coefficients = {int(powers[0]): c for powers, c in zip(polynomial.monoms(), polynomial.coeffs(), strict=True)}
        listed = [coefficients.get(k, flint.fmpq(0)) for k in range(max(coefficients, default=0) + 1)]
        parts.append(flint.fmpq_poly(listed))
    above, below = parts
    scale = above.denom() * below.denom()
    return (above * scale).numer(), (below * scale).numer()


@dataclass(frozen=True)
class AlgebraicNumber:
    """A real root of an irreducible polynomial with integer coefficients.

    Parameters
    ----------
    polynomial : fmpz_poly
        The polynomial.
    index : int
        Which of its real roots, in ascending order.
    """

    polynomial: Any
    index: int = 0

    @property
    def rational(self) -> Fraction | None:
        """The number if it is rational."""
        return Fraction(-int(self.polynomial[0]), int(self.polynomial[1])) if self.polynomial.degree() == 1 else None

    def enclosure(self, bits: int = 64) -> tuple[Fraction, Fraction]:
        """Return rational bounds that contain no other root of the polynomial."""
        root = self.ball(bits)
        middle, radius = as_fraction(root), as_fraction(root.rad())
        return middle - radius, middle + radius

    def ball(self, bits: int) -> Any:
        """Return the number as a ball of flint."""
        return _real_roots(self.polynomial, bits)[self.index]

    def exceeds(self, value: Fraction) -> bool:
        """Whether the number is larger than a rational."""
        if self.rational is not None:
            return self.rational > value
        for bits in PRECISIONS:
            low, high = self.enclosure(bits)
            if not low <= value <= high:
                return low > value
        raise AssertionError("an irrational number differs from every rational")

    def __float__(self) -> float:
        return float(sum(self.enclosure(128)) / 2) if self.rational is None else float(self.rational)

    @cached_property
    def public(self) -> Any:
        """The number as a Fraction, in radicals if it is quadratic, else as a root of its polynomial in sympy."""
        if self.rational is not None:
            return self.rational
        import sympy

        coefficients = [sympy.Integer(int(c)) for c in reversed(self.polynomial.coeffs())]
        if len(coefficients) == 3:
            a, b, c = coefficients
            return (-b + (1 if (a > 0) == (self.index == 1) else -1) * sympy.sqrt(b * b - 4 * a * c)) / (2 * a)
        return sympy.CRootOf(sympy.Poly(coefficients, sympy.Symbol("x")), self.index)

    def at(self, numerator: Any, denominator: Any) -> Any:
        """Return the value of a quotient of polynomials at the number, in the form of `public`."""
        if self.rational is not None:
            return value_of(numerator, self.rational) / value_of(denominator, self.rational)
        flint: Any = __import__("flint")
        modulus = flint.fmpq_poly(self.polynomial)
        common, inverse, _ = flint.fmpq_poly(denominator).xgcd(modulus)
        assert common.degree() == 0, "the denominator vanishes at the number"
        value = flint.fmpq_poly(numerator) * inverse % modulus
        coefficients = [as_fraction(c) for c in value.coeffs()]
        if len(coefficients) <= 1:
            return coefficients[0] if coefficients else Fraction(0)
        import sympy

        terms = [sympy.Rational(c.numerator, c.denominator) * self.public**k for k, c in enumerate(coefficients)]
        return sympy.expand(sympy.Add(*terms)) if self.polynomial.degree() == 2 else sympy.Add(*terms)

    def is_root_of(self, polynomial: Any) -> bool:
        """Whether another polynomial vanishes at the number."""
        if self.rational is not None:
            return value_of(polynomial, self.rational) == 0
        flint: Any = __import__("flint")
        return bool(flint.fmpq_poly(polynomial) % flint.fmpq_poly(self.polynomial) == 0)


def _real_roots(polynomial: Any, bits: int) -> list[Any]:
    """Return the real roots of an irreducible polynomial as disjoint balls, in ascending order."""
    with precision(bits):
        # Roots proved real come with an imaginary part of exactly zero.
        return sorted((root.real for root, _ in polynomial.complex_roots() if root.imag == 0), key=as_fraction)


class Line:
    """The closed interval between two rationals with its points and gaps.

    Cell ``2 k`` is the point ``points[k]``, cell ``2 k + 1`` the open interval between this and the next point.

    Parameters
    ----------
    start, stop : Fraction
        The ends.
    polynomials : iterable of fmpz_poly
        Polynomials at whose roots the interval is cut; zero polynomials are ignored.
    """

    def __init__(self, start: Fraction, stop: Fraction, polynomials: Iterable[Any]) -> None:
        self._factors: dict[tuple[int, ...], tuple[int, list[tuple[tuple[int, ...], int]]]] = {}
        irreducible: dict[tuple[int, ...], Any] = {}
        for polynomial in (polynomial_of(start), polynomial_of(stop), *polynomials):
            key = _key(polynomial)
            if len(key) > 1 and key not in self._factors:
                content, factors = polynomial.factor()
                irreducible |= {_key(factor): factor for factor, _ in factors}
                self._factors[key] = (1 if content > 0 else -1, [(_key(factor), int(power)) for factor, power in factors])
        self.points, self.gaps = _sorted(start, stop, irreducible.values())
        places: dict[tuple[int, ...], list[int]] = {}
        for place, point in enumerate(self.points):
            places.setdefault(_key(point.polynomial), []).append(place)
        self._signs = {key: self._irreducible_signs(factor, places.get(key, [])) for key, factor in irreducible.items()}

    @property
    def cells(self) -> int:
        """Number of points and gaps."""
        return 2 * len(self.points) - 1

    def sample(self, cell: int) -> Fraction | None:
        """Return a rational number in a cell, None for an irrational point."""
        return self.points[cell // 2].rational if cell % 2 == 0 else self.gaps[cell // 2]

    def signs(self, polynomial: Any) -> np.ndarray:
        """Return the sign of one of the polynomials on each cell.

        Parameters
        ----------
        polynomial : fmpz_poly
            One of those given, or a constant.
        """
        key = _key(polynomial)
        if len(key) <= 1:
            return np.full(self.cells, np.sign(key[0]) if key else 0, dtype=np.int8)
        constant, factors = self._factors[key]
        result = np.full(self.cells, constant, dtype=np.int8)
        for factor, power in factors:
            result *= self._signs[factor] if power % 2 else np.abs(self._signs[factor])
        return result

    def _irreducible_signs(self, factor: Any, cut: list[int]) -> np.ndarray:
        """Count the roots passed; those of an irreducible polynomial are simple."""
        sign = 1 if value_of(factor, self.gaps[0]) > 0 else -1
        signs = np.full(self.cells, sign, dtype=np.int8)
        for place in cut:
            if place > 0:  # the first gap is already beyond a root at the start
                sign = -sign
                signs[2 * place + 1 :] = sign
        signs[[2 * place for place in cut]] = 0
        return signs


def _key(polynomial: Any) -> tuple[int, ...]:
    return tuple(int(c) for c in polynomial.coeffs())


def _sorted(start: Fraction, stop: Fraction, irreducible: Iterable[Any]) -> tuple[list[AlgebraicNumber], list[Fraction]]:
    """Return the roots between two rationals in order, with a rational number between each two neighbours."""
    candidates = list(irreducible)
    for bits in PRECISIONS:
        found = []
        for factor in candidates:
            for index, root in enumerate(_real_roots(factor, bits)):
                middle, radius = as_fraction(root), as_fraction(root.rad())
                if middle + radius >= start and middle - radius <= stop:
                    found.append((middle - radius, middle + radius, AlgebraicNumber(factor, index)))
        found.sort(key=lambda item: (item[0], item[1]))
        exact = [(value, value, number) if (value := number.rational) is not None else (low, high, number) for low, high, number in found]
        if all(before[1] < after[0] for before, after in pairwise(exact)):
            inside = [item for item in exact if item[0] >= start and item[1] <= stop]
            return [item[2] for item in inside], [_inside(a[1], b[0]) for a, b in pairwise(inside)]
    raise AssertionError("different irreducible polynomials have no common root")


def _inside(low: Fraction, high: Fraction) -> Fraction:
    """Return a simple fraction strictly between two numbers."""
    room = (high - low) / 4
    return simplest(low + room, high - room)
