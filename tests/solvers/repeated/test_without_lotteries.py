"""Payoffs of two players who have no public random number: paths of play written out, and sets with holes."""

from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import SolverNotApplicableError

DILEMMA = ag.NormalFormGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]])
SEXES = ag.NormalFormGame.from_bimatrix([[0, 3], [1, 0]], [[0, 1], [3, 0]])
AS2014 = ag.NormalFormGame.from_bimatrix([[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]])


def alone(stage, delta):
    """Return the game without a public random number."""
    return ag.RepeatedGame(stage, delta, public_randomization=False)


def step(game, polygon, point):
    """Return a continuation in a set with which a single profile is worth a point and nobody departs; None if there is none."""
    delta, stage = game.delta, game.stage
    worst = [min(v[i] for v in polygon.vertices) for i in range(2)]
    for cell in stage.profiles():
        now = tuple(stage.payoff(cell).values())
        later = tuple((x - (1 - delta) * u) / delta for x, u in zip(point, now, strict=True))
        tempted = [max(stage.payoff((a, cell[1]))[stage.players[0]] for a in stage.actions[0])]
        tempted.append(max(stage.payoff((cell[0], a))[stage.players[1]] for a in stage.actions[1]))
        if all(x >= (1 - delta) * best + delta * low for x, best, low in zip(point, tempted, worst, strict=True)) and polygon.contains(
            later
        ):
            return later
    return None


@st.composite
def points_and_games(draw):
    bound = draw(st.sampled_from([1, 3, 9]))
    numbers = st.integers(-bound, bound)
    tables = [[[draw(numbers) for _ in range(2)] for _ in range(2)] for _ in range(2)]
    weights = draw(st.lists(st.integers(0, 9), min_size=12, max_size=12))
    return tables, draw(st.sampled_from([F(1, 3), F(1, 2), F(2, 3), F(4, 5), F(9, 10)])), weights


@given(points_and_games())
@settings(max_examples=60, deadline=None)
def test_points_are_attained_by_paths_of_play(drawn):
    tables, delta, weights = drawn
    game = alone(ag.NormalFormGame.from_bimatrix(*tables), delta)
    found, lotteries = ag.spe_payoffs(game), ag.spe_payoffs(game.replace(public_randomization=True))
    assert found.outer == lotteries.outer
    assert found.is_empty == lotteries.is_empty
    if found.inner.is_empty:
        return
    assert found.inner.is_subset(lotteries.inner)
    corners = found.vertices
    share = [w + (k == 0) for k, w in enumerate(weights[: len(corners)])]
    point = tuple(sum(w * v[i] for w, v in zip(share, corners, strict=False)) / sum(share[: len(corners)]) for i in range(2))
    if found.dimension == 0:
        machine = found.automaton(corners[0])
        assert machine.is_deterministic
        assert ag.one_shot_deviations(game, machine).holds
        assert tuple(ag.automaton_values(game, machine).payoffs.values()) == corners[0]
        return
    for _ in range(8):
        point = step(game, found.inner, point)
        assert point is not None, "every point of the set is a profile today and another point of it"


@pytest.mark.parametrize("delta", ["3/5", "4/5", "9/10"])
def test_patient_allies_need_no_lotteries(delta):
    found = ag.spe_payoffs(alone(DILEMMA, delta))
    assert found.exact
    assert set(found.vertices) == {(3, 3), (F(39, 4), 3), (9, 9), (3, F(39, 4))}


@pytest.mark.parametrize(("delta", "point"), [("1/5", (6, 6)), ("1/4", (6, 6)), ("1/2", (5, 8))])
def test_impatient_allies_leave_holes(delta, point):
    """Without lotteries payoffs near 6 would need a period of 9 and then less than 3, or of 3 and then more than 9."""
    found = ag.spe_payoffs(alone(DILEMMA, delta))
    assert found.status == "bounded"
    assert found.complete is None
    assert found.outer.contains(point)
    if delta != "1/2":
        assert step(found.game, found.outer, point) is None
    assert found.contains(point) is None
    assert found.vertices == ((9, 9),)
    machine = found.automaton((9, 9))
    assert ag.one_shot_deviations(found.game, machine).holds


def test_alternation_covers_a_segment_from_one_half_on():
    """Two outcomes in turn: shares of time fill an interval if and only if delta >= 1/2."""
    stage = ag.NormalFormGame.from_bimatrix([[0, 2]], [[0, 0]])  # the second column always, or the first: Column does not mind
    spread = ag.NormalFormGame.from_bimatrix([[1, 3]], [[5, 5]])
    for game in (stage, spread):
        half, less = (ag.spe_payoffs(alone(game, delta)) for delta in ("1/2", "49/100"))
        assert half.exact
        assert half.dimension == 1
        assert less.status == "bounded"
        assert less.dimension == 0


def test_a_slightly_smaller_set_where_the_edges_have_holes():
    found = ag.spe_payoffs(alone(AS2014, "9/10"))
    assert found.dimension == 2
    assert 0 < found.gap < 1
    assert found.inner.is_subset(found.outer)
    for corner in found.vertices:
        assert step(found.game, found.inner, corner) is not None
    with pytest.raises(SolverNotApplicableError, match="never repeats"):
        found.automaton(found.vertices[0])


def test_without_a_future_there_are_stage_equilibria_only():
    found = ag.spe_payoffs(alone(SEXES, 0))
    assert found.status == "bounded"
    assert found.contains((2, 2)) is None
    assert ag.spe_payoffs(alone(DILEMMA, 0)).exact
    assert ag.spe_payoffs(alone(ag.games.matching_pennies(), 0)).status == "none"
    assert ag.spe_payoffs(alone(ag.games.matching_pennies(), "1/2")).status == "none"


def test_floats_and_transfers():
    found = ag.spe_payoffs(alone(DILEMMA, "9/10").floats())
    assert found.status == "rounded"
    assert set(found.vertices) == {(3.0, 3.0), (9.75, 3.0), (9.0, 9.0), (3.0, 9.75)}
    paid = alone(DILEMMA, "1/2").replace(transfers=True)  # money can be split at will, which does what lotteries do
    assert ag.spe_payoffs(paid).inner == ag.spe_payoffs(paid.replace(public_randomization=True)).inner


@pytest.mark.parametrize("changes", [{"periods": 3}, {"delta": ["1/2", "1/3"]}])
def test_other_games_without_lotteries_are_refused(changes):
    with pytest.raises(SolverNotApplicableError, match="public randomization is needed"):
        ag.spe_payoffs(alone(DILEMMA, "1/2").replace(**changes))
