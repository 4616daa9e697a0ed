"""The results on the international interaction game: when war follows although everything is known."""

from __future__ import annotations

from alliancegames._conditions import Conditions, hold
from alliancegames.models.propositions import proposition
from alliancegames.models.tree_form import TreeModel
from alliancegames.parameters import Values

A, B = "A", "B"
# The ends, with the names of parameters and what they mean.
ENDS = {
    "SQ": ("status_quo", "the status quo"),
    "AcqA": ("acquiesce_a", "A's acquiescence"),
    "AcqB": ("acquiesce_b", "B's acquiescence"),
    "Nego": ("negotiate", "a negotiated settlement"),
    "CapA": ("capitulate_a", "A's capitulation to force"),
    "CapB": ("capitulate_b", "B's capitulation to force"),
    "WarA": ("war_a", "a war that A starts"),
    "WarB": ("war_b", "a war that B starts"),
}


def symbol(state: str, end: str) -> str:
    """Return the symbol of a state's utility of an end."""
    return f"{state.lower()}_{end}"


def war_conditions(p: Values) -> Conditions:
    """Return the four preferences under which A starts a war.

    Parameters
    ----------
    p : Values
        Utilities, as numbers, symbols or arrays.
    """
    return [(p.a_WarA, p.a_AcqA), (p.a_CapA, p.a_WarB), (p.b_WarA, p.b_AcqB), (p.b_CapA, p.b_Nego)]


class InteractionResults(TreeModel):
    """The results on the interaction game, checked by its subgame-perfect equilibria."""

    def _reached(self) -> set[str]:
        """Return the ends that are reached in some subgame-perfect equilibrium."""
        plays = [play for family in self.solve().equilibria for play in (family.example, *family.corners)]
        return {end for play in plays for end, weight in play.outcomes.items() if weight}

    def _indifferent(self) -> bool:
        """Whether a state is indifferent between two ends."""
        p = self.values()
        return any(len({getattr(p, symbol(state, end)) for end in ENDS}) < len(ENDS) for state in (A, B))

    @proposition(
        "Basic War Theorem",
        "A starts a war exactly if A prefers that war to acquiescing and capitulating to a war that B starts, and B prefers the war that A starts to acquiescing and A's capitulation to negotiations. If one of these preferences is reversed, A may start a war only where a state is indifferent between two ends.",
    )
    def basic_war_theorem(self) -> bool:
        reached = self._reached()
        return reached == {"WarA"} if hold(war_conditions(self.values())) else "WarA" not in reached or self._indifferent()

    @proposition(
        "war under complete information",
        "If the four conditions hold, war is the outcome of the only subgame-perfect equilibrium, although both states would prefer negotiations.",
        when=war_conditions,
    )
    def war(self) -> bool:
        p = self.values()
        return self._reached() == {"WarA"} and bool(p.a_Nego > p.a_WarA and p.b_Nego > p.b_WarA)

    @proposition(
        "each condition is needed",
        "If the four conditions hold and one of them is reversed within the restrictions, war is not the outcome.",
        when=war_conditions,
    )
    def necessary(self) -> bool:
        p = self.values()
        reversals = [
            {"a_WarA": (p.a_AcqA + p.a_WarB) / 2},
            {"a_CapA": p.a_WarB - 1},
            {"b_WarA": min(p.b_AcqB, p.b_WarB) - 1},
            {"b_CapA": (p.b_Nego + p.b_WarB) / 2},
        ]
        return all("WarA" not in self.replace(**change)._reached() for change in reversals)

    @proposition(
        "no other use of force",
        "No other end with force is reached: not a war that B starts, and no capitulation, unless a state is indifferent between two ends.",
    )
    def no_capitulation(self) -> bool:
        return self._indifferent() or not self._reached() & {"WarB", "CapA", "CapB"}
