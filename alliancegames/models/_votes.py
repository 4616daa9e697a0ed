"""Votes in an alliance: by roll call as a tree, and how likely they are to pass."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Any

from alliancegames.games.tree import Move, TreeNode

YES, NO = "yes", "no"


def roll_call(voters: Sequence[str], needed: int, passed: TreeNode, failed: TreeNode) -> TreeNode:
    """Return the tree of a vote by roll call that ends when the result is certain."""
    if needed == 0 or needed > len(voters):
        return failed if needed else passed
    yes, no = (roll_call(voters[1:], needed - own, passed, failed) for own in (1, 0))
    return Move(voters[0], {YES: yes, NO: no})


def chance_of_votes(q: Any, members: int, needed: int) -> Any:
    """Return the probability that at least ``needed`` of some members say yes, each independently with probability ``q``.

    Parameters
    ----------
    q : number
        Probability that a member says yes.
    members, needed : int
        How many there are, and how many yeses are needed.

    Examples
    --------
    >>> from alliancegames.models._votes import chance_of_votes
    >>> chance_of_votes(0.5, 3, 3), chance_of_votes(0.5, 3, 2)
    (0.125, 0.5)
    """
    return sum(comb(members, k) * q**k * (1 - q) ** (members - k) for k in range(needed, members + 1))
