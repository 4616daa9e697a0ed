"""Consultation among allies as cheap talk: how much truth survives differing threat perceptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames._fields import Field
from alliancegames.games.cheap_talk import CheapTalkGame, PartitionProfile
from alliancegames.games.distributions import TypeDistribution, Uniform
from alliancegames.models.model import Model, Outcome
from alliancegames.models.propositions import Sign, proposition
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.solvers.partitions import partition_equilibria
from alliancegames.solvers.result import EquilibriumSet
from alliancegames.statics.regimes import Regime

__all__ = ["CheapTalkConsultation"]

NAMES = ("Babbling", "Two messages", "Three messages")
MEANINGS = (
    "No message is believed, and the ally acts on what it knew before.",
    "The adviser can say no more than whether the threat is low or high.",
    "The adviser can tell low, middling and high threats apart.",
)


def most_cells(b: Any) -> Any:
    """Return N(b), the largest N with ``2 N (N - 1) b < 1``."""
    if hasattr(b, "free_symbols"):
        import sympy

        return sympy.ceiling((sympy.sqrt(1 + 2 / b) - 1) / 2)
    count = 1
    while 2 * (count + 1) * count * b < 1:
        count += 1
    return count


def cut_points(b: Any, cells: int) -> tuple[Any, ...]:
    """Return the cut-points ``i/N + 2 b i (i - N)`` of the equilibrium with N cells."""
    return tuple(Fraction(i, cells) + 2 * b * i * (i - cells) for i in range(1, cells))


def receiver_utility(b: Any, cells: Any) -> Any:
    """Return the receiver's expected utility with N cells, ``-1/(12 N^2) - b^2 (N^2 - 1)/3``."""
    return -1 / (12 * cells**2 + 0 * b) - b**2 * (cells**2 - 1) / 3


def messages_are(cells: int) -> Callable[[Values], Conditions]:
    """Return where the most informative equilibrium has so many cells; with 4 cells, where it has at least so many."""

    def when(p: Values) -> Conditions:
        enough = [(1, 2 * cells * (cells - 1) * p.b)] if cells > 1 else []
        return [*enough, *([(2 * (cells + 1) * cells * p.b, 1)] if cells < 4 else [])]

    return when


