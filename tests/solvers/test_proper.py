"""Proper equilibria: textbook games, the definition by brute force, Myerson's existence proof, and theorems."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from drawn_games import random_game
from hypothesis import given, settings

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolveError, SolverNotApplicableError
from alliancegames.solvers._linear_programs import maximise
from alliancegames.solvers.proper import is_proper, shows_proper
from alliancegames.testing import bimatrix_games

Game = ag.NormalFormGame
MYERSON = [[1, 0, -9], [0, 0, -7], [-9, -7, -7]]
SMALL = F(1, 10**12)


def tied_game(seed: int, largest: int = 3) -> ag.NormalFormGame:
    return random_game(seed, tied=True, largest=largest)


def indifferent_game(seed: int, size: int) -> ag.NormalFormGame:
    """Return a game in which everybody is indifferent at the first pure profile, where all orders are possible."""
    row, column = np.random.default_rng(seed).integers(-2, 3, size=(2, size, size))
    row[:, 0] = column[0, :] = 0
    return Game.from_bimatrix(row.tolist(), column.tolist())


# -------------------------------------------------------------------- textbook games


def test_myerson_1978():
    """Three equilibria, of which the third is not perfect and the second not proper."""
    eqs = ag.nash(Game.from_bimatrix(MYERSON, MYERSON))
    assert [str(profile) for profile in eqs] == ["(1) × (1)", "(2) × (2)", "(3) × (3)"]
    assert eqs.select("perfect") == (eqs[0], eqs[1])
    assert eqs.select("proper") == (eqs[0],)
    report = is_proper(eqs[0])
    assert [level.support for level in report.trembles["Player 1"]] == [("1",), ("2",), ("3",)]


def test_yamamoto():
    game = Game.from_bimatrix(MYERSON, [[1, 0, -9], [0, 0, -7], [-9, -6, -7]])
    eqs = ag.nash(game)
    assert [str(profile) for profile in eqs] == ["(1) × (1)", "(2) × (2)"]
    assert eqs.select("proper") == (eqs[0],)


def test_a_dominated_action_more_makes_an_equilibrium_perfect_but_not_proper():
    """Myerson's game without the third actions, which are strictly dominated once the second ones are gone."""
    small = Game.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    large = Game.from_bimatrix(MYERSON, MYERSON)
    assert [len(ag.nash(game).select("perfect")) for game in (small, large)] == [1, 2]
    assert [bool(is_proper(game.profile((1, 1)))) for game in (small, large)] == [False, False]


def test_entry_deterrence():
    """The threat to fight is weakly dominated: deterrence is neither perfect nor proper."""
    entry = Game.from_table(
        [[(-1, -1), (1, 1)], [(0, 2), (0, 2)]],
        players=["Challenger", "Defender"],
        actions=[["enter", "stay out"], ["fight", "accommodate"]],
    )
    assert is_proper(entry.profile(("enter", "accommodate")))
    deterrence = is_proper(entry.profile(("stay out", "fight")))
    assert not deterrence
    assert {shown.player for shown in deterrence.excluded} == {"Challenger"}


def test_everything_is_proper_in_the_trivial_game():
    zero = Game.from_bimatrix([[0] * 3] * 3, [[0] * 3] * 3)
    assert len(ag.nash(zero).select("proper")) == 9
    assert is_proper(zero.profile([["1/2", "1/2", 0], ["1/7", "2/7", "4/7"]]))


def test_proper_equilibria_need_not_be_extreme():
    """The trembles play matching pennies, so that the row player has to mix: only the middle of a segment is proper."""
    game = Game.from_bimatrix([[0, 1, -1], [0, -1, 1]], [[0, -2, -1], [0, -1, -2]])
    eqs = ag.nash(game)
    assert [str(profile) for profile in eqs] == ["(1) × (1)", "(2) × (1)"]
    assert len(eqs.select("perfect")) == 2 and eqs.select("proper") == ()
    assert is_proper(game.profile([["1/2", "1/2"], "1"]))
    assert not is_proper(game.profile([["1/3", "2/3"], "1"]))


def test_one_player_and_idle_players():
    alone = Game.from_arrays([1, 2, 2])
    assert [bool(is_proper(alone.profile([a]))) for a in range(3)] == [False, True, True]
    three = Game.from_function(lambda a, b, c: (int(a == c), 5, int(a == c)), [["x", "y"], ["only"], ["x", "y"]])
    report = is_proper(three.profile(("x", "only", "x")))
    assert report
    assert report.trembles["Player 2"] == (three.profile(("x", "only", "x"))["Player 2"],)
    assert report.near(F(1, 10)).support["Player 3"] == ("x", "y")


