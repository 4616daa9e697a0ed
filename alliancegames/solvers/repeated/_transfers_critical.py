"""The patience at which a stationary policy of a stochastic game with transfers begins to be sustainable, identified exactly.

Bisection with exact checks brackets it. At the upper end the equilibrium is described by policies: the
path, the punishments, the best replies. With these held fixed, every incentive constraint is a rational
function of the discount factor, and the one that begins to hold inside the bracket has the sought number
as a root of its numerator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from alliancegames._exact import solve_linear
from alliancegames.solvers.repeated._transfers_elimination import Cell, Elimination, Policy

Key = tuple[str, ...]


def sustained(search: Elimination, policy: Policy) -> bool:
    """Whether a policy can be played in every period, given the punishments found.

    Parameters
    ----------
    search : Elimination
        The search, run to its end.
    policy : mapping of str to tuple of str
        The profile in each state.
    """
    if len(search.states) < len(search.game.states):
        return False
    search.joint = search.evaluate(policy, [sum(search.rewards[s][policy[s]], Fraction(0)) for s in search.states])
    return all(search.slack(s, policy[s]) >= 0 for s in search.states)


def solved(template: Elimination, delta: Fraction) -> Elimination:
    """Return the search run at another discount factor.

    Parameters
    ----------
    template : Elimination
        The game.
    delta : Fraction
        The discount factor.
    """
    search = Elimination(template.game, delta)
    search.run()
    return search


def bracket(template: Elimination, policy: Policy, low: Fraction, high: Fraction, width: Fraction) -> tuple[Fraction, Fraction]:
    """Halve an interval at whose lower end the policy is not sustained, and at whose upper end it is."""
    while high - low > width:
        middle = (low + high) / 2
        if sustained(solved(template, middle), policy):
            high = middle
        else:
            low = middle
    return low, high


@dataclass(frozen=True)
class Structure:
    """The policies of an equilibrium, whose constraints are functions of the discount factor.

    Parameters
    ----------
    search : Elimination
        The game.
    path : mapping
        The policy in question.
    best : mapping
        A policy with the largest joint payoff, which follows a punishment.
    punishing : list of mapping
        The policy that punishes each player.
    replies : list of mapping
        The best reply of each player to it, as the profiles played.
    """

    search: Elimination
    path: Policy
    best: Policy
    punishing: list[Policy]
    replies: list[Policy]

    @staticmethod
    def of(search: Elimination, path: Policy) -> Structure:
        """Read the policies off a search that was run to its end."""
        punishing = [dict(policy) for policy in search.punishing]
        replies = [_best_replies(search, policy, k) for k, policy in enumerate(punishing)]
        return Structure(search, path, dict(search.path), punishing, replies)

    def _policies(self) -> list[tuple[Policy, int | None]]:
        return [(self.path, None), (self.best, None), *((policy, k) for k, policy in enumerate(self.replies))]

    def constraints(self, delta: Fraction) -> dict[Key, Fraction]:
        """Return every constraint at a discount factor, non-negative where it holds."""
        at = _at(self.search, delta)
        along, best, *low = (at.evaluate(policy, _flows(at, policy, k)) for policy, k in self._policies())
        found: dict[Key, Fraction] = {}
        for k, player in enumerate(at.game.players):
            for s, cell in self.punishing[k].items():
                for other in at.replies(s, cell, k):
                    if other != self.replies[k][s]:
                        found["reply", player, s, *other] = low[k][s] - at.period(s, other, at.rewards[s][other][k], low[k])
        at.low = low
        for name, policy, joint in [
            ("path", self.path, along),
            *((p, q, best) for p, q in zip(at.game.players, self.punishing, strict=True)),
        ]:
            at.joint = joint
            for s in at.states:
                for profile in _combinations(at, s, policy[s]):
                    found["incentive", name, s, *map("/".join, profile)] = _excess(at, s, policy[s], profile)
        return found

    def denominator(self, delta: Fraction) -> Fraction:
        """Return a number by which every constraint becomes a polynomial of the discount factor."""
        at = _at(self.search, delta)
        return prod((_determinant(at, policy) for policy, _ in self._policies()), start=Fraction(1))

    @property
    def degree(self) -> int:
        """A bound on the degree of these polynomials."""
        return (len(self.search.states) + 1) * len(self._policies()) + 1

    def polynomials(self) -> dict[Key, list[Fraction]]:
        """Return the constraints as polynomials, by their coefficients from the constant on."""
        places = [Fraction(k, self.degree + 2) for k in range(self.degree + 1)]
        factors = [self.denominator(place) for place in places]
        values = [self.constraints(place) for place in places]
        matrix = [[place**power for power in range(len(places))] for place in places]
        return {key: solve_linear(matrix, [factor * row[key] for factor, row in zip(factors, values, strict=True)]) for key in values[0]}


def _at(search: Elimination, delta: Fraction) -> Elimination:
    at = object.__new__(Elimination)
    at.__dict__.update(search.__dict__, delta=delta)
    return at


def _flows(search: Elimination, policy: Policy, k: int | None) -> list[Fraction]:
    rows = [search.rewards[s][policy[s]] for s in search.states]
    return [sum(row, Fraction(0)) if k is None else row[k] for row in rows]


def _best_replies(search: Elimination, policy: Policy, k: int) -> Policy:
    """Return the profiles that a player brings about by best replies."""
    low = search.low[k]
    return {
        s: max(search.replies(s, policy[s], k), key=lambda cell: search.period(s, cell, search.rewards[s][cell][k], low))
        for s in search.states
    }


def _combinations(search: Elimination, state: str, cell: Cell) -> Iterator[tuple[Cell, ...]]:
    """Iterate over the deviations that the players may secure together: one for each player."""
    lists = [search.replies(state, cell, k) for k in search.players]
    chosen: list[tuple[Cell, ...]] = [()]
    for options in lists:
        chosen = [(*part, option) for part in chosen for option in options]
    yield from chosen


def _excess(search: Elimination, state: str, cell: Cell, profile: tuple[Cell, ...]) -> Fraction:
    """Return by how much the joint payoff covers these deviations."""
    total = search.period(state, cell, sum(search.rewards[state][cell], Fraction(0)), search.joint)
    return total - sum(
        (search.period(state, other, search.rewards[state][other][k], search.low[k]) for k, other in enumerate(profile)), Fraction(0)
    )


def _determinant(search: Elimination, policy: Policy) -> Fraction:
    flint: Any = __import__("flint")
    size = len(search.states)
    entries = []
    for s in search.states:
        for t in search.states:
            value = Fraction(int(s == t)) - search.delta * search.moves[s][policy[s]].get(t, Fraction(0))
            entries.append(flint.fmpq(value.numerator, value.denominator))
    found = flint.fmpq_mat(size, size, entries).det()
    return Fraction(int(found.p), int(found.q))


def identify(structure: Structure, low: Fraction, high: Fraction) -> tuple[Any, Any, Key] | None:
    """Return the number in ``(low, high]`` at which the last constraint of a structure begins to hold, its polynomial and its name.

    None if the structure does not account for the bracket: then no constraint changes sign, or another one
    is not proved to hold at the number.
    """
    sympy: Any = __import__("sympy")
    x = sympy.Symbol("delta")
    begin, end = (sympy.Rational(value.numerator, value.denominator) for value in (low, high))
    roots: list[tuple[Any, Any, Key]] = []
    polynomials = {key: _polynomial(sympy, x, coefficients) for key, coefficients in structure.polynomials().items()}
    changing = {key: poly for key, poly in polynomials.items() if not poly.is_zero and poly.count_roots(begin, end)}
    for key, poly in changing.items():
        for factor, _ in poly.factor_list()[1]:
            roots += [(root, factor, key) for root in factor.real_roots() if begin < root <= end]
    failing = structure.constraints(low)
    sought = [entry for entry in roots if failing[entry[2]] < 0]
    if not sought:
        return None
    best = max(sought, key=_by(lambda entry: entry[0]))
    holds = all(_sign(sympy, poly, best, x) >= 0 for poly in changing.values())
    steady = all(failing[key] >= 0 for key in polynomials if key not in changing)
    return best if holds and steady else None


def _by(value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a key that compares real algebraic numbers."""
    return lambda entry: value(entry).evalf(60)


def _polynomial(sympy: Any, x: Any, coefficients: list[Fraction]) -> Any:
    return sympy.Poly([sympy.Rational(c.numerator, c.denominator) for c in reversed(coefficients)], x, domain="QQ")


def _sign(sympy: Any, poly: Any, entry: tuple[Any, Any, Key], x: Any) -> int:
    """Return the sign of a polynomial at a real algebraic number, exactly."""
    root, factor, _ = entry
    if poly.rem(factor).is_zero:
        return 0
    return 1 if poly.as_expr().subs(x, root).evalf(60) > 0 else -1
