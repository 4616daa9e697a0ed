"""Strategy profiles of stochastic games as finite machines, with their own check."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from alliancegames._fields import format_number
from alliancegames.errors import GameDefinitionError
from alliancegames.games.stochastic import StochasticGame

__all__ = ["OneShot", "Plan", "SimulatedPlay", "Stage", "StochasticAutomaton"]

Lottery = tuple[tuple[int, Any], ...]


@dataclass(frozen=True)
class Plan:
    """What a public lottery tells the players to do, and how play goes on.

    Parameters
    ----------
    probability : Fraction
        Probability of this outcome of the lottery.
    cell : tuple of str
        The action profile to play.
    then : mapping of str to tuple of (int, Fraction)
        For each next state a public lottery over stages of the machine, if nobody deviates.
    """

    probability: Fraction
    cell: tuple[str, ...]
    then: Mapping[str, Lottery]


@dataclass(frozen=True)
class Stage:
    """A state of the machine: a state of the game together with payoffs that are promised.

    Parameters
    ----------
    state : str
        State of the game.
    payoffs : tuple of Fraction
        Normalised payoffs from here on, one a player.
    plans : tuple of Plan
        Outcomes of the public lottery held on arrival.
    """

    state: str
    payoffs: tuple[Fraction, ...]
    plans: tuple[Plan, ...]


class OneShot(NamedTuple):
    """A one-shot deviation and what it loses.

    Parameters
    ----------
    stage : int
        Position of the stage.
    cell : tuple of str
        The action profile that was planned.
    player : str
        Who deviates.
    action : str
        What the player does instead.
    slack : Fraction
        By how much keeping to the plan is better, in normalised payoffs.
    """

    stage: int
    cell: tuple[str, ...]
    player: str
    action: str
    slack: Fraction


class SimulatedPlay(NamedTuple):
    """Simulated play on the equilibrium path.

    Parameters
    ----------
    states : ndarray of int, shape (runs, periods)
        Positions of the states of the game.
    stages : ndarray of int, shape (runs, periods)
        Positions of the stages of the machine.
    actions : ndarray of int, shape (runs, periods, 2)
        Positions of the actions played.
    rewards : ndarray of float, shape (runs, periods, 2)
        Payoffs of the periods.
    payoffs : ndarray of float, shape (runs, 2)
        Normalised discounted payoffs of the simulated periods.
    """

    states: np.ndarray
    stages: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    payoffs: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class StochasticAutomaton:
    """A strategy profile of a stochastic game as a finite machine with public lotteries.

    On arrival in a stage a public lottery picks a plan; the players play its action profile; nature moves
    to the next state of the game; and a public lottery picks the next stage. After a deviation by one
    player the next stage is that player's punishment in the state that nature picked; after a joint one
    it is the punishment of the first player.

    Parameters
    ----------
    game : StochasticGame
        The game, in exact numbers.
    stages : tuple of Stage
        The machine.
    start : tuple of (int, Fraction)
        Public lottery over the first stage.
    punishments : mapping of str to tuple of int
        For each state of the game the stage that punishes each player.
    """

    game: StochasticGame
    stages: tuple[Stage, ...]
    start: Lottery
    punishments: Mapping[str, tuple[int, ...]]

    @property
    def payoffs(self) -> dict[str, Fraction]:
        """Normalised payoff of each player at the start."""
        return {
            player: sum((weight * self.stages[k].payoffs[i] for k, weight in self.start), start=Fraction(0))
            for i, player in enumerate(self.game.players)
        }

    # ---------------------------------------------------------------- the check

    @cached_property
    def deviations(self) -> tuple[OneShot, ...]:
        """All one-shot deviations with their slack, from the game's own numbers."""
        return tuple(
            OneShot(k, plan.cell, player, action, self._value(stage, plan, i) - self._deviation(stage.state, plan.cell, i, action))
            for k, stage in enumerate(self.stages)
            for plan in stage.plans
            for i, player in enumerate(self.game.players)
            for action in self.game.actions[stage.state][i]
            if action != plan.cell[i]
        )

    @cached_property
    def discrepancy(self) -> Fraction:
        """Largest difference between the promised payoffs and what the plans deliver; 0 if all promises are kept.

        Promises that the plans deliver in every stage are the payoffs of the machine, since the equations for
        them have a single solution.
        """
        return max(
            abs(stage.payoffs[i] - sum((plan.probability * self._value(stage, plan, i) for plan in stage.plans), start=Fraction(0)))
            for stage in self.stages
            for i in range(len(self.game.players))
        )

    @property
    def well_formed(self) -> bool:
        """Whether all lotteries add up to one and lead to stages in the right states of the game."""
        if not _adds_up(self.start):
            return False
        for stage in self.stages:
            if sum(plan.probability for plan in stage.plans) != 1 or min(plan.probability for plan in stage.plans) < 0:
                return False
            for plan in stage.plans:
                for state, probability in self.game.transition(stage.state, plan.cell).items():
                    lottery = plan.then.get(state, ())
                    if probability and not (_adds_up(lottery) and all(self.stages[k].state == state for k, _ in lottery)):
                        return False
        reached = {y for stage in self.stages for y in self._followers(stage.state)}
        return all(self.stages[k].state == y for y in reached for k in self.punishments[y])

    @property
    def is_equilibrium(self) -> bool:
        """Whether the machine is a subgame-perfect equilibrium with the promised payoffs, checked in exact arithmetic."""
        return self.well_formed and self.discrepancy == 0 and all(deviation.slack >= 0 for deviation in self.deviations)

    def _followers(self, state: str) -> set[str]:
        """Return all states that can follow a state, whatever is played."""
        cells = itertools.product(*self.game.actions[state])
        return {y for cell in cells for y, probability in self.game.transition(state, cell).items() if probability}

    def _value(self, stage: Stage, plan: Plan, i: int) -> Fraction:
        """Return a player's payoff once the lottery has picked a plan."""
        state = stage.state
        later = sum(
            (
                probability * weight * self.stages[k].payoffs[i]
                for y, probability in self.game.transition(state, plan.cell).items()
                if probability
                for k, weight in plan.then[y]
            ),
            start=Fraction(0),
        )
        delta: Fraction = self.game.delta
        return Fraction((1 - delta) * self.game.reward(state, plan.cell)[i] + delta * later)

    def _deviation(self, state: str, cell: tuple[str, ...], i: int, action: str) -> Fraction:
        played = (*cell[:i], action, *cell[i + 1 :])
        later = sum(
            (
                probability * self.stages[self.punishments[y][i]].payoffs[i]
                for y, probability in self.game.transition(state, played).items()
                if probability
            ),
            start=Fraction(0),
        )
        delta: Fraction = self.game.delta
        return Fraction((1 - delta) * self.game.reward(state, played)[i] + delta * later)

    # ---------------------------------------------------------------- play

    def simulate(self, periods: int, runs: int = 1, *, rng: Any = None) -> SimulatedPlay:
        """Simulate play on the equilibrium path.

        Parameters
        ----------
        periods : int
            Number of periods.
        runs : int
            Number of independent runs.
        rng : numpy Generator or int, optional
            Source of randomness, or its seed.
        """
        if periods < 1 or runs < 1:
            raise GameDefinitionError(f"simulate(): periods and runs must be at least 1, got {periods} and {runs}.")
        generator = np.random.default_rng(rng)
        stages, plans = (np.zeros((runs, periods), dtype=np.int64) for _ in range(2))
        at = _draw(generator, self.start, runs)
        for t in range(periods):
            stages[:, t] = at
            after = at.copy()
            for k in np.unique(at):
                here = at == k
                outcomes = self._outcomes[k]
                drawn = _draw(generator, [(n, weight) for n, (_, _, weight) in enumerate(outcomes)], int(here.sum()))
                plans[here, t] = np.array([plan for plan, _, _ in outcomes])[drawn]
                after[here] = np.array([following for _, following, _ in outcomes])[drawn]
            at = after
        shown = [[self._shown_play(stage, plan) for plan in stage.plans] for stage in self.stages]
        played = [[shown[k][n] for k, n in zip(*rows, strict=True)] for rows in zip(stages.tolist(), plans.tolist(), strict=True)]
        states, actions, rewards = (np.array([[play[part] for play in run] for run in played]) for part in range(3))
        delta = float(self.game.delta)
        weights = (1 - delta) * delta ** np.arange(periods)
        return SimulatedPlay(states, stages, actions, rewards, np.einsum("rti,t->ri", rewards, weights))

    @cached_property
    def _outcomes(self) -> list[list[tuple[int, int, Any]]]:
        """For each stage what can happen: position of the plan, next stage, probability."""
        return [
            [
                (n, k, plan.probability * probability * weight)
                for n, plan in enumerate(stage.plans)
                for state, probability in self.game.transition(stage.state, plan.cell).items()
                if probability
                for k, weight in plan.then[state]
            ]
            for stage in self.stages
        ]

    def _shown_play(self, stage: Stage, plan: Plan) -> tuple[int, list[int], list[float]]:
        """Return the position of the state, the positions of the actions, and the payoffs of a period."""
        labels = self.game.actions[stage.state]
        actions = [own.index(action) for action, own in zip(plan.cell, labels, strict=True)]
        return self.game.states.index(stage.state), actions, [float(x) for x in self.game.reward(stage.state, plan.cell)]

    def summary(self) -> str:
        """Return the machine in words, one line a plan."""
        lines = [repr(self).strip("<>")]
        for k, stage in enumerate(self.stages):
            promised = ", ".join(format_number(x) for x in stage.payoffs)
            for plan in stage.plans:
                chance = "" if plan.probability == 1 else f" with probability {format_number(plan.probability)}"
                then = "; ".join(f"{state}: {_shown(lottery)}" for state, lottery in plan.then.items())
                lines.append(f"  {k}. {stage.state} ({promised}): play ({', '.join(plan.cell)}){chance}, then {then}")
        for state, stages in self.punishments.items():
            pairs = ", ".join(f"{player} {k}" for player, k in zip(self.game.players, stages, strict=True))
            lines.append(f"  after a deviation that leads to {state}: {pairs}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        values = ", ".join(f"{player} {format_number(value)}" for player, value in self.payoffs.items())
        return f"<StochasticAutomaton: {len(self.stages)} stages, payoffs {values}>"


def _adds_up(lottery: Lottery) -> bool:
    return bool(sum(weight for _, weight in lottery) == 1 and min(weight for _, weight in lottery) >= 0)


def _draw(generator: np.random.Generator, lottery: Any, size: int) -> np.ndarray:
    """Draw several times from pairs of a position and its probability."""
    positions = np.array([position for position, _ in lottery], dtype=np.int64)
    weights = np.array([float(weight) for _, weight in lottery])
    return positions[generator.choice(len(positions), size=size, p=weights / weights.sum())]


def _shown(lottery: Lottery) -> str:
    return " or ".join(f"stage {k}" + ("" if weight == 1 else f" ({format_number(weight)})") for k, weight in lottery)
