"""Exchange two-player games with Nashpy."""

from __future__ import annotations

from typing import Any

from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame

__all__ = ["from_nashpy", "to_nashpy"]


def to_nashpy(game: NormalFormGame) -> Any:
    """Return a two-player game as a ``nashpy.Game``, for its learning dynamics and as a cross-check.

    Parameters
    ----------
    game : NormalFormGame
        A game with two players and numbers as payoffs, which are rounded to floats.

    Returns
    -------
    nashpy.Game

    Raises
    ------
    SolverNotApplicableError
        The game does not have two players, or its payoffs contain symbols.

    Examples
    --------
    >>> import alliancegames as ag
    >>> other = ag.io.to_nashpy(ag.games.stag_hunt())
    >>> len(list(other.support_enumeration()))
    3
    """
    import nashpy

    if len(game.players) != 2:
        raise SolverNotApplicableError(
            f"to_nashpy(): Nashpy handles 2 players; this game has {len(game.players)} ({', '.join(game.players)})."
        )
    row, column = game.floats().payoffs
    return nashpy.Game(row, column)


def from_nashpy(game: Any, **labels: Any) -> NormalFormGame:
    """Return a ``nashpy.Game`` as a game with float payoffs.

    Parameters
    ----------
    game : nashpy.Game
        The game.
    **labels
        ``players``, ``actions`` and ``title``, as in `NormalFormGame`.

    Returns
    -------
    NormalFormGame

    Raises
    ------
    GameDefinitionError
        A payoff is not finite, or labels do not fit.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import nashpy
    >>> game = ag.io.from_nashpy(nashpy.Game([[1, 2], [3, 4]], [[4, 3], [2, 1]]), players=["Patron", "Client"])
    >>> game.field, game.players
    ('float', ('Patron', 'Client'))
    """
    row, column = game.payoff_matrices
    return NormalFormGame.from_bimatrix(row.astype(float), column.astype(float), **labels)
