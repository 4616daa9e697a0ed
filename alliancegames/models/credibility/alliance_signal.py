"""Alliances as signals: peacetime costs that separate patrons who would fight from those who would not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.signalling import Cell
from alliancegames.models.credibility._signal_results import (
    CHALLENGE,
    HIGH,
    LOOSE,
    LOW,
    NONE,
    REFRAIN,
    TIGHT,
    AllianceSignalResults,
    quantities,
    treaties,
    within,
)
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["AllianceSignal"]


REGIMES = {
    "Bluff": "Besides patrons with a high stake, some bluffers sign the tight treaty, so that it is sometimes tested.",
    "Costly and credible": "Only patrons with a high stake sign the tight treaty, and nobody tests it.",
    "Reputation": "Every patron signs the tight treaty, and nobody tests it.",
    "Too costly": "The tight treaty would deter but is not worth its price: none is signed, and the protégé is attacked.",
    "Futile": "No treaty deters and none is worth its price in war: none is signed, and the protégé is attacked.",
    "War plan": "No treaty deters, but patrons with a high stake sign the tight one to fight better.",
    "Loose war plan": "A loose treaty cannot deter but is worth its price in war: patrons with a high stake sign one or the other.",
    "Loose deterrence": "Even a loose treaty deters if it is sure to be honoured, so that treaties compete as signals.",
}


@register
class AllianceSignal(AllianceSignalResults):
    """Why pay in peacetime for a tight alliance, and why are not all alliances honoured?

    A patron knows how much it cares for a protégé; a challenger does not. The patron signs no treaty, a
    loose one, or a tight one. A treaty costs something in peacetime (bases, common staffs, less freedom of action)
    and makes the allies fight better together. The challenger then challenges the protégé or refrains. A
    challenged patron with a high stake intervenes, with or without a treaty; one with a low stake stays out.

    A treaty deters if it makes intervention likely enough. A costly one is credible because a patron that would not
    fight does not pay for it; a cheap one is signed by bluffers too, so it is sometimes tested and not
    honoured. Who intervenes and who does not is folded in (a reduced form, F2).
    """

    key = "alliance_signal"
    title = "Alliances as signals"
    pillar = "credibility"
    question = "Why pay for tight alliances in peacetime, and why are not all of them honoured?"
    fidelity = "F2"
    references = ("morrow1994alliances", "morrow2000why")
    players = ("Patron", "Challenger")
    types = (HIGH, LOW)
    messages = (NONE, LOOSE, TIGHT)
    replies = (CHALLENGE, REFRAIN)
    parameters = (
        Parameter("cred_patron", "phi", "(0, 1)", "prior probability of a high stake", "3/10", "probability", latex=r"\varphi"),
        Parameter("stake_patron_high", "v_H", "(0, inf)", "the protégé's value to a patron with a high stake", "6/5", "utility"),
        Parameter("stake_patron_low", "v_L", "(0, inf)", "the protégé's value to a patron with a low stake", "2/5", "utility"),
        Parameter("cost_war_patron", "c_D", "(0, inf)", "patron's cost of intervening", "1/5", "utility"),
        Parameter("cost_peacetime_loose", "k_l", "(0, inf)", "peacetime cost of the loose treaty", "1/10", "utility"),
        Parameter("cost_peacetime_tight", "k_t", "(0, inf)", "peacetime cost of the tight treaty", "1/5", "utility"),
        Parameter("coordination_loose", "beta_l", "(0, 1)", "win probability a loose treaty adds", "1/20", "probability", latex=r"\beta_l"),
        Parameter("coordination_tight", "beta_t", "(0, 1)", "win probability a tight treaty adds", "1/5", "probability", latex=r"\beta_t"),
        Parameter("p_win_alone", "p0", "[0, 1]", "protégé's win probability alone", "3/10", "probability", latex="p_0"),
        Parameter("p_win_joint", "p", "[0, 1]", "win probability with the patron, without coordination", "1/2", "probability"),
        Parameter("stake_challenger", "V", "(0, inf)", "challenger's value of winning", 1, "utility"),
        Parameter("cost_war_challenger", "C", "(0, inf)", "challenger's cost of war", "2/5", "utility"),
    )
    orders = (("p", "p0"), ("beta_t", "beta_l"), ("v_H", "v_L"), ("v_H", "c_D"), ("V", "C"))
    outcomes = (
        Outcome("p_treaty", "probability that a treaty is signed"),
        Outcome("p_challenge", "probability of a challenge"),
        Outcome("p_war", "probability that a challenged patron intervenes"),
        Outcome("p_dishonoured", "probability that a treaty is tested and not honoured"),
    )
    comparative_statics = (
        Sign("d(x)/d(phi) > 0", "bluffed alliances become more frequent with the prior", where=("Bluff",)),
        Sign("d(y)/d(k_t) < 0", "costly alliances are challenged less"),
        Sign(
            "d(phi_star_tight)/d(beta_t) < 0",
            "tightness substitutes for reputation: tested treaties that are tight are honoured less often",
        ),
        Sign("phi_star_tight < phi_star_loose", "a tight treaty deters where a loose one does not"),
        Sign("d(phi_star_tight)/d(C) < 0", "a challenger that fears war is deterred by less reputation"),
        Sign("k_lo < k_hi", "some cost of peace always tells serious patrons from others"),
        Sign("d(k_hi - k_lo)/d(v_L) < 0", "it is harder to tell the more the others care"),
        Sign("d(k_hi - k_lo)/d(c_D) > 0", "and easier the dearer intervention is, which peace spares serious patrons"),
        Sign("d(phi*y)/d(k_t) < 0", "war over a bluffed treaty becomes rarer with its cost", where=("Bluff",)),
        Sign("d((1 - phi)*x*y)/d(k_t) < 0", "and so do broken promises", where=("Bluff",)),
        Sign("d((1 - phi)*x*y)/d(phi) > 0", "promises are broken more often the more serious patrons are", where=("Bluff",)),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume that patrons with a high stake intervene, others do not, and that a protégé alone is attacked."""
        return [
            *super().assumptions(p),
            (1, p.p + p.beta_t),
            ((p.p - p.p0) * p.v_H, p.c_D),
            (p.c_D, (p.p + p.beta_t - p.p0) * p.v_L),
            ((1 - p.p0) * p.V, p.C),
        ]

    def prior(self, p: Values) -> Sequence[Any]:
        """Weigh high and low stakes."""
        return [p.phi, 1 - p.phi]

    def payoffs(self, p: Values) -> Mapping[tuple[str, ...], Sequence[Any]]:
        """Fold in whether a challenged patron intervenes."""
        table: dict[tuple[str, ...], tuple[Any, Any]] = {}
        for s, (bonus, cost) in treaties(p).items():
            joint = p.p + bonus
            table[HIGH, s, CHALLENGE] = (joint * p.v_H - p.c_D - cost, (1 - joint) * p.V - p.C)
            table[LOW, s, CHALLENGE] = (p.p0 * p.v_L - cost, (1 - p.p0) * p.V - p.C)
            table[HIGH, s, REFRAIN], table[LOW, s, REFRAIN] = (p.v_H - cost, 0), (p.v_L - cost, 0)
        return table

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Count plays with a treaty, with a challenge, with intervention, and with a broken promise."""
        return {
            "p_treaty": self.plays(lambda kind, treaty, reply: treaty != NONE),
            "p_challenge": self.plays(lambda kind, treaty, reply: reply == CHALLENGE),
            "p_war": self.plays(lambda kind, treaty, reply: reply == CHALLENGE and kind == HIGH),
            "p_dishonoured": self.plays(lambda kind, treaty, reply: reply == CHALLENGE and kind == LOW and treaty != NONE),
        }

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return beliefs that deter, the window of credible costs, and how often the tight treaty is bluffed (x) and tested (y)."""
        return quantities(p)

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return what survives D1, by what treaties cost and how serious patrons are."""
        return [Regime(name, within(name), meaning=meaning) for name, meaning in REGIMES.items()]

    def draw(self, ax: Any) -> None:
        """Draw the regimes by peacetime cost and prior."""
        self.regimes().plot("k_t", "phi", xlim=(0, 0.9), ylim=(0, 0.99), ax=ax).set_title(
            "Costly treaties are believed; cheap ones are tested", loc="left", fontsize="medium"
        )
