"""Payoffs and certificates of machines, against play written out and against dynamic programming."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import alliancegames as ag
from alliancegames._exact import solve_linear
from alliancegames.errors import GameDefinitionError, InexactPayoffError, SolverNotApplicableError
from alliancegames.games.automaton import Automaton
from alliancegames.games.strategies import always, combine, grim_trigger, punish_for, tit_for_tat, win_stay_lose_shift
from alliancegames.solvers.repeated.automata import automaton_values, one_shot_deviations

GAME = ag.games.prisoners_dilemma(T=5, R=3, P=1, S=0)
CC, CD, DC, DD = list(GAME.profiles())
PERIODS = 400


# ---------------------------------------------------------------- drawing machines


def draw_machine(seed, *, lotteries=False, mixed=False):
    """Return a random stage game, of two or three players, and a random machine."""
    rng = np.random.default_rng(seed)
    shape = [(2, 2), (2, 3), (3, 3), (2, 2, 2)][int(rng.integers(4))]
    stage = ag.NormalFormGame.from_arrays(*[rng.integers(-3, 4, size=shape).tolist() for _ in shape])
    names = [f"s{k}" for k in range(int(rng.integers(1, 5)))]

    def target():
        if lotteries and rng.random() < 0.5:
            weights = rng.integers(0, 4, size=len(names)) + (np.arange(len(names)) == 0)
            return {name: Fraction(int(w), int(weights.sum())) for name, w in zip(names, weights, strict=True) if w}
        return names[int(rng.integers(len(names)))]

    def action(k):
        if mixed and rng.random() < 0.4:
            return {0: "1/3", shape[k] - 1: "2/3"}
        return int(rng.integers(shape[k]))

    outputs = {name: tuple(action(k) for k in range(len(shape))) for name in names}
    moves = {name: {profile: target() for profile in stage.profiles()} for name in names}
    return stage, Automaton(stage, outputs, moves, target())


def draw_delta(seed):
    return Fraction(int(np.random.default_rng(seed).integers(0, 40)), 40)


# ---------------------------------------------------------------- oracles


def expected(stage, machine, state, monitoring=None):
    """Iterate over profiles that may occur in a state: (probability, profile, {next state: probability})."""
    rows = machine.output(state)
    for profile in product(*stage.actions):
        weight = np.prod([rows[player][a] for player, a in zip(stage.players, profile, strict=True)])
        if weight:
            yield weight, profile, following(machine, state, profile, monitoring)


def following(machine, state, profile, monitoring):
    if monitoring is None:
        return machine.transition(state, profile)
    total = {}
    for signal in monitoring.signals:
        for goal, value in machine.transition(state, signal).items():
            total[goal] = total.get(goal, 0) + value * monitoring.probability(signal, profile)
    return total


def chain(stage, machine, monitoring=None):
    """Return expected payoffs of one period by state, and the probabilities of the next state, in floats."""
    states = list(machine.reachable)
    flows, moves = np.zeros((len(states), len(stage.players))), np.zeros((len(states), len(states)))
    for row, state in enumerate(states):
        for probability, profile, goals in expected(stage, machine, state, monitoring):
            flows[row] += float(probability) * np.array([float(u) for u in stage.payoff(profile).values()])
            for goal, value in goals.items():
                moves[row, states.index(goal)] += float(probability) * float(value)
    return states, flows, moves


def played_out(stage, machine, delta, start, monitoring=None, first=None):
    """Return normalised payoffs summed over many periods; ``first`` is the profile played at once instead of the prescribed one."""
    states, flows, moves = chain(stage, machine, monitoring)
    chance, total = np.eye(len(states))[states.index(start)], np.zeros(len(stage.players))
    for t in range(PERIODS):
        if t == 0 and first is not None:
            total += [float(u) for u in stage.payoff(first).values()]
            goals = following(machine, start, first, monitoring)
            chance = np.array([float(goals.get(state, 0)) for state in states])
        else:
            total += float(delta) ** t * chance @ flows
            chance = chance @ moves
    return (1 - float(delta)) * total


def action_value(stage, machine, delta, k, monitoring, state, a, values):
    """Return a player's payoff from an action now, if given values follow."""
    now, later = Fraction(0), Fraction(0)
    others = [machine.output(state)[player] for player in stage.players]
    for profile in product(*stage.actions):
        if profile[k] == stage.actions[k][a]:
            weight = Fraction(1)
            for j, label in enumerate(profile):
                weight *= 1 if j == k else others[j][label]
            now += weight * stage.payoff(profile)[stage.players[k]]
            for goal, value in following(machine, state, profile, monitoring).items():
                later += weight * value * values[goal]
    return (1 - delta) * now + delta * later


