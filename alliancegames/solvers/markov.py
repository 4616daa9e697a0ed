"""Markov perfect equilibria of stochastic games in stationary strategies."""

from __future__ import annotations

import math
import time
import warnings
from dataclasses import asdict, dataclass, is_dataclass
from fractions import Fraction
from typing import Any, ClassVar

from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolveError, SolverNotApplicableError
from alliancegames.games.stationary import StationaryProfile
from alliancegames.games.stochastic import StochasticGame
from alliancegames.solvers._markov_check import FLOAT_GAIN, allowed_gain, bellman_residual, rounded_residual, scale
from alliancegames.solvers._markov_search import PureSearch, deviation_count
from alliancegames.solvers.registry import Findings, Solver, choose, register
from alliancegames.solvers.result import EquilibriumSet, Provenance, Status

__all__ = ["PolicyEnumeration", "PolicySearch", "markov_perfect"]

# Policies beyond this number are not enumerated.
MANY_POLICIES = 1_000_000
# Numbers that the table of all deviations may hold: 160 MB.
MANY_NUMBERS = 20_000_000

PURE = "pure stationary Markov perfect equilibrium"
ALL_PURE = Status("complete", "Every pure stationary equilibrium is listed; stationary ones in mixed strategies were not searched.")
NO_PURE = Status(
    "none",
    "It is proved that no pure stationary equilibrium exists; solver='logit_homotopy' finds one in mixed strategies.",
)
SEARCH_LIMIT = Status(
    "search_limit",
    "The search ended before all cases were examined; other pure stationary equilibria may exist. PolicySearch(limit=...) searches longer.",
)


@register
@dataclass(frozen=True)
class PolicySearch:
    """All pure stationary equilibria, by branch and bound on the values of the states.

    Parameters
    ----------
    limit : int, default 50_000
        Largest number of cases examined, of some milliseconds each.
    """

    limit: int = 50_000
    name: ClassVar[str] = "policy_search"
    concept: ClassVar[str] = "markov_perfect"
    description: ClassVar[str] = "all pure stationary Markov perfect equilibria, exact and complete; branch and bound"
    finds: ClassVar[str] = PURE

    def obstacle(self, game: Any) -> str | None:
        """Refuse games whose table of deviations would fill the memory."""
        if not isinstance(game, StochasticGame):
            return "needs a StochasticGame"
        numbers = deviation_count(game) * len(game.states)
        if numbers > MANY_NUMBERS:
            return (
                f"compares all deviations, {numbers} numbers in this game, more than {MANY_NUMBERS}; "
                "merge states or actions that do not differ"
            )
        return None

    def solve(self, game: StochasticGame) -> Findings:
        """Search with bounds in floats, then check each profile that is left in the numbers of the game."""
        search = PureSearch(game, self.limit)
        profiles = (StationaryProfile(game, policy) for policy in search.candidates())
        found = [profile for profile in profiles if _is_stable(profile)]
        certificate = {"cases": search.examined}
        if search.exhausted:
            return Findings(found, None, None, SEARCH_LIMIT, certificate)
        return Findings(found, True, None, ALL_PURE if found else NO_PURE, certificate)


@register
@dataclass(frozen=True)
class PolicyEnumeration:
    """All pure stationary equilibria, by trying every pure stationary profile."""

    name: ClassVar[str] = "policy_enumeration"
    concept: ClassVar[str] = "markov_perfect"
    description: ClassVar[str] = "all pure stationary Markov perfect equilibria, exact and complete; tries every profile"
    finds: ClassVar[str] = PURE

    def obstacle(self, game: Any) -> str | None:
        """Refuse games with too many profiles to try."""
        if not isinstance(game, StochasticGame):
            return "needs a StochasticGame"
        count = math.prod(len(labels) for state in game.states for labels in game.actions[state])
        return f"tries every pure stationary profile; this game has {count}, more than {MANY_POLICIES}" if count > MANY_POLICIES else None

    def solve(self, game: StochasticGame) -> Findings:
        """Solve the Bellman equations of each profile and look for one-shot deviations."""
        profiles = (StationaryProfile(game, policy) for policy in game.policies())
        found = [profile for profile in profiles if _is_stable(profile)]
        return Findings(found, True, None, ALL_PURE if found else NO_PURE)


def _is_stable(profile: StationaryProfile) -> bool:
    """Whether no one-shot deviation pays; stops at the first that does."""
    game, values = profile.game, profile.values
    allowed = allowed_gain(game, profile)
    return all(
        profile.deviation(state, k, action) - values[state][player] <= allowed
        for state in game.states
        for k, player in enumerate(game.players)
        for action in game.actions[state][k]
    )


