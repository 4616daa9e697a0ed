"""What both JSON formats share: values kept as they are written, places in messages, labels and numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from alliancegames.errors import GameFileError
from alliancegames.io._limits import NumberReader, fault_in_characters, fault_in_labels, shown

VERSION = 1


class Literal(str):
    """A number or constant of JSON, kept as it was written: no reader may round or expand it."""

    __slots__ = ()


class Place:
    """Where in the document a value stands, for messages: ``payoffs[0][1]``."""

    def __init__(self, source: str, path: str = "") -> None:
        self._source, self._path = source, path

    def __getitem__(self, part: str | int) -> Place:
        if isinstance(part, int):
            return Place(self._source, f"{self._path}[{part}]")
        return Place(self._source, f"{self._path}.{part}" if self._path else part)

    def fail(self, message: str) -> NoReturn:
        raise GameFileError(f"{self._source}, at {self._path or 'the top'}: {message}.")

    def expect(self, value: Any, kind: type, wanted: str) -> Any:
        """Return the value if it is of the kind wanted."""
        if not isinstance(value, kind) or (kind is str and isinstance(value, Literal)):
            self.fail(f"expected {wanted}, got {named(value)}")
        return value


def named(value: Any) -> str:
    """Name a JSON value in a message."""
    if isinstance(value, Literal):
        return str(value) if len(value) < 40 else f"a number of {len(value)} characters"
    if isinstance(value, str):
        return f"the text {shown(value)}"
    if isinstance(value, (dict, list)):
        return f"{'an object' if isinstance(value, dict) else 'a list'} with {len(value)} entries"
    return {None: "null", True: "true", False: "false"}[value]


def load(text: str, source: str) -> Any:
    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in pairs:
            if key in result:
                raise GameFileError(f"{source}: expected distinct keys, got {shown(key)} a second time; remove one of them.")
            result[key] = value
        return result

    try:
        return json.loads(text, object_pairs_hook=distinct, parse_int=Literal, parse_float=Literal, parse_constant=Literal)
    except json.JSONDecodeError as error:
        place = f"{source}, line {error.lineno}, column {error.colno}"
        raise GameFileError(
            f"{place}: expected JSON, got a fault there ({error.msg}); correct the text.", error.lineno, error.colno
        ) from None
    except RecursionError:
        raise GameFileError(f"{source}: expected lists nested one a player deep, got brackets nested far deeper.") from None


def check_head(document: dict[str, Any], keys: Sequence[str], name: str, top: Place) -> None:
    """Check that a document has exactly the keys of its format, the format's name and a version that is known."""
    unknown = [key for key in document if key not in keys]
    missing = [key for key in keys if key not in document]
    if unknown or missing:
        what = f"the unknown key {shown(unknown[0])}" if unknown else f"none named {missing[0]!r}"
        top.fail(f"expected the keys {', '.join(keys)}, got {what}")
    if document["format"] != name or isinstance(document["format"], Literal):
        top["format"].fail(f"expected {name!r}, got {named(document['format'])}")
    if not isinstance(document["version"], Literal) or document["version"] != str(VERSION):
        top["version"].fail(f"expected {VERSION}, got {named(document['version'])}; a later version of the package may read it")


def read_label(value: Any, place: Place) -> str:
    """Return a text."""
    text: str = place.expect(value, str, "text in quotes")
    fault = fault_in_characters(text)
    if fault:
        place.fail(fault)
    return text


def read_labels(value: Any, place: Place) -> list[str]:
    """Return a list of distinct labels."""
    place.expect(value, list, "a list of labels")
    labels = [read_label(label, place[k]) for k, label in enumerate(value)]
    if not labels:
        place.fail("expected at least one label, got an empty list")
    fault = fault_in_labels(labels)
    if fault:
        place[fault[0]].fail(fault[1])
    return labels


def number_reader(field: Any, place: Place) -> Callable[[str], Any]:
    """Return the function that reads the numbers of a field, or fail with a ValueError that says what was expected."""
    numbers = NumberReader()
    if field == "exact" and not isinstance(field, Literal):
        return numbers.read
    if field != "float" or isinstance(field, Literal):
        place.fail(f"expected 'exact' or 'float', got {named(field)}")

    def read_float(text: str) -> float:
        if "/" in text:
            raise ValueError(f"expected a decimal, as the field is 'float', got {shown(text)}; change the field to 'exact'")
        numbers.read(text)  # the same grammar
        value = float(text)
        if not math.isfinite(value):
            raise ValueError(f"expected a number within the range of doubles, got {shown(text)}; change the field to 'exact'")
        return value

    return read_float
