"""Chicken, and the risk of disaster that each side would run."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.models._in_turn import in_turn
from alliancegames.models.deterrence._chicken_results import FIRM, YIELD, ChickenResults
from alliancegames.models.forms import Cell
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["Chicken"]

# How a side's best reply depends on the other: (reply to firmness, reply to yielding).
REPLIES = {
    "firmness against yielding only": (YIELD, FIRM),
    "firmness dominant": (FIRM, FIRM),
    "like for like": (FIRM, YIELD),
    "yielding dominant": (YIELD, YIELD),
}
SAME = {
    "firmness against yielding only": "Chicken",
    "firmness dominant": "Prisoner's Dilemma or Deadlock",
    "like for like": "Stag hunt",
    "yielding dominant": "Harmony",
}
MEANING = {
    "firmness against yielding only": "A side that expects the other to yield stands firm, and yields to one that stands firm.",
    "firmness dominant": "Disaster is better than defeat: firmness whatever the other does.",
    "like for like": "Compromise is better than victory and disaster better than defeat: each does what it expects.",
    "yielding dominant": "Compromise is better than victory and defeat better than disaster: yielding whatever the other does.",
}


def reply_conditions(kind: str, p: Values, k: int) -> Conditions:
    """Return when side ``k``'s best replies are of a kind."""
    to_firm, to_yielding = REPLIES[kind]
    first = (p.Z[k], p.L[k]) if to_firm == FIRM else (p.L[k], p.Z[k])
    second = (p.W[k], p.S[k]) if to_yielding == FIRM else (p.S[k], p.W[k])
    return [first, second]


