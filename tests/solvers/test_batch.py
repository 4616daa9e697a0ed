"""Stacks of games: identical to one-by-one solutions, whatever the ties, scales and threads."""

import itertools
from fractions import Fraction

import batch_oracle
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError

SHAPES = [(2, 2), (3, 3), (4, 4), (2, 3), (3, 2), (3, 4), (4, 3), (2, 4), (4, 2), (2, 7), (7, 2), (1, 3), (3, 1), (1, 1), (1, 9)]
# Integers of this size have ties only by rare chance, and all sums of the oracle stay below 2**63, weights below 2**53.
GENERIC = {(2, 2): 10**9, (3, 3): 600_000, (4, 4): 14_000, (2, 6): 35_000_000, (6, 2): 35_000_000}
GAMES = {(2, 2): 30_000, (3, 3): 30_000, (4, 4): 20_000, (2, 6): 10_000, (6, 2): 10_000}


def one_by_one(row, column):
    """Return counts, strategies and degeneracy by `nash`."""
    solved = [ag.nash(ag.NormalFormGame.from_bimatrix(a, b)) for a, b in zip(row, column, strict=True)]
    pairs = [[v.astype(float) for v in item.arrays()] for found in solved for item in found]
    counts = [len(found) for found in solved]
    return counts, np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs]), np.array([f.degenerate for f in solved])


def assert_identical(found, counts, x, y, degenerate):
    """Assert the same lists in the same order, bit for bit."""
    np.testing.assert_array_equal(found.counts, counts)
    np.testing.assert_array_equal(found.x, x)
    np.testing.assert_array_equal(found.y, y)
    np.testing.assert_array_equal(found.degenerate, degenerate)
    assert found.complete
    assert found.regret.max(initial=0) < 1e-12


def assert_same(first, second):
    for name in ("offsets", "x", "y", "regret", "close", "degenerate"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


@pytest.mark.parametrize("kind", ["tied", "generic"])
@pytest.mark.parametrize("shape", GAMES)
def test_two_hundred_thousand_games(shape, kind):
    """Half of them on grids full of ties, against an independent enumeration in integers."""
    size = 2 if kind == "tied" else GENERIC[shape]
    rng = np.random.default_rng([*shape, size])
    row, column = rng.integers(-size, size + 1, size=(2, GAMES[shape], *shape))
    offsets, x, y, degenerate = batch_oracle.extreme_equilibria(row, column)
    found = ag.batch_nash(row.astype(float), column.astype(float))
    assert_identical(found, np.diff(offsets), x, y, degenerate)
    assert degenerate.mean() > 0.5 if kind == "tied" else degenerate.mean() < 1e-3
    # What the opponent's action adds for itself changes nothing, but gives the payoffs many digits.
    row = row + rng.integers(2**40, 2**41, size=(len(row), 1, shape[1]))
    column = column + rng.integers(2**40, 2**41, size=(len(row), shape[0], 1))
    assert_identical(ag.batch_nash(row.astype(float), column.astype(float)), np.diff(offsets), x, y, degenerate)


KINDS = {
    "generic": lambda rng, size: rng.normal(size=size),
    "tied": lambda rng, size: rng.integers(-1, 2, size=size).astype(float),
    "decimal": lambda rng, size: rng.integers(-2, 3, size=size) / 10 + 0.1,
    "one ulp": lambda rng, size: np.nextafter(rng.integers(1, 4, size=size) / 3, rng.choice([0.0, 9.0], size=size)),
    "scales": lambda rng, size: rng.integers(-2, 3, size=size) * 10.0 ** rng.integers(-300, 301, size=size),
    "huge": lambda rng, size: rng.normal(size=size) * 1e300,
    "largest": lambda rng, size: rng.integers(-1, 2, size=size) * np.finfo(float).max,
    "tiny": lambda rng, size: rng.integers(-2, 3, size=size) * 5e-324,
    "offset": lambda rng, size: 1e6 + rng.integers(-2, 3, size=size) * 2.0**-30,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_identical_to_nash(shape, kind):
    rng = np.random.default_rng([*shape, *kind.encode()])
    row, column = KINDS[kind](rng, (2, 30, *shape))
    assert_identical(ag.batch_nash(row, column), *one_by_one(row, column))


@pytest.mark.parametrize("shape", [(2, 16), (16, 2)])
def test_longest_games(shape):
    rng = np.random.default_rng(shape)
    for row, column in (rng.integers(0, 3, size=(2, 15, *shape)) / 7, rng.normal(size=(2, 15, *shape))):
        assert_identical(ag.batch_nash(row, column), *one_by_one(row, column))


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (4, 4), (2, 6)])
def test_result_does_not_depend_on_threads(shape):
    count = 40_000 if shape == (2, 2) else 5_000
    row, column = np.random.default_rng(3).integers(-2, 3, size=(2, count, *shape)) / 5
    found = [ag.batch_nash(row, column, threads=threads) for threads in (1, 2, 3)]
    assert_same(found[0], found[1])
    assert_same(found[0], found[2])
    half = ag.batch_nash(row[count // 2 :], column[count // 2 :])
    np.testing.assert_array_equal(half.x, found[0].x[found[0].offsets[count // 2] :])


def test_games_with_more_equilibria_than_room():
    zero = np.zeros((5_000, 4, 4))
    found = ag.batch_nash(zero, zero)
    assert (found.counts == 16).all()
    np.testing.assert_array_equal(found.x[:16], np.repeat(np.eye(4), 4, axis=0))
    assert (found.degenerate == 1).all()
    assert not found.close.any()


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (3, 4), (2, 6)])
def test_players_swapped(shape):
    row, column = np.random.default_rng(4).integers(-3, 4, size=(2, 500, *shape)) / 10
    found = ag.batch_nash(row, column)
    swapped = ag.batch_nash(column.transpose(0, 2, 1), row.transpose(0, 2, 1))
    np.testing.assert_array_equal(found.counts, swapped.counts)
    assert sorted_rows(found.game_of, found.x, found.y) == sorted_rows(swapped.game_of, swapped.y, swapped.x)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (4, 4), (6, 2)])
def test_actions_relabelled(shape):
    rng = np.random.default_rng(5)
    row, column = rng.integers(-3, 4, size=(2, 500, *shape)) / 10
    rows, columns = rng.permutation(shape[0]), rng.permutation(shape[1])
    found = ag.batch_nash(row, column)
    other = ag.batch_nash(row[:, rows][:, :, columns], column[:, rows][:, :, columns])
    assert sorted_rows(found.game_of, found.x[:, rows], found.y[:, columns]) == sorted_rows(other.game_of, other.x, other.y)


def sorted_rows(*columns):
    return sorted(map(tuple, np.column_stack(columns).tolist()))


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (4, 4), (2, 6)])
def test_payoffs_in_other_units(shape):
    """Powers of two, and constants added where that is exact, change nothing at all."""
    row, column = np.random.default_rng(6).integers(-3, 4, size=(2, 500, *shape)).astype(float)
    found = ag.batch_nash(row, column)
    np.testing.assert_array_equal(ag.batch_nash(row * 2.0**-900, column * 2.0**1000).x, found.x)
    np.testing.assert_array_equal(ag.batch_nash(row + 2.0**30, column - 1).y, found.y)


