"""The admissible points of a model's parameters, and what can be proved about them.

All questions of this layer come down to one: is there an admissible point at which a formula holds? Random
points of the space answer many of them at once; what they leave open is decided by z3, whose "no" is a proof.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from alliancegames.errors import SolveError
from alliancegames.solvers._nonlinear_blocks import z3_expression
from alliancegames.statics._polynomials import FALSE, TRUE, All, Atom, Formula, Ring, Some, every, holds, negation, some

__all__ = ["Answer", "ParameterSpace"]

# Random points kept, and the common denominator of their coordinates.
WALKERS, ROUNDS, DENOMINATOR = 256, 12, 9240
# Walkers within a branch of the space, and how often each coordinate of theirs is changed.
BRANCH_WALKERS, BRANCH_ROUNDS = 128, 4
# Numbers above this share of the sum of the sizes of their terms have their sign in spite of rounding.
CLEAR = 1e-9
# Steps that z3 may take for one question; unlike a time limit they are the same on every machine.
STEPS = 5_000_000
CONTRADICTION = "the assumptions on the parameters contradict each other: no point satisfies them."


@dataclass(frozen=True)
class Answer:
    """Whether a formula holds somewhere.

    Parameters
    ----------
    status : {"somewhere", "nowhere", "unknown"}
        ``"nowhere"`` is a proof; ``"somewhere"`` comes with a witness.
    witness : dict or None
        A point at which the formula holds, by symbol; rational except where no rational point was found.
    seconds : float
        Time spent.
    """

    status: Literal["somewhere", "nowhere", "unknown"]
    witness: dict[Any, Any] | None = None
    seconds: float = 0.0


class ParameterSpace:
    """The points that satisfy the declared domains and assumptions of a model.

    Parameters
    ----------
    symbols : sequence of sympy.Symbol
        The free parameters.
    positive, nonnegative : sequence of sympy expression
        What is taken to be positive, and not negative.
    start : mapping, optional
        A point that satisfies them strictly; random points are reached from it. Without one z3 is asked for it.
    steps : int, optional
        Steps that z3 may take for one question before the answer is "unknown".
    """

    def __init__(
        self,
        symbols: Sequence[Any],
        positive: Iterable[Any] = (),
        nonnegative: Iterable[Any] = (),
        *,
        start: Mapping[Any, Fraction] | None = None,
        windows: Mapping[Any, tuple[Fraction, Fraction]] | None = None,
        steps: int = STEPS,
    ) -> None:
        self.ring = Ring(symbols)
        self.symbols = self.ring.symbols
        self.steps = steps
        self._signs: dict[str, int | None] = {}
        self._windows = dict(windows or {})
        self._columns = np.zeros((0, len(self.symbols)))
        self.assumptions: tuple[Atom, ...] = ()
        strict = [self._assumption(expression, ">") for expression in positive]
        weak = [self._assumption(expression, ">=") for expression in nonnegative]
        if any(
            atom.polynomial.is_constant() and not holds(atom, lambda p: self.ring.value(p, dict.fromkeys(self.symbols, Fraction(0))))
            for atom in (*strict, *weak)
        ):
            raise SolveError(CONTRADICTION, None)
        self.assumptions = tuple(dict.fromkeys(atom for atom in (*strict, *weak) if not atom.polynomial.is_constant()))
        self._origin, self._grid = self._walk(start)
        self._columns = self._grid / DENOMINATOR

    @classmethod
    def of(cls, model: Any, *, interior: bool = True, steps: int = STEPS, only: Iterable[Any] | None = None) -> ParameterSpace:
        """Return the space of a model's free parameters.

        Parameters
        ----------
        model : Model
            A symbolic model; parameters with numbers are fixed.
        interior : bool, default True
            Whether to leave out the ends of closed domains.
        steps : int, optional
            As in the constructor.
        only : iterable of sympy.Symbol, optional
            Parameters of interest, which no assumption ties to others; the others are left out.
        """
        import sympy

        free: dict[Any, tuple[Any, Fraction]] = {}
        values = model.values()
        wanted = None if only is None else set(only)
        for parameter in model.parameters:
            own = getattr(values, parameter.name)
            for k, symbol in enumerate(own if parameter.is_vector else (own,)):
                if isinstance(symbol, sympy.Symbol) and (wanted is None or symbol in wanted):
                    free.setdefault(symbol, (parameter.interval, parameter.example[k % len(parameter.example)]))
        positive: list[Any] = []
        nonnegative: list[Any] = []
        windows = {}
        for symbol, (interval, number) in free.items():
            low, high = interval.window(number)
            windows[symbol] = (low, high)
            for bound, closed, way in ((interval.lower, interval.closed_below, 1), (interval.upper, interval.closed_above, -1)):
                if bound is not None:
                    side = nonnegative if closed and not interior else positive
                    side.append(way * (symbol - sympy.Rational(bound.numerator, bound.denominator)))
        differences = [_difference(larger, smaller) for larger, smaller in model.assumptions(values)]
        positive += [
            difference for difference in differences if wanted is None or not difference.free_symbols or difference.free_symbols & wanted
        ]
        start = {symbol: number for symbol, (_, number) in free.items()}
        return cls(tuple(free), positive, nonnegative, start=start, windows=windows, steps=steps)

    # ---------------------------------------------------------------- conditions

    def condition(self, expression: Any, relation: str = ">") -> Formula:
        """Return ``expression relation 0`` as a formula whose atoms are irreducible and of unknown sign.

        Factors whose sign is the same everywhere in the space are cancelled.

        Parameters
        ----------
        expression : sympy expression or number
            A rational function of the parameters.
        relation : {">", ">=", "<", "<=", "=", "!="}
            How it compares with zero.
        """
        numerator, denominator = self.ring.quotient(expression)
        if relation in ("=", "!="):
            return self.sign_condition(numerator, relation)
        if relation in ("<", "<="):
            numerator, relation = -numerator, relation.replace("<", ">")
        if denominator.is_constant():
            return self.sign_condition(numerator, relation)
        if relation == ">":
            return self.sign_condition(numerator * denominator, ">")
        return every([self.sign_condition(numerator * denominator, ">="), self.sign_condition(denominator, "!=")])

    def sign_condition(self, polynomial: Any, relation: str) -> Formula:
        """Return ``polynomial relation 0`` for a polynomial of the ring, simplified."""
        if polynomial.is_zero():
            return TRUE if relation in (">=", "=") else FALSE
        sign, factors = self.ring.factors(polynomial)
        open_factors = []
        nonzero: list[Formula] = []
        for factor, power in factors:
            known = self.sign(factor)
            if known in (1, -1):
                sign *= known**power
            elif power % 2 == 0:
                nonzero.append(Atom(factor, "!="))
            else:
                open_factors.append(factor)
        if relation == "=":
            return some([*(Atom(factor, "=") for factor in open_factors), *(negation(part) for part in nonzero)])
        if relation == "!=":
            return every([*(Atom(factor, "!=") for factor in open_factors), *nonzero])
        strict = _product_sign(sign, open_factors)
        if relation == ">":
            return every([strict, *nonzero])
        zeros = [Atom(factor, "=") for factor in open_factors] + [negation(part) for part in nonzero]
        if len(open_factors) == 1:
            return some([Atom(open_factors[0] * sign, ">="), *zeros[1:]])
        return some([strict, *zeros])

    def is_bounded(self, symbol: Any) -> bool:
        """Whether numbers bound a parameter from both sides, as they do a probability."""
        k = self.symbols.index(symbol)
        sides = set()
        for atom in self.assumptions:
            degrees = atom.polynomial.degrees()
            if degrees[k] == 1 and sum(degrees) == 1:
                sides.add(bool(atom.polynomial.derivative(k).coeffs()[0] > 0))
        return len(sides) == 2

    def sign(self, polynomial: Any) -> int | None:
        """Return the sign that a polynomial has everywhere in the space: 1, -1 or 0; None if it changes or is not known."""
        key = str(polynomial)
        if key not in self._signs:
            self._signs[key] = self._find_sign(polynomial)
        return self._signs[key]

    def _find_sign(self, polynomial: Any) -> int | None:
        if polynomial.is_zero():
            return 0
        if polynomial.is_constant():
            return 1 if polynomial.coeffs()[0] > 0 else -1
        up, down = (bool(self._clearly_positive(polynomial * sign, self._columns).any()) for sign in (1, -1))
        if up and down:
            return None
        for sign in (1, -1) if up or not down else (-1,):
            if self.find(Atom(-polynomial * sign, ">=")).status == "nowhere":
                return sign
        return None

    # ---------------------------------------------------------------- questions

    def find(self, formula: Formula, inside: np.ndarray | None = None) -> Answer:
        """Look for an admissible point at which a formula holds.

        Parameters
        ----------
        formula : Formula
            The formula.
        inside : ndarray of int, optional
            Points to try first, as `grid_points` gives them.

        Returns
        -------
        Answer
            Its witness has been checked exactly.
        """
        start = time.perf_counter()
        if formula == FALSE:
            return Answer("nowhere", None, 0.0)
        witness = self._sampled(formula)
        if witness is None and inside is not None and len(inside):
            witness = self._first_of(inside, formula)
        if witness is not None:
            return Answer("somewhere", witness, time.perf_counter() - start)
        status, witness = self._decided(formula)
        return Answer(status, witness, time.perf_counter() - start)

    def proves(self, formula: Formula) -> bool | None:
        """Whether a formula holds everywhere: True and False are proved, None is unknown."""
        return {"nowhere": True, "somewhere": False, "unknown": None}[self.find(negation(formula)).status]

    def refutes(self, formula: Formula, steps: int) -> bool:
        """Whether few steps of the prover suffice to show that a formula holds nowhere."""
        return self._decided(formula, steps)[0] == "nowhere"

    def holds(self, formula: Formula, point: Mapping[Any, Fraction]) -> bool:
        """Whether a formula holds at a rational point, exactly."""
        return bool(holds(formula, lambda polynomial: self.ring.value(polynomial, point)))

    def admits(self, point: Mapping[Any, Fraction]) -> bool:
        """Whether a rational point satisfies the assumptions."""
        return self.holds(All(self.assumptions), point)

    def _sampled(self, formula: Formula) -> dict[Any, Fraction] | None:
        """Look among the random points; they meet conditions that hold on open sets."""
        if not self.symbols:
            return {} if self.holds(formula, {}) else None
        values: dict[str, np.ndarray] = {}

        def signs(polynomial: Any) -> np.ndarray:
            key = str(polynomial)
            if key not in values:
                values[key] = self.ring.floats(polynomial, self._columns)
            return values[key]

        true = np.broadcast_to(np.asarray(holds(formula, signs)), (len(self._columns),))
        return self._first_of(self._grid[np.flatnonzero(true)[:3]], formula)

    # ---------------------------------------------------------------- points of a branch

    def grid_points(self) -> np.ndarray:
        """Return the random points as integer multiples of the grid's width, one row a point."""
        return self._grid

    def among(self, points: np.ndarray, atom: Atom) -> np.ndarray:
        """Return the grid points at which a strict inequality holds clearly."""
        return np.asarray(points[self._clearly_positive(atom.polynomial, points / DENOMINATOR)]) if len(points) else points

    def walk_within(self, points: np.ndarray, literals: Sequence[Atom]) -> np.ndarray:
        """Return further grid points at which strict inequalities hold, reached from some by changing single coordinates."""
        if not len(points):
            return points
        rng = np.random.default_rng(len(points))
        walkers = points[rng.integers(0, len(points), BRANCH_WALKERS)]
        found = []
        for _ in range(BRANCH_ROUNDS):
            for k, symbol in enumerate(self.symbols):
                low, high = self._windows.get(symbol, (Fraction(-3), Fraction(3)))
                moved = walkers.copy()
                moved[:, k] = rng.integers(int(low * DENOMINATOR), int(high * DENOMINATOR) + 1, len(walkers))
                good = self._admissible(moved)
                for literal in literals:
                    good[good] = self._clearly_positive(literal.polynomial, moved[good] / DENOMINATOR)
                walkers[good] = moved[good]
            found.append(walkers.copy())
        return np.unique(np.concatenate(found), axis=0)

    def _first_of(self, points: np.ndarray, formula: Formula) -> dict[Any, Fraction] | None:
        for row in points[:3]:
            point = {symbol: Fraction(int(x), DENOMINATOR) for symbol, x in zip(self.symbols, row, strict=True)}
            if self.admits(point) and self.holds(formula, point):
                return point
        return None

    def _decided(
        self, formula: Formula, steps: int | None = None
    ) -> tuple[Literal["somewhere", "nowhere", "unknown"], dict[Any, Any] | None]:
        """Ask z3, which knows the assumptions."""
        import z3

        names = {k: z3.Real(f"x{k}") for k in range(len(self.symbols))}
        solver = z3.SolverFor("QF_NRA")
        solver.set("rlimit", steps or self.steps)
        solver.add(*(_to_z3(atom, names) for atom in self.assumptions), _to_z3(formula, names))
        answer = str(solver.check())
        if answer != "sat":
            return ("nowhere" if answer == "unsat" else "unknown"), None
        model = solver.model()
        found = {symbol: model.eval(names[k], model_completion=True) for k, symbol in enumerate(self.symbols)}
        return "somewhere", self._rational_witness(formula, found)

    def _rational_witness(self, formula: Formula, found: Mapping[Any, Any]) -> dict[Any, Any]:
        """Return a rational point near z3's where there is one, else sympy's algebraic numbers."""
        import z3

        if all(z3.is_rational_value(value) for value in found.values()):
            return {symbol: Fraction(v.numerator_as_long(), v.denominator_as_long()) for symbol, v in found.items()}
        for digits in (3, 8, 20, 40):
            near = {symbol: _near(value, digits) for symbol, value in found.items()}
            if self.admits(near) and self.holds(formula, near):
                return near
        return {symbol: _algebraic(value) for symbol, value in found.items()}

    # ---------------------------------------------------------------- random points

    def points(self, count: int) -> list[dict[Any, Fraction]]:
        """Return some random admissible points, exact, by symbol; the one where the search started comes first."""
        rows = [self._origin, *(tuple(Fraction(int(x), DENOMINATOR) for x in row) for row in self._grid[: count - 1])]
        return [dict(zip(self.symbols, row, strict=True)) for row in rows][:count]

    def _walk(self, start: Mapping[Any, Fraction] | None) -> tuple[tuple[Fraction, ...], np.ndarray]:
        """Change one coordinate of many walkers at a time; return where they started and the grid points that they met."""
        if not self.symbols:
            return (), np.zeros((0, 0), dtype=np.int64)
        origin = start if start is not None and self.admits(start) else self._decided(TRUE)[1]
        if origin is None:
            raise SolveError(CONTRADICTION, None)
        rng = np.random.default_rng(0)
        first = np.array([round(Fraction(origin[symbol]) * DENOMINATOR) for symbol in self.symbols], dtype=np.int64)
        walkers = np.tile(first, (WALKERS, 1))
        met = []
        for _ in range(ROUNDS):
            for k, symbol in enumerate(self.symbols):
                low, high = self._windows.get(symbol, (Fraction(-3), Fraction(3)))
                moved = walkers.copy()
                coarse = 1 if rng.random() < 0.7 else DENOMINATOR // 12
                moved[:, k] = rng.integers(int(low * DENOMINATOR) // coarse, int(high * DENOMINATOR) // coarse + 1, WALKERS) * coarse
                good = self._admissible(moved)
                walkers[good] = moved[good]
            met.append(walkers[self._admissible(walkers)])
        return tuple(Fraction(origin[symbol]) for symbol in self.symbols), np.unique(np.concatenate(met), axis=0)

    def _admissible(self, walkers: np.ndarray) -> np.ndarray:
        """Return which grid points satisfy all assumptions strictly and clearly: random points are for open conditions."""
        columns = walkers / DENOMINATOR
        good = np.ones(len(walkers), dtype=bool)
        for atom in self.assumptions:
            good &= self._clearly_positive(atom.polynomial, columns)
        return good

    def _clearly_positive(self, polynomial: Any, columns: np.ndarray) -> np.ndarray:
        """Return where a polynomial is positive beyond all rounding."""
        size = self.ring.floats(_absolute(polynomial), np.abs(columns))
        return np.asarray(self.ring.floats(polynomial, columns) > CLEAR * size)

    def _assumption(self, expression: Any, relation: str) -> Atom:
        numerator, denominator = self.ring.quotient(expression)
        return Atom(numerator * denominator if not denominator.is_constant() else numerator, relation)


def _difference(larger: Any, smaller: Any) -> Any:
    import sympy

    return sympy.sympify(larger) - sympy.sympify(smaller)


def _product_sign(sign: int, factors: Sequence[Any]) -> Formula:
    """Return that a product of factors, times a sign, is positive."""
    if not factors:
        return TRUE if sign > 0 else FALSE
    *others, last = factors
    if not others:
        return Atom(last * sign)
    return some(every([Atom(last * own), _product_sign(sign * own, others)]) for own in (1, -1))


def _absolute(polynomial: Any) -> Any:
    """Return the polynomial with all coefficients made positive, a bound on its terms."""
    return polynomial.context().from_dict({monomial: abs(c) for monomial, c in zip(polynomial.monoms(), polynomial.coeffs(), strict=True)})


def _to_z3(formula: Formula, names: Mapping[int, Any]) -> Any:
    import z3

    if isinstance(formula, (All, Some)):
        parts = [_to_z3(part, names) for part in formula.parts]
        return z3.And(*parts) if isinstance(formula, All) else z3.Or(*parts)
    expression = z3_expression(formula.polynomial, dict(names))
    if formula.relation == ">":
        return expression > 0
    if formula.relation == ">=":
        return expression >= 0
    return expression == 0 if formula.relation == "=" else expression != 0


def _near(value: Any, digits: int) -> Fraction:
    import z3

    near = value if z3.is_rational_value(value) else value.approx(digits)
    return Fraction(near.numerator_as_long(), near.denominator_as_long())


def _algebraic(value: Any) -> Any:
    """Return z3's algebraic number as sympy's root of a polynomial."""
    import sympy
    import z3

    if z3.is_rational_value(value):
        return Fraction(value.numerator_as_long(), value.denominator_as_long())
    unknown = sympy.Symbol("x")
    coefficients = [sympy.Rational(c.numerator_as_long(), c.denominator_as_long()) for c in value.poly()]
    polynomial = sympy.Poly(list(reversed(coefficients)), unknown)
    near = float(_near(value, 15))
    return min(polynomial.real_roots(), key=lambda root: abs(float(root) - near))
