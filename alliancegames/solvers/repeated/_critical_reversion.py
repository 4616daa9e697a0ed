"""Reversion to Nash equilibria of the stage game: which one is worst for whom, and formulas where payoffs have symbols."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliancegames._fields import format_number
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.strategies import by_player
from alliancegames.solvers.nash import nash

__all__ = ["Facts", "Reversion", "SymbolicReversion", "symbolic_reversion", "worst_nash"]

# Payoffs of irrational equilibria are compared with rational ones in floats, up to this share of the payoff range.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Reversion:
    """What is played after each player's departure.

    Parameters
    ----------
    profiles : tuple
        One profile a player; a tuple of action labels, or a mixed profile.
    words : str
        How to call it.
    complete : bool or None
        Whether these are proved to be the worst equilibria; None if others may exist.
    """

    profiles: tuple[Any, ...]
    words: str
    complete: bool | None

    def by_player(self, players: Sequence[str]) -> Any:
        """Return one profile if it serves for all players, or else a mapping.

        Parameters
        ----------
        players : sequence of str
            Player labels.
        """
        if all(profile == self.profiles[0] for profile in self.profiles):
            return self.profiles[0]
        return dict(zip(players, self.profiles, strict=True))


def worst_nash(stage: NormalFormGame) -> Reversion | None:
    """Return for each player the Nash equilibrium of the stage game that is worst for him; None if none is known.

    Parameters
    ----------
    stage : NormalFormGame
        Exact payoffs.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteSearchWarning)  # reported by `complete`
        found = nash(stage)
    known = [*found, *(family.sample for family in found.provenance.certificate.get("families", ()))]
    rational = [profile for profile in known if profile.game.field == "exact"]
    irrational = [profile for profile in known if profile.game.field != "exact"]
    if not rational and not irrational:
        return None
    worst = []
    for k, player in enumerate(stage.players):
        ranked = sorted(rational, key=lambda profile: (profile.payoffs[player], not profile.is_pure))
        _refuse_irrational(stage, k, ranked, irrational)
        worst.append(ranked[0].actions if ranked[0].is_pure else ranked[0])
    complete = True if found.complete and found.status != "continuum" else None
    return Reversion(tuple(worst), "reversion to the worst Nash equilibrium", complete)


def _refuse_irrational(stage: NormalFormGame, k: int, ranked: Sequence[Any], irrational: Sequence[Any]) -> None:
    player = stage.players[k]
    span = float(max(stage.payoffs[k].flat) - min(stage.payoffs[k].flat)) or 1.0
    for profile in irrational:
        value = float(profile.payoffs[player])
        if not ranked or value < float(ranked[0].payoffs[player]) - TOLERANCE * span:
            raise SolverNotApplicableError(
                f"critical_discount(): the Nash equilibrium that is worst for {player} is irrational ({profile}, payoff {format_number(value)}), "
                "so that no exact answer can be given; name what follows a departure with punishment=(...), a profile."
            )


# ---------------------------------------------------------------- symbols


@dataclass(frozen=True)
class SymbolicReversion:
    """Critical patience of reversion as formulas.

    Parameters
    ----------
    thresholds : tuple of (str, str, expression, expression)
        Player, action, the critical discount factor of that departure, and the ratio of what it gains at
        once to what each period of punishment loses, in which the threshold rises.
    conditions : tuple of (expression, expression)
        Pairs ``(larger, smaller)`` under which the formulas hold, strictly for gains and losses.
    relations : tuple of sympy relations
        The same as relations.
    tempting : bool
        Whether all departures with a threshold gain something where the formulas hold; otherwise thresholds can be negative.
    """

    thresholds: tuple[tuple[str, str, Any, Any], ...]
    conditions: tuple[tuple[Any, Any], ...]
    relations: tuple[Any, ...]
    tempting: bool = True


