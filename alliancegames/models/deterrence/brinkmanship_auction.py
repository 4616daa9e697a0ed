"""Nuclear brinkmanship as a contest in taking risks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from alliancegames._fields import Field
from alliancegames.errors import ParameterError
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.deterrence._brinkmanship_results import BrinkmanshipResults, resolve, risks
from alliancegames.models.forms import Cell
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values

__all__ = ["BrinkmanshipAuction"]


def cell_payoffs(p: Values, bids: Sequence[Fraction]) -> tuple[Any, ...]:
    """Return what the two bids are worth: the lower one is the risk that is run, and who bid more wins."""
    run = min(bids)
    share, rest = run.numerator, run.denominator - run.numerator
    return tuple((rest * int(bids[k] > bids[1 - k]) * p.w[k] - share * p.d[k]) / run.denominator for k in (0, 1))


@register
class BrinkmanshipAuction(BrinkmanshipResults):
    """How can a threat coerce that nobody would carry out deliberately?

    Two nuclear powers let a crisis grow more dangerous: a threat that leaves something to chance. Each decides up to which
    probability of disaster it will go. Who would go further wins, at the risk up to which the other went. Resolve is the value of
    winning relative to that and the loss from disaster together.

    In the pure equilibria one side gives in at once, and either may be the one. In the mixed equilibrium each is as firm as
    makes the other indifferent, so that the *less* resolved side wins more often. The order of moves matters: if the sides raise
    the risk in turn and know each other's resolve (`in_turn`), the more resolved one prevails and no risk is run. The risk is a
    continuum in the original; here it has finitely many steps (F2), of which any number can be taken.
    """

    key = "brinkmanship_auction"
    title = "Nuclear brinkmanship as a contest in risk"
    pillar = "deterrence"
    question = "How can a threat coerce that nobody would carry out deliberately?"
    fidelity = "F2"
    references = ("powell1988brinkmanship", "powell1990nuclear", "powell2015brinkmanship")
    steps = 4
    """Number of steps of the risk in `game`; `grid` takes any."""
    players = ("Side 1", "Side 2")
    actions = (tuple(risks(steps)), tuple(risks(steps)))
    parameters = (
        Parameter("u_win", "w", "(0, inf)", "value of winning", (1, 1), "utility"),
        Parameter("loss_disaster", "d", "(0, inf)", "loss from disaster", (1, 3), "utility"),
    )
    outcomes = (
        Outcome("p_disaster", "probability of disaster"),
        Outcome("p_1_wins", "probability that side 1 wins"),
        Outcome("p_2_wins", "probability that side 2 wins"),
        Outcome("p_draw", "probability that both quit at the same risk, without disaster"),
    )
    comparative_statics = (
        Sign("d(R_1)/d(w_1) > 0", "resolve rises in the prize"),
        Sign("d(R_1)/d(d_1) < 0", "and falls in the loss from disaster"),
        Sign("d(p_disaster_limit)/d(w_1) > 0", "larger prizes make disaster more likely in the mixed equilibrium"),
        Sign("d(p_disaster_limit)/d(d_2) < 0", "larger losses make it less likely"),
        Sign("p_1_wins_limit < p_2_wins_limit", "the less resolved side wins more often", where=("R_1 > R_2",)),
        Sign("d(p_1_wins_limit)/d(w_1) > 0", "who values the prize more wins more often", status="refuted"),
    )

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Write the payoffs of all pairs of risks."""
        return self._table(p, self.steps)

    @staticmethod
    def _table(p: Values, steps: int) -> dict[Cell, Sequence[Any]]:
        bids = risks(steps)
        return {(a, b): cell_payoffs(p, (bids[a], bids[b])) for a in bids for b in bids}

    def grid(self, steps: int) -> NormalFormGame:
        """Return the game with another number of steps of the risk.

        Parameters
        ----------
        steps : int
            Number of steps from 0 to 1.

        Examples
        --------
        >>> import alliancegames as ag
        >>> len(ag.pure_nash(ag.models.BrinkmanshipAuction().grid(10)))
        14
        """
        if not isinstance(steps, int) or steps < 1:
            raise ParameterError(f"grid(): steps is the number of steps of the risk and must be an integer from 1, got {steps!r}.")
        model = self.completed()
        field: Field = model.field
        return NormalFormGame(self.players, (tuple(risks(steps)),) * 2, self._table(model.values(), steps), title=self.title, field=field)

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Return the risk run, and who wins unless disaster comes."""
        bids = risks(self.steps)
        cells = {(a, b): (bids[a], bids[b]) for a in bids for b in bids}
        return {
            "p_disaster": {cell: min(pair) for cell, pair in cells.items()},
            "p_1_wins": {cell: (1 - min(pair)) * int(pair[0] > pair[1]) for cell, pair in cells.items()},
            "p_2_wins": {cell: (1 - min(pair)) * int(pair[1] > pair[0]) for cell, pair in cells.items()},
            "p_draw": {cell: (1 - min(pair)) * int(pair[0] == pair[1]) for cell, pair in cells.items()},
        }

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return each side's resolve, and what the mixed equilibrium comes to as steps become small."""
        ratio = [p.d[k] / p.w[k] for k in (0, 1)]
        total = 1 + ratio[0] + ratio[1]
        limits = {"p_disaster_limit": 1 / total, "p_1_wins_limit": ratio[0] / total, "p_2_wins_limit": ratio[1] / total}
        return {f"R_{k + 1}": resolve(p, k) for k in (0, 1)} | limits

    def in_turn(self, steps: int, first: int = 0) -> ExtensiveGame:
        """Return the game in which the sides move in turn: each gives in or goes on, and every step on is riskier than the last.

        The k-th step after the first, which is a demand without risk, ends in disaster with probability k/K.

        Parameters
        ----------
        steps : int
            Number K of steps up to certain disaster.
        first : {0, 1}, default 0
            Position of the side that moves first.

        Examples
        --------
        >>> import alliancegames as ag
        >>> (play,) = ag.subgame_perfect(ag.models.BrinkmanshipAuction().in_turn(8, first=1))
        >>> [end for end, weight in play.outcomes.items() if weight]
        ['Side 1 wins']
        """
        if not isinstance(steps, int) or steps < 1:
            raise ParameterError(
                f"in_turn(): steps is the number of steps to certain disaster and must be an integer from 1, got {steps!r}."
            )
        if first not in (0, 1):
            raise ParameterError(f"in_turn(): first is the position of the side that moves first, 0 or 1, got {first!r}.")
        p = self.completed().values()
        disaster = End((-p.d[0], -p.d[1]), "disaster")

        def move(k: int) -> TreeNode:
            own = (first + k) % 2
            gives_in = End(tuple(p.w[j] if j != own else 0 * p.w[j] for j in (0, 1)), f"{self.players[1 - own]} wins")
            after = disaster if k == steps else move(k + 1)
            risk = (0 * p.w[0] + k) / steps
            goes_on = after if k in (0, steps) else Chance({"disaster": (risk, disaster), "no disaster": (1 - risk, after)})
            return Move(self.players[own], {"give in": gives_in, "go on": goes_on}, f"step {k}")

        return ExtensiveGame(self.players, move(0), title=self.title)

    def bids(self, steps: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Return the mixed equilibrium in which every risk is bid: the probabilities of each side's bids.

        Parameters
        ----------
        steps : int
            Number of steps of the risk.

        Examples
        --------
        >>> import alliancegames as ag
        >>> [[str(weight) for weight in bids] for bids in ag.models.BrinkmanshipAuction().bids(2)]
        [['3/5', '3/10', '1/10'], ['1/3', '1/3', '1/3']]
        """
        p = self.completed().values()
        result = []
        for k in (0, 1):
            ratio, left, weights = p.d[1 - k] / p.w[1 - k], 0 * p.d[0] + 1, []
            for step in range(steps + 1):  # quitting at this risk is as likely as keeps the other side indifferent
                rest = left * (steps - step) / (steps - step + ratio)
                weights.append(left - rest)
                left = rest
            result.append(tuple(weights))
        return result[0], result[1]

    def draw(self, ax: Any) -> None:
        """Draw how likely each side goes further than a given risk, in the mixed equilibrium."""
        import numpy as np

        p = self.completed().values()
        risk = np.linspace(0, 1, 300)
        for k, (colour, line) in enumerate((("#0b559f", "-"), ("#b3591a", "--"))):
            resolve = float(p.w[k] / (p.w[k] + p.d[k]))
            ax.plot(
                risk,
                (1 - risk) ** float(p.d[1 - k] / p.w[1 - k]),
                line,
                color=colour,
                linewidth=2.2,
                label=f"side {k + 1}, resolve {resolve:.3g}",
            )
        ax.set(xlabel="risk of disaster $r$", ylabel="probability of going further", xlim=(0, 1), ylim=(0, 1))
        ax.set_title("The less resolved side goes further in the mixed equilibrium", loc="left", fontsize="medium")
        ax.legend(frameon=False)
