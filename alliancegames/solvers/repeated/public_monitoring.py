"""Equilibrium payoffs when past actions are seen through noisy public signals."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alliancegames._fields import format_number
from alliancegames._labels import distinct
from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.automaton import Automaton
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.payoff_set import BOUNDED, EXACT, NONE_IN_PURE, PayoffSet
from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.repeated._public_automaton import PublicAutomaton
from alliancegames.solvers.repeated._public_exactness import is_whole_set
from alliancegames.solvers.repeated._public_search import enclose, spread_directions
from alliancegames.solvers.repeated._public_stage import Cell, PublicStage, Vector, read_game
from alliancegames.solvers.repeated._public_symmetric import Enforcement, critical_rate, largest_stakes, symmetric_cells, verified
from alliancegames.solvers.result import Provenance

__all__ = ["SymmetricPayoffs", "public_perfect_payoffs", "strongly_symmetric_critical", "strongly_symmetric_payoffs"]

CONCEPT = "perfect public equilibrium"
# Gap, in ranges of payoffs, at which the search ends; alternations between bounds from outside and from inside; steps of each.
TOLERANCE, PASSES, STEPS = 1e-10, 8, 400


@dataclass(frozen=True, repr=False)
class SymmetricPayoffs:
    """The payoffs of strongly symmetric equilibria: an interval, and how its ends are attained.

    Parameters
    ----------
    game : RepeatedGame
        The game.
    best, worst : Fraction or None
        Ends of the interval, the same for all players; None if there is no such equilibrium.
    profile, punishment : tuple of str or None
        What is played where the best and where the worst payoff is attained.
    p_punish, p_forgive : mapping of str to Fraction
        After each signal the probability of going to the worst payoff from the best one, and the other way round.
    exact : bool
        Whether the numbers are exact; they are unless the game holds floats.
    """

    game: RepeatedGame
    best: Any
    worst: Any
    profile: tuple[str, ...] | None
    punishment: tuple[str, ...] | None
    p_punish: Mapping[str, Any]
    p_forgive: Mapping[str, Any]
    exact: bool

    @property
    def is_empty(self) -> bool:
        """Whether it is proved that there is no strongly symmetric equilibrium in pure actions."""
        return self.best is None

    def automaton(self) -> Automaton:
        """Return the machine of two states that attains the best payoff."""
        if self.profile is None or self.punishment is None:
            raise SolverNotApplicableError("automaton(): there is no strongly symmetric equilibrium.")
        moves = {
            "reward": {signal: _lottery({"punish": q, "reward": 1 - q}) for signal, q in self.p_punish.items()},
            "punish": {signal: _lottery({"reward": q, "punish": 1 - q}) for signal, q in self.p_forgive.items()},
        }
        monitored = self.game.monitoring
        if monitored is None:
            cells = {", ".join(cell): cell for cell in self.game.stage.profiles()}
            named: dict[str, Any] = {state: {cells[name]: lottery for name, lottery in row.items()} for state, row in moves.items()}
        else:
            named = moves
        return Automaton(self.game.stage, {"reward": self.profile, "punish": self.punishment}, named, "reward", monitoring=monitored)

    def __repr__(self) -> str:
        if self.is_empty:
            return "<SymmetricPayoffs: none>"
        shown = ", ".join(f"{signal} {format_number(q)}" for signal, q in self.p_punish.items() if q)
        how = f"; punished with probability {shown}" if shown and len(self.p_punish) <= 6 else ""
        return f"<SymmetricPayoffs: from {format_number(self.worst)} to {format_number(self.best)}{how}>"


def strongly_symmetric_payoffs(game: RepeatedGame) -> SymmetricPayoffs:
    """Find the payoffs of strongly symmetric equilibria, in which all players do the same after every public history.

    Parameters
    ----------
    game : RepeatedGame
        A game in which players who do the same are paid the same, with public signals (or perfect monitoring),
        public randomization and a common discount factor.

    Returns
    -------
    SymmetricPayoffs
        Exact: the largest self-generating interval, as the solution of linear programs in rationals.

    Raises
    ------
    SolverNotApplicableError
        Players who do the same are not paid the same, or the game is of another kind.

    Notes
    -----
    Continuation payoffs between the best and the worst one are lotteries over the two, so that after each signal
    one number is chosen; the fines that keep players to a profile are a linear program (Abreu, Pearce &
    Stacchetti 1990). With more patience punishments become rarer and not lighter: the best payoff stays below the
    efficient one by what fines cost in vain (Abreu, Milgrom & Pearce 1991).

    Examples
    --------
    A pledge whose fulfilment is reported wrongly with probability 1/10, and doubted with 3/5 if one ally shirks:

    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.public_monitoring import strongly_symmetric_payoffs
    >>> pledge = ag.games.prisoners_dilemma(T="3/2", R=1, P=0, S=-1)
    >>> reports = ag.PublicMonitoring(pledge, ["met", "missed"],
    ...     lambda a, b: ("9/10", "1/10") if a == b == "cooperate" else ("2/5", "3/5"))
    >>> strongly_symmetric_payoffs(ag.RepeatedGame(pledge, "9/10", monitoring=reports))
    <SymmetricPayoffs: from 0 to 9/10; punished with probability missed 10/81>
    """
    stage, cells, delta = _symmetric("strongly_symmetric_payoffs", game)
    found = largest_stakes(cells, delta)
    number = float if game.field == "float" else Fraction
    if found is None:
        return SymmetricPayoffs(game, None, None, None, None, {}, {}, game.field == "exact")
    if not verified(found, delta):
        raise SolveError("strongly_symmetric_payoffs(): the interval fails its check; please report this game.", found)
    stakes = found.stakes

    def chances(move: Enforcement) -> dict[str, Any]:
        return {signal: number(pay / stakes) if stakes else number(0) for signal, pay in zip(stage.signals, move.payments, strict=True)}

    return SymmetricPayoffs(
        game,
        number(found.best),
        number(found.worst),
        stage.labels(found.reward.cell),
        stage.labels(found.punishment.cell),
        chances(found.reward),
        chances(found.punishment),
        game.field == "exact",
    )


def strongly_symmetric_critical(game: RepeatedGame, target: Sequence[str | int]) -> Fraction | None:
    """Return the least discount factor at which a symmetric profile can be played in a strongly symmetric equilibrium.

    Parameters
    ----------
    game : RepeatedGame
        As in `strongly_symmetric_payoffs`; its discount factor does not matter.
    target : tuple of str
        A profile in which all do the same.

    Returns
    -------
    Fraction or None
        Exact; None if no patience suffices.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.public_monitoring import strongly_symmetric_critical
    >>> pledge = ag.games.prisoners_dilemma(T="3/2", R=1, P=0, S=-1)
    >>> reports = ag.PublicMonitoring(pledge, ["met", "missed"],
    ...     lambda a, b: ("9/10", "1/10") if a == b == "cooperate" else ("2/5", "3/5"))
    >>> strongly_symmetric_critical(ag.RepeatedGame(pledge, 0, monitoring=reports), ("cooperate", "cooperate"))
    Fraction(10, 19)
    """
    where = "strongly_symmetric_critical"
    stage, cells, _ = _symmetric(where, game)
    cell = stage.cell(tuple(target), f"{where}()")
    if cell not in cells:
        raise GameDefinitionError(f"{where}(): the target must be a profile in which all players do the same, got {tuple(target)}.")
    if all(d.gain <= 0 for d in cell.deviations):
        return Fraction(0)
    ending, rate = critical_rate(cells, cell)
    if ending == "always":
        return Fraction(0)
    return None if rate is None else 1 / (1 + rate)


def _symmetric(where: str, game: Any) -> tuple[PublicStage, list[Cell], Fraction]:
    """Return the stage, the profiles in which all do the same, and the discount factor."""
    stage, discounts = read_game(where, game)
    if len({len(labels) for labels in stage.actions}) > 1 or len(set(discounts)) > 1:
        raise SolverNotApplicableError(
            f"{where}(): needs players with equally many actions and one discount factor, who can be treated alike."
        )
    cells = symmetric_cells(stage)
    unequal = [cell for cell in cells if len(set(cell.payoffs)) > 1]
    if unequal:
        shown = ", ".join(map(format_number, unequal[0].payoffs))
        raise SolverNotApplicableError(
            f"{where}(): players who do the same must be paid the same; {stage.labels(unequal[0])} pays {shown}. Use public_perfect_payoffs()."
        )
    return stage, cells, discounts[0]


def _lottery(weights: Mapping[str, Any]) -> dict[str, Any]:
    return {state: q for state, q in weights.items() if q}


@dataclass(frozen=True, eq=False)
class PublicWitness:
    """The machine that attains the inner set of a game with public signals."""

    game: RepeatedGame
    machine: PublicAutomaton
    scale: PublicStage

    def automaton(self, point: Sequence[Any]) -> Automaton:
        """Return the automaton that starts so as to attain a payoff vector.

        Parameters
        ----------
        point : sequence of number
            Payoffs in the inner set.
        """
        low, span = self.scale.units
        machine = self.machine.automaton([(Fraction(x) - a) / b for x, a, b in zip(point, low, span, strict=True)])
        names = distinct(f"play {', '.join(profile)}" for profile in machine.profiles)
        cells = list(self.game.stage.profiles())
        keys: list[Any] = list(machine.stage.signals) if self.game.monitoring is not None else cells
        moves = {
            name: {key: {names[k]: share for k, share in lottery} for key, lottery in zip(keys, row, strict=True)}
            for name, row in zip(names, machine.moves, strict=True)
        }
        outputs = dict(zip(names, machine.profiles, strict=True))
        start = {names[k]: share for k, share in machine.start}
        return Automaton(self.game.stage, outputs, moves, start, monitoring=self.game.monitoring)


def public_perfect_payoffs(game: RepeatedGame, *, directions: int = 24) -> PayoffSet:
    """Enclose the payoffs of perfect public equilibria in pure actions.

    Parameters
    ----------
    game : RepeatedGame
        A game at numbers with public signals (perfect monitoring is a special case), any number of players, one
        discount factor for all or one for each, and public randomization.
    directions : int, default 24
        Number of directions in which the set is bounded from outside to begin with.

    Returns
    -------
    PayoffSet
        ``inner``: attained by a machine that reads the signals, all of whose incentives are checked exactly.
        ``outer``: no payoff lies outside, by multipliers of linear programs that are checked exactly. ``gap`` says how
        far the two are apart; ``exact`` where they are proved to be equal.

    Raises
    ------
    SolverNotApplicableError
        The game has transfers, a last period, symbols, or no public randomization.

    Notes
    -----
    The set is the largest W generated by itself: players get a profile's payoffs today and, after each signal, a
    continuation in W that keeps all of them to the profile :cite:p:`abreu1990toward`. In each direction the most that a
    profile can give is a linear program; half-spaces at these values contain the set :cite:p:`judd2003computing`. Cost:
    seconds for two actions, two players and a few signals.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.public_monitoring import public_perfect_payoffs
    >>> pledge = ag.games.prisoners_dilemma(T="3/2", R=1, P=0, S="-1/2")
    >>> deaf = ag.PublicMonitoring(pledge, ["quiet", "noisy"], lambda a, b: ("1/2", "1/2"))
    >>> public_perfect_payoffs(ag.RepeatedGame(pledge, "9/10", monitoring=deaf))
    <PayoffSet of perfect public equilibrium: a point (exact) (0, 0)>
    """
    started = time.perf_counter()
    raw, discounts = read_game("public_perfect_payoffs", game)
    if directions < 4:
        raise GameDefinitionError(f"public_perfect_payoffs(): directions must be a whole number of at least 4, got {directions!r}.")
    stage = raw.normalised()
    found = enclose(stage, discounts, spread_directions(len(discounts), directions), TOLERANCE, PASSES, STEPS)
    inner, outer = found.inner, found.outer
    if found.machine is not None and not found.machine.is_equilibrium():
        raise SolveError("public_perfect_payoffs(): a machine failed its check; please report this game.", found.machine)
    whole = not inner.is_empty and (inner == outer or is_whole_set(stage, discounts, inner, outer))
    if whole:
        outer = inner
    status = NONE_IN_PURE if outer.is_empty else EXACT if whole else BOUNDED
    certificate = {
        "inner": "no equilibrium is known" if found.machine is None else f"a machine of {found.machine.states} states, checked exactly",
        "outer": f"{found.steps + found.jumps} rounds of linear programs in {found.passes} passes, their multipliers checked exactly"
        + ("; a contraction shows that nothing else is left" if whole else ""),
    }
    provenance = Provenance("half_spaces", __version__, time.perf_counter() - started, {"directions": directions}, 0, certificate)
    witness = None if found.machine is None else PublicWitness(game.exact(), found.machine, raw)
    return PayoffSet(game.players, CONCEPT, _original(raw, inner), _original(raw, outer), status, provenance, game, witness)


def _original(stage: PublicStage, polytope: Polytope) -> Polytope:
    """Return a set in the payoffs of the game."""
    points: list[Vector] = [stage.original(vertex) for vertex in polytope.vertices]
    return Polytope.from_points(points, coordinates=polytope.coordinates)
