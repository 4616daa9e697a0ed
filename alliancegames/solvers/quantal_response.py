"""Logit quantal response equilibria at a given precision, for any number of players."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, cast

import numpy as np

from alliancegames._fields import is_sequence, read_number
from alliancegames._labels import resolve
from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolveError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import Profile
from alliancegames.solvers._intervals import Interval
from alliancegames.solvers._logit import LogitEquations
from alliancegames.solvers._logit_proof import LogitSearch, bounds, free_probabilities, widest
from alliancegames.solvers._path import follow, settle
from alliancegames.solvers._reading import check_game
from alliancegames.solvers.registry import Findings, Solver, choose, descending, register
from alliancegames.solvers.result import EquilibriumSet, Provenance, Status

__all__ = ["LogitIsolation", "LogitPath", "quantal_response"]

# The search for all equilibria cuts a box with one side for each free probability; beyond these many it would not end.
MOST_FREE = 6
# Precision times largest payoff difference: above, floats cannot tell payoffs apart that the precision would.
MOST_PRECISE = 1e9
# From here on rounding, not a fold, is the likely reason why a box stays unresolved.
ROUNDING_PRECISE = 1e6
# A probability may miss its logit response by this much, and by the rounding of the payoffs times the precision.
RESIDUAL = 1e-9
ROUNDINGS = 1024 * float(np.finfo(float).eps)
# Equilibria closer than this, in every probability, are the same.
SAME = 1e-7
# Half the width, relative to one plus the log-odds, of the box in which a single equilibrium is proved to exist.
PROOF_RADIUS = 1e-7

ALL_ISOLATED = Status("complete", "Every equilibrium is listed: interval arithmetic isolated each and excluded all others.")
AT_A_FOLD = Status(
    "at_a_fold",
    "The precision is at a fold or bifurcation, or too close to one to tell equilibria apart: the certificate names boxes in which "
    "equilibria could be neither excluded nor isolated. All others are listed. Move the precision a little.",
)
ROUNDED = Status(
    "rounding",
    "At this precision rounding hides whether equilibria exist in the boxes named in the certificate. All others are listed. "
    "nash() gives the limit of high precision.",
)
EXHAUSTED = Status(
    "search_limit",
    "The search ended before all boxes were examined. Those isolated and the principal equilibrium are listed; "
    "LogitIsolation(limit=...) searches longer.",
)
PRINCIPAL_ONLY = Status(
    "principal_branch",
    "The equilibrium on the principal branch is listed, the one that starts from uniform play at precision zero; others were not searched.",
)


# -------------------------------------------------------------------- the solvers


@register
@dataclass(frozen=True)
class LogitIsolation:
    """All logit equilibria of a small game, by interval Newton.

    Parameters
    ----------
    precision : tuple of Fraction
        One precision a player; `quantal_response` fills it in.
    limit : int
        Largest number of boxes examined.
    """

    precision: tuple[Fraction, ...] = ()
    limit: int = 50_000
    name: ClassVar[str] = "interval_newton"
    concept: ClassVar[str] = "quantal_response"
    description: ClassVar[str] = "all logit equilibria of small games, certified by interval arithmetic"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games with too many unknowns to search."""
        if not isinstance(game, NormalFormGame):
            return "needs a game in normal form"
        free = free_probabilities(game.shape)
        return f"searches {free} free probabilities in this game, more than {MOST_FREE}" if free > MOST_FREE else None

    def solve(self, game: NormalFormGame) -> Findings:
        """Isolate, then refine each equilibrium in floats."""
        equations = LogitEquations(game, self.precision)
        found = LogitSearch(equations.scaled, self.limit).isolate()
        strategies = [_refined(equations, root) for root in found.roots]
        certificate = {
            "enclosures": tuple(map(bounds, found.roots)),
            "widest_enclosure": max(map(widest, found.roots), default=0.0),
            "unresolved": tuple(map(bounds, found.unresolved)),
            "boxes": found.boxes,
        }
        if not found.unresolved:
            return Findings(strategies, True, None, ALL_ISOLATED, certificate)
        principal = principal_equilibrium(equations)
        if principal is not None and not any(_distance(principal, other) < SAME for other in strategies):
            strategies.append(principal)
        rounded = float(equations.unit) > ROUNDING_PRECISE
        return Findings(strategies, None, None, EXHAUSTED if found.exhausted else ROUNDED if rounded else AT_A_FOLD, certificate)


