"""Payoff sets that do not depend on patience: feasible, individually rational, and what patience can sustain in the limit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from alliancegames._fields import format_number
from alliancegames.errors import SolverNotApplicableError
from alliancegames.solvers.nash import nash
from alliancegames.solvers.payoff_set import BOUNDED, EXACT, NONE_IN_PURE, PayoffSet
from alliancegames.solvers.polytope import Point, Polytope
from alliancegames.solvers.repeated._bounds_punishment import Punishment, aligned, check_minmax, effective_minmax, punishments
from alliancegames.solvers.repeated._bounds_reading import EMPTY, Stage, check_monitoring, payoff_set, split
from alliancegames.solvers.repeated._bounds_unequal import unequal_bounds
from alliancegames.solvers.result import Status

__all__ = ["feasible_payoffs", "folk_theorem_payoffs", "individually_rational_payoffs"]

# Directions a side of the cube of directions, by number of players, where players discount differently.
STEPS = {2: 6}

LIMIT = Status(
    "exact", "The closure of the limit set is exact: patient players attain every point above all punishments, and none outside."
)
WEAK = (
    "No payoff vector gives every player more than the minmax payoff, so that no folk theorem applies; "
    "the inner set is that of equilibria of the stage game, the outer one is individually rational."
)
ALIGNED = (
    "Some players have equivalent preferences, so that they cannot be punished one by one (the condition of "
    "non-equivalent utilities fails); the bounds are those of punishments that hold down all of them."
)


def feasible_payoffs(game: Any) -> PayoffSet:
    """Return the payoffs that play of some kind brings, whatever the incentives.

    Parameters
    ----------
    game : RepeatedGame or NormalFormGame
        The game, or its stage. Discount factors matter only if players have different ones.

    Returns
    -------
    PayoffSet
        With one discount factor the convex hull of the payoffs of the stage game, exactly, flat or not. If
        discount factors differ, more is feasible, because impatient players can be paid early and patient ones
        late (Lehrer and Pauzner 1999), and the set has infinitely many corners: it is then enclosed, the
        inner set by paths of play computed exactly, the outer one by bounds on the best path in many directions.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.geometry import feasible_payoffs
    >>> feasible_payoffs(ag.games.battle_of_the_sexes())
    <PayoffSet of feasible play: a polygon (exact) (0, 0) (2, 1) (1, 2)>
    """
    started = time.perf_counter()
    stage, discounts = split("feasible_payoffs", game)
    inner, outer, certificate = _feasible(Stage.of(stage), discounts, getattr(game, "periods", None))
    return payoff_set(game, "feasible play", inner, outer, solver="stage_payoffs", started=started, options={}, certificate=certificate)


def individually_rational_payoffs(game: Any, *, minmax: str = "mixed") -> PayoffSet:
    """Return the feasible payoffs that give nobody less than the minmax payoff.

    Parameters
    ----------
    game : RepeatedGame or NormalFormGame
        The game, or its stage.
    minmax : {"mixed", "pure"}, default "mixed"
        Whether punishers may randomise, each on their own. In equilibria in which nobody randomises, other
        than with a public lottery, payoffs are at least the pure minmax ones.

    Returns
    -------
    PayoffSet
        Exact, except with two or more punishers who randomise: their minmax payoff may be irrational and is
        enclosed between that of punishers in concert and that of a mixture that was found.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.geometry import individually_rational_payoffs
    >>> individually_rational_payoffs(ag.games.chicken(), minmax="pure").worst
    {'Row': Fraction(2, 1), 'Column': Fraction(2, 1)}
    """
    started = time.perf_counter()
    check_minmax("individually_rational_payoffs", minmax)
    game_stage, discounts = split("individually_rational_payoffs", game)
    stage = Stage.of(game_stage)
    levels = punishments(stage, minmax)
    inner, outer, certificate = _feasible(stage, discounts, getattr(game, "periods", None))
    inner, outer = _above(inner, [level.high for level in levels]), _above(outer, [level.low for level in levels])
    return payoff_set(
        game,
        "individually rational play",
        inner,
        outer,
        solver="stage_payoffs",
        started=started,
        options={"minmax": minmax},
        certificate=certificate | _levels(game_stage.players, levels, minmax),
        status=EMPTY if outer.is_empty else None,
    )


def folk_theorem_payoffs(game: Any, *, minmax: str = "mixed") -> PayoffSet:
    """Return what subgame-perfect equilibria can pay as all become perfectly patient: the folk theorem, where it holds.

    Monitoring is perfect, lotteries are public, and all players have the same discount factor, which tends to one.

    Parameters
    ----------
    game : RepeatedGame or NormalFormGame
        The game, or its stage; the discount factor does not matter, except that it must be the same for all.
    minmax : {"mixed", "pure"}, default "mixed"
        ``"mixed"``: players may randomise on their own and each sees only what the others did; punishments
        are minmax payoffs in mixed strategies. ``"pure"``: nobody randomises except with the public
        lottery; punishments are pure minmax payoffs, and the set is the limit of `spe_payoffs`.

    Returns
    -------
    PayoffSet
        The closure of the set of feasible payoffs above the minmax payoff of every player, where a theorem
        says that all of them are attained by patient players:

        - two players: always (Fudenberg and Maskin 1986, theorem 1, extended there to unobserved mixtures);
        - more players, no two of whom have the same preferences up to a positive affine map (Abreu, Dutta and
          Smith 1994), which is implied by a set of full dimension (Fudenberg and Maskin 1986, theorem 2);
        - pure strategies, whatever the preferences: above the effective minmax payoff (Wen 1994).

        Players who are indifferent among all profiles are never tempted and are left out of the conditions.
        Where no theorem applies the status says which condition fails, and the set is enclosed.

    Notes
    -----
    The set is a limit: each point above the minmax payoffs is attained from some patience on, which may
    depend on the point, and points of the boundary need not be attained at any.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.geometry import folk_theorem_payoffs
    >>> folk_theorem_payoffs(ag.games.prisoners_dilemma(T=3, R=2, P=0, S=-1))
    <PayoffSet of subgame-perfect equilibrium in the limit of patience: a polygon (exact) (0, 0) (8/3, 0) (2, 2) (0, 8/3)>
    """
    started = time.perf_counter()
    check_minmax("folk_theorem_payoffs", minmax)
    game_stage, discounts = split("folk_theorem_payoffs", game)
    _check_limit(game, discounts)
    stage = Stage.of(game_stage)
    levels = punishments(stage, minmax)
    hull = Polytope.from_points(stage.points)
    separate = len(game_stage.players) == 2 or all(len(members) == 1 for members in aligned(stage))
    floors = [level.high for level in levels] if separate else effective_minmax(stage)
    lower = [level.low for level in levels]
    if minmax == "pure" and not separate:
        lower = floors
    outer = _above(hull, lower)
    active = [k for members in aligned(stage) for k in members]
    strict = _exceeds(hull, floors, active)
    inner = _above(hull, floors) if strict else _stage_equilibria(stage, minmax)
    return payoff_set(
        game,
        "subgame-perfect equilibrium in the limit of patience",
        inner,
        outer,
        solver="folk_theorem",
        started=started,
        options={"minmax": minmax},
        certificate={"theorem": _theorem(len(game_stage.players), separate, strict, minmax), **_levels(game_stage.players, levels, minmax)},
        status=_status(inner, outer, strict, separate),
    )


# -------------------------------------------------------------------- parts


def _feasible(stage: Stage, discounts: Sequence[Fraction] | None, periods: int | None) -> tuple[Polytope, Polytope, dict[str, Any]]:
    if discounts is None or all(value == discounts[0] for value in discounts):
        hull = Polytope.from_points(stage.points)
        return hull, hull, {"feasible": "the convex hull of the payoffs of the stage game"}
    if periods is not None:
        raise SolverNotApplicableError(
            "feasible_payoffs(): with different discount factors only games without a last period are covered; use periods=None."
        )
    inner, outer = unequal_bounds(stage.points, discounts, STEPS.get(len(discounts), 1))
    return inner, outer, {"feasible": "players discount differently: paths of play inside, bounds on all paths outside"}


def _above(hull: Polytope, floors: Sequence[Fraction]) -> Polytope:
    """Return the part of a set that gives everybody at least a floor."""
    size = len(floors)
    return hull.cut(*((tuple(Fraction(-(j == k)) for j in range(size)), -floor) for k, floor in enumerate(floors)))


def _exceeds(hull: Polytope, floors: Sequence[Fraction], active: Sequence[int]) -> bool:
    """Whether some point gives each active player more than the floor: then the corners' average does."""
    corners: Sequence[Point] = _above(hull, floors).vertices
    return bool(corners) and all(sum(corner[k] - floors[k] for corner in corners) > 0 for k in active)


