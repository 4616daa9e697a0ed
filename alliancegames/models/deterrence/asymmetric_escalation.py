"""Asymmetric escalation: whether limited-war forces deter, and when a limited conflict stays limited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from alliancegames._conditions import Conditions
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.signalling import SignallingGame
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.deterrence._escalation_results import (
    CONCEDE,
    DEMAND,
    ESCALATE,
    LIMITED,
    RESPONSE,
    TYPES,
    WAIT,
    YIELD,
    EscalationResults,
    critical,
    hard,
    shaky,
    shares,
    soft,
    standard_play,
    steady,
)
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["AsymmetricEscalation"]


def _utility(name: str, symbol: str, meaning: str, default: Any, latex: str = "") -> Parameter:
    return Parameter(name, symbol, "(-inf, inf)", meaning, default, "utility", latex=latex)


def _share(name: str, symbol: str, meaning: str, default: Any) -> Parameter:
    return Parameter(name, symbol, "(0, 1)", meaning, default, "probability")


@register
class AsymmetricEscalation(EscalationResults):
    """Do forces for a limited war deter, and when does a limited conflict stay limited?

    The challenger makes a demand or waits. The defender concedes, responds in kind or escalates. After a
    response in kind the challenger stops, which leaves a limited conflict, or escalates; whoever is faced with escalation
    gives in or escalates too, to an all-out conflict. The defender is *tactically hard* if it prefers a limited conflict to
    conceding, and *strategically hard* if it prefers an all-out conflict to the victory of an escalating challenger. The
    challenger is *hard* if it prefers an all-out conflict to the victory of an escalating defender.

    In the published game both sides are unsure of each other. Here the challenger is unsure of the defender's type, while
    its own is known: it is hard or soft as its utility of an all-out conflict says. That special case is solved completely,
    in formulas. The game with uncertainty on both sides is `doubtful`: its sequential equilibria can be listed completely
    at given numbers; what is said of it in general is quoted, not derived.
    """

    key = "asymmetric_escalation"
    title = "Asymmetric escalation"
    pillar = "deterrence"
    question = "Do forces for a limited war deter, and when does a limited conflict stay limited?"
    fidelity = "F1"
    references = ("zagare1995assessing", "zagare2000perfect", "zagare1992rational")
    players = ("Challenger", "Defender")
    parameters = (
        _share("cred_tactical", "p_T", "probability that the defender is tactically hard", "3/8"),
        _share("cred_strategic_hard", "r_H", "probability that a tactically hard defender is strategically hard too", "1/3"),
        _share("cred_strategic_soft", "r_S", "probability that a tactically soft defender is strategically hard", "1/4"),
        _utility("u_concede_challenger", "c_DC", "challenger's utility if the defender concedes", 6),
        _utility("u_status_quo_challenger", "c_SQ", "challenger's utility of the status quo", 5),
        _utility("u_wins_challenger", "c_ED", "challenger's utility if it escalates and the defender gives in", 4),
        _utility("u_limited_challenger", "c_DD", "challenger's utility of a limited conflict", 3),
        _utility("u_loses_challenger", "c_DE", "challenger's utility if the defender escalates and it gives in", 1),
        _utility("u_conflict_challenger", "c_EE", "challenger's utility of an all-out conflict", 2),
        _utility("u_status_quo_defender", "d_SQ", "defender's utility of the status quo", 7),
        _utility("u_wins_defender", "d_DE", "defender's utility if it escalates and the challenger gives in", 6),
        _utility("u_limited_hard_defender", "d_DDp", "tactically hard defender's utility of a limited conflict", 5, "d_{DD+}"),
        _utility("u_concede_defender", "d_DC", "defender's utility if it concedes", 4),
        _utility("u_limited_soft_defender", "d_DDm", "tactically soft defender's utility of a limited conflict", 3, "d_{DD-}"),
        _utility("u_conflict_hard_defender", "d_EEp", "strategically hard defender's utility of an all-out conflict", 2, "d_{EE+}"),
        _utility("u_loses_defender", "d_ED", "defender's utility if the challenger escalates and it gives in", 1),
        _utility("u_conflict_soft_defender", "d_EEm", "strategically soft defender's utility of an all-out conflict", 0, "d_{EE-}"),
    )
    orders = (
        ("c_DC", "c_SQ", "c_ED", "c_DD", "c_DE"),
        ("d_SQ", "d_DE", "d_DDp", "d_DC", "d_DDm", "d_EEp", "d_ED", "d_EEm"),
    )
    outcomes = (
        Outcome("p_status_quo", "probability that no demand is made (SQ)"),
        Outcome("p_concession", "probability that the defender concedes (DC)"),
        Outcome("p_limited", "probability of a limited conflict (DD)"),
        Outcome("p_challenger_wins", "probability that the defender gives in to escalation (ED)"),
        Outcome("p_defender_wins", "probability that the challenger gives in to escalation (DE)"),
        Outcome("p_all_out", "probability of an all-out conflict (EE)"),
    )
    comparative_statics = (
        Sign("d(q)/d(c_EE) > 0", "a harder challenger escalates against more credible defenders"),
        Sign("d(q)/d(c_ED) > 0", "so does one that would win more"),
        Sign("d(q)/d(c_DD) < 0", "and one that likes a limited conflict better does not"),
        Sign("d(h_star)/d(c_SQ) < 0", "a happier challenger is deterred by fewer responses"),
        Sign("d(h_star)/d(c_DD) > 0", "one that minds a limited conflict less needs more"),
        Sign("d(p_limited)/d(p_T) > 0", "more tactical credibility, more limited conflict", where=("Limited conflict",)),
        Sign("p_T * d(p_limited)/d(p_T) == r_H * d(p_limited)/d(r_H)", "limited-war forces add nothing", where=("Risk of escalation",)),
        Sign("d(p_all_out)/d(r_H) > 0", "with strategic credibility more responses, and more escalation", where=("Risk of escalation",)),
    )
    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "p_status_quo": ("SQ",),
        "p_concession": ("DC",),
        "p_limited": ("DD",),
        "p_challenger_wins": ("ED",),
        "p_defender_wins": ("DE",),
        "p_all_out": ("EE",),
    }

    def assumptions(self, p: Values) -> Conditions:
        """Assume also that the challenger prefers a limited to an all-out conflict."""
        return [*super().assumptions(p), (p.c_DD, p.c_EE)]

    def tree(self, p: Values) -> TreeNode:
        """Write the ladder of escalation for each type of the defender."""
        return Move(
            "Challenger",
            {
                DEMAND: Chance({kind: (share, self._reply(p, kind)) for kind, share in shares(p).items()}),
                WAIT: End((p.c_SQ, p.d_SQ), "SQ"),
            },
            "Challenger",
        )

    def _reply(self, p: Values, kind: str) -> Move:
        """Return the defender's move and what follows. The challenger's last choice does not turn on the type, so it may as well know it."""
        all_out = End((p.c_EE, p.d_EEp if kind[1] == "H" else p.d_EEm), "EE")
        pressed = Move("Defender", {YIELD: End((p.c_ED, p.d_ED), "ED"), ESCALATE: all_out}, f"Defender {kind}, pressed")
        limited = End((p.c_DD, p.d_DDp if kind[0] == "H" else p.d_DDm), "DD")
        resisted = Move("Challenger", {YIELD: limited, ESCALATE: pressed}, RESPONSE)
        last = Move("Challenger", {YIELD: End((p.c_DE, p.d_DE), "DE"), ESCALATE: all_out}, f"Challenger, pressed by {kind}")
        return Move("Defender", {CONCEDE: End((p.c_DC, p.d_DC), "DC"), LIMITED: resisted, ESCALATE: last}, f"Defender {kind}")

    def known(self, kind: str) -> ExtensiveGame:
        """Return the game in which the defender's type is known.

        Parameters
        ----------
        kind : {"HH", "HS", "SH", "SS"}
            Whether the defender is hard at the tactical and at the strategic level.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.AsymmetricEscalation().completed()
        >>> for kind in ("HH", "HS"):
        ...     (play,) = ag.subgame_perfect(model.known(kind))
        ...     print(kind, [outcome for outcome, weight in play.outcomes.items() if weight])
        HH ['SQ']
        HS ['DC']
        """
        p = self.completed().values()
        root = Move("Challenger", {DEMAND: self._reply(p, kind), WAIT: End((p.c_SQ, p.d_SQ), "SQ")})
        return ExtensiveGame(self.players, root)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the critical values.

        They are the belief in a strategically hard defender that keeps the challenger from escalating (q), the probability
        of a response in kind that deters it (h_star), the risks of escalation at which defenders of type HH and HS are
        indifferent (e_HH, e_HS), and how often type HS responds where escalation threatens (m).
        """
        gain = p.d_DDp - p.d_DC
        mixed = {"e_HH": gain / (p.d_DDp - p.d_EEp), "e_HS": gain / (p.d_DDp - p.d_ED)}
        return critical(p) | mixed | {"m": p.r_H * (1 - critical(p)["q"]) / (critical(p)["q"] * (1 - p.r_H))}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return the regimes by the type of the challenger and by how many defenders are hard at which level."""

        def entry(name: str, when: Any, plays: Any, meaning: str, eliminated_by: str = "") -> Regime:
            return Regime(name, when, lambda p: [standard_play(*play) for play in plays(self.quantities(p))], meaning, eliminated_by)

        return [
            entry(
                "Soft challenger",
                soft,
                lambda q: [(0, (ESCALATE,) * 4, risk) for risk in (0, 1)],
                "The challenger would give in, so any defender would escalate, and no demand is made.",
            ),
            entry(
                "Deterrence by response in kind",
                lambda p: [*steady(p), (p.p_T, critical(p)["h_star"])],
                lambda q: [(0, (LIMITED, LIMITED, CONCEDE, CONCEDE), 0)],
                "So many defenders would respond in kind, without fear of escalation, that no demand is made.",
            ),
            entry(
                "Limited conflict",
                lambda p: [*steady(p), (critical(p)["h_star"], p.p_T)],
                lambda q: [(1, (LIMITED, LIMITED, CONCEDE, CONCEDE), 0)],
                "A demand is made; tactically hard defenders respond in kind and the conflict stays limited.",
            ),
            entry(
                "Deterrence by risk of escalation",
                lambda p: [*shaky(p), (p.p_T * p.r_H, critical(p)["q"] * critical(p)["h_star"])],
                lambda q: [(0, (LIMITED, q["m"], CONCEDE, CONCEDE), q["e_HS"])],
                "A response in kind would be answered by escalation now and then; it is likely enough to deter.",
            ),
            entry(
                "Risk of escalation",
                lambda p: [*shaky(p), (critical(p)["q"] * critical(p)["h_star"], p.p_T * p.r_H)],
                lambda q: [(1, (LIMITED, q["m"], CONCEDE, CONCEDE), q["e_HS"])],
                "A demand is made, some defenders respond in kind, and the challenger escalates now and then.",
            ),
            entry(
                "No response",
                hard,
                lambda q: [(1, (CONCEDE,) * 4, q["e_HH"]), (1, (CONCEDE,) * 4, 1)],
                "Every defender concedes since the challenger would escalate, believing off the path that its foe is strategically soft.",
                "D1",
            ),
        ]

    def draw(self, ax: Any) -> None:
        """Draw the regimes by how likely the defender is hard at either level."""
        self.regimes().plot("p_T", "r_H", ax=ax)
        ax.set_title("Limited-war forces deter only as far as strategic credibility covers them", loc="left", fontsize="medium")

    def replies(self) -> SignallingGame:
        """Return what follows a demand as a signalling game, with the last moves folded in: the defender's reply may tell its type.

        Examples
        --------
        >>> import alliancegames as ag
        >>> report = ag.solvers.refine(ag.models.AsymmetricEscalation().completed().replies())
        >>> [item.verdicts["D1"].survives for item in report].count(True)
        1
        """
        model = self.completed()
        p = model.values()
        game: ExtensiveGame = model.game()
        play = standard_play(1, (CONCEDE,) * 4, 1, hard=p.c_EE > p.c_DE)
        values = game.profile(play).values  # the last moves are dominant
        after = {node.history[1:]: tuple(values[k][::-1]) for k, node in enumerate(game.nodes)}
        plays = [(CONCEDE,), (ESCALATE,), (LIMITED, YIELD), (LIMITED, ESCALATE)]
        table = {history: pair for history, pair in after.items() if history[1:] in plays}
        messages = {CONCEDE: [], LIMITED: [YIELD, ESCALATE], ESCALATE: []}
        return SignallingGame(TYPES, list(messages), messages, shares(p), table, players=self.players[::-1])
