"""Factors of polynomials whose sign is known where other polynomials are positive."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

from alliancegames.solvers._solution_sets import sign_of, unknowns_of

__all__ = ["vanishing_factors", "without_positive_factors"]

# Corners of a product of simplices at which a factor is evaluated.
MOST_CORNERS = 256


def vanishing_factors(polynomial: Any, positive: Sequence[Any]) -> list[Any]:
    """Return the irreducible factors that may vanish."""
    return [factor for factor, _ in polynomial.factor()[1] if not _known_sign(factor, positive)]


def without_positive_factors(polynomial: Any, positive: Sequence[Any]) -> Any:
    """Cancel factors that do not vanish: the sign stays, the degree falls."""
    if polynomial.total_degree() <= 1:
        return polynomial
    constant, factors = polynomial.factor()
    rest = polynomial.context().constant(constant)
    for factor, power in factors:
        sign = _known_sign(factor, positive)
        rest = rest * factor**power if not sign else rest * sign**power
    return rest


def _known_sign(factor: Any, positive: Sequence[Any]) -> int:
    """Return the sign of a factor where all of some polynomials are positive, or 0 if that is not obvious.

    It is obvious for multiples of one of them, and for factors that are linear in each of several lotteries:
    those are mixtures of their values at the corners.
    """
    for other in positive:
        if _proportional(factor, other):
            return 1 if (factor.leading_coefficient() > 0) == (other.leading_coefficient() > 0) else -1
    lotteries = _lotteries(positive)
    unknowns = unknowns_of(factor)
    own = [lottery for lottery in lotteries if lottery & unknowns]
    if (
        not own
        or not unknowns <= frozenset().union(*own)
        or any(sum(power for k, power in enumerate(monomial) if k in lottery) > 1 for monomial in factor.monoms() for lottery in own)
    ):
        return 0
    if prod(len(lottery) + 1 for lottery in own) > MOST_CORNERS:
        return 0
    signs, places = set(), range(len(factor.degrees()))
    for corner in product(*([None, *sorted(lottery)] for lottery in own)):
        signs.add(sign_of(factor(*(int(k in corner) for k in places))))
    return 1 if signs <= {0, 1} else -1 if signs <= {0, -1} else 0


def _lotteries(positive: Sequence[Any]) -> list[frozenset[int]]:
    """Return the groups of unknowns that are probabilities of a lottery whose last probability is what is left."""
    alone = {next(iter(unknowns_of(p))) for p in positive if len(p.monoms()) == 1 and p.total_degree() == 1}
    groups = []
    for p in positive:
        own = unknowns_of(p)
        if p.total_degree() == 1 and len(own) == len(p.monoms()) - 1 and own <= alone:
            terms = dict(zip(p.monoms(), p.coeffs(), strict=True))
            whole = terms.pop((0,) * len(p.degrees()), 0)
            if whole > 0 and all(c == -whole for c in terms.values()):
                groups.append(own)
    return groups


def _proportional(one: Any, other: Any) -> bool:
    return bool(one * other.leading_coefficient() == other * one.leading_coefficient())
