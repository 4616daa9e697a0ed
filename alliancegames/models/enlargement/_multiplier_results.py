"""What is known about arms races and their multiplier, and how the costs of weapons are distributed."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from alliancegames.games.distributions import Uniform
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.propositions import proposition, recalled
from alliancegames.parameters import Values

STATE = "Each state"
RESTRAINED, CONTAGION, TRAP = "Restrained race", "Contagion", "Trap of fear"
STEADY, AT_ONCE = "Contagion despite few provocateurs", "Contagion at once"


@dataclass(frozen=True)
class PowerLaw(Uniform):
    """Costs between two ends, the share ``F**shape`` of them being at most c where uniform ones would be the share F."""

    shape: Any = 1

    def cdf(self, x: Any) -> Any:
        """Return the share of states whose cost is at most ``x``."""
        return super().cdf(x) ** self.shape

    def density(self, x: Any) -> Any:
        """Return the density at ``x``."""
        return self.shape * super().cdf(x) ** (self.shape - 1) * super().density(x)

    def quantile(self, p: Any) -> Any:
        """Return the cost below which a share ``p`` of states lies."""
        return super().quantile(p ** (1 / self.shape))


def costs(p: Values) -> PowerLaw:
    """Return the distribution of costs."""
    return PowerLaw(0, p.cbar, p.k)


def gain(p: Values, build: Any) -> Any:
    """Return what weapons are worth, before their cost, if the other state builds with a given probability."""
    return (1 - build) * p.mu + build * p.d


def trap(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the lowest point of gain minus cost lies below zero, for convex distributions."""
    excess = abs(p.k - 1)  # the pair is used where shape > 1; elsewhere it must only be computable
    return p.cbar * (p.cbar * excess) ** excess, p.k * (p.d - p.mu) * (p.mu * p.k) ** excess


def steep(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that this lowest point lies below the highest cost."""
    return p.k * (p.d - p.mu), p.cbar


def otherwise(pair: tuple[Any, Any]) -> tuple[Any, Any]:
    """Return the pair that says the opposite."""
    return pair[1], pair[0]


class MultiplierResults(CutoffModel):
    """The propositions of the model, checked by the solver of cutoff games."""

    @abstractmethod
    def staircase(self, rounds: int) -> list[Any]:
        """Return the costs up to which building survives each round of iterated dominance."""

    def _cutoffs(self) -> list[Any]:
        found = self.solve().equilibria
        return [item[STATE] for item in found] if found.complete else []

    @proposition(
        "uniform costs",
        "If costs are uniform and d < cbar, the only equilibrium has the cutoff c* = mu cbar/(cbar - d + mu).",
        when=lambda p: [(p.cbar, p.d)],
    )
    def uniform_costs(self) -> bool:
        return self.replace(shape=1)._cutoffs() == [self.thresholds()["c_star_uniform"]]

    @proposition(
        "the race stops",
        "If d < cbar there is one equilibrium, whatever the shape of the distribution; its cutoff lies between mu and d.",
        when=lambda p: [(p.cbar, p.d)],
    )
    def race_stops(self) -> bool:
        p, found = self.values(), self._cutoffs()
        return len(found) == 1 and p.mu < found[0] < p.d

    @proposition(
        "multiplier condition",
        "If F(c) d > c for all c below cbar, which here means d > cbar and k <= 1, the only equilibrium is that all types build.",
        when=lambda p: [(p.d, p.cbar), (1, p.k)],
    )
    def multiplier_condition(self) -> bool:
        p = self.values()
        holds = all(costs(p).cdf(p.cbar * Fraction(j, 9)) * p.d > p.cbar * Fraction(j, 9) for j in range(1, 10))
        return holds and self._cutoffs() == self.replace(shape=1)._cutoffs() == [p.cbar]

    @proposition(
        "trap of fear",
        "If few types have low costs (k > 1), d > cbar, and the gain minus the cost of the marginal type falls below zero somewhere, there are three equilibria: "
        "two cutoffs inside, the lower one stable and the upper one not, and the race of all.",
        when=lambda p: [(p.d, p.cbar), (p.k, 1), steep(p), trap(p)],
    )
    def trap_of_fear(self) -> bool:
        found = self.solve().equilibria
        low, middle, high = (item[STATE] for item in found)
        return low < middle < high == self.values().cbar and [item.stable for item in found] == [True, False, True]

    @proposition(
        "contagion without the multiplier condition",
        "If k > 1 and d > cbar, so that the multiplier condition fails at low costs, but the gain never falls below the cost of the marginal type, all types build.",
        when=lambda p: [(p.d, p.cbar), (p.k, 1), steep(p), otherwise(trap(p))],
    )
    def contagion(self) -> bool:
        return self._cutoffs() == [self.values().cbar]

    @proposition(
        "iterated dominance",
        "Each round of iterated dominance makes more types build. With uniform costs and d < cbar each round leaves the share (d - mu)/cbar of the way to c*.",
        when=lambda p: [(p.cbar, p.d)],
    )
    def iterated_dominance(self) -> bool:
        p, levels, same = self.values(), self.staircase(6), self.replace(shape=1)
        (general,), (uniform,) = self._cutoffs(), same._cutoffs()
        left = [uniform - level for level in same.staircase(6)]
        rises = all(a < b + 1e-9 and b < float(general) + 1e-9 for a, b in pairwise(levels))
        return rises and all(after == before * (p.d - p.mu) / p.cbar for before, after in pairwise(left))

    @proposition(
        "signs",
        "The cutoff rises in the gain mu from being first and in the loss d of being without the weapon.",
        when=lambda p: [(p.cbar, p.d), (10 * p.mu, p.cbar), (2, p.k)],
    )
    def signs(self) -> bool:
        p = self.values()
        (base,), (greedier,), (frightened,) = (
            model._cutoffs()
            for model in (self, self.replace(gain_advantage=(p.mu + p.d) / 2), self.replace(loss_unarmed=(p.d + p.cbar) / 2))
        )
        return bool(greedier > base and frightened > base)

    cheap_talk = recalled(
        "cheap talk",
        "If types that build in any case are rare, messages before the race bring the probability of peace close to one.",
    )
