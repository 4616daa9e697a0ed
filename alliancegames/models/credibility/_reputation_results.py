"""The equilibrium of the chain-store game in closed form, and the results on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product
from math import floor, log
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.assessment import Assessment
from alliancegames.models.credibility._reputation_play import (
    CHALLENGE,
    DEFENDED,
    UNCHALLENGED,
    YIELDED,
    betas,
    challenge_rates,
    initial,
    label,
    plan,
    reputation,
    weak,
)
from alliancegames.models.propositions import proposition
from alliancegames.models.tree_form import TreeModel
from alliancegames.parameters import Values
from alliancegames.solvers.verify_assessment import sequential_rationality


def apart(prior: Any, gains: Sequence[Any]) -> Conditions:
    """Exclude priors at which a challenger is indifferent from the start."""
    return [((prior - beta) ** 2, 0) for beta in betas(gains)[1:]]


def generic(p: Values) -> Conditions:
    """Exclude parameters at which a challenger is indifferent from the start."""
    return apart(p.p, p.b)


def varied(p: Values) -> Conditions:
    """Exclude ties also at a higher prior and at higher gains."""
    return [*generic(p), *apart((1 + p.p) / 2, p.b), *apart(p.p, [(1 + gain) / 2 for gain in p.b])]


def exposed_is(nbar: int) -> Callable[[Values], Conditions]:
    """Return where the number of protégés who are not safe is ``nbar``: beta_{nbar+1} < p < beta_nbar."""

    def when(p: Values) -> Conditions:
        found = betas(p.b)
        upper = [(found[nbar], p.p)] if nbar else []
        return [*upper, *[(p.p, following) for following in found[nbar + 1 : nbar + 2]]]

    return when


@lru_cache(maxsize=4)  # several results concern the same equilibrium
def _only(model: TreeModel) -> tuple[Any, dict[str, Any]]:
    solution = model.solve()
    (family,), (outcome,) = solution.equilibria, solution.outcomes
    assert solution.equilibria.complete
    return family, outcome


class ReputationResults(TreeModel):
    """The equilibrium of the chain-store game as its formulas give it, and the results."""

    def equilibrium(self) -> Assessment:
        """Return the equilibrium as the formulas give it: what is done and believed in every situation.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.ReputationChain().chain(3)
        >>> bool(ag.sequential_rationality(model.equilibrium()))
        True
        """
        p, game = self.completed().values(), self.completed().game()
        beliefs: dict[str, list[Any]] = {}
        for k in range(len(p.b)):
            for history in product((UNCHALLENGED, DEFENDED, YIELDED), repeat=k):
                tough = reputation(p, history)
                beliefs[label(history)] = [1] if YIELDED in history else [tough, 1 - tough]
        return Assessment(game.profile(plan(p, initial(p))), beliefs)

    def challenges(self, *, tough: bool) -> tuple[Any, ...]:
        """Return for each protégé how likely it is challenged, by the formulas, given what the patron is.

        Parameters
        ----------
        tough : bool
            Whether the patron is tough.
        """
        return challenge_rates(self.completed().values(), tough)

    def exposed(self) -> int:
        """Return nbar, the number of protégés who are not safe: the largest n with p < beta_n, or 0."""
        p = self.completed().values()
        return sum(p.p < beta for beta in betas(p.b)[1:])

    def _only(self) -> tuple[Any, dict[str, Any]]:
        """Return the solver's only equilibrium and its outcome."""
        return _only(self)

    def _tests(self) -> list[Any]:
        """Return for each protégé how likely it is challenged, from the solver's equilibrium."""
        profile = self._only()[0].profile
        game, rates = profile.game, [0] * (len(self.players) - 1)
        for node, chance in zip(game.nodes, profile.reach, strict=True):
            if node.history and node.history[-1] == CHALLENGE:
                rates[game.information_sets[game.nodes[node.parent].information_set].player - 1] += chance
        return rates

    def _first_test(self) -> int:
        """Return how many protégés come before the first that may be challenged; a challenge must then be certain."""
        rates = self._tests()
        safe = next((k for k, rate in enumerate(rates) if rate), len(rates))
        return safe if safe == len(rates) or rates[safe] == 1 else -1

    @proposition(
        "the equilibrium",
        "Let beta_n be the product of the gains of the last n challengers (b^n if they are equal). Unless p is one of these there is one sequential equilibrium. "
        "With n protégés to come, a challenger refrains if the reputation is above beta_n, challenges if it is below, and at beta_n refrains with probability 1/a. "
        "A weak patron with reputation q defends for sure if q >= beta_{n-1}, otherwise with probability (1 - beta_{n-1})q/((1 - q)beta_{n-1}); "
        "a defence makes its reputation max(q, beta_{n-1}).",
        when=generic,
    )
    def one_equilibrium(self) -> bool:
        family, _ = self._only()
        return bool(family.dimension == 0 and family.example == self.equilibrium())

    @proposition(
        "longer chains",
        "With twice as many protégés, whose challengers have the same gains in turn, the same formulas are a sequential equilibrium: nobody gains by another plan in any situation, and reputations follow from what is done.",
        when=lambda p: apart(p.p, [*p.b, *p.b]),
    )
    def longer(self) -> bool:
        gains = self.values().b
        return bool(sequential_rationality(self.replace(gain_challenger=[*gains, *gains]).equilibrium()))

    @proposition(
        "who is protected",
        "All protégés but the last nbar are never challenged and the next one is challenged for sure; nbar, the largest n with p < beta_n, does not depend on how many come before.",
        when=generic,
    )
    def protected(self) -> bool:
        gains = self.values().b
        shorter = [self.replace(gain_challenger=gains[1:])] if len(gains) > 1 else []
        return all(model._first_test() == max(0, len(model.values().b) - self.exposed()) for model in (self, *shorter))

    @proposition(
        "equal challengers",
        "If all challengers gain b, all but floor(ln p/ln b) protégés are safe.",
        when=lambda p: apart(p.p, [p.b[0]] * len(p.b)),
    )
    def equal_challengers(self) -> bool:
        p = self.values()
        model = self.replace(gain_challenger=[p.b[0]] * len(p.b))
        return model._first_test() == max(0, len(p.b) - floor(log(p.p) / log(p.b[0])))

    @proposition(
        "what reputation is worth",
        "A weak patron can expect a from every safe protégé, and nothing from the others together.",
        when=generic,
    )
    def worth(self) -> bool:
        return bool(self._only()[1]["utility_weak"] == self.values().a * self._first_test())

    @proposition(
        "signs",
        "With a tougher reputation (p) no fewer protégés go unchallenged on average and a weak patron is no less likely to meet the first challenge, with higher gains of the challengers (b) no more; "
        "both differences in defence are strict where p < beta_{N-1} at all three points.",
        when=varied,
    )
    def signs(self) -> bool:
        p = self.values()
        models = self.replace(p=(1 + p.p) / 2), self, self.replace(b=[(1 + gain) / 2 for gain in p.b])
        tougher, base, keener = (outcome["n_unchallenged"] for _, outcome in map(_only, models))
        firm, usual, shy = (family[weak(())]["defend"] for family, _ in map(_only, models))
        ordered = tougher >= base >= keener and firm >= usual >= shy
        return bool(ordered and (firm == 1 or firm > usual > shy))

    @proposition(
        "the order of challengers",
        "Whether the first challenger is deterred depends on the gains of all, not on their order.",
        when=lambda p: [*generic(p), *apart(p.p, p.b[::-1])],
    )
    def order(self) -> bool:
        return bool(self._tests()[0] == self.replace(gain_challenger=self.values().b[::-1])._tests()[0])
