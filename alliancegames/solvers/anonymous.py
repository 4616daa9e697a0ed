"""Equilibria of anonymous games in which players who are alike randomise alike.

If a single group randomises over two actions, the difference between what the two give is one polynomial in
one probability, of degree at most the number of players. Its roots are isolated exactly: rational ones are
returned as such, irrational ones as the nearest floats of proved enclosures. Several free probabilities are
left to interval arithmetic (`isolate`), which proves that each zero is there and that none is missing.
"""

from __future__ import annotations

import itertools
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from alliancegames._exact import exact_values
from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolveError, SolverNotApplicableError
from alliancegames.games.anonymous import AnonymousGame, GroupMixture
from alliancegames.solvers._group_patterns import Candidate, Pattern, Search, largest_gain, no_unknown, one_unknown, with_root
from alliancegames.solvers._unit_roots import Root, roots_between, sign_changes
from alliancegames.solvers.registry import Findings, Solver, choose, descending, register
from alliancegames.solvers.result import EquilibriumSet, Provenance, Status

__all__ = ["BlockRoots", "GroupSupports", "block_equilibria", "symmetric_equilibria"]

# Largest regret accepted where probabilities are rounded, as a share of the range of the payoffs.
FLOAT_REGRET = 1e-9
# Free probabilities that are searched together.
MANY_UNKNOWNS = 3
ALL_LISTED = Status("complete", "Every equilibrium of this form is listed.")
NONE_LISTED = Status("none", "It is proved that no equilibrium of this form exists.")
CONTINUUM = Status(
    "continuum",
    "Equilibria of this form make up continua; their end points and all equilibria outside them are listed. provenance.certificate['continua'] names them.",
)
UNRESOLVED = Status(
    "unresolved",
    "What is listed are equilibria; in some small boxes of probabilities (provenance.certificate['unresolved']) others could not be excluded.",
)


def _at_binary_values(game: AnonymousGame) -> AnonymousGame:
    """Return the game with float payoffs at their exact binary values."""
    if game.field == "exact":
        return game
    tables = {group: exact_values(table) for group, table in zip(game.groups, game.payoffs, strict=True)}
    return AnonymousGame(dict(zip(game.groups, game.sizes, strict=True)), game.actions, tables)


def _distribution(row: np.ndarray) -> np.ndarray:
    """Return rounded probabilities as rationals that sum to one exactly."""
    exact = np.array([Fraction(weight) for weight in row], dtype=object)
    last = int(np.argmax(row))
    exact[last] = 1 - (exact.sum() - exact[last])
    return exact


def _item(game: AnonymousGame, candidate: Candidate) -> GroupMixture:
    """Return a candidate in the number system of the game."""
    strategies, bounds = candidate
    if game.field == "float" and bounds is None:
        return GroupMixture(game, tuple(row.astype(float) for row in strategies), tuple((row, row) for row in strategies))
    return GroupMixture(game, strategies, bounds)


