"""Logit equilibria and their branches: known numbers, pygambit, independent root counts, invariances."""

import itertools
import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import brentq

import alliancegames as ag
from alliancegames.errors import (
    GameDefinitionError,
    IncompleteSearchWarning,
    SolveError,
    SolverNotApplicableError,
    UnknownLabelError,
)
from alliancegames.solvers._intervals import Interval
from alliancegames.solvers._logit import LogitEquations
from alliancegames.solvers._logit_proof import LogitSearch
from alliancegames.solvers._path import Curve, follow
from alliancegames.solvers.logit_branches import logit_branch, logit_branches
from alliancegames.solvers.quantal_response import LogitIsolation, LogitPath, quantal_response

SHAPES = ((2, 2), (2, 3), (3, 3), (2, 2, 2))


def drawn(seed: int, shape: tuple[int, ...], size: int = 10) -> ag.NormalFormGame:
    rng = np.random.default_rng(seed)
    return ag.NormalFormGame.from_arrays(*rng.integers(-size, size + 1, size=(len(shape), *shape)))


def vector(profile) -> np.ndarray:
    return np.concatenate(profile.arrays(float))


def vectors(equilibria) -> np.ndarray:
    return np.array([vector(item) for item in equilibria])


def constant_sum() -> ag.NormalFormGame:
    return ag.NormalFormGame.from_bimatrix([[1, 1], [0, 1]], [[1, 1], [2, 1]])


def response(game: ag.NormalFormGame, strategies, precision: float) -> list[np.ndarray]:
    """Logit responses, written a second time: plain sums over all cells."""
    result = []
    for k, size in enumerate(game.shape):
        values = np.zeros(size)
        for cell in itertools.product(*map(range, game.shape)):
            others = math.prod(strategies[j][cell[j]] for j in range(len(cell)) if j != k)
            values[cell[k]] += float(game.payoffs[k][cell]) * others
        weights = np.exp(precision * (values - values.max()))
        result.append(weights / weights.sum())
    return result


def roots_2x2(game: ag.NormalFormGame, precision: float, points: int = 20_001) -> list[float]:
    """All logit equilibria of a 2×2 game as the first player's log-odds, by sign changes on a grid and bisection."""
    row, column = (np.asarray(array, dtype=float) for array in game.payoffs)

    def excess(odds):
        p = 1 / (1 + np.exp(-odds))
        gain = precision * (p * (column[0, 0] - column[0, 1]) + (1 - p) * (column[1, 0] - column[1, 1]))
        q = 1 / (1 + np.exp(-gain))
        return odds - precision * (q * (row[0, 0] - row[1, 0]) + (1 - q) * (row[0, 1] - row[1, 1]))

    reach = precision * np.ptp(row) + 1
    grid = np.linspace(-reach, reach, points)
    values = excess(grid)
    change = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0)
    return [brentq(excess, grid[k], grid[k + 1], xtol=1e-13) for k in change] + list(grid[values == 0])


# -------------------------------------------------------------------- known numbers


@pytest.mark.parametrize(("precision", "first", "second"), [(1, 0.643, 0.5883), (2, 0.7727, 0.6117), (3, 0.8595, 0.6038)])
def test_numbers_of_a_constant_sum_game(precision, first, second):
    found = quantal_response(constant_sum(), precision)
    assert found.complete is True and len(found) == 1 and not found.exact
    assert found[0][0][0] == pytest.approx(first, abs=6e-4)
    assert found[0][1][0] == pytest.approx(second, abs=6e-5)
    assert found.provenance.max_regret < 1e-14


def test_closed_form_without_interaction():
    game = ag.NormalFormGame.from_arrays([1, 2, "7/2"])
    weights = np.exp(2 * np.array([1, 2, 3.5]))
    found = quantal_response(game, 2)
    assert found.complete and found.status == "complete"
    assert vector(found[0]) == pytest.approx(weights / weights.sum(), abs=1e-15)
    assert logit_branch(game).limit.profile.actions == ("3",)


@pytest.mark.parametrize("shape", [*SHAPES, (3, 3, 2), (1, 3), (4,)])
def test_uniform_at_precision_zero(shape):
    found = quantal_response(drawn(1, shape), 0)
    assert found.complete is True and len(found) == 1
    for own, size in zip(found[0].arrays(), shape, strict=True):
        assert own == pytest.approx(np.full(size, 1 / size), abs=1e-15)


