"""A coalition leader between a skittish partner and a target: showing restraint or signalling resolve."""

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

__all__ = ["CoalitionSignal"]

RESOLUTE, IRRESOLUTE = "resolute", "irresolute"
HIGH, LOW = "high", "low"
CONCEDE, RESIST = "concede", "resist"


REGIMES = {
    "Signal": "Only a resolute leader mobilises; the target concedes to it and resists the other, who backs down.",
    "Bluff": "A resolute leader mobilises, an irresolute one sometimes does; the target sometimes resists.",
    "Restraint": "Mobilising is too dear: no leader does, the target resists, and a resolute leader, partner in hand, fights.",
    "Crowded out": "Bluffers would devalue mobilisation: no leader mobilises, and a resolute one fights.",
    "Pooled resolve": "Mobilisation is cheap and believed though every leader mobilises: that all do, and the target concedes, survives D1.",
    "Strong target": "The target resists even high mobilisation; a resolute leader fights, on the level that suits it.",
    "Weak target": "The target concedes even if no leader mobilises; other equilibria may survive, too.",
}


def conditions(p: Values) -> dict[str, Conditions]:
    """Return where each regime lies, and where a target that learns nothing resists low mobilisation."""
    k_hi, high, low = (1 - p.p_l) * p.V_R + p.c, p.p_h + p.c_T, p.p_l + p.c_T
    doubted = [(1, p.phi * low)]
    deterrable = [*doubted, (high, 1)]
    cheap = [*deterrable, (p.V_I, p.k)]
    # Whether a resolute leader still mobilises where bluffers are indifferent.
    worth = (k_hi - p.k) * p.V_I, (p.V_I - p.k) * ((1 - p.p_h) * p.V_R + p.c)
    return {
        "doubted": doubted,
        "Signal": [*deterrable, (p.k, p.V_I), (k_hi, p.k)],
        "Restraint": [*deterrable, (p.k, k_hi)],
        "Bluff": [*cheap, (1, p.phi * high), worth],
        "Crowded out": [*cheap, (1, p.phi * high), worth[::-1]],
        "Pooled resolve": [*cheap, (p.phi * high, 1)],
        "Strong target": [*doubted, (1, high)],
        "Weak target": [(p.phi * low, 1)],
    }


def _in(regime: str) -> Callable[[Values], Conditions]:
    return lambda p: conditions(p)[regime]


