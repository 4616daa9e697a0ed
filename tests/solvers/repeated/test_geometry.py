"""Feasible, individually rational and folk-theorem payoffs."""

from fractions import Fraction as F

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.repeated.finite import finite_payoffs
from alliancegames.solvers.repeated.geometry import feasible_payoffs, folk_theorem_payoffs, individually_rational_payoffs
from alliancegames.solvers.repeated.outer_inner import payoff_bounds

PUBLIC_GOOD = NormalFormGame.from_function(lambda *a: [2 * a.count("give") - 3 * (x == "give") for x in a], [["keep", "give"]] * 3)


def three_players(*tables):
    return NormalFormGame.from_arrays(*map(np.array, tables))


def test_feasible_set_is_the_hull_of_the_stage_payoffs():
    rng = np.random.default_rng(3)
    game = three_players(*rng.integers(-5, 6, (3, 2, 3, 2)))
    answer = feasible_payoffs(game)
    assert answer.exact and answer.status == "exact"
    for direction in rng.integers(-4, 5, (20, 3)):
        assert answer.support(direction.tolist()) == max(
            sum(int(w) * array[cell] for w, array in zip(direction, game.payoffs, strict=True)) for cell in np.ndindex(game.shape)
        )


@pytest.mark.parametrize(("payoffs", "dimension"), [([[1, 1], [1, 1]], 0), ([[0, 1], [2, 3]], 1)])
def test_flat_feasible_sets(payoffs, dimension):
    game = three_players(*[[payoffs, payoffs]] * 3)
    assert feasible_payoffs(game).dimension == dimension


def test_with_unequal_patience_more_is_feasible():
    game = RepeatedGame(ag.games.prisoners_dilemma(), ["1/2", "4/5"])
    answer = feasible_payoffs(game)
    assert answer.status == "bounded" and answer.inner.is_subset(answer.outer)
    # Row is paid first, Column from then on: (1/2 * 5, 1/2 * 0) in the first period, then (0, 5) for ever.
    path = (F(5, 2), F(4, 5) * 5)
    assert answer.outer.contains(path) and answer.contains(path) is not False
    assert not feasible_payoffs(ag.games.prisoners_dilemma()).contains(path)
    assert feasible_payoffs(game.replace(delta="1/2")).exact


def test_random_paths_lie_in_the_outer_set():
    rng = np.random.default_rng(0)
    game = RepeatedGame(ag.games.chicken(), ["1/3", "2/3"])
    answer = feasible_payoffs(game)
    points = [tuple(game.stage.payoff(cell).values()) for cell in game.stage.profiles()]
    for _ in range(25):
        path = rng.integers(0, 4, 12)
        value = [F(0), F(0)]
        for t, j in enumerate(path):
            value = [v + (1 - d) * d**t * points[j][k] for k, (v, d) in enumerate(zip(value, game.discounts, strict=True))]
        value = [v + d ** len(path) * points[path[-1]][k] for k, (v, d) in enumerate(zip(value, game.discounts, strict=True))]
        assert answer.outer.contains(value)


def test_individually_rational_payoffs_of_matching_pennies():
    mixed = individually_rational_payoffs(ag.games.matching_pennies())
    assert mixed.vertices == ((0, 0),) and mixed.exact
    pure = individually_rational_payoffs(ag.games.matching_pennies(), minmax="pure")
    assert pure.is_empty and pure.status == "none"


def test_several_independent_punishers_are_bounded_from_both_sides():
    # All get 1 if all take the same action, else 0: two punishers who differ hold anybody to 0 without mixing.
    same = np.array([[[1, 0], [0, 0]], [[0, 0], [0, 1]]])
    game = three_players(same, same, same)
    answer = individually_rational_payoffs(game)
    low, high = answer.provenance.certificate["punishments"]["Player 1"]
    assert low == 0 and high == 0
    odd = three_players([[[1, 0], [0, 0]], [[0, 0], [0, 1]]], np.zeros((2, 2, 2), int), np.zeros((2, 2, 2), int))
    assert individually_rational_payoffs(odd).provenance.certificate["punishments"]["Player 2"] == (0, 0)
    # What mixtures on their own enforce lies between what punishers in concert and what pure ones do.
    guess = np.array([[[2, 0], [0, 1]], [[0, 1], [2, 0]]])
    bounds = individually_rational_payoffs(three_players(guess, guess - 1, 1 - guess))
    low, high = bounds.provenance.certificate["punishments"]["Player 1"]
    assert low <= high and bounds.inner.is_subset(bounds.outer)
    assert high <= F(ag.solvers.pure_minmax(three_players(guess, guess, guess), 0).value)


def test_folk_theorem_for_two_players():
    answer = folk_theorem_payoffs(ag.games.prisoners_dilemma(T=3, R=2, P=0, S=-1))
    assert set(answer.vertices) == {(0, 0), (F(8, 3), 0), (2, 2), (0, F(8, 3))}
    assert answer.exact and "Fudenberg and Maskin" in answer.provenance.certificate["theorem"]
    assert folk_theorem_payoffs(ag.games.matching_pennies()).vertices == ((0, 0),)
    assert folk_theorem_payoffs(ag.games.matching_pennies(), minmax="pure").is_empty


@pytest.mark.parametrize(
    "game",
    [
        ag.games.chicken(),
        ag.games.stag_hunt(),
        ag.games.battle_of_the_sexes(),
        NormalFormGame.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]]),
        PUBLIC_GOOD,
    ],
)
def test_pure_folk_theorem_set_is_the_limit_of_equilibrium_payoffs(game):
    limit = folk_theorem_payoffs(game, minmax="pure")
    patient = payoff_bounds(RepeatedGame(game, "9/10"))
    assert limit.exact
    assert patient.outer.is_subset(limit.outer)
    assert all(patient.inner.distance(corner) < F(1, 5) for corner in limit.vertices)


def test_folk_theorem_for_three_players_needs_different_preferences():
    answer = folk_theorem_payoffs(PUBLIC_GOOD, minmax="pure")
    assert answer.exact and "Abreu, Dutta and Smith" in answer.provenance.certificate["theorem"]
    same = np.array([[[1, 0], [0, 0]], [[0, 0], [0, 1]]])
    game = three_players(same, 3 * same + 1, same)
    mixed = folk_theorem_payoffs(game)
    assert mixed.status == "bounded" and "equivalent" in mixed.status.message
    # In pure strategies some player can always bring about agreement: the effective minmax payoff is the best payoff.
    assert folk_theorem_payoffs(game, minmax="pure").vertices == ((1, 4, 1),)


def test_refusals_name_the_remedy():
    game = RepeatedGame(ag.games.chicken(), ["1/2", "2/3"])
    with pytest.raises(SolverNotApplicableError, match="different discount factors"):
        folk_theorem_payoffs(game)
    with pytest.raises(GameDefinitionError, match="minmax must be"):
        individually_rational_payoffs(game, minmax="best")
    with pytest.raises(GameDefinitionError, match="expected a RepeatedGame"):
        feasible_payoffs("chicken")
    with pytest.raises(SolverNotApplicableError, match="finite_payoffs"):
        folk_theorem_payoffs(RepeatedGame(ag.games.chicken(), 1, periods=2))
    assert finite_payoffs(RepeatedGame(ag.games.chicken(), 1, periods=1)).exact


def test_floats_are_solved_exactly_and_rounded():
    answer = folk_theorem_payoffs(ag.games.chicken().floats())
    assert answer.status == "rounded" and not answer.exact and answer.inner.field == "float"
    assert answer.vertices == folk_theorem_payoffs(ag.games.chicken()).inner.floats().vertices
