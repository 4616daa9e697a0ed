"""Correlated and coarse correlated equilibria, and the vertices of the polytope."""

import itertools
import pickle
from fractions import Fraction

import numpy as np
import pytest
import sympy
from brute_force import solve
from hypothesis import given, settings

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError, SolverNotApplicableError, UnknownLabelError
from alliancegames.solvers._linear_programs import maximise
from alliancegames.testing import bimatrix_games, normal_form_games

Game = ag.NormalFormGame


def from_cells(text: str) -> Game:
    """Read a 2x2x2 game such as ``111:9,8,12 122:3,4,6``; other cells pay nothing."""
    cells = dict.fromkeys(itertools.product("12", repeat=3), (0, 0, 0))
    for part in text.split():
        where, payoffs = part.split(":")
        cells[tuple(where)] = tuple(int(value) for value in payoffs.split(","))
    return Game(payoffs=cells)


# Nau, Gomez Canovas and Hansen (2004), sections 4 and 5
NAU_4 = from_cells("111:3,0,2 112:1,0,0 121:0,2,0 122:0,1,0 211:0,1,0 212:0,3,0 221:1,0,0 222:2,0,3")
NAU_5 = from_cells("111:0,0,2 112:1,1,0 121:0,3,0 211:3,0,0 222:0,0,3")


def gains(game: Game, weights: dict, *, coarse: bool) -> list[Fraction]:
    """Return, by the definition, the gain of every disobedient plan of a single deviation."""
    found = []
    for k, labels in enumerate(game.actions):
        recommended = [set(labels)] if coarse else [{label} for label in labels]
        for told, other in itertools.product(recommended, labels):
            gain = Fraction(0)
            for cell, weight in weights.items():
                if cell[k] in told:
                    moved = (*cell[:k], other, *cell[k + 1 :])
                    gain += Fraction(weight) * (
                        Fraction(game.payoff(moved)[game.players[k]]) - Fraction(game.payoff(cell)[game.players[k]])
                    )
            found.append(gain)
    return found


def welfare(game: Game, weights: dict) -> Fraction:
    return sum((weight * sum(game.payoff(cell).values()) for cell, weight in weights.items()), Fraction(0))


def as_distribution(profile: ag.Profile) -> dict:
    """Return the product distribution of a mixed profile."""
    weights = {}
    for cell in profile.game.profiles():
        weight = Fraction(1)
        for k, action in enumerate(cell):
            weight *= profile[k][action]
        if weight:
            weights[cell] = weight
    return weights


def in_hull(point: list[Fraction], corners: list[list[Fraction]]) -> bool:
    rows = [list(column) for column in zip(*corners, strict=True)]
    found = maximise([0] * len(corners), equal=[*rows, [1] * len(corners)], equal_to=[*point, 1])
    return found.status == "optimal"


def brute_force_vertices(game: Game) -> set[tuple[Fraction, ...]]:
    """Solve every square system of tight inequalities (two-player games, very small)."""
    a, b = ([[Fraction(value) for value in row] for row in array] for array in game.payoffs)
    m, n = game.shape
    rows = []
    for i, other in itertools.permutations(range(m), 2):
        rows.append([a[i][j] - a[other][j] if row == i else Fraction(0) for row in range(m) for j in range(n)])
    for j, other in itertools.permutations(range(n), 2):
        rows.append([b[i][j] - b[i][other] if column == j else Fraction(0) for i in range(m) for column in range(n)])
    size = m * n
    rows += [[Fraction(int(k == cell)) for k in range(size)] for cell in range(size)]
    found = set()
    for tight in itertools.combinations(rows, size - 1):
        point = solve([*tight, [Fraction(1)] * size], [Fraction(0)] * (size - 1) + [Fraction(1)])
        if point is not None and all(sum(c * p for c, p in zip(row, point, strict=True)) >= 0 for row in rows):
            found.add(point)
    return found


def points(polytope) -> list[list[Fraction]]:
    return [list(vertex.array.flat) for vertex in polytope.vertices]


# ---------------------------------------------------------------- known answers


@pytest.mark.parametrize(("game", "dimension", "vertices"), [(NAU_4, 7, 33), (NAU_5, 7, 8)], ids=["section 4", "section 5"])
def test_polytopes_of_nau_gomez_canovas_and_hansen(game, dimension, vertices):
    polytope = ag.correlated_vertices(game)
    assert (polytope.dimension, len(polytope.vertices)) == (dimension, vertices)
    assert len({tuple(point) for point in points(polytope)}) == vertices
    for vertex in polytope.vertices:
        assert vertex.verified and vertex.largest_gain == 0
        assert max(gains(game, vertex.distribution, coarse=False)) <= 0


