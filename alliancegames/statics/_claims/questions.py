"""Questions about a model's parameters: does something hold at all admissible points, or where does it fail?

Rational functions become polynomials, which z3 decides. Roots, exponentials, logarithms and normal CDFs are
replaced by unknowns of which some properties are stated; what follows from these is proved, and where
it does not follow, points are tried one by one with enclosures. Every witness is checked anew at the
formulas themselves.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from alliancegames.errors import AllianceGamesError, SolverNotApplicableError
from alliancegames.solvers._duals import Dual
from alliancegames.solvers._intervals import Interval
from alliancegames.statics._claims.enclosures import compare, enclose
from alliancegames.statics._claims.opaque import Opaque
from alliancegames.statics._claims.readings import And, Comparison, Logic, substituted
from alliancegames.statics._polynomials import FALSE, Atom, Formula, every, some
from alliancegames.statics.parameter_space import STEPS, ParameterSpace

__all__ = ["Finding", "Question", "plain_formula", "symbols_of", "truth"]

# Random points tried where an answer must be looked for point by point, and how many of those that seem right are checked.
POINTS, CHECKED = 4000, 5


@dataclass(frozen=True)
class Finding:
    """Whether something holds at some admissible point.

    Parameters
    ----------
    status : {"somewhere", "nowhere", "unknown"}
        ``"nowhere"`` is a proof.
    witness : dict or None
        Where it holds: values of all free parameters by symbol, checked.
    seconds : float
        Time spent.
    reason : str
        Why it is unknown.
    """

    status: Literal["somewhere", "nowhere", "unknown"]
    witness: Mapping[Any, Any] | None = None
    seconds: float = 0.0
    reason: str = ""


class Question:
    """The admissible parameters of a model, asked where statements hold.

    Parameters
    ----------
    model : Model
        The model, with exact or free parameters.
    interior : bool, default True
        Whether to leave out the ends of closed domains.
    steps : int, optional
        Steps that z3 may take for one question.
    fixed : mapping of symbol to sympy number, optional
        Numbers for symbols that statements contain and the model does not.
    """

    def __init__(self, model: Any, *, interior: bool = True, steps: int = STEPS, fixed: Mapping[Any, Any] | None = None) -> None:
        self.model, self.interior, self.steps, self.fixed = model, interior, steps, dict(fixed or {})
        self.links = links(model)
        self.conditions = [sympify(larger - smaller) for larger, smaller in model.assumptions(model.values())]
        self.intervals = {symbol: parameter.interval for symbol, parameter in free_parameters(model).items()}
        self.example = self._start()

    def _start(self) -> dict[Any, Fraction]:
        """Return an admissible point: the example, unless numbers given to some parameters rule it out."""
        point = examples(self.model)
        if self.admits(point):
            return point
        return dict(_space(self.model, frozenset(point), self.interior, self.steps).points(1)[0])

    def admits(self, point: Mapping[Any, Any]) -> bool:
        """Whether values of all free parameters lie in their domains and satisfy the assumptions.

        Parameters
        ----------
        point : mapping of symbol to number
            The values.
        """
        return all(interval.contains(point[symbol]) for symbol, interval in self.intervals.items()) and all(
            compare(condition, ">", point) is True for condition in self.conditions
        )

    def find(self, logic: Logic) -> Finding:
        """Look for an admissible point at which a statement holds, all its comparisons being defined.

        Parameters
        ----------
        logic : Logic
            The statement.
        """
        started = time.perf_counter()
        try:
            finding = self._find(substituted(logic, self.fixed))
        except AllianceGamesError as error:
            if not isinstance(error, SolverNotApplicableError):
                raise
            finding = Finding("unknown", reason=str(error))
        return Finding(finding.status, finding.witness, time.perf_counter() - started, finding.reason)

    def _find(self, logic: Logic) -> Finding:
        if not symbols_of(logic):
            answer = truth(logic, {})
            if answer is not None:
                return Finding("somewhere", dict(self.example)) if answer else Finding("nowhere")
        space = self.space(logic)
        opaque = Opaque(space.symbols)
        plain = opaque.replaced(logic)
        if opaque.symbols:
            space = _extended(space, opaque)
        formula = every([_formula(space, plain), *(_formula(space, fact, factored=False) for fact in opaque.facts)])
        answered = space.find(formula)
        if answered.status == "nowhere":
            return Finding("nowhere")
        if answered.status == "somewhere":
            assert answered.witness is not None
            witness = self._completed(answered.witness)
            if truth(logic, witness) and self.admits(witness):
                return Finding("somewhere", witness)
        found = self._searched(logic) if opaque.symbols else None
        if found is not None:
            return Finding("somewhere", found)
        return Finding("unknown", reason=self._why(opaque, answered.status))

    def _why(self, opaque: Opaque, status: str) -> str:
        if opaque.symbols:
            words = ", ".join(map(str, list(opaque.originals)[:3]))
            return f"properties of {words} that are not used here decide it, and no point tried does"
        if status == "somewhere":
            return "the only points found are irrational, and their check left it open"
        return f"z3 did not decide it within {self.steps:,} steps"

    def space(self, logic: Logic) -> ParameterSpace:
        """Return the space of those parameters on which a statement depends, through assumptions too.

        Parameters
        ----------
        logic : Logic
            The statement.
        """
        wanted = symbols_of(logic)
        grown = True
        while grown:
            more = {symbol for link in self.links if link & wanted for symbol in link}
            grown = not more <= wanted
            wanted |= more
        return _space(self.model, frozenset(wanted), self.interior, self.steps)

    def _completed(self, witness: Mapping[Any, Any]) -> dict[Any, Any]:
        """Give the parameters on which nothing depends their example values."""
        return {symbol: witness.get(symbol, value) for symbol, value in self.example.items()}

    def _searched(self, logic: Logic) -> dict[Any, Any] | None:
        """Look among the random points of the space, all at once with enclosures and then, where these agree, one by one."""
        points = self.space(logic).points(POINTS)
        values = {symbol: Dual(Interval.enclosing([point[symbol] for point in points])) for symbol in (points[0] if points else ())}
        if not values:
            return None
        try:
            with np.errstate(all="ignore"):
                found = np.flatnonzero(_surely(logic, values))
        except (NotImplementedError, TypeError, ValueError):
            return None
        for k in found[:CHECKED]:
            full = self._completed(points[int(k)])
            if truth(logic, full) and self.admits(full):
                return full
        return None


def _surely(logic: Logic, values: Mapping[Any, Any]) -> Any:
    """Say at which of many points the enclosures of a statement's comparisons prove it."""
    if isinstance(logic, Comparison):
        box = enclose(logic.left - logic.right, values).value
        return {
            "<": box.high < 0,
            "<=": box.high <= 0,
            ">": box.low > 0,
            ">=": box.low >= 0,
            "=": (box.low == 0) & (box.high == 0),
            "!=": (box.low > 0) | (box.high < 0),
        }[logic.relation]
    size = len(next(iter(values.values())).value.low)
    parts = [_surely(part, values) for part in logic.parts]
    return (
        np.logical_and.reduce([np.ones(size, bool), *parts])
        if isinstance(logic, And)
        else np.logical_or.reduce([np.zeros(size, bool), *parts])
    )


