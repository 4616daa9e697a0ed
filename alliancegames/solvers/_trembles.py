"""Completely mixed profiles near a limit: paths of them, and neighbourhoods that have none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import flint

from alliancegames.solvers._nonlinear_blocks import z3_expression
from alliancegames.solvers._trees import Tree, number

__all__ = ["TrembleSearch", "is_proof"]

# Steps that z3 may take for one question; unlike a time limit they are the same on every machine.
STEPS = 3_000_000

Lotteries = Sequence[Sequence[Any]]


# -------------------------------------------------------------------- what actions are worth, in any ring


def _worths(tree: Tree, weights: Lotteries, totals: Sequence[Any] | None, constant: Any) -> Iterator[list[Any]]:
    """Yield for each information set what its actions are worth, times the probability that it is reached and something positive.

    Weights are elements of a ring, and `constant` makes such an element of a rational. If those of a set do not
    add up to one, `totals` has their sums: every product gets a factor for each set that matters.
    """
    reach: list[Any] = [constant(Fraction(1))] * len(tree.nodes)
    above: list[frozenset[int]] = [frozenset()] * len(tree.nodes)
    for k, node in enumerate(tree.nodes):
        h, chance = node.information_set, tree.chance[k]
        for j, child in enumerate(node.children):
            reach[child] = reach[k] * (weights[h][j] if h is not None else constant(chance[j] if chance else Fraction(1)))
            above[child] = above[k] if h is None else above[k] | {h}
    ends = tree.game.ends_of_subtrees
    for h, part in enumerate(tree.sets):
        leaves = [k for x in part.nodes for k in range(x, ends[x]) if tree.payoffs[k] is not None]
        matter = frozenset().union(*(above[k] for k in leaves)) - {h}
        worth = []
        for a in range(len(part.actions)):
            total = constant(Fraction(0))
            for x in part.nodes:
                for k, product in _leaves_below(tree, weights, tree.nodes[x].children[a], reach[x], constant):
                    for other in matter - above[k] if totals is not None else ():
                        product = product * totals[other]  # type: ignore[index]
                    total = total + product * constant((tree.payoffs[k] or [])[part.player])
            worth.append(total)
        yield worth


def _leaves_below(tree: Tree, weights: Lotteries, node: int, product: Any, constant: Any) -> Iterator[tuple[int, Any]]:
    """Yield the ends below a node with the product of the weights that lead there."""
    here, chance = tree.nodes[node], tree.chance[node]
    if not here.children:
        yield node, product
    for j, child in enumerate(here.children):
        weight = weights[here.information_set][j] if here.information_set is not None else constant((chance or [])[j])
        yield from _leaves_below(tree, weights, child, product * weight, constant)


class TrembleSearch:
    """Looks for completely mixed profiles near a limit to which the limit is a best reply."""

    def __init__(self, tree: Tree, limit: Sequence[Sequence[Fraction]]) -> None:
        self.tree, self.limit = tree, limit
        self.support = [[a for a, weight in enumerate(own) if weight] for own in limit]

    def is_refuted_by_itself(self) -> bool:
        """Whether some action played is worse than another even without mistakes, at a set that is reached."""
        for own, worth in zip(self.support, _worths(self.tree, self.limit, None, lambda value: value), strict=True):
            if any(worth[a] < max(worth) for a in own):
                return True
        return False

    def differences(self, weights: Lotteries, totals: Sequence[Any] | None, constant: Any) -> Iterator[tuple[bool, Any]]:
        """Yield how much the first action played is better than each other one, and whether the two must be as good."""
        for own, worth in zip(self.support, _worths(self.tree, weights, totals, constant), strict=True):
            for a, other in enumerate(worth):
                if a != own[0]:
                    yield a in own, worth[own[0]] - other

    def is_empty_within(self, radius: Fraction) -> bool:
        """Whether it is proved that no completely mixed profile within a radius justifies the limit."""
        import z3

        keys = [(h, a) for h, own in enumerate(self.limit) for a in range(len(own) - 1)]
        context = flint.fmpq_mpoly_ctx.get(tuple(f"x{k}" for k in range(max(1, len(keys)))), "lex")
        gens = dict(zip(keys, context.gens(), strict=False))

        def constant(value: Fraction) -> Any:
            return context.constant(number(value))

        one = constant(Fraction(1))
        strategies = []
        for h, own in enumerate(self.limit):
            free = [gens[h, a] for a in range(len(own) - 1)]
            strategies.append([*free, one - sum(free, start=constant(Fraction(0)))])
        names = {k: z3.Real(f"x{k}") for k in range(len(keys))}
        solver = _solver(z3)
        for own, weights in zip(self.limit, strategies, strict=True):
            for target, weight in zip(own, weights, strict=True):
                if len(own) > 1:
                    value = z3_expression(weight, names)
                    centre = z3.Q(target.numerator, target.denominator)
                    near = z3.Q(radius.numerator, radius.denominator)
                    solver.add(value > 0, value - centre <= near, centre - value <= near)
        for tied, difference in self.differences(strategies, None, constant):
            value = z3_expression(difference, names)
            solver.add(value == 0 if tied else value >= 0)
        return bool(solver.check() == z3.unsat)

    def path(self, degree: int, *, scaled: bool) -> list[list[list[Fraction]]] | None:
        """Return the coefficients of a path of weights that starts at the limit, or None if none of this degree is found.

        With ``scaled`` the weights of a set need not add up to one, which gives quotients of polynomials.
        """
        return _Path(self, degree, scaled=scaled).solve()


class _Path:
    """Weights that are polynomials in the size of the mistakes, with unknown coefficients."""

    def __init__(self, search: TrembleSearch, degree: int, *, scaled: bool) -> None:
        self.search, self.degree, self.scaled = search, degree, scaled
        self.keys = [
            (h, a, m)
            for h, own in enumerate(search.limit)
            for a in range(len(own))
            if len(own) > 1 and (scaled or a != search.support[h][-1])
            for m in range(1, degree + 1)
        ]
        self.context = flint.fmpq_mpoly_ctx.get(("e", *(f"x{k}" for k in range(len(self.keys)))), "lex")
        self.place = {key: k + 1 for k, key in enumerate(self.keys)}

    def _constant(self, value: Fraction) -> Any:
        return self.context.constant(number(value))

    def _weights(self, h: int) -> list[Any]:
        """Return the weights of the actions of a set; the last one played gets what is left unless it has its own."""
        gens, own, last = self.context.gens(), self.search.limit[h], self.search.support[h][-1]
        weights = [
            self._constant(weight)
            + sum(
                (gens[self.place[h, a, m]] * gens[0] ** m for m in range(1, self.degree + 1) if (h, a, m) in self.place),
                start=self._constant(Fraction(0)),
            )
            for a, weight in enumerate(own)
        ]
        if not self.scaled:
            weights[last] = self._constant(Fraction(1)) - sum(weights[:last] + weights[last + 1 :], start=self._constant(Fraction(0)))
        return weights

    def solve(self) -> list[list[list[Fraction]]] | None:
        """Look for coefficients that make the limit a best reply; rational ones are wanted."""
        import z3

        names = {k: z3.Real(f"x{k}") for k in self.place.values()}
        solver = _solver(z3)
        for h, own in enumerate(self.search.limit):
            for a, weight in enumerate(own):
                if not weight:
                    solver.add(_lexicographic(z3, [names[self.place[h, a, m]] for m in range(1, self.degree + 1)], strict=True))
        strategies = [self._weights(h) for h in range(len(self.search.limit))]
        totals = [sum(own, start=self._constant(Fraction(0))) for own in strategies] if self.scaled else None
        for tied, difference in self.search.differences(strategies, totals, self._constant):
            terms = [z3_expression(coefficient, names) for coefficient in _by_power(difference, self.context)]
            solver.add(z3.And([term == 0 for term in terms]) if tied else _lexicographic(z3, terms, strict=False))
        if solver.check() != z3.sat:
            return None
        model = solver.model()
        values = {key: model.eval(names[k], model_completion=True) for key, k in self.place.items()}
        if not all(map(z3.is_rational_value, values.values())):
            return None
        return self._coefficients({key: Fraction(v.numerator_as_long(), v.denominator_as_long()) for key, v in values.items()})

    def _coefficients(self, found: Mapping[tuple[int, int, int], Fraction]) -> list[list[list[Fraction]]]:
        path = []
        for h, own in enumerate(self.search.limit):
            lotteries = [[weight, *(found.get((h, a, m), Fraction(0)) for m in range(1, self.degree + 1))] for a, weight in enumerate(own)]
            if not self.scaled:
                last = self.search.support[h][-1]
                lotteries[last][1:] = [-sum((c[m] for c in lotteries), Fraction(0)) for m in range(1, self.degree + 1)]
            path.append(lotteries)
        return path


def _solver(z3: Any) -> Any:
    solver = z3.SolverFor("QF_NRA")
    solver.set("rlimit", STEPS)
    return solver


def _by_power(polynomial: Any, context: Any) -> list[Any]:
    """Return the coefficients of the powers of the first unknown, as polynomials in the others, lowest first."""
    found: dict[int, dict[tuple[int, ...], Any]] = {}
    for monomial, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        found.setdefault(monomial[0], {})[0, *monomial[1:]] = coefficient
    return [context.from_dict(found[power]) for power in sorted(found)]


def _lexicographic(z3: Any, terms: Sequence[Any], *, strict: bool) -> Any:
    """Say that the first term that is not zero is positive; without ``strict`` all may be zero."""
    holds = z3.BoolVal(not strict)
    for term in reversed(terms):
        holds = z3.Or(term > 0, z3.And(term == 0, holds))
    return holds


# -------------------------------------------------------------------- the check


def is_proof(tree: Tree, limit: Sequence[Sequence[Fraction]], path: Sequence[Sequence[Sequence[Fraction]]]) -> bool:
    """Check a path by its lowest coefficients, from the tree alone."""
    strategies = [[flint.fmpq_poly([number(c) for c in coefficients]) for coefficients in own] for own in path]
    for target, own in zip(limit, strategies, strict=True):
        if [_fraction(weight[0]) for weight in own] != list(target):
            return False
        if any(_lowest(weight) <= 0 for weight in own):
            return False
    totals = [sum(own, start=flint.fmpq_poly([])) for own in strategies]
    worths = _worths(tree, strategies, totals, lambda value: flint.fmpq_poly([number(value)]))
    return all(
        _lowest(worth[a] - other) >= 0
        for own, worth in zip(limit, worths, strict=True)
        for a, weight in enumerate(own)
        if weight
        for other in worth
    )


def _lowest(polynomial: Any) -> Fraction:
    """Return the lowest coefficient that is not zero, or zero."""
    return next((_fraction(c) for c in polynomial.coeffs() if c), Fraction(0))


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))
