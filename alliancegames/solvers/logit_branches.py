"""Branches of logit equilibria: how quantal response changes with the precision, from noise to Nash."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from importlib import import_module
from typing import Any, overload

import numpy as np

from alliancegames._fields import format_number
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import Profile
from alliancegames.solvers._logit import LogitEquations
from alliancegames.solvers._logit_limit import BranchLimit, find_limit
from alliancegames.solvers._path import Trace, between, follow
from alliancegames.solvers._reading import check_game
from alliancegames.solvers.quantal_response import LogitIsolation, check_magnitude, read_precision
from alliancegames.solvers.result import Status
from alliancegames.solvers.verify import largest_regret

__all__ = ["BranchLimit", "BranchPoint", "LogitBranch", "LogitBranches", "logit_branch", "logit_branches"]

# A branch has converged once this share of the payoff range is all that anybody could gain by deviating ...
CONVERGED_REGRET = 1e-9
# ... and precision times largest payoff difference is beyond the first number; at the second it ends in any case.
EARLIEST_END = 100.0
LATEST_END = 1e8
# Regret at which the end of a branch counts as near a Nash equilibrium.
NEAR_NASH = 1e-6
# Normalised precisions at which all branches are looked for, when none are named.
FIRST_PRECISION = 0.5
LAST_PRECISION = 30.0
# An isolated equilibrium this close to a branch, in every probability, lies on it.
ON_BRANCH = 1e-6

ENDINGS = {
    "reached": Status("reached", "Followed to the precision asked for."),
    "done": Status("converged", "Followed until nobody could gain by deviating: the end is near a Nash equilibrium."),
    "closed": Status("closed", "The branch is a closed curve; it leads to no Nash equilibrium."),
    "stuck": Status("stuck", "The branch could not be followed further: no step was short enough."),
    "long": Status("step_limit", "The branch was left after the largest number of steps."),
}


@dataclass(frozen=True)
class BranchPoint:
    """A distinguished point of a branch.

    Parameters
    ----------
    precision : float
        The precision there, in the game's units.
    profile : Profile
        The equilibrium there.
    """

    precision: float
    profile: Profile


@dataclass(frozen=True, eq=False, repr=False)
class LogitBranch:
    """A curve of logit equilibria.

    Parameters
    ----------
    game : NormalFormGame
        The game, as given.
    precision : ndarray, shape (points,)
        Precisions in the order of the curve, in the game's units; not monotone where the curve has folds.
    probabilities : ndarray, shape (points, actions of all players)
        Probabilities of all actions, player after player; `probability` finds one by name.
    principal : bool
        Whether the branch starts from uniform play at precision zero.
    folds : tuple of BranchPoint
        Where the precision turns: here two equilibria merge and vanish.
    bifurcations : tuple of BranchPoint
        Where another branch crosses, as happens in symmetric games.
    limits : tuple of BranchLimit or None
        The Nash equilibria at the open ends of the branch: one for the principal branch, two for others, none for
        closed curves; None for an end that is not near one yet.
    status : Status
        How the last end was reached.
    """

    game: NormalFormGame
    precision: np.ndarray
    probabilities: np.ndarray
    principal: bool
    folds: tuple[BranchPoint, ...]
    bifurcations: tuple[BranchPoint, ...]
    limits: tuple[BranchLimit | None, ...]
    status: Status

    @cached_property
    def _points(self) -> np.ndarray:
        """The points in the coordinates in which the curve is followed."""
        equations = _equations(self.game)
        ends = np.cumsum(self.game.shape)[:-1]
        unit = float(equations.unit)
        rows = zip(self.probabilities, self.precision, strict=True)
        return np.array([equations.point(np.split(weights, ends), precision * unit) for weights, precision in rows])

    @property
    def limit(self) -> BranchLimit | None:
        """The Nash equilibrium at the last end of the branch, or None if the branch has none or is not near it yet."""
        return self.limits[-1] if self.limits else None

    def probability(self, player: str | int, action: str | int) -> np.ndarray:
        """Return the probability of an action along the branch, shape (points,), read-only.

        Parameters
        ----------
        player, action : str or int
            By label or index.
        """
        k = resolve(player, self.game.players, "player", "probability()")
        a = resolve(action, self.game.actions[k], "action", "probability()")
        column: np.ndarray = self.probabilities[:, sum(self.game.shape[:k]) + a]
        return column

    def at(self, precision: Any) -> Profile:
        """Return the equilibrium at which the branch first reaches a precision.

        Beyond the last point the branch is followed further.

        Parameters
        ----------
        precision : number
            In the game's units.

        Raises
        ------
        SolveError
            The branch does not reach this precision.

        Examples
        --------
        >>> import alliancegames as ag
        >>> branch = ag.solvers.logit_branch(ag.games.stag_hunt())
        >>> print(branch.at(1))
        (stag 0.195846, hare 0.804154) × (stag 0.195846, hare 0.804154)
        """
        found = self.crossings(precision)
        if not found:
            raise SolveError(
                f"at(): the branch has no equilibrium at precision {precision}; it covers precisions from "
                f"{self.precision.min():.6g} to {self.precision.max():.6g}.",
                self,
            )
        return found[0]

    def crossings(self, precision: Any) -> tuple[Profile, ...]:
        """Return all equilibria of the branch at a precision, in the order of the curve.

        Parameters
        ----------
        precision : number
            In the game's units.
        """
        wanted = read_precision(precision, "crossings()")
        equations = _equations(self.game)
        check_magnitude(wanted * equations.unit, "crossings()")
        value = math.log1p(float(wanted * equations.unit))
        points = self._points
        if self.principal and value > points[-1, -1] and self.status in ("converged", "reached"):
            points = np.vstack([points, follow(equations.curve, points[-1], 1.0, bound=value).points[1:]])
        floats = self.game.floats()
        return tuple(Profile(floats, equations.strategies(point)) for point in _crossings(equations, points, value))

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a point, with the precision and the probability of every action."""
        import pandas as pd

        columns = {f"{player}: {action}": self.probability(player, action) for player, action in _labels(self.game)}
        return pd.DataFrame({"precision": self.precision} | columns)

    def plot(self, ax: Any = None) -> Any:
        """Draw the probabilities against the precision, on a logarithmic axis.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return import_module("alliancegames.plotting.branches").plot_branches([self], ax=ax)

    def __repr__(self) -> str:
        kind = "principal" if self.principal else "closed" if self.status == "closed" else "separate"
        low, high = self.precision.min(), self.precision.max()
        lines = [f"<LogitBranch: {kind}, precision {low:.4g} to {high:.4g}, {len(self.precision)} points, {self.status}>"]
        for name, listed in (("fold", self.folds), ("bifurcation", self.bifurcations)):
            lines += [f"  {name} at precision {point.precision:.6g}: {point.profile}" for point in listed]
        for limit in self.limits:
            if limit is not None:
                trust = "exact" if limit.exact else f"regret {format_number(limit.regret, 2)}"
                lines.append(f"  leads to {limit.profile} ({trust})")
            else:
                lines.append("  leads to an equilibrium that is not identified yet")
        return "\n".join(lines)


@dataclass(frozen=True, eq=False, repr=False)
class LogitBranches(Sequence[LogitBranch]):
    """All branches of logit equilibria that were found, the principal one first.

    Parameters
    ----------
    game : NormalFormGame
        The game, as given.
    branches : tuple of LogitBranch
        The branches.
    precisions : tuple of float
        Precisions at which all equilibria were isolated.
    counts : tuple of int
        Numbers of equilibria isolated at each of these.
    complete : bool or None
        True: at each of these precisions the list of equilibria is proved complete and agrees, one for one, with
        the branches. A branch that lives only between two of them may be missing. None: not known.
    """

    game: NormalFormGame
    branches: tuple[LogitBranch, ...]
    precisions: tuple[float, ...]
    counts: tuple[int, ...]
    complete: bool | None

    @overload
    def __getitem__(self, index: int) -> LogitBranch: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[LogitBranch, ...]: ...
    def __getitem__(self, index: int | slice) -> LogitBranch | tuple[LogitBranch, ...]:
        return self.branches[index]

    def __len__(self) -> int:
        return len(self.branches)

    def __iter__(self) -> Iterator[LogitBranch]:
        return iter(self.branches)

    @property
    def principal(self) -> LogitBranch:
        """The branch that starts from uniform play."""
        return self.branches[0]

    @property
    def folds(self) -> tuple[BranchPoint, ...]:
        """All folds, by precision: where equilibria are born or vanish in pairs."""
        return tuple(sorted((point for branch in self.branches for point in branch.folds), key=lambda point: point.precision))

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a point, with the number of its branch, counted from 0."""
        import pandas as pd

        frames = [branch.to_dataframe().assign(branch=number) for number, branch in enumerate(self.branches)]
        return pd.concat(frames, ignore_index=True)

    def plot(self, ax: Any = None) -> Any:
        """Draw the probabilities on all branches against the precision, on a logarithmic axis.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return import_module("alliancegames.plotting.branches").plot_branches(self.branches, ax=ax)

    def __repr__(self) -> str:
        known = "complete" if self.complete else "completeness unknown"
        checked = f"at {len(self.precisions)} precisions up to {self.precisions[-1]:.4g}"
        head = f"<LogitBranches: {len(self.branches)} branch{'es' if len(self.branches) != 1 else ''} ({known} {checked})>"
        return "\n".join([head, *(repr(branch) for branch in self.branches)])


# -------------------------------------------------------------------- entry functions


def logit_branch(game: NormalFormGame, precision_max: Any = None) -> LogitBranch:
    """Follow the principal branch of logit equilibria, which starts from uniform play at precision zero.

    For almost all games the branch leads to exactly one Nash equilibrium, the *logit solution* of the game.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs, any number of players.
    precision_max : number, optional
        Where to stop, in the game's units. By default the branch is followed until it has converged: until
        nobody could gain more than 1e-9 of the range of its payoffs by deviating, or precision times largest
        payoff difference is 1e8.

    Returns
    -------
    LogitBranch
        Points, folds, bifurcations and the Nash equilibrium reached.

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols.
    GameDefinitionError
        The precision is not positive, no number, or too high for floats to resolve.

    Notes
    -----
    Predictor and corrector in logarithms of probabilities and precision, after
    :cite:t:`turocy2005dynamic`; folds are passed by following the direction of the curve, not of the precision,
    and located where the precision turns. In symmetric games other branches may cross; the principal one is
    followed straight through. A curve followed in floats is not a proof: `quantal_response` certifies
    equilibria at a precision.

    Examples
    --------
    >>> import alliancegames as ag
    >>> branch = ag.solvers.logit_branch(ag.games.stag_hunt())
    >>> branch.limit.profile, branch.limit.exact
    (Profile[(hare) × (hare)], True)
    """
    check_game("logit_branch", game)
    equations = _equations(game)
    bound = _bound(equations, precision_max, "logit_branch()")
    return _branch(equations, _follow(equations, equations.start(), 1.0, bound), bound, principal=True)


def logit_branches(game: NormalFormGame, precision_max: Any = None, *, number: int = 12) -> LogitBranches:
    """Follow all branches of logit equilibria of a small game: the principal one and those apart from it.

    All equilibria are isolated at a grid of precisions, and every one that is on no branch yet is followed in
    both directions. What is proved is the list at each precision of the grid; between them branches are
    followed in floats, and one that is born and vanishes between two neighbouring precisions may be missed.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs that is small enough for `quantal_response` to be complete.
    precision_max : number, optional
        The last precision of the grid, in the game's units, and the end of all branches. By default the grid ends
        where precision times largest payoff difference is 30, and branches are followed until they have
        converged, as by `logit_branch`.
    number : int, default 12
        How many precisions the grid has; they are spaced evenly in logarithms.

    Returns
    -------
    LogitBranches
        The branches, with the evidence that none is missing at the precisions of the grid.

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols, or the game is too large to be searched.
    GameDefinitionError
        The precision or the number is no positive number.

    Examples
    --------
    >>> import alliancegames as ag
    >>> branches = ag.solvers.logit_branches(ag.games.stag_hunt())
    >>> len(branches), branches.complete
    (2, True)
    >>> [str(limit.profile) for limit in branches[1].limits]
    ['(stag 2/3, hare 1/3) × (stag 2/3, hare 1/3)', '(stag) × (stag)']
    >>> f"{branches.folds[0].precision:.4f}"
    '3.1130'
    """
    check_game("logit_branches", game)
    obstacle = LogitIsolation().obstacle(game)
    if obstacle:
        raise SolverNotApplicableError(f"logit_branches(): {obstacle}; logit_branch() follows the principal branch of any game.")
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < 1:
        raise GameDefinitionError(f"logit_branches(): number must be a positive integer, got {number!r}.")
    equations = _equations(game)
    bound = _bound(equations, precision_max, "logit_branches()")
    last = LAST_PRECISION if math.isinf(bound) else math.expm1(bound)
    grid = np.geomspace(min(FIRST_PRECISION, last / 2), last, number) if number > 1 else np.array([last])
    traces = [_follow(equations, equations.start(), 1.0, bound)]
    precisions, counts, agreed = [], [], True
    for value in grid:
        precision = Fraction(float(value)) / equations.unit
        found = LogitIsolation((precision,) * len(game.players)).solve(game)
        agreed &= bool(found.complete) and _complete(equations, traces, float(value), found.strategies, bound)
        precisions.append(float(precision))
        counts.append(len(found.strategies))
    # a later trace may pass through precisions of the grid that were compared before it was known
    branches = tuple(_branch(equations, trace, bound, principal=k == 0) for k, trace in enumerate(traces))
    seen = tuple(sum(len(branch.crossings(Fraction(p))) for branch in branches) for p in precisions)
    return LogitBranches(game, branches, tuple(precisions), tuple(counts), True if agreed and seen == tuple(counts) else None)


# -------------------------------------------------------------------- following


def _equations(game: NormalFormGame) -> LogitEquations:
    return LogitEquations(game, (Fraction(1),) * len(game.players))


def _bound(equations: LogitEquations, precision_max: Any, where: str) -> float:
    """Return the end of the branches as a coordinate; infinite if they are followed to the limit."""
    if precision_max is None:
        return math.inf
    largest = read_precision(precision_max, where) * equations.unit
    check_magnitude(largest, where)
    if largest == 0:
        raise GameDefinitionError(f"{where}: precision_max must be positive, got {precision_max}.")
    return math.log1p(float(largest))


def _follow(equations: LogitEquations, start: np.ndarray, direction: float, bound: float) -> Trace:
    if math.isinf(bound):
        done: Callable[[np.ndarray], bool] | None = _converged(equations)
        return follow(equations.curve, start, direction, bound=math.log1p(LATEST_END), done=done)
    return follow(equations.curve, start, direction, bound=bound)


def _converged(equations: LogitEquations) -> Callable[[np.ndarray], bool]:
    floats = equations.game.floats()

    def done(point: np.ndarray) -> bool:
        late = equations.precision(point) >= EARLIEST_END
        return late and largest_regret(floats, equations.strategies(point)) <= CONVERGED_REGRET

    return done


def _complete(equations: LogitEquations, traces: list[Trace], value: float, found: Sequence[Any], bound: float) -> bool:
    """Follow the equilibria that are on no branch yet; say whether every one is on a branch in the end."""
    for strategies in found:
        if not _lies_on(equations, traces, value, strategies):
            start = equations.point(strategies, value)
            traces.append(_both_ways(equations, start, bound))
    return all(_lies_on(equations, traces, value, strategies) for strategies in found)


def _lies_on(equations: LogitEquations, traces: Sequence[Trace], value: float, strategies: Sequence[np.ndarray]) -> bool:
    wanted = np.concatenate(strategies)
    for trace in traces:
        for point in _crossings(equations, trace.points, math.log1p(value)):
            if np.abs(np.concatenate(equations.strategies(point)) - wanted).max() < ON_BRANCH:
                return True
    return False


def _both_ways(equations: LogitEquations, start: np.ndarray, bound: float) -> Trace:
    """Follow the branch through a point in both directions and join the halves."""
    onwards = _follow(equations, start, 1.0, bound)
    if onwards.ending == "closed":
        return onwards
    back = _follow(equations, start, -1.0, bound)
    return Trace(
        np.vstack([back.points[:0:-1], onwards.points]),
        (*reversed(back.folds), *onwards.folds),
        (*reversed(back.bifurcations), *onwards.bifurcations),
        onwards.ending if onwards.ending in ("stuck", "long") else back.ending,
    )


def _crossings(equations: LogitEquations, points: np.ndarray, value: float) -> list[np.ndarray]:
    """Return the points of a branch at which the last coordinate has a value, in order."""
    offsets = points[:, -1] - value
    offsets[np.abs(offsets) < 1e-13] = 0.0
    found = []
    for k in range(len(points)):
        if offsets[k] == 0.0:
            found.append(points[k])
        elif k and offsets[k - 1] * offsets[k] < 0:
            found.append(between(equations.curve, points[k - 1], points[k], value))
    return found


def _branch(equations: LogitEquations, trace: Trace, bound: float, *, principal: bool) -> LogitBranch:
    game = equations.game
    floats = game.floats()
    unit = float(equations.unit)

    def at(point: np.ndarray) -> BranchPoint:
        return BranchPoint(equations.precision(point) / unit, Profile(floats, equations.strategies(point)))

    ends = [] if trace.ending == "closed" else [trace.points[-1]] if principal else [trace.points[0], trace.points[-1]]
    precision = np.expm1(trace.points[:, -1]) / unit
    probabilities = np.array([np.concatenate(equations.strategies(point)) for point in trace.points])
    for array in (precision, probabilities):
        array.setflags(write=False)
    to_the_limit = math.isinf(bound) and trace.ending == "reached"
    return LogitBranch(
        game,
        precision,
        probabilities,
        principal,
        tuple(map(at, trace.folds)),
        tuple(map(at, trace.bifurcations)),
        tuple(_limit(equations, floats, end) for end in ends),
        ENDINGS["done" if to_the_limit else trace.ending],
    )


def _limit(equations: LogitEquations, floats: NormalFormGame, end: np.ndarray) -> BranchLimit | None:
    strategies = equations.strategies(end)
    if equations.precision(end) < EARLIEST_END or largest_regret(floats, strategies) > NEAR_NASH:
        return None
    return find_limit(equations.game, strategies)


def _labels(game: NormalFormGame) -> list[tuple[str, str]]:
    return [(player, action) for player, actions in zip(game.players, game.actions, strict=True) for action in actions]
