"""What is known about extended deterrence over a pawn: its critical values, and the results on them."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.cutoff import CutoffGame
from alliancegames.games.distributions import TypeDistribution, Uniform, clip01
from alliancegames.models.cutoff_form import CutoffModel
from alliancegames.models.propositions import proposition
from alliancegames.parameters import Values
from alliancegames.solvers.cutoffs import cutoff_equilibria

ATTACK, CUTOFF, CHALLENGER, PATRON = "p_attack", "cost_cutoff", "Challenger", "Patron"
# What the rounding of cutoffs that are not found exactly may amount to.
ROUNDING = 1e-9


def quantities(p: Values) -> dict[str, Any]:
    """Return what attacks are worth, the reliability, the critical one, and the critical hand-tying."""
    alone, joint = p.p0 * p.V - p.c0, p.p1 * p.V - p.c1
    interest, critical = (p.p0 - p.p1) * p.v, alone / (alone - joint)
    return {
        "attack_alone": alone,
        "attack_joint": joint,
        "rho": clip01((interest + p.a) / p.kbar),
        "rho_star": critical,
        "a_star": critical * p.kbar - interest,
    }


def tied(p: Values) -> Conditions:
    """Return when interests alone are too weak to deter."""
    return [(quantities(p)["a_star"], 0)]


class PawnResults(CutoffModel):
    """The results on extended deterrence over a pawn, checked by the equilibria that the solver finds."""

    @abstractmethod
    def private_stakes(self, challenger: TypeDistribution, patron: TypeDistribution, cost: Any = None) -> CutoffGame:
        """Return the game in which each side alone knows what the pawn is worth to it.

        Parameters
        ----------
        challenger, patron : distribution
            How the pawn's value to each side is distributed.
        cost : number, optional
            The patron's cost of intervening.
        """

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
        when=lambda p: [((quantities(p)["rho"] - quantities(p)["rho_star"]) ** 2, 0)],
    )
    def critical_reliability(self) -> bool:
        q, solution = self.thresholds(), self.solve()
        found = [(outcome["p_intervene"], outcome["p_attack"]) for outcome in solution.outcomes]
        return bool(solution.equilibria.complete and found == [(q["rho"], int(q["rho"] < q["rho_star"]))])

    @proposition(
        "critical hand-tying",
        "Where interests alone do not deter, hands tied a little less than a* = rho* kbar - (p0 - p1)v invite an attack and hands tied a little more prevent it.",
        when=tied,
    )
    def critical_hand_tying(self) -> bool:
        a = self.thresholds()["a_star"]
        return bool(self._attack(a=a * Fraction(99, 100)) == 1 and self._attack(a=a * Fraction(101, 100)) == 0)

    @proposition(
        "valuable pawns need more",
        "The more the pawn is worth to the challenger, the more reliable the patron must look (drho*/dV > 0).",
        when=tied,
    )
    def valuable_pawns(self) -> bool:
        p = self.values()
        dearer = self.replace(V=(p.V + p.c1 / p.p1) / 2)
        return dearer._flips("V", p.V)

    @proposition(
        "costs of war deter",
        "The dearer war is to the challenger, with the pawn alone or with both, the less reliable the patron must look (drho*/dc0 < 0, drho*/dc1 < 0).",
        when=tied,
    )
    def costs_deter(self) -> bool:
        p = self.values()
        return self._flips("c0", (p.c0 + p.p0 * p.V) / 2) and self._flips("c1", 2 * p.c1)

    @proposition(
        "interests substitute for commitments",
        "A patron with a larger stake need tie its hands less (da*/dv < 0), one whose cost may be higher must tie them more (da*/dkbar > 0).",
        when=tied,
    )
    def interests(self) -> bool:
        p = self.values()
        return self._flips("v", 2 * p.v) and self.replace(kbar=2 * p.kbar)._flips("kbar", p.kbar)

    @proposition(
        "cutoffs on both sides",
        "If the pawn's value to each side is private and the cost k of intervening known, the equilibrium is unique and in cutoffs: the patron intervenes if the pawn is worth at least (k - a)/(p0 - p1) to it, with probability rho, and the challenger attacks if it is worth at least ((1 - rho)c0 + rho c1)/((1 - rho)p0 + rho p1). The published game, in which the pawn moves too, has such an equilibrium.",
        source="kilgour1994pawn",
    )
    def cutoffs(self) -> bool:
        p = self.values()
        stakes = {CHALLENGER: Uniform(0, 2 * p.V), PATRON: Uniform(0, 2 * p.v)}
        found = cutoff_equilibria(self.private_stakes(stakes[CHALLENGER], stakes[PATRON], p.kbar / 2))
        resist = (p.kbar / 2 - p.a) / (p.p0 - p.p1)
        rho = 1 - stakes[PATRON].cdf(resist)
        attack = ((1 - rho) * p.c0 + rho * p.c1) / ((1 - rho) * p.p0 + rho * p.p1)
        stated = {CHALLENGER: min(attack, 2 * p.V), PATRON: min(max(resist, Fraction(0)), 2 * p.v)}
        near = all(abs(float(play.cutoffs[side] - cutoff)) < ROUNDING for play in found for side, cutoff in stated.items())
        return bool(found.complete and len(found) == 1 and near)
