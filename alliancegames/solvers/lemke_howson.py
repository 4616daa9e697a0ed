"""The Lemke-Howson path from a dropped label, in integers, with the lexicographic rule for ties.

From the artificial equilibrium, in which nobody plays anything, one label is dropped and the path of almost
completely labelled pairs followed until the label is found again :cite:p:`vonstengel2002computing`. The
lexicographic rule makes the path unique in every game, degenerate or not, so that it cannot cycle. Not
every equilibrium is at the end of such a path: the method gives a sample, and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cmp_to_key, partial
from typing import Any, ClassVar

from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import Profile
from alliancegames.solvers._double_description import Ray
from alliancegames.solvers.bimatrix import Bimatrix, choosers
from alliancegames.solvers.nash import nash
from alliancegames.solvers.registry import Findings, register
from alliancegames.solvers.result import PARTIAL

__all__ = ["LemkeHowson", "lemke_howson_map"]


@register
@dataclass(frozen=True)
class LemkeHowson:
    """One equilibrium of a two-player game, at the end of the path from a dropped label.

    Parameters
    ----------
    player : str or int, default 0
        Whose action is dropped.
    action : str or int, default 0
        The action whose label is dropped first.
    """

    player: str | int = 0
    action: str | int = 0

    name: ClassVar[str] = "lemke_howson"
    concept: ClassVar[str] = "nash"
    description: ClassVar[str] = "one equilibrium of a two-player game by complementary pivoting, exact; a sample, not all"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games in which more than two players have a choice."""
        if not isinstance(game, NormalFormGame) or len(game.players) < 2:
            return "needs a game in normal form with 2 players"
        if len(choosers(game)) > 2:
            return f"needs 2 players; this game has {len(game.players)} ({', '.join(game.players)})"
        return None

    def solve(self, game: NormalFormGame) -> Findings:
        """Follow the path and report how many pivots it took."""
        bimatrix = Bimatrix(game)
        k = resolve(self.player, game.players, "player", "lemke_howson")
        action = resolve(self.action, game.actions[k], "action", "lemke_howson")
        if k not in (bimatrix.first, bimatrix.second):
            raise GameDefinitionError(f"lemke_howson: {game.players[k]} has a single action; drop a label of a player with a choice.")
        label = action if k == bimatrix.first else bimatrix.row.shape[0] + action
        x, y, pivots = follow_path(bimatrix, label)
        return Findings([bimatrix.strategies(x, y)], False, None, PARTIAL, {"pivots": pivots})


def lemke_howson_map(game: NormalFormGame) -> dict[tuple[str, str], Profile]:
    """Find which dropped label leads to which equilibrium.

    Parameters
    ----------
    game : NormalFormGame
        A two-player game with exact or float payoffs.

    Returns
    -------
    dict of (str, str) to Profile
        For each player and action the verified equilibrium at the end of the path from that label.
        Equilibria that no label leads to are not found; `nash` lists all.

    Raises
    ------
    SolverNotApplicableError
        The game does not have two players, or contains symbols.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.NormalFormGame.from_bimatrix([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]])
    >>> for label, profile in ag.solvers.lemke_howson_map(game).items():
    ...     print(label, profile)
    ('Player 1', '1') (1) × (1)
    ('Player 1', '2') (2 1/3, 3 2/3) × (1 1/3, 2 2/3)
    ('Player 1', '3') (1) × (1)
    ('Player 2', '1') (1) × (1)
    ('Player 2', '2') (2 1/3, 3 2/3) × (1 1/3, 2 2/3)
    """
    labels = [
        (player, action) for player, actions in zip(game.players, game.actions, strict=True) for action in actions if len(actions) > 1
    ]
    return {label: nash(game, solver=LemkeHowson(*label))[0] for label in labels}


def follow_path(bimatrix: Bimatrix, dropped: int) -> tuple[Ray, Ray, int]:
    """Return the vertices at the end of the path from a dropped label, and the number of pivots."""
    m, n = bimatrix.row.shape
    # Labels 0..m-1 are actions of the first player, m..m+n-1 of the second; each tableau has one column a label.
    x_side = _Tableau(bimatrix.column.T.tolist(), own=list(range(m)), slack=[m + j for j in range(n)])
    y_side = _Tableau(bimatrix.row.tolist(), own=[m + j for j in range(n)], slack=list(range(m)))
    side, other = (x_side, y_side) if dropped < m else (y_side, x_side)
    entering, pivots = dropped, 0
    while True:
        leaving = side.pivot(entering)
        pivots += 1
        if leaving == dropped:
            return x_side.ray(range(m)), y_side.ray(range(m, m + n)), pivots
        entering = leaving
        side, other = other, side


class _Tableau:
    """The system ``matrix @ own + slack = 1`` in integers: every entry is over the common denominator."""

    def __init__(self, matrix: list[list[int]], own: list[int], slack: list[int]) -> None:
        size = len(matrix)
        identity = [[int(i == j) for j in range(size)] for i in range(size)]
        self._rows = [[*row, *unit, 1] for row, unit in zip(matrix, identity, strict=True)]
        self._column = {label: k for k, label in enumerate([*own, *slack])}
        self._slacks = range(len(own), len(own) + size)
        self._basis = list(slack)
        self._denominator = 1

    def pivot(self, label: int) -> int:
        """Bring a variable into the basis; return the label of the one that leaves."""
        column = self._column[label]
        candidates = [i for i, row in enumerate(self._rows) if row[column] > 0]
        order: Callable[[int, int], int] = partial(self._compare, column)
        chosen = min(candidates, key=cmp_to_key(order))
        pivot_row, pivot = self._rows[chosen], self._rows[chosen][column]
        for i, row in enumerate(self._rows):
            if i != chosen:
                factor = row[column]
                self._rows[i] = [(a * pivot - factor * b) // self._denominator for a, b in zip(row, pivot_row, strict=True)]
        self._denominator = pivot
        leaving, self._basis[chosen] = self._basis[chosen], label
        return leaving

    def _compare(self, column: int, a: int, b: int) -> int:
        """Compare two ratios with the right-hand side perturbed by powers of an infinitesimal."""
        first, second = self._rows[a], self._rows[b]
        for k in (-1, *self._slacks):
            difference = first[k] * second[column] - second[k] * first[column]
            if difference:
                return 1 if difference > 0 else -1
        return 0

    def ray(self, own: range) -> Ray:
        """Return the current vertex as integer coordinates; its labels are not needed."""
        values = dict(zip(self._basis, (row[-1] for row in self._rows), strict=True))
        return Ray([values.get(label, 0) for label in own] + [self._denominator], 0)
