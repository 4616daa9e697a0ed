"""All partition equilibria of cheap talk: how much an advisor with a bias can tell."""

from __future__ import annotations

import time
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any, ClassVar

import numpy as np

from alliancegames._fields import decimal_reading, format_number
from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolveError, SolverNotApplicableError
from alliancegames.games.cheap_talk import CheapTalkGame, PartitionProfile
from alliancegames.games.distributions import Uniform
from alliancegames.solvers._cutoff_systems import clusters
from alliancegames.solvers._isolation import isolate
from alliancegames.solvers._shooting import Shooting
from alliancegames.solvers.registry import Findings, Solver, choose, register
from alliancegames.solvers.result import EquilibriumSet, Provenance, Status

__all__ = ["CutIsolation", "LinearRecursion", "PartitionSearch", "partition_equilibria"]

ALL_LISTED = Status("complete", "Every partition equilibrium is listed, those with fewer cells first.")
# Cells that an isolation looks for at most, and partitions that a search of finitely many states visits at most.
MANY_CELLS, LIMIT = 40, 1_000_000
# Boxes narrower than this share of the states are not cut further.
WIDTH = 2.0**-40

Found = tuple[tuple[Any, ...], tuple[Any, ...], Any]
# A constant and a multiple of the first cut.
Affine = tuple[Fraction, Fraction]


def _exact(value: Any) -> Fraction:
    return decimal_reading(value) if isinstance(value, float) else Fraction(value)


@register
@dataclass(frozen=True)
class LinearRecursion:
    """Uniform states: every cut is linear in the first one, which the last state determines; exact."""

    name: ClassVar[str] = "linear_recursion"
    concept: ClassVar[str] = "partition_equilibria"
    description: ClassVar[str] = "all partition equilibria with uniform states, exactly, by a linear recursion from cut to cut"

    def obstacle(self, game: Any) -> str | None:
        """Refuse other priors, and no bias."""
        if not isinstance(game, CheapTalkGame):
            return "needs a CheapTalkGame"
        if not isinstance(game.distribution, Uniform):
            return "needs uniformly distributed states"
        return _no_bias(game)

    def solve(self, game: CheapTalkGame) -> Findings:
        """Shoot from the first state; with ``n`` cells the last cut must be the last state."""
        low, high = map(_exact, game.support)
        bias = _exact(game.bias)
        found: list[Found] = []
        edges: list[Affine] = [(low, Fraction(0)), (Fraction(0), Fraction(1))]
        action: Affine = (low / 2, Fraction(1, 2))
        while True:
            constant, slope = edges[-1]
            first = (high - constant) / slope
            cuts = [c + s * first for c, s in edges]
            if not all(a < b for a, b in pairwise(cuts)):
                break
            found.append((tuple(cuts[1:-1]), tuple((a + b) / 2 for a, b in pairwise(cuts)), Fraction(0)))
            edge = edges[-1]
            action = (2 * (edge[0] + bias) - action[0], 2 * edge[1] - action[1])
            edges.append((2 * action[0] - edge[0], 2 * action[1] - edge[1]))
        return Findings(found, True, False, ALL_LISTED, {"cells": len(found)})


@register
@dataclass(frozen=True)
class CutIsolation:
    """Other distributions: isolate every zero of the sender's indifference at the last cut, as a function of the first.

    Parameters
    ----------
    width : float, default 2**-40
        Boxes narrower than this share of the range of states are not cut further.
    limit : int, default 100000
        Largest number of boxes examined for each number of cells.
    """

    width: float = WIDTH
    limit: int = 100_000

    name: ClassVar[str] = "cut_isolation"
    concept: ClassVar[str] = "partition_equilibria"
    description: ClassVar[str] = "all partition equilibria with states from any bounded distribution, each proved to exist and to be alone"

    def obstacle(self, game: Any) -> str | None:
        """Refuse finitely many states, unbounded ones, and biases that are not positive."""
        if not isinstance(game, CheapTalkGame) or game.is_finite:
            return "needs a CheapTalkGame with continuously distributed states"
        if not np.isfinite([float(end) for end in game.support]).all():
            return "needs states within finite bounds, beyond which there may be infinitely many equilibria; give a truncated distribution"
        return _no_bias(game) or (None if game.bias > 0 else "needs a positive bias; mirror the states (x to -x) to change its sign")

    def solve(self, game: CheapTalkGame) -> Findings:
        """Look for equilibria with more and more cells until there is none; then there is none with still more."""
        shooting = Shooting(game.distribution, float(game.bias))
        low, high = shooting.low, shooting.high
        ends = Shooting.mean_at(shooting, np.array([low]), np.array([high]))
        found: list[Found] = [((), (float(ends.midpoint[0]),), float(ends.width[0]))]
        boxes = 0
        for cells in range(2, MANY_CELLS + 1):
            isolation = isolate(
                lambda box, n=cells: shooting.values(box, n),  # type: ignore[misc]
                lambda box, n=cells: shooting.jacobian(box, n),  # type: ignore[misc]
                np.array([low]),
                np.array([high]),
                width=self.width,
                limit=self.limit,
            )
            boxes += isolation.boxes
            roots = sorted(isolation.roots, key=lambda root: float(root.low[0]))
            found += [_play(game, shooting, root[None, :], cells) for root in roots]
            if isolation.unresolved:
                regions = clusters(isolation.unresolved, np.array([high - low]))
                places = [(float(box.low[0]), float(box.high[0])) for box in regions]
                return Findings(found, None, None, _unresolved(cells, places), {"boxes": boxes, "singular": tuple(places)})
            if not roots:
                return Findings(found, True, None, ALL_LISTED, {"boxes": boxes, "cells": cells - 1})
        status = Status("partial", f"What is listed are equilibria; those with more than {MANY_CELLS} cells were not sought.")
        return Findings(found, False, None, status, {"boxes": boxes})


