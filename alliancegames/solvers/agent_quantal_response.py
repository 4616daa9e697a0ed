"""Agent quantal response: logit equilibrium of game trees, each information set answering for itself.

At every information set each action is taken with a probability in proportion to the exponential of the
precision times what it is worth there, given that the set is reached :cite:p:`mckelvey1998quantal`. All
probabilities are positive, so that every set is reached and beliefs follow from Bayes' rule everywhere: the
limit of such equilibria, as the precision grows, is a sequential equilibrium.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._fields import format_number
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.assessment import Assessment
from alliancegames.games.behaviour import BehaviourProfile
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.solvers._agent_logit import AgentLogitEquations
from alliancegames.solvers._path import between, follow
from alliancegames.solvers.logit_branches import CONVERGED_REGRET, EARLIEST_END, ENDINGS, LATEST_END
from alliancegames.solvers.quantal_response import check_magnitude, read_precision
from alliancegames.solvers.result import Status
from alliancegames.solvers.verify_assessment import sequential_rationality

__all__ = ["AgentBranchLimit", "AgentLogitBranch", "agent_logit_branch"]

# An assessment within this distance of the end of the branch, in every probability and belief, is taken for its limit.
CLOSE = 1e-6
# Denominators of probabilities that are tried.
DENOMINATORS = (1, 12, 100, 1000, 10_000)


# -------------------------------------------------------------------- results


@dataclass(frozen=True, repr=False)
class AgentBranchLimit:
    """The sequential equilibrium that a branch of agent quantal response equilibria approaches.

    That it is sequentially rational, with beliefs from Bayes' rule where the play leads, is verified; that it
    is the limit, and so that its other beliefs are consistent, is concluded from the distance.

    Parameters
    ----------
    assessment : Assessment
        The equilibrium; of the exact game if ``exact``, else of the game in floats.
    exact : bool
        Whether it was recognised as an exact equilibrium, in which nothing is gained by any change of plans.
    gain : Fraction or float
        The largest gain from a change at any information set; floats: as a share of the range of the player's payoffs.
    distance : float
        Largest difference between its probabilities and beliefs and those at the end of the branch.
    """

    assessment: Assessment
    exact: bool
    gain: Any
    distance: float

    def __repr__(self) -> str:
        kind = "exact" if self.exact else f"gain {format_number(self.gain, 2)}"
        return f"<AgentBranchLimit: {self.assessment}, {kind}, {self.distance:.1g} from the end of the branch>"


@dataclass(frozen=True, eq=False, repr=False)
class AgentLogitBranch:
    """The principal curve of agent quantal response equilibria of a game tree.

    Parameters
    ----------
    game : ExtensiveGame
        The game, as given.
    precision : ndarray, shape (points,)
        Precisions in the order of the curve, in the game's units; not monotone where the curve has folds.
    probabilities : ndarray, shape (points, actions of all information sets)
        Probabilities of all actions, information set after information set.
    folds : tuple of float
        Precisions at which the curve turns.
    bifurcations : tuple of float
        Precisions at which another curve crosses.
    limit : AgentBranchLimit or None
        The sequential equilibrium at the end, or None if the end is not near one yet.
    status : Status
        How the end was reached.
    """

    game: ExtensiveGame
    precision: np.ndarray
    probabilities: np.ndarray
    folds: tuple[float, ...]
    bifurcations: tuple[float, ...]
    limit: AgentBranchLimit | None
    status: Status
    _points: np.ndarray

    def probability(self, information_set: str | int, action: str | int) -> np.ndarray:
        """Return the probability of an action along the branch, shape (points,), read-only.

        Parameters
        ----------
        information_set, action : str or int
            By label or position.
        """
        part = self.game.information_set(information_set)
        h = self.game.information_sets.index(part)
        own = self.probabilities[:, AgentLogitEquations(self.game).parts[h]]
        column: np.ndarray = own[:, part.actions.index(action) if isinstance(action, str) else action]
        return column

    def at(self, precision: Any) -> Assessment:
        """Return the equilibrium at which the branch first reaches a precision, with its beliefs.

        Parameters
        ----------
        precision : number
            In the game's units.

        Raises
        ------
        SolveError
            The branch does not reach this precision.

        Examples
        --------
        >>> import alliancegames as ag
        >>> from alliancegames.solvers.agent_quantal_response import agent_logit_branch
        >>> crisis = ag.ExtensiveGame(["Challenger", "Patron"], ag.Move("Challenger", {
        ...     "wait": (0, 2), "attack": ag.Move("Patron", {"abandon": (1, 0), "intervene": (-1, -1)})}))
        >>> print(agent_logit_branch(crisis).at(1).profile)
        Challenger: wait 0.386484, attack 0.613516; Patron: abandon 0.731059, intervene 0.268941
        """
        equations = AgentLogitEquations(self.game)
        wanted = read_precision(precision, "at()") * equations.unit
        check_magnitude(wanted, "at()")
        value = math.log1p(float(wanted))
        for point in _crossings(equations, self._points, value):
            return equations.assessment(point)
        raise SolveError(
            f"at(): the branch has no equilibrium at precision {precision}; it covers precisions from "
            f"{self.precision.min():.6g} to {self.precision.max():.6g}.",
            self,
        )

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a point, with the precision and the probability of every action."""
        import pandas as pd

        columns = {
            f"{part.label}: {action}": self.probability(h, a)
            for h, part in enumerate(self.game.information_sets)
            for a, action in enumerate(part.actions)
        }
        return pd.DataFrame({"precision": self.precision} | columns)

    def __repr__(self) -> str:
        low, high = self.precision.min(), self.precision.max()
        head = f"<AgentLogitBranch: precision {low:.4g} to {high:.4g}, {len(self.precision)} points, {self.status}>"
        return head if self.limit is None else f"{head}\n  leads to {self.limit.assessment}"


