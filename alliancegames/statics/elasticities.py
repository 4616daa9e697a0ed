"""Local sensitivity: derivatives and elasticities of an outcome at a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alliancegames._fields import decimal_reading, format_number
from alliancegames.errors import ParameterError, SolveError, SolverNotApplicableError, unknown_label
from alliancegames.parameters import Values, find
from alliancegames.statics._claims.dual import Dual, dual, solve

__all__ = ["Elasticities", "elasticities"]

RULES = ("first", "payoff", "lowest", "highest")
# Step of difference quotients, as a share of the parameter's size, and how much the two sides may differ before it is a kink.
STEP, KINK = Fraction(1, 1 << 12), 1e-3
SAME = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class Elasticities:
    """How an outcome moves with each parameter, near a point.

    Parameters
    ----------
    model : str
        Key of the model.
    outcome : str
        The outcome.
    value : Fraction or float
        Its value at the point.
    parameters : tuple of str
        The parameters, as the caller addressed them.
    at : tuple of Fraction
        Their values.
    derivatives : tuple of Fraction or float
        Change of the outcome per unit of each parameter.
    exact : tuple of bool
        Whether each derivative is exact; otherwise it is extrapolated from differences of exact solutions.
    """

    model: str
    outcome: str
    value: Any
    parameters: tuple[str, ...]
    at: tuple[Fraction, ...]
    derivatives: tuple[Any, ...]
    exact: tuple[bool, ...]

    @property
    def elasticities(self) -> tuple[Any, ...]:
        """Relative change of the outcome per relative change of each parameter; None where the outcome is 0."""
        return tuple(slope * at / self.value if self.value else None for slope, at in zip(self.derivatives, self.at, strict=True))

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a parameter, with value, derivative and elasticity."""
        import pandas as pd

        columns = {"at": self.at, "derivative": self.derivatives, "elasticity": self.elasticities, "exact": self.exact}
        return pd.DataFrame({name: list(values) for name, values in columns.items()}, index=pd.Index(self.parameters, name="parameter"))

    def __repr__(self) -> str:
        lines = [f"<Elasticities of {self.outcome} in {self.model} at {format_number(self.value)}>"]
        for name, slope, ratio in zip(self.parameters, self.derivatives, self.elasticities, strict=True):
            shown = "undefined at 0" if ratio is None else format_number(ratio)
            lines.append(f"  {name}: {shown} (derivative {format_number(slope)})")
        return "\n".join(lines)


def elasticities(model: Any, outcome: str, parameters: Sequence[str] | None = None, *, select: str | int | None = None) -> Elasticities:
    """Differentiate an outcome with respect to parameters at a point.

    In two-player models in normal form the equilibrium is differentiated implicitly: its equations are solved for
    numbers with derivatives, so that the result is exact. In other models it is extrapolated from differences of
    exact solutions nearby, whose two sides must agree.

    Parameters
    ----------
    model : Model
        The model; its values, or else the example's, are the point.
    outcome : str
        Name of an outcome.
    parameters : sequence of str, optional
        Names or symbols of parameters; by default all. The components of a vector parameter move together.
    select : str, int or None, default None
        Which equilibrium counts: ``"first"``, ``"payoff"``, ``"lowest"``, ``"highest"``, or its number. None raises if
        they differ in the outcome.

    Returns
    -------
    Elasticities

    Raises
    ------
    SolveError
        The outcome has no derivative here: the point lies on a boundary between regimes, or the equilibrium is not isolated.

    Examples
    --------
    >>> import alliancegames as ag
    >>> found = ag.elasticities(ag.models.UnilateralDeterrence(), "p_war", ["p_C", "p_D"], select=2)
    >>> [str(number) for number in found.elasticities], found.exact
    (['1', '0'], (True, True))
    """
    where = "elasticities()"
    base = model.completed().exact()
    names = [item.name for item in base.outcomes]
    if outcome not in names:
        raise unknown_label("outcome", outcome, names, where)
    addresses = tuple(parameters) if parameters is not None else tuple(q.name for q in base.parameters)
    solution = base.solve()
    number = _number(solution, outcome, select, where)
    value = solution.outcomes[number][outcome]
    item = solution.equilibria[number]
    slopes, exact, at = [], [], []
    for address in addresses:
        parameter, component = find(base.parameters, address, where)
        at.append(base._assigned[parameter.name][component or 0])
        slope = _implicit(base, item, outcome, address) if _takes_implicit(base) else None
        exact.append(slope is not None)
        slopes.append(slope if slope is not None else _differences(base, solution, outcome, address, select, number, where))
    return Elasticities(base.key, outcome, value, addresses, tuple(at), tuple(slopes), tuple(exact))


