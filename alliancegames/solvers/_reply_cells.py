"""Which replies to a message are best together, and against which beliefs: in integers, so that ties are ties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from alliancegames._exact import integer_multiple
from alliancegames.games.signalling import SignallingGame
from alliancegames.solvers._double_description import best_reply_rays

__all__ = ["ReplyCells", "Vector", "maximal_sets", "message_cells", "mixture", "receiver_table", "units"]

Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class ReplyCells:
    """The subdivision of a polytope of beliefs into cells on which replies are best.

    Parameters
    ----------
    corners : tuple of (belief, set of int)
        Vertices of the subdivision, each with *all* replies that are best against it.
    """

    corners: tuple[tuple[Vector, frozenset[int]], ...]

    @staticmethod
    def of(payoffs: Sequence[Sequence[Fraction]], generators: Sequence[Vector]) -> ReplyCells:
        """Subdivide the hull of some beliefs.

        Parameters
        ----------
        payoffs : sequence of sequence, shape (types, replies)
            Payoffs of the receiver after the message.
        generators : sequence of belief
            Beliefs whose mixtures are allowed.
        """
        replies = range(len(payoffs[0]))
        table = np.empty((len(replies), len(generators)), dtype=object)
        for i, belief in enumerate(generators):
            table[:, i] = [sum((w * row[a] for w, row in zip(belief, payoffs, strict=True)), Fraction(0)) for a in replies]
        table = table - table.min(axis=0)  # a constant in the payoffs against one belief changes no best reply
        matrix = (integer_multiple(table) + 1).tolist()
        corners: dict[Vector, frozenset[int]] = {}
        for ray in best_reply_rays(matrix):
            best = frozenset(a for a in replies if ray.tight >> a & 1)
            corners[mixture(generators, ray.weights())] = best
        return ReplyCells(tuple(sorted(corners.items(), key=lambda corner: corner[0], reverse=True)))

    @property
    def maximal(self) -> tuple[frozenset[int], ...]:
        """Maximal sets of replies that are best against one belief; their subsets are the other such sets."""
        return tuple(sorted(maximal_sets(best for _, best in self.corners), key=sorted))

    def beliefs(self, replies: Iterable[int]) -> tuple[Vector, ...]:
        """Return the vertices of the polytope of beliefs against which all given replies are best.

        Parameters
        ----------
        replies : iterable of int
            The replies.
        """
        wanted = frozenset(replies)
        return tuple(belief for belief, best in self.corners if wanted <= best)


def mixture(points: Sequence[Vector], weights: Sequence[Fraction]) -> Vector:
    """Return a convex combination of points."""
    return tuple(sum((w * x for w, x in zip(weights, coordinates, strict=True)), Fraction(0)) for coordinates in zip(*points, strict=True))


def maximal_sets(sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """Keep the sets that are contained in no other."""
    distinct = set(sets)
    return [one for one in distinct if not any(one < other for other in distinct)]


def units(size: int, members: Iterable[int]) -> tuple[Vector, ...]:
    """Return certainty about each of some types."""
    return tuple(tuple(Fraction(int(k == t)) for k in range(size)) for t in members)


@lru_cache(maxsize=64)
def message_cells(game: SignallingGame) -> tuple[ReplyCells, ...]:
    """Return the cells of each message over all beliefs; floats are taken at their exact binary values."""
    certain = units(len(game.types), range(len(game.types)))
    return tuple(ReplyCells.of(receiver_table(game, m), certain) for m in range(len(game.messages)))


def receiver_table(game: SignallingGame, message: int) -> list[list[Fraction]]:
    """Return the receiver's exact payoffs after a message, by type and reply."""
    return [[Fraction(value) for value in rows[message]] for rows in game.numbers(1)]
