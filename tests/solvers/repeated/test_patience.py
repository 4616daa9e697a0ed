"""Thresholds of patience: optimal punishments, changes of the payoff set, named strategies."""

from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames.errors import SolverNotApplicableError
from alliancegames.games.strategies import always, grim_trigger, tit_for_tat
from alliancegames.solvers.repeated._planar_complete import completeness
from alliancegames.solvers.repeated._planar_problem import Problem

DILEMMA = ag.NormalFormGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]])
COURNOT = ag.NormalFormGame.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]], actions=["L", "M", "H"])


@pytest.mark.parametrize(
    ("stage", "target", "value"),
    [
        (DILEMMA, ("1", "1"), F(1, 7)),
        (DILEMMA, ("2", "2"), F(0)),
        (DILEMMA, ("1", "2"), None),
        (COURNOT, ("L", "L"), F(1, 3)),
        (COURNOT, ("L", "M"), F(4, 7)),
        (COURNOT, ("M", "M"), F(0)),
        (COURNOT, ("H", "H"), None),
    ],
)
def test_optimal_punishments(stage, target, value):
    found = ag.critical_discount(stage, target, punishment="optimal")
    assert found.value == value
    if value is None:
        assert found.reason
        return
    assert found.certificate.holds
    game = ag.RepeatedGame(stage, value or F(1, 2))
    payoff = tuple(stage.payoff(target).values())
    assert tuple(ag.automaton_values(game, found.automaton).payoffs.values()) == payoff
    if value:
        assert found.certificate.tightest.slack == 0
        assert found.binding
        below = ag.spe_payoffs(ag.RepeatedGame(stage, value - F(1, 1000)))
        worst = [min(v[i] for v in below.outer.vertices) for i in range(2)]
        tempted = [max(stage.payoff((a, target[1]))[stage.players[0]] for a in stage.actions[0])]
        tempted.append(max(stage.payoff((target[0], a))[stage.players[1]] for a in stage.actions[1]))
        delta = value - F(1, 1000)
        assert any(payoff[i] < (1 - delta) * tempted[i] + delta * worst[i] for i in range(2)), "just below somebody departs"


@given(st.lists(st.integers(-4, 9), min_size=8, max_size=8))
@settings(max_examples=20, deadline=None)
def test_optimal_punishments_ask_for_no_more_patience_than_reversion(numbers):
    stage = ag.NormalFormGame.from_bimatrix([numbers[:2], numbers[2:4]], [numbers[4:6], numbers[6:]])
    for target in stage.profiles():
        reversion = ag.critical_discount(stage, target)
        if reversion.value is not None:
            best = ag.critical_discount(stage, target, punishment="optimal")
            assert best.value is not None
            assert best.value <= reversion.value


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"monitoring": ag.PublicMonitoring(DILEMMA, ["x", "y"], lambda a, b: ("1/2", "1/2"))}, "public signals"),
        ({"transfers": True}, "transfer_table"),
        ({"public_randomization": False}, "public randomization"),
        ({"periods": 3}, "ends after 3 periods"),
        ({"delta": ["1/2", "1/3"]}, "discount factor|equally patient"),
    ],
)
def test_games_of_another_kind_are_not_answered_as_if_they_were_plain(changes, advice):
    game = ag.RepeatedGame(DILEMMA, "1/2").replace(**changes)
    with pytest.raises(SolverNotApplicableError, match=advice):
        ag.critical_discount(game, ("1", "1"), punishment="optimal")
    with pytest.raises(SolverNotApplicableError, match=advice):
        ag.payoff_thresholds(game)


def test_the_discount_factor_of_a_plain_game_does_not_matter():
    game = ag.RepeatedGame(DILEMMA, "1/2")
    assert ag.critical_discount(game, ("1", "1"), punishment="optimal").value == F(1, 7)
    assert ag.payoff_thresholds(game).values == ag.payoff_thresholds(DILEMMA).values
    paid = ag.critical_discount(game.replace(transfers=True), ("1", "1"))
    assert paid.value == F(1, 7)
    assert "transfer_table" in paid.notes[-1]


