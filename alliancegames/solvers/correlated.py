"""Correlated equilibria: the best for any linear objective, and all vertices of the polytope for small games.

A distribution over pure profiles, drawn by a mediator who tells each player the own action only, is a
*correlated equilibrium* if nobody gains by taking another action than the one recommended
:cite:p:`aumann1974subjectivity,aumann1987correlated`; it is a *coarse* one if nobody gains by committing to one action before the
recommendation is known :cite:p:`moulin1978strategically`. Both sets are polytopes of finitely many linear inequalities, and every
Nash equilibrium lies in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, cast

import numpy as np

from alliancegames._fields import format_number
from alliancegames._immutable import FrozenDict
from alliancegames._labels import position_of, resolve
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._double_description import TooManyRays, extreme_rays
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers._obedience import largest_gain, obedience_rows
from alliancegames.solvers._objectives import objective_values
from alliancegames.solvers._reading import FLOAT_TOLERANCE, check_game, exact_payoffs, in_field

__all__ = ["CorrelatedEquilibrium", "CorrelatedPolytope", "coarse_correlated_equilibrium", "correlated_equilibrium", "correlated_vertices"]

Sense = Literal["max", "min"]
Distribution = Mapping[tuple[str, ...], Any]


@dataclass(frozen=True, repr=False)
class CorrelatedEquilibrium:
    """A distribution over pure profiles that everybody obeys.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    concept : str
        ``"correlated equilibrium"`` or ``"coarse correlated equilibrium"``.
    distribution : mapping of tuple of str to number
        Probability of each pure profile that has a positive one, by action labels.
    value : number or None
        The objective reached; None where none was optimised.
    exact : bool
        Whether all numbers are exact rationals. Float games are solved exactly at the binary values of
        their payoffs, and the result is rounded.
    largest_gain : Fraction or float
        Largest expected gain from disobeying, as a share of the player's payoff range, found by an
        independent check of the numbers returned; exactly 0 in exact games.
    """

    game: NormalFormGame
    concept: str
    distribution: Distribution = field(hash=False)
    value: Any
    exact: bool
    largest_gain: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "distribution", FrozenDict(cast("dict[str, Any]", self.distribution)))

    @property
    def verified(self) -> bool:
        """Whether the independent check found no gain from disobeying (in floats: none beyond rounding)."""
        return bool(self.largest_gain == 0 if self.exact else self.largest_gain <= FLOAT_TOLERANCE)

    @property
    def array(self) -> np.ndarray:
        """Probabilities of all pure profiles; axis ``i`` is indexed by the actions of player ``i``."""
        values = np.zeros(self.game.shape) if not self.exact else np.full(self.game.shape, Fraction(0), dtype=object)
        for profile, probability in self.distribution.items():
            values[position_of(profile, self.game.actions, self.game.players, "array")] = probability
        values.setflags(write=False)
        return values

    @property
    def payoffs(self) -> dict[str, Any]:
        """Expected payoff of each player, by label."""
        weights = self.array
        totals = ((weights * array).sum() for array in self.game.payoffs)
        return {player: total if self.exact else float(total) for player, total in zip(self.game.players, totals, strict=True)}

    def conditional(self, player: str | int, action: str | int) -> dict[tuple[str, ...], Any]:
        """Return what a player believes about the others after a recommendation.

        Parameters
        ----------
        player : str or int
            Who receives the recommendation.
        action : str or int
            The action recommended; it must have positive probability.

        Returns
        -------
        dict
            Probability of each combination of the others' actions (in the order of the players).
        """
        k = resolve(player, self.game.players, "player", "conditional()")
        label = self.game.actions[k][resolve(action, self.game.actions[k], "action", "conditional()")]
        joint = {(*cell[:k], *cell[k + 1 :]): weight for cell, weight in self.distribution.items() if cell[k] == label}
        if not joint:
            raise SolverNotApplicableError(
                f"conditional(): {label!r} is never recommended to {self.game.players[k]}, so that there is no belief to condition on it."
            )
        total = sum(joint.values())
        return {cell: weight / total for cell, weight in joint.items()}

    def __str__(self) -> str:
        return ", ".join(f"({', '.join(cell)}) {format_number(weight)}" for cell, weight in self.distribution.items())

    def __repr__(self) -> str:
        value = "" if self.value is None else f", value {format_number(self.value)}"
        return f"<{self.concept}: {self}{value}>"


@dataclass(frozen=True)
class CorrelatedPolytope:
    """All extreme correlated equilibria of a game; every other one is a mixture of them.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    vertices : tuple of CorrelatedEquilibrium
        The vertices, in lexicographic order of their probabilities, largest first.
    dimension : int
        Dimension of the polytope; 0 if there is a single correlated equilibrium.
    """

    game: NormalFormGame
    vertices: tuple[CorrelatedEquilibrium, ...]
    dimension: int


def correlated_equilibrium(game: NormalFormGame, objective: Any = "welfare", *, sense: Sense = "max") -> CorrelatedEquilibrium:
    """Find a correlated equilibrium that is best for a linear objective.

    Parameters
    ----------
    game : NormalFormGame
        Any number of players; exact or float payoffs.
    objective : str, mapping or array, default "welfare"
        ``"welfare"`` (the sum of payoffs), a player's label (that player's payoff), a mapping from players
        to weights on their payoffs, or values of the pure profiles: a mapping from tuples of action
        labels (zero where left out) or an array with one axis a player. A player who is called
        "welfare" is meant by ``{"welfare": 1}``.
    sense : {"max", "min"}, default "max"
        Whether the objective is maximised or minimised.

    Returns
    -------
    CorrelatedEquilibrium
        Verified. If several equilibria are best, one of them.

    Notes
    -----
    A linear program in rationals with one variable a pure profile, solved and certified exactly.

    Examples
    --------
    The best correlated equilibrium of chicken is fairer, and better, than any mixture of its pure ones:

    >>> import alliancegames as ag
    >>> game = ag.games.chicken(win=7, compromise=6, lose=2, disaster=0)
    >>> best = ag.correlated_equilibrium(game)
    >>> best.value
    Fraction(21, 2)
    >>> best.distribution[("yield", "yield")]
    Fraction(1, 2)
    >>> best.conditional("Row", "yield")
    {('yield',): Fraction(2, 3), ('stand firm',): Fraction(1, 3)}
    """
    return _optimum("correlated_equilibrium", game, objective, sense, coarse=False)


def coarse_correlated_equilibrium(game: NormalFormGame, objective: Any = "welfare", *, sense: Sense = "max") -> CorrelatedEquilibrium:
    """Find a coarse correlated equilibrium that is best for a linear objective.

    Nobody gains by replacing all recommendations with one action, before knowing them. Every correlated
    equilibrium is a coarse one.

    Parameters
    ----------
    game : NormalFormGame
        Any number of players; exact or float payoffs.
    objective : str, mapping or array, default "welfare"
        As in `correlated_equilibrium`.
    sense : {"max", "min"}, default "max"
        Whether the objective is maximised or minimised.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.coarse_correlated_equilibrium(ag.games.prisoners_dilemma()).distribution
    {('defect', 'defect'): Fraction(1, 1)}
    """
    return _optimum("coarse_correlated_equilibrium", game, objective, sense, coarse=True)


def correlated_vertices(game: NormalFormGame, *, limit: int = 2000) -> CorrelatedPolytope:
    """Return all vertices of the polytope of correlated equilibria.

    Parameters
    ----------
    game : NormalFormGame
        A small game (up to about ten pure profiles) with exact or float payoffs.
    limit : int, default 2000
        Largest number of rays kept on the way; the time grows with its cube.

    Raises
    ------
    SolverNotApplicableError
        The polytope, or one met on the way to it, has more vertices than ``limit``.

    Notes
    -----
    The double description method in integers: complete, also where inequalities tie. The geometry of
    these polytopes is described by :cite:p:`nau2004geometry`.

    Examples
    --------
    >>> import alliancegames as ag
    >>> polytope = ag.correlated_vertices(ag.games.chicken())
    >>> len(polytope.vertices), polytope.dimension
    (5, 3)
    """
    check_game("correlated_vertices", game)
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise GameDefinitionError(f"correlated_vertices(): limit must be a positive integer, got {limit!r}.")
    payoffs = exact_payoffs(game)
    size = payoffs[0].size
    refusal = SolverNotApplicableError(
        f"correlated_vertices(): more than {limit} vertices arise for this game with {size} pure profiles; "
        "raise limit, or ask correlated_equilibrium() for the best one."
    )
    if size > limit:
        raise refusal
    try:
        rays = [ray.coordinates for ray in extreme_rays(obedience_rows(payoffs, coarse=False), size, limit)]
    except TooManyRays:
        raise refusal from None
    points = sorted(([Fraction(entry, sum(ray)) for entry in ray] for ray in rays), reverse=True)
    vertices = tuple(_result("correlated_vertices", game, payoffs, point, None, coarse=False) for point in points)
    return CorrelatedPolytope(game, vertices, _rank(rays) - 1)


def _optimum(function: str, game: NormalFormGame, objective: Any, sense: str, *, coarse: bool) -> CorrelatedEquilibrium:
    check_game(function, game)
    if sense not in ("max", "min"):
        raise GameDefinitionError(f"{function}(): sense must be 'max' or 'min', got {sense!r}.")
    payoffs = exact_payoffs(game)
    goal = objective_values(function, game, payoffs, objective)
    sign = 1 if sense == "max" else -1
    losses = [[-entry for entry in row] for row in obedience_rows(payoffs, coarse=coarse)]
    ones = [1] * len(goal)
    program = maximise([sign * value for value in goal], upper=losses, upper_bound=[0] * len(losses), equal=[ones], equal_to=[1])
    if program.solution is None or program.value is None:  # impossible: every finite game has a Nash equilibrium
        raise SolveError(f"{function}(): the linear program ended as {program.status}; please report this game.", program)
    return _result(function, game, payoffs, program.solution, sign * program.value, coarse=coarse)


def _result(
    function: str, game: NormalFormGame, payoffs: tuple[np.ndarray, ...], point: Any, value: Fraction | None, *, coarse: bool
) -> CorrelatedEquilibrium:
    """Check a distribution exactly, round it if the game is in floats, and check again."""
    exact = game.field == "exact"
    cells = [(cell, weight) for cell, weight in zip(game.profiles(), point, strict=True) if weight]
    gain = largest_gain(payoffs, _array(game, dict(cells)), coarse=coarse)
    distribution = {cell: in_field(weight, game) for cell, weight in cells}
    total = sum(weight for _, weight in cells)
    if gain > 0 or total != 1 or min(weight for _, weight in cells) < 0:
        raise SolveError(f"{function}(): a result fails the independent check by {gain}; please report this game.", distribution)
    if not exact:
        rounded = {cell: Fraction(weight) for cell, weight in distribution.items()}
        gain = in_field(largest_gain(payoffs, _array(game, rounded), coarse=coarse), game)
    concept = "coarse correlated equilibrium" if coarse else "correlated equilibrium"
    return CorrelatedEquilibrium(game, concept, distribution, None if value is None else in_field(value, game), exact, gain)


def _array(game: NormalFormGame, weights: Mapping[tuple[str, ...], Fraction]) -> np.ndarray:
    values = np.empty(game.shape, dtype=object)
    values[...] = np.reshape(np.array([weights.get(cell, Fraction(0)) for cell in game.profiles()], dtype=object), game.shape)
    return values


def _rank(rays: list[list[int]]) -> int:
    flint: Any = __import__("flint")
    return int(flint.fmpz_mat(rays).rank())
