"""What is known about buck-passing and chain-ganging."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Any

from alliancegames._conditions import Conditions
from alliancegames.games.extensive import ExtensiveGame
from alliancegames.models.forms import NormalFormModel
from alliancegames.models.propositions import proposition, recalled
from alliancegames.parameters import Values
from alliancegames.solvers.sequential import subgame_perfect

BALANCE, PASS = "balance", "pass the buck"
BOTH, BUCK, CHAIN, NOBODY = "Both balance", "Buck-passing", "Chain-ganging or collapse", "Nobody balances"


def when(p: Values, joins: bool, leads: bool) -> Conditions:
    """Return when an ally joins a partner that balances, or not, and when it balances alone, or not."""
    join, lead = (p.o * p.v, p.c), ((1 - p.o) * p.v, p.c)
    return [join if joins else join[::-1], lead if leads else lead[::-1]]


buck, chain = partial(when, joins=False, leads=True), partial(when, joins=True, leads=False)


class ChainGangResults(NormalFormModel):
    """The propositions of the model, checked by the solvers."""

    @abstractmethod
    def in_turn(self, first: int = 0) -> ExtensiveGame:
        """Return the game in which one ally moves first."""

    def _pure(self, **changed: Any) -> set[tuple[str, ...]] | None:
        found = self.replace(**changed).solve().equilibria
        return {item.actions for item in found.pure} if found.complete else None

    def _mixed(self, **changed: Any) -> Any:
        """Return how often each ally balances in the solver's mixed equilibrium, in which both do alike."""
        (item,) = self.replace(**changed).solve().equilibria.mixed
        first, second = item[0][BALANCE], item[1][BALANCE]
        return first if first == second else None

    @proposition(
        "buck-passing",
        "If o < c/v and o < 1 - c/v the game is Chicken: exactly one ally balances, or each does with probability q = ((1 - o)v - c)/(v(1 - 2o)). There is no other equilibrium.",
        when=buck,
    )
    def buck_passing(self) -> bool:
        return self._pure() == {(BALANCE, PASS), (PASS, BALANCE)} and self._mixed() == self.thresholds()["q"]

    @proposition(
        "chain-ganging",
        "If o > c/v and o > 1 - c/v the game is a stag hunt: both balance, or nobody does, or each balances with probability q. There is no other equilibrium.",
        when=chain,
    )
    def chain_ganging(self) -> bool:
        return self._pure() == {(BALANCE, BALANCE), (PASS, PASS)} and self._mixed() == self.thresholds()["q"]

    @proposition(
        "cheap balancing", "If c/v < o < 1 - c/v, which needs c/v < 1/2, both balance and nothing else is an equilibrium.", when=partial(when, joins=True, leads=True)
    )  # fmt: skip
    def cheap(self) -> bool:
        p, found = self.values(), self.solve().equilibria
        return bool(2 * p.c < p.v) and [item.actions for item in found] == [(BALANCE, BALANCE)]

    @proposition(
        "dear balancing",
        "If 1 - c/v < o < c/v nobody balances and nothing else is an equilibrium, although both would be better off if both balanced.",
        when=partial(when, joins=False, leads=False),
    )
    def dear(self) -> bool:
        found = self.solve().equilibria
        both, none = (found.game.payoff(cell) for cell in ((BALANCE, BALANCE), (PASS, PASS)))
        return [item.actions for item in found] == [(PASS, PASS)] and all(both[ally] > none[ally] for ally in self.players)

    @proposition(
        "offence dominance",
        "Where bucks are passed, enough offence dominance, o > max(c/v, 1 - c/v), turns the game into chain-ganging; less offence dominance never does.",
        when=buck,
    )
    def offence_dominance(self) -> bool:
        p, q = self.values(), self.thresholds()
        chained = self._pure(offence=(1 + max(q["o_join"], q["o_lead"])) / 2)
        return chained == {(BALANCE, BALANCE), (PASS, PASS)} and self._pure(offence=p.o / 2) == self._pure()

    @proposition(
        "signs of the mixed equilibrium",
        "Where bucks are passed, an ally that mixes balances the less the more it costs (dq/dc < 0). In the stag hunt the belief in the partner's balancing that is needed rises in cost (dq/dc > 0).",
        when=lambda p: [(((1 - p.o) * p.v - p.c) * (p.c - p.o * p.v), 0)],
    )
    def signs(self) -> bool:
        p, q = self.values(), self.thresholds()
        passes = p.o < q["o_join"]
        dearer = self._mixed(cost_balance=(p.c + p.v * (1 - p.o if passes else p.o)) / 2)
        return bool(dearer < self._mixed() if passes else dearer > self._mixed())

    @proposition(
        "who moves first",
        "If ally 1 moves first and the other sees it, in Chicken it passes the buck and ally 2 balances; in the stag hunt it balances and draws ally 2 along.",
        when=lambda p: [(((1 - p.o) * p.v - p.c) * (p.c - p.o * p.v), 0)],
    )
    def first_mover(self) -> bool:
        p, found = self.values(), subgame_perfect(self.in_turn())
        alone = (1 - p.o) * p.v
        stated = (alone, alone - p.c) if p.o < self.thresholds()["o_join"] else (p.v - p.c, p.v - p.c)
        return [tuple(family.profile.payoffs.values()) for family in found] == [stated]

    history = recalled(
        "1914 and 1938",
        "In 1914 offence was thought to dominate and allies were chained to each other; in 1938 defence was, and bucks were passed.",
    )
