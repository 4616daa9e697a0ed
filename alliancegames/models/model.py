"""The base of all models: declared parameters, payoffs written once, results with their conditions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any, ClassVar, Self

import numpy as np

from alliancegames import parameters as _parameters
from alliancegames._conditions import Conditions, decreasing, hold, relations
from alliancegames._fields import Field, convert, format_number, read_number
from alliancegames._immutable import Immutable
from alliancegames.errors import InexactPayoffError, ParameterError, SolverNotApplicableError
from alliancegames.models.propositions import CheckReport, Proposition, Sign, check, propositions_of
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.result import EquilibriumSet
from alliancegames.statics.regimes import Regime, RegimeMap

__all__ = ["FIDELITY", "Model", "Outcome", "Solution"]

FIDELITY = {
    "F1": "the published model",
    "F2": "the published mechanism in a reduced form chosen here",
    "F3": "our formalisation of a verbal theory",
}
"""How close a model is to its source; only F1 replicates it."""


@dataclass(frozen=True)
class Outcome:
    """A quantity that a researcher asks for.

    Parameters
    ----------
    name : str
        Name in results, such as ``"p_war"``.
    meaning : str
        What it is, in words.
    unit : str
        Unit of measurement.
    """

    name: str
    meaning: str
    unit: str = "probability"


@dataclass(frozen=True)
class Solution:
    """A model solved at numbers.

    Parameters
    ----------
    model : Model
        The model with every parameter a number.
    equilibria : EquilibriumSet
        The equilibria with their trust flags.
    outcomes : tuple of dict
        For each equilibrium, the value of each declared outcome.
    regimes : tuple of str
        Names of the regimes that contain the point; empty where the model declares none.
    """

    model: Model
    equilibria: EquilibriumSet[Any]
    outcomes: tuple[dict[str, Any], ...]
    regimes: tuple[str, ...]

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row an equilibrium, its strategies, payoffs and outcomes."""
        import pandas as pd

        return pd.concat([self.equilibria.to_dataframe(), pd.DataFrame(list(self.outcomes))], axis=1)

    def to_latex(self, *, caption: str = "", label: str = "") -> str:
        """Return the equilibria with their outcomes in LaTeX.

        Parameters
        ----------
        caption, label : str, optional
            With a caption the table stands in a floating ``table`` environment.
        """
        return str(import_module("alliancegames.plotting.tables").to_latex(self, caption=caption, label=label))

    def _repr_html_(self) -> str:
        return str(import_module("alliancegames.plotting.tables").to_html(self))

    def __repr__(self) -> str:
        regimes = f"; regime: {' / '.join(self.regimes)}" if self.regimes else ""
        lines = [f"<Solution of {self.model.key}{regimes}>", f"  {self.equilibria._headline()}"]
        for item, outcome in zip(self.equilibria, self.outcomes, strict=True):
            lines += [f"  {item}", "    " + ", ".join(f"{name} {format_number(value)}" for name, value in outcome.items())]
        return "\n".join(lines)


