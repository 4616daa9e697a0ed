"""Nash equilibria: the entry functions that validate, solve, verify, sort and record."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolveError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import Profile
from alliancegames.solvers._reading import check_game
from alliancegames.solvers.registry import Findings, Solver, choose, descending
from alliancegames.solvers.result import EquilibriumSet, Provenance
from alliancegames.solvers.verify import as_profile, largest_regret, rounded_regret

__all__ = ["nash", "pure_nash"]

# A mixed equilibrium in floats is rounded once per probability; its regret, as a share of the payoff
# range, stays near machine precision. Anything above this bound is refused.
FLOAT_REGRET = 1e-9


def nash(game: NormalFormGame, solver: str | Solver = "auto", *, tol: float = FLOAT_REGRET) -> EquilibriumSet[Profile]:
    """Find the Nash equilibria of a game in normal form.

    For two players the answer is complete: it lists every *extreme* equilibrium, those from which all
    others arise by mixing within a component. A nondegenerate game has finitely many equilibria and they
    are all listed. With exact payoffs every number is an exact rational and every equilibrium is
    verified to have regret exactly zero. Float payoffs are taken at their exact binary values, solved
    exactly and rounded at the end.

    For three or more players every combination of supports is settled, so that the answer is complete as
    well. Equilibria that form continua are described as families of equations and inequalities in
    ``provenance.certificate["families"]``, and ``status`` is ``"continuum"``; the list holds the equilibria
    that no other one with the same supports and best replies comes close to. Irrational equilibria are
    rounded once to floats, and ``exact`` is False; ``provenance.certificate["enclosures"]`` has them to 30
    decimal places. Where a combination of supports grows too large to be settled, ``complete`` is None, the
    status ``"partial"`` and a warning is issued. Games with very many combinations of supports are not
    attempted: only their pure equilibria are listed, with a warning.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs.
    solver : str or Solver, default "auto"
        ``"vertex_enumeration"`` (two players, complete), ``"support_enumeration"`` (three or more players,
        complete), ``"pure_enumeration"`` (any number of players, pure equilibria only), a configured solver
        object, or ``"auto"``.
    tol : float, default 1e-9
        Largest regret accepted for float payoffs, as a share of the range of the player's payoffs.
        Exact payoffs admit no tolerance, except for irrational equilibria, which are rounded.

    Returns
    -------
    EquilibriumSet
        The equilibria, sorted, with ``complete``, ``exact``, ``degenerate``, ``status``, ``provenance``.

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols, or the solver named does not apply.
    SolveError
        A profile failed verification (this would be a defect of the solver; nothing is returned
        unverified).

    Warns
    -----
    IncompleteSearchWarning
        The list may be incomplete: only pure equilibria were searched, or some supports are not settled.

    Notes
    -----
    Vertices of both best-reply polyhedra are enumerated, in integers or in floats with a proof of completeness,
    and paired by their labels :cite:p:`avis2010enumeration`. The number of vertices, and so the cost, can grow exponentially with
    the number of actions: less than a millisecond at 4×4, milliseconds at 8×8, hundredths of a second at 12×12.
    For large constant-sum games `zero_sum` is the method of choice.

    With three or more players the equilibria on given supports solve polynomial equations. These are solved
    exactly, by Gröbner bases and the roots of one polynomial, or, where that grows too large, by interval
    arithmetic that isolates all solutions. Hundredths of a second are common for 2×2×2, seconds for 3×3×3
    or five players with two actions.

    Examples
    --------
    >>> import alliancegames as ag
    >>> eqs = ag.nash(ag.games.stag_hunt())
    >>> eqs.complete, eqs.exact, len(eqs)
    (True, True, 3)
    >>> eqs.mixed[0]["Row"]["stag"]
    Fraction(2, 3)
    """
    return _entry("nash", "Nash equilibrium", game, solver, tol)


def pure_nash(game: NormalFormGame, solver: str | Solver = "auto", *, tol: float = FLOAT_REGRET) -> EquilibriumSet[Profile]:
    """Find all Nash equilibria in pure strategies, for any number of players.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs.
    solver : str or Solver, default "auto"
        ``"pure_enumeration"``.
    tol : float, default 1e-9
        Largest regret accepted for float payoffs, as in `nash`.

    Returns
    -------
    EquilibriumSet
        All pure equilibria; ``complete`` is True, and an empty set is a proof that there is none.

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols.

    Notes
    -----
    One vectorised comparison a player: the cost is linear in the number of pure profiles.

    Examples
    --------
    >>> import alliancegames as ag
    >>> [profile.actions for profile in ag.pure_nash(ag.games.chicken())]
    [('yield', 'stand firm'), ('stand firm', 'yield')]
    >>> ag.pure_nash(ag.games.matching_pennies()).status
    'none'
    """
    return _entry("pure_nash", "pure Nash equilibrium", game, solver, tol)


def _entry(function: str, concept: str, game: NormalFormGame, solver: str | Solver, tol: float) -> EquilibriumSet[Profile]:
    started = time.perf_counter()
    _validate(function, game, tol)
    method = choose(function, game, solver)
    found = method.solve(game)
    for strategies in found.strategies:
        if tuple(len(strategy) for strategy in strategies) != game.shape:
            sizes = tuple(len(strategy) for strategy in strategies)
            raise SolveError(
                f"{function}(): solver {method.name!r} returned strategies of sizes {sizes} for a game of shape {game.shape}.", found
            )
    profiles = [as_profile(game, strategies) for strategies in sorted(found.strategies, key=descending)]
    samples = [family.sample for family in found.certificate.get("families", ())]
    regret = _verified(function, method, game, [*profiles, *samples], tol)
    if found.complete is None:
        warnings.warn(f"{function}(): {found.status.message}", IncompleteSearchWarning, stacklevel=3)
    return EquilibriumSet(
        game=game,
        concept=concept,
        items=tuple(profiles),
        complete=found.complete,
        exact=game.field == "exact" and all(profile.game is game for profile in profiles),
        degenerate=found.degenerate,
        status=found.status,
        provenance=_provenance(method, game, found, regret, tol, time.perf_counter() - started),
    )


def _validate(function: str, game: Any, tol: float) -> None:
    check_game(function, game)
    if not (isinstance(tol, (int, float)) and 0 <= tol < 1):
        raise GameDefinitionError(f"{function}(): tol is a share of the payoff range and must lie in [0, 1), got {tol}.")


def _verified(function: str, method: Solver, game: NormalFormGame, profiles: Sequence[Profile], tol: float) -> Any:
    """Return the largest regret over all profiles, or raise if one is no equilibrium."""
    worst: Any = Fraction(0)
    for profile in profiles:
        rounded = profile.game is not game
        regret = rounded_regret(game, profile.arrays()) if rounded else largest_regret(game, profile.arrays())
        if not regret <= (0 if game.field == "exact" and not rounded else tol):  # NaN fails, too
            raise SolveError(
                f"{function}(): solver {method.name!r} returned {profile}, which is no equilibrium (regret {regret}); please report this game.",
                profile,
            )
        worst = max(worst, regret)
    return worst


def _provenance(method: Solver, game: NormalFormGame, found: Findings, regret: Any, tol: float, seconds: float) -> Provenance:
    options: dict[str, Any] = asdict(method) if is_dataclass(method) else {}
    if game.field == "float":
        options["tol"] = tol
        regret = float(np.float64(regret))
    return Provenance(method.name, __version__, seconds, options, regret, dict(found.certificate))
