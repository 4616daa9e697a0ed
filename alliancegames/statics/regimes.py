"""Regimes: which equilibria exist where in parameter space, with the conditions as inequalities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from typing import Any

import numpy as np

from alliancegames._conditions import Conditions, hold, relations, slack
from alliancegames.errors import unknown_label
from alliancegames.parameters import Parameter, Values

__all__ = ["BOUNDARY", "UNCOVERED", "Regime", "RegimeMap"]

BOUNDARY, UNCOVERED = -1, -2
"""Codes of points on a boundary between regimes, and of points in no declared regime."""

# Floats closer to a boundary than this share of the numbers compared are left to exact arithmetic.
CLOSE = 1e-9


@dataclass(frozen=True)
class Regime:
    """A region of parameter space with its equilibria.

    Parameters
    ----------
    name : str
        The field's name for it.
    when : callable
        Maps parameter values to conditions, pairs ``(larger, smaller)``. The regime is the closed region
        where all hold; equality is its boundary.
    equilibria : callable, optional
        Maps parameter values to the extreme equilibria: a list of profiles, each a tuple with one
        ``{action: probability}`` a player.
    meaning : str
        What happens there, in words.
    eliminated_by : str
        The refinement that discards it, empty if it survives. A regime that is eliminated may overlap
        others and is left out of the refined map.
    or_when : tuple of callable
        Further conditions like ``when``; the regime is the union of the regions.
    """

    name: str
    when: Callable[[Values], Conditions]
    equilibria: Callable[[Values], Sequence[tuple[Mapping[str, Any], ...]]] | None = field(default=None, repr=False)
    meaning: str = ""
    eliminated_by: str = ""
    or_when: tuple[Callable[[Values], Conditions], ...] = ()

    def pieces(self, values: Values) -> list[Conditions]:
        """Return the conditions of each of the regions of which the regime is the union.

        Parameters
        ----------
        values : Values
            Parameter values of any number system.
        """
        return [when(values) for when in (self.when, *self.or_when)]

    def contains(self, values: Values, *, strict: bool = True) -> bool:
        """Whether a point lies in the regime.

        Parameters
        ----------
        values : Values
            Numbers for all parameters.
        strict : bool, default True
            Whether the boundary is left out.
        """
        return any(hold(piece, strict=strict) for piece in self.pieces(values))


class RegimeMap(Sequence[Regime]):
    """The regimes of a model.

    Parameters
    ----------
    model : Model
        The model, whose values may be symbolic.
    regimes : sequence of Regime
        The regimes; those that survive refinement must not overlap in their interiors.
    refined : bool, default True
        Whether to leave out regimes that a refinement eliminates.
    complete : bool or None
        Whether each regime lists all equilibria that exist there: True where they were derived from the payoffs, None
        where the model declares them.
    unexamined : tuple of str
        What a derivation did not examine, in words.
    interior : bool, default False
        Whether the regimes speak of the inside of the domains only, as derived ones do; the ends of a closed domain
        then count as boundary.

    Examples
    --------
    >>> import alliancegames as ag
    >>> regimes = ag.models.UnilateralDeterrence().regimes()
    >>> [regime.name for regime in regimes]
    ['Certain Deterrence', 'Separating', 'Attack', 'Bluff']
    >>> regimes.locate({"p_C": "3/10", "p_D": "1/5"})
    ('Bluff',)
    """

    def __init__(
        self,
        model: Any,
        regimes: Sequence[Regime],
        *,
        refined: bool = True,
        complete: bool | None = None,
        unexamined: Sequence[str] = (),
        interior: bool = False,
    ) -> None:
        self._model = model
        self._regimes = tuple(regime for regime in regimes if not (refined and regime.eliminated_by))
        self._complete = complete
        self._unexamined = tuple(unexamined)
        self._interior = interior

    @property
    def model(self) -> Any:
        """The model whose regimes these are."""
        return self._model

    @property
    def complete(self) -> bool | None:
        """Whether each regime lists all equilibria that exist there; None if that was not examined."""
        return self._complete

    @property
    def unexamined(self) -> tuple[str, ...]:
        """What a derivation did not examine, in words."""
        return self._unexamined

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the regimes, in the order of their codes."""
        return tuple(regime.name for regime in self._regimes)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, str):
            if index not in self.names:
                raise unknown_label("regime", index, self.names, "regimes")
            return self._regimes[self.names.index(index)]
        return self._regimes[index]

    def __len__(self) -> int:
        return len(self._regimes)

    def conditions(self, name: str) -> tuple[Any, ...]:
        """Return the conditions of a regime, all of which hold in it, as sympy inequalities.

        Where the regime is a union of regions there is one condition, a disjunction.

        Parameters
        ----------
        name : str
            Name of the regime.
        """
        import sympy

        pieces = [relations(piece) for piece in self[name].pieces(self._model.values())]
        return pieces[0] if len(pieces) == 1 else (sympy.Or(*(sympy.And(*piece, evaluate=False) for piece in pieces), evaluate=False),)

    def equilibria(self, name: str) -> Sequence[tuple[Mapping[str, Any], ...]]:
        """Return the extreme equilibria of a regime as formulas: profiles of ``{action: probability}``.

        Parameters
        ----------
        name : str
            Name of the regime.
        """
        regime = self[name]
        profiles = regime.equilibria(self._model.values()) if regime.equilibria else []
        return [tuple({action: _factored(weight) for action, weight in strategy.items()} for strategy in profile) for profile in profiles]

    def outcomes(self, name: str) -> list[dict[str, Any]]:
        """Return the outcomes in a regime as formulas, one dictionary for each of its extreme equilibria.

        Parameters
        ----------
        name : str
            Name of the regime.

        Raises
        ------
        SolverNotApplicableError
            The model does not tell its outcomes by formulas.

        Examples
        --------
        >>> import alliancegames as ag
        >>> regimes = ag.models.UnilateralDeterrence().regimes()
        >>> print(regimes.outcomes("Separating")[0]["p_war"])
        p_C*p_D
        """
        return [dict(self._model.outcome_formulas(profile)) for profile in self.equilibria(name)]

    def coverage(self, *, steps: int | None = None) -> Any:
        """Prove how the regimes cover the parameter space: no overlaps, no gaps, none empty, and each equilibrium one.

        Parameters
        ----------
        steps : int, optional
            Steps that the prover may take for one question; more settle more.

        Returns
        -------
        Coverage
            What is proved, with witnesses of overlaps and gaps, and what is unknown.

        Examples
        --------
        >>> import alliancegames as ag
        >>> coverage = ag.models.UnilateralDeterrence().regimes().coverage()
        >>> coverage.is_partition, coverage.equilibria_proved
        (True, True)
        """
        options = {} if steps is None else {"steps": steps}
        return import_module("alliancegames.statics.coverage").coverage(self, **options)

    def neighbours(self) -> list[tuple[str, str]]:
        """Return the pairs of regimes that share a piece of boundary."""
        return list(import_module("alliancegames.statics.coverage").neighbours(self))

    def to_latex(self) -> str:
        r"""Return the proposition as a paper would print it: the regimes with their conditions and equilibria.

        Examples
        --------
        >>> import alliancegames as ag
        >>> print(ag.models.UnilateralDeterrence().regimes().to_latex().splitlines()[0])
        \begin{proposition}[Unilateral deterrence]
        """
        return str(import_module("alliancegames.plotting.proposition").proposition_latex(self))

    def locate(self, point: Mapping[str, Any] | None = None) -> tuple[str, ...]:
        """Return the names of the regimes that contain a point.

        Decided in exact arithmetic, floats being read as the decimals they print. One name inside a regime; on a boundary the names of all regimes that meet there; none where no
        declared regime holds.

        Parameters
        ----------
        point : mapping, optional
            Parameter values by name or symbol; those left out keep the model's values, or else take the
            example's.

        Examples
        --------
        >>> import alliancegames as ag
        >>> ag.models.UnilateralDeterrence().regimes().locate({"p_C": "1/2", "p_D": "1/5"})
        ('Attack', 'Bluff')
        """
        return self.containing(self._model.replace(**(point or {})).completed().exact().values())

    def containing(self, values: Values) -> tuple[str, ...]:
        """Return the names of the regimes that contain a point, given the values of all parameters.

        Parameters
        ----------
        values : Values
            Numbers for all parameters.
        """
        inside = tuple(regime.name for regime in self._regimes if regime.contains(values) and not self._at_an_end(values).any())
        return inside or tuple(regime.name for regime in self._regimes if regime.contains(values, strict=False))

    def codes(self, values: Values, shape: tuple[int, ...], decide: Callable[[int], Values]) -> np.ndarray:
        """Return the regime code of many points at once.

        Parameters
        ----------
        values : Values
            Float arrays that broadcast to ``shape``.
        shape : tuple of int
            Shape of the points.
        decide : callable
            Maps the flat index of a point to its exact values; called for points too close to call.

        Returns
        -------
        ndarray of int8
            Position of the regime in the map, `BOUNDARY` where regimes meet, `UNCOVERED` where none holds.
        """
        codes = np.full(shape, UNCOVERED, dtype=np.int8)
        close = np.zeros(shape, dtype=bool)
        for number, regime in enumerate(self._regimes):
            for conditions in regime.pieces(values):
                scale = max((float(np.max(np.abs(np.asarray(side, dtype=float)))) for pair in conditions for side in pair), default=1.0)
                margin = slack(conditions, shape)
                codes[margin > 0] = number
                close |= (np.abs(margin) <= CLOSE * max(scale, 1.0)) | np.isnan(margin)
        close |= np.broadcast_to(self._at_an_end(values), shape)
        flat = codes.reshape(-1)
        for index in np.flatnonzero(close):
            flat[index] = self._code(decide(int(index)))
        return codes

    def _code(self, values: Values) -> int:
        inside = [number for number, regime in enumerate(self._regimes) if regime.contains(values)]
        if inside and not self._at_an_end(values).any():
            return inside[0]
        touching = any(regime.contains(values, strict=False) for regime in self._regimes)
        return BOUNDARY if touching else UNCOVERED

    def _at_an_end(self, values: Values) -> np.ndarray:
        """Return where some parameter is at an end of its closed domain, which is no inside point of a derived map."""
        at = np.zeros((), dtype=bool)
        for parameter in self._model.parameters if self._interior else ():
            given = getattr(values, parameter.name)
            for value in given if parameter.is_vector else (given,):
                for bound in (parameter.interval.lower, parameter.interval.upper):
                    if bound is not None:
                        at = at | (np.asarray(value) == (bound if isinstance(value, Fraction) else float(bound)))
        return at

    def boundaries(self, x: str, y: str, at: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the boundary curves in a plane of two parameters, as sympy equations.

        Parameters
        ----------
        x, y : str
            The two parameters, by name or symbol; a vector parameter moves all its components together.
        at : mapping, optional
            Values of the others; by default those of the model, or else of the example.

        Examples
        --------
        >>> import alliancegames as ag
        >>> for curve in ag.models.UnilateralDeterrence().regimes().boundaries("p_D", "p_C"):
        ...     print(curve)
        Eq(p_D - 5/7, 0)
        Eq(p_D - 5/9, 0)
        Eq(p_C - 1/2, 0)
        """
        import sympy

        values = self._model.plane(x, y, at)
        curves: dict[Any, None] = {}
        for regime in self._regimes:
            for larger, smaller in (pair for piece in regime.pieces(values) for pair in piece):
                difference = sympy.together(sympy.nsimplify(larger - smaller, rational=True))
                numerator = sympy.numer(difference)
                if numerator.free_symbols:
                    polynomial = sympy.Poly(numerator, *sorted(numerator.free_symbols, key=str)).monic()
                    curves[sympy.Eq(polynomial.as_expr(), 0, evaluate=False)] = None
        return list(curves)

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame with one row a regime: conditions, equilibria and meaning."""
        import pandas as pd

        rows = []
        for regime in self._regimes:
            profiles = [
                " × ".join("(" + ", ".join(f"{a}: {w}" for a, w in strategy.items() if w != 0) + ")" for strategy in profile)
                for profile in self.equilibria(regime.name)
            ]
            conditions = self._in_words(regime)
            rows.append(
                {"regime": regime.name, "conditions": conditions, "extreme equilibria": "; ".join(profiles), "meaning": regime.meaning}
            )
        return pd.DataFrame(rows)

    def plot(self, x: str, y: str, at: Mapping[str, Any] | None = None, *, xlim: Any = None, ylim: Any = None, ax: Any = None) -> Any:
        """Draw the regimes in a plane of two parameters, with exact boundary curves.

        Parameters
        ----------
        x, y : str
            Parameters on the axes, by name or symbol.
        at : mapping, optional
            Values of the others; by default those of the model, or else of the example.
        xlim, ylim : pair of number, optional
            Ranges shown; by default the parameters' domains, or a window around the example.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return import_module("alliancegames.plotting.regimes").plot_regimes(self, x, y, at, xlim=xlim, ylim=ylim, ax=ax)

    def _repr_html_(self) -> str:
        return str(import_module("alliancegames.plotting.tables").to_html(self))

    def __repr__(self) -> str:
        lines = [f"<RegimeMap of {self._model.key}: {len(self)} regimes>"]
        for regime in self._regimes:
            lines.append(f"  {regime.name}: {self._in_words(regime)}")
        lines += [f"  not examined: {question}" for question in self._unexamined]
        return "\n".join(lines)

    def _in_words(self, regime: Regime) -> str:
        pieces = regime.pieces(self._model.values())
        words = [" and ".join(f"{larger} ≥ {smaller}" for larger, smaller in piece) or "everywhere" for piece in pieces]
        return words[0] if len(words) == 1 else " or ".join(f"({piece})" for piece in words)


def _factored(weight: Any) -> Any:
    """Write a formula as a product, which is how papers print probabilities; leave numbers alone."""
    if not getattr(weight, "free_symbols", None):
        return weight
    import sympy

    return sympy.factor(weight)


def window(parameter: Parameter) -> tuple[float, float]:
    """Return the range of a parameter that a figure shows."""
    low, high = parameter.interval.window(parameter.example[0])
    return float(low), float(high)
