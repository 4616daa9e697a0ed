"""Perfection of game trees: is an equilibrium the limit of play in which every action is taken by mistake?

A behaviour profile is perfect in the sense of :cite:t:`selten1975reexamination` if there are completely mixed
profiles, as close to it as one likes, against which all that it prescribes is a best reply at every
information set, the player's own other mistakes taken into account. To prove that one is, a path of such
profiles is found, rational in the size of the mistakes; signs along it are signs of lowest coefficients. To
prove that one is not, z3 shows that a whole neighbourhood holds no such profile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from alliancegames._fields import convert, format_number, read_number
from alliancegames._immutable import FrozenDict
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.assessment import Assessment
from alliancegames.games.behaviour import BehaviourProfile
from alliancegames.solvers._trees import Tree
from alliancegames.solvers._trembles import TrembleSearch, is_proof

__all__ = ["PerfectionReport", "is_trembling_hand_perfect"]

# What is tried, in this order: a neighbourhood of this radius without trembles, or a path of this degree.
RADII_AND_DEGREES: tuple[Fraction | int, ...] = (Fraction(1, 10), 1, Fraction(1, 1000), 2, 3)


@dataclass(frozen=True)
class PerfectionReport:
    """Whether a behaviour profile is trembling-hand perfect, with the proof. True or false if that is decided.

    Parameters
    ----------
    profile : BehaviourProfile
        What was examined.
    verdict : bool or None
        None if neither could be proved.
    path : mapping of str to mapping of str to tuple of Fraction
        Proof that it is: for each information set and action the coefficients of its weight as a polynomial in
        the size of the mistakes, from the constant one up; probabilities are in proportion to weights. For all
        small sizes what the profile prescribes is a best reply at every set.
    radius : Fraction or None
        Proof that it is not: no completely mixed profile whose probabilities differ by at most this much
        makes all that the profile prescribes a best reply. Zero if it is no best reply to itself.
    tried : tuple of str
        What was examined, in order.
    """

    profile: BehaviourProfile
    verdict: bool | None
    path: Mapping[str, Mapping[str, tuple[Fraction, ...]]] = field(default_factory=dict)
    radius: Fraction | None = None
    tried: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        if self.verdict is None:
            raise SolveError(f"whether {self.profile} is perfect could not be decided; tried: {'; '.join(self.tried)}. See .verdict.", self)
        return self.verdict

    def near(self, size: Any) -> BehaviourProfile:
        """Return the completely mixed profile on the path at a size of the mistakes.

        Parameters
        ----------
        size : number
            Positive; the path is a proof for all sizes below some bound only.
        """
        if not self.path:
            raise SolverNotApplicableError("near(): there is no path, since the profile was not proved to be perfect.")
        kind, value = read_number(size, "near(), size")
        small = Fraction(convert(value, kind, "exact", "near(), size"))
        lotteries = [
            [sum((c * small**m for m, c in enumerate(coefficients)), Fraction(0)) for coefficients in own.values()]
            for own in self.path.values()
        ]
        if any(weight <= 0 for own in lotteries for weight in own):
            raise GameDefinitionError(f"near(): at the size {size} some probability is not positive; take a smaller one, above 0.")
        return self.profile.game.profile([[weight / sum(own) for weight in own] for own in lotteries])

    def __str__(self) -> str:
        if self.verdict is None:
            return f"not decided; tried: {'; '.join(self.tried)}"
        if not self.verdict:
            return f"not perfect: no tremble within {format_number(self.radius)} of it justifies what it prescribes"
        lines = [f"{label}: {', '.join(f'{action} {_polynomial(c)}' for action, c in own.items())}" for label, own in self.path.items()]
        return f"perfect, as the limit of {'; '.join(lines)}"


def _polynomial(coefficients: Sequence[Fraction]) -> str:
    powers = ["", "t", *(f"t^{m}" for m in range(2, len(coefficients)))]
    text = ""
    for coefficient, power in zip(coefficients, powers, strict=False):
        if coefficient:
            size = "" if power and abs(coefficient) == 1 else format_number(abs(coefficient))
            sign = "-" if coefficient < 0 else "+"
            text += f" {sign} " + f"{size} {power}".strip()
    return text.removeprefix(" + ") or "0"


def is_trembling_hand_perfect(play: BehaviourProfile | Assessment) -> PerfectionReport:
    """Decide whether a behaviour profile is trembling-hand perfect in the agent form.

    Every perfect profile is, with suitable beliefs, a sequential equilibrium; for almost all payoffs the two
    are the same. They differ where somebody does what is never better and might be worse.

    Parameters
    ----------
    play : BehaviourProfile or Assessment
        What is played, in a game with exact numbers; beliefs are not used.

    Returns
    -------
    PerfectionReport
        ``verdict`` is True with a path, False with a radius, or None if neither was found.

    Raises
    ------
    SolverNotApplicableError
        The game is in floats, in which ties mean nothing, or has symbols.

    Notes
    -----
    Paths of weights up to degree three are looked for. One of higher degree, or that is no quotient of
    polynomials with rational coefficients, is not found, so that ``None`` is possible where players randomise. Each agent has mistakes of its own: this is
    perfection in the agent form, which does not exclude plans that are weakly dominated in the strategic form.

    Examples
    --------
    Not to intervene is never worse for the patron, and if an attack costs him something it is better:

    >>> import alliancegames as ag
    >>> from alliancegames.solvers.tremble import is_trembling_hand_perfect
    >>> crisis = ag.ExtensiveGame(["Challenger", "Patron"], ag.Move("Challenger", {
    ...     "wait": (0, 0), "attack": ag.Move("Patron", {"abandon": (1, 0), "intervene": (-1, -1)})}))
    >>> bool(is_trembling_hand_perfect(crisis.profile(["attack", "abandon"])))
    True
    >>> print(is_trembling_hand_perfect(crisis.profile(["wait", "intervene"])))
    not perfect: no tremble within 1/10 of it justifies what it prescribes
    """
    profile = play.profile if isinstance(play, Assessment) else play
    if not isinstance(profile, BehaviourProfile):
        raise GameDefinitionError(
            f"is_trembling_hand_perfect(): expected a BehaviourProfile or an Assessment, got {type(play).__name__}; use game.profile()."
        )
    if profile.game.field != "exact":
        raise SolverNotApplicableError(
            f"is_trembling_hand_perfect(): perfection turns on ties, which {profile.game.field} numbers cannot decide; use game.exact()."
        )
    search = TrembleSearch(Tree(profile.game), [list(own) for own in profile.arrays()])
    if search.is_refuted_by_itself():
        return PerfectionReport(profile, False, radius=Fraction(0), tried=("the profile itself",))
    tried = []
    for step in RADII_AND_DEGREES:
        if isinstance(step, Fraction):
            tried.append(f"a neighbourhood of radius {step}")
            if search.is_empty_within(step):
                return PerfectionReport(profile, False, radius=step, tried=tuple(tried))
            continue
        tried.append(f"paths of degree {step}")
        path = search.path(step, scaled=False) or search.path(step, scaled=True)
        if path is not None:
            if not is_proof(search.tree, search.limit, path):
                raise SolveError(f"is_trembling_hand_perfect(): the path for {profile} fails the check; please report this game.", path)
            return PerfectionReport(profile, True, _named(profile, path), tried=tuple(tried))
    return PerfectionReport(profile, None, tried=tuple(tried))


def _named(profile: BehaviourProfile, path: Sequence[Sequence[list[Fraction]]]) -> FrozenDict:
    return FrozenDict(
        {
            part.label: FrozenDict({action: tuple(c) for action, c in zip(part.actions, own, strict=True)})
            for part, own in zip(profile.game.information_sets, path, strict=True)
        }
    )
