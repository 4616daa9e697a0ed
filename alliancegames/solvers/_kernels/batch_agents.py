"""Equilibria of stacks of games of three players with two actions each, where floats prove that the list is complete.

What a player gains from the first action is a number for each pair of the others' actions. If no such number is zero, nobody mixes
alone. Two mix if each makes the other indifferent, and the third does not want to change: the sign of a polynomial. Three mix
at roots of a quadratic polynomial in the third's probability, on intervals on which the first two's probabilities are such.

Numbers carry a bound on their error: pairs ``(value, error)``, each operation adding one rounding. A sign is used only if the
value exceeds its error; a game with any other is left open.
"""

# The types of compiled functions are inferred from their arguments.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import numpy as np

from alliancegames.solvers._kernels.batch_minors import NOT_FINITE, UNDECIDED, scale
from alliancegames.solvers._kernels.vertices import UNIT, compiled

__all__ = ["MOST", "OPEN", "solve_agents"]

# A 2×2×2 game without ties has at most nine equilibria; each search below lists at most as many as it has intervals and roots.
MOST = 32
OPEN = -1
# Regret, as a share of the range of payoffs, above which what was found is not trusted.
REGRET = 1e-9
# Twice the unit roundoff: room for the rounding of the bounds themselves.
ROUNDING = 2.0 * UNIT


@compiled
def _plus(a, b):
    value = a[0] + b[0]
    return value, a[1] + b[1] + ROUNDING * abs(value)


@compiled
def _times(a, b):
    value = a[0] * b[0]
    return value, (abs(a[0]) * b[1] + abs(b[0]) * a[1] + a[1] * b[1]) * (1.0 + ROUNDING) + ROUNDING * abs(value)


@compiled
def _minus(a):
    return -a[0], a[1]


@compiled
def _sign(a):
    """Return the sign of a number, or 0 if it is not certain."""
    return 1 if a[0] > 2.0 * a[1] else -1 if a[0] < -2.0 * a[1] else 0


@compiled
def _rounded(value):
    """Return a number computed with one rounding."""
    return value, ROUNDING * abs(value)


@compiled
def _line(first, second, t):
    """Return ``t * first + (1 - t) * second`` for numbers that were rounded once."""
    rest = 1.0 - t[0]
    return _plus(_times(t, _rounded(first)), _times((rest, t[1] + ROUNDING * rest), _rounded(second)))


@compiled
def _polar(g, s, t):
    """Return the polar form of the third player's gain at two points; at equal points it is the gain, up to a positive factor."""
    total = (0.0, 0.0)
    for left, right in ((s, t), (t, s)):
        first_own, first_other = _line(g[0, 0, 0], g[0, 0, 1], left), _line(g[0, 1, 0], g[0, 1, 1], left)
        second_own, second_other = _line(g[1, 0, 0], g[1, 0, 1], right), _line(g[1, 1, 0], g[1, 1, 1], right)
        total = _plus(total, _times(_times(second_other, first_other), _rounded(g[2, 0, 0])))
        total = _plus(total, _minus(_times(_times(second_other, first_own), _rounded(g[2, 0, 1]))))
        total = _plus(total, _minus(_times(_times(second_own, first_other), _rounded(g[2, 1, 0]))))
        total = _plus(total, _times(_times(second_own, first_own), _rounded(g[2, 1, 1])))
    return total


@compiled
def _roots(g, low, high, out):
    """Write the roots of the third player's gain between two points; return their number, or OPEN."""
    start, middle, end = _polar(g, low, low), _polar(g, low, high), _polar(g, high, high)
    first, last = _sign(start), _sign(end)
    if first == 0 or last == 0:
        return OPEN
    discriminant = _plus(_times(middle, middle), _minus(_times(start, end)))
    if first == last:
        if _sign(middle) == first or _sign(discriminant) < 0:
            return 0
        if _sign(middle) == 0 or _sign(discriminant) == 0:
            return OPEN
    # In z = s / (1 - s), with s from 0 to 1 between the points: end z² + 2 middle z + start = 0.
    root = math.sqrt(max(discriminant[0], 0.0))
    pivot = -(middle[0] + (root if middle[0] >= 0.0 else -root))
    count = 0
    for z in (pivot / end[0], start[0] / pivot):
        if z > 0.0:
            s = z / (1.0 + z)
            out[count] = low[0] + (high[0] - low[0]) * s
            count += 1
    return count if count == (1 if first != last else 2) else OPEN


