"""Two-player models in normal form, solved many points at a time by batch kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliancegames._conditions import relations
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.parameters import Values
from alliancegames.solvers.batch import batch_nash
from alliancegames.statics._sweeps.exact import exact_cells
from alliancegames.statics._sweeps.points import Points
from alliancegames.statics._sweeps.ties import Ties
from alliancegames.statics.regimes import UNCOVERED

__all__ = ["Found", "is_batch", "solve_batch"]

# Sizes of games that the kernels take: this many actions each, or this many against two.
SQUARE, LONG = 4, 16
# Assumptions that hold or fail by less than this share of the numbers compared are checked exactly.
CLOSE = 1e-9


@dataclass(frozen=True, eq=False)
class Found:
    """What was found at some points; equilibria of all points stand one below the other.

    Parameters
    ----------
    counts, exactly, regime, regret : ndarray, shape (n,)
        Number of equilibria, whether exact arithmetic decided, code of the regime, largest regret.
    outcomes, payoffs : ndarray, shape (counts.sum(), ...)
        Outcomes and payoffs of each equilibrium.
    errors : tuple of (int, str)
        Place of each point that failed, and why.
    """

    counts: np.ndarray
    exactly: np.ndarray
    regime: np.ndarray
    regret: np.ndarray
    outcomes: np.ndarray
    payoffs: np.ndarray
    errors: tuple[tuple[int, str], ...]


def is_batch(model: Any) -> bool:
    """Whether the batch kernels take a model: in normal form, which has outcomes by cell, with two players and few actions.

    Parameters
    ----------
    model : Model
        The model.
    """
    if not hasattr(model, "outcome_stack") or len(model.players) != 2:
        return False
    few, many = sorted(len(labels) for labels in model.actions)
    return many <= SQUARE or (few <= 2 and many <= LONG)


def solve_batch(model: Any, points: Points, ties: Ties, record: bool) -> Found:
    """Solve all points at once in floats, except where only exact arithmetic can decide.

    Parameters
    ----------
    model : Model
        The model, completed and exact.
    points : Points
        The points.
    record : bool
        Whether a point that fails becomes a record; otherwise it raises.
    """
    block = _Block(model, points, record)
    batch = _solve(block, ties)
    regime = block.regimes()
    alive = block.alive
    found = _evaluate(batch, block, np.repeat(alive, batch.counts))
    counts = np.where(alive, batch.counts, 0).astype(np.int32)
    regret = np.where(alive, 0.0, np.nan)
    np.maximum.at(regret, found.game, found.regret)
    regime[~alive] = UNCOVERED
    return Found(
        counts, alive & (batch.close | ~block.finite), regime, regret, found.outcomes, found.payoffs, tuple(sorted(block.failures.items()))
    )


@dataclass(frozen=True, eq=False)
class _Lists:
    """Equilibria of a stack of games, one below the other."""

    counts: np.ndarray
    x: np.ndarray
    y: np.ndarray
    close: np.ndarray

    @property
    def game_of(self) -> np.ndarray:
        return np.repeat(np.arange(len(self.counts)), self.counts)


def _solve(block: _Block, ties: Ties) -> _Lists:
    """Solve all games: in floats with the known ties made exact where nothing else is close, and exactly elsewhere."""
    row, column = block.stacks
    if not ties.helps:
        found = batch_nash(row, column, exact=block.game)
        return _Lists(found.counts, found.x, found.y, found.close)
    failed = ~block.alive
    close = (ties.close(row, column) | ~block.finite) & ~failed
    clear = np.flatnonzero(~close)
    ties.impose(row, column)
    block.stand_in(failed)
    here = np.flatnonzero(close)
    easy = batch_nash(row[clear], column[clear])
    hard = batch_nash(row[here], column[here], exact=lambda k: block.game(int(here[k])))
    counts = np.zeros(len(row), dtype=np.int64)
    counts[clear], counts[here] = easy.counts, hard.counts
    game = np.concatenate([np.repeat(clear, easy.counts), np.repeat(here, hard.counts)])
    order = np.argsort(game, kind="stable")
    x, y = (np.concatenate(pair)[order] for pair in ((easy.x, hard.x), (easy.y, hard.y)))
    return _Lists(counts, x, y, close)


class _Block:
    """Points of a model with their payoffs and outcomes in floats, and exactly where asked."""

    def __init__(self, model: Any, points: Points, record: bool) -> None:
        self._model, self._points, self._record = model, points, record
        self.failures: dict[int, str] = {}
        floats = points.floats
        with np.errstate(all="ignore"):  # what is not finite is decided exactly
            self._values, self._shape = model.values_at(floats)
            self._check_assumptions()
            self.stacks = tuple(np.ascontiguousarray(stack) for stack in model.payoff_stack(floats))
            cells = model.outcome_stack(floats)
        self.columns = [cells[outcome.name] for outcome in model.outcomes]
        self.finite = np.logical_and.reduce([np.isfinite(stack).all(axis=(1, 2)) for stack in (*self.stacks, *self.columns)])
        self.stand_in(~self.alive)
        self.stand_in(~self.finite & self.alive, tied=True)

    @property
    def alive(self) -> np.ndarray:
        """Which points have not failed."""
        alive = np.ones(self._shape, dtype=bool)
        alive[list(self.failures)] = False
        return alive

    def stand_in(self, where: np.ndarray, *, tied: bool = False) -> None:
        """Put games in place of those that failed or are not finite.

        Parameters
        ----------
        where : ndarray of bool
            Their places.
        tied : bool, default False
            Whether to put ties, which floats cannot decide, instead of dominance, which they can.
        """
        for player, stack in enumerate(self.stacks):
            own = np.arange(stack.shape[1 + player], dtype=float)
            stack[where] = 1.0 if tied else (own[:, None] if player == 0 else own)

    def game(self, k: int) -> NormalFormGame:
        """Return the game at a point in exact payoffs.

        Parameters
        ----------
        k : int
            Place of the point.
        """
        try:
            payoffs, outcomes = exact_cells(self._model, self._points, k)
            if not self.finite[k]:
                self._fill(k, payoffs, outcomes)
            return NormalFormGame(self._model.players, self._model.actions, payoffs, field="exact")
        except Exception as error:  # whatever goes wrong at one point must not end the others
            if not self._record:
                raise
            self.failures[k] = f"{type(error).__name__}: {error}"
            return NormalFormGame.from_bimatrix(*(np.zeros(stack.shape[1:], dtype=int) for stack in self.stacks))

    def _fill(self, k: int, payoffs: Any, outcomes: Any) -> None:
        """Write exact cells into the float stacks, where the floats had overflowed on the way."""
        for cell, pair in payoffs.items():
            slot = (k, *self._model._slot(cell)[1:])
            for stack, value in zip(self.stacks, pair, strict=True):
                stack[slot] = float(value)
            for column, outcome in zip(self.columns, self._model.outcomes, strict=True):
                column[slot] = float(outcomes[outcome.name][cell])

    def regimes(self) -> np.ndarray:
        """Return the code of the regime of each point."""
        regimes = self._model.regimes()
        if not len(regimes):
            return np.full(self._shape, UNCOVERED, dtype=np.int16)
        with np.errstate(all="ignore"):
            codes: np.ndarray = regimes.codes(self._values, self._shape, lambda k: self._decidable(regimes, k))
        return codes.astype(np.int16)

    def _decidable(self, regimes: Any, k: int) -> Values:
        """Return the exact values at a point, or the base point's if it has failed, where conditions need not make sense."""
        values = self._points.values(k)
        if not self._record:
            return values
        if k not in self.failures:
            try:
                regimes.containing(values)
                return values
            except Exception as error:  # whatever goes wrong at one point must not end the others
                self.failures[k] = f"{type(error).__name__}: {error}"
        base: Values = self._model.values()
        return base

    def _check_assumptions(self) -> None:
        """Note the points that violate an assumption, or raise the model's own error at the first of them."""
        pairs = self._model.assumptions(self._values)
        wrong, doubtful = _compare(pairs, self._shape)
        clear = wrong.any(axis=0)
        if self._record and clear.any():
            texts = _assumption_texts(self._model)
            first = wrong.argmax(axis=0)
            self.failures.update((int(k), texts[first[k]]) for k in np.flatnonzero(clear))
        for k in np.flatnonzero(doubtful | clear):
            if int(k) not in self.failures:
                self._try(int(k))

    def _try(self, k: int) -> None:
        try:
            self._points.model(k)
        except Exception as error:  # the model's own reason
            if not self._record:
                raise
            self.failures[k] = f"{type(error).__name__}: {error}"