# -------------------------------------------------------------------- the entry function


def agent_logit_branch(game: ExtensiveGame, precision_max: Any = None) -> AgentLogitBranch:
    """Follow the principal branch of agent quantal response equilibria of a game tree, from uniform play on.

    Each information set answers what its actions are worth given that it is reached, and makes mistakes of its
    own. For almost all games the branch leads to exactly one sequential equilibrium.

    Parameters
    ----------
    game : ExtensiveGame
        A tree with exact or float numbers, any number of players.
    precision_max : number, optional
        Where to stop, in the game's units. By default the branch is followed until it has converged: until
        nobody could gain more than 1e-9 of the largest range of payoffs at any information set, or precision times this
        range is 1e8.

    Returns
    -------
    AgentLogitBranch
        Points, folds, bifurcations and the sequential equilibrium reached.

    Raises
    ------
    SolverNotApplicableError
        The game has symbols, or nobody moves.
    GameDefinitionError
        The precision is not positive, no number, or too high for floats to resolve.

    Notes
    -----
    The precision is the same for all players and multiplies payoffs in the game's own units. Followed by
    predictor and corrector in logarithms, as by `logit_branch`; beliefs are ratios of
    probabilities, taken in logarithms as well, so that they stay right where both vanish. A curve followed in
    floats is not a proof.

    Examples
    --------
    In Selten's horse the branch leads to the reasonable equilibrium, not to the one that rests on a mistake
    of the second player:

    >>> import alliancegames as ag
    >>> from alliancegames.solvers.agent_quantal_response import agent_logit_branch
    >>> horse = ag.ExtensiveGame(["1", "2", "3"], ag.Move("1", {
    ...     "D": ag.Move("3", {"L": (3, 2, 2), "R": (0, 0, 0)}, "3"),
    ...     "C": ag.Move("2", {"d": ag.Move("3", {"L": (4, 4, 0), "R": (0, 0, 1)}, "3"), "c": (1, 1, 1)})}))
    >>> limit = agent_logit_branch(horse).limit
    >>> limit.assessment["1"]["C"] > 0.999, limit.assessment["2"]["c"] > 0.999
    (True, True)
    """
    where = "agent_logit_branch()"
    if not isinstance(game, ExtensiveGame):
        raise GameDefinitionError(f"{where}: expected an ExtensiveGame, got {type(game).__name__}; for tables use solvers.logit_branch().")
    if game.field == "symbolic":
        names = ", ".join(sorted(map(str, game.free_symbols)))
        raise SolverNotApplicableError(f"{where}: the game contains the symbols {names}; substitute numbers with .subs({{...}}).")
    if not game.information_sets:
        raise SolverNotApplicableError(f"{where}: nobody moves in this game, so there is nothing to respond to.")
    equations = AgentLogitEquations(game)
    bound = math.log1p(LATEST_END)
    if precision_max is not None:
        largest = read_precision(precision_max, where) * equations.unit
        check_magnitude(largest, where)
        if largest == 0:
            raise GameDefinitionError(f"{where}: precision_max must be positive, got {precision_max}.")
        bound = math.log1p(float(largest))

    def done(point: np.ndarray) -> bool:
        return precision_max is None and equations.precision(point) >= EARLIEST_END and equations.regret(point) <= CONVERGED_REGRET

    trace = follow(equations.curve, equations.start(), 1.0, bound=bound, done=done)
    unit = float(equations.unit)
    precision = np.expm1(trace.points[:, -1]) / unit
    probabilities = np.array([np.concatenate(equations.strategies(point)) for point in trace.points])
    for array in (precision, probabilities, trace.points):
        array.setflags(write=False)
    return AgentLogitBranch(
        game,
        precision,
        probabilities,
        tuple(equations.precision(point) / unit for point in trace.folds),
        tuple(equations.precision(point) / unit for point in trace.bifurcations),
        _limit(equations, trace.points[-1]),
        ENDINGS["done" if precision_max is None and trace.ending == "reached" else trace.ending],
        trace.points,
    )


