"""Declared parameters of models: name, symbol, domain, meaning, unit, default, source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._fields import format_number, parse_number, read_number
from alliancegames.errors import ParameterError, unknown_label

__all__ = ["Domain", "Parameter"]

_INTERVAL = re.compile(r"\s*([\[(])\s*([^,\s]+)\s*,\s*([^,\s]+)\s*([\])])\s*")


@dataclass(frozen=True)
class Domain:
    """An interval of the real line.

    Parameters
    ----------
    lower, upper : Fraction or None
        Ends; None means unbounded.
    closed_below, closed_above : bool
        Whether the ends belong to the domain.

    Examples
    --------
    >>> from alliancegames.parameters import Domain
    >>> unit = Domain.parse("[0, 1)")
    >>> unit.contains(0), unit.contains(1)
    (True, False)
    """

    lower: Fraction | None
    upper: Fraction | None
    closed_below: bool = False
    closed_above: bool = False

    @classmethod
    def parse(cls, text: str) -> Domain:
        """Read interval notation.

        Parameters
        ----------
        text : str
            Such as ``"[0, 1]"``, ``"(0, 1)"``, ``"(0, inf)"``, ``"(-inf, inf)"``.
        """
        match = _INTERVAL.fullmatch(text)
        if match is None:
            raise ParameterError(f"cannot read {text!r} as an interval; write it like '[0, 1]', '(0, 1)' or '(0, inf)'.")
        opening, low, high, closing = match.groups()
        lower = None if low == "-inf" else parse_number(low, f"interval {text}")
        upper = None if high == "inf" else parse_number(high, f"interval {text}")
        if lower is not None and upper is not None and lower >= upper:
            raise ParameterError(f"the interval {text!r} is empty; its lower end must be below its upper end.")
        return cls(lower, upper, opening == "[", closing == "]")

    def contains(self, value: Any) -> bool:
        """Whether a number lies in the domain.

        Parameters
        ----------
        value : number
            The number.
        """
        if self.lower is not None and (value < self.lower or (value == self.lower and not self.closed_below)):
            return False
        return not (self.upper is not None and (value > self.upper or (value == self.upper and not self.closed_above)))

    def window(self, example: Fraction) -> tuple[Fraction, Fraction]:
        """Return a bounded interval around the example, inside the domain, for drawing and sampling.

        Parameters
        ----------
        example : Fraction
            The value around which to look where the domain is unbounded.
        """
        reach = 2 * abs(example) + 1
        lower = self.lower if self.lower is not None else (-reach if self.upper is None else self.upper - reach)
        return lower, (self.upper if self.upper is not None else max(lower, Fraction(0)) + reach)

    def __str__(self) -> str:
        low = "-inf" if self.lower is None else str(self.lower)
        high = "inf" if self.upper is None else str(self.upper)
        return f"{'[' if self.closed_below else '('}{low}, {high}{']' if self.closed_above else ')'}"


@dataclass(frozen=True)
class Parameter:
    """A parameter that a model declares.

    Parameters
    ----------
    name : str
        Code name, from the glossary; used as keyword and in results.
    symbol : str
        Short name in formulas; accepted wherever the name is.
    domain : str
        Interval of admissible values, such as ``"[0, 1]"`` or ``"(0, inf)"``.
    meaning : str
        What it stands for, in words.
    default : number or tuple of numbers
        Value in the model's worked example; a tuple declares one value a player or ally.
    unit : str
        Unit of measurement.
    source : str
        Where the default comes from.
    latex : str
        How the symbol is typeset; by default as sympy would.
    """

    name: str
    symbol: str
    domain: str
    meaning: str
    default: Any
    unit: str = ""
    source: str = "worked example"
    latex: str = ""

    @property
    def is_vector(self) -> bool:
        """Whether the parameter has one value for each player or ally."""
        return isinstance(self.default, tuple)

    @property
    def interval(self) -> Domain:
        """The domain as an object."""
        return Domain.parse(self.domain)

    @property
    def example(self) -> tuple[Fraction, ...]:
        """Components of the default as exact numbers."""
        values = self.default if self.is_vector else (self.default,)
        return tuple(Fraction(value) for value in values)


class Values:
    """The values of all parameters at one point, by symbol or by name: ``p.p_C`` is ``p.cred_challenger``.

    Vector parameters are tuples. The values may be sympy symbols, Fractions, floats or numpy arrays.
    """

    def __init__(self, parameters: Iterable[Parameter], values: Mapping[str, Any]) -> None:
        for parameter in parameters:
            self.__dict__[parameter.symbol] = self.__dict__[parameter.name] = values[parameter.name]

    def __getattr__(self, name: str) -> Any:
        raise unknown_label("parameter", name, self.__dict__, "parameter values") if not name.startswith("__") else AttributeError(name)


def component_names(parameter: Parameter, size: int) -> tuple[str, ...]:
    """Return the names of a parameter's components: ``("wealth_1", "wealth_2")``, or just the name."""
    return tuple(f"{parameter.name}_{k + 1}" for k in range(size)) if parameter.is_vector else (parameter.name,)


def find(parameters: Sequence[Parameter], address: str, where: str) -> tuple[Parameter, int | None]:
    """Resolve a name, a symbol, or one component of a vector (``"wealth_2"``, ``"w_2"``)."""
    for parameter in parameters:
        if address in (parameter.name, parameter.symbol):
            return parameter, None
    stem, _, number = address.rpartition("_")
    for parameter in parameters:
        if parameter.is_vector and stem in (parameter.name, parameter.symbol) and number.isdigit() and int(number) >= 1:
            return parameter, int(number) - 1
    known = [name for parameter in parameters for name in (parameter.name, parameter.symbol)]
    raise unknown_label("parameter", address, dict.fromkeys(known), where)


def symbols(parameter: Parameter, size: int) -> tuple[Any, ...]:
    """Return the sympy symbols of a parameter's components, with assumptions from its domain."""
    import sympy

    domain = parameter.interval
    assumptions: dict[str, bool] = {"real": True}
    if domain.lower is not None and domain.lower >= 0:
        assumptions = {"nonnegative": True} if domain.lower == 0 and domain.closed_below else {"positive": True}
    names = [f"{parameter.symbol}_{k + 1}" for k in range(size)] if parameter.is_vector else [parameter.symbol]
    return tuple(sympy.Symbol(name, **assumptions) for name in names)


def read_value(parameter: Parameter, value: Any, where: str, size: int | None = None) -> tuple[Any, ...]:
    """Read and check the components of one parameter; a single number serves for all components."""
    listed = value if isinstance(value, (tuple, list, np.ndarray)) and np.ndim(value) == 1 else None
    if listed is not None and not parameter.is_vector:
        raise ParameterError(f"{where}: {parameter.name} ({parameter.meaning}) is a single number, got {value!r}.")
    if listed is not None and len(listed) == 0:
        raise ParameterError(f"{where}: {parameter.name} needs at least one value, got none.")
    items = list(listed) if listed is not None else [value] * (size or len(parameter.example))
    return tuple(_checked(parameter, item, where) for item in items)


def _checked(parameter: Parameter, value: Any, where: str) -> Any:
    _, number = read_number(value, f"{where}, {parameter.name}")
    if getattr(number, "free_symbols", None):
        return number
    if not parameter.interval.contains(number):
        raise ParameterError(
            f"{where}: {parameter.name} ({parameter.symbol}, {parameter.meaning}) must lie in {parameter.domain}, got {format_number(number)}."
        )
    return number
