"""Cheap talk: an informed sender with a bias advises a receiver who acts; both have quadratic losses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, final

import numpy as np

from alliancegames._fields import Field, convert, format_number, read_number
from alliancegames._immutable import Immutable
from alliancegames._labels import check_labels
from alliancegames.errors import GameDefinitionError, InexactPayoffError
from alliancegames.games.distributions import TypeDistribution, Uniform
from alliancegames.games.profile import PROBABILITY_TOLERANCE

__all__ = ["Cell", "CheapTalkGame", "PartitionProfile"]


@dataclass(frozen=True)
class Cell:
    """What is known about the state when it lies between two bounds.

    Parameters
    ----------
    mass : number
        Probability of the cell.
    mean : number
        Expected state given the cell.
    spread : number
        Variance of the state given the cell, times the probability of the cell.
    """

    mass: Any
    mean: Any
    spread: Any


@final
class CheapTalkGame(Immutable):
    """A sender who knows the state sends a message that costs nothing, and a receiver acts.

    The receiver loses ``(y - state)**2`` by the action ``y``, the sender ``(y - state - bias)**2``.

    Parameters
    ----------
    states : distribution, or mapping of number to number
        The prior: a distribution such as ``Uniform(0, 1)``, or finitely many states with their probabilities.
    bias : number
        By how much the sender's ideal action exceeds the receiver's.
    players : sequence of str, default ("Sender", "Receiver")
        Labels of sender and receiver.
    title : str, optional
        Shown in output.

    Raises
    ------
    GameDefinitionError
        The prior is no distribution, or probabilities are not positive or do not sum to one.
    InexactPayoffError
        Floats are mixed with exact fractions.

    Examples
    --------
    >>> from alliancegames.games.cheap_talk import CheapTalkGame
    >>> from alliancegames.games.distributions import Uniform
    >>> from alliancegames.solvers.partitions import partition_equilibria
    >>> print(partition_equilibria(CheapTalkGame(Uniform(0, 1), "1/10"))[-1])
    2 cells, cut at 3/10: actions 3/20, 13/20
    """

    def __init__(
        self,
        states: TypeDistribution | Mapping[Any, Any],
        bias: Any,
        *,
        players: Sequence[str] = ("Sender", "Receiver"),
        title: str = "",
    ) -> None:
        where = "CheapTalkGame()"
        self._players = check_labels(players, "player", where)
        if len(self._players) != 2:
            raise GameDefinitionError(f"{where}: two players are needed, sender and receiver, got {len(self._players)}.")
        self._title = title
        kind, value = read_number(bias, f"{where}, bias")
        numbers = [(kind, value)]
        self._distribution: TypeDistribution | None = None
        self._table: dict[Any, Any] = {}
        if isinstance(states, Mapping):
            pairs = [(read_number(s, f"{where}, states"), read_number(w, f"{where}, probabilities")) for s, w in states.items()]
            numbers += [number for pair in pairs for number in pair]
            self._field = _common(numbers, where)
            self._table = {convert(s, k, self._field): convert(w, j, self._field) for (k, s), (j, w) in pairs}
            self._check_table(where)
        elif all(hasattr(states, name) for name in ("cdf", "support", "quantile")):
            self._distribution = states
            if isinstance(states, Uniform):
                numbers += [read_number(end, where) for end in states.support]
            elif kind != "symbolic":  # moments of other distributions are floats
                kind, value, numbers = "float", float(value), []
            self._field = _common(numbers, where) if numbers else kind
        else:
            raise GameDefinitionError(
                f"{where}: states must be a distribution such as Uniform(0, 1), or a mapping from states to probabilities, got {states!r}."
            )
        self._bias = convert(value, kind, self._field)
        self._seal()

    def _check_table(self, where: str) -> None:
        if not self._table:
            raise GameDefinitionError(f"{where}: at least one state is needed, got none.")
        if self._field == "symbolic":
            return
        for state, weight in self._table.items():
            if not weight > 0:
                raise GameDefinitionError(
                    f"{where}: probabilities must be positive, got {format_number(weight)} for the state {format_number(state)}; leave out states that do not occur."
                )
        total = sum(self._table.values())
        if abs(total - 1) > (PROBABILITY_TOLERANCE if self._field == "float" else 0):
            raise GameDefinitionError(f"{where}: the probabilities of the states must sum to 1, got {format_number(total)}.")
        self._table = dict(sorted(self._table.items()))

    # ---------------------------------------------------------------- what it consists of

    @property
    def players(self) -> tuple[str, ...]:
        """Labels of sender and receiver."""
        return self._players

    @property
    def title(self) -> str:
        """Title shown in output."""
        return self._title

    @property
    def bias(self) -> Any:
        """By how much the sender's ideal action exceeds the receiver's."""
        return self._bias

    @property
    def field(self) -> Field:
        """Number system: exact for uniform and for finitely many states at exact numbers."""
        return self._field

    @property
    def is_finite(self) -> bool:
        """Whether there are finitely many states."""
        return self._distribution is None

    @property
    def distribution(self) -> TypeDistribution | None:
        """The distribution of the state; None if there are finitely many states."""
        return self._distribution

    @property
    def states(self) -> dict[Any, Any]:
        """Probabilities of finitely many states, in increasing order of the states; empty for distributions."""
        return dict(self._table)

    @property
    def support(self) -> tuple[Any, Any]:
        """The smallest and the largest state."""
        if self._distribution is not None:
            return self._distribution.support
        listed = list(self._table)
        return listed[0], listed[-1]

    # ---------------------------------------------------------------- what follows from it

    def cell(self, low: Any, high: Any) -> Cell:
        """Return probability, mean and spread of the states between two bounds: exact where the prior is.

        Parameters
        ----------
        low, high : number
            The bounds. Of finitely many states both bounds count as inside.
        """
        if self._distribution is None:
            inside = [(state, weight) for state, weight in self._table.items() if low <= state <= high]
            mass = sum(weight for _, weight in inside)
            if not inside:
                raise GameDefinitionError(f"cell(): no state lies between {format_number(low)} and {format_number(high)}.")
            mean = sum(weight * state for state, weight in inside) / mass
            return Cell(mass, mean, sum(weight * (state - mean) ** 2 for state, weight in inside))
        if isinstance(self._distribution, Uniform):
            bottom, top = (convert(*read_number(end)[::-1], self._field) for end in self.support)
            mass = (high - low) / (top - bottom)
            return Cell(mass, (low + high) / 2, mass * (high - low) ** 2 / 12)
        return self._integrated(float(low), float(high))

    def _integrated(self, low: float, high: float) -> Cell:
        """Integrate the CDF by parts, with the kinks of piecewise linear ones as break points."""
        from scipy.integrate import quad

        distribution = self._distribution
        assert distribution is not None
        start = float(distribution.cdf(low))
        mass = float(distribution.cdf(high)) - start
        kinks = [float(point[0]) for point in getattr(distribution, "points", ()) if low < point[0] < high]

        def integral(weight: Any) -> float:
            function = lambda x: weight(x) * (float(distribution.cdf(x)) - start)  # noqa: E731
            pieces = pairwise([low, *kinks, high])
            return float(sum(quad(function, a, b, epsabs=1e-13, epsrel=1e-12)[0] for a, b in pieces))

        mean = high - integral(lambda x: 1.0) / mass
        spread = (high - mean) ** 2 * mass - 2 * integral(lambda x: x - mean)
        return Cell(mass, mean, spread)

    def utilities(self, cuts: Sequence[Any], actions: Sequence[Any]) -> dict[str, Any]:
        """Return the expected utilities of both players when each cell of states leads to an action.

        Parameters
        ----------
        cuts : sequence of number
            The cut-points between cells, in increasing order.
        actions : sequence of number
            One action a cell.
        """
        low, high = self.support
        edges = [low, *cuts, high]
        if len(actions) != len(edges) - 1:
            raise GameDefinitionError(f"utilities(): {len(edges) - 1} cells need as many actions, got {len(actions)}.")
        cells = [self.cell(a, b) for a, b in pairwise(edges)]
        losses = [
            [cell.spread + cell.mass * (y - cell.mean - bias) ** 2 for cell, y in zip(cells, actions, strict=True)]
            for bias in (self._bias, 0)
        ]
        return {player: -sum(parts) for player, parts in zip(self._players, losses, strict=True)}

    def discretised(self, count: int) -> CheapTalkGame:
        """Return the game in which the range of states is cut into equal bins, each represented by its middle.

        Parameters
        ----------
        count : int
            Number of bins, at least one; those without probability are left out.
        """
        if self._distribution is None:
            raise GameDefinitionError("discretised(): the game has finitely many states already.")
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise GameDefinitionError(f"discretised(): count must be an integer of at least 1, got {count!r}.")
        low, high = self.support
        if not all(math.isfinite(end) for end in (low, high)):
            raise GameDefinitionError("discretised(): the states are unbounded; give a distribution with finite support.")
        edges = [
            low + (high - low) * Fraction(k, count) if self._field == "exact" else low + (high - low) * k / count for k in range(count + 1)
        ]
        shares = [self._distribution.cdf(b) - self._distribution.cdf(a) for a, b in pairwise(edges)]
        table = {(a + b) / 2: share for (a, b), share in zip(pairwise(edges), shares, strict=True) if share > 0}
        if self._field == "float":
            table = {float(state): float(share) for state, share in table.items()}
        return CheapTalkGame(table, self._bias, players=self._players, title=self._title)

    def __repr__(self) -> str:
        title = f" {self._title!r}" if self._title else ""
        prior = f"{len(self._table)} states" if self._distribution is None else repr(self._distribution)
        return f"<CheapTalkGame{title}: {prior}, bias {format_number(self._bias)}>"


def _common(numbers: Sequence[tuple[Field, Any]], where: str) -> Field:
    """Return the number system of all numbers; integers fit every one."""
    kinds = {kind for kind, value in numbers if kind != "exact" or value.denominator != 1}
    if "float" in kinds and len(kinds) > 1:
        raise InexactPayoffError(
            f"{where} mixes floats with exact or symbolic numbers. Give all as exact numbers ('1/10', Fraction) or all as floats."
        )
    return "symbolic" if "symbolic" in kinds else "float" if "float" in kinds else "exact"


@dataclass(frozen=True)
class PartitionProfile:
    """Play in which the sender tells in which of several intervals the state lies.

    Parameters
    ----------
    game : CheapTalkGame
        The game.
    cuts : tuple of number
        The cut-points between the cells, in increasing order. Between finitely many states they are midway.
    actions : tuple of number
        What the receiver does after learning each cell.
    error : Fraction or float
        Certified bound on the distance of each cut from the true one; 0 if they are exact.
    """

    game: CheapTalkGame
    cuts: tuple[Any, ...]
    actions: tuple[Any, ...]
    error: Any = Fraction(0)

    @property
    def n_cells(self) -> int:
        """Number of cells, that is of messages that mean different things."""
        return len(self.actions)

    @property
    def cells(self) -> tuple[tuple[Any, Any], ...]:
        """Lower and upper bound of each cell."""
        low, high = self.game.support
        return tuple(pairwise([low, *self.cuts, high]))

    @property
    def is_pure(self) -> bool:
        """Always true: nobody randomises."""
        return True

    @cached_property
    def payoffs(self) -> dict[str, Any]:
        """Expected utility of sender and receiver before the state is known."""
        return self.game.utilities(self.cuts, self.actions)

    @cached_property
    def residual(self) -> Any:
        """By how much the play misses equilibrium: actions the expected states, sender's incentives. 0 if it is one.

        With a distribution, how far the sender's ideal action at a cut is from the middle of the two actions; with
        finitely many states the most that a state gains by reporting another cell.
        """
        missed = [abs(y - self.game.cell(*cell).mean) for cell, y in zip(self.cells, self.actions, strict=True)]
        bias = self.game.bias
        if not self.game.is_finite:
            return max(missed + [abs((y + z) / 2 - cut - bias) for cut, (y, z) in zip(self.cuts, pairwise(self.actions), strict=True)])
        losses = ([(y - state - bias) ** 2 for y in (self.action(state), *self.actions)] for state in self.game.states)
        return max(missed + [own - min(others) for own, *others in losses])

    def action(self, state: Any) -> Any:
        """Return what the receiver does in a state; at a cut after the report of the upper cell.

        Parameters
        ----------
        state : number
            The state.
        """
        low, high = self.game.support
        if not low <= state <= high:
            raise GameDefinitionError(
                f"action(): the state must lie between {format_number(low)} and {format_number(high)}, got {state!r}."
            )
        return self.actions[sum(cut <= state for cut in self.cuts)]

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return the cut-points and the actions as arrays.

        Parameters
        ----------
        dtype : type, optional
            ``float`` for float64; by default the numbers stay as they are.
        """
        result = []
        for numbers in (self.cuts, self.actions):
            array = np.empty(len(numbers), dtype=object)
            array[:] = numbers
            result.append(array if dtype is None else array.astype(dtype))
        return tuple(result)

    def columns(self) -> dict[str, Any]:
        """Return what a table shows: number of cells, cut-points and actions by heading."""
        cuts = {f"cut {k}": cut for k, cut in enumerate(self.cuts, 1)}
        return {"cells": self.n_cells, **cuts, **{f"action {k}": y for k, y in enumerate(self.actions, 1)}}

    def __str__(self) -> str:
        actions = ", ".join(map(format_number, self.actions))
        if not self.cuts:
            return f"1 cell (babbling): action {actions}"
        cuts = ", ".join(map(format_number, self.cuts))
        return f"{self.n_cells} cells, cut at {cuts}: actions {actions}"
