"""Backward induction on many games at once: one tree with perfect information, a stack of payoffs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.extensive import ExtensiveGame

__all__ = ["BackwardInduction", "backward_induction"]


@dataclass(frozen=True)
class BackwardInduction:
    """Subgame-perfect play of many games on one tree.

    Parameters
    ----------
    values : ndarray, shape (n_games, n_players)
        Payoffs that are reached.
    choices : dict of str to ndarray of int, shape (n_games,)
        For each information set the position of the action taken.
    end : ndarray of int, shape (n_games,)
        Which end is reached, counted among the ends of the tree in the order of its nodes; -1 where chance decides.
    tied : ndarray of bool, shape (n_games,)
        Whether some player is indifferent at some node, so that the game has further equilibria: see `subgame_perfect`.
    """

    values: np.ndarray
    choices: dict[str, np.ndarray]
    end: np.ndarray
    tied: np.ndarray


def backward_induction(game: ExtensiveGame, payoffs: Any) -> BackwardInduction:
    """Solve many games on one tree with perfect information by backward induction.

    Parameters
    ----------
    game : ExtensiveGame
        Gives the tree and the probabilities of chance; its own payoffs do not matter.
    payoffs : array_like, shape (n_games, n_ends, n_players)
        Payoffs at the ends of each game, the ends in the order in which ``game.nodes`` has them.

    Returns
    -------
    BackwardInduction
        Where a player is indifferent the first of his best actions is taken and ``tied`` is set.

    Raises
    ------
    SolverNotApplicableError
        Some information set has more than one node, or chance has symbolic probabilities.

    Notes
    -----
    One vectorised comparison a node: millions of games a second on small trees.

    Examples
    --------
    >>> import alliancegames as ag
    >>> import numpy as np
    >>> tree = ag.ExtensiveGame(["Challenger", "Patron"], ag.Move("Challenger", {
    ...     "wait": (0, 2), "attack": ag.Move("Patron", {"abandon": (1, 0), "intervene": (-1, -1)})}))
    >>> cost = np.array([-1.0, 1.0])  # of abandoning an ally, to the patron's reputation
    >>> stack = np.array([[(0, 2), (1, 0 - c), (-1, -0.5)] for c in cost])
    >>> ag.solvers.backward_induction(tree, stack).end
    array([1, 0])
    """
    if not game.has_perfect_information:
        raise SolverNotApplicableError(
            "backward_induction(): some information set has several nodes; use sequential_equilibria() game by game."
        )
    if game.field == "symbolic" and any(getattr(q, "free_symbols", None) for node in game.nodes for q in node.chance or ()):
        raise SolverNotApplicableError("backward_induction(): chance has symbolic probabilities; substitute numbers with .subs({...}).")
    stack = np.asarray(payoffs)
    ends = [k for k, node in enumerate(game.nodes) if node.payoffs is not None]
    if stack.ndim != 3 or stack.shape[1:] != (len(ends), len(game.players)):
        raise GameDefinitionError(
            f"backward_induction(): payoffs must have the shape (n_games, {len(ends)}, {len(game.players)}), got {stack.shape}."
        )
    count = len(stack)
    values: list[Any] = [None] * len(game.nodes)
    reached: list[Any] = [None] * len(game.nodes)
    choices: dict[str, np.ndarray] = {}
    tied = np.zeros(count, dtype=bool)
    games = np.arange(count)
    for k in reversed(range(len(game.nodes))):
        node = game.nodes[k]
        if node.payoffs is not None:
            values[k], reached[k] = stack[:, ends.index(k)], np.full(count, ends.index(k))
        elif node.chance is not None:
            values[k] = sum(float(q) * values[child] for q, child in zip(node.chance, node.children, strict=True))
            reached[k] = np.full(count, -1) if len(node.children) > 1 else reached[node.children[0]]
        else:
            part = game.information_sets[node.information_set or 0]
            options = np.stack([values[child][:, part.player] for child in node.children])
            best = np.argmax(options, axis=0)
            tied |= (options == options[best, games]).sum(axis=0) > 1
            choices[part.label] = best
            values[k] = np.stack([values[child] for child in node.children])[best, games]
            reached[k] = np.stack([reached[child] for child in node.children])[best, games]
    return BackwardInduction(values[0], choices, reached[0], tied)
