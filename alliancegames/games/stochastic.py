"""Stochastic games: finitely many states, discounted payoffs, stationary strategies."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, final

import numpy as np

from alliancegames._fields import Field, common_field, convert, format_number, read_number
from alliancegames._immutable import Immutable
from alliancegames._labels import check_labels, read_actions, resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games._tabular import Tabular
from alliancegames.games.stationary import StationaryProfile

__all__ = ["StationaryProfile", "StochasticGame", "Tables"]

Cell = tuple[str, ...]


class Tables(NamedTuple):
    """The numbers of a stochastic game, one row for each state and action profile.

    Parameters
    ----------
    offsets : ndarray, shape (n_states + 1,)
        Where the rows of each state begin and end.
    rewards : ndarray, shape (n_rows, n_players)
        Payoffs of the period.
    moves : ndarray, shape (n_rows, n_states)
        Probabilities of the next state.
    """

    offsets: np.ndarray
    rewards: np.ndarray
    moves: np.ndarray


@final
class StochasticGame(Tabular, Immutable):
    """A stochastic game with perfect monitoring.

    In each period the players see the state, act at the same time, receive payoffs, and the next state is
    drawn. Payoffs are discounted sums, not averages. Repetition with an exit, such as war, is a game with
    an absorbing state.

    Parameters
    ----------
    states : sequence of str
        State labels.
    players : sequence of str
        Player labels.
    actions : mapping of str to (mapping or sequence)
        For each state the action labels of each player; a state in which nobody chooses may be left out.
    rewards : mapping of str to mapping of tuple of str to tuple of number
        For each state and pure action profile the payoffs of that period. In a state without choice the
        payoffs may be given directly as a tuple.
    transitions : mapping of str to mapping
        For each state and action profile the next state, or ``{state: probability}``. In a state without
        choice either may be given directly; a state left out is absorbing.
    delta : number
        Discount factor per period, in [0, 1).
    initial : str or mapping, optional
        Initial state, or probabilities of initial states; by default the first state.
    field : {"exact", "float", "symbolic"}, optional
        As in `NormalFormGame`.

    Raises
    ------
    GameDefinitionError
        Labels clash, a cell is missing, probabilities do not sum to one, or `delta` is outside [0, 1).

    Examples
    --------
    A pact that lasts while it is kept, at the exact patience where keeping it is just worth it:

    >>> import alliancegames as ag
    >>> pact = ag.StochasticGame(
    ...     states=["alliance", "broken"], players=["Ally"],
    ...     actions={"alliance": [["keep", "break"]]},
    ...     rewards={"alliance": {("keep",): (2,), ("break",): (3,)}, "broken": (1,)},
    ...     transitions={"alliance": {("keep",): "alliance", ("break",): "broken"}},
    ...     delta="1/2")
    >>> [str(profile["alliance"]) for profile in ag.markov_perfect(pact)]
    ["('keep',)", "('break',)"]
    """

    def __init__(
        self,
        states: Sequence[str],
        players: Sequence[str],
        actions: Mapping[str, Any],
        rewards: Mapping[str, Any],
        transitions: Mapping[str, Any],
        delta: Any,
        *,
        initial: str | Mapping[str, Any] | None = None,
        field: Field | None = None,
    ) -> None:
        where = "StochasticGame()"
        self._states = check_labels(states, "state", where)
        self._players = check_labels(players, "player", where)
        actions, rewards, transitions = (self._by_state(given, where) for given in (actions, rewards, transitions))
        idle = [["-"]] * len(self._players)
        self._actions = {
            state: read_actions(actions.get(state, idle), self._players, (), f"{where}, state {state}") for state in self._states
        }
        kinds: set[Field] = set()
        self._rewards = {state: self._read_rewards(state, rewards.get(state), kinds) for state in self._states}
        self._transitions = {state: self._read_transitions(state, transitions.get(state, state), kinds) for state in self._states}
        self._initial = self._read_lottery(self._states[0] if initial is None else initial, kinds, f"{where}, initial")
        kind, self._delta = read_number(delta, f"{where}, delta")
        kinds.add(kind)
        self._field: Field = field or common_field(kinds, where)
        self._unify()
        self._check()
        self._seal()

    # ---------------------------------------------------------------- reading

    def _state(self, address: Any, where: str) -> str:
        return self._states[resolve(address, self._states, "state", where)]

    def _by_state(self, given: Mapping[Any, Any], where: str) -> dict[str, Any]:
        """Return a mapping under state labels, whether labels or indices were given."""
        return {self._state(address, where): value for address, value in given.items()}

    def _cells(self, state: str, given: Any, what: str) -> Mapping[Cell, Any]:
        """Return the entries of a state by cell; a state without choice has a single one."""
        cells = list(itertools.product(*self._actions[state]))
        if len(cells) == 1 and not (isinstance(given, Mapping) and set(given) == set(cells)):
            return {cells[0]: given}
        if not isinstance(given, Mapping) or set(given) != set(cells):
            raise GameDefinitionError(
                f"StochasticGame(): {what} of state {state!r} must be given for exactly the action profiles {cells}, got {given!r}."
            )
        return given

    def _read_rewards(self, state: str, given: Any, kinds: set[Field]) -> dict[Cell, tuple[Any, ...]]:
        result = {}
        for cell, payoffs in self._cells(state, given, "rewards").items():
            if not isinstance(payoffs, (tuple, list)) or len(payoffs) != len(self._players):
                raise GameDefinitionError(
                    f"StochasticGame(): state {state!r}, profile {cell} needs one payoff for each of {', '.join(self._players)}, got {payoffs!r}."
                )
            read = [read_number(value, f"StochasticGame(), rewards of {state}") for value in payoffs]
            kinds.update(kind for kind, _ in read)
            result[cell] = tuple(value for _, value in read)
        return result

    def _read_transitions(self, state: str, given: Any, kinds: set[Field]) -> dict[Cell, dict[str, Any]]:
        return {
            cell: self._read_lottery(lottery, kinds, f"StochasticGame(), transitions of {state}")
            for cell, lottery in self._cells(state, given, "transitions").items()
        }

    def _read_lottery(self, given: Any, kinds: set[Field], where: str) -> dict[str, Any]:
        if not isinstance(given, (str, int, Mapping)):
            raise GameDefinitionError(f"{where}: expected a state or {{state: probability}}, got {given!r}.")
        lottery = given if isinstance(given, Mapping) else {given: 1}
        result: dict[str, Any] = {}
        for state, probability in lottery.items():
            label = self._state(state, where)
            kind, value = read_number(probability, where)
            if not (kind == "exact" and value in (0, 1)):
                kinds.add(kind)
            result[label] = result.get(label, 0) + value
        return result

    def _unify(self) -> None:
        """Convert all numbers into the game's number system."""

        def one(value: Any) -> Any:
            kind, number = read_number(value)
            return convert(number, kind, self._field)

        for state in self._states:
            self._rewards[state] = {cell: tuple(map(one, values)) for cell, values in self._rewards[state].items()}
            self._transitions[state] = {cell: {s: one(q) for s, q in lottery.items()} for cell, lottery in self._transitions[state].items()}
        self._initial = {state: one(q) for state, q in self._initial.items()}
        self._delta = one(self._delta)

    def _check(self) -> None:
        if self._field == "symbolic":
            return
        if not 0 <= self._delta < 1:
            raise GameDefinitionError(
                f"StochasticGame(): delta is a discount factor per period and must lie in [0, 1), got {format_number(self._delta)}."
            )
        lotteries = [lottery for cells in self._transitions.values() for lottery in cells.values()]
        for lottery in [*lotteries, self._initial]:
            total = sum(lottery.values())
            if min(lottery.values()) < 0 or (abs(total - 1) > 1e-9 if self._field == "float" else total != 1):
                shown = {state: format_number(q) for state, q in lottery.items()}
                raise GameDefinitionError(
                    f"StochasticGame(): probabilities of the next state must be non-negative and sum to 1, got {shown}."
                )

    # ---------------------------------------------------------------- what the game is

    @property
    def states(self) -> tuple[str, ...]:
        """State labels."""
        return self._states

    @property
    def players(self) -> tuple[str, ...]:
        """Player labels."""
        return self._players

    @property
    def actions(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """For each state the action labels of each player."""
        return dict(self._actions)

    @property
    def delta(self) -> Any:
        """Discount factor per period."""
        return self._delta

    @property
    def initial(self) -> dict[str, Any]:
        """Probabilities of the initial states."""
        return dict(self._initial)

    @property
    def field(self) -> Field:
        """Number system of the game."""
        return self._field

    def reward(self, state: str, cell: Cell) -> tuple[Any, ...]:
        """Return the payoffs of one period, one a player.

        Parameters
        ----------
        state : str
            The state.
        cell : tuple of str
            The action profile.
        """
        return self._rewards[state][cell]

    def transition(self, state: str, cell: Cell) -> dict[str, Any]:
        """Return the probabilities of the next state.

        Parameters
        ----------
        state : str
            The state.
        cell : tuple of str
            The action profile.
        """
        return dict(self._transitions[state][cell])

    def policies(self) -> Iterator[dict[str, Cell]]:
        """Iterate over all pure stationary profiles: an action profile for each state."""
        cells = [list(self._ordered(state)) for state in self._states]
        for choice in itertools.product(*cells):
            yield dict(zip(self._states, choice, strict=True))

    def profile(self, strategies: Mapping[Any, Any]) -> StationaryProfile:
        """Return a stationary strategy profile.

        Parameters
        ----------
        strategies : mapping of str to (tuple or mapping)
            For each state one entry a player: an action, ``{action: probability}`` or a probability vector.
        """
        return StationaryProfile(self, strategies)

    def tables(self) -> Tables:
        """Return all numbers as float arrays, one row for each state and action profile in order.

        The rows of state ``k`` are those from ``offsets[k]`` up to ``offsets[k + 1]``; within a state the action
        profiles are in the order of ``itertools.product``, the last player's action changing fastest.
        """
        listed = {state: list(self._ordered(state)) for state in self._states}
        cells = [(state, cell) for state in self._states for cell in listed[state]]
        rewards = np.array([[float(value) for value in self._rewards[state][cell]] for state, cell in cells])
        moves = np.zeros((len(cells), len(self._states)))
        for row, (state, cell) in enumerate(cells):
            for other, probability in self._transitions[state][cell].items():
                moves[row, self._states.index(other)] = float(probability)
        return Tables(np.cumsum([0, *map(len, listed.values())]), rewards, moves)

    def _ordered(self, state: str) -> Iterator[Cell]:
        """Iterate over the action profiles of a state, the last player's action changing fastest."""
        return itertools.product(*self._actions[state])

    def values(self, strategies: Mapping[Any, Any]) -> dict[str, dict[str, Any]]:
        """Return the discounted payoffs from each state on, ``values[state][player]``, under a stationary profile.

        Parameters
        ----------
        strategies : mapping of str to (tuple or mapping)
            As in `profile`, for instance the action profile in each state.
        """
        return self.profile(strategies).values

    def reach(self, strategies: Mapping[Any, Any], target: str | int) -> Any:
        """Return the probability that a state is ever reached from the initial state, under a stationary profile.

        Parameters
        ----------
        strategies : mapping of str to (tuple or mapping)
            As in `profile`, for instance the action profile in each state.
        target : str or int
            The state.
        """
        return self.profile(strategies).reach(target)

    def floats(self) -> StochasticGame:
        """Return the game with all numbers rounded to double precision."""
        return StochasticGame(
            self._states, self._players, self._actions, self._rewards, self._transitions, self._delta, initial=self._initial, field="float"
        )

    def _key(self) -> tuple[Any, ...]:
        moves = {
            state: {cell: {s: q for s, q in lottery.items() if q != 0} for cell, lottery in cells.items()}
            for state, cells in self._transitions.items()
        }
        start = {s: q for s, q in self._initial.items() if q != 0}
        return self._field, self._states, self._players, self._actions, self._rewards, moves, self._delta, start

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StochasticGame):
            return NotImplemented
        return self is other or self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self._field, self._states, self._players, self._delta))

    def __repr__(self) -> str:
        return f"<StochasticGame {len(self._states)} states ({', '.join(self._states)}), players: {', '.join(self._players)}, delta {format_number(self._delta)}>"
