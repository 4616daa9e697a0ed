"""From trees to tables: the strategic form, reduced or not, and the agent form."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from alliancegames._labels import distinct
from alliancegames.errors import GameDefinitionError
from alliancegames.games.normal_form import NormalFormGame

if TYPE_CHECKING:
    from alliancegames.games.extensive import ExtensiveGame

__all__ = ["agent_form", "plans", "strategic_form"]

# A plan gives the position of an action for each information set of a player, or None where it says nothing.
Plan = dict[int, int | None]

# Larger tables would fill the memory.
MOST_PROFILES = 5_000_000
UNSAID = "*"
IDLE = "-"


def plans(game: ExtensiveGame, player: int, *, reduced: bool = True) -> list[Plan]:
    """Return the pure strategies of a player.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    player : int
        Position of the player.
    reduced : bool, default True
        Whether a plan says nothing about information sets that its own earlier actions exclude.
    """
    found: list[Plan] = [{}]
    for k, part in enumerate(game.information_sets):  # sets are listed after those that come before them
        if part.player != player:
            continue
        extended: list[Plan] = []
        for plan in found:
            excluded = reduced and any(plan[before] != action for before, action in game.own_histories[k])
            extended.extend({**plan, k: action} for action in ([None] if excluded else range(len(part.actions))))
        found = extended
    return found


def strategic_form(game: ExtensiveGame, *, reduced: bool = True) -> NormalFormGame:
    """Return the strategic form of a game tree.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    reduced : bool, default True
        As in `plans`.
    """
    sizes = [_count(game, k, reduced=reduced) for k in range(len(game.players))]
    if prod(sizes) > MOST_PROFILES:
        raise GameDefinitionError(
            f"normal_form(): the strategic form has {' × '.join(map(str, sizes))} pure profiles, more than {MOST_PROFILES}; "
            "work on the tree itself, for instance with subgame_perfect() or sequential_equilibria()."
        )
    listed = [plans(game, k, reduced=reduced) for k in range(len(game.players))]
    labels = [[_label(game, plan) for plan in part] for part in listed]
    return _table(game, game.players, labels, listed, list(range(len(game.players))))


def agent_form(game: ExtensiveGame) -> NormalFormGame:
    """Return the game in which every information set is played by an agent of its own.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    """
    sets = game.information_sets
    if not sets:
        raise GameDefinitionError("agent_form(): nobody moves in this game, so it has no agents.")
    size = prod(len(part.actions) for part in sets)
    if size > MOST_PROFILES:
        raise GameDefinitionError(
            f"agent_form(): the agents have {size} pure profiles, more than {MOST_PROFILES}; work on the tree itself."
        )
    listed: list[list[Plan]] = [[{k: action} for action in range(len(part.actions))] for k, part in enumerate(sets)]
    return _table(game, [part.label for part in sets], [list(part.actions) for part in sets], listed, [part.player for part in sets])


def _count(game: ExtensiveGame, player: int, *, reduced: bool) -> int:
    """Return the number of plans of a player, stopping where there are too many."""
    own = [part for part in game.information_sets if part.player == player]
    most = prod(len(part.actions) for part in own)
    if not reduced or most <= MOST_PROFILES:
        return len(plans(game, player, reduced=reduced)) if most <= MOST_PROFILES else most
    # Count without listing: after each action the information sets that become possible multiply.
    sets, histories = game.information_sets, game.own_histories

    def after(history: tuple[tuple[int, int], ...]) -> int:
        return prod(
            sum(after((*history, (k, action))) for action in range(len(part.actions)))
            for k, part in enumerate(sets)
            if part.player == player and histories[k] == history
        )

    return after(())


def _label(game: ExtensiveGame, plan: Plan) -> str:
    words = [UNSAID if action is None else game.information_sets[k].actions[action] for k, action in plan.items()]
    return "/".join(words) or IDLE


def _table(
    game: ExtensiveGame, names: Sequence[str], labels: Sequence[Sequence[str]], listed: Sequence[Sequence[Plan]], owners: Sequence[int]
) -> NormalFormGame:
    """Add up the payoffs of the ends over the pure profiles that lead there."""
    zero: Any = 0.0 if game.field == "float" else Fraction(0)
    shape = tuple(len(part) for part in listed)
    arrays = [np.full(shape, zero, dtype=float if game.field == "float" else object) for _ in names]
    for k, node in enumerate(game.nodes):
        if node.payoffs is None:
            continue
        weight, choices = _path(game, k)
        cells = np.ix_(*(_compatible(part, choices) for part in listed))
        for array, owner in zip(arrays, owners, strict=True):
            array[cells] = array[cells] + weight * node.payoffs[owner]
    unique = [distinct(part) for part in labels]
    return NormalFormGame.from_arrays(*arrays, players=names, actions=unique, title=game.title, field=game.field)


def _path(game: ExtensiveGame, k: int) -> tuple[Any, dict[int, int]]:
    """Return the probability with which chance lets a node be reached, and the actions that lead there."""
    weight: Any = 1.0 if game.field == "float" else Fraction(1)
    if game.field == "symbolic":
        weight = 1
    choices: dict[int, int] = {}
    while k:
        branch, k = game.nodes[k].branch, game.nodes[k].parent
        before = game.nodes[k]
        if before.chance is not None:
            weight = weight * before.chance[branch]
        elif before.information_set is not None:
            choices[before.information_set] = branch
    return weight, choices


def _compatible(listed: Sequence[Plan], choices: dict[int, int]) -> list[int]:
    """Return the plans that take all the actions of a path that are theirs to take."""
    return [j for j, plan in enumerate(listed) if all(choices.get(k, action) == action for k, action in plan.items())]
