"""The proof that a self-generating set is the whole set of equilibrium payoffs.

Let all equilibrium payoffs lie in the set enlarged by some slack in each direction. If one round of the
operator, applied to the enlarged set, leaves less than the slack times a factor below one, and does so in
proportion for all smaller slacks, then rounds without end leave nothing. One system of multipliers for each
profile and direction proves both at once, because bounds by fixed multipliers are linear in the slack. They
are checked in rationals.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.repeated._bounds_outer import EXTENT, Bounds
from alliancegames.solvers.repeated._bounds_programs import Answers, Programs

__all__ = ["facet_normals", "is_whole"]

# Slacks tried, and rounds after which the search for a slack that shrinks ends.
SCALES, ROUNDS = (1e-6, 1e-8, 1e-4), 400
Vector = tuple[Fraction, ...]


def is_whole(bounds: Bounds, attained: Polytope) -> bool:
    """Whether it is proved that no equilibrium payoff lies outside a set, given valid bounds close to it.

    The bounds must have the normals of all its facets: otherwise they shrink to a larger set.
    """
    if not {_unit(normal) for normal in facet_normals(attained)} <= {_unit(normal) for normal in bounds.normals}:
        return False
    support = [attained.support(normal) for normal in bounds.normals]
    for scale in SCALES:
        slack = _shrinking_slack(bounds, support, scale)
        if slack is None:
            continue
        enlarged = [b + s for b, s in zip(support, slack, strict=True)]
        if any(Fraction(float(b)) > e for b, e in zip(bounds.right, enlarged, strict=True)):
            continue
        if _shrinks(bounds, support, slack):
            return True
    return False


def facet_normals(polytope: Polytope) -> list[Vector]:
    """Return outward normals of half-spaces that cut out a polytope, flat or not."""
    flat = [tuple(sign * x for x in normal) for normal, _ in polytope.equalities for sign in (1, -1)]
    return [normal for normal, _ in polytope.inequalities] + flat


def _unit(normal: Vector) -> Vector:
    largest = max(map(abs, normal))
    return tuple(x / largest for x in normal)


def _answers(bounds: Bounds, programs: Programs, right: np.ndarray) -> Answers:
    _, needs, _ = bounds.problem.arrays()
    sides = np.tile(right, (len(needs), 1))
    sides[:, 1 : 2 * bounds.problem.size : 2] -= needs
    return programs.solve(sides)


def _programs(bounds: Bounds) -> tuple[Programs, np.ndarray]:
    payoffs, _, delta = bounds.problem.arrays()
    matrix = np.array(bounds.normals, dtype=float)
    return Programs(matrix, delta * matrix, EXTENT), payoffs @ ((1 - delta) * matrix).T


def _shrinking_slack(bounds: Bounds, support: Sequence[Fraction], scale: float) -> list[Fraction] | None:
    """Return a slack, the sum over rounds of what is left of an equal one, that one round makes smaller."""
    programs, today = _programs(bounds)
    base = np.array(support, dtype=float)
    first = scale * np.abs(np.array(bounds.normals, dtype=float)).sum(axis=1)
    left, total = first, first.copy()
    for _ in range(ROUNDS):
        answers = _answers(bounds, programs, base + left)
        kept = ~np.isneginf(answers.bounds).any(axis=1)
        if not kept.any():
            return None
        left = np.maximum((today + answers.bounds)[kept].max(axis=0) - base, 0)
        if left.max() > 1e3 * first.max():
            return None
        if (left <= first / 2).all():
            total *= scale / (total.max())
            return [Fraction(float(value)) for value in total]
        total = total + left
    return None


def _shrinks(bounds: Bounds, support: Sequence[Fraction], slack: Sequence[Fraction]) -> bool:
    """Check that one round takes any share of the slack to less than that share."""
    problem = bounds.problem
    programs, _ = _programs(bounds)
    right = np.array([float(b + s) for b, s in zip(support, slack, strict=True)])
    answers = _answers(bounds, programs, right)
    inverses: dict[tuple[int, ...], Any] = {}
    for a, needs in enumerate(problem.needs):
        held = list(support)
        for k, need in enumerate(needs):
            held[2 * k + 1] = held[2 * k + 1] - need
        empty = np.flatnonzero(answers.entering[a] >= 0)
        if len(empty):
            k = int(empty[0])
            if _contradiction(bounds, answers, (a, k), inverses, held, slack):
                continue
            return False
        if not all(_falls(bounds, answers, (a, k), inverses, held, support, slack) for k in range(len(support))):
            return False
    return True


def _falls(
    bounds: Bounds,
    answers: Answers,
    at: tuple[int, int],
    inverses: dict[tuple[int, ...], Any],
    held: Sequence[Fraction],
    support: Sequence[Fraction],
    slack: Sequence[Fraction],
) -> bool:
    """Check one bound at both ends of the slack: not above the set without it, strictly inside with it."""
    a, k = at
    problem = bounds.problem
    normal = bounds.normals[k]
    basis = tuple(int(row) for row in answers.bases[at])
    prices = _prices(bounds, basis, tuple(d * x for d, x in zip(problem.discounts, normal, strict=True)), inverses)
    if min(prices) < 0:
        return False
    today = sum(((1 - d) * x * n for d, x, n in zip(problem.discounts, problem.payoffs[a], normal, strict=True)), Fraction(0))
    without = today + sum((y * held[row] for y, row in zip(prices, basis, strict=True)), Fraction(0))
    growth = sum((y * slack[row] for y, row in zip(prices, basis, strict=True)), Fraction(0))
    return without <= support[k] and without + growth < support[k] + slack[k]


def _contradiction(
    bounds: Bounds,
    answers: Answers,
    at: tuple[int, int],
    inverses: dict[tuple[int, ...], Any],
    held: Sequence[Fraction],
    slack: Sequence[Fraction],
) -> bool:
    """Check that no promise suffices for a profile, with any positive share of the slack."""
    row = int(answers.entering[at])
    basis = tuple(int(r) for r in answers.bases[at])
    weights = [-y for y in _prices(bounds, basis, bounds.normals[row], inverses)]
    if min(weights) < 0:
        return False
    without = held[row] + sum((y * held[r] for y, r in zip(weights, basis, strict=True)), Fraction(0))
    growth = slack[row] + sum((y * slack[r] for y, r in zip(weights, basis, strict=True)), Fraction(0))
    return without <= 0 and without + growth < 0


def _prices(bounds: Bounds, basis: tuple[int, ...], aim: Vector, inverses: dict[tuple[int, ...], Any]) -> list[Fraction]:
    """Return multipliers of the rows of a basis that add up to a direction."""
    from flint import fmpq, fmpq_mat

    size = len(basis)
    if basis not in inverses:
        entries = [fmpq(x.numerator, x.denominator) for row in basis for x in bounds.normals[row]]
        inverses[basis] = fmpq_mat(size, size, entries).transpose().inv()
    column = inverses[basis] * fmpq_mat(size, 1, [fmpq(x.numerator, x.denominator) for x in aim])
    return [Fraction(int(column[j, 0].p), int(column[j, 0].q)) for j in range(size)]
