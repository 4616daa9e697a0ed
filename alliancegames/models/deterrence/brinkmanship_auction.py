"""Nuclear brinkmanship as a contest in taking risks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from alliancegames._fields import Field
from alliancegames.errors import ParameterError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.models.forms import Cell, NormalFormModel
from alliancegames.models.model import Outcome, Solution
from alliancegames.models.propositions import proposition, recalled
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.nash import pure_nash

__all__ = ["BrinkmanshipAuction"]


def risks(steps: int) -> dict[str, Fraction]:
    """Return the risks that a side may bid, by label."""
    return {str(Fraction(k, steps)): Fraction(k, steps) for k in range(steps + 1)}


def cell_payoffs(p: Values, bids: Sequence[Fraction]) -> tuple[Any, ...]:
    """Return what the two bids are worth: the lower one is the risk that is run, and who bid more wins."""
    run = min(bids)
    share, rest = run.numerator, run.denominator - run.numerator
    return tuple((rest * int(bids[k] > bids[1 - k]) * p.w[k] - share * p.d[k]) / run.denominator for k in (0, 1))


@register
class BrinkmanshipAuction(NormalFormModel):
    """How can a threat coerce that nobody would carry out deliberately?

    Two nuclear powers let a crisis grow more dangerous: a threat that leaves something to chance. Each decides up to which
    probability of disaster it will go. Who would go further wins, at the risk up to which the other went. Resolve is the value of
    winning relative to that and the loss from disaster together.

    In the pure equilibria one side gives in at once, and either may be the one. In the mixed equilibrium each is as firm as
    makes the other indifferent, so that the *less* resolved side wins more often. The risk is a continuum in the
    original; here it has finitely many steps (F2), of which any number can be taken.
    """

    key = "brinkmanship_auction"
    title = "Nuclear brinkmanship as a contest in risk"
    pillar = "deterrence"
    question = "How can a threat coerce that nobody would carry out deliberately?"
    fidelity = "F2"
    references = ("powell1988brinkmanship", "powell1990nuclear", "powell2015brinkmanship")
    steps: ClassVar[int] = 4
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
        return {f"R_{k + 1}": p.w[k] / (p.w[k] + p.d[k]) for k in (0, 1)} | limits

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

    def _mixed(self, **changed: Any) -> tuple[Solution, int]:
        """Return the solver's answer and the position of the equilibrium in which every risk is bid."""
        solution = self.replace(**changed).solve()
        full = [k for k, item in enumerate(solution.equilibria) if all(all(weight > 0 for weight in vector) for vector in item.arrays())]
        (position,) = full
        return solution, position

    @proposition(
        "pure equilibria",
        "The pure equilibria are those in which one side bids no risk and the other at least the first side's resolve w/(w + d), or certainty.",
    )
    def pure(self) -> bool:
        q, bids = self.thresholds(), risks(self.steps)
        stated = {("0", label) for label, risk in bids.items() if risk >= q["R_1"]} | {
            (label, "0") for label, risk in bids.items() if risk >= q["R_2"]
        }
        return {item.actions for item in pure_nash(self.game())} == stated

    @proposition(
        "mixed equilibrium",
        "There is exactly one equilibrium in which every risk is bid. With K steps side j goes further than k/K with probability prod_(i <= k) (K - i)/(K - i + d/w), the ratio d/w being that of the other side; both expect 0.",
    )
    def mixed(self) -> bool:
        solution, position = self._mixed()
        item = solution.equilibria[position]
        same = all(tuple(vector) == own for vector, own in zip(item.arrays(), self.bids(self.steps), strict=True))
        return same and set(item.payoffs.values()) == {0} and bool(self.grid(7).is_nash(self.bids(7)))

    @proposition(
        "the less resolved side wins",
        "In this equilibrium the side with the lower resolve wins more often, and sides of equal resolve equally often.",
    )
    def less_resolved(self) -> bool:
        solution, position = self._mixed()
        found, q = solution.outcomes[position], self.thresholds()
        more, less = found["p_1_wins"] - found["p_2_wins"], q["R_2"] - q["R_1"]
        return bool((more > 0) == (less > 0) and (more < 0) == (less < 0))

    @proposition(
        "many small steps",
        "As steps become small, disaster comes with probability 1/(1 + k_1 + k_2) and side i wins with probability k_i/(1 + k_1 + k_2), where k_i = d_i/w_i.",
    )
    def limit(self) -> bool:
        stated = [float(self.thresholds()[name]) for name in ("p_disaster_limit", "p_1_wins_limit")]
        errors = [[abs(a - b) for a, b in zip(self._chances(steps), stated, strict=True)] for steps in (32, 128)]
        return all(fine < coarse / 2 or fine < 1e-9 for coarse, fine in zip(*errors, strict=True)) and max(errors[1]) < 0.05

    def _chances(self, steps: int) -> tuple[float, float]:
        """Return how likely disaster and side 1's victory are when the bids of the mixed equilibrium are drawn."""
        import numpy as np

        one, two = (
            np.array([float(weight) for weight in bids])
            for bids in self.replace(w=list(map(float, self.values().w)), d=list(map(float, self.values().d))).bids(steps)
        )
        risk = np.arange(steps + 1) / steps
        above = [1 - np.cumsum(bids) for bids in (one, two)]
        disaster = float((above[0] * above[1])[:-1].sum() / steps)  # the mean of the lower bid
        return disaster, float((two * above[0] * (1 - risk)).sum())

    @proposition(
        "signs of the risk of disaster",
        "In the mixed equilibrium disaster is more likely the more winning is worth to a side, and less likely the more disaster costs it.",
    )
    def signs(self) -> bool:
        p = self.values()
        base, prize, cost = (
            (s.outcomes[k]["p_disaster"]) for s, k in (self._mixed(), self._mixed(w_1=2 * p.w[0]), self._mixed(d_2=2 * p.d[1]))
        )
        return bool(prize > base > cost)

    published = recalled(
        "the sequential game",
        "If the sides move in turn and know each other's resolve, the more resolute one prevails and no risk is run; if neither knows the other's, the less resolute may win and the risk of disaster is positive.",
        source="powell1988brinkmanship",
    )
