"""Stochastic games with transfers: policy elimination and critical patience."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
import sympy

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError, UnknownLabelError
from alliancegames.solvers.repeated.stochastic_transfers import stochastic_transfer_critical, stochastic_transfer_payoffs
from alliancegames.solvers.repeated.transfers import transfer_table

DILEMMA = {("C", "C"): (2, 2), ("C", "D"): (-1, 3), ("D", "C"): (3, -1), ("D", "D"): (0, 0)}
COOPERATE = {"poor": ("C", "C"), "rich": ("C", "C")}


def two_states(delta) -> ag.StochasticGame:
    """Return the two-state Prisoner's Dilemma of Abreu, Brooks and Sannikov with Kranz's payoffs.

    After equal actions the state changes with probability 2/3, otherwise with probability 1/2.
    """
    change = {cell: F(2, 3) if cell[0] == cell[1] else F(1, 2) for cell in DILEMMA}
    return ag.StochasticGame(
        ["poor", "rich"],
        ["A", "B"],
        {state: [["C", "D"]] * 2 for state in ("poor", "rich")},
        {"poor": DILEMMA, "rich": {cell: (a + 2, b + 2) for cell, (a, b) in DILEMMA.items()}},
        {
            "poor": {cell: {"poor": 1 - q, "rich": q} for cell, q in change.items()},
            "rich": {cell: {"rich": 1 - q, "poor": q} for cell, q in change.items()},
        },
        delta,
    )


def one_state(stage: ag.NormalFormGame, delta) -> ag.StochasticGame:
    cells = list(stage.profiles())
    return ag.StochasticGame(
        ["x"],
        stage.players,
        {"x": stage.actions},
        {"x": {cell: tuple(stage.payoff(cell).values()) for cell in cells}},
        {"x": dict.fromkeys(cells, "x")},
        delta,
    )


def random_game(seed: int, delta, *, states: int = 2, shape=(2, 2)) -> ag.StochasticGame:
    rng = np.random.default_rng(seed)
    names = [f"s{k}" for k in range(states)]
    actions = [[f"a{k}" for k in range(size)] for size in shape]
    cells = list(itertools.product(*actions))

    def lottery() -> dict:
        weights = rng.integers(0, 4, states) + (np.arange(states) == rng.integers(states))
        return {name: F(int(w), int(weights.sum())) for name, w in zip(names, weights, strict=True)}

    return ag.StochasticGame(
        names,
        [f"P{k}" for k in range(len(shape))],
        dict.fromkeys(names, actions),
        {name: {cell: tuple(int(x) for x in rng.integers(-4, 6, len(shape))) for cell in cells} for name in names},
        {name: {cell: lottery() for cell in cells} for name in names},
        delta,
    )


# -------------------------------------------------------------------- an oracle: value iteration in floats


class Oracle:
    """Value iteration on payoff arrays, and elimination until nothing changes."""

    def __init__(self, game: ag.StochasticGame) -> None:
        self.game, self.delta = game, float(game.delta)
        self.cells = {s: list(itertools.product(*game.actions[s])) for s in game.states}
        self.keep = {s: set(self.cells[s]) for s in game.states}

    def step(self, s, cell, k, values) -> float:
        rewards = self.game.reward(s, cell)
        now = float(sum(rewards)) if k is None else float(rewards[k])
        return (1 - self.delta) * now + self.delta * sum(float(q) * values[t] for t, q in self.game.transition(s, cell).items())

    def reply(self, s, cell, k, values) -> float:
        return max(self.step(s, (*cell[:k], a, *cell[k + 1 :]), k, values) for a in self.game.actions[s][k])

    def iterate(self, improve) -> dict:
        values = dict.fromkeys(self.game.states, 0.0)
        while True:
            new = {s: improve(s, values) for s in self.game.states}
            if max(abs(new[s] - values[s]) for s in new) < 1e-13:
                return new
            values = new

    def solve(self) -> tuple | None:
        players = range(len(self.game.players))
        while True:
            joint = self.iterate(lambda s, v: max(self.step(s, c, None, v) for c in self.keep[s]))
            low = [self.iterate(lambda s, v, k=k: min(self.reply(s, c, k, v) for c in self.keep[s])) for k in players]
            kept = {
                s: {c for c in self.keep[s] if self.step(s, c, None, joint) >= sum(self.reply(s, c, k, low[k]) for k in players) - 1e-9}
                for s in self.keep
            }
            if kept == self.keep:
                return joint, low
            if not all(kept.values()):
                return None
            self.keep = kept


# -------------------------------------------------------------------- known answers


def test_two_state_dilemma_at_seven_tenths():
    found = stochastic_transfer_payoffs(two_states("7/10"))
    assert found.joint == {"poor": F(204, 37), "rich": F(240, 37)}
    assert [float(u) for u in found.joint.values()] == pytest.approx([5.51, 6.49], abs=0.005)
    assert found.punishments == {"poor": {"A": F(28, 37), "B": F(28, 37)}, "rich": {"A": F(46, 37), "B": F(46, 37)}}
    assert [float(v["A"]) for v in found.punishments.values()] == pytest.approx([0.76, 1.24], abs=0.005)
    assert found.path == COOPERATE
    assert found.exact
    assert found.complete


def test_two_state_dilemma_around_the_critical_patience():
    above, below = (stochastic_transfer_payoffs(two_states(delta)) for delta in ("357/1000", "356/1000"))
    assert above.path == COOPERATE
    assert [float(u) for u in above.joint.values()] == pytest.approx([4.85, 7.15], abs=0.005)
    assert [float(v["B"]) for v in above.punishments.values()] == pytest.approx([0.43, 1.57], abs=0.006)
    assert below.path == {"poor": ("D", "D"), "rich": ("D", "D")}
    assert below.payoff_set("poor").dimension == 0
    assert all(slack >= 0 for found in (above, below) for slack in found.slack.values())


def test_critical_patience_of_the_two_state_dilemma():
    found = stochastic_transfer_critical(two_states("1/2"), COOPERATE)
    assert sympy.simplify(found.delta - (sympy.sqrt(97) - 7) / 8) == 0
    assert found.polynomial.all_coeffs() == [4, 7, -3]
    assert found.binding[:3] == ("incentive", "path", "rich")
    assert found.not_sustained_at < found.delta < found.sustained_at
    assert found.sustained_at - found.not_sustained_at <= F(1, 2**30)
    assert 0.356 < float(found.delta) < 0.357
    # By hand, in "rich": sum of gains 2 now; it must not exceed what is lost from the next period on.
    delta = found.delta
    joint = {"poor": [4, 8], "rich": [8, 4]}
    low = {"poor": [0, 2], "rich": [2, 0]}
    move = sympy.Matrix([[sympy.Rational(1, 3), sympy.Rational(2, 3)], [sympy.Rational(2, 3), sympy.Rational(1, 3)]])
    solve = (sympy.eye(2) - delta * move).inv() * (1 - delta)
    u, v = solve * sympy.Matrix([joint["poor"][0], joint["rich"][0]]), solve * sympy.Matrix([low["poor"][0], low["rich"][0]])
    deviating = (1 - delta) * 5 + delta * (v[0] + v[1]) / 2
    assert sympy.simplify(u[1] - 2 * deviating) == 0


# -------------------------------------------------------------------- one state


@pytest.mark.parametrize("seed", range(20))
def test_one_state_is_a_repeated_game(seed):
    rng = np.random.default_rng(seed)
    shape = [(2, 2), (3, 3), (2, 2, 2), (3, 2)][seed % 4]
    stage = ag.NormalFormGame.from_arrays(*(rng.integers(-3, 5, shape) for _ in shape))
    table = transfer_table(stage)
    for delta in {F(1, 10), F(1, 3), F(3, 5), F(9, 10), *(row.delta for row in table.rows)}:
        row, found = table.at(delta), stochastic_transfer_payoffs(one_state(stage, delta))
        if row is None:
            assert found.joint == {}
            assert found.status == "none"
        else:
            assert found.joint["x"] == row.joint_payoff
            assert found.punishments["x"] == row.punishment_payoffs


@pytest.mark.parametrize("cell", ["LL", "LM", "MM", "HM"])
def test_critical_patience_in_one_state(cell):
    stage = ag.NormalFormGame.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]], actions=["L", "M", "H"])
    found = stochastic_transfer_critical(one_state(stage, "1/2"), {"x": tuple(cell)})
    assert found.delta == transfer_table(stage).critical(tuple(cell), every_period=True)
    assert isinstance(found.delta, F)


# -------------------------------------------------------------------- against value iteration


@pytest.mark.parametrize("seed", range(24))
def test_random_games_against_value_iteration(seed):
    options = [{"states": 2}, {"states": 3}, {"states": 2, "shape": (3, 2)}, {"states": 2, "shape": (2, 2, 2)}][seed % 4]
    for delta in ("1/5", "1/2", "4/5"):
        game = random_game(seed, delta, **options)
        found, expected = stochastic_transfer_payoffs(game), Oracle(game).solve()
        if len(found.joint) < len(game.states):
            assert expected is None
            continue
        joint, low = expected
        for state in game.states:
            assert float(found.joint[state]) == pytest.approx(joint[state], abs=1e-9)
            values = [float(value) for value in found.punishments[state].values()]
            assert values == pytest.approx([part[state] for part in low], abs=1e-9)


def is_sustained(game: ag.StochasticGame, policy: dict) -> bool:
    """Whether a policy can be played in every period: by the oracle's punishments and the game's own values."""
    oracle = Oracle(game)
    answer = oracle.solve()
    if answer is None:
        return False
    joint = {s: float((1 - game.delta) * sum(row.values())) for s, row in game.values(policy).items()}
    players = range(len(game.players))
    return all(joint[s] >= sum(oracle.reply(s, policy[s], k, answer[1][k]) for k in players) - 1e-9 for s in game.states)


@pytest.mark.parametrize("seed", [0, 2, 3, 9, 14, 20, 22, 58])
def test_critical_patience_separates(seed):
    policy = stochastic_transfer_payoffs(random_game(seed, "19/20")).path
    found = stochastic_transfer_critical(random_game(seed, "1/2"), policy, high="19/20")
    x = found.polynomial.gen
    assert sympy.simplify(found.polynomial.as_expr().subs(x, found.delta).evalf(50)) == pytest.approx(0, abs=1e-30)
    assert found.polynomial.is_irreducible
    assert found.not_sustained_at < found.delta <= found.sustained_at
    near = F(round(float(found.delta) * 10**6), 10**6)
    assert not is_sustained(random_game(seed, near - F(1, 10**4)), policy)
    assert is_sustained(random_game(seed, near + F(1, 10**4)), policy)


# -------------------------------------------------------------------- states without equilibrium


def with_trap(delta) -> ag.StochasticGame:
    """Return a game with an absorbing state of matching pennies, one that leads to it if somebody wants, and a quiet one."""
    pennies = {("a", "a"): (1, -1), ("a", "b"): (-1, 1), ("b", "a"): (-1, 1), ("b", "b"): (1, -1)}
    return ag.StochasticGame(
        ["quiet", "risky", "trap"],
        ["A", "B"],
        {"risky": [["stay", "go"], ["-"]], "trap": [["a", "b"]] * 2},
        {"quiet": (1, 2), "risky": {("stay", "-"): (5, 5), ("go", "-"): (0, 0)}, "trap": pennies},
        {"quiet": "quiet", "risky": {("stay", "-"): "quiet", ("go", "-"): "trap"}, "trap": dict.fromkeys(pennies, "trap")},
        delta,
    )


def test_states_without_equilibrium_and_those_that_lead_there():
    found = stochastic_transfer_payoffs(with_trap("1/2"))
    assert found.joint == {"quiet": 3}
    assert found.status == "none"
    assert found.payoff_set("trap").is_empty
    assert found.payoff_set("risky").is_empty
    assert found.payoff_set("quiet").vertices == ((1, 2),)
    assert "risky: none in pure strategies" in found.summary()


# -------------------------------------------------------------------- properties and numbers


def test_without_patience_only_the_stage_games_count():
    found = stochastic_transfer_payoffs(two_states(0))
    assert found.joint == {"poor": 0, "rich": 4}
    assert found.path == {"poor": ("D", "D"), "rich": ("D", "D")}


def test_floats_in_floats_out():
    found = stochastic_transfer_payoffs(two_states(F(7, 10)).floats())
    assert not found.exact
    assert isinstance(found.joint["poor"], float)
    assert found.joint["poor"] == pytest.approx(204 / 37, abs=1e-12)
    assert found.payoff_set("rich").inner.field == "float"


def test_payoff_sets_are_simplices():
    found = stochastic_transfer_payoffs(two_states("7/10")).payoff_set("poor")
    assert set(found.vertices) == {(F(28, 37), F(28, 37)), (F(176, 37), F(28, 37)), (F(28, 37), F(176, 37))}
    assert found.exact


def test_values_are_normalised():
    game = two_states("7/10")
    sums = game.values(COOPERATE)
    assert stochastic_transfer_payoffs(game).joint["poor"] == (1 - game.delta) * sum(sums["poor"].values())


def test_it_can_be_read():
    found = stochastic_transfer_payoffs(two_states("7/10"))
    assert repr(found).splitlines()[1] == "  poor: joint payoff 204/37"
    assert "punishing A: C, D; B: D, C" in found.summary()
    frame = found.to_dataframe()
    assert list(frame["state"]) == ["poor", "rich"]
    assert list(frame["punishment payoff B"]) == [F(28, 37), F(46, 37)]


# -------------------------------------------------------------------- refusals


def test_refusals():
    with pytest.raises(GameDefinitionError, match="StochasticGame"):
        stochastic_transfer_payoffs(ag.games.prisoners_dilemma())
    with pytest.raises(SolverNotApplicableError, match="symbols"):
        stochastic_transfer_payoffs(two_states(sympy.Symbol("delta")))
    with pytest.raises(SolverNotApplicableError, match="symbols"):
        stochastic_transfer_critical(two_states(sympy.Symbol("delta")), COOPERATE)
    with pytest.raises(GameDefinitionError, match="low < high"):
        stochastic_transfer_critical(two_states("1/2"), COOPERATE, low="1/2", high="1/3")
    with pytest.raises(UnknownLabelError, match="middling"):
        stochastic_transfer_payoffs(two_states("1/2")).payoff_set("middling")


def test_critical_patience_at_the_ends_of_the_range():
    both_defect = {"poor": ("D", "D"), "rich": ("D", "D")}
    assert stochastic_transfer_critical(two_states("1/2"), both_defect).delta == 0
    assert stochastic_transfer_critical(two_states("1/2"), COOPERATE, high="1/4") is None
