"""Alliances as signals: peacetime costs that separate patrons who would fight from those who would not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.signalling import Cell
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.models.signalling_form import SignallingModel, includes
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["AllianceSignal"]

HIGH, LOW = "high stake", "low stake"
NONE, LOOSE, TIGHT = "none", "loose", "tight"
CHALLENGE, REFRAIN = "challenge", "refrain"


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


def conditions(p: Values) -> dict[str, Conditions]:
    """Return where each regime lies, and where a loose treaty is idle: cannot deter and costs more than it adds in war."""
    q = AllianceSignal.quantities(AllianceSignal(), p)
    loose_fails, tight_fails = (((1 - p.p - bonus) * p.V, p.C) for bonus in (p.beta_l, p.beta_t))
    idle = [loose_fails, (p.k_l, p.beta_l * p.v_H)]
    deters, cheap = [*idle, tight_fails[::-1]], (q["k_lo"], p.k_t)
    return {
        "idle": idle,
        "Bluff": [*deters, cheap, (q["phi_star_tight"], p.phi)],
        "Reputation": [*deters, cheap, (p.phi, q["phi_star_tight"])],
        "Costly and credible": [*deters, cheap[::-1], (q["k_hi"], p.k_t)],
        "Too costly": [*deters, (p.k_t, q["k_hi"])],
        "Futile": [*idle, tight_fails, (p.k_t, p.beta_t * p.v_H)],
        "War plan": [*idle, tight_fails, (p.beta_t * p.v_H, p.k_t)],
        "Loose war plan": [loose_fails, (p.beta_l * p.v_H, p.k_l)],
        "Loose deterrence": [loose_fails[::-1]],
    }


def _in(regime: str) -> Callable[[Values], Conditions]:
    return lambda p: conditions(p)[regime]


def _honoured(family: Any) -> Any:
    """Return the challenger's belief that a tight treaty would be honoured."""
    return family.example.beliefs[family.game.receiver_set(TIGHT)][HIGH]


