r"""Compiled search and certificate for the vertices of ``{y >= 0: T y <= 1}``, entries of ``T`` in [1, 2].

A *basis* is a set of as many inequalities as there are columns, as a bit mask: rows of ``T`` that hold with
equality and columns with ``y = 0``. It is *simple* here: nothing but a mask stands for a vertex, and every number
is computed afresh from ``T``, so that no error accumulates along a path.

`search` walks from basis to basis and is trusted with nothing. `certify` and `closed` judge a list of
bases, wherever it comes from; the argument by which they prove that no vertex is missing is written out in
`alliancegames.solvers._kernels.certified`.

The bound of `certify`
----------------------
``T`` stands for every matrix whose entries differ from it by at most `RADIUS`. For a basis let ``A`` be the
square submatrix of its rows and its positive columns and ``R`` the approximate inverse of ``A``. If
``alpha = ||I - R A|| < 1`` (row sums), then ``A`` is nonsingular and the solution of ``A y = b`` lies within
``|| |R| |b - A z| || / (1 - alpha)`` of any ``z``, since it differs from ``z`` by the solution of
``(R A) d = R (b - A z)``. Both norms are bounded from above: a sum of ``k`` products computed in floats in any order, fused or not, is off by at most
``k u / (1 - k u)`` times the sum of the absolute products, with ``u = 2**-53``; entries are at most 2.01, and
the radius adds ``RADIUS`` times the absolute sum. Each bound is doubled, which covers its own rounding and
underflow.
"""

# The types of compiled functions are inferred from their arguments.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

__all__ = ["CLOSED", "certify", "closed", "insert_all", "partners", "search", "vanishing"]

# Unit roundoff, the radius around the entries of T, and a bound on the entries.
UNIT, RADIUS, LARGEST = 2.0**-53, 2.0**-50, 2.01
# What the bounds are raised by: the perturbation of the search, which decides ties. Nothing rests on it.
TINY = 2.0**-32
# Entries of a direction below this count as zero in the search.
FLAT = 1e-11

ZERO, ONE = np.uint64(0), np.uint64(1)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)  # no mask: there are at most 62 labels
CLOSED, OPEN, DOUBLE = 0, 1, 2


