r"""Evolutionary stability in symmetric two-player games, decided exactly and with an invading mutant.

Let ``x`` be a symmetric equilibrium strategy, ``J`` the actions that it plays and ``B`` its best replies. Only mutants
``y = x + z`` with support in ``B`` do as well against ``x``; by ``z' A x = 0`` they do worse against themselves than ``x``
does if and only if ``z' A z < 0``. So ``x`` is evolutionarily stable exactly if ``-z' A z`` is positive for all ``z`` other
than zero that sum to zero, vanish outside ``B`` and are non-negative on ``B`` without ``J`` :cite:p:`haigh1975game`. One
played action is eliminated by the sum; the other played ones are free variables, eliminated by Schur complements.
What remains is to decide whether a form is strictly copositive :cite:p:`bomze1992detecting`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from alliancegames._exact import solve_linear
from alliancegames.errors import SolveError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import MixedStrategy, Profile
from alliancegames.solvers.proper import exact_game

__all__ = ["StabilityReport", "is_evolutionarily_stable", "is_neutrally_stable"]

# Unplayed best replies up to which copositivity is decided: there is a linear system for each set of them.
LARGEST = 14

Vector = list[Fraction]
Form = list[Vector]


@dataclass(frozen=True)
class StabilityReport:
    """Whether a symmetric profile withstands mutants, and one that it does not withstand.

    True in a Boolean context if it is stable.

    Parameters
    ----------
    profile : Profile
        The profile examined.
    stable : bool
        The answer.
    mutant : MixedStrategy or None
        If not stable: another strategy that earns more than the strategy of the profile against that
        strategy; or earns as much against it, and against the mutant itself at least as much (evolutionary
        stability) or more (neutral stability).
    """

    profile: Profile
    stable: bool
    mutant: MixedStrategy | None = field(default=None, hash=False)

    def __bool__(self) -> bool:
        return self.stable


def is_evolutionarily_stable(profile: Profile) -> StabilityReport:
    """Whether a symmetric profile of a symmetric two-player game is evolutionarily stable.

    A strategy ``x`` is evolutionarily stable if every other strategy ``y`` earns less against ``x`` than ``x`` does, or
    earns as much against ``x`` and less against ``y`` than ``x`` does :cite:p:`maynardsmith1973logic`.

    Parameters
    ----------
    profile : Profile
        A profile of an exact game, with the same strategy for both players.

    Returns
    -------
    StabilityReport
        True in a Boolean context if the strategy is stable, otherwise with a mutant that invades.

    Raises
    ------
    SolverNotApplicableError
        The game is not symmetric or not exact, the players' strategies differ, or more than 14 best
        replies are not played.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers import is_evolutionarily_stable
    >>> hawk_dove = ag.NormalFormGame.symmetric([[-1, 4], [0, 2]], actions=["hawk", "dove"])
    >>> bool(is_evolutionarily_stable(hawk_dove.profile([["2/3", "1/3"]] * 2)))
    True
    >>> coordination = ag.NormalFormGame.symmetric([[1, 0], [0, 1]], actions=["left", "right"])
    >>> print(is_evolutionarily_stable(coordination.profile([["1/2", "1/2"]] * 2)).mutant)
    right
    """
    return _report("is_evolutionarily_stable", profile, strict=True)


def is_neutrally_stable(profile: Profile) -> StabilityReport:
    """Whether a symmetric profile of a symmetric two-player game is neutrally stable.

    A strategy ``x`` is neutrally stable if no other ``y`` earns more against ``x`` than ``x`` does, or earns as much against
    ``x`` and more against ``y`` than ``x`` does.

    Parameters
    ----------
    profile : Profile
        As in `is_evolutionarily_stable`.

    Returns
    -------
    StabilityReport
        True in a Boolean context if the strategy is neutrally stable, otherwise with a mutant that invades.

    Raises
    ------
    SolverNotApplicableError
        As in `is_evolutionarily_stable`.

    Examples
    --------
    >>> import alliancegames as ag
    >>> cycle = ag.NormalFormGame.symmetric([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], actions=["rock", "paper", "scissors"])
    >>> mixed = ag.nash(cycle)[0]
    >>> bool(ag.solvers.is_neutrally_stable(mixed)), bool(ag.solvers.is_evolutionarily_stable(mixed))
    (True, False)
    """
    return _report("is_neutrally_stable", profile, strict=False)


def check_symmetric(function: str, game: NormalFormGame) -> None:
    """Refuse games that are not symmetric two-player games.

    Parameters
    ----------
    function : str
        Who asks, for the message.
    game : NormalFormGame
        Any game.
    """
    square = len(game.players) == 2 and game.shape[0] == game.shape[1]
    if not square or not np.array_equal(game.payoffs[0], game.payoffs[1].T):
        raise SolverNotApplicableError(
            f"{function}(): evolutionary stability needs a symmetric two-player game, in which the second player's payoffs are "
            f"the transpose of the first player's; got {game!r}. NormalFormGame.symmetric(A) makes one."
        )


# -------------------------------------------------------------------- the test


def _report(function: str, profile: Profile, *, strict: bool) -> StabilityReport:
    game = exact_game(function, profile)
    check_symmetric(function, game)
    x, other = profile.arrays()
    if not np.array_equal(x, other):
        raise SolverNotApplicableError(f"{function}(): both players must use the same strategy, got {profile}.")
    payoffs = game.integer_payoffs[0]
    mutant = _mutant(function, payoffs, x, strict)
    if mutant is None:
        return StabilityReport(profile, True)
    if not invades(payoffs, x, mutant, strict=strict):
        raise SolveError(f"{function}(): the mutant found does not invade; please report this game.", profile)
    return StabilityReport(profile, False, MixedStrategy(game.actions[0], mutant))


def invades(payoffs: np.ndarray, x: np.ndarray, y: np.ndarray, *, strict: bool) -> bool:
    """Check by the definition that a mutant shows a strategy not to be (neutrally) stable.

    Parameters
    ----------
    payoffs : array, shape (n, n)
        Payoffs of the row player.
    x, y : array, shape (n,)
        The strategy and the mutant.
    strict : bool
        Whether evolutionary stability is refuted, or only neutral stability is.
    """
    first, second = (y - x) @ payoffs @ x, (y - x) @ payoffs @ y
    better = second >= 0 if strict else second > 0
    return not np.array_equal(x, y) and bool(first > 0 or (first == 0 and better))


def _mutant(function: str, payoffs: np.ndarray, x: np.ndarray, strict: bool) -> np.ndarray | None:
    """Return a strategy that invades ``x``, or None if there is none."""
    values = payoffs @ x
    best = [a for a, value in enumerate(values) if value == max(values)]
    played = [a for a, weight in enumerate(x) if weight]
    if not set(played) <= set(best):
        return np.array([Fraction(int(a == best[0])) for a in range(len(x))], dtype=object)
    unplayed = [a for a in best if a not in played]
    if len(unplayed) > LARGEST:
        raise SolverNotApplicableError(
            f"{function}(): decided for at most {LARGEST} best replies that are not played; here there are {len(unplayed)}."
        )
    kept, *free = played
    actions = [*free, *unplayed]
    both = payoffs + payoffs.T
    form = [[Fraction(-(both[a, b] - both[a, kept] - both[kept, b] + both[kept, kept])) for b in actions] for a in actions]
    direction = _descent(form, len(free), strict)
    return None if direction is None else _moved(x, kept, actions, direction)


def _moved(x: np.ndarray, kept: int, actions: list[int], direction: Vector) -> np.ndarray:
    """Go from ``x`` as far as probabilities stay non-negative; how far does not matter to the sign of the form."""
    change = [Fraction(0)] * len(x)
    for a, value in zip(actions, direction, strict=True):
        change[a] = value
    change[kept] = -sum(direction, Fraction(0))
    reach = min(weight / -value for weight, value in zip(x, change, strict=True) if value < 0)
    return np.array([weight + reach * value for weight, value in zip(x, change, strict=True)], dtype=object)


# -------------------------------------------------------------------- positivity of a quadratic form


def _descent(form: Form, free: int, strict: bool) -> Vector | None:
    """Return ``z`` other than zero with ``z' form z < 0`` (or ``<= 0`` if strict), or None if there is none.

    The first ``free`` coordinates of ``z`` may be negative, the others not.
    """
    if not free:
        return _copositivity_violation(form, strict)
    pivot, *row = form[0]
    rest = [values[1:] for values in form[1:]]
    if pivot < 0 or (strict and pivot == 0):
        return [Fraction(1), *(Fraction(0) for _ in row)]
    if pivot == 0:
        return _along_a_null_direction(row, rest, free)
    complement = [[value - a * b / pivot for value, b in zip(values, row, strict=True)] for values, a in zip(rest, row, strict=True)]
    found = _descent(complement, free - 1, strict)
    return None if found is None else [-sum((a * z for a, z in zip(row, found, strict=True)), Fraction(0)) / pivot, *found]


def _along_a_null_direction(row: Vector, rest: Form, free: int) -> Vector | None:
    """Treat a free variable without a square: mixed with another variable it may lower the form without bound."""
    for j, value in enumerate(row):
        if value:
            far = -(rest[j][j] + 1) / (2 * value)
            return [far, *(Fraction(int(i == j)) for i in range(len(row)))]
    found = _descent(rest, free - 1, False)
    return None if found is None else [Fraction(0), *found]


def _copositivity_violation(form: Form, strict: bool) -> Vector | None:
    """Return a non-negative vector, other than zero, on which a form is negative (or zero if strict).

    On a smallest set of coordinates with such a vector, all proper faces of the simplex have only larger values of
    the form, so that its least value is taken in the interior: there ``form v = value * 1`` with ``sum(v) = 1``, and this
    system has one solution, since along any direction of solutions the value would reach the boundary.
    """
    for size in range(1, len(form) + 1):
        for chosen in combinations(range(len(form)), size):
            bordered: list[list[Any]] = [[*(form[a][b] for b in chosen), Fraction(-1)] for a in chosen]
            bordered.append([Fraction(1)] * size + [Fraction(0)])
            try:
                *weights, value = solve_linear(bordered, [Fraction(0)] * size + [Fraction(1)])
            except ZeroDivisionError:
                continue
            if min(weights) > 0 and (value < 0 or (strict and value == 0)):
                vector = [Fraction(0)] * len(form)
                for a, weight in zip(chosen, weights, strict=True):
                    vector[a] = weight
                return vector
    return None
