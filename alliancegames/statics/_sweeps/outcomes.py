"""One number a point: an outcome at the equilibrium that counts."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliancegames.errors import ParameterError, SolveError, unknown_label
from alliancegames.statics import executors
from alliancegames.statics._sweeps.chunk import FAILED, INCOMPLETE, Chunk
from alliancegames.statics._sweeps.dataset import Shape, memory_dataset
from alliancegames.statics._sweeps.select import RULES, check_rules, chosen
from alliancegames.statics.designs import Design
from alliancegames.statics.executors import Executor
from alliancegames.statics.progress import Progress, reporter
from alliancegames.statics.store import Store, identity
from alliancegames.statics.sweep import read_job, solved_chunks

__all__ = ["Evaluation", "Select", "check_select", "column_of", "evaluate"]

Select = str | Callable[[Any], Any] | None
"""A rule by name, a function of the sweep's dataset that returns one number a point, or None where all equilibria agree."""

# Outcomes this close are the same.
SAME = 1e-9


@dataclass(frozen=True)
class Evaluation:
    """How to evaluate a model at the points of a design.

    Parameters
    ----------
    executor, store, progress
        As in `alliancegames.sweep`.
    """

    executor: Executor = None
    store: str | os.PathLike[str] | None = None
    progress: Progress = None


def evaluate(model: Any, design: Design, outcome: str, select: Select, how: Evaluation, where: str) -> np.ndarray:
    """Return an outcome, or a player's payoff, at all points of a design.

    Parameters
    ----------
    model : Model
        The model.
    design : Design
        The points.
    outcome : str
        Name of an outcome, or of a player whose payoff is meant.
    select : str, callable or None
        Which equilibrium counts where there are several.
    how : Evaluation
        Where the work is done.
    where : str
        Name of the function, for messages.
    """
    executors.check(how.executor, where)
    job = read_job(model, design, "raise", where)
    total, size = job.space.total, job.chunk
    folder = None if how.store is None else Store(how.store, identity("points", job.model, job.space, {"on_error": "raise"}), size, total)
    parts = []
    with reporter(how.progress, total, model.key) as report:
        for start, part in solved_chunks(job, size, how.executor, folder):
            parts.append(part)
            report(start + len(part))
    chunk = Chunk.join(parts)
    if ((chunk.status == FAILED) | (chunk.status == INCOMPLETE) | (chunk.counts == 0)).any():
        bad = int(((chunk.status == FAILED) | (chunk.status == INCOMPLETE) | (chunk.counts == 0)).sum())
        raise SolveError(
            f"{where}: at {bad} of {total} points the model has no equilibrium of its kind, or the list is not known to be complete; "
            "look at them with sweep(), and choose ranges that avoid them."
        )
    if callable(select):
        return _called(select, job, chunk, where)
    values = column_of(model, chunk, outcome, where)
    return _only(chunk, values, outcome, where) if select is None else chosen(chunk, values, select)


def _only(chunk: Chunk, values: np.ndarray, outcome: str, where: str) -> np.ndarray:
    """Return the outcome where all equilibria of each point agree on it; which of several counts is not ours to guess."""
    low, high = chosen(chunk, values, "lowest"), chosen(chunk, values, "highest")
    several = np.flatnonzero(high - low > SAME * np.maximum(1.0, np.abs(high)))
    if len(several):
        k = int(several[0])
        raise ParameterError(
            f"{where}: at {len(several)} of {len(low)} points the equilibria differ in {outcome} (at the first of them from {low[k]:.6g} to "
            f"{high[k]:.6g}); say which counts: select={', '.join(map(repr, RULES))}, or a function of the sweep's dataset."
        )
    return low


def check_select(select: Any, where: str) -> str:
    """Return what to call a rule, or raise if there is no such rule.

    Parameters
    ----------
    select : str, callable or None
        The rule.
    where : str
        Name of the function, for the message.
    """
    if select is None:
        return "none needed"
    if callable(select):
        return getattr(select, "__name__", "callable")
    check_rules((select,), where)
    return str(select)


def column_of(model: Any, chunk: Chunk, outcome: str, where: str) -> np.ndarray:
    """Return an outcome or a payoff at every equilibrium of a chunk.

    Parameters
    ----------
    model : Model
        The model.
    chunk : Chunk
        Points of it, solved.
    outcome : str
        Name of an outcome, or of a player.
    where : str
        Name of the function, for the message.
    """
    names = [item.name for item in model.outcomes]
    if outcome in names:
        return chunk.outcomes[:, names.index(outcome)]
    players = list(getattr(model, "players", ()))
    if outcome in players and chunk.payoffs.shape[1] == len(players):
        return chunk.payoffs[:, players.index(outcome)]
    raise unknown_label("outcome", outcome, [*names, *players], where)


def _called(select: Callable[[Any], Any], job: Any, chunk: Chunk, where: str) -> np.ndarray:
    shape = Shape(job.space.total)
    shape.add(0, chunk)
    values = np.asarray(select(memory_dataset(job, shape, [chunk])), dtype=float)
    if values.shape != (job.space.total,) or not np.isfinite(values).all():
        raise ParameterError(f"{where}: select must return one finite number a point, {job.space.total} in all; got shape {values.shape}.")
    return values
