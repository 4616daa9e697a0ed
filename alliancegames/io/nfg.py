"""Gambit's strategic form, the ``.nfg`` file, version 1.

::

    NFG 1 R "title" { "Player 1" "Player 2" }        R or D: numbers as fractions or decimals
    { { "a" "b" } { "c" "d" } }                      labels, or only their number: { 2 2 }
    "comment"                                        optional

    payoffs      one number a player for each profile; the first player's strategy changes fastest
    or outcomes  { { "name" 1, 2 } ... }, then for each profile the number of its outcome, 0 meaning zero payoffs
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import prod

import numpy as np

from alliancegames._labels import read_actions, read_players
from alliancegames.errors import GameFileError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.io._limits import (
    LARGEST_GAME,
    LONGEST_SHOWN,
    MOST_PLAYERS,
    NumberReader,
    check_length,
    check_writable,
    exact_text,
    fault_in_characters,
    fault_in_labels,
    oversize,
)
from alliancegames.io._tokens import Token, Tokens

__all__ = ["format_nfg", "parse_nfg"]

_WHOLE = re.compile("[0-9]+")


def parse_nfg(text: str, *, source: str = ".nfg text") -> NormalFormGame:
    r"""Read a game from the text of a Gambit ``.nfg`` file.

    Parameters
    ----------
    text : str
        The text, with payoffs or with outcomes, labelled or not.
    source : str, default ".nfg text"
        Name of the text in error messages.

    Returns
    -------
    NormalFormGame
        With exact payoffs: fractions and decimals are read as the rationals that they denote, whether
        the file says R or D. The comment is skipped.

    Raises
    ------
    GameFileError
        The text is not such a file, is longer than 64 MiB, or describes a game with more than two
        million payoffs or more than 32 players. ``line`` and ``column`` say where.

    Notes
    -----
    Players or strategies whose labels are all empty get the labels ``Player 1``, ... and ``1``, ...;
    some empty labels among others, and doubled labels, are errors. In strings ``\"`` stands for a quote
    and ``\\`` for a backslash.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.io.parse_nfg('NFG 1 R "Chicken" { "East" "West" } { 2 2 } 0 0 7 2 2 7 6.5 13/2')
    >>> game.payoff(("2", "2"))
    {'East': Fraction(13, 2), 'West': Fraction(13, 2)}
    >>> ag.io.parse_nfg('NFG 1 R "Chicken" { "East" "West" } { 2 2 } 0 0 7 2 2 7 6')
    Traceback (most recent call last):
    ...
    alliancegames.errors.GameFileError: .nfg text, line 1, column 58: expected payoff 8 of 8, got the end of the file; give one payoff a player for each of the 4 profiles.
    """
    if not isinstance(text, str):
        raise GameFileError(f"{source}: expected text, got {type(text).__name__}; decode bytes with .decode().")
    check_length(len(text), source)
    fault = fault_in_characters(text)
    if fault:
        raise GameFileError(f"{source}: {fault}.")
    return _Parser(Tokens(text, source)).game()


class _Parser:
    """Recursive descent: one method a phrase of the grammar."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._numbers = NumberReader()

    def game(self) -> NormalFormGame:
        """Read the whole file."""
        self._word(["NFG"], "this is no Gambit strategic form")
        self._word(["1"], "only version 1 of the format exists")
        self._word(["R", "D"], "write R for fractions or D for decimals")
        title = self._tokens.expect("string", "the title in quotes").text
        count, names = self._labels("player", MOST_PLAYERS)
        shape, actions = self._strategies(count)
        if self._tokens.current.kind == "string":
            self._tokens.take()  # the comment
        payoffs = self._outcome_body(shape) if self._tokens.current.kind == "{" else self._payoff_body(shape)
        self._tokens.expect("end", "the end of the file", "remove what follows the last profile, or correct the numbers of strategies")
        # Labels are made last: their number is believed only once the body has borne it out.
        players = read_players(names, count, "parse_nfg()")
        defaults = read_actions(None, players, shape, "parse_nfg()")
        labels = [given or default for given, default in zip(actions, defaults, strict=True)]
        return NormalFormGame.from_arrays(*_tables(payoffs, shape), players=players, actions=labels, title=title)

    def _word(self, choices: Sequence[str], advice: str) -> None:
        token = self._tokens.current
        if token.kind != "word" or token.text not in choices:
            self._tokens.fail(" or ".join(choices), advice)
        self._tokens.take()

    def _labels(self, kind: str, most: int) -> tuple[int, list[str] | None]:
        """Read ``{ "a" "b" }``: how many labels there are, and the labels unless all of them are blank."""
        opening = self._tokens.expect("{", f"'{{' before the {kind} labels")
        tokens: list[Token] = []
        while self._tokens.current.kind == "string":
            tokens.append(self._tokens.take())
            if len(tokens) > most:
                self._tokens.fail_at(opening.start, f"expected at most {most} {kind} labels, got more")
        self._tokens.expect("}", f"a {kind} label in quotes or '}}'")
        if not tokens:
            self._tokens.fail_at(opening.start, f"expected at least one {kind} label, got none", "name each one")
        labels = [token.text for token in tokens]
        if not any(label.strip() for label in labels):
            return len(labels), None
        fault = fault_in_labels(labels)
        if fault:
            self._tokens.fail_at(tokens[fault[0]].start, f"{kind} labels: {fault[1]}")
        return len(labels), labels

    def _strategies(self, players: int) -> tuple[tuple[int, ...], list[list[str] | None]]:
        """Read the number of strategies of each player, and their labels where there are any."""
        opening = self._tokens.expect("{", "'{' before the strategies")
        labelled = self._tokens.current.kind == "{"
        read: list[tuple[int, list[str] | None]] = []
        while self._tokens.current.kind != "}" and len(read) < players:
            read.append(self._labels("strategy", LARGEST_GAME) if labelled else (self._count(), None))
        if len(read) < players:
            self._tokens.fail(f"the strategies of {players} players", f"those of {len(read)} are there")
        self._tokens.expect("}", f"'}}' after the strategies of {players} players", "give the strategies of every player once")
        shape = tuple(size for size, _ in read)
        problem = oversize(shape)
        if problem:
            self._tokens.fail_at(opening.start, problem)
        return shape, [labels for _, labels in read]

    def _count(self) -> int:
        count = self._whole("the number of strategies of a player")
        if count == 0:
            self._tokens.fail_at(self._taken.start, "expected at least one strategy, got 0", "every player needs one")
        return count

    def _whole(self, wanted: str) -> int:
        """Read a whole number; longer ones than any game can need are refused, so that none is slow to read."""
        token = self._tokens.current
        if token.kind != "word" or not _WHOLE.fullmatch(token.text):
            self._tokens.fail(wanted, "write a whole number")
        if len(token.text) > LONGEST_SHOWN:
            self._tokens.fail(f"{wanted}, of at most {LONGEST_SHOWN} digits", "write a smaller number")
        self._taken = self._tokens.take()
        return int(token.text)

    def _number(self, wanted: str, advice: str) -> Fraction:
        token = self._tokens.current
        if token.kind != "word":
            self._tokens.fail(wanted, advice)
        try:
            value = self._numbers.read(token.text)
        except ValueError as error:
            self._tokens.fail_at(token.start, str(error))
        self._tokens.take()
        return value

    def _payoff_body(self, shape: Sequence[int]) -> list[Fraction]:
        """Read one payoff a player for each profile."""
        needed = prod(shape) * len(shape)
        advice = f"give one payoff a player for each of the {prod(shape)} profiles"
        # The list grows with the text, so a short file cannot ask for a large table.
        return [self._number(f"payoff {position + 1} of {needed}", advice) for position in range(needed)]

    def _outcome_body(self, shape: Sequence[int]) -> list[Fraction]:
        """Read the list of outcomes, then the number of the outcome of each profile."""
        outcomes = [[Fraction(0)] * len(shape), *self._outcomes(len(shape))]
        payoffs: list[Fraction] = []
        cells = prod(shape)
        for position in range(cells):
            index = self._whole(f"the outcome of profile {position + 1} of {cells}")
            if index >= len(outcomes):
                start = self._taken.start
                self._tokens.fail_at(
                    start, f"expected an outcome from 0 to {len(outcomes) - 1}, got {index}", "add the outcome to the list"
                )
            payoffs += outcomes[index]
        return payoffs

    def _outcomes(self, players: int) -> Iterator[list[Fraction]]:
        """Yield the payoffs of each outcome of the list."""
        opening = self._tokens.take()
        count = 0
        while self._tokens.current.kind == "{":
            count += 1
            if count * players > LARGEST_GAME:
                self._tokens.fail_at(opening.start, f"expected at most {LARGEST_GAME} payoffs of outcomes, got more")
            self._tokens.take()
            self._tokens.expect("string", "the name of an outcome in quotes")
            yield [self._outcome_payoff(k + 1, players) for k in range(players)]
            self._tokens.expect("}", f"'}}' after the {players} payoffs of an outcome")
        self._tokens.expect("}", "'{' before an outcome, or '}' after the last one")

    def _outcome_payoff(self, position: int, players: int) -> Fraction:
        payoff = self._number(f"payoff {position} of {players} of an outcome", "give one payoff a player")
        if self._tokens.current.kind == ",":
            self._tokens.take()
        return payoff


