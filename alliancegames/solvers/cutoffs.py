"""Equilibria in cutoff strategies: all of them, each with a proof."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from alliancegames._fields import format_number
from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolveError, SolverNotApplicableError
from alliancegames.games.cutoff import HIGH, INSIDE, LOW, CutoffGame, CutoffProfile
from alliancegames.solvers._cutoff_systems import System, box_of, clusters, evaluate, named, point_slopes, simplest
from alliancegames.solvers._duals import Dual
from alliancegames.solvers._intervals import Interval
from alliancegames.solvers.registry import Findings, Solver, choose, register
from alliancegames.solvers.result import EquilibriumSet, Provenance, Status

__all__ = ["IntervalNewton", "cutoff_equilibria"]

# Boxes narrower than this share of the range are not cut further: what is singular at this scale is reported.
WIDTH = 2.0**-32
LIMIT = 200_000
# Beyond this number of unknowns boxes are too many to examine.
MANY_UNKNOWNS = 4
# Slopes of replies closer to 1 than this leave stability open.
CLOSE = 1e-9
# Types at which the gain of each player is compared with the cutoff found.
TYPES_CHECKED = 201
# Unresolved regions wider than this share of the range look like a continuum.
WIDE = 1e-3

COMPLETE = Status("complete", "Every equilibrium in cutoff strategies is listed; each is proved to exist and to be alone in its enclosure.")
NONE_EXISTS = Status("none", "It is proved that no equilibrium in cutoff strategies exists.")


@register
@dataclass(frozen=True)
class IntervalNewton:
    """Isolate every zero of the equilibrium conditions by interval arithmetic.

    Parameters
    ----------
    width : float, default 2**-32
        Boxes narrower than this share of the range are not cut further.
    limit : int, default 200000
        Largest number of boxes examined.
    """

    width: float = WIDTH
    limit: int = LIMIT

    name: ClassVar[str] = "interval_newton"
    concept: ClassVar[str] = "cutoff_equilibria"
    description: ClassVar[str] = "all equilibria in cutoff strategies, each proved to exist and to be alone in its enclosure"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games with too many unknowns."""
        if not isinstance(game, CutoffGame):
            return "needs a CutoffGame"
        count = len(game.labels)
        return f"searches at most {MANY_UNKNOWNS} unknowns; this game has {count}" if count > MANY_UNKNOWNS else None

    def solve(self, game: CutoffGame) -> Findings:
        """Isolate the zeros; what is singular is reported in the certificate."""
        low, high = box_of(game)
        isolation = System(game.residuals, low, high).search(self.width, self.limit)
        regions = clusters(isolation.unresolved, high - low)
        found = sorted((_profile(game, root) for root in isolation.roots), key=lambda item: tuple(map(float, item.values)))
        places = tuple(named(region, game.labels) for region in regions)
        certificate = {"boxes": isolation.boxes, "singular": places}
        if regions:
            return Findings(found, None, None, _singular(regions, places, high - low), certificate)
        return Findings(found, True, None, COMPLETE if found else NONE_EXISTS, certificate)


def _singular(regions: Sequence[Interval], places: Sequence[Mapping[str, tuple[float, float]]], scale: np.ndarray) -> Status:
    """Say where equilibria may be singular, and of what kind they seem to be."""
    first = ", ".join(f"{label} in [{low:.9g}, {high:.9g}]" for label, (low, high) in places[0].items())
    more = f" and in {len(regions) - 1} further regions" if len(regions) > 1 else ""
    wide = any((region.width > WIDE * scale).any() for region in regions)
    kind = "they seem to form a continuum" if wide else "two equilibria meet there (a fold), or nearly so"
    return Status("singular", f"Every equilibrium listed is proved, but others may lie near {first}{more}: {kind}.")


