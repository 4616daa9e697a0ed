"""Independent verification: regrets computed from the payoffs alone, never from a solver's own numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.games.normal_form import NormalFormGame

__all__ = ["largest_regret"]


def largest_regret(game: NormalFormGame, strategies: Sequence[np.ndarray]) -> Any:
    """Return the largest gain from a unilateral deviation.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs.
    strategies : sequence of array
        One probability vector a player.

    Returns
    -------
    Fraction or float
        Exact games: the regret itself, zero exactly in equilibrium, infinite for vectors that are no
        probabilities. Floats: as a share of the range of the player's payoffs.
    """
    exact = game.field == "exact"
    worst: Any = Fraction(0) if exact else 0.0
    for k, own in enumerate(strategies):
        total = sum(own)
        if min(own) < 0 or (total != 1 if exact else abs(total - 1) > 1e-9):
            return float("inf")
        payoffs = game.payoffs[k] if exact else _unit_scale(game.payoffs[k])
        values = np.moveaxis(payoffs, k, 0)
        for j in reversed(range(len(strategies))):
            if j != k:
                values = np.tensordot(values, strategies[j], axes=([-1], [0]))
        gain = max(values) - sum(value * weight for value, weight in zip(values, own, strict=True))
        if not exact:
            spread = float(np.max(payoffs) - np.min(payoffs))
            gain = gain / spread if spread > 0 else 0.0
        worst = max(worst, gain)
    return worst


def _unit_scale(payoffs: np.ndarray) -> np.ndarray:
    """Divide payoffs by the largest, so that differences of huge ones cannot overflow."""
    size = float(np.max(np.abs(payoffs)))
    return np.asarray(payoffs / size) if size > 0 else payoffs
