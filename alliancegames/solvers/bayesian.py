"""Bayesian Nash equilibria: all of them for two players, through the agent form for more.

A strategy of a player is a lottery for each of his types: a point in a product of simplices. What the types
of the opponent can reach against it bounds it from above, so that the strategies of each player, together with
these bounds, form a polyhedron. Give a strategy the label of each own action that a type does not play, and
of each action that is a best reply for a type of the opponent. A pair of strategies is an equilibrium exactly if
every action of every type is a label of one of the two; the extreme equilibria are the pairs of vertices with
all labels, and every other equilibrium is a mixture of them, as in games without types
:cite:p:`avis2010enumeration`. Strategies by type are far fewer than plans for all types, and different plans
that come to the same behaviour are never told apart.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, ClassVar

import numpy as np

from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolveError, SolverNotApplicableError
from alliancegames.games.bayesian import BayesianGame
from alliancegames.games.bayesian_profile import BayesianProfile
from alliancegames.solvers._double_description import Ray, extreme_rays
from alliancegames.solvers.bimatrix import completely_labelled
from alliancegames.solvers.registry import Findings, Solver, choose, descending, register
from alliancegames.solvers.result import COMPLETE, EquilibriumSet, Provenance

__all__ = ["AgentForm", "TypeVertices", "bayesian_nash"]

# Regret accepted for float games, as a share of the range of the player's payoffs.
FLOAT_REGRET = 1e-9
# A player without a choice, for games with one player only: one type with one action.
NOBODY = -1


@register
@dataclass(frozen=True)
class TypeVertices:
    """All extreme equilibria of a game in which at most two players have a choice."""

    name: ClassVar[str] = "type_vertices"
    concept: ClassVar[str] = "bayesian_nash"
    description: ClassVar[str] = "all extreme Bayesian Nash equilibria of two-player games, exact and complete, degenerate or not"

    def obstacle(self, game: Any) -> str | None:
        """Refuse games in which more than two players have a choice."""
        if not isinstance(game, BayesianGame):
            return "needs a BayesianGame"
        if len(_choosers(game)) > 2:
            return f"needs 2 players; this game has {len(game.players)} ({', '.join(game.players)})"
        return None

    def solve(self, game: BayesianGame) -> Findings:
        """Enumerate the vertices of both polyhedra and pair them by labels."""
        first, second = _pair(game)
        labels = _Labels(game, first, second)
        x_rays = _vertices(game, first, second, labels)
        y_rays = _vertices(game, second, first, labels)
        pairs = list(completely_labelled(x_rays, y_rays, labels.count))
        found = [_strategies(game, ((first, x), (second, y))) for x, y in pairs]
        degenerate = any(
            ray.tight.bit_count() > _generic(game, own, other)
            for own, other, rays in ((first, second, x_rays), (second, first, y_rays))
            for ray in rays
        )
        return Findings(found, True, degenerate, COMPLETE, {"method": "double description in integers, by type"})


@register
@dataclass(frozen=True)
class AgentForm:
    """Solve the agent form by the method that `nash` chooses for it."""

    name: ClassVar[str] = "agent_form"
    concept: ClassVar[str] = "bayesian_nash"
    description: ClassVar[str] = "equilibria of the agent form, as complete as the method for many players is"

    def obstacle(self, game: Any) -> str | None:
        """Refuse other kinds of games."""
        return None if isinstance(game, BayesianGame) else "needs a BayesianGame"

    def solve(self, game: BayesianGame) -> Findings:
        """Pass the agent form on."""
        form = game.agent_form()
        method = choose("nash", form, "auto")
        found = method.solve(form)
        return Findings(found.strategies, found.complete, found.degenerate, found.status, {"agent_form": method.name, **found.certificate})


def bayesian_nash(game: BayesianGame, solver: str | Solver = "auto", *, tol: float = FLOAT_REGRET) -> EquilibriumSet[BayesianProfile]:
    """Find the Bayesian Nash equilibria of a game of incomplete information.

    For two players, whatever the number of types, the answer is complete: it lists every *extreme*
    equilibrium in strategies by type, those from which all others arise by mixing within a component. With
    exact numbers every equilibrium is exact, and no type can gain anything at all. For more players the agent
    form is solved, and ``complete`` says what is known.

    Parameters
    ----------
    game : BayesianGame
        A game with exact or float numbers.
    solver : str or Solver, default "auto"
        ``"type_vertices"`` (two players, complete), ``"agent_form"`` (any number), a configured solver
        object, or ``"auto"``.
    tol : float, default 1e-9
        Largest gain of a type accepted for float payoffs, as a share of the range of the player's payoffs.
        Exact payoffs admit no tolerance.

    Returns
    -------
    EquilibriumSet
        Of `BayesianProfile`: for each player and type the lottery over actions.

    Raises
    ------
    SolverNotApplicableError
        The game contains symbols, or the solver named does not apply.
    SolveError
        A profile failed verification (this would be a defect of the solver).

    Warns
    -----
    IncompleteSearchWarning
        More than two players have a choice and the search was not complete.

    Notes
    -----
    The number of vertices, and so the cost, can grow exponentially with the number of types and actions:
    hundredths of a second for three types with two actions each, a fifth of a second for three with three,
    a quarter of a minute for four with three.

    Examples
    --------
    A patron who does not know whether the protégé is loyal supports him if loyalty is likely enough.

    >>> import alliancegames as ag
    >>> value = {("loyal", "support", "stand"): (2, 2), ("loyal", "abandon", "stand"): (0, -1),
    ...          ("fickle", "support", "stand"): (-1, 0), ("fickle", "abandon", "stand"): (0, -1),
    ...          ("fickle", "support", "leave"): (-2, 1), ("fickle", "abandon", "leave"): (0, 0)}
    >>> game = ag.BayesianGame(["Patron", "Protégé"], [["patron"], ["loyal", "fickle"]], [[1], ["2/3", "1/3"]],
    ...                        [["support", "abandon"], {"loyal": ["stand"], "fickle": ["stand", "leave"]}],
    ...                        lambda types, actions: value[types[1], *actions])
    >>> eqs = ag.bayesian_nash(game)
    >>> print(eqs)
    <EquilibriumSet: 1 Bayesian Nash equilibrium (complete, exact, nondegenerate game)>
      Patron: support; Protégé loyal: stand; Protégé fickle: leave
    >>> eqs[0].interim_payoffs["Protégé"]
    {'loyal': Fraction(2, 1), 'fickle': Fraction(1, 1)}
    """
    started = time.perf_counter()
    _validate(game, tol)
    method = choose("bayesian_nash", game, solver)
    found = method.solve(game)
    unique = {tuple(tuple(strategy) for strategy in strategies): strategies for strategies in found.strategies}
    profiles = [BayesianProfile(game, strategies) for strategies in sorted(unique.values(), key=descending)]
    worst = _verified(method, profiles, tol)
    if found.complete is None:
        warnings.warn(f"bayesian_nash(): {found.status.message}", IncompleteSearchWarning, stacklevel=2)
    options: dict[str, Any] = {"tol": tol} if game.field == "float" else {}
    provenance = Provenance(method.name, __version__, time.perf_counter() - started, options, worst, dict(found.certificate))
    exact = game.field == "exact"
    return EquilibriumSet(
        game, "Bayesian Nash equilibrium", tuple(profiles), found.complete, exact, found.degenerate, found.status, provenance
    )


def _validate(game: Any, tol: float) -> None:
    if not isinstance(game, BayesianGame):
        raise GameDefinitionError(
            f"bayesian_nash(): expected a BayesianGame, got {type(game).__name__}; use nash() for games in normal form."
        )
    if game.field == "symbolic":
        names = ", ".join(sorted(map(str, game.free_symbols))) or "irrational numbers"
        raise SolverNotApplicableError(
            f"bayesian_nash(): the game contains {names}; substitute numbers with .subs({{...}}), or use .floats()."
        )
    if not (isinstance(tol, (int, float)) and 0 <= tol < 1):
        raise GameDefinitionError(f"bayesian_nash(): tol is a share of the payoff range and must lie in [0, 1), got {tol}.")


def _verified(method: Solver, profiles: Sequence[BayesianProfile], tol: float) -> Any:
    """Return the largest gain of any type over all profiles, or raise if one is no equilibrium."""
    worst: Any = Fraction(0)
    for profile in profiles:
        game = profile.game
        for k, gains in enumerate(profile.regret.values()):
            gain = max(gains.values())
            if game.field == "float":
                gain = gain / (_spread(game, k) or 1.0)
            if not gain <= (0 if game.field == "exact" else tol) or not _is_lottery(profile):
                raise SolveError(
                    f"bayesian_nash(): solver {method.name!r} returned {profile}, which is no equilibrium (gain {gain}); please report this game.",
                    profile,
                )
            worst = max(worst, gain)
    return worst


def _is_lottery(profile: BayesianProfile) -> bool:
    return all(
        min(strategy) >= 0 and abs(sum(strategy) - 1) <= (0 if profile.game.field == "exact" else 1e-9) for strategy in profile.arrays()
    )


def _spread(game: BayesianGame, player: int) -> float:
    values = [value for tables in game.tables.values() for value in tables[player].flat]
    return float(max(values) - min(values))


# ---------------------------------------------------------------- the polyhedra


def _choosers(game: BayesianGame) -> list[int]:
    """Return the players some type of whom has a choice."""
    return sorted({k for k, t in game.agents if len(game.actions[k][t]) > 1})


def _pair(game: BayesianGame) -> tuple[int, int]:
    """Return two players, those with a choice among them; the rest have none."""
    active = _choosers(game)
    idle = [k for k in range(len(game.players)) if k not in active]
    chosen = sorted((active + idle)[:2])
    return (chosen[0], chosen[1]) if len(chosen) > 1 else (chosen[0], NOBODY)


def _kinds(game: BayesianGame, player: int) -> list[int]:
    """Return the types of a player that can occur."""
    return [0] if player == NOBODY else [t for k, t in game.agents if k == player]


def _size(game: BayesianGame, player: int, kind: int) -> int:
    return 1 if player == NOBODY else len(game.actions[player][kind])


class _Labels:
    """Numbers the actions of all types of both players."""

    def __init__(self, game: BayesianGame, first: int, second: int) -> None:
        self.of: dict[tuple[int, int, int], int] = {}
        for player in (first, second):
            for kind in _kinds(game, player):
                for action in range(_size(game, player, kind)):
                    self.of[player, kind, action] = len(self.of)
        self.count = len(self.of)


def _generic(game: BayesianGame, own: int, other: int) -> int:
    """Return the dimension of a player's polyhedron: a vertex with more labels shows that the game is degenerate."""
    return sum(_size(game, own, t) - 1 for t in _kinds(game, own)) + len(_kinds(game, other))