def test_generic_games_have_an_odd_number():
    row, column = np.random.default_rng(7).normal(size=(2, 3_000, 4, 4))
    found = ag.batch_nash(row, column)
    assert (found.counts % 2 == 1).all()
    assert (found.degenerate == 0).all()


def noisy(rng, shape, count, error):
    """Return exact games full of ties, and floats near them."""
    exact = rng.integers(-2, 3, size=(2, count, *shape))
    exact[..., 0, 0] = 2
    return exact, exact * (1 + error * rng.uniform(-1, 1, size=exact.shape)) + error * rng.uniform(-1, 1, size=exact.shape)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (4, 4), (2, 6), (6, 2), (1, 3)])
@pytest.mark.parametrize("error", [1e-12, 1e-4])
def test_rounded_payoffs_stand_for_exact_ones(shape, error):
    exact, floats = noisy(np.random.default_rng(8), shape, 150, error)
    asked = []

    def game(index):
        asked.append(index)
        return ag.NormalFormGame.from_bimatrix(exact[0][index], exact[1][index])

    found = ag.batch_nash(*floats, exact=game, error=4 * error if error > 1e-9 else None)
    counts, x, y, degenerate = one_by_one(*exact)
    np.testing.assert_array_equal(found.counts, counts)
    np.testing.assert_allclose(found.x, x, atol=200 * error)
    np.testing.assert_allclose(found.y, y, atol=200 * error)
    assert (found.degenerate == degenerate)[found.degenerate >= 0].all()
    assert asked == np.flatnonzero(found.close).tolist()
    assert 0 < len(asked) < 150 or shape in ((4, 4), (2, 6), (6, 2))


def test_a_tie_that_does_not_matter_is_not_asked_about():
    """The second row is dominated strictly, so that what the column player thinks of it is irrelevant."""
    row, column = np.array([[[3.0, 3.0], [1.0, 1.0]]]), np.array([[[2.0, 0.0], [1.0, 1.0]]])

    def never(index):
        raise AssertionError(index)

    found = ag.batch_nash(row, column, exact=never)
    assert (found.counts.tolist(), found.close.tolist(), found.degenerate.tolist()) == ([1], [False], [-1])


