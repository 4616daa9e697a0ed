"""One elimination of dominated actions, and eliminations one after another: the work behind `dominance`.

Every candidate is a linear program in rationals on integer payoffs, unless comparing pure strategies decides it.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._immutable import FrozenDict
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import MixedStrategy
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers._reading import in_field

__all__ = [
    "Domination",
    "Reduction",
    "WeakElimination",
    "all_dominations",
    "count_text",
    "dominating_weights",
    "eliminate_all",
    "everything",
    "listed_rounds",
    "payoff_matrix",
    "reduction",
    "restricted",
    "search_orders",
    "size_text",
    "supporting_conjecture",
    "surviving_actions",
]

Kept = tuple[tuple[int, ...], ...]
Weights = list[Fraction]


@dataclass(frozen=True, repr=False)
class Domination:
    """An action that is dominated, and the strategy that dominates it.

    Parameters
    ----------
    player, action : str
        Whose action, and which.
    by : MixedStrategy
        The dominating strategy, which does not play the action.
    strict : bool
        Whether it pays more against everything, or never less and sometimes more.
    """

    player: str
    action: str
    by: MixedStrategy = field(hash=False)
    strict: bool

    def __repr__(self) -> str:
        return f"{self.player}: {self.action!r} is {'strictly' if self.strict else 'weakly'} dominated by ({self.by})"


Rounds = tuple[tuple[Domination, ...], ...]


@dataclass(frozen=True, repr=False)
class Reduction:
    """One outcome of eliminating weakly dominated actions, and one way to reach it.

    Parameters
    ----------
    reduced : NormalFormGame
        The game of the surviving actions, in which nothing is weakly dominated.
    path : tuple of tuple of Domination
        The actions that leave together in each step.
    lost_equilibria : tuple of tuple of str
        The pure equilibria of the game given that use an eliminated action.
    """

    reduced: NormalFormGame
    path: Rounds
    lost_equilibria: tuple[tuple[str, ...], ...]

    @property
    def actions(self) -> dict[str, tuple[str, ...]]:
        """Surviving actions of each player, by label."""
        return surviving_actions(self.reduced)

    def __repr__(self) -> str:
        survivors = "; ".join(f"{player}: {', '.join(labels)}" for player, labels in self.actions.items())
        lost = ", ".join(f"({', '.join(cell)})" for cell in self.lost_equilibria) or "none"
        lines = [f"<Reduction to {size_text(self.reduced)}: {survivors}; pure equilibria lost: {lost}>"]
        return "\n".join([*lines, *listed_rounds(self.path)])


@dataclass(frozen=True, repr=False)
class WeakElimination:
    """All outcomes that different orders of eliminating weakly dominated actions reach.

    Parameters
    ----------
    game : NormalFormGame
        The game given.
    outcomes : tuple of Reduction
        The distinct maximal reductions found, each with one path to it; the most actions kept first.
    simultaneous : Reduction
        The outcome of the usual order, in which everything dominated leaves at once in each round.
    complete : bool
        Whether all orders were examined.
    mixed : bool
        Whether mixtures were allowed to dominate.
    exact : bool
        Whether the probabilities are exact; the eliminations are, for float payoffs as well.
    """

    game: NormalFormGame
    outcomes: tuple[Reduction, ...]
    simultaneous: Reduction
    complete: bool
    mixed: bool
    exact: bool

    @property
    def order_dependent(self) -> bool | None:
        """Whether the outcome depends on the order; None if one outcome was found and orders are left."""
        if len(self.outcomes) > 1:
            return True
        return False if self.complete else None

    def __repr__(self) -> str:
        verdict = {True: "order dependent", False: "order independent", None: "order dependence unknown"}[self.order_dependent]
        search = "all orders examined" if self.complete else "search cut short"
        head = f"<WeakElimination: {size_text(self.game)}, {verdict}, {search}, {count_text(self.outcomes, 'outcome')}>"
        return "\n".join([head, *(f"  {str(outcome)[1:].partition('>')[0]}" for outcome in self.outcomes)])


def surviving_actions(game: NormalFormGame) -> dict[str, tuple[str, ...]]:
    return dict(zip(game.players, game.actions, strict=True))


def size_text(game: NormalFormGame) -> str:
    return "×".join(map(str, game.shape))


def count_text(items: Sequence[Any], noun: str) -> str:
    return f"{len(items)} {noun}" if len(items) == 1 else f"{len(items)} {noun}s"


def listed_rounds(rounds: Sequence[Sequence[Domination]]) -> Iterator[str]:
    for number, dominations in enumerate(rounds, 1):
        for domination in dominations:
            yield f"  {number}. {domination!r}"


# -------------------------------------------------------------------- one elimination


def everything(game: NormalFormGame) -> Kept:
    return tuple(tuple(range(size)) for size in game.shape)


def restricted(game: NormalFormGame, kept: Kept) -> NormalFormGame:
    return game.restrict(dict(zip(game.players, kept, strict=True)))


def payoff_matrix(game: NormalFormGame, kept: Kept, k: int) -> np.ndarray:
    """Return a player's payoffs in integers: own actions in rows, profiles of the others in columns."""
    part = np.moveaxis(game.integer_payoffs[k][np.ix_(*kept)], k, 0)
    return part.reshape(part.shape[0], -1)


