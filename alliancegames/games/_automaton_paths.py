"""Histories of machines with players who sometimes err, many at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from alliancegames._fields import is_sequence, read_number
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError

if TYPE_CHECKING:
    from alliancegames.games.automaton import Automaton
    from alliancegames.games.monitoring import PublicMonitoring

__all__ = ["SimulatedPaths", "simulate"]


@dataclass(frozen=True, eq=False, repr=False)
class SimulatedPaths:
    """Simulated histories of a machine; all arrays are read-only and hold positions of labels.

    Parameters
    ----------
    automaton : Automaton
        The machine that was played.
    states : ndarray of int, shape (runs, periods)
        State at the beginning of each period.
    actions : ndarray of int, shape (runs, periods, players)
        Actions taken, errors included.
    signals : ndarray of int, shape (runs, periods), or None
        Public signals seen; None under perfect monitoring.
    """

    automaton: Automaton
    states: np.ndarray
    actions: np.ndarray
    signals: np.ndarray | None

    def state_shares(self) -> dict[str, float]:
        """Return the share of all periods of all runs spent in each state."""
        counts = np.bincount(self.states.ravel(), minlength=len(self.automaton.states))
        return {state: float(count) / self.states.size for state, count in zip(self.automaton.states, counts, strict=True)}

    def profile_shares(self) -> dict[tuple[str, ...], float]:
        """Return the share of all periods of all runs in which each action profile was taken, the most frequent first."""
        cells, counts = np.unique(self.actions.reshape(-1, self.actions.shape[2]), axis=0, return_counts=True)
        total = self.states.size
        labels = self.automaton.actions
        return {
            tuple(part[a] for part, a in zip(labels, cells[k], strict=True)): float(counts[k]) / total
            for k in np.argsort(-counts, kind="stable")
        }

    def payoffs(self, stage: Any, delta: float) -> np.ndarray:
        """Return the discounted average payoffs of each run over the simulated periods, shape (runs, players).

        Parameters
        ----------
        stage : NormalFormGame
            The stage game with its payoffs.
        delta : float
            Discount factor, in [0, 1].
        """
        if stage.actions != self.automaton.actions or stage.players != self.automaton.players:
            raise GameDefinitionError(f"payoffs(): the stage game has other players or actions than the machine, got {stage!r}.")
        weights = float(delta) ** np.arange(self.states.shape[1])
        places = tuple(np.moveaxis(self.actions, 2, 0))
        flows = np.stack([array.astype(float)[places] for array in stage.payoffs], axis=2)
        return np.asarray(np.einsum("rtp,t->rp", flows, weights / weights.sum()))

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame with one row a run and period: state, action of each player, signal."""
        import pandas as pd

        runs, periods = self.states.shape
        frame = pd.DataFrame({"run": np.repeat(np.arange(runs), periods), "period": np.tile(np.arange(periods), runs)})
        frame["state"] = np.array(self.automaton.states, dtype=object)[self.states.ravel()]
        for k, player in enumerate(self.automaton.players):
            frame[player] = np.array(self.automaton.actions[k], dtype=object)[self.actions[:, :, k].ravel()]
        if self.signals is not None:
            frame["signal"] = np.array(self.automaton.signals, dtype=object)[self.signals.ravel()]
        return frame

    def __repr__(self) -> str:
        runs, periods = self.states.shape
        return f"<SimulatedPaths: {runs} run{'' if runs == 1 else 's'} of {periods} period{'' if periods == 1 else 's'}>"


