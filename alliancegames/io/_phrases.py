"""What the grammars of Gambit's two formats share: words, whole numbers, numbers, lists of labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from alliancegames.errors import GameFileError
from alliancegames.io._limits import LONGEST_SHOWN, NumberReader, check_length, exact_text, fault_in_characters, fault_in_labels
from alliancegames.io._tokens import Token, Tokens

_WHOLE = re.compile("[0-9]+")


class Phrases:
    """Recursive descent: one method a phrase of the grammar.

    Parameters
    ----------
    text : str
        The file.
    source : str
        Its name in messages.
    """

    def __init__(self, text: str, source: str) -> None:
        if not isinstance(text, str):
            raise GameFileError(f"{source}: expected text, got {type(text).__name__}; decode bytes with .decode().")
        check_length(len(text), source)
        fault = fault_in_characters(text)
        if fault:
            raise GameFileError(f"{source}: {fault}.")
        self.tokens = Tokens(text, source)
        self.numbers = NumberReader()

    def word(self, choices: Sequence[str], advice: str) -> Token:
        """Take one of the words that may stand here."""
        token = self.tokens.current
        if token.kind != "word" or token.text not in choices:
            self.tokens.fail(" or ".join(choices), advice)
        return self.tokens.take()

    def labels(self, kind: str, most: int) -> tuple[int, list[str] | None]:
        """Read ``{ "a" "b" }``: how many labels there are, and the labels unless all of them are blank."""
        opening = self.tokens.expect("{", f"'{{' before the {kind} labels")
        tokens: list[Token] = []
        while self.tokens.current.kind == "string":
            tokens.append(self.tokens.take())
            if len(tokens) > most:
                self.tokens.fail_at(opening.start, f"expected at most {most} {kind} labels, got more")
        self.tokens.expect("}", f"a {kind} label in quotes or '}}'")
        if not tokens:
            self.tokens.fail_at(opening.start, f"expected at least one {kind} label, got none", "name each one")
        labels = [token.text for token in tokens]
        if not any(label.strip() for label in labels):
            return len(labels), None
        fault = fault_in_labels(labels)
        if fault:
            self.tokens.fail_at(tokens[fault[0]].start, f"{kind} labels: {fault[1]}")
        return len(labels), labels

    def whole(self, wanted: str) -> int:
        """Read a whole number; longer ones than any game can need are refused, so that none is slow to read."""
        token = self.tokens.current
        if token.kind != "word" or not _WHOLE.fullmatch(token.text):
            self.tokens.fail(wanted, "write a whole number")
        if len(token.text) > LONGEST_SHOWN:
            self.tokens.fail(f"{wanted}, of at most {LONGEST_SHOWN} digits", "write a smaller number")
        self.taken = self.tokens.take()
        return int(token.text)

    def number(self, wanted: str, advice: str) -> Fraction:
        """Read a number exactly."""
        token = self.tokens.current
        if token.kind != "word":
            self.tokens.fail(wanted, advice)
        try:
            value = self.numbers.read(token.text)
        except ValueError as error:
            self.tokens.fail_at(token.start, str(error))
        self.tokens.take()
        return value


def quoted(text: str) -> str:
    """Return a text as a string of the file."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def braced(labels: Sequence[str]) -> str:
    """Return labels as a list of the file."""
    return f"{{ {' '.join(map(quoted, labels))} }}"


def number_text(value: Fraction | float, where: str) -> str:
    """Return a number as a word of the file."""
    if isinstance(value, Fraction):
        return exact_text(value, where)
    return repr(float(value)).replace("e+", "e")  # Gambit reads 1e22, but not 1e+22
