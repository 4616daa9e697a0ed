"""Commitment: what a leader gains by moving first, with a pure or with a mixed strategy.

The follower sees the leader's strategy and plays a best reply. If several are best, the *optimistic*
value lets the follower take the one that the leader likes most, the *pessimistic* value the one that the
leader likes least. Commitment to mixed strategies is solved one follower action at a time, by a linear
program over the strategies against which that action is a best reply :cite:p:`vonstengel2010leadership`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from alliancegames._fields import read_number
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import MixedStrategy
from alliancegames.solvers._leadership import Leadership, Region
from alliancegames.solvers._reading import check_game, exact_payoffs, in_field

__all__ = ["Commitment", "commitment", "stackelberg"]

Ties = Literal["optimistic", "pessimistic"]


@dataclass(frozen=True)
class Commitment:
    """What a leader gains by committing first, and how.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    leader, follower : str
        The two players.
    ties : {"optimistic", "pessimistic"}
        How the follower chooses among several best replies.
    mixed : bool
        Whether the leader may commit to a mixed strategy.
    value : Fraction or float
        The leader's value: a maximum if ``attained``, otherwise the least upper bound.
    strategy : MixedStrategy
        A strategy that attains the value; if none does, the limit of strategies that come as near as
        one likes (see `approach`).
    reply : str
        The follower's reply to it, or to the strategies near it.
    follower_value : Fraction or float
        What the follower gets, at ``strategy`` with ``reply``.
    attained : bool
        Whether some strategy reaches the value. It always is in pure and in optimistic commitment.
    exact : bool
        Whether all numbers are exact rationals. Float games are solved at the exact binary values of
        their payoffs and rounded at the end; a rounded strategy may break the follower's ties.
    """

    game: NormalFormGame
    leader: str
    follower: str
    ties: Ties
    mixed: bool
    value: Any
    strategy: MixedStrategy = field(hash=False)
    reply: str
    follower_value: Any
    attained: bool
    exact: bool

    def approach(self, eps: Any) -> MixedStrategy:
        """Return a strategy that guarantees the value up to ``eps``.

        Parameters
        ----------
        eps : number
            How much less than the value is accepted; positive.
        """
        kind, number = read_number(eps, "approach(): eps")
        if kind == "symbolic" or not number > 0:
            raise GameDefinitionError(f"approach(): eps must be a positive number, got {eps!r}.")
        if self.attained:
            return self.strategy
        leadership = Leadership.of(*_sides(self.game, self.leader))
        value, limit, region = _pessimistic(leadership)
        if region is None:
            raise SolveError("approach(): the value is attained after all; please report this game.", self)
        goal = value - Fraction(number)
        share = Fraction(1, 2)
        while True:  # the guarantee is continuous on the way to the limit, so that halving ends
            mixture = [(1 - share) * x + share * y for x, y in zip(limit, region.interior, strict=True)]
            if leadership.reach(mixture, self.ties) >= goal:
                return _strategy(self.game, self.leader, mixture)
            share /= 2


def stackelberg(game: NormalFormGame, leader: str | int, *, ties: Ties = "optimistic") -> Commitment:
    """Return the best pure strategy to which a leader can commit.

    Parameters
    ----------
    game : NormalFormGame
        Two players, exact or float payoffs.
    leader : str or int
        Who moves first.
    ties : {"optimistic", "pessimistic"}, default "optimistic"
        Whether the follower breaks ties for or against the leader.

    Returns
    -------
    Commitment
        Of several best strategies, the first.

    Examples
    --------
    >>> import alliancegames as ag
    >>> best = ag.stackelberg(ag.games.chicken(), "Row")
    >>> best.value, str(best.strategy), best.reply
    (Fraction(4, 1), 'stand firm', 'yield')
    """
    k = _read("stackelberg", game, leader, ties)
    leadership = Leadership.of(*_sides(game, k))
    size = game.shape[k]
    pure = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
    values = [leadership.reach(strategy, ties) for strategy in pure]
    best = pure[values.index(max(values))]
    return _commitment(game, k, ties, False, max(values), best, leadership.reply(best, ties))


def commitment(game: NormalFormGame, leader: str | int, *, ties: Ties = "optimistic") -> Commitment:
    """Return the best mixed strategy to which a leader can commit.

    Parameters
    ----------
    game : NormalFormGame
        Two players, exact or float payoffs.
    leader : str or int
        Who moves first.
    ties : {"optimistic", "pessimistic"}, default "optimistic"
        Whether the follower breaks ties for or against the leader.

    Returns
    -------
    Commitment
        The optimistic value is at least what the leader gets in any Nash equilibrium. The pessimistic
        value is a least upper bound that no strategy may reach; ``attained`` says whether one does.

    Notes
    -----
    Pessimistic ties: only those follower actions count that are best replies to a full-dimensional set of
    strategies, since near any strategy there are others to which only these are best replies. Actions that
    give the follower the same against every strategy tie everywhere, and the worst of them counts.

    Examples
    --------
    The leader gains by committing to a mixture that makes the follower indifferent, if ties break well:

    >>> import alliancegames as ag
    >>> game = ag.NormalFormGame.from_bimatrix([[2, 4], [1, 3]], [[1, 0], [0, 1]])
    >>> best = ag.commitment(game, 0)
    >>> best.value, dict(best.strategy), best.reply
    (Fraction(7, 2), {'1': Fraction(1, 2), '2': Fraction(1, 2)}, '2')

    If they break badly it can come as near as it likes, but no strategy attains the value:

    >>> worst = ag.commitment(game, 0, ties="pessimistic")
    >>> worst.value, worst.attained, dict(worst.approach("1/100"))
    (Fraction(7, 2), False, {'1': Fraction(63, 128), '2': Fraction(65, 128)})
    """
    k = _read("commitment", game, leader, ties)
    leadership = Leadership.of(*_sides(game, k))
    if ties == "optimistic":
        optima = [(found, j) for j in range(game.shape[1 - k]) if (found := leadership.best_in(j, (j,)))]
        (value, point), reply = max(optima, key=lambda optimum: optimum[0][0])
        return _commitment(game, k, ties, True, value, point, reply)
    value, point, region = _pessimistic(leadership)
    reply = leadership.reply(point, ties) if region is None else leadership.worst_reply(region.replies, point)
    return _commitment(game, k, ties, True, value, point, reply, region)


def _pessimistic(leadership: Leadership) -> tuple[Fraction, tuple[Fraction, ...], Region | None]:
    """Return the least upper bound with a strategy that attains it, or else with its limit and the region on the way there."""
    regions = [region for j in range(len(leadership.others)) if (region := leadership.region(j))]
    bounds = [(found, region) for region in regions if (found := leadership.best_in(region.action, region.replies))]
    value = max(bound for (bound, _), _ in bounds)
    highest = [(limit, region) for (bound, limit), region in bounds if bound == value]
    for _, region in highest:
        attaining = leadership.attaining(region, value)
        if attaining is not None:
            return value, attaining, None
    return value, *highest[0]


def _read(function: str, game: Any, leader: Any, ties: Any) -> int:
    """Check the arguments and return the position of the leader."""
    check_game(function, game)
    if len(game.players) != 2:
        raise SolverNotApplicableError(
            f"{function}(): needs 2 players, a leader and a follower; this game has {len(game.players)} ({', '.join(game.players)})."
        )
    if ties not in ("optimistic", "pessimistic"):
        raise GameDefinitionError(f"{function}(): ties must be 'optimistic' or 'pessimistic', got {ties!r}.")
    return resolve(leader, game.players, "player", f"{function}(): leader")


def _sides(game: NormalFormGame, leader: str | int) -> tuple[np.ndarray, np.ndarray]:
    """Return the payoff matrices of leader and follower with the leader's actions as rows."""
    k = resolve(leader, game.players, "player", "leader")
    payoffs = exact_payoffs(game)
    return (payoffs[0], payoffs[1]) if k == 0 else (payoffs[1].T, payoffs[0].T)


