"""Allies that deter challengers and restrain their partners."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from alliancegames._conditions import Conditions
from alliancegames.games.cutoff import CutoffGame, Play
from alliancegames.games.distributions import Uniform
from alliancegames.games.offer import OfferGame, OfferProfile
from alliancegames.games.tree import End, Move, TreeNode
from alliancegames.models.model import Outcome
from alliancegames.models.offer_form import OfferModel
from alliancegames.models.propositions import proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.cutoffs import cutoff_equilibria
from alliancegames.solvers.offers import offer_equilibria
from alliancegames.solvers.sequential import subgame_perfect
from alliancegames.statics.regimes import Regime

__all__ = ["Restraint"]

SUPPORT, ADVISE, ACCEPT, RESIST = "support", "advise settlement", "accept", "resist"
CHALLENGER, ALLY, TARGET = "Challenger", "Ally", "Target"
FULL, RESTRAINED, RELUCTANT = "Full support", "Restraint", "Reluctance"


def supports(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the ally supports resistance to every demand that the target would refuse with its support."""
    return p.b * p.c_T, p.k


def generic(p: Values) -> Conditions:
    """Return the pair that says that the ally is not indifferent when the target resists whatever it is advised."""
    return [((p.k - p.b * p.Delta) ** 2, 0)]


def bounded(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the ally stops advising settlement before the target stops listening."""
    return p.b * (p.Delta + p.c_T + p.V_T), p.k


REGIMES: Mapping[str, tuple[Callable[[Values], Conditions], str]] = {
    FULL: (lambda p: [supports(p)], "The target resists with its ally, which deters larger demands."),
    RESTRAINED: (lambda p: [supports(p)[::-1], bounded(p)], "The ally advises settlement and is heeded, up to the demand at which it would rather support."),
    RELUCTANT: (lambda p: [bounded(p)[::-1]], "The ally advises to settle whatever is demanded; the target concedes up to the value of the alliance."),
}  # fmt: skip


@register
class Restraint(OfferModel):
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
        """Return the largest demands at which the ally advises settlement and the target accepts with support, against advice, and alone."""
        return {
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

    def uncertain(self, cost_hi: Any) -> CutoffGame:
        """Return the game under advice to settle in which only the target knows its cost of war, uniform from 0.

        The equilibrium is the type at which the challenger stops: a larger demand gains its increase from all who accept, and
        drives one more type to resist alone.

        Parameters
        ----------
        cost_hi : number
            Highest cost of war; the model's own cost is not used.

        Examples
        --------
        >>> import alliancegames as ag
        >>> play = ag.cutoff_equilibria(ag.models.Restraint().uncertain("1/2"))[0]
        >>> print(play.outcomes["p_war"], play.outcomes["demand"])
        3/20 5/8
        """
        p, highest = self.completed().values(), Fraction(cost_hi)

        def larger(cost: Any, play: Play) -> Any:
            return 1 - play[TARGET] - (cost + p.V_T + p.c_C) / highest  # the last term is lost by war with one more type

        def outcomes(play: Play) -> dict[str, Any]:
            return {"p_war": play[TARGET], "demand": p.p + p.V_T + play.cutoffs[TARGET]}

        return CutoffGame({TARGET: Uniform(0, highest)}, larger, acts="below", outcomes=outcomes, title=self.title)

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

    def _demands(self, **changed: Any) -> set[Any]:
        """Return the demands in the solver's equilibria, all of which must end in peace."""
        solution = self.replace(**changed).solve()
        complete = solution.equilibria.complete is True and all(item.low == item.high for item in solution.equilibria)
        return (
            {outcome["demand"] for outcome in solution.outcomes} if complete and not any(o["p_war"] for o in solution.outcomes) else set()
        )

    def _war(self, cost_hi: Any, **changed: Any) -> Any:
        """Return the probability of war if the target's cost is its secret."""
        (play,) = cutoff_equilibria(self.replace(**changed).uncertain(cost_hi))
        return play.outcomes["p_war"]

    @proposition(
        "the equilibrium demand",
        "There is no war, and the challenger demands x* = p - Delta + max(c_T, min(k/b, Delta + c_T + V_T)).",
        when=generic,
    )
    def demand(self) -> bool:
        p = self.values()
        return self._demands() == {p.p - p.Delta + max(p.c_T, min(p.k / p.b, p.Delta + p.c_T + p.V_T))}

    @proposition(
        "whom the ally restrains",
        "Of the demands that the target would refuse with support and accept against its will if advised, p - Delta + c_T < x < p + c_T + V_T, the ally advises to accept those with x < p - Delta + k/b and supports resistance to all others.",
    )
    def advice(self) -> bool:
        q, game = self.thresholds(), self.game()
        low, high = q["x_supported"], q["x_advised"]
        tested = {low + (high - low) * Fraction(k, 6) for k in range(1, 6)} - {q["x_ally"]}
        replies = {x: [play[ALLY].support for play in subgame_perfect(game.after(x))] for x in tested}
        return all(reply == [(ADVISE,) if x < q["x_ally"] else (SUPPORT,)] for x, reply in replies.items())

    @proposition(
        "a reluctant ally is worse than none",
        "A target without allies concedes p + c_T. One with an ally concedes less exactly if k/b < Delta + c_T, and more if k/b is larger and V_T > 0: it then pays to keep the alliance.",
        when=generic,
    )
    def worse_than_none(self) -> bool:
        p, (alone,) = self.values(), offer_equilibria(self.without_ally())
        (demand,), reluctance = self._demands(), p.k / p.b
        less, more = reluctance < p.Delta + p.c_T, reluctance > p.Delta + p.c_T and p.V_T > 0
        return bool(alone.low == p.p + p.c_T and (demand < alone.low) == less and (demand > alone.low) == more)

    @proposition(
        "war with uncertain costs",
        "If the target's cost of war is its secret, uniform up to cbar, and it is advised to settle, there is war with probability max(0, (cbar - V_T - c_C)/(2 cbar)): the value of the alliance restrains, as a promised transfer in war would embolden.",
    )
    def uncertain_costs(self) -> bool:
        p = self.values()
        return all(self._war(cbar) == max(0, (cbar - p.V_T - p.c_C) / (2 * cbar)) for cbar in (Fraction(1, 2), Fraction(2)))

    @proposition(
        "signs",
        "The demand never falls in the ally's reluctance k/b, and rises in it strictly under restraint; it does not depend on V_T before the ally is very reluctant. With uncertain costs the risk of war falls in V_T by 1/(2 cbar) per unit while there is any.",
        when=lambda p: [supports(p)[::-1], bounded(p), *generic(p)],
    )
    def signs(self) -> bool:
        p, (demand,) = self.values(), self._demands()
        dearer = [p.k + (p.b * (p.Delta + p.c_T + p.V_T) - p.k) * share for share in (Fraction(1, 2), Fraction(1, 3))]
        reluctance = next(k for k in dearer if k != p.b * p.Delta)
        (more,), (loose,), cbar = self._demands(k=reluctance), self._demands(V_T=(1 - p.p - p.c_T + p.V_T) / 2), 2 + p.V_T + p.c_C
        step = p.V_T / 2
        falls = self._war(cbar, V_T=step) - self._war(cbar)
        return bool(demand < more and loose == demand and falls == (p.V_T - step) / (2 * cbar))
