"""Support for an ally that may realign: the crisis between a challenger, a patron and its protégé."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from alliancegames._conditions import Conditions
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.signalling import SignallingGame
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.credibility._tripartite_results import (
    DEMAND,
    SUPPORT,
    WAIT,
    WITHHOLD,
    TripartiteResults,
    committed,
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

KINDS = ("hard", "soft")
Play = tuple[Mapping[str, Any], ...]


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
    The order of moves is that of the core of the published game (F2).
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
        Sign("d(s_S)/d(p_P) > 0", "support rises in loyalty if realignment is the better prize", where=("c_PR > c_CW",)),
        Sign("d(s_S)/d(p_P) < 0", "and falls if it is the worse", where=("c_PR < c_CW",)),
        Sign("d(x_S)/d(p_C) > 0", "soft challengers demand more often the likelier they are to be hard", where=("Straddle",)),
        Sign("d(r_star)/d(p_P) > 0", "a protégé likely to realign makes support worth more risk"),
    )
    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "p_status_quo": ("SQ",),
        "p_war": ("CF",),
        "p_back_down": ("CC",),
        "p_give_way": ("CW",),
        "p_realign": ("PR",),
    }

    def assumptions(self, p: Values) -> Conditions:
        """Assume also that a demand that is not resisted pays and that the hard challenger would rather fight than back down."""
        return [*super().assumptions(p), (p.c_CW, p.c_SQ), (p.c_PR, p.c_SQ), (p.c_CFp, p.c_CC)]

    def tree(self, p: Values) -> TreeNode:
        """Write the crisis; the protégé's type is drawn when it first matters, which nobody can notice."""
        return Chance({"hard": (p.p_C, self._crisis(p, "hard", p.c_CFp)), "soft": (1 - p.p_C, self._crisis(p, "soft", p.c_CFm))})

    def _crisis(self, p: Values, kind: str, conflict: Any) -> Move:
        fight = Move(
            "Challenger",
            {"fight": End((conflict, p.d_CF, p.r_CF), "CF"), "back down": End((p.c_CC, p.d_CC, p.r_CC), "CC")},
            f"Challenger, {kind}, resisted",
        )
        alone = Chance({"disloyal": (p.p_P, self._alone(p, "disloyal", p.r_PRp)), "loyal": (1 - p.p_P, self._alone(p, "loyal", p.r_PRm))})
        support = Move("Defender", {SUPPORT: fight, WITHHOLD: alone}, "Defender")
        return Move("Challenger", {DEMAND: support, WAIT: End((p.c_SQ, p.d_SQ, p.r_SQ), "SQ")}, f"Challenger, {kind}")

    def _alone(self, p: Values, kind: str, realign: Any) -> Move:
        """Return the protégé's choice without support."""
        branches = {"realign": End((p.c_PR, p.d_PR, realign), "PR"), "give way": End((p.c_CW, p.d_CW, p.r_CW), "CW")}
        return Move("Protégé", branches, f"Protégé, {kind}")

    def other_outcomes(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Read off how the defender would answer a demand."""
        return {"p_support": equilibrium["Defender"][SUPPORT]}

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the critical values and how often a soft challenger dares in the straddle (x_S)."""
        q = thresholds(p)
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

    def _play(self, hard: Any, soft: Any, support: Any) -> Play:
        """Return the play at the information sets in their order, from the probabilities of demands and of support."""
        demands = [{DEMAND: x, WAIT: 1 - x} for x in (hard, soft)]
        ends: tuple[Play, ...] = (({"fight": 1}, {"realign": 1}, {"give way": 1}), ({"back down": 1},))
        return (demands[0], {SUPPORT: support, WITHHOLD: 1 - support}, *ends[0], demands[1], *ends[1])

    def draw(self, ax: Any) -> None:
        """Draw the regimes in the plane of the two credibilities."""
        self.regimes().plot("p_P", "p_C", ax=ax)
        ax.set_title("Only a credible threat to realign buys full support", loc="left", fontsize="medium")

    def folded(self) -> SignallingGame:
        """Return the crisis with the last moves folded in: a signalling game, to which refinements apply.

        Examples
        --------
        >>> import alliancegames as ag
        >>> game = ag.models.TripartiteCrisis().completed().folded()
        >>> report = ag.solvers.refine(game)
        >>> [len(report), len(report.survivors("D1"))]
        [2, 1]
        """
        return self.completed()._folded()

    def regime_game(self, refinement: str | None = None) -> SignallingGame:
        """Return the crisis with the last moves folded in."""
        return self._folded()

    def _folded(self) -> SignallingGame:
        game: ExtensiveGame = self.game()
        values = game.profile(self._play(1, 1, 1)).values  # later moves are dominant, so these hold in every equilibrium
        after = {node.history: tuple(values[k][:2]) for k, node in enumerate(game.nodes)}
        table = {play: pair for play, pair in after.items() if play[1:] in [(WAIT,), (DEMAND, SUPPORT), (DEMAND, WITHHOLD)]}
        prior = {"hard": self.values().p_C, "soft": 1 - self.values().p_C}
        return SignallingGame(KINDS, [DEMAND, WAIT], {DEMAND: [SUPPORT, WITHHOLD], WAIT: []}, prior, table, players=self.players[:2])

    def option(self, belief: Any, support: Any, *, loyal: bool) -> ExtensiveGame:
        """Return the choice of a protégé that may concede before its patron speaks.

        Parameters
        ----------
        belief : number
            Probability that the challenger is hard, strictly between 0 and 1.
        support : number
            Probability with which the defender supports a protégé that holds firm, strictly between 0 and 1.
        loyal : bool
            Which protégé chooses.

        Examples
        --------
        >>> import alliancegames as ag
        >>> choice = ag.models.TripartiteCrisis().option("1/2", "1/4", loyal=True)
        >>> print(ag.subgame_perfect(choice)[0]["Protégé after the start"])
        hold firm
        """
        p, q, s = self.completed().exact().values(), Fraction(belief), Fraction(support)
        backed = Chance({"hard": (q, [p.r_CF]), "soft": (1 - q, [p.r_CC])})
        alone = Move("Protégé", {"realign": [p.r_PRm if loyal else p.r_PRp], "give way": [p.r_CW]})
        firm = Chance({SUPPORT: (s, backed), WITHHOLD: (1 - s, alone)})
        return ExtensiveGame(["Protégé"], Move("Protégé", {"hold firm": firm, "concede": [p.r_CW]}))
