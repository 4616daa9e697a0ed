"""Claims about cutoff games at numbers: outcomes and their derivatives are enclosed, not given by formulas."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property, reduce
from typing import Any

import numpy as np

from alliancegames.errors import IncompleteSearchWarning, SolverNotApplicableError
from alliancegames.games.cutoff import CutoffProfile
from alliancegames.parameters import find
from alliancegames.solvers._duals import Dual, constant
from alliancegames.solvers._intervals import Interval
from alliancegames.statics._claims.grammar import Call, Compare, Derivative, Inside, Junction, Name, Negated, Node, Number, Operation
from alliancegames.statics._claims.readings import LARGEST_EXPONENT, Vocabulary
from alliancegames.statics.implicit import Branch, Follower

__all__ = ["EnclosedPlay", "plays_at"]

_ORDER = {
    "<": lambda low, high: True if high < 0 else False if low >= 0 else None,
    "<=": lambda low, high: True if high <= 0 else False if low > 0 else None,
    "=": lambda low, high: True if low == high == 0 else False if low > 0 or high < 0 else None,
}


def plays_at(model: Any, vocabulary: Vocabulary) -> tuple[list[EnclosedPlay], bool]:
    """Return the equilibria of a cutoff game at numbers, and whether it is proved that there are no others.

    Parameters
    ----------
    model : CutoffModel
        The model, every parameter a number.
    vocabulary : Vocabulary
        What names stand for.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteSearchWarning)  # said in the answer
        equilibria = model.solve().equilibria
    return [EnclosedPlay(model, vocabulary, k, item) for k, item in enumerate(equilibria)], equilibria.complete is True


class EnclosedPlay:
    """One equilibrium of a cutoff game at numbers.

    Parameters
    ----------
    model : CutoffModel
        The model.
    vocabulary : Vocabulary
        What names stand for.
    number : int
        Position of the equilibrium.
    equilibrium : CutoffProfile
        The equilibrium.
    """

    def __init__(self, model: Any, vocabulary: Vocabulary, number: int, equilibrium: CutoffProfile) -> None:
        self.model, self.vocabulary, self.number, self.equilibrium = model, vocabulary, number, equilibrium
        self._branches: dict[str, Branch] = {}

    def branch(self, by: Any) -> Branch:
        """Return how the equilibrium moves with a parameter.

        Parameters
        ----------
        by : sympy.Symbol
            The parameter.
        """
        name = str(by)
        if name not in self._branches:
            declared, component = find(self.model.parameters, name, "derivative")
            if component is not None:
                raise SolverNotApplicableError(f"derivatives with respect to components of a vector, such as {name}, are not enclosed")
            value = getattr(self.model.values(), declared.name)
            self._branches[name] = Follower(self.model, declared, value, value).branch(self.equilibrium)
        return self._branches[name]

    @cached_property
    def regimes(self) -> tuple[str, ...]:
        """Regimes that contain the point."""
        return tuple(self.vocabulary.regimes.containing(self.model.values()))

    @cached_property
    def _any_parameter(self) -> Any:
        """A parameter that is a single number, for values whose derivatives are of no interest."""
        single = [parameter.symbol for parameter in self.model.parameters if not parameter.is_vector]
        return self.vocabulary.symbol(single[0])

    # ------------------------------------------------------------ numbers

    def number_of(self, node: Node, by: Any) -> Dual:
        """Enclose an expression, with its derivative with respect to a parameter.

        Parameters
        ----------
        node : Node
            The expression.
        by : sympy.Symbol
            The parameter.
        """
        if isinstance(node, Number):
            return _dual(constant(node.value))
        if isinstance(node, Name):
            return self._named(node.text, by)
        if isinstance(node, Operation):
            return _combined(node, self.number_of(node.left, by), lambda: self.number_of(node.right, by))
        if isinstance(node, Call):
            return self._called(node, by)
        raise SolverNotApplicableError("derivatives of derivatives are not enclosed")

    def _with_derivatives(self, node: Node) -> Dual:
        if isinstance(node, Derivative):
            slopes = self.number_of(node.of, self.vocabulary.symbol(node.by.text, node.by.column)).slopes
            assert slopes is not None
            return _dual(Interval(slopes.low[0, 0], slopes.high[0, 0]))
        if isinstance(node, Operation):
            return _combined(node, self._with_derivatives(node.left), lambda: self._with_derivatives(node.right))
        return self.number_of(node, self._any_parameter)

    def _named(self, name: str, by: Any) -> Dual:
        known = self.vocabulary.parameters.get(name)
        formula = self.vocabulary.thresholds.get(name) if known is None else known
        if formula is not None and not (known is None and name in self.vocabulary.outcomes):
            at = self.vocabulary.fixed
            return _dual(constant(_plain(formula.xreplace(at))), constant(_plain(formula.diff(by).xreplace(at))))
        branch = self.branch(by)
        if name not in branch.values or name not in branch.effects:
            raise SolverNotApplicableError(branch.reason or f"{name} is not stated by the game")
        value, effect = branch.values[name], branch.effects[name]
        return _dual(Interval(*map(np.asarray, value)), Interval(*map(np.asarray, effect)))

    def _called(self, node: Call, by: Any) -> Dual:
        rules: Mapping[str, Any] = {
            "min": lambda *terms: reduce(lambda a, b: a.minimum(b), terms),
            "max": lambda *terms: reduce(lambda a, b: a.maximum(b), terms),
            "abs": abs,
            "sqrt": lambda x: x.sqrt(),
            "exp": lambda x: x.exp(),
            "log": lambda x: x.log(),
        }
        if node.function not in rules:
            raise SolverNotApplicableError(f"{node.function}() has no meaning in a cutoff game")
        result: Dual = rules[node.function](*(self.number_of(argument, by) for argument in node.arguments))
        return result

    # ------------------------------------------------------------ statements

    def truth(self, node: Node) -> bool | None:
        """Decide a statement; None where the enclosures leave it open.

        Parameters
        ----------
        node : Node
            The statement.
        """
        if isinstance(node, Negated):
            inner = self.truth(node.part)
            return None if inner is None else not inner
        if isinstance(node, Inside):
            self.vocabulary.inside(node.regime, {}, node.column)
            return node.regime in self.regimes and len(self.regimes) == 1
        if isinstance(node, Junction):
            answers = [self.truth(part) for part in node.parts]
            decisive = node.word == "or"
            return decisive if decisive in answers else None if None in answers else not decisive
        assert isinstance(node, Compare)
        difference = self._with_derivatives(Operation("-", node.left, node.right, node.column)).value
        low, high = float(difference.low[0]), float(difference.high[0])
        return _compared(node.relation, low, high)