def test_that_no_patience_suffices_is_proved_from_the_minmax():
    never = ag.critical_discount(DILEMMA, ("1", "2"), punishment="optimal")
    assert never.value is None
    assert never.complete is True
    assert "hold that player down" in never.reason


def test_three_players_are_refused_with_advice():
    stage = ag.NormalFormGame.from_function(lambda *cell: [sum(x == "a" for x in cell)] * 3, [["a", "b"]] * 3)
    with pytest.raises(SolverNotApplicableError, match="two players"):
        ag.critical_discount(stage, ("a", "a", "a"), punishment="optimal")


def test_thresholds_of_a_dilemma_are_exact():
    found = ag.payoff_thresholds(DILEMMA)
    assert found.values == (F(1, 7), 36 * sympy.sqrt(7) - 95, F(1, 4))
    assert [item.jump > 0 for item in found] == [True, True, False]
    assert [sample.dimension for sample in found.samples] == [0, 1, 2, 2]
    assert len(found.to_dataframe()) == 3
    assert "36*sqrt(7)" in found.summary()


def test_thresholds_of_cournot():
    found = ag.payoff_thresholds(COURNOT)
    assert {F(1, 4), F(1, 3), F(3, 5)} <= set(found.values)
    assert found.complete is True
    assert all(sample.exact for sample in found.samples)
    assert found.samples[0].vertices == ((7, 7),)


def test_a_single_threshold():
    found = ag.payoff_thresholds(ag.NormalFormGame.from_bimatrix([[0, 3], [-1, 2]], [[0, -1], [3, 2]]))
    assert found.values == (F(1, 3),)


def test_a_corner_that_others_swallow():
    """One corner of five moves into the edge between its neighbours: nothing jumps, but the set is of another kind."""
    found = ag.payoff_thresholds(ag.NormalFormGame.from_bimatrix([[-5, -2], [-8, 0]], [[1, 5], [-1, -5]]))
    assert found.values == (F(5, 12), F(17, 36), F(1, 2))
    assert found.complete is True
    assert [len(sample.vertices) for sample in found.samples[1:]] == [5, 4, 4]


BATTLE = ([[0, 3], [1, 0]], [[0, 1], [3, 0]])


@pytest.mark.parametrize(
    ("payoffs", "values"),
    [
        (([[9, 1], [10, 3]], [[9, 10], [1, 3]]), (F(1, 7), 36 * sympy.sqrt(7) - 95, F(1, 4))),
        (([[0, 3], [-1, 2]], [[0, -1], [3, 2]]), (F(1, 3),)),
        (BATTLE, (F(1, 2),)),
        (([[4, 0], [6, 2]], [[4, 6], [0, 2]]), (F(1, 2),)),
        (([[8, 3], [0, 5]], [[5, 3], [0, 8]]), (F(4, 7),)),
        (([[4, 0], [3, 2]], [[4, 3], [0, 2]]), (F(1, 2),)),  # stag hunt
        (([[3, 1], [4, 0]], [[3, 4], [1, 0]]), (F(1, 3),)),  # chicken
        (([[3, 0], [5, 1]], [[3, 5], [0, 1]]), (F(1, 4), F(1, 2))),
        (([[1, -1], [-2, 1]], [[-1, 2], [2, 0]]), ()),  # no equilibrium in pure actions at any patience
    ],
)
def test_lists_of_thresholds_are_proved_complete(payoffs, values):
    found = ag.payoff_thresholds(ag.NormalFormGame.from_bimatrix(*payoffs))
    assert found.values == values
    assert found.complete is True
    assert not found.reason


