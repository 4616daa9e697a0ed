"""Formulas for the patience that a machine needs, where payoffs or signals have symbols."""

from __future__ import annotations

from typing import Any

from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.automaton import Automaton
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.repeated._critical_reversion import Facts, SymbolicReversion
from alliancegames.solvers.repeated._critical_sensitivity import can_hold
from alliancegames.solvers.repeated.automata import one_shot_deviations

__all__ = ["symbolic_machine"]

ADVICE = "substitute numbers with .subs({...}), or see the conditions of one_shot_deviations()"


def symbolic_machine(game: RepeatedGame, machine: Automaton) -> SymbolicReversion:
    """Return the thresholds of a machine's departures, and the conditions under which they hold.

    The slack of a departure is a ratio of polynomials in the discount factor. Its denominator, the determinant of a
    substochastic chain, never vanishes on [0, 1). If what is left of the numerator without its factors ``1 - delta`` is
    linear, ``-gain + (gain + loss) delta``, the departure is deterred from ``gain / (gain + loss)`` on; if that is
    negative, always.

    Parameters
    ----------
    game : RepeatedGame
        A game with symbols; its discount factor does not matter.
    machine : Automaton
        The strategies.
    """
    import sympy

    patience = sympy.Dummy("delta", positive=True)
    facts = Facts()
    thresholds: list[tuple[str, str, Any, Any]] = []
    tempting = True
    for one in one_shot_deviations(game.replace(delta=patience, field="symbolic"), machine).deviations:
        today, later = _ends(one.slack, patience)
        if later is None:
            facts.at_least_zero(today)
            continue
        gain, loss = sympy.factor(-today), sympy.factor(later)
        if gain.is_nonpositive and loss.is_nonnegative:
            continue
        # Where the gain is no gain, the threshold is negative and asks for nothing, as long as the slack rises with patience.
        facts.positive(loss)
        if not gain.is_positive:
            tempting = False
            facts.positive(sympy.expand(gain + loss))
        ratio = sympy.factor(gain / loss)
        thresholds.append((one.player, one.action, sympy.factor(gain / sympy.expand(gain + loss)), ratio))
    if sympy.false not in facts.relations and can_hold(facts.relations) is not True:
        raise SolverNotApplicableError(
            f"critical_discount(): the payoffs contain symbols, and no values of them are known at which all thresholds of this machine "
            f"are of the same kind; {ADVICE}."
        )
    return SymbolicReversion(tuple(thresholds), tuple(facts.pairs), tuple(facts.relations), tempting)


def _ends(slack: Any, patience: Any) -> tuple[Any, Any]:
    """Return what has the sign of a slack without patience and, if that differs, with complete patience."""
    import sympy

    upper, lower = sympy.fraction(sympy.cancel(sympy.together(slack)))
    scale = sympy.factor(lower.subs(patience, 0))
    if not scale.is_number or scale == 0:
        raise SolverNotApplicableError(
            f"critical_discount(): the signals contain symbols in a way that leaves the sign of slacks open; {ADVICE}."
        )
    polynomial = sympy.Poly(upper * sympy.sign(scale), patience)
    always = sympy.Poly(1 - patience, patience)
    while not polynomial.is_zero and polynomial.eval(1).expand() == 0:
        polynomial = polynomial.quo(always)
    if polynomial.degree() > 1:
        raise SolverNotApplicableError(
            f"critical_discount(): the payoffs contain symbols, and the slack of a departure from this machine is of degree "
            f"{polynomial.degree()} in the discount factor, for which no formula is given; {ADVICE}."
        )
    today = sympy.expand(polynomial.eval(0))
    return today, (None if polynomial.degree() < 1 else sympy.expand(polynomial.eval(1)))