@register
@dataclass(frozen=True)
class GroupSupports:
    """Try every support a group: exact roots where one probability is free, interval arithmetic where several are."""

    name: ClassVar[str] = "group_supports"
    concept: ClassVar[str] = "symmetric_equilibria"
    description: ClassVar[str] = "all equilibria in which the members of a group use one mixed strategy; exact roots, certified enclosures"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games with more free probabilities than are searched together."""
        if not isinstance(game, AnonymousGame):
            return "needs an AnonymousGame"
        unknowns = len(game.groups) * (len(game.actions) - 1)
        if unknowns > MANY_UNKNOWNS:
            return f"searches at most {MANY_UNKNOWNS} free probabilities; {len(game.groups)} groups with {len(game.actions)} actions have {unknowns}"
        return None

    def solve(self, game: AnonymousGame) -> Findings:
        """Go through all supports."""
        exact, actions = _at_binary_values(game), range(len(game.actions))
        supports = [s for size in range(1, len(game.actions) + 1) for s in itertools.combinations(actions, size)]
        found: list[Candidate] = []
        continua, unresolved = [], []
        for chosen in itertools.product(supports, repeat=len(game.groups)):
            pattern = Pattern(exact, chosen)
            if pattern.unknowns == 0:
                found += no_unknown(pattern)
            elif pattern.unknowns == 1:
                more, continuum = one_unknown(pattern)
                found += more
                continua += continuum
            else:
                more, boxes = Search(pattern).run()
                found += more
                unresolved += boxes
        items = sorted((_item(game, candidate) for candidate in found), key=lambda item: descending(item.strategies))
        return _findings(items, continua, unresolved)


def _findings(items: Sequence[GroupMixture], continua: Sequence[str], unresolved: Sequence[Any], **certificate: Any) -> Findings:
    if continua:
        certificate["continua"] = tuple(continua)
    if unresolved:
        return Findings(items, None, True if continua else None, UNRESOLVED, {**certificate, "unresolved": tuple(unresolved)})
    status = CONTINUUM if continua else ALL_LISTED if items else NONE_LISTED
    return Findings(items, True, True if continua else None, status, certificate)


@register
@dataclass(frozen=True)
class BlockRoots:
    """One polynomial for each number of players who take the first and who take the second action for sure."""

    name: ClassVar[str] = "block_roots"
    concept: ClassVar[str] = "block_equilibria"
    description: ClassVar[str] = "symmetric games with two actions: some take each action, the others mix alike; exact roots"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games with several groups or more than two actions."""
        if not isinstance(game, AnonymousGame):
            return "needs an AnonymousGame"
        if len(game.groups) > 1 or len(game.actions) > 2:
            return f"needs one group and two actions; this game has {len(game.groups)} groups and {len(game.actions)} actions"
        return None

    def solve(self, game: AnonymousGame) -> Findings:
        """Go through all divisions into blocks."""
        exact = _at_binary_values(game)
        first, second = exact.integer_payoffs[0]
        advantage = [int(value) for value in first - second]
        n = len(advantage)
        items, continua = [], []
        for ones, mixers in ((k, m) for k in range(n, -1, -1) for m in range(n - k + 1)):
            blocks = {f"always {game.actions[0]}": ones, f"always {game.actions[1]}": n - ones - mixers, "mixing": mixers}
            stable = _stable_blocks(advantage, ones, mixers)
            if stable is None:
                continua.append(", ".join(f"{label} {size}" for label, size in blocks.items() if size))
                continue
            supports = tuple(s for s, size in zip(((0,), (1,), (0, 1)), blocks.values(), strict=True) if size)
            for root in stable:
                divided = game.split({label: size for label, size in blocks.items() if size})
                items.append(_item(divided, with_root(Pattern(divided, supports), root)))
        return _findings(items, continua, (), every_equilibrium=sign_changes(advantage) <= 1)


def _stable_blocks(advantage: Sequence[int], ones: int, mixers: int) -> Sequence[Root] | None:
    """Return the probabilities at which nobody gains, by the advantage of the first action; None if all do.

    While the mixers are indifferent, those who take the first action for sure gain nothing exactly if the
    first action is no worse with one other taking it less; likewise for the second with one more.
    """
    n = len(advantage)
    window = advantage[ones : ones + mixers]
    fewer = advantage[ones - 1 : ones - 1 + max(mixers, 1)] if ones else [0]
    more = advantage[ones + (mixers > 0) : ones + max(mixers, 1) + (mixers > 0)] if ones + mixers < n else [0]
    if not any(window):
        calm = (not ones or advantage[ones - 1] >= 0) and (ones + mixers == n or advantage[ones + mixers] <= 0)
        if mixers:
            return None if calm else []
        return [Root(None, Fraction(1), Fraction(1))] if calm else []
    if max(fewer) < 0 or min(more) > 0:
        return []
    return [root for root in roots_between(window) if root.sign_of(fewer) >= 0 and root.sign_of(more) <= 0]


def symmetric_equilibria(game: AnonymousGame, solver: str | Solver = "auto", *, tol: float = FLOAT_REGRET) -> EquilibriumSet[GroupMixture]:
    """Find the equilibria of an anonymous game in which all members of a group use the same mixed strategy.

    In a symmetric game, which has one group, these are the symmetric equilibria.

    Parameters
    ----------
    game : AnonymousGame
        A game with exact or float payoffs: two actions for up to three groups, or up to four actions for one.
    solver : str or Solver, default "auto"
        ``"group_supports"``.
    tol : float, default 1e-9
        Largest regret accepted where probabilities are rounded, as a share of the range of the payoffs.

    Returns
    -------
    EquilibriumSet
        All of them. ``complete`` refers to equilibria of this form: others, in which players who are alike
        act differently, are found by `count_equilibria` and `block_equilibria`. It is None if in some small
        boxes of probabilities equilibria could be neither proved nor excluded, as happens where
        equilibria with several free probabilities form a continuum.

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols, or there are too many groups or actions.

    Warns
    -----
    IncompleteSearchWarning
        Something was left unresolved.

    Notes
    -----
    Where one probability is free, the roots of a polynomial with integer coefficients are isolated exactly
    by Descartes' rule: rational ones are returned as Fractions, irrational ones as the nearest floats, with
    proved bounds. Several free probabilities are isolated by an interval Newton method.

    Examples
    --------
    >>> from alliancegames.games.anonymous import AnonymousGame
    >>> from alliancegames.solvers.anonymous import symmetric_equilibria
    >>> volunteers = AnonymousGame.from_function(
    ...     3, ["act", "wait"], lambda own, others: 3 if own == "act" else 4 * (others["act"] > 0))
    >>> symmetric_equilibria(volunteers)
    <EquilibriumSet: 1 symmetric equilibrium (complete, exact)>
      act 1/2, wait 1/2
    """
    return _entry("symmetric_equilibria", "symmetric equilibrium", game, solver, tol)


