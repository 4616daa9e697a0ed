"""Equilibria of a stack of small games: vertices of both players, paired by their labels, sorted and written out."""

# The types of compiled functions are inferred from their arguments.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from alliancegames.solvers._kernels.batch_exact import TERMS
from alliancegames.solvers._kernels.batch_generic import generic
from alliancegames.solvers._kernels.batch_minors import NOT_FINITE, UNDECIDED, WIDE, bounds, gains, minors, scale
from alliancegames.solvers._kernels.batch_strategies import before, payoff_range, regret_share, sink, strategy
from alliancegames.solvers._kernels.batch_vertices import BASIS, CERTAIN, PLAYED, POSSIBLE, line, small
from alliancegames.solvers._kernels.vertices import compiled

__all__ = ["IN_FLOATS", "IN_KERNEL", "LEFT_OPEN", "MOST_EQUILIBRIA", "TINY", "solve_stack"]

# How a game was decided: in floats, by exact sums, or not at all.
IN_FLOATS, IN_KERNEL, LEFT_OPEN = 0, 1, 2
# Records of vertices, certain or possible: at most one a pair of rows and pair of columns, and so on, which for 4×4 is
# 4 + 36 + 16 + 1, and against two actions 16 + 120.
RECORDS = 160
# No game has as many equilibria as room is kept for: 19 vertices of 4×4 paired with 19, 136 with 17 for two against 16.
MOST_EQUILIBRIA = 4096
# Errors of payoffs below this are too small for the bounds to cover what underflow does.
TINY = 1e-20
# Pairs of supports of one size of a 4×4 game: 16 + 36 + 16 + 1.
SUPPORTS = 69


@compiled
def _size(mask):
    """Return the number of bits that are set."""
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count


@compiled
def _read(payoffs, transposed, rho, B, gain, two, three, partials):
    """Work out the signs of one side of a game.

    Returns
    -------
    tuple
        0 or why the side cannot be read, whether all signs are known and none is zero, whether exact sums were needed, and
        below which size 2×2 minors count as undecided.
    """
    status = scale(payoffs, transposed, B)
    if status == NOT_FINITE or (status == UNDECIDED and rho < TINY):
        return status, False, 0, 0.0
    r, c = B.shape
    clear = gains(B, rho, gain)
    bound_two, bound_three = bounds(B, rho, r == WIDE and c >= 3)
    used = 0
    if 2 < r <= WIDE and c > 1:
        distinct, used = minors(B, rho, bound_two, bound_three, two, three, partials)
        clear &= distinct
    return 0, clear and max(r, c) <= WIDE, used, bound_two


@compiled
def _pair(x_masks, x_count, y_masks, y_count, x_used, y_used):
    """Mark the vertices that belong to equilibria; return the number of equilibria, or UNDECIDED."""
    found = 0
    x_used[:x_count] = False
    y_used[:y_count] = False
    for a in range(x_count):
        for b in range(y_count):
            if x_masks[a, PLAYED] & ~y_masks[b, POSSIBLE] or y_masks[b, PLAYED] & ~x_masks[a, POSSIBLE]:
                continue
            if x_masks[a, PLAYED] & ~y_masks[b, CERTAIN] or y_masks[b, PLAYED] & ~x_masks[a, CERTAIN]:
                return UNDECIDED
            x_used[a] = y_used[b] = True
            found += 1
    return found


@compiled
def _excess(masks, count):
    """Return 1 if a vertex has more best replies than played actions, 0 if none has, -1 if that is open."""
    answer = 0
    for k in range(count):
        if _size(masks[k, CERTAIN]) > _size(masks[k, PLAYED]):
            return 1
        if masks[k, CERTAIN] != masks[k, POSSIBLE]:
            answer = -1
    return answer


@compiled
def _sorted_strategies(B, masks, count, used, whole, out, order, picks, parts):
    """Write the strategies at the vertices in use, and these vertices in canonical order; return their number."""
    length = 0
    for k in range(count):
        if used[k]:
            strategy(B, masks[k, PLAYED], masks[k, BASIS], whole, out[k], picks, parts)
            place = length
            while place > 0 and before(out[k], out[order[place - 1]]):
                order[place] = order[place - 1]
                place -= 1
            order[place] = k
            length += 1
    return length


@compiled
def _write_generic(B_x, B_y, x_whole, y_whole, supports, count, x, y, at, picks, parts):
    """Write out equilibria given by their supports."""
    for k in range(count):
        strategy(B_x, supports[k, 0], supports[k, 1], x_whole, x[at + k], picks, parts)
        strategy(B_y, supports[k, 1], supports[k, 0], y_whole, y[at + k], picks, parts)
        sink(x, y, at, at + k)


@compiled
def _write_pairs(x_masks, y_masks, x_strategies, y_strategies, x_order, y_order, x, y, at):
    """Write out the pairs of sorted vertices that are equilibria."""
    first = at
    for a in x_order:
        for b in y_order:
            if x_masks[a, PLAYED] & ~y_masks[b, CERTAIN] or y_masks[b, PLAYED] & ~x_masks[a, CERTAIN]:
                continue
            x[at] = x_strategies[a]
            y[at] = y_strategies[b]
            sink(x, y, first, at)
            at += 1


