"""The two-player core of a game, as best-reply polyhedra with labels.

Labels are bits: ``i`` stands for action ``i`` of the first player, ``m + j`` for action ``j`` of the second.
A strategy has the labels of its player's unplayed actions and of the opponent's best replies to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from math import isqrt, prod
from typing import Any

import numpy as np

from alliancegames._exact import primitive
from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import Profile
from alliancegames.solvers._double_description import MANY_PAIRS, WORD, Ray, best_reply_rays

__all__ = ["Bimatrix", "choosers", "completely_labelled"]

# In floats, payoffs this close (as a share of their range) count as tied and weights this small as zero.
CLOSE = 1e-9
# The strategy of a player without a choice.
ALONE = Ray([1, 1], 0)


def choosers(game: NormalFormGame) -> list[int]:
    """Return the players who have more than one action."""
    return [k for k, size in enumerate(game.shape) if size > 1]


class Bimatrix:
    """The (at most two) players of a game who have a choice, with positive integer payoffs.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs.
    """

    def __init__(self, game: NormalFormGame) -> None:
        active = choosers(game)
        if len(active) > 2:
            raise SolverNotApplicableError(f"needs 2 players; this game has {len(game.players)} ({', '.join(game.players)})")
        idle = [k for k, size in enumerate(game.shape) if size == 1]
        chosen = sorted((active + idle)[:2])
        self.game = game
        self.first: int = chosen[0]
        self.second: int | None = chosen[1] if len(chosen) > 1 else None
        self.shape: tuple[int, int] = (game.shape[self.first], 1 if self.second is None else game.shape[self.second])

    @cached_property
    def row(self) -> np.ndarray:
        """Payoffs of the first player in positive integers; constants in a column change no best reply."""
        return np.array(self._against[1], dtype=object)

    @cached_property
    def column(self) -> np.ndarray:
        """Payoffs of the second player in positive integers; constants in a row change no best reply."""
        return np.array(self._against[0], dtype=object).T

    @cached_property
    def _against(self) -> tuple[list[list[int]], list[list[int]]]:
        """The same as lists, by own action and the opponent's: the second player's payoffs, then the first's."""
        second = self._integers(self.first if self.second is None else self.second).T
        return _positive(second.tolist()), _positive(self._integers(self.first).tolist())

    def _integers(self, player: int) -> np.ndarray:
        """Return a player's payoffs times a positive constant that makes them integers."""
        payoffs = self.game.payoffs[player]
        return (self.game.integer_payoffs[player] if payoffs.dtype == object else binary_integers(payoffs)).reshape(self.shape)

    def replies(self) -> tuple[np.ndarray, np.ndarray]:
        """Return payoffs by own action and the opponent's: the second player's, then the first's, in any units."""
        players = (self.first if self.second is None else self.second, self.first)
        field = self.game.payoffs if self.game.field == "float" else self.game.integer_payoffs
        second, first = (field[k].reshape(self.shape) for k in players)
        return second.T, first

    @property
    def n_labels(self) -> int:
        """Number of labels: actions of both players."""
        return sum(self.shape)

    def rays(self, *, perturbed: bool = False) -> tuple[list[Ray], list[Ray]]:
        """Return the vertices of both best-reply polyhedra: the first player's strategies, then the second's.

        Parameters
        ----------
        perturbed : bool, default False
            Whether to raise the bounds by different powers of an infinitesimal, which splits vertices with
            too many labels into simple ones.
        """
        m, n = self.shape
        against_second, against_first = self._against
        y_rays = best_reply_rays(against_first, tiny_bounds(against_first) if perturbed else None)
        x_rays = best_reply_rays(against_second, tiny_bounds(against_second) if perturbed else None)
        return [_swap_labels(ray, n, m) for ray in x_rays], y_rays

    def ray(self, basis: int, tight: int, *, first: bool) -> Ray:
        """Return a vertex exactly, from the labels of one basis and all its labels.

        Parameters
        ----------
        basis, tight : int
            Bit masks.
        first : bool
            Whether it is a strategy of the first player.
        """
        m, n = self.shape
        rows, columns = (range(m, m + n), range(m)) if first else (range(m), range(m, m + n))
        matrix = self._against[0] if first else self._against[1]
        played = [k for k, label in enumerate(columns) if not basis >> label & 1]
        weights, value = solve_ones([[matrix[k][j] for j in played] for k, label in enumerate(rows) if basis >> label & 1])
        coordinates = [0] * len(columns)
        for k, weight in zip(played, weights, strict=True):
            coordinates[k] = weight
        return Ray(primitive([*coordinates, value]), tight)

    def profile(self, x: Ray, y: Ray) -> Profile:
        """Return a pair of vertices as a profile of the game."""
        return Profile(self.game, self.strategies(x, y))

    def strategies(self, x: Ray, y: Ray) -> list[np.ndarray]:
        """Return a pair of vertices as strategies of all players, in the game's number system."""
        strategies = []
        for k, size in enumerate(self.game.shape):
            exact = self.game.field != "float"
            vector = np.empty(size, dtype=object if exact else float)
            ray = x if k == self.first else y if k == self.second else ALONE
            vector[:] = ray.weights() if exact else ray.rounded()
            strategies.append(vector)
        return strategies

    def labels(self, strategies: Sequence[np.ndarray]) -> tuple[int, int] | None:
        """Return the labels of both players' strategies, or None if the profile is no equilibrium."""
        m, _ = self.shape
        x = strategies[self.first]
        y = strategies[self.second] if self.second is not None else np.array([1], dtype=object)
        x_unplayed, y_unplayed = self._zero(x), self._zero(y)
        x_labels = _mask(x_unplayed) | _mask(self._best(x @ self.column, self.column.max())) << m
        y_labels = _mask(self._best(self.row @ y, self.row.max())) | _mask(y_unplayed) << m
        return (x_labels, y_labels) if x_labels | y_labels == (1 << self.n_labels) - 1 else None

    def _zero(self, weights: np.ndarray) -> list[bool]:
        return [bool(w <= (CLOSE if self.game.field == "float" else 0)) for w in weights]

    def _best(self, values: np.ndarray, largest: int) -> list[bool]:
        slack = CLOSE * float(largest) if self.game.field == "float" else 0
        top = max(values)
        return [bool(value >= top - slack) for value in values]


