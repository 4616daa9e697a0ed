"""Gambit's strategic form, the ``.nfg`` file, version 1.

::

    NFG 1 R "title" { "Player 1" "Player 2" }        R or D: numbers as fractions or decimals
    { { "a" "b" } { "c" "d" } }                      labels, or only their number: { 2 2 }
    "comment"                                        optional

    payoffs      one number a player for each profile; the first player's strategy changes fastest
    or outcomes  { { "name" 1, 2 } ... }, then for each profile the number of its outcome, 0 meaning zero payoffs
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import prod

import numpy as np

from alliancegames._labels import read_actions, read_players
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.io._limits import (
    LARGEST_GAME,
    MOST_PLAYERS,
    check_writable,
    oversize,
)
from alliancegames.io._phrases import Phrases, braced, number_text, quoted

__all__ = ["format_nfg", "parse_nfg"]


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
    return _Parser(text, source).game()


class _Parser(Phrases):
    """Recursive descent: one method a phrase of the grammar."""

    def game(self) -> NormalFormGame:
        """Read the whole file."""
        self.word(["NFG"], "this is no Gambit strategic form")
        self.word(["1"], "only version 1 of the format exists")
        self.word(["R", "D"], "write R for fractions or D for decimals")
        title = self.tokens.expect("string", "the title in quotes").text
        count, names = self.labels("player", MOST_PLAYERS)
        shape, actions = self._strategies(count)
        if self.tokens.current.kind == "string":
            self.tokens.take()  # the comment
        payoffs = self._outcome_body(shape) if self.tokens.current.kind == "{" else self._payoff_body(shape)
        self.tokens.expect("end", "the end of the file", "remove what follows the last profile, or correct the numbers of strategies")
        # Labels are made last: their number is believed only once the body has borne it out.
        players = read_players(names, count, "parse_nfg()")
        defaults = read_actions(None, players, shape, "parse_nfg()")
        labels = [given or default for given, default in zip(actions, defaults, strict=True)]
        return NormalFormGame.from_arrays(*_tables(payoffs, shape), players=players, actions=labels, title=title)

    def _strategies(self, players: int) -> tuple[tuple[int, ...], list[list[str] | None]]:
        """Read the number of strategies of each player, and their labels where there are any."""
        opening = self.tokens.expect("{", "'{' before the strategies")
        labelled = self.tokens.current.kind == "{"
        read: list[tuple[int, list[str] | None]] = []
        while self.tokens.current.kind != "}" and len(read) < players:
            read.append(self.labels("strategy", LARGEST_GAME) if labelled else (self._count(), None))
        if len(read) < players:
            self.tokens.fail(f"the strategies of {players} players", f"those of {len(read)} are there")
        self.tokens.expect("}", f"'}}' after the strategies of {players} players", "give the strategies of every player once")
        shape = tuple(size for size, _ in read)
        problem = oversize(shape)
        if problem:
            self.tokens.fail_at(opening.start, problem)
        return shape, [labels for _, labels in read]

    def _count(self) -> int:
        count = self.whole("the number of strategies of a player")
        if count == 0:
            self.tokens.fail_at(self.taken.start, "expected at least one strategy, got 0", "every player needs one")
        return count

    def _payoff_body(self, shape: Sequence[int]) -> list[Fraction]:
        """Read one payoff a player for each profile."""
        needed = prod(shape) * len(shape)
        advice = f"give one payoff a player for each of the {prod(shape)} profiles"
        # The list grows with the text, so a short file cannot ask for a large table.
        return [self.number(f"payoff {position + 1} of {needed}", advice) for position in range(needed)]

    def _outcome_body(self, shape: Sequence[int]) -> list[Fraction]:
        """Read the list of outcomes, then the number of the outcome of each profile."""
        outcomes = [[Fraction(0)] * len(shape), *self._outcomes(len(shape))]
        payoffs: list[Fraction] = []
        cells = prod(shape)
        for position in range(cells):
            index = self.whole(f"the outcome of profile {position + 1} of {cells}")
            if index >= len(outcomes):
                start = self.taken.start
                self.tokens.fail_at(start, f"expected an outcome from 0 to {len(outcomes) - 1}, got {index}", "add the outcome to the list")
            payoffs += outcomes[index]
        return payoffs

    def _outcomes(self, players: int) -> Iterator[list[Fraction]]:
        """Yield the payoffs of each outcome of the list."""
        opening = self.tokens.take()
        count = 0
        while self.tokens.current.kind == "{":
            count += 1
            if count * players > LARGEST_GAME:
                self.tokens.fail_at(opening.start, f"expected at most {LARGEST_GAME} payoffs of outcomes, got more")
            self.tokens.take()
            self.tokens.expect("string", "the name of an outcome in quotes")
            yield [self._outcome_payoff(k + 1, players) for k in range(players)]
            self.tokens.expect("}", f"'}}' after the {players} payoffs of an outcome")
        self.tokens.expect("}", "'{' before an outcome, or '}' after the last one")

    def _outcome_payoff(self, position: int, players: int) -> Fraction:
        payoff = self.number(f"payoff {position} of {players} of an outcome", "give one payoff a player")
        if self.tokens.current.kind == ",":
            self.tokens.take()
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
    actions = "\n  ".join(braced(labels) for labels in game.actions)
    columns = [array.ravel(order="F") for array in game.payoffs]
    lines = (" ".join(number_text(value, where) for value in row) for row in zip(*columns, strict=True))
    return f'NFG 1 {mark} {quoted(game.title)} {braced(game.players)}\n\n{{ {actions} }}\n""\n\n' + "\n".join(lines) + "\n"