@compiled
def _is_pure(strategies, k):
    """Whether a strategy plays one action for certain."""
    certain = 0
    for action in range(strategies.shape[1]):
        certain += strategies[k, action] == 1.0
    return certain > 0


@compiled
def _write_regrets(B_x, B_y, x, y, regret, start, stop, values):
    """Write the regrets of equilibria; pure ones have none."""
    x_range, y_range = -1.0, -1.0
    for k in range(start, stop):
        regret[k] = 0.0
        if _is_pure(x, k) and _is_pure(y, k):
            continue
        if x_range < 0.0:
            x_range, y_range = payoff_range(B_x), payoff_range(B_y)
        regret[k] = max(regret_share(B_x, x_range, y[k], x[k], values), regret_share(B_y, y_range, x[k], y[k], values))


@compiled
def solve_stack(row, column, rho, start, x, y, regret, counts, status, degenerate):
    """Solve the games of a stack from ``start`` on, until the arrays for equilibria are full.

    Returns
    -------
    tuple of int
        The first game not solved, the number of equilibria, and the player (0 or 1) who has a payoff there that is not
        finite, or -1.
    """
    n_games, m, n = row.shape
    B_x, B_y = np.empty((n, m)), np.empty((m, n))
    x_gain, y_gain = np.zeros((n, n, m), np.int64), np.zeros((m, m, n), np.int64)
    x_two, y_two = np.empty((4, 6), np.int64), np.empty((4, 6), np.int64)
    x_three, y_three = np.empty(4, np.int64), np.empty(4, np.int64)
    partials, supports = np.empty(TERMS), np.empty((SUPPORTS, 2), np.int64)
    x_masks, y_masks = np.empty((RECORDS, 5), np.int64), np.empty((RECORDS, 5), np.int64)
    x_strategies, y_strategies = np.empty((RECORDS, m)), np.empty((RECORDS, n))
    x_used, y_used = np.empty(RECORDS, np.bool_), np.empty(RECORDS, np.bool_)
    x_order, y_order = np.empty(RECORDS, np.int64), np.empty(RECORDS, np.int64)
    values = np.empty(max(m, n))
    room = np.empty((2, 4), np.int64), np.empty((2, 4))
    at = 0
    for game in range(start, n_games):
        x_status, x_clear, x_used_exact, x_bound = _read(column[game], True, rho, B_x, x_gain, x_two, x_three, partials)
        y_status, y_clear, y_used_exact, y_bound = _read(row[game], False, rho, B_y, y_gain, y_two, y_three, partials)
        if NOT_FINITE in (x_status, y_status):
            return game, at, 0 if y_status == NOT_FINITE else 1
        exactly = x_used_exact | y_used_exact
        clear = x_clear and y_clear
        found = x_count = y_count = 0
        if UNDECIDED in (x_status, y_status):
            found = UNDECIDED
        elif clear:
            found = generic(m, n, x_gain, y_gain, x_two, y_two, x_three, y_three, supports)
        else:
            if n > WIDE and m == 2:
                x_count, used = line(B_x, rho, x_bound, x_gain, x_masks, partials)
                exactly |= used
            else:
                x_count = small(n, m, x_gain, x_two, x_three, x_masks)
            if m > WIDE and n == 2:
                y_count, used = line(B_y, rho, y_bound, y_gain, y_masks, partials)
                exactly |= used
            else:
                y_count = small(m, n, y_gain, y_two, y_three, y_masks)
            found = _pair(x_masks, x_count, y_masks, y_count, x_used, y_used)
        if found == UNDECIDED:
            counts[game], status[game], degenerate[game] = 0, LEFT_OPEN, -1
            continue
        if at + found > len(regret):
            return game, at, -1
        counts[game] = found
        status[game] = IN_KERNEL if exactly else IN_FLOATS
        if clear:
            degenerate[game] = 0
            _write_generic(B_x, B_y, x_bound == 0.0, y_bound == 0.0, supports, found, x, y, at, *room)
        else:
            x_excess, y_excess = _excess(x_masks, x_count), _excess(y_masks, y_count)
            degenerate[game] = 1 if 1 in (x_excess, y_excess) else min(x_excess, y_excess)
            x_length = _sorted_strategies(B_x, x_masks, x_count, x_used, x_bound == 0.0, x_strategies, x_order, *room)
            y_length = _sorted_strategies(B_y, y_masks, y_count, y_used, y_bound == 0.0, y_strategies, y_order, *room)
            orders = x_order[:x_length], y_order[:y_length]
            _write_pairs(x_masks, y_masks, x_strategies, y_strategies, *orders, x, y, at)
        _write_regrets(B_x, B_y, x, y, regret, at, at + found, values)
        at += found
    return n_games, at, -1
