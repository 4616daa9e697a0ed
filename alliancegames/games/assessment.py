"""Assessments: a behaviour profile together with what each player believes where he moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from alliancegames._fields import format_number, is_sequence
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.behaviour import BehaviourProfile
from alliancegames.games.profile import MixedStrategy, read_distribution

if TYPE_CHECKING:
    from alliancegames.games.extensive import ExtensiveGame

__all__ = ["Assessment", "node_labels"]


class Assessment:
    """What each player does at each information set of a game tree, and what he believes there.

    Parameters
    ----------
    profile : BehaviourProfile
        What is played.
    beliefs : mapping or sequence
        For each information set the probabilities of its nodes, as a vector in the order of the nodes or
        by their names (the part of their history in which they differ). Sets with a single node may be left out. Whether
        beliefs follow from what is played is not checked here; see ``sequential_rationality``.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.assessment import Assessment
    >>> game = ag.ExtensiveGame(["Challenger", "Defender"], ag.Chance({
    ...     "hard": ("1/4", ag.Move("Defender", {"concede": (1, 0), "deny": (1, -1)}, "after a demand")),
    ...     "soft": ("3/4", ag.Move("Defender", {"concede": (1, 0), "deny": (0, 1)}, "after a demand"))}))
    >>> assessment = Assessment(game.profile(["deny"]), {"after a demand": {"hard": "1/4", "soft": "3/4"}})
    >>> assessment.beliefs["after a demand"]["hard"]
    Fraction(1, 4)
    """

    __slots__ = ("_beliefs", "_profile")

    def __init__(self, profile: BehaviourProfile, beliefs: Mapping[str, Any] | Sequence[Any]) -> None:
        if not isinstance(profile, BehaviourProfile):
            raise GameDefinitionError(
                f"Assessment(): expected a BehaviourProfile, got {type(profile).__name__}; make one with game.profile()."
            )
        self._profile = profile
        self._beliefs = _read_beliefs(profile.game, beliefs)

    @property
    def game(self) -> ExtensiveGame:
        """The game that is played."""
        return self._profile.game

    @property
    def profile(self) -> BehaviourProfile:
        """What is played."""
        return self._profile

    @property
    def beliefs(self) -> dict[str, MixedStrategy]:
        """Probabilities of the nodes of each information set, by label; a mapping from names of nodes to probabilities."""
        return {part.label: MixedStrategy(node_labels(self.game, k), self._beliefs[k]) for k, part in enumerate(self.game.information_sets)}

    @property
    def belief_arrays(self) -> tuple[np.ndarray, ...]:
        """One read-only probability vector over the nodes of each information set."""
        return self._beliefs

    @property
    def is_pure(self) -> bool:
        """Whether nobody randomises."""
        return self._profile.is_pure

    @property
    def payoffs(self) -> dict[str, Any]:
        """Expected payoff of each player, by label."""
        return self._profile.payoffs

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return the probability vectors of the actions, one an information set.

        Parameters
        ----------
        dtype : type, optional
            ``float`` gives float64 vectors; by default the numbers stay as they are.
        """
        return self._profile.arrays(dtype)

    def __getitem__(self, information_set: str | int) -> MixedStrategy:
        return self._profile[information_set]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Assessment):
            return NotImplemented
        return self._profile == other._profile and all(map(np.array_equal, self._beliefs, other._beliefs))

    def __hash__(self) -> int:
        return hash((self._profile, tuple(map(tuple, self._beliefs))))

    def __reduce__(self) -> tuple[Any, ...]:
        return Assessment, (self._profile, self._beliefs)

    def __str__(self) -> str:
        shown = [
            f"at {part.label} belief {', '.join(f'{name} {format_number(weight)}' for name, weight in belief.items() if weight)}"
            for part, belief in zip(self.game.information_sets, self.beliefs.values(), strict=True)
            if len(part.nodes) > 1
        ]
        return "; ".join([str(self._profile), *shown])

    def __repr__(self) -> str:
        return f"Assessment({self})"


def node_labels(game: ExtensiveGame, information_set: str | int) -> tuple[str, ...]:
    """Return names of the nodes of an information set: the part of their histories in which they differ.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    information_set : str or int
        Label or position of the information set.
    """
    histories = [game.nodes[node].history for node in game.information_set(information_set).nodes]
    if len({len(history) for history in histories}) == 1:
        differ = [k for k, events in enumerate(zip(*histories, strict=True)) if len(set(events)) > 1]
        short = tuple(" / ".join(history[k] for k in differ) for history in histories)
        if len(histories) > 1 and len(set(short)) == len(short):
            return short
    return tuple(" / ".join(history) or "start" for history in histories)


def _read_beliefs(game: ExtensiveGame, given: Any) -> tuple[np.ndarray, ...]:
    labels = [part.label for part in game.information_sets]
    if isinstance(given, Mapping):
        by_position = {resolve(name, labels, "information set", "Assessment(), beliefs"): entry for name, entry in given.items()}
    elif is_sequence(given) and len(given) == len(labels):
        by_position = dict(enumerate(given))
    else:
        raise GameDefinitionError(f"Assessment(): beliefs are needed for each of {', '.join(labels)}, got {given!r}.")
    return tuple(_read_belief(game, k, by_position.get(k)) for k in range(len(labels)))


def _read_belief(game: ExtensiveGame, k: int, entry: Any) -> np.ndarray:
    part = game.information_sets[k]
    where = f"Assessment(), belief at {part.label}"
    names = node_labels(game, k)
    if entry is None and len(names) == 1:
        entry = [1]
    if isinstance(entry, Mapping):
        weights: list[Any] = [0] * len(names)
        for name, weight in entry.items():
            weights[resolve(name, names, "node", where)] = weight
    elif is_sequence(entry) and len(entry) == len(names):
        weights = list(entry)
    else:
        raise GameDefinitionError(
            f"{where}: expected {{node: probability}} or one probability for each of {', '.join(names)}, got {entry!r}."
        )
    vector = read_distribution(weights, game.field, where)
    vector.setflags(write=False)
    return vector
