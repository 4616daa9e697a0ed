"""Reliability of alliances and what war shows of it: attackers choose whom to attack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from alliancegames._conditions import Conditions
from alliancegames._fields import Field
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import Uniform, clip01, log
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.forms import float_values
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["AllianceSelection"]

CUTOFF, RESIST = "stake_cutoff", "p_resist"
# How fast the probability of resistance moves where resistance gains or loses; equilibria do not depend on it.
SPEED = 1000
# Nodes at which honour rates are integrated from solved games, and what rounding and quadrature may amount to.
NODES, TOLERANCE = 6, 1e-7


def resists(p: Values) -> Conditions:
    """Return when the target fights back: its ally is reliable enough."""
    return [(p.rho * p.d * p.v_T, p.c_T - (1 - p.p0) * p.v_T)]


def gives_in(p: Values) -> Conditions:
    """Return when the target gives in."""
    return [(larger, smaller) for smaller, larger in resists(p)]


def _risky(p: Values) -> Conditions:
    """Return when some attackers value the stake more than it costs to win it from both."""
    return [((p.p0 - p.rho * p.d) * p.Vbar, p.C)]


def safe(p: Values) -> Conditions:
    """Return when nobody attacks a target that would resist."""
    return [*resists(p), *((smaller, larger) for larger, smaller in _risky(p))]


def _never_safe(p: Values) -> Conditions:
    """Return when no ally is so reliable that nobody would attack."""
    return [((p.p0 - p.d) * p.Vbar, p.C)]


def _always_resists(p: Values) -> Conditions:
    return [((1 - p.p0) * p.v_T, p.c_T)]


@register
class AllianceSelection(CutoffModel):
    """Why do observed honour rates understate reliability, and why is the effect of alliances on war ambiguous?

    An attacker decides whether to attack a target; how much it values the stake only it knows, every value up to a
    maximum being equally likely. A target that is attacked gives in or resists, and if there is war its ally helps with
    a probability that both sides know, its reliability, which lowers the attacker's chance to win. War costs both of
    them. A reliable ally makes attacks less attractive, but also resistance more so: targets that would have given in fight.

    Reliability differs between alliances: in the population it is uniform between 0 and 1. War selects: attackers prefer
    the targets with unreliable allies, and so the share of allies that honour their word in war is below the mean
    reliability, unless the targets with unreliable allies give in. The reduced form is chosen here (F2).
    """

    key = "alliance_selection"
    title = "Alliance reliability and selection"
    pillar = "credibility"
    question = "Why do honour rates observed in war understate the reliability of alliances?"
    fidelity = "F2"
    references = ("smith1995alliance", "smith1996intervene", "smith1998extended", "leeds2003reliability")
    parameters = (
        Parameter("reliability", "rho", "[0, 1]", "reliability: probability that the ally helps", "1/2", "probability", latex=r"\rho"),
        Parameter("stake_hi_attacker", "Vbar", "(0, inf)", "highest value of the stake to an attacker", 1, "utility", latex=r"\bar{V}"),
        Parameter("cost_war_attacker", "C", "(0, inf)", "attacker's cost of war", "1/5", "utility"),
        Parameter("p_win_alone", "p0", "(0, 1)", "attacker's win probability against the target alone", "4/5", "probability", latex="p_0"),
        Parameter("delta_win", "d", "(0, 1)", "by how much help lowers the attacker's win probability", "1/2", "probability"),
        Parameter("stake_protege", "v_T", "(0, inf)", "value of the stake to the target", 1, "utility"),
        Parameter("cost_war_protege", "c_T", "(0, inf)", "target's cost of war", "1/10", "utility"),
    )
    orders = (("p0", "d"),)
    outcomes = (
        Outcome("p_attack", "probability of an attack"),
        Outcome("p_resist", "probability that a target that is attacked resists"),
        Outcome("p_war", "probability of war"),
        Outcome("p_honoured", "probability of war in which the ally helps"),
        Outcome("p_broken", "probability of war in which the ally does not help"),
    )
    comparative_statics = (
        Sign("d(rho_T)/d(v_T) < 0", "targets with more at stake resist with less reliable allies"),
        Sign("d(rho_T)/d(c_T) > 0", "costs of war ask for more reliable allies"),
    )

    def build(self, p: Values, field: Field) -> CutoffGame:
        """Write from which value of the stake on attackers attack, and what the target gains by resisting."""
        stakes = Uniform(0, p.Vbar)
        win = p.p0 - p.rho * p.d

        def replies(play: Play) -> dict[str, Any]:
            resist, gain = play[RESIST], (1 - win) * p.v_T - p.c_T
            return {CUTOFF: resist * p.C / (1 - resist + resist * win), RESIST: resist + SPEED * gain}

        def outcomes(play: Play) -> dict[str, Any]:
            attack, resist = 1 - stakes.cdf(play[CUTOFF]), play[RESIST]
            war = attack * resist
            return {"p_attack": attack, "p_resist": resist, "p_war": war, "p_honoured": war * p.rho, "p_broken": war * (1 - p.rho)}

        highest = p.Vbar + p.C / (p.p0 - p.d)  # the cutoff may exceed every possible stake, but not this
        return CutoffGame.from_replies({CUTOFF: (0, highest), RESIST: (0, 1)}, replies, outcomes=outcomes, title=self.title)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the reliability from which on targets resist, and rates of attacks, wars, and wars with help over all alliances.

        The rates assume that no ally is reliable enough to rule out attacks, C < (p0 - d) Vbar. The honour rate
        observed in war is help_rate/war_rate.
        """
        kappa, rho_T = p.C / p.Vbar, (p.c_T - (1 - p.p0) * p.v_T) / (p.d * p.v_T)
        least = clip01(rho_T)
        span = log((p.p0 - least * p.d) / (p.p0 - p.d)) / p.d
        war = 1 - least - kappa * span
        help_ = (1 - least**2) / 2 - kappa * (p.p0 * span - (1 - least)) / p.d
        return {"rho_T": rho_T, "attack_rate": least + war, "war_rate": war, "help_rate": help_}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return what an attack would lead to."""
        return [
            Regime(
                "Capitulation", gives_in, meaning="The ally is too unreliable to resist: every attacker attacks and the target gives in."
            ),
            Regime("War", lambda p: [*resists(p), *_risky(p)], meaning="The target resists; those who value the stake highly attack."),
            Regime("Deterrence", safe, meaning="The target would resist, and with its ally's help it is too strong for any attacker."),
        ]

    def draw(self, ax: Any) -> None:
        """Draw how reliable allies are that are called on in war, against how reliable allies are."""
        reliability = np.linspace(0, 1, 201)
        p, _ = float_values(self, {"rho": reliability})
        q = self.completed().thresholds()
        attack = np.where(reliability >= q["rho_T"], np.clip(1 - p.C / p.Vbar / (p.p0 - reliability * p.d), 0, 1), 0)
        ax.plot(reliability, np.ones_like(reliability), color="0.4", linestyle="--", label="all alliances")
        ax.plot(reliability, attack / float(q["war_rate"]), color="#0b559f", label="alliances called on in war")
        observed = float(q["help_rate"] / q["war_rate"])
        for x, colour, name, side in ((0.5, "0.4", "mean reliability", "left"), (observed, "#0b559f", "observed honour rate", "right")):
            ax.axvline(x, color=colour, linewidth=0.9, linestyle=":")
            ax.annotate(f" {name} \n {x:.3f} ", (x, 0.1), ha=side, color=colour)
        ax.set(xlim=(0, 1), ylim=(0, None), xlabel=r"reliability $\rho$", ylabel="density among alliances")
        ax.legend(frameon=False, loc="upper right")
        ax.set_title("Attackers pick the unreliable alliances", loc="left", fontsize="medium")

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
        "A target that resists is attacked with probability 1 - C/((p0 - rho d) Vbar), or never if this is negative.",
        when=resists,
    )
    def attacks(self) -> bool:
        p, outcome = self.values(), self._only()
        return bool(outcome["p_resist"] == 1 and outcome["p_attack"] == max(0, 1 - p.C / ((p.p0 - p.rho * p.d) * p.Vbar)))

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
        when=lambda p: [*resists(p), *_risky(p), (1, p.rho)],
    )
    def reliability_deters(self) -> bool:
        return bool(self._only(rho=(self.values().rho + 1) / 2)["p_attack"] < self._only()["p_attack"])

    @proposition(
        "alliances and war",
        "If the target would give in without an ally but resists with it, the alliance makes attacks rarer and war likelier.",
        when=lambda p: [*resists(p), *_risky(p), (p.c_T, (1 - p.p0) * p.v_T)],
    )
    def ambiguous_effect(self) -> bool:
        alone, allied = self._only(rho=0), self._only()
        return bool(allied["p_attack"] < alone["p_attack"] and allied["p_war"] > alone["p_war"])

    @proposition(
        "observed reliability",
        "If C < (p0 - d) Vbar, the rates of war and of war with the ally's help over all alliances are war_rate and help_rate, so that help_rate/war_rate of those called on honour their word.",
        when=lambda p: [*_never_safe(p), ((1 - p.p0 + p.d) * p.v_T, p.c_T)],
    )
    def observed_reliability(self) -> bool:
        q, (war, honoured) = self.thresholds(), self._rates()
        return bool(max(abs(war - q["war_rate"]), abs(honoured - q["help_rate"])) < TOLERANCE)

    @proposition(
        "war understates reliability",
        "If targets always resist, c_T < (1 - p0)v_T, the honour rate in war is below the mean reliability 1/2, the more so the more help matters (d) and the dearer war is to attackers (C/Vbar).",
        when=lambda p: [*_never_safe(p), *_always_resists(p)],
    )
    def selection_bias(self) -> bool:
        p = self.values()
        dearer, weightier = self.replace(C=(p.C + (p.p0 - p.d) * p.Vbar) / 2), self.replace(d=(p.d + p.p0 - p.C / p.Vbar) / 2)
        base, *more = (honoured / war for war, honoured in (model._rates() for model in (self, dearer, weightier)))
        return bool(0.5 > base > max(more))

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
