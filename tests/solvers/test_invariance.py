"""What must not change the equilibria: names, order, scale, shift, actions that nobody takes."""

from fractions import Fraction

import numpy as np
import pytest
from drawn_games import as_set, random_game, random_matrices
from hypothesis import given
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.testing import bimatrix_games

Game = ag.NormalFormGame


def bimatrix(game: Game) -> tuple[np.ndarray, np.ndarray]:
    return game.payoffs


@given(bimatrix_games(1, 3), st.data())
def test_permuted_actions(game, data):
    row, column = bimatrix(game)
    p, q = (list(data.draw(st.permutations(range(size)))) for size in game.shape)
    moved = ag.nash(Game.from_bimatrix(row[np.ix_(p, q)], column[np.ix_(p, q)]))
    expected = {(tuple(x[i] for i in p), tuple(y[j] for j in q)) for x, y in as_set(ag.nash(game))}
    assert as_set(moved) == expected


@given(bimatrix_games(1, 3))
def test_swapped_players(game):
    row, column = bimatrix(game)
    swapped = ag.nash(Game.from_bimatrix(column.T, row.T))
    assert as_set(swapped) == {(y, x) for x, y in as_set(ag.nash(game))}
    assert swapped.degenerate == ag.nash(game).degenerate


@given(bimatrix_games(1, 3), st.fractions(Fraction(1, 100), 100), st.fractions(-1000, 1000))
def test_positive_affine_payoffs(game, factor, constant):
    row, column = bimatrix(game)
    assert as_set(ag.nash(Game.from_bimatrix(factor * row + constant, column / factor - constant))) == as_set(ag.nash(game))


@given(bimatrix_games(1, 3), st.data())
def test_a_constant_for_each_action_of_the_opponent(game, data):
    # What the opponent does may pay or cost any amount: best replies stay the same.
    row, column = bimatrix(game)
    gift = np.array([Fraction(data.draw(st.integers(-9, 9))) for _ in range(game.shape[1])], dtype=object)
    assert as_set(ag.nash(Game.from_bimatrix(row + gift, column))) == as_set(ag.nash(game))


@given(bimatrix_games(1, 3))
def test_strictly_dominated_action(game):
    row, column = bimatrix(game)
    worse = np.concatenate([row, row.min(axis=0, keepdims=True) - 1])
    other = np.concatenate([column, column[:1] + 7])
    enlarged = as_set(ag.nash(Game.from_bimatrix(worse, other)))
    assert enlarged == {((*x, Fraction(0)), y) for x, y in as_set(ag.nash(game))}


@given(bimatrix_games(1, 3, tied=True))
def test_duplicated_action(game):
    # Whoever plays the first action may as well play its copy: extreme equilibria double, payoffs do not change.
    row, column = bimatrix(game)
    doubled = ag.nash(Game.from_bimatrix(np.concatenate([row, row[:1]]), np.concatenate([column, column[:1]])))
    before = {((*x, Fraction(0)), y) for x, y in as_set(ag.nash(game))}
    copied = {((Fraction(0), *x[1:-1], x[0]), y) for x, y in before}
    assert before | copied <= as_set(doubled)


@given(bimatrix_games(1, 3))
def test_relabelled_game(game):
    renamed = game.relabel({"Player 1": "France"}, {"Player 2": {"1": "fortify"}}, title="Siege")
    first, second = ag.nash(game), ag.nash(renamed)
    assert as_set(first) == as_set(second)
    assert [profile.payoffs["Player 1"] for profile in first] == [profile.payoffs["France"] for profile in second]


@given(bimatrix_games(1, 4, tied=False))
def test_odd_number_in_nondegenerate_games(game):
    equilibria = ag.nash(game)
    assert equilibria.degenerate or len(equilibria) % 2 == 1


@given(bimatrix_games(1, 3))
def test_witness_of_degeneracy(game):
    equilibria = ag.nash(game)
    if not equilibria.degenerate:
        assert "degeneracy" not in equilibria.provenance.certificate
        return
    witness = equilibria.provenance.certificate["degeneracy"]
    assert sum(witness["strategy"].values()) == 1
    assert min(witness["strategy"].values()) > 0
    replies = game.best_responses(witness["opponent"], {witness["player"]: witness["strategy"]})
    assert len(replies) == witness["best_replies"] > len(witness["strategy"])


# ---------------------------------------------------------------- floats


def exact_twin(game: Game) -> Game:
    """Return the exact game whose payoffs are the binary values of the floats."""
    return Game.from_bimatrix(*[[[Fraction(float(value)) for value in part] for part in array] for array in game.payoffs])


@pytest.mark.parametrize("seed", range(40))
def test_float_games_have_the_equilibria_of_their_binary_payoffs(seed):
    game = random_game(seed, tied=seed % 2 == 0).floats()
    equilibria, exact = ag.nash(game), ag.nash(exact_twin(game))
    assert (equilibria.complete, equilibria.exact, equilibria.degenerate) == (True, False, exact.degenerate)
    assert as_set(equilibria) == {tuple(tuple(map(float, part)) for part in pair) for pair in as_set(exact)}
    assert 0 <= equilibria.provenance.max_regret <= 1e-12
    assert equilibria.provenance.options["tol"] == 1e-9
    assert all(vector.dtype == float for profile in equilibria for vector in profile.arrays())


def rounded(equilibria) -> list[list[float]]:
    return sorted([round(float(weight), 7) + 0.0 for vector in profile.arrays() for weight in vector] for profile in equilibria)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("factor", "constant"), [(2.0**-30, 0), (2.0**30, 0), (1, 1e6), (1, -1e9), (2.0**-60, 0), (1, 2.0**45)])
def test_ties_survive_exact_scaling_and_shifting_of_floats(seed, factor, constant):
    row, column = (np.array(matrix, dtype=float) for matrix in random_matrices(seed, tied=True))
    before = ag.nash(Game.from_bimatrix(row, column))
    after = ag.nash(Game.from_bimatrix(row * factor + constant, column * factor + constant))
    assert as_set(after) == as_set(before)
    assert after.degenerate == before.degenerate


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("factor", "constant"), [(1e-9, 0), (1e9, 0), (1, 1e6)])
def test_scaled_and_shifted_floats(seed, factor, constant):
    row, column = (np.array(matrix, dtype=float) for matrix in random_matrices(seed, tied=False))
    before = ag.nash(Game.from_bimatrix(row, column))
    after = ag.nash(Game.from_bimatrix(row * factor + constant, column * factor + constant))
    assert np.allclose(rounded(after), rounded(before), atol=1e-5)
    assert after.provenance.max_regret <= 1e-9


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [1e308, 5e307, 1e200, 1e-200, 1e-310, 5e-324])
def test_huge_and_tiny_floats(size):
    game = Game.zero_sum([[size, -size], [-size, size]])
    equilibria = ag.nash(game)
    assert as_set(equilibria) == {((0.5, 0.5), (0.5, 0.5))}
    assert equilibria.provenance.max_regret <= 1e-9


def test_huge_exact_payoffs():
    size = 10**400
    assert as_set(ag.nash(Game.zero_sum([[size, 0], [0, 1]]))) == {((Fraction(1, size + 1), Fraction(size, size + 1)),) * 2}
