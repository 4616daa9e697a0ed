"""Proofs of claims about a model: proved, refuted by a counterexample, or unknown."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from alliancegames._fields import format_number
from alliancegames.errors import ClaimError, SolveError, SolverNotApplicableError
from alliancegames.statics._claims.enclosed import plays_at
from alliancegames.statics._claims.grammar import Compare, Derivative, Node, parse
from alliancegames.statics._claims.questions import Finding, Question
from alliancegames.statics._claims.readings import And, Choices, Logic, Vocabulary, cases, mentions_play, rounds
from alliancegames.statics._claims.scenes import EVERYWHERE, Scene, scenes
from alliancegames.statics.parameter_space import STEPS

__all__ = ["ProofResult", "prove"]

VACUOUS = "no admissible point satisfies what the claim is restricted to"
KINKS = "points at which a minimum or maximum switches are left out, since derivatives may not exist there"
JUMPS = "points at which a number rounded to a whole one jumps are left out, since derivatives do not exist there"
OTHERS = "it is not proved that the game has no other equilibria"


@dataclass(frozen=True)
class ProofResult:
    """The answer to a claim.

    True in a Boolean context if proved, False if refuted; unknown raises.

    Parameters
    ----------
    claim : str
        The claim.
    status : {"proved", "refuted", "unknown"}
        ``"proved"``: it holds at every admissible point, in the scope stated. ``"refuted"``: it fails at the
        counterexample. ``"unknown"``: neither was found.
    where : tuple of str
        Regimes and other claims to which it is restricted.
    scope : str
        In words, the points and equilibria for which it is claimed.
    method : str
        How it was decided.
    seconds : float
        Time spent.
    counterexample : dict or None
        Values of all free parameters, by symbol, at which the claim fails; checked.
    place : str
        Where the counterexample lies: regime and equilibrium.
    sides : tuple of float
        For a claim that is one comparison, its two sides at the counterexample.
    reason : str
        Why it is unknown.
    notes : tuple of str
        What else to know, such as that no admissible point satisfies ``where``.
    """

    claim: str
    status: Literal["proved", "refuted", "unknown"]
    where: tuple[str, ...] = ()
    scope: str = ""
    method: str = ""
    seconds: float = 0.0
    counterexample: Mapping[str, Any] | None = None
    place: str = ""
    sides: tuple[float, ...] = ()
    reason: str = ""
    notes: tuple[str, ...] = field(default=())

    def __bool__(self) -> bool:
        if self.status == "unknown":
            raise SolveError(f"whether {self.claim!r} holds is unknown: {self.reason}; read .status instead.", self)
        return self.status == "proved"

    def __repr__(self) -> str:
        lines = [f"<ProofResult: {self.status}>", f"  {self.claim}", f"  {self.scope}"]
        if self.counterexample is not None:
            point = ", ".join(f"{name} = {format_number(value)}" for name, value in self.counterexample.items())
            lines.append(f"  fails{self.place} at {point or 'the numbers of the model'}")
        if self.sides:
            lines.append(f"  where its sides are {self.sides[0]:.6g} and {self.sides[1]:.6g}")
        if self.reason:
            lines.append(f"  because {self.reason}")
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])


def prove(
    claim: str,
    model: Any,
    *,
    where: str | Sequence[str] | None = None,
    regimes: Any = None,
    interior: bool = True,
    steps: int = STEPS,
) -> ProofResult:
    """Prove or refute a claim about a model.

    Parameters
    ----------
    claim : str
        Comparisons (``<``, ``<=``, ``>``, ``>=``, ``==``, ``!=``) of arithmetic expressions, joined by ``and``,
        ``or``, ``not`` and ``implies``. Names are parameters (by name or symbol), thresholds of the model, and
        outcomes. ``d(p_war)/d(c_SQ)`` is a derivative, which may be nested; ``in "Bluff"`` says that a point
        lies inside a regime; ``Pr("deny")`` is the probability of an action and ``payoff("Defender")`` a payoff
        in equilibrium; ``min``, ``max``, ``abs``, ``sqrt``, ``exp`` and ``log`` are functions.
    model : Model
        The model; its parameters are free unless they have numbers.
    where : str or sequence of str, optional
        Names of regimes, in each of which the claim is to hold, and other claims that are taken for granted.
    regimes : RegimeMap, optional
        Regimes of the model; by default those that it declares.
    interior : bool, default True
        Whether to leave out the ends of closed domains of parameters.
    steps : int, optional
        Steps that z3 may take for one question. They are the same on every machine, unlike seconds.

    Returns
    -------
    ProofResult
        Proved, refuted with a counterexample, or unknown with the reason.

    Raises
    ------
    ClaimError
        The claim or ``where`` cannot be read.

    Notes
    -----
    What is claimed of an outcome is claimed of every extreme equilibrium of each regime. A claim is about the
    points at which the two sides of its comparisons are defined. Without regimes in closed form, the
    outcomes of cutoff games at numbers are enclosed, and their derivatives found by implicit differentiation.

    Examples
    --------
    >>> import alliancegames as ag
    >>> model = ag.models.UnilateralDeterrence()
    >>> ag.prove("c2 < c1", model)
    <ProofResult: proved>
      c2 < c1
      at all admissible parameters
    >>> bool(ag.prove("d(p_war)/d(c_SQ) < 0", model, where="Bluff"))
    True
    """
    started = time.perf_counter()
    vocabulary = Vocabulary(model, regimes)
    question = Question(model.exact(), interior=interior, steps=steps, fixed=vocabulary.fixed)
    result = _Task(claim, vocabulary, where, question).answer()
    return _replaced(result, seconds=time.perf_counter() - started)


def _replaced(result: ProofResult, **changes: Any) -> ProofResult:
    return ProofResult(**{**vars(result), **changes})


class _Task:
    """A claim to be proved, with all it refers to."""

    def __init__(self, claim: str, vocabulary: Vocabulary, where: str | Sequence[str] | None, question: Question) -> None:
        self.claim, self.vocabulary, self.question = claim, vocabulary, question
        self.node = parse(claim)
        self.where = () if where is None else (where,) if isinstance(where, str) else tuple(where)
        self.regimes, self.premises = read_where(self.where, vocabulary)
        statements = (self.node, *self.premises)
        self.strict = any(has_derivative(node) for node in statements)
        self.plays = any(mentions_play(node, vocabulary) for node in statements)

    def answer(self) -> ProofResult:
        """Decide by formulas; where there are none, by enclosures of the equilibria of a cutoff game at numbers."""
        try:
            return self.by_formulas()
        except SolverNotApplicableError as error:
            model = self.question.model
            if hasattr(model, "game_at") and not model.is_symbolic:
                return self.by_enclosures()
            hint = "; give numbers to all parameters to have its equilibria enclosed" if hasattr(model, "game_at") else ""
            return self.result("unknown", reason=f"{str(error).rstrip(chr(46))}{hint}")

    def by_formulas(self) -> ProofResult:
        """Ask in every regime and at every equilibrium for a point at which the claim fails."""
        unknown: Finding | None = None
        vacuous, switching, jumping = True, False, False
        for scene in self.stage(self.places()):
            for failure, region in self.failures(scene):
                switching, jumping = switching or bool(region.parts[0].parts), jumping or rounds(failure)
                finding = self.question.find(failure)
                if finding.status == "somewhere":
                    return self.refuted(scene, finding)
                unknown = finding if finding.status == "unknown" else unknown
                vacuous = vacuous and self.question.find(region).status == "nowhere"
        if unknown is not None:
            return self.result("unknown", reason=unknown.reason)
        applying = ((VACUOUS, vacuous), (KINKS, switching and self.strict), (JUMPS, jumping and self.strict))
        notes = [note for note, applies in applying if applies]
        return self.result("proved", notes=tuple(notes))

    def by_enclosures(self) -> ProofResult:
        """Decide at every equilibrium of a cutoff game; a claim is refuted at one at which it surely fails."""
        plays, complete = plays_at(self.question.model, self.vocabulary)
        how = {"method": "enclosures, implicit differentiation", "scope": "at every equilibrium of the game at these numbers"}
        reason, made = "" if complete else OTHERS, False
        for play in plays:
            if self.regimes and play.regimes not in [(name,) for name in self.regimes]:
                continue
            try:
                granted = [play.truth(premise) for premise in self.premises]
                holds = None if None in granted else play.truth(self.node) if all(granted) else True
                made = made or all(granted)
            except SolverNotApplicableError as error:
                return self.result("unknown", **how, reason=str(error))
            if holds is False:
                point = {str(symbol): as_fraction(value) for symbol, value in self.vocabulary.fixed.items()}
                place = f" in equilibrium {play.number + 1}" if len(plays) > 1 else ""
                return self.result("refuted", **how, counterexample=point, place=place)
            reason = "enclosures leave it open" if holds is None else reason
        if reason:
            return self.result("unknown", **how, reason=reason)
        return self.result("proved", **how, notes=() if made else (VACUOUS,))

    def places(self) -> tuple[str | None, ...]:
        """Return the regimes in which the claim is made; None is the whole space."""
        if self.regimes:
            return self.regimes
        if not self.plays:
            return (None,)
        names = self.vocabulary.regimes.names
        return names if names and not self.vocabulary.model.closed_forms(self.vocabulary.model.values()) else (None,)

    def stage(self, places: Sequence[str | None]) -> Iterator[Scene]:
        """Yield the equilibria at which the claim is made."""
        for place in places:
            yield from (
                scenes(self.vocabulary.model, self.vocabulary.all_regimes, place) if self.plays else [Scene(place) if place else EVERYWHERE]
            )

    def failures(self, scene: Scene) -> Iterator[tuple[Logic, And]]:
        """Yield, case by case, what holds where the claim fails, and what holds where it is made at all."""

        def read(choices: Choices) -> tuple[Logic, Logic]:
            region = [self.vocabulary.logic(premise, scene, choices) for premise in self.premises]
            if scene.regime is not None:
                region.append(self.vocabulary.inside(scene.regime, choices))
            return self.vocabulary.logic(self.node, scene, choices, holds=False), And(tuple(region))

        for case in cases(read, strict=self.strict):
            failure, region = case.content
            yield And((case.conditions, region, failure)), And((case.conditions, region))

    def refuted(self, scene: Scene, finding: Finding) -> ProofResult:
        """Report a counterexample."""
        assert finding.witness is not None
        point = {str(symbol): value for symbol, value in finding.witness.items()}
        equilibrium = f", equilibrium {scene.number + 1}" if self.plays and scene.number else ""
        place = f" in regime {scene.regime!r}{equilibrium}" if scene.regime else ""
        return self.result("refuted", counterexample=point, place=place, sides=self.sides(scene, finding.witness))

    def sides(self, scene: Scene, witness: Mapping[Any, Any]) -> tuple[float, ...]:
        """Return both sides of a claim that is one comparison."""
        if not isinstance(self.node, Compare):
            return ()
        import sympy

        numbers = {**self.vocabulary.fixed, **{symbol: sympy.sympify(value) for symbol, value in witness.items()}}
        found = []
        for part in (self.node.left, self.node.right):
            formula = next(cases(lambda choices, part=part: self.vocabulary.number(part, scene, choices))).content  # type: ignore[misc]
            if formula.has(sympy.Max, sympy.Min):
                return ()
            found.append(float(formula.xreplace(numbers).evalf()))
        return tuple(found)

    def result(self, status: Literal["proved", "refuted", "unknown"], **rest: Any) -> ProofResult:
        """Fill in what every answer states."""
        return ProofResult(self.claim, status, self.where, **{"scope": self.scope(), "method": "polynomial inequalities, z3", **rest})

    def scope(self) -> str:
        """Say for which points and equilibria the claim is made."""
        restricted = [text for text in self.where if text not in self.regimes]
        tail = f" where {' and '.join(restricted)}" if restricted else ""
        places = self.places()
        if places == (None,):
            return f"at all admissible parameters{tail}"
        named = f"inside {' and '.join(map(repr, self.regimes))}" if self.regimes else f"inside each of the {len(places)} regimes"
        return f"at {'every extreme equilibrium' if self.plays else 'all admissible parameters'} {named}{tail}"


def read_where(where: Sequence[str], vocabulary: Vocabulary) -> tuple[tuple[str, ...], tuple[Node, ...]]:
    """Tell the names of regimes from claims.

    Parameters
    ----------
    where : sequence of str
        Names of regimes and claims.
    vocabulary : Vocabulary
        What names stand for.
    """
    known = vocabulary.all_regimes.names
    regimes, premises = [], []
    for text in where:
        if text in known:
            regimes.append(text)
            continue
        try:
            premises.append(parse(text))
        except ClaimError as error:
            raise ClaimError(
                f"where={text!r} is neither a regime ({', '.join(map(repr, known)) or 'there is none'}) nor a claim: {error}", error.column
            ) from None
    return tuple(regimes), tuple(premises)


def has_derivative(node: Any) -> bool:
    """Whether a derivative occurs in a syntax tree."""
    if isinstance(node, Derivative):
        return True
    parts = [getattr(node, name, None) for name in ("left", "right", "part")]
    more = [*getattr(node, "parts", ()), *(argument for argument in getattr(node, "arguments", ()) if not isinstance(argument, str))]
    return any(has_derivative(part) for part in (*parts, *more) if part is not None)


def as_fraction(value: Any) -> Any:
    """Return a sympy number as a fraction where it is rational."""
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else value
