"""A message that nobody sends: which replies to it are best for some beliefs, and what they gain each type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from alliancegames._fields import to_float
from alliancegames.games.profile import MixedStrategy
from alliancegames.games.signalling import SignallingGame
from alliancegames.solvers._double_description import extreme_rays
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers._reply_cells import ReplyCells, Vector, receiver_table, units

__all__ = ["Deviation", "ReplySets"]

ReplySets = Sequence[frozenset[int]]


class Deviation:
    """A message that nobody sends, with what each reply to it gains each type, exactly.

    Parameters
    ----------
    game : SignallingGame
        The game.
    message : int
        Position of the message.
    payoffs : tuple of Fraction
        Equilibrium payoffs of the types.
    """

    def __init__(self, game: SignallingGame, message: int, payoffs: Vector) -> None:
        self.game, self.message, self.payoffs = game, message, payoffs
        self.name = game.messages[message]
        self.replies = game.replies[self.name]
        self.types = range(len(game.types))
        self.table = receiver_table(game, message)
        self.gain = [[Fraction(u) - payoffs[t] for u in rows[message]] for t, rows in enumerate(game.numbers(0))]
        prior = [Fraction(weight) for weight in game.prior.values()]
        self.prior = [weight / sum(prior) for weight in prior]
        self.all_sets = self.sets(units(len(self.types), self.types))

    def sets(self, beliefs: Sequence[Vector]) -> ReplySets:
        """Return the maximal sets of replies that are best against one mixture of these beliefs."""
        return ReplyCells.of(self.table, beliefs).maximal

    def on(self, types: Iterable[int]) -> ReplySets:
        """Return the maximal sets for beliefs on these types; all types if there are none."""
        kept = list(types) or list(self.types)
        return self.sets(units(len(self.types), kept))

    def find(self, sets: ReplySets, at_least: Iterable[int] = (), at_most: Iterable[int] = ()) -> Vector | None:
        """Return a mixed reply, best against one belief, with gains >= 0 for some types and <= 0 for others; None if there is none."""
        at_least, at_most = list(at_least), list(at_most)
        for replies in sets:
            order = sorted(replies)
            upper = [[-self.gain[t][a] for a in order] for t in at_least] + [[self.gain[t][a] for a in order] for t in at_most]
            program = maximise([0] * len(order), upper=upper, upper_bound=[0] * len(upper), equal=[[1] * len(order)], equal_to=[1])
            if program.solution is not None:
                weights = dict(zip(order, program.solution, strict=True))
                return tuple(weights.get(a, Fraction(0)) for a in range(len(self.replies)))
        return None

    def signs(self, sets: ReplySets) -> set[tuple[int, ...]]:
        """Return all patterns of gains (1), indifference (0) and losses (-1) of the types over the replies."""
        found: set[tuple[int, ...]] = set()
        for replies in sets:
            found |= set(self._extend(sorted(replies), ()))
        return found

    def _extend(self, order: list[int], start: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if not self._possible(order, start):
            return
        if len(start) == len(self.types):
            yield start
            return
        for sign in (1, 0, -1):
            yield from self._extend(order, (*start, sign))

    def _possible(self, order: list[int], signs: tuple[int, ...]) -> bool:
        """Whether some mixture of replies gives the first types gains of these signs; the last variable is how strictly."""
        upper = [[*(-sign * self.gain[t][a] for a in order), 1] for t, sign in enumerate(signs) if sign]
        equal = [[*(self.gain[t][a] for a in order), 0] for t, sign in enumerate(signs) if not sign]
        program = maximise(
            [0] * len(order) + [1],
            upper=[*upper, [0] * len(order) + [1]],
            upper_bound=[0] * len(upper) + [1],
            equal=[*equal, [1] * len(order) + [0]],
            equal_to=[0] * len(equal) + [1],
        )
        return program.value is not None and program.value > 0

    def attracted(self, t: int) -> tuple[tuple[MixedStrategy, ...], ...]:
        """Return the vertices of the polytopes whose union is D ∪ D⁰ of a type."""
        result = []
        for replies in self.all_sets:
            order = sorted(replies)
            scale = lcm(*(self.gain[t][a].denominator for a in order))
            rays = extreme_rays([[int(self.gain[t][a] * scale) for a in order]], len(order))
            if rays:
                result.append(tuple(self.strategy(dict(zip(order, ray.coordinates, strict=True))) for ray in rays))
        return tuple(result)

    def strategy(self, weights: Mapping[int, Any]) -> MixedStrategy:
        """Return weights of replies as a mixed reply in the number system of the game."""
        total = sum(weights.values())
        vector = np.empty(len(self.replies), dtype=float if self.game.field == "float" else object)
        vector[:] = [self.out(Fraction(weights.get(a, 0)) / total) for a in range(len(self.replies))]
        return MixedStrategy(self.replies, vector)

    def out(self, value: Fraction) -> Any:
        """Return a number in the number system of the game."""
        return to_float(value, "rounding the result") if self.game.field == "float" else value

    def names(self, types: Iterable[int]) -> tuple[str, ...]:
        """Return the labels of types."""
        return tuple(self.game.types[t] for t in types)
