"""Values of constant-sum games with all optimal strategies, and what players can secure or be held to.

Everything here is one linear program: the most that a player can guarantee is the least to which others,
acting in concert, can hold the player :cite:p:`vonneumann1928theorie`. It is solved in rationals, and the
two sides of the program prove each other: a strategy that guarantees the value, and a punishment that
allows no more.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._exact import integer_multiple
from alliancegames._fields import format_number
from alliancegames._immutable import FrozenDict
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import MixedStrategy
from alliancegames.solvers._double_description import TooManyRays, extreme_rays
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers._reading import check_game, exact_payoffs, in_field

__all__ = [
    "PureSecurityLevel",
    "SecurityLevel",
    "ZeroSumSolution",
    "minmax",
    "pure_minmax",
    "pure_security_level",
    "security_level",
    "zero_sum",
]

# The enumeration of optimal strategies stops when it holds more vertices than this.
LARGEST_POLYTOPE = 20_000

Vector = list[Fraction]


# -------------------------------------------------------------------- results


@dataclass(frozen=True, repr=False)
class ZeroSumSolution:
    """The value of a two-player constant-sum game and all optimal strategies.

    The optimal strategies of a player are the mixtures of the extreme ones listed, and any pair of optimal
    strategies is a Nash equilibrium.

    Parameters
    ----------
    game : NormalFormGame
        The game solved.
    value : mapping of str to number
        What each player gets when both play optimally.
    optimal : mapping of str to tuple of MixedStrategy
        All extreme optimal strategies of each player, sorted. Each was checked to guarantee the value
        against every action of the opponent, exactly; one of each player together prove the value.
    constant : Fraction or float
        The sum of the payoffs, the same in every cell.
    exact : bool
        Whether the numbers are exact rationals. Float payoffs are taken at their exact binary values,
        solved exactly and rounded at the end.
    """

    game: NormalFormGame
    value: Mapping[str, Any] = field(hash=False)
    optimal: Mapping[str, tuple[MixedStrategy, ...]] = field(hash=False)
    constant: Any
    exact: bool

    @property
    def unique(self) -> bool:
        """Whether each player has a single optimal strategy."""
        return all(len(strategies) == 1 for strategies in self.optimal.values())

    def __repr__(self) -> str:
        values = ", ".join(f"{player} {format_number(value)}" for player, value in self.value.items())
        lines = [f"<ZeroSumSolution: value {values}>"]
        for player, strategies in self.optimal.items():
            lines += [f"  {player}: ({strategy})" for strategy in strategies]
        return "\n".join(lines)


@dataclass(frozen=True, repr=False)
class SecurityLevel:
    """What a player can guarantee in mixed strategies, which is what the others in concert can hold the player to.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    player : str
        Whose payoff.
    concept : str
        ``"security level"`` or ``"minmax"``; for three or more players the latter names its punishers.
    value : Fraction or float
        The payoff.
    strategy : MixedStrategy
        A strategy of the player that pays at least ``value`` whatever the others do.
    punishment : mapping of tuple to number
        A distribution over the others' pure profiles (tuples of labels, in player order) against which the
        player gets at most ``value``.
    exact : bool
        Whether the numbers are exact rationals; otherwise they were rounded at the end.
    """

    game: NormalFormGame
    player: str
    concept: str
    value: Any
    strategy: MixedStrategy = field(hash=False)
    punishment: Mapping[tuple[str, ...], Any] = field(hash=False)
    exact: bool

    def __repr__(self) -> str:
        against = "; ".join(f"{', '.join(cell)} {format_number(weight)}" for cell, weight in self.punishment.items())
        return (
            f"<SecurityLevel: {self.concept} of {self.player} {format_number(self.value)}, secured by ({self.strategy}), "
            f"enforced by ({against})>"
        )


@dataclass(frozen=True, repr=False)
class PureSecurityLevel:
    """What a player can guarantee, or be held to, when nobody randomises.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    player : str
        Whose payoff.
    concept : str
        ``"pure security level"`` or ``"pure minmax"``.
    value : Fraction or float
        The payoff.
    profile : tuple of str
        A pure profile at which it is attained.
    exact : bool
        Whether the payoff is an exact rational.
    """

    game: NormalFormGame
    player: str
    concept: str
    value: Any
    profile: tuple[str, ...]
    exact: bool

    def __repr__(self) -> str:
        return f"<PureSecurityLevel: {self.concept} of {self.player} {format_number(self.value)}, at ({', '.join(self.profile)})>"


# -------------------------------------------------------------------- entry functions


def zero_sum(game: NormalFormGame) -> ZeroSumSolution:
    """Solve a two-player constant-sum game: its value and all optimal strategies of both players.

    Parameters
    ----------
    game : NormalFormGame
        A two-player game with exact or float payoffs whose sum is the same in every cell. The sum is
        compared exactly; with float payoffs such as 0.3 and 0.7 call ``game.exact()`` first, which reads
        them as the decimals they print.

    Returns
    -------
    ZeroSumSolution
        Value and extreme optimal strategies, verified.

    Raises
    ------
    SolverNotApplicableError
        The game has another number of players, is not constant-sum, or has symbols as payoffs.
    SolveError
        The optimal strategies have more vertices than can be listed (tens of thousands).

    Notes
    -----
    The value is that of an exact linear program. The optimal strategies of a player form a polytope
    :cite:p:`shapley1950basic`. One optimal strategy of the opponent confines it: actions that lose against
    it are never used, and the opponent's actions that it uses must all cost the same. The vertices of what
    remains are enumerated in integers; when the program is nondegenerate there is only one.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.NormalFormGame.zero_sum([[2, 0, 0], [0, 2, 2]])
    >>> ag.zero_sum(game)
    <ZeroSumSolution: value Player 1 1, Player 2 -1>
      Player 1: (1 1/2, 2 1/2)
      Player 2: (1 1/2, 2 1/2)
      Player 2: (1 1/2, 3 1/2)
    """
    check_game("zero_sum", game)
    if len(game.players) != 2:
        raise SolverNotApplicableError(
            f"zero_sum(): needs 2 players; this game has {len(game.players)} ({', '.join(game.players)}). "
            "security_level() and minmax() apply to any number."
        )
    row, column = exact_payoffs(game)
    constant = _constant(game, row + column)
    value, x, y = _solve(row)
    sides = [_optimal(row, value, y), _optimal(column.T, constant - value, x)]
    optimal = {
        player: tuple(_strategy(game, k, weights) for weights in side)
        for k, (player, side) in enumerate(zip(game.players, sides, strict=True))
    }
    values = [in_field(value, game), in_field(constant - value, game)]
    exact = game.field == "exact"
    return ZeroSumSolution(game, FrozenDict(zip(game.players, values, strict=True)), FrozenDict(optimal), in_field(constant, game), exact)


def security_level(game: NormalFormGame, player: str | int) -> SecurityLevel:
    """Return the largest expected payoff that a player can guarantee, whatever the others do.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs, for any number of players.
    player : str or int
        Whose payoff.

    Returns
    -------
    SecurityLevel
        The maxmin value in mixed strategies, with the strategy that secures it and the joint punishment
        that proves that no more can be secured.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.security_level(ag.games.battle_of_the_sexes(), "Row")
    <SecurityLevel: security level of Row 2/3, secured by (first 1/3, second 2/3), enforced by (first 1/3; second 2/3)>
    """
    check_game("security_level", game)
    return _level(game, resolve(player, game.players, "player", "security_level()"), "security level")


def minmax(game: NormalFormGame, player: str | int, *, punishers: str = "independent") -> SecurityLevel:
    """Return the payoff to which the others can hold a player who replies best to mixed strategies.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs.
    player : str or int
        Whose payoff.
    punishers : {"independent", "correlated"}, default "independent"
        Whether the others randomise each on their own, or jointly. With a single opponent the two are the
        same. With several, independent mixing leads to polynomials instead of a linear program, and the
        value may be irrational: it is refused. Correlated punishers hold the player to the security level,
        which is never above the value for independent ones.

    Returns
    -------
    SecurityLevel
        The value, the punishment, and the strategy that secures as much.

    Raises
    ------
    SolverNotApplicableError
        Independent mixed punishment by two or more opponents is asked for, or payoffs contain symbols.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.minmax(ag.games.chicken(), "Row").value
    Fraction(2, 1)
    """
    check_game("minmax", game)
    k = resolve(player, game.players, "player", "minmax()")
    if punishers not in ("independent", "correlated"):
        raise GameDefinitionError(f"minmax(): punishers must be 'independent' or 'correlated', got {punishers!r}.")
    opponents = [label for j, label in enumerate(game.players) if j != k and game.shape[j] > 1]
    if len(opponents) <= 1:
        return _level(game, k, "minmax")
    if punishers == "independent":
        raise SolverNotApplicableError(
            f"minmax(): {len(opponents)} opponents ({', '.join(opponents)}) who randomise independently make the problem polynomial, "
            "and the value may be irrational. Use punishers='correlated' for joint randomisation, or pure_minmax()."
        )
    return _level(game, k, "minmax (correlated punishers)")


def pure_security_level(game: NormalFormGame, player: str | int) -> PureSecurityLevel:
    """Return the largest payoff that a player can guarantee without randomising.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs, for any number of players.
    player : str or int
        Whose payoff.

    Returns
    -------
    PureSecurityLevel
        The value and a profile of a cautious action and the worst that can happen to it.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.pure_security_level(ag.games.stag_hunt(), "Row")
    <PureSecurityLevel: pure security level of Row 3, at (hare, stag)>
    """
    check_game("pure_security_level", game)
    k = resolve(player, game.players, "player", "pure_security_level()")
    payoffs = _own_rows(game.payoffs[k], k)
    row = max(range(len(payoffs)), key=lambda i: min(payoffs[i]))
    return _pure_level(game, k, "pure security level", row, int(np.argmin(payoffs[row])))


def pure_minmax(game: NormalFormGame, player: str | int) -> PureSecurityLevel:
    """Return the payoff to which the others can hold a player by a pure profile that the player sees.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs, for any number of players.
    player : str or int
        Whose payoff.

    Returns
    -------
    PureSecurityLevel
        The value and a profile of the punishment and a best reply to it.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.pure_minmax(ag.games.matching_pennies(), "Row")
    <PureSecurityLevel: pure minmax of Row 1, at (heads, heads)>
    """
    check_game("pure_minmax", game)
    k = resolve(player, game.players, "player", "pure_minmax()")
    payoffs = _own_rows(game.payoffs[k], k)
    column = min(range(payoffs.shape[1]), key=lambda s: max(payoffs[:, s]))
    return _pure_level(game, k, "pure minmax", int(np.argmax(payoffs[:, column])), column)


# -------------------------------------------------------------------- the linear program


def _own_rows(payoffs: np.ndarray, k: int) -> np.ndarray:
    """Return a player's payoffs with own actions in rows and profiles of the others in columns."""
    rows = np.moveaxis(payoffs, k, 0)
    return rows.reshape(len(rows), -1)