def test_aumanns_chicken():
    # The textbook game: (6,6), (2,7), (7,2), (0,0); the best symmetric correlated equilibrium pays 5 1/4 each.
    game = Game.from_table([[(6, 6), (2, 7)], [(7, 2), (0, 0)]], actions=[["yield", "firm"], ["yield", "firm"]])
    best = ag.correlated_equilibrium(game)
    assert best.distribution == {("yield", "yield"): Fraction(1, 2), ("yield", "firm"): Fraction(1, 4), ("firm", "yield"): Fraction(1, 4)}
    assert best.value == Fraction(21, 2)
    assert best.payoffs == {"Player 1": Fraction(21, 4), "Player 2": Fraction(21, 4)}
    assert best.conditional(0, "yield") == {("yield",): Fraction(2, 3), ("firm",): Fraction(1, 3)}
    assert best.conditional("Player 2", "firm") == {("yield",): Fraction(1)}


def test_a_single_correlated_equilibrium():
    for game in (ag.games.matching_pennies(), ag.games.prisoners_dilemma()):
        polytope = ag.correlated_vertices(game)
        (nash,) = ag.nash(game)
        assert polytope.dimension == 0
        assert [dict(vertex.distribution) for vertex in polytope.vertices] == [as_distribution(nash)]


def test_coarse_correlated_equilibria_can_do_better():
    # Rock, paper, scissors in which a tie hurts both: avoiding ties is a coarse equilibrium only.
    table = [[(-2, -2), (0, 1), (1, 0)], [(1, 0), (-2, -2), (0, 1)], [(0, 1), (1, 0), (-2, -2)]]
    game = Game.from_table(table)
    coarse, strict = ag.coarse_correlated_equilibrium(game), ag.correlated_equilibrium(game)
    assert coarse.value == 1
    assert strict.value <= coarse.value
    assert coarse.concept == "coarse correlated equilibrium"


# ---------------------------------------------------------------- against brute force


@given(bimatrix_games(2, 2, tied=True))
def test_vertices_of_2x2_games_against_brute_force(game):
    polytope = ag.correlated_vertices(game)
    found = {tuple(point) for point in points(polytope)}
    assert len(found) == len(polytope.vertices)
    assert found == brute_force_vertices(game)


def _has_indifference(game: Game) -> bool:
    """Whether a player is indifferent somewhere; only then can a 2x2 game have more than five vertices."""
    return any((np.diff(array, axis=k) == 0).any() for k, array in enumerate(game.payoffs))


@given(bimatrix_games(2, 2, tied=False))
def test_2x2_games_without_ties_have_at_most_five_vertices(game):
    if not _has_indifference(game):
        assert len(ag.correlated_vertices(game).vertices) in (1, 3, 5)


@pytest.mark.parametrize("seed", range(6))
def test_vertices_of_2x3_games_against_brute_force(seed):
    rng = np.random.default_rng(seed)
    game = Game.from_bimatrix(rng.integers(-1, 2, size=(2, 3)), rng.integers(-1, 2, size=(2, 3)))
    assert {tuple(point) for point in points(ag.correlated_vertices(game))} == brute_force_vertices(game)


@pytest.mark.parametrize(("shape", "seed"), [((2, 2, 2), 11), ((3, 3), 3), ((2, 2, 2), 0), ((3, 3), 0), ((2, 4), 1)])
def test_no_vertex_is_a_mixture_of_others(shape, seed):
    rng = np.random.default_rng(seed)
    corners = points(ag.correlated_vertices(Game.from_arrays(*(rng.integers(-1, 2, size=shape) for _ in shape))))
    for k, corner in enumerate(corners):
        others = corners[:k] + corners[k + 1 :]
        assert not others or not in_hull(corner, others)


@settings(max_examples=40)
@given(normal_form_games(2, 3, 2))
def test_the_optimum_is_the_best_vertex(game):
    best, worst = ag.correlated_equilibrium(game), ag.correlated_equilibrium(game, sense="min")
    values = [welfare(game, vertex.distribution) for vertex in ag.correlated_vertices(game).vertices]
    assert (best.value, worst.value) == (max(values), min(values))
    assert welfare(game, best.distribution) == best.value


