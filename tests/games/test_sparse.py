"""Sparse games: what is stored, what is default, and their pure equilibria."""

import itertools
import pickle
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError, SolverNotApplicableError, UnknownLabelError
from alliancegames.games.sparse import SparseGame
from alliancegames.solvers.pure import sparse_pure_nash


def labels(shape):
    return [[f"{k}.{a}" for a in range(size)] for k, size in enumerate(shape)]


@st.composite
def sparse_games(draw, scale=1):
    """Draw a game whose payoffs are often those of the default."""
    numbers = st.integers(-2, 2)
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=5))
    actions = labels(shape)
    cells = draw(st.lists(st.sampled_from(list(itertools.product(*actions))), unique=True, max_size=12))
    row = st.lists(numbers, min_size=len(shape), max_size=len(shape))
    payoffs = {cell: [scale * value for value in draw(row)] for cell in cells}
    default = [scale * value for value in draw(row)] if draw(st.booleans()) else draw(numbers) * scale
    return SparseGame(actions=actions, payoffs=payoffs, default=default)


@given(sparse_games())
def test_agrees_with_the_dense_game(game):
    normal = game.normal_form()
    found = sparse_pure_nash(game)
    dense = {profile.actions for profile in ag.pure_nash(normal)}
    assert set(found) == dense
    assert found.count == len(dense) == len(list(found))
    assert set(found.stored) == {cell for cell in dense if game.is_stored(cell)}
    assert found.default_count == len(list(found.default()))
    assert len(game.cells) + found.default_count + found.blocked_count == game.size
    for cell in game.profiles():
        assert (cell in found) == (cell in dense)
        assert game.payoff(cell) == normal.payoff(cell)
        assert game.regret(cell) == normal.regret(cell)


@given(sparse_games(Fraction(10**20, 3)))
def test_large_fractions_agree_too(game):
    assert set(sparse_pure_nash(game)) == {profile.actions for profile in ag.pure_nash(game.normal_form())}


@given(sparse_games(0.1))
def test_floats_agree_too(game):
    if game.field == "float":
        assert set(sparse_pure_nash(game)) == {profile.actions for profile in ag.pure_nash(game.normal_form())}


@pytest.mark.parametrize("n", [40, 61, 62, 63, 100])
def test_more_profiles_than_can_be_listed(n):
    everybody = ("sign",) * n
    stag = SparseGame(actions=[["sign", "refuse"]] * n, payoffs={everybody: (2,) * n, ("refuse",) * n: (1,) * n})
    found = sparse_pure_nash(stag)
    assert found.stored == (everybody, ("refuse",) * n)
    assert found.blocked_count == 2 * n
    assert found.default_count == 2**n - 2 - 2 * n
    assert ("refuse", *everybody[1:]) not in found
    assert ("refuse", "refuse", *everybody[2:]) in found
    first = next(iter(found.default()))
    assert game_is_nash_by_hand(stag, first)
    assert repr(found) == f"<SparsePureEquilibria: {found.count} pure equilibria (complete), 2 of them stored profiles>"


def game_is_nash_by_hand(game, profile):
    for k, options in enumerate(game.actions):
        for action in options:
            other = (*profile[:k], action, *profile[k + 1 :])
            if game.payoff(other)[game.players[k]] > game.payoff(profile)[game.players[k]]:
                return False
    return True


def test_many_stored_profiles_of_a_game_too_large_to_write_out():
    rng = np.random.default_rng(3)
    cells = {tuple(str(a) for a in row) for row in rng.integers(0, 4, size=(1000, 32))}
    payoffs = {cell: tuple(int(v) for v in rng.integers(-1, 2, 32)) for cell in cells}
    game = SparseGame(actions=[[str(a) for a in range(4)]] * 32, payoffs=payoffs)
    found = sparse_pure_nash(game)
    # no two stored profiles lie on one line, so a stored one is an equilibrium exactly if nobody loses by it
    by_hand = sorted(cell for cell, values in payoffs.items() if min(values) >= 0)
    assert list(found.stored) == by_hand
    assert found.blocked_count == sum(3 * sum(v > 0 for v in values) for values in payoffs.values())
    assert found.count == 4**32 - len(cells) - found.blocked_count + len(by_hand)


def test_what_a_game_is():
    game = SparseGame(actions={"A": ["x", "y"], "B": ["u", "v", "w"]}, payoffs={("x", "u"): (1, 2)}, default=("1/2", 0), title="T")
    assert (game.players, game.shape, game.size, game.field) == (("A", "B"), (2, 3), 6, "exact")
    assert game.payoff(("x", "u")) == {"A": 1, "B": 2}
    assert game.payoff((1, 2)) == {"A": Fraction(1, 2), "B": 0}
    assert game.is_stored((0, 0)) and not game.is_stored((0, 1))
    assert repr(game) == "<SparseGame 'T' 2 players, 1 of 6 profiles stored, exact payoffs>"
    again = pickle.loads(pickle.dumps(game))
    assert again == game and hash(again) == hash(game) and again.title == "T"
    with pytest.raises(AttributeError, match="immutable"):
        game.title = "x"
    with pytest.raises(UnknownLabelError):
        game.payoff(("x", "z"))


def test_number_systems():
    assert SparseGame(actions=labels((2, 2)), payoffs={("0.0", "1.0"): (0.5, 1.0)}).field == "float"
    assert SparseGame(actions=labels((2, 2)), payoffs={}, default=0.5).field == "float"
    assert SparseGame(actions=labels((2, 2)), payoffs={("0.0", "1.0"): (0.1, 1.0)}, field="exact").payoff((0, 0))["Player 1"] == Fraction(
        1, 10
    )
    with pytest.raises(InexactPayoffError):
        SparseGame(actions=labels((2, 2)), payoffs={("0.0", "1.0"): (0.5, 1.0)}, default="1/3")
    symbolic = SparseGame(actions=labels((2, 2)), payoffs={("0.0", "1.0"): (sympy.Symbol("x"), 1)})
    with pytest.raises(SolverNotApplicableError, match="symbols"):
        sparse_pure_nash(symbolic)


def test_nothing_stored():
    found = sparse_pure_nash(SparseGame(actions=labels((3,) * 60), payoffs={}))
    assert (found.stored, found.default_count, found.blocked_count) == ((), 3**60, 0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SparseGame(payoffs={}), "actions and payoffs are needed"),
        (lambda: SparseGame(actions=labels((2, 2))), "actions and payoffs are needed"),
        (lambda: SparseGame(actions=labels((2, 2)), payoffs={("0.0",): (1, 2)}), "must name one action of each"),
        (lambda: SparseGame(actions=labels((2, 2)), payoffs={("0.0", "1.0"): (1,)}), "needs 2 payoffs"),
        (lambda: SparseGame(actions=labels((2, 2)), payoffs={}, default=(1, 2, 3)), "one number or one a player"),
        (lambda: SparseGame(actions=labels((2, 2)), payoffs={("0.0", "1.0"): (1, float("inf"))}), "finite"),
        (lambda: SparseGame(actions=labels((2, 2)), payoffs={}).payoff("ab"), "a profile needs one action"),
        (lambda: sparse_pure_nash(ag.games.chicken()), "expected a SparseGame, got NormalFormGame"),
    ],
)
def test_bad_games(make, message):
    with pytest.raises(GameDefinitionError, match=message):
        make()


def test_a_large_game_is_not_written_out():
    with pytest.raises(SolverNotApplicableError, match="more than 1000000"):
        SparseGame(actions=labels((2,) * 30), payoffs={}).normal_form()
