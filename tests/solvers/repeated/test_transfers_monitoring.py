"""Repeated games with transfers and imperfect public monitoring."""

import itertools
from dataclasses import replace
from fractions import Fraction as F

import matplotlib as mpl
import numpy as np
import pytest
import sympy
from scipy.optimize import linprog

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.solvers.repeated._transfers_pieces import Segment, envelope, frontier, merge
from alliancegames.solvers.repeated._transfers_programs import Programs
from alliancegames.solvers.repeated.transfers import transfer_payoffs, transfer_table

mpl.use("Agg")


def noisy_dilemma(d="1", s="3/2", lam="1/10", mu="1/5", alpha="1/10", beta="1/5", psi="1") -> tuple:
    """Return the noisy Prisoner's Dilemma of Kranz's tutorial, and its signals.

    yD hints that somebody defected, y1 and y2 that player 1 or 2 did.
    """
    d, s, lam, mu, alpha, beta, psi = map(F, (d, s, lam, mu, alpha, beta, psi))
    stage = ag.NormalFormGame.symmetric([[1, -s], [1 + d, 0]], actions=["C", "D"])

    def chances(a: str, b: str) -> tuple:
        if a == b == "C":
            return 1 - 2 * alpha - lam, lam, alpha, alpha
        if a == b == "D":
            return 1 - psi, psi, 0, 0
        return 1 - 2 * alpha - lam - mu - beta, lam + mu, alpha + beta * (a == "D"), alpha + beta * (b == "D")

    return stage, ag.PublicMonitoring(stage, ["yC", "yD", "y1", "y2"], chances)


def random_monitoring(seed: int, shape=(2, 2), signals: int = 3) -> tuple:
    rng = np.random.default_rng(seed)
    stage = ag.NormalFormGame.from_arrays(*(rng.integers(-3, 6, shape) for _ in shape))
    table = {}
    for cell in stage.profiles():
        weights = rng.integers(0, 6, signals) + (np.arange(signals) == 0)
        table[cell] = [F(int(w), int(weights.sum())) for w in weights]
    return stage, ag.PublicMonitoring(stage, [f"y{k}" for k in range(signals)], table)


def random_dilemma(seed: int, signals: int = 3) -> tuple:
    """Return a Prisoner's Dilemma of two different players, with signals that tell profiles apart."""
    rng = np.random.default_rng(seed)
    sucker, punishment, reward, temptation = (int(x) for x in np.cumsum(rng.integers(1, 4, 4)))
    other_temptation, other_sucker = reward + int(rng.integers(1, 4)), punishment - int(rng.integers(1, 4))
    stage = ag.NormalFormGame.from_bimatrix(
        [[reward, sucker], [temptation, punishment]], [[reward, other_temptation], [other_sucker, punishment]]
    )
    table = {}
    for k, cell in enumerate(stage.profiles()):
        weights = rng.integers(0, 8, signals) + 12 * (np.arange(signals) == k % signals)
        table[cell] = [F(int(w), int(weights.sum())) for w in weights]
    return stage, ag.PublicMonitoring(stage, [f"y{k}" for k in range(signals)], table)


def rows(table) -> list[tuple]:
    return [(row.delta, row.joint_payoff, tuple(row.punishment_payoffs.values())) for row in table.rows]


# -------------------------------------------------------------------- an oracle in floats


def best_values(stage: ag.NormalFormGame, monitoring: ag.PublicMonitoring, liquidity: float) -> np.ndarray | None:
    """Return joint payoff and punishments that continuations worth at most `liquidity` above the punishments support.

    Written in payments p_i(y) out of a liquidity that belongs to player 1 (others can only receive), as in
    the literature; the solver works with rewards above the punishments.
    """
    n, m = len(stage.players), len(monitoring.signals)
    results = []
    for cell in stage.profiles():
        place = tuple(labels.index(a) for labels, a in zip(stage.actions, cell, strict=True))
        agreed = monitoring.table[place].astype(float)
        rows_, right = [], []
        for k in range(n):
            for other in range(stage.shape[k]):
                if other != place[k]:
                    played = (*place[:k], other, *place[k + 1 :])
                    row = np.zeros(n * m)
                    row[k * m : (k + 1) * m] = agreed - monitoring.table[played].astype(float)
                    rows_.append(row)
                    right.append(float(stage.payoffs[k][place] - stage.payoffs[k][played]))
        for y in range(m):
            row = np.zeros(n * m)
            row[y::m] = -1
            rows_.append(row)
            right.append(0.0)
        bounds = [(None, liquidity)] * m + [(None, 0.0)] * ((n - 1) * m)
        joint_cost = np.tile(agreed, n)
        found = linprog(joint_cost, rows_, right, bounds=bounds)
        if found.status != 0:
            continue
        row = [float(sum(array[place] for array in stage.payoffs)) - found.fun]
        for k in range(n):
            own = np.zeros(n * m)
            own[k * m : (k + 1) * m] = -agreed
            cheap = linprog(own, rows_, right, bounds=bounds)
            row.append(float(stage.payoffs[k][place]) + cheap.fun + (liquidity if k == 0 else 0.0))
        results.append(row)
    if not results:
        return None
    table = np.array(results)
    return np.array([table[:, 0].max(), *table[:, 1:].min(axis=0)])