def test_exact_payoffs():
    thirds = np.array([[[Fraction(k * i + j, 3) for j in range(3)] for i in range(3)] for k in range(20)])
    found = ag.batch_nash(thirds, -thirds)
    assert_identical(found, *one_by_one(thirds, -thirds))
    large = np.array([[[2**60 + 1, 0], [2**60, 1]], [[2**60, 0], [2**60, 1]]])
    found = ag.batch_nash(large, -large)
    assert_identical(found, *one_by_one(large, -large))
    mixed = np.array([[[Fraction(1, 2**70 + 1), 10**400], [Fraction(1, 2**70), 1]]], dtype=object)
    found = ag.batch_nash(mixed, -mixed)
    assert_identical(found, *one_by_one(mixed, -mixed))


def test_result_is_frozen_and_addressed_by_game():
    found = ag.batch_nash(*np.random.default_rng(9).normal(size=(2, 10, 3, 3)))
    with pytest.raises(ValueError, match="read-only"):
        found.x[0] = 1
    with pytest.raises(AttributeError):
        found.x = None
    x, _ = found[-1]
    np.testing.assert_array_equal(x, found.x[found.offsets[9] :])
    assert len(found) == 10
    assert len(found.max_regret) == 10
    assert found.max_regret.max() == found.regret.max()
    np.testing.assert_array_equal(np.bincount(found.game_of), found.counts)
    with pytest.raises(IndexError, match="holds 10 games"):
        found[10]


def test_no_games():
    found = ag.batch_nash(np.zeros((0, 3, 2)), np.zeros((0, 3, 2)))
    assert (len(found), found.x.shape, found.y.shape, found.offsets.tolist()) == (0, (0, 3), (0, 2), [0])
    assert found.max_regret.shape == (0,)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3)])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_payoffs_that_are_not_finite(shape, value):
    row, column = np.zeros((2, 40_000, *shape))
    column[39_000, 1, 1] = value
    with pytest.raises(GameDefinitionError, match=rf"must be finite; column\[39000\] contains {value}"):
        ag.batch_nash(row, column)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"row": np.zeros((3, 2, 3)), "column": np.zeros((3, 3, 2))}, "one shape"),
        ({"row": np.zeros((3, 5, 5)), "column": np.zeros((3, 5, 5))}, "at most 4×4"),
        ({"row": np.zeros((3, 2, 17)), "column": np.zeros((3, 2, 17))}, "16 against two"),
        ({"row": np.zeros((2, 2)), "column": np.zeros((2, 2))}, "n_games, n_rows, n_columns"),
        ({"row": np.zeros((2, 0, 2)), "column": np.zeros((2, 0, 2))}, "n_games, n_rows, n_columns"),
        ({"threads": 0}, "at least 1"),
        ({"threads": True}, "at least 1"),
        ({"error": 1e-6}, "give both or neither"),
        ({"exact": lambda _: None, "error": 0.5}, "between 0 and 0.001"),
        ({"exact": lambda _: None, "error": np.nan}, "between 0 and 0.001"),
        ({"exact": lambda _: 3}, r"exact\(0\) must return a NormalFormGame of shape \(2, 2\), got int"),
        ({"row": np.zeros((1, 2, 2), dtype=int), "column": np.zeros((1, 2, 2), dtype=int), "exact": lambda _: 3}, "exact already"),
        ({"row": [[["a", 1], [1, 1]]]}, "cannot read 'a'"),
        ({"row": [[[True, False], [False, True]]]}, "write 1 or 0"),
    ],
)
def test_wrong_arguments(options, message):
    arguments = {"row": np.zeros((1, 2, 2)), "column": np.zeros((1, 2, 2)), **options}
    with pytest.raises(GameDefinitionError, match=message):
        ag.batch_nash(**arguments)


def test_floats_with_exact_numbers():
    with pytest.raises(InexactPayoffError):
        ag.batch_nash(np.zeros((1, 2, 2)), np.zeros((1, 2, 2), dtype=int))


entries = st.one_of(st.integers(-3, 3).map(float), st.floats(-1, 1), st.sampled_from([0.1, 0.2, 0.3, 0.1 + 0.2, 1 / 3]))


@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_drawn_games(m, n, data):
    payoffs = data.draw(st.lists(entries, min_size=2 * m * n, max_size=2 * m * n))
    row, column = np.array(payoffs).reshape(2, 1, m, n)
    assert_identical(ag.batch_nash(row, column), *one_by_one(row, column))


within = st.one_of(entries, st.floats(2.0**-60, 1)).filter(lambda value: value == 0 or abs(value) >= 2.0**-200)


