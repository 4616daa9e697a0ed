"""Bargaining in the shadow of intervention: what a target concedes that may or may not have support."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from alliancegames._conditions import Conditions
from alliancegames._fields import read_number
from alliancegames.errors import ParameterError
from alliancegames.games.offer import OfferGame, OfferProfile
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.credibility._shadow_results import ShadowResults, critical_reliability
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["ThirdPartyBargaining"]

ACCEPT, FIGHT = "accept", "fight"
SUPPORTED, UNSUPPORTED = "supported", "unsupported"


@register
class ThirdPartyBargaining(ShadowResults):
    """Do states that may intervene embolden the target of a demand?

    A challenger makes a take-it-or-leave-it demand. If the target refuses there is war. A third party may stand behind the target,
    which then fights better. Whether it does is known to the target alone. The challenger can ask for little, which every
    target accepts, or for much, which only a target without support accepts.

    Support always makes the target concede less. War comes from not knowing of it: the more likely support is, the more likely
    is war, up to a point from which on the challenger asks for little and there is no war at all. The mechanism is the
    published one, with two types of the target (F2) or, in ``graded``, with many. An indifferent target accepts.
    """

    key = "third_party_bargaining"
    title = "Concessions in the shadow of intervention"
    pillar = "credibility"
    question = "Do states that may intervene embolden the target of a demand?"
    fidelity = "F2"
    references = ("yuen2009target", "fearon1995rationalist")
    players = ("Challenger", "Target")
    leader = "Challenger"
    label = "demand"
    parameters = (
        Parameter("reliability", "rho", "(0, 1)", "probability that the target has support", "3/5", "probability", latex=r"\rho"),
        Parameter("p_win", "p", "(0, 1)", "the challenger's win probability against the target alone", "3/5", "probability"),
        Parameter("delta_win", "Delta", "(0, 1)", "by how much support lowers the challenger's win probability", "3/10", "probability", latex=r"\Delta"),
        Parameter("cost_war_alone_target", "c0", "(0, inf)", "the target's cost of war alone", "1/5", "utility", latex="c_0"),
        Parameter("cost_war_joint_target", "c1", "(0, inf)", "the target's cost of war with support", "1/10", "utility", latex="c_1"),
        Parameter("cost_war_alone_challenger", "c_C0", "(0, inf)", "the challenger's cost of war with the target alone", "1/10", "utility", latex="c_{C0}"),
        Parameter("cost_war_joint_challenger", "c_C1", "(0, inf)", "the challenger's cost of war with both", "3/20", "utility", latex="c_{C1}"),
    )  # fmt: skip
    outcomes = (
        Outcome("demand", "what the challenger demands", "share"),
        Outcome("p_war", "probability of war"),
        Outcome("p_war_alone", "probability of war in which nobody supports the target"),
        Outcome("value_challenger", "what the challenger expects", "share"),
        Outcome("value_target", "what the target expects", "share"),
    )
    comparative_statics = (
        Sign("d(rho_star)/d(c_C1) < 0", "a challenger that fears war with both dares less"),
        Sign("d(rho_star)/d(c1) < 0", "and less if that war is dear to the target"),
        Sign("d(rho_star)/d(Delta) > 0", "it dares more the more difference support makes"),
        Sign("d(rho_star)/d(c0) > 0", "and the more a target without support would grant"),
        Sign("0 < rho_star and rho_star < 1", "unlikely support is put to the test and likely support is not"),
        Sign("x_L < x_common and x_common < x_H", "shared uncertainty leads to a demand between those under certainty"),
        Sign("d(x_common)/d(rho) < 0", "which falls in the probability of support"),
        Sign("d(x_L)/d(Delta) < 0", "targets with strong support concede less"),
    )
    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {"p_war": ("war alone", "war with support"), "p_war_alone": ("war alone",)}

    def assumptions(self, p: Values) -> Conditions:
        """All demands that matter are shares, and support makes the target ask for more."""
        return [*super().assumptions(p), (1, p.p + p.c0), (p.p + p.c1, p.Delta), (p.Delta + p.c0, p.c1)]

    def _war(self, p: Values, strength: Any) -> End:
        """Return a war in which the target has a share of the support of the model; costs and chances change in proportion."""
        wins = p.p - strength * p.Delta
        costs = [(1 - strength) * alone + strength * joint for alone, joint in ((p.c_C0, p.c_C1), (p.c0, p.c1))]
        return End((wins - costs[0], 1 - wins - costs[1]), "war with support" if strength else "war alone")

    def _reply(self, p: Values, x: Any, war: TreeNode, name: str) -> Move:
        return Move("Target", {ACCEPT: End((x, 1 - x), "bargain"), FIGHT: war}, name)

    def after(self, p: Values, x: Any) -> TreeNode:
        """Draw whether the target has support, which it knows when it replies."""
        weights = {SUPPORTED: (p.rho, 1), UNSUPPORTED: (1 - p.rho, 0)}
        return Chance({kind: (w, self._reply(p, x, self._war(p, s), f"Target, {kind}")) for kind, (w, s) in weights.items()})

    def graded(self, support: Mapping[Any, Any]) -> OfferGame:
        """Return the game with as many types of the target as wanted, which differ in how strong their support is.

        Parameters
        ----------
        support : mapping of number to number
            For each strength, from 0 (none) to 1 (that of the model), its probability; chances and costs of war change in proportion.

        Examples
        --------
        >>> import alliancegames as ag
        >>> game = ag.models.ThirdPartyBargaining().graded({0: "1/4", "1/2": "1/2", 1: "1/4"})
        >>> (play,) = ag.offer_equilibria(game)
        >>> print(play.low, play.outcomes["war with support"])
        3/5 1/4
        """
        model = self.completed()
        p = model.values()
        if not isinstance(support, Mapping):
            raise ParameterError(f"graded(): support must map values to probabilities, such as {{'1/2': 1}}, got {support!r}.")
        kinds = [(read_number(strength, "graded()")[1], read_number(weight, "graded()")[1]) for strength, weight in support.items()]
        if any(not 0 <= strength <= 1 or weight <= 0 for strength, weight in kinds):
            raise ParameterError(f"graded(): strengths from 0 to 1 with positive probabilities are needed, got {dict(support)!r}.")

        def after(x: Any) -> TreeNode:
            return Chance({f"strength {s}": (w, self._reply(p, x, self._war(p, s), f"Target, strength {s}")) for s, w in kinds})

        return OfferGame(self.players, self.leader, self.label, (0, 1), after, title=self.title, field=model.field)

    def known(self, supported: bool) -> OfferGame:
        """Return the game in which everybody knows whether the target has support.

        Parameters
        ----------
        supported : bool
            Whether it has.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.ThirdPartyBargaining()
        >>> [str(ag.offer_equilibria(model.known(supported))[0]) for supported in (True, False)]
        ['demand 2/5; Target: accept', 'demand 4/5; Target: accept']
        """
        model = self.completed()
        p, war = model.values(), self._war(model.values(), int(supported))
        return OfferGame(self.players, 0, self.label, (0, 1), lambda x: self._reply(p, x, war, "Target"), field=model.field)

    def uninformed(self) -> OfferGame:
        """Return the game in which nobody, not even the target, knows whether support will come.

        Examples
        --------
        >>> import alliancegames as ag
        >>> print(ag.offer_equilibria(ag.models.ThirdPartyBargaining().uninformed())[0])
        demand 14/25; Target: accept
        """
        model = self.completed()
        p = model.values()
        war = Chance({SUPPORTED: (p.rho, self._war(p, 1)), UNSUPPORTED: (1 - p.rho, self._war(p, 0))})
        return OfferGame(self.players, 0, self.label, (0, 1), lambda x: self._reply(p, x, war, "Target"), field=model.field)

    def other_outcomes(self, p: Values, equilibrium: OfferProfile) -> dict[str, Any]:
        """Report the demand and what both sides expect."""
        challenger, target = equilibrium.values
        return {"demand": equilibrium.low, "value_challenger": challenger, "value_target": target}

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the largest demands that targets without support, with it, and in doubt about it accept, and the critical reliability."""
        high, low = p.p + p.c0, p.p - p.Delta + p.c1
        return {"x_H": high, "x_L": low, "x_common": (1 - p.rho) * high + p.rho * low, "rho_star": critical_reliability(p)}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return whether the challenger asks for much or for little."""
        return [
            Regime("High demand", lambda p: [(critical_reliability(p), p.rho)], meaning="Support is so unlikely that the challenger risks a war with it."),
            Regime("Low demand", lambda p: [(p.rho, critical_reliability(p))], meaning="Support is so likely that the challenger asks for no more than a supported target grants."),
        ]  # fmt: skip

    def draw(self, ax: Any) -> None:
        """Draw the demand and the probability of war against the probability of support."""
        import numpy as np

        found = {name: float(value) for name, value in self.completed().thresholds().items()}
        star = found["rho_star"]
        for ends, share, war in (((0, star), found["x_H"], (0, star)), ((star, 1), found["x_L"], (0, 0))):
            ax.plot(ends, [share, share], "--", color="#b3591a", linewidth=2, label="demand" if ends[0] == 0 else None)
            ax.plot(ends, war, color="#0b559f", linewidth=2.2, label="probability of war" if ends[0] == 0 else None)
        ax.vlines(star, 0, 1, color="black", linewidth=1, linestyle=":", transform=ax.get_xaxis_transform())
        ax.set(xlabel=r"probability that the target has support $\rho$", ylabel="share, probability", xlim=(0, 1), ylim=(-0.03, 1))
        ax.set_xticks(np.linspace(0, 1, 6))
        ax.set_title("Likely support means likely war, until the challenger asks for less", loc="left", fontsize="medium")
        ax.legend(frameon=False, loc="upper right")
