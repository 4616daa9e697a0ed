"""Support enumeration: against grids, closed forms and pygambit; both ways of solving; what is open is said."""

import itertools
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import IncompleteSearchWarning, SolverNotApplicableError
from alliancegames.solvers import _families, _ideals
from alliancegames.solvers._algebraic import EnclosedPoint, Undecided
from alliancegames.solvers._ideals import TooHard, components, finite_points, groebner
from alliancegames.solvers._intervals import Interval
from alliancegames.solvers._multilinear import SupportSystem
from alliancegames.solvers.supports import SupportEnumeration, surviving_supports
from alliancegames.testing import normal_form_games

Game = ag.NormalFormGame
F = Fraction
CLOSE = 1e-6


def drawn(seed: int, shape: tuple[int, ...], largest: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.integers(-largest, largest + 1, size=shape) for _ in shape]


def families(found) -> tuple:
    return found.provenance.certificate.get("families", ())


def as_floats(profile) -> np.ndarray:
    return np.concatenate(profile.arrays(float))


def regret(arrays, strategies) -> Fraction:
    """Return the largest gain from deviating, cell by cell from the definition."""
    worst = F(0)
    shape = arrays[0].shape
    for k, payoffs in enumerate(arrays):
        values = [F(0)] * shape[k]
        for cell in np.ndindex(shape):
            weight = F(1)
            for j, action in enumerate(cell):
                if j != k:
                    weight *= F(strategies[j][action])
            values[cell[k]] += weight * F(payoffs[cell].item() if hasattr(payoffs[cell], "item") else payoffs[cell])
        worst = max(worst, max(values) - sum(F(p) * v for p, v in zip(strategies[k], values, strict=True)))
    return worst


def meets(condition: str, values: dict[str, float], tol: float) -> bool:
    """Whether a printed condition such as ``2*Player 1[1] - 1 = 0`` holds."""
    left, relation = re.fullmatch(r"(.*) (=|>=) 0", condition).groups()
    for name in sorted(values, key=len, reverse=True):
        left = left.replace(name, f"({values[name]!r})")
    value = eval(left.replace("^", "**"), {"__builtins__": {}})
    return abs(value) <= tol if relation == "=" else value >= -tol


def in_closure(family, game, strategies, tol: float = CLOSE) -> bool:
    """Whether strategies satisfy what a family is described by, borders included."""
    values = {}
    for player, labels, own in zip(game.players, game.actions, strategies, strict=True):
        values |= {f"{player}[{label}]": float(weight) for label, weight in zip(labels, own, strict=True)}
        if any(weight > tol and label not in family.support[player] for label, weight in zip(labels, own, strict=True)):
            return False
    return all(meets(condition, values, 100 * tol) for condition in (*family.equations, *family.inequalities))


def is_covered(found, strategies, tol: float = CLOSE) -> bool:
    """Whether an equilibrium is listed or belongs to a family that is described."""
    flat = np.concatenate([np.asarray(own, dtype=float) for own in strategies])
    if any(np.abs(as_floats(profile) - flat).max() <= tol for profile in found):
        return True
    return any(in_closure(family, found.game, strategies, tol) for family in families(found))


def assert_sound(found, arrays) -> None:
    """Check every listed equilibrium and every sample by the definition."""
    for profile in (*found, *(family.sample for family in families(found))):
        gain = regret(arrays, profile.arrays())
        spread = F(max(int(array.max() - array.min()) for array in arrays))
        assert gain == 0 if profile.game.field == "exact" else gain < spread / 10**12
    for family in families(found):
        assert in_closure(family, found.game, family.sample.arrays(), 1e-12)
        assert family.dimension >= 1
        assert family.sample.support == family.support


# ---------------------------------------------------------------- against what is known by other means


GRID = [F(0), F(1, 4), F(1, 3), F(1, 2), F(2, 3), F(3, 4), F(1)]


