"""What players of a game of incomplete information believe: given their own type, and after actions are seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.bayesian_profile import read_type_strategies

if TYPE_CHECKING:
    from alliancegames.games.bayesian import BayesianGame

__all__ = ["interim", "posterior"]


def interim(game: BayesianGame, player: str | int, kind: str | int) -> dict[tuple[str, ...], Any]:
    """Return what a player of some type believes about the types of the others.

    Parameters
    ----------
    game : BayesianGame
        The game.
    player, kind : str or int
        Who believes, and his type.
    """
    k, t = game.agents[game.agent_position(player, kind, "interim()")]
    total = _sum(game, (value for cell, value in game.weights.items() if cell[k] == t))
    beliefs: dict[tuple[str, ...], Any] = {}
    for cell, value in game.weights.items():
        if cell[k] == t:
            labels = tuple(names[j] for names, j in zip(game.types, cell, strict=True))
            beliefs[labels[:k] + labels[k + 1 :]] = value / total
    return beliefs


def posterior(
    game: BayesianGame, profile: Any, about: str | int, observed: Mapping[str, str | int], knowing: Mapping[str, str | int]
) -> dict[str, Any]:
    """Return the beliefs about a player's type after actions are observed, by Bayes' rule.

    Parameters
    ----------
    game : BayesianGame
        The game.
    profile : BayesianProfile, mapping or sequence
        What everybody plays.
    about : str or int
        Whose type.
    observed : mapping
        The action seen of each player who was observed.
    knowing : mapping
        Types that are known.
    """
    where = "posterior()"
    strategies = read_type_strategies(game, profile, where)
    k = resolve(about, game.players, "player", where)
    seen = {resolve(name, game.players, "player", where): action for name, action in observed.items()}
    for j, action in seen.items():
        names = tuple(dict.fromkeys(label for part in game.actions[j] for label in part))
        if isinstance(action, str):
            resolve(action, names, f"action of {game.players[j]}", where)
    fixed = {}
    for name, kind in knowing.items():
        j = resolve(name, game.players, "player", where)
        fixed[j] = resolve(kind, game.types[j], f"type of {game.players[j]}", where)
    weights = [_sum(game, ()) for _ in game.types[k]]
    for cell, value in game.weights.items():
        if all(cell[j] == t for j, t in fixed.items()):
            chances = (_chance(game, strategies, j, cell[j], action) for j, action in seen.items())
            weights[cell[k]] = weights[cell[k]] + prod(chances, start=value)
    total = sum(weights)
    if total == 0:
        raise GameDefinitionError(
            f"{where}: what is observed has probability zero under the profile, so Bayes' rule says nothing; beliefs there are free."
        )
    return {label: weight / total for label, weight in zip(game.types[k], weights, strict=True)}


def _chance(game: BayesianGame, strategies: Sequence[np.ndarray], player: int, kind: int, action: str | int) -> Any:
    """Return the probability that a type takes an action, zero where he does not have it."""
    labels = game.actions[player][kind]
    if isinstance(action, str) and action not in labels:
        return 0
    position = resolve(action, labels, f"action of {game.players[player]}", "posterior()")
    return strategies[game.agents.index((player, kind))].tolist()[position]


def _sum(game: BayesianGame, values: Iterable[Any]) -> Any:
    zero: Any = 0.0 if game.field == "float" else Fraction(0)
    return sum(values, zero)
