"""Games in normal form for any number of players, with exact, float or symbolic payoffs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from importlib import import_module
from typing import Any, final

import numpy as np

from alliancegames._exact import exact_values, integer_multiple
from alliancegames._fields import Field, is_sequence, maximum, read_arrays
from alliancegames._immutable import Immutable
from alliancegames._labels import labels_met, payoff_count, position_of, read_actions, read_players, resolve
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.profile import Profile, read_strategies
from alliancegames.games.transforms import relabel, restrict, substitute

__all__ = ["NormalFormGame"]

ActionLabels = Mapping[str, Sequence[str]] | Sequence[Sequence[str]]


@final
class NormalFormGame(Immutable):
    """A finite game in normal form.

    Axis ``i`` of every payoff array belongs to player ``i``. The game is immutable: methods return new
    games. Its number system follows from the payoffs: integers, Fractions, Decimals and text such as
    ``"1/3"`` are exact; floats are floats; sympy expressions with free symbols are symbolic.

    Parameters
    ----------
    players : sequence of str, optional
        Player labels; by default ``"Player 1", "Player 2", ...``.
    actions : mapping of str to sequence of str, or sequence of such sequences, optional
        Action labels of each player. Where they are left out, the labels met in ``payoffs`` are taken, in
        order of appearance.
    payoffs : mapping of tuple of str to tuple of number
        For each pure profile (one action label a player) the payoff of each player. Other ways to write
        a game: `from_bimatrix`, `from_table`, `from_arrays`, `from_function`, `zero_sum`, `symmetric`.
    title : str, optional
        Shown above tables.
    field : {"exact", "float", "symbolic"}, optional
        The number system wanted. By default it follows from the payoffs, and mixing floats with exact
        numbers raises; ``"exact"`` reads a float as the decimal it prints (0.1 as 1/10).

    Raises
    ------
    GameDefinitionError
        A profile is missing or doubled, a payoff is NaN or infinite, labels clash.
    InexactPayoffError
        Floats are mixed with exact numbers and `field` does not say which is wanted.

    Examples
    --------
    >>> import alliancegames as ag
    >>> crisis = ag.NormalFormGame(
    ...     players=["Protégé", "Patron"],
    ...     actions={"Protégé": ["stand firm", "concede"], "Patron": ["support", "abandon"]},
    ...     payoffs={("stand firm", "support"): (3, 2), ("stand firm", "abandon"): (-4, 1),
    ...              ("concede", "support"): (0, 0), ("concede", "abandon"): (0, 3)})
    >>> crisis.best_responses("Patron", {"Protégé": "concede"})
    ('abandon',)
    >>> crisis.is_nash(("stand firm", "support"))
    True
    """

    _advice = "use .restrict(), .relabel() or .subs() to make another game"
    _players: tuple[str, ...]
    _actions: tuple[tuple[str, ...], ...]
    _payoffs: tuple[np.ndarray, ...]
    _field: Field
    _title: str

    def __init__(
        self,
        players: Sequence[str] | None = None,
        actions: ActionLabels | None = None,
        payoffs: Mapping[tuple[str, ...], Sequence[Any]] | None = None,
        *,
        title: str = "",
        field: Field | None = None,
    ) -> None:
        where = "NormalFormGame()"
        if not isinstance(payoffs, Mapping) or not payoffs:
            raise GameDefinitionError(
                f"{where}: payoffs must map each pure profile to one payoff a player, such as {{('stay', 'go'): (1, 2), ...}}, got {payoffs!r}. "
                "For matrices use NormalFormGame.from_bimatrix(A, B), for nested tables from_table."
            )
        count = payoff_count(payoffs, where)
        names = read_players(players, count, where)
        labels = labels_met(payoffs, count, where) if actions is None else read_actions(actions, names, (), where)
        shape = tuple(len(part) for part in labels)
        arrays = [np.full(shape, None, dtype=object) for _ in names]
        for cell, values in payoffs.items():
            position = position_of(cell, labels, names, where)
            if not is_sequence(values) or len(values) != count:
                raise GameDefinitionError(f"{where}: profile {cell} needs {count} payoffs, one a player, got {values!r}.")
            for array, value in zip(arrays, values, strict=True):
                array[position] = value
        if len(payoffs) != int(np.prod(shape)):
            absent = next(cell for cell in itertools.product(*labels) if cell not in payoffs)
            raise GameDefinitionError(
                f"{where}: payoffs are missing for the profile {absent}; all {int(np.prod(shape))} profiles are needed."
            )
        self._set(names, labels, arrays, title, field, where)

    def _set(
        self,
        players: tuple[str, ...],
        actions: tuple[tuple[str, ...], ...],
        arrays: Iterable[Any],
        title: str,
        field: Field | None,
        where: str,
    ) -> None:
        if not isinstance(title, str):
            raise GameDefinitionError(f"{where}: the title must be a text, got {title!r}.")
        kind, read = read_arrays(arrays, where, field)
        self._players, self._actions, self._payoffs, self._field, self._title = players, actions, read, kind, title
        self._seal()

    # ---------------------------------------------------------------- constructors

    @classmethod
    def _build(
        cls,
        players: tuple[str, ...],
        actions: tuple[tuple[str, ...], ...],
        arrays: Iterable[Any],
        title: str,
        field: Field | None,
        where: str,
    ) -> NormalFormGame:
        game = object.__new__(cls)
        game._set(players, actions, arrays, title, field, where)
        return game

    @classmethod
    def from_arrays(
        cls,
        *payoffs: Any,
        players: Sequence[str] | None = None,
        actions: ActionLabels | None = None,
        title: str = "",
        field: Field | None = None,
    ) -> NormalFormGame:
        """Build a game from one payoff array a player.

        Parameters
        ----------
        *payoffs : array_like
            One array a player, all of the same shape; axis ``i`` is indexed by the actions of player ``i``.
        players, actions, title, field
            As in `NormalFormGame`.

        Examples
        --------
        >>> import alliancegames as ag
        >>> ag.NormalFormGame.from_arrays([1, 2], actions=[["stay out", "join"]]).best_responses(0, ())
        ('join',)
        """
        where = "from_arrays()"
        if not payoffs:
            raise GameDefinitionError(f"{where}: one payoff array a player is needed, got none.")
        kind, arrays = read_arrays(payoffs, where, field)
        shape = arrays[0].shape
        for array in arrays:
            if array.shape != shape:
                raise GameDefinitionError(
                    f"{where}: all payoff arrays must have one shape, got {' and '.join(str(a.shape) for a in arrays)}."
                )
        if len(shape) != len(arrays):
            raise GameDefinitionError(
                f"{where}: {len(arrays)} payoff arrays describe {len(arrays)} players and need {len(arrays)} axes, got shape {shape}."
            )
        if 0 in shape:
            raise GameDefinitionError(f"{where}: every player needs at least one action, got shape {shape}.")
        names = read_players(players, len(arrays), where)
        return cls._build(names, read_actions(actions, names, shape, where), arrays, title, kind, where)

    @classmethod
    def from_bimatrix(
        cls,
        row: Any,
        column: Any,
        *,
        players: Sequence[str] | None = None,
        actions: ActionLabels | None = None,
        title: str = "",
        field: Field | None = None,
    ) -> NormalFormGame:
        """Build a two-player game from the payoff matrices of the row and the column player.

        Parameters
        ----------
        row, column : array_like, shape (n_rows, n_columns)
            Payoffs of the row and of the column player.
        players, actions, title, field
            As in `NormalFormGame`.

        Examples
        --------
        >>> import alliancegames as ag
        >>> print(ag.NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
             1       2
        1   3, 3   0, 5*
        2  5*, 0  [1*, 1*]
        """
        return cls.from_arrays(row, column, players=players, actions=actions, title=title, field=field)

    @classmethod
    def from_table(
        cls,
        table: Sequence[Any],
        *,
        players: Sequence[str] | None = None,
        actions: ActionLabels | None = None,
        title: str = "",
        field: Field | None = None,
    ) -> NormalFormGame:
        """Build a game from nested lists whose innermost entries are the payoffs of all players in one cell.

        Parameters
        ----------
        table : nested sequence
            ``table[i][j]`` is ``(payoff of the row player, payoff of the column player)``, as papers print
            it; with three players ``table[i][j][k]`` holds three payoffs, and so on.
        players, actions, title, field
            As in `NormalFormGame`.

        Examples
        --------
        >>> import alliancegames as ag
        >>> game = ag.NormalFormGame.from_table([[(3, 3), (0, 5)], [(5, 0), (1, 1)]])
        >>> game.is_nash((1, 1))
        True
        """
        where = "from_table()"
        kind, (cells,) = read_arrays([table], where, field)
        if cells.ndim < 2 or cells.shape[-1] != cells.ndim - 1:
            raise GameDefinitionError(
                f"{where}: a table for n players is nested n deep with n payoffs in each cell, got shape {cells.shape}; for separate matrices use from_bimatrix(A, B)."
            )
        return cls.from_arrays(*np.moveaxis(cells, -1, 0), players=players, actions=actions, title=title, field=kind)

    @classmethod
    def from_function(
        cls,
        payoff: Callable[..., Sequence[Any]],
        actions: ActionLabels,
        *,
        players: Sequence[str] | None = None,
        title: str = "",
        field: Field | None = None,
    ) -> NormalFormGame:
        """Build a game by calling a function once for every pure profile.

        Parameters
        ----------
        payoff : callable
            Called with one action label a player; returns one payoff a player.
        actions : mapping or sequence
            Action labels of each player.
        players, title, field
            As in `NormalFormGame`; with a mapping of actions the players are its keys.

        Examples
        --------
        >>> import alliancegames as ag
        >>> effort = ag.NormalFormGame.from_function(
        ...     lambda i, j: (2 * min(int(i), int(j)) - int(i), 2 * min(int(i), int(j)) - int(j)),
        ...     [["1", "2"], ["1", "2"]])
        >>> [effort.is_nash((k, k)) for k in (0, 1)]
        [True, True]
        """
        where = "from_function()"
        if players is None and isinstance(actions, Mapping):
            players = list(actions)
        names = read_players(players, len(actions), where)
        labels = read_actions(actions, names, (), where)
        cells = {cell: tuple(payoff(*cell)) for cell in itertools.product(*labels)}
        return cls(names, labels, cells, title=title, field=field)

    @classmethod
    def zero_sum(
        cls,
        row: Any,
        *,
        players: Sequence[str] | None = None,
        actions: ActionLabels | None = None,
        title: str = "",
        field: Field | None = None,
    ) -> NormalFormGame:
        """Build the two-player game in which the column player's payoff is minus the row player's.

        Parameters
        ----------
        row : array_like, shape (n_rows, n_columns)
            Payoffs of the row player.
        players, actions, title, field
            As in `NormalFormGame`.
        """
        kind, (matrix,) = read_arrays([row], "zero_sum()", field)
        return cls.from_arrays(matrix, -matrix, players=players, actions=actions, title=title, field=kind)

    @classmethod
    def symmetric(
        cls,
        payoff: Any,
        *,
        players: Sequence[str] | None = None,
        actions: Sequence[str] | None = None,
        title: str = "",
        field: Field | None = None,
    ) -> NormalFormGame:
        """Build a symmetric game from the payoff of one player.

        Parameters
        ----------
        payoff : array_like, shape (k,) * n
            Payoff of a player by own action (first axis) and the actions of the other n - 1 players, in
            which it must be symmetric.
        players, title, field
            As in `NormalFormGame`.
        actions : sequence of str, optional
            The action labels, the same for every player.
        """
        where = "symmetric()"
        kind, (own,) = read_arrays([payoff], where, field)
        if len(set(own.shape)) != 1:
            raise GameDefinitionError(f"{where}: all players of a symmetric game have the same actions, got shape {own.shape}.")
        for axis in range(2, own.ndim):
            if not np.array_equal(own, np.swapaxes(own, 1, axis)):
                raise GameDefinitionError(
                    f"{where}: the payoff must not change when two other players swap their actions (axes 2 and {axis + 1} differ)."
                )
        arrays = [np.moveaxis(own, 0, k) for k in range(own.ndim)]
        listed = None if actions is None else [list(actions)] * own.ndim
        return cls.from_arrays(*arrays, players=players, actions=listed, title=title, field=kind)

    # ---------------------------------------------------------------- what the game is

    @property
    def players(self) -> tuple[str, ...]:
        """Player labels."""
        return self._players

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """Action labels of each player."""
        return self._actions

    @property
    def payoffs(self) -> tuple[np.ndarray, ...]:
        """One read-only payoff array a player; axis ``i`` is indexed by the actions of player ``i``."""
        return self._payoffs

    @cached_property
    def integer_payoffs(self) -> tuple[np.ndarray, ...]:
        """Payoffs of each player times a positive constant that makes all of them integers.

        The constants differ between players. A float stands for its exact binary value.
        """
        return tuple(integer_multiple(array if array.dtype == object else exact_values(array)) for array in self._payoffs)

    @property
    def field(self) -> Field:
        """Number system of the payoffs: ``"exact"``, ``"float"`` or ``"symbolic"``."""
        return self._field

    @property
    def title(self) -> str:
        """Title shown above tables."""
        return self._title

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        return tuple(len(labels) for labels in self._actions)

    @property
    def free_symbols(self) -> frozenset[Any]:
        """Sympy symbols that occur in the payoffs; empty unless the game is symbolic."""
        if self._field != "symbolic":
            return frozenset()
        return frozenset().union(*(value.free_symbols for array in self._payoffs for value in array.flat))

    def profiles(self) -> Iterator[tuple[str, ...]]:
        """Iterate over all pure profiles, as tuples of action labels."""
        return itertools.product(*self._actions)

    # ---------------------------------------------------------------- playing it

    def profile(self, strategies: Any) -> Profile:
        """Read a strategy profile.

        Parameters
        ----------
        strategies : Profile, mapping or sequence
            By player label or in player order: an action label, an action index, a mapping
            ``{action: probability}``, or a probability vector.
        """
        return Profile(self, read_strategies(self, strategies, "profile()"))

    def payoff(self, profile: Any) -> dict[str, Any]:
        """Return the expected payoff of each player, by label.

        Parameters
        ----------
        profile : Profile, mapping or sequence
            As in `profile`.

        Examples
        --------
        >>> import alliancegames as ag
        >>> ag.games.prisoners_dilemma().payoff(("cooperate", "defect"))
        {'Row': Fraction(0, 1), 'Column': Fraction(5, 1)}
        """
        strategies = read_strategies(self, profile, "payoff()")
        return {player: _plain(self._deviations(k, strategies) @ strategies[k]) for k, player in enumerate(self._players)}

    def best_responses(self, player: str | int, profile: Any) -> tuple[str, ...]:
        """Return the labels of all pure best responses of a player to the others' strategies.

        Parameters
        ----------
        player : str or int
            Whose best responses.
        profile : Profile, mapping or sequence
            Strategies of the others; the player's own strategy may be left out of a mapping and is
            ignored elsewhere.
        """
        k = resolve(player, self._players, "player", "best_responses()")
        values = self._deviations(k, read_strategies(self, self._with_own(k, profile), "best_responses()"))
        if self._field == "symbolic" and any(getattr(value - values[0], "free_symbols", ()) for value in values):
            raise SolverNotApplicableError(
                "best_responses(): the payoffs to compare contain symbols; substitute numbers first with .subs({...})."
            )
        best = max(values)
        return tuple(label for label, value in zip(self._actions[k], values, strict=True) if value == best)

    def regret(self, profile: Any) -> dict[str, Any]:
        """Return what each player could gain by deviating alone, by label; zero for all in a Nash equilibrium.

        Parameters
        ----------
        profile : Profile, mapping or sequence
            As in `profile`.
        """
        strategies = read_strategies(self, profile, "regret()")
        result = {}
        for k, player in enumerate(self._players):
            values = self._deviations(k, strategies)
            result[player] = _plain(maximum(values) - values @ strategies[k])
        return result

    def is_nash(self, profile: Any, *, tol: float = 0.0) -> bool:
        """Whether no player gains by deviating alone.

        Parameters
        ----------
        profile : Profile, mapping or sequence
            As in `profile`.
        tol : float, default 0.0
            Regret allowed, as a share of the range of the player's payoffs. With exact payoffs zero is
            right; with floats the rounding of a mixed equilibrium calls for about 1e-9.
        """
        if self._field == "symbolic":
            raise SolverNotApplicableError("is_nash(): the payoffs contain symbols; substitute numbers first with .subs({...}).")
        return all(value <= tol * (_range(self._payoffs[k]) or 1) for k, value in enumerate(self.regret(profile).values()))

    def _deviations(self, k: int, strategies: Sequence[np.ndarray]) -> np.ndarray:
        """Return the expected payoff of each action of player ``k`` against the others' strategies."""
        values = np.moveaxis(self._payoffs[k], k, 0)
        for j in reversed(range(len(self._players))):
            if j != k:
                values = values @ strategies[j]
        return values

    def _with_own(self, k: int, profile: Any) -> Any:
        """Complete the others' strategies by any strategy of player ``k``."""
        if isinstance(profile, Mapping) and self._players[k] not in profile:
            return {**profile, self._players[k]: 0}
        if isinstance(profile, (list, tuple)) and len(profile) == len(self._players) - 1:
            return [*profile[:k], 0, *profile[k:]]
        return profile

    # ---------------------------------------------------------------- other games made from it

    def restrict(self, actions: Mapping[str, Sequence[str | int]]) -> NormalFormGame:
        """Return the game in which some players may only take some of their actions.

        Parameters
        ----------
        actions : mapping of str to sequence of str or int
            For each restricted player, the actions kept, in the order wanted.
        """
        return restrict(self, actions)

    def relabel(
        self,
        players: Mapping[str, str] | None = None,
        actions: Mapping[str, Mapping[str, str]] | None = None,
        title: str | None = None,
    ) -> NormalFormGame:
        """Return the same game under other names.

        Parameters
        ----------
        players : mapping of str to str, optional
            Old player label to new label.
        actions : mapping of str to mapping, optional
            For each (old) player label, old action label to new label.
        title : str, optional
            New title.
        """
        return relabel(self, players or {}, actions or {}, self._title if title is None else title)

    def subs(self, values: Mapping[Any, Any]) -> NormalFormGame:
        """Substitute numbers (or expressions) for symbols in the payoffs.

        Parameters
        ----------
        values : mapping
            Symbols, or their names, to numbers. Exact numbers keep the game exact.
        """
        return substitute(self, values)

    def exact(self) -> NormalFormGame:
        """Return the game with exact payoffs; each float is read as the shortest decimal that rounds to it."""
        return self._build(self._players, self._actions, self._payoffs, self._title, "exact", "exact()")

    def floats(self) -> NormalFormGame:
        """Return the game with payoffs rounded to double precision."""
        return self._build(self._players, self._actions, self._payoffs, self._title, "float", "floats()")

    # ---------------------------------------------------------------- showing it

    def to_latex(self, *, caption: str = "", label: str = "") -> str:
        """Return a LaTeX payoff table, best replies underlined and pure equilibria boxed.

        Parameters
        ----------
        caption, label : str, optional
            With a caption the table is a floating ``table`` environment.
        """
        return str(_tables().to_latex(self, caption=caption, label=label))

    def _repr_html_(self) -> str:
        return str(_tables().to_html(self))

    def __str__(self) -> str:
        return str(_tables().to_text(self))

    def __repr__(self) -> str:
        size = "×".join(map(str, self.shape))
        title = f" {self._title!r}" if self._title else ""
        return f"<NormalFormGame{title} {size}, {self._field} payoffs, players: {', '.join(self._players)}>"

    # ---------------------------------------------------------------- identity

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        cells = tuple(tuple(array.ravel()) for array in self._payoffs)
        return (self._players, self._actions, self._field, self.shape, cells)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NormalFormGame):
            return NotImplemented
        return self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self._players, self._actions, self._payoffs, self._title, self._field)


def _rebuild(players: Any, actions: Any, payoffs: Any, title: str, field: Field) -> NormalFormGame:
    return NormalFormGame._build(players, actions, payoffs, title, field, "unpickling")


def _tables() -> Any:
    # Rendering sits in the plotting layer above; it is only reached when a table is shown.
    return import_module("alliancegames.plotting.tables")


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value


def _range(array: np.ndarray) -> float | Fraction:
    """Return the difference between the largest and the smallest payoff."""
    return max(array.flat) - min(array.flat)  # type: ignore[no-any-return]
