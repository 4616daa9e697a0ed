"""Strategy profiles of repeated games as finite machines (Moore automata)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any, final

import numpy as np

from alliancegames._fields import Field, common_field, convert, read_number
from alliancegames._immutable import Immutable
from alliancegames._labels import check_labels, resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games._automaton_reading import Reader, in_field
from alliancegames.games.monitoring import PublicMonitoring
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import MixedStrategy

__all__ = ["Automaton", "PlayPath"]

# A lottery over next states: pairs of a state's position and its probability.
Lottery = tuple[tuple[int, Any], ...]


@dataclass(frozen=True)
class PlayPath:
    """A sequence of action profiles, one a period: some that are played once, then others in a cycle without end.

    Parameters
    ----------
    first : sequence of tuple of str
        Profiles of the first periods; may be empty.
    then : sequence of tuple of str
        Profiles that are repeated ever after; at least one.

    Examples
    --------
    >>> from alliancegames.games.automaton import PlayPath
    >>> print(PlayPath([("arm", "arm")] * 2, [("disarm", "disarm")]))
    (arm, arm) for 2 periods, then (disarm, disarm) for ever
    """

    first: tuple[Any, ...]
    then: tuple[Any, ...]

    def __post_init__(self) -> None:
        for name in ("first", "then"):
            given = getattr(self, name)
            if not isinstance(given, (list, tuple)) or any(isinstance(profile, str) for profile in given):
                raise GameDefinitionError(f"PlayPath(): {name} must be a list of action profiles, got {given!r}; write [('a', 'b'), ...].")
            object.__setattr__(self, name, tuple(tuple(p) if isinstance(p, list) else p for p in given))
        if not self.then:
            raise GameDefinitionError("PlayPath(): then must have at least one profile, which is repeated for ever, got none.")

    def __str__(self) -> str:
        return str(import_module("alliancegames.games._automaton_words").path_words(self.first, self.then))


@final
class Automaton(Immutable):
    """A strategy profile of a repeated game as a finite machine.

    In each period the machine is in a state, which says what every player does. What is then observed, the
    actions or a public signal, decides the next state. The machine knows the labels of the stage game and
    not its payoffs, so that it can be examined at any payoffs and any patience.

    Parameters
    ----------
    stage : NormalFormGame
        The stage game, for the labels of players and actions.
    outputs : mapping of str to profile
        For each state what is played: a tuple of action labels, or one action or mixture
        (``{action: probability}``) a player.
    transitions : mapping of str to (mapping or str)
        For each state the next one after each observation. Observations are named by

        - an action profile, a tuple of action labels (perfect monitoring only);
        - a player's label: that player alone has taken an action that the state does not prescribe
          (perfect monitoring only);
        - a signal (with ``monitoring`` only);
        - ``"otherwise"``: all that is not named.

        A profile that is named comes before a player, a player before ``"otherwise"``. The next state is
        a label, or ``{state: probability}`` for a public lottery. A label instead of a mapping is the next
        state whatever happens, and a state that is left out is never left.
    initial : str or mapping, optional
        The first state, or probabilities of states; by default the first one of ``outputs``.
    monitoring : PublicMonitoring, optional
        Public signals; by default all actions are seen.

    Raises
    ------
    GameDefinitionError
        Labels clash, an observation has no next state, or probabilities do not sum to one.
    UnknownLabelError
        A state, player, action or signal does not exist.

    Notes
    -----
    Two machines are equal if they have the same states under the same names, play the same in each and move
    alike, however the transitions were written. States that cannot be reached by any observations are
    allowed; `unreachable` lists them.

    Examples
    --------
    Support that is withdrawn for one period after a defection:

    >>> import alliancegames as ag
    >>> from alliancegames.games.automaton import Automaton
    >>> game = ag.games.prisoners_dilemma()
    >>> pact = Automaton(game,
    ...     outputs={"support": ("cooperate", "cooperate"), "sulk": ("defect", "defect")},
    ...     transitions={"support": {"Row": "sulk", "Column": "sulk", "otherwise": "support"}, "sulk": "support"})
    >>> pact
    <Automaton of 2 states (support, sulk), players: Row, Column>
    >>> print(pact.describe())
    Normal play: (cooperate, cooperate) for ever.
      If Row or Column alone departs: (defect, defect) for 1 period, then back to normal play.
      If both depart at once: nothing changes.
    Punishment: (defect, defect) for 1 period, then back to normal play.
      Departures change nothing.
    """

    def __init__(
        self,
        stage: NormalFormGame,
        outputs: Mapping[str, Any],
        transitions: Mapping[str, Any],
        initial: str | Mapping[str, Any] | None = None,
        *,
        monitoring: PublicMonitoring | None = None,
    ) -> None:
        where = "Automaton()"
        if not isinstance(stage, NormalFormGame):
            raise GameDefinitionError(f"{where}: stage must be a NormalFormGame, got {type(stage).__name__}.")
        if monitoring is not None and (not isinstance(monitoring, PublicMonitoring) or monitoring.actions != stage.actions):
            raise GameDefinitionError(
                f"{where}: monitoring must be a PublicMonitoring of the actions of this stage game, got {monitoring!r}."
            )
        for name, given in (("outputs", outputs), ("transitions", transitions)):
            if not isinstance(given, Mapping):
                raise GameDefinitionError(f"{where}: {name} must be a mapping whose keys are the states, got {given!r}.")
        states = check_labels(list(outputs), "state", where)
        signals = None if monitoring is None else monitoring.signals
        reader = Reader(stage.players, stage.actions, signals, states, where)
        played = [reader.output(given, state) for state, given in outputs.items()]
        moves = {resolve(state, states, "state", f"{where}, transitions"): given for state, given in transitions.items()}
        tables = [reader.table(moves.get(k), k, played[k]) for k in range(len(states))]
        start = reader.lottery(states[0] if initial is None else initial, f"{where}, initial")
        field = common_field(reader.kinds, where)

        def settled(lottery: Mapping[int, Any]) -> Lottery:
            return tuple((k, in_field(number, field, where)) for k, number in sorted(lottery.items()))

        self._players, self._actions, self._signals, self._states, self._field = stage.players, stage.actions, signals, states, field
        vectors = [tuple(tuple(in_field(number, field, where) for number in row) for row in output) for output in played]
        self._set(vectors, [[settled(lottery) for lottery in table.flat] for table in tables], settled(start))

    def _set(self, outputs: Sequence[Any], tables: Sequence[Sequence[Lottery]], initial: Lottery) -> None:
        """Store the parts in a form that does not depend on how they were written."""
        self._outputs, self._initial = tuple(outputs), initial
        numbers: dict[Lottery, int] = {}
        rows = []
        for table in tables:
            row = np.array([numbers.setdefault(lottery, len(numbers)) for lottery in table], dtype=np.int64).reshape(self._shape)
            row.setflags(write=False)
            rows.append(row)
        self._tables, self._lotteries = tuple(rows), tuple(numbers)
        self._seal()

    def _with(self, field: Field, states: Sequence[str], outputs: Any, tables: Any, initial: Lottery) -> Automaton:
        """Return a machine with the same labels of players, actions and signals."""
        copy = object.__new__(Automaton)
        copy._players, copy._actions, copy._signals, copy._states, copy._field = (
            self._players,
            self._actions,
            self._signals,
            tuple(states),
            field,
        )
        copy._set(outputs, tables, initial)
        return copy

    # ---------------------------------------------------------------- what the machine is

    @property
    def players(self) -> tuple[str, ...]:
        """Player labels."""
        return self._players

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """Action labels of each player."""
        return self._actions

    @property
    def signals(self) -> tuple[str, ...] | None:
        """Labels of the public signals that move the machine; None if actions do."""
        return self._signals

    @property
    def states(self) -> tuple[str, ...]:
        """State labels."""
        return self._states

    @property
    def field(self) -> Field:
        """Number system of the probabilities in outputs and transitions."""
        return self._field

    @property
    def _shape(self) -> tuple[int, ...]:
        return tuple(len(part) for part in self._actions) if self._signals is None else (len(self._signals),)

    @property
    def initial(self) -> dict[str, Any]:
        """Probabilities of the first state."""
        return self._named(self._initial)

    @property
    def is_pure(self) -> bool:
        """Whether nobody randomises in any state."""
        return all(sum(value != 0 for value in row) == 1 for output in self._outputs for row in output)

    @property
    def is_deterministic(self) -> bool:
        """Whether the next state never depends on a public lottery, nor the first."""
        return all(len(lottery) == 1 for lottery in (*self._lotteries, self._initial))

    @property
    def lotteries(self) -> tuple[Lottery, ...]:
        """The distinct lotteries over next states, as pairs of a state's position and its probability."""
        return self._lotteries

    def table(self, state: str | int) -> np.ndarray:
        """Return the positions in `lotteries` of what follows a state: one axis a player, or one for the signals.

        Parameters
        ----------
        state : str or int
            The state.
        """
        return self._tables[self._place(state, "table()")]

    def arrays(self, state: str | int, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return what is played in a state as one probability vector a player.

        Parameters
        ----------
        state : str or int
            The state.
        dtype : type, optional
            ``float`` for float64; by default the numbers stay as they are.
        """
        kind = dtype or (float if self._field == "float" else object)
        return tuple(np.array(row, dtype=kind) for row in self._outputs[self._place(state, "arrays()")])

    def output(self, state: str | int) -> dict[str, MixedStrategy]:
        """Return what each player does in a state, by player.

        Parameters
        ----------
        state : str or int
            The state.
        """
        rows = self.arrays(state)
        return {player: MixedStrategy(self._actions[k], rows[k]) for k, player in enumerate(self._players)}

    def profile(self, state: str | int) -> tuple[str, ...]:
        """Return the actions that are played in a state in which nobody randomises.

        Parameters
        ----------
        state : str or int
            The state.
        """
        place = self._pure_place(self._place(state, "profile()"))
        if place is None:
            raise GameDefinitionError(f"profile(): somebody randomises in state {state!r}; use .output({state!r}).")
        return tuple(labels[a] for labels, a in zip(self._actions, place, strict=True))

    def _pure_place(self, k: int) -> tuple[int, ...] | None:
        """Return the positions of the actions played in a state, or None if somebody randomises."""
        supports = [[a for a, value in enumerate(row) if value != 0] for row in self._outputs[k]]
        return tuple(part[0] for part in supports) if all(len(part) == 1 for part in supports) else None

    def transition(self, state: str | int, observed: Sequence[str | int] | str | int) -> dict[str, Any]:
        """Return the probabilities of the next state.

        Parameters
        ----------
        state : str or int
            The state.
        observed : sequence or str or int
            The actions taken, one a player, or the public signal.
        """
        where = "transition()"
        if self._signals is not None:
            place: tuple[int, ...] = (resolve(observed, self._signals, "signal", where),)
        else:
            given: Any = observed
            if isinstance(given, (str, int)) or len(given) != len(self._players):
                raise GameDefinitionError(f"{where}: one action for each of {', '.join(self._players)} is needed, got {observed!r}.")
            place = tuple(resolve(a, labels, "action", where) for a, labels in zip(given, self._actions, strict=True))
        return self._named(self._lotteries[self._tables[self._place(state, where)][place]])

    def _place(self, state: str | int, where: str) -> int:
        return resolve(state, self._states, "state", where)

    def _named(self, lottery: Lottery) -> dict[str, Any]:
        return {self._states[k]: value for k, value in lottery}

    # ---------------------------------------------------------------- where play goes

    @cached_property
    def reachable(self) -> tuple[str, ...]:
        """States that some observations lead to from the first state, whether or not players do as prescribed."""
        return self._closure([k for k, _ in self._initial], lambda k: self._tables[k].flat)

    @property
    def unreachable(self) -> tuple[str, ...]:
        """States that nothing leads to; what is played there never matters."""
        return tuple(state for state in self._states if state not in self.reachable)

    @cached_property
    def on_path(self) -> tuple[str, ...]:
        """States that occur while all players do as prescribed."""
        return self._closure([k for k, _ in self._initial], self._followed)

    def _followed(self, k: int) -> Any:
        """Return the lotteries that may follow a state in which all do as prescribed."""
        if self._signals is not None:
            return self._tables[k].flat
        supports = [[a for a, value in enumerate(row) if value != 0] for row in self._outputs[k]]
        return self._tables[k][np.ix_(*supports)].flat

    def _closure(self, waiting: list[int], following: Any) -> tuple[str, ...]:
        found = set(waiting)
        while waiting:
            for number in set(following(waiting.pop())):
                new = {k for k, _ in self._lotteries[number]} - found
                found |= new
                waiting += sorted(new)
        return tuple(self._states[k] for k in sorted(found))

    def next_state(self, state: str | int) -> str | None:
        """Return the state after one in which all do as prescribed, or None if chance decides it.

        Parameters
        ----------
        state : str or int
            The state.
        """
        following = {lottery for number in self._followed(self._place(state, "next_state()")) for lottery in [self._lotteries[number]]}
        only = following.pop()
        return self._states[only[0][0]] if not following and len(only) == 1 else None

    def path(self, state: str | int | None = None) -> PlayPath:
        """Return the profiles that are played as long as all do as prescribed.

        Parameters
        ----------
        state : str or int, optional
            Where to begin; by default the first state.

        Raises
        ------
        GameDefinitionError
            Chance decides what is played.
        """
        visited = self._walk(state)
        profiles = [self.profile(visit) for visit in visited]
        back = visited.index(self.next_state(visited[-1]))  # type: ignore[arg-type]
        return PlayPath(tuple(profiles[:back]), tuple(profiles[back:]))

    def _walk(self, state: str | int | None = None) -> list[str]:
        """Return the states in the order in which they are visited until one comes again."""
        if state is None and len(self._initial) != 1:
            raise GameDefinitionError("path(): the first state is drawn by lot; name the state to begin with.")
        here: str | None = self._states[self._initial[0][0] if state is None else self._place(state, "path()")]
        visited: list[str] = []
        while here not in visited:
            if here is None:
                raise GameDefinitionError(f"path(): chance decides what follows state {visited[-1]!r}; use .transition() or .simulate().")
            visited.append(here)
            here = self.next_state(here)
        return visited

    # ---------------------------------------------------------------- other machines made from it

    def minimal(self) -> Automaton:
        """Return the smallest machine that plays the same: unreachable states dropped, equivalent ones merged."""
        alive = [self._states.index(state) for state in self.reachable]
        block = {k: self._outputs[k] for k in alive}
        count = 0
        while len(set(block.values())) != count:
            count = len(set(block.values()))
            names = {value: number for number, value in enumerate(dict.fromkeys(block.values()))}
            numbered = {k: names[value] for k, value in block.items()}
            merged = [self._merged(lottery, numbered) for lottery in self._lotteries]
            block = {k: (numbered[k], tuple(merged[number] for number in self._tables[k].flat)) for k in alive}
        names = {value: number for number, value in enumerate(dict.fromkeys(block.values()))}
        numbered = {k: names[value] for k, value in block.items()}
        leaders = [next(k for k in alive if numbered[k] == number) for number in range(len(names))]
        tables = [[self._merged(self._lotteries[number], numbered) for number in self._tables[k].flat] for k in leaders]
        labels = [self._states[k] for k in leaders]
        return self._with(self._field, labels, [self._outputs[k] for k in leaders], tables, self._merged(self._initial, numbered))

    @staticmethod
    def _merged(lottery: Lottery, numbered: Mapping[int, int]) -> Lottery:
        """Return a lottery over blocks of states; lotteries of dropped states do not matter."""
        weights: dict[int, Any] = {}
        for k, value in lottery:
            if k in numbered:
                weights[numbered[k]] = weights[numbered[k]] + value if numbered[k] in weights else value
        return tuple(sorted(weights.items()))

    def in_field(self, field: Field) -> Automaton:
        """Return the same machine with probabilities of another number system.

        Parameters
        ----------
        field : {"exact", "float", "symbolic"}
            The number system; floats become the rationals with the shortest decimals.
        """
        if field == self._field:
            return self

        def one(value: Any) -> Any:
            kind, number = read_number(value, "in_field()")
            return convert(number, kind, field, "in_field()")

        def lottery(pairs: Lottery) -> Lottery:
            return tuple((k, one(value)) for k, value in pairs)

        outputs = [tuple(tuple(map(one, row)) for row in output) for output in self._outputs]
        changed = [lottery(pairs) for pairs in self._lotteries]
        return self._with(
            field, self._states, outputs, [[changed[n] for n in table.flat] for table in self._tables], lottery(self._initial)
        )

    # ---------------------------------------------------------------- showing and playing it

    def describe(self) -> str:
        """Return a plain reading: what is played, who is punished after which departure, how and for how long."""
        return str(import_module("alliancegames.games._automaton_words").describe(self))

    def plot(self, *, ax: Any = None) -> Any:
        """Draw the machine; see `plot_automaton`.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw.
        """
        return import_module("alliancegames.plotting.automata").plot_automaton(self, ax=ax)

    def simulate(
        self,
        periods: int,
        runs: int = 1,
        *,
        rng: Any = None,
        noise: Any = 0,
        monitoring: PublicMonitoring | None = None,
    ) -> Any:
        """Play the machine, with players who sometimes err.

        Parameters
        ----------
        periods : int
            Number of periods.
        runs : int, default 1
            Number of independent histories.
        rng : int or numpy.random.Generator, optional
            Seed or generator; the same seed gives the same histories.
        noise : number or sequence of number, default 0
            Probability, for all or one a player, that a player takes another action than intended, each
            of the others being equally likely.
        monitoring : PublicMonitoring, optional
            Probabilities of the signals; needed if signals move the machine.

        Returns
        -------
        SimulatedPaths
            States, actions and signals of all runs and periods.

        Examples
        --------
        >>> import alliancegames as ag
        >>> from alliancegames.games.strategies import grim_trigger
        >>> grim = grim_trigger(ag.games.prisoners_dilemma(), ("cooperate", "cooperate"))
        >>> paths = grim.simulate(periods=50, runs=200, rng=1, noise="1/100")
        >>> paths.actions.shape
        (200, 50, 2)
        """
        return import_module("alliancegames.games._automaton_paths").simulate(self, periods, runs, rng, noise, monitoring)

    # ---------------------------------------------------------------- identity

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        tables = tuple(tuple(table.ravel().tolist()) for table in self._tables)
        labels = (self._players, self._actions, self._signals, self._states, self._field)
        return (*labels, self._outputs, tables, self._lotteries, self._initial)

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Automaton) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        count = len(self._states)
        shown = ", ".join(self._states[:6]) + (", ..." if count > 6 else "")
        traits = [f"players: {', '.join(self._players)}"]
        traits += [] if self._signals is None else [f"moved by the signals {', '.join(self._signals)}"]
        traits += [] if not self.unreachable else [f"{len(self.unreachable)} unreachable"]
        return f"<Automaton of {count} state{'' if count == 1 else 's'} ({shown}), {', '.join(traits)}>"