@settings(max_examples=40)
@given(normal_form_games(1, 3, 3))
def test_optima_obey_the_definition(game):
    for solver, coarse in ((ag.correlated_equilibrium, False), (ag.coarse_correlated_equilibrium, True)):
        found = solver(game)
        assert sum(found.distribution.values()) == 1 and min(found.distribution.values()) > 0
        assert max(gains(game, found.distribution, coarse=coarse)) <= 0
        assert found.verified and found.exact and found.largest_gain == 0
        assert sum(found.payoffs.values()) == found.value
    # Correlated equilibria are coarse ones.
    assert max(gains(game, ag.correlated_equilibrium(game).distribution, coarse=True)) <= 0
    assert ag.coarse_correlated_equilibrium(game).value >= ag.correlated_equilibrium(game).value


@settings(max_examples=30)
@given(bimatrix_games(1, 3))
def test_nash_equilibria_lie_in_the_hull_of_the_vertices(game):
    if np.prod(game.shape) > 6:
        game = game.restrict({player: [0, 1] for player in game.players})
    corners = points(ag.correlated_vertices(game))
    best = ag.correlated_equilibrium(game).value
    for equilibrium in ag.nash(game):
        weights = as_distribution(equilibrium)
        assert max(gains(game, weights, coarse=False)) <= 0
        assert in_hull([weights.get(cell, Fraction(0)) for cell in game.profiles()], corners)
        assert sum(equilibrium.payoffs.values()) <= best


@settings(max_examples=25)
@given(bimatrix_games(2, 3))
def test_beliefs_are_those_of_bayes(game):
    found = ag.correlated_equilibrium(game)
    for k, player in enumerate(game.players):
        for action in game.actions[k]:
            joint = {cell: weight for cell, weight in found.distribution.items() if cell[k] == action}
            if not joint:
                with pytest.raises(SolverNotApplicableError, match="never recommended"):
                    found.conditional(player, action)
                continue
            belief = found.conditional(player, action)
            assert sum(belief.values()) == 1
            assert {(*cell[:k], *cell[k + 1 :]) for cell in joint} == set(belief)
            other = {label: belief.get((label,), 0) for label in game.actions[1 - k]}
            assert action in game.best_responses(player, {game.players[1 - k]: other})


# ---------------------------------------------------------------- objectives


@given(bimatrix_games(2, 3))
def test_objectives_in_all_forms_agree(game):
    one, two = game.players
    own = ag.correlated_equilibrium(game, one)
    assert own.value == own.payoffs[one] == ag.correlated_equilibrium(game, {one: 1}).value
    assert own.value == ag.correlated_equilibrium(game, game.payoffs[0]).value
    by_profile = {cell: game.payoff(cell)[one] for cell in game.profiles()}
    assert own.value == ag.correlated_equilibrium(game, by_profile).value
    assert own.value == -ag.correlated_equilibrium(game, {one: -1}, sense="min").value
    weighted = ag.correlated_equilibrium(game, {one: "2/3", two: Fraction(1, 3)})
    assert weighted.value == Fraction(2, 3) * weighted.payoffs[one] + Fraction(1, 3) * weighted.payoffs[two]


def test_the_probability_of_one_outcome():
    game = ag.games.chicken()
    crash = ag.correlated_equilibrium(game, {("stand firm", "stand firm"): 1})
    values = [vertex.distribution.get(("stand firm", "stand firm"), 0) for vertex in ag.correlated_vertices(game).vertices]
    assert crash.value == max(values) == crash.distribution[("stand firm", "stand firm")]
    assert ag.correlated_equilibrium(game, {("stand firm", "stand firm"): 1}, sense="min").value == 0


def test_a_player_called_welfare():
    game = Game.from_bimatrix([[1, 0], [0, 3]], [[2, 0], [0, 1]], players=["welfare", "other"])
    assert ag.correlated_equilibrium(game).value == 4
    assert ag.correlated_equilibrium(game, {"other": 1}).value == 2
    assert ag.correlated_equilibrium(game, {"welfare": 1}).value == 3


@pytest.mark.parametrize(
    ("objective", "error", "message"),
    [
        ("Russia", UnknownLabelError, "unknown player"),
        ({"Russia": 1}, UnknownLabelError, "unknown player"),
        ({("yield", "yeld"): 1}, UnknownLabelError, "yeld"),
        ({("yield",): 1}, GameDefinitionError, "must name one action of each"),
        ({"Row": 0.5}, InexactPayoffError, "mixes exact"),
        ({"Row": float("nan")}, GameDefinitionError, "finite"),
        ({"Row": sympy.Symbol("w", real=True)}, SolverNotApplicableError, "symbols"),
        ([1, 2], GameDefinitionError, "one axis a player"),
        ([[1, 2, 3], [1, 2, 3]], GameDefinitionError, "shape"),
        (None, GameDefinitionError, "objective must be"),
        (3, GameDefinitionError, "objective must be"),
    ],
)
def test_objectives_that_make_no_sense(objective, error, message):
    with pytest.raises(error, match=message):
        ag.correlated_equilibrium(ag.games.chicken(), objective)


