"""How regimes cover the parameter space, proved: no overlap, no gap, none empty, each equilibrium one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Any

from alliancegames.errors import SolverNotApplicableError
from alliancegames.statics._derivation.candidates import polynomials
from alliancegames.statics._polynomials import TRUE, Atom, Formula, every, negation, some
from alliancegames.statics.parameter_space import STEPS, ParameterSpace
from alliancegames.statics.regimes import Regime, RegimeMap

__all__ = ["Coverage", "coverage", "neighbours"]

Point = Mapping[Any, Any]


@dataclass(frozen=True)
class Coverage:
    """What is proved about a map of regimes; knife-edges between regimes are left aside.

    Parameters
    ----------
    disjoint, covering, inhabited : bool or None
        Whether no two regimes overlap, every admissible point lies in one, and each has a point; None is unknown.
    equilibria_proved : bool or None
        Whether each equilibrium listed in a regime is proved to be one throughout the regime; None if that is
        unknown, none is listed, or the game is not in normal form.
    complete : bool or None
        Whether each regime lists all equilibria; see ``RegimeMap.complete``.
    witnesses : dict
        For each regime a point inside, by symbol.
    overlaps : tuple of (str, str, dict)
        Pairs of regimes that overlap, with a point in both.
    gaps : tuple of dict
        Points that lie in no regime.
    unknown : tuple of str
        Questions that could not be settled, in words.
    seconds : float
        Time spent.
    """

    disjoint: bool | None
    covering: bool | None
    inhabited: bool | None
    equilibria_proved: bool | None
    complete: bool | None
    witnesses: Mapping[str, Point] = field(repr=False)
    overlaps: tuple[tuple[str, str, Point], ...] = ()
    gaps: tuple[Point, ...] = ()
    unknown: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def is_partition(self) -> bool | None:
        """Whether the regimes are proved to be a partition of the parameter space, knife-edges aside."""
        answers = (self.disjoint, self.covering, self.inhabited)
        return False if False in answers else None if None in answers else True

    def __repr__(self) -> str:
        words = {True: "proved", False: "refuted", None: "unknown" if self.unknown else "not examined"}
        lines = [f"<Coverage by {len(self.witnesses)} regimes, {self.seconds:.1f} s>"]
        for name in ("disjoint", "covering", "inhabited", "equilibria_proved"):
            lines.append(f"  {name.replace('_proved', '')}: {words[getattr(self, name)]}")
        if self.complete is False:
            lines.append("  lists of equilibria: not complete, see RegimeMap.unexamined")
        lines += [f"  overlap of {one} and {other} at {_shown(point)}" for one, other, point in self.overlaps]
        lines += [f"  gap at {_shown(point)}" for point in self.gaps]
        lines += [f"  unknown: {question}" for question in self.unknown]
        return "\n".join(lines)


def coverage(regimes: RegimeMap, *, steps: int = STEPS) -> Coverage:
    """Prove how regimes cover the parameter space of their model.

    Parameters
    ----------
    regimes : RegimeMap
        Regimes whose conditions are rational functions of the parameters.
    steps : int, optional
        Steps that the prover may take for one question.

    Returns
    -------
    Coverage
        "True" and "False" are proved; a witness is an exact point.

    Raises
    ------
    SolverNotApplicableError
        A condition is no rational function of the parameters.
    """
    start = time.perf_counter()
    space = ParameterSpace.of(regimes.model, steps=steps)
    formulas = {regime.name: interior(space, regime, regimes.model.values()) for regime in regimes}
    unknown: list[str] = []
    witnesses: dict[str, Point] = {}
    inhabited: bool | None = True
    for name, formula in formulas.items():
        answer = space.find(formula)
        if answer.witness is not None:
            witnesses[name] = answer.witness
        inhabited = _both(inhabited, {"somewhere": True, "nowhere": False, "unknown": None}[answer.status])
        if answer.status == "unknown":
            unknown.append(f"whether {name} has a point")
    overlaps, disjoint = _overlaps(space, formulas, unknown)
    gap = space.find(every(negation(_closed(formula)) for formula in formulas.values()))
    covering = {"somewhere": False, "nowhere": True, "unknown": None}[gap.status]
    if covering is None:
        unknown.append("whether some point lies in no regime")
    proved = _equilibria_proved(space, regimes, formulas, unknown)
    gaps = (gap.witness,) if gap.witness is not None else ()
    seconds = time.perf_counter() - start
    return Coverage(disjoint, covering, inhabited, proved, regimes.complete, witnesses, tuple(overlaps), gaps, tuple(unknown), seconds)


def interior(space: ParameterSpace, regime: Regime, values: Any) -> Formula:
    """Return the inside of a regime as a formula."""
    pieces = [[(larger, smaller) for larger, smaller in piece] for piece in regime.pieces(values)]
    return some(every(space.condition(_minus(larger, smaller)) for larger, smaller in piece) for piece in pieces)


def neighbours(regimes: RegimeMap, *, steps: int = STEPS) -> Iterator[tuple[str, str]]:
    """Yield the pairs of regimes that share a piece of boundary.

    Parameters
    ----------
    regimes : RegimeMap
        Regimes whose conditions are rational functions of the parameters.
    steps : int, optional
        Steps that the prover may take for one question; a pair is left out if no point of the boundary was found.
    """
    space = ParameterSpace.of(regimes.model, steps=steps)
    pieces = {regime.name: _pieces(space, regime, regimes.model.values()) for regime in regimes}
    for one, other in combinations(regimes.names, 2):
        if any(_touch(space, first, second) for first in pieces[one] for second in pieces[other]):
            yield one, other


def _touch(space: ParameterSpace, first: Sequence[Formula], second: Sequence[Formula]) -> bool:
    """Whether two pieces lie on the two sides of the zeros of one polynomial."""
    for literal in first:
        if not isinstance(literal, Atom):
            continue
        opposite = Atom(-literal.polynomial)
        if opposite not in second:
            continue
        rest = [part for part in (*first, *second) if part not in (literal, opposite)]
        if space.find(every([*rest, Atom(literal.polynomial, "=")])).status == "somewhere":
            return True
    return False


def _pieces(space: ParameterSpace, regime: Regime, values: Any) -> list[tuple[Formula, ...]]:
    listed = []
    for piece in regime.pieces(values):
        formula = every(space.condition(_minus(larger, smaller)) for larger, smaller in piece)
        listed.append(getattr(formula, "parts", (formula,)))
    return listed


def _overlaps(
    space: ParameterSpace, formulas: Mapping[str, Formula], unknown: list[str]
) -> tuple[list[tuple[str, str, Point]], bool | None]:
    found: list[tuple[str, str, Point]] = []
    disjoint: bool | None = True
    for one, other in combinations(formulas, 2):
        answer = space.find(every([formulas[one], formulas[other]]))
        if answer.witness is not None:
            found.append((one, other, answer.witness))
        disjoint = _both(disjoint, {"somewhere": False, "nowhere": True, "unknown": None}[answer.status])
        if answer.status == "unknown":
            unknown.append(f"whether {one} and {other} overlap")
    return found, disjoint


def _closed(formula: Formula) -> Formula:
    """Admit the boundary."""
    if isinstance(formula, Atom):
        return Atom(formula.polynomial, ">=") if formula.relation == ">" else formula
    return type(formula)(tuple(_closed(part) for part in formula.parts))


def _equilibria_proved(space: ParameterSpace, regimes: RegimeMap, formulas: Mapping[str, Formula], unknown: list[str]) -> bool | None:
    """Prove, from the payoffs, that in each regime its profiles are best replies to themselves."""
    game = regimes.model.game()
    if not hasattr(game, "payoffs") or not hasattr(game, "actions") or not any(regimes.equilibria(name) for name in formulas):
        return None
    payoffs = [polynomials(array, space) for array in game.payoffs]
    proved: bool | None = True
    for regime in regimes:
        for profile in regimes.equilibria(regime.name):
            try:
                claims = list(_best_replies(space, game, payoffs, profile))
            except (SolverNotApplicableError, KeyError):
                return None
            for claim in claims:
                answer = space.proves(some([negation(formulas[regime.name]), claim])) if claim != TRUE else True
                proved = _both(proved, answer)
                if answer is None:
                    unknown.append(f"whether a profile of {regime.name} is an equilibrium throughout")
    return proved


def _best_replies(space: ParameterSpace, game: Any, payoffs: Sequence[Any], profile: Sequence[Mapping[str, Any]]) -> Iterator[Formula]:
    """Yield what makes a profile an equilibrium: weights are not negative and add up, no action pays more than those used."""
    import sympy

    if len(profile) != len(game.players):
        raise SolverNotApplicableError("the profile is not one of the game's normal form.")
    weights = []
    for k, strategy in enumerate(profile):
        if not set(strategy) <= set(game.actions[k]):
            raise KeyError(next(iter(set(strategy) - set(game.actions[k]))))
        weights.append([sympy.sympify(strategy.get(action, 0)) for action in game.actions[k]])
        yield space.condition(sum(weights[-1]) - 1, "=")
        yield from (space.condition(weight, ">=") for weight in weights[-1] if weight != 0)
    for k in range(len(game.players)):
        values = [_expected(space, payoffs[k], weights, k, action) for action in range(len(game.actions[k]))]
        used = [action for action, weight in enumerate(weights[k]) if weight != 0]
        for action in range(len(values)):
            yield space.condition(values[used[0]] - values[action], "=" if action in used else ">=")


def _expected(space: ParameterSpace, payoffs: Any, weights: Sequence[Sequence[Any]], player: int, action: int) -> Any:
    import numpy as np

    total: Any = 0
    for cell in np.ndindex(payoffs.shape):
        if cell[player] != action:
            continue
        weight: Any = 1
        for k, chosen in enumerate(cell):
            if k != player:
                weight = weight * weights[k][chosen]
        if weight != 0:
            total = total + weight * space.ring.expression(payoffs[cell])
    return total


def _both(one: bool | None, other: bool | None) -> bool | None:
    return False if one is False or other is False else None if one is None or other is None else True


def _minus(larger: Any, smaller: Any) -> Any:
    import sympy

    return sympy.sympify(larger) - sympy.sympify(smaller)


def _shown(point: Point) -> str:
    return ", ".join(f"{symbol} = {value if not isinstance(value, Fraction) else str(value)}" for symbol, value in point.items())