def symbolic_reversion(stage: NormalFormGame, target: Any, punishments: Sequence[Any], periods: int | None) -> SymbolicReversion:
    """Return the critical discount factor of each tempting departure from a profile as a formula.

    Parameters
    ----------
    stage : NormalFormGame
        Symbolic payoffs.
    target : profile
        What is played as long as nobody departs.
    punishments : sequence of profile
        What follows a departure of each player.
    periods : int or None
        For how long; None is for ever.
    """
    import sympy

    if periods is not None and periods > 2:
        raise SolverNotApplicableError(
            f"critical_discount(): a punishment of {periods} periods has no closed formula; substitute numbers with .subs({{...}}), "
            "or take 1 or 2 periods or reversion for ever."
        )
    facts = Facts()
    thresholds: list[tuple[str, str, Any, Any]] = []
    for k, player in enumerate(stage.players):
        now, then = stage.profile(target), stage.profile(punishments[k])
        facts.equilibrium(stage, then)
        value, punished = now.payoffs[player], then.payoffs[player]
        for action, payoff in zip(stage.actions[k], _own_payoffs(stage, k, now), strict=True):
            gain = sympy.expand(payoff - value)
            if gain.is_nonpositive:
                continue
            loss = sympy.expand(value - punished)
            facts.positive(gain)
            facts.positive(loss)
            ratio = sympy.factor(gain / loss)
            thresholds.append((player, action, _threshold(gain, loss, ratio, periods), ratio))
            if periods is not None:
                facts.positive(sympy.expand(periods * loss - gain))
    return SymbolicReversion(tuple(thresholds), tuple(facts.pairs), tuple(facts.relations))


def _threshold(gain: Any, loss: Any, ratio: Any, periods: int | None) -> Any:
    """Return the least patience at which discounted losses outweigh the gain."""
    import sympy

    if periods is None:
        return sympy.factor(gain / sympy.expand(gain + loss))
    return ratio if periods == 1 else (sympy.sqrt(1 + 4 * ratio) - 1) / 2


def _own_payoffs(stage: NormalFormGame, k: int, profile: Any) -> Sequence[Any]:
    """Return what a player gets from each own action against the others' part of a profile."""
    strategies = list(profile.arrays())
    return [stage.payoff([*strategies[:k], a, *strategies[k + 1 :]])[stage.players[k]] for a in range(stage.shape[k])]


class Facts:
    """Conditions, each listed once and left out if it always holds."""

    def __init__(self) -> None:
        self.pairs: list[tuple[Any, Any]] = []
        self.relations: list[Any] = []

    def positive(self, expression: Any) -> None:
        """Note that an expression must be positive."""
        import sympy

        if expression.is_nonpositive:
            self._add(sympy.false, (expression, 0))
        elif not expression.is_positive:
            self._add(sympy.Gt(expression, 0), (expression, sympy.Integer(0)))

    def at_least_zero(self, expression: Any) -> None:
        """Note that an expression must not be negative."""
        import sympy

        slack = sympy.factor(expression)
        if not slack.is_nonnegative:
            self._add(sympy.false if slack.is_negative else sympy.Ge(slack, 0), (slack, sympy.Integer(0)))

    def equilibrium(self, stage: NormalFormGame, profile: Any) -> None:
        """Note that nobody may gain by departing from a profile of the stage game."""
        for k, player in enumerate(stage.players):
            for payoff in _own_payoffs(stage, k, profile):
                self.at_least_zero(profile.payoffs[player] - payoff)

    def _add(self, relation: Any, pair: tuple[Any, Any]) -> None:
        if relation not in self.relations:
            self.relations.append(relation)
            self.pairs.append(pair)


def symbolic_punishments(stage: NormalFormGame, punishment: Any) -> list[Any]:
    """Return what follows each player's departure in a stage game whose payoffs contain symbols."""
    if punishment != "nash" and not isinstance(punishment, int):
        given = given_profiles(stage, punishment)
        return list(given.profiles)
    possible = [profile for profile in stage.profiles() if not _surely_improvable(stage, profile)]
    if len(possible) != 1:
        shown = ", ".join(map(str, possible)) or "none"
        raise GameDefinitionError(
            f"critical_discount(): payoffs contain symbols, and which profiles are Nash equilibria depends on them (possible: {shown}); "
            "say what follows a departure with punishment=(...), a profile, or give the symbols assumptions such as positive=True."
        )
    return possible * len(stage.players)


def _surely_improvable(stage: NormalFormGame, profile: Any) -> bool:
    now = stage.profile(profile)
    for k, player in enumerate(stage.players):
        if any((payoff - now.payoffs[player]).expand().is_positive for payoff in _own_payoffs(stage, k, now)):
            return True
    return False


def given_profiles(stage: NormalFormGame, punishment: Any) -> Reversion:
    """Read a profile that follows every departure, or one profile a player."""
    own = by_player(punishment, stage) if isinstance(punishment, Mapping) else {}
    listed = tuple(own[player] for player in stage.players) if own else (punishment,) * len(stage.players)
    read = [stage.profile(profile) for profile in listed]
    profiles = tuple(profile.actions if profile.is_pure else profile for profile in read)
    shown = " / ".join(dict.fromkeys(str(profile) for profile in read))
    return Reversion(profiles, f"reversion to {shown}", True)
