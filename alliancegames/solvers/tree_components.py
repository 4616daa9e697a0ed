r"""Connected components of the equilibria of a game tree: which of the families listed hang together.

A result of `sequential_equilibria` or `subgame_perfect` lists families; each is the closure of a cell, the
equilibria with one support and one basis of beliefs. The set of all equilibria is closed and is the union of
those closures. A family that is a product of polytopes is connected, so that the components of the set are those
of the graph in which two families are joined if they share a point.

*Where.* For subgame-perfect equilibria the points are behaviour strategies. For sequential equilibria they are
*assessments*, strategies with the beliefs at every information set: the same strategies held up by beliefs that are far
apart may be two components. Beliefs off the path are unknowns of a cell. On the path they are conditional
probabilities :math:`r_x / \sum_y r_y` of the nodes of a set; where the reach of the set vanishes at the border of a
cell, a belief belongs to the closure if it is a limit of these.

*How it is decided.* A family is given by linear inequalities on its free unknowns, of which all other probabilities
are polynomials. Whether two families share a point is a question on such polynomials with rational coefficients,
and z3 answers it exactly. Two sets that enclose the closure of a cell from outside and from inside are used where it has no
such description:

- where the reach of a set can vanish, from outside any belief is allowed there, from inside those that are
  limits along a segment at which the reach rises at first order;
- for curved families, from outside the conditions of the cell with :math:`\ge` for :math:`>`; from inside the same where they
  say all that an equilibrium needs, else the conditions themselves (or a single member, if they hold on other families, too);
- for irrational equilibria and ends of families, boxes around the numbers found.

Families apart from outside do not touch, families that meet inside do; anything else is reported as not decided. A
curved family may itself be in pieces: that it is not is proved by pushing unknowns aside one after another, or it is reported
as not proved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, Literal

from alliancegames._fields import format_number
from alliancegames._immutable import FrozenDict
from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.assessment import Assessment
from alliancegames.games.behaviour import BehaviourProfile
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.solvers._agent_supports import sequential_cells
from alliancegames.solvers._subgame_supports import nash_cells
from alliancegames.solvers._tree_cells import Cell, merged
from alliancegames.solvers._tree_pieces import Interval, Piece, conjunction
from alliancegames.solvers._trees import Tree
from alliancegames.solvers.behaviour_family import BehaviourFamily, behaviour_family
from alliancegames.solvers.result import EquilibriumSet

__all__ = ["TreeComponent", "grouped_cells", "tree_components"]

Space = Literal["strategies", "assessments"]


@dataclass(frozen=True, repr=False)
class TreeComponent:
    """A connected component of the equilibria of a game tree.

    Parameters
    ----------
    families : tuple of BehaviourFamily
        The families, of whose closures the component is the union.
    space : {"strategies", "assessments"}
        Whether points are behaviour strategies or strategies with beliefs.
    outcome_is_constant : bool or None
        Whether all members lead to the ends of the tree with the same probabilities; None if it was not decided.
    payoff_intervals : mapping of str to pair of number, or None
        Least and greatest payoff of each player in the component; None for a player if they were not found exactly.
    is_connected : bool or None
        True if it is proved that the families form one piece; None if one of them is curved and may fall apart.
    may_join : tuple of int
        Positions of other components of which it was not decided whether they belong to this one.
    complete : bool
        Whether all equilibria were listed; if not, one that is missing might join components.
    """

    families: tuple[BehaviourFamily, ...]
    space: Space
    outcome_is_constant: bool | None
    payoff_intervals: Mapping[str, Interval | None]
    is_connected: bool | None = True
    may_join: tuple[int, ...] = ()
    complete: bool = True

    @property
    def game(self) -> ExtensiveGame:
        """The game that is played."""
        return self.families[0].game

    @property
    def dimension(self) -> int:
        """Largest dimension of a family: the number of probabilities and beliefs that are free at once."""
        return max(family.dimension for family in self.families)

    @property
    def is_isolated(self) -> bool:
        """Whether the component is a single equilibrium."""
        return self.dimension == 0

    @property
    def is_settled(self) -> bool:
        """Whether it is proved that this is one component, all of it and nothing else."""
        return self.complete and bool(self.is_connected) and not self.may_join

    @property
    def example(self) -> BehaviourProfile | Assessment:
        """One member."""
        return self.families[0].example

    @property
    def payoffs(self) -> dict[str, Any]:
        """Expected payoff of each player in the example."""
        return self.families[0].payoffs

    @property
    def outcome(self) -> dict[str, Any]:
        """Probabilities, in the example, of the ends of the tree that are reached, by what leads to them."""
        reach = self.families[0].profile.reach
        ends = [k for k, node in enumerate(self.game.nodes) if node.payoffs is not None]
        return {" / ".join(self.game.nodes[k].history): reach[k] for k in ends if reach[k]}

    def __repr__(self) -> str:
        count = len(self.families)
        shape = "isolated equilibrium" if self.is_isolated else f"{count} {_plural('family', count)}, dimension {self.dimension}"
        outcome = {True: "one outcome", False: "several outcomes", None: "outcomes not compared"}[self.outcome_is_constant]
        payoffs = ", ".join(f"{player} {_span(interval)}" for player, interval in self.payoff_intervals.items())
        unsettled = "" if self.is_settled else "; not settled"
        return f"<TreeComponent: {shape}, {outcome}; payoffs {payoffs}{unsettled}>"


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun.removesuffix('y')}ies"


def _span(interval: Interval | None) -> str:
    if interval is None:
        return "not bounded"
    low, high = map(format_number, interval)
    return low if low == high else f"{low} to {high}"


# -------------------------------------------------------------------- entry


@lru_cache(maxsize=32)
def tree_components(equilibria: EquilibriumSet[BehaviourFamily]) -> tuple[TreeComponent, ...]:
    """Group the families of equilibria of a game tree into connected components.

    Parameters
    ----------
    equilibria : EquilibriumSet
        A result of `sequential_equilibria` or `subgame_perfect`.

    Returns
    -------
    tuple of TreeComponent
        In the order of their first family. Sequential equilibria are connected as assessments, subgame-perfect ones as
        behaviour strategies. What could not be decided is said in ``may_join`` and ``is_connected``.

    Raises
    ------
    SolverNotApplicableError
        The result lists no families, as that of `tree_nash`, or families that the solver does not find.

    Notes
    -----
    The families are found again by the solver, since a result keeps their corners only. Each pair that may
    touch costs one question to z3, mostly of milliseconds.

    Examples
    --------
    The threat of the patron need not be certain to keep the challenger at bay; he also may not threaten at all.

    >>> import alliancegames as ag
    >>> from alliancegames.solvers.tree_components import tree_components
    >>> crisis = ag.ExtensiveGame(["Challenger", "Patron"], ag.Move("Challenger", {
    ...     "wait": (0, 2), "attack": ag.Move("Patron", {"abandon": (1, 0), "intervene": (-1, 0)})}))
    >>> tree_components(ag.subgame_perfect(crisis))
    (<TreeComponent: 3 families, dimension 1, several outcomes; payoffs Challenger 0 to 1, Patron 0 to 2>,)

    Selten's horse has one component of sequential equilibria, with one outcome:

    >>> horse = ag.ExtensiveGame(["1", "2", "3"], ag.Move("1", {
    ...     "D": ag.Move("3", {"L": (3, 2, 2), "R": (0, 0, 0)}, "3"),
    ...     "C": ag.Move("2", {"d": ag.Move("3", {"L": (4, 4, 0), "R": (0, 0, 1)}, "3"), "c": (1, 1, 1)})}))
    >>> tree_components(ag.sequential_equilibria(horse))
    (<TreeComponent: 2 families, dimension 1, one outcome; payoffs 1 1, 2 1, 3 1>,)
    """
    game = equilibria.game
    if not isinstance(game, ExtensiveGame) or not all(isinstance(item, BehaviourFamily) for item in equilibria):
        raise SolverNotApplicableError(
            "tree_components(): needs the families that sequential_equilibria() or subgame_perfect() find; "
            f"this result lists {equilibria.provenance.solver} equilibria one by one."
        )
    tree = Tree(game)
    beliefs = any(isinstance(item.example, Assessment) for item in equilibria)
    by_agents = beliefs or game.has_perfect_information
    cells = list(sequential_cells(tree) if by_agents else nash_cells(tree, game.subgame_roots))
    return grouped_cells(game, cells, beliefs=beliefs, listed=equilibria.items, complete=equilibria.complete is True)


def grouped_cells(
    game: ExtensiveGame, cells: Sequence[Cell], *, beliefs: bool, listed: Sequence[BehaviourFamily] | None = None, complete: bool = True
) -> tuple[TreeComponent, ...]:
    """Group cells of equilibria into connected components.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    cells : sequence of Cell
        All that a search yielded.
    beliefs : bool
        Whether points are assessments.
    listed : sequence of BehaviourFamily, optional
        The families wanted, in order; by default all.
    complete : bool
        Whether the families are all of the equilibria.
    """
    pieces = _pieces(game, cells, beliefs, listed)
    groups = _Groups(len(pieces))
    open_ = []
    for i, j in combinations(range(len(pieces)), 2):
        if groups.of(i) != groups.of(j):
            touch = pieces[i].touches(pieces[j])
            if touch:
                groups.join(i, j)
            elif touch is None:
                open_.append((i, j))
    members = groups.members()
    place = {k: number for number, group in enumerate(members) for k in group}
    undecided = {(place[i], place[j]) for i, j in open_ if place[i] != place[j]}
    return tuple(
        _component(
            [pieces[k] for k in group],
            tuple(sorted({b if a == number else a for a, b in undecided if number in (a, b)})),
            complete,
        )
        for number, group in enumerate(members)
    )


def _pieces(game: ExtensiveGame, cells: Sequence[Cell], beliefs: bool, listed: Sequence[BehaviourFamily] | None) -> list[Piece]:
    siblings = Counter(id(cell.solution.conditions) for cell in cells)  # solutions of one system share its conditions
    found = {}
    for cell in merged(cells):
        if cell.solution.decided:
            family = behaviour_family(game, cell, beliefs=beliefs)
            found[family] = Piece(game, cell, family, beliefs=beliefs, alone=siblings[id(cell.solution.conditions)] == 1)
    strange = [family for family in listed or () if family not in found]
    if strange:
        raise SolverNotApplicableError(
            f"tree_components(): the solver does not find the family {strange[0]} of this result; solve the game again."
        )
    return list(found.values()) if listed is None else [found[family] for family in listed]


def _component(pieces: Sequence[Piece], may_join: tuple[int, ...], complete: bool) -> TreeComponent:
    intervals: dict[str, Interval | None] = {}
    for k, player in enumerate(pieces[0].game.players):
        ranges = [piece.payoff_range(k) for piece in pieces]
        known = [interval for interval in ranges if interval is not None]
        wide = (min(low for low, _ in known), max(high for _, high in known)) if len(known) == len(ranges) else None
        intervals[player] = wide
    constant = conjunction([piece.outcome_is_constant for piece in pieces])
    return TreeComponent(
        families=tuple(piece.family for piece in pieces),
        space="assessments" if pieces[0].beliefs else "strategies",
        outcome_is_constant=constant,
        payoff_intervals=FrozenDict(intervals),
        is_connected=conjunction([piece.is_connected for piece in pieces]),
        may_join=may_join,
        complete=complete,
    )


class _Groups:
    """A partition of positions."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def of(self, k: int) -> int:
        """Return the first member of the group of a position."""
        while self._parent[k] != k:
            k = self._parent[k]
        return k

    def join(self, i: int, j: int) -> None:
        """Unite two groups."""
        first, second = sorted((self.of(i), self.of(j)))
        self._parent[second] = first

    def members(self) -> list[list[int]]:
        """Return the groups, in the order of their first members."""
        groups: dict[int, list[int]] = {}
        for k in range(len(self._parent)):
            groups.setdefault(self.of(k), []).append(k)
        return list(groups.values())