# -------------------------------------------------------------------- independent solutions


@pytest.mark.parametrize("seed", range(24))
def test_every_equilibrium_of_2x2_games(seed):
    game = drawn(seed, (2, 2), 3)
    for precision in (0.7, 2.3, 6.0):
        found = quantal_response(game, precision)
        expected = sorted(1 / (1 + math.exp(-odds)) for odds in roots_2x2(game, precision))
        assert found.complete is True
        assert sorted(item[0][0] for item in found) == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(6))
def test_listed_equilibria_are_fixed_points_inside_their_enclosures_and_odd_in_number(shape, seed):
    game = drawn(seed, shape)
    for precision in (0.1, 0.5, 1.5):
        found = quantal_response(game, precision)
        assert found.complete is True and len(found) % 2 == 1
        for item in found:
            for own, reply in zip(item.arrays(), response(game, item.arrays(), precision), strict=True):
                assert own == pytest.approx(reply, abs=1e-11)
        enclosures = found.provenance.certificate["enclosures"]
        boxes = [np.array([bound for own in box for bound in own]) for box in enclosures]
        for point in vectors(found):
            assert any((box[:, 0] - 1e-12 <= point).all() and (point <= box[:, 1] + 1e-12).all() for box in boxes)


@pytest.mark.parametrize("seed", range(6))
def test_fixed_points_from_random_starts_are_all_listed(seed):
    game = drawn(100 + seed, (3, 3), 5)
    listed = vectors(quantal_response(game, 1))
    rng = np.random.default_rng(seed)
    for _ in range(20):
        strategies = [rng.dirichlet(np.ones(3)) for _ in range(2)]
        for _ in range(4000):  # damped, so that cycles die out
            strategies = [0.9 * own + 0.1 * reply for own, reply in zip(strategies, response(game, strategies, 1), strict=True)]
        miss = max(np.abs(a - b).max() for a, b in zip(strategies, response(game, strategies, 1), strict=True))
        if miss < 1e-9:
            assert np.abs(listed - np.concatenate(strategies)).max(axis=1).min() < 1e-6
            break
    else:
        pytest.fail("no start converged")


GAMBIT = [(shape, seed) for shape in SHAPES for seed in range(14)]


@pytest.mark.parametrize(("shape", "seed"), GAMBIT)
def test_principal_branch_agrees_with_gambit(shape, seed):
    gambit = pytest.importorskip("pygambit", reason="pygambit is an optional oracle")
    game = drawn(1000 + seed, shape)
    other = gambit.Game.from_arrays(*(np.asarray(array, dtype=int) for array in game.payoffs))
    branch = logit_branch(game)
    wanted = [0.05, 0.3, 1.0]
    for precision, theirs in zip(wanted, gambit.qre.logit_solve_lambda(other, lam=wanted, use_strategic=True), strict=True):
        expected = np.array([theirs.profile[s] for player in other.players for s in player.strategies])
        assert vector(branch.at(precision)) == pytest.approx(expected, abs=2e-5)
        listed = vectors(quantal_response(game, precision))
        assert np.abs(listed - expected).max(axis=1).min() < 2e-5
    end = gambit.qre.logit_solve_branch(other, use_strategic=True)[-1]
    expected = np.array([end.profile[s] for player in other.players for s in player.strategies])
    assert vector(branch.limit.profile) == pytest.approx(expected, abs=1e-3)


def test_a_wide_box_that_holds_one_equilibrium_is_narrowed():
    game = ag.NormalFormGame.from_bimatrix([[2, -3], [-2, -2]], [[-2, 2], [3, 1]])
    found = quantal_response(game, 6)
    assert len(found) == 1 and found.complete
    assert found.provenance.certificate["widest_enclosure"] < 1e-12


# -------------------------------------------------------------------- invariances


