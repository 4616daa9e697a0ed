"""Equilibria of symbolic games in normal form, each with the condition under which it exists.

Two players: an extreme equilibrium is a pair of vertices, each the only mixture on its support that makes some
actions of the opponent tie. Its probabilities are quotients of determinants, its condition that they are
positive and that no other action pays more. Payoffs that tie identically, off the path of play for instance,
make more actions tie than the support has; such vertices are found too, so that families come with their ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np

from alliancegames.errors import SolverNotApplicableError
from alliancegames.statics._polynomials import FALSE, Formula, every, some
from alliancegames.statics.parameter_space import ParameterSpace

__all__ = ["Candidate", "bimatrix_candidates", "candidates", "determinant", "polynomials"]


@dataclass(frozen=True)
class Candidate:
    """A profile that is an equilibrium where its condition holds.

    Parameters
    ----------
    profile : tuple of dict
        For each player the probability of each action in the support, as a formula.
    condition : Formula
        Where it is an equilibrium; on the borders it is one, too.
    label : str
        What happens in it, in short; empty if the profile tells.
    """

    profile: tuple[Mapping[str, Any], ...]
    condition: Formula
    label: str = ""


@dataclass(frozen=True)
class _Vertex:
    """A mixture as numerators over their sum, the opponent's actions that tie, and the condition."""

    support: tuple[int, ...]
    tied: tuple[int, ...]
    numerators: tuple[Any, ...]
    condition: Formula


def candidates(game: Any, space: ParameterSpace) -> tuple[list[Candidate], tuple[str, ...]]:
    """Return all candidates of a game in normal form, and in words what was not examined.

    Parameters
    ----------
    game : NormalFormGame
        With payoffs that are rational functions of the parameters.
    space : ParameterSpace
        The space of the parameters.
    """
    if len(game.players) == 2:
        return bimatrix_candidates(game, space), ()
    return _few_mixing(game, space)


def bimatrix_candidates(game: Any, space: ParameterSpace) -> list[Candidate]:
    """Return all extreme equilibria of a two-player game."""
    row, column = (polynomials(payoffs, space) for payoffs in game.payoffs)
    rows, columns = _undominated(row, column, space)
    row, column = row[np.ix_(rows, columns)], column[np.ix_(rows, columns)]
    first = _vertices(column, space)  # mixtures of the row player make columns tie
    second = _vertices(row.T, space)
    labels = [[game.actions[0][k] for k in rows], [game.actions[1][k] for k in columns]]
    result = []
    for x, y in product(first, second):
        if set(x.support) <= set(y.tied) and set(y.support) <= set(x.tied):
            condition = every([x.condition, y.condition])
            if condition != FALSE:
                result.append(Candidate((_strategy(x, labels[0], space), _strategy(y, labels[1], space)), condition))
    return result


def polynomials(payoffs: np.ndarray, space: ParameterSpace) -> np.ndarray:
    """Multiply the payoffs of a player by their common positive denominator."""
    pairs = [space.ring.quotient(payoff) for payoff in payoffs.flat]
    common = space.ring.constant(1)
    for _, denominator in pairs:
        common = common * (denominator / common.gcd(denominator))
    sign = space.sign(common)
    if sign not in (1, -1):
        raise SolverNotApplicableError(
            f"regimes(): the denominator {space.ring.expression(common)} of the payoffs may vanish; declare a domain in which it does not."
        )
    result = np.empty(payoffs.size, dtype=object)
    result[:] = [numerator * (common / denominator) * sign for numerator, denominator in pairs]
    return result.reshape(payoffs.shape)


def _undominated(row: np.ndarray, column: np.ndarray, space: ParameterSpace) -> tuple[list[int], list[int]]:
    """Leave out, again and again, actions that another one strictly dominates everywhere in the space."""
    kept = [list(range(row.shape[0])), list(range(row.shape[1]))]
    changed = True
    while changed:
        changed = False
        for player, payoffs in enumerate((row, column.T)):
            own, other = kept[player], kept[1 - player]
            for k in own:
                if any(all(space.sign(payoffs[j, c] - payoffs[k, c]) == 1 for c in other) for j in own if j != k):
                    own.remove(k)
                    changed = True
                    break
    return kept[0], kept[1]


