"""The points of a sweep: a grid, or a list of points, with every value both exact and in floats."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from alliancegames._fields import convert, decimal_reading, read_number
from alliancegames.errors import ParameterError
from alliancegames.parameters import Parameter, Values, find
from alliancegames.statics.designs import Design

__all__ = ["Axis", "Points", "Space", "read_space"]


@dataclass(frozen=True, eq=False)
class Axis:
    """The values that one parameter takes.

    Parameters
    ----------
    address : str
        Name or symbol by which the caller addressed the parameter.
    parameter : Parameter
        The parameter.
    component : int or None
        The component of a vector parameter that moves; None if all do, or if it is a single number.
    floats : ndarray
        The values in floats.
    fractions : tuple of Fraction or None
        The values; None if each is the shortest decimal that rounds to the float.
    """

    address: str
    parameter: Parameter
    component: int | None
    floats: np.ndarray
    fractions: tuple[Fraction, ...] | None

    def __len__(self) -> int:
        return len(self.floats)

    def exact(self, position: int) -> Fraction:
        """Return one value exactly.

        Parameters
        ----------
        position : int
            Its place on the axis.
        """
        return decimal_reading(float(self.floats[position])) if self.fractions is None else self.fractions[position]


@dataclass(frozen=True, eq=False)
class Space:
    """All points of a sweep, numbered from 0; on a grid the last parameter moves fastest.

    Parameters
    ----------
    axes : tuple of Axis
        The parameters that move.
    product : bool
        Whether the points are all combinations of the values, or the values side by side.
    """

    axes: tuple[Axis, ...]
    product: bool

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the dimensions."""
        return tuple(axis.address for axis in self.axes) if self.product else ("point",)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of points along each dimension."""
        return tuple(len(axis) for axis in self.axes) if self.product else (len(self.axes[0]),)

    @property
    def total(self) -> int:
        """Number of points."""
        return math.prod(self.shape)

    def positions(self, indices: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return the place on each axis of some points.

        Parameters
        ----------
        indices : ndarray of int
            Numbers of the points.
        """
        return np.unravel_index(indices, self.shape) if self.product else (indices,) * len(self.axes)

    def exact(self, index: int) -> dict[str, Fraction]:
        """Return the moving parameters at one point.

        Parameters
        ----------
        index : int
            Number of the point.
        """
        positions = self.positions(np.array([index]))
        return {axis.address: axis.exact(int(position[0])) for axis, position in zip(self.axes, positions, strict=True)}


class Points:
    """Some of the points of a sweep, as float arrays and, one by one, exactly.

    Parameters
    ----------
    model : Model
        The model, completed and exact.
    space : Space
        All points.
    indices : ndarray of int
        Numbers of those wanted.
    """

    def __init__(self, model: Any, space: Space, indices: np.ndarray) -> None:
        self._model = model
        self._axes = space.axes
        self.indices = indices
        self._positions = space.positions(indices)

    @property
    def floats(self) -> dict[str, np.ndarray]:
        """The moving parameters at these points."""
        return {axis.address: axis.floats[position] for axis, position in zip(self._axes, self._positions, strict=True)}

    def exact(self, k: int) -> list[Fraction]:
        """Return the moving parameters at the ``k``-th of these points, in the order of the axes.

        Parameters
        ----------
        k : int
            Place among these points.
        """
        return [axis.exact(int(position[k])) for axis, position in zip(self._axes, self._positions, strict=True)]

    def model(self, k: int) -> Any:
        """Return the model at the ``k``-th of these points, its assumptions checked.

        Parameters
        ----------
        k : int
            Place among these points.
        """
        return self._model.replace(**{axis.address: value for axis, value in zip(self._axes, self.exact(k), strict=True)})

    def values(self, k: int) -> Values:
        """Return the values of all parameters at the ``k``-th of these points, without checking assumptions again.

        Parameters
        ----------
        k : int
            Place among these points.
        """
        return self._assign(self._model._assigned, self.exact(k))

    def flint_values(self, k: int) -> Values:
        """Return the same as `values` in FLINT's rationals.

        Parameters
        ----------
        k : int
            Place among these points.
        """
        return self._assign(self._flint_base, [_flint(value) for value in self.exact(k)])

    @cached_property
    def _flint_base(self) -> dict[str, tuple[Any, ...]]:
        return {name: tuple(map(_flint, components)) for name, components in self._model._assigned.items()}

    def _assign(self, base: Mapping[str, Sequence[Any]], moving: Sequence[Any]) -> Values:
        """Return values of all parameters, given those that move in the order of the axes."""
        result = {name: list(components) for name, components in base.items()}
        for axis, value in zip(self._axes, moving, strict=True):
            slots = result[axis.parameter.name]
            for k in range(len(slots)):
                if axis.component in (None, k):
                    slots[k] = value
        parameters = self._model.parameters
        return Values(parameters, {q.name: tuple(result[q.name]) if q.is_vector else result[q.name][0] for q in parameters})


