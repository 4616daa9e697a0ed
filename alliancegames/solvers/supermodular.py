"""Supermodular games: recognised, and their least and greatest equilibrium.

Actions are ordered as they are listed. A finite game is supermodular if what a player gains by moving up
one action never falls when another player moves up one action (*increasing differences*); steps to the
next action suffice, since larger ones are sums of them. Best replies then move up with the actions of the
others, so that best-reply iteration from the lowest and from the highest profile ends at the least and
at the greatest equilibrium :cite:p:`topkis1998supermodularity,milgrom1990rationalizability`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import Profile
from alliancegames.solvers._increasing_differences import Square, SupermodularReport, mixed_differences, report
from alliancegames.solvers._reading import FLOAT_TOLERANCE, check_game, check_tolerance, exact_payoffs
from alliancegames.solvers.verify import largest_regret

__all__ = ["ExtremeEquilibria", "Square", "SupermodularReport", "extreme_equilibria", "supermodular"]


@dataclass(frozen=True)
class ExtremeEquilibria:
    """The least and the greatest equilibrium of a supermodular game.

    Every equilibrium, pure, mixed or correlated, puts weight only on actions between the two.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    least, greatest : Profile
        The two pure equilibria; least and greatest in the orders of the actions.
    reversed : tuple of str
        Players whose actions are taken in the opposite of the listed order.
    rounds : tuple of int
        Rounds of best replies that led from the lowest and from the highest profile to them.
    """

    game: NormalFormGame
    least: Profile
    greatest: Profile
    reversed: tuple[str, ...]
    rounds: tuple[int, int]

    @property
    def is_unique(self) -> bool:
        """Whether the two coincide; then the game has no other equilibrium, not even a mixed one."""
        return self.least == self.greatest


def supermodular(game: NormalFormGame, *, reverse: Sequence[str | int] | str = (), tol: float = FLOAT_TOLERANCE) -> SupermodularReport:
    """Say whether a game is supermodular.

    Parameters
    ----------
    game : NormalFormGame
        Any number of players; exact, float or symbolic payoffs. The order in which actions are listed
        is their order.
    reverse : sequence of str or int, or "search"
        Players whose order of actions is to be reversed; ``"search"`` tries no reversal first and then
        every set of players without the first, the smallest first.
    tol : float, default 1e-9
        For float payoffs, the fall of a gain that counts as rounding, as a share of the player's payoff
        range. Exact payoffs admit none.

    Returns
    -------
    SupermodularReport
        Symbolic payoffs are decided from the assumptions declared on the symbols; what they leave open
        is returned as ``conditions``.

    Examples
    --------
    >>> import alliancegames as ag
    >>> bool(ag.supermodular(ag.games.stag_hunt())), bool(ag.supermodular(ag.games.chicken()))
    (True, False)
    >>> ag.supermodular(ag.games.chicken(), reverse="search").reversed
    ('Column',)

    With symbols, the condition is a formula:

    >>> import sympy
    >>> v, c = sympy.symbols("v c", real=True)
    >>> adoption = ag.NormalFormGame.from_bimatrix([[0, 0], [-c, v - c]], [[0, -c], [0, v - c]])
    >>> ag.supermodular(adoption).conditions
    (v >= 0,)
    """
    check_game("supermodular", game, symbols=True)
    share = check_tolerance("supermodular", tol)
    pairs = mixed_differences(game, share)
    reversals = _reversals(game, reverse)
    best = report(game, pairs, next(reversals))
    for turned in reversals:
        if best.is_supermodular:
            break
        found = report(game, pairs, turned)
        if found.is_supermodular or (best.is_supermodular is False and found.is_supermodular is None):
            best = found
    return best


def extreme_equilibria(game: NormalFormGame, *, reverse: Sequence[str | int] | str = (), tol: float = FLOAT_TOLERANCE) -> ExtremeEquilibria:
    """Return the least and the greatest equilibrium of a supermodular game.

    Parameters
    ----------
    game : NormalFormGame
        A supermodular game with exact or float payoffs.
    reverse : sequence of str or int, or "search"
        As in `supermodular`.
    tol : float, default 1e-9
        As in `supermodular`.

    Returns
    -------
    ExtremeEquilibria
        Both profiles are verified to be equilibria; if they coincide the game has no other one. If
        increasing differences hold for float payoffs only within ``tol``, so does what is said of the
        other equilibria; call it on ``game.exact()`` for a proof.

    Raises
    ------
    SolverNotApplicableError
        The game is not supermodular, or its payoffs contain symbols.

    Notes
    -----
    From the lowest profile, all players move at once to their least best replies. By increasing differences
    no reply ever falls, so that the iteration stops after at most as many rounds as there are actions, and
    induction shows that no equilibrium lies below it: an action below the current profile is worse than
    its join with it against everything that remains. From the highest profile, likewise.

    Examples
    --------
    >>> import alliancegames as ag
    >>> effort = ag.NormalFormGame.from_function(
    ...     lambda i, j: (2 * min(int(i), int(j)) - int(i), 2 * min(int(i), int(j)) - int(j)),
    ...     {"Ally A": ["0", "1", "2"], "Ally B": ["0", "1", "2"]})
    >>> bounds = ag.extreme_equilibria(effort)
    >>> bounds.least.actions, bounds.greatest.actions
    (('0', '0'), ('2', '2'))
    """
    check_game("extreme_equilibria", game)
    found = supermodular(game, reverse=reverse, tol=tol)
    if not found:
        raise SolverNotApplicableError(
            f"extreme_equilibria(): the game is not supermodular{_under(found.reversed)}, as this shows: {found.witness}; "
            'reverse="search" looks for other orders.'
        )
    turned = {game.players.index(player) for player in found.reversed}
    payoffs = tuple(_oriented(array, turned) for array in exact_payoffs(game))
    ends = [_iterate(payoffs, upwards=upwards) for upwards in (True, False)]
    profiles = [_profile(game, cell, turned) for cell, _ in ends]
    for profile in profiles:
        if largest_regret(game, profile.arrays()) != 0:
            raise SolveError(f"extreme_equilibria(): {profile} is no equilibrium; please report this game.", profile)
    return ExtremeEquilibria(game, profiles[0], profiles[1], found.reversed, (ends[0][1], ends[1][1]))


# -------------------------------------------------------------------- orders


def _reversals(game: NormalFormGame, reverse: Any) -> Iterator[frozenset[int]]:
    """Yield the sets of players whose orders are reversed; reversing everybody's order changes nothing."""
    if isinstance(reverse, str):
        if reverse != "search":
            raise GameDefinitionError(
                f'supermodular(): reverse must be a list of players or "search", got {reverse!r}; write [{reverse!r}].'
            )
        others = range(1, len(game.players))
        for size in range(len(game.players)):
            yield from map(frozenset, combinations(others, size))
    else:
        yield frozenset(resolve(player, game.players, "player", "supermodular()") for player in reverse)


