"""Fields of signs: where in a plane of two parameters a quantity is proved to be positive or negative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from alliancegames._fields import convert, read_number
from alliancegames.errors import ParameterError, SolverNotApplicableError
from alliancegames.solvers._duals import variables
from alliancegames.solvers._intervals import Interval
from alliancegames.statics._claims.enclosures import enclose
from alliancegames.statics._claims.grammar import parse
from alliancegames.statics._claims.readings import Vocabulary
from alliancegames.statics._claims.scenes import scenes

__all__ = ["SignField", "sign_field"]

# Boxes a side at the start.
START = 8
DEEPEST = 12


@dataclass(frozen=True, eq=False)
class SignField:
    """Boxes in a plane of two parameters on which a quantity has a proved sign.

    Parameters
    ----------
    quantity : str
        The quantity.
    x, y : str
        Symbols of the parameters.
    low, high : ndarray, shape (n, 2)
        Lower and upper corners of the boxes, which cover the plane shown.
    signs : ndarray of int8, shape (n,)
        1 or -1 where the quantity is proved to be positive or negative everywhere in the box; 0 where that is open.
    """

    quantity: str
    x: str
    y: str
    low: np.ndarray
    high: np.ndarray
    signs: np.ndarray

    def share(self, sign: int) -> float:
        """Return the share of the plane with a proved sign.

        Parameters
        ----------
        sign : {1, -1, 0}
            The sign; 0 is what is open.
        """
        areas = np.prod(self.high - self.low, axis=1)
        return float(areas[self.signs == sign].sum() / areas.sum())

    def plot(self, *, ax: Any = None) -> Any:
        """Draw the boxes, the proved ones in colour, what is open in black.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return import_module("alliancegames.plotting.sign_fields").plot_sign_field(self, ax=ax)


def sign_field(
    model: Any, quantity: str, x: str, y: str, *, xlim: Any = None, ylim: Any = None, regime: str | None = None, depth: int = 6
) -> SignField:
    """Prove in which parts of a plane of two parameters a quantity is positive or negative.

    Parameters
    ----------
    model : Model
        The model; the other parameters keep its numbers, or else take the example's.
    quantity : str
        A formula in the grammar of `prove`, such as ``"d(p_attack)/d(u24)"``.
    x, y : str
        The parameters, by name or symbol.
    xlim, ylim : pair of number, optional
        Ranges; by default the parameters' domains, or a window around the example.
    regime : str, optional
        The regime whose formulas are meant; not needed for what has a formula everywhere.
    depth : int, default 6
        How often boxes that are open are cut in four.

    Returns
    -------
    SignField
        The boxes with their signs, each proved by interval arithmetic.

    Examples
    --------
    >>> import alliancegames as ag
    >>> model = ag.models.StrategicProbit(u11="0.174", u13="1.74")
    >>> field = ag.statics.sign_field(model, "d(p_attack)/d(u24)", "u24", "u14", xlim=(-4, 4), ylim=(-1, "1.7"), depth=4)
    >>> field.share(-1) > 0.88, field.share(1) > 0.09, field.share(0) < 0.02
    (True, True, True)
    """
    if not (isinstance(depth, int) and 0 <= depth <= DEEPEST):
        raise ParameterError(f"sign_field(): depth must be a whole number from 0 to {DEEPEST}, got {depth!r}.")
    vocabulary = Vocabulary(model.completed())
    symbols = [vocabulary.symbol(name) for name in (x, y)]
    if symbols[0] is symbols[1]:
        raise ParameterError(f"sign_field(): x and y must be two parameters, got {x} twice.")
    scene = scenes(vocabulary.model, vocabulary.all_regimes, regime)[0]
    formula = _formula(vocabulary, quantity, scene)
    numbers = {symbol: value for symbol, value in vocabulary.fixed.items() if symbol not in symbols}
    ranges = [_range(vocabulary.model, symbol, limits) for symbol, limits in zip(symbols, (xlim, ylim), strict=True)]
    low, high, signs = _cover(formula.xreplace(numbers), symbols, ranges, depth)
    return SignField(quantity, str(symbols[0]), str(symbols[1]), low, high, signs)


