"""Machines in repeated games: exact payoffs, and the certificate that no single departure pays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from alliancegames._immutable import FrozenDict
from alliancegames.games.automaton import Automaton
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.repeated._automata_polynomials import at_root, expression, slack_polynomials, values_at_root
from alliancegames.solvers.repeated._automata_symbols import (
    irrational_patience,
    number_words,
    rational_parts,
    sign_of,
    without_positive_factors,
)
from alliancegames.solvers.repeated._automata_system import System, checked, solve_chain

__all__ = ["AutomatonValues", "Deviation", "DeviationCertificate", "automaton_values", "one_shot_deviations"]

# A slack of floats counts as zero below this share of the range of the player's payoffs.
FLOAT_SLACK = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class AutomatonValues(Mapping[str, dict[str, Any]]):
    """Payoffs of a machine: ``values[state][player]`` is the normalised payoff from that state on.

    Parameters
    ----------
    automaton : Automaton
        The machine.
    by_state : mapping of str to mapping
        For each reachable state the payoff of each player.
    """

    automaton: Automaton
    by_state: Mapping[str, Mapping[str, Any]]

    @property
    def payoffs(self) -> dict[str, Any]:
        """Payoff of each player from the beginning."""
        start = self.automaton.initial
        if len(start) == 1:
            return dict(self.by_state[next(iter(start))])
        return {player: sum(q * self.by_state[state][player] for state, q in start.items()) for player in self.automaton.players}

    def __getitem__(self, state: str) -> dict[str, Any]:
        return dict(self.by_state[state])

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_state)

    def __len__(self) -> int:
        return len(self.by_state)

    def __repr__(self) -> str:
        lines = [f"<AutomatonValues: {_shown(self.payoffs)}>"]
        return "\n".join([*lines, *(f"  {state}: {_shown(values)}" for state, values in self.by_state.items())])


def _shown(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{player} {number_words(value)}" for player, value in values.items())


@dataclass(frozen=True)
class Deviation:
    """A single departure from a machine.

    Parameters
    ----------
    state, player, action : str
        Who does what, in which state.
    slack : number or expression
        What the player loses by it: the normalised payoff from following the machine minus that from
        taking the action once and following the machine afterwards.
    """

    state: str
    player: str
    action: str
    slack: Any

    def __str__(self) -> str:
        return f"{self.player} playing {self.action} in state {self.state}"


@dataclass(frozen=True, repr=False)
class DeviationCertificate:
    """What each player would lose by departing once from a machine, in every state.

    By the one-shot-deviation principle a machine is an equilibrium after every history if and only if no
    slack is negative: a subgame-perfect equilibrium under perfect monitoring, a perfect public equilibrium
    under public monitoring.

    Parameters
    ----------
    game : RepeatedGame
        The game.
    automaton : Automaton
        The machine.
    values : AutomatonValues
        Payoffs from each state on.
    deviations : tuple of Deviation
        All own actions in all reachable states with their slacks, except for the action that is played for
        sure. Where a player randomises, the actions he mixes have slack zero if the machine is an equilibrium.
    exact : bool
        Whether slacks are exact numbers or expressions. Float slacks count as zero within 1e-9 of the range
        of a player's payoffs.
    """

    game: RepeatedGame
    automaton: Automaton
    values: AutomatonValues = field(hash=False, compare=False)
    deviations: tuple[Deviation, ...]
    exact: bool

    @cached_property
    def _signs(self) -> tuple[int | None, ...]:
        if self.exact:
            return tuple(sign_of(one.slack) for one in self.deviations)
        allowed = {}
        for player, payoffs in zip(self.game.players, self.game.stage.payoffs, strict=True):
            allowed[player] = FLOAT_SLACK * float(max(payoffs.flat) - min(payoffs.flat))
        return tuple(0 if abs(one.slack) <= allowed[one.player] else 1 if one.slack > 0 else -1 for one in self.deviations)

    @property
    def holds(self) -> bool | None:
        """Whether no departure pays; None if that depends on the values of symbols."""
        if any(sign == -1 for sign in self._signs):
            return False
        return None if any(sign is None for sign in self._signs) else True

    @property
    def concept(self) -> str:
        """The equilibrium concept that the certificate establishes."""
        return "subgame-perfect equilibrium" if self.game.monitoring is None else "perfect public equilibrium"

    @property
    def profitable(self) -> tuple[Deviation, ...]:
        """Departures that pay, the most tempting first."""
        found = [one for one, sign in zip(self.deviations, self._signs, strict=True) if sign == -1]
        return tuple(sorted(found, key=lambda one: float(one.slack)))

    @property
    def binding(self) -> tuple[Deviation, ...]:
        """Departures that leave their player indifferent."""
        return tuple(one for one, sign in zip(self.deviations, self._signs, strict=True) if sign == 0)

    @property
    def tightest(self) -> Deviation | None:
        """The departure with the least slack; None if there is none, or if symbols leave it open."""
        if not self.deviations or None in self._signs:
            return None
        if self.exact and self.game.field == "exact":
            return min(self.deviations, key=lambda one: one.slack)
        # Zero slacks are known exactly; numbers near zero must not pass for smaller ones.
        signed = list(zip(self.deviations, self._signs, strict=True))
        return min(signed, key=lambda pair: (pair[1], float(pair[0].slack) if pair[1] else 0.0))[0]

    @property
    def conditions(self) -> tuple[Any, ...]:
        """Inequalities in the symbols under which the machine is an equilibrium, each ``slack >= 0``; those that always hold are left out.

        Factors that are positive for every discount factor in [0, 1) are dropped. Empty if there are no symbols
        and the machine is an equilibrium; ``(False,)`` if a departure always pays.
        """
        import sympy

        if self.holds is False:
            return (sympy.false,)
        discounts = dict(zip(self.game.players, self.game.discounts, strict=True))
        open_ones = [one for one, sign in zip(self.deviations, self._signs, strict=True) if sign is None]
        essential = [without_positive_factors(one.slack, discounts[one.player]) for one in open_ones]
        return tuple(sympy.Ge(slack, 0) for slack in dict.fromkeys(essential) if sign_of(slack) not in (0, 1))

    def slack(self, state: str, player: str, action: str) -> Any:
        """Return one slack.

        Parameters
        ----------
        state, player, action : str
            Which departure.
        """
        for one in self.deviations:
            if (one.state, one.player, one.action) == (state, player, action):
                return one.slack
        raise KeyError(f"slack(): no departure by {player!r} to {action!r} in state {state!r}; see .deviations.")

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame with one row a departure: state, player, action, slack."""
        import pandas as pd

        rows = [(one.state, one.player, one.action, one.slack) for one in self.deviations]
        return pd.DataFrame(rows, columns=["state", "player", "action", "slack"])

    def summary(self) -> str:
        """Return a text report: payoffs, verdict, and all slacks."""
        lines = [self._headline(), f"  payoffs: {_shown(self.values.payoffs)}"]
        for state in self.values:
            lines.append(f"  state {state}, worth {_shown(self.values[state])}:")
            own = [one for one in self.deviations if one.state == state]
            lines += [f"    {one.player} playing {one.action}: slack {number_words(one.slack)}" for one in own]
        if self.automaton.unreachable:
            lines.append(f"  never reached, so not examined: {', '.join(self.automaton.unreachable)}")
        return "\n".join(lines)

    def _headline(self) -> str:
        verdict = {True: "holds", False: "fails", None: "depends on symbols"}[self.holds]
        return f"One-shot deviations, {self.concept}: {verdict} ({len(self.deviations)} departures, {'exact' if self.exact else 'floating point'})"

    def __repr__(self) -> str:
        lines = [f"<DeviationCertificate: {self._headline()[len('One-shot deviations, ') :]}>"]
        if self.tightest is not None:
            lines.append(f"  tightest: {self.tightest}, slack {number_words(self.tightest.slack)}")
        elif self.holds is None:
            lines += [f"  if {condition}" for condition in self.conditions]
        return "\n".join(lines)


