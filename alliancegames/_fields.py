"""The three number systems: exact (Fraction), float (float64) and symbolic (sympy).

Everything that enters the package as a number passes through this module, so the rule *exact in,
exact out* is decided in one place.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from alliancegames.errors import GameDefinitionError, InexactPayoffError, SolverNotApplicableError

Field = Literal["exact", "float", "symbolic"]
FIELDS: tuple[Field, ...] = ("exact", "float", "symbolic")

# p/q, or a decimal with at most a three-digit exponent: text such as "1e999999999" must not be able to
# fill the memory.
LONGEST_NUMBER = 1000
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:/\d+)?|(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d{1,3})?)\s*", re.ASCII)


def parse_number(text: str, where: str = "number") -> Fraction:
    """Read ``"3"``, ``"-1/3"``, ``"0.25"`` or ``"1e-3"`` as an exact rational."""
    if len(text) > LONGEST_NUMBER:
        raise GameDefinitionError(f"{where}: a number written with {len(text)} characters is too long; at most {LONGEST_NUMBER} are read.")
    if not _NUMBER.fullmatch(text):
        raise GameDefinitionError(
            f"{where}: cannot read {text!r} as a number; write an integer, a fraction such as '1/3', or a decimal such as '0.25'."
        )
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise GameDefinitionError(f"{where}: {text!r} has denominator zero.") from None


def decimal_reading(value: float) -> Fraction:
    """Return the rational with the shortest decimal that rounds to ``value`` (0.1 becomes 1/10)."""
    return Fraction(repr(float(value)))


def _is_sympy(value: object) -> bool:
    sympy = sys.modules.get("sympy")  # a sympy object can only exist once sympy is loaded
    return sympy is not None and isinstance(value, sympy.Basic)


def _read_sympy(value: Any, where: str) -> tuple[Field, Any]:
    if value.is_Rational:
        return "exact", Fraction(int(value.p), int(value.q))
    if value.is_Float:
        return read_number(float(value), where)
    expression = isinstance(value, sys.modules["sympy"].Expr) and value is not sys.modules["sympy"].nan
    if expression and value.is_extended_real is not False and value.is_finite is not False:
        return "symbolic", value
    raise GameDefinitionError(f"{where}: expected a finite real expression, got {value}.")


def read_number(value: Any, where: str = "number") -> tuple[Field, Any]:
    """Classify one number and convert it: ``("exact", Fraction)``, ``("float", float)`` or ``("symbolic", Expr)``."""
    if isinstance(value, (bool, np.bool_)):
        raise GameDefinitionError(f"{where}: expected a number, got {value!r}; write 1 or 0.")
    if isinstance(value, Fraction):
        return "exact", value
    if isinstance(value, (int, np.integer)):
        return "exact", Fraction(int(value))
    if isinstance(value, (float, np.floating)):
        if not math.isfinite(value):
            raise GameDefinitionError(f"{where}: payoffs and parameters must be finite, got {float(value)}; replace it by a number.")
        return "float", float(value)
    if isinstance(value, str):
        return "exact", parse_number(value, where)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise GameDefinitionError(f"{where}: payoffs and parameters must be finite, got {value}.")
        return "exact", parse_number(str(value), where)  # its grammar bounds the exponent
    if _is_sympy(value):
        return _read_sympy(value, where)
    raise GameDefinitionError(
        f"{where}: expected a number (int, Fraction, Decimal, float, '1/3' or a sympy expression), got {value!r} of type {type(value).__name__}."
    )


def common_field(kinds: Iterable[Field], where: str, examples: dict[Field, Any] | None = None) -> Field:
    """Return the number system that holds all ``kinds``, or raise if floats meet exact or symbolic numbers."""
    present = set(kinds)
    if "float" in present and len(present) > 1:
        seen = examples or {}
        other: Field = "exact" if "exact" in present else "symbolic"
        raise InexactPayoffError(
            f"{where} mixes {other} numbers (such as {seen.get(other, '1')}) with floats (such as {seen.get('float', '0.5')}). "
            "Say which you want: field='exact' reads each float as the decimal it prints, field='float' rounds everything; "
            "or write the floats as '1/2' or Decimal('0.5')."
        )
    if "symbolic" in present:
        return "symbolic"
    return "float" if present == {"float"} else "exact"


def convert(value: Any, kind: Field, target: Field, where: str = "number") -> Any:
    """Convert a number that :func:`read_number` classified as ``kind`` into the system ``target``."""
    if target == kind:
        return value
    if target == "symbolic":
        import sympy

        exact = decimal_reading(value) if kind == "float" else value
        return sympy.Rational(exact.numerator, exact.denominator)
    if target == "exact" and kind == "float":
        return decimal_reading(value)
    if kind == "symbolic":
        if value.free_symbols:
            names = ", ".join(sorted(str(symbol) for symbol in value.free_symbols))
            raise SolverNotApplicableError(f"{where}: {value} contains the symbols {names}; substitute numbers first with .subs({{...}}).")
        if target == "exact":
            raise InexactPayoffError(f"{where}: {value} is irrational and has no exact rational value; use .floats() instead.")
        return float(value)
    return to_float(value, where)


def to_float(value: Fraction, where: str = "number") -> float:
    """Round an exact number to the nearest double; numbers too large for one raise."""
    try:
        return float(value)
    except OverflowError:
        raise GameDefinitionError(f"{where}: {value.numerator.bit_length()}-bit number is too large for a float; keep it exact.") from None


def read_arrays(arrays: Iterable[Any], where: str, field: Field | None = None) -> tuple[Field, tuple[np.ndarray, ...]]:
    """Read nested sequences into equally fielded, read-only arrays.

    Parameters
    ----------
    arrays : iterable of array_like
        Numbers in any of the accepted forms; each array may have any shape.
    where : str
        What is being read, for messages.
    field : {"exact", "float", "symbolic"}, optional
        The number system wanted; by default it follows from the numbers, and mixing floats with exact
        numbers raises.
    """
    if field is not None and field not in FIELDS:
        raise GameDefinitionError(f"{where}: field must be one of {', '.join(map(repr, FIELDS))}, got {field!r}.")
    read = [_read_array(array, where) for array in arrays]
    examples: dict[Field, Any] = {}
    for _, kinds in read:
        examples.update(kinds)
    target = field or common_field(examples, where, examples)
    return target, tuple(_frozen(_convert_array(values, kinds, target, where)) for values, kinds in read)


def _read_array(array: Any, where: str) -> tuple[np.ndarray, dict[Field, Any]]:
    """Return the numbers as an array and one example of each number system met."""
    raw = array if isinstance(array, np.ndarray) else _object_array(array, where)
    if raw.dtype.kind == "f":
        if not np.isfinite(raw).all():
            position = tuple(int(k) for k in np.argwhere(~np.isfinite(raw))[0])
            raise GameDefinitionError(
                f"{where}: payoffs must be finite, got {raw[position]} at position {position}; replace it by a number."
            )
        return raw.astype(float), ({"float": float(raw.flat[0])} if raw.size else {})
    if raw.dtype.kind not in "iuO":
        raise GameDefinitionError(f"{where}: expected an array of numbers, got dtype {raw.dtype}.")
    values = np.empty(raw.shape, dtype=object)
    if raw.dtype.kind != "O":
        values.ravel()[:] = [Fraction(entry) for entry in raw.ravel().tolist()]
        return values, ({"exact": raw.flat[0]} if raw.size else {})
    if raw.size and all(type(entry) is Fraction for entry in raw.ravel().tolist()):
        return raw, {"exact": raw.flat[0]}  # read already
    kinds: dict[Field, Any] = {}
    for position in np.ndindex(raw.shape):
        entry = raw[position]
        kind, value = read_number(entry, f"{where} at position {position}")
        values[position] = value
        kinds.setdefault(kind, entry)
    return values, kinds


def _object_array(nested: Any, where: str) -> np.ndarray:
    """Turn nested sequences into an object array, refusing ragged ones."""
    shape: list[int] = []
    level = nested
    while is_sequence(level):
        shape.append(len(level))
        if not len(level):
            break
        level = level[0]
    values = np.empty(tuple(shape), dtype=object)
    _fill(values, nested, (), where)
    return values


def is_sequence(value: Any) -> bool:
    """Whether a value is a list, a tuple or an array with at least one axis."""
    return isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim > 0)


def _fill(values: np.ndarray, nested: Any, position: tuple[int, ...], where: str) -> None:
    if len(position) == values.ndim:
        if is_sequence(nested):
            raise GameDefinitionError(f"{where}: ragged table; a number was expected at position {position}, got {nested!r}.")
        values[position] = nested
        return
    wanted = values.shape[len(position)]
    if not is_sequence(nested) or len(nested) != wanted:
        came = f"{len(nested)} entries" if is_sequence(nested) else repr(nested)
        raise GameDefinitionError(
            f"{where}: ragged table; {wanted} entries were expected at position {position or '(top)'}, as in the first row, got {came}. Make all rows equally long."
        )
    for index, part in enumerate(nested):
        _fill(values, part, (*position, index), where)


def _convert_array(values: np.ndarray, kinds: dict[Field, Any], target: Field, where: str) -> np.ndarray:
    if values.dtype.kind == "f":
        if target == "float":
            return values
        values = values.astype(object)
        kinds = {"float": None}
    if set(kinds) <= {target} and target != "float":
        return values
    result = np.empty(values.shape, dtype=float if target == "float" else object)
    for position in np.ndindex(values.shape):
        kind, value = read_number(values[position], where)
        result[position] = convert(value, kind, target, where)
    return result


def _frozen(array: np.ndarray) -> np.ndarray:
    result = array.copy()
    result.setflags(write=False)
    return result


def maximum(values: np.ndarray) -> Any:
    """Return the largest value; a symbolic maximum where symbols leave it open."""
    if any(getattr(value, "free_symbols", ()) for value in values.flat):
        import sympy

        return sympy.Max(*values)
    return max(values)


def format_number(value: Any, digits: int = 6) -> str:
    """Print a number as readers expect it: ``4/7``, ``0.571429``, ``a/(a + b)``."""
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.{digits}g}"
    return str(value)


def latex_number(value: Any) -> str:
    """Typeset a number; fractions upright on one line so that payoff tables stay low."""
    if _is_sympy(value):
        import sympy

        return str(sympy.latex(value, fold_short_frac=True))
    mantissa, _, power = format_number(value).partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power.lstrip("+-").isdigit() else format_number(value)
