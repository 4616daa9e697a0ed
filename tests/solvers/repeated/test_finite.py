"""Finitely repeated games against brute force on their trees."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.repeated.finite import finite_payoffs

# The textbook game: (A, A) is no equilibrium, but two equilibria of different worth can reward it.
TEXTBOOK = NormalFormGame.from_bimatrix([[4, 0, 0], [5, 1, 0], [0, 0, 3]], [[4, 5, 0], [0, 1, 0], [0, 0, 3]])


def two_period_equilibria(game, weight):
    """Return averages over two periods of all subgame-perfect equilibria in pure strategies, by trying all plans."""
    cells = list(np.ndindex(*game.shape))
    worth = {cell: tuple(array[cell] for array in game.payoffs) for cell in cells}

    def deviations(cell, k):
        return [(*cell[:k], j, *cell[k + 1 :]) for j in range(game.shape[k])]

    stable = [cell for cell in cells if all(worth[cell][k] >= worth[d][k] for k in range(2) for d in deviations(cell, k))]
    found = set()
    for today in cells:
        for plan in itertools.product(stable, repeat=len(cells)):
            then = dict(zip(cells, plan, strict=True))
            total = {c: tuple(weight * x + (1 - weight) * y for x, y in zip(worth[c], worth[then[c]], strict=True)) for c in cells}
            if all(total[today][k] >= total[d][k] for k in range(2) for d in deviations(today, k)):
                found.add(total[today])
    return found


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("delta", [F(1), F(1, 2)])
def test_two_periods_against_all_plans(seed, delta):
    rng = np.random.default_rng(seed)
    game = NormalFormGame.from_bimatrix(rng.integers(0, 4, (2, 2)), rng.integers(0, 4, (2, 2)))
    answer = finite_payoffs(RepeatedGame(game, delta, periods=2))
    found = two_period_equilibria(game, 1 / (1 + delta))
    assert all(answer.contains(point) for point in found)
    assert answer.is_empty == (not found)
    if len(finite_payoffs(RepeatedGame(game, delta, periods=1)).vertices) <= 1 and found:
        assert set(answer.vertices) == found  # one payoff in the last period leaves the lottery nothing to do


def test_two_periods_of_a_three_by_three_game():
    answer = finite_payoffs(RepeatedGame(TEXTBOOK, 1, periods=2))
    found = two_period_equilibria(TEXTBOOK, F(1, 2))
    assert all(answer.contains(point) for point in found)
    assert {point for point in answer.vertices if point in found} >= {(1, 1), (F(7, 2), F(7, 2))}
    # (4, 4) first and (3, 3) last is attained although (A, A) is no equilibrium of the stage.
    assert answer.contains((F(7, 2), F(7, 2))) and not finite_payoffs(RepeatedGame(TEXTBOOK, 1, periods=1)).contains((4, 4))


def test_corners_with_lotteries_by_hand():
    # (5, 0) today pays Player 2 nothing instead of 1; a promise of 2 instead of 1 keeps 2 to it: (5 + 2, 0 + 2) / 2.
    answer = finite_payoffs(RepeatedGame(TEXTBOOK, 1, periods=2))
    assert set(answer.vertices) == {(1, 1), (F(7, 2), 1), (4, F(3, 2)), (F(7, 2), F(7, 2)), (F(3, 2), 4), (1, F(7, 2))}


def test_a_single_stage_equilibrium_leaves_a_point():
    for delta in ("1/2", 1):
        answer = finite_payoffs(RepeatedGame(ag.games.prisoners_dilemma(), delta, periods=6))
        assert answer.vertices == ((1, 1),) and answer.exact


def test_no_pure_stage_equilibrium_means_none():
    game = RepeatedGame(ag.games.matching_pennies(), 1, periods=3)
    assert finite_payoffs(game).status == "none" and finite_payoffs(game).is_empty
    assert finite_payoffs(game, stage_equilibria="all").vertices == ((0, 0),)


def test_mixed_stage_equilibria_punish():
    game = NormalFormGame.from_bimatrix([[3, 0], [0, 1]], [[1, 0], [0, 3]])
    pure, mixed = (finite_payoffs(RepeatedGame(game, 1, periods=2), stage_equilibria=which) for which in ("pure", "all"))
    assert pure.inner.is_subset(mixed.inner) and not mixed.inner.is_subset(pure.inner)
    assert mixed.contains((F(3, 4), F(3, 4)))  # the mixed equilibrium twice


def test_three_players():
    same = np.array([[[2, 0], [0, 0]], [[0, 0], [0, 1]]])
    game = NormalFormGame.from_arrays(same, same, same)
    answer = finite_payoffs(RepeatedGame(game, 1, periods=3))
    assert answer.dimension == 1 and answer.best["Player 1"] == 2 and answer.exact
    good = NormalFormGame.from_function(lambda *a: [2 * a.count("give") - 3 * (x == "give") for x in a], [["keep", "give"]] * 3)
    assert finite_payoffs(RepeatedGame(good, 1, periods=4)).vertices == ((0, 0, 0),)


def test_more_periods_approach_the_folk_theorem():
    sets = finite_payoffs(RepeatedGame(TEXTBOOK, 1, periods=12)).provenance.certificate["sets"]
    assert len(sets) == 12
    assert sets[11].support((1, 1)) > sets[2].support((1, 1)) > sets[0].support((1, 1))


def test_unequal_patience_and_myopia():
    answer = finite_payoffs(RepeatedGame(TEXTBOOK, [0, "1/2"], periods=2))
    # Player 1 counts the first period only, in which the own action must be a best reply: B, B to A, B or C against C.
    replies = [(5, 0), (1, 1), (3, 3)]
    assert {corner[0] for corner in answer.vertices} <= {x for x, _ in replies}
    # Against (B, A) Player 2 gains 1 by going to B, today's share is 2/3, and a promise of 3 instead of 1 is worth 1/3 * 2.
    assert answer.best["Player 1"] == 5
    assert answer.contains((5, 1)) and not answer.contains((5, F(11, 10)))


def test_infinite_games_are_refused():
    with pytest.raises(SolverNotApplicableError, match="no last period"):
        finite_payoffs(RepeatedGame(TEXTBOOK, "1/2"))


def test_a_single_mover_takes_the_best_action_in_every_period():
    game = NormalFormGame.from_bimatrix([[1, 3]], [[2, 0]])
    assert finite_payoffs(RepeatedGame(game, "2/3", periods=3)).vertices == ((1, 2),)