@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (2, 2, 2)])
def test_units_constants_and_names_do_not_matter(shape):
    game = drawn(7, shape)
    base = vectors(quantal_response(game, Fraction(1, 2)))
    scaled = ag.NormalFormGame.from_arrays(*(1000 * array for array in game.payoffs))
    assert vectors(quantal_response(scaled, Fraction(1, 2000))) == pytest.approx(base, abs=1e-13)
    tiny = ag.NormalFormGame.from_arrays(*(array * Fraction(1, 10**30) for array in game.payoffs))
    assert vectors(quantal_response(tiny, 5 * 10**29)) == pytest.approx(base, abs=1e-13)
    shifted = []
    for k, array in enumerate(game.payoffs):
        constants = np.random.default_rng(k).integers(-50, 50, size=[1 if j == k else n for j, n in enumerate(shape)])
        shifted.append(array + constants)
    assert vectors(quantal_response(ag.NormalFormGame.from_arrays(*shifted), Fraction(1, 2))) == pytest.approx(base, abs=1e-13)
    reversed_ = ag.NormalFormGame.from_arrays(*(array[::-1] for array in game.payoffs))
    turned = [
        [np.concatenate([item[::-1] if k == 0 else item for k, item in enumerate(eq.arrays())])] for eq in quantal_response(reversed_, 0.5)
    ]
    assert sorted(np.vstack(turned).round(9).tolist()) == sorted(base.round(9).tolist())
    renamed = game.relabel(players={"Player 1": "A"})
    assert np.array_equal(vectors(quantal_response(renamed, 0.5)), vectors(quantal_response(game, 0.5)))


def test_players_swap():
    game = drawn(3, (2, 3))
    swapped = ag.NormalFormGame.from_bimatrix(game.payoffs[1].T, game.payoffs[0].T)
    for first, second in zip(quantal_response(game, 1), quantal_response(swapped, 1), strict=True):
        assert first[0].probabilities == pytest.approx(second[1].probabilities, abs=1e-13)


def test_exact_and_float_payoffs_agree():
    game = drawn(5, (3, 3))
    assert vectors(quantal_response(game, 1)) == pytest.approx(vectors(quantal_response(game.floats(), 1)), abs=1e-13)
    assert quantal_response(game, 1).game == game.floats()


def test_one_precision_a_player():
    game = drawn(9, (2, 2))
    both = quantal_response(game, {"Player 1": 2, "Player 2": "1/2"})
    weighted = ag.NormalFormGame.from_bimatrix(2 * game.payoffs[0], Fraction(1, 2) * game.payoffs[1])
    assert vectors(both) == pytest.approx(vectors(quantal_response(weighted, 1)), abs=1e-14)
    assert vectors(quantal_response(game, [2, 0.5])) == pytest.approx(vectors(both), abs=1e-14)
    certain = quantal_response(game, [0, 1])
    assert certain[0][0].probabilities == pytest.approx([0.5, 0.5])


# -------------------------------------------------------------------- extreme precisions, folds, size


@pytest.mark.parametrize("name", ["stag_hunt", "chicken", "matching_pennies", "prisoners_dilemma", "battle_of_the_sexes"])
def test_high_precision(name):
    game = getattr(ag.games, name)()
    found = quantal_response(game, 1e6)
    assert found.complete is True
    nash = vectors(ag.nash(game))
    near = vectors(found)
    assert near.shape == nash.shape
    for point in nash:
        assert np.abs(near - point).max(axis=1).min() < 1e-5
    assert np.abs(nash - vector(logit_branch(game).at(1e6))).max(axis=1).min() < 1e-5


def coordination_fold(game: ag.NormalFormGame) -> float:
    """The precision from which on a 2×2 game has three equilibria, by bisection on their number."""
    low, high = 0.1, 50.0
    assert len(roots_2x2(game, low)) == 1 and len(roots_2x2(game, high)) == 3
    for _ in range(22):
        middle = (low + high) / 2
        low, high = (low, middle) if len(roots_2x2(game, middle, 200_001)) == 3 else (middle, high)
    return (low + high) / 2


