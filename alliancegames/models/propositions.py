"""Published results as checkable statements: under which condition, and what must then hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from alliancegames._conditions import Conditions, hold, relations, slack
from alliancegames.errors import ParameterError, SolveError
from alliancegames.parameters import Parameter, Values, find

__all__ = ["CheckReport", "Failure", "Proposition", "Sign", "proposition", "recalled"]

# Candidates drawn at a time, and how often, before the conditions are declared too tight to sample.
CANDIDATES, ATTEMPTS = 2048, 6000


@dataclass(frozen=True)
class Proposition:
    """A result that a model states.

    Parameters
    ----------
    name : str
        Short name, unique in the model.
    statement : str
        The result in words, with its conditions.
    status : {"verified", "recalled"}
        Verified: derived here and checked by the independent solver. Recalled: from the literature, not
        derived here.
    when : callable
        Maps parameter values to the conditions, pairs ``(larger, smaller)``, under which it is stated.
    holds : callable
        Takes the model at numbers and says whether the solver's answer agrees; None for a recalled result.
    source : str
        Where it was published, if not in the model's first reference.
    """

    name: str
    statement: str
    status: Literal["verified", "recalled"]
    when: Callable[[Values], Conditions] = field(repr=False)
    holds: Callable[[Any], bool] | None = field(repr=False)
    source: str = ""

    def conditions(self, model: Any) -> tuple[Any, ...]:
        """Return the conditions as sympy inequalities.

        Parameters
        ----------
        model : Model
            A symbolic model.
        """
        return relations(self.when(model.values()), strict=True)


def proposition(
    name: str,
    statement: str,
    *,
    when: Callable[[Values], Conditions] = lambda p: (),
    source: str = "",
) -> Callable[[Callable[[Any], bool]], Any]:
    """Turn a method of a model into one of its verified propositions.

    Parameters
    ----------
    name, statement, when, source
        As in `Proposition`. The method takes the model at numbers and returns whether the result holds.
    """

    def attach(holds: Callable[[Any], bool]) -> Any:
        holds._proposition = Proposition(name, statement, "verified", when, holds, source)  # type: ignore[attr-defined]
        return holds

    return attach


def recalled(name: str, statement: str, *, source: str = "") -> Proposition:
    """State a result that is known from the literature and has not been derived here.

    Parameters
    ----------
    name, statement, source
        As in `Proposition`.
    """
    return Proposition(name, statement, "recalled", lambda p: (), None, source)


def propositions_of(model: type[Any]) -> tuple[Proposition, ...]:
    """Return the propositions of a model class in the order in which they are written."""
    found: dict[str, Proposition] = {}
    for cls in reversed(model.__mro__):
        for member in vars(cls).values():
            stated = member if isinstance(member, Proposition) else getattr(member, "_proposition", None)
            if stated is not None:
                found[stated.name] = stated
    return tuple(found.values())


@dataclass(frozen=True)
class Sign:
    """The sign of a derivative or of a difference that a model's source states, as a claim that the statics engine decides.

    Parameters
    ----------
    claim : str
        The statement in the grammar of `alliancegames.prove`, such as ``"d(p_war)/d(c_SQ) < 0"``.
    meaning : str
        The same in words.
    where : tuple of str, default ()
        Regimes and other claims that are taken for granted; everywhere by default.
    status : {"proved", "refuted"}
        What `alliancegames.prove` finds. What is refuted is believed, and false.
    source : str
        Where it was published, if not in the model's first reference.

    Examples
    --------
    >>> import alliancegames as ag
    >>> model = ag.models.UnilateralDeterrence()
    >>> sign = next(sign for sign in model.comparative_statics if "p_war" in sign.claim)
    >>> sign.claim, sign.where
    ('d(p_war)/d(c_SQ) < 0', ('Bluff',))
    >>> model.prove(sign).status
    'proved'
    """

    claim: str
    meaning: str
    where: tuple[str, ...] = ()
    status: Literal["proved", "refuted"] = "proved"
    source: str = ""


@dataclass(frozen=True)
class Failure:
    """A point at which a proposition does not hold.

    Parameters
    ----------
    proposition : str
        Name of the proposition.
    model : Model
        The model at the point.
    """

    proposition: str
    model: Any


@dataclass(frozen=True)
class CheckReport:
    """The outcome of checking a model's propositions.

    Parameters
    ----------
    checked : dict
        Number of points checked, by proposition.
    failures : tuple of Failure
        Points at which a proposition failed; empty if all is well.
    """

    checked: dict[str, int]
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether every proposition held at every point."""
        return not self.failures

    def __repr__(self) -> str:
        lines = [f"<CheckReport: {len(self.checked)} propositions, {sum(self.checked.values())} points, {len(self.failures)} failures>"]
        lines += [f"  {failure.proposition} fails at {failure.model}" for failure in self.failures[:10]]
        return "\n".join(lines)


