"""Common goods whose amount depends on the sum of efforts, the least, the largest, or on a threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from typing import Any, ClassVar

from alliancegames.errors import ParameterError
from alliancegames.games.anonymous import AnonymousGame
from alliancegames.games.distributions import exp, log
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.models.burden_sharing._technologies import BEST, SUM, TECHNOLOGIES, THRESHOLD, WEAKEST, Efforts, check_settings
from alliancegames.models.forms import Cell, NormalFormModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.models.structure import StructuredModel
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.anonymous import symmetric_equilibria
from alliancegames.solvers.nash import pure_nash
from alliancegames.solvers.potential import exact_potential, potential_maximisers
from alliancegames.solvers.result import EquilibriumSet

__all__ = ["PublicGoodTechnology"]


@register
class PublicGoodTechnology(StructuredModel, NormalFormModel):
    """How does the way in which efforts add up decide what an alliance provides?

    Allies choose efforts, whole numbers from 0 to a most, at a cost per unit. What they provide together is a common good of which
    each unit has a value to each ally. How efforts make the good is its *technology*, one of

    - ``"sum"``: every unit counts, as in stocks of ammunition;
    - ``"weakest link"``: the least effort decides, as in interoperability or the security of networks;
    - ``"weaker link"``: low efforts count most, but others help (the harmonic mean);
    - ``"best shot"``: the largest effort decides, as in research or the interception of missiles;
    - ``"threshold"``: one unit is provided if efforts reach a threshold, as in a minimal coalition.

    ``technology=``, ``most=`` and ``threshold=`` set the structure; one value and one cost an ally set the number of allies.
    The equilibria listed are the pure ones, all of them; `alike` has equal allies, any number of them, who may randomise. The
    technologies are the published ones, on finitely many efforts (F1).
    """

    key = "public_good_technology"
    title = "Weakest link and best shot"
    pillar = "burden_sharing"
    question = "How does the way in which efforts add up decide what an alliance provides?"
    fidelity = "F1"
    references = ("hirshleifer1983weakest", "monderer1996potential", "palfrey1984participation", "diekmann1985volunteer")
    players: ClassVar[tuple[str, ...]] = ("Ally 1", "Ally 2", "Ally 3")
    actions: ClassVar[tuple[tuple[str, ...], ...]] = (("0", "1", "2", "3"),) * 3
    parameters = (
        Parameter("value_provision", "v", "(0, inf)", "value to an ally of a unit of the common good", (3, 2, 4), "utility per unit"),
        Parameter("cost_effort", "c", "(0, inf)", "an ally's cost of a unit of effort", (1, "3/2", 2), "utility per unit"),
    )
    outcomes = (
        Outcome("provision", "amount of the common good", "units"),
        Outcome("total_effort", "sum of efforts", "units"),
        Outcome("n_contributors", "number of allies who make an effort", "allies"),
        Outcome("welfare", "sum of all allies' payoffs", "utility"),
    )
    comparative_statics = (
        Sign("d(size_limit_1)/d(v_1) > 0", "in larger alliances of keen allies full effort is still selected"),
        Sign("d(size_limit_1)/d(c_1) < 0", "dear effort makes the weakest link give way in smaller ones"),
        Sign("d(p_volunteer_1)/d(c_1) < 0", "the dearer the effort, the rarer are volunteers", where=("v_1 > c_1",)),
        Sign("d(p_provided_1)/d(v_1) > 0", "the more it is worth, the likelier somebody acts", where=("v_1 > c_1",)),
        Sign("p_volunteer_1 < p_provided_1", "somebody acts more often than a given ally", where=("v_1 > c_1",)),
    )
    settings: ClassVar[Mapping[str, Any]] = {"technology": WEAKEST, "most": 3, "threshold": 2}

    def restructure(self, chosen: Mapping[str, Any]) -> None:
        """Name the allies and their efforts."""
        check_settings(**chosen)
        counts = set(self._sizes.values())
        if len(counts) > 1 or min(counts) < 2:
            raise ParameterError(
                f"{type(self).__name__}(): value_provision and cost_effort need one value for each of at least two allies, got {dict(self._sizes)}."
            )
        vars(self)["players"] = tuple(f"Ally {k + 1}" for k in range(min(counts)))
        vars(self)["actions"] = (tuple(str(effort) for effort in range(chosen["most"] + 1)),) * min(counts)

    def provision(self, efforts: Efforts) -> Any:
        """Return how much of the common good efforts provide under the model's technology.

        Parameters
        ----------
        efforts : sequence of int
            One effort an ally.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.PublicGoodTechnology()
        >>> [str(model.replace(technology=name).provision([1, 2, 3])) for name in ("sum", "weakest link", "weaker link", "best shot")]
        ['6', '1', '18/11', '3']
        """
        return TECHNOLOGIES[self._chosen["technology"]](efforts, self._chosen["threshold"])

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Subtract from the value of the common good what one's own effort costs."""
        cells = {cell: [int(effort) for effort in cell] for cell in product(*self.actions)}
        return {cell: [v * self.provision(g) - c * own for v, c, own in zip(p.v, p.c, g, strict=True)] for cell, g in cells.items()}

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Count units and allies."""
        payoffs = self.payoffs(p)
        efforts = {cell: [int(effort) for effort in cell] for cell in payoffs}
        return {
            "provision": {cell: self.provision(g) for cell, g in efforts.items()},
            "total_effort": {cell: sum(g) for cell, g in efforts.items()},
            "n_contributors": {cell: sum(1 for effort in g if effort) for cell, g in efforts.items()},
            "welfare": {cell: sum(values) for cell, values in payoffs.items()},
        }

    def solve_game(self, game: NormalFormGame) -> EquilibriumSet[Any]:
        """Find the pure Nash equilibria."""
        return pure_nash(game)

    def alike(self, allies: int) -> AnonymousGame:
        """Return the game between any number of allies who all are like ally 1.

        Parameters
        ----------
        allies : int
            Number of allies.

        Examples
        --------
        >>> import alliancegames as ag
        >>> volunteers = ag.models.PublicGoodTechnology(technology="best shot", most=1, v=[4, 4, 4], c=[1, 1, 1])
        >>> ag.symmetric_equilibria(volunteers.alike(3))
        <EquilibriumSet: 1 symmetric equilibrium (complete, exact)>
          0 1/2, 1 1/2
        """
        p = self.completed().values()

        def payoff(own: str, others: Mapping[str, int]) -> Any:
            efforts = [int(own), *(int(effort) for effort, count in others.items() for _ in range(count))]
            return p.v[0] * self.provision(efforts) - p.c[0] * int(own)

        return AnonymousGame.from_function(allies, self.actions[0], payoff, title=self.title)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return for each ally up to how many like it full effort in a weakest link maximises the potential; and how often one volunteers, and the good is provided, if all are like it and one unit is enough."""
        found: dict[str, Any] = {}
        for k, (v, c) in enumerate(zip(p.v, p.c, strict=True), 1):
            waits = exp(log(c / v) / (len(p.v) - 1))
            found |= {f"size_limit_{k}": v / c, f"p_volunteer_{k}": 1 - waits, f"p_provided_{k}": 1 - waits * c / v}
        return found

    def draw(self, ax: Any) -> None:
        """Draw how likely somebody volunteers, against the number of allies."""
        sizes = range(2, 21)
        for ratio, colour in ((0.2, "#0b559f"), (0.4, "#b5451d"), (0.6, "#3f7f3f")):
            ax.plot(sizes, [1 - ratio ** (n / (n - 1)) for n in sizes], "o-", color=colour, markersize=3)
            ax.annotate(f"$c/v = {ratio}$", (20, 1 - ratio ** (20 / 19)), xytext=(6, -3), textcoords="offset points", color=colour)
        ax.set(xlabel="number of allies $n$", ylabel="probability that somebody acts", xlim=(1, 24), ylim=(0, 1.02))
        ax.set_title("Best shot: the more could act, the less likely anybody does", loc="left", fontsize="medium")

    def _pure(self, **changed: Any) -> set[tuple[int, ...]]:
        """Return the efforts in the solver's pure equilibria."""
        return {tuple(int(effort) for effort in item.actions) for item in self.replace(**changed).solve().equilibria}

    def _equal(self, allies: int, **changed: Any) -> PublicGoodTechnology:
        p = self.values()
        return self.replace(v=[p.v[0]] * allies, c=[p.c[0]] * allies, **changed)

    @proposition(
        "weakest link",
        "If every ally values the good above its cost, v_i > c_i, the pure equilibria of the weakest link are all profiles of equal efforts, and all allies prefer the higher ones. If some ally does not, nobody makes an effort.",
        when=lambda p: [(v, c) for v, c in zip(p.v, p.c, strict=True)],
    )
    def weakest_link(self) -> bool:
        n, game, most = len(self.players), self.replace(technology=WEAKEST).game(), self._chosen["most"]
        payoffs = [game.payoff((str(e),) * n) for e in range(most + 1)]
        better = all(high[ally] > low[ally] for low, high in pairwise(payoffs) for ally in self.players)
        unwilling = self._pure(technology=WEAKEST, c_1=2 * self.values().v[0])
        return better and unwilling == {(0,) * n} and self._pure(technology=WEAKEST) == {(e,) * n for e in range(most + 1)}

    @proposition(
        "size and the weakest link",
        "Among equal allies the weakest link has the exact potential v min(g) - c sum(g). Full effort maximises it if n < v/c and no effort if n > v/c: in larger alliances the cautious equilibrium is selected.",
        when=lambda p: [(p.v[0], p.c[0]), *(((p.v[0] - n * p.c[0]) ** 2, 0) for n in (2, 3))],
    )
    def potential(self) -> bool:
        v, c = self.values().v[0], self.values().c[0]
        for n in (2, 3):
            game = self._equal(n, technology=WEAKEST).game()
            report, most = exact_potential(game), len(game.actions[0]) - 1
            stated = {cell: v * min(cell) - c * sum(cell) for cell in product(range(most + 1), repeat=n)}
            shifts = {report.at(tuple(map(str, cell))) - value for cell, value in stated.items()}
            selected = {profile.actions for profile in potential_maximisers(game)}
            if len(shifts) != 1 or selected != {(str(most if n * c < v else 0),) * n}:
                return False
        return True

    @proposition(
        "best shot",
        "If v_i > c_i for all, the pure equilibria of the best shot have exactly one ally at full effort and all others at none; it can be any ally, also the one to whom effort is dearest.",
        when=lambda p: [(v, c) for v, c in zip(p.v, p.c, strict=True)],
    )
    def best_shot(self) -> bool:
        n, most = len(self.players), self._chosen["most"]
        return self._pure(technology=BEST) == {tuple(most if k == provider else 0 for k in range(n)) for provider in range(n)}

    @proposition(
        "sum",
        "If units add up, each ally makes full effort if v_i > c_i and none if v_i < c_i, whatever the others do.",
        when=lambda p: [((v - c) ** 2, 0) for v, c in zip(p.v, p.c, strict=True)],
    )
    def adding_up(self) -> bool:
        p, most = self.values(), self._chosen["most"]
        return self._pure(technology=SUM) == {tuple(most if v > c else 0 for v, c in zip(p.v, p.c, strict=True))}

    @proposition(
        "threshold",
        "With a threshold K the pure equilibria are the profiles with sum K in which nobody pays more than the good is worth to it, c_i g_i <= v_i, and that of no effort unless some ally can and would reach K alone, K <= most and c_i K < v_i.",
    )
    def reaching(self) -> bool:
        p, most = self.values(), self._chosen["most"]
        for K in (2, most + 1):
            fair = [g for g in product(range(most + 1), repeat=len(p.v)) if sum(g) == K]
            stated = {g for g in fair if all(c * own <= v for v, c, own in zip(p.v, p.c, g, strict=True))}
            if most < K or all(c * K >= v for v, c in zip(p.v, p.c, strict=True)):
                stated.add((0,) * len(p.v))
            if self._pure(technology=THRESHOLD, threshold=K) != stated:
                return False
        return True

    @proposition(
        "volunteer's dilemma",
        "If one effort of one ally is enough and v > c, n equal allies have one symmetric equilibrium: each acts with probability 1 - (c/v)^(1/(n-1)). Somebody acts with probability 1 - (c/v)^(n/(n-1)), which falls in n.",
        when=lambda p: [(p.v[0], p.c[0])],
    )
    def volunteers(self) -> bool:
        p, provided = self.values(), []
        for n in (2, 3, 5):
            found = symmetric_equilibria(self.replace(technology=BEST, most=1).alike(n))
            waits = [float(item["Player"]["0"]) for item in found]
            if len(waits) != 1 or abs(waits[0] - float(p.c[0] / p.v[0]) ** (1 / (n - 1))) > 1e-9:
                return False
            provided.append(1 - waits[0] ** n)
        return provided == sorted(provided, reverse=True)
