"""Labels of players and actions, addressed by name or by index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from alliancegames._fields import is_sequence
from alliancegames.errors import GameDefinitionError, unknown_label


def check_labels(labels: Iterable[str], kind: str, where: str) -> tuple[str, ...]:
    """Return the labels as a tuple; they must be distinct, non-empty strings."""
    if isinstance(labels, str):
        raise GameDefinitionError(f"{where}: expected a list of {kind} labels, got the single string {labels!r}; write [{labels!r}].")
    if not isinstance(labels, Iterable):
        raise GameDefinitionError(f"{where}: expected a list of {kind} labels, got {labels!r}.")
    result = tuple(labels)
    for label in result:
        if not isinstance(label, str) or not label.strip():
            raise GameDefinitionError(f"{where}: every {kind} label must be a non-empty string, got {label!r}.")
    doubled = [label for label, count in Counter(result).items() if count > 1]
    if doubled:
        raise GameDefinitionError(f"{where}: {kind} labels must be distinct, {doubled[0]!r} occurs more than once; rename one of them.")
    if not result:
        raise GameDefinitionError(f"{where}: at least one {kind} is needed, got none.")
    return result


def resolve(address: Any, labels: Sequence[str], kind: str, where: str) -> int:
    """Return the position of a label or a zero-based index."""
    if isinstance(address, str):
        if address in labels:
            return labels.index(address)
        raise unknown_label(kind, address, labels, where)
    if isinstance(address, (int, np.integer)) and not isinstance(address, bool) and 0 <= address < len(labels):
        return int(address)
    raise unknown_label(kind, address, labels, where)


def read_actions(
    actions: Mapping[str, Sequence[str]] | Sequence[Sequence[str]] | None,
    players: Sequence[str],
    shape: Sequence[int],
    where: str,
) -> tuple[tuple[str, ...], ...]:
    """Return one tuple of action labels a player, with defaults ``"1", "2", ...``."""
    if actions is None:
        return tuple(tuple(str(k + 1) for k in range(size)) for size in shape)
    if isinstance(actions, Mapping):
        for name in actions:
            resolve(name, players, "player", where)
        missing = [player for player in players if player not in actions]
        if missing:
            raise GameDefinitionError(f"{where}: actions are missing for {', '.join(missing)}; give a list of labels for every player.")
        listed = [actions[player] for player in players]
    else:
        listed = list(actions)
        if len(listed) != len(players):
            raise GameDefinitionError(f"{where}: {len(players)} lists of action labels are needed, one a player, got {len(listed)}.")
    read = tuple(check_labels(labels, "action", f"{where}, actions of {player}") for labels, player in zip(listed, players, strict=True))
    for player, labels, size in zip(players, read, shape, strict=False):
        if len(labels) != size:
            raise GameDefinitionError(
                f"{where}: {player} has {size} actions in the payoff table but {len(labels)} action labels ({', '.join(labels)})."
            )
    return read


def read_players(players: Iterable[str] | None, count: int, where: str) -> tuple[str, ...]:
    """Return the player labels, with defaults ``"Player 1", "Player 2", ...``."""
    if players is None:
        return tuple(f"Player {k + 1}" for k in range(count))
    read = check_labels(players, "player", where)
    if len(read) != count:
        raise GameDefinitionError(
            f"{where}: the payoffs are those of {count} players but {len(read)} player labels came ({', '.join(read)})."
        )
    return read


def payoff_count(payoffs: Mapping[Any, Any], where: str) -> int:
    """Return the number of players, which is the number of payoffs in the first cell."""
    first = next(iter(payoffs.values()))
    if not is_sequence(first) or not len(first):
        raise GameDefinitionError(f"{where}: each pure profile needs one payoff a player, such as (1, 2), got {first!r}.")
    return len(first)


def labels_met(payoffs: Mapping[Any, Any], count: int, where: str) -> tuple[tuple[str, ...], ...]:
    """Collect the action labels of each player in order of appearance."""
    met: list[dict[str, None]] = [{} for _ in range(count)]
    for cell in payoffs:
        if not isinstance(cell, tuple) or len(cell) != count:
            raise GameDefinitionError(f"{where}: every key of payoffs must name one action of each of the {count} players, got {cell!r}.")
        for labels, label in zip(met, cell, strict=True):
            labels[label] = None
    return tuple(check_labels(labels, "action", where) for labels in met)


def position_of(cell: Any, labels: Sequence[Sequence[str]], players: Sequence[str], where: str) -> tuple[int, ...]:
    """Return the indices of a pure profile given by labels."""
    if not isinstance(cell, tuple) or len(cell) != len(labels):
        raise GameDefinitionError(f"{where}: every key of payoffs must name one action of each of {', '.join(players)}, got {cell!r}.")
    return tuple(
        resolve(action, part, "action", f"{where}, profile {cell}, actions of {player}")
        for action, part, player in zip(cell, labels, players, strict=True)
    )


def distinct(labels: Iterable[str]) -> list[str]:
    """Add numbers to labels that would clash, as happens when names contain the separator."""
    result: list[str] = []
    taken: set[str] = set()
    for label in labels:
        number, unique = 1, label
        while unique in taken:
            number += 1
            unique = f"{label} ({number})"
        taken.add(unique)
        result.append(unique)
    return result