def _crossings(equations: AgentLogitEquations, points: np.ndarray, value: float) -> Iterator[np.ndarray]:
    """Yield the points of a branch at which the last coordinate has a value, in order."""
    offsets = points[:, -1] - value
    offsets = np.where(np.abs(offsets) < 1e-13, 0.0, offsets)
    for k in range(len(points)):
        if offsets[k] == 0.0:
            yield points[k]
        elif k and offsets[k - 1] * offsets[k] < 0:
            yield between(equations.curve, points[k - 1], points[k], value)


def _limit(equations: AgentLogitEquations, point: np.ndarray) -> AgentBranchLimit | None:
    """Recognise the equilibrium near the end of a branch; the end itself if none is recognised; None if it is far from one."""
    strategies, beliefs = equations.strategies(point), equations.beliefs(point)
    if equations.game.field == "exact":
        for largest in DENOMINATORS:
            vectors = [_rounded(vector, largest) for vector in (*strategies, *beliefs)]
            if any(sum(vector) != 1 for vector in vectors):
                continue
            pairs = zip(vectors, (*strategies, *beliefs), strict=True)
            distance = max(float(np.abs(exact.astype(float) - vector).max()) for exact, vector in pairs)
            candidate = Assessment(BehaviourProfile(equations.game, vectors[: len(strategies)]), vectors[len(strategies) :])
            if distance <= CLOSE and sequential_rationality(candidate):
                return AgentBranchLimit(candidate, True, Fraction(0), distance)
    near = equations.regret(point)
    if near > 1e-6:
        return None
    return AgentBranchLimit(equations.assessment(point), False, near, 0.0)


def _rounded(vector: np.ndarray, largest: int) -> np.ndarray:
    exact = np.empty(len(vector), dtype=object)
    exact[:] = [Fraction(float(weight)).limit_denominator(largest) for weight in vector]
    return exact