def grid_equilibria(arrays) -> list[tuple]:
    """Return every equilibrium of a 2×2×2 game whose probabilities lie on a grid, exactly."""
    ints = np.array([int(12 * p) for p in GRID])
    found = np.ones((len(GRID),) * 3, dtype=bool)
    for k, payoffs in enumerate(arrays):
        gain = np.moveaxis(np.asarray(payoffs, dtype=np.int64), k, 0)
        gain = gain[0] - gain[1]
        weights = np.stack([ints, 12 - ints])
        value = np.einsum("ab,ax,by->xy", gain, weights, weights)
        value = np.expand_dims(value, k)
        own = np.expand_dims(ints, [j for j in range(3) if j != k])
        found &= ((value == 0) | ((value > 0) & (own == 12)) | ((value < 0) & (own == 0))).astype(bool)
    return [tuple((GRID[i], 1 - GRID[i]) for i in cell) for cell in np.argwhere(found)]


@pytest.mark.parametrize("block", range(10))
def test_tied_games_against_a_grid(block):
    """Two hundred games with payoffs -1, 0, 1: every equilibrium on the grid is listed or in a family."""
    for seed in range(20 * block, 20 * block + 20):
        arrays = drawn(seed, (2, 2, 2), 1)
        found = ag.nash(Game.from_arrays(*arrays))
        assert found.complete is True
        assert_sound(found, arrays)
        missed = [point for point in grid_equilibria(arrays) if not is_covered(found, point)]
        assert missed == [], seed


@pytest.mark.parametrize("block", range(4))
def test_other_tied_shapes_are_sound(block):
    for seed, shape in enumerate([(2, 2, 3), (3, 2, 2), (2, 3, 2), (2, 2, 2, 2), (3, 3, 2)]):
        arrays = drawn(100 * block + seed, shape, 1)
        found = ag.nash(Game.from_arrays(*arrays))
        assert found.complete is True
        assert_sound(found, arrays)
        pure = {profile.actions for profile in ag.pure_nash(found.game)}
        assert {profile.actions for profile in found.pure} == pure


def closed_form(arrays) -> list[tuple[float, float, float]]:
    """Return the equilibria of a generic 2×2×2 game by formulas: pure, one pure player, and a quadratic equation."""
    gains = []  # gain of action 1 over 2 as a + b y + c z + d y z in the others' first probabilities
    for k, payoffs in enumerate(arrays):
        values = np.moveaxis(payoffs.astype(float), k, 0)
        g = (values[0] - values[1]) / np.abs(values).max()
        gains.append((g[1, 1], g[0, 1] - g[1, 1], g[1, 0] - g[1, 1], g[0, 0] - g[0, 1] - g[1, 0] + g[1, 1]))
    others = [(1, 2), (0, 2), (0, 1)]

    def gain(k, point):
        a, b, c, d = gains[k]
        y, z = (point[j] for j in others[k])
        return a + b * y + c * z + d * y * z

    candidates = [list(map(float, cell)) for cell in itertools.product((0, 1), repeat=3)]
    for k, pure in itertools.product(range(3), (0.0, 1.0)):
        i, j = others[k]
        point = [pure] * 3
        for own, other in ((i, j), (j, i)):  # the opponent makes ``own`` indifferent
            at0, at1 = list(point), list(point)
            at0[other], at1[other] = 0.0, 1.0
            slope = gain(own, at1) - gain(own, at0)
            point[other] = -gain(own, at0) / slope if slope else -1.0
        candidates.append(point)
    # Players 2 and 3 are made indifferent by x given z, and x given y; player 1 by y and z.
    (a1, b1, c1, d1), (a2, b2, c2, d2), (a3, b3, c3, d3) = gains
    # y = -(a1 + c1 z)/(b1 + d1 z); x = -(a2 + c2 z)/(b2 + d2 z); a3 + b3 x + c3 y + d3 x y = 0
    p = np.polynomial.Polynomial
    yn, yd, xn, xd = p([-a1, -c1]), p([b1, d1]), p([-a2, -c2]), p([b2, d2])
    for z in (a3 * xd * yd + b3 * xn * yd + c3 * yn * xd + d3 * xn * yn).roots():
        if abs(z.imag) < 1e-12 and yd(z.real) and xd(z.real):
            candidates.append([xn(z.real) / xd(z.real), yn(z.real) / yd(z.real), z.real])

    def stable(point):
        if any(not 0 <= v <= 1 for v in point):
            return False
        return all(abs(g) < 1e-9 or (v == 1 and g > 0) or (v == 0 and g < 0) for v, g in ((point[k], gain(k, point)) for k in range(3)))

    return [tuple(point) for point in candidates if stable(point)]


