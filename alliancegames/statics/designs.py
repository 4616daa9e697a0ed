"""Designs: which points of parameter space to solve a model at.

Every value is a rational that the sweep solves exactly where it must: grids divide their ranges evenly, and the
floats of random designs are read as the decimals they print.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from alliancegames._fields import convert, read_number
from alliancegames._immutable import FrozenDict
from alliancegames.errors import ParameterError
from alliancegames.parameters import Parameter, find

__all__ = ["Design", "Ranges", "grid", "latin_hypercube", "read_ranges", "sobol"]

Ranges = Mapping[str, Sequence[Any] | None] | Sequence[str]
"""Ranges of parameters by name or symbol, None for the range that figures show; or just their names."""

# Digits that are kept of a random value, counted from the width of its range; its float is read as the decimal it prints.
DIGITS = 12
# Half of the smallest step of a Sobol' sequence, by which a point on the end of an open range moves inside.
NUDGE = 2.0**-31


@dataclass(frozen=True, eq=False)
class Design:
    """Points of parameter space for a sweep.

    Parameters
    ----------
    kind : str
        How it was made.
    values : mapping of str to sequence
        Values by parameter: exact numbers, or an array of floats that are read as the decimals they print.
    product : bool
        Whether the points are all combinations of the values, or the values side by side.
    options : mapping
        What the design was made with.
    """

    kind: str
    values: Mapping[str, Any]
    product: bool
    options: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", FrozenDict({name: _frozen(values) for name, values in self.values.items()}))
        object.__setattr__(self, "options", FrozenDict(self.options))
        sizes = {len(values) for values in self.values.values()}
        if not self.product and len(sizes) != 1:
            raise ParameterError(f"Design: points need equally many values of each parameter, got {sorted(sizes)}.")

    def __len__(self) -> int:
        sizes = [len(values) for values in self.values.values()]
        return int(np.prod(sizes, dtype=object)) if self.product else sizes[0]

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a point, in floats."""
        import pandas as pd

        columns = [np.array([float(value) for value in values]) for values in self.values.values()]
        if self.product:
            columns = [mesh.ravel() for mesh in np.meshgrid(*columns, indexing="ij")]
        return pd.DataFrame(dict(zip(self.values, columns, strict=True)))

    def admissible(self, model: Any) -> Design:
        """Return the points that meet the assumptions of a model, side by side.

        Parameters
        ----------
        model : Model
            The model; parameters not in the design keep its values, or else take the example's.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.UnilateralDeterrence()
        >>> points = ag.designs.sobol(model, 64, {"c_SQ": (0, 1)})
        >>> len(points), len(points.admissible(model))
        (64, 45)
        """
        from alliancegames.statics._sweeps.points import Points, read_space

        base = model.completed().exact()
        space = read_space(base, self, "admissible()")
        points = Points(base, space, np.arange(space.total))
        keep = [k for k in range(space.total) if all(larger > smaller for larger, smaller in base.assumptions(points.values(k)))]
        if not keep:
            raise ParameterError(f"admissible(): none of the {space.total} points meets the assumptions of {model.key}; narrow the ranges.")
        positions = space.positions(np.array(keep))
        kept = {
            axis.address: axis.floats[position] if axis.fractions is None else [axis.fractions[k] for k in position]
            for axis, position in zip(space.axes, positions, strict=True)
        }
        return Design(f"{self.kind}, admissible", kept, False, self.options)

    def __repr__(self) -> str:
        return f"<Design: {self.kind}, {len(self)} points in {', '.join(self.values)}>"