def truth(logic: Logic, point: Mapping[Any, Any]) -> bool | None:
    """Decide a statement at one point from its own formulas; None where enclosures leave it open or it is not defined.

    Parameters
    ----------
    logic : Logic
        The statement.
    point : mapping of symbol to number
        Values of all symbols.
    """
    if isinstance(logic, Comparison):
        return compare(logic.left - logic.right, logic.relation, point)
    answers = [truth(part, point) for part in logic.parts]
    decisive = not isinstance(logic, And)
    if decisive in answers:
        return decisive
    return None if None in answers else not decisive


def symbols_of(logic: Logic) -> set[Any]:
    """Return the symbols that occur in a statement."""
    if isinstance(logic, Comparison):
        return set((logic.left - logic.right).free_symbols)
    return {symbol for part in logic.parts for symbol in symbols_of(part)}


def _formula(space: ParameterSpace, logic: Logic, *, factored: bool = True) -> Formula:
    """Turn comparisons of rational functions into conditions on polynomials."""
    if isinstance(logic, Comparison):
        difference = logic.left - logic.right
        if factored:
            formula = space.condition(difference, logic.relation)
            if logic.relation not in ("=", "!="):
                return formula
            denominator = space.ring.quotient(difference)[1]
            return formula if denominator.is_constant() else every([formula, space.sign_condition(denominator, "!=")])
        return _plain(space, difference, logic.relation)
    parts = [_formula(space, part, factored=factored) for part in logic.parts]
    return every(parts) if isinstance(logic, And) else some(parts)