def largest_fixed_point(stage, monitoring, delta: float) -> np.ndarray | None:
    """Iterate the operator from above until it stands still."""
    kappa = delta / (1 - delta)
    span = float(sum(array.max() - array.min() for array in stage.payoffs))
    liquidity = kappa * span + 1.0
    for _ in range(400):
        found = best_values(stage, monitoring, liquidity)
        if found is None or found[0] - found[1:].sum() < -1e-9:
            return None
        following = kappa * (found[0] - found[1:].sum())
        if abs(following - liquidity) < 1e-10:
            return found
        liquidity = following
    return found


# -------------------------------------------------------------------- known answers


def test_noisy_prisoners_dilemma():
    stage, monitoring = noisy_dilemma()
    table = transfer_table(stage, monitoring)
    assert rows(table) == [(0, 0, (0, 0)), (F(10, 13), F(3, 2), (0, 0)), (F(5, 6), 2, (0, 0))]
    assert [row.liquidity for row in table.rows] == [0, 5, 10]
    assert [row.path for row in table.rows] == [("D", "D"), ("C", "C"), ("C", "C")]
    assert float(table.rows[1].delta) == pytest.approx(0.7692, abs=5e-5)
    assert float(table.rows[2].delta) == pytest.approx(0.8333, abs=5e-5)
    assert table.critical(("C", "C")) == F(10, 13)


def test_payoffs_rise_between_two_rows():
    # From L = 5 to 10 the money burned falls at the rate 1/10: U = 1 + L/10, L = kappa U, so U = 1 / (1 - kappa/10).
    stage, monitoring = noisy_dilemma()
    table = transfer_table(stage, monitoring)
    for delta in (F(10, 13), F(4, 5), F(9, 11), F(5, 6)):
        kappa = delta / (1 - delta)
        assert table.at(delta).joint_payoff == 1 / (1 - kappa / 10)
    assert table.at("9/10").joint_payoff == 2


def test_floats_agree_with_fractions():
    stage, monitoring = noisy_dilemma()
    floats = ag.PublicMonitoring(
        stage.floats(), monitoring.signals, lambda a, b: [float(x) for x in monitoring.table[("CD".index(a), "CD".index(b))]]
    )
    table = transfer_table(stage.floats(), floats)
    assert not table.exact
    assert [row.delta for row in table.rows] == [0.0, float(F(10, 13)), float(F(5, 6))]
    assert table.at(0.8).joint_payoff == pytest.approx(5 / 3)


def test_more_accurate_reports_lower_the_patience_needed():
    critical = [transfer_table(*noisy_dilemma(beta=beta)).critical(("C", "C")) for beta in ("1/10", "1/5", "3/10", "2/5")]
    assert all(a > b for a, b in itertools.pairwise(critical))


# -------------------------------------------------------------------- limits of monitoring


@pytest.mark.parametrize("seed", range(9))
@pytest.mark.parametrize("tied", [True, False])
def test_signals_that_show_everything_are_perfect_monitoring(seed, tied):
    rng = np.random.default_rng(seed)
    shape = [(2, 2), (3, 2), (2, 2, 2)][seed % 3]
    bound = 3 if tied else 500
    stage = ag.NormalFormGame.from_arrays(*(rng.integers(-bound, bound, shape) for _ in shape))
    signals = ["/".join(cell) for cell in stage.profiles()]
    shown = ag.PublicMonitoring(stage, signals, lambda *cell: {"/".join(cell): 1})
    assert rows(transfer_table(stage, shown)) == rows(transfer_table(stage))


def test_signals_that_show_nothing_leave_the_stage_game():
    stage = ag.games.prisoners_dilemma()
    blind = ag.PublicMonitoring(stage, ["sun", "rain"], lambda a, b: ["1/3", "2/3"])
    table = transfer_table(stage, blind)
    assert rows(table) == [(0, 2, (1, 1))]
    assert table.critical(("cooperate", "cooperate")) is None


