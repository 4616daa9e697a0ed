"""Components of the set of equilibria of a two-player game: how extreme equilibria hang together.

The extreme equilibria are the edges of a graph whose nodes are the extreme strategies of the two players.
Its connected components are the topological components of the set of equilibria, and its maximal
bicliques are the maximal Nash subsets: convex products ``X × Y`` all of whose pairs are equilibria
:cite:p:`avis2010enumeration`.

The index of a component counts, with signs, the equilibria near it in every game close by; the indices of
all components sum to 1. It is computed in a neighbouring game that is not degenerate: the bounds of the
best-reply polyhedra are raised by different powers of a number so small that, by the bounds on
determinants, no comparison can come out differently for any smaller one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from alliancegames._exact import determinant_sign, rank
from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import Profile
from alliancegames.solvers._double_description import Ray
from alliancegames.solvers.bimatrix import Bimatrix, choosers, completely_labelled
from alliancegames.solvers.registry import descending

__all__ = ["Component", "NashSubset", "components"]


@dataclass(frozen=True)
class NashSubset:
    """A maximal Nash subset: every pair of mixtures of its extreme strategies is an equilibrium.

    Parameters
    ----------
    first, second : tuple of tuple of number
        Extreme strategies of the two players, as probabilities.
    """

    first: tuple[tuple[Any, ...], ...]
    second: tuple[tuple[Any, ...], ...]

    @property
    def dimension(self) -> int:
        """Dimension of the set."""
        return _affine_dimension(self.first) + _affine_dimension(self.second)


@dataclass(frozen=True)
class Component:
    """A connected component of the set of equilibria.

    Parameters
    ----------
    game : NormalFormGame
        The game.
    extreme : tuple of Profile
        Extreme equilibria of the component.
    subsets : tuple of NashSubset
        Maximal Nash subsets, whose union the component is.
    index : int
        Index of the component; a component of index other than 0 survives small changes of payoffs.
    """

    game: NormalFormGame
    extreme: tuple[Profile, ...]
    subsets: tuple[NashSubset, ...]
    index: int

    @property
    def dimension(self) -> int:
        """Largest dimension of a maximal Nash subset; 0 for an isolated equilibrium."""
        return max(subset.dimension for subset in self.subsets)

    @property
    def is_isolated(self) -> bool:
        """Whether the component is a single equilibrium."""
        return len(self.extreme) == 1

    def contains(self, profile: Any) -> bool:
        """Whether a profile belongs to the component; decided exactly in exact games.

        Parameters
        ----------
        profile : Profile, mapping or sequence
            As in `NormalFormGame.profile`.

        Notes
        -----
        The extreme strategies that share all labels of a strategy span the face in whose interior it lies.
        An equilibrium therefore belongs to the component of any extreme equilibrium that has its labels.
        """
        bimatrix = Bimatrix(self.game)
        labels = bimatrix.labels(self.game.profile(profile).arrays())
        if labels is None:
            return False
        for extreme in self.extreme:
            own = bimatrix.labels(extreme.arrays())
            if own is not None and all(mine & theirs == mine for mine, theirs in zip(labels, own, strict=True)):
                return True
        return False

    def __repr__(self) -> str:
        shape = "isolated equilibrium" if self.is_isolated else f"{len(self.extreme)} extreme equilibria, dimension {self.dimension}"
        return f"<Component: {shape}, index {self.index:+d}>"


@lru_cache(maxsize=32)
def components(game: NormalFormGame) -> tuple[Component, ...]:
    """Find the components of the set of Nash equilibria of a two-player game.

    Parameters
    ----------
    game : NormalFormGame
        A game with exact or float payoffs in which at most two players have a choice; floats are taken at
        their exact binary values.

    Returns
    -------
    tuple of Component
        In the order of their first extreme equilibrium; their indices sum to 1.

    Raises
    ------
    SolverNotApplicableError
        More than two players have a choice, or the payoffs contain symbols.

    Notes
    -----
    Maximal bicliques are found as maximal cliques (Bron-Kerbosch), exponentially many in the worst case.
    The index needs a second enumeration of vertices in larger integers if the game is degenerate.

    Examples
    --------
    The trust game has one component, a segment: the second player's share of betrayal is free above 1/2.

    >>> import alliancegames as ag
    >>> trust = ag.NormalFormGame.from_bimatrix([[1, -1], [0, 0]], [[1, 2], [0, 0]])
    >>> (component,) = ag.components(trust)
    >>> component
    <Component: 2 extreme equilibria, dimension 1, index +1>
    >>> component.contains((1, ["1/3", "2/3"])), component.contains((1, ["2/3", "1/3"]))
    (True, False)
    """
    if not isinstance(game, NormalFormGame) or game.field == "symbolic":
        raise SolverNotApplicableError("components(): needs a NormalFormGame with numbers as payoffs.")
    if len(choosers(game)) > 2:
        raise SolverNotApplicableError(f"components(): needs 2 players; this game has {len(game.players)} ({', '.join(game.players)}).")
    import networkx as nx

    bimatrix = Bimatrix(game)
    x_rays, y_rays = bimatrix.rays()
    pairs = list(completely_labelled(x_rays, y_rays, bimatrix.n_labels))
    graph: Any = nx.Graph((("x", x.tight), ("y", y.tight)) for x, y in pairs)
    indices = _indices(bimatrix, x_rays, y_rays)
    strategies = {("x", ray.tight): ray for ray in x_rays} | {("y", ray.tight): ray for ray in y_rays}
    found = []
    for nodes in nx.connected_components(graph):
        extreme = [(x, y) for x, y in pairs if ("x", x.tight) in nodes]
        profiles = sorted((bimatrix.profile(x, y) for x, y in extreme), key=lambda profile: descending(profile.arrays()))
        subsets = tuple(_subset(clique, strategies, game) for clique in _bicliques(graph.subgraph(nodes)))
        index = sum(indices.get((x.tight, y.tight), 0) for x, y in extreme)
        found.append(Component(game, tuple(profiles), tuple(sorted(subsets, key=_subset_order)), index))
    return tuple(sorted(found, key=lambda component: descending(component.extreme[0].arrays())))


def _subset_order(subset: NashSubset) -> tuple[Any, ...]:
    return tuple(tuple(-w for strategy in side for w in strategy) for side in (subset.first, subset.second))


def _bicliques(graph: Any) -> Iterable[set[Any]]:
    """Yield the maximal bicliques with both sides non-empty: maximal cliques once each side is completed."""
    import networkx as nx

    completed = graph.copy()
    for side in ("x", "y"):
        nodes = [node for node in graph if node[0] == side]
        completed.add_edges_from((a, b) for k, a in enumerate(nodes) for b in nodes[k + 1 :])
    for clique in nx.find_cliques(completed):
        if {node[0] for node in clique} == {"x", "y"}:
            yield set(clique)


def _subset(clique: Iterable[Any], strategies: dict[Any, Ray], game: NormalFormGame) -> NashSubset:
    sides: dict[str, list[tuple[Any, ...]]] = {"x": [], "y": []}
    for node in clique:
        weights = strategies[node].weights()
        sides[node[0]].append(tuple(float(w) for w in weights) if game.field == "float" else tuple(weights))
    return NashSubset(*(tuple(sorted(sides[side], reverse=True)) for side in ("x", "y")))


def _affine_dimension(points: Sequence[Sequence[Any]]) -> int:
    """Return the dimension of the convex hull of points."""
    return rank([[a - b for a, b in zip(point, points[0], strict=True)] for point in points[1:]]) if len(points) > 1 else 0


def _indices(bimatrix: Bimatrix, x_rays: list[Ray], y_rays: list[Ray]) -> dict[tuple[int, int], int]:
    """Return for each extreme equilibrium, by its labels, the signed number of equilibria that grow out of it."""
    m, n = bimatrix.row.shape
    simple = all(ray.tight.bit_count() == len(ray.coordinates) - 1 for ray in (*x_rays, *y_rays))
    perturbed = (x_rays, y_rays) if simple else bimatrix.rays(perturbed=True)
    result: dict[tuple[int, int], int] = {}
    for x, y in completely_labelled(*perturbed, bimatrix.n_labels):
        rows = [i for i in range(m) if x.coordinates[i]]
        columns = [j for j in range(n) if y.coordinates[j]]
        signs = [determinant_sign(matrix[np.ix_(rows, columns)]) for matrix in (bimatrix.row, bimatrix.column)]
        origin = (_limit(x, x_rays), _limit(y, y_rays))
        result[origin] = result.get(origin, 0) + (-1) ** (len(rows) + 1) * prod(signs)
    return result


def _limit(perturbed: Ray, rays: list[Ray]) -> int:
    """Return the labels of the vertex that a vertex of the perturbed polyhedron tends to: the one with all its labels."""
    return next(ray.tight for ray in rays if ray.tight & perturbed.tight == perturbed.tight)
