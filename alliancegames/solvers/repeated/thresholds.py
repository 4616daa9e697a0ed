"""All discount factors at which the payoff set of two players changes its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from alliancegames._fields import format_number
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers._reading import exact_payoffs
from alliancegames.solvers.payoff_set import PayoffSet
from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.repeated._bounds_reading import check_monitoring
from alliancegames.solvers.repeated._planar_complete import completeness
from alliancegames.solvers.repeated._planar_events import algebraic, bisected, event, polygon_at
from alliancegames.solvers.repeated._planar_problem import Pair, Problem
from alliancegames.solvers.repeated._planar_structure import Structure
from alliancegames.solvers.repeated.spe_payoffs import spe_payoffs

__all__ = ["PayoffThreshold", "PayoffThresholds", "payoff_thresholds"]

# Discount factors at which corners are compared, and how far beside a threshold.
GRID, ASIDE = 512, 1e-7
# Corners that differ by less, as a share of the range of payoffs, count as the same.
SAME = 1e-6


@dataclass(frozen=True)
class PayoffThreshold:
    """A discount factor at which the payoff set changes its kind.

    Parameters
    ----------
    value : Fraction or sympy expression
        The discount factor: rational, or an algebraic number.
    exact : bool
        Whether it was recognised; otherwise ``value`` is a fraction that agrees with it to some hundred digits.
    jump : float
        How far a corner of the set just above is from the set just below, as a share of the range of
        payoffs; 0 if the set grows continuously and only the way it is generated changes.
    """

    value: Any
    exact: bool
    jump: float

    def __str__(self) -> str:
        shown = format_number(self.value) if self.exact else f"{float(self.value):.15g}..."
        near = "" if isinstance(self.value, Fraction) else f" = {float(self.value):.10g}..."
        return f"{shown}{near} ({'the set jumps' if self.jump else 'the set changes continuously'})"


@dataclass(frozen=True, repr=False)
class PayoffThresholds(Sequence[PayoffThreshold]):
    """The thresholds in ascending order, and the payoff sets between them.

    Parameters
    ----------
    stage : NormalFormGame
        The stage game.
    items : tuple of PayoffThreshold
        The thresholds.
    complete : bool or None
        True: it is proved that the set changes nowhere else. None: that is not proved, for the ``reason`` given.
    reason : str
        Why it is not proved; empty if it is.
    """

    stage: NormalFormGame
    items: tuple[PayoffThreshold, ...]
    complete: bool | None = None
    reason: str = ""

    def __getitem__(self, index: Any) -> Any:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[PayoffThreshold]:
        return iter(self.items)

    @property
    def values(self) -> tuple[Any, ...]:
        """The discount factors."""
        return tuple(item.value for item in self.items)

    @cached_property
    def samples(self) -> tuple[PayoffSet, ...]:
        """The exact payoff set at a simple discount factor inside each interval between thresholds, from low to high patience."""
        ends = [0.0, *(float(value) for value in self.values), 1.0]
        return tuple(spe_payoffs(RepeatedGame(self.stage, _simple(low, high))) for low, high in pairwise(ends))

    def summary(self) -> str:
        """Return a text report: the thresholds with the payoff sets between them."""
        ends = ["0", *(format_number(item.value) if item.exact else f"{float(item.value):.10g}..." for item in self), "1"]
        lines = [f"{len(self)} discount factors at which the payoff set changes:"]
        for k, sample in enumerate(self.samples):
            lines.append(
                f"  delta between {ends[k]} and {ends[k + 1]}: {repr(sample).strip('<>').split(': ', 1)[1]} at {sample.game.delta}"
            )
        lines.append("It is proved that these are all." if self.complete else f"That these are all is not proved: {self.reason}.")
        return "\n".join(lines)

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a threshold."""
        import pandas as pd

        return pd.DataFrame(
            [{"delta": item.value, "decimal": float(item.value), "exact": item.exact, "jump": item.jump} for item in self.items]
        )

    def __repr__(self) -> str:
        return f"<PayoffThresholds: {', '.join(map(str, self.items)) or 'none'}>"


