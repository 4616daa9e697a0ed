"""Subgame-perfect equilibrium payoffs of repeated games."""

from __future__ import annotations

import time
from fractions import Fraction
from importlib import import_module
from typing import Any

from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.payoff_set import BOUNDED, EXACT, NONE_IN_PURE, ROUNDED, PayoffSet
from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.repeated._planar_bounds import attained, bounds, float_polygon, polytope, stage_equilibria
from alliancegames.solvers.repeated._planar_lotteries import deterministic_part, largest_without_lotteries
from alliancegames.solvers.repeated._planar_machine import Machine
from alliancegames.solvers.repeated._planar_problem import Polygon, Problem
from alliancegames.solvers.repeated._planar_witness import DeterministicWitness, MachineWitness
from alliancegames.solvers.result import Provenance

__all__ = ["spe_payoffs"]

CONCEPT = "subgame-perfect equilibrium"


def spe_payoffs(game: RepeatedGame) -> PayoffSet:
    """Find all payoffs of subgame-perfect equilibria of a repeated game.

    Strategies are pure; with a public random number (the default) lotteries over them are allowed. Without it the
    set can have holes. It is exact where nobody needs a lottery, which takes patience; otherwise between bounds.

    Parameters
    ----------
    game : RepeatedGame
        A game at numbers. Two equally patient players under perfect monitoring are solved exactly; others
        between an inner and an outer bound. With a last period, transfers or public signals the method made for that
        is called (`finite_payoffs`, `transfer_payoffs`, `public_perfect_payoffs`).

    Returns
    -------
    PayoffSet
        Normalised average payoffs. Exact games: ``exact`` where the corners are rational and the proof goes
        through, otherwise an inner and an outer polygon with their ``gap`` (where corners are irrational,
        far below the precision of floats). A single point, a segment, and no equilibrium at all are
        answers too. Float games: computed in floating point, without proof; ``game.exact()`` gives one.

    Raises
    ------
    SolverNotApplicableError
        The game contains symbols; or there is no public randomization, and more than two players, unequal patience,
        a last period or public signals.

    Notes
    -----
    The set is the largest W with W = B(W), where B(W) is the hull of what players can get from a profile
    today and continuation payoffs in W that keep both from deviating, a deviator being held to the worst
    payoff in W [1]_. For two equally patient players a corner is generated in one of at most four ways [2]_.
    The answer is proved from both sides: a finite machine attains every corner, and rounds of the operator
    that start from outside are shown to end at the set. Cost: milliseconds for 2×2, a second or two for
    15×15 actions; the floating-point answer takes a few milliseconds there.

    References
    ----------
    .. [1] D. Abreu, D. Pearce and E. Stacchetti, "Toward a Theory of Discounted Repeated Games with
       Imperfect Monitoring", Econometrica 58(5), 1990, 1041-1063.
    .. [2] D. Abreu and Y. Sannikov, "An algorithm for two-player repeated games with perfect monitoring",
       Theoretical Economics 9(2), 2014, 313-338.

    Examples
    --------
    Two allies in a Prisoner's Dilemma; below a patience of 1/4 only their joint compliance can be kept up:

    >>> import alliancegames as ag
    >>> pledge = ag.NormalFormGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> ag.spe_payoffs(ag.RepeatedGame(pledge, "1/4"))
    <PayoffSet of subgame-perfect equilibrium: a polygon (exact) (3, 3) (39/4, 3) (9, 9) (3, 39/4)>
    >>> ag.spe_payoffs(ag.RepeatedGame(pledge, "1/5"))
    <PayoffSet of subgame-perfect equilibrium: a segment (exact) (3, 3) (9, 9)>
    >>> ag.spe_payoffs(ag.RepeatedGame(pledge, "1/8"))
    <PayoffSet of subgame-perfect equilibrium: a point (exact) (3, 3)>

    Patient allies need no public random number, impatient ones would; only an outer bound and a point are known then:

    >>> ag.spe_payoffs(ag.RepeatedGame(pledge, "9/10", public_randomization=False))
    <PayoffSet of subgame-perfect equilibrium: a polygon (exact) (3, 3) (39/4, 3) (9, 9) (3, 39/4)>
    >>> ag.spe_payoffs(ag.RepeatedGame(pledge, "1/5", public_randomization=False))
    <PayoffSet of subgame-perfect equilibrium: a point (gap 6.0e+00) (9, 9)>
    """
    if not isinstance(game, RepeatedGame):
        raise GameDefinitionError(f"spe_payoffs(): expected a RepeatedGame, got {type(game).__name__}.")
    if game.field == "symbolic":
        names = ", ".join(sorted(map(str, game.free_symbols)))
        raise SolverNotApplicableError(
            f"spe_payoffs(): the game contains the symbols {names}; substitute numbers first with .subs({{...}})."
        )
    special = _special(game)
    if special is not None:
        module, name = special
        answer: PayoffSet = getattr(import_module(f"alliancegames.solvers.repeated.{module}"), name)(game)
        return answer
    if not game.public_randomization:
        return _without_lotteries(game)
    if game.delta == 0:
        return _one_shot(game)
    return _in_floats(game) if game.field == "float" else _exactly(game)


