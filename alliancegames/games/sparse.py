"""Sparse games: payoffs are written for a few pure profiles, all others give the default."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any, final

import numpy as np

from alliancegames._fields import Field, is_sequence, read_arrays
from alliancegames._immutable import FrozenDict, Immutable
from alliancegames._labels import position_of, read_actions, read_players, resolve
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.normal_form import ActionLabels, NormalFormGame

__all__ = ["SparseGame"]

# Largest normal form written out, in cells.
MANY_CELLS = 1_000_000


@final
class SparseGame(Immutable):
    """A finite game in normal form of which only the exceptional profiles are stored.

    A game of 50 players with two actions has more than 10 to the power of 15 pure profiles; if nearly all of
    them give everybody the same default, the others are all that needs to be written down.

    Parameters
    ----------
    players : sequence of str, optional
        Player labels; by default the keys of `actions`, or ``"Player 1", "Player 2", ...``.
    actions : mapping of str to sequence of str, or sequence of such sequences
        Action labels of each player.
    payoffs : mapping of tuple of str to tuple of number
        For each stored profile (one action label a player) the payoff of each player.
    default : number or sequence of number, default 0
        Payoff in all other profiles: one for all players, or one each.
    title : str, optional
        Title of the game.
    field : {"exact", "float", "symbolic"}, optional
        As in `NormalFormGame`. Whole numbers as default go with floats, too.

    Raises
    ------
    GameDefinitionError
        A profile does not name one action a player, or has the wrong number of payoffs.

    Examples
    --------
    Thirty allies; the pact is worth something only if all of them sign or exactly the first does:

    >>> from alliancegames.games.sparse import SparseGame
    >>> n = 30
    >>> pact = SparseGame(actions=[["sign", "refuse"]] * n, payoffs={
    ...     ("sign",) * n: (2,) * n, ("sign",) + ("refuse",) * (n - 1): (1,) * n})
    >>> pact
    <SparseGame 30 players, 2 of 1073741824 profiles stored, exact payoffs>
    >>> pact.is_nash(("sign",) * n)
    True
    """

    def __init__(
        self,
        players: Sequence[str] | None = None,
        actions: ActionLabels | None = None,
        payoffs: Mapping[tuple[str, ...], Sequence[Any]] | None = None,
        *,
        default: Any = 0,
        title: str = "",
        field: Field | None = None,
    ) -> None:
        where = "SparseGame()"
        if actions is None or not isinstance(payoffs, Mapping):
            raise GameDefinitionError(
                f"{where}: actions and payoffs are needed, as in SparseGame(actions=[['a', 'b']] * 3, payoffs={{...}})."
            )
        if players is None and isinstance(actions, Mapping):
            players = list(actions)
        self._players = read_players(players, len(actions), where)
        self._actions = read_actions(actions, self._players, (), where)
        count = len(self._players)
        cells = [position_of(cell, self._actions, self._players, where) for cell in payoffs]
        for cell, values in payoffs.items():
            if not is_sequence(values) or len(values) != count:
                raise GameDefinitionError(f"{where}: profile {cell} needs {count} payoffs, one a player, got {values!r}.")
        if is_sequence(default) and len(default) != count:
            raise GameDefinitionError(f"{where}: default must be one number or one a player ({count}), got {default!r}.")
        rest = list(default) if is_sequence(default) else [default] * count
        stored = [list(values) for values in payoffs.values()]
        self._field, self._default, self._values = _read_payoffs(rest, stored, count, where, field)
        self._cells = np.array(cells, dtype=np.int64).reshape(len(cells), count)
        self._cells.setflags(write=False)
        self._title = title
        self._seal()

    @property
    def players(self) -> tuple[str, ...]:
        """Player labels."""
        return self._players

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """Action labels of each player."""
        return self._actions

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        return tuple(len(labels) for labels in self._actions)

    @property
    def size(self) -> int:
        """Number of pure profiles, stored or not."""
        return prod(self.shape)

    @property
    def cells(self) -> np.ndarray:
        """Action indices of the stored profiles, one a row; read-only."""
        return self._cells

    @property
    def values(self) -> np.ndarray:
        """Payoffs in the stored profiles, one a row and one column a player; read-only."""
        return self._values

    @property
    def default(self) -> np.ndarray:
        """Payoff of each player in all other profiles; read-only."""
        return self._default

    @property
    def field(self) -> Field:
        """Number system of the payoffs: ``"exact"``, ``"float"`` or ``"symbolic"``."""
        return self._field

    @property
    def title(self) -> str:
        """Title of the game."""
        return self._title

    @cached_property
    def _rows(self) -> dict[tuple[int, ...], int]:
        return {tuple(cell): row for row, cell in enumerate(self._cells.tolist())}

    def is_stored(self, profile: Sequence[str | int]) -> bool:
        """Whether payoffs are written for a profile.

        Parameters
        ----------
        profile : sequence of str or int
            One action label or index a player.
        """
        return self._position(profile, "is_stored()") in self._rows

    def payoff(self, profile: Sequence[str | int]) -> dict[str, Any]:
        """Return the payoff of each player in a pure profile, by label.

        Parameters
        ----------
        profile : sequence of str or int
            One action label or index a player.
        """
        return dict(zip(self._players, self._row(self._position(profile, "payoff()")).tolist(), strict=True))

    def regret(self, profile: Sequence[str | int]) -> dict[str, Any]:
        """Return what each player could gain by deviating alone from a pure profile, by label.

        Parameters
        ----------
        profile : sequence of str or int
            One action label or index a player.
        """
        if self._field == "symbolic":
            raise SolverNotApplicableError("regret(): the payoffs contain symbols or irrational numbers; give numbers.")
        cell = self._position(profile, "regret()")
        own, gains = self._row(cell).tolist(), {}
        for k, player in enumerate(self._players):
            line = ((*cell[:k], action, *cell[k + 1 :]) for action in range(len(self._actions[k])))
            gains[player] = max(self._row(other)[k] for other in line) - own[k]
        return gains

    def is_nash(self, profile: Sequence[str | int]) -> bool:
        """Whether no player gains by deviating alone from a pure profile.

        Parameters
        ----------
        profile : sequence of str or int
            One action label or index a player.
        """
        return all(gain <= 0 for gain in self.regret(profile).values())

    def normal_form(self) -> NormalFormGame:
        """Write the game out with one payoff for every profile; for small games only."""
        if self.size > MANY_CELLS:
            raise SolverNotApplicableError(f"normal_form(): the game has {self.size} pure profiles, more than {MANY_CELLS}.")
        arrays = []
        for k, value in enumerate(self._default):
            array = np.full(self.shape, value, dtype=self._default.dtype)
            array[tuple(self._cells.T)] = self._values[:, k]
            arrays.append(array)
        return NormalFormGame.from_arrays(*arrays, players=self._players, actions=self._actions, title=self._title, field=self._field)

    def profiles(self) -> Iterator[tuple[str, ...]]:
        """Iterate over all pure profiles, as tuples of action labels, stored or not."""
        return itertools.product(*self._actions)

    def _position(self, profile: Any, where: str) -> tuple[int, ...]:
        if isinstance(profile, str) or not isinstance(profile, Sequence) or len(profile) != len(self._players):
            raise GameDefinitionError(f"{where}: a profile needs one action for each of the {len(self._players)} players, got {profile!r}.")
        return tuple(resolve(action, labels, "action", where) for action, labels in zip(profile, self._actions, strict=True))

    def _row(self, cell: tuple[int, ...]) -> np.ndarray:
        row = self._rows.get(cell)
        return self._default if row is None else self._values[row]

    def __repr__(self) -> str:
        title = f" {self._title!r}" if self._title else ""
        return f"<SparseGame{title} {len(self._players)} players, {len(self._cells)} of {self.size} profiles stored, {self._field} payoffs>"

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        stored = FrozenDict({cell: tuple(self._values[row].tolist()) for cell, row in self._rows.items()})
        return self._players, self._actions, self._field, tuple(self._default.tolist()), stored

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, SparseGame) else NotImplemented

    def __hash__(self) -> int:
        return hash((*self._key[:-1], frozenset(self._key[-1].items())))

    def __reduce__(self) -> tuple[Any, ...]:
        stored = {
            tuple(labels[a] for labels, a in zip(self._actions, cell, strict=True)): self._values[row].tolist()
            for cell, row in self._rows.items()
        }
        return _rebuild, (self._players, self._actions, stored, self._default.tolist(), self._title, self._field)


def _rebuild(players: Any, actions: Any, stored: Any, default: Any, title: str, field: Field) -> SparseGame:
    return SparseGame(players, actions, stored, default=default, title=title, field=field)


def _read_payoffs(
    rest: list[Any], stored: list[list[Any]], count: int, where: str, field: Field | None
) -> tuple[Field, np.ndarray, np.ndarray]:
    """Read defaults and stored payoffs into one number system; whole defaults go with floats."""
    if field is None and stored and all(isinstance(value, (int, np.integer)) and not isinstance(value, bool) for value in rest):
        field, _ = read_arrays([stored], where)
    kind, (default, values) = read_arrays([rest, stored or np.empty((0, count), dtype=object)], where, field)
    return kind, default, values
