"""Models in which the same players meet again and again."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from alliancegames._fields import Field
from alliancegames.games.automaton import Automaton
from alliancegames.games.monitoring import PublicMonitoring
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.repeated import RepeatedGame
from alliancegames.models.model import Model
from alliancegames.parameters import Values
from alliancegames.solvers.repeated.automata import automaton_values
from alliancegames.solvers.repeated.equilibria_among import AutomatonEquilibrium, equilibria_among
from alliancegames.solvers.result import EquilibriumSet

__all__ = ["RepeatedModel"]

Cell = tuple[str, ...]


class RepeatedModel(Model):
    """A model whose stage game is repeated without end; it names the strategies that it is about.

    A repeated game has far too many equilibria to list. ``solve`` examines the strategy profiles that the model names and
    keeps the equilibria among them; all payoffs that can be had are found by `spe_payoffs` on ``game()``.
    """

    form: ClassVar[str] = "repeated game"
    players: ClassVar[tuple[str, ...]]
    actions: ClassVar[tuple[tuple[str, ...], ...]]

    @abstractmethod
    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Return the payoffs of one period in every cell, in named parameters. This is the one place where they are written.

        Parameters
        ----------
        p : Values
            Parameter values: symbols, Fractions or floats.
        """

    @abstractmethod
    def strategies(self, p: Values, stage: NormalFormGame) -> Mapping[str, Automaton]:
        """Return the strategy profiles that the model is about, under their names.

        Parameters
        ----------
        p : Values
            Parameter values.
        stage : NormalFormGame
            The stage game.
        """

    def signals(self, p: Values, stage: NormalFormGame) -> PublicMonitoring | None:
        """Return what is seen of past actions; by default everything.

        Parameters
        ----------
        p : Values
            Parameter values.
        stage : NormalFormGame
            The stage game.
        """
        return None

    def discounting(self, p: Values) -> Any:
        """Return the discount factor.

        Parameters
        ----------
        p : Values
            Parameter values.
        """
        return p.delta

    def stage(self, p: Values, field: Field) -> NormalFormGame:
        """Build the game of one period.

        Parameters
        ----------
        p : Values
            Parameter values of one number system.
        field : {"exact", "float", "symbolic"}
            That number system.
        """
        return NormalFormGame(self.players, self.actions, self.payoffs(p), title=self.title, field=field)

    def build(self, p: Values, field: Field) -> RepeatedGame:
        """Build the repeated game."""
        stage = self.stage(p, field)
        return RepeatedGame(stage, self.discounting(p), monitoring=self.signals(p, stage), field=field)

    def solve_game(self, game: RepeatedGame) -> EquilibriumSet[AutomatonEquilibrium]:
        """Examine the strategies that the model names."""
        return equilibria_among(game, self.strategies(self.values(), game.stage))

    def average(self, equilibrium: AutomatonEquilibrium, quantity: Callable[[Cell], Any]) -> Any:
        """Return the discounted average over all periods of something that depends on what is played.

        Parameters
        ----------
        equilibrium : AutomatonEquilibrium
            What is played.
        quantity : callable
            Maps an action profile to a number.
        """
        game = equilibrium.certificate.game
        counted = {cell: (quantity(cell),) * len(game.players) for cell in game.stage.profiles()}
        stage = NormalFormGame(game.players, game.actions, counted, field=game.field)
        values = automaton_values(RepeatedGame(stage, game.delta, monitoring=game.monitoring), equilibrium.automaton)
        return values.payoffs[game.players[0]]
