r"""All vertices of a best-reply polytope, found in floats and proved to be all.

Divide a best-reply polyhedron by the opponent's payoff: after adding a constant to each column and scaling
it, which changes no best reply and no support, it becomes the polytope ``P = {y >= 0: T y <= 1}`` with entries
of ``T`` between 1 and 2. Its vertices other than zero are those of the polyhedron, with the same labels.

Why a list of bases is all of them
----------------------------------
Raise the bounds in a fixed direction ``s`` with entries between 0 and 1: ``P(e) = {y >= 0: T y <= 1 + e s}``. Let
``L`` be a non-empty list of bases of which the following is proved.

1. The equations of each basis have one solution. At ``e = 0`` each of its weights and slacks is positive, or is
   zero and rises with ``e``.
2. Each basis without one of its inequalities, a *ridge*, lies in exactly one other basis of ``L``.

Then, for all small ``e > 0``, each basis in ``L`` has positive weights and slacks, so that it is a vertex of ``P(e)``
on no more facets than it must be, with one edge along each of its ridges. An edge of a polytope has two ends;
by 2. the other end is in ``L``. From any vertex the simplex method walks along edges to any other, hence ``L``
holds all vertices of ``P(e)``. Each vertex of ``P`` is the only maximiser of some linear function; that function is
maximal over ``P(e)`` at a vertex with some basis in ``L``, the same for a sequence of ``e`` tending to zero; the
solution of this basis tends to the vertex. So the solutions of ``L`` at ``e = 0`` are all vertices of ``P``, and
the labels of each are those of its basis and those of its numbers that are zero. If none is zero, ``P`` is simple.

How it is proved
----------------
Signs are certified in floats with a bound that includes all rounding, that of ``T`` too, so that payoffs of any
size and floats are treated alike. What is too close to call is decided exactly: a number that may be zero is a
quotient of integers whose numerator has a known bound, and it is zero if enough primes divide it. Point 2. is
counted. Where any of this fails, the answer is None, and the caller enumerates in integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np

from alliancegames.solvers._kernels import vertices as kernels

__all__ = ["Vertices", "all_vertices", "completely_labelled_pairs", "direction", "is_complete", "normalised", "prove", "search"]

# Vertices visited between two looks at the keyboard.
BUDGET = 1 << 14
# Room for vertices to start with, a power of two.
FIRST_ROOM = 1 << 10
# Primes tried for one number that may be zero; more would take longer than integers do.
MOST_PRIMES = 64


@dataclass(frozen=True)
class Vertices:
    """The vertices of a best-reply polytope except zero.

    Parameters
    ----------
    tight : array of uint64
        All labels of each vertex, as a bit mask.
    bases : array of uint64
        Labels of one basis of each vertex; the same where the vertex is simple.
    decided : int
        Number of bases that needed exact arithmetic.
    """

    tight: np.ndarray
    bases: np.ndarray
    decided: int


def all_vertices(payoffs: np.ndarray, bits: tuple[int, int], integers: Any) -> Vertices | None:
    """Return all vertices of a best-reply polytope, or None where floats do not suffice.

    Parameters
    ----------
    payoffs : array of float or int, shape (rows, columns)
        Payoffs of the player who replies, by own action and by the action of the player whose strategies
        the vertices are.
    bits : tuple of int
        Bit of the first row's label and of the first column's.
    integers : callable
        Returns the payoffs times a constant as an array of int; called only where ties are to be decided.
    """
    T = normalised(payoffs)
    if T is None:
        return None
    bases = search(T, bits)
    if bases is None:
        return None
    close = prove(T, bits, bases, integers)
    if close is None or not is_complete(bases):
        return None
    n = T.shape[1]
    unplayed = np.uint64(((1 << n) - 1) << bits[1])
    kept = bases != unplayed
    bases, close = bases[kept], close[kept]
    decided = int(np.count_nonzero(close))
    if not decided:
        return Vertices(bases, bases, 0)
    tight, first = np.unique(bases | close, return_index=True)
    played = tight & unplayed != unplayed
    return Vertices(tight[played], bases[first[played]], decided)


def completely_labelled_pairs(x: Vertices, y: Vertices, sizes: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the positions of all pairs of vertices that have every label between them.

    At a simple vertex the labels missing are as many as the opponent's vertices have at least, so that
    only a simple vertex with exactly these, or one with more labels than usual, will do.

    Parameters
    ----------
    x, y : Vertices
        The two players' vertices.
    sizes : tuple of int
        Numbers of actions of the two players.
    """
    everything = np.uint64((1 << sum(sizes)) - 1)
    table = np.full(1 << (2 * len(y.tight)).bit_length(), -1)
    kernels.insert_all(table, y.tight)
    found = np.empty(len(x.tight), np.int64)
    kernels.partners(table, y.tight, everything ^ x.tight, found)
    x_simple, y_simple = (np.bitwise_count(side.tight) == size for side, size in zip((x, y), sizes, strict=True))
    pairs = [(k, int(found[k])) for k in np.flatnonzero((found >= 0) & x_simple).tolist()]
    for k in np.flatnonzero(~x_simple).tolist():
        pairs += [(k, j) for j in np.flatnonzero(x.tight[k] | y.tight == everything).tolist()]
    for j in np.flatnonzero(~y_simple).tolist():
        pairs += [(k, j) for k in np.flatnonzero((x.tight | y.tight[j] == everything) & x_simple).tolist()]
    return pairs


