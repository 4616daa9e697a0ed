"""The labelled dataset of a sweep: filled in memory, or read from a store piece by piece when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from alliancegames._version import __version__
from alliancegames.statics._sweeps.chunk import FLAGS, Chunk, Job
from alliancegames.statics.regimes import BOUNDARY, UNCOVERED
from alliancegames.statics.store import Store

__all__ = ["Shape", "lazy_dataset", "memory_dataset", "regime_attributes"]

# Chunks kept at hand while a dataset is read from a store.
AT_HAND = 4

DTYPES = {"counts": np.int32, "status": np.int8, "regime": np.int16, "regret": np.float64}
"""Types of the variables with one value a point, by field of a chunk."""


class Shape:
    """The shape of a sweep's result, collected from its chunks.

    Parameters
    ----------
    total : int
        Number of points.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.equilibria = 0
        self.players = 0
        self.incomplete = 0
        self.errors: list[tuple[int, str]] = []

    def add(self, start: int, chunk: Chunk) -> None:
        """Take note of a chunk.

        Parameters
        ----------
        start : int
            Number of its first point.
        chunk : Chunk
            The chunk.
        """
        self.equilibria = max(self.equilibria, int(chunk.counts.max(initial=0)))
        self.players = max(self.players, chunk.payoffs.shape[1])
        self.incomplete += int((chunk.status == FLAGS["flag_values"][2]).sum())
        self.errors += [(start + k, text) for k, text in chunk.errors]


def memory_dataset(job: Job, shape: Shape, chunks: list[Chunk]) -> Any:
    """Return the dataset of chunks that are all in memory.

    Parameters
    ----------
    job : Job
        The sweep.
    shape : Shape
        Its shape.
    chunks : list of Chunk
        The chunks, in order. The list is emptied on the way, so that the memory never holds everything twice.
    """
    points, deep = job.space.shape, (shape.total, shape.equilibria)
    flat = {name: np.empty(shape.total, dtype=dtype) for name, dtype in DTYPES.items()}
    outcomes = [np.empty(deep) for _ in job.model.outcomes]
    payoffs = np.empty((*deep, shape.players))
    start = 0
    while chunks:
        chunk = chunks.pop(0)
        here = slice(start, start + len(chunk))
        for name, values in flat.items():
            values[here] = getattr(chunk, name)
        for column, full in enumerate(outcomes):
            _spread(chunk.counts, chunk.outcomes[:, column], full[here])
        _spread(chunk.counts, chunk.payoffs if chunk.payoffs.shape[1] else np.nan, payoffs[here])
        start = here.stop
    return _dataset(
        job,
        shape,
        lambda name, column: flat[name].reshape(points) if column is None else outcomes[column].reshape(*points, -1),
        lambda: payoffs.reshape(*points, *payoffs.shape[1:]),
    )


def _spread(counts: np.ndarray, stacked: Any, out: np.ndarray) -> None:
    """Write what stands one below the other into one row a point, and NaN behind it."""
    out[:] = np.nan
    game = np.repeat(np.arange(len(counts)), counts)
    rank = np.arange(len(game)) - np.repeat(np.cumsum(counts) - counts, counts)
    out[game, rank] = stacked


def lazy_dataset(job: Job, shape: Shape, store: Store, size: int) -> Any:
    """Return the dataset of a store; its values are read when they are asked for.

    Parameters
    ----------
    job : Job
        The sweep.
    shape : Shape
        Its shape.
    store : Store
        Where its chunks are.
    size : int
        Points of a chunk.
    """
    from xarray.core import indexing

    from alliancegames.statics._sweeps.lazy import StoredArray

    @lru_cache(maxsize=AT_HAND)
    def load(start: int) -> Chunk:
        return Chunk.from_arrays(store.load(start))

    def read(name: str, column: int | None, tail: tuple[int, ...], start: int) -> np.ndarray:
        chunk = load(start)
        values = getattr(chunk, name)
        if name in DTYPES:
            return np.asarray(values)
        full = np.empty((len(chunk), *tail))
        some = values if column is None else values[:, column]
        _spread(chunk.counts, some if values.shape[1] else np.nan, full)
        return full

    def array(name: str, column: int | None, tail: tuple[int, ...]) -> Any:
        dtype = DTYPES.get(name, np.float64)
        stored = StoredArray(lambda start: read(name, column, tail, start), job.space.shape, tail, size, np.dtype(dtype))
        return indexing.LazilyIndexedArray(stored)

    return _dataset(
        job,
        shape,
        lambda name, column: array(name, column, () if name in DTYPES else (shape.equilibria,)),
        lambda: array("payoffs", None, (shape.equilibria, shape.players)),
    )


