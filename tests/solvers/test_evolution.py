"""Evolutionary stability: animals, cycles, mutants drawn from a grid, and theorems."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.solvers.evolution import _descent, is_evolutionarily_stable, is_neutrally_stable
from alliancegames.solvers.proper import is_proper

Game = ag.NormalFormGame


def cycle(win, lose) -> ag.NormalFormGame:
    return Game.symmetric([[0, -lose, win], [win, 0, -lose], [-lose, win, 0]], actions=["rock", "paper", "scissors"])


def random_symmetric(seed: int, *, tied: bool = True) -> ag.NormalFormGame:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 5))
    return Game.symmetric((rng.integers(-1, 2, size=(size, size)) if tied else rng.integers(-99, 100, size=(size, size))).tolist())


def symmetric_equilibria(game) -> list:
    return [profile for profile in ag.nash(game) if np.array_equal(*profile.arrays())]


def same(game, weights):
    return game.profile([weights, weights])


# -------------------------------------------------------------------- known games


@pytest.mark.parametrize(("value", "cost"), [(2, 3), (1, 5), (F(1, 2), 1)])
def test_hawk_dove(value, cost):
    """When fights cost more than the prize is worth, the only stable strategy is to be a hawk with probability V/C."""
    game = Game.symmetric([[(value - F(cost)) / 2, value], [0, F(value) / 2]], actions=["hawk", "dove"])
    stable = ag.nash(game).select("evolutionarily_stable")
    assert [profile[0]["hawk"] for profile in stable] == [F(value) / cost]
    assert is_evolutionarily_stable(same(game, "dove")).mutant.support == ("hawk",)


def test_coordination():
    eqs = ag.nash(Game.symmetric([[2, 0], [0, 1]]))
    assert [profile.is_pure for profile in eqs.select("evolutionarily_stable")] == [True, True]
    assert len(eqs.select("neutrally_stable")) == 2


@pytest.mark.parametrize(("win", "lose", "evolutionarily", "neutrally"), [(2, 1, True, True), (1, 1, False, True), (1, 2, False, False)])
def test_rock_paper_scissors(win, lose, evolutionarily, neutrally):
    (mixed,) = ag.nash(cycle(win, lose))
    assert bool(is_evolutionarily_stable(mixed)) is evolutionarily
    assert bool(is_neutrally_stable(mixed)) is neutrally


def test_a_game_without_stable_strategies():
    eqs = ag.nash(Game.symmetric([[1, 1], [1, 1]]))
    assert eqs.select("evolutionarily_stable") == ()
    assert len(eqs.select("neutrally_stable")) == 2


def test_an_alternative_best_reply_decides():
    """Against the first action the others earn as much; how they do against themselves decides."""
    for second, expected in ((F(1, 2), True), (1, False), (2, False)):
        game = Game.symmetric([[1, 1], [1, second]])
        assert bool(is_evolutionarily_stable(same(game, 0))) is expected
        assert bool(is_neutrally_stable(same(game, 0))) is (second <= 1)


def test_a_pair_of_mutants_may_invade_though_neither_does_alone():
    """Each alternative loses to the resident when alone, but two of them help each other."""
    game = Game.symmetric([[0, 0, 0], [0, -1, 3], [0, 3, -1]])
    report = is_evolutionarily_stable(same(game, 0))
    assert not report
    assert report.mutant.support == ("2", "3")
    alone = game.restrict({player: ["1", "2"] for player in game.players})
    assert is_evolutionarily_stable(same(alone, 0))


def test_three_mutants_may_be_needed_to_invade():
    """Any two of the alternatives lose to the resident together, but all three do not."""
    payoffs = 9 - 19 * np.eye(4, dtype=int)
    payoffs[0, :] = payoffs[:, 0] = 0
    game = Game.symmetric(payoffs.tolist())
    report = is_evolutionarily_stable(same(game, 0))
    assert not report and not is_neutrally_stable(same(game, 0))
    assert report.mutant.support == ("2", "3", "4")
    for left_out in "234":
        kept = [action for action in "1234" if action != left_out]
        assert is_evolutionarily_stable(same(game.restrict(dict.fromkeys(game.players, kept)), 0))


# -------------------------------------------------------------------- the definition


def directions(size: int):
    """Yield the vectors of small integers that sum to zero."""
    for part in itertools.product(range(-3, 4), repeat=size - 1):
        if any(part):
            yield (*part, -sum(part))


def invaders(game, x):
    """Yield mutants in every direction of a grid, with what they gain against ``x`` and against themselves."""
    payoffs = game.payoffs[0]
    for change in directions(len(x)):
        z = np.array([F(value) for value in change], dtype=object)
        steps = [weight / -value for weight, value in zip(x, z, strict=True) if value < 0]
        if min(steps) > 0:
            y = x + min(steps) * z
            yield (y - x) @ payoffs @ x, (y - x) @ payoffs @ y


def check_by_definition(profile) -> None:
    game, x = profile.game, profile.arrays()[0]
    for report, strict in ((is_evolutionarily_stable(profile), True), (is_neutrally_stable(profile), False)):
        if report:
            for first, second in invaders(game, x):
                assert first < 0 or (first == 0 and (second < 0 if strict else second <= 0))
        else:
            y = report.mutant.probabilities
            assert min(y) >= 0 and sum(y) == 1 and not np.array_equal(x, y)
            first, second = (y - x) @ game.payoffs[0] @ x, (y - x) @ game.payoffs[0] @ y
            assert first > 0 or (first == 0 and (second >= 0 if strict else second > 0))


@pytest.mark.parametrize("seed", range(60))
def test_equilibria_of_random_games_by_the_definition(seed):
    game = random_symmetric(seed, tied=seed % 3 > 0)
    for profile in symmetric_equilibria(game):
        check_by_definition(profile)


@pytest.mark.parametrize("seed", range(20))
def test_profiles_that_are_no_equilibria(seed):
    game = random_symmetric(seed, tied=False)
    size = game.shape[0]
    weights = np.random.default_rng(seed).integers(0, 4, size=size) + np.eye(size, dtype=int)[0]
    check_by_definition(same(game, [F(int(weight), int(weights.sum())) for weight in weights]))


# -------------------------------------------------------------------- theorems


@pytest.mark.parametrize("seed", range(60))
def test_relations(seed):
    """Strict implies stable, stable implies neutrally stable and proper; no stable support lies in another's best replies."""
    eqs = ag.nash(random_symmetric(seed))
    stable = eqs.select("evolutionarily_stable")
    strict = [profile for profile in eqs.select("strict") if np.array_equal(*profile.arrays())]
    assert set(strict) <= set(stable) <= set(eqs.select("neutrally_stable"))
    assert all(is_proper(profile) for profile in stable)
    for one, other in itertools.permutations(stable, 2):
        replies = one.game.best_responses(0, one)
        assert not set(other[0].support) <= set(replies)


