"""One family of equilibria of a game tree as a set of points: what holds on it, from outside and from inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from alliancegames.games.extensive import ExtensiveGame
from alliancegames.solvers._nonlinear_blocks import z3_expression
from alliancegames.solvers._one_piece import answer, is_one_piece, rational
from alliancegames.solvers._solution_sets import Block, Conditions, constant_value, evaluate, unknowns_of
from alliancegames.solvers._tree_cells import Cell
from alliancegames.solvers._tree_systems import TreeSystem
from alliancegames.solvers.behaviour_family import BehaviourFamily

__all__ = ["Interval", "Piece", "conjunction"]

Key = tuple[str, int, int]
Interval = tuple[Any, Any]

# Half the width of the box in which an irrational number is sought again; it was found to the last digits of a float.
BOX = Fraction(1, 10**9)


class Piece:
    """A family: its free unknowns, what holds for them, and the probabilities and beliefs as functions of them.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    cell : Cell
        The cell of which the family is the closure.
    family : BehaviourFamily
        The family.
    beliefs : bool
        Whether points are assessments.
    alone : bool
        Whether the conditions of the cell hold on this family only.
    """

    def __init__(self, game: ExtensiveGame, cell: Cell, family: BehaviourFamily, *, beliefs: bool, alone: bool) -> None:
        self.game, self.cell, self.family, self.beliefs, self.alone = game, cell, family, beliefs, alone
        self.system = TreeSystem(cell.tree, cell.support, cell.basis)
        self.solution = cell.solution
        self.is_curved = any(block.curved for block in self.solution.blocks)
        self.is_polytope = self.solution.exact and not self.is_curved

    @cached_property
    def unknowns(self) -> list[int]:
        """The free unknowns."""
        return [k for block in self._blocks for k in block.unknowns]

    @property
    def _blocks(self) -> list[Block]:
        return [block for block in self.solution.blocks if block.dimension or not block.exact]

    @cached_property
    def _values(self) -> list[Any]:
        """Each unknown as a polynomial of the free ones."""
        values = list(self.system.context.gens())
        for block in self.solution.blocks:
            if block.dimension == 0 and block.exact:
                for k, value in zip(block.unknowns, block.inside, strict=True):
                    values[k] = self.system.context.constant(value.numerator) / value.denominator
        for k, polynomial in self.solution.dependent:
            values[k] = polynomial.compose(*values, ctx=self.system.context)
        return values

    def reduced(self, polynomial: Any) -> Any:
        """Return a polynomial in the free unknowns."""
        return polynomial.compose(*self._values, ctx=self.system.context)

    @cached_property
    def coordinates(self) -> dict[Key, Any]:
        """The probabilities of actions, and beliefs where they are polynomials in the free unknowns."""
        zero = self.system.context.constant(0)
        found = {
            ("b", h, a): self.reduced(self.system.strategies[h].get(a, zero))
            for h, part in enumerate(self.cell.tree.sets)
            for a in range(len(part.actions))
        }
        if self.beliefs:
            for h, weights in self.system.beliefs.items():
                for x in range(len(self.cell.tree.sets[h].nodes)):
                    found["m", h, x] = self.reduced(weights.get(x, zero))
            for h, reached in self._reached.items():
                if all(weight.is_constant() for weight in reached):
                    total = sum(map(constant_value, reached), start=Fraction(0))
                    for x, weight in enumerate(reached):
                        found["m", h, x] = weight * total.denominator / total.numerator
        return found

    @cached_property
    def _reached(self) -> dict[int, list[Any]]:
        """For each set on the path with several nodes their probabilities."""
        return {
            h: [self.reduced(self.system.reach[node]) for node in part.nodes]
            for h, part in enumerate(self.cell.tree.sets)
            if self.beliefs and len(part.nodes) > 1 and h not in self.system.beliefs
        }

    @cached_property
    def _ratios(self) -> dict[int, list[Any]]:
        """Those of them at which the beliefs are conditional probabilities that vary."""
        return {h: weights for h, weights in self._reached.items() if ("m", h, 0) not in self.coordinates}

    @cached_property
    def certain(self) -> dict[Key, Fraction]:
        """Coordinates that are the same for all members."""
        return {key: constant_value(p) for key, p in self.coordinates.items() if p.is_constant()}

    # ---------------------------------------------------------------- conditions

    @cached_property
    def _conditions(self) -> Conditions:
        """The conditions of the cell on the free unknowns."""
        original = self.solution.conditions
        parts = [[self.reduced(p) for p in part] for part in (original.zero, original.positive, original.nonnegative)]
        return Conditions(*(tuple({str(p): p for p in part if not p.is_constant()}.values()) for part in parts))

    @cached_property
    def _is_closed(self) -> bool:
        """Whether all that satisfies the conditions with weak inequalities is an equilibrium, where all ratios are defined.

        Without beliefs the conditions say that no plan gains. With beliefs they say so, too, and as every strategy with the
        support is consistent with every belief on the basis, so are its limits; only if beliefs are tied together, which makes
        them positive unknowns, limits of beliefs need not satisfy the equations that tie them.
        """
        free = {str(p) for p in self.solution.conditions.nonnegative}
        return all(str(p) in free for weights in self.system.beliefs.values() for p in weights.values() if not p.is_constant())

    def names(self, label: str) -> dict[int, Any]:
        """Return variables for the free unknowns.

        Parameters
        ----------
        label : str
            Tells the variables of one point from those of another.
        """
        import z3

        return {k: z3.Real(f"{label}{k}") for k in self.unknowns}

    def enclosing(self, names: dict[int, Any]) -> list[Any]:
        """Return conditions that hold on the closure; for polytopes exactly there.

        Parameters
        ----------
        names : dict
            As returned by `names`.
        """
        flat = [condition for block in self._blocks if not block.curved for condition in _within(block, names)]
        return flat if self.is_polytope else [*flat, *self._stated(names, strictly=False)]

    def inside(self, names: dict[int, Any]) -> list[Any] | None:
        """Return conditions that hold on members of the closure only, or None if there are none to be had.

        Parameters
        ----------
        names : dict
            As returned by `names`.
        """
        if self.is_polytope:
            return self.enclosing(names)
        if self.solution.exact and (self.alone or self.is_connected):
            return self.enclosing(names) if self._is_closed else [*self.enclosing(names), *self._stated(names, strictly=True)]
        if self.is_curved:
            return [names[k] == rational(self.solution.point()[k]) for k in self.unknowns] if self.solution.exact else None
        if self.alone or (self.solution.dimension == 0 and self._is_only_one):
            return [*self.enclosing(names), *self._stated(names, strictly=True), *self._away_from_ends(names)]
        return None  # the box around an irrational number might hold a piece of another family

    def _stated(self, names: dict[int, Any], *, strictly: bool) -> list[Any]:
        own = self._conditions
        positive = [z3_expression(p, names) for p in own.positive]
        return [
            *(z3_expression(p, names) == 0 for p in own.zero),
            *(p > 0 if strictly else p >= 0 for p in positive),
            *(z3_expression(p, names) >= 0 for p in own.nonnegative),
        ]

    def _away_from_ends(self, names: dict[int, Any]) -> Iterator[Any]:
        """Yield that an unknown is not so near to an irrational end of its interval that it might lie beyond it."""
        for block in self.solution.blocks:
            if not block.exact and not block.curved and block.dimension:
                (low,), (high,) = block.vertices
                name = names[block.unknowns[0]]
                yield from (name >= rational(low, BOX), name <= rational(high, -BOX))

    @cached_property
    def _is_only_one(self) -> bool:
        """Whether the conditions have no second solution in the box around an irrational point."""
        import z3

        one, other = self.names("p"), self.names("q")
        stated = [condition for names in (one, other) for condition in (*self.enclosing(names), *self._stated(names, strictly=True))]
        return answer([*stated, z3.Or(*[one[k] != other[k] for k in one])]) is False

    @cached_property
    def is_connected(self) -> bool | None:
        """Whether the family is one piece: products of polytopes are, for curved families it may not be proved."""
        if not self.is_curved:
            return True
        if not self.solution.exact:
            return None
        own, zero = self._conditions, self.system.context.constant(0)
        reached = tuple(sum(weights, start=zero) for weights in self._ratios.values())  # where beliefs are defined they are continuous
        curved = frozenset(k for block in self.solution.blocks if block.curved for k in block.unknowns)
        parts = (
            (own.zero, reached, (*own.positive, *own.nonnegative))
            if self._is_closed
            else (own.zero, own.positive + reached, own.nonnegative)
        )
        chosen = Conditions(*(tuple(p for p in part if not p.is_constant() and unknowns_of(p) & curved) for part in parts))
        return is_one_piece(chosen, self.solution.point(), self.system.context)

    # ---------------------------------------------------------------- beliefs

    def _placed(self, names: dict[int, Any], beliefs: dict[Key, Any]) -> list[Any]:
        """Return that beliefs are those of the family; where the reach of a set vanishes any are allowed."""
        import z3

        conditions = [beliefs[key] == z3_expression(p, names) for key, p in self.coordinates.items() if key in beliefs]
        for h, weights in self._ratios.items():
            own = [z3_expression(weight, names) for weight in weights]
            conditions += [beliefs["m", h, x] * z3.Sum(own) == weight for x, weight in enumerate(own)]
        return conditions

    def _approached(self, names: dict[int, Any], label: str, beliefs: dict[Key, Any]) -> list[Any]:
        """Return that beliefs are Bayesian, or limits of Bayesian ones along a segment at which the reach rises at once."""
        import z3

        conditions = [beliefs[key] == z3_expression(p, names) for key, p in self.coordinates.items() if key in beliefs]
        towards = self.names(f"{label}towards") if self.is_polytope and self._ratios else {}
        conditions += self.enclosing(towards) if towards else []
        for h, weights in self._ratios.items():
            own = [z3_expression(weight, names) for weight in weights]
            bayes = [z3.Sum(own) > 0, *(beliefs["m", h, x] * z3.Sum(own) == weight for x, weight in enumerate(own))]
            options = [z3.And(*bayes)]
            if towards:
                rise = [self._rise(weight, names, towards) for weight in weights]
                limit = [beliefs["m", h, x] * z3.Sum(rise) == slope for x, slope in enumerate(rise)]
                options.append(z3.And(z3.Sum(own) == 0, z3.Sum(rise) > 0, *limit))
            conditions.append(z3.Or(*options))
        return conditions

    def _rise(self, polynomial: Any, names: dict[int, Any], towards: dict[int, Any]) -> Any:
        """Return the derivative of a polynomial on the way from one point to another."""
        import z3

        slopes = [
            z3_expression(polynomial.derivative(k), names) * (towards[k] - names[k])
            for k in unknowns_of(polynomial)
            if not polynomial.is_zero()
        ]
        return z3.Sum(slopes) if slopes else z3.RealVal(0)

    # ---------------------------------------------------------------- questions

    def touches(self, other: Piece) -> bool | None:
        """Whether the closures of two families share a point; None if it was not decided."""
        if any(other.certain.get(key, value) != value for key, value in self.certain.items()):
            return False
        mine, theirs = self.names("a"), other.names("b")
        beliefs = self._belief_names()
        shared = [
            z3_expression(self.coordinates[key], mine) == z3_expression(other.coordinates[key], theirs)
            for key in self.coordinates
            if key[0] == "b" and not (key in self.certain and key in other.certain)
        ]
        lotteries = self._lotteries(beliefs)
        outside = [*shared, *lotteries, *self.enclosing(mine), *other.enclosing(theirs)]
        if answer([*outside, *self._placed(mine, beliefs), *other._placed(theirs, beliefs)]) is False:
            return False
        inside = self.inside(mine), other.inside(theirs)
        if inside[0] is None or inside[1] is None:
            return None
        limits = [*self._approached(mine, "a", beliefs), *other._approached(theirs, "b", beliefs)]
        return answer([*shared, *lotteries, *inside[0], *inside[1], *limits]) or None

    def _belief_names(self) -> dict[Key, Any]:
        import z3

        sets = enumerate(self.cell.tree.sets)
        return {
            ("m", h, x): z3.Real(f"m{h}_{x}") for h, part in sets if self.beliefs and len(part.nodes) > 1 for x in range(len(part.nodes))
        }

    def _lotteries(self, beliefs: dict[Key, Any]) -> list[Any]:
        import z3

        by_set: dict[int, list[Any]] = {}
        for (_, h, _), name in beliefs.items():
            by_set.setdefault(h, []).append(name)
        return [name >= 0 for name in beliefs.values()] + [z3.Sum(names) == 1 for names in by_set.values()]

    # ---------------------------------------------------------------- what comes of it

    def payoff_range(self, player: int) -> Interval | None:
        """Return the least and the greatest payoff of a player; None if they were not found."""
        if self.solution.dimension == 0:
            value = self.family.payoffs[self.game.players[player]]
            return value, value
        interval = self._range(self.reduced(self.system.values(player)[0]))
        if interval is None or self.game.field != "float":
            return interval
        return float(interval[0]), float(interval[1])

    @cached_property
    def outcome_is_constant(self) -> bool | None:
        """Whether all members lead to the ends with the same probabilities."""
        if self.solution.dimension == 0:
            return True
        ends = [k for k, node in enumerate(self.cell.tree.nodes) if node.payoffs is not None]
        return conjunction(self._is_constant(self.reduced(self.system.reach[k])) for k in ends)

    def _is_constant(self, polynomial: Any) -> bool | None:
        if polynomial.is_constant():
            return True
        interval = self._range(polynomial)
        if interval is not None:
            return bool(interval[0] == interval[1])
        return self._varies(polynomial)

    def _varies(self, polynomial: Any) -> bool | None:
        """Return False if some member gives another value than the example; else None."""
        names = self.names("a")
        inside = self.inside(names)
        if inside is None or not self.solution.exact:
            return None
        centre = evaluate(polynomial, self.solution.point())
        return False if answer([*inside, z3_expression(polynomial, names) != rational(centre)]) else None

    def _range(self, polynomial: Any) -> Interval | None:
        """Return the least and the greatest value of a polynomial; None if they are not found at the corners."""
        if polynomial.is_constant():
            value = constant_value(polynomial)
            return value, value
        if not self.solution.exact:
            return None
        values = [evaluate(polynomial, point) for point in self._corners()]
        low, high = min(values), max(values)
        if self.is_polytope and _is_affine_on_blocks(polynomial, self.solution.blocks):
            return low, high
        names = self.names("a")
        value = z3_expression(polynomial, names)
        import z3

        beyond = z3.Or(value < rational(low), value > rational(high))
        return (low, high) if answer([*self.enclosing(names), beyond]) is False else None

    def _corners(self) -> list[dict[int, Any]]:
        if self.is_polytope:
            return [self.solution.point(corner) for corner in self.cell.corners]
        return [self.solution.point()]


def _within(block: Block, names: dict[int, Any]) -> list[Any]:
    """Return that unknowns lie in a block that is not curved; irrational ends are surrounded by a box."""
    if block.sides:
        return [z3_expression(side, names) >= 0 for side in block.sides]
    slack = Fraction(0) if block.exact else BOX
    conditions = []
    for place, k in enumerate(block.unknowns):
        ends = [vertex[place] for vertex in block.vertices]
        conditions += [names[k] >= rational(min(ends), -slack), names[k] <= rational(max(ends), slack)]
    return conditions


def _is_affine_on_blocks(polynomial: Any, blocks: Sequence[Block]) -> bool:
    """Whether a polynomial is affine in the unknowns of each block, so that it is least and greatest at corners."""
    return all(sum(powers[k] for k in block.unknowns) <= 1 for powers in polynomial.monoms() for block in blocks)


def conjunction(answers: Iterable[bool | None]) -> bool | None:
    """Return whether all answers are yes, in three-valued logic.

    Parameters
    ----------
    answers : iterable of bool or None
        None stands for what is not known.
    """
    found = set(answers)
    return False if False in found else None if None in found else True
