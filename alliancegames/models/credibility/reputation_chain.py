"""A patron's reputation across protégés: the chain-store game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.errors import ParameterError
from alliancegames.games.assessment import Assessment
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import proposition
from alliancegames.models.registry import register
from alliancegames.models.tree_form import TreeModel
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["ReputationChain"]

CHALLENGE, REFRAIN, DEFEND, YIELD = "challenge", "refrain", "defend", "yield"
UNCHALLENGED, DEFENDED, YIELDED = "unchallenged", "defended", "yielded"
PEACE, MET, LOST = "no challenge", "every challenge is met", "a protégé is abandoned"
# The figure continues a shorter chain to this number of protégés.
DRAWN = 6


def betas(p: Values) -> list[Any]:
    """Return the reputation that deters the next challenger when n protégés are still to come, for n = 0, 1, ..."""
    found: list[Any] = [1]
    for gain in reversed(p.b):
        found.append(found[-1] * gain)
    return found


def generic(p: Values) -> Conditions:
    """Exclude reputations at which a challenger is indifferent from the start."""
    return [((p.p - beta) ** 2, 0) for beta in betas(p)[1:]]


def _label(history: Sequence[str]) -> str:
    """Name the situation of the challenger who has seen a history."""
    return f"Challenger {len(history) + 1}" + (f" ({', '.join(history)})" if history else "")


def _end(history: Sequence[str]) -> str:
    return LOST if YIELDED in history else MET if DEFENDED in history else PEACE


@register
class ReputationChain(TreeModel):
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
    ends = {"p_peace": (PEACE,), "p_met": (MET,), "p_lost": (LOST,)}
    outcomes = (
        Outcome("p_peace", "probability that nobody is challenged"),
        Outcome("p_met", "probability that there are challenges and all are met"),
        Outcome("p_lost", "probability that a protégé is abandoned"),
        Outcome("n_unchallenged", "expected number of protégés who are not challenged", "number"),
        Outcome("utility_weak", "expected utility of a weak patron", "utility"),
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

        def stage(history: tuple[str, ...], weak: bool, payoffs: tuple[Any, ...]) -> TreeNode:
            k = len(history)
            if k == len(p.b):
                return End(payoffs, _end(history))

            def after(event: str, patron: Any, challenger: Any) -> TreeNode:
                mine, *theirs = payoffs
                theirs[k] = challenger
                return stage((*history, event), weak, (mine + patron, *theirs))

            quiet, met = after(UNCHALLENGED, p.a, 0), after(DEFENDED, -1 if weak else 0, p.b[k] - 1)
            label = _label(history)
            if not weak:  # a tough patron always defends
                return Move(k + 1, {REFRAIN: quiet, CHALLENGE: met}, label)
            reply = Move("Patron", {YIELD: after(YIELDED, 0, p.b[k]), DEFEND: met}, f"Weak patron against {label}")
            return Move(k + 1, {REFRAIN: quiet, CHALLENGE: reply}, label)

        start = (0,) * (len(p.b) + 1)
        return Chance({"tough": (p.p, stage((), False, start)), "weak": (1 - p.p, stage((), True, start))})

    def other_outcomes(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Count the challengers who refrain, and look up what the play is worth to a weak patron."""
        profile = equilibrium.profile
        nodes, reach = profile.game.nodes, profile.reach
        quiet = sum(chance for node, chance in zip(nodes, reach, strict=True) if node.history and node.history[-1] == REFRAIN)
        return {"n_unchallenged": quiet, "utility_weak": profile.values[nodes[0].children[1]][0]}

    # ---------------------------------------------------------------- the equilibrium in closed form

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return by the number n of protégés still to come the reputation beta_n that deters; and how often a weak patron defends the first one if p is too small to do so for sure."""
        found = betas(p)
        listed = {f"beta_{n}": beta for n, beta in enumerate(found) if n}
        return listed | {"y": (1 - found[-2]) * p.p / ((1 - p.p) * found[-2])}

    def _stage(self, n: int, belief: Any) -> tuple[Any, Any, Any]:
        """Return with n protégés to come the probabilities of a challenge and of defence by a weak patron, and the reputation after a defence."""
        p = self.values()
        here, following = betas(p)[n], betas(p)[n - 1]
        challenge = 0 if belief > here else 1 if belief < here else 1 - 1 / p.a
        defend = 1 if belief >= following else (1 - following) * belief / ((1 - belief) * following)
        return challenge, defend, max(belief, following) if belief else belief

    def _reputation(self, history: Sequence[str]) -> Any:
        """Return the probability of a tough patron after a history."""
        belief, count = self.values().p, len(self.values().b)
        for k, event in enumerate(history):
            if event != UNCHALLENGED:
                belief = 0 * belief if event == YIELDED else self._stage(count - k, belief)[2]
        return belief

    def equilibrium(self) -> Assessment:
        """Return the equilibrium as the formulas give it: what is done and believed in every situation.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.ReputationChain().chain(3)
        >>> bool(ag.sequential_rationality(model.equilibrium()))
        True
        """
        model = self.completed()
        game, count = model.game(), len(model.values().b)
        play: dict[str, list[Any]] = {}
        beliefs: dict[str, list[Any]] = {}
        for k in range(count):
            for history in product((UNCHALLENGED, DEFENDED, YIELDED), repeat=k):
                belief, label = model._reputation(history), _label(history)
                challenge, defend, _ = model._stage(count - k, belief)
                play[label], play[f"Weak patron against {label}"] = [1 - challenge, challenge], [1 - defend, defend]
                beliefs[label] = [1] if YIELDED in history else [belief, 1 - belief]
        return Assessment(game.profile(play), beliefs)

    def challenges(self, *, tough: bool) -> tuple[Any, ...]:
        """Return for each protégé how likely it is challenged, by the formulas, given what the patron is.

        Parameters
        ----------
        tough : bool
            Whether the patron is tough.
        """
        model = self.completed()
        count, states, found = len(model.values().b), {model.values().p: 1 * model.values().p**0}, []
        for n in range(count, 0, -1):
            following: dict[Any, Any] = {}
            rates = []
            for belief, weight in states.items():
                challenge, defend, raised = model._stage(n, belief)
                stands = 1 if tough else defend
                rates.append(weight * challenge)
                moves = {belief: 1 - challenge}, {raised: challenge * stands}, {0 * belief: challenge * (1 - stands)}
                for after, share in (pair for move in moves for pair in move.items() if pair[1]):
                    following[after] = following.get(after, 0) + weight * share
            states = following
            found.append(sum(rates))
        return tuple(found)

    def exposed(self) -> int:
        """Return nbar, the number of protégés who are not safe: the largest n with p < beta_n, or 0."""
        p = self.completed().values()
        return sum(p.p < beta for beta in betas(p)[1:])

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return how many protégés are never challenged."""
        bounds, count = [*betas(p)], len(p.b)

        def between(j: int) -> Any:
            lower = [(1, lambda q: (q.p, betas(q)[j + 1]))] if j < count else []
            upper = [(1, lambda q: (betas(q)[j], q.p))] if j else []
            return lambda q: [pair(q) for _, pair in (*lower, *upper)]

        names = {0: "All are safe", count: "None is safe"}
        return [Regime(names.get(j, f"{count - j} of {count} safe"), between(j)) for j in range(len(bounds))]
