"""Four methods that share no operator find the same payoffs: in the plane, by bounds, through signals, through states."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.solvers.repeated.outer_inner import payoff_bounds

# No equilibrium in pure strategies, which takes rounds of programs to see.
NONE = [
    ([[-2, -2, 2], [-1, 2, -2], [2, -2, 1]], [[0, -2, -1], [0, -1, 0], [-2, 1, 2]], F(1, 3)),
    ([[-7, -5], [9, -9]], [[4, 1], [6, 8]], F(1, 3)),
]


def drawn(seed):
    """Return payoffs, heavily tied or not, and a discount factor."""
    rng = np.random.default_rng(seed)
    shape = (3, 2) if seed % 4 == 0 else (2, 2)
    bound = [1, 2, 9][seed % 3]
    return *rng.integers(-bound, bound + 1, (2, *shape)).tolist(), F(int(rng.integers(1, 8)), 10)


def answers(row, column, delta):
    """Return the answer of each method."""
    stage = ag.NormalFormGame.from_bimatrix(row, column)
    cells = list(itertools.product(*stage.actions))
    game = ag.RepeatedGame(stage, delta)
    names = [", ".join(cell) for cell in cells]
    seen = ag.PublicMonitoring(stage, names, {cell: [int(cell == other) for other in cells] for cell in cells})
    rewards = {cell: tuple(stage.payoff(cell).values()) for cell in cells}
    one_state = ag.StochasticGame(["s"], stage.players, {"s": stage.actions}, {"s": rewards}, {"s": dict.fromkeys(cells, "s")}, delta)
    return {
        "plane": ag.spe_payoffs(game),
        "bounds": payoff_bounds(game),
        "signals": ag.public_perfect_payoffs(game.replace(monitoring=seen)),
        "states": ag.stochastic_payoffs(one_state)["s"],
    }


@pytest.mark.parametrize("seed", range(14))
def test_every_inner_set_lies_in_every_outer_set(seed):
    found = answers(*drawn(seed))
    for one, other in itertools.permutations(found.values(), 2):
        assert one.inner.is_subset(other.outer)
        assert one.gap < 1e-6
    exact = [one.inner for one in found.values() if one.exact]
    assert all(one == exact[0] for one in exact)


@pytest.mark.parametrize("case", NONE)
def test_none_is_proved_by_each_method(case):
    assert {name: str(one.status) for name, one in answers(*case).items()} == dict.fromkeys(
        ["plane", "bounds", "signals", "states"], "none"
    )
