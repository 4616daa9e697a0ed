"""Designs whose best point lies on an edge, at an irrational place: all instruments but one follow from linear conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from alliancegames.errors import SolverNotApplicableError
from alliancegames.statics._polynomials import every
from alliancegames.statics._treaties.line import Answer, Binding, solve_on_line
from alliancegames.statics._treaties.programs import Constraint, Program
from alliancegames.statics.parameter_space import ParameterSpace

__all__ = ["best_on_an_edge"]

# Combinations of conditions tried.
MOST = 12
# Degree of a root beyond which its minimal polynomial is not worth the wait.
LARGEST_DEGREE = 4
# Digits to which an irrational value is enclosed before the prover is asked.
DIGITS = 30


def best_on_an_edge(
    program: Program, active: Sequence[Constraint], windows: Mapping[Any, tuple[Fraction, Fraction]], sign: int
) -> Answer | None:
    """Return the best point on an edge, if it is proved to be the best of all.

    Parameters
    ----------
    program : Program
        The program, with rational functions.
    active : sequence of Constraint
        Conditions that bind near the best point found in floats.
    windows : mapping
        Ranges of the instruments.
    sign : int
        -1 if the objective was to be minimised.
    """
    for binding, edge, back in _edges(program, active):
        try:
            answer = solve_on_line(edge, sign)
        except SolverNotApplicableError:
            return None
        if answer.status != "optimal" or answer.value is None or not _is_largest(program, answer.value, windows):
            continue
        point = tuple(_number(back[v].subs(edge.variables[0], _sympy(answer.point[0]))) for v in program.variables)
        bindings = (*(Binding(c.words, c.source) for c in binding), *(Binding(b.condition, b.source) for b in answer.bindings))
        return Answer("optimal", answer.value, point, bindings, (), None, answer.value, "exact on an edge, proved optimal by z3")
    return None


def _edges(program: Program, active: Sequence[Constraint]) -> Iterator[tuple[Sequence[Constraint], Program, dict[Any, Any]]]:
    """Yield programs of one instrument: as many linear conditions as there are others hold with equality."""
    import sympy

    along = sympy.Symbol("s", real=True)
    linear = [c for c in active if sympy.Poly(c.margin, *program.variables).total_degree() == 1] if all(map(_is_polynomial, active)) else []
    for chosen in list(combinations(linear, len(program.variables) - 1))[:MOST]:
        solved = sympy.linsolve([c.margin for c in chosen], *program.variables)
        free = [s for place in solved for s in sympy.Tuple(*place).free_symbols]
        if len(set(free)) != 1:
            continue
        back = {v: sympy.sympify(e).xreplace({free[0]: along}) for v, e in zip(program.variables, next(iter(solved)), strict=True)}
        margins = [(c, sympy.cancel(c.margin.subs(back, simultaneous=True))) for c in program.constraints]
        if any(m.is_number and (m < 0 or (m == 0 and c.strict)) for c, m in margins):
            continue
        kept = tuple(replace(c, margin=m) for c, m in margins if not m.is_number)
        objective = sympy.cancel(program.objective.subs(back, simultaneous=True))
        yield chosen, replace(program, variables=(along,), objective=objective, constraints=kept), back


def _is_polynomial(constraint: Constraint) -> bool:
    return bool(constraint.margin.is_polynomial())


def _is_largest(program: Program, value: Any, windows: Mapping[Any, tuple[Fraction, Fraction]]) -> bool:
    """Whether it is proved that no admissible point exceeds an algebraic number, which the prover knows by its polynomial."""
    import sympy

    if any(root.poly.degree() > LARGEST_DEGREE for root in _sympy(value).atoms(sympy.CRootOf)):
        return False
    number = sympy.Symbol("value", real=True)
    polynomial = sympy.minimal_polynomial(_sympy(value), number)
    near = sympy.Rational(str(sympy.N(_sympy(value), DIGITS + 10)))
    room = sympy.Rational(1, 10**DIGITS)
    if sympy.Poly(polynomial, number).count_roots(near - room, near + room) != 1:
        return False
    space = ParameterSpace((*program.variables, number), windows=windows)
    below = sympy.denom(sympy.together(program.objective))
    conditions = [space.condition(c.margin, ">" if c.strict else ">=") for c in program.constraints]
    conditions += [space.condition(below, "!="), space.condition(polynomial, "=")]
    conditions += [space.condition(number - near + room), space.condition(near + room - number)]
    return space.find(every([*conditions, space.condition(program.objective - number)])).status == "nowhere"


def _sympy(value: Any) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else value


def _number(value: Any) -> Any:
    import sympy

    value = sympy.expand(value)
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else value