@compiled
def _breaks(g, breaks):
    """Write where the first two players' gains against actions of each other vanish, sorted, with 0 and 1; return the number, or OPEN.

    The entries are the point, its error, the player and the action.
    """
    breaks[0, 0], breaks[0, 1], breaks[0, 2] = 0.0, 0.0, -1.0
    count = 1
    for player in range(2):
        for action in range(2):
            first, second = g[player, action, 0], g[player, action, 1]
            if first * second < 0.0:
                at = second / (second - first)
                place = count
                while breaks[place - 1, 0] > at:
                    breaks[place] = breaks[place - 1]
                    place -= 1
                breaks[place, 0], breaks[place, 1] = at, 8.0 * ROUNDING * at
                breaks[place, 2], breaks[place, 3] = player, action
                count += 1
    breaks[count, 0], breaks[count, 1], breaks[count, 2] = 1.0, 0.0, -1.0
    for k in range(count):
        if breaks[k + 1, 0] - breaks[k, 0] <= 2.0 * (breaks[k + 1, 1] + breaks[k, 1]):
            return OPEN
    return count + 1


@compiled
def _all_mix(g, breaks, roots, out, count):
    """Write the equilibria in which all three mix; return the number of equilibria, or OPEN."""
    number = _breaks(g, breaks)
    if number == OPEN:
        return OPEN
    signs = np.sign(g[:2, :, 1])
    for k in range(number - 1):
        if breaks[k, 2] >= 0.0:
            player, action = int(breaks[k, 2]), int(breaks[k, 3])
            signs[player, action] = -signs[player, action]
        if signs[0, 0] == signs[0, 1] or signs[1, 0] == signs[1, 1]:
            continue
        found = _roots(g, (breaks[k, 0], breaks[k, 1]), (breaks[k + 1, 0], breaks[k + 1, 1]), roots)
        if found == OPEN:
            return OPEN
        for t in roots[:found]:
            for player in range(2):
                own = t * g[player, 0, 0] + (1.0 - t) * g[player, 0, 1]
                other = t * g[player, 1, 0] + (1.0 - t) * g[player, 1, 1]
                out[count, 1 - player] = abs(other) / (abs(own) + abs(other))
            out[count, 2] = t
            count += 1
    return count


@compiled
def _two_mix(g, idle, action, out, count):
    """Write the equilibrium in which one player takes an action and the others mix, if it exists; return the number, or OPEN."""
    i, j = 1 if idle == 0 else 0, 1 if idle == 2 else 2
    gains = np.empty((2, 2))
    for other in range(2):
        # the one of the others with the lower number comes first
        gains[0, other] = g[i, other, action] if j < idle else g[i, action, other]
        gains[1, other] = g[j, other, action] if i < idle else g[j, action, other]
    if gains[0, 0] * gains[0, 1] > 0.0 or gains[1, 0] * gains[1, 1] > 0.0:
        return count
    # i's gains against j's actions give j's weights, and the other way round
    j_weights, i_weights = (abs(gains[0, 1]), abs(gains[0, 0])), (abs(gains[1, 1]), abs(gains[1, 0]))
    total = (0.0, 0.0)
    for a in range(2):
        for b in range(2):
            total = _plus(total, _times(_times(_rounded(i_weights[a]), _rounded(j_weights[b])), _rounded(g[idle, a, b])))
    sign = _sign(total)
    if sign == 0:
        return OPEN
    if (sign > 0) == (action == 0):
        out[count, i] = i_weights[0] / (i_weights[0] + i_weights[1])
        out[count, j] = j_weights[0] / (j_weights[0] + j_weights[1])
        out[count, idle] = 1.0 - action
        count += 1
    return count


