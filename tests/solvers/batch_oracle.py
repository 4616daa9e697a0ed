"""All extreme equilibria of stacks of integer games, by Cramer's rule over all bases at once: slow, simple, exact.

Written independently of the package: every determinant is an integer below ``2**53``, and every pair of vertices is tried.
"""

import itertools

import numpy as np


def determinant(matrices):
    """Return determinants of a stack of integer matrices, by expansion along the first row."""
    size = matrices.shape[-1]
    if size == 1:
        return matrices[:, 0, 0]
    columns = np.arange(size)
    minors = [determinant(matrices[:, 1:][:, :, columns != k]) for k in range(size)]
    return sum((-1) ** k * matrices[:, 0, k] * minors[k] for k in range(size))


def vertices(replies):
    """Return rows of (game, played, best, weights..., total) for all vertices of a stack of (games, replies, actions)."""
    _n, r, c = replies.shape
    found = []
    for size in range(1, min(r, c) + 1):
        for rows, actions in itertools.product(itertools.combinations(range(r), size), itertools.combinations(range(c), size)):
            found.append(_at_basis(replies, rows, actions))
    rows = np.concatenate(found) if found else np.zeros((0, 4 + c), dtype=np.int64)
    _, first = np.unique(rows[:, :3], axis=0, return_index=True)
    return rows[first]


def _at_basis(replies, rows, actions):
    """Return the vertices of all games at which exactly these actions are played and these replies tie."""
    n, r, c = replies.shape
    square = replies[:, rows][:, :, actions]
    # weights solve square @ y = value * 1; by Cramer's rule y is the sum of a column of the adjugate
    size = len(rows)
    weights = np.empty((n, size), dtype=np.int64)
    for k in range(size):
        replaced = square.copy()
        replaced[:, :, k] = 1
        weights[:, k] = determinant(replaced)
    total = weights.sum(axis=1)
    weights = weights * np.sign(total)[:, None]
    total = np.abs(total)
    full = np.zeros((n, c), dtype=np.int64)
    full[:, list(actions)] = weights
    payoffs = np.einsum("nrc,nc->nr", replies, full)
    value = payoffs[:, rows[0]]
    good = (weights > 0).all(axis=1) & (payoffs <= value[:, None]).all(axis=1)
    good &= (payoffs[:, list(rows)] == value[:, None]).all(axis=1)
    best = ((payoffs == value[:, None]) << np.arange(r)).sum(axis=1)
    played = np.full(n, sum(1 << k for k in actions))
    game = np.arange(n)
    return np.column_stack([game, played, best, full, total])[good]


def _padded(rows, n):
    """Return the positions of each game's vertices, -1 where a game has fewer."""
    order = np.argsort(rows[:, 0], kind="stable")
    counts = np.bincount(rows[:, 0], minlength=n)
    table = np.full((n, counts.max()), -1)
    table[np.repeat(np.arange(n), counts), np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)] = order
    return table


def extreme_equilibria(row, column):
    """Return offsets, x and y of all extreme equilibria in canonical order, and which games are degenerate."""
    n, _m, _k = row.shape
    xs, ys = vertices(np.ascontiguousarray(column.transpose(0, 2, 1))), vertices(row)
    a, b = _padded(xs, n)[:, :, None], _padded(ys, n)[:, None, :]
    labelled = (a >= 0) & (b >= 0) & (xs[a, 1] & ~ys[b, 2] == 0) & (ys[b, 1] & ~xs[a, 2] == 0)
    game, first, second = np.nonzero(labelled)
    x, y = xs[a[game, first, 0]], ys[b[game, 0, second]]
    x, y = x[:, 3:-1] / x[:, -1:], y[:, 3:-1] / y[:, -1:]
    order = np.lexsort([*(-y.T[::-1]), *(-x.T[::-1]), game])
    offsets = np.concatenate([[0], np.cumsum(np.bincount(game, minlength=n))])
    degenerate = np.zeros(n, dtype=bool)
    for rows in (xs, ys):
        degenerate[rows[np.bitwise_count(rows[:, 2]) > np.bitwise_count(rows[:, 1]), 0]] = True
    return offsets, x[order], y[order], degenerate