# -------------------------------------------------------------------- the definition, by brute force


def weak_orders(size: int) -> list[tuple[int, ...]]:
    """Return all weak orders as ranks, 0 for the best."""
    return [ranks for ranks in itertools.product(range(size), repeat=size) if set(ranks) == set(range(max(ranks) + 1))]


def trembles_exist(payoffs, order, own, eps: F) -> bool:
    """Whether some ``z > 0`` puts the rows of ``payoffs`` in ``order`` and is itself ``eps``-graded as ``own``, by one program."""
    size = len(own)
    upper = [[*(-int(j == k) for j in range(size)), 1] for k in range(size)]
    for high, low in itertools.permutations(range(size), 2):
        if own[high] < own[low]:
            upper.append([*(int(j == low) - eps * int(j == high) for j in range(size)), 0])
    equal = []
    for high, low in itertools.permutations(range(len(order)), 2):
        difference = [b - a for a, b in zip(payoffs[high], payoffs[low], strict=True)]
        if order[high] < order[low]:
            upper.append([*difference, 1])
        elif order[high] == order[low]:
            equal.append([*difference, 0])
    equal.append([*[1] * size, 0])
    right = [0] * (len(equal) - 1) + [1]
    value = maximise([*[0] * size, 1], upper=upper, upper_bound=[0] * len(upper), equal=equal, equal_to=right, free=[size]).value
    return value is not None and value > 0


def possible_orders(payoffs, own_strategy, other_strategy) -> list[tuple[int, ...]]:
    """Return the orders of own actions that refine the one at the limit and have every action played on top."""
    values = [sum(a * y for a, y in zip(row, other_strategy, strict=True)) for row in payoffs]
    return [
        ranks
        for ranks in weak_orders(len(payoffs))
        if all(ranks[a] == 0 for a, weight in enumerate(own_strategy) if weight)
        and all(ranks[i] < ranks[j] for i, j in itertools.permutations(range(len(ranks)), 2) if values[i] > values[j])
    ]


def proper_by_definition(profile) -> bool:
    row, column = profile.game.payoffs[0].tolist(), profile.game.payoffs[1].T.tolist()
    x, y = profile.arrays()
    return any(
        trembles_exist(row, first, second, SMALL) and trembles_exist(column, second, first, SMALL)
        for first, second in itertools.product(possible_orders(row, x, y), possible_orders(column, y, x))
    )


@pytest.mark.parametrize("seed", range(60))
def test_tied_games_by_the_definition(seed):
    for profile in ag.nash(tied_game(seed))[:5]:
        assert bool(is_proper(profile)) == proper_by_definition(profile), profile


@pytest.mark.parametrize("seed", range(12))
def test_indifferent_players_by_the_definition(seed):
    """Every order is possible at the limit, so that the search has to exclude them all or find the one."""
    profile = indifferent_game(seed, 3).profile((0, 0))
    assert bool(is_proper(profile)) == proper_by_definition(profile)


def test_both_answers_occur_above():
    answers = [bool(is_proper(indifferent_game(seed, 3).profile((0, 0)))) for seed in range(12)]
    assert 0 < sum(answers) < len(answers)


# -------------------------------------------------------------------- Myerson's existence proof


def graded_strategies(size: int, eps: F) -> list[list[F]]:
    """Return all permutations of ``(1, eps, eps**2, ...)``, normalised."""
    total = sum(eps**k for k in range(size))
    return [[eps**k / total for k in ranks] for ranks in itertools.permutations(range(size))]


def eps_proper_profiles(game, eps: F):
    """Yield ``eps``-proper profiles: equilibria of the game in which only mixtures of graded strategies may be played."""
    m, n = game.shape
    rows, columns = (np.array(graded_strategies(size, eps), dtype=object) for size in (m, n))
    graded = Game.from_bimatrix(*(rows @ payoffs @ columns.T for payoffs in game.payoffs))
    for profile in ag.nash(graded):
        u, v = profile.arrays()
        yield u @ rows, v @ columns


def ranks_of(values) -> tuple[int, ...]:
    levels = sorted(set(values), reverse=True)
    return tuple(levels.index(value) for value in values)


