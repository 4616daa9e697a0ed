"""Bounds of equilibrium payoffs for any number of players."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.normal_form import NormalFormGame
from alliancegames.games.repeated import RepeatedGame
from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.repeated.automata import automaton_values, one_shot_deviations
from alliancegames.solvers.repeated.geometry import individually_rational_payoffs
from alliancegames.solvers.repeated.outer_inner import payoff_bounds

R1 = NormalFormGame.from_bimatrix([[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]])
PD = NormalFormGame.symmetric([[9, 1], [10, 3]])
COURNOT = NormalFormGame.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]])
NO_PURE = NormalFormGame.from_bimatrix([[1, -1], [-2, 1]], [[-1, 2], [2, 0]])


def public_good(n, r):
    """Return the game of n who give one unit each or not, multiplied by r and shared."""
    return NormalFormGame.from_function(lambda *a: [F(r * a.count("give"), n) - (x == "give") for x in a], [["keep", "give"]] * n)


def solve(game, delta, **options):
    return payoff_bounds(RepeatedGame(game, delta), **options)


def mirrored(*points):
    return {p for x, y in points for p in ((F(x), F(y)), (F(y), F(x)))}


@pytest.mark.parametrize(
    ("game", "delta", "corners"),
    [
        (PD, "1/4", mirrored((3, 3), (F(39, 4), 3), (9, 9))),
        (PD, "9/10", mirrored((3, 3), (F(39, 4), 3), (9, 9))),
        (PD, "1/5", mirrored((3, 3), (9, 9))),
        (PD, "1/10", mirrored((3, 3))),
        (NormalFormGame.symmetric([[2, -1], [3, 0]]), "1/3", mirrored((0, 0), (F(8, 3), 0), (2, 2))),
        (NormalFormGame.symmetric([[2, -1], [3, 0]]), "83/250", mirrored((0, 0))),
        (NormalFormGame.from_bimatrix([[0, 3], [1, 0]], [[0, 1], [3, 0]]), "3/10", mirrored((1, 3))),
        (NormalFormGame.symmetric([[4, 0], [6, 2]]), "4/5", mirrored((2, 2), (5, 2), (4, 4))),
        (NormalFormGame.from_bimatrix([[8, 3], [0, 5]], [[5, 3], [0, 8]]), "4/5", mirrored((5, 5), (8, 5))),
        (COURNOT, "1/5", mirrored((7, 7))),
        (COURNOT, "1/4", mirrored((0, F(21, 4)), (F(51, 4), F(21, 4)))),
        (COURNOT, "1/3", mirrored((0, F(14, 3)), (F(50, 7), 0), (F(290, 21), F(14, 3)), (10, 10))),
        (COURNOT, "1/2", mirrored((F(7, 2), 0), (F(135, 14), 0), (F(205, 14), F(7, 2)), (10, 10))),
        (COURNOT, "3/5", mirrored((0, 0), (F(75, 7), 0), (15, 3), (10, 10))),
    ],
)
def test_two_player_sets_with_rational_corners_are_exact(game, delta, corners):
    answer = solve(game, delta)
    assert answer.status == "exact" and answer.exact and answer.gap == 0
    assert set(answer.vertices) == corners


@pytest.mark.parametrize(
    ("game", "delta", "corners"),
    [
        (
            R1,
            "3/10",
            [
                (1.12568239550487855687, 2.8),
                (7.33770471865146356706, 0),
                (7.86308963813619967469, 0),
                (19.7917976973635999277, 2.8),
                (15.5630896381361996747, 9.1),
                (7.33770471865146356706, 10.9826252791067623187),
            ],
        ),
        (
            R1,
            "2/5",
            [(0.431697313976, 2.4), (6.17267892559, 0), (10.15, 0), (20.125, 2.4), (16, 9), (6.17267892559, 12.023791099818)],
        ),
        (PD, "249/1000", [(3, 3), (9.680459, 3), (9, 9), (3, 9.680459)]),
    ],
)
def test_irrational_corners_are_enclosed(game, delta, corners):
    answer = solve(game, delta)
    assert answer.status == "bounded" and answer.inner.is_subset(answer.outer)
    assert answer.gap < 1e-4
    for corner in corners:
        assert answer.outer.distance(corner) < F(1, 10**6)
    printed = Polytope.from_points([tuple(map(F, corner)) for corner in corners])
    assert all(printed.distance(corner) < F(1, 10**6) for corner in answer.inner.vertices)


@pytest.mark.parametrize("delta", ["1/20", "1/2", "9/10", "99/100"])
def test_no_pure_equilibrium_is_proved(delta):
    answer = solve(NO_PURE, delta)
    assert answer.is_empty and answer.status == "none" and "round" in answer.provenance.certificate["outer"]


def test_no_pure_equilibrium_of_three_players():
    # Player 1 wants to match Player 2, who does not want to be matched; Player 3 looks on.
    match = np.array([[[1, 1], [-1, -1]], [[-1, -1], [1, 1]]])
    game = NormalFormGame.from_arrays(match, -match, np.array([[[0, 1]] * 2] * 2))
    for delta in ("1/2", "19/20"):
        assert solve(game, delta).status == "none"


@pytest.mark.parametrize(("n", "r"), [(3, 2), (4, 2)])
def test_public_good_is_provided_from_the_closed_form_on(n, r):
    threshold = F(n - r, r * (n - 1))
    game = public_good(n, r)
    everyone = (F(r - 1),) * n
    at, below = solve(game, threshold), solve(game, threshold - F(1, 50))
    assert at.contains(everyone) is True
    assert below.contains(everyone) is False
    assert at.worst == dict.fromkeys(game.players, 0)


def test_three_player_prisoners_dilemma():
    # One for each other who cooperates, and 1/2 for defecting; alone against two defectors cooperation still costs 1/2.
    game = NormalFormGame.from_function(lambda *a: [F(a.count("C") - (x == "C")) + F(x == "D", 2) for x in a], [["C", "D"]] * 3)
    # Grim trigger: 1/2 today against 2 - 1/2 from tomorrow on, (1 - delta) / 2 <= delta * 3/2.
    assert solve(game, "1/4").contains((2, 2, 2)) is True
    assert solve(game, "6/25").contains((2, 2, 2)) is False


def test_equal_payoffs_everywhere_are_a_point():
    flat = np.full((2, 2, 2), 3)
    answer = solve(NormalFormGame.from_arrays(flat, flat, flat), "1/2")
    assert answer.exact and answer.vertices == ((3, 3, 3),) and answer.dimension == 0


def test_common_interest_is_a_segment():
    same = np.array([[[2, 0], [0, 0]], [[0, 0], [0, 1]]])
    answer = solve(NormalFormGame.from_arrays(same, same, same), "1/10")
    assert answer.exact and answer.dimension == 1


def test_a_myopic_player_is_never_kept_from_a_gain():
    answer = solve(ag.games.prisoners_dilemma(), [0, "9/10"])
    assert answer.exact and answer.vertices == ((1, 1),)


def test_unequal_patience_is_between_bounds():
    answer = solve(ag.games.prisoners_dilemma(), ["1/2", "4/5"])
    assert answer.contains((3, 3)) is True and answer.contains((1, 1)) is True
    assert answer.inner.is_subset(answer.outer)
    assert all(x >= 1 for corner in answer.outer.vertices for x in corner) or answer.outer.distance((1, 1)) == 0


@pytest.mark.parametrize("seed", range(6))
def test_inside_the_individually_rational_payoffs_and_growing(seed):
    rng = np.random.default_rng(seed)
    game = NormalFormGame.from_bimatrix(rng.integers(0, 6, (2, 3)), rng.integers(0, 6, (2, 3)))
    rational = individually_rational_payoffs(game, minmax="pure")
    before = None
    for delta in ("1/5", "1/2", "4/5"):
        answer = solve(game, delta)
        assert answer.inner.is_subset(answer.outer)
        assert answer.inner.is_subset(rational.outer)
        if before is not None:
            assert before.inner.is_subset(answer.outer)
        before = answer


def test_stage_equilibria_are_always_inside():
    for seed in range(4):
        rng = np.random.default_rng(100 + seed)
        game = NormalFormGame.from_arrays(*rng.integers(0, 5, (3, 2, 2, 2)))
        answer = solve(game, "3/10", directions=10, rounds=100)
        for cell in itertools.product(*game.actions):
            if game.is_nash(cell):
                assert answer.outer.contains(tuple(game.payoff(cell).values()))
                assert answer.contains(tuple(game.payoff(cell).values())) is True


@pytest.mark.parametrize(("game", "delta"), [(public_good(3, 2), "1/3"), (PD, "1/4"), (COURNOT, "1/3"), (PD, "249/1000")])
def test_every_corner_is_attained_by_a_machine_that_nobody_leaves(game, delta):
    repeated = RepeatedGame(game, delta)
    answer = payoff_bounds(repeated)
    for corner in answer.vertices:
        machine = answer.automaton(corner)
        certificate = one_shot_deviations(repeated, machine)
        assert certificate.holds
        attained = automaton_values(repeated, machine).payoffs
        assert tuple(attained.values()) == corner


def test_affine_payoffs_move_the_set():
    moved = NormalFormGame.from_bimatrix(*(2 * np.asarray(array) + 5 for array in COURNOT.payoffs))
    expected = {tuple(2 * x + 5 for x in corner) for corner in solve(COURNOT, "1/3").vertices}
    assert set(solve(moved, "1/3").vertices) == expected


def test_bad_arguments():
    with pytest.raises(GameDefinitionError, match="directions"):
        solve(PD, "1/2", directions=0)
    with pytest.raises(GameDefinitionError, match="discount"):
        payoff_bounds(PD)
    with pytest.raises(SolverNotApplicableError, match="finite_payoffs"):
        payoff_bounds(RepeatedGame(PD, "1/2", periods=3))
    with pytest.raises(SolverNotApplicableError, match="public randomization"):
        payoff_bounds(RepeatedGame(PD, "1/2", public_randomization=False))


def test_three_players_of_unequal_patience_leave_a_round_set_between_close_bounds():
    game = RepeatedGame(public_good(3, 2), ["1/2", "1/3", "2/5"])
    answer = payoff_bounds(game, directions=10, rounds=60)
    assert answer.inner.is_subset(answer.outer)
    assert answer.contains((0, 0, 0)) is True and answer.contains((1, 1, 1)) is True
    assert answer.gap < 0.15
    # Who is more patient gives first and is given to later: no average of payoffs of the stage game gives some of these payoffs.
    stage = Polytope.from_points([tuple(game.stage.payoff(cell).values()) for cell in game.stage.profiles()])
    assert any(not stage.contains(corner) for corner in answer.vertices)
    corner = answer.inner.vertices[len(answer.inner.vertices) // 2]
    machine = answer.automaton(corner)
    assert one_shot_deviations(game, machine).holds
    assert tuple(automaton_values(game, machine).payoffs.values()) == corner


def slow_round(game, delta, polytope):
    """Apply the operator of three players by definition: cut, weigh, and take the hull."""
    worst = [min(v[i] for v in polytope.vertices) for i in range(3)]
    found = []
    for cell in game.profiles():
        now = list(game.payoff(cell).values())
        cuts = []
        for i, player in enumerate(game.players):
            best = max(game.payoff((*cell[:i], action, *cell[i + 1 :]))[player] for action in game.actions[i])
            need = worst[i] + (1 - delta) / delta * (best - now[i])
            cuts.append((tuple(F(-(j == i)) for j in range(3)), -need))
        kept = polytope.cut(*cuts).vertices
        found += [tuple((1 - delta) * u + delta * w for u, w in zip(now, later, strict=True)) for later in kept]
    return Polytope.from_points(found, coordinates=3)


# The bounds shrink to a larger set than the inner one unless they have directions for all its facets.
FACETS = [
    ([[[[1, 0], [-1, 1]], [[1, 0], [-1, 0]]], [[[0, -1], [1, -1]], [[-1, 0], [-1, 0]]], [[[1, 1], [1, 0]], [[0, 0], [-1, 1]]]], F(1, 2)),
    ([[[[-1, 1], [0, -1]], [[1, 1], [-1, 1]]], [[[1, 1], [0, 1]], [[-1, -1], [1, 0]]], [[[0, 1], [-1, 0]], [[1, 1], [-1, 1]]]], F(2, 3)),
    ([[[[0, 0], [0, 1]], [[0, 0], [1, 1]]], [[[1, 1], [1, 1]], [[0, 1], [1, 1]]], [[[0, 0], [-1, -1]], [[0, 1], [1, 0]]]], F(2, 3)),
    *[(np.random.default_rng(seed).integers(-1, 2, (3, 2, 2, 2)).tolist(), F(1, 2)) for seed in range(5)],
]


@pytest.mark.parametrize(("tables", "delta"), FACETS)
def test_exact_sets_of_three_players_are_fixed_points(tables, delta):
    game = NormalFormGame.from_arrays(*tables)
    answer = solve(game, delta, directions=10, rounds=200)
    assert answer.inner.is_subset(answer.outer)
    if not answer.inner.is_empty:
        generated = slow_round(game, delta, answer.inner)
        assert answer.inner.is_subset(generated)
        assert generated.is_subset(answer.outer)
        if answer.exact:
            assert generated == answer.inner


def test_a_corner_that_few_directions_do_not_show():
    tables, delta = FACETS[0]
    answer = solve(NormalFormGame.from_arrays(*tables), delta)
    assert answer.exact
    assert set(answer.vertices) == {(-1, 1, 1), (0, -1, 1), (0, 0, 0), (1, -1, 0), (1, 0, 1)}