def grid(model: Any, steps: int | Mapping[str, int], ranges: Ranges | None = None) -> Design:
    """Divide ranges of parameters evenly; both ends belong to the grid where they belong to the domain.

    Parameters
    ----------
    model : Model
        The model.
    steps : int or mapping of str to int
        Number of values of each parameter.
    ranges : mapping of str to pair, or sequence of str, optional
        Range of each parameter that moves, by name or symbol; None, or just the name, stands for the range that
        figures show. By default all parameters move.

    Returns
    -------
    Design
        A sweep over it has one dimension a parameter.

    Examples
    --------
    >>> import alliancegames as ag
    >>> design = ag.designs.grid(ag.models.UnilateralDeterrence(), 4, {"p_C": (0, 1), "p_D": ("1/2", 1)})
    >>> [str(value) for value in design.values["p_D"]]
    ['1/2', '2/3', '5/6', '1']
    """
    values: dict[str, Any] = {}
    for address, (parameter, low, high) in read_ranges(model, ranges, "designs.grid()").items():
        count = _count(steps[address] if isinstance(steps, Mapping) else steps, "designs.grid(), steps")
        domain = parameter.interval
        before, after = int(not domain.contains(low)), int(not domain.contains(high))
        cells = max(count - 1 + before + after, 1)
        values[address] = [low + (high - low) * Fraction(k + before, cells) for k in range(count)]
    return Design("grid", values, True, {"steps": dict(steps) if isinstance(steps, Mapping) else steps})


def latin_hypercube(model: Any, n: int, ranges: Ranges | None = None, *, rng: Any = 0) -> Design:
    """Draw points so that each parameter has exactly one value in each of ``n`` equal parts of its range.

    Parameters
    ----------
    model : Model
        The model.
    n : int
        Number of points.
    ranges : mapping of str to pair, or sequence of str, optional
        As in `grid`.
    rng : int or numpy.random.Generator, default 0
        Source of randomness.

    Returns
    -------
    Design
        A sweep over it has the dimension ``point`` and the parameters as coordinates.

    Examples
    --------
    >>> import alliancegames as ag
    >>> design = ag.designs.latin_hypercube(ag.models.UnilateralDeterrence(), 10, ["p_C", "p_D"], rng=1)
    >>> sorted(int(10 * value) for value in design.values["p_C"])
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    from scipy.stats import qmc

    read = read_ranges(model, ranges, "designs.latin_hypercube()")
    count = _count(n, "designs.latin_hypercube(), n")
    generator = np.random.default_rng(rng)
    # Ranks are drawn by scipy; places inside the parts by us, so that each is strictly inside its part after rounding.
    ranks = np.floor(qmc.LatinHypercube(len(read), scramble=False, **_seed(generator)).random(count) * count)
    inside = (generator.integers(0, 1 << 20, size=ranks.shape) + 0.5) / (1 << 20)
    return scaled("Latin hypercube", (ranks + inside) / count, read, {"n": count})


def sobol(model: Any, n: int, ranges: Ranges | None = None, *, scramble: bool = True, rng: Any = 0) -> Design:
    """Take the first points of a Sobol' sequence, which fill the box of ranges more evenly than random points do.

    Parameters
    ----------
    model : Model
        The model.
    n : int
        Number of points, a power of 2.
    ranges : mapping of str to pair, or sequence of str, optional
        As in `grid`.
    scramble : bool, default True
        Whether to scramble the sequence.
    rng : int or numpy.random.Generator, default 0
        Source of randomness of the scrambling.

    Returns
    -------
    Design
        A sweep over it has the dimension ``point`` and the parameters as coordinates.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.designs.sobol(ag.models.UnilateralDeterrence(), 1024, ["p_C", "p_D"])
    <Design: Sobol' sequence, 1024 points in p_C, p_D>
    """
    read = read_ranges(model, ranges, "designs.sobol()")
    sample = sobol_sample(n, len(read), scramble, rng, "designs.sobol()")
    return scaled("Sobol' sequence", sample, read, {"n": n, "scramble": scramble})


def sobol_sample(n: int, dimensions: int, scramble: bool, rng: Any, where: str) -> np.ndarray:
    """Return points of a Sobol' sequence in the unit cube."""
    from scipy.stats import qmc

    count = _count(n, f"{where}, n")
    if count & (count - 1):
        raise ParameterError(f"{where}: n must be a power of 2, which is where a Sobol' sequence is balanced; got {n}.")
    engine = qmc.Sobol(dimensions, scramble=scramble, **_seed(np.random.default_rng(rng)))
    return np.asarray(engine.random(count))