@register
@dataclass(frozen=True)
class LogitPath:
    """The logit equilibrium on the principal branch, by path following.

    Parameters
    ----------
    precision : tuple of Fraction
        One precision a player; `quantal_response` fills it in.
    """

    precision: tuple[Fraction, ...] = ()
    name: ClassVar[str] = "principal_branch"
    concept: ClassVar[str] = "quantal_response"
    description: ClassVar[str] = "the logit equilibrium on the branch from uniform play, any number of players"

    def obstacle(self, game: Any) -> str | None:
        """Apply to every game with numbers as payoffs."""
        return None if isinstance(game, NormalFormGame) else "needs a game in normal form"

    def solve(self, game: NormalFormGame) -> Findings:
        """Follow the branch, then try to prove that an equilibrium is where it led."""
        equations = LogitEquations(game, self.precision)
        strategies = principal_equilibrium(equations)
        if strategies is None:
            raise SolveError(
                "quantal_response(): the principal branch could not be followed to this precision; "
                "logit_branch(game) returns the part that could."
            )
        proved = LogitSearch(equations.scaled).proves(_log_odds(equations, strategies), PROOF_RADIUS)
        certificate = {"enclosures": (None if proved is None else bounds(proved),), "proved_to_exist": proved is not None}
        return Findings([strategies], None, None, PRINCIPAL_ONLY, certificate)


def principal_equilibrium(equations: LogitEquations) -> list[np.ndarray] | None:
    """Return the equilibrium at which the branch from uniform play first reaches the precision, or None."""
    trace = follow(equations.curve, equations.start(), 1.0, bound=math.log1p(float(equations.unit)))
    return equations.strategies(trace.points[-1]) if trace.ending == "reached" else None


def _refined(equations: LogitEquations, root: Sequence[Interval]) -> list[np.ndarray]:
    """Improve the middle of an enclosure by Newton's method on the equations of all players; stay inside."""
    middle = [own.midpoint / own.midpoint.sum() for own in root]
    start = equations.point(middle, float(equations.unit))
    across = np.zeros_like(start)
    across[-1] = 1
    settled = settle(equations.curve, start, across)
    if settled is None:
        return middle
    refined = equations.strategies(settled[0])
    rounding = ROUNDINGS * (1 + float(equations.unit))
    inside = all((np.abs(own - box.midpoint) <= box.width + rounding).all() for own, box in zip(refined, root, strict=True))
    return refined if inside else middle


def _log_odds(equations: LogitEquations, strategies: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the log-odds of each player's reply against its first action."""
    replies = [float(equations.unit) * equations.expected(k, strategies) for k in range(len(strategies))]
    return [(own - own[0])[1:] for own in replies]


def _distance(first: Sequence[np.ndarray], second: Sequence[np.ndarray]) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(first, second, strict=True))


# -------------------------------------------------------------------- the entry function


def quantal_response(game: NormalFormGame, precision: Any, solver: str | Solver = "auto") -> EquilibriumSet[Profile]:
    """Find the logit quantal response equilibria of a game at a precision.

    In a logit equilibrium every player takes each action with a probability in proportion to the exponential of
    its expected payoff times the precision, given that all others do the same. At precision zero everybody
    plays uniformly; as the precision grows, equilibria approach Nash equilibria.

    Small games are searched completely: each equilibrium is proved to exist and to be alone in its enclosure,
    and all other equilibria are excluded. For larger games the equilibrium on the principal branch is returned,
    ``complete`` is None and a warning says so.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs, any number of players.
    precision : number, or mapping of str to number, or sequence of number
        At least zero; one for all players or one a player. It multiplies payoffs in the game's own units:
        payoffs ten times as large call for a tenth of the precision.
    solver : str or Solver, default "auto"
        ``"interval_newton"`` (all equilibria; up to 6 free probabilities when those of the player with the most
        actions are left out), ``"principal_branch"`` (one equilibrium, any size), or a configured solver object.

    Returns
    -------
    EquilibriumSet
        The equilibria as floats. Its ``game`` is the game with payoffs rounded to floats;
        ``provenance.max_regret`` is the largest difference between a probability and the logit response to the
        others, and ``provenance.certificate`` holds the enclosures, by equilibrium, player and action, as they
        were found.

    Raises
    ------
    GameDefinitionError
        The precision is negative, no number, or too high for floats to resolve.
    SolverNotApplicableError
        The payoffs contain symbols, or the solver named does not apply.
    SolveError
        The principal branch could not be followed, or a profile failed verification.

    Warns
    -----
    IncompleteSearchWarning
        Only the principal equilibrium was searched for, the search reached its limit, or the precision is at a
        fold, where two equilibria merge and no float can tell them apart.

    Notes
    -----
    Logit equilibria are due to :cite:t:`mckelvey1995quantal`. The number of equilibria is odd except at folds.
    Enclosures are rigorous for the game as given, exact payoffs included. The cost of the search grows with
    the precision and exponentially with the number of free probabilities: hundredths of a second for 2×2, up to
    seconds for 3×3 and four players with two actions each.

    Examples
    --------
    >>> import alliancegames as ag
    >>> eqs = ag.solvers.quantal_response(ag.games.stag_hunt(), 2)
    >>> eqs
    <EquilibriumSet: 1 logit quantal response equilibrium (complete, floating point)>
      (stag 0.0202645, hare 0.979736) × (stag 0.0202645, hare 0.979736)
    >>> len(ag.solvers.quantal_response(ag.games.stag_hunt(), 10))
    3
    """
    started = time.perf_counter()
    where = "quantal_response()"
    check_game("quantal_response", game)
    precisions = read_precisions(game, precision, where)
    method = _configured(choose("quantal_response", game, solver), precisions)
    equations = LogitEquations(game, precisions)
    check_magnitude(equations.unit, where)
    found = method.solve(game)
    floats = game.floats()
    worst = _verified(equations, method, found)
    if found.complete is None:
        warnings.warn(f"{where}: {found.status.message}", IncompleteSearchWarning, stacklevel=2)
    return EquilibriumSet(
        game=floats,
        concept="logit quantal response equilibrium",
        items=tuple(Profile(floats, strategies) for strategies in sorted(found.strategies, key=descending)),
        complete=found.complete,
        exact=False,
        degenerate=found.degenerate,
        status=found.status,
        provenance=Provenance(
            method.name, __version__, time.perf_counter() - started, asdict(cast(Any, method)), worst, dict(found.certificate)
        ),
    )


