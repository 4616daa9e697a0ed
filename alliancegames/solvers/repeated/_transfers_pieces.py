"""Largest joint payoff and harshest punishments as functions of liquidity, and where patience makes them available.

Liquidity L is what all players together can lose by reneging, per period: (delta / (1 - delta)) times the
gap between the joint payoff and the sum of the punishment payoffs. The joint payoff U(L) and the
punishments v(L) are piecewise linear; in equilibrium L = kappa * (U(L) - sum of v(L)), kappa = delta / (1 - delta).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

Cell = tuple[int, ...]


class Segment(NamedTuple):
    """A linear piece of a function of liquidity, right-continuous, up to the start of the next one.

    Parameters
    ----------
    start : Fraction
        Where the piece begins.
    value : Fraction
        Its value there.
    slope : Fraction
        Its slope.
    cell : tuple of int
        The action profile that attains it.
    """

    start: Fraction
    value: Fraction
    slope: Fraction
    cell: Cell

    def at(self, liquidity: Fraction) -> Fraction:
        """Return the value at a liquidity of the piece."""
        return self.value + self.slope * (liquidity - self.start)


@dataclass(frozen=True)
class Piece:
    """An interval of liquidity on which the joint payoff and all punishments are linear.

    Parameters
    ----------
    start : Fraction
        Least liquidity of the interval.
    joint : Segment
        The joint payoff.
    punishments : tuple of Segment
        The punishment payoff of each player.
    """

    start: Fraction
    joint: Segment
    punishments: tuple[Segment, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The profile on the path, then the one that punishes each player."""
        return (self.joint.cell, *(part.cell for part in self.punishments))

    @property
    def slope(self) -> Fraction:
        """Slope of the gap between joint payoff and punishments."""
        return self.joint.slope - sum((part.slope for part in self.punishments), Fraction(0))

    def gap(self, liquidity: Fraction) -> Fraction:
        """Return the joint payoff less the sum of the punishment payoffs."""
        return self.joint.at(liquidity) - sum((part.at(liquidity) for part in self.punishments), Fraction(0))

    def liquidity(self, patience: Fraction) -> Fraction:
        """Return the solution of ``L = patience * gap(L)``."""
        if not self.start and not patience:
            return Fraction(0)
        return patience * self.gap(Fraction(0)) / (1 - patience * self.slope)


@dataclass(frozen=True)
class Step:
    """A piece, and the least ``kappa = delta / (1 - delta)`` from which the equilibrium lies on it."""

    patience: Fraction
    piece: Piece


def merge(functions: Sequence[Sequence[Segment]]) -> list[Piece]:
    """Cut the joint payoff and the punishments at each other's breakpoints.

    Parameters
    ----------
    functions : sequence of sequence of Segment
        The joint payoff, then the punishment of each player; all begin at the same liquidity.
    """
    places = [0] * len(functions)
    pieces = []
    for start in sorted({segment.start for function in functions for segment in function}):
        for k, function in enumerate(functions):
            while places[k] + 1 < len(function) and function[places[k] + 1].start <= start:
                places[k] += 1
        joint, *punishments = (function[place] for function, place in zip(functions, places, strict=True))
        pieces.append(Piece(start, joint, tuple(punishments)))
    return pieces


def frontier(pieces: Sequence[Piece]) -> list[Step]:
    """Return the pieces on which the largest solution of ``L = kappa * gap(L)`` lies for some kappa, from low to high.

    The gap does not fall in L. Where ``L / gap(L)`` rises along a piece, the piece belongs to the frontier
    up to the least value that is taken further right. Where it does not, a larger L is available as early,
    and the comparison leaves the piece out.
    """
    steps: list[Step] = []
    for piece in reversed(pieces):
        gap = piece.gap(piece.start)
        if piece.start == 0:
            if gap >= 0:
                steps.append(Step(Fraction(0), piece))
        elif gap > 0:
            patience = piece.start / gap
            if not steps or patience < steps[-1].patience:
                steps.append(Step(patience, piece))
    return steps[::-1]


def current(steps: Sequence[Step], patience: Fraction) -> Step | None:
    """Return the last step that is reached, or None before the first one."""
    return next((step for step in reversed(steps) if step.patience <= patience), None)


def envelope(functions: Sequence[Sequence[Segment]], sign: int) -> list[Segment]:
    """Return the upper (`sign` 1) or lower (-1) envelope of piecewise linear functions that are defined from their first start on."""
    cuts = sorted({segment.start for function in functions for segment in function})
    result: list[Segment] = []
    for k, cut in enumerate(cuts):
        end = cuts[k + 1] if k + 1 < len(cuts) else None
        lines = [line for line in (_line_at(function, cut) for function in functions) if line is not None]
        for segment in _sweep(lines, cut, end, sign):
            if not result or (segment.cell, segment.slope, segment.value) != (
                result[-1].cell,
                result[-1].slope,
                result[-1].at(segment.start),
            ):
                result.append(segment)
    return result


def _line_at(function: Sequence[Segment], cut: Fraction) -> Segment | None:
    """Return the linear piece that is in force from a cut on, rewritten to start there."""
    segment = next((segment for segment in reversed(function) if segment.start <= cut), None)
    return None if segment is None else Segment(cut, segment.at(cut), segment.slope, segment.cell)


def _sweep(lines: Sequence[Segment], start: Fraction, end: Fraction | None, sign: int) -> list[Segment]:
    """Return the envelope of lines over an interval."""
    result = []
    while True:
        best = max(lines, key=lambda line: (sign * line.at(start), sign * line.slope))
        result.append(Segment(start, best.at(start), best.slope, best.cell))
        steeper = [line for line in lines if sign * line.slope > sign * best.slope]
        if not steeper:
            return result
        start = min(start + (best.at(start) - line.at(start)) / (line.slope - best.slope) for line in steeper)
        if end is not None and start >= end:
            return result
