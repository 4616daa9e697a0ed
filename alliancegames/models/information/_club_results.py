"""What is known about intelligence clubs: the patience of members, the truth of their reports, and whom they admit."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from math import comb, factorial
from typing import Any, Self

from alliancegames.games.automaton import Automaton
from alliancegames.games.bayesian import BayesianGame
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.tree import Chance, End, Move, TreeNode
from alliancegames.models.propositions import proposition, recalled
from alliancegames.models.repeated_form import RepeatedModel
from alliancegames.parameters import Values
from alliancegames.solvers.bayesian import bayesian_nash
from alliancegames.solvers.repeated.automata import one_shot_deviations
from alliancegames.solvers.repeated.critical import critical_discount
from alliancegames.solvers.sequential import subgame_perfect

SHARE, HOARD = "share", "hoard"
BELIEVE, IGNORE, REVERSE = "believe", "ignore", "believe the contrary"
ADMIT, REFUSE = "admit", "refuse"


def patience(p: Values) -> dict[str, Any]:
    """Return how patient each member must be if hoarding ends all it receives."""
    total = sum(p.v)
    return {f"delta_star_{k + 1}": p.kappa / (total - value) for k, value in enumerate(p.v)}


def bias_limit(others: int) -> Fraction:
    """Return the largest gap between ideal responses at which a report is true if so many other true signals are known."""
    return Fraction(1, 2 * (others + 3))


def safety(p: Values) -> Any:
    """Return the probability that no member leaks."""
    return (1 - p.lam) ** len(p.v)


def report_game(b: Any, others: int) -> BayesianGame:
    """Return the game in which a member reports one signal to another that knows some other signals.

    The threat is uniform on [0, 1], and each signal is 1 with a probability equal to it. Who is reported to responds with the
    expected threat, as it sees it, and both lose the square of the distance to their ideal response.
    """

    def chance(own: int, ones: int) -> Fraction:  # the integral of comb(k, S) t^(S + s) (1 - t)^(k - S + 1 - s)
        total = own + ones
        return Fraction(comb(others, ones) * factorial(total) * factorial(others + 1 - total), factorial(others + 2))

    def payoffs(types: tuple[str, ...], actions: tuple[str, ...]) -> tuple[Any, Any]:
        ones, told = int(types[1]), int(actions[0])
        response = {
            BELIEVE: Fraction(ones + told + 1, others + 3),
            IGNORE: Fraction(ones + 1, others + 2),
            REVERSE: Fraction(ones + 2 - told, others + 3),
        }[actions[1]]
        mean = Fraction(int(types[0]) + ones + 1, others + 3)
        spread = mean * (1 - mean) / (others + 4)  # variance of the threat, given all signals
        return -(spread + (response - mean - b) ** 2), -(spread + (response - mean) ** 2)

    kinds = (["0", "1"], [str(k) for k in range(others + 1)])
    prior = {(s, ones): chance(int(s), int(ones)) for s in kinds[0] for ones in kinds[1]}
    return BayesianGame(["Reporter", "Responder"], kinds, prior, [["0", "1"], [BELIEVE, IGNORE, REVERSE]], payoffs)


def admission_game(p: Values, leak: Any) -> ExtensiveGame:
    """Return the decision on a candidate whose product is worth as much as the first member's and that leaks with a given probability."""
    gain, safe = p.v[0], safety(p)

    def leaks(chance: Any, then: TreeNode, otherwise: TreeNode) -> TreeNode:
        if chance in (0, 1):
            return then if chance == 1 else otherwise
        return Chance({"leak": (chance, then), "no leak": (1 - chance, otherwise)})

    admitted = leaks(1 - safe, End((gain - p.L,)), leaks(leak, End((gain - p.L,)), End((gain,))))
    refused = leaks(1 - safe, End((-p.L,)), End((0 * p.L,)))
    return ExtensiveGame(["Club"], Move("Club", {ADMIT: admitted, REFUSE: refused}))


