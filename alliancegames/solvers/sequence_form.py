"""One Nash equilibrium of a large two-player game tree, by its sequence form.

The strategic form of a tree grows exponentially with the tree; the sequence form :cite:p:`vonstengel1996efficient`
grows in proportion. A plan is described by the probability with which the player's own moves allow each
sequence of them: linear equations, one an information set, say which vectors are plans. Payoffs are then
bilinear, so that a constant-sum game is one linear program, and any other a linear complementarity problem,
solved by complementary pivoting as in Lemke's algorithm :cite:p:`koller1996efficient`. All of it runs on
integers, and ties are broken lexicographically.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from alliancegames._immutable import FrozenDict
from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.behaviour import BehaviourProfile
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.solvers._complementary import ComplementaryPath
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers._sequences import SequenceForm, completed
from alliancegames.solvers._trees import Tree
from alliancegames.solvers.registry import Findings, Solver, choose, register
from alliancegames.solvers.result import PARTIAL, EquilibriumSet, Provenance, Status
from alliancegames.solvers.verify_profile import largest_gain

__all__ = ["SequenceLemke", "SequenceProgram", "tree_nash"]

# Gain from a deviation that floats are allowed, as a share of the player's payoff range.
FLOAT_GAIN = 1e-9

ONE_OF_EQUAL_VALUE = Status(
    "value", "The game is constant-sum: every other equilibrium gives each player the same payoff; others were not searched."
)


# -------------------------------------------------------------------- constant-sum games


@register
@dataclass(frozen=True)
class SequenceProgram:
    """Optimal plans of a constant-sum tree, by one linear program on its sequence form."""

    name: ClassVar[str] = "sequence_program"
    concept: ClassVar[str] = "tree_nash"
    description: ClassVar[str] = "one equilibrium and the value of a constant-sum tree, by an exact linear program"

    def obstacle(self, game: Any) -> str | None:
        """Refuse trees whose payoffs do not add up to a constant."""
        wrong = _obstacle(game)
        return wrong or (None if SequenceForm.of(Tree(game)).constant is not None else "needs payoffs with a constant sum")

    def solve(self, game: ExtensiveGame) -> Findings:
        """Solve for one player's plan; the multipliers are the other's."""
        form = SequenceForm.of(Tree(game))
        size, replies = len(form.sequences[0]), len(form.sequences[1])
        own, other = form.constraints(0), form.constraints(1)
        # What the other's best reply leaves is bounded by one price for each of his information sets.
        rows = [[Fraction(0)] * (size + len(other)) for _ in range(replies)]
        for (s, t), value in form.payoffs[0].items():
            rows[t][s] = -value
        for k, row in enumerate(other):
            for t, sign in row.items():
                rows[t][size + k] = Fraction(sign)
        equal = [[Fraction(row.get(j, 0)) for j in range(size + len(other))] for row in own]
        found = maximise(
            [Fraction(int(j == size)) for j in range(size + len(other))],
            upper=rows,
            upper_bound=[0] * replies,
            equal=equal,
            equal_to=[int(k == 0) for k in range(len(own))],
            free=range(size, size + len(other)),
        )
        value, solution, dual = found.optimum
        one, both = form.movers[0] or 0, form.constant or Fraction(0)
        values = {game.players[one]: value, game.players[form.movers[1] or 0]: both - value}
        certificate = {"value": FrozenDict(values), "sequences": (size, replies)}
        return Findings([completed(form, (solution[:size], dual[:replies]))], None, None, ONE_OF_EQUAL_VALUE, certificate)


# -------------------------------------------------------------------- any payoffs


@register
@dataclass(frozen=True)
class SequenceLemke:
    """One equilibrium of a two-player tree, by Lemke's algorithm on its sequence form.

    Parameters
    ----------
    most_pivots : int
        Where to give up.
    """

    most_pivots: int = 100_000
    name: ClassVar[str] = "sequence_lemke"
    concept: ClassVar[str] = "tree_nash"
    description: ClassVar[str] = "one equilibrium of a two-player tree by complementary pivoting, exact; a sample, not all"

    def obstacle(self, game: Any) -> str | None:
        """Refuse trees in which more than two players move."""
        return _obstacle(game)

    def solve(self, game: ExtensiveGame) -> Findings:
        """Follow the complementary path."""
        form = SequenceForm.of(Tree(game))
        pivoting = ComplementaryPath(form)
        pivots = pivoting.run(self.most_pivots)
        plans = pivoting.plans()
        return Findings([completed(form, plans)], False, None, PARTIAL, {"pivots": pivots, "sequences": tuple(map(len, plans))})


def _obstacle(game: Any) -> str | None:
    if not isinstance(game, ExtensiveGame):
        return "needs a game in extensive form"
    moving = sorted({part.player for part in game.information_sets})
    if len(moving) > 2:
        return f"needs a tree in which at most two players move; here {', '.join(game.players[k] for k in moving)} do"
    return None


# -------------------------------------------------------------------- the entry function


def tree_nash(game: ExtensiveGame, solver: str | Solver = "auto") -> EquilibriumSet[BehaviourProfile]:
    """Find one Nash equilibrium of a two-player game tree, also of a large one.

    The answer is one of possibly many and need not be subgame perfect; for small trees `subgame_perfect`
    and `sequential_equilibria` find all that rest on credible threats.

    Parameters
    ----------
    game : ExtensiveGame
        A tree with exact or float numbers in which at most two players move; floats stand for their exact binary values.
    solver : str or Solver, default "auto"
        ``"sequence_program"`` for constant-sum trees, ``"sequence_lemke"`` for any, a configured solver object, or
        ``"auto"``.

    Returns
    -------
    EquilibriumSet
        One `BehaviourProfile`. ``complete`` is False; it is None for constant-sum games, all of whose equilibria
        give the two players what ``provenance.certificate["value"]`` says.

    Raises
    ------
    SolverNotApplicableError
        The game has symbols, or more than two players move.
    SolveError
        The profile failed the independent check (this would be a defect of the solver).

    Notes
    -----
    The sequence form :cite:p:`vonstengel1996efficient` has one variable for each action of each information
    set. Lemke's algorithm runs on integers with the lexicographic rule, which excludes cycles. Where the
    player's own plan excludes an information set, the profile has there an action that is best given what the
    others do; if these exclude it, too, given equal weights of its nodes.

    Examples
    --------
    A defender who does not see whether a demand is backed by force:

    >>> import alliancegames as ag
    >>> from alliancegames.solvers.sequence_form import tree_nash
    >>> def reply(hard):
    ...     return ag.Move("Defender", {"concede": (1, -1), "deny": (2, -2) if hard else (-1, 1)}, "Defender")
    >>> crisis = ag.ExtensiveGame(["Challenger", "Defender"], ag.Chance({
    ...     "hard": ("1/4", ag.Move("Challenger", {"wait": (0, 0), "demand": reply(True)}, "hard")),
    ...     "soft": ("3/4", ag.Move("Challenger", {"wait": (0, 0), "demand": reply(False)}, "soft"))}))
    >>> eqs = tree_nash(crisis)
    >>> print(eqs[0])
    hard: demand; Defender: concede 1/2, deny 1/2; soft: wait 5/6, demand 1/6
    >>> eqs.provenance.certificate["value"]["Challenger"]
    Fraction(3, 8)
    """
    started = time.perf_counter()
    if not isinstance(game, ExtensiveGame):
        raise GameDefinitionError(f"tree_nash(): expected an ExtensiveGame, got {type(game).__name__}; for tables use nash().")
    if game.field == "symbolic":
        names = ", ".join(sorted(map(str, game.free_symbols)))
        raise SolverNotApplicableError(f"tree_nash(): the game contains the symbols {names}; substitute numbers with .subs({{...}}).")
    method = choose("tree_nash", game, solver)
    found = method.solve(game)
    profiles = tuple(_profile(game, strategies) for strategies in found.strategies)
    gain = max((_verified(profile) for profile in profiles), default=Fraction(0))
    options = {"most_pivots": method.most_pivots} if isinstance(method, SequenceLemke) else {}
    provenance = Provenance(method.name, __version__, time.perf_counter() - started, options, gain, dict(found.certificate))
    return EquilibriumSet(
        game, "Nash equilibrium", profiles, found.complete, game.field == "exact", found.degenerate, found.status, provenance
    )


def _profile(game: ExtensiveGame, strategies: Sequence[Sequence[Fraction]]) -> BehaviourProfile:
    if game.field == "float":
        return BehaviourProfile(game, [np.array([float(weight) for weight in own]) for own in strategies])
    vectors = []
    for own in strategies:
        vector = np.empty(len(own), dtype=object)
        vector[:] = list(own)
        vectors.append(vector)
    return BehaviourProfile(game, vectors)


def _verified(profile: BehaviourProfile) -> Any:
    """Return the largest gain by any plan for the whole game (floats: as a share of the payoff range), or raise."""
    gain = largest_gain(profile, roots=[0])
    if not gain <= (0 if profile.game.field == "exact" else FLOAT_GAIN):
        raise SolveError(f"tree_nash(): {profile} is no equilibrium (gain {gain}); please report this game.", profile)
    return gain
