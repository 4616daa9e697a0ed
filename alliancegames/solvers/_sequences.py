"""The sequence form of a game tree in which two players move: plans by the moves that they allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from alliancegames.solvers._trees import Tree

__all__ = ["SequenceForm", "completed"]


@dataclass(frozen=True)
class SequenceForm:
    """The sequence form of a tree in which at most two players move.

    Parameters
    ----------
    tree : Tree
        The game.
    movers : tuple of (int or None)
        Positions of the two players; None stands for one who has no move and no interest.
    sequences : tuple of tuple
        For each of the two the sequences: the empty one, then pairs of an information set and an action. The
        set's own history comes before it.
    payoffs : tuple of dict
        For each of the two the expected payoffs that chance gives to a pair of sequences, where they lead to an end.
    """

    tree: Tree
    movers: tuple[int | None, int | None]
    sequences: tuple[tuple[Any, ...], tuple[Any, ...]]
    payoffs: tuple[dict[tuple[int, int], Fraction], dict[tuple[int, int], Fraction]]

    @staticmethod
    def of(tree: Tree) -> SequenceForm:
        """Return the sequence form of a tree.

        Parameters
        ----------
        tree : Tree
            At most two players move.
        """
        movers = _movers(tree)
        sequences = tuple(
            (None, *((h, a) for h, part in enumerate(tree.sets) if part.player == player for a in range(len(part.actions))))
            for player in movers
        )
        places = [{sequence: k for k, sequence in enumerate(own)} for own in sequences]
        last = [[0, 0] for _ in tree.nodes]
        weight = [Fraction(1)] * len(tree.nodes)
        payoffs: tuple[dict[tuple[int, int], Fraction], dict[tuple[int, int], Fraction]] = ({}, {})
        for k, node in enumerate(tree.nodes):
            chance, ends = tree.chance[k], tree.payoffs[k]
            if ends is not None:
                pair = (last[k][0], last[k][1])
                for side, player in enumerate(movers):
                    gained = Fraction(0) if player is None else weight[k] * ends[player]
                    payoffs[side][pair] = payoffs[side].get(pair, Fraction(0)) + gained
            for j, child in enumerate(node.children):
                weight[child] = weight[k] * (chance[j] if chance is not None else 1)
                last[child] = list(last[k])
                if node.information_set is not None:
                    side = movers.index(tree.sets[node.information_set].player)
                    last[child][side] = places[side][node.information_set, j]
        return SequenceForm(tree, movers, (sequences[0], sequences[1]), payoffs)

    def constraints(self, side: int) -> list[dict[int, int]]:
        """Return the equations of plans as sparse rows: the first row equals one, the others zero.

        Parameters
        ----------
        side : {0, 1}
            Whose plans.
        """
        rows: dict[Any, dict[int, int]] = {None: {0: 1}}
        for k, sequence in enumerate(self.sequences[side]):
            if sequence is not None:
                h = sequence[0]
                rows.setdefault(h, {self._before(side, h): -1})[k] = 1
        return list(rows.values())

    def _before(self, side: int, h: int) -> int:
        """Return the position of the sequence that leads to an information set."""
        history = self.tree.game.own_histories[h]
        return self.sequences[side].index(history[-1]) if history else 0

    @property
    def constant(self) -> Fraction | None:
        """What the payoffs of the two players add up to, if it is the same at all ends; else None."""
        one, other = self.movers
        if one is None or other is None:
            return None
        sums = {ends[one] + ends[other] for ends in self.tree.payoffs if ends is not None}
        return sums.pop() if len(sums) == 1 else None

    @property
    def integer_payoffs(self) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]:
        """The payoffs of each player times a positive number that makes them integers, which changes no preference."""
        scales = [lcm(1, *(value.denominator for value in own.values())) for own in self.payoffs]
        one, other = ({pair: int(value * scale) for pair, value in own.items()} for own, scale in zip(self.payoffs, scales, strict=True))
        return one, other

    def directions(self, side: int) -> list[dict[int, int]]:
        """Return how a plan changes with each of its sequences, if he always takes the first action from then on.

        Parameters
        ----------
        side : {0, 1}
            Whose plans.

        Returns
        -------
        list of dict
            For the empty sequence the plan of first actions itself; for a first action nothing; for any other
            the plan that goes on from it minus the one that goes on from the first action of the set.
        """
        own = self.sequences[side]
        place = {sequence: k for k, sequence in enumerate(own)}
        after: list[list[int]] = [[] for _ in own]
        for h, part in enumerate(self.tree.sets):
            if part.player == self.movers[side]:
                after[self._before(side, h)].append(place[h, 0])

        def follow(k: int) -> set[int]:
            return {k}.union(*(follow(first) for first in after[k]))

        found = []
        for k, sequence in enumerate(own):
            change = dict.fromkeys(follow(k), 1) if sequence is None or sequence[1] else {}
            if change and sequence is not None:
                change.update(dict.fromkeys(follow(place[sequence[0], 0]), -1))
            found.append(change)
        return found

    def behaviour(self, plans: Sequence[Sequence[Fraction]]) -> list[list[Fraction] | None]:
        """Return the lottery at each information set; None where the player's own plan excludes the set.

        Parameters
        ----------
        plans : sequence of sequence of Fraction
            One weight a sequence, for each of the two.
        """
        found: list[list[Fraction] | None] = [None] * len(self.tree.sets)
        for side, own in enumerate(self.sequences):
            place = {sequence: k for k, sequence in enumerate(own)}
            for h, part in enumerate(self.tree.sets):
                if part.player == self.movers[side]:
                    total = plans[side][self._before(side, h)]
                    if total:
                        found[h] = [plans[side][place[h, a]] / total for a in range(len(part.actions))]
        return found


def _movers(tree: Tree) -> tuple[int | None, int | None]:
    moving = sorted({part.player for part in tree.sets})
    idle = [player for player in range(len(tree.game.players)) if player not in moving]
    pair = sorted([*moving, *idle][:2])
    return (pair[0] if pair else None), (pair[1] if len(pair) > 1 else None)


# -------------------------------------------------------------------- from plans to behaviour


def completed(form: SequenceForm, plans: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """Return the behaviour of two plans; what the plans exclude themselves is filled in with best replies.

    Nobody else can make a player come to an information set that his own plan excludes, so that what he
    would do there upsets no equilibrium. He gets an action that is best given what the others do and given
    how likely they make the nodes; if they exclude all nodes, too, these count the same.
    """
    found = form.behaviour(plans)
    tree = form.tree
    strategies = [own or [Fraction(1, len(part.actions))] * len(part.actions) for own, part in zip(found, tree.sets, strict=True)]
    for h in (h for h in tree.order if found[h] is None):
        part = tree.sets[h]
        weights = [_others_weight(tree, strategies, node, part.player) for node in part.nodes]
        if not any(weights):
            weights = [Fraction(1)] * len(weights)
        worth = [
            sum(
                (w * _value(tree, strategies, tree.nodes[x].children[a], part.player) for w, x in zip(weights, part.nodes, strict=True)),
                Fraction(0),
            )
            for a in range(len(part.actions))
        ]
        best = worth.index(max(worth))
        strategies[h] = [Fraction(int(a == best)) for a in range(len(part.actions))]
    return strategies


def _others_weight(tree: Tree, strategies: Sequence[Sequence[Fraction]], node: int, player: int) -> Fraction:
    """Return the probability of a node if the player does all to reach it."""
    weight = Fraction(1)
    while node:
        branch, node = tree.nodes[node].branch, tree.nodes[node].parent
        chance, h = tree.chance[node], tree.nodes[node].information_set
        if chance is not None:
            weight *= chance[branch]
        elif h is not None and tree.sets[h].player != player:
            weight *= strategies[h][branch]
    return weight


def _value(tree: Tree, strategies: Sequence[Sequence[Fraction]], node: int, player: int) -> Fraction:
    """Return the expected payoff of a player from a node on."""
    payoffs, h = tree.payoffs[node], tree.nodes[node].information_set
    if payoffs is not None:
        return payoffs[player]
    weights = tree.chance[node] if h is None else strategies[h]
    return sum(
        (w * _value(tree, strategies, child, player) for w, child in zip(weights or (), tree.nodes[node].children, strict=True) if w),
        Fraction(0),
    )
