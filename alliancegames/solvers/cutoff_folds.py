"""How cutoff equilibria move with a parameter: where two of them meet and vanish, and the branches between."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any, overload

import numpy as np

from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolverNotApplicableError, unknown_label
from alliancegames.games.cutoff import INSIDE, LOW, CutoffGame
from alliancegames.solvers._cutoff_systems import FoldSystem, box_of, clusters, evaluate, faces, named, point_slopes
from alliancegames.solvers._duals import Dual, variables
from alliancegames.solvers._intervals import Interval
from alliancegames.solvers._isolation import isolate
from alliancegames.solvers.cutoffs import CLOSE, LIMIT, WIDTH, cutoff_equilibria

__all__ = ["Branch", "Correspondence", "Fold", "FoldSet", "correspondence", "folds"]

# Where a branch is computed near a fold, as shares of the step of the grid: there it turns like a square root, so that squares
# of equal steps put equal distances between its points.
NEAR_FOLD = (1e-4, *((k / 6) ** 2 for k in range(1, 6)))

MakeGame = Callable[[Any], CutoffGame]


@dataclass(frozen=True)
class Fold:
    """A value of a parameter at which two equilibria meet and vanish.

    Parameters
    ----------
    value : float
        The value of the parameter.
    error : float
        Certified bound on its distance from the true one.
    unknowns : dict
        Where the equilibria meet.
    kind : {"inside", "corner"}
        Whether two equilibria meet inside the ranges, or one meets another that lies in a corner.
    opens : {"above", "below"}
        On which side of the value the two equilibria exist.
    """

    value: float
    error: float
    unknowns: Mapping[str, float]
    kind: str
    opens: str


@dataclass(frozen=True, eq=False)
class FoldSet(Sequence[Fold]):
    """The folds in a range of a parameter.

    Parameters
    ----------
    parameter : str
        Name of the parameter.
    low, high : float
        The range searched.
    items : tuple of Fold
        The folds in increasing order of the parameter.
    complete : bool or None
        True: proved that there are no others. None: see ``unresolved``.
    unresolved : tuple of dict
        Regions, by parameter and unknown, in which there may be others, or a kink at which equilibria meet.
    """

    parameter: str
    low: float
    high: float
    items: tuple[Fold, ...]
    complete: bool | None
    unresolved: tuple[dict[str, tuple[float, float]], ...]

    @overload
    def __getitem__(self, index: int) -> Fold: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Fold, ...]: ...
    def __getitem__(self, index: int | slice) -> Fold | tuple[Fold, ...]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Fold]:
        return iter(self.items)

    def __repr__(self) -> str:
        head = f"<FoldSet: {len(self)} in {self.parameter} from {self.low:.6g} to {self.high:.6g}"
        lines = [f"{head} ({'complete' if self.complete else 'completeness unknown'})>"]
        for fold in self:
            place = ", ".join(f"{label} = {value:.6g}" for label, value in fold.unknowns.items())
            lines.append(f"  {self.parameter} = {fold.value:.9g} at {place}: two equilibria {fold.opens} it")
        return "\n".join(lines)


def folds(make_game: MakeGame, parameter: str, low: Any, high: Any, *, width: float = WIDTH, limit: int = LIMIT) -> FoldSet:
    """Find all values of a parameter at which the number of equilibria changes by two that meet.

    Parameters
    ----------
    make_game : callable
        ``make_game(value)`` returns the game at a value of the parameter. It is called with enclosures, so the
        value may enter gains, replies, conditions, ranges and distributions, but not comparisons.
    parameter : str
        Name of the parameter, for output.
    low, high : number
        The range searched.
    width, limit : float, int
        As in `solvers.cutoffs.IntervalNewton`.

    Returns
    -------
    FoldSet
        The folds with certified enclosures. If it is complete, the number of equilibria is the same all the
        way between two neighbouring folds.

    Raises
    ------
    SolverNotApplicableError
        The game has more than two unknowns.

    Notes
    -----
    Equilibria appear and vanish where the conditions and the determinant of their derivatives vanish
    together, a system in unknowns and parameter whose zeros are isolated as those of
    `cutoff_equilibria` are. Where an equilibrium reaches a corner, the signs of the determinants on both sides
    tell whether it stays on as a corner or meets one and vanishes.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.distributions import normal_cdf
    >>> def game(slope):
    ...     return ag.CutoffGame.from_replies({"p": (0, 1)}, lambda play: normal_cdf(slope * play["p"] - 2))
    >>> ag.folds(game, "slope", 1, 8)
    <FoldSet: 2 in slope from 1 to 8 (complete)>
      slope = 3.55200332 at p = 0.798128: two equilibria above it
      slope = 7.48884597 at p = 0.0695019: two equilibria below it
    """
    if not callable(make_game):
        raise GameDefinitionError(
            f"folds(): make_game must be a function from the parameter to a CutoffGame, got {type(make_game).__name__}."
        )
    ends = float(low), float(high)
    if not ends[0] < ends[1]:
        raise GameDefinitionError(f"folds(): low must be below high, got {low} and {high}.")
    (span,) = variables(Interval(np.array([[ends[0]]]), np.array([[ends[1]]])), 0)
    game = make_game(span)
    if not isinstance(game, CutoffGame):
        raise GameDefinitionError(f"folds(): make_game must return a CutoffGame, got {type(game).__name__}.")
    if len(game.labels) > 2:
        raise SolverNotApplicableError(f"folds(): at most 2 unknowns are searched; this game has {len(game.labels)}.")
    box = box_of(game)
    found: list[Fold] = []
    unresolved: list[dict[str, tuple[float, float]]] = []
    for system in _fold_systems(make_game, game):
        free = system.free
        bottom, top = (np.append(side[free], end) for side, end in zip(box, ends, strict=True))
        isolation = isolate(system.values, system.jacobian, bottom, top, width=width, limit=limit)
        labels = [*(game.labels[k] for k in free), parameter]
        doubtful = list(isolation.unresolved)
        for root in isolation.roots:
            fold = _fold(system, root, ends)
            if isinstance(fold, Fold):
                found.append(fold)
            elif fold is None:
                doubtful.append(root)
        unresolved += [named(region, labels) for region in clusters(doubtful, top - bottom)]
    found.sort(key=lambda fold: fold.value)
    return FoldSet(parameter, *ends, tuple(found), None if unresolved else True, tuple(unresolved))


def _fold_systems(make_game: MakeGame, game: CutoffGame) -> Iterator[FoldSystem]:
    for face in faces(len(game.labels), game.has_corners):
        if INSIDE in face:
            yield FoldSystem(make_game, face)
        for k, place in enumerate(face):
            if place:
                yield FoldSystem(make_game, face, k)


def _fold(system: FoldSystem, root: Interval, ends: tuple[float, float]) -> Fold | bool | None:
    """Turn a zero into a fold; False if it is none, None if that cannot be told."""
    if root.high[-1] < ends[0] or root.low[-1] > ends[1]:
        return False
    possible = _feasible(system, root)
    if possible is not True:
        return possible
    *inner, value = root.midpoint.tolist()
    game = system.make_game(value)
    places = [float(x) for x in system.unknowns(game, [*inner, value])]
    if system.touching is None:
        opens, kind = _opening_inside(system, root), "inside"
    else:
        sign = _meets_corner(system, places, value)
        if not sign:
            return sign
        opens, kind = _opening_at_corner(system, root), "corner"
    return Fold(value, float(root.width[-1] / 2), dict(zip(game.labels, places, strict=True)), kind, opens)


def _feasible(system: FoldSystem, root: Interval) -> bool | None:
    """Say whether free unknowns are inside their ranges and the conditions in the other corners have the right signs."""

    def margins(quantities: list[Dual]) -> list[Any]:
        game = system.make_game(quantities[-1])
        unknowns = system.unknowns(game, quantities)
        found: list[Any] = [quantities[-1] * 0 + 1]
        for k, (place, condition, (low, high)) in enumerate(zip(system.face, game.conditions(unknowns), game.ends, strict=True)):
            if place == INSIDE:
                found += [unknowns[k] - low, high - unknowns[k]]
            elif k != system.touching:
                found.append(condition if place == LOW else -condition)
        return found

    results = [result.value for result in evaluate(margins, root[None, :], 0)]
    if any(result.high[0] < 0 for result in results):
        return False
    return True if all(result.low[0] > 0 for result in results) else None


def _opening_inside(system: FoldSystem, root: Interval) -> str:
    """Say on which side of a fold the two equilibria are, from the curvature along the direction in which they part."""
    results = evaluate(system.conditions, Interval.point(root.midpoint[None, :]), 2)
    slopes = np.array([result.slopes.midpoint[:, 0] for result in results])  # type: ignore[union-attr]
    bends = np.array([result.curvatures.midpoint[:, :, 0] for result in results])  # type: ignore[union-attr]
    left, _, right = np.linalg.svd(slopes[:, :-1])
    across, along = left[:, -1], right[-1]
    push = across @ slopes[:, -1]
    bend = across @ np.einsum("ijk,j,k->i", bends[:, :-1, :-1], along, along)
    return "above" if -bend * push > 0 else "below"


def _opening_at_corner(system: FoldSystem, root: Interval) -> str:
    """Say on which side the corner is an equilibrium: where its condition has the right sign."""
    slopes = point_slopes(system.conditions, root.midpoint.tolist())
    inner, push = slopes[:-1, :-1], slopes[:-1, -1]
    shift = -np.linalg.solve(inner, push) if len(inner) else np.zeros(0)
    change = slopes[-1, -1] + slopes[-1, :-1] @ shift
    assert system.touching is not None
    return "above" if (change > 0) == (system.face[system.touching] == LOW) else "below"


def _meets_corner(system: FoldSystem, places: Sequence[float], value: float) -> bool | None:
    """Say whether corner and inner equilibrium have opposite indices, so that they vanish together."""
    game = system.make_game(value)
    slopes = point_slopes(game.conditions, places)
    assert system.touching is not None
    corner, inner = system.free, sorted([*system.free, system.touching])
    indices = [float(np.linalg.det(slopes[np.ix_(part, part)])) if part else 1.0 for part in (corner, inner)]
    scale = max(1.0, float(np.abs(slopes).max()))
    if min(map(abs, indices)) <= CLOSE * scale:
        return None
    return indices[0] * indices[1] < 0


# -------------------------------------------------------------------- branches


@dataclass(frozen=True, eq=False)
class Branch:
    """Equilibria that belong together as a parameter moves.

    Parameters
    ----------
    values : ndarray, shape (k,)
        Values of the parameter, increasing; at an end where the branch begins or vanishes, that of the fold.
    unknowns : ndarray, shape (k, d)
        The equilibria.
    outcomes : tuple of dict
        Outcomes of each.
    stable : tuple of bool or None
        Stability of each; None at folds.
    """

    values: np.ndarray
    unknowns: np.ndarray
    outcomes: tuple[Mapping[str, Any], ...]
    stable: tuple[bool | None, ...]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, eq=False)
class Correspondence:
    """The equilibria of a game as functions of a parameter.

    Parameters
    ----------
    parameter : str
        Name of the parameter.
    labels : tuple of str
        Labels of the unknowns.
    branches : tuple of Branch
        The branches, joined at the folds where they meet.
    folds : FoldSet
        The folds in the range.
    complete : bool or None
        True: all equilibria at all values, and all folds between, are proved to be there. None: not known.
    """

    parameter: str
    labels: tuple[str, ...]
    branches: tuple[Branch, ...]
    folds: FoldSet
    complete: bool | None

    def series(self, branch: Branch, quantity: str | None = None) -> np.ndarray:
        """Return a quantity along a branch, as floats.

        Parameters
        ----------
        branch : Branch
            One of the branches.
        quantity : str, optional
            Label of an unknown, or name of an outcome; by default the first unknown.
        """
        name = self.labels[0] if quantity is None else quantity
        if name in self.labels:
            return np.asarray(branch.unknowns[:, self.labels.index(name)])
        known = [*self.labels, *(branch.outcomes[0] if branch.outcomes else {})]
        if name not in known:
            raise unknown_label("quantity", name, known, "correspondence")
        return np.array([float(values[name]) for values in branch.outcomes])

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row an equilibrium, with its branch."""
        import pandas as pd

        rows = []
        for number, branch in enumerate(self.branches):
            for value, unknowns, outcomes, stable in zip(branch.values, branch.unknowns, branch.outcomes, branch.stable, strict=True):
                place = dict(zip(self.labels, map(float, unknowns), strict=True))
                rows.append({self.parameter: float(value), "branch": number, **place, **outcomes, "stable": stable})
        return pd.DataFrame(rows)

    def plot(self, quantity: str | None = None, *, ax: Any = None) -> Any:
        """Draw a quantity against the parameter, branch by branch.

        Parameters
        ----------
        quantity : str, optional
            As in `series`.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return import_module("alliancegames.plotting.correspondence").plot_correspondence(self, quantity, ax=ax)

    def __repr__(self) -> str:
        trust = "complete" if self.complete else "completeness unknown"
        return f"<Correspondence: {len(self.branches)} branches in {self.parameter}, {len(self.folds)} folds ({trust})>"


class _Path:
    """A branch that grows."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, tuple[float, ...], Mapping[str, Any], bool | None]] = []

    def done(self) -> Branch:
        values, unknowns, outcomes, stable = zip(*self.rows, strict=True)
        return Branch(np.array(values), np.array(unknowns), outcomes, stable)


