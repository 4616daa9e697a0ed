"""Whether the solutions of polynomial conditions form one piece: proved by pushing unknowns aside one after another.

If along one unknown all solutions can be moved straight to a fixed value without leaving the set, the set is connected
exactly if its slice at that value is. An equation that is affine in an unknown, with a coefficient of one sign,
makes the set the graph of a function; it is connected exactly if the projection is. What is left of both
steps is connected if it is given by linear conditions, or is one interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from alliancegames.solvers._linear_blocks import line
from alliancegames.solvers._nonlinear_blocks import STEPS, z3_expression
from alliancegames.solvers._solution_sets import Conditions, evaluate, unknowns_of

__all__ = ["answer", "is_one_piece", "rational"]


def answer(conditions: Sequence[Any]) -> bool | None:
    """Ask z3 whether conditions can hold together; None if it gives up.

    Parameters
    ----------
    conditions : sequence of z3 expressions
        Equations and inequalities of polynomials.
    """
    import z3

    solver = z3.SolverFor("QF_NRA")
    solver.set("rlimit", STEPS)
    solver.add(*conditions)
    return {"sat": True, "unsat": False}.get(str(solver.check()))


def rational(value: Any, shift: Fraction = Fraction(0)) -> Any:
    """Return a number as z3 has it.

    Parameters
    ----------
    value : Fraction or float
        The number; floats stand for their exact values.
    shift : Fraction
        What is added.
    """
    import z3

    exact = Fraction(value) + shift
    return z3.Q(exact.numerator, exact.denominator)


def is_one_piece(conditions: Conditions, centre: dict[int, Any], context: Any) -> bool | None:
    """Whether the solutions, of which there is one, are connected; None if it is not proved.

    Parameters
    ----------
    conditions : Conditions
        Polynomials; strict inequalities stay strict.
    centre : dict
        A solution in exact numbers, by position of the unknowns.
    context : fmpq_mpoly_ctx
        The ring of polynomials.
    """
    open_ = Conditions(*(tuple(p for p in part if not p.is_constant()) for part in _parts(conditions)))
    for group in _groups(open_):
        own = Conditions(*(tuple(p for p in part if unknowns_of(p) <= group) for part in _parts(open_)))
        if not _is_connected(own, sorted(group), centre, context):
            return None
    return True


def _parts(conditions: Conditions) -> tuple[tuple[Any, ...], ...]:
    return conditions.zero, conditions.positive, conditions.nonnegative


def _groups(conditions: Conditions) -> list[frozenset[int]]:
    """Return the groups of unknowns that occur together: the set is the product of what they may be."""
    groups: list[frozenset[int]] = []
    for own in (unknowns_of(p) for part in _parts(conditions) for p in part):
        touching = [group for group in groups if group & own]
        groups = [group for group in groups if not group & own] + [own.union(*touching)]
    return groups


def _is_connected(conditions: Conditions, unknowns: list[int], centre: dict[int, Any], context: Any) -> bool | None:
    if all(p.total_degree() <= 1 for part in _parts(conditions) for p in part):
        return True
    if len(unknowns) == 1:
        return _is_interval(conditions, unknowns[0])
    for k in unknowns:
        for value in dict.fromkeys((centre[k], Fraction(0), Fraction(1))):
            if _contracts(conditions, unknowns, k, value):
                slice_ = _substituted(conditions, k, value, context)
                return is_one_piece(slice_, {**centre, k: value}, context)
    for graph in _graphs(conditions, unknowns, context):
        return is_one_piece(graph, centre, context)
    return None


def _contracts(conditions: Conditions, unknowns: list[int], k: int, value: Fraction) -> bool:
    """Whether all solutions can be moved to a value of one unknown, the others unchanged."""
    import z3

    names = {j: z3.Real(f"x{j}") for j in unknowns}
    target = rational(value)
    affine = all(p.degrees()[k] <= 1 for part in _parts(conditions) for p in part)
    share = z3.Real("t")
    # What is affine in the unknown and holds at both ends of the way holds between them, too.
    moved = {**names, k: target if affine else target + share * (names[k] - target)}
    way = [] if affine else [share >= 0, share < 1]
    return answer([*_stated(conditions, names), *way, z3.Not(z3.And(*_stated(conditions, moved)))]) is False


def _stated(conditions: Conditions, names: dict[int, Any]) -> list[Any]:
    return [
        *(z3_expression(p, names) == 0 for p in conditions.zero),
        *(z3_expression(p, names) > 0 for p in conditions.positive),
        *(z3_expression(p, names) >= 0 for p in conditions.nonnegative),
    ]


def _substituted(conditions: Conditions, k: int, value: Fraction, context: Any) -> Conditions:
    gens = list(context.gens())
    gens[k] = context.constant(value.numerator) / value.denominator
    return Conditions(*(tuple(p.compose(*gens, ctx=context) for p in part) for part in _parts(conditions)))


def _graphs(conditions: Conditions, unknowns: list[int], context: Any) -> Iterator[Conditions]:
    """Yield the projections of the set along an unknown of which it is a graph."""
    import z3

    names = {j: z3.Real(f"x{j}") for j in unknowns}
    for place, equation in enumerate(conditions.zero):
        for k in unknowns:
            if equation.degrees()[k] != 1:
                continue
            rest, slope = _coefficients(equation, k, context)
            for sign in (1, -1):
                if answer([*_stated(conditions, names), z3_expression(sign * slope, names) <= 0]) is False:
                    others = conditions.zero[:place] + conditions.zero[place + 1 :]
                    parts = [[_without(p, k, rest, slope, sign, context) for p in part] for part in (others, *_parts(conditions)[1:])]
                    yield Conditions(tuple(parts[0]), (*parts[1], sign * slope), tuple(parts[2]))


def _coefficients(polynomial: Any, k: int, context: Any) -> list[Any]:
    """Return the coefficients of a polynomial as one in the unknown k, the constant first."""
    found: list[dict[tuple[int, ...], Any]] = [{} for _ in range(polynomial.degrees()[k] + 1)]
    for powers, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        found[powers[k]][(*powers[:k], 0, *powers[k + 1 :])] = coefficient
    return [context.from_dict(terms) for terms in found]


def _without(polynomial: Any, k: int, rest: Any, slope: Any, sign: int, context: Any) -> Any:
    """Put ``-rest/slope`` in the place of an unknown and multiply by a positive power of the slope."""
    coefficients = _coefficients(polynomial, k, context)
    degree = len(coefficients) - 1
    positive, value = sign * slope, -sign * rest
    terms = (c * value**power * positive ** (degree - power) for power, c in enumerate(coefficients))
    return sum(terms, start=context.constant(0))


def _is_interval(conditions: Conditions, unknown: int) -> bool | None:
    """Whether conditions on one unknown hold on one interval; pieces with a common end that belongs to the set count as one."""
    blocks = sorted(line(conditions, unknown), key=lambda block: min(block.vertices))
    for left, right in pairwise(blocks):
        (end,), (start,) = max(left.vertices), min(right.vertices)
        if end != start or not isinstance(end, Fraction):
            return None
        at_end = {unknown: end}
        if any(evaluate(p, at_end) for p in conditions.zero) or any(evaluate(p, at_end) < 0 for p in conditions.nonnegative):
            return None
        if any(evaluate(p, at_end) <= 0 for p in conditions.positive):
            return None
    return bool(blocks) or None
