"""Support for an ally that may realign: the crisis between a challenger, a patron and its protégé."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.models.credibility._tripartite_forms import SUPPORT
from alliancegames.models.credibility._tripartite_results import (
    TripartiteResults,
    committed,
    firmness,
    restraining,
    straddling,
    thresholds,
)
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["TripartiteCrisis"]


def _utility(name: str, symbol: str, meaning: str, default: Any, latex: str = "") -> Parameter:
    return Parameter(name, symbol, "(-inf, inf)", meaning, default, "utility", latex=latex)


@register
class TripartiteCrisis(TripartiteResults):
    """When does a patron support its protégé without reserve, when half-heartedly, and when not at all?

    A challenger may make a demand on a protégé. Its patron, the defender, then supports the protégé or
    withholds support. Facing support, the challenger fights if it is hard and backs down if it is soft. A
    protégé left alone gives way or, if it is disloyal, realigns: the worst the defender can suffer, worse than
    fighting. The defender does not know how hard the challenger is, and nobody but the protégé knows
    whether its threat to realign is meant. Each threat is credible with a commonly known probability.

    A credible threat to realign commits the defender; without one it restrains its protégé by mixed signals,
    the straddle. Where a hard challenger would rather wait than fight there is also an equilibrium without any
    demand; it rests on a belief off the path that the refinement D1 rules out, and is left out of the refined map.
    The order of moves is that of the core of the published game (F2); ``consulted`` lets the protégé speak before its patron.
    """

    key = "tripartite_crisis"
    title = "Tripartite crisis"
    pillar = "credibility"
    question = "When does a patron give its protégé full, half-hearted or no support?"
    fidelity = "F2"
    references = ("zagare2003alignment", "zagare2006dilemma", "zagare2011games", "zagare2009sarajevo")
    players = ("Challenger", "Defender", "Protégé")
    parameters = (
        Parameter("cred_challenger", "p_C", "(0, 1)", "credibility of the challenger: probability that it is hard", "3/10", "probability"),
        Parameter("cred_protege", "p_P", "(0, 1)", "credibility of the protégé's threat to realign", "1/5", "probability"),
        _utility("u_give_way_challenger", "c_CW", "challenger's utility if the protégé gives way", 1),
        _utility("u_realign_challenger", "c_PR", "challenger's utility if the protégé realigns", "9/10"),
        _utility("u_status_quo_challenger", "c_SQ", "challenger's utility of the status quo", "1/2"),
        _utility("u_back_down_challenger", "c_CC", "challenger's utility if it backs down", 0),
        _utility("u_conflict_hard_challenger", "c_CFp", "hard challenger's utility of conflict", "1/5", "c_{CF+}"),
        _utility("u_conflict_soft_challenger", "c_CFm", "soft challenger's utility of conflict", "-1/5", "c_{CF-}"),
        _utility("u_status_quo_defender", "d_SQ", "defender's utility of the status quo", 1),
        _utility("u_back_down_defender", "d_CC", "defender's utility if the challenger backs down", "9/10"),
        _utility("u_give_way_defender", "d_CW", "defender's utility if the protégé gives way", "1/2"),
        _utility("u_conflict_defender", "d_CF", "defender's utility of conflict", "1/5"),
        _utility("u_realign_defender", "d_PR", "defender's utility if the protégé realigns", 0),
        _utility("u_status_quo_protege", "r_SQ", "protégé's utility of the status quo", "9/10"),
        _utility("u_back_down_protege", "r_CC", "protégé's utility if the challenger backs down", 1),
        _utility("u_realign_disloyal_protege", "r_PRp", "disloyal protégé's utility of realigning", "3/5", "r_{PR+}"),
        _utility("u_give_way_protege", "r_CW", "protégé's utility of giving way", "2/5"),
        _utility("u_realign_loyal_protege", "r_PRm", "loyal protégé's utility of realigning", "1/5", "r_{PR-}"),
        _utility("u_conflict_protege", "r_CF", "protégé's utility of conflict", 0),
    )
    orders = (
        ("c_SQ", "c_CC", "c_CFm"),
        ("d_CC", "d_CW", "d_CF", "d_PR"),
        ("r_PRp", "r_CW", "r_PRm"),
        ("r_CC", "r_CW", "r_CF"),
    )
    outcomes = (
        Outcome("p_status_quo", "probability that no demand is made (SQ)"),
        Outcome("p_war", "probability of conflict (CF)"),
        Outcome("p_back_down", "probability that the challenger backs down (CC)"),
        Outcome("p_give_way", "probability that the protégé gives way (CW)"),
        Outcome("p_realign", "probability that the protégé realigns (PR)"),
        Outcome("p_support", "probability that the defender would support its protégé"),
    )
    comparative_statics = (
        Sign("d(s_S)/d(p_P) > 0", "a protégé likelier to realign is supported more if that is the better prize", where=("c_PR > c_CW",)),
        Sign("d(s_S)/d(p_P) < 0", "and less if it is the worse", where=("c_PR < c_CW",)),
        Sign("s_S < s_H", "a hard challenger is deterred by more support only", where=("c_SQ > c_CFp",)),
        Sign("d(x_S)/d(p_C) > 0", "soft challengers demand more often the likelier they are to be hard", where=("Straddle",)),
        Sign("d(x_S)/d(p_P) < 0", "and less often the likelier realignment is", where=("Straddle",)),
        Sign("d(r_star)/d(p_P) > 0", "a protégé likely to realign makes support worth more risk"),
        Sign("d(pbar_P)/d(d_CF) < 0", "a patron that fears conflict less is committed by a weaker threat"),
        Sign("d(pbar_P)/d(d_PR) > 0", "and so is one that has more to lose by realignment"),
        Sign("d(p_war)/d(p_C) > 0", "in the straddle hard challengers mean war", where=("Straddle",)),
        Sign("d(p_status_quo)/d(p_C) < 0", "and demands more often", where=("Straddle",)),
        Sign("d(p_war)/d(p_P) > 0", "disloyalty that is a prize means war, too", where=("Straddle", "c_PR > c_CW")),
        Sign("d(r_firm)/d(r_CF) > 0", "a protégé that fears conflict less holds firm against likelier fighters"),
        Sign("d(r_firm)/d(r_CW) < 0", "and one that loses more by giving way, too"),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume also that a demand that is not resisted pays and that the hard challenger would rather fight than back down."""
        return [*super().assumptions(p), (p.c_CW, p.c_SQ), (p.c_PR, p.c_SQ), (p.c_CFp, p.c_CC)]

    def other_outcomes(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Read off how the defender would answer a demand."""
        return {"p_support": equilibrium["Defender"][SUPPORT]}

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the critical credibilities and beliefs, and how often a soft challenger dares in the straddle (x_S)."""
        q = thresholds(p) | {"r_firm": firmness(p)}
        return q | {"x_S": p.p_C * (1 - q["r_star"]) / ((1 - p.p_C) * q["r_star"])}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return the regimes by how credible the threat to realign and the challenger are."""

        def entry(name: str, when: Any, plays: Any, meaning: str, eliminated_by: str = "") -> Regime:
            return Regime(name, when, lambda p: [self._play(*play) for play in plays(self.quantities(p))], meaning, eliminated_by)

        return [
            entry(
                "Deterrence",
                lambda p: [*committed(p), (p.c_SQ, p.c_CFp)],
                lambda q: [(0, 0, 1)],
                "For fear of realignment the defender supports its protégé without reserve, and nobody dares.",
            ),
            entry(
                "Confrontation",
                lambda p: [*committed(p), (p.c_CFp, p.c_SQ)],
                lambda q: [(1, 0, 1)],
                "The defender supports without reserve, but a hard challenger would rather fight than wait.",
            ),
            entry(
                "Straddle",
                straddling,
                lambda q: [(1, q["x_S"], q["s_S"])],
                "Mixed signals: the defender sometimes supports, a hard challenger dares and a soft one sometimes does.",
            ),
            entry(
                "Restraint",
                restraining,
                lambda q: [(1, 1, 0)],
                "The challenger is so likely to fight that support is withheld, and every challenger dares.",
            ),
            entry(
                "No demand",
                lambda p: [(thresholds(p)["pbar_P"], p.p_P), (p.c_SQ, p.c_CFp)],
                lambda q: [(0, 0, 1), (0, 0, q["s_H"])],
                "Nobody dares since the defender would support, believing off the path that the challenger is soft.",
                "D1",
            ),
        ]

    def draw(self, ax: Any) -> None:
        """Draw the regimes in the plane of the two credibilities."""
        self.regimes().plot("p_P", "p_C", ax=ax)
        ax.set_title("Only a credible threat to realign buys full support", loc="left", fontsize="medium")
