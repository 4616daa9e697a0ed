"""Summaries of sweeps that are too large to keep: how many points each regime has, and what outcomes are there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from alliancegames._version import __version__
from alliancegames.statics import executors
from alliancegames.statics._sweeps.chunk import FAILED, STATUSES, Chunk, Job
from alliancegames.statics._sweeps.exact_sums import exact_sum
from alliancegames.statics._sweeps.select import RULES, check_rules, chosen
from alliancegames.statics.designs import Design
from alliancegames.statics.executors import Executor
from alliancegames.statics.progress import Progress, reporter
from alliancegames.statics.regimes import BOUNDARY, UNCOVERED
from alliancegames.statics.store import Store, identity
from alliancegames.statics.sweep import read_chunk, read_job

__all__ = ["sweep_summary"]

STATISTICS = ("mean", "min", "max")
# Where points that failed are counted, beside the codes of regimes.
FAILED_CODE = -3
# Points summarised in one task: there are few numbers to send back, so that tasks may be large.
TASK = 16


def sweep_summary(
    model: Any,
    grid: Mapping[str, Sequence[Any]] | Design,
    *,
    select: Sequence[str] = ("lowest", "highest"),
    executor: Executor = None,
    store: str | os.PathLike[str] | None = None,
    chunk: int | None = None,
    on_error: Literal["raise", "record"] = "raise",
    progress: Progress = None,
) -> Any:
    """Solve a model at many parameter values and keep only counts, means and extremes by regime.

    The memory needed does not depend on the number of points. Means come from sums without rounding, so that the result
    is the same bit for bit for every executor and every size of the chunks.

    Parameters
    ----------
    model : Model
        As in `sweep`.
    grid : mapping of str to sequence of number, or Design
        As in `sweep`.
    select : sequence of str, default ("lowest", "highest")
        Which equilibrium counts where a point has several; each rule gives its own summary. ``"first"`` in canonical
        order, ``"payoff"`` the largest sum of payoffs, ``"lowest"`` and ``"highest"`` outcome, ``"mean"`` over the
        equilibria listed.
    executor : None, int, concurrent.futures.Executor or dask.distributed.Client, default None
        As in `sweep`.
    store : path, optional
        A folder for the summaries of finished chunks; a run that was killed goes on when the same call is made again.
    chunk : int, optional
        Points summarised in one task.
    on_error : {"raise", "record"}, default "raise"
        Whether a point that fails ends the sweep, or is counted in ``n_status``.
    progress : callable, bool or None, default None
        As in `sweep`.

    Returns
    -------
    xarray.Dataset
        Dimensions: ``select``, ``regime`` (the model's, ``boundary``, ``uncovered``, ``failed`` and ``all``) and ``statistic`` (mean,
        min, max). Variables: each outcome; ``n_points`` by regime, ``n_equilibria`` by regime (their sum over points) and
        ``n_status`` by ``status``. NaN where a regime has no point.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import numpy as np
    >>> axis = np.linspace(0, 1, 101)
    >>> summary = ag.sweep_summary(ag.models.CommitmentDesign(), {"beta_d": axis, "beta_o": axis})
    >>> summary["n_points"].to_series().to_dict()["Peace"]
    3150
    """
    job = read_job(model, grid, on_error, "sweep_summary()")
    executors.check(executor, "sweep_summary()")
    rules = (select,) if isinstance(select, str) else tuple(select)
    check_rules(rules, "sweep_summary()")
    task = SummaryJob(job, rules)
    total, size = job.space.total, read_chunk(chunk, TASK * job.chunk)
    folder = (
        None
        if store is None
        else Store(store, identity("summary", job.model, job.space, {"on_error": on_error, "select": list(rules)}), size, total)
    )
    result = Summary()
    with reporter(progress, total, model.key) as report:
        for stop, part in _parts(task, size, total, executor, folder):
            result.merge(part)
            report(stop)
    return _dataset(job, rules, result)


@dataclass(eq=False)
class Summary:
    """Counts, exact sums and extremes of some points; two of them merge into that of all their points.

    Parameters
    ----------
    points, equilibria : dict of int to int
        Number of points, and of their equilibria, by code of the regime.
    statuses : dict of int to int
        Number of points by status.
    outcomes : dict of str to list
        For each rule, outcome and regime: number of values, their sum, the smallest, the largest.
    """

    points: dict[int, int] = field(default_factory=dict)
    equilibria: dict[int, int] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    outcomes: dict[str, tuple[int, Fraction, float, float]] = field(default_factory=dict)

    def merge(self, other: Summary) -> None:
        """Add the points of another summary.

        Parameters
        ----------
        other : Summary
            It.
        """
        for mine, theirs in ((self.points, other.points), (self.equilibria, other.equilibria), (self.statuses, other.statuses)):
            for code, count in theirs.items():
                mine[code] = mine.get(code, 0) + count
        for key, (count, total, low, high) in other.outcomes.items():
            here = self.outcomes.get(key, (0, Fraction(0), np.inf, -np.inf))
            self.outcomes[key] = (here[0] + count, here[1] + total, min(here[2], low), max(here[3], high))

    def add(self, chunk: Chunk, rules: Sequence[str]) -> None:
        """Add the points of a chunk.

        Parameters
        ----------
        chunk : Chunk
            It.
        rules : sequence of str
            Rules that select among equilibria.
        """
        part = Summary()
        for code, count in zip(*np.unique(chunk.status, return_counts=True), strict=True):
            part.statuses[int(code)] = int(count)
        regime = np.where(chunk.status == FAILED, FAILED_CODE, chunk.regime)
        codes = {int(code): regime == code for code in np.unique(regime)}
        for code, here in codes.items():
            part.points[code], part.equilibria[code] = int(here.sum()), int(chunk.counts[here].sum())
        single = bool((chunk.counts <= 1).all())  # then all rules say the same
        for column in range(chunk.outcomes.shape[1]):
            cells: dict[int, Any] = {}
            for rule in rules:
                if not (single and cells):
                    values = chosen(chunk, chunk.outcomes[:, column], rule)
                    cells = {code: _statistics(values[here]) for code, here in codes.items()}
                part.outcomes.update({f"{rule}|{column}|{code}": cell for code, cell in cells.items()})
        self.merge(part)

    def to_json(self) -> str:
        """Return the summary as text without loss."""
        outcomes = {key: [count, str(total), low.hex(), high.hex()] for key, (count, total, low, high) in sorted(self.outcomes.items())}
        counts = [sorted(mapping.items()) for mapping in (self.points, self.equilibria, self.statuses)]
        return json.dumps({"counts": counts, "outcomes": outcomes})

    @classmethod
    def from_json(cls, text: str) -> Summary:
        """Rebuild a summary.

        Parameters
        ----------
        text : str
            As `to_json` returns it.
        """
        read = json.loads(text)
        outcomes = {
            key: (int(count), Fraction(total), float.fromhex(low), float.fromhex(high))
            for key, (count, total, low, high) in read["outcomes"].items()
        }
        points, equilibria, statuses = ({int(code): int(count) for code, count in pairs} for pairs in read["counts"])
        return cls(points, equilibria, statuses, outcomes)


@dataclass(frozen=True, eq=False)
class SummaryJob:
    """What a worker needs to know to summarise points.

    Parameters
    ----------
    job : Job
        The sweep.
    rules : tuple of str
        Rules that select among equilibria.
    """

    job: Job
    rules: tuple[str, ...]

    def solve(self, start: int, stop: int) -> Summary:
        """Solve and summarise consecutive points, a default chunk at a time so that the memory is bounded.

        Parameters
        ----------
        start, stop : int
            Number of the first point, and of the one after the last.
        """
        result = Summary()
        for first in range(start, stop, self.job.chunk):
            result.add(self.job.solve(first, min(first + self.job.chunk, stop)), self.rules)
        return result


def _statistics(values: np.ndarray) -> tuple[int, Fraction, float, float]:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0, Fraction(0), np.inf, -np.inf
    return len(finite), exact_sum(finite), float(finite.min()), float(finite.max())


def _parts(task: SummaryJob, size: int, total: int, executor: Executor, store: Store | None) -> Iterator[tuple[int, Summary]]:
    """Yield the summaries of all chunks in order, those that a store holds from there."""
    starts = range(0, total, size)
    missing = [start for start in starts if store is None or not store.has(start)]
    fresh = executors.run(task.solve, [(start, min(start + size, total)) for start in missing], executor)
    wanted = set(missing)
    for start in starts:
        stop = min(start + size, total)
        if start not in wanted:
            assert store is not None
            yield stop, Summary.from_json(store.load(start)["summary"].tobytes().decode())
            continue
        part = next(fresh)
        if store is not None:
            store.save(start, {"summary": np.frombuffer(part.to_json().encode(), dtype=np.uint8)})
        yield stop, part


def _dataset(job: Job, rules: tuple[str, ...], result: Summary) -> Any:
    import xarray as xr

    names = job.model.regimes().names
    codes = [*range(len(names)), BOUNDARY, UNCOVERED, FAILED_CODE]
    table = np.full((len(job.model.outcomes), len(rules), len(codes) + 1, len(STATISTICS)), np.nan)
    for column in range(len(job.model.outcomes)):
        for number, rule in enumerate(rules):
            cells = [result.outcomes.get(f"{rule}|{column}|{code}", (0, Fraction(0), np.inf, -np.inf)) for code in codes]
            cells.append(
                (sum(c[0] for c in cells), sum((c[1] for c in cells), Fraction(0)), min(c[2] for c in cells), max(c[3] for c in cells))
            )
            for place, (count, total, low, high) in enumerate(cells):
                if count:
                    table[column, number, place] = float(total / count), low, high
    variables: dict[str, Any] = {
        outcome.name: (("select", "regime", "statistic"), table[column], {"long_name": outcome.meaning, "units": outcome.unit})
        for column, outcome in enumerate(job.model.outcomes)
    }
    for name, counts, words in (
        ("n_points", result.points, "points"),
        ("n_equilibria", result.equilibria, "extreme equilibria of all points"),
    ):
        by_regime = [counts.get(code, 0) for code in codes]
        variables[name] = ("regime", [*by_regime, sum(by_regime)], {"long_name": f"number of {words}"})
    variables["n_status"] = ("status", [result.statuses.get(code, 0) for code in range(len(STATUSES))], {"long_name": "number of points"})
    coords = {
        "select": ("select", list(rules), {"long_name": "; ".join(f"{rule}: {RULES[rule]}" for rule in rules)}),
        "regime": [*names, "boundary", "uncovered", "failed", "all"],
        "statistic": list(STATISTICS),
        "status": list(STATUSES),
    }
    return xr.Dataset(variables, coords, {"model": job.model.key, "alliancegames_version": __version__, "total": job.space.total})
