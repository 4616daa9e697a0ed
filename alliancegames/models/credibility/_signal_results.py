"""What is known about alliances as signals: their thresholds, where each regime lies, and the results on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.models.propositions import proposition
from alliancegames.models.signalling_form import SignallingModel, includes
from alliancegames.parameters import Values

HIGH, LOW = "high stake", "low stake"
NONE, LOOSE, TIGHT = "none", "loose", "tight"
CHALLENGE, REFRAIN = "challenge", "refrain"


def treaties(p: Values) -> dict[str, tuple[Any, Any]]:
    """Return the coordination bonus and the peacetime cost by message."""
    return {NONE: (0, 0), LOOSE: (p.beta_l, p.k_l), TIGHT: (p.beta_t, p.k_t)}


def quantities(p: Values) -> dict[str, Any]:
    """Return beliefs that deter, the window of credible costs, and how often the tight treaty is bluffed (x) and tested (y)."""
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


def conditions(p: Values) -> dict[str, Conditions]:
    """Return where each regime lies, and where a loose treaty is idle: cannot deter and costs more than it adds in war."""
    q = quantities(p)
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


def within(regime: str) -> Callable[[Values], Conditions]:
    """Return what maps values to the conditions of a regime."""
    return lambda p: conditions(p)[regime]


def _honoured(family: Any) -> Any:
    """Return the challenger's belief that a tight treaty would be honoured."""
    return family.example.beliefs[family.game.receiver_set(TIGHT)][HIGH]


class AllianceSignalResults(SignallingModel):
    """The results on alliances as signals, checked by the perfect Bayesian equilibria and the refinement D1."""

    def _unchallenged(self, low: str) -> bool:
        """Whether D1 leaves one family: high stakes sign the tight treaty, which is not tested, low ones send this message."""
        family = self.survivor()
        return family is not None and family.interval(HIGH, TIGHT) == family.interval(LOW, low) == family.interval(TIGHT, REFRAIN) == (1, 1)

    @proposition(
        "beliefs that deter",
        "After treaty s the challenger refrains only if a high stake has probability at least phi*_s = ((1 - p0)V - C)/((p + beta_s - p0)V), and challenges only if at most; if phi*_s > 1 the treaty cannot deter.",
    )
    def deterrence_threshold(self) -> bool:
        p = self.values()
        needed = {s: ((1 - p.p0) * p.V - p.C) / ((p.p + bonus - p.p0) * p.V) for s, (bonus, _) in treaties(p).items()}
        return self.replies_at(REFRAIN, HIGH, needed)

    @proposition(
        "separating window",
        "A treaty that only a patron with a high stake signs, and that deters, is an equilibrium exactly if (1 - p0)v_L <= k_s <= (1 - p)v_H + c_D, (1 - p - beta_s)V <= C, and the other treaty s' is no better plan for war: k_s <= k_s' + (1 - p - beta_s')v_H + c_D.",
    )
    def separating_window(self) -> bool:
        p, q, families = self.values(), self.thresholds(), self.solve().equilibria
        terms = treaties(p)
        for s, (rival_bonus, rival_cost) in ((LOOSE, terms[TIGHT]), (TIGHT, terms[LOOSE])):
            (bonus, cost), other = terms[s], rival_cost + (1 - p.p - rival_bonus) * p.v_H + p.c_D
            stated = q["k_lo"] <= cost <= min(q["k_hi"], other) and (1 - p.p - bonus) * p.V <= p.C
            if stated != includes(families, {HIGH: s, LOW: NONE}, {s: REFRAIN}):
                return False
        return True

    @proposition(
        "costly is credible",
        "If a loose treaty is idle, a tight one deters when sure to be honoured, and (1 - p0)v_L < k < (1 - p)v_H + c_D, D1 leaves the separating equilibrium alone: serious patrons sign the tight treaty and are never tested.",
        when=within("Costly and credible"),
    )
    def costly_is_credible(self) -> bool:
        return self._unchallenged(NONE)

    @proposition(
        "bluffing",
        "If the tight treaty is cheaper, k < (1 - p0)v_L, and phi < phi*, D1 leaves one equilibrium: bluffers sign with x = phi(1 - phi*)/((1 - phi)phi*), and the challenger tests with y = 1 - k/((1 - p0)v_L). A tested treaty is honoured with probability phi*.",
        when=within("Bluff"),
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
        when=within("Reputation"),
    )
    def reputation_suffices(self) -> bool:
        return self._unchallenged(TIGHT)

    @proposition(
        "no alliance",
        "If a loose treaty is idle and the tight one costs more than (1 - p)v_H + c_D, none is signed in any equilibrium.",
        when=lambda p: [*conditions(p)["idle"], (p.k_t, quantities(p)["k_hi"])],
    )
    def no_alliance(self) -> bool:
        families = self.solve().equilibria
        return all(family.interval(t, NONE) == (1, 1) for family in families for t in self.types)

    @proposition(
        "signs of bluffing",
        "Where patrons bluff, they bluff more the more serious patrons are (dx/dphi > 0), are tested less the more the treaty costs (dy/dk < 0), and need less reputation the tighter it is (dphi*/dbeta < 0).",
        when=within("Bluff"),
    )
    def signs(self) -> bool:
        p, q = self.values(), self.thresholds()
        room = min(1 - p.p0, p.c_D / p.v_L, (1 - p.p0 - p.C / p.V) / p.phi) - (p.p + p.beta_t - p.p0)
        serious, costly = self.replace(phi=(p.phi + q["phi_star_tight"]) / 2), self.replace(k_t=(p.k_t + q["k_lo"]) / 2)
        tighter = self.replace(beta_t=p.beta_t + room / 2)
        found = [model.survivor() for model in (self, serious, costly, tighter)]
        bluffs, tests = ([family.interval(*place)[0] for family in found if family] for place in ((LOW, TIGHT), (TIGHT, CHALLENGE)))
        return len(bluffs) == 4 and bool(bluffs[1] > bluffs[0] and tests[2] < tests[0] and _honoured(found[3]) < _honoured(found[0]))
