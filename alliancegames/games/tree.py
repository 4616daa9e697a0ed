"""The parts from which game trees are written: moves, chance and ends.

They nest like the figure in a paper::

    Move("Challenger", {
        "wait": End((0, 1), "status quo"),
        "challenge": Move("Defender", {"concede": (1, 0), "deny": (-1, -1)}),
    })
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliancegames._fields import Field, common_field, convert, read_number
from alliancegames._labels import check_labels, resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.profile import PROBABILITY_TOLERANCE

__all__ = ["Chance", "End", "InformationSet", "Move", "Node", "TreeNode", "read_tree"]

WHERE = "ExtensiveGame()"
# Deeper trees would exhaust the interpreter's stack.
DEEPEST = 200


@dataclass(frozen=True, eq=False)
class Move:
    """A decision of a player.

    Parameters
    ----------
    player : str or int
        Who moves.
    branches : mapping of str to node
        What follows each action. A node is a `Move`, a `Chance`, an `End`, or the payoffs of an end.
    information_set : str, optional
        Moves with the same name lie in one information set: the player cannot tell them apart. By
        default the player knows that this node is reached.
    """

    player: str | int
    branches: Mapping[str, Any]
    information_set: str | None = None


@dataclass(frozen=True, eq=False)
class Chance:
    """A move of nature.

    Parameters
    ----------
    branches : mapping of str to (probability, node)
        For each event its positive probability and what follows; the probabilities sum to one.
    """

    branches: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, eq=False)
class End:
    """An end of the game.

    Parameters
    ----------
    payoffs : sequence or mapping
        One payoff a player, in the order of the players or by player label.
    outcome : str, optional
        Name of what happened, such as ``"war"``; several ends may share one.
    """

    payoffs: Sequence[Any] | Mapping[str, Any]
    outcome: str = ""


@dataclass(frozen=True)
class InformationSet:
    """The nodes among which a player cannot distinguish when it is his turn.

    Parameters
    ----------
    label : str
        Name, unique in the game.
    player : int
        Position of the player who moves.
    actions : tuple of str
        What he can do.
    nodes : tuple of int
        Positions of the nodes in ``game.nodes``.
    """

    label: str
    player: int
    actions: tuple[str, ...]
    nodes: tuple[int, ...]


@dataclass(frozen=True)
class Node:
    """A node of a tree, in the order of a walk that goes into depth first.

    Parameters
    ----------
    parent : int
        Position of the node before, -1 at the root.
    branch : int
        Which action or event of the parent leads here.
    history : tuple of str
        Actions and events from the root to here.
    children : tuple of int
        Positions of the nodes that follow; empty at an end.
    information_set : int or None
        Position of the information set, at a decision.
    chance : tuple or None
        Probabilities of the events, at a move of nature.
    events : tuple of str
        Labels of the actions or events.
    payoffs : tuple or None
        Payoffs of the players, at an end.
    outcome : str
        Name of the outcome, at an end.
    """

    parent: int
    branch: int
    history: tuple[str, ...]
    children: tuple[int, ...] = ()
    information_set: int | None = None
    chance: tuple[Any, ...] | None = None
    events: tuple[str, ...] = ()
    payoffs: tuple[Any, ...] | None = None
    outcome: str = ""


TreeNode = Move | Chance | End | Sequence[Any] | Mapping[str, Any]


def read_tree(tree: TreeNode, players: Sequence[str], field: Field | None) -> tuple[Field, tuple[Node, ...], tuple[InformationSet, ...]]:
    """Read nested moves into a flat list of nodes, and the information sets.

    Parameters
    ----------
    tree : Move, Chance, End or payoffs
        The root.
    players : sequence of str
        Player labels.
    field : {"exact", "float", "symbolic"}, optional
        The number system wanted.
    """
    reader = _Reader(players)
    reader.visit(tree, -1, 0, ())
    target = field or common_field(reader.examples, WHERE, reader.examples)
    nodes = tuple(_in_field(node, target) for node in reader.nodes)
    return target, nodes, _information_sets(reader, players)


@dataclass(frozen=True)
class _Named:
    """An information set while the tree is being read."""

    position: int
    player: int
    actions: tuple[str, ...]
    nodes: list[int]


class _Reader:
    """Walks over a nested tree and lists its nodes."""

    def __init__(self, players: Sequence[str]) -> None:
        self.players = players
        self.nodes: list[Any] = []
        self.named: dict[str | int, _Named] = {}
        self.examples: dict[Field, Any] = {}

    def visit(self, part: Any, parent: int, branch: int, history: tuple[str, ...]) -> int:
        """Append a node and all that follow it; return its position."""
        here = f"{WHERE}, after {' / '.join(history)}" if history else f"{WHERE}, at the root"
        if len(history) > DEEPEST:
            raise GameDefinitionError(f"{here}: trees of more than {DEEPEST} moves in a row are not read.")
        position = len(self.nodes)
        self.nodes.append(None)
        if isinstance(part, Move):
            node = self._move(part, position, parent, branch, history, here)
        elif isinstance(part, Chance):
            node = self._chance(part, position, parent, branch, history, here)
        else:
            node = self._end(part, parent, branch, history, here)
        self.nodes[position] = node
        return position

    def _move(self, part: Move, position: int, parent: int, branch: int, history: tuple[str, ...], here: str) -> Node:
        player = resolve(part.player, self.players, "player", here)
        if part.information_set is not None and (not isinstance(part.information_set, str) or not part.information_set.strip()):
            raise GameDefinitionError(f"{here}: the name of an information set must be a non-empty text, got {part.information_set!r}.")
        actions = _labels(part.branches, "action", here)
        key = position if part.information_set is None else part.information_set
        known = self.named.setdefault(key, _Named(len(self.named), player, actions, []))
        if known.player != player:
            raise GameDefinitionError(
                f"{here}: information set {key!r} belongs to {self.players[known.player]}, but {self.players[player]} moves here; use another name."
            )
        if sorted(known.actions) != sorted(actions):
            raise GameDefinitionError(
                f"{here}: all nodes of information set {key!r} must offer the same actions; "
                f"it has ({', '.join(known.actions)}), this node ({', '.join(actions)})."
            )
        known.nodes.append(position)
        children = tuple(self.visit(part.branches[action], position, k, (*history, action)) for k, action in enumerate(known.actions))
        return Node(parent, branch, history, children, information_set=known.position, events=known.actions)

    def _chance(self, part: Chance, position: int, parent: int, branch: int, history: tuple[str, ...], here: str) -> Node:
        events = _labels(part.branches, "event", here)
        weights, children = [], []
        for k, event in enumerate(events):
            entry = part.branches[event]
            if not isinstance(entry, (tuple, list)) or len(entry) != 2:
                raise GameDefinitionError(f"{here}: event {event!r} of a chance move needs (probability, what follows), got {entry!r}.")
            weights.append(self._number(entry[0], f"{here}, probability of {event}", probability=True))
            children.append(self.visit(entry[1], position, k, (*history, event)))
        return Node(parent, branch, history, tuple(children), chance=tuple(weights), events=events)

    def _end(self, part: Any, parent: int, branch: int, history: tuple[str, ...], here: str) -> Node:
        end = part if isinstance(part, End) else End(part)
        given = end.payoffs
        if not isinstance(end.outcome, str):
            raise GameDefinitionError(f"{here}: the name of an outcome must be a text, got {end.outcome!r}.")
        if isinstance(given, Mapping):
            unknown = [name for name in given if name not in self.players]
            absent = [name for name in self.players if name not in given]
            if unknown or absent:
                raise GameDefinitionError(
                    f"{here}: payoffs by label are needed for exactly {', '.join(self.players)}, got {', '.join(map(str, given))}."
                )
            given = [given[name] for name in self.players]
        if not isinstance(given, (tuple, list)) or len(given) != len(self.players):
            raise GameDefinitionError(
                f"{here}: expected a Move, a Chance, an End or one payoff for each of {', '.join(self.players)}, got {given!r}."
            )
        return Node(parent, branch, history, payoffs=tuple(self._number(value, here) for value in given), outcome=end.outcome)

    def _number(self, value: Any, where: str, *, probability: bool = False) -> tuple[Field, Any]:
        kind, number = read_number(value, where)
        if not (probability and kind == "exact" and number == 1):  # certainty is the same number in every system
            self.examples.setdefault(kind, value)
        return kind, number


def _labels(branches: Any, kind: str, here: str) -> tuple[str, ...]:
    if not isinstance(branches, Mapping):
        raise GameDefinitionError(f"{here}: the branches must map each {kind} to what follows it, got {branches!r}.")
    return check_labels(branches, kind, here)


def _in_field(node: Node, target: Field) -> Node:
    """Convert the numbers of a node into the game's number system and check its probabilities."""
    chance = None if node.chance is None else tuple(convert(value, kind, target) for kind, value in node.chance)
    payoffs = None if node.payoffs is None else tuple(convert(value, kind, target) for kind, value in node.payoffs)
    if node.chance is not None and chance is not None and target != "symbolic":
        total = sum(chance)
        if target == "exact" and abs(total - 1) <= PROBABILITY_TOLERANCE and any(kind == "float" for kind, _ in node.chance):
            chance, total = tuple(value / total for value in chance), 1  # thirds in floats do not add up to one
        if min(chance) <= 0 or (abs(total - 1) > PROBABILITY_TOLERANCE if target == "float" else total != 1):
            shown = ", ".join(f"{event} {value}" for event, value in zip(node.events, chance, strict=True))
            raise GameDefinitionError(
                f"{WHERE}, after {' / '.join(node.history) or 'the start'}: probabilities of chance must be positive and sum to 1, "
                f"got {shown}; leave out what cannot happen."
            )
    return Node(node.parent, node.branch, node.history, node.children, node.information_set, chance, node.events, payoffs, node.outcome)


def _information_sets(reader: _Reader, players: Sequence[str]) -> tuple[InformationSet, ...]:
    """Name the information sets that were left unnamed by their player, and by the history where one has several."""
    count = [sum(part.player == k for part in reader.named.values()) for k in range(len(players))]
    sets = []
    for key, part in reader.named.items():
        if isinstance(key, str):
            label = key
        else:
            player, history = players[part.player], reader.nodes[part.nodes[0]].history
            label = player if count[part.player] == 1 else f"{player} after {' / '.join(history) or 'the start'}"
        sets.append(InformationSet(label, part.player, part.actions, tuple(part.nodes)))
    if sets:
        check_labels([part.label for part in sets], "information set", WHERE)
    return tuple(sets)
