"""Limited war aims: an attacker asks for little to keep a third party out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from alliancegames._fields import read_number
from alliancegames.errors import ParameterError
from alliancegames.games.offer import OfferGame, OfferProfile
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.credibility._aims_results import (
    IN,
    NONE,
    OUT,
    AimsResults,
    deterred,
    full,
    interested,
    largest_ignored,
    limited,
    war_pays,
)
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["LimitedAims"]


@register
class LimitedAims(AimsResults):
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
        Parameter("stake_third_party", "b", "(0, inf)", "the third party's loss if the whole stake is lost", "1/2", "utility"),
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
        return self._reaction(p, x, p.k)

    def _reaction(self, p: Values, x: Any, cost: Any, kind: str = "") -> Move:
        weaker = p.p - p.Delta
        out = End((p.p * x - p.c_A, -p.p * p.b * x), "war alone")
        wider = End((weaker * x - p.c_A - p.e, -weaker * p.b * x - cost), "wider war")
        return Move("Third party", {OUT: out, IN: wider}, kind or None)

    def uncertain(self, costs: Mapping[Any, Any]) -> OfferGame:
        """Return the game in which only the third party knows what intervention costs it.

        Parameters
        ----------
        costs : mapping of number to number
            For each possible cost its probability.

        Examples
        --------
        Three kinds of third party let demands up to 1/4, 1/2 and 1 pass. The attacker risks a wider war with the first:

        >>> import alliancegames as ag
        >>> game = ag.models.LimitedAims().uncertain({"1/20": "1/10", "1/10": "4/5", "1/5": "1/10"})
        >>> (play,) = ag.offer_equilibria(game)
        >>> print(play.low, play.outcomes["wider war"])
        1/2 1/10
        """
        model = self.completed()
        p = model.values()
        if not isinstance(costs, Mapping):
            raise ParameterError(f"uncertain(): costs must map values to probabilities, such as {{'1/2': 1}}, got {costs!r}.")
        kinds = [(read_number(cost, "uncertain()")[1], read_number(weight, "uncertain()")[1]) for cost, weight in costs.items()]
        if any(weight <= 0 for _, weight in kinds):
            raise ParameterError(f"uncertain(): every cost needs a positive probability, got {dict(costs)!r}.")

        def after(x: Any) -> TreeNode:
            return Chance({f"cost {k}": (w, self._reaction(p, x, k, f"Third party, cost {k}")) for k, w in kinds})

        return OfferGame(self.players, 0, self.label, (0, 1), after, self.alternatives(p), title=self.title, field=model.field)

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