def policy_values(states, value, policy):
    """Return the values of a policy, from linear equations whose coefficients are read off the payoffs of unit values."""
    zero = dict.fromkeys(states, Fraction(0))
    right = [value(s, policy[s], zero) for s in states]
    unit = {t: {u: Fraction(int(t == u)) for u in states} for t in states}
    matrix = [[Fraction(int(s == t)) - (value(s, policy[s], unit[t]) - right[i]) for t in states] for i, s in enumerate(states)]
    return dict(zip(states, solve_linear(matrix, right), strict=True))


def best_reply(stage, machine, delta, k, monitoring=None):
    """Return the values of a player's best reply to the others' parts of a machine, by policy iteration in fractions."""

    def value(state, a, values):
        return action_value(stage, machine, delta, k, monitoring, state, a, values)

    states = list(machine.reachable)
    policy = dict.fromkeys(states, 0)
    while True:
        values = policy_values(states, value, policy)
        better = dict(policy)
        for s in states:
            options = [value(s, a, values) for a in range(len(stage.actions[k]))]
            if max(options) > options[policy[s]]:
                better[s] = options.index(max(options))
        if better == policy:
            return values
        policy = better


# ---------------------------------------------------------------- properties


@given(st.integers(0, 10**6))
def test_values_and_slacks_are_those_of_play_written_out(seed):
    stage, machine = draw_machine(seed, lotteries=True)
    delta = draw_delta(seed) * Fraction(9, 10)  # so that what follows the last period is negligible
    game = ag.RepeatedGame(stage, delta)
    values, certificate = automaton_values(game, machine), one_shot_deviations(game, machine)
    state = machine.reachable[-1]
    assert list(values[state].values()) == pytest.approx(played_out(stage, machine, delta, state), abs=1e-9)
    for one in [d for d in certificate.deviations if d.state == state][:4]:
        k = stage.players.index(one.player)
        prescribed = machine.profile(state)
        departed = played_out(stage, machine, delta, state, first=(*prescribed[:k], one.action, *prescribed[k + 1 :]))
        assert float(one.slack) == pytest.approx(float(values[state][one.player]) - departed[k], abs=1e-9)


@given(st.integers(0, 10**6))
def test_no_single_departure_pays_if_and_only_if_following_is_a_best_reply(seed):
    stage, machine = draw_machine(seed, lotteries=seed % 2 == 0, mixed=seed % 3 == 0)
    delta = draw_delta(seed)
    certificate = one_shot_deviations(ag.RepeatedGame(stage, delta), machine)
    optimal = True
    for k, player in enumerate(stage.players):
        best = best_reply(stage, machine, delta, k)
        gains = [best[state] - certificate.values[state][player] for state in machine.reachable]
        assert min(gains) >= 0
        optimal = optimal and max(gains) == 0
    assert certificate.holds is optimal
    assert certificate.holds is (not certificate.profitable)


@given(st.integers(0, 10**6))
def test_machines_that_hold_have_no_gain_of_a_best_reply(seed):
    """Random machines rarely hold: here each state plays a stage equilibrium, so that all of them do."""
    stage, machine = draw_machine(seed)
    pure = [profile for profile in stage.profiles() if stage.is_nash(profile)]
    if not pure:
        return
    outputs = {state: pure[j % len(pure)] for j, state in enumerate(machine.states)}
    moves = {state: {"otherwise": machine.states[(j + 1) % len(machine.states)]} for j, state in enumerate(machine.states)}
    certificate = one_shot_deviations(ag.RepeatedGame(stage, draw_delta(seed)), Automaton(stage, outputs, moves))
    assert certificate.holds is True and certificate.profitable == ()
    assert certificate.tightest is None or certificate.tightest.slack == min(one.slack for one in certificate.deviations)


