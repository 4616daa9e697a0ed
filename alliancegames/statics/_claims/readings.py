"""Claims read for a model: every name replaced by its formula, derivatives taken, regimes by their conditions.

A minimum, maximum or absolute value is replaced by the argument that it equals, case by case; each case comes
with the inequalities that say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alliancegames.errors import ClaimError, SolverNotApplicableError, UnknownLabelError
from alliancegames.parameters import component_names
from alliancegames.statics._claims.grammar import (
    LOOKUPS,
    Call,
    Compare,
    Derivative,
    Inside,
    Junction,
    Name,
    Negated,
    Node,
    Number,
    Operation,
    names_in,
)
from alliancegames.statics._claims.scenes import Scene

__all__ = ["And", "Case", "Comparison", "Logic", "Or", "Vocabulary", "cases", "mentions_play", "opposite", "rounds", "substituted"]

# Exponents beyond this make polynomials that nothing can decide.
LARGEST_EXPONENT = 30
MOST_BITS = 10_000
MOST_CASES = 256
_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": "!=", "!=": "="}


@dataclass(frozen=True)
class Comparison:
    """``left relation right``, with the relation one of ``<``, ``<=``, ``>``, ``>=``, ``=`` and ``!=``."""

    left: Any
    relation: str
    right: Any


@dataclass(frozen=True)
class And:
    """All parts hold; without parts it is true."""

    parts: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Or:
    """At least one part holds; without parts it is false."""

    parts: tuple[Any, ...] = ()


Logic = Comparison | And | Or


def opposite(logic: Logic) -> Logic:
    """Return what holds exactly where the other does not, wherever both sides of the comparisons are defined."""
    if isinstance(logic, Comparison):
        return Comparison(logic.left, _OPPOSITE[logic.relation], logic.right)
    parts = tuple(opposite(part) for part in logic.parts)
    return Or(parts) if isinstance(logic, And) else And(parts)


@dataclass(frozen=True)
class Case:
    """What a claim says where each minimum and maximum equals a certain argument.

    Parameters
    ----------
    conditions : Logic
        Where this is the case.
    content : object
        What was read.
    """

    conditions: Logic
    content: Any


class _UndecidedError(Exception):
    """A minimum, maximum or absolute value is met whose case is not decided yet."""

    def __init__(self, expression: Any) -> None:
        super().__init__(str(expression))
        self.expression = expression


Choices = Mapping[Any, Any]


def cases(read: Callable[[Choices], Any], *, strict: bool = False) -> Iterator[Case]:
    """Yield all cases of something that is read under choices.

    Parameters
    ----------
    read : callable
        Maps choices to what is read.
    strict : bool
        Whether to leave out points at which two arguments are equal, where derivatives may not exist.
    """
    waiting: list[tuple[dict[Any, Any], tuple[Any, ...]]] = [({}, ())]
    count = 0
    while waiting:
        choices, conditions = waiting.pop()
        try:
            content = read(choices)
        except _UndecidedError as fork:
            waiting += [
                ({**choices, fork.expression: option}, (*conditions, *where)) for option, where in _options(fork.expression, strict)
            ]
            continue
        count += 1
        if count > MOST_CASES:
            raise SolverNotApplicableError(
                f"minima and maxima divide the claim into more than {MOST_CASES} cases; fix some parameters at numbers."
            )
        yield Case(And(conditions), content)


def _options(expression: Any, strict: bool) -> Iterator[tuple[Any, tuple[Comparison, ...]]]:
    import sympy

    relation = ">" if strict else ">="
    if isinstance(expression, sympy.Abs):
        inner = expression.args[0]
        yield inner, (Comparison(inner, relation, sympy.S.Zero),)
        yield -inner, (Comparison(-inner, relation, sympy.S.Zero),)
        return
    sign = 1 if isinstance(expression, sympy.Max) else -1
    for option in expression.args:
        others = [other for other in expression.args if other is not option]
        yield option, tuple(Comparison(sign * option, relation, sign * other) for other in others)


def _resolved(expression: Any, choices: Choices) -> Any:
    """Replace minima, maxima and absolute values by the arguments chosen, the innermost first."""
    import sympy

    forks = (sympy.Max, sympy.Min, sympy.Abs)
    while expression.has(*forks):
        inner = next(atom for atom in sympy.postorder_traversal(expression) if isinstance(atom, forks))
        if inner not in choices:
            raise _UndecidedError(inner)
        expression = expression.xreplace({inner: choices[inner]})
    return expression


def substituted(logic: Logic, numbers: Mapping[Any, Any]) -> Logic:
    """Put numbers for symbols.

    Parameters
    ----------
    logic : Logic
        A statement.
    numbers : mapping of symbol to sympy number
        The numbers.
    """
    if isinstance(logic, Comparison):
        return Comparison(logic.left.xreplace(numbers), logic.relation, logic.right.xreplace(numbers))
    return type(logic)(tuple(substituted(part, numbers) for part in logic.parts))


def rounds(logic: Logic) -> bool:
    """Whether a statement contains numbers rounded to whole ones.

    Parameters
    ----------
    logic : Logic
        A statement.
    """
    import sympy

    if isinstance(logic, Comparison):
        return any(side.has(sympy.ceiling, sympy.floor) for side in (logic.left, logic.right))
    return any(rounds(part) for part in logic.parts)


def mentions_play(node: Node, vocabulary: Vocabulary) -> bool:
    """Whether a claim speaks of outcomes, payoffs or strategies, which depend on the equilibrium."""
    return any(
        isinstance(part, Call) or (isinstance(part, Name) and vocabulary.is_outcome(part.text))
        for part in names_in(node)
        if not isinstance(part, Inside)
    )


class Vocabulary:
    """What the names in claims about a model stand for.

    Parameters
    ----------
    model : Model
        The model, its parameters symbols or exact numbers.
    regimes : RegimeMap, optional
        Its regimes; by default those that it declares.
    """

    def __init__(self, model: Any, regimes: Any = None) -> None:
        import sympy

        # Derivatives are taken with all parameters free; the numbers given to some are put in afterwards.
        self.model = model.exact() if regimes is not None else model.exact().freed()
        self.regimes = regimes if regimes is not None else self.model.regimes()
        """Regimes in which a claim is made that names none."""
        self.all_regimes = regimes if regimes is not None else self.model.regimes(refined=False)
        """Regimes that may be named."""
        values, numbers = self.model.values(), model.exact().values()
        self.parameters: dict[str, Any] = {}
        self.fixed: dict[Any, Any] = {}
        """Numbers given to parameters, by symbol."""
        for parameter in model.parameters:
            own, given = getattr(values, parameter.name), getattr(numbers, parameter.name)
            components, known = (own, given) if parameter.is_vector else ((own,), (given,))
            names = component_names(parameter, len(components))
            for k, value in enumerate(components):
                short = f"{parameter.symbol}_{k + 1}" if parameter.is_vector else parameter.symbol
                self.parameters[names[k]] = self.parameters[short] = sympy.sympify(value)
                if value != known[k]:
                    self.fixed[value] = sympy.sympify(known[k])
        self.vectors = {name for q in model.parameters if q.is_vector for name in (q.name, q.symbol)}
        self.thresholds = {name: sympy.sympify(value) for name, value in self.model.thresholds().items()}
        self.outcomes = tuple(outcome.name for outcome in model.outcomes)

    def is_outcome(self, name: str) -> bool:
        """Whether a name is an outcome and nothing else."""
        return name in self.outcomes and name not in self.parameters and name not in self.thresholds

    def symbol(self, name: str, column: int | None = None) -> Any:
        """Return the symbol of a free parameter."""
        where = "" if column is None else f", column {column}"
        if name in self.vectors:
            known = ", ".join(sorted(other for other in self.parameters if other.startswith(name + "_")))
            raise ClaimError(f"claim{where}: {name} has several components, which move one at a time; name one of {known}.", column)
        if name not in self.parameters:
            raise ClaimError(f"claim{where}: {name!r} is no parameter of {self.model.key}; known: {', '.join(self.parameters)}.", column)
        value = self.parameters[name]
        if not value.is_Symbol:
            raise ClaimError(
                f"claim{where}: {name} is fixed at {value} where the regimes were derived, and a derivative needs it free.", column
            )
        return value

    def number(self, node: Node, scene: Scene, choices: Choices) -> Any:
        """Return the formula that an arithmetic expression stands for at an equilibrium.

        Parameters
        ----------
        node : Node
            The expression.
        scene : Scene
            The equilibrium.
        choices : mapping
            What minima and maxima are taken to equal.
        """
        import sympy

        if isinstance(node, Number):
            return sympy.Rational(node.value.numerator, node.value.denominator)
        if isinstance(node, Name):
            return _resolved(self._named(node, scene), choices)
        if isinstance(node, Derivative):
            return _slope(self.number(node.of, scene, choices), self.symbol(node.by.text, node.by.column))
        if isinstance(node, Call):
            return _resolved(self._called(node, scene, choices), choices)
        if isinstance(node, Operation):
            left, right = self.number(node.left, scene, choices), self.number(node.right, scene, choices)
            return _combined(node, left, right)
        raise ClaimError(f"claim, column {node.column}: this is a statement, where a number is needed.", node.column)

    def _named(self, node: Name, scene: Scene) -> Any:
        name = node.text
        for known in (self.parameters, self.thresholds):
            if name in known:
                return known[name]
        if name in scene.outcomes:
            import sympy

            return sympy.sympify(scene.outcomes[name])
        if name in self.outcomes:
            place = f"in regime {scene.regime!r}" if scene.regime else "that holds at all parameter values"
            raise SolverNotApplicableError(f"the outcome {name} has no formula {place}; where=... may name a regime in which it has one.")
        if name in self.vectors:
            self.symbol(name, node.column)
        known_names = [*self.parameters, *self.thresholds, *self.outcomes]
        raise ClaimError(f"claim, column {node.column}: unknown name {name!r}; known: {', '.join(known_names)}.", node.column)

    def _called(self, node: Call, scene: Scene, choices: Choices) -> Any:
        import sympy

        if node.function in LOOKUPS:
            return self._looked_up(node, scene)
        arguments = [self.number(argument, scene, choices) for argument in node.arguments]
        functions = {"min": sympy.Min, "max": sympy.Max, "sqrt": sympy.sqrt, "log": sympy.log, "exp": sympy.exp, "abs": sympy.Abs}
        return functions[node.function](*arguments)

    def _looked_up(self, node: Call, scene: Scene) -> Any:
        import sympy

        if not scene.profile:
            raise SolverNotApplicableError(
                f"{node.function}() needs a regime whose equilibria are given as formulas; say where='its name'."
            )
        if node.function == "Pr":
            try:
                return sympy.sympify(scene.probability(node.arguments))
            except UnknownLabelError as error:
                raise ClaimError(f"claim, column {node.column}: {error}", node.column) from None
        if scene.payoffs is None:
            raise SolverNotApplicableError("payoffs have formulas only where equilibria of a normal form or a tree are given as formulas.")
        payoffs = scene.payoffs()
        (player,) = node.arguments
        if player not in payoffs:
            raise ClaimError(f"claim, column {node.column}: unknown player {player!r}; known: {', '.join(payoffs)}.", node.column)
        return sympy.sympify(payoffs[player])

    # ------------------------------------------------------------ statements

    def logic(self, node: Node, scene: Scene, choices: Choices, *, holds: bool = True) -> Logic:
        """Return what a statement says at an equilibrium, or with ``holds=False`` its contrary.

        Parameters
        ----------
        node : Node
            The statement.
        scene : Scene
            The equilibrium.
        choices : mapping
            What minima and maxima are taken to equal.
        holds : bool, default True
            Whether the statement or its contrary is wanted.
        """
        if isinstance(node, Negated):
            return self.logic(node.part, scene, choices, holds=not holds)
        if isinstance(node, Junction):
            parts = tuple(self.logic(part, scene, choices, holds=holds) for part in node.parts)
            return And(parts) if (node.word == "and") == holds else Or(parts)
        if isinstance(node, Inside):
            inside = self.inside(node.regime, choices, node.column)
            return inside if holds else opposite(inside)
        assert isinstance(node, Compare)
        relation = node.relation if holds else _OPPOSITE[node.relation]
        return Comparison(self.number(node.left, scene, choices), relation, self.number(node.right, scene, choices))

    def inside(self, regime: str, choices: Choices, column: int | None = None) -> Logic:
        """Return that a point lies inside a regime.

        Parameters
        ----------
        regime : str
            Name of the regime.
        choices : mapping
            What minima and maxima are taken to equal.
        column : int, optional
            Where a claim names it.
        """
        import sympy

        regimes = self.all_regimes
        if regime not in regimes.names:
            where = "" if column is None else f", column {column}"
            known = ", ".join(map(repr, regimes.names)) or "none"
            raise ClaimError(f"claim{where}: {self.model.key} has no regime {regime!r}; known: {known}.", column)
        found, values = regimes[regime], self.model.values()
        pieces = found.pieces(values)

        def above(larger: Any, smaller: Any) -> Comparison:
            return Comparison(_resolved(sympy.sympify(larger), choices), ">", _resolved(sympy.sympify(smaller), choices))

        return Or(tuple(And(tuple(above(*pair) for pair in piece)) for piece in pieces))


def _slope(formula: Any, symbol: Any) -> Any:
    """Differentiate a formula; numbers rounded to whole ones do not change, except where they jump."""
    import sympy

    steps = {step: sympy.Dummy() for step in formula.atoms(sympy.ceiling, sympy.floor)}
    return sympy.diff(formula.xreplace(steps), symbol).xreplace({dummy: step for step, dummy in steps.items()})


def _combined(node: Operation, left: Any, right: Any) -> Any:
    """Apply an arithmetic operation, with errors that point to it."""
    if node.operator in ("+", "-"):
        return left + right if node.operator == "+" else left - right
    if node.operator == "*":
        return left * right
    if node.operator == "/":
        if right.is_zero:
            raise ClaimError(f"claim, column {node.column}: division by zero.", node.column)
        return left / right
    if not right.is_Rational:
        raise ClaimError(f"claim, column {node.column}: an exponent must be a number, got {right}.", node.column)
    exponent = Fraction(int(right.p), int(right.q))
    if abs(exponent.numerator) > LARGEST_EXPONENT or exponent.denominator > LARGEST_EXPONENT:
        raise ClaimError(f"claim, column {node.column}: the exponent {exponent} is too large; at most {LARGEST_EXPONENT}.", node.column)
    if left.is_Rational and (abs(int(left.p)).bit_length() + int(left.q).bit_length()) * abs(exponent) > MOST_BITS:
        raise ClaimError(f"claim, column {node.column}: the power has too many digits.", node.column)
    if left.is_zero and exponent <= 0:
        raise ClaimError(f"claim, column {node.column}: zero to the power {exponent} has no value.", node.column)
    return left**right