def _others(game: NormalFormGame, k: int) -> list[tuple[str, ...]]:
    return list(itertools.product(*(labels for j, labels in enumerate(game.actions) if j != k)))


def _solve(payoffs: np.ndarray) -> tuple[Fraction, Vector, Vector]:
    """Return the value of a matrix of Fractions, an optimal mixture of rows and an optimal mixture of columns."""
    rows, columns = payoffs.shape
    least = min(payoffs.flat)
    unit = (max(payoffs.flat) - least) or Fraction(1)
    shares = (payoffs - least) / unit  # between 0 and 1, so that the value is non-negative and the program well scaled
    value, solution, dual = maximise(
        [0] * rows + [1],
        upper=[[*(-share for share in shares[:, s]), 1] for s in range(columns)],
        upper_bound=[0] * columns,
        equal=[[1] * rows + [0]],
        equal_to=[1],
        free=[rows],
    ).optimum
    return least + unit * value, list(solution[:-1]), list(dual[:-1])


def _level(game: NormalFormGame, k: int, concept: str) -> SecurityLevel:
    payoffs = _own_rows(exact_payoffs(game)[k], k)
    value, x, y = _solve(payoffs)
    if min(x @ payoffs) != value or max(payoffs @ y) != value:
        raise SolveError(f"{concept}: the value {value} fails its verification; please report this game.", (value, x, y))
    punishing: Any = {cell: in_field(weight, game) for cell, weight in zip(_others(game, k), y, strict=True) if weight}
    punishment: Any = FrozenDict(punishing)
    return SecurityLevel(game, game.players[k], concept, in_field(value, game), _strategy(game, k, x), punishment, game.field == "exact")