def test_without_any_profile_that_can_be_played():
    stage = ag.NormalFormGame.zero_sum([[1, -1], [-1, 1]])
    blind = ag.PublicMonitoring(stage, ["sun", "rain"], lambda a, b: ["1/3", "2/3"])
    table = transfer_table(stage, blind)
    assert table.rows == ()
    assert table.status == "none"
    assert table.payoff_set("1/2").is_empty


@pytest.mark.parametrize("seed", range(6))
def test_garbled_signals_are_worse(seed):
    stage, monitoring = random_dilemma(seed)
    mix = [[F(2, 3), F(1, 3), 0], [0, F(3, 4), F(1, 4)], [F(1, 5), 0, F(4, 5)]]
    garbled = ag.PublicMonitoring(
        stage,
        monitoring.signals,
        {c: [sum(monitoring.probability(k, c) * mix[k][y] for k in range(3)) for y in range(3)] for c in stage.profiles()},
    )
    sharp, dull = transfer_table(stage, monitoring), transfer_table(stage, garbled)
    for delta in [F(k, 20) for k in range(20)]:
        better, worse = sharp.at(delta), dull.at(delta)
        if worse is not None:
            assert better.joint_payoff >= worse.joint_payoff
            assert all(better.punishment_payoffs[p] <= worse.punishment_payoffs[p] for p in stage.players)


# -------------------------------------------------------------------- against the oracle


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("draw", [random_monitoring, random_dilemma])
def test_random_games_against_iteration_in_floats(seed, draw):
    stage, monitoring = draw(seed, signals=3 + seed % 3)
    table = transfer_table(stage, monitoring)
    # Away from critical discount factors, where the iteration could fall to either side.
    critical = [float(row.delta) for row in table.rows]
    between = [(a + b) / 2 for a, b in itertools.pairwise(critical) if b - a > 0.004]
    for delta in (*between, 0.35, 0.62, 0.81, 0.93):
        if min((abs(delta - c) for c in critical), default=1) < 0.002:
            continue
        row, found = table.at(delta), largest_fixed_point(stage, monitoring, delta)
        if row is None:
            assert found is None
        else:
            expected = [float(row.joint_payoff), *map(float, row.punishment_payoffs.values())]
            assert found == pytest.approx(expected, abs=1e-5)


