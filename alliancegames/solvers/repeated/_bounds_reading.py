"""What the solvers of payoff sets share: reading the game, points of the stage game, results in its number system."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers._reading import exact_payoffs
from alliancegames.solvers.payoff_set import BOUNDED, EXACT, NONE_IN_PURE, PayoffSet
from alliancegames.solvers.polytope import Point, Polytope
from alliancegames.solvers.result import Provenance, Status

__all__ = ["EMPTY", "Stage", "check_monitoring", "payoff_set", "rounded_status", "split"]

# Floats are read as the rationals they are, so that only the last step rounds.
FLOAT_RESULT = Status("rounded", "Solved exactly for the binary values of the floats given; only the corners shown are rounded.")
EMPTY = Status("none", "It is proved that there is no such payoff.")


@dataclass(frozen=True)
class Stage:
    """Exact payoffs of a stage game, one row a pure profile.

    Parameters
    ----------
    game : NormalFormGame
        The stage game.
    payoffs : tuple of ndarray of Fraction
        Payoffs of each player, one axis a player.
    """

    game: NormalFormGame
    payoffs: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, game: NormalFormGame) -> Stage:
        """Read the payoffs."""
        return cls(game, exact_payoffs(game))

    @cached_property
    def cells(self) -> tuple[tuple[int, ...], ...]:
        """Pure profiles, as positions of actions."""
        return tuple(np.ndindex(*self.game.shape))

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Payoffs of each pure profile."""
        return tuple(tuple(array[cell] for array in self.payoffs) for cell in self.cells)

    @cached_property
    def gains(self) -> tuple[Point, ...]:
        """What each player gains at each pure profile by the best unilateral deviation, at least 0."""
        best = [np.broadcast_to(array.max(axis=k, keepdims=True), array.shape) for k, array in enumerate(self.payoffs)]
        return tuple(tuple(top[cell] - array[cell] for top, array in zip(best, self.payoffs, strict=True)) for cell in self.cells)

    @cached_property
    def equilibria(self) -> tuple[int, ...]:
        """Pure profiles without a profitable deviation, as positions in `cells`."""
        return tuple(a for a, gains in enumerate(self.gains) if not any(gains))

    def labels(self, a: int) -> tuple[str, ...]:
        """Return the action labels of a profile."""
        return tuple(labels[j] for labels, j in zip(self.game.actions, self.cells[a], strict=True))


def split(function: str, game: Any) -> tuple[NormalFormGame, tuple[Fraction, ...] | None]:
    """Return the stage game and exact discount factors, None for a game that is no repeated one."""
    if isinstance(game, NormalFormGame):
        stage, discounts = game, None
    elif isinstance(game, RepeatedGame):
        stage, discounts = game.stage, game.discounts
    else:
        raise GameDefinitionError(
            f"{function}(): expected a RepeatedGame or its stage, a NormalFormGame, got {type(game).__name__}; "
            "build one with RepeatedGame(stage, delta)."
        )
    if game.field == "symbolic":
        names = ", ".join(sorted(map(str, game.free_symbols))) or "irrational numbers"
        raise SolverNotApplicableError(
            f"{function}(): the game contains {names}; substitute numbers with .subs({{...}}), or .floats() for irrational numbers."
        )
    return stage, None if discounts is None else tuple(Fraction(value) for value in discounts)


def check_monitoring(function: str, game: RepeatedGame) -> None:
    """Refuse games that need another solver: noisy signals, transfers, no public lotteries."""
    for refused, cause in (
        (game.monitoring is not None, "actions must be seen by all, and this game has public signals; see public_perfect_payoffs()"),
        (game.transfers, "the game has transfers; see transfer_payoffs() and transfer_table()"),
        (
            not game.public_randomization,
            "public randomization is needed; use .replace(public_randomization=True) for a set that contains it",
        ),
    ):
        if refused:
            raise SolverNotApplicableError(f"{function}(): {cause}.")


def rounded_status(game: Any, status: Status) -> Status:
    """Return the status of an exact answer, in the number system of the game."""
    return FLOAT_RESULT if game.field == "float" and str(status) == "exact" else status


def payoff_set(
    game: Any,
    concept: str,
    inner: Polytope,
    outer: Polytope,
    *,
    solver: str,
    started: float,
    options: Mapping[str, Any],
    certificate: Mapping[str, Any],
    status: Status | None = None,
    witness: Any = None,
) -> PayoffSet:
    """Return exact bounds as a payoff set in the number system of the game."""
    if status is None:
        status = NONE_IN_PURE if outer.is_empty else EXACT if inner == outer else BOUNDED
    same = inner == outer
    if game.field == "float":
        status = rounded_status(game, status)
        inner = inner.floats()
        outer = inner if same else outer.floats()
    provenance = Provenance(solver, __version__, time.perf_counter() - started, dict(options), 0, dict(certificate))
    return PayoffSet(tuple(game.players), concept, inner, outer, status, provenance, game, witness)
