"""Global sensitivity: which parameters an outcome depends on, over whole ranges of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any

import numpy as np

from alliancegames._immutable import FrozenDict
from alliancegames.errors import MissingDependencyError, ParameterError
from alliancegames.statics._sweeps.outcomes import Evaluation, Select, check_select, evaluate
from alliancegames.statics.designs import Design, Ranges, read_ranges, scaled, sobol_sample
from alliancegames.statics.executors import Executor
from alliancegames.statics.progress import Progress

__all__ = ["Sensitivity", "morris", "sobol_indices"]

# Differences below this share of the size of an outcome are rounding, not variation.
CONSTANT = 1e-12


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """Measures of how much an outcome depends on each parameter.

    Parameters
    ----------
    method : str
        ``"Sobol' indices"`` or ``"Morris effects"``.
    model : str
        Key of the model.
    outcome : str
        The outcome.
    select : str
        Which equilibrium counts where there are several.
    parameters : tuple of str
        The parameters, as the caller addressed them.
    measures : mapping of str to ndarray
        Each measure by parameter; ``..._low`` and ``..._high`` are ends of its confidence interval.
    confidence : float
        Level of the confidence intervals.
    n_points : int
        Points at which the model was solved.
    """

    method: str
    model: str
    outcome: str
    select: str
    parameters: tuple[str, ...]
    measures: Mapping[str, np.ndarray]
    confidence: float
    n_points: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "measures", FrozenDict(self.measures))
        for values in self.measures.values():
            values.setflags(write=False)

    @property
    def ranking(self) -> tuple[str, ...]:
        """The parameters by how much the outcome depends on them, the most influential first."""
        main = self.measures["total" if "total" in self.measures else "mu_star"]
        return tuple(self.parameters[k] for k in np.argsort(-main, kind="stable"))

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a parameter, its measures in columns."""
        import pandas as pd

        return pd.DataFrame(dict(self.measures), index=pd.Index(self.parameters, name="parameter"))

    def plot(self, *, ax: Any = None) -> Any:
        """Draw the measures; see `plotting.plot_sensitivity`.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        """
        return import_module("alliancegames.plotting.sensitivity").plot_sensitivity(self, ax=ax)

    def __repr__(self) -> str:
        head = f"<{self.method} of {self.outcome} in {self.model}: {self.n_points} points, selection {self.select!r}>"
        return f"{head}\n{self.to_dataframe().round(3).to_string()}"


