"""The results on rules of decision, checked by solved games and by integration."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from itertools import pairwise
from math import exp, log
from typing import Any

from alliancegames.games.extensive import ExtensiveGame
from alliancegames.models._votes import chance_of_votes
from alliancegames.models.propositions import proposition, recalled
from alliancegames.models.structure import StructuredModel
from alliancegames.models.tree_form import TreeModel
from alliancegames.parameters import Values
from alliancegames.solvers.sequential import subgame_perfect

NEAR = Fraction(1, 10**6)  # how near to a threshold that is a root the solver is asked on either side
RULES = ("consensus", "two thirds", "majority", "delegation")


def willing(p: Values) -> tuple[Any, Any]:
    """Return the pair that says that members would rather respond than lose what is grabbed."""
    return p.v, p.k


def answers_in_time(p: Values, voters: int, needed: int) -> tuple[Any, Any]:
    """Return the pair that says that a response is so likely to come in time that a grab does not pay."""
    return chance_of_votes(p.q, voters, needed) * (p.g + p.l), p.g


class SpeedResults(StructuredModel, TreeModel):
    """The propositions on rules of decision."""

    @abstractmethod
    def one_by_one(self) -> ExtensiveGame:
        """Return the game after a grab in which members are ready or not one after the other, and say yes or no if they are."""

    def _grabs(self, **changed: Any) -> set[Any]:
        """Return the probabilities of a grab in all extreme equilibria."""
        equilibria = self.replace(**changed).solve().equilibria
        return {1 - member.outcomes["no grab"] for family in equilibria for member in family.corners}

    def _timely(self, n: int, rule: Any) -> Any:
        return self.replace(members=n, rule=rule).thresholds()["p_timely"]

    def _deters(self, n: int, rule: Any) -> bool:
        """Whether some equilibrium has no grab."""
        return 0 in self._grabs(members=n, rule=rule)

    @proposition(
        "when the grab is deterred",
        "If a response is worth its cost, v > k, the attacker grabs exactly if the probability P of a response in time is below P* = g/(g + l); at P = P* it is indifferent.",
        when=lambda p: [willing(p)],
    )
    def deterred(self) -> bool:
        star = self.thresholds()["P_star"]
        for n, rule in [(n, rule) for n in (1, 3, 16) for rule in RULES]:
            chance = self._timely(n, rule)
            if self._grabs(members=n, rule=rule) != ({0, 1} if chance == star else {int(chance < star)}):
                return False
        return True

    @proposition(
        "no will, no deterrence",
        "If a response costs more than what is grabbed, k > v, the attacker grabs whatever the rule and however ready members are, and nobody responds.",
        when=lambda p: [willing(p)[::-1]],
    )
    def no_will(self) -> bool:
        return all([o["p_stands"] for o in self.replace(members=3, rule=rule).solve().outcomes] == [1] for rule in RULES)

    @proposition(
        "members one by one",
        "If v > k, members who are asked one after the other say yes whenever they are ready: K approvals of n come in time with the probability of at least K successes in n trials.",
        when=lambda p: [willing(p)],
    )
    def one_by_one_result(self) -> bool:
        for n, needed in ((1, 1), (2, 1), (2, 2), (3, 2), (3, 3)):
            model = self.replace(members=n, rule=needed)
            solved = {play.outcomes["answered"] for play in subgame_perfect(model.one_by_one())}
            if solved != {model.thresholds()["p_timely"]}:
                return False
        return True

    @proposition(
        "consensus",
        "Under consensus P = q^n, which falls in n. What deters with n members deters with fewer, and a consensus of more than log P*/log q members does not deter.",
        when=lambda p: [willing(p)],
    )
    def consensus(self) -> bool:
        p, star = self.values(), self.thresholds()["P_star"]
        last = int(log(star) / log(p.q))
        sizes = sorted({1, 2, 3, 16, max(1, last - 1), last + 2})
        chances = [self._timely(n, "consensus") for n in sizes]
        deters = [self._deters(n, "consensus") for n in sizes]
        falls = chances == sorted(chances, reverse=True) and len(set(chances)) == len(sizes)
        return falls and chances == [p.q**n for n in sizes] and deters == sorted(deters, reverse=True) and not deters[sizes.index(last + 2)]

    @proposition(
        "how ready consensus needs members to be",
        "A consensus of n deters from q = P*^(1/n) on, which rises in n: the window each member needs, -log(1 - q)/lambda, grows with their number.",
        when=lambda p: [willing(p)],
    )
    def readiness(self) -> bool:
        roots = []
        for n in (1, 2, 16, 30):
            root = self.replace(members=n).thresholds()["q_consensus"]
            roots.append(root)
            above, below = ((1 - NEAR) * Fraction(root) + NEAR * end for end in (1, 0))
            if [self._grabs(members=n, rule="consensus", p_approve=q) for q in (above, below)] != [{0}, {1}]:
                return False
        return roots == sorted(set(roots))

    @proposition(
        "votes and members",
        "The more votes are needed, the less likely a response comes in time; with a given number of votes, the more members there are, the likelier. Fewer votes never end deterrence.",
        when=lambda p: [willing(p)],
    )
    def votes(self) -> bool:
        chances = [self._timely(6, needed) for needed in range(1, 7)]
        wider = [self._timely(n, 2) for n in range(2, 7)]
        deters = [self._deters(6, needed) for needed in range(1, 7)]
        strict = all(len(set(row)) == len(row) for row in (chances, wider))
        return strict and chances == sorted(chances, reverse=True) and wider == sorted(wider) and deters == sorted(deters, reverse=True)

    @proposition(
        "delegation",
        "A commander who decides for all is in time with probability q, whatever the number of members: delegation deters whatever a consensus deters. A majority of an odd number of members, three or more, is likelier to be in time exactly if q > 1/2.",
        when=lambda p: [willing(p), ((2 * p.q - 1) ** 2, 0)],
    )
    def delegation(self) -> bool:
        q = self.values().q
        alone = {self._timely(n, "delegation") for n in (1, 5, 30)} == {q}
        no_worse = all(self._deters(n, "delegation") or not self._deters(n, "consensus") for n in (2, 5))
        return alone and no_worse and all((self._timely(n, "majority") > q) == (2 * q > 1) for n in (3, 5, 9))

    @proposition(
        "a share of the votes",
        "If two thirds of the votes are needed and q > 3/4, a response fails to come in time with a probability of at most exp(-2n(q - 2/3)^2): large enough alliances deter any grab.",
        when=lambda p: [willing(p), (p.q, Fraction(3, 4))],
    )
    def share(self) -> bool:
        p, star = self.values(), self.thresholds()["P_star"]
        enough = 3 * (1 + int(-log(1 - star) / (6 * (p.q - Fraction(2, 3)) ** 2)))

        def bounded(n: int) -> bool:
            return float(1 - self._timely(n, "two thirds")) <= exp(-2 * n * (p.q - Fraction(2, 3)) ** 2)

        return all(map(bounded, (3, 12, 30))) and self._grabs(members=enough, rule="two thirds") == {0}

    @proposition(
        "how long it takes",
        "K approvals of n take (1/(n - K + 1) + ... + 1/n)/lambda on average: a consensus (1 + 1/2 + ... + 1/n)/lambda, without bound as n grows, two thirds of any multiple of three less than log 3/lambda, and a commander 1/lambda.",
    )
    def mean_time(self) -> bool:
        p = self.values()

        def times(*pairs: tuple[int, Any]) -> list[Any]:
            return [self.replace(members=n, rule=rule).thresholds()["mean_time"] for n, rule in pairs]

        integrals = [integrated_time(n, needed) / p.lam for n, needed in ((1, 1), (3, 2), (4, 4), (6, 2))]
        right = integrals == times((1, 1), (3, 2), (4, 4), (6, 2))
        shares = times(*((3 * m, "two thirds") for m in (1, 2, 10)))
        longer = times(*((2**j, "consensus") for j in range(7)))
        unbounded = all(2 * p.lam * (b - a) >= 1 for a, b in pairwise(longer))  # each doubling adds half a period or more
        bounded = shares == sorted(shares) and float(shares[-1] * p.lam) < log(3)
        return right and unbounded and bounded and times((30, "delegation")) == [1 / p.lam]

    veto = recalled(
        "veto players",
        "The more veto players there are, and the further apart, the harder it is to depart from the status quo.",
    )
    land_grabs = recalled(
        "land grabs",
        "Since 1918 states have gained territory by fait accompli far more often than by coercive threats.",
        source="altman2017fait",
    )


def integrated_time(n: int, needed: int) -> Fraction:
    """Return the mean time until ``needed`` of n approve at rate one: the integral of the probability that too few have.

    After the time t each has approved with the probability q = 1 - exp(-t), so that dt = dq/(1 - q).
    """
    import sympy

    q = sympy.Symbol("q")
    density = sympy.Poly(sympy.cancel((1 - chance_of_votes(q, n, needed)) / (1 - q)), q)
    whole = density.integrate()
    return Fraction(str(whole(1) - whole(0)))
