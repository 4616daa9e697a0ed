"""Allies that deter challengers and restrain their partners."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from alliancegames._conditions import Conditions
from alliancegames._fields import read_number
from alliancegames.errors import ParameterError
from alliancegames.games.cutoff import CutoffGame
from alliancegames.games.distributions import Uniform, maximum, minimum
from alliancegames.games.offer import OfferGame, OfferProfile
from alliancegames.games.tree import End, Move, TreeNode
from alliancegames.models.entrapment._restraint_results import (
    ACCEPT,
    ADVISE,
    ALLY,
    CHALLENGER,
    FULL,
    RELUCTANT,
    RESIST,
    RESTRAINED,
    SUPPORT,
    TARGET,
    RestraintResults,
    bounded,
    supports,
)
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["Restraint"]

LISTENING = "k < b*(Delta + c_T + V_T)"

REGIMES: Mapping[str, tuple[Callable[[Values], Conditions], str]] = {
    FULL: (lambda p: [supports(p)], "The target resists with its ally, which deters larger demands."),
    RESTRAINED: (lambda p: [supports(p)[::-1], bounded(p)], "The ally advises settlement and is heeded, up to the demand at which it would rather support."),
    RELUCTANT: (lambda p: [bounded(p)[::-1]], "The ally advises to settle whatever is demanded; the target concedes up to the value of the alliance."),
}  # fmt: skip


@register
class Restraint(RestraintResults):
    """When do allies both deter challengers and restrain their partners?

    A challenger demands a share of a pie from a target that has an ally. The ally supports resistance or advises
    settlement. With support the challenger is less likely to win a war, but support costs the ally something. A target that
    resists against advice fights alone and loses its alliance besides.

    An ally that supports its partner readily deters large demands. One to which support is dearer lets the target concede more, because the
    target does not want to lose it: restraint keeps peace at the target's expense. A very reluctant ally makes the target concede
    even more than a target without allies would. The mechanism is the published one; win probabilities and
    linear payoffs are chosen here (F2). `uncertain` makes the target's cost of war its own secret.
    """

    key = "restraint"
    title = "Restraining alliances"
    pillar = "entrapment"
    question = "When do allies both deter challengers and restrain their partners?"
    fidelity = "F2"
    references = ("fang2014concede",)
    players = (CHALLENGER, ALLY, TARGET)
    leader = CHALLENGER
    label = "demand"
    parameters = (
        Parameter("p_win_challenger", "p", "(0, 1)", "the challenger's win probability against the target alone", "2/5", "probability"),
        Parameter("delta_win", "Delta", "(0, 1)", "by how much the ally's support lowers it", "1/5", "probability", latex=r"\Delta"),
        Parameter("cost_war_target", "c_T", "(0, 1)", "the target's cost of war", "1/10", "utility"),
        Parameter("value_alliance", "V_T", "[0, 1)", "value to the target of its alliance, lost by resisting against advice", "3/20", "utility"),
        Parameter("cost_support", "k", "(0, inf)", "the ally's cost of supporting resistance", "3/20", "utility"),
        Parameter("interest_ally", "b", "(0, inf)", "the ally's interest in the target's share", 1, "utility per pie"),
        Parameter("cost_war_challenger", "c_C", "(0, inf)", "the challenger's cost of war", "1/5", "utility"),
    )  # fmt: skip
    outcomes = (
        Outcome("demand", "share that the challenger demands", "share"),
        Outcome("concession_due_to_ally", "by how much the target concedes more than it would without an ally", "share"),
        Outcome("p_war", "probability of war"),
    )
    comparative_statics = (
        Sign("d(x_star)/d(k) > 0", "under restraint a more reluctant ally makes its partner concede more", where=(RESTRAINED,)),
        Sign("d(x_star)/d(k) >= 0", "reluctance never makes it concede less"),
        Sign("d(x_star)/d(b) <= 0", "nor does less interest in the target"),
        Sign(
            "d(x_star)/d(V_T) == 1",
            "a target that is always advised to settle pays for the whole value of its alliance",
            where=(RELUCTANT,),
        ),
        Sign("d(x_star)/d(V_T) == 0", "others do not pay for it", where=(LISTENING,)),
        Sign("d(x_star)/d(Delta) == -1", "strong support deters", where=(LISTENING,)),
        Sign("x_star > x_alone", "a very reluctant ally is worse than none", where=(RELUCTANT,)),
    )
    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {"p_war": ("war with support", "war alone")}

    def assumptions(self, p: Values) -> Conditions:
        """Support leaves the challenger a chance, and no demand that is accepted exceeds the pie."""
        return [(p.p, p.Delta), (1, p.p + p.c_T + p.V_T)]

    def after(self, p: Values, x: Any) -> TreeNode:
        """Write what follows the demand ``x``."""
        weaker = p.p - p.Delta
        settled, backed = (End((x, p.b * (1 - x) - cost, 1 - x), "settlement") for cost in (0, p.k))
        joint = End((weaker - p.c_C, p.b * (1 - weaker) - p.k, 1 - weaker - p.c_T), "war with support")
        alone = End((p.p - p.c_C, p.b * (1 - p.p), 1 - p.p - p.c_T - p.V_T), "war alone")
        supported, advised = Move(TARGET, {ACCEPT: backed, RESIST: joint}), Move(TARGET, {ACCEPT: settled, RESIST: alone})
        return Move(ALLY, {SUPPORT: supported, ADVISE: advised})

    def other_outcomes(self, p: Values, equilibrium: OfferProfile) -> dict[str, Any]:
        """Compare the demand with the largest that a target without allies accepts."""
        return {"demand": equilibrium.low, "concession_due_to_ally": equilibrium.low - p.p - p.c_T}

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the equilibrium demand, and the largest at which the ally advises settlement and the target accepts with support, against advice, and alone."""
        return {
            "x_star": p.p - p.Delta + maximum(p.c_T, minimum(p.k / p.b, p.Delta + p.c_T + p.V_T)),
            "x_ally": p.p - p.Delta + p.k / p.b,
            "x_supported": p.p - p.Delta + p.c_T,
            "x_advised": p.p + p.c_T + p.V_T,
            "x_alone": p.p + p.c_T,
        }

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return how reluctant the ally is."""
        return [Regime(name, when, meaning=meaning) for name, (when, meaning) in REGIMES.items()]

    def without_ally(self) -> OfferGame:
        """Return the game in which the target has no ally.

        Examples
        --------
        >>> import alliancegames as ag
        >>> print(ag.offer_equilibria(ag.models.Restraint().without_ally())[0])
        demand 1/2; Target: accept
        """
        p = self.completed().values()

        def after(x: Any) -> TreeNode:
            return Move(TARGET, {ACCEPT: End((x, 1 - x), "settlement"), RESIST: End((p.p - p.c_C, 1 - p.p - p.c_T), "war alone")})

        return OfferGame((CHALLENGER, TARGET), CHALLENGER, "demand", (0, 1), after, {}, title=self.title)

    def uncertain(self, costs: Any) -> CutoffGame:
        """Return the game under advice to settle in which only the target knows its cost of war.

        The equilibrium is the type at which the challenger stops: a larger demand gains its increase from all who accept, and
        drives one more type to resist alone.

        Parameters
        ----------
        costs : number or distribution
            Highest cost of war, types then being uniform from 0; or a distribution whose hazard rate rises, as those of uniform,
            normal and logistic ones do. Of a distribution the lowest and the highest millionth are left out. The model's own cost is
            not used.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.Restraint()
        >>> play = ag.cutoff_equilibria(model.uncertain("1/2"))[0]
        >>> print(play.outcomes["p_war"], play.outcomes["demand"])
        3/20 5/8
        >>> play = ag.cutoff_equilibria(model.uncertain(ag.games.Normal(0.25, 0.15)))[0]
        >>> round(play.outcomes["p_war"], 3), round(play.outcomes["demand"], 3)
        (0.182, 0.664)
        """
        p = self.completed().values()

        def larger(cost: Any, chance: Any, density: Any) -> Any:
            return 1 - chance - density * (cost + p.V_T + p.c_C)  # the last term is lost by war with one more type

        def ends(cutoff: Any, chance: Any) -> dict[str, Any]:
            return {"p_war": chance, "demand": p.p + p.V_T + cutoff}

        if hasattr(costs, "quantile"):
            low, high = (costs.quantile(Fraction(k, 10**6)) for k in (1, 10**6 - 1))
            return CutoffGame.from_conditions(
                {TARGET: (low, high)},
                lambda play: -larger(play[TARGET], costs.cdf(play[TARGET]), costs.density(play[TARGET])),
                outcomes=lambda play: ends(play[TARGET], costs.cdf(play[TARGET])),
                title=self.title,
            )
        highest = read_number(costs, "uncertain(): costs")[1]
        if not highest > 0:
            raise ParameterError(f"uncertain(): costs is a distribution or the highest cost, above 0, got {costs!r}.")
        return CutoffGame(
            {TARGET: Uniform(0, highest)},
            lambda cost, play: larger(cost, play[TARGET], 1 / highest),
            acts="below",
            outcomes=lambda play: ends(play.cutoffs[TARGET], play[TARGET]),
            title=self.title,
        )

    def draw(self, ax: Any) -> None:
        """Draw the demand against the ally's reluctance."""
        model = self.completed().exact()
        p, q = model.values(), model.thresholds()
        reluctance = [Fraction(0), p.c_T, *((p.Delta + p.c_T + p.V_T) * share for share in (1, Fraction(5, 4)))]
        demands = [q["x_supported"], q["x_supported"], q["x_advised"], q["x_advised"]]
        ax.plot([float(r) for r in reluctance], [float(x) for x in demands], color="#0b559f", linewidth=2.2)
        ax.axhline(float(q["x_alone"]), color="0.4", linestyle="--", linewidth=1)
        ax.annotate("without an ally", (0, float(q["x_alone"])), xytext=(4, 4), textcoords="offset points", color="0.3")
        for left, right, name in zip(reluctance, reluctance[1:], (FULL, RESTRAINED, RELUCTANT), strict=False):
            ax.axvline(float(right), color="0.85", linewidth=1, zorder=0)
            ax.annotate(name, (float(left + right) / 2, 0.02), xycoords=("data", "axes fraction"), ha="center", fontsize="small")
        ax.set(
            xlabel="the ally's reluctance $k/b$",
            ylabel="share that the target concedes",
            xlim=(0, float(reluctance[-1])),
            ylim=(float(demands[0]) - 0.05, None),
        )
        ax.set_title("A reluctant ally makes its partner concede more than no ally", loc="left", fontsize="medium")
