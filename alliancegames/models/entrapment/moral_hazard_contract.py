"""Alliance contracts that deter by emboldening the protégé."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames._fields import Field
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import Uniform, clip01, sqrt
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["MoralHazardContract"]

CHALLENGER, PROTEGE = "Challenger", "Protégé"
RISKY, DETERRED, FOREGONE, CERTAIN = "Crisis with a risk of war", "Deterred", "Deterred by certain war", "Certain war"


def offer(p: Values, cut_type: Any) -> Any:
    """Return the offer that makes the protégé with this cost of war indifferent."""
    return p.p - cut_type + p.t


def challenger_value(p: Values, share: Any, chance: Any) -> Any:
    """Return what the challenger expects of a crisis: an offer of ``share``, refused with a given chance."""
    return (1 - chance) * (1 - share) + chance * (1 - p.p - p.c_C)


def patron_value(p: Values, share: Any, chance: Any) -> Any:
    """Return what the patron expects of a crisis: its interest in the protégé's share, minus the transfer in war."""
    return p.b * ((1 - chance) * share + chance * p.p) - p.lam * p.t * chance


def tempting(p: Values) -> tuple[Any, Any]:
    """Return the two sides whose comparison decides between crisis and deterrence while a bargain is possible."""
    return (p.cbar + p.c_C - p.t) ** 2, 4 * p.cbar * (p.p + p.c_C - p.q)


