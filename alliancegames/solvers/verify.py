"""Independent verification: regrets computed from the payoffs alone, never from a solver's own numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import PROBABILITY_TOLERANCE, Profile
from alliancegames.solvers.result import Enclosure

__all__ = ["as_profile", "largest_regret", "rounded_regret"]


def as_profile(game: NormalFormGame, strategies: Any) -> Profile:
    """Return what a solver found as a profile: of the game with floats if the strategies are irrational.

    Parameters
    ----------
    game : NormalFormGame
        The game solved.
    strategies : Enclosure or sequence of array
        One probability vector a player.
    """
    if isinstance(strategies, Enclosure):
        return Profile(game.floats(), [own.astype(float) for own in strategies])
    return Profile(game, strategies)


def rounded_regret(game: NormalFormGame, strategies: Sequence[np.ndarray]) -> float:
    """Return the largest gain from a unilateral deviation in an exact game at strategies that were rounded to floats.

    Computed in rationals at the binary values of the floats, so that payoffs are not rounded.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact payoffs.
    strategies : sequence of array of float
        One probability vector a player.

    Returns
    -------
    float
        As a share of the range of the player's payoffs; infinite for vectors that are no probabilities.
    """
    if not all(_is_distribution(own) for own in strategies):
        return float("inf")
    values = [[Fraction(float(weight)) for weight in own] for own in strategies]
    exact = [np.array([weight / sum(own) for weight in own], dtype=object) for own in values]
    spreads = [max(payoffs.flat) - min(payoffs.flat) or 1 for payoffs in game.payoffs]
    return max(float(gain / spread) for gain, spread in zip(game.regret(exact).values(), spreads, strict=True))


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
    cell = _pure_cell(strategies)
    if cell is not None and (
        game.field == "float" or all(isinstance(own[k], (int, Fraction)) for own, k in zip(strategies, cell, strict=True))
    ):
        return _pure_regret(game, cell)
    if game.field == "exact":
        return _exact_regret(game, strategies)
    if not all(_is_distribution(own) for own in strategies):
        return float("inf")
    worst = 0.0
    for k, own in enumerate(strategies):
        values = np.moveaxis(_losses(game.payoffs[k], k), k, 0)
        for j in reversed(range(len(strategies))):
            if j != k:
                values = (values * strategies[j]).sum(axis=-1)  # unlike a BLAS product, the same on every run
        worst = max(worst, float(max(values) - (values * own).sum()))
    return worst


def _pure_cell(strategies: Sequence[np.ndarray]) -> tuple[int, ...] | None:
    """Return the actions of a pure profile, or None if somebody randomises."""
    cell = []
    for own in strategies:
        played = [k for k, weight in enumerate(own) if weight != 0]
        if len(played) != 1 or own[played[0]] != 1:
            return None
        cell.append(played[0])
    return tuple(cell)


def _pure_regret(game: NormalFormGame, cell: tuple[int, ...]) -> Any:
    """Return the largest regret in a cell from the lines of payoffs through it alone."""
    worst: Any = Fraction(0) if game.field == "exact" else 0.0
    scaled = vars(game).get("integer_payoffs")  # integers compare faster, but are not worth making for this
    for k, payoffs in enumerate(game.payoffs):
        index: Any = (*cell[:k], slice(None), *cell[k + 1 :])
        if scaled is not None and game.field == "exact" and max(scaled[k][index].tolist()) == scaled[k][cell]:
            continue
        line: Any = payoffs[index]
        gain = line.max() - line[cell[k]]
        if gain and game.field == "float":
            with np.errstate(over="ignore"):
                gain = float(gain / 2 / (payoffs.max() / 2 - payoffs.min() / 2))
        worst = max(worst, gain)
    return worst


def _is_distribution(weights: np.ndarray) -> bool:
    """Whether floats are non-negative and sum to one."""
    values = np.asarray(weights, dtype=float)
    return bool(values.min() >= 0 and abs(values.sum() - 1) <= PROBABILITY_TOLERANCE)  # NaN and infinity fail, too


def _exact_regret(game: NormalFormGame, strategies: Sequence[np.ndarray]) -> Fraction | float:
    """Return the largest regret of exact strategies, computed in integers."""
    scaled = [_integer_weights(own) for own in strategies]
    weights = [ints for ints in scaled if ints is not None]
    if len(weights) < len(scaled):
        return float("inf")
    worst = Fraction(0)
    for k, own in enumerate(weights):
        values = game.integer_payoffs[k]
        for weight in reversed(weights[k + 1 :]):
            values = values @ weight  # the last axis
        for weight in reversed(weights[:k]):
            values = weight @ values  # the last axis but one; the player's own stays last
        gain = max(values) * own.sum() - values @ own
        if gain:
            worst = max(worst, max(game.regret(strategies).values()))
    return worst


def _integer_weights(weights: np.ndarray) -> np.ndarray | None:
    """Return weights proportional to exact probabilities, or None if they are no probabilities."""
    if not all(isinstance(weight, (int, Fraction)) for weight in weights):
        return None
    scale = lcm(*[weight.denominator for weight in weights])
    result = np.empty(len(weights), dtype=object)
    result[:] = [weight.numerator * (scale // weight.denominator) for weight in weights]
    return result if min(result) >= 0 and result.sum() == scale else None


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
