"""Reading finite machines: what is played in each state, and where play goes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from alliancegames._fields import Field, convert, format_number, is_sequence, read_number
from alliancegames._labels import position_of, resolve
from alliancegames.errors import GameDefinitionError

__all__ = ["OTHERWISE", "Reader"]

# The entry of a state's transitions that holds where no other one does.
OTHERWISE = "otherwise"
# Probabilities given as floats must sum to one up to this error.
PROBABILITY_TOLERANCE = 1e-9

Number = tuple[Field, Any]
Lottery = dict[int, Number]


class Reader:
    """Reads the parts of a machine as numbers with their kinds, and remembers which kinds there were.

    Parameters
    ----------
    players, actions : sequence
        Labels of the players, and of the actions of each.
    signals : sequence of str or None
        Labels of public signals; None under perfect monitoring.
    states : sequence of str
        Labels of the states.
    where : str
        For messages.
    """

    def __init__(
        self, players: Sequence[str], actions: Sequence[Sequence[str]], signals: Sequence[str] | None, states: Sequence[str], where: str
    ) -> None:
        self.players, self.actions, self.signals, self.states, self.where = players, actions, signals, states, where
        self.kinds: set[Field] = set()
        self.shape = tuple(len(part) for part in actions) if signals is None else (len(signals),)
        self._check_keywords()

    def _check_keywords(self) -> None:
        taken = self.players if self.signals is None else self.signals
        if OTHERWISE in taken:
            raise GameDefinitionError(f"{self.where}: {OTHERWISE!r} has a meaning of its own in transitions; give that label another name.")

    def number(self, value: Any, where: str) -> Number:
        """Read one number; 0 and 1 are the same in every number system."""
        kind, read = read_number(value, where)
        if not (kind == "exact" and read in (0, 1)):
            self.kinds.add(kind)
        return kind, read

    # ---------------------------------------------------------------- outputs

    def output(self, given: Any, state: str) -> list[list[Number]]:
        """Return the probabilities of each player's actions in a state."""
        where = f"{self.where}, state {state!r}"
        if hasattr(given, "arrays"):
            given = [list(vector) for vector in given.arrays()]
        if isinstance(given, Mapping):
            by_player = {resolve(player, self.players, "player", where): value for player, value in given.items()}
            missing = [player for k, player in enumerate(self.players) if k not in by_player]
            if missing:
                raise GameDefinitionError(f"{where}: nothing is said about what {', '.join(missing)} plays.")
            given = [by_player[k] for k in range(len(self.players))]
        if isinstance(given, str) or not is_sequence(given) or len(given) != len(self.players):
            raise GameDefinitionError(
                f"{where}: one action (or mixture) for each of {', '.join(self.players)} is needed, got {given!r}; "
                "give a tuple of action labels, or {player: {action: probability}}."
            )
        return [self._strategy(k, value, where) for k, value in enumerate(given)]

    def _strategy(self, k: int, given: Any, where: str) -> list[Number]:
        labels, here = self.actions[k], f"{where}, {self.players[k]}"
        if isinstance(given, Mapping):
            weights = {resolve(action, labels, "action", here): self.number(value, here) for action, value in given.items()}
            numbers = [weights.get(a, ("exact", 0)) for a in range(len(labels))]
        elif is_sequence(given):
            if len(given) != len(labels):
                raise GameDefinitionError(f"{here}: {len(labels)} probabilities are needed ({', '.join(labels)}), got {len(given)}.")
            numbers = [self.number(value, here) for value in given]
        else:
            played = resolve(given, labels, "action", here)
            numbers = [("exact", int(a == played)) for a in range(len(labels))]
        check_lottery([value for _, value in numbers], here)
        return numbers

    # ---------------------------------------------------------------- transitions

    def lottery(self, given: Any, where: str) -> Lottery:
        """Read a state, or probabilities of states."""
        if not isinstance(given, Mapping):
            return {resolve(given, self.states, "state", where): ("exact", 1)}
        read: Lottery = {}
        for state, probability in given.items():
            place = resolve(state, self.states, "state", where)
            if place in read:
                raise GameDefinitionError(f"{where}: state {self.states[place]!r} is named twice in one lottery.")
            read[place] = self.number(probability, where)
        check_lottery([value for _, value in read.values()], where)
        return {place: number for place, number in sorted(read.items()) if number[1] != 0}

    def table(self, given: Any, k: int, output: list[list[Number]]) -> np.ndarray:
        """Return where play goes from state ``k`` after each observation, as an array of lotteries."""
        state = self.states[k]
        where = f"{self.where}, transitions of state {state!r}"
        table = np.empty(self.shape, dtype=object)
        if given is None:
            given = state  # a state of which nothing is said is never left
        if not isinstance(given, Mapping):
            given = {OTHERWISE: given}
        rules = dict(given)
        if OTHERWISE in rules:
            # np.ndarray.fill would try to read a mapping as an array
            lottery = self.lottery(rules.pop(OTHERWISE), where)
            for cell in np.ndindex(self.shape):
                table[cell] = lottery
        exact = {}
        for key, target in rules.items():
            lottery = self.lottery(target, f"{where}, after {key}")
            if self.signals is None and isinstance(key, str):
                self._departures(table, key, lottery, output, where)
            else:
                exact[self._place(key, where)] = lottery
        for place, lottery in exact.items():
            table[place] = lottery
        self._complete(table, where)
        return table

    def _place(self, key: Any, where: str) -> tuple[int, ...]:
        if self.signals is None:
            return position_of(key, self.actions, self.players, where)
        if isinstance(key, tuple):
            raise GameDefinitionError(
                f"{where}: actions are not seen under public monitoring; key transitions by signals ({', '.join(self.signals)}), got {key!r}."
            )
        return (resolve(key, self.signals, "signal", where),)

    def _departures(self, table: np.ndarray, player: str, lottery: Lottery, output: list[list[Number]], where: str) -> None:
        """Fill in what follows if one player alone takes an action that the machine does not prescribe."""
        if player not in self.players:
            resolve(player, [*self.players, OTHERWISE], "player", f"{where} (a text names a player who alone departs, or {OTHERWISE!r})")
        k = self.players.index(player)
        support = [[a for a, (_, value) in enumerate(row) if value != 0] for row in output]
        support[k] = [a for a in range(len(self.actions[k])) if a not in support[k]]
        for cell in np.ndindex(*[len(part) for part in support]):
            table[tuple(part[a] for part, a in zip(support, cell, strict=True))] = lottery

    def _complete(self, table: np.ndarray, where: str) -> None:
        for place in np.ndindex(self.shape):
            if table[place] is None:
                if self.signals is not None:
                    seen: Any = self.signals[place[0]]
                else:
                    seen = tuple(labels[a] for labels, a in zip(self.actions, place, strict=True))
                raise GameDefinitionError(
                    f"{where}: it is not said what follows after {seen!r}; add it, or an entry {OTHERWISE!r} for all that is not named."
                )


def check_lottery(values: Sequence[Any], where: str) -> None:
    """Refuse probabilities that are negative or do not sum to one; symbols are taken on trust."""
    if any(getattr(value, "free_symbols", ()) for value in values):
        return
    total = sum(values)
    off = abs(total - 1) > PROBABILITY_TOLERANCE if isinstance(total, float) else total != 1
    if off or any(value < 0 for value in values):
        shown = ", ".join(format_number(value) for value in values) or "none"
        raise GameDefinitionError(f"{where}: probabilities must be non-negative and sum to 1, got {shown}.")


def in_field(number: Number, field: Field, where: str) -> Any:
    """Return a number in the number system of the machine."""
    kind, value = number
    if kind == "exact" and field == "exact":
        return read_number(value)[1]
    return convert(read_number(value)[1], kind, field, where)
