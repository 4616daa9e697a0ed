"""A patron's reputation across protégés: the chain-store game."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from alliancegames.errors import ParameterError
from alliancegames.games.distributions import minimum
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.credibility._reputation_play import (
    CHALLENGE,
    DEFENDED,
    HALF,
    UNCHALLENGED,
    YIELDED,
    betas,
    label,
    plan,
    reputation,
    weak,
)
from alliancegames.models.credibility._reputation_results import ReputationResults, exposed_is
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["ReputationChain"]

REFRAIN, DEFEND, YIELD = "refrain", "defend", "yield"
PEACE, MET, LOST = "no challenge", "every challenge is met", "a protégé is abandoned"
# The figure continues a shorter chain to this number of protégés.
DRAWN = 6


def _end(history: Sequence[str]) -> str:
    return LOST if YIELDED in history else MET if DEFENDED in history else PEACE


@register
class ReputationChain(ReputationResults):
    """Does defending one protégé protect the next, and when do challengers start to probe?

    A patron has several protégés, and each in turn meets a challenger of its own, who has seen all that happened
    before. The challenger refrains or challenges; a challenged patron defends or yields. A tough patron always
    defends. A weak one would rather yield each single time, but nobody else knows that it is weak, and whoever sees it
    yield does. Gains and losses are measured so that a weak patron gets -1 from defending and 0 from yielding, and
    that a challenger who is resisted gets 1 less than one to whom the patron yields.

    With many protégés still to come a weak patron defends to be taken for a tough one, and a small doubt is
    enough to deter. Towards the end the reputation of toughness is worth less and has to be larger to
    deter: challengers start to probe, and a weak patron is found out sooner or later.

    One gain is given for each challenger; their number is the number of protégés. The published model has equal gains
    (``ReputationChain().chain(6)``); with unequal ones, powers of the gain become products.
    """

    key = "reputation_chain"
    title = "Reputation across protégés"
    pillar = "credibility"
    question = "Does defending one protégé protect the next, and when do challengers start to probe?"
    fidelity = "F1"
    references = ("kreps1982reputation", "milgrom1982predation", "alt1988reputation")
    players = ("Patron", "Challenger 1", "Challenger 2")
    parameters = (
        Parameter("cred_patron", "p", "(0, 1)", "prior probability of a tough patron", "1/10", "probability"),
        Parameter("gain_challenger", "b", "(0, 1)", "gain of each challenger if the patron yields, in order", ("1/2", "1/2"), "utility"),
        Parameter("value_peace_patron", "a", "(1, inf)", "patron's value of a protégé who is not challenged", 2, "utility"),
    )
    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {"p_peace": (PEACE,), "p_met": (MET,), "p_lost": (LOST,)}
    outcomes = (
        Outcome("p_peace", "probability that nobody is challenged"),
        Outcome("p_met", "probability that there are challenges and all are met"),
        Outcome("p_lost", "probability that a protégé is abandoned"),
        Outcome("n_unchallenged", "expected number of protégés who are not challenged", "number"),
        Outcome("utility_weak", "expected utility of a weak patron", "utility"),
    )

    comparative_statics = (
        Sign("d(beta_2)/d(b_1) > 0", "keener challengers are deterred by a better reputation only"),
        Sign("d(beta_2)/d(b_2) > 0", "even if they come later"),
        Sign("beta_2 < beta_1", "the more protégés are still to come, the less reputation deters"),
        Sign("d(y)/d(p) > 0", "a weak patron with a better reputation defends more often", where=("None is safe",)),
        Sign("d(y)/d(b_2) < 0", "and less often the keener later challengers are", where=("None is safe",)),
        Sign(
            "d(p_lost)/d(p) < 0",
            "where patrons are tested, a better reputation loses fewer protégés",
            where=("None is safe",),
        ),
        Sign("d(p_met)/d(p) > 0", "and meets more challenges", where=("None is safe",)),
        Sign("d(p_lost)/d(p) == -1", "where only the last one is tested, exactly as many fewer", where=("1 of 2 safe",)),
        Sign("d(p_lost)/d(b_2) > 0", "keener challengers win more protégés", where=("None is safe",)),
    )

    def _assign(self, values: Mapping[str, Any]) -> None:
        super()._assign(values)
        count = self._sizes["gain_challenger"]
        vars(self)["players"] = ("Patron", *(f"Challenger {k + 1}" for k in range(count)))

    def chain(self, proteges: int) -> ReputationChain:
        """Return the model with another number of protégés, whose challengers all gain as much as the first one does.

        Parameters
        ----------
        proteges : int
            How many protégés there are, at least one.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.ReputationChain(cred_patron="1/10", gain_challenger="1/2").chain(6)
        >>> print(*model.challenges(tough=False))
        0 0 0 1 5/6 35/36
        """
        if isinstance(proteges, bool) or not isinstance(proteges, int) or proteges < 1:
            raise ParameterError(f"chain(): the number of protégés must be an integer of at least 1, got {proteges!r}.")
        model = self.completed()
        return model.replace(gain_challenger=[model.values().b[0]] * proteges)

    def tree(self, p: Values) -> TreeNode:
        """Let chance decide whether the patron is tough; then the challengers come one after the other."""

        def stage(history: tuple[str, ...], tough: bool, payoffs: tuple[Any, ...]) -> TreeNode:
            k = len(history)
            if k == len(p.b):
                return End(payoffs, _end(history))

            def after(event: str, patron: Any, challenger: Any) -> TreeNode:
                mine, *theirs = payoffs
                theirs[k] = challenger
                return stage((*history, event), tough, (mine + patron, *theirs))

            quiet, met = after(UNCHALLENGED, p.a, 0), after(DEFENDED, 0 if tough else -1, p.b[k] - 1)
            if tough:  # a tough patron always defends
                return Move(k + 1, {REFRAIN: quiet, CHALLENGE: met}, label(history))
            reply = Move("Patron", {YIELD: after(YIELDED, 0, p.b[k]), DEFEND: met}, weak(history))
            return Move(k + 1, {REFRAIN: quiet, CHALLENGE: reply}, label(history))

        start = (0,) * (len(p.b) + 1)
        return Chance({"tough": (p.p, stage((), True, start)), "weak": (1 - p.p, stage((), False, start))})

    def other_outcomes(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Count the challengers who refrain, and look up what the play is worth to a weak patron."""
        profile = equilibrium.profile
        nodes, reach = profile.game.nodes, profile.reach
        quiet = sum(chance for node, chance in zip(nodes, reach, strict=True) if node.history and node.history[-1] == REFRAIN)
        return {"n_unchallenged": quiet, "utility_weak": profile.values[nodes[0].children[1]][0]}

    # ---------------------------------------------------------------- the equilibrium in closed form

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the reputations beta_n that deter with n protégés to come, and how often a weak patron defends the first one (y)."""
        found = betas(p.b)
        listed = {f"beta_{n}": beta for n, beta in enumerate(found) if n}
        return listed | {"y": minimum(1, (1 - found[-2]) * p.p / ((1 - p.p) * found[-2]))}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return how many protégés are never challenged."""
        count = len(p.b)
        names = {0: "All are safe", count: "None is safe"}
        meaning = {0: "Nobody is challenged.", count: "The first protégé is challenged, and a weak patron defends it at most sometimes."}
        between = "The first ones are never challenged; then challengers probe until a weak patron has yielded."
        return [
            Regime(names.get(j, f"{count - j} of {count} safe"), exposed_is(j), self._equilibrium_if(j), meaning.get(j, between))
            for j in range(count + 1)
        ]

    def _equilibrium_if(self, exposed: int) -> Callable[[Values], list[tuple[Mapping[str, Any], ...]]]:
        """Return the equilibrium where a number of protégés is not safe, as formulas: by information set what is done."""

        def plays(p: Values) -> list[tuple[Mapping[str, Any], ...]]:
            play = plan(p, exposed + HALF)
            return [tuple(dict(zip(part.actions, play[part.label], strict=True)) for part in self.game().information_sets)]

        return plays

    def draw(self, ax: Any) -> None:
        """Draw the reputation that deters, challenger by challenger, and the reputation of a patron who meets every challenge."""
        model = self.completed()
        model = model if len(model.values().b) >= DRAWN else model.chain(DRAWN)
        p = model.values()
        count = len(p.b)
        found = betas(p.b)
        steps = range(1, count + 1)
        history = [DEFENDED if n <= model.exposed() else UNCHALLENGED for n in range(count, 0, -1)]
        path = [float(reputation(p, history[:k])) for k in range(count)]
        edges = [k + 0.5 for k in range(count + 1)]
        ax.stairs(
            [float(beta) for beta in found[:0:-1]], edges, color="#b5451d", linewidth=2, baseline=None, label="reputation that deters"
        )
        ax.plot(steps, path, "o-", color="#0b559f", label="reputation while every challenge is met")
        rates = [float(rate) for rate in model.challenges(tough=False)]
        ax.bar(steps, rates, color="0.9", zorder=0, label="probability that a weak patron is challenged")
        ax.set(ylim=(0, 1.4), xlim=(0.5, count + 0.5), xlabel="protégé, in the order of the challenges", ylabel="probability")
        ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1])
        ax.legend(frameon=False, loc="upper left", fontsize="small")
        ax.set_title("Reputation protects the first protégés and is put to the test by the last challengers", loc="left", fontsize="medium")
