"""Anonymous games: what a player gets depends on the own action and on how many others take each action."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import comb, factorial, lcm, prod
from typing import Any, final

import numpy as np

from alliancegames._exact import exact_values, integer_multiple
from alliancegames._fields import Field, format_number, read_arrays
from alliancegames._immutable import Immutable
from alliancegames._labels import check_labels, resolve
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games._tabular import Tabular
from alliancegames.games.normal_form import NormalFormGame

__all__ = ["AnonymousGame", "CountProfile", "GroupMixture"]

# Largest payoff table of a group, and largest normal form written out, in cells.
MANY_CELLS = 1_000_000


@lru_cache(maxsize=512)
def compositions(total: int, parts: int) -> np.ndarray:
    """Return all ways to write ``total`` as an ordered sum of ``parts`` counts, in lexicographic order, one a row."""
    if parts == 1:
        result = np.array([[total]], dtype=np.int64)
    else:
        tails = [compositions(total - first, parts - 1) for first in range(total + 1)]
        heads = np.repeat(np.arange(total + 1), [len(tail) for tail in tails])
        result = np.column_stack([heads, np.concatenate(tails)])
    result.setflags(write=False)
    return result


@lru_cache(maxsize=64)
def _binomials(largest: int, parts: int) -> np.ndarray:
    return np.array([[comb(a, b) for b in range(parts)] for a in range(largest + 1)], dtype=np.int64)


def rank(counts: np.ndarray) -> np.ndarray:
    """Return the row of each composition in the table of `compositions`; counts lie on the last axis."""
    parts = counts.shape[-1]
    left = counts.sum(axis=-1)
    table = _binomials(int(left.max(initial=0)) + parts, parts)
    position = np.zeros(left.shape, dtype=np.int64)
    for j in range(parts - 1):
        after = parts - 1 - j
        rest = left - counts[..., j]
        position += table[left + after, after] - table[rest + after, after]
        left = rest
    return position


@lru_cache(maxsize=512)
def successors(total: int, parts: int) -> np.ndarray:
    """Return the row of ``c + e_a`` among the compositions of ``total + 1``, for each composition ``c`` and part ``a``."""
    base = compositions(total, parts)
    return np.column_stack([rank(base + unit) for unit in np.eye(parts, dtype=np.int64)])


def fold(table: Any, weights: Any, times: int, total: int) -> Any:
    """Average a table over the actions of ``times`` players who randomise alike; columns are compositions of ``total``."""
    parts = len(weights)
    first, second = weights[0], weights[-1]
    if parts == 2 and isinstance(first, int):  # binomials this large would overflow floats
        chances = [comb(times, i) * first**i * second ** (times - i) for i in range(times + 1)]
        return sum(chance * table[..., i : i + total - times + 1] for i, chance in enumerate(chances) if chance != 0)
    for level in range(total - 1, total - 1 - times, -1):
        if parts == 2:
            table = first * table[..., 1:] + second * table[..., :-1]
        else:
            table = sum(weights[a] * table[..., rows] for a, rows in enumerate(successors(level, parts).T) if weights[a] != 0)
    return table


@final
class AnonymousGame(Tabular, Immutable):
    """A game of many players who care about how many others do what, not about who does it.

    Everybody has the same actions. The players of one group are alike; with a single group the game is
    symmetric. Payoffs are stored by counts: with two actions a game of 100 players takes 200 numbers a
    group, where its normal form would take 100 times 2 to the power of 100. Other ways to write a game:
    `from_counts`, `from_function`, `from_groups`.

    Parameters
    ----------
    groups : mapping of str to int
        Group labels and numbers of members.
    actions : sequence of str
        Action labels, the same for everybody, at least two.
    payoffs : mapping of str to array_like, shape (n_actions, n_columns)
        For each group the payoff of a member by own action (rows) and counts of the others' actions
        (columns, in lexicographic order of the counts, as listed in `counts`).
    title : str, optional
        Shown in tables.
    field : {"exact", "float", "symbolic"}, optional
        As in `NormalFormGame`.

    Raises
    ------
    GameDefinitionError
        A group is empty, a table has the wrong size, or there are more than a million counts.

    Examples
    --------
    >>> from alliancegames.games.anonymous import AnonymousGame
    >>> game = AnonymousGame.from_function(
    ...     100, ["act", "wait"], lambda own, others: 2 if own == "act" else 3 * (others["act"] > 0))
    >>> game
    <AnonymousGame 100 players, actions: act, wait, exact payoffs>
    """

    _advice = "use .split(), .exact() or .floats() to make another game"

    def __init__(
        self,
        groups: Mapping[str, int],
        actions: Sequence[str],
        payoffs: Mapping[str, Any],
        *,
        title: str = "",
        field: Field | None = None,
    ) -> None:
        where = "AnonymousGame()"
        self._groups, self._sizes = _read_groups(groups, where)
        self._actions = _read_common_actions(actions, where)
        _check_table_size(sum(self._sizes), len(self._actions), where)
        if not isinstance(payoffs, Mapping) or set(payoffs) != set(self._groups):
            given = list(payoffs) if isinstance(payoffs, Mapping) else payoffs
            raise GameDefinitionError(f"{where}: payoffs must map each group ({', '.join(self._groups)}) to a table, got {given!r}.")
        self._field, self._payoffs = read_arrays([payoffs[group] for group in self._groups], where, field)
        shape = (len(self._actions), len(self.counts))
        for group, table in zip(self._groups, self._payoffs, strict=True):
            if table.shape != shape:
                raise GameDefinitionError(
                    f"{where}: the table of {group} needs shape {shape}, one row an action and one column for each way in which the "
                    f"other {sum(self._sizes) - 1} players can divide over the actions, got {table.shape}."
                )
        self._title = title
        check_labels(self.players, "player", where)
        self._seal()

    @classmethod
    def from_counts(
        cls, payoffs: Any, *, actions: Sequence[str] | None = None, title: str = "", field: Field | None = None
    ) -> AnonymousGame:
        """Build a symmetric game with two actions from payoffs by the number of others who take the first action.

        Parameters
        ----------
        payoffs : array_like, shape (2, n)
            ``payoffs[a][m]`` is the payoff of a player who takes action ``a`` while ``m`` of the other
            ``n - 1`` players take the first action.
        actions : sequence of str, optional
            The two action labels; by default ``"1"`` and ``"2"``.
        title, field
            As in `AnonymousGame`.
        """
        where = "from_counts()"
        kind, (table,) = read_arrays([payoffs], where, field)
        if table.ndim != 2 or len(table) != 2 or not table.shape[1]:
            raise GameDefinitionError(
                f"{where}: payoffs need two rows, one an action, with one column for each number 0 ... n - 1 of others who take the first action, "
                f"got shape {table.shape}; for more actions use from_function()."
            )
        return cls({"Player": table.shape[1]}, ["1", "2"] if actions is None else actions, {"Player": table}, title=title, field=kind)

    @classmethod
    def from_function(
        cls,
        players: int,
        actions: Sequence[str],
        payoff: Callable[[str, dict[str, int]], Any],
        *,
        title: str = "",
        field: Field | None = None,
    ) -> AnonymousGame:
        """Build a symmetric game by calling a function once for each own action and counts of the others.

        Parameters
        ----------
        players : int
            Number of players.
        actions : sequence of str
            Action labels.
        payoff : callable
            ``payoff(own, others)`` with the own action label and ``{action: number of others}``.
        title, field
            As in `AnonymousGame`.
        """
        return cls.from_groups({"Player": players}, actions, lambda _, own, others: payoff(own, others), title=title, field=field)

    @classmethod
    def from_groups(
        cls,
        groups: Mapping[str, int],
        actions: Sequence[str],
        payoff: Callable[[str, str, dict[str, int]], Any],
        *,
        title: str = "",
        field: Field | None = None,
    ) -> AnonymousGame:
        """Build a game of several groups by calling a function once for each group, own action and counts.

        Parameters
        ----------
        groups : mapping of str to int
            Group labels and numbers of members.
        actions : sequence of str
            Action labels, the same for all groups.
        payoff : callable
            ``payoff(group, own, others)`` with the own group, the own action and ``{action: number of others}``,
            counted over all groups.
        title, field
            As in `AnonymousGame`.
        """
        where = "from_groups()"
        (names, sizes), labels = _read_groups(groups, where), _read_common_actions(actions, where)
        _check_table_size(sum(sizes), len(labels), where)
        counts = [dict(zip(labels, map(int, row), strict=True)) for row in compositions(sum(sizes) - 1, len(labels))]
        tables = {group: [[payoff(group, own, dict(others)) for others in counts] for own in labels] for group in names}
        return cls(dict(zip(names, sizes, strict=True)), labels, tables, title=title, field=field)

    @property
    def groups(self) -> tuple[str, ...]:
        """Group labels."""
        return self._groups

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of members of each group."""
        return self._sizes

    @cached_property
    def players(self) -> tuple[str, ...]:
        """Player labels, group by group: ``"Player 1", "Player 2", ...``; a group of one is called by its label."""
        pairs = zip(self._groups, self._sizes, strict=True)
        return tuple(label for group, size in pairs for label in ([group] if size == 1 else [f"{group} {k + 1}" for k in range(size)]))

    @property
    def actions(self) -> tuple[str, ...]:
        """Action labels, the same for everybody."""
        return self._actions

    @property
    def payoffs(self) -> tuple[np.ndarray, ...]:
        """One read-only table a group, shape (n_actions, n_columns)."""
        return self._payoffs

    @property
    def counts(self) -> np.ndarray:
        """Counts of the others' actions that the columns of `payoffs` stand for, one a row; read-only."""
        return compositions(sum(self._sizes) - 1, len(self._actions))

    @property
    def field(self) -> Field:
        """Number system of the payoffs: ``"exact"``, ``"float"`` or ``"symbolic"``."""
        return self._field

    @property
    def title(self) -> str:
        """Title given to the game."""
        return self._title

    @cached_property
    def integer_payoffs(self) -> tuple[np.ndarray, ...]:
        """Payoffs of each group times a positive constant that makes all of them integers."""
        return tuple(integer_multiple(table if table.dtype == object else exact_values(table)) for table in self._payoffs)

    @cached_property
    def _scales(self) -> tuple[Fraction, ...]:
        """By what the payoffs of each group were multiplied to become integers."""
        return tuple(Fraction(lcm(*[Fraction(value).denominator for value in table.flat])) for table in self._payoffs)

    @cached_property
    def spreads(self) -> tuple[Fraction, ...]:
        """Range of the payoffs of each group, or 1 where all are equal."""
        pairs = zip(self.integer_payoffs, self._scales, strict=True)
        return tuple(Fraction(int(table.max() - table.min())) / scale or Fraction(1) for table, scale in pairs)

    def deviations(self, group: str | int, strategies: Sequence[np.ndarray]) -> np.ndarray:
        """Return what a member of a group expects from each action when all others follow their group's strategy.

        Parameters
        ----------
        group : str or int
            The group of the player.
        strategies : sequence of ndarray, shape (n_actions,)
            One probability vector a group.
        """
        h = resolve(group, self._groups, "group", "deviations()")
        left, scale = sum(self._sizes) - 1, Fraction(1)
        exact = self._field == "exact" and all(isinstance(weight, (int, Fraction)) for row in strategies for weight in row)
        table = self.integer_payoffs[h] if exact else self._payoffs[h]
        # Groups that do not randomise come first: they only shorten the table.
        for g in sorted(range(len(strategies)), key=lambda g: int((strategies[g] != 0).sum())):
            weights, times = strategies[g], self._sizes[g] - (g == h)
            if exact:
                common = lcm(*[weight.denominator for weight in weights])
                table = fold(table, [int(weight * common) for weight in weights], times, left)
                scale *= common**times
            else:
                table = fold(table, weights, times, left)
            left -= times
        if not exact:
            return np.array(table[:, 0])
        scale *= self._scales[h]
        return np.array([Fraction(int(value)) / scale for value in table[:, 0]], dtype=object)

    def normal_form(self) -> NormalFormGame:
        """Write the game out in normal form, one payoff array a player; for a few players only."""
        n, parts = len(self.players), len(self._actions)
        if parts**n > MANY_CELLS:
            raise SolverNotApplicableError(
                f"normal_form(): {parts} actions of {n} players make {parts**n} pure profiles, more than {MANY_CELLS}; "
                "solve the game by counts with count_equilibria(), symmetric_equilibria() or block_equilibria()."
            )
        taken = np.eye(parts, dtype=np.int64)[np.indices((parts,) * n)]  # player, cell, action
        members = np.repeat(np.arange(len(self._groups)), self._sizes)
        everybody = taken.sum(axis=0)
        arrays = [self._payoffs[h][own.argmax(axis=-1), rank(everybody - own)] for h, own in zip(members, taken, strict=True)]
        return NormalFormGame.from_arrays(*arrays, players=self.players, actions=[self._actions] * n, title=self._title, field=self._field)

    def split(self, groups: Mapping[str, int]) -> AnonymousGame:
        """Return a symmetric game with its players divided into groups that may act differently.

        Parameters
        ----------
        groups : mapping of str to int
            Group labels and numbers of members.
        """
        where = "split()"
        names, sizes = _read_groups(groups, where)
        if len(self._groups) > 1 or sum(sizes) != len(self.players):
            raise GameDefinitionError(f"{where}: {groups} does not divide the {len(self.players)} players of one group ({self!r}).")
        result = object.__new__(AnonymousGame)
        result._groups, result._sizes = names, sizes
        result._actions, result._field, result._title = self._actions, self._field, self._title
        result._payoffs = self._payoffs * len(names)  # read-only arrays are shared, and so is what was computed from them
        if self._field != "symbolic":
            shared = {name: getattr(self, name) * len(names) for name in ("integer_payoffs", "_scales", "spreads")}
            result.__dict__.update(shared)
        result._seal()
        return result

    def exact(self) -> AnonymousGame:
        """Return the game with exact payoffs; each float is read as the shortest decimal that rounds to it."""
        return self._with(self._payoffs, "exact")

    def floats(self) -> AnonymousGame:
        """Return the game with payoffs rounded to double precision."""
        return self._with(self._payoffs, "float")

    def _with(self, tables: Sequence[np.ndarray], field: Field) -> AnonymousGame:
        groups = dict(zip(self._groups, self._sizes, strict=True))
        return AnonymousGame(groups, self._actions, dict(zip(self._groups, tables, strict=True)), title=self._title, field=field)

    def __repr__(self) -> str:
        who = ", ".join(f"{group} ({size})" for group, size in zip(self._groups, self._sizes, strict=True))
        shown = f"{len(self.players)} players" + (f": {who}" if len(self._groups) > 1 else "")
        title = f" {self._title!r}" if self._title else ""
        return f"<AnonymousGame{title} {shown}, actions: {', '.join(self._actions)}, {self._field} payoffs>"

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        return (self._groups, self._sizes, self._actions, self._field, tuple(tuple(table.ravel()) for table in self._payoffs))

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, AnonymousGame) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self._groups, self._sizes, self._actions, self._payoffs, self._title, self._field)


