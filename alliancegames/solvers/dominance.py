"""Dominance, iterated dominance and rationalizability, exactly and with witnesses, for any number of players.

An action is *strictly dominated* if a mixture of the player's other actions pays more against every pure
profile of the others, *weakly dominated* if it never pays less and sometimes pays more. Either is a linear
program, solved in rationals: what is eliminated comes with the mixture that dominates it, and what
survives strict elimination with a conjecture against which it is a best reply.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._immutable import FrozenDict
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import MixedStrategy
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers._reading import check_game, in_field
from alliancegames.solvers.pure import pure_cells

__all__ = [
    "Domination",
    "IteratedElimination",
    "RationalizableSet",
    "Reduction",
    "WeakElimination",
    "dominated_actions",
    "is_dominated",
    "iterated_strict_dominance",
    "iterated_weak_dominance",
    "rationalizable",
]

# Eliminations examined by default in the search over orders of weak dominance.
STEPS = 5000

Kept = tuple[tuple[int, ...], ...]
Weights = list[Fraction]


# -------------------------------------------------------------------- results


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
class IteratedElimination:
    """What survives the iterated elimination of strictly dominated actions.

    The outcome does not depend on the order of elimination :cite:p:`osborne1994course`.

    Parameters
    ----------
    game : NormalFormGame
        The game given.
    reduced : NormalFormGame
        The game of the surviving actions.
    rounds : tuple of tuple of Domination
        All dominated actions leave together in each round. The dominating strategies use surviving
        actions of the round before.
    mixed : bool
        Whether mixtures were allowed to dominate.
    exact : bool
        Whether the probabilities are exact; the eliminations are, for float payoffs as well.
    """

    game: NormalFormGame
    reduced: NormalFormGame
    rounds: Rounds
    mixed: bool
    exact: bool

    @property
    def actions(self) -> dict[str, tuple[str, ...]]:
        """Surviving actions of each player, by label."""
        return _actions(self.reduced)

    @property
    def solvable(self) -> bool:
        """Whether a single profile survives, which is then the only Nash equilibrium."""
        return all(size == 1 for size in self.reduced.shape)

    def __repr__(self) -> str:
        kind = "" if self.mixed else " by pure strategies"
        head = (
            f"<IteratedElimination: strict dominance{kind}, {_size(self.game)} to {_size(self.reduced)} in {_count(self.rounds, 'round')}>"
        )
        return "\n".join([head, *_listed(self.rounds)])


@dataclass(frozen=True, repr=False)
class RationalizableSet:
    """The actions that players may take who are rational and commonly known to be so.

    Parameters
    ----------
    game : NormalFormGame
        The game given.
    concept : str
        ``"rationalizability"`` if at most two players have a choice, otherwise ``"correlated rationalizability"``.
    conjectures : mapping of str to mapping
        For each player and each surviving action, a distribution over the others' surviving pure profiles
        (tuples of their labels, in player order) against which the action is a best reply.
    elimination : IteratedElimination
        How the other actions were eliminated, each with the strategy that dominates it.
    """

    game: NormalFormGame
    concept: str
    conjectures: Mapping[str, Mapping[str, Mapping[tuple[str, ...], Any]]] = field(hash=False)
    elimination: IteratedElimination

    @property
    def reduced(self) -> NormalFormGame:
        """The game of the surviving actions."""
        return self.elimination.reduced

    @property
    def actions(self) -> dict[str, tuple[str, ...]]:
        """Surviving actions of each player, by label."""
        return _actions(self.reduced)

    def __repr__(self) -> str:
        lines = [f"  {player}: {', '.join(labels)}" for player, labels in self.actions.items()]
        return "\n".join([f"<RationalizableSet: {self.concept}, {_size(self.game)} to {_size(self.reduced)}>", *lines])


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
        return _actions(self.reduced)

    def __repr__(self) -> str:
        survivors = "; ".join(f"{player}: {', '.join(labels)}" for player, labels in self.actions.items())
        lost = ", ".join(f"({', '.join(cell)})" for cell in self.lost_equilibria) or "none"
        lines = [f"<Reduction to {_size(self.reduced)}: {survivors}; pure equilibria lost: {lost}>"]
        return "\n".join([*lines, *_listed(self.path)])


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
        head = f"<WeakElimination: {_size(self.game)}, {verdict}, {search}, {_count(self.outcomes, 'outcome')}>"
        return "\n".join([head, *(f"  {str(outcome)[1:].partition('>')[0]}" for outcome in self.outcomes)])


def _actions(game: NormalFormGame) -> dict[str, tuple[str, ...]]:
    return dict(zip(game.players, game.actions, strict=True))


def _size(game: NormalFormGame) -> str:
    return "×".join(map(str, game.shape))


def _count(items: Sequence[Any], noun: str) -> str:
    return f"{len(items)} {noun}" if len(items) == 1 else f"{len(items)} {noun}s"


def _listed(rounds: Sequence[Sequence[Domination]]) -> Iterator[str]:
    for number, dominations in enumerate(rounds, 1):
        for domination in dominations:
            yield f"  {number}. {domination!r}"


# -------------------------------------------------------------------- entry functions


def dominated_actions(game: NormalFormGame, player: str | int, *, strict: bool = True, mixed: bool = True) -> dict[str, Domination]:
    """Find the dominated actions of a player, each with a strategy that dominates it.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs, for any number of players.
    player : str or int
        Whose actions.
    strict : bool, default True
        True: the dominating strategy pays more against every profile of the others. False: it never pays
        less and sometimes more.
    mixed : bool, default True
        Whether mixtures may dominate, or pure strategies only. A pure dominating strategy is preferred as
        the witness.

    Returns
    -------
    dict of str to Domination
        The dominated actions, by label; empty if there is none, which is then proved.

    Notes
    -----
    Each candidate is one exact linear program. Float payoffs are taken at their exact binary values, so
    that dominance is decided without a tolerance, and the witness is rounded at the end.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.NormalFormGame.from_bimatrix([[3, 0], [0, 3], [1, 1]], [[0, 0], [0, 0], [0, 0]],
    ...                                        actions=[["up", "down", "hedge"], ["left", "right"]])
    >>> ag.dominated_actions(game, 0)
    {'hedge': Player 1: 'hedge' is strictly dominated by (up 1/2, down 1/2)}
    >>> ag.dominated_actions(game, 0, mixed=False)
    {}
    """
    check_game("dominated_actions", game)
    k = resolve(player, game.players, "player", "dominated_actions()")
    found = _dominations(game, _everything(game), k, strict, mixed)
    return {domination.action: domination for domination in found.values()}


def is_dominated(game: NormalFormGame, player: str | int, action: str | int, *, strict: bool = True, mixed: bool = True) -> bool:
    """Whether an action is dominated.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs.
    player, action : str or int
        Whose action, and which.
    strict, mixed : bool, default True
        As in `dominated_actions`.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.is_dominated(ag.games.prisoners_dilemma(), "Row", "cooperate")
    True
    """
    check_game("is_dominated", game)
    k = resolve(player, game.players, "player", "is_dominated()")
    a = resolve(action, game.actions[k], "action", f"is_dominated(), actions of {game.players[k]}")
    return _dominating(_matrix(game, _everything(game), k), a, strict, mixed) is not None


def iterated_strict_dominance(game: NormalFormGame, *, mixed: bool = True) -> IteratedElimination:
    """Eliminate strictly dominated actions until none is left.

    Every Nash equilibrium, and every correlated one, survives. The outcome does not depend on the order of
    elimination :cite:p:`gilboa1990order,osborne1994course`.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs, for any number of players.
    mixed : bool, default True
        Whether mixtures may dominate, or pure strategies only.

    Returns
    -------
    IteratedElimination
        The reduced game and the rounds, each elimination with the strategy that dominates.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.iterated_strict_dominance(ag.games.prisoners_dilemma())
    <IteratedElimination: strict dominance, 2×2 to 1×1 in 1 round>
      1. Row: 'cooperate' is strictly dominated by (defect)
      1. Column: 'cooperate' is strictly dominated by (defect)
    """
    check_game("iterated_strict_dominance", game)
    kept, rounds = _eliminate_all(game, strict=True, mixed=mixed)
    return IteratedElimination(game, _restricted(game, kept), rounds, mixed, game.field == "exact")


def rationalizable(game: NormalFormGame) -> RationalizableSet:
    """Find the rationalizable actions: those that survive when never-best replies are eliminated again and again.

    An action is a never-best reply if and only if it is strictly dominated, provided that a player may
    believe the others' actions to be correlated :cite:p:`pearce1984rationalizable`. For two players there is
    a single opponent and nothing to correlate. For three or more the set found is that of *correlated*
    rationalizability :cite:p:`brandenburger1987rationalizability`, and its ``concept`` says so: with
    conjectures restricted to independent actions of the others :cite:p:`bernheim1984rationalizable` it may
    be smaller.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs, for any number of players.

    Returns
    -------
    RationalizableSet
        The surviving actions, each with a conjecture that makes it a best reply; the eliminated ones with
        the strategy that dominates them.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.NormalFormGame.from_bimatrix([[3, 0], [0, 3], [1, 1]], [[1, 0], [1, 0], [0, 9]],
    ...                                        actions=[["up", "down", "hedge"], ["left", "right"]])
    >>> found = ag.rationalizable(game)
    >>> found
    <RationalizableSet: rationalizability, 3×2 to 1×1>
      Player 1: up
      Player 2: left
    >>> found.conjectures["Player 2"]["left"]
    {('up',): Fraction(1, 1)}
    """
    check_game("rationalizable", game)
    kept, rounds = _eliminate_all(game, strict=True, mixed=True)
    elimination = IteratedElimination(game, _restricted(game, kept), rounds, True, game.field == "exact")
    conjectures = {
        player: FrozenDict({game.actions[k][a]: _conjecture(game, kept, k, position) for position, a in enumerate(kept[k])})
        for k, player in enumerate(game.players)
    }
    choosers = sum(size > 1 for size in game.shape)
    concept = "rationalizability" if choosers <= 2 else "correlated rationalizability"
    return RationalizableSet(game, concept, FrozenDict(conjectures), elimination)


def iterated_weak_dominance(game: NormalFormGame, *, mixed: bool = True, limit: int = STEPS) -> WeakElimination:
    """Eliminate weakly dominated actions in every order, and report how the outcome depends on the order.

    In each step any non-empty set of actions that are weakly dominated at the time may leave, of one player
    or of several. Every outcome that some order reaches is listed, with one path to it and the pure
    equilibria of the game that are lost on the way.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs, for any number of players.
    mixed : bool, default True
        Whether mixtures may dominate, or pure strategies only.
    limit : int, default 5000
        Number of elimination steps to examine. When it is reached the search stops, ``complete`` is False,
        and orders not examined may lead elsewhere. The simultaneous order is always carried out.

    Returns
    -------
    WeakElimination
        The distinct outcomes, ``order_dependent`` and ``complete``.

    Notes
    -----
    Outcomes are distinct if different actions survive, even if they differ in duplicates of an action only
    :cite:p:`marx1997order`. The number of orders can grow exponentially with the number of dominated
    actions.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.NormalFormGame.from_bimatrix([[1, 0], [1, 1], [0, 1]], [[1, 0], [1, 1], [0, 1]],
    ...                                        actions=[["top", "middle", "bottom"], ["left", "right"]])
    >>> found = ag.iterated_weak_dominance(game)
    >>> found.order_dependent, found.complete
    (True, True)
    >>> for outcome in found.outcomes:
    ...     print(outcome.actions["Player 1"], outcome.actions["Player 2"], outcome.lost_equilibria)
    ('top', 'middle') ('left',) (('middle', 'right'), ('bottom', 'right'))
    ('middle',) ('left', 'right') (('top', 'left'), ('bottom', 'right'))
    ('middle', 'bottom') ('right',) (('top', 'left'), ('middle', 'left'))
    ('middle',) ('left',) (('top', 'left'), ('middle', 'right'), ('bottom', 'right'))
    ('middle',) ('right',) (('top', 'left'), ('middle', 'left'), ('bottom', 'right'))
    """
    check_game("iterated_weak_dominance", game)
    if not isinstance(limit, (int, np.integer)) or isinstance(limit, bool) or limit < 0:
        raise GameDefinitionError(f"iterated_weak_dominance(): limit is a number of steps and must be an integer from 0, got {limit!r}.")
    equilibria = [tuple(int(a) for a in cell) for cell in pure_cells(game)]
    last, rounds = _eliminate_all(game, strict=False, mixed=mixed)
    paths, complete = _search(game, mixed, int(limit))
    paths.setdefault(last, rounds)
    ordered = sorted(paths, key=lambda kept: (-sum(map(len, kept)), kept))
    outcomes = {kept: _reduction(game, kept, paths[kept], equilibria) for kept in ordered}
    simultaneous = _reduction(game, last, rounds, equilibria)
    return WeakElimination(game, tuple(outcomes.values()), simultaneous, complete, mixed, game.field == "exact")


# -------------------------------------------------------------------- one elimination


def _everything(game: NormalFormGame) -> Kept:
    return tuple(tuple(range(size)) for size in game.shape)


def _restricted(game: NormalFormGame, kept: Kept) -> NormalFormGame:
    return game.restrict(dict(zip(game.players, kept, strict=True)))


def _matrix(game: NormalFormGame, kept: Kept, k: int) -> np.ndarray:
    """Return a player's payoffs in integers: own actions in rows, profiles of the others in columns."""
    part = np.moveaxis(game.integer_payoffs[k][np.ix_(*kept)], k, 0)
    return part.reshape(part.shape[0], -1)


