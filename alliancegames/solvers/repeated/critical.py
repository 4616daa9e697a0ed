"""Critical discount factors: how patient players must be to sustain a target, exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from alliancegames._fields import format_number
from alliancegames._immutable import FrozenDict
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.automaton import Automaton, PlayPath
from alliancegames.games.monitoring import PublicMonitoring
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.repeated import RepeatedGame
from alliancegames.games.strategies import grim_trigger, punish_for, read_path
from alliancegames.solvers._algebraic import as_fraction
from alliancegames.solvers._reading import exact_payoffs
from alliancegames.solvers.repeated._automata_polynomials import slack_polynomials
from alliancegames.solvers.repeated._automata_symbols import enclosed
from alliancegames.solvers.repeated._automata_system import System, checked
from alliancegames.solvers.repeated._bounds_reading import check_monitoring
from alliancegames.solvers.repeated._critical_intervals import PatienceInterval, sustained
from alliancegames.solvers.repeated._critical_machines import symbolic_machine
from alliancegames.solvers.repeated._critical_reversion import (
    SymbolicReversion,
    given_profiles,
    symbolic_punishments,
    symbolic_reversion,
    worst_nash,
)
from alliancegames.solvers.repeated._critical_sensitivity import Sensitivity, sensitivity
from alliancegames.solvers.repeated.automata import Deviation, DeviationCertificate, one_shot_deviations

__all__ = ["CriticalDiscount", "PatienceInterval", "PunishmentLength", "Sensitivity", "critical_discount", "critical_punishment"]

# How far from an irrational threshold the independent check looks on both sides.
NEAR = Fraction(1, 2**40)


@dataclass(frozen=True, repr=False)
class CriticalDiscount:
    """How patient players must be for a target to be sustained.

    Parameters
    ----------
    stage : NormalFormGame
        The stage game.
    target : PlayPath or Automaton
        What is to be sustained.
    punishment : str
        What follows a departure, in words.
    value : Fraction, float, sympy expression or None
        The least discount factor at which the target is sustained: a fraction; an expression with square
        roots; a ``CRootOf``, the exact root of a polynomial; a formula where payoffs contain symbols. None if
        no patience suffices.
    intervals : tuple of PatienceInterval
        All discount factors in [0, 1) at which it is sustained; empty for formulas.
    binding : tuple of Deviation
        Departures that are just not worth it at the value and pay just below it.
    automaton : Automaton or None
        The strategies, as a machine; None if there are none.
    certificate : DeviationCertificate or None
        Slacks of all departures at the value.
    exact : bool
        Whether the numbers are exact. Float payoffs are read at their exact binary values and the answers
        rounded at the end.
    complete : bool or None
        Whether the punishments are proved to be the worst of their kind; None if others may exist that are worse.
    reason : str
        Why no patience suffices; empty otherwise.
    notes : tuple of str
        What else should be known.
    thresholds : tuple of (str, str, expression, expression)
        For formulas: player, action, the critical discount factor of that departure, and the ratio of
        gain to loss in which it rises; the value is the largest one.
    conditions : tuple of sympy relations
        For formulas: when they hold.
    """

    stage: NormalFormGame
    target: Any
    punishment: str
    value: Any
    intervals: tuple[PatienceInterval, ...]
    binding: tuple[Deviation, ...]
    automaton: Automaton | None
    certificate: DeviationCertificate | None
    exact: bool
    complete: bool | None
    reason: str = ""
    notes: tuple[str, ...] = ()
    thresholds: tuple[tuple[str, str, Any, Any], ...] = ()
    conditions: tuple[Any, ...] = ()

    @property
    def upward(self) -> bool | None:
        """Whether all discount factors from the value on sustain the target; None if no patience suffices."""
        if self.value is None:
            return None
        if self.thresholds or not self.intervals:
            return True  # discounted losses rise with patience
        return len(self.intervals) == 1 and not self.intervals[0].closed_above

    def sustained(self, delta: Any) -> bool:
        """Whether the target is sustained at a discount factor.

        Parameters
        ----------
        delta : number
            The discount factor, in [0, 1).
        """
        if self.thresholds:
            raise SolverNotApplicableError("sustained(): the critical discount factor is a formula; substitute numbers in the game first.")
        number = Fraction(delta) if isinstance(delta, str) else delta
        return any(interval.contains(number) for interval in self.intervals)

    def sensitivity(self, parameter: Any) -> Sensitivity:
        """Return how the critical discount factor moves with a parameter of the payoffs.

        Parameters
        ----------
        parameter : Symbol or str
            The parameter.

        Examples
        --------
        >>> import alliancegames as ag
        >>> import sympy
        >>> from alliancegames.solvers.repeated.critical import critical_discount
        >>> T, R, P, S = sympy.symbols("T R P S", real=True)
        >>> pact = ag.games.prisoners_dilemma(T, R, P, S)
        >>> found = critical_discount(pact, ("cooperate", "cooperate"), punishment=("defect", "defect"))
        >>> found.value
        (R - T)/(P - T)
        >>> found.sensitivity("T").sign
        '+'
        """
        if not self.thresholds:
            raise SolverNotApplicableError(
                "sensitivity(): the critical discount factor is no formula; give the stage game symbols as payoffs."
            )
        symbols = sorted(self.stage.free_symbols.union(*(formula.free_symbols for _, _, formula, _ in self.thresholds)), key=str)
        symbol = symbols[resolve(str(parameter), [str(s) for s in symbols], "parameter", "sensitivity()")]
        pairs = list(dict.fromkeys((formula, ratio) for _, _, formula, ratio in self.thresholds))
        return sensitivity(pairs, symbol, self.conditions)

    def __float__(self) -> float:
        if self.value is None or _has_symbols(self.value):
            raise TypeError(f"the critical discount factor {self.value} is no number.")
        return float(self.value)

    def summary(self) -> str:
        """Return a text report: the threshold, who binds, the strategies in words, all slacks."""
        lines = [
            f"Target: {self.target if isinstance(self.target, PlayPath) else repr(self.target)}",
            f"After a departure: {self.punishment}",
        ]
        if self.value is None:
            return "\n".join([*lines, f"No patience suffices: {self.reason}", *self.notes])
        lines.append(f"Critical discount factor: {self._shown_value()}")
        if self.conditions:
            lines += ["Provided that", *(f"  {condition}" for condition in self.conditions)]
        if self.intervals:
            lines.append(f"Sustained for delta in {', '.join(map(str, self.intervals))}")
        lines += [f"Binding: {one}" for one in self.binding]
        lines += list(self.notes)
        if self.automaton is not None:
            lines += ["", self.automaton.describe()]
        if self.certificate is not None:
            lines += ["", self.certificate.summary()]
        return "\n".join(lines)

    def _shown_value(self) -> str:
        if isinstance(self.value, (Fraction, float)) or _has_symbols(self.value) or self.value.is_Rational:
            return format_number(self.value)
        return f"{format_number(self.value)} ≈ {float(_fraction(self.value)):.10g}"

    def __repr__(self) -> str:
        if self.value is None:
            return f"<CriticalDiscount: none, {self.punishment}>\n  {self.reason}"
        lines = [f"<CriticalDiscount: {self._shown_value()}, {self.punishment}>"]
        lines += [f"  binding: {'; '.join(map(str, self.binding))}"] if self.binding else []
        lines += [] if self.upward else [f"  sustained for delta in {', '.join(map(str, self.intervals))}"]
        lines += [f"  if {condition}" for condition in self.conditions]
        return "\n".join(lines)


def _has_symbols(value: Any) -> bool:
    return bool(getattr(value, "free_symbols", frozenset()))


def critical_discount(game: RepeatedGame | NormalFormGame, target: Any, *, punishment: Any = "nash") -> Any:
    """Find how patient players must be to sustain a target: exactly, with the strategies and their certificate.

    Parameters
    ----------
    game : NormalFormGame or RepeatedGame
        The stage game, or a repeated game, whose own discount factor is ignored. All players are taken to
        be equally patient.
    target : profile, PlayPath, sequence of profiles or Automaton
        What is to be played: a profile for ever; a path; or a machine, whose own punishments count.
    punishment : {"nash", "optimal"}, int, profile, or mapping of str to profile, default "nash"
        What follows a departure: for ever the Nash equilibrium of the stage game that is worst for who departs;
        the optimal punishments (two players who see all actions and have a public random number); that equilibrium for a number of periods and then the target again; or for ever
        a given profile, one for all or one for each player who may depart.

    Returns
    -------
    CriticalDiscount
        The least discount factor, all intervals of discount factors that sustain the target, who binds. With
        ``punishment="optimal"`` the answer of `optimal_critical_discount`.

    Raises
    ------
    SolverNotApplicableError
        Players have different discount factors, or no exact answer of this kind exists.
    SolveError
        The independent check of the answer failed (this would be a defect; nothing is returned unchecked).

    Notes
    -----
    The payoff from following a machine is a ratio of polynomials in the discount factor, and so is what a
    player loses by departing once. The signs of these slacks on [0, 1) are decided exactly, by isolating the
    roots of their irreducible factors. The answer is then checked by other means: the linear equations of the
    payoffs are solved at the threshold, and beside it. Payoffs with symbols give formulas for a profile that is
    sustained by reversion for ever or for one or two periods :cite:p:`friedman1971noncooperative`, and for machines
    whose slacks are linear in the discount factor but for factors ``1 - delta``.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.critical import critical_discount
    >>> pact = ag.games.prisoners_dilemma(T=5, R=3, P=1, S=0)
    >>> critical_discount(pact, ("cooperate", "cooperate"))
    <CriticalDiscount: 1/2, reversion to the worst Nash equilibrium>
      binding: Row playing defect in state target; Column playing defect in state target
    >>> found = critical_discount(pact, ("cooperate", "cooperate"), punishment=2)
    >>> found.value, str(found.intervals[0])
    (-1/2 + sqrt(5)/2, '[-1/2 + sqrt(5)/2, 1)')
    """
    function = "critical_discount"
    stage, monitoring, notes = _read_game(function, game)
    if isinstance(punishment, str) and punishment == "optimal":
        if isinstance(target, Automaton):
            raise GameDefinitionError(f"{function}(): a machine brings its own punishments; leave punishment out.")
        return _optimal(game, stage, target)
    if isinstance(punishment, str) and punishment != "nash":
        raise GameDefinitionError(
            f"{function}(): punishment must be 'nash', 'optimal', a number of periods or a profile of action labels, got {punishment!r}."
        )
    if isinstance(target, Automaton):
        if punishment != "nash":
            raise GameDefinitionError(f"{function}(): a machine brings its own punishments; leave punishment out.")
        return _of_machine(stage, monitoring, target, notes)
    if monitoring is not None:
        raise SolverNotApplicableError(
            f"{function}(): under public monitoring departures are not seen; give a machine that is moved by the signals as target."
        )
    periods = _periods(punishment)
    path = read_path(target, stage, f"{function}()")
    if stage.field == "symbolic":
        return _formula(stage, path, punishment, periods, notes)
    exact = _exact(stage, function)
    reversion = worst_nash(exact) if periods is not None or punishment == "nash" else given_profiles(exact, punishment)
    if reversion is None:
        reason = "no Nash equilibrium of the stage game is known to which play could revert."
        return CriticalDiscount(
            stage, path, "reversion to a Nash equilibrium", None, (), (), None, None, stage.field == "exact", None, reason, notes
        )
    profiles = reversion.by_player(stage.players)
    if periods is None:
        machine, words = grim_trigger(exact, path, profiles), reversion.words
    else:
        machine = punish_for(exact, path, periods, profiles)
        words = f"{periods} period{'' if periods == 1 else 's'} of the worst Nash equilibrium, then the target again"
    return _rounded(_solved(exact, None, machine, path, words, reversion.complete, notes), stage)


def _optimal(game: RepeatedGame | NormalFormGame, stage: NormalFormGame, target: Any) -> Any:
    if isinstance(game, RepeatedGame):
        check_monitoring("critical_discount", game)
    from importlib import import_module  # that module uses this one

    return import_module("alliancegames.solvers.repeated.penal_codes").optimal_critical_discount(stage, target)


def _read_game(function: str, game: Any) -> tuple[NormalFormGame, PublicMonitoring | None, tuple[str, ...]]:
    """Return the stage game, its monitoring, and what should be said about the discount factor."""
    if isinstance(game, NormalFormGame):
        return game, None, ()
    if not isinstance(game, RepeatedGame):
        raise GameDefinitionError(f"{function}(): expected a NormalFormGame or a RepeatedGame, got {type(game).__name__}.")
    if not game.common_discounting:
        raise SolverNotApplicableError(
            f"{function}(): the answer is one discount factor for all players, but this game has different ones; "
            "pass game.stage, or examine the game as it is with one_shot_deviations()."
        )
    if game.periods is not None:
        raise SolverNotApplicableError(
            f"{function}(): the game ends after {game.periods} periods; pass game.stage for the game without end."
        )
    notes = [f"The discount factor of the game, {format_number(game.delta)}, is ignored."]
    if game.transfers:
        notes.append("Players could pay each other but do not; transfer_table() finds what payments can keep up.")
    return game.stage, game.monitoring, tuple(notes)


def _exact(stage: NormalFormGame, function: str) -> NormalFormGame:
    if stage.field == "exact":
        return stage
    if stage.field == "symbolic":
        raise SolverNotApplicableError(
            f"{function}(): the payoffs contain symbols; substitute numbers with .subs({{...}}), or see the conditions of one_shot_deviations()."
        )
    return NormalFormGame.from_arrays(*exact_payoffs(stage), players=stage.players, actions=stage.actions, title=stage.title)


def _periods(punishment: Any) -> int | None:
    if not isinstance(punishment, int):
        return None
    if isinstance(punishment, bool) or punishment < 1:
        raise GameDefinitionError(f"critical_discount(): a punishment lasts at least 1 period, got {punishment!r}.")
    return punishment


# ---------------------------------------------------------------- numbers


def _solved(
    stage: NormalFormGame,
    monitoring: PublicMonitoring | None,
    machine: Automaton,
    target: Any,
    words: str,
    complete: bool | None,
    notes: tuple[str, ...],
) -> CriticalDiscount:
    """Find the discount factors at which a machine is an equilibrium, and check the least one."""
    game = RepeatedGame(stage, 0, monitoring=None if monitoring is None else monitoring.in_field("exact"))
    _, machine = checked("critical_discount", game, machine.in_field("exact"))
    system = System.of(game, machine)
    slacks = slack_polynomials(system).slacks
    found = sustained(dict(enumerate(slacks)))
    names = {
        k: (system.states[one.state], stage.players[one.player], stage.actions[one.player][one.action])
        for k, one in enumerate(system.departures)
    }
    if not found.intervals:
        reason = _reason([names[k] for k in found.never])  # type: ignore[index]
        return CriticalDiscount(stage, target, words, None, (), (), machine, None, True, complete, reason, notes)
    value = found.intervals[0].lower
    certificate = one_shot_deviations(game.replace(delta=value), machine)
    binding = tuple(Deviation(*names[k], certificate.slack(*names[k])) for k in found.binding)  # type: ignore[index]
    _check(game, machine, found.intervals[0], certificate, binding)
    return CriticalDiscount(stage, target, words, value, found.intervals, binding, machine, certificate, True, complete, "", notes)


def _reason(never: list[tuple[str, str, str]]) -> str:
    if never:
        state, player, action = never[0]
        return f"{player} gains by playing {action} in state {state}, however patient."
    return "departures that are deterred at some discount factors pay at those that deter others."


def _check(game: RepeatedGame, machine: Automaton, first: PatienceInterval, certificate: DeviationCertificate, binding: Any) -> None:
    """Check a threshold by the linear equations of the payoffs: it holds there, and fails below."""
    value = first.lower
    sound = certificate.holds is True and all(one.slack == 0 for one in binding)
    near = _fraction(value)
    if near > NEAR:
        sound = sound and one_shot_deviations(game.replace(delta=near - NEAR), machine).holds is False
    if not isinstance(value, Fraction) and first.upper != value:
        step = min(NEAR, (_fraction(first.upper) - near) / 2)
        sound = sound and one_shot_deviations(game.replace(delta=near + step), machine).holds is True
    if not sound:
        raise SolveError(f"critical_discount(): the threshold {value} failed its check; please report this game.", certificate)


def _fraction(value: Any) -> Fraction:
    """Return a number to many digits as a fraction."""
    if isinstance(value, Fraction):
        return value
    ball = enclosed(value, 256)
    if ball is not None:
        return as_fraction(ball)
    import sympy

    rational = sympy.Rational(str(value.evalf(60)))
    return Fraction(int(rational.p), int(rational.q))


def _rounded(found: CriticalDiscount, stage: NormalFormGame) -> CriticalDiscount:
    """Round the numbers of an answer for a stage game with float payoffs."""
    if stage.field != "float":
        return found
    intervals = tuple(replace(part, lower=float(part.lower), upper=float(part.upper)) for part in found.intervals)
    value = None if found.value is None else float(found.value)
    notes = (*found.notes, "Payoffs are read at their exact binary values; the certificate is that of the threshold before rounding.")
    return replace(found, stage=stage, value=value, intervals=intervals, exact=False, notes=notes)


# ---------------------------------------------------------------- formulas


def _of_machine(stage: NormalFormGame, monitoring: PublicMonitoring | None, machine: Automaton, notes: tuple[str, ...]) -> CriticalDiscount:
    """Return the critical discount factor of a machine, a formula where payoffs or signals have symbols."""
    words = "punishments of the machine"
    if "symbolic" not in (stage.field, monitoring and monitoring.field):
        return _rounded(_solved(_exact(stage, "critical_discount"), monitoring, machine, machine, words, True, notes), stage)
    game = RepeatedGame(stage, 0, monitoring=monitoring, field="symbolic")
    return _with_formulas(stage, machine, machine, words, symbolic_machine(game, machine), notes)


def _formula(stage: NormalFormGame, path: PlayPath, punishment: Any, periods: int | None, notes: tuple[str, ...]) -> CriticalDiscount:
    """Return the critical discount factor of a profile as a formula in the symbols of the payoffs."""
    if path.first or len(set(path.then)) != 1:
        raise SolverNotApplicableError(
            "critical_discount(): payoffs contain symbols, and formulas are given for a single profile as target, not for a path; "
            "substitute numbers with .subs({...})."
        )
    punishments = symbolic_punishments(stage, punishment)
    found = symbolic_reversion(stage, path.then[0], punishments, periods)
    duration = "for ever" if periods is None else f"for {periods} period{'' if periods == 1 else 's'}"
    words = f"{' / '.join(dict.fromkeys(str(stage.profile(profile)) for profile in punishments))} {duration}"
    given: Any = punishments[0] if all(p == punishments[0] for p in punishments) else dict(zip(stage.players, punishments, strict=True))
    machine = grim_trigger(stage, path, given) if periods is None else punish_for(stage, path, periods, given)
    return _with_formulas(stage, path, machine, words, found, notes)


def _with_formulas(
    stage: NormalFormGame, target: Any, machine: Automaton, words: str, found: SymbolicReversion, notes: tuple[str, ...]
) -> CriticalDiscount:
    """Return the largest of some thresholds."""
    import sympy

    if sympy.false in found.relations:
        reason = "under the assumptions on the symbols a departure gains more than this punishment can take, or the punishment is no equilibrium."
        return CriticalDiscount(stage, target, words, None, (), (), machine, None, True, True, reason, notes)
    formulas = list(dict.fromkeys(formula for _, _, formula, _ in found.thresholds))
    value = sympy.Max(*formulas, *([] if found.tempting and formulas else [0]))
    return CriticalDiscount(stage, target, words, value, (), (), machine, None, True, True, "", notes, found.thresholds, found.relations)


# ---------------------------------------------------------------- length of punishments


@dataclass(frozen=True, repr=False)
class PunishmentLength:
    """How long punishments by Nash reversion must last at given patience.

    Parameters
    ----------
    game : RepeatedGame
        The game.
    target : tuple of str
        The profile to be sustained.
    periods : int or None
        The shortest punishment that deters every player; 0 if nobody is tempted, None if no finite one suffices.
    by_player : mapping of str to (int or None)
        The shortest punishment for each player.
    forever : bool
        Whether reversion for ever suffices.
    automaton : Automaton or None
        The machine with the shortest punishment, or with reversion for ever if only that suffices.
    certificate : DeviationCertificate or None
        Its slacks.
    """

    game: RepeatedGame
    target: tuple[str, ...]
    periods: int | None
    by_player: Mapping[str, int | None] = field(hash=False)
    forever: bool = True
    automaton: Automaton | None = None
    certificate: DeviationCertificate | None = None

    def __repr__(self) -> str:
        if self.periods is not None:
            words = f"{self.periods} period{'' if self.periods == 1 else 's'}"
        else:
            words = "for ever" if self.forever else "none suffices"
        return f"<PunishmentLength: {words}, delta {', '.join(dict.fromkeys(map(format_number, self.game.discounts)))}>"


def critical_punishment(game: RepeatedGame, target: Any) -> PunishmentLength:
    """Find the shortest punishment by the worst Nash equilibrium that sustains a profile at the game's patience.

    Parameters
    ----------
    game : RepeatedGame
        Exact or float, perfect monitoring; discount factors may differ between players.
    target : profile
        The pure profile to be sustained.

    Returns
    -------
    PunishmentLength
        The number of periods, with the machine and its certificate.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.critical import critical_punishment
    >>> pact = ag.games.prisoners_dilemma(T=5, R=3, P=1, S=0)
    >>> critical_punishment(ag.RepeatedGame(pact, "11/20"), ("cooperate", "cooperate"))
    <PunishmentLength: 3 periods, delta 11/20>
    """
    function = "critical_punishment"
    if not isinstance(game, RepeatedGame):
        raise GameDefinitionError(f"{function}(): expected a RepeatedGame with its discount factor, got {type(game).__name__}.")
    if game.monitoring is not None or game.periods is not None or game.field == "symbolic":
        raise SolverNotApplicableError(
            f"{function}(): needs perfect monitoring, no last period, and numbers as payoffs and discount factors."
        )
    stage = _exact(game.stage, function)
    profile = stage.profile(target)
    reversion = worst_nash(stage)
    if reversion is None:
        return PunishmentLength(game, profile.actions, None, FrozenDict(dict.fromkeys(stage.players)), False)
    lengths: dict[str, float] = {}
    for k, player in enumerate(stage.players):
        gain = stage.regret(profile)[player]
        loss = profile.payoffs[player] - stage.payoff(reversion.profiles[k])[player]
        lengths[player] = _shortest(Fraction(gain), Fraction(loss), Fraction(game.discounts[k]))
    forever = all(length >= 0 for length in lengths.values())
    periods = int(max(lengths.values())) if forever and max(lengths.values()) < math.inf else None
    by_player = FrozenDict({player: int(n) if 0 <= n < math.inf else None for player, n in lengths.items()})
    if not forever:
        return PunishmentLength(game, profile.actions, None, by_player, False)
    punishments = reversion.by_player(stage.players)
    machine = punish_for(stage, profile.actions, periods, punishments) if periods else grim_trigger(stage, profile.actions, punishments)
    exact = game if game.field == "exact" else RepeatedGame(stage, [Fraction(delta) for delta in game.discounts])
    certificate = one_shot_deviations(exact, machine)
    if certificate.holds is not True:
        raise SolveError(f"{function}(): the machine failed its check; please report this game.", certificate)
    return PunishmentLength(game, profile.actions, periods, by_player, True, machine, certificate)


def _shortest(gain: Fraction, loss: Fraction, delta: Fraction) -> float:
    """Return the least number of periods of a loss that outweighs a gain now; infinity if only for ever, -1 if never."""
    if gain <= 0:
        return 0
    # T periods lose delta (1 - delta**T) / (1 - delta) * loss; they suffice if delta**T <= rest.
    rest = delta * loss - (1 - delta) * gain
    if loss <= 0 or rest < 0:
        return -1
    if rest == 0:
        return math.inf
    rest /= delta * loss
    periods = max(1, math.ceil(math.log(rest) / math.log(delta)))
    while delta**periods > rest:
        periods += 1
    while periods > 1 and delta ** (periods - 1) <= rest:
        periods -= 1
    return periods
