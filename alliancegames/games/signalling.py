"""Signalling games: nature draws the sender's type, the sender sends a message, the receiver replies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import Any, final

from alliancegames._fields import FIELDS, Field, common_field, convert, format_number, is_sequence, read_number
from alliancegames._immutable import Immutable
from alliancegames._labels import check_labels, resolve
from alliancegames.errors import GameDefinitionError, unknown_label
from alliancegames.games._tabular import Tabular
from alliancegames.games.assessment import Assessment
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.transforms import substitution
from alliancegames.games.tree import Chance, End, Move, TreeNode

__all__ = ["NO_REPLY", "SignallingGame"]

WHERE = "SignallingGame()"
# Label of what follows a message that ends the game.
NO_REPLY = "-"

Cell = tuple[str, str, str]
Payoffs = Mapping[tuple[str, ...], Sequence[Any]] | Callable[[str, str, str], Sequence[Any]]


@final
class SignallingGame(Tabular, Immutable):
    """A signalling game.

    Nature draws the type of the sender, who alone observes it and sends a message. The receiver observes
    the message and replies.

    Parameters
    ----------
    types : sequence of str
        Types of the sender.
    messages : sequence of str
        Messages, which every type can send.
    replies : sequence of str, or mapping of str to sequence of str
        Replies of the receiver: the same after all messages, or by message. A message with an empty list
        (or a single reply) ends the game.
    prior : mapping or sequence
        Positive probabilities of the types.
    payoffs : mapping or callable
        ``{(type, message, reply): (sender, receiver)}``, or a function of the three that returns the pair.
        After a message without replies the key is ``(type, message)``; a function gets ``"-"`` as the reply.
    players : sequence of str, default ("Sender", "Receiver")
        Player labels, the sender first.
    title : str, optional
        Shown above figures and tables.
    field : {"exact", "float", "symbolic"}, optional
        As in `NormalFormGame`.

    Raises
    ------
    GameDefinitionError
        Labels clash, payoffs are missing, or the prior is no distribution with positive probabilities.

    Examples
    --------
    A hard challenger fights if its demand is denied, a soft one backs down:

    >>> from alliancegames.games.signalling import SignallingGame
    >>> game = SignallingGame(
    ...     types=["hard", "soft"], messages=["wait", "challenge"],
    ...     replies={"wait": [], "challenge": ["concede", "deny"]},
    ...     prior={"hard": "1/4", "soft": "3/4"},
    ...     payoffs={("hard", "wait"): (0, 2), ("hard", "challenge", "concede"): (2, 1), ("hard", "challenge", "deny"): (1, 0),
    ...              ("soft", "wait"): (0, 2), ("soft", "challenge", "concede"): (2, 1), ("soft", "challenge", "deny"): (-1, 2)},
    ...     players=["Challenger", "Defender"])
    >>> game
    <SignallingGame: Challenger of type hard (1/4) or soft (3/4); messages wait, challenge; exact payoffs>
    >>> [part.label for part in game.tree().information_sets]
    ['Challenger, hard', 'Defender after challenge', 'Challenger, soft']
    """

    _advice = "use .subs(), .exact() or .floats() to make another game"

    def __init__(
        self,
        types: Sequence[str],
        messages: Sequence[str],
        replies: Sequence[str] | Mapping[str, Sequence[str]] | Sequence[Sequence[str]],
        prior: Mapping[str, Any] | Sequence[Any],
        payoffs: Payoffs,
        *,
        players: Sequence[str] = ("Sender", "Receiver"),
        title: str = "",
        field: Field | None = None,
    ) -> None:
        if field is not None and field not in FIELDS:
            raise GameDefinitionError(f"{WHERE}: field must be one of {', '.join(map(repr, FIELDS))}, got {field!r}.")
        if not isinstance(title, str):
            raise GameDefinitionError(f"{WHERE}: the title must be a text, got {title!r}.")
        self._title = title
        self._players = check_labels(players, "player", WHERE)
        if len(self._players) != 2:
            raise GameDefinitionError(f"{WHERE}: two players are needed, the sender and the receiver, got {', '.join(self._players)}.")
        self._types = check_labels(types, "type", WHERE)
        self._messages = check_labels(messages, "message", WHERE)
        self._replies = _read_replies(replies, self._messages)
        examples: dict[Field, Any] = {}
        raw_prior = _read_prior(prior, self._types, examples)
        raw_payoffs = {cell: _read_pair(payoffs, cell, self._players, examples) for cell in self.cells()}
        if isinstance(payoffs, Mapping):
            self._refuse_unknown_cells(payoffs)
        target = field or common_field(examples, WHERE, examples)
        self._field: Field = target
        self._prior = tuple(convert(value, kind, target, f"{WHERE}, prior") for kind, value in raw_prior)
        if target != "symbolic" and (
            min(self._prior) <= 0 or (abs(sum(self._prior) - 1) > 1e-9 if target == "float" else sum(self._prior) != 1)
        ):
            shown = ", ".join(f"{name} {format_number(value)}" for name, value in zip(self._types, self._prior, strict=True))
            raise GameDefinitionError(f"{WHERE}: the prior must be positive and sum to 1, got {shown}; leave out types that cannot occur.")
        self._payoffs = {
            cell: tuple(convert(value, kind, target, f"{WHERE}, payoffs of {cell}") for kind, value in pair)
            for cell, pair in raw_payoffs.items()
        }
        self._seal()

    def _refuse_unknown_cells(self, payoffs: Mapping[Any, Any]) -> None:
        known = set(self.cells())
        for key in payoffs:
            cell = (*key, NO_REPLY) if isinstance(key, tuple) and len(key) == 2 else key
            if cell not in known:
                near = sorted(" / ".join(cell) for cell in known)
                raise unknown_label("cell", key, near, f"{WHERE}, payoffs")

    # ---------------------------------------------------------------- what the game is

    @property
    def players(self) -> tuple[str, ...]:
        """Player labels: the sender, the receiver."""
        return self._players

    @property
    def types(self) -> tuple[str, ...]:
        """Types of the sender."""
        return self._types

    @property
    def messages(self) -> tuple[str, ...]:
        """Messages of the sender."""
        return self._messages

    @property
    def replies(self) -> dict[str, tuple[str, ...]]:
        """Replies of the receiver by message; a single one where the message ends the game."""
        return dict(zip(self._messages, self._replies, strict=True))

    @property
    def prior(self) -> dict[str, Any]:
        """Probability of each type."""
        return dict(zip(self._types, self._prior, strict=True))

    @property
    def title(self) -> str:
        """Title shown above figures and tables."""
        return self._title

    @property
    def field(self) -> Field:
        """Number system of the game: ``"exact"``, ``"float"`` or ``"symbolic"``."""
        return self._field

    @property
    def free_symbols(self) -> frozenset[Any]:
        """Sympy symbols that occur in payoffs and prior; empty unless the game is symbolic."""
        if self._field != "symbolic":
            return frozenset()
        numbers = [*self._prior, *(value for pair in self._payoffs.values() for value in pair)]
        return frozenset().union(*(value.free_symbols for value in numbers))

    def cells(self) -> Iterator[Cell]:
        """Iterate over all plays: type, message, reply."""
        for kind, (message, replies) in product(self._types, zip(self._messages, self._replies, strict=True)):
            for reply in replies:
                yield kind, message, reply

    def ends(self, message: str | int) -> bool:
        """Whether a message ends the game because the receiver has nothing to choose.

        Parameters
        ----------
        message : str or int
            Label or position of the message.
        """
        return len(self._replies[resolve(message, self._messages, "message", "ends()")]) == 1

    def payoff(self, sender_type: str | int, message: str | int, reply: str | int = 0) -> dict[str, Any]:
        """Return the payoffs of one play, by player label.

        Parameters
        ----------
        sender_type, message, reply : str or int
            Labels or positions; the reply may be left out where the message ends the game.
        """
        where = "payoff()"
        sent = resolve(message, self._messages, "message", where)
        kind = self._types[resolve(sender_type, self._types, "type", where)]
        answer = self._replies[sent][resolve(reply, self._replies[sent], "reply", where)]
        return dict(zip(self._players, self._payoffs[kind, self._messages[sent], answer], strict=True))

    def numbers(self, player: int) -> list[list[list[Any]]]:
        """Return the payoffs of a player as nested lists ``[type][message][reply]``.

        Parameters
        ----------
        player : int
            0 for the sender, 1 for the receiver.
        """
        return [
            [[self._payoffs[kind, message, reply][player] for reply in replies] for message, replies in self.replies.items()]
            for kind in self._types
        ]

    # ---------------------------------------------------------------- other games made from it

    def sender_set(self, sender_type: str | int) -> str:
        """Return the label of the information set in the tree at which a type sends its message.

        Parameters
        ----------
        sender_type : str or int
            Label or position of the type.
        """
        return f"{self._players[0]}, {self._types[resolve(sender_type, self._types, 'type', 'sender_set()')]}"

    def receiver_set(self, message: str | int) -> str:
        """Return the label of the information set in the tree at which the receiver replies to a message.

        Parameters
        ----------
        message : str or int
            Label or position of a message that does not end the game.
        """
        sent = resolve(message, self._messages, "message", "receiver_set()")
        if self.ends(sent):
            raise GameDefinitionError(f"receiver_set(): the message {self._messages[sent]!r} ends the game, so nobody replies to it.")
        return f"{self._players[1]} after {self._messages[sent]}"

    def tree(self) -> ExtensiveGame:
        """Return the game as a tree; outcomes are named by message and reply."""
        return self._tree

    @cached_property
    def _tree(self) -> ExtensiveGame:
        branches = {
            kind: (
                weight,
                Move(self._players[0], {message: self._after(kind, message) for message in self._messages}, self.sender_set(kind)),
            )
            for kind, weight in zip(self._types, self._prior, strict=True)
        }
        return ExtensiveGame(self._players, Chance(branches), title=self._title, field=self._field)

    def _after(self, kind: str, message: str) -> TreeNode:
        replies = self.replies[message]
        if self.ends(message):
            return End(self._payoffs[kind, message, replies[0]], message)
        ends = {reply: End(self._payoffs[kind, message, reply], f"{message}, {reply}") for reply in replies}
        return Move(self._players[1], ends, self.receiver_set(message))

    def normal_form(self) -> NormalFormGame:
        """Return the strategic form before types are drawn: a message for each type × a reply to each message."""
        return self.tree().normal_form()

    def subs(self, values: Mapping[Any, Any]) -> SignallingGame:
        """Substitute numbers (or expressions) for symbols in payoffs and prior.

        Parameters
        ----------
        values : mapping
            Symbols, or their names, to numbers. Exact numbers keep the game exact.
        """
        replace, rounded = substitution(self, values)
        game = self._with([replace(value) for value in self._prior], {c: tuple(map(replace, pair)) for c, pair in self._payoffs.items()})
        return game.floats() if rounded and not game.free_symbols else game

    def exact(self) -> SignallingGame:
        """Return the game with exact numbers; each float is read as the shortest decimal that rounds to it."""
        return self._with(self._prior, self._payoffs, "exact")

    def floats(self) -> SignallingGame:
        """Return the game with numbers rounded to double precision."""
        return self._with(self._prior, self._payoffs, "float")

    def _with(self, prior: Any, payoffs: Any, field: Field | None = None) -> SignallingGame:
        return _rebuild(self._types, self._messages, self._replies, prior, payoffs, self._players, self._title, field)

    # ---------------------------------------------------------------- playing it

    def assessment(self, sender: Any, receiver: Any, beliefs: Any = None) -> Assessment:
        """Return strategies and beliefs as an assessment of the tree.

        Parameters
        ----------
        sender : mapping
            For each type a message, or ``{message: probability}``.
        receiver : mapping
            For each message that does not end the game a reply, or ``{reply: probability}``.
        beliefs : mapping, optional
            For messages that nobody sends ``{type: probability}``; after the others Bayes' rule decides.
        """
        names = {self.sender_set(kind): sender[kind] for kind in self._types if kind in sender}
        open_messages = [message for message in self._messages if not self.ends(message)]
        names |= {self.receiver_set(message): receiver[message] for message in open_messages if message in receiver}
        profile = self.tree().profile(names)
        told = dict(beliefs or {})
        return Assessment(profile, {self.receiver_set(message): self._belief(profile, message, told) for message in open_messages})

    def _belief(self, profile: Any, message: str, told: Mapping[str, Any]) -> Mapping[str, Any]:
        weights = {kind: weight * profile[self.sender_set(kind)][message] for kind, weight in self.prior.items()}
        total = sum(weights.values())
        if total != 0:
            return {kind: weight / total for kind, weight in weights.items()}
        if message not in told:
            raise GameDefinitionError(f"assessment(): nobody sends {message!r}, so say what is believed after it in beliefs.")
        belief: Mapping[str, Any] = told[message]
        return belief

    # ---------------------------------------------------------------- showing it

    def __str__(self) -> str:
        heads = [
            f"{message}, {reply}" if not self.ends(message) else message for message, replies in self.replies.items() for reply in replies
        ]
        body = [["", *heads]]
        for kind, weight in zip(self._types, self._prior, strict=True):
            cells = [self._payoffs[cell] for cell in self.cells() if cell[0] == kind]
            body.append([f"{kind} ({format_number(weight)})", *(", ".join(map(format_number, pair)) for pair in cells)])
        widths = [max(len(row[k]) for row in body) for k in range(len(body[0]))]
        lines = ["  ".join(entry.ljust(width) for entry, width in zip(row, widths, strict=True)).rstrip() for row in body]
        return "\n".join([self._title, *lines] if self._title else lines)

    def __repr__(self) -> str:
        title = f" {self._title!r}" if self._title else ""
        types = " or ".join(f"{kind} ({format_number(weight)})" for kind, weight in zip(self._types, self._prior, strict=True))
        return f"<SignallingGame{title}: {self._players[0]} of type {types}; messages {', '.join(self._messages)}; {self._field} payoffs>"

    # ---------------------------------------------------------------- identity

    def _key(self) -> tuple[Any, ...]:
        return self._players, self._types, self._messages, self._replies, self._field, self._prior, tuple(self._payoffs.values())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SignallingGame):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self._types, self._messages, self._replies, self._prior, self._payoffs, self._players, self._title, self._field)


def _rebuild(types: Any, messages: Any, replies: Any, prior: Any, payoffs: Any, players: Any, title: str, field: Any) -> SignallingGame:
    by_message = dict(zip(messages, replies, strict=True))
    return SignallingGame(types, messages, by_message, prior, payoffs, players=players, title=title, field=field)


def _read_replies(given: Any, messages: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    if isinstance(given, Mapping):
        for message in given:
            resolve(message, messages, "message", f"{WHERE}, replies")
        missing = [message for message in messages if message not in given]
        if missing:
            raise GameDefinitionError(
                f"{WHERE}: replies to the message {missing[0]!r} are missing; an empty list says that it ends the game."
            )
        listed = [given[message] for message in messages]
    elif is_sequence(given) and len(given) and not any(isinstance(entry, str) for entry in given):
        listed = list(given)
        if len(listed) != len(messages):
            raise GameDefinitionError(f"{WHERE}: {len(messages)} lists of replies are needed, one a message, got {len(listed)}.")
    else:
        listed = [given] * len(messages)
    return tuple(
        check_labels(labels, "reply", f"{WHERE}, replies to {message}") if isinstance(labels, str) or len(labels) else (NO_REPLY,)
        for labels, message in zip(listed, messages, strict=True)
    )


def _read_prior(given: Any, types: tuple[str, ...], examples: dict[Field, Any]) -> list[tuple[Field, Any]]:
    if isinstance(given, Mapping):
        for kind in given:
            resolve(kind, types, "type", f"{WHERE}, prior")
        missing = [kind for kind in types if kind not in given]
        if missing:
            raise GameDefinitionError(f"{WHERE}: the prior probability of type {missing[0]!r} is missing.")
        given = [given[kind] for kind in types]
    if not is_sequence(given) or len(given) != len(types):
        raise GameDefinitionError(f"{WHERE}: the prior needs one probability for each of {', '.join(types)}, got {given!r}.")
    return [_number(value, f"{WHERE}, prior of {kind}", examples, probability=True) for value, kind in zip(given, types, strict=True)]


def _read_pair(payoffs: Payoffs, cell: Cell, players: tuple[str, ...], examples: dict[Field, Any]) -> list[tuple[Field, Any]]:
    if isinstance(payoffs, Mapping):
        key = cell if cell in payoffs or cell[2] != NO_REPLY else cell[:2]
        if key not in payoffs:
            raise GameDefinitionError(f"{WHERE}: payoffs are missing for {key}; give (sender, receiver).")
        pair = payoffs[key]
    elif callable(payoffs):
        pair = payoffs(*cell)
    else:
        raise GameDefinitionError(
            f"{WHERE}: payoffs must be a mapping {{(type, message, reply): (sender, receiver)}} or a function, got {payoffs!r}."
        )
    if not is_sequence(pair) or len(pair) != 2:
        raise GameDefinitionError(f"{WHERE}: {cell} needs a payoff for {players[0]} and one for {players[1]}, got {pair!r}.")
    return [_number(value, f"{WHERE}, payoffs of {cell}", examples) for value in pair]


def _number(value: Any, where: str, examples: dict[Field, Any], *, probability: bool = False) -> tuple[Field, Any]:
    kind, number = read_number(value, where)
    if not (probability and kind == "exact" and number == 1):  # certainty is the same number in every system
        examples.setdefault(kind, value)
    return kind, number
