"""Two-player repeated games in exact numbers: what can be had today with given continuation payoffs.

Payoffs are scaled to run from 0 to 1 for each player, which changes no equilibrium.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from alliancegames.games.repeated import RepeatedGame

__all__ = ["Generated", "Problem", "clip", "generated", "lowest"]

Pair = tuple[Fraction, Fraction]
Polygon = list[Pair]

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Problem:
    """A two-player repeated game with scaled payoffs, one row a pure action profile.

    Parameters
    ----------
    profiles : tuple of tuple of int
        Action indices of each row.
    payoffs : tuple of pair
        Scaled payoffs.
    gains : tuple of pair
        What each player gains at most by a deviation today.
    delta : Fraction
        Discount factor, positive.
    shift, scale : pair
        Payoffs of the game are ``shift + scale * scaled payoffs``.
    """

    profiles: tuple[tuple[int, int], ...]
    payoffs: tuple[Pair, ...]
    gains: tuple[Pair, ...]
    delta: Fraction
    shift: Pair
    scale: Pair

    @classmethod
    def of(cls, game: RepeatedGame) -> Problem:
        """Read a game with exact numbers."""
        return cls.from_arrays(game.stage.payoffs, game.delta)

    @classmethod
    def from_arrays(cls, payoffs: Sequence[np.ndarray], delta: Fraction) -> Problem:
        """Read two payoff arrays and the discount factor."""
        shift = (min(payoffs[0].flat), min(payoffs[1].flat))
        scale = tuple((max(array.flat) - low) or ONE for array, low in zip(payoffs, shift, strict=True))
        scaled = [(array - low) / size for array, low, size in zip(payoffs, shift, scale, strict=True)]
        gains = [scaled[0].max(axis=0)[None, :] - scaled[0], scaled[1].max(axis=1)[:, None] - scaled[1]]
        cells = [(int(j), int(k)) for j, k in np.ndindex(scaled[0].shape)]
        return cls(
            tuple(cells),
            tuple((scaled[0][cell], scaled[1][cell]) for cell in cells),
            tuple((gains[0][cell], gains[1][cell]) for cell in cells),
            delta,
            (shift[0], shift[1]),
            (scale[0], scale[1]),
        )

    def with_delta(self, delta: Fraction) -> Problem:
        """Return the same stage with another discount factor."""
        return Problem(self.profiles, self.payoffs, self.gains, delta, self.shift, self.scale)

    @property
    def rate(self) -> Fraction:
        """Weight of today against all later periods, ``(1 - delta) / delta``."""
        return (1 - self.delta) / self.delta

    @cached_property
    def minmax(self) -> Pair:
        """Lowest best-reply payoff of each player against a pure action: no equilibrium gives less."""
        replies = [[g + h for g, h in zip(p, q, strict=True)] for p, q in zip(self.payoffs, self.gains, strict=True)]
        return min(row[0] for row in replies), min(row[1] for row in replies)

    @cached_property
    def float_arrays(self) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
        """Payoffs, gains, discount factor and minmax payoffs in floats."""
        return np.array(self.payoffs, float), np.array(self.gains, float), float(self.delta), np.array(self.minmax, float)

    def required(self, a: int, worst: Pair) -> Pair:
        """Return the least continuation payoffs that keep both players at a profile, given their worst punishments."""
        return worst[0] + self.rate * self.gains[a][0], worst[1] + self.rate * self.gains[a][1]

    def today(self, a: int, later: Pair) -> Pair:
        """Return the payoffs of a profile today and given payoffs from tomorrow on."""
        (x, y), delta = self.payoffs[a], self.delta
        return (1 - delta) * x + delta * later[0], (1 - delta) * y + delta * later[1]

    def unscaled(self, points: Sequence[Pair]) -> Polygon:
        """Return points in the payoffs of the game."""
        return [(self.shift[0] + self.scale[0] * x, self.shift[1] + self.scale[1] * y) for x, y in points]

    def scaled(self, point: Sequence[Fraction]) -> Pair:
        """Return a point of the game in scaled payoffs."""
        return (point[0] - self.shift[0]) / self.scale[0], (point[1] - self.shift[1]) / self.scale[1]


@dataclass(frozen=True)
class Generated:
    """A payoff pair and how it comes about: the profile today and the payoffs promised from tomorrow on."""

    payoffs: Pair
    profile: int
    later: Pair


def lowest(polygon: Sequence[Pair]) -> Pair:
    """Return the lowest payoff of each player on a polygon."""
    return min(p[0] for p in polygon), min(p[1] for p in polygon)


def clip(polygon: Sequence[Pair], bounds: Pair) -> Polygon:
    """Return the corners of the part of a polygon, flat or not, at or above both bounds."""
    kept = list(polygon)
    for i, bound in enumerate(bounds):
        crossed: Polygon = []
        for p, q in zip(kept, kept[1:] + kept[:1], strict=True):
            if p[i] >= bound:
                crossed.append(p)
            if (p[i] < bound) != (q[i] < bound) and p[i] != bound and q[i] != bound:
                share = (bound - p[i]) / (q[i] - p[i])
                crossed.append((p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])))
        kept = list(dict.fromkeys(crossed))
    return kept


def generated(problem: Problem, polygon: Sequence[Pair]) -> Iterator[Generated]:
    """Yield everything of which the hull is the set generated by a polygon of continuation payoffs."""
    worst = lowest(polygon)
    for a in range(len(problem.payoffs)):
        for later in clip(polygon, problem.required(a, worst)):
            yield Generated(problem.today(a, later), a, later)
