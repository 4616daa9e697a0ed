"""Linear programs in rationals, solved and proved.

The simplex method runs on integers with Bland's rule, so ties are seen as ties and it always ends. Large
programs start from the basis that HiGHS finds in floats: when it is right, as it mostly is, no pivot is
left to make. Whatever the path, the answer is checked against the data before it is returned: a solution
and multipliers of the same value prove the optimum, a Farkas combination proves that there is no
solution, a ray proves that there is no bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from numbers import Rational
from operator import mul
from typing import Any, Literal

import numpy as np

from alliancegames._exact import primitive
from alliancegames.errors import SolveError

__all__ = ["LinearProgram", "maximise"]

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]

# Programs with fewer coefficients are solved from scratch before a float solver would have started.
FLOAT_START = 400
# Values that the float solver leaves below this count as zero when it proposes a basis; no more than a guess.
FLOAT_ZERO = 1e-9


@dataclass(frozen=True)
class LinearProgram:
    """The answer to a linear program, with its proof.

    Parameters
    ----------
    status : {"optimal", "infeasible", "unbounded"}
        How the program ended; each of the three is proved.
    value : Fraction or None
        The maximum, if there is one.
    solution : tuple of Fraction or None
        A maximiser; a feasible point if the program is unbounded; None if it is infeasible.
    dual : tuple of Fraction or None
        One multiplier for each row of `upper`, then of `equal`: those that prove the maximum, or the
        combination of rows that no point can satisfy; None if the program is unbounded.
    ray : tuple of Fraction or None
        If the program is unbounded, a direction in which the objective grows for ever.
    """

    status: Literal["optimal", "infeasible", "unbounded"]
    value: Fraction | None = None
    solution: Vector | None = None
    dual: Vector | None = None
    ray: Vector | None = None

    @property
    def optimum(self) -> tuple[Fraction, Vector, Vector]:
        """Value, solution and multipliers of a program that is known to have an optimum."""
        if self.value is None or self.solution is None or self.dual is None:
            raise SolveError(f"a linear program that must have an optimum is {self.status}; please report this.", self)
        return self.value, self.solution, self.dual


def maximise(
    objective: Sequence[Any],
    *,
    upper: Sequence[Sequence[Any]] = (),
    upper_bound: Sequence[Any] = (),
    equal: Sequence[Sequence[Any]] = (),
    equal_to: Sequence[Any] = (),
    free: Sequence[int] = (),
) -> LinearProgram:
    """Maximise ``objective @ x`` subject to ``upper @ x <= upper_bound`` and ``equal @ x == equal_to``.

    Parameters
    ----------
    objective : sequence of int or Fraction, shape (n,)
        Coefficients of the objective.
    upper, equal : sequence of rows, shape (k, n)
        Coefficients of the inequalities and of the equations.
    upper_bound, equal_to : sequence of int or Fraction, shape (k,)
        Right-hand sides.
    free : sequence of int
        Indices of the variables that may be negative; all others are non-negative.

    Returns
    -------
    LinearProgram
        Exact, and verified against the data.
    """
    data = _Data.read(objective, upper, upper_bound, equal, equal_to, free)
    tableau = _Tableau(data)
    answer = _solve(data, tableau)
    if not _proved(data, answer):
        raise SolveError(f"maximise(): the proof of the status {answer.status!r} fails; please report this program.", (data, answer))
    return answer


# -------------------------------------------------------------------- the data


@dataclass(frozen=True)
class _Data:
    """A program in Fractions: the first ``inequalities`` rows are inequalities, the others equations."""

    objective: Vector
    rows: Matrix
    right: Vector
    inequalities: int
    free: frozenset[int]

    @staticmethod
    def read(objective: Any, upper: Any, upper_bound: Any, equal: Any, equal_to: Any, free: Any) -> _Data:
        costs = _vector(objective, "objective")
        for name, rows, right in (("upper", upper, upper_bound), ("equal", equal, equal_to)):
            if len(rows) != len(right):
                raise ValueError(f"maximise(): {name} has {len(rows)} rows and {len(right)} right-hand sides; give one for each row.")
            if any(len(row) != len(costs) for row in rows):
                raise ValueError(f"maximise(): every row of {name} needs {len(costs)} coefficients, one for each variable.")
        if any(not 0 <= j < len(costs) for j in free):
            raise ValueError(f"maximise(): free must hold indices of the {len(costs)} variables, got {list(free)}.")
        rows = tuple(_vector(row, name) for name, part in (("upper", upper), ("equal", equal)) for row in part)
        right = (*_vector(upper_bound, "upper_bound"), *_vector(equal_to, "equal_to"))
        return _Data(costs, rows, right, len(upper), frozenset(free))


def _vector(values: Any, name: str) -> Vector:
    for value in values:
        if not isinstance(value, Rational):
            raise TypeError(f"maximise(): {name} must hold integers or Fractions, got {value!r} of type {type(value).__name__}.")
    return tuple(Fraction(int(value.numerator), int(value.denominator)) for value in values)


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum(map(mul, a, b), Fraction(0))


# -------------------------------------------------------------------- the proof


def _proved(data: _Data, answer: LinearProgram) -> bool:
    """Check an answer against the data alone."""
    x, y = answer.solution, answer.dual
    if answer.status == "infeasible":
        return y is not None and _bounds(data, y, [Fraction(0)] * len(data.objective)) and _dot(data.right, y) < 0
    if x is None or not _satisfies(data, x, data.right):
        return False
    if answer.status == "unbounded":
        ray = answer.ray
        return ray is not None and _satisfies(data, ray, [Fraction(0)] * len(data.right)) and _dot(data.objective, ray) > 0
    value = answer.value
    return y is not None and _bounds(data, y, data.objective) and _dot(data.objective, x) == value == _dot(data.right, y)


def _satisfies(data: _Data, x: Sequence[Fraction], right: Sequence[Fraction]) -> bool:
    """Whether a point satisfies all rows with the given right-hand sides, and the signs."""
    if any(value < 0 for j, value in enumerate(x) if j not in data.free):
        return False
    left = [_dot(row, x) for row in data.rows]
    split = data.inequalities
    return all(a <= b for a, b in zip(left[:split], right[:split], strict=True)) and left[split:] == list(right[split:])


def _bounds(data: _Data, y: Sequence[Fraction], costs: Sequence[Fraction]) -> bool:
    """Whether multipliers bound ``costs``: the rows they combine exceed them, with equality on free variables."""
    if any(value < 0 for value in y[: data.inequalities]):
        return False
    for j, cost in enumerate(costs):
        excess = sum((row[j] * value for row, value in zip(data.rows, y, strict=True)), -cost)
        if excess < 0 or (excess and j in data.free):
            return False
    return True


# -------------------------------------------------------------------- the simplex method


class _Tableau:
    """Integer rows ``coefficients of structural columns | of artificial columns | right-hand side``.

    Structural columns are the variables, the negative parts of the free ones, and the slacks. Each row
    is an equation of its own scale, positive in the column of its basic variable; the artificial columns
    remember which combination of the original rows it is.
    """

    def __init__(self, data: _Data) -> None:
        self.free = sorted(data.free)
        self.scales: list[int] = []
        count = len(data.rows)
        self.rows: list[list[int]] = []
        for i, (row, right) in enumerate(zip(data.rows, data.right, strict=True)):
            scale = lcm(right.denominator, *(value.denominator for value in row)) * (-1 if right < 0 else 1)
            values = [int(value * scale) for value in row]
            slack = [scale * int(i == k) for k in range(data.inequalities)]
            artificial = [int(i == k) for k in range(count)]
            self.rows.append([*values, *(-values[j] for j in self.free), *slack, *artificial, int(right * scale)])
            self.scales.append(scale)
        scale = lcm(1, *(value.denominator for value in data.objective))
        costs = [int(value * scale) for value in data.objective]
        self.scale = scale
        self.columns = len(costs) + len(self.free) + data.inequalities
        self.costs = [*costs, *(-costs[j] for j in self.free)] + [0] * (data.inequalities + count + 1)
        self.basis = list(range(self.columns, self.columns + count))

    def is_feasible(self) -> bool:
        """Whether the basic solution is non-negative and all artificial variables are zero."""
        return all(row[-1] >= 0 and (k < self.columns or not row[-1]) for k, row in zip(self.basis, self.rows, strict=True))

    def climb(self, costs: list[int]) -> int | None:
        """Maximise ``costs`` from a feasible basis; return the column along which it has no bound, if there is one."""
        costs = self._reduced(costs)
        while True:
            entering = next((j for j in range(self.columns) if costs[j] > 0), None)  # Bland: the first that improves
            if entering is None:
                return None
            leaving = self._leaving(entering)
            if leaving is None:
                return entering
            self.pivot(leaving, entering)
            costs = _eliminate(costs, self.rows[leaving], entering)

    def _reduced(self, costs: list[int]) -> list[int]:
        for row, column in zip(self.rows, self.basis, strict=True):
            costs = _eliminate(costs, row, column)
        return costs

    def _leaving(self, entering: int) -> int | None:
        """Return the row whose basic variable reaches zero first; among several the first variable (Bland)."""
        ratios = [(Fraction(row[-1], row[entering]), self.basis[i], i) for i, row in enumerate(self.rows) if row[entering] > 0]
        return min(ratios)[2] if ratios else None

    def pivot(self, leaving: int, entering: int) -> None:
        """Exchange the basic variable of a row."""
        row = self.rows[leaving]
        if row[entering] < 0:
            row = self.rows[leaving] = [-value for value in row]
        self.rows = [other if other is row else _eliminate(other, row, entering) for other in self.rows]
        self.basis[leaving] = entering

    def start(self, order: Sequence[int]) -> bool:
        """Take the first independent columns in this order as the basis; say whether it is feasible."""
        flint: Any = __import__("flint")
        artificial = range(self.columns, self.columns + len(self.rows))
        columns = [*order, *artificial, -1]
        reduced = flint.fmpz_mat([[row[j] for j in columns] for row in self.rows]).rref()[0]
        rows, basis = [], []
        for values in reduced.tolist():
            entries = [int(value) for value in values]
            first = next(k for k, value in enumerate(entries) if value)
            sign = 1 if entries[first] > 0 else -1
            row = [0] * len(columns)
            for j, value in zip(columns, entries, strict=True):
                row[j] = sign * value
            rows.append(primitive(row))
            basis.append(columns[first])
        kept = self.rows, self.basis
        self.rows, self.basis = rows, basis
        if self.is_feasible():
            return True
        self.rows, self.basis = kept
        return False

    def expel_artificials(self) -> None:
        """Exchange artificial variables at zero for structural ones; rows without one are redundant and stay."""
        for i, column in enumerate(self.basis):
            if column >= self.columns:
                entering = next((j for j in range(self.columns) if self.rows[i][j]), None)
                if entering is not None:
                    self.pivot(i, entering)

    def point(self, size: int) -> Vector:
        """Return the variables at the basic solution."""
        return self._variables({k: Fraction(row[-1], row[k]) for k, row in zip(self.basis, self.rows, strict=True)}, size)

    def direction(self, entering: int, size: int) -> Vector:
        """Return how the variables change when a column enters."""
        change = {k: Fraction(-row[entering], row[k]) for k, row in zip(self.basis, self.rows, strict=True)}
        return self._variables({**change, entering: Fraction(1)}, size)

    def _variables(self, values: dict[int, Fraction], size: int) -> Vector:
        negative = {j: values.get(size + k, Fraction(0)) for k, j in enumerate(self.free)}
        return tuple(values.get(j, Fraction(0)) - negative.get(j, 0) for j in range(size))

    def multipliers(self, costs: list[int]) -> Vector:
        """Return the multipliers of the original rows that the basis gives to ``costs``."""
        sums = [Fraction(0)] * len(self.rows)
        for row, column in zip(self.rows, self.basis, strict=True):
            if costs[column]:
                weight = Fraction(costs[column], row[column])
                sums = [total + weight * row[self.columns + k] for k, total in enumerate(sums)]
        return tuple(total * scale for total, scale in zip(sums, self.scales, strict=True))


def _eliminate(row: list[int], pivot: list[int], column: int) -> list[int]:
    """Subtract the multiple of the pivot row that clears a column; the row keeps its direction and becomes primitive."""
    if not row[column]:
        return row
    keep, take = pivot[column], row[column]
    return primitive([keep * a - take * b for a, b in zip(row, pivot, strict=True)])


def _solve(data: _Data, tableau: _Tableau) -> LinearProgram:
    order = _float_order(data) if len(data.rows) * len(data.objective) > FLOAT_START else None
    if order is None or not tableau.start(order):
        penalty = [0] * tableau.columns + [-1] * len(data.rows) + [0]
        tableau.climb(penalty)
        if not tableau.is_feasible():
            return LinearProgram("infeasible", dual=tableau.multipliers(penalty))
        tableau.expel_artificials()
    size = len(data.objective)
    unbounded = tableau.climb(tableau.costs)
    solution = tableau.point(size)
    if unbounded is not None:
        return LinearProgram("unbounded", solution=solution, ray=tableau.direction(unbounded, size))
    dual = tuple(value / tableau.scale for value in tableau.multipliers(tableau.costs))
    return LinearProgram("optimal", _dot(data.objective, solution), solution, dual)


# -------------------------------------------------------------------- the start in floats


def _float_order(data: _Data) -> list[int] | None:
    """Return the structural columns, likely basic ones first, by solving in floats; None without an optimum."""
    try:
        costs, right = np.array(data.objective, dtype=float), np.array(data.right, dtype=float)
        rows = np.array(data.rows, dtype=float)
    except OverflowError:
        return None
    from scipy.optimize import linprog

    rows = rows.reshape(len(right), len(costs))  # also when there are none
    units = np.abs(rows).max(axis=1, initial=0.0)
    units[units == 0] = 1.0
    rows, right = rows / units[:, None], right / units
    split = data.inequalities
    bounds = [(None, None) if j in data.free else (0, None) for j in range(len(costs))]
    found = linprog(-costs, rows[:split], right[:split], rows[split:], right[split:], bounds, method="highs-ds")
    if found.status != 0:
        return None
    negative = [-found.x[j] for j in sorted(data.free)]
    values = np.array([*found.x, *negative, *found.slack])
    prices = np.abs([*found.lower.marginals, *(0.0 for _ in negative), *found.ineqlin.marginals / units[:split]])
    return sorted(range(len(values)), key=lambda j: _rank(float(values[j]), float(prices[j])))


def _rank(value: float, price: float) -> tuple[bool, float]:
    """Positive columns first, the largest ahead; then those whose reduced cost is nearest to zero."""
    return (False, -value) if value > FLOAT_ZERO else (True, price)
