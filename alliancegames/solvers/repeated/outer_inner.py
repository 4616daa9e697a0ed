"""Subgame-perfect payoffs of n players between an inner and an outer polytope, with certificates of both.

Outside: bounds in many directions that shrink round by round (Judd, Yeltekin and Conklin 2003), in floats
that are rounded outward, with multipliers that prove each of them. Inside: a self-generating polytope in
rationals, each corner with the profile and the promise that attain it (Abreu, Pearce and Stacchetti 1990).
Where the two meet and a contraction proves it, the set is exact.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.payoff_set import PayoffSet
from alliancegames.solvers.polytope import Point, Polytope
from alliancegames.solvers.repeated._bounds_contraction import facet_normals, is_whole
from alliancegames.solvers.repeated._bounds_inner import enlarged, inner_points, limit_points
from alliancegames.solvers.repeated._bounds_machine import LotteryMachine, self_generating
from alliancegames.solvers.repeated._bounds_outer import Bounds, first_normals, tightened
from alliancegames.solvers.repeated._bounds_problem import Scaled
from alliancegames.solvers.repeated._bounds_reading import Stage, check_monitoring, payoff_set, split

__all__ = ["payoff_bounds"]

CONCEPT = "subgame-perfect equilibrium"
# Denominators of corners that are recognised in scaled payoffs, and how near they must be.
SIMPLE, NEAR = 10**4, 1e-9
# Corners that are not simple are put on this grid before they are tried as an inner set.
GRID = 1 << 44
# Times that the facets of what was found become new directions, how many at most, and how many in all of a round set.
REFINEMENTS, MOST_NEW, MOST_DIRECTIONS = 4, 80, 160
# Distance of the bounds from an inner set at which it is worth proving that it is everything.
CLOSE = 1e-6
# Slacks with which an inner set is sought where payoffs are no simple rationals.
SLACKS = (1e-8, 1e-6, 1e-4, 1e-2)
# A round set is enlarged from inside that often, up to so many corners.
ENLARGED, MOST_CORNERS = 5, 40


def payoff_bounds(game: RepeatedGame, *, directions: int = 30, rounds: int = 500) -> PayoffSet:
    """Return the subgame-perfect payoffs in pure strategies of a game of any number of players, between certified bounds.

    Monitoring is perfect and lotteries over continuations are public; discount factors may differ.

    Parameters
    ----------
    game : RepeatedGame
        The game, without last period.
    directions : int, default 30
        Number of directions in which payoffs are bounded at first, besides the axes and the facets of the
        feasible set; facets of what is found are added by themselves.
    rounds : int, default 500
        Largest number of rounds between refinements.

    Returns
    -------
    PayoffSet
        Exact where the corners are simple rationals and the proof succeeds; otherwise between an inner set,
        attained by the machines of ``automaton``, and an outer set, both certified. That no equilibrium in pure
        strategies exists is an answer too. For two players `spe_payoffs` is the better method.

    Notes
    -----
    Payoffs are scaled to the unit cube. In every round each direction gets the largest value of today's payoff
    and a promise over all profiles and all promises that keep players from deviating; the linear programs
    of a round share their normals and are solved together. The inner set is found from the points that
    support the outer one, and every corner, promise and constraint of it is checked in rationals.

    Examples
    --------
    Three allies who share a public good; giving needs a discount factor of at least 1/4:

    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.outer_inner import payoff_bounds
    >>> good = ag.NormalFormGame.from_function(
    ...     lambda *a: [2 * a.count("give") - 3 * (x == "give") for x in a], [["keep", "give"]] * 3)
    >>> payoff_bounds(ag.RepeatedGame(good, "1/5"))
    <PayoffSet of subgame-perfect equilibrium: a point (exact) (0, 0, 0)>
    >>> payoff_bounds(ag.RepeatedGame(good, "2/3")).best
    {'Player 1': Fraction(4, 1), 'Player 2': Fraction(4, 1), 'Player 3': Fraction(4, 1)}
    """
    started = time.perf_counter()
    discounts = _checked(game, directions, rounds)
    problem = Scaled.of(Stage.of(game.stage), discounts)
    hull = problem.hull()
    bounds = Bounds.start(problem, first_normals(problem, hull, directions))
    bounds.run(rounds)
    found = _Found(bounds, Polytope((), problem.size, "exact"), None, False)
    if not bounds.empty:
        found = _enclosed(bounds, rounds)
    inner, outer = found.inner, found.outer()
    return payoff_set(
        game,
        CONCEPT,
        problem.unscaled(inner),
        problem.unscaled(outer),
        solver="outer_inner",
        started=started,
        options={"directions": directions, "rounds": rounds},
        certificate=found.certificate(),
        witness=found.machine,
    )


def _checked(game: Any, directions: Any, rounds: Any) -> tuple[Fraction, ...]:
    _, discounts = split("payoff_bounds", game)
    if discounts is None:
        raise GameDefinitionError("payoff_bounds(): a stage game alone has no discount factor; build RepeatedGame(stage, delta).")
    if game.periods is not None:
        raise SolverNotApplicableError("payoff_bounds(): the game must have no last period; see finite_payoffs().")
    check_monitoring("payoff_bounds", game)
    for name, value in (("directions", directions), ("rounds", rounds)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise GameDefinitionError(f"payoff_bounds(): {name} must be a whole number of at least 1, got {value!r}.")
    return discounts


@dataclass(frozen=True)
class _Found:
    """Bounds, an inner set with its machine, and whether it is proved to be everything."""

    bounds: Bounds
    inner: Polytope
    machine: LotteryMachine | None
    whole: bool

    def outer(self) -> Polytope:
        """Return the outer set."""
        if self.bounds.empty or self.whole:
            return self.inner
        return Polytope.from_inequalities(_outward(self.bounds), self.bounds.problem.size)

    def distance(self) -> float:
        """Return by how much a bound exceeds the inner set, at most."""
        if self.inner.is_empty:
            return float("inf")
        corners = np.array(self.inner.vertices, dtype=float)
        normals = np.array(self.bounds.normals, dtype=float)
        excess = self.bounds.right - (corners @ normals.T).max(axis=0)
        return float((excess / np.abs(normals).sum(axis=1)).max())

    def certificate(self) -> dict[str, Any]:
        """Say what proves the bounds."""
        if self.bounds.empty:
            return {"outer": f"after {self.bounds.rounds} rounds of proved bounds no profile can be kept with any promise"}
        outside = (
            f"{self.bounds.rounds} rounds of bounds in {len(self.bounds.normals)} directions, each proved by multipliers, rounded outward"
        )
        if self.whole:
            outside += "; then a contraction, checked in rationals, that leaves nothing outside the inner set"
        inside = "no equilibrium was found"
        if self.machine is not None:
            inside = f"self-generating: a machine of {len(self.machine.profiles)} states, every constraint checked in rationals"
        return {"outer": outside, "inner": inside}


def _outward(bounds: Bounds) -> list[tuple[Point, Fraction]]:
    """Return the bounds rounded up to shorter fractions."""
    scale = 10**13
    return [(normal, Fraction(-int(-(bound * scale) // 1), scale)) for normal, bound in bounds.half_spaces()]


def _enclosed(bounds: Bounds, rounds: int) -> _Found:
    """Look for an inner set: simple corners first, then whatever a little slack leaves."""
    found = _refined(bounds, rounds)
    if found.whole or found.bounds.empty:
        return found
    limit = Polytope.from_points(_recognised(limit_points(found.bounds, found.bounds.supporting())), coordinates=bounds.problem.size)
    for candidate in (limit, _stage_candidate(bounds)):
        if _is_simple(candidate) and not found.whole:
            found = _improved(found, _enriched(_proved(found.bounds, candidate)), rounds)
    for slack in SLACKS:
        if found.whole or found.distance() <= 100 * slack:
            break
        found = _improved(found, _enriched(_proved(found.bounds, _slack_candidate(found.bounds, slack, rounds))), rounds)
    return found if found.whole or found.distance() <= 100 * SLACKS[-1] / 10 else _enlarged(found)


def _enlarged(found: _Found) -> _Found:
    """Add what the inner set generates, again and again: slow, but it never fails."""
    for _ in range(ENLARGED):
        if found.inner.is_empty or len(found.inner.vertices) > MOST_CORNERS:
            break
        larger = enlarged(found.bounds, found.inner)
        if larger == found.inner:
            break
        found = _better(_proved(found.bounds, larger), found)
    return found


def _refined(bounds: Bounds, rounds: int) -> _Found:
    """Add the facets of what supports the bounds as directions, until a set of simple corners is all there is."""
    size = bounds.problem.size
    best = _Found(bounds, Polytope((), size, "exact"), None, False)
    for _ in range(REFINEMENTS):
        candidate = Polytope.from_points(_recognised(bounds.supporting()), coordinates=size)
        if _is_simple(candidate):
            best = _better(_proved(bounds, candidate), best)
        more = [] if best.whole else _new_directions(bounds, candidate)
        if not more or len(bounds.normals) + len(more) > MOST_DIRECTIONS:
            break
        bounds = bounds.refined(more)
        bounds.run(rounds)
        best = _Found(bounds, best.inner, best.machine, False)
        if bounds.empty:
            break
    return best if best.whole or bounds.empty or best.inner.is_empty else _around(best, rounds)


def _improved(best: _Found, found: _Found, rounds: int) -> _Found:
    """Return the better inner set, a new one with bounds in the directions of its facets."""
    chosen = _better(found, best)
    return best if chosen is best else _around(chosen, rounds)


def _enriched(found: _Found) -> _Found:
    """Add stage payoffs that can be kept for ever with the punishments found: corners that slack has cut off."""
    problem = found.bounds.problem
    for _ in range(problem.size + 1):
        if found.inner.is_empty:
            break
        worst = [min(corner[k] for corner in found.inner.vertices) for k in range(problem.size)]
        stage = [
            payoffs
            for payoffs, needs in zip(problem.payoffs, problem.needs, strict=True)
            if not any(needs) or all(x >= v + need for x, v, need in zip(payoffs, worst, needs, strict=True))
        ]
        more = Polytope.from_points([*found.inner.vertices, *stage], coordinates=problem.size)
        larger = found if more == found.inner else _better(_proved(found.bounds, more), found)
        if larger is found:
            break
        found = larger
    return found


def _around(found: _Found, rounds: int) -> _Found:
    """Return the same inner set with bounds in the directions of its facets too."""
    more = _new_directions(found.bounds, found.inner)
    if found.whole or not more:
        return found
    bounds = found.bounds.refined(more)
    bounds.run(rounds)
    closer = _Found(bounds, found.inner, found.machine, False)
    whole = closer.distance() <= CLOSE and is_whole(bounds, found.inner)
    return _Found(bounds, found.inner, found.machine, whole)


def _better(found: _Found, best: _Found) -> _Found:
    """Return the larger inner set; the first one if they are about as good."""
    nearer = not found.inner.is_empty and found.distance() <= best.distance()
    return found if found.whole or nearer else best


def _proved(bounds: Bounds, candidate: Polytope) -> _Found:
    """Return the self-generating part of a candidate, and whether that is everything."""
    machine = self_generating(bounds.problem, candidate)
    inner = Polytope(machine.corners if machine else (), bounds.problem.size, "exact")
    found = _Found(bounds, inner, machine, False)
    if machine is not None and found.distance() <= CLOSE and is_whole(bounds, inner):
        return _Found(bounds, inner, machine, True)
    return found


def _recognised(points: np.ndarray) -> list[Point]:
    """Return points as the simple rationals that they are close to, or on a fine grid."""
    return list(dict.fromkeys(tuple(_simple(float(x)) for x in point) for point in points))


def _simple(value: float) -> Fraction:
    exact = Fraction(value)
    near = exact.limit_denominator(SIMPLE)
    return near if abs(near - exact) <= NEAR else Fraction(round(exact * GRID), GRID)


def _is_simple(candidate: Polytope) -> bool:
    """Whether all corners are recognised, so that an exact check has a chance."""
    return all(x.denominator <= SIMPLE for corner in candidate.vertices for x in corner)


def _new_directions(bounds: Bounds, candidate: Polytope) -> list[Point]:
    """Return facets of what was found that are not among the directions yet."""
    known = {_unit(normal) for normal in bounds.normals}
    more = []
    for normal in facet_normals(candidate):
        largest = max(map(abs, normal))
        short = tuple((x / largest).limit_denominator(10**9) for x in normal)
        if _unit(short) not in known:
            known.add(_unit(short))
            more.append(short)
    return more[:MOST_NEW]


def _unit(normal: Sequence[Fraction]) -> tuple[float, ...]:
    largest = max(map(abs, normal))
    return tuple(round(float(x / largest), 9) for x in normal)


def _slack_candidate(bounds: Bounds, slack: float, rounds: int) -> Polytope:
    """Return a set whose promises exceed what is needed by a little, so that rounding does no harm."""
    size = bounds.problem.size
    tight = tightened(bounds, slack, rounds)
    points = None if tight.empty or tight.last is None else inner_points(bounds, tight.supporting(), slack)
    exact = [] if points is None else [tuple(Fraction(round(Fraction(float(x)) * GRID), GRID) for x in point) for point in points]
    return Polytope.from_points(exact, coordinates=size)


def _stage_candidate(bounds: Bounds) -> Polytope:
    """Return the payoffs of pure stage equilibria, which need no promise."""
    problem = bounds.problem
    equilibria = set(problem.stage.equilibria)
    points = [payoffs for a, payoffs in zip(problem.profiles, problem.payoffs, strict=True) if a in equilibria]
    return Polytope.from_points(points, coordinates=problem.size)