def _configured(solver: Any, precisions: tuple[Fraction, ...]) -> Solver:
    """Tell a solver the precision; whatever else users configured stays."""
    if not (is_dataclass(solver) and "precision" in {option.name for option in fields(solver)}):
        raise SolverNotApplicableError(
            f"quantal_response(): solver {solver.name!r} must be a dataclass with a field 'precision', one a player, that this function fills in."
        )
    configured: Any = replace(solver, precision=precisions)  # type: ignore[type-var]
    return cast(Solver, configured)


def read_precisions(game: NormalFormGame, given: Any, where: str) -> tuple[Fraction, ...]:
    """Read one precision for all players, or one a player, as exact numbers."""
    players = game.players
    if isinstance(given, Mapping):
        for name in given:
            resolve(name, players, "player", where)
        missing = [player for player in players if player not in given]
        if missing:
            raise GameDefinitionError(f"{where}: precision is missing for {', '.join(missing)}; give one for every player.")
        listed = [given[player] for player in players]
    elif is_sequence(given):
        listed = list(given)
        if len(listed) != len(players):
            raise GameDefinitionError(
                f"{where}: precision must be one number or one for each of {', '.join(players)}, got {len(listed)} numbers."
            )
    else:
        listed = [given] * len(players)
    return tuple(read_precision(value, where) for value in listed)


def read_precision(value: Any, where: str) -> Fraction:
    """Read a precision as the exact number it is."""
    kind, number = read_number(value, f"{where}, precision")
    if kind == "symbolic":
        raise GameDefinitionError(f"{where}: precision must be a number, got the expression {value}; substitute numbers first.")
    if number < 0:
        raise GameDefinitionError(f"{where}: precision must be at least 0, got {value}; 0 is uniform play.")
    return Fraction(number)


def check_magnitude(largest: Fraction, where: str) -> None:
    """Refuse precisions at which floats cannot resolve the payoffs."""
    if largest > MOST_PRECISE:
        raise GameDefinitionError(
            f"{where}: precision times the largest payoff difference is {float(min(largest, Fraction(10) ** 300)):.3g}, more than "
            f"{MOST_PRECISE:.0e}, where rounding decides; use nash() for the limit, or a lower precision."
        )


def _verified(equations: LogitEquations, method: Solver, found: Findings) -> float:
    """Return the largest residual, or raise if a profile is no equilibrium."""
    worst = 0.0
    for strategies in found.strategies:
        residual = equations.residual(strategies, float(equations.unit))
        if not residual <= RESIDUAL + ROUNDINGS * float(equations.unit):
            raise SolveError(
                f"quantal_response(): solver {method.name!r} returned a profile whose probabilities miss their logit responses by "
                f"{residual:.2g}; please report this game.",
                strategies,
            )
        worst = max(worst, residual)
    return worst