def _compare(pairs: Sequence[tuple[Any, Any]], shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return where each condition clearly fails, and where floats leave some condition open."""
    wrong = np.zeros((len(pairs), *shape), dtype=bool)
    doubtful = np.zeros(shape, dtype=bool)
    for number, pair in enumerate(pairs):
        larger, smaller = (np.asarray(side, dtype=float) for side in pair)
        band = CLOSE * (np.abs(larger) + np.abs(smaller))
        wrong[number] = np.broadcast_to(larger - smaller < -band, shape)
        doubtful |= np.broadcast_to(~(np.abs(larger - smaller) > band), shape)
    return wrong, doubtful


def _assumption_texts(model: Any) -> list[str]:
    """Return what to say of a point that violates each of a model's assumptions."""
    symbolic = type(model)()
    pairs = relations(symbolic.assumptions(symbolic.values()), strict=True)
    return [f"ParameterError: the model assumes {relation}, which fails here." for relation in pairs]


@dataclass(frozen=True, eq=False)
class _Evaluated:
    game: np.ndarray
    regret: np.ndarray
    outcomes: np.ndarray
    payoffs: np.ndarray


def _evaluate(batch: _Lists, block: _Block, wanted: np.ndarray) -> _Evaluated:
    """Take expectations of outcomes and payoffs at all equilibria, and check that nobody gains by deviating."""
    game = batch.game_of[wanted]
    x, y = batch.x[wanted], batch.y[wanted]
    outcomes = np.empty((len(game), len(block.columns)))
    for number, cells in enumerate(block.columns):
        outcomes[:, number] = _expectation(cells, game, x, y)
    payoffs, regret = np.empty((len(game), 2)), np.zeros(len(game))
    for player, stack in enumerate(block.stacks):
        payoffs[:, player] = _expectation(stack, game, x, y)
        spread = (stack.max(axis=(1, 2)) - stack.min(axis=(1, 2)))[game]
        best = _best_reply(stack, game, y) if player == 0 else _best_reply(stack.transpose(0, 2, 1), game, x)
        gain = np.maximum(best - payoffs[:, player], 0.0)
        np.maximum(regret, np.divide(gain, spread, out=np.zeros(len(game)), where=spread > 0), out=regret)
    return _Evaluated(game, regret, outcomes, payoffs)


# Sums run over actions one by one, in the order of the actions: a library's matrix product may sum in another order where there
# are more points, and a result must not depend on how a sweep is cut into chunks.


def _expectation(stack: np.ndarray, game: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the expected value of cells under independent mixtures."""
    total = np.zeros(len(game))
    for i in range(stack.shape[1]):
        total += x[:, i] * _against(stack[:, i], game, y)
    return total


def _best_reply(stack: np.ndarray, game: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return what the player who chooses the row gets by its best reply."""
    best = np.full(len(game), -np.inf)
    for i in range(stack.shape[1]):
        np.maximum(best, _against(stack[:, i], game, other), out=best)
    return best


def _against(line: np.ndarray, game: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the expected value of one action against a mixture."""
    value = np.zeros(len(game))
    for j in range(line.shape[1]):
        value += weights[:, j] * line[game, j]
    return value