@register
class AllianceSignal(SignallingModel):
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
    orders = (("p", "p0"), ("beta_t", "beta_l"))
    outcomes = (
        Outcome("p_treaty", "probability that a treaty is signed"),
        Outcome("p_challenge", "probability of a challenge"),
        Outcome("p_war", "probability that a challenged patron intervenes"),
        Outcome("p_dishonoured", "probability that a treaty is tested and not honoured"),
    )
    comparative_statics = (
        Sign("d(x)/d(phi) > 0", "bluffed alliances become more frequent with the prior", where=("Bluff",)),
        Sign("d(y)/d(k_t) < 0", "costly alliances are challenged less"),
        Sign("d(phi_star_tight)/d(beta_t) < 0", "tightness substitutes for reputation"),
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

    def _treaties(self, p: Values) -> dict[str, tuple[Any, Any]]:
        """Return the coordination bonus and the peacetime cost by message."""
        return {NONE: (0, 0), LOOSE: (p.beta_l, p.k_l), TIGHT: (p.beta_t, p.k_t)}

    def prior(self, p: Values) -> Sequence[Any]:
        """Weigh high and low stakes."""
        return [p.phi, 1 - p.phi]

    def payoffs(self, p: Values) -> Mapping[tuple[str, ...], Sequence[Any]]:
        """Fold in whether a challenged patron intervenes."""
        table: dict[tuple[str, ...], tuple[Any, Any]] = {}
        for s, (bonus, cost) in self._treaties(p).items():
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
        """Return beliefs that deter, by treaty; the window of credible costs; bluffing and testing of the tight treaty in the regime Bluff."""
        prize, k_lo = (1 - p.p0) * p.V - p.C, (1 - p.p0) * p.v_L
        phi_loose, phi_tight = (prize / ((p.p + bonus - p.p0) * p.V) for bonus in (p.beta_l, p.beta_t))
        return {
            "phi_star_loose": phi_loose,
            "phi_star_tight": phi_tight,
            "k_lo": k_lo,
            "k_hi": (1 - p.p) * p.v_H + p.c_D,
            "x": p.phi * (1 - phi_tight) / ((1 - p.phi) * phi_tight),
            "y": 1 - p.k_t / k_lo,
        }

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return what survives D1, by what treaties cost and how serious patrons are."""
        return [Regime(name, _in(name), meaning=meaning) for name, meaning in REGIMES.items()]

    def draw(self, ax: Any) -> None:
        """Draw the regimes by peacetime cost and prior."""
        self.regimes().plot("k_t", "phi", xlim=(0, 0.9), ylim=(0, 0.99), ax=ax).set_title(
            "Costly treaties are believed; cheap ones are tested", loc="left", fontsize="medium"
        )

    def _unchallenged(self, low: str) -> bool:
        """Whether D1 leaves one family: high stakes sign the tight treaty, which is not tested, low ones send this message."""
        family = self.survivor()
        return family is not None and family.interval(HIGH, TIGHT) == family.interval(LOW, low) == family.interval(TIGHT, REFRAIN) == (1, 1)

    @proposition(
        "beliefs that deter",
        "After treaty s the challenger refrains only if a high stake has probability at least phi*_s = ((1 - p0)V - C)/((p + beta_s - p0)V), and challenges only if at most; if phi*_s > 1 the treaty cannot deter.",
    )
    def deterrence_threshold(self) -> bool:
        p, treaties = self.values(), self._treaties(self.values())
        needed = {s: ((1 - p.p0) * p.V - p.C) / ((p.p + bonus - p.p0) * p.V) for s, (bonus, _) in treaties.items()}
        return self.replies_at(REFRAIN, HIGH, needed)

    @proposition(
        "separating window",
        "A treaty that only a patron with a high stake signs, and that deters, is an equilibrium exactly if (1 - p0)v_L <= k_s <= (1 - p)v_H + c_D, (1 - p - beta_s)V <= C, and the other treaty s' is no better plan for war: k_s <= k_s' + (1 - p - beta_s')v_H + c_D.",
    )
    def separating_window(self) -> bool:
        p, q, families = self.values(), self.thresholds(), self.solve().equilibria
        treaties = self._treaties(p)
        for s, (rival_bonus, rival_cost) in ((LOOSE, treaties[TIGHT]), (TIGHT, treaties[LOOSE])):
            (bonus, cost), other = treaties[s], rival_cost + (1 - p.p - rival_bonus) * p.v_H + p.c_D
            stated = q["k_lo"] <= cost <= min(q["k_hi"], other) and (1 - p.p - bonus) * p.V <= p.C
            if stated != includes(families, {HIGH: s, LOW: NONE}, {s: REFRAIN}):
                return False
        return True

    @proposition(
        "costly is credible",
        "If a loose treaty is idle, a tight one deters when sure to be honoured, and (1 - p0)v_L < k < (1 - p)v_H + c_D, D1 leaves the separating equilibrium alone: serious patrons sign the tight treaty and are never tested.",
        when=_in("Costly and credible"),
    )
    def costly_is_credible(self) -> bool:
        return self._unchallenged(NONE)

    @proposition(
        "bluffing",
        "If the tight treaty is cheaper, k < (1 - p0)v_L, and phi < phi*, D1 leaves one equilibrium: bluffers sign with x = phi(1 - phi*)/((1 - phi)phi*), and the challenger tests with y = 1 - k/((1 - p0)v_L). A tested treaty is honoured with probability phi*.",
        when=_in("Bluff"),
    )
    def bluffing(self) -> bool:
        family, q = self.survivor(), self.thresholds()
        if family is None or family.interval(HIGH, TIGHT) != (1, 1) or family.interval(LOW, LOOSE) != (0, 0):
            return False
        mixes = (family.interval(LOW, TIGHT), family.interval(TIGHT, CHALLENGE)) == ((q["x"],) * 2, (q["y"],) * 2)
        return mixes and _honoured(family) == q["phi_star_tight"]

    @proposition(
        "reputation suffices",
        "If the tight treaty is cheap, k < (1 - p0)v_L, and phi > phi*, D1 leaves one equilibrium: every patron signs it and nobody tests it.",
        when=_in("Reputation"),
    )
    def reputation_suffices(self) -> bool:
        return self._unchallenged(TIGHT)

    @proposition(
        "no alliance",
        "If a loose treaty is idle and the tight one costs more than (1 - p)v_H + c_D, none is signed in any equilibrium.",
        when=lambda p: [*conditions(p)["idle"], (p.k_t, AllianceSignal.quantities(AllianceSignal(), p)["k_hi"])],
    )
    def no_alliance(self) -> bool:
        families = self.solve().equilibria
        return all(family.interval(t, NONE) == (1, 1) for family in families for t in self.types)

    @proposition(
        "signs of bluffing",
        "Where patrons bluff, they bluff more the more serious patrons are (dx/dphi > 0), are tested less the more the treaty costs (dy/dk < 0), and need less reputation the tighter it is (dphi*/dbeta < 0).",
        when=_in("Bluff"),
    )
    def signs(self) -> bool:
        p, q = self.values(), self.thresholds()
        room = min(1 - p.p0, p.c_D / p.v_L, (1 - p.p0 - p.C / p.V) / p.phi) - (p.p + p.beta_t - p.p0)
        serious, costly = self.replace(phi=(p.phi + q["phi_star_tight"]) / 2), self.replace(k_t=(p.k_t + q["k_lo"]) / 2)
        tighter = self.replace(beta_t=p.beta_t + room / 2)
        found = [model.survivor() for model in (self, serious, costly, tighter)]
        bluffs, tests = ([family.interval(*place)[0] for family in found if family] for place in ((LOW, TIGHT), (TIGHT, CHALLENGE)))
        return len(bluffs) == 4 and bool(bluffs[1] > bluffs[0] and tests[2] < tests[0] and _honoured(found[3]) < _honoured(found[0]))
