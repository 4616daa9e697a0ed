"""Effects on the equilibria of cutoff games, which have no formula: implicit differentiation with enclosures.

At an equilibrium the conditions vanish, and stay so when a parameter moves; their derivatives therefore tell how the
unknowns move. All derivatives are enclosed on boxes around the proved equilibria, so that a sign that an enclosure
shows is proved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._fields import convert, read_number
from alliancegames.errors import GameDefinitionError, ParameterError, SolverNotApplicableError
from alliancegames.games.cutoff import HIGH, LOW, CutoffProfile
from alliancegames.parameters import Values, find
from alliancegames.solvers._cutoff_systems import FoldSystem, evaluate, finite
from alliancegames.solvers._duals import Dual, constant
from alliancegames.solvers._intervals import Interval

__all__ = ["Branch", "Follower", "implicit_effects"]

# Times that a box around a branch is widened until the parameter's range is proved to stay in it.
WIDENINGS = 8

Bounds = tuple[float, float]


@dataclass(frozen=True)
class Branch:
    """One equilibrium of a cutoff game, and how it moves with a parameter.

    Parameters
    ----------
    equilibrium : CutoffProfile
        The equilibrium, at the middle of the parameter's range.
    parameter : str
        Symbol of the parameter.
    range : pair of float
        The parameter's range: one number, or a proper range over which the equilibrium is proved to move
        continuously and all bounds hold.
    values : mapping of str to pair of float
        Bounds of the unknowns and outcomes, by name.
    effects : mapping of str to pair of float
        Bounds of the derivatives of the unknowns and outcomes with respect to the parameter.
    reason : str
        Why bounds are missing, if they are.
    """

    equilibrium: CutoffProfile
    parameter: str
    range: Bounds
    values: Mapping[str, Bounds]
    effects: Mapping[str, Bounds]
    reason: str = ""

    def sign(self, name: str) -> str:
        """Return the proved sign of an effect: ``"+"``, ``"-"``, ``"0"``, or ``"?"`` where the bounds do not decide it.

        Parameters
        ----------
        name : str
            An unknown or outcome.
        """
        if name not in self.effects:
            return "?"
        low, high = self.effects[name]
        if low == high == 0:
            return "0"
        return "+" if low > 0 else "-" if high < 0 else "?"


def implicit_effects(model: Any, parameter: str, *, within: tuple[Any, Any] | None = None) -> tuple[Branch, ...]:
    """Find how each equilibrium of a cutoff game moves with a parameter.

    Parameters
    ----------
    model : CutoffModel
        The model; parameters without numbers take their example values.
    parameter : str
        Name or symbol of a parameter that is a single number.
    within : pair of number, optional
        A range of the parameter, over which bounds are to hold; by default its number alone.

    Returns
    -------
    tuple of Branch
        One for each equilibrium of the model (with ``within``, at the middle of the range).

    Raises
    ------
    SolverNotApplicableError
        The model has no cutoff game.
    ParameterError
        The parameter is a vector, or the range is empty or leaves the parameter's domain.

    Examples
    --------
    >>> import alliancegames as ag
    >>> (branch,) = ag.statics.implicit_effects(ag.models.get("strategic_probit"), "u24")
    >>> branch.sign("p_resist"), branch.sign("p_attack"), [round(bound, 9) for bound in branch.effects["p_war"]]
    ('+', '-', [0.005643884, 0.005643884])
    """
    if not hasattr(model, "game_at"):
        raise SolverNotApplicableError(f"implicit_effects(): {model.key} is no cutoff game; its outcomes have formulas, see statics().")
    declared, _ = find(model.parameters, parameter, "implicit_effects()")
    if declared.is_vector:
        raise ParameterError(
            f"implicit_effects(): {parameter} has several components; only parameters that are single numbers can be moved."
        )
    base = model.completed().exact()
    number = getattr(base.values(), declared.name)
    low, high = _read_range(declared, number, within)
    middle = number if within is None else (low + high) / 2
    solution = base.replace(**{declared.name: middle}).solve()
    follow = Follower(base, declared, low, high)
    return tuple(follow.branch(item) for item in solution.equilibria)


def _read_range(declared: Any, number: Any, within: tuple[Any, Any] | None) -> tuple[Any, Any]:
    if within is None:
        return number, number
    low, high = (_exact(end) for end in within)
    if not (low < high and declared.interval.contains(low) and declared.interval.contains(high)):
        raise ParameterError(
            f"implicit_effects(): within must be a range (low, high) inside {declared.domain}, the domain of {declared.name}; got {within!r}."
        )
    return low, high


def _exact(end: Any) -> Fraction:
    kind, number = read_number(end, "implicit_effects(), within")
    return Fraction(convert(number, kind, "exact", "implicit_effects(), within"))


def _hull(low: Any, high: Any) -> Interval:
    ends = constant(low), constant(high)
    return Interval(np.reshape(ends[0].low, (1,)), np.reshape(ends[1].high, (1,)))


class Follower:
    """Follows equilibria of a model over a range of one parameter.

    Parameters
    ----------
    model : CutoffModel
        The model at numbers.
    parameter : Parameter
        What moves.
    low, high : number
        Its range.
    """

    def __init__(self, model: Any, parameter: Any, low: Any, high: Any) -> None:
        self.model, self.name, self.symbol, self.span = model, parameter.name, parameter.symbol, _hull(low, high)
        self.single = low == high  # one number, around which the enclosure is proved already
        self.values = model.values()

    def game(self, value: Any) -> Any:
        """Return the game at an enclosure of the parameter."""
        values = {q.name: getattr(self.values, q.name) for q in self.model.parameters}
        return self.model.build(Values(self.model.parameters, values | {self.name: value}), self.model.field)

    def branch(self, item: CutoffProfile) -> Branch:
        """Enclose one equilibrium and its derivatives."""
        system = FoldSystem(self.game, item.corners)
        box = self.box(system, item)
        span = float(self.span.low[0]), float(self.span.high[0])
        if box is None:
            return Branch(item, self.symbol, span, {}, {}, "the equilibrium was not proved to persist over the whole range")
        slopes = self.slopes(system, box)
        if slopes is None:
            return Branch(item, self.symbol, span, {}, {}, "two equilibria meet here, or nearly so, and derivatives are unbounded")
        values, effects = self.read(system, box, slopes, stated=False)
        try:
            stated_values, stated_effects = self.read(system, box, slopes, stated=True)
        except GameDefinitionError as error:  # outcomes that jump are written with 'if', which enclosures cannot follow
            return Branch(item, self.symbol, span, values, effects, f"the outcomes cannot be enclosed: {error}")
        return Branch(item, self.symbol, span, values | stated_values, effects | stated_effects)

    def full(self, inner: Interval) -> Interval:
        """Return boxes of the unknowns inside their ranges, and of the parameter, side by side."""
        return Interval(np.concatenate([inner.low, self.span.low])[None], np.concatenate([inner.high, self.span.high])[None])

    def box(self, system: FoldSystem, item: CutoffProfile) -> Interval | None:
        """Return a box that holds the free unknowns for every value of the parameter in its range."""
        points = [constant(item.values[k]) for k in system.free]
        error = float(item.error)
        low = np.array([np.nextafter(float(point.low) - error, -np.inf) for point in points])
        high = np.array([np.nextafter(float(point.high) + error, np.inf) for point in points])
        if self.single:
            return Interval(low, high)
        return self.persisting(system, Interval(low, high))

    def persisting(self, system: FoldSystem, start: Interval) -> Interval | None:
        """Widen a box until Krawczyk's operator, for all values of the parameter, maps it into its interior."""
        if not system.free:
            return start if self.corners_hold(system, start) else None
        box = start
        for _ in range(WIDENINGS):
            image = self.krawczyk(system, box)
            if image is None:
                return None
            if (image.low > box.low).all() and (image.high < box.high).all():
                return image if self.corners_hold(system, image) else None
            low, high = np.minimum(image.low, start.low), np.maximum(image.high, start.high)
            margin = 0.1 * (high - low) + 1e-15
            box = Interval(low - margin, high + margin)
        return None

    def krawczyk(self, system: FoldSystem, box: Interval) -> Interval | None:
        """Return an enclosure of all zeros in the box, for every value of the parameter."""
        centre = Interval.point(box.midpoint)
        residuals = _vector([result.value for result in evaluate(system.conditions, self.full(centre), 0)])
        jacobian = self.jacobian(system, box)
        inverse = _inverse(jacobian)
        if inverse is None:
            return None
        rest = Interval.point(np.eye(len(system.free))) - Interval.point(inverse) @ jacobian
        return centre - (Interval.point(inverse) @ residuals) + rest @ (box - centre)

    def jacobian(self, system: FoldSystem, box: Interval) -> Interval:
        """Enclose the derivatives of the conditions in the free unknowns."""
        results = evaluate(system.conditions, self.full(box), 1)
        return Interval.stack([_row(result)[:-1] for result in results], axis=0)

    def slopes(self, system: FoldSystem, box: Interval) -> Interval | None:
        """Enclose the derivatives of the free unknowns with respect to the parameter."""
        count = len(system.free)
        if count == 0:
            return Interval.point(np.zeros(0))
        rows = Interval.stack([_row(result) for result in evaluate(system.conditions, self.full(box), 1)], axis=0)
        return _solve(rows[:, :count], -rows[:, count])

    def corners_hold(self, system: FoldSystem, box: Interval) -> bool:
        """Whether the unknowns in corners stay there over the whole range."""

        def conditions(quantities: list[Dual]) -> list[Any]:
            game = self.game(quantities[-1])
            return list(game.conditions(system.unknowns(game, quantities)))

        results = evaluate(conditions, self.full(box), 0)
        for place, result in zip(system.face, results, strict=True):
            if (place == LOW and not result.value.low[0] > 0) or (place == HIGH and not result.value.high[0] < 0):
                return False
        return True

    def read(self, system: FoldSystem, box: Interval, slopes: Interval, *, stated: bool) -> tuple[dict[str, Bounds], dict[str, Bounds]]:
        """Enclose the unknowns, or the outcomes, and by the chain rule their derivatives with respect to the parameter."""
        names: list[str] = []

        def quantities(free: list[Dual]) -> list[Any]:
            game = self.game(free[-1])
            unknowns = system.unknowns(game, free)
            found = game.outcomes(unknowns) if stated else dict(zip(game.labels, unknowns, strict=True))
            names[:] = found
            return list(found.values())

        results = evaluate(quantities, self.full(box), 1)
        direction = Interval(np.append(slopes.low, 1.0), np.append(slopes.high, 1.0))
        values = {name: _bounds(result.value[0]) for name, result in zip(names, results, strict=True)}
        effects = {name: _effect(_row(result), direction) for name, result in zip(names, results, strict=True)}
        return values, effects


