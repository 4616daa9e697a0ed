"""Subgame-perfect payoffs of two players: a guess in floats, made exact and proved.

The rounds of the operator are made in floats first. How the corners of the limit are generated gives
equations, whose solution is recognised as rationals or enclosed. An exact machine proves that every point of
the set is attained; a contraction around it, entered by a few exact rounds from outside, that no other is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.solvers.polytope import Polytope, planar_hull
from alliancegames.solvers.repeated._planar_contraction import Contraction
from alliancegames.solvers.repeated._planar_machine import Machine, exact_machine
from alliancegames.solvers.repeated._planar_outer import OuterRounds
from alliancegames.solvers.repeated._planar_problem import Polygon, Problem
from alliancegames.solvers.repeated._planar_structure import NUDGE, Structure, recognised

__all__ = ["FLOAT_ROUNDS", "Bounds", "attained", "bounds", "find_machine", "float_polygon", "polytope", "stage_equilibria"]

# Most rounds in floats, and on integers.
FLOAT_ROUNDS, OUTER_ROUNDS = 20_000, 3_000
# Corners of the answer in floats that stand out by less, as a share of the range of payoffs, are none.
FLAT = 1e-10


class Bounds:
    """What is proved about the payoffs of one game.

    Parameters
    ----------
    machine : Machine or None
        Attains the inner set; None if no equilibrium is known.
    outer : Polytope
        Holds all equilibrium payoffs, scaled.
    certificate : dict of str
        What proves the bounds, in words.
    """

    def __init__(self, machine: Machine | None, outer: Polygon, certificate: dict[str, str]) -> None:
        self.machine = machine
        self.outer = outer
        self.certificate = certificate


def scaled_polygon(payoffs: np.ndarray, gains: np.ndarray, delta: float, floor: np.ndarray, rounds: int) -> tuple[np.ndarray, int, float]:
    """Run the compiled rounds on scaled payoffs; see ``solvers._kernels.polygons.fixed_polygon``."""
    from alliancegames.solvers._kernels.polygons import fixed_polygon  # loads numba

    corners, made, moved = fixed_polygon(payoffs, gains, delta, floor, rounds)
    return corners, int(made), float(moved)


def float_polygon(payoffs: Sequence[np.ndarray], delta: float, rounds: int = FLOAT_ROUNDS) -> tuple[np.ndarray, int, float]:
    """Return the corners of the payoff set in floats, the rounds made, and how far a corner moved in the last one.

    Parameters
    ----------
    payoffs : sequence of ndarray
        Payoffs of both players, shape of the stage game.
    delta : float
        Discount factor, positive.
    rounds : int
        Most rounds to make.
    """
    low = np.array([array.min() for array in payoffs])
    size = np.array([array.max() for array in payoffs]) - low
    size[size == 0] = 1.0
    first, second = ((array - x) / d for array, x, d in zip(payoffs, low, size, strict=True))
    replies = first.max(axis=0), second.max(axis=1)
    points = np.stack([first.ravel(), second.ravel()], axis=1)
    gains = np.stack([(replies[0][None, :] - first).ravel(), (replies[1][:, None] - second).ravel()], axis=1)
    floor = np.array([replies[0].min(), replies[1].min()])
    corners, made, moved = scaled_polygon(points, gains, delta, floor, rounds)
    corners = corners[_sharp(corners)]
    for i, array in enumerate(payoffs):
        # What is a payoff of the stage game but for rounding is shown as one.
        known = np.unique(array)
        values = corners[:, i] * size[i] + low[i]
        nearest = known[np.abs(values[:, None] - known).argmin(axis=1)] if len(values) else values
        corners[:, i] = np.where(np.abs(values - nearest) <= 1e-12 * size[i], nearest, values)
    return corners, made, moved


def _sharp(corners: np.ndarray) -> np.ndarray:
    """Say which corners stand out from the line through their neighbours by more than rounding."""
    if len(corners) < 3:
        return np.ones(len(corners), dtype=bool)
    before, after = np.roll(corners, 1, axis=0), np.roll(corners, -1, axis=0)
    (x, y), (p, q) = (corners - before).T, (after - before).T
    return np.asarray(np.abs(x * q - y * p) > FLAT * np.hypot(p, q))


def bounds(problem: Problem) -> Bounds:
    """Return inner and outer bounds of the set of subgame-perfect payoffs in pure actions with public randomization.

    Parameters
    ----------
    problem : Problem
        The game in exact numbers.
    """
    machine = find_machine(problem)
    if machine is None:
        return _without_machine(problem)
    corners = machine.corners
    attained = f"a machine of {len(machine.payoffs)} states, checked exactly; its tightest incentive has slack {_shown(machine.slack())}"
    family = Contraction(problem, corners)
    outer = OuterRounds(problem)
    if family.proves:
        while not family.holds(outer.corners) and outer.rounds < OUTER_ROUNDS and outer.advance():
            pass
        if family.holds(outer.corners):
            proof = f"{outer.rounds} exact rounds from outside lead into a family of polygons that every further round shrinks to the set"
            return Bounds(machine, family.blown_up(family.start), {"inner": attained, "outer": proof})
    return Bounds(machine, _exhausted(outer), {"inner": attained, "outer": f"{outer.rounds} exact rounds from outside"})


def _without_machine(problem: Problem) -> Bounds:
    """Iterate from outside only: either nothing is left, or the rest is undecided."""
    outer = OuterRounds(problem)
    left = _exhausted(outer)
    proof = f"after {outer.rounds} exact rounds from outside " + ("nothing is left" if not left else "this is left")
    return Bounds(None, left, {"inner": "no equilibrium is known", "outer": proof})


def _exhausted(outer: OuterRounds) -> Polygon:
    while outer.polygon and outer.rounds < OUTER_ROUNDS and outer.advance():
        pass
    return outer.corners


def find_machine(problem: Problem) -> Machine | None:
    """Find a machine that attains all of the set, or as much as can be found.

    Parameters
    ----------
    problem : Problem
        The game in exact numbers.
    """
    payoffs, gains, delta, floor = problem.float_arrays
    corners, _, _ = scaled_polygon(payoffs, gains, delta, floor, FLOAT_ROUNDS)
    found = _from_polygon(problem, corners)
    if found is None:  # too fragile, or not there: ask a little more of every promise
        corners, _, _ = scaled_polygon(payoffs, np.where(gains > 0, gains + 1e-9, 0.0), delta, floor, FLOAT_ROUNDS)
        found = _from_polygon(problem, corners)
    return found if found is not None else stage_equilibria(problem)


def _from_polygon(problem: Problem, corners: np.ndarray) -> Machine | None:
    """Make a polygon in floats exact: recognise rationals, or attain nearly all of it."""
    structure = Structure.of(problem, corners) if len(corners) else None
    solved = structure.solved(corners) if structure is not None else None
    if structure is None or solved is None:
        return _from_simple_numbers(problem, corners)
    simple = recognised(solved)
    if None not in simple:
        return _kept(exact_machine(problem, [point for point in simple if point is not None]))
    # Promises that irrational corners carry are raised a little, so that rational lotteries suffice.
    firm = [all(simple[k] is not None for k in (j, *corner.carriers)) for j, corner in enumerate(structure.corners)]
    structure = structure.punishing_with(corners, firm)
    raised = [Fraction(0) if keeps else NUDGE for keeps in firm]
    solved = structure.solved(corners, raised)
    if solved is None:
        return None
    again = recognised(solved)
    points = [new if new is not None and not more else near for new, near, more in zip(again, solved, raised, strict=True)]
    return _kept(structure.machine(points, raised))


def _from_simple_numbers(problem: Problem, corners: np.ndarray) -> Machine | None:
    """Try the simplest numbers near the corners of rounds that end too slowly."""
    for places in (10**6, 10**3, 10**2):
        points = planar_hull({(Fraction(x).limit_denominator(places), Fraction(y).limit_denominator(places)) for x, y in corners.tolist()})
        machine = _kept(exact_machine(problem, points)) if points else None
        if machine is not None:
            return machine
    return None


def _kept(machine: Machine | None) -> Machine | None:
    """Return a machine if all its promises suffice."""
    return machine if machine is not None and machine.slack() >= 0 else None


def stage_equilibria(problem: Problem) -> Machine | None:
    """Return the machine that repeats a pure equilibrium of the stage game in each state."""
    stable = [a for a, gains in enumerate(problem.gains) if not any(gains)]
    if not stable:
        return None
    payoffs = tuple(problem.payoffs[a] for a in stable)
    return Machine(problem, payoffs, tuple(stable), tuple({k: Fraction(1)} for k in range(len(stable))))


def _shown(slack: Fraction) -> str:
    return "0" if slack == 0 else f"{float(slack):.1e}"


def polytope(problem: Problem, corners: Polygon) -> Polytope:
    """Return a polygon in the payoffs of the game."""
    return Polytope.from_points(problem.unscaled(corners), coordinates=2)


def attained(problem: Problem, machine: Machine | None) -> Any:
    """Return the inner set in the payoffs of the game."""
    return polytope(problem, machine.corners if machine is not None else [])