def _vertices(payoffs: np.ndarray, space: ParameterSpace) -> list[_Vertex]:
    """Return the mixtures over rows that alone on their support make some columns tie best, for the player of the columns."""
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], _Vertex] = {}
    rows, columns = payoffs.shape
    for size in range(1, min(rows, columns) + 1):
        for support in combinations(range(rows), size):
            for chosen in combinations(range(columns), size):
                vertex = _vertex(payoffs, support, chosen, space)
                if vertex is not None:
                    found.setdefault((vertex.support, vertex.tied), vertex)
    return list(found.values())


def _vertex(payoffs: np.ndarray, support: tuple[int, ...], chosen: tuple[int, ...], space: ParameterSpace) -> _Vertex | None:
    """Solve for the mixture on the support that makes the chosen columns tie, if there is exactly one."""
    base = chosen[0]
    equations = [[payoffs[i, j] - payoffs[i, base] for i in support] for j in chosen[1:]]
    numerators = _null_vector(equations, len(support), space)
    if numerators is None or any(n.is_zero() for n in numerators):
        return None
    signs = [space.sign(n) for n in numerators]
    if 1 in signs and -1 in signs:
        return None
    gains = [
        sum((n * (payoffs[i, base] - payoffs[i, j]) for n, i in zip(numerators, support, strict=True)), start=0 * numerators[0])
        for j in range(payoffs.shape[1])
    ]
    tied = tuple(j for j, gain in enumerate(gains) if gain.is_zero())
    if chosen != tied[: len(chosen)] and _earlier(payoffs, support, tied, chosen, space):
        return None  # the same mixture was found from other columns
    orientations: list[Formula] = []
    for sign in (1, -1):
        if -sign not in signs:
            positive = [space.sign_condition(n * sign, ">") for n in numerators]
            best = [space.sign_condition(gain * sign, ">") for j, gain in enumerate(gains) if j not in tied]
            orientations.append(every([*positive, *best]))
    condition = some(orientations)
    return None if condition == FALSE else _Vertex(support, tied, tuple(numerators), condition)


def _earlier(payoffs: np.ndarray, support: tuple[int, ...], tied: tuple[int, ...], chosen: tuple[int, ...], space: ParameterSpace) -> bool:
    """Whether an earlier choice among the tied columns determines the same mixture."""
    for other in combinations(tied, len(chosen)):
        if other >= chosen:
            return False
        base = other[0]
        equations = [[payoffs[i, j] - payoffs[i, base] for i in support] for j in other[1:]]
        if _null_vector(equations, len(support), space) is not None:
            return True
    return False


def _null_vector(equations: Sequence[Sequence[Any]], size: int, space: ParameterSpace) -> list[Any] | None:
    """Return the solution of size - 1 homogeneous equations by minors, without common factor; None if there are more."""
    one = space.ring.constant(1)
    if size == 1:
        return [one]
    minors = [
        (-1) ** k * determinant([[entry for place, entry in enumerate(equation) if place != k] for equation in equations], one)
        for k in range(size)
    ]
    if all(minor.is_zero() for minor in minors):
        return None
    common = minors[0]
    for minor in minors[1:]:
        common = common.gcd(minor)
    return [minor / common for minor in minors]


def determinant(matrix: Sequence[Sequence[Any]], one: Any) -> Any:
    """Return the determinant of a small matrix of polynomials; ``one`` is that of the empty one."""
    if not matrix:
        return one
    total = 0 * one
    for k, entry in enumerate(matrix[0]):
        if not entry.is_zero():
            total = total + (-1) ** k * entry * determinant([[*line[:k], *line[k + 1 :]] for line in matrix[1:]], one)
    return total


def _strategy(vertex: _Vertex, labels: Sequence[str], space: ParameterSpace) -> dict[str, Any]:
    total = sum(vertex.numerators[1:], start=vertex.numerators[0])
    return {labels[k]: space.ring.ratio(numerator, total) for k, numerator in zip(vertex.support, vertex.numerators, strict=True)}


# ---------------------------------------------------------------- more players


def _few_mixing(game: Any, space: ParameterSpace) -> tuple[list[Candidate], tuple[str, ...]]:
    """Return the equilibria of a game of more players in which nobody mixes, or two players mix over two actions each."""
    payoffs = [polynomials(array, space) for array in game.payoffs]
    result = [*_pure(game, payoffs, space), *_two_mixing(game, payoffs, space)]
    return result, (f"equilibria of {len(game.players)} players in which more than two of them mix, or one over more than two actions",)


