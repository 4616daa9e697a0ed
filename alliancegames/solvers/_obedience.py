"""The inequalities that define correlated and coarse correlated equilibria, and an independent check of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np

__all__ = ["largest_gain", "obedience_rows"]


def obedience_rows(payoffs: Sequence[np.ndarray], *, coarse: bool) -> list[list[int]]:
    """Return rows with ``row @ p >= 0``: what a player loses by a deviation, weighted by probabilities.

    A row a player, recommended action and other action; the *coarse* rows add up those of all recommended
    actions, since who has not yet seen the recommendation deviates whatever it will be. Each row is scaled
    to integers; rows of zeros are left out.
    """
    rows = []
    for k, own in enumerate(payoffs):
        for deviation in range(own.shape[k]):
            losses = own - own.take([deviation], axis=k)
            if coarse:
                rows.append(_integers(losses))
                continue
            for action in range(own.shape[k]):
                row = np.full(own.shape, Fraction(0), dtype=object)
                here = tuple(action if axis == k else slice(None) for axis in range(own.ndim))
                row[here] = losses[here]
                rows.append(_integers(row))
    return [row for row in rows if any(row)]


def _integers(losses: np.ndarray) -> list[int]:
    scale = lcm(*(value.denominator for value in losses.flat))
    return [value.numerator * (scale // value.denominator) for value in losses.flat]


def largest_gain(payoffs: Sequence[np.ndarray], probabilities: np.ndarray, *, coarse: bool) -> Fraction:
    """Return the largest expected gain from disobeying, as a share of the player's payoff range.

    It is computed from the definition: the expected payoff of each action where another is recommended.
    """
    worst = Fraction(0)
    for k, own in enumerate(payoffs):
        size = own.shape[k]
        weights = np.moveaxis(probabilities, k, 0).reshape(size, -1)
        values = np.moveaxis(own, k, 0).reshape(size, -1)
        table = weights @ values.T  # expected payoff: row, the action recommended; column, the action taken
        obeyed = [table[action, action] for action in range(size)]
        gains = [max(table.sum(axis=0)) - sum(obeyed)] if coarse else [max(table[a]) - obeyed[a] for a in range(size)]
        worst = max(worst, max(gains) / ((own.max() - own.min()) or 1))
    return worst