def _pure_level(game: NormalFormGame, k: int, concept: str, row: int, column: int) -> PureSecurityLevel:
    cell = list(_others(game, k)[column])
    cell.insert(k, game.actions[k][row])
    value = _own_rows(game.payoffs[k], k)[row, column]
    return PureSecurityLevel(
        game, game.players[k], concept, float(value) if game.field == "float" else value, tuple(cell), game.field == "exact"
    )


# -------------------------------------------------------------------- all optimal strategies


def _constant(game: NormalFormGame, sums: Any) -> Fraction:
    """Return the constant sum of the payoffs, or refuse."""
    constant: Fraction = sums[0, 0]
    for i, j in np.ndindex(sums.shape):
        if sums[i, j] != constant:
            cells = [f"({game.actions[0][a]}, {game.actions[1][b]})" for a, b in ((0, 0), (i, j))]
            advice = (
                " Float sums are compared exactly; .exact() reads the payoffs as the decimals they print." if game.field == "float" else ""
            )
            raise SolverNotApplicableError(
                f"zero_sum(): the payoffs must have the same sum in every cell; it is {format_number(in_field(constant, game))} "
                f"at {cells[0]} and {format_number(in_field(sums[i, j], game))} at {cells[1]}. Use nash().{advice}"
            )
    return constant


