"""Proof that an inner bound on equilibrium payoffs is the whole set.

Let the inner set be ``{x: N x <= c}``. Exact multipliers bound the score of every profile in every direction
by ``constant + weights @ c'``, for all levels c'. Suppose the bounds do not exceed c at c itself, and that for
some u > 0 those that reach c satisfy ``weights @ u < u``. Then on the way from ``c + s u`` down to c every
bound lies below the level it is to replace, and a set that generates itself and starts inside cannot stop before c.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers.polytope import HalfSpace, Polytope
from alliancegames.solvers.repeated._public_stage import Cell, PublicStage, Vector

# Inner sets with more faces, or numbers with more digits, are not worth the exact programs.
MOST_FACES = 24
MOST_BITS = 160
# Rounds of the search for u.
ROUNDS = 400

# A bound ``constant + weights @ levels`` on a score.
Line = tuple[Fraction, list[Fraction]]


def is_whole_set(stage: PublicStage, discounts: Vector, inner: Polytope, outer: Polytope) -> bool:
    """Return whether it is proved that no equilibrium payoff lies outside `inner`.

    Parameters
    ----------
    stage : PublicStage
        The stage game.
    discounts : tuple of Fraction
        Discount factors.
    inner : Polytope
        The candidate, exact.
    outer : Polytope
        A set that contains all equilibrium payoffs.
    """
    faces = [*inner.inequalities, *inner.equalities, *((tuple(-x for x in a), -b) for a, b in inner.equalities)]
    if len(faces) > MOST_FACES or max(x.denominator.bit_length() for v in inner.vertices for x in v) > MOST_BITS:
        return False
    tight: list[list[Line]] = []
    loose: list[list[Line]] = []
    for k in range(len(faces)):
        lines = [_line(cell, discounts, faces, k) for cell in stage.cells]
        if any(line is None or _at(line, faces) > faces[k][1] for line in lines):
            return False
        tight.append([line for line in lines if line is not None and _at(line, faces) == faces[k][1]])
        loose.append([line for line in lines if line is not None and _at(line, faces) < faces[k][1]])
    way = _way(tight)
    return way is not None and _descends(faces, tight, loose, way, outer)


def _at(line: Line, faces: Sequence[HalfSpace]) -> Fraction:
    constant, weights = line
    return sum((w * b for w, (_, b) in zip(weights, faces, strict=True)), constant)


def _way(tight: Sequence[Sequence[Line]]) -> list[Fraction] | None:
    """Return positive u with ``weights @ u < u`` for all bounds that are reached, as a fixed point found in floats."""
    matrices = [np.array([[float(w) for w in weights] for _, weights in lines]) for lines in tight]
    u = np.ones(len(tight))
    for _ in range(ROUNDS):
        u = np.array([1.0 + (max(matrix @ u) if len(matrix) else 0.0) for matrix in matrices])
        if u.max() > 1e9:
            return None
    return [Fraction(round(value * 1024), 1024) for value in u]


def _descends(
    faces: Sequence[HalfSpace], tight: Sequence[Sequence[Line]], loose: Sequence[Sequence[Line]], way: Sequence[Fraction], outer: Polytope
) -> bool:
    """Check the argument exactly, from the first s at which the outer set is inside."""
    length = max(Fraction(0), *((outer.support(a) - b) / u for (a, b), u in zip(faces, way, strict=True)))
    for k, u in enumerate(way):
        for line in tight[k]:
            if _growth(line, way) >= u:
                return False
        for line in loose[k]:
            if _at(line, faces) - faces[k][1] + length * (_growth(line, way) - u) >= 0:
                return False
    return True


def _growth(line: Line, way: Sequence[Fraction]) -> Fraction:
    return sum((w * u for w, u in zip(line[1], way, strict=True)), Fraction(0))


def _line(cell: Cell, discounts: Vector, faces: Sequence[HalfSpace], k: int) -> Line | None:
    """Return an exact bound on the score of a profile in the direction of a face, tight at the faces' own levels."""
    n, signals = len(discounts), cell.relevant
    upper, right, size = [], [], n * len(signals)
    for d in cell.deviations:
        row = [Fraction(0)] * size
        row[d.player :: n] = [-discounts[d.player] * d.shift[y] for y in signals]
        upper.append(row)
        right.append(-(1 - discounts[d.player]) * d.gain)
    for s in range(len(signals)):
        for normal, bound in faces:
            upper.append([Fraction(0)] * (n * s) + list(normal) + [Fraction(0)] * (size - n * (s + 1)))
            right.append(bound)
    direction = faces[k][0]
    costs = [cell.chances[y] * w * delta for y in signals for w, delta in zip(direction, discounts, strict=True)]
    answer = maximise(costs, upper=upper, upper_bound=right, free=range(size))
    if answer.status == "unbounded" or answer.dual is None:
        return None
    today = sum((w * (1 - delta) * g for w, delta, g in zip(direction, discounts, cell.payoffs, strict=True)), Fraction(0))
    line = _collect(answer.dual, cell, right, len(faces))
    if answer.status == "optimal":
        return today + line[0], line[1]
    # Not enforceable: multipliers that prove it, in large numbers, push any bound below the level.
    crude = maximise(costs, upper=upper[len(cell.deviations) :], upper_bound=right[len(cell.deviations) :], free=range(size))
    if crude.dual is None:
        return None
    base = _collect((*([Fraction(0)] * len(cell.deviations)), *crude.dual), cell, right, len(faces))
    excess = today + _at(base, faces) - faces[k][1]
    times = max(Fraction(0), excess / -_at(line, faces)) + 1
    return today + base[0] + times * line[0], [a + times * b for a, b in zip(base[1], line[1], strict=True)]


def _collect(dual: Sequence[Fraction], cell: Cell, right: Sequence[Fraction], faces: int) -> Line:
    """Sum multipliers of the incentives into a constant and those of the faces over the signals."""
    count = len(cell.deviations)
    constant = sum((mu * value for mu, value in zip(dual[:count], right[:count], strict=True)), Fraction(0))
    return constant, [sum(dual[count + j :: faces], Fraction(0)) for j in range(faces)]
