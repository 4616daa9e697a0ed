"""Solving one chunk of a sweep: the unit of work that is sent to a worker and written to a store."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from alliancegames._immutable import FrozenDict
from alliancegames.errors import IncompleteSearchWarning
from alliancegames.statics._sweeps.batch import is_batch, solve_batch
from alliancegames.statics._sweeps.points import Points, Space
from alliancegames.statics._sweeps.ties import Ties, structural_ties
from alliancegames.statics.regimes import BOUNDARY, UNCOVERED

__all__ = ["BATCH_CHUNK", "DECIDED_EXACTLY", "FAILED", "INCOMPLETE", "SINGLE_CHUNK", "SOLVED_IN_FLOATS", "STATUSES", "Chunk", "Job"]

SOLVED_IN_FLOATS, DECIDED_EXACTLY, INCOMPLETE, FAILED = 0, 1, 2, 3
STATUSES = ("solved_in_floats", "decided_exactly", "not_known_to_be_complete", "failed")

# Points of a chunk by default, with batch kernels and one by one: enough to be fast, few enough to lose little if a run is killed.
BATCH_CHUNK, SINGLE_CHUNK = 1 << 17, 64
# Points that batch kernels solve at a time, so that the memory is bounded whatever the size of a chunk.
BLOCK = 1 << 15
# Threads of one process take turns: some libraries for exact arithmetic and proofs cannot be called by two threads at a time, and
# the kernels use all cores by themselves.
_TURN = threading.Lock()


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some consecutive points of a sweep, solved. Equilibria of all points stand one below the other.

    Parameters
    ----------
    counts : ndarray, shape (n,)
        Number of equilibria of each point.
    status : ndarray, shape (n,)
        How each point was decided; position in `STATUSES`.
    regime : ndarray, shape (n,)
        Code of the regime of each point.
    regret : ndarray, shape (n,)
        Largest gain from a deviation at any equilibrium of each point.
    outcomes : ndarray, shape (counts.sum(), number of outcomes)
        Outcomes of each equilibrium.
    payoffs : ndarray, shape (counts.sum(), number of players)
        Payoffs of each equilibrium.
    errors : tuple of (int, str)
        Place of each point that failed, and why.
    """

    counts: np.ndarray
    status: np.ndarray
    regime: np.ndarray
    regret: np.ndarray
    outcomes: np.ndarray
    payoffs: np.ndarray
    errors: tuple[tuple[int, str], ...] = ()

    def __len__(self) -> int:
        return len(self.counts)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the chunk as arrays, for a file."""
        text = json.dumps(self.errors, ensure_ascii=False).encode()
        return {item.name: getattr(self, item.name) for item in fields(self)[:-1]} | {"errors": np.frombuffer(text, dtype=np.uint8)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Chunk:
        """Rebuild a chunk.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            As `arrays` returns them.
        """
        errors = json.loads(arrays["errors"].tobytes())
        columns = {item.name: arrays[item.name] for item in fields(cls)[:-1]}
        return cls(**columns, errors=tuple((int(k), str(text)) for k, text in errors))

    @classmethod
    def join(cls, parts: Sequence[Chunk]) -> Chunk:
        """Put consecutive chunks together.

        Parameters
        ----------
        parts : sequence of Chunk
            The chunks, in order.
        """
        if len(parts) == 1:
            return parts[0]
        starts = np.cumsum([0, *(len(part) for part in parts)])
        errors = tuple((int(start) + k, text) for start, part in zip(starts, parts, strict=False) for k, text in part.errors)
        columns = {item.name: np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(cls)[:-1]}
        return cls(**columns, errors=errors)


@dataclass(frozen=True, eq=False)
class Job:
    """A sweep to be done: what a worker needs to know besides which points to solve.

    Parameters
    ----------
    model : Model
        The model, completed and exact.
    space : Space
        All points.
    record : bool
        Whether a point that fails becomes a record; otherwise it ends the sweep.
    ties : Ties or None
        Payoffs that are equal at all points; None if the batch kernels do not take the model.
    """

    model: Any
    space: Space
    record: bool
    ties: Ties | None

    @classmethod
    def of(cls, model: Any, space: Space, record: bool) -> Job:
        """Prepare a sweep.

        Parameters
        ----------
        model, space, record
            As above.
        """
        moving = [(axis.parameter.name, axis.component) for axis in space.axes]
        return cls(model, space, record, structural_ties(model, moving) if is_batch(model) else None)

    @property
    def chunk(self) -> int:
        """Points of a chunk by default."""
        return SINGLE_CHUNK if self.ties is None else BATCH_CHUNK

    def solve(self, start: int, stop: int) -> Chunk:
        """Solve consecutive points.

        Parameters
        ----------
        start, stop : int
            Number of the first point, and of the one after the last.
        """
        with _TURN:
            return self._solve(start, stop)

    def _solve(self, start: int, stop: int) -> Chunk:
        if self.ties is None:
            return solve_singly(self.model, Points(self.model, self.space, np.arange(start, stop)), self.record)
        blocks = (np.arange(first, min(first + BLOCK, stop)) for first in range(start, stop, BLOCK))
        return Chunk.join([solve_block(self.model, Points(self.model, self.space, indices), self.ties, self.record) for indices in blocks])


def solve_block(model: Any, points: Points, ties: Ties, record: bool) -> Chunk:
    """Solve points with batch kernels.

    Parameters
    ----------
    model : Model
        A model in normal form with two players.
    points : Points
        The points.
    ties : Ties
        Payoffs that are equal at all points.
    record : bool
        Whether a point that fails becomes a record.
    """
    found = solve_batch(model, points, ties, record)
    status = np.where(found.exactly, DECIDED_EXACTLY, SOLVED_IN_FLOATS).astype(np.int8)
    status[[k for k, _ in found.errors]] = FAILED
    return Chunk(found.counts, status, found.regime, found.regret, found.outcomes, found.payoffs, found.errors)


def solve_singly(model: Any, points: Points, record: bool) -> Chunk:
    """Solve points one by one, exactly.

    Parameters
    ----------
    model : Model
        A model of any form.
    points : Points
        The points.
    record : bool
        Whether a point that fails becomes a record.
    """
    names = model.regimes().names
    n = len(points.indices)
    counts, status = np.zeros(n, dtype=np.int32), np.full(n, FAILED, dtype=np.int8)
    regime, regret = np.full(n, UNCOVERED, dtype=np.int16), np.full(n, np.nan)
    outcomes: list[list[float]] = []
    payoffs: list[list[float]] = []
    errors: list[tuple[int, str]] = []
    for k in range(n):
        try:
            solution = _solve(points.model(k))
            rows = [[float(values[outcome.name]) for outcome in model.outcomes] for values in solution.outcomes]
            paid = [_payoffs(item) for item in solution.equilibria]
        except Exception as error:  # whatever goes wrong at one point must not end the others
            if not record:
                raise
            errors.append((k, f"{type(error).__name__}: {error}"))
            continue
        counts[k], status[k] = len(rows), _status(solution.equilibria)
        regime[k], regret[k] = regime_code(names, solution.regimes), float(solution.equilibria.provenance.max_regret)
        outcomes += rows
        payoffs += paid
    players = {len(row) for row in payoffs}
    width = players.pop() if len(players) == 1 else 0
    return Chunk(
        counts,
        status,
        regime,
        regret,
        np.array(outcomes, dtype=float).reshape(len(outcomes), len(model.outcomes)),
        np.array(payoffs if width else [], dtype=float).reshape(len(payoffs) if width else len(outcomes), width),
        tuple(errors),
    )


def _solve(model: Any) -> Any:
    """Solve one point; that a list is not known to be complete goes into the status, the same on every worker."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteSearchWarning)
        return model.solve()


def _status(equilibria: Any) -> int:
    if equilibria.complete is not True:
        return INCOMPLETE
    return DECIDED_EXACTLY if equilibria.exact else SOLVED_IN_FLOATS


def _payoffs(item: Any) -> list[float]:
    return [float(value) for value in item.payoffs.values()]


def regime_code(names: Sequence[str], found: Sequence[str]) -> int:
    """Return the code of the regimes that contain a point.

    Parameters
    ----------
    names : sequence of str
        Names of all regimes, in the order of their codes.
    found : sequence of str
        Names of those that contain the point.
    """
    if len(found) == 1:
        return names.index(found[0])
    return BOUNDARY if found else UNCOVERED


FLAGS = FrozenDict({"flag_values": list(range(len(STATUSES))), "flag_meanings": " ".join(STATUSES)})
"""Attributes of the variable ``status``, as the CF conventions want them."""
