"""All extreme equilibria of two-player games, degenerate or not, exactly.

A pair of mixed strategies is an equilibrium exactly if every action is either unplayed or a best reply
(it is *labelled*). The extreme equilibria are the completely labelled pairs of vertices of the two
best-reply polyhedra; every other equilibrium is a mixture of extreme ones
:cite:p:`vonstengel2002computing,avis2010enumeration`. Enumerating *all* vertices of both polyhedra and
testing *all* pairs is therefore complete, ties included, as long as labels are decided exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._double_description import Ray
from alliancegames.solvers.bimatrix import Bimatrix, choosers, completely_labelled
from alliancegames.solvers.registry import Findings, register
from alliancegames.solvers.result import COMPLETE

__all__ = ["VertexEnumeration"]


@register
@dataclass(frozen=True)
class VertexEnumeration:
    """All extreme equilibria of a game in which at most two players have a choice."""

    name: ClassVar[str] = "vertex_enumeration"
    concept: ClassVar[str] = "nash"
    description: ClassVar[str] = "all extreme equilibria of two-player games, exact and complete, degenerate or not"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games in which more than two players have a choice."""
        if not isinstance(game, NormalFormGame):
            return "needs a game in normal form"
        if len(choosers(game)) > 2:
            return f"needs 2 players; this game has {len(game.players)} ({', '.join(game.players)})"
        return None

    def solve(self, game: NormalFormGame) -> Findings:
        """Enumerate the vertices of both best-reply polyhedra and pair them by labels."""
        bimatrix = Bimatrix(game)
        x_rays, y_rays = bimatrix.rays()
        strategies = [bimatrix.strategies(x, y) for x, y in completely_labelled(x_rays, y_rays, bimatrix.n_labels)]
        witness = _degeneracy_witness(bimatrix, x_rays, y_rays)
        return Findings(strategies, True, witness is not None, COMPLETE, {} if witness is None else {"degeneracy": witness})


def _degeneracy_witness(bimatrix: Bimatrix, x_rays: list[Ray], y_rays: list[Ray]) -> dict[str, Any] | None:
    """Return a mixed strategy with more pure best replies than actions in its support, if there is one."""
    game = bimatrix.game
    for rays, player, opponent in ((x_rays, bimatrix.first, bimatrix.second), (y_rays, bimatrix.second, bimatrix.first)):
        for ray in rays:
            if ray.tight.bit_count() > len(ray.coordinates) - 1:
                labels = ("-",) if player is None else game.actions[player]
                weights = dict(zip(labels, ray.weights(), strict=True))
                played = {action: weight for action, weight in weights.items() if weight}
                unplayed = len(weights) - len(played)
                replies = ray.tight.bit_count() - unplayed
                return {
                    "player": None if player is None else game.players[player],
                    "strategy": played,
                    "best_replies": replies,
                    "opponent": None if opponent is None else game.players[opponent],
                }
    return None
