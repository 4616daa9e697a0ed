"""All Nash equilibria of games with three or more players, support by support, with proof.

On given supports the equilibria solve polynomial equations. Supports with an action that another one beats,
whatever the others play within theirs, are left out; the rest are settled one by one, by exact algebra, or, where
that grows too large, by interval arithmetic that isolates all solutions. A support that neither settles is
reported as open.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, ClassVar

import numpy as np

from alliancegames._immutable import FrozenDict
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers._algebraic import EnclosedPoint, Undecided, as_fraction, decimal
from alliancegames.solvers._families import (
    EquilibriumFamily,
    Family,
    Solutions,
    acceptable,
    condition,
    is_regular,
    solutions,
)
from alliancegames.solvers._ideals import TooHard
from alliancegames.solvers._isolation import isolate
from alliancegames.solvers._multilinear import Supports, SupportSystem
from alliancegames.solvers.bimatrix import choosers
from alliancegames.solvers.pure import comparable
from alliancegames.solvers.registry import Findings, descending, register
from alliancegames.solvers.result import ALL_LISTED, Enclosure, continuum, open_supports
from alliancegames.solvers.verify import as_profile

__all__ = ["EquilibriumFamily", "SupportEnumeration"]

# Boxes on which it is tried to show that supports have no equilibrium before their equations are solved.
FEW_BOXES = 1000
# Decimal places of the enclosures in the certificate, and the bits that they need.
PLACES = 30
BITS = (128, 256, 512, 1024)


@register
@dataclass(frozen=True)
class SupportEnumeration:
    """All equilibria of games with three or more players: isolated ones as points, others as families.

    Parameters
    ----------
    max_supports : int, default 4000
        Games with more combinations of supports are not attempted. The default admits 4×4×4 and seven players
        with two actions each, which may take minutes.
    max_boxes : int, default 200_000
        How many boxes interval arithmetic may examine, over all supports, where exact algebra grows too large.
    """

    max_supports: int = 4000
    max_boxes: int = 200_000
    name: ClassVar[str] = "support_enumeration"
    concept: ClassVar[str] = "nash"
    description: ClassVar[str] = "all equilibria of games with three or more players, certified; continua as families"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games in which at most two players have a choice, and very large ones."""
        if not isinstance(game, NormalFormGame):
            return "needs a game in normal form"
        if len(choosers(game)) < 3:
            return "is for games in which at least 3 players have a choice; vertex_enumeration solves the others"
        count = support_count(game)
        if count > self.max_supports:
            return (
                f"would have to examine {count} combinations of supports and attempts at most {self.max_supports}; "
                "SupportEnumeration(max_supports=...) raises the limit"
            )
        return None

    def solve(self, game: NormalFormGame) -> Findings:
        """Settle every combination of supports that no comparison of actions rules out."""
        search = _Search(game, self.max_boxes)
        for supports in surviving_supports(game):
            search.examine(supports)
        return search.findings()


def support_count(game: NormalFormGame) -> int:
    """Return the number of combinations of supports."""
    return prod(2**size - 1 for size in game.shape)


def _subsets(size: int) -> list[tuple[int, ...]]:
    return [chosen for count in range(1, size + 1) for chosen in itertools.combinations(range(size), count)]


def surviving_supports(game: NormalFormGame) -> Iterator[Supports]:
    """Yield the combinations of supports in which no action is beaten by another of the same player.

    An action is beaten if another never pays less and sometimes pays more while the others stay within
    their supports: as they take all of those actions with positive probability, it is then no best reply.
    """
    values = [np.moveaxis(comparable(game, k), k, 0) for k in range(len(game.players))]
    subsets = [_subsets(size) for size in game.shape]
    known: dict[tuple[int, Supports], frozenset[int]] = {}
    for supports in itertools.product(*subsets):
        for k, own in enumerate(supports):
            rest = (*supports[:k], *supports[k + 1 :])
            if (k, rest) not in known:
                known[k, rest] = _beaten(values[k][np.ix_(range(game.shape[k]), *rest)])
            if not known[k, rest].isdisjoint(own):
                break
        else:
            yield supports


def _beaten(payoffs: np.ndarray) -> frozenset[int]:
    rows = payoffs.reshape(len(payoffs), -1)
    return frozenset(
        b for b, row in enumerate(rows) if any(a != b and (other >= row).all() and (other > row).any() for a, other in enumerate(rows))
    )


