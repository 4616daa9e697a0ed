"""The international interaction game: war between states that know everything about each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from itertools import pairwise, permutations
from typing import Any, ClassVar

import numpy as np

from alliancegames.games.tree import End, Move, TreeNode
from alliancegames.models.deterrence._interaction_results import ENDS, A, B, InteractionResults, symbol, war_conditions
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.backward_induction import backward_induction
from alliancegames.statics.regimes import Regime

__all__ = ["InteractionGame"]

FORCE, REFRAIN = "use force", "refrain"
# What the theory takes for granted about A, best end first. B's preferences mirror them.
RESTRICTIONS = (
    ("AcqB", "SQ", "AcqA", "CapA"),
    ("AcqB", "Nego", "AcqA"),
    ("Nego", "WarA"),
    ("Nego", "WarB"),
    ("AcqB", "CapB", "WarA", "WarB"),
)
MIRROR = {"AcqA": "AcqB", "AcqB": "AcqA", "CapA": "CapB", "CapB": "CapA", "WarA": "WarB", "WarB": "WarA"}
# Preferences that lead to war, best end first.
EXAMPLE = {
    A: ("AcqB", "CapB", "Nego", "SQ", "WarA", "AcqA", "CapA", "WarB"),
    B: ("AcqA", "CapA", "SQ", "Nego", "WarB", "WarA", "AcqB", "CapB"),
}


def _parameters() -> tuple[Parameter, ...]:
    return tuple(
        Parameter(
            f"u_{name}_state_{state.lower()}",
            symbol(state, end),
            "(-inf, inf)",
            f"{state}'s utility of {meaning}",
            len(ENDS) - 1 - EXAMPLE[state].index(end),
            "utility",
            latex=rf"{state.lower()}_{{\mathrm{{{end}}}}}",
        )
        for state in (A, B)
        for end, (name, meaning) in ENDS.items()
    )


def _orders() -> tuple[tuple[str, ...], ...]:
    mirrored = [tuple(MIRROR.get(end, end) for end in chain) for chain in RESTRICTIONS]
    chains = [(A, chain) for chain in RESTRICTIONS] + [(B, chain) for chain in mirrored]
    return tuple(tuple(symbol(state, end) for end in chain) for state, chain in chains)


@lru_cache(maxsize=1)
def rankings() -> np.ndarray:
    """Return A's utilities of the ends in all strict preferences that the restrictions allow, one a row; B's mirror them."""
    pairs = [pair for chain in RESTRICTIONS for pair in pairwise(chain)]
    rows = []
    for ranking in permutations(ENDS):
        utility = dict(zip(ranking, range(len(ENDS))[::-1], strict=True))
        if all(utility[better] > utility[worse] for better, worse in pairs):
            rows.append([utility[end] for end in ENDS])
    return np.array(rows)


@register
class InteractionGame(InteractionResults):
    """When does war follow although both states know everything about each other?

    State A makes a demand or not. If it does, B acquiesces or makes a counter-demand, which opens a crisis in which A can
    strike first. If A makes no demand, B may make one, and A acquiesces or counters, which opens a crisis in which B can
    strike first. In a crisis the state that moves first uses force or refrains; the other then retaliates or
    capitulates, or, if no force was used, uses it itself or settles for negotiations.

    Only the order of the utilities matters. The theory restricts it: each state likes best that the other gives in without
    a fight, prefers negotiations to war, prefers its own first strike to the other's, and so on. Even so there are
    utilities with which the demand and the war are the best that both can do: a first strike is better for A than to
    acquiesce, and B, which would gain by striking first, neither acquiesces nor can promise to negotiate.
    """

    key = "interaction_game"
    title = "International interaction game"
    pillar = "deterrence"
    question = "When does war follow although both states know everything about each other?"
    fidelity = "F1"
    references = ("buenodemesquita1992war",)
    players = (A, B)
    solution = "subgame-perfect equilibria"
    parameters = _parameters()
    orders = _orders()
    outcomes = (
        Outcome("p_war", "probability of a war that A starts"),
        Outcome("p_war_b", "probability of a war that B starts"),
        Outcome("p_negotiation", "probability of negotiations"),
        Outcome("p_acquiescence_a", "probability that A acquiesces"),
        Outcome("p_acquiescence_b", "probability that B acquiesces"),
        Outcome("p_capitulation", "probability that a state capitulates to force"),
        Outcome("p_status_quo", "probability of the status quo"),
    )
    comparative_statics = (
        Sign("a_Nego > a_WarA", "A would rather negotiate than have the war that it starts", where=("War",)),
        Sign("b_Nego > b_WarA", "so would B", where=("War",)),
        Sign("a_WarA > a_CapA", "but to strike is better for A than to be struck and give in", where=("War",)),
        Sign("a_WarA > a_Nego", "who starts a war likes it better than a settlement", where=("War",), status="refuted"),
    )
    ends: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "p_war": ("WarA",),
        "p_war_b": ("WarB",),
        "p_negotiation": ("Nego",),
        "p_acquiescence_a": ("AcqA",),
        "p_acquiescence_b": ("AcqB",),
        "p_capitulation": ("CapA", "CapB"),
        "p_status_quo": ("SQ",),
    }

    def tree(self, p: Values) -> TreeNode:
        """Write who may demand and who may strike first."""

        def end(name: str) -> End:
            return End((getattr(p, symbol(A, name)), getattr(p, symbol(B, name))), name)

        def struck(striker: str, victim: str) -> Move:
            return Move(victim, {"retaliate": end(f"War{striker}"), "capitulate": end(f"Cap{victim}")})

        def crisis(first: str, second: str) -> Move:
            reply = Move(second, {FORCE: struck(second, first), REFRAIN: end("Nego")})
            return Move(first, {FORCE: struck(first, second), REFRAIN: reply})

        def demanded(first: str, second: str) -> Move:
            return Move(second, {"acquiesce": end(f"Acq{second}"), "counter": crisis(first, second)})

        silence = Move(B, {"demand": demanded(B, A), "wait": end("SQ")})
        return Move(A, {"demand": demanded(A, B), "wait": silence})

    @staticmethod
    def utilities(a: np.ndarray, b: np.ndarray) -> dict[str, np.ndarray]:
        """Return the values of the parameters for utilities as `rankings` lists them.

        Parameters
        ----------
        a, b : ndarray, shape (..., 8)
            Utilities of A, and those that B would have in A's place.
        """
        mirrored = [list(ENDS).index(MIRROR.get(end, end)) for end in ENDS]
        mine = {symbol(A, end): a[..., k] for k, end in enumerate(ENDS)}
        return mine | {symbol(B, end): b[..., mirrored[k]] for k, end in enumerate(ENDS)}

    def census(self) -> tuple[np.ndarray, np.ndarray]:
        """Solve the games of all strict preferences that the restrictions allow.

        Returns
        -------
        outcomes : ndarray of str
            The end that is reached in each game.
        conditions : ndarray of int
            How many of the four conditions for war each game meets.

        Examples
        --------
        >>> import alliancegames as ag
        >>> import numpy as np
        >>> outcomes, conditions = ag.models.InteractionGame().census()
        >>> print(len(outcomes), int((outcomes == "WarA").sum()))
        2704 40
        >>> bool(((outcomes == "WarA") == (conditions == 4)).all())
        True
        """
        listed = rankings()
        points = self.utilities(np.repeat(listed, len(listed), axis=0), np.tile(listed, (len(listed), 1)))
        game = self.completed().game()
        reached = backward_induction(game, self.payoff_stack(points)).end
        names = np.array([node.outcome for node in game.nodes if node.payoffs is not None])
        columns = Values(self.parameters, {q.name: points[q.symbol] for q in self.parameters})
        held = sum((np.asarray(larger > smaller).astype(int) for larger, smaller in war_conditions(columns)), start=np.zeros(1, dtype=int))
        return names[reached], held

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return whether A starts a war: all four conditions hold, or one is reversed."""
        reversed_ones = [lambda p, k=k: [war_conditions(p)[k][::-1]] for k in range(4)]
        return [
            Regime("War", war_conditions, meaning="A makes a demand, B does not acquiesce, and A strikes first."),
            Regime("No war", reversed_ones[0], meaning="One of the four conditions is reversed.", or_when=tuple(reversed_ones[1:])),
        ]

    def draw(self, ax: Any) -> None:
        """Draw the outcomes of all games by how many of the conditions for war they meet."""
        style = import_module("alliancegames.plotting._style")
        outcomes, held = self.census()
        words = {"Nego": "negotiation", "AcqB": "B acquiesces", "SQ": "status quo", "AcqA": "A acquiesces", "WarA": "war"}
        steps = np.arange(5)
        below = np.zeros(len(steps))
        for k, (end, word) in enumerate(words.items()):
            counts = np.array([np.sum((outcomes == end) & (held == step)) for step in steps])
            look = {"color": style.COLOURS[k], "hatch": style.HATCHES[k]} if end != "WarA" else {"color": "#8a1c3b"}
            ax.bar(steps, counts, bottom=below, label=f"{word}: {counts.sum()}", edgecolor="#444444", linewidth=0.6, **look)
            below += counts
        ax.set(
            xlabel="number of the four conditions for war that hold", ylabel="number of games", xticks=steps, ylim=(0, 1.05 * below.max())
        )
        style.legend_below(ax, columns=3)
        ax.set_title("Perfectly informed states go to war exactly if all four conditions hold", loc="left", fontsize="medium")