def all_dominations(game: NormalFormGame, kept: Kept, k: int, strict: bool, mixed: bool) -> dict[int, Domination]:
    """Return the dominated actions of player ``k`` among those kept, by index."""
    matrix = payoff_matrix(game, kept, k)
    found = {}
    for position, action in enumerate(kept[k]):
        weights = dominating_weights(matrix, position, strict, mixed)
        if weights is not None:
            own = np.full(game.shape[k], in_field(Fraction(0), game))
            own[list(kept[k])] = [in_field(weight, game) for weight in weights]
            labels = game.actions[k]
            found[action] = Domination(game.players[k], labels[action], MixedStrategy(labels, own), strict)
    return found


def dominating_weights(matrix: np.ndarray, a: int, strict: bool, mixed: bool) -> Weights | None:
    """Return the weights of a strategy that dominates row ``a``, or None if there is none."""
    gains = matrix - matrix[a]
    pure = (gains > 0).all(axis=1) if strict else (gains >= 0).all(axis=1) & (gains > 0).any(axis=1)
    if pure.any():
        return [Fraction(int(i == np.argmax(pure))) for i in range(len(matrix))]
    others = gains[np.arange(len(matrix)) != a]
    # A best reply to some profile is not strictly dominated; the only best reply not even weakly.
    unbeaten = (others <= 0 if strict else others < 0).all(axis=0).any()
    if not mixed or unbeaten:
        return None
    return _strictly_dominating(gains, a)[0] if strict else _weakly_dominating(gains, a)


def _strictly_dominating(gains: np.ndarray, a: int) -> tuple[Weights | None, Weights]:
    """Maximise the smallest gain over row ``a``; return the weights if it is positive, and the dual conjecture.

    The multipliers of the profiles are a distribution against which no row gains more than that.
    """
    actions = [i for i in range(len(gains)) if i != a]
    unit = int(abs(gains).max()) or 1  # the gain is measured in this unit, so that the program is well scaled
    value, solution, dual = maximise(
        [0] * len(actions) + [1],
        upper=[[*(-int(gains[i, s]) for i in actions), unit] for s in range(gains.shape[1])],
        upper_bound=[0] * gains.shape[1],
        equal=[[1] * len(actions) + [0]],
        equal_to=[1],
        free=[len(actions)],
    ).optimum
    conjecture = [multiplier * unit for multiplier in dual[:-1]]
    return ([*solution[:a], Fraction(0), *solution[a:-1]] if value > 0 else None), conjecture


