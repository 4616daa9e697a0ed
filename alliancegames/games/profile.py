"""Mixed strategies and strategy profiles, labelled and immutable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from alliancegames._fields import Field, common_field, convert, format_number, is_sequence, read_number
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError

if TYPE_CHECKING:
    from alliancegames.games.normal_form import NormalFormGame

__all__ = ["MixedStrategy", "Profile"]

# Probabilities given as floats must sum to one up to this relative error.
PROBABILITY_TOLERANCE = 1e-9


class MixedStrategy(Mapping[str, Any]):
    """The probabilities with which one player takes each action.

    A mapping from action labels to probabilities; indices work as well as labels.

    Parameters
    ----------
    actions : sequence of str
        Action labels.
    probabilities : array, shape (n_actions,)
        Numbers of one number system that sum to one.
    """

    __slots__ = ("_actions", "_probabilities")

    def __init__(self, actions: Sequence[str], probabilities: np.ndarray) -> None:
        self._actions = tuple(actions)
        self._probabilities = np.array(probabilities)
        self._probabilities.setflags(write=False)

    @property
    def actions(self) -> tuple[str, ...]:
        """Action labels, in the order of the game."""
        return self._actions

    @property
    def probabilities(self) -> np.ndarray:
        """Probabilities in the order of ``actions``; read-only, shape (n_actions,)."""
        return self._probabilities

    @property
    def support(self) -> tuple[str, ...]:
        """Labels of the actions played with positive probability."""
        return tuple(action for action, weight in self.items() if weight != 0)

    @property
    def is_pure(self) -> bool:
        """Whether a single action is played for sure."""
        return len(self.support) == 1

    def __getitem__(self, action: str | int) -> Any:
        value = self._probabilities[resolve(action, self._actions, "action", "strategy")]
        return float(value) if isinstance(value, np.floating) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)

    def __repr__(self) -> str:
        return f"MixedStrategy({self})"

    def __str__(self) -> str:
        support = self.support
        if len(support) == 1:
            return support[0]
        return ", ".join(f"{action} {format_number(self[action])}" for action in support)


class Profile:
    """One strategy for each player of a game.

    Parameters
    ----------
    game : NormalFormGame
        The game that is played.
    strategies : sequence of array
        One probability vector a player.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.games.stag_hunt()
    >>> profile = game.profile({"Row": {"stag": "1/2", "hare": "1/2"}, "Column": "stag"})
    >>> profile["Row"]["stag"], profile.payoffs["Row"]
    (Fraction(1, 2), Fraction(7, 2))
    """

    __slots__ = ("_game", "_strategies")

    def __init__(self, game: NormalFormGame, strategies: Sequence[np.ndarray]) -> None:
        frozen = []
        for strategy in strategies:
            copy = np.array(strategy)
            copy.setflags(write=False)
            frozen.append(copy)
        self._game = game
        self._strategies = tuple(frozen)

    @property
    def game(self) -> NormalFormGame:
        """The game that is played."""
        return self._game

    @property
    def is_pure(self) -> bool:
        """Whether every player takes a single action for sure."""
        return all(self[k].is_pure for k in range(len(self._strategies)))

    @property
    def actions(self) -> tuple[str, ...]:
        """Labels of the actions taken, one a player; only pure profiles have them."""
        if not self.is_pure:
            raise GameDefinitionError(f"actions: the profile {self} is mixed; use .support or .arrays().")
        return tuple(self[k].support[0] for k in range(len(self._strategies)))

    @property
    def support(self) -> dict[str, tuple[str, ...]]:
        """Actions played with positive probability, by player."""
        return {player: self[player].support for player in self._game.players}

    @property
    def payoffs(self) -> dict[str, Any]:
        """Expected payoff of each player, by label."""
        return self._game.payoff(self)

    @property
    def regret(self) -> dict[str, Any]:
        """What each player could gain by deviating alone, by label; all zero in a Nash equilibrium."""
        return self._game.regret(self)

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return the probability vectors, one a player.

        Parameters
        ----------
        dtype : type, optional
            ``float`` gives float64 vectors; by default the numbers stay as they are.
        """
        if dtype is None:
            return self._strategies
        return tuple(strategy.astype(dtype) for strategy in self._strategies)

    def __getitem__(self, player: str | int) -> MixedStrategy:
        k = resolve(player, self._game.players, "player", "profile")
        return MixedStrategy(self._game.actions[k], self._strategies[k])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Profile):
            return NotImplemented
        return self._game == other._game and all(
            bool(np.array_equal(mine, theirs)) for mine, theirs in zip(self._strategies, other._strategies, strict=True)
        )

    def __hash__(self) -> int:
        return hash((self._game, tuple(tuple(strategy) for strategy in self._strategies)))

    def __str__(self) -> str:
        return " × ".join(f"({self[k]})" for k in range(len(self._strategies)))

    def __repr__(self) -> str:
        return f"Profile{self}" if len(self._strategies) == 1 else f"Profile[{self}]"


