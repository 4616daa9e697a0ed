"""Extended deterrence over a pawn: how reliable a patron must look, and how tightly it must tie its hands."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames._fields import Field
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import Uniform, clip01
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["ExtendedDeterrenceBasic"]

ATTACK, CUTOFF = "p_attack", "cost_cutoff"
# How fast the probability of attack moves where an attack gains or loses; equilibria do not depend on it.
SPEED = 1000


def _q(p: Values) -> dict[str, Any]:
    return ExtendedDeterrenceBasic.quantities(ExtendedDeterrenceBasic(), p)


def _tied(p: Values) -> Conditions:
    """Return when interests alone are too weak to deter."""
    return [(_q(p)["a_star"], 0)]


@register
class ExtendedDeterrenceBasic(CutoffModel):
    """How reliable must a patron look to protect a pawn of given value?

    A challenger attacks a pawn or leaves it alone. If it attacks, the pawn's patron intervenes or stays out. Against the
    pawn alone the attack pays, against pawn and patron it does not. Intervention costs the patron an amount that only it
    knows; to the challenger every amount up to a maximum is equally likely. A patron that stays out pays for breaking
    its word: the more tightly it has tied its hands, the more.

    The patron intervenes if its cost is below a cutoff, which makes its reliability a probability. The challenger
    compares it with what the pawn is worth to it. The unknowns of the game are the probability of attack, which moves up
    where an attack gains and down where it loses, and the patron's cutoff. The mechanism is the published one; the
    reduced form, with one unknown cost and a stake that everybody knows, is chosen here (F2).
    """

    key = "extended_deterrence_basic"
    title = "Extended deterrence over a pawn"
    pillar = "credibility"
    question = "How reliable must a patron look to protect a pawn of given value?"
    fidelity = "F2"
    references = ("kilgour1994pawn", "huth1984deterrence")
    parameters = (
        Parameter(
            "cost_renege", "a", "[0, inf)", "patron's cost of abandoning the pawn: how tightly its hands are tied", "3/10", "utility"
        ),
        Parameter("stake_challenger", "V", "(0, inf)", "the pawn's value to the challenger", 1, "utility"),
        Parameter("stake_patron", "v", "(0, inf)", "the pawn's value to the patron", "1/2", "utility"),
        Parameter("cost_hi", "kbar", "(0, inf)", "patron's highest possible cost of intervening", 1, "utility", latex=r"\bar{k}"),
        Parameter("p_win_alone", "p0", "(0, 1)", "challenger's win probability against the pawn alone", "7/10", "probability", latex="p_0"),
        Parameter("p_win_joint", "p1", "(0, 1)", "challenger's win probability against both", "3/10", "probability", latex="p_1"),
        Parameter(
            "cost_war_alone_challenger", "c0", "(0, inf)", "challenger's cost of war with the pawn alone", "1/5", "utility", latex="c_0"
        ),
        Parameter("cost_war_joint_challenger", "c1", "(0, inf)", "challenger's cost of war with both", "1/2", "utility", latex="c_1"),
    )
    orders = (("p0", "p1"),)
    outcomes = (
        Outcome("p_attack", "probability of an attack"),
        Outcome("p_intervene", "reliability: probability that the patron would intervene"),
        Outcome("p_joint_war", "probability of an attack with intervention"),
        Outcome("p_abandon", "probability of an attack in which the pawn is abandoned"),
    )
    comparative_statics = (
        Sign("d(rho_star)/d(c0) < 0", "costs of war alone lower the critical reliability"),
        Sign("d(rho_star)/d(c1) < 0", "costs of joint war lower the critical reliability"),
        Sign("d(rho_star)/d(V) > 0", "valuable pawns need more reliability"),
        Sign("d(a_star)/d(v) < 0", "interests substitute for tied hands"),
        Sign("d(a_star)/d(kbar) > 0", "doubts about the patron's costs ask for hands tied more"),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume also that an attack pays if and only if the patron stays out."""
        return [*super().assumptions(p), (p.p0 * p.V, p.c0), (p.c1, p.p1 * p.V)]

    def build(self, p: Values, field: Field) -> CutoffGame:
        """Write what an attack gains and from which cost on the patron stays out."""
        costs = Uniform(0, p.kbar)

        def replies(play: Play) -> dict[str, Any]:
            rho = costs.cdf(play[CUTOFF])
            alone, joint = p.p0 * p.V - p.c0, p.p1 * p.V - p.c1
            intervene, stay_out = (1 - p.p1) * p.v, (1 - p.p0) * p.v - p.a  # before the cost of intervening
            gain = (1 - rho) * alone + rho * joint
            return {ATTACK: play[ATTACK] + SPEED * gain, CUTOFF: intervene - stay_out}

        def outcomes(play: Play) -> dict[str, Any]:
            attack, rho = play[ATTACK], costs.cdf(play[CUTOFF])
            return {"p_attack": attack, "p_intervene": rho, "p_joint_war": attack * rho, "p_abandon": attack * (1 - rho)}

        highest = p.kbar + p.a + p.v  # the cutoff may exceed every possible cost, but not this
        return CutoffGame.from_replies({ATTACK: (0, 1), CUTOFF: (0, highest)}, replies, outcomes=outcomes, title=self.title)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the reliability rho, the critical one rho_star, and the critical hand-tying a_star, negative where none is needed."""
        alone, joint = p.p0 * p.V - p.c0, p.p1 * p.V - p.c1
        interest, critical = (p.p0 - p.p1) * p.v, alone / (alone - joint)
        return {"rho": clip01((interest + p.a) / p.kbar), "rho_star": critical, "a_star": critical * p.kbar - interest}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return whether the pawn is safe, and by what."""
        return [
            Regime(
                "Interests deter",
                lambda p: [(0, _q(p)["a_star"])],
                meaning="The patron's stake in the pawn is so large that it deters without any commitment.",
            ),
            Regime(
                "Tied hands deter",
                lambda p: [(_q(p)["a_star"], 0), (p.a, _q(p)["a_star"])],
                meaning="The pawn is safe because abandoning it would cost the patron dearly.",
            ),
            Regime(
                "Attack",
                lambda p: [(_q(p)["a_star"], p.a)],
                meaning="The patron is not reliable enough: the challenger attacks and hopes that it stays out.",
            ),
        ]

    def draw(self, ax: Any) -> None:
        """Draw the regimes by hand-tying and the pawn's value, as far as an attack pays only if the patron stays out."""
        p = self.completed().values()
        self.regimes().plot("a", "V", xlim=(0, p.kbar), ylim=(p.c0 / p.p0, p.c1 / p.p1), ax=ax)
        ax.set_title("The more a pawn is worth, the tighter hands must be tied", loc="left", fontsize="medium")

    def _attack(self, **changed: Any) -> Any:
        """Return the solver's probability of attack if there is one equilibrium, else None."""
        solution = self.replace(**changed).solve()
        return solution.outcomes[0]["p_attack"] if len(solution.outcomes) == 1 and solution.equilibria.complete else None

    def _flips(self, name: str, value: Any) -> bool:
        """Whether a change of one parameter lowers the critical hand-tying: hands tied as tightly as lies between deter only then."""
        before, after = (max(model.thresholds()["a_star"], Fraction(0)) for model in (self, self.replace(**{name: value})))
        middle = (before + after) / 2
        return bool(after < before and self._attack(a=middle) == 1 and self._attack(**{"a": middle, name: value}) == 0)

    @proposition(
        "critical reliability",
        "The patron intervenes with probability rho = ((p0 - p1)v + a)/kbar, or 1 if this is more. If rho > rho* = u0/(u0 - u1) the pawn is safe, and if rho < rho* it is attacked for sure, with u0 = p0 V - c0 and u1 = p1 V - c1. There is no other equilibrium.",
        when=lambda p: [((_q(p)["rho"] - _q(p)["rho_star"]) ** 2, 0)],
    )
    def critical_reliability(self) -> bool:
        q, solution = self.thresholds(), self.solve()
        found = [(outcome["p_intervene"], outcome["p_attack"]) for outcome in solution.outcomes]
        return bool(solution.equilibria.complete and found == [(q["rho"], int(q["rho"] < q["rho_star"]))])

    @proposition(
        "critical hand-tying",
        "Where interests alone do not deter, hands tied a little less than a* = rho* kbar - (p0 - p1)v invite an attack and hands tied a little more prevent it.",
        when=_tied,
    )
    def critical_hand_tying(self) -> bool:
        a = self.thresholds()["a_star"]
        return bool(self._attack(a=a * Fraction(99, 100)) == 1 and self._attack(a=a * Fraction(101, 100)) == 0)

    @proposition(
        "valuable pawns need more",
        "The more the pawn is worth to the challenger, the more reliable the patron must look (drho*/dV > 0).",
        when=_tied,
    )
    def valuable_pawns(self) -> bool:
        p = self.values()
        dearer = self.replace(V=(p.V + p.c1 / p.p1) / 2)
        return dearer._flips("V", p.V)

    @proposition(
        "costs of war deter",
        "The dearer war is to the challenger, with the pawn alone or with both, the less reliable the patron must look (drho*/dc0 < 0, drho*/dc1 < 0).",
        when=_tied,
    )
    def costs_deter(self) -> bool:
        p = self.values()
        return self._flips("c0", (p.c0 + p.p0 * p.V) / 2) and self._flips("c1", 2 * p.c1)

    @proposition(
        "interests substitute for commitments",
        "A patron with a larger stake need tie its hands less (da*/dv < 0), one whose cost may be higher must tie them more (da*/dkbar > 0).",
        when=_tied,
    )
    def interests(self) -> bool:
        p = self.values()
        return self._flips("v", 2 * p.v) and self.replace(kbar=2 * p.kbar)._flips("kbar", p.kbar)

    cutoffs = recalled(
        "cutoffs on both sides",
        "If the pawn's value to each side is private, the perfect Bayesian equilibrium is unique and in cutoffs: the challenger attacks, and the patron resists, if the pawn is valuable enough to it.",
        source="kilgour1994pawn",
    )
