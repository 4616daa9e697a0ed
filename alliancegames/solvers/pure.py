"""Pure equilibria of games with any number of players, by vectorised comparison.

Three forms of games are read: normal form (all cells in chunks), counts (`AnonymousGame`) and exceptions
from a default (`SparseGame`). Whatever the form, the lists are complete.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod
from typing import Any, ClassVar

import numpy as np

from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.anonymous import AnonymousGame, CountProfile, compositions, rank
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.sparse import SparseGame
from alliancegames.solvers.registry import Findings, Solver, choose, register
from alliancegames.solvers.result import COMPLETE, NONE_EXISTS, EquilibriumSet, Provenance, Status

__all__ = [
    "CountEnumeration",
    "PureEnumeration",
    "PureNashEnumeration",
    "SparsePureEquilibria",
    "best_reply_masks",
    "count_equilibria",
    "sparse_pure_nash",
]

# Cells, or profiles by counts, that are compared in one step.
CHUNK = 2**17
# Profiles by counts beyond this number are not tried.
MANY_COUNTS = 20_000_000

MIXED_NOT_SEARCHED = Status(
    "pure_only",
    "All pure equilibria are listed; mixed equilibria were not searched, so the list may be partial. pure_nash() asks for pure equilibria alone.",
)


def comparable(game: NormalFormGame, player: int) -> np.ndarray:
    """Return a player's payoffs in a form that is fast to compare and keeps their order, ties included."""
    payoffs = game.payoffs[player]
    if payoffs.dtype != object:
        return payoffs
    integers = game.integer_payoffs[player]
    if all(abs(value) < 2**62 for value in integers.flat):
        return integers.astype(np.int64)
    return integers


def best_reply_masks(game: NormalFormGame) -> tuple[np.ndarray, ...]:
    """Return for each player a Boolean array: whether the player's action is a best reply to the others' in each cell."""
    masks = []
    for k in range(len(game.players)):
        values = comparable(game, k)
        masks.append(values == np.maximum.reduce(values, axis=k, keepdims=True))
    return tuple(masks)


