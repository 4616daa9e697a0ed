"""What is known about alliance contracts that deter by emboldening the protégé."""

from __future__ import annotations

import math
from abc import abstractmethod
from fractions import Fraction
from typing import Any

from alliancegames.games.cutoff import CutoffGame
from alliancegames.games.distributions import TypeDistribution, Uniform, sqrt
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.propositions import proposition
from alliancegames.parameters import Values
from alliancegames.solvers.cutoffs import cutoff_equilibria

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


class ContractResults(CutoffModel):
    """The propositions of the model, checked by the solver of cutoff games."""

    @abstractmethod
    def with_costs(self, costs: TypeDistribution) -> CutoffGame:
        """Return the game with another distribution of the protégé's costs of war."""

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
        "If t < cbar + c_C, exactly the types below y* = (cbar + t - c_C)/2 refuse, war has the probability y*/cbar, and the offer is p + (t + c_C - cbar)/2. "
        "The crisis is worth 1 - p - c_C + (cbar + c_C - t)^2/(4 cbar) to the challenger.",
        when=lambda p: [bargaining(p)],
    )
    def crisis(self) -> bool:
        found, stated = self.solve(), self.thresholds()
        values = [found.equilibria[0][PROTEGE], found.outcomes[0]["offer"], found.outcomes[0]["p_war_in_crisis"]]
        worth = max(stated["value_in_crisis"], 1 - self.values().q)
        unique = len(found.equilibria) == 1 and found.outcomes[0]["value_challenger"] == worth
        return bool(unique and values == [stated["cut_type"], stated["offer_in_crisis"], stated["risk_in_crisis"]])

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

    @proposition(
        "moral hazard deters",
        "A promise t works as if war cost the protégé t less, and in no other way: risk, offer and the challenger's value and choice are those without a promise and with costs lower by t. That the protégé is emboldened is the mechanism by which the contract deters.",
        when=lambda p: [bargaining(p)],
    )
    def mechanism(self) -> bool:
        p = self.values()
        promised = self.solve().outcomes[0]
        (emboldened,) = cutoff_equilibria(self.replace(transfer_war=0 * p.t).with_costs(Uniform(-p.t, p.cbar - p.t)))
        names = ("p_crisis", "p_war", "p_war_in_crisis", "offer", "value_challenger")
        return all(abs(promised[name] - emboldened.outcomes[name]) <= 1e-9 for name in names)
