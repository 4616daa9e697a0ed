"""Bounds on what public signals allow however patient players are."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers.payoff_set import BOUNDED, EXACT, NONE_IN_PURE, PayoffSet
from alliancegames.solvers.polytope import HalfSpace, Polytope
from alliancegames.solvers.repeated._public_search import spread_directions
from alliancegames.solvers.repeated._public_stage import Cell, PublicStage, Vector, read_game
from alliancegames.solvers.repeated.public_monitoring import public_perfect_payoffs
from alliancegames.solvers.result import Provenance

__all__ = ["EnforcementCost", "enforcement_cost", "limit_payoffs"]

# Rounds in which directions are added between those whose half-spaces meet at a corner, and how many in all.
ROUNDS, MOST_DIRECTIONS = 8, 160
# Corners that a new half-space moves by less, as a share of the range of payoffs, are left.
CUTS = Fraction(1, 10**9)
# Digits of new directions.
DIGITS = 10**6


@dataclass(frozen=True)
class EnforcementCost:
    """What it costs all players alike to keep them to a profile by fines after public signals.

    Parameters
    ----------
    payoff : Fraction
        Payoff of the profile in a period.
    cost : Fraction or None
        Expected fine under compliance; None if no fines deter every deviation.
    fines : dict of str to Fraction
        The fine after each signal, in units of payoffs of a period.
    """

    payoff: Fraction
    cost: Fraction | None
    fines: dict[str, Fraction]

    @property
    def bound(self) -> Fraction | None:
        """The most that players get in a strongly symmetric equilibrium that plays the profile at best, however patient."""
        return None if self.cost is None else self.payoff - self.cost


def enforcement_cost(game: RepeatedGame, target: Sequence[str | int]) -> EnforcementCost:
    """Find the cheapest common fines after signals that keep all players to a profile.

    With one tempting deviation of gain g and a signal that it makes l times as likely, the cost is g / (l - 1)
    (Abreu, Milgrom & Pearce 1991); with several it is a linear program, solved in rationals.

    Parameters
    ----------
    game : RepeatedGame
        A game with public signals, at numbers; patience does not matter.
    target : tuple of str
        A pure action profile that pays all players the same.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.limit_payoffs import enforcement_cost
    >>> pledge = ag.games.prisoners_dilemma(T="3/2", R=1, P=0, S=-1)
    >>> reports = ag.PublicMonitoring(pledge, ["met", "missed"],
    ...     lambda a, b: ("9/10", "1/10") if a == b == "cooperate" else ("2/5", "3/5"))
    >>> enforcement_cost(ag.RepeatedGame(pledge, 0, monitoring=reports), ("cooperate", "cooperate")).bound
    Fraction(9, 10)
    """
    where = "enforcement_cost"
    stage, _ = read_game(where, game)
    cell = stage.cell(tuple(target), f"{where}()")
    if len(set(cell.payoffs)) > 1:
        raise SolverNotApplicableError(
            f"{where}(): the profile must pay all players the same, for fines that all bear alike; see public_perfect_payoffs()."
        )
    count = len(stage.signals)
    answer = maximise(
        [-p for p in cell.chances], upper=[list(d.shift) for d in cell.deviations], upper_bound=[-d.gain for d in cell.deviations]
    )
    if answer.status != "optimal" or answer.solution is None:
        return EnforcementCost(cell.payoffs[0], None, {})
    fines = {stage.signals[y]: answer.solution[y] for y in range(count)}
    return EnforcementCost(cell.payoffs[0], -(answer.value or Fraction(0)), fines)


def limit_payoffs(game: RepeatedGame, *, directions: int = 16, inner_delta: Any = None) -> PayoffSet:
    """Bound the payoffs of perfect public equilibria in pure actions that any patience can bring.

    Parameters
    ----------
    game : RepeatedGame
        A game at numbers with public signals; its discount factor does not matter.
    directions : int, default 16
        Number of directions to begin with; between them more are added where that cuts off a corner.
    inner_delta : number, optional
        Discount factor at which an inner set is computed by `public_perfect_payoffs`; by default only the
        pure equilibria of the stage game are known to be attained.

    Returns
    -------
    PayoffSet
        ``outer``: no perfect public equilibrium in pure actions pays more in any of the directions, at any discount
        factor. If the set has an interior, everything inside the intersection over all directions is attained by
        players who are patient enough (Fudenberg & Levine 1994).

    Notes
    -----
    In each direction the score of a profile is a linear program in payments after signals that must not add value in
    that direction; it is solved in rationals, so that each half-space is exact. With two players the corners of the outer
    set are cut until no further direction moves one by more than a billionth of the range of payoffs.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.limit_payoffs import limit_payoffs
    >>> pledge = ag.NormalFormGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> limit_payoffs(ag.RepeatedGame(pledge, 0)).outer
    <Polytope: polygon (3, 3) (39/4, 3) (9, 9) (3, 39/4)>
    """
    started = time.perf_counter()
    raw, _ = read_game("limit_payoffs", game)
    if directions < 4:
        raise GameDefinitionError(f"limit_payoffs(): directions must be a whole number of at least 4, got {directions!r}.")
    stage = raw.normalised()
    size = len(stage.players)
    feasible = Polytope.from_points([cell.payoffs for cell in stage.cells])
    flat = [side for a, _ in feasible.equalities for side in (a, tuple(-x for x in a))]
    normals = list(dict.fromkeys([*spread_directions(size, directions), *(a for a, _ in feasible.inequalities), *flat]))
    half_spaces, outer = _outer(stage, normals)
    inner = _attained(raw, game, inner_delta)
    outer = Polytope.from_points([raw.original(vertex) for vertex in outer.vertices], coordinates=size)
    status = NONE_IN_PURE if outer.is_empty else EXACT if inner == outer else BOUNDED
    certificate = {
        "outer": f"{len(half_spaces)} directions, each score an exact linear program",
        "inner": "stage equilibria" if inner_delta is None else f"equilibria at delta {inner_delta}",
    }
    provenance = Provenance("scores", __version__, time.perf_counter() - started, {"directions": directions}, 0, certificate)
    return PayoffSet(game.players, "perfect public equilibrium of patient players", inner, outer, status, provenance, game)


def _outer(stage: PublicStage, normals: list[Vector]) -> tuple[list[HalfSpace], Polytope]:
    """Intersect half-spaces, and add directions at corners while they cut."""
    size = len(stage.players)
    found: dict[Vector, Fraction] = {}
    outer = Polytope((), size, "exact")
    for _ in range(ROUNDS):
        for normal in normals:
            score = _score(stage, normal)
            if score is None:
                return list(found.items()), Polytope((), size, "exact")
            found[normal] = score
        outer = Polytope.from_inequalities(list(found.items()), size)
        if outer.is_empty or size != 2 or outer.dimension < 2 or len(found) > MOST_DIRECTIONS:
            break
        normals = [normal for normal in _between(outer) if normal not in found]
        normals = [n for n in normals if (score := _score(stage, n)) is None or outer.support(n) - score > CUTS]
        if not normals:
            break
    return list(found.items()), outer


def _between(polygon: Polytope) -> list[Vector]:
    """Return for each corner a direction in which it is the only extreme point."""
    sides = [(tuple(x / max(map(abs, a)) for x in a), a, b) for a, b in polygon.inequalities]
    found = []
    for vertex in polygon.vertices:
        meeting = [unit for unit, a, b in sides if a[0] * vertex[0] + a[1] * vertex[1] == b]
        total = [sum(x) for x in zip(*meeting, strict=True)]
        largest = max(map(abs, total)) or Fraction(1)
        found.append(tuple(Fraction(round(x / largest * DIGITS), DIGITS) for x in total))
    return found


def _score(stage: PublicStage, normal: Vector) -> Fraction | None:
    """Return the largest score of a profile in a direction; None if no profile can be enforced."""
    scores = [score for cell in stage.cells if (score := _cell_score(cell, normal)) is not None]
    return max(scores, default=None)


def _cell_score(cell: Cell, normal: Vector) -> Fraction | None:
    n, signals = len(normal), cell.relevant
    size = n * len(signals)
    rows, bounds = [], []
    for d in cell.deviations:
        row = [Fraction(0)] * size
        row[d.player :: n] = [-d.shift[y] for y in signals]
        rows.append(row)
        bounds.append(-d.gain)
    for s in range(len(signals)):
        rows.append([Fraction(0)] * (n * s) + list(normal) + [Fraction(0)] * (size - n * (s + 1)))
        bounds.append(Fraction(0))
    costs = [cell.chances[y] * w for y in signals for w in normal]
    answer = maximise(costs, upper=rows, upper_bound=bounds, free=range(size))
    if answer.status == "infeasible":
        return None
    today = sum((w * g for w, g in zip(normal, cell.payoffs, strict=True)), Fraction(0))
    return today + (answer.value or Fraction(0))


def _attained(stage: PublicStage, game: RepeatedGame, delta: Any) -> Polytope:
    """Return payoffs known to be attained: equilibria of the stage game, or those at a discount factor."""
    size = len(stage.players)
    if delta is not None:
        return public_perfect_payoffs(game.replace(delta=delta, field="exact")).inner
    stable = [cell.payoffs for cell in stage.cells if all(d.gain <= 0 for d in cell.deviations)]
    return Polytope.from_points(stable, coordinates=size)