def _effect(row: Interval, direction: Interval) -> Bounds:
    """Return the bounds of a derivative along a direction; zero derivatives stay exactly zero."""
    moving = (row.low != 0) | (row.high != 0)
    moving &= (direction.low != 0) | (direction.high != 0)
    if not moving.any():
        return 0.0, 0.0
    return _bounds((row[moving] * direction[moving]).sum())


def _bounds(value: Interval) -> Bounds:
    return float(value.low), float(value.high)


def _vector(values: Sequence[Interval]) -> Interval:
    return Interval(np.array([finite(value).low[0] for value in values]), np.array([finite(value).high[0] for value in values]))


def _row(result: Dual) -> Interval:
    """Return the derivatives of one quantity on one box."""
    assert result.slopes is not None
    return finite(Interval(result.slopes.low[:, 0], result.slopes.high[:, 0]))


def _inverse(matrix: Interval) -> np.ndarray | None:
    try:
        inverse = np.linalg.inv(matrix.midpoint)
    except np.linalg.LinAlgError:
        return None
    return inverse if np.isfinite(inverse).all() else None


def _solve(matrix: Interval, right: Interval) -> Interval | None:
    """Enclose the solutions of linear systems: y = b + (I - CA) y, bounded by the norm of I - CA."""
    inverse = _inverse(matrix)
    if inverse is None:
        return None
    rest = Interval.point(np.eye(matrix.shape[0])) - Interval.point(inverse) @ matrix
    first = Interval.point(inverse) @ right
    norm = float(np.nextafter(rest.magnitude.sum(axis=1), np.inf).max())
    if not norm < 1:
        return None
    reach = float(np.nextafter(first.magnitude.max() / (1 - norm), np.inf)) * (1 + 1e-12)
    ball = Interval(np.full(len(first.low), -reach), np.full(len(first.low), reach))
    return first + rest @ ball