def _tables(payoffs: list[Fraction], shape: tuple[int, ...]) -> list[np.ndarray]:
    """Arrange the payoffs in the order of the file as one array a player."""
    flat = np.empty(len(payoffs), dtype=object)
    flat[:] = payoffs
    columns = flat.reshape(-1, len(shape))
    return [columns[:, k].reshape(shape, order="F") for k in range(len(shape))]


def format_nfg(game: NormalFormGame) -> str:
    r"""Write a game as the text of a Gambit ``.nfg`` file, with labels and payoffs.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs.

    Returns
    -------
    str
        Exact payoffs are written as fractions under the mark R, floats as their shortest decimals under
        the mark D. `parse_nfg` gives back an equal exact game, and for a float game its ``.exact()``,
        whose ``.floats()`` is the game itself bit for bit (but for the sign of a zero).

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols.
    GameFileError
        The game is too large, or a number too long, to be read back.

    Notes
    -----
    The file is text in UTF-8. Gambit's own programs accept only labels of printable ASCII characters.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.NormalFormGame.from_bimatrix([["1/3", 2]], [[0, 1]], players=["East", "West"], title="Small")
    >>> print(ag.io.format_nfg(game))
    NFG 1 R "Small" { "East" "West" }
    <BLANKLINE>
    { { "1" }
      { "1" "2" } }
    ""
    <BLANKLINE>
    1/3 0
    2 1
    <BLANKLINE>
    """
    where = "format_nfg()"
    check_writable(game, where)
    mark = "D" if game.field == "float" else "R"
    actions = "\n  ".join(_braced(labels) for labels in game.actions)
    columns = [array.ravel(order="F") for array in game.payoffs]
    lines = (" ".join(_number_text(value, where) for value in row) for row in zip(*columns, strict=True))
    return f'NFG 1 {mark} {_quoted(game.title)} {_braced(game.players)}\n\n{{ {actions} }}\n""\n\n' + "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _braced(labels: Sequence[str]) -> str:
    return f"{{ {' '.join(map(_quoted, labels))} }}"


def _number_text(value: Fraction | float, where: str) -> str:
    if isinstance(value, Fraction):
        return exact_text(value, where)
    return repr(float(value)).replace("e+", "e")  # Gambit reads 1e22, but not 1e+22
