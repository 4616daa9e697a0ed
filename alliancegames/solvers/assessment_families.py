"""Families of perfect Bayesian equilibria of signalling games: what is played, and what is free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np

from alliancegames._exact import rank
from alliancegames._fields import format_number, to_float
from alliancegames._labels import resolve
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.assessment import Assessment
from alliancegames.games.profile import MixedStrategy
from alliancegames.games.signalling import Cell, SignallingGame
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers._reply_cells import Vector, message_cells
from alliancegames.solvers.result import EquilibriumSet
from alliancegames.solvers.verify_assessment import sequential_rationality

__all__ = ["AssessmentComponent", "AssessmentFamily", "AssessmentSet", "BeliefSet"]

Side = tuple[Vector, ...]
"""One distribution for each type, or for each message."""


@dataclass(frozen=True)
class BeliefSet:
    """The beliefs that support some replies to a message.

    Parameters
    ----------
    replies : tuple of str
        The replies given with positive probability; all are best against each of the beliefs.
    vertices : tuple of MixedStrategy
        Vertices of the polytope of beliefs about the type.
    """

    replies: tuple[str, ...]
    vertices: tuple[MixedStrategy, ...]

    def __str__(self) -> str:
        names = self.vertices[0].actions
        ranges = {name: (min(v[name] for v in self.vertices), max(v[name] for v in self.vertices)) for name in names}
        return f"{' or '.join(self.replies)} for the belief {_ranges(ranges)}"


@dataclass(frozen=True)
class AssessmentFamily:
    """A maximal convex family of perfect Bayesian equilibria of a signalling game.

    Every mixture of its sender's strategies with every mixture of its receiver's strategies is an
    equilibrium, with Bayesian beliefs after the messages that are sent and any of the beliefs listed after the others.

    Parameters
    ----------
    game : SignallingGame
        The game.
    senders : tuple
        Vertices of the polytope of sender's strategies: for each type its probabilities of the messages, exact.
    receivers : tuple
        Vertices of the polytope of receiver's strategies: for each message the probabilities of the replies, exact.
    """

    game: SignallingGame
    senders: tuple[Side, ...]
    receivers: tuple[Side, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "senders", tuple(sorted(self.senders, reverse=True)))
        object.__setattr__(self, "receivers", tuple(sorted(self.receivers, reverse=True)))

    # ---------------------------------------------------------------- what is free

    @property
    def sender_vertices(self) -> tuple[dict[str, MixedStrategy], ...]:
        """Vertices of the polytope of sender's strategies, by type."""
        return tuple(
            {kind: self._strategy(self.game.messages, row) for kind, row in zip(self.game.types, side, strict=True)}
            for side in self.senders
        )

    @property
    def receiver_vertices(self) -> tuple[dict[str, MixedStrategy], ...]:
        """Vertices of the polytope of receiver's strategies, by message; messages that end the game are left out."""
        return tuple(
            {m: self._strategy(replies, row) for (m, replies), row in zip(self.game.replies.items(), side, strict=True) if len(replies) > 1}
            for side in self.receivers
        )

    @property
    def dimension(self) -> int:
        """Dimension of the set of strategies: 0 for a single profile."""
        return _dimension(self.senders) + _dimension(self.receivers)

    def interval(self, information_set: str, action: str | int) -> tuple[Any, Any]:
        """Return the least and the largest probability of an action in the family.

        Parameters
        ----------
        information_set : str
            A type, a message, or the label of an information set of the tree.
        action : str or int
            A message of the type, or a reply to the message.
        """
        where = "interval()"
        at_type, at_message = self._place(information_set, where)
        if at_type is not None:
            k = resolve(action, self.game.messages, "message", where)
            values = [side[at_type][k] for side in self.senders]
        else:
            assert at_message is not None
            k = resolve(action, self.game.replies[self.game.messages[at_message]], "reply", where)
            values = [side[at_message][k] for side in self.receivers]
        return self._out(min(values)), self._out(max(values))

    def _place(self, address: str, where: str) -> tuple[int | None, int | None]:
        game = self.game
        labels: dict[str, tuple[int | None, int | None]] = {game.sender_set(kind): (k, None) for k, kind in enumerate(game.types)}
        open_messages = [(k, message) for k, message in enumerate(game.messages) if not game.ends(message)]
        labels |= {game.receiver_set(message): (None, k) for k, message in open_messages}
        labels |= {kind: (k, None) for k, kind in enumerate(game.types) if kind not in game.messages}
        labels |= {message: (None, k) for k, message in open_messages if message not in game.types}
        return list(labels.values())[resolve(address, list(labels), "information set", where)]

    # ---------------------------------------------------------------- what is played

    @property
    def unused_messages(self) -> tuple[str, ...]:
        """Messages that no type sends in any member."""
        return tuple(message for k, message in enumerate(self.game.messages) if not any(row[k] for side in self.senders for row in side))

    @property
    def unused_patterns(self) -> tuple[tuple[str, ...], ...]:
        """The sets of messages that are unused in some member; most members leave only the first set unused."""
        vertices = {frozenset(k for k in range(len(self.game.messages)) if not any(row[k] for row in side)) for side in self.senders}
        patterns: set[frozenset[int]] = set()
        for unused in vertices:  # a mixture leaves unused what all its parts leave unused
            patterns |= {unused} | {unused & other for other in patterns}
        ordered = sorted(patterns, key=lambda pattern: (len(pattern), sorted(pattern)))
        return tuple(tuple(self.game.messages[k] for k in sorted(pattern)) for pattern in ordered)

    @property
    def kind(self) -> str:
        """``"pooling"`` if all types do the same in all members, ``"separating"`` if no message is sent by two types, else ``"semi-separating"``."""
        if all(row == side[0] for side in self.senders for row in side):
            return "pooling"
        sent = [{k for side in self.senders for k, weight in enumerate(side[t]) if weight} for t in range(len(self.game.types))]
        return "separating" if sum(map(len, sent)) == len(set().union(*sent)) else "semi-separating"

    @property
    def beliefs(self) -> dict[str, tuple[BeliefSet, ...]]:
        """Beliefs after each message that no member sends: one polytope for each set of replies that members give there.

        The fewer replies are given, the more beliefs support them; mixed replies need the receiver to be indifferent.
        """
        return {
            message: self._belief_sets(self.game.messages.index(message)) for message in self.unused_messages if not self.game.ends(message)
        }

    def _belief_sets(self, m: int) -> tuple[BeliefSet, ...]:
        supports: set[frozenset[int]] = set()
        for side in self.receivers:
            own = frozenset(a for a, weight in enumerate(side[m]) if weight)
            supports |= {own} | {own | other for other in supports}
        replies = self.game.replies[self.game.messages[m]]
        return tuple(
            BeliefSet(
                tuple(replies[a] for a in sorted(support)),
                tuple(self._strategy(self.game.types, belief) for belief in message_cells(self.game)[m].beliefs(support)),
            )
            for support in sorted(supports, key=lambda support: (len(support), sorted(support)))
        )

    def belief_interval(self, message: str, sender_type: str) -> tuple[Any, Any]:
        """Return the least and the largest probability of a type that may be believed after a message that nobody sends.

        Parameters
        ----------
        message : str
            One of ``unused_messages``.
        sender_type : str
            The type.
        """
        if message not in self.beliefs:
            known = ", ".join(self.beliefs) or "none"
            raise GameDefinitionError(
                f"belief_interval(): beliefs are free only after messages that nobody sends ({known}), got {message!r}."
            )
        values = [vertex[sender_type] for beliefs in self.beliefs[message] for vertex in beliefs.vertices]
        return min(values), max(values)

    @property
    def type_payoffs(self) -> dict[str, tuple[Any, Any]]:
        """Least and largest equilibrium payoff of each type in the family."""
        values = [self._payoffs_of_types(side) for side in self.receivers]
        return {
            kind: (self._out(min(column)), self._out(max(column)))
            for kind, column in zip(self.game.types, zip(*values, strict=True), strict=True)
        }

    def sender_values(self) -> tuple[Vector, ...]:
        """Return the exact equilibrium payoffs of the types, at the example first, then at the other vertices, without repetition."""
        return tuple(dict.fromkeys(self._payoffs_of_types(side) for side in (self._example[1], *self.receivers)))

    def _payoffs_of_types(self, receiver: Side) -> Vector:
        """Return what each type gets from its best message, which is what it gets in equilibrium."""
        return tuple(
            max(
                sum((w * Fraction(u) for w, u in zip(given, row, strict=True)), Fraction(0))
                for given, row in zip(receiver, rows, strict=True)
            )
            for rows in self.game.numbers(0)
        )

    @property
    def outcome(self) -> dict[Cell, Any]:
        """Probability of each play (type, message, reply) at the example; see ``outcome_is_constant``."""
        return {cell: self._out(weight) for cell, weight in self._outcome(*self._example).items() if weight}

    @property
    def outcome_is_constant(self) -> bool:
        """Whether all members lead to the same plays with the same probabilities, so that what is free is off the path."""
        outcomes = {tuple(self._outcome(x, y).values()) for x, y in product(self.senders, self.receivers)}
        return len(outcomes) == 1  # probabilities of plays are linear in either side

    def _outcome(self, sender: Side, receiver: Side) -> dict[Cell, Fraction]:
        game, result = self.game, {}
        for t, (kind, weight) in enumerate(game.prior.items()):
            for m, (message, replies) in enumerate(game.replies.items()):
                for a, reply in enumerate(replies):
                    result[kind, message, reply] = Fraction(weight) * sender[t][m] * receiver[m][a]
        return result

    # ---------------------------------------------------------------- members

    @cached_property
    def _example(self) -> tuple[Side, Side]:
        simplest = [min(sides, key=lambda side: sum(bool(w) for row in side for w in row)) for sides in (self.senders, self.receivers)]
        return simplest[0], simplest[1]

    @property
    def example(self) -> Assessment:
        """A member in which as few actions as possible are mixed."""
        return self._member(*self._example)

    @property
    def is_pure(self) -> bool:
        """Whether some member is in pure strategies; the example then is."""
        return self.example.is_pure

    @property
    def payoffs(self) -> dict[str, Any]:
        """Payoff of each player at the example."""
        return self.example.payoffs

    def arrays(self, dtype: Any = None) -> tuple[np.ndarray, ...]:
        """Return the strategies of the example as arrays, one an information set of the tree.

        Parameters
        ----------
        dtype : type, optional
            ``float`` gives float64 vectors; by default the numbers stay as they are.
        """
        return self.example.arrays(dtype)

    def mixture(self, sender: Sequence[Any], receiver: Sequence[Any]) -> Assessment:
        """Return a member: a mixture of vertices on either side.

        Parameters
        ----------
        sender, receiver : sequence of number
            Weights of the vertices of the sender's and of the receiver's strategies; they are scaled to sum to one.
        """
        for name, weights, sides in (("sender", sender, self.senders), ("receiver", receiver, self.receivers)):
            if len(weights) != len(sides) or min(weights) < 0 or not sum(weights):
                raise GameDefinitionError(
                    f"mixture(): {name} needs {len(sides)} non-negative weights that are not all zero, got {list(weights)}."
                )
        return self._member(_mixed(self.senders, sender), _mixed(self.receivers, receiver))

    def contains(self, assessment: Assessment) -> bool:
        """Whether an assessment of the game's tree is a member; decided exactly.

        Parameters
        ----------
        assessment : Assessment
            Strategies and beliefs, of an exact game.
        """
        if self.game.field != "exact":
            raise SolverNotApplicableError("contains(): membership is decided in exact numbers; use game.exact().")
        if assessment.game != self.game.tree():
            raise GameDefinitionError("contains(): the assessment is one of another game; make it with game.assessment().")
        sender = tuple(tuple(assessment[self.game.sender_set(kind)].probabilities) for kind in self.game.types)
        receiver = tuple(
            (Fraction(1),) if self.game.ends(m) else tuple(assessment[self.game.receiver_set(m)].probabilities) for m in self.game.messages
        )
        return _in_hull(sender, self.senders) and _in_hull(receiver, self.receivers) and bool(sequential_rationality(assessment))

    def witnesses(self) -> Iterator[Assessment]:
        """Iterate over members which, if they are equilibria, prove that all members are.

        A reply that is best against every vertex of the sender's strategies is best against their mixtures,
        and likewise for messages. So the mean of one side, which uses everything that its vertices use, is
        combined with every vertex of the other.
        """
        mean_sender, mean_receiver = (_mixed(sides, [1] * len(sides)) for sides in (self.senders, self.receivers))
        yield from (self._member(mean_sender, receiver) for receiver in self.receivers)
        yield from (self._member(sender, mean_receiver) for sender in self.senders)
        corners = [self._supporting(m, row) for m, row in enumerate(mean_receiver)]
        for k in range(max(map(len, corners))):
            yield self._member(mean_sender, mean_receiver, {m: vertices[k % len(vertices)] for m, vertices in enumerate(corners)})

    def _supporting(self, m: int, row: Vector) -> tuple[Vector, ...]:
        return message_cells(self.game)[m].beliefs(a for a, weight in enumerate(row) if weight)

    def _member(self, sender: Side, receiver: Side, told: Mapping[int, Vector] | None = None) -> Assessment:
        game = self.game
        open_messages = [m for m, message in enumerate(game.messages) if not game.ends(message)]
        strategies = {game.sender_set(t): self._vector(row) for t, row in enumerate(sender)}
        strategies |= {game.receiver_set(m): self._vector(receiver[m]) for m in open_messages}
        beliefs = {game.receiver_set(m): self._vector(self._belief(sender, receiver, m, told or {})) for m in open_messages}
        return Assessment(game.tree().profile(strategies), beliefs)

    def _belief(self, sender: Side, receiver: Side, m: int, told: Mapping[int, Vector]) -> Vector:
        """Return the belief after a message: Bayes' if it is sent, as told, the prior if that supports the replies, or the mean of what does."""
        prior = [Fraction(weight) for weight in self.game.prior.values()]
        weights = [weight * row[m] for weight, row in zip(prior, sender, strict=True)]
        if total := sum(weights):
            return tuple(weight / total for weight in weights)
        if m in told:
            return told[m]
        used = [a for a, weight in enumerate(receiver[m]) if weight]
        passive = [weight / sum(prior) for weight in prior]
        rows = [[Fraction(value) for value in payoffs[m]] for payoffs in self.game.numbers(1)]
        values = [sum(w * row[a] for w, row in zip(passive, rows, strict=True)) for a in range(len(rows[0]))]
        if all(values[a] == max(values) for a in used):
            return tuple(passive)
        return _average(message_cells(self.game)[m].beliefs(used))

    # ---------------------------------------------------------------- numbers and words

    def _out(self, value: Fraction) -> Any:
        return to_float(value, "rounding the result") if self.game.field == "float" else value

    def _vector(self, values: Iterable[Fraction]) -> list[Any]:
        return [self._out(value) for value in values]

    def _strategy(self, labels: Sequence[str], values: Vector) -> MixedStrategy:
        vector = np.empty(len(values), dtype=float if self.game.field == "float" else object)
        vector[:] = self._vector(values)
        return MixedStrategy(labels, vector)

    def __str__(self) -> str:
        game = self.game
        parts = [f"{kind} sends {_ranges({m: self.interval(game.sender_set(kind), m) for m in game.messages})}" for kind in game.types]
        for message, replies in game.replies.items():
            if not game.ends(message):
                unused = ", which nobody sends" if message in self.unused_messages else ""
                given = _ranges({reply: self.interval(game.receiver_set(message), reply) for reply in replies})
                parts.append(f"after {message}{unused}: {given}")
        return f"{self.kind}: {'; '.join(parts)}"

    def __repr__(self) -> str:
        return f"<AssessmentFamily, {self}>"

    def summary(self) -> str:
        """Return a text report: what is played, what is free, the beliefs that support it, payoffs."""
        lines = [
            str(self),
            f"  dimension {self.dimension}; outcome {'the same' if self.outcome_is_constant else 'not the same'} for all members",
        ]
        lines += [f"  after {message}: {beliefs}" for message, sets in self.beliefs.items() for beliefs in sets]
        payoffs = "; ".join(f"{kind} {_span(low, high)}" for kind, (low, high) in self.type_payoffs.items())
        lines.append(f"  payoffs of {self.game.players[0]}: {payoffs}")
        return "\n".join(lines)


