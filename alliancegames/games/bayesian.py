"""Games of incomplete information: types drawn from a prior, actions and payoffs by type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any, final

import numpy as np

from alliancegames._fields import FIELDS, Field, common_field, convert, format_number
from alliancegames._immutable import FrozenDict, Immutable
from alliancegames._labels import check_labels, resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games import bayesian_beliefs, bayesian_forms
from alliancegames.games._bayesian_reading import PRIOR_TOLERANCE, WHERE, Labels, by_player, read_actions, read_payoffs, read_prior
from alliancegames.games._tabular import Tabular
from alliancegames.games.bayesian_profile import BayesianProfile, read_type_strategies
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.transforms import substitution

__all__ = ["BayesianGame"]

Payoffs = Mapping[tuple[tuple[str, ...], tuple[str, ...]], Any] | Callable[[tuple[str, ...], tuple[str, ...]], Any]


@final
class BayesianGame(Tabular, Immutable):
    """A finite game in which each player knows his own type only.

    Nature draws a type for every player from a common prior, each player learns his own, and all act at
    the same time.

    Parameters
    ----------
    players : sequence of str
        Player labels.
    types : mapping or sequence
        Type labels of each player, by player or in their order.
    prior : mapping or sequence
        Either the joint probabilities, ``{(type, ..., type): probability}``, where what is left out has
        probability zero; or, if types are independent, the probabilities of each player's types,
        ``{player: {type: probability}}`` or one mapping a player in their order.
    actions : mapping or sequence
        Action labels of each player, by player or in their order; where they depend on the type,
        ``{type: labels}`` in the place of the labels.
    payoffs : mapping or callable
        One payoff a player for each profile of types and of actions: ``{(types, actions): payoffs}`` with
        two tuples of labels, or a function of the two tuples. Profiles of types that have probability zero
        are not asked for.
    title : str, optional
        Shown above figures and tables.
    field : {"exact", "float", "symbolic"}, optional
        As in `NormalFormGame`.

    Raises
    ------
    GameDefinitionError
        The prior is no probability distribution, payoffs are missing, or labels do not fit.

    Examples
    --------
    Generalized mutual deterrence :cite:p:`zagare2000perfect`: each side may challenge (D) or not (C),
    and whoever is challenged retaliates if and only if he is hard. At even odds of meeting a hard opponent
    only the hard challenge.

    >>> import alliancegames as ag
    >>> values = {"win": "1", "status quo": "3/5", "lose": "1/10", "hard": "3/10", "soft": "-1/2"}
    >>> def payoffs(types, actions):
    ...     if actions == ("C", "C"):
    ...         return values["status quo"], values["status quo"]
    ...     if actions == ("D", "D") or types[actions.index("C")] == "hard":  # conflict
    ...         return values[types[0]], values[types[1]]
    ...     return [values["win" if action == "D" else "lose"] for action in actions]
    >>> def deterrence(p):
    ...     return ag.BayesianGame(["A", "B"], [["hard", "soft"]] * 2, [{"hard": p, "soft": 1 - p}] * 2, [["C", "D"]] * 2, payoffs)
    >>> from fractions import Fraction
    >>> print(ag.bayesian_nash(deterrence(Fraction(1, 2))))
    <EquilibriumSet: 1 Bayesian Nash equilibrium (complete, exact, degenerate game: extreme points listed)>
      A hard: D; A soft: C; B hard: D; B soft: C

    Where hard opponents are likely, deterrence is stable, too, but not the only equilibrium:

    >>> print(ag.bayesian_nash(deterrence(Fraction(7, 10))))
    <EquilibriumSet: 3 Bayesian Nash equilibria (complete, exact, degenerate game: extreme points listed)>
      A hard: C; A soft: C; B hard: C; B soft: C
      A hard: C 4/7, D 3/7; A soft: C; B hard: C 4/7, D 3/7; B soft: C
      A hard: D; A soft: C; B hard: D; B soft: C
    """

    _advice = "use .subs(), .exact() or .floats() to make another game"

    def __init__(
        self,
        players: Sequence[str],
        types: Mapping[str, Sequence[str]] | Sequence[Sequence[str]],
        prior: Any,
        actions: Any,
        payoffs: Payoffs,
        *,
        title: str = "",
        field: Field | None = None,
    ) -> None:
        if not isinstance(title, str):
            raise GameDefinitionError(f"{WHERE}: the title must be a text, got {title!r}.")
        if field is not None and field not in FIELDS:
            raise GameDefinitionError(f"{WHERE}: field must be one of {', '.join(map(repr, FIELDS))}, got {field!r}.")
        self._title = title
        self._players = check_labels(players, "player", WHERE)
        listed = by_player(types, self._players, "types")
        self._types = tuple(
            check_labels(part, "type", f"{WHERE}, types of {name}") for part, name in zip(listed, self._players, strict=True)
        )
        self._actions = read_actions(self._players, self._types, actions)
        examples: dict[Field, Any] = {}
        weights = read_prior(prior, self._players, self._types, examples)
        possible = [cell for cell, (_, value) in weights.items() if value != 0]
        tables = read_payoffs(payoffs, Labels(self._players, self._types, self._actions), possible, examples)
        self._field: Field = field or common_field(examples, WHERE, examples)
        self._prior = self._convert_prior(weights)
        self._payoffs = {cell: self._table(cell, tables[cell]) for cell in self._prior if cell in tables}
        self._seal()

    # ---------------------------------------------------------------- reading

    def _convert_prior(self, weights: dict[tuple[int, ...], tuple[Field, Any]]) -> dict[tuple[int, ...], Any]:
        prior = {cell: convert(value, kind, self._field) for cell, (kind, value) in weights.items()}
        if self._field != "symbolic":
            total = sum(prior.values())
            off = abs(total - 1) > PRIOR_TOLERANCE if self._field == "float" else total != 1
            if off or min(prior.values()) < 0:
                shown = ", ".join(f"{'/'.join(self._type_labels(cell))} {value}" for cell, value in list(prior.items())[:8])
                raise GameDefinitionError(f"{WHERE}: the prior must be non-negative and sum to 1, got {shown} with sum {total}.")
        return {cell: value for cell, value in prior.items() if value != 0}

    def _table(self, cell: tuple[int, ...], table: Mapping[Any, Any]) -> tuple[np.ndarray, ...]:
        """Return one array a player for a profile of types."""
        shape = tuple(len(part[t]) for part, t in zip(self._actions, cell, strict=True))
        arrays = []
        for k in range(len(self._players)):
            array = np.empty(shape, dtype=float if self._field == "float" else object)
            for position, moves in zip(np.ndindex(shape), table, strict=True):
                kind, value = table[moves][k]
                array[position] = convert(value, kind, self._field, WHERE)
            array.setflags(write=False)
            arrays.append(array)
        return tuple(arrays)

    # ---------------------------------------------------------------- what the game is

    @property
    def players(self) -> tuple[str, ...]:
        """Player labels."""
        return self._players

    @property
    def types(self) -> tuple[tuple[str, ...], ...]:
        """Type labels of each player."""
        return self._types

    @property
    def actions(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """Action labels of each player and type."""
        return self._actions

    @property
    def title(self) -> str:
        """Title shown above figures and tables."""
        return self._title

    @property
    def field(self) -> Field:
        """Number system: ``"exact"``, ``"float"`` or ``"symbolic"``."""
        return self._field

    @cached_property
    def prior(self) -> Mapping[tuple[str, ...], Any]:
        """Probability of each profile of types that can occur."""
        return FrozenDict({self._type_labels(cell): value for cell, value in self._prior.items()})

    @cached_property
    def tables(self) -> Mapping[tuple[int, ...], tuple[np.ndarray, ...]]:
        """Payoffs by positions: for each profile of types that can occur one read-only array a player."""
        return FrozenDict(self._payoffs)

    @cached_property
    def weights(self) -> Mapping[tuple[int, ...], Any]:
        """The prior by positions of the types."""
        return FrozenDict(self._prior)

    @property
    def free_symbols(self) -> frozenset[Any]:
        """Sympy symbols that occur in payoffs and prior; empty unless the game is symbolic."""
        if self._field != "symbolic":
            return frozenset()
        numbers = [*self._prior.values(), *(value for tables in self._payoffs.values() for array in tables for value in array.flat)]
        return frozenset().union(*(value.free_symbols for value in numbers))

    @cached_property
    def agents(self) -> tuple[tuple[int, int], ...]:
        """Players with each of their types that can occur, by position."""
        return tuple((k, t) for k, types in enumerate(self._types) for t in range(len(types)) if any(cell[k] == t for cell in self._prior))

    @cached_property
    def agent_labels(self) -> tuple[str, ...]:
        """Names of the agents: the player, and the type where he has several."""
        names = [self._players[k] if len(self._types[k]) == 1 else f"{self._players[k]} {self._types[k][t]}" for k, t in self.agents]
        if len(set(names)) < len(names):
            names = [f"{self._players[k]}: {self._types[k][t]}" for k, t in self.agents]
        return check_labels(names, "agent", WHERE)

    def agent_position(self, player: str | int, kind: str | int, where: str) -> int:
        """Return the position of a player's type in `agents`.

        Parameters
        ----------
        player, kind : str or int
            Player and type.
        where : str
            What is being read, for messages.
        """
        k = resolve(player, self._players, "player", where)
        t = resolve(kind, self._types[k], f"type of {self._players[k]}", where)
        if (k, t) not in self.agents:
            raise GameDefinitionError(
                f"{where}: type {self._types[k][t]!r} of {self._players[k]} has probability zero, so nothing is known about it."
            )
        return self.agents.index((k, t))

    def marginal(self, player: str | int) -> dict[str, Any]:
        """Return the probabilities of a player's types.

        Parameters
        ----------
        player : str or int
            Whose types.
        """
        k = resolve(player, self._players, "player", "marginal()")
        return {label: self._total(value for cell, value in self._prior.items() if cell[k] == t) for t, label in enumerate(self._types[k])}

    def interim(self, player: str | int, kind: str | int) -> dict[tuple[str, ...], Any]:
        """Return what a player of some type believes about the types of the others.

        Parameters
        ----------
        player : str or int
            Who believes.
        kind : str or int
            His type; it must have positive probability.

        Returns
        -------
        dict
            Conditional probabilities of the profiles of the other players' types that he thinks possible.
        """
        return bayesian_beliefs.interim(self, player, kind)

    def payoff(self, types: Sequence[str | int], actions: Sequence[str | int]) -> dict[str, Any]:
        """Return the payoffs for a profile of types and a profile of actions.

        Parameters
        ----------
        types, actions : sequence of str or int
            One of each player.
        """
        cell = tuple(resolve(t, labels, "type", "payoff()") for t, labels in zip(types, self._types, strict=True))
        if cell not in self._payoffs:
            raise GameDefinitionError(
                f"payoff(): the types {self._type_labels(cell)} have probability zero, so payoffs are not kept for them."
            )
        moves = tuple(resolve(a, part[t], "action", "payoff()") for a, part, t in zip(actions, self._actions, cell, strict=True))
        return {player: _plain(array[moves]) for player, array in zip(self._players, self._payoffs[cell], strict=True)}

    def _type_labels(self, cell: Sequence[int]) -> tuple[str, ...]:
        return tuple(labels[t] for labels, t in zip(self._types, cell, strict=True))

    def _total(self, values: Iterable[Any]) -> Any:
        zero: Any = 0.0 if self._field == "float" else Fraction(0)
        return sum(values, zero)

    # ---------------------------------------------------------------- playing it

    def profile(self, strategies: Any) -> BayesianProfile:
        """Read a profile of strategies by type.

        Parameters
        ----------
        strategies : BayesianProfile, mapping or sequence
            For each player ``{type: strategy}``, or one strategy for all types; a strategy is an action
            label or index, a mapping ``{action: probability}``, or a probability vector.
        """
        return BayesianProfile(self, read_type_strategies(self, strategies, "profile()"))

    def posterior(
        self, profile: Any, about: str | int, observed: Mapping[str, str | int], *, knowing: Mapping[str, str | int] | None = None
    ) -> dict[str, Any]:
        """Return the beliefs about a player's type after actions are observed, by Bayes' rule.

        Parameters
        ----------
        profile : BayesianProfile, mapping or sequence
            What everybody plays, as in `profile`.
        about : str or int
            Whose type.
        observed : mapping
            The action seen of each player who was observed.
        knowing : mapping, optional
            Types that are known, such as the observer's own.

        Returns
        -------
        dict
            Probability of each type.

        Raises
        ------
        GameDefinitionError
            What was observed has probability zero, so that Bayes' rule says nothing.

        Examples
        --------
        >>> import alliancegames as ag
        >>> game = ag.BayesianGame(["Patron"], [["firm", "weak"]], [{"firm": "1/3", "weak": "2/3"}], [["arm", "wait"]],
        ...                        lambda types, actions: [0])
        >>> game.posterior({"Patron": {"firm": "arm", "weak": {"arm": "1/4", "wait": "3/4"}}}, "Patron", {"Patron": "arm"})
        {'firm': Fraction(2, 3), 'weak': Fraction(1, 3)}
        """
        return bayesian_beliefs.posterior(self, profile, about, observed, knowing or {})

    # ---------------------------------------------------------------- other games made from it

    def agent_form(self) -> NormalFormGame:
        """Return the game in which every type that can occur is a player of its own.

        Returns
        -------
        NormalFormGame
            Payoffs are interim: the expected payoffs of a type given that it was drawn. Its Nash equilibria
            are the Bayesian Nash equilibria.
        """
        return bayesian_forms.agent_form(self)

    def ex_ante(self) -> NormalFormGame:
        """Return the game in which each player plans what to do as every type, before types are drawn.

        Returns
        -------
        NormalFormGame
            A plan is labelled by its actions in the order of the types that can occur, joined by ``/``.
            Payoffs are expected over types.
        """
        return bayesian_forms.ex_ante(self)

    def tree(self) -> ExtensiveGame:
        """Return the game as a tree: nature draws the types, then the players move without seeing each other.

        Returns
        -------
        ExtensiveGame
            With one information set for each type that can occur, named as in `agent_labels`.
        """
        return bayesian_forms.tree(self)

    def subs(self, values: Mapping[Any, Any]) -> BayesianGame:
        """Substitute numbers (or expressions) for symbols in payoffs and prior.

        Parameters
        ----------
        values : mapping
            Symbols, or their names, to numbers. Exact numbers keep the game exact.
        """
        replace, rounded = substitution(self, values)
        game = self._rebuilt(replace, None)
        return game.floats() if rounded and not game.free_symbols else game

    def exact(self) -> BayesianGame:
        """Return the game with exact numbers; each float is read as the shortest decimal that rounds to it."""
        return self._rebuilt(_plain, "exact")

    def floats(self) -> BayesianGame:
        """Return the game with numbers rounded to double precision."""
        return self._rebuilt(_plain, "float")

    def _rebuilt(self, number: Callable[[Any], Any], field: Field | None) -> BayesianGame:
        prior = {self._type_labels(cell): number(value) for cell, value in self._prior.items()}

        def payoffs(types: tuple[str, ...], moves: tuple[str, ...]) -> list[Any]:
            return [number(value) for value in self.payoff(types, moves).values()]

        return BayesianGame(self._players, self._types, prior, self._by_type(), payoffs, title=self._title, field=field)

    def _by_type(self) -> list[dict[str, tuple[str, ...]]]:
        return [dict(zip(types, part, strict=True)) for types, part in zip(self._types, self._actions, strict=True)]

    # ---------------------------------------------------------------- identity

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BayesianGame):
            return NotImplemented
        mine = (self._players, self._types, self._actions, self._field, self._prior)
        return mine == (other._players, other._types, other._actions, other._field, other._prior) and all(
            np.array_equal(a, b) for cell in self._payoffs for a, b in zip(self._payoffs[cell], other._payoffs[cell], strict=True)
        )

    def __hash__(self) -> int:
        return hash((self._players, self._types, self._actions, self._field, frozenset(self._prior.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        payoffs = {
            (self._type_labels(cell), moves): list(self.payoff(self._type_labels(cell), moves).values())
            for cell in self._prior
            for moves in product(*(part[t] for part, t in zip(self._actions, cell, strict=True)))
        }
        return _make, (self._players, self._types, dict(self.prior), self._by_type(), payoffs, self._title, self._field)

    def __str__(self) -> str:
        kinds = "; ".join(f"{player}: {', '.join(types)}" for player, types in zip(self._players, self._types, strict=True))
        odds = ", ".join(f"{'/'.join(types)} {format_number(value)}" for types, value in self.prior.items())
        return f"Types: {kinds}\nPrior: {odds}"

    def __repr__(self) -> str:
        title = f" {self._title!r}" if self._title else ""
        sizes = "×".join(str(len(types)) for types in self._types)
        return f"<BayesianGame{title}: {sizes} types, {self._field} payoffs, players: {', '.join(self._players)}>"


def _make(players: Any, types: Any, prior: Any, actions: Any, payoffs: Any, title: str, field: Field) -> BayesianGame:
    return BayesianGame(players, types, prior, actions, payoffs, title=title, field=field)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value
