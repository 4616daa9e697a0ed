"""Minimal assumptions: which of a model's inequalities a proved claim rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from alliancegames._fields import format_number
from alliancegames.errors import SolverNotApplicableError
from alliancegames.statics._claims.grammar import parse
from alliancegames.statics._claims.opaque import Opaque
from alliancegames.statics._claims.questions import plain_formula, symbols_of, truth
from alliancegames.statics._claims.readings import And, Choices, Comparison, Logic, Or, Vocabulary, cases, mentions_play, substituted
from alliancegames.statics._claims.scenes import EVERYWHERE, Scene, scenes
from alliancegames.statics._polynomials import Formula, every
from alliancegames.statics.parameter_space import STEPS, ParameterSpace
from alliancegames.statics.proofs import has_derivative, read_where

__all__ = ["MinimalAssumptions", "minimal_assumptions"]


@dataclass(frozen=True)
class MinimalAssumptions:
    """The assumptions on which a claim rests.

    Parameters
    ----------
    claim : str
        The claim.
    status : {"proved", "not proved"}
        Whether it follows from all assumptions at all.
    needed : tuple of str
        Assumptions from which it follows.
    unused : tuple of str
        The other assumptions on its parameters.
    minimal : bool or None
        Whether none of those needed can be left out: each has a counterexample. None if one was not found.
    counterexamples : mapping of str to mapping
        For a needed assumption values of the parameters at which all others that are needed hold and the claim fails.
    """

    claim: str
    status: Literal["proved", "not proved"]
    needed: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    minimal: bool | None = None
    counterexamples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        if self.status != "proved":
            return f"<MinimalAssumptions: {self.claim!r} was not proved from all assumptions>"
        head = "minimal" if self.minimal else "perhaps not minimal"
        lines = [f"<MinimalAssumptions: {len(self.needed)} of {len(self.needed) + len(self.unused)}, {head}>", f"  {self.claim}"]
        for text in self.needed:
            point = ", ".join(f"{name} = {format_number(value)}" for name, value in self.counterexamples.get(text, {}).items())
            lines.append(f"  needs {text}" + (f"; it fails at {point}" if point else ""))
        return "\n".join(lines)


def minimal_assumptions(
    claim: str, model: Any, *, where: str | Sequence[str] | None = None, regimes: Any = None, steps: int = STEPS
) -> MinimalAssumptions:
    """Find a minimal set of assumptions from which a claim follows.

    Parameters
    ----------
    claim : str
        A claim, as for `prove`.
    model : Model
        The model. Its assumptions are the inequalities that it declares, the bounds of its parameters' domains, and
        what ``where`` says.
    where : str or sequence of str, optional
        At most one regime by name, and claims.
    regimes : RegimeMap, optional
        Regimes of the model; by default those that it declares.
    steps : int, optional
        Steps that z3 may take for one question.

    Returns
    -------
    MinimalAssumptions
        There may be other minimal sets; bounds of domains are left out first, and the model's own inequalities next.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.statics.minimal_assumptions("c2 < c1", ag.models.UnilateralDeterrence()).needed
    ('c_DC > c_SQ', 'c_SQ > c_DDp', 'c_DDp > c_CD')
    """
    vocabulary = Vocabulary(model, regimes)
    texts = (where,) if isinstance(where, str) else tuple(where or ())
    named, premises = read_where(texts, vocabulary)
    node = parse(claim)
    plays = any(mentions_play(part, vocabulary) for part in (node, *premises))
    closed = bool(vocabulary.model.closed_forms(vocabulary.model.values()))
    if len(named) > 1 or (plays and not named and not closed):
        raise SolverNotApplicableError(
            "minimal_assumptions(): name exactly one regime in where=; a claim may rest on other assumptions in others."
        )
    place = named[0] if named else None
    stage = scenes(vocabulary.model, vocabulary.all_regimes, place) if plays else [Scene(place) if place else EVERYWHERE]

    def failure(choices: Choices) -> Logic:
        return Or(tuple(vocabulary.logic(node, scene, choices, holds=False) for scene in stage))

    strict = any(has_derivative(part) for part in (node, *premises))
    fails = substituted(Or(tuple(And((case.conditions, case.content)) for case in cases(failure, strict=strict))), vocabulary.fixed)
    granted = {
        text: vocabulary.logic(premise, stage[0], {}) for text, premise in zip([t for t in texts if t not in named], premises, strict=True)
    }
    hypotheses = {**_bounds(vocabulary), **_declared(vocabulary), **_conditions(vocabulary, place), **granted}
    search = _Search({text: substituted(logic, vocabulary.fixed) for text, logic in hypotheses.items()}, fails, steps)
    return search.result(claim)


def _bounds(vocabulary: Vocabulary) -> dict[str, Logic]:
    """Return the bounds of the parameters' domains, their ends left out."""
    import sympy

    found: dict[str, Logic] = {}
    for parameter in vocabulary.model.parameters:
        own = getattr(vocabulary.model.values(), parameter.name)
        for symbol in own if parameter.is_vector else (own,):
            for bound, relation in ((parameter.interval.lower, ">"), (parameter.interval.upper, "<")):
                if bound is not None and symbol not in vocabulary.fixed:
                    end = sympy.Rational(bound.numerator, bound.denominator)
                    found[f"{symbol} {relation} {end}"] = Comparison(symbol, relation, end)
    return found


