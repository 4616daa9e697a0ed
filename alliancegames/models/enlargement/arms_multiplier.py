"""Arms races between states that would rather not race."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alliancegames._fields import Field
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import TypeDistribution
from alliancegames.models.enlargement._multiplier_results import (
    AT_ONCE,
    CONTAGION,
    RESTRAINED,
    STATE,
    STEADY,
    TRAP,
    MultiplierResults,
    costs,
    gain,
    otherwise,
    steep,
    trap,
)
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["ArmsMultiplier"]


@register
class ArmsMultiplier(MultiplierResults):
    """Why do states race in arms although both prefer détente?

    Two states choose whether to build a weapon. Being the only one to have it is worth a little; being the
    only one without it is dreadful. What the weapon costs a state is known to itself alone. A few find it so
    cheap that they build in any case. Others fear these few; still others fear those who fear. Each round of
    the argument makes more types build. With enough types of moderate cost it does not stop before all do.

    Costs lie between 0 and cbar, a share (c/cbar)^k of states having at most the cost c: uniform for k = 1,
    mostly low costs for k < 1, mostly high ones for k > 1; `with_costs` takes any other distribution. The game is
    symmetric and so are the equilibria listed. As building is a strategic complement, the lowest and the highest
    equilibrium of all are symmetric, and one symmetric equilibrium alone is the only one of any kind. The game is the
    published one without its stage of messages (F1).
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
        Sign("d(c_star_uniform)/d(cbar) < 0", "dear weapons restrain even those who could afford them", where=("cbar > d",)),
        Sign(
            "mu < c_star_uniform and c_star_uniform < d",
            "the multiplier: more build than would in any case, but not all",
            where=("cbar > d",),
        ),
    )
    orders = (("loss_unarmed", "gain_advantage"),)

    def build(self, p: Values, field: Field) -> CutoffGame:
        """Let costs be distributed by a power."""
        return self._race(p, costs(p))

    def _race(self, p: Values, distribution: TypeDistribution) -> CutoffGame:
        """State what a type gains by building."""

        def building(cost: Any, play: Play) -> Any:
            return gain(p, play[STATE]) - cost

        def outcomes(play: Play) -> dict[str, Any]:
            chance = play[STATE]
            return {"cutoff": play.cutoffs[STATE], "p_build": chance, "p_race": chance**2, "p_detente": (1 - chance) ** 2}

        return CutoffGame({STATE: distribution}, building, acts="below", outcomes=outcomes, title=self.title)

    def with_costs(self, costs: TypeDistribution) -> CutoffGame:
        """Return the game with another distribution of costs.

        Parameters
        ----------
        costs : distribution
            Any; some types may like weapons so much that their cost is negative.

        Examples
        --------
        >>> import alliancegames as ag
        >>> race = ag.models.ArmsMultiplier(d="9/10").with_costs(ag.games.Normal(0.5, 0.1))
        >>> [round(float(item["Each state"]), 3) for item in ag.cutoff_equilibria(race)]
        [0.1, 0.5, 0.9]
        """
        return self._race(self.completed().values(), costs)

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
            Regime(STEADY, lambda p: [(p.d, p.cbar), (p.k, 1), steep(p), otherwise(trap(p))], meaning="No cutoff stops the spread of fear, although moderate costs are rare."),
            Regime(AT_ONCE, lambda p: [(p.d, p.cbar), (p.k, 1), otherwise(steep(p))], meaning="Being first is worth so much that fear hardly matters: all types build."),
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
