"""Designs of several instruments: linear programs exactly, others by local search with a proof by z3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.errors import SolverNotApplicableError
from alliancegames.solvers._linear_programs import maximise
from alliancegames.statics._polynomials import Formula, Ring, every
from alliancegames.statics._treaties.edges import best_on_an_edge
from alliancegames.statics._treaties.line import Answer, Binding
from alliancegames.statics._treaties.programs import Constraint, Program
from alliancegames.statics.parameter_space import ParameterSpace

__all__ = ["solve_in_space", "solve_linear"]

# Starts of the local search, and rounds in which the prover may point to a better place.
STARTS, ROUNDS = 24, 6
# Denominators of the fractions tried near a point found in floats.
DENOMINATORS = (1, 2, 10, 20, 100, 1000, 10**4, 10**6, 10**9)
# What cannot be proved to be optimal is bounded from above within this share of its size.
SLACK = Fraction(1, 10**6)
# Margins below this bind in floats.
CLOSE = 1e-6


# -------------------------------------------------------------------- linear


def solve_linear(program: Program, sign: int) -> Answer | None:
    """Solve a linear program exactly; None if it is not linear.

    Parameters
    ----------
    program : Program
        The program.
    sign : int
        -1 if the objective was to be minimised, so that shadow prices are those of the original.
    """
    ring = Ring(program.variables)
    try:
        goal, *rows = (_linear(ring, e) for e in (program.objective, *(c.margin for c in program.constraints)))
    except SolverNotApplicableError:
        return None
    if goal is None or any(row is None for row in rows):
        return None
    count, method = len(program.variables), "exact: linear program with its dual"
    listed = [row for row in rows if row is not None]
    upper, bound = [[-c for c in row[:-1]] for row in listed], [row[-1] for row in listed]
    inside = _inside(program, upper, bound, ())
    if inside is None:
        return Answer("infeasible", method=method)
    solved = maximise(goal[:-1], upper=upper, upper_bound=bound, free=range(count))
    if solved.status == "unbounded":
        return Answer("unbounded", method=method)
    value, point, dual = solved.optimum
    attained = _inside(program, upper, bound, [(goal[:-1], value)])
    bindings = tuple(
        Binding(constraint.words, constraint.source, sign * price)
        for constraint, price in zip(program.constraints, dual, strict=True)
        if price != 0
    )
    total = value + goal[-1]
    if attained is None:
        return Answer("supremum", total, tuple(point), bindings, (), None, total, method)
    strict = any(
        c.strict and sum(a * x for a, x in zip(row, point, strict=True)) == b
        for c, row, b in zip(program.constraints, upper, bound, strict=True)
    )
    return Answer("optimal", total, attained if strict else tuple(point), bindings, (), None, total, method)


def _linear(ring: Ring, expression: Any) -> list[Fraction] | None:
    """Return the coefficients of a linear function, the constant last; None if it is not linear."""
    above, below = ring.quotient(expression)
    if not below.is_constant() or any(sum(powers) > 1 for powers in above.monoms()):
        return None
    count = len(ring.symbols)
    scale = Fraction(int(below.coeffs()[0].p), int(below.coeffs()[0].q))
    row = [Fraction(0)] * (count + 1)
    for powers, coefficient in zip(above.monoms(), above.coeffs(), strict=True):
        place = next((k for k, power in enumerate(powers) if power), count)
        row[place] = Fraction(int(coefficient.p), int(coefficient.q)) / scale
    return row


def _inside(program: Program, upper: Any, bound: Any, equal: Sequence[Any]) -> tuple[Fraction, ...] | None:
    """Return a point that satisfies all constraints, the strict ones strictly, and equations; None if there is none."""
    count = len(program.variables)
    rows = [[*row, 1 if constraint.strict else 0] for row, constraint in zip(upper, program.constraints, strict=True)]
    found = maximise(
        [0] * count + [1],
        upper=[*rows, [0] * count + [1]],
        upper_bound=[*bound, 1],
        equal=[[*row, 0] for row, _ in equal],
        equal_to=[value for _, value in equal],
        free=range(count),
    )
    if found.status != "optimal" or found.optimum[0] <= 0:
        return None
    return tuple(found.optimum[1][:-1])


# -------------------------------------------------------------------- not linear


def solve_in_space(program: Program, start: Mapping[Any, Any], sign: int) -> Answer:
    """Search for the best point, and try to prove that there is no better one.

    Parameters
    ----------
    program : Program
        Objective and margins are rational functions for a proof; others are searched only.
    start : mapping of symbol to sympy number
        Values of the instruments in the example, around which unbounded domains are searched.
    sign : int
        -1 if the objective was to be minimised.
    """
    search = _Search(program, start)
    try:
        proof: _Proof | None = _Proof(program, search.windows)
    except SolverNotApplicableError:
        proof = None
    if proof is None:
        return _numeric(search, sign)
    seed = proof.witness()
    if seed == "nowhere":
        return Answer("infeasible", method="proved by z3: the conditions contradict each other")
    best: tuple[Fraction, ...] | None = None
    extra = [seed] if isinstance(seed, tuple) else []
    for _ in range(ROUNDS):
        place = search.best([*extra, *([best] if best else [])])
        candidates = [*proof.near(place), *extra, *([best] if best else [])]
        best = max(candidates, key=proof.value, default=None)
        if best is None:
            break
        better = proof.better(best, Fraction(0))
        if better == "nowhere":
            value = proof.value(best)
            return Answer("optimal", value, best, search.bindings(best, sign), (), None, value, "exact point, proved optimal by z3")
        if not isinstance(better, tuple):
            break
        extra = [better]
    place = search.best([best] if best else [])
    edge = None if place is None else best_on_an_edge(program, search.active(place), search.windows, sign)
    return edge or _bounded(search, proof, best, sign)


def _bounded(search: _Search, proof: _Proof, best: tuple[Fraction, ...] | None, sign: int) -> Answer:
    """Prove at least a bound close to the best value found."""
    if best is None:
        return _numeric(search, sign)
    value = proof.value(best)
    room = SLACK * max(Fraction(1), abs(value))
    bindings = search.bindings(best, 0)
    if proof.better(best, room) == "nowhere":
        return Answer("numeric", value, best, bindings, (), None, value + room, "local search; bound proved by z3")
    return Answer("numeric", value, best, bindings, (), None, None, "local search; no proof that nothing is better")


def _numeric(search: _Search, sign: int) -> Answer:
    place = search.best([])
    if place is None:
        return Answer("numeric", method="local search found no point that satisfies the conditions; there may be one")
    point = tuple(float(x) for x in place)
    return Answer(
        "numeric", search.value(place), point, search.bindings(point, 0), (), None, None, "local search; no proof that nothing is better"
    )


class _Search:
    """Local search in floats from many starts."""

    def __init__(self, program: Program, start: Mapping[Any, Any]) -> None:
        import sympy

        self.program = program
        self.windows = {v: _window(program, v, Fraction(int(start[v].p), int(start[v].q))) for v in program.variables}
        self._goal = sympy.lambdify(program.variables, program.objective, "math")
        self._margins = [sympy.lambdify(program.variables, constraint.margin, "math") for constraint in program.constraints]

    def value(self, place: Sequence[float]) -> float:
        """Return the objective, minus infinity where it is not defined."""
        return _safe(self._goal, place)

    def best(self, starts: Sequence[Sequence[Any]]) -> tuple[float, ...] | None:
        """Return the best feasible point found."""
        from scipy.optimize import minimize

        rng = np.random.default_rng(0)
        low, high = (np.array([float(self.windows[v][k]) for v in self.program.variables]) for k in (0, 1))
        points = [np.array([float(x) for x in start]) for start in starts]
        points += list(low + (high - low) * rng.random((STARTS, len(low))))
        limits = [{"type": "ineq", "fun": lambda x, m=margin: max(_safe(m, x), -1e9)} for margin in self._margins]
        found = []
        for point in points:
            result = minimize(lambda x: -max(self.value(x), -1e9), point, method="SLSQP", constraints=limits, options={"maxiter": 200})
            for place in (tuple(map(float, result.x)), tuple(map(float, point))):
                if np.isfinite(place).all() and all(_safe(margin, place) >= -1e-7 for margin in self._margins):
                    found.append(place)
        return max(found, key=self.value, default=None)

    def active(self, point: Sequence[Any]) -> list[Constraint]:
        """Return the conditions that hold with equality, as far as floats can tell."""
        return [c for c, margin in zip(self.program.constraints, self._margins, strict=True) if abs(_safe(margin, point)) <= CLOSE]

    def bindings(self, point: Sequence[Any], sign: int) -> tuple[Binding, ...]:
        """Return the conditions that hold with equality, with multipliers where the point is exact and they are unique."""
        active = self.active(point)
        prices = _multipliers(self.program, active, point) if sign and all(isinstance(x, Fraction) for x in point) else None
        if prices is None:
            return tuple(Binding(c.words, c.source) for c in active)
        return tuple(Binding(c.words, c.source, sign * price) for c, price in zip(active, prices, strict=True) if price != 0)


def _safe(function: Any, place: Sequence[Any]) -> float:
    try:
        value = float(function(*(float(x) for x in place)))
    except (ZeroDivisionError, ValueError, OverflowError, TypeError):
        return -np.inf
    return value if np.isfinite(value) else -np.inf


def _window(program: Program, variable: Any, example: Fraction) -> tuple[Fraction, Fraction]:
    """Return the range of an instrument: the ends of its domain, or a few units around the example."""
    low, high = -2 * abs(example) - 3, 2 * abs(example) + 3
    for constraint in program.constraints:
        if constraint.margin.free_symbols == {variable} and constraint.margin.is_polynomial(variable):
            slope, level = constraint.margin.coeff(variable, 1), constraint.margin.coeff(variable, 0)
            if constraint.source.startswith("domain") and slope.is_Rational and slope != 0:
                end = Fraction(int((-level / slope).p), int((-level / slope).q))
                low, high = (max(low, end), high) if slope > 0 else (low, min(high, end))
    return low, max(high, low + 1)


def _multipliers(program: Program, active: Sequence[Constraint], point: Sequence[Fraction]) -> list[Fraction] | None:
    """Return the multipliers of the conditions that bind, if the equations for them have one solution."""
    import sympy

    at = {v: sympy.Rational(x.numerator, x.denominator) for v, x in zip(program.variables, point, strict=True)}
    gradient = sympy.Matrix([sympy.diff(program.objective, v).subs(at) for v in program.variables])
    if not active:
        return [] if all(entry == 0 for entry in gradient) else None
    slopes = sympy.Matrix([[sympy.diff(c.margin, v).subs(at) for c in active] for v in program.variables])
    if slopes.rank() < len(active) or slopes.row_join(-gradient).rank() > len(active):
        return None
    solved = (slopes.T * slopes).LUsolve(slopes.T * -gradient)
    return [Fraction(int(price.p), int(price.q)) for price in solved]


class _Proof:
    """What z3 can say about a program: whether there is a feasible point, and a better one."""

    def __init__(self, program: Program, windows: Mapping[Any, tuple[Fraction, Fraction]]) -> None:
        import sympy

        self.program = program
        self._space = ParameterSpace(program.variables, windows=windows)
        conditions = [self._space.condition(c.margin, ">" if c.strict else ">=") for c in program.constraints]
        below = sympy.denom(sympy.together(program.objective))
        self._feasible: Formula = every([*conditions, self._space.condition(below, "!=")])

    def witness(self) -> Any:
        """Return a rational feasible point, "nowhere" if it is proved that there is none, or "unknown"."""
        return self._read(self._space.find(self._feasible))

    def better(self, point: Sequence[Fraction], room: Fraction) -> Any:
        """Look for a feasible point whose value exceeds that of another by more than some room; answers as `witness`."""
        import sympy

        level = self.value(point) + room
        gain = self.program.objective - sympy.Rational(level.numerator, level.denominator)
        return self._read(self._space.find(every([self._feasible, self._space.condition(gain, ">")])))

    def _read(self, answer: Any) -> Any:
        if answer.status != "somewhere":
            return answer.status
        point = tuple(answer.witness[v] for v in self.program.variables)
        return point if all(isinstance(x, Fraction) for x in point) else "unknown"

    def value(self, point: Sequence[Fraction]) -> Fraction:
        """Evaluate the objective exactly."""
        import sympy

        at = {v: sympy.Rational(x.numerator, x.denominator) for v, x in zip(self.program.variables, point, strict=True)}
        number = self.program.objective.subs(at)
        return Fraction(int(number.p), int(number.q))

    def near(self, place: Sequence[float] | None) -> list[tuple[Fraction, ...]]:
        """Return simple fractions near a point that satisfy all conditions exactly."""
        if place is None:
            return []
        tried = (tuple(Fraction(x).limit_denominator(d) for x in place) for d in DENOMINATORS)
        return [
            point
            for point in dict.fromkeys(tried)
            if self._space.holds(self._feasible, dict(zip(self.program.variables, point, strict=True)))
        ]