def _declared(vocabulary: Vocabulary) -> dict[str, Logic]:
    import sympy

    pairs = vocabulary.model.assumptions(vocabulary.model.values())
    return {f"{larger} > {smaller}": Comparison(sympy.sympify(larger), ">", sympy.sympify(smaller)) for larger, smaller in pairs}


def _conditions(vocabulary: Vocabulary, place: str | None) -> dict[str, Logic]:
    """Return the conditions of a regime one by one, or as one where it is a union."""
    if place is None:
        return {}
    inside = vocabulary.inside(place, {})
    assert isinstance(inside, Or)
    if len(inside.parts) > 1:
        return {f"in {place!r}": inside}
    return {f"{part.left} > {part.right}": part for part in inside.parts[0].parts}


class _Search:
    """Leaves out assumptions one by one while the claim still follows."""

    def __init__(self, hypotheses: Mapping[str, Logic], fails: Logic, steps: int) -> None:
        wanted = symbols_of(fails)
        grown = True
        while grown:
            more = {s for logic in hypotheses.values() if symbols_of(logic) & wanted for s in symbols_of(logic)}
            grown = not more <= wanted
            wanted |= more
        self.hypotheses = {text: logic for text, logic in hypotheses.items() if symbols_of(logic) & wanted}
        self.fails, self.symbols = fails, sorted(wanted, key=str)
        opaque = Opaque(self.symbols)
        plain = {text: opaque.replaced(logic) for text, logic in self.hypotheses.items()}
        failing = opaque.replaced(fails)
        self.space = ParameterSpace(
            (*self.symbols, *opaque.symbols), steps=steps, start=dict.fromkeys((*self.symbols, *opaque.symbols), Fraction(1))
        )
        self.formulas = {text: plain_formula(self.space, logic) for text, logic in plain.items()}
        ranges = [Comparison(bound, ">", 0 * bound) for bound in opaque.positive]
        self.always: Formula = every([plain_formula(self.space, fact) for fact in (failing, *opaque.facts, *ranges)])
        self.exact = not opaque.symbols

    def counterexample(self, texts: Sequence[str]) -> tuple[str, Mapping[str, Any] | None]:
        """Ask whether the claim can fail under some of the assumptions, and where."""
        answer = self.space.find(every([self.always, *(self.formulas[text] for text in texts)]))
        if answer.status != "somewhere" or answer.witness is None:
            return answer.status, None
        point = {symbol: answer.witness[symbol] for symbol in self.symbols}
        checked = truth(And((self.fails, *(self.hypotheses[text] for text in texts))), point)
        return "somewhere", {str(symbol): value for symbol, value in point.items()} if checked else None

    def result(self, claim: str) -> MinimalAssumptions:
        """Leave out what is not needed, then look for a counterexample without each of the rest."""
        kept = list(self.hypotheses)
        if self.counterexample(kept)[0] != "nowhere":
            return MinimalAssumptions(claim, "not proved")
        for text in list(kept):
            rest = [other for other in kept if other != text]
            if self.counterexample(rest)[0] == "nowhere":
                kept = rest
        examples = {text: self.counterexample([other for other in kept if other != text])[1] for text in kept}
        found = {text: point for text, point in examples.items() if point is not None}
        unused = tuple(text for text in self.hypotheses if text not in kept)
        return MinimalAssumptions(claim, "proved", tuple(kept), unused, True if len(found) == len(kept) else None, found)