@given(st.integers(0, 10**6))
def test_public_monitoring_against_a_best_reply(seed):
    rng = np.random.default_rng(seed)
    stage = ag.NormalFormGame.from_bimatrix(*rng.integers(-3, 4, size=(2, 2, 2)).tolist())
    monitoring = ag.PublicMonitoring(stage, ["x", "y"], lambda a, b: _pair(rng))
    names = ["s", "t", "u"]
    outputs = {name: tuple(int(rng.integers(2)) for _ in range(2)) for name in names}
    moves = {name: {signal: {names[int(rng.integers(3))]: 1} for signal in ("x", "y")} for name in names}
    machine = Automaton(stage, outputs, moves, monitoring=monitoring)
    delta = draw_delta(seed)
    certificate = one_shot_deviations(ag.RepeatedGame(stage, delta, monitoring=monitoring), machine)
    gains = []
    for k, player in enumerate(stage.players):
        best = best_reply(stage, machine, delta, k, monitoring)
        gains += [best[state] - certificate.values[state][player] for state in machine.reachable]
    assert certificate.holds is (max(gains) == 0) and min(gains) >= 0
    assert certificate.concept == "perfect public equilibrium"


def _pair(rng):
    chance = Fraction(int(rng.integers(0, 5)), 4)
    return chance, 1 - chance


@given(st.integers(0, 10**6))
def test_floats_and_symbols_agree_with_fractions(seed):
    stage, machine = draw_machine(seed, lotteries=True, mixed=True)
    delta = draw_delta(seed)
    exact = one_shot_deviations(ag.RepeatedGame(stage, delta), machine)
    floats = one_shot_deviations(ag.RepeatedGame(stage.floats(), float(delta)), machine)
    assert not floats.exact and floats.holds is exact.holds
    assert [one.slack for one in floats.deviations] == pytest.approx([float(one.slack) for one in exact.deviations], abs=1e-9)
    if seed % 10 == 0:
        symbol = sympy.Symbol("delta")
        formula = one_shot_deviations(ag.RepeatedGame(stage, symbol), machine)
        at = {symbol: sympy.Rational(delta.numerator, delta.denominator)}
        assert [sympy.sympify(one.slack).subs(at) for one in formula.deviations] == [
            sympy.Rational(one.slack.numerator, one.slack.denominator) for one in exact.deviations
        ]


@given(st.integers(0, 10**6))
def test_unequal_patience_is_that_of_each_player_alone(seed):
    stage, machine = draw_machine(seed)
    deltas = [draw_delta(seed + k) for k in range(len(stage.players))]
    mixed = one_shot_deviations(ag.RepeatedGame(stage, deltas), machine)
    for player, delta in zip(stage.players, deltas, strict=True):
        alone = one_shot_deviations(ag.RepeatedGame(stage, delta), machine)
        assert [d for d in mixed.deviations if d.player == player] == [d for d in alone.deviations if d.player == player]


# ---------------------------------------------------------------- known answers


def test_grim_trigger_binds_at_one_half():
    grim = grim_trigger(GAME, CC)
    holds = {delta: one_shot_deviations(ag.RepeatedGame(GAME, delta), grim).holds for delta in ("49/100", "1/2", "51/100")}
    assert holds == {"49/100": False, "1/2": True, "51/100": True}
    certificate = one_shot_deviations(ag.RepeatedGame(GAME, "1/2"), grim)
    assert certificate.tightest.slack == 0 and certificate.tightest.state == "target"
    assert [(one.player, one.action) for one in certificate.binding] == [("Row", "defect"), ("Column", "defect")]
    assert certificate.slack("punishment", "Row", "cooperate") == Fraction(1, 2)


