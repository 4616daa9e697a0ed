"""Markov perfect equilibria of stochastic games in pure stationary strategies."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.stochastic import StationaryProfile, StochasticGame
from alliancegames.solvers.registry import Findings, Solver, choose, register
from alliancegames.solvers.result import COMPLETE, NONE_EXISTS, EquilibriumSet, Provenance

__all__ = ["PolicyEnumeration", "markov_perfect"]

# Gains from deviating below this share of the payoffs count as rounding in float games.
FLOAT_GAIN = 1e-9
# Policies beyond this number are not enumerated.
MANY_POLICIES = 1_000_000


@register
@dataclass(frozen=True)
class PolicyEnumeration:
    """Try every pure stationary profile; keep those without a profitable one-shot deviation."""

    name: ClassVar[str] = "policy_enumeration"
    concept: ClassVar[str] = "markov_perfect"
    description: ClassVar[str] = "all pure stationary Markov perfect equilibria, exact and complete"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games with too many profiles to try."""
        if not isinstance(game, StochasticGame):
            return "needs a StochasticGame"
        count = math.prod(len(labels) for state in game.states for labels in game.actions[state])
        return f"tries every pure stationary profile; this game has {count}, more than {MANY_POLICIES}" if count > MANY_POLICIES else None

    def solve(self, game: StochasticGame) -> Findings:
        """Solve the Bellman equations of each profile and look for one-shot deviations."""
        profiles = (StationaryProfile(game, policy) for policy in game.policies())
        found = [profile for profile in profiles if all(gain <= _allowed(game, profile) for gain in profile.regret.values())]
        return Findings(found, True, None, COMPLETE if found else NONE_EXISTS)


def _allowed(game: StochasticGame, profile: StationaryProfile) -> float:
    if game.field == "exact":
        return 0
    return float(FLOAT_GAIN * max(1.0, *(abs(v) for values in profile.values.values() for v in values.values())))


def markov_perfect(game: StochasticGame, solver: str | Solver = "auto") -> EquilibriumSet[StationaryProfile]:
    """Find the pure stationary Markov perfect equilibria of a stochastic game.

    Parameters
    ----------
    game : StochasticGame
        A game at numbers.
    solver : str or Solver, default "auto"
        ``"policy_enumeration"``.

    Returns
    -------
    EquilibriumSet
        All of them, with their values; ``complete`` refers to pure stationary equilibria. With exact
        numbers a knife-edge, where two policies are equally good, lists both.

    Raises
    ------
    SolverNotApplicableError
        The game contains symbols or has too many profiles.

    Notes
    -----
    A stationary profile is an equilibrium exactly if no player gains by a single deviation in a single
    state. The independent check evaluates the Bellman optimality equations at the values found.

    Examples
    --------
    >>> import alliancegames as ag
    >>> model = ag.models.AccessionWindow(accession_rate="126/1000").completed()
    >>> ag.markov_perfect(model.game())
    <EquilibriumSet: 1 pure stationary Markov perfect equilibrium (complete, exact)>
      window: attack, concede the flow
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
    worst: Any = Fraction(0)
    for profile in found.strategies:
        residual = _bellman_residual(profile)
        if residual > _allowed(game, profile):
            raise SolveError(f"markov_perfect(): {profile} fails the Bellman check by {residual}; please report this game.", profile)
        worst = max(worst, residual)
    provenance = Provenance(method.name, __version__, time.perf_counter() - started, {}, worst, dict(found.certificate))
    return EquilibriumSet(
        game,
        "pure stationary Markov perfect equilibrium",
        tuple(found.strategies),
        found.complete,
        game.field == "exact",
        None,
        found.status,
        provenance,
    )


def _bellman_residual(profile: StationaryProfile) -> Any:
    """Return by how much the values miss ``V = max over own actions``, over all states and players."""
    game, values = profile.game, profile.values
    worst: Any = 0
    for k, player in enumerate(game.players):
        for state in game.states:
            best = None
            for action in game.actions[state][k]:
                cell = (*profile[state][:k], action, *profile[state][k + 1 :])
                total = game.reward(state, cell)[k]
                for other, probability in game.transition(state, cell).items():
                    total = total + game.delta * probability * values[other][player]
                best = total if best is None or total > best else best
            worst = max(worst, abs(best - values[state][player]))
    return worst