@given(st.integers(0, 10**6))
def test_names_and_units_do_not_matter(seed):
    game = random_symmetric(seed % 200)
    rng = np.random.default_rng(seed)
    order = rng.permutation(game.shape[0])
    # A constant for each opponent's action changes no difference of own actions.
    moved = (game.payoffs[0] * F(5, 3) + rng.integers(-9, 10, size=game.shape[0]))[order][:, order]
    other = Game.symmetric(moved)
    for profile in symmetric_equilibria(game):
        image = same(other, profile.arrays()[0][order])
        assert bool(is_evolutionarily_stable(image)) == bool(is_evolutionarily_stable(profile))
        assert bool(is_neutrally_stable(image)) == bool(is_neutrally_stable(profile))


# -------------------------------------------------------------------- quadratic forms


HORN = [[1, -1, 1, 1, -1], [-1, 1, -1, 1, 1], [1, -1, 1, -1, 1], [1, 1, -1, 1, -1], [-1, 1, 1, -1, 1]]


def value(form, vector) -> F:
    return sum(form[i][j] * vector[i] * vector[j] for i, j in itertools.product(range(len(vector)), repeat=2))


def fractions(form) -> list[list[F]]:
    return [[F(int(entry)) for entry in row] for row in form]


def test_the_horn_form():
    """Copositive, though neither positive semidefinite nor non-negative; zero on some non-negative vectors."""
    form = fractions(HORN)
    assert _descent(form, 0, False) is None
    zero = _descent(form, 0, True)
    assert min(zero) >= 0 and any(zero) and value(form, zero) == 0
    lower = [[entry - F(int(i == j), 1000) for j, entry in enumerate(row)] for i, row in enumerate(form)]
    assert value(lower, _descent(lower, 0, False)) < 0
    higher = [[entry + F(int(i == j), 1000) for j, entry in enumerate(row)] for i, row in enumerate(form)]
    assert _descent(higher, 0, True) is None


@pytest.mark.parametrize("seed", range(80))
def test_descent_on_random_forms(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 5))
    free = int(rng.integers(0, size + 1))
    half = rng.integers(-2, 3, size=(size, size))
    form = fractions(half @ half.T if seed % 3 == 0 else half + half.T + (seed % 4) * np.eye(size, dtype=int))
    for strict in (True, False):
        found = _descent(form, free, strict)
        if found is not None:
            assert any(found) and all(entry >= 0 for entry in found[free:])
            assert value(form, found) <= 0 if strict else value(form, found) < 0
        else:
            ranges = [range(-3, 4)] * free + [range(4)] * (size - free)
            values = [value(form, vector) for vector in itertools.product(*ranges) if any(vector)]
            assert min(values) > 0 if strict else min(values) >= 0


# -------------------------------------------------------------------- refusals


def test_refusals():
    with pytest.raises(SolverNotApplicableError, match="needs a symmetric two-player game"):
        ag.nash(ag.games.battle_of_the_sexes()).select("evolutionarily_stable")
    with pytest.raises(SolverNotApplicableError, match="needs a symmetric two-player game"):
        ag.nash(Game.from_bimatrix([[1, 0]], [[1, 0]])).select("neutrally_stable")
    three = Game.symmetric([[[1, 0], [0, 0]], [[0, 0], [0, 1]]])
    with pytest.raises(SolverNotApplicableError, match="needs a symmetric two-player game"):
        ag.pure_nash(three).select("evolutionarily_stable")
    with pytest.raises(SolverNotApplicableError, match="same strategy"):
        is_evolutionarily_stable(ag.games.chicken().profile((0, 1)))
    with pytest.raises(SolverNotApplicableError, match=r"solve game\.exact\(\)"):
        is_evolutionarily_stable(ag.games.chicken().floats().profile((0, 0)))
    with pytest.raises(GameDefinitionError, match="expected a Profile, got str"):
        is_neutrally_stable("hawk")
    size = 16
    flat = Game.symmetric(np.zeros((size, size), dtype=int).tolist())
    with pytest.raises(SolverNotApplicableError, match="at most 14 best replies that are not played; here there are 15"):
        is_evolutionarily_stable(same(flat, 0))
