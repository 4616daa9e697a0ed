"""All extreme equilibria of a two-player game on each cell of an interval of a parameter, and how they meet.

Between two neighbouring points no sign changes, so that the extreme strategies, their labels and hence the
extreme equilibria stay the same as formulas. At a point the limits of these formulas are equilibria; the
component of equilibria in which each limit lies follows from its labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.statics._lines.best_reply_vertices import Side, Strategy, System
from alliancegames.statics._lines.interval import Line

__all__ = ["Meeting", "NashLine", "Pair", "Path", "Turn"]

Formula = tuple[int, int]
"""An equilibrium as a function of the parameter: the numbers of the two strategies."""


@dataclass(frozen=True)
class Pair:
    """An extreme equilibrium on a cell.

    Parameters
    ----------
    first, second : frozenset of int
        Numbers of the strategies that take this value; on a gap one each.
    labels : tuple of int
        Labels of the two strategies as bit masks.
    systems : tuple of System
        Equations of which they are solutions.
    """

    first: frozenset[int]
    second: frozenset[int]
    labels: tuple[int, int]
    systems: tuple[System, System]

    @property
    def formula(self) -> Formula:
        """One of the formulas that take this value; on a gap there is no other."""
        return min(self.first), min(self.second)


@dataclass
class Path:
    """An equilibrium that stays the same formula between two points, and meets no other in between."""

    formula: Formula
    start: int
    stop: int = -1


@dataclass(frozen=True)
class Meeting:
    """A component of equilibria at a point, with the paths that end and begin there."""

    pairs: tuple[Pair, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    unchanged: bool


@dataclass(frozen=True)
class Turn:
    """A point at which something happens."""

    point: int
    meetings: tuple[Meeting, ...]


class NashLine:
    """The equilibria of a game with polynomial payoffs along an interval.

    Parameters
    ----------
    first, second : sequence of sequence of fmpz_poly
        Payoffs of the two players, one row an action of the first.
    start, stop : Fraction
        The ends of the interval.
    """

    def __init__(self, first: Sequence[Sequence[Any]], second: Sequence[Sequence[Any]], start: Fraction, stop: Fraction) -> None:
        m, n = len(first), len(first[0])
        self.sides = Side(second), Side(list(zip(*first, strict=True)))
        self.line = Line(start, stop, (p for side in self.sides for p in side.polynomials()))
        self._shape = m, n
        tables = self.sides[0].tabulate(self.line, 0, m), self.sides[1].tabulate(self.line, m, 0)
        self._cells = [self._pairs(cell, tables) for cell in range(self.line.cells)]
        self.paths: list[Path] = []
        self.turns: list[Turn] = []
        self._follow()

    def strategies(self, formula: Formula) -> tuple[Strategy, Strategy]:
        """Return the two strategies of an equilibrium as formulas."""
        return self.sides[0].strategies[formula[0]], self.sides[1].strategies[formula[1]]

    def pairs(self, cell: int) -> list[Pair]:
        """Return the extreme equilibria on a cell."""
        return self._cells[cell]

    def _pairs(self, cell: int, tables: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[Pair]:
        vertices: list[dict[int, list[System]]] = []
        for side, (feasible, labels) in zip(self.sides, tables, strict=True):
            met: dict[int, list[System]] = {}
            for k in np.flatnonzero(feasible[:, cell]):
                met.setdefault(int(labels[k, cell]), []).append(side.systems[k])
            vertices.append(met)
        everything = (1 << sum(self._shape)) - 1
        return [
            Pair(frozenset(u.strategy for u in first), frozenset(v.strategy for v in second), (x, y), (first[0], second[0]))
            for x, first in vertices[0].items()
            for y, second in vertices[1].items()
            if x | y == everything
        ]

    # ---------------------------------------------------------------- from cell to cell

    def _follow(self) -> None:
        """Walk along the interval, closing and opening paths where they meet or change."""
        last = len(self.line.points) - 1
        active: dict[Formula, int] = {}
        for point in range(last + 1):
            here = self._cells[2 * point]
            before = {pair.formula: pair for pair in self._cells[2 * point - 1]} if point > 0 else {}
            after = {pair.formula: pair for pair in self._cells[2 * point + 1]} if point < last else {}
            if before.keys() == after.keys() and _matched(list(before), here):
                continue  # the usual case: the point matters for no equilibrium
            meetings = [self._meeting(point, component, before, after, active) for component in _components(here)]
            if point in (0, last) or not all(meeting.unchanged for meeting in meetings):
                self.turns.append(Turn(point, tuple(meetings)))

    def _meeting(
        self, point: int, component: list[Pair], before: dict[Formula, Pair], after: dict[Formula, Pair], active: dict[Formula, int]
    ) -> Meeting:
        arriving, leaving = (sorted(f for f, pair in side.items() if self._lies_in(pair, point, component)) for side in (before, after))
        at_end = not before or not after
        unchanged = (at_end or arriving == leaving) and _matched(arriving or leaving, component)
        if unchanged and not at_end:
            return Meeting(tuple(component), tuple(active[f] for f in arriving), tuple(active[f] for f in leaving), True)
        closed = [active.pop(formula) for formula in arriving]
        for number in closed:
            self.paths[number].stop = point
        opened = []
        for formula in leaving:
            active[formula] = len(self.paths)
            opened.append(len(self.paths))
            self.paths.append(Path(formula, point))
        return Meeting(tuple(component), tuple(closed), tuple(opened), unchanged)

    def _lies_in(self, pair: Pair, point: int, component: Iterable[Pair]) -> bool:
        """Whether the limit of an equilibrium lies in a component: then some extreme equilibrium of it has all its labels."""
        m, _ = self._shape
        masks = []
        for system, own, other in zip(pair.systems, (0, m), (m, 0), strict=True):
            unplayed, best = system.limit_labels(self.line.points[point])
            masks.append(sum(1 << (own + k) for k in unplayed) | sum(1 << (other + k) for k in best))
        x, y = masks
        return any(other.labels[0] & x == x and other.labels[1] & y == y for other in component)


def _matched(formulas: Sequence[Formula], pairs: Sequence[Pair]) -> bool:
    """Whether the extreme equilibria at a point are just the limits, one each, and share strategies as these do."""
    if len(formulas) != len(pairs):
        return False
    found = [[pair for pair in pairs if x in pair.first and y in pair.second] for x, y in formulas]
    if any(len(hits) != 1 for hits in found) or len({hits[0].labels for hits in found}) != len(pairs):
        return False
    return all(len({f[k] for f in formulas}) == len({pair.labels[k] for pair in pairs}) for k in (0, 1))


def _components(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Group extreme equilibria that share a strategy, directly or through others."""
    groups: list[tuple[set[tuple[int, int]], list[Pair]]] = []
    for pair in pairs:
        nodes, members = {(0, pair.labels[0]), (1, pair.labels[1])}, [pair]
        apart = []
        for group in groups:
            if group[0] & nodes:
                nodes |= group[0]
                members = [*group[1], *members]
            else:
                apart.append(group)
        groups = [*apart, (nodes, members)]
    return [members for _, members in groups]
