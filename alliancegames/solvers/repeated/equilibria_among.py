"""Which of given strategy profiles are equilibria of a repeated game."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliancegames._fields import format_number
from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.automaton import Automaton
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.repeated.automata import DeviationCertificate, automaton_values, one_shot_deviations
from alliancegames.solvers.result import EquilibriumSet, Provenance, Status

__all__ = ["AutomatonEquilibrium", "equilibria_among"]

EXAMINED = Status("complete", "Each of the strategy profiles given was examined; other equilibria of the repeated game exist in general.")
NONE_HOLDS = Status("none", "None of the strategy profiles given is an equilibrium.")


@dataclass(frozen=True, eq=False)
class AutomatonEquilibrium:
    """An equilibrium of a repeated game in the form of a finite machine.

    Parameters
    ----------
    name : str
        What the strategy profile is called.
    automaton : Automaton
        The machine.
    payoffs : mapping of player to number
        Normalised average payoffs from the start.
    certificate : DeviationCertificate
        The slack of every one-shot deviation.
    """

    name: str
    automaton: Automaton
    payoffs: dict[str, Any]
    certificate: DeviationCertificate

    @property
    def is_pure(self) -> bool:
        """Whether nobody randomises."""
        return self.automaton.is_pure

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return what is played, one vector for each state and player in order.

        Parameters
        ----------
        dtype : type, optional
            Type of the entries.
        """
        return tuple(array for state in self.automaton.states for array in self.automaton.arrays(state, dtype))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AutomatonEquilibrium):
            return NotImplemented
        return (self.name, self.automaton, self.payoffs) == (other.name, other.automaton, other.payoffs)

    def __hash__(self) -> int:
        return hash((self.name, self.automaton))

    def __str__(self) -> str:
        tightest = self.certificate.tightest
        slack = f" (least slack {format_number(tightest.slack)})" if tightest is not None else ""
        return f"{self.name}{slack}"


def equilibria_among(game: RepeatedGame, strategies: Mapping[str, Automaton]) -> EquilibriumSet[AutomatonEquilibrium]:
    """Examine given strategy profiles and keep those from which no player gains by any departure.

    Parameters
    ----------
    game : RepeatedGame
        A game at numbers.
    strategies : mapping of str to Automaton
        Strategy profiles under their names.

    Returns
    -------
    EquilibriumSet
        Those that are subgame perfect (with public signals: perfect public equilibria), each with its
        certificate. ``complete`` refers to the profiles given, all of which are examined.

    Raises
    ------
    SolverNotApplicableError
        The game contains symbols.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.equilibria_among import equilibria_among
    >>> stage = ag.games.prisoners_dilemma(T=5, R=3, P=1, S=0)
    >>> pact = ag.RepeatedGame(stage, "2/5")
    >>> from alliancegames.games.strategies import always, grim_trigger
    >>> found = equilibria_among(pact, {
    ...     "grim trigger": grim_trigger(stage, ("cooperate", "cooperate"), ("defect", "defect")),
    ...     "defection": always(stage, ("defect", "defect"))})
    >>> [item.name for item in found]
    ['defection']
    """
    started = time.perf_counter()
    if not isinstance(game, RepeatedGame):
        raise GameDefinitionError(f"equilibria_among(): expected a RepeatedGame, got {type(game).__name__}.")
    if game.field == "symbolic":
        raise SolverNotApplicableError("equilibria_among(): the game contains symbols; substitute numbers first with .subs({...}).")
    concept = "subgame-perfect equilibrium" if game.monitoring is None else "perfect public equilibrium"
    kept = []
    for name, automaton in strategies.items():
        certificate = one_shot_deviations(game, automaton)
        if certificate.holds:
            kept.append(AutomatonEquilibrium(name, automaton, dict(automaton_values(game, automaton).payoffs), certificate))
    slack = [item.certificate.tightest.slack for item in kept if item.certificate.tightest is not None]
    worst = max([0, *(-value for value in slack)])
    provenance = Provenance("one_shot_deviations", __version__, time.perf_counter() - started, {}, worst, {"examined": tuple(strategies)})
    status = EXAMINED if kept else NONE_HOLDS
    return EquilibriumSet(game, f"{concept} among those named", tuple(kept), True, game.field == "exact", None, status, provenance)
