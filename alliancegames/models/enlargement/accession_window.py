"""Preventive war in the window before an accession."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames._fields import Field
from alliancegames.games.stochastic import StochasticGame
from alliancegames.models.forms import StochasticModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["AccessionWindow"]

PEACE, PREVENTIVE_WAR = "Peaceful accession", "Preventive war"
ACCEPT, ATTACK = "accept", "attack"


@register
class AccessionWindow(StochasticModel):
    """When does the prospect of membership trigger an attack, and what interim guarantee prevents it?

    A rival and a candidate divide a flow of benefits of 1 per period. War ends the game: the winner takes
    the flow forever and the rival pays a cost once. Accession completes with a hazard each period and
    makes the candidate harder to defeat; from then on the candidate holds the rival to the value of that
    worse war. Before accession the candidate can give the rival at most the whole flow of each period: if
    that cannot make up for the coming loss of power, the rival attacks while it can. An interim guarantee
    lowers its chances in the window.

    The candidate's offers are folded in: in the window it concedes the whole flow, the most that could keep
    the rival at peace; after accession it concedes just the rival's war value (a reduced form, F2).
    """

    key = "accession_window"
    title = "Accession window and preventive war"
    pillar = "enlargement"
    question = "When does the prospect of membership trigger an attack, and what interim guarantee prevents it?"
    fidelity = "F2"
    references = ("powell2006war", "fearon1995rationalist", "benson2023commitment")
    players = ("Rival", "Candidate")
    parameters = (
        Parameter("p_win", "p1", "[0, 1]", "rival's win probability before accession", "3/5", "probability", latex="p_1"),
        Parameter(
            "delta_win", "Delta", "(0, 1]", "fall of the rival's win probability at accession", "2/5", "probability", latex=r"\Delta"
        ),
        Parameter("cost_war_rival", "c_R", "[0, inf)", "rival's one-off cost of war", "1/2", "flow value of one period"),
        Parameter("delta", "delta", "(0, 1)", "discount factor", "9/10", "per period", latex=r"\delta"),
        Parameter("accession_rate", "h", "(0, 1]", "hazard of accession", "1/8", "probability per period"),
        Parameter(
            "interim_guarantee",
            "gamma",
            "[0, 1]",
            "fall of the rival's win probability through an interim guarantee",
            0,
            "probability",
            latex=r"\gamma",
        ),
    )
    outcomes = (
        Outcome("p_war", "probability that the rival attacks before accession"),
        Outcome("value_rival", "rival's discounted payoff", "flow value of one period"),
        Outcome("value_candidate", "candidate's discounted payoff", "flow value of one period"),
    )
    comparative_statics = (
        Sign("d(h_star)/d(Delta) < 0", "shifts of power make long windows dangerous"),
        Sign("d(h_star)/d(c_R) > 0", "costs of war make windows safe"),
        Sign("d(h_star)/d(p1) < 0", "strong rivals use shorter windows"),
        Sign("d(h_star)/d(delta) < 0", "patient rivals, too, since what they would lose lies in the future"),
        Sign("d(h_star)/d(gamma) > 0", "interim guarantees make windows safe"),
        Sign("d(gamma_star)/d(h) > 0", "the faster the accession, the larger the guarantee that it needs"),
        Sign("d(gamma_star)/d(Delta) > 0", "and the larger, the more membership would shift power"),
        Sign("d(Delta_star)/d(h) < 0", "fast accessions are safe only if they shift little"),
    )

    def assumptions(self, p: Values) -> Conditions:
        """Assume that the guarantee is weaker than membership and that the rival's war value after accession is positive."""
        return [(p.Delta, p.gamma), (p.p1, p.Delta + (1 - p.delta) * p.c_R)]

    def build(self, p: Values, field: Field) -> StochasticGame:
        """Write the three states: the window, membership, and war as exit."""
        forever = 1 / (1 - p.delta)
        window = p.p1 - p.gamma
        after = p.p1 - p.Delta - (1 - p.delta) * p.c_R
        return StochasticGame(
            states=["window", "member", "war"],
            players=self.players,
            actions={"window": [[ACCEPT, ATTACK], ["concede the flow"]]},
            rewards={
                "window": {
                    (ACCEPT, "concede the flow"): (1, 0),
                    (ATTACK, "concede the flow"): (window * forever - p.c_R, (1 - window) * forever),
                },
                "member": (after, 1 - after),
                "war": (0, 0),
            },
            transitions={"window": {(ACCEPT, "concede the flow"): {"member": p.h, "window": 1 - p.h}, (ATTACK, "concede the flow"): "war"}},
            delta=p.delta,
            initial={"window": 1 - p.h, "member": p.h},
            field=field,
        )

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Ask whether war is ever reached, and what both expect at the start."""
        payoffs = equilibrium.payoffs
        return {"p_war": equilibrium.reach("war"), "value_rival": payoffs["Rival"], "value_candidate": payoffs["Candidate"]}

    def _burden(self, p: Values) -> Any:
        """Return what a fight in the window costs the rival per period: the share it forgoes and the cost of war."""
        return (1 - p.p1 + p.gamma) + (1 - p.delta) * p.c_R

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the critical hazard, shift of power and guarantee."""
        static = (1 - p.p1) + (1 - p.delta) * p.c_R
        return {
            "h_star": (1 - p.delta) * self._burden(p) / (p.delta * (p.Delta - p.gamma)),
            "Delta_star": p.gamma + (1 - p.delta) * self._burden(p) / (p.delta * p.h),
            "gamma_star": (p.delta * p.h * p.Delta - (1 - p.delta) * static) / (p.delta * p.h + 1 - p.delta),
        }

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Compare the loss of power still to come with the price of war now."""

        def sides(p: Values) -> tuple[Any, Any]:
            return p.delta * p.h * (p.Delta - p.gamma), (1 - p.delta) * self._burden(p)

        return [
            Regime(
                PEACE, lambda p: [tuple(reversed(sides(p)))], meaning="The whole flow of the window makes up for the coming loss of power."
            ),
            Regime(
                PREVENTIVE_WAR,
                lambda p: [sides(p)],
                meaning="No offer in the window makes up for the coming loss of power: the rival attacks at once.",
            ),
        ]

    def draw(self, ax: Any) -> None:
        """Draw the probability of war against the hazard of accession: nothing, a jump, then a fall."""
        import numpy as np

        model = self.completed()
        star = float(model.thresholds()["h_star"])
        ax.plot([0, min(star, 1)], [0, 0], color="#0b559f", linewidth=2.2)
        if star < 1:
            hazard = np.linspace(star, 1, 200)
            ax.plot(hazard, 1 - hazard, color="#0b559f", linewidth=2.2)
            ax.plot([star, star], [0, 1 - star], color="#0b559f", linewidth=1, linestyle=":")
            ax.annotate(f"$h^* = {star:.3g}$", (star, 1 - star), textcoords="offset points", xytext=(8, 4))
        ax.set(xlabel="hazard of accession $h$ per period", ylabel="probability of war", xlim=(0, 1), ylim=(-0.03, 1.03))
        ax.set_title("Faster accession provokes, until it outruns the rival", loc="left", fontsize="medium")

    def _attacks(self) -> set[str]:
        return {item["window"][0] for item in self.solve().equilibria}

    @proposition(
        "when the rival attacks",
        "The rival attacks in the window exactly if delta h (Delta - gamma) > (1 - delta) [(1 - p1 + gamma) + (1 - delta) c_R]; at equality it is indifferent.",
    )
    def preventive_war(self) -> bool:
        expected = {(PEACE,): {ACCEPT}, (PREVENTIVE_WAR,): {ATTACK}, (PEACE, PREVENTIVE_WAR): {ACCEPT, ATTACK}}
        return self._attacks() == expected[self.regimes().locate()]

    @proposition(
        "critical hazard, shift and guarantee",
        "The three thresholds h*, Delta* and gamma* mark the same boundary: at each of them, where admissible, the rival is exactly indifferent.",
        when=lambda p: [(p.h, 0)],
    )
    def thresholds_agree(self) -> bool:
        q, p = self.thresholds(), self.values()
        indifferent = []
        if 0 < q["h_star"] <= 1:
            indifferent.append(self.replace(accession_rate=q["h_star"]))
        if q["Delta_star"] > 0 and q["Delta_star"] + (1 - p.delta) * p.c_R < p.p1:
            indifferent.append(self.replace(delta_win=q["Delta_star"]))
        if 0 <= q["gamma_star"] < p.Delta:
            indifferent.append(self.replace(interim_guarantee=q["gamma_star"]))
        return all(model._attacks() == {ACCEPT, ATTACK} for model in indifferent)

    @proposition(
        "provocation jumps, then falls",
        "If accession may complete before the rival can move, Pr(war) = (1 - h) if h > h* and 0 if h < h*: the most provocative accessions are also the hardest to stop in time.",
    )
    def sawtooth(self) -> bool:
        p, star = self.values(), self.thresholds()["h_star"]
        wars = {outcome["p_war"] for outcome in self.solve().outcomes}
        return wars == ({0} if p.h < star else {1 - p.h} if p.h > star else {0, 1 - p.h})

    @proposition(
        "signs of the critical hazard",
        "Without a guarantee the critical hazard falls in the shift of power Delta, in the rival's strength p1 and in patience delta, and rises in its cost of war c_R.",
        when=lambda p: [(p.c_R, 0), (1, p.p1), (p.delta * p.Delta, (1 - p.delta) * (1 - p.p1 + (1 - p.delta) * p.c_R))],
    )
    def hazard_signs(self) -> bool:
        base = self.replace(interim_guarantee=0)
        p = base.values()
        at = base.replace(accession_rate=base.thresholds()["h_star"])
        room = p.p1 - p.Delta - (1 - p.delta) * p.c_R
        tempted = [
            at.replace(delta_win=p.Delta + room / 2),
            at.replace(p_win=(p.p1 + 1) / 2),
            at.replace(delta=(p.delta + 1) / 2),
        ]
        costlier = at.replace(cost_war_rival=p.c_R + room / (2 * (1 - p.delta)))
        return at._attacks() == {ACCEPT, ATTACK} and costlier._attacks() == {ACCEPT} and all(m._attacks() == {ATTACK} for m in tempted)

    third_finding = recalled(
        "provocative and hard to stop",
        "Alliances that would shift power most are the ones whose formation is most likely to provoke a war and hardest to prevent in time; the reduced model above has this feature.",
        source="benson2023commitment",
    )
