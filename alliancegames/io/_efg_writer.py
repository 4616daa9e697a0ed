"""Game trees as the text of a Gambit ``.efg`` file."""

from __future__ import annotations

from fractions import Fraction

from alliancegames.errors import GameFileError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import Node
from alliancegames.io._limits import sum_to_one
from alliancegames.io._phrases import braced, number_text, quoted
from alliancegames.io._trees import check_tree_writable

__all__ = ["format_efg"]


def format_efg(game: ExtensiveGame) -> str:
    """Write a game tree as the text of a Gambit ``.efg`` file.

    Parameters
    ----------
    game : ExtensiveGame
        A game with exact or float numbers.

    Returns
    -------
    str
        Exact numbers are written as fractions under the mark R, floats as their shortest decimals under
        the mark D. `parse_efg` gives back an equal exact game.

    Raises
    ------
    SolverNotApplicableError
        Payoffs or probabilities contain symbols.
    GameFileError
        The game is too large, or a number too long, to be read back; or float probabilities of chance do
        not sum to exactly one when they are read as decimals, which the format demands.

    Notes
    -----
    The file is text in UTF-8. Gambit's own programs accept only labels of printable ASCII characters.

    Examples
    --------
    >>> import alliancegames as ag
    >>> print(ag.io.format_efg(ag.ExtensiveGame(["Patron"], ag.Move("Patron", {"stay": [0], "go": ag.End(["1/3"], "war")}))))
    EFG 2 R "" { "Patron" }
    ""
    <BLANKLINE>
    p "" 1 1 "Patron" { "stay" "go" } 0
    t "" 1 "" { 0 }
    t "" 2 "war" { 1/3 }
    <BLANKLINE>
    """
    where = "format_efg()"
    if not isinstance(game, ExtensiveGame):
        raise GameFileError(
            f"{where}: expected an ExtensiveGame, got {type(game).__name__}; .efg files hold trees, .nfg files hold games in normal form."
        )
    check_tree_writable(game, where)
    mark = "D" if game.field == "float" else "R"
    lines = [f"EFG 2 {mark} {quoted(game.title)} {braced(game.players)}", '""', ""]
    outcomes: dict[tuple[str, tuple[Fraction | float, ...]], int] = {}
    lotteries = 0
    heads = _set_heads(game)
    for node in game.nodes:
        if node.payoffs is not None:
            number = outcomes.setdefault((node.outcome, node.payoffs), len(outcomes) + 1)
            payoffs = ", ".join(number_text(value, where) for value in node.payoffs)
            lines.append(f't "" {number} {quoted(node.outcome)} {{ {payoffs} }}')
        elif node.information_set is not None:
            lines.append(heads[node.information_set])
        else:
            lotteries += 1
            lines.append(f'c "" {lotteries} "" {{ {_lottery_text(node, where)} }} 0')
    return "\n".join(lines) + "\n"


def _set_heads(game: ExtensiveGame) -> list[str]:
    """Return the line of a node for each information set; sets are numbered by player."""
    count = [0] * len(game.players)
    heads = []
    for part in game.information_sets:
        count[part.player] += 1
        heads.append(f'p "" {part.player + 1} {count[part.player]} {quoted(part.label)} {braced(part.actions)} 0')
    return heads


def _lottery_text(node: Node, where: str) -> str:
    words = [number_text(weight, where) for weight in node.chance or ()]
    if not sum_to_one(map(Fraction, words)):
        shown_words = ", ".join(f"{event} {word}" for event, word in zip(node.events, words, strict=True))
        raise GameFileError(
            f"{where}: expected probabilities of chance that sum to exactly 1, got {shown_words}; "
            "give them as fractions such as '1/3', or write JSON, which keeps floats."
        )
    return " ".join(f"{quoted(event)} {word}" for event, word in zip(node.events, words, strict=True))
