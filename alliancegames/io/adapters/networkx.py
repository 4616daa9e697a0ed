"""The best-reply graph of a game, for NetworkX."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.solvers.pure import best_reply_masks

__all__ = ["from_networkx", "to_networkx"]


def to_networkx(game: NormalFormGame) -> Any:
    """Return the best-reply graph of a game: who would move where from each pure profile.

    Parameters
    ----------
    game : NormalFormGame
        A game with numbers as payoffs.

    Returns
    -------
    networkx.DiGraph
        A node for each pure profile, the tuple of action labels, with its ``payoffs`` (one a player) and
        whether it is a pure ``equilibrium``. An edge leads from a profile in which a player is not at a
        best reply to each profile in which that ``player`` alone has moved to one. So the nodes without
        edges out are the pure equilibria. ``graph.graph`` holds the title, the players, the actions and
        the number system.

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