def _profile(game: CutoffGame, root: Interval) -> CutoffProfile:
    """Turn the enclosure of a zero into an equilibrium: exact where possible, in the corner where it is proved to be."""
    corners = _corners(game, root)
    exact = _exact_values(game, root)
    if exact is not None:
        return CutoffProfile(game, exact, Fraction(0), corners, _stability(game, exact, corners))
    radius = np.where([place != INSIDE for place in corners], 0.0, np.nextafter(root.width / 2, np.inf))
    values = tuple(
        ends[place == HIGH] if place else float(middle) for place, ends, middle in zip(corners, game.ends, root.midpoint, strict=True)
    )
    return CutoffProfile(game, values, float(radius.max()), corners, _stability(game, values, corners))


def _corners(game: CutoffGame, root: Interval) -> tuple[str, ...]:
    """Say of each unknown whether its zero is proved to be the corner at an end of its range."""
    if not game.has_corners:
        return (INSIDE,) * len(game.labels)

    def distances(x: list[Dual]) -> list[Any]:
        conditions = game.conditions(x)
        below = [h - (value - low) for h, value, (low, _) in zip(conditions, x, game.ends, strict=True)]
        above = [h - (value - high) for h, value, (_, high) in zip(conditions, x, game.ends, strict=True)]
        return [*below, *above]

    results = [result.value for result in evaluate(distances, root[None, :], 0)]
    half = len(results) // 2
    return tuple(
        LOW if low.low[0] > 0 else HIGH if high.high[0] < 0 else INSIDE for low, high in zip(results[:half], results[half:], strict=True)
    )


def _exact_values(game: CutoffGame, root: Interval) -> tuple[Fraction, ...] | None:
    """Return the zero as fractions if the simplest ones in its enclosure satisfy the conditions exactly."""
    guess = tuple(simplest(Fraction(low), Fraction(high)) for low, high in zip(root.low.tolist(), root.high.tolist(), strict=True))
    try:
        residuals = game.residuals(guess)
    except (ZeroDivisionError, TypeError, ValueError):
        return None
    return guess if all(isinstance(value, (int, Fraction)) and value == 0 for value in residuals) else None


def _stability(game: CutoffGame, values: Sequence[Any], corners: Sequence[str]) -> bool | None:
    """Say whether simultaneous best replies lead back: the largest eigenvalue of their slopes, against 1."""
    if game.kind == "conditions":
        return None
    count = len(values)
    slopes = point_slopes(lambda x: game.conditions(x[count:], x[:count]), [*map(float, values)] * 2)
    own = np.diagonal(slopes[:, :count])
    if not (own > 0).all() or not np.isfinite(slopes).all():
        return None
    replies = -slopes[:, count:] / own[:, None]
    replies[[place != INSIDE for place in corners]] = 0.0
    size = float(np.abs(np.linalg.eigvals(replies)).max())
    return None if abs(size - 1) <= CLOSE else size < 1


def cutoff_equilibria(game: CutoffGame, solver: str | Solver = "auto", *, tol: float = 1e-9) -> EquilibriumSet[CutoffProfile]:
    """Find all equilibria in cutoff strategies.

    Parameters
    ----------
    game : CutoffGame
        The game, at numbers.
    solver : str or Solver, default "auto"
        ``"interval_newton"``, or a configured `solvers.cutoffs.IntervalNewton`.
    tol : float, default 1e-9
        Largest residual accepted by the check in floats, as a share of the range of the conditions.

    Returns
    -------
    EquilibriumSet
        The equilibria with their enclosures. ``complete`` is True if it is proved that there are no others;
        then an empty list is a proof that there is none. Where equilibria are singular (two about to merge,
        or a continuum), ``complete`` is None, and the status and ``provenance.certificate["singular"]`` say where.

    Raises
    ------
    SolverNotApplicableError
        The game contains symbols or cannot be evaluated on enclosures, or has too many unknowns.
    GameDefinitionError
        A gain is not monotone in the own type.
    SolveError
        An equilibrium failed the check in floats (this would be a defect of the solver).

    Warns
    -----
    IncompleteSearchWarning
        Some equilibria may be singular.

    Notes
    -----
    The ranges of all unknowns are cut into boxes, which interval arithmetic either excludes or proves to
    contain exactly one equilibrium. Exact equilibria are recognised: a simple
    fraction in an enclosure that satisfies exact conditions exactly.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.games.distributions import normal_cdf
    >>> game = ag.CutoffGame.from_replies({"p": (0, 1)}, lambda play: normal_cdf(4 * play["p"] - 2))
    >>> ag.cutoff_equilibria(game)
    <EquilibriumSet: 3 cutoff equilibria (complete, floating point)>
      p = 0.0300743; stable
      p = 0.5; unstable
      p = 0.969926; stable
    """
    started = time.perf_counter()
    _check_game(game, tol)
    method = choose("cutoff_equilibria", game, solver)
    found = method.solve(game)
    worst = max((_checked(game, item, tol) for item in found.strategies), default=0.0)
    if found.complete is None:
        warnings.warn(f"cutoff_equilibria(): {found.status.message}", IncompleteSearchWarning, stacklevel=2)
    exact = bool(found.strategies) and all(isinstance(value, Fraction) for item in found.strategies for value in item.cutoffs.values())
    options: dict[str, Any] = asdict(method) if is_dataclass(method) else {}
    provenance = Provenance(method.name, __version__, time.perf_counter() - started, options | {"tol": tol}, worst, dict(found.certificate))
    return EquilibriumSet(
        game,
        "cutoff equilibrium",
        tuple(found.strategies),
        found.complete,
        exact and bool(found.strategies),
        None,
        found.status,
        provenance,
    )


