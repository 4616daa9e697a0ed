"""Running the parts of a sweep: here, in threads, in processes, or on a cluster."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor as FuturesExecutor
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from alliancegames.errors import ParameterError, SolveError

__all__ = ["Executor", "run"]

Executor = Any
"""None, a number of processes, a `concurrent.futures.Executor`, or a ``dask.distributed.Client``."""

# Parts in flight for each worker: one at work, and the next at hand.
AHEAD = 2
# Workers assumed where an executor does not say how many it has.
WORKERS = 8


def run(function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], executor: Executor = None) -> Iterator[Any]:
    """Yield ``function(*task)`` for each task, in the order of the tasks, with few of them in flight.

    Parameters
    ----------
    function : callable
        A function that pickles.
    tasks : sequence of tuple
        Its arguments.
    executor : None, int, concurrent.futures.Executor or dask.distributed.Client, default None
        None runs the tasks here one after the other, a number starts as many processes. An executor of the
        caller's stays open.

    Yields
    ------
    object
        The results, in the order of the tasks.

    Examples
    --------
    >>> from alliancegames.statics.executors import run
    >>> list(run(pow, [(2, 3), (3, 2)]))
    [8, 9]
    """
    if executor is None:
        yield from (function(*task) for task in tasks)
        return
    with _opened(executor, len(tasks)) as (submit, workers):
        waiting: deque[Any] = deque()
        try:
            for task in tasks:
                if len(waiting) >= AHEAD * workers:
                    yield _result(waiting.popleft())
                waiting.append(submit(function, *task))
            while waiting:
                yield _result(waiting.popleft())
        finally:  # also if the caller stops listening
            for future in waiting:
                future.cancel()


def check(executor: Executor, where: str) -> None:
    """Raise if something is none of the executors.

    Parameters
    ----------
    executor : object
        What was given.
    where : str
        Name of the function, for the message.
    """
    number = isinstance(executor, int) and not isinstance(executor, bool) and executor >= 1
    if not (executor is None or number or isinstance(executor, FuturesExecutor) or _is_dask(executor)):
        raise ParameterError(
            f"{where}: executor must be None, a positive number of processes, a concurrent.futures executor or a dask.distributed Client, "
            f"got {executor!r}."
        )


def _is_dask(executor: Any) -> bool:
    return hasattr(executor, "submit") and hasattr(executor, "scheduler_info")


@contextmanager
def _opened(executor: Executor, tasks: int) -> Iterator[tuple[Callable[..., Any], int]]:
    """Yield how to submit a task, and how many workers there are."""
    if isinstance(executor, int):
        workers = min(executor, max(tasks, 1))
        # Spawned processes start clean: a fork would inherit the threads' locks of numerical libraries.
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            yield pool.submit, workers
    elif _is_dask(executor):
        # Tasks are pure, but their arguments are large: hashing them costs more than running them.
        yield lambda function, *task: executor.submit(function, *task, pure=False), max(len(executor.ncores()), 1) * AHEAD
    else:
        yield executor.submit, getattr(executor, "_max_workers", None) or os.cpu_count() or WORKERS


def _result(future: Any) -> Any:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise SolveError(
            "a worker process died: for lack of memory; or because the script starts the sweep outside `if __name__ == '__main__':`; or because "
            "the model is defined in a notebook instead of a module that workers can import. With store=... the finished chunks are kept: run "
            "the same sweep again to go on."
        ) from error