def _under(players: tuple[str, ...]) -> str:
    return f" with the actions of {', '.join(players)} reversed" if players else " in the listed order of actions"


# -------------------------------------------------------------------- best-reply iteration


def _oriented(array: np.ndarray, turned: set[int]) -> np.ndarray:
    return np.flip(array, axis=tuple(sorted(turned))) if turned else array


def _iterate(payoffs: tuple[np.ndarray, ...], *, upwards: bool) -> tuple[tuple[int, ...], int]:
    """Move to the least (greatest) best replies until nobody moves; return the profile and the number of rounds."""
    shape = payoffs[0].shape
    cell = tuple(0 if upwards else size - 1 for size in shape)
    for rounds in range(sum(shape)):
        following = tuple(_reply(array, k, cell, least=upwards) for k, array in enumerate(payoffs))
        if following == cell:
            return cell, rounds
        if any((new < old) if upwards else (new > old) for new, old in zip(following, cell, strict=True)):
            break
        cell = following
    raise SolveError(
        "extreme_equilibria(): best replies do not move in one direction, because rounding of the float payoffs breaks ties; "
        "give exact payoffs, such as game.exact().",
        cell,
    )


def _reply(payoffs: np.ndarray, k: int, cell: tuple[int, ...], *, least: bool) -> int:
    where: tuple[Any, ...] = (*cell[:k], slice(None), *cell[k + 1 :])
    values = list(payoffs[where])
    best = max(values)
    return values.index(best) if least else len(values) - 1 - values[::-1].index(best)


def _profile(game: NormalFormGame, cell: tuple[int, ...], turned: set[int]) -> Profile:
    return game.profile(
        [size - 1 - action if k in turned else action for k, (action, size) in enumerate(zip(cell, game.shape, strict=True))]
    )
