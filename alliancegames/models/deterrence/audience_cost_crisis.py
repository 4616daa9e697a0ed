"""Audience costs: a public crisis as a war of attrition."""

from __future__ import annotations

from typing import Any

from alliancegames._fields import Field
from alliancegames.errors import ParameterError
from alliancegames.games.bayesian_profile import BayesianProfile
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import maximum, minimum, sqrt
from alliancegames.models.deterrence import _attrition as attrition
from alliancegames.models.deterrence._audience_results import AudienceResults
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values

__all__ = ["AudienceCostCrisis"]

HORIZON = "horizon"
# State 1 has the more demanding audience, and war may cost both the same.
FIRST = ("W_1 == W_2", "a_1 > a_2")


def yields_first(p: Values, k: int, horizon: float) -> float:
    """Return the probability that state ``k`` is the one that backs down."""
    from scipy.integrate import quad

    here, there = (1 - float(attrition.at_once(p, j, horizon)) for j in (k, 1 - k))
    rate, prize = float(p.a[1 - k]), float(p.v)

    def density(time: float) -> float:
        return here * rate * prize / (prize + rate * time) ** 2 * there * float(attrition.still_there(p, 1 - k, time))

    return 1 - here + float(quad(density, 0, horizon, epsabs=1e-13, epsrel=1e-13)[0])