def _compared(relation: str, low: float, high: float) -> bool | None:
    if np.isnan(low) or np.isnan(high):
        return None
    if relation in (">", ">="):
        return _compared(relation.replace(">", "<"), -high, -low)
    if relation == "!=":
        equal = _compared("=", low, high)
        return None if equal is None else not equal
    answer: bool | None = _ORDER[relation](low, high)
    return answer


def _dual(value: Interval, slope: Interval | None = None) -> Dual:
    """Return one enclosure with one derivative."""
    slope = Interval.point(0.0) if slope is None else slope
    return Dual(
        Interval(np.reshape(value.low, (1,)), np.reshape(value.high, (1,))),
        Interval(np.reshape(slope.low, (1, 1)), np.reshape(slope.high, (1, 1))),
    )


def _combined(node: Operation, left: Dual, right: Any) -> Dual:
    operations = {"+": operator.add, "-": operator.sub, "*": operator.mul}
    if node.operator == "^":
        exponent = node.right
        if isinstance(exponent, Number) and exponent.value.denominator == 1:
            return _power(left, int(exponent.value))
        power: Dual = (right() * left.log()).exp()
        return power
    if node.operator == "/":
        quotient: Dual = left * right().reciprocal()
        return quotient
    combined: Dual = operations[node.operator](left, right())
    return combined


def _power(base: Dual, exponent: int) -> Dual:
    if abs(exponent) > LARGEST_EXPONENT:
        raise SolverNotApplicableError(f"the exponent {exponent} is too large; at most {LARGEST_EXPONENT}")
    return base**exponent if exponent >= 0 else (base**-exponent).reciprocal()


def _plain(value: Any) -> Any:
    """Return a sympy number as a fraction where it is one."""
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else value
