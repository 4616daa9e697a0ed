"""Equilibria under public signals against closed forms, perfect monitoring and definitions."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.solvers.repeated.limit_payoffs import enforcement_cost, limit_payoffs
from alliancegames.solvers.repeated.public_monitoring import (
    public_perfect_payoffs,
    strongly_symmetric_critical,
    strongly_symmetric_payoffs,
)

BOTH = ("cooperate", "cooperate")


def pledge(pay=1, gain=F(1, 2), loss=1):
    return ag.games.prisoners_dilemma(T=pay + gain, R=pay, P=0, S=-loss)


def noisy(stage, p, q, delta):
    """A bad report with probability p under compliance, q otherwise."""
    signals = ag.PublicMonitoring(stage, ["met", "missed"], lambda a, b: (1 - p, p) if (a, b) == BOTH else (1 - q, q))
    return ag.RepeatedGame(stage, delta, monitoring=signals)


@given(
    st.integers(1, 19).map(lambda k: F(k, 20)),
    st.integers(1, 19).map(lambda k: F(k, 20)),
    st.integers(1, 30).map(lambda k: F(k, 20)),
    st.integers(1, 49).map(lambda k: F(k, 50)),
)
@settings(max_examples=150, deadline=None)
def test_closed_form_of_two_signals(p, q, gain, delta):
    """v = pi - g p/(q - p) from delta* = g/[(q - p) pi + (1 - p) g] on, and nothing before (Abreu, Milgrom & Pearce 1991)."""
    if not p < q or gain > 1:
        return
    game = noisy(pledge(1, gain), p, q, delta)
    value = 1 - gain * p / (q - p)
    found = strongly_symmetric_payoffs(game)
    if value <= 0:
        assert found.best == 0
        return
    critical = gain / ((q - p) + (1 - p) * gain)
    assert strongly_symmetric_critical(game, BOTH) == critical
    assert found.best == (value if delta >= critical else 0)
    assert enforcement_cost(game, BOTH).bound == value
    if delta >= critical:
        assert found.p_punish["missed"] == (1 - delta) * gain / (delta * (q - p) * value)
        assert ag.one_shot_deviations(game, found.automaton()).holds
        assert set(ag.automaton_values(game, found.automaton()).payoffs.values()) == {value}


def test_worked_numbers():
    game = noisy(pledge(), F(1, 10), F(3, 5), F(9, 10))
    assert strongly_symmetric_critical(game, BOTH) == F(10, 19)
    found = strongly_symmetric_payoffs(game)
    assert found.best == F(9, 10)
    assert found.p_punish["missed"] == F(10, 81)


@pytest.mark.parametrize("delta", ["1/10", "1/5", "1/4", "9/10"])
def test_perfect_monitoring_is_a_special_case(delta):
    dilemma = ag.NormalFormGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    game = ag.RepeatedGame(dilemma, delta)
    found, direct = public_perfect_payoffs(game), ag.spe_payoffs(game)
    assert found.exact
    assert found.inner == direct.inner


def test_a_general_and_a_strongly_symmetric_answer_agree_on_one_signal():
    game = noisy(pledge(), F(1, 10), F(3, 5), F(9, 10))
    found = public_perfect_payoffs(game)
    assert found.exact
    assert found.vertices == ((0, 0), (F(9, 10), F(9, 10)))
    for corner in found.vertices:
        machine = found.automaton(corner)
        assert ag.one_shot_deviations(game, machine).holds
        assert tuple(ag.automaton_values(game, machine).payoffs.values()) == corner


def personal(stage, accuracy, delta):
    """One report on each ally, right with some probability."""

    def chances(a, b):
        first = (accuracy, 1 - accuracy) if a == "cooperate" else (1 - accuracy, accuracy)
        second = (accuracy, 1 - accuracy) if b == "cooperate" else (1 - accuracy, accuracy)
        return [x * y for x in first for y in second]

    return ag.RepeatedGame(stage, delta, monitoring=ag.PublicMonitoring(stage, ["++", "+-", "-+", "--"], chances))


def test_bounds_enclose_and_machines_keep_their_promises(monkeypatch):
    monkeypatch.setattr("alliancegames.solvers.repeated.public_monitoring.PASSES", 1)  # wider bounds, sooner
    game = personal(pledge(1, F(1, 4), F(1, 4)), F(9, 10), F(3, 5))
    found = public_perfect_payoffs(game, directions=8)
    assert not found.inner.is_empty
    assert found.inner.is_subset(found.outer)
    assert found.gap < 0.1
    assert found.contains((0, 0)) is True
    assert found.contains((2, 2)) is False
    limit = limit_payoffs(game, directions=8)
    assert found.inner.is_subset(limit.outer), "no equilibrium at any patience lies outside the limit set"
    rng = np.random.default_rng(0)
    weights = [F(int(x), 100) for x in rng.multinomial(100, np.ones(len(found.vertices)) / len(found.vertices))]
    point = tuple(sum(w * v[i] for w, v in zip(weights, found.vertices, strict=True)) for i in range(2))
    machine = found.automaton(point)
    assert ag.one_shot_deviations(game, machine).holds
    assert tuple(ag.automaton_values(game, machine).payoffs.values()) == point


def test_garbled_reports_allow_no_more():
    """Kandori (1992): the set for garbled signals lies within that for the original ones."""
    stage = pledge(1, F(1, 4), F(1, 4))
    clear = noisy(stage, F(1, 10), F(7, 10), F(7, 10))
    blurred = noisy(stage, F(1, 10) * F(3, 4) + F(1, 8), F(7, 10) * F(3, 4) + F(1, 8), F(7, 10))
    assert public_perfect_payoffs(blurred).inner.is_subset(public_perfect_payoffs(clear).outer)
    assert strongly_symmetric_payoffs(blurred).best <= strongly_symmetric_payoffs(clear).best


def test_limit_of_perfect_monitoring_is_the_folk_theorem():
    cournot = ag.NormalFormGame.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]])
    found = limit_payoffs(ag.RepeatedGame(cournot, 0))
    assert found.outer == ag.folk_theorem_payoffs(cournot, minmax="pure").inner
    assert found.exact
    three = ag.NormalFormGame.from_function(lambda *a: [F(2 * a.count("give"), 3) - (x == "give") for x in a], [["keep", "give"]] * 3)
    assert limit_payoffs(ag.RepeatedGame(three, 0)).outer == ag.folk_theorem_payoffs(three, minmax="pure").inner


def test_reports_on_each_ally_bring_everything_to_the_patient():
    """Reports that tell the allies apart suffice for the folk theorem (Fudenberg, Levine & Maskin 1994)."""
    stage = pledge(1, F(1, 4), F(1, 4))
    found = limit_payoffs(personal(stage, F(9, 10), 0))
    assert found.exact
    assert found.outer == ag.folk_theorem_payoffs(stage, minmax="pure").inner
    one_report = limit_payoffs(noisy(stage, F(1, 10), F(3, 5), 0))
    assert not one_report.exact, "a segment has no interior, so that the theorem says nothing"
    assert set(one_report.outer.vertices) == {(0, 0), (F(19, 20), F(19, 20))}


def score_in_floats(game, direction):
    """Largest score in a direction, program by program, with payments and not their products with the weights as variables."""
    stage, monitoring = game.stage, game.monitoring
    signals, best = monitoring.signals, -np.inf
    for cell in stage.profiles():
        chances = np.array([float(monitoring.probability(y, cell)) for y in signals])
        rows, bounds = [], []
        for i in range(2):
            for action in stage.actions[i]:
                other = (action, cell[1]) if i == 0 else (cell[0], action)
                if other != cell:
                    shift = chances - [float(monitoring.probability(y, other)) for y in signals]
                    row = np.zeros((len(signals), 2))
                    row[:, i] = -shift
                    rows.append(row.ravel())
                    gain = stage.payoff(other)[stage.players[i]] - stage.payoff(cell)[stage.players[i]]
                    bounds.append(-float(gain))
        for k in range(len(signals)):
            row = np.zeros((len(signals), 2))
            row[k] = direction
            rows.append(row.ravel())
            bounds.append(0.0)
        answer = linprog(-np.outer(chances, direction).ravel(), np.array(rows), bounds, bounds=(None, None))
        if answer.status == 0:
            best = max(best, np.dot(direction, [float(x) for x in stage.payoff(cell).values()]) - answer.fun)
    return best


@pytest.mark.parametrize("seed", [0, 1, 2, 5, 8, 11, 15])
def test_no_direction_cuts_off_a_corner_of_an_exact_limit(seed):
    rng = np.random.default_rng(seed)
    stage = ag.NormalFormGame.from_bimatrix(*rng.integers(-3, 6, (2, 2, 2)).tolist())
    count = int(rng.integers(3, 5))
    weights = rng.integers(1, 7, (2, 2, count))
    table = {
        cell: [F(int(x), int(weights[place].sum())) for x in weights[place]]
        for cell, place in zip(stage.profiles(), np.ndindex(2, 2), strict=True)
    }
    game = ag.RepeatedGame(stage, 0, monitoring=ag.PublicMonitoring(stage, [f"y{k}" for k in range(count)], table))
    found = limit_payoffs(game)
    assert found.exact
    assert found.dimension == 2
    angles = rng.uniform(0, 2 * np.pi, 12)
    for direction in np.stack([np.cos(angles), np.sin(angles)], axis=1):
        support = max(float(np.dot(direction, np.array(v, dtype=float))) for v in found.outer.vertices)
        assert score_in_floats(game, direction) >= support - 1e-7


def test_signals_that_say_nothing_leave_stage_equilibria():
    hunt = ag.games.stag_hunt()
    deaf = ag.PublicMonitoring(hunt, ["x", "y"], lambda a, b: ("1/3", "2/3"))
    game = ag.RepeatedGame(hunt, "9/10", monitoring=deaf)
    assert set(public_perfect_payoffs(game).vertices) == {(3, 3), (4, 4)}
    assert set(limit_payoffs(game, directions=8).outer.vertices) == {(3, 3), (4, 4)}


def test_refused():
    game = noisy(pledge(), F(1, 10), F(3, 5), F(9, 10))
    sexes = ag.games.battle_of_the_sexes()
    with pytest.raises(SolverNotApplicableError, match="paid the same"):
        strongly_symmetric_payoffs(ag.RepeatedGame(sexes, "1/2"))
    with pytest.raises(SolverNotApplicableError, match="transfers"):
        public_perfect_payoffs(game.replace(transfers=True))
    with pytest.raises(GameDefinitionError, match="directions"):
        public_perfect_payoffs(game, directions=2)
    with pytest.raises(GameDefinitionError, match="all players do the same"):
        strongly_symmetric_critical(game, ("cooperate", "defect"))