class Model(Immutable, ABC):
    """A formal model of alliance politics.

    A model is symbolic until numbers are given. It is immutable: `replace` returns another model.

    Parameters
    ----------
    **values : number or sequence of numbers
        Parameter values by name or symbol. Exact numbers (also ``"1/3"``) keep the model exact. A vector
        parameter takes a sequence, or one number for all its components; ``wealth_2=...`` sets one
        component.

    Raises
    ------
    ParameterError
        A value lies outside its declared domain or violates an assumption of the model.
    UnknownLabelError
        There is no such parameter.
    InexactPayoffError
        Floats are mixed with exact fractions.
    """

    _advice = "use .replace() to make another model"
    key: ClassVar[str]
    title: ClassVar[str]
    pillar: ClassVar[str]
    question: ClassVar[str]
    fidelity: ClassVar[str]
    """Key of `FIDELITY`."""
    references: ClassVar[tuple[str, ...]]
    """Keys of the bibliography, the source of the model first."""
    parameters: ClassVar[tuple[Parameter, ...]]
    outcomes: ClassVar[tuple[Outcome, ...]]
    form: ClassVar[str]
    orders: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Chains of parameter names whose values the model takes to decrease strictly, best outcome first."""
    comparative_statics: ClassVar[tuple[Sign, ...]] = ()
    """Signs that the source states; `prove` decides each."""

    def __init__(self, **values: Any) -> None:
        self._assigned: dict[str, tuple[Any, ...]] = {}
        self._sizes = {parameter.name: len(parameter.example) for parameter in self.parameters}
        self._assign(values)
        self._seal()

    def _assign(self, values: Mapping[str, Any]) -> None:
        where = f"{type(self).__name__}()"
        for address, value in values.items():
            parameter, component = _parameters.find(self.parameters, address, where)
            name = parameter.name
            if component is None:
                self._assigned[name] = _parameters.read_value(parameter, value, where, self._sizes[name])
                self._sizes[name] = len(self._assigned[name])
            else:
                self._assign_component(parameter, component, value, where)
        self._check_number_systems(where)
        self._check_assumptions(where)

    def _assign_component(self, parameter: Parameter, component: int, value: Any, where: str) -> None:
        size = self._sizes[parameter.name]
        if component >= size:
            raise ParameterError(f"{where}: {parameter.name} has {size} components, so {parameter.name}_{component + 1} does not exist.")
        current = list(self._assigned.get(parameter.name, self._symbols(parameter)))
        current[component] = _parameters.read_value(parameter, value, where, 1)[0]
        self._assigned[parameter.name] = tuple(current)

    def _check_number_systems(self, where: str) -> None:
        given = [(name, value) for name, values in self._assigned.items() for value in values if not getattr(value, "free_symbols", None)]
        floats = [name for name, value in given if isinstance(value, float)]
        fractions = [name for name, value in given if not isinstance(value, float) and value.denominator != 1]
        if floats and fractions:
            raise InexactPayoffError(
                f"{where}: {floats[0]} is a float while {fractions[0]} is an exact fraction. Give all as exact numbers ('3/10', Fraction, Decimal) or all as floats."
            )

    def _check_assumptions(self, where: str) -> None:
        if self.is_symbolic:
            return
        for pair in self.assumptions(self.values()):
            if not hold([pair]):
                symbolic = copy(self)
                vars(symbolic)["_assigned"] = {}
                words = [str(relation) for relation in relations(symbolic.assumptions(symbolic.values()), strict=True)]
                raise ParameterError(
                    f"{where}: the model assumes {' and '.join(words)}; here {format_number(pair[0])} > {format_number(pair[1])} fails."
                )

    # ---------------------------------------------------------------- what a model file writes

    def assumptions(self, p: Values) -> Conditions:
        """Return the inequalities between parameters that the model takes for granted, as pairs ``(larger, smaller)``.

        Those of `orders` are included; a model with others extends the list.

        Parameters
        ----------
        p : Values
            Parameter values of any number system.
        """
        return [pair for chain in self.orders for pair in decreasing(*(getattr(p, name) for name in chain))]

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return the regimes of the model; a model without regimes returns none.

        Parameters
        ----------
        p : Values
            Parameter values; only the sizes of vectors matter here.
        """
        return ()

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the named thresholds and other closed-form quantities of the model.

        Parameters
        ----------
        p : Values
            Parameter values of any number system.
        """
        return {}

    def closed_forms(self, p: Values) -> dict[str, Any]:
        """Return outcomes that have one closed form at all parameter values, by name; a model without such returns none.

        Parameters
        ----------
        p : Values
            Parameter values of any number system.
        """
        return {}

    def regime_game(self, refinement: str | None = None) -> Any:
        """Return the game from which regimes are derived; by default the model's game.

        Parameters
        ----------
        refinement : str, optional
            The refinement that is asked for; a model may have a form of its game that allows it.
        """
        return self.game()

    def outcome_formulas(self, profile: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the value of each declared outcome under a profile of formulas.

        Parameters
        ----------
        profile : sequence of mapping
            For each player the probability of each action, as a `Regime` lists its equilibria.

        Raises
        ------
        SolverNotApplicableError
            Models of this form do not tell their outcomes by formulas.
        """
        raise SolverNotApplicableError(
            f"{type(self).__name__}: the outcomes of a {self.form} are computed at numbers only; use solve() or sweep()."
        )

    @abstractmethod
    def build(self, p: Values, field: Field) -> Any:
        """Build the game from parameter values.

        Parameters
        ----------
        p : Values
            Parameter values of one number system.
        field : {"exact", "float", "symbolic"}
            That number system.
        """

    @abstractmethod
    def solve_game(self, game: Any) -> EquilibriumSet[Any]:
        """Solve the game with the entry function of its kind.

        Parameters
        ----------
        game : object
            What `build` returns.
        """

    @abstractmethod
    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Return the value of each declared outcome at one equilibrium.

        Parameters
        ----------
        p : Values
            Parameter values.
        equilibrium : object
            One of the equilibria that `solve_game` found.
        """

    @abstractmethod
    def draw(self, ax: Any) -> None:
        """Draw the model's figure.

        Parameters
        ----------
        ax : matplotlib.axes.Axes
            Where to draw.
        """

    # ---------------------------------------------------------------- values

    @property
    def example(self) -> dict[str, Any]:
        """Parameter values of the worked example, exact."""
        return {q.name: q.example if q.is_vector else q.example[0] for q in self.parameters}

    @property
    def is_symbolic(self) -> bool:
        """Whether some parameter is not a number yet."""
        return len(self._assigned) < len(self.parameters) or self._has_symbols()

    def _has_symbols(self) -> bool:
        return any(getattr(value, "free_symbols", None) for values in self._assigned.values() for value in values)

    @property
    def field(self) -> Field:
        """Number system of the model: ``"exact"``, ``"float"``, or ``"symbolic"`` while a parameter is free."""
        if self.is_symbolic:
            return "symbolic"
        return "float" if any(isinstance(value, float) for values in self._assigned.values() for value in values) else "exact"

    @property
    def structure(self) -> Mapping[str, Any]:
        """Settings that are no parameters, such as a technology or a rule of voting; empty unless the model has some."""
        return {}

    def _symbols(self, parameter: Parameter) -> tuple[Any, ...]:
        return _parameters.symbols(parameter, self._sizes[parameter.name])

    def values(self) -> Values:
        """Return the values of all parameters; those not set are sympy symbols."""
        field = self.field
        result: dict[str, Any] = {}
        for parameter in self.parameters:
            components = self._assigned.get(parameter.name) or self._symbols(parameter)
            read = tuple(_in_field(value, field) for value in components)
            result[parameter.name] = read if parameter.is_vector else read[0]
        return Values(self.parameters, result)

    def replace(self, **values: Any) -> Self:
        """Return the model with some parameters changed.

        Parameters
        ----------
        **values : number or sequence of numbers
            As in the constructor.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.UnilateralDeterrence().replace(p_C="3/10", cred_defender="1/5")
        >>> model.is_symbolic
        True
        """
        model = copy(self)
        vars(model).update(_assigned=dict(self._assigned), _sizes=dict(self._sizes))
        model._assign(values)
        return model

    def freed(self) -> Self:
        """Return the model with every parameter free, vectors as long as here."""
        model = copy(self)
        vars(model).update(_assigned={})
        return model

    def completed(self) -> Self:
        """Return the model with every parameter not set at its example value (in floats if floats were given)."""
        as_float = any(isinstance(value, float) for values in self._assigned.values() for value in values)
        missing: dict[str, Any] = {}
        for parameter in self.parameters:
            free = self._symbols(parameter)  # what `values` gives a component that is not set
            given = self._assigned.get(parameter.name, free)
            if any(value == symbol for value, symbol in zip(given, free, strict=True)):
                examples = [float(value) if as_float else value for value in self._example_components(parameter)]
                read = [example if value == symbol else value for value, symbol, example in zip(given, free, examples, strict=True)]
                missing[parameter.name] = read if parameter.is_vector else read[0]
        return self.replace(**missing)

    def exact(self) -> Self:
        """Return the model with exact values; each float is read as the shortest decimal that rounds to it."""
        if self.field != "float":
            return self
        model = copy(self)
        exact = {name: tuple(_in_field(value, "exact") for value in values) for name, values in self._assigned.items()}
        vars(model).update(_assigned=exact)
        return model

    def _example_components(self, parameter: Parameter) -> tuple[Fraction, ...]:
        """Return the example value, stretched to the number of components wanted."""
        example, size = parameter.example, self._sizes[parameter.name]
        return example if len(example) == size else (example * size)[:size]

    def plane(self, x: str, y: str, at: Mapping[str, Any] | None = None) -> Values:
        """Return values in which two parameters are symbols and all others numbers.

        Parameters
        ----------
        x, y : str
            The two parameters; all components of a vector parameter share one symbol.
        at : mapping, optional
            Values of the others; by default those of the model, or else of the example.
        """
        import sympy

        model = self.replace(**(at or {})).completed()
        result = dict(model._assigned)
        for address in (x, y):
            parameter, component = _parameters.find(self.parameters, address, "plane")
            free = _parameters.symbols(parameter, 1)[0] if not parameter.is_vector else sympy.Symbol(address, real=True)
            values = list(result[parameter.name])
            for k in range(len(values)):
                if component in (None, k):
                    values[k] = free
            result[parameter.name] = tuple(values)
        final = {q.name: tuple(_in_field(v, "symbolic") for v in result[q.name]) for q in self.parameters}
        return Values(self.parameters, {q.name: final[q.name] if q.is_vector else final[q.name][0] for q in self.parameters})

    # ---------------------------------------------------------------- what a user asks

    def game(self) -> Any:
        """Return the game: symbolic while a parameter is free, exact at exact numbers, float at floats.

        Examples
        --------
        >>> import alliancegames as ag
        >>> ag.models.AllianceDilemma().game().field
        'symbolic'
        """
        return self.build(self.values(), self.field)

    def solve(self) -> Solution:
        """Solve the model at numbers; parameters not set take their example values.

        Returns
        -------
        Solution
            Equilibria with trust flags, outcomes for each, and the regime.

        Examples
        --------
        >>> import alliancegames as ag
        >>> solution = ag.models.UnilateralDeterrence().replace(p_C="3/10", p_D="1/5").solve()
        >>> solution.regimes
        ('Bluff',)
        >>> print(solution.outcomes[-1]["p_status_quo"], solution.outcomes[-1]["p_war"])
        2/5 1/6
        """
        model = self.completed()
        values = model.values()
        equilibria = model.solve_game(model.build(values, model.field))
        outcomes = tuple(model.outcomes_at(values, item) for item in equilibria)
        return Solution(model, equilibria, outcomes, model.regimes().containing(model.exact().values()))

    def regimes(self, *, refined: bool = True) -> RegimeMap:
        """Return the regimes of the model.

        Parameters
        ----------
        refined : bool, default True
            Whether to leave out equilibria that the refinement named in the model eliminates.
        """
        return RegimeMap(self, self.regime_list(self.values()), refined=refined)

    def thresholds(self) -> dict[str, Any]:
        """Return the model's named closed-form quantities: formulas while symbolic, numbers otherwise.

        Examples
        --------
        >>> import alliancegames as ag
        >>> {name: str(value) for name, value in ag.models.UnilateralDeterrence().completed().thresholds().items()}
        {'c1': '5/7', 'c2': '5/9', 'd1': '1/2'}
        """
        return self.quantities(self.values())

    def statics(self, outcome: Any = None, **options: Any) -> Any:
        """Find the signs of the effects of parameters; see `alliancegames.statics.signs.statics`.

        Parameters
        ----------
        outcome : str or sequence of str, optional
            Outcomes, thresholds or formulas; by default all outcomes and thresholds.
        **options
            Options of `alliancegames.statics.signs.statics`.

        Examples
        --------
        >>> import alliancegames as ag
        >>> ag.models.UnilateralDeterrence().statics("c1").sign("c1", "c_SQ")
        '-'
        """
        return import_module("alliancegames.statics.signs").statics(self, outcome, **options)

    def prove(self, claim: str | Sign, **options: Any) -> Any:
        """Prove or refute a claim; see `alliancegames.prove`.

        Parameters
        ----------
        claim : str or Sign
            The claim, or one of the model's `comparative_statics`, which says where it is claimed.
        **options
            Options of `alliancegames.prove`.

        Examples
        --------
        >>> import alliancegames as ag
        >>> ag.models.UnilateralDeterrence().prove("c2 < c1").status
        'proved'
        """
        if isinstance(claim, Sign):
            options = {"where": claim.where or None, **options}
            claim = claim.claim
        return import_module("alliancegames.statics.proofs").prove(claim, self, **options)

    def sweep(self, grid: Mapping[str, Any], **options: Any) -> Any:
        """Solve the model over a grid of parameter values; see `alliancegames.sweep`.

        Parameters
        ----------
        grid : mapping of str to sequence of number
            Values of some parameters, by name or symbol.
        **options
            Options of `alliancegames.sweep`.
        """
        return import_module("alliancegames.statics.sweep").sweep(self, grid, **options)

    @property
    def propositions(self) -> tuple[Proposition, ...]:
        """The model's results as checkable statements with their conditions."""
        return propositions_of(type(self))

    def check(self, draws: int = 100, *, rng: Any = 0) -> CheckReport:
        """Check every proposition on random parameter values against the independent solver.

        Parameters
        ----------
        draws : int, default 100
            Points drawn for each proposition, inside its conditions.
        rng : int or numpy.random.Generator, default 0
            Source of randomness.

        Returns
        -------
        CheckReport
            For each proposition the number of points checked and the points at which it failed.
        """
        return check(self, draws, np.random.default_rng(rng))

    def plot(self, *, ax: Any = None) -> Any:
        """Draw the model's figure.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
        """
        style = import_module("alliancegames.plotting._style")
        ax = style.axes(ax)
        self.draw(ax)
        style.fit_texts(ax)
        return ax

    def cite(self) -> str:
        """Return the references of the model in plain text, its source first."""
        return str(import_module("alliancegames.models.bibliography").cite(*self.references))

    def _repr_html_(self) -> str:
        return str(import_module("alliancegames.plotting.tables").to_html(self))

    def __repr__(self) -> str:
        parts = []
        for parameter in self.parameters:
            if parameter.name in self._assigned:
                shown = ", ".join(format_number(value) for value in self._assigned[parameter.name])
                parts.append(f"{parameter.name}={shown if not parameter.is_vector else f'({shown})'}")
        return f"{type(self).__name__}({', '.join(parts)})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Model) and (self._assigned, self._sizes) == (other._assigned, other._sizes)

    def __hash__(self) -> int:
        return hash((type(self), tuple(sorted(self._assigned.items()))))


def _in_field(value: Any, field: Field) -> Any:
    """Convert a number into the model's number system; integers fit every system."""
    kind, number = read_number(value)
    return number if kind == field else convert(number, kind, field)
