"""Exact and weighted potential games."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError, UnknownLabelError
from alliancegames.testing import bimatrix_games, normal_form_games

Game = ag.NormalFormGame


def deviations(shape):
    """Yield a player, a profile and the profile after a deviation of that player."""
    for cell in itertools.product(*map(range, shape)):
        for k, size in enumerate(shape):
            for other in range(size):
                yield k, cell, (*cell[:k], other, *cell[k + 1 :])


def is_potential(game, potential, weights=None) -> bool:
    """Check the definition on every unilateral deviation."""
    weights = weights or [1] * len(game.players)
    return all(
        game.payoffs[k][after] - game.payoffs[k][before] == weights[k] * (potential[after] - potential[before])
        for k, before, after in deviations(game.shape)
    )


def has_exact_potential(game) -> bool:
    """Solve for the potential cell by cell from the first profile, along all edges, and see if they agree."""
    first = (0,) * len(game.shape)
    value, queue = {first: Fraction(0)}, [first]
    edges = list(deviations(game.shape))
    while queue:
        here = queue.pop()
        for k, before, after in edges:
            if before == here and after not in value:
                value[after] = value[here] + game.payoffs[k][after] - game.payoffs[k][before]
                queue.append(after)
    return all(game.payoffs[k][after] - game.payoffs[k][before] == value[after] - value[before] for k, before, after in edges)


def drawn_potential_game(seed: int, *, weighted: bool) -> tuple[Game, np.ndarray, list[Fraction]]:
    """Draw a potential, weights, and dummy terms that do not depend on the own action."""
    rng = np.random.default_rng(seed)
    shape = tuple(int(k) for k in rng.integers(1, 4, size=rng.integers(1, 4)))
    potential = np.vectorize(Fraction, otypes=[object])(rng.integers(-5, 6, size=shape))
    weights = [Fraction(int(rng.integers(1, 6)), int(rng.integers(1, 4))) if weighted else Fraction(1) for _ in shape]
    arrays = []
    for k, weight in enumerate(weights):
        dummy = rng.integers(-9, 10, size=[1 if axis == k else size for axis, size in enumerate(shape)])
        arrays.append(weight * potential + dummy)
    return Game.from_arrays(*arrays), potential, weights


def total_round(game, cycle) -> tuple:
    """Return the payoff changes of both deviators round a cycle, from the payoffs alone."""
    i, j = (game.players.index(player) for player in cycle.players)
    path = [tuple(labels.index(a) for labels, a in zip(game.actions, cell, strict=True)) for cell in (*cycle.profiles, cycle.profiles[0])]
    changes = {i: 0, j: 0}
    for before, after in itertools.pairwise(path):
        (mover,) = [k for k in (i, j) if before[k] != after[k]]
        assert all(before[k] == after[k] for k in range(len(before)) if k != mover)
        changes[mover] += game.payoffs[mover][after] - game.payoffs[mover][before]
    return changes[i], changes[j]


# ---------------------------------------------------------------- known games


def test_known_games():
    assert ag.exact_potential(ag.games.prisoners_dilemma())
    assert ag.exact_potential(ag.games.stag_hunt())
    assert ag.exact_potential(ag.games.chicken())
    assert not ag.exact_potential(ag.games.matching_pennies())
    assert not ag.weighted_potential(ag.games.matching_pennies())


def test_prisoners_dilemma_by_hand():
    report = ag.exact_potential(ag.games.prisoners_dilemma(T=5, R=3, P=1, S=0))
    assert report.potential.tolist() == [[0, 2], [2, 3]]
    assert report.at(("defect", "defect")) == report.at((1, 1)) == 3
    assert report.error == 0
    assert [profile.actions for profile in ag.potential_maximisers(ag.games.prisoners_dilemma())] == [("defect", "defect")]


@pytest.mark.parametrize(("members", "expected"), [(2, 3), (5, Fraction(3, 2)), (10, -1)])
def test_minimum_effort_potential(members, expected):
    # P = v min(g) - c sum(g) with v=4, c=1/2; at full effort 1 against no effort: v - n c
    game = Game.from_function(lambda *g: [4 * min(map(int, g)) - Fraction(1, 2) * int(own) for own in g], [["0", "1"]] * members)
    report = ag.exact_potential(game)
    assert report
    assert report.at(("1",) * members) - report.at(("0",) * members) == expected
    (best,) = ag.potential_maximisers(game)
    assert best.actions == (("1" if expected > 0 else "0"),) * members


def test_ties_give_several_maximisers():
    game = Game.from_table([[(1, 1), (0, 0)], [(0, 0), (1, 1)]])
    assert {profile.actions for profile in ag.potential_maximisers(game)} == {("1", "1"), ("2", "2")}
    tenth = Game.from_table([[(0.1, 0.7), (0.0, 0.0)], [(0.0, 0.0), (0.1, 0.7)]])
    assert {profile.actions for profile in ag.potential_maximisers(tenth)} == {("1", "1"), ("2", "2")}


# ---------------------------------------------------------------- drawn games


@pytest.mark.parametrize("weighted", [False, True])
@given(seed=st.integers(0, 10_000))
def test_drawn_potential_games_are_recognised(weighted, seed):
    game, potential, _ = drawn_potential_game(seed, weighted=weighted)
    report = (ag.weighted_potential if weighted else ag.exact_potential)(game)
    assert report.is_potential is True
    assert report.witness == () == report.conditions
    found = [report.weights[player] for player in game.players]
    assert min(found) > 0
    assert report.potential[(0,) * potential.ndim] == 0
    assert is_potential(game, report.potential, found)
    if not weighted:
        assert np.array_equal(report.potential, potential - potential.flat[0])


@settings(max_examples=100)
@given(normal_form_games(1, 3, 3, tied=True))
def test_recognition_against_brute_force(game):
    report = ag.exact_potential(game)
    assert bool(report) == has_exact_potential(game)
    if report:
        assert is_potential(game, report.potential)
        assert ag.weighted_potential(game)
    else:
        (cycle,) = report.witness
        changes = total_round(game, cycle)
        assert changes == cycle.changes
        assert sum(changes) != 0


@settings(max_examples=150)
@given(bimatrix_games(2, 2, tied=True))
def test_weighted_recognition_of_2x2_games(game):
    # By hand: a = u1(1,1)-u1(2,1)-u1(1,2)+u1(2,2) and the like b of u2 vanish together or have the same sign.
    a, b = (array[0, 0] - array[1, 0] - array[0, 1] + array[1, 1] for array in game.payoffs)
    expected = a == b == 0 or a * b > 0
    report = ag.weighted_potential(game)
    assert bool(report) == expected
    if expected:
        assert is_potential(game, report.potential, list(report.weights.values()))
    else:
        changes = total_round(game, report.witness[0])
        assert changes == report.witness[0].changes
        # Nothing positive times them cancels.
        assert changes[0] * changes[1] >= 0 and changes != (0, 0)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 3, 2)])
def test_cycles_refute_weighted_potentials(shape):
    lengths = set()
    for seed in range(30):
        rng = np.random.default_rng(seed)
        game = Game.from_arrays(*(rng.integers(-2, 3, size=shape) for _ in shape))
        report = ag.weighted_potential(game)
        if report:
            assert is_potential(game, report.potential, list(report.weights.values()))
            continue
        lengths.add(len(report.witness))
        totals = [total_round(game, cycle) for cycle in report.witness]
        assert totals == [cycle.changes for cycle in report.witness]
        # One cycle that nothing positive closes, or one pair of players whose cycles need different ratios.
        if len(totals) == 1:
            assert totals[0][0] * totals[0][1] >= 0 and totals[0] != (0, 0)
        else:
            (first, second) = totals
            assert len({cycle.players for cycle in report.witness}) == 1
            assert first[0] * second[1] != first[1] * second[0]
    assert lengths == ({1} if shape == (2, 2) else {1, 2})


def test_ratios_that_do_not_multiply_up():
    # Pairwise interactions of three players with weights that no choice of three numbers satisfies.
    def payoff(a, b, c):
        a, b, c = int(a), int(b), int(c)
        return (a * b + a * c, 2 * a * b + b * c, 2 * b * c + 3 * a * c)

    game = Game.from_function(payoff, [["0", "1"]] * 3)
    report = ag.weighted_potential(game)
    assert not report
    assert {cycle.players for cycle in report.witness} == {("Player 1", "Player 2"), ("Player 1", "Player 3"), ("Player 2", "Player 3")}
    assert all(total_round(game, cycle) == cycle.changes for cycle in report.witness)
    consistent = Game.from_function(
        lambda a, b, c: (lambda x: (x, 2 * x, 6 * x))(int(a) * int(b) + int(b) * int(c) + int(a) * int(c)), [["0", "1"]] * 3
    )
    assert dict(ag.weighted_potential(consistent).weights) == {"Player 1": 1, "Player 2": 2, "Player 3": 6}


@given(st.integers(0, 10_000))
def test_maximisers_are_pure_equilibria(seed):
    game, potential, _ = drawn_potential_game(seed, weighted=True)
    found = {profile.actions for profile in ag.potential_maximisers(game)}
    best = {tuple(labels[a] for labels, a in zip(game.actions, cell, strict=True)) for cell in np.argwhere(potential == potential.max())}
    assert found == best
    assert found <= {profile.actions for profile in ag.pure_nash(game)}


# ---------------------------------------------------------------- floats


@given(st.integers(0, 10_000), st.sampled_from([1e-12, 1.0, 1e9]))
def test_float_potential_games(seed, unit):
    exact, _, _ = drawn_potential_game(seed, weighted=True)
    game = Game.from_arrays(*(unit * 0.1 * array.astype(float) for array in exact.payoffs))
    report = ag.weighted_potential(game)
    assert report
    assert report.potential.dtype == float and 0 <= report.error < 1e-9
    reference = ag.weighted_potential(exact)
    for player in game.players:
        assert report.weights[player] == pytest.approx(float(reference.weights[player]))
    scale = np.abs(report.potential).max() or 1
    assert np.allclose(report.potential / scale, unit * 0.1 * reference.potential.astype(float) / scale)


def test_tolerance_is_a_share_of_the_range():
    game = Game.from_bimatrix([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.001]])
    assert not ag.exact_potential(game)
    loose = ag.exact_potential(game, tol=1e-2)
    assert loose and 1e-4 < loose.error < 1e-2
    assert not ag.exact_potential(game.exact(), tol=1e-2), "exact payoffs admit no tolerance"


# ---------------------------------------------------------------- symbols

v, c, d = sympy.symbols("v c d", real=True)


def test_symbolic_potential():
    game = Game.from_bimatrix([[v - c, -c], [0, 0]], [[v - c, 0], [-c, 0]])
    report = ag.exact_potential(game)
    assert report
    assert sympy.expand(report.potential[1, 1] - (2 * c - v)) == 0
    values = {v: 5, c: 2}
    numbers = ag.exact_potential(game.subs(values))
    assert [value.subs(values) for value in report.potential.flat] == list(numbers.potential.flat)


def test_symbolic_cancellation_is_seen():
    game = Game.from_bimatrix([[(v + c) ** 2, 0], [0, 0]], [[v**2 + 2 * v * c + c**2, 0], [0, 0]])
    assert ag.exact_potential(game)
    fraction = Game.from_bimatrix([[1 / (1 + v**2) - 1, 0], [0, 0]], [[-(v**2) / (1 + v**2), 0], [0, 0]])
    assert ag.exact_potential(fraction)


def test_equations_under_which_there_is_a_potential():
    game = Game.from_bimatrix([[v, 0], [0, 0]], [[c, 0], [0, 0]])
    report = ag.exact_potential(game)
    assert report.is_potential is False
    (equation,) = report.conditions
    assert equation.subs({v: 3, c: 3}) == sympy.true and equation.subs({v: 3, c: 4}) == sympy.false
    never = ag.exact_potential(Game.from_bimatrix([[v, 0], [0, 0]], [[v + 1, 0], [0, 0]]))
    assert never.is_potential is False and never.conditions == ()


def test_symbolic_weights():
    p, q = sympy.symbols("p q", positive=True)
    report = ag.weighted_potential(Game.from_bimatrix([[p, 0], [0, 0]], [[q, 0], [0, 0]]))
    assert report
    assert sympy.simplify(report.weights["Player 2"] - q / p) == 0
    report = ag.weighted_potential(Game.from_bimatrix([[v, 0], [0, 0]], [[c, 0], [0, 0]]))
    assert report.is_potential is None
    assert all(relation.subs({v: 1, c: 2}) == sympy.true for relation in report.conditions)
    assert any(relation.subs({v: -1, c: 2}) == sympy.false for relation in report.conditions)
    with pytest.raises(SolverNotApplicableError, match="depends on the symbols"):
        bool(report)
    assert ag.weighted_potential(Game.from_bimatrix([[p, 0], [0, 0]], [[-q, 0], [0, 0]])).is_potential is False


def test_irrational_payoffs():
    root = sympy.sqrt(2)
    assert ag.exact_potential(Game.from_bimatrix([[root, 0], [0, 1 / root]], [[root / 2, 0], [0, root]]))
    assert not ag.exact_potential(Game.from_bimatrix([[root, 0], [0, 1]], [[1, 0], [0, 1]]))


# ---------------------------------------------------------------- odd and bad input


def test_small_games():
    single = ag.exact_potential(Game.from_arrays([3, 1, 4]))
    assert single.potential.tolist() == [0, -2, 1]
    assert ag.exact_potential(Game.from_bimatrix([[7]], [[-3]])).potential.tolist() == [[0]]
    assert ag.weighted_potential(Game.from_bimatrix([[1, 2, 3]], [[3, 9, 0]])).potential.tolist() == [[0, 6, -3]]


def test_huge_integers_are_exact():
    big = 10**40
    assert ag.exact_potential(Game.from_bimatrix([[big, 0], [0, 1]], [[big, 0], [0, 1]]))
    assert not ag.exact_potential(Game.from_bimatrix([[big, 0], [0, 1]], [[big + 1, 0], [0, 1]]))


@pytest.mark.parametrize("function", [ag.exact_potential, ag.weighted_potential, ag.potential_maximisers])
def test_bad_arguments(function):
    with pytest.raises(GameDefinitionError, match="expected a NormalFormGame"):
        function("chicken")
    for tol in (-1, 1, float("nan"), True, "small"):
        with pytest.raises(GameDefinitionError, match="tol is a share"):
            function(ag.games.chicken(), tol=tol)


def test_asking_for_what_is_not_there():
    with pytest.raises(SolverNotApplicableError, match="no weighted potential"):
        ag.potential_maximisers(ag.games.matching_pennies())
    with pytest.raises(SolverNotApplicableError, match="no potential"):
        ag.exact_potential(ag.games.matching_pennies()).at((0, 0))
    with pytest.raises(SolverNotApplicableError, match=r"\.subs"):
        ag.potential_maximisers(Game.from_bimatrix([[v, 0], [0, 0]], [[v, 0], [0, 0]]))
    with pytest.raises(UnknownLabelError):
        ag.exact_potential(ag.games.chicken()).at(("yield", "run"))
    with pytest.raises(GameDefinitionError):
        ag.exact_potential(ag.games.chicken()).at(("yield",))
    with pytest.raises(ValueError, match="read-only"):
        ag.exact_potential(ag.games.chicken()).potential[0, 0] = 1