@pytest.mark.parametrize("block", range(10))
def test_generic_games_against_closed_forms(block):
    """Two hundred games: exactly the equilibria of the formulas, an odd number of them."""
    for seed in range(20 * block, 20 * block + 20):
        arrays = drawn(1000 + seed, (2, 2, 2), 10**6)
        found = ag.nash(Game.from_arrays(*arrays))
        assert (found.complete, found.degenerate, found.status) == (True, None, "complete")
        assert_sound(found, arrays)
        expected = closed_form(arrays)
        mine = [tuple(float(v[0]) for v in profile.arrays()) for profile in found]
        assert len(mine) == len(expected), seed
        assert all(min(np.abs(np.subtract(one, other)).max() for other in mine) < 1e-8 for one in expected)
        assert len(mine) % 2 == 1


@pytest.mark.parametrize("shape", [(2, 2, 3), (2, 2, 2, 2), (3, 3, 2), (3, 3, 3)])
def test_generic_games_have_an_odd_number(shape):
    for seed in range(3):
        arrays = drawn(seed, shape, 10**4)
        found = ag.nash(Game.from_arrays(*arrays))
        assert (found.complete, found.degenerate) == (True, None)
        assert_sound(found, arrays)
        assert len(found) % 2 == 1


def test_against_pygambit():
    """Whatever pygambit finds is listed: by polynomials in generic games, by tracing in tied ones."""
    pygambit = pytest.importorskip("pygambit", reason="the peer to compare with")
    for seed in range(60):
        generic, tied = drawn(seed, (2, 2, 2), 10**4), drawn(seed, (2, 2, 2), 1)
        solved = pygambit.nash.enumpoly_solve(pygambit.Game.from_arrays(*generic)).equilibria
        # The polynomial solver of the peer may not return on continua.
        traced = pygambit.nash.logit_solve(pygambit.Game.from_arrays(*tied)).equilibria
        for arrays, equilibria, tol in ((generic, solved, 1e-6), (tied, traced, 1e-2)):
            found = ag.nash(Game.from_arrays(*arrays))
            for equilibrium in equilibria:
                point = [[float(equilibrium[s]) for s in player.strategies] for player in equilibrium.game.players]
                assert is_covered(found, point, tol), seed


# ---------------------------------------------------------------- what must not change the answer


def invariants(found, order) -> tuple:
    """Return points and families in an order of the players, rounded so that irrational ones compare."""
    points = sorted(tuple(tuple(round(float(w), 12) for w in profile.arrays()[k]) for k in order) for profile in found)
    return points, sorted((tuple(tuple(f.support.values())[k] for k in order), f.dimension) for f in families(found))


@given(normal_form_games(2, 2, 3, tied=True), st.permutations(range(3)))
def test_permuted_players(game, order):
    moved = Game.from_arrays(*(np.transpose(game.payoffs[k], order) for k in order))
    assert invariants(ag.nash(moved), range(3)) == invariants(ag.nash(game), order)


@given(normal_form_games(1, 3, 3), st.permutations(range(3)))
@settings(max_examples=30)
def test_permuted_players_of_generic_games(game, order):
    moved = Game.from_arrays(*(np.transpose(game.payoffs[k], order) for k in order))
    assert invariants(ag.nash(moved), range(3)) == invariants(ag.nash(game), order)