@dataclass(frozen=True)
class AssessmentComponent:
    """A connected component of the set of perfect Bayesian equilibria.

    Parameters
    ----------
    families : tuple of AssessmentFamily
        Maximal families, whose union the component is.
    """

    families: tuple[AssessmentFamily, ...]

    @property
    def dimension(self) -> int:
        """Largest dimension of a family."""
        return max(family.dimension for family in self.families)

    @property
    def outcome_is_constant(self) -> bool:
        """Whether all equilibria of the component lead to the same plays with the same probabilities."""
        return all(family.outcome_is_constant for family in self.families)

    def __repr__(self) -> str:
        count = len(self.families)
        constant = "one outcome" if self.outcome_is_constant else "several outcomes"
        return f"<AssessmentComponent: {count} {'family' if count == 1 else 'families'}, dimension {self.dimension}, {constant}>"


@dataclass(frozen=True, eq=False, repr=False)
class AssessmentSet(EquilibriumSet[AssessmentFamily]):
    """The families of perfect Bayesian equilibria of a signalling game, and what is known about the list.

    Parameters
    ----------
    game, concept, items, complete, exact, degenerate, status, provenance
        As in `EquilibriumSet`; the items are maximal families.
    """

    @property
    def components(self) -> tuple[AssessmentComponent, ...]:
        """Connected components: families that share a point belong together. Two families share a point exactly if they share vertices on both sides."""
        groups: list[list[AssessmentFamily]] = []
        for family in self.items:
            touched = [group for group in groups if any(_touch(family, other) for other in group)]
            groups = [group for group in groups if group not in touched]
            groups.append([other for group in touched for other in group] + [family])
        ordered = sorted((sorted(group, key=self.items.index) for group in groups), key=lambda group: self.items.index(group[0]))
        return tuple(AssessmentComponent(tuple(group)) for group in ordered)

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a family, with the range of every probability and the payoffs of the types."""
        import pandas as pd

        return pd.DataFrame([self._row(family) for family in self.items])

    def _row(self, family: AssessmentFamily) -> dict[str, Any]:
        game = family.game
        row: dict[str, Any] = {"kind": family.kind, "dimension": family.dimension}
        for kind in game.types:
            row |= {f"{kind}: {message}": _span(*family.interval(game.sender_set(kind), message)) for message in game.messages}
        for message, replies in game.replies.items():
            if not game.ends(message):
                row |= {f"{message}: {reply}": _span(*family.interval(game.receiver_set(message), reply)) for reply in replies}
        return row | {f"payoff {kind}": _span(low, high) for kind, (low, high) in family.type_payoffs.items()}

    def to_latex(self, *, caption: str = "", label: str = "") -> str:
        """Return a LaTeX table of the families.

        Parameters
        ----------
        caption, label : str, optional
            With a caption the table is a floating ``table`` environment.
        """
        return str(import_module("alliancegames.plotting.tables").to_latex(self, caption=caption, label=label))

    def _headline(self) -> str:
        families, components = len(self.items), len(self.components)
        complete = {True: "complete", False: "partial", None: "completeness unknown"}[self.complete]
        return (
            f"{families} {'family' if families == 1 else 'families'} of perfect Bayesian equilibria in "
            f"{components} component{'' if components == 1 else 's'} ({complete}, {'exact' if self.exact else 'floating point'})"
        )

    def __repr__(self) -> str:
        return "\n".join([f"<AssessmentSet: {self._headline()}>", *(f"  {item}" for item in self.items)])

    def _repr_html_(self) -> str:
        return str(import_module("alliancegames.plotting.tables").to_html(self))


def _touch(first: AssessmentFamily, second: AssessmentFamily) -> bool:
    return bool(set(first.senders) & set(second.senders)) and bool(set(first.receivers) & set(second.receivers))


def _mixed(sides: Sequence[Side], weights: Sequence[Any]) -> Side:
    exact = [Fraction(weight) for weight in weights]
    total = sum(exact)
    return tuple(
        tuple(sum((w * side[k][j] for w, side in zip(exact, sides, strict=True)), Fraction(0)) / total for j in range(len(row)))
        for k, row in enumerate(sides[0])
    )


def _average(points: Sequence[Vector]) -> Vector:
    return tuple(sum(column, Fraction(0)) / len(points) for column in zip(*points, strict=True))


def _flat(side: Side) -> list[Fraction]:
    return [value for row in side for value in row]


def _dimension(sides: Sequence[Side]) -> int:
    first = _flat(sides[0])
    return rank([[a - b for a, b in zip(_flat(side), first, strict=True)] for side in sides[1:]]) if len(sides) > 1 else 0


def _in_hull(side: Side, vertices: Sequence[Side]) -> bool:
    """Whether a point is a mixture of vertices, decided by an exact linear program."""
    columns = [_flat(vertex) for vertex in vertices]
    rows = [[column[k] for column in columns] for k in range(len(columns[0]))]
    program = maximise([0] * len(columns), equal=[*rows, [1] * len(columns)], equal_to=[*_flat(side), 1])
    return program.status == "optimal"


def _span(low: Any, high: Any) -> str:
    return format_number(low) if low == high else f"{format_number(low)} to {format_number(high)}"


def _ranges(intervals: Mapping[str, tuple[Any, Any]]) -> str:
    """Write what is certain as its name alone, and leave out what never happens."""
    sure = [name for name, (low, _) in intervals.items() if low == 1]
    return sure[0] if sure else ", ".join(f"{name} {_span(*interval)}" for name, interval in intervals.items() if interval[1])