def test_tit_for_tat_is_subgame_perfect_on_a_knife_edge_only():
    T, R, P, S, delta = sympy.symbols("T R P S delta")
    stage = ag.games.prisoners_dilemma(T, R, P, S)
    certificate = one_shot_deviations(ag.RepeatedGame(stage, delta), tit_for_tat(stage))
    assert certificate.holds is None
    slacks = [sympy.numer(sympy.together(one.slack)) for one in certificate.deviations]
    # R (1 + delta) = T + S delta and P (1 + delta) = S + T delta, each with both signs.
    edge = {sympy.expand(R * (1 + delta) - T - S * delta), sympy.expand(P * (1 + delta) - S - T * delta)}
    found = {sympy.expand(slack) for slack in slacks}
    assert found == edge | {sympy.expand(-e) for e in edge}
    knife = ag.games.prisoners_dilemma(T=4, R=3, P=1, S=0)
    assert one_shot_deviations(ag.RepeatedGame(knife, "1/3"), tit_for_tat(knife)).holds
    assert not one_shot_deviations(ag.RepeatedGame(knife, "1/2"), tit_for_tat(knife)).holds


def test_win_stay_lose_shift_needs_temptation_small_against_punishment():
    T, R, P, S = sympy.symbols("T R P S")
    delta = sympy.Symbol("delta", nonnegative=True)
    stage = ag.games.prisoners_dilemma(T, R, P, S)
    certificate = one_shot_deviations(ag.RepeatedGame(stage, delta), win_stay_lose_shift(stage))
    assert sympy.expand(certificate.slack("cooperate", "Row", "defect") - (1 - delta) * (R - T + delta * (R - P))) == 0
    conditions = [sympy.expand(c.lhs) for c in certificate.conditions]
    assert sympy.expand(R - T + delta * (R - P)) in conditions and len(conditions) == 2  # the other: departing from (D, D)


def test_noisy_pledges_of_the_monitoring_model():
    pi, g, p, q, delta = Fraction(1), Fraction(1, 2), Fraction(1, 10), Fraction(3, 5), Fraction(9, 10)
    stage = ag.games.prisoners_dilemma(T=pi + g, R=pi, P=0, S=-g)
    monitoring = ag.PublicMonitoring(stage, ["good", "bad"], lambda a, b: (1 - p, p) if a == b == "cooperate" else (1 - q, q))
    best = pi - g * p / (q - p)
    alpha = (1 - delta) * g / (delta * (q - p) * best)

    def machine(chance):
        moves = {"pledge": {"good": "pledge", "bad": {"pledge": 1 - chance, "broken": chance}}}
        return Automaton(stage, {"pledge": CC, "broken": DD}, moves, monitoring=monitoring)

    game = ag.RepeatedGame(stage, delta, monitoring=monitoring)
    certificate = one_shot_deviations(game, machine(alpha))
    assert float(alpha) == pytest.approx(0.123457, abs=1e-6)
    assert certificate.holds and certificate.tightest.slack == 0
    assert certificate.values.payoffs == {"Row": best, "Column": best} == {"Row": Fraction(9, 10), "Column": Fraction(9, 10)}
    assert not one_shot_deviations(game, machine(alpha - Fraction(1, 1000))).holds
    assert played_out(stage, machine(alpha), delta, "pledge", monitoring)[0] == pytest.approx(0.9)


def test_lotteries_at_the_start_average_payoffs():
    machine = Automaton(GAME, {"a": CC, "b": DD}, {}, {"a": "1/4", "b": "3/4"})
    assert automaton_values(ag.RepeatedGame(GAME, "1/3"), machine).payoffs == {"Row": Fraction(3, 2), "Column": Fraction(3, 2)}


def test_products_of_strategies_have_the_payoffs_of_their_path():
    machine = combine(GAME, [tit_for_tat(GAME), always(GAME, DD)])
    delta = Fraction(3, 4)
    values = automaton_values(ag.RepeatedGame(GAME, delta), machine)
    assert values.payoffs == {"Row": delta * 1, "Column": (1 - delta) * 5 + delta}
    assert "Row 3/4" in repr(values) and len(values) == len(machine.reachable)


def test_mixed_equilibria_for_ever_leave_all_mixed_actions_with_slack_zero():
    game = ag.games.chicken()
    mixed = ag.nash(game).mixed[0]
    certificate = one_shot_deviations(ag.RepeatedGame(game, "2/3"), always(game, mixed))
    assert certificate.holds and {one.slack for one in certificate.deviations} == {0} and len(certificate.deviations) == 4


