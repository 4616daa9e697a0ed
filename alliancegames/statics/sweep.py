"""Sweeps: a model solved at many parameter values, as a labelled dataset."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from alliancegames.errors import IncompleteSearchWarning, ParameterError
from alliancegames.statics import executors
from alliancegames.statics._sweeps.chunk import Chunk, Job
from alliancegames.statics._sweeps.dataset import Shape, lazy_dataset, memory_dataset
from alliancegames.statics._sweeps.points import read_space
from alliancegames.statics.designs import Design
from alliancegames.statics.executors import Executor
from alliancegames.statics.progress import Progress, reporter
from alliancegames.statics.store import Store, identity

__all__ = ["sweep"]


def sweep(
    model: Any,
    grid: Mapping[str, Sequence[Any]] | Design,
    *,
    executor: Executor = None,
    store: str | os.PathLike[str] | None = None,
    chunk: int | None = None,
    on_error: Literal["raise", "record"] = "raise",
    progress: Progress = None,
) -> Any:
    """Solve a model at many parameter values.

    Two-player models in normal form are solved by batch kernels; points at which floating-point comparisons are too
    close to call are decided in exact arithmetic. All other models are solved point by point in exact arithmetic. The
    result is the same bit for bit for every executor and every size of the chunks.

    Parameters
    ----------
    model : Model
        The model; parameters not in the grid keep its values, or else take the example's.
    grid : mapping of str to sequence of number, or Design
        Values of some parameters, by name or symbol; the dimensions of the result carry the names used
        here. Floats are read as the decimals they print; exact values such as ``"1/3"`` are welcome. A
        vector parameter moves all its components together. Or a design of ``ag.designs``, whose points are the dimension
        ``point`` unless it is a grid.
    executor : None, int, concurrent.futures.Executor or dask.distributed.Client, default None
        Where the work is done: here, in this many new processes, or by an executor of yours, which stays open.
    store : path, optional
        A folder for finished chunks. Each is written once and as a whole; a run that was killed goes on when the same
        sweep is called again. The result then reads its values from the store when they are asked for, so that it may
        be larger than the memory.
    chunk : int, optional
        Points solved at a time and written to one file; by default 131072 with batch kernels and 64 otherwise.
    on_error : {"raise", "record"}, default "raise"
        Whether a point that fails ends the sweep, or becomes a record in ``status`` and in a table of errors.
    progress : callable, bool or None, default None
        A callable gets ``(done, total)``; True always shows a bar, False never; None shows one on
        terminals and notebooks for work above two seconds.

    Returns
    -------
    xarray.Dataset
        Dimensions: those of the grid or ``point``, ``equilibrium`` (extreme equilibria in canonical order, NaN where a
        point has fewer) and ``player``. Variables: each outcome of the model, ``payoff``, ``n_equilibria``,
        ``max_regret``, ``status`` (0: solved in floats, 1: decided exactly, 2: not known to be complete, 3: failed), and
        ``regime`` (code; -1 on a boundary, -2 in no declared regime) where the model declares regimes. If points failed:
        ``error_point``, ``error_message`` and their parameters.

    Raises
    ------
    UnknownLabelError
        There is no such parameter.
    ParameterError
        A value lies outside its declared domain, or a point violates an assumption of the model.
    StoreError
        The folder holds another sweep, or something else, or damaged files.
    SolveError
        A worker process died.

    Notes
    -----
    About a million points a second for two-player models in normal form; tens to hundreds for most others.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import numpy as np
    >>> ds = ag.sweep(ag.models.AllianceDilemma(), {"cohesion": ["1/5", "4/5"], "loss_abandon": ["1/10", "9/10"]})
    >>> ds["n_equilibria"].values
    array([[1, 3],
           [3, 1]], dtype=int32)
    >>> [ds["regime"].attrs["flag_meanings"].split("; ")[code] for code in ds["regime"].values.flat]
    ["Prisoner's Dilemma type", 'Chicken', 'Stag hunt', 'Both strong']
    """
    job = read_job(model, grid, on_error, "sweep()")
    executors.check(executor, "sweep()")
    total, size = job.space.total, read_chunk(chunk, job.chunk)
    folder = None if store is None else Store(store, identity("points", job.model, job.space, {"on_error": on_error}), size, total)
    shape = Shape(total)
    chunks: list[Chunk] = []
    with reporter(progress, total, model.key) as report:
        for start, part in solved_chunks(job, size, executor, folder):
            shape.add(start, part)
            if folder is None:
                chunks.append(part)
            report(start + len(part))
    _warn(shape)
    if folder is None:
        return memory_dataset(job, shape, chunks)
    return lazy_dataset(job, shape, folder, size)


def read_job(model: Any, grid: Mapping[str, Sequence[Any]] | Design, on_error: str, where: str) -> Job:
    if on_error not in ("raise", "record"):
        raise ParameterError(f"{where}: on_error must be 'raise' or 'record', got {on_error!r}.")
    base = model.completed().exact()
    return Job.of(base, read_space(base, grid, where), on_error == "record")


def read_chunk(chunk: int | None, default: int) -> int:
    if chunk is None:
        return default
    if isinstance(chunk, bool) or not isinstance(chunk, int) or chunk < 1:
        raise ParameterError(f"sweep(): chunk must be a positive number of points, got {chunk!r}.")
    return chunk


def solved_chunks(job: Job, size: int, executor: Executor, store: Store | None) -> Iterator[tuple[int, Chunk]]:
    """Yield the chunks of a sweep in order, those that a store holds from there."""
    starts = range(0, job.space.total, size)
    missing = [start for start in starts if store is None or not store.has(start)]
    fresh = executors.run(job.solve, [(start, min(start + size, job.space.total)) for start in missing], executor)
    wanted = set(missing)
    for start in starts:
        if start not in wanted:
            assert store is not None
            yield start, Chunk.from_arrays(store.load(start))
            continue
        part = next(fresh)
        if store is not None:
            store.save(start, part.arrays())
        yield start, part


def _warn(shape: Shape) -> None:
    if shape.incomplete:
        warnings.warn(
            f"sweep(): at {shape.incomplete} of {shape.total} points the list of equilibria is not known to be complete; their status is 2.",
            IncompleteSearchWarning,
            stacklevel=3,
        )