def automaton_values(game: RepeatedGame, automaton: Automaton) -> AutomatonValues:
    """Return the payoffs of a machine, from every state on.

    Parameters
    ----------
    game : RepeatedGame
        Exact, float or symbolic; discount factors may differ between players.
    automaton : Automaton
        The machine.

    Returns
    -------
    AutomatonValues
        Normalised payoffs by state and player; ``payoffs`` has those from the beginning.

    Raises
    ------
    GameDefinitionError
        Machine and game have other labels, or another monitoring.
    InexactPayoffError
        A machine with float probabilities meets exact payoffs.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.strategies import tit_for_tat
    >>> from alliancegames.solvers.repeated.automata import automaton_values
    >>> game = ag.games.prisoners_dilemma(T=5, R=3, P=1, S=0)
    >>> values = automaton_values(ag.RepeatedGame(game, "1/2"), tit_for_tat(game))
    >>> values.payoffs["Row"], values["Row is punished"]["Row"]
    (Fraction(3, 1), Fraction(5, 3))
    """
    game, automaton = checked("automaton_values", game, automaton)
    return _examined(game, automaton)[0]


def one_shot_deviations(game: RepeatedGame, automaton: Automaton) -> DeviationCertificate:
    """Examine whether any player gains by departing once from a machine, in any state.

    Parameters
    ----------
    game : RepeatedGame
        Exact, float or symbolic; discount factors may differ between players; perfect or public monitoring.
    automaton : Automaton
        The machine.

    Returns
    -------
    DeviationCertificate
        The slack of every own action of every player in every state that some history leads to.

    Raises
    ------
    GameDefinitionError
        Machine and game have other labels, or another monitoring.
    InexactPayoffError
        A machine with float probabilities meets exact payoffs.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.strategies import grim_trigger
    >>> from alliancegames.solvers.repeated.automata import one_shot_deviations
    >>> game = ag.games.prisoners_dilemma(T=5, R=3, P=1, S=0)
    >>> grim = grim_trigger(game, ("cooperate", "cooperate"))
    >>> one_shot_deviations(ag.RepeatedGame(game, "2/3"), grim)
    <DeviationCertificate: subgame-perfect equilibrium: holds (4 departures, exact)>
      tightest: Row playing cooperate in state punishment, slack 1/3
    """
    game, automaton = checked("one_shot_deviations", game, automaton)
    values, deviations = _examined(game, automaton)
    return DeviationCertificate(game, automaton, values, tuple(deviations), game.field != "float")