class _Search:
    """What is known while the supports of a game are examined."""

    def __init__(self, game: NormalFormGame, max_boxes: int) -> None:
        self.game = game
        self.boxes = max_boxes
        self.equilibria: list[Any] = []
        self.families: list[EquilibriumFamily] = []
        self.samples: list[Any] = []
        self.open: list[Supports] = []
        self.examined = 0
        self.regular = True

    def examine(self, supports: Supports) -> None:
        """Find the equilibria with these supports."""
        self.examined += 1
        if all(len(support) == 1 for support in supports):
            self._add_pure(supports)
            return
        system = SupportSystem(self.game.integer_payoffs, supports)
        try:
            found = self._settle(system)
        except (TooHard, Undecided):
            self.open.append(supports)
            return
        for point, tied in found.points:
            self.regular &= not tied and is_regular(system, point) is not False
            self.equilibria.append(_strategies(system, point))
        for family in found.families:
            sample = _strategies(system, family.sample)
            self.samples.append(sample)
            self.families.append(_family(self.game, system, family, sample))

    def _add_pure(self, supports: Supports) -> None:
        """Add a pure profile; that it survived says that every action is a best reply."""
        vectors = []
        for size, (action,) in zip(self.game.shape, supports, strict=True):
            vector = np.full(size, Fraction(0), dtype=object)
            vector[action] = Fraction(1)
            vectors.append(vector)
        self.equilibria.append(tuple(vectors))
        for k, (action,) in enumerate(supports):
            others = tuple(slice(None) if j == k else support[0] for j, support in enumerate(supports))
            own = self.game.integer_payoffs[k][others]
            self.regular &= bool((own == own[action]).sum() == 1)

    def _settle(self, system: SupportSystem) -> Solutions:
        try:
            return solutions(system)
        except (TooHard, Undecided):
            return self._isolated(system)

    def _isolated(self, system: SupportSystem) -> Solutions:
        """Find all solutions by interval arithmetic; possible if none is singular."""
        if system.is_excluded(FEW_BOXES):
            return Solutions()
        if self.boxes <= 0:
            raise TooHard
        size = len(system.unknowns)
        found = isolate(*system.interval_functions(), np.zeros(size), np.ones(size), limit=self.boxes)
        self.boxes -= found.boxes
        if found.unresolved:
            raise TooHard
        points = []
        for box in found.roots:
            point = EnclosedPoint(system.equations, box)
            tied = acceptable(system, point)
            if tied is not None:
                points.append((point, tied))
        return Solutions(points)

    def findings(self) -> Findings:
        """Return what was found, and how much of it is proved."""
        # Continua without isolated points on their borders are rare; nobody should see an empty list then.
        listed = sorted(self.equilibria or self.samples, key=descending)
        certificate: dict[str, Any] = {"supports": {"all": support_count(self.game), "examined": self.examined, "open": len(self.open)}}
        if self.families:
            certificate["families"] = tuple(self.families)
        enclosures = tuple(_printed(self.game, strategies) for strategies in listed if isinstance(strategies, Enclosure))
        if enclosures:
            certificate["enclosures"] = enclosures
        if self.open:
            certificate["open"] = tuple(_labels(self.game, supports) for supports in self.open)
        degenerate = True if self.families or not self.regular else None
        status = open_supports(len(self.open)) if self.open else continuum(len(self.families)) if self.families else ALL_LISTED
        strategies = [_in_field(self.game, found) for found in listed]
        return Findings(strategies, None if self.open else True, degenerate, status, certificate)


def _labels(game: NormalFormGame, supports: Sequence[Sequence[int]]) -> dict[str, tuple[str, ...]]:
    return {player: tuple(labels[a] for a in support) for player, labels, support in zip(game.players, game.actions, supports, strict=True)}


def _strategies(system: SupportSystem, point: Any) -> Any:
    """Return a point as strategies of all players: exact if it is rational, an enclosure otherwise."""
    if point.rational is not None:
        return tuple(np.array(vector, dtype=object) for vector in system.strategies(point.rational, Fraction(1)))
    for bits in BITS:
        balls = point.balls(bits)
        middles = [as_fraction(value) for value in balls]
        radius = len(balls) * max(as_fraction(value.rad()) for value in balls)  # the eliminated action adds up errors
        if radius < Fraction(1, 100 * 10**PLACES):
            vectors = system.strategies(middles, Fraction(1))
            return Enclosure(tuple(np.array(vector, dtype=object) for vector in vectors), radius)
    raise Undecided


def _printed(game: NormalFormGame, enclosure: Enclosure) -> dict[str, Any]:
    """Return an enclosure as decimals, all of which are right up to the radius."""
    vectors = [[decimal(weight, PLACES) for weight in own] for own in enclosure]
    shown = {player: dict(zip(labels, own, strict=True)) for player, labels, own in zip(game.players, game.actions, vectors, strict=True)}
    return {"strategies": shown, "radius": f"1e-{PLACES}"}


def _in_field(game: NormalFormGame, strategies: Any) -> Any:
    """Return strategies in the number system of the game."""
    return strategies if game.field == "exact" else tuple(own.astype(float) for own in strategies)


def _family(game: NormalFormGame, system: SupportSystem, family: Family, sample: Any) -> EquilibriumFamily:
    """Return a family in words."""
    names = [f"{game.players[j]}[{game.actions[j][action]}]" for j, action in system.unknowns]
    return EquilibriumFamily(
        FrozenDict(_labels(game, system.supports)),
        len(family.component.free),
        tuple(condition(p, names, "=") for p in family.component.basis),
        tuple(condition(p, names, ">=") for p in family.losses if not system.definite(p)),
        as_profile(game, _in_field(game, sample)),
    )
