"""Models by the form of their game: normal form, stochastic game, contributions to a common good."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from importlib import import_module
from itertools import product
from typing import Any, ClassVar

import numpy as np

from alliancegames._fields import Field, decimal_reading
from alliancegames.errors import ParameterError
from alliancegames.games.aggregative import AggregativeGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.stochastic import StochasticGame
from alliancegames.models.model import Model
from alliancegames.parameters import Values, find
from alliancegames.solvers.contributions import contributions
from alliancegames.solvers.markov import markov_perfect
from alliancegames.solvers.nash import nash
from alliancegames.solvers.result import EquilibriumSet

__all__ = ["AggregativeModel", "NormalFormModel", "StochasticModel"]

Cell = tuple[str, ...]


class NormalFormModel(Model):
    """A model whose game is in normal form, or in the strategic form of a Bayesian game."""

    form: ClassVar[str] = "normal form"
    players: ClassVar[tuple[str, ...]]
    actions: ClassVar[tuple[tuple[str, ...], ...]]

    @abstractmethod
    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Return the payoffs of all players in every cell, in named parameters. This is the one place where they are written.

        Parameters
        ----------
        p : Values
            Parameter values: symbols, Fractions, floats or arrays of floats.
        """

    @abstractmethod
    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Return for each declared outcome its value in every cell; a mixed profile takes the expectation."""

    def build(self, p: Values, field: Field) -> NormalFormGame:
        """Build the normal form."""
        return NormalFormGame(self.players, self.actions, self.payoffs(p), title=self.title, field=field)

    def solve_game(self, game: NormalFormGame) -> EquilibriumSet[Any]:
        """Find the Nash equilibria."""
        return nash(game)

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Take expectations of the outcome cells."""
        weights = _cell_weights(self.actions, equilibrium.arrays())
        cells = self.outcome_cells(p)
        return {
            outcome.name: sum(
                (weight * cells[outcome.name][cell] for cell, weight in weights.items() if weight != 0),
                start=0 * next(iter(weights.values())),
            )
            for outcome in self.outcomes
        }

    def outcome_formulas(self, profile: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Take expectations of the outcome cells under formulas."""
        import sympy

        cells = self.outcome_cells(self.values())
        weights = {
            cell: sympy.prod([strategy.get(action, 0) for strategy, action in zip(profile, cell, strict=True)])
            for cell in product(*self.actions)
        }
        return {name: sympy.factor(sum(weight * cells[name][cell] for cell, weight in weights.items())) for name in cells}

    def correspondence(self, parameter: str, values: Sequence[Any]) -> Any:
        """Follow all equilibria along a parameter; see `alliancegames.correspondence`.

        Parameters
        ----------
        parameter : str
            Name or symbol.
        values : pair of number
            The ends of the range.

        Examples
        --------
        >>> import alliancegames as ag
        >>> found = ag.models.AllianceDilemma().correspondence("cohesion", (0, 1))
        >>> [(event.value, event.kinds) for event in found.events]
        [(Fraction(1, 2), ('fold',))]
        """
        return import_module("alliancegames.statics.continuation").correspondence(self, parameter, values)

    def payoff_stack(self, points: Mapping[str, Any]) -> tuple[np.ndarray, ...]:
        """Compute the payoffs at many points in one vectorised call.

        Parameters
        ----------
        points : mapping of str to array_like
            Values of some parameters, by name or symbol, as arrays that broadcast to one shape; the others
            keep the model's values, or else take the example's.

        Returns
        -------
        tuple of ndarray
            One float array a player, of the points' shape followed by the shape of the game.

        Examples
        --------
        >>> import alliancegames as ag
        >>> import numpy as np
        >>> row, column = ag.models.AllianceDilemma().payoff_stack({"cohesion": np.linspace(0, 1, 1_000_000)})
        >>> row.shape
        (1000000, 2, 2)
        """
        values, shape = self.values_at(points)
        stacks = [np.empty((*shape, *(len(labels) for labels in self.actions))) for _ in self.players]
        for cell, payoffs in self.payoffs(values).items():
            for stack, payoff in zip(stacks, payoffs, strict=True):
                stack[self._slot(cell)] = payoff
        return tuple(stacks)

    def outcome_stack(self, points: Mapping[str, Any]) -> dict[str, np.ndarray]:
        """Compute the outcome cells at many points; arrays as in `payoff_stack`.

        Parameters
        ----------
        points : mapping of str to array_like
            As in `payoff_stack`.
        """
        values, shape = self.values_at(points)
        result = {}
        for name, cells in self.outcome_cells(values).items():
            stack = np.empty((*shape, *(len(labels) for labels in self.actions)))
            for cell, value in cells.items():
                stack[self._slot(cell)] = value
            result[name] = stack
        return result

    def _slot(self, cell: Cell) -> Any:
        """Return the index of a cell in a stack."""
        return (..., *(labels.index(action) for labels, action in zip(self.actions, cell, strict=True)))

    def values_at(self, points: Mapping[str, Any]) -> tuple[Values, tuple[int, ...]]:
        """Return float values of all parameters at many points, and the points' shape."""
        return float_values(self, points)


class StochasticModel(Model):
    """A model whose game moves between states over time."""

    form: ClassVar[str] = "stochastic game"

    def solve_game(self, game: StochasticGame) -> EquilibriumSet[Any]:
        """Find the pure stationary Markov perfect equilibria."""
        return markov_perfect(game)


class AggregativeModel(Model):
    """A model in which allies contribute to a common good and care about the sum."""

    form: ClassVar[str] = "aggregative game"

    def __init__(self, *, players: Sequence[str] | None = None, **values: Any) -> None:
        self._players = None if players is None else tuple(players)
        super().__init__(**values)

    @abstractmethod
    def utility(self, p: Values, g: Any, total: Any, wealth: Any) -> Any:
        """Return the utility of one ally, in named parameters. This is the one place where it is written.

        Parameters
        ----------
        p : Values
            Parameter values, as sympy numbers or symbols.
        g, total, wealth : sympy expression
            Own contribution, sum of all contributions, own endowment.
        """

    def build(self, p: Values, field: Field) -> AggregativeGame:
        """Build the game among all allies."""
        import sympy

        exact = Values(
            self.parameters,
            {
                q.name: sympy.sympify(decimal_reading(v) if isinstance(v, float) else v) if not q.is_vector else v
                for q in self.parameters
                for v in [getattr(p, q.name)]
            },
        )
        return AggregativeGame(
            p.wealth,
            lambda g, total, wealth: self.utility(exact, g, total, wealth),
            players=self._players or [f"Ally {k + 1}" for k in range(len(p.wealth))],
            title=self.title,
            field=field,
        )

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Report the sum and how it is shared."""
        wealth = list(p.wealth)
        largest, smallest = wealth.index(max(wealth)), wealth.index(min(wealth))
        burdens = list(equilibrium.burdens.values())
        return {
            "provision": equilibrium.total,
            "n_contributors": len(equilibrium.contributors),
            "share_largest": list(equilibrium.shares.values())[largest],
            "burden_largest": burdens[largest],
            "burden_smallest": burdens[smallest],
        }

    def solve_game(self, game: AggregativeGame) -> EquilibriumSet[Any]:
        """Find the equilibrium contributions."""
        return contributions(game)


def _cell_weights(actions: Sequence[Sequence[str]], strategies: Sequence[np.ndarray]) -> dict[Cell, Any]:
    """Return the probability of each cell under a mixed profile."""
    weights: dict[Cell, Any] = {(): 1}
    for labels, strategy in zip(actions, strategies, strict=True):
        weights = {
            (*cell, label): weight * share for cell, weight in weights.items() for label, share in zip(labels, strategy, strict=True)
        }
    return weights


def float_values(model: Model, points: Mapping[str, Any]) -> tuple[Values, tuple[int, ...]]:
    """Return float values of all parameters at many points, and the points' common shape."""
    base = model.completed()
    result = {name: [float(value) for value in values] for name, values in base._assigned.items()}
    arrays = []
    for address, given in points.items():
        parameter, component = find(model.parameters, address, "points")
        array = np.asarray(given, dtype=float)
        outside = _outside(parameter.interval, array)
        if outside.any():
            raise ParameterError(
                f"points: {parameter.name} ({parameter.meaning}) must lie in {parameter.domain}, got {array[outside].flat[0]:.6g}."
            )
        arrays.append(array)
        slots: list[Any] = result[parameter.name]
        for k in range(len(slots)):
            if component in (None, k):
                slots[k] = array
    shape = np.broadcast_shapes(*(array.shape for array in arrays)) if arrays else ()
    values = {q.name: tuple(result[q.name]) if q.is_vector else result[q.name][0] for q in model.parameters}
    return Values(model.parameters, values), shape


def _outside(interval: Any, array: np.ndarray) -> np.ndarray:
    """Return where an array leaves an interval; NaN is outside."""
    inside = np.isfinite(array)
    if interval.lower is not None:
        low = float(interval.lower)
        inside &= (array >= low) if interval.closed_below else (array > low)
    if interval.upper is not None:
        high = float(interval.upper)
        inside &= (array <= high) if interval.closed_above else (array < high)
    return np.asarray(~inside)
