"""All sequential equilibria of a game tree, by the supports of its information sets.

For each information set choose which actions are played with positive probability (the support), and for
each set off the path which nodes are thought possible (the basis). A support and a basis turn sequential
rationality and Bayes' rule into polynomial conditions on the probabilities and beliefs, whose solutions are
found exactly. Beliefs off the path are consistent in the sense of Kreps and Wilson: limits of Bayesian
beliefs along trembles in which each unplayed action has a weight and an order of magnitude. Supports are
tried from the end of the tree; one that contains an action that is worse than another for any continuation
still possible is cut off together with everything that extends it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

import flint

from alliancegames.errors import SolverNotApplicableError
from alliancegames.solvers._semialgebraic import solve
from alliancegames.solvers._solution_sets import Conditions
from alliancegames.solvers._tree_cells import Cell
from alliancegames.solvers._tree_systems import TreeSystem
from alliancegames.solvers._trees import Basis, Support, Tree, Trembles, relative

__all__ = ["MOST_SUPPORTS", "sequential_cells"]

# Supports that may be examined before the search gives up.
MOST_SUPPORTS = 50_000


def sequential_cells(tree: Tree) -> Iterator[Cell]:
    """Yield all non-empty cells; together they hold every sequential equilibrium.

    Parameters
    ----------
    tree : Tree
        The game.

    Raises
    ------
    SolverNotApplicableError
        More than `MOST_SUPPORTS` supports would have to be examined.
    """
    for support in _supports(tree):
        covered: list[Basis] = []
        for basis in _bases(tree, support):
            if any(all(set(nodes) <= set(wider[h]) for h, nodes in basis.items()) for wider in covered):
                continue
            system = _System(tree, support, basis)
            if not system.relations:
                covered.append(basis)
            for solution in solve(system.conditions(closed=not system.relations), system.context):
                yield Cell(tree, support, basis, solution, system.unknowns)


def _supports(tree: Tree) -> Iterator[Support]:
    """Yield the supports that survive, choosing information set by information set from the end of the tree."""
    full = [tuple(range(len(part.actions))) for part in tree.sets]
    examined = 0

    def extend(support: list[tuple[int, ...]], chosen: list[int]) -> Iterator[Support]:
        nonlocal examined
        examined += 1
        if examined > MOST_SUPPORTS:
            raise SolverNotApplicableError(
                f"sequential_equilibria(): more than {MOST_SUPPORTS} supports remain after pruning; the tree is too large to be solved completely. "
                "Fold in moves that are clearly dominant, or look for one equilibrium of the normal form."
            )
        if tree.is_hopeless(support, chosen):
            return
        if len(chosen) == len(tree.sets):
            yield tuple(support)
            return
        h = tree.order[len(chosen)]
        for size in range(1, len(full[h]) + 1):
            for actions in itertools.combinations(full[h], size):
                narrowed = list(support)
                narrowed[h] = actions
                yield from extend(narrowed, [*chosen, h])

    yield from extend(list(full), [])


def _bases(tree: Tree, support: Support) -> Iterator[Basis]:
    """Yield the consistent bases of beliefs off the path, larger ones first."""
    alike: dict[Trembles, list[int]] = {}
    for h, part in enumerate(tree.sets):
        trembles = tuple(tree.trembles(x, support) for x in part.nodes)
        if len(part.nodes) > 1 and all(trembles):
            alike.setdefault(relative(trembles), []).append(h)
    choices = [
        [nodes for size in range(len(trembles), 0, -1) for nodes in itertools.combinations(range(len(trembles)), size)]
        for trembles in alike
    ]
    sizes = [len(sets) for sets in alike.values()]
    for chosen in sorted(
        itertools.product(*choices), key=lambda nodes: -sum(size * len(own) for size, own in zip(sizes, nodes, strict=True))
    ):
        if _is_consistent(tuple(alike), chosen):
            basis = {h: nodes for sets, nodes in zip(alike.values(), chosen, strict=True) for h in sets}
            yield dict(sorted(basis.items()))


@lru_cache(maxsize=1 << 14)
def _is_consistent(trembles: tuple[Trembles, ...], chosen: tuple[tuple[int, ...], ...]) -> bool:
    """Whether orders of magnitude of the trembles exist that make exactly the chosen nodes of each set most likely."""
    if all(len(set(map(len, part))) == 1 == len(part[0]) and len(set(part)) == len(part) for part in trembles) and _disjoint(trembles):
        return True  # every node needs one tremble of its own: any set of nodes can be most likely
    import z3

    orders: dict[tuple[int, int], Any] = {}
    solver = z3.Solver()
    for part, nodes in zip(trembles, chosen, strict=True):
        sums = []
        for path in part:
            for action in path:
                if action not in orders:
                    orders[action] = z3.Int(f"o{len(orders)}")
                    solver.add(orders[action] >= 1)
            sums.append(z3.Sum([orders[action] for action in path]))
        for k, total in enumerate(sums):
            solver.add(total == sums[nodes[0]] if k in nodes else total > sums[nodes[0]])
    return bool(solver.check() == z3.sat)


def _disjoint(trembles: Sequence[Trembles]) -> bool:
    actions = [action for part in trembles for path in part for action in path]
    return len(actions) == len(set(actions))


class _System(TreeSystem):
    """Sequential rationality and consistent beliefs for one support and basis, as polynomial conditions."""

    @cached_property
    def relations(self) -> list[Any]:
        """Equations between beliefs that consistency forces: trembles of one action count the same everywhere."""
        rows, ratios = [], []
        actions: dict[tuple[int, int], int] = {}
        for h, nodes in self.basis.items():
            if h in self.same:
                continue
            part = self.tree.sets[h]
            first = part.nodes[nodes[0]]
            for x in nodes[1:]:
                row: dict[int, int] = {}
                for sign, node in ((1, part.nodes[x]), (-1, first)):
                    for action in self.tree.trembles(node, self.support):
                        place = actions.setdefault(action, len(actions))
                        row[place] = row.get(place, 0) + sign
                rows.append(row)
                ratios.append((self.beliefs[h][x] * self.weight(first), self.beliefs[h][nodes[0]] * self.weight(part.nodes[x])))
        if not rows:
            return []
        matrix = flint.fmpz_mat([[row.get(place, 0) for row in rows] for place in range(len(actions))] or [[0] * len(rows)])
        kernel, size = matrix.nullspace()
        return [self._binomial(ratios, [int(kernel[k, column]) for k in range(len(rows))]) for column in range(size)]

    def _binomial(self, ratios: Sequence[tuple[Any, Any]], powers: Sequence[int]) -> Any:
        left, right = self.one, self.one
        for (up, down), power in zip(ratios, powers, strict=True):
            over, under = (up, down) if power > 0 else (down, up)
            left, right = left * over ** abs(power), right * under ** abs(power)
        return left - right

    def conditions(self, *, closed: bool) -> Conditions:
        """Return the conditions; `closed` lets beliefs be zero, which is right where nothing ties them together."""
        zero: list[Any] = list(self.relations)
        nonnegative: list[Any] = []
        positive = [weight for weights in self.strategies for weight in weights.values()]
        (nonnegative if closed else positive).extend(weight for weights in self.beliefs.values() for weight in weights.values())
        values = {player: self.values(player) for player in {part.player for part in self.tree.sets}}
        for h, part in enumerate(self.tree.sets):
            if len(part.nodes) == 1:
                weights = {0: self.one}
            elif h in self.beliefs:
                weights = self.beliefs[h]
            else:
                weights = {x: self.reach[node] for x, node in enumerate(part.nodes)}
            gain = [
                sum(
                    (weight * values[part.player][self.tree.nodes[part.nodes[x]].children[a]] for x, weight in weights.items()),
                    start=self.context.constant(0),
                )
                for a in range(len(part.actions))
            ]
            first = self.support[h][0]
            zero.extend(gain[a] - gain[first] for a in self.support[h][1:])
            nonnegative.extend(gain[first] - gain[a] for a in range(len(part.actions)) if a not in self.support[h])
        return Conditions(tuple(zero), tuple(positive), tuple(nonnegative))
