"""Strategies by type: what each player does as each of his types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from alliancegames._fields import is_sequence
from alliancegames._immutable import FrozenDict
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.profile import MixedStrategy, read_distribution

if TYPE_CHECKING:
    from alliancegames.games.bayesian import BayesianGame

__all__ = ["BayesianProfile", "read_type_strategies"]


class BayesianProfile:
    """What each player of a Bayesian game does as each of his types.

    Types that have probability zero have no strategy.

    Parameters
    ----------
    game : BayesianGame
        The game that is played.
    strategies : sequence of array
        One probability vector for each of ``game.agents``.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.BayesianGame(["Patron"], [["firm", "weak"]], [{"firm": "1/3", "weak": "2/3"}], [["arm", "wait"]],
    ...                        lambda types, actions: [3 if (types[0] == "firm") == (actions[0] == "arm") else 0])
    >>> profile = game.profile({"Patron": {"firm": "arm", "weak": "arm"}})
    >>> profile["Patron"]["weak"]["arm"], profile.payoffs["Patron"], profile.regret["Patron"]["weak"]
    (Fraction(1, 1), Fraction(1, 1), Fraction(3, 1))
    """

    __slots__ = ("_game", "_strategies")

    def __init__(self, game: BayesianGame, strategies: Sequence[np.ndarray]) -> None:
        frozen = []
        for strategy in strategies:
            copy = np.array(strategy)
            copy.setflags(write=False)
            frozen.append(copy)
        self._game = game
        self._strategies = tuple(frozen)

    @property
    def game(self) -> BayesianGame:
        """The game that is played."""
        return self._game

    @property
    def is_pure(self) -> bool:
        """Whether no type of anybody randomises."""
        return all(strategy.is_pure for strategy in self)

    @property
    def payoffs(self) -> dict[str, Any]:
        """Expected payoff of each player before types are drawn, by label."""
        game = self._game
        totals = [_zero(game)] * len(game.players)
        for cell, weight in game.weights.items():
            for k, table in enumerate(game.tables[cell]):
                values: Any = table
                for j in reversed(range(len(game.players))):
                    values = (values * self._strategy(j, cell[j])).sum(axis=-1)
                totals[k] = totals[k] + weight * values
        return {player: _plain(total) for player, total in zip(game.players, totals, strict=True)}

    @property
    def interim_payoffs(self) -> dict[str, dict[str, Any]]:
        """Expected payoff of each type, given that it was drawn, by player and type."""
        values = [(self.action_values(k, t) * self._strategy(k, t)).sum() for k, t in self._game.agents]
        return self._by_type([_plain(value) for value in values])

    @property
    def regret(self) -> dict[str, dict[str, Any]]:
        """What each type could gain by deviating alone, by player and type; all zero in equilibrium."""
        gains = []
        for k, t in self._game.agents:
            values = self.action_values(k, t)
            gains.append(_plain(max(values) - (values * self._strategy(k, t)).sum()))
        return self._by_type(gains)

    def action_values(self, player: int, kind: int) -> np.ndarray:
        """Return the expected payoffs of each action of a type, given that it was drawn.

        Parameters
        ----------
        player, kind : int
            Positions of the player and of his type.
        """
        game = self._game
        drawn = {cell: weight for cell, weight in game.weights.items() if cell[player] == kind}
        total = sum(drawn.values())
        result: Any = np.full(len(game.actions[player][kind]), _zero(game), dtype=float if game.field == "float" else object)
        for cell, weight in drawn.items():
            values = np.moveaxis(game.tables[cell][player], player, 0)
            for j in reversed([j for j in range(len(game.players)) if j != player]):
                values = (values * self._strategy(j, cell[j])).sum(axis=-1)
            result = result + (weight / total) * values
        return np.asarray(result)

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return the probability vectors, one for each of ``game.agents``.

        Parameters
        ----------
        dtype : type, optional
            ``float`` gives float64 vectors; by default the numbers stay as they are.
        """
        if dtype is None:
            return self._strategies
        return tuple(strategy.astype(dtype) for strategy in self._strategies)

    def columns(self) -> dict[str, Any]:
        """Return what a table shows: the probability of each action of each type, by heading."""
        labelled = zip(self._game.agent_labels, self, strict=True)
        return {f"{label}: {action}": weight for label, strategy in labelled for action, weight in strategy.items()}

    def _strategy(self, player: int, kind: int) -> np.ndarray:
        return self._strategies[self._game.agents.index((player, kind))]

    def _by_type(self, values: Sequence[Any]) -> dict[str, dict[str, Any]]:
        """Arrange one value an agent by player and type."""
        result: dict[str, dict[str, Any]] = {player: {} for player in self._game.players}
        for (k, t), value in zip(self._game.agents, values, strict=True):
            result[self._game.players[k]][self._game.types[k][t]] = value
        return result

    def __getitem__(self, player: str | int) -> Mapping[str, MixedStrategy]:
        k = resolve(player, self._game.players, "player", "profile")
        strategies = list(self)
        return FrozenDict({self._game.types[j][t]: strategies[n] for n, (j, t) in enumerate(self._game.agents) if j == k})

    def __iter__(self) -> Iterator[MixedStrategy]:
        for (k, t), strategy in zip(self._game.agents, self._strategies, strict=True):
            yield MixedStrategy(self._game.actions[k][t], strategy)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BayesianProfile):
            return NotImplemented
        return self._game == other._game and all(
            bool(np.array_equal(mine, theirs)) for mine, theirs in zip(self._strategies, other._strategies, strict=True)
        )

    def __hash__(self) -> int:
        return hash((self._game, tuple(tuple(strategy) for strategy in self._strategies)))

    def __str__(self) -> str:
        return "; ".join(f"{label}: {strategy}" for label, strategy in zip(self._game.agent_labels, self, strict=True))

    def __repr__(self) -> str:
        return f"BayesianProfile({self})"


