"""Inner bounds on public perfect equilibrium payoffs: machines that are checked exactly.

For each direction the best profile and the continuation lotteries over the present corners make one state
of a machine. Its exact values are the new corners, and as soon as no one-shot deviation pays in any state,
every point of their hull is an equilibrium payoff. Floats search; the check does not use them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.solvers.repeated._public_automaton import Lottery, PublicAutomaton, evaluate
from alliancegames.solvers.repeated._public_programs import BATCH, PENALTY
from alliancegames.solvers.repeated._public_stage import Cell, PublicStage, Vector

# Corners closer to each other, in ranges of payoffs, are one.
SAME = 1e-8
# Incentives are tightened by these margins, one after the other, until a machine passes the exact check.
MARGINS = (0.0, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2)
# Lotteries are tried with small denominators first: the exact corner often has them.
DENOMINATORS = (1_000, 1_000_000, 1 << 30)
# Violations of a priced constraint below this are rounding.
VIOLATED = 1e-9


@dataclass(frozen=True)
class Move:
    """What floats propose for one direction: a profile, lotteries over corners after its signals, and the payoffs."""

    profile: int
    lotteries: np.ndarray
    point: np.ndarray


class InnerSearch:
    """Search for a machine whose values spread as far as possible in given directions.

    Parameters
    ----------
    stage : PublicStage
        The stage game, payoffs between 0 and 1.
    discounts : tuple of Fraction
        Discount factors.
    directions : array, shape (k, n)
        Where to spread.
    """

    def __init__(self, stage: PublicStage, discounts: Vector, directions: np.ndarray) -> None:
        self.stage, self.discounts, self.directions = stage, discounts, directions
        self.rates = np.array([float(d) for d in discounts])

    def run(self, corners: np.ndarray, rounds: int) -> PublicAutomaton | None:
        """Return a machine that passed the exact check, starting from corners that may be too far out."""
        for margin in MARGINS:
            machine = self._descend(corners, margin, rounds)
            if machine is not None:
                return machine
        return None

    def _descend(self, corners: np.ndarray, margin: float, rounds: int) -> PublicAutomaton | None:
        for _ in range(rounds):
            moves = self.moves(corners, margin)
            if not moves:
                return None
            points = np.array([move.point for move in moves])
            machine = self._machine(moves, corners, points)
            if machine is not None:
                return machine
            corners = points
        return None

    # ---------------------------------------------------------------- one round of programs

    def moves(self, corners: np.ndarray, margin: float) -> list[Move]:
        """Return the best move in each direction with continuation in the hull of the corners, without repetitions."""
        blocks = [self._block(cell, corners, margin) for cell in self.stage.cells]
        tasks = [(k, a) for k in range(len(self.directions)) for a in range(len(blocks))]
        best: dict[int, tuple[float, Move]] = {}
        for start in range(0, len(tasks), BATCH):
            for (k, _), found in zip(tasks[start : start + BATCH], self._batch(tasks[start : start + BATCH], blocks, corners), strict=True):
                if found is not None and (k not in best or found[0] > best[k][0] + 1e-12):
                    best[k] = found
        kept: list[Move] = []
        for _, move in best.values():
            if all(np.abs(move.point - other.point).max() > SAME for other in kept):
                kept.append(move)
        return kept

    def _block(self, cell: Cell, corners: np.ndarray, margin: float) -> Any:
        """Return incentives (with a priced slack) and the sums of the lotteries of a profile, as matrices and right sides."""
        from scipy.sparse import csr_matrix, eye, hstack, kron

        signals, count = cell.relevant, len(corners)
        incentives = np.zeros((len(cell.deviations), count * len(signals) + 1))
        gains = np.zeros(len(cell.deviations))
        for r, d in enumerate(cell.deviations):
            rate = self.rates[d.player]
            shifts = np.array([float(d.shift[y]) for y in signals])
            incentives[r, :-1] = -rate * np.outer(shifts, corners[:, d.player]).ravel()
            incentives[r, -1] = -1.0
            gains[r] = -(1 - rate) * float(d.gain) - margin
        sums = hstack([kron(eye(len(signals)), np.ones((1, count))), csr_matrix((len(signals), 1))])
        return csr_matrix(incentives), gains, sums

    def _batch(self, tasks: Sequence[tuple[int, int]], blocks: Sequence[Any], corners: np.ndarray) -> list[tuple[float, Move] | None]:
        from scipy.optimize import linprog
        from scipy.sparse import block_diag

        costs = []
        for k, a in tasks:
            cell = self.stage.cells[a]
            worth = corners @ (self.directions[k] * self.rates)
            costs.append(np.concatenate([*(float(cell.chances[y]) * worth for y in cell.relevant), [-PENALTY]]))
        picked = [blocks[a] for _, a in tasks]
        answer = linprog(
            -np.concatenate(costs),
            block_diag([block[0] for block in picked], format="csr"),
            np.concatenate([block[1] for block in picked]),
            block_diag([block[2] for block in picked], format="csr"),
            np.ones(sum(block[2].shape[0] for block in picked)),
            method="highs-ds",
        )
        if answer.status != 0:
            return [None] * len(tasks)
        found, start = [], 0
        for (k, a), cost in zip(tasks, costs, strict=True):
            found.append(self._read(k, a, answer.x[start : start + len(cost)], corners))
            start += len(cost)
        return found

    def _read(self, k: int, a: int, solution: np.ndarray, corners: np.ndarray) -> tuple[float, Move] | None:
        if solution[-1] > VIOLATED:  # the profile cannot be enforced
            return None
        cell = self.stage.cells[a]
        lotteries = np.clip(solution[:-1], 0, None).reshape(len(cell.relevant), len(corners))
        lotteries /= lotteries.sum(axis=1, keepdims=True)
        future = np.array([float(cell.chances[y]) for y in cell.relevant]) @ lotteries @ corners
        point = (1 - self.rates) * np.array([float(g) for g in cell.payoffs]) + self.rates * future
        return float(self.directions[k] @ point), Move(a, lotteries, point)

    # ---------------------------------------------------------------- the exact check

    def _machine(self, moves: Sequence[Move], corners: np.ndarray, points: np.ndarray) -> PublicAutomaton | None:
        """Return the machine that the moves make when each corner is read as the nearest point, if it is an equilibrium."""
        nearest = np.abs(corners[:, None, :] - points[None, :, :]).max(axis=2).argmin(axis=1)
        for denominator in DENOMINATORS:
            lotteries = [self._lotteries(k, move, nearest, denominator) for k, move in enumerate(moves)]
            cells = tuple(self.stage.cells[move.profile] for move in moves)
            try:
                values = evaluate(self.discounts, cells, lotteries)
            except ZeroDivisionError:
                continue
            machine = PublicAutomaton(self.stage, self.discounts, cells, tuple(lotteries), values)
            if machine.is_equilibrium():
                return machine
        return None

    def _lotteries(self, state: int, move: Move, nearest: np.ndarray, denominator: int) -> tuple[Lottery, ...]:
        relevant = self.stage.cells[move.profile].relevant
        stay: Lottery = ((state, Fraction(1)),)
        result = [stay] * len(self.stage.signals)
        for y, row in zip(relevant, move.lotteries, strict=True):
            sums: dict[int, float] = {}
            for k in np.flatnonzero(row > 1e-12):
                sums[int(nearest[k])] = sums.get(int(nearest[k]), 0.0) + float(row[k])
            result[y] = _rational(sums, denominator)
        return tuple(result)


def _rational(sums: dict[int, float], denominator: int) -> Lottery:
    """Return a lottery in rationals; the likeliest state takes what rounding leaves over."""
    likeliest = max(sums, key=lambda state: sums[state])
    weights = {state: Fraction(value).limit_denominator(denominator) for state, value in sums.items() if state != likeliest}
    weights = {state: weight for state, weight in weights.items() if weight > 0}
    weights[likeliest] = 1 - sum(weights.values(), Fraction(0))
    return tuple(sorted((state, weight) for state, weight in weights.items() if weight))