def test_three_players_against_iteration_in_floats():
    stage, monitoring = random_monitoring(4, shape=(2, 2, 2), signals=3)
    table = transfer_table(stage, monitoring)
    row, found = table.at("4/5"), largest_fixed_point(stage, monitoring, 0.8)
    assert found == pytest.approx([float(row.joint_payoff), *map(float, row.punishment_payoffs.values())], abs=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_values_of_the_programs_at_every_liquidity(seed):
    stage, monitoring = random_monitoring(seed, shape=(3, 2), signals=4)
    for cell in [(0, 0), (1, 1), (2, 0)]:
        programs = Programs(stage, monitoring.table, cell)
        if programs.need is None:
            continue
        for goal in ("joint", 0, 1):
            function = programs.function(goal)
            starts = [segment.start for segment in function]
            middles = [(a + b) / 2 for a, b in itertools.pairwise(starts)]
            for liquidity in [*starts, *middles, starts[-1] + 3]:
                segment = [segment for segment in function if segment.start <= liquidity][-1]
                assert programs._point(goal, liquidity)[0] == segment.at(liquidity)
            slopes = [segment.slope for segment in function]
            assert slopes[-1] == 0
            assert slopes == sorted(slopes, reverse=goal == "joint")


@pytest.mark.parametrize("seed", range(12))
def test_critical_patience_of_each_profile(seed):
    stage, monitoring = random_dilemma(seed, signals=3 + seed % 3)
    table = transfer_table(stage, monitoring)
    for cell in stage.profiles():
        need = Programs(stage, monitoring.table, tuple(labels.index(a) for labels, a in zip(stage.actions, cell, strict=True))).need
        critical = table.critical(cell)
        if critical is None:
            assert need is None
            continue
        assert table.at(critical).liquidity >= need
        if critical:
            below = table.at(critical - F(1, 10**15))
            assert below is None or below.liquidity < need


def test_a_profile_that_becomes_available_between_two_rows():
    # On the path (C, C) burns less and less money from L = 10/3 to 5: U = 3/2 + L/10. (C, D) needs L = 4, so kappa = 4 / 1.9.
    stage, monitoring = noisy_dilemma(s="3", beta="2/5", lam="1/20")
    table = transfer_table(stage, monitoring)
    assert [row.liquidity for row in table.rows] == [0, F(10, 3), 5]
    assert table.at("40/59").joint_payoff == F(19, 10)
    assert Programs(stage, monitoring.table, (0, 1)).need == 4
    assert table.critical(("C", "D")) == table.critical(("D", "C")) == F(40, 59)


# -------------------------------------------------------------------- equilibria written out


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("draw", [random_monitoring, random_dilemma])
def test_equilibria_attain_the_corners(seed, draw):
    stage, monitoring = draw(seed)
    table = transfer_table(stage, monitoring)
    for row in table.rows:
        delta = row.delta + (1 - row.delta) / 9
        at = table.at(delta)
        for corner in at.corners:
            found = table.equilibrium(delta, corner)
            assert found.is_equilibrium
            assert tuple(found.payoffs.values()) == corner
            assert found.punishment_payoffs == at.punishment_payoffs


def test_an_equilibrium_fails_under_noisier_signals():
    stage, monitoring = noisy_dilemma()
    found = transfer_table(stage, monitoring).equilibrium("10/13")
    noisier = noisy_dilemma(beta="19/100")[1]
    assert found.is_equilibrium
    assert not replace(found, monitoring=noisier).is_equilibrium
    assert found.fines["Player 1"] > 0
    assert "after 'y1'" in found.summary()


def test_the_payoff_set_of_a_repeated_game():
    stage, monitoring = noisy_dilemma()
    found = transfer_payoffs(ag.RepeatedGame(stage, "4/5", monitoring=monitoring, transfers=True))
    assert found.vertices == ((0, 0), (F(5, 3), 0), (0, F(5, 3)))
    assert found.concept == "public perfect equilibrium with transfers"


# -------------------------------------------------------------------- the functions of liquidity


def test_upper_and_lower_envelopes():
    flat = [Segment(F(0), F(1), F(0), (0,))]
    rising = [Segment(F(1), F(0), F(1), (1,)), Segment(F(4), F(3), F(0), (1,))]
    upper = envelope([flat, rising], 1)
    assert [(s.start, s.value, s.slope, s.cell) for s in upper] == [(0, 1, 0, (0,)), (2, 1, 1, (1,)), (4, 3, 0, (1,))]
    lower = envelope([flat, rising], -1)
    assert [(s.start, s.value, s.cell) for s in lower] == [(0, 1, (0,)), (1, 0, (1,)), (2, 1, (0,))]


def test_a_piece_on_which_less_patience_supports_more_is_skipped():
    # U = 0 up to L = 2, then L - 2, then 6 from L = 8 on: kappa = L / U falls along the middle piece.
    joint = [
        Segment(F(0), F(0), F(0), (0,)),
        Segment(F(2), F(0), F(1), (1,)),
        Segment(F(8), F(6), F(0), (1,)),
    ]
    zero = [Segment(F(0), F(0), F(0), (0,))]
    steps = frontier(merge([joint, zero]))
    assert [(step.patience, step.piece.start) for step in steps] == [(0, 0), (F(4, 3), 8)]


def test_a_curve_that_a_jump_overtakes():
    # Along the first rising piece kappa goes from 1 to 2, but from kappa = 3/2 on L = 9 is available at once.
    joint = [
        Segment(F(2), F(2), F(1, 4), (0,)),
        Segment(F(9), F(6), F(0), (1,)),
    ]
    zero = [Segment(F(2), F(0), F(0), (0,))]
    steps = frontier(merge([joint, zero]))
    assert [(step.patience, step.piece.start) for step in steps] == [(1, 2), (F(3, 2), 9)]
    assert steps[0].piece.liquidity(F(6, 5)) == F(6, 5) * F(3, 2) / (1 - F(6, 5) / 4)


# -------------------------------------------------------------------- refusals and pictures


def test_refusals():
    stage, monitoring = noisy_dilemma()
    with pytest.raises(SolverNotApplicableError, match="every_period"):
        transfer_table(stage, monitoring).critical(("C", "C"), every_period=True)
    with pytest.raises(GameDefinitionError, match="actions of this game"):
        transfer_table(ag.games.prisoners_dilemma(), monitoring)
    symbolic = ag.PublicMonitoring(stage, ["good", "bad"], lambda a, b: [sympy.Symbol("p"), 1 - sympy.Symbol("p")])
    with pytest.raises(SolverNotApplicableError, match="symbols"):
        transfer_table(stage, symbolic)


def test_plot_follows_the_curve():
    stage, monitoring = noisy_dilemma()
    axes = transfer_table(stage, monitoring).plot()
    joint = axes.get_lines()[0]
    for delta, value in zip(joint.get_xdata(), joint.get_ydata(), strict=True):
        if 0.77 < delta < 0.833:
            assert value == pytest.approx(1 / (1 - delta / (1 - delta) / 10), rel=1e-5)