def _number(solution: Any, outcome: str, select: Any, where: str) -> int:
    """Return the number of the equilibrium that counts."""
    values = [item[outcome] for item in solution.outcomes]
    if not values:
        raise SolveError(f"{where}: the model has no equilibrium of its kind here.", solution)
    if isinstance(select, int) and not isinstance(select, bool):
        if not 0 <= select < len(values):
            raise ParameterError(f"{where}: select={select}, but there are {len(values)} equilibria, numbered from 0.")
        return select
    if select is None:
        if max(values) - min(values) > SAME:
            shown = ", ".join(format_number(value) for value in values)
            raise ParameterError(f"{where}: {outcome} differs between equilibria ({shown}); say which counts with select=.")
        return 0
    if select not in RULES:
        raise unknown_label("selection rule", select, RULES, where)
    if select == "first":
        return 0
    if select == "payoff":
        values = [sum(item.payoffs.values()) for item in solution.equilibria]
    return values.index(min(values) if select == "lowest" else max(values))


def _takes_implicit(model: Any) -> bool:
    return hasattr(model, "outcome_stack") and len(model.players) == 2


def _implicit(model: Any, item: Any, outcome: str, address: str) -> Fraction | None:
    """Return the exact derivative; None if the model's arithmetic does not take numbers with derivatives."""
    try:
        values = _moving(model, address)
        payoffs = {cell: [dual(value) for value in pair] for cell, pair in model.payoffs(values).items()}
        cells = {cell: dual(value) for cell, value in model.outcome_cells(values)[outcome].items()}
    except (TypeError, AttributeError):
        return None
    strategies = [list(zip(labels, weights, strict=True)) for labels, weights in zip(model.actions, item.arrays(), strict=True)]
    support = [[label for label, weight in strategy if weight] for strategy in strategies]
    mixtures = [_mixture(payoffs, support, model.actions, player) for player in (0, 1)]
    total = Dual(Fraction(0))
    for first, x in zip(support[0], mixtures[0], strict=True):
        for second, y in zip(support[1], mixtures[1], strict=True):
            total = total + x * y * cells[first, second]
    return total.slope


def _moving(model: Any, address: str) -> Values:
    """Return the values of all parameters, one of them moving."""
    parameter, component = find(model.parameters, address, "elasticities()")
    result = {}
    for q in model.parameters:
        components = [
            Dual(Fraction(value), Fraction(int(q.name == parameter.name and component in (None, k))))
            for k, value in enumerate(model._assigned[q.name])
        ]
        result[q.name] = tuple(components) if q.is_vector else components[0]
    return Values(model.parameters, result)


def _mixture(payoffs: Any, support: list[list[str]], actions: Any, player: int) -> list[Dual]:
    """Return a player's mixture with its derivative: the one that makes the opponent indifferent on its support, and nowhere else."""
    own, other = support[player], support[1 - player]

    def paid(mine: str, theirs: str) -> Dual:
        cell = (mine, theirs) if player == 0 else (theirs, mine)
        found: Dual = payoffs[cell][1 - player]
        return found

    if len(own) != len(other):
        raise _irregular()
    system = [[*(paid(mine, theirs) for mine in own), -1] for theirs in other] + [[*([1] * len(own)), 0]]
    solution = solve(system, [0] * len(other) + [1])
    if solution is None:
        raise _irregular()
    weights, value = solution[:-1], solution[-1]
    for theirs in actions[1 - player]:
        if (
            theirs not in other
            and sum(weight.value * paid(mine, theirs).value for weight, mine in zip(weights, own, strict=True)) >= value.value
        ):
            raise _irregular()
    return weights


def _irregular() -> SolveError:
    return SolveError(
        "elasticities(): the outcome has no derivative here, since the equilibrium is not isolated or its support is about to change; "
        "the point lies on a boundary between regimes. Choose a point inside one, or another equilibrium with select=."
    )


def _differences(model: Any, solution: Any, outcome: str, address: str, select: Any, number: int, where: str) -> float:
    """Return the derivative extrapolated from both sides."""
    parameter, component = find(model.parameters, address, where)
    components = model._assigned[parameter.name]
    step = STEP * (max(abs(value) for value in components) or 1)

    def at(distance: Fraction) -> Fraction:
        moved = [value + distance if component in (None, k) else value for k, value in enumerate(components)]
        try:
            other = model.replace(**{parameter.name: moved if parameter.is_vector else moved[0]}).solve()
        except ParameterError as error:
            raise SolverNotApplicableError(f"{where}: {address} cannot move by {float(distance):.3g} to one side: {error}") from error
        if len(other.equilibria) != len(solution.equilibria):
            raise _irregular()
        found = other.outcomes[_number(other, outcome, number if isinstance(select, int) or select is None else select, where)][outcome]
        return decimal_reading(found) if isinstance(found, float) else Fraction(found)

    here = solution.outcomes[number][outcome]
    middle = decimal_reading(here) if isinstance(here, float) else Fraction(here)
    sides = []
    for sign in (1, -1):
        near, far = at(sign * step / 2), at(sign * step)
        sides.append(float((4 * near - far - 3 * middle) / (sign * step)))  # second order from one side
    forward, backward = sides
    if abs(forward - backward) > KINK * (abs(forward) + abs(backward)) + SAME:
        raise _irregular()
    return (forward + backward) / 2