def _rebuild(groups: Any, sizes: Any, actions: Any, payoffs: Any, title: str, field: Field) -> AnonymousGame:
    tables = dict(zip(groups, payoffs, strict=True))
    return AnonymousGame(dict(zip(groups, sizes, strict=True)), actions, tables, title=title, field=field)


def _read_groups(groups: Any, where: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    if not isinstance(groups, Mapping):
        raise GameDefinitionError(f"{where}: groups must map each label to the number of members, got {groups!r}.")
    names = check_labels(groups, "group", where)
    for name, size in groups.items():
        if not isinstance(size, (int, np.integer)) or isinstance(size, bool) or size < 1:
            raise GameDefinitionError(f"{where}: {name} needs a whole number of players, at least 1, got {size!r}.")
    return names, tuple(int(groups[name]) for name in names)


def _read_common_actions(actions: Any, where: str) -> tuple[str, ...]:
    labels = check_labels(actions, "action", where)
    if len(labels) < 2:
        raise GameDefinitionError(f"{where}: at least two actions are needed, got {labels}.")
    return labels


def _check_table_size(players: int, parts: int, where: str) -> None:
    columns = comb(players - 1 + parts - 1, parts - 1)
    if columns * parts > MANY_CELLS:
        raise GameDefinitionError(
            f"{where}: {players} players with {parts} actions make {columns * parts} payoffs, more than {MANY_CELLS}."
        )


def multinomial(counts: Sequence[int]) -> int:
    """Return in how many ways players can be divided into parts of given sizes."""
    return factorial(sum(counts)) // prod(factorial(count) for count in counts)


@dataclass(frozen=True, eq=False)
class CountProfile:
    """How many members of each group take each action; nobody randomises.

    Parameters
    ----------
    game : AnonymousGame
        The game that is played.
    counts : ndarray of int, shape (n_groups, n_actions)
        Members of each group by action.
    """

    game: AnonymousGame
    counts: np.ndarray

    def __post_init__(self) -> None:
        counts = np.array(self.counts)
        if counts.dtype.kind not in "iu" or counts.shape != (len(self.game.groups), len(self.game.actions)) or (counts < 0).any():
            raise GameDefinitionError(f"CountProfile(): counts need one row a group and one column an action, got {self.counts!r}.")
        if tuple(map(int, counts.sum(axis=1))) != self.game.sizes:
            raise GameDefinitionError(
                f"CountProfile(): the groups have {self.game.sizes} members, got {tuple(map(int, counts.sum(axis=1)))}."
            )
        counts.setflags(write=False)
        object.__setattr__(self, "counts", counts)

    @property
    def is_pure(self) -> bool:
        """Always true: nobody randomises."""
        return True

    @property
    def multiplicity(self) -> int:
        """Number of pure profiles (who does what) that these counts stand for."""
        return prod(multinomial(list(map(int, row))) for row in self.counts)

    def _column(self, action: int) -> int:
        others = self.counts.sum(axis=0)
        others[action] -= 1
        return int(rank(others))

    def _played(self) -> list[tuple[int, int]]:
        return [(int(h), int(a)) for h, a in np.argwhere(self.counts)]

    @property
    def payoffs(self) -> dict[str, Any]:
        """Payoff of those who take each action, by ``"group: action"``."""
        game = self.game
        return {f"{game.groups[h]}: {game.actions[a]}": _plain(game.payoffs[h][a, self._column(a)]) for h, a in self._played()}

    @property
    def regret(self) -> dict[str, Any]:
        """What those who take each action could gain by deviating alone, by ``"group: action"``."""
        game = self.game
        gains = {}
        for h, a in self._played():
            values = game.payoffs[h][:, self._column(a)]
            gains[f"{game.groups[h]}: {game.actions[a]}"] = _plain(max(values) - values[a])
        return gains

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return the counts, one vector a group.

        Parameters
        ----------
        dtype : type, optional
            Type of the vectors; by default integers.
        """
        return tuple(row if dtype is None else row.astype(dtype) for row in self.counts)

    def __getitem__(self, group: str | int) -> dict[str, int]:
        row = self.counts[resolve(group, self.game.groups, "group", "profile")]
        return dict(zip(self.game.actions, map(int, row), strict=True))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CountProfile) and self.game == other.game and bool(np.array_equal(self.counts, other.counts))

    def __hash__(self) -> int:
        return hash((self.game, tuple(map(int, self.counts.flat))))

    def __str__(self) -> str:
        rows = (self[group].items() for group in self.game.groups)
        return _grouped(self.game, [", ".join(f"{action} {count}" for action, count in row if count) for row in rows])


@dataclass(frozen=True, eq=False)
class GroupMixture:
    """One mixed strategy a group, used by all of its members.

    Parameters
    ----------
    game : AnonymousGame
        The game that is played.
    strategies : tuple of ndarray, shape (n_actions,)
        Probabilities, one vector a group: Fractions, or floats where they are irrational or the game is.
    bounds : tuple of tuple of ndarray, optional
        For each group proved lower and upper bounds of the true probabilities; None if ``strategies`` are exact.
    """

    game: AnonymousGame
    strategies: tuple[np.ndarray, ...]
    bounds: tuple[tuple[np.ndarray, np.ndarray], ...] | None = None

    def __post_init__(self) -> None:
        for row in self.strategies:
            row.setflags(write=False)

    @property
    def multiplicity(self) -> int:
        """In how many ways the players can be divided into groups of these sizes."""
        return multinomial(self.game.sizes)

    @property
    def is_pure(self) -> bool:
        """Whether the members of every group all take one action for sure."""
        return all(int((row != 0).sum()) == 1 for row in self.strategies)

    @property
    def error(self) -> Fraction:
        """Proved bound on the distance of every probability from the true one; 0 if exact."""
        if self.bounds is None:
            return Fraction(0)
        pairs = zip(self.strategies, self.bounds, strict=True)
        return max(_distance(*triple) for row, (low, high) in pairs for triple in zip(row, low, high, strict=True))

    @property
    def payoffs(self) -> dict[str, Any]:
        """Expected payoff of a member of each group."""
        values = [self.game.deviations(h, self.strategies) for h in range(len(self.strategies))]
        return {group: _plain((v * row).sum()) for group, v, row in zip(self.game.groups, values, self.strategies, strict=True)}

    @property
    def regret(self) -> dict[str, Any]:
        """What a member of each group could gain by deviating alone."""
        values = [self.game.deviations(h, self.strategies) for h in range(len(self.strategies))]
        return {group: _plain(max(v) - (v * row).sum()) for group, v, row in zip(self.game.groups, values, self.strategies, strict=True)}

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return the probability vectors, one a group.

        Parameters
        ----------
        dtype : type, optional
            ``float`` for float64; by default the numbers stay as they are.
        """
        return self.strategies if dtype is None else tuple(row.astype(dtype) for row in self.strategies)

    def __getitem__(self, group: str | int) -> dict[str, Any]:
        row = self.strategies[resolve(group, self.game.groups, "group", "mixture")]
        return dict(zip(self.game.actions, map(_plain, row), strict=True))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GroupMixture):
            return NotImplemented
        pairs = zip(self.strategies, other.strategies, strict=True)
        return self.game == other.game and all(bool(np.array_equal(mine, theirs)) for mine, theirs in pairs)

    def __hash__(self) -> int:
        return hash((self.game, tuple(tuple(row) for row in self.strategies)))

    def __str__(self) -> str:
        texts = []
        for group in self.game.groups:
            played = {action: weight for action, weight in self[group].items() if weight}
            texts.append(next(iter(played)) if len(played) == 1 else ", ".join(f"{a} {format_number(w)}" for a, w in played.items()))
        return _grouped(self.game, texts)

    def __repr__(self) -> str:
        return f"<GroupMixture {self}>"


def _distance(value: Any, low: Any, high: Any) -> Fraction:
    return max(abs(Fraction(value) - Fraction(low)), abs(Fraction(high) - Fraction(value)))


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value


def _grouped(game: AnonymousGame, texts: Sequence[str]) -> str:
    named = [f"{group} ({size}): {text}" for group, size, text in zip(game.groups, game.sizes, texts, strict=True)]
    return "; ".join(named if len(named) > 1 else texts)
