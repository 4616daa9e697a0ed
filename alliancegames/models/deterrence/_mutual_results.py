"""What is known about mutual deterrence: the critical credibilities, and the results on them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from alliancegames._conditions import Conditions, hold
from alliancegames.models.bayesian_form import BayesianModel
from alliancegames.models.propositions import proposition
from alliancegames.parameters import Values

HARD, SOFT, WAIT, CHALLENGE = "hard", "soft", "wait", "challenge"


def thresholds(p: Values) -> dict[str, Any]:
    """Return the credibilities of the opponent that deter hard states, and soft ones if hard states challenge or nobody does."""
    found: dict[str, Any] = {}
    sides = (("a", p.a_DC, p.a_CC, p.a_DDp, p.a_CD, p.a_DDm), ("b", p.b_DC, p.b_CC, p.b_DDp, p.b_CD, p.b_DDm))
    for a, win, quo, hard, lose, soft in sides:
        gain = win - quo
        found |= {f"{a}_H": gain / (win - hard), f"{a}_S": gain / (gain + lose - soft), f"{a}_s0": gain / (win - soft)}
    return found


def where(p: Values, level: str, a: bool | None, b: bool | None) -> Conditions:
    """Return when the credibilities of A and B exceed what deters a level of opponents (True), or not (False)."""
    q = thresholds(p)
    pairs = ((b, p.p_B, q[f"a_{level}"]), (a, p.p_A, q[f"b_{level}"]))
    return [(cred, least) if above else (least, cred) for above, cred, least in pairs if above is not None]


def restraint(cred: Any, win: Any, quo: Any, lose: Any, soft: Any) -> list[Any]:
    """Return between which probabilities a hard state that is attacked may challenge: soft attackers must not hope to be spared."""
    least = (cred * (quo - soft) - (1 - cred) * (win - quo)) / (cred * (quo - lose))
    return sorted({max(least, 0 * least), 1 + 0 * least})


class MutualResults(BayesianModel):
    """The results on mutual deterrence, checked by all Bayesian Nash equilibria."""

    @abstractmethod
    def named_equilibria(self) -> dict[str, tuple[Any, ...]]:
        """Return the extreme equilibria in closed form, by their names."""

    def _peaceful(self, **changed: Any) -> bool:
        return any(outcome["p_status_quo"] == 1 for outcome in self.replace(**changed).solve().outcomes)

    def _share(self, kind: str, cred: Any) -> Any:
        """Return how often state B challenges in the solver's one equilibrium in which this type of both mixes, both being equally credible."""
        found = self.replace(p_A=cred, p_B=cred).solve().equilibria
        pairs = [[item[player][kind][CHALLENGE] for player in self.players] for item in found]
        ((_, share),) = [pair for pair in pairs if all(0 < x < 1 for x in pair)]
        return share

    @proposition(
        "sure-thing deterrence",
        "That nobody challenges is an equilibrium exactly if p_B >= a_H and p_A >= b_H: each state must be hard often enough to deter even a hard opponent.",
    )
    def sure_thing(self) -> bool:
        return bool(self._peaceful() == hold(where(self.values(), "H", True, True), strict=False))

    @proposition(
        "deterrence is never the only equilibrium",
        "If p_B > a_H and p_A > b_H there is always the hybrid equilibrium, in which hard states challenge with probability x, and another one in which a hard state challenges for sure.",
        when=lambda p: where(p, "H", True, True),
    )
    def never_alone(self) -> bool:
        found, named = self.solve().equilibria, self.named_equilibria()
        hard = [[item[player][HARD][CHALLENGE] for player in self.players] for item in found]
        return {*named["Deterrence"], *named["Hybrid"]} <= set(found) and any(1 in pair for pair in hard)

    @proposition(
        "complete list",
        "Off the boundaries the equilibria are exactly those named: deterrence and hybrid if p_B > a_H and p_A > b_H; separating if p_B > a_S and p_A > b_S, the only one unless deterrence is possible; bluffing if both are below, soft states challenging with y; and an attack on whichever state is below, in which the state attacked gives in if it is soft.",
    )
    def complete_list(self) -> bool:
        p, q = self.values(), self.thresholds()
        knife_edge = p.p_B in (q["a_H"], q["a_S"], q["a_s0"]) or p.p_A in (q["b_H"], q["b_S"], q["b_s0"])
        found, named = set(self.solve().equilibria), {profile for listed in self.named_equilibria().values() for profile in listed}
        return named <= found if knife_edge else named == found

    @proposition(
        "satisfaction deters, spoils do not",
        "Deterrence is possible for more credibilities if the status quo is better (da_H/dCC < 0), and for fewer if winning is worth more (da_H/dDC > 0).",
        when=lambda p: where(p, "H", True, None),
    )
    def satisfaction(self) -> bool:
        p, base = self.values(), self.thresholds()["a_H"]
        happier, greedier = self.replace(a_CC=(p.a_CC + p.a_DC) / 2), self.replace(a_DC=p.a_DC + (p.a_DC - p.a_CC))
        between = [(base + model.thresholds()["a_H"]) / 2 for model in (happier, greedier)]
        pairs = [(happier, self, between[0]), (self, greedier, between[1])]
        return all(yes._peaceful(p_B=b) and not no._peaceful(p_B=b) for yes, no, b in pairs)

    @proposition(
        "credibility and mixed play",
        "The likelier both are hard, the more often hard states challenge in the hybrid equilibrium (dx/dp > 0), and the less soft states bluff (dy/dp < 0).",
    )
    def mixed_play(self) -> bool:
        q = self.thresholds()
        high, low = max(q["a_H"], q["b_H"]), min(q["a_S"], q["b_S"])
        hybrid = [self._share(HARD, cred) for cred in ((2 * high + 1) / 3, (high + 2) / 3)]
        bluffs = [self._share(SOFT, cred) for cred in (low / 3, 2 * low / 3)]
        return bool(hybrid[0] < hybrid[1] and bluffs[0] > bluffs[1])

    @proposition(
        "credibility is not enough",
        "Credible retaliation makes mutual deterrence possible but not certain: if p_A and p_B exceed all critical credibilities, however close they come to one, deterrence is an equilibrium, and so is it that hard states challenge and the status quo survives with probability (1 - p_A)(1 - p_B) only.",
        when=lambda p: [*where(p, "H", True, True), *where(p, "S", True, True)],
        source="zagare2000perfect",
    )
    def not_enough(self) -> bool:
        p = self.values()
        found = [outcome["p_status_quo"] for outcome in self.solve().outcomes]
        return 1 in found and (1 - p.p_A) * (1 - p.p_B) in found
