"""One parameter at a time: how far an outcome moves as each parameter runs through its range."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any

import numpy as np

from alliancegames._immutable import FrozenDict
from alliancegames.errors import ParameterError
from alliancegames.parameters import Parameter, find
from alliancegames.statics._sweeps.outcomes import Evaluation, Select, check_select, evaluate
from alliancegames.statics.designs import Design, Ranges, grid, read_ranges
from alliancegames.statics.executors import Executor
from alliancegames.statics.progress import Progress

__all__ = ["Tornado", "tornado"]


@dataclass(frozen=True, eq=False, repr=False)
class Tornado:
    """An outcome as parameters leave a base point one at a time.

    Parameters
    ----------
    model : str
        Key of the model.
    outcome : str
        The outcome.
    meaning : str
        The outcome in words.
    select : str
        Which equilibrium counts where there are several.
    base : float
        The outcome at the base point.
    parameters : tuple of str
        The parameters, as the caller addressed them.
    labels : tuple of str
        The parameters in words.
    ends : mapping of str to pair of Fraction
        First and last value of each parameter.
    paths : mapping of str to ndarray
        The outcome along the range of each parameter.
    """

    model: str
    outcome: str
    meaning: str
    select: str
    base: float
    parameters: tuple[str, ...]
    labels: tuple[str, ...]
    ends: Mapping[str, tuple[Fraction, Fraction]]
    paths: Mapping[str, np.ndarray]

    def __post_init__(self) -> None:
        for name in ("ends", "paths"):
            object.__setattr__(self, name, FrozenDict(getattr(self, name)))
        for path in self.paths.values():
            path.setflags(write=False)

    @property
    def ranking(self) -> tuple[str, ...]:
        """The parameters by the width of the outcome's range, the widest first."""
        return tuple(sorted(self.parameters, key=lambda name: -float(np.ptp(self.paths[name]))))

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a parameter, the widest range first."""
        import pandas as pd

        rows = [
            {
                "from": float(self.ends[name][0]),
                "to": float(self.ends[name][1]),
                "at_low": path[0],
                "at_high": path[-1],
                "lowest": path.min(),
                "highest": path.max(),
            }
            for name in self.ranking
            for path in [self.paths[name]]
        ]
        return pd.DataFrame(rows, index=pd.Index(self.ranking, name="parameter"))

    def plot(self, *, ax: Any = None) -> Any:
        """Draw the ranges as bars; see `plotting.plot_tornado`.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        """
        return import_module("alliancegames.plotting.sensitivity").plot_tornado(self, ax=ax)

    def __repr__(self) -> str:
        head = f"<Tornado of {self.outcome} in {self.model}: {self.base:.6g} at the base point, selection {self.select!r}>"
        return f"{head}\n{self.to_dataframe().round(4).to_string()}"


def tornado(
    model: Any,
    outcome: str,
    ranges: Ranges | None = None,
    *,
    steps: int = 41,
    select: Select = None,
    executor: Executor = None,
    store: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> Tornado:
    """Move parameters one at a time through their ranges, the others staying at the base point.

    Outcomes of games need not be monotone, and jump where the equilibrium changes; the whole range is therefore looked
    at, not its ends alone.

    Parameters
    ----------
    model : Model
        The model; its values, or else the example's, are the base point.
    outcome : str
        Name of an outcome, or of a player whose payoff is meant.
    ranges : mapping of str to pair, or sequence of str, optional
        As in `designs.grid`. By default every parameter moves. Values that violate an assumption of the model are left out.
    steps : int, default 41
        Number of values of each parameter.
    select : str, callable or None, default None
        As in `sobol_indices`.
    executor, store, progress
        As in `alliancegames.sweep`; a store gets one folder a parameter.

    Returns
    -------
    Tornado

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.tornado(ag.models.UnilateralDeterrence(), "p_war", ["p_C", "p_D"], select="highest").ranking
    ('p_C', 'p_D')
    """
    where = "tornado()"
    name = check_select(select, where)
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 2:
        raise ParameterError(f"{where}: steps must be at least 2, got {steps!r}.")
    base = model.completed().exact()
    read = read_ranges(base, ranges, where)
    paths, ends = {}, {}
    for address, (_, low, high) in read.items():
        design = grid(base, steps, {address: (low, high)}).admissible(base)
        folder = None if store is None else os.path.join(store, address)
        paths[address] = evaluate(base, design, outcome, select, Evaluation(executor, folder, progress), where)
        values = design.values[address]
        ends[address] = (Fraction(values[0]), Fraction(values[-1]))
    first = next(iter(read))
    here = evaluate(base, Design("base point", {first: [_value(base, first)]}, True, {}), outcome, select, Evaluation(), where)
    meanings = {item.name: item.meaning for item in base.outcomes}
    labels = tuple(f"{parameter.meaning.split(':')[0]} (${_typeset(parameter)}$)" for parameter, _, _ in read.values())
    return Tornado(base.key, outcome, meanings.get(outcome, f"payoff of {outcome}"), name, float(here[0]), tuple(read), labels, ends, paths)


def _typeset(parameter: Parameter) -> str:
    """Return a parameter's symbol for a formula, all of its index below the line."""
    stem, _, index = parameter.symbol.partition("_")
    return parameter.latex or (f"{stem}_{{{index}}}" if index else stem)


def _value(model: Any, address: str) -> Any:
    """Return the value of a parameter at the base point; of a vector that moves as one, the first component."""
    parameter, component = find(model.parameters, address, "tornado()")
    return model._assigned[parameter.name][component or 0]
