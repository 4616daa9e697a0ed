"""All extreme equilibria of two-player games, degenerate or not, exactly.

A pair of mixed strategies is an equilibrium exactly if every action is either unplayed or a best reply
(it is *labelled*). The extreme equilibria are the completely labelled pairs of vertices of the two
best-reply polyhedra; every other equilibrium is a mixture of extreme ones
:cite:p:`vonstengel2002computing,avis2010enumeration`. Enumerating *all* vertices of both polyhedra and
testing *all* pairs is therefore complete, ties included, as long as labels are decided exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from alliancegames._exact import integer_multiple
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._double_description import Ray, best_reply_rays
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
        if len(_choosers(game)) > 2:
            return f"needs 2 players; this game has {len(game.players)} ({', '.join(game.players)})"
        return None

    def solve(self, game: NormalFormGame) -> Findings:
        """Enumerate the vertices of both best-reply polyhedra and pair them by labels."""
        row, column, first, second = _bimatrix(game)
        m, n = row.shape
        # The column player's strategies are bounded by the row player's payoffs, and the other way round.
        y_rays = best_reply_rays(_positive(row))
        x_rays = [_swap_labels(ray, n, m) for ray in best_reply_rays(_positive(column.T))]
        pairs = [(_strategy(x), _strategy(y)) for x, y in _completely_labelled(x_rays, y_rays, m + n)]
        strategies = [_embed(game, first, second, x, y) for x, y in pairs]
        witness = _degeneracy_witness(game, first, second, x_rays, y_rays)
        return Findings(strategies, True, witness is not None, COMPLETE, {} if witness is None else {"degeneracy": witness})


def _choosers(game: NormalFormGame) -> list[int]:
    """Return the players who have more than one action."""
    return [k for k, size in enumerate(game.shape) if size > 1]


def _bimatrix(game: NormalFormGame) -> tuple[np.ndarray, np.ndarray, int, int | None]:
    """Return exact integer payoff matrices of the (at most two) players who have a choice."""
    choosers = (_choosers(game) + [k for k, size in enumerate(game.shape) if size == 1])[:2]
    first, second = choosers[0], (choosers[1] if len(choosers) > 1 else None)
    if second is not None and second < first:
        first, second = second, first
    rows = game.shape[first]
    columns = 1 if second is None else game.shape[second]
    matrices = [_exact_integers(game.payoffs[k]).reshape(rows, columns) for k in (first, first if second is None else second)]
    return matrices[0], matrices[1], first, second


def _exact_integers(payoffs: np.ndarray) -> np.ndarray:
    """Scale payoffs to integers; a float stands for its exact binary value."""
    if payoffs.dtype != object:
        exact = np.empty(payoffs.shape, dtype=object)
        for position in np.ndindex(payoffs.shape):
            exact[position] = Fraction(float(payoffs[position]))
        payoffs = exact
    return integer_multiple(payoffs)


def _positive(matrix: np.ndarray) -> list[list[int]]:
    """Shift each column to a minimum of 1: best replies against a column do not change by a constant."""
    return [[int(value) for value in row] for row in (matrix - matrix.min(axis=0) + 1)]


def _swap_labels(ray: Ray, rows: int, columns: int) -> Ray:
    """Relabel so that bit i is row action i and bit m + j column action j for both players' rays."""
    replies = ray.tight & ((1 << rows) - 1)
    unplayed = ray.tight >> rows
    return Ray(ray.coordinates, unplayed | (replies << columns))


def _completely_labelled(x_rays: list[Ray], y_rays: list[Ray], labels: int) -> Iterator[tuple[Ray, Ray]]:
    everything = (1 << labels) - 1
    for x in x_rays:
        missing = everything & ~x.tight
        for y in y_rays:
            if y.tight & missing == missing:
                yield x, y


def _strategy(ray: Ray) -> list[Fraction]:
    weights = ray.coordinates[:-1]
    total = sum(weights)
    return [Fraction(weight, total) for weight in weights]


def _embed(game: NormalFormGame, first: int, second: int | None, x: list[Fraction], y: list[Fraction]) -> list[np.ndarray]:
    """Put the strategies of the choosers among those of all players, in the game's number system."""
    strategies = []
    for k, size in enumerate(game.shape):
        exact: list[Any] = x if k == first else y if k == second else [Fraction(1)]
        vector = np.empty(size, dtype=float if game.field == "float" else object)
        vector[:] = exact
        strategies.append(vector)
    return strategies


def _degeneracy_witness(
    game: NormalFormGame, first: int, second: int | None, x_rays: list[Ray], y_rays: list[Ray]
) -> dict[str, Any] | None:
    """Return a mixed strategy with more pure best replies than actions in its support, if there is one."""
    for rays, player, opponent in ((x_rays, first, second), (y_rays, second, first)):
        for ray in rays:
            if ray.tight.bit_count() > len(ray.coordinates) - 1:
                labels = ("-",) if player is None else game.actions[player]
                weights = dict(zip(labels, _strategy(ray), strict=True))
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
