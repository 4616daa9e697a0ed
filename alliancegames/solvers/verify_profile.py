"""Independent verification of behaviour profiles: what a player can gain by any plan in any subgame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alliancegames.games.behaviour import BehaviourProfile

__all__ = ["largest_gain"]


def largest_gain(profile: BehaviourProfile, roots: Iterable[int] | None = None) -> Any:
    """Return the most that any player gains by deviating in any subgame; zero if the profile is subgame perfect.

    Parameters
    ----------
    profile : BehaviourProfile
        Exact or in floats.
    roots : iterable of int, optional
        Roots of the subgames examined; by default all of them. With the root of the tree alone the answer is
        zero if the profile is a Nash equilibrium.

    Returns
    -------
    Fraction or float
        Floats: as a share of the range of the player's payoffs.

    Notes
    -----
    The best plan is found by backward induction over the player's own information sets, which perfect recall
    makes a decision tree once the others' behaviour is given.
    """
    check = _Deviations(profile)
    roots = profile.game.subgame_roots if roots is None else roots
    players = range(len(profile.game.players))
    return max((check.gain(root, player) / check.unit(player) for root in roots for player in players), default=0)


class _Deviations:
    def __init__(self, profile: BehaviourProfile) -> None:
        self.game, self.strategies, self.values = profile.game, profile.arrays(), profile.values

    def unit(self, player: int) -> Any:
        """Return what gains are measured in: the range of payoffs for floats, 1 for exact numbers."""
        if self.game.field != "float":
            return 1
        payoffs = [node.payoffs[player] for node in self.game.nodes if node.payoffs is not None]
        return max(payoffs) - min(payoffs) or 1.0

    def gain(self, root: int, player: int) -> Any:
        """Return what the best plan gains over the profile from a root on."""
        pending: dict[int, dict[int, Any]] = {}
        best = self._follow(root, 1, player, pending)
        return best + self._best(pending, player) - self.values[root][player]

    def _best(self, pending: dict[int, dict[int, Any]], player: int) -> Any:
        """Return the value of the best choices at the information sets where the player decides next."""
        total: Any = 0
        for part, weights in pending.items():
            options = []
            for action in range(len(self.game.information_sets[part].actions)):
                later: dict[int, dict[int, Any]] = {}
                value = sum(self._follow(self.game.nodes[node].children[action], weight, player, later) for node, weight in weights.items())
                options.append(value + self._best(later, player))
            total = total + max(options)
        return total

    def _follow(self, node: int, weight: Any, player: int, pending: dict[int, dict[int, Any]]) -> Any:
        """Return the weighted payoffs up to the player's next decisions, which are put into `pending` with their weights."""
        here = self.game.nodes[node]
        if here.payoffs is not None:
            return weight * here.payoffs[player]
        part = here.information_set
        if part is not None and self.game.information_sets[part].player == player:
            pending.setdefault(part, {})[node] = weight
            return 0
        shares = (here.chance or ()) if part is None else self.strategies[part]
        return sum(self._follow(child, weight * share, player, pending) for child, share in zip(here.children, shares, strict=True))