class ClubResults(RepeatedModel):
    """The results on intelligence clubs, checked by automata, by all Bayesian equilibria, and by the solver of trees."""

    @abstractmethod
    def club(self, n: int) -> Self:
        """Return the model of another size.

        Parameters
        ----------
        n : int
            Number of members.
        """

    @abstractmethod
    def exclusion(self, stage: NormalFormGame) -> Automaton:
        """Return the strategies that exclude the first hoarder for ever.

        Parameters
        ----------
        stage : NormalFormGame
            The stage game.
        """

    @abstractmethod
    def report(self, others: int) -> BayesianGame:
        """Return the game in which a member reports one signal to another that knows some other signals.

        Parameters
        ----------
        others : int
            Number of other true signals.
        """

    @abstractmethod
    def admission(self, leak: Any) -> ExtensiveGame:
        """Return the decision on a candidate.

        Parameters
        ----------
        leak : number
            Probability that it leaks.
        """

    @proposition(
        "critical patience",
        "All share, and a hoarder never receives anything again, exactly if delta >= kappa / (sum of the others' products) for every member; with equal "
        "products this is kappa / ((n - 1) v). If kappa exceeds what a member receives, no patience suffices.",
    )
    def critical_patience(self) -> bool:
        worst = max(patience(self.values()).values())
        found = critical_discount(self.game().stage, (SHARE,) * len(self.players), punishment=(HOARD,) * len(self.players))
        return bool(found.value == (worst if worst < 1 else None))

    @proposition(
        "larger clubs",
        "With equal products a larger club needs less patience.",
        when=lambda p: [(p.v[0], p.kappa)],
    )
    def larger_clubs(self) -> bool:
        stages = [self.club(n).game().stage for n in (2, 3, 4)]
        pair, three, four = (critical_discount(s, (SHARE,) * len(s.players), punishment=(HOARD,) * len(s.players)).value for s in stages)
        v, kappa = self.values().v[0], self.values().kappa
        return (pair, three, four) == (kappa / v, kappa / (2 * v), kappa / (3 * v))

    @proposition(
        "excluding only the hoarder",
        "A club of equal members that goes on without a hoarder is an equilibrium exactly if delta >= kappa / ((n - 2) v): the smaller club must "
        "hold too, so that it takes more patience than breaking up.",
        when=lambda p: [(p.v[0], p.kappa)],
    )
    def excluding_the_hoarder(self) -> bool:
        model = self.club(3)
        p, game = model.values(), model.game()
        found = one_shot_deviations(game, model.exclusion(game.stage))
        return found.holds is bool(p.delta >= p.kappa / p.v[0])

    @proposition(
        "signs",
        "The critical discount factor of a member rises in the cost of sharing and falls in the worth of any partner's product; it does not depend on its own product.",
    )
    def signs(self) -> bool:
        p, q = self.values(), self.thresholds()
        dearer = self.replace(cost_sharing=p.kappa + 1).thresholds()
        richer = self.replace(value_product_2=p.v[1] + 1).thresholds()
        return bool(dearer["delta_star_1"] > q["delta_star_1"] > richer["delta_star_1"] and richer["delta_star_2"] == q["delta_star_2"])

    def _truthful(self, others: int) -> bool:
        """Whether to report the truth and to believe it is an equilibrium."""
        play = self.report(others).profile(
            {"Reporter": {"0": "0", "1": "1"}, "Responder": {str(k): BELIEVE for k in range(others + 1)}},
        )
        return all(gain == 0 for gains in play.regret.values() for gain in gains.values())

    @proposition(
        "who tells whom the truth",
        "A member reports a signal truthfully to another that knows k other true signals exactly if their ideal responses differ by at most 1/(2(k + 3)): the well-informed are lied to more easily.",
    )
    def truth(self) -> bool:
        return all(self._truthful(k) == bool(self.values().b <= bias_limit(k)) for k in (0, 1, 2, 4))

    @proposition(
        "nothing but silence",
        "If ideal responses differ by more than 1/6, a report has no influence in any equilibrium: it is ignored, or both signals lead to the same report.",
        when=lambda p: [(6 * p.b, 1)],
    )
    def silence(self) -> bool:
        def moves(play: Any) -> Any:  # how much more often a report of 1 raises the response than lowers it
            return (play[0]["1"]["1"] - play[0]["0"]["1"]) * (play[1]["0"][BELIEVE] - play[1]["0"][REVERSE])

        found = bayesian_nash(self.report(0))
        return found.complete is True and all(moves(play) == 0 for play in found)

    @proposition(
        "how many signals a member can gather",
        "A member can gather floor(1/(2b) - 2) true signals, its own counted, from members whose ideal responses differ from its own by b.",
        when=lambda p: [(p.b, Fraction(1, 16))],
    )
    def gathered(self) -> bool:
        most = self.thresholds()["signals_max"]
        return (most == 0 or self._truthful(int(most) - 1)) and not self._truthful(int(most))

    @proposition(
        "whom to admit",
        "A candidate whose product is worth v is admitted exactly if it leaks with a probability of at most v/(L s), where s is the probability that no member leaks: a club that leaks anyway can admit more.",
    )
    def admitted(self) -> bool:
        limit = self.thresholds()["leak_limit"]
        cases = [(limit / 2, (ADMIT,)), ((limit + 1) / 2, (REFUSE,))] if limit < 1 else [(1, (ADMIT,))] if limit > 1 else []
        return all(subgame_perfect(self.admission(leak))[0][0].support == choice for leak, choice in cases)

    exchange = recalled(
        "trust or control",
        "States share intelligence when the gains are large and defection can be seen; otherwise a dominant member has to monitor the others.",
        source="walsh2010international",
    )
