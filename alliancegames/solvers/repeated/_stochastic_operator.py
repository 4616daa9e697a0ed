"""The operator of Abreu, Pearce and Stacchetti for stochastic games with two players, in exact numbers.

For payoff sets W, one a state, the operator returns in state x the hull of all payoffs that some action
profile generates with expected continuation payoffs from W that nobody wants to leave for the worst
payoff that W still promises. In terms of payoffs u that is a sum of scaled polygons, moved by the
payoffs of the period and cut by two half-planes u_i >= (best deviation of player i).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any, NamedTuple

import numpy as np

from alliancegames._exact import solve_linear
from alliancegames.solvers.polytope import planar_hull
from alliancegames.solvers.repeated._stochastic_polygons import (
    Polygon,
    above,
    cut,
    edges,
    hull,
    sorted_edges,
    support,
    weighted_sum,
)

Family = list[Polygon]

# Cuts that take away less, as a share of the range of payoffs, are not worth the new corners.
SMALL_CUT = 2.0**-46


class Deviation(NamedTuple):
    """What a player who deviates gets in the period, and where it leads; all times `Tables.unit`.

    Parameters
    ----------
    reward : int
        Payoff of the period, times 1 - delta.
    moves : tuple of int
        Probabilities of the next state, times delta.
    idle : bool
        Whether it can never pay, because it leads to the same states as the planned action for no higher payoff.
    """

    reward: int
    moves: tuple[int, ...]
    idle: bool


class Action(NamedTuple):
    """An action profile of a state; numbers as in `Deviation`.

    Parameters
    ----------
    cell : tuple of str
        Labels.
    reward : tuple of int
        Payoffs of the period.
    moves : tuple of int
        Probabilities of the next state.
    deviations : tuple of tuple of Deviation
        For each player the other actions.
    """

    cell: tuple[str, ...]
    reward: tuple[int, int]
    moves: tuple[int, ...]
    deviations: tuple[tuple[Deviation, ...], tuple[Deviation, ...]]


@dataclass(frozen=True)
class Tables:
    """A game in whole numbers.

    Parameters
    ----------
    unit : int
        The common denominator by which all numbers were multiplied.
    actions : sequence of sequence of Action
        The action profiles of each state.
    """

    unit: int
    actions: Sequence[Sequence[Action]]

    @cached_property
    def reach(self) -> list[set[int]]:
        """For each state those that can follow it, whatever is played."""
        return [{y for action in listed for y, weight in enumerate(action.moves) if weight} for listed in self.actions]

    @cached_property
    def floats(self) -> dict[Action, Any]:
        """For each action profile its reward, moves, and the rewards and moves of the deviations, as floats."""

        def divided(row: Sequence[int]) -> np.ndarray:
            return np.array([value / self.unit for value in row])

        return {
            a: (divided(a.reward), divided(a.moves), [[(d.reward / self.unit, divided(d.moves)) for d in own] for own in a.deviations])
            for listed in self.actions
            for a in listed
        }

    @cached_property
    def feasible(self) -> Polygon:
        """The hull of all payoffs of one period."""
        # Rewards carry the factor 1 - delta; delta is the sum of any row of moves.
        share = self.unit - sum(self.actions[0][0].moves)
        return planar_hull([(Fraction(a.reward[0], share), Fraction(a.reward[1], share)) for listed in self.actions for a in listed])

    @cached_property
    def extent(self) -> Fraction:
        """The range of payoffs, of the player for whom it is larger; 1 if nothing can change."""
        spans = [max(p[k] for p in self.feasible) - min(p[k] for p in self.feasible) for k in range(2)]
        return max(spans) or Fraction(1)


def read_tables(states: Sequence[str], cells: Any, reward: Any, transition: Any, delta: Fraction) -> Tables:
    """Return a game in whole numbers, from functions that give its exact numbers."""
    rows = {(s, c): (tuple((1 - delta) * g for g in reward(s, c)), _row(states, transition(s, c), delta)) for s in states for c in cells(s)}
    unit = lcm(*(number.denominator for row in rows.values() for part in row for number in part))
    whole = {key: tuple(tuple(int(number * unit) for number in part) for part in row) for key, row in rows.items()}
    return Tables(unit, tuple(tuple(_action(s, c, list(cells(s)), whole) for c in cells(s)) for s in states))


def _row(states: Sequence[str], lottery: Any, delta: Fraction) -> tuple[Fraction, ...]:
    return tuple(delta * lottery.get(state, Fraction(0)) for state in states)


def _action(state: str, cell: tuple[str, ...], cells: list[tuple[str, ...]], whole: Any) -> Action:
    reward, moves = whole[state, cell]
    deviations: list[tuple[Deviation, ...]] = []
    for i in range(2):
        own = []
        for other in cells:
            if other[i] != cell[i] and other[1 - i] == cell[1 - i]:
                gain, there = whole[state, other]
                own.append(Deviation(gain[i], there, there == moves and gain[i] <= reward[i]))
        deviations.append(tuple(own))
    return Action(cell, reward, moves, (deviations[0], deviations[1]))


class Piece(NamedTuple):
    """What one action profile contributes to a set.

    Parameters
    ----------
    action : Action
        The action profile.
    bounds : tuple
        Best deviation payoff of each player, in the unit of the `Round`.
    polygon : list
        Corners of the payoffs it generates, in the unit of the `Round`; they may repeat.
    """

    action: Action
    bounds: tuple[Any, Any]
    polygon: Polygon


@dataclass(frozen=True)
class Round:
    """One application of the operator.

    Parameters
    ----------
    unit : int
        Payoffs in the pieces are multiplied by it.
    pieces : sequence of list of Piece
        For each state the action profiles that can be enforced.
    """

    unit: int
    pieces: Sequence[list[Piece]]

    @cached_property
    def floats(self) -> list[list[np.ndarray]]:
        """For each state and piece the corners as floats, in payoffs."""
        return [
            [np.array([(x / self.unit, y / self.unit) for x, y in piece.polygon], dtype=float) for piece in listed]
            for listed in self.pieces
        ]

    @cached_property
    def sets(self) -> Family:
        """The payoff sets that result."""
        return [_scaled(hull([p for piece in listed for p in piece.polygon], self.unit), self.unit) for listed in self.pieces]


def _scaled(polygon: Polygon, unit: int) -> Polygon:
    return [(Fraction(x) / unit, Fraction(y) / unit) for x, y in polygon]


def whole_numbers(family: Family) -> tuple[Family, int]:
    """Return polygons times the common denominator of their corners, and that denominator."""
    unit = lcm(*(Fraction(x).denominator for polygon in family for p in polygon for x in p))
    return [[(int(x * unit), int(y * unit)) for x, y in polygon] for polygon in family], unit


def emptied(tables: Tables, family: Family) -> Family:
    """Empty every set from whose state a state with an empty set can follow: some subgame has no equilibrium then."""
    empty = {x for x, polygon in enumerate(family) if not polygon}
    while more := {x for x, later in enumerate(tables.reach) if x not in empty and later & empty}:
        empty |= more
    return [[] if x in empty else polygon for x, polygon in enumerate(family)]


def apply(tables: Tables, family: Family, slack: Fraction = Fraction(0)) -> Round:
    """Apply the operator; with slack, keeping to the plan must be better by that much than deviations that could pay."""
    family, scale = whole_numbers(emptied(tables, family))
    unit = tables.unit * scale
    ordered = sorted_edges(family)
    worst = [tuple(min(p[i] for p in polygon) for i in range(2)) if polygon else (0, 0) for polygon in family]
    sums: dict[tuple[int, ...], Polygon] = {}
    pieces: list[list[Piece]] = []
    for x, listed in enumerate(tables.actions):
        pieces.append([])
        for action in listed if family[x] else ():
            if action.moves not in sums:
                sums[action.moves] = weighted_sum(family, ordered, action.moves)[0]
            bounds = _bounds(action, worst, scale, slack * unit)
            dx, dy = (value * scale for value in action.reward)
            polygon = [(px + dx, py + dy) for px, py in sums[action.moves]]
            for i in range(2):
                polygon = above(polygon, i, bounds[i]) if bounds[i] is not None else polygon
            if polygon:
                pieces[-1].append(Piece(action, bounds, polygon))
    return Round(unit, pieces)


def _bounds(action: Action, worst: Sequence[Sequence[int]], scale: int, slack: Fraction) -> tuple[Any, Any]:
    """Return the best deviation payoff of each player, None without any."""
    found = []
    for i in range(2):
        values = [
            scale * d.reward + sum(w * worst[y][i] for y, w in enumerate(d.moves) if w) + (0 if d.idle or not slack else slack)
            for d in action.deviations[i]
        ]
        found.append(max(values) if values else None)
    return found[0], found[1]


# ---------------------------------------------------------------- cuts


class Option(NamedTuple):
    """A bound ``constant + moves @ bounds`` on the weighted payoffs of a state.

    Parameters
    ----------
    constant : Fraction or float
        What does not depend on the bounds of other states.
    moves : tuple of Fraction or None
        Discounted probabilities of the next state; None for a constant.
    """

    constant: Any
    moves: tuple[Any, ...] | None


# Stands in for a state without equilibrium, which no other state leads to.
NOTHING = Option(Fraction(0), None)


def cuts(tables: Tables, done: Round, normals: Sequence[tuple[int, int]], sets: Family) -> Family:
    """Cut sets with the stationary bounds in several directions.

    In direction n the equilibrium payoffs from state x satisfy, for the action profile a that is used
    where n @ u is largest: n @ u is at most (1 - delta) n @ g(x, a) + delta E[largest n @ u from the next state],
    and at most what a can generate at all. The largest family of numbers with these bounds is the solution
    of a dynamic game, solved exactly by strategy iteration. Where no incentive binds this jumps to the
    limit at once, which the operator itself would only approach.
    """
    small = float(tables.extent) * SMALL_CUT
    for normal in normals:
        if not _lowers(tables, done, normal, sets, small):
            continue
        options = [listed if polygon else [[NOTHING]] for listed, polygon in zip(_options(tables, done, normal), sets, strict=True)]
        reach = [support(polygon, normal) if polygon else Fraction(0) for polygon in sets]
        bounds = _stationary(options, reach)
        if bounds is not None:
            sets = emptied(tables, [cut(polygon, normal, bound) for polygon, bound in zip(sets, bounds, strict=True)])
    return sets


def _lowers(tables: Tables, done: Round, normal: tuple[int, int], sets: Family, small: float) -> bool:
    """Whether floats say that one step towards the stationary bounds lowers some bound; if none does, they are reached."""
    length = math.hypot(*(float(value) for value in normal))
    a, b = (float(value) / length for value in normal)
    reach = np.array([max(a * float(x) + b * float(y) for x, y in polygon) if polygon else 0.0 for polygon in sets])
    axis = {(-1, 0): 0, (0, -1): 1}.get(normal)
    for x, listed in enumerate(done.pieces):
        best = -math.inf
        for piece, corners in zip(listed, done.floats[x], strict=True) if sets[x] else ():
            reward, moves, deviations = tables.floats[piece.action]
            bound = min(a * reward[0] + b * reward[1] + float(moves @ reach), float((corners @ (a, b)).max()))
            for gain, there in deviations[axis] if axis is not None else ():
                bound = min(bound, -gain + float(there @ reach))
            best = max(best, bound)
        if sets[x] and best < reach[x] - small:
            return True
    return False


def directions(family: Family) -> list[tuple[int, int]]:
    """Return the outward normals of all edges, and the four directions of the axes, as coprime whole numbers."""
    found = {(-1, 0): None, (0, -1): None, (1, 0): None, (0, 1): None}
    for polygon in family:
        for dx, dy in edges(polygon):
            scale = lcm(Fraction(dx).denominator, Fraction(dy).denominator)
            a, b = int(dy * scale), -int(dx * scale)
            common = _gcd(a, b)
            found[a // common, b // common] = None
            if len(polygon) == 2:  # a segment has ends, too
                along = (-b // common, a // common)
                found[along] = None
    return list(found)


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return abs(a)


def _options(tables: Tables, done: Round, normal: tuple[int, int]) -> list[list[list[Option]]]:
    """Return for each state and enforceable action profile the bounds of which the lowest holds."""
    unit = tables.unit
    result: list[list[list[Option]]] = []
    for listed in done.pieces:
        result.append([])
        for piece in listed:
            action = piece.action
            reward = normal[0] * action.reward[0] + normal[1] * action.reward[1]
            options = [Option(Fraction(support(piece.polygon, normal)) / done.unit, None), _option(reward, action.moves, unit)]
            if normal in {(-1, 0), (0, -1)}:  # the deviations hold a punishment up in the same way
                i = 0 if normal[0] else 1
                options += [_option(-d.reward, d.moves, unit) for d in action.deviations[i]]
            result[-1].append(options)
    return result


def _option(reward: int, moves: tuple[int, ...], unit: int) -> Option:
    return Option(Fraction(reward, unit), tuple(Fraction(w, unit) for w in moves))


def _value(option: Option, bounds: Sequence[Any]) -> Any:
    if option.moves is None:
        return option.constant
    return option.constant + sum(w * bounds[y] for y, w in enumerate(option.moves) if w)


def _stationary(options: list[list[list[Option]]], start: Sequence[Any]) -> list[Any] | None:
    """Solve ``bound(x) = max over actions of min over options`` exactly; None if `start` solves it."""
    rough = [float(value) for value in start]
    easy = [
        [[Option(float(o.constant), o.moves and tuple(map(float, o.moves))) for o in choices] for choices in listed] for listed in options
    ]
    for _ in range(2):  # a rough idea of the strategies
        actions = [max(range(len(listed)), key=lambda a: min(_value(o, rough) for o in listed[a])) for listed in easy]
        replies = [min(range(len(listed[a])), key=lambda k: _value(listed[a][k], rough)) for a, listed in zip(actions, easy, strict=True)]
        rough = [_value(listed[a][k], rough) for a, k, listed in zip(actions, replies, easy, strict=True)]
    for _ in itertools.repeat(None, 200):
        chosen = [listed[a] for listed, a in zip(options, actions, strict=True)]
        bounds, replies = _inner(chosen, replies)
        better = [
            _improved([min(_value(o, bounds) for o in choices) for choices in listed], bound)
            for listed, bound in zip(options, bounds, strict=True)
        ]
        if all(a is None for a in better):
            return bounds if any(b != s for b, s in zip(bounds, start, strict=True)) else None
        actions = [a if new is None else new for a, new in zip(actions, better, strict=True)]
        replies = [
            k if new is None else min(range(len(listed[a])), key=lambda j: _value(listed[a][j], bounds))
            for k, new, a, listed in zip(replies, better, actions, options, strict=True)
        ]
    return None


def _improved(values: list[Any], present: Any) -> int | None:
    best = max(range(len(values)), key=values.__getitem__)
    return best if values[best] > present else None


def _inner(chosen: list[list[Option]], replies: list[int]) -> tuple[list[Any], list[int]]:
    """Solve for the lowest bounds with one action profile fixed in each state, by policy iteration."""
    while True:
        bounds = _linear([choices[k] for choices, k in zip(chosen, replies, strict=True)])
        values = [[_value(o, bounds) for o in choices] for choices in chosen]
        new = [row.index(min(row)) if min(row) < bound else k for row, bound, k in zip(values, bounds, replies, strict=True)]
        if new == replies:
            return bounds, replies
        replies = new


def _linear(options: list[Option]) -> list[Any]:
    if all(option.moves is None for option in options):
        return [option.constant for option in options]
    size = range(len(options))
    matrix = [[Fraction(x == y) - (o.moves[y] if o.moves else 0) for y in size] for x, o in enumerate(options)]
    return solve_linear(matrix, [o.constant for o in options])
