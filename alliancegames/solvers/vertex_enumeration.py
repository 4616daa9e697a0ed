"""All extreme equilibria of two-player games, degenerate or not, exactly.

A pair of mixed strategies is an equilibrium exactly if every action is either unplayed or a best reply
(it is *labelled*). The extreme equilibria are the completely labelled pairs of vertices of the two
best-reply polyhedra; every other equilibrium is a mixture of extreme ones
:cite:p:`vonstengel2002computing,avis2010enumeration`. Enumerating *all* vertices of both polyhedra and
testing *all* pairs is therefore complete, ties included, as long as labels are decided exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any, ClassVar

import numpy as np

from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._double_description import Ray
from alliancegames.solvers.bimatrix import Bimatrix, choosers, completely_labelled
from alliancegames.solvers.registry import Findings, register
from alliancegames.solvers.result import COMPLETE

__all__ = ["VertexEnumeration"]

# From this number of bases on (8×8 has 12,870), floats with a proof replace integers. That loads numba and compiled
# code, which takes about half a second once a process; smaller games take a few milliseconds in integers.
MANY_BASES = 10_000
# Labels are bits of a machine word there.
MOST_LABELS = 62


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
        found = _in_floats(bimatrix) if comb(bimatrix.n_labels, bimatrix.shape[0]) >= MANY_BASES else None
        pairs, rays, certificate = found or _in_integers(bimatrix)
        witness = _degeneracy_witness(bimatrix, *rays)
        if witness is not None:
            certificate["degeneracy"] = witness
        return Findings([bimatrix.strategies(x, y) for x, y in pairs], True, witness is not None, COMPLETE, certificate)


# What an enumeration returns: the extreme equilibria, vertices of both polyhedra among which is one with too many
# labels if there is any, and how it is proved.
Enumeration = tuple[list[tuple[Ray, Ray]], tuple[list[Ray], list[Ray]], dict[str, Any]]


def _in_integers(bimatrix: Bimatrix) -> Enumeration:
    """Enumerate by the double description method in integers."""
    x_rays, y_rays = bimatrix.rays()
    pairs = list(completely_labelled(x_rays, y_rays, bimatrix.n_labels))
    return pairs, (x_rays, y_rays), {"method": "double description in integers"}


def _in_floats(bimatrix: Bimatrix) -> Enumeration | None:
    """Enumerate in floats and prove the result; None where that fails."""
    if bimatrix.n_labels > MOST_LABELS:
        return None
    from alliancegames.solvers._kernels import certified  # loads numba

    m, n = bimatrix.shape
    x_replies, y_replies = bimatrix.replies()
    x = certified.all_vertices(x_replies, (m, 0), lambda: bimatrix.column.T)
    y = certified.all_vertices(y_replies, (0, m), lambda: bimatrix.row) if x is not None else None
    if x is None or y is None:
        return None
    positions = certified.completely_labelled_pairs(x, y, (m, n))
    sides = (x, m, {a for a, _ in positions}), (y, n, {b for _, b in positions})
    x_rays, y_rays = (_exact_rays(bimatrix, found, size, needed, first=found is x) for found, size, needed in sides)
    certificate = {
        "method": "vertices in floats, signs certified, closed under pivoting",
        "vertices": (len(x.tight), len(y.tight)),
        "decided_exactly": x.decided + y.decided,
    }
    pairs = [(x_rays[a], y_rays[b]) for a, b in positions]
    return pairs, (list(x_rays.values()), list(y_rays.values())), certificate


def _exact_rays(bimatrix: Bimatrix, found: Any, size: int, needed: set[int], *, first: bool) -> dict[int, Ray]:
    """Return the vertices of equilibria exactly, and one with too many labels if there is any."""
    degenerate = np.flatnonzero(np.bitwise_count(found.tight) > size)[:1].tolist()
    return {k: bimatrix.ray(int(found.bases[k]), int(found.tight[k]), first=first) for k in sorted({*needed, *degenerate})}


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
