"""Functions for writing a condition once, for whatever kind of number it is evaluated at.

Each takes floats, arrays, exact fractions and sympy expressions, and hands any other argument to the method of
the same name that it brings, as the enclosures of solvers do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._fields import _is_sympy, format_number, read_number
from alliancegames.errors import GameDefinitionError

__all__ = [
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
    "sqrt",
]

# Distance from the mean beyond which the tails of the normal distribution underflow.
NORMAL_REACH = 39
# Numbers that Python compares by itself; asking them for methods of enclosures would take longer than comparing them.
PLAIN = (Fraction, float, int)


def knows(method: str, *values: Any) -> bool:
    """Whether one of the values brings its own version of a function, as enclosures do."""
    return any(hasattr(value, method) and not _is_sympy(value) and not isinstance(value, np.ndarray) for value in values)


def numeric(function: Callable[[Any], Any], x: Any) -> Any:
    """Apply a numpy function: arrays give arrays, numbers give floats."""
    return function(np.asarray(x, dtype=float)) if isinstance(x, np.ndarray) else float(function(float(x)))


def exp(x: Any) -> Any:
    """Return the exponential.

    Parameters
    ----------
    x : number, ndarray, sympy expression or enclosure
        Argument.
    """
    if knows("exp", x):
        return x.exp()
    return sympy_module().exp(x) if _is_sympy(x) else numeric(np.exp, x)


def log(x: Any) -> Any:
    """Return the natural logarithm.

    Parameters
    ----------
    x : number, ndarray, sympy expression or enclosure
        Argument, positive.
    """
    if knows("log", x):
        return x.log()
    return sympy_module().log(x) if _is_sympy(x) else numeric(np.log, x)


def sqrt(x: Any) -> Any:
    """Return the square root; that of a fraction is exact where it is rational.

    Parameters
    ----------
    x : number, ndarray, sympy expression or enclosure
        Argument, not negative.
    """
    if knows("sqrt", x):
        return x.sqrt()
    if _is_sympy(x):
        return sympy_module().sqrt(x)
    if isinstance(x, (int, Fraction)) and x >= 0:
        exact = Fraction(x)
        root = Fraction(math.isqrt(exact.numerator), math.isqrt(exact.denominator))
        if root * root == exact:
            return root
    return numeric(np.sqrt, x)


def minimum(a: Any, b: Any) -> Any:
    """Return the smaller of two numbers.

    Parameters
    ----------
    a, b : number, ndarray, sympy expression or enclosure
        Numbers to compare.
    """
    return _extreme("minimum", a, b)


def maximum(a: Any, b: Any) -> Any:
    """Return the larger of two numbers.

    Parameters
    ----------
    a, b : number, ndarray, sympy expression or enclosure
        Numbers to compare.
    """
    return _extreme("maximum", a, b)


def _extreme(which: str, a: Any, b: Any) -> Any:
    if type(a) in PLAIN and type(b) in PLAIN:
        return min(a, b) if which == "minimum" else max(a, b)
    if knows(which, a, b):
        return getattr(a, which)(b) if knows(which, a) else getattr(b, which)(a)
    if _is_sympy(a) or _is_sympy(b):
        return getattr(sympy_module(), which.capitalize()[:3])(a, b)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return getattr(np, which)(a, b)
    return min(a, b) if which == "minimum" else max(a, b)


def clip(x: Any, low: Any, high: Any) -> Any:
    """Return ``low`` below ``low``, ``high`` above ``high`` and the number itself between them.

    Parameters
    ----------
    x, low, high : number, ndarray, sympy expression or enclosure
        The number and its bounds.
    """
    return maximum(minimum(x, high), low)


def clip01(x: Any) -> Any:
    """Return a number cut off at 0 and 1, as a probability is.

    Parameters
    ----------
    x : number, ndarray, sympy expression or enclosure
        The number.
    """
    return clip(x, 0, 1)


def normal_cdf(x: Any) -> Any:
    """Return the probability that a standard normal variable is at most ``x``.

    Parameters
    ----------
    x : number, ndarray, sympy expression or enclosure
        Argument.
    """
    if knows("normal_cdf", x):
        return x.normal_cdf()
    if _is_sympy(x):
        return sympy_module().erfc(-x / sympy_module().sqrt(2)) / 2
    from scipy.special import ndtr

    return numeric(ndtr, x)


def normal_density(x: Any) -> Any:
    """Return the density of a standard normal variable.

    Parameters
    ----------
    x : number, ndarray, sympy expression or enclosure
        Argument.
    """
    if knows("normal_density", x):
        return x.normal_density()
    if _is_sympy(x):
        return sympy_module().exp(-x * x / 2) / sympy_module().sqrt(2 * sympy_module().pi)
    return numeric(lambda value: np.exp(-value * value / 2) / math.sqrt(2 * math.pi), x)


def logistic(x: Any) -> Any:
    """Return ``1 / (1 + exp(-x))``.

    Parameters
    ----------
    x : number, ndarray, sympy expression or enclosure
        Argument.
    """
    if knows("logistic", x):
        return x.logistic()
    if _is_sympy(x):
        return 1 / (1 + sympy_module().exp(-x))
    from scipy.special import expit

    return numeric(expit, x)


def bivariate_normal_cdf(h: Any, k: Any, rho: Any) -> Any:
    """Return the probability that two standard normal variables are at most ``h`` and at most ``k``.

    Parameters
    ----------
    h, k : number, ndarray, sympy expression or enclosure
        Arguments.
    rho : number or sympy expression
        Correlation, strictly between -1 and 1.

    Notes
    -----
    By Owen's function T; the error is below 4e-15.

    Examples
    --------
    >>> from alliancegames.games.distributions import bivariate_normal_cdf
    >>> round(bivariate_normal_cdf(0, 0, "1/2"), 12)
    0.333333333333
    """
    if _is_sympy(h) or _is_sympy(k) or _is_sympy(rho):
        return sympy_module().Function("Phi_2")(h, k, rho)
    _, number = read_number(rho, "bivariate_normal_cdf(), rho")
    if not -1 < number < 1:
        raise GameDefinitionError(f"bivariate_normal_cdf(): rho is a correlation strictly between -1 and 1, got {format_number(number)}.")
    if knows("bivariate_normal_cdf", h):
        return h.bivariate_normal_cdf(k, number)
    if knows("bivariate_normal_cdf", k):
        return k.bivariate_normal_cdf(h, number)
    result = bivariate_by_owen(np.asarray(h, dtype=float), np.asarray(k, dtype=float), float(number))
    return result if isinstance(h, np.ndarray) or isinstance(k, np.ndarray) else float(result)


def bivariate_by_owen(h: np.ndarray, k: np.ndarray, rho: float) -> np.ndarray:
    """Return the bivariate normal CDF; beyond the reach of the normal distribution the arguments make no difference."""
    from scipy.special import ndtr, owens_t

    h, k = np.clip(h, -NORMAL_REACH, NORMAL_REACH), np.clip(k, -NORMAL_REACH, NORMAL_REACH)
    root = math.sqrt((1 - rho) * (1 + rho))
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (k / h - rho) / root, (h / k - rho) / root
    both_zero = (h == 0) & (k == 0)
    sides = np.where((h * k > 0) | ((h * k == 0) & (h + k >= 0)), 0.0, 0.5)
    general = (ndtr(h) + ndtr(k)) / 2 - owens_t(h, np.where(both_zero, 0, first)) - owens_t(k, np.where(both_zero, 0, second)) - sides
    centre = 0.25 + math.asin(rho) / (2 * math.pi)
    return np.asarray(np.clip(np.where(both_zero, centre, general), 0, 1))


def sympy_module() -> Any:
    """Load sympy, on first use only."""
    import sympy

    return sympy