def compiled(function: Any) -> Any:
    """Compile on first use and keep the result on disk, if there is a place for it."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": False}
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:  # neither the package nor the user's cache can be written to
        return njit(**options)(function)


@compiled
def _start(mask, size):
    """Return where to look for a mask first in a hash table of a power-of-two size."""
    mixed = mask * GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(32))) * GOLDEN
    return np.int64(mixed >> np.uint64(32)) & (size - 1)


@compiled
def _position(table, masks, mask):
    """Return where the position of a mask is in a hash table, or the free slot where it belongs."""
    place = _start(mask, len(table))
    while table[place] >= 0 and masks[table[place]] != mask:
        place = (place + 1) & (len(table) - 1)
    return place


@compiled
def insert_all(table, masks):
    """Put the positions of masks into an empty hash table."""
    for k in range(len(masks)):
        table[_position(table, masks, masks[k])] = k


@compiled
def _read(mask, shape, bits, tight, idle, positive, zero):
    """Spell a basis out: rows with and without equality, columns above zero and at zero. Return its size, or -1.

    A mask is no basis if it has bits that mean nothing, or not as many tight rows as positive columns.
    """
    m, n = shape
    k = p = 0
    left = mask
    for i in range(m):
        bit = ONE << np.uint64(bits[0] + i)
        if mask & bit:
            tight[k] = i
            k += 1
        else:
            idle[i - k] = i
        left &= ~bit
    for j in range(n):
        bit = ONE << np.uint64(bits[1] + j)
        if mask & bit:
            zero[j - p] = j
        else:
            positive[p] = j
            p += 1
        left &= ~bit
    return k if k == p and left == ZERO else -1


@compiled
def _gather(T, rows, columns, r, k, A):
    """Copy a submatrix."""
    for a in range(r):
        for b in range(k):
            A[a, b] = T[rows[a], columns[b]]


@compiled
def _invert(A, k, swaps, R):
    """Write an approximate inverse of ``A`` to ``R``, by Gauss-Jordan elimination; False if a pivot vanishes."""
    for a in range(k):
        for b in range(k):
            R[a, b] = A[a, b]
    for c in range(k):
        best = c
        for a in range(c + 1, k):
            if abs(R[a, c]) > abs(R[best, c]):
                best = a
        if R[best, c] == 0.0:
            return False
        swaps[c] = best
        _eliminate(R, k, c, best)
    for c in range(k - 1, -1, -1):
        for a in range(k):
            R[a, c], R[a, swaps[c]] = R[a, swaps[c]], R[a, c]
    return True


@compiled
def _eliminate(R, k, c, best):
    """Take one step of the inversion in place, with the pivot in row ``best``."""
    inverse = 1.0 / R[best, c]
    for b in range(k):
        moved = R[best, b]
        R[best, b] = R[c, b]
        R[c, b] = moved * inverse
    R[c, c] = inverse
    for a in range(k):
        if a != c:
            factor = R[a, c]
            R[a, c] = 0.0
            for b in range(k):
                R[a, b] -= factor * R[c, b]


@compiled
def partners(table, masks, wanted, found):
    """Write the position of each mask that is wanted, or -1 where there is none.

    Parameters
    ----------
    table : array of int64
        Hash table of ``masks``, as `insert_all` makes it.
    masks, wanted : array of uint64
    found : array of int64
        Written to.
    """
    for k in range(len(wanted)):
        found[k] = table[_position(table, masks, wanted[k])]


# ---------------------------------------------------------------- the search


@compiled
def search(T, slopes, bits, masks, known, table, done, count, until):
    """Walk on from the bases found so far, until the room or the budget is used up.

    Parameters
    ----------
    T : array of float, shape (m, n)
    slopes : array of float, shape (m,)
        Bounds are taken as ``1 + TINY * slopes``, so that there are hardly any ties.
    bits : tuple of int
        Bit of the first row and of the first column.
    masks, known : array of uint64
        The bases found so far, and the inequalities across which a neighbour of each is known; written to.
    table : array of int64
        Hash table of the positions in ``masks``; written to.
    done, count, until : int
        How many bases have been looked at, how many were found, and up to which to look.

    Returns
    -------
    tuple of int
        The new ``done`` and ``count``; ``done`` is -1 where the search has failed, at a singular basis.
    """
    m, n = T.shape
    tight, idle = np.empty(m, np.int64), np.empty(m, np.int64)
    positive, zero = np.empty(n, np.int64), np.empty(n, np.int64)
    size = min(m, n)
    A, R, swaps = np.empty((size, size)), np.empty((size, size)), np.empty(size, np.int64)
    B, rates = np.empty((m, size)), np.empty((m, size))
    value, fall, column = np.empty(m), np.empty(m), np.empty(size)
    while done < until and done < count and count + n <= len(masks):
        mask = masks[done]
        k = _read(mask, (m, n), bits, tight, idle, positive, zero)
        _gather(T, tight, positive, k, k, A)
        if not _invert(A, k, swaps, R):
            return -1, count
        _gather(T, idle, positive, m - k, k, B)
        _point(slopes, k, m, tight, idle, R, B, rates, value)
        for leaving in range(n):
            out = bits[0] + tight[leaving] if leaving < k else bits[1] + zero[leaving - k]
            if known[done] >> np.uint64(out) & ONE:
                continue
            if leaving < k:
                _slackening(leaving, k, m, R, rates, fall)
            else:
                _entering(T, tight, idle, zero[leaving - k], k, m, R, rates, column, fall)
            meets = _first(value, fall, m)
            if meets < 0:
                return -1, count
            enters = bits[1] + positive[meets] if meets < k else bits[0] + idle[meets - k]
            neighbour = (mask & ~(ONE << np.uint64(out))) | (ONE << np.uint64(enters))
            place = _position(table, masks, neighbour)
            if table[place] < 0:
                table[place] = count
                masks[count] = neighbour
                known[count] = ZERO
                count += 1
            known[table[place]] |= ONE << np.uint64(enters)
        done += 1
    return done, count


@compiled
def _point(slopes, k, m, tight, idle, R, B, rates, value):
    """Write the positive weights and the slacks at a basis, and how slacks change with the tight rows' bounds."""
    for a in range(k):
        total = 0.0
        for b in range(k):
            total += R[a, b] * (1.0 + TINY * slopes[tight[b]])
        value[a] = total
    for i in range(m - k):
        slack = 1.0 + TINY * slopes[idle[i]]
        for b in range(k):
            rates[i, b] = 0.0
        for a in range(k):
            entry = B[i, a]
            slack -= entry * value[a]
            for b in range(k):
                rates[i, b] += entry * R[a, b]
        value[k + i] = slack


