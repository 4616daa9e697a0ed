"""Strategies behind a payoff set, as automata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alliancegames._labels import distinct
from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.automaton import Automaton
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.repeated._planar_machine import Machine, weights_of

__all__ = ["DeterministicWitness", "MachineWitness"]


@dataclass(frozen=True, eq=False)
class MachineWitness:
    """The machine that attains a payoff set of a two-player game.

    Parameters
    ----------
    game : RepeatedGame
        The game.
    machine : Machine
        States with their payoffs.
    """

    game: RepeatedGame
    machine: Machine

    def automaton(self, point: Sequence[Any]) -> Automaton:
        """Return the automaton that starts with a lottery over states worth a payoff pair.

        Parameters
        ----------
        point : sequence of number
            Payoffs in the inner set.
        """
        machine = self.machine
        target = machine.problem.scaled([Fraction(x) for x in point])
        corners = machine.corners
        shares = weights_of(target, corners)
        if shares is None:
            raise SolverNotApplicableError(f"automaton(): {tuple(point)} is outside the set of payoffs for which strategies are known.")
        return self.starting_with({machine.payoffs.index(corners[k]): share for k, share in shares.items()})

    def starting_with(self, start: Mapping[int, Fraction]) -> Automaton:
        """Return the automaton that starts with given probabilities of states.

        Parameters
        ----------
        start : mapping of int to Fraction
            Probabilities of states of the machine.
        """
        machine, stage = self.machine, self.game.stage
        # Only states that can be reached from there, punishments included, are part of the strategy.
        kept = self._reached(list(start))
        profiles = {j: tuple(stage.actions[i][k] for i, k in enumerate(machine.problem.profiles[machine.profiles[j]])) for j in kept}
        names = dict(zip(kept, distinct(self._name(j, profiles[j]) for j in kept), strict=True))
        transitions = {}
        for j in kept:
            onward = {names[k]: share for k, share in machine.lotteries[j].items() if share}
            transitions[names[j]] = {
                **{player: names[worst] for player, worst in zip(stage.players, machine.worst, strict=True)},
                "otherwise": onward,
            }
        return Automaton(
            stage, {names[j]: profiles[j] for j in kept}, transitions, {names[j]: share for j, share in start.items() if share}
        )

    def _reached(self, start: list[int]) -> list[int]:
        """Return the states that may be visited, in order of discovery."""
        found = list(dict.fromkeys(start))
        for j in found:
            for k in (*self.machine.lotteries[j], *self.machine.worst):
                if k not in found:
                    found.append(k)
        return found

    def _name(self, j: int, profile: Sequence[str]) -> str:
        """Name a state by what it is for."""
        punished = [player for player, worst in zip(self.game.players, self.machine.worst, strict=True) if worst == j]
        return f"punish {' and '.join(punished)}" if punished else f"play {', '.join(profile)}"


@dataclass(frozen=True, eq=False)
class DeterministicWitness:
    """The states of a machine that get by without public lotteries.

    Parameters
    ----------
    game : RepeatedGame
        The game.
    machine : Machine or None
        States without lotteries; None if there are none.
    """

    game: RepeatedGame
    machine: Machine | None

    def automaton(self, point: Sequence[Any]) -> Automaton:
        """Return the automaton of the state that is worth a payoff pair.

        Parameters
        ----------
        point : sequence of number
            Payoffs of a state.
        """
        machine = self.machine
        target = None if machine is None else machine.problem.scaled([Fraction(x) for x in point])
        if machine is None or target not in machine.payoffs:
            known = [] if machine is None else machine.problem.unscaled(sorted(set(machine.payoffs)))
            raise SolverNotApplicableError(
                f"automaton(): without public lotteries {tuple(map(str, point))} may need a path of play that never repeats itself; "
                f"machines are known for {', '.join(f'({x}, {y})' for x, y in known) or 'no payoffs'}."
            )
        return MachineWitness(self.game, machine).starting_with({machine.payoffs.index(target): Fraction(1)})
