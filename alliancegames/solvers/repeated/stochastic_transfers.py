"""Stochastic games with transfers: joint payoffs, punishments and the sets of equilibrium payoffs in every state.

The theory and the elimination of action profiles are those of Goldlücke and Kranz (2018). If players can
pay each other, the set of equilibrium payoffs in a state x is a simplex: everybody gets at least v_i(x),
all together at most U(x). A profile can be played in x exactly if the joint payoff that follows covers what
the players could each secure by a deviation that is then punished.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alliancegames._fields import format_number
from alliancegames._labels import resolve
from alliancegames._version import __version__
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.games.stochastic import StochasticGame
from alliancegames.solvers.payoff_set import EXACT, NONE_IN_PURE, PayoffSet
from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.repeated._transfers_critical import Structure, bracket, identify, solved, sustained
from alliancegames.solvers.repeated._transfers_elimination import Cell, Elimination, Values, fraction, lottery
from alliancegames.solvers.result import Provenance, Status

__all__ = ["StochasticCritical", "StochasticTransferPayoffs", "stochastic_transfer_critical", "stochastic_transfer_payoffs"]

COMPLETE = Status("complete", "The set of equilibrium payoffs is known in every state.")
SOME_NONE = Status("none", "It is proved that from some states on there is no equilibrium in pure strategies.")


@dataclass(frozen=True, eq=False, repr=False)
class StochasticTransferPayoffs:
    """Equilibrium payoffs of a stochastic game with transfers, state by state.

    All payoffs are normalised: ``(1 - delta)`` times the discounted sums of the game.

    Parameters
    ----------
    game : StochasticGame
        The game.
    joint : mapping of str to number
        For each state the largest sum of payoffs in equilibrium.
    punishments : mapping of str to mapping of str to number
        For each state the lowest equilibrium payoff of each player.
    path : mapping of str to tuple of str
        Profile played in each state on the path of an equilibrium with the largest joint payoff.
    punishing : mapping of str to mapping of str to tuple of str
        For each player the profile that punishes the player in each state.
    slack : mapping of str to number
        For each state the least amount by which the joint payoff covers the deviations, over the path and
        the punishments; never negative.
    exact : bool
        Whether all numbers are exact rationals.
    status : Status
        ``"complete"``; or ``"none"`` if there are states without an equilibrium, which the mappings leave out.
    provenance : Provenance
        Method, version; the certificate holds the number of rounds and of profiles eliminated.
    """

    game: StochasticGame
    joint: Mapping[str, Any]
    punishments: Mapping[str, Mapping[str, Any]]
    path: Mapping[str, Cell]
    punishing: Mapping[str, Mapping[str, Cell]]
    slack: Mapping[str, Any]
    exact: bool
    status: Status
    provenance: Provenance

    @property
    def complete(self) -> bool:
        """True: nothing is missing."""
        return True

    @property
    def players(self) -> tuple[str, ...]:
        """Player labels."""
        return self.game.players

    def payoff_set(self, state: str | int) -> PayoffSet:
        """Return the set of normalised equilibrium payoffs from a state on: a simplex.

        Parameters
        ----------
        state : str or int
            The state.
        """
        label = self.game.states[resolve(state, self.game.states, "state", "payoff_set()")]
        corners: list[tuple[Any, ...]] = []
        if label in self.joint:
            low = tuple(self.punishments[label].values())
            surplus = self.joint[label] - sum(low)
            corners = [low, *(tuple(x + (surplus if j == k else 0) for j, x in enumerate(low)) for k in range(len(low)))]
        shape = Polytope.from_points(corners, coordinates=len(self.players))
        concept = f"subgame-perfect equilibrium with transfers in state {label!r}"
        return PayoffSet(self.players, concept, shape, shape, EXACT if corners else NONE_IN_PURE, self.provenance, self.game)

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: one row a state."""
        import pandas as pd

        rows = [
            {"state": state, "joint payoff": self.joint[state]}
            | {f"punishment payoff {player}": value for player, value in self.punishments[state].items()}
            | {"path": ", ".join(self.path[state]), "slack": self.slack[state]}
            | {f"punishing {player}": ", ".join(policy[state]) for player, policy in self.punishing.items()}
            for state in self.joint
        ]
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Return a text report: the states with their payoffs and profiles, and what was checked."""
        lines = [repr(self).strip("<>").split("\n")[0]]
        for state in self.game.states:
            if state not in self.joint:
                lines.append(f"  {state}: none in pure strategies")
                continue
            low = ", ".join(f"{player} {format_number(value)}" for player, value in self.punishments[state].items())
            lines.append(f"  {state}: joint payoff {format_number(self.joint[state])}, punishments {low}")
            held = "; ".join(f"{player}: {', '.join(policy[state])}" for player, policy in self.punishing.items())
            lines.append(f"    path {', '.join(self.path[state])}; punishing {held}; slack {format_number(self.slack[state])}")
        lines += [f"  {name}: {value}" for name, value in self.provenance.certificate.items()]
        lines.append(f"  status: {self.status}. {self.status.message}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        kind = "exact" if self.exact else "floating point"
        head = f"<StochasticTransferPayoffs: normalised, delta {format_number(self.game.delta)} ({kind})>"
        return "\n".join([head, *(f"  {state}: joint payoff {format_number(value)}" for state, value in self.joint.items())])


def stochastic_transfer_payoffs(game: StochasticGame) -> StochasticTransferPayoffs:
    """Find the subgame-perfect equilibrium payoffs of a stochastic game whose players can pay each other.

    Parameters
    ----------
    game : StochasticGame
        A game at numbers, any number of players.

    Returns
    -------
    StochasticTransferPayoffs
        Normalised payoffs: ``(1 - delta)`` times discounted sums.

    Raises
    ------
    SolverNotApplicableError
        The game contains symbols.

    Notes
    -----
    Pure strategies, perfect monitoring, voluntary transfers before each period that enter payoffs linearly,
    money can be burned. All profiles are allowed first; the joint payoffs and the punishments that the
    allowed profiles yield are found exactly by policy iteration, profiles that cannot be played even with
    these are eliminated, and so on until none is. Floats are read as the decimals they print.

    Examples
    --------
    >>> import alliancegames as ag
    >>> from alliancegames.solvers.repeated.stochastic_transfers import stochastic_transfer_payoffs
    >>> pact = ag.StochasticGame(
    ...     states=["alliance", "broken"], players=["Ally", "Patron"],
    ...     actions={"alliance": [["keep", "break"], ["keep", "break"]]},
    ...     rewards={"alliance": {("keep", "keep"): (2, 2), ("keep", "break"): (-1, 3),
    ...                           ("break", "keep"): (3, -1), ("break", "break"): (0, 0)}, "broken": (0, 0)},
    ...     transitions={"alliance": {("keep", "keep"): "alliance", ("keep", "break"): "broken",
    ...                               ("break", "keep"): "broken", ("break", "break"): "broken"}},
    ...     delta="1/3")
    >>> stochastic_transfer_payoffs(pact)
    <StochasticTransferPayoffs: normalised, delta 1/3 (exact)>
      alliance: joint payoff 4
      broken: joint payoff 0
    """
    started = time.perf_counter()
    if not isinstance(game, StochasticGame):
        raise GameDefinitionError(f"stochastic_transfer_payoffs(): expected a StochasticGame, got {type(game).__name__}.")
    if game.field == "symbolic":
        raise SolverNotApplicableError("stochastic_transfer_payoffs(): the game contains symbols; give numbers to every parameter.")
    search = Elimination(game)
    search.run()
    slack = _check(search)
    provenance = Provenance("policy_elimination", __version__, time.perf_counter() - started, {}, Fraction(0), search.certificate())
    exact = game.field == "exact"

    def shown(value: Fraction) -> Any:
        return value if exact else float(value)

    states = search.states
    return StochasticTransferPayoffs(
        game,
        {state: shown(search.joint[state]) for state in states},
        {state: {player: shown(low[state]) for player, low in zip(game.players, search.low, strict=True)} for state in states},
        {state: search.path[state] for state in states},
        {player: {state: policy[state] for state in states} for player, policy in zip(game.players, search.punishing, strict=True)},
        {state: shown(slack[state]) for state in states},
        exact,
        COMPLETE if len(states) == len(game.states) else SOME_NONE,
        provenance,
    )


# -------------------------------------------------------------------- checking


def _check(search: Elimination) -> Values:
    """Check the answer against the game: values of all policies, and the incentives in every state; return the slacks."""
    slacks: Values = {}
    for state in search.states:
        total = search.joint[state]
        agreed = [_recomputed(search, state, search.path[state], None, search.joint)]
        held = [
            max(_recomputed(search, state, played, k, search.low[k]) for played in search.replies(state, policy[state], k))
            for k, policy in enumerate(search.punishing)
        ]
        if agreed != [total] or held != [low[state] for low in search.low]:
            raise SolveError(
                f"stochastic_transfer_payoffs(): the values of state {state!r} fail their check; please report this game.", search.game
            )
        slacks[state] = min(_covered(search, state, policy[state]) for policy in (search.path, *search.punishing))
        if slacks[state] < 0:
            raise SolveError(
                f"stochastic_transfer_payoffs(): incentives in {state!r} fail by {-slacks[state]}; please report this game.", search.game
            )
    return slacks


def _recomputed(search: Elimination, state: str, cell: Cell, k: int | None, later: Values) -> Fraction:
    """Return the payoff of a period and what follows, from the game itself; of all players if `k` is None."""
    payoffs = [fraction(x) for x in search.game.reward(state, cell)]
    flow = sum(payoffs, Fraction(0)) if k is None else payoffs[k]
    expected = sum((q * later[other] for other, q in lottery(search.game.transition(state, cell)).items()), Fraction(0))
    return flow + search.delta * (expected - flow)


def _covered(search: Elimination, state: str, cell: Cell) -> Fraction:
    """Return by how much the joint payoff after a profile exceeds what all players could secure by deviating."""
    total = _recomputed(search, state, cell, None, search.joint)
    for k, low in enumerate(search.low):
        total -= max(_recomputed(search, state, (*cell[:k], action, *cell[k + 1 :]), k, low) for action in search.game.actions[state][k])
    return total


# -------------------------------------------------------------------- critical patience


@dataclass(frozen=True, eq=False, repr=False)
class StochasticCritical:
    """Where a stationary policy of a stochastic game with transfers begins to be sustainable.

    Parameters
    ----------
    policy : mapping of str to tuple of str
        The profile played in each state, in every period.
    delta : Fraction or sympy expression
        The critical discount factor: exact, a rational or an algebraic number.
    polynomial : sympy.Poly or None
        The irreducible polynomial of which it is a root; None at the lower end of the range.
    binding : tuple of str
        The constraint that begins to hold: its kind, whose regime, the state, the deviations.
    sustained_at, not_sustained_at : Fraction or None
        Discount factors at which the policy is, by an exact check, sustained and not sustained; they
        enclose ``delta`` within the width asked for.
    """

    policy: Mapping[str, Cell]
    delta: Any
    polynomial: Any
    binding: tuple[str, ...]
    sustained_at: Fraction
    not_sustained_at: Fraction | None

    def __repr__(self) -> str:
        return f"<StochasticCritical: delta = {self.delta} ({float(self.delta):.9g})>"


def stochastic_transfer_critical(
    game: StochasticGame,
    policy: Mapping[Any, Cell],
    *,
    low: Any = 0,
    high: Any = "99/100",
    width: Any = Fraction(1, 2**30),
) -> StochasticCritical | None:
    """Find the discount factor at which a stationary policy begins to be sustainable with transfers.

    Parameters
    ----------
    game : StochasticGame
        A game at numbers; its own discount factor plays no role.
    policy : mapping of str to tuple of str
        The profile to be played in each state in every period.
    low, high : number
        Range of discount factors searched.
    width : number
        Width of the bracket in which the number is identified.

    Returns
    -------
    StochasticCritical or None
        None if the policy is not sustained at ``high``.

    Raises
    ------
    SolveError
        The number is not identified inside its bracket, which is in ``result``.

    Notes
    -----
    In a stochastic game more patience does not always help, so this is the boundary that halving the range
    finds, not always the only one. It is proved that the policy is sustained at the number itself, and
    checked exactly that it is not at ``not_sustained_at``, closer to it than ``width``.
    """
    where = "stochastic_transfer_critical()"
    if not isinstance(game, StochasticGame):
        raise GameDefinitionError(f"{where}: expected a StochasticGame, got {type(game).__name__}.")
    if game.field == "symbolic":
        raise SolverNotApplicableError(f"{where}: the game contains symbols; give numbers to every parameter.")
    read = game.profile(policy).policy
    start, end, span = (fraction(value) for value in (low, high, width))
    if not 0 <= start < end < 1:
        raise GameDefinitionError(
            f"{where}: low and high must satisfy 0 <= low < high < 1, got {format_number(low)} and {format_number(high)}."
        )
    template = Elimination(game)
    if not sustained(solved(template, end), read):
        return None
    if sustained(solved(template, start), read):
        return StochasticCritical(read, start, None, (), start, None)
    before, after = bracket(template, read, start, end, span)
    found = identify(Structure.of(solved(template, after), read), before, after)
    if found is None:
        raise SolveError(f"{where}: the number between {float(before):.12g} and {float(after):.12g} is not identified.", (before, after))
    root, polynomial, binding = found
    delta = Fraction(int(root.p), int(root.q)) if root.is_Rational else root
    return StochasticCritical(read, delta, polynomial, binding, after, before)
