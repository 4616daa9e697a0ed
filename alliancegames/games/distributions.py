"""Distributions of types, and functions for writing conditions once.

Everything here can be evaluated at floats, arrays, exact fractions, sympy expressions and, through methods of
the argument, at the enclosures with which solvers prove that a list of equilibria is complete.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from alliancegames._fields import _is_sympy, format_number, read_number
from alliancegames._immutable import Immutable
from alliancegames.errors import GameDefinitionError
from alliancegames.games._functions import (
    NORMAL_REACH,
    bivariate_normal_cdf,
    clip,
    clip01,
    exp,
    knows,
    log,
    logistic,
    maximum,
    minimum,
    normal_cdf,
    normal_density,
    numeric,
    sqrt,
    sympy_module,
)
from alliancegames.games.type_distribution import TypeDistribution, read_distribution

__all__ = [
    "Distribution",
    "Logistic",
    "Normal",
    "PiecewiseLinear",
    "TypeDistribution",
    "Uniform",
    "bivariate_normal_cdf",
    "clip",
    "clip01",
    "exp",
    "log",
    "logistic",
    "maximum",
    "minimum",
    "normal_cdf",
    "normal_density",
    "read_distribution",
    "sqrt",
]

# Distance in scales beyond which the tails of the logistic distribution underflow.
LOGISTIC_REACH = 745
# A tail this small is no tail, for distributions that are given by their CDF alone.
TAIL = 1e-16
# Steps by which a CDF is inverted, at most.
BISECTIONS = 200


def _typed(item: Any) -> str:
    """Write a distribution, or points, as one would type them: with fractions as quotients."""
    parts = item if isinstance(item, tuple) else [getattr(item, part.name) for part in fields(item) if part.repr]
    shown = ", ".join(_typed(part) if isinstance(part, tuple) else format_number(part) for part in parts)
    return f"({shown})" if isinstance(item, tuple) else f"{type(item).__name__}({shown})"


def _parameter(value: Any, where: str) -> Any:
    """Read a number; what is no plain number (an array, an enclosure) is kept as it is."""
    return value if isinstance(value, np.ndarray) or knows("normal_cdf", value) else read_number(value, where)[1]


def _suited(x: Any, *parameters: Any) -> tuple[Any, ...]:
    """Return parameters as floats where the argument is an array of floats, which does not mix with fractions."""
    return tuple(float(p) if isinstance(p, Fraction) else p for p in parameters) if isinstance(x, np.ndarray) else parameters


def _check_order(smaller: Any, larger: Any, message: str) -> None:
    """Raise unless the first is below the second; what cannot be compared passes."""
    comparable = isinstance(smaller, (int, float, Fraction)) and isinstance(larger, (int, float, Fraction))
    if comparable and not smaller < larger:
        raise GameDefinitionError(message)


@dataclass(frozen=True)
class Uniform:
    """Types are equally likely between two ends.

    Parameters
    ----------
    low, high : number
        The ends. With exact ends everything is exact at exact arguments.

    Examples
    --------
    >>> from alliancegames.games import Uniform
    >>> Uniform(0, 3).cdf(1)
    Fraction(1, 3)
    """

    low: Any = 0
    high: Any = 1
    __repr__ = _typed

    def __post_init__(self) -> None:
        for name in ("low", "high"):
            object.__setattr__(self, name, _parameter(getattr(self, name), f"Uniform(), {name}"))
        _check_order(self.low, self.high, f"Uniform(): low must be below high, got {self.low} and {self.high}.")

    @property
    def support(self) -> tuple[Any, Any]:
        """The smallest and the largest type."""
        return self.low, self.high

    @property
    def span(self) -> tuple[Any, Any]:
        """The same as `support`."""
        return self.low, self.high

    def cdf(self, x: Any) -> Any:
        """Return the probability of a type of at most ``x``.

        Parameters
        ----------
        x : number, ndarray, sympy expression or enclosure
            A type.
        """
        low, high = _suited(x, self.low, self.high)
        return (clip(x, low, high) - low) / (high - low)

    def density(self, x: Any) -> Any:
        """Return the density.

        Parameters
        ----------
        x : number, ndarray, sympy expression or enclosure
            A type.
        """
        height = 1 / (self.high - self.low)
        if knows("between", x):
            return x.between(self.low, self.high) * height
        if _is_sympy(x):
            sympy = sympy_module()
            return sympy.Piecewise((height, (x >= self.low) & (x <= self.high)), (0, True))
        if isinstance(x, np.ndarray):
            return np.where((x >= self.low) & (x <= self.high), float(height), 0.0)
        return height if self.low <= x <= self.high else 0 * height

    def quantile(self, p: Any) -> Any:
        """Return the type below which the probability is ``p``.

        Parameters
        ----------
        p : number, ndarray, sympy expression or enclosure
            A probability.
        """
        low, high = _suited(p, self.low, self.high)
        return low + (high - low) * p


@dataclass(frozen=True)
class Normal:
    """Types are normally distributed.

    Parameters
    ----------
    mean : number
        Mean.
    sd : number
        Standard deviation, positive.
    """

    mean: Any = 0
    sd: Any = 1
    __repr__ = _typed

    def __post_init__(self) -> None:
        for name in ("mean", "sd"):
            object.__setattr__(self, name, _parameter(getattr(self, name), f"Normal(), {name}"))
        _check_order(0, self.sd, f"Normal(): sd must be positive, got {self.sd}.")

    @property
    def support(self) -> tuple[Any, Any]:
        """The whole line."""
        return -math.inf, math.inf

    @property
    def span(self) -> tuple[Any, Any]:
        """39 standard deviations to both sides of the mean."""
        return self.mean - NORMAL_REACH * self.sd, self.mean + NORMAL_REACH * self.sd

    def cdf(self, x: Any) -> Any:
        """Return the probability of a type of at most ``x``.

        Parameters
        ----------
        x : number, ndarray, sympy expression or enclosure
            A type.
        """
        mean, sd = _suited(x, self.mean, self.sd)
        return normal_cdf((x - mean) / sd)

    def density(self, x: Any) -> Any:
        """Return the density.

        Parameters
        ----------
        x : number, ndarray, sympy expression or enclosure
            A type.
        """
        mean, sd = _suited(x, self.mean, self.sd)
        return normal_density((x - mean) / sd) / sd

    def quantile(self, p: Any) -> Any:
        """Return the type below which the probability is ``p``.

        Parameters
        ----------
        p : number, ndarray, sympy expression or enclosure
            A probability.
        """
        mean, sd = _suited(p, self.mean, self.sd)
        if knows("normal_quantile", p):
            return mean + sd * p.normal_quantile()
        if _is_sympy(p):
            return mean - sd * sympy_module().sqrt(2) * sympy_module().erfcinv(2 * p)
        from scipy.special import ndtri

        return mean + sd * numeric(ndtri, p)


@dataclass(frozen=True)
class Logistic:
    """Types have a logistic distribution, that of the difference of two extreme-value errors.

    Parameters
    ----------
    mean : number
        Mean.
    scale : number
        Scale, positive; the standard deviation is about 1.81 times as large.
    """

    mean: Any = 0
    scale: Any = 1
    __repr__ = _typed

    def __post_init__(self) -> None:
        for name in ("mean", "scale"):
            object.__setattr__(self, name, _parameter(getattr(self, name), f"Logistic(), {name}"))
        _check_order(0, self.scale, f"Logistic(): scale must be positive, got {self.scale}.")

    @property
    def support(self) -> tuple[Any, Any]:
        """The whole line."""
        return -math.inf, math.inf

    @property
    def span(self) -> tuple[Any, Any]:
        """745 scales to both sides of the mean."""
        return self.mean - LOGISTIC_REACH * self.scale, self.mean + LOGISTIC_REACH * self.scale

    def cdf(self, x: Any) -> Any:
        """Return the probability of a type of at most ``x``.

        Parameters
        ----------
        x : number, ndarray, sympy expression or enclosure
            A type.
        """
        mean, scale = _suited(x, self.mean, self.scale)
        return logistic((x - mean) / scale)

    def density(self, x: Any) -> Any:
        """Return the density.

        Parameters
        ----------
        x : number, ndarray, sympy expression or enclosure
            A type.
        """
        share = self.cdf(x)
        return share * (1 - share) / _suited(x, self.scale)[0]

    def quantile(self, p: Any) -> Any:
        """Return the type below which the probability is ``p``.

        Parameters
        ----------
        p : number, ndarray, sympy expression or enclosure
            A probability.
        """
        mean, scale = _suited(p, self.mean, self.scale)
        return mean + scale * log(p / (1 - p))


@dataclass(frozen=True)
class PiecewiseLinear:
    """A CDF that is linear between given points, such as an empirical one.

    Parameters
    ----------
    points : sequence of pair of number
        Types in increasing order with the probability of a type of at most this; from 0 to 1, without
        falling. The density is constant between two points.

    Examples
    --------
    >>> from alliancegames.games import PiecewiseLinear
    >>> PiecewiseLinear([(0, 0), (1, "3/4"), (2, 1)]).cdf("3/2")
    Fraction(7, 8)
    """

    points: Sequence[tuple[Any, Any]]
    _types: tuple[Any, ...] = field(init=False, repr=False, compare=False)
    _levels: tuple[Any, ...] = field(init=False, repr=False, compare=False)
    __repr__ = _typed

    def __post_init__(self) -> None:
        where = "PiecewiseLinear(), points"
        read = tuple(tuple(read_number(number, where)[1] for number in pair) for pair in self.points)
        if len(read) < 2 or any(len(pair) != 2 for pair in read):
            raise GameDefinitionError(f"{where}: at least two pairs (type, probability) are needed, got {self.points!r}.")
        types, levels = zip(*read, strict=True)
        rising = all(a < b for a, b in pairwise(types)) and all(a <= b for a, b in pairwise(levels))
        if not rising or levels[0] != 0 or levels[-1] != 1:
            raise GameDefinitionError(
                f"{where}: types must increase, and probabilities rise from 0 to 1 without falling, got {self.points!r}."
            )
        object.__setattr__(self, "points", read)
        object.__setattr__(self, "_types", types)
        object.__setattr__(self, "_levels", levels)

    @property
    def support(self) -> tuple[Any, Any]:
        """The smallest and the largest type."""
        return self._types[0], self._types[-1]

    @property
    def span(self) -> tuple[Any, Any]:
        """The same as `support`."""
        return self.support

    @property
    def _slopes(self) -> tuple[Any, ...]:
        return tuple((q - p) / (b - a) for (a, p), (b, q) in pairwise(self.points))

    def cdf(self, x: Any) -> Any:
        """Return the probability of a type of at most ``x``.

        Parameters
        ----------
        x : number, ndarray, sympy expression or enclosure
            A type.
        """
        if knows("piecewise_linear", x):
            return x.piecewise_linear(self._types, self._levels)
        if _is_sympy(x):
            lines = zip(self.points, self._slopes, self._types[1:], strict=False)
            pieces = [(p + slope * (x - a), x <= end) for (a, p), slope, end in lines]
            return sympy_module().Piecewise((0, x <= self._types[0]), *pieces, (1, True))
        if isinstance(x, np.ndarray):
            return np.interp(x, np.array(self._types, dtype=float), np.array(self._levels, dtype=float))
        return self._at(_parameter(x, "PiecewiseLinear.cdf()"))

    def _at(self, x: Any) -> Any:
        if x <= self._types[0]:
            return 0 * self._slopes[0]
        if x >= self._types[-1]:
            return 1 + 0 * self._slopes[0]
        k = bisect_right(self._types, x) - 1
        return self._levels[k] + self._slopes[k] * (x - self._types[k])

    def density(self, x: Any) -> Any:
        """Return the density, constant between two points; at a point that of the piece above it.

        Parameters
        ----------
        x : number, ndarray or sympy expression
            A type.
        """
        if _is_sympy(x):
            pieces = [(slope, x < end) for slope, end in zip(self._slopes, self._types[1:], strict=True)]
            return sympy_module().Piecewise((0, x < self._types[0]), *pieces, (0, True))
        padded = (0 * self._slopes[0], *self._slopes, 0 * self._slopes[0])
        if isinstance(x, np.ndarray):
            return np.array(padded, dtype=float)[np.searchsorted(np.array(self._types, dtype=float), x, side="right")]
        return padded[bisect_right(self._types, x)]

    def quantile(self, p: Any) -> Any:
        """Return the type below which the probability is ``p``; the smallest where there are several.

        Parameters
        ----------
        p : number
            A probability.
        """
        for (a, level), slope, above in zip(self.points, self._slopes, self._levels[1:], strict=False):
            if p <= above and slope:
                return a + (p - level) / slope if p > level else a
        return self._types[-1]


class Distribution(Immutable):
    """A distribution of types given by its CDF.

    Parameters
    ----------
    cdf : callable
        The probability of a type of at most its argument, continuous; called on the support only. Written
        with arithmetic and the functions of this module (``lambda c: c**2``) it can be evaluated on
        enclosures as it stands. Any other function, such as one of scipy, is taken at the ends of each
        interval and needs ``density`` and ``mode``.
    density : callable, optional
        The derivative of the CDF, a function of floats; needed for CDFs that cannot be evaluated on
        enclosures.
    support : pair of number
        Smallest and largest type; infinite ends as ``-math.inf`` and ``math.inf``.
    mode : number, optional
        A type up to which the density does not fall and from which on it does not rise.
    error : float, default 1e-12
        Bound on the error of ``cdf`` as computed, and on the relative error of ``density``.

    Examples
    --------
    >>> from alliancegames.games import Distribution
    >>> Distribution(lambda c: c**2, support=(0, 1)).quantile(0.25)
    0.5
    """

    def __init__(
        self,
        cdf: Callable[[Any], Any],
        density: Callable[[Any], Any] | None = None,
        *,
        support: tuple[Any, Any],
        mode: Any = None,
        error: float = 1e-12,
    ) -> None:
        where = "Distribution()"
        if not callable(cdf) or not (density is None or callable(density)):
            raise GameDefinitionError(f"{where}: cdf and density must be functions of the type, got {cdf!r} and {density!r}.")
        if not isinstance(error, (int, float)) or not 0 <= error < 1:
            raise GameDefinitionError(f"{where}: error bounds the error of cdf and must lie in [0, 1), got {error!r}.")
        self._cdf, self._density, self._error = cdf, density, float(error)
        low, high = support
        low, high = (end if end in (-math.inf, math.inf) else _parameter(end, f"{where}, support") for end in (low, high))
        self._support = low, high
        _check_order(low, high, f"{where}: the support must have its lower end below its upper end, got {support!r}.")
        self._mode = None if mode is None else _parameter(mode, f"{where}, mode")
        self._check_cdf(where)
        self._seal()

    def _check_cdf(self, where: str) -> None:
        low, high = (float(end) for end in self.span)
        values = np.array([float(self.cdf(x)) for x in np.linspace(low, high, 65)])
        slack = self._error + TAIL
        if abs(values[0]) > slack or abs(values[-1] - 1) > slack or (np.diff(values) < -2 * slack).any():
            raise GameDefinitionError(
                f"{where}: cdf must rise from 0 to 1 over the support, without falling; it goes from {values[0]:.6g} to {values[-1]:.6g}."
            )

    @property
    def support(self) -> tuple[Any, Any]:
        """The smallest and the largest type."""
        return self._support

    @cached_property
    def span(self) -> tuple[Any, Any]:
        """The support, or as much of it as has more than a probability of 1e-16 outside."""
        low, high = self._support
        inner = next((float(end) for end in self._support if not math.isinf(end)), 0.0)
        return (
            self._reach(inner, -1, lambda x: float(self.cdf(x)) <= TAIL) if low == -math.inf else low,
            self._reach(inner, 1, lambda x: float(self.cdf(x)) >= 1 - TAIL) if high == math.inf else high,
        )

    def _reach(self, start: float, direction: int, done: Callable[[float], bool]) -> float:
        for power in range(64):
            if done(start + direction * 2.0**power):
                return start + direction * 2.0**power
        end = "0 below" if direction < 0 else "1 above"
        raise GameDefinitionError(f"Distribution(): cdf does not approach {end} any type; give a finite support.")

    def cdf(self, x: Any) -> Any:
        """Return the probability of a type of at most ``x``.

        Parameters
        ----------
        x : number, ndarray, sympy expression or enclosure
            A type.
        """
        low, high = self._support
        inside = x if low == -math.inf else maximum(x, low)
        inside = inside if high == math.inf else minimum(inside, high)
        if not knows("monotone", x):
            return self._at_number(inside)
        result = self._as_written(inside)
        if knows("monotone", result):
            return result
        if self._density is None or self._mode is None:
            raise GameDefinitionError(
                "Distribution(): cdf cannot be evaluated on enclosures. Write it with arithmetic and the functions exp, log, sqrt, "
                "normal_cdf, ... of alliancegames.games.distributions, or give density and mode as well."
            )
        return inside.monotone(self._cdf, self._density, float(self._mode), self._error)

    def _at_number(self, x: Any) -> Any:
        """Evaluate the CDF at a number; one that was not written for fractions gets a float."""
        if not isinstance(x, Fraction):
            return self._cdf(x)
        result = self._as_written(x)
        return result if isinstance(result, (int, float, Fraction)) else float(self._cdf(float(x)))

    def _as_written(self, x: Any) -> Any:
        """Evaluate the CDF as it is written, or return None if it was written for floats."""
        try:
            return self._cdf(x)
        except Exception:  # whatever a function written for floats raises
            return None

    def density(self, x: Any) -> Any:
        """Return the density, as it was given.

        Parameters
        ----------
        x : number
            A type.
        """
        if self._density is None:
            raise GameDefinitionError("Distribution(): no density was given; make the distribution with density=.")
        low, high = self._support
        return self._density(x) if low <= x <= high else 0.0

    def quantile(self, p: Any) -> float:
        """Return the type below which the probability is ``p``, as a float found by bisection.

        Parameters
        ----------
        p : number
            A probability.
        """
        low, high = (float(end) for end in self.span)
        for _ in range(BISECTIONS):
            middle = low + (high - low) / 2
            if not low < middle < high:
                break
            low, high = (middle, high) if self.cdf(middle) < p else (low, middle)
        return high

    def __repr__(self) -> str:
        return f"<Distribution on [{format_number(self._support[0])}, {format_number(self._support[1])}]>"
