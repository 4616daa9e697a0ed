"""Models with continuous types whose equilibria are cutoffs, or other solutions of one or two equations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from alliancegames.games.cutoff import CutoffGame
from alliancegames.models.model import Model
from alliancegames.parameters import Values, find
from alliancegames.solvers.cutoff_folds import Correspondence, FoldSet, correspondence, folds
from alliancegames.solvers.cutoffs import cutoff_equilibria
from alliancegames.solvers.result import EquilibriumSet

__all__ = ["CutoffModel"]


class CutoffModel(Model):
    """A model whose game is a `CutoffGame`; the game states the outcomes under the names that the model declares."""

    form: ClassVar[str] = "cutoff game"

    def solve_game(self, game: CutoffGame) -> EquilibriumSet[Any]:
        """Find all equilibria in cutoff strategies."""
        return cutoff_equilibria(game)

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Return the outcomes that the game states."""
        stated = equilibrium.outcomes
        return {outcome.name: stated[outcome.name] for outcome in self.outcomes}

    def game_at(self, parameter: str, value: Any) -> CutoffGame:
        """Return the game with one parameter at any kind of number, the others as in the model or its example.

        Parameters
        ----------
        parameter : str
            Name or symbol of a parameter that is a single number.
        value : number, symbol or enclosure
            Its value.
        """
        model = self.completed()
        name = find(self.parameters, parameter, "game_at()")[0].name
        values = {q.name: getattr(model.values(), q.name) for q in self.parameters}
        game: CutoffGame = model.build(Values(self.parameters, values | {name: value}), model.field)
        return game

    def folds(self, parameter: str, low: Any, high: Any) -> FoldSet:
        """Find the values of a parameter at which two equilibria meet and vanish; see `folds`.

        Parameters
        ----------
        parameter : str
            Name or symbol.
        low, high : number
            The range searched.
        """
        return folds(lambda value: self.game_at(parameter, value), parameter, low, high)

    def correspondence(self, parameter: str, values: Sequence[Any]) -> Correspondence:
        """Find the equilibria along values of a parameter, joined to branches; see `correspondence`.

        Parameters
        ----------
        parameter : str
            Name or symbol.
        values : sequence of number
            Values of the parameter.
        """
        return correspondence(lambda value: self.game_at(parameter, value), parameter, values)
