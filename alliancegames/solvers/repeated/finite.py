"""Games of finitely many periods: the exact set of subgame-perfect payoffs, from the last period backwards."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction

from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.nash import nash
from alliancegames.solvers.payoff_set import PayoffSet
from alliancegames.solvers.polytope import Point, Polytope
from alliancegames.solvers.repeated._bounds_reading import Stage, check_monitoring, payoff_set, split

__all__ = ["finite_payoffs"]


def finite_payoffs(game: RepeatedGame, *, stage_equilibria: str = "pure") -> PayoffSet:
    """Return all subgame-perfect payoffs of a game repeated a given number of times, with public randomization.

    Parameters
    ----------
    game : RepeatedGame
        A game with ``periods``, perfect monitoring and public randomization, of any number of players; discount
        factors may differ, and may be 1.
    stage_equilibria : {"pure", "all"}, default "pure"
        ``"pure"``: nobody randomises, except with the public lottery. ``"all"``: in addition the players may in
        any period play an equilibrium of the stage game in mixed strategies, after which play does not depend
        on what the mixtures brought. (In equilibria of a more general kind it may.)

    Returns
    -------
    PayoffSet
        Exact. ``provenance.certificate["sets"]`` holds the sets for 1, 2, ... periods, each in averages over
        those periods. Without an equilibrium of the stage game in pure strategies there is none of the
        repeated one, as the last period is a stage game of its own.

    Raises
    ------
    SolverNotApplicableError
        The game has no last period, signals, transfers or symbols; or an equilibrium in mixed strategies is irrational.

    Notes
    -----
    With one period left an equilibrium of the stage game is played. With more, a profile is played today if for
    each player today's payoff and what follows are together worth the best deviation today followed by the
    player's worst equilibrium of the shorter game (Benoit and Krishna 1985). Each step is a convex hull of
    polytopes cut by these conditions, in rationals.

    Examples
    --------
    With a single stage equilibrium nothing else is ever played:

    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.finite import finite_payoffs
    >>> finite_payoffs(ag.RepeatedGame(ag.games.prisoners_dilemma(), 1, periods=3))
    <PayoffSet of subgame-perfect equilibrium over 3 periods: a point (exact) (1, 1)>
    """
    started = time.perf_counter()
    if stage_equilibria not in ("pure", "all"):
        raise GameDefinitionError(f"finite_payoffs(): stage_equilibria must be 'pure' or 'all', got {stage_equilibria!r}.")
    stage_game, given = split("finite_payoffs", game)
    if given is None or game.periods is None:
        raise SolverNotApplicableError(
            "finite_payoffs(): the game has no last period; give RepeatedGame(..., periods=T), or use spe_payoffs()."
        )
    check_monitoring("finite_payoffs", game)
    stage, discounts = Stage.of(stage_game), given
    last = _last_period(stage, stage_equilibria)
    sets = [Polytope.from_points(last, coordinates=len(discounts))]
    for periods in range(2, game.periods + 1):
        sets.append(_one_more(stage, discounts, periods, sets[-1], last[len(stage.equilibria) :]))
    plural = "1 period" if game.periods == 1 else f"{game.periods} periods"
    return payoff_set(
        game,
        f"subgame-perfect equilibrium over {plural}",
        sets[-1],
        sets[-1],
        solver="backward_recursion",
        started=started,
        options={"stage_equilibria": stage_equilibria},
        certificate={"recursion": "exact backward recursion from the equilibria of the stage game", "sets": tuple(sets)},
    )


def _last_period(stage: Stage, which: str) -> list[Point]:
    """Return the payoffs of stage equilibria: pure ones first, then those in mixed strategies if wanted."""
    points = [stage.points[a] for a in stage.equilibria]
    if which == "pure":
        return points
    game = stage.game
    exact = type(game).from_arrays(*stage.payoffs, players=game.players, actions=game.actions)
    found = nash(exact)
    if not found.complete or not all(isinstance(value, Fraction) for item in found for value in item.payoffs.values()):
        raise SolverNotApplicableError(
            "finite_payoffs(): the equilibria of the stage game in mixed strategies are not all rational and listed; use stage_equilibria='pure'."
        )
    return points + [tuple(item.payoffs[player] for player in game.players) for item in found if not item.is_pure]


def _one_more(stage: Stage, discounts: Sequence[Fraction], periods: int, later: Polytope, mixed: Sequence[Point]) -> Polytope:
    """Return the set for one period more, in averages over all periods."""
    size = len(discounts)
    if later.is_empty:
        return later
    # Shares of the first period and of the others in the average.
    today = [1 / sum((d**t for t in range(periods)), Fraction(0)) for d in discounts]
    worst = [min(vertex[k] for vertex in later.vertices) for k in range(size)]
    points = []
    for payoffs, gains in zip(stage.points, stage.gains, strict=True):
        points += [_average(today, payoffs, promise) for promise in _promises(later, worst, today, gains)]
    for payoffs in mixed:
        points += [_average(today, payoffs, promise) for promise in later.vertices]
    return Polytope.from_points(points, coordinates=size)


def _average(today: Sequence[Fraction], payoffs: Point, later: Point) -> Point:
    return tuple(share * x + (1 - share) * y for share, x, y in zip(today, payoffs, later, strict=True))


def _promises(later: Polytope, worst: Sequence[Fraction], today: Sequence[Fraction], gains: Point) -> Sequence[Point]:
    """Return the corners of the continuations that keep everybody from taking today's gain."""
    best = [max(vertex[k] for vertex in later.vertices) for k in range(len(worst))]
    cuts = []
    for k, (share, gain) in enumerate(zip(today, gains, strict=True)):
        if gain and (share == 1 or share * gain > (1 - share) * (best[k] - worst[k])):
            return ()
        if gain:
            normal = tuple(Fraction(-(j == k)) for j in range(len(worst)))
            cuts.append((normal, -(worst[k] + share * gain / (1 - share))))
    return later.cut(*cuts).vertices if cuts else later.vertices
