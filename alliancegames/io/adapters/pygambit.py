"""Exchange games with PyGambit, exactly."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.errors import GameDefinitionError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.io.adapters._optional import load

__all__ = ["from_pygambit", "to_pygambit"]


def to_pygambit(game: NormalFormGame) -> Any:
    """Return a game as a ``pygambit.Game`` in strategic form.

    Parameters
    ----------
    game : NormalFormGame
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
        A game in strategic form, or a tree, of which the reduced strategic form is taken.

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
