"""What is known about contests in risk: who bids how much, who prevails, and what the order of moves does to it."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from math import ceil
from typing import Any

from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.models.forms import NormalFormModel
from alliancegames.models.model import Solution
from alliancegames.models.propositions import proposition, recalled
from alliancegames.parameters import Values
from alliancegames.solvers.nash import pure_nash
from alliancegames.solvers.sequential import subgame_perfect


def risks(steps: int) -> dict[str, Fraction]:
    """Return the risks that a side may bid, by label."""
    return {str(Fraction(k, steps)): Fraction(k, steps) for k in range(steps + 1)}


def resolve(p: Values, k: int) -> Any:
    """Return the value of winning relative to that and the loss from disaster together."""
    return p.w[k] / (p.w[k] + p.d[k])


class BrinkmanshipResults(NormalFormModel):
    """The results on contests in risk, checked by all Nash equilibria and by the solver of trees."""

    steps: int

    @abstractmethod
    def grid(self, steps: int) -> NormalFormGame:
        """Return the game with another number of steps of the risk.

        Parameters
        ----------
        steps : int
            Number of steps from 0 to 1.
        """

    @abstractmethod
    def in_turn(self, steps: int, first: int = 0) -> ExtensiveGame:
        """Return the game in which the sides move in turn.

        Parameters
        ----------
        steps : int
            Number of steps up to certain disaster.
        first : {0, 1}, default 0
            Position of the side that moves first.
        """

    @abstractmethod
    def bids(self, steps: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Return the mixed equilibrium in which every risk is bid.

        Parameters
        ----------
        steps : int
            Number of steps of the risk.
        """

    def _mixed(self, **changed: Any) -> tuple[Solution, int]:
        """Return the solver's answer and the position of the equilibrium in which every risk is bid."""
        solution = self.replace(**changed).solve()
        full = [k for k, item in enumerate(solution.equilibria) if all(all(weight > 0 for weight in vector) for vector in item.arrays())]
        (position,) = full
        return solution, position

    @proposition(
        "pure equilibria",
        "The pure equilibria are those in which one side bids no risk and the other at least the first side's resolve w/(w + d), or certainty.",
    )
    def pure(self) -> bool:
        q, bids = self.thresholds(), risks(self.steps)
        stated = {("0", label) for label, risk in bids.items() if risk >= q["R_1"]} | {
            (label, "0") for label, risk in bids.items() if risk >= q["R_2"]
        }
        return {item.actions for item in pure_nash(self.game())} == stated

    @proposition(
        "mixed equilibrium",
        "There is exactly one equilibrium in which every risk is bid. With K steps side j goes further than k/K with probability prod_(i <= k) (K - i)/(K - i + d/w), the ratio d/w being that of the other side; both expect 0.",
    )
    def mixed(self) -> bool:
        solution, position = self._mixed()
        item = solution.equilibria[position]
        same = all(tuple(vector) == own for vector, own in zip(item.arrays(), self.bids(self.steps), strict=True))
        return same and set(item.payoffs.values()) == {0} and bool(self.grid(7).is_nash(self.bids(7)))

    @proposition(
        "the less resolved side wins",
        "In this equilibrium the side with the lower resolve wins more often, and sides of equal resolve equally often.",
    )
    def less_resolved(self) -> bool:
        solution, position = self._mixed()
        found, q = solution.outcomes[position], self.thresholds()
        more, less = found["p_1_wins"] - found["p_2_wins"], q["R_2"] - q["R_1"]
        return bool((more > 0) == (less > 0) and (more < 0) == (less < 0))

    @proposition(
        "many small steps",
        "As steps become small, side j goes further than a risk r with probability (1 - r)^k_i, where k_i = d_i/w_i is the other side's; disaster comes with probability 1/(1 + k_1 + k_2) and side i wins with probability k_i/(1 + k_1 + k_2).",
    )
    def limit(self) -> bool:
        own = self.values()  # the steps are small beside the risks at which sides quit unless losses are many times the prize
        model = self.replace(d=[min(own.d[k], 8 * own.w[k]) for k in (0, 1)])
        p, limits = model.values(), model.thresholds()
        stated = [float(limits[name]) for name in ("p_disaster_limit", "p_1_wins_limit")] + [0.5 ** float(p.d[1] / p.w[1])]
        errors = [[abs(a - b) for a, b in zip(model._chances(steps), stated, strict=True)] for steps in (32, 128)]
        return all(fine < max(coarse / 2, 1e-3) for coarse, fine in zip(*errors, strict=True)) and max(errors[1]) < 0.05

    def _chances(self, steps: int) -> tuple[float, float, float]:
        """Return how likely are disaster, side 1's victory, and side 1's going further than 1/2, when the bids of the mixed equilibrium are drawn."""
        import numpy as np

        one, two = (
            np.array([float(weight) for weight in bids])
            for bids in self.replace(w=list(map(float, self.values().w)), d=list(map(float, self.values().d))).bids(steps)
        )
        risk = np.arange(steps + 1) / steps
        above = [1 - np.cumsum(bids) for bids in (one, two)]
        disaster = float((above[0] * above[1])[:-1].sum() / steps)  # the mean of the lower bid
        return disaster, float((two * above[0] * (1 - risk)).sum()), float(above[0][steps // 2])

    @proposition(
        "signs of the risk of disaster",
        "In the mixed equilibrium disaster is more likely the more winning is worth to a side, and less likely the more disaster costs it.",
    )
    def signs(self) -> bool:
        p = self.values()
        base, prize, cost = (
            (s.outcomes[k]["p_disaster"]) for s, k in (self._mixed(), self._mixed(w_1=2 * p.w[0]), self._mixed(d_2=2 * p.d[1]))
        )
        return bool(prize > base > cost)

    @proposition(
        "in turn, the more resolved side prevails",
        "If the sides move in turn, each step being riskier than the last by 1/K, and their resolves differ by at least 2/K, then the more resolved side prevails in every subgame-perfect equilibrium and no risk is run, whoever moves first.",
        when=lambda p: [((resolve(p, 0) - resolve(p, 1)) ** 2, Fraction(1, 100))],
    )
    def more_resolved(self) -> bool:
        one, two = (resolve(self.values(), k) for k in (0, 1))
        steps, wins = ceil(2 / abs(one - two)), f"{self.players[int(one < two)]} wins"
        corners: list[Any] = [corner for first in (0, 1) for play in subgame_perfect(self.in_turn(steps, first)) for corner in play.corners]
        return len(corners) >= 2 and all({end for end, weight in item.outcomes.items() if weight} == {wins} for item in corners)

    published = recalled(
        "resolve is private",
        "If the sides move in turn and neither knows the other's resolve, the less resolved may win and the risk of disaster is positive.",
        source="powell1988brinkmanship",
    )