def _dataset(job: Job, shape: Shape, make: Callable[[str, int | None], Any], make_payoffs: Callable[[], Any]) -> Any:
    """Label the arrays that two functions make."""
    import xarray as xr

    model, dims = job.model, list(job.space.dims)
    deep = [*dims, "equilibrium"]
    variables: dict[str, Any] = {}
    for column, outcome in enumerate(model.outcomes):
        variables[outcome.name] = (deep, make("outcomes", column), {"long_name": outcome.meaning, "units": outcome.unit})
    if shape.players:
        variables["payoff"] = ([*deep, "player"], make_payoffs(), {"long_name": "expected payoff", "units": "utility"})
    variables["n_equilibria"] = (dims, make("counts", None), {"long_name": "number of extreme equilibria"})
    variables["status"] = (dims, make("status", None), {"long_name": "how the point was decided", **FLAGS})
    regret = {
        "long_name": "largest gain from a deviation at any equilibrium, as a share of the range of the player's payoffs",
        "units": "1",
    }
    variables["max_regret"] = (dims, make("regret", None), regret)
    if model.regimes().names:
        variables["regime"] = (dims, make("regime", None), regime_attributes(model))
    coords = _coordinates(job)
    if shape.players:
        coords["player"] = _players(model, shape.players)
    variables.update(_errors(job, shape))
    return xr.Dataset(variables, coords, _attributes(job))


def regime_attributes(model: Any) -> dict[str, Any]:
    """Return the attributes that say what codes of regimes mean.

    Parameters
    ----------
    model : Model
        The model.
    """
    names = model.regimes().names
    codes = {"flag_values": list(range(len(names))), "flag_meanings": "; ".join(names), "boundary": BOUNDARY, "uncovered": UNCOVERED}
    return {"long_name": "regime", **codes}


def _players(model: Any, count: int) -> list[str]:
    names = getattr(model, "players", None)
    return list(names) if names is not None and len(names) == count else [f"player {k + 1}" for k in range(count)]


def _coordinates(job: Job) -> dict[str, Any]:
    coords: dict[str, Any] = {}
    for axis in job.space.axes:
        attributes = {"long_name": axis.parameter.meaning, "units": axis.parameter.unit, "parameter": axis.parameter.name}
        coords[axis.address] = (axis.address if job.space.product else "point", axis.floats, attributes)
    return coords


def _errors(job: Job, shape: Shape) -> dict[str, Any]:
    """Return the table of points that failed; there is none if all is well."""
    if not shape.errors:
        return {}
    points = np.array([index for index, _ in shape.errors])
    table: dict[str, Any] = {
        "error_point": ("error", points, {"long_name": "number of the point that failed, the last dimension moving fastest"}),
        "error_message": ("error", np.array([text for _, text in shape.errors], dtype=object), {"long_name": "why it failed"}),
    }
    for axis, positions in zip(job.space.axes, job.space.positions(points), strict=True):
        table[f"error_{axis.address}"] = (
            "error",
            axis.floats[positions],
            {"long_name": axis.parameter.meaning, "units": axis.parameter.unit},
        )
    return table


def _attributes(job: Job) -> dict[str, Any]:
    moving = {axis.parameter.name for axis in job.space.axes}
    values = job.model.values()
    others = {q.name: getattr(values, q.name) for q in job.model.parameters if q.name not in moving}
    shown = {name: f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value) for name, value in others.items()}
    return {
        "model": job.model.key,
        "other_parameters": ", ".join(f"{name}={value}" for name, value in shown.items()),
        "alliancegames_version": __version__,
        "fidelity": job.model.fidelity,
    }
