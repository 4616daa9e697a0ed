"""Commitment of a leader to pure and mixed strategies."""

import itertools
import pickle
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError, UnknownLabelError
from alliancegames.testing import bimatrix_games

Game = ag.NormalFormGame
TIES = ("optimistic", "pessimistic")


def sides(game: Game, leader: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the payoffs of leader and follower, the leader's actions as rows."""
    own, others = game.payoffs[leader], game.payoffs[1 - leader]
    return (own, others) if leader == 0 else (own.T, others.T)


def reach(game: Game, leader: int, strategy, ties: str) -> Fraction:
    """Return what the leader gets, by the definition."""
    own, others = sides(game, leader)
    follower = [sum(x * value for x, value in zip(strategy, column, strict=True)) for column in others.T]
    replies = [j for j, value in enumerate(follower) if value == max(follower)]
    values = [sum(x * value for x, value in zip(strategy, own[:, j], strict=True)) for j in replies]
    return max(values) if ties == "optimistic" else min(values)


def brute_force(game: Game, leader: int, ties: str) -> tuple[Fraction, bool]:
    """Return the value of a leader with two actions, and whether it is attained.

    What the leader gets is linear between the weights at which two columns of either player cross, so
    that points between them give the limits from both sides.
    """
    cuts = {Fraction(0), Fraction(1)}
    for matrix in sides(game, leader):
        for a, b in itertools.combinations(matrix.T, 2):
            top, bottom = a[0] - b[0], a[1] - b[1]
            if top != bottom:
                weight = Fraction(bottom) / (bottom - top)
                if 0 <= weight <= 1:
                    cuts.add(weight)

    def value(p: Fraction) -> Fraction:
        return reach(game, leader, (p, 1 - p), ties)

    points = [value(p) for p in cuts]
    limits = []
    for low, high in itertools.pairwise(sorted(cuts)):
        third, middle = value(low + (high - low) / 4), value((low + high) / 2)
        points.append(middle)
        limits += [2 * third - middle, 3 * middle - 2 * third]
    best = max(points + limits)
    return best, best in points


# ---------------------------------------------------------------- known games


def test_pure_commitment_in_chicken_and_matching_pennies():
    best = ag.stackelberg(ag.games.chicken(), "Row")
    assert (best.value, best.strategy.support, best.reply, best.attained) == (4, ("stand firm",), "yield", True)
    assert best.follower == "Column" and best.follower_value == 2
    assert ag.stackelberg(ag.games.matching_pennies(), 0).value == -1
    assert ag.commitment(ag.games.matching_pennies(), 0).value == 0


def test_commitment_to_a_dominated_action():
    # von Stengel and Zamir's kind of example: the dominated row pays as a commitment.
    game = Game.from_bimatrix([[2, 4], [1, 3]], [[1, 0], [0, 1]])
    assert [profile.payoffs["Player 1"] for profile in ag.nash(game)] == [2]
    pure, mixed = ag.stackelberg(game, 0), ag.commitment(game, 0)
    assert (pure.value, mixed.value) == (3, Fraction(7, 2))
    assert dict(mixed.strategy) == {"1": Fraction(1, 2), "2": Fraction(1, 2)}
    worst = ag.commitment(game, 0, ties="pessimistic")
    assert (worst.value, worst.attained) == (Fraction(7, 2), False)


def test_pessimistic_value_below_the_optimistic_one():
    # The follower never gains strictly by the second column: only ties play it.
    game = Game.from_bimatrix([[0, 10], [0, 0]], [[1, 1], [1, 0]])
    assert ag.commitment(game, 0).value == 10
    worst = ag.commitment(game, 0, ties="pessimistic")
    assert (worst.value, worst.attained) == (0, True)


def test_equivalent_replies_tie_everywhere():
    game = Game.from_bimatrix([[4, 0], [0, 4]], [[1, 1], [1, 1]])
    assert ag.commitment(game, 0).value == 4
    worst = ag.commitment(game, 0, ties="pessimistic")
    assert (worst.value, worst.attained) == (2, True)
    assert dict(worst.strategy) == {"1": Fraction(1, 2), "2": Fraction(1, 2)}
    assert ag.stackelberg(game, 0, ties="pessimistic").value == 0


def test_an_attaining_strategy_away_from_the_limit_is_found():
    # The value 1 is reached everywhere in the first region except where the third column ties.
    game = Game.from_bimatrix([[1, 0, 0], [1, 0, 0]], [[1, 0, 1], [1, 0, 0]])
    worst = ag.commitment(game, 0, ties="pessimistic")
    assert (worst.value, worst.attained) == (1, True)
    assert reach(game, 0, worst.strategy.probabilities, "pessimistic") == 1


# ---------------------------------------------------------------- against brute force


@pytest.mark.parametrize("ties", TIES)
@settings(max_examples=80)
@given(seed=st.integers(0, 100_000), leader=st.integers(0, 1), tied=st.booleans())
def test_leaders_with_two_actions(ties, seed, leader, tied):
    rng = np.random.default_rng(seed)
    shape = (2, int(rng.integers(1, 5)))
    largest = 2 if tied else 9
    arrays = [rng.integers(-largest, largest + 1, size=shape) for _ in range(2)]
    game = Game.from_bimatrix(*arrays) if leader == 0 else Game.from_bimatrix(arrays[1].T, arrays[0].T)
    found = ag.commitment(game, leader, ties=ties)
    assert (found.value, found.attained) == brute_force(game, leader, ties)
    reached = reach(game, leader, found.strategy.probabilities, ties)
    assert (reached == found.value) if found.attained else (reached < found.value)


@pytest.mark.parametrize("ties", TIES)
@given(game=bimatrix_games(1, 4), leader=st.integers(0, 1))
def test_pure_commitment_against_brute_force(ties, game, leader):
    found = ag.stackelberg(game, leader, ties=ties)
    size = game.shape[leader]
    values = [reach(game, leader, [Fraction(int(i == j)) for j in range(size)], ties) for i in range(size)]
    assert found.value == max(values)
    assert found.strategy.support == (game.actions[leader][values.index(max(values))],)
    assert found.attained and found.strategy.is_pure and not found.mixed


@settings(max_examples=50)
@given(game=bimatrix_games(2, 4), leader=st.integers(0, 1), seed=st.integers(0, 1000))
def test_no_strategy_does_better(game, leader, seed):
    rng = np.random.default_rng(seed)
    strong, weak = (ag.commitment(game, leader, ties=ties) for ties in TIES)
    for _ in range(10):
        weights = [int(w) for w in rng.integers(0, 5, size=game.shape[leader])]
        weights[0] += not any(weights)
        strategy = [Fraction(w, sum(weights)) for w in weights]
        assert reach(game, leader, strategy, "optimistic") <= strong.value
        assert reach(game, leader, strategy, "pessimistic") <= weak.value
    assert reach(game, leader, strong.strategy.probabilities, "optimistic") == strong.value
    follower = game.players[1 - leader]
    assert strong.reply in game.best_responses(follower, {game.players[leader]: dict(strong.strategy)})
    profile = {game.players[leader]: dict(strong.strategy), follower: strong.reply}
    assert game.payoff(profile) == {game.players[leader]: strong.value, follower: strong.follower_value}
    for eps in (1, Fraction(1, 1000)):
        near = weak.approach(eps)
        assert reach(game, leader, near.probabilities, "pessimistic") >= weak.value - eps


@settings(max_examples=50)
@given(game=bimatrix_games(1, 3), leader=st.integers(0, 1))
def test_order_of_the_values(game, leader):
    player = game.players[leader]
    strong, weak = (ag.commitment(game, leader, ties=ties).value for ties in TIES)
    pure_strong, pure_weak = (ag.stackelberg(game, leader, ties=ties).value for ties in TIES)
    assert pure_weak <= weak <= strong and pure_weak <= pure_strong <= strong
    payoffs = [profile.payoffs[player] for profile in ag.nash(game)]
    assert strong >= max(payoffs)
    # Even with the worst ties, commitment is no worse than the worst Nash equilibrium.
    assert weak >= min(payoffs)


@settings(max_examples=30)
@given(game=bimatrix_games(2, 3))
def test_zero_sum_commitment_is_worth_the_value_of_the_game(game):
    zero_sum = Game.zero_sum(game.payoffs[0])
    (value,) = {profile.payoffs["Player 1"] for profile in ag.nash(zero_sum)}
    for ties in TIES:
        assert ag.commitment(zero_sum, 0, ties=ties).value == value
        assert ag.commitment(zero_sum, 1, ties=ties).value == -value


@settings(max_examples=30)
@given(game=bimatrix_games(2, 3), ties=st.sampled_from(TIES))
def test_units_of_payoff_do_not_matter(game, ties):
    scaled = Game.from_bimatrix(3 * game.payoffs[0] + 5, 2 * game.payoffs[1] - 7)
    before, after = ag.commitment(game, 0, ties=ties), ag.commitment(scaled, 0, ties=ties)
    assert after.value == 3 * before.value + 5
    assert after.attained == before.attained


# ---------------------------------------------------------------- floats, sizes, bad input


@settings(max_examples=30)
@given(game=bimatrix_games(1, 3), ties=st.sampled_from(TIES))
def test_float_games_are_solved_at_their_binary_values(game, ties):
    floats = game.floats()
    binary = Game.from_arrays(*(np.vectorize(Fraction, otypes=[object])(array) for array in floats.payoffs))
    found, exact = ag.commitment(floats, 1, ties=ties), ag.commitment(binary, 1, ties=ties)
    assert (found.exact, exact.exact) == (False, True)
    assert type(found.value) is float and found.value == float(exact.value)
    assert (found.attained, found.reply) == (exact.attained, exact.reply)
    assert np.array_equal(found.strategy.probabilities, exact.strategy.probabilities.astype(float))


def test_a_single_cell():
    game = Game.from_bimatrix([[7]], [[-3]])
    for ties in TIES:
        for solver in (ag.stackelberg, ag.commitment):
            found = solver(game, 0, ties=ties)
            assert (found.value, found.follower_value, found.reply, found.attained) == (7, -3, "1", True)


def test_results_are_frozen_and_can_be_stored():
    game = Game.from_bimatrix([[2, 4], [1, 3]], [[1, 0], [0, 1]])
    found = ag.commitment(game, 0, ties="pessimistic")
    with pytest.raises(AttributeError):
        found.value = 0
    stored = pickle.loads(pickle.dumps(found))
    assert (stored.value, stored.attained, dict(stored.approach("1/10"))) == (found.value, False, dict(found.approach("1/10")))
    assert dict(ag.commitment(game, 0).approach(1)) == dict(ag.commitment(game, 0).strategy)


@pytest.mark.parametrize("solver", [ag.stackelberg, ag.commitment])
def test_bad_arguments(solver):
    game = ag.games.chicken()
    with pytest.raises(GameDefinitionError, match="expected a NormalFormGame"):
        solver([[1]], 0)
    with pytest.raises(SolverNotApplicableError, match="needs 2 players"):
        solver(Game.from_arrays(*np.zeros((3, 2, 2, 2), dtype=int)), 0)
    with pytest.raises(UnknownLabelError, match="Did you mean 'Row'"):
        solver(game, "row")
    with pytest.raises(UnknownLabelError):
        solver(game, 2)
    with pytest.raises(GameDefinitionError, match="ties must be"):
        solver(game, 0, ties="strong")
    a = sympy.Symbol("a", real=True)
    with pytest.raises(SolverNotApplicableError, match=r"\.subs"):
        solver(Game.from_bimatrix([[a]], [[1]]), 0)


@pytest.mark.parametrize("eps", [0, -1, "-1/2", sympy.Symbol("e")])
def test_eps_must_be_positive(eps):
    found = ag.commitment(ag.games.chicken(), 0, ties="pessimistic")
    with pytest.raises(GameDefinitionError, match="positive number"):
        found.approach(eps)