def _unresolved(cells: int, places: Sequence[tuple[float, float]]) -> Status:
    low, high = min(a for a, _ in places), max(b for _, b in places)
    return Status(
        "singular",
        f"Every equilibrium listed is proved, but others with {cells} or more cells may exist, with the first cut in [{low:.9g}, {high:.9g}]: "
        "a cell is about to vanish, or two equilibria meet there.",
    )


def _play(game: CheapTalkGame, shooting: Shooting, root: Any, cells: int) -> Found:
    """Return cuts and actions from the enclosure of the first cut, with a bound on the error of the cuts."""
    boxes = [high for _, high, _ in shooting.path(root[:, 0], cells)]
    low, high = (np.array([float(ends[0]) for ends in bounds]) for bounds in ([b.low for b in boxes], [b.high for b in boxes]))
    cuts = _polished(game, low, high)
    edges = [shooting.low, *cuts.tolist(), shooting.high]
    error = float(np.nextafter(np.maximum(cuts - low, high - cuts).max(), np.inf))
    return tuple(cuts.tolist()), tuple(game.cell(a, b).mean for a, b in pairwise(edges)), error


def _polished(game: CheapTalkGame, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the cuts in floats: where all senders at cuts are indifferent, within the enclosures."""
    from scipy.optimize import root

    first, last = (float(end) for end in game.support)

    def indifference(cuts: np.ndarray) -> list[float]:
        actions = [game.cell(a, b).mean for a, b in pairwise([first, *cuts.tolist(), last])]
        return [y + z - 2 * (cut + game.bias) for cut, (y, z) in zip(cuts, pairwise(actions), strict=True)]

    middle: np.ndarray = (low + high) / 2
    found = np.asarray(root(indifference, middle, tol=1e-14).x, dtype=float)
    return found if (found >= low).all() and (found <= high).all() else middle


@register
@dataclass(frozen=True)
class PartitionSearch:
    """Finitely many states: every interval partition whose neighbouring cells respect the sender's incentives.

    Parameters
    ----------
    limit : int, default 1000000
        Largest number of partial partitions examined.
    """

    limit: int = LIMIT

    name: ClassVar[str] = "partition_search"
    concept: ClassVar[str] = "partition_equilibria"
    description: ClassVar[str] = (
        "all partition equilibria with finitely many states, by a search over interval partitions with exact incentives"
    )

    def obstacle(self, game: Any) -> str | None:
        """Refuse distributions."""
        return None if isinstance(game, CheapTalkGame) and game.is_finite else "needs a CheapTalkGame with finitely many states"

    def solve(self, game: CheapTalkGame) -> Findings:
        """Search into depth; losses are single-peaked, so that incentives at the borders of cells are all that matters."""
        search = _Search(game, self.limit)
        found = list(search.partitions())
        done = search.visited <= self.limit
        status = (
            ALL_LISTED
            if done
            else Status("partial", f"The search stopped after {self.limit} partial partitions; PartitionSearch(limit=...).")
        )
        return Findings(found, done, None, status, {"visited": search.visited})


class _Search:
    """Partitions of sorted states into cells, given by the position after each cell's last state."""

    def __init__(self, game: CheapTalkGame, limit: int) -> None:
        self.states = [_exact(state) for state in game.states]
        weights = [_exact(weight) for weight in game.states.values()]
        self.ideal = [state + _exact(game.bias) for state in self.states]
        self.mass = [Fraction(0), *accumulate(weights)]
        self.moment = [Fraction(0), *accumulate(state * weight for state, weight in zip(self.states, weights, strict=True))]
        self.limit, self.visited = limit, 0

    def mean(self, start: int, stop: int) -> Fraction:
        return (self.moment[stop] - self.moment[start]) / (self.mass[stop] - self.mass[start])

    def partitions(self) -> Iterator[Found]:
        """Yield cuts, actions and zero error of each equilibrium."""
        for stops in self._extend([0]):
            cuts = tuple((self.states[k - 1] + self.states[k]) / 2 for k in stops[1:-1])
            yield cuts, tuple(self.mean(a, b) for a, b in pairwise(stops)), Fraction(0)

    def _extend(self, stops: list[int]) -> Iterator[list[int]]:
        """Yield complete partitions that begin with given cells."""
        here, count = stops[-1], len(self.states)
        if here == count:
            yield stops
            return
        following = range(here + 1, count + 1)
        if here:  # the last state of the cell before prefers its own action, the first one here the next
            before = self.mean(stops[-2], here)
            least, most = 2 * self.ideal[here - 1] - before, 2 * self.ideal[here] - before
            first = bisect_left(following, least, key=lambda stop: self.mean(here, stop))
            last = bisect_right(following, most, key=lambda stop: self.mean(here, stop))
            following = following[first:last]
        for stop in following:
            self.visited += 1
            if self.visited > self.limit:
                return
            yield from self._extend([*stops, stop])


def _no_bias(game: CheapTalkGame) -> str | None:
    return (
        None
        if game.bias != 0
        else "needs a bias other than 0: without one the sender tells the state, and every partition is an equilibrium"
    )


def partition_equilibria(game: CheapTalkGame, solver: str | Solver = "auto", *, tol: float = 1e-9) -> EquilibriumSet[PartitionProfile]:
    """Find all partition equilibria of cheap talk with quadratic losses.

    Parameters
    ----------
    game : CheapTalkGame
        The game, at numbers.
    solver : str or Solver, default "auto"
        ``"linear_recursion"`` (uniform states, exact), ``"cut_isolation"`` (other distributions with finite
        bounds, certified enclosures), ``"partition_search"`` (finitely many states, exact), or ``"auto"``.
    tol : float, default 1e-9
        Largest residual accepted by the check in floats, as a share of the range of states.

    Returns
    -------
    EquilibriumSet
        Equilibria in which the sender tells which of several intervals holds the state, those with fewer cells first:
        the first one is babbling. ``complete`` is True if it is proved that there are no others.

    Raises
    ------
    SolverNotApplicableError
        The game contains symbols, there is no bias, or the states are unbounded.
    SolveError
        An equilibrium failed the independent check (this would be a defect of the solver).

    Warns
    -----
    IncompleteSearchWarning
        The list may lack equilibria; the status says which.

    Notes
    -----
    With a continuous prior every equilibrium induces finitely many actions and is one of these up to the names of messages, and
    if there is one with ``n`` cells there are some with all smaller numbers :cite:p:`crawford1982strategic`; so the search
    ends at the first number of cells with none. With finitely many states equilibria in which a state randomises between two
    messages may exist besides; they are not sought.

    Examples
    --------
    >>> from alliancegames.games.cheap_talk import CheapTalkGame
    >>> from alliancegames.games.distributions import Uniform
    >>> from alliancegames.solvers.partitions import partition_equilibria
    >>> partition_equilibria(CheapTalkGame(Uniform(0, 1), "1/20"))
    <EquilibriumSet: 3 partition equilibria (complete, exact, nondegenerate game)>
      1 cell (babbling): action 1/2
      2 cells, cut at 2/5: actions 1/5, 7/10
      3 cells, cut at 2/15, 7/15: actions 1/15, 3/10, 11/15
    """
    started = time.perf_counter()
    where = "partition_equilibria()"
    if not isinstance(game, CheapTalkGame):
        raise GameDefinitionError(f"{where}: expected a CheapTalkGame, got {type(game).__name__}; call .game() on a model.")
    if isinstance(tol, bool) or not isinstance(tol, (int, float)) or not 0 <= tol < 1:
        raise GameDefinitionError(f"{where}: tol is a share of the range of states and must lie in [0, 1), got {tol!r}.")
    if game.field == "symbolic":
        raise SolverNotApplicableError(f"{where}: the game contains symbols; give numbers to every parameter.")
    method = choose("partition_equilibria", game, solver)
    found = method.solve(game)
    if not found.complete:
        warnings.warn(f"{where}: {found.status.message}", IncompleteSearchWarning, stacklevel=2)
    number = Fraction if game.field == "exact" else float
    items = [
        PartitionProfile(game, tuple(map(number, cuts)), tuple(map(number, ys)), number(error)) for cuts, ys, error in found.strategies
    ]
    items.sort(key=lambda item: (item.n_cells, item.cuts))
    worst = max((_checked(game, item, tol) for item in items), default=Fraction(0))
    options: dict[str, Any] = asdict(method) if is_dataclass(method) else {}
    provenance = Provenance(method.name, __version__, time.perf_counter() - started, options | {"tol": tol}, worst, dict(found.certificate))
    return EquilibriumSet(
        game, "partition equilibrium", tuple(items), found.complete, game.field == "exact", found.degenerate, found.status, provenance
    )


def _checked(game: CheapTalkGame, item: PartitionProfile, tol: float) -> Any:
    """Return the residual of an equilibrium, computed from the game alone; raise if it is none."""
    residual = item.residual
    if game.field != "exact":
        low, high = game.support
        residual = float(residual) / (float(high) - float(low) or 1.0)
    if not residual <= (0 if game.field == "exact" else tol):
        raise SolveError(
            f"partition_equilibria(): {item} misses the conditions of equilibrium by {format_number(residual)}; please report this game.",
            item,
        )
    return residual
