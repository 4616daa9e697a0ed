"""Strategies for hypothesis: payoffs and games, generic or heavily tied."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from alliancegames.errors import GameDefinitionError, MissingDependencyError
from alliancegames.games.normal_form import NormalFormGame

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["bimatrix_games", "normal_form_games", "payoffs"]

# Tied payoffs: so few values that nearly every game has ties and many are degenerate.
TIED = 2
# Generic payoffs: so many values that ties are rare.
WIDE = 1000
DENOMINATOR = 97


def payoffs(*, tied: bool = False) -> SearchStrategy[Any]:
    """Draw exact payoffs.

    Parameters
    ----------
    tied : bool, default False
        True draws integers from -2 to 2, so that ties abound; False draws rationals between -1000 and
        1000 with denominators up to 97, so that ties are rare.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Draws an int or a Fraction.

    Raises
    ------
    MissingDependencyError
        Hypothesis is not installed.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from alliancegames.testing import payoffs
    >>> @settings(database=None)
    ... @given(payoffs(tied=True))
    ... def test_small(payoff):
    ...     assert abs(payoff) <= 2
    >>> test_small()
    """
    draw = _hypothesis_strategies("payoffs()")
    strategy: SearchStrategy[Any] = draw.integers(-TIED, TIED) if tied else draw.fractions(-WIDE, WIDE, max_denominator=DENOMINATOR)
    return strategy


def normal_form_games(
    min_actions: int = 1, max_actions: int = 3, n_players: int = 2, *, tied: bool | None = None
) -> SearchStrategy[NormalFormGame]:
    """Draw games in normal form with exact payoffs.

    Parameters
    ----------
    min_actions, max_actions : int, default 1 and 3
        Least and greatest number of actions of each player; the players' numbers are drawn separately.
    n_players : int, default 2
        Number of players.
    tied : bool, optional
        Whether payoffs are tied, as in `payoffs`; by default about half of the games are.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Draws a `NormalFormGame`. Failing games shrink to fewer actions and simpler payoffs.

    Raises
    ------
    GameDefinitionError
        A number of players or actions is below one, or the range of actions is empty.
    MissingDependencyError
        Hypothesis is not installed.

    Examples
    --------
    Nobody gains by deviating from a pure equilibrium, however many players there are:

    >>> import alliancegames as ag
    >>> from hypothesis import given, settings
    >>> from alliancegames.testing import normal_form_games
    >>> @settings(database=None, max_examples=20)
    ... @given(normal_form_games(n_players=3, tied=True))
    ... def test_pure_equilibria(game):
    ...     assert all(profile.regret == dict.fromkeys(game.players, 0) for profile in ag.pure_nash(game))
    >>> test_pure_equilibria()
    """
    where = "normal_form_games()"
    if n_players < 1:
        raise GameDefinitionError(f"{where}: n_players must be at least 1, got {n_players}.")
    if not 1 <= min_actions <= max_actions:
        raise GameDefinitionError(f"{where}: 1 <= min_actions <= max_actions is needed, got {min_actions} and {max_actions}.")
    draw = _hypothesis_strategies(where)
    shapes = draw.tuples(*[draw.integers(min_actions, max_actions)] * n_players)
    kinds = draw.booleans() if tied is None else draw.just(tied)
    strategy: SearchStrategy[NormalFormGame] = draw.tuples(shapes, kinds).flatmap(lambda chosen: _games_of_shape(draw, *chosen))
    return strategy


def bimatrix_games(min_actions: int = 1, max_actions: int = 3, *, tied: bool | None = None) -> SearchStrategy[NormalFormGame]:
    """Draw two-player games with exact payoffs, square or rectangular.

    Parameters
    ----------
    min_actions, max_actions : int, default 1 and 3
        Least and greatest number of actions of each player.
    tied : bool, optional
        Whether payoffs are tied, as in `payoffs`; by default about half of the games are.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Draws a `NormalFormGame` with two players.

    Raises
    ------
    GameDefinitionError
        The range of actions is empty or starts below one.
    MissingDependencyError
        Hypothesis is not installed.

    Examples
    --------
    Every finite game has an equilibrium:

    >>> import alliancegames as ag
    >>> from hypothesis import given, settings
    >>> from alliancegames.testing import bimatrix_games
    >>> @settings(database=None, max_examples=20)
    ... @given(bimatrix_games(max_actions=2))
    ... def test_existence(game):
    ...     assert len(ag.nash(game)) >= 1
    >>> test_existence()
    """
    return normal_form_games(min_actions, max_actions, tied=tied)


def _games_of_shape(draw: Any, shape: tuple[int, ...], tied: bool) -> Any:
    """Draw all payoffs of a game of a given shape."""
    cells = math.prod(shape)
    count = cells * len(shape)

    def build(values: list[Any]) -> NormalFormGame:
        arrays = np.array(values, dtype=object).reshape((len(shape), *shape))
        return NormalFormGame.from_arrays(*arrays)

    return draw.lists(payoffs(tied=tied), min_size=count, max_size=count).map(build)


def _hypothesis_strategies(where: str) -> Any:
    """Load hypothesis only when a strategy is asked for: it is an optional dependency."""
    try:
        return import_module("hypothesis.strategies")
    except ImportError:
        raise MissingDependencyError(
            f'{where} needs hypothesis, which is not installed; install it with: pip install "alliancegames[test]"'
        ) from None
