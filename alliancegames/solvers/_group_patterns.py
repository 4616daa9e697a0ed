"""One pattern of play of an anonymous game: who mixes, over what, and what must not be better."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import comb, prod
from typing import Any

import numpy as np

from alliancegames.games.anonymous import AnonymousGame, rank, successors
from alliancegames.solvers._intervals import Interval
from alliancegames.solvers._isolation import isolate
from alliancegames.solvers._unit_roots import Root, roots_between

__all__ = ["Candidate", "Pattern", "Search", "largest_gain", "no_unknown", "one_unknown", "with_root"]

# Boxes of probabilities that are examined.
MANY_BOXES = 200_000
# Denominators up to this size are tried when an isolated zero might be rational.
RATIONAL_GUESS = 10**5

Candidate = tuple[tuple[np.ndarray, ...], tuple[tuple[np.ndarray, np.ndarray], ...] | None]


def largest_gain(game: AnonymousGame, strategies: Sequence[np.ndarray]) -> Fraction:
    """Return the largest gain from a unilateral deviation, as a share of the range of the group's payoffs."""
    worst = Fraction(0)
    for g, row in enumerate(strategies):
        values = game.deviations(g, strategies)
        worst = max(worst, (max(values) - sum(values * row)) / game.spreads[g])
    return worst


@dataclass(frozen=True)
class Pattern:
    """Actions that the members of each group may use; the equilibria sought use all of them."""

    game: AnonymousGame
    supports: tuple[tuple[int, ...], ...]
    mixing: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mixing", tuple(g for g, support in enumerate(self.supports) if len(support) > 1))

    @property
    def unknowns(self) -> int:
        """Number of free probabilities."""
        return sum(len(support) - 1 for support in self.supports)

    def gains(self) -> Iterator[tuple[int, int]]:
        """Pairs of a group and an action that its members do not use."""
        actions = range(len(self.game.actions))
        return ((g, a) for g, support in enumerate(self.supports) for a in actions if a not in support)

    def values(self, group: int, action: int) -> list[int]:
        """Return, for one mixing group, the advantage of an action over the group's first, by number of mixers on its first."""
        table = self.game.integer_payoffs[group]
        mixer = self.mixing[0]
        units = np.eye(len(self.game.actions), dtype=np.int64)
        mixers = self.game.sizes[mixer] - (group == mixer)
        fixed = sum(((self.game.sizes[g] - (g == group)) * units[s[0]] for g, s in enumerate(self.supports) if g != mixer), 0 * units[0])
        first, second = self.supports[mixer]
        heads = np.arange(mixers + 1)[:, None]
        columns = rank(fixed + heads * units[first] + (mixers - heads) * units[second])
        return [int(value) for value in table[action, columns] - table[self.supports[group][0], columns]]

    def strategies(self, weights: Sequence[Sequence[Any]], dtype: Any = object) -> tuple[np.ndarray, ...]:
        """Return probability vectors from one row of weights a group, in the order of its support."""
        zero, rows = (0.0 if dtype is float else Fraction(0)), []
        for support, given in zip(self.supports, weights, strict=True):
            row = np.full(len(self.game.actions), zero, dtype=float if dtype is float else object)
            row[list(support)] = given
            rows.append(row)
        return tuple(rows)


def with_root(pattern: Pattern, root: Root) -> Candidate:
    """Return the profile in which one group mixes with a root as probability."""
    root.settle()
    low, high, rounded = root.low, root.high, root.rounded()

    def filled(first: Any, second: Any, one: Any) -> tuple[np.ndarray, ...]:
        rows = [[first, second] if g in pattern.mixing else [one] for g in range(len(pattern.supports))]
        return pattern.strategies(rows, type(one))

    if low == high:
        return filled(low, 1 - low, Fraction(1)), None
    low, high = root.low, root.high
    lower, upper = filled(low, 1 - high, Fraction(1)), filled(high, 1 - low, Fraction(1))
    return filled(*rounded, 1.0), tuple(zip(lower, upper, strict=True))


def no_unknown(pattern: Pattern) -> list[Candidate]:
    """Return the pattern in which nobody mixes if nobody gains."""
    strategies = pattern.strategies([[Fraction(1)]] * len(pattern.supports))
    return [(strategies, None)] if largest_gain(pattern.game, strategies) == 0 else []


def one_unknown(pattern: Pattern) -> tuple[list[Candidate], list[str]]:
    """Return the equilibria in which one group mixes over two actions, and the name of the continuum that they may form."""
    mixer = pattern.mixing[0]
    balance = pattern.values(mixer, pattern.supports[mixer][1])
    gains = [pattern.values(g, a) for g, a in pattern.gains()]
    if any(balance):
        roots = roots_between(balance)
    elif any(min(gain) >= 0 and max(gain) > 0 for gain in gains):
        return [], []
    else:  # indifferent throughout: continua end where somebody else begins to gain
        roots = [root for gain in gains if any(gain) for root in roots_between(gain)]
    found = [with_root(pattern, root) for root in roots if all(root.sign_of(gain) <= 0 for gain in gains)]
    if any(balance) or not _somewhere(gains, roots):
        return found, []
    return found, [_described(pattern)]


