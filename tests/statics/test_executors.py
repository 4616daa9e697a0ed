"""Serial, threads, processes, dask, any chunks, any order: the same result bit for bit."""

import os
import pickle
import random
import signal
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import distributed
import numpy as np
import pytest
from drawn_sweeps import GRIDS, grid_of, same_bits

import alliancegames as ag
from alliancegames.statics import executors

AXIS = np.linspace(0, 1, 61)
GRID = {"beta_d": AXIS, "beta_o": AXIS}


class Shuffled(Executor):
    """Runs what was submitted only when some result is asked for, in random order."""

    _max_workers = 3

    def __init__(self):
        self.waiting, self.order, self._rng = [], [], random.Random(5)

    def submit(self, fn, /, *args, **kwargs):
        outer = self

        class Lazy(Future):
            def result(self, timeout=None):
                while not self.done():
                    outer.waiting.pop(outer._rng.randrange(len(outer.waiting)))()
                return super().result(timeout)

        future = Lazy()

        def work():
            outer.order.append(args[0])
            future.set_result(fn(*args, **kwargs))

        self.waiting.append(work)
        return future


@pytest.mark.parametrize("key", GRIDS)
def test_every_chunk_size_and_order_gives_the_same_bits(key):
    model, grid = grid_of(key)
    expected = ag.sweep(model, grid)
    for chunk in (1, 3, 1000):
        assert same_bits(ag.sweep(model, grid, chunk=chunk), expected)
    shuffled = Shuffled()
    assert same_bits(ag.sweep(model, grid, chunk=2, executor=shuffled), expected)
    assert len(shuffled.order) < 3 or shuffled.order != sorted(shuffled.order)
    with ThreadPoolExecutor(2) as pool:
        assert same_bits(ag.sweep(model, grid, chunk=2, executor=pool), expected)


def test_processes_give_the_same_bits():
    expected = ag.sweep(ag.models.CommitmentDesign(), GRID)
    assert same_bits(ag.sweep(ag.models.CommitmentDesign(), GRID, executor=2, chunk=700), expected)


def test_a_pool_of_the_callers_serves_several_sweeps_and_stays_open():
    with ProcessPoolExecutor(2, mp_context=executors.get_context("spawn")) as pool:
        for key in ("accession_window", "unilateral_deterrence"):
            model, grid = grid_of(key)
            assert same_bits(ag.sweep(model, grid, executor=pool, chunk=3), ag.sweep(model, grid))
        summary = ag.sweep_summary(ag.models.CommitmentDesign(), GRID, executor=pool, chunk=500)
        assert same_bits(summary, ag.sweep_summary(ag.models.CommitmentDesign(), GRID))
        assert pool.submit(pow, 2, 5).result() == 32


@pytest.mark.usefixtures("_dask_draws_nothing")
def test_dask_gives_the_same_bits_although_a_worker_is_killed():
    model, expected = ag.models.CommitmentDesign(), ag.sweep(ag.models.CommitmentDesign(), GRID)
    killed = []
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        victim = sorted(client.run(os.getpid).values())[0]

        def progress(done, total):
            if not killed:
                os.kill(victim, signal.SIGKILL)
                killed.append(done)

        found = ag.sweep(model, GRID, executor=client, chunk=100, progress=progress)
        assert client.status == "running"
    assert killed[0] < 61 * 61
    assert same_bits(found, expected)


@pytest.fixture
def _dask_draws_nothing():
    """Dask draws its ports from Python's own generator, which tests must leave as it was."""
    state = random.getstate()
    yield
    random.setstate(state)


@pytest.mark.parametrize("executor", [0, -1, True, "4", 2.0, object()])
def test_what_is_no_executor_is_refused(executor):
    with pytest.raises(ag.errors.ParameterError, match="executor must be None"):
        ag.sweep(ag.models.CommitmentDesign(), {"beta_d": [0.1]}, executor=executor)


def test_a_dead_worker_is_reported_with_what_to_do():
    class Raising(Future):
        def result(self, timeout=None):
            raise BrokenProcessPool("gone")

    class Dead(Executor):
        def submit(self, fn, /, *args, **kwargs):
            return Raising()

    with pytest.raises(ag.errors.SolveError, match="run the same sweep again"):
        ag.sweep(ag.models.CommitmentDesign(), {"beta_d": [0.1, 0.2]}, executor=Dead())


def test_few_tasks_are_in_flight():
    class Counting(Shuffled):
        most = 0

        def submit(self, fn, /, *args, **kwargs):
            future = super().submit(fn, *args, **kwargs)
            Counting.most = max(Counting.most, len(self.waiting))
            return future

    list(executors.run(pow, [(2, k) for k in range(500)], Counting()))
    assert Counting.most <= executors.AHEAD * Counting._max_workers


def test_tasks_left_over_are_cancelled_when_one_fails():
    futures = []

    class Keeping(Executor):
        _max_workers = 2

        def submit(self, fn, /, *args, **kwargs):
            future = Future()
            if not futures:
                future.set_exception(ZeroDivisionError("first"))
            futures.append(future)
            return future

    with pytest.raises(ZeroDivisionError):
        list(executors.run(pow, [(2, k) for k in range(9)], Keeping()))
    assert all(future.cancelled() for future in futures[1:])


@pytest.mark.parametrize("key", sorted(ag.models.all_models()))
def test_every_model_survives_a_pickle(key):
    model = ag.models.get(key)
    for each in (model, model.completed()):
        copy = pickle.loads(pickle.dumps(each))
        assert copy == each
        assert copy.completed().values().__dict__ == each.completed().values().__dict__
