"""Unilateral deterrence between a dissatisfied challenger and a satisfied defender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames.games.signalling import SignallingGame
from alliancegames.models.deterrence._unilateral_results import (
    ATTACK,
    BLUFF,
    CERTAIN,
    CONCEDE,
    DEMAND,
    DENY,
    HARD,
    SEPARATING,
    SOFT,
    STEADFAST,
    WAIT,
    Play,
    UnilateralResults,
    bluff_play,
    thresholds,
    where,
)
from alliancegames.models.forms import Cell
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.models.signalling_form import Refined, refined
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["UnilateralDeterrence"]

# The challenger's plan says which of its types challenge; the soft defender's reply is its only choice.
PLANS = {"never": (0, 0), "if soft": (0, 1), "if hard": (1, 0), "always": (1, 1)}


def _utility(name: str, symbol: str, meaning: str, default: Any, latex: str = "") -> Parameter:
    return Parameter(name, symbol, "(-inf, inf)", meaning, default, "utility", latex=latex)


@register
class UnilateralDeterrence(UnilateralResults):
    """When does a revisionist challenge a satisfied defender whose will is uncertain?

    The challenger accepts the status quo or makes a demand. The defender then concedes or denies. If it
    denies, the challenger backs down or fights. Each side is *hard* (prefers conflict to giving in at its
    last move) with a commonly known probability, its credibility. A hard challenger fights and a soft one
    backs down; a hard defender denies. What is left to choose is which types of challenger make the
    demand, and whether a soft defender denies: the strategic form solved here.

    The families of perfect Bayesian equilibria carry their authors' names; ``signalling_game`` gives them with the
    beliefs off the path that support them. Steadfast Deterrence rests on a belief that the refinement D1 rules
    out, as ``refined`` explains; it is left out of the refined map.
    """

    key = "unilateral_deterrence"
    title = "Unilateral deterrence"
    pillar = "deterrence"
    question = "When does a revisionist challenge a satisfied defender whose will is uncertain?"
    fidelity = "F1"
    references = ("zagare1993asymmetric", "zagare2000perfect", "quackenbush2010general")
    form = "strategic form of a Bayesian game"
    players = ("Challenger", "Defender")
    actions = (tuple(PLANS), (CONCEDE, DENY))
    parameters = (
        Parameter("cred_challenger", "p_C", "[0, 1]", "credibility of the challenger: probability that it is hard", "3/10", "probability"),
        Parameter("cred_defender", "p_D", "[0, 1]", "credibility of the defender: probability that it is hard", "1/5", "probability"),
        _utility("u_defender_concedes_challenger", "c_DC", "challenger's utility if the defender concedes", 1),
        _utility("u_status_quo_challenger", "c_SQ", "challenger's utility of the status quo", "1/2"),
        _utility("u_conflict_hard_challenger", "c_DDp", "hard challenger's utility of conflict", "3/10", latex="c_{DD+}"),
        _utility("u_back_down_challenger", "c_CD", "challenger's utility if it backs down", "1/10"),
        _utility("u_conflict_soft_challenger", "c_DDm", "soft challenger's utility of conflict", "-2/5", latex="c_{DD-}"),
        _utility("u_status_quo_defender", "d_SQ", "defender's utility of the status quo", 1),
        _utility("u_challenger_backs_down_defender", "d_CD", "defender's utility if the challenger backs down", "4/5"),
        _utility("u_conflict_hard_defender", "d_DDp", "hard defender's utility of conflict", "2/5", latex="d_{DD+}"),
        _utility("u_concede_defender", "d_DC", "defender's utility if it concedes", "1/5"),
        _utility("u_conflict_soft_defender", "d_DDm", "soft defender's utility of conflict", "-2/5", latex="d_{DD-}"),
    )
    orders = (("c_DC", "c_SQ", "c_DDp", "c_CD", "c_DDm"), ("d_CD", "d_DDp", "d_DC", "d_DDm"))
    outcomes = (
        Outcome("p_status_quo", "probability that no demand is made (SQ)"),
        Outcome("p_concession", "probability that the defender concedes (DC)"),
        Outcome("p_back_down", "probability that the challenger backs down (CD)"),
        Outcome("p_war", "probability of conflict (DD)"),
    )
    comparative_statics = (
        Sign('d(Pr("always"))/d(p_C) > 0', "a challenger more likely to be hard bluffs more", where=("Bluff",)),
        Sign('d(Pr("deny"))/d(p_D) < 0', "a more credible defender bluffs less", where=("Bluff",)),
        Sign("d(c1)/d(c_SQ) < 0", "a happier challenger is deterred by less credibility"),
        Sign("d(c1)/d(c_DDp) > 0", "a challenger who likes conflict better is deterred by more credibility only"),
        Sign("c2 < c1", "soft challengers are deterred first"),
        Sign('d(Pr("always"))/d(d_CD) < 0', "bluffs become rarer with what calling them is worth", where=("Bluff",)),
        Sign("d(p_war)/d(c_SQ) < 0", "satisfaction with the status quo makes war rarer", where=("Bluff",)),
    )

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Weigh the ends of the tree by the probabilities of the types."""
        utilities = {
            "SQ": (p.c_SQ, p.d_SQ),
            "DC": (p.c_DC, p.d_DC),
            "CD": (p.c_CD, p.d_CD),
            "DD, hard defender": (p.c_DDp, p.d_DDp),
            "DD, soft defender": (p.c_DDp, p.d_DDm),
        }
        return {
            cell: [sum(weight * utilities[end][k] for end, weight in self._ends(p, cell).items()) for k in (0, 1)] for cell in self._cells()
        }

    def _cells(self) -> list[Cell]:
        return [(plan, reply) for plan in PLANS for reply in (CONCEDE, DENY)]

    def _ends(self, p: Values, cell: Cell) -> dict[str, Any]:
        """Return the probability of each end of the tree: hard types act as they must, the others as planned."""
        hard_demands, soft_demands = PLANS[cell[0]]
        hard, soft = p.p_C * hard_demands, (1 - p.p_C) * soft_demands
        denies = int(cell[1] == DENY)
        return {
            "SQ": 1 - hard - soft,
            "DC": (hard + soft) * (1 - p.p_D) * (1 - denies),
            "CD": soft * (p.p_D + (1 - p.p_D) * denies),
            "DD, hard defender": hard * p.p_D,
            "DD, soft defender": hard * (1 - p.p_D) * denies,
        }

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Sum the ends of the tree by outcome."""
        ends = {cell: self._ends(p, cell) for cell in self._cells()}
        return {
            "p_status_quo": {cell: q["SQ"] for cell, q in ends.items()},
            "p_concession": {cell: q["DC"] for cell, q in ends.items()},
            "p_back_down": {cell: q["CD"] for cell, q in ends.items()},
            "p_war": {cell: q["DD, hard defender"] + q["DD, soft defender"] for cell, q in ends.items()},
        }

    def signalling_game(self) -> SignallingGame:
        """Return the game after types are drawn: the challenger knows whether it is hard, and a soft defender concedes or denies.

        Examples
        --------
        >>> import alliancegames as ag
        >>> from alliancegames.solvers.signalling import perfect_bayesian
        >>> steadfast, bluff = perfect_bayesian(ag.models.UnilateralDeterrence().completed().signalling_game())
        >>> [str(weight) for weight in steadfast.belief_interval("demand", "hard")]
        ['0', '1/2']
        """
        table: dict[tuple[str, ...], Sequence[Any]] = {}
        for kind, model in ((HARD, self.replace(cred_challenger=1)), (SOFT, self.replace(cred_challenger=0))):
            cells = model.payoffs(model.values())
            table |= {(kind, DEMAND, reply): cells["always", reply] for reply in (CONCEDE, DENY)} | {(kind, WAIT): cells["never", CONCEDE]}
        p, replies = self.values(), {WAIT: (), DEMAND: (CONCEDE, DENY)}
        return SignallingGame((HARD, SOFT), (WAIT, DEMAND), replies, (p.p_C, 1 - p.p_C), table, players=self.players, title=self.title)

    def regime_game(self, refinement: str | None = None) -> Any:
        """Return the signalling game where beliefs are refined, else the strategic form."""
        return self.signalling_game() if refinement else self.game()

    def outcome_formulas(self, profile: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Take expectations; profiles of the signalling game are read as mixtures of plans."""
        if len(profile) == 3:
            hard, soft = (lottery.get(f"{kind}: {DEMAND}", 0) for kind, lottery in zip((HARD, SOFT), profile, strict=False))
            chance = {True: (hard, soft), False: (1 - hard, 1 - soft)}
            plans = {plan: chance[bool(first)][0] * chance[bool(second)][1] for plan, (first, second) in PLANS.items()}
            profile = (plans, {label.removeprefix(f"{DEMAND}: "): weight for label, weight in profile[2].items()})
        return super().outcome_formulas(profile)

    def refined(self, criterion: str = "D1") -> Refined:
        """Return the perfect Bayesian equilibria that survive a refinement, and those that do not, with the reasons.

        Parameters
        ----------
        criterion : str, default "D1"
            One of `alliancegames.solvers.refinements.CRITERIA`.

        Examples
        --------
        >>> import alliancegames as ag
        >>> ((steadfast, reason),) = ag.models.UnilateralDeterrence().refined("D1").eliminated
        >>> print(reason.partition(";")[0])
        after 'demand', soft is ruled out (hard gains whenever it gains or is indifferent)
        """
        return refined(self.completed().signalling_game(), criterion)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the credibilities at which hard (c1) and soft (c2) challengers, and a soft defender (d1), are indifferent."""
        return thresholds(p)

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return the five families of equilibria."""
        separating, attack = ({"if hard": 1}, {CONCEDE: 1}), ({"always": 1}, {CONCEDE: 1})

        def never(weight_denied: Any) -> Play:
            return ({"never": 1}, {CONCEDE: 1 - weight_denied, DENY: weight_denied})

        def steadfast(p: Values) -> list[Play]:
            return [never((thresholds(p)["c1"] - p.p_D) / (1 - p.p_D)), never(1)]

        return [
            Regime(
                CERTAIN,
                where(CERTAIN),
                lambda p: [never(0), never(1)],
                "The defender is so credible that no type makes a demand, whatever a soft defender would do.",
            ),
            Regime(
                SEPARATING,
                where(SEPARATING),
                lambda p: [separating],
                "A hard challenger makes the demand, a soft one does not; a soft defender concedes.",
            ),
            Regime(ATTACK, where(ATTACK), lambda p: [attack], "Every challenger makes the demand and a soft defender concedes."),
            Regime(
                BLUFF,
                where(BLUFF),
                lambda p: [bluff_play(p)],
                "A hard challenger makes the demand, a soft one sometimes does; a soft defender sometimes denies.",
            ),
            Regime(
                STEADFAST,
                where(STEADFAST),
                steadfast,
                "No demand is made because a soft defender would deny it, believing off the path that the challenger is soft.",
                eliminated_by="D1",
            ),
        ]

    def draw(self, ax: Any) -> None:
        """Draw the regimes in the unit square of credibilities."""
        self.regimes().plot("p_D", "p_C", ax=ax).set_title(
            "Credible defenders deter; bluffing needs doubt about both sides", loc="left", fontsize="medium"
        )
