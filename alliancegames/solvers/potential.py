"""Potential games: recognised, with the potential, or refuted by a cycle of deviations.

A game has an exact potential ``P`` if every unilateral deviation changes ``P`` by as much as the payoff of
the player who deviates, a weighted potential if the payoff changes by a positive weight of that player
times as much. That is so exactly if the (weighted) payoff changes of the deviators sum to zero round
every cycle in which two players deviate in turn :cite:p:`monderer1996potential`. Cycles that start at the
first actions of both players suffice: the others are sums of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from alliancegames._immutable import FrozenDict
from alliancegames._labels import position_of
from alliancegames.errors import SolveError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import Profile
from alliancegames.solvers._cycles import Cycle, four_cycle, four_cycles, solve_weights, tidy, vanishes, weight_ratio
from alliancegames.solvers._reading import FLOAT_TOLERANCE, check_game, check_tolerance, exact_payoffs, in_field, spans
from alliancegames.solvers.verify import largest_regret

__all__ = ["Cycle", "PotentialReport", "exact_potential", "potential_maximisers", "weighted_potential"]


@dataclass(frozen=True, eq=False)
class PotentialReport:
    """Whether a game has a potential, with the potential or with cycles that refute it.

    True in a Boolean context if the game has one; that raises where it depends on the symbols.

    Parameters
    ----------
    game : NormalFormGame
        The game examined.
    is_potential : bool or None
        None: there is a potential if, and only if, the ``conditions`` on the symbols hold.
    potential : array or None
        The potential of each pure profile, zero at the first one; read-only.
    weights : mapping of str to number, or None
        Weight of each player; all one for an exact potential. Of each group of players who
        interact, the first has weight one.
    witness : tuple of Cycle
        Cycles that no (weighted) potential can close, if there is none.
    conditions : tuple of sympy relation
        Symbolic payoffs: what must hold of the symbols for a potential of this kind to exist.
    error : Fraction or float
        Largest discrepancy between a payoff change and the (weighted) change of the potential, over all
        unilateral deviations, as a share of the payoff range; exactly 0 for exact and symbolic payoffs.
    """

    game: NormalFormGame
    is_potential: bool | None
    potential: np.ndarray | None
    weights: Mapping[str, Any] | None
    witness: tuple[Cycle, ...] = ()
    conditions: tuple[Any, ...] = ()
    error: Any = Fraction(0)

    def __bool__(self) -> bool:
        if self.is_potential is None:
            raise SolverNotApplicableError(
                f"whether the game has a potential depends on the symbols: {self.conditions}; read .is_potential."
            )
        return self.is_potential

    def at(self, profile: tuple[str | int, ...]) -> Any:
        """Return the potential of one pure profile.

        Parameters
        ----------
        profile : tuple of str or int
            One action label or index a player.
        """
        if self.potential is None:
            raise SolverNotApplicableError("at(): the game has no potential; .witness shows why.")
        cell = position_of(profile, self.game.actions, self.game.players, "at()")
        return self.potential[cell].item() if self.potential.dtype != object else self.potential[cell]


def exact_potential(game: NormalFormGame, *, tol: float = FLOAT_TOLERANCE) -> PotentialReport:
    """Return the exact potential of a game, or a cycle that shows that there is none.

    Parameters
    ----------
    game : NormalFormGame
        Any number of players; exact, float or symbolic payoffs.
    tol : float, default 1e-9
        Discrepancy allowed for float payoffs, as a share of the payoff ranges of the two players
        compared. Exact and symbolic payoffs admit none.

    Returns
    -------
    PotentialReport
        With symbolic payoffs ``is_potential`` says whether there is a potential identically in the
        symbols; if not, ``conditions`` are the equations under which there is one.

    Examples
    --------
    >>> import alliancegames as ag
    >>> report = ag.exact_potential(ag.games.stag_hunt())
    >>> bool(report), report.at(("hare", "hare")) - report.at(("stag", "stag"))
    (True, Fraction(1, 1))
    >>> ag.exact_potential(ag.games.matching_pennies()).witness[0].changes
    (Fraction(-4, 1), Fraction(-4, 1))
    """
    check_game("exact_potential", game, symbols=True)
    payoffs, allowed = _read("exact_potential", game, tol)
    ones: list[Any] = [Fraction(1)] * len(payoffs)
    equations: list[Any] = []
    for i, j in combinations(range(len(payoffs)), 2):
        for cell, mine, theirs in four_cycles(payoffs, i, j):
            gap = tidy(mine - theirs)
            if vanishes(gap, allowed[i] + allowed[j]):
                continue
            if game.field != "symbolic":
                return PotentialReport(game, False, None, None, (four_cycle(game, i, j, cell, mine, theirs),))
            equations.append((gap, four_cycle(game, i, j, cell, mine, theirs)))
    if equations:
        return _unless_equal(game, equations)
    return _verified("exact_potential", game, payoffs, ones, allowed)


def weighted_potential(game: NormalFormGame, *, tol: float = FLOAT_TOLERANCE) -> PotentialReport:
    """Return a weighted potential of a game, or cycles that show that there is none.

    Parameters
    ----------
    game : NormalFormGame
        Any number of players; exact, float or symbolic payoffs.
    tol : float, default 1e-9
        Discrepancy allowed for float payoffs, as in `exact_potential`.

    Returns
    -------
    PotentialReport
        The ``weights`` are unique up to a factor for each group of players who interact. With symbolic
        payoffs they are formulas, and ``conditions`` says where they are positive if that is open;
        a potential that exists only on some surface of the symbols is not searched for.

    Notes
    -----
    Round a cycle of two players the changes must cancel after division by the weights, so every cycle
    that is not flat gives the ratio of two weights. The ratios must be positive and agree.

    Examples
    --------
    >>> import alliancegames as ag
    >>> effort = ag.NormalFormGame.from_bimatrix([[0, 0], [-1, 2]], [[0, -2], [0, 4]])
    >>> report = ag.weighted_potential(effort)
    >>> dict(report.weights)
    {'Player 1': Fraction(1, 1), 'Player 2': Fraction(2, 1)}
    >>> bool(ag.exact_potential(effort))
    False
    """
    check_game("weighted_potential", game, symbols=True)
    payoffs, allowed = _read("weighted_potential", game, tol)
    ratios: dict[tuple[int, int], tuple[Any, Cycle]] = {}
    conditions: dict[Any, None] = {}
    for i, j in combinations(range(len(payoffs)), 2):
        ratio, cycles = weight_ratio(game, payoffs, i, j, allowed)
        if ratio is None and cycles:
            return PotentialReport(game, False, None, None, cycles)
        if ratio is not None:
            ratios[i, j] = (ratio, cycles[0])
            conditions |= _sign_conditions(ratio)
    slack = check_tolerance("weighted_potential", tol) if game.field == "float" else Fraction(0)
    weights, witness = solve_weights(len(payoffs), ratios, slack)
    if witness:
        return PotentialReport(game, False, None, None, witness)
    return _verified("weighted_potential", game, payoffs, weights, allowed, tuple(conditions))


def potential_maximisers(game: NormalFormGame, *, tol: float = FLOAT_TOLERANCE) -> tuple[Profile, ...]:
    """Return the pure profiles that maximise the (weighted) potential; each is a Nash equilibrium.

    Parameters
    ----------
    game : NormalFormGame
        A game with an exact or weighted potential, and exact or float payoffs.
    tol : float, default 1e-9
        As in `weighted_potential`; also the share of the range of the potential within which float
        potentials count as tied.

    Raises
    ------
    SolverNotApplicableError
        The game has no weighted potential, or its payoffs contain symbols.

    Examples
    --------
    >>> import alliancegames as ag
    >>> [profile.actions for profile in ag.potential_maximisers(ag.games.stag_hunt())]
    [('hare', 'hare')]
    """
    check_game("potential_maximisers", game)
    report = weighted_potential(game, tol=tol)
    if report.potential is None or report.weights is None:
        raise SolverNotApplicableError(f"potential_maximisers(): the game has no weighted potential, as this shows: {report.witness}.")
    values = report.potential
    margin = tol * (values.max() - values.min()) if game.field == "float" else 0
    cells = np.argwhere(values >= values.max() - margin)
    profiles = tuple(game.profile([int(action) for action in cell]) for cell in cells)
    scale = [
        weight * float(margin) / float(span or 1) for weight, span in zip(report.weights.values(), spans(exact_payoffs(game)), strict=True)
    ]
    bound = float(max(scale)) + tol * len(scale) if game.field == "float" else 0
    for profile in profiles:
        if not largest_regret(game, profile.arrays()) <= bound:
            raise SolveError(f"potential_maximisers(): {profile} is no equilibrium; please report this game.", profile)
    return profiles


def _read(function: str, game: NormalFormGame, tol: float) -> tuple[tuple[np.ndarray, ...], list[Fraction]]:
    """Return the payoffs in exact or symbolic form and the discrepancy allowed to each player."""
    share = check_tolerance(function, tol)
    if game.field == "symbolic":
        return game.payoffs, [Fraction(0)] * len(game.players)
    payoffs = exact_payoffs(game)
    return payoffs, [share * span if game.field == "float" else Fraction(0) for span in spans(payoffs)]


def _unless_equal(game: NormalFormGame, equations: list[tuple[Any, Cycle]]) -> PotentialReport:
    """Report symbolic cycles that do not close identically, with the equations under which they would."""
    import sympy

    refuted = [cycle for gap, cycle in equations if gap.equals(0) is False]
    distinct = dict.fromkeys(sympy.Eq(sympy.numer(sympy.together(gap)), 0, evaluate=False) for gap, _ in equations)
    possible = tuple(distinct) if all(gap.free_symbols for gap, _ in equations) else ()
    return PotentialReport(game, False if refuted else None, None, None, tuple(refuted[:1]), possible)


def _sign_conditions(ratio: Any) -> dict[Any, None]:
    if isinstance(ratio, Fraction) or ratio.is_positive:
        return {}
    import sympy

    return {sympy.Gt(ratio, 0, evaluate=False): None}


def _along_path(payoffs: tuple[np.ndarray, ...], weights: list[Any]) -> np.ndarray:
    """Add up the payoff changes while the players move, one after the other, from their first actions."""
    total = np.full(payoffs[0].shape, Fraction(0), dtype=object)
    for k, (array, weight) in enumerate(zip(payoffs, weights, strict=True)):
        waiting = array
        for later in range(k + 1, array.ndim):
            waiting = waiting.take([0], axis=later)
        total = total + (waiting - waiting.take([0], axis=k)) / weight
    return total


def _verified(
    function: str, game: NormalFormGame, payoffs: tuple[np.ndarray, ...], weights: list[Any], allowed: list[Fraction], conditions: Any = ()
) -> PotentialReport:
    """Check the definition on every unilateral deviation, then report."""
    total = _along_path(payoffs, weights)
    # Along the path each pair of players adds cycles that close up to what is allowed.
    room = 2 * len(weights) * sum((a / w for a, w in zip(allowed, weights, strict=True) if a), Fraction(0))
    worst = Fraction(0)
    for k, (array, weight) in enumerate(zip(payoffs, weights, strict=True)):
        rest = array - weight * total
        for value in (rest - rest.take([0], axis=k)).flat:
            gap = tidy(value)
            if not vanishes(gap, weight * room if room else Fraction(0)):
                raise SolveError(f"{function}(): the potential found misses a payoff change by {gap}; please report this game.", total)
            worst = max(worst, abs(gap) / (spans((array,))[0] or 1)) if gap else worst
    named = FrozenDict(zip(game.players, (_number(weight, game) for weight in weights), strict=True))
    return PotentialReport(game, None if conditions else True, _frozen(total, game), named, (), conditions, in_field(worst, game))


def _number(value: Any, game: NormalFormGame) -> Any:
    return tidy(value) if game.field == "symbolic" else in_field(value, game)


def _frozen(total: np.ndarray, game: NormalFormGame) -> np.ndarray:
    values = np.empty(total.shape, dtype=float if game.field == "float" else object)
    for cell in np.ndindex(total.shape):
        values[cell] = _number(total[cell], game)
    values.setflags(write=False)
    return values
