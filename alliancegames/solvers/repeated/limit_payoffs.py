"""Bounds on what public signals allow however patient players are."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers.payoff_set import BOUNDED, EXACT, NONE_IN_PURE, PayoffSet
from alliancegames.solvers.polytope import HalfSpace, Polytope
from alliancegames.solvers.repeated._public_search import coordinate_directions, spread_directions
from alliancegames.solvers.repeated._public_stage import Cell, PublicStage, Vector, read_game
from alliancegames.solvers.repeated.public_monitoring import public_perfect_payoffs
from alliancegames.solvers.result import Provenance

__all__ = ["EnforcementCost", "enforcement_cost", "limit_payoffs"]

# Rounds in which directions are added between those whose half-spaces meet at a corner, and how many in all.
ROUNDS, MOST_DIRECTIONS = 8, 160
# Corners that a new half-space moves by less, as a share of the range of payoffs, are left.
CUTS = Fraction(1, 10**9)
# Digits of new directions, and how often those at a corner are halved to prove that none cuts.
DIGITS, SPLITS = 10**6, 3


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
        Discount factor at which an inner set is computed by `public_perfect_payoffs`. By default the inner set is
        the outer one where that is proved to be the limit, otherwise the pure equilibria of the stage game.

    Returns
    -------
    PayoffSet
        ``outer``: no perfect public equilibrium in pure actions pays more in any of the directions, at any discount
        factor. If the intersection over all directions has an interior, everything inside it is attained by players who
        are patient enough (Fudenberg & Levine 1994); the answer is exact where no direction between cuts off a corner.

    Notes
    -----
    In each direction the score of a profile is a linear program in payments after signals that must not add value in
    that direction; it is solved in rationals, so that each half-space is exact. With two players the corners of the outer
    set are cut until no further direction moves one by more than a billionth of the range of payoffs. That none does is
    proved at each corner by a profile that reaches it in the directions that meet there, and hence in those between.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.limit_payoffs import limit_payoffs
    >>> pledge = ag.NormalFormGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> limit_payoffs(ag.RepeatedGame(pledge, 0)).outer
    <Polytope: polygon (3, 3) (39/4, 3) (9, 9) (3, 39/4)>
    >>> limit_payoffs(ag.RepeatedGame(pledge, 0)).exact
    True
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
    whole = inner_delta is None and outer.dimension == size and all(_is_reached(stage, outer, vertex) for vertex in outer.vertices)
    outer = Polytope.from_points([raw.original(vertex) for vertex in outer.vertices], coordinates=size)
    inner = outer if whole else _attained(raw, game, inner_delta)
    status = NONE_IN_PURE if outer.is_empty else EXACT if inner == outer else BOUNDED
    certificate = {
        "outer": f"{len(half_spaces)} directions, each score an exact linear program",
        "inner": _known(inner_delta, whole=whole),
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


def _known(delta: Any, *, whole: bool) -> str:
    """Say what is known to be attained."""
    if whole:
        return "the interior, by patient players: no direction between cuts off a corner, which is proved at each"
    return "stage equilibria" if delta is None else f"equilibria at delta {delta}"


def _is_reached(stage: PublicStage, outer: Polytope, vertex: Vector) -> bool:
    """Whether no direction cuts off a corner: the score in each non-negative sum of those that meet there is large enough."""
    normals = [a for a, b in outer.inequalities if _dot(a, vertex) == b]
    return _cone_is_reached(stage, vertex, normals, SPLITS)


def _cone_is_reached(stage: PublicStage, vertex: Vector, normals: list[Vector], splits: int) -> bool:
    """Whether the score in all non-negative sums of some directions is at least that of a point.

    Where the signs of the directions agree the score of a profile is superadditive: payments times weights are
    feasible for the sum. So a profile that reaches the point in each of them reaches it in their sums. The axes
    themselves, where scores may jump down, are among the directions of the outer set.
    """
    agree = all(x * y >= 0 for a, b in combinations(normals, 2) for x, y in zip(a, b, strict=True))
    if agree and any(_reaches_each(cell, vertex, normals) for cell in stage.cells):
        return True
    if any(_reaches(cell, vertex, normals) for cell in stage.cells):
        return True
    if not splits or len(normals) != 2 or len(vertex) != 2:
        return False
    middle = _axis_between(*normals) or tuple(x + y for x, y in zip(*map(_unit, normals), strict=True))
    return all(_cone_is_reached(stage, vertex, [normal, middle], splits - 1) for normal in normals)


def _axis_between(a: Vector, b: Vector) -> Vector | None:
    """Return an axis of the plane strictly between two directions that meet at a corner, if there is one."""
    for axis in coordinate_directions(2):
        left, right = a[0] * axis[1] - a[1] * axis[0], axis[0] * b[1] - axis[1] * b[0]
        turn = a[0] * b[1] - a[1] * b[0]
        if left * turn > 0 and right * turn > 0:
            return axis
    return None


def _unit(normal: Vector) -> Vector:
    largest = max(map(abs, normal))
    return tuple(x / largest for x in normal)


def _dot(a: Vector, x: Vector) -> Fraction:
    return sum((p * q for p, q in zip(a, x, strict=True)), Fraction(0))


def _reaches_each(cell: Cell, vertex: Vector, normals: Sequence[Vector]) -> bool:
    """Whether a profile scores at least as a point does in each direction, with payments that may differ."""
    signs = tuple(next((1 if x > 0 else -1 for x in column if x), 0) for column in zip(*normals, strict=True))
    planar = len(vertex) == 2 and all(signs)
    for normal in normals:
        score = _score_from_within(cell, normal, signs) if planar else _cell_score(cell, normal)
        if score is None or score < _dot(normal, vertex):
            return False
    return True


def _score_from_within(cell: Cell, normal: Vector, signs: Sequence[int]) -> Fraction | None:
    """Return what the score in directions of given signs tends to: on an axis it can be less, as what one player is paid is free.

    The variables are payments times weights, so that only the right-hand sides depend on the direction.
    """
    signals, size = cell.relevant, len(normal)
    rows, bounds = [], []
    for d in cell.deviations:
        row = [Fraction(0)] * (size * len(signals))
        row[d.player :: size] = [-signs[d.player] * d.shift[y] for y in signals]
        rows.append(row)
        bounds.append(-abs(normal[d.player]) * d.gain)
    more, zeros = _no_value_added((Fraction(1),) * size, len(signals))
    costs = [cell.chances[y] for y in signals for _ in normal]
    answer = maximise(costs, upper=rows + more, upper_bound=bounds + zeros, free=range(len(costs)))
    return None if answer.status == "infeasible" else _dot(normal, cell.payoffs) + (answer.value or Fraction(0))


def _reaches(cell: Cell, vertex: Vector, normals: Sequence[Vector]) -> bool:
    """Whether one scheme of payments keeps players to a profile and scores at least as a point does, in each direction."""
    n, signals = len(vertex), cell.relevant
    rows, bounds = _incentives(cell, n)
    for normal in normals:
        more, zeros = _no_value_added(normal, len(signals))
        rows, bounds = rows + more, bounds + zeros
        rows.append([-cell.chances[y] * w for y in signals for w in normal])
        bounds.append(_dot(normal, cell.payoffs) - _dot(normal, vertex))
    size = n * len(signals)
    return maximise([Fraction(0)] * size, upper=rows, upper_bound=bounds, free=range(size)).status == "optimal"


def _between(polygon: Polytope) -> list[Vector]:
    """Return for each corner a direction in which it is the only extreme point."""
    sides = [(_unit(a), a, b) for a, b in polygon.inequalities]
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
    signals = cell.relevant
    rows, bounds = _incentives(cell, len(normal))
    more, zeros = _no_value_added(normal, len(signals))
    costs = [cell.chances[y] * w for y in signals for w in normal]
    answer = maximise(costs, upper=rows + more, upper_bound=bounds + zeros, free=range(len(costs)))
    if answer.status == "infeasible":
        return None
    return _dot(normal, cell.payoffs) + (answer.value or Fraction(0))


def _incentives(cell: Cell, n: int) -> tuple[list[list[Fraction]], list[Fraction]]:
    """Return the constraints on payments, signal by signal and player by player, that keep all from deviating."""
    rows, bounds = [], []
    for d in cell.deviations:
        row = [Fraction(0)] * (n * len(cell.relevant))
        row[d.player :: n] = [-d.shift[y] for y in cell.relevant]
        rows.append(row)
        bounds.append(-d.gain)
    return rows, bounds


def _no_value_added(normal: Vector, signals: int) -> tuple[list[list[Fraction]], list[Fraction]]:
    """Return the constraints that payments after no signal add value in a direction."""
    n = len(normal)
    zero = Fraction(0)
    return [[zero] * (n * s) + list(normal) + [zero] * (n * (signals - s - 1)) for s in range(signals)], [zero] * signals


def _attained(stage: PublicStage, game: RepeatedGame, delta: Any) -> Polytope:
    """Return payoffs known to be attained: equilibria of the stage game, or those at a discount factor."""
    size = len(stage.players)
    if delta is not None:
        return public_perfect_payoffs(game.replace(delta=delta, field="exact")).inner
    stable = [cell.payoffs for cell in stage.cells if all(d.gain <= 0 for d in cell.deviations)]
    return Polytope.from_points(stable, coordinates=size)
