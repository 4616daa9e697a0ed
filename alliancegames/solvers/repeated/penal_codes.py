"""How patient two players must be for a profile to be kept up by the worst punishments there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from alliancegames._fields import format_number
from alliancegames.errors import SolveError, SolverNotApplicableError
from alliancegames.games.automaton import PlayPath
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.repeated import RepeatedGame
from alliancegames.games.strategies import read_path
from alliancegames.solvers._reading import exact_payoffs
from alliancegames.solvers.repeated._critical_intervals import PatienceInterval
from alliancegames.solvers.repeated._planar_bounds import bounds, find_machine
from alliancegames.solvers.repeated._planar_events import algebraic, bisected, event, polygon_at
from alliancegames.solvers.repeated._planar_problem import Pair, Problem, lowest
from alliancegames.solvers.repeated._planar_structure import Structure
from alliancegames.solvers.repeated._planar_witness import MachineWitness
from alliancegames.solvers.repeated.automata import one_shot_deviations
from alliancegames.solvers.repeated.critical import CriticalDiscount

__all__ = ["optimal_critical_discount"]

WORDS = "the worst equilibrium for who departs"
# Discount factors between which thresholds are looked for, and what counts as binding in floats.
LEAST, MOST, BINDS = 1e-6, 1 - 1e-6, 1e-12
# How far below (and, at irrational ones, above) a threshold it is proved not to hold (to hold): the closest that works.
ASIDE = tuple(Fraction(1, 10**k) for k in (9, 7, 6, 5, 4, 3))


def optimal_critical_discount(stage: NormalFormGame, target: Any) -> CriticalDiscount:
    """Find how patient two players must be to play a profile for ever, if a departure is met by the worst equilibrium.

    With public randomization the set of discount factors that suffice is an interval up to one, so that the
    least one says everything (Abreu 1988). It is solved for as an equation, and proved on both sides: at
    the value itself, or just above an irrational one, a machine is checked exactly; just below it the outer
    bound of the payoff set rules the profile out.

    Parameters
    ----------
    stage : NormalFormGame
        A game of two players, at numbers.
    target : profile
        A pure action profile.

    Returns
    -------
    CriticalDiscount
        Its certificate and automaton are those at the value, or just above it if that is irrational; a note
        says between which discount factors the value is proved to lie.

    Raises
    ------
    SolverNotApplicableError
        There are not two players, payoffs contain symbols, or the target is a path.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.penal_codes import optimal_critical_discount
    >>> cournot = ag.NormalFormGame.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]], actions=["low", "medium", "high"])
    >>> optimal_critical_discount(cournot, ("low", "low")).value
    Fraction(1, 3)
    """
    where = "critical_discount()"
    if len(stage.players) != 2:
        raise SolverNotApplicableError(
            f"{where}: optimal punishments are found for two players; this game has {len(stage.players)}. "
            "Other punishments work for any number: punishment='nash' or a number of periods; with transfers see transfer_table()."
        )
    path = read_path(target, stage, where)
    if path.first or len(set(path.then)) != 1:
        raise SolverNotApplicableError(f"{where}: with punishment='optimal' the target must be one profile played for ever, got {path}.")
    if stage.field == "symbolic":
        raise SolverNotApplicableError(f"{where}: the payoffs contain symbols; substitute numbers first with .subs({{...}}).")
    exact = NormalFormGame.from_arrays(*exact_payoffs(stage), players=stage.players, actions=stage.actions, title=stage.title)
    problem = Problem.from_arrays(exact.payoffs, Fraction(1, 2))
    cell = tuple(labels.index(action) for labels, action in zip(stage.actions, path.then[0], strict=True))
    a = problem.profiles.index((cell[0], cell[1]))
    if not any(problem.gains[a]):
        return _answer(exact, path, problem, a, Fraction(0), ())
    payoffs, gains, _, _ = problem.float_arrays

    def fails(delta: float) -> bool:
        corners = polygon_at(problem, delta)
        return not len(corners) or bool((payoffs[a] < corners.min(axis=0) + (1 - delta) / delta * gains[a] - BINDS).any())

    if any(x <= low and gain for x, low, gain in zip(problem.payoffs[a], problem.minmax, problem.gains[a], strict=True)):
        reason = "somebody gains by a departure and is paid no more than the others can hold that player down to."
        return CriticalDiscount(stage, path, WORDS, None, (), (), None, None, True, True, reason)
    if fails(MOST):
        reason = "even the worst punishment of very patient players does not outweigh the gain from a departure."
        return CriticalDiscount(stage, path, WORDS, None, (), (), None, None, True, None, reason)
    _, high = bisected(fails, LEAST, MOST)

    def margins(structure: Structure, points: Sequence[Pair]) -> Iterator[Fraction]:
        worst = (points[structure.worst[0]][0], points[structure.worst[1]][1])
        required = structure.problem.required(a, worst)
        yield from (structure.problem.payoffs[a][i] - required[i] for i in range(2))

    digits = event(problem, high, margins)
    if digits is None:
        raise SolveError(f"{where}: the threshold near {high:.9f} could not be solved for; please report this game.", None)
    value = algebraic(digits)
    notes = (
        ()
        if value is not None
        else (f"the value is known to about a hundred digits, but no polynomial of low degree has it as a root: {float(digits):.15g}...",)
    )
    return _answer(exact, path, problem, a, digits if value is None else value, notes)


def _answer(stage: NormalFormGame, path: PlayPath, problem: Problem, a: int, value: Any, notes: tuple[str, ...]) -> CriticalDiscount:
    """Prove a threshold from both sides."""
    digits = value if isinstance(value, Fraction) else _digits(value)
    tried = [digits or Fraction(1, 2)] if isinstance(value, Fraction) else [digits + step for step in ASIDE if digits + step < 1]
    above = next((machine for delta in tried for machine in [_keeps(problem.with_delta(delta), a)] if machine is not None), None)
    below = next((digits - step for step in ASIDE if digits > step and _excluded(problem.with_delta(digits - step), a)), None)
    if above is None or (below is None and digits > ASIDE[-1]):
        raise SolveError(f"critical_discount(): the threshold {value} failed its check; please report this game.", None)
    if below is not None:
        low, high = (format_number(float(x), 10) for x in (below, above.problem.delta))
        notes = (*notes, f"proved: not sustained at delta = {low}, nor at any smaller one; sustained at {high}")
    game = RepeatedGame(stage, above.problem.delta)
    automaton = MachineWitness(game, above).starting_with({above.absorbing(a): Fraction(1)})
    certificate = one_shot_deviations(game, automaton)
    binding = tuple(one for one in certificate.binding if one.state == automaton.states[0] and digits == above.problem.delta)
    interval = PatienceInterval(value, Fraction(1), closed_above=False)
    return CriticalDiscount(stage, path, WORDS, value, (interval,), binding, automaton, certificate, True, True, "", notes)


def _keeps(problem: Problem, a: int) -> Any:
    """Return a machine in which a profile can be played for ever, or None if none is found."""
    machine = find_machine(problem)
    if machine is None:
        return None
    required = problem.required(a, lowest(machine.payoffs))
    kept = all(have >= need for have, need in zip(problem.payoffs[a], required, strict=True))
    return machine.with_state(a) if kept and machine.absorbing(a) is None else machine if kept else None


def _excluded(problem: Problem, a: int) -> bool:
    """Whether it is proved that a profile cannot be played for ever."""
    outer = bounds(problem).outer
    if not outer:
        return True
    required = problem.required(a, lowest(outer))
    return any(have < need for have, need in zip(problem.payoffs[a], required, strict=True))


def _digits(value: Any) -> Fraction:
    """Return an algebraic number to many digits."""
    import sympy

    rational = sympy.Rational(str(sympy.N(value, 80)))
    return Fraction(int(rational.p), int(rational.q))
