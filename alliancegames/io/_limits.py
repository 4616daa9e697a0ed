"""What a game file may ask for: limits that keep any text from filling the memory, and the messages about them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from alliancegames._fields import LONGEST_NUMBER, parse_number
from alliancegames.errors import GameDefinitionError, GameFileError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame

LARGEST_FILE = 64 * 2**20  # bytes or characters
LARGEST_GAME = 2_000_000  # payoffs, that is cells times players
MOST_PLAYERS = 32
# Exponents make short texts into long numbers: this bounds the size of all numbers of a file together.
MOST_BITS = 2**30
# Numbers repeat, so equal texts share one object; the memory of texts is bounded too.
REMEMBERED = 2**16
LONGEST_SHOWN = 40

_SURROGATE = re.compile("[\ud800-\udfff]")


def shown(text: str) -> str:
    """Quote a text for a message, cut to a readable length."""
    return repr(text) if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]!r}... ({len(text)} characters)"


def check_length(length: int, source: str) -> None:
    """Refuse a text that is longer than any reasonable game."""
    if length > LARGEST_FILE:
        raise GameFileError(f"{source}: expected at most {LARGEST_FILE} characters, got more; is this a game file?")


def fault_in_characters(text: str) -> str | None:
    """Return the complaint about half a surrogate pair, which no file can hold and no terminal can print."""
    found = _SURROGATE.search(text)
    return f"expected Unicode characters, got the lone surrogate {found.group()!r}; remove it" if found else None


def oversize(shape: Sequence[int]) -> str | None:
    """Return why a game with these numbers of actions is too large for a file, or None if it is not."""
    if len(shape) > MOST_PLAYERS:
        return f"expected at most {MOST_PLAYERS} players, got {len(shape)}"
    payoffs = prod(shape) * len(shape)
    if payoffs > LARGEST_GAME:
        asked = payoffs if payoffs < 10**15 else "over 10^15"
        return f"expected at most {LARGEST_GAME} payoffs in all, got sizes that need {asked}"
    return None


def fault_in_labels(labels: Sequence[str]) -> tuple[int, str] | None:
    """Return the position of the first blank or doubled label with the complaint, or None if all are well."""
    seen: set[str] = set()
    for position, label in enumerate(labels):
        if not label.strip():
            return position, f"expected a label, got {shown(label)}; name all or none"
        if label in seen:
            return position, f"expected distinct labels, got {shown(label)} a second time; rename one of them"
        seen.add(label)
    return None


def fraction_text(value: Fraction) -> str | None:
    """Write a rational as ``p/q``; None if that is longer than the longest number that is read."""
    # Bits come first: Python refuses to print integers of thousands of digits.
    if value.numerator.bit_length() + value.denominator.bit_length() > 4 * LONGEST_NUMBER:
        return None
    text = str(value)
    return text if len(text) <= LONGEST_NUMBER else None


def sum_to_one(weights: Iterable[Fraction]) -> bool:
    """Whether exact probabilities sum to one; sums that grow longer than the longest number do not count as one."""
    total = Fraction(0)
    for weight in weights:
        total += weight
        if total > 1 or fraction_text(total) is None:  # so a text cannot ask for endless additions
            return False
    return total == 1


class NumberReader:
    """Read exact numbers; equal texts share one Fraction, and all numbers together stay within a bound."""

    def __init__(self) -> None:
        self._known: dict[str, Fraction] = {}
        self._bits = 0

    def read(self, text: str) -> Fraction:
        """Return the number that a text means, or raise a ValueError whose text says what was expected."""
        known = self._known.get(text)
        return known if known is not None else self._read_new(text)

    def _read_new(self, text: str) -> Fraction:
        if len(text) > LONGEST_NUMBER:
            raise ValueError(f"expected a number of at most {LONGEST_NUMBER} characters, got {len(text)} characters; shorten it")
        if not text.isascii() or not text or text[0].isspace() or text[-1].isspace():
            raise ValueError(f"expected a number, got {shown(text)}; write 3, -1/3, 0.25 or 1e-3")
        try:
            value = parse_number(text)
        except GameDefinitionError:
            advice = "the denominator must not be zero" if "/" in text else "write 3, -1/3, 0.25 or 1e-3"
            raise ValueError(f"expected a number, got {shown(text)}; {advice}") from None
        if fraction_text(value) is None:
            raise ValueError(f"expected a number of at most {LONGEST_NUMBER} characters as a fraction, got {shown(text)}; round it")
        self.count(value)
        if len(self._known) < REMEMBERED:
            self._known[text] = value
        return value

    def count(self, value: Fraction) -> None:
        """Account for the memory of a number, or raise a ValueError when all numbers together take too much."""
        self._bits += value.numerator.bit_length() + value.denominator.bit_length()
        if self._bits > MOST_BITS:
            raise ValueError(f"expected numbers of at most {MOST_BITS} bits in all, got more; round them")


def refuse_symbols(game: Any, where: str) -> None:
    """Refuse games with symbols: files hold numbers."""
    if game.field == "symbolic":
        names = ", ".join(sorted(str(symbol) for symbol in game.free_symbols)) or "irrational numbers"
        raise SolverNotApplicableError(
            f"{where}: game files hold numbers, but the payoffs contain {names}; substitute numbers with .subs({{...}}), or use .floats()."
        )


def check_texts(texts: Iterable[str], where: str) -> None:
    """Refuse labels that no file can hold."""
    problem = fault_in_characters("".join(texts))
    if problem:
        raise GameFileError(f"{where}: {problem}; such a file could not be read back.")


def _advice(game: Any) -> str:
    if hasattr(game, "normal_form"):
        return "write trees as .efg or JSON, or their .normal_form()"
    return "files hold games in normal form, and trees"


def check_writable(game: Any, where: str) -> NormalFormGame:
    """Refuse what a file cannot hold: other objects, symbols, and games that would be too large to read back."""
    if not isinstance(game, NormalFormGame):
        raise GameFileError(f"{where}: expected a NormalFormGame, got {type(game).__name__}; {_advice(game)}.")
    refuse_symbols(game, where)
    problem = oversize(game.shape)
    if problem:
        raise GameFileError(f"{where}: {problem}; such a file could not be read back.")
    check_texts([game.title, *game.players, *(label for labels in game.actions for label in labels)], where)
    return game


def exact_text(value: Fraction, where: str) -> str:
    """Write a rational as ``p/q``, unless it is longer than readers accept."""
    text = fraction_text(value)
    if text is None:
        raise GameFileError(
            f"{where}: expected numbers of at most {LONGEST_NUMBER} characters, got a longer payoff, which could not be read back; round it."
        )
    return text
