"""Equilibrium contributions in aggregative games, by the contributor set, exactly or with a certified bound.

If a player's marginal utility falls in the own contribution and in the sum, what the player would
contribute *given the sum* falls in the sum. The sum of these replacement functions then meets the sum
itself exactly once: the equilibrium exists and is unique. Both conditions are proved, not assumed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Any, ClassVar

import numpy as np

from alliancegames._fields import decimal_reading
from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.aggregative import AggregativeGame, Contributions, marginal_utility, to_field
from alliancegames.solvers.registry import Findings, Solver, choose, register
from alliancegames.solvers.result import COMPLETE, EquilibriumSet, Provenance

__all__ = ["ContributorSet", "Replacement", "contributions"]

# Relative half-width of the certified enclosure of an irrational equilibrium.
ENCLOSURE = Fraction(1, 10**11)
# Denominators up to this size are tried when an enclosed equilibrium might be rational.
RATIONAL_GUESS = 10**6


@dataclass(frozen=True)
class Marginal:
    """Sign-carrying numerator of the marginal utility, as exact coefficients of ``g**i * G**j * w**k``."""

    terms: tuple[tuple[tuple[int, int, int], Fraction], ...]

    def __call__(self, g: Any, total: Any, w: Any) -> Any:
        """Evaluate; positive where contributing more pays."""
        return sum(c * g**i * total**j * w**k for (i, j, k), c in self.terms)

    @property
    def is_linear(self) -> bool:
        """Whether own contribution and sum enter linearly and separately."""
        return all(i + j <= 1 for (i, j, _), _ in self.terms)

    def linear(self, w: Fraction) -> tuple[Fraction, Fraction, Fraction]:
        """Return the coefficients ``a, b, c`` of ``a + b g + c G`` at an endowment."""
        found = {(0, 0): Fraction(0), (1, 0): Fraction(0), (0, 1): Fraction(0)}
        for (i, j, k), coefficient in self.terms:
            found[(i, j)] += coefficient * w**k
        return found[(0, 0)], found[(1, 0)], found[(0, 1)]


def read_marginal(game: AggregativeGame) -> Marginal:
    """Bring the marginal utility to a polynomial of the same sign and prove what uniqueness needs."""
    return _read_marginal(game.expression, game.symbols)


@lru_cache(maxsize=256)
def _read_marginal(utility: Any, symbols: tuple[Any, Any, Any]) -> Marginal:
    """Read the marginal utility once for all games with these tastes, whoever the players are."""
    import sympy

    g, total, w = symbols
    marginal = marginal_utility(utility, symbols)
    rational = sympy.nsimplify(marginal, rational=True) if marginal.has(sympy.Float) else marginal
    numerator, denominator = sympy.fraction(sympy.cancel(rational))
    if not (numerator.is_polynomial(g, total, w) and denominator.is_polynomial(g, total, w)):
        raise SolverNotApplicableError(f"contributions(): the marginal utility {marginal} is not a ratio of polynomials in g, G and w.")
    above, below = (sympy.Poly(part, g, total, w) for part in (numerator, denominator))
    if below.eval((sympy.Rational(1, 2), 1, 1)) < 0:
        above, below = -above, -below
    # Over the square of the denominator, these are the derivatives of the marginal utility.
    by_own, by_sum = (above.diff(x) * below - above * below.diff(x) for x in (g, total))
    tastes = (utility, symbols)
    _prove(*tastes, "the marginal utility has no pole inside the domain", below, ">")
    _prove(*tastes, "the marginal utility falls in the own contribution", -by_own, ">")
    _prove(*tastes, "the marginal utility does not rise in the sum", -by_sum, ">=")
    return Marginal(tuple((tuple(map(int, powers)), Fraction(int(c.p), int(c.q))) for powers, c in above.terms()))  # type: ignore[misc]


def _prove(utility: Any, symbols: tuple[Any, Any, Any], claim: str, polynomial: Any, relation: str) -> None:
    """Prove that a polynomial is positive, or at least zero, for all 0 < g < w, G >= g, by the unsatisfiability of the contrary."""
    import z3

    g, total, w = variables = [z3.Real(str(symbol)) for symbol in symbols]
    value = sum(
        (z3.RealVal(str(c)) * prod(_power(v, k) for v, k in zip(variables, powers, strict=True)) for powers, c in polynomial.terms()),
        z3.RealVal(0),
    )
    solver = z3.Solver()
    solver.set("timeout", 10_000)
    solver.add(g > 0, g < w, total >= g, value <= 0 if relation == ">" else value < 0)
    found = solver.check()
    if found != z3.unsat:
        outcome = "this fails" if found == z3.sat else "this could not be proved"
        raise SolverNotApplicableError(f"contributions(): the method needs that {claim}; {outcome} for the utility {utility}.")


def _power(variable: Any, exponent: int) -> Any:
    return prod([variable] * exponent)


@register
@dataclass(frozen=True)
class ContributorSet:
    """Exact solution where replacement functions are piecewise linear, as with Cobb-Douglas tastes."""

    name: ClassVar[str] = "contributor_set"
    concept: ClassVar[str] = "contributions"
    description: ClassVar[str] = "exact equilibrium where best replies are linear in the sum; any number of players"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games whose best replies are not linear."""
        if not isinstance(game, AggregativeGame):
            return "needs an AggregativeGame"
        return None if read_marginal(game).is_linear else "needs best replies that are linear in the sum"

    def solve(self, game: AggregativeGame) -> Findings:
        """Find the stretch between two breakpoints on which the contributor set is the right one."""
        marginal, endowments = read_marginal(game), exact_endowments(game)
        # Given the sum G a player contributes (a + c G) / -b, cut off at zero and at the endowment.
        lines = [(-a / b, -c / b) for a, b, c in map(marginal.linear, endowments)]

        def replies(total: Fraction) -> list[Fraction]:
            return [min(max(base + slope * total, Fraction(0)), w) for (base, slope), w in zip(lines, endowments, strict=True)]

        breakpoints = sorted(
            {
                point
                for (base, slope), w in zip(lines, endowments, strict=True)
                if slope
                for point in (-base / slope, (w - base) / slope)
                if point > 0
            }
        )
        low, high = _bracket(breakpoints, lambda total: sum(replies(total)) > total)
        total = _linear_crossing(low, high, lines, endowments)
        return Findings(
            [(replies(total), Fraction(0))], True, False, COMPLETE, {"proof": "marginal utility falls in own contribution and sum"}
        )


