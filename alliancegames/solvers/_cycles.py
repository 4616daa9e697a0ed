"""Cycles of four profiles along which two players deviate in turn: what potentials are tested by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._reading import in_field

__all__ = ["Cycle", "four_cycle", "four_cycles", "solve_weights", "tidy", "vanishes", "weight_ratio"]


@dataclass(frozen=True)
class Cycle:
    """A closed path of four profiles along which two players deviate in turn.

    Parameters
    ----------
    players : tuple of str
        The two players; the first deviates first.
    profiles : tuple of tuple of str
        The four profiles in order; from the last the path returns to the first.
    changes : tuple of number
        Sum of the payoff changes that each of the two makes by own deviations round the cycle. With an
        exact potential the two add up to zero, with a weighted one after division by the weights.
    """

    players: tuple[str, str]
    profiles: tuple[tuple[str, ...], ...]
    changes: tuple[Any, Any]


def tidy(value: Any) -> Any:
    """Reduce a sympy expression as far as is needed to see that it vanishes; numbers stay as they are."""
    if isinstance(value, Fraction):
        return value
    import sympy

    expanded = sympy.expand(value)
    return expanded if expanded == 0 else sympy.factor(sympy.simplify(expanded))


def vanishes(value: Any, allowed: Fraction = Fraction(0)) -> bool:
    return abs(value) <= allowed if isinstance(value, Fraction) else bool(value == 0)


def _mixed(values: np.ndarray, i: int, j: int) -> np.ndarray:
    """Return the mixed differences in the actions of two players, against the first action of both."""
    own = values - values.take([0], axis=i)
    return np.asarray(own - own.take([0], axis=j))


def four_cycles(payoffs: tuple[np.ndarray, ...], i: int, j: int) -> Iterator[tuple[tuple[int, ...], Any, Any]]:
    """Yield for each cycle of two players its far corner and the mixed difference of both payoffs."""
    mine, theirs = _mixed(payoffs[i], i, j), _mixed(payoffs[j], i, j)
    for cell in np.ndindex(mine.shape):
        if cell[i] and cell[j]:
            yield cell, mine[cell], theirs[cell]


def four_cycle(game: NormalFormGame, i: int, j: int, cell: tuple[int, ...], mine: Any, theirs: Any) -> Cycle:
    def labels(first: int, second: int) -> tuple[str, ...]:
        corner = [first if k == i else second if k == j else action for k, action in enumerate(cell)]
        return tuple(part[action] for part, action in zip(game.actions, corner, strict=True))

    path = ((0, 0), (cell[i], 0), (cell[i], cell[j]), (0, cell[j]))
    changes = tuple(in_field(value, game) if isinstance(value, Fraction) else tidy(value) for value in (-mine, theirs))
    return Cycle((game.players[i], game.players[j]), tuple(labels(*corner) for corner in path), (changes[0], changes[1]))


def weight_ratio(
    game: NormalFormGame, payoffs: tuple[np.ndarray, ...], i: int, j: int, allowed: list[Fraction]
) -> tuple[Any, tuple[Cycle, ...]]:
    """Return the ratio of the weights of two players with its cycle; (None, ()) if any will do, (None, cycles) if none does."""
    cycles = [(cell, tidy(mine), tidy(theirs)) for cell, mine, theirs in four_cycles(payoffs, i, j)]
    steep = [c for c in cycles if not (vanishes(c[1], allowed[i]) and vanishes(c[2], allowed[j]))]
    if not steep:
        return None, ()
    # In floats the steepest cycle gives the ratio least blurred by rounding.
    pivot = max(steep, key=lambda c: abs(c[1]) + abs(c[2])) if game.field != "symbolic" else steep[0]
    first = four_cycle(game, i, j, *pivot)
    if vanishes(pivot[1], allowed[i]) or vanishes(pivot[2], allowed[j]):
        return None, (first,)
    ratio = tidy(pivot[1] / pivot[2])
    if (ratio < 0) if isinstance(ratio, Fraction) else ratio.is_negative:
        return None, (first,)
    for cell, mine, theirs in cycles:
        if not vanishes(tidy(mine - ratio * theirs), allowed[i] + abs(ratio) * allowed[j]):
            return None, (first, four_cycle(game, i, j, cell, mine, theirs))
    return ratio, (first,)


def solve_weights(players: int, ratios: dict[tuple[int, int], tuple[Any, Cycle]], slack: Fraction) -> tuple[list[Any], tuple[Cycle, ...]]:
    """Follow the ratios from the first player of each group; return the weights, or cycles whose ratios disagree."""
    weights: dict[int, Any] = {}
    path: dict[int, tuple[Cycle, ...]] = {}
    for root in range(players):
        if root in weights:
            continue
        weights[root], path[root], queue = Fraction(1), (), [root]
        while queue:
            k = queue.pop(0)
            for (i, j), (ratio, cycle) in ratios.items():
                other, factor = (j, 1 / ratio) if i == k else (i, ratio) if j == k else (k, 1)
                if other not in weights:
                    weights[other], path[other] = tidy(weights[k] * factor), (*path[k], cycle)
                    queue.append(other)
    for (i, j), (ratio, cycle) in ratios.items():
        gap = tidy(weights[i] - ratio * weights[j])
        if not vanishes(gap, players * slack * weights[i] if slack else Fraction(0)):
            return [], tuple(dict.fromkeys((cycle, *path[i], *path[j])))
    return [weights[k] for k in range(players)], ()
