"""Roots between 0 and 1 of polynomials with integer coefficients, isolated exactly.

A polynomial is given by its values d: the sum of C(N, i) p**i (1 - p)**(N - i) d[i]. Descartes' rule bounds
the number of its roots in (0, 1) by the number of sign changes in d.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb
from typing import Any

import numpy as np

__all__ = ["Root", "roots_between", "sign_changes"]

# Roots are first guessed in floats; the guess is checked exactly at this distance on both sides.
GUESS_ROUNDS, GUESS_ERROR = 8, Fraction(1, 2**36)


def sign_changes(values: Sequence[int]) -> int:
    """Return how often neighbouring non-zero values differ in sign."""
    signs = [value > 0 for value in values if value]
    return sum(a != b for a, b in itertools.pairwise(signs))


@lru_cache(maxsize=4)
def _shifts() -> tuple[Any, Any, Any]:
    flint: Any = __import__("flint")
    return flint.fmpz_poly, flint.fmpz_poly([1, 1]), flint.fmpz_poly([-1, 1])


def _reverse(coefficients: Sequence[Any], length: int) -> list[Any]:
    return [*([0] * (length - len(coefficients))), *reversed(coefficients)]


def _ordinary(scaled: Sequence[Any]) -> Any:
    """Return the polynomial in p whose coefficients of ``p**i (1 - p)**(N - i)`` are given."""
    poly, _, down = _shifts()
    return poly(_reverse(poly(list(reversed(scaled)))(down).coeffs(), len(scaled)))


def _scaled(ordinary: Any) -> list[Any]:
    """Undo `_ordinary`."""
    poly, up, _ = _shifts()
    coefficients = ordinary.coeffs()
    return _reverse(poly(coefficients[::-1])(up).coeffs(), len(coefficients))


def _halves(scaled: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return the coefficients of the same polynomial on the left and on the right half of the interval."""
    poly, up, _ = _shifts()

    def right(coefficients: Sequence[Any]) -> list[Any]:
        shifted = poly(list(coefficients))(up).coeffs()
        return [c << i for i, c in enumerate([int(c) for c in shifted])] + [0] * (len(coefficients) - len(shifted))

    return right(scaled[::-1])[::-1], right(scaled)


def _at(polynomial: Any, point: Fraction) -> Fraction:
    flint: Any = __import__("flint")
    value = polynomial(flint.fmpq(point.numerator, point.denominator))
    return Fraction(int(value.p), int(value.q))


@dataclass
class Root:
    """A root in (0, 1) of a square-free integer polynomial, alone between two rational bounds."""

    polynomial: Any
    low: Fraction
    high: Fraction
    rising: bool = True

    def sign(self, polynomial: Any, point: Fraction) -> int:
        """Return the sign of a polynomial at a rational point."""
        flint: Any = __import__("flint")
        value = polynomial(flint.fmpq(point.numerator, point.denominator))
        return int(value > 0) - int(value < 0)

    def try_at(self, point: Fraction) -> None:
        """Move one bound to a point between them, or both if it is the root."""
        if not self.low < point < self.high:
            return
        sign = self.sign(self.polynomial, point)
        if sign == 0:
            self.low = self.high = point
        elif (sign < 0) == self.rising:
            self.low = point
        else:
            self.high = point

    def narrow(self, bits: int) -> None:
        """Bring the bounds within ``2**-bits`` of each other, by Newton steps that are checked by signs."""
        slope = self.polynomial.derivative()
        while self.high - self.low > Fraction(1, 2**bits):
            width, middle = self.high - self.low, (self.low + self.high) / 2
            gradient = _at(slope, middle)
            guess = middle - _at(self.polynomial, middle) / gradient if gradient else middle
            correct = width.denominator.bit_length() - width.numerator.bit_length()
            grid = 2 ** min(bits + 2, 2 * correct + 2)
            for side in (-1, 1):
                self.try_at(Fraction(round(guess * grid) + side, grid))
            if self.high - self.low > width / 2:
                self.try_at((self.low + self.high) / 2)

    def settle(self) -> None:
        """Find out whether the root is rational; if so, both bounds become the root."""
        if self.low == self.high:
            return
        leading = abs(int(self.polynomial.leading_coefficient()))
        self.narrow(leading.bit_length() + 1)
        self.try_at(Fraction(round((self.low + self.high) / 2 * leading), leading))

    def rounded(self) -> tuple[float, float]:
        """Return the floats nearest to the root and to one minus the root."""
        bits = 64
        while float(self.low) != float(self.high) or float(1 - self.low) != float(1 - self.high):
            self.narrow(bits)
            bits *= 2
        return float(self.low), float(1 - self.low)

    def sign_of(self, values: Sequence[int]) -> int:
        """Return the sign that another polynomial, given by its values, has at the root."""
        lowest, highest = min(values), max(values)
        if lowest >= 0 or highest <= 0:
            return int(highest > 0) - int(lowest < 0)
        other = _ordinary([comb(len(values) - 1, i) * value for i, value in enumerate(values)])
        if self.low == self.high:
            return self.sign(other, self.low)
        common = other.gcd(self.polynomial)
        if common.degree() > 0 and self.sign(common, self.low) * self.sign(common, self.high) < 0:
            return 0
        steepest = (len(values) - 1) * max(abs(b - a) for a, b in itertools.pairwise(values))
        bits = 32
        while self.low < self.high and abs(_at(other, self.low)) <= steepest * (self.high - self.low):
            self.narrow(bits)
            bits *= 2
        return self.sign(other, self.low)