def _dominations(game: NormalFormGame, kept: Kept, k: int, strict: bool, mixed: bool) -> dict[int, Domination]:
    """Return the dominated actions of player ``k`` among those kept, by index."""
    matrix = _matrix(game, kept, k)
    found = {}
    for position, action in enumerate(kept[k]):
        weights = _dominating(matrix, position, strict, mixed)
        if weights is not None:
            own = np.full(game.shape[k], in_field(Fraction(0), game))
            own[list(kept[k])] = [in_field(weight, game) for weight in weights]
            labels = game.actions[k]
            found[action] = Domination(game.players[k], labels[action], MixedStrategy(labels, own), strict)
    return found


def _dominating(matrix: np.ndarray, a: int, strict: bool, mixed: bool) -> Weights | None:
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


def _conjecture(game: NormalFormGame, kept: Kept, k: int, position: int) -> FrozenDict:
    """Return a distribution over the others' profiles kept to which an undominated action is a best reply."""
    matrix = _matrix(game, kept, k)
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
    return [(k, a, shown) for k in range(len(kept)) for a, shown in _dominations(game, kept, k, strict, mixed).items()]


def _without(kept: Kept, leaving: Sequence[tuple[int, int, Domination]]) -> Kept:
    gone = {(k, a) for k, a, _ in leaving}
    return tuple(tuple(a for a in part if (k, a) not in gone) for k, part in enumerate(kept))


def _eliminate_all(game: NormalFormGame, *, strict: bool, mixed: bool) -> tuple[Kept, Rounds]:
    """Eliminate everything dominated at once, round after round."""
    kept, rounds = _everything(game), []
    while leaving := _dominated(game, kept, strict, mixed):
        rounds.append(tuple(shown for _, _, shown in leaving))
        kept = _without(kept, leaving)
    return kept, tuple(rounds)


def _search(game: NormalFormGame, mixed: bool, limit: int) -> tuple[dict[Kept, Rounds], bool]:
    """Follow every order of weak elimination, breadth first; return a shortest path to each end, and whether all were followed."""
    start = _everything(game)
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


def _reduction(game: NormalFormGame, kept: Kept, path: Rounds, equilibria: list[tuple[int, ...]]) -> Reduction:
    lost = [cell for cell in equilibria if any(a not in part for a, part in zip(cell, kept, strict=True))]
    labelled = tuple(tuple(labels[a] for labels, a in zip(game.actions, cell, strict=True)) for cell in lost)
    return Reduction(_restricted(game, kept), path, labelled)
