"""The enlargement dilemma: an alliance builds trust inside and may break it outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from alliancegames.games.cutoff import CutoffGame
from alliancegames.games.distributions import TypeDistribution, Uniform, read_distribution
from alliancegames.games.signalling import Cell, SignallingGame
from alliancegames.models.enlargement._enlargement_results import (
    ABSTAIN,
    COOPERATE,
    DEFECT,
    EAGER_S,
    EAGER_X,
    ENLARGE,
    EXPANSIONIST,
    RELUCTANT_S,
    RELUCTANT_X,
    SEEKER,
    EnlargementResults,
    thresholds,
    trust,
)
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["EnlargementTrust"]


def _table(p: Values, kinds: Mapping[str, tuple[Any, bool]]) -> dict[tuple[str, ...], tuple[Any, Any]]:
    """Return the payoffs for types given by their benefit and by whether they seek security; the one place where payoffs are written."""
    table: dict[tuple[str, ...], tuple[Any, Any]] = {}
    for kind, (benefit, seeks) in kinds.items():
        for message, extra in ((ENLARGE, benefit), (ABSTAIN, 0)):
            table[kind, message, COOPERATE] = (extra + (1 if seeks else p.g_X), 1 if seeks else -p.c)
            table[kind, message, DEFECT] = (extra, p.g_R if seeks else 0)
    return table


@register
class EnlargementTrust(EnlargementResults):
    """When does admitting new members turn a cooperative rival hostile?

    An alliance seeks security, or is expansionist; a rival does not know which. Enlargement brings the alliance a private benefit.
    The rival sees whether it enlarges and then cooperates or defects. Cooperation with a security seeker is mutual; an expansionist
    exploits it, and gains more. The rival cooperates if its trust is at least a minimum. If it infers nothing from enlargement,
    sufficient trust remains so. But if it defects after enlargement, only alliances enlarge that gain more from this than from the
    rival's trust. Where expansionists do so more often, the rival's suspicion is justified: enlargement breaks trust.

    Benefits are uniform between 0 and a maximum. Unless the rival randomises, it only matters whether they exceed what its
    cooperation is worth, so each kind of alliance is split there into *eager* and *reluctant* types, each with its mean benefit.
    This finite game has exactly the equilibria of the continuous model in which the rival does not randomise; for the others see
    ``continuous``. Conduct towards the rival is folded in (a reduced form, F2).
    """

    key = "enlargement_trust"
    title = "The enlargement dilemma"
    pillar = "enlargement"
    question = "When does admitting new members turn a cooperative rival hostile, and do entry conditions help?"
    fidelity = "F2"
    references = ("kydd2001trust",)
    players = ("Alliance", "Rival")
    types = (EAGER_S, RELUCTANT_S, EAGER_X, RELUCTANT_X)
    messages = (ENLARGE, ABSTAIN)
    replies = (COOPERATE, DEFECT)
    parameters = (
        Parameter("trust", "t", "(0, 1)", "trust: prior probability that the alliance seeks security", "7/10", "probability"),
        Parameter("benefit_max_seeker", "b_S", "(1, inf)", "largest benefit of enlargement to a security seeker", "5/4", "cooperation = 1"),
        Parameter("benefit_max_expansionist", "b_X", "(1, inf)", "largest benefit of enlargement to an expansionist", 4, "cooperation = 1"),
        Parameter("gain_exploit_alliance", "g_X", "(1, inf)", "an expansionist's gain from a cooperative rival", "7/5", "cooperation = 1"),
        Parameter("gain_exploit_rival", "g_R", "[0, 1)", "rival's gain from defecting on a security seeker", "1/2", "cooperation = 1"),
        Parameter("loss_exploited_rival", "c", "(0, inf)", "rival's loss from being exploited", "3/5", "cooperation = 1"),
        Parameter("hurdle", "h", "(0, inf)", "hurdle: what a candidate pays to enter", "1/2", "utility"),
        Parameter("value_entry_cooperative", "b_C", "(0, inf)", "value of entry to a cooperative candidate", 1, "utility"),
        Parameter("value_entry_other", "b_U", "(0, inf)", "value of entry to another candidate", "3/10", "utility"),
    )
    orders = (("b_X", "g_X"), ("b_C", "b_U"))
    outcomes = (
        Outcome("p_enlarge", "probability that the alliance enlarges"),
        Outcome("p_cooperation", "probability that the rival cooperates"),
        Outcome("p_broken", "probability that the rival defects on a security seeker"),
        Outcome("p_exploited", "probability that the rival is exploited"),
    )
    comparative_statics = (
        Sign("d(m)/d(c) > 0", "costs of being exploited raise the trust needed"),
        Sign("d(m)/d(g_R) > 0", "gains from exploitation raise the trust needed"),
        Sign("sigma_S < sigma_X implies t_E < t < t_N", "enlargement lowers trust and restraint raises it"),
        Sign("d(sigma_S)/d(b_S) > 0", "the more a benign state gains the more often it enlarges"),
        Sign("d(t_E)/d(b_S) > 0", "and the less enlargement says against it"),
        Sign("d(t_E)/d(b_X) < 0", "the more expansionists gain, the more enlargement says against an alliance"),
        Sign("d(t_N)/d(b_X) > 0", "and the more restraint says for it"),
        Sign("d(t_E)/d(t) > 0", "inferences start from trust"),
    )

    def prior(self, p: Values) -> Sequence[Any]:
        """Split each kind of alliance at the benefit that outweighs the rival's cooperation."""
        seeker, expansionist = 1 - 1 / p.b_S, 1 - p.g_X / p.b_X
        return [p.t * seeker, p.t * (1 - seeker), (1 - p.t) * expansionist, (1 - p.t) * (1 - expansionist)]

    def payoffs(self, p: Values) -> Mapping[tuple[str, ...], Sequence[Any]]:
        """Give each type the mean benefit of the alliances that it stands for."""
        seekers = {EAGER_S: ((1 + p.b_S) / 2, True), RELUCTANT_S: (p.b_S / p.b_S / 2, True)}  # 1/2, exact where parameters are
        return _table(p, seekers | {EAGER_X: ((p.g_X + p.b_X) / 2, False), RELUCTANT_X: (p.g_X / 2, False)})

    def known_benefits(self) -> SignallingGame:
        """Return the game in which the rival knows the benefits, which are those of the mean alliance of each kind."""
        p = self.values()
        kinds = {SEEKER: (p.b_S / 2, True), EXPANSIONIST: (p.b_X / 2, False)}
        return SignallingGame(list(kinds), self.messages, self.replies, (p.t, 1 - p.t), _table(p, kinds), players=self.players)

    def continuous(self, seekers: TypeDistribution | None = None, expansionists: TypeDistribution | None = None) -> CutoffGame:
        """Return the model with continuous benefits and a rival that cooperates after abstention; the unknown is how often it does after enlargement.

        Parameters
        ----------
        seekers, expansionists : distribution, optional
            Distributions of the benefits of enlargement to security seekers and to expansionists; by default uniform from 0 to the largest.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.EnlargementTrust().completed()
        >>> [str(item["cooperate"]) for item in ag.cutoff_equilibria(model.continuous())]
        ['0', '47/217', '1']
        >>> found = ag.cutoff_equilibria(model.continuous(ag.games.Normal(1.1, 0.3), ag.games.Normal(1.4, 0.3)))
        >>> [round(float(item["cooperate"]), 3) for item in found]
        [1.0]
        """
        p = self.values()
        benign = Uniform(0, p.b_S) if seekers is None else read_distribution(seekers, "continuous(): seekers")
        hostile = Uniform(0, p.b_X) if expansionists is None else read_distribution(expansionists, "continuous(): expansionists")

        def reply(again: Any) -> Any:
            gain = p.t * (1 - benign.cdf(1 - again)) * (1 - p.g_R)
            return again + gain - (1 - p.t) * (1 - hostile.cdf((1 - again) * p.g_X)) * p.c

        return CutoffGame.from_replies({COOPERATE: (0, 1)}, lambda play: reply(play[COOPERATE]), title=self.title)

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        return {
            "p_enlarge": self.plays(lambda kind, message, reply: message == ENLARGE),
            "p_cooperation": self.plays(lambda kind, message, reply: reply == COOPERATE),
            "p_broken": self.plays(lambda kind, message, reply: reply == DEFECT and kind in (EAGER_S, RELUCTANT_S)),
            "p_exploited": self.plays(lambda kind, message, reply: reply == COOPERATE and kind in (EAGER_X, RELUCTANT_X)),
        }

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the minimum of trust, how often each kind enlarges if the rival punishes it, and trust after enlargement and abstention."""
        return thresholds(p)

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Compare trust, before and after inferences, with its minimum: what is an equilibrium unless the rival randomises."""
        meanings = {
            "Robust trust": (True, True, "The rival cooperates although everybody enlarges."),
            "Fragile trust": (True, False, "The rival may go on cooperating, or may take enlargement for a sign of hostility."),
            "Restraint pays": (False, True, "The rival mistrusts the alliance, but may come to trust one that abstains."),
            "Mistrust": (False, False, "Everybody enlarges and the rival defects."),
        }
        return [Regime(name, partial(trust, before=x, after=y), meaning=meaning) for name, (x, y, meaning) in meanings.items()]

    def draw(self, ax: Any) -> None:
        self.regimes().plot("t", "b_S", xlim=(0, 0.99), ylim=(1, 2.5), ax=ax).set_title(
            "Enlargement can break trust that was sufficient", loc="left", fontsize="medium"
        )