@given(normal_form_games(1, 3, 3), st.fractions(F(1, 100), 100), st.fractions(-1000, 1000))
@settings(max_examples=30)
def test_positive_affine_payoffs(game, factor, constant):
    moved = Game.from_arrays(*(factor * array + constant for array in game.payoffs))
    assert invariants(ag.nash(moved), range(3)) == invariants(ag.nash(game), range(3))


def test_a_dominated_action_changes_nothing():
    for seed in range(5):
        arrays = drawn(seed, (2, 2, 2), 50)
        worse = [np.concatenate([array, array.min(axis=0, keepdims=True) - 1]) for array in arrays]
        enlarged, found = ag.nash(Game.from_arrays(*worse)), ag.nash(Game.from_arrays(*arrays))
        assert [as_floats(p).tolist() for p in enlarged] == [np.insert(as_floats(p), 2, 0.0).tolist() for p in found]


def test_a_constant_game_is_one_family_a_support():
    found = ag.nash(Game.from_arrays(*np.zeros((3, 2, 2, 2), dtype=int)))
    assert (len(found), found.complete, found.degenerate) == (8, True, True)
    assert sorted(family.dimension for family in families(found)) == [1] * 12 + [2] * 6 + [3]
    assert "all strategies with these supports" in repr(families(found)[0])


def test_two_idle_players_leave_a_two_player_game():
    arrays = drawn(0, (2, 1, 2), 9)
    assert ag.nash(Game.from_arrays(*arrays)).provenance.solver == "vertex_enumeration"


def test_float_games_are_solved_at_their_binary_values():
    for seed in range(10):
        arrays = [array / 7 for array in drawn(seed, (2, 2, 2), 50)]
        found = ag.nash(Game.from_arrays(*arrays))
        twin = ag.nash(Game.from_arrays(*(np.vectorize(F, otypes=[object])(array) for array in arrays)))
        assert (found.exact, found.complete, len(found)) == (False, True, len(twin))
        assert found.provenance.max_regret <= 1e-9
        for one, other in zip(found, twin, strict=True):
            assert one.game is found.game
            assert np.abs(as_floats(one) - as_floats(other)).max() <= 1e-15


@pytest.mark.parametrize("unit", [F(1, 10**300), F(1), F(10**200)])
def test_rational_and_irrational_equilibria_side_by_side(unit):
    # One square root and two pure equilibria, in any unit of account.
    base = np.array([[[3, 6], [6, 4]], [[1, 0], [0, 7]]])
    array = np.array([unit * int(v) for v in base.flat], dtype=object).reshape(2, 2, 2)
    found = ag.nash(Game.symmetric(array))
    assert (len(found), found.complete, found.exact) == (3, True, False)
    assert [profile.game.field for profile in found] == ["exact", "float", "exact"]
    assert {type(w) for profile in found.pure for v in profile.arrays() for w in v} == {F}
    assert 0 < found.provenance.max_regret < 1e-15
    (enclosure,) = found.provenance.certificate["enclosures"]
    middle = F(enclosure["strategies"]["Player 1"]["1"])
    # 3 p^2 + 12 p q + 4 q^2 = p^2 + 7 q^2 against q = 1 - p: the sign changes within the radius.
    signs = [2 * p * p + 12 * p * (1 - p) - 3 * (1 - p) ** 2 for p in (middle - F(enclosure["radius"]), middle + F(enclosure["radius"]))]
    assert signs[0] < 0 < signs[1]


def test_results_with_irrational_equilibria_can_be_used():
    found = ag.nash(Game.symmetric([[[3, 6], [6, 4]], [[1, 0], [0, 7]]]))
    assert len(found.select("strict")) == 2
    assert len(found.to_dataframe()) == 3
    assert "floating point" in repr(found) and "0.193789" in found.summary()
    assert len(found.select("welfare")) == 1
    assert "tabular" in found.to_latex()
    assert found == ag.nash(found.game)
    with pytest.raises(SolverNotApplicableError):
        found.components  # noqa: B018


# ---------------------------------------------------------------- both ways of solving


