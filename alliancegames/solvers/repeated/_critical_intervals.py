"""Where polynomials in the discount factor are all non-negative, exactly: intervals with algebraic ends."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alliancegames._fields import format_number

__all__ = ["PatienceInterval", "Sustained", "sustained"]

# Bits at which roots are isolated; doubled until roots of different polynomials are told apart.
BITS = 128


@dataclass(frozen=True)
class PatienceInterval:
    """An interval of discount factors.

    Parameters
    ----------
    lower, upper : Fraction, float or sympy expression
        Ends; an irrational end is an expression with radicals of degree two, or a ``CRootOf``.
    closed_above : bool
        Whether the upper end belongs to it; the lower one always does.
    """

    lower: Any
    upper: Any
    closed_above: bool

    def contains(self, delta: Any) -> bool:
        """Whether a discount factor lies in the interval.

        Parameters
        ----------
        delta : number
            The discount factor.
        """
        upper = bool(delta <= self.upper) if self.closed_above else bool(delta < self.upper)
        return bool(delta >= self.lower) and upper

    def __str__(self) -> str:
        if self.closed_above and self.lower == self.upper:
            return f"{{{format_number(self.lower)}}}"
        return f"[{format_number(self.lower)}, {format_number(self.upper)}{']' if self.closed_above else ')'}"


@dataclass(frozen=True)
class Sustained:
    """The discount factors in [0, 1) at which polynomials are all non-negative.

    Parameters
    ----------
    intervals : tuple of PatienceInterval
        In ascending order.
    modulus : fmpq_poly or None
        Irreducible polynomial of the lowest discount factor; None if there is none.
    binding : tuple
        Keys of the polynomials that are zero at the lowest discount factor and negative just below it.
    never : tuple
        Keys of the polynomials that are negative on all of [0, 1).
    """

    intervals: tuple[PatienceInterval, ...]
    modulus: Any
    binding: tuple[Hashable, ...]
    never: tuple[Hashable, ...]


@dataclass(frozen=True)
class _Root:
    """A root in (0, 1) of an irreducible polynomial: which of its real roots, with an enclosure."""

    factor: tuple[int, ...]
    index: int
    low: Fraction
    high: Fraction

    def number(self) -> Any:
        """Return the root: a Fraction, an expression with square roots, or a ``CRootOf``."""
        if len(self.factor) == 2:
            return Fraction(-self.factor[0], self.factor[1])
        import sympy

        if len(self.factor) == 3:
            c, b, a = (sympy.Integer(value) for value in self.factor)
            # The smaller root has index 0 if a is positive; roots are listed in ascending order.
            side = 1 if (self.index == 1) == bool(a > 0) else -1
            return sympy.expand((-b + side * sympy.sqrt(b**2 - 4 * a * c)) / (2 * a))
        x = sympy.Symbol("x")
        return sympy.CRootOf(sympy.Poly(list(reversed(self.factor)), x), self.index)


def sustained(polynomials: Mapping[Hashable, Any]) -> Sustained:
    """Return where polynomials are all non-negative on [0, 1).

    Parameters
    ----------
    polynomials : mapping
        Polynomials with rational coefficients (``fmpq_poly``) under keys by which the answer names them.
    """
    distinct = {key: _integers(polynomial) for key, polynomial in polynomials.items()}
    different = sorted({p for p in distinct.values() if p and any(c < 0 for c in p)})
    factors = {p: _factors(p) for p in different}
    roots = _sorted_roots({f for own in factors.values() for f in own})
    bounds = [Fraction(0), *(end for root in roots for end in (root.low, root.high)), Fraction(1)]
    samples = [(bounds[2 * k] + bounds[2 * k + 1]) / 2 for k in range(len(roots) + 1)]
    signs = {p: [_sign(p, sample) for sample in samples] for p in different}

    def at(p: tuple[int, ...], k: int) -> int:
        return 0 if roots[k].factor in factors[p] else signs[p][k]

    # Pieces in ascending order: zero, then in turn the open interval before a root and the root, then the last interval.
    pieces = [all(_sign(p, Fraction(0)) >= 0 for p in different)]
    for k in range(len(samples)):
        pieces.append(all(signs[p][k] > 0 for p in different))
        if k < len(roots):
            pieces.append(all(at(p, k) >= 0 for p in different))
    negative = {p for p in different if _sign(p, Fraction(0)) < 0 and all(sign < 0 for sign in signs[p])}
    negative = {p for p in negative if all(at(p, k) < 0 for k in range(len(roots)))}
    never = tuple(key for key, p in distinct.items() if p in negative)
    first = pieces.index(True) if any(pieces) else None
    binding: tuple[Hashable, ...] = ()
    modulus = None
    if first is not None:
        flint: Any = __import__("flint")
        k = first // 2 - 1
        modulus = flint.fmpq_poly([0, 1] if first == 0 else list(roots[k].factor))
        if first:
            tight = {p for p in different if at(p, k) == 0 and signs[p][k] < 0}
            binding = tuple(key for key, p in distinct.items() if p in tight)
    return Sustained(_intervals(pieces, roots), modulus, binding, never)


def _intervals(pieces: list[bool], roots: list[_Root]) -> tuple[PatienceInterval, ...]:
    """Join neighbouring pieces; non-negative sets are closed, so that each joined piece begins at a point."""
    found = []
    start = None
    for k, good in enumerate([*pieces, False]):
        if good and start is None:
            start = k
        if not good and start is not None:
            last = k - 1
            lower = Fraction(0) if start == 0 else roots[start // 2 - 1].number()
            open_ended = last == len(pieces) - 1
            upper = Fraction(1) if open_ended else lower if last == start else roots[last // 2 - 1].number()
            found.append(PatienceInterval(lower, upper, not open_ended))
            start = None
    return tuple(found)


def _integers(polynomial: Any) -> tuple[int, ...]:
    """Return the coefficients, in ascending order, times a positive number that makes them integers without common divisor."""
    numerator = polynomial.numer()
    content = int(numerator.content()) if numerator != 0 else 1
    return tuple(int(c) // content for c in numerator.coeffs())


def _factors(p: tuple[int, ...]) -> set[tuple[int, ...]]:
    """Return the irreducible factors that may have roots in (0, 1)."""
    flint: Any = __import__("flint")
    listed = [tuple(int(c) for c in factor.coeffs()) for factor, _ in flint.fmpz_poly(list(p)).factor()[1]]
    return {f for f in listed if len(f) > 1 and f not in ((0, 1), (-1, 1), (1, -1)) and min(f) < 0 < max(f)}


def _sorted_roots(factors: set[tuple[int, ...]]) -> list[_Root]:
    """Return the roots in (0, 1) of irreducible polynomials in ascending order, with enclosures that do not meet."""
    bits = BITS
    while True:
        roots = sorted((root for factor in factors for root in _roots(factor, bits)), key=lambda root: root.low)
        ends = [Fraction(0), *(end for root in roots for end in (root.low, root.high)), Fraction(1)]
        if all(ends[2 * k] < ends[2 * k + 1] for k in range(len(roots) + 1)):
            return roots
        bits *= 2


def _roots(factor: tuple[int, ...], bits: int) -> list[_Root]:
    """Return the roots of an irreducible polynomial that may lie in (0, 1); such roots are neither 0 nor 1."""
    if len(factor) == 2:
        value = Fraction(-factor[0], factor[1])
        return [_Root(factor, 0, value, value)] if 0 < value < 1 else []
    flint: Any = __import__("flint")
    with flint.ctx.workprec(bits):
        # Roots proved real come with an imaginary part of exactly zero.
        real = sorted(_bounds(root.real) for root, _ in flint.fmpz_poly(list(factor)).complex_roots() if root.imag == 0)
    return [_Root(factor, k, low, high) for k, (low, high) in enumerate(real) if high > 0 and low < 1]


def _bounds(ball: Any) -> tuple[Fraction, Fraction]:
    def exact(value: Any) -> Fraction:
        mantissa, exponent = value.man_exp()
        return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)

    middle, radius = exact(ball.mid()), exact(ball.rad())
    return middle - radius, middle + radius


def _sign(p: tuple[int, ...], point: Fraction) -> int:
    total = Fraction(0)
    for c in reversed(p):
        total = total * point + c
    return int(total > 0) - int(total < 0)