def _vertices(game: BayesianGame, own: int, other: int, labels: _Labels) -> list[Ray]:
    """Return the vertices of the polyhedron of a player's strategies and the bounds of the other's types, with labels."""
    slots = [(t, a) for t in _kinds(game, own) for a in range(_size(game, own, t))]
    kinds = _kinds(game, other)
    dimension = len(slots) + len(kinds)
    normals: list[list[int]] = []
    start = _kinds(game, own)[0]
    for kind in _kinds(game, own)[1:]:  # all types' probabilities have the same sum
        row = [(t == kind) - (t == start) for t, _ in slots] + [0] * len(kinds)
        normals += [row, [-entry for entry in row]]
    bits = [labels.of[own, t, a] for t, a in slots] + [None] * (len(kinds) + len(normals))
    for place, kind in enumerate(kinds):
        for action, values in enumerate(_replies(game, own, other, kind, slots)):
            normals.append([-value for value in values] + [int(place == j) for j in range(len(kinds))])
            bits.append(labels.of[other, kind, action])
    unplayed = (1 << len(slots)) - 1
    rays = (ray for ray in extreme_rays(normals, dimension) if ray.tight & unplayed != unplayed)
    # The coordinates kept are the strategy, then a one in the place of the bound.
    return [Ray(ray.coordinates[: len(slots)], _translated(ray.tight, bits)) for ray in rays]