def payoff_thresholds(game: NormalFormGame | RepeatedGame) -> PayoffThresholds:
    """Find the discount factors at which the set of subgame-perfect payoffs changes its kind.

    Between them the corners are generated by the same profiles with the same constraints binding, and move
    smoothly. At a threshold the set jumps (a new outcome can be kept up), or begins to be generated in
    another way, such as when it stops growing.

    Parameters
    ----------
    game : NormalFormGame or RepeatedGame
        A stage game of two players, at numbers; the discount factor of a repeated game does not matter.

    Returns
    -------
    PayoffThresholds
        Exact values: rational, or algebraic numbers printed as such, with ``complete``: whether it is proved that
        there are no others. ``samples`` proves what the set is between them.

    Raises
    ------
    SolverNotApplicableError
        There are not two equally patient players without last period who see all actions and have a public random
        number and no transfers, or payoffs contain symbols.

    Notes
    -----
    The sets are compared on a grid of 512 discount factors in floats, changes are located by bisection and solved for.
    Then completeness is proved in exact arithmetic. Between two thresholds the corners are rational functions of a
    parameter, and where the signs of all inequalities that make them the corners could change is found by isolating the
    roots of polynomials. That payoffs are nowhere else follows by going down from full patience, where the set is that
    of the folk theorem: the polygons of a structure shrink as patience falls, and equilibrium payoffs inside one of them
    are inside the next. At a jump, profiles that can no longer be kept are dropped; where two solutions meet and vanish
    the one of the pair that is not the payoff set leads down. The proof is not found where corners are no rational
    functions of one parameter, or the set approaches no known limit as patience grows. Cost: seconds.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.thresholds import payoff_thresholds
    >>> pledge = ag.NormalFormGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> payoff_thresholds(pledge).values
    (Fraction(1, 7), -95 + 36*sqrt(7), Fraction(1, 4))
    >>> payoff_thresholds(pledge).complete
    True
    """
    stage = _stage(game) if isinstance(game, RepeatedGame) else game
    if not isinstance(stage, NormalFormGame):
        raise GameDefinitionError(f"payoff_thresholds(): expected a NormalFormGame or RepeatedGame, got {type(game).__name__}.")
    if len(stage.players) != 2:
        raise SolverNotApplicableError(
            f"payoff_thresholds(): needs 2 players; this game has {len(stage.players)}. With transfers see transfer_table()."
        )
    if stage.field == "symbolic":
        raise SolverNotApplicableError("payoff_thresholds(): the payoffs contain symbols; substitute numbers first with .subs({...}).")
    exact = NormalFormGame.from_arrays(*exact_payoffs(stage), players=stage.players, actions=stage.actions, title=stage.title)
    problem = Problem.from_arrays(exact.payoffs, Fraction(1, 2))
    scan = _Scan(problem)
    # Rounding near a threshold can make one change look like two.
    found: dict[Any, PayoffThreshold] = {}
    for item in (scan.threshold(low, high) for low, high in scan.changes()):
        if item is not None and (item.value not in found or item.jump):
            found[item.value] = item
    items = tuple(sorted(found.values(), key=lambda item: float(item.value)))
    unknown = next((item for item in items if not item.exact), None)
    reason = (
        f"{unknown} is no number that was recognised"
        if unknown is not None
        else completeness(problem, [item.value for item in items]).reason
    )
    return PayoffThresholds(exact, items, complete=None if reason else True, reason=reason)


def _stage(game: RepeatedGame) -> NormalFormGame:
    """Return the stage of a game whose sets are those compared here."""
    check_monitoring("payoff_thresholds", game)
    if game.periods is not None or not game.common_discounting:
        cause = f"it ends after {game.periods} periods" if game.periods is not None else "the players are not equally patient"
        raise SolverNotApplicableError(f"payoff_thresholds(): sets of such a game are not compared ({cause}); pass game.stage.")
    return game.stage


class _Scan:
    """Comparison of payoff sets along patience, in floats."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    def changes(self) -> list[tuple[float, float]]:
        """Return narrow intervals of discount factors in which the structure changes."""
        grid = [float(x) for x in np.linspace(0, 1, GRID + 2)[1:-1]]
        kinds = [self._kind(delta) for delta in grid]
        found = []
        for k in range(len(grid) - 1):
            low, high = grid[k], grid[k + 1]
            while kinds[k + 1] != self._kind(low):
                here = self._kind(low)
                before, after = bisected(lambda delta, here=here: self._kind(delta) == here, low, high)  # type: ignore[misc]
                found.append((before, after))
                if high - after <= ASIDE:
                    break
                low = min(after + ASIDE, high)
        return found

    def _kind(self, delta: float) -> Any:
        """Describe how the set is generated, in a form that can be compared."""
        corners = polygon_at(self.problem, delta)
        if not len(corners):
            return None
        structure = Structure.of(self.problem.with_delta(Fraction(delta)), corners)
        if structure is None:
            return len(corners)
        made = structure.corners
        return frozenset((corner.profile, corner.binding, frozenset(made[k].profile for k in corner.carriers)) for corner in made)

    def threshold(self, low: float, high: float) -> PayoffThreshold | None:
        """Solve for a threshold; None if nothing really changes there."""
        below, above = polygon_at(self.problem, max(low - ASIDE, 1e-9)), polygon_at(self.problem, min(high + ASIDE, 1 - 1e-9))
        jump = _distance(above, below)
        digits = event(self.problem, high, _nothing)
        if digits is None:
            digits = event(self.problem, high, _nothing, from_below=True)
        if digits is None:
            return PayoffThreshold(Fraction(high).limit_denominator(10**12), exact=False, jump=jump) if jump else None
        value = algebraic(digits)
        return PayoffThreshold(digits if value is None else value, exact=value is not None, jump=jump)


def _nothing(_structure: Structure, _points: Sequence[Pair]) -> Iterator[Fraction]:
    """Return no margins besides those of the structure."""
    return iter(())


def _distance(above: np.ndarray, below: np.ndarray) -> float:
    """Return how far corners of one set are from another that it contains; 0 if hardly."""
    if not len(above) or not len(below):
        return float(len(above) != len(below))
    smaller = Polytope.from_points([tuple(map(float, point)) for point in below])
    largest = max(float(smaller.distance(point)) for point in above.tolist())
    return largest if largest > SAME * 100 else 0.0


def _simple(low: float, high: float) -> Fraction:
    """Return the fraction with the smallest denominator well inside an interval."""
    left, right = low + (high - low) / 4, high - (high - low) / 4
    denominator = 2
    while True:
        numerator = int(np.ceil(left * denominator))
        if numerator <= right * denominator and 0 < numerator < denominator:
            return Fraction(numerator, denominator)
        denominator += 1
