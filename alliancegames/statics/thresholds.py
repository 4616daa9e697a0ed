"""Thresholds: the values of a parameter at which an event starts or ends, exactly, and how they move."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, overload

from alliancegames._fields import format_number
from alliancegames.errors import SolverNotApplicableError
from alliancegames.statics._claims.enclosures import sign_at, sign_between
from alliancegames.statics._claims.grammar import Inside, Node, names_in, parse
from alliancegames.statics._claims.line_events import Change, changes_on_line
from alliancegames.statics._claims.one_sided import beside, factors_in, leaves
from alliancegames.statics._claims.questions import Question
from alliancegames.statics._claims.readings import (
    And,
    Choices,
    Comparison,
    Logic,
    Or,
    Vocabulary,
    cases,
    mentions_play,
    opposite,
    substituted,
)
from alliancegames.statics._claims.scenes import EVERYWHERE, Scene, scenes
from alliancegames.statics._claims.sign_search import DISPLAYED, Sign, find_sign
from alliancegames.statics.parameter_space import STEPS

__all__ = ["Threshold", "Thresholds", "threshold"]


@dataclass(frozen=True)
class Threshold:
    """A value of a parameter at which an event starts or ends as the parameter rises.

    Parameters
    ----------
    parameter : str
        Symbol of the parameter.
    event : str
        The event.
    change : {"starts", "ends", "only here", "not here"}
        What happens there as the parameter rises.
    value : Fraction or sympy expression or None
        The threshold: a number, exact where it is rational or algebraic; or a formula of the other parameters. None
        where its equation has a higher degree.
    equation : sympy expression
        What vanishes at the threshold.
    bounds : pair of Fraction, optional
        Rational bounds between which a number lies.
    exact : bool
        Whether the value is exact; if not it is the simplest number between the bounds.
    witness : mapping
        Admissible values of the parameters at which this is the threshold.
    effects : mapping of str to str
        Signs of the effects of the other parameters on the threshold; as in `SignEntry`.
    """

    parameter: str
    event: str
    change: str
    value: Any
    equation: Any
    bounds: tuple[Fraction, Fraction] | None = None
    exact: bool = True
    witness: Mapping[str, Any] = field(default_factory=dict, repr=False)
    effects: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        shown = f"the root of {self.equation} = 0" if self.value is None else format_number(self.value if self.exact else float(self.value))
        near = f" ({float(self.value):.6g})" if self.bounds is not None and not isinstance(self.value, (Fraction, float)) else ""
        moves = ", ".join(f"{name} {DISPLAYED[sign]}" for name, sign in self.effects.items() if sign != "0")
        return f"{self.event} {self.change} at {self.parameter} = {shown}{near}" + (f"; moved by {moves}" if moves else "")


class Thresholds(Sequence[Threshold]):
    """All thresholds of an event in a parameter.

    Parameters
    ----------
    items : sequence of Threshold
        The thresholds; numbers in rising order.
    complete : bool or None
        Whether these are all; None if that is not known.
    reason : str
        Why it is not known.
    """

    def __init__(self, items: Sequence[Threshold], complete: bool | None, reason: str = "") -> None:
        self._items, self._complete, self._reason = tuple(items), complete, reason

    @property
    def complete(self) -> bool | None:
        """Whether these are all; None if that is not known."""
        return self._complete

    @property
    def reason(self) -> str:
        """Why it is not known whether these are all."""
        return self._reason

    @overload
    def __getitem__(self, index: int) -> Threshold: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Threshold, ...]: ...
    def __getitem__(self, index: int | slice) -> Threshold | tuple[Threshold, ...]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        known = "complete" if self._complete else f"not known to be complete: {self._reason}"
        return "\n".join([f"<Thresholds: {len(self)} ({known})>", *(f"  {item}" for item in self._items)])


def threshold(
    model: Any, parameter: str, event: str, *, where: str | Sequence[str] | None = None, regimes: Any = None, steps: int = STEPS
) -> Thresholds:
    """Find the values of a parameter at which an event starts or ends.

    Parameters
    ----------
    model : Model
        The model. With other parameters free, thresholds are formulas; with all others at numbers they are numbers.
    parameter : str
        Name or symbol of the parameter that moves.
    event : str
        A regime by name, or a claim as in `prove`. A claim about outcomes happens where it holds at every extreme
        equilibrium of the regime that the point lies in.
    where : str or sequence of str, optional
        Claims taken for granted.
    regimes : RegimeMap, optional
        Regimes of the model; by default those that it declares.
    steps : int, optional
        Steps that z3 may take for one question.

    Returns
    -------
    Thresholds
        Each with how the other parameters move it, found by implicit differentiation and proved.

    Examples
    --------
    >>> import alliancegames as ag
    >>> model = ag.models.UnilateralDeterrence()
    >>> print(ag.threshold(model, "p_D", "Certain Deterrence")[0])
    Certain Deterrence starts at p_D = (c_DC - c_SQ)/(c_DC - c_DDp); moved by c_DC +, c_SQ −, c_DDp +
    >>> ag.threshold(model.completed(), "c_SQ", "p_war > 1/8")
    <Thresholds: 1 (complete)>
      p_war > 1/8 ends at c_SQ = 5/8; moved by p_C +, c_DC +, c_CD +
    """
    vocabulary = Vocabulary(model, regimes)
    moving = vocabulary.symbol(parameter)
    premises = [parse(text) for text in ((where,) if isinstance(where, str) else where or ())]
    happens = _event(vocabulary, event, premises)
    free = model.exact()
    if moving in vocabulary.fixed:
        free = free.replace(**{parameter: moving})
        del vocabulary.fixed[moving]
    question = Question(free, steps=steps, fixed=vocabulary.fixed)
    if set(question.example) == {moving}:
        involved = event in vocabulary.all_regimes.names or any(isinstance(part, Inside) for part in names_in(parse(event)))
        pure = not involved and not mentions_play(parse(event), vocabulary)  # the boundary of a regime is no event of its own
        return _numeric(question, happens, moving, event, isolated=pure)
    return _symbolic(question, happens, moving, event)


def _event(vocabulary: Vocabulary, event: str, premises: Sequence[Node]) -> Logic:
    """Return that an event happens, whatever case of its minima and maxima applies."""
    if event in vocabulary.all_regimes.names:
        return _any_case(lambda choices: And((vocabulary.inside(event, choices), *_premises(vocabulary, premises, EVERYWHERE, choices))))
    node = parse(event)
    if not any(mentions_play(part, vocabulary) for part in (node, *premises)):
        return _any_case(
            lambda choices: And((vocabulary.logic(node, EVERYWHERE, choices), *_premises(vocabulary, premises, EVERYWHERE, choices)))
        )
    closed = vocabulary.model.closed_forms(vocabulary.model.values())
    places = (None,) if closed else vocabulary.regimes.names or (None,)
    return Or(tuple(_at_all_equilibria(vocabulary, node, premises, place) for place in places))


def _premises(vocabulary: Vocabulary, premises: Sequence[Node], scene: Scene, choices: Choices) -> list[Logic]:
    return [vocabulary.logic(premise, scene, choices) for premise in premises]


def _at_all_equilibria(vocabulary: Vocabulary, node: Node, premises: Sequence[Node], place: str | None) -> Logic:
    """Return that a point lies inside a regime, and that a claim holds at all its extreme equilibria."""

    def at(scene: Scene) -> Logic:
        return _any_case(lambda choices: And((vocabulary.logic(node, scene, choices), *_premises(vocabulary, premises, scene, choices))))

    stage = tuple(at(scene) for scene in scenes(vocabulary.model, vocabulary.all_regimes, place))
    inside = () if place is None else (_any_case(lambda choices: vocabulary.inside(place, choices)),)
    return And((*inside, *stage))


def _any_case(read: Callable[[Choices], Logic]) -> Logic:
    found = [And((case.conditions, case.content)) for case in cases(read)]
    return found[0] if len(found) == 1 else Or(tuple(found))


# -------------------------------------------------------------------- formulas


def _symbolic(question: Question, happens: Logic, moving: Any, event: str) -> Thresholds:
    """Find thresholds as formulas: on which curves does the event change?"""
    happens = substituted(happens, question.fixed)
    curves: dict[Any, None] = {}
    for leaf in leaves(happens):
        try:
            curves.update({factor: None for factor, _ in factors_in(leaf.left - leaf.right, moving)})
        except sympy_errors() as error:
            raise SolverNotApplicableError(
                f"threshold(): {leaf.left - leaf.right} is no rational function, so that there is no formula; give numbers to the other parameters."
            ) from error
    found, unknown = [], ""
    for curve in curves:
        above, below = beside(happens, curve, moving, 1), beside(happens, curve, moving, -1)
        edge = Comparison(curve, "=", 0 * curve)
        for change, after, before in (("starts", above, below), ("ends", below, above)):
            region = And((edge, Comparison(curve.diff(moving), "!=", 0 * curve), after, opposite(before)))
            finding = question.find(region)
            if finding.status == "unknown":
                unknown = finding.reason
            if finding.status == "somewhere":
                assert finding.witness is not None
                witness = {str(symbol): value for symbol, value in finding.witness.items()}
                effects = _effects(question, curve, moving, region)
                found.append(
                    Threshold(str(moving), event, change, _solved(curve, moving, finding.witness), curve, None, True, witness, effects)
                )
    return Thresholds(found, None if unknown else True, unknown)


def _solved(curve: Any, moving: Any, witness: Mapping[Any, Any]) -> Any:
    """Return the root of a polynomial that is linear in a variable; None for others."""
    import sympy

    polynomial = sympy.Poly(curve, moving)
    if polynomial.degree() != 1:
        return None
    slope, constant = polynomial.all_coeffs()
    sign = sign_at(slope, witness) or 1  # so that the denominator is positive where the formula is used
    return sympy.factor(-sign * constant) / sympy.factor(sign * slope)


def _effects(question: Question, curve: Any, moving: Any, region: Logic) -> dict[str, str]:
    """Return the signs of the effects on the root of a polynomial: minus the slope in the other over that in its own."""
    signs = {}
    for symbol in question.example:
        if symbol is not moving:
            slope = -curve.diff(symbol) * curve.diff(moving)
            sign = find_sign(question, lambda choices, slope=slope: (slope, region)) if slope != 0 else Sign("0")  # type: ignore[misc]
            signs[str(symbol)] = sign.sign
    return signs


# -------------------------------------------------------------------- numbers


def _numeric(question: Question, happens: Logic, moving: Any, event: str, *, isolated: bool) -> Thresholds:
    """Find thresholds as numbers, with the effects of parameters whose numbers are given."""
    changes, complete, reason = changes_on_line(question, substituted(happens, question.fixed), moving)
    curves = {curve for leaf in leaves(happens) for curve in _curves(leaf.left - leaf.right, moving)}
    found = []
    for change in changes:
        if isolated or change.kind in ("starts", "ends"):
            effects = _effects_at(question, curves, moving, change)
            found.append(
                Threshold(
                    str(moving),
                    event,
                    change.kind,
                    change.value,
                    change.equation,
                    change.bounds,
                    change.exact,
                    {str(moving): change.value},
                    effects,
                )
            )
    return Thresholds(found, complete, reason)


def _curves(difference: Any, moving: Any) -> list[Any]:
    """Return what vanishes where a comparison changes: irreducible polynomials, or the function itself."""
    if not difference.has(moving):
        return []
    return [factor for factor, _ in factors_in(difference, moving)] if difference.is_rational_function() else [difference]


def _effects_at(question: Question, curves: Iterable[Any], moving: Any, change: Change) -> dict[str, str]:
    """Return the signs of effects at one point; unknown where several curves meet."""
    point = {**question.fixed, moving: change.value}
    meeting = [curve for curve in curves if _meets(curve, point, moving, change)]
    if len(meeting) != 1:
        return dict.fromkeys((str(symbol) for symbol in question.fixed), "?")
    (curve,) = meeting
    own = _slope_sign(curve.diff(moving), question, moving, change)
    signs = {}
    for symbol in question.fixed:
        other = _slope_sign(curve.diff(symbol), question, moving, change)
        known = None if own in (None, 0) or other is None else -other * own
        signs[str(symbol)] = "?" if known is None else {1: "+", 0: "0", -1: "-"}[known]
    return signs


def _meets(curve: Any, point: Mapping[Any, Any], moving: Any, change: Change) -> bool:
    """Whether a curve vanishes at a threshold; one that cannot be told from it counts."""
    if change.exact:
        return sign_at(curve, point) in (0, None)
    numbers = {symbol: value for symbol, value in point.items() if symbol is not moving}
    return bool(curve.xreplace(numbers) == change.equation) or sign_at(curve, point) is None


def _slope_sign(slope: Any, question: Question, moving: Any, change: Change) -> int | None:
    """Return the sign of a slope at a threshold, all over the enclosure of one that is not exact."""
    if slope == 0:
        return 0
    if change.exact:
        return sign_at(slope, {**question.fixed, moving: change.value})
    return sign_between(slope.xreplace(question.fixed), moving, change.bounds)


def sympy_errors() -> tuple[type[Exception], ...]:
    """Return the errors that tell that a formula is no rational function."""
    import sympy

    return (sympy.polys.polyerrors.PolynomialError, sympy.polys.polyerrors.CoercionFailed)
