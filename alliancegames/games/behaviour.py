"""Behaviour strategies: a lottery over the actions of each information set; and beliefs within the sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from alliancegames._fields import is_sequence
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.profile import MixedStrategy, read_distribution

if TYPE_CHECKING:
    from alliancegames.games.extensive import ExtensiveGame
    from alliancegames.games.tree import Node

__all__ = ["BehaviourProfile", "read_behaviour"]


class BehaviourProfile:
    """What each player does at each information set of a game tree.

    Parameters
    ----------
    game : ExtensiveGame
        The game that is played.
    strategies : sequence of array
        One probability vector an information set.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.ExtensiveGame(["Challenger", "Defender"], ag.Move("Challenger", {
    ...     "wait": ag.End((0, 2), "status quo"),
    ...     "challenge": ag.Move("Defender", {"concede": ag.End((1, 1), "concession"), "deny": ag.End((-1, 0), "war")})}))
    >>> profile = game.profile({"Challenger": "challenge", "Defender": {"concede": "3/4", "deny": "1/4"}})
    >>> profile.payoffs["Challenger"], profile.outcomes["war"]
    (Fraction(1, 2), Fraction(1, 4))
    """

    __slots__ = ("_game", "_strategies")

    def __init__(self, game: ExtensiveGame, strategies: Sequence[np.ndarray]) -> None:
        frozen = []
        for strategy in strategies:
            copy = np.array(strategy)
            copy.setflags(write=False)
            frozen.append(copy)
        self._game = game
        self._strategies = tuple(frozen)

    @property
    def game(self) -> ExtensiveGame:
        """The game that is played."""
        return self._game

    @property
    def is_pure(self) -> bool:
        """Whether nobody randomises anywhere."""
        return all(self[k].is_pure for k in range(len(self._strategies)))

    @property
    def actions(self) -> dict[str, str]:
        """The action taken at each information set; only pure profiles have them."""
        if not self.is_pure:
            raise GameDefinitionError(f"actions: the profile {self} randomises; use .arrays() or profile[information_set].")
        return {part.label: self[part.label].support[0] for part in self._game.information_sets}

    @property
    def reach(self) -> np.ndarray:
        """Probability that each node of ``game.nodes`` is reached."""
        zero, one = _units(self._game.field)
        reach = np.full(len(self._game.nodes), zero, dtype=float if self._game.field == "float" else object)
        reach[0] = one
        for k, node in enumerate(self._game.nodes):
            for child, weight in zip(node.children, self._weights(node), strict=True):
                reach[child] = reach[k] * weight
        return reach

    @property
    def values(self) -> np.ndarray:
        """Expected payoffs from each node on, shape (n_nodes, n_players)."""
        zero, _ = _units(self._game.field)
        nodes = self._game.nodes
        values = np.full((len(nodes), len(self._game.players)), zero, dtype=float if self._game.field == "float" else object)
        for k in reversed(range(len(nodes))):  # children come after their parents
            node = nodes[k]
            if node.payoffs is not None:
                values[k] = node.payoffs
                continue
            for child, weight in zip(node.children, self._weights(node), strict=True):
                values[k] = values[k] + weight * values[child]
        return values

    def _weights(self, node: Node) -> Sequence[Any]:
        """Return the probabilities with which the children of a node follow."""
        if node.information_set is None:
            return node.chance or ()
        weights: Sequence[Any] = self._strategies[node.information_set].tolist()
        return weights

    @property
    def payoffs(self) -> dict[str, Any]:
        """Expected payoff of each player, by label."""
        return {player: _plain(value) for player, value in zip(self._game.players, self.values[0], strict=True)}

    @property
    def outcomes(self) -> dict[str, Any]:
        """Probability of each outcome that the ends of the game name."""
        reach = self.reach
        result: dict[str, Any] = {}
        for k, node in enumerate(self._game.nodes):
            if node.payoffs is not None:
                result[node.outcome] = result.get(node.outcome, 0) + _plain(reach[k])
        return result

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return the probability vectors, one an information set.

        Parameters
        ----------
        dtype : type, optional
            ``float`` gives float64 vectors; by default the numbers stay as they are.
        """
        if dtype is None:
            return self._strategies
        return tuple(strategy.astype(dtype) for strategy in self._strategies)

    def __getitem__(self, information_set: str | int) -> MixedStrategy:
        labels = [part.label for part in self._game.information_sets]
        k = resolve(information_set, labels, "information set", "profile")
        return MixedStrategy(self._game.information_sets[k].actions, self._strategies[k])

    def __iter__(self) -> Iterator[MixedStrategy]:
        return (self[k] for k in range(len(self._strategies)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BehaviourProfile):
            return NotImplemented
        return self._game == other._game and all(
            bool(np.array_equal(mine, theirs)) for mine, theirs in zip(self._strategies, other._strategies, strict=True)
        )

    def __hash__(self) -> int:
        return hash((self._game, tuple(tuple(strategy) for strategy in self._strategies)))

    def __str__(self) -> str:
        return "; ".join(f"{part.label}: {self[k]}" for k, part in enumerate(self._game.information_sets))

    def __repr__(self) -> str:
        return f"BehaviourProfile({self})"


def _units(field: str) -> tuple[Any, Any]:
    """Return zero and one of a number system."""
    if field == "symbolic":
        import sympy

        return sympy.Integer(0), sympy.Integer(1)
    return (0.0, 1.0) if field == "float" else (Fraction(0), Fraction(1))


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value


def read_behaviour(game: ExtensiveGame, given: Any, where: str) -> tuple[np.ndarray, ...]:
    """Read a behaviour profile as users write it: by information set, as actions, mappings or probability vectors.

    Parameters
    ----------
    game : ExtensiveGame
        The game that is played.
    given : BehaviourProfile, mapping or sequence
        By label of the information set, or in the order of the information sets.
    where : str
        What is being read, for messages.
    """
    if not isinstance(given, BehaviourProfile):  # an assessment, or a family with an example
        given = getattr(given, "example", given)
        given = getattr(given, "profile", given)
    if isinstance(given, BehaviourProfile):
        if given.game != game:
            raise GameDefinitionError(f"{where}: the profile belongs to another game; read it by labels with dict(...) if the sets agree.")
        given = given.arrays()
    labels = [part.label for part in game.information_sets]
    if isinstance(given, Mapping):
        for name in given:
            resolve(name, labels, "information set", where)
        missing = [label for label in labels if label not in given]
        if missing:
            raise GameDefinitionError(f"{where}: nothing is said about the information set {missing[0]!r}.")
        given = [given[label] for label in labels]
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) != len(labels):
        raise GameDefinitionError(f"{where}: a behaviour profile needs one entry for each of {', '.join(labels)}, got {given!r}.")
    return tuple(_read_lottery(game, k, entry, f"{where}, at {labels[k]}") for k, entry in enumerate(given))


def _read_lottery(game: ExtensiveGame, k: int, entry: Any, where: str) -> np.ndarray:
    actions = game.information_sets[k].actions
    weights: list[Any] = [0] * len(actions)
    if isinstance(entry, (str, int, np.integer)) and not isinstance(entry, bool):
        weights[resolve(entry, actions, "action", where)] = 1
    elif isinstance(entry, Mapping):
        for action, weight in entry.items():
            weights[resolve(action, actions, "action", where)] = weight
    elif is_sequence(entry) and len(entry) == len(actions):
        weights = list(entry)
    else:
        raise GameDefinitionError(
            f"{where}: expected an action label or index, {{action: probability}} or {len(actions)} probabilities, got {entry!r}."
        )
    return read_distribution(weights, game.field, where)