def _check_game(game: Any, tol: Any) -> None:
    if not isinstance(game, CutoffGame):
        raise GameDefinitionError(f"cutoff_equilibria(): expected a CutoffGame, got {type(game).__name__}; call .game() on a model.")
    if not (isinstance(tol, (int, float)) and 0 <= tol < 1):
        raise GameDefinitionError(f"cutoff_equilibria(): tol is a share of a range and must lie in [0, 1), got {tol!r}.")
    symbols = {str(s) for end in sum(game.ends, ()) for s in getattr(end, "free_symbols", ())}
    if symbols:
        names = ", ".join(sorted(symbols))
        raise SolverNotApplicableError(f"cutoff_equilibria(): the game contains the symbols {names}; give numbers to every parameter.")


def _checked(game: CutoffGame, item: CutoffProfile, tol: float) -> Any:
    """Return by how much an equilibrium misses its conditions in plain arithmetic; raise if it is none."""
    low, high = box_of(game)
    point = [float(value) for value in item.values]
    slopes = np.abs(point_slopes(game.residuals, point)) @ (high - low)
    residuals = np.abs([float(value) for value in game.residuals(item.values)])
    worst = float((residuals / np.maximum(slopes, np.finfo(float).tiny)).max())
    if not worst <= tol:
        raise SolveError(f"cutoff_equilibria(): {item} misses its conditions by {worst:.3g} of their range; please report this game.", item)
    if game.kind == "gains":
        for k in range(len(game.labels)):
            _check_monotone(game, item, k, tol)
    return Fraction(0) if item.error == 0 and not residuals.any() else worst


def _check_monotone(game: CutoffGame, item: CutoffProfile, k: int, tol: float) -> None:
    """Check that all types on the acting side gain by acting and all others lose."""
    player = game.labels[k]
    low, high = box_of(game)
    types = np.linspace(low[k], high[k], TYPES_CHECKED)
    play = game.play(item.values)
    gains = np.array([float(game.gain(player, float(own), play)) for own in types])
    gains = np.where(np.isfinite(gains), gains, 0.0)
    cutoff = -np.inf if item.corners[k] == LOW else np.inf if item.corners[k] == HIGH else float(item.values[k])
    acting = types > cutoff if game.acts[player] == "above" else types < cutoff
    wrong = np.where(acting, -gains, gains) * (types != cutoff)
    worst = int(np.argmax(wrong))
    if wrong[worst] > max(tol, 1e-9) * np.abs(gains).max():
        raise GameDefinitionError(
            f"cutoff_equilibria(): the gain of {player} must be monotone in the own type, {'rising' if game.acts[player] == 'above' else 'falling'}; "
            f"type {types[worst]:.6g} gains {gains[worst]:.6g} by acting although the cutoff is {format_number(item.values[k])}. "
            "Check acts= and the sign of the gain."
        )