def _pure(game: Any, payoffs: Sequence[np.ndarray], space: ParameterSpace) -> Iterator[Candidate]:
    import sympy

    for cell in np.ndindex(game.shape):
        condition = every(_best(payoffs[k], k, [cell], space, [space.ring.constant(1)]) for k in range(len(game.players)))
        if condition != FALSE:
            yield Candidate(tuple({game.actions[k][a]: sympy.Integer(1)} for k, a in enumerate(cell)), condition)


def _best(
    payoffs: np.ndarray,
    player: int,
    cells: Sequence[tuple[int, ...]],
    space: ParameterSpace,
    weights: Sequence[Any],
    own: Sequence[int] = (),
) -> Formula:
    """Return that no other action of a player pays more than the present one against weighted cells of the others."""
    used = own or (cells[0][player],)

    def value(action: int) -> Any:
        return sum(
            (w * payoffs[(*cell[:player], action, *cell[player + 1 :])] for w, cell in zip(weights, cells, strict=True)),
            start=0 * weights[0],
        )

    here = value(used[0])
    differences = [here - value(action) for action in range(payoffs.shape[player]) if action not in used]
    return every(space.sign_condition(d, ">") for d in differences if not d.is_zero())


def _two_mixing(game: Any, payoffs: Sequence[np.ndarray], space: ParameterSpace) -> Iterator[Candidate]:
    """Two players mix over two actions each and make each other indifferent; the others are fixed."""
    for i, j in combinations(range(len(game.players)), 2):
        others = [k for k in range(len(game.players)) if k not in (i, j)]
        for fixed in product(*(range(game.shape[k]) for k in others)):
            for own, theirs in product(combinations(range(game.shape[i]), 2), combinations(range(game.shape[j]), 2)):
                candidate = _mixed_pair(game, payoffs, space, (i, j), dict(zip(others, fixed, strict=True)), (own, theirs))
                if candidate is not None:
                    yield candidate


def _mixed_pair(
    game: Any,
    payoffs: Sequence[np.ndarray],
    space: ParameterSpace,
    pair: tuple[int, int],
    fixed: Mapping[int, int],
    supports: tuple[tuple[int, ...], ...],
) -> Candidate | None:
    import sympy

    i, j = pair

    def cell(a: int, b: int) -> tuple[int, ...]:
        return tuple(a if k == i else b if k == j else fixed[k] for k in range(len(game.players)))

    own, theirs = supports
    # A player's mixture makes the partner indifferent between the partner's two actions.
    gains_j = [payoffs[j][cell(a, theirs[0])] - payoffs[j][cell(a, theirs[1])] for a in own]
    gains_i = [payoffs[i][cell(own[0], b)] - payoffs[i][cell(own[1], b)] for b in theirs]
    conditions: list[Formula] = []
    weights = []
    for first, second in (gains_j, gains_i):
        if first.is_zero() or second.is_zero():
            return None
        conditions.append(space.sign_condition(-first * second, ">"))
        weights.append((second, -first))
    orientations = []
    for sign_x, sign_y in product((1, -1), repeat=2):
        x, y = [w * sign_x for w in weights[0]], [w * sign_y for w in weights[1]]
        cells = [cell(a, b) for a in own for b in theirs]
        shares = [p * q for p in x for q in y]
        parts = [space.sign_condition(w, ">") for w in (*x, *y)]
        for k in range(len(game.players)):
            parts.append(_best(payoffs[k], k, cells, space, shares, own if k == i else theirs if k == j else ()))
        orientations.append(every(parts))
    condition = every([*conditions, some(orientations)])
    if condition == FALSE:
        return None
    profile: list[Mapping[str, Any]] = []
    for k in range(len(game.players)):
        if k in pair:
            first, second = weights[pair.index(k)]
            actions = [game.actions[k][a] for a in supports[pair.index(k)]]
            profile.append({action: space.ring.ratio(top, first + second) for action, top in zip(actions, (first, second), strict=True)})
        else:
            profile.append({game.actions[k][fixed[k]]: sympy.Integer(1)})
    return Candidate(tuple(profile), condition)