def correspondence(make_game: MakeGame, parameter: str, values: Sequence[Any]) -> Correspondence:
    """Find the equilibria at all values of a parameter and join them to branches.

    Parameters
    ----------
    make_game : callable
        As in `folds`.
    parameter : str
        Name of the parameter, for output.
    values : sequence of number
        At least two values. Between them and the folds, a few values near each fold are added.

    Returns
    -------
    Correspondence
        Branches, joined at folds. In one unknown, equilibria keep their order between folds, so that joining
        them is exact; in two, each is joined to the nearest.

    Warns
    -----
    IncompleteSearchWarning
        At some value equilibria are singular, or folds are unresolved.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.distributions import normal_cdf
    >>> def game(slope):
    ...     return ag.CutoffGame.from_replies({"p": (0, 1)}, lambda play: normal_cdf(slope * play["p"] - 2))
    >>> ag.correspondence(game, "slope", [1, 2, 4, 6, 8])
    <Correspondence: 3 branches in slope, 2 folds (complete)>
    """
    grid = np.unique([float(value) for value in values])
    if len(grid) < 2:
        raise GameDefinitionError(f"correspondence(): at least two different values of {parameter} are needed, got {len(grid)}.")
    met = folds(make_game, parameter, grid[0], grid[-1])
    places = _refined(grid, met)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteSearchWarning)
        solved = [cutoff_equilibria(make_game(value)) for value in places]
    complete = True if met.complete and all(result.complete for result in solved) else None
    if complete is None:
        warnings.warn(
            "correspondence(): at some values equilibria or folds are singular, and branches may be missing.",
            IncompleteSearchWarning,
            stacklevel=2,
        )
    low, high = box_of(solved[0].game)
    paths = _joined(places, solved, met, make_game, high - low)
    branches = sorted((path.done() for path in paths), key=lambda branch: (branch.values[0], *branch.unknowns[0]))
    return Correspondence(parameter, solved[0].game.labels, tuple(branches), met, complete)


