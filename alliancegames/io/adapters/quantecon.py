"""Exchange games with QuantEcon, whose payoff arrays put each player's own action first."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliancegames.games.normal_form import NormalFormGame
from alliancegames.io.adapters._optional import load

__all__ = ["from_quantecon", "to_quantecon"]


def _own_first(player: int, players: int) -> list[int]:
    """Return the players in the order of QuantEcon's axes: the player, those after, then those before."""
    return [(player + step) % players for step in range(players)]


def to_quantecon(game: NormalFormGame) -> Any:
    """Return a game as a ``quantecon.game_theory.NormalFormGame``.

    Parameters
    ----------
    game : NormalFormGame
        A game with numbers as payoffs, which are rounded to floats. QuantEcon has no labels.

    Returns
    -------
    quantecon.game_theory.NormalFormGame

    Raises
    ------
    MissingDependencyError
        QuantEcon is not installed.
    SolverNotApplicableError
        The payoffs contain symbols.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.io.to_quantecon(ag.games.stag_hunt()).nums_actions
    (2, 2)
    """
    theory = load("quantecon.game_theory", "to_quantecon()")
    payoffs = game.floats().payoffs
    players = len(payoffs)
    return theory.NormalFormGame(
        [theory.Player(np.ascontiguousarray(array.transpose(_own_first(k, players)))) for k, array in enumerate(payoffs)]
    )


def from_quantecon(game: Any, **labels: Any) -> NormalFormGame:
    """Return a ``quantecon.game_theory.NormalFormGame`` as a game with float payoffs.

    Parameters
    ----------
    game : quantecon.game_theory.NormalFormGame
        The game.
    **labels
        ``players``, ``actions`` and ``title``, as in `NormalFormGame`.

    Returns
    -------
    NormalFormGame
        Axis ``i`` belongs to player ``i`` again.

    Raises
    ------
    GameDefinitionError
        A payoff is not finite, or labels do not fit.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from quantecon.game_theory import NormalFormGame
    >>> game = ag.io.from_quantecon(NormalFormGame([[(3, 3), (0, 5)], [(5, 0), (1, 1)]]), players=["East", "West"])
    >>> game.payoff((1, 0))
    {'East': 5.0, 'West': 0.0}
    """
    players = len(game.players)
    arrays = [
        np.asarray(player.payoff_array, dtype=float).transpose(np.argsort(_own_first(k, players))) for k, player in enumerate(game.players)
    ]
    return NormalFormGame.from_arrays(*arrays, **labels)
