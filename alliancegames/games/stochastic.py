"""Stochastic games: finitely many states, discounted payoffs, stationary strategies."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, final

import numpy as np

from alliancegames._exact import solve_linear
from alliancegames._fields import Field, common_field, convert, format_number, read_number
from alliancegames._immutable import Immutable
from alliancegames._labels import check_labels, read_actions, resolve
from alliancegames.errors import GameDefinitionError

__all__ = ["StationaryProfile", "StochasticGame"]

Cell = tuple[str, ...]


@final
class StochasticGame(Immutable):
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
    >>> [str(policy["alliance"]) for policy in ag.markov_perfect(pact)]
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
        cells = [list(itertools.product(*self._actions[state])) for state in self._states]
        for choice in itertools.product(*cells):
            yield dict(zip(self._states, choice, strict=True))

    def values(self, policy: Mapping[str, Cell]) -> dict[str, dict[str, Any]]:
        """Return the discounted payoffs from each state on, ``values[state][player]``, under a stationary profile.

        Parameters
        ----------
        policy : mapping of str to tuple of str
            The action profile in each state.
        """
        policy = self._read_policy(policy, "values()")
        system = self._chain(policy, self._delta)
        columns = [
            self._solve(system, [self._rewards[state][policy[state]][k] for state in self._states]) for k in range(len(self._players))
        ]
        return {state: {player: columns[k][row] for k, player in enumerate(self._players)} for row, state in enumerate(self._states)}

    def reach(self, policy: Mapping[str, Cell], target: str) -> Any:
        """Return the probability that a state is ever reached from the initial state, under a stationary profile.

        Parameters
        ----------
        policy : mapping of str to tuple of str
            The action profile in each state.
        target : str
            The state.
        """
        target = self._state(target, "reach()")
        policy = self._read_policy(policy, "reach()")
        live = self._leading_to(policy, target)
        if not live:
            return self._initial.get(target, convert(Fraction(0), "exact", self._field))
        one, zero = (convert(Fraction(v), "exact", self._field) for v in (1, 0))
        matrix = [[(one if s == t else zero) - self._transitions[s][policy[s]].get(t, zero) for t in live] for s in live]
        right = [self._transitions[s][policy[s]].get(target, zero) for s in live]
        chance = dict(zip(live, self._solve(matrix, right), strict=True)) | {target: one}
        return sum((weight * chance.get(state, zero) for state, weight in self._initial.items()), start=zero)

    def _read_policy(self, policy: Mapping[Any, Cell], where: str) -> dict[str, Cell]:
        """Return a policy under state labels, one action profile for every state."""
        read = self._by_state(policy, where)
        for state in self._states:
            if read.get(state) not in self._rewards[state]:
                raise GameDefinitionError(
                    f"{where}: the policy needs an action profile for state {state!r}, one of {list(self._rewards[state])}, got {read.get(state)!r}."
                )
        return read

    def _leading_to(self, policy: Mapping[str, Cell], target: str) -> list[str]:
        """Return the other states from which the target can be reached; elsewhere the chance is zero."""
        found: list[str] = []
        frontier = {target}
        while frontier:
            before = {
                s
                for s in self._states
                if s != target and s not in found and any(self._transitions[s][policy[s]].get(t, 0) != 0 for t in frontier)
            }
            found += sorted(before, key=self._states.index)
            frontier = before
        return found

    def _chain(self, policy: Mapping[str, Cell], factor: Any) -> list[list[Any]]:
        """Return the matrix ``I - factor * P`` of a stationary profile."""
        rows = []
        for state in self._states:
            lottery = self._transitions[state][policy[state]]
            rows.append([(1 if state == other else 0) - factor * lottery.get(other, 0 * factor) for other in self._states])
        return rows

    def _solve(self, matrix: list[list[Any]], right: list[Any]) -> list[Any]:
        if self._field == "exact":
            return solve_linear([[Fraction(x) for x in row] for row in matrix], [Fraction(x) for x in right])
        if self._field == "float":
            return [float(x) for x in np.linalg.solve(np.array(matrix, dtype=float), np.array(right, dtype=float))]
        import sympy

        return [sympy.factor(x) for x in sympy.Matrix(matrix).LUsolve(sympy.Matrix(right))]

    def __repr__(self) -> str:
        return f"<StochasticGame {len(self._states)} states ({', '.join(self._states)}), players: {', '.join(self._players)}, delta {format_number(self._delta)}>"


class StationaryProfile:
    """A pure stationary strategy profile: what each player does in each state.

    Parameters
    ----------
    game : StochasticGame
        The game that is played.
    policy : mapping of str to tuple of str
        The action profile in each state.
    """

    __slots__ = ("_game", "_policy", "_values")

    def __init__(self, game: StochasticGame, policy: Mapping[str, Cell]) -> None:
        self._game = game
        self._policy = dict(policy)
        self._values = game.values(policy)

    @property
    def game(self) -> StochasticGame:
        """The game that is played."""
        return self._game

    @property
    def policy(self) -> dict[str, Cell]:
        """The action profile in each state."""
        return dict(self._policy)

    @property
    def values(self) -> dict[str, dict[str, Any]]:
        """Discounted payoffs from each state on: ``values[state][player]``."""
        return {state: dict(values) for state, values in self._values.items()}

    @property
    def is_pure(self) -> bool:
        """Always true."""
        return True

    @property
    def payoffs(self) -> dict[str, Any]:
        """Expected discounted payoff of each player at the start."""
        initial = self._game.initial
        return {player: sum(weight * self._values[state][player] for state, weight in initial.items()) for player in self._game.players}

    @property
    def regret(self) -> dict[str, Any]:
        """Largest gain of each player from a one-shot deviation in any state; zero for all in equilibrium."""
        result: dict[str, Any] = {}
        for k, player in enumerate(self._game.players):
            gains = [
                self.deviation(state, k, action) - self._values[state][player]
                for state in self._game.states
                for action in self._game.actions[state][k]
            ]
            result[player] = max(gains)
        return result

    def deviation(self, state: str, player: int, action: str) -> Any:
        """Return a player's payoff from one deviation in a state, after which the profile is followed again.

        Parameters
        ----------
        state : str
            Where the player deviates.
        player : int
            Index of the player.
        action : str
            What the player does instead.
        """
        cell = list(self._policy[state])
        cell[player] = action
        name = self._game.players[player]
        now = self._game.reward(state, tuple(cell))[player]
        later = sum(q * self._values[other][name] for other, q in self._game.transition(state, tuple(cell)).items())
        return now + self._game.delta * later

    def reach(self, state: str) -> Any:
        """Return the probability that a state is ever reached.

        Parameters
        ----------
        state : str
            The state.
        """
        return self._game.reach(self._policy, state)

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return one 0/1 vector for each state and player in order.

        Parameters
        ----------
        dtype : type, optional
            Type of the entries; integers by default.
        """
        vectors = []
        for state in self._game.states:
            for k, labels in enumerate(self._game.actions[state]):
                vectors.append(np.array([int(label == self._policy[state][k]) for label in labels], dtype=dtype or object))
        return tuple(vectors)

    def __getitem__(self, state: str) -> Cell:
        return self._policy[self._game.states[resolve(state, self._game.states, "state", "policy")]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StationaryProfile) and self._game is other._game and self._policy == other._policy

    def __hash__(self) -> int:
        return hash(tuple(self._policy.items()))

    def __str__(self) -> str:
        chosen = [
            f"{state}: {', '.join(cell)}"
            for state, cell in self._policy.items()
            if any(len(part) > 1 for part in self._game.actions[state])
        ]
        return "; ".join(chosen) or "no choices"

    def __repr__(self) -> str:
        return f"StationaryProfile[{self}]"
