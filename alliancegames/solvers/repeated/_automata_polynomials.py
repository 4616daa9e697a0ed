"""Slacks of a machine as polynomials in the discount factor, exactly.

With P the chain's matrix and g the payoffs of one period, the sum of discounted payoffs from each state on is
``N(delta) / D(delta)``, where D is the determinant of ``I - delta P`` and N a vector of polynomials. What a
player loses by departing once is ``(1 - delta) q(delta) / D(delta)`` with a polynomial q; as D is positive on
[0, 1), the departure does not pay if and only if q is not negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alliancegames.solvers.repeated._automata_system import System

__all__ = ["SlackPolynomials", "at_root", "slack_polynomials", "values_at_root"]


@dataclass(frozen=True)
class SlackPolynomials:
    """The slacks of all departures as functions of the discount factor.

    Parameters
    ----------
    determinant : fmpq_poly
        D; positive on [0, 1).
    sums : list of list of fmpq_poly
        N, for each player and state.
    slacks : list of fmpq_poly
        q, for each departure of the system.
    """

    determinant: Any
    sums: list[list[Any]]
    slacks: list[Any]


def slack_polynomials(system: System) -> SlackPolynomials:
    """Return the polynomials of a system with rational numbers.

    Parameters
    ----------
    system : System
        Payoffs and probabilities as Fractions.
    """
    flint: Any = __import__("flint")
    size, players = len(system.states), len(system.rewards)
    chain = flint.fmpq_mat(size, size, [_flint(system.rows[s].get(t, Fraction(0))) for s in range(size) for t in range(size)])
    payoffs = flint.fmpq_mat(size, players, [_flint(system.rewards[i][s]) for s in range(size) for i in range(players)])
    characteristic = chain.charpoly()
    weights = [characteristic[size - k] for k in range(size + 1)]
    # The adjugate of I - delta P is the sum of delta**k B_k with B_0 = I and B_k = P B_{k-1} + weights[k] I.
    terms = [payoffs]
    for k in range(1, size):
        terms.append(chain * terms[-1] + payoffs * weights[k])
    determinant = flint.fmpq_poly(weights)
    sums = [[flint.fmpq_poly([term[s, i] for term in terms]) for s in range(size)] for i in range(players)]
    delta = flint.fmpq_poly([0, 1])
    slacks = []
    for one in system.departures:
        own = sums[one.player]
        later = sum((own[t] * _flint(value) for t, value in one.row.items()), start=flint.fmpq_poly())
        slacks.append(own[one.state] - determinant * _flint(one.reward) - delta * later)
    return SlackPolynomials(determinant, sums, slacks)


def _flint(value: Any) -> Any:
    flint: Any = __import__("flint")
    exact = Fraction(value)
    return flint.fmpq(exact.numerator, exact.denominator)


def at_root(found: SlackPolynomials, modulus: Any) -> list[Any]:
    """Return the slacks at a root of an irreducible polynomial, as polynomials in that root; zero if and only if zero."""
    scale = _inverse(found.determinant, modulus) * _one_minus() % modulus
    return [slack * scale % modulus for slack in found.slacks]


def values_at_root(found: SlackPolynomials, modulus: Any) -> list[list[Any]]:
    """Return the normalised payoffs of each player and state at a root, as polynomials in that root."""
    scale = _inverse(found.determinant, modulus) * _one_minus() % modulus
    return [[total * scale % modulus for total in row] for row in found.sums]


def _one_minus() -> Any:
    flint: Any = __import__("flint")
    return flint.fmpq_poly([1, -1])


def _inverse(polynomial: Any, modulus: Any) -> Any:
    divisor, inverse, _ = polynomial.xgcd(modulus)
    return inverse / divisor[0]


def expression(polynomial: Any, root: Any) -> Any:
    """Return a polynomial at an algebraic number as a sympy expression."""
    import sympy

    coefficients: Sequence[Any] = polynomial.coeffs()
    total: Any = sympy.Integer(0)
    for power, c in enumerate(coefficients):
        total += sympy.Rational(int(c.p), int(c.q)) * root**power
    return sympy.expand(total)