@pytest.fixture
def no_algebra(monkeypatch):
    """Let exact algebra give up at once."""

    def refuse(*arguments):
        raise TooHard

    monkeypatch.setattr(_ideals, "groebner", refuse)
    monkeypatch.setattr(_families, "groebner", refuse)


@pytest.mark.parametrize("shape", [(2, 2, 2), (2, 2, 3), (2, 2, 2, 2)])
def test_intervals_find_what_algebra_finds(shape, request):
    games = [Game.from_arrays(*drawn(seed, shape, 10**4)) for seed in range(6)]
    exact = [ag.nash(game) for game in games]
    request.getfixturevalue("no_algebra")
    for game, known in zip(games, exact, strict=True):
        found = ag.nash(game)
        assert found.complete is True
        assert list(found) == list(known)
        assert found.provenance.certificate == known.provenance.certificate


def test_what_is_not_settled_is_open(no_algebra):
    game = Game.from_arrays(*np.zeros((3, 2, 2, 2), dtype=int))
    with pytest.warns(IncompleteSearchWarning, match="19 combinations of supports are not settled"):
        found = ag.nash(game)
    assert (found.complete, found.status, len(found)) == (None, "partial", 8)
    assert found.provenance.certificate["supports"]["open"] == 19
    assert {"Player 1": ("1", "2"), "Player 2": ("1", "2"), "Player 3": ("1", "2")} in found.provenance.certificate["open"]


def test_without_boxes_hard_supports_are_open(no_algebra):
    solver = SupportEnumeration(max_boxes=0)
    with pytest.warns(IncompleteSearchWarning, match="SupportEnumeration"):
        found = ag.nash(Game.symmetric([[[3, 6], [6, 4]], [[1, 0], [0, 7]]]), solver=solver)
    assert (found.complete, found.status, len(found.pure)) == (None, "partial", 2)
    assert found.provenance.options["max_boxes"] == 0


def test_which_games_it_takes():
    small = Game.from_arrays(*drawn(0, (2, 2, 2), 3))
    large = Game.from_arrays(*drawn(0, (5, 5, 5), 3))
    assert SupportEnumeration().obstacle(small) is None
    assert "29791 combinations of supports" in SupportEnumeration().obstacle(large)
    assert SupportEnumeration(max_supports=30_000).obstacle(large) is None
    assert "at least 3 players" in SupportEnumeration().obstacle(ag.games.chicken())
    assert "normal form" in SupportEnumeration().obstacle("game")


def test_surviving_supports_hold_all_equilibria():
    for seed in range(20):
        arrays = drawn(seed, (2, 2, 2), 1)
        survivors = set(surviving_supports(Game.from_arrays(*arrays)))
        for point in grid_equilibria(arrays):
            assert tuple(tuple(k for k, w in enumerate(own) if w) for own in point) in survivors


# ---------------------------------------------------------------- the parts


def ring(*names: str):
    flint = pytest.importorskip("flint", reason="a dependency of the package")
    context = flint.fmpz_mpoly_ctx.get(names, "degrevlex")
    return context, context.gens()


def may_vanish(polynomial) -> bool:
    return False


def test_systems_are_split_by_dimension():
    context, (x, y, z) = ring("x", "y", "z")
    # The plane x = 0, the line y = z = 1 and the point (2, 3, 4).
    ideal = [x * (y - 1) * (x - 2), x * (y - 1) * (y - 3), x * (z - 1) * (x - 2), x * (z - 1) * (z - 4), x * (y - 1) * (z - 4)]
    ideal += [x * (z - 1) * (y - 3)]
    found = list(components(context, ideal, may_vanish))
    assert sorted(len(component.free) for component in found) == [0, 1, 2]
    (point,) = [p for component in found if not component.free for p in finite_points(context, component.basis)]
    assert point.rational == [2, 3, 4]