@compiled
def _nobody_mixes(g, out, count):
    """Write the pure equilibria; return the number of equilibria."""
    for a in range(2):
        for b in range(2):
            for c in range(2):
                if (g[0, b, c] > 0.0) == (a == 0) and (g[1, a, c] > 0.0) == (b == 0) and (g[2, a, b] > 0.0) == (c == 0):
                    out[count, 0], out[count, 1], out[count, 2] = 1.0 - a, 1.0 - b, 1.0 - c
                    count += 1
    return count


@compiled
def _regret(g, extents, q):
    """Return the largest regret of a profile as a share of the range of the player's payoffs."""
    worst = 0.0
    for player in range(3):
        p, r = q[1 if player == 0 else 0], q[1 if player == 2 else 2]
        gain = p * (r * g[player, 0, 0] + (1.0 - r) * g[player, 0, 1]) + (1.0 - p) * (r * g[player, 1, 0] + (1.0 - r) * g[player, 1, 1])
        worst = max(worst, (gain * (1.0 - q[player]) if gain > 0.0 else -gain * q[player]) / extents[player])
    return worst


@compiled
def _read(payoffs, own, g):
    """Write a player's gains from the first action; return the range of payoffs, or ``NOT_FINITE``, or ``UNDECIDED`` if there are ties."""
    B = np.empty((2, 4))
    lines = np.empty((2, 4))
    for first in range(2):
        for second in range(2):
            for action in range(2):
                a, b, c = (action, first, second) if own == 0 else (first, action, second) if own == 1 else (first, second, action)
                lines[action, 2 * first + second] = payoffs[a, b, c]
    status = scale(lines, False, B)
    if status != 0:
        return float(status)
    for k in range(4):
        g[k // 2, k % 2] = B[0, k] - B[1, k]
        if g[k // 2, k % 2] == 0.0:
            return float(UNDECIDED)
    return B.max() - B.min()


@compiled
def _solve(g, breaks, roots, out):
    """Write all equilibria of a game without ties; return their number, or OPEN."""
    count = _nobody_mixes(g, out, 0)
    for idle in range(3):
        for action in range(2):
            count = _two_mix(g, idle, action, out, count)
            if count == OPEN:
                return OPEN
    return _all_mix(g, breaks, roots, out, count)


@compiled
def solve_agents(first, second, third, profiles, regret, counts):
    """Write the probabilities of the first actions in all equilibria of all games, and mark the games left open by ``OPEN``.

    Returns
    -------
    tuple of int
        The first game not solved, the number of equilibria, and the player who has a payoff there that is not finite, or -1.
    """
    g, extents, breaks, roots, out = np.empty((3, 2, 2)), np.empty(3), np.empty((6, 4)), np.empty(2), np.empty((MOST, 3))
    at = 0
    for game in range(len(first)):
        ties = False
        for player, payoffs in enumerate((first, second, third)):
            extents[player] = _read(payoffs[game], player, g[player])
            if extents[player] == NOT_FINITE:
                return game, at, player
            ties |= extents[player] == UNDECIDED
        counts[game] = OPEN if ties else _solve(g, breaks, roots, out)
        for k in range(counts[game]):
            regret[at + k] = _regret(g, extents, out[k])
            if not regret[at + k] <= REGRET:
                counts[game] = OPEN
                break
            place = at + k
            while place > at and _comes_before(out[k], profiles[place - 1]):
                profiles[place] = profiles[place - 1]
                regret[place] = regret[place - 1]
                place -= 1
            profiles[place] = out[k]
            regret[place] = _regret(g, extents, out[k])
        at += max(counts[game], 0)
    return len(first), at, -1


@compiled
def _comes_before(first, second):
    """Whether a profile comes before another: the first player with different probabilities has more."""
    for k in range(3):
        if first[k] != second[k]:
            return first[k] > second[k]
    return False
