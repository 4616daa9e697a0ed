"""Games as JSON without loss: numbers are written as text, so no reader can round them.

::

    {"format": "alliancegames normal form", "version": 1, "title": "...", "field": "exact",
     "players": ["East", "West"], "actions": [["stay", "go"], ["stay", "go"]],
     "payoffs": [[["1", "1"], ["0", "2"]], [["2", "0"], ["1/3", "1/3"]]]}

``payoffs[i][j]`` holds the payoffs of all players where the first takes its action ``i`` and the second
``j``. The field is "exact" (numbers such as "1/3") or "float" (the shortest decimal of each double).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from alliancegames.errors import GameFileError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.io._limits import (
    LARGEST_GAME,
    NumberReader,
    check_length,
    check_writable,
    exact_text,
    fault_in_characters,
    fault_in_labels,
    oversize,
    shown,
)

__all__ = ["format_json", "parse_json"]

FORMAT = "alliancegames normal form"
VERSION = 1
KEYS = ("format", "version", "title", "field", "players", "actions", "payoffs")
# Brackets, braces and commas: no game within the limits needs more.
MOST_MARKS = 4 * LARGEST_GAME + 1000


class _Literal(str):
    """A number or constant of JSON, kept as it was written: no reader may round or expand it."""

    __slots__ = ()


class _Place:
    """Where in the document a value stands, for messages: ``payoffs[0][1]``."""

    def __init__(self, source: str, path: str = "") -> None:
        self._source, self._path = source, path

    def __getitem__(self, part: str | int) -> _Place:
        if isinstance(part, int):
            return _Place(self._source, f"{self._path}[{part}]")
        return _Place(self._source, f"{self._path}.{part}" if self._path else part)

    def fail(self, message: str) -> NoReturn:
        raise GameFileError(f"{self._source}, at {self._path or 'the top'}: {message}.")

    def expect(self, value: Any, kind: type, wanted: str) -> Any:
        """Return the value if it is of the kind wanted."""
        if not isinstance(value, kind) or (kind is str and isinstance(value, _Literal)):
            self.fail(f"expected {wanted}, got {_named(value)}")
        return value


def _named(value: Any) -> str:
    """Name a JSON value in a message."""
    if isinstance(value, _Literal):
        return str(value) if len(value) < 40 else f"a number of {len(value)} characters"
    if isinstance(value, str):
        return f"the text {shown(value)}"
    if isinstance(value, (dict, list)):
        return f"{'an object' if isinstance(value, dict) else 'a list'} with {len(value)} entries"
    return {None: "null", True: "true", False: "false"}[value]


def parse_json(text: str, *, source: str = "JSON text") -> NormalFormGame:
    """Read a game from JSON as `format_json` writes it.

    Parameters
    ----------
    text : str
        The JSON document.
    source : str, default "JSON text"
        Name of the text in error messages.

    Returns
    -------
    NormalFormGame
        Equal to the game that was written, in the same number system.

    Raises
    ------
    GameFileError
        The text is not JSON (``line`` and ``column`` say where), or the document lacks a key, has an
        unknown or doubled one, or a value that does not fit (the message gives its path, such as
        ``payoffs[0][1]``); or the game is larger than two million payoffs or 32 players.

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
    return _game(_load(text, source), _Place(source))


def _load(text: str, source: str) -> Any:
    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in pairs:
            if key in result:
                raise GameFileError(f"{source}: expected distinct keys, got {shown(key)} a second time; remove one of them.")
            result[key] = value
        return result

    try:
        return json.loads(text, object_pairs_hook=distinct, parse_int=_Literal, parse_float=_Literal, parse_constant=_Literal)
    except json.JSONDecodeError as error:
        place = f"{source}, line {error.lineno}, column {error.colno}"
        raise GameFileError(
            f"{place}: expected JSON, got a fault there ({error.msg}); correct the text.", error.lineno, error.colno
        ) from None
    except RecursionError:
        raise GameFileError(f"{source}: expected lists nested one a player deep, got brackets nested far deeper.") from None


