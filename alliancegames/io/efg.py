"""Gambit's extensive form, the ``.efg`` file, version 2.

::

    EFG 2 R "title" { "Player 1" "Player 2" }        R or D: numbers as fractions or decimals
    "comment"                                        optional

    then every node, each before what follows it:
    c "name" set ["label"] [{ "event" probability ... }] outcome         a move of nature
    p "name" player set ["label"] [{ "action" ... }] outcome             a move of a player
    t "name" outcome                                                     an end

    outcome: its number, and once its payoffs: 3 "war" { -1, -2 }; 0 is no outcome and pays nothing

A set that is met again may leave out its label and its list. An outcome may stand at any node; the payoffs
along a path add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from alliancegames._fields import LONGEST_NUMBER
from alliancegames._labels import read_players
from alliancegames.errors import GameDefinitionError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import DEEPEST
from alliancegames.io._efg_writer import format_efg
from alliancegames.io._limits import LARGEST_GAME, MOST_PLAYERS, fault_in_labels, fraction_text, shown, sum_to_one
from alliancegames.io._phrases import Phrases
from alliancegames.io._tokens import Token
from alliancegames.io._trees import FlatChance, FlatEnd, FlatMove, FlatNode, nested, too_large

__all__ = ["format_efg", "parse_efg"]

CHANCE = 0
# What a player did before: pairs of an information set and an action, the last one first.
History = tuple["_Set", int, "History"] | None


def parse_efg(text: str, *, source: str = ".efg text") -> ExtensiveGame:
    r"""Read a game tree from the text of a Gambit ``.efg`` file.

    Parameters
    ----------
    text : str
        The text.
    source : str, default ".efg text"
        Name of the text in error messages.

    Returns
    -------
    ExtensiveGame
        With exact numbers: fractions and decimals are read as the rationals that they denote, whether
        the file says R or D. The comment and the names of nodes are skipped.

    Raises
    ------
    GameFileError
        The text is not such a file; a player forgets what he knew or did (imperfect recall), or passes
        the same information set twice on one path; or the tree has more than 100000 nodes, 200 moves in
        a row, or 32 players. ``line`` and ``column`` say where.

    Notes
    -----
    Payoffs at nodes before the ends are added to those of all ends that follow; an end is named after the
    last outcome with a name on its path. Events of probability zero are left out with all that follows
    them, and information sets that lie nowhere else vanish: they never change payoffs, but a player has
    fewer plans than before.

    Players, or the actions of an information set, whose labels are all empty get the labels
    ``Player 1``, ... and ``1``, ...; some empty labels among others, and doubled labels, are errors. An
    information set without a label is named after its player and number. Where information sets share a
    label the player's name is added, so that labels are distinct.

    Examples
    --------
    >>> import alliancegames as ag
    >>> text = '''EFG 2 R "Entry" { "Challenger" "Patron" }
    ... p "" 1 1 "" { "wait" "attack" } 0
    ... t "" 1 "status quo" { 0, 2 }
    ... p "" 2 1 "" { "abandon" "intervene" } 0
    ... t "" 2 "conquest" { 1, 0 }
    ... t "" 3 "war" { -1/2, -1 }'''
    >>> print(ag.io.parse_efg(text))
    Challenger
    ├ wait → 0, 2  (status quo)
    └ attack: Patron
      ├ abandon → 1, 0  (conquest)
      └ intervene → -1/2, -1  (war)
    >>> ag.io.parse_efg(text.replace("-1/2,", ""))
    Traceback (most recent call last):
    ...
    alliancegames.errors.GameFileError: .efg text, line 6, column 20: expected payoff 2 of 2 of an outcome, got '}'; give one payoff a player.
    """
    return _Parser(text, source).game()


@dataclass(eq=False)
class _Set:
    """An information set, or a lottery of nature, as the file describes it."""

    player: int
    number: int
    label: str
    actions: list[str]
    weights: list[Fraction]
    # The player's own history at the first node that is reached, and whether there was such a node.
    history: History = None
    reached: bool = False


@dataclass(eq=False)
class _Outcome:
    """An outcome; its payoffs may come after it is named."""

    start: int
    name: str = ""
    payoffs: list[Fraction] | None = None


@dataclass(eq=False)
class _Record:
    """A node as the file lists it."""

    part: _Set | None
    outcome: _Outcome | None
    parent: _Record | None
    possible: bool
    # What each player did before, by player.
    histories: tuple[History, ...]
    start: int
    children: int = 0
    total: tuple[Fraction, ...] = ()
    name: str = field(default="")


class _Parser(Phrases):
    """Reads the nodes one by one; a stack of open nodes stands for the recursion."""

    def game(self) -> ExtensiveGame:
        """Read the whole file."""
        self.word(["EFG"], "this is no Gambit extensive form")
        self.word(["2"], "only version 2 of the format exists")
        self.word(["R", "D"], "write R for fractions or D for decimals")
        title = self.tokens.expect("string", "the title in quotes").text
        count, names = self.labels("player", MOST_PLAYERS)
        self._players = read_players(names, count, "parse_efg()")
        if self.tokens.current.kind == "string":
            self.tokens.take()  # the comment
        self._sets: dict[tuple[int, int], _Set] = {}
        self._outcomes: dict[int, _Outcome] = {}
        # Histories are shared, so that equal ones are the same object.
        self._known: dict[tuple[int, int, int], History] = {}
        records = list(self._records())
        self.tokens.expect("end", "the end of the file", "the tree is complete here; remove what follows it")
        flat = list(self._flat(records))
        try:
            return ExtensiveGame(self._players, nested(flat), title=title, field="exact")
        except GameDefinitionError as error:  # the grammar leaves nothing to refuse, so this would be a defect
            self.tokens.fail_at(0, f"expected a game tree, got one that is refused ({error})")

    # ---------------------------------------------------------------- nodes

    def _records(self) -> Iterator[_Record]:
        """Yield the nodes in the order of the file, until the tree is complete."""
        path: list[_Record] = []
        count = 0
        while True:
            count += 1
            problem = too_large(count, len(self._players))
            if problem:
                self.tokens.fail_at(self.tokens.current.start, problem)
            record = self._record(path[-1] if path else None)
            yield record
            if record.part is not None:
                path.append(record)
                if len(path) > DEEPEST:
                    self.tokens.fail_at(record.start, f"expected at most {DEEPEST} moves in a row, got more")
            while path and path[-1].part is not None and path[-1].children == len(path[-1].part.actions):
                path.pop()
            if not path:
                return

    def _record(self, parent: _Record | None) -> _Record:
        token = self.tokens.current
        if token.kind != "word" or token.text not in ("c", "p", "t"):
            self.tokens.fail("a node, that is c, p or t", "every action and every event needs a node that follows it")
        self.tokens.take()
        self.tokens.expect("string", "the name of the node in quotes", 'write "" for none')
        possible, histories = self._after(parent)
        part = None
        if token.text != "t":
            part = self._chance_set() if token.text == "c" else self._player_set()
        if part is not None and part.player != CHANCE and possible:
            self._check_recall(part, histories[part.player - 1], token)
        return _Record(part, self._outcome(), parent, possible, histories, token.start)

    def _after(self, parent: _Record | None) -> tuple[bool, tuple[History, ...]]:
        """Return whether the next node after a node can be reached, and the histories of the players there."""
        if parent is None or parent.part is None:
            return True, (None,) * len(self._players)
        part, branch = parent.part, parent.children
        parent.children += 1
        if part.player == CHANCE:
            return parent.possible and part.weights[branch] != 0, parent.histories
        own = parent.histories[part.player - 1]
        key = (id(own), id(part), branch)
        longer = self._known.setdefault(key, (part, branch, own))
        return parent.possible, (*parent.histories[: part.player - 1], longer, *parent.histories[part.player :])

    def _check_recall(self, part: _Set, history: History, token: Token) -> None:
        if not part.reached:
            part.reached, part.history = True, history
        elif part.history is not history:
            player = self._players[part.player - 1]
            self.tokens.fail_at(
                token.start,
                f"expected perfect recall, got imperfect recall: {shown(player)} moves here in information set {part.number}, where his "
                f"own earlier moves are {self._told(history)}, but at its first node they are {self._told(part.history)}",
                "give the node another information set",
            )

    def _told(self, history: History) -> str:
        """Return the last moves of a history in words."""
        words: list[str] = []
        while history is not None and len(words) < 3:
            part, branch, history = history
            words.append(f"{shown(part.actions[branch])} in set {part.number}")
        return ", ".join(reversed(words)) or "none"

    # ---------------------------------------------------------------- information sets

    def _player_set(self) -> _Set:
        player = self.whole("the number of the player who moves")
        if not 1 <= player <= len(self._players):
            self.tokens.fail_at(self.taken.start, f"expected a player from 1 to {len(self._players)}, got {player}")
        return self._set(player, "the number of the information set")

    def _chance_set(self) -> _Set:
        return self._set(CHANCE, "the number of the lottery of nature")

    def _set(self, player: int, wanted: str) -> _Set:
        """Read the number of a set, and its label and list unless it is known."""
        key = (player, self.whole(wanted))
        known = self._sets.get(key)
        label = self.tokens.take() if self.tokens.current.kind == "string" else None
        if self.tokens.current.kind == "{":
            start = self.tokens.current.start
            found = self._new_set(key, label.text if label else "")
            if known is not None and (known.actions, known.weights) != (found.actions, found.weights):
                self.tokens.fail_at(
                    start, "expected the same list as before for this set, got another", "give it once, or the set a new number"
                )
        elif known is None:
            self.tokens.fail("'{' before the list of a set that is new here", "give its actions or events")
        else:
            found = known
        if known is None:
            self._sets[key] = found
            return found
        if label is not None and label.text.strip():
            if known.label.strip() and known.label != label.text:
                self.tokens.fail_at(label.start, f"expected the label {shown(known.label)} as before, got {shown(label.text)}")
            known.label = label.text
        return known

    def _new_set(self, key: tuple[int, int], label: str) -> _Set:
        player, number = key
        if player == CHANCE:
            events, weights = self._events()
            return _Set(player, number, label, events, weights)
        count, actions = self.labels("action", LARGEST_GAME)
        return _Set(player, number, label, actions or _numbered(count), [])

    def _events(self) -> tuple[list[str], list[Fraction]]:
        """Read ``{ "event" probability ... }``."""
        opening = self.tokens.expect("{", "'{' before the events")
        tokens: list[Token] = []
        weights: list[Fraction] = []
        while self.tokens.current.kind == "string":
            tokens.append(self.tokens.take())
            start = self.tokens.current.start
            weights.append(self.number("the probability of the event", "give one after each event"))
            if weights[-1] < 0:
                self.tokens.fail_at(start, "expected a probability, got a negative number")
        self.tokens.expect("}", "an event in quotes or '}'")
        events = [token.text for token in tokens]
        if not any(event.strip() for event in events):
            events = _numbered(len(events))
        fault = fault_in_labels(events)
        if fault:
            self.tokens.fail_at(tokens[fault[0]].start, f"events: {fault[1]}")
        if not sum_to_one(weights):
            self.tokens.fail_at(opening.start, "expected probabilities that sum to exactly 1, got others", "write 1/3 rather than 0.333")
        return events, weights

    # ---------------------------------------------------------------- outcomes

    def _outcome(self) -> _Outcome | None:
        """Read the number of an outcome, and its name and payoffs where they are given."""
        number = self.whole("the number of the outcome")
        start = self.taken.start
        name = self.tokens.take().text if self.tokens.current.kind == "string" else None
        if name is not None and self.tokens.current.kind != "{":
            self.tokens.fail("'{' before the payoffs of the outcome")
        payoffs = self._payoffs() if self.tokens.current.kind == "{" else None
        if number == 0:
            if payoffs is not None:
                self.tokens.fail_at(start, "expected outcome 0 alone, which is no outcome, got payoffs for it", "give it another number")
            return None
        outcome = self._outcomes.setdefault(number, _Outcome(start))
        if payoffs is not None:
            if outcome.payoffs is not None and (outcome.name, outcome.payoffs) != (name or "", payoffs):
                self.tokens.fail_at(start, f"expected outcome {number} as before, got another name or other payoffs", "give them once")
            outcome.name, outcome.payoffs = name or "", payoffs
        return outcome

    def _payoffs(self) -> list[Fraction]:
        self.tokens.take()
        count = len(self._players)
        payoffs = []
        for k in range(count):
            payoffs.append(self.number(f"payoff {k + 1} of {count} of an outcome", "give one payoff a player"))
            if self.tokens.current.kind == ",":
                self.tokens.take()
        self.tokens.expect("}", f"'}}' after the {count} payoffs of an outcome", "give one payoff a player")
        return payoffs

    # ---------------------------------------------------------------- the tree

    def _flat(self, records: Sequence[_Record]) -> Iterator[FlatNode]:
        """Push the payoffs to the ends and leave out what cannot happen."""
        labels = self._set_labels()
        for record in records:
            if not record.possible:
                continue
            self._add_up(record)
            part = record.part
            if part is None:
                yield FlatEnd(record.total, record.name)
            elif part.player == CHANCE:
                drawn = [k for k, weight in enumerate(part.weights) if weight]
                yield FlatChance([part.actions[k] for k in drawn], [part.weights[k] for k in drawn])
            else:
                yield FlatMove(self._players[part.player - 1], labels[part], part.actions)

    def _add_up(self, record: _Record) -> None:
        """Set the payoffs received up to a node, and the name of what happened last."""
        parent, outcome = record.parent, record.outcome
        record.total = parent.total if parent else (Fraction(0),) * len(self._players)
        record.name = parent.name if parent else ""
        if outcome is None:
            return
        if outcome.payoffs is None:
            self.tokens.fail_at(
                outcome.start, "expected an outcome whose payoffs the file gives, got one without payoffs", "give them once"
            )
        record.name = outcome.name if outcome.name.strip() else record.name
        record.total = tuple(self._sum(a, b, record) for a, b in zip(record.total, outcome.payoffs, strict=True))

    def _sum(self, before: Fraction, payoff: Fraction, record: _Record) -> Fraction:
        """Add two payoffs within the bounds on the length and the memory of numbers."""
        if not before or not payoff:
            return before or payoff
        total = before + payoff
        if fraction_text(total) is None:
            wanted = f"payoffs whose sum along the path has at most {LONGEST_NUMBER} characters"
            self.tokens.fail_at(record.start, f"expected {wanted}, got a longer sum", "round them")
        try:
            self.numbers.count(total)
        except ValueError as error:
            self.tokens.fail_at(record.start, str(error))
        return total

    def _set_labels(self) -> dict[_Set, str]:
        """Return a distinct label for each information set."""
        taken: set[str] = set()
        result = {}
        parts = [part for part in self._sets.values() if part.player != CHANCE and part.reached]
        for part in parts:
            player = self._players[part.player - 1]
            only = sum(other.player == part.player for other in parts) == 1 if not part.label.strip() else True
            label = part.label if part.label.strip() else (player if only else f"{player} {part.number}")
            if label in taken:
                label = f"{label} ({player})"
            while label in taken:
                label += "'"
            taken.add(label)
            result[part] = label
        return result


def _numbered(count: int) -> list[str]:
    return [str(k + 1) for k in range(count)]
