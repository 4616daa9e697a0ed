"""Subgame-perfect and sequential equilibria of game trees: the entry functions that validate, solve, verify, sort and record."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolveError, SolverNotApplicableError
from alliancegames.games.assessment import Assessment
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.solvers._agent_supports import sequential_cells
from alliancegames.solvers._subgame_supports import nash_cells
from alliancegames.solvers._tree_cells import Cell, merged
from alliancegames.solvers._trees import Tree
from alliancegames.solvers.behaviour_family import BehaviourFamily, behaviour_family
from alliancegames.solvers.registry import Findings, Solver, choose, descending, register
from alliancegames.solvers.result import EquilibriumSet, Provenance, Status
from alliancegames.solvers.verify_assessment import sequential_rationality
from alliancegames.solvers.verify_profile import largest_gain

__all__ = ["SequentialSupports", "SubgameSupports", "sequential_equilibria", "subgame_perfect"]

# Gain from a deviation that floats are allowed, as a share of the player's payoff range.
FLOAT_GAIN = 1e-9

ALL_FAMILIES = Status("complete", "Every equilibrium is listed, or is a member of a listed family.")
UNDECIDED = Status(
    "partial", "What is listed are equilibria, but for some supports it could not be decided whether others exist; see the certificate."
)


@register
@dataclass(frozen=True)
class SequentialSupports:
    """All sequential equilibria, by the supports of the information sets and the bases of the beliefs."""

    name: ClassVar[str] = "sequential_supports"
    concept: ClassVar[str] = "sequential_equilibria"
    description: ClassVar[str] = "all sequential equilibria of small trees, as families, with consistent beliefs"

    def obstacle(self, game: Any) -> str | None:
        """Refuse what is not a tree."""
        return None if isinstance(game, ExtensiveGame) else "needs a game in extensive form"

    def solve(self, game: ExtensiveGame) -> Findings:
        """Solve support by support."""
        return _findings(game, sequential_cells(Tree(game)), beliefs=True)


@register
@dataclass(frozen=True)
class SubgameSupports:
    """All subgame-perfect equilibria, by the supports of the information sets that are reached within their subgame."""

    name: ClassVar[str] = "subgame_supports"
    concept: ClassVar[str] = "subgame_perfect"
    description: ClassVar[str] = "all subgame-perfect equilibria of small trees, ties included, as families"

    def obstacle(self, game: Any) -> str | None:
        """Refuse what is not a tree."""
        return None if isinstance(game, ExtensiveGame) else "needs a game in extensive form"

    def solve(self, game: ExtensiveGame) -> Findings:
        """Solve support by support."""
        tree = Tree(game)
        # Where everybody knows everything, every set is the root of a subgame: optimal there means optimal at every set.
        cells = sequential_cells(tree) if game.has_perfect_information else nash_cells(tree, game.subgame_roots)
        return _findings(game, cells, beliefs=False)


def _findings(game: ExtensiveGame, cells: Iterator[Cell], *, beliefs: bool) -> Findings:
    found = list(cells)
    sure = [cell for cell in merged(found) if cell.solution.decided]
    families = [behaviour_family(game, cell, beliefs=beliefs) for cell in sure]
    open_ = len(found) - sum(cell.solution.decided for cell in found)
    status = UNDECIDED if open_ else ALL_FAMILIES
    certificate = {"families": sum(family.dimension > 0 for family in families), "supports_undecided": open_}
    return Findings(families, None if open_ else True, None, status, certificate)


def sequential_equilibria(game: ExtensiveGame, solver: str | Solver = "auto") -> EquilibriumSet[BehaviourFamily]:
    """Find all sequential equilibria of a game tree.

    A sequential equilibrium :cite:p:`kreps1982sequential` says what is done and believed at every information
    set: actions are optimal given beliefs even where nobody expects to be, and beliefs are limits of Bayesian
    beliefs along vanishing mistakes. It is the form in which a threat is credible. Where replies or beliefs
    off the path are not pinned down, equilibria come in families; each is listed once with its extreme
    members and the range of what is free.

    Parameters
    ----------
    game : ExtensiveGame
        A game with exact or float numbers; floats stand for their exact binary values.
    solver : str or Solver, default "auto"
        ``"sequential_supports"``.

    Returns
    -------
    EquilibriumSet
        One `solvers.BehaviourFamily` of assessments an entry. ``complete`` is True if every combination of supports and
        beliefs was decided.

    Raises
    ------
    SolverNotApplicableError
        The game has symbols, or the tree has too many supports to be searched.
    SolveError
        An assessment failed the independent check (this would be a defect of the solver).

    Warns
    -----
    IncompleteSearchWarning
        For some supports the polynomial conditions could not be decided.

    Notes
    -----
    Every choice of supports is tried, from the end of the tree, unless an action in it is worse than another
    whatever follows; each leads to polynomial conditions that are solved exactly. The cost grows
    exponentially with the number of information sets at which something is open: seconds for about ten.

    Examples
    --------
    A challenger attacks since the threat to intervene is not credible:

    >>> import alliancegames as ag
    >>> crisis = ag.ExtensiveGame(["Challenger", "Patron"], ag.Move("Challenger", {
    ...     "wait": (0, 2), "attack": ag.Move("Patron", {"abandon": (1, 0), "intervene": (-1, -1)})}))
    >>> ag.sequential_equilibria(crisis)
    <EquilibriumSet: 1 sequential equilibrium (complete, exact)>
      Challenger: attack; Patron: abandon

    In Selten's horse the third player's reply is free within bounds:

    >>> horse = ag.ExtensiveGame(["1", "2", "3"], ag.Move("1", {
    ...     "D": ag.Move("3", {"L": (3, 2, 2), "R": (0, 0, 0)}, "3"),
    ...     "C": ag.Move("2", {"d": ag.Move("3", {"L": (4, 4, 0), "R": (0, 0, 1)}, "3"), "c": (1, 1, 1)})}))
    >>> [family.interval("3", "L")[1] for family in ag.sequential_equilibria(horse)]
    [Fraction(1, 4), Fraction(0, 1)]
    """
    return _entry("sequential_equilibria", "sequential equilibrium", game, solver)


def subgame_perfect(game: ExtensiveGame, solver: str | Solver = "auto") -> EquilibriumSet[BehaviourFamily]:
    """Find all subgame-perfect equilibria of a game tree, ties included.

    Parameters
    ----------
    game : ExtensiveGame
        A game with exact or float numbers; floats stand for their exact binary values.
    solver : str or Solver, default "auto"
        ``"subgame_supports"``.

    Returns
    -------
    EquilibriumSet
        One `solvers.BehaviourFamily` of behaviour profiles an entry: single equilibria, and families where a tie or a
        reply off the path leaves something free.

    Raises
    ------
    SolverNotApplicableError
        The game has symbols, or the tree is too large to be searched completely.
    SolveError
        A profile failed the independent check (this would be a defect of the solver).

    Warns
    -----
    IncompleteSearchWarning
        For some supports the polynomial conditions could not be decided.

    Notes
    -----
    As in `sequential_equilibria`, but information sets that are not reached within their subgame have no
    support: there anything may be played that makes no deviation from it profitable.

    Examples
    --------
    The patron is indifferent; the more likely he is to intervene, the less an attack pays:

    >>> import alliancegames as ag
    >>> crisis = ag.ExtensiveGame(["Challenger", "Patron"], ag.Move("Challenger", {
    ...     "wait": (0, 2), "attack": ag.Move("Patron", {"abandon": (1, 0), "intervene": (-1, 0)})}))
    >>> for family in ag.subgame_perfect(crisis):
    ...     print(family)
    Challenger: wait; Patron: abandon from 0 to 1/2, intervene from 1/2 to 1
    Challenger: wait from 0 to 1, attack from 0 to 1; Patron: abandon 1/2, intervene 1/2
    Challenger: attack; Patron: abandon from 1/2 to 1, intervene from 0 to 1/2
    """
    return _entry("subgame_perfect", "subgame-perfect equilibrium", game, solver)


def _entry(function: str, concept: str, game: ExtensiveGame, solver: str | Solver) -> EquilibriumSet[BehaviourFamily]:
    started = time.perf_counter()
    if not isinstance(game, ExtensiveGame):
        raise GameDefinitionError(
            f"{function}(): expected an ExtensiveGame, got {type(game).__name__}; signalling and Bayesian games have .tree(), "
            "and perfect_bayesian() and bayesian_nash() of their own; for tables use nash()."
        )
    if game.field == "symbolic":
        names = ", ".join(sorted(map(str, game.free_symbols)))
        raise SolverNotApplicableError(f"{function}(): the game contains the symbols {names}; substitute numbers with .subs({{...}}).")
    method = choose(function, game, solver)
    found = method.solve(game)
    families = sorted(found.strategies, key=lambda family: (*descending(family.arrays()), family.dimension))
    gain = max((_verified(function, family) for family in families), default=Fraction(0))
    if found.complete is None:
        warnings.warn(f"{function}(): {found.status.message}", IncompleteSearchWarning, stacklevel=3)
    provenance = Provenance(method.name, __version__, time.perf_counter() - started, {}, gain, dict(found.certificate))
    exact = game.field == "exact" and all(family.exact for family in families)
    return EquilibriumSet(game, concept, tuple(families), found.complete, exact, found.degenerate, found.status, provenance)


def _verified(function: str, family: BehaviourFamily) -> Any:
    """Return the largest gain from a deviation at the members examined, or raise if one is no equilibrium."""
    worst: Any = Fraction(0)
    for play in (family.example, *family.corners):
        if isinstance(play, Assessment):
            report = sequential_rationality(play)
            gain = max(report.largest_gain, report.largest_bayes_error)
        else:
            gain = largest_gain(play)
        if not gain <= (0 if family.exact else FLOAT_GAIN):
            raise SolveError(
                f"{function}(): the solver returned {play}, which is no equilibrium (gain {gain}); please report this game.", play
            )
        worst = max(worst, gain)
    return worst