def normalised(payoffs: np.ndarray) -> np.ndarray | None:
    """Return ``1 + (payoffs - least) / range`` by columns, within ``RADIUS``; None if floats cannot hold the range.

    Differences and ranges are rounded once, the quotient once and the sum once: all in all by less than
    five units of ``2**-53``.
    """
    try:
        with np.errstate(over="ignore"):
            gains = np.ascontiguousarray(payoffs - payoffs.min(axis=0), dtype=float)
    except OverflowError:
        return None
    spread = gains.max(axis=0)
    if not np.isfinite(spread).all():
        return None
    spread[spread == 0] = 1
    return np.asarray(gains / spread + 1)


@lru_cache(maxsize=4)
def direction(size: int) -> np.ndarray:
    """Return fixed numbers between 0 and 1 without simple relations: a multiplicative congruential sequence."""
    prime = (1 << 31) - 1
    slopes = np.array([pow(48271, i + 9, prime) / prime for i in range(size)])
    slopes.setflags(write=False)
    return slopes


def search(T: np.ndarray, bits: tuple[int, int]) -> np.ndarray | None:
    """Return candidates for all bases, or None if the search fails."""
    m, n = T.shape
    masks, known = np.zeros((2, FIRST_ROOM), np.uint64)
    table = np.full(2 * FIRST_ROOM, -1)
    masks[0] = ((1 << n) - 1) << bits[1]
    kernels.insert_all(table, masks[:1])
    done, count = 0, 1
    while 0 <= done < count:
        if count + n > len(masks):
            masks, known = (np.concatenate([array, np.zeros(3 * len(array), np.uint64)]) for array in (masks, known))
            table = np.full(2 * len(masks), -1)
            kernels.insert_all(table, masks[:count])
        done, count = kernels.search(T, direction(m), bits, masks, known, table, done, count, done + BUDGET)
    return masks[:count].copy() if done >= 0 else None


def prove(T: np.ndarray, bits: tuple[int, int], bases: np.ndarray, integers: Any) -> np.ndarray | None:
    """Prove point 1. of each basis; return the labels of the numbers that are exactly zero, or None.

    Parameters
    ----------
    T : array of float
        As `normalised` returns it.
    bits, integers
        As in `all_vertices`.
    bases : array of uint64
        The bases to judge.
    """
    m = len(T)
    close, weights = np.empty(len(bases), np.uint64), np.empty(len(bases))
    for start in range(0, len(bases), BUDGET):
        part = slice(start, start + BUDGET)
        if kernels.certify(T, direction(m), bits, bases[part], close[part], weights[part]) >= 0:
            return None
    if not close.any():
        return close
    return close if _exactly_zero(integers(), bits, bases, close, weights) else None


def _exactly_zero(payoffs: np.ndarray, bits: tuple[int, int], bases: np.ndarray, close: np.ndarray, weights: np.ndarray) -> bool:
    """Whether all numbers too close to call are zero, by their residues modulo primes."""
    gains = payoffs - payoffs.min(axis=0)
    spread = gains.max(axis=0)
    spread[spread == 0] = 1
    sizes = np.array([int(factor).bit_length() for factor in spread], dtype=float)
    count = int((weights.max() + sizes.sum()) / 30) + 2  # one more, in case a basis is singular modulo a prime
    if count > MOST_PRIMES:
        return False
    primes = _primes(max(count, 1))
    scaled = gains + spread
    residues = np.array([scaled % prime for prime in primes]).astype(np.uint64)
    return bool(kernels.vanishing(residues, np.array(primes, dtype=np.uint64), bits, sizes, bases, close, weights))


@lru_cache(maxsize=8)
def _primes(count: int) -> tuple[int, ...]:
    """Return the largest primes below ``2**31``."""
    flint: Any = __import__("flint")
    return tuple(islice((k for k in range((1 << 31) - 1, 1 << 30, -2) if flint.fmpz(k).is_prime()), count))


def is_complete(bases: np.ndarray) -> bool:
    """Whether each ridge of each basis lies in exactly one other basis of the list, and no basis is listed twice."""
    if not len(bases):
        return False
    ridges = int(np.bitwise_count(bases).sum())
    size = 1 << max(4, ridges.bit_length())
    return bool(kernels.closed(bases, np.full(size, kernels.EMPTY), np.empty(size, np.uint64)) == kernels.CLOSED)
