"""Sweeps: a model solved over a grid of parameter values, as a labelled dataset."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._fields import convert, read_number
from alliancegames._version import __version__
from alliancegames.errors import ParameterError
from alliancegames.parameters import Parameter, Values, find
from alliancegames.solvers.batch import CANDIDATES, solve_2x2
from alliancegames.statics.progress import Progress, reporter
from alliancegames.statics.regimes import BOUNDARY, UNCOVERED

__all__ = ["sweep"]

# Points solved at a time: enough to be fast, few enough to keep the memory bounded.
CHUNK = 1 << 17

SOLVED_IN_FLOATS, DECIDED_EXACTLY = 0, 1


@dataclass(frozen=True)
class Axis:
    """One dimension of the grid."""

    address: str
    parameter: Parameter
    exact: tuple[Fraction, ...]

    @property
    def floats(self) -> np.ndarray:
        """Return the values as floats."""
        return np.array([float(value) for value in self.exact])


def sweep(model: Any, grid: Mapping[str, Sequence[Any]], *, progress: Progress = None) -> Any:
    """Solve a model over a grid of parameter values.

    Models in 2×2 form are solved by a vectorised kernel; points at which floating-point comparisons are
    too close to call are decided in exact arithmetic. All other models are solved point by point in
    exact arithmetic.

    Parameters
    ----------
    model : Model
        The model; parameters not in the grid keep its values, or else take the example's.
    grid : mapping of str to sequence of number
        Values of some parameters, by name or symbol; the dimensions of the result carry the names used
        here. Floats are read as the decimals they print; exact values such as ``"1/3"`` are welcome. A
        vector parameter moves all its components together.
    progress : callable, bool or None, default None
        A callable gets ``(done, total)``; True always shows a bar, False never; None shows one on
        terminals and notebooks for work above two seconds.

    Returns
    -------
    xarray.Dataset
        Dimensions: those of the grid, ``equilibrium`` (extreme equilibria in canonical order, NaN where a
        point has fewer) and ``player``. Variables: each outcome of the model, ``payoff``,
        ``n_equilibria``, ``status`` (0: solved in floats, 1: decided exactly), and ``regime`` (code;
        -1 on a boundary, -2 in no declared regime) where the model declares regimes.

    Raises
    ------
    UnknownLabelError
        There is no such parameter.
    ParameterError
        A value lies outside its declared domain, or a point violates an assumption of the model.

    Notes
    -----
    About a million points a second for 2×2 models; about a thousand for others.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import numpy as np
    >>> ds = ag.sweep(ag.models.AllianceDilemma(), {"cohesion": ["1/5", "4/5"], "loss_abandon": ["1/10", "9/10"]})
    >>> ds["n_equilibria"].values
    array([[1, 3],
           [3, 1]])
    >>> [ds["regime"].attrs["flag_meanings"].split("; ")[code] for code in ds["regime"].values.flat]
    ["Prisoner's Dilemma type", 'Chicken', 'Stag hunt', 'Both strong']
    """
    axes = _read_grid(model, grid)
    shape = tuple(len(axis.exact) for axis in axes)
    total = math.prod(shape)
    result = _Result(model, total)
    solve = _solve_2x2 if _is_2x2(model) else _solve_each
    with reporter(progress, total, model.key) as report:
        for start in range(0, total, CHUNK):
            indices = np.arange(start, min(start + CHUNK, total))
            solve(model, _Points(model, axes, shape, indices), result, report)
            report(int(indices[-1]) + 1)
    return _dataset(model, axes, shape, result)


def _is_2x2(model: Any) -> bool:
    """Whether a model is in normal form, which has outcomes by cell, and of this size."""
    return hasattr(model, "outcome_stack") and tuple(len(labels) for labels in model.actions) == (2, 2)


def _read_grid(model: Any, grid: Mapping[str, Sequence[Any]]) -> list[Axis]:
    if not grid:
        raise ParameterError("sweep(): the grid is empty; give values of at least one parameter, such as {'p_C': [0.1, 0.2]}.")
    axes: list[Axis] = []
    for address, values in grid.items():
        parameter, _ = find(model.parameters, address, "sweep()")
        if isinstance(values, (str, bytes)) or np.ndim(values) != 1 or not len(values):
            raise ParameterError(f"sweep(): values of {address} must be a non-empty one-dimensional sequence of numbers, got {values!r}.")
        exact = []
        for value in values:
            kind, number = read_number(value, f"sweep(), {address}")
            exact.append(convert(number, kind, "exact", f"sweep(), {address}"))
            if not parameter.interval.contains(exact[-1]):
                raise ParameterError(f"sweep(): {parameter.name} ({parameter.meaning}) must lie in {parameter.domain}, got {value}.")
        axes.append(Axis(address, parameter, tuple(exact)))
    return axes


class _Points:
    """Some of the points of a grid, as float arrays and, one by one, exactly."""

    def __init__(self, model: Any, axes: Sequence[Axis], shape: tuple[int, ...], indices: np.ndarray) -> None:
        self._axes = axes
        self.indices = indices
        self._positions = np.unravel_index(indices, shape)
        self._base = model.completed().exact()
        self._models: dict[int, Any] = {}

    @property
    def floats(self) -> dict[str, np.ndarray]:
        """Return the swept parameters at all points."""
        return {axis.address: axis.floats[position] for axis, position in zip(self._axes, self._positions, strict=True)}

    def model(self, index: int) -> Any:
        """Return the exact model at one point; close calls ask for it more than once."""
        if index not in self._models:
            self._models[index] = self._build(index)
        return self._models[index]

    def _build(self, index: int) -> Any:
        point = {axis.address: axis.exact[position[index]] for axis, position in zip(self._axes, self._positions, strict=True)}
        return self._base.replace(**point)


class _Result:
    """Arrays that grow with the number of equilibria met."""

    def __init__(self, model: Any, total: int) -> None:
        self.names = [outcome.name for outcome in model.outcomes]
        self.players = len(model.players) if hasattr(model, "payoff_stack") else 0
        self.counts = np.zeros(total, dtype=np.int64)
        self.status = np.zeros(total, dtype=np.int8)
        self.regimes = np.full(total, UNCOVERED, dtype=np.int8)
        self.outcomes: list[dict[str, np.ndarray]] = []
        self.payoffs: list[np.ndarray] = []
        self._total = total

    def layer(self, number: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Return the arrays of the ``number``-th equilibrium of each point."""
        while len(self.outcomes) <= number:
            self.outcomes.append({name: np.full(self._total, np.nan) for name in self.names})
            self.payoffs.append(np.full((self._total, self.players), np.nan))
        return self.outcomes[number], self.payoffs[number]

    def store(self, index: int, solution: Any) -> None:
        """Store one point solved exactly."""
        self.counts[index] = len(solution.equilibria)
        self.status[index] = DECIDED_EXACTLY
        for number, (item, values) in enumerate(zip(solution.equilibria, solution.outcomes, strict=True)):
            outcomes, payoffs = self.layer(number)
            for name, value in values.items():
                outcomes[name][index] = float(value)
            if self.players:
                payoffs[index] = [float(value) for value in item.payoffs.values()]


