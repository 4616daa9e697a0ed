"""Subgame-perfect equilibria of symbolic trees with perfect information, by backward induction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from alliancegames.errors import SolverNotApplicableError
from alliancegames.statics._derivation.candidates import Candidate, polynomials
from alliancegames.statics._polynomials import FALSE, TRUE, Formula, every
from alliancegames.statics.parameter_space import ParameterSpace

__all__ = ["tree_candidates"]


@dataclass(frozen=True)
class _Play:
    """One way in which a subtree may be played: actions by information set, payoffs that follow, and where it is best."""

    plan: Mapping[str, str]
    payoffs: tuple[Any, ...]
    condition: Formula


def tree_candidates(game: Any, space: ParameterSpace) -> list[Candidate]:
    """Return all pure subgame-perfect equilibria of a tree with perfect information, each with its condition.

    Parameters
    ----------
    game : ExtensiveGame
        With payoffs that are rational functions of the parameters.
    space : ParameterSpace
        The space of the parameters.
    """
    if not game.has_perfect_information:
        raise SolverNotApplicableError(
            "regimes(): trees with perfect information are taken apart by formulas; here some information set has several nodes. Write the game as a signalling or Bayesian game."
        )
    ends = [k for k, node in enumerate(game.nodes) if node.payoffs is not None]
    columns = [
        polynomials(np.array([game.nodes[k].payoffs[player] for k in ends], dtype=object), space) for player in range(len(game.players))
    ]
    payoffs = {k: tuple(column[place] for column in columns) for place, k in enumerate(ends)}
    import sympy

    result = []
    for play in _plays(game, 0, payoffs, space):
        profile = tuple({f"{label}: {action}": sympy.Integer(1)} for label, action in play.plan.items())
        result.append(Candidate(profile, play.condition, " or ".join(dict.fromkeys(_reached(game, 0, play.plan)))))
    return result


def _reached(game: Any, k: int, plan: Mapping[str, str]) -> list[str]:
    """Return the names of the ends that are reached, or else the way there."""
    node = game.nodes[k]
    if node.payoffs is not None:
        return [node.outcome or " / ".join(node.history)]
    if node.chance is not None:
        return [name for child in node.children for name in _reached(game, child, plan)]
    own = game.information_sets[node.information_set]
    return _reached(game, node.children[own.actions.index(plan[own.label])], plan)


def _plays(game: Any, k: int, payoffs: Mapping[int, tuple[Any, ...]], space: ParameterSpace) -> list[_Play]:
    node = game.nodes[k]
    if node.payoffs is not None:
        return [_Play({}, payoffs[k], TRUE)]
    below = [_plays(game, child, payoffs, space) for child in node.children]
    found = []
    for combination in product(*below):
        together = every(play.condition for play in combination)
        plan = {label: action for play in combination for label, action in play.plan.items()}
        if together == FALSE:
            continue
        if node.chance is not None:
            found.append(_Play(plan, _expected(node.chance, combination, space), together))
        else:
            found += _choices(game, node, combination, plan, together, space)
    return found


def _choices(
    game: Any, node: Any, combination: tuple[_Play, ...], plan: Mapping[str, str], together: Formula, space: ParameterSpace
) -> list[_Play]:
    """Let the player take each action, where it pays most; actions that tie identically are all kept."""
    own = game.information_sets[node.information_set]
    found = []
    for chosen, play in enumerate(combination):
        differences = [play.payoffs[own.player] - other.payoffs[own.player] for j, other in enumerate(combination) if j != chosen]
        condition = every([together, *(space.sign_condition(d, ">") for d in differences if not d.is_zero())])
        if condition != FALSE:
            found.append(_Play({**plan, own.label: own.actions[chosen]}, play.payoffs, condition))
    return found


def _expected(chance: tuple[Any, ...], combination: tuple[_Play, ...], space: ParameterSpace) -> tuple[Any, ...]:
    total = [space.ring.constant(Fraction(0)) for _ in combination[0].payoffs]
    for probability, play in zip(chance, combination, strict=True):
        top, bottom = space.ring.quotient(probability)
        if not bottom.is_constant():
            raise SolverNotApplicableError(
                f"regimes(): the probability {probability} of a move of chance must be a polynomial of the parameters."
            )
        total = [sum_ + top * payoff for sum_, payoff in zip(total, play.payoffs, strict=True)]
    return tuple(total)