def roots_between(values: Sequence[int]) -> list[Root]:
    """Isolate the roots in (0, 1) of a polynomial given by its values; not all of them may be zero."""
    changes = sign_changes(values)
    if not changes:
        return []
    scaled: list[Any] = [comb(len(values) - 1, i) * value for i, value in enumerate(values)]
    while not scaled[0]:
        scaled.pop(0)
    while not scaled[-1]:
        scaled.pop()
    polynomial = _ordinary(scaled)
    polynomial //= type(polynomial)([polynomial.content()])
    if changes > 1:
        common = polynomial.gcd(polynomial.derivative())
        if common.degree() > 0:
            polynomial = polynomial // common
            scaled = _scaled(polynomial)
    return sorted(_isolated(polynomial, scaled), key=lambda root: root.low)


def _isolated(polynomial: Any, scaled: list[Any]) -> Iterator[Root]:
    """Halve (0, 1) until each part has at most one root by Descartes' rule."""
    waiting = [(scaled, Fraction(0), Fraction(1))]
    while waiting:
        part, low, high = waiting.pop()
        changes = sign_changes(part)
        if changes == 1:
            yield _bracketed(polynomial, part, low, high)
        elif changes > 1:
            middle = (low + high) / 2
            left, right = _halves(part)
            if not right[0]:
                yield Root(polynomial, middle, middle)
            waiting += [(left, low, middle), (right, middle, high)]


def _bracketed(polynomial: Any, part: Sequence[Any], low: Fraction, high: Fraction) -> Root:
    """Return the one root strictly between two points, with bounds that are themselves no roots."""
    root = Root(polynomial, low, high, next(c for c in part if c) < 0)
    guess = low + (high - low) * Fraction(_guess(part, root.rising))
    for side in (-1, 1):
        root.try_at(guess + side * GUESS_ERROR * (high - low))
    while root.low < root.high and 0 in (root.sign(polynomial, root.low), root.sign(polynomial, root.high)):
        root.try_at((root.low + root.high) / 2)
    return root


def _guess(part: Sequence[Any], rising: bool) -> float:
    """Return about where a polynomial with one root in (0, 1) vanishes, in floats; the caller checks it."""
    coefficients = [int(c) for c in part]
    powers = np.arange(len(part))
    signs = np.sign([(c > 0) - (c < 0) for c in coefficients]).astype(float)
    logs = np.array([math.log(abs(c)) if c else 0.0 for c in coefficients])
    low, high = 0.0, 1.0
    for _ in range(GUESS_ROUNDS):
        p = np.linspace(low, high, 34)[1:-1, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = logs + powers * np.log(p) + powers[::-1] * np.log1p(-p)
        values = (signs * np.exp(terms - terms.max(axis=1, keepdims=True))).sum(axis=1)
        below = int(((values < 0) == rising).argmin()) if not ((values < 0) == rising).all() else len(p)
        low, high = (low, *p[:, 0], high)[below : below + 2]
    return (low + high) / 2
