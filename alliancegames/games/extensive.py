"""Games in extensive form: trees with information sets and chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from html import escape
from importlib import import_module
from typing import Any, final

from alliancegames._fields import FIELDS, Field, format_number
from alliancegames._immutable import Immutable
from alliancegames._labels import check_labels, resolve
from alliancegames.errors import GameDefinitionError
from alliancegames.games._tabular import Tabular
from alliancegames.games.behaviour import BehaviourProfile, read_behaviour
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.strategic_form import agent_form, strategic_form
from alliancegames.games.transforms import substitution
from alliancegames.games.tree import Chance, End, InformationSet, Move, Node, TreeNode, read_tree

__all__ = ["ExtensiveGame"]


@final
class ExtensiveGame(Tabular, Immutable):
    """A finite game in extensive form with perfect recall.

    Parameters
    ----------
    players : sequence of str
        Player labels.
    tree : Move, Chance, End or payoffs
        The root; see `Move`.
    title : str, optional
        Shown above figures and tables.
    field : {"exact", "float", "symbolic"}, optional
        As in `NormalFormGame`.

    Raises
    ------
    GameDefinitionError
        A player forgets what he knew or did (imperfect recall), the nodes of an information set offer
        different actions, probabilities of chance do not sum to one, or payoffs are missing.

    Examples
    --------
    A patron whose threat to intervene is not credible: not intervening pays more once it comes to that.

    >>> import alliancegames as ag
    >>> crisis = ag.ExtensiveGame(["Challenger", "Patron"], ag.Move("Challenger", {
    ...     "wait": ag.End((0, 2), "status quo"),
    ...     "attack": ag.Move("Patron", {"abandon": ag.End((1, 0), "conquest"), "intervene": ag.End((-1, -1), "war")})}))
    >>> len(ag.pure_nash(crisis.normal_form()))
    2
    >>> print(crisis)
    Challenger
    ├ wait → 0, 2  (status quo)
    └ attack: Patron
      ├ abandon → 1, 0  (conquest)
      └ intervene → -1, -1  (war)
    """

    _advice = "use .subs(), .exact() or .floats() to make another game"

    def __init__(self, players: Sequence[str], tree: TreeNode, *, title: str = "", field: Field | None = None) -> None:
        if not isinstance(title, str):
            raise GameDefinitionError(f"ExtensiveGame(): the title must be a text, got {title!r}.")
        if field is not None and field not in FIELDS:
            raise GameDefinitionError(f"ExtensiveGame(): field must be one of {', '.join(map(repr, FIELDS))}, got {field!r}.")
        self._title = title
        self._players = check_labels(players, "player", "ExtensiveGame()")
        self._field, self._nodes, self._sets = read_tree(tree, self._players, field)
        self._check_recall()
        self._seal()

    # ---------------------------------------------------------------- what the game is

    @property
    def players(self) -> tuple[str, ...]:
        """Player labels."""
        return self._players

    @property
    def title(self) -> str:
        """Title shown above figures and tables."""
        return self._title

    @property
    def field(self) -> Field:
        """Number system of the payoffs: ``"exact"``, ``"float"`` or ``"symbolic"``."""
        return self._field

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes, in the order of a walk that goes into depth first; the root is the first."""
        return self._nodes

    @property
    def information_sets(self) -> tuple[InformationSet, ...]:
        """All information sets, in the order in which the walk meets them."""
        return self._sets

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes, in the order in which the walk meets them."""
        return tuple(dict.fromkeys(node.outcome for node in self._nodes if node.payoffs is not None))

    @property
    def free_symbols(self) -> frozenset[Any]:
        """Sympy symbols that occur in payoffs and probabilities; empty unless the game is symbolic."""
        if self._field != "symbolic":
            return frozenset()
        numbers = [value for node in self._nodes for value in (*(node.payoffs or ()), *(node.chance or ()))]
        return frozenset().union(*(value.free_symbols for value in numbers))

    @property
    def has_perfect_information(self) -> bool:
        """Whether every player always knows exactly what has happened."""
        return all(len(part.nodes) == 1 for part in self._sets)

    def information_set(self, address: str | int) -> InformationSet:
        """Return an information set.

        Parameters
        ----------
        address : str or int
            Its label or position.
        """
        return self._sets[resolve(address, [part.label for part in self._sets], "information set", "information_set()")]

    @cached_property
    def ends_of_subtrees(self) -> tuple[int, ...]:
        """For each node the position after its last descendant: the subtree of k is ``nodes[k:ends_of_subtrees[k]]``."""
        ends = list(range(1, len(self._nodes) + 1))
        for k in reversed(range(len(self._nodes))):
            if self._nodes[k].children:
                ends[k] = ends[self._nodes[k].children[-1]]
        return tuple(ends)

    @cached_property
    def own_histories(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each information set what its player did before: pairs of an information set and an action."""
        return tuple(self._own_history(part.nodes[0], part.player) for part in self._sets)

    def _own_history(self, node: int, player: int) -> tuple[tuple[int, int], ...]:
        steps = []
        while node:
            branch, node = self._nodes[node].branch, self._nodes[node].parent
            before = self._nodes[node].information_set
            if before is not None and self._sets[before].player == player:
                steps.append((before, branch))
        return tuple(reversed(steps))

    def _check_recall(self) -> None:
        """Refuse players who forget: the nodes of an information set must share the player's own history."""
        for part in self._sets:
            histories = {self._own_history(node, part.player): node for node in part.nodes}
            if len(histories) == 1:
                continue
            (first, one), (second, other) = list(histories.items())[:2]
            raise GameDefinitionError(
                f"ExtensiveGame(): {self._players[part.player]} has imperfect recall at {part.label!r}: there he cannot tell "
                f"({self._told(first)}) from ({self._told(second)}), his own history at the nodes after "
                f"{' / '.join(self._nodes[one].history) or 'the start'} and after {' / '.join(self._nodes[other].history) or 'the start'}. "
                "Give the nodes different information sets; games with imperfect recall have no behaviour-strategy equilibria in general."
            )

    def _told(self, history: tuple[tuple[int, int], ...]) -> str:
        return ", ".join(f"{self._sets[part].actions[action]} at {self._sets[part].label}" for part, action in history) or "no move yet"

    # ---------------------------------------------------------------- playing it

    def profile(self, strategies: Any) -> BehaviourProfile:
        """Read a behaviour profile.

        Parameters
        ----------
        strategies : BehaviourProfile, mapping or sequence
            By label of the information set or in their order: an action label, an action index, a mapping
            ``{action: probability}``, or a probability vector.
        """
        return BehaviourProfile(self, read_behaviour(self, strategies, "profile()"))

    # ---------------------------------------------------------------- other games made from it

    def normal_form(self, *, reduced: bool = True) -> NormalFormGame:
        """Return the strategic form: one action a plan for all information sets of a player.

        Parameters
        ----------
        reduced : bool, default True
            Whether plans say nothing about information sets that they themselves exclude; a star stands there.

        Returns
        -------
        NormalFormGame
            A player's plan is labelled by its actions in the order of his information sets, joined by ``/``.

        Notes
        -----
        The number of plans is the product of the numbers of actions over the information sets; a game with
        more than a few million pure profiles is refused.
        """
        return strategic_form(self, reduced=reduced)

    def agent_form(self) -> NormalFormGame:
        """Return the agent form: every information set is played by an agent of its own, with the payoffs of the player."""
        return agent_form(self)

    @property
    def subgame_roots(self) -> tuple[int, ...]:
        """Positions of the decision and chance nodes at which a subgame starts, the root first."""
        crossed = [0] * (len(self._nodes) + 1)  # how many information sets have nodes both in a subtree and outside it
        for part in self._sets:
            if len(part.nodes) > 1:
                for node in self._cut_by(part):
                    crossed[node] += 1
        return tuple(k for k, node in enumerate(self._nodes) if node.children and not crossed[k])

    def _cut_by(self, part: InformationSet) -> set[int]:
        """Return the nodes above some but not all nodes of an information set, and those nodes themselves."""
        above: dict[int, int] = {}
        for member in part.nodes:
            node = member
            while True:
                above[node] = above.get(node, 0) + 1
                if node == 0:
                    break
                node = self._nodes[node].parent
        return {node for node, count in above.items() if count < len(part.nodes)}

    def subgame(self, node: int) -> ExtensiveGame:
        """Return the subgame that starts at a node.

        Parameters
        ----------
        node : int
            One of `subgame_roots`.
        """
        if node not in self.subgame_roots:
            raise GameDefinitionError(
                f"subgame(): no subgame starts at node {node}; subgames start at {', '.join(map(str, self.subgame_roots))}."
            )
        return ExtensiveGame(self._players, self.moves(node), title=self._title, field=self._field)

    def subgames(self) -> tuple[ExtensiveGame, ...]:
        """Return all subgames, the whole game first."""
        return tuple(self.subgame(node) for node in self.subgame_roots)

    def moves(self, node: int = 0) -> TreeNode:
        """Return the nested moves from a node on, as they would be written.

        Parameters
        ----------
        node : int, default 0
            Position of the node.
        """
        nested: TreeNode = self._rebuilt(node, lambda value: value)
        return nested

    def _rebuilt(self, k: int, number: Any) -> Any:
        node = self._nodes[k]
        if node.payoffs is not None:
            return End(tuple(number(value) for value in node.payoffs), node.outcome)
        following = {event: self._rebuilt(child, number) for event, child in zip(node.events, node.children, strict=True)}
        if node.chance is not None:
            return Chance({event: (number(weight), following[event]) for event, weight in zip(node.events, node.chance, strict=True)})
        part = self._sets[node.information_set or 0]
        return Move(self._players[part.player], following, part.label)

    def subs(self, values: Mapping[Any, Any]) -> ExtensiveGame:
        """Substitute numbers (or expressions) for symbols in payoffs and probabilities.

        Parameters
        ----------
        values : mapping
            Symbols, or their names, to numbers. Exact numbers keep the game exact.
        """
        replace, rounded = substitution(self, values)
        game = ExtensiveGame(self._players, self._rebuilt(0, replace), title=self._title)
        return game.floats() if rounded and not game.free_symbols else game

    def exact(self) -> ExtensiveGame:
        """Return the game with exact numbers; each float is read as the shortest decimal that rounds to it."""
        return ExtensiveGame(self._players, self.moves(), title=self._title, field="exact")

    def floats(self) -> ExtensiveGame:
        """Return the game with numbers rounded to double precision."""
        return ExtensiveGame(self._players, self.moves(), title=self._title, field="float")

    # ---------------------------------------------------------------- showing it

    def plot(self, profile: Any = None, *, ax: Any = None) -> Any:
        """Draw the tree as papers do: information sets as dashed lines, payoffs below the ends.

        Parameters
        ----------
        profile : BehaviourProfile or mapping, optional
            What is played; its moves are drawn thick, in the width of their probability.
        ax : matplotlib Axes, optional
            Where to draw; by default a new figure.

        Returns
        -------
        matplotlib Axes
        """
        return import_module("alliancegames.plotting.trees").plot_tree(self, profile, ax=ax)

    def _lines(self, k: int, lead: str, indent: str) -> list[str]:
        node = self._nodes[k]
        if node.payoffs is not None:
            outcome = f"  ({node.outcome})" if node.outcome else ""
            return [f"{lead} → {', '.join(format_number(value) for value in node.payoffs)}{outcome}"]
        who = "chance" if node.information_set is None else self._sets[node.information_set].label
        lines = [f"{lead}: {who}" if lead else who]
        for j, (event, child) in enumerate(zip(node.events, node.children, strict=True)):
            last = j == len(node.children) - 1
            weight = "" if node.chance is None else f" [{format_number(node.chance[j])}]"
            deeper = self._lines(child, f"{indent}{'└' if last else '├'} {event}{weight}", f"{indent}{'  ' if last else '│ '}")
            lines.extend(deeper)
        return lines

    def __str__(self) -> str:
        return "\n".join(self._lines(0, "", ""))

    def __repr__(self) -> str:
        title = f" {self._title!r}" if self._title else ""
        sets = f"{len(self._sets)} information set{'' if len(self._sets) == 1 else 's'}"
        return f"<ExtensiveGame{title}: {len(self._nodes)} nodes, {sets}, {self._field} payoffs, players: {', '.join(self._players)}>"

    def _repr_html_(self) -> str:
        shown = "\n".join([self._title, str(self)] if self._title else [str(self)])
        return f"<pre>{escape(shown)}</pre>"

    # ---------------------------------------------------------------- identity

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ExtensiveGame):
            return NotImplemented
        return (self._players, self._field, self._nodes, self._sets) == (other._players, other._field, other._nodes, other._sets)

    def __hash__(self) -> int:
        return hash((self._players, self._field, self._nodes))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._players, self._nodes, self._sets, self._title, self._field)


def _restored(players: Any, nodes: Any, sets: Any, title: str, field: Field) -> ExtensiveGame:
    """Return a game from its flat parts; nested moves of a deep tree would exhaust the stack of pickle."""
    game = object.__new__(ExtensiveGame)
    game._players, game._nodes, game._sets, game._title, game._field = players, nodes, sets, title, field
    game._seal()
    return game