def _flint(value: Any) -> Any:
    from flint import fmpq

    return fmpq(value.numerator, value.denominator)


def read_space(model: Any, points: Mapping[str, Sequence[Any]] | Design, where: str) -> Space:
    """Read a grid or a design.

    Parameters
    ----------
    model : Model
        The model whose parameters move.
    points : mapping or Design
        Values by parameter.
    where : str
        What is being read, for messages.
    """
    product, given = (points.product, points.values) if isinstance(points, Design) else (True, points)
    if not isinstance(given, Mapping) or not given:
        raise ParameterError(f"{where}: the grid is empty; give values of at least one parameter, such as {{'p_C': [0.1, 0.2]}}.")
    axes = tuple(_read_axis(model, address, values, where) for address, values in given.items())
    _refuse_overlaps(axes, where)
    return Space(axes, product)


def _read_axis(model: Any, address: str, values: Any, where: str) -> Axis:
    parameter, component = find(model.parameters, address, where)
    if isinstance(values, (str, bytes)) or np.ndim(values) != 1 or not len(values):
        raise ParameterError(f"{where}: values of {address} must be a non-empty one-dimensional sequence of numbers, got {values!r}.")
    if component is not None and component >= model._sizes[parameter.name]:
        raise ParameterError(f"{where}: {parameter.name} has {model._sizes[parameter.name]} components, so {address} does not exist.")
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return _float_axis(address, parameter, component, values.astype(float), where)
    fractions = []
    for value in values:
        kind, number = read_number(value, f"{where}, {address}")
        fractions.append(convert(number, kind, "exact", f"{where}, {address}"))
        _check_domain(parameter, fractions[-1], value, where)
    return Axis(address, parameter, component, np.array([float(value) for value in fractions]), tuple(fractions))


def _float_axis(address: str, parameter: Parameter, component: int | None, values: np.ndarray, where: str) -> Axis:
    """Read many floats without making a fraction of each; only those at the ends of the domain are compared exactly."""
    for value in values[~np.isfinite(values)][:1]:
        read_number(value, f"{where}, {address}")  # raises
    ends = [float(end) for end in (parameter.interval.lower, parameter.interval.upper) if end is not None]
    extremes = np.concatenate([values[np.isin(values, ends)][:], [values.min(), values.max()]])
    for value in np.unique(extremes):
        _check_domain(parameter, decimal_reading(float(value)), value, where)
    frozen = values.copy()
    frozen.setflags(write=False)
    return Axis(address, parameter, component, frozen, None)


def _check_domain(parameter: Parameter, value: Fraction, given: Any, where: str) -> None:
    if not parameter.interval.contains(value):
        raise ParameterError(f"{where}: {parameter.name} ({parameter.meaning}) must lie in {parameter.domain}, got {given}.")


def _refuse_overlaps(axes: Sequence[Axis], where: str) -> None:
    for k, axis in enumerate(axes):
        for other in axes[:k]:
            if axis.parameter.name == other.parameter.name and (
                None in (axis.component, other.component) or axis.component == other.component
            ):
                raise ParameterError(f"{where}: {other.address!r} and {axis.address!r} both move {axis.parameter.name}; keep one of them.")
