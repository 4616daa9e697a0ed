"""Burden-sharing among allies who meet again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any, ClassVar

from alliancegames.errors import ParameterError
from alliancegames.games.automaton import Automaton
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.strategies import always, grim_trigger, punish_for
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.models.repeated_form import Cell, RepeatedModel
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.repeated.automata import one_shot_deviations
from alliancegames.solvers.repeated.critical import critical_discount, critical_punishment
from alliancegames.solvers.zero_sum import pure_minmax

__all__ = ["RepeatedBurden"]

GIVE, WITHHOLD = "contribute", "withhold"
FULL, NONE = "all contribute, withheld for ever after a departure", "nobody contributes"
BRIEF = "all contribute, withheld for one period after a departure"


def profile(n: int, givers: Sequence[int]) -> Cell:
    """Return the action profile in which the named allies contribute."""
    return tuple(GIVE if k in givers else WITHHOLD for k in range(n))


def shortest_exclusion(gain: Any, loss: Any, delta: Any, longest: int = 10_000) -> int | None:
    """Return the least T with ``loss * (delta + ... + delta**T) >= gain``, by adding up; None if there is none."""
    if delta * loss < (1 - delta) * gain:
        return None
    total, weight = 0, 1
    for periods in range(1, longest + 1):
        weight *= delta
        total += weight
        if loss * total >= gain:
            return periods
    return None


@register
class RepeatedBurden(RepeatedModel):
    """Can a pledge to spend on the common defence enforce itself?

    In each period every ally contributes one unit or withholds it. A unit costs its giver 1 and is worth the
    ally's own *return* to each member, which is less than 1: in a single period nobody contributes. All are better
    off if all contribute as long as each one's return, times the number of allies, exceeds 1. What holds them to it is the
    future: an ally that withholds today loses the others' contributions tomorrow, for ever or for some periods.

    One return is given for each ally; their number is the number of allies. Allies who all gain alike are made by
    ``RepeatedBurden().equal(n, r)``, where ``r`` is what a unit is worth to all of them together. This is the standard
    linear public good in a reduced form (F2).
    """

    key = "repeated_burden"
    title = "Repeated burden-sharing"
    pillar = "burden_sharing"
    question = "Can a pledge to spend on the common defence enforce itself?"
    fidelity = "F2"
    references = ("sandler1993economic", "friedman1971noncooperative", "abreu1988theory")
    players: ClassVar[tuple[str, ...]] = ("Ally 1", "Ally 2", "Ally 3")
    parameters = (
        Parameter(
            "mpcr", "b", "(0, 1)", "worth to an ally of one unit that any member contributes", ("3/5", "3/5", "3/5"), "units of cost"
        ),
        Parameter("delta", "delta", "(0, 1)", "discount factor", "1/2", "per period", latex=r"\delta"),
    )
    outcomes = (
        Outcome("provision", "discounted average of contributions", "units"),
        Outcome("share_contributing", "discounted average share of allies who contribute", "share"),
        Outcome("welfare", "sum of all allies' average payoffs", "units of cost"),
    )
    comparative_statics = (
        Sign("d(delta_star_1)/d(b_1) < 0", "the more an ally gets out of contributions, the less patient it need be"),
        Sign("d(delta_star_1)/d(b_2) == 0", "what others get does not matter to it"),
        Sign("b_1 < b_2 implies delta_star_1 > delta_star_2", "the least interested ally decides"),
        Sign("delta_star_1 < 1", "patience suffices if contributions by all are worth an ally's own", where=("3*b_1 > 1",)),
    )

    def _assign(self, values: Mapping[str, Any]) -> None:
        super()._assign(values)
        count = self._sizes["mpcr"]
        if count < 2:
            raise ParameterError(f"{type(self).__name__}(): mpcr needs one value for each of at least two allies, got {count}.")
        vars(self)["players"] = tuple(f"Ally {k + 1}" for k in range(count))
        vars(self)["actions"] = ((GIVE, WITHHOLD),) * count

    def equal(self, n: int, mpcr_total: Any) -> RepeatedBurden:
        """Return the model of allies who all gain alike from a contribution.

        Parameters
        ----------
        n : int
            Number of allies.
        mpcr_total : number
            What one unit is worth to all of them together, r.

        Examples
        --------
        >>> import alliancegames as ag
        >>> print(ag.models.RepeatedBurden().equal(5, 2).thresholds()["delta_star_1"])
        3/8
        """
        return self.replace(mpcr=[Fraction(mpcr_total) / n] * n)

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Share out what is contributed."""
        n = len(p.b)
        cells = product((GIVE, WITHHOLD), repeat=n)
        return {cell: [p.b[k] * cell.count(GIVE) - int(cell[k] == GIVE) for k in range(n)] for cell in cells}

    def strategies(self, p: Values, stage: NormalFormGame) -> Mapping[str, Automaton]:
        """Name a pledge with a long and one with a short memory, and no pledge."""
        n = len(p.b)
        everybody, nobody = profile(n, range(n)), profile(n, ())
        return {
            FULL: grim_trigger(stage, everybody, nobody),
            BRIEF: punish_for(stage, everybody, 1, nobody),
            NONE: always(stage, nobody),
        }

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Count contributions over time."""
        provision = self.average(equilibrium, lambda cell: cell.count(GIVE))
        return {
            "provision": provision,
            "share_contributing": provision / len(p.b),
            "welfare": sum(equilibrium.payoffs.values()),
        }

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return how patient each ally must be if all contribute and a departure ends all contributions."""
        n = len(p.b)
        return {f"delta_star_{k + 1}": (1 - p.b[k]) / (p.b[k] * (n - 1)) for k in range(n)}

    def draw(self, ax: Any) -> None:
        """Draw the patience that equal allies need against their number."""
        for total, colour in ((2, "#0b559f"), (3, "#b5451d"), (5, "#3f7f3f")):
            sizes = range(total + 1, 31)
            ax.plot(sizes, [float((n - total) / (total * (n - 1))) for n in sizes], "o-", color=colour, markersize=3)
            ax.annotate(f"$r = {total}$", (30, (30 - total) / (total * 29)), xytext=(5, -3), textcoords="offset points", color=colour)
        ax.set(xlabel="number of allies $n$", ylabel=r"critical discount factor $\delta^*$", xlim=(2, 33), ylim=(0, 0.55))
        ax.set_title("Larger alliances need more patience, but never more than 1/r", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

    def _critical(self, givers: Sequence[int] | None = None) -> Any:
        n = len(self.values().b)
        target = profile(n, range(n) if givers is None else givers)
        return critical_discount(self.game().stage, target, punishment=profile(n, ())).value

    @proposition(
        "equal allies",
        "If n allies each get r/n of a unit, 1 < r < n, contributions by all are sustained by ending them for ever exactly if delta >= (n - r) / (r (n - 1)).",
        when=lambda p: [(3 * p.b[0], 1)],
    )
    def equal_allies(self) -> bool:
        b = self.values().b[0]
        sizes = [n for n in (2, 3, 4) if n * b > 1]
        return all(self.equal(n, n * b)._critical() == (n - n * b) / (n * b * (n - 1)) for n in sizes)

    @proposition(
        "unequal allies",
        "Ally i can be held to contribute with all others exactly if n b_i > 1 and delta >= (1 - b_i) / (b_i (n - 1)); the least interested ally decides.",
    )
    def unequal_allies(self) -> bool:
        p, q = self.values(), self.thresholds()
        n = len(p.b)
        machine = grim_trigger(self.game().stage, profile(n, range(n)), profile(n, ()))
        found = one_shot_deviations(self.game(), machine)
        held = [found.slack("target", player, WITHHOLD) >= 0 for player in self.players]
        able = all(n * b > 1 for b in p.b)
        expected = max(q.values()) if able else None
        return self._critical() == expected and held == [n * p.b[k] > 1 and p.delta >= q[f"delta_star_{k + 1}"] for k in range(n)]

    @proposition(
        "who contributes",
        "A group of m contributors, others withholding, is sustained by ending contributions for ever exactly if each member has m b_i > 1 and "
        "delta >= (1 - b_i) / (b_i (m - 1)): groups must be larger the less their members care.",
    )
    def groups(self) -> bool:
        b = self.values().b
        pairs = [(0, 1), (0, 2), (1, 2)]
        expected = {pair: max((1 - b[k]) / b[k] for k in pair) if all(2 * b[k] > 1 for k in pair) else None for pair in pairs}
        return all(self._critical(pair) == value for pair, value in expected.items())

    @proposition(
        "length of exclusion",
        "Among equal allies a departure need only be followed by T periods without contributions, where T is the smallest number with "
        "delta + ... + delta^T >= (1 - r/n) / (r - 1); no length suffices below the critical discount factor.",
        when=lambda p: [(3 * p.b[0], 1)],
    )
    def exclusion(self) -> bool:
        p = self.values()
        model = self.equal(3, 3 * p.b[0])
        found = critical_punishment(model.game(), profile(3, range(3)))
        forever = model.game().delta == model.thresholds()["delta_star_1"]  # then only an endless punishment is enough
        return found.periods == (None if forever else shortest_exclusion(1 - p.b[0], 3 * p.b[0] - 1, p.delta))

    @proposition(
        "no harsher punishment",
        "Two equal allies gain nothing from subtler punishments: ending contributions already holds a deserter to the least it can secure.",
        when=lambda p: [(2 * p.b[0], 1)],
    )
    def reversion_is_optimal(self) -> bool:
        stage = self.equal(2, 2 * self.values().b[0]).game().stage
        return all(pure_minmax(stage, player).value == stage.payoff((WITHHOLD, WITHHOLD))[player] for player in stage.players)

    @proposition(
        "signs",
        "Among equal allies the critical discount factor falls in r and, for a given r, rises in n towards 1/r: with one more ally by (r - 1)/(r n (n - 1)).",
        when=lambda p: [(2 * p.b[0], 1)],
    )
    def signs(self) -> bool:
        r = 2 * self.values().b[0]
        pair, more, larger = self.equal(2, r), self.equal(2, (r + 2) / 2), self.equal(3, r)
        rises = larger._critical() - pair._critical() == (r - 1) / (2 * r)
        return bool(rises and more._critical() < pair._critical() < larger._critical() < 1 / r)
