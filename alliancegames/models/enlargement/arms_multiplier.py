"""Arms races between states that would rather not race."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from alliancegames._fields import Field
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import Uniform
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["ArmsMultiplier"]

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


def _not(pair: tuple[Any, Any]) -> tuple[Any, Any]:
    return pair[1], pair[0]


@register
class ArmsMultiplier(CutoffModel):
    """Why do states race in arms although both prefer détente?

    Two states choose whether to build a weapon. Being the only one to have it is worth a little; being the
    only one without it is dreadful. What the weapon costs a state is known to itself alone. A few find it so
    cheap that they build in any case. Others fear these few; still others fear those who fear. Each round of
    the argument makes more types build. With enough types of moderate cost it does not stop before all do.

    Costs lie between 0 and cbar, a share (c/cbar)^k of states having at most the cost c: uniform for k = 1,
    mostly low costs for k < 1, mostly high ones for k > 1. The game is symmetric and so are the equilibria
    listed. As building is a strategic complement, the lowest and the highest equilibrium of all are symmetric,
    and one symmetric equilibrium alone is the only one of any kind.
    """

    key = "arms_multiplier"
    title = "The arms race and its multiplier"
    pillar = "enlargement"
    question = "Why do states that seek security race although both prefer détente?"
    fidelity = "F1"
    references = ("baliga2004arms",)
    parameters = (
        Parameter("gain_advantage", "mu", "(0, inf)", "gain from being the only one to build", "1/10", "utility", latex=r"\mu"),
        Parameter("loss_unarmed", "d", "(0, inf)", "loss from being the only one without the weapon", "4/5", "utility"),
        Parameter("cost_hi", "cbar", "(0, inf)", "highest cost of the weapon", 1, "utility", latex=r"\bar c"),
        Parameter("shape", "k", "(0, inf)", "exponent of the distribution of costs; uniform at 1", 1, "pure number"),
    )
    outcomes = (
        Outcome("cutoff", "cost up to which a state builds", "utility"),
        Outcome("p_build", "probability that a state builds"),
        Outcome("p_race", "probability that both build"),
        Outcome("p_detente", "probability that neither builds"),
    )
    comparative_statics = (
        Sign("d(c_star_uniform)/d(mu) > 0", "gains from arming alone spread arming", where=("cbar > d",)),
        Sign("d(c_star_uniform)/d(d) > 0", "fear spreads arming", where=("cbar > d",)),
    )
    orders = (("loss_unarmed", "gain_advantage"),)

    def build(self, p: Values, field: Field) -> CutoffGame:
        """State what a type gains by building."""

        def building(cost: Any, play: Play) -> Any:
            return gain(p, play[STATE]) - cost

        def outcomes(play: Play) -> dict[str, Any]:
            chance = play[STATE]
            return {"cutoff": play.cutoffs[STATE], "p_build": chance, "p_race": chance**2, "p_detente": (1 - chance) ** 2}

        return CutoffGame({STATE: costs(p)}, building, acts="below", outcomes=outcomes, title=self.title)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the cutoff under uniform costs and the share of types that build in any case."""
        return {"c_star_uniform": p.mu * p.cbar / (p.cbar - p.d + p.mu), "p_dominant": costs(p).cdf(p.mu)}

    def staircase(self, rounds: int) -> list[Any]:
        """Return the costs up to which building survives each round of iterated dominance.

        Parameters
        ----------
        rounds : int
            Number of rounds after the first, in which only those build who build in any case.

        Examples
        --------
        >>> import alliancegames as ag
        >>> [str(cost) for cost in ag.models.ArmsMultiplier().staircase(3)]
        ['1/10', '17/100', '219/1000', '2533/10000']
        """
        p = self.completed().values()
        levels = [p.mu]
        for _ in range(rounds):
            levels.append(min(gain(p, costs(p).cdf(levels[-1])), p.cbar))
        return levels

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Say where fear stops by itself, where it spreads to all, and where both can happen."""
        return [
            Regime(RESTRAINED, lambda p: [(p.cbar, p.d)], meaning="The most reluctant types never build: fear stops at one cutoff."),
            Regime(CONTAGION, lambda p: [(p.d, p.cbar), (1, p.k)], meaning="The multiplier condition F(c) d > c holds: all types build."),
            Regime(TRAP, lambda p: [(p.d, p.cbar), (p.k, 1), steep(p), trap(p)], meaning="Few types build in any case: restraint and a race of all are equilibria, with a threshold between."),
            Regime(STEADY, lambda p: [(p.d, p.cbar), (p.k, 1), steep(p), _not(trap(p))], meaning="No cutoff stops the spread of fear, although moderate costs are rare."),
            Regime(AT_ONCE, lambda p: [(p.d, p.cbar), (p.k, 1), _not(steep(p))], meaning="Being first is worth so much that fear hardly matters: all types build."),
        ]  # fmt: skip

    def draw(self, ax: Any) -> None:
        """Draw the best reply to a cutoff, and the staircase on which fear climbs to the equilibrium."""
        import numpy as np

        model = self.completed()
        p = Values(self.parameters, {q.name: float(getattr(model.values(), q.name)) for q in self.parameters})
        expected = np.linspace(0, p.cbar, 400)
        ax.plot(expected, np.minimum(gain(p, costs(p).cdf(expected)), p.cbar), color="#0b559f", linewidth=2.2, label="best reply")
        ax.plot([0, p.cbar], [0, p.cbar], color="black", linewidth=1, label="as expected")
        steps = [0.0, *map(float, model.staircase(12))]
        ax.plot(np.repeat(steps, 2)[:-1], np.repeat(steps, 2)[1:], color="#b3591a", linewidth=1.4, label="iterated dominance")
        for item in model.solve().equilibria:
            ax.plot(float(item[STATE]), float(item[STATE]), "o", color="#0b559f", clip_on=False, zorder=5)
        ax.set(xlabel="highest cost at which the other builds", ylabel="highest cost at which a state builds", xlim=(0, p.cbar), ylim=(0, 1.02 * p.cbar))  # fmt: skip
        ax.set_title("The fear of a few makes many build", loc="left", fontsize="medium")
        ax.legend(frameon=False)

    # ---------------------------------------------------------------- results

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
        when=lambda p: [(p.d, p.cbar), (p.k, 1), steep(p), _not(trap(p))],
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
        rises = all(a <= b < float(general) + 1e-9 for a, b in pairwise(levels))
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
