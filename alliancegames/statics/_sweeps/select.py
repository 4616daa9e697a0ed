"""Which of several equilibria counts, where a question needs one answer a point."""

from __future__ import annotations

import numpy as np

from alliancegames.errors import unknown_label
from alliancegames.statics._sweeps.chunk import Chunk

__all__ = ["RULES", "check_rules", "chosen"]

RULES = {
    "first": "the first equilibrium in canonical order",
    "payoff": "the equilibrium with the largest sum of payoffs, the first of several",
    "lowest": "the equilibrium at which the outcome is lowest",
    "highest": "the equilibrium at which the outcome is highest",
    "mean": "the average of the outcome over the equilibria listed",
}
"""Rules that select among several equilibria at a point."""


def check_rules(rules: tuple[str, ...], where: str) -> None:
    """Raise unless all rules are known.

    Parameters
    ----------
    rules : tuple of str
        Names.
    where : str
        Name of the function, for the message.
    """
    for rule in rules:
        if rule not in RULES:
            raise unknown_label("selection rule", rule, RULES, where)


def chosen(chunk: Chunk, values: np.ndarray, rule: str) -> np.ndarray:
    """Return a quantity at the equilibrium that a rule selects, one number a point; NaN where a point has none.

    Parameters
    ----------
    chunk : Chunk
        The points solved.
    values : ndarray
        The quantity at every equilibrium of the chunk.
    rule : str
        One of `RULES`.
    """
    counts = chunk.counts
    result = np.full(len(counts), np.nan)
    some = counts > 0
    if not some.any():
        return result
    begins = (np.cumsum(counts) - counts)[some]
    if rule == "first":
        result[some] = values[begins]
    elif rule == "payoff":
        result[some] = values[_largest(chunk, begins, counts[some])]
    elif rule == "mean":
        result[some] = np.add.reduceat(values, begins) / counts[some]
    else:
        result[some] = (np.minimum if rule == "lowest" else np.maximum).reduceat(values, begins)
    return result


def _largest(chunk: Chunk, begins: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the place of the equilibrium of each point with the largest sum of payoffs."""
    sums = np.zeros(len(chunk.payoffs))
    for player in range(chunk.payoffs.shape[1]):
        sums += chunk.payoffs[:, player]
    top = np.repeat(np.maximum.reduceat(sums, begins), counts)
    # Sums that differ by rounding only count as equal, so that the first of them is meant whatever the rounding.
    near = sums >= top - 1e-9 * np.maximum(1.0, np.abs(top))
    places = np.where(near, np.arange(len(sums)), len(sums))
    return np.asarray(np.minimum.reduceat(places, begins))
