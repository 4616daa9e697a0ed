"""What is known about the selection of alliances by war: reliabilities and rates in closed form, and the results on them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from alliancegames._conditions import Conditions
from alliancegames.games.cutoff import CutoffGame
from alliancegames.games.distributions import TypeDistribution, Uniform, clip01, log
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.propositions import proposition, recalled
from alliancegames.parameters import Values
from alliancegames.solvers.cutoffs import cutoff_equilibria

# Nodes at which honour rates are integrated from solved games, and what rounding and quadrature may amount to.
NODES, TOLERANCE = 6, 1e-7
# Nodes at which rates in closed form are integrated over another distribution of reliability.
FINE = 64


def resists(p: Values) -> Conditions:
    """Return when the target fights back: its ally is reliable enough."""
    return [(p.rho * p.d * p.v_T, p.c_T - (1 - p.p0) * p.v_T)]


def gives_in(p: Values) -> Conditions:
    """Return when the target gives in."""
    return [(larger, smaller) for smaller, larger in resists(p)]


def risky(p: Values) -> Conditions:
    """Return when some attackers value the stake more than it costs to win it from both."""
    return [((p.p0 - p.rho * p.d) * p.Vbar, p.C)]


def safe(p: Values) -> Conditions:
    """Return when nobody attacks a target that would resist."""
    return [*resists(p), *((smaller, larger) for larger, smaller in risky(p))]


def never_safe(p: Values) -> Conditions:
    """Return when no ally is so reliable that nobody would attack."""
    return [((p.p0 - p.d) * p.Vbar, p.C)]


def always_resists(p: Values) -> Conditions:
    """Return when a target resists even if its ally will surely not come."""
    return [((1 - p.p0) * p.v_T, p.c_T)]


def resisted(p: Values) -> dict[str, Any]:
    """Return how often targets are attacked that resist, and if all do the rates of attacks and of honour over all alliances."""
    kappa, span = p.C / p.Vbar, log(p.p0 / (p.p0 - p.d)) / p.d
    attacks = 1 - kappa * span
    honoured = (1 - 2 * kappa * (p.p0 * span - 1) / p.d) / 2
    return {
        "attack_resisted": 1 - kappa / (p.p0 - p.rho * p.d),
        "attack_rate_resisted": attacks,
        "honour_rate_resisted": honoured / attacks,
    }


def quantities(p: Values) -> dict[str, Any]:
    """Return how often targets that resist are attacked, from which reliability on they resist, and rates over all alliances.

    The rates assume that no ally is reliable enough to rule out attacks, C < (p0 - d) Vbar.
    """
    kappa, rho_T = p.C / p.Vbar, (p.c_T - (1 - p.p0) * p.v_T) / (p.d * p.v_T)
    least = clip01(rho_T)
    span = log((p.p0 - least * p.d) / (p.p0 - p.d)) / p.d
    war = 1 - least - kappa * span
    help_ = (1 - least**2) / 2 - kappa * (p.p0 * span - (1 - least)) / p.d
    return {**resisted(p), "rho_T": rho_T, "attack_rate": least + war, "war_rate": war, "help_rate": help_}


def observed_rates(p: Values, reliability: TypeDistribution) -> dict[str, float]:
    """Return rates over alliances whose reliability has some distribution, integrated over its quantiles from closed forms.

    Parameters
    ----------
    p : Values
        Parameter values, as floats.
    reliability : distribution
        How reliability is distributed among alliances.
    """
    found = quantities(p)
    least = float(np.clip(float(reliability.cdf(found["rho_T"])), 0, 1))
    points, weights = np.polynomial.legendre.leggauss(FINE)
    rho = np.asarray(reliability.quantile(least + (1 - least) * (points + 1) / 2), dtype=float)
    attacks = np.clip(1 - p.C / p.Vbar / (p.p0 - rho * p.d), 0, 1)
    war, helped = ((1 - least) / 2 * float(weights @ rate) for rate in (attacks, attacks * rho))
    return {"attack_rate": least + war, "war_rate": war, "honour_rate": helped / war if war else float("nan")}


class SelectionResults(CutoffModel):
    """The results on reliability and selection, checked by solved games."""

    @abstractmethod
    def with_stakes(self, stakes: TypeDistribution) -> CutoffGame:
        """Return the game with another distribution of the attacker's stake.

        Parameters
        ----------
        stakes : distribution
            How it is distributed.
        """

    def _only(self, **changed: Any) -> dict[str, Any]:
        """Return the outcome of the one equilibrium."""
        solution = self.replace(**changed).solve()
        assert solution.equilibria.complete
        (outcome,) = solution.outcomes
        return outcome

    def _rates(self) -> tuple[float, float]:
        """Return the rates of war, and of help in war, by summing up solved games over reliability.

        Where ``p0 - rho d`` is the exponential of the points of Gauss and Legendre, few points are enough.
        """
        p = self.values()
        values = {parameter.name: float(getattr(p, parameter.name)) for parameter in self.parameters}
        p0, d = values["p_win_alone"], values["delta_win"]
        least = min(max(float(self.thresholds()["rho_T"]), 0.0), 1.0)
        ends = np.log([p0 - d, p0 - least * d])
        points, weights = np.polynomial.legendre.leggauss(NODES)
        war = honoured = 0.0
        for x, weight in zip(ends.mean() + points * np.diff(ends) / 2, weights * np.diff(ends) / 2, strict=True):
            outcome = type(self)(**values | {"reliability": (p0 - np.exp(x)) / d})._only()
            war, honoured = war + weight * np.exp(x) / d * outcome["p_war"], honoured + weight * np.exp(x) / d * outcome["p_honoured"]
        return war, honoured

    @proposition(
        "attacks on those who resist",
        "A target that resists is attacked with probability 1 - C/((p0 - rho d) Vbar), or never if this is negative; with probability 1 - F(C/(p0 - rho d)) if stakes have distribution F.",
        when=resists,
    )
    def attacks(self) -> bool:
        p, outcome = self.values(), self._only()
        cutoff, stakes = p.C / (p.p0 - p.rho * p.d), Uniform(p.Vbar / 2, 2 * p.Vbar)
        (other,) = cutoff_equilibria(self.with_stakes(stakes))
        stated = outcome["p_resist"] == 1 and outcome["p_attack"] == max(0, 1 - cutoff / p.Vbar)
        return bool(stated and other.outcomes["p_attack"] == 1 - stakes.cdf(cutoff))

    @proposition(
        "unreliable allies mean capitulation",
        "If rho < rho_T = (c_T - (1 - p0)v_T)/(d v_T), every attacker attacks and the target gives in: there is no war.",
        when=gives_in,
    )
    def capitulation(self) -> bool:
        outcome = self._only()
        return bool(outcome["p_attack"] == 1 and outcome["p_war"] == 0)

    @proposition(
        "reliability deters",
        "Where targets resist, the more reliable the ally the fewer attacks (dPr(attack)/drho < 0).",
        when=lambda p: [*resists(p), *risky(p), (1, p.rho)],
    )
    def reliability_deters(self) -> bool:
        return bool(self._only(rho=(self.values().rho + 1) / 2)["p_attack"] < self._only()["p_attack"])

    @proposition(
        "alliances and war",
        "If the target would give in without an ally but resists with it, the alliance makes attacks rarer and war likelier.",
        when=lambda p: [*resists(p), *risky(p), (p.c_T, (1 - p.p0) * p.v_T)],
    )
    def ambiguous_effect(self) -> bool:
        alone, allied = self._only(rho=0), self._only()
        return bool(allied["p_attack"] < alone["p_attack"] and allied["p_war"] > alone["p_war"])

    @proposition(
        "observed reliability",
        "If C < (p0 - d) Vbar, the rates of attacks, of war and of war with the ally's help over all alliances are attack_rate, war_rate and help_rate, so that help_rate/war_rate of those called on honour their word. If targets always resist, these are 1 - (kappa/d) ln(p0/(p0 - d)), the same, and 1/2 - kappa((p0/d^2) ln(p0/(p0 - d)) - 1/d), with kappa = C/Vbar.",
        when=lambda p: [*never_safe(p), ((1 - p.p0 + p.d) * p.v_T, p.c_T)],
    )
    def observed_reliability(self) -> bool:
        q, (war, honoured) = self.thresholds(), self._rates()
        least = min(max(q["rho_T"], 0), 1)
        gives_in = least == 0 or self._only(rho=least / 2)["p_attack"] == 1
        rates = [(war, q["war_rate"]), (honoured, q["help_rate"]), (least + war, q["attack_rate"])]
        if least == 0:
            rates += [(war, q["attack_rate_resisted"]), (honoured / war, q["honour_rate_resisted"])]
        return bool(gives_in and all(abs(float(found - stated)) < TOLERANCE for found, stated in rates))

    @proposition(
        "war understates reliability",
        "If targets always resist, c_T < (1 - p0)v_T, the honour rate in war is below the mean reliability 1/2, the more so the more help matters (d) and the dearer war is to attackers (C/Vbar).",
        when=lambda p: [*never_safe(p), *always_resists(p)],
    )
    def selection_bias(self) -> bool:
        p = self.values()
        dearer, weightier = self.replace(C=(p.C + (p.p0 - p.d) * p.Vbar) / 2), self.replace(d=(p.d + p.p0 - p.C / p.Vbar) / 2)
        war, honoured = self._rates()
        more = (model.thresholds() for model in (dearer, weightier))  # which "observed reliability" checks
        return bool(0.5 > honoured / war > max(float(q["honour_rate_resisted"]) for q in more))

    leeds = recalled(
        "how often alliances are honoured",
        "When wars put alliance commitments to the test, about three quarters of them were honoured.",
        source="leeds2003reliability",
    )
    bias = recalled(
        "interventions are a biased sample",
        "Whether allies intervene is observed only in wars that attackers chose to start, which biases inferences about reliability.",
        source="smith1996intervene",
    )
