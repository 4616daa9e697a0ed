"""Treaty design as mathematical programs: one for each regime, equilibrium and case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from alliancegames.errors import ParameterError, SolverNotApplicableError
from alliancegames.parameters import component_names, find
from alliancegames.statics._claims.grammar import Node, parse
from alliancegames.statics._claims.readings import And, Choices, Comparison, Logic, Or, Vocabulary, cases
from alliancegames.statics._claims.scenes import Scene, scenes
from alliancegames.statics.proofs import read_where

__all__ = ["Constraint", "Instruments", "Program", "programs"]

# Most programs that one design may need.
MOST = 500


@dataclass(frozen=True)
class Constraint:
    """A condition ``margin >= 0``, or ``margin > 0`` if it is strict.

    Parameters
    ----------
    margin : sympy expression
        In the instruments alone.
    strict : bool
        Whether equality is ruled out.
    source : str
        Where it comes from: a regime, a domain, an assumption or a condition of the user.
    words : str
        The condition in the model's symbols.
    """

    margin: Any
    strict: bool
    source: str
    words: str

    def __str__(self) -> str:
        return f"{self.source}: {self.words}"


@dataclass(frozen=True)
class Program:
    """Maximise the objective over the instruments subject to the constraints.

    Parameters
    ----------
    regime : str or None
        The regime in which play is.
    equilibrium : int
        Which of its equilibria is played.
    scene : Scene
        Formulas of what happens there.
    variables : tuple of sympy.Symbol
        The instruments.
    objective : sympy expression
        In the instruments alone; to be maximised.
    constraints : tuple of Constraint
        All of them hold in the program's region.
    """

    regime: str | None
    equilibrium: int
    scene: Scene = field(repr=False)
    variables: tuple[Any, ...]
    objective: Any
    constraints: tuple[Constraint, ...]


class Instruments:
    """The parameters that a treaty sets, and numbers for all others.

    Parameters
    ----------
    model : Model
        The model; parameters without numbers take the example's.
    choose : str, sequence of str, or mapping of str to sequence of str
        Parameters by name or symbol; a mapping names instruments that move several parameters together.
    vocabulary : Vocabulary
        What names in formulas stand for.
    """

    def __init__(self, model: Any, choose: Any, vocabulary: Vocabulary) -> None:
        import sympy

        listed = choose if isinstance(choose, Mapping) else {name: (name,) for name in ([choose] if isinstance(choose, str) else choose)}
        if not listed:
            raise ParameterError("design_treaty(): choose at least one parameter.")
        base, own = model.completed().exact(), vocabulary.model.values()
        self.numbers: dict[Any, Any] = {}
        for parameter in model.parameters:
            symbols, values = (getattr(where, parameter.name) for where in (own, base.values()))
            pairs = zip(symbols, values, strict=True) if parameter.is_vector else [(symbols, values)]
            self.numbers |= {symbol: sympy.Rational(value.numerator, value.denominator) for symbol, value in pairs}
        self.moved: dict[str, tuple[str, ...]] = {}
        self.variables: list[Any] = []
        self.domains: list[Constraint] = []
        self.example: dict[Any, Any] = {}
        for name, addresses in listed.items():
            self._add(model, name, (addresses,) if isinstance(addresses, str) else tuple(addresses), own)
        self.substitution = dict(self.numbers)

    def _add(self, model: Any, name: str, addresses: tuple[str, ...], own: Any) -> None:
        import sympy

        moved, intervals = {}, []
        for address in addresses:
            parameter, component = find(model.parameters, address, "design_treaty()")
            symbols = getattr(own, parameter.name)
            listed = list(symbols) if parameter.is_vector else [symbols]
            names = component_names(parameter, len(listed))
            for k in range(len(listed)) if component is None else [component]:
                moved[names[k]] = listed[k]
                intervals.append((listed[k], parameter.interval))
        taken = [other for other, names in self.moved.items() if set(names) & set(moved)]
        if taken:
            raise ParameterError(f"design_treaty(): {taken[0]} and {name} move the same parameter; each may be chosen once.")
        variable = next(iter(moved.values())) if len(moved) == 1 else sympy.Symbol(name, real=True)
        self.moved[name] = tuple(moved)
        self.variables.append(variable)
        self.example[variable] = self.numbers[next(iter(moved.values()))]
        for symbol in moved.values():
            self.numbers[symbol] = variable
        for symbol, interval in intervals:
            for bound, closed, sign, relation in (
                (interval.lower, interval.closed_below, 1, "≥" if interval.closed_below else ">"),
                (interval.upper, interval.closed_above, -1, "≤" if interval.closed_above else "<"),
            ):
                if bound is not None:
                    margin = sign * (variable - sympy.Rational(bound.numerator, bound.denominator))
                    self.domains.append(Constraint(margin, not closed, f"domain of {symbol}", f"{symbol} {relation} {bound}"))

    def at_numbers(self, expression: Any) -> Any:
        """Return a formula with numbers for all parameters that are not chosen."""
        import sympy

        return sympy.sympify(expression).xreplace(self.substitution)


def programs(
    instruments: Instruments,
    vocabulary: Vocabulary,
    objective: str,
    sign: int,
    subject_to: Sequence[str],
    *,
    worst: bool,
    strict: bool,
) -> list[Program]:
    """Return the programs whose best solution is the design.

    Parameters
    ----------
    instruments : Instruments
        What is chosen.
    vocabulary : Vocabulary
        What names stand for.
    objective : str
        The objective, as in claims.
    sign : int
        1 to maximise, -1 to minimise.
    subject_to : sequence of str
        Names of regimes, one of which is to hold, and conditions, all of which are to hold.
    worst : bool
        Whether the worst equilibrium of a regime counts.
    strict : bool
        Whether the boundaries of regimes are ruled out.
    """
    goal = parse(objective, what="formula")
    regimes, premises = read_where(subject_to, vocabulary)
    places = regimes or vocabulary.regimes.names or (None,)
    found: list[Program] = []
    for regime in places:
        listed = scenes(vocabulary.model, vocabulary.all_regimes, regime)
        for scene in listed:
            judged = listed if worst else [scene]
            reader = _Reader(instruments, vocabulary, goal, sign, premises, judged, scene, strict)
            found += reader.programs(regime)
            if len(found) > MOST:
                raise SolverNotApplicableError(
                    f"design_treaty(): more than {MOST} cases; name the regimes that count, or simplify the conditions."
                )
    return found


@dataclass(frozen=True)
class _Reader:
    """Turns what holds at one equilibrium of a regime into programs."""

    instruments: Instruments
    vocabulary: Vocabulary
    goal: Node
    sign: int
    premises: Sequence[Node]
    judged: Sequence[Scene]
    scene: Scene
    strict: bool

    def programs(self, regime: str | None) -> Iterator[Program]:
        """Yield one program for each case of minima and maxima and each part of a union."""

        def read(choices: Choices) -> tuple[Any, list[tuple[str, bool, Logic]]]:
            objective = self.sign * self.vocabulary.number(self.goal, self.scene, choices)
            conditions: list[tuple[str, bool, Logic]] = []
            if regime is not None:
                conditions.append((f"regime {regime}", not self.strict, self.vocabulary.inside(regime, choices)))
            for scene in self.judged:
                conditions += [("condition", False, self.vocabulary.logic(node, scene, choices)) for node in self.premises]
                if scene is not self.scene:
                    other = self.sign * self.vocabulary.number(self.goal, scene, choices)
                    conditions.append((f"equilibrium {self.scene.number + 1} is the worst", False, Comparison(other, ">=", objective)))
            return objective, conditions

        assumed = self.vocabulary.model.assumptions(self.vocabulary.model.values())
        fixed = [Comparison(larger, ">", smaller) for larger, smaller in assumed]
        for case in cases(read):
            objective, conditions = case.content
            parts = [*conditions, ("case", True, case.conditions)]
            for chosen in product(*(_disjuncts(logic) for _, _, logic in parts)):
                listed = [*self.instruments.domains, *self._constraints("assumption", False, fixed)]
                for (source, closed, _), comparisons in zip(parts, chosen, strict=True):
                    listed += self._constraints(source, closed, comparisons)
                kept = [constraint for constraint in dict.fromkeys(listed) if constraint.margin.free_symbols]
                if all(_satisfied(constraint) for constraint in listed if not constraint.margin.free_symbols):
                    variables = tuple(self.instruments.variables)
                    value = self.instruments.at_numbers(objective)
                    yield Program(regime, self.scene.number, self.scene, variables, value, tuple(kept))

    def _constraints(self, source: str, closed: bool, comparisons: Sequence[Comparison]) -> Iterator[Constraint]:
        for comparison in comparisons:
            left, right, relation = comparison.left, comparison.right, comparison.relation
            if relation == "!=":
                raise SolverNotApplicableError(f"design_treaty(): {left} != {right} excludes single points; state an inequality.")
            words = f"{left} {relation} {right}".replace(">=", "≥").replace("<=", "≤")
            if closed:
                words = words.replace(" > ", " ≥ ").replace(" < ", " ≤ ")
            margin = self.instruments.at_numbers(left - right if relation in (">", ">=") else right - left)
            yield Constraint(margin, relation in ("<", ">") and not closed, source, words)
            if relation == "=":
                yield Constraint(-margin, False, source, words)


def _disjuncts(logic: Logic) -> list[tuple[Comparison, ...]]:
    """Return the alternatives of which a statement is the disjunction."""
    if isinstance(logic, Comparison):
        return [(logic,)]
    parts = [_disjuncts(part) for part in logic.parts]
    if isinstance(logic, Or):
        return [alternative for part in parts for alternative in part]
    assert isinstance(logic, And)
    return [tuple(comparison for part in chosen for comparison in part) for chosen in product(*parts)]


def _satisfied(constraint: Constraint) -> bool:
    """Whether a constraint between numbers holds."""
    value = constraint.margin
    return bool(value > 0 if constraint.strict else value >= 0)
