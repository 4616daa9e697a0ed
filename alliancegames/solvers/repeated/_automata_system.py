"""What a machine makes of a repeated game: a Markov chain of payoffs, and what one departure does to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from alliancegames._exact import solve_linear
from alliancegames.errors import GameDefinitionError, InexactPayoffError, SolverNotApplicableError
from alliancegames.games.automaton import Automaton
from alliancegames.games.repeated import RepeatedGame

__all__ = ["Departure", "System", "checked", "solve_chain"]

# Probabilities of next states, by position among the reachable ones.
Row = dict[int, Any]


@dataclass(frozen=True)
class Departure:
    """One own action of one player in one state, taken once.

    Parameters
    ----------
    state, player, action : int
        Positions; the state is one of the reachable ones.
    reward : number
        The player's payoff in that period.
    row : dict of int to number
        Probabilities of the next state.
    """

    state: int
    player: int
    action: int
    reward: Any
    row: Row


@dataclass(frozen=True)
class System:
    """The Markov chain of a machine whose players all do as prescribed, and all single departures.

    Parameters
    ----------
    states : tuple of str
        The reachable states.
    rewards : tuple of tuple of number
        For each player the payoff of one period in each state.
    rows : tuple of dict
        For each state the probabilities of the next one.
    departures : tuple of Departure
        All own actions, except for the one that a pure state prescribes.
    """

    states: tuple[str, ...]
    rewards: tuple[tuple[Any, ...], ...]
    rows: tuple[Row, ...]
    departures: tuple[Departure, ...]

    @classmethod
    def of(cls, game: RepeatedGame, machine: Automaton) -> System:
        """Build the system of a machine in a game; both must have the same number system.

        Parameters
        ----------
        game : RepeatedGame
            The game.
        machine : Automaton
            The machine.
        """
        builder = _Builder(game, machine)
        rewards, rows, departures = [], [], []
        for k, state in enumerate(machine.reachable):
            strategies = machine.arrays(state)
            support = [[a for a, value in enumerate(row) if value != 0] for row in strategies]
            rewards.append([builder.reward(i, strategies, support) for i in range(len(game.players))])
            rows.append(builder.row(state, strategies, support))
            departures += list(builder.departures(k, state, strategies, support))
        by_player = tuple(tuple(part[i] for part in rewards) for i in range(len(game.players)))
        return cls(machine.reachable, by_player, tuple(rows), tuple(departures))


class _Builder:
    """Expected payoffs and next states of profiles, pure or mixed."""

    def __init__(self, game: RepeatedGame, machine: Automaton) -> None:
        self.game, self.machine = game, machine
        place = {state: k for k, state in enumerate(machine.reachable)}
        self.lotteries = [{place[machine.states[k]]: v for k, v in lot if machine.states[k] in place} for lot in machine.lotteries]

    def departures(self, k: int, state: str, strategies: Sequence[Any], support: Sequence[list[int]]) -> Iterator[Departure]:
        """Iterate over all own actions in a state, except for the one that is played for sure."""
        for i, labels in enumerate(self.game.actions):
            for a in range(len(labels)):
                if support[i] == [a]:
                    continue
                changed = [*support[:i], [a], *support[i + 1 :]]
                yield Departure(k, i, a, self.reward(i, strategies, changed, i), self.row(state, strategies, changed, i))

    def reward(self, i: int, strategies: Sequence[Any], support: Sequence[list[int]], sure: int | None = None) -> Any:
        """Return a player's expected payoff of one period; the action of player ``sure`` has no lottery."""
        payoffs = self.game.stage.payoffs[i]
        return _total(payoffs[cell] if weight is None else weight * payoffs[cell] for cell, weight in _cells(strategies, support, sure))

    def row(self, state: str, strategies: Sequence[Any], support: Sequence[list[int]], sure: int | None = None) -> Row:
        """Return the probabilities of the next state."""
        table = self.machine.table(state)
        result: Row = {}
        signals = self.game.monitoring
        for cell, weight in _cells(strategies, support, sure):
            if signals is None:
                seen = [(None, self.lotteries[int(table[cell])])]
            else:
                seen = [(p, self.lotteries[int(table[s])]) for s, p in enumerate(signals.table[cell]) if p != 0]
            for chance, lottery in seen:
                for goal, value in lottery.items():
                    term = value if chance is None else chance * value
                    term = term if weight is None else weight * term
                    result[goal] = result[goal] + term if goal in result else term
        return result