def _weakly_dominating(gains: np.ndarray, a: int) -> Weights | None:
    """Maximise the sum of the gains over row ``a`` among strategies that nowhere lose against it."""
    value, solution, _ = maximise(
        [int(total) for total in gains.sum(axis=1)],
        upper=[[-int(value) for value in column] for column in gains.T],
        upper_bound=[0] * gains.shape[1],
        equal=[[1] * len(gains)],
        equal_to=[1],
    ).optimum
    if value == 0:  # playing ``a`` itself
        return None
    return [Fraction(0) if i == a else weight / (1 - solution[a]) for i, weight in enumerate(solution)]


def supporting_conjecture(game: NormalFormGame, kept: Kept, k: int, position: int) -> FrozenDict:
    """Return a distribution over the others' profiles kept to which an undominated action is a best reply."""
    matrix = payoff_matrix(game, kept, k)
    gains = matrix - matrix[position]
    best = (gains <= 0).all(axis=0)
    pure = [Fraction(int(s == np.argmax(best))) for s in range(len(best))]
    weights = pure if best.any() else _strictly_dominating(gains, position)[1]
    others = itertools.product(*([game.actions[j][a] for a in part] for j, part in enumerate(kept) if j != k))
    conjecture: Any = {profile: in_field(weight, game) for profile, weight in zip(others, weights, strict=True) if weight}
    return FrozenDict(conjecture)


# -------------------------------------------------------------------- eliminations one after another


def _dominated(game: NormalFormGame, kept: Kept, strict: bool, mixed: bool) -> list[tuple[int, int, Domination]]:
    """Return all dominated actions of all players as ``(player, action, domination)``."""
    return [(k, a, shown) for k in range(len(kept)) for a, shown in all_dominations(game, kept, k, strict, mixed).items()]


def _without(kept: Kept, leaving: Sequence[tuple[int, int, Domination]]) -> Kept:
    gone = {(k, a) for k, a, _ in leaving}
    return tuple(tuple(a for a in part if (k, a) not in gone) for k, part in enumerate(kept))


def eliminate_all(game: NormalFormGame, *, strict: bool, mixed: bool) -> tuple[Kept, Rounds]:
    """Eliminate everything dominated at once, round after round."""
    kept, rounds = everything(game), []
    while leaving := _dominated(game, kept, strict, mixed):
        rounds.append(tuple(shown for _, _, shown in leaving))
        kept = _without(kept, leaving)
    return kept, tuple(rounds)


def search_orders(game: NormalFormGame, mixed: bool, limit: int) -> tuple[dict[Kept, Rounds], bool]:
    """Follow every order of weak elimination, breadth first; return a shortest path to each end, and whether all were followed."""
    start = everything(game)
    paths: dict[Kept, Rounds] = {start: ()}
    ends: dict[Kept, Rounds] = {}
    queue = deque([start])
    steps = 0
    while queue:
        kept = queue.popleft()
        dominated = _dominated(game, kept, False, mixed)
        if not dominated:
            ends[kept] = paths[kept]
        for leaving in _subsets(dominated):
            steps += 1
            if steps > limit:
                return ends, False
            after = _without(kept, leaving)
            if after not in paths:
                paths[after] = (*paths[kept], tuple(shown for _, _, shown in leaving))
                queue.append(after)
    return ends, True


def _subsets(items: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Iterate over all non-empty subsets, the small ones first."""
    return itertools.chain.from_iterable(itertools.combinations(items, size) for size in range(1, len(items) + 1))


def reduction(game: NormalFormGame, kept: Kept, path: Rounds, equilibria: list[tuple[int, ...]]) -> Reduction:
    lost = [cell for cell in equilibria if any(a not in part for a, part in zip(cell, kept, strict=True))]
    labelled = tuple(tuple(labels[a] for labels, a in zip(game.actions, cell, strict=True)) for cell in lost)
    return Reduction(restricted(game, kept), path, labelled)
