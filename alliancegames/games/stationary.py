"""Stationary strategies of stochastic games: in each state a lottery over actions, whatever happened before."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, cast, overload

import numpy as np

from alliancegames._exact import solve_linear
from alliancegames._fields import Field, convert
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.profile import MixedStrategy, read_strategies

if TYPE_CHECKING:
    from alliancegames.games.stochastic import StochasticGame

__all__ = ["StationaryProfile"]

Cell = tuple[str, ...]


class StationaryProfile:
    """A stationary strategy profile: what each player does in each state, whatever happened before.

    Parameters
    ----------
    game : StochasticGame
        The game that is played.
    strategies : mapping of str to (tuple or mapping)
        For each state one entry a player, in order or by label: an action, ``{action: probability}`` or a
        probability vector. States in which nobody has a choice may be left out.

    Examples
    --------
    >>> import alliancegames as ag
    >>> pact = ag.StochasticGame(
    ...     states=["alliance", "broken"], players=["Ally"],
    ...     actions={"alliance": [["keep", "break"]]},
    ...     rewards={"alliance": {("keep",): (2,), ("break",): (3,)}, "broken": (1,)},
    ...     transitions={"alliance": {("keep",): "alliance", ("break",): "broken"}},
    ...     delta="9/10")
    >>> profile = pact.profile({"alliance": {"Ally": {"keep": "2/3", "break": "1/3"}}})
    >>> profile.payoffs["Ally"], profile.regret["Ally"]
    (Fraction(40, 3), Fraction(2, 3))
    >>> profile.reach_by("broken", 3).tolist()
    [Fraction(0, 1), Fraction(1, 3), Fraction(5, 9)]
    """

    __slots__ = ("_game", "_strategies", "_values")

    def __init__(self, game: StochasticGame, strategies: Mapping[Any, Any]) -> None:
        self._game = game
        self._strategies = _read(game, strategies)
        self._values: list[list[Any]] | None = None

    # ---------------------------------------------------------------- what it is

    @property
    def game(self) -> StochasticGame:
        """The game that is played."""
        return self._game

    @property
    def is_pure(self) -> bool:
        """Whether nobody randomises in any state."""
        return all(self._cell(state) is not None for state in self._game.states)

    @property
    def policy(self) -> dict[str, Cell]:
        """The action profile in each state; only pure profiles have it."""
        return {state: self[state] for state in self._game.states}

    @overload
    def __getitem__(self, address: str) -> Cell: ...
    @overload
    def __getitem__(self, address: tuple[str | int, str | int]) -> MixedStrategy: ...
    def __getitem__(self, address: str | tuple[str | int, str | int]) -> Cell | MixedStrategy:
        """Return the actions taken in a state, or with ``profile[state, player]`` a player's lottery there."""
        if isinstance(address, tuple) and len(address) == 2:
            state, k = self._state(address[0]), resolve(address[1], self._game.players, "player", "profile")
            return MixedStrategy(self._game.actions[state][k], self._strategies[state][k])
        state = self._state(address)
        cell = self._cell(state)
        if cell is None:
            raise GameDefinitionError(f"profile[{state!r}]: somebody randomises there; use profile[{state!r}, player] or .arrays().")
        return cell

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return one probability vector for each state and player, in order.

        Parameters
        ----------
        dtype : type, optional
            ``float`` gives float64 vectors; by default the numbers stay as they are.
        """
        vectors = [own for state in self._game.states for own in self._strategies[state]]
        return tuple(vectors) if dtype is None else tuple(own.astype(dtype) for own in vectors)

    def columns(self) -> dict[str, Any]:
        """Return what a table of equilibria shows: actions by state, and probabilities where somebody randomises."""
        result: dict[str, Any] = {}
        for state in self._choices():
            cell = self._cell(state)
            if cell is not None:
                result[state] = ", ".join(cell)
                continue
            for player in self._game.players:
                result |= {f"{state}, {player}: {action}": weight for action, weight in self[state, player].items()}
        return result

    # ---------------------------------------------------------------- what it is worth

    @property
    def values(self) -> dict[str, dict[str, Any]]:
        """Discounted payoffs from each state on: ``values[state][player]``."""
        players = self._game.players
        return {state: dict(zip(players, row, strict=True)) for state, row in zip(self._game.states, self._rows(), strict=True)}

    @property
    def payoffs(self) -> dict[str, Any]:
        """Expected discounted payoff of each player at the start."""
        values = self.values
        return {
            player: sum(weight * values[state][player] for state, weight in self._game.initial.items()) for player in self._game.players
        }

    @property
    def regret(self) -> dict[str, Any]:
        """Largest gain of each player from a one-shot deviation in any state; zero for all in equilibrium."""
        values = self.values
        return {
            player: max(
                self.deviation(state, k, action) - values[state][player]
                for state in self._game.states
                for action in self._game.actions[state][k]
            )
            for k, player in enumerate(self._game.players)
        }

    def deviation(self, state: str | int, player: str | int, action: str | int) -> Any:
        """Return a player's payoff from one deviation in a state, after which the profile is followed again.

        Parameters
        ----------
        state : str or int
            Where the player deviates.
        player : str or int
            Who deviates.
        action : str or int
            What the player does instead.
        """
        game, state = self._game, self._state(state)
        k = resolve(player, game.players, "player", "deviation()")
        labels = game.actions[state][k]
        label = labels[resolve(action, labels, "action", "deviation()")]
        column = {other: row[k] for other, row in zip(game.states, self._rows(), strict=True)}
        total: Any = 0 * game.delta
        for cell, weight in self._weights(state, skipping=k).items():
            played = (*cell[:k], label, *cell[k:])
            later = sum((q * column[other] for other, q in game.transition(state, played).items()), start=0 * game.delta)
            total = total + weight * (game.reward(state, played)[k] + game.delta * later)
        return total

    def _rows(self) -> list[list[Any]]:
        """Return the values, one row a state and one column a player."""
        if self._values is None:
            game = self._game
            chain = self.chain()
            matrix = [[(1 if s == t else 0) - game.delta * chain[s][t] for t in game.states] for s in game.states]
            columns = [_solve(matrix, [self._reward(state)[k] for state in game.states], game.field) for k in range(len(game.players))]
            self._values = [list(row) for row in zip(*columns, strict=True)]
        return self._values

    def _reward(self, state: str) -> list[Any]:
        """Return the expected payoffs of one period in a state."""
        total = [0 * self._game.delta for _ in self._game.players]
        for cell, weight in self._weights(state).items():
            total = [value + weight * reward for value, reward in zip(total, self._game.reward(state, cell), strict=True)]
        return total

    # ---------------------------------------------------------------- where it leads

    def chain(self) -> dict[str, dict[str, Any]]:
        """Return the Markov chain of the states: ``chain()[state][next]`` is the probability of moving there."""
        game = self._game
        result = {state: dict.fromkeys(game.states, 0 * game.delta) for state in game.states}
        for state in game.states:
            for cell, weight in self._weights(state).items():
                for other, probability in game.transition(state, cell).items():
                    result[state][other] = result[state][other] + weight * probability
        return result

    def reach(self, state: str | int) -> Any:
        """Return the probability that a state is ever reached from the start.

        Parameters
        ----------
        state : str or int
            The state.
        """
        game, target = self._game, self._state(state, "reach()")
        zero, one = _number(0, game.field), _number(1, game.field)
        chain = self.chain()
        live = _leading_to(chain, target)
        chance = {target: one}
        if live:
            matrix = [[(one if s == t else zero) - chain[s][t] for t in live] for s in live]
            chance |= zip(live, _solve(matrix, [chain[s][target] for s in live], game.field), strict=True)
        return sum((weight * chance.get(start, zero) for start, weight in game.initial.items()), start=zero)

    def reach_by(self, state: str | int, periods: int) -> np.ndarray:
        """Return the probability that a state has been reached by each period, period 0 being the start.

        Parameters
        ----------
        state : str or int
            The state.
        periods : int
            How many periods.

        Returns
        -------
        ndarray, shape (periods,)
            Exact numbers in exact games.
        """
        target = self._state(state, "reach_by()")
        chain = self.chain()
        zero, one = _number(0, self._game.field), _number(1, self._game.field)
        chain[target] = {other: one if other == target else zero for other in self._game.states}
        return self._transient(chain, periods, "reach_by()")[:, self._game.states.index(target)]

    def distribution(self, periods: int) -> np.ndarray:
        """Return the probabilities of the states in each period, period 0 being the start.

        Parameters
        ----------
        periods : int
            How many periods.

        Returns
        -------
        ndarray, shape (periods, n_states)
            Exact numbers in exact games.
        """
        return self._transient(self.chain(), periods, "distribution()")

    def _transient(self, chain: Mapping[str, Mapping[str, Any]], periods: int, where: str) -> np.ndarray:
        game = self._game
        periods = check_count(periods, "periods", where)
        dtype = float if game.field == "float" else object
        matrix = np.array([[chain[s][t] for t in game.states] for s in game.states], dtype=dtype)
        rows = np.empty((periods, len(game.states)), dtype=dtype)
        rows[0] = [game.initial.get(state, _number(0, game.field)) for state in game.states]
        for period in range(1, periods):
            rows[period] = rows[period - 1] @ matrix
        return rows

    # ---------------------------------------------------------------- helpers

    def _state(self, address: Any, where: str = "profile") -> str:
        return self._game.states[resolve(address, self._game.states, "state", where)]

    def _cell(self, state: str) -> Cell | None:
        """Return the actions taken in a state, or None if somebody randomises."""
        cell = []
        for labels, own in zip(self._game.actions[state], self._strategies[state], strict=True):
            played = [label for label, weight in zip(labels, own, strict=True) if weight != 0]
            if len(played) != 1:
                return None
            cell.append(played[0])
        return tuple(cell)

    def _weights(self, state: str, skipping: int | None = None) -> dict[Cell, Any]:
        """Return the probability of each action profile that may occur; one player can be left out of it."""
        lotteries = [
            [(label, weight) for label, weight in zip(labels, own, strict=True) if weight != 0]
            for k, (labels, own) in enumerate(zip(self._game.actions[state], self._strategies[state], strict=True))
            if k != skipping
        ]
        result: dict[Cell, Any] = {}
        for combination in itertools.product(*lotteries):
            weight: Any = 1
            for _, share in combination:
                weight = weight * share
            result[tuple(label for label, _ in combination)] = weight
        return result

    def _choices(self) -> list[str]:
        """Return the states in which somebody has a choice."""
        return [state for state in self._game.states if any(len(labels) > 1 for labels in self._game.actions[state])]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StationaryProfile):
            return NotImplemented
        return self._game == other._game and all(
            bool(np.array_equal(mine, theirs)) for mine, theirs in zip(self.arrays(), other.arrays(), strict=True)
        )

    def __hash__(self) -> int:
        return hash(tuple(tuple(own) for own in self.arrays()))

    def __str__(self) -> str:
        shown = []
        for state in self._choices():
            cell = self._cell(state)
            lotteries = " × ".join(f"({self[state, k]})" for k in range(len(self._game.players)))
            shown.append(f"{state}: {lotteries if cell is None else ', '.join(cell)}")
        return "; ".join(shown) or "no choices"

    def __repr__(self) -> str:
        return f"StationaryProfile[{self}]"


class _Stage(NamedTuple):
    """What reading strategies needs to know of one state."""

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    field: Field


def _read(game: StochasticGame, given: Any) -> dict[str, tuple[np.ndarray, ...]]:
    """Read a stationary profile under state labels."""
    if isinstance(given, StationaryProfile):
        given = given._strategies
    if not isinstance(given, Mapping):
        raise GameDefinitionError(f"profile: expected a mapping from states to what the players do there, got {given!r}.")
    named = {game.states[resolve(address, game.states, "state", "profile")]: entry for address, entry in given.items()}
    result = {}
    for state in game.states:
        labels = game.actions[state]
        idle = all(len(own) == 1 for own in labels)
        if state not in named and not idle:
            raise GameDefinitionError(
                f"profile: nothing is said about state {state!r}; give one action, {{action: probability}} or probability vector "
                f"for each of {', '.join(game.players)}."
            )
        entry = named.get(state, tuple(own[0] for own in labels))
        stage = cast(Any, _Stage(game.players, labels, game.field))
        strategies = read_strategies(stage, entry, f"profile, state {state!r}")
        for own in strategies:
            own.setflags(write=False)
        result[state] = strategies
    return result


def _leading_to(chain: Mapping[str, Mapping[str, Any]], target: str) -> list[str]:
    """Return the other states from which the target can be reached; elsewhere the chance is zero."""
    found: set[str] = set()
    frontier = {target}
    while frontier:
        frontier = {s for s in chain if s != target and s not in found and any(chain[s][t] != 0 for t in frontier)}
        found |= frontier
    return [state for state in chain if state in found]


def _number(value: int, field: Field) -> Any:
    return convert(Fraction(value), "exact", field)


def _solve(matrix: Sequence[Sequence[Any]], right: Sequence[Any], field: Field) -> list[Any]:
    """Solve a linear system in the number system of the game."""
    if field == "exact":
        return solve_linear([[Fraction(x) for x in row] for row in matrix], [Fraction(x) for x in right])
    if field == "float":
        return [float(x) for x in np.linalg.solve(np.array(matrix, dtype=float), np.array(right, dtype=float))]
    import sympy

    return [sympy.factor(x) for x in sympy.Matrix(matrix).LUsolve(sympy.Matrix(right))]


def check_count(value: Any, name: str, where: str) -> int:
    """Return a positive whole number, or say what is wrong with it."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise GameDefinitionError(f"{where}: {name} must be a whole number of at least 1, got {value!r}.")
    return int(value)