def test_that_a_list_without_one_of_its_thresholds_is_complete_is_not_proved():
    """The proof cannot step over any change."""
    swallowed = ag.NormalFormGame.from_bimatrix([[-5, -2], [-8, 0]], [[1, 5], [-1, -5]])
    jumps_twice = ag.NormalFormGame.from_bimatrix([[-2, 1], [-1, -1]], [[2, -2], [0, -1]])
    between = [F(6, 7), (sympy.sqrt(13) - 1) / 3, F(7, 8)]
    for stage, values in (
        (jumps_twice, between),
        (DILEMMA, [F(1, 7), 36 * sympy.sqrt(7) - 95, F(1, 4)]),
        (swallowed, [F(5, 12), F(17, 36), F(1, 2)]),
    ):
        problem = Problem.from_arrays(stage.exact().payoffs, F(1, 2))
        assert not completeness(problem, values).reason
        for k in range(len(values)):
            assert completeness(problem, values[:k] + values[k + 1 :]).reason


def _random_stage(seed):
    rng = np.random.default_rng(seed)
    size, most = (2, 9) if seed % 8 else (3, 4)
    return ag.NormalFormGame.from_bimatrix(*rng.integers(-most, most + 1, (2, size, size)).tolist())


@pytest.mark.parametrize("seed", range(40))
def test_formulas_between_thresholds_agree_with_sets_solved_one_by_one(seed):
    """Where the set is said to be that of a family, exact sets at random discount factors are."""
    rng = np.random.default_rng(seed)
    stage = _random_stage(seed)
    problem = Problem.from_arrays(stage.exact().payoffs, F(1, 2))
    proof = completeness(problem, ag.payoff_thresholds(stage).values)
    for stretch in proof.stretches:
        low, high = stretch.low.bound(above=True), stretch.high.bound(above=False)
        for share in (F(1, 50), F(int(rng.integers(2, 49)), 50), F(49, 50)):
            point = (low + share * (high - low)).limit_denominator(10**5)
            if not low < point < high:
                continue
            delta = stretch.family.delta.at(point)
            exact = ag.spe_payoffs(ag.RepeatedGame(stage, delta))
            formula = {tuple(corner) for corner in problem.unscaled(stretch.family.corners_at(point))}
            corners = {tuple(corner) for corner in exact.outer.vertices}
            if exact.exact:
                assert corners == formula
            else:
                near = [min(max(abs(x - a), abs(y - b)) for a, b in corners) for x, y in formula]
                assert max(near) <= exact.gap + F(1, 10**6)


@pytest.mark.parametrize("seed", range(1, 6))
def test_between_thresholds_the_number_of_corners_stays(seed):
    """No change of a grid that is finer than that of the search is missed."""
    stage = _random_stage(seed)
    found = ag.payoff_thresholds(stage)
    ends = np.array([0.0, *(float(value) for value in found.values), 1.0])
    assert list(found.values) == sorted(found.values, key=float)
    if not found.complete:
        assert found.reason
    sizes = [len(sample.vertices) for sample in found.samples]
    for delta in np.linspace(0, 1, 1102)[1:-1] if found.complete else np.linspace(0, 1, 52)[1:-1]:
        if np.abs(ends - delta).min() > 1e-4:
            vertices = ag.spe_payoffs(ag.RepeatedGame(stage.floats(), float(delta))).vertices
            assert len(vertices) == sizes[int(np.searchsorted(ends, delta)) - 1]


def test_strategies_that_are_equilibria():
    stage = ag.games.prisoners_dilemma(T=5, R=3, P=1, S=0)
    named = {
        "grim": grim_trigger(stage, ("cooperate", "cooperate"), ("defect", "defect")),
        "defection": always(stage, ("defect", "defect")),
        "tit for tat": tit_for_tat(stage),
    }
    low, high = (ag.equilibria_among(ag.RepeatedGame(stage, delta), named) for delta in ("49/100", "1/2"))
    assert [item.name for item in low] == ["defection"]
    assert [item.name for item in high] == ["grim", "defection"]
    assert high[0].payoffs == {"Row": 3, "Column": 3}
    assert high.complete
    assert high.provenance.max_regret == 0
    with pytest.raises(SolverNotApplicableError):
        ag.equilibria_among(ag.RepeatedGame(stage, sympy.Symbol("delta")), named)
