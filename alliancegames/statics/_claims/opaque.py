"""Roots, exponentials, logarithms, normal CDFs and numbers rounded to whole ones as unknowns with stated properties.

What follows from the properties for all values of the unknowns holds for the functions themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alliancegames.errors import SolverNotApplicableError
from alliancegames.statics._claims.readings import And, Comparison, Logic, Or

__all__ = ["Opaque"]

# Degrees beyond this make polynomials that nothing can decide.
LARGEST_DEGREE = 60


class Opaque:
    """Replaces what is no rational function of some symbols by unknowns.

    Parameters
    ----------
    symbols : sequence of sympy.Symbol
        The parameters.
    """

    def __init__(self, symbols: Sequence[Any]) -> None:
        self._known = set(symbols)
        self.originals: dict[Any, Any] = {}
        """The functions replaced, with their unknowns."""
        self.facts: list[Logic] = []
        """What is stated of the unknowns."""
        self.positive: list[Any] = []
        """What is positive of them: their ranges."""

    @property
    def symbols(self) -> tuple[Any, ...]:
        """The unknowns."""
        return tuple(self.originals.values())

    def replaced(self, logic: Logic) -> Logic:
        """Return a statement about rational functions of parameters and unknowns.

        Parameters
        ----------
        logic : Logic
            The statement.
        """
        if isinstance(logic, Comparison):
            difference = self._walk(logic.left - logic.right)
            if _degree(difference) > LARGEST_DEGREE:
                raise SolverNotApplicableError(f"the claim leads to polynomials of a degree above {LARGEST_DEGREE}")
            return Comparison(difference, logic.relation, 0 * difference)
        return type(logic)(tuple(self.replaced(part) for part in logic.parts))

    def _walk(self, node: Any) -> Any:
        import sympy

        if node.is_Rational or node in self._known:
            return node
        if node.is_Add or node.is_Mul:
            return node.func(*(self._walk(part) for part in node.args))
        if node.is_Pow and node.base is not sympy.E:
            return self._power(node)
        if node in self.originals:
            return self.originals[node]
        rules = {sympy.exp: self._exponential, sympy.log: self._logarithm, sympy.erf: self._error, sympy.erfc: self._error}
        rules |= {sympy.ceiling: self._whole, sympy.floor: self._whole}
        if node is sympy.pi:
            unknown = self._unknown(node)
            self.positive += [unknown - sympy.Rational(314159, 100000), sympy.Rational(314160, 100000) - unknown]
            return unknown
        if node.func in rules:
            return rules[node.func](node)
        raise SolverNotApplicableError(f"{node} is built from {node.func.__name__}, of which nothing can be proved here")

    def _unknown(self, node: Any) -> Any:
        import sympy

        unknown = sympy.Dummy(f"f{len(self.originals)}", real=True)
        self.originals[node] = unknown
        self._known.add(unknown)
        return unknown

    def _power(self, node: Any) -> Any:
        base, exponent = node.base, node.exp
        if exponent.is_Integer:
            return self._walk(base) ** exponent
        if not exponent.is_Rational:
            return self._general_power(node)
        import sympy

        original = base ** sympy.Rational(1, exponent.q)
        if original not in self.originals:
            inner = self._walk(base)
            root = self._unknown(original)
            self.facts += [Comparison(root ** int(exponent.q) - inner, "=", 0 * inner), Comparison(root, ">=", 0 * root)]
        return self.originals[original] ** int(exponent.p)

    def _general_power(self, node: Any) -> Any:
        """State that a power with a symbol in the exponent is positive, for a positive base."""
        if node not in self.originals:
            base = self._walk(node.base)
            self.facts.append(Comparison(base, ">", 0 * base))
            self.positive.append(self._unknown(node))
        return self.originals[node]

    def _exponential(self, node: Any) -> Any:
        argument = self._walk(node.args[-1])
        unknown = self._unknown(node)
        self.positive.append(unknown)
        self.facts.append(_same_side(argument, unknown - 1))
        return unknown

    def _logarithm(self, node: Any) -> Any:
        argument = self._walk(node.args[0])
        unknown = self._unknown(node)
        zero = 0 * unknown
        # log u lies between 1 - 1/u and u - 1, and has the sign of u - 1
        bounds = [Comparison(argument, ">", zero), Comparison(argument - 1 - unknown, ">=", zero)]
        self.facts += [*bounds, Comparison(argument * unknown - argument + 1, ">=", zero), _same_side(argument - 1, unknown)]
        # and on the side of u - 1 it lies beyond 2(u - 1)/(u + 1) and short of (u - 1/u)/2
        self.facts.append(_same_side(argument - 1, (argument + 1) * unknown - 2 * (argument - 1)))
        self.facts.append(_same_side(argument - 1, argument**2 - 1 - 2 * argument * unknown))
        return unknown

    def _error(self, node: Any) -> Any:
        import sympy

        argument = self._walk(node.args[0])
        unknown = self._unknown(node)
        if isinstance(node, sympy.erf):
            self.positive += [1 - unknown, 1 + unknown]
            self.facts.append(_same_side(argument, unknown))
        else:
            self.positive += [unknown, 2 - unknown]
            self.facts.append(_same_side(argument, 1 - unknown))
        return unknown

    def _whole(self, node: Any) -> Any:
        """State that a number rounded up or down is less than 1 away, and that no number between neighbours from -1 to 4 is whole."""
        import sympy

        argument = self._walk(node.args[0])
        unknown = self._unknown(node)
        zero = 0 * unknown
        rise = unknown - argument if isinstance(node, sympy.ceiling) else argument - unknown
        self.facts += [Comparison(rise, ">=", zero), Comparison(1 - rise, ">", zero)]
        self.facts += [Or((Comparison(k - unknown, ">=", zero), Comparison(unknown - k - 1, ">=", zero))) for k in range(-1, 4)]
        return unknown


def _same_side(one: Any, other: Any) -> Logic:
    """Return that two quantities have the same sign."""
    zero = 0 * one
    return Or(tuple(And((Comparison(one, relation, zero), Comparison(other, relation, zero))) for relation in (">", "=", "<")))


def _degree(node: Any) -> int:
    """Return a bound on the degrees of numerator and denominator."""
    return max(_degrees(node))


def _degrees(node: Any) -> tuple[int, int]:
    if node.is_Symbol:
        return 1, 0
    if node.is_Pow:
        power = int(node.exp)
        above, below = (abs(power) * degree for degree in _degrees(node.base))
        return (above, below) if power >= 0 else (below, above)
    parts = [_degrees(part) for part in node.args]
    below = sum(bottom for _, bottom in parts)
    if node.is_Add:
        return max(top + below - bottom for top, bottom in parts), below
    return sum(top for top, _ in parts), below
