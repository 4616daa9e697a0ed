"""Strongly symmetric equilibria under public monitoring: one number z instead of a set.

Let players be rewarded with the best and punished with the worst strongly symmetric payoff, and let
``z = (best - worst) * delta / (1 - delta)`` be what is at stake, in units of payoffs today. What it costs
to enforce an action profile is a linear program in which only z appears, so the largest interval that
generates itself belongs to the largest solution of ``best(z) - worst(z) = z * (1 - delta) / delta``. Both
sides are piecewise linear in z, and multipliers of the programs bound them for all z: Newton's method from
above never passes the solution, and stops at it after finitely many steps, in rationals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from alliancegames.solvers._linear_programs import LinearProgram, maximise
from alliancegames.solvers.repeated._public_stage import Cell, PublicStage, Vector


@dataclass(frozen=True)
class Enforcement:
    """The cheapest way to enforce a profile: payments after each signal, at most z, and a line below its cost.

    ``cost >= level - slope * z`` holds for every z, with equality at the z of the program.
    """

    cell: Cell
    payments: Vector
    level: Fraction
    slope: Fraction


@dataclass(frozen=True)
class Stakes:
    """The largest stakes that sustain themselves, with the profiles that give the best and the worst payoff."""

    stakes: Fraction
    best: Fraction
    worst: Fraction
    reward: Enforcement
    punishment: Enforcement


def symmetric_cells(stage: PublicStage) -> list[Cell]:
    """Return the profiles in which all players do the same."""
    return [cell for cell in stage.cells if len(set(cell.place)) == 1]


def enforce(cell: Cell, stakes: Fraction, sign: int) -> Enforcement | None:
    """Return the cheapest enforcement by fines (sign 1) or by rewards (sign -1) of at most `stakes`, or None."""
    signals = cell.relevant
    unit = [[Fraction(int(j == k)) for k in range(len(signals))] for j in range(len(signals))]
    incentives = [[sign * d.shift[y] for y in signals] for d in cell.deviations]
    bounds = [-d.gain for d in cell.deviations] + [stakes] * len(signals)
    answer = maximise([-cell.chances[y] for y in signals], upper=incentives + unit, upper_bound=bounds)
    if answer.status != "optimal":
        return None
    _, solution, dual = answer.optimum
    payments = [Fraction(0)] * len(cell.chances)
    for y, value in zip(signals, solution, strict=True):
        payments[y] = value
    count = len(cell.deviations)
    level = sum((mu * d.gain for mu, d in zip(dual[:count], cell.deviations, strict=True)), Fraction(0))
    return Enforcement(cell, tuple(payments), level, sum(dual[count:], Fraction(0)))


def largest_stakes(cells: Sequence[Cell], delta: Fraction) -> Stakes | None:
    """Return the largest self-generating stakes, or None if no strongly symmetric equilibrium exists."""
    payoffs = [cell.payoffs[0] for cell in cells]
    if not delta:
        z = Fraction(0)
        rate = Fraction(0)  # nothing is at stake: the loop ends at its first pass
    else:
        rate = (1 - delta) / delta
        z = (max(payoffs) - min(payoffs)) / rate
    left = list(cells)
    while True:
        pairs = [(enforce(cell, z, 1), enforce(cell, z, -1)) for cell in left]
        fines = [fine for fine, _ in pairs if fine is not None]
        rewards = [reward for _, reward in pairs if reward is not None]
        if not fines:  # what cannot be enforced now cannot be with less at stake
            return None
        left = [fine.cell for fine in fines]
        reward = max(fines, key=lambda e: _best(e, z))
        punishment = min(rewards, key=lambda e: _worst(e, z))
        best, worst = _best(reward, z), _worst(punishment, z)
        if not delta or best - worst == rate * z:
            return Stakes(z, best, worst, reward, punishment)
        roots = [root for fine in fines for other in rewards if (root := _root(fine, other, rate)) is not None]
        if not roots:
            return None
        z = max(roots)


def _best(fine: Enforcement, z: Fraction) -> Fraction:
    return fine.cell.payoffs[0] - fine.level + fine.slope * z


def _worst(reward: Enforcement, z: Fraction) -> Fraction:
    return reward.cell.payoffs[0] + reward.level - reward.slope * z


def _root(fine: Enforcement, reward: Enforcement, rate: Fraction) -> Fraction | None:
    """Return the largest z below the present one at which the lines of a pair of profiles reach ``rate * z``."""
    gap = _best(fine, Fraction(0)) - _worst(reward, Fraction(0))
    slope = fine.slope + reward.slope
    return gap / (rate - slope) if gap >= 0 and slope < rate else None


def critical_rate(cells: Sequence[Cell], target: Cell) -> tuple[str, Fraction | None]:
    """Return the largest ``(1 - delta) / delta`` at which `target` is enforceable, and how it ended.

    The stakes z satisfy ``best(z) - worst(z) >= rate * z``; divided by z, payments are shares between 0 and
    1, and with ``t = 1 / z`` all constraints are linear: one program for each pair of rewarded and punishing profile.
    """
    largest: Fraction | None = None
    for high in cells:
        for low in cells:
            answer = _rate_program(high, low, target)
            if answer.status == "unbounded":
                return "always", None
            if answer.value is not None and (largest is None or answer.value > largest):
                largest = answer.value
    return ("found", largest) if largest is not None and largest > 0 else ("never", None)


def _rate_program(high: Cell, low: Cell, target: Cell) -> LinearProgram:
    count = len(target.chances)
    zeros = [Fraction(0)] * count
    rows = []
    for block, cell, sign in ((0, high, 1), (1, low, -1), (2, target, 1)):
        for d in cell.deviations:
            parts = [zeros, zeros, zeros]
            parts[block] = [sign * s for s in d.shift]
            rows.append([d.gain, *parts[0], *parts[1], *parts[2]])
    size = 1 + 3 * count
    bounds = [Fraction(0)] * len(rows) + [Fraction(1)] * (3 * count)
    rows += [[Fraction(int(j == k)) for k in range(size)] for j in range(1, size)]
    objective = [high.payoffs[0] - low.payoffs[0], *(-p for p in high.chances), *(-p for p in low.chances), *zeros]
    return maximise(objective, upper=rows, upper_bound=bounds)


def verified(found: Stakes, delta: Fraction) -> bool:
    """Check by the definition that the interval generates its two ends, whatever found them."""
    for payoff, move, sign in ((found.best, found.reward, -1), (found.worst, found.punishment, 1)):
        cell = move.cell
        # Continuation payoffs; without a future they carry no weight.
        future = [payoff + sign * pay * (1 - delta) / delta if delta else payoff for pay in move.payments]
        if not all(found.worst <= u <= found.best for u in future):
            return False
        if payoff != (1 - delta) * cell.payoffs[0] + delta * _mean(cell.chances, future):
            return False
        if any((1 - delta) * d.gain > delta * _mean(d.shift, future) for d in cell.deviations):
            return False
    return True


def _mean(weights: Sequence[Fraction], values: Sequence[Fraction]) -> Fraction:
    return sum((p * v for p, v in zip(weights, values, strict=True)), Fraction(0))
