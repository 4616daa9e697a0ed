"""The window of a treaty: between which values of a term play stays in a regime, as formulas in the other parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliancegames.errors import ParameterError, SolverNotApplicableError
from alliancegames.parameters import component_names, find
from alliancegames.statics.parameter_space import ParameterSpace

__all__ = ["TreatyWindow", "WindowEnd", "treaty_window"]


@dataclass(frozen=True)
class WindowEnd:
    """A bound of the window.

    Parameters
    ----------
    value : sympy expression
        The bound, a formula in the other parameters.
    closed : bool
        Whether the bound itself is admissible.
    source : str
        Where it comes from: the regime, the domain or an assumption.
    """

    value: Any
    closed: bool
    source: str


@dataclass(frozen=True)
class TreatyWindow:
    """The values of a term for which play is in a regime.

    Parameters
    ----------
    term : str
        The term.
    regime : str
        The regime.
    lower, upper : tuple of WindowEnd
        The term must not be below any of the first nor above any of the second; bounds that others always imply are
        left out.
    exists_if : tuple of sympy relation
        The window has a point exactly if these hold (strictly, if one of the two ends is open); those that always hold are left out.
    """

    term: str
    regime: str
    lower: tuple[WindowEnd, ...]
    upper: tuple[WindowEnd, ...]
    exists_if: tuple[Any, ...]

    @property
    def least(self) -> Any:
        """The lower end as one formula; None if there is none."""
        import sympy

        return sympy.Max(*(end.value for end in self.lower)) if self.lower else None

    @property
    def most(self) -> Any:
        """The upper end as one formula; None if there is none."""
        import sympy

        return sympy.Min(*(end.value for end in self.upper)) if self.upper else None

    def at(self, model: Any) -> tuple[Any, Any] | None:
        """Return the ends of the window at numbers, or None if it is empty.

        Parameters
        ----------
        model : Model
            The model with numbers; what has none takes the example's.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.AccessionWindow()
        >>> ag.treaty_window(model, "gamma", "Peaceful accession").at(model.replace(accession_rate=1))
        (63/200, 2/5)
        """
        import sympy

        values = model.completed().exact().values()
        ends = []
        for end in (self.least, self.most):
            symbols = sympy.sympify(end if end is not None else 0).free_symbols
            numbers = {symbol: _number(values, model.parameters, str(symbol)) for symbol in symbols}
            ends.append(None if end is None else end.subs(numbers))
        low, high = ends
        return None if low is not None and high is not None and low > high else (low, high)

    def __repr__(self) -> str:
        lines = [f"<TreatyWindow: {self.term} in {self.regime}>"]
        for ends, relation in ((self.lower, "≥"), (self.upper, "≤")):
            for end in ends:
                sign = relation if end.closed else {"≥": ">", "≤": "<"}[relation]
                lines.append(f"  {self.term} {sign} {end.value}  ({end.source})")
        conditions = " and ".join(f"{c.lhs} ≥ {c.rhs}" for c in self.exists_if)
        return "\n".join([*lines, f"  not empty {'if ' + conditions if conditions else 'everywhere'}"])


def treaty_window(model: Any, choose: str | Mapping[str, Sequence[str]], subject_to: str) -> TreatyWindow:
    """Find between which values of a term play stays in a regime, as formulas.

    Parameters
    ----------
    model : Model
        The model; its parameters are free unless they have numbers.
    choose : str or mapping of str to sequence of str
        The term: a parameter by name or symbol, or a name for several parameters that are set together.
    subject_to : str
        Name of a regime. Its conditions must be linear in the term.

    Returns
    -------
    TreatyWindow
        The bounds, and the conditions under which there is a value between them.

    Raises
    ------
    SolverNotApplicableError
        A condition is not linear in the term, or whether it bounds the term from below or above depends on the other parameters.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.treaty_window(ag.models.CommitmentDesign(), {"b": ("beta_d", "beta_o")}, "Peace")
    <TreatyWindow: b in Peace>
      b ≥ 0  (domain of beta_d)
      b ≥ (V*p_C - k_C)/(V*(p_C - p_C1))  (regime Peace)
      b ≤ 1  (domain of beta_d)
      b ≤ (G*p_B - k_B)/(G*(p_B - p_B1))  (regime Peace)
      not empty if 1 ≥ (V*p_C - k_C)/(V*(p_C - p_C1)) and ...
    """
    import sympy

    task = _Task(model, choose)
    regime = model.regimes(refined=False)[subject_to]
    pieces = regime.pieces(model.values())
    if len(pieces) > 1:
        raise SolverNotApplicableError(
            f"treaty_window(): {subject_to} is a union of {len(pieces)} regions; name a regime that is one region."
        )
    for larger, smaller in pieces[0]:
        task.bound(larger - smaller, True, f"regime {subject_to}")
    for larger, smaller in model.assumptions(model.values()):
        task.bound(larger - smaller, False, "assumption")
    lower, upper = task.tightest(task.lower, 1), task.tightest(task.upper, -1)
    pairs = [
        (top, bottom)
        for top in upper
        for bottom in lower
        if not task.always(top.value - bottom.value, ">" if not (top.closed and bottom.closed) else ">=")
    ]
    exists = tuple(sympy.Ge(top.value, bottom.value, evaluate=False) for top, bottom in pairs)
    return TreatyWindow(task.name, subject_to, tuple(lower), tuple(upper), exists)


def _number(values: Any, parameters: Sequence[Any], symbol: str) -> Any:
    import sympy

    parameter, component = find(parameters, symbol, "at()")
    own = getattr(values, parameter.name)
    value = own[component or 0] if parameter.is_vector else own
    return sympy.Rational(value.numerator, value.denominator)


class _Task:
    """Collects the bounds of a term."""

    def __init__(self, model: Any, choose: str | Mapping[str, Sequence[str]]) -> None:
        import sympy

        if isinstance(choose, Mapping) and len(choose) != 1:
            raise ParameterError(f"treaty_window(): one term is needed, got {len(choose)}; design_treaty() chooses several.")
        ((self.name, addresses),) = choose.items() if isinstance(choose, Mapping) else ((choose, (choose,)),)
        self.term = sympy.Symbol(self.name, real=True)
        self.lower: list[WindowEnd] = []
        self.upper: list[WindowEnd] = []
        self._space = ParameterSpace.of(model)
        self._moved: dict[Any, Any] = {}
        for address in (addresses,) if isinstance(addresses, str) else addresses:
            self._move(model, address)

    def _move(self, model: Any, address: str) -> None:
        import sympy

        parameter, component = find(model.parameters, address, "treaty_window()")
        own = getattr(model.values(), parameter.name)
        listed = list(own) if parameter.is_vector else [own]
        for k in range(len(listed)) if component is None else [component]:
            if not isinstance(listed[k], sympy.Symbol):
                raise ParameterError(
                    f"treaty_window(): {component_names(parameter, len(listed))[k]} has the number {listed[k]} already; leave it free."
                )
            self._moved[listed[k]] = self.term
            interval = parameter.interval
            for ends, bound, closed in (
                (self.lower, interval.lower, interval.closed_below),
                (self.upper, interval.upper, interval.closed_above),
            ):
                if bound is not None:
                    ends.append(WindowEnd(sympy.Rational(bound.numerator, bound.denominator), closed, f"domain of {listed[k]}"))

    def bound(self, margin: Any, closed: bool, source: str) -> None:
        """Read a condition ``margin >= 0``, or ``> 0`` if it is open, as a bound of the term."""
        import sympy

        above, below = sympy.fraction(sympy.cancel(sympy.together(sympy.sympify(margin).xreplace(self._moved))))
        if self.term not in above.free_symbols | below.free_symbols:
            if source.startswith("regime"):
                raise SolverNotApplicableError(
                    f"treaty_window(): the condition {margin} ≥ 0 of the {source} does not depend on {self.name}."
                )
            return
        if self.term in below.free_symbols or sympy.degree(above, self.term) != 1:
            raise SolverNotApplicableError(
                f"treaty_window(): the condition {margin} ≥ 0 is not linear in {self.name}; use design_treaty() at numbers."
            )
        slope, level = (sympy.expand(above).coeff(self.term, power) for power in (1, 0))
        rising = self._sign(slope / below)
        if rising is None:
            raise SolverNotApplicableError(
                f"treaty_window(): whether {margin} ≥ 0 bounds {self.name} from below or above depends on the sign of {sympy.factor(slope)}; "
                "give numbers to its parameters."
            )
        ends = self.lower if rising > 0 else self.upper
        ends.append(WindowEnd(sympy.factor(-level / slope), closed, source))

    def _sign(self, expression: Any) -> int | None:
        return 1 if self.always(expression, ">") else -1 if self.always(-expression, ">") else None

    def always(self, expression: Any, relation: str) -> bool:
        """Whether a comparison with zero is proved for all admissible values of the other parameters."""
        return self._space.proves(self._space.condition(expression, relation)) is True

    def tightest(self, ends: Sequence[WindowEnd], sign: int) -> list[WindowEnd]:
        """Leave out bounds that another bound always implies."""
        kept: list[WindowEnd] = []
        different = list({(end.value, end.closed): end for end in reversed(ends)}.values())[::-1]
        for k, end in enumerate(different):
            others = [*kept, *different[k + 1 :]]
            if not any(self.always(sign * (other.value - end.value), ">=" if end.closed or not other.closed else ">") for other in others):
                kept.append(end)
        return kept
