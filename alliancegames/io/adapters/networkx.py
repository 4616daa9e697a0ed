"""The best-reply graph of a game, or the tree of a game in extensive form, for NetworkX."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.tree import Chance, End, Move
from alliancegames.solvers.pure import best_reply_masks

__all__ = ["from_networkx", "from_networkx_tree", "to_networkx"]


def to_networkx(game: NormalFormGame | ExtensiveGame) -> Any:
    """Return the best-reply graph of a game, who would move where from each pure profile; or the tree of an extensive form.

    Parameters
    ----------
    game : NormalFormGame or ExtensiveGame
        A game in normal form with numbers as payoffs, or a game tree.

    Returns
    -------
    networkx.DiGraph
        Normal form: a node for each pure profile, the tuple of action labels, with its ``payoffs`` (one a player) and
        whether it is a pure ``equilibrium``. An edge leads from a profile in which a player is not at a
        best reply to each profile in which that ``player`` alone has moved to one. So the nodes without
        edges out are the pure equilibria. ``graph.graph`` holds the title, the players, the actions and
        the number system.

        Extensive form: a node for each node of the tree, by its position in ``game.nodes``, with its
        ``kind`` ("move", "chance" or "end"), and its ``player`` and ``information_set``, or its
        ``payoffs`` and ``outcome``. An edge has the ``action`` that it stands for and, after a move of
        chance, its ``probability``.

    Raises
    ------
    SolverNotApplicableError
        The payoffs contain symbols.

    Examples
    --------
    >>> import alliancegames as ag
    >>> graph = ag.io.to_networkx(ag.games.stag_hunt())
    >>> [node for node, equilibrium in graph.nodes(data="equilibrium") if equilibrium]
    [('stag', 'stag'), ('hare', 'hare')]
    >>> sorted(graph.successors(("stag", "hare")))
    [('hare', 'hare'), ('stag', 'stag')]
    """
    import networkx

    if isinstance(game, ExtensiveGame):
        return _tree(networkx, game)
    if game.field == "symbolic":
        raise SolverNotApplicableError("to_networkx(): the payoffs contain symbols; substitute numbers first with .subs({...}).")
    masks = best_reply_masks(game)
    profiles = dict(zip(np.ndindex(game.shape), game.profiles(), strict=True))
    graph = networkx.DiGraph(title=game.title, players=game.players, actions=game.actions, field=game.field)
    for position, profile in profiles.items():
        payoffs = tuple(array[position] if array.dtype == object else float(array[position]) for array in game.payoffs)
        graph.add_node(profile, payoffs=payoffs, equilibrium=all(bool(mask[position]) for mask in masks))
    for position, profile in profiles.items():
        for k, mask in enumerate(masks):
            if not mask[position]:
                line = mask[(*position[:k], slice(None), *position[k + 1 :])]
                for reply in np.flatnonzero(line):
                    better = (*position[:k], int(reply), *position[k + 1 :])
                    graph.add_edge(profile, profiles[better], player=game.players[k])
    return graph


def _tree(networkx: Any, game: ExtensiveGame) -> Any:
    graph = networkx.DiGraph(title=game.title, players=game.players, form="extensive", field=game.field)
    for k, node in enumerate(game.nodes):
        if node.payoffs is not None:
            graph.add_node(k, kind="end", payoffs=node.payoffs, outcome=node.outcome)
        elif node.information_set is None:
            graph.add_node(k, kind="chance")
        else:
            part = game.information_sets[node.information_set]
            graph.add_node(k, kind="move", player=game.players[part.player], information_set=part.label)
        if k:
            before = game.nodes[node.parent]
            drawn = {} if before.chance is None else {"probability": before.chance[node.branch]}
            graph.add_edge(node.parent, k, action=before.events[node.branch], **drawn)
    return graph


def from_networkx_tree(graph: Any) -> ExtensiveGame:
    """Return the game tree that a graph describes, as `to_networkx` makes it.

    Parameters
    ----------
    graph : networkx.DiGraph
        A tree whose nodes and edges have the attributes that `to_networkx` gives them; any objects may be
        nodes. ``graph.graph`` may hold ``title``, ``players`` and ``field``.

    Returns
    -------
    ExtensiveGame

    Raises
    ------
    GameDefinitionError
        The graph is no tree with its edges leading away from one root, or an attribute is missing.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.ExtensiveGame(["Patron"], ag.Move("Patron", {"stay": [0], "go": ag.End([1], "war")}))
    >>> ag.io.from_networkx_tree(ag.io.to_networkx(game)) == game
    True
    """
    import networkx

    if not len(graph) or not networkx.is_arborescence(graph):
        raise GameDefinitionError("from_networkx_tree(): expected a tree with its edges leading away from one root, got another graph.")
    built: dict[Any, Any] = {}
    root = next(node for node, degree in graph.in_degree() if degree == 0)
    for node in networkx.dfs_postorder_nodes(graph, root):
        built[node] = _part(graph, node, built)
    about = graph.graph
    players = about.get("players") or sorted({player for _, player in graph.nodes(data="player") if player is not None})
    return ExtensiveGame(players, built[root], title=about.get("title", ""), field=about.get("field"))


def _part(graph: Any, node: Any, built: dict[Any, Any]) -> Any:
    """Return a node of the tree once what follows it is built."""
    kind = _attribute(graph.nodes[node], "kind", f"node {node!r}")
    if kind == "end":
        return End(_attribute(graph.nodes[node], "payoffs", f"node {node!r}"), graph.nodes[node].get("outcome", ""))
    edges = [(_attribute(about, "action", f"the edge to {child!r}"), child, about) for _, child, about in graph.out_edges(node, data=True)]
    if len({action for action, _, _ in edges}) < len(edges):
        raise GameDefinitionError(f"from_networkx_tree(): two edges from node {node!r} have the same attribute 'action'; rename one.")
    if kind == "chance":
        return Chance(
            {action: (_attribute(about, "probability", f"the edge to {child!r}"), built[child]) for action, child, about in edges}
        )
    if kind != "move":
        raise GameDefinitionError(f"from_networkx_tree(): node {node!r} has kind {kind!r}; it must be 'move', 'chance' or 'end'.")
    player = _attribute(graph.nodes[node], "player", f"node {node!r}")
    return Move(player, {action: built[child] for action, child, _ in edges}, graph.nodes[node].get("information_set"))


def _attribute(about: Any, name: str, what: str) -> Any:
    if name not in about:
        raise GameDefinitionError(f"from_networkx_tree(): {what} has no attribute {name!r}; set it.")
    return about[name]


def from_networkx(graph: Any) -> NormalFormGame:
    """Return the game whose pure profiles and payoffs are the nodes of a graph, as `to_networkx` makes it.

    Parameters
    ----------
    graph : networkx.Graph
        Each node is the tuple of action labels of a pure profile and has the attribute ``payoffs``, one
        a player. The edges are not read: they follow from the payoffs. ``graph.graph`` may hold
        ``title``, ``players``, ``actions`` and ``field``.

    Returns
    -------
    NormalFormGame

    Raises
    ------
    GameDefinitionError
        A node has no payoffs, or the nodes are not all the pure profiles of a game.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.games.stag_hunt()
    >>> ag.io.from_networkx(ag.io.to_networkx(game)) == game
    True
    """
    payoffs = dict(graph.nodes(data="payoffs"))
    bare = next((node for node, values in payoffs.items() if values is None), None)
    if bare is not None:
        raise GameDefinitionError(f"from_networkx(): node {bare!r} has no attribute 'payoffs'; set it to one payoff a player.")
    about = graph.graph
    return NormalFormGame(about.get("players"), about.get("actions"), payoffs, title=about.get("title", ""), field=about.get("field"))
