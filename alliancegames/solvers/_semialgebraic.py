"""Solution sets of small polynomial systems with inequalities, exactly.

Equations are solved for what occurs linearly in them; what is left is split into blocks of unknowns that do
not meet. A block whose conditions are linear is a polytope, given by its vertices; a block of one unknown is
a finite union of points and intervals, found from the real roots of its polynomials; for any other block z3
decides whether it has a solution at all. Nothing is dropped without proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from alliancegames.solvers._factor_signs import vanishing_factors, without_positive_factors
from alliancegames.solvers._linear_blocks import line, polytope
from alliancegames.solvers._nonlinear_blocks import decided_by_z3, isolated
from alliancegames.solvers._solution_sets import Block, Conditions, SolutionSet, constant_value, unknowns_of

__all__ = ["solve"]


def solve(conditions: Conditions, context: Any) -> list[SolutionSet]:
    """Solve a system.

    Parameters
    ----------
    conditions : Conditions
        Polynomials of the context.
    context : fmpq_mpoly_ctx
        The ring of polynomials.

    Returns
    -------
    list of SolutionSet
        All solutions; empty if it is proved that there is none.
    """
    return list(_branches(conditions, (), context, conditions))


def _branches(conditions: Conditions, dependent: tuple[tuple[int, Any], ...], context: Any, original: Conditions) -> Iterator[SolutionSet]:
    """Eliminate unknowns as long as an equation allows it, then solve what is left."""
    simplified = _simplified(conditions)
    if simplified is None:
        return
    for j, equation in enumerate(simplified.zero):
        factors = vanishing_factors(equation, simplified.positive)
        if not factors:
            return  # a product of positive things does not vanish
        if len(factors) > 1:
            others = simplified.zero[:j] + simplified.zero[j + 1 :]
            for factor in factors:  # pieces may overlap where two factors vanish at once
                yield from _branches(
                    Conditions((factor, *others), simplified.positive, simplified.nonnegative), dependent, context, original
                )
            return
        unknown = _linear_unknown(factors[0])
        if unknown is not None:
            value = _solved_for(factors[0], unknown, context)
            others = simplified.zero[:j] + simplified.zero[j + 1 :]
            reduced = Conditions(
                *(
                    tuple(_replaced(p, unknown, value, context) for p in part)
                    for part in (others, simplified.positive, simplified.nonnegative)
                )
            )
            replaced = tuple((k, _replaced(p, unknown, value, context)) for k, p in dependent)
            yield from _branches(reduced, ((unknown, value), *replaced), context, original)
            return
    yield from _products(simplified, dependent, context, original)


def _simplified(conditions: Conditions) -> Conditions | None:
    """Drop conditions that are constants and hold; return None if one fails."""
    if any(p.is_constant() and not p.is_zero() for p in conditions.zero):
        return None
    if any(p.is_constant() and not constant_value(p) > 0 for p in conditions.positive):
        return None
    if any(p.is_constant() and constant_value(p) < 0 for p in conditions.nonnegative):
        return None
    positive = [p for p in conditions.positive if not p.is_constant()]
    nonnegative = [without_positive_factors(p, positive) for p in conditions.nonnegative if not p.is_constant()]
    if any(p.is_constant() and constant_value(p) < 0 for p in nonnegative):
        return None
    keep = [tuple({str(p): p for p in part if not p.is_constant()}.values()) for part in (conditions.zero, positive, nonnegative)]
    return Conditions(*keep)


def _linear_unknown(polynomial: Any) -> int | None:
    """Return an unknown that occurs alone, once and linearly with a constant coefficient."""
    monomials = polynomial.monoms()
    for k, degree in enumerate(polynomial.degrees()):
        if (
            degree == 1
            and sum(monomial[k] for monomial in monomials) == 1
            and any(monomial[k] == 1 == sum(monomial) for monomial in monomials)
        ):
            return k
    return None


def _solved_for(polynomial: Any, unknown: int, context: Any) -> Any:
    coefficient = next(c for m, c in zip(polynomial.monoms(), polynomial.coeffs(), strict=True) if m[unknown])
    return context.gens()[unknown] - polynomial / coefficient


def _replaced(polynomial: Any, unknown: int, value: Any, context: Any) -> Any:
    if not polynomial.degrees()[unknown]:
        return polynomial
    gens = list(context.gens())
    gens[unknown] = value
    return polynomial.compose(*gens, ctx=context)


def _products(conditions: Conditions, dependent: tuple[tuple[int, Any], ...], context: Any, original: Conditions) -> Iterator[SolutionSet]:
    """Solve block by block and combine."""
    everything = (*conditions.zero, *conditions.positive, *conditions.nonnegative)
    groups = _groups([unknowns_of(p) for p in everything])
    solved: list[list[Block]] = []
    decided = True
    for group in groups:
        own = Conditions(
            *(tuple(p for p in part if unknowns_of(p) <= group) for part in (conditions.zero, conditions.positive, conditions.nonnegative))
        )
        blocks, sure = _block(own, tuple(sorted(group)), context)
        if not blocks:
            return
        decided = decided and sure
        solved.append(blocks)
    combinations: list[tuple[Block, ...]] = [()]
    for blocks in solved:
        combinations = [(*before, block) for before in combinations for block in blocks]
    for combination in combinations:
        yield SolutionSet(combination, dependent, original, decided)


def _groups(sets: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """Return the connected groups of unknowns that occur together."""
    groups: list[frozenset[int]] = []
    for own in sets:
        touching = [group for group in groups if group & own]
        groups = [group for group in groups if not group & own]
        groups.append(own.union(*touching))
    return [group for group in groups if group]


def _block(conditions: Conditions, unknowns: tuple[int, ...], context: Any) -> tuple[list[Block], bool]:
    """Solve the conditions on one block; the flag says whether the answer is proved."""
    everything = (*conditions.zero, *conditions.positive, *conditions.nonnegative)
    if not conditions.zero and all(p.total_degree() <= 1 for p in everything):
        return polytope(conditions, unknowns), True
    if len(unknowns) == 1:
        return line(conditions, unknowns[0]), True
    if len(conditions.zero) == len(unknowns):
        points = isolated(conditions, unknowns)
        if points is not None:
            return points, True
    return decided_by_z3(conditions, unknowns)
