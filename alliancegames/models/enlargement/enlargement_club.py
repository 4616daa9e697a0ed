"""The alliance as a club: how many members, admitted by which rule, and how deep their cooperation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from alliancegames.errors import ParameterError, unknown_label
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.tree import End, Move, TreeNode
from alliancegames.models._votes import chance_of_votes, roll_call
from alliancegames.models.enlargement._club_votes import (
    COMMON,
    INDIVIDUAL,
    best_depth,
    depths,
    gains_differ,
    largest,
    solved_chance,
    worth,
)
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.models.structure import StructuredModel
from alliancegames.models.tree_form import TreeModel
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.sequential import subgame_perfect

__all__ = ["EnlargementClub"]


@register
class EnlargementClub(StructuredModel, TreeModel):
    """How many members should an alliance have, admitted by which rule, and does widening make it shallower?

    Members of an alliance cooperate to some depth. Each member's depth is worth the same to all and costs itself the more the less
    ambitious it is. Under a *common* policy all go as deep as the least ambitious member wants; under *individual*
    policies each goes as deep as it would want all members to value. A fixed cost is shared, and each further member adds friction
    to decisions. A candidate is put to the vote: members say yes or no by roll call until the result is certain.

    ``policy="individual"`` changes the treaty and ``needed=`` the number of votes needed, by default all; one cost of depth for each
    member sets their number. `growth` lets an alliance of equal members take in one member after another. The
    parts are published, their combination and the roll call are chosen here (F2).
    """

    key = "enlargement_club"
    title = "Enlargement of a club"
    pillar = "enlargement"
    question = "How many members, admitted by which rule, and does widening make the alliance shallower?"
    fidelity = "F2"
    references = ("sandler1980clubs", "gilligan2004broader", "downs1998managing")
    solution = "subgame-perfect equilibria"
    players: ClassVar[tuple[str, ...]] = ("Member 1", "Member 2", "Member 3")
    parameters = (
        Parameter("cost_depth", "theta", "(0, inf)", "a member's cost of depth: the higher, the less ambitious", (1, "6/5", "3/2"), "utility", latex=r"\theta"),
        Parameter("cost_depth_candidate", "theta_new", "(0, inf)", "the candidate's cost of depth", 4, "utility", latex=r"\theta_{new}"),
        Parameter("benefit_depth", "b", "(0, inf)", "benefit to each member of a unit of any member's depth", 1, "utility"),
        Parameter("cost_fixed", "F", "[0, inf)", "fixed cost of the alliance, shared equally", 0, "utility"),
        Parameter("friction", "phi", "[0, inf)", "decision friction that each further member adds, to each member", 0, "utility", latex=r"\phi"),
    )  # fmt: skip
    outcomes = (
        Outcome("p_admitted", "probability that the candidate is admitted"),
        Outcome("p_rejected", "probability that it is not"),
        Outcome("depth", "depth of the most ambitious member", "units"),
    )
    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {"p_admitted": ("admitted",), "p_rejected": ("rejected",)}
    comparative_statics = (
        Sign("d(gain_1)/d(phi) == -1", "friction makes members unwilling to admit"),
        Sign("d(gain_1)/d(F) > 0", "costs to share make them willing"),
        Sign("d(gain_1)/d(theta_new) <= 0", "nobody likes a less ambitious candidate better"),
        Sign("d(depth_after)/d(theta_new) <= 0", "who never deepens the treaty"),
        Sign("depth_after > depth_before", "a candidate as ambitious as the others deepens it", where=("theta_new < theta_1",)),
    )
    settings: ClassVar[Mapping[str, Any]] = {"policy": COMMON, "needed": None}

    def restructure(self, chosen: Mapping[str, Any]) -> None:
        """Name the members."""
        where, count, needed = f"{type(self).__name__}()", self._sizes["cost_depth"], chosen["needed"]
        if chosen["policy"] not in (COMMON, INDIVIDUAL):
            raise unknown_label("policy", chosen["policy"], (COMMON, INDIVIDUAL), where)
        if needed is not None and (not isinstance(needed, int) or not 1 <= needed <= count):
            raise ParameterError(f"{where}: needed is a number of votes and must be an integer from 1 to {count}, got {needed!r}.")
        vars(self)["players"] = tuple(f"Member {k + 1}" for k in range(count))

    def member_payoffs(self, p: Values, admitted: bool) -> list[Any]:
        """Return the payoffs of those who are members now, with or without the candidate.

        Parameters
        ----------
        p : Values
            Parameter values.
        admitted : bool
            Whether the candidate is a member, too.
        """
        costs = [*p.theta, p.theta_new] if admitted else list(p.theta)
        found = depths(p, costs, self._chosen["policy"])
        total = len(costs) * found[0] if self._chosen["policy"] == COMMON else sum(found)
        return [worth(p, cost, own, total, len(costs)) for cost, own in zip(p.theta, found, strict=False)]

    def tree(self, p: Values) -> TreeNode:
        """Write the vote."""
        passed, failed = End(tuple(self.member_payoffs(p, True)), "admitted"), End(tuple(self.member_payoffs(p, False)), "rejected")
        return roll_call(self.players, self._chosen["needed"] or len(self.players), passed, failed)

    def other_outcomes(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Return the depth of the most ambitious member."""
        chance, q = equilibrium.outcomes.get("admitted", 0), self.quantities(p)
        return {"depth": chance * q["depth_after"] + (1 - chance) * q["depth_before"]}

    def growth(self, limit: int) -> ExtensiveGame:
        """Return the tree in which an alliance of members who are alike takes in a further one or closes, up to some size.

        A member's payoff is the part that depends on size alone, -F/n - phi (n - 1).

        Parameters
        ----------
        limit : int
            Largest size.

        Examples
        --------
        >>> import alliancegames as ag
        >>> (play,) = ag.subgame_perfect(ag.models.EnlargementClub(F=12, phi="1/2").growth(8))
        >>> [end for end, chance in play.outcomes.items() if chance]
        ['5 members']
        """
        p = self.completed().values()

        def at(n: int) -> TreeNode:
            closed = End((worth(p, p.b, 0 * p.b, 0, n),), f"{n} members")
            return Move("Members", {"close": closed, "admit": at(n + 1)}) if n < limit else closed

        return ExtensiveGame(["Members"], at(1), title=self.title)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return what each member would gain from admission, and the depth of the most ambitious one before and after it."""
        pairs = zip(self.member_payoffs(p, True), self.member_payoffs(p, False), strict=True)
        gains = {f"gain_{k + 1}": after - before for k, (after, before) in enumerate(pairs)}
        before, after = (largest(depths(p, costs, self._chosen["policy"])) for costs in (p.theta, [*p.theta, p.theta_new]))
        return gains | {"depth_before": before, "depth_after": after}

    def draw(self, ax: Any) -> None:
        """Draw depth against breadth when members enter from the most to the least ambitious."""
        p = self.completed().values()
        costs = [float(cost) for cost in sorted([*p.theta, p.theta_new])]
        sizes = range(1, len(costs) + 1)
        for policy, colour, look in ((INDIVIDUAL, "#3f7f3f", "s--"), (COMMON, "#0b559f", "o-")):
            found = [float(p.b) * n / (costs[0] if policy == INDIVIDUAL else costs[n - 1]) for n in sizes]
            ax.plot(sizes, found, look, color=colour, label=f"{policy} policy")
        ax.set(xlabel="number of members, most ambitious first", ylabel="depth of the most ambitious member", xticks=list(sizes))
        ax.set_title("A common policy trades depth for breadth, individual ones do not", loc="left", fontsize="medium")
        ax.legend(frameon=False)

    def _gains(self) -> list[Any]:
        """Return what each member would gain from admission."""
        return [value for name, value in self.thresholds().items() if name.startswith("gain")]

    def _admits(self, **changed: Any) -> bool | None:
        """Return whether the vote admits the candidate in all of the solver's equilibria; None if they differ."""
        found = {outcome["p_admitted"] for outcome in self.replace(**changed).solve().outcomes}
        return bool(found.pop()) if len(found) == 1 else None

    @proposition("the vote", "The candidate is admitted exactly if as many members gain from admission as votes are needed; voting by roll call is sincere. Fewer votes needed never keep a candidate out.", when=gains_differ)  # fmt: skip
    def vote(self) -> bool:
        gaining = sum(gain > 0 for gain in self._gains())
        n = len(self.players)
        return all(self._admits(needed=k) == (gaining >= k) for k in (1, n - 1, n))

    @proposition(
        "who objects",
        "Under a common policy a candidate that makes the treaty shallower is worst for the most ambitious member: if anybody vetoes, it does. One that does not is worst for the least ambitious.",
        when=gains_differ,
    )
    def who_objects(self) -> bool:
        p, gains, n = self.values(), self._gains(), len(self.players)
        shallower = (n + 1) * largest(p.theta) < n * largest([*p.theta, p.theta_new])
        critical = (min if shallower else max)(p.theta)
        return self._admits() is bool(gains[p.theta.index(critical)] > 0)

    @proposition(
        "broader or deeper",
        "Admission makes a common policy shallower exactly if (m + 1)/theta_new < m/max(theta); under individual policies every member goes deeper.",
    )
    def broader_deeper(self) -> bool:
        p, m = self.values(), len(self.players)
        wider = [*p.theta, p.theta_new]
        ideal = [best_depth(p, costs, COMMON, costs.index(max(costs))) for costs in (list(p.theta), wider)]
        own = [[best_depth(p, costs, INDIVIDUAL, k) for k in range(m)] for costs in (list(p.theta), wider)]
        stated = (m + 1) * max(p.theta) < m * p.theta_new
        return (
            None not in (*ideal, *own[0], *own[1])
            and (ideal[1] < ideal[0]) == stated
            and all(a > b for a, b in zip(own[1], own[0], strict=True))
        )

    @proposition(
        "best size",
        "If members are alike, the size n that is best for them has n(n - 1) <= F/phi <= n(n + 1): it rises in the cost that is shared and falls in friction.",
        when=lambda p: [(p.phi, 0), (40 * p.phi, p.F)],
    )
    def best_size(self) -> bool:
        p = self.values()
        chosen = {int(end.split()[0]) for play in subgame_perfect(self.growth(8)) for end, chance in play.outcomes.items() if chance}
        return chosen == {n for n in range(1, 8) if n * (n - 1) * p.phi <= p.F <= n * (n + 1) * p.phi}

    @proposition(
        "votes with doubtful gains",
        "If each of n members gains with the probability q, independently, a candidate is admitted with the probability of at least as many successes in n trials as votes are needed: q^n under unanimity, which falls in n.",
        when=lambda p: [(p.b, p.theta_new)],
    )
    def doubtful_gains(self) -> bool:
        p = self.values()
        q, chances = 1 - p.theta_new / p.b / 2, []
        for n, needed in ((1, 1), (2, 2), (2, 1), (3, 3)):
            chances.append(solved_chance(q, n, needed))
            if chances[-1] != chance_of_votes(q, n, needed):
                return False
        return bool(chances[0] == q > chances[1] == q**2 > chances[3] == q**3)
