"""Salami tactics: a stake taken slice by slice."""

from __future__ import annotations

from itertools import accumulate
from typing import Any, ClassVar

from alliancegames._fields import Field
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.games.stochastic import StochasticGame
from alliancegames.games.tree import End, Move, TreeNode
from alliancegames.models.forms import StochasticModel
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign, proposition, recalled
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.sequential import subgame_perfect

__all__ = ["Salami"]

YIELD, RESIST, BITE, STOP = "yield", "resist", "bite", "stop"
GONE = "nothing left to take"


def bite(k: int) -> str:
    """Return the state in which the bite after the first k is made."""
    return f"bite {k + 1}"


def line(k: int) -> str:
    """Return the state in which a line holds after k bites."""
    return f"line after {k}"


@register
class Salami(StochasticModel):
    """How small must a grey-zone bite be to go unanswered?

    A challenger takes a stake from a defender bite by bite, one each period. What is taken stays taken, and the defender forgoes
    its flow of value for good. The defender can resist a bite: this costs something once, undoes the bite and ends all bites to
    come, since its resolve is then known. A single small bite is not worth the fight. A bite that will be followed by others is: what counts
    is all that yielding invites.

    One size is given for each bite; their number is the number of bites. Bites of one size are made by
    ``Salami().slices(m)``. Schelling's argument is verbal; the game is our formalisation (F3).
    """

    key = "salami"
    title = "Salami tactics"
    pillar = "deterrence"
    question = "How small must a grey-zone bite be to go unanswered?"
    fidelity = "F3"
    references = ("schelling1966arms", "altman2017fait")
    players: ClassVar[tuple[str, ...]] = ("Challenger", "Defender")
    parameters = (
        Parameter("stake_patron", "v", "(0, inf)", "flow of value of the whole stake to the defender", 1, "utility"),
        Parameter("stake_challenger", "V", "(0, inf)", "flow of value of the whole stake to the challenger", 1, "utility"),
        Parameter("cost_war_defender", "c_D", "(0, inf)", "defender's one-off cost of resisting", "1/2", "utility", latex="c_D"),
        Parameter("cost_war_challenger", "c_C", "(0, inf)", "challenger's one-off cost of being resisted", "1/2", "utility", latex="c_C"),
        Parameter("bite", "x", "(0, 1]", "size of each bite, in order", ("1/50",) * 4, "share of the stake"),
        Parameter("delta", "delta", "(0, 1)", "discount factor", "9/10", "per period", latex=r"\delta"),
    )
    outcomes = (
        Outcome("p_resist", "probability that the defender resists"),
        Outcome("share_taken", "share of the stake that is taken in the end", "share of the stake"),
        Outcome("value_defender", "defender's discounted payoff, measured from an untouched stake", "utility"),
    )
    comparative_statics = (
        Sign("d(isolated)/d(delta) < 0", "the patient resist smaller bites"),
        Sign("d(isolated)/d(v) < 0", "so do those with more at stake"),
        Sign("d(isolated)/d(c_D) > 0", "dear resistance lets larger bites pass"),
        Sign("d(precedent)/d(delta) < 0", "patience draws the line earlier"),
        Sign("d(precedent)/d(v) < 0", "so does a larger stake"),
        Sign("d(precedent)/d(c_D) > 0", "the cost of resistance draws it later"),
        Sign("precedent < isolated", "a precedent is resisted where the same bite alone is not"),
        Sign("d(loss)/d(delta) > 0", "never resisting costs the patient more"),
    )

    def slices(self, m: int, size: Any = None) -> Salami:
        """Return the model with bites of one size.

        Parameters
        ----------
        m : int
            Number of bites.
        size : number, optional
            Size of each; by default that of the first bite of the model.

        Examples
        --------
        >>> import alliancegames as ag
        >>> model = ag.models.Salami(v=1, c_D="1/2", delta="9/10").slices(3, "1/10")
        >>> print(model.thresholds()["loss"])
        271/100
        """
        return self.replace(bite=[self.completed().values().x[0] if size is None else size] * m)

    def _taken(self, p: Values) -> list[Any]:
        """Return what is taken after each number of bites."""
        return [0, *accumulate(p.x)]

    def build(self, p: Values, field: Field) -> StochasticGame:
        """Write one state for each bite to come, and one for each line that may hold."""
        count, taken = len(p.x), self._taken(p)
        flow = [(p.V * share, -p.v * share) for share in taken]
        bites, lines = [bite(k) for k in range(count)], [line(k) for k in range(count)]
        yielded, resisted = (BITE, YIELD), (BITE, RESIST)
        rewards: dict[str, Any] = {line(k): flow[k] for k in range(count)} | {GONE: flow[count]}
        transitions: dict[str, Any] = {}
        for k in range(count):
            rewards[bite(k)] = {yielded: flow[k + 1], resisted: (flow[k][0] - p.c_C, flow[k][1] - p.c_D)}
            transitions[bite(k)] = {yielded: bite(k + 1) if k + 1 < count else GONE, resisted: line(k)}
        actions = {state: [[BITE], [YIELD, RESIST]] for state in bites}
        return StochasticGame([*bites, *lines, GONE], self.players, actions, rewards, transitions, p.delta, field=field)

    def outcomes_at(self, p: Values, equilibrium: Any) -> dict[str, Any]:
        """Ask where the line is drawn."""
        held = {k: equilibrium.reach(line(k)) for k in range(len(p.x))}
        taken = self._taken(p)
        return {
            "p_resist": sum(held.values()),
            "share_taken": sum(chance * taken[k] for k, chance in held.items()) + (1 - sum(held.values())) * taken[-1],
            "value_defender": equilibrium.payoffs["Defender"],
        }

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return what the defender loses by never resisting, and the smallest bite worth resisting: alone, and as one of endlessly many."""
        lost = sum(p.v * size * p.delta**k for k, size in enumerate(p.x)) / (1 - p.delta)
        return {"loss": lost, "isolated": p.c_D * (1 - p.delta) / p.v, "precedent": p.c_D * (1 - p.delta) ** 2 / p.v}

    def looking_ahead(self) -> ExtensiveGame:
        """Return the game in which the challenger chooses before each bite whether to stop; its ends are named by the bites taken."""
        p = self.completed().values()
        taken = self._taken(p)

        def flows(k: int, stake: Any) -> Any:
            return stake * (sum(p.delta**t * taken[t + 1] for t in range(k)) + p.delta**k * taken[k] / (1 - p.delta))

        def after(k: int) -> TreeNode:
            now = (flows(k, p.V), -flows(k, p.v))
            if k == len(p.x):
                return End(now, f"{k} taken")
            fight = End((now[0] - p.delta**k * p.c_C, now[1] - p.delta**k * p.c_D), f"{k} taken, then a fight")
            reply = Move("Defender", {YIELD: after(k + 1), RESIST: fight}, f"bitten {k + 1}")
            return Move("Challenger", {BITE: reply, STOP: End(now, f"{k} taken")}, f"choice {k + 1}")

        return ExtensiveGame(self.players, after(0), title=self.title)

    def draw(self, ax: Any) -> None:
        """Draw the smallest bite that is resisted against patience, alone and as a precedent."""
        import numpy as np

        p = self.completed().values()
        delta, cost = np.linspace(0.5, 1, 201), float(p.c_D / p.v)
        alone, first = cost * (1 - delta), cost * (1 - delta) ** 2
        ax.fill_between(delta, alone, first, color="#dbe7f3", label="resisted only because more would follow")
        ax.plot(delta, alone, "--", color="#b5451d", linewidth=2.2, label="an isolated bite is resisted above")
        ax.plot(delta, first, color="#0b559f", linewidth=2.2, label="the first of many bites is resisted above")
        ax.set(xlabel=r"discount factor $\delta$", ylabel="size of a bite, share of the stake", xlim=(0.5, 1), ylim=(0, cost / 2))
        ax.legend(frameon=False, fontsize="small")
        ax.set_title("Bites that would be let pass alone are resisted as precedents", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

    def _replies(self) -> set[tuple[Any, ...]]:
        """Return where the line is drawn in each equilibrium, as (probability of resistance, share taken)."""
        return {(values["p_resist"], values["share_taken"]) for values in self.solve().outcomes}

    @proposition(
        "an isolated bite",
        "A single bite is resisted exactly if x >= c_D (1 - delta) / v; at equality the defender is indifferent.",
    )
    def isolated(self) -> bool:
        model = self.slices(1)
        p, star = model.values(), model.thresholds()["isolated"]
        expected = {(1, 0)} if p.x[0] > star else {(0, p.x[0])} if p.x[0] < star else {(1, 0), (0, p.x[0])}
        return model._replies() == expected

    @proposition(
        "the first of many bites",
        "The first of m equal bites is resisted at once if c_D < v x (1 - delta^m) / (1 - delta)^2, and none ever is if c_D is larger: "
        "as m grows the smallest bite worth resisting falls to c_D (1 - delta)^2 / v.",
    )
    def precedent(self) -> bool:
        for m in (2, 3, 5):
            model = self.slices(m)
            p = model.values()
            loss = p.v * p.x[0] * (1 - p.delta**m) / (1 - p.delta) ** 2
            never, at_once = (0, m * p.x[0]), (1, 0)
            expected = at_once if p.c_D < loss else never
            if loss != model.thresholds()["loss"] or (p.c_D != loss and model._replies() != {expected}):
                return False
        return True

    @proposition(
        "where a challenger stops",
        "If the challenger can stop after any bite, let k be the least number of bites whose cumulative loss exceeds c_D. The defender yields the "
        "remainder of m divided by k and holds the rest; nobody fights. If no k <= m will do, everything is taken.",
    )
    def where_it_stops(self) -> bool:
        for m in (3, 4, 5):
            model = self.slices(m)
            p = model.values()
            losses = [p.v * p.x[0] * (1 - p.delta**k) / (1 - p.delta) ** 2 for k in range(1, m + 1)]
            able = [k for k, loss in enumerate(losses, 1) if loss > p.c_D]
            found = {outcome for item in subgame_perfect(model.looking_ahead()) for outcome, q in item.outcomes.items() if q}
            expected = f"{m % able[0] if able else m} taken"
            if expected not in found or (p.c_D not in losses and found != {expected}):
                return False
        return True

    @proposition(
        "signs",
        "The smallest bite worth resisting, alone or as a precedent, falls in patience delta and in the stake v, and rises in the cost c_D.",
    )
    def signs(self) -> bool:
        p = self.values()
        return all(self._moves(name, p) for name in ("isolated", "precedent"))

    def _moves(self, name: str, p: Values) -> bool:
        here = self.thresholds()[name]
        patient, larger, dearer = (
            self.replace(**change).thresholds()[name]
            for change in ({"delta": (1 + p.delta) / 2}, {"stake_patron": p.v + 1}, {"cost_war_defender": p.c_D + 1})
        )
        return bool(max(patient, larger) < here < dearer)

    fait_accompli = recalled(
        "land grabs",
        "Since 1918 states have gained territory by fait accompli far more often than by coercive threats.",
        source="altman2017fait",
    )