@pytest.mark.parametrize(
    "game",
    [
        ag.games.stag_hunt(),
        ag.NormalFormGame.from_bimatrix([[5, 0], [3, 2]], [[4, 3], [0, 2]]),
        ag.NormalFormGame.from_bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 3]]),
    ],
    ids=["stag hunt", "asymmetric stag hunt", "asymmetric coordination"],
)
def test_second_branch_is_born_at_a_fold(game):
    branches = logit_branches(game)
    assert branches.complete is True and len(branches) == 2
    assert branches.principal.folds == () and branches.principal.bifurcations == ()
    (fold,) = branches[1].folds
    assert fold.precision == pytest.approx(coordination_fold(game), rel=1e-5)
    assert fold.precision == pytest.approx(branches[1].precision.min(), rel=1e-12)
    assert {count for p, count in zip(branches.precisions, branches.counts, strict=True) if p < fold.precision} == {1}
    assert {count for p, count in zip(branches.precisions, branches.counts, strict=True) if p > fold.precision} == {3}
    limits = {limit.profile for branch in branches for limit in branch.limits}
    assert limits == set(ag.nash(game)) and all(limit.exact for branch in branches for limit in branch.limits)
    for precision, count in ((fold.precision * 0.999, 1), (fold.precision * 1.001, 3)):
        assert len(quantal_response(game, precision)) == count
    assert len(branches[1].crossings(fold.precision * (1 + 1e-9))) == 2


def test_precision_is_stationary_at_folds():
    game = ag.NormalFormGame.from_arrays(*np.random.default_rng(1).normal(size=(2, 3, 3)))
    branch = logit_branch(game)
    assert len(branch.folds) == 2
    assert branch.folds[0].precision == pytest.approx(33.2546106109, rel=1e-9)
    for fold in branch.folds:
        jacobian = response_slopes(game, fold.profile.arrays(), fold.precision)
        singular = np.linalg.svd(np.eye(6) - jacobian, compute_uv=False)
        assert singular[-1] < 1e-5 * singular[0]
        for own, reply in zip(fold.profile.arrays(), response(game, fold.profile.arrays(), fold.precision), strict=True):
            assert own == pytest.approx(reply, abs=1e-9)
    low, high = sorted(fold.precision for fold in branch.folds)
    assert len(branch.crossings(math.sqrt(low * high))) == 3
    assert np.array_equal(vector(branch.at(20)), vector(branch.crossings(20)[0]))
    turns = np.flatnonzero(np.diff(np.sign(np.diff(branch.precision))))
    assert branch.precision[turns + 1] == pytest.approx([fold.precision for fold in branch.folds])


def response_slopes(game, strategies, precision: float) -> np.ndarray:
    """Derivatives of the logit responses by all probabilities, by central differences."""
    point = np.concatenate(strategies)
    ends = np.cumsum(game.shape)[:-1]
    step = 1e-6
    columns = [
        (
            np.concatenate(response(game, np.split(point + h, ends), precision))
            - np.concatenate(response(game, np.split(point - h, ends), precision))
        )
        / (2 * step)
        for h in step * np.eye(len(point))
    ]
    return np.array(columns).T


def test_at_a_bifurcation_the_search_says_so():
    branches = logit_branches(ag.games.chicken(), number=6)
    assert branches.complete is True and len(branches) == 2
    (point,) = branches.principal.bifurcations
    assert branches[1].folds == () and branches[1].bifurcations[0].precision == pytest.approx(point.precision, rel=1e-6)
    with pytest.warns(IncompleteSearchWarning, match="at a fold or bifurcation"):
        found = quantal_response(ag.games.chicken(), point.precision)
    assert found.complete is None and found.status == "at_a_fold"
    (box,) = found.provenance.certificate["unresolved"]
    for own, strategy in zip(box, point.profile.arrays(), strict=True):
        for (low, high), weight in zip(own, strategy, strict=True):
            assert low <= weight <= high


def test_a_large_game_gets_the_principal_equilibrium():
    game = drawn(2, (8, 9))
    with pytest.warns(IncompleteSearchWarning, match="principal branch"):
        found = quantal_response(game, "1/10")
    assert found.complete is None and len(found) == 1 and found.status == "principal_branch"
    assert found.provenance.certificate["proved_to_exist"] is True
    for own, reply in zip(found[0].arrays(), response(game, found[0].arrays(), 0.1), strict=True):
        assert own == pytest.approx(reply, abs=1e-11)
    assert vector(logit_branch(game).at("1/10")) == pytest.approx(vector(found[0]), abs=1e-9)