def _somewhere(gains: Sequence[Sequence[int]], roots: Sequence[Root]) -> bool:
    """Whether between two neighbouring roots of the gains there is a point at which nobody gains."""
    for root in roots:
        root.narrow(64)
    ends = [Fraction(0), *sorted(bound for root in roots for bound in (root.low, root.high)), Fraction(1)]
    probes = [(a + b) / 2 for a, b in itertools.pairwise(ends) if a < b]
    return any(all(_bernstein(gain, p) <= 0 for gain in gains) for p in probes)


def _bernstein(values: Sequence[int], p: Fraction) -> Fraction:
    n = len(values) - 1
    return sum((comb(n, i) * p**i * (1 - p) ** (n - i) * value for i, value in enumerate(values)), Fraction(0))


def _described(pattern: Pattern) -> str:
    game = pattern.game
    texts = [f"{g}: {' or '.join(game.actions[a] for a in s)}" for g, s in zip(game.groups, pattern.supports, strict=True)]
    return "; ".join(texts)


class Search:
    """Equilibria of a pattern with several free probabilities, by interval arithmetic.

    A group with support of size s has s - 1 coordinates in [0, 1]: the probability of its first action, that
    of its second if the first is not taken, and so on.
    """

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        game = pattern.game
        self.tables, self.excess = [], []
        for g, support in enumerate(pattern.supports):
            table = game.integer_payoffs[g]
            largest = int(np.abs(table - table[support[0]]).max()) or 1
            scaled = [[Fraction(int(value), largest) for value in row] for row in table - table[support[0]]]
            rows = Interval.enclosing(scaled)
            self.tables.append(rows[None, list(support[1:])])
            self.excess.append(rows[None, [a for a in range(len(game.actions)) if a not in support]])

    def weights(self, boxes: Interval) -> tuple[list[list[Interval]], list[list[Interval]]]:
        """Return the probabilities of each group's actions, and by each coordinate their derivatives."""
        rows, slopes, k = [], [], 0
        for support in self.pattern.supports:
            free = [boxes[:, k + j, None, None] for j in range(len(support) - 1)]
            stay = [1.0 - t for t in free]
            rows.append([_product([*stay[:j], *free[j : j + 1]]) for j in range(len(support))])
            # coordinate m lowers the probability of all later actions and raises that of its own
            for m in range(len(free)):
                later = [-_product([*stay[:m], *stay[m + 1 : j], *free[j : j + 1]]) for j in range(m + 1, len(support))]
                slopes.append([Interval.point(np.zeros((1, 1, 1)))] * m + [_product(stay[:m]), *later])
            k += len(free)
        return rows, slopes

    def average(self, table: Interval, group: int, weights: list[list[Interval]], without: int | None = None) -> Interval:
        """Average a table over all other players, but one of the group ``without``; columns are counts of those left."""
        game, level = self.pattern.game, sum(self.pattern.game.sizes) - 1
        for g in sorted(range(len(weights)), key=lambda g: len(weights[g])):  # those who do not mix only shorten the table
            for _ in range(game.sizes[g] - (g == group) - (g == without)):
                level -= 1
                columns = successors(level, len(game.actions))
                terms = [table[..., columns[:, a]] for a in self.pattern.supports[g]]
                if len(terms) > 1:
                    terms = [term * weight for term, weight in zip(terms, weights[g], strict=True)]
                table = sum(terms[1:], terms[0])
        return table

    def values(self, boxes: Interval) -> Interval:
        """Enclose how much better each action of a support is than the first."""
        weights, _ = self.weights(boxes)
        parts = [self.average(self.tables[g], g, weights)[..., 0] for g in self.pattern.mixing]
        return _joined(parts, len(boxes.low))

    def losses(self, boxes: Interval) -> Interval:
        """Enclose how much better each unused action is than the first of the support."""
        weights, _ = self.weights(boxes)
        parts = [self.average(table, g, weights)[..., 0] for g, table in enumerate(self.excess) if table.shape[1]]
        return _joined(parts, len(boxes.low))

    def jacobian(self, boxes: Interval) -> Interval:
        """Enclose the derivatives of `values` by the coordinates."""
        weights, slopes = self.weights(boxes)
        game, rows = self.pattern.game, []
        for h in self.pattern.mixing:
            columns, k = [], 0
            for g in self.pattern.mixing:
                others, support = game.sizes[g] - (g == h), self.pattern.supports[g]
                # averages by what one of these others does; in lexicographic order the last action comes first
                left = (
                    self.average(self.tables[h], h, weights, without=g)[..., [len(game.actions) - 1 - a for a in support]]
                    if others
                    else None
                )
                for slope in slopes[k : k + len(support) - 1]:
                    parts = [] if left is None else [left[..., j, None] * s * float(others) for j, s in enumerate(slope)]
                    columns.append(
                        _joined([sum(parts[1:], parts[0])[..., 0]] if parts else [], len(boxes.low), len(self.pattern.supports[h]) - 1)
                    )
                k += len(support) - 1
            rows.append(Interval.stack(columns, axis=2))
        return Interval(np.concatenate([row.low for row in rows], 1), np.concatenate([row.high for row in rows], 1))

    def run(self) -> tuple[list[Candidate], list[Any]]:
        """Return the equilibria and the boxes about which nothing could be decided."""
        d = self.pattern.unknowns
        # A group that is always indifferent leaves a continuum of zeros, if any: there is nothing to isolate.
        tied = any(not table.magnitude.any() for table in self.tables if table.shape[1])
        isolation = isolate(self.values, self.jacobian, np.zeros(d), np.ones(d), limit=MANY_BOXES // 100 if tied else MANY_BOXES)
        found, unresolved = [], []
        for box in isolation.roots:
            verdict, candidate = self.judge(box)
            if verdict is None:
                unresolved.append(box)
            elif verdict:
                found.append(candidate)
        unresolved += [box for box in isolation.unresolved if not self.refuted(box)]
        return found, [(_described(self.pattern), box.low.tolist(), box.high.tolist()) for box in unresolved]

    def refuted(self, box: Interval) -> bool:
        """Whether some unused action is surely better everywhere in a box, or the box lies outside the domain."""
        losses = self.losses(box[None, :])
        return bool((losses.low > 0).any() or (box.high < 0).any() or (box.low > 1).any())

    def judge(self, box: Interval) -> tuple[bool | None, Any]:
        """Decide whether the one zero in a box is an equilibrium with full support; None if that is open."""
        if self.refuted(box):
            return False, None
        exact = self.rational(box)
        if exact is not None:
            inside = all(weight > 0 for row, support in zip(exact, self.pattern.supports, strict=True) for weight in row[list(support)])
            return inside and largest_gain(self.pattern.game, exact) == 0, (exact, None)
        if not ((box.low > 0).all() and (box.high < 1).all() and (self.losses(box[None, :]).high <= 0).all()):
            return None, None
        rows, _ = self.weights(box[None, :])
        low, high = ([[Fraction(getattr(w, side).item()) for w in row] for row in rows] for side in ("low", "high"))
        lower, upper = self.pattern.strategies(low), self.pattern.strategies(high)
        middle = [[float((a + b) / 2) for a, b in zip(*pair, strict=True)] for pair in zip(low, high, strict=True)]
        return True, (self.pattern.strategies(middle, float), tuple(zip(lower, upper, strict=True)))

    def rational(self, box: Interval) -> tuple[np.ndarray, ...] | None:
        """Return the zero if it is a rational point with small denominators; it may lie on the border."""
        guesses = [_simplest(Fraction(a), Fraction(b)) for a, b in zip(box.low.tolist(), box.high.tolist(), strict=True)]
        if any(guess.denominator > RATIONAL_GUESS for guess in guesses):
            return None
        rows, k = [], 0
        for support in self.pattern.supports:
            free = guesses[k : k + len(support) - 1]
            k += len(free)
            rows.append([prod([*(1 - t for t in free[:j]), *free[j : j + 1]], start=Fraction(1)) for j in range(len(support))])
        strategies = self.pattern.strategies(rows)
        for g in self.pattern.mixing:
            values = self.pattern.game.deviations(g, strategies)[list(self.pattern.supports[g])]
            if any(value != values[0] for value in values):
                return None
        return strategies


def _product(factors: Sequence[Interval]) -> Interval:
    result = Interval.point(np.ones((1, 1, 1)))
    for k, factor in enumerate(factors):
        result = factor if k == 0 else result * factor
    return result


def _joined(parts: Sequence[Interval], boxes: int, width: int = 0) -> Interval:
    """Put enclosures side by side; what does not depend on the box is repeated, and nothing counts as zeros."""
    if not parts:
        return Interval.point(np.zeros((boxes, width)))
    low, high = (
        [np.broadcast_to(side, (boxes, side.shape[1])) for side in sides] for sides in zip(*((p.low, p.high) for p in parts), strict=True)
    )
    return Interval(np.concatenate(low, axis=1), np.concatenate(high, axis=1))


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction with the smallest denominator between two bounds."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -_simplest(-high, -low)
    whole = Fraction(low.numerator // low.denominator)
    if whole == low or whole + 1 <= high:
        return whole if whole == low else whole + 1
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))