def bargaining(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that some types of the protégé accept an offer."""
    return p.cbar + p.c_C, p.t


def deterring_transfer(p: Values) -> Any:
    """Return the promise from which on a crisis is worth no more than the status quo; infinite if there is none."""
    surplus = p.p + p.c_C - p.q
    if isinstance(surplus, (float, Fraction)) and surplus < 0:
        return math.inf
    return p.cbar + p.c_C - 2 * sqrt(p.cbar * surplus)


@register
class MoralHazardContract(CutoffModel):
    """Can it be a good thing that an alliance emboldens the protégé?

    A patron promises its protégé a transfer in case of war. A challenger may open a crisis and then makes a
    take-it-or-leave-it offer. What war costs the protégé is known to itself alone: types below a cutoff refuse.
    The promise makes war attractive, so that the protégé refuses more often, which is moral hazard. For the
    same reason crises are worth less to the challenger. If the promise is large enough, it opens none.

    The equilibrium is the type at which the challenger stops: a harder offer earns more from all who accept it
    and drives one more type to war. Whether a crisis is opened follows from its value; an indifferent
    challenger keeps the peace. This is a reduced form with uniform costs (F2).
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
        Sign("t_det <= cbar + c_C", "the transfer that deters is below what makes war certain"),
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
            chance, share = play[PROTEGE], offer(p, play.cutoffs[PROTEGE])
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

        return CutoffGame({PROTEGE: Uniform(0, p.cbar)}, harder, acts="below", outcomes=outcomes, title=self.title)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the cut type and offer of a crisis, the smallest deterring transfer, and the best one where crises cannot be deterred.

        The deterring transfer is infinite where no transfer deters.
        """
        cut = (p.cbar + p.t - p.c_C) / 2
        return {
            "cut_type": cut,
            "offer_in_crisis": offer(p, cut),
            "risk_in_crisis": cut / p.cbar,
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

    # ---------------------------------------------------------------- results

    def _at(self, transfer: Any) -> dict[str, Any]:
        return self.replace(transfer_war=transfer).solve().outcomes[0]

    def _offers_are_best(self) -> bool:
        """Compare the solver's offer with a grid of offers, from the payoffs and the protégé's types alone."""
        p, cut = self.values(), self.solve().equilibria[0][PROTEGE]
        shares, types = [offer(p, cut), *(Fraction(k, 200) for k in range(201))], Uniform(0, p.cbar)
        values = [challenger_value(p, share, types.cdf(p.p + p.t - share)) for share in shares]
        return bool(values[0] == max(values))

    @proposition(
        "the crisis",
        "If t < cbar + c_C, exactly the types below y* = (cbar + t - c_C)/2 refuse, war has the probability y*/cbar, and the offer is p + (t + c_C - cbar)/2.",
        when=lambda p: [bargaining(p)],
    )
    def crisis(self) -> bool:
        found, stated = self.solve(), self.thresholds()
        values = [found.equilibria[0][PROTEGE], found.outcomes[0]["offer"], found.outcomes[0]["p_war_in_crisis"]]
        return len(found.equilibria) == 1 and values == [stated["cut_type"], stated["offer_in_crisis"], stated["risk_in_crisis"]]

    @proposition(
        "the offer is optimal",
        "No other offer gives the challenger more than that of the equilibrium, also where the promise is so large that all types fight.",
        when=lambda p: [bargaining(p)],
    )
    def optimal_offer(self) -> bool:
        p = self.values()
        return self._offers_are_best() and self.replace(transfer_war=2 * (p.cbar + p.c_C))._offers_are_best()

    @proposition(
        "surplus and moral hazard",
        "In a crisis each unit of the promise raises the offer by 1/2 and the probability of war by 1/(2 cbar), and lowers the challenger's value.",
        when=lambda p: [bargaining(p), (p.p + p.c_C, p.q), tempting(p), (p.t, 0)],
    )
    def moral_hazard(self) -> bool:
        p = self.values()
        less, more = self._at(p.t / 2), self._at(p.t)
        falls = more["value_challenger"] < less["value_challenger"]
        return bool(falls and more["offer"] - less["offer"] == p.t / 4 and more["p_war"] - less["p_war"] == p.t / (4 * p.cbar))

    @proposition(
        "deterrence",
        "If q < p + c_C and t_det > 0, the challenger opens a crisis exactly if t < t_det = cbar + c_C - 2 sqrt(cbar (p + c_C - q)): "
        "the probability of war rises in t and then drops to 0.",
        when=lambda p: [(p.p + p.c_C, p.q), ((p.cbar + p.c_C) ** 2, 4 * p.cbar * (p.p + p.c_C - p.q))],
    )
    def deterrence(self) -> bool:
        star = Fraction(float(self.thresholds()["t_det"]))
        risks = [self._at(star * share)["p_war"] for share in (0, Fraction(1, 2), Fraction(999, 1000))]
        beyond = [self._at(star * Fraction(1001, 1000))["p_war"], self._at(star + self.values().cbar)["p_war"]]
        return 0 < risks[0] < risks[1] < risks[2] and beyond == [0, 0]

    @proposition(
        "where no promise deters",
        "If q > p + c_C the challenger opens a crisis whatever the promise, and the patron's best promise is max(0, t*), "
        "t* = (b cbar - lambda (cbar - c_C))/(b + 2 lambda).",
        when=lambda p: [(p.q, p.p + p.c_C)],
    )
    def no_deterrence(self) -> bool:
        p, star = self.values(), max(self.thresholds()["t_star"], Fraction(0))
        best, others = (
            self._at(star),
            [self._at((p.cbar + p.c_C) * share) for share in (Fraction(0), Fraction(1, 3), Fraction(2, 3), Fraction(4, 3))],
        )
        return all(other["p_crisis"] == 1 and other["value_patron"] <= best["value_patron"] for other in others) and best["p_crisis"] == 1

    @proposition(
        "signs of the deterring promise",
        "The deterring promise rises in the protégé's share q of the status quo and falls in its strength p.",
        when=lambda p: [(p.p + p.c_C, p.q), ((p.cbar + p.c_C) ** 2, 4 * p.cbar * (p.p + p.c_C - p.q)), (1, p.q), (p.q, 0)],
    )
    def signs(self) -> bool:
        p, star = self.values(), Fraction(float(self.thresholds()["t_det"]))
        between = self.replace(transfer_war=star * Fraction(1001, 1000))
        richer = between.replace(u_status_quo=(p.q + min(p.p + p.c_C, Fraction(1))) / 2)
        stronger = self.replace(transfer_war=star * Fraction(999, 1000), p_win=(p.p + 1 - p.c_C) / 2)
        return [model.solve().outcomes[0]["p_crisis"] for model in (richer, stronger)] == [1, 0]

    mechanism = recalled(
        "moral hazard deters",
        "Moral hazard is not only a cost of alliances: that the protégé is emboldened is the mechanism by which the contract deters.",
    )
