"""Pivotal allies: when a treaty is worth its signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from alliancegames._conditions import Conditions
from alliancegames.games.tree import End, Move, TreeNode
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.models.tree_form import TreeModel
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["PivotalAlliance"]

TREATY, NONE, ATTACK, WAIT, IN, OUT = "treaty", "no treaty", "attack", "wait", "intervene", "stay out"
When = Callable[[Values], Conditions]


def benefit(p: Values) -> Any:
    """Return what intervention is worth to the ally once the target is attacked, without a treaty."""
    return p.Delta * p.v - p.c_A


def gain(p: Values) -> Any:
    """Return what the ally loses if the target is attacked and it stays out: what deterrence is worth to it."""
    return p.p0 * p.v


def always(p: Values) -> Conditions:
    """Return when the ally intervenes without a treaty."""
    return [(benefit(p), 0)]


def pivotal(p: Values) -> Conditions:
    """Return when the ally intervenes with a treaty and not without."""
    return [(0, benefit(p)), (benefit(p), -p.alpha)]


def never(p: Values) -> Conditions:
    """Return when the ally does not intervene even with a treaty."""
    return [(-p.alpha, benefit(p))]


def alone(p: Values) -> Any:
    """Return what an attack is worth if the ally stays out."""
    return p.p0 * p.V - p.c0


def joint(p: Values) -> Any:
    """Return what an attack is worth if the ally intervenes."""
    return (p.p0 - p.Delta) * p.V - p.c1


def deterrable(p: Values) -> Conditions:
    """Return when an attack pays if and only if the ally stays out."""
    return [(alone(p), 0), (0, joint(p))]


def undeterrable(p: Values) -> Conditions:
    """Return when an attack pays whatever the ally does."""
    return [(alone(p), 0), (joint(p), 0)]


@register
class PivotalAlliance(TreeModel):
    """When is a formal treaty worth signing at all?

    An ally signs a treaty with a target or does not. The treaty costs something in peacetime, and breaking it costs more. An attacker
    then attacks or waits; the target resists, and the ally intervenes or stays out.

    A treaty matters only if it changes what the ally would do: if the ally would intervene anyway it adds nothing to deterrence,
    and if the ally would not even honour it, it adds nothing either. Between lies the *pivotal* ally. It signs if deterrence is worth
    more to it than the peacetime cost. What the treaty binds it to do is then never done. Payoffs are a reduced form of the
    published model (F2).
    """

    key = "pivotal_alliance"
    title = "Alliance formation and general deterrence"
    pillar = "credibility"
    question = "When is a formal treaty worth signing at all?"
    fidelity = "F2"
    references = ("sorokin1994alliance",)
    players = ("Ally", "Attacker")
    parameters = (
        Parameter("cost_war_ally", "c_A", "(0, inf)", "the ally's cost of intervening", "1/2", "utility"),
        Parameter("cost_renege", "alpha", "(0, inf)", "the ally's cost of breaking the treaty", "3/10", "utility", latex=r"\alpha"),
        Parameter("cost_peacetime", "k_A", "(0, inf)", "the ally's peacetime cost of the treaty", "1/10", "utility"),
        Parameter("stake_ally", "v", "(0, inf)", "the target's value to the ally", 1, "utility"),
        Parameter("delta_win", "Delta", "(0, 1)", "by how much intervention lowers the attacker's win probability", "3/10", "probability", latex=r"\Delta"),
        Parameter("p_win_alone", "p0", "(0, 1)", "the attacker's win probability against the target alone", "1/2", "probability", latex="p_0"),
        Parameter("stake_attacker", "V", "(0, inf)", "the target's value to the attacker", 1, "utility"),
        Parameter("cost_war_alone_attacker", "c0", "(0, inf)", "the attacker's cost of war with the target alone", "1/5", "utility", latex="c_0"),
        Parameter("cost_war_joint_attacker", "c1", "(0, inf)", "the attacker's cost of war with both", "2/5", "utility", latex="c_1"),
    )  # fmt: skip
    orders = (("p0", "Delta"), ("c1", "c0"))
    outcomes = (
        Outcome("p_treaty", "probability that the treaty is signed"),
        Outcome("p_peace", "probability of peace"),
        Outcome("p_attack", "probability of an attack"),
        Outcome("p_intervention", "probability that the ally fights"),
    )
    comparative_statics = (
        Sign("d(cost_never - cost_pivotal)/d(alpha) > 0", "the pivotal band widens in what it costs to break a treaty"),
        Sign("cost_pivotal < cost_never", "there are pivotal allies whatever the stakes"),
        Sign("d(cost_pivotal)/d(v) > 0", "an ally with more at stake needs no treaty at higher costs of war"),
        Sign("d(cost_pivotal)/d(Delta) > 0", "nor does one that makes more difference"),
        Sign("d(gain)/d(v) > 0", "deterrence is worth more to an ally with more at stake"),
        Sign("d(gain)/d(p0) > 0", "and the more so the weaker the target is alone"),
        Sign("d(attack_joint)/d(Delta) < 0", "intervention that makes more difference deters more"),
        Sign("attack_joint < attack_alone", "intervention always makes the attack worse"),
    )
    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "p_treaty": ("peace, treaty", "war of both, treaty", "war alone, treaty"),
        "p_peace": ("peace", "peace, treaty"),
        "p_attack": ("war of both", "war alone", "war of both, treaty", "war alone, treaty"),
        "p_intervention": ("war of both", "war of both, treaty"),
    }

    def tree(self, p: Values) -> TreeNode:
        """Write the treaty, the attack and the intervention."""
        return Move("Ally", {TREATY: self._crisis(p, ", treaty", p.k_A, p.alpha), NONE: self._crisis(p, "", 0, 0)}, "Ally in peace")

    def _crisis(self, p: Values, suffix: str, upkeep: Any, penalty: Any) -> Move:
        helped = p.p0 - p.Delta
        war = Move(
            "Ally",
            {
                IN: End(((1 - helped) * p.v - p.c_A - upkeep, joint(p)), f"war of both{suffix}"),
                OUT: End(((1 - p.p0) * p.v - penalty - upkeep, alone(p)), f"war alone{suffix}"),
            },
            f"Ally after an attack{suffix}",
        )
        return Move("Attacker", {ATTACK: war, WAIT: End((p.v - upkeep, 0), f"peace{suffix}")}, f"Attacker{suffix}")

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return what intervention, deterrence and attacks are worth, and the costs of war between which the ally is pivotal."""
        costs = {"cost_pivotal": p.Delta * p.v, "cost_never": p.Delta * p.v + p.alpha}
        return {"B_A": benefit(p), "gain": gain(p), "attack_alone": alone(p), "attack_joint": joint(p), **costs}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return the regimes: what the ally would do, and whether that deters."""

        def together(*parts: When) -> When:
            return lambda p: [pair for part in parts for pair in part(p)]

        def regime(name: str, meaning: str, *parts: When, or_when: tuple[When, ...] = ()) -> Regime:
            return Regime(name, together(*parts), meaning=meaning, or_when=or_when)

        stays_out = (together(undeterrable, never),)
        return [
            regime("No threat", "An attack does not pay even against the target alone.", lambda p: [(0, alone(p))]),
            regime("Interests deter", "The ally would intervene anyway: peace without a treaty.", deterrable, always),
            regime("The treaty deters", "Only the treaty makes the ally intervene: it is signed and never called upon.", deterrable, pivotal, lambda p: [(gain(p), p.k_A)]),
            regime("The treaty is too dear", "A treaty would deter, but costs more than deterrence is worth to the ally.", deterrable, pivotal, lambda p: [(p.k_A, gain(p))]),
            regime("The treaty is worthless", "The ally would break it, so that it deters nobody.", deterrable, never),
            regime("Undeterred, joint war", "The attacker is so strong that it attacks although the ally intervenes.", undeterrable, always),
            regime("Undeterred, abandonment", "The attacker attacks whatever the ally does, and the ally stays out.", undeterrable, pivotal, or_when=stays_out),
        ]  # fmt: skip

    def draw(self, ax: Any) -> None:
        """Draw where a treaty is signed by the costs of war and of breaking it."""
        self.regimes().plot("c_A", "alpha", xlim=(0, 1), ylim=(0, "3/5"), ax=ax)
        ax.set_title("Only allies that would fight because of a treaty sign one", loc="left", fontsize="medium")

    def _outcome(self, **changed: Any) -> tuple[Any, ...] | None:
        """Return treaty, attack and intervention if there is one equilibrium."""
        solution = self.replace(**changed).solve()
        names = ("p_treaty", "p_attack", "p_intervention")
        one = len(solution.equilibria) == 1 and solution.equilibria.complete
        return tuple(solution.outcomes[0][name] for name in names) if one else None

    @proposition(
        "three classes of allies",
        "Once the target is attacked, the ally intervenes with any treaty or none if B_A = Delta v - c_A > 0, only with the treaty if -alpha < B_A < 0, and never if B_A < -alpha.",
        when=lambda p: [(benefit(p) ** 2, 0), ((benefit(p) + p.alpha) ** 2, 0)],
    )
    def classes(self) -> bool:
        p, b = self.values(), self.thresholds()["B_A"]
        found = self.solve().equilibria
        replies = {suffix: {family.interval(f"Ally after an attack{suffix}", IN) for family in found} for suffix in ("", ", treaty")}
        return replies == {"": {(int(b > 0),) * 2}, ", treaty": {(int(b > -p.alpha),) * 2}}

    @proposition(
        "the pivotal ally signs",
        "If an attack pays exactly if the ally stays out, the treaty is signed exactly if the ally is pivotal, -alpha < B_A < 0, and deterrence is worth more to it than the peacetime cost, p0 v > k_A. Then there is peace.",
        when=lambda p: [*deterrable(p), (benefit(p) ** 2, 0), ((benefit(p) + p.alpha) ** 2, 0), ((gain(p) - p.k_A) ** 2, 0)],
    )
    def signed(self) -> bool:
        p, b = self.values(), self.thresholds()["B_A"]
        signs = -p.alpha < b < 0 and self.thresholds()["gain"] > p.k_A
        return self._outcome() == (int(signs), int(b < 0 and not signs), 0)

    @proposition(
        "treaties are not signed for war",
        "If an attack pays whatever the ally does, or does not pay even against the target alone, no treaty is signed.",
        when=undeterrable,
    )
    def unsigned(self) -> bool:
        p = self.values()
        plays = [self.solve(), self.replace(c0=p.p0 * p.V * Fraction(3, 2), c1=p.p0 * p.V * 2).solve()]
        attacks = [{outcome["p_attack"] for outcome in play.outcomes} for play in plays]
        return attacks == [{1}, {0}] and all(outcome["p_treaty"] == 0 for play in plays for outcome in play.outcomes)

    @proposition(
        "the pivotal band",
        "The dearer it is to break a treaty, the more allies are pivotal: an ally that would break it honours it once alpha exceeds -B_A, and the treaty is then signed.",
        when=lambda p: [*deterrable(p), *never(p), (gain(p), p.k_A)],
    )
    def band(self) -> bool:
        return self._outcome() == (0, 1, 0) and self._outcome(alpha=-2 * self.thresholds()["B_A"]) == (1, 0, 0)

    @proposition(
        "when deterrence fails",
        "There is an attack exactly if it pays against the target alone, p0 V > c0, and either against both, (p0 - Delta)V > c1, or the ally does not intervene: it never would, or a treaty is dearer than deterrence is worth.",
        when=lambda p: [(alone(p) ** 2, 0), (joint(p) ** 2, 0), (benefit(p) ** 2, 0), ((benefit(p) + p.alpha) ** 2, 0), ((gain(p) - p.k_A) ** 2, 0)],
    )  # fmt: skip
    def failure(self) -> bool:
        p, q = self.values(), self.thresholds()
        stays_out = q["B_A"] < -p.alpha or (q["B_A"] < 0 and q["gain"] < p.k_A)
        found = self._outcome()
        return found is not None and found[1] == int(q["attack_alone"] > 0 and (q["attack_joint"] > 0 or stays_out))

    published = recalled(
        "published result under complete information",
        "Alliances form only where the ally would not intervene without one and would with one; deterrence fails only if the attacker is stronger, values the stakes highly and the ally would never intervene.",
        source="sorokin1994alliance",
    )