def _stage_equilibria(stage: Stage, minmax: str) -> Polytope:
    """Return the hull of the payoffs of equilibria of the stage game, which can be played whatever the patience."""
    size = len(stage.game.players)
    points = [stage.points[a] for a in stage.equilibria]
    if minmax == "mixed" and size == 2:
        exact = type(stage.game).from_arrays(*stage.payoffs, players=stage.game.players, actions=stage.game.actions)
        points += [tuple(item.payoffs[player] for player in exact.players) for item in nash(exact)]
    return Polytope.from_points(points, coordinates=size)


def _check_limit(game: Any, discounts: Sequence[Fraction] | None) -> None:
    if discounts is None:
        return
    check_monitoring("folk_theorem_payoffs", game)
    if not all(value == discounts[0] for value in discounts):
        raise SolverNotApplicableError(
            "folk_theorem_payoffs(): the players have different discount factors, and the limit depends on how they tend to one; "
            "give one factor for all, or the stage game alone."
        )
    if game.periods is not None:
        raise SolverNotApplicableError("folk_theorem_payoffs(): the game must have no last period; see finite_payoffs().")


def _status(inner: Polytope, outer: Polytope, strict: bool, separate: bool) -> Status:
    if outer.is_empty:
        return NONE_IN_PURE
    if inner == outer:
        return LIMIT if strict else EXACT
    if not separate:
        return Status("bounded", ALIGNED if strict else f"{ALIGNED} {WEAK}")
    return BOUNDED if strict else Status("bounded", WEAK)


def _theorem(size: int, separate: bool, strict: bool, minmax: str) -> str:
    if not strict:
        return "none applies: no payoff vector is above the punishments of all players who are not indifferent"
    kind = "pure minmax payoffs, nobody randomises on the own" if minmax == "pure" else "minmax payoffs in independent mixed strategies"
    if size == 2:
        return f"Fudenberg and Maskin (1986), theorem 1: two players; {kind}"
    if separate:
        return f"Abreu, Dutta and Smith (1994): no two players have equivalent preferences; {kind}"
    return "Wen (1994): effective pure minmax payoffs, since some players have equivalent preferences"


def _levels(players: Sequence[str], levels: Sequence[Punishment], minmax: str) -> dict[str, Any]:
    shown = ", ".join(
        f"{player} {format_number(level.low) if level.exact else level}" for player, level in zip(players, levels, strict=True)
    )
    return {
        "minmax": f"{minmax} minmax payoffs: {shown}",
        "punishments": dict(zip(players, ((x.low, x.high) for x in levels), strict=True)),
    }
