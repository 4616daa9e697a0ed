"""How hard players can be punished: minmax payoffs, exact or between bounds, and those of Wen for aligned interests."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from alliancegames.errors import GameDefinitionError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers.repeated._bounds_reading import Stage
from alliancegames.solvers.zero_sum import minmax as mixed_minmax
from alliancegames.solvers.zero_sum import pure_minmax

__all__ = ["Punishment", "aligned", "check_minmax", "effective_minmax", "punishments"]

# Rounds of the search for independent punishments, and the grid of probabilities on which they end up.
ROUNDS, GRID = 40, 1 << 20


@dataclass(frozen=True)
class Punishment:
    """The payoff to which a player can be held: not below `low`, and `high` can be enforced.

    Parameters
    ----------
    low, high : Fraction
        The bounds, equal where the value is known.
    """

    low: Fraction
    high: Fraction

    @property
    def exact(self) -> bool:
        """Whether the value is known."""
        return self.low == self.high

    def __str__(self) -> str:
        return str(self.low) if self.exact else f"between {float(self.low):.9g} and {float(self.high):.9g}"


def check_minmax(function: str, minmax: str) -> None:
    """Refuse an unknown kind of punishment."""
    if minmax not in ("mixed", "pure"):
        raise GameDefinitionError(f"{function}(): minmax must be 'mixed' or 'pure', got {minmax!r}.")


def punishments(stage: Stage, minmax: str) -> list[Punishment]:
    """Return the minmax payoff of every player."""
    game = stage.game
    if minmax == "pure":
        return [Punishment(value, value) for value in (Fraction(pure_minmax(game, k).value) for k in range(len(game.players)))]
    return [_mixed(stage, k) for k in range(len(game.players))]


def _mixed(stage: Stage, k: int) -> Punishment:
    """Return the minmax payoff when the others randomise, each on their own."""
    game = stage.game.exact() if stage.game.field == "exact" else _as_fractions(stage)
    low = Fraction(mixed_minmax(game, k, punishers="correlated").value)
    movers = [j for j, size in enumerate(game.shape) if j != k and size > 1]
    if len(movers) <= 1:
        return Punishment(low, low)
    high = Fraction(pure_minmax(game, k).value)
    return Punishment(low, high if high == low else min(high, _independent(stage.payoffs[k], k)))


def _as_fractions(stage: Stage) -> NormalFormGame:
    """Return the stage game with its floats as the rationals they are."""
    game = stage.game
    return type(game).from_arrays(*stage.payoffs, players=game.players, actions=game.actions)


def _independent(payoffs: np.ndarray, k: int) -> Fraction:
    """Return what some independent mixtures hold a player to: one punisher after the other is improved, in floats.

    The mixtures found are rounded to rationals and evaluated exactly, so that the value can be enforced.
    """
    table = np.moveaxis(payoffs, k, 0)
    rough = table.astype(float)
    sizes = table.shape[1:]
    starts = [[np.full(size, 1 / size) for size in sizes]]
    for cell in itertools.islice(np.ndindex(*sizes), 24):
        starts.append([0.5 * np.eye(size)[j] + 0.5 / size for size, j in zip(sizes, cell, strict=True)])
    return min(_enforced(table, _descended(rough, start)) for start in starts)


def _descended(table: np.ndarray, mixtures: list[np.ndarray]) -> list[np.ndarray]:
    from scipy.optimize import linprog

    value = np.inf
    for _ in range(ROUNDS):
        for j in range(len(mixtures)):
            rows = _averaged(table, mixtures, j)  # own actions in rows, actions of punisher j in columns
            size = rows.shape[1]
            cost = np.append(np.zeros(size), 1.0)
            found = linprog(
                cost,
                np.hstack([rows, -np.ones((len(rows), 1))]),
                np.zeros(len(rows)),
                [np.append(np.ones(size), 0.0)],
                [1.0],
                [(0, None)] * size + [(None, None)],
            )
            if found.status == 0:
                mixtures = [*mixtures[:j], found.x[:-1], *mixtures[j + 1 :]]
                reached = float(found.x[-1])
        if not reached < value - 1e-12 * (1 + abs(reached)):
            break
        value = reached
    return mixtures


def _averaged(table: np.ndarray, mixtures: Sequence[np.ndarray], kept: int | None) -> np.ndarray:
    """Average over the actions of all punishers but one."""
    for j in reversed(range(len(mixtures))):
        if j != kept:
            table = np.tensordot(table, mixtures[j], axes=(j + 1, 0))
    return table


def _enforced(table: np.ndarray, mixtures: Sequence[np.ndarray]) -> Fraction:
    """Return the best reply payoff against mixtures, rounded to rationals."""
    exact = []
    for mixture in mixtures:
        counts = [max(0, round(float(weight) * GRID)) for weight in mixture]
        exact.append(np.array([Fraction(count, sum(counts)) for count in counts], dtype=object))
    return Fraction(max(_averaged(table, exact, None)))


def aligned(stage: Stage) -> list[list[int]]:
    """Group the players who are not indifferent among all profiles by preferences: equal up to a positive affine map."""
    groups: list[tuple[tuple[Fraction, ...], list[int]]] = []
    for k, array in enumerate(stage.payoffs):
        low, high = min(array.flat), max(array.flat)
        if low == high:
            continue
        shape = tuple((value - low) / (high - low) for value in array.flat)
        for known, members in groups:
            if known == shape:
                members.append(k)
                break
        else:
            groups.append((shape, [k]))
    return [members for _, members in groups]


def effective_minmax(stage: Stage) -> list[Fraction]:
    """Return pure minmax payoffs when those with the same preferences cannot be held down one by one.

    A profile holds a player to the most that anybody with the same preferences can reach by deviating from it.
    """
    groups = {k: members for members in aligned(stage) for k in members}
    values = []
    for k, array in enumerate(stage.payoffs):
        deviations = [array.max(axis=j, keepdims=True) for j in groups.get(k, [k])]
        reach = deviations[0]
        for other in deviations[1:]:
            reach = np.maximum(reach, other)
        values.append(Fraction(min(reach.flat)))
    return values
