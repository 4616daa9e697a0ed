"""Numbers that carry their derivatives, over intervals: conditions are written once and enclosed with their slopes.

A `Dual` is an array of enclosures of a quantity, of its first derivatives and, if wanted, of its second ones,
with respect to a few variables (forward mode). Where a function has a kink inside an interval, the slopes are
those of all its pieces there (Clarke's generalised derivative), for which the mean value theorem still holds.
Infinite bounds are allowed and mean that nothing is known on that side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NoReturn

import numpy as np

from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games._functions import bivariate_by_owen
from alliancegames.solvers._intervals import EPS, TINY, Interval

__all__ = ["Dual", "constant", "variables"]

# Relative error of scipy's normal CDF in units of EPS: 2 + x^2 was the largest met against 200-bit arithmetic.
CDF_ULPS = 16
# Bound on the absolute error of the bivariate normal CDF; the largest met was 2e-16.
BIVARIATE_ERROR = 4e-15

Rule = Callable[[Interval], Interval]
Rules = Callable[[], tuple[Interval, ...]]


def add(a: Interval, b: Interval) -> Interval:
    """Add; an undefined bound becomes infinite."""
    return _known(a + b)


def mul(a: Interval, b: Interval) -> Interval:
    """Multiply, with zero times infinity zero: bounds are limits of products of numbers."""
    products = np.array([a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high])
    undefined = np.isnan(products)
    if undefined.any():
        products[undefined] = 0.0
    return Interval(np.nextafter(products.min(axis=0), -np.inf), np.nextafter(products.max(axis=0), np.inf))


def _known(x: Interval) -> Interval:
    return Interval(np.where(np.isnan(x.low), -np.inf, x.low), np.where(np.isnan(x.high), np.inf, x.high))


def _line(like: np.ndarray) -> Interval:
    """Return the whole line at each place."""
    return Interval(np.full(like.shape, -np.inf), np.full(like.shape, np.inf))


def _zero(like: np.ndarray) -> Interval:
    return Interval(np.zeros(like.shape), np.zeros(like.shape))


def hull(a: Interval, b: Interval) -> Interval:
    """Return the narrowest intervals around both."""
    return Interval(np.minimum(a.low, b.low), np.maximum(a.high, b.high))


def where(condition: np.ndarray, a: Interval, b: Interval) -> Interval:
    """Take the first where the condition holds and the second elsewhere."""
    return Interval(np.where(condition, a.low, b.low), np.where(condition, a.high, b.high))


def constant(value: Any) -> Interval:
    """Enclose one number: floats stand for themselves, fractions and irrational expressions are rounded outwards."""
    if isinstance(value, (float, np.floating)):
        return Interval.point(float(value))
    if isinstance(value, (int, np.integer, Fraction)):
        return _rational(Fraction(int(value) if isinstance(value, np.integer) else value))
    if hasattr(value, "evalf") and not value.free_symbols:
        near = np.asarray(float(value.evalf(30)))
        return Interval(np.nextafter(near, -np.inf), np.nextafter(near, np.inf))
    if hasattr(value, "free_symbols"):
        names = ", ".join(sorted(map(str, value.free_symbols)))
        raise SolverNotApplicableError(f"cutoff_equilibria(): the game contains the symbols {names}; give numbers to every parameter.")
    raise GameDefinitionError(f"a condition meets {value!r} of type {type(value).__name__}, which is no number.")


@lru_cache(maxsize=1024)
def _rational(value: Fraction) -> Interval:
    return Interval.enclosing(value)


def square(x: Interval) -> Interval:
    """Multiply by itself: never negative."""
    a, b = x.low * x.low, x.high * x.high
    low = np.where(x.contains_zero(), 0.0, np.minimum(a, b))
    return Interval(np.maximum(0.0, np.nextafter(low, -np.inf)), np.nextafter(np.maximum(a, b), np.inf))


def reciprocal(x: Interval) -> Interval:
    """Return one over each interval: a half line where it ends at zero, the whole line where zero is inside."""
    low = np.where((x.low > 0) | (x.high < 0), 1 / x.high, np.where((x.low == 0) & (x.high > 0), 1 / x.high, -np.inf))
    high = np.where((x.low > 0) | (x.high < 0), 1 / x.low, np.where((x.high == 0) & (x.low < 0), 1 / x.low, np.inf))
    return Interval(np.nextafter(low, -np.inf), np.nextafter(high, np.inf))


def log(x: Interval) -> Interval:
    """Return the logarithm of the positive part of each interval."""
    result = Interval(np.where(x.low > 0, x.low, 0.0), x.high).log()
    return where(x.high > 0, _known(result), _line(x.low))


def root(x: Interval) -> Interval:
    """Return the square root of the part of each interval that is not negative."""
    low, high = np.sqrt(np.maximum(x.low, 0.0)), np.sqrt(np.maximum(x.high, 0.0))
    result = Interval(np.maximum(0.0, np.nextafter(low, -np.inf)), np.nextafter(high, np.inf))
    return where(x.high >= 0, result, _line(x.low))


def power(x: Interval, exponent: int) -> Interval:
    """Return a positive integer power."""
    if exponent == 1:
        return x
    if exponent % 2 == 0:
        half = power(x, exponent // 2)
        return square(half)
    return mul(power(x, exponent - 1), x) if exponent > 1 else x


def density(x: Interval) -> Interval:
    """Return the standard normal density."""
    return mul(mul(square(x), constant(-0.5)).exp(), _INVERSE_ROOT)


def moment(x: Interval) -> Interval:
    """Return x times the standard normal density: it falls up to -1, rises up to 1 and falls again."""

    def at(points: np.ndarray) -> Interval:
        exact = Interval.point(points)
        return mul(exact, density(exact))

    ends = hull(at(x.low), at(x.high))
    for turn in (-1.0, 1.0):
        inside = (x.low < turn) & (turn < x.high)
        ends = where(inside, hull(ends, at(np.full(x.low.shape, turn))), ends)
    return ends


def cdf(x: Interval) -> Interval:
    """Return the standard normal CDF."""
    from scipy.special import ndtr

    def slack(points: np.ndarray) -> np.ndarray:
        reach = np.minimum(points * points, 1600.0)
        return np.asarray((CDF_ULPS + 2 * reach) * EPS)

    low, high = ndtr(x.low), ndtr(x.high)
    return Interval(np.maximum(0.0, low * (1 - slack(x.low)) - TINY), np.minimum(1.0, high * (1 + slack(x.high)) + TINY))


def bivariate(h: Interval, k: Interval, rho: Any) -> Interval:
    """Return the bivariate normal CDF, which increases in both arguments."""
    low, high = bivariate_by_owen(h.low, k.low, float(rho)), bivariate_by_owen(h.high, k.high, float(rho))
    return Interval(np.maximum(0.0, low - BIVARIATE_ERROR), np.minimum(1.0, high + BIVARIATE_ERROR))


def share(x: Interval) -> Interval:
    """Return the logistic function."""
    return reciprocal(add(constant(1), (-x).exp()))


def share_slope(x: Interval) -> Interval:
    """Return the derivative of the logistic function, which falls with the distance from zero."""
    least = np.where(x.contains_zero(), 0.0, np.minimum(np.abs(x.low), np.abs(x.high)))
    weight = share(Interval(least, x.magnitude))
    return mul(weight, add(constant(1), -weight))


_INVERSE_ROOT = reciprocal(root(mul(constant(2), Interval(np.nextafter(np.asarray(np.pi), 0), np.nextafter(np.asarray(np.pi), 4)))))


class Dual:
    """An array of enclosures of a quantity and of its derivatives.

    Parameters
    ----------
    value : Interval, shape (k,)
        The quantity on k boxes.
    slopes : Interval, shape (m, k), optional
        Its derivatives with respect to m variables.
    curvatures : Interval, shape (m, m, k), optional
        Its second derivatives.
    """

    __slots__ = ("curvatures", "slopes", "value")

    def __init__(self, value: Interval, slopes: Interval | None = None, curvatures: Interval | None = None) -> None:
        self.value, self.slopes, self.curvatures = value, slopes, curvatures

    # ------------------------------------------------------------ chain rules

    def _apply(self, value: Interval, first: Rule, second: Rule) -> Dual:
        """Apply a function of one argument, given its value and rules for its derivatives."""
        if self.slopes is None:
            return Dual(value)
        f1 = first(self.value)
        slopes = mul(f1, self.slopes)
        if self.curvatures is None:
            return Dual(value, slopes)
        return Dual(value, slopes, add(mul(f1, self.curvatures), mul(second(self.value), _outer(self.slopes, self.slopes))))

    def _combine(self, other: Dual, value: Interval, first: Rules, second: Rules) -> Dual:
        """Apply a function of two arguments, given its value and rules for its partial derivatives: a, b; aa, ab, bb."""
        if self.slopes is None or other.slopes is None:
            return Dual(value)
        fa, fb = first()
        slopes = add(mul(fa, self.slopes), mul(fb, other.slopes))
        if self.curvatures is None or other.curvatures is None:
            return Dual(value, slopes)
        faa, fab, fbb = second()
        cross = _outer(self.slopes, other.slopes)
        both = add(cross, Interval(cross.low.swapaxes(0, 1), cross.high.swapaxes(0, 1)))
        total = add(mul(fa, self.curvatures), mul(fb, other.curvatures))
        squares = ((faa, _outer(self.slopes, self.slopes)), (fab, both), (fbb, _outer(other.slopes, other.slopes)))
        for factor, term in squares:
            total = add(total, mul(factor, term))
        return Dual(value, slopes, total)

    def _scaled(self, factor: Interval) -> Dual:
        parts = [None if part is None else mul(part, factor) for part in (self.slopes, self.curvatures)]
        return Dual(mul(self.value, factor), *parts)

    def lift(self, number: Interval) -> Dual:
        """Return a constant with derivatives zero, in the shape of this quantity."""
        value = Interval(np.broadcast_to(number.low, self.value.shape), np.broadcast_to(number.high, self.value.shape))
        parts = [None if part is None else _zero(part.low) for part in (self.slopes, self.curvatures)]
        return Dual(value, *parts)

    # ------------------------------------------------------------ arithmetic

    def __add__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            return Dual(add(self.value, constant(other)), self.slopes, self.curvatures)
        pairs = ((self.slopes, other.slopes), (self.curvatures, other.curvatures))
        return Dual(add(self.value, other.value), *(None if a is None or b is None else add(a, b) for a, b in pairs))

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.value, *(None if part is None else -part for part in (self.slopes, self.curvatures)))

    def __pos__(self) -> Dual:
        return self

    def __sub__(self, other: Any) -> Dual:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Dual:
        return (-self).__add__(other)

    def __mul__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            return self._scaled(constant(other))
        if other is self:
            return self**2
        nil, one = constant(0), constant(1)
        return self._combine(other, mul(self.value, other.value), lambda: (other.value, self.value), lambda: (nil, one, nil))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Dual:
        return self * other.reciprocal() if isinstance(other, Dual) else self._scaled(reciprocal(constant(other)))

    def __rtruediv__(self, other: Any) -> Dual:
        return self.reciprocal().__mul__(other)

    def __pow__(self, exponent: Any) -> Dual:
        if isinstance(exponent, Dual):
            return (self.log().__mul__(exponent)).exp()
        whole = Fraction(float(exponent)) if isinstance(exponent, (float, np.integer)) else exponent
        if not isinstance(whole, (int, Fraction)):
            raise GameDefinitionError(f"a condition raises to the power {exponent!r}; use an integer, a fraction or a float.")
        if whole == Fraction(1, 2):
            return self.sqrt()
        if whole.denominator != 1:
            return (self.log().__mul__(exponent)).exp()
        n = int(whole)
        if n < 0:
            return (self**-n).reciprocal()
        if n == 0:
            return self.lift(constant(1))
        return self._apply(
            power(self.value, n),
            lambda x: mul(constant(n), power(x, n - 1)) if n > 1 else constant(1),
            lambda x: constant(n * (n - 1)) if n <= 2 else mul(constant(n * (n - 1)), power(x, n - 2)),
        )

    def __rpow__(self, base: Any) -> Dual:
        return self._scaled(log(constant(base))).exp()

    def __abs__(self) -> Dual:
        return self.maximum(-self)

    def reciprocal(self) -> Dual:
        """Return one over the quantity."""
        inverse = reciprocal(self.value)
        return self._apply(inverse, lambda x: -square(inverse), lambda x: mul(constant(2), power(inverse, 3)))

    # ------------------------------------------------------------ functions

    def exp(self) -> Dual:
        """Return the exponential."""
        value = self.value.exp()
        return self._apply(value, lambda x: value, lambda x: value)

    def log(self) -> Dual:
        """Return the natural logarithm."""
        inverse = reciprocal(Interval(np.maximum(self.value.low, 0.0), self.value.high))
        return self._apply(log(self.value), lambda x: inverse, lambda x: -square(inverse))

    def sqrt(self) -> Dual:
        """Return the square root."""
        value = root(self.value)
        inverse = reciprocal(value)
        return self._apply(value, lambda x: mul(constant(0.5), inverse), lambda x: mul(constant(-0.25), power(inverse, 3)))

    def normal_density(self) -> Dual:
        """Return the standard normal density."""
        return self._apply(density(self.value), lambda x: -moment(x), lambda x: mul(add(square(x), constant(-1)), density(x)))

    def normal_cdf(self) -> Dual:
        """Return the standard normal CDF."""
        return self._apply(cdf(self.value), density, lambda x: -moment(x))

    def normal_quantile(self) -> Dual:
        """Return the inverse of the standard normal CDF."""
        value = _quantile(self.value)
        inverse = reciprocal(density(value))
        return self._apply(value, lambda x: inverse, lambda x: mul(value, square(inverse)))

    def logistic(self) -> Dual:
        """Return the logistic function."""
        value = share(self.value)
        tilt = add(constant(1), mul(constant(-2), value))
        return self._apply(value, share_slope, lambda x: mul(share_slope(x), tilt))

    def bivariate_normal_cdf(self, other: Any, rho: Any) -> Dual:
        """Return the bivariate normal CDF."""
        k = other if isinstance(other, Dual) else self.lift(constant(other))
        correlation = constant(rho)
        inverse = reciprocal(root(add(constant(1), -square(correlation))))
        u = mul(add(k.value, -mul(correlation, self.value)), inverse)
        v = mul(add(self.value, -mul(correlation, k.value)), inverse)

        def first() -> tuple[Interval, Interval]:
            return mul(density(self.value), cdf(u)), mul(density(k.value), cdf(v))

        def second() -> tuple[Interval, Interval, Interval]:
            joint = mul(mul(density(self.value), density(u)), inverse)
            bend = -mul(correlation, joint)
            return add(-mul(moment(self.value), cdf(u)), bend), joint, add(-mul(moment(k.value), cdf(v)), bend)

        return self._combine(k, bivariate(self.value, k.value, rho), first, second)

    def minimum(self, other: Any) -> Dual:
        """Return the smaller of two quantities."""
        return -((-self).maximum(-other))

    def maximum(self, other: Any) -> Dual:
        """Return the larger of two quantities; where they may cross, the slopes are those of both."""
        b = other if isinstance(other, Dual) else self.lift(constant(other))
        value = Interval(np.maximum(self.value.low, b.value.low), np.maximum(self.value.high, b.value.high))
        # Where one is never below the other it is the maximum on all of the box, also if they touch.
        mine, its = self.value.low >= b.value.high, b.value.low >= self.value.high
        if self.slopes is None or b.slopes is None:
            return Dual(value)
        slopes = where(mine, self.slopes, where(its, b.slopes, hull(self.slopes, b.slopes)))
        if self.curvatures is None or b.curvatures is None:
            return Dual(value, slopes)
        return Dual(value, slopes, where(mine, self.curvatures, where(its, b.curvatures, _line(self.curvatures.low))))

    def between(self, low: Any, high: Any) -> Dual:
        """Return 1 between two bounds and 0 outside."""
        a, b = ((self - end).value if isinstance(end, Dual) else add(self.value, -constant(end)) for end in (low, high))
        inside, outside = (a.low >= 0) & (b.high <= 0), (a.high < 0) | (b.low > 0)
        value = Interval(np.where(inside, 1.0, 0.0), np.where(outside, 0.0, 1.0))
        return self._apply(value, lambda x: _step(inside | outside), lambda x: _step(inside | outside))

    def piecewise_linear(self, types: Sequence[Any], levels: Sequence[Any]) -> Dual:
        """Return the increasing function that is linear between given points and constant outside."""
        knots, heights = constants(types), constants(levels)
        rises = add(heights[1:], -heights[:-1])
        lines = mul(rises, reciprocal(add(knots[1:], -knots[:-1])))
        value = Interval(_interpolate(self.value.low, knots, heights, lines).low, _interpolate(self.value.high, knots, heights, lines).high)
        slopes = _pieces(self.value, knots, lines)
        smooth = np.asarray(~((self.value.low[:, None] <= knots.high) & (self.value.high[:, None] >= knots.low)).any(axis=1))
        return self._apply(value, lambda x: slopes, lambda x: _step(smooth))

    def monotone(self, function: Callable[[float], Any], slope: Callable[[float], Any], mode: float, error: float) -> Dual:
        """Return an increasing function of floats whose derivative rises up to its mode and falls from there on."""
        at = np.vectorize(lambda x: float(function(x)), otypes=[float])
        steep = np.vectorize(lambda x: float(slope(x)), otypes=[float])
        low, high = self.value.low, self.value.high
        value = Interval(np.maximum(0.0, at(low) - error), np.minimum(1.0, at(high) + error))
        first, last = np.asarray(steep(low)), np.asarray(steep(high))
        top = np.where((low <= mode) & (mode <= high), steep(np.full(low.shape, mode)), np.maximum(first, last))
        slopes = Interval(np.maximum(0.0, np.minimum(first, last) * (1 - error)), top * (1 + error))
        return self._apply(value, lambda x: _known(slopes), lambda x: _line(low))

    # ------------------------------------------------------------ what numpy and Python may try

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        rule = _UFUNCS.get(ufunc.__name__)
        if method != "__call__" or options or rule is None or any(isinstance(x, np.ndarray) and x.ndim for x in inputs):
            return NotImplemented
        return rule(*(x.item() if isinstance(x, (np.ndarray, np.generic)) else x for x in inputs))

    def _no_comparison(self, *_: Any) -> NoReturn:
        raise GameDefinitionError(
            "a condition compares its argument, which stands for a whole interval here; write minimum(), maximum() or clip() of "
            "alliancegames.games.distributions instead of 'if'."
        )

    __lt__ = __le__ = __gt__ = __ge__ = __bool__ = _no_comparison

    def __repr__(self) -> str:
        return f"<Dual on {self.value.shape} boxes, order {(self.slopes is not None) + (self.curvatures is not None)}>"


def variables(box: Interval, order: int) -> list[Dual]:
    """Return the columns of an array of boxes as variables, with derivatives up to an order.

    Parameters
    ----------
    box : Interval, shape (k, m)
        Boxes.
    order : int
        0, 1 or 2.
    """
    count, m = box.shape
    found = []
    for index in range(m):
        unit = np.zeros((m, count))
        unit[index] = 1.0
        slopes = Interval.point(unit) if order else None
        curvatures = Interval.point(np.zeros((m, m, count))) if order > 1 else None
        found.append(Dual(box[:, index], slopes, curvatures))
    return found


def constants(values: Sequence[Any]) -> Interval:
    """Enclose several numbers."""
    return Interval.stack([constant(value) for value in values])


def _outer(a: Interval, b: Interval) -> Interval:
    return mul(Interval(a.low[:, None], a.high[:, None]), Interval(b.low[None], b.high[None]))


def _step(smooth: np.ndarray) -> Interval:
    """Return the derivative of a step function: zero, or unknown across a step."""
    return where(smooth, _zero(smooth), _line(smooth))


def _interpolate(x: np.ndarray, knots: Interval, heights: Interval, lines: Interval) -> Interval:
    """Enclose a piecewise linear function at floats."""
    k = np.clip(np.searchsorted(knots.midpoint, x, side="right") - 1, 0, lines.shape[0] - 1)
    inside = add(heights[k], mul(lines[k], add(Interval.point(x), -knots[k])))
    below, above = x <= knots.low[0], x >= knots.high[-1]
    result = where(below, _zero(x), where(above, add(_zero(x), constant(1)), inside))
    return Interval(np.clip(result.low, 0.0, 1.0), np.clip(result.high, 0.0, 1.0))


def _pieces(x: Interval, knots: Interval, lines: Interval) -> Interval:
    """Return the slopes of all pieces, the flat ones outside included, that meet each interval."""
    starts = np.concatenate([[-np.inf], knots.low])
    ends = np.concatenate([knots.high, [np.inf]])
    slopes = Interval(np.concatenate([[0.0], lines.low, [0.0]]), np.concatenate([[0.0], lines.high, [0.0]]))
    meets = (x.low[:, None] <= ends) & (x.high[:, None] >= starts)
    return Interval(np.where(meets, slopes.low, np.inf).min(axis=1), np.where(meets, slopes.high, -np.inf).max(axis=1))


def _quantile(p: Interval) -> Interval:
    """Enclose the normal quantile: guessed by scipy, widened, and confirmed by the enclosure of the CDF."""
    from scipy.special import ndtri

    low, high = ndtri(np.clip(p.low, 0, 1)), ndtri(np.clip(p.high, 0, 1))
    low, high = low - 1e-12 * (1 + np.abs(low)), high + 1e-12 * (1 + np.abs(high))
    below = cdf(Interval.point(low)).high <= p.low
    above = cdf(Interval.point(high)).low >= p.high
    return Interval(np.where(below, low, -np.inf), np.where(above, high, np.inf))


_UFUNCS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negative": lambda a: -a,
    "power": lambda a, b: a**b,
    "square": lambda a: a**2,
    "absolute": abs,
    "exp": lambda a: a.exp(),
    "log": lambda a: a.log(),
    "sqrt": lambda a: a.sqrt(),
    "minimum": lambda a, b: a.minimum(b) if isinstance(a, Dual) else b.minimum(a),
    "maximum": lambda a, b: a.maximum(b) if isinstance(a, Dual) else b.maximum(a),
}