def _refined(grid: np.ndarray, met: FoldSet) -> list[float]:
    """Add values near folds to the grid, so that no step holds two folds, and leave out the folds themselves."""
    bounds = np.array([grid[0], *(fold.value for fold in met), grid[-1]])
    added = list(grid)
    step = float(np.diff(grid).min())
    for k, fold in enumerate(met, 1):
        below, above = (min(step, gap) for gap in (bounds[k] - bounds[k - 1], bounds[k + 1] - bounds[k]))
        for share in NEAR_FOLD if fold.opens == "below" else NEAR_FOLD[:1]:
            added.append(fold.value - share * below)
        for share in NEAR_FOLD if fold.opens == "above" else NEAR_FOLD[:1]:
            added.append(fold.value + share * above)
    apart = [value for value in sorted(set(added)) if all(abs(value - fold.value) > 1e-9 * step for fold in met)]
    return [float(value) for value in apart if grid[0] <= value <= grid[-1]]


def _joined(places: Sequence[float], solved: Sequence[Any], met: FoldSet, make_game: MakeGame, scale: np.ndarray) -> list[_Path]:
    """Walk along the grid, carrying each branch on, ending and starting branches at folds."""
    finished: list[_Path] = []
    active: list[_Path] = [_Path() for _ in solved[0]]
    _extend(active, places[0], solved[0])
    for (here, before), (there, after) in pairwise(zip(places, solved, strict=True)):
        fold = next((fold for fold in met if here < fold.value < there), None)
        leaving = _pair(before, fold, scale) if fold and fold.opens == "below" else []
        arriving = _pair(after, fold, scale) if fold and fold.opens == "above" else []
        stays = [k for k in range(len(before)) if k not in leaving]
        comes = [k for k in range(len(after)) if k not in arriving]
        links = _matched([before[k] for k in stays], [after[k] for k in comes], scale)
        follows = {comes[j]: active[stays[i]] for i, j in links}
        if fold:
            turn = (fold.value, tuple(fold.unknowns.values()), make_game(fold.value).outcomes(list(fold.unknowns.values())), None)
            for k in leaving:
                active[k].rows.append(turn)
            for k in arriving:
                follows[k] = _Path()
                follows[k].rows.append(turn)
        carried = set(map(id, follows.values()))
        finished += [path for path in active if id(path) not in carried]
        active = [follows.get(k) or _Path() for k in range(len(after))]
        _extend(active, there, after)
    return [*finished, *active]


def _extend(paths: Sequence[_Path], value: float, items: Any) -> None:
    for path, item in zip(paths, items, strict=True):
        path.rows.append((value, tuple(map(float, item.values)), item.outcomes, item.stable))


def _pair(items: Any, fold: Fold, scale: np.ndarray) -> list[int]:
    """Return the two equilibria that meet at a fold: those nearest to it."""
    place = np.array(list(fold.unknowns.values()))
    distances = [float(np.linalg.norm((np.array([float(v) for v in item.values]) - place) / scale)) for item in items]
    return sorted(range(len(distances)), key=distances.__getitem__)[:2]


def _matched(before: Sequence[Any], after: Sequence[Any], scale: np.ndarray) -> list[tuple[int, int]]:
    """Match equilibria at two values of the parameter: in order in one unknown, else the nearest."""
    if len(scale) == 1 and len(before) == len(after):
        return [(k, k) for k in range(len(before))]
    from scipy.optimize import linear_sum_assignment

    left, right = (
        np.array([[float(v) for v in item.values] for item in items]).reshape(-1, len(scale)) / scale for items in (before, after)
    )
    rows, columns = linear_sum_assignment(np.linalg.norm(left[:, None] - right[None], axis=2))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))
