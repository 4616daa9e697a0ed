"""A model made from a game with symbols, so that what is asked of models can be asked of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.errors import ParameterError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.models.forms import Cell, NormalFormModel
from alliancegames.models.model import Outcome
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.parameter_space import ParameterSpace

__all__ = ["model_of"]


def model_of(game: NormalFormGame, assuming: Sequence[Any] = ()) -> NormalFormModel:
    """Make a model of a game in normal form: its symbols are the parameters.

    Parameters
    ----------
    game : NormalFormGame
        With symbolic payoffs. Symbols declared positive or nonnegative keep that as their domain.
    assuming : sequence of sympy relation, optional
        Further inequalities between the symbols, such as ``c > 0`` or ``a > b``.

    Raises
    ------
    ParameterError
        The game has no symbols, or an assumption is no strict inequality between them.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import sympy
    >>> c = sympy.Symbol("c", positive=True)
    >>> ag.models.from_game.model_of(ag.NormalFormGame.from_bimatrix([[1 - c, 0], [0, 1]], [[1, 0], [0, 1]])).parameters[0].domain
    '(0, inf)'
    """
    names = sorted(game.free_symbols, key=str)
    if not names:
        raise ParameterError("regimes(): the game has no symbols, so there is nothing to vary; solve it with nash().")
    pairs = [_pair(relation, set(names)) for relation in assuming]
    start = _start(names, pairs)
    own = {str(symbol): symbol for symbol in names}

    def attribute(p: Values) -> dict[Any, Any]:
        return {symbol: getattr(p, name) for name, symbol in own.items()}

    def payoffs(self: NormalFormModel, p: Values) -> Mapping[Cell, Sequence[Any]]:
        point = attribute(p)
        return {
            cell: [array[place].subs(point) if hasattr(array[place], "subs") else array[place] for array in game.payoffs]
            for cell, place in zip(game.profiles(), _places(game), strict=True)
        }

    def outcome_cells(self: NormalFormModel, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        values = payoffs(self, p)
        return {outcome.name: {cell: values[cell][k] for cell in values} for k, outcome in enumerate(self.outcomes)}

    def assumptions(self: NormalFormModel, p: Values) -> Conditions:
        point = attribute(p)
        return [(larger.subs(point), smaller.subs(point)) for larger, smaller in pairs]

    members = {
        "__doc__": "A model of a game that was given with symbols.",
        "__module__": __name__,
        "key": "game",
        "title": game.title or "The game",
        "pillar": "",
        "question": "Which equilibria exist where?",
        "fidelity": "F3",
        "references": (),
        "parameters": tuple(_parameter(symbol, start[symbol]) for symbol in names),
        "outcomes": tuple(Outcome(f"payoff_{k + 1}", f"expected payoff of {player}", "utility") for k, player in enumerate(game.players)),
        "players": game.players,
        "actions": game.actions,
        "payoffs": payoffs,
        "outcome_cells": outcome_cells,
        "assumptions": assumptions,
        "draw": lambda self, ax: None,
        "values": lambda self: Values(self.parameters, own | {k: v[0] for k, v in self._assigned.items()}),
    }
    made: NormalFormModel = type("GameModel", (NormalFormModel,), members)()
    return made


def _places(game: NormalFormGame) -> list[tuple[int, ...]]:
    import numpy as np

    return list(np.ndindex(game.shape))


def _pair(relation: Any, known: set[Any]) -> tuple[Any, Any]:
    """Read a strict inequality."""
    import sympy

    if not isinstance(relation, (sympy.StrictGreaterThan, sympy.StrictLessThan)):
        raise ParameterError(f"regimes(): an assumption is a strict inequality such as c > 0, got {relation}.")
    foreign = relation.free_symbols - known
    if foreign:
        raise ParameterError(
            f"regimes(): the assumption {relation} is about {min(map(str, foreign))}, which does not occur in the payoffs."
        )
    return relation.gts, relation.lts


def _start(names: Sequence[Any], pairs: Sequence[tuple[Any, Any]]) -> dict[Any, Fraction]:
    """Return a point that satisfies the assumptions, as example."""
    positive = [symbol for symbol in names if symbol.is_positive or symbol.is_nonnegative]
    space = ParameterSpace(names, [*positive, *(larger - smaller for larger, smaller in pairs)])
    return space.points(1)[0]


def _parameter(symbol: Any, example: Fraction) -> Parameter:
    domain = "(0, inf)" if symbol.is_positive else "[0, inf)" if symbol.is_nonnegative else "(-inf, inf)"
    return Parameter(str(symbol), str(symbol), domain, "parameter", example)