@pytest.mark.parametrize("solver", [ag.correlated_equilibrium, ag.coarse_correlated_equilibrium, ag.correlated_vertices])
def test_games_that_cannot_be_solved(solver):
    with pytest.raises(GameDefinitionError, match="expected a NormalFormGame"):
        solver([[1, 2], [3, 4]])
    a = sympy.Symbol("a", real=True)
    with pytest.raises(SolverNotApplicableError, match=r"\.subs"):
        solver(Game.from_bimatrix([[a, 0], [0, 1]], [[1, 0], [0, 1]]))


def test_other_bad_arguments():
    with pytest.raises(GameDefinitionError, match="sense must be"):
        ag.correlated_equilibrium(ag.games.chicken(), sense="maximum")
    for limit in (0, -1, True, 2.5):
        with pytest.raises(GameDefinitionError, match="limit must be"):
            ag.correlated_vertices(ag.games.chicken(), limit=limit)
    with pytest.raises(UnknownLabelError):
        ag.correlated_equilibrium(ag.games.chicken()).conditional("Row", "run")


def test_polytopes_that_are_too_large_are_refused():
    with pytest.raises(SolverNotApplicableError, match="more than 20 vertices"):
        ag.correlated_vertices(NAU_4, limit=20)
    with pytest.raises(SolverNotApplicableError, match="100 pure profiles"):
        ag.correlated_vertices(Game.zero_sum(np.eye(10, dtype=int)), limit=50)


# ---------------------------------------------------------------- sizes and number systems


def test_one_player_and_one_cell():
    single = Game.from_arrays([1, 5, 5])
    assert ag.correlated_equilibrium(single).value == 5
    assert len(ag.correlated_vertices(single).vertices) == 2
    assert ag.correlated_vertices(Game.from_bimatrix([[7]], [[-3]])).dimension == 0


def test_indifference_everywhere_leaves_the_whole_simplex():
    polytope = ag.correlated_vertices(Game.from_arrays(*np.zeros((3, 2, 2, 2), dtype=int)))
    assert (polytope.dimension, len(polytope.vertices)) == (7, 8)


@settings(max_examples=30)
@given(normal_form_games(2, 3, 2))
def test_float_games_agree_with_exact_ones(game):
    floats = game.floats()
    binary = Game.from_arrays(*(np.vectorize(Fraction, otypes=[object])(array) for array in floats.payoffs))
    found, exact = ag.correlated_equilibrium(floats), ag.correlated_equilibrium(binary)
    assert not found.exact and found.verified
    assert isinstance(found.value, float) and found.array.dtype == float
    assert found.value == float(exact.value)
    assert np.array_equal(found.array, exact.array.astype(float))


def test_floats_stand_for_their_binary_values():
    game = Game.from_bimatrix([[0.1, 0.0], [0.3, -1.0]], [[0.1, 0.3], [0.0, -1.0]])
    found = ag.correlated_equilibrium(game, {"Player 1": 0.5, "Player 2": 0.5})
    assert found.largest_gain <= 1e-12
    assert type(found.payoffs["Player 1"]) is float
    assert ag.correlated_vertices(game).vertices[0].exact is False


def test_results_are_frozen_and_can_be_stored():
    found = ag.correlated_equilibrium(ag.games.chicken())
    with pytest.raises(AttributeError):
        found.value = 3
    with pytest.raises(TypeError):
        found.distribution[("yield", "yield")] = 1
    with pytest.raises(ValueError, match="read-only"):
        found.array[0, 0] = 1
    assert pickle.loads(pickle.dumps(found)) == found
    assert hash(found) == hash(ag.correlated_equilibrium(ag.games.chicken()))
    assert "correlated equilibrium" in repr(found)


@given(bimatrix_games(2, 3))
def test_renaming_and_rescaling_change_nothing(game):
    renamed = game.relabel(players={game.players[0]: "A"}, actions={game.players[1]: {game.actions[1][0]: "first"}})
    assert ag.correlated_equilibrium(renamed).value == ag.correlated_equilibrium(game).value
    scaled = Game.from_arrays(*(3 * array + 7 for array in game.payoffs))
    assert ag.correlated_equilibrium(scaled).value == 3 * ag.correlated_equilibrium(game).value + 14