@register
class CheapTalkConsultation(Model):
    """How much truth survives consultation among allies whose perceptions of the threat differ?

    One ally knows how large a threat is, every size between 0 and 1 being equally likely, and tells another, who
    decides how strongly to respond. The adviser wants a response that exceeds the other's ideal by a fixed bias; both lose
    the square of the distance to their ideal. Talk costs nothing and cannot be verified.

    If exact reports were believed, the adviser would exaggerate. What can be believed are reports too coarse to be worth
    exaggerating: the adviser names an interval in which the threat lies, and low threats are told more precisely than
    high ones. The larger the bias, the fewer intervals there can be; from 1/4 on, consultation is an empty ritual.
    """

    key = "cheap_talk_consultation"
    title = "Consultation as cheap talk"
    pillar = "information"
    question = "How much truth survives consultation among allies with differing threat perceptions?"
    fidelity = "F1"
    references = ("crawford1982strategic",)
    form = "cheap talk"
    parameters = (
        Parameter(
            "bias", "b", "(0, 1]", "by how much the adviser's ideal response exceeds its ally's", "1/20", "size of the largest threat"
        ),
    )
    outcomes = (
        Outcome("n_cells", "number of messages that mean different things", "number"),
        Outcome("information", "share of the variance of the threat that the ally learns", "share"),
        Outcome("utility_receiver", "expected utility of the ally that acts", "utility"),
        Outcome("utility_sender", "expected utility of the adviser", "utility"),
    )
    comparative_statics = (
        Sign("d(EU_R)/d(b) < 0", "the further perceptions differ the less consultation is worth", where=("b < 1/4",)),
        Sign("d(EU_S)/d(b) < 0", "to the adviser, too"),
        Sign("d(EU_R)/d(b) == 0", "where nothing can be told the bias no longer hurts the ally", where=("Babbling",)),
        Sign("EU_S < EU_R", "the adviser, who would rather see a stronger response, fares worse"),
        Sign("N > 1", "below 1/4 something can be told", where=("b < 1/4",)),
        Sign("EU_R > -1/12", "and is worth being told", where=("b < 1/4",)),
    )

    def build(self, p: Values, field: Field) -> CheapTalkGame:
        """Build the game with a uniform threat and the bias."""
        return CheapTalkGame(Uniform(0, 1), p.b, players=("Adviser", "Ally"), title=self.title)

    def with_threat(self, threat: TypeDistribution | Mapping[Any, Any]) -> CheapTalkGame:
        """Return the game in which the size of the threat has another distribution.

        Parameters
        ----------
        threat : distribution, or mapping of number to number
            A bounded distribution, or finitely many sizes with their probabilities.

        Examples
        --------
        >>> import alliancegames as ag
        >>> from alliancegames.solvers.partitions import partition_equilibria
        >>> mostly_small = {0: "1/2", "1/4": "1/4", 1: "1/4"}
        >>> print(partition_equilibria(ag.models.CheapTalkConsultation(bias="1/10").with_threat(mostly_small))[-1])
        3 cells, cut at 1/8, 5/8: actions 0, 1/4, 1
        """
        game = self.completed().game()
        return CheapTalkGame(threat, game.bias, players=game.players, title=self.title)

    def solve_game(self, game: CheapTalkGame) -> EquilibriumSet[PartitionProfile]:
        """Find all partition equilibria."""
        return partition_equilibria(game)

    def outcomes_at(self, p: Values, equilibrium: PartitionProfile) -> dict[str, Any]:
        """Compare what the ally still does not know with what it did not know before."""
        utilities, (low, high) = equilibrium.payoffs, equilibrium.game.support
        left = -utilities["Ally"] / equilibrium.game.cell(low, high).spread
        return {
            "n_cells": equilibrium.n_cells,
            "information": 1 - left,
            "utility_receiver": utilities["Ally"],
            "utility_sender": utilities["Adviser"],
        }

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the largest number of cells and both expected utilities in the equilibrium with so many."""
        cells = most_cells(p.b)
        receiver = receiver_utility(p.b, cells)
        return {"N": cells, "EU_R": receiver, "EU_S": receiver - p.b**2}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Return how many messages can be told apart at most."""
        named = [Regime(name, messages_are(k), meaning=meaning) for k, (name, meaning) in enumerate(zip(NAMES, MEANINGS, strict=True), 1)]
        return [
            *named,
            Regime("Four or more messages", messages_are(4), meaning="The adviser can be precise, most of all about low threats."),
        ]

    def draw(self, ax: Any) -> None:
        """Draw the cells of the most informative equilibrium for each bias, and how much the ally learns."""
        biases = [Fraction(k, 1200) for k in range(12, 361)]
        for cells in range(2, most_cells(biases[0]) + 1):
            here = [b for b in biases if most_cells(b) == cells]
            for cuts in zip(*(cut_points(b, cells) for b in here), strict=True):
                label = "cut-points between messages" if cells == 2 else None
                ax.plot([float(b) for b in here], [float(cut) for cut in cuts], color="#0b559f", linewidth=1.3, label=label)
            edge = 1 / (2 * cells * (cells - 1))
            ax.axvline(edge, color="0.8", linewidth=0.8, zorder=0)
        learnt = [1 + 12 * float(receiver_utility(b, most_cells(b))) for b in biases]
        ax.plot([float(b) for b in biases], learnt, "--", color="#b5451d", label="share of the variance learnt")
        ax.set(xlim=(0, 0.3), ylim=(0, 1), xlabel="bias $b$", ylabel="size of the threat; share of its variance")
        ax.legend(frameon=False, loc="upper right", fontsize="small")
        ax.set_title("The larger the bias, the fewer and coarser the messages", loc="left", fontsize="medium")

    # ---------------------------------------------------------------- results

    def _found(self, **changed: Any) -> EquilibriumSet[PartitionProfile]:
        """Return the solver's equilibria, proved to be all."""
        found = self.solve_game(self.replace(**changed).game())
        assert found.complete
        return found

    @proposition(
        "how many messages",
        "There is one equilibrium for each number of cells up to N(b), the largest N with 2N(N - 1)b < 1, and no other.",
    )
    def number(self) -> bool:
        return [item.n_cells for item in self._found()] == list(range(1, most_cells(self.values().b) + 1))

    @proposition(
        "where the cuts are", "With N cells the cut-points are a_i = i/N + 2bi(i - N); each cell is longer than the one below it by 4b."
    )
    def cuts(self) -> bool:
        b = self.values().b
        found = self._found()
        lengths = ([high - low for low, high in item.cells] for item in found)
        return all(item.cuts == cut_points(b, item.n_cells) for item in found) and all(
            above - below == 4 * b for row in lengths for below, above in pairwise(row)
        )

    @proposition("what it is worth", "With N cells EU_R = -1/(12N^2) - b^2(N^2 - 1)/3 for the ally and EU_S = EU_R - b^2 for the adviser.")
    def worth(self) -> bool:
        b = self.values().b
        stated = [receiver_utility(b, item.n_cells) for item in self._found()]
        return [tuple(item.payoffs.values()) for item in self._found()] == [(value - b**2, value) for value in stated]

    @proposition("babbling", "If b >= 1/4 nothing can be told.", when=lambda p: [(4 * p.b, 1)])
    def babbling(self) -> bool:
        return [item.actions for item in self._found()] == [(Fraction(1, 2),)]

    @proposition(
        "both prefer more information",
        "Before the threat is known, both allies prefer equilibria with more cells, so that the most informative one is best for both.",
        when=lambda p: [(1, 4 * p.b)],
    )
    def agreement(self) -> bool:
        rows = [item.payoffs for item in self._found()]
        return all(more[player] > less[player] for less, more in pairwise(rows) for player in less)

    @proposition(
        "signs", "A larger bias never allows more messages, and the most informative equilibrium gets worse for the ally (dEU_R/db < 0)."
    )
    def signs(self) -> bool:
        b = self.values().b
        less, more = self._found(b=b / 2)[-1], self._found()[-1]
        worse = less.payoffs["Ally"] > more.payoffs["Ally"] if less.n_cells > 1 else less.payoffs["Ally"] == more.payoffs["Ally"]
        return less.n_cells >= more.n_cells and bool(worse)

    @proposition(
        "few possible threats",
        "If the threat has finitely many possible sizes, 40 here, consultation with two messages is possible as well, and every cut lies within 1/20 of 1/2 - 2b.",
        when=lambda p: [(1, 4 * p.b)],
    )
    def finite(self) -> bool:
        p = self.values()
        game = self.game().discretised(40)
        cuts = [k for k in range(1, 40) if two_messages(game, k)]
        stated = Fraction(1, 2) - 2 * p.b
        return all(abs(Fraction(k, 40) - stated) <= Fraction(1, 20) for k in cuts)


def two_messages(game: CheapTalkGame, below: int) -> bool:
    """Whether it is an equilibrium that the adviser tells the lowest states of a finite game from all others."""
    states = list(game.states)
    cut = (states[below - 1] + states[below]) / 2
    actions = [game.cell(states[0], cut).mean, game.cell(cut, states[-1]).mean]
    return bool(PartitionProfile(game, (cut,), tuple(actions)).residual == 0)
