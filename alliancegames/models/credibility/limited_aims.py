"""Limited war aims: an attacker asks for little to keep a third party out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from alliancegames._conditions import Conditions
from alliancegames.games.offer import OfferProfile
from alliancegames.games.tree import End, Move, TreeNode
from alliancegames.models.model import Outcome
from alliancegames.models.offer_form import OfferModel
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.sequential import subgame_perfect
from alliancegames.statics.regimes import Regime

__all__ = ["LimitedAims"]

NONE, OUT, IN = "none", "stay out", "intervene"


def largest_ignored(p: Values) -> Any:
    """Return the largest demand that the third party lets pass, where it would fight for the whole stake."""
    return p.k / (p.Delta * p.b)


def interested(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that the third party would fight for the whole stake."""
    return p.Delta * p.b, p.k


def war_pays(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that a war for the whole stake pays while the third party stays out."""
    return p.p, p.c_A


def passed(p: Values, amount: Any) -> tuple[Any, Any]:
    """Return the pair that says that the largest demand that passes is worth more than an amount, rid of the denominator."""
    return p.p * p.k, amount * p.Delta * p.b


def limited(p: Values) -> Conditions:
    """Return when the attacker asks for just so little that the third party stays out."""
    return [interested(p), passed(p, p.c_A), passed(p, p.p - p.Delta - p.e)]


def full(p: Values) -> Conditions:
    """Return when the attacker asks for everything although the third party intervenes."""
    return [interested(p), (p.p - p.Delta - p.e, p.c_A), passed(p, p.p - p.Delta - p.e)[::-1]]


def deterred(p: Values) -> Conditions:
    """Return when war would pay without the third party, but does not with it."""
    return [war_pays(p), interested(p), passed(p, p.c_A)[::-1], (p.c_A, p.p - p.Delta - p.e)]


@register
class LimitedAims(OfferModel):
    """Can an attacker slice its demands so thin that the patron stays out?

    An attacker goes to war for a share of the stake, or leaves it. A third party loses in proportion to that share if the attacker
    wins. It can intervene at a cost, which makes an attacker's victory less likely. It does so if the share at stake is
    large enough. The attacker therefore compares three things: the largest demand that the third party lets
    pass, the whole stake with the third party in the war, and peace.

    A third party that is willing to fight need not deter. It may only moderate the aims of the war. The mechanism is the
    published one; payoffs linear in the demand are chosen here (F2). Indifferent, the third party stays out.
    """

    key = "limited_aims"
    title = "Limited war aims"
    pillar = "credibility"
    question = "Can an attacker slice its demands so thin that the patron stays out?"
    fidelity = "F2"
    references = ("werner2000deterring",)
    players = ("Attacker", "Third party")
    leader = "Attacker"
    label = "demand"
    parameters = (
        Parameter("p_win", "p", "(0, 1)", "the attacker's win probability if the third party stays out", "4/5", "probability"),
        Parameter(
            "delta_win",
            "Delta",
            "(0, 1)",
            "by how much intervention lowers the attacker's win probability",
            "2/5",
            "probability",
            latex=r"\Delta",
        ),
        Parameter("interest_third_party", "b", "(0, inf)", "the third party's loss if the whole stake is lost", "1/2", "utility"),
        Parameter("cost_war_third_party", "k", "(0, inf)", "the third party's cost of intervening", "1/10", "utility"),
        Parameter("cost_war_attacker", "c_A", "(0, inf)", "the attacker's cost of war", "3/10", "utility"),
        Parameter("cost_intervention_attacker", "e", "[0, inf)", "what intervention adds to it", "1/10", "utility"),
    )
    orders = (("p", "Delta"),)
    outcomes = (
        Outcome("demand", "share of the stake for which war is fought, 0 in peace", "share"),
        Outcome("p_war", "probability of war"),
        Outcome("p_intervention", "probability that the third party fights"),
    )
    comparative_statics = (
        Sign("d(x_hat)/d(k) > 0", "dear intervention lets larger demands pass"),
        Sign("d(x_hat)/d(Delta) < 0", "a third party that makes more difference moderates aims"),
        Sign("d(x_hat)/d(b) < 0", "and so does one with more at stake"),
        Sign("d(limited)/d(k) > 0", "limited aims pay more the dearer intervention is"),
        Sign("d(full)/d(Delta) < 0", "a wider war pays less the more difference the third party makes"),
        Sign("d(full)/d(k) == 0", "and does not depend on what intervention costs it"),
        Sign("d(limited - full)/d(e) > 0", "a wider war that costs more makes limited aims more attractive"),
    )
    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {"p_war": ("war alone", "wider war"), "p_intervention": ("wider war",)}

    def after(self, p: Values, x: Any) -> TreeNode:
        """Write the third party's choice after a war for the share ``x`` has begun."""
        weaker = p.p - p.Delta
        return Move(
            "Third party",
            {
                OUT: End((p.p * x - p.c_A, -p.p * p.b * x), "war alone"),
                IN: End((weaker * x - p.c_A - p.e, -weaker * p.b * x - p.k), "wider war"),
            },
        )

    def alternatives(self, p: Values) -> Mapping[str, Any]:
        """Allow the attacker to leave the stake alone."""
        return {NONE: End((0, 0), "peace")}

    def other_outcomes(self, p: Values, equilibrium: OfferProfile) -> dict[str, Any]:
        """Report the demand."""
        return {"demand": 0 * p.p if equilibrium.low is None else equilibrium.low}

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the demand up to which the third party stays out (above 1 if always), and what limited and full aims yield."""
        x = largest_ignored(p)
        return {"x_hat": x, "limited": p.p * x - p.c_A, "full": p.p - p.Delta - p.c_A - p.e}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return what the attacker does."""
        return [
            Regime("War does not pay", lambda p: [war_pays(p)[::-1]], meaning="War costs the attacker more than it can win."),
            Regime("Free hand", lambda p: [war_pays(p), interested(p)[::-1]], meaning="The third party would not fight for anything: full aims."),
            Regime("Limited aims", limited, meaning="The attacker asks for just so little that the third party stays out."),
            Regime("Full aims", full, meaning="The attacker asks for everything and accepts the wider war."),
            Regime("Deterrence", deterred, meaning="What the third party lets pass is not worth a war, and neither is a wider war."),
        ]  # fmt: skip

    def draw(self, ax: Any) -> None:
        """Draw the regimes by the third party's cost and effect."""
        self.regimes().plot("Delta", "k", xlim=(0, "4/5"), ylim=(0, "3/10"), ax=ax)
        ax.set_title("Cheaper intervention moderates the aims of war before it deters", loc="left", fontsize="medium")

    def _demand(self, **changed: Any) -> Any:
        found = self.only(**changed)
        return None if found is None else found[1]["demand"]

    @proposition(
        "when the third party intervenes",
        "The third party fights exactly if Delta b x > k, so that demands up to xhat = min(1, k/(Delta b)) pass.",
    )
    def intervention(self) -> bool:
        game, limit = self.game(), self.thresholds()["x_hat"]
        tested = {Fraction(k, 5) for k in range(6)} | {min(limit * Fraction(k, 10), Fraction(1)) for k in (9, 11)}
        replies = {x: [play["Third party"].support for play in subgame_perfect(game.after(x))] for x in tested - {limit}}
        return all(reply == [(IN,) if x > limit else (OUT,)] for x, reply in replies.items())

    @proposition(
        "deterrence",
        "If xhat < 1 there is peace exactly if max(p xhat, p - Delta - e) <= c_A; at equality the attacker is indifferent.",
        when=lambda p: [interested(p)],
    )
    def deterrence(self) -> bool:
        p, x = self.values(), self.thresholds()["x_hat"]
        gain = max(p.p * x, p.p - p.Delta - p.e) - p.c_A
        wars = {outcome["p_war"] for outcome in self.solve().outcomes}
        return wars == ({0, 1} if gain == 0 else {int(gain > 0)})

    @proposition(
        "limited aims",
        "If p xhat exceeds both c_A and p - Delta - e, with xhat < 1, the attacker demands exactly xhat and the third party stays out.",
        when=limited,
    )
    def limited_aims(self) -> bool:
        found = self.only()
        return found is not None and found[1] == {"demand": self.thresholds()["x_hat"], "p_war": 1, "p_intervention": 0}

    @proposition(
        "full aims",
        "The attacker demands everything if the third party would never fight and p > c_A, and also if p - Delta - e exceeds both c_A and p xhat; then it has to fight the third party, too.",
        when=full,
    )
    def full_aims(self) -> bool:
        p, alone = self.values(), self.only()
        indifferent = self.only(cost_war_third_party=2 * p.Delta * p.b)
        wars = [found and found[1] for found in (alone, indifferent)]
        return wars == [{"demand": 1, "p_war": 1, "p_intervention": fights} for fights in (1, 0)]

    @proposition(
        "strength moderates aims",
        "Where aims are limited, a third party that fights at less cost, makes more difference or has more at stake lowers the demand rather than the risk of war: dxhat/dk > 0, dxhat/dDelta < 0, dxhat/db < 0.",
        when=limited,
    )
    def moderation(self) -> bool:
        p, x = self.values(), self.thresholds()["x_hat"]
        # A step towards the smallest demand that is still worth a war keeps the third party's strength from deterring.
        least = max(p.c_A / p.p, (p.p - p.Delta - p.e) / p.p, Fraction(0))
        share = (least + x) / (2 * x)
        stronger = [{"k": p.k * share}, {"b": p.b / share}]
        more_effective = p.Delta / share if p.Delta / share < p.p else (p.Delta + p.p) / 2
        demands = [self._demand(**change) for change in (*stronger, {"Delta": more_effective})]
        return self._demand() == x and all(demand is not None and 0 < demand < x for demand in demands)
