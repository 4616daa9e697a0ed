"""Trees as flat lists, as files hold them: node after node, each before what follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alliancegames.errors import GameFileError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import Chance, End, Move
from alliancegames.io._limits import LARGEST_GAME, MOST_PLAYERS, check_texts, refuse_symbols

MOST_NODES = 100_000


@dataclass(frozen=True)
class FlatEnd:
    """An end of the game."""

    payoffs: Sequence[Any]
    outcome: str


@dataclass(frozen=True)
class FlatMove:
    """A decision; as many nodes follow as there are actions."""

    player: str
    label: str
    actions: Sequence[str]


@dataclass(frozen=True)
class FlatChance:
    """A move of nature; only events that can happen are listed."""

    events: Sequence[str]
    weights: Sequence[Any]


FlatNode = FlatEnd | FlatMove | FlatChance


def nested(nodes: Sequence[FlatNode]) -> Any:
    """Return the tree whose nodes are listed from the root into depth first; deep trees need no recursion."""
    built: list[Any] = []
    for node in reversed(nodes):  # what follows a node is built before it
        if isinstance(node, FlatEnd):
            built.append(End(tuple(node.payoffs), node.outcome))
        elif isinstance(node, FlatMove):
            branches = {action: built.pop() for action in node.actions}
            built.append(Move(node.player, branches, node.label))
        else:
            built.append(Chance({event: (weight, built.pop()) for event, weight in zip(node.events, node.weights, strict=True)}))
    return built.pop()


def too_large(nodes: int, players: int) -> str | None:
    """Return why a tree is too large for a file, or None if it is not."""
    if players > MOST_PLAYERS:
        return f"expected at most {MOST_PLAYERS} players, got {players}"
    if nodes > MOST_NODES:
        return f"expected at most {MOST_NODES} nodes, got more"
    if nodes * players > LARGEST_GAME:
        return f"expected at most {LARGEST_GAME} payoffs in all, got more"
    return None


def check_tree_writable(game: ExtensiveGame, where: str) -> None:
    """Refuse what a file cannot hold: symbols, and trees that would be too large to read back."""
    refuse_symbols(game, where)
    sets = game.information_sets
    words = [word for part in sets for word in (part.label, *part.actions)]
    words += [word for node in game.nodes for word in (node.outcome, *(node.events if node.chance else ()))]
    check_texts([game.title, *game.players, *words], where)
    problem = too_large(len(game.nodes), len(game.players))
    if problem:
        raise GameFileError(f"{where}: {problem}; such a file could not be read back.")
