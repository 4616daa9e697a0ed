"""Strategies for hypothesis: payoffs, games in normal form and game trees, generic or heavily tied."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from alliancegames.errors import GameDefinitionError, MissingDependencyError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.tree import Chance, End, Move

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["bimatrix_games", "extensive_games", "normal_form_games", "payoffs"]

# Tied payoffs: so few values that nearly every game has ties and many are degenerate.
TIED = 2
# Generic payoffs: so many values that ties are rare.
WIDE = 1000
DENOMINATOR = 97
# Probabilities of the events of a chance move with two or three of them.
LOTTERIES = (("1/2", "1/2"), ("1/3", "2/3"), ("1/4", "3/4"), ("1/2", "1/3", "1/6"))


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


def extensive_games(
    n_players: int = 2,
    max_depth: int = 3,
    max_actions: int = 2,
    *,
    max_information_sets: int = 6,
    chance: bool = True,
    perfect_information: bool = False,
    tied: bool | None = None,
) -> SearchStrategy[ExtensiveGame]:
    """Draw game trees with perfect recall and exact payoffs.

    Parameters
    ----------
    n_players : int, default 2
        Number of players; not all of them need to move.
    max_depth : int, default 3
        Greatest number of moves in a row.
    max_actions : int, default 2
        Greatest number of actions at an information set; the least is two.
    max_information_sets : int, default 6
        Greatest number of information sets; where it is reached the tree ends.
    chance : bool, default True
        Whether nature may move.
    perfect_information : bool, default False
        Whether every information set has a single node. If not, nodes are joined at random where the player
        cannot tell them apart by what he did himself.
    tied : bool, optional
        Whether payoffs are tied, as in `payoffs`; by default about half of the games are.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Draws an `ExtensiveGame` in which somebody moves. Failing games shrink to smaller trees.

    Raises
    ------
    GameDefinitionError
        A number is out of range.
    MissingDependencyError
        Hypothesis is not installed.

    Examples
    --------
    Threats that are carried out in equilibrium pay in every subgame:

    >>> import alliancegames as ag
    >>> from hypothesis import given, settings
    >>> from alliancegames.testing import extensive_games
    >>> @settings(database=None, max_examples=10)
    ... @given(extensive_games(max_depth=2))
    ... def test_existence(game):
    ...     assert len(ag.subgame_perfect(game)) >= 1
    >>> test_existence()
    """
    where = "extensive_games()"
    least = {"n_players": 1, "max_depth": 1, "max_actions": 2, "max_information_sets": 1}
    given = {"n_players": n_players, "max_depth": max_depth, "max_actions": max_actions, "max_information_sets": max_information_sets}
    for name, value in given.items():
        if value < least[name]:
            raise GameDefinitionError(f"{where}: {name} must be at least {least[name]}, got {value}.")
    draw = _hypothesis_strategies(where)

    def build(pick: Any) -> ExtensiveGame:
        grower = _Grower(pick, draw, max_actions, max_information_sets, chance=chance, joined=not perfect_information)
        grower.payoff = payoffs(tied=pick(draw.booleans()) if tied is None else tied)
        grower.players = [f"Player {k + 1}" for k in range(n_players)]
        return ExtensiveGame(grower.players, grower.move(max_depth, {}))

    strategy: SearchStrategy[ExtensiveGame] = draw.composite(build)()
    return strategy


class _Grower:
    """Grows a tree from the root, one drawn choice after another."""

    def __init__(self, pick: Any, draw: Any, most_actions: int, most_sets: int, *, chance: bool, joined: bool) -> None:
        self.pick, self.draw = pick, draw
        self.most_actions, self.most_sets = most_actions, most_sets
        self.chance, self.joined = chance, joined
        self.payoff: Any = None
        self.players: list[str] = []
        # For each information set the player, what he did before, and the number of actions.
        self.sets: list[tuple[int, tuple[Any, ...], int]] = []

    def node(self, depth: int, past: dict[int, tuple[Any, ...]]) -> Any:
        """Return what follows: an end, a move of nature or a move of a player."""
        kind = self.pick(self.draw.integers(0, 7)) if depth else 0
        if kind <= 1:
            return End(tuple(self.pick(self.payoff) for _ in self.players))
        if kind == 2 and self.chance:
            weights = self.pick(self.draw.sampled_from(LOTTERIES))
            return Chance({f"event {k + 1}": (weight, self.node(depth - 1, past)) for k, weight in enumerate(weights)})
        return self.move(depth, past)

    def move(self, depth: int, past: dict[int, tuple[Any, ...]]) -> Any:
        """Return a move of a player, at a new information set or at one that fits his past."""
        player = self.pick(self.draw.integers(0, len(self.players) - 1))
        own = past.get(player, ())
        fitting = [k for k, part in enumerate(self.sets) if part[:2] == (player, own)] if self.joined else []
        place = self.pick(self.draw.sampled_from([None, *fitting])) if fitting else None
        if place is None:
            if len(self.sets) >= self.most_sets:
                return self.node(0, past)
            place = len(self.sets)
            self.sets.append((player, own, self.pick(self.draw.integers(2, self.most_actions))))
        following = {
            f"{place + 1}{chr(97 + a)}": self.node(depth - 1, {**past, player: (*own, (place, a))}) for a in range(self.sets[place][2])
        }
        return Move(self.players[player], following, f"set {place + 1}")


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