def _zero(game: BayesianGame) -> Any:
    return 0.0 if game.field == "float" else Fraction(0)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value


def read_type_strategies(game: BayesianGame, given: Any, where: str) -> tuple[np.ndarray, ...]:
    """Read a profile as users write it: by player and type.

    Parameters
    ----------
    game : BayesianGame
        The game that is played.
    given : BayesianProfile, mapping or sequence
        For each player ``{type: strategy}``, or one strategy for all types.
    where : str
        What is being read, for messages.
    """
    if isinstance(given, BayesianProfile):
        if given.game != game:
            raise GameDefinitionError(f"{where}: the profile belongs to another game; pass its strategies by player and type.")
        return given.arrays()
    if isinstance(given, Mapping):
        for name in given:
            resolve(name, game.players, "player", where)
        missing = [player for player in game.players if player not in given]
        if missing:
            raise GameDefinitionError(f"{where}: the profile has no strategy for {missing[0]}.")
        given = [given[player] for player in game.players]
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) != len(game.players):
        raise GameDefinitionError(f"{where}: a profile needs one entry for each of {', '.join(game.players)}, got {given!r}.")
    return tuple(_read_agent(game, k, t, given[k], where) for k, t in game.agents)


def _read_agent(game: BayesianGame, k: int, t: int, given: Any, where: str) -> np.ndarray:
    """Return what a type does according to his player's entry."""
    kind, actions = game.types[k][t], game.actions[k][t]
    here = f"{where}, {game.players[k]} of type {kind}"
    if isinstance(given, Mapping) and any(isinstance(name, str) and name in game.types[k] for name in given):
        for name in given:
            resolve(name, game.types[k], f"type of {game.players[k]}", where)
        if kind not in given:
            raise GameDefinitionError(f"{here}: nothing is said about this type.")
        given = given[kind]
    weights: list[Any] = [0] * len(actions)
    if isinstance(given, (str, int, np.integer)) and not isinstance(given, bool):
        weights[resolve(given, actions, "action", here)] = 1
    elif isinstance(given, Mapping):
        for action, weight in given.items():
            weights[resolve(action, actions, "action", here)] = weight
    elif is_sequence(given) and len(given) == len(actions):
        weights = list(given)
    else:
        raise GameDefinitionError(
            f"{here}: expected an action label or index, {{action: probability}} or {len(actions)} probabilities, got {given!r}."
        )
    return read_distribution(weights, game.field, here)