def _optimal(payoffs: np.ndarray, value: Fraction, opposing: Vector) -> list[Vector]:
    """Return all extreme optimal mixtures of rows, given one optimal mixture of columns.

    Rows that lose against ``opposing`` are never used, and every optimal mixture leaves the opponent
    indifferent between the columns that ``opposing`` uses. What remains free is a cone, often a single ray.
    """
    replies = payoffs @ opposing
    usable = [i for i in range(len(payoffs)) if replies[i] == value]
    net = integer_multiple(payoffs[usable] - value)
    played = [j for j, weight in enumerate(opposing) if weight]
    span, dependent = _null_space(net[:, played].T)
    slack = [net[:, j] @ span for j, weight in enumerate(opposing) if not weight]
    try:
        normals = [[int(entry) for entry in row] for row in [*span[dependent], *slack]]
        rays = [ray.coordinates for ray in extreme_rays(normals, span.shape[1], LARGEST_POLYTOPE)]
    except TooManyRays:
        raise SolveError(
            f"zero_sum(): the value is {value}, but the optimal strategies have more than {LARGEST_POLYTOPE} vertices or intermediate ones; "
            "security_level() gives the value with one optimal strategy of each player.",
            value,
        ) from None
    found = []
    for ray in rays:
        mixture = span @ np.array(ray, dtype=object)
        weights = [Fraction(0)] * len(payoffs)
        for i, weight in zip(usable, mixture, strict=True):
            weights[i] = Fraction(int(weight), int(sum(mixture)))
        if min(weights) < 0 or min(weights @ payoffs) != value:
            raise SolveError(f"zero_sum(): the strategy {weights} does not guarantee {value}; please report this game.", payoffs)
        found.append(weights)
    return sorted(found, reverse=True)


def _null_space(matrix: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """Return integer columns that span the null space, the identity (times a number) on the free variables, and the others."""
    flint: Any = __import__("flint")
    reduced, scale, rank = flint.fmpz_mat([[int(entry) for entry in row] for row in matrix]).rref()
    rows = [[int(entry) for entry in row] for row in reduced.tolist()[:rank]]
    dependent = [next(j for j, entry in enumerate(row) if entry) for row in rows]
    free = [j for j in range(matrix.shape[1]) if j not in dependent]
    scale = int(scale)
    span = np.zeros((matrix.shape[1], len(free)), dtype=object)
    for k, j in enumerate(free):
        span[j, k] = abs(scale)
        for i, row in zip(dependent, rows, strict=True):
            span[i, k] = -row[j] if scale > 0 else row[j]
    return span, dependent


def _strategy(game: NormalFormGame, k: int, weights: Vector) -> MixedStrategy:
    return MixedStrategy(game.actions[k], np.array([in_field(weight, game) for weight in weights]))
