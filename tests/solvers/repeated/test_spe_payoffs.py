"""Payoff sets of two patient players: known answers, an independent operator, invariance, and QuantEcon."""

import json
import subprocess
import sys
from fractions import Fraction as F
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError

AS2014 = ([[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]])
DILEMMA = ([[9, 1], [10, 3]], [[9, 10], [1, 3]])
COURNOT = ([[10, 3, 0], [15, 7, -4], [7, 5, -15]], [[10, 15, 7], [3, 7, 5], [0, -4, -15]])


def repeated(payoffs, delta):
    return ag.RepeatedGame(ag.NormalFormGame.from_bimatrix(*payoffs), delta)


def exact(payoffs, delta):
    found = ag.spe_payoffs(repeated(payoffs, delta))
    assert found.exact
    assert found.complete
    assert found.gap == 0
    return set(found.vertices)


def mirrored(*corners):
    points = {(F(x), F(y)) for x, y in corners}
    return points | {(y, x) for x, y in points}


# ---------------------------------------------------------------- known answers


@pytest.mark.parametrize(
    ("delta", "corners"),
    [
        (
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
        ("2/5", [(0.431697313976, 2.4), (6.17267892559, 0), (10.15, 0), (20.125, 2.4), (16, 9), (6.17267892559, 12.023791099818)]),
    ],
)
@pytest.mark.parametrize("floats", [False, True])
def test_abreu_sannikov_2014(delta, corners, floats):
    game = repeated(AS2014, delta)
    found = ag.spe_payoffs(game.floats() if floats else game)
    ours = np.array(sorted(tuple(map(float, v)) for v in found.vertices))
    assert ours == pytest.approx(np.array(sorted(corners)), abs=1e-9)
    if not floats:
        assert found.gap < 1e-15
        assert found.inner.is_subset(found.outer)
        assert float(found.worst["Player 1"]) == pytest.approx(corners[0][0], abs=1e-11)


def test_four_regimes_of_a_dilemma():
    assert exact(DILEMMA, "1/4") == exact(DILEMMA, "9/10") == mirrored((3, 3), ("39/4", 3), (9, 9))
    assert exact(DILEMMA, "1/5") == exact(DILEMMA, "1/7") == {(3, 3), (9, 9)}
    assert exact(DILEMMA, "1/8") == {(3, 3)}
    for delta, value in (("249/1000", 9.680459), ("99/400", 9.523097)):
        found = ag.spe_payoffs(repeated(DILEMMA, delta))
        d = float(F(delta))
        closed = 9 + ((1 - d) + np.sqrt((1 - d) ** 2 - 48 * (1 - 4 * d))) / 2
        assert closed == pytest.approx(value, abs=1e-6)
        assert float(found.best["Player 1"]) == pytest.approx(closed, abs=1e-12)
        assert len(found.vertices) == 4
        assert found.gap < 1e-12


@pytest.mark.parametrize(
    ("payoffs", "delta", "corners"),
    [
        (([[0, 3], [-1, 2]], [[0, -1], [3, 2]]), "1/3", mirrored((0, 0), ("8/3", 0), (2, 2))),
        (([[0, 3], [-1, 2]], [[0, -1], [3, 2]]), "332/1000", {(0, 0)}),
        (([[0, 3], [1, 0]], [[0, 1], [3, 0]]), "3/10", {(1, 3), (3, 1)}),
        (([[4, 0], [6, 2]], [[4, 6], [0, 2]]), "4/5", mirrored((2, 2), (5, 2), (4, 4))),
        (([[8, 3], [0, 5]], [[5, 3], [0, 8]]), "4/5", mirrored((5, 5), (8, 5))),
        (COURNOT, "1/5", {(7, 7)}),
        (COURNOT, "1/4", mirrored((0, "21/4"), ("51/4", "21/4"))),
        (COURNOT, "1/3", mirrored((0, "14/3"), ("50/7", 0), ("290/21", "14/3"), (10, 10))),
        (COURNOT, "1/2", mirrored(("7/2", 0), ("135/14", 0), ("205/14", "7/2"), (10, 10))),
        (COURNOT, "3/5", mirrored((0, 0), ("75/7", 0), (15, 3), (10, 10))),
        (COURNOT, "19/20", mirrored((0, 0), ("75/7", 0), (15, 3), (10, 10))),
    ],
)
def test_exact_sets(payoffs, delta, corners):
    assert exact(payoffs, delta) == corners


@pytest.mark.parametrize("delta", ["1/20", "1/2", "9/10", "99/100"])
def test_no_pure_equilibrium(delta):
    found = ag.spe_payoffs(repeated(([[1, -1], [-2, 1]], [[-1, 2], [2, 0]]), delta))
    assert found.is_empty
    assert found.status == "none"
    assert found.complete
    assert ag.spe_payoffs(found.game.floats()).is_empty


def test_the_shifted_game_of_the_example():
    shifted = tuple([[x + 2 for x in row] for row in matrix] for matrix in AS2014)
    one, other = (ag.spe_payoffs(repeated(payoffs, "1/2")) for payoffs in (AS2014, shifted))
    assert {(x + 2, y + 2) for x, y in one.vertices} == set(other.vertices)


def test_without_a_future():
    assert set(ag.spe_payoffs(repeated(([[2, 0], [0, 1]], [[1, 0], [0, 2]]), 0)).vertices) == {(2, 1), (1, 2)}


def test_refused():
    with pytest.raises(GameDefinitionError, match="RepeatedGame"):
        ag.spe_payoffs(ag.games.chicken())
    with pytest.raises(SolverNotApplicableError, match="delta"):
        ag.spe_payoffs(repeated(DILEMMA, sympy.Symbol("delta")))


# ---------------------------------------------------------------- an operator written otherwise


def cut_corners(lines):
    """Corners of an intersection of half-planes ``a x + b y <= c``: meets of two lines that satisfy all others."""
    found = set()
    for (a, b, c), (d, e, f) in combinations(lines, 2):
        area = a * e - b * d
        if area:
            x, y = (c * e - b * f) / area, (a * f - c * d) / area
            if all(p * x + q * y <= r for p, q, r in lines):
                found.add((x, y))
    return found


def lines_of(points):
    """Half-planes that hold points, one through each pair that bounds them, and the box around them."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    lines = [(F(1), F(0), max(xs)), (F(-1), F(0), -min(xs)), (F(0), F(1), max(ys)), (F(0), F(-1), -min(ys))]
    for p, q in combinations(points, 2):
        a, b = q[1] - p[1], p[0] - q[0]
        c = a * p[0] + b * p[1]
        for sign in (1, -1):
            if all(sign * (a * x + b * y) <= sign * c for x, y in points):
                lines.append((sign * a, sign * b, sign * c))
    return lines


def one_round(payoffs, delta, points):
    """What can be had today with continuations in the hull of points: its corners and more, by definition."""
    row, column = payoffs
    worst = min(p[0] for p in points), min(p[1] for p in points)
    lines = lines_of(sorted(points))
    found = set()
    for j in range(len(row)):
        for k in range(len(row[0])):
            tempt = max(r[k] for r in row), max(column[j])
            need = [worst[i] + (1 - delta) / delta * (tempt[i] - (row, column)[i][j][k]) for i in range(2)]
            for x, y in cut_corners([*lines, (F(-1), F(0), -need[0]), (F(0), F(-1), -need[1])]):
                found.add(((1 - delta) * row[j][k] + delta * x, (1 - delta) * column[j][k] + delta * y))
    return found


@st.composite
def games(draw, largest=3):
    shape = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    bound = draw(st.sampled_from([1, 2, 9]))
    numbers = st.integers(-bound, bound)
    return tuple([[draw(numbers) for _ in range(shape[1])] for _ in range(shape[0])] for _ in range(2))


DELTAS = st.sampled_from([F(1, 10), F(1, 4), F(1, 3), F(2, 5), F(1, 2), F(3, 5), F(3, 4), F(9, 10)])


@given(games(), DELTAS)
@settings(max_examples=60, deadline=None)
def test_the_set_generates_itself_and_outside_rounds_close_in(payoffs, delta):
    found = ag.spe_payoffs(repeated(payoffs, delta))
    points = {(F(x), F(y)) for x, y in zip(np.ravel(payoffs[0]).tolist(), np.ravel(payoffs[1]).tolist(), strict=True)}
    outside = points
    for _ in range(3):
        outside = one_round(payoffs, delta, outside) if outside else outside
    hull = ag.Polytope.from_points(outside, coordinates=2)
    assert found.outer.is_subset(hull), "no round may lose an equilibrium payoff"
    if found.exact and not found.is_empty:
        again = ag.Polytope.from_points(one_round(payoffs, delta, set(found.vertices)))
        assert again == found.inner, "the set is a fixed point of the operator"


@given(games(), DELTAS, st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_inside_what_is_feasible_and_attained_by_machines(payoffs, delta, seed):
    game = repeated(payoffs, delta)
    found = ag.spe_payoffs(game)
    rational = ag.individually_rational_payoffs(game.stage, minmax="pure")
    assert found.inner.is_subset(rational.inner)
    assert all(rational.outer.distance(corner) <= found.gap for corner in found.outer.vertices)
    if found.inner.is_empty:
        return
    weights = np.random.default_rng(seed).multinomial(20, np.ones(len(found.vertices)) / len(found.vertices)).tolist()
    inside = tuple(sum(F(w, 20) * v[i] for w, v in zip(weights, found.vertices, strict=True)) for i in range(2))
    for point in (*found.vertices, inside):
        machine = found.automaton(point)
        assert ag.one_shot_deviations(game, machine).holds
        assert tuple(ag.automaton_values(game, machine).payoffs.values()) == tuple(point)


@given(games(), DELTAS, DELTAS)
@settings(max_examples=50, deadline=None)
def test_patience_never_loses_payoffs(payoffs, first, second):
    low, high = sorted((first, second))
    less, more = (ag.spe_payoffs(repeated(payoffs, delta)) for delta in (low, high))
    assert less.inner.is_subset(more.outer)


@given(games(), DELTAS, st.integers(1, 5), st.integers(-5, 5), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_units_names_and_copies_of_actions_do_not_matter(payoffs, delta, scale, shift, seed):
    row, column = (np.array(matrix) for matrix in payoffs)
    base = ag.spe_payoffs(repeated(payoffs, delta))
    rng = np.random.default_rng(seed)
    order = rng.permutation(row.shape[0]), rng.permutation(row.shape[1])
    copied = np.append(order[0], order[0][0])
    moved = (scale * row[np.ix_(copied, order[1])] + shift).tolist(), (3 * column[np.ix_(copied, order[1])] - 7).tolist()
    swapped = (np.array(moved[1]).T.tolist(), np.array(moved[0]).T.tolist())
    found = ag.spe_payoffs(repeated(swapped, delta))
    expected = {(3 * y - 7, scale * x + shift) for x, y in base.vertices}
    assert found.exact == base.exact
    if base.exact:
        assert set(found.vertices) == expected
    else:
        assert np.array(sorted(map(tuple, np.array(sorted(expected), float)))) == pytest.approx(
            np.array(sorted(map(tuple, np.array(sorted(found.vertices), float)))), abs=1e-8
        )


@given(games(), DELTAS)
@settings(max_examples=80, deadline=None)
def test_floats_agree(payoffs, delta):
    game = repeated(payoffs, delta)
    exact_set, rounded = ag.spe_payoffs(game), ag.spe_payoffs(game.floats())
    if exact_set.gap > 1e-9:
        return
    reach = [exact_set.outer.distance(v) for v in rounded.vertices] if not exact_set.is_empty else [1.0] * len(rounded.vertices)
    if rounded.vertices:
        reach += [rounded.inner.distance(v) for v in exact_set.vertices]
        assert max(map(float, reach)) < 1e-3  # rounds in floats may be slow to end at a threshold of patience
    else:
        assert exact_set.is_empty


# ---------------------------------------------------------------- QuantEcon


def asked(cases):
    """Ask QuantEcon in a process of its own; after a crash go on with the next game."""
    answers = []
    child = str(Path(__file__).with_name("quantecon_child.py"))
    while len(answers) < len(cases):
        lines = "\n".join(json.dumps(case) for case in cases[len(answers) :]) + "\n"
        run = subprocess.run([sys.executable, child], input=lines, capture_output=True, text=True, timeout=500, check=False)
        answers += [json.loads(line) for line in run.stdout.splitlines()]
        if len(answers) < len(cases):
            answers.append({"error": "crash"})
    return answers


def test_agreement_with_quantecon_on_300_games():
    rng = np.random.default_rng(20)
    cases = []
    for k in range(300):
        shape = rng.integers(2, 4, 2)
        bound = 3 if k % 2 else 30
        row, column = rng.integers(-bound, bound + 1, (2, *shape)).tolist()
        cases.append((row, column, float(rng.choice([0.2, 0.3, 0.4, 0.5, 0.65, 0.8]))))
    answered = raised = 0
    for (row, column, delta), theirs in zip(cases, asked(cases), strict=True):
        game = ag.RepeatedGame(ag.NormalFormGame.from_bimatrix(row, column), F(str(delta)))
        found, rounded = ag.spe_payoffs(game), ag.spe_payoffs(game.floats())
        if "error" in theirs:
            raised += 1
            assert found.dimension < 2 or theirs["error"] == "crash", "where the other raises the set is flat or empty"
            continue
        answered += 1
        size = max(np.ptp(row), np.ptp(column))
        other = ag.Polytope.from_points([tuple(map(float, p)) for p in theirs["corners"]])
        gaps = [found.outer.distance(v) for v in other.vertices] + [other.distance(v) for v in found.vertices]
        gaps += [rounded.inner.distance(v) for v in other.vertices] + [other.distance(v) for v in rounded.vertices]
        assert max(map(float, gaps)) <= 1e-6 * size, (row, column, delta)
    assert answered + raised == 300
    assert answered > 80
    assert raised > 80
