"""The words of a Gambit file: braces, commas, quoted strings, and everything else between spaces."""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple, NoReturn

from alliancegames.errors import GameFileError
from alliancegames.io._limits import shown

Kind = Literal["{", "}", ",", "string", "word", "end"]

# Possessive repetition (++, *+) never backtracks: the time is linear whatever the text.
_TOKEN = re.compile(
    r"""[ \t\n\r\v\f]*+  (?: (?P<word>[^ \t\n\r\v\f{},"]++) | (?P<mark>[{},]) | (?P<string>"(?:[^"\\]++|\\.)*+") | (?P<end>\Z) )""",
    re.DOTALL | re.VERBOSE,
)
_SPACE = re.compile(r"[ \t\n\r\v\f]*+")
_ESCAPED = re.compile(r'\\(["\\])')


class Token(NamedTuple):
    """One word of the file with the place where it starts."""

    kind: Kind
    text: str
    start: int

    @property
    def description(self) -> str:
        """The token as messages name it."""
        if self.kind == "end":
            return "the end of the file"
        return f"the string {shown(self.text)}" if self.kind == "string" else shown(self.text)


class Tokens:
    """Walk through the tokens of a text with one token of look-ahead.

    Parameters
    ----------
    text : str
        The file.
    source : str
        The name of the file in messages.
    """

    def __init__(self, text: str, source: str) -> None:
        self._text = text
        self._source = source
        self.current = self._token_from(0)

    def take(self) -> Token:
        """Return the current token and move to the next."""
        token = self.current
        self.current = self._token_from(self._end)
        return token

    def expect(self, kind: Kind, wanted: str, advice: str = "") -> Token:
        """Take a token of one kind, or fail where it should stand."""
        if self.current.kind != kind:
            self.fail(wanted, advice)
        return self.take()

    def fail(self, wanted: str, advice: str = "", token: Token | None = None) -> NoReturn:
        """Raise the error that something else was expected at a token (the current one by default)."""
        at = token or self.current
        self.fail_at(at.start, f"expected {wanted}, got {at.description}", advice)

    def fail_at(self, start: int, message: str, advice: str = "") -> NoReturn:
        """Raise an error that points to a place in the text."""
        line = self._text.count("\n", 0, start) + 1
        column = start - self._text.rfind("\n", 0, start)
        end = f"; {advice}." if advice else "."
        raise GameFileError(f"{self._source}, line {line}, column {column}: {message}{end}", line, column)

    def _token_from(self, place: int) -> Token:
        found = _TOKEN.match(self._text, place)
        if found is None:  # every other text matches: only an open string is left
            start = _SPACE.match(self._text, place).end()  # type: ignore[union-attr]  # matches everywhere
            self.fail_at(start, "expected a closing quote for the string that starts here, got the end of the file", 'end it with "')
        self._end = found.end()
        kind: Any = found.lastgroup
        text = found[kind]
        if kind == "mark":
            return Token(text, text, self._end - 1)
        start = self._end - len(text)
        return Token(kind, _ESCAPED.sub(r"\1", text[1:-1]) if kind == "string" else text, start)
