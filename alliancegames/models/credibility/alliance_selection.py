"""Reliability of alliances and what war shows of it: attackers choose whom to attack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from alliancegames._fields import Field
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import TypeDistribution, Uniform, read_distribution
from alliancegames.models.credibility._selection_results import (
    SelectionResults,
    gives_in,
    observed_rates,
    quantities,
    resists,
    risky,
    safe,
)
from alliancegames.models.forms import float_values
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["AllianceSelection"]

CUTOFF, RESIST = "stake_cutoff", "p_resist"
# How fast the probability of resistance moves where resistance gains or loses; equilibria do not depend on it.
SPEED = 1000


@register
class AllianceSelection(SelectionResults):
    """Why do observed honour rates understate reliability, and why is the effect of alliances on war ambiguous?

    An attacker decides whether to attack a target; how much it values the stake only it knows, every value up to a
    maximum being equally likely. A target that is attacked gives in or resists, and if there is war its ally helps with
    a probability that both sides know, its reliability, which lowers the attacker's chance to win. War costs both of
    them. A reliable ally makes attacks less attractive, but also resistance more so: targets that would have given in fight.

    Reliability differs between alliances: in the population it is uniform between 0 and 1. War selects: attackers prefer
    the targets with unreliable allies, and so the share of allies that honour their word in war is below the mean
    reliability, unless the targets with unreliable allies give in. The reduced form is chosen here (F2); ``observed`` gives the
    rates for other distributions of reliability, ``with_stakes`` the game with other distributions of stakes.
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
        Sign("d(attack_resisted)/d(rho) < 0", "reliable allies deter"),
        Sign("d(attack_resisted)/d(C) < 0", "dear war deters"),
        Sign("d(attack_resisted)/d(Vbar) > 0", "valuable stakes invite attacks"),
        Sign("d(attack_resisted)/d(d) <= 0", "allies that make more difference deter more"),
        Sign("d(rho_T)/d(v_T) < 0", "targets with more at stake resist with less reliable allies"),
        Sign("d(rho_T)/d(c_T) > 0", "costs of war ask for more reliable allies"),
        Sign("d(rho_T)/d(p0) > 0", "and so do strong attackers"),
        Sign("honour_rate_resisted < 1/2", "war understates reliability", where=("C < (p0 - d)*Vbar",)),
        Sign("d(honour_rate_resisted)/d(C) < 0", "the more so the dearer war is to attackers", where=("C < (p0 - d)*Vbar",)),
        Sign("d(honour_rate_resisted)/d(p0) > 0", "and the less so the stronger they are", where=("C < (p0 - d)*Vbar",)),
        Sign("d(attack_rate_resisted)/d(C) < 0", "dear war makes attacks rare", where=("C < (p0 - d)*Vbar",)),
        Sign("d(attack_rate_resisted)/d(d) < 0", "and so do allies that make a difference", where=("C < (p0 - d)*Vbar",)),
    )

    def build(self, p: Values, field: Field, stakes: TypeDistribution | None = None) -> CutoffGame:
        """Write from which value of the stake on attackers attack, and what the target gains by resisting."""
        stakes = stakes or Uniform(0, p.Vbar)
        win = p.p0 - p.rho * p.d

        def replies(play: Play) -> dict[str, Any]:
            resist, gain = play[RESIST], (1 - win) * p.v_T - p.c_T
            return {CUTOFF: resist * p.C / (1 - resist + resist * win), RESIST: resist + SPEED * gain}

        def outcomes(play: Play) -> dict[str, Any]:
            attack, resist = 1 - stakes.cdf(play[CUTOFF]), play[RESIST]
            war = attack * resist
            return {"p_attack": attack, "p_resist": resist, "p_war": war, "p_honoured": war * p.rho, "p_broken": war * (1 - p.rho)}

        highest = stakes.span[1] + p.C / (p.p0 - p.d)  # the cutoff may exceed every possible stake, but not this
        return CutoffGame.from_replies({CUTOFF: (0, highest), RESIST: (0, 1)}, replies, outcomes=outcomes, title=self.title)

    def with_stakes(self, stakes: TypeDistribution) -> CutoffGame:
        """Return the game with another distribution of the attacker's stake.

        Parameters
        ----------
        stakes : distribution
            How it is distributed, such as ``Normal(0.5, 0.2)``.

        Examples
        --------
        >>> import alliancegames as ag
        >>> (play,) = ag.cutoff_equilibria(ag.models.AllianceSelection().with_stakes(ag.games.Uniform(0, 2)))
        >>> print(play.outcomes["p_war"])
        9/11
        """
        model = self.completed()
        return model.build(model.values(), model.field, read_distribution(stakes, "with_stakes(): stakes"))

    def observed(self, reliability: TypeDistribution) -> dict[str, float]:
        """Return rates of attacks, of war, and of honoured commitments in war over alliances of different reliability.

        Parameters
        ----------
        reliability : distribution
            How reliability is distributed among alliances, between 0 and 1.

        Examples
        --------
        Alliances of which none is less reliable than 3/5 have a mean reliability of 4/5, of which war shows less:

        >>> import alliancegames as ag
        >>> found = ag.models.AllianceSelection().observed(ag.games.Uniform(0.6, 1))
        >>> round(found["honour_rate"], 3)
        0.782
        """
        return observed_rates(float_values(self, {})[0], read_distribution(reliability, "observed(): reliability"))

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the reliability from which on targets resist, and rates of attacks, wars, and wars with help over all alliances.

        The rates assume that no ally is reliable enough to rule out attacks, C < (p0 - d) Vbar. The honour rate
        observed in war is help_rate/war_rate.
        """
        return quantities(p)

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return what an attack would lead to."""
        return [
            Regime(
                "Capitulation", gives_in, meaning="The ally is too unreliable to resist: every attacker attacks and the target gives in."
            ),
            Regime("War", lambda p: [*resists(p), *risky(p)], meaning="The target resists; those who value the stake highly attack."),
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