def scaled(kind: str, sample: np.ndarray, read: Mapping[str, tuple[Parameter, Fraction, Fraction]], options: Mapping[str, Any]) -> Design:
    """Stretch points of the unit cube to ranges."""
    values = {}
    for column, (address, (parameter, low, high)) in zip(sample.T, read.items(), strict=True):
        values[address] = _stretch(column, parameter, low, high)
    return Design(kind, values, False, options)


def _stretch(column: np.ndarray, parameter: Parameter, low: Fraction, high: Fraction) -> np.ndarray:
    domain = parameter.interval
    unit = column.copy()
    if not domain.contains(low):
        unit = np.maximum(unit, NUDGE)
    if not domain.contains(high):
        unit = np.minimum(unit, 1 - NUDGE)
    digits = DIGITS - math.floor(math.log10(float(high - low)))
    return np.clip(np.round(float(low) + unit * float(high - low), digits), float(low), float(high))


def read_ranges(model: Any, ranges: Ranges | None, where: str) -> dict[str, tuple[Parameter, Fraction, Fraction]]:
    """Read the ranges of the parameters that move; they must lie in the closure of the domain.

    Parameters
    ----------
    model : Model
        The model.
    ranges : mapping of str to pair, or sequence of str, or None
        As in `grid`.
    where : str
        What is being read, for messages.
    """
    if ranges is None:
        ranges = [parameter.name for parameter in model.parameters]
    if isinstance(ranges, str):
        raise ParameterError(f"{where}: ranges must be a mapping such as {{'{ranges}': (0, 1)}} or a list of names, got {ranges!r}.")
    given = dict(ranges) if isinstance(ranges, Mapping) else dict.fromkeys(ranges)
    if not given:
        raise ParameterError(f"{where}: no parameter moves; give ranges such as {{'p_C': (0, 1)}}.")
    return {address: _read_range(model, address, pair, where) for address, pair in given.items()}


def _read_range(model: Any, address: str, pair: Any, where: str) -> tuple[Parameter, Fraction, Fraction]:
    parameter, component = find(model.parameters, address, where)
    domain = parameter.interval
    if pair is None:
        low, high = domain.window(parameter.example[component or 0])
        return parameter, Fraction(low), Fraction(high)
    if isinstance(pair, str) or len(pair) != 2:
        raise ParameterError(f"{where}: the range of {address} must be a pair (low, high), got {pair!r}.")
    ends = []
    for end in pair:
        kind, number = read_number(end, f"{where}, range of {address}")
        ends.append(convert(number, kind, "exact", f"{where}, range of {address}"))
    low, high = ends
    if low >= high:
        raise ParameterError(f"{where}: the range of {address} must have low < high, got {pair!r}.")
    if (domain.lower is not None and low < domain.lower) or (domain.upper is not None and high > domain.upper):
        raise ParameterError(
            f"{where}: the range of {address} must lie in {parameter.domain}, the domain of {parameter.name}, got {pair!r}."
        )
    return parameter, low, high


def _count(n: Any, where: str) -> int:
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise ParameterError(f"{where} must be a positive integer, got {n!r}.")
    return int(n)


def _seed(generator: np.random.Generator) -> dict[str, Any]:
    """Return the keyword by which this version of scipy takes a generator."""
    import scipy

    renamed = tuple(int(part) for part in scipy.__version__.split(".")[:2]) >= (1, 15)
    return {"rng" if renamed else "seed": generator}


def _frozen(values: Any) -> Any:
    if not isinstance(values, np.ndarray):
        return tuple(values)
    result = values.copy()
    result.setflags(write=False)
    return result
