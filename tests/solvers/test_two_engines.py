"""Signalling games solved in two unrelated ways: by vertices of both sides, and as trees by supports and beliefs.

In a signalling game every belief off the path is consistent, so that perfect Bayesian and sequential equilibria coincide.
"""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.solvers._agent_supports import sequential_cells
from alliancegames.solvers._trees import Tree


def drawn_game(seed, payoffs):
    rng = np.random.default_rng(seed)
    types = ["hard", "soft", "mad"][: int(rng.integers(1, 4)) if seed % 4 == 0 else 2]
    messages = ["wait", "press"]
    replies = ["yield", "stand", "strike"][: int(rng.integers(2, 4)) if seed % 5 == 0 else 2]
    weights = rng.integers(1, 5, size=len(types))
    prior = [Fraction(int(w), int(weights.sum())) for w in weights]
    cells = {cell: tuple(int(v) for v in rng.choice(payoffs, size=2)) for cell in product(types, messages, replies)}
    return ag.SignallingGame(types, messages, replies, prior, cells)


def members(game, family):
    """Yield some members: the example and random mixtures of vertices."""
    rng = np.random.default_rng(1)
    yield family.example
    for _ in range(3):
        yield family.mixture(
            [int(w) for w in rng.integers(1, 9, len(family.senders))], [int(w) for w in rng.integers(1, 9, len(family.receivers))]
        )


def lies_in_a_cell(cells, assessment):
    """Whether an assessment belongs to a cell of the tree search, or to the border of one."""
    strategies = [list(map(Fraction, vector)) for vector in assessment.arrays()]
    beliefs = [list(map(Fraction, vector)) for vector in assessment.belief_arrays]
    reach = assessment.profile.reach
    off = {h: () for h, part in enumerate(assessment.game.information_sets) if len(part.nodes) > 1 and not sum(reach[list(part.nodes)])}
    return any(cell.holds(strategies, beliefs, off) for cell in cells)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("payoffs", [(0, 1), tuple(range(-9, 10))], ids=["tied", "generic"])
def test_both_find_the_same_equilibria(seed, payoffs):
    game = drawn_game(seed, payoffs)
    families = ag.perfect_bayesian(game)
    tree = game.tree()
    sequential = ag.sequential_equilibria(tree)
    assert families.complete
    assert sequential.complete
    for found in sequential:
        for assessment in (found.example, *found.corners):
            assert any(family.contains(assessment) for family in families), f"{assessment} is missing among the families"
    cells = [cell for cell in sequential_cells(Tree(tree)) if cell.is_spanned]
    for family in families:
        for assessment in members(game, family):
            assert lies_in_a_cell(cells, assessment), f"{assessment} is missing among the cells"