def limit_strategy(payoffs, order, own):
    """Return a strategy on the top class of ``own`` against which the rows of ``payoffs`` are weakly ordered as ``order``."""
    size = len(own)
    upper = []
    for high, low in itertools.permutations(range(len(order)), 2):
        if order[high] <= order[low]:
            upper.append([b - a for a, b in zip(payoffs[high], payoffs[low], strict=True)])
    equal = [[1] * size, *([int(j == k) for j in range(size)] for k in range(size) if own[k])]
    return maximise([0] * size, upper=upper, upper_bound=[0] * len(upper), equal=equal, equal_to=[1] + [0] * (len(equal) - 1)).solution


@pytest.mark.parametrize("seed", range(40))
def test_limits_of_eps_proper_profiles_are_proper(seed):
    """The orders of payoffs at an ``eps``-proper profile, for a tiny eps, belong to proper equilibria."""
    game = tied_game(seed)
    row, column = game.payoffs[0].tolist(), game.payoffs[1].T.tolist()
    found = 0
    for x, y in itertools.islice(eps_proper_profiles(game, F(1, 10**6)), 4):
        first, second = ranks_of(game.payoffs[0] @ y), ranks_of(x @ game.payoffs[1])
        limit = game.profile([limit_strategy(column, second, first), limit_strategy(row, first, second)])
        assert game.is_nash(limit)
        assert is_proper(limit)
        found += 1
    assert found


def test_isolated_equilibria_near_eps_proper_profiles_are_proper():
    games = [game for game in map(tied_game, range(60)) if not any(part.dimension for part in ag.nash(game).components)]
    games.append(Game.from_bimatrix(MYERSON, MYERSON))
    assert len(games) > 10
    for game in games:
        eqs = ag.nash(game)
        for x, y in eps_proper_profiles(game, F(1, 1000)):
            point = np.concatenate([x, y]).astype(float)
            near = [profile for profile in eqs if abs(np.concatenate(profile.arrays(float)) - point).max() < 0.05]
            assert len(near) == 1
            assert is_proper(near[0])


# -------------------------------------------------------------------- theorems


@settings(max_examples=60)
@given(bimatrix_games(1, 3, tied=True))
def test_strict_is_proper_and_proper_is_perfect(game):
    eqs = ag.nash(game)
    assert set(eqs.select("strict")) <= set(eqs.select("proper")) <= set(eqs.select("perfect"))


@settings(max_examples=40)
@given(bimatrix_games(1, 3, tied=False))
def test_regular_equilibria_are_proper(game):
    """In a nondegenerate game every equilibrium is regular, and regular equilibria are proper."""
    eqs = ag.nash(game)
    if eqs.degenerate is False:
        assert len(eqs.select("proper")) == len(eqs)


@pytest.mark.parametrize("seed", range(20))
def test_names_units_and_roles_do_not_matter(seed):
    game = tied_game(seed, largest=4)
    rng = np.random.default_rng(seed)
    rows, columns = (rng.permutation(size) for size in game.shape)
    row, column = game.payoffs
    # A constant for each action of the opponent changes no comparison of own actions.
    shifted = row * F(3, 7) + rng.integers(-9, 10, size=game.shape[1])
    other = Game.from_bimatrix(column.T[columns][:, rows], shifted.T[columns][:, rows])
    for profile in ag.nash(game)[:4]:
        x, y = profile.arrays()
        assert bool(is_proper(other.profile([y[columns], x[rows]]))) == bool(is_proper(profile))


# -------------------------------------------------------------------- certificates


def grading(profile) -> F:
    """Return the least eps for which a completely mixed profile is ``eps``-proper."""
    game, (x, y) = profile.game, profile.arrays()
    worst = F(0)
    for values, weights in ((game.payoffs[0] @ y, x), (x @ game.payoffs[1], y)):
        for i, j in itertools.permutations(range(len(values)), 2):
            if values[i] < values[j]:
                worst = max(worst, weights[i] / weights[j])
    return worst


@pytest.mark.parametrize("seed", range(40))
def test_trembles_are_eps_proper(seed):
    game = tied_game(seed, largest=4)
    for profile in ag.nash(game)[:4]:
        report = is_proper(profile)
        if report:
            close, closer = report.near(F(1, 10**6)), report.near(F(1, 10**9))
            assert all(min(vector) > 0 and sum(vector) == 1 for vector in closer.arrays())
            assert grading(closer) < F(1, 10**5)
            assert grading(closer) <= grading(close)
            gaps = np.concatenate(closer.arrays()) - np.concatenate(profile.arrays())
            assert max(abs(gap) for gap in gaps) < F(1, 10**5)


