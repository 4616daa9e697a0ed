"""Subgame-perfect equilibrium payoffs of two-player stochastic games."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alliancegames._fields import decimal_reading, format_number
from alliancegames._immutable import FrozenDict
from alliancegames._labels import resolve
from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.stochastic import StochasticGame
from alliancegames.solvers.markov import PolicySearch
from alliancegames.solvers.payoff_set import BOUNDED, EXACT, NONE_IN_PURE, PayoffSet
from alliancegames.solvers.polytope import Polytope, planar_hull
from alliancegames.solvers.repeated._stochastic_automaton import Plan, Stage, StochasticAutomaton
from alliancegames.solvers.repeated._stochastic_bounds import Outer, inner_bound, outer_bound
from alliancegames.solvers.repeated._stochastic_machine import Decomposition
from alliancegames.solvers.repeated._stochastic_operator import Family, Tables, read_tables
from alliancegames.solvers.result import Provenance, Status

__all__ = ["StochasticPayoffs", "stochastic_payoffs"]

CONCEPT = "subgame-perfect equilibrium"
READ = Status("rounded", "Solved in exact numbers with each float read as the decimal it prints; the corners are rounded to floats.")
# Where no other inner bound is found, stationary equilibria are searched in at most this many cases.
STATIONARY_CASES = 500


@dataclass(frozen=True, eq=False, repr=False)
class StochasticPayoffs(Mapping[str, PayoffSet]):
    """Equilibrium payoffs of a stochastic game from each state on: ``payoffs[state]`` is a `PayoffSet`.

    All payoffs are normalised: ``(1 - delta)`` times the discounted sums that `StochasticGame` itself uses.

    Parameters
    ----------
    game : StochasticGame
        The game.
    sets : mapping of str to PayoffSet
        One payoff set a state.
    status : Status
        How the computation ended for the game as a whole.
    provenance : Provenance
        Method, version, options; the certificate says what proves the bounds.
    """

    game: StochasticGame
    sets: Mapping[str, PayoffSet]
    status: Status
    provenance: Provenance

    def __getitem__(self, state: str | int) -> PayoffSet:
        return self.sets[self.game.states[resolve(state, self.game.states, "state", "payoffs[...]")]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.game.states)

    def __len__(self) -> int:
        return len(self.game.states)

    @property
    def exact(self) -> bool:
        """Whether all sets are exact."""
        return all(one.exact for one in self.sets.values())

    @property
    def complete(self) -> bool | None:
        """True if no payoff vector is missing from any inner set, else None."""
        return True if all(one.complete for one in self.sets.values()) else None

    @property
    def is_empty(self) -> bool:
        """Whether it is proved that no state has an equilibrium in pure strategies."""
        return all(one.is_empty for one in self.sets.values())

    @property
    def gap(self) -> float:
        """The largest gap between inner and outer set in any state, in payoffs."""
        return max(one.gap for one in self.sets.values())

    def automaton(self, state: str | int, point: Mapping[str, Any] | Sequence[Any]) -> StochasticAutomaton:
        """Return a strategy profile, as a finite machine, that attains a payoff vector from a state on.

        Parameters
        ----------
        state : str or int
            The state in which play starts.
        point : mapping of player to number, or sequence of number
            One normalised payoff a player, in the inner set of the state.
        """
        machine: StochasticAutomaton = self[state].automaton(point)
        return machine

    def summary(self) -> str:
        """Return a text report: the corners in each state, the gap, and what proves the bounds."""
        lines = [repr(self), f"  status: {self.status}. {self.status.message}"]
        lines += [f"  {name}: {value}" for name, value in self.provenance.certificate.items() if isinstance(value, str)]
        lines.append(f"  solver: {self.provenance.solver}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        head = f"<StochasticPayoffs: {len(self)} states, players {', '.join(self.game.players)}, delta {format_number(self.game.delta)}; normalised>"
        return "\n".join([head, *(f"  {state}: {one!r}" for state, one in self.sets.items())])


def stochastic_payoffs(
    game: StochasticGame, *, tol: float = 1e-10, max_rounds: int = 2000, progress: Callable[[int, float], Any] | None = None
) -> StochasticPayoffs:
    """Find all subgame-perfect equilibrium payoffs of a two-player stochastic game, from each state on.

    Strategies are pure given the outcomes of public lotteries, and states and actions are observed. The
    operator of Abreu, Pearce and Stacchetti is applied in exact numbers, with corners rounded outwards only,
    so every round holds all equilibrium payoffs. After each round the sets are cut with stationary bounds
    in the directions of their edges, in the spirit of Abreu, Brooks and Sannikov [1]_; where no incentive
    binds that reaches the limit at once. The inner bound is a family of sets whose payoffs are all generated
    by the family itself, which is checked exactly. Where both meet the answer is exact.

    A subgame without an equilibrium in pure strategies leaves none to any state from which it can be
    reached, on or off the path. Unlike in repeated games, more patience may shrink the sets, since it also
    changes how much the states matter.

    Parameters
    ----------
    game : StochasticGame
        A game with two players. Floats are read as the decimals that they print.
    tol : float
        Aim for the gap between inner and outer sets, as a share of the range of payoffs.
    max_rounds : int
        Applications of the operator after which the search stops with the gap that it has.
    progress : callable, optional
        Called after each round with its number and how far it moved the sets, as a share of the range.

    Returns
    -------
    StochasticPayoffs
        One `PayoffSet` a state, in normalised payoffs: ``(1 - delta)`` times discounted sums.

    References
    ----------
    .. [1] D. Abreu, B. Brooks and Y. Sannikov, "Algorithms for Stochastic Games with Perfect Monitoring",
       Econometrica 88 (2020), 1661-1695.

    Examples
    --------
    Two allies share a border that is calm or tense; each may contribute or shirk, and joint effort calms:

    >>> from fractions import Fraction
    >>> from alliancegames.games import StochasticGame
    >>> from alliancegames.solvers.repeated.stochastic_payoffs import stochastic_payoffs
    >>> dilemma = {("C", "C"): (2, 2), ("C", "D"): (-1, 3), ("D", "C"): (3, -1), ("D", "D"): (0, 0)}
    >>> drift = {cell: {"calm": "2/3", "tense": "1/3"} if cell == ("C", "C") else "tense" for cell in dilemma}
    >>> border = StochasticGame(
    ...     ["calm", "tense"], ["A", "B"], {"calm": [["C", "D"]] * 2, "tense": [["C", "D"]] * 2},
    ...     {"calm": {cell: (a + 1, b + 1) for cell, (a, b) in dilemma.items()}, "tense": dilemma},
    ...     {"calm": drift, "tense": drift}, delta="1/2")
    >>> payoffs = stochastic_payoffs(border)
    >>> payoffs["tense"].exact, payoffs["tense"].support((1, 1))
    (True, Fraction(14, 3))
    >>> payoffs.automaton("tense", (Fraction(7, 3), Fraction(7, 3))).is_equilibrium
    True
    """
    started = time.perf_counter()
    exact = _readable(game)
    if not (isinstance(tol, float) and tol > 0) or max_rounds < 1:
        raise SolverNotApplicableError(
            f"stochastic_payoffs(): tol must be a positive float and max_rounds at least 1, got {tol!r}, {max_rounds!r}."
        )
    tables = read_tables(exact.states, lambda s: list(exact._ordered(s)), exact.reward, exact.transition, exact.delta)
    outer = outer_bound(tables, tol, max_rounds, progress)
    inner = inner_bound(tables, outer, lambda: _stationary_family(exact))
    return _result(game, exact, tables, outer, inner, {"tol": tol, "max_rounds": max_rounds}, started)


def _readable(game: StochasticGame) -> StochasticGame:
    """Return the game in exact numbers, or say why it cannot be solved."""
    if not isinstance(game, StochasticGame):
        raise GameDefinitionError(f"stochastic_payoffs(): expected a StochasticGame, got {type(game).__name__}.")
    if len(game.players) != 2:
        raise SolverNotApplicableError(
            f"stochastic_payoffs(): the game needs 2 players; this one has {len(game.players)} ({', '.join(game.players)}). "
            "Stationary equilibria of any number of players: markov_perfect()."
        )
    if game.field == "symbolic":
        raise SolverNotApplicableError("stochastic_payoffs(): the game contains symbols; give numbers to every parameter.")
    return game if game.field == "exact" else _decimals(game)


def _decimals(game: StochasticGame) -> StochasticGame:
    """Return a game of floats with each number read as the decimal it prints, and probabilities that add up to one."""
    cells = {state: list(game._ordered(state)) for state in game.states}
    rewards = {s: {c: tuple(decimal_reading(x) for x in game.reward(s, c)) for c in cells[s]} for s in game.states}
    moves = {s: {c: _proper(game.transition(s, c)) for c in cells[s]} for s in game.states}
    return StochasticGame(
        game.states, game.players, game.actions, rewards, moves, decimal_reading(game.delta), initial=_proper(game.initial), field="exact"
    )


def _proper(lottery: Mapping[str, float]) -> dict[str, Fraction]:
    read = {state: decimal_reading(probability) for state, probability in lottery.items()}
    total = sum(read.values())
    return {state: probability / total for state, probability in read.items()}


def _stationary_family(game: StochasticGame) -> Family | None:
    """Return the hulls of the normalised payoffs of pure stationary equilibria, which generate themselves."""
    found = PolicySearch(limit=STATIONARY_CASES).solve(game).strategies
    if not found:
        return None
    share = 1 - game.delta
    values = [profile.values for profile in found]
    return [planar_hull([tuple(share * x for x in value[state].values()) for value in values]) for state in game.states]


def _result(
    game: StochasticGame, exact: StochasticGame, tables: Tables, outer: Outer, inner: Family, options: dict[str, Any], started: float
) -> StochasticPayoffs:
    """Wrap both bounds into payoff sets."""
    decomposition = Decomposition(tables, inner)
    certificate = {"outer": _why_outer(outer), "inner": _why_inner(outer, inner), "rounds": outer.rounds}
    provenance = Provenance("abreu_brooks_sannikov", __version__, time.perf_counter() - started, options, 0, certificate)
    sets = {}
    for k, state in enumerate(game.states):
        polytopes = [Polytope.from_points(polygon, coordinates=2) for polygon in (inner[k], outer.family[k])]
        status = NONE_IN_PURE if not outer.family[k] else EXACT if polytopes[0] == polytopes[1] else BOUNDED
        if game.field == "float":
            polytopes = [polytope.floats() for polytope in polytopes]
            status = READ if status == EXACT else status
        witness = _Witness(exact, decomposition, k)
        sets[state] = PayoffSet(
            game.players, f"{CONCEPT} from state {state!r}", polytopes[0], polytopes[1], status, provenance, game, witness
        )
    found = {one.status for one in sets.values()}
    overall = next(s for s in (BOUNDED, READ, EXACT, NONE_IN_PURE) if s in found)
    return StochasticPayoffs(game, FrozenDict(sets), overall, provenance)


def _why_outer(outer: Outer) -> str:
    if not any(outer.family):
        return f"no payoff is left after {outer.rounds} rounds, each of which holds all equilibrium payoffs"
    if outer.fixed:
        return f"{outer.rounds} rounds in exact numbers, the last of them shown to be the limit"
    return f"{outer.rounds} rounds in exact numbers, rounded outwards"


def _why_inner(outer: Outer, inner: Family) -> str:
    if not any(outer.family):
        return "empty"
    if not any(inner):
        return "no self-generating family was found"
    return "every payoff is generated by the family itself, checked in exact numbers"


@dataclass(frozen=True)
class _Witness:
    """Makes the strategies that attain payoffs from one state on."""

    game: StochasticGame
    decomposition: Decomposition
    state: int

    def automaton(self, point: Sequence[Any]) -> StochasticAutomaton:
        """Return a machine that attains a point of the inner set."""
        family, names = self.decomposition.family, self.game.states
        start = self.decomposition.lottery(self.state, point)
        order = {(self.state, corner): k for k, (corner, _) in enumerate(start)}
        plans: list[Any] = []
        punished: dict[int, tuple[tuple[int, int], ...]] = {}
        queue = list(order)
        for x, corner in queue:  # grows while it runs

            def place(node: tuple[int, int]) -> int:
                if node not in order:
                    order[node] = len(order)
                    queue.append(node)
                return order[node]

            listed = []
            for share, cell, then in self.decomposition.branches(x, corner):
                listed.append(
                    Plan(share, cell, FrozenDict({names[y]: tuple((place((y, c)), w) for c, w in lot) for y, lot in then.items()}))
                )
            for y in self.decomposition.tables.reach[x]:
                punished[y] = tuple((y, self.decomposition.worst(y, i)) for i in range(2))
                for node in punished[y]:
                    place(node)
            plans.append(tuple(listed))
        stages = tuple(Stage(names[x], tuple(map(Fraction, family[x][c])), listed) for (x, c), listed in zip(queue, plans, strict=True))
        punishments = FrozenDict({names[y]: tuple(order[node] for node in nodes) for y, nodes in punished.items()})
        return StochasticAutomaton(self.game, stages, tuple((order[self.state, c], w) for c, w in start), punishments)
