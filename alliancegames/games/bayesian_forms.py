"""Games made from a game of incomplete information: the agent form, the form before types are drawn, and the tree."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from alliancegames._labels import distinct
from alliancegames.errors import GameDefinitionError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.strategic_form import MOST_PROFILES
from alliancegames.games.tree import Chance, End, Move

if TYPE_CHECKING:
    from alliancegames.games.bayesian import BayesianGame

__all__ = ["agent_form", "ex_ante", "tree"]


def agent_form(game: BayesianGame) -> NormalFormGame:
    """Return the game in which every type that can occur is a player of its own, with interim payoffs.

    Parameters
    ----------
    game : BayesianGame
        The game.
    """
    shape = tuple(len(game.actions[k][t]) for k, t in game.agents)
    _check_size(prod(shape), len(game.agents), "agent_form()")
    arrays = []
    for k, t in game.agents:
        drawn = {cell: value for cell, value in game.weights.items() if cell[k] == t}
        total = sum(drawn.values())
        array = _zeros(game, shape)
        for cell, value in drawn.items():
            array = array + (value / total) * _spread(game, game.tables[cell][k], cell)
        arrays.append(array)
    actions = [game.actions[k][t] for k, t in game.agents]
    return NormalFormGame.from_arrays(*arrays, players=game.agent_labels, actions=actions, title=game.title, field=game.field)


def _spread(game: BayesianGame, array: np.ndarray, cell: Sequence[int]) -> np.ndarray:
    """Return payoffs for a profile of types as an array over the actions of all agents."""
    shape = [1] * len(game.agents)
    for (k, t), size in zip(enumerate(cell), array.shape, strict=True):
        shape[game.agents.index((k, t))] = size
    return array.reshape(shape)  # agents are in the order of the players, and so are the axes


def ex_ante(game: BayesianGame) -> NormalFormGame:
    """Return the game in which each player plans what to do as every type that can occur.

    Parameters
    ----------
    game : BayesianGame
        The game.
    """
    own = [[t for j, t in game.agents if j == k] for k in range(len(game.players))]
    sizes = [prod(len(game.actions[k][t]) for t in types) for k, types in enumerate(own)]
    _check_size(prod(sizes), len(game.players), "ex_ante()")
    plans = [list(product(*(range(len(game.actions[k][t])) for t in types))) for k, types in enumerate(own)]
    arrays = [_zeros(game, tuple(sizes)) for _ in game.players]
    for cell, value in game.weights.items():
        chosen = np.ix_(*([plan[own[k].index(t)] for plan in plans[k]] for k, t in enumerate(cell)))
        arrays = [array + value * table[chosen] for array, table in zip(arrays, game.tables[cell], strict=True)]
    labels = [
        distinct("/".join(game.actions[k][t][a] for t, a in zip(own[k], plan, strict=True)) for plan in plans[k])
        for k in range(len(game.players))
    ]
    return NormalFormGame.from_arrays(*arrays, players=game.players, actions=labels, title=game.title, field=game.field)


def tree(game: BayesianGame) -> ExtensiveGame:
    """Return the tree in which nature draws the types and the players move without seeing each other.

    Parameters
    ----------
    game : BayesianGame
        The game.
    """
    cells = list(game.weights)
    root: Any = _moves(game, cells[0], ())
    if len(cells) > 1:
        events = distinct(", ".join(labels[t] for labels, t in zip(game.types, cell, strict=True)) for cell in cells)
        root = Chance({event: (game.weights[cell], _moves(game, cell, ())) for event, cell in zip(events, cells, strict=True)})
    return ExtensiveGame(game.players, root, title=game.title, field=game.field)


def _moves(game: BayesianGame, cell: tuple[int, ...], taken: tuple[int, ...]) -> Any:
    k = len(taken)
    if k == len(game.players):
        return End(tuple(table[taken] for table in game.tables[cell]))
    label = game.agent_labels[game.agents.index((k, cell[k]))]
    branches = {action: _moves(game, cell, (*taken, a)) for a, action in enumerate(game.actions[k][cell[k]])}
    return Move(game.players[k], branches, label)


def _zeros(game: BayesianGame, shape: tuple[int, ...]) -> np.ndarray:
    return np.zeros(shape) if game.field == "float" else np.full(shape, Fraction(0), dtype=object)


def _check_size(cells: int, players: int, where: str) -> None:
    if cells * players > MOST_PROFILES:
        raise GameDefinitionError(
            f"{where}: the game has {cells} pure profiles, more than a table can hold; use bayesian_nash() on the game."
        )