def _examined(game: RepeatedGame, automaton: Automaton) -> tuple[AutomatonValues, list[Deviation]]:
    system = System.of(game, automaton)
    if irrational_patience(game) and (rational := rational_parts(system)) is not None:
        return _at_irrational_patience(game, automaton, rational)
    values = solve_chain(system, game.discounts, game.field)
    slacks = []
    for one in system.departures:
        own, delta = values[one.player], game.discounts[one.player]
        later = sum((value * own[t] for t, value in one.row.items()), start=0 * delta)
        slacks.append(_tidy(own[one.state] - (1 - delta) * one.reward - delta * later, game.field))
    return _named_values(automaton, system, values), _named(automaton, system, slacks)


def _at_irrational_patience(game: RepeatedGame, automaton: Automaton, system: System) -> tuple[AutomatonValues, list[Deviation]]:
    """Examine a machine at an algebraic discount factor, in the field of that number, where zero is zero."""
    root, modulus = game.delta, irrational_patience(game)
    found = slack_polynomials(system)
    values = [[expression(value, root) for value in row] for row in values_at_root(found, modulus)]
    slacks = [expression(slack, root) for slack in at_root(found, modulus)]
    return _named_values(automaton, system, values), _named(automaton, system, slacks)


def _tidy(slack: Any, kind: str) -> Any:
    if kind != "symbolic":
        return float(slack) if kind == "float" else slack
    import sympy

    return sympy.factor(slack)


def _named_values(automaton: Automaton, system: System, values: Sequence[Sequence[Any]]) -> AutomatonValues:
    table = {s: FrozenDict({player: values[i][k] for i, player in enumerate(automaton.players)}) for k, s in enumerate(system.states)}
    return AutomatonValues(automaton, FrozenDict(table))


def _named(automaton: Automaton, system: System, slacks: Sequence[Any]) -> list[Deviation]:
    return [
        Deviation(system.states[one.state], automaton.players[one.player], automaton.actions[one.player][one.action], slack)
        for one, slack in zip(system.departures, slacks, strict=True)
    ]
