"""A repeated game with payoffs scaled to the unit cube, exactly: what the bounds of n-player games are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from alliancegames.solvers.polytope import Point, Polytope
from alliancegames.solvers.repeated._bounds_reading import Stage

__all__ = ["Scaled"]


@dataclass(frozen=True)
class Scaled:
    """Payoffs between 0 and 1 for each player.

    Parameters
    ----------
    stage : Stage
        The stage game.
    discounts : tuple of Fraction
        Discount factors.
    profiles : tuple of int
        Positions of the profiles that can be played at all: without gain from deviating for who does not care for the future.
    payoffs : tuple of tuple of Fraction
        Scaled payoffs of each of these profiles.
    needs : tuple of tuple of Fraction
        By how much a promise must exceed the worst payoff of each player.
    low, span : tuple of Fraction
        Payoffs are ``low + span * scaled``.
    """

    stage: Stage
    discounts: tuple[Fraction, ...]
    profiles: tuple[int, ...]
    payoffs: tuple[Point, ...]
    needs: tuple[Point, ...]
    low: Point
    span: Point

    @classmethod
    def of(cls, stage: Stage, discounts: tuple[Fraction, ...]) -> Scaled:
        """Scale a game."""
        columns = list(zip(*stage.points, strict=True))
        low = tuple(min(column) for column in columns)
        span = tuple((max(column) - min(column)) or Fraction(1) for column in columns)
        playable = [a for a, gains in enumerate(stage.gains) if not any(g and not d for g, d in zip(gains, discounts, strict=True))]
        payoffs = [tuple((x - m) / s for x, m, s in zip(stage.points[a], low, span, strict=True)) for a in playable]
        needs = [
            tuple(g * (1 - d) / (d * s) if g else Fraction(0) for g, d, s in zip(stage.gains[a], discounts, span, strict=True))
            for a in playable
        ]
        return cls(stage, discounts, tuple(playable), tuple(payoffs), tuple(needs), low, span)

    @property
    def size(self) -> int:
        """Number of players."""
        return len(self.discounts)

    @property
    def common(self) -> bool:
        """Whether all have the same discount factor."""
        return len(set(self.discounts)) == 1

    def hull(self) -> Polytope:
        """Return the hull of all stage payoffs, scaled."""
        points = self.stage.points
        return Polytope.from_points([tuple((x - m) / s for x, m, s in zip(p, self.low, self.span, strict=True)) for p in points])

    def today(self, a: int, promise: Point) -> Point:
        """Return payoffs of a profile (as a position in `payoffs`) that is followed by a promise."""
        return tuple((1 - d) * x + d * w for d, x, w in zip(self.discounts, self.payoffs[a], promise, strict=True))

    def unscaled(self, polytope: Polytope) -> Polytope:
        """Return a set in the payoffs of the game; the order of corners survives."""
        corners = [tuple(m + s * x for x, m, s in zip(p, self.low, self.span, strict=True)) for p in polytope.vertices]
        return Polytope(corners, self.size, "exact")

    def scaled(self, point: Point) -> Point:
        """Return a payoff vector of the game in scaled payoffs."""
        return tuple((Fraction(x) - m) / s for x, m, s in zip(point, self.low, self.span, strict=True))

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return payoffs, needs (rounded down) and discount factors in floats."""
        payoffs = np.array(self.payoffs, dtype=float).reshape(len(self.payoffs), self.size)
        needs = np.array(self.needs, dtype=float).reshape(payoffs.shape)
        return payoffs, np.maximum(np.nextafter(needs, -1), 0), np.array(self.discounts, dtype=float)
