"""Independent verification: regrets computed from the payoffs alone, never from a solver's own numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import PROBABILITY_TOLERANCE

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
    if not all(_is_distribution(own, exact) for own in strategies):
        return float("inf")
    for k, own in enumerate(strategies):
        payoffs = game.payoffs[k] if exact else _losses(game.payoffs[k], k)
        values = np.moveaxis(payoffs, k, 0)
        for j in reversed(range(len(strategies))):
            if j != k:
                values = (values * strategies[j]).sum(axis=-1)  # unlike a BLAS product, the same on every run
        gain = max(values) - sum(value * weight for value, weight in zip(values, own, strict=True))
        if not exact:
            gain = float(gain)
        worst = max(worst, gain)
    return worst


def _is_distribution(weights: np.ndarray, exact: bool) -> bool:
    """Whether weights are non-negative numbers of the right system that sum to one."""
    if exact:
        return all(isinstance(weight, (int, Fraction)) and weight >= 0 for weight in weights) and sum(weights) == 1
    values = np.asarray(weights, dtype=float)
    return bool(np.isfinite(values).all() and (values >= 0).all() and abs(values.sum() - 1) <= PROBABILITY_TOLERANCE)


def _losses(payoffs: np.ndarray, player: int) -> np.ndarray:
    """Return what a player loses against the best reply in each cell, as a share of the range of payoffs.

    Regrets are the same as with the payoffs themselves, but constants and units that would swamp small
    differences in floats are gone.
    """
    with np.errstate(over="ignore"):
        if not np.isfinite(payoffs.max() - payoffs.min()):
            payoffs = payoffs / 2  # differences of the largest floats overflow
    spread = payoffs.max() - payoffs.min()
    losses = payoffs - payoffs.max(axis=player, keepdims=True)
    return np.asarray(losses / spread) if spread > 0 else losses
