"""The stage game under public monitoring as solvers see it: one cell a pure profile, all numbers exact."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from alliancegames._labels import position_of
from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.repeated import RepeatedGame

Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class Deviation:
    """What a player gains today by another action, and what it does to the chances of the signals.

    Parameters
    ----------
    player : int
        Who deviates.
    action : int
        To which action.
    gain : Fraction
        Payoff after the deviation minus payoff before it.
    shift : tuple of Fraction
        For each signal its probability before the deviation minus that after it.
    """

    player: int
    action: int
    gain: Fraction
    shift: Vector


@dataclass(frozen=True)
class Cell:
    """A pure action profile: its payoffs, the chances of the signals, and all deviations from it."""

    place: tuple[int, ...]
    payoffs: Vector
    chances: Vector
    deviations: tuple[Deviation, ...]

    @cached_property
    def relevant(self) -> tuple[int, ...]:
        """Signals that the profile or a deviation makes possible."""
        return tuple(y for y, chance in enumerate(self.chances) if chance or any(d.shift[y] for d in self.deviations))


@dataclass(frozen=True)
class PublicStage:
    """All cells of a stage game, with the labels needed to name them.

    Parameters
    ----------
    players, actions, signals : tuple
        Labels. Under perfect monitoring there is one signal a profile.
    cells : tuple of Cell
        The pure profiles, in the order of the payoff tables.
    """

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    signals: tuple[str, ...]
    cells: tuple[Cell, ...]

    def labels(self, cell: Cell) -> tuple[str, ...]:
        """Return the action labels of a cell."""
        return tuple(names[k] for names, k in zip(self.actions, cell.place, strict=True))

    def cell(self, profile: Sequence[str | int], where: str) -> Cell:
        """Return the cell of an action profile."""
        place = position_of(profile, self.actions, self.players, where)
        return next(cell for cell in self.cells if cell.place == place)

    @cached_property
    def units(self) -> tuple[Vector, Vector]:
        """Lowest payoff and range of the payoffs of each player (1 where all are equal)."""
        columns = list(zip(*(cell.payoffs for cell in self.cells), strict=True))
        return tuple(map(min, columns)), tuple((max(column) - min(column)) or Fraction(1) for column in columns)

    def normalised(self) -> PublicStage:
        """Return the stage with each player's payoffs between 0 and 1."""
        low, span = self.units
        cells = tuple(
            Cell(
                cell.place,
                tuple((g - a) / b for g, a, b in zip(cell.payoffs, low, span, strict=True)),
                cell.chances,
                tuple(Deviation(d.player, d.action, d.gain / span[d.player], d.shift) for d in cell.deviations),
            )
            for cell in self.cells
        )
        return PublicStage(self.players, self.actions, self.signals, cells)

    def original(self, point: Sequence[Fraction]) -> Vector:
        """Return normalised payoffs in the units of the game."""
        low, span = self.units
        return tuple(a + b * x for x, a, b in zip(point, low, span, strict=True))


def check_repeated(function: str, game: Any) -> RepeatedGame:
    """Refuse what no public-monitoring solver handles; return the game in exact numbers.

    Floats are read as the decimals that they print.
    """
    if not isinstance(game, RepeatedGame):
        raise SolverNotApplicableError(
            f"{function}(): needs a RepeatedGame, got {type(game).__name__}; make one with RepeatedGame(stage, delta)."
        )
    if game.field == "symbolic" and game.free_symbols:
        names = ", ".join(sorted(map(str, game.free_symbols)))
        raise SolverNotApplicableError(
            f"{function}(): the game contains the symbols {names}; substitute numbers first with .subs({{...}})."
        )
    for trait, present, advice in (
        ("an end", game.periods is not None, "periods=None"),
        ("transfers", game.transfers, "transfers=False"),
        ("no public randomization", not game.public_randomization, "public_randomization=True"),
    ):
        if present:
            raise SolverNotApplicableError(
                f"{function}(): needs a game without end or transfers and with public randomization; "
                f"this one has {trait}. Use game.replace({advice})."
            )
    return game if game.field == "exact" else game.replace(field="exact")


def read_stage(stage: NormalFormGame, monitoring: Any) -> PublicStage:
    """Return the cells of an exact stage game; without monitoring signals are the profiles themselves."""
    places = list(itertools.product(*map(range, stage.shape)))
    if monitoring is None:
        names = tuple(", ".join(profile) for profile in stage.profiles())
        chances = {place: tuple(Fraction(int(place == other)) for other in places) for place in places}
    else:
        names = monitoring.signals
        chances = {place: _lottery(monitoring.table[place]) for place in places}
    payoffs = {place: tuple(Fraction(array[place]) for array in stage.payoffs) for place in places}
    cells = tuple(Cell(place, payoffs[place], chances[place], _deviations(place, payoffs, chances, stage.shape)) for place in places)
    return PublicStage(stage.players, stage.actions, names, cells)


def read_game(function: str, game: Any) -> tuple[PublicStage, Vector]:
    """Return the stage and the discount factors of a repeated game."""
    exact = check_repeated(function, game)
    return read_stage(exact.stage, exact.monitoring), tuple(map(Fraction, exact.discounts))


def _lottery(row: Any) -> Vector:
    """Return probabilities that sum to one exactly, also where they came as rounded decimals."""
    total = sum(map(Fraction, row))
    return tuple(Fraction(value) / total for value in row)


def _deviations(place: tuple[int, ...], payoffs: Any, chances: Any, shape: Sequence[int]) -> tuple[Deviation, ...]:
    found = []
    for i, size in enumerate(shape):
        for b in range(size):
            if b != place[i]:
                other = (*place[:i], b, *place[i + 1 :])
                shift = tuple(p - q for p, q in zip(chances[place], chances[other], strict=True))
                found.append(Deviation(i, b, payoffs[other][i] - payoffs[place][i], shift))
    return tuple(found)