def _cells(strategies: Sequence[Any], support: Sequence[list[int]], sure: int | None) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Iterate over the profiles that may occur, with their probabilities; None stands for 1."""
    if all(len(part) == 1 for part in support):
        yield tuple(part[0] for part in support), None
        return
    for cell in product(*support):
        weight = None
        for k, a in enumerate(cell):
            if k != sure and len(support[k]) > 1:
                weight = strategies[k][a] if weight is None else weight * strategies[k][a]
        yield cell, weight


def _total(values: Iterator[Any]) -> Any:
    total = next(values)
    for value in values:
        total = total + value
    return total


def checked(function: str, game: Any, machine: Any) -> tuple[RepeatedGame, Automaton]:
    """Refuse what does not fit together; return both in one number system."""
    if not isinstance(game, RepeatedGame):
        raise GameDefinitionError(
            f"{function}(): expected a RepeatedGame, got {type(game).__name__}; build one with RepeatedGame(stage, delta)."
        )
    if not isinstance(machine, Automaton):
        raise GameDefinitionError(
            f"{function}(): expected an Automaton, got {type(machine).__name__}; see games.strategies for the usual ones."
        )
    if (machine.players, machine.actions) != (game.players, game.actions):
        raise GameDefinitionError(
            f"{function}(): the machine has the players {', '.join(machine.players)} with actions {machine.actions}, "
            f"the game {', '.join(game.players)} with {game.actions}; build the machine for this stage game."
        )
    if game.periods is not None:
        raise SolverNotApplicableError(
            f"{function}(): the game ends after {game.periods} periods; machines are examined in games without end."
        )
    signals = None if game.monitoring is None else game.monitoring.signals
    if signals != machine.signals:
        moved = "actions" if machine.signals is None else f"the signals {', '.join(machine.signals)}"
        seen = "all actions" if signals is None else f"the signals {', '.join(signals)}"
        raise GameDefinitionError(f"{function}(): the machine is moved by {moved}, but players of this game see {seen}.")
    if not game.public_randomization and not machine.is_deterministic:
        raise SolverNotApplicableError(
            f"{function}(): the machine uses public lotteries and the game has none; allow them with game.replace(public_randomization=True)."
        )
    if machine.field == "float" and game.field != "float":
        raise InexactPayoffError(
            f"{function}(): the machine's probabilities are floats and the game is {game.field}; write them as '1/2', "
            "or say machine.in_field('exact') or game.floats()."
        )
    if machine.field == "symbolic" and game.field != "symbolic":
        if game.field == "float":
            raise InexactPayoffError(
                f"{function}(): the machine's probabilities contain symbols and the game has floats; use game.exact()."
            )
        game = game.replace(field="symbolic")
    return game, machine.in_field(game.field)


def solve_chain(system: System, deltas: Sequence[Any], field: str) -> list[list[Any]]:
    """Return the normalised payoffs of each player from each state on."""
    ways: dict[str, Callable[..., list[Any]]] = {"exact": solve_linear, "float": _solve_floats, "symbolic": _solve_symbols}
    solve = ways[field]
    size = range(len(system.states))
    values = []
    for rewards, delta in zip(system.rewards, deltas, strict=True):
        matrix = [[(1 if s == t else 0) - delta * system.rows[s].get(t, 0) for t in size] for s in size]
        values.append(solve(matrix, [(1 - delta) * reward for reward in rewards]))
    return values


def _solve_floats(matrix: list[list[float]], right: list[float]) -> list[float]:
    import numpy as np

    return [float(x) for x in np.linalg.solve(np.array(matrix, dtype=float), np.array(right, dtype=float))]


def _solve_symbols(matrix: list[list[Any]], right: list[Any]) -> list[Any]:
    import sympy
    from sympy.polys.matrices import DomainMatrix

    size = len(right)
    joined = DomainMatrix.from_list_sympy(size, size + 1, [[*row, b] for row, b in zip(matrix, right, strict=True)], extension=True)
    joined = joined.to_field()
    everything = list(range(size))
    solution = joined.extract(everything, everything).lu_solve(joined.extract(everything, [size]))
    return [sympy.factor(value) for value in solution.to_Matrix()]
