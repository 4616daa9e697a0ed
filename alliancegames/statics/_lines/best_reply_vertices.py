"""Extreme strategies of two-player games whose payoffs are polynomials in one parameter.

An extreme strategy of a player is a vertex of the best-reply polyhedron: it leaves some own actions unplayed
and makes some replies of the opponent equally good. Each choice of as many replies as played actions gives
linear equations, solved here in polynomials. Whether the solution is a vertex at a value of the parameter, and
which further actions are unplayed or best, depends on signs of polynomials alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np

from alliancegames.statics._lines.interval import AlgebraicNumber, Line

__all__ = ["Side", "Strategy", "System", "number_of_systems"]

Polynomials = Sequence[Sequence[Any]]


def number_of_systems(rows: int, columns: int) -> int:
    """Return how many systems of equations give the extreme strategies of one player."""
    return comb(rows + columns, rows) - 1


@dataclass(frozen=True)
class Strategy:
    """A mixed strategy as a function of the parameter.

    Parameters
    ----------
    weights : tuple of fmpz_poly
        Numerators of the probabilities.
    denominator : fmpz_poly
        Common denominator, without a factor common to all.
    """

    weights: tuple[Any, ...]
    denominator: Any

    @property
    def key(self) -> tuple[Any, ...]:
        """What two formulas for the same function have in common."""
        return tuple(tuple(int(c) for c in p.coeffs()) for p in (self.denominator, *self.weights))


@dataclass(frozen=True)
class System:
    """The solution of one system of equations: an extreme strategy wherever the determinant is not zero and no sign is wrong.

    Parameters
    ----------
    strategy : int
        Number of the strategy; different systems may have the same.
    determinant : fmpz_poly
        Determinant of the equations.
    common : fmpz_poly
        Factor that the determinant and all numerators have in common.
    weights, losses : tuple of fmpz_poly
        Numerators of the probabilities, and of what each reply of the opponent loses against the replies that are equated.
    """

    strategy: int
    determinant: Any
    common: Any
    weights: tuple[Any, ...]
    losses: tuple[Any, ...]

    def limit_labels(self, point: AlgebraicNumber) -> tuple[list[int], list[int]]:
        """Return the own actions unplayed, and the replies that lose nothing, in the limit at a point."""
        unplayed, best = ([k for k, p in enumerate(part) if point.is_root_of(p // self.common)] for part in (self.weights, self.losses))
        return unplayed, best


class Side:
    """The extreme strategies of one player.

    Parameters
    ----------
    payoffs : sequence of sequence of fmpz_poly
        Payoffs of the opponent: one row an own action, one column a reply.
    """

    def __init__(self, payoffs: Polynomials) -> None:
        self.payoffs = payoffs
        self.strategies: list[Strategy] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        self.systems = [self._entered(*solved) for solved in _solutions(payoffs)]

    def _entered(self, determinant: Any, weights: tuple[Any, ...], losses: tuple[Any, ...]) -> System:
        common = determinant
        for weight in weights:
            common = common.gcd(weight)
        if determinant.leading_coefficient() < 0:
            common = -common
        strategy = Strategy(tuple(p // common for p in weights), determinant // common)
        number = self._numbers.setdefault(strategy.key, len(self.strategies))
        if number == len(self.strategies):
            self.strategies.append(strategy)
        return System(number, determinant, common, weights, losses)

    def polynomials(self) -> Iterator[Any]:
        """Yield all polynomials whose signs matter."""
        for system in self.systems:
            yield from (system.determinant, *system.weights, *system.losses)

    def tabulate(self, line: Line, own: int, other: int) -> tuple[np.ndarray, np.ndarray]:
        """Return which systems give a vertex on each cell of a line, and its labels.

        Parameters
        ----------
        line : Line
            A line cut at the roots of `polynomials`.
        own, other : int
            Bit of the label of the first own action, and of the first reply.

        Returns
        -------
        feasible : ndarray of bool, shape (systems, cells)
            Whether the solution exists and satisfies all inequalities.
        labels : ndarray of int64, shape (systems, cells)
            Bit mask of the actions unplayed and the replies that are best.
        """
        feasible = np.zeros((len(self.systems), line.cells), dtype=bool)
        labels = np.zeros((len(self.systems), line.cells), dtype=np.int64)
        for k, system in enumerate(self.systems):
            sign = line.signs(system.determinant)
            good = sign != 0
            for first, part in ((own, system.weights), (other, system.losses)):
                for bit, polynomial in enumerate(part, first):
                    signs = line.signs(polynomial) * sign
                    good &= signs >= 0
                    labels[k] |= (signs == 0).astype(np.int64) << bit
            feasible[k] = good
        return feasible, labels


def _solutions(payoffs: Polynomials) -> Iterator[tuple[Any, tuple[Any, ...], tuple[Any, ...]]]:
    """Solve all systems; those that are singular for every value of the parameter have no vertex."""
    zero = payoffs[0][0] * 0
    rows, columns = range(len(payoffs)), range(len(payoffs[0]))
    for size in range(1, min(len(rows), len(columns)) + 1):
        for played, best in itertools.product(itertools.combinations(rows, size), itertools.combinations(columns, size)):
            table = [[*(payoffs[i][j] for i in played), zero - 1, zero] for j in best]
            solved = _cramer([*table, [*([zero + 1] * size), zero, zero + 1]])
            if solved is None:
                continue
            determinant, (*shares, value) = solved
            weights = [zero] * len(rows)
            for i, share in zip(played, shares, strict=True):
                weights[i] = share
            losses = [value - sum((share * payoffs[i][j] for i, share in zip(played, shares, strict=True)), zero) for j in columns]
            yield determinant, tuple(weights), tuple(losses)


def _cramer(table: list[list[Any]]) -> tuple[Any, list[Any]] | None:
    """Solve linear equations without fractions: return the determinant and the numerators, None if it is zero.

    Bareiss' elimination of all rows at once; every division is exact.
    """
    size = len(table)
    before = 1
    for k in range(size):
        chosen = next((i for i in range(k, size) if not table[i][k].is_zero()), None)
        if chosen is None:
            return None
        table[k], table[chosen] = table[chosen], table[k]
        row, pivot = table[k], table[k][k]
        for i in range(size):
            if i != k:
                factor = table[i][k]
                table[i] = [(pivot * a - factor * b) // before for a, b in zip(table[i], row, strict=True)]
        before = pivot
    return before, [row[-1] for row in table]
