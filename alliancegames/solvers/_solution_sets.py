"""Systems of polynomial conditions, and the shape of their solutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

__all__ = ["Block", "Conditions", "SolutionSet", "constant_value", "evaluate", "sign_of", "unknowns_of"]


@dataclass(frozen=True)
class Conditions:
    """A system: polynomials that vanish, that are positive, and that are not negative."""

    zero: tuple[Any, ...] = ()
    positive: tuple[Any, ...] = ()
    nonnegative: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Block:
    """Possible values of some unknowns that do not depend on the other free unknowns.

    Parameters
    ----------
    unknowns : tuple of int
        Positions of the unknowns.
    vertices : tuple of tuple
        Corners; the block is their convex hull, except when `curved`.
    inside : tuple
        A point of the relative interior.
    dimension : int
        Zero for a point.
    exact : bool
        Whether all numbers are rational; if not they are floats that are right to the last digits.
    curved : bool
        Whether the block is not convex: only `inside` and the equations are known, `vertices` is `inside`.
    sides : tuple of polynomial
        For a polytope the linear forms that are not negative on it.
    """

    unknowns: tuple[int, ...]
    vertices: tuple[tuple[Any, ...], ...]
    inside: tuple[Any, ...]
    dimension: int
    exact: bool = True
    curved: bool = False
    sides: tuple[Any, ...] = ()

    def contains(self, values: dict[int, Any]) -> bool:
        """Whether the unknowns of the block take values in it."""
        if self.curved:
            return False
        if self.sides:
            return all(evaluate(side, values) >= 0 for side in self.sides)
        point = tuple(values[unknown] for unknown in self.unknowns)
        return point in self.vertices if self.dimension == 0 else min(self.vertices) <= point <= max(self.vertices)


@dataclass(frozen=True)
class SolutionSet:
    """One piece of the solutions: a product of blocks, and unknowns that are functions of theirs.

    Parameters
    ----------
    blocks : tuple of Block
        The free unknowns.
    dependent : tuple of (int, polynomial)
        Unknowns that follow, in the order in which they can be computed.
    conditions : Conditions
        What was solved.
    decided : bool
        Whether it is proved that this piece is not empty and complete; False if z3 gave up.
    """

    blocks: tuple[Block, ...]
    dependent: tuple[tuple[int, Any], ...] = ()
    conditions: Conditions = field(default_factory=Conditions)
    decided: bool = True

    @property
    def dimension(self) -> int:
        """Dimension of the set."""
        return sum(block.dimension for block in self.blocks)

    @property
    def exact(self) -> bool:
        """Whether all numbers are rational."""
        return all(block.exact for block in self.blocks)

    def contains(self, values: dict[int, Any]) -> bool:
        """Whether values of all unknowns lie in the set or on its border."""
        return all(evaluate(polynomial, values) == values[unknown] for unknown, polynomial in self.dependent) and all(
            block.contains(values) for block in self.blocks
        )

    def point(self, corners: Sequence[Sequence[Any]] | None = None) -> dict[int, Any]:
        """Return all unknowns at a point of the interior, or at one corner of each block."""
        values: dict[int, Any] = {}
        for k, block in enumerate(self.blocks):
            values.update(zip(block.unknowns, block.inside if corners is None else corners[k], strict=True))
        for unknown, polynomial in self.dependent:
            values[unknown] = evaluate(polynomial, values)
        return values


def evaluate(polynomial: Any, values: dict[int, Any]) -> Any:
    """Evaluate a polynomial at values of its unknowns, by position."""
    total: Any = Fraction(0)
    for monomial, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        term: Any = Fraction(int(coefficient.p), int(coefficient.q))
        for k, power in enumerate(monomial):
            for _ in range(power):
                term = term * values[k]
        total = total + term
    return total


def constant_value(polynomial: Any) -> Fraction:
    return evaluate(polynomial, {}) if not polynomial.is_zero() else Fraction(0)


def unknowns_of(polynomial: Any) -> frozenset[int]:
    return frozenset(k for k, degree in enumerate(polynomial.degrees()) if degree)


def sign_of(value: Any) -> int:
    return int(value > 0) - int(value < 0)
