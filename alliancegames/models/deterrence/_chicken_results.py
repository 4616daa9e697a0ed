"""What is known about Chicken: its equilibria, the risks that its sides run, and who prevails."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import Chance, End, Move
from alliancegames.models.forms import NormalFormModel
from alliancegames.models.propositions import proposition, recalled
from alliancegames.parameters import Values
from alliancegames.solvers.sequential import subgame_perfect

YIELD, FIRM = "yield", "stand firm"


def is_chicken(p: Values) -> Conditions:
    """Return when victory is better than compromise, compromise than defeat, and defeat than disaster, for both."""
    return [pair for k in (0, 1) for pair in ((p.W[k], p.S[k]), (p.S[k], p.L[k]), (p.L[k], p.Z[k]))]


class ChickenResults(NormalFormModel):
    """The results on Chicken, checked by all Nash equilibria and by the solver of trees."""

    @abstractmethod
    def in_turn(self, first: int = 0) -> ExtensiveGame:
        """Return the game in which one side moves first and the other sees what it did.

        Parameters
        ----------
        first : {0, 1}, default 0
            Position of the side that moves first.
        """

    def _mixed(self, **changed: Any) -> tuple[Any, Any]:
        """Return how often each side stands firm in the solver's mixed equilibrium."""
        (item,) = self.replace(**changed).solve().equilibria.mixed
        return item[0][FIRM], item[1][FIRM]

    @proposition(
        "equilibria of Chicken",
        "In Chicken one side yields and the other stands firm, or each side j stands firm with probability q_j = (W - S)/(W - S + L - Z), computed from the other's payoffs. There is no other equilibrium.",
        when=is_chicken,
    )
    def chicken(self) -> bool:
        q, found = self.thresholds(), self.solve().equilibria
        return (
            found.complete is True
            and {item.actions for item in found.pure} == {(FIRM, YIELD), (YIELD, FIRM)}
            and self._mixed() == (q["q_1"], q["q_2"])
        )

    @proposition(
        "critical risk",
        "To stand firm at a probability r of disaster is better for a side than to concede exactly if r < R = (W - L)/(W - Z).",
        when=is_chicken,
    )
    def critical_risk(self) -> bool:
        p, q = self.values(), self.thresholds()
        limits = enumerate((q["R_1"], q["R_2"]))
        return all(self._stands_firm(p, k, risk / 2) and not self._stands_firm(p, k, (1 + risk) / 2) for k, risk in limits)

    @staticmethod
    def _stands_firm(p: Values, k: int, risk: Any) -> bool:
        """Whether a side stands firm at a risk of disaster, as the solver of trees finds."""
        gamble = Chance({"disaster": (risk, End((p.Z[k],))), "victory": (1 - risk, End((p.W[k],)))})
        (play,) = subgame_perfect(ExtensiveGame(["Side"], Move("Side", {FIRM: gamble, YIELD: End((p.L[k],))})))
        return bool(play["Side"].support == (FIRM,))

    @proposition(
        "perverse firmness",
        "In the mixed equilibrium of Chicken a side stands firm the more often the less the other minds disaster (dq_j/dZ_i > 0) and the less the other likes compromise (dq_j/dS_i < 0); its own payoffs do not matter.",
        when=is_chicken,
    )
    def perverse(self) -> bool:
        p, (own, other) = self.values(), self._mixed()
        milder, sweeter = self._mixed(Z_1=(p.Z[0] + p.L[0]) / 2), self._mixed(S_1=(p.S[0] + p.W[0]) / 2)
        return bool(milder[1] > other > sweeter[1] and milder[0] == own == sweeter[0])

    @proposition(
        "signs of the critical risk",
        "A side runs a larger risk the more victory is worth to it, the milder disaster, and the worse defeat: dR/dW > 0, dR/dZ > 0, dR/dL < 0.",
        when=is_chicken,
    )
    def risk_signs(self) -> bool:
        p = self.values()
        bolder = [self.replace(W_1=p.W[0] + 1), self.replace(Z_1=(p.Z[0] + p.L[0]) / 2), self.replace(L_1=(p.Z[0] + p.L[0]) / 2)]
        return all(self._dares_more(other) for other in bolder)

    def _dares_more(self, other: ChickenResults) -> bool:
        """Whether side 1 stands firm at some risk in another model and not in this one."""
        middle = (self.thresholds()["R_1"] + other.thresholds()["R_1"]) / 2
        return self._stands_firm(other.values(), 0, middle) and not self._stands_firm(self.values(), 0, middle)

    @proposition(
        "who should win",
        "That side 1 wins risk dominates that side 2 wins exactly if (W_1 - S_1)(L_2 - Z_2) > (L_1 - Z_1)(W_2 - S_2): if its gain from firmness is large and its loss from disaster small, relative to the other's. With equality neither does.",
        when=is_chicken,
    )
    def risk_dominance(self) -> bool:
        p = self.values()
        one, two = (p.W[0] - p.S[0]) * (p.L[1] - p.Z[1]), (p.L[0] - p.Z[0]) * (p.W[1] - p.S[1])
        selected = {item.actions for item in self.solve().equilibria.select("risk_dominant")}
        stated = {(FIRM, YIELD)} if one > two else {(YIELD, FIRM)} if one < two else {(FIRM, YIELD), (YIELD, FIRM)}
        return selected == stated

    @proposition(
        "who commits first wins",
        "If one side moves first in Chicken and the other sees it, the first stands firm and the second yields.",
        when=is_chicken,
    )
    def commitment(self) -> bool:
        plays = [subgame_perfect(self.in_turn(first)) for first in (0, 1)]
        wins = [(self.values().W[0], self.values().L[1]), (self.values().L[0], self.values().W[1])]
        return [[tuple(family.profile.payoffs.values()) for family in found] for found in plays] == [[win] for win in wins]

    @proposition(
        "critical risks compared",
        "If a compromise is worth no more than defeat, the equilibrium in which the side with the larger critical risk wins is the risk-dominant one: with S = L risk dominance compares (W - L)/(L - Z) = R/(1 - R). A compromise that is worth something can reverse this.",
        when=lambda p: [*is_chicken(p), ((p.W[0] - p.L[0]) * (p.W[1] - p.Z[1]), (p.W[1] - p.L[1]) * (p.W[0] - p.Z[0]))],
    )
    def larger_risk(self) -> bool:
        p, model = self.values(), self.replace(S=self.values().L)
        content = self.replace(S=[p.W[0] - (p.L[0] - p.Z[0]) * (p.W[1] - p.S[1]) / (p.L[1] - p.Z[1]) / 2, p.S[1]])
        (bolder,), reversed_by = (m.solve().equilibria.select("risk_dominant") for m in (model, content))
        larger = model.thresholds()["R_1"] > model.thresholds()["R_2"]
        return larger and bolder.actions == (FIRM, YIELD) and [item.actions for item in reversed_by] == [(YIELD, FIRM)]

    prevailing = recalled(
        "the larger critical risk prevails",
        "The side with the larger critical risk tends to prevail: the other finds its threat the more credible.",
        source="snyder1977conflict",
    )
