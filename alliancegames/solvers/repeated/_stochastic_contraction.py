"""A proof that a self-generating family holds all equilibrium payoffs, where the operator only approaches it.

Let V be self-generating, V* the equilibrium payoffs, and e(x, n) >= 0 by how much V* reaches beyond V in
state x and direction n, for the normals n of all edges. For each action profile and multipliers of its two
incentive constraints, duality bounds what it generates from V*, and so e(x, n), by a constant <= 0 and a
non-negative combination of the e(y, m): e <= T(e). Where T(b) < b for some bound b >= e wherever b > 0, there
is a factor k < 1 with T(b) <= k b, and e <= k b; since the constants are not positive, T(s b) <= s T(b) for s <= 1,
so e <= k^2 b and so on: e is zero. Bounds with positive constants, which there are where V generates more than
itself, prove nothing and are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cmp_to_key
from typing import Any, NamedTuple

from alliancegames.solvers.repeated._stochastic_operator import Action, Family, Tables, apply, directions
from alliancegames.solvers.repeated._stochastic_polygons import by_angle, support

Normal = tuple[int, int]
STEPS = 60
# Families with more corners are not examined.
MOST_CORNERS = 60


class Form(NamedTuple):
    """A bound ``constant + sum of weights * e`` on how far a set can reach.

    Parameters
    ----------
    constant : Fraction or float
        Not positive if the bound is of use.
    weights : dict
        Non-negative weights of e(y, m), by the position of the state y and of the normal m.
    """

    constant: Any
    weights: dict[tuple[int, int], Any]

    def at(self, bounds: Any) -> Any:
        """Return the value at bounds on e, ``bounds[y][m]``."""
        return self.constant + sum(w * bounds[y][m] for (y, m), w in self.weights.items())

    def floats(self) -> Form:
        """Return the form in floats."""
        return Form(float(self.constant), {key: float(w) for key, w in self.weights.items()})


def holds_all(tables: Tables, inner: Family, outer: Family) -> bool:
    """Whether it is proved that a self-generating family inside an outer bound holds all equilibrium payoffs."""
    if [bool(p) for p in inner] != [bool(p) for p in outer] or not all(inner):
        return False
    if sum(map(len, inner)) > MOST_CORNERS:
        return False
    proof = _Proof(tables, inner)
    bounds = [[support(w, n) - h for n, h in zip(proof.normals, row, strict=True)] for w, row in zip(outer, proof.heights, strict=True)]
    if min(min(row) for row in bounds) < 0:
        return False
    rows = [
        [[[form for form in proof.forms(x, k, piece.action) if form.constant <= 0] for piece in listed] for k in range(len(proof.normals))]
        for x, listed in enumerate(apply(tables, outer).pieces)
    ]
    return all(forms for row in rows for actions in row for forms in actions) and _contracts(rows, bounds)


def _contracts(rows: Sequence[Any], bounds: list[list[Fraction]]) -> bool:
    """Improve bounds on e until one more step lowers all that are positive, which is the proof."""
    easy = [[[[form.floats() for form in forms] for forms in by_action] for by_action in row] for row in rows]
    for _ in range(STEPS):
        rough = [[float(b) for b in row] for row in bounds]
        new = []
        for row, easy_row in zip(rows, easy, strict=True):
            new.append([_largest(actions, simple, bounds, rough) for actions, simple in zip(row, easy_row, strict=True)])
        if all(after < before or before == 0 for a, b in zip(new, bounds, strict=True) for after, before in zip(a, b, strict=True)):
            return True
        bounds = [[min(before, _up(after)) for after, before in zip(a, b, strict=True)] for a, b in zip(new, bounds, strict=True)]
    return False


def _largest(actions: Sequence[Any], simple: Sequence[Any], bounds: Any, rough: Any) -> Fraction:
    """Return the largest over action profiles of a bound that floats say is the best one; at least 0."""
    result = Fraction(0)
    for forms, easy in zip(actions, simple, strict=True):
        best = min(range(len(easy)), key=lambda k: easy[k].at(rough))
        result = max(result, forms[best].at(bounds))
    return result


def _up(value: Fraction) -> Fraction:
    """Return a nearby larger number that is short to write."""
    return Fraction(math.nextafter(float(value) * (1 + 1e-9), math.inf)) if value else value


class _Proof:
    def __init__(self, tables: Tables, inner: Family) -> None:
        self.tables = tables
        self.normals: list[Normal] = sorted(directions(inner), key=cmp_to_key(by_angle))
        self.heights = [[Fraction(support(polygon, n)) for n in self.normals] for polygon in inner]
        self.down = [self.normals.index((-1, 0)), self.normals.index((0, -1))]

    def forms(self, x: int, k: int, action: Action) -> Iterator[Form]:
        """Iterate over bounds on e(x, n) if the action profile is the one used there."""
        n = self.normals[k]
        yield self._form(x, k, action, {k: Fraction(1)}, (Fraction(0), Fraction(0)))
        for i in range(2):
            if not action.deviations[i]:
                continue
            for j, m in enumerate(self.normals):
                # n + multiplier * axis i = scale * m
                if m[1 - i] * n[1 - i] > 0:
                    scale = Fraction(n[1 - i], m[1 - i])
                    multiplier = scale * m[i] - n[i]
                    if multiplier > 0:
                        multipliers = (multiplier, Fraction(0)) if i == 0 else (Fraction(0), multiplier)
                        yield self._form(x, k, action, {j: scale}, multipliers)
        if max(n) <= 0 and all(n[i] == 0 or action.deviations[i] for i in range(2)):
            yield self._form(x, k, action, {}, (Fraction(-n[0]), Fraction(-n[1])))

    def _form(self, x: int, k: int, action: Action, used: dict[int, Fraction], multipliers: tuple[Fraction, Fraction]) -> Form:
        unit = self.tables.unit
        weights: dict[tuple[int, int], Fraction] = {}
        constant = -self.heights[x][k]
        for j, scale in used.items():
            m = self.normals[j]
            constant += scale * (m[0] * action.reward[0] + m[1] * action.reward[1]) / unit
            for y, move in enumerate(action.moves):
                if move:
                    constant += scale * move / unit * self.heights[y][j]
                    weights[y, j] = weights.get((y, j), Fraction(0)) + scale * move / unit
        for i, multiplier in enumerate(multipliers):
            if multiplier:
                worst = [-row[self.down[i]] for row in self.heights]
                values = [d.reward + sum(w * worst[y] for y, w in enumerate(d.moves) if w) for d in action.deviations[i]]
                best = max(range(len(values)), key=values.__getitem__)
                constant -= multiplier * Fraction(values[best]) / unit
                for y, move in enumerate(action.deviations[i][best].moves):
                    if move:
                        key = y, self.down[i]
                        weights[key] = weights.get(key, Fraction(0)) + multiplier * move / unit
        return Form(constant, weights)
