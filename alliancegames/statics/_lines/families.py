"""Games that depend on one parameter, read from models, symbolic games and functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.errors import GameDefinitionError, ParameterError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import Profile
from alliancegames.parameters import find
from alliancegames.solvers.bimatrix import choosers
from alliancegames.statics._lines.best_reply_vertices import Strategy, number_of_systems
from alliancegames.statics._lines.interval import Line, quotient, value_of
from alliancegames.statics._polynomials import Ring

__all__ = ["Family", "read_family"]

# Most systems of equations solved for one player, and most actions of both players together.
SYSTEMS, ACTIONS = 4000, 60


@dataclass(frozen=True)
class Family:
    """A game whose payoffs are rational functions of one parameter.

    Parameters
    ----------
    game : NormalFormGame
        The game, with the parameter as symbol.
    symbol : sympy.Symbol
        The parameter.
    parameter : str
        Its name.
    payoffs : tuple of list of list of fmpz_poly
        Payoffs of the two players who choose, as polynomials: those of the game times a positive function.
    quotients : tuple of list
        Payoffs of all players, cell by cell, as numerators and denominators.
    outcomes : callable
        Maps a profile to the outcomes of the model, as formulas.
    words : dict
        What the parameter and the outcomes mean.
    """

    game: NormalFormGame
    symbol: Any
    parameter: str
    payoffs: tuple[list[list[Any]], list[list[Any]]]
    quotients: tuple[list[tuple[Any, Any]], ...]
    outcomes: Callable[[Profile], Mapping[str, Any]]
    words: Mapping[str, str]

    def at(self, value: Any) -> NormalFormGame:
        """Return the game at a value of the parameter: a Fraction, or an irrational number of sympy."""
        if not isinstance(value, Fraction):
            return self.game.subs({self.symbol: value})
        arrays = []
        for cells in self.quotients:
            array = np.empty(len(cells), dtype=object)
            array[:] = [value_of(above, value) / value_of(below, value) for above, below in cells]
            arrays.append(array.reshape(self.game.shape))
        return NormalFormGame.from_arrays(*arrays, players=self.game.players, actions=self.game.actions, title=self.game.title)

    def formulas(self, strategy: Strategy) -> list[Any]:
        """Return the probabilities of a strategy as formulas."""
        import sympy

        below = _expression(strategy.denominator, self.symbol)
        return [sympy.factor(_expression(weight, self.symbol) / below) for weight in strategy.weights]

    def spread(self, pair: Sequence[Sequence[Any]]) -> list[np.ndarray]:
        """Return strategies of all players, given those of the two who choose."""
        import sympy

        places = dict(zip(choosers(self.game), pair, strict=False))
        vectors = []
        for k, size in enumerate(self.game.shape):
            vector = np.empty(size, dtype=object)
            one = sympy.Integer(1) if any(hasattr(weight, "subs") for part in pair for weight in part) else Fraction(1)
            vector[:] = places.get(k, [one])
            vectors.append(vector)
        return vectors


def read_family(family: Any, parameter: Any, start: Fraction, stop: Fraction) -> Family:
    """Read what depends on a parameter between two numbers.

    Parameters
    ----------
    family : Model, NormalFormGame or callable
        As in `correspondence`.
    parameter : str or sympy.Symbol
        The parameter.
    start, stop : Fraction
        The range.
    """
    game, outcomes, words = _symbolic(family, str(parameter), start, stop)
    if not isinstance(game, NormalFormGame):
        raise SolverNotApplicableError(
            f"correspondence(): games in normal form and cutoff games are followed, got {type(game).__name__}; a tree or a game with types has .normal_form() or .ex_ante()."
        )
    free = sorted(game.free_symbols, key=str)
    if len(free) > 1 or (free and isinstance(family, NormalFormGame) and str(free[0]) != str(parameter)):
        raise ParameterError(
            f"correspondence(): the payoffs must depend on {parameter} alone, but contain {', '.join(map(str, free))}; give the others numbers with .subs()."
        )
    if not free:
        raise ParameterError(f"correspondence(): no payoff depends on {parameter}, so there is nothing to follow; nash() solves the game.")
    _check_size(game)
    ring = Ring(free)
    quotients = tuple([quotient(ring, entry) for entry in array.flat] for array in game.payoffs)
    payoffs = _polynomial_payoffs(game, quotients, free[0], start, stop)
    return Family(game, free[0], str(parameter), payoffs, quotients, outcomes, words)


def _symbolic(family: Any, parameter: str, start: Fraction, stop: Fraction) -> tuple[Any, Any, dict[str, str]]:
    """Return the game with the parameter as symbol, how outcomes are computed, and what names mean."""
    import sympy

    if isinstance(family, NormalFormGame):
        return family, lambda profile: {}, {}
    if hasattr(family, "plane"):
        return _of_model(family.completed().exact(), parameter, start, stop)
    if callable(family):
        return family(sympy.Symbol(parameter, real=True)), lambda profile: {}, {}
    raise GameDefinitionError(
        f"correspondence(): a model, a symbolic game or a function from values of {parameter} to games is needed, got {type(family).__name__}."
    )


def _of_model(model: Any, parameter: str, start: Fraction, stop: Fraction) -> tuple[Any, Any, dict[str, str]]:
    for end in (start, stop):
        model.replace(**{parameter: end})  # raises where the parameter leaves its domain or an assumption fails
    values = model.plane(parameter, parameter)
    _check_assumptions(model, values, parameter, start, stop)

    def outcomes(profile: Profile) -> Mapping[str, Any]:
        return dict(model.outcomes_at(values, profile))

    declared, _ = find(model.parameters, parameter, "correspondence()")
    words = {parameter: f"{declared.meaning.split(':')[0]}\N{NO-BREAK SPACE}${declared.latex or declared.symbol}$"}
    return model.build(values, "symbolic"), outcomes, words | {outcome.name: outcome.meaning for outcome in model.outcomes}


def _check_assumptions(model: Any, values: Any, parameter: str, start: Fraction, stop: Fraction) -> None:
    """Refuse a range inside which an assumption of the model fails."""
    pairs = [(larger, smaller) for larger, smaller in model.assumptions(values) if getattr(larger - smaller, "free_symbols", None)]
    for larger, smaller in pairs:
        difference = larger - smaller
        (symbol,) = difference.free_symbols
        numerator, denominator = quotient(Ring([symbol]), difference)
        signs = Line(start, stop, [numerator * denominator]).signs(numerator * denominator)
        if (signs <= 0).any():
            raise ParameterError(
                f"correspondence(): the model assumes {larger} > {smaller}, which fails for some {parameter} between {start} and {stop}; narrow the range."
            )


def _check_size(game: NormalFormGame) -> None:
    active = choosers(game)
    if len(active) > 2:
        raise SolverNotApplicableError(
            f"correspondence(): two players can be followed exactly; here {len(active)} choose ({', '.join(game.players[k] for k in active)}). "
            "nash() solves such games at single values of the parameter."
        )
    sizes = [*(game.shape[k] for k in active), 1, 1][:2]
    if sum(sizes) > ACTIONS or max(number_of_systems(*sizes), number_of_systems(*sizes[::-1])) > SYSTEMS:
        raise SolverNotApplicableError(
            f"correspondence(): a game with {sizes[0]} × {sizes[1]} actions has too many extreme strategies to follow; "
            "remove dominated actions first, or solve it at single values with nash()."
        )


def _polynomial_payoffs(
    game: NormalFormGame, quotients: Sequence[list[tuple[Any, Any]]], symbol: Any, start: Fraction, stop: Fraction
) -> tuple[list[list[Any]], list[list[Any]]]:
    """Multiply each player's payoffs by a function that is positive in the range, so that polynomials remain."""
    active = choosers(game)
    rows, columns = [*(game.shape[k] for k in active), 1, 1][:2]
    cleared = [_cleared(cells, symbol, start, stop) for cells in quotients]  # of all players, since all must be defined
    tables = [[cleared[k][i * columns : (i + 1) * columns] for i in range(rows)] for k in active]
    nothing = [[cleared[0][0] * 0] * columns for _ in range(rows)]  # for who has no choice
    first, second = [*tables, nothing, nothing][:2]
    return first, second


def _cleared(cells: Sequence[tuple[Any, Any]], symbol: Any, start: Fraction, stop: Fraction) -> list[Any]:
    """Multiply quotients by a common denominator that is positive in the range."""
    common = cells[0][1]
    for _, below in cells:
        common = common * (below // common.gcd(below))
    signs = Line(start, stop, [common]).signs(common)
    if (signs == 0).any():
        raise ParameterError(
            f"correspondence(): a payoff is not defined at some {symbol} between {start} and {stop}, where its denominator vanishes; narrow the range."
        )
    return [above * (common // below) * int(signs[0]) for above, below in cells]


def _expression(polynomial: Any, symbol: Any) -> Any:
    import sympy

    return sympy.Add(*(int(c) * symbol**k for k, c in enumerate(polynomial.coeffs())))