def test_a_search_that_is_cut_short_says_so():
    game = drawn(11, (3, 3))
    with pytest.warns(IncompleteSearchWarning, match="before all boxes were examined"):
        found = quantal_response(game, 3, solver=LogitIsolation(limit=1))
    assert found.complete is None and found.status == "search_limit" and len(found) >= 1
    everything = vectors(quantal_response(game, 3))
    for point in vectors(found):
        assert np.abs(everything - point).max(axis=1).min() < 1e-7


def test_enclosures_contain_values_of_the_equations():
    game = drawn(4, (2, 3, 2))
    equations = LogitEquations(game, (Fraction(1),) * 3)
    search = LogitSearch(equations.scaled)
    rng = np.random.default_rng(0)
    low = rng.normal(size=(50, 2))
    width = rng.exponential(0.3, size=(50, 2))
    boxes = Interval(low, low + width)
    inside = low + width * rng.uniform(size=low.shape)
    values, slopes = search._values(boxes), search._jacobian(boxes)
    point = Interval.point(inside)
    exact, exact_slopes = search._values(point), search._jacobian(point)
    assert (values.low <= exact.high).all() and (exact.low <= values.high).all()
    assert (slopes.low <= exact_slopes.high).all() and (exact_slopes.low <= slopes.high).all()
    step = 1e-6
    for j in range(2):
        shift = step * np.eye(2)[j]
        up, down = search._values(Interval.point(inside + shift)), search._values(Interval.point(inside - shift))
        numeric = (up.midpoint - down.midpoint) / (2 * step)
        assert exact_slopes.midpoint[:, :, j] == pytest.approx(numeric, abs=1e-6)


# -------------------------------------------------------------------- branches


def test_a_circle_is_followed_around():
    circle = Curve(lambda x: np.array([x @ x - 1]), lambda x: 2 * x[None, :], lambda x: x)
    trace = follow(circle, np.array([1.0, 0.0]), 1.0)
    assert trace.ending == "closed"
    assert [fold[-1] for fold in trace.folds] == pytest.approx([1, -1], abs=1e-12)
    assert (trace.points**2).sum(axis=1) == pytest.approx(np.ones(len(trace.points)), abs=1e-12)


def test_a_pitchfork_is_passed_straight():
    pitchfork = Curve(
        lambda x: np.array([x[0] * (x[1] - 1 - x[0] ** 2)]), lambda x: np.array([[x[1] - 1 - 3 * x[0] ** 2, x[0]]]), lambda x: x
    )
    trace = follow(pitchfork, np.array([0.0, 0.0]), 1.0, bound=3.0)
    assert trace.ending == "reached" and trace.folds == ()
    assert trace.bifurcations[0] == pytest.approx([0, 1], abs=1e-9)
    assert np.abs(trace.points[:, 0]).max() < 1e-9


def test_limit_in_a_continuum_of_equilibria():
    branch = logit_branch(constant_sum())
    assert branch.limit.exact and branch.limit.regret == 0
    assert branch.limit.profile == constant_sum().profile([[1, 0], ["1/2", "1/2"]])


def test_mixed_limit_of_three_players():
    game = ag.NormalFormGame.from_arrays(*np.random.default_rng(1).normal(size=(3, 2, 2, 2)))
    limit = logit_branch(game).limit
    assert limit.regret < 1e-7 and not limit.exact and limit.profile.game == game


def test_precision_max_ends_the_branch():
    branch = logit_branch(ag.games.stag_hunt(), 1)
    assert branch.status == "reached" and branch.precision[-1] == pytest.approx(1, rel=1e-13)
    assert branch.limits == (None,) and "not identified yet" in repr(branch)
    assert vector(branch.at(2)) == pytest.approx(vectors(quantal_response(ag.games.stag_hunt(), 2))[0], abs=1e-10)
    short = logit_branches(ag.games.stag_hunt(), 5, number=5)
    assert max(branch.precision.max() for branch in short) == pytest.approx(5) and len(short) == 2
    assert short.complete is True
    with pytest.raises(SolveError, match="the branch has no equilibrium at precision 1"):
        short[1].at(1)