def markov_perfect(game: StochasticGame, solver: str | Solver = "auto") -> EquilibriumSet[StationaryProfile]:
    """Find stationary Markov perfect equilibria of a stochastic game.

    By default all those in pure strategies; other solvers search mixed strategies.

    Parameters
    ----------
    game : StochasticGame
        A game at numbers.
    solver : str or Solver, default "auto"
        ``"policy_search"`` (all pure stationary equilibria, the default), ``"policy_enumeration"`` (the same, by
        trying every pure profile), ``"logit_homotopy"`` (one equilibrium, mixed if need be, any number of
        players), or a configured solver object.

    Returns
    -------
    EquilibriumSet
        The equilibria with their values; ``concept`` says whether ``complete`` refers to pure stationary
        equilibria or to all stationary ones. With exact numbers a knife-edge, where two policies are equally
        good, lists both. Irrational equilibria of exact games are profiles of ``game.floats()``, and
        ``provenance.max_regret`` bounds what anybody can gain there, computed in rationals.

    Raises
    ------
    SolverNotApplicableError
        The game contains symbols, or the solver named does not apply.
    SolveError
        The path of logit equilibria could not be followed, or a profile failed the check.

    Warns
    -----
    IncompleteSearchWarning
        The search reached its limit, or some supports could not be settled.

    Notes
    -----
    A stationary profile is an equilibrium exactly if no player gains by a single deviation in a single
    state. The independent check evaluates the Bellman optimality equations at the values found. Every game with
    finitely many states has a stationary equilibrium in mixed strategies :cite:p:`fink1964equilibrium`, but not
    always one in pure strategies.

    Examples
    --------
    >>> import alliancegames as ag
    >>> model = ag.models.AccessionWindow(accession_rate="126/1000").completed()
    >>> ag.markov_perfect(model.game())
    <EquilibriumSet: 1 pure stationary Markov perfect equilibrium (complete, exact)>
      window: attack, concede the flow

    An attacker and a defender of two posts, one of which is worth more, have no pure equilibrium:

    >>> post = {("left", "left"): (0, 0), ("left", "right"): (1, -1), ("right", "left"): (3, -3), ("right", "right"): (0, 0)}
    >>> raid = ag.StochasticGame(
    ...     ["siege", "over"], ["Attacker", "Defender"], {"siege": [["left", "right"], ["left", "right"]]},
    ...     {"siege": post, "over": (0, 0)},
    ...     {"siege": {cell: "over" if cell[0] != cell[1] else "siege" for cell in post}}, delta="1/2")
    >>> len(ag.markov_perfect(raid))
    0
    >>> ag.markov_perfect(raid, solver="logit_homotopy")
    <EquilibriumSet: 1 stationary Markov perfect equilibrium (partial, floating point)>
      siege: (left 0.822876, right 0.177124) × (left 0.177124, right 0.822876)
    """
    started = time.perf_counter()
    if not isinstance(game, StochasticGame):
        raise GameDefinitionError(f"markov_perfect(): expected a StochasticGame, got {type(game).__name__}.")
    if game.field == "symbolic":
        raise SolverNotApplicableError(
            "markov_perfect(): the game contains symbols; give numbers to every parameter, or ask the model for its regimes()."
        )
    method = choose("markov_perfect", game, solver)
    found = method.solve(game)
    samples = [family.sample for family in found.certificate.get("families", ())]
    worst = max((_verified(game, profile) for profile in [*found.strategies, *samples]), default=Fraction(0))
    if found.complete is None:
        warnings.warn(f"markov_perfect(): {found.status.message}", IncompleteSearchWarning, stacklevel=2)
    options: dict[str, Any] = asdict(method) if is_dataclass(method) else {}
    return EquilibriumSet(
        game,
        getattr(method, "finds", "stationary Markov perfect equilibrium"),
        tuple(found.strategies),
        found.complete,
        game.field == "exact" and all(profile.game is game for profile in found.strategies),
        found.degenerate,
        found.status,
        Provenance(method.name, __version__, time.perf_counter() - started, options, worst, dict(found.certificate)),
    )


def _verified(game: StochasticGame, profile: StationaryProfile) -> Any:
    """Return by how much a profile misses the Bellman equations, or raise if it is no equilibrium."""
    rounded = profile.game is not game
    residual = rounded_residual(game, profile) if rounded else bellman_residual(profile)
    allowed = FLOAT_GAIN * scale(profile) if rounded else allowed_gain(game, profile)
    if not residual <= allowed:  # NaN fails, too
        raise SolveError(f"markov_perfect(): {profile} fails the Bellman check by {float(residual):.3g}; please report this game.", profile)
    return float(residual) if rounded else residual
