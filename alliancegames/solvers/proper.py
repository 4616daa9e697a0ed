r"""Proper equilibria of two-player games, decided exactly and with a certificate.

An equilibrium is proper if completely mixed strategies tend to it in which a worse action is infinitely less
likely than a better one :cite:p:`myerson1978refinements`. The test rests on four steps.

1. *Orders.* There are finitely many weak orders of the actions by payoff, so a subsequence of the trembles has
   constant ones, ties included. So nothing is lost by fixing an order of either player's actions from the
   start, ``R1`` and ``R2``. At the limit payoffs are at least weakly ordered as they say, and every action played
   is in the top class.
2. *Separation.* Given both orders, the trembles ``y`` of one player have to satisfy: payoffs ``A y`` ordered
   exactly as ``R1``, and ``y[j'] <= eps * y[j]`` whenever ``j'`` is below ``j`` in ``R2``. The other player's ``x`` does
   not occur, so that two systems are left that can be solved one by one. The equilibrium does not occur either:
   if a completely mixed ``y`` solves the system, so does ``(1 - s) * y* + s * y`` for ``0 < s <= 1``, since the limit
   ``y*`` satisfies all inequalities weakly.
3. *Levels.* A system with solutions for all small ``eps`` has one that is a polynomial
   ``p0 + t p1 + t**2 p2 + ...``; this is the transfer of linear programming to an ordered field. Signs of its
   values are decided by the first level that is not zero, so ``p0, p1, ...`` is a lexicographic probability system
   :cite:p:`blume1991lexicographic`.
4. *Greed.* The levels are found one by one. Among the vectors that may come next, take one in the relative
   interior of their cone: it makes as many unplayed actions likely, and as many payoff comparisons strict, as
   possible. Put in front of any solution of the rest it leaves a solution, so that the choice never has to be
   taken back, and a level without progress proves that there is no solution.

The pairs of orders are searched from the top class down. Where the systems that a beginning of both orders
implies have no solution, all pairs that begin so are excluded at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, pairwise
from operator import mul
from typing import Any

import numpy as np

from alliancegames._fields import read_number
from alliancegames._immutable import FrozenDict
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import MixedStrategy, Profile
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers._reading import check_game
from alliancegames.solvers.bimatrix import Bimatrix, choosers

__all__ = ["ExcludedOrders", "ProperReport", "is_proper"]

# Pairs of beginnings of payoff orders that are examined by default.
LIMIT = 3000

Classes = tuple[frozenset[int], ...]
Vector = list[Fraction]
System = list[Vector]
"""A lexicographic probability system: one distribution a level."""


@dataclass(frozen=True)
class ExcludedOrders:
    """A beginning of the payoff orders of both players' actions that no trembles bring about.

    Parameters
    ----------
    orders : mapping of str to tuple
        For each player with a choice, classes of actions with the same payoff, the best first. Actions
        left out come below, in any order.
    player : str
        The player whose trembles would have to put the other's payoffs into that order while respecting the own.
    """

    orders: Mapping[str, tuple[tuple[str, ...], ...]] = field(hash=False)
    player: str


@dataclass(frozen=True)
class ProperReport:
    """Whether an equilibrium is proper, and what shows it. True in a Boolean context if it is.

    Parameters
    ----------
    profile : Profile
        The profile examined.
    proper : bool
        The answer.
    trembles : mapping of str to tuple of MixedStrategy, or None
        For each player the levels of a lexicographic probability system, the strategy of the profile first:
        every action has positive probability on some level, and an action that is worse against the other's
        system is infinitely less likely: its first level with positive probability comes later.
    excluded : tuple of ExcludedOrders
        If the profile is not proper: beginnings of payoff orders, one of which every pair of orders that are
        possible at the profile begins with. Empty if the profile is no equilibrium.
    """

    profile: Profile
    proper: bool
    trembles: Mapping[str, tuple[MixedStrategy, ...]] | None = field(default=None, hash=False)
    excluded: tuple[ExcludedOrders, ...] = ()

    def __bool__(self) -> bool:
        return self.proper

    def near(self, t: Any) -> Profile:
        """Return the completely mixed profile that weighs level ``k`` of the trembles by ``t**k``.

        As ``t`` goes to zero these profiles tend to the equilibrium, and they are ``eps``-proper with ``eps`` going
        to zero as well.

        Parameters
        ----------
        t : Fraction, int or str
            A number above 0, such as ``"1/100"``.

        Examples
        --------
        >>> import alliancegames as ag
        >>> game = ag.NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
        >>> print(ag.solvers.is_proper(game.profile((0, 0))).near("1/99"))
        (1 99/100, 2 1/100) × (1 99/100, 2 1/100)
        """
        if self.trembles is None:
            raise SolverNotApplicableError("near(): the profile is not proper, so that there are no trembles; .excluded shows why.")
        kind, share = read_number(t, "near()")
        if kind != "exact" or share <= 0:
            raise GameDefinitionError(f"near(): t must be an exact number above 0, got {t!r}.")
        strategies = []
        for levels in self.trembles.values():
            total = sum(share**k for k in range(len(levels)))
            strategies.append(sum(share**k / total * level.probabilities for k, level in enumerate(levels)))
        return Profile(self.profile.game, strategies)


def is_proper(profile: Profile, *, limit: int = LIMIT) -> ProperReport:
    """Whether an equilibrium is proper in the sense of Myerson.

    Parameters
    ----------
    profile : Profile
        A profile of an exact game in which at most two players have a choice.
    limit : int, default 3000
        How many pairs of beginnings of payoff orders to examine.

    Returns
    -------
    ProperReport
        True in a Boolean context if the equilibrium is proper, with trembles that show it; otherwise with
        all orders excluded. What is no equilibrium is not proper.

    Raises
    ------
    SolverNotApplicableError
        More than two players have a choice, or the payoffs are not exact.
    SolveError
        The limit is reached.

    Notes
    -----
    The work grows with the number of ways to break ties between payoffs at the equilibrium, thus with the
    number of unplayed best replies and of ties below them. Up to 4×4 there are fewer than 3000 pairs of beginnings,
    so that the default limit is never reached; larger games are within it if ties are few.

    Examples
    --------
    Myerson's own example: two equilibria are perfect, one of them is proper.

    >>> import alliancegames as ag
    >>> payoffs = [[1, 0, -9], [0, 0, -7], [-9, -7, -7]]
    >>> eqs = ag.nash(ag.NormalFormGame.from_bimatrix(payoffs, payoffs))
    >>> [(str(profile), bool(ag.solvers.is_proper(profile))) for profile in eqs.select("perfect")]
    [('(1) × (1)', True), ('(2) × (2)', False)]
    """
    game = exact_game("is_proper", profile)
    if len(choosers(game)) > 2:
        raise SolverNotApplicableError(
            f"is_proper(): needs a game in which at most 2 players have a choice; here {len(choosers(game))} of {len(game.players)} do."
        )
    if not isinstance(limit, (int, np.integer)) or isinstance(limit, bool) or limit < 1:
        raise GameDefinitionError(f"is_proper(): limit is a number of pairs of orders and must be an integer from 1, got {limit!r}.")
    search = _Search(profile, int(limit))
    systems = search.from_here(((), ()))
    if systems is None:
        return ProperReport(profile, False, excluded=tuple(search.excluded))
    if not shows_proper(search.payoffs, search.strategies, systems):
        raise SolveError("is_proper(): the trembles found do not show that the profile is proper; please report this game.", profile)
    return ProperReport(profile, True, search.named(systems))


def exact_game(function: str, profile: Any) -> NormalFormGame:
    """Return the game of an exact profile; refuse anything else.

    Parameters
    ----------
    function : str
        Who asks, for the message.
    profile : Profile
        What was given.
    """
    if not isinstance(profile, Profile):
        raise GameDefinitionError(f"{function}(): expected a Profile, got {type(profile).__name__}; make one with game.profile(...).")
    check_game(function, profile.game)
    if not all(isinstance(weight, Fraction) for vector in profile.arrays() for weight in vector):
        raise SolverNotApplicableError(
            f"{function}(): is decided exactly, which only rational payoffs and probabilities allow; "
            "solve game.exact() and examine its equilibria."
        )
    return profile.game


def shows_proper(payoffs: Sequence[np.ndarray], strategies: Sequence[Vector], systems: Sequence[System]) -> bool:
    """Check the definition on a pair of lexicographic probability systems, from the payoffs alone.

    Parameters
    ----------
    payoffs : sequence of array
        For each of two players the payoffs, own actions in rows.
    strategies, systems : sequence
        The equilibrium, and the systems that are to show that it is proper.
    """
    for k in (0, 1):
        own, other = systems[k], systems[1 - k]
        if own[0] != list(strategies[k]) or any(min(level) < 0 or sum(level) != 1 for level in own):
            return False
        if not all(any(level[a] for level in own) for a in range(len(own[0]))):
            return False
        values = [[_dot(row, level) for level in other] for row in payoffs[k].tolist()]
        first = [next(rank for rank, level in enumerate(own) if level[a]) for a in range(len(own[0]))]
        if any(low < high and i <= j for low, i in zip(values, first, strict=True) for high, j in zip(values, first, strict=True)):
            return False
    return True


# -------------------------------------------------------------------- the search over orders


class _Search:
    """A depth-first search over the payoff orders of two players, from the top class down.

    Player 0 and 1 are the two who have a choice; a missing one has a single action.
    """

    def __init__(self, profile: Profile, limit: int) -> None:
        pair = Bimatrix(profile.game)
        given = profile.arrays()
        self.game, self.limit, self.seen = profile.game, limit, 0
        self.players = (pair.first, pair.second)
        self.payoffs = (pair.row, pair.column.T)
        self.strategies = tuple([Fraction(1)] if k is None else list(given[k]) for k in self.players)
        self.ties = tuple(_ties(self.payoffs[k], self.strategies[1 - k]) for k in (0, 1))
        self.excluded: list[ExcludedOrders] = []

    def from_here(self, orders: tuple[Classes, Classes]) -> tuple[System, System] | None:
        """Return trembles for some pair of orders that begins so, or exclude all of them."""
        self.seen += 1
        if self.seen > self.limit:
            size = "×".join(map(str, self.game.shape))
            raise SolveError(
                f"is_proper(): undecided after {self.limit} pairs of payoff orders, since payoffs of the {size} game tie in many ways "
                "at this profile; raise limit= if you can wait."
            )
        systems = []
        for k in (1, 0):
            found = self._trembles(k, orders)
            if found is None:
                self.excluded.append(self._exclusion(orders, k))
                return None
            systems.append(found)
        longer = [k for k in (0, 1) if self._left(k, orders[k])]
        if not longer:
            return systems[1], systems[0]
        k = min(longer, key=lambda j: len(orders[j]))
        for best in self._next_classes(k, orders[k]):
            extended = (*orders[k], best)
            answer = self.from_here((extended, orders[1]) if k == 0 else (orders[0], extended))
            if answer is not None:
                return answer
        return None

    def _left(self, k: int, order: Classes) -> frozenset[int]:
        return frozenset(range(len(self.strategies[k]))).difference(*order)

    def _next_classes(self, k: int, order: Classes) -> Iterator[frozenset[int]]:
        """Yield the classes that may follow: tied at the limit and, on top, with every action played."""
        left = self._left(k, order)
        tied = next(block & left for block in self.ties[k] if block & left)
        played = frozenset() if order else frozenset(a for a, weight in enumerate(self.strategies[k]) if weight)
        others = sorted(tied - played)
        if played <= tied:
            for size in range(len(others), -1 if played else 0, -1):
                for chosen in combinations(others, size):
                    yield played | frozenset(chosen)

    def _trembles(self, k: int, orders: tuple[Classes, Classes]) -> System | None:
        """Return trembles of player ``k`` that respect the own order and bring about the other's, as far as they go."""
        rows = self.payoffs[1 - k]
        left = sorted(self._left(1 - k, orders[1 - k]))
        heads = [min(tied) for tied in orders[1 - k]]
        equal = [(rows[head] - rows[a]).tolist() for head, tied in zip(heads, orders[1 - k], strict=True) for a in sorted(tied - {head})]
        steps = [*pairwise(heads), *((heads[-1], a) for a in left if heads)]
        strict = [(rows[better] - rows[worse]).tolist() for better, worse in steps]
        return _levels(self.strategies[k], (*orders[k], self._left(k, orders[k])), equal, strict)

    def _exclusion(self, orders: tuple[Classes, Classes], k: int) -> ExcludedOrders:
        game, named = self.game, {}
        for player, order in zip(self.players, orders, strict=True):
            if player is not None:
                labels = game.actions[player]
                named[game.players[player]] = tuple(tuple(labels[a] for a in sorted(tied)) for tied in order)
        player = self.players[k]
        return ExcludedOrders(FrozenDict(named), game.players[0 if player is None else player])

    def named(self, systems: Sequence[System]) -> FrozenDict:
        """Return the systems by player; players without a choice have one level."""
        levels: dict[int | None, System] = dict(zip(self.players, systems, strict=True))
        named = {}
        for k, (player, labels) in enumerate(zip(self.game.players, self.game.actions, strict=True)):
            own = levels.get(k, [[Fraction(1)]])
            named[player] = tuple(MixedStrategy(labels, np.array(level, dtype=object)) for level in own)
        return FrozenDict(named)