def _solve_each(model: Any, points: _Points, result: _Result, report: Callable[[int], None]) -> None:
    """Solve point by point, exactly."""
    for k, index in enumerate(points.indices):
        solution = points.model(k).solve()
        result.store(index, solution)
        result.regimes[index] = _regime_code(model, solution.regimes)
        report(int(index) + 1)


def _regime_code(model: Any, names: Sequence[str]) -> int:
    known = model.regimes().names
    return known.index(names[0]) if len(names) == 1 else (BOUNDARY if names else UNCOVERED)


def _solve_2x2(model: Any, points: _Points, result: _Result, report: Callable[[int], None]) -> None:
    """Solve all points at once in floats, then the close calls exactly."""
    floats = points.floats
    values, shape = model.values_at(floats)
    _check_assumptions(model, values, points, shape)
    stacks = [np.ascontiguousarray(stack) for stack in model.payoff_stack(floats)]
    batch = solve_2x2(*stacks)
    cells = model.outcome_stack(floats)
    result.counts[points.indices] = batch.counts
    regimes = model.regimes()
    if len(regimes):
        result.regimes[points.indices] = regimes.codes(values, shape, lambda k: points.model(k).values())
    for number, here, weights in _by_rank(batch):
        outcomes, payoffs = result.layer(number)
        where = points.indices[here]
        for name in result.names:
            outcomes[name][where] = _expectation(cells[name][here], weights)
        for player, stack in enumerate(stacks):
            payoffs[where, player] = _expectation(stack[here], weights)
    for k in np.flatnonzero(batch.close):
        for outcomes, payoffs in zip(result.outcomes, result.payoffs, strict=True):
            payoffs[points.indices[k]] = np.nan
            for array in outcomes.values():
                array[points.indices[k]] = np.nan
        result.store(int(points.indices[k]), points.model(int(k)).solve())


