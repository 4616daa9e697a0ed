"""The equilibrium of the chain-store game in closed form, and the results on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import floor, inf, log
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.assessment import Assessment
from alliancegames.models.propositions import proposition
from alliancegames.models.tree_form import TreeModel
from alliancegames.parameters import Values

CHALLENGE = "challenge"

UNCHALLENGED, DEFENDED, YIELDED = "unchallenged", "defended", "yielded"
# Levels of reputation: n where it equals what deters with n protégés to come, a half between two of them.
HALF, WEAK = Fraction(1, 2), inf


def label(history: Sequence[str]) -> str:
    """Name the situation of the challenger who has seen a history."""
    return f"Challenger {len(history) + 1}" + (f" ({', '.join(history)})" if history else "")


def weak(history: Sequence[str]) -> str:
    """Name the situation of a weak patron who is challenged after a history."""
    return f"Weak patron against {label(history)}"


def betas(gains: Sequence[Any]) -> list[Any]:
    """Return the reputation that deters the next challenger when n protégés are still to come, for n = 0, 1, ..."""
    found: list[Any] = [1]
    for gain in reversed(gains):
        found.append(found[-1] * gain)
    return found


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


def initial(p: Values) -> Any:
    """Return the level of the prior: n if it equals beta_n, and half-way between n and n + 1 if it lies between their betas."""
    larger = sum(p.p < beta for beta in betas(p.b))
    return larger if p.p in betas(p.b) else larger - HALF


def reached(p: Values, history: Sequence[str], level: Any) -> Any:
    """Return the level of reputation after a history; infinite where the patron is known to be weak."""
    for k, event in enumerate(history):
        if event == YIELDED:
            return WEAK
        if event == DEFENDED:
            level = min(level, len(p.b) - k - 1)
    return level


def belief(p: Values, level: Any) -> Any:
    """Return the probability that the patron is tough at a level of reputation; between levels it is the prior's."""
    return 0 * p.p if level == WEAK else p.p if level % 1 else betas(p.b)[level]


def stage(p: Values, n: int, level: Any) -> tuple[Any, Any]:
    """Return with n protégés to come how likely a challenge is, and defence by a weak patron."""
    following, q = betas(p.b)[n - 1], belief(p, level)
    challenge = 0 if level < n else 1 if level > n else 1 - 1 / p.a
    return challenge, 1 if level <= n - 1 else (1 - following) * q / ((1 - q) * following)


def reputation(p: Values, history: Sequence[str]) -> Any:
    """Return the probability that the patron is tough after a history."""
    return belief(p, reached(p, history, initial(p)))


def plan(p: Values, level: Any) -> dict[str, list[Any]]:
    """Return what is done in every situation, from the level of the prior."""
    play: dict[str, list[Any]] = {}
    for k in range(len(p.b)):
        for history in product((UNCHALLENGED, DEFENDED, YIELDED), repeat=k):
            challenge, defend = stage(p, len(p.b) - k, reached(p, history, level))
            play[label(history)], play[weak(history)] = [1 - challenge, challenge], [1 - defend, defend]
    return play


def challenge_rates(p: Values, tough: bool) -> tuple[Any, ...]:
    """Return for each protégé how likely it is challenged, given what the patron is."""
    weights: dict[Any, Any] = {initial(p): 1}  # of the levels of reputation that are possible now
    rates = []
    for n in range(len(p.b), 0, -1):
        following: dict[Any, Any] = {}
        rates.append(sum(weight * stage(p, n, level)[0] for level, weight in weights.items()))
        for level, weight in weights.items():
            challenge, defend = stage(p, n, level)
            stands, raised = 1 if tough else defend, min(level, n - 1) if level != WEAK else WEAK
            for after, share in ((level, 1 - challenge), (raised, challenge * stands), (WEAK, challenge * (1 - stands))):
                following[after] = following.get(after, 0) + weight * share
        weights = following
    return tuple(rates)


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