def read_strategies(game: NormalFormGame, given: Any, where: str) -> tuple[np.ndarray, ...]:
    """Read a profile as users write it: a Profile, a mapping by player, or one entry a player in order."""
    if isinstance(given, Profile):
        given = given.arrays()
    if isinstance(given, Mapping):
        for name in given:
            resolve(name, game.players, "player", where)
        missing = [player for player in game.players if player not in given]
        if missing:
            raise GameDefinitionError(f"{where}: the profile has no strategy for {', '.join(missing)}.")
        given = [given[player] for player in game.players]
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) != len(game.players):
        raise GameDefinitionError(
            f"{where}: a profile needs one strategy for each of {', '.join(game.players)}, got {given!r}; "
            "give action labels, {action: probability} or probability vectors."
        )
    return tuple(_read_strategy(game, k, strategy, where) for k, strategy in enumerate(given))


def _read_strategy(game: NormalFormGame, k: int, strategy: Any, where: str) -> np.ndarray:
    """Read one player's strategy as a probability vector in the game's number system."""
    actions = game.actions[k]
    here = f"{where}, strategy of {game.players[k]}"
    if isinstance(strategy, (str, int, np.integer)) and strategy is not True and strategy is not False:
        weights: list[Any] = [0] * len(actions)
        weights[resolve(strategy, actions, "action", here)] = 1
    elif isinstance(strategy, Mapping):
        weights = [0] * len(actions)
        for action, weight in strategy.items():
            weights[resolve(action, actions, "action", here)] = weight
    else:
        if not is_sequence(strategy):
            raise GameDefinitionError(
                f"{here}: expected an action label or index, {{action: probability}} or a probability vector, got {strategy!r}."
            )
        weights = list(strategy)
        if len(weights) != len(actions):
            raise GameDefinitionError(f"{here}: {len(actions)} probabilities are needed ({', '.join(actions)}), got {len(weights)}.")
    return read_distribution(weights, game.field, here)


def read_distribution(weights: Sequence[Any], field: Field, where: str) -> np.ndarray:
    """Read a probability vector into a game's number system.

    Parameters
    ----------
    weights : sequence
        Numbers in any accepted form.
    field : {"exact", "float", "symbolic"}
        Number system of the game.
    where : str
        What is being read, for messages.
    """
    read = [read_number(weight, where) for weight in weights]
    # The integers 0 and 1 are the same number in every system: they never count as a mixture of systems.
    kinds = {kind for kind, value in read if kind != "exact" or value not in (0, 1)}
    target: Field = "float" if field == "float" else common_field({*kinds, field}, where)
    vector = np.empty(len(read), dtype=float if target == "float" else object)
    vector[:] = [convert(value, kind, target, where) for kind, value in read]
    total = sum(vector)
    if target == "symbolic":
        return vector
    wrong = any(weight < 0 for weight in vector)
    off = abs(total - 1) > PROBABILITY_TOLERANCE if target == "float" else total != Fraction(1)
    if wrong or off:
        raise GameDefinitionError(
            f"{where}: probabilities must be non-negative and sum to 1, got {[str(w) for w in vector]} with sum {total}."
        )
    return vector
