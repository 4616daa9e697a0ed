"""Audience costs: a public crisis as a war of attrition."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from alliancegames._fields import Field
from alliancegames.errors import ParameterError
from alliancegames.games.bayesian_profile import BayesianProfile
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import minimum, sqrt
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.deterrence import _attrition as attrition
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.sequential import subgame_perfect

__all__ = ["AudienceCostCrisis"]

HORIZON = "horizon"


def yields_first(p: Values, k: int, horizon: float) -> float:
    """Return the probability that state ``k`` is the one that backs down."""
    from scipy.integrate import quad

    here, there = (1 - float(attrition.at_once(p, j, horizon)) for j in (k, 1 - k))
    rate, prize = float(p.a[1 - k]), float(p.v)

    def density(time: float) -> float:
        return here * rate * prize / (prize + rate * time) ** 2 * there * float(attrition.still_there(p, 1 - k, time))

    return 1 - here + float(quad(density, 0, horizon, epsabs=1e-13, epsrel=1e-13)[0])


@register
class AudienceCostCrisis(CutoffModel):
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

    # ---------------------------------------------------------------- results

    def _rational(self) -> AudienceCostCrisis:
        """Return the model with costs of war from which a rational horizon follows: time W_1/4 for state 1, later for state 2."""
        p = self.values()
        horizon = p.W[0] / 4
        costs = [p.a[k] * horizon * (1 + p.a[1 - k] * horizon / p.v) for k in (0, 1)]
        return self.replace(W=[costs[0], costs[1] * (1 + p.W[1])])

    @proposition(
        "the horizon",
        "The horizon is t* = min(t_1, t_2), where t_j solves a_j v t + a_1 a_2 t^2 = W_j v. There is no other.",
    )
    def horizon(self) -> bool:
        found, stated = self.solve(), min(map(float, self.thresholds().values()))
        return (
            found.equilibria.complete is True
            and len(found.equilibria) == 1
            and abs(float(found.outcomes[0]["horizon"]) - stated) < 1e-9 * (1 + stated)
        )

    @proposition(
        "an equilibrium in stages",
        "Types with a cost of war below a_i t* never yield. A share m_i = 1 - (a_i t*/W_i)(1 + a_j t*/v) yields at once and the other soft types so that (1 - m_i) v/(v + a_j t) are left at t. In stages of any equal length these are best replies for every type.",
    )
    def stages(self) -> bool:
        play = self._rational().staged(3)
        regret = [gain for gains in play.regret.values() for gain in gains.values()]
        return bool(regret) and all(isinstance(gain, Fraction) and gain == 0 for gain in regret)

    @proposition(
        "what a soft state expects",
        "Soft types of state i expect v m_j, and there is war with probability (a_1 t*/W_1)(a_2 t*/W_2).",
    )
    def expectations(self) -> bool:
        model = self._rational()
        play, found, p = model.staged(2), model.solve().outcomes[0], model.values()
        values = [play.interim_payoffs[side][kind] for side in attrition.SIDES for kind in attrition.TYPES[:2]]
        concessions = [p.v * found[name] for name in ("p_2_at_once", "p_1_at_once") for _ in attrition.TYPES[:2]]
        return values == concessions and attrition.chance_of_war(play) == found["p_war"]

    @proposition(
        "one of three things happens",
        "State 1 backs down, state 2 backs down or there is war: the probabilities add up to one.",
    )
    def sum_of_chances(self) -> bool:
        found = self.solve().outcomes[0]
        return bool(abs(float(found["p_war"]) + found["p_1_backs_down"] + found["p_2_backs_down"] - 1) < 1e-9)

    @proposition(
        "audiences help",
        "If war costs both up to the same amount, the state whose audience costs grow faster never yields at once and is less likely to back down.",
        when=lambda p: [(p.a[0], p.a[1])],
    )
    def audiences(self) -> bool:
        found = self.replace(W=self.values().W[0]).solve().outcomes[0]
        return bool(found["p_1_at_once"] < 1e-12 and found["p_2_at_once"] > 0 and found["p_1_backs_down"] < found["p_2_backs_down"])

    @proposition(
        "signs of the audience cost",
        "If war costs both up to the same amount and state 1's audience costs grow faster, their growing still faster brings the horizon nearer, makes state 2 yield at once more often and makes war less likely.",
        when=lambda p: [(p.a[0], p.a[1])],
    )
    def signs(self) -> bool:
        model = self.replace(W=self.values().W[0])
        before, after = model.solve().outcomes[0], model.replace(a_1=2 * self.values().a[0]).solve().outcomes[0]
        earlier = after["horizon"] < before["horizon"] and after["p_war"] < before["p_war"]
        return bool(earlier and after["p_2_at_once"] > before["p_2_at_once"])

    @proposition(
        "complete information",
        "If costs of war W_i are known, there is no war: the state that is locked in first, at W_i/a_i, wins, and the other yields at once. (The states move in turn at a finite number of times, the first at the beginning, one between the moments at which they are locked in, one after both.)",
        when=lambda p: [((p.W[0] * p.a[1] - p.W[1] * p.a[0]) ** 2, 0)],
    )
    def complete_information(self) -> bool:
        p = self.values()
        locked = [p.W[k] / p.a[k] for k in (0, 1)]
        plays = subgame_perfect(attrition.known_game(p, [0 * p.v, sum(locked) / 2, 2 * max(locked)]))
        wins = (p.v, 0 * p.v) if locked[0] < locked[1] else (0 * p.v, p.v)
        return [tuple(play.profile.payoffs.values()) for play in plays] == [wins]


def _floats(value: Any) -> Any:
    return [float(v) for v in value] if isinstance(value, tuple) else float(value)