def _translated(tight: int, bits: Sequence[int | None]) -> int:
    return sum(1 << bit for k, bit in enumerate(bits) if bit is not None and tight >> k & 1)


def _replies(game: BayesianGame, own: int, other: int, kind: int, slots: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return positive integer payoffs of each action of the other's type, by what the player does as each of his types.

    They are weighted by the prior; constants in a column change no best reply.
    """
    table = [[Fraction(0)] * len(slots) for _ in range(_size(game, other, kind))]
    if other != NOBODY:
        for cell, weight in game.weights.items():
            if cell[other] != kind:
                continue
            for j, (t, a) in enumerate(slots):
                if own == NOBODY or cell[own] == t:
                    for action, row in enumerate(table):
                        row[j] += Fraction(weight) * Fraction(_payoff(game, cell, {own: a, other: action}, other))
    scale = lcm(*(value.denominator for row in table for value in row))
    lowest = [min(row[j] for row in table) for j in range(len(slots))]
    return [[int((value - low) * scale) + 1 for value, low in zip(row, lowest, strict=True)] for row in table]


def _payoff(game: BayesianGame, cell: tuple[int, ...], moves: dict[int, int], player: int) -> Any:
    """Return a payoff where two players move and all others have no choice."""
    value = game.tables[cell][player][tuple(moves.get(k, 0) for k in range(len(cell)))]
    return float(value) if isinstance(value, np.floating) else value


def _strategies(game: BayesianGame, sides: Sequence[tuple[int, Ray]]) -> list[np.ndarray]:
    """Return a pair of vertices as one lottery for each agent."""
    lotteries: dict[tuple[int, int], list[Fraction]] = {}
    for player, ray in sides:
        place = 0
        for kind in _kinds(game, player):
            size = _size(game, player, kind)
            part = ray.coordinates[place : place + size]
            lotteries[player, kind] = [Fraction(weight, sum(part)) for weight in part]
            place += size
    strategies = []
    for agent in game.agents:
        weights = lotteries.get(agent, [Fraction(1)])
        vector = np.empty(len(weights), dtype=float if game.field == "float" else object)
        vector[:] = [float(weight) for weight in weights] if game.field == "float" else weights
        strategies.append(vector)
    return strategies