def block_equilibria(game: AnonymousGame, solver: str | Solver = "auto", *, tol: float = FLOAT_REGRET) -> EquilibriumSet[GroupMixture]:
    """Find the equilibria of a symmetric game with two actions in which all who randomise do so alike.

    Some players take the first action for sure, some the second, and the others mix with a common
    probability. Pure and symmetric equilibria are among them.

    Parameters
    ----------
    game : AnonymousGame
        A symmetric game with two actions and exact or float payoffs.
    solver : str or Solver, default "auto"
        ``"block_roots"``.
    tol : float, default 1e-9
        As in `symmetric_equilibria`.

    Returns
    -------
    EquilibriumSet
        All of them, up to who is in which block: each stands for ``multiplicity`` equilibria. The game of
        each item is the game solved, split into the blocks. ``complete`` refers to equilibria of this form.
        They are *all* Nash equilibria if ``provenance.certificate["every_equilibrium"]``.

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols, there are several groups, or more than two actions.

    Notes
    -----
    Two players can mix with different probabilities only if both what each gains from the first action
    when the other takes it and what each gains when the other does not vanish on average. If the gain
    changes sign at most once in the number of others who take the first action, this is impossible (the
    number of mixers who take it has a strictly log-concave distribution) unless the gain is zero
    throughout; then the mixers' probabilities are arbitrary and the equilibria form a continuum, which is
    named. So for such games, among them volunteer's dilemmas and congestion games, nothing is missing at all.

    Examples
    --------
    >>> from alliancegames.games.anonymous import AnonymousGame
    >>> from alliancegames.solvers.anonymous import block_equilibria
    >>> volunteers = AnonymousGame.from_function(
    ...     3, ["act", "wait"], lambda own, others: 3 if own == "act" else 4 * (others["act"] > 0))
    >>> [(item.game.sizes, item.multiplicity) for item in block_equilibria(volunteers)]
    [((1, 2), 3), ((1, 2), 3), ((3,), 1)]
    """
    return _entry("block_equilibria", "block equilibrium", game, solver, tol)


def checked_game(function: str, game: Any, tol: float = 0.0) -> None:
    """Refuse what is no anonymous game at numbers."""
    if not isinstance(game, AnonymousGame):
        raise GameDefinitionError(
            f"{function}(): expected an AnonymousGame, got {type(game).__name__}; build one with AnonymousGame.from_function(...)."
        )
    if game.field == "symbolic":
        raise SolverNotApplicableError(f"{function}(): the payoffs contain symbols or irrational numbers; give numbers, or use .floats().")
    if not (isinstance(tol, (int, float)) and 0 <= tol < 1):
        raise GameDefinitionError(f"{function}(): tol is a share of the payoff range and must lie in [0, 1), got {tol}.")


def _entry(function: str, concept: str, game: AnonymousGame, solver: str | Solver, tol: float) -> EquilibriumSet[GroupMixture]:
    started = time.perf_counter()
    checked_game(function, game, tol)
    method = choose(function, game, solver)
    found = method.solve(game)
    worst, base = Fraction(0), _at_binary_values(game)
    for item in found.strategies:
        exact = item.bounds is None
        played = base if item.game is game else base.split(dict(zip(item.game.groups, item.game.sizes, strict=True)))
        regret = largest_gain(played, item.strategies if exact else [_distribution(row) for row in item.strategies])
        if regret > (0 if exact else tol):
            raise SolveError(
                f"{function}(): solver {method.name!r} returned {item}, which is no equilibrium (regret {regret}); please report this game.",
                item,
            )
        worst = max(worst, regret)
    if found.complete is None:
        warnings.warn(f"{function}(): {found.status.message}", IncompleteSearchWarning, stacklevel=3)
    exact = game.field == "exact" and all(item.bounds is None for item in found.strategies)
    provenance = Provenance(
        method.name,
        __version__,
        time.perf_counter() - started,
        {} if exact else {"tol": tol},
        worst if exact else float(worst),
        dict(found.certificate),
    )
    return EquilibriumSet(game, concept, tuple(found.strategies), found.complete, exact, found.degenerate, found.status, provenance)