@pytest.mark.parametrize("seed", range(25))
def test_excluded_orders_cover_every_pair_of_orders_once(seed):
    game = tied_game(seed)
    row, column = game.payoffs[0].tolist(), game.payoffs[1].T.tolist()
    for profile in ag.nash(game)[:4]:
        report = is_proper(profile)
        x, y = profile.arrays()
        pairs = itertools.product(possible_orders(row, x, y), possible_orders(column, y, x))
        for pair in pairs if not report else ():
            assert sum(begins_with(pair, shown.orders, game) for shown in report.excluded) == 1


def begins_with(pair, orders, game) -> bool:
    """Whether both orders, given as ranks, begin with the classes listed."""
    for ranks, labels, player in zip(pair, game.actions, game.players, strict=True):
        classes = [tuple(label for label, rank in zip(labels, ranks, strict=True) if rank == level) for level in range(max(ranks) + 1)]
        if tuple(classes[: len(orders[player])]) != orders[player]:
            return False
    return True


def test_the_check_of_trembles_refuses_wrong_ones():
    game = Game.from_bimatrix(MYERSON, MYERSON)
    payoffs, first = (game.payoffs[0], game.payoffs[1].T), [F(1), F(0), F(0)]
    right = [[F(int(a == level)) for a in range(3)] for level in range(3)]
    assert shows_proper(payoffs, (first, first), (right, right))
    swapped = [right[0], right[2], right[1]]
    assert not shows_proper(payoffs, (first, first), (swapped, right))
    assert not shows_proper(payoffs, (first, first), (right[:2], right))
    assert not shows_proper(payoffs, (right[1], first), (right, right))
    assert not shows_proper(payoffs, (first, first), ([right[0], [F(1, 2)] * 3], right))


# -------------------------------------------------------------------- sizes and refusals


@pytest.mark.parametrize("seed", range(3))
def test_the_default_limit_suffices_up_to_four_by_four(seed):
    report = is_proper(indifferent_game(seed, 4).profile((0, 0)))
    assert report.proper or report.excluded


def test_beginnings_of_orders_in_four_by_four_games_are_fewer_than_the_limit():
    """The bound stated: beginnings of weak orders of four actions with a given action on top, for both players."""
    beginnings = set()
    for ranks in weak_orders(4):
        if ranks[0] == 0:
            classes = tuple(frozenset(a for a in range(4) if ranks[a] == level) for level in range(max(ranks) + 1))
            beginnings |= {classes[:depth] for depth in range(len(classes) + 1)}
    assert len(beginnings) ** 2 <= 3000


def test_refusals():
    game = Game.from_bimatrix(MYERSON, MYERSON)
    no_equilibrium = is_proper(game.profile((0, 1)))
    assert not no_equilibrium and no_equilibrium.excluded == ()
    with pytest.raises(SolverNotApplicableError, match=r"near\(\): the profile is not proper"):
        no_equilibrium.near(F(1, 2))
    for t in (0, "-1/2", 0.5):
        with pytest.raises(GameDefinitionError, match="t must be an exact number above 0"):
            is_proper(game.profile((0, 0))).near(t)
    with pytest.raises(SolveError, match=r"undecided after 2 pairs of payoff orders, since payoffs of the 3×3 game"):
        is_proper(game.profile((1, 1)), limit=2)
    for limit in (0, -1, 2.5, True):
        with pytest.raises(GameDefinitionError, match="limit is a number of pairs"):
            is_proper(game.profile((0, 0)), limit=limit)
    with pytest.raises(GameDefinitionError, match="expected a Profile, got tuple"):
        is_proper((0, 0))


def test_refused_number_systems_and_players():
    with pytest.raises(SolverNotApplicableError, match=r"solve game\.exact\(\)"):
        ag.nash(ag.games.chicken().floats()).select("proper")
    a = sympy.Symbol("a")
    with pytest.raises(SolverNotApplicableError, match="symbols a"):
        is_proper(Game.from_bimatrix([[a, 0], [0, 1]], [[1, 0], [0, 1]]).profile((0, 0)))
    three = Game.from_function(lambda a, b, c: (1, 1, 1), [["x", "y"]] * 3)
    with pytest.raises(SolverNotApplicableError, match="here 3 of 3 do"):
        ag.pure_nash(three).select("proper")
