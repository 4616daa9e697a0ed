"""Dominance, iterated dominance and rationalizability, exactly and with witnesses, for any number of players.

An action is *strictly dominated* if a mixture of the player's other actions pays more against every pure
profile of the others, *weakly dominated* if it never pays less and sometimes pays more. Either is a linear
program, solved in rationals: what is eliminated comes with the mixture that dominates it, and what
survives strict elimination with a conjecture against which it is a best reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alliancegames._immutable import FrozenDict
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._domination import (
    Domination,
    Reduction,
    Rounds,
    WeakElimination,
    all_dominations,
    count_text,
    dominating_weights,
    eliminate_all,
    everything,
    listed_rounds,
    payoff_matrix,
    reduction,
    restricted,
    search_orders,
    size_text,
    supporting_conjecture,
    surviving_actions,
)
from alliancegames.solvers._reading import check_game
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


# -------------------------------------------------------------------- results


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
        return surviving_actions(self.reduced)

    @property
    def solvable(self) -> bool:
        """Whether a single profile survives, which is then the only Nash equilibrium."""
        return all(size == 1 for size in self.reduced.shape)

    def __repr__(self) -> str:
        kind = "" if self.mixed else " by pure strategies"
        sizes = f"{size_text(self.game)} to {size_text(self.reduced)}"
        head = f"<IteratedElimination: strict dominance{kind}, {sizes} in {count_text(self.rounds, 'round')}>"
        return "\n".join([head, *listed_rounds(self.rounds)])


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
        return surviving_actions(self.reduced)

    def __repr__(self) -> str:
        lines = [f"  {player}: {', '.join(labels)}" for player, labels in self.actions.items()]
        return "\n".join([f"<RationalizableSet: {self.concept}, {size_text(self.game)} to {size_text(self.reduced)}>", *lines])


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
    found = all_dominations(game, everything(game), k, strict, mixed)
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
    return dominating_weights(payoff_matrix(game, everything(game), k), a, strict, mixed) is not None


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
    kept, rounds = eliminate_all(game, strict=True, mixed=mixed)
    return IteratedElimination(game, restricted(game, kept), rounds, mixed, game.field == "exact")


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
    kept, rounds = eliminate_all(game, strict=True, mixed=True)
    elimination = IteratedElimination(game, restricted(game, kept), rounds, True, game.field == "exact")
    conjectures = {
        player: FrozenDict({game.actions[k][a]: supporting_conjecture(game, kept, k, position) for position, a in enumerate(kept[k])})
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
    last, rounds = eliminate_all(game, strict=False, mixed=mixed)
    paths, complete = search_orders(game, mixed, int(limit))
    paths.setdefault(last, rounds)
    ordered = sorted(paths, key=lambda kept: (-sum(map(len, kept)), kept))
    outcomes = {kept: reduction(game, kept, paths[kept], equilibria) for kept in ordered}
    simultaneous = reduction(game, last, rounds, equilibria)
    return WeakElimination(game, tuple(outcomes.values()), simultaneous, complete, mixed, game.field == "exact")
