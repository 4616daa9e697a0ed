"""Game trees as JSON without loss.

::

    {"format": "alliancegames extensive form", "version": 1, "title": "...", "field": "exact",
     "players": ["Challenger", "Patron"],
     "information_sets": [["Challenger", "Challenger", ["wait", "attack"]], ["Patron", "Patron", ["abandon", "intervene"]]],
     "nodes": [["move", 0], ["end", ["0", "2"], "status quo"],
               ["chance", ["calm", "storm"], ["1/3", "2/3"]], ...]}

An information set is its label, its player and its actions. Nodes are listed from the root into depth first, so
that the tree follows from the numbers of actions and events. Numbers are texts, as in normal form.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from alliancegames.errors import GameDefinitionError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import DEEPEST, Node
from alliancegames.io._json import VERSION, Place, check_head, named, number_reader, read_label, read_labels
from alliancegames.io._limits import exact_text, sum_to_one
from alliancegames.io._trees import FlatChance, FlatEnd, FlatMove, FlatNode, check_tree_writable, nested, too_large

TREE_FORMAT = "alliancegames extensive form"
KEYS = ("format", "version", "title", "field", "players", "information_sets", "nodes")
LONGEST_REASON = 250


def read_tree_document(document: dict[str, Any], top: Place) -> ExtensiveGame:
    """Return the game tree that a document describes."""
    check_head(document, KEYS, TREE_FORMAT, top)
    title = read_label(document["title"], top["title"])
    players = read_labels(document["players"], top["players"])
    read = number_reader(document["field"], top["field"])
    place = top["information_sets"]
    sets = [_information_set(entry, place[k]) for k, entry in enumerate(place.expect(document["information_sets"], list, "a list"))]
    entries = top["nodes"].expect(document["nodes"], list, "a list of nodes")
    problem = too_large(len(entries), len(players))
    if problem:
        top["nodes"].fail(problem)
    nodes = [_node(entry, sets, len(players), read, top["nodes"][k]) for k, entry in enumerate(entries)]
    _check_shape(nodes, top["nodes"])
    try:
        return ExtensiveGame(players, nested(nodes), title=title, field=document["field"])
    except (GameDefinitionError, KeyError) as error:
        reason = str(error)
        top.fail(f"expected a game tree, got one that is refused: {reason[:LONGEST_REASON]}{'...' if len(reason) > LONGEST_REASON else ''}")


def _information_set(entry: Any, place: Place) -> FlatMove:
    place.expect(entry, list, "a list of label, player and actions")
    if len(entry) != 3:
        place.fail(f"expected label, player and actions, got {len(entry)} entries")
    return FlatMove(read_label(entry[1], place[1]), read_label(entry[0], place[0]), read_labels(entry[2], place[2]))


def _node(entry: Any, sets: Sequence[FlatMove], players: int, read: Callable[[str], Any], place: Place) -> FlatNode:
    place.expect(entry, list, "a list such as ['move', 0]")
    kind = entry[0] if entry else None
    sizes = {"move": 2, "chance": 3, "end": 3}
    if not isinstance(kind, str) or len(entry) != sizes.get(kind):
        place.fail("expected ['move', set], ['chance', events, probabilities] or ['end', payoffs, outcome], got another list")
    if kind == "move":
        return _move(entry[1], sets, place[1])
    numbers = _numbers(entry[1 if kind == "end" else 2], read, place[1 if kind == "end" else 2])
    if kind == "end":
        if len(numbers) != players:
            place[1].fail(f"expected {players} payoffs, one a player, got {len(numbers)}")
        return FlatEnd(numbers, read_label(entry[2], place[2]))
    events = read_labels(entry[1], place[1])
    if len(events) != len(numbers):
        place[2].fail(f"expected {len(events)} probabilities, one an event, got {len(numbers)}")
    if isinstance(numbers[0], Fraction) and not sum_to_one(numbers):
        place[2].fail("expected probabilities that sum to exactly 1, got others")
    return FlatChance(events, numbers)


def _move(address: Any, sets: Sequence[FlatMove], place: Place) -> FlatMove:
    if not (
        isinstance(address, str) and len(address) < 9 and str(address).isdecimal() and str(address).isascii() and int(address) < len(sets)
    ):
        place.fail(f"expected the number of an information set, below {len(sets)}, got {named(address)}")
    return sets[int(address)]


def _numbers(value: Any, read: Callable[[str], Any], place: Place) -> list[Any]:
    place.expect(value, list, "a list of numbers")
    numbers = []
    for k, text in enumerate(value):
        if type(text) is not str:
            place[k].expect(text, str, 'a number as text, such as "1/3" in quotes')
        try:
            numbers.append(read(text))
        except ValueError as error:
            place[k].fail(str(error))
    return numbers


def _check_shape(nodes: Sequence[FlatNode], place: Place) -> None:
    """Check that the nodes make one tree that is not too deep."""
    waiting: list[int] = []  # how many branches of each open node still lack what follows
    for k, node in enumerate(nodes):
        if k and not waiting:
            place[k].fail("expected nothing after the tree is complete, got another node")
        if waiting:
            waiting[-1] -= 1
        size = 0 if isinstance(node, FlatEnd) else len(node.actions if isinstance(node, FlatMove) else node.events)
        if size:
            waiting.append(size)
        if len(waiting) > DEEPEST:
            place[k].fail(f"expected at most {DEEPEST} moves in a row, got more")
        while waiting and not waiting[-1]:
            waiting.pop()
    if waiting or not nodes:
        place.fail(f"expected a node after every action and event, got {len(nodes)} nodes, which are too few")


def tree_document(game: ExtensiveGame, where: str) -> str:
    """Write a game tree as JSON."""
    check_tree_writable(game, where)
    head = {
        "format": TREE_FORMAT,
        "version": VERSION,
        "title": game.title,
        "field": game.field,
        "players": game.players,
        "information_sets": [(part.label, game.players[part.player], part.actions) for part in game.information_sets],
    }
    entries = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
    nodes = ",\n".join(json.dumps(_node_entry(node, where), ensure_ascii=False) for node in game.nodes)
    return "{\n" + ",\n".join(entries) + ',\n"nodes": [\n' + nodes + "\n]\n}\n"


def _node_entry(node: Node, where: str) -> list[Any]:
    if node.payoffs is not None:
        return ["end", list(_texts(node.payoffs, where)), node.outcome]
    if node.information_set is not None:
        return ["move", node.information_set]
    return ["chance", node.events, list(_texts(node.chance or (), where))]


def _texts(values: Sequence[Any], where: str) -> Iterator[str]:
    for value in values:
        yield repr(float(value)) if isinstance(value, float) else exact_text(value, where)