@register
class Chicken(ChickenResults):
    """When two blocs collide, who yields, and how large a risk of disaster will each run?

    Two sides stand firm or yield. If one yields the other wins; if both yield there is a compromise; if neither does, disaster.
    With disaster worse than defeat this is Chicken: two equilibria in which one side wins, and one in which both
    leave it to chance. There each side's firmness depends on what the *other* has to lose.

    A side's critical risk is the largest probability of disaster at which standing firm is better for it than to concede. What the
    four outcomes are worth may also make another game of it.
    """

    key = "chicken"
    title = "Chicken and critical risk"
    pillar = "deterrence"
    question = "When two blocs collide, who yields, and how large a risk of disaster will each run?"
    fidelity = "F1"
    references = ("schelling1960strategy", "schelling1966arms", "snyder1977conflict")
    players = ("Side 1", "Side 2")
    actions = ((YIELD, FIRM), (YIELD, FIRM))
    parameters = (
        Parameter("u_win", "W", "(-inf, inf)", "utility of victory", (4, 4), "utility"),
        Parameter("u_compromise", "S", "(-inf, inf)", "utility of compromise", (3, 3), "utility"),
        Parameter("u_lose", "L", "(-inf, inf)", "utility of defeat", (2, 2), "utility"),
        Parameter("u_disaster", "Z", "(-inf, inf)", "utility of disaster", (0, 0), "utility"),
    )
    outcomes = (
        Outcome("p_compromise", "probability that both yield"),
        Outcome("p_1_wins", "probability that only side 2 yields"),
        Outcome("p_2_wins", "probability that only side 1 yields"),
        Outcome("p_disaster", "probability that both stand firm"),
    )
    comparative_statics = (
        Sign("d(q_2)/d(Z_1) > 0", "a side stands firm more often the less the other minds disaster", where=("Chicken",)),
        Sign("d(q_2)/d(S_1) < 0", "and less often the better the other likes compromise", where=("Chicken",)),
        Sign("d(q_2)/d(W_1) > 0", "and more often the more victory is worth to the other", where=("Chicken",)),
        Sign("d(q_2)/d(L_1) < 0", "and less often the less the other minds defeat", where=("Chicken",)),
        Sign("d(q_1)/d(Z_1) > 0", "who minds disaster less stands firm more often", where=("Chicken",), status="refuted"),
        Sign("d(R_1)/d(W_1) > 0", "a prize is worth a risk", where=("Chicken",)),
        Sign("d(R_1)/d(Z_1) > 0", "a milder disaster may be risked more", where=("Chicken",)),
        Sign("d(R_1)/d(L_1) < 0", "a milder defeat is worth less of a risk", where=("Chicken",)),
        Sign("d(p_disaster)/d(Z_1) >= 0", "a milder disaster is never the rarer one", where=("Chicken",)),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Victory is better than defeat and than disaster."""
        return [pair for k in (0, 1) for pair in ((p.W[k], p.L[k]), (p.W[k], p.Z[k]))]

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Write the payoffs of the four cells."""
        return {(YIELD, YIELD): p.S, (FIRM, YIELD): (p.W[0], p.L[1]), (YIELD, FIRM): (p.L[0], p.W[1]), (FIRM, FIRM): p.Z}

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Name the cells."""
        named = {"p_compromise": (YIELD, YIELD), "p_1_wins": (FIRM, YIELD), "p_2_wins": (YIELD, FIRM), "p_disaster": (FIRM, FIRM)}
        return {name: {cell: int(cell == own) for cell in named.values()} for name, own in named.items()}

    def in_turn(self, first: int = 0) -> ExtensiveGame:
        """Return the game in which one side moves first and the other sees what it did. Parameters that are not given have the values of the worked example.

        Parameters
        ----------
        first : {0, 1}, default 0
            Position of the side that moves first.

        Examples
        --------
        >>> import alliancegames as ag
        >>> print(ag.subgame_perfect(ag.models.Chicken().in_turn(1))[0])
        Side 2: stand firm; Side 1 after yield: stand firm; Side 1 after stand firm: yield
        """
        return in_turn(self, first)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return how often each side stands firm in the mixed equilibrium of Chicken, and each side's critical risk."""
        result = {f"q_{2 - k}": (p.W[k] - p.S[k]) / (p.W[k] - p.S[k] + p.L[k] - p.Z[k]) for k in (1, 0)}
        return result | {f"R_{k + 1}": (p.W[k] - p.L[k]) / (p.W[k] - p.Z[k]) for k in (0, 1)}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Combine the four kinds of best replies of both sides; between like sides four games remain."""
        return [self._regime(first, second) for first, second in itertools.product(REPLIES, repeat=2)]

    def _regime(self, first: str, second: str) -> Regime:
        name = SAME[first] if first == second else f"{first} / {second}"
        meaning = MEANING[first] if first == second else f"Side 1: {MEANING[first]} Side 2: {MEANING[second]}"

        def when(p: Values) -> Conditions:
            return [*reply_conditions(first, p, 0), *reply_conditions(second, p, 1)]

        return Regime(name, when, lambda p: self._equilibria(first, second, p), meaning)

    def _equilibria(self, first: str, second: str, p: Values) -> list[tuple[Mapping[str, Any], ...]]:
        """Return pure equilibria, and the mixed one where both sides' replies depend on the other."""
        reply = [dict(zip((FIRM, YIELD), REPLIES[kind], strict=True)) for kind in (first, second)]
        found: list[tuple[Mapping[str, Any], ...]] = [
            ({a: 1}, {b: 1}) for a, b in itertools.product((YIELD, FIRM), repeat=2) if reply[0][b] == a and reply[1][a] == b
        ]
        if "dominant" not in first + second:
            q = self.quantities(p)
            found.append(tuple({YIELD: 1 - q[name], FIRM: q[name]} for name in ("q_1", "q_2")))
        return found

    def draw(self, ax: Any) -> None:
        """Draw the games in the plane of compromise and disaster, between like sides."""
        self.regimes().plot("S", "Z", xlim=(1, 6), ylim=(0, 4), ax=ax)
        ax.set_title("What compromise and disaster are worth decides which game is played", loc="left", fontsize="medium")
