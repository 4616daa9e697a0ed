"""The smallest change of parameters that overturns a conclusion, by z3."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations, product
from typing import Any

from alliancegames._conditions import hold
from alliancegames._fields import convert, read_number
from alliancegames.errors import GameDefinitionError, ParameterError, SolverNotApplicableError, unknown_label
from alliancegames.parameters import Values, find

__all__ = ["search"]

# Steps that z3 may take for one question; unlike a time limit they are the same on every machine.
STEPS = 5_000_000
# Largest two-player games whose equilibria are searched for an event, by the product of the numbers of actions.
LARGEST_GAME = 9
_EVENT = re.compile(r"\s*([A-Za-z_]\w*)\s*(<=|<|>=|>)\s*(\S+)\s*")
Found = tuple[Fraction | None, Fraction | None, str, str, dict[str, Fraction]]


@dataclass(frozen=True)
class _Violation:
    """One way in which a conclusion can fail: some unknowns besides the parameters, and conditions, the last of which is strict."""

    words: str
    conditions: tuple[Any, ...]
    gap: Any
    """Positive where the conclusion fails."""


def search(model: Any, conclusion: Any, scale: Any, tolerance: Any, steps: int | None) -> Found:
    """Return the bounds, the unit, what gives way first, and a witness; as the fields of a ``Radius``."""
    where = "parameter_radius()"
    if not hasattr(model, "outcome_stack"):
        raise SolverNotApplicableError(f"{where}: a model in normal form is needed; {model.key} is a {model.form}.")
    problem = _Problem(model.completed().exact(), _read_scale(model, scale, where), steps or STEPS)
    share = _number(tolerance, f"{where}, tolerance")
    if not 0 < share < 1:
        raise ParameterError(f"{where}: tolerance must lie strictly between 0 and 1, got {tolerance!r}.")
    check, violations = _read_conclusion(problem, conclusion, where)
    if not check(problem.model):
        raise GameDefinitionError(
            f"{where}: the conclusion {conclusion!r} does not hold at the model's values, so that there is nothing to overturn."
        )
    found = problem.minimise(violations) if all(map(_is_linear, problem.expressions(violations))) else None
    return found or problem.enclose(violations, share, check)


class _Problem:
    """Parameters as unknowns of z3, within their domains and the model's assumptions."""

    def __init__(self, model: Any, scale: Mapping[str, Fraction], steps: int) -> None:
        import z3

        self.model, self._scale, self._steps = model, scale, steps
        self._unknowns = {address: z3.Real(f"theta_{k}") for k, address in enumerate(scale)}
        self.radius = z3.Real("radius")
        self.values = self._values()
        self._start = {address: _start(model, address) for address in scale}
        try:
            self._assumptions = [(larger, smaller) for larger, smaller in model.assumptions(self.values)]
        except (TypeError, z3.Z3Exception) as error:
            raise _not_arithmetic(error) from error

    def _values(self) -> Values:
        result = {name: list(components) for name, components in self.model._assigned.items()}
        for address, unknown in self._unknowns.items():
            parameter, component = find(self.model.parameters, address, "parameter_radius()")
            slots = result[parameter.name]
            for k in range(len(slots)):
                if component in (None, k):
                    slots[k] = unknown
        parameters = self.model.parameters
        return Values(parameters, {q.name: tuple(result[q.name]) if q.is_vector else result[q.name][0] for q in parameters})

    def admissible(self, *, strict: bool) -> list[Any]:
        """Return the conditions of the domains and assumptions; their closure unless strict."""
        conditions = []
        for address, unknown in self._unknowns.items():
            domain = find(self.model.parameters, address, "parameter_radius()")[0].interval
            if domain.lower is not None:
                conditions.append(unknown >= _real(domain.lower) if domain.closed_below or not strict else unknown > _real(domain.lower))
            if domain.upper is not None:
                conditions.append(unknown <= _real(domain.upper) if domain.closed_above or not strict else unknown < _real(domain.upper))
        for larger, smaller in self._assumptions:
            difference = larger - smaller
            if _is_term(difference):
                conditions.append(difference > 0 if strict else difference >= 0)
        return conditions

    def within(self, radius: Any) -> list[Any]:
        """Return the conditions that no parameter moves by more than a radius, a number or an unknown."""
        bound = radius if _is_term(radius) else _real(radius)
        return [
            condition
            for address, unknown in self._unknowns.items()
            for move in [(unknown - _real(self._start[address])) / _real(self._scale[address])]
            for condition in (move <= bound, -move <= bound)
        ]

    def expressions(self, violations: Sequence[_Violation]) -> Iterator[Any]:
        """Yield everything that would have to be linear for an exact minimum."""
        for violation in violations:
            yield violation.gap
            yield from violation.conditions
        yield from (larger - smaller for larger, smaller in self._assumptions)

    def minimise(self, violations: Sequence[_Violation]) -> Found | None:
        """Return the exact radius of a linear problem.

        The points where a violation is possible are a convex set. Where it has a point that satisfies all conditions strictly,
        its closure is what non-strict conditions describe, over which the linear program takes its minimum.
        """
        import z3

        best: tuple[Fraction, str, dict[str, Fraction]] | None = None
        for violation in violations:
            if not _is_term(violation.gap):  # the change of parameters does not touch it
                continue
            answer = self._solve([*self.admissible(strict=True), violation.gap > 0])
            if answer == "unknown":
                return None
            if answer is None:
                continue
            program = z3.Optimize()
            program.add(*self.admissible(strict=False), *self.within(self.radius), self.radius >= 0, violation.gap >= 0)
            program.minimize(self.radius)
            if program.check() != z3.sat:
                return None
            found = program.model()
            radius = _fraction(found.eval(self.radius, model_completion=True))
            if radius is not None and (best is None or radius < best[0]):
                best = radius, violation.words, self._witness(found)
        if best is None:
            return None, None, self._unit(), "no admissible change overturns the conclusion", {}
        return best[0], best[0], self._unit(), best[1], best[2]

    def enclose(self, violations: Sequence[_Violation], share: Fraction, check: Any) -> Found:
        """Close in on the radius from both sides; each step is a proof that no such change exists, or a change."""
        far = self._ask(violations, None)
        if far is None:
            return None, None, self._unit(), "no admissible change overturns the conclusion", {}
        low, high, words, witness = Fraction(0), None, "not decided", {}
        if far != "unknown":
            words, witness = far[0], self._confirmed(far[1], check)
            high = self._distance(far[1])
        guess = high if high is not None else Fraction(1)
        while high is None or high - low > share * high:
            middle = (low + high) / 2 if high is not None else guess
            answer = self._ask(violations, middle)
            if answer == "unknown":
                break
            if answer is None:
                low, guess = middle, 2 * middle
            else:
                words, witness, high = answer[0], self._confirmed(answer[1], check) or witness, middle
            if high is not None and high < share**3:  # as good as zero: fails at once
                break
        return low, high, self._unit(), words, witness

    def _ask(self, violations: Sequence[_Violation], radius: Fraction | None) -> Any:
        """Return the violation possible within a radius with z3's point, None if it is proved that there is none, or "unknown"."""
        near = self.admissible(strict=True) + ([] if radius is None else self.within(radius))
        open_ = False
        for violation in violations:
            answer = self._solve([*near, *violation.conditions, _positive(violation.gap)])
            if answer == "unknown":
                open_ = True
            elif answer is not None:
                return violation.words, answer
        return "unknown" if open_ else None

    def _solve(self, conditions: Sequence[Any]) -> Any:
        import z3

        solver = z3.SolverFor("QF_NRA")
        solver.set("rlimit", self._steps)
        solver.add(*conditions)
        answer = solver.check()
        if answer == z3.unsat:
            return None
        return solver.model() if answer == z3.sat else "unknown"

    def _witness(self, found: Any) -> dict[str, Fraction]:
        values = {address: _fraction(found.eval(unknown, model_completion=True)) for address, unknown in self._unknowns.items()}
        return {address: value for address, value in values.items() if value is not None}

    def _confirmed(self, found: Any, check: Any) -> dict[str, Fraction]:
        """Return z3's point if the model, solved exactly there, violates the conclusion; nothing if it is irrational."""
        witness = self._witness(found)
        if len(witness) < len(self._unknowns):
            return {}
        return witness if not check(self.model.replace(**witness)) else {}

    def _distance(self, found: Any) -> Fraction | None:
        witness = self._witness(found)
        if len(witness) < len(self._unknowns):
            return None
        return max(abs(value - self._start[address]) / self._scale[address] for address, value in witness.items())

    def _unit(self) -> str:
        return ", ".join(f"{address} by {number}" for address, number in self._scale.items())


