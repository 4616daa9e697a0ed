"""Treaty design: terms that make an outcome as good as it can be while play stays in a regime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from typing import Any

from alliancegames._fields import format_number
from alliancegames.errors import ParameterError, SolverNotApplicableError
from alliancegames.statics._claims.readings import Vocabulary
from alliancegames.statics._treaties.line import Answer, Binding, solve_on_line
from alliancegames.statics._treaties.programs import Instruments, Program, programs
from alliancegames.statics._treaties.space import solve_in_space, solve_linear

__all__ = ["STATUSES", "Binding", "TreatyDesign", "TreatyOption", "design_treaty"]

STATUSES = {
    "optimal": "No admissible terms do better; this is proved.",
    "supremum": "The value is approached as closely as one likes, but no admissible terms attain it.",
    "unbounded": "The objective grows without bound.",
    "infeasible": "No admissible terms satisfy the conditions; this is proved.",
    "numeric": "The best terms found by local search; see the bound for what is proved.",
}
"""How a design ended."""
_ORDER = ("unbounded", "optimal", "supremum", "numeric", "infeasible")


@dataclass(frozen=True)
class TreatyOption:
    """The best terms in one regime, at one of its equilibria.

    Parameters
    ----------
    regime : str or None
        The regime.
    equilibrium : int
        Which of its equilibria, from 0.
    status : str
        One of `STATUSES`.
    value : number or None
        Value of the objective.
    terms : dict
        The instruments.
    binding : tuple of Binding
        The conditions that bind.
    region : tuple of pair
        With one instrument: the intervals of admissible terms.
    optimal : pair or None
        With one instrument: an interval all of whose values are optimal; the terms are its middle.
    bound : number or None
        What no admissible terms exceed (or undercut, if the objective is minimised), proved; None without proof.
    method : str
        How it was found and proved.
    """

    regime: str | None
    equilibrium: int
    status: str
    value: Any = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    binding: tuple[Binding, ...] = ()
    region: tuple[tuple[Any, Any], ...] = ()
    optimal: tuple[Any, Any] | None = None
    bound: Any = None
    method: str = ""


@dataclass(frozen=True, eq=False)
class TreatyDesign:
    """The best terms of a treaty.

    Parameters
    ----------
    model : Model
        The model with the terms in place, if they are rational; otherwise with numbers for all other parameters.
    objective : str
        What is maximised or minimised, in words.
    best : TreatyOption
        The best option.
    options : tuple of TreatyOption
        The best terms in every regime and at each equilibrium.
    moved : dict
        Which parameters each instrument sets.
    outcomes : dict
        Values of the outcomes that have formulas, at the best terms.
    """

    model: Any
    objective: str
    best: TreatyOption
    options: tuple[TreatyOption, ...]
    moved: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """How the design ended; `STATUSES` says it in words."""
        return self.best.status

    @property
    def exact(self) -> bool:
        """Whether value and terms are exact and proved."""
        return self.best.status in ("optimal", "supremum", "infeasible", "unbounded")

    @property
    def value(self) -> Any:
        """Value of the objective."""
        return self.best.value

    @property
    def terms(self) -> Mapping[str, Any]:
        """The best terms, by instrument."""
        return self.best.terms

    @property
    def regime(self) -> str | None:
        """The regime of the best terms."""
        return self.best.regime

    @property
    def binding(self) -> tuple[Binding, ...]:
        """The conditions that bind."""
        return self.best.binding

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a regime and equilibrium."""
        import pandas as pd

        rows = [
            {"regime": o.regime, "equilibrium": o.equilibrium + 1, "status": o.status, "value": o.value, **o.terms, "binding": "; ".join(map(str, o.binding))}
            for o in self.options
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def plot(self, x: str | None = None, y: str | None = None, *, xlim: Any = None, ylim: Any = None, ax: Any = None) -> Any:
        """Draw the regimes in the plane of two parameters with the chosen terms.

        Parameters
        ----------
        x, y : str, optional
            Parameters on the axes; by default the first two that are chosen, or set together.
        xlim, ylim : pair of number, optional
            Ranges shown; by default the parameters' domains, or a window around the example.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return import_module("alliancegames.plotting.treaty").plot_treaty(self, x, y, xlim=xlim, ylim=ylim, ax=ax)

    def __repr__(self) -> str:
        best = self.best
        lines = [f"<TreatyDesign: {self.objective}, {best.status}>"]
        if best.value is not None:
            sign = {"optimal": "=", "supremum": "→", "numeric": "≈"}.get(best.status, "=")
            lines.append(f"  value {sign} {_shown(best.value)}" + (f" in regime {best.regime}" if best.regime else ""))
            lines.append("  terms " + ", ".join(f"{name} = {_shown(value)}" for name, value in best.terms.items()))
        if best.optimal is not None:
            lines.append(f"  any value from {_shown(best.optimal[0])} to {_shown(best.optimal[1])} is as good")
        lines += [f"  binding: {binding}" for binding in best.binding]
        return "\n".join([*lines, f"  {STATUSES[best.status]}"])


def _shown(value: Any) -> str:
    return format_number(value) if isinstance(value, (Fraction, float, int)) else str(value)


def design_treaty(
    model: Any,
    choose: str | Sequence[str] | Mapping[str, Any],
    *,
    maximise: str | None = None,
    minimise: str | None = None,
    subject_to: str | Sequence[str] = (),
    equilibrium: str = "best",
    strict: bool = False,
) -> TreatyDesign:
    """Choose parameters so that an outcome is as good as it can be, subject to staying in a regime.

    Parameters
    ----------
    model : Model
        The model; parameters that have no numbers and are not chosen take the example's.
    choose : str, sequence of str, or mapping of str to sequence of str
        The instruments: parameters by name or symbol. A mapping names instruments that set several parameters
        together, such as ``{"b": ("beta_d", "beta_o")}`` for an unconditional promise.
    maximise, minimise : str
        The objective, exactly one of the two: a formula in outcomes, parameters and thresholds, as in `prove`.
    subject_to : str or sequence of str, optional
        Names of regimes, in one of which play must be, and conditions such as ``"p_war <= 1/10"``, all of which must
        hold. By default every regime counts.
    equilibrium : {"best", "worst"}, default "best"
        Which equilibrium is played where a regime has several, seen from the objective. The worst is looked for inside
        regimes only, since on their boundaries there are those of the neighbours as well.
    strict : bool, default False
        Whether the boundaries of regimes are ruled out. On a boundary other equilibria exist as well, so that the
        treaty holds only if whoever is indifferent does as it wishes.

    Returns
    -------
    TreatyDesign
        Terms, value, the conditions that bind with their shadow prices, and the best in every other regime.

    Raises
    ------
    ClaimError
        The objective or a condition cannot be read.
    ParameterError
        Not exactly one objective, or an instrument is no parameter.

    Notes
    -----
    One instrument: exact, since the objective is monotone between the roots of polynomials, which are isolated. Several
    instruments: exact if all formulas are linear; otherwise a point found by local search is proved to be optimal by z3,
    or bounded, or called numeric. Objectives that are not rational functions are searched and called numeric.

    Examples
    --------
    The least promise that deters, if the patron cannot promise more to the victim than to the culprit:

    >>> import alliancegames as ag
    >>> model = ag.models.CommitmentDesign()
    >>> ag.design_treaty(model, {"b": ("beta_d", "beta_o")}, minimise="beta_d", subject_to="Peace")
    <TreatyDesign: minimise beta_d, optimal>
      value = 1/2 in regime Peace
      terms b = 1/2
      binding: regime Peace: beta_d*(1 - eps) + beta_o*eps ≥ (V*p_C - k_C)/(V*(p_C - p_C1)) (shadow price -1)
      No admissible terms do better; this is proved.
    """
    if (maximise is None) == (minimise is None):
        raise ParameterError("design_treaty(): give exactly one of maximise and minimise.")
    if equilibrium not in ("best", "worst"):
        raise ParameterError(f"design_treaty(): equilibrium must be 'best' or 'worst', got {equilibrium!r}.")
    goal, sign = (maximise, 1) if maximise is not None else (minimise, -1)
    assert goal is not None
    vocabulary = Vocabulary(model)
    instruments = Instruments(model, choose, vocabulary)
    conditions = (subject_to,) if isinstance(subject_to, str) else tuple(subject_to)
    listed = programs(
        instruments, vocabulary, goal, sign, conditions, worst=equilibrium == "worst", strict=strict or equilibrium == "worst"
    )
    options = tuple(_best(group, instruments, sign) for group in _grouped(listed))
    best = min(
        options,
        key=lambda option: _rank(option, sign),
        default=TreatyOption(None, 0, "infeasible", method="no regime admits the conditions"),
    )
    objective = f"{'maximise' if sign > 0 else 'minimise'} {goal}"
    designed = _with_terms(model, instruments, best)
    return TreatyDesign(designed, objective, best, options, instruments.moved, _outcomes(listed, instruments, best))


def _grouped(listed: Sequence[Program]) -> list[list[Program]]:
    groups: dict[tuple[str | None, int], list[Program]] = {}
    for program in listed:
        groups.setdefault((program.regime, program.equilibrium), []).append(program)
    return list(groups.values())


def _best(group: Sequence[Program], instruments: Instruments, sign: int) -> TreatyOption:
    """Solve the cases of one regime and equilibrium, and return the best."""
    options = []
    for program in group:
        answer = _solved(program, instruments, sign)
        value, bound = (None if number is None else sign * number for number in (answer.value, answer.bound))
        terms = dict(zip(instruments.moved, answer.point, strict=True)) if answer.point else {}
        options.append(
            TreatyOption(
                program.regime, program.equilibrium, answer.status, value, terms, answer.bindings, answer.region, answer.optimal, bound, answer.method
            )
        )  # fmt: skip
    return min(options, key=lambda option: _rank(option, sign))


def _solved(program: Program, instruments: Instruments, sign: int) -> Answer:
    if len(program.variables) == 1:
        try:
            return solve_on_line(program, sign)
        except SolverNotApplicableError:
            return solve_in_space(program, instruments.example, sign)
    return solve_linear(program, sign) or solve_in_space(program, instruments.example, sign)


def _rank(option: TreatyOption, sign: int) -> tuple[Any, ...]:
    """Order options: what is unbounded first, then by value, what is attained before what is not."""
    if option.status == "unbounded":
        return 0, 0.0, 0
    if option.value is None:
        return 2, 0.0, _ORDER.index(option.status)
    return 1, _Value(sign * option.value), _ORDER.index(option.status)


class _Value:
    """A number that sorts in descending order, exactly where numbers are rational."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Value) -> bool:
        if all(isinstance(v, Fraction) for v in (self.value, other.value)):
            return bool(self.value > other.value)
        import sympy

        return bool(sympy.N(_plain(self.value) - _plain(other.value), 50) > sympy.Float("1e-40"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Value) and not self < other and not other < self

    def __hash__(self) -> int:
        return 0


def _plain(value: Any) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else sympy.sympify(value)


def _with_terms(model: Any, instruments: Instruments, best: TreatyOption) -> Any:
    """Put rational terms into the model; the rest takes the example's numbers."""
    base = model.completed().exact()
    if not best.terms or best.status == "supremum" or not all(isinstance(value, Fraction) for value in best.terms.values()):
        return base
    return base.replace(**{name: best.terms[instrument] for instrument, names in instruments.moved.items() for name in names})


def _outcomes(listed: Sequence[Program], instruments: Instruments, best: TreatyOption) -> dict[str, Any]:
    import sympy

    program = next((p for p in listed if (p.regime, p.equilibrium) == (best.regime, best.equilibrium)), None)
    if program is None or not best.terms or any(_plain(value).is_infinite for value in best.terms.values()):
        return {}
    at = {v: _plain(value) for v, value in zip(program.variables, best.terms.values(), strict=True)}
    found = {name: instruments.at_numbers(formula).subs(at) for name, formula in program.scene.outcomes.items()}
    return {name: Fraction(int(v.p), int(v.q)) if v.is_Rational else sympy.simplify(v) for name, v in found.items()}
