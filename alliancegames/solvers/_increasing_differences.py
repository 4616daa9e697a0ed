"""Increasing differences: how a player's gain from a step up moves with the steps of the others."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._reading import exact_payoffs, spans

__all__ = ["Pairs", "Square", "SupermodularReport", "mixed_differences", "report"]

Pairs = dict[tuple[int, int], "_Pair"]


@dataclass(frozen=True)
class Square:
    """Two neighbouring actions of a player against two neighbouring actions of another.

    Parameters
    ----------
    player, other : str
        Whose payoff it is, and whose step up should not lower the gain.
    profile : tuple of str
        The profile in which both take the lower action (in the order in which the actions are listed).
    gain : tuple of number
        What the player gains by the step up before and after the other's step up.
    """

    player: str
    other: str
    profile: tuple[str, ...]
    gain: tuple[Any, Any]


@dataclass(frozen=True)
class SupermodularReport:
    """Whether a game is supermodular, under which orders, and why if not.

    True in a Boolean context if the game is; that raises where it depends on the symbols.

    Parameters
    ----------
    game : NormalFormGame
        The game examined.
    is_supermodular : bool or None
        None: it is exactly where all ``conditions`` hold.
    reversed : tuple of str
        Players whose actions are taken in the opposite of the listed order.
    conditions : tuple of sympy relation
        Symbolic payoffs: the inequalities that the declared assumptions on the symbols leave open.
    witness : Square or None
        Where increasing differences fail, if they do.
    """

    game: NormalFormGame
    is_supermodular: bool | None
    reversed: tuple[str, ...] = ()
    conditions: tuple[Any, ...] = ()
    witness: Square | None = None

    def __bool__(self) -> bool:
        if self.is_supermodular is None:
            raise SolverNotApplicableError(
                f"whether the game is supermodular depends on the symbols: {self.conditions}; read .is_supermodular."
            )
        return self.is_supermodular


@dataclass(frozen=True)
class _Pair:
    """How the gains of a player move with the steps of another, in the listed orders."""

    rises: tuple[Any, ...]  # the distinct mixed differences that are not zero
    cells: tuple[tuple[int, ...], ...]


def mixed_differences(game: NormalFormGame, share: Fraction) -> Pairs:
    """Return for each player and each other the mixed differences of the player's payoff over single steps."""
    symbolic = game.field == "symbolic"
    payoffs = game.payoffs if symbolic else exact_payoffs(game)
    allowed = [share * span for span in spans(payoffs)] if game.field == "float" else [Fraction(0)] * len(payoffs)
    pairs = {}
    for i, array in enumerate(payoffs):
        for j in range(array.ndim):
            if i == j:
                continue
            found: dict[Any, tuple[int, ...]] = {}
            rises = np.diff(np.diff(array, axis=i), axis=j)
            for cell in np.ndindex(rises.shape):
                value = _primitive(rises[cell]) if symbolic else rises[cell]
                if value != 0 and (symbolic or abs(value) > allowed[i]):
                    found.setdefault(value, cell)
            pairs[i, j] = _Pair(tuple(found), tuple(found.values()))
    return pairs


def _primitive(value: Any) -> Any:
    """Return an expression that is zero, positive or negative where the given one is."""
    import sympy

    reduced = sympy.factor(sympy.simplify(sympy.expand(value)))
    if not reduced.free_symbols:
        return sympy.Integer(0) if reduced.equals(0) else sympy.sign(reduced)
    return reduced.as_content_primitive()[1]


def _is_nonnegative(value: Any) -> bool | None:
    """Decide a sign from the assumptions on the symbols; None if they leave it open."""
    if isinstance(value, Fraction):
        return value >= 0
    if value.is_nonnegative or value.expand().is_nonnegative:
        return True
    return False if value.is_negative or value.expand().is_negative else None


def report(game: NormalFormGame, pairs: Pairs, turned: frozenset[int]) -> SupermodularReport:
    names = tuple(game.players[k] for k in sorted(turned))
    conditions: dict[Any, None] = {}
    for (i, j), pair in pairs.items():
        flip = (i in turned) != (j in turned)
        for value, cell in zip(pair.rises, pair.cells, strict=True):
            needed = -value if flip else value
            decided = _is_nonnegative(needed)
            if decided is False:
                return SupermodularReport(game, False, names, (), _square(game, i, j, cell))
            if decided is None:
                conditions[_at_least_zero(needed)] = None
    return SupermodularReport(game, None if conditions else True, names, tuple(conditions))


def _at_least_zero(value: Any) -> Any:
    import sympy

    value = sympy.factor(value)
    if value.could_extract_minus_sign():
        return sympy.Le(-value, 0, evaluate=False)
    return sympy.Ge(value, 0, evaluate=False)


def _square(game: NormalFormGame, i: int, j: int, cell: tuple[int, ...]) -> Square:
    def gain(step: int) -> Any:
        low = [action + step * (k == j) for k, action in enumerate(cell)]
        high = [action + (k == i) for k, action in enumerate(low)]
        difference = game.payoffs[i][tuple(high)] - game.payoffs[i][tuple(low)]
        return float(difference) if game.field == "float" else difference

    labels = tuple(part[action] for part, action in zip(game.actions, cell, strict=True))
    return Square(game.players[i], game.players[j], labels, (gain(0), gain(1)))