def _read_scale(model: Any, scale: Any, where: str) -> dict[str, Fraction]:
    given = dict(scale) if isinstance(scale, Mapping) else dict.fromkeys(scale, 1) if not isinstance(scale, str) else {}
    if not given:
        raise ParameterError(f"{where}: scale must name at least one parameter, such as {{'p_C': 1}}, got {scale!r}.")
    read = {}
    for address, number in given.items():
        find(model.parameters, address, where)
        read[address] = _number(number, f"{where}, scale of {address}")
        if read[address] <= 0:
            raise ParameterError(f"{where}: the scale of {address} must be positive, got {number!r}.")
    return read


def _number(value: Any, where: str) -> Fraction:
    kind, number = read_number(value, where)
    exact: Fraction = convert(number, kind, "exact", where)
    return exact


def _start(model: Any, address: str) -> Fraction:
    parameter, component = find(model.parameters, address, "parameter_radius()")
    components = model._assigned[parameter.name]
    if component is None and len(set(components)) > 1:
        raise ParameterError(f"parameter_radius(): the components of {address} differ; move them one by one, as in {parameter.name}_1.")
    return Fraction(components[component or 0])


def _read_conclusion(problem: _Problem, conclusion: Any, where: str) -> tuple[Any, list[_Violation]]:
    """Return how to check a conclusion at a point, and in which ways it can fail."""
    import z3

    try:
        if isinstance(conclusion, str):
            return _read_event(problem, conclusion, where)
        return _read_profile(problem, conclusion, where)
    except (TypeError, z3.Z3Exception) as error:
        raise _not_arithmetic(error) from error


