"""Games as JSON without loss: numbers are written as text, so no reader can round them.

::

    {"format": "alliancegames normal form", "version": 1, "title": "...", "field": "exact",
     "players": ["East", "West"], "actions": [["stay", "go"], ["stay", "go"]],
     "payoffs": [[["1", "1"], ["0", "2"]], [["2", "0"], ["1/3", "1/3"]]]}

``payoffs[i][j]`` holds the payoffs of all players where the first takes its action ``i`` and the second
``j``. A tree has information sets and nodes in the place of actions and payoffs. The
field is "exact" (numbers such as "1/3") or "float" (the shortest decimal of each double).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from alliancegames.errors import GameFileError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.io._json import Place, check_head, load, number_reader, read_label, read_labels
from alliancegames.io._limits import LARGEST_GAME, check_length, check_writable, exact_text, oversize
from alliancegames.io.json_tree import TREE_FORMAT, read_tree_document, tree_document

__all__ = ["format_json", "parse_json"]

FORMAT = "alliancegames normal form"
KEYS = ("format", "version", "title", "field", "players", "actions", "payoffs")
# Brackets, braces and commas: no game within the limits needs more.
MOST_MARKS = 4 * LARGEST_GAME + 1000


def parse_json(text: str, *, source: str = "JSON text") -> NormalFormGame | ExtensiveGame:
    """Read a game from JSON as `format_json` writes it.

    Parameters
    ----------
    text : str
        The JSON document.
    source : str, default "JSON text"
        Name of the text in error messages.

    Returns
    -------
    NormalFormGame or ExtensiveGame
        Equal to the game that was written, in the same number system.

    Raises
    ------
    GameFileError
        The text is not JSON (``line`` and ``column`` say where), or the document lacks a key, has an
        unknown or doubled one, or a value that does not fit (the message gives its path, such as
        ``payoffs[0][1]``); or the game is larger than two million payoffs or 32 players, or a tree larger
        than 100000 nodes.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.games.chicken()
    >>> ag.io.parse_json(ag.io.format_json(game)) == game
    True
    >>> ag.io.parse_json('{"format": ')
    Traceback (most recent call last):
    ...
    alliancegames.errors.GameFileError: JSON text, line 1, column 12: expected JSON, got a fault there (Expecting value); correct the text.
    """
    if not isinstance(text, str):
        raise GameFileError(f"{source}: expected text, got {type(text).__name__}; decode bytes with .decode().")
    check_length(len(text), source)
    if sum(map(text.count, "[{,")) > MOST_MARKS:
        raise GameFileError(f"{source}: expected at most {MOST_MARKS} list entries, got more; a game has at most {LARGEST_GAME} payoffs.")
    return _game(load(text, source), Place(source))


def _game(document: Any, top: Place) -> NormalFormGame | ExtensiveGame:
    top.expect(document, dict, "an object {...}")
    if document.get("format") == TREE_FORMAT:
        return read_tree_document(document, top)
    check_head(document, KEYS, FORMAT, top)
    title = read_label(document["title"], top["title"])
    players = read_labels(document["players"], top["players"])
    actions = top["actions"].expect(document["actions"], list, "one list of labels a player")
    if len(actions) != len(players):
        top["actions"].fail(f"expected {len(players)} lists of labels, one a player, got {len(actions)}")
    labels = [read_labels(part, top["actions"][k]) for k, part in enumerate(actions)]
    arrays = _payoffs(document["payoffs"], [len(part) for part in labels], number_reader(document["field"], top["field"]), top["payoffs"])
    return NormalFormGame.from_arrays(*arrays, players=players, actions=labels, title=title)


def _payoffs(nested: Any, shape: Sequence[int], read: Callable[[str], Any], place: Place) -> list[np.ndarray]:
    """Read the nested lists into one array a player."""
    problem = oversize(shape)
    if problem:
        place.fail(problem)
    flat: list[Any] = []
    _collect(nested, [*shape, len(shape)], read, place, flat)
    table = np.empty(len(flat), dtype=object)
    table[:] = flat
    return [table[k :: len(shape)].reshape(shape) for k in range(len(shape))]


def _collect(nested: Any, sizes: Sequence[int], read: Callable[[str], Any], place: Place, flat: list[Any]) -> None:
    """Append the numbers of nested lists to ``flat``; the recursion is as deep as there are players."""
    last = len(sizes) == 1
    wanted = f"a list of {sizes[0]} {'payoffs, one a player' if last else 'entries, one an action'}"
    place.expect(nested, list, wanted)
    if len(nested) != sizes[0]:
        place.fail(f"expected {wanted}, got {len(nested)}")
    for position, entry in enumerate(nested):
        if not last:
            _collect(entry, sizes[1:], read, place[position], flat)
            continue
        if type(entry) is not str:
            place[position].expect(entry, str, 'a number as text, such as "1/3" in quotes')
        try:
            flat.append(read(entry))
        except ValueError as error:
            place[position].fail(str(error))


def format_json(game: NormalFormGame | ExtensiveGame) -> str:
    """Write a game as JSON without loss.

    Parameters
    ----------
    game : NormalFormGame or ExtensiveGame
        A game with exact or float numbers.

    Returns
    -------
    str
        A document from which `parse_json` makes an equal game: exact payoffs are texts such as
        ``"1/3"``, floats texts with the shortest decimal that gives the same double.

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols; formulas are not written, because foreign text is never read as one.
    GameFileError
        The game is too large, or a number too long, to be read back.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.NormalFormGame.from_bimatrix([["1/3", 2]], [[0, 1]], players=["East", "West"], title="Small")
    >>> print(ag.io.format_json(game))
    {
    "format": "alliancegames normal form",
    "version": 1,
    "title": "Small",
    "field": "exact",
    "players": ["East", "West"],
    "actions": [["1"], ["1", "2"]],
    "payoffs": [[["1/3", "0"], ["2", "1"]]]
    }
    <BLANKLINE>
    """
    where = "format_json()"
    if isinstance(game, ExtensiveGame):
        return tree_document(game, where)
    check_writable(game, where)
    texts = np.empty(game.payoffs[0].size * len(game.players), dtype=object)
    for k, payoffs in enumerate(game.payoffs):
        texts[k :: len(game.players)] = [repr(float(v)) if game.field == "float" else exact_text(v, where) for v in payoffs.ravel()]
    document = {
        "format": FORMAT,
        "version": 1,
        "title": game.title,
        "field": game.field,
        "players": game.players,
        "actions": game.actions,
        "payoffs": texts.reshape(*game.shape, -1).tolist(),
    }
    entries = (f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in document.items())
    return "{\n" + ",\n".join(entries) + "\n}\n"