@compiled
def _slackening(row, k, m, R, rates, fall):
    """Write how fast weights and slacks fall when a tight row gets slack."""
    for a in range(k):
        fall[a] = R[a, row]
    for i in range(m - k):
        fall[k + i] = -rates[i, row]


@compiled
def _entering(T, tight, idle, zero, k, m, R, rates, column, fall):
    """Write how fast weights and slacks fall when a column becomes positive."""
    for b in range(k):
        column[b] = T[tight[b], zero]
    for a in range(k):
        total = 0.0
        for b in range(k):
            total += R[a, b] * column[b]
        fall[a] = total
    for i in range(m - k):
        total = T[idle[i], zero]
        for b in range(k):
            total -= rates[i, b] * column[b]
        fall[k + i] = total


@compiled
def _first(value, fall, m):
    """Return which of the falling values reaches zero first."""
    best, least = -1, np.inf
    for a in range(m):
        if fall[a] > FLAT:
            step = value[a] / fall[a]
            if step < least:
                best, least = a, step
    return best


# ---------------------------------------------------------------- the certificate


@compiled
def certify(T, slopes, bits, masks, close, weights):
    """Prove of each basis that it is one and that no sign contradicts it; return the first one that fails, or -1.

    Where a weight or a slack is too close to zero to tell, its label is put into ``close`` and the basis passes
    only if that number is proved to *rise* when the bounds ``1`` are raised in the direction ``slopes``.

    Parameters
    ----------
    T : array of float, shape (m, n)
    slopes : array of float, shape (m,)
    bits : tuple of int
        Bit of the first row and of the first column.
    masks : array of uint64, shape (v,)
        The bases to judge.
    close : array of uint64, shape (v,)
        Written to: labels of the numbers that may be zero.
    weights : array of float, shape (v,)
        Written to: base-2 logarithm of a bound on those numbers times the determinant.
    """
    m, n = T.shape
    tight, idle = np.empty(m, np.int64), np.empty(m, np.int64)
    positive, zero = np.empty(n, np.int64), np.empty(n, np.int64)
    size = min(m, n)
    A, R, swaps, B = np.empty((size, size)), np.empty((size, size)), np.empty(size, np.int64), np.empty((m, size))
    ones, right, rest = np.ones(m), np.empty(m), np.empty(size)
    value, error, slope, slope_error = np.empty(m), np.empty(m), np.empty(m), np.empty(m)
    for v in range(len(masks)):
        k = _read(masks[v], (m, n), bits, tight, idle, positive, zero)
        if k < 0:
            return v
        _gather(T, tight, positive, k, k, A)
        _gather(T, idle, positive, m - k, k, B)
        if not _invert(A, k, swaps, R):
            return v
        alpha = _distance(A, k, R, rest)
        if not alpha < 0.5:
            return v
        close[v], weights[v] = ZERO, 0.0
        _enclose(A, B, ones, k, m, R, alpha, rest, value, error)
        sign = _least_sign(value, error, m)
        if sign < 0:
            return v
        if sign == 0:
            for a in range(m):
                right[a] = slopes[tight[a] if a < k else idle[a - k]]
            _enclose(A, B, right, k, m, R, alpha, rest, slope, slope_error)
            close[v], largest = _doubtful(value, error, slope, slope_error, k, m, bits, positive, idle)
            if close[v] == ZERO:
                return v
            # Hadamard: rows of k entries up to 2 have a norm of at most 2 sqrt(k).
            weights[v] = np.log2(largest) + k * (1.0 + 0.5 * np.log2(k)) + 2.0
    return -1


