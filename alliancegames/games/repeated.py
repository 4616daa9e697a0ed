"""Repeated games: one stage game played again and again by patient players."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, final

import numpy as np

from alliancegames._fields import FIELDS, Field, common_field, convert, format_number, read_number
from alliancegames._immutable import Immutable
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError, InexactPayoffError
from alliancegames.games._tabular import Tabular
from alliancegames.games.automaton import Automaton
from alliancegames.games.monitoring import PublicMonitoring
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.transforms import substitution

__all__ = ["RepeatedGame"]


@final
class RepeatedGame(Tabular, Immutable):
    """A stage game repeated by the same players, infinitely often or a given number of times.

    Payoffs are normalised averages, ``(1 - delta) * sum over t of delta**t * u_t``, so that they can be
    compared with those of the stage game whatever the patience. (In a game of T periods the weights are
    ``delta**t`` divided by their sum.)

    Parameters
    ----------
    stage : NormalFormGame
        The game of each period.
    delta : number, or mapping of player to number, or sequence of number
        Discount factor per period, in [0, 1); one for all, or one a player. With a given number of
        periods 1 is allowed too. A sympy symbol makes the game symbolic.
    monitoring : PublicMonitoring, optional
        What players see of past actions. By default monitoring is perfect: they see them all.
    public_randomization : bool, default True
        Whether all players see the same random number before each period, so that any lottery over
        continuations is one too.
    transfers : bool, default False
        Whether players may pay each other at the beginning of each period, with money that enters payoffs linearly.
    periods : int, optional
        Number of periods; by default there is no last one.
    field : {"exact", "float", "symbolic"}, optional
        Number system, needed only where exact payoffs meet a discount factor given as a float.

    Raises
    ------
    GameDefinitionError
        A discount factor is outside its range, or the parts do not fit together.
    InexactPayoffError
        Floats meet exact numbers and `field` does not say which is wanted.

    Examples
    --------
    >>> import alliancegames as ag
    >>> pact = ag.RepeatedGame(ag.games.prisoners_dilemma(T=5, R=3, P=1, S=0), delta="2/3")
    >>> pact
    <RepeatedGame of "Prisoner's Dilemma" 2×2, delta 2/3, perfect monitoring>
    """

    def __init__(
        self,
        stage: NormalFormGame,
        delta: Any,
        *,
        monitoring: PublicMonitoring | None = None,
        public_randomization: bool = True,
        transfers: bool = False,
        periods: int | None = None,
        field: Field | None = None,
    ) -> None:
        where = "RepeatedGame()"
        if not isinstance(stage, NormalFormGame):
            raise GameDefinitionError(f"{where}: stage must be a NormalFormGame, got {type(stage).__name__}.")
        if field is not None and field not in FIELDS:
            raise GameDefinitionError(f"{where}: field must be one of {', '.join(map(repr, FIELDS))}, got {field!r}.")
        read = [read_number(value, f"{where}, delta") for value in _one_a_player(delta, stage, where)]
        kinds = {kind for kind, value in read if not (kind == "exact" and value in (0, 1))} | {stage.field}
        if monitoring is not None:
            if not isinstance(monitoring, PublicMonitoring) or monitoring.actions != stage.actions:
                raise GameDefinitionError(
                    f"{where}: monitoring must be a PublicMonitoring of the actions of this stage game, got {monitoring!r}."
                )
            kinds.add(monitoring.field)
        self._field: Field = field or _joint_field(kinds, stage, read, where)
        self._stage = stage if stage.field == self._field else _in_field(stage, self._field)
        self._monitoring = monitoring and monitoring.in_field(self._field)
        self._discounts = tuple(convert(value, kind, self._field, f"{where}, delta") for kind, value in read)
        self._public_randomization = bool(public_randomization)
        self._transfers = bool(transfers)
        self._periods = periods
        self._check(where)
        self._seal()

    def _check(self, where: str) -> None:
        periods = self._periods
        if periods is not None and (not isinstance(periods, int) or isinstance(periods, bool) or periods < 1):
            raise GameDefinitionError(
                f"{where}: periods must be a whole number of at least 1, or None for a game without end, got {periods!r}."
            )
        if self._transfers and not self.common_discounting:
            raise GameDefinitionError(f"{where}: with transfers all players need the same discount factor, got {self._shown_delta()}.")
        if self._field == "symbolic":
            return
        for value in self._discounts:
            if not (0 <= value < 1 or (value == 1 and periods is not None)):
                domain = "[0, 1)" if periods is None else "[0, 1]"
                raise GameDefinitionError(
                    f"{where}: delta is a discount factor per period and must lie in {domain}, got {format_number(value)}."
                )

    # ---------------------------------------------------------------- what the game is

    @property
    def stage(self) -> NormalFormGame:
        """The game of each period."""
        return self._stage

    @property
    def players(self) -> tuple[str, ...]:
        """Player labels."""
        return self._stage.players

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """Action labels of each player in the stage game."""
        return self._stage.actions

    @property
    def discounts(self) -> tuple[Any, ...]:
        """Discount factor of each player."""
        return self._discounts

    @property
    def common_discounting(self) -> bool:
        """Whether all players have the same discount factor."""
        return all(value == self._discounts[0] for value in self._discounts)

    @property
    def delta(self) -> Any:
        """The discount factor that all players share.

        Raises
        ------
        GameDefinitionError
            They do not share one; see `discounts`.
        """
        if not self.common_discounting:
            raise GameDefinitionError(f"delta: the players have different discount factors ({self._shown_delta()}); use .discounts.")
        return self._discounts[0]

    @property
    def monitoring(self) -> PublicMonitoring | None:
        """Public signals of past actions, or None if monitoring is perfect."""
        return self._monitoring

    @property
    def public_randomization(self) -> bool:
        """Whether play may depend on a public random number."""
        return self._public_randomization

    @property
    def transfers(self) -> bool:
        """Whether players may pay each other."""
        return self._transfers

    @property
    def periods(self) -> int | None:
        """Number of periods, or None if there is no last one."""
        return self._periods

    @property
    def field(self) -> Field:
        """Number system of payoffs, discount factors and signals."""
        return self._field

    @property
    def free_symbols(self) -> frozenset[Any]:
        """Sympy symbols in payoffs, discount factors and signals."""
        cells = list(self._discounts) + ([] if self._monitoring is None else list(self._monitoring.table.flat))
        return self._stage.free_symbols.union(*(getattr(value, "free_symbols", frozenset()) for value in cells))

    # ---------------------------------------------------------------- changed copies

    def replace(self, **changes: Any) -> RepeatedGame:
        """Return a copy with some arguments of the constructor changed.

        Parameters
        ----------
        **changes
            Any of `stage`, `delta`, `monitoring`, `public_randomization`, `transfers`, `periods`, `field`.
        """
        known: dict[str, Any] = {
            "stage": self._stage,
            "delta": self._discounts,
            "monitoring": self._monitoring,
            "public_randomization": self._public_randomization,
            "transfers": self._transfers,
            "periods": self._periods,
            "field": None,
        }
        unknown = sorted(set(changes) - set(known))
        if unknown:
            raise TypeError(f"replace(): unknown argument {unknown[0]!r}; known are {', '.join(known)}.")
        return RepeatedGame(**(known | changes))

    def subs(self, values: Mapping[Any, Any]) -> RepeatedGame:
        """Substitute numbers (or expressions) for symbols in payoffs, discount factors and signals.

        Parameters
        ----------
        values : mapping
            Symbols, or their names, to numbers. Exact numbers make the game exact.
        """
        return _substituted(self, values)

    def exact(self) -> RepeatedGame:
        """Return the game with exact numbers; each float is read as the shortest decimal that rounds to it."""
        return self if self._field == "exact" else self.replace(field="exact")

    def floats(self) -> RepeatedGame:
        """Return the game with all numbers rounded to double precision."""
        return self if self._field == "float" else self.replace(field="float")

    # ---------------------------------------------------------------- strategies

    def automaton(
        self, outputs: Mapping[str, Any], transitions: Mapping[str, Any], initial: str | Mapping[str, Any] | None = None
    ) -> Automaton:
        """Return a strategy profile of this game as a finite machine.

        Parameters
        ----------
        outputs, transitions, initial
            As in `Automaton`.

        Examples
        --------
        >>> import alliancegames as ag
        >>> pact = ag.RepeatedGame(ag.games.prisoners_dilemma(), "2/3")
        >>> grim = pact.automaton({"trust": ("cooperate", "cooperate"), "rift": ("defect", "defect")},
        ...     {"trust": {("cooperate", "cooperate"): "trust", "otherwise": "rift"}})
        >>> ag.one_shot_deviations(pact, grim).holds
        True
        """
        return Automaton(self._stage, outputs, transitions, initial, monitoring=self._monitoring)

    # ---------------------------------------------------------------- identity

    def _shown_delta(self) -> str:
        if self.common_discounting:
            return format_number(self._discounts[0])
        return ", ".join(f"{player} {format_number(value)}" for player, value in zip(self.players, self._discounts, strict=True))

    @property
    def _key(self) -> tuple[Any, ...]:
        return (self._stage, self._discounts, self._monitoring, self._public_randomization, self._transfers, self._periods)

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, RepeatedGame) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        size = "×".join(map(str, self._stage.shape))
        title = f' "{self._stage.title}"' if self._stage.title else ""
        traits = [
            f"delta {self._shown_delta()}",
            "perfect monitoring" if self._monitoring is None else f"{len(self._monitoring.signals)} public signals",
        ]
        traits += ["transfers"] if self._transfers else []
        traits += [] if self._public_randomization else ["no public randomization"]
        traits += [] if self._periods is None else [f"{self._periods} periods"]
        return f"<RepeatedGame of{title} {size}, {', '.join(traits)}>"


def _one_a_player(delta: Any, stage: NormalFormGame, where: str) -> list[Any]:
    """Return one discount factor a player."""
    players = stage.players
    if isinstance(delta, Mapping):
        given = {resolve(player, players, "player", f"{where}, delta"): value for player, value in delta.items()}
        if len(given) != len(players):
            raise GameDefinitionError(f"{where}: delta must be given for each of {', '.join(players)}, got {delta!r}.")
        return [given[k] for k in range(len(players))]
    if isinstance(delta, Sequence) and not isinstance(delta, str):
        if len(delta) != len(players):
            raise GameDefinitionError(f"{where}: delta needs one number, or one for each of the {len(players)} players, got {len(delta)}.")
        return list(delta)
    return [delta] * len(players)


def _joint_field(kinds: set[Field], stage: NormalFormGame, read: Sequence[tuple[Field, Any]], where: str) -> Field:
    """Return the number system that holds payoffs and discount factors."""
    try:
        return common_field(kinds, where)
    except InexactPayoffError:
        raise InexactPayoffError(
            f"{where}: payoffs are {stage.field} and delta is {format_number(read[0][1])} ({read[0][0]}). Write delta as '9/10' to stay exact, "
            "or say field='exact' (each float is read as the decimal it prints) or field='float'."
        ) from None


def _in_field(stage: NormalFormGame, field: Field) -> NormalFormGame:
    if field == "symbolic":
        return NormalFormGame.from_arrays(*stage.payoffs, players=stage.players, actions=stage.actions, title=stage.title, field="symbolic")
    return stage.exact() if field == "exact" else stage.floats()


def _substituted(game: RepeatedGame, values: Mapping[Any, Any]) -> RepeatedGame:
    """Put numbers for symbols into every part of a game."""
    put, rounded = substitution(game, values)
    stage, monitoring = game.stage, game.monitoring
    payoffs = [[put(cell) for cell in array.flat] for array in stage.payoffs]
    arrays = [np.array(cells, dtype=object).reshape(stage.shape) for cells in payoffs]
    stage = NormalFormGame.from_arrays(*arrays, players=stage.players, actions=stage.actions, title=stage.title)
    if monitoring is not None:
        table = {cell: [put(monitoring.probability(signal, cell)) for signal in monitoring.signals] for cell in stage.profiles()}
        monitoring = PublicMonitoring(stage, monitoring.signals, table)
    result = game.replace(stage=stage, delta=[put(value) for value in game.discounts], monitoring=monitoring)
    return result.floats() if rounded and not result.free_symbols else result
