"""An intelligence club whose members exchange what they know, period after period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, ClassVar

from alliancegames._fields import convert, read_number
from alliancegames.errors import ParameterError
from alliancegames.games.automaton import Automaton
from alliancegames.games.bayesian import BayesianGame
from alliancegames.games.distributions import maximum
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.strategies import always, grim_trigger
from alliancegames.models.information._club_results import HOARD, SHARE, ClubResults, admission_game, patience, report_game, safety
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.models.repeated_form import Cell
from alliancegames.parameters import Parameter, Values

__all__ = ["IntelligenceClub"]


def without(member: str) -> str:
    """Return the action of sharing with everybody but one member."""
    return f"share except with {member}"


@register
class IntelligenceClub(ClubResults):
    """What keeps members of an intelligence club from hoarding?

    In each period every member may share what it has found out. Sharing costs the same however many receive it: sources are
    exposed and reports have to be written. What a member shares is worth something to each partner that receives it. A member may
    also share with all but one, so that one can be excluded.

    Hoarding saves the cost at once and is answered by exclusion. The club may break up altogether. Or it may go on without the hoarder,
    which is a threat that hurts nobody else; but then the smaller club must hold as well. The setting is that of the
    literature on intelligence sharing in a reduced form (F2).

    Two questions stand beside the exchange. Do members report what they found (`report`)? They do if they agree closely enough on
    the response, and they must agree the more closely the more the other knows already: a lie then moves it less. And whom does a
    club admit (`admission`)? Whoever adds more than it risks to give away. The first is the model of information networks with
    binary signals, for one pair of members; the second is ours.

    One value is given for the product of each member; their number is the size of the club. Members whose products are worth the same
    are made by ``IntelligenceClub().club(n)``.
    """

    key = "intelligence_club"
    title = "Exchange in an intelligence club"
    pillar = "information"
    question = "What keeps members of an intelligence club from hoarding?"
    fidelity = "F2"
    references = ("walsh2010international", "galeotti2013strategic", "friedman1971noncooperative")
    players: ClassVar[tuple[str, ...]] = ("Member 1", "Member 2", "Member 3")
    parameters = (
        Parameter("cost_sharing", "kappa", "(0, inf)", "cost of sharing in a period", 1, "utility", latex=r"\kappa"),
        Parameter("value_product", "v", "(0, inf)", "worth of each member's product to a partner", (1, 1, 1), "utility"),
        Parameter("delta", "delta", "(0, 1)", "discount factor", "3/4", "per period", latex=r"\delta"),
        Parameter("bias", "b", "(0, 1]", "gap between the ideal responses of two members", "1/20", "size of the largest threat"),
        Parameter("leak", "lam", "[0, 1)", "probability that a member leaks", "1/20", "probability", latex=r"\lambda"),
        Parameter("loss_leak", "L", "(0, inf)", "loss from a leak", 10, "utility"),
    )
    outcomes = (
        Outcome("sharing", "discounted average number of members who share", "number"),
        Outcome("welfare", "sum of all members' average payoffs", "utility"),
    )
    comparative_statics = (
        Sign("d(delta_star_1)/d(kappa) > 0", "dear sharing needs more patience"),
        Sign("d(delta_star_1)/d(v_2) < 0", "good products of partners need less"),
        Sign("d(delta_star_1)/d(v_1) == 0", "the own product does not matter"),
        Sign("signals_max >= 1", "members who agree within 1/6 can tell each other the truth", where=("b < 1/6",)),
        Sign("d(leak_limit)/d(L) < 0", "dear leaks ask for tighter candidates"),
        Sign("d(leak_limit)/d(v_1) > 0", "good products excuse looser ones"),
        Sign("d(leak_limit)/d(lam) > 0", "a club that leaks anyway can admit looser ones"),
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
        """Return how patient each member must be if hoarding ends all it receives, how many true signals one can gather, and which leak is admitted."""
        signals = maximum((1 / (2 * p.b) - 2) // 1, 0)
        return patience(p) | {"signals_max": signals, "leak_limit": p.v[0] / (p.L * safety(p))}

    def report(self, others: int) -> BayesianGame:
        """Return the game in which a member reports one signal to another that knows some other signals, with the gap ``bias`` between them.

        Parameters
        ----------
        others : int
            Number of other true signals.

        Examples
        --------
        >>> import alliancegames as ag
        >>> for bias in ("1/10", "1/5"):
        ...     plays = ag.bayesian_nash(ag.models.IntelligenceClub(bias=bias).report(0))
        ...     print(bias, sorted({play["Responder"]["0"].support[0] for play in plays}))
        1/10 ['believe', 'believe the contrary', 'ignore']
        1/5 ['ignore']
        """
        if not isinstance(others, int) or others < 0:
            raise ParameterError(f"report(): others is the number of other signals and must be an integer from 0, got {others!r}.")
        return report_game(self.completed().exact().values().b, others)

    def admission(self, leak: Any) -> ExtensiveGame:
        """Return the decision on a candidate whose product is worth as much as the first member's.

        Parameters
        ----------
        leak : number
            Probability that it leaks.

        Examples
        --------
        >>> import alliancegames as ag
        >>> club = ag.models.IntelligenceClub(value_product="1/2", leak=0, loss_leak=10)
        >>> print(club.completed().thresholds()["leak_limit"], ag.subgame_perfect(club.admission("1/10"))[0])
        1/20 Club: refuse
        """
        model = self.completed()
        kind, chance = read_number(leak, "admission(), leak")
        if not 0 <= chance <= 1:
            raise ParameterError(f"admission(): leak is a probability and must lie in [0, 1], got {leak!r}.")
        return admission_game(model.values(), convert(chance, kind, model.field))

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