def _bracket(points: Sequence[Fraction], above: Callable[[Fraction], bool]) -> tuple[Fraction, Fraction | None]:
    """Return the neighbouring breakpoints between which a decreasing function changes sign."""
    low, high = 0, len(points)
    while low < high:
        middle = (low + high) // 2
        if above(points[middle]):
            low = middle + 1
        else:
            high = middle
    return (points[low - 1] if low else Fraction(0)), (points[low] if low < len(points) else None)


def _linear_crossing(
    low: Fraction, high: Fraction | None, lines: Sequence[tuple[Fraction, Fraction]], endowments: Sequence[Fraction]
) -> Fraction:
    """Solve ``sum of replies = G`` between two breakpoints, where every reply is linear."""
    middle = low + 1 if high is None else (low + high) / 2
    constant, slope = Fraction(0), Fraction(0)
    for (base, gradient), w in zip(lines, endowments, strict=True):
        reply = base + gradient * middle
        if reply >= w:
            constant += w
        elif reply > 0:
            constant += base
            slope += gradient
    return constant / (1 - slope)


@register
@dataclass(frozen=True)
class Replacement:
    """Certified enclosure of the unique equilibrium where best replies are curved."""

    name: ClassVar[str] = "replacement"
    concept: ClassVar[str] = "contributions"
    description: ClassVar[str] = "unique equilibrium enclosed in exact arithmetic where best replies are curved; any number of players"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games without the monotonicity that the proof needs."""
        if not isinstance(game, AggregativeGame):
            return "needs an AggregativeGame"
        try:
            read_marginal(game)
        except SolverNotApplicableError as error:
            return str(error).removeprefix("contributions(): ").rstrip(".")
        return None

    def solve(self, game: AggregativeGame) -> Findings:
        """Find the equilibrium in floats, then enclose it by exact sign changes."""
        marginal, endowments = read_marginal(game), exact_endowments(game)
        total = _float_total(marginal, endowments)
        exact = _rational_equilibrium(marginal, endowments, total)
        certificate = {"proof": "marginal utility falls in own contribution and sum"}
        if exact is not None:
            return Findings([(exact, Fraction(0))], True, False, COMPLETE, certificate)
        lower, upper = total * (1 - ENCLOSURE), total * (1 + ENCLOSURE)
        most = [_reply_bounds(marginal, w, lower)[1] for w in endowments]
        least = [_reply_bounds(marginal, w, upper)[0] for w in endowments]
        if not (
            sum(_reply_bounds(marginal, w, lower)[0] for w in endowments) > lower
            and sum(_reply_bounds(marginal, w, upper)[1] for w in endowments) < upper
        ):
            raise SolveError("contributions(): the equilibrium could not be enclosed; please report this game.")
        efforts = [(a + b) / 2 for a, b in zip(least, most, strict=True)]
        error = max(upper - lower, *((b - a) for a, b in zip(least, most, strict=True)))
        return Findings([(efforts, error)], True, False, COMPLETE, {**certificate, "sum_between": (lower, upper)})


def _reply_bounds(marginal: Marginal, w: Fraction, total: Fraction) -> tuple[Fraction, Fraction]:
    """Enclose what a player contributes given the sum, between two points where the marginal utility has opposite signs."""
    low, high = Fraction(0), w
    if marginal(low, total, w) <= 0:
        return low, low
    if marginal(high, total, w) >= 0:
        return high, high
    guess = Fraction(_float_reply(marginal, float(w), float(total)))
    for width in (ENCLOSURE / 100, ENCLOSURE, Fraction(1, 10**6)):
        below, above = max(guess * (1 - width), low), min(guess * (1 + width), high)
        if marginal(below, total, w) > 0 > marginal(above, total, w):
            return below, above
    while high - low > ENCLOSURE / 100 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if marginal(middle, total, w) > 0 else (low, middle)
    return low, high


def _float_reply(marginal: Marginal, w: float, total: float) -> float:
    """Return the contribution at which the marginal utility vanishes, given the sum."""
    powers = max(i for (i, _, _), _ in marginal.terms)
    coefficients = [0.0] * (powers + 1)
    for (i, j, k), c in marginal.terms:
        coefficients[powers - i] += float(c) * total**j * w**k
    roots = np.roots(coefficients)
    inside = [float(root.real) for root in roots if abs(root.imag) <= 1e-9 * max(1.0, abs(root)) and -1e-12 * w <= root.real <= w]
    if not inside:  # the marginal utility has one sign throughout: a corner
        return w if float(marginal(w / 2, total, w)) > 0 else 0.0
    return min(max(inside[0], 0.0), w)


def _float_total(marginal: Marginal, endowments: Sequence[Fraction]) -> Fraction:
    """Return the sum at which the replies add up to the sum, in floats."""
    from scipy.optimize import brentq

    wealth = [float(w) for w in endowments]

    def excess(total: float) -> float:
        return sum(_float_reply(marginal, w, total) for w in wealth) - total

    root = brentq(excess, 1e-12 * max(wealth), sum(wealth), xtol=1e-300, rtol=1e-15)
    return Fraction(float(root))


def _rational_equilibrium(marginal: Marginal, endowments: Sequence[Fraction], total: Fraction) -> list[Fraction] | None:
    """Return the equilibrium if it is rational with small denominators, confirmed exactly."""
    guess = [Fraction(_float_reply(marginal, float(w), float(total))).limit_denominator(RATIONAL_GUESS) for w in endowments]
    together = sum(guess)
    solved = all(g > 0 and marginal(g, together, w) == 0 for g, w in zip(guess, endowments, strict=True))
    return guess if solved else None


def exact_endowments(game: AggregativeGame) -> list[Fraction]:
    """Return the endowments as rationals; floats are read as the decimals they print."""
    return [decimal_reading(w) if game.field == "float" else w for w in game.endowments]


def contributions(game: AggregativeGame, solver: str | Solver = "auto") -> EquilibriumSet[Contributions]:
    """Find the equilibrium contributions to a common good.

    Parameters
    ----------
    game : AggregativeGame
        A game at numbers.
    solver : str or Solver, default "auto"
        ``"contributor_set"`` (exact, best replies linear in the sum), ``"replacement"`` (best replies
        curved: exact if the equilibrium is rational with small denominators, otherwise enclosed with a
        certified bound), or ``"auto"``.

    Returns
    -------
    EquilibriumSet
        The one equilibrium; uniqueness is proved. ``complete`` is True.

    Raises
    ------
    SolverNotApplicableError
        The marginal utility is not a ratio of polynomials, or the monotonicity on which existence and
        uniqueness rest cannot be proved.

    Notes
    -----
    The set of contributors is found by bisection over the breakpoints of the best replies: ``n log n``
    exact operations :cite:p:`bergstrom1986private`.

    Examples
    --------
    >>> import alliancegames as ag
    >>> model = ag.models.OlsonZeckhauser(wealth=[200, 60, 40], alpha="3/10")
    >>> ag.contributions(model.game())[0].contributors
    ('Ally 1',)
    """
    started = time.perf_counter()
    if not isinstance(game, AggregativeGame):
        raise GameDefinitionError(f"contributions(): expected an AggregativeGame, got {type(game).__name__}.")
    if game.field == "symbolic":
        raise SolverNotApplicableError("contributions(): the endowments contain symbols; give numbers to every parameter.")
    method = choose("contributions", game, solver)
    found = method.solve(game)
    ((efforts, error),) = found.strategies
    _verify(game, efforts, error)
    item = Contributions(game, to_field(efforts, "float" if error else game.field), float(error) if error else error)
    exact = game.field == "exact" and not error
    regret: Any = Fraction(0) if exact else item.error
    provenance = Provenance(method.name, __version__, time.perf_counter() - started, {}, regret, dict(found.certificate))
    return EquilibriumSet(game, "equilibrium in contributions", (item,), found.complete, exact, found.degenerate, found.status, provenance)


def _verify(game: AggregativeGame, efforts: Sequence[Fraction], error: Fraction) -> None:
    """Check first-order conditions on the marginal utility itself, independently of the solver's polynomial.

    With the proved concavity they are sufficient. An enclosed equilibrium must change sign within its bound.
    """
    import sympy

    g, symbol, w = game.symbols
    marginal = _exact_function((g, symbol, w), sympy.nsimplify(game.marginal, rational=True))
    total = sum(efforts, start=Fraction(0))
    for player, effort, wealth in zip(game.players, efforts, exact_endowments(game), strict=True):
        if error and 0 < effort < wealth:
            low, high = max(effort - error, effort / 2), min(effort + error, (effort + wealth) / 2)
            fine = _sign(marginal, low, total - error, wealth) > 0 > _sign(marginal, high, total + error, wealth)
        else:
            slope = _sign(marginal, effort, total, wealth)
            fine = slope == 0 if 0 < effort < wealth else (slope <= 0 if effort == 0 else slope >= 0)
        if not fine:
            raise SolveError(
                f"contributions(): the contribution of {player} fails the first-order condition; please report this game.", efforts
            )


def _exact_function(symbols: Sequence[Any], expression: Any) -> Callable[..., Fraction]:
    """Return a rational expression as a function of Fractions: its tree of sums, products and powers, evaluated."""

    def value(node: Any, at: dict[Any, Fraction]) -> Fraction:
        if node in at:
            return at[node]
        if node.is_Rational:
            return Fraction(int(node.p), int(node.q))
        if node.is_Add:
            return sum((value(part, at) for part in node.args), start=Fraction(0))
        if node.is_Mul:
            return prod((value(part, at) for part in node.args), start=Fraction(1))
        return value(node.base, at) ** int(node.exp)  # rational expressions have integer powers only

    return lambda *numbers: value(expression, dict(zip(symbols, map(Fraction, numbers), strict=True)))


def _sign(marginal: Callable[..., Fraction], *numbers: Fraction) -> int:
    value = marginal(*numbers)
    return (value > 0) - (value < 0)