def _not_arithmetic(error: Exception) -> SolverNotApplicableError:
    return SolverNotApplicableError(
        f"parameter_radius(): the model's formulas are not plain arithmetic in these parameters ({error}); choose others."
    )


def _read_profile(problem: _Problem, profile: Sequence[str], where: str) -> tuple[Any, list[_Violation]]:
    model = problem.model
    if len(profile) != len(model.players):
        raise GameDefinitionError(f"{where}: one action a player is needed ({', '.join(model.players)}), got {profile!r}.")
    for player, labels, action in zip(model.players, model.actions, profile, strict=True):
        if action not in labels:
            raise unknown_label(f"action of {player}", action, labels, where)
    cells = model.payoffs(problem.values)
    here = tuple(profile)
    violations = [
        _Violation(f"{player} is the first to prefer {action}", (), cells[(*here[:k], action, *here[k + 1 :])][k] - cells[here][k])
        for k, player in enumerate(model.players)
        for action in model.actions[k]
        if action != here[k]
    ]

    def check(at: Any) -> bool:
        return bool(at.game().is_nash(list(here)))

    return check, violations


def _read_event(problem: _Problem, text: str, where: str) -> tuple[Any, list[_Violation]]:
    model = problem.model
    match = _EVENT.fullmatch(text)
    if match is None:
        raise ParameterError(f"{where}: cannot read {text!r}; write an outcome, one of <=, <, >=, >, and a number, such as 'p_war <= 1/2'.")
    name, relation, number = match[1], match[2], _number(match[3], where)
    if name not in (names := [outcome.name for outcome in model.outcomes]):
        raise unknown_label("outcome", name, names, where)
    sizes = [len(labels) for labels in model.actions]
    if len(sizes) != 2 or sizes[0] * sizes[1] > LARGEST_GAME:
        raise SolverNotApplicableError(
            f"{where}: events are searched in games of two players with at most {LARGEST_GAME} cells, got {'×'.join(map(str, sizes))}; "
            "name a profile of actions instead."
        )
    upper = relation in ("<=", "<")

    def check(at: Any) -> bool:
        found = [values[name] for values in at.solve().outcomes]
        return all(hold([(number, value) if upper else (value, number)], strict=relation in ("<", ">")) for value in found)

    payoffs, cells = model.payoffs(problem.values), model.outcome_cells(problem.values)[name]
    supports = product(_subsets(model.actions[0]), _subsets(model.actions[1]))
    violations = [_at_support(model, payoffs, cells, rows, columns, number, upper) for rows, columns in supports]
    return check, violations