@compiled
def _doubtful(value, error, slope, slope_error, k, m, bits, positive, idle):
    """Return the labels of values that may be zero and a bound on these; no labels if one is not proved to rise."""
    labels, largest = ZERO, 0.0
    for a in range(m):
        if value[a] <= error[a]:
            if not slope[a] > slope_error[a]:
                return ZERO, largest
            label = bits[1] + positive[a] if a < k else bits[0] + idle[a - k]
            labels |= ONE << np.uint64(label)
            largest = max(largest, abs(value[a]) + error[a])
    return labels, largest


@compiled
def _least_sign(value, error, m):
    """Return 1 if all values are certainly positive, -1 if one is negative or not a number, else 0."""
    sign = 1
    for a in range(m):
        if not value[a] > error[a]:
            if not value[a] >= -error[a]:
                return -1
            sign = 0
    return sign


@compiled
def _gamma(k):
    """Return twice the relative error bound of a sum of k products and two more operations."""
    return 2.0 * (k + 2) * UNIT / (1.0 - (k + 2) * UNIT)


@compiled
def _distance(A, k, R, product):
    """Bound the row-sum norm of ``I - R A`` for all matrices within the radius."""
    worst = 0.0
    for a in range(k):
        absolute = total = 0.0
        for c in range(k):
            product[c] = 0.0
        for b in range(k):
            entry = R[a, b]
            absolute += abs(entry)
            for c in range(k):
                product[c] += entry * A[b, c]
        product[a] -= 1.0
        for c in range(k):
            total += abs(product[c])
        bound = 1.001 * total + _gamma(k) * (LARGEST * k * absolute + 1.0) + 2.0 * RADIUS * k * absolute
        if not bound <= worst:  # also if it is not a number
            worst = bound
    return worst


@compiled
def _enclose(A, B, right, k, m, R, alpha, rest, value, error):
    """Write the positive weights and the slacks for given bounds, with bounds on their errors.

    ``right`` has the bounds of the tight rows first, all between 0 and 1.
    """
    for a in range(k):
        value[a] = 0.0
    _rest(A, right, k, value, rest)
    for _ in range(2):  # the second time corrects what the first leaves
        for a in range(k):
            for b in range(k):
                value[a] += R[a, b] * rest[b]
        _rest(A, right, k, value, rest)
    total = 0.0
    for a in range(k):
        total += abs(value[a])
    rounding = _gamma(k) * (1.0 + LARGEST * total) + 2.0 * RADIUS * total
    off = _farthest(R, k, rest, rounding) / (1.0 - alpha)
    for a in range(k):
        error[a] = off
    for i in range(m - k):
        slack = right[k + i]
        for a in range(k):
            slack -= B[i, a] * value[a]
        value[k + i] = slack
        error[k + i] = rounding + 1.01 * LARGEST * k * off


@compiled
def _farthest(R, k, rest, rounding):
    """Bound the maximum norm of the inverse applied to what is left and its rounding."""
    off = 0.0
    for a in range(k):
        bound = 0.0
        for b in range(k):
            bound += abs(R[a, b]) * (1.001 * abs(rest[b]) + rounding)
        if not bound <= off:  # also if it is not a number
            off = bound
    return 1.01 * off


@compiled
def _rest(A, right, k, value, rest):
    """Write what is left of the right-hand sides of the tight rows."""
    for b in range(k):
        left = right[b]
        for a in range(k):
            left -= A[b, a] * value[a]
        rest[b] = left