@given(st.lists(within, min_size=12, max_size=12))
def test_minors_without_error(numbers):
    from alliancegames.solvers._kernels import batch_exact as exact

    B = np.array(numbers).reshape(4, 3)
    true = np.array([[Fraction(v) for v in line] for line in B])
    partials = np.empty(exact.TERMS)
    u, v, w = (true[k] - true[0] for k in (1, 2, 3))
    count = exact.add_minor(B, 0, 1, 2, 0, 1, partials, 0)
    assert sum(map(Fraction, partials[:count])) == u[0] * v[1] - u[1] * v[0]
    count = exact.add_wide_minor(B, 0, 1, 2, partials, 0)
    cross = (v[1] * w[2] - v[2] * w[1], v[2] * w[0] - v[0] * w[2], v[0] * w[1] - v[1] * w[0])
    assert sum(map(Fraction, partials[:count])) == sum(a * b for a, b in zip(u, cross, strict=True))
    assert np.sign(exact.total(partials, count)) == np.sign(float(sum(a * b for a, b in zip(u, cross, strict=True))))


@given(st.lists(st.floats(-1, 1), min_size=12, max_size=12), st.lists(st.floats(-1, 1), min_size=12, max_size=12))
def test_bounds_on_the_error_of_minors(numbers, noise):
    """Minors in floats lie within the bounds of the true ones, with payoffs as given or off by an error of their own."""
    from alliancegames.solvers._kernels import batch_minors as kernel

    B = np.array(numbers).reshape(4, 3) * (1 + 2.0**-30)  # many digits, so that the bounds are not zero
    if kernel.bounds(B, 0.0, True) == (0.0, 0.0):
        return
    for rho in (0.0, 1e-9, 1e-3):
        largest = Fraction(float(np.abs(B).max()))
        true = [
            [Fraction(v) + Fraction(rho) * largest * Fraction(e) for v, e in zip(*lines, strict=True)]
            for lines in zip(B, np.reshape(noise, (4, 3)), strict=True)
        ]
        u, v, w = ([a - b for a, b in zip(true[k], true[0], strict=True)] for k in (1, 2, 3))
        two, three = kernel.bounds(B, rho, True)
        assert abs(Fraction(kernel.minor(B, 0, 1, 2, 0, 1)) - (u[0] * v[1] - u[1] * v[0])) <= Fraction(two) + Fraction(2) ** -1000
        cross = (v[1] * w[2] - v[2] * w[1], v[2] * w[0] - v[0] * w[2], v[0] * w[1] - v[1] * w[0])
        exact = sum(a * b for a, b in zip(u, cross, strict=True))
        assert abs(Fraction(kernel.wide_minor(B, 0, 1, 2)) - exact) <= Fraction(three) + Fraction(2) ** -1000


positive = st.floats(2.0**-40, 1)


@given(st.lists(positive, min_size=1, max_size=4), st.lists(positive, min_size=1, max_size=4), st.integers(-3, 3))
def test_quotients_are_rounded_once(top, bottom, shift):
    from alliancegames.solvers._kernels import batch_exact as exact

    partials, rest = np.empty((2, exact.TERMS)), np.empty(exact.TERMS)
    # a quotient near the middle between two floats, too
    nearly = [bottom[0] * (0.5 + 2.0**-53), shift * 2.0**-120]
    for numbers in (top, [value for value in nearly if value]):
        counts = [0, 0]
        for k, terms in enumerate((numbers, [*bottom[:1]] if numbers is not top else bottom)):
            for value in terms:
                counts[k] = exact.add(partials[k], counts[k], value)
        over, under = (sum(map(Fraction, partials[k, : counts[k]])) for k in (0, 1))
        value = exact.quotient(partials[0], counts[0], partials[1], counts[1], rest)
        assert value == over.numerator * under.denominator / (over.denominator * under.numerator)


def test_every_sign_pattern():
    """All 81 patterns of a 2×2 game, and all 256 with unknown signs: what is called settled is."""
    from alliancegames.solvers._kernels import batch_2x2

    sets, degenerate = batch_2x2.table()
    decided = 0
    for code, digits in enumerate(itertools.product(range(4), repeat=4)):
        choices = [[-1, 0, 1] if digit == 3 else [digit - 1] for digit in digits]
        games = [([[a, b], [0, 0]], [[c, 0], [d, 0]]) for a, b, c, d in itertools.product(*choices)]
        row, column = (np.array([game[side] for game in games], dtype=float) for side in (0, 1))
        offsets, x, y, tied = batch_oracle.extreme_equilibria(row.astype(int), column.astype(int))
        lists = {tuple(map(tuple, np.hstack([x, y])[a:b] > 0)) for a, b in itertools.pairwise(offsets)}
        assert (sets[code] != batch_2x2.OPEN) == (len(lists) == 1)
        assert degenerate[code] == -1 or (tied == (degenerate[code] == 1)).all()
        decided += sets[code] != batch_2x2.OPEN
    assert 81 < decided < 256