def plain_formula(space: ParameterSpace, logic: Logic) -> Formula:
    """Turn comparisons of rational functions into conditions on polynomials as they stand, without asking for signs of factors.

    Parameters
    ----------
    space : ParameterSpace
        The parameters.
    logic : Logic
        The statement.
    """
    return _formula(space, logic, factored=False)


def _plain(space: ParameterSpace, difference: Any, relation: str) -> Formula:
    numerator, denominator = space.ring.quotient(difference)
    if relation in ("<", "<="):
        numerator, relation = -numerator, relation.replace("<", ">")
    if denominator.is_constant():
        product, parts = numerator, []
    else:
        product = numerator if relation in ("=", "!=") else numerator * denominator
        parts = [Atom(denominator, "!=")]
    if product.is_constant() or product.is_zero():
        sign = 0 if product.is_zero() else (1 if product.coeffs()[0] > 0 else -1)
        return every(parts) if {">": sign > 0, ">=": sign >= 0, "=": sign == 0, "!=": sign != 0}[relation] else FALSE
    return every([Atom(product, relation), *parts])


def _extended(space: ParameterSpace, opaque: Opaque) -> ParameterSpace:
    """Add unknowns for what is opaque, with their ranges."""
    positive = [space.ring.expression(atom.polynomial) for atom in space.assumptions if atom.relation == ">"]
    nonnegative = [space.ring.expression(atom.polynomial) for atom in space.assumptions if atom.relation == ">="]
    return ParameterSpace(
        (*space.symbols, *opaque.symbols),
        [*positive, *opaque.positive],
        nonnegative,
        windows={symbol: (Fraction(0), Fraction(2)) for symbol in opaque.symbols},
        steps=space.steps,
    )


@lru_cache(maxsize=128)
def _space(model: Any, symbols: frozenset[Any], interior: bool, steps: int) -> ParameterSpace:
    return ParameterSpace.of(model, interior=interior, steps=steps, only=symbols)


def sympify(value: Any) -> Any:
    """Return a number or formula as a sympy expression."""
    import sympy

    return sympy.sympify(value)


def links(model: Any) -> list[set[Any]]:
    """Return for each assumption of a model the free symbols that it ties together."""
    found = [set(getattr(larger - smaller, "free_symbols", ())) for larger, smaller in model.assumptions(model.values())]
    return [link for link in found if link]


def free_parameters(model: Any) -> dict[Any, Any]:
    """Return the declared parameter of every free symbol."""
    values = model.values()
    found: dict[Any, Any] = {}
    for parameter in model.parameters:
        own = getattr(values, parameter.name)
        for symbol in own if parameter.is_vector else (own,):
            if getattr(symbol, "is_Symbol", False):
                found.setdefault(symbol, parameter)
    return found


def examples(model: Any) -> dict[Any, Fraction]:
    """Return the example's value of every free parameter, by symbol."""
    values = model.values()
    found: dict[Any, Fraction] = {}
    for parameter in model.parameters:
        own = getattr(values, parameter.name)
        for k, symbol in enumerate(own if parameter.is_vector else (own,)):
            if getattr(symbol, "is_Symbol", False):
                found.setdefault(symbol, parameter.example[k % len(parameter.example)])
    return found