def test_branches_of_three_players():
    game = ag.NormalFormGame.symmetric(np.array([[[3, 0], [0, 0]], [[1, 1], [1, 1]]]))
    branches = logit_branches(game, number=6)
    assert branches.complete is True
    assert {limit.profile for branch in branches for limit in branch.limits if limit.profile.is_pure} >= {
        game.profile((0, 0, 0)),
        game.profile((1, 1, 1)),
    }


def test_a_branch_is_read_by_labels_and_frozen():
    branch = logit_branch(ag.games.stag_hunt())
    assert np.array_equal(branch.probability("Row", "stag"), branch.probabilities[:, 0])
    assert np.array_equal(branch.probability(1, 1), branch.probabilities[:, 3])
    with pytest.raises(ValueError, match="read-only"):
        branch.probability("Row", "stag")[0] = 1
    with pytest.raises(UnknownLabelError, match="unknown action 'stagg'"):
        branch.probability("Row", "stagg")
    frame = branch.to_dataframe()
    assert list(frame.columns) == ["precision", "Row: stag", "Row: hare", "Column: stag", "Column: hare"]
    assert frame["precision"].iloc[0] == 0 and frame["Row: stag"].iloc[0] == 0.5
    assert frame[["Row: stag", "Row: hare"]].sum(axis=1).to_numpy() == pytest.approx(1)
    both = logit_branches(ag.games.stag_hunt(), number=3)
    assert set(both.to_dataframe()["branch"]) == {0, 1} and both[:1] == (both.principal,)


def test_no_warning_where_everything_is_known():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        logit_branches(drawn(21, (2, 3)), number=5)
        quantal_response(drawn(21, (2, 3)), 1e5)


# -------------------------------------------------------------------- messages


@pytest.mark.parametrize(
    ("precision", "error", "message"),
    [
        (-1, GameDefinitionError, r"quantal_response\(\): precision must be at least 0, got -1"),
        (float("nan"), GameDefinitionError, "must be finite"),
        (True, GameDefinitionError, "expected a number"),
        ("fast", GameDefinitionError, "cannot read 'fast' as a number"),
        (1e30, GameDefinitionError, "rounding decides; use nash"),
        ([1, 2, 3], GameDefinitionError, "one number or one for each of Row, Column, got 3 numbers"),
        ({"Row": 1}, GameDefinitionError, "precision is missing for Column"),
        ({"Row": 1, "Colum": 1}, UnknownLabelError, "Did you mean 'Column'"),
    ],
)
def test_bad_precisions(precision, error, message):
    with pytest.raises(error, match=message):
        quantal_response(ag.games.chicken(), precision)


class NoField:
    """A solver that cannot be told the precision."""

    name, concept, description = "mine", "quantal_response", "for tests"

    def obstacle(self, game):
        return None

    def solve(self, game):
        raise AssertionError("never called")


def test_bad_games_and_solvers():
    with pytest.raises(GameDefinitionError, match=r"quantal_response\(\): expected a NormalFormGame, got str"):
        quantal_response("chicken", 1)
    symbolic = ag.models.AllianceDilemma().game()
    for function in (lambda game: quantal_response(game, 1), logit_branch, logit_branches):
        with pytest.raises(SolverNotApplicableError, match="contain the symbols"):
            function(symbolic)
    with pytest.raises(
        SolverNotApplicableError, match=r"logit_branches\(\): searches 7 free probabilities in this game, more than 6; logit_branch\(\)"
    ):
        logit_branches(drawn(0, (8, 8)))
    with pytest.raises(SolverNotApplicableError, match=r"'interval_newton' searches 7 free .*Solvers that apply: principal_branch"):
        quantal_response(drawn(0, (8, 8)), 1, solver="interval_newton")
    with pytest.raises(GameDefinitionError, match="number must be a positive integer, got 0"):
        logit_branches(ag.games.chicken(), number=0)
    with pytest.raises(GameDefinitionError, match="precision_max must be positive, got 0"):
        logit_branch(ag.games.chicken(), 0)
    with pytest.raises(SolverNotApplicableError, match="must be a dataclass with a field 'precision'"):
        quantal_response(ag.games.chicken(), 1, solver=NoField())
    with pytest.warns(IncompleteSearchWarning):
        assert len(quantal_response(ag.games.chicken(), 3, solver=LogitPath())) == 1