def simulate(machine: Automaton, periods: Any, runs: Any, rng: Any, noise: Any, monitoring: PublicMonitoring | None) -> SimulatedPaths:
    """Play a machine many times; see `Automaton.simulate`."""
    where = "simulate()"
    for name, count in (("periods", periods), ("runs", runs)):
        if not isinstance(count, (int, np.integer)) or isinstance(count, bool) or count < 1:
            raise GameDefinitionError(f"{where}: {name} must be a whole number of at least 1, got {count!r}.")
    if machine.field == "symbolic":
        raise SolverNotApplicableError(f"{where}: the machine's probabilities contain symbols; build it with numbers.")
    errors = _noise(machine, noise, where)
    tables = _Tables(machine, _signal_chances(machine, monitoring, where))
    generator = np.random.default_rng(rng)
    states = np.empty((runs, periods), dtype=np.int64)
    actions = np.empty((runs, periods, len(machine.players)), dtype=np.int64)
    signals = None if machine.signals is None else np.empty((runs, periods), dtype=np.int64)
    here = _drawn(np.broadcast_to(tables.start, (runs, len(tables.start))), generator)
    for t in range(periods):
        states[:, t] = here
        actions[:, t] = tables.act(here, errors, generator)
        cells = np.ravel_multi_index(tuple(actions[:, t].T), tables.shape)
        if signals is not None:
            cells = signals[:, t] = _drawn(tables.signals[cells], generator)
        here = _drawn(tables.next[tables.rules[here, cells]], generator)
    for array in (states, actions, signals):
        if array is not None:
            array.setflags(write=False)
    return SimulatedPaths(machine, states, actions, signals)


class _Tables:
    """A machine as arrays of cumulative probabilities."""

    def __init__(self, machine: Automaton, signal_chances: np.ndarray | None) -> None:
        self.shape = tuple(len(part) for part in machine.actions)
        self.outputs = [
            np.array([machine.arrays(state, float)[k] for state in machine.states]).cumsum(axis=1) for k in range(len(self.shape))
        ]
        self.rules = np.array([machine.table(state).ravel() for state in machine.states])
        self.next = np.zeros((len(machine.lotteries), len(machine.states)))
        for row, lottery in zip(self.next, machine.lotteries, strict=True):
            for k, value in lottery:
                row[k] = float(value)
        self.next = self.next.cumsum(axis=1)
        self.start = np.array([float(machine.initial.get(state, 0)) for state in machine.states]).cumsum()
        self.signals = np.empty((0, 0)) if signal_chances is None else signal_chances.cumsum(axis=1)

    def act(self, here: np.ndarray, errors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """Return the actions taken in given states. An error is another action than the one intended."""
        taken = np.stack([_drawn(table[here], generator) for table in self.outputs], axis=1)
        erring = generator.random(taken.shape) < errors
        sizes = np.array(self.shape)
        steps = 1 + (generator.random(taken.shape) * np.maximum(sizes - 1, 1)).astype(np.int64)
        return np.where(erring, (taken + steps) % sizes, taken)


def _drawn(cumulative: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draw one position a row; the last possible one takes what rounding leaves."""
    draws = generator.random(len(cumulative))[:, None] * cumulative[:, -1:]
    return np.asarray((draws >= cumulative).sum(axis=1))


def _noise(machine: Automaton, noise: Any, where: str) -> np.ndarray:
    players = machine.players
    if isinstance(noise, Mapping):
        by_player = {resolve(player, players, "player", f"{where}, noise"): value for player, value in noise.items()}
        given = [by_player.get(k, 0) for k in range(len(players))]
    else:
        given = list(noise) if is_sequence(noise) else [noise] * len(players)
    if len(given) != len(players):
        raise GameDefinitionError(f"{where}: noise needs one probability, or one for each of the {len(players)} players, got {len(given)}.")
    chances = np.array([float(read_number(value, f"{where}, noise")[1]) for value in given])
    if ((chances < 0) | (chances > 1)).any():
        raise GameDefinitionError(f"{where}: noise is a probability and must lie in [0, 1], got {noise!r}.")
    return chances


def _signal_chances(machine: Automaton, monitoring: PublicMonitoring | None, where: str) -> np.ndarray | None:
    """Return the probabilities of the signals after each profile, one row a profile."""
    if machine.signals is None:
        if monitoring is not None:
            raise GameDefinitionError(f"{where}: this machine is moved by actions; leave monitoring out.")
        return None
    if monitoring is None or monitoring.signals != machine.signals or monitoring.actions != machine.actions:
        raise GameDefinitionError(
            f"{where}: this machine is moved by the signals {', '.join(machine.signals)}; give monitoring= with their probabilities."
        )
    if monitoring.field == "symbolic":
        raise SolverNotApplicableError(f"{where}: the probabilities of the signals contain symbols; build the monitoring with numbers.")
    return monitoring.table.astype(float).reshape(-1, len(machine.signals))
