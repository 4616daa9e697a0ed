"""Alliance contracts that deter by emboldening the protégé."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames._fields import Field
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import TypeDistribution, Uniform, clip01, read_distribution
from alliancegames.models.entrapment._contract_results import (
    CERTAIN,
    DETERRED,
    FOREGONE,
    PROTEGE,
    RISKY,
    ContractResults,
    bargaining,
    challenger_value,
    deterring_transfer,
    offer,
    patron_value,
    tempting,
)
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["MoralHazardContract"]


@register
class MoralHazardContract(ContractResults):
    """Can it be a good thing that an alliance emboldens the protégé?

    A patron promises its protégé a transfer in case of war. A challenger may open a crisis and then makes a
    take-it-or-leave-it offer. What war costs the protégé is known to itself alone: types below a cutoff refuse.
    The promise makes war attractive, so that the protégé refuses more often, which is moral hazard. For the
    same reason crises are worth less to the challenger. If the promise is large enough, it opens none.

    The equilibrium is the type at which the challenger stops: a harder offer earns more from all who accept it
    and drives one more type to war. Whether a crisis is opened follows from its value; an indifferent
    challenger keeps the peace. This is a reduced form with uniform costs (F2); `with_costs` takes any others.
    """

    key = "moral_hazard_contract"
    title = "Deterrence through moral hazard"
    pillar = "entrapment"
    question = "Can it be a good thing that an alliance emboldens the protégé?"
    fidelity = "F2"
    references = ("benson2014inducing",)
    parameters = (
        Parameter("transfer_war", "t", "[0, inf)", "transfer that the patron promises the protégé in war", "7/40", "utility"),
        Parameter("p_win", "p", "[0, 1]", "probability that the protégé wins a war", "2/5", "probability"),
        Parameter("cost_hi", "cbar", "(0, inf)", "highest cost of war of the protégé, types being uniform from 0", "1/2", "utility", latex=r"\bar c"),
        Parameter("cost_war_challenger", "c_C", "[0, inf)", "the challenger's cost of war", "1/5", "utility"),
        Parameter("u_status_quo", "q", "[0, 1]", "the protégé's share in the status quo", "11/20", "utility"),
        Parameter("interest_patron", "b", "(0, inf)", "the patron's interest in the protégé's share", 1, "utility per stake"),
        Parameter("cost_transfer", "lam", "(0, inf)", "what a unit of the transfer costs the patron", "1/2", "utility per stake", latex=r"\lambda"),
    )  # fmt: skip
    outcomes = (
        Outcome("p_crisis", "probability that the challenger opens a crisis"),
        Outcome("p_war", "probability of war"),
        Outcome("p_war_in_crisis", "probability of war once there is a crisis"),
        Outcome("offer", "the challenger's offer in a crisis", "utility"),
        Outcome("value_challenger", "what the challenger expects", "utility"),
        Outcome("value_patron", "what the patron expects", "utility"),
    )
    comparative_statics = (
        Sign("d(offer_in_crisis)/d(t) == 1/2", "half of a transfer is a deterrence surplus"),
        Sign("d(risk_in_crisis)/d(t) == 1/(2*cbar)", "and it makes war in a crisis likelier"),
        Sign("d(risk_in_crisis)/d(t) > 0", "moral hazard"),
        Sign(
            "d(value_in_crisis)/d(t) < 0",
            "crises are worth less to the challenger, which is how the promise deters",
            where=("cbar + c_C > t",),
        ),
        Sign("t_det <= cbar + c_C", "the transfer that deters is below what makes war certain"),
        Sign(
            "d(t_det)/d(q) > 0", "the more the status quo favours the protégé, the larger the promise that deters", where=("p + c_C > q",)
        ),
        Sign("d(t_det)/d(p) < 0", "the stronger the protégé, the smaller", where=("p + c_C > q",)),
        Sign("d(t_star)/d(b) > 0", "patrons who care more promise more where no promise deters"),
        Sign("d(t_star)/d(lam) < 0", "and those to whom transfers are dear promise less"),
    )

    def assumptions(self, p: Values) -> Conditions:
        """War is worth something to the challenger, some types of the protégé mind war more than it, and offers are shares."""
        return [(1, p.p + p.c_C), (p.cbar, p.c_C), (2 * p.p, p.cbar)]

    def build(self, p: Values, field: Field) -> CutoffGame:
        """State what the challenger gains by an offer so hard that one more type fights."""

        def harder(cost: Any, play: Play) -> Any:
            concession = 1 - play[PROTEGE]  # a harder offer takes this much more from those who accept
            return concession - (cost + p.c_C - p.t) / p.cbar  # and loses the surplus of peace with the type at the margin

        def outcomes(play: Play) -> dict[str, Any]:
            return self._ends(p, play.cutoffs[PROTEGE], play[PROTEGE])

        return CutoffGame({PROTEGE: Uniform(0, p.cbar)}, harder, acts="below", outcomes=outcomes, title=self.title)

    def _ends(self, p: Values, cut_type: Any, chance: Any) -> dict[str, Any]:
        """Return the outcomes if types below a cutoff refuse, and whether the challenger opens a crisis at all."""
        share = offer(p, cut_type)
        value = challenger_value(p, share, chance)
        crisis = value > 1 - p.q
        return {
            "p_crisis": 1 if crisis else 0,
            "p_war": chance if crisis else 0 * chance,
            "p_war_in_crisis": chance,
            "offer": share,
            "value_challenger": value if crisis else 1 - p.q,
            "value_patron": patron_value(p, share, chance) if crisis else p.b * p.q,
        }

    def with_costs(self, costs: TypeDistribution) -> CutoffGame:
        """Return the game with another distribution of the protégé's costs of war.

        The unknown is the type that is indifferent, among all but the lowest and the highest millionth.

        Parameters
        ----------
        costs : distribution
            One whose hazard rate rises, as those of uniform, normal and logistic distributions do: then there is one equilibrium, and
            its offer is the challenger's best.

        Examples
        --------
        >>> import alliancegames as ag
        >>> (play,) = ag.cutoff_equilibria(ag.models.MoralHazardContract().with_costs(ag.games.Normal(0.25, 0.15)))
        >>> round(play.outcomes["offer"], 3), round(play.outcomes["p_war_in_crisis"], 3)
        (0.365, 0.396)
        """
        p = self.completed().values()
        read_distribution(costs, "with_costs(): costs", ("cdf", "density", "quantile"))
        ends = (costs.quantile(Fraction(1, 10**6)), costs.quantile(1 - Fraction(1, 10**6)))

        def balance(play: Play) -> Any:
            cut = play.cutoffs[PROTEGE]
            return costs.density(cut) * (cut + p.c_C - p.t) - 1 + costs.cdf(cut)

        def outcomes(play: Play) -> dict[str, Any]:
            return self._ends(p, play.cutoffs[PROTEGE], costs.cdf(play.cutoffs[PROTEGE]))

        return CutoffGame.from_conditions({PROTEGE: ends}, balance, outcomes=outcomes, title=self.title)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the cut type, offer, risk and value to the challenger of a crisis, the smallest deterring transfer, and the best one where crises cannot be deterred.

        The deterring transfer is infinite where no transfer deters.
        """
        cut = (p.cbar + p.t - p.c_C) / 2
        return {
            "cut_type": cut,
            "offer_in_crisis": offer(p, cut),
            "risk_in_crisis": cut / p.cbar,
            "value_in_crisis": 1 - p.p - p.c_C + (p.cbar + p.c_C - p.t) ** 2 / (4 * p.cbar),
            "t_det": deterring_transfer(p),
            "t_star": (p.b * p.cbar - p.lam * (p.cbar - p.c_C)) / (p.b + 2 * p.lam),
        }

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Compare the value of a crisis with the status quo, where offers may be accepted and where none is."""
        return [
            Regime(RISKY, lambda p: [bargaining(p), tempting(p)], meaning="The challenger opens a crisis and risks war for a better share."),
            Regime(DETERRED, lambda p: [bargaining(p), tempting(p)[::-1]], meaning="An emboldened protégé asks too much: no crisis."),
            Regime(FOREGONE, lambda p: [bargaining(p)[::-1], (p.p + p.c_C, p.q)], meaning="Every type would fight, and war is worth less than the status quo."),
            Regime(CERTAIN, lambda p: [bargaining(p)[::-1], (p.q, p.p + p.c_C)], meaning="Every type fights, and even so the challenger prefers war to the status quo."),
        ]  # fmt: skip

    def draw(self, ax: Any) -> None:
        """Draw the probability of war and the patron's expectation against the promise."""
        import numpy as np

        base = self.completed().values()
        promise = np.linspace(0, float(base.cbar + base.c_C), 800)
        p = Values(self.parameters, {q.name: float(getattr(base, q.name)) for q in self.parameters} | {"transfer_war": promise})
        chance = clip01((p.cbar + promise - p.c_C) / (2 * p.cbar))
        share = offer(p, p.cbar * chance)
        crisis = challenger_value(p, share, chance) > 1 - p.q
        jump = np.flatnonzero(np.diff(crisis.astype(int)))  # where the challenger ceases to open crises, lines have a gap
        war, patron = np.where(crisis, chance, 0.0), np.where(crisis, patron_value(p, share, chance), p.b * p.q)
        war[jump] = patron[jump] = np.nan
        ax.plot(promise, war, color="#0b559f", linewidth=2.2, label="probability of war")
        ax.plot(promise, patron, "--", color="#b3591a", linewidth=2, label="the patron's utility")
        ax.vlines(promise[jump], 0, 1, color="black", linewidth=1, linestyle=":", transform=ax.get_xaxis_transform())
        ax.set(xlabel="transfer promised in war $t$", ylabel="probability of war, utility", xlim=(0, promise[-1]), ylim=(-0.03, None))
        ax.set_title("The promise makes war more likely, until it deters", loc="left", fontsize="medium")
        ax.legend(frameon=False)
