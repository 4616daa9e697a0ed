"""What players see of each other's past actions: everything, or a public signal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, final

import numpy as np

from alliancegames._fields import Field, common_field, convert, format_number, read_number
from alliancegames._immutable import Immutable
from alliancegames._labels import check_labels, position_of, resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games.normal_form import NormalFormGame

__all__ = ["PublicMonitoring"]

# Probabilities given as floats must sum to one up to this error.
PROBABILITY_TOLERANCE = 1e-9


@final
class PublicMonitoring(Immutable):
    """Imperfect public monitoring: after each period all players see the same noisy signal, and nothing else.

    Parameters
    ----------
    stage : NormalFormGame
        The game whose actions are monitored.
    signals : sequence of str
        Labels of the public signals.
    probabilities : mapping or callable
        For each pure action profile (a tuple of action labels) the probabilities of the signals, as
        ``{signal: probability}`` or as a sequence in the order of `signals`; or a function that returns
        them from the action labels, called as ``probabilities(*profile)``.
    field : {"exact", "float", "symbolic"}, optional
        Number system of the probabilities; by default that of the numbers given.

    Raises
    ------
    GameDefinitionError
        A profile or a signal is missing or unknown, or probabilities are negative or do not sum to one.

    Examples
    --------
    Readiness is reported as met or missed; one ally that shirks makes a bad report six times as likely:

    >>> import alliancegames as ag
    >>> pledge = ag.games.prisoners_dilemma(T="3/2", R=1, P=0, S=-1)
    >>> reports = ag.PublicMonitoring(pledge, ["met", "missed"],
    ...     lambda a, b: ("9/10", "1/10") if a == b == "cooperate" else ("2/5", "3/5"))
    >>> print(reports.probability("missed", ("defect", "cooperate")))
    3/5
    """

    def __init__(
        self,
        stage: NormalFormGame,
        signals: Sequence[str],
        probabilities: Mapping[tuple[str, ...], Any] | Callable[..., Any],
        *,
        field: Field | None = None,
    ) -> None:
        where = "PublicMonitoring()"
        if not isinstance(stage, NormalFormGame):
            raise GameDefinitionError(f"{where}: stage must be a NormalFormGame, got {type(stage).__name__}.")
        self._actions = stage.actions
        self._signals = check_labels(signals, "signal", where)
        cells = list(stage.profiles())
        if not isinstance(probabilities, Mapping):
            probabilities = {cell: probabilities(*cell) for cell in cells}
        given: dict[tuple[int, ...], Any] = {}
        for cell, lottery in probabilities.items():
            given[position_of(cell, stage.actions, stage.players, where)] = lottery
        missing = [cell for cell in cells if position_of(cell, stage.actions, stage.players, where) not in given]
        if missing:
            raise GameDefinitionError(f"{where}: probabilities of the signals are missing for {missing[0]}; give them for every profile.")
        kinds: set[Field] = set()
        rows = {place: self._read(lottery, kinds, where) for place, lottery in given.items()}
        self._field: Field = field or common_field(kinds, where)
        table = np.empty((*stage.shape, len(self._signals)), dtype=float if self._field == "float" else object)
        for place, row in rows.items():
            table[place] = [convert(value, kind, self._field) for kind, value in row]
        table.setflags(write=False)
        self._table = table
        self._check(where)
        self._seal()

    def _read(self, lottery: Any, kinds: set[Field], where: str) -> list[tuple[Field, Any]]:
        """Return the probabilities of one profile in the order of the signals."""
        if isinstance(lottery, Mapping):
            by_place = {resolve(signal, self._signals, "signal", where): value for signal, value in lottery.items()}
            listed = [by_place.get(k, 0) for k in range(len(self._signals))]
        else:
            listed = list(lottery)
        if len(listed) != len(self._signals):
            raise GameDefinitionError(f"{where}: {len(self._signals)} probabilities are needed, one a signal, got {len(listed)}.")
        read = [read_number(value, where) for value in listed]
        kinds.update(kind for kind, value in read if not (kind == "exact" and value in (0, 1)))
        return read

    def _check(self, where: str) -> None:
        if self._field == "symbolic":
            return
        for place in np.ndindex(self._table.shape[:-1]):
            row = list(self._table[place])
            total = sum(row)
            off = abs(total - 1) > PROBABILITY_TOLERANCE if self._field == "float" else total != 1
            if off or min(row) < 0:
                cell = tuple(labels[k] for labels, k in zip(self._actions, place, strict=True))
                shown = ", ".join(format_number(value) for value in row)
                raise GameDefinitionError(f"{where}: probabilities must be non-negative and sum to 1, got {shown} after {cell}.")

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """Action labels of each player, as in the stage game."""
        return self._actions

    @property
    def signals(self) -> tuple[str, ...]:
        """Labels of the public signals."""
        return self._signals

    @property
    def field(self) -> Field:
        """Number system of the probabilities."""
        return self._field

    @property
    def table(self) -> np.ndarray:
        """Probabilities of the signals: one axis a player, then one for the signals; read-only."""
        return self._table

    def probability(self, signal: str | int, profile: Sequence[str | int]) -> Any:
        """Return the probability of a signal after a pure action profile.

        Parameters
        ----------
        signal : str or int
            The signal.
        profile : sequence of str or int
            One action a player.
        """
        where = "probability()"
        place = tuple(resolve(action, labels, "action", where) for action, labels in zip(profile, self._actions, strict=True))
        return self._table[(*place, resolve(signal, self._signals, "signal", where))]

    def in_field(self, field: Field) -> PublicMonitoring:
        """Return the same monitoring with numbers of another system.

        Parameters
        ----------
        field : {"exact", "float", "symbolic"}
            The number system; floats become the rationals with the shortest decimals, divided by their sum where
            rounding keeps that from being 1.
        """
        if field == self._field:
            return self
        copy = object.__new__(PublicMonitoring)
        table = np.empty(self._table.shape, dtype=float if field == "float" else object)
        for place in np.ndindex(self._table.shape):
            kind, value = read_number(self._table[place])
            table[place] = convert(value, kind, field)
        if (self._field, field) == ("float", "exact"):
            for place in np.ndindex(table.shape[:-1]):
                total = sum(table[place])
                table[place] = [value / total for value in table[place]]
        table.setflags(write=False)
        copy.__dict__.update(_actions=self._actions, _signals=self._signals, _field=field, _table=table, _sealed=True)
        return copy

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PublicMonitoring):
            return NotImplemented
        same = (self._actions, self._signals, self._field) == (other._actions, other._signals, other._field)
        return same and bool((self._table == other._table).all())

    def __hash__(self) -> int:
        return hash((self._actions, self._signals))

    def __repr__(self) -> str:
        return f"<PublicMonitoring signals: {', '.join(self._signals)}>"