def _strategy(game: NormalFormGame, leader: str | int, weights: Sequence[Fraction]) -> MixedStrategy:
    k = resolve(leader, game.players, "player", "leader")
    vector = np.empty(len(weights), dtype=float if game.field == "float" else object)
    vector[:] = list(weights)
    return MixedStrategy(game.actions[k], vector)


def _commitment(
    game: NormalFormGame,
    k: int,
    ties: Ties,
    mixed: bool,
    value: Fraction,
    point: Sequence[Fraction],
    reply: int,
    region: Region | None = None,
) -> Commitment:
    """Check the value against the payoffs alone, then report; a ``region`` says that the value is not attained."""
    leadership = Leadership.of(*_sides(game, k))
    reached = leadership.reach(point, ties) if region is None else leadership.worst(region.replies, point)
    if reached != value or min(point) < 0 or sum(point) != 1:
        raise SolveError(f"commitment to {point} gives {reached}, not {value}; please report this game.", point)
    return Commitment(
        game=game,
        leader=game.players[k],
        follower=game.players[1 - k],
        ties=ties,
        mixed=mixed,
        value=in_field(value, game),
        strategy=_strategy(game, k, point),
        reply=game.actions[1 - k][reply],
        follower_value=in_field(leadership.follower_value(point, reply), game),
        attained=region is None,
        exact=game.field == "exact",
    )