def check(model: Any, draws: int, rng: np.random.Generator) -> CheckReport:
    """Check all propositions of a model on random points inside their conditions."""
    checked: dict[str, int] = {}
    failures: list[Failure] = []
    for stated in model.propositions:
        if stated.holds is None:
            continue
        points = random_models(model, draws, rng, stated.when)
        checked[stated.name] = len(points)
        failures += [Failure(stated.name, point) for point in points if not stated.holds(point)]
    return CheckReport(checked, tuple(failures))


def random_models(model: Any, draws: int, rng: np.random.Generator, when: Callable[[Values], Conditions] = lambda p: ()) -> list[Any]:
    """Draw exact models inside the declared domains, the assumptions and further conditions.

    Half of the points lie on a coarse grid, where payoffs tie often; half on a fine one. Candidates are
    sifted in floats, many at a time, and confirmed exactly.

    Raises
    ------
    SolveError
        If the conditions are met by almost no point of the domains.
    """
    found: list[Any] = []
    for attempt in range(ATTEMPTS):
        denominator = (12, 997)[attempt % 2]
        numerators = {q.name: _numerators(q, model._sizes[q.name], denominator, rng) for q in model.parameters}
        _sort_orders(model, numerators)
        floats = {name: _by_component(array / denominator) for name, array in numerators.items()}
        values = Values(model.parameters, floats)
        with np.errstate(divide="ignore", invalid="ignore"):  # candidates outside the assumptions may divide by zero
            margin = slack([*model.assumptions(values), *when(values)], (CANDIDATES,))
        wanted = min(draws - len(found), (draws + 1) // 2)
        for index in np.flatnonzero(margin > 0)[:wanted]:
            try:
                point = model.replace(**{name: _exact(array[..., index], denominator) for name, array in numerators.items()})
                if hold(when(point.values())):
                    found.append(point)
            except (ParameterError, ZeroDivisionError):  # a tie that floats do not see: outside the assumptions, or of a condition
                continue
        if len(found) >= draws:
            return found
    conditions = ", ".join(map(str, relations(when(model.values()), strict=True))) or "the assumptions"
    raise SolveError(
        f"check(): only {len(found)} of {draws} points of {model.key} were found that meet {conditions}; the conditions may be contradictory.",
        found,
    )


def _numerators(parameter: Parameter, size: int, denominator: int, rng: np.random.Generator) -> np.ndarray:
    """Draw numerators of values inside the parameter's domain, one column a candidate."""
    interval = parameter.interval
    lower, upper = interval.window(max(parameter.example, key=abs))
    low = int(lower * denominator) + (not interval.closed_below)
    high = int(upper * denominator) - (not interval.closed_above)
    shape = (size, CANDIDATES) if parameter.is_vector else (CANDIDATES,)
    return rng.integers(low, high + 1, size=shape)


def _sort_orders(model: Any, numerators: dict[str, np.ndarray]) -> None:
    """Put each candidate's values of an ordered chain in order; a random draw would rarely be."""
    for chain in model.orders:
        names = [find(model.parameters, address, "orders")[0].name for address in chain]
        ordered = np.sort(np.stack([numerators[name] for name in names]), axis=0)[::-1]
        numerators.update(zip(names, ordered, strict=True))


def _by_component(array: np.ndarray) -> Any:
    return tuple(array) if array.ndim == 2 else array


def _exact(numerators: Any, denominator: int) -> Any:
    if np.ndim(numerators):
        return [Fraction(int(value), denominator) for value in numerators]
    return Fraction(int(numerators), denominator)
