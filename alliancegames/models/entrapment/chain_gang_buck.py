"""Chain-ganging and buck-passing: two allies before a threat that grows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from alliancegames.games.anonymous import AnonymousGame
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.models._in_turn import in_turn
from alliancegames.models.entrapment._chain_gang_results import BALANCE, BOTH, BUCK, CHAIN, NOBODY, PASS, ChainGangResults, when
from alliancegames.models.forms import Cell
from alliancegames.models.model import Outcome
from alliancegames.models.propositions import Sign
from alliancegames.models.registry import register
from alliancegames.parameters import Parameter, Values
from alliancegames.statics.regimes import Regime

__all__ = ["ChainGangBuck"]


@register
class ChainGangBuck(ChainGangResults):
    """When do allies pass the buck, and when do they drag each other into war?

    A rising power threatens two allies. Each balances against it now, which is costly, or passes the buck and leaves the
    task to the other. If both balance, both are safe. An ally that balances alone fails with a probability that grows with
    offence dominance: where attackers sweep all before them, one defender is not enough. If nobody balances, all is lost.

    Where defence dominates, one ally is enough, and each hopes that the other will be the one: bucks are passed.
    Where offence dominates, neither can let the other fall, and neither can do without the other: either both march, chained
    together, or both despair. The theory is verbal; the payoffs are our formalisation (F3). `in_turn` lets one ally
    move first, and `among` has any number of allies.
    """

    key = "chain_gang_buck"
    title = "Chain-ganging and buck-passing"
    pillar = "entrapment"
    question = "When do allies pass the buck, and when do they chain themselves to each other?"
    fidelity = "F3"
    references = ("christensen1990chain",)
    players = ("Ally 1", "Ally 2")
    actions = ((BALANCE, PASS), (BALANCE, PASS))
    parameters = (
        Parameter("offence", "o", "[0, 1]", "offence dominance: probability that an ally which balances alone fails", "1/5", "probability"),
        Parameter("cost_balance", "c", "(0, inf)", "cost of balancing now", "2/5", "utility"),
        Parameter("value_security", "v", "(0, inf)", "value of stopping the threat, to each ally", 1, "utility"),
    )
    outcomes = (
        Outcome("p_both_balance", "probability that both balance"),
        Outcome("p_one_balances", "probability that one ally is left to balance alone"),
        Outcome("p_nobody_balances", "probability that nobody balances"),
        Outcome("p_threat_prevails", "probability that the threat is not stopped"),
    )
    comparative_statics = (
        Sign("d(q)/d(c) < 0", "where bucks are passed, costs make an ally that mixes balance less", where=(BUCK,)),
        Sign("d(q)/d(c) > 0", "in the stag hunt they raise the belief that balancing needs", where=(CHAIN,)),
        Sign("d(o_join)/d(c) > 0", "the dearer balancing, the later offence makes allies join"),
        Sign("d(o_lead)/d(c) < 0", "and the earlier it keeps them from balancing alone"),
        Sign("d(p_threat_prevails)/d(c) >= 0", "where bucks are passed, costs never make the threat less likely to prevail", where=(BUCK,)),
        Sign("d(p_threat_prevails)/d(o) > 0", "where bucks are passed, offence always helps the threat", where=(BUCK,), status="refuted"),
        Sign("d(q)/d(o) > 0", "cheap balancing: with offence an ally that mixes balances more", where=(BUCK, "2*c < v")),
        Sign("d(q)/d(o) < 0", "dear balancing: it balances less", where=(BUCK, "2*c > v")),
    )
    orders = (("v", "c"),)

    def payoffs(self, p: Values) -> Mapping[Cell, Sequence[Any]]:
        """Write the payoffs of the four cells."""
        alone = (1 - p.o) * p.v
        return {
            (BALANCE, BALANCE): (p.v - p.c, p.v - p.c),
            (BALANCE, PASS): (alone - p.c, alone),
            (PASS, BALANCE): (alone, alone - p.c),
            (PASS, PASS): (0, 0),
        }

    def outcome_cells(self, p: Values) -> Mapping[str, Mapping[Cell, Any]]:
        """Count who balances."""
        balancers = {cell: cell.count(BALANCE) for cell in self.payoffs(p)}
        names = {"p_both_balance": 2, "p_one_balances": 1, "p_nobody_balances": 0}
        counted = {name: {cell: int(m == count) for cell, m in balancers.items()} for name, count in names.items()}
        return counted | {"p_threat_prevails": {cell: (1, p.o, 0)[m] for cell, m in balancers.items()}}

    def in_turn(self, first: int = 0) -> ExtensiveGame:
        """Return the game in which one ally moves first and the other sees what it did. Parameters that are not given have the values of the worked example.

        Parameters
        ----------
        first : {0, 1}, default 0
            Position of the ally that moves first.

        Examples
        --------
        >>> import alliancegames as ag
        >>> print(ag.subgame_perfect(ag.models.ChainGangBuck().in_turn())[0])
        Ally 1: pass the buck; Ally 2 after balance: pass the buck; Ally 2 after pass the buck: balance
        """
        return in_turn(self, first)

    def among(self, allies: int) -> AnonymousGame:
        """Return the game among any number of allies, of whom two are enough to be safe and one fails with the probability of offence dominance.

        Parameters
        ----------
        allies : int
            Number of allies.

        Examples
        --------
        >>> import alliancegames as ag
        >>> for number in (2, 3, 5):
        ...     print(ag.symmetric_equilibria(ag.models.ChainGangBuck(o=0).among(number))[0])
        balance 3/5, pass the buck 2/5
        balance 0.367544, pass the buck 0.632456
        balance 0.204729, pass the buck 0.795271
        """
        model = self.completed()
        p = model.values()

        def payoff(own: str, others: Mapping[str, int]) -> Any:
            balancers = others[BALANCE] + int(own == BALANCE)
            saved = p.v * (0, 1 - p.o, 1)[min(balancers, 2)]
            return saved - p.c if own == BALANCE else saved

        return AnonymousGame.from_function(allies, (BALANCE, PASS), payoff, title=self.title, field=model.field)

    def quantities(self, p: Values) -> dict[str, Any]:
        """Return the offence dominance from which an ally joins, and up to which it leads, and how often it balances if it mixes."""
        return {"o_join": p.c / p.v, "o_lead": 1 - p.c / p.v, "q": ((1 - p.o) * p.v - p.c) / (p.v * (1 - 2 * p.o))}

    def regime_list(self, p: Values) -> Sequence[Regime]:
        """Ask whether an ally joins a partner that balances, and whether it balances alone."""
        pure: dict[str, list[tuple[Mapping[str, Any], ...]]] = {
            BOTH: [({BALANCE: 1},) * 2],
            BUCK: [({BALANCE: 1}, {PASS: 1}), ({PASS: 1}, {BALANCE: 1})],
            CHAIN: [({BALANCE: 1},) * 2, ({PASS: 1},) * 2],
            NOBODY: [({PASS: 1},) * 2],
        }
        meanings = {
            BOTH: (True, True, "Balancing is better whatever the partner does."),
            BUCK: (False, True, "One ally is enough, and each hopes that the other will be the one: Chicken."),
            CHAIN: (True, False, "Neither can let the other fall, and neither can stand alone: a stag hunt."),
            NOBODY: (False, False, "Balancing costs more than it is worth to one ally: a Prisoner's Dilemma."),
        }

        def equilibria(name: str) -> Callable[[Values], list[tuple[Mapping[str, Any], ...]]]:
            def listed(p: Values) -> list[tuple[Mapping[str, Any], ...]]:
                mixes = name in (BUCK, CHAIN)
                q = self.quantities(p)["q"] if mixes else 0
                return pure[name] + [({BALANCE: q, PASS: 1 - q},) * 2] * mixes

            return listed

        return [Regime(name, partial(when, joins=a, leads=b), equilibria(name), words) for name, (a, b, words) in meanings.items()]

    def draw(self, ax: Any) -> None:
        """Draw the four regimes by offence dominance and cost, with stylised places of 1914 and 1938."""
        self.regimes().plot("offence", "cost_balance", {"v": 1}, xlim=(0, 1), ylim=(0, 1), ax=ax)
        ax.plot([0.2, 0.8], [0.4, 0.4], "o", color="black", markersize=5, zorder=5)
        for year, place in ((1938, 0.2), (1914, 0.8)):
            ax.annotate(str(year), (place, 0.4), xytext=(0, -15), textcoords="offset points", ha="center", zorder=5)
        ax.set_title("Defence dominance passes bucks, offence dominance chains allies", loc="left", fontsize="medium")