@compiled
def vanishing(residues, primes, bits, sizes, masks, close, weights):
    """Whether all numbers too close to call are exactly zero.

    By Cramer's rule each is a quotient of integers, the denominator a determinant, once the columns of ``T`` are
    made integers. The numerator is below ``2**(weights + sizes)`` in size; if enough primes divide it, it is zero.

    Parameters
    ----------
    residues : array of uint64, shape (number of primes, m, n)
        ``T`` with its columns made integers, modulo each prime.
    primes : array of uint64
        Primes below ``2**31`` and above ``2**30``.
    sizes : array of float, shape (n,)
        Base-2 logarithms of bounds on the factors that make the columns integers.
    bits, masks, close, weights
        As in `certify`.
    """
    _, m, n = residues.shape
    tight, idle = np.empty(m, np.int64), np.empty(m, np.int64)
    positive, zero = np.empty(n, np.int64), np.empty(n, np.int64)
    size = min(m, n)
    work = np.empty((size, size + 1), np.uint64)
    for v in range(len(masks)):
        if close[v] == ZERO:
            continue
        k = _read(masks[v], (m, n), bits, tight, idle, positive, zero)
        bound, covered, q = weights[v], 0.0, 0
        for a in range(k):
            bound += sizes[positive[a]]
        while covered <= bound:
            if q == len(primes):
                return False
            if _solve_modulo(residues[q], primes[q], tight, positive, k, work):
                if not _zeros_modulo(residues[q], primes[q], bits, close[v], idle, positive, k, work):
                    return False
                covered += 30.0
            q += 1
    return True


@compiled
def _solve_modulo(M, prime, tight, positive, k, work):
    """Solve the system of a basis, right-hand sides 1, modulo a prime; False if it is singular there."""
    for a in range(k):
        for b in range(k):
            work[a, b] = M[tight[a], positive[b]]
        work[a, k] = ONE
    for c in range(k):
        pivot = c
        while pivot < k and work[pivot, c] == ZERO:
            pivot += 1
        if pivot == k:
            return False
        for b in range(k + 1):
            work[c, b], work[pivot, b] = work[pivot, b], work[c, b]
        _eliminate_modulo(work, prime, k, c)
    return True


@compiled
def _eliminate_modulo(work, prime, k, c):
    """Take one step of the elimination, with the pivot in its place."""
    inverse = _inverse_modulo(work[c, c], prime)
    for b in range(c, k + 1):
        work[c, b] = work[c, b] * inverse % prime
    for a in range(k):
        factor = work[a, c]
        if a != c and factor != ZERO:
            for b in range(c, k + 1):
                work[a, b] = (work[a, b] + (prime - factor) * work[c, b]) % prime


@compiled
def _inverse_modulo(value, prime):
    """Return the inverse by Fermat's theorem."""
    result, power, exponent = ONE, value, prime - np.uint64(2)
    while exponent:
        if exponent & ONE:
            result = result * power % prime
        power = power * power % prime
        exponent >>= ONE
    return result


@compiled
def _zeros_modulo(M, prime, bits, close, idle, positive, k, work):
    """Whether the numbers in question are multiples of the prime."""
    for a in range(k):
        if close >> np.uint64(bits[1] + positive[a]) & ONE and work[a, k] != ZERO:
            return False
    for i in range(len(M) - k):
        if close >> np.uint64(bits[0] + idle[i]) & ONE:
            total = ZERO
            for a in range(k):
                total = (total + M[idle[i], positive[a]] * work[a, k]) % prime
            if total != ONE:
                return False
    return True


@compiled
def closed(masks, table, owner):
    """Say whether every basis differs from the others and shares each of its ridges with exactly one other.

    Parameters
    ----------
    masks : array of uint64
        The bases.
    table, owner : array of uint64, of a power-of-two size
        Room for all ridges; ``table`` is empty.

    Returns
    -------
    int
        `CLOSED`, or ``OPEN`` if a neighbour is missing, or ``DOUBLE`` if a ridge has too many bases.
    """
    single = 0
    for mask in masks:
        left = mask
        while left:
            bit = left & (~left + ONE)
            left ^= bit
            place = _start(mask ^ bit, len(table))
            while table[place] != EMPTY and table[place] != mask ^ bit:
                place = (place + 1) & (len(table) - 1)
            if table[place] == EMPTY:
                table[place], owner[place] = mask ^ bit, mask
                single += 1
            elif owner[place] == EMPTY or owner[place] == mask:
                return DOUBLE
            else:
                owner[place] = EMPTY
                single -= 1
    return CLOSED if single == 0 else OPEN
