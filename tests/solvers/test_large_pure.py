"""Pure equilibria of large games: right, in chunks, and without a second copy of the payoffs."""

import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from brute_force import pure_equilibria
from hypothesis import given
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.solvers import pure
from alliancegames.solvers.pure import best_reply_masks, pure_cells


@st.composite
def drawn_payoffs(draw):
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)))
    seed, spread = draw(st.integers(0, 10**6)), draw(st.sampled_from([1, 2, 10**6]))
    return np.random.default_rng(seed).integers(0, spread + 1, size=(len(shape), *shape))


@given(drawn_payoffs(), st.sampled_from([1, 3, 7, 2**17]), st.sampled_from(["exact", "thirds", "large", "float"]))
def test_chunks_do_not_matter(payoffs, chunk, kind):
    factor = {"exact": 1, "thirds": Fraction(1, 3), "large": 10**30, "float": 0.1}[kind]
    game = ag.NormalFormGame.from_arrays(*[array.astype(object) * factor for array in payoffs])
    before = pure.CHUNK
    pure.CHUNK = chunk
    try:
        cells = pure_cells(game)
    finally:
        pure.CHUNK = before
    assert cells.shape[1:] == (len(payoffs),)
    assert {tuple(cell) for cell in cells.tolist()} == pure_equilibria(list(payoffs), payoffs[0].shape)
    assert cells.tolist() == sorted(cells.tolist())
    assert (np.argwhere(np.logical_and.reduce(best_reply_masks(game))) == cells).all()


def mixed_denominators(rng, shape):
    array = np.empty(shape, dtype=object)
    array.reshape(-1)[:] = [Fraction(int(p), int(q)) for p, q in rng.integers(1, 9, size=(array.size, 2))]
    return array


def test_fractions_with_many_denominators():
    rng = np.random.default_rng(5)
    arrays = [mixed_denominators(rng, (3, 4, 3, 2)) for _ in range(4)]
    game = ag.NormalFormGame.from_arrays(*arrays)
    assert {tuple(cell) for cell in pure_cells(game).tolist()} == pure_equilibria(arrays, game.shape)


def coordination(n, dtype):
    """Everybody gets 1 if all agree, nothing otherwise: the equilibria have no lonely or nearly agreeing player."""
    game = np.zeros((2,) * n, dtype=dtype)
    game[(0,) * n] = game[(1,) * n] = 1
    return game


def number_of_equilibria(n):
    """All agree, or nobody can bring agreement about alone."""
    return 2 + 2**n - 2 - 2 * n


@pytest.mark.parametrize(("shape", "dtype"), [((2,) * 18, float), ((12,) * 5, float)])
def test_little_memory_beside_the_game(shape, dtype):
    rng = np.random.default_rng(1)
    arrays = [rng.integers(0, 1000, size=shape).astype(dtype) for _ in shape]
    game = ag.NormalFormGame.from_arrays(*arrays)
    one_array = arrays[0].nbytes
    tracemalloc.start()
    cells = pure_cells(game)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * pure.CHUNK * 8 + one_array  # a few integers for each cell of a chunk
    masks = np.logical_and.reduce([array == array.max(axis=k, keepdims=True) for k, array in enumerate(arrays)])
    assert (cells == np.argwhere(masks)).all()


def test_eighteen_players():
    n = 18
    common = coordination(n, float)
    common[0, 1:] = 2.0 * common[0, 1:]  # agreement on the first action is worth more
    game = ag.NormalFormGame.from_arrays(*[common] * n)
    cells = pure_cells(game)
    assert len(cells) == number_of_equilibria(n)
    assert cells[0].tolist() == [0] * n and cells[-1].tolist() == [1] * n


def test_a_unique_equilibrium_of_sixteen_players_end_to_end():
    n = 16
    own = [np.broadcast_to(np.arange(2.0).reshape((1,) * k + (2,) + (1,) * (n - 1 - k)), (2,) * n) for k in range(n)]
    found = ag.pure_nash(ag.NormalFormGame.from_arrays(*own))
    assert [profile.actions for profile in found] == [("2",) * n]
    assert (found.complete, found.status) == (True, "complete")


def test_exact_payoffs_end_to_end():
    n = 10
    game = ag.NormalFormGame.from_arrays(*[coordination(n, int)] * n)
    cells = pure_cells(game)
    assert len(cells) == number_of_equilibria(n)
    assert "integer_payoffs" not in game.__dict__  # no second copy of the payoffs is kept
