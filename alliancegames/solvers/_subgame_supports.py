"""All subgame-perfect equilibria of a game tree, by the supports of its information sets.

Within each subgame the information sets that are reached have a support; at the others anything may be
played as long as no player gains by any plan for the subgame. A choice of supports turns that into polynomial
conditions, linear where only the replies off the path are free.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.strategic_form import plans
from alliancegames.solvers._semialgebraic import solve
from alliancegames.solvers._solution_sets import Conditions
from alliancegames.solvers._tree_cells import Cell
from alliancegames.solvers._tree_systems import TreeSystem
from alliancegames.solvers._trees import Support, Tree, number

__all__ = ["nash_cells"]

# Choices of supports that may be examined before the search gives up, and plans of one player.
MOST_SUPPORTS = 200_000
MOST_PLANS = 2_000

# None stands for an information set that is not reached.
Partial = list[tuple[int, ...] | None]


def nash_cells(tree: Tree, roots: Sequence[int]) -> Iterator[Cell]:
    """Yield all non-empty cells of profiles in behaviour strategies that are Nash equilibria from each root on.

    Parameters
    ----------
    tree : Tree
        The game.
    roots : sequence of int
        Roots of subgames; with all of them the cells hold every subgame-perfect equilibrium, with the root of
        the tree alone every Nash equilibrium.
    """
    search = _Search(tree, roots)
    for chosen in search.supports():
        system = _System(tree, chosen, search)
        for solution in solve(system.conditions(), system.context):
            yield Cell(tree, system.support, {}, solution, system.unknowns)


class _Search:
    """Chooses supports information set by information set, from the end of the tree."""

    def __init__(self, tree: Tree, roots: Sequence[int]) -> None:
        self.tree, self.roots = tree, tuple(roots)
        ends = tree.game.ends_of_subtrees
        self.root_of = [max(r for r in self.roots if r <= part.nodes[0] < ends[r]) for part in tree.sets]
        self.plans = {}
        for player in range(len(tree.game.players)):
            listed = plans(tree.game, player)
            if len(listed) > MOST_PLANS:
                raise SolverNotApplicableError(
                    f"subgame_perfect(): {tree.game.players[player]} has {len(listed)} plans, more than the {MOST_PLANS} that are compared "
                    "one by one; the tree is too large to be solved completely. tree_nash() finds one equilibrium of two players."
                )
            self.plans[player] = listed

    def supports(self) -> Iterator[Partial]:
        """Yield all choices in which exactly the information sets that are not reached have no support."""
        examined = 0

        def extend(chosen: dict[int, tuple[int, ...] | None]) -> Iterator[Partial]:
            nonlocal examined
            examined += 1
            if examined > MOST_SUPPORTS:
                raise SolverNotApplicableError(
                    f"more than {MOST_SUPPORTS} choices of supports would have to be examined; the tree is too large to be solved completely."
                )
            if any(self._reached(h, chosen) is (support is None) for h, support in chosen.items()):
                return
            if self._hopeless(chosen):
                return
            if len(chosen) == len(self.tree.sets):
                yield [chosen[h] for h in range(len(self.tree.sets))]
                return
            h = self.tree.order[len(chosen)]
            actions = range(len(self.tree.sets[h].actions))
            reached = self._reached(h, chosen)
            if reached is not True:
                yield from extend({**chosen, h: None})
            if reached is not False:
                for size in range(1, len(actions) + 1):
                    for support in combinations(actions, size):
                        yield from extend({**chosen, h: support})

        yield from extend({})

    def _reached(self, h: int, chosen: dict[int, tuple[int, ...] | None]) -> bool | None:
        """Whether a set is reached within its subgame; None where that is still open."""
        open_ = False
        for node in self.tree.sets[h].nodes:
            answer: bool | None = True
            while node != self.root_of[h]:
                branch, node = self.tree.nodes[node].branch, self.tree.nodes[node].parent
                before = self.tree.nodes[node].information_set
                if before is None:
                    continue
                if before not in chosen:
                    answer = None if answer else answer
                elif chosen[before] is None or branch not in chosen[before]:  # type: ignore[operator]
                    answer = False
            if answer:
                return True
            open_ = open_ or answer is None
        return None if open_ else False

    def _hopeless(self, chosen: dict[int, tuple[int, ...] | None]) -> bool:
        """Whether some action played where a subgame starts is worse than another, whatever follows."""
        support = [chosen.get(h) or tuple(range(len(part.actions))) for h, part in enumerate(self.tree.sets)]
        starts = [h for h, part in enumerate(self.tree.sets) if len(part.nodes) == 1 and part.nodes[0] in self.roots and chosen.get(h)]
        return self.tree.is_hopeless(support, starts)


class _System(TreeSystem):
    """No player gains by any plan from any root on, as polynomial conditions."""

    def __init__(self, tree: Tree, chosen: Partial, search: _Search) -> None:
        support: Support = tuple(own or tuple(range(len(part.actions))) for own, part in zip(chosen, tree.sets, strict=True))
        super().__init__(tree, support, {})
        self._chosen, self._search = chosen, search

    def conditions(self) -> Conditions:
        """Return the conditions."""
        positive: list[Any] = []
        nonnegative: list[Any] = []
        zero: list[Any] = []
        for own, weights in zip(self._chosen, self.strategies, strict=True):
            (nonnegative if own is None else positive).extend(weights.values())
        for player in {part.player for part in self.tree.sets}:
            values = self.values(player)
            for root in self._search.roots:
                for plan in self._search.plans[player]:
                    relevant = {h: a for h, a in plan.items() if a is not None}
                    nonnegative.append(values[root] - self._deviating(player, root, relevant))
            zero.extend(self._indifference(player, values))
        return Conditions(tuple(zero), tuple(positive), tuple({str(p): p for p in nonnegative}.values()))

    def _indifference(self, player: int, values: list[Any]) -> Iterator[Any]:
        """Yield that actions played at a set that is reached are worth the same."""
        for h, part in enumerate(self.tree.sets):
            own = self._chosen[h]
            if part.player != player or own is None or len(own) == 1:
                continue
            weights = [self.one] if len(part.nodes) == 1 else [self._reach_from(self._search.root_of[h], node) for node in part.nodes]
            worth = [
                sum(
                    (w * values[self.tree.nodes[x].children[a]] for w, x in zip(weights, part.nodes, strict=True)),
                    start=self.context.constant(0),
                )
                for a in own
            ]
            yield from (other - worth[0] for other in worth[1:])

    def _reach_from(self, root: int, node: int) -> Any:
        weight = self.one
        while node != root:
            branch, node = self.tree.nodes[node].branch, self.tree.nodes[node].parent
            weight = weight * self.branch_weight(node, branch)
        return weight

    def _deviating(self, player: int, root: int, plan: dict[int, int]) -> Any:
        """Return what a player gets from a root on by a plan; he plays the first action where the plan says nothing."""

        def worth(k: int) -> Any:
            node, payoffs = self.tree.nodes[k], self.tree.payoffs[k]
            if payoffs is not None:
                return self.context.constant(number(payoffs[player]))
            h = node.information_set
            if h is not None and self.tree.sets[h].player == player:
                return worth(node.children[plan.get(h, 0)])
            return sum((self.branch_weight(k, j) * worth(child) for j, child in enumerate(node.children)), start=self.context.constant(0))

        return worth(root)
