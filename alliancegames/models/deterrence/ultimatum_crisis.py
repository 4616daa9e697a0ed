"""Ultimatum bargaining in a crisis: the trade-off between risk and return."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames._fields import Field
from alliancegames.errors import ParameterError
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import TypeDistribution, Uniform, maximum, read_distribution
from alliancegames.games.offer import OfferGame
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.deterrence._ultimatum_results import A, B, UltimatumResults, outcomes_of, risky
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["UltimatumCrisis"]

ACCEPT, FIGHT = "accept", "fight"


@register
class UltimatumCrisis(UltimatumResults):
    """How much is demanded in a crisis, and how likely is war?

    Two states divide a pie. A demands a share and B accepts or fights. War costs both, so that there is always a division
    that both prefer to it. But what war costs B is known to B alone; to A all amounts between two bounds are equally likely. A larger
    demand earns more from those who accept it and drives more types of B to war: a trade-off between risk and return.

    The equilibrium is the type of B at which A stops. This is the base layer of all models of bargaining in the shadow of
    war. An ally that everybody knows of changes what is demanded and not how likely war is.
    """

    key = "ultimatum_crisis"
    title = "Ultimatum bargaining in a crisis"
    pillar = "deterrence"
    question = "How much is demanded in a crisis, and how likely is war?"
    fidelity = "F1"
    references = ("fearon1995rationalist", "powell1999shadow")
    parameters = (
        Parameter("p_win", "p", "(0, 1)", "A's win probability", "3/5", "probability"),
        Parameter("cost_war_a", "c_A", "(0, inf)", "A's cost of war", "1/10", "utility"),
        Parameter("cost_hi", "c_hi", "(0, inf)", "highest cost of war of B, types being uniform", "2/5", "utility"),
        Parameter("cost_lo", "c_lo", "[0, inf)", "lowest cost of war of B", 0, "utility"),
    )
    orders = (("c_hi", "c_lo"),)
    outcomes = (
        Outcome("demand", "what A demands", "share"),
        Outcome("p_war", "probability of war"),
        Outcome("value_a", "what A expects", "share"),
        Outcome("value_b", "what B expects, on average over its types", "share"),
    )
    comparative_statics = (
        Sign("d(demand)/d(p) == 1", "strength is translated into demands one for one"),
        Sign("d(p_war)/d(p) == 0", "and does not make war more likely"),
        Sign("d(p_war)/d(c_A) < 0", "costs of war make the proposer careful", where=("Risk",)),
        Sign("d(p_war)/d(c_hi) > 0", "a wider range of costs of the other makes it bold", where=("Risk",)),
        Sign("d(p_war)/d(c_lo) < 0", "a narrower range makes it careful", where=("Risk",)),
        Sign("d(p_war)/d(c_A) == 0", "where no risk is run costs of war do not matter", where=("No risk",)),
        Sign("d(demand)/d(c_lo) == 1", "there the demand follows the lowest cost of the other", where=("No risk",)),
        Sign("d(value_b)/d(c_hi) < 0", "who may have large costs of war fares worse", where=("Risk",)),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume also that what A demands is a share."""
        return [*super().assumptions(p), (2 * (1 - p.p), p.c_hi - p.c_A), (1 - p.p, p.c_lo)]

    def build(self, p: Values, field: Field) -> CutoffGame:
        """State what A gains by demanding so much that one more type fights."""
        width = p.c_hi - p.c_lo

        def more(cost: Any, play: Play) -> Any:
            accepted = 1 - play[B]  # a larger demand takes this much more from those who accept
            return accepted - (cost + p.c_A) / width  # and loses the surplus of peace with the type at the margin

        def outcomes(play: Play) -> dict[str, Any]:
            return outcomes_of(p, play.cutoffs[B], play[B])

        return CutoffGame({B: Uniform(p.c_lo, p.c_hi)}, more, acts="below", outcomes=outcomes, title=self.title)

    def closed_forms(self, p: Values) -> dict[str, Any]:
        """Return all outcomes in closed form: the cut is that of A's condition, or the lowest cost of war."""
        cut = maximum((p.c_hi - p.c_A) / 2, p.c_lo)
        return outcomes_of(p, cut, (cut - p.c_lo) / (p.c_hi - p.c_lo))

    def finite(self, types: int, costs: TypeDistribution | None = None) -> OfferGame:
        """Return the game with finitely many types of B, equally likely, in the middles of intervals of equal probability.

        Parameters
        ----------
        types : int
            Number of types.
        costs : distribution, optional
            How B's cost of war is distributed; by default uniformly, as in the model.

        Examples
        --------
        >>> import alliancegames as ag
        >>> play = ag.offer_equilibria(ag.models.UltimatumCrisis().finite(8))[0]
        >>> print(play.low, play.outcomes["war"])
        31/40 3/8
        """
        if not isinstance(types, int) or types < 1:
            raise ParameterError(f"finite(): types is the number of types of B and must be an integer from 1, got {types!r}.")
        model = self.completed()
        p = model.values()
        spread = Uniform(p.c_lo, p.c_hi) if costs is None else read_distribution(costs, "finite(): costs", ("quantile",))
        levels = [spread.quantile(Fraction(2 * k + 1, 2 * types)) for k in range(types)]
        if any(isinstance(level, float) for level in levels) and model.field == "exact":
            return self.replace(**{q.name: float(getattr(p, q.name)) for q in self.parameters}).finite(types, costs)
        share = 0 * p.p + 1

        def reply(x: Any, k: int) -> Move:
            war = End((p.p - p.c_A, 1 - p.p - levels[k]), "war")
            return Move(B, {ACCEPT: End((x, 1 - x), "bargain"), FIGHT: war}, f"B, type {k + 1}")

        def after(x: Any) -> TreeNode:
            return Chance({f"type {k + 1}": (share / types, reply(x, k)) for k in range(types)})

        return OfferGame((A, B), A, "demand", (0 * p.p, share), after, title=self.title, field=model.field)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the cut type, the demand and the risk of war where A runs one."""
        cut = (p.c_hi - p.c_A) / 2
        return {"cut_type": cut, "risky_demand": p.p + cut, "risk": (cut - p.c_lo) / (p.c_hi - p.c_lo), "safe_demand": p.p + p.c_lo}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return whether A risks war."""
        return [
            Regime("Risk", lambda p: [risky(p)], meaning="A demands more than the types of B with the lowest costs accept."),
            Regime(
                "No risk", lambda p: [risky(p)[::-1]], meaning="B's costs are known so well that A demands only what every type accepts."
            ),
        ]

    def draw(self, ax: Any) -> None:
        """Draw demand and risk against the highest cost of war, with what both sides would accept."""
        import numpy as np

        p = self.completed().values()
        top = float(2 * (1 - p.p) + p.c_A)
        highest = np.linspace(float(p.c_lo) + top / 500, top, 500)
        cut = np.maximum((highest - float(p.c_A)) / 2, float(p.c_lo))
        win, mean = float(p.p), (highest + float(p.c_lo)) / 2
        ax.fill_between(
            highest, win - float(p.c_A), np.minimum(win + mean, 1), color="0.9", label="better than war for A and the average B"
        )
        ax.plot(highest, win + cut, "--", color="#b3591a", linewidth=2, label="A's demand")
        ax.plot(highest, (cut - float(p.c_lo)) / (highest - float(p.c_lo)), color="#0b559f", linewidth=2.2, label="probability of war")
        ax.set(xlabel=r"highest cost of war of B, $c_{hi}$", ylabel="share, probability", xlim=(0, top), ylim=(-0.03, 1.03))
        ax.set_title("The higher B's costs may be, the more is demanded and the likelier is war", loc="left", fontsize="medium")
        ax.legend(frameon=False, loc="lower right")
