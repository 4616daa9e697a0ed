"""Tripwires and forward deployment: a force that ties hands, and a force that denies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from alliancegames._conditions import Conditions
from alliancegames.games.offer import OfferProfile
from alliancegames.games.tree import End, Move, TreeNode
from alliancegames.models.model import Outcome
from alliancegames.models.offer_form import OfferModel
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.sequential import subgame_perfect
from alliancegames.statics.regimes import Regime

__all__ = ["Tripwire"]

WAIT, ATTACK, FIGHT, ABANDON = "wait", "attack", "fight", "abandon"


def tying(p: Values) -> Any:
    """Return the force from which on the patron would rather fight than abandon it; negative if it would anyway."""
    return (p.c - p.Delta * p.v) / (p.a + p.mu * p.v)


def denying(p: Values) -> Any:
    """Return the force from which on an attack does not pay if the patron fights; negative if it does not anyway."""
    return ((1 - p.p) * p.V - p.C) / (p.mu * p.V)


def willing(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the patron would fight without any force in place."""
    return p.Delta * p.v, p.c


def tempted(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that an attack pays although the patron fights, without any force in place."""
    return (1 - p.p) * p.V, p.C


def worth(p: Values, force: Any) -> tuple[Any, Any]:
    """Return the pair that says that the peace is worth a force to a patron that would otherwise abandon its client."""
    return (1 - p.p + p.Delta) * p.v, p.kappa * force


def defended(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the peace is worth the denying force to a patron that would otherwise fight."""
    return (1 - p.p) * p.v + p.c, p.kappa * denying(p)


def bound(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that tying hands needs more force than denial."""
    return tying(p), denying(p)


def unwilling(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the patron would abandon its client without any force in place."""
    return p.c, p.Delta * p.v


@register
class Tripwire(OfferModel):
    """How large must a forward force be to tie its owner's hands, and to deter by denial?

    A patron stations a force with its client. A challenger waits or attacks. If it attacks, the patron fights or abandons the client.
    The force makes victory more likely, and it would be lost if the patron abandoned it. So it can deter in two ways: by making the
    patron's threat credible, and by making the attack hopeless. A force that is smaller than the larger
    of the two thresholds does neither and only costs.

    The threat must be credible *and* sufficient, so that thin tripwires fail: they neither bind nor deny. The mechanism
    is that of the literature on military moves as signals; its linear form is chosen here (F2).
    An indifferent patron fights and an indifferent challenger waits.
    """

    key = "tripwire"
    title = "Tripwires and forward deployment"
    pillar = "credibility"
    question = "How large must a forward force be to tie hands, and to deter by denial?"
    fidelity = "F2"
    references = ("slantchev2005military", "reiter2021tripwires")
    players = ("Patron", "Challenger")
    leader = "Patron"
    label = "force"
    parameters = (
        Parameter("cost_sunk", "kappa", "(0, inf)", "cost of a unit of forward force", "1/5", "utility", latex=r"\kappa"),
        Parameter("cost_renege", "a", "[0, inf)", "cost of abandoning a unit of it", "2/5", "utility"),
        Parameter("force_effect", "mu", "(0, inf)", "by how much a unit of it raises the patron's win probability", "1/5", "probability", latex=r"\mu"),
        Parameter("stake_patron", "v", "(0, inf)", "the client's value to the patron", 1, "utility"),
        Parameter("cost_war_patron", "c", "(0, inf)", "the patron's cost of war", "1/2", "utility"),
        Parameter("p_win", "p", "(0, 1)", "win probability of patron and client without forward force", "2/5", "probability"),
        Parameter("delta_win", "Delta", "(0, 1)", "the part of it that the client loses if it is abandoned", "3/10", "probability", latex=r"\Delta"),
        Parameter("stake_challenger", "V", "(0, inf)", "the client's value to the challenger", 1, "utility"),
        Parameter("cost_war_challenger", "C", "(0, inf)", "the challenger's cost of war", "3/10", "utility"),
    )  # fmt: skip
    orders = (("p", "Delta"),)
    outcomes = (
        Outcome("force", "forward force", "units of force"),
        Outcome("p_attack", "probability of an attack"),
        Outcome("p_war", "probability that the patron has to fight"),
        Outcome("p_abandon", "probability that the client is abandoned"),
    )
    comparative_statics = (
        Sign("d(f_tie)/d(a) < 0", "a force that is dear to lose ties hands sooner", where=("c > Delta*v",)),
        Sign("d(f_tie)/d(mu) < 0", "and so does one that is effective", where=("c > Delta*v",)),
        Sign("d(f_tie)/d(v) < 0", "a client worth more takes less force to be bound to"),
        Sign("d(f_tie)/d(Delta) < 0", "and so does one that would lose more if abandoned"),
        Sign("d(f_tie)/d(c) > 0", "a dear war takes more force to be bound to"),
        Sign("d(f_deny)/d(mu) < 0", "effective forces deny sooner", where=("(1 - p)*V > C",)),
        Sign("d(f_deny)/d(V) > 0", "a valuable client takes more force to deny"),
        Sign("d(f_deny)/d(C) < 0", "a challenger that fears war takes less"),
        Sign("d(f_deny)/d(a) == 0", "what a force costs to lose denies nothing"),
    )
    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {"p_attack": ("war", "conquest"), "p_war": ("war",), "p_abandon": ("conquest",)}

    def assumptions(self, p: Values) -> Conditions:
        """Assume also that an attack on an abandoned client pays, and that the patron would fight if victory were certain."""
        return [*super().assumptions(p), ((1 - p.p + p.Delta) * p.V, p.C), ((1 - p.p + p.Delta) * p.v, p.c)]

    def bounds(self, p: Values) -> tuple[Any, Any]:
        """Admit forces up to the one that makes victory certain."""
        return 0 * p.p, (1 - p.p) / p.mu

    def after(self, p: Values, x: Any) -> TreeNode:
        """Write attack and defence with a force ``x`` in place."""
        wins, alone, upkeep = p.p + p.mu * x, p.p - p.Delta, p.kappa * x
        war = End((wins * p.v - p.c - upkeep, (1 - wins) * p.V - p.C), "war")
        conquest = End((alone * p.v - p.a * x - upkeep, (1 - alone) * p.V - p.C), "conquest")
        return Move("Challenger", {WAIT: End((p.v - upkeep, 0), "peace"), ATTACK: Move("Patron", {FIGHT: war, ABANDON: conquest})})

    def other_outcomes(self, p: Values, equilibrium: OfferProfile) -> dict[str, Any]:
        """Report the force."""
        return {"force": equilibrium.low}

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the forces that tie hands and that deny; negative where none is needed."""
        return {"f_tie": tying(p), "f_deny": denying(p)}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return what force the patron chooses, and why."""
        return [
            Regime("Interests deter", lambda p: [willing(p), tempted(p)[::-1]], meaning="The patron would fight, and that suffices: no force."),
            Regime("Denial", lambda p: [willing(p), tempted(p), defended(p)], meaning="The patron would fight; force makes the attack hopeless."),
            Regime("War", lambda p: [willing(p), tempted(p), defended(p)[::-1]], meaning="The patron would rather fight than keep enough force in place."),
            Regime("Tripwire", lambda p: [unwilling(p), bound(p), worth(p, tying(p))], meaning="The force is there to tie the patron's hands, which suffices."),
            Regime("Denial with tied hands", lambda p: [unwilling(p), bound(p)[::-1], worth(p, denying(p))], meaning="A force that denies success also ties hands."),
            Regime(
                "Abandonment",
                lambda p: [unwilling(p), bound(p), worth(p, tying(p))[::-1]],
                meaning="Enough force is too dear: none is kept, and the client is lost.",
                or_when=(lambda p: [unwilling(p), bound(p)[::-1], worth(p, denying(p))[::-1]],),
            ),
        ]  # fmt: skip

    def draw(self, ax: Any) -> None:
        """Draw which forces bind and deny against what is lost by abandoning them."""
        import numpy as np

        p = self.completed().values()
        loss = np.linspace(0, 2, 400)
        tie = np.maximum(float(p.c - p.Delta * p.v) / (loss + float(p.mu * p.v)), 0)
        deny, top = float(denying(p)), float((1 - p.p) / p.mu)
        ax.fill_between(loss, 0, np.maximum(tie, deny), color="0.9", label="dead zone: attacked all the same")
        ax.plot(loss, tie, color="#0b559f", linewidth=2.2, label="force that ties hands")
        ax.axhline(deny, linestyle="--", color="#b3591a", linewidth=2, label="force that denies success")
        ax.set(xlabel="cost of abandoning a unit of force $a$", ylabel="forward force $f$", xlim=(0, 2), ylim=(0, top))
        ax.set_title("Thin tripwires neither bind nor deny", loc="left", fontsize="medium")
        ax.legend(frameon=False, loc="upper right")

    def _reply(self, force: Any) -> tuple[tuple[str, ...], ...]:
        """Return what patron and challenger do with a force in place, if there is one equilibrium."""
        found = subgame_perfect(self.game().after(force))
        return (found[0]["Patron"].support, found[0]["Challenger"].support) if len(found) == 1 else ()

    @proposition(
        "tied hands",
        "The patron fights exactly if f >= f_tie = (c - Delta v)/(a + mu v), which is 0 or less if its interests suffice.",
    )
    def tied_hands(self) -> bool:
        top, limit = self.game().bounds[1], self.thresholds()["f_tie"]
        tested = {top * Fraction(k, 4) for k in range(5)} | {max(limit, top / 9) * Fraction(k, 10) for k in (9, 11)}
        replies = {force: subgame_perfect(self.game().after(force)) for force in tested if force <= top and force != limit}
        return all(
            {play["Patron"].support for play in plays} == {(FIGHT,) if force > limit else (ABANDON,)} for force, plays in replies.items()
        )

    @proposition(
        "the dead zone",
        "There is peace exactly if f >= max(f_tie, f_deny) with f_deny = ((1 - p)V - C)/(mu V): a smaller force is attacked all the same.",
        when=lambda p: [willing(p)[::-1]],
    )
    def dead_zone(self) -> bool:
        limit = max(self.thresholds().values())
        shares = (Fraction(0), Fraction(1, 3), Fraction(99, 100))
        inside = [self._reply(limit * share) for share in shares if limit * share != self.thresholds()["f_tie"]]
        beyond = self._reply(limit + (self.game().bounds[1] - limit) / 100)
        return all(reply[1] == (ATTACK,) for reply in inside) and beyond == ((FIGHT,), (WAIT,))

    @proposition(
        "the patron's choice",
        "A patron that would abandon its client without force either keeps max(f_tie, f_deny) in place or nothing: the former exactly if kappa max(f_tie, f_deny) < (1 - p + Delta)v.",
        when=lambda p: [willing(p)[::-1], ((worth(p, tying(p))[0] - worth(p, tying(p))[1]) ** 2, 0), ((worth(p, denying(p))[0] - worth(p, denying(p))[1]) ** 2, 0), ((tying(p) - denying(p)) ** 2, 0)],
    )  # fmt: skip
    def choice(self) -> bool:
        p, found, limit = self.values(), self.only(), max(self.thresholds().values())
        kept = p.kappa * limit < (1 - p.p + p.Delta) * p.v
        return found is not None and (found[1]["force"], found[1]["p_attack"]) == ((limit, 0) if kept else (0, 1))

    @proposition(
        "signs of the tying force",
        "Less force ties hands if more is lost by abandoning it, if it is more effective or if more is at stake; a dearer war takes more: f_tie falls in a, mu, v and Delta, and rises in c.",
        when=lambda p: [willing(p)[::-1]],
    )
    def signs(self) -> bool:
        p = self.values()
        changes = {"a": p.a + 1, "mu": 2 * p.mu, "v": (p.v + p.c / p.Delta) / 2, "Delta": (p.Delta + min(p.p, p.c / p.v)) / 2}
        cheaper = {"c": (p.c + p.Delta * p.v) / 2}
        return all(self._binds_sooner({name: value}) for name, value in (changes | cheaper).items())

    def _binds_sooner(self, change: Mapping[str, Any]) -> bool:
        """Whether after a change a force binds that did not bind before."""
        other = self.replace(**change)
        before, after = self.thresholds()["f_tie"], other.thresholds()["f_tie"]
        force = min((before + after) / 2, other.game().bounds[1])
        plays = [subgame_perfect(model.game().after(force)) for model in (self, other)]
        return [{play["Patron"].support for play in found} for found in plays] == [{(ABANDON,)}, {(FIGHT,)}]

    evidence = recalled(
        "small deployments",
        "Small force deployments have not deterred aggression: a tripwire whose loss the patron can bear does not commit it.",
        source="reiter2021tripwires",
    )