def _check_assumptions(model: Any, values: Values, points: _Points, shape: tuple[int, ...]) -> None:
    """Raise the model's own error at the first point that violates an assumption."""
    for larger, smaller in model.assumptions(values):
        wrong = np.broadcast_to(~(np.asarray(larger) > np.asarray(smaller)), shape)
        for k in np.flatnonzero(wrong):
            points.model(int(k))


def _by_rank(batch: Any) -> Iterator[tuple[int, np.ndarray, tuple[np.ndarray, np.ndarray]]]:
    """Yield the games, and the strategies, of each candidate that is the ``number``-th equilibrium of its game."""
    rank = np.cumsum(batch.present, axis=0) - 1
    for candidate in range(len(CANDIDATES)):
        row, column = batch.strategy(candidate)
        present = batch.present[candidate]
        for number in np.unique(rank[candidate][present]):
            here = np.flatnonzero(present & (rank[candidate] == number))
            yield int(number), here, (row[here], column[here])


def _expectation(cells: np.ndarray, weights: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Return the expected value of 2×2 cells under independent mixtures."""
    x, y = weights
    upper = y * cells[:, 0, 0] + (1 - y) * cells[:, 0, 1]
    lower = y * cells[:, 1, 0] + (1 - y) * cells[:, 1, 1]
    return x * upper + (1 - x) * lower  # type: ignore[no-any-return]


def _dataset(model: Any, axes: Sequence[Axis], shape: tuple[int, ...], result: _Result) -> Any:
    import xarray as xr

    dims = [axis.address for axis in axes]
    deep = [*dims, "equilibrium"]
    variables: dict[str, Any] = {}
    for outcome in model.outcomes:
        stacked = np.stack([layer[outcome.name] for layer in result.outcomes], axis=-1).reshape(*shape, -1)
        variables[outcome.name] = (deep, stacked, {"long_name": outcome.meaning, "units": outcome.unit})
    if result.players:
        stacked = np.stack(result.payoffs, axis=1).reshape(*shape, -1, result.players)
        variables["payoff"] = ([*deep, "player"], stacked, {"long_name": "expected payoff", "units": "utility"})
    variables["n_equilibria"] = (dims, result.counts.reshape(shape), {"long_name": "number of extreme equilibria"})
    flags = {"flag_values": [SOLVED_IN_FLOATS, DECIDED_EXACTLY], "flag_meanings": "solved_in_floats decided_exactly"}
    variables["status"] = (dims, result.status.reshape(shape), {"long_name": "how the point was decided", **flags})
    names = model.regimes().names
    if names:
        meaning = {"flag_values": list(range(len(names))), "flag_meanings": "; ".join(names), "boundary": BOUNDARY, "uncovered": UNCOVERED}
        variables["regime"] = (dims, result.regimes.reshape(shape), {"long_name": "regime", **meaning})
    coords: dict[str, Any] = {
        axis.address: (
            axis.address,
            axis.floats,
            {"long_name": axis.parameter.meaning, "units": axis.parameter.unit, "parameter": axis.parameter.name},
        )
        for axis in axes
    }
    if result.players:
        coords["player"] = list(model.players)
    swept = {axis.parameter.name for axis in axes}
    others = {q.name: str(getattr(model.completed().values(), q.name)) for q in model.parameters if q.name not in swept}
    base = ", ".join(f"{name}={value}" for name, value in others.items())
    attributes = {"model": model.key, "other_parameters": base, "alliancegames_version": __version__, "fidelity": model.fidelity}
    return xr.Dataset(variables, coords, attributes)