def test_irrational_patience_is_exact():
    golden = (sympy.sqrt(5) - 1) / 2
    certificate = one_shot_deviations(ag.RepeatedGame(GAME, golden), punish_for(GAME, CC, 2))
    assert certificate.holds is True and certificate.slack("target", "Row", "defect") == 0
    assert [one.state for one in certificate.binding] == ["target", "target"]
    cubic = sympy.CRootOf(sympy.Symbol("x") ** 3 + sympy.Symbol("x") ** 2 + sympy.Symbol("x") - 1, 0)
    certificate = one_shot_deviations(ag.RepeatedGame(GAME, cubic), punish_for(GAME, CC, 3))
    assert certificate.holds is True and certificate.tightest.slack == 0
    assert one_shot_deviations(ag.RepeatedGame(GAME, cubic), punish_for(GAME, CC, 2)).holds is False
    # The same number with an irrational payoff goes another way: there sympy solves and simplifies.
    stage = ag.games.prisoners_dilemma(T=sympy.sqrt(2) + 4, R=3, P=1, S=0)
    threshold = (sympy.sqrt(2) + 1) / (sympy.sqrt(2) + 3)
    certificate = one_shot_deviations(ag.RepeatedGame(stage, threshold), grim_trigger(stage, CC, DD))
    assert certificate.holds is True and [one.state for one in certificate.binding] == ["target", "target"]


def test_reports_and_tables():
    certificate = one_shot_deviations(ag.RepeatedGame(GAME, "2/3"), grim_trigger(GAME, CC))
    frame = certificate.to_dataframe()
    assert list(frame.columns) == ["state", "player", "action", "slack"] and len(frame) == 4
    assert frame["slack"].min() == certificate.tightest.slack == Fraction(1, 3)
    text = certificate.summary()
    assert "subgame-perfect equilibrium: holds" in text and "Row playing defect: slack 2/3" in text
    failing = one_shot_deviations(ag.RepeatedGame(GAME, "1/3"), grim_trigger(GAME, CC))
    assert failing.profitable[0].slack == Fraction(-2, 3) and "fails" in repr(failing)
    assert failing.conditions == (sympy.false,)
    with pytest.raises(KeyError, match="no departure"):
        certificate.slack("target", "Row", "cooperate")


def test_states_that_nothing_leads_to_do_not_count():
    machine = Automaton(GAME, {"a": DD, "lost": CC}, {"a": "a"})
    certificate = one_shot_deviations(ag.RepeatedGame(GAME, 0), machine)
    assert certificate.holds and {one.state for one in certificate.deviations} == {"a"}
    assert "never reached, so not examined: lost" in certificate.summary()


# ---------------------------------------------------------------- refusals


def test_what_does_not_fit_together_is_refused():
    grim = grim_trigger(GAME, CC)
    with pytest.raises(GameDefinitionError, match="build the machine for this stage game"):
        one_shot_deviations(ag.RepeatedGame(ag.games.chicken(), "1/2"), grim)
    with pytest.raises(GameDefinitionError, match="expected a RepeatedGame"):
        automaton_values(GAME, grim)
    with pytest.raises(GameDefinitionError, match="expected an Automaton"):
        automaton_values(ag.RepeatedGame(GAME, 0), "grim")
    with pytest.raises(SolverNotApplicableError, match="ends after 3 periods"):
        automaton_values(ag.RepeatedGame(GAME, 0, periods=3), grim)
    reports = ag.PublicMonitoring(GAME, ["x", "y"], lambda a, b: ("1/2", "1/2"))
    with pytest.raises(GameDefinitionError, match="moved by actions"):
        one_shot_deviations(ag.RepeatedGame(GAME, "1/2", monitoring=reports), grim)
    lottery = Automaton(GAME, {"a": CC, "b": DD}, {"a": {"otherwise": {"a": "1/2", "b": "1/2"}}})
    with pytest.raises(SolverNotApplicableError, match="public lotteries"):
        one_shot_deviations(ag.RepeatedGame(GAME, "1/2", public_randomization=False), lottery)
    inexact = Automaton(GAME, {"a": ({"cooperate": 0.5, "defect": 0.5}, "defect")}, {})
    with pytest.raises(InexactPayoffError, match="floats"):
        automaton_values(ag.RepeatedGame(GAME, "1/2"), inexact)
    assert automaton_values(ag.RepeatedGame(GAME, "1/2", field="float"), inexact).payoffs["Row"] == 0.5
