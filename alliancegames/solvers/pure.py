"""Pure equilibria of games with any number of players, by vectorised comparison."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers.registry import Findings, register
from alliancegames.solvers.result import COMPLETE, NONE_EXISTS, Status

__all__ = ["PureEnumeration", "PureNashEnumeration", "best_reply_masks"]

MIXED_NOT_SEARCHED = Status(
    "pure_only",
    "All pure equilibria are listed; mixed equilibria were not searched, so the list may be partial. pure_nash() asks for pure equilibria alone.",
)


def comparable(game: NormalFormGame, player: int) -> np.ndarray:
    """Return a player's payoffs in a form that is fast to compare and keeps their order, ties included."""
    payoffs = game.payoffs[player]
    if payoffs.dtype != object:
        return payoffs
    integers = game.integer_payoffs[player]
    if all(abs(value) < 2**62 for value in integers.flat):
        return integers.astype(np.int64)
    return integers


def best_reply_masks(game: NormalFormGame) -> tuple[np.ndarray, ...]:
    """Return for each player a Boolean array: whether the player's action is a best reply to the others' in each cell."""
    masks = []
    for k in range(len(game.players)):
        values = comparable(game, k)
        masks.append(values == np.maximum.reduce(values, axis=k, keepdims=True))
    return tuple(masks)


def pure_cells(game: NormalFormGame) -> np.ndarray:
    """Return the action indices of all pure equilibria, shape (n_equilibria, n_players)."""
    return np.argwhere(np.logical_and.reduce(best_reply_masks(game)))


def _strategies(game: NormalFormGame, cell: np.ndarray) -> list[np.ndarray]:
    zero, one = (0.0, 1.0) if game.field == "float" else (Fraction(0), Fraction(1))
    strategies = []
    for size, action in zip(game.shape, cell, strict=True):
        vector = np.full(size, zero, dtype=float if game.field == "float" else object)
        vector[action] = one
        strategies.append(vector)
    return strategies


@register
@dataclass(frozen=True)
class PureNashEnumeration:
    """All pure equilibria, for the concept *pure Nash equilibrium*."""

    name: ClassVar[str] = "pure_enumeration"
    concept: ClassVar[str] = "pure_nash"
    description: ClassVar[str] = "all pure equilibria, any number of players, complete"

    def obstacle(self, game: Any) -> str | None:
        """Apply to every game with numbers as payoffs."""
        return None if isinstance(game, NormalFormGame) else "needs a game in normal form"

    def solve(self, game: NormalFormGame) -> Findings:
        """Compare all cells at once."""
        cells = pure_cells(game)
        return Findings([_strategies(game, cell) for cell in cells], True, None, COMPLETE if len(cells) else NONE_EXISTS)


@register
@dataclass(frozen=True)
class PureEnumeration(PureNashEnumeration):
    """All pure equilibria, as a partial answer to *Nash equilibrium*."""

    concept: ClassVar[str] = "nash"
    description: ClassVar[str] = "all pure equilibria, any number of players; mixed ones are not searched"

    def solve(self, game: NormalFormGame) -> Findings:
        """Compare all cells at once; whether mixed equilibria exist stays open."""
        return Findings(super().solve(game).strategies, None, None, MIXED_NOT_SEARCHED)