def _ties(payoffs: np.ndarray, against: Sequence[Fraction]) -> list[frozenset[int]]:
    """Return the actions in classes of equal payoffs at the limit, the best first."""
    values = [_dot(row, against) for row in payoffs.tolist()]
    return [frozenset(a for a, value in enumerate(values) if value == level) for level in sorted(set(values), reverse=True)]


# -------------------------------------------------------------------- one system


def _levels(start: Sequence[Fraction], classes: Classes, equal: list[Any], strict: list[Any]) -> System | None:
    """Return a lexicographic probability system that starts with ``start``, or None if there is none.

    Every action is on some level, those of each class on earlier ones than those of later classes; the
    rows in ``equal`` vanish on all levels, those in ``strict`` are positive on the first level where they do not vanish.
    """
    levels = [list(start)]
    covered = {a for a, weight in enumerate(start) if weight}
    open_rows = [row for row in strict if not _dot(row, start)]
    waiting = [set(tied) for tied in classes]
    while True:
        # The next class may follow only once all of the one before is on an earlier level.
        while waiting and waiting[0] <= covered:
            waiting.pop(0)
        if not waiting and not open_rows:
            return levels
        new = sorted(waiting[0] - covered) if waiting else []
        step = _step(sorted(covered), new, len(start), equal, open_rows)
        gained = {a for a in new if step[a]}
        still_open = [row for row in open_rows if not _dot(row, step)]
        if not gained and len(still_open) == len(open_rows):
            return None
        levels.append([value / sum(step) for value in step])
        covered |= gained
        open_rows = still_open


def _step(covered: list[int], new: list[int], size: int, equal: list[Any], open_rows: list[Any]) -> Vector:
    """Return a vector in the relative interior of the cone of those that may come next.

    No open comparison may turn round. Actions of earlier levels could even become less likely, but nothing is
    lost by excluding that: adding earlier levels, on which open comparisons are ties, makes any such vector
    non-negative. The number of strict gains is maximal because each counts up to one.
    """
    columns = [*covered, *new]
    gains = [[row[a] for a in columns] for row in open_rows] + [[int(a == b) for b in columns] for a in new]
    count = len(gains)
    caps = [[int(i == k) for k in range(count)] for i in range(count)]
    answer = maximise(
        [0] * len(columns) + [1] * count,
        upper=[[*(-value for value in gain), *cap] for gain, cap in zip(gains, caps, strict=True)]
        + [[0] * len(columns) + cap for cap in caps],
        upper_bound=[0] * count + [1] * count,
        equal=[[row[a] for a in columns] + [0] * count for row in equal],
        equal_to=[0] * len(equal),
    ).optimum[1]
    step = [Fraction(0)] * size
    for a, value in zip(columns, answer, strict=False):
        step[a] = value
    return step


def _dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return sum(map(mul, a, b))
