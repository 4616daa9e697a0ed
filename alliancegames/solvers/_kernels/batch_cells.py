"""Pure equilibria of stacks of games with any number of players: cells in which every payoff is best on its line.

The payoffs of a game are flat, with a stride for each player's actions. The sign of a difference of two floats is always
computed right, so that ties are seen as ties. Where payoffs have errors of their own, a cell can be possible without being certain.
"""

# The types of compiled functions are inferred from their arguments.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from alliancegames.solvers._kernels.batch_minors import FARTHEST
from alliancegames.solvers._kernels.vertices import compiled

__all__ = ["collect", "mark"]

SMALL = 1e-200


@compiled
def _largest(payoffs):
    """Return the largest size of a payoff, or -1 if one is not finite."""
    largest = 0.0
    for value in payoffs:
        if not abs(value) <= FARTHEST:
            return -1.0
        largest = max(largest, abs(value))
    return largest


@compiled
def _mark_line(payoffs, first, stride, actions, loose, certain, possible):
    """Unmark the cells of one line of one player's actions that are not best, or not certainly so."""
    last = first + stride * actions
    top = payoffs[first]
    for cell in range(first + stride, last, stride):
        top = max(top, payoffs[cell])
    count = 0
    for cell in range(first, last, stride):
        # halves cannot overflow; where that loses a digit, the sizes are far from the error
        gap = top - payoffs[cell] if loose == 0.0 else 0.5 * top - 0.5 * payoffs[cell]
        if gap > 0.5 * loose:
            possible[cell] = certain[cell] = False
        else:
            count += 1
    if count > 1 and loose > 0.0:
        for cell in range(first, last, stride):
            certain[cell] = False


@compiled
def mark(payoffs, stride, actions, rho, certain, possible):
    """Unmark the cells of all games in which one player does not play a best reply, or not certainly so.

    Returns
    -------
    int
        The first game with a payoff that is not finite, or -1.
    """
    games, cells = payoffs.shape
    for game in range(games):
        size = _largest(payoffs[game])
        if size < 0.0:
            return game
        if rho > 0.0 and 0.0 < size < SMALL:
            certain[game] = False  # the error might underflow
            continue
        for cell in range(cells):
            if cell // stride % actions == 0:
                _mark_line(payoffs[game], cell, stride, actions, 2.02 * rho * size, certain[game], possible[game])
    return -1


@compiled
def collect(certain, possible, cells, counts, open_games):
    """Write the marked cells of all games below each other; return their number.

    Games in which a possible cell is not certain are marked as open, and nothing is written for them.
    """
    at = 0
    for game in range(len(certain)):
        first = at
        for cell in range(certain.shape[1]):
            if possible[game, cell] and not certain[game, cell]:
                open_games[game] = True
        if not open_games[game]:
            for cell in range(certain.shape[1]):
                if certain[game, cell]:
                    cells[at] = cell
                    at += 1
        counts[game] = at - first
    return at