def solve_ones(matrix: list[list[int]]) -> tuple[list[int], int]:
    """Return integers ``y`` and ``t > 0`` with ``matrix @ y`` equal to ``t`` in every row, for a regular matrix."""
    size = len(matrix)
    if size == 1:
        return [1], matrix[0][0]
    flint: Any = __import__("flint")
    numerators, denominator = flint.fmpz_mat(matrix).solve(flint.fmpz_mat(size, 1, [1] * size)).numer_denom()
    return [int(entry) for entry in numerators.entries()], int(denominator)


def binary_integers(payoffs: np.ndarray) -> np.ndarray:
    """Return floats, exactly, as integers times a common power of two."""
    mantissas, exponents = np.frexp(payoffs)
    digits = np.ldexp(mantissas, 53).astype(np.int64)
    trailing = np.maximum(np.frexp((digits & -digits).astype(float))[1] - 1, 0)
    powers = exponents + trailing
    lowest = powers.min(initial=powers.max(), where=digits != 0)
    shifts = np.where(digits != 0, powers - lowest, 0)
    return np.asarray((digits >> trailing).astype(object) << shifts.astype(object))


def _positive(matrix: list[list[int]]) -> list[list[int]]:
    """Shift each column so that its least entry is 1."""
    shifts = [min(column) - 1 for column in zip(*matrix, strict=True)]
    return [[entry - shift for entry, shift in zip(row, shifts, strict=True)] for row in matrix]


def _mask(bits: Sequence[bool]) -> int:
    return sum(1 << k for k, bit in enumerate(bits) if bit)


def _swap_labels(ray: Ray, rows: int, columns: int) -> Ray:
    """Relabel so that bit i is row action i and bit m + j column action j for both players' rays."""
    replies = ray.tight & ((1 << rows) - 1)
    unplayed = ray.tight >> rows
    return Ray(ray.coordinates, unplayed | (replies << columns))


def completely_labelled(x_rays: list[Ray], y_rays: list[Ray], labels: int) -> Iterator[tuple[Ray, Ray]]:
    """Yield the pairs of vertices in which every action is unplayed or a best reply."""
    everything = (1 << labels) - 1
    if labels <= WORD and len(x_rays) * len(y_rays) > MANY_PAIRS:
        y_tight = np.array([y.tight for y in y_rays], dtype=np.uint64)
        for x in x_rays:
            missing = np.uint64(everything & ~x.tight)
            for k in np.flatnonzero(y_tight & missing == missing):
                yield x, y_rays[k]
        return
    for x in x_rays:
        missing_labels = everything & ~x.tight
        for y in y_rays:
            if y.tight & missing_labels == missing_labels:
                yield x, y


def tiny_bounds(matrix: Sequence[Sequence[int]]) -> list[int]:
    """Return right-hand sides ``1 + eps**(i + 1)``, scaled to integers, that make a polyhedron simple.

    By Cramer's rule every comparison of the enumeration is the sign of a polynomial in ``eps`` whose
    coefficients are minors of the matrix, bordered by ones or not. With ``eps`` below the reciprocal of
    twice Hadamard's bound on them, the lowest term decides, as it would for any smaller ``eps``; and since
    the coefficients include the minor of the basis, no comparison is a tie.
    """
    size = min(len(matrix), len(matrix[0])) + 1
    largest = max(max(row) for row in matrix)
    hadamard = prod([isqrt(size * largest * largest) + 1] * size)
    bits = hadamard.bit_length() + 2
    top = bits * len(matrix)
    return [(1 << top) + (1 << (top - bits * (i + 1))) for i in range(len(matrix))]