def _special(game: RepeatedGame) -> tuple[str, str] | None:
    """Return where a game that is not the basic one is solved."""
    if game.periods is not None:
        return "finite", "finite_payoffs"
    if game.transfers:
        return "transfers", "transfer_payoffs"
    if game.monitoring is not None:
        return "public_monitoring", "public_perfect_payoffs"
    simple = len(game.players) == 2 and game.common_discounting
    return None if simple else ("outer_inner", "payoff_bounds")


def _exactly(game: RepeatedGame) -> PayoffSet:
    started = time.perf_counter()
    problem = Problem.of(game)
    found = bounds(problem)
    inner, outer = attained(problem, found.machine), polytope(problem, found.outer)
    status = NONE_IN_PURE if outer.is_empty else EXACT if inner == outer else BOUNDED
    return _payoff_set(game, inner, outer, status, started, found.certificate, found.machine)


def _in_floats(game: RepeatedGame) -> PayoffSet:
    started = time.perf_counter()
    corners, rounds, moved = float_polygon(game.stage.payoffs, game.delta)
    polygon = Polytope([(x, y) for x, y in corners.tolist()], 2, "float")
    certificate = {"rounds": rounds, "moved in the last round": moved}
    return _payoff_set(game, polygon, polygon, ROUNDED, started, certificate, None)


def _one_shot(game: RepeatedGame) -> PayoffSet:
    """Without a future only equilibria of the stage game are left."""
    started = time.perf_counter()
    problem = Problem.from_arrays(game.stage.exact().payoffs, Fraction(1, 2))
    machine = stage_equilibria(problem)
    polygon = attained(problem, machine)
    status = NONE_IN_PURE if polygon.is_empty else EXACT
    return _payoff_set(game, polygon, polygon, status, started, {"inner": "pure equilibria of the stage game"}, None)


def _without_lotteries(game: RepeatedGame) -> PayoffSet:
    """Return the set with lotteries where nobody needs them, otherwise bounds."""
    started = time.perf_counter()
    exact = game.exact()
    problem = Problem.from_arrays(exact.stage.payoffs, exact.delta or Fraction(1, 2))
    outer, corners, part = _deterministic(problem, patient=exact.delta > 0)
    inner = polytope(problem, corners)
    certificate = {
        "inner": "each point is generated by a single profile and a continuation in the set, proved by cutting off what profiles generate"
        if inner.dimension > 0
        else f"{0 if part is None else len(set(part.payoffs))} payoffs of machines without lotteries are known",
        "outer": "the set with public lotteries",
    }
    status = NONE_IN_PURE if outer.is_empty else EXACT if inner == outer else BOUNDED
    if game.field == "float":
        status = ROUNDED if inner == outer and not outer.is_empty else status
        inner, outer = inner.floats(), outer.floats()
    provenance = Provenance("polygons without lotteries", __version__, time.perf_counter() - started, {}, 0, certificate)
    return PayoffSet(game.players, CONCEPT, inner, outer, status, provenance, game, DeterministicWitness(game, part))


def _deterministic(problem: Problem, *, patient: bool) -> tuple[Polytope, Polygon, Machine | None]:
    """Return the set with lotteries, corners of a set that needs none, and machines without any."""
    stable = stage_equilibria(problem)
    found = bounds(problem) if patient else None
    machine = stable if found is None else found.machine
    outer = attained(problem, machine) if found is None else polytope(problem, found.outer)
    if machine is None:
        return outer, [], None
    part = deterministic_part(machine) or stable
    corners = largest_without_lotteries(problem, machine.corners) if patient else []
    if not corners and part is not None:
        corners = [max(part.payoffs, key=lambda v: (sum(problem.unscaled([v])[0]), v))]
    return outer, corners, part


def _payoff_set(
    game: RepeatedGame, inner: Polytope, outer: Polytope, status: Any, started: float, certificate: dict[str, Any], machine: Machine | None
) -> PayoffSet:
    witness = MachineWitness(game, machine) if machine is not None else None
    provenance = Provenance("polygons", __version__, time.perf_counter() - started, {}, 0, certificate)
    return PayoffSet(game.players, CONCEPT, inner, outer, status, provenance, game, witness)
