"""Equilibria with given supports, by exact algebra: isolated points and families of any dimension.

An equilibrium is listed as a point if it is the only one near it with the same supports and the same best
replies. In two-player games these are the extreme equilibria.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from alliancegames.games.profile import Profile
from alliancegames.solvers._algebraic import AlgebraicPoint, evaluate, precision
from alliancegames.solvers._ideals import Component, TooHard, components, finite_points, groebner, in_ideal
from alliancegames.solvers._multilinear import SupportSystem

__all__ = ["EquilibriumFamily", "Family", "Solutions", "acceptable", "condition", "is_regular", "solutions"]

# Points of the free unknowns tried before a proof is sought that there is none.
SLICES = 24
# Steps that z3 may take for one question; unlike a time limit they are the same on every machine.
STEPS = 4_000_000
# Minors of a matrix of derivatives that are tried.
MINORS = 200

Deviation = tuple[int, int]


@dataclass(frozen=True, repr=False)
class EquilibriumFamily:
    """Infinitely many equilibria with the same supports: the solutions of equations within inequalities.

    Parameters
    ----------
    support : mapping of str to tuple of str
        By player, the actions taken with positive probability.
    dimension : int
        In how many directions an equilibrium can be moved at the sample.
    equations : tuple of str
        What the probabilities satisfy, besides those of each player adding to one. ``Britain[join]`` is the
        probability with which Britain joins; the last action of each support does not appear. No equation
        means that all strategies with these supports are equilibria, within the inequalities.
    inequalities : tuple of str
        What else they satisfy: that unplayed actions do not pay more. All probabilities are positive.
    sample : Profile
        One equilibrium of the family.
    """

    support: Mapping[str, tuple[str, ...]]
    dimension: int
    equations: tuple[str, ...]
    inequalities: tuple[str, ...]
    sample: Profile

    def __repr__(self) -> str:
        supports = " × ".join(f"({', '.join(actions)})" for actions in self.support.values())
        conditions = [*self.equations, *self.inequalities] or ["all strategies with these supports"]
        return "\n".join([f"<EquilibriumFamily of dimension {self.dimension}: {supports}>", *(f"  {c}" for c in conditions)])


@dataclass(frozen=True)
class Family:
    """A component of solutions on which real equilibria form a set of its dimension.

    Parameters
    ----------
    component : Component
        Equations and free unknowns.
    losses : list of polynomial
        What unplayed actions lose, where that is not zero throughout.
    tied : frozenset
        Unplayed actions that are best replies throughout.
    sample : AlgebraicPoint
        An equilibrium of it, at which all losses are positive.
    """

    component: Component
    losses: list[Any]
    tied: frozenset[Deviation]
    sample: AlgebraicPoint


@dataclass
class Solutions:
    """Equilibria with given supports.

    Parameters
    ----------
    points : list of tuple
        Those listed, each with the unplayed actions that are best replies.
    families : list of Family
        Families, none within another.
    """

    points: list[tuple[Any, frozenset[Deviation]]] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)


def solutions(system: SupportSystem) -> Solutions:
    """Find all equilibria with the supports of a system.

    Raises
    ------
    TooHard, Undecided
        The algebra grew beyond its limits, or a question remained open.
    """
    search = _Search(system)
    search.explore(system.equations, whole=True)
    return search.result()


def is_regular(system: SupportSystem, point: Any) -> bool | None:
    """Whether the equations fix a solution to first order; None where that could not be told."""
    flint: Any = __import__("flint")
    size = len(system.unknowns)
    slopes = [[p.derivative(v) for v in range(size)] for p in system.equations]
    if point.rational is not None:
        entries = [evaluate(p, point.rational, Fraction(0)) for row in slopes for p in row]
        return bool(flint.fmpq_mat(size, size, [flint.fmpq(c.numerator, c.denominator) for c in entries]).rank() == size)
    with precision(512):
        at = point.balls(512)
        determinant = flint.arb_mat([[evaluate(p, at, flint.arb(0)) for p in row] for row in slopes]).det()
    return None if determinant.contains(0) else True


def acceptable(system: SupportSystem, point: Any) -> frozenset[Deviation] | None:
    """Return the unplayed best replies at a solution of the equations, or None if it is no equilibrium."""
    if any(point.sign(weight) <= 0 for weight in system.positive):
        return None
    signs = {deviation: point.sign(loss) for deviation, loss in system.deviations}
    return None if min(signs.values(), default=0) < 0 else frozenset(d for d, sign in signs.items() if sign == 0)


class _Search:
    """Explores the components of the solutions, and their borders where unplayed actions become best replies."""

    def __init__(self, system: SupportSystem) -> None:
        self.system = system
        self.context = system.context
        self.points: list[tuple[AlgebraicPoint, frozenset[Deviation]]] = []
        self.families: list[Family] = []
        self.reported: list[Family] = []
        self._seen: list[list[Any]] = []

    def never(self, polynomial: Any) -> bool:
        """Whether a polynomial cannot vanish where all probabilities are positive."""
        return self.system.definite(polynomial)

    def explore(self, equations: Sequence[Any], *, whole: bool) -> None:
        """Record the points of a system and treat its other components; borders of known families are not reported."""
        for component in components(self.context, equations, self.never):
            if component.basis in self._seen:
                continue
            self._seen.append(component.basis)
            if component.free:
                self._treat(component, whole=whole)
            else:
                self._add_points(component)

    def _add_points(self, component: Component) -> None:
        for point in finite_points(self.context, component.basis):
            tied = acceptable(self.system, point)
            if tied is not None and not any(point.same(other) for other, _ in self.points):
                self.points.append((point, tied))

    def _treat(self, component: Component, *, whole: bool) -> None:
        """Find an interior point of a component, or prove that there is none and look at its borders."""
        deviations = self.system.deviations
        tied = frozenset(d for d, loss in deviations if in_ideal(loss, component.basis, self.context))
        losses = [loss for d, loss in deviations if d not in tied]
        sample, singular = _interior_point(self.system, component, losses)
        if sample is not None:
            family = Family(component, losses, tied, sample)
            self.families.append(family)
            if whole:
                self.reported.append(family)
        for loss in losses:
            if not self.never(loss):
                self.explore([*component.basis, loss], whole=whole and sample is None)
        if singular:
            self.explore([*component.basis, *singular], whole=whole)

    def result(self) -> Solutions:
        """Return what was found, without points that move within a family and families within others."""
        points = [(p, tied) for p, tied in self.points if not any(self._moves(p, tied, family) for family in self.families)]
        families = [f for f in self.reported if not any(self._within(f, other) for other in self.reported if other is not f)]
        return Solutions(points, families)

    def _moves(self, point: AlgebraicPoint, tied: frozenset[Deviation], family: Family) -> bool:
        return tied <= family.tied and all(point.sign(p) == 0 for p in family.component.basis)

    def _within(self, family: Family, other: Family) -> bool:
        return all(in_ideal(p, family.component.basis, self.context) for p in other.component.basis)


# -------------------------------------------------------------------- real points of a component


def _interior_point(system: SupportSystem, component: Component, losses: Sequence[Any]) -> tuple[AlgebraicPoint | None, list[Any]]:
    """Return a smooth point of a component at which all probabilities and losses are positive.

    If there is none, which is then proved, return None and the equations of the singular points that remain.
    """
    if any(_negative(system, loss) for loss in losses):
        return None, []
    for values in _nice_values(system, component.free):
        found = _on_slice(system, component, losses, values)
        if found is not None:
            return found, []
    model = _real_model(system, component, losses, [])
    if model is None:
        return None, []
    for bits in (3, 6, 12, 24, 48):
        near = [value.limit_denominator(2**bits) for value in model]
        found = _on_slice(system, component, losses, [near[v] for v in component.free])
        if found is not None:
            return found, []
    minors = list(itertools.islice(_minors(system, component), MINORS + 1))
    if len(minors) > MINORS or _real_model(system, component, losses, minors) is not None:
        raise TooHard
    return None, minors


def _negative(system: SupportSystem, loss: Any) -> bool:
    return system.definite(loss) and loss(*[0] * len(system.unknowns)) < 0


def _nice_values(system: SupportSystem, free: Sequence[int]) -> Iterator[list[Fraction]]:
    """Yield simple probabilities for the free unknowns: equal ones, then others, the same in every run."""
    sizes = {j: len(support) for j, support in enumerate(system.supports)}
    yield [Fraction(1, sizes[system.unknowns[v][0]]) for v in free]
    drawn = random.Random(0)
    for attempt in range(SLICES):
        total = attempt // 2 + 3
        parts = {j: [1 + drawn.randrange(total) for _ in range(sizes[j])] for j in system.mixing}
        values = []
        for v in free:
            j, action = system.unknowns[v]
            values.append(Fraction(parts[j][system.supports[j].index(action)], sum(parts[j])))
        yield values


def _on_slice(system: SupportSystem, component: Component, losses: Sequence[Any], values: Sequence[Fraction]) -> AlgebraicPoint | None:
    """Return a smooth interior point with these values of the free unknowns, if there is one."""
    gens = system.context.gens()
    fixed = [value.denominator * gens[v] - value.numerator for v, value in zip(component.free, values, strict=True)]
    basis = groebner(system.context, [*component.basis, *fixed])
    for point in finite_points(system.context, basis):
        if all(point.sign(p) > 0 for p in (*system.positive, *losses)) and _is_smooth(system, component, point):
            return point
    return None


def _is_smooth(system: SupportSystem, component: Component, point: AlgebraicPoint) -> bool:
    """Whether the equations fix the other unknowns, to first order, once the free ones are given."""
    flint: Any = __import__("flint")
    bound = [v for v in range(len(system.unknowns)) if v not in component.free]
    with precision(256):
        zero = flint.arb(0)
        at = point.balls(256)
        rows = [[evaluate(p.derivative(v), at, zero) for v in bound] for p in component.basis]
        subsets = itertools.islice(itertools.combinations(rows, len(bound)), MINORS)
        return any(not bound or not flint.arb_mat([list(row) for row in chosen]).det().contains(0) for chosen in subsets)


def _minors(system: SupportSystem, component: Component) -> Iterator[Any]:
    """Yield the largest minors of the matrix of derivatives; all vanish at a singular point."""
    size = len(system.unknowns)
    rank = size - len(component.free)
    slopes = [[p.derivative(v) for v in range(size)] for p in component.basis]
    for rows in itertools.combinations(slopes, rank):
        for columns in itertools.combinations(range(size), rank):
            yield _determinant([[row[c] for c in columns] for row in rows], system.context)


def _determinant(matrix: Sequence[Sequence[Any]], context: Any) -> Any:
    if not matrix:
        return context.constant(1)
    total = context.constant(0)
    for k, entry in enumerate(matrix[0]):
        if not entry.is_zero():
            total += (-1) ** k * entry * _determinant([[*row[:k], *row[k + 1 :]] for row in matrix[1:]], context)
    return total


def _real_model(system: SupportSystem, component: Component, losses: Sequence[Any], not_all_zero: Sequence[Any]) -> list[Fraction] | None:
    """Return approximately a point of the component with all conditions strict; None if z3 proves that there is none."""
    import z3

    unknowns = [z3.Real(f"x{k}") for k in range(len(system.unknowns))]
    solver = z3.SolverFor("QF_NRA")
    solver.set("rlimit", STEPS)
    solver.add(*(_to_z3(p, unknowns) == 0 for p in component.basis))
    solver.add(*(_to_z3(p, unknowns) > 0 for p in (*system.positive, *losses)))
    if not_all_zero:
        solver.add(z3.Or(*(_to_z3(p, unknowns) != 0 for p in not_all_zero)))
    answer = solver.check()
    if answer == z3.unsat:
        return None
    if answer == z3.unknown:
        raise TooHard
    model = solver.model()
    return [_number(model.eval(unknown, model_completion=True)) for unknown in unknowns]


def _to_z3(polynomial: Any, unknowns: Sequence[Any]) -> Any:
    import z3

    return evaluate(polynomial, unknowns, z3.RealVal(0))


def _number(value: Any) -> Fraction:
    import z3

    exact = value if z3.is_rational_value(value) else value.approx(30)
    return Fraction(exact.numerator_as_long(), exact.denominator_as_long())


# -------------------------------------------------------------------- in words


def condition(polynomial: Any, names: Sequence[str], relation: str) -> str:
    """Print a polynomial equation or inequality in the probabilities, by the labels of players and actions."""
    parts = []
    for powers, coefficient in polynomial.terms():
        factors = [name if power == 1 else f"{name}^{power}" for name, power in zip(names, powers, strict=True) if power]
        size = abs(int(coefficient))
        shown = "*".join(([str(size)] if size != 1 or not factors else []) + factors)
        parts.append(("-" if coefficient < 0 else "+", shown))
    first = f"-{parts[0][1]}" if parts[0][0] == "-" else parts[0][1]
    return " ".join([first, *(f"{sign} {shown}" for sign, shown in parts[1:])]) + f" {relation} 0"