def _formula(vocabulary: Vocabulary, quantity: str, scene: Any) -> Any:
    from alliancegames.statics._claims.readings import cases

    found = [case.content for case in cases(lambda choices: vocabulary.number(parse(quantity, what="formula"), scene, choices))]
    if len(found) > 1:
        raise SolverNotApplicableError(
            f"sign_field(): {quantity} contains minima or maxima, whose cases are not followed; use prove() or statics()."
        )
    return found[0]


def _range(model: Any, symbol: Any, limits: Any) -> tuple[float, float]:
    """Return a range in floats, inside the parameter's domain."""
    parameter = next(q for q in model.parameters if str(symbol) in (q.symbol, *(f"{q.symbol}_{k + 1}" for k in range(len(q.example)))))
    if limits is None:
        low, high = parameter.interval.window(parameter.example[0])
        return float(low), float(high)
    low, high = (_exact(end) for end in limits)
    inside = (parameter.interval.lower is None or parameter.interval.lower <= low) and (
        parameter.interval.upper is None or high <= parameter.interval.upper
    )
    if not (low < high and inside):
        raise ParameterError(f"sign_field(): the range of {symbol} must be a pair (low, high) inside {parameter.domain}, got {limits!r}.")
    return float(low), float(high)


def _exact(end: Any) -> Any:
    kind, number = read_number(end, "sign_field(), range")
    return convert(number, kind, "exact", "sign_field(), range")


def _cover(formula: Any, symbols: list[Any], ranges: list[tuple[float, float]], depth: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut boxes until their signs are proved or they are small."""
    edges = [np.linspace(low, high, START + 1) for low, high in ranges]
    across, up = np.meshgrid(np.arange(START), np.arange(START), indexing="ij")
    low = np.stack([edges[0][across.ravel()], edges[1][up.ravel()]], axis=1)
    high = np.stack([edges[0][across.ravel() + 1], edges[1][up.ravel() + 1]], axis=1)
    kept: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for level in range(depth + 1):
        signs = _signs(formula, dict(zip(symbols, variables(Interval(low, high), 1), strict=True)), low, high)
        done = (signs != 0) | (level == depth)
        kept.append((low[done], high[done], signs[done]))
        low, high = _quarters(low[~done], high[~done])
        if not len(low):
            break
    lows, highs, found = zip(*kept, strict=True)
    return np.concatenate(lows), np.concatenate(highs), np.concatenate(found)


def _signs(formula: Any, values: Mapping[Any, Any], low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the signs that enclosures show: of the formula itself, and of its mean value form."""
    with np.errstate(all="ignore"):
        try:
            whole = enclose(formula, values)
            middle = (low + high) / 2
            centre = enclose(formula, dict(zip(values, variables(Interval.point(middle), 0), strict=True))).value
            reach = Interval(low - middle, high - middle)
            spread = (
                Interval(whole.slopes.low.T, whole.slopes.high.T)
                * Interval(np.nextafter(reach.low, -np.inf), np.nextafter(reach.high, np.inf))
            ).sum(-1)
        except NotImplementedError as error:
            raise SolverNotApplicableError(f"sign_field(): {error} cannot be enclosed.") from error
    means = centre + spread
    above = (whole.value.low > 0) | (means.low > 0)
    below = (whole.value.high < 0) | (means.high < 0)
    signs: np.ndarray = above.astype(np.int8) - below.astype(np.int8)
    return signs


def _quarters(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut boxes in four."""
    middle = (low + high) / 2
    lows, highs = [], []
    for right in (False, True):
        for upper in (False, True):
            pick = np.array([right, upper])
            lows.append(np.where(pick, middle, low))
            highs.append(np.where(pick, high, middle))
    return np.concatenate(lows), np.concatenate(highs)
