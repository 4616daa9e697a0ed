"""Snyder's alliance security dilemma."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.models._in_turn import in_turn
from alliancegames.models.entrapment._dilemma_results import REPLIES, STRONG, WEAK, DilemmaResults, reply_conditions
from alliancegames.models.forms import Cell
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["AllianceDilemma"]

SAME = {
    "weak dominant": "Prisoner's Dilemma type",
    "coordination": "Stag hunt",
    "anti-coordination": "Chicken",
    "strong dominant": "Both strong",
}
MEANING = {
    "weak dominant": "Entrapment costs more than cohesion and decay together can repay: both allies hedge.",
    "coordination": "A firm partner deserves firmness, a hedging one does not: the alliance holds or unravels together.",
    "anti-coordination": "Decay frightens more than entrapment, but one commitment is enough: one ally carries it.",
    "strong dominant": "Cohesion and the fear of decay outweigh entrapment: both commit.",
}


@register
class AllianceDilemma(DilemmaResults):
    """Should an ally back its partner strongly, or hedge?

    Two allies choose how firmly to commit. A firm commitment helps the *partner*, who is deterred from
    leaving and protected, but exposes the *giver* to being dragged into the partner's quarrels. If both
    hedge, the alliance decays and both lose. Whether the fear of abandonment or of entrapment prevails
    decides between four classic games.

    Glenn Snyder's theory is verbal; the payoffs are our formalisation (F3). `in_turn` lets one ally move first.
    """

    key = "alliance_dilemma"
    title = "Alliance security dilemma"
    pillar = "entrapment"
    question = "Should an ally back its partner strongly or hedge?"
    fidelity = "F3"
    references = ("snyder1984security", "snyder1997alliance")
    players = ("Ally 1", "Ally 2")
    actions = ((STRONG, WEAK), (STRONG, WEAK))
    parameters = (
        Parameter("benefit_commitment", "d", "(0, inf)", "benefit of receiving the partner's strong commitment", (1, 1), "utility"),
        Parameter("cost_entrap", "e", "[0, inf)", "entrapment cost of giving a strong commitment", ("1/2", "1/2"), "utility"),
        Parameter("cohesion", "sigma", "[0, inf)", "cohesion bonus if both commit strongly", ("4/5", "4/5"), "utility", latex=r"\sigma"),
        Parameter("loss_abandon", "x", "[0, inf)", "loss from the decay of the alliance if both hedge", ("1/10", "1/10"), "utility"),
    )
    outcomes = (
        Outcome("p_both_strong", "probability that both commit strongly"),
        Outcome("p_one_strong", "probability that exactly one ally carries the commitment"),
        Outcome("p_decay", "probability that both hedge and the alliance decays"),
        Outcome("welfare", "sum of both allies' payoffs", "utility"),
    )
    comparative_statics = (
        Sign("d(indifference_1)/d(e_1) > 0", "the firmness needed rises in the cost of entrapment", where=("Stag hunt",)),
        Sign("d(indifference_1)/d(x_1) < 0", "and falls in the loss from abandonment", where=("Stag hunt",)),
        Sign("d(indifference_1)/d(sigma_1) < 0", "and in what cohesion is worth", where=("Stag hunt",)),
        Sign(
            "d(indifference_1)/d(x_1) > 0",
            "in Chicken a partner must be firmer before a more frightened ally dares to hedge",
            where=("Chicken",),
        ),
        Sign("d(indifference_1)/d(e_1) < 0", "and less firm before one that fears entrapment does", where=("Chicken",)),
        Sign("d(p_decay)/d(d_1) == 0", "what an ally receives moves nobody"),
    )

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Write the payoffs of the four cells."""
        d, e, sigma, x = p.d, p.e, p.sigma, p.x
        return {
            (STRONG, STRONG): (d[0] - e[0] + sigma[0], d[1] - e[1] + sigma[1]),
            (STRONG, WEAK): (-e[0], d[1]),
            (WEAK, STRONG): (d[0], -e[1]),
            (WEAK, WEAK): (-x[0], -x[1]),
        }

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Classify the cells."""
        cells = list(self.payoffs(p))
        strong = {cell: cell.count(STRONG) for cell in cells}
        return {
            "p_both_strong": {cell: int(strong[cell] == 2) for cell in cells},
            "p_one_strong": {cell: int(strong[cell] == 1) for cell in cells},
            "p_decay": {cell: int(strong[cell] == 0) for cell in cells},
            "welfare": {cell: sum(values) for cell, values in self.payoffs(p).items()},
        }

    def in_turn(self, first: int = 0) -> ExtensiveGame:
        """Return the game in which one ally moves first and the other sees what it did. Parameters that are not given have the values of the worked example.

        Parameters
        ----------
        first : {0, 1}, default 0
            Position of the ally that moves first.

        Examples
        --------
        >>> import alliancegames as ag
        >>> print(ag.subgame_perfect(ag.models.AllianceDilemma().in_turn())[0])
        Ally 1: strong; Ally 2 after strong: strong; Ally 2 after weak: weak
        """
        return in_turn(self, first)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the belief in the partner's firmness that makes each ally indifferent."""
        return {f"indifference_{k + 1}": (p.e[k] - p.x[k]) / (p.sigma[k] - p.x[k]) for k in (0, 1)}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Combine the four kinds of best replies of both allies; with equal allies four games remain."""
        return [self._regime(first, second) for first, second in itertools.product(REPLIES, repeat=2)]

    def _regime(self, first: str, second: str) -> Regime:
        name = SAME[first] if first == second else f"{first} / {second}"
        meaning = MEANING[first] if first == second else f"Ally 1: {MEANING[first]} Ally 2: {MEANING[second]}"

        def when(p: Values) -> Conditions:
            return [*reply_conditions(first, p, 0), *reply_conditions(second, p, 1)]

        def equilibria(p: Values) -> list[tuple[Mapping[str, Any], ...]]:
            return self._equilibria(first, second, p)

        return Regime(name, when, equilibria, meaning)

    def _equilibria(self, first: str, second: str, p: Values) -> list[tuple[Mapping[str, Any], ...]]:
        """Return pure equilibria, and the mixed one where both allies' replies depend on the partner."""
        reply = [dict(zip((STRONG, WEAK), REPLIES[kind], strict=True)) for kind in (first, second)]
        found: list[tuple[Mapping[str, Any], ...]] = [
            ({a: 1}, {b: 1}) for a, b in itertools.product((STRONG, WEAK), repeat=2) if reply[0][b] == a and reply[1][a] == b
        ]
        if "dominant" not in first + second:
            q = self.quantities(p)
            own, partner = q["indifference_2"], q["indifference_1"]
            found.append(({STRONG: own, WEAK: 1 - own}, {STRONG: partner, WEAK: 1 - partner}))
        return found

    def draw(self, ax: Any) -> None:
        """Draw the four games in the plane of cohesion and the loss from decay."""
        self.regimes().plot("cohesion", "loss_abandon", xlim=(0, 1), ylim=(0, 1), ax=ax)
        ax.set_title("Cohesion and the fear of decay decide between four games", loc="left", fontsize="medium")