def _subsets(labels: Sequence[str]) -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(labels, size) for size in range(1, len(labels) + 1)))


def _at_support(
    model: Any, payoffs: Any, cells: Any, rows: Sequence[str], columns: Sequence[str], number: Fraction, upper: bool
) -> _Violation:
    """Return that some equilibrium with these supports, or in their closure, has an outcome on the wrong side of a number.

    An outcome just at the number counts as on the right side even in a strict comparison; the radius does not depend on it.
    """
    import z3

    x, more = _mixture("x", rows)
    y, others = _mixture("y", columns)
    conditions = [*more, *others]
    for own, other, player in ((x, y, 0), (y, x, 1)):
        paid = {
            mine: sum(weight * payoffs[(mine, theirs) if player == 0 else (theirs, mine)][player] for theirs, weight in other.items())
            for mine in model.actions[player]
        }
        level = paid[next(iter(own))]
        for mine, value in paid.items():
            relation = value == level if mine in own else value <= level
            if not isinstance(relation, bool):
                conditions.append(relation)
            elif not relation:
                conditions.append(z3.BoolVal(False))
    outcome = sum(p * q * cells[first, second] for first, p in x.items() for second, q in y.items())
    gap = outcome - number if upper else number - outcome
    words = f"an equilibrium of {' or '.join(rows)} against {' or '.join(columns)} is the first to violate it"
    return _Violation(words, tuple(conditions), gap)


def _mixture(name: str, labels: Sequence[str]) -> tuple[dict[str, Any], list[Any]]:
    import z3

    if len(labels) == 1:
        return {labels[0]: 1}, []
    free = [z3.Real(f"{name}_{k}") for k in range(len(labels) - 1)]
    last = 1 - sum(free[1:], free[0])
    weights = dict(zip(labels, [*free, last], strict=True))
    return weights, [weight >= 0 for weight in weights.values()]


def _is_term(value: Any) -> bool:
    import z3

    return isinstance(value, z3.ExprRef)


def _positive(gap: Any) -> Any:
    import z3

    return gap > 0 if _is_term(gap) else z3.BoolVal(bool(gap > 0))


def _real(value: Any) -> Any:
    import z3

    return z3.RealVal(str(value))


def _fraction(value: Any) -> Fraction | None:
    import z3

    return Fraction(value.numerator_as_long(), value.denominator_as_long()) if z3.is_rational_value(value) else None


def _is_linear(expression: Any) -> bool:
    """Whether no unknown is multiplied by an unknown, or divides."""
    import z3

    if not _is_term(expression) or not expression.num_args():
        return True
    children = expression.children()
    if z3.is_mul(expression) and sum(not _is_constant(child) for child in children) > 1:
        return False
    if z3.is_div(expression) and not _is_constant(children[1]):
        return False
    if not (
        z3.is_add(expression)
        or z3.is_sub(expression)
        or z3.is_mul(expression)
        or z3.is_div(expression)
        or z3.is_app_of(expression, z3.Z3_OP_UMINUS)
        or z3.is_app_of(expression, z3.Z3_OP_TO_REAL)
    ):
        return _is_constant(expression)
    return all(map(_is_linear, children))


def _is_constant(expression: Any) -> bool:
    import z3

    if not expression.num_args():
        return bool(z3.is_rational_value(expression) or z3.is_int_value(expression))
    return all(map(_is_constant, expression.children()))
