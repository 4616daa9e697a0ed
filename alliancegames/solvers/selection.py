"""Selecting among equilibria: refinements and comparisons, each decided exactly in exact games.

A rule takes the equilibria of a game and keeps some of them. Rules that refer to all equilibria (payoff
dominance, welfare) compare those in the list, so that they mean what they say only if it is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from alliancegames._labels import resolve
from alliancegames.errors import SolverNotApplicableError, unknown_label
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.profile import Profile
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers.evolution import check_symmetric, is_evolutionarily_stable, is_neutrally_stable
from alliancegames.solvers.potential import potential_maximisers
from alliancegames.solvers.proper import is_proper

__all__ = ["RULES", "is_undominated", "p_dominance", "select"]

# In float games, differences below this share of the range of payoffs count as ties.
CLOSE = 1e-9

Rule = Callable[[Sequence[Profile]], list[Profile]]


def select(equilibria: Sequence[Profile], rule: str | Callable[[Profile], bool]) -> tuple[Profile, ...]:
    """Keep the equilibria that a rule selects.

    Parameters
    ----------
    equilibria : sequence of Profile
        Nash equilibria of one game, such as an `EquilibriumSet`.
    rule : str or callable
        - ``"strict"``: every unilateral deviation loses;
        - ``"quasi_strict"``: every pure best reply is played with positive probability;
        - ``"undominated"``: nobody plays a weakly dominated strategy, pure or mixed;
        - ``"perfect"``: trembling-hand perfect; in two-player games the same as undominated
          :cite:p:`vandamme1991stability`;
        - ``"proper"``: limit of trembles in which worse actions are infinitely less likely, in exact two-player
          games; see `is_proper`. In a degenerate game proper equilibria may lie between the extreme ones listed;
        - ``"payoff_dominant"``: at least as good for everybody as every other equilibrium in the list;
        - ``"pareto"``: no other equilibrium in the list is better for somebody and worse for nobody;
        - ``"welfare"``: the largest sum of payoffs in the list;
        - ``"risk_dominant"``: in a 2×2 game with two strict equilibria, the one with the larger product
          of losses from deviating :cite:p:`harsanyi1988general`;
        - ``"half_dominant"``: pure, and everybody's action is a best reply to every belief that gives the others'
          actions a probability of at least 1/2, jointly: `p_dominance` is at most 1/2 :cite:p:`morris1995p`;
        - ``"potential_maximiser"``: pure, and a maximiser of the exact or weighted potential; see
          `potential_maximisers`;
        - ``"evolutionarily_stable"``, ``"neutrally_stable"``: the same strategy for both players of an exact symmetric
          game, safe from mutants; see `is_evolutionarily_stable`;
        - a function of a profile that says whether to keep it.

    Returns
    -------
    tuple of Profile
        Those selected, in the same order; empty if none is. Several may tie.

    Raises
    ------
    UnknownLabelError
        There is no such rule.
    SolverNotApplicableError
        The rule is not defined for this game.

    Examples
    --------
    >>> import alliancegames as ag
    >>> eqs = ag.nash(ag.games.stag_hunt())
    >>> [str(profile) for profile in eqs.select("payoff_dominant")]
    ['(stag) × (stag)']
    >>> [str(profile) for profile in eqs.select("risk_dominant")]
    ['(hare) × (hare)']
    """
    profiles = list(equilibria)
    if callable(rule):
        return tuple(profile for profile in profiles if rule(profile))
    if rule not in RULES:
        raise unknown_label("rule", rule, RULES, "select()")
    for item in profiles:
        if not isinstance(item, Profile):
            raise SolverNotApplicableError(
                f"select(): the rules are defined for profiles of games in normal form, got a {type(item).__name__}; "
                "give a function of the equilibrium, or solve .normal_form()."
            )
    return tuple(RULES[rule](profiles))


def _slack(game: NormalFormGame, k: int) -> Any:
    """Return the difference of payoffs that counts as a tie: none in exact games."""
    return CLOSE * float(np.ptp(game.payoffs[k])) if game.field == "float" else 0


def _values(profile: Profile, k: int) -> Any:
    """Return a player's payoff from each own action against the others' strategies."""
    game, strategies = profile.game, profile.arrays()
    values = game.payoffs[k]
    for weight in reversed(strategies[k + 1 :]):
        values = values @ weight
    for weight in reversed(strategies[:k]):
        values = weight @ values
    return values


def _best_replies(profile: Profile, k: int) -> set[int]:
    values = _values(profile, k)
    return {a for a, value in enumerate(values) if value >= max(values) - _slack(profile.game, k)}


def _support(profile: Profile, k: int) -> set[int]:
    return {a for a, weight in enumerate(profile.arrays()[k]) if weight > 0}


def _strict(profiles: Sequence[Profile]) -> list[Profile]:
    return [p for p in profiles if p.is_pure and all(len(_best_replies(p, k)) == 1 for k in range(len(p.game.players)))]


def _quasi_strict(profiles: Sequence[Profile]) -> list[Profile]:
    return [p for p in profiles if all(_best_replies(p, k) == _support(p, k) for k in range(len(p.game.players)))]


def is_undominated(profile: Profile, player: str | int) -> bool:
    """Whether a player's strategy is not weakly dominated by any strategy, pure or mixed.

    Parameters
    ----------
    profile : Profile
        A profile; only the strategy of the player matters.
    player : str or int
        Whose strategy.

    Notes
    -----
    One linear program: the largest total gain of a strategy that does no worse against every pure profile of
    the others. Decided exactly; floats stand for their exact binary values.
    """
    game = profile.game
    k = resolve(player, game.players, "player", "is_undominated()")
    own = [Fraction(weight) for weight in profile.arrays()[k]]
    total = sum(own)
    payoffs = np.moveaxis(game.integer_payoffs[k], k, 0).reshape(len(own), -1)
    target = [sum(weight / total * entry for weight, entry in zip(own, column, strict=True)) for column in payoffs.T]
    gains = [Fraction(sum(row)) for row in payoffs.tolist()]
    answer = maximise(
        gains,
        upper=[[-entry for entry in column] for column in payoffs.T.tolist()],
        upper_bound=[-value for value in target],
        equal=[[1] * len(own)],
        equal_to=[1],
    )
    excess = answer.value - sum(target) if answer.value is not None else Fraction(0)
    return excess <= (CLOSE * float(np.ptp(payoffs.astype(float))) if game.field == "float" else 0)


def _undominated(profiles: Sequence[Profile]) -> list[Profile]:
    return [p for p in profiles if all(is_undominated(p, k) for k in range(len(p.game.players)))]


def _perfect(profiles: Sequence[Profile]) -> list[Profile]:
    if profiles and sum(size > 1 for size in profiles[0].game.shape) > 2:
        raise SolverNotApplicableError(
            "select(): 'perfect' is decided by undominatedness, which is the same in two-player games only; use 'undominated'."
        )
    return _undominated(profiles)


def _proper(profiles: Sequence[Profile]) -> list[Profile]:
    return [p for p in profiles if is_proper(p)]


def _compare(profiles: Sequence[Profile]) -> tuple[list[list[Any]], list[Any]]:
    payoffs = [list(profile.payoffs.values()) for profile in profiles]
    slack = [_slack(profiles[0].game, k) for k in range(len(payoffs[0]))] if profiles else []
    return payoffs, slack


def _payoff_dominant(profiles: Sequence[Profile]) -> list[Profile]:
    payoffs, slack = _compare(profiles)
    best = [max(column) for column in zip(*payoffs, strict=True)]
    return [p for p, own in zip(profiles, payoffs, strict=True) if all(v >= b - s for v, b, s in zip(own, best, slack, strict=True))]


def _pareto(profiles: Sequence[Profile]) -> list[Profile]:
    payoffs, slack = _compare(profiles)

    def beaten(own: list[Any]) -> bool:
        return any(
            all(o >= v - s for o, v, s in zip(other, own, slack, strict=True))
            and any(o > v + s for o, v, s in zip(other, own, slack, strict=True))
            for other in payoffs
        )

    return [p for p, own in zip(profiles, payoffs, strict=True) if not beaten(own)]


def _welfare(profiles: Sequence[Profile]) -> list[Profile]:
    payoffs, slack = _compare(profiles)
    sums = [sum(own) for own in payoffs]
    return [p for p, total in zip(profiles, sums, strict=True) if total >= max(sums) - max(slack)]


def _risk_dominant(profiles: Sequence[Profile]) -> list[Profile]:
    strict = _strict(profiles)
    if not profiles or profiles[0].game.shape != (2, 2) or len(strict) != 2:
        raise SolverNotApplicableError(
            "select(): 'risk_dominant' is defined for 2×2 games with two strict equilibria; try 'payoff_dominant' or 'strict'."
        )
    products = []
    for profile in strict:
        losses = [abs(values[0] - values[1]) for values in (_values(profile, k) for k in (0, 1))]
        products.append(losses[0] * losses[1])
    largest = max(products)
    close = CLOSE * float(largest) if profiles[0].game.field == "float" else 0
    return [profile for profile, value in zip(strict, products, strict=True) if value >= largest - close]


def _half_dominant(profiles: Sequence[Profile]) -> list[Profile]:
    return [p for p in profiles if p.is_pure and p_dominance(p) <= Fraction(1, 2) + (Fraction(CLOSE) if p.game.field == "float" else 0)]


def _potential_maximiser(profiles: Sequence[Profile]) -> list[Profile]:
    best = {p.actions for p in potential_maximisers(profiles[0].game)} if profiles else set()
    return [p for p in profiles if p.is_pure and p.actions in best]


def _same_strategies(function: str, profiles: Sequence[Profile]) -> list[Profile]:
    """Return the profiles in which both players of a symmetric game do the same."""
    if profiles:
        check_symmetric(function, profiles[0].game)
    return [p for p in profiles if np.array_equal(p.arrays()[0], p.arrays()[1])]


def _evolutionarily_stable(profiles: Sequence[Profile]) -> list[Profile]:
    return [p for p in _same_strategies("select", profiles) if is_evolutionarily_stable(p)]


def _neutrally_stable(profiles: Sequence[Profile]) -> list[Profile]:
    return [p for p in _same_strategies("select", profiles) if is_neutrally_stable(p)]


RULES: dict[str, Rule] = {
    "strict": _strict,
    "quasi_strict": _quasi_strict,
    "undominated": _undominated,
    "perfect": _perfect,
    "proper": _proper,
    "payoff_dominant": _payoff_dominant,
    "pareto": _pareto,
    "welfare": _welfare,
    "risk_dominant": _risk_dominant,
    "half_dominant": _half_dominant,
    "potential_maximiser": _potential_maximiser,
    "evolutionarily_stable": _evolutionarily_stable,
    "neutrally_stable": _neutrally_stable,
}
"""The rules that `select` knows by name."""


def p_dominance(profile: Profile) -> Any:
    """Return the least ``p`` for which a pure equilibrium is p-dominant.

    Everybody's action is then a best reply to every belief that the others play their part with at least
    that probability. Strict dominance gives 0, a strict equilibrium less than 1 :cite:p:`morris1995p`.

    Parameters
    ----------
    profile : Profile
        A pure Nash equilibrium.

    Returns
    -------
    Fraction or float
        The least p; the game's number system.

    Raises
    ------
    SolverNotApplicableError
        The profile is mixed or no equilibrium.

    Examples
    --------
    >>> import alliancegames as ag
    >>> [str(ag.solvers.p_dominance(profile)) for profile in ag.nash(ag.games.stag_hunt()).pure]
    ['2/3', '1/3']
    """
    game = profile.game
    if not profile.is_pure or any(value > _slack(game, k) for k, value in enumerate(profile.regret.values())):
        raise SolverNotApplicableError(f"p_dominance(): needs a pure Nash equilibrium, got {profile}.")
    played = [next(iter(_support(profile, k))) for k in range(len(game.players))]
    worst = 0 if game.field == "float" else Fraction(0)
    for k, own in enumerate(played):
        payoffs = np.moveaxis(game.payoffs[k], k, 0)
        gains = payoffs[own] - payoffs  # of the own action over each other, by the others' pure profile
        home = tuple(a for j, a in enumerate(played) if j != k)
        for action, others in product(range(len(payoffs)), np.ndindex(payoffs.shape[1:])):
            loss, gain = -gains[(action, *others)], gains[(action, *home)]
            if loss > 0:
                worst = max(worst, loss / (loss + gain))
    return float(worst) if game.field == "float" else worst