def test_double_and_triple_points():
    context, (x, y) = ring("x", "y")
    for ideal in ([x**2, y**2], [(x - y) ** 2, x * y, x**3], [x**2 - 2 * y, y**2]):
        (point,) = finite_points(context, groebner(context, ideal))
        assert point.rational == [0, 0]
    points = finite_points(context, groebner(context, [(x**2 - 2) ** 2, (y - x) ** 2]))
    assert [[point.sign(x), point.sign(x - y), point.sign(x**2 - 2), point.rational] for point in points] == [
        [-1, 0, 0, None],
        [1, 0, 0, None],
    ]


def test_solutions_that_are_not_real_are_none():
    context, (x, y) = ring("x", "y")
    assert finite_points(context, groebner(context, [x**2 + 1, y - x])) == []
    assert finite_points(context, groebner(context, [x, x - 1])) == []


def test_points_are_told_apart():
    context, (x, y) = ring("x", "y")
    first = finite_points(context, groebner(context, [x**2 - 2, y - x]))
    second = finite_points(context, groebner(context, [(x**2 - 2) * (x - 5), y - x]))
    assert [[p.same(q) for q in second].count(True) for p in first] == [1, 1]
    assert sum(q.rational is not None for q in second) == 1


def test_enclosed_points_recognise_rationals_and_refuse_what_they_cannot_tell():
    context, (x,) = ring("x")
    third = EnclosedPoint([3 * x - 1], Interval(np.array([0.33]), np.array([0.34])))
    assert third.rational == [F(1, 3)]
    assert third.sign(3 * x - 1) == 0
    root = EnclosedPoint([x**2 - 2], Interval(np.array([1.41]), np.array([1.42])))
    assert root.rational is None
    assert root.sign(5 * x - 7) == 1
    with pytest.raises(Undecided):
        root.sign(x**2 - 2)
    with pytest.raises(Undecided):
        EnclosedPoint([x**2], Interval(np.array([-0.1]), np.array([0.1]))).balls(64)
    assert context.nvars() == 1


def value_at(polynomial, point) -> Fraction:
    """Evaluate a polynomial at rationals, term by term."""
    total = F(0)
    for powers, c in polynomial.terms():
        term = F(int(c))
        for value, power in zip(point, powers, strict=True):
            term *= value ** int(power)
        total += term
    return total


def test_interval_functions_enclose_the_exact_values():
    rng = np.random.default_rng(0)
    system = SupportSystem(Game.from_arrays(*drawn(4, (3, 2, 3), 9)).integer_payoffs, ((0, 1, 2), (0, 1), (0, 2)))
    values, jacobian = system.interval_functions()
    points = rng.integers(0, 9, size=(5, len(system.unknowns)))
    box = values(Interval(points / 16, points / 16 + 1 / 32))
    slopes = jacobian(Interval.point(points / 16))
    at = values(Interval.point(points / 16))
    for row, point in enumerate(points):
        exact = [F(int(k), 16) for k in point]
        inside = sum(exact[system.column[0, a]] for a in (0, 1)) <= 1
        for k, equation in enumerate(system.equations):
            value = value_at(equation, exact)
            sign = int(at.low[row, k] > 0) - int(at.high[row, k] < 0)
            assert sign in (0, (value > 0) - (value < 0))
            assert not inside or (box.low[row, k] <= at.high[row, k] and at.low[row, k] <= box.high[row, k])
            for v in range(len(system.unknowns)):
                slope = value_at(equation.derivative(v), exact)
                sign = int(slopes.low[row, k, v] > 0) - int(slopes.high[row, k, v] < 0)
                assert sign in (0, (slope > 0) - (slope < 0))


def test_a_family_that_z3_must_find_or_exclude():
    # The third player's indifference needs x y = 1/2 exactly; the first two are always indifferent.
    third = np.array([[[1, 0], [-1, 0]], [[-1, 0], [-1, 0]]])
    zero = np.zeros((2, 2, 2), dtype=int)
    found = ag.nash(Game.from_arrays(zero, zero, third))
    full = [family for family in families(found) if all(len(s) == 2 for s in family.support.values())]
    assert [family.dimension for family in full] == [2]
    assert full[0].equations == ("2*Player 1[1]*Player 2[1] - 1 = 0",)
    assert_sound(found, [zero, zero, third])
