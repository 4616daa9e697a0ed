"""Exchange games with PyGambit, exactly."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from io import BytesIO
from typing import Any

import numpy as np

from alliancegames.errors import GameDefinitionError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.io.adapters._optional import load
from alliancegames.io.efg import format_efg, parse_efg

__all__ = ["from_pygambit", "from_pygambit_tree", "to_pygambit"]


def to_pygambit(game: NormalFormGame | ExtensiveGame) -> Any:
    """Return a game as a ``pygambit.Game``: in strategic form, or a tree.

    Parameters
    ----------
    game : NormalFormGame or ExtensiveGame
        A game with numbers as payoffs. Floats are passed on as their shortest decimals, exactly.

    Returns
    -------
    pygambit.Game
        With the labels, the title and exact rational payoffs.

    Raises
    ------
    MissingDependencyError
        PyGambit is not installed.
    GameDefinitionError
        Gambit does not accept a label; its labels are of printable ASCII characters.
    SolverNotApplicableError
        The payoffs contain symbols.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import pygambit
    >>> other = ag.io.to_pygambit(ag.games.stag_hunt())
    >>> len(pygambit.nash.enummixed_solve(other).equilibria)
    3
    """
    pygambit = load("pygambit", "to_pygambit()")
    if isinstance(game, ExtensiveGame):
        return _tree(pygambit, game)
    arrays = []
    for payoffs in game.exact().payoffs:
        array = np.empty(payoffs.shape, dtype=object)
        array.flat[:] = [pygambit.Rational(value.numerator, value.denominator) for value in payoffs.flat]
        arrays.append(array)
    other = pygambit.Game.from_arrays(*arrays)
    try:
        other.title = game.title
        players = list(other.players)
        _relabel(players, game.players)
        for player, labels in zip(players, game.actions, strict=True):
            _relabel(list(player.strategies), labels)
    except ValueError as error:  # encoding errors are among them
        raise GameDefinitionError(
            f"to_pygambit(): Gambit does not accept a label or the title ({error}); use .relabel(...) first."
        ) from None
    return other


def _tree(pygambit: Any, game: ExtensiveGame) -> Any:
    """Pass a tree on as the text that Gambit reads; floats become their shortest decimals."""
    text = format_efg(game)
    words = [game.title, *game.players, *(node.outcome for node in game.nodes), *(event for node in game.nodes for event in node.events)]
    words += [part.label for part in game.information_sets]
    strange = next((word for word in words if not (word.isascii() and word.isprintable())), None)
    if strange is not None:
        raise GameDefinitionError(f"to_pygambit(): Gambit accepts labels of printable ASCII characters, got {strange!r}; rename it.")
    try:
        return pygambit.read_efg(BytesIO(text.encode()))
    except ValueError as error:
        raise GameDefinitionError(f"to_pygambit(): Gambit does not accept this tree ({error}).") from None


def from_pygambit_tree(game: Any) -> ExtensiveGame:
    """Return a ``pygambit.Game`` with a tree as a game in extensive form with exact numbers.

    Parameters
    ----------
    game : pygambit.Game
        A tree with perfect recall.

    Returns
    -------
    ExtensiveGame
        As `parse_efg` reads it.

    Raises
    ------
    GameDefinitionError
        The game is not a tree.
    GameFileError
        A player has imperfect recall, or labels are doubled.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import pygambit
    >>> poker = ag.io.from_pygambit_tree(pygambit.catalog.load("books/myerson1991/fig2_1"))
    >>> print(ag.nash(poker.normal_form())[0])
    (Raise/Raise 1/3, Raise/Fold 2/3) × (Meet 2/3, Pass 1/3)
    """
    if not game.is_tree:
        raise GameDefinitionError("from_pygambit_tree(): expected a game with a tree, got one in strategic form; use from_pygambit().")
    return parse_efg(game.to_efg(), source="from_pygambit_tree()")


def _relabel(objects: Sequence[Any], labels: Sequence[str]) -> None:
    """Give Gambit's objects new labels; in between none may equal another's, so they pass through spare ones."""
    spare = (name for name in map("spare {}".format, itertools.count()) if name not in labels)
    for label_of in (spare, labels):
        for item, label in zip(objects, label_of, strict=False):
            item.label = label


def from_pygambit(game: Any) -> NormalFormGame:
    """Return a ``pygambit.Game`` as a game in normal form with exact payoffs.

    Parameters
    ----------
    game : pygambit.Game
        A game in strategic form, or a tree, of which the reduced strategic form is taken;
        `from_pygambit_tree` keeps the tree.

    Returns
    -------
    NormalFormGame
        With the labels and the title of the game; players or strategies without any labels get the
        defaults ``Player 1``, ... and ``1``, ...

    Raises
    ------
    MissingDependencyError
        PyGambit is not installed.
    GameDefinitionError
        Labels are doubled, or some but not all are empty.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import pygambit
    >>> game = ag.io.from_pygambit(pygambit.Game.from_arrays([["1/3", 0]], [[1, 2]], title="Small"))
    >>> game.payoff((0, 0))["1"]
    Fraction(1, 3)
    """
    pygambit = load("pygambit", "from_pygambit()")
    players = list(game.players)
    strategies = [list(player.strategies) for player in players]
    arrays = [np.empty([len(part) for part in strategies], dtype=object) for _ in players]
    for cell in np.ndindex(arrays[0].shape):
        outcome = game[cell]  # None where no outcome is attached, which means zero payoffs
        for array, player in zip(arrays, players, strict=True):
            value = pygambit.Rational(0 if outcome is None else outcome[player])
            array[cell] = Fraction(value.numerator, value.denominator)
    names = _labels(players, "Player {}")
    actions = [_labels(part, "{}") for part in strategies]
    return NormalFormGame.from_arrays(*arrays, players=names, actions=actions, title=game.title)


def _labels(objects: Iterable[Any], default: str) -> list[str]:
    labels = [item.label for item in objects]
    return labels if any(labels) else [default.format(k + 1) for k in range(len(labels))]