def sobol_indices(
    model: Any,
    outcome: str,
    ranges: Ranges | None = None,
    *,
    n: int = 1024,
    select: Select = None,
    confidence: float = 0.95,
    resamples: int = 200,
    rng: Any = 0,
    executor: Executor = None,
    store: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> Sensitivity:
    """Estimate Sobol' indices: shares of an outcome's variance that parameters explain, drawn independently from their ranges.

    The *first-order* index of a parameter is the share of the variance that vanishes on average once the parameter is
    known; its *total* index the share that remains when all others are known. They differ by interactions.

    Parameters
    ----------
    model : Model
        The model; parameters without a range keep its values, or else take the example's.
    outcome : str
        Name of an outcome, or of a player whose payoff is meant.
    ranges : mapping of str to pair, or sequence of str, optional
        As in `designs.grid`. All points must meet the model's assumptions.
    n : int, default 1024
        Size of the base sample, a power of 2; the model is solved at ``n * (number of parameters + 2)`` points.
    select : str, callable or None, default None
        Which equilibrium counts where there are several; None raises if they differ. ``"first"`` in canonical order, ``"payoff"`` the largest sum of
        payoffs, ``"lowest"`` or ``"highest"`` outcome, ``"mean"`` over the equilibria listed, or a function of the sweep's
        dataset that returns one number a point.
    confidence : float, default 0.95
        Level of the bootstrap confidence intervals.
    resamples : int, default 200
        Number of bootstrap resamples.
    rng : int or numpy.random.Generator, default 0
        Source of randomness.
    executor, store, progress
        As in `alliancegames.sweep`.

    Returns
    -------
    Sensitivity
        With measures ``first`` and ``total`` and their confidence intervals.

    Examples
    --------
    >>> import alliancegames as ag
    >>> found = ag.sobol_indices(ag.models.UnilateralDeterrence(), "p_war", {"p_C": (0, 1), "p_D": (0, 1)}, n=256, select="highest")
    >>> found.ranking
    ('p_D', 'p_C')
    """
    where = "sobol_indices()"
    name, level = check_select(select, where), _read_confidence(confidence, where)
    read = read_ranges(model, ranges, where)
    generator = np.random.default_rng(rng)
    d = len(read)
    sample = sobol_sample(n, 2 * d, True, generator, where)
    a, b = sample[:, :d], sample[:, d:]
    mixed = [np.column_stack([b[:, j] if j == k else a[:, j] for j in range(d)]) for k in range(d)]
    design = scaled("Sobol' indices", np.concatenate([a, b, *mixed]), read, {"n": n})
    values = evaluate(model, design, outcome, select, Evaluation(executor, store, progress), where)
    _refuse_constant(values, outcome, where)
    parts = values[:n], values[n : 2 * n], values[2 * n :].reshape(d, n)
    first, total = _indices(*parts)
    draws = np.empty((2, resamples, d))
    for k in range(resamples):
        chosen = generator.integers(0, n, n)
        draws[:, k] = _indices(parts[0][chosen], parts[1][chosen], parts[2][:, chosen])
    tails = [100 * (1 - level) / 2, 100 * (1 + level) / 2]
    low, high = np.nanpercentile(draws, tails, axis=1)
    measures = {"first": first, "first_low": low[0], "first_high": high[0], "total": total, "total_low": low[1], "total_high": high[1]}
    return Sensitivity("Sobol' indices", model.key, outcome, name, tuple(read), measures, level, len(values))


def _indices(f_a: np.ndarray, f_b: np.ndarray, f_ab: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return first-order and total indices by scipy's estimators (Saltelli and others 2010)."""
    from scipy.stats import sobol_indices as estimate

    if np.ptp(np.concatenate([f_a, f_b])) == 0:  # a resample without variation says nothing
        return np.full(len(f_ab), np.nan), np.full(len(f_ab), np.nan)
    found = estimate(func={"f_A": f_a[None], "f_B": f_b[None], "f_AB": f_ab[:, None]}, n=len(f_a))
    return np.ravel(found.first_order), np.ravel(found.total_order)


def morris(
    model: Any,
    outcome: str,
    ranges: Ranges | None = None,
    *,
    n: int = 20,
    levels: int = 4,
    select: Select = None,
    confidence: float = 0.95,
    rng: Any = 0,
    executor: Executor = None,
    store: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> Sensitivity:
    """Screen parameters by Morris' elementary effects: changes of an outcome as one parameter moves at a time.

    Needs far fewer points than Sobol' indices. ``mu_star`` is the mean absolute effect, ``mu`` the mean effect, ``sigma``
    the standard deviation, which shows interactions and curvature. Effects are per length of a parameter's range.

    Parameters
    ----------
    model : Model
        The model; parameters without a range keep its values, or else take the example's.
    outcome : str
        Name of an outcome, or of a player whose payoff is meant.
    ranges : mapping of str to pair, or sequence of str, optional
        As in `designs.grid`. All points must meet the model's assumptions.
    n : int, default 20
        Number of trajectories; the model is solved at ``n * (number of parameters + 1)`` points.
    levels : int, default 4
        Number of values of each parameter, even; they divide the range evenly.
    select, confidence, rng, executor, store, progress
        As in `sobol_indices`.

    Returns
    -------
    Sensitivity
        With measures ``mu_star`` and its confidence interval, ``mu`` and ``sigma``.

    Raises
    ------
    MissingDependencyError
        SALib is not installed.

    Examples
    --------
    >>> import alliancegames as ag
    >>> found = ag.morris(ag.models.UnilateralDeterrence(), "p_war", {"p_C": (0, 1), "p_D": (0, 1)}, n=20, select="highest")
    >>> found.n_points
    60
    """
    where = "morris()"
    name, level = check_select(select, where), _read_confidence(confidence, where)
    if isinstance(levels, bool) or not isinstance(levels, int) or levels < 2 or levels % 2:
        raise ParameterError(f"{where}: levels must be a positive even number, got {levels!r}.")
    sampling, analysis = _salib()
    read = read_ranges(model, ranges, where)
    generator = np.random.default_rng(rng)
    seeds = [int(seed) for seed in generator.integers(0, 2**31, 2)]
    problem = {"num_vars": len(read), "names": list(read), "bounds": [[0.0, 1.0]] * len(read)}
    unit = sampling.sample(problem, n, num_levels=levels, seed=seeds[0])
    steps = np.rint(unit * (levels - 1)).astype(int)
    design = Design("Morris trajectories", _on_levels(steps, levels, read), False, {"n": n, "levels": levels})
    values = evaluate(model, design, outcome, select, Evaluation(executor, store, progress), where)
    found = analysis.analyze(problem, unit, values, conf_level=level, num_levels=levels, seed=seeds[1])
    main, margin = np.asarray(found["mu_star"], dtype=float), np.asarray(found["mu_star_conf"], dtype=float)
    measures = {"mu_star": main, "mu_star_low": main - margin, "mu_star_high": main + margin}
    measures |= {key: np.asarray(found[key], dtype=float) for key in ("mu", "sigma")}
    return Sensitivity("Morris effects", model.key, outcome, name, tuple(read), measures, level, len(values))


def _salib() -> tuple[Any, Any]:
    try:
        return import_module("SALib.sample.morris"), import_module("SALib.analyze.morris")
    except ImportError as error:
        raise MissingDependencyError("morris() needs SALib; install it with: pip install 'alliancegames[sensitivity]'") from error


def _on_levels(steps: np.ndarray, levels: int, read: Mapping[str, tuple[Any, Fraction, Fraction]]) -> dict[str, list[Fraction]]:
    """Return the exact values of levels; an end of the range that the domain leaves out is no level."""
    values = {}
    for column, (address, (parameter, low, high)) in zip(steps.T, read.items(), strict=True):
        before, after = (int(not parameter.interval.contains(end)) for end in (low, high))
        cells = levels - 1 + before + after
        values[address] = [low + (high - low) * Fraction(int(step) + before, cells) for step in column]
    return values


def _refuse_constant(values: np.ndarray, outcome: str, where: str) -> None:
    if np.ptp(values) <= CONSTANT * max(1.0, float(np.abs(values).max())):
        raise ParameterError(
            f"{where}: {outcome} is {values[0]:.6g} at all {len(values)} points, so that there is no variance to share out; widen the ranges."
        )


def _read_confidence(confidence: Any, where: str) -> float:
    if isinstance(confidence, bool) or not isinstance(confidence, (int, float)) or not 0 < confidence < 1:
        raise ParameterError(f"{where}: confidence must lie strictly between 0 and 1, got {confidence!r}.")
    return float(confidence)
