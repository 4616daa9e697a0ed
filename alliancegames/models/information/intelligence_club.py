"""An intelligence club whose members exchange what they know, period after period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, ClassVar

from alliancegames.errors import ParameterError
from alliancegames.games.automaton import Automaton
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.strategies import always, grim_trigger
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.models.repeated_form import Cell, RepeatedModel
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.repeated.automata import one_shot_deviations
from alliancegames.solvers.repeated.critical import critical_discount

__all__ = ["IntelligenceClub"]

SHARE, HOARD = "share", "hoard"


def without(member: str) -> str:
    """Return the action of sharing with everybody but one member."""
    return f"share except with {member}"


@register
class IntelligenceClub(RepeatedModel):
    """What keeps members of an intelligence club from hoarding?

    In each period every member may share what it has found out. Sharing costs the same however many receive it: sources are
    exposed and reports have to be written. What a member shares is worth something to each partner that receives it. A member may
    also share with all but one, so that one can be excluded.

    Hoarding saves the cost at once and is answered by exclusion. The club may break up altogether. Or it may go on without the hoarder,
    which is a threat that hurts nobody else; but then the smaller club must hold as well. The setting is that of the
    literature on intelligence sharing in a reduced form (F2).

    One value is given for the product of each member; their number is the size of the club. Members whose products are worth the same
    are made by ``IntelligenceClub().club(n)``.
    """

    key = "intelligence_club"
    title = "Exchange in an intelligence club"
    pillar = "information"
    question = "What keeps members of an intelligence club from hoarding?"
    fidelity = "F2"
    references = ("walsh2010international", "friedman1971noncooperative")
    players: ClassVar[tuple[str, ...]] = ("Member 1", "Member 2", "Member 3")
    parameters = (
        Parameter("cost_sharing", "kappa", "(0, inf)", "cost of sharing in a period", 1, "utility", latex=r"\kappa"),
        Parameter("value_product", "v", "(0, inf)", "worth of each member's product to a partner", (1, 1, 1), "utility"),
        Parameter("delta", "delta", "(0, 1)", "discount factor", "3/4", "per period", latex=r"\delta"),
    )
    outcomes = (
        Outcome("sharing", "discounted average number of members who share", "number"),
        Outcome("welfare", "sum of all members' average payoffs", "utility"),
    )
    comparative_statics = (
        Sign("d(delta_star_1)/d(kappa) > 0", "dear sharing needs more patience"),
        Sign("d(delta_star_1)/d(v_2) < 0", "good products of partners need less"),
        Sign("d(delta_star_1)/d(v_1) == 0", "the own product does not matter"),
    )

    def _assign(self, values: Mapping[str, Any]) -> None:
        super()._assign(values)
        count = self._sizes["value_product"]
        if count < 2:
            raise ParameterError(f"{type(self).__name__}(): value_product needs one value for each of at least two members, got {count}.")
        names = tuple(f"Member {k + 1}" for k in range(count))
        vars(self)["players"] = names
        vars(self)["actions"] = tuple((SHARE, *(without(other) for other in names if other != name and count > 2), HOARD) for name in names)

    def club(self, n: int) -> IntelligenceClub:
        """Return the model of another size, in which all products are worth as much as the first member's.

        Parameters
        ----------
        n : int
            Number of members.

        Examples
        --------
        >>> import alliancegames as ag
        >>> print(ag.models.IntelligenceClub(cost_sharing=2, value_product=1).club(5).thresholds()["delta_star_1"])
        1/2
        """
        return self.replace(value_product=[self.completed().values().v[0]] * n)

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Add up what each member receives, less the cost of sharing."""
        names = self.players

        def receives(k: int, cell: Cell) -> Any:
            givers = [j for j, action in enumerate(cell) if j != k and action not in (HOARD, without(names[k]))]
            return sum(p.v[j] for j in givers) - p.kappa * int(cell[k] != HOARD)

        return {cell: [receives(k, cell) for k in range(len(names))] for cell in product(*self.actions)}

    def strategies(self, p: Values, stage: NormalFormGame) -> Mapping[str, Automaton]:
        """Name a club that breaks up, a club that excludes the hoarder, and none."""
        everybody, nobody = (SHARE,) * len(self.players), (HOARD,) * len(self.players)
        named = {
            "all share, and the club breaks up over a hoarder": grim_trigger(stage, everybody, nobody),
            "nobody shares": always(stage, nobody),
        }
        if len(self.players) > 2:
            named["all share, and a hoarder is excluded"] = self.exclusion(stage)
        return named

    def exclusion(self, stage: NormalFormGame) -> Automaton:
        """Return the strategies that exclude the first hoarder for ever, and break up the club over a second one.

        Parameters
        ----------
        stage : NormalFormGame
            The stage game.
        """
        names = self.players
        outputs: dict[str, Any] = {"club": (SHARE,) * len(names)}
        moves: dict[str, Any] = {"club": {"otherwise": "club"} | {name: f"{name} excluded" for name in names}}
        for name in names:
            state = f"{name} excluded"
            outputs[state] = tuple(HOARD if other == name else without(name) for other in names)
            moves[state] = {"otherwise": state} | {other: "broken up" for other in names if other != name}
        return Automaton(stage, outputs | {"broken up": (HOARD,) * len(names)}, moves)

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Count who shares over time."""
        sharing = self.average(equilibrium, lambda cell: len(cell) - cell.count(HOARD))
        return {"sharing": sharing, "welfare": sum(equilibrium.payoffs.values())}

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return how patient each member must be if hoarding ends all it receives."""
        total = sum(p.v)
        return {f"delta_star_{k + 1}": p.kappa / (total - value) for k, value in enumerate(p.v)}

    def draw(self, ax: Any) -> None:
        """Draw the patience that a club needs against its size, if it breaks up and if it goes on without a hoarder."""
        sizes = range(3, 21)
        for cost, colour, mark in ((1, "#0b559f", "o"), (2, "#b5451d", "s")):
            broken = [(n, cost / (n - 1)) for n in sizes if cost < n - 1]
            smaller = [(n, cost / (n - 2)) for n in sizes if cost < n - 2]
            ax.plot(*zip(*broken, strict=True), f"{mark}-", color=colour, markersize=4, label=rf"$\kappa = {cost}v$: the club breaks up")
            ax.plot(
                *zip(*smaller, strict=True),
                f"{mark}--",
                color=colour,
                markersize=4,
                fillstyle="none",
                label=rf"$\kappa = {cost}v$: only the hoarder is excluded",
            )
        ax.set(xlabel="members $n$", ylabel=r"critical discount factor $\delta^*$", xlim=(2.5, 20.5), ylim=(0, 1), xticks=range(4, 21, 4))
        ax.legend(frameon=False, fontsize="small")
        ax.set_title("Larger clubs sustain sharing more easily", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

    @proposition(
        "critical patience",
        "All share, and a hoarder never receives anything again, exactly if delta >= kappa / (sum of the others' products) for every member; with equal "
        "products this is kappa / ((n - 1) v). If kappa exceeds what a member receives, no patience suffices.",
    )
    def critical_patience(self) -> bool:
        worst = max(self.thresholds().values())
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

    exchange = recalled(
        "trust or control",
        "States share intelligence when the gains are large and defection can be seen; otherwise a dominant member has to monitor the others.",
        source="walsh2010international",
    )
