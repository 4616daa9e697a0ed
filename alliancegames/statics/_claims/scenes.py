"""What happens at the equilibria of a regime, as formulas: outcomes, payoffs, and probabilities of actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod
from typing import Any

from alliancegames.errors import SolverNotApplicableError, unknown_label

__all__ = ["EVERYWHERE", "Scene", "scenes"]


@dataclass(frozen=True)
class Scene:
    """One equilibrium of a regime, or the whole parameter space where no regime is meant.

    Parameters
    ----------
    regime : str or None
        Name of the regime.
    number : int
        Position of the equilibrium among the regime's extreme equilibria.
    outcomes : mapping of str to sympy expression
        Formulas of the outcomes, as far as they are known.
    payoffs : callable, optional
        Returns the formulas of the players' payoffs by name.
    profile : sequence of mapping
        Probabilities of actions, one mapping a player or information set.
    players : tuple of str
        Who acts in each part of the profile.
    """

    regime: str | None = None
    number: int = 0
    outcomes: Mapping[str, Any] = field(default_factory=dict)
    payoffs: Callable[[], Mapping[str, Any]] | None = None
    profile: Sequence[Mapping[str, Any]] = ()
    players: tuple[str, ...] = ()

    def probability(self, labels: Sequence[str]) -> Any:
        """Return the probability of an action, given its label, preceded by the player's where both are given."""
        *player, action = labels
        found = [
            strategy
            for own, strategy in zip(self.players, self.profile, strict=True)
            if action in strategy and (not player or player[0] == own)
        ]
        if not found:
            known = dict.fromkeys(label for strategy in self.profile for label in strategy)
            raise unknown_label("action", action, known, "Pr()")
        if len(found) > 1:
            raise unknown_label("action of one player at one place", action, [], "Pr(): several match; Pr()")
        return found[0][action]


EVERYWHERE = Scene()


def scenes(model: Any, regimes: Any, regime: str | None) -> list[Scene]:
    """Return the extreme equilibria of a regime with formulas of all that happens there.

    Parameters
    ----------
    model : Model
        The model, symbolic or not.
    regimes : RegimeMap
        Its regimes.
    regime : str or None
        Name of a regime; None for the whole parameter space, where outcomes need a closed form of their own.
    """
    everywhere = model.closed_forms(model.values())
    if regime is None:
        return [Scene(outcomes=everywhere)]
    profiles = regimes.equilibria(regime)
    if not profiles:
        return [Scene(regime, outcomes=everywhere)]
    if hasattr(model, "tree"):
        return [_tree_scene(model, regime, k, profile) for k, profile in enumerate(profiles)]
    try:
        outcomes = regimes.outcomes(regime)
    except SolverNotApplicableError:
        outcomes = [everywhere] * len(profiles)
    return [_cell_scene(model, Scene(regime, k, outcomes[k], None, profile)) for k, profile in enumerate(profiles)]


def _cell_scene(model: Any, scene: Scene) -> Scene:
    """Add the payoffs of a normal form, if the model is one; payoffs are expectations over its cells."""
    actions, players = getattr(model, "actions", ()), tuple(getattr(model, "players", ()))
    if len(players) != len(scene.profile):
        return replace(scene, players=("",) * len(scene.profile))
    if hasattr(model, "types") or not hasattr(model, "payoffs"):
        return replace(scene, players=players)

    def payoffs() -> dict[str, Any]:
        table = model.payoffs(model.values())
        weights = {cell: prod(part.get(action, 0) for part, action in zip(scene.profile, cell, strict=True)) for cell in product(*actions)}
        return {player: _sum(weight * table[cell][k] for cell, weight in weights.items()) for k, player in enumerate(players)}

    return replace(scene, payoffs=payoffs, players=players)


def _tree_scene(model: Any, regime: str, number: int, profile: Sequence[Mapping[str, Any]]) -> Scene:
    """Walk through a game tree; the parts of the profile belong to the information sets in order."""
    game = model.game()
    reach: list[Any] = []
    for node in game.nodes:
        if node.parent < 0:
            reach.append(1)
            continue
        before = game.nodes[node.parent]
        if before.information_set is None:
            reach.append(reach[node.parent] * before.chance[node.branch])
        else:
            reach.append(reach[node.parent] * profile[before.information_set].get(before.events[node.branch], 0))
    ends = [(weight, node) for weight, node in zip(reach, game.nodes, strict=True) if node.payoffs is not None and weight != 0]
    outcomes = {name: _sum(weight for weight, node in ends if node.outcome in counted) for name, counted in model.ends.items()}

    def payoffs() -> dict[str, Any]:
        return {player: _sum(weight * node.payoffs[k] for weight, node in ends) for k, player in enumerate(game.players)}

    players = tuple(game.players[information_set.player] for information_set in game.information_sets)
    return Scene(regime, number, outcomes, payoffs, profile, players)


def _sum(terms: Any) -> Any:
    import sympy

    return sympy.sympify(sum(terms))