def pure_cells(game: NormalFormGame) -> np.ndarray:
    """Return the action indices of all pure equilibria, shape (n_equilibria, n_players), in lexicographic order.

    Cells are examined in chunks, and each player in turn sees only those that passed all players before, so
    that little is held in memory beside the game itself.
    """
    size = game.payoffs[0].size
    flat = [array.reshape(-1) for array in game.payoffs]
    strides = [prod(game.shape[k + 1 :]) for k in range(len(game.shape))]
    # The last player's lines lie together in memory; then those with many actions, who leave fewest cells to the others.
    order = sorted(range(len(game.shape)), key=lambda k: (k < len(game.shape) - 1, -game.shape[k]))
    step = max(1, CHUNK // game.shape[-1]) * game.shape[-1]
    found = []
    for start in range(0, size, step):
        cells = np.arange(start, min(start + step, size))
        for k in order:
            cells = cells[_best_in_line(flat[k], cells, game.shape[k], strides[k])]
        found.append(cells)
    return np.stack(np.unravel_index(np.concatenate(found), game.shape), axis=-1)


def _best_in_line(payoffs: np.ndarray, cells: np.ndarray, actions: int, stride: int) -> np.ndarray:
    """Say of each cell (a flat index) whether no other action on the line of one player gives more."""
    first = cells - cells // stride % actions * stride
    best = np.ones(len(cells), dtype=bool)
    if payoffs.dtype != object:
        own = payoffs[cells]
        for action in range(actions):
            best &= payoffs[first + action * stride] <= own
        return best
    lines, line_of = np.unique(first, return_inverse=True)
    values = _small_integers(payoffs[lines[:, None] + np.arange(actions) * stride])
    return np.asarray(values[line_of, cells // stride % actions] == values.max(axis=1)[line_of], dtype=bool)


def _small_integers(values: np.ndarray) -> np.ndarray:
    """Return a positive multiple of an array of Fractions: int64 where the numbers fit, Python integers elsewhere."""
    entries = values.ravel().tolist()
    scale = lcm(*{value.denominator for value in entries})
    if scale == 1:
        numbers = [value.numerator for value in entries]
    else:
        numbers = [value.numerator * (scale // value.denominator) for value in entries]
    fits = max(map(abs, numbers), default=0) < 2**63
    return np.array(numbers, dtype=np.int64 if fits else object).reshape(values.shape)


def _strategies(game: NormalFormGame, cell: np.ndarray) -> list[np.ndarray]:
    zero, one = (0.0, 1.0) if game.field == "float" else (Fraction(0), Fraction(1))
    strategies = []
    for size, action in zip(game.shape, cell, strict=True):
        vector = np.full(size, zero, dtype=float if game.field == "float" else object)
        vector[action] = one
        strategies.append(vector)
    return strategies


@register
@dataclass(frozen=True)
class PureNashEnumeration:
    """All pure equilibria, for the concept *pure Nash equilibrium*."""

    name: ClassVar[str] = "pure_enumeration"
    concept: ClassVar[str] = "pure_nash"
    description: ClassVar[str] = "all pure equilibria, any number of players, complete"

    def obstacle(self, game: Any) -> str | None:
        """Apply to every game with numbers as payoffs."""
        return None if isinstance(game, NormalFormGame) else "needs a game in normal form"

    def solve(self, game: NormalFormGame) -> Findings:
        """Compare all cells at once."""
        cells = pure_cells(game)
        return Findings([_strategies(game, cell) for cell in cells], True, None, COMPLETE if len(cells) else NONE_EXISTS)


@register
@dataclass(frozen=True)
class PureEnumeration(PureNashEnumeration):
    """All pure equilibria, as a partial answer to *Nash equilibrium*."""

    concept: ClassVar[str] = "nash"
    description: ClassVar[str] = "all pure equilibria, any number of players; mixed ones are not searched"

    def solve(self, game: NormalFormGame) -> Findings:
        """Compare all cells at once; whether mixed equilibria exist stays open."""
        return Findings(super().solve(game).strategies, None, None, MIXED_NOT_SEARCHED)


@register
@dataclass(frozen=True)
class CountEnumeration:
    """All pure equilibria of an anonymous game by counts."""

    name: ClassVar[str] = "count_enumeration"
    concept: ClassVar[str] = "count_equilibria"
    description: ClassVar[str] = "all pure equilibria by the number of players who take each action, complete"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games with too many counts to try."""
        if not isinstance(game, AnonymousGame):
            return "needs an AnonymousGame"
        count = prod(len(compositions(size, len(game.actions))) for size in game.sizes)
        return f"tries all counts; this game has {count}, more than {MANY_COUNTS}" if count > MANY_COUNTS else None

    def solve(self, game: AnonymousGame) -> Findings:
        """Compare all counts in chunks."""
        stable = [_stable_actions(game, h) for h in range(len(game.groups))]
        divisions = [compositions(size, len(game.actions)) for size in game.sizes]
        lengths = tuple(len(rows) for rows in divisions)
        found = []
        for start in range(0, prod(lengths), CHUNK):
            picked = np.unravel_index(np.arange(start, min(start + CHUNK, prod(lengths))), lengths)
            counts = np.stack([rows[index] for rows, index in zip(divisions, picked, strict=True)], axis=1)
            totals = rank(counts.sum(axis=1))
            keep = np.ones(len(counts), dtype=bool)
            for h, allowed in enumerate(stable):
                keep &= ((counts[:, h] == 0) | allowed[totals]).all(axis=1)
            found += [CountProfile(game, rows) for rows in counts[keep]]
        return Findings(found[::-1], True, None, COMPLETE if found else NONE_EXISTS)


def _stable_actions(game: AnonymousGame, group: int) -> np.ndarray:
    """Say for all counts of all players, and each action, whether a member of a group who takes it gains nothing by leaving it."""
    table = game.payoffs[group]
    values = table if table.dtype != object else _small_integers(table)
    best = np.asarray(values == values.max(axis=0), dtype=bool)
    parts = len(game.actions)
    totals = compositions(sum(game.sizes), parts)
    result = np.zeros((len(totals), parts), dtype=bool)
    for action, unit in enumerate(np.eye(parts, dtype=np.int64)):
        taken = totals[:, action] > 0
        result[taken, action] = best[action, rank(totals[taken] - unit)]
    return result


def count_equilibria(game: AnonymousGame, solver: str | Solver = "auto") -> EquilibriumSet[CountProfile]:
    """Find all pure equilibria of an anonymous game, by the number of members of each group who take each action.

    Parameters
    ----------
    game : AnonymousGame
        A game with exact or float payoffs.
    solver : str or Solver, default "auto"
        ``"count_enumeration"``.

    Returns
    -------
    EquilibriumSet
        All of them; each stands for ``multiplicity`` pure equilibria, which differ in who does what.
        ``complete`` is True, and an empty set is a proof that there is none.

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols, or there are more than 20 million counts.

    Examples
    --------
    A bar is worth the visit while at most 60 of 100 go:

    >>> from alliancegames.games.anonymous import AnonymousGame
    >>> from alliancegames.solvers.pure import count_equilibria
    >>> bar = AnonymousGame.from_function(
    ...     100, ["go", "stay"], lambda own, others: 1 if own == "stay" else 2 * (others["go"] < 60))
    >>> count_equilibria(bar)
    <EquilibriumSet: 1 pure equilibrium by counts (complete, exact)>
      go 60, stay 40
    """
    function, started = "count_equilibria", time.perf_counter()
    if not isinstance(game, AnonymousGame):
        raise GameDefinitionError(f"{function}(): expected an AnonymousGame, got {type(game).__name__}.")
    _need_numbers(function, game.field)
    method = choose(function, game, solver)
    found = method.solve(game)
    for profile in found.strategies:
        if not all(gain <= 0 for gain in profile.regret.values()):
            raise SolveError(
                f"{function}(): solver {method.name!r} returned {profile}, which is no equilibrium; please report this game.", profile
            )
    exact = game.field == "exact"
    provenance = Provenance(
        method.name, __version__, time.perf_counter() - started, {}, Fraction(0) if exact else 0.0, dict(found.certificate)
    )
    concept = "pure equilibrium by counts"
    return EquilibriumSet(game, concept, tuple(found.strategies), found.complete, exact, found.degenerate, found.status, provenance)


def _need_numbers(function: str, field: str) -> None:
    if field == "symbolic":
        raise SolverNotApplicableError(f"{function}(): the payoffs contain symbols or irrational numbers; give numbers, or use .floats().")


@dataclass(frozen=True)
class SparsePureEquilibria:
    """All pure equilibria of a sparse game: those stored are listed, those with default payoffs counted.

    A profile that is not stored is an equilibrium exactly if no player can reach by deviating alone a
    stored profile that he prefers to the default. There can be astronomically many such profiles; iterating
    goes through all equilibria, the stored ones first.

    Parameters
    ----------
    game : SparseGame
        The game solved.
    stored : tuple of tuple of str
        Stored profiles that are equilibria, in lexicographic order of the actions.
    default_count : int
        Number of equilibria among the profiles that are not stored.
    blocked_count : int
        Number of profiles that are not stored and no equilibria: from each somebody gains by moving to a stored one.
    """

    game: SparseGame
    stored: tuple[tuple[str, ...], ...]
    default_count: int
    blocked_count: int

    @property
    def count(self) -> int:
        """Number of all pure equilibria."""
        return len(self.stored) + self.default_count

    def default(self) -> Iterator[tuple[str, ...]]:
        """Iterate over the equilibria among the profiles that are not stored, in lexicographic order of the actions."""
        return (cell for cell in self.game.profiles() if not self.game.is_stored(cell) and self.game.is_nash(cell))

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return itertools.chain(self.stored, self.default())

    def __contains__(self, profile: object) -> bool:
        return self.game.is_nash(profile)  # type: ignore[arg-type]

    def __repr__(self) -> str:
        return f"<SparsePureEquilibria: {self.count} pure equilibria (complete), {len(self.stored)} of them stored profiles>"


def sparse_pure_nash(game: SparseGame) -> SparsePureEquilibria:
    """Find all pure equilibria of a sparse game without writing out its profiles.

    Parameters
    ----------
    game : SparseGame
        A game with exact or float payoffs.

    Returns
    -------
    SparsePureEquilibria
        The stored profiles that are equilibria, and the exact number of equilibria among all others, which
        can be iterated over on demand. The answer is complete.

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols.

    Notes
    -----
    Only stored profiles and the lines through them are examined: time and memory grow with the number of
    stored profiles times the number of actions of all players, not with the number of profiles.

    Examples
    --------
    >>> from alliancegames.games.sparse import SparseGame
    >>> from alliancegames.solvers.pure import sparse_pure_nash
    >>> n = 30
    >>> pact = SparseGame(actions=[["sign", "refuse"]] * n, payoffs={("sign",) * n: (2,) * n})
    >>> found = sparse_pure_nash(pact)
    >>> len(found.stored), found.default_count == 2**n - 1 - n
    (1, True)
    """
    function = "sparse_pure_nash"
    if not isinstance(game, SparseGame):
        raise GameDefinitionError(f"{function}(): expected a SparseGame, got {type(game).__name__}.")
    _need_numbers(function, game.field)
    lines = _Lines(game)
    stable = np.ones(len(game.cells), dtype=bool)
    blocked = []
    for k in range(len(game.players)):
        stable &= lines.best(k)
        blocked.append(lines.left_for_stored(k))
    away = np.unique(np.concatenate(blocked)) if blocked else lines.codes
    blocked_count = len(away) - int(_found_in(lines.codes, away).sum())
    cells = sorted(game.cells[stable].tolist())
    stored = tuple(tuple(labels[a] for labels, a in zip(game.actions, cell, strict=True)) for cell in cells)
    for profile in stored:
        if not game.is_nash(profile):
            raise SolveError(f"{function}(): {profile} is no equilibrium; please report this game.", profile)
    return SparsePureEquilibria(game, stored, game.size - len(game.cells) - blocked_count, blocked_count)


class _Lines:
    """Stored profiles of a sparse game by the lines (all actions of one player) on which they lie.

    A profile is coded as one number, in Python integers where 64 bits are too few.
    """

    def __init__(self, game: SparseGame) -> None:
        kind = np.int64 if game.size < 2**62 else object
        self.game = game
        self.strides = [prod(game.shape[k + 1 :]) for k in range(len(game.shape))]
        codes = np.zeros(len(game.cells), dtype=kind)
        for k, stride in enumerate(self.strides):
            codes = codes + game.cells[:, k].astype(kind) * stride
        self.unsorted, self.codes = codes, np.sort(codes)
        # one more row, for the default
        values = np.vstack([game.values, game.default])
        self.values = values if values.dtype != object else _small_integers_by_column(values)

    def _best_stored(self, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the lines of a player through stored profiles: first code, line of each profile, number stored, best stored."""
        first = self.unsorted - self.game.cells[:, k].astype(self.unsorted.dtype) * self.strides[k]
        lines, line_of, stored = np.unique(first, return_inverse=True, return_counts=True)
        order = np.argsort(line_of, kind="stable")
        starts = np.concatenate([[0], np.cumsum(stored)[:-1]]).astype(np.int64)
        best = np.maximum.reduceat(self.values[:-1, k][order], starts) if len(lines) else self.values[:0, k]
        return lines, line_of, stored, best

    def best(self, k: int) -> np.ndarray:
        """Say of each stored profile whether its action is a best reply of a player."""
        _, line_of, stored, best = self._best_stored(k)
        own, default = self.values[:-1, k], self.values[-1, k]
        full = stored == self.game.shape[k]
        return np.asarray((own >= best[line_of]) & (full[line_of] | (own >= default)), dtype=bool)

    def left_for_stored(self, k: int) -> np.ndarray:
        """Return all profiles on lines on which some stored profile gives a player more than the default."""
        lines, _, _, best = self._best_stored(k)
        attractive = lines[np.asarray(best > self.values[-1, k], dtype=bool)]
        reached: np.ndarray = attractive[:, None] + np.arange(self.game.shape[k]).astype(lines.dtype) * self.strides[k]
        return reached.ravel()


def _small_integers_by_column(values: np.ndarray) -> np.ndarray:
    columns = [_small_integers(column) for column in values.T]
    return np.column_stack(columns) if columns else values


def _found_in(sorted_codes: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Say of each code whether it is among sorted ones."""
    if not len(sorted_codes):
        return np.zeros(len(codes), dtype=bool)
    at = np.minimum(np.searchsorted(sorted_codes, codes), len(sorted_codes) - 1)
    return np.asarray(sorted_codes[at] == codes, dtype=bool)