@register
class CoalitionSignal(SignallingModel):
    """When does keeping a skittish partner cause war, and when does it prevent one?

    The leader of a coalition makes a demand and knows whether it is resolute. It mobilises on a high level,
    which costs something and drives a skittish partner away, or on a low level, which keeps the partner. The target
    then concedes or resists. Facing resistance, a resolute leader fights and an irresolute one backs down. The
    target yields only if the leader is likely enough to be resolute, and the less so the weaker the coalition
    that it would have to fight.

    High mobilisation can signal resolve. A partner who adds much to the strength of the coalition makes the signal
    too dear: the resolute leader shows restraint, the target doubts it, and war follows. By leaving, the partner
    weakens a bluff, and so discourages it. The types' last moves are folded in (a reduced form, F2).
    """

    key = "coalition_signal"
    title = "Coalition leader between partner and target"
    pillar = "entrapment"
    question = "When does keeping a skittish partner cause or prevent war?"
    fidelity = "F2"
    references = ("wolford2014showing", "wolford2015politics", "wolford2020war")
    players = ("Leader", "Target")
    types = (RESOLUTE, IRRESOLUTE)
    messages = (HIGH, LOW)
    replies = (CONCEDE, RESIST)
    parameters = (
        Parameter("cred_leader", "phi", "(0, 1)", "prior probability of a resolute leader", "3/10", "probability", latex=r"\varphi"),
        Parameter("stake_resolute", "V_R", "(0, inf)", "value of the demand to a resolute leader", 2, "utility"),
        Parameter("stake_irresolute", "V_I", "(0, inf)", "value of the demand to an irresolute leader", "4/5", "utility"),
        Parameter("cost_war_leader", "c", "(0, inf)", "leader's cost of war", "1/2", "utility"),
        Parameter("cost_war_target", "c_T", "(0, inf)", "target's cost of war", "3/5", "utility"),
        Parameter("cost_sunk", "k", "(0, inf)", "cost of high mobilisation", "2/5", "utility"),
        Parameter("p_win_high", "p_h", "[0, 1]", "win probability after high mobilisation, alone", "3/5", "probability"),
        Parameter("p_win_low", "p_l", "[0, 1]", "win probability after low mobilisation, with partner", "7/10", "probability"),
    )
    orders = (("V_R", "V_I"),)
    outcomes = (
        Outcome("p_mobilise", "probability of high mobilisation, at which the partner leaves"),
        Outcome("p_concession", "probability that the target concedes"),
        Outcome("p_back_down", "probability that the leader backs down"),
        Outcome("p_war", "probability of war"),
    )
    comparative_statics = (
        Sign("d(x)/d(p_h) > 0", "partners who leave discourage bluffs", where=("Bluff",)),
        Sign("d(p_l_star)/d(k) < 0", "expensive mobilisation widens restraint"),
        Sign("d(k_hi)/d(p_l) < 0", "and so does a strong partner: it lowers the dearest signal that pays"),
        Sign("d(r)/d(k) < 0", "dear bluffs need to be called less often", where=("Bluff",)),
        Sign("d(x)/d(phi) > 0", "the more leaders are resolute, the more of the others bluff", where=("Bluff",)),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume that a resolute leader would rather fight than back down, and fears resistance to a low mobilisation more than an irresolute one."""
        return [
            *super().assumptions(p),
            (p.p_h * p.V_R, p.c),
            (p.p_l * p.V_R, p.c),
            ((1 - p.p_l) * p.V_R + p.c, p.V_I),
        ]

    def prior(self, p: Values) -> Sequence[Any]:
        """Weigh resolute and irresolute leaders."""
        return [p.phi, 1 - p.phi]

    def payoffs(self, p: Values) -> Mapping[tuple[str, ...], Sequence[Any]]:
        """Fold in that a resolute leader fights and an irresolute one backs down."""
        table: dict[tuple[str, ...], tuple[Any, Any]] = {}
        for m, win, cost in ((HIGH, p.p_h, p.k), (LOW, p.p_l, 0)):
            table[RESOLUTE, m, CONCEDE], table[IRRESOLUTE, m, CONCEDE] = (p.V_R - cost, 0), (p.V_I - cost, 0)
            table[RESOLUTE, m, RESIST] = (win * p.V_R - p.c - cost, 1 - win - p.c_T)
            table[IRRESOLUTE, m, RESIST] = (0 - cost, 1)
        return table

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Count plays with mobilisation, concession, retreat and war."""
        return {
            "p_mobilise": self.plays(lambda kind, level, reply: level == HIGH),
            "p_concession": self.plays(lambda kind, level, reply: reply == CONCEDE),
            "p_back_down": self.plays(lambda kind, level, reply: reply == RESIST and kind == IRRESOLUTE),
            "p_war": self.plays(lambda kind, level, reply: reply == RESIST and kind == RESOLUTE),
        }

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return beliefs at which the target yields; the dearest signal; the partner's contribution that silences it; bluffing and resistance in the regime Bluff."""
        return {
            "phi_star_high": 1 / (p.p_h + p.c_T),
            "phi_star_low": 1 / (p.p_l + p.c_T),
            "k_hi": (1 - p.p_l) * p.V_R + p.c,
            "p_l_star": 1 - (p.k - p.c) / p.V_R,
            "x": p.phi * (p.p_h + p.c_T - 1) / (1 - p.phi),
            "r": 1 - p.k / p.V_I,
        }

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return what survives D1, by the cost of mobilising and the value of the partner."""
        return [Regime(name, _in(name), meaning=meaning) for name, meaning in REGIMES.items()]

    def draw(self, ax: Any) -> None:
        """Draw the regimes by the cost of mobilising and the strength of the coalition with its partner."""
        self.regimes().plot("k", "p_l", xlim=(0, 1.5), ylim=(0.3, 0.85), ax=ax).set_title(
            "A valuable partner silences the resolute leader", loc="left", fontsize="medium"
        )

    def _restrained(self, family: Any) -> bool:
        """Whether nobody mobilises and the target resists, in all members of a family."""
        return bool(family.interval(RESOLUTE, LOW) == family.interval(IRRESOLUTE, LOW) == family.interval(LOW, RESIST) == (1, 1))

    @proposition(
        "beliefs that make the target yield",
        "After level m the target concedes only if a resolute leader has probability at least phi*_m = 1/(p_m + c_T), and resists only if at most; if p_m + c_T < 1 it always resists.",
    )
    def yielding(self) -> bool:
        return self.replies_at(CONCEDE, RESOLUTE, {m: self.thresholds()[f"phi_star_{m}"] for m in self.messages})

    @proposition(
        "separating equilibrium",
        "That only a resolute leader mobilises, and is believed, is an equilibrium exactly if V_I <= k <= (1 - p_l)V_R + c and p_h + c_T >= 1.",
    )
    def separating(self) -> bool:
        p, q = self.values(), self.thresholds()
        found = includes(self.solve().equilibria, {RESOLUTE: HIGH, IRRESOLUTE: LOW}, {HIGH: CONCEDE})
        return bool(found == (p.V_I <= p.k <= q["k_hi"] and p.p_h + p.c_T >= 1))

    @proposition(
        "signalling resolve",
        "If V_I < k < (1 - p_l)V_R + c, p_h + c_T > 1 and phi < phi*_l, D1 leaves the separating equilibrium alone: there is no war.",
        when=_in("Signal"),
    )
    def signalling(self) -> bool:
        family = self.survivor()
        return family is not None and family.kind == "separating" and family.interval(HIGH, CONCEDE) == (1, 1)

    @proposition(
        "bluffing",
        "If k < V_I, phi < phi*_h, phi < phi*_l, p_h + c_T > 1 and ((1 - p_l)V_R + c - k)V_I > (V_I - k)((1 - p_h)V_R + c), D1 leaves one equilibrium: irresolute leaders mobilise with x = phi(p_h + c_T - 1)/(1 - phi), and the target resists mobilisation with 1 - k/V_I.",
        when=_in("Bluff"),
    )
    def bluffing(self) -> bool:
        family, q = self.survivor(), self.thresholds()
        if family is None or family.interval(RESOLUTE, HIGH) != (1, 1):
            return False
        return family.interval(IRRESOLUTE, HIGH) == (q["x"],) * 2 and family.interval(HIGH, RESIST) == (q["r"],) * 2

    @proposition(
        "partners discourage bluffing",
        "The more the departing partner weakens the coalition, the less irresolute leaders bluff: dx/dp_h > 0.",
        when=lambda p: [*conditions(p)["Bluff"], (1, p.p_h)],
    )
    def partners_discourage(self) -> bool:
        p = self.values()
        stronger = self.replace(p_h=p.p_h + min(1 - p.p_h, 1 / p.phi - p.c_T - p.p_h) / 2)
        more, less = (model.survivor() for model in (stronger, self))
        return bool(more and less and more.interval(IRRESOLUTE, HIGH) > less.interval(IRRESOLUTE, HIGH))

    @proposition(
        "bluffers crowd out the signal",
        "If the last condition for bluffing is reversed, D1 leaves only equilibria in which no leader mobilises and the target resists: war with probability phi.",
        when=_in("Crowded out"),
    )
    def crowding_out(self) -> bool:
        families = self.refined("D1").families
        return bool(families) and all(self._restrained(family) for family in families)

    @proposition(
        "partners cause war",
        "If the partner adds so much that p_l > 1 - (k - c)/V_R, and phi < phi*_l, no leader mobilises in any equilibrium, the target resists, and there is war with probability phi. A still stronger partner changes nothing unless the target then yields.",
        when=lambda p: [*conditions(p)["doubted"], (p.p_l, 1 - (p.k - p.c) / p.V_R)],
    )
    def partners_cause_war(self) -> bool:
        p, q = self.values(), self.thresholds()
        room = min(1 - p.p_l, 1 / p.phi - p.p_l - p.c_T, (q["k_hi"] - p.V_I) / p.V_R)
        found = [model.solve() for model in (self, self.replace(p_l=p.p_l + room / 2))]
        return all(self._restrained(f) and o["p_war"] == p.phi for s in found for f, o in zip(s.equilibria, s.outcomes, strict=True))

    @proposition(
        "strong targets are fought",
        "If p_h + c_T < 1 and phi < phi*_l, the target resists whatever the leader does, and there is war with probability phi.",
        when=_in("Strong target"),
    )
    def strong_target(self) -> bool:
        return all(outcome["p_war"] == self.values().phi for outcome in self.solve().outcomes)

    @proposition(
        "pooled resolve",
        "If k < V_I and phi*_h < phi < phi*_l, that all leaders mobilise and the target concedes survives D1.",
        when=_in("Pooled resolve"),
    )
    def pooled_resolve(self) -> bool:
        return includes(self.refined("D1").families, dict.fromkeys(self.types, HIGH), {HIGH: CONCEDE})
