"""Robustness radii: the smallest change that overturns a conclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from alliancegames._fields import format_number
from alliancegames.errors import GameDefinitionError, InexactPayoffError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.statics import _robust_search

__all__ = ["Radius", "parameter_radius", "payoff_radius"]


@dataclass(frozen=True)
class Radius:
    """How far numbers may move before a conclusion can fail.

    Parameters
    ----------
    lower : Fraction or None
        No change smaller than this overturns the conclusion: proved. 0 if the slightest may. None if no admissible change of any
        size does, which is proved, too.
    upper : Fraction or None
        Some changes larger than this, by however little, overturn it. None if none is known that does.
    unit : str
        What a change of size 1 is.
    binding : str
        What gives way first, in words.
    witness : mapping of str to Fraction
        Parameter values at, or next to, the upper bound; empty for payoffs.
    """

    lower: Fraction | None
    upper: Fraction | None
    unit: str
    binding: str
    witness: Mapping[str, Fraction]

    @property
    def exact(self) -> bool:
        """Whether both bounds agree."""
        return self.lower == self.upper

    @property
    def value(self) -> Fraction:
        """The radius; raises if only bounds are known, or if there is none."""
        if not self.exact or self.lower is None:
            raise SolverNotApplicableError(f"only bounds are known: {self}; use .lower and .upper.")
        return self.lower

    def __str__(self) -> str:
        if self.lower is None:
            return "no admissible change overturns it"
        if self.exact:
            return format_number(self.lower)
        return f"between {format_number(float(self.lower))} and {'infinity' if self.upper is None else format_number(float(self.upper))}"

    def __repr__(self) -> str:
        return f"<Radius: {self} ({self.unit}); {self.binding}>"


def payoff_radius(game: NormalFormGame, profile: Any, *, relative: bool = False) -> Radius:
    """Return how far every payoff may move, at the same time, before a profile can stop being a Nash equilibrium.

    Each entry of the payoff table may move by up to the radius, each in its own direction. The worst direction is known,
    so that the answer is a closed form: the smallest loss from a deviation, divided by how fast such moves eat it up.

    Parameters
    ----------
    game : NormalFormGame
        A game in exact payoffs.
    profile : sequence
        A Nash equilibrium: one action or mixed strategy a player. One in which somebody mixes has radius 0, since any
        change may upset the balance between the actions.
    relative : bool, default False
        Whether each payoff moves by a share of itself instead of a number of units.

    Returns
    -------
    Radius
        Exact.

    Examples
    --------
    >>> import alliancegames as ag
    >>> game = ag.games.prisoners_dilemma(T=5, R=3, P=1, S=0)
    >>> ag.payoff_radius(game, ("defect", "defect")).value
    Fraction(1, 2)
    """
    if game.field != "exact":
        raise InexactPayoffError(f"payoff_radius(): exact payoffs are needed, got {game.field} ones; use game.exact() or .subs() first.")
    read = game.profile(profile)
    strategies = [[Fraction(weight) for weight in vector] for vector in read.arrays()]
    if any(gain > 0 for gain in game.regret(read).values()):
        raise GameDefinitionError("payoff_radius(): the profile is no Nash equilibrium of this game, so that there is nothing to overturn.")
    candidates = [candidate for k in range(len(game.players)) for candidate in _margins(game, strategies, k, relative)]
    if not candidates:
        raise GameDefinitionError(
            "payoff_radius(): no change of this kind can overturn the profile: nobody has another action whose payoffs move."
        )
    slack, player, action = min(candidates, key=lambda found: found[0])
    return Radius(slack, slack, "shares of each payoff" if relative else "units of payoff", f"{player} is the first to prefer {action}", {})


def _margins(game: NormalFormGame, strategies: Sequence[Sequence[Fraction]], k: int, relative: bool) -> list[tuple[Fraction, str, str]]:
    """Return, for each deviation of a player, the change of payoffs at which it starts to pay."""
    others = [range(len(vector)) for j, vector in enumerate(strategies) if j != k]
    against: list[tuple[tuple[int, ...], Fraction]] = []
    for cell in product(*others):
        weight = Fraction(1)
        for place, vector in zip(cell, (v for j, v in enumerate(strategies) if j != k), strict=True):
            weight *= vector[place]
        if weight:
            against.append((cell, weight))
    own, payoffs = strategies[k], game.payoffs[k]
    found = []
    for deviation, label in enumerate(game.actions[k]):
        if own[deviation] == 1:
            continue
        loss = speed = Fraction(0)
        for cell, weight in against:
            for action, share in enumerate(own):
                # The deviation gains weight - share of each entry's change; all move in the direction that helps it.
                entry = payoffs[(*cell[:k], action, *cell[k:])]
                coefficient = weight * (int(action == deviation) - share)
                loss -= coefficient * entry
                speed += abs(coefficient) * (abs(entry) if relative else 1)
        if speed:  # a deviation between payoffs of 0 never starts to pay in relative terms
            found.append((loss / speed, game.players[k], label))
    return found


def parameter_radius(
    model: Any,
    conclusion: Any,
    scale: Mapping[str, Any] | Sequence[str],
    *,
    tolerance: Any = "1/1000",
    steps: int | None = None,
) -> Radius:
    """Return how far parameters may move, at the same time, before a conclusion can fail.

    Each parameter moves by up to the radius times its scale, inside its domain and the model's assumptions. Where all is
    linear in the parameters, z3 minimises exactly; elsewhere it decides whether a change of a given size can
    overturn the conclusion, and the bounds close in on the radius. Both ends are proved: the lower one by a refutation, the
    upper one by a witness.

    Parameters
    ----------
    model : Model
        A model in normal form; its values, or else the example's, are where to start.
    conclusion : sequence of str, or str
        A profile of actions that is a Nash equilibrium; or an outcome compared with a number in all equilibria, such as
        ``"p_war <= 1/2"`` (two players; relations ``<=``, ``<``, ``>=``, ``>``).
    scale : mapping of str to number, or sequence of str
        For each parameter that moves, by how much it changes at radius 1; names alone stand for 1.
    tolerance : number, default "1/1000"
        How close the bounds must come, as a share of the upper one.
    steps : int, optional
        Steps that z3 may take for each question; the answer does not depend on the machine.

    Returns
    -------
    Radius
        With ``lower=None`` if it is proved that no admissible change overturns the conclusion.

    Examples
    --------
    >>> import alliancegames as ag
    >>> model = ag.models.CommitmentDesign()
    >>> radius = ag.parameter_radius(model, ("wait", "wait"), {"beta_d": 1, "beta_o": 1})
    >>> radius.value, radius.binding
    (Fraction(1, 40), 'Protégé is the first to prefer provoke')
    """
    return Radius(*_robust_search.search(model, conclusion, scale, tolerance, steps))
