"""Unilateral deterrence between a dissatisfied challenger and a satisfied defender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.models.forms import Cell, NormalFormModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import proposition, recalled
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["UnilateralDeterrence"]

# The challenger's plan says which of its types challenge; the soft defender's reply is its only choice.
PLANS = {"never": (0, 0), "if soft": (0, 1), "if hard": (1, 0), "always": (1, 1)}
CONCEDE, DENY = "concede", "deny"


def certain(p: Values, q: Mapping[str, Any]) -> Conditions:
    """Return when even a defender who would concede if soft deters."""
    return [(p.p_D, q["c1"])]


def separating(p: Values, q: Mapping[str, Any]) -> Conditions:
    """Return when only a hard challenger dares."""
    return [(q["c1"], p.p_D), (p.p_D, q["c2"])]


def attack(p: Values, q: Mapping[str, Any]) -> Conditions:
    """Return when every challenger dares and a soft defender concedes."""
    return [(q["c2"], p.p_D), (p.p_C, q["d1"])]


def bluff(p: Values, q: Mapping[str, Any]) -> Conditions:
    """Return when a soft challenger sometimes dares."""
    return [(q["c2"], p.p_D), (q["d1"], p.p_C)]


def interior(p: Values) -> Conditions:
    """Exclude certainty about types, at which strategies of impossible types are free."""
    return [(p.p_C, 0), (1, p.p_C), (p.p_D, 0), (1, p.p_D)]


@register
class UnilateralDeterrence(NormalFormModel):
    """When does a revisionist challenge a satisfied defender whose will is uncertain?

    The challenger accepts the status quo or makes a demand. The defender then concedes or denies. If it
    denies, the challenger backs down or fights. Each side is *hard* (prefers conflict to giving in at its
    last move) with a commonly known probability, its credibility. A hard challenger fights and a soft one
    backs down; a hard defender denies. What is left to choose is which types of challenger make the
    demand, and whether a soft defender denies: the strategic form solved here.

    The families of perfect Bayesian equilibria carry their authors' names. Steadfast Deterrence rests on
    a belief off the path that the refinement D1 rules out; it is left out of the refined map.
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
        Parameter("u_defender_concedes_challenger", "c_DC", "(-inf, inf)", "challenger's utility if the defender concedes", 1, "utility"),
        Parameter("u_status_quo_challenger", "c_SQ", "(-inf, inf)", "challenger's utility of the status quo", "1/2", "utility"),
        Parameter(
            "u_conflict_hard_challenger",
            "c_DDp",
            "(-inf, inf)",
            "hard challenger's utility of conflict",
            "3/10",
            "utility",
            latex="c_{DD+}",
        ),
        Parameter("u_back_down_challenger", "c_CD", "(-inf, inf)", "challenger's utility if it backs down", "1/10", "utility"),
        Parameter(
            "u_conflict_soft_challenger",
            "c_DDm",
            "(-inf, inf)",
            "soft challenger's utility of conflict",
            "-2/5",
            "utility",
            latex="c_{DD-}",
        ),
        Parameter("u_status_quo_defender", "d_SQ", "(-inf, inf)", "defender's utility of the status quo", 1, "utility"),
        Parameter(
            "u_challenger_backs_down_defender", "d_CD", "(-inf, inf)", "defender's utility if the challenger backs down", "4/5", "utility"
        ),
        Parameter(
            "u_conflict_hard_defender", "d_DDp", "(-inf, inf)", "hard defender's utility of conflict", "2/5", "utility", latex="d_{DD+}"
        ),
        Parameter("u_concede_defender", "d_DC", "(-inf, inf)", "defender's utility if it concedes", "1/5", "utility"),
        Parameter(
            "u_conflict_soft_defender", "d_DDm", "(-inf, inf)", "soft defender's utility of conflict", "-2/5", "utility", latex="d_{DD-}"
        ),
    )
    orders = (
        ("c_DC", "c_SQ", "c_DDp", "c_CD", "c_DDm"),
        ("d_CD", "d_DDp", "d_DC", "d_DDm"),
    )
    outcomes = (
        Outcome("p_status_quo", "probability that no demand is made (SQ)"),
        Outcome("p_concession", "probability that the defender concedes (DC)"),
        Outcome("p_back_down", "probability that the challenger backs down (CD)"),
        Outcome("p_war", "probability of conflict (DD)"),
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

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the credibilities at which hard (c1) and soft (c2) challengers, and a soft defender (d1), are indifferent."""
        return {
            "c1": (p.c_DC - p.c_SQ) / (p.c_DC - p.c_DDp),
            "c2": (p.c_DC - p.c_SQ) / (p.c_DC - p.c_CD),
            "d1": (p.d_CD - p.d_DC) / (p.d_CD - p.d_DDm),
        }

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return the five families of equilibria."""

        def at(condition: Any) -> Any:
            return lambda p: condition(p, self.quantities(p))

        def never(weight_denied: Any) -> tuple[Mapping[str, Any], ...]:
            return ({"never": 1}, {CONCEDE: 1 - weight_denied, DENY: weight_denied})

        return [
            Regime(
                "Certain Deterrence",
                at(certain),
                lambda p: [never(0), never(1)],
                "The defender is so credible that no type makes a demand, whatever a soft defender would do.",
            ),
            Regime(
                "Separating",
                at(separating),
                lambda p: [({"if hard": 1}, {CONCEDE: 1})],
                "A hard challenger makes the demand, a soft one does not; a soft defender concedes.",
            ),
            Regime(
                "Attack",
                at(attack),
                lambda p: [({"always": 1}, {CONCEDE: 1})],
                "Every challenger makes the demand and a soft defender concedes.",
            ),
            Regime(
                "Bluff",
                at(bluff),
                lambda p: [self._bluff(p)],
                "A hard challenger makes the demand, a soft one sometimes does; a soft defender sometimes denies.",
            ),
            Regime(
                "Steadfast Deterrence",
                at(lambda p, q: [(q["c1"], p.p_D)]),
                lambda p: [never((self.quantities(p)["c1"] - p.p_D) / (1 - p.p_D)), never(1)],
                "No demand is made because a soft defender would deny it, believing off the path that the challenger is soft.",
                eliminated_by="D1",
            ),
        ]

    def _bluff(self, p: Values) -> tuple[Mapping[str, Any], ...]:
        q = self.quantities(p)
        soft_demands = p.p_C * (1 - q["d1"]) / ((1 - p.p_C) * q["d1"])
        denies = (q["c2"] - p.p_D) / (1 - p.p_D)
        return ({"if hard": 1 - soft_demands, "always": soft_demands}, {CONCEDE: 1 - denies, DENY: denies})

    def draw(self, ax: Any) -> None:
        """Draw the regimes in the unit square of credibilities."""
        self.regimes().plot("p_D", "p_C", ax=ax)
        ax.set_title("Credible defenders deter; bluffing needs doubt about both sides", loc="left", fontsize="medium")

    def _extreme(self) -> set[tuple[tuple[Any, ...], ...]]:
        return {tuple(tuple(vector) for vector in strategies) for strategies in self.solve().equilibria.arrays()}

    def _stated(self, *regimes: str) -> set[tuple[tuple[Any, ...], ...]]:
        table, game = self.regimes(refined=False), self.game()
        return {tuple(tuple(vector) for vector in game.profile(profile).arrays()) for name in regimes for profile in table.equilibria(name)}

    @proposition(
        "Certain Deterrence",
        "If p_D > c1, the equilibria are exactly those without a demand, with any reply of a soft defender.",
        when=lambda p: [*interior(p), *certain(p, _q(p))],
    )
    def certain_deterrence(self) -> bool:
        return self._extreme() == self._stated("Certain Deterrence")

    @proposition(
        "Separating equilibrium",
        "If c2 < p_D < c1, the equilibria are exactly the separating one and the component of Steadfast Deterrence, with y >= (c1 - p_D)/(1 - p_D).",
        when=lambda p: [*interior(p), *separating(p, _q(p))],
    )
    def separating_equilibrium(self) -> bool:
        return self._extreme() == self._stated("Separating", "Steadfast Deterrence")

    @proposition(
        "Attack equilibrium",
        "If p_D < c2 and p_C > d1, the equilibria are exactly Attack and the component of Steadfast Deterrence.",
        when=lambda p: [*interior(p), *attack(p, _q(p))],
    )
    def attack_equilibrium(self) -> bool:
        return self._extreme() == self._stated("Attack", "Steadfast Deterrence")

    @proposition(
        "Bluff equilibrium",
        "If p_D < c2 and p_C < d1, the equilibria are exactly Bluff, with x_S = p_C (1 - d1)/((1 - p_C) d1) and y = (c2 - p_D)/(1 - p_D), and the component of Steadfast Deterrence.",
        when=lambda p: [*interior(p), *bluff(p, _q(p))],
    )
    def bluff_equilibrium(self) -> bool:
        return self._extreme() == self._stated("Bluff", "Steadfast Deterrence")

    @proposition(
        "signs in the bluffing regime",
        "In the bluffing regime a soft challenger dares more often the more credible challengers are (dx_S/dp_C > 0), and a soft defender denies less often the more credible defenders are (dy/dp_D < 0).",
        when=lambda p: [*interior(p), *bluff(p, _q(p))],
    )
    def bluff_signs(self) -> bool:
        p, q = self.values(), self.thresholds()
        x, y = _bluff_mix(self)
        more_challenger, _ = _bluff_mix(self.replace(cred_challenger=(p.p_C + q["d1"]) / 2))
        _, more_defender = _bluff_mix(self.replace(cred_defender=(p.p_D + q["c2"]) / 2))
        return bool(more_challenger > x and more_defender < y)

    @proposition(
        "satisfaction substitutes for credibility",
        "A happier challenger is deterred by less credibility: dc1/dc_SQ < 0; a challenger who minds conflict less needs more: dc1/dc_DD+ > 0. Between the two thresholds, deterrence changes without any change in credibility.",
        when=lambda p: interior(p),
    )
    def satisfaction(self) -> bool:
        p, q = self.values(), self.thresholds()
        happier = self.replace(c_SQ=(p.c_SQ + p.c_DC) / 2)
        tougher = self.replace(c_DDp=(p.c_DDp + p.c_SQ) / 2)
        between = (happier.thresholds()["c1"] + q["c1"]) / 2
        deterred = happier.replace(cred_defender=between).solve().outcomes
        dared = [o["p_status_quo"] for o in self.replace(cred_defender=between).solve().outcomes]
        return all(o["p_status_quo"] == 1 for o in deterred) and min(dared) < 1 and tougher.thresholds()["c1"] > q["c1"]

    steadfast = recalled(
        "Steadfast Deterrence is implausible",
        "Steadfast Deterrence does not survive D1: whenever a soft challenger would gain from a demand, a hard one gains too, so that the belief it rests on is implausible.",
        source="zagare1993asymmetric",
    )
    message = recalled(
        "neither necessary nor sufficient",
        "A credible threat is neither necessary nor sufficient for deterrence; satisfaction with the status quo matters as much as the cost of conflict.",
        source="zagare2000perfect",
    )


def _q(p: Values) -> dict[str, Any]:
    return UnilateralDeterrence.quantities(UnilateralDeterrence(), p)


def _bluff_mix(model: UnilateralDeterrence) -> tuple[Any, Any]:
    """Return how often a soft challenger dares and a soft defender denies, from the solver's mixed equilibrium."""
    mixed = [item for item in model.solve().equilibria if item["Challenger"]["if hard"] > 0]
    ((challenger, defender),) = [(item["Challenger"], item["Defender"]) for item in mixed]
    return challenger["always"], defender[DENY]