@register
class AudienceCostCrisis(AudienceResults):
    """Which state backs down in a public crisis, and why can democracies signal better?

    Two states escalate a crisis in public. Who backs down loses the prize and pays audience costs that grow as time goes by. What
    war costs each is known to itself alone, all amounts up to a maximum being equally likely. At every moment each state goes on or
    yields; from some moment on those that are left would rather fight than back down, and there is war.

    Until this horizon soft types yield at a rate that keeps the other's soft types indifferent. One state may have
    to yield at once with some probability, so that both reach the horizon together. The unknown of the game is the horizon. `staged` has
    the game in stages of finite length, in which these strategies are an exact equilibrium. With linear costs and uniform
    types this is the published model (F1).
    """

    key = "audience_cost_crisis"
    title = "Audience-cost war of attrition"
    pillar = "deterrence"
    question = "Which state backs down in a public crisis, and why can democracies signal better?"
    fidelity = "F1"
    references = ("fearon1994domestic",)
    parameters = (
        Parameter("audience_cost_rate", "a", "(0, inf)", "how fast the costs of backing down grow", (2, 1), "utility per unit of time"),
        Parameter("cost_hi", "W", "(0, inf)", "highest cost of war", (4, 4), "utility"),
        Parameter("stake", "v", "(0, inf)", "value of the prize", 1, "utility"),
    )
    outcomes = (
        Outcome("horizon", "time after which nobody backs down", "time"),
        Outcome("p_war", "probability of war"),
        Outcome("p_1_backs_down", "probability that state 1 backs down"),
        Outcome("p_2_backs_down", "probability that state 2 backs down"),
        Outcome("p_1_at_once", "probability that state 1 backs down at once"),
        Outcome("p_2_at_once", "probability that state 2 backs down at once"),
    )
    comparative_statics = (
        Sign("t_1 < t_2", "if war may cost both the same, the state with the more demanding audience is committed first", where=FIRST),
        Sign("d(horizon)/d(a_1) < 0", "audience costs shorten a crisis"),
        Sign("d(p_2_at_once)/d(a_1) > 0", "the other backs down at once more often", where=("t_1 < t_2",)),
        Sign("d(p_war)/d(a_1) < 0", "audience costs of the state that is committed first make war rarer", where=("t_1 < t_2",)),
        Sign("d(p_war)/d(a_1) > 0", "those of the other make it more likely", where=("t_2 < t_1",)),
        Sign("d(p_war)/d(v) > 0", "a larger prize makes war more likely"),
    )

    def build(self, p: Values, field: Field) -> CutoffGame:
        """State when those who are left are exactly those who would rather fight: at the horizon, for the state that comes first."""

        def replies(play: Play) -> Any:
            ends = [p.W[k] / p.a[k] * attrition.still_there(p, k, play[HORIZON]) for k in (0, 1)]
            return minimum(*ends)

        def outcomes(play: Play) -> dict[str, Any]:
            time = play[HORIZON]
            first, second = (yields_first(p, k, float(time)) for k in (0, 1))
            return {
                "horizon": time,
                "p_war": attrition.ready(p, 0, time) * attrition.ready(p, 1, time),
                "p_1_backs_down": first,
                "p_2_backs_down": second,
                "p_1_at_once": max(attrition.at_once(p, 0, time), 0 * time),
                "p_2_at_once": max(attrition.at_once(p, 1, time), 0 * time),
            }

        return CutoffGame.from_replies({HORIZON: (0 * p.v, p.W[0] / p.a[0])}, replies, outcomes=outcomes, title=self.title)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the time at which each state alone would reach its horizon; the earlier one is that of both."""
        product = p.a[0] * p.a[1]
        return {f"t_{k + 1}": (sqrt((p.a[k] * p.v) ** 2 + 4 * product * p.W[k] * p.v) - p.a[k] * p.v) / (2 * product) for k in (0, 1)}

    def closed_forms(self, p: Values) -> dict[str, Any]:
        """Return those outcomes that have a closed form; who backs down in the end is an integral."""
        time = minimum(*self.quantities(p).values())
        at_once = {f"p_{k + 1}_at_once": maximum(attrition.at_once(p, k, time), 0) for k in (0, 1)}
        return {"horizon": time, "p_war": attrition.ready(p, 0, time) * attrition.ready(p, 1, time), **at_once}

    def staged(self, stages: int) -> BayesianProfile:
        """Return the equilibrium of the game in stages, with four types of each state that stand for all.

        Payoffs are linear in the cost of war, so that what is best for the softest and the hardest type of a class is best for all of
        it. The stages last from the beginning to the horizon. Before them each state can yield at once.

        Parameters
        ----------
        stages : int
            Number of stages.

        Returns
        -------
        BayesianProfile
            Its ``regret`` is zero if the horizon is a rational number, and otherwise zero up to rounding.

        Examples
        --------
        >>> import alliancegames as ag
        >>> play = ag.models.AudienceCostCrisis().staged(3)
        >>> set(play.regret["State 1"].values()) | set(play.regret["State 2"].values())
        {Fraction(0, 1)}
        """
        if not isinstance(stages, int) or stages < 1:
            raise ParameterError(f"staged(): stages is the number of stages and must be an integer from 1, got {stages!r}.")
        model = self.completed()
        (equilibrium,) = model.solve().equilibria
        p, horizon = model.values(), equilibrium[HORIZON]
        if isinstance(horizon, float) and model.field == "exact":
            return model.replace(**{q.name: _floats(getattr(p, q.name)) for q in model.parameters}).staged(stages)
        times = [horizon * k / stages for k in range(stages + 1)]
        return attrition.staged_game(p, times).profile({side: attrition.plans(p, k, times) for k, side in enumerate(attrition.SIDES)})

    def draw(self, ax: Any) -> None:
        """Draw how likely each state is still to be there, as time goes by."""
        import numpy as np

        model = self.completed()
        p, found = model.values(), model.solve().outcomes[0]
        horizon = float(found["horizon"])
        time = np.linspace(0, horizon, 300)
        for k, (colour, line) in enumerate((("#0b559f", "-"), ("#b3591a", "--"))):
            left = (1 - float(found[f"p_{k + 1}_at_once"])) * np.array([float(attrition.still_there(p, k, t)) for t in time])
            rate = f"state {k + 1}, audience costs growing by {float(p.a[k]):.3g}"
            ax.plot([-0.05 * horizon, 0, *time], [1, 1, *left], line, color=colour, linewidth=2.2, label=rate)
        ax.axvline(horizon, color="black", linewidth=1, linestyle=":")
        ax.set(xlabel="time since the beginning of the crisis", ylabel="probability of not having backed down", ylim=(0, 1.03))
        ax.set_title("The state with the more demanding audience is the less likely to back down", loc="left", fontsize="medium")
        ax.legend(frameon=False, loc="lower left")


def _floats(value: Any) -> Any:
    return [float(v) for v in value] if isinstance(value, tuple) else float(value)
