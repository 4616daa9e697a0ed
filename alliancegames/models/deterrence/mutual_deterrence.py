"""Mutual deterrence between two powers that would both like to change the status quo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames.models.bayesian_form import Cell
from alliancegames.models.deterrence._mutual_results import CHALLENGE, HARD, SOFT, WAIT, MutualResults, restraint, thresholds, where
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["MutualDeterrence"]


def _state(letter: str, cred: str) -> tuple[Parameter, ...]:
    """Declare the parameters of one state."""
    name, state = f"state_{letter}", f"state {letter.upper()}"

    def utility(what: str, symbol: str, meaning: str, default: Any, latex: str) -> Parameter:
        words, typeset = f"{state}'s utility {meaning}", f"{letter}_{{{latex}}}"
        return Parameter(f"{what}_{name}", f"{letter}_{symbol}", "(-inf, inf)", words, default, "utility", latex=typeset)

    return (
        Parameter(f"cred_{name}", cred, "(0, 1)", f"credibility of {state}: probability that it is hard", "7/10", "probability"),
        utility("u_win", "DC", "if only it challenges and the other gives in", 1, "DC"),
        utility("u_status_quo", "CC", "of the status quo", "3/5", "CC"),
        utility("u_conflict_hard", "DDp", "of conflict if it is hard", "3/10", "DD+"),
        utility("u_lose", "CD", "if it gives in to the other's challenge", "1/10", "CD"),
        utility("u_conflict_soft", "DDm", "of conflict if it is soft", "-1/2", "DD-"),
    )


@register
class MutualDeterrence(MutualResults):
    """When do two dissatisfied powers both stay with the status quo if each doubts the other's will to retaliate?

    Two states decide at the same time whether to challenge the other or to wait. If both wait the status quo stays, if
    both challenge there is conflict. A state that alone is challenged retaliates, which means conflict, or gives in. It
    is *hard*, and prefers conflict to giving in, with a commonly known probability, its credibility; a soft state gives
    in. That last choice is folded in, and what remains is whether each type of each state challenges.

    The regimes below say what happens when neither side relies on the other's restraint. Deterrence is an
    equilibrium besides wherever both credibilities are high, but it is never the only one: the belief that the other
    will challenge brings about the challenge.
    """

    key = "mutual_deterrence"
    title = "Mutual deterrence"
    pillar = "deterrence"
    question = "When do two dissatisfied powers that doubt each other's will deter each other?"
    fidelity = "F1"
    references = ("kilgour1991credibility", "zagare2000perfect")
    players = ("State A", "State B")
    types = ((HARD, SOFT), (HARD, SOFT))
    actions = ((WAIT, CHALLENGE), (WAIT, CHALLENGE))
    parameters = (*_state("a", "p_A"), *_state("b", "p_B"))
    orders = (("a_DC", "a_CC", "a_DDp", "a_CD", "a_DDm"), ("b_DC", "b_CC", "b_DDp", "b_CD", "b_DDm"))
    outcomes = (
        Outcome("p_status_quo", "probability that both wait"),
        Outcome("p_a_wins", "probability that state B gives in"),
        Outcome("p_b_wins", "probability that state A gives in"),
        Outcome("p_war", "probability of conflict"),
    )
    comparative_statics = (
        Sign("d(y_A)/d(p_A) < 0", "bluffing becomes rarer with own credibility", where=("Bluffing",)),
        Sign("d(x_A)/d(p_A) > 0", "hybrid demands become more frequent with own credibility"),
        Sign("d(a_H)/d(a_CC) < 0", "satisfaction with the status quo lowers the credibility that deters"),
        Sign("d(a_H)/d(a_DC) > 0", "ambition raises the credibility that deters"),
        Sign("d(a_S)/d(a_CC) < 0", "satisfaction lowers the credibility that separates"),
        Sign("a_s0 < a_H", "soft challengers are deterred by less than hard ones"),
    )

    def prior(self, p: Values) -> Sequence[Mapping[str, Any]]:
        """Weigh hard and soft states."""
        return [{HARD: p.p_A, SOFT: 1 - p.p_A}, {HARD: p.p_B, SOFT: 1 - p.p_B}]

    @staticmethod
    def _end(cell: Cell) -> str:
        """Return how a play ends: a state that is challenged retaliates if and only if it is hard."""
        types, actions = cell
        if actions == (WAIT, WAIT):
            return "p_status_quo"
        if actions == (CHALLENGE, CHALLENGE) or types[actions.index(WAIT)] == HARD:
            return "p_war"
        return "p_a_wins" if actions[0] == CHALLENGE else "p_b_wins"

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Fold in the retaliation of hard states."""
        ends = {"p_status_quo": (p.a_CC, p.b_CC), "p_a_wins": (p.a_DC, p.b_CD), "p_b_wins": (p.a_CD, p.b_DC)}
        conflict = ({HARD: p.a_DDp, SOFT: p.a_DDm}, {HARD: p.b_DDp, SOFT: p.b_DDm})
        return {cell: ends.get(self._end(cell)) or (conflict[0][cell[0][0]], conflict[1][cell[0][1]]) for cell in self.cells()}

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Sort the plays by how they end."""
        return {outcome.name: {cell: 1 for cell in self.cells() if self._end(cell) == outcome.name} for outcome in self.outcomes}

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return critical credibilities of the opponent, and how often hard and soft states challenge where they mix.

        A hard state A is deterred by p_B >= a_H, a soft one by p_B >= a_S if hard states challenge and by p_B >= a_s0 if
        nobody does. In the hybrid equilibrium hard states challenge with x, in the bluffing one soft states with y.
        """
        found = thresholds(p)
        return found | {
            "x_A": 1 - (1 - p.p_A) * (p.b_DC - p.b_CC) / (p.p_A * (p.b_CC - p.b_DDp)),
            "x_B": 1 - (1 - p.p_B) * (p.a_DC - p.a_CC) / (p.p_B * (p.a_CC - p.a_DDp)),
            "y_A": (found["b_S"] - p.p_A) / (1 - p.p_A),
            "y_B": (found["a_S"] - p.p_B) / (1 - p.p_B),
        }

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return what happens without trust in the other's restraint, by how credible both are."""
        attack = "State {} is not credible enough: every state {} challenges, and a soft state {} gives in."
        return [
            Regime("Separating", lambda p: where(p, "S", True, True), meaning="Hard states challenge and soft states wait."),
            Regime("Attack by A", lambda p: where(p, "S", True, False), meaning=attack.format("B", "A", "B")),
            Regime("Attack by B", lambda p: where(p, "S", False, True), meaning=attack.format("A", "B", "A")),
            Regime(
                "Bluffing",
                lambda p: where(p, "S", False, False),
                meaning="Hard states challenge, soft ones sometimes do, or one side attacks.",
            ),
        ]

    def named_equilibria(self) -> dict[str, tuple[Any, ...]]:
        """Return the extreme equilibria in closed form, by their names.

        Under an attack a hard state that is attacked may challenge as well or leave it at retaliation, so that each attack
        stands for a continuum with two ends.

        Examples
        --------
        >>> import alliancegames as ag
        >>> for name, profiles in ag.models.MutualDeterrence().named_equilibria().items():
        ...     print(name, *profiles, sep=": ")
        Deterrence: State A hard: wait; State A soft: wait; State B hard: wait; State B soft: wait
        Hybrid: State A hard: wait 4/7, challenge 3/7; State A soft: wait; State B hard: wait 4/7, challenge 3/7; State B soft: wait
        Separating: State A hard: challenge; State A soft: wait; State B hard: challenge; State B soft: wait
        """
        model = self.completed()
        p, q, game = model.values(), model.thresholds(), model.game()
        found: dict[str, list[Any]] = {}
        if p.p_B >= q["a_H"] and p.p_A >= q["b_H"]:
            found["Deterrence"] = [((0, 0), (0, 0))]
            found["Hybrid"] = [((q["x_A"], 0), (q["x_B"], 0))]
        if p.p_B >= q["a_S"] and p.p_A >= q["b_S"]:
            found["Separating"] = [((1, 0), (1, 0))]
        elif p.p_B <= q["a_S"] and p.p_A <= q["b_S"]:
            found["Bluffing"] = [((1, q["y_A"]), (1, q["y_B"]))]
        if p.p_B <= q["a_S"]:
            found["Attack by A"] = [((1, 1), (x, 0)) for x in restraint(p.p_B, p.a_DC, p.a_CC, p.a_CD, p.a_DDm)]
        if p.p_A <= q["b_S"]:
            found["Attack by B"] = [((x, 0), (1, 1)) for x in restraint(p.p_A, p.b_DC, p.b_CC, p.b_CD, p.b_DDm)]

        def plan(pair: tuple[Any, Any]) -> dict[str, Any]:
            return {kind: {WAIT: 1 - x, CHALLENGE: x} for kind, x in zip((HARD, SOFT), pair, strict=True)}

        return {name: tuple(game.profile([plan(pair) for pair in pairs]) for pairs in listed) for name, listed in found.items()}

    def draw(self, ax: Any) -> None:
        """Draw the regimes in the unit square of credibilities, and on top of them where deterrence is possible."""
        from matplotlib.patches import Rectangle

        self.regimes().plot("p_A", "p_B", ax=ax)
        q = self.completed().thresholds()
        x, y = float(q["b_H"]), float(q["a_H"])
        ax.add_patch(Rectangle((x, y), 1 - x, 1 - y, facecolor="none", edgecolor="#0b559f", hatch="..", linestyle="--", zorder=2))
        patch = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85}
        ax.text((1 + x) / 2, 0.97, "deterrence\nas well", ha="center", va="top", color="#0b559f", bbox=patch, zorder=4)
        ax.set_title("Credible threats make peace possible, but never the only equilibrium", loc="left", fontsize="medium")
