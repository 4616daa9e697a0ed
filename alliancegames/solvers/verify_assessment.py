"""Independent verification of assessments: every value is computed from the tree alone, never from a solver's numbers.

Two things make an assessment a perfect Bayesian equilibrium in the weak sense: at every information set
the player can gain nothing given what he believes there, and beliefs follow from what is played by
Bayes' rule wherever that is possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliancegames._fields import format_number
from alliancegames._immutable import FrozenDict
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.assessment import Assessment

__all__ = ["RationalityReport", "sequential_rationality"]

# Discrepancies of float assessments below this share of the payoff range, or in a probability, are rounding.
FLOAT_TOLERANCE = 1e-9


@dataclass(frozen=True)
class RationalityReport:
    """Whether an assessment is sequentially rational and its beliefs follow Bayes' rule where the play leads. True if so.

    Parameters
    ----------
    assessment : Assessment
        What was examined.
    gains : mapping of str to number
        For each information set the most that its player can gain there, given his belief, by changing
        what he does at this set and at his later ones; zero if he is rational. Floats: as a share of the range of his payoffs.
    one_shot_gains : mapping of str to number
        The same for changes at this set alone.
    bayes_errors : mapping of str to number
        For each information set that is reached, the largest difference between a belief and the
        conditional probability of the node. Sets that are not reached restrict nothing and do not occur.
    """

    assessment: Assessment
    gains: Mapping[str, Any]
    one_shot_gains: Mapping[str, Any]
    bayes_errors: Mapping[str, Any]

    @property
    def largest_gain(self) -> Any:
        """Largest of the gains."""
        return max(self.gains.values(), default=0)

    @property
    def largest_bayes_error(self) -> Any:
        """Largest of the errors in beliefs."""
        return max(self.bayes_errors.values(), default=0)

    def __bool__(self) -> bool:
        allowed = FLOAT_TOLERANCE if self.assessment.game.field == "float" else 0
        return bool(self.largest_gain <= allowed and self.largest_bayes_error <= allowed)

    def __str__(self) -> str:
        if self:
            return "sequentially rational, with beliefs from Bayes' rule wherever the play leads"
        parts = [f"at {label} a change gains {format_number(gain)}" for label, gain in self.gains.items() if gain > 0]
        parts += [f"the belief at {label} misses Bayes' rule by {format_number(e)}" for label, e in self.bayes_errors.items() if e > 0]
        return "; ".join(parts)


def sequential_rationality(assessment: Assessment) -> RationalityReport:
    """Check an assessment of any game tree: rationality at every information set, Bayes' rule at those reached.

    Parameters
    ----------
    assessment : Assessment
        Strategies and beliefs, exact or in floats.

    Returns
    -------
    RationalityReport
        Exact for exact games; true in a Boolean context if nothing is wrong.

    Notes
    -----
    The player's best plan from an information set on is found by backward induction over his own later
    sets. That he has perfect recall makes this exact: each of these follows from a single own choice, so
    that the nodes weighted by belief and by what the others do form a decision tree. Where beliefs at later sets follow
    from earlier ones by Bayes' rule, as in sequential equilibria, it is enough that no one-shot change gains.

    Examples
    --------
    Both challengers wait for fear of a denial that is optimal if the defender believes them to be soft:

    >>> import alliancegames as ag
    >>> from alliancegames.games.signalling import SignallingGame
    >>> from alliancegames.solvers.verify_assessment import sequential_rationality
    >>> game = SignallingGame(["hard", "soft"], ["wait", "challenge"], {"wait": [], "challenge": ["concede", "deny"]}, ["1/4", "3/4"],
    ...     {("hard", "wait"): (0, 2), ("hard", "challenge", "concede"): (2, 1), ("hard", "challenge", "deny"): (-1, 0),
    ...      ("soft", "wait"): (0, 2), ("soft", "challenge", "concede"): (2, 1), ("soft", "challenge", "deny"): (-2, 2)})
    >>> waiting = {"hard": "wait", "soft": "wait"}
    >>> bool(sequential_rationality(game.assessment(waiting, {"challenge": "deny"}, {"challenge": {"soft": 1}})))
    True
    >>> print(sequential_rationality(game.assessment(waiting, {"challenge": "deny"}, {"challenge": {"hard": 1}})))
    at Receiver after challenge a change gains 1
    """
    if not isinstance(assessment, Assessment):
        raise GameDefinitionError(f"sequential_rationality(): expected an Assessment, got {type(assessment).__name__}.")
    game = assessment.game
    if game.field == "symbolic":
        raise SolverNotApplicableError("sequential_rationality(): the game contains symbols; substitute numbers with .subs({...}).")
    check = _Check(assessment)
    labels = [part.label for part in game.information_sets]
    units = [check.unit(part.player) for part in game.information_sets]
    whole = {label: _plain(check.gain(k) / unit) for k, (label, unit) in enumerate(zip(labels, units, strict=True))}
    single = {label: _plain(check.one_shot_gain(k) / unit) for k, (label, unit) in enumerate(zip(labels, units, strict=True))}
    errors = {labels[k]: _plain(error) for k in range(len(labels)) if (error := check.bayes_error(k)) is not None}
    return RationalityReport(assessment, FrozenDict(whole), FrozenDict(single), FrozenDict(errors))


class _Check:
    """An assessment with the values and the reach of all nodes."""

    def __init__(self, assessment: Assessment) -> None:
        self.game = assessment.game
        self.beliefs = assessment.belief_arrays
        self.strategies = assessment.arrays()
        self.reach = assessment.profile.reach
        self.values = assessment.profile.values

    def unit(self, player: int) -> Any:
        """Return what gains are measured in: the range of payoffs for floats, 1 for exact numbers."""
        if self.game.field == "exact":
            return 1
        payoffs = [node.payoffs[player] for node in self.game.nodes if node.payoffs is not None]
        return max(payoffs) - min(payoffs) or 1.0

    def one_shot_gain(self, k: int) -> Any:
        """Return what the player of a set gains by changing his action there alone."""
        part = self.game.information_sets[k]
        values = [
            sum(
                belief * self.values[self.game.nodes[node].children[j]][part.player]
                for node, belief in zip(part.nodes, self.beliefs[k], strict=True)
            )
            for j in range(len(part.actions))
        ]
        return max(values) - sum(value * weight for value, weight in zip(values, self.strategies[k], strict=True))

    def gain(self, k: int) -> Any:
        """Return what the player of a set gains by the best plan from there on."""
        part = self.game.information_sets[k]
        current = sum(belief * self.values[node][part.player] for node, belief in zip(part.nodes, self.beliefs[k], strict=True))
        return self._best(k, dict(zip(part.nodes, self.beliefs[k], strict=True))) - current

    def _best(self, k: int, weights: dict[int, Any]) -> Any:
        """Return the value of the best plan at a set whose nodes have these weights."""
        part = self.game.information_sets[k]
        values = []
        for j in range(len(part.actions)):
            later: dict[int, dict[int, Any]] = {}
            value = sum(self._follow(self.game.nodes[node].children[j], weight, part.player, later) for node, weight in weights.items())
            values.append(value + sum(self._best(position, reached) for position, reached in later.items()))
        return max(values)

    def _follow(self, node: int, weight: Any, player: int, later: dict[int, dict[int, Any]]) -> Any:
        """Return the weighted payoffs from a node on up to the player's next sets, whose weights are put into ``later``."""
        here = self.game.nodes[node]
        if here.payoffs is not None:
            return weight * here.payoffs[player]
        position = here.information_set
        if position is not None and self.game.information_sets[position].player == player:
            later.setdefault(position, {})[node] = weight
            return 0
        shares = (here.chance or ()) if position is None else self.strategies[position]
        return sum(self._follow(child, weight * share, player, later) for child, share in zip(here.children, shares, strict=True))

    def bayes_error(self, k: int) -> Any:
        """Return how far the belief at a set is from the conditional probabilities, or None if the set is not reached."""
        nodes = list(self.game.information_sets[k].nodes)
        total = sum(self.reach[nodes])
        if total == 0:
            return None
        return max(abs(belief - self.reach[node] / total) for node, belief in zip(nodes, self.beliefs[k], strict=True))


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value