def _game(document: Any, top: _Place) -> NormalFormGame:
    top.expect(document, dict, "an object {...}")
    unknown = [key for key in document if key not in KEYS]
    missing = [key for key in KEYS if key not in document]
    if unknown or missing:
        what = f"the unknown key {shown(unknown[0])}" if unknown else f"none named {missing[0]!r}"
        top.fail(f"expected the keys {', '.join(KEYS)}, got {what}")
    if document["format"] != FORMAT or isinstance(document["format"], _Literal):
        top["format"].fail(f"expected {FORMAT!r}, got {_named(document['format'])}")
    if not isinstance(document["version"], _Literal) or document["version"] != str(VERSION):
        top["version"].fail(f"expected {VERSION}, got {_named(document['version'])}; a later version of the package may read it")
    title = _label(document["title"], top["title"])
    players = _labels(document["players"], top["players"])
    actions = top["actions"].expect(document["actions"], list, "one list of labels a player")
    if len(actions) != len(players):
        top["actions"].fail(f"expected {len(players)} lists of labels, one a player, got {len(actions)}")
    labels = [_labels(part, top["actions"][k]) for k, part in enumerate(actions)]
    arrays = _payoffs(document["payoffs"], [len(part) for part in labels], _reader(document["field"], top["field"]), top["payoffs"])
    return NormalFormGame.from_arrays(*arrays, players=players, actions=labels, title=title)


def _label(value: Any, place: _Place) -> str:
    text: str = place.expect(value, str, "text in quotes")
    fault = fault_in_characters(text)
    if fault:
        place.fail(fault)
    return text


def _labels(value: Any, place: _Place) -> list[str]:
    place.expect(value, list, "a list of labels")
    labels = [_label(label, place[k]) for k, label in enumerate(value)]
    if not labels:
        place.fail("expected at least one label, got an empty list")
    fault = fault_in_labels(labels)
    if fault:
        place[fault[0]].fail(fault[1])
    return labels


def _reader(field: Any, place: _Place) -> Callable[[str], Any]:
    """Return the function that reads the numbers of a field, or fail with a ValueError that says what was expected."""
    numbers = NumberReader()
    if field == "exact" and not isinstance(field, _Literal):
        return numbers.read
    if field != "float" or isinstance(field, _Literal):
        place.fail(f"expected 'exact' or 'float', got {_named(field)}")

    def read_float(text: str) -> float:
        if "/" in text:
            raise ValueError(f"expected a decimal, as the field is 'float', got {shown(text)}; change the field to 'exact'")
        numbers.read(text)  # the same grammar
        value = float(text)
        if not math.isfinite(value):
            raise ValueError(f"expected a number within the range of doubles, got {shown(text)}; change the field to 'exact'")
        return value

    return read_float


def _payoffs(nested: Any, shape: Sequence[int], read: Callable[[str], Any], place: _Place) -> list[np.ndarray]:
    """Read the nested lists into one array a player."""
    problem = oversize(shape)
    if problem:
        place.fail(problem)
    flat: list[Any] = []
    _collect(nested, [*shape, len(shape)], read, place, flat)
    table = np.empty(len(flat), dtype=object)
    table[:] = flat
    return [table[k :: len(shape)].reshape(shape) for k in range(len(shape))]


def _collect(nested: Any, sizes: Sequence[int], read: Callable[[str], Any], place: _Place, flat: list[Any]) -> None:
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


def format_json(game: NormalFormGame) -> str:
    """Write a game as JSON without loss.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs.

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
    check_writable(game, where)
    texts = np.empty(game.payoffs[0].size * len(game.players), dtype=object)
    for k, payoffs in enumerate(game.payoffs):
        texts[k :: len(game.players)] = [repr(float(v)) if game.field == "float" else exact_text(v, where) for v in payoffs.ravel()]
    document = {
        "format": FORMAT,
        "version": VERSION,
        "title": game.title,
        "field": game.field,
        "players": game.players,
        "actions": game.actions,
        "payoffs": texts.reshape(*game.shape, -1).tolist(),
    }
    entries = (f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in document.items())
    return "{\n" + ",\n".join(entries) + "\n}\n"
