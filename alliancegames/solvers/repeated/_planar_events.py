"""Where the payoff set changes as patience grows: located in floats, then solved as an equation.

Between two events corners are generated in the same way and move smoothly. At an event a constraint that was
slack binds, or the corners cease to exist because two solutions meet (a fold). Both are equations in the
corners and the discount factor; their root is found to a hundred digits and recognised as a rational or an
algebraic number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.solvers.repeated._planar_bounds import scaled_polygon
from alliancegames.solvers.repeated._planar_problem import Pair, Problem
from alliancegames.solvers.repeated._planar_structure import BITS, Structure, recognised, rounded, solve_rational

__all__ = ["algebraic", "bisected", "event", "polygon_at"]

# Rounds at one discount factor: near a fold they are many.
ROUNDS = 400_000
# Width to which events are located in floats, and how far beyond the corners are first looked at.
WIDTH, BEYOND = 1e-10, 1e-5
# A root that far from where floats saw the event is another one.
ELSEWHERE = Fraction(1, 10**7)
DIGITS = 95
HIGHEST_DEGREE = 8

Margins = Callable[[Structure, Sequence[Pair]], Iterator[Fraction]]


def polygon_at(problem: Problem, delta: float) -> np.ndarray:
    """Return the corners of the payoff set in floats at a discount factor.

    Parameters
    ----------
    problem : Problem
        The stage game.
    delta : float
        The discount factor.
    """
    payoffs, gains, _, floor = problem.float_arrays
    corners, _, _ = scaled_polygon(payoffs, gains, delta, floor, ROUNDS)
    return corners


def bisected(before: Callable[[float], bool], low: float, high: float) -> tuple[float, float]:
    """Narrow down where a condition that holds at `low` ceases to hold.

    Parameters
    ----------
    before : callable
        Whether a discount factor is before the event.
    low, high : float
        The condition holds at the first and not at the second.
    """
    while high - low > WIDTH:
        middle = (low + high) / 2
        low, high = (middle, high) if before(middle) else (low, middle)
    return low, high


def event(problem: Problem, high: float, margins: Margins, *, from_below: bool = False) -> Fraction | None:
    """Return to some hundred digits the discount factor just below `high` at which a margin is used up, or the corners fold.

    Parameters
    ----------
    problem : Problem
        The stage game.
    high : float
        A discount factor just above the event.
    margins : callable
        Further quantities, besides those of the structure, that are non-negative above the event.
    from_below : bool
        Whether the corners below the event are followed up to it, and not those above it down to it: a corner that
        others swallow is seen only from where it exists.
    """
    for beyond in (BEYOND, BEYOND / 100, BEYOND * 10):
        at = max(high - beyond, high / 2) if from_below else min(high + beyond, (high + 1) / 2)
        corners = polygon_at(problem, at)
        start = Fraction(at)
        structure = Structure.of(problem.with_delta(start), corners) if len(corners) else None
        points = structure.solved(corners) if structure is not None else None
        if structure is None or points is None:
            continue
        guess = Fraction(high)
        roots = [_margin_root(structure, points, guess, k, margins) for k in _closing(structure, points, guess, margins)]
        folds: tuple[Fraction | None, ...] = () if from_below else (_fold(structure, points),)
        found = [root for root in (*roots, *folds) if root is not None and abs(root - guess) <= ELSEWHERE]
        if found:
            return min(found, key=lambda root: abs(root - guess))
    return None


def _all_margins(structure: Structure, points: Sequence[Pair], margins: Margins) -> list[Fraction]:
    """Return everything that is non-negative while the structure lasts: incentives, weights, turns at corners."""
    result = list(margins(structure, points))
    count = len(points)
    for j, corner in enumerate(structure.corners):
        later = structure.continuation(corner, points).payoffs
        required = structure.required(corner, points)
        result += [later[i] - required[i] for i in range(2) if i not in corner.binding]
        if len(corner.carriers) == 2:
            (p, q), i = (points[k] for k in corner.carriers), corner.binding[0]
            share = (later[i] - p[i]) / (q[i] - p[i])
            result += [share, 1 - share]
        if len(corner.binding) == 2:
            result += [_turn(points[k], points[(k + 1) % count], later) for k in range(count)]
        if count > 2:
            result.append(_turn(points[j - 1], points[j], points[(j + 1) % count]))
    return result


def _turn(o: Pair, a: Pair, b: Pair) -> Fraction:
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def _at(structure: Structure, delta: Fraction, near: Sequence[Pair]) -> tuple[Structure, list[Pair]] | None:
    """Follow the corners to another discount factor."""
    moved = Structure(structure.problem.with_delta(delta), structure.corners, structure.worst)
    points = moved.solved(np.array([[float(x), float(y)] for x, y in near]))
    return None if points is None else (moved, points)


def _closing(structure: Structure, points: list[Pair], guess: Fraction, margins: Margins) -> list[int]:
    """Return which margins seem to be used up near the guess, going by their slope."""
    here = structure.problem.delta
    aside = _at(structure, here + (here - guess) / 8, points)
    if aside is None:
        return []
    now, then = _all_margins(structure, points, margins), _all_margins(*aside, margins)
    chosen = []
    for k, (x, y) in enumerate(zip(now, then, strict=True)):
        slope = (y - x) / (aside[0].problem.delta - here)
        if slope != 0 and abs(here - x / slope - guess) <= abs(here - guess) / 2:
            chosen.append(k)
    return chosen


def _margin_root(structure: Structure, points: list[Pair], guess: Fraction, k: int, margins: Margins) -> Fraction | None:
    """Find where a margin is zero, by secants."""
    first, value = structure.problem.delta, _all_margins(structure, points, margins)[k]
    second = guess
    for _ in range(14):
        there = _at(structure, second, points)
        if there is None:
            return None
        new = _all_margins(*there, margins)[k]
        if new == value or abs(new) < Fraction(1, 1 << (BITS - 30)):
            return second
        first, second, value = second, rounded(second - new * (second - first) / (new - value)), new
        if not 0 < second < 1:
            return None
        if abs(first - second) < Fraction(1, 1 << (BITS - 40)):
            return second
    return None


def _fold(structure: Structure, points: list[Pair]) -> Fraction | None:
    """Find where two solutions meet: the least discount factor along the curve of corners, by Newton and secants.

    The coordinate that moves most serves as parameter of the curve; along it the discount factor is smooth.
    """
    linear = structure.linearised(points)
    speed = solve_rational(linear.matrix, linear.by_delta) if linear is not None else None
    if speed is None or not any(speed):
        return None
    s = max(range(len(speed)), key=lambda k: abs(speed[k]))
    first = points[s // 2][s % 2]
    state: tuple[Structure, list[Pair]] | None = (structure, points)
    slope = _slope_along(structure, points, s)
    second = first + (Fraction(1, 10**6) if speed[s] > 0 else Fraction(-1, 10**6))  # towards the fold, against the motion
    for _ in range(16):
        assert state is not None
        state = _on_curve(*state, s, second)
        if state is None or slope is None:
            return None
        new = _slope_along(*state, s)
        if new is None or new == slope:
            return None
        first, second, slope = second, rounded(second - new * (second - first) / (new - slope)), new
        if abs(first - second) < Fraction(1, 1 << (BITS - 60)):
            return state[0].problem.delta
    return None


def _bordered(structure: Structure, points: Sequence[Pair], s: int) -> tuple[list[list[Fraction]], list[Fraction], list[Fraction]] | None:
    """Return the equations with the discount factor as unknown in the place of coordinate `s`: matrix, residuals, column of `s`."""
    linear = structure.linearised(points)
    if linear is None:
        return None
    matrix = [[*row[:s], derivative, *row[s + 1 :]] for row, derivative in zip(linear.matrix, linear.by_delta, strict=True)]
    return matrix, linear.residuals, [row[s] for row in linear.matrix]


def _slope_along(structure: Structure, points: Sequence[Pair], s: int) -> Fraction | None:
    """Return the derivative of the discount factor along the curve."""
    bordered = _bordered(structure, points, s)
    solution = solve_rational(bordered[0], [-x for x in bordered[2]]) if bordered is not None else None
    return None if solution is None else rounded(solution[s])


def _on_curve(structure: Structure, points: Sequence[Pair], s: int, value: Fraction) -> tuple[Structure, list[Pair]] | None:
    """Follow the curve to another value of coordinate `s`."""
    flat = [x for point in points for x in point]
    delta, flat[s] = structure.problem.delta, value
    for _ in range(14):
        now = [(flat[2 * j], flat[2 * j + 1]) for j in range(len(points))]
        moved = Structure(structure.problem.with_delta(delta), structure.corners, structure.worst)
        bordered = _bordered(moved, now, s)
        step = solve_rational(bordered[0], bordered[1]) if bordered is not None else None
        if step is None:
            return None
        largest = max(abs(x) for x in step)
        if largest < Fraction(1, 1 << (BITS - 20)):
            return moved, now
        delta = rounded(delta - step[s])
        flat = [value if k == s else rounded(x - step[k]) for k, x in enumerate(flat)]
        if largest > 1 or not 0 < delta < 1:
            return None
    return None


def algebraic(value: Fraction) -> Any:
    """Return the rational or algebraic number that many digits stand for; None if none of low degree does.

    Parameters
    ----------
    value : Fraction
        The number to some hundred digits.
    """
    simple = recognised([(value, value)])[0]
    if simple is not None:
        return simple[0]
    import mpmath
    import sympy

    with mpmath.workdps(DIGITS):
        number = mpmath.mpf(value.numerator) / value.denominator
        for degree in range(2, HIGHEST_DEGREE + 1):
            coefficients = mpmath.findpoly(number, degree, maxcoeff=10 ** (DIGITS // (degree + 2)), tol=mpmath.mpf(10) ** (10 - DIGITS))
            if coefficients:
                break
        else:
            return None
    x = sympy.Symbol("x")
    polynomial = sympy.Poly([int(c) for c in coefficients], x)
    digits = sympy.Rational(value.numerator, value.denominator)
    roots = sympy.roots(polynomial, x) if polynomial.degree() == 2 else polynomial.real_roots()
    return sympy.sympify(min(roots, key=lambda root: abs(sympy.N(root, DIGITS) - digits)))
