"""Subgame-perfect payoffs of stochastic games: known sets, bounds, strategies, and a slow independent operator."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from alliancegames.errors import GameDefinitionError, SolverNotApplicableError
from alliancegames.games.stochastic import StochasticGame
from alliancegames.solvers.markov import markov_perfect
from alliancegames.solvers.polytope import Polytope
from alliancegames.solvers.repeated._stochastic_automaton import StochasticAutomaton
from alliancegames.solvers.repeated.stochastic_payoffs import StochasticPayoffs, stochastic_payoffs

F = Fraction


def transposed(table):
    return [list(row) for row in zip(*table, strict=True)]


def plus(table, amount):
    return [[value + amount for value in row] for row in table]


def stochastic(stages, moves, delta, **options):
    """Make a game from ``{state: (payoffs of A, payoffs of B)}`` and ``moves(state, i, j)``."""
    actions, rewards, transitions = {}, {}, {}
    for state, (own, other) in stages.items():
        actions[state] = [[f"a{i}" for i in range(len(own))], [f"b{j}" for j in range(len(own[0]))]]
        cells = list(itertools.product(range(len(own)), range(len(own[0]))))
        rewards[state] = {(f"a{i}", f"b{j}"): (own[i][j], other[i][j]) for i, j in cells}
        transitions[state] = {(f"a{i}", f"b{j}"): moves(state, i, j) for i, j in cells}
    return StochasticGame(list(stages), ["A", "B"], actions, rewards, transitions, delta, **options)


def repeated(own, other, delta):
    return stochastic({"s": (own, other)}, lambda *_: "s", delta)


def points(*texts):
    """Read ``"1/2 3"`` as a point."""
    return {tuple(F(number) for number in text.split()) for text in texts}


def mirrored(corners):
    return corners | {(y, x) for x, y in corners}


DILEMMA = [[9, 1], [10, 3]]
COURNOT = [[10, 3, 0], [15, 7, -4], [7, 5, -15]]
STAG = ([[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]])

EXACT = {
    "dilemma, patient": (DILEMMA, None, "9/10", mirrored(points("3 3", "39/4 3", "9 9"))),
    "dilemma, at the threshold": (DILEMMA, None, "1/4", mirrored(points("3 3", "39/4 3", "9 9"))),
    "dilemma, a segment": (DILEMMA, None, "1/5", points("3 3", "9 9")),
    "dilemma, a point": (DILEMMA, None, "1/10", points("3 3")),
    "pd": ([[0, 3], [-1, 2]], None, "1/3", mirrored(points("0 0", "8/3 0", "2 2"))),
    "pd, too impatient": ([[0, 3], [-1, 2]], None, "332/1000", points("0 0")),
    "battle, a segment": ([[0, 3], [1, 0]], [[0, 1], [3, 0]], "3/10", points("1 3", "3 1")),
    "dilemma of the R package": ([[4, 0], [6, 2]], None, "4/5", mirrored(points("2 2", "5 2", "4 4"))),
    "battle of the R package": ([[8, 3], [0, 5]], [[5, 3], [0, 8]], "4/5", points("5 5", "8 5", "5 8")),
    "Cournot 1/5": (COURNOT, None, "1/5", points("7 7")),
    "Cournot 1/4": (COURNOT, None, "1/4", mirrored(points("0 21/4", "51/4 21/4"))),
    "Cournot 1/3": (COURNOT, None, "1/3", mirrored(points("0 14/3", "50/7 0", "290/21 14/3", "10 10"))),
    "Cournot 1/2": (COURNOT, None, "1/2", mirrored(points("7/2 0", "135/14 0", "205/14 7/2", "10 10"))),
    "Cournot 3/5": (COURNOT, None, "3/5", mirrored(points("0 0", "75/7 0", "15 3", "10 10"))),
}


@pytest.mark.parametrize("name", EXACT)
def test_one_state_games_have_the_sets_of_repeated_games(name):
    own, other, delta, corners = EXACT[name]
    payoffs = stochastic_payoffs(repeated(own, other or transposed(own), delta))
    assert set(payoffs["s"].vertices) == corners
    assert payoffs.exact and payoffs.complete and payoffs.gap == 0 and payoffs.status == "exact"


@pytest.mark.parametrize("delta", ["249/1000", "2475/10000"])
def test_an_irrational_set_lies_between_both_bounds(delta):
    payoffs = stochastic_payoffs(repeated(DILEMMA, transposed(DILEMMA), delta))["s"]
    d = float(F(delta))
    limit = 9 + ((1 - d) + np.sqrt((1 - d) ** 2 - 48 * (1 - 4 * d))) / 2
    assert payoffs.status == "bounded" and payoffs.complete is None
    assert payoffs.gap < 1e-8
    assert float(payoffs.support((1, 0))) <= limit + 1e-13 and float(payoffs.outer.support((1, 0))) >= limit - 1e-13
    assert payoffs.inner.is_subset(payoffs.outer)


def test_the_example_of_abreu_and_sannikov():
    payoffs = stochastic_payoffs(repeated(*STAG, "3/10"))["s"]
    assert payoffs.gap < 9e-9
    assert float(payoffs.worst["A"]) == pytest.approx(1.12568239550487855687, abs=1e-9)
    assert float(payoffs.worst["B"]) == pytest.approx(0, abs=1e-9)
    assert float(payoffs.best["A"]) == pytest.approx(19.7917976973635999277, abs=1e-9)
    assert float(payoffs.best["B"]) == pytest.approx(10.9826252791067623187, abs=1e-9)


@pytest.mark.parametrize("delta", ["1/20", "1/2", "9/10", "99/100"])
def test_none_in_pure_strategies_is_an_answer(delta):
    payoffs = stochastic_payoffs(repeated([[1, -1], [-2, 1]], [[-1, 2], [2, 0]], delta))
    assert payoffs.is_empty and payoffs.status == "none" and payoffs["s"].vertices == ()


def test_a_subgame_without_equilibrium_leaves_none_where_it_can_be_reached():
    game = stochastic(
        {"before": ([[1, 0]], [[1, 0]]), "pennies": ([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), "apart": ([[1]], [[2]])},
        lambda state, i, j: "pennies" if state == "before" and j == 1 else "apart" if state == "before" else state,
        "1/2",
    )
    payoffs = stochastic_payoffs(game)
    assert payoffs["pennies"].is_empty and payoffs["before"].is_empty  # although nobody would go there
    assert payoffs["apart"].vertices == ((1, 2),) and payoffs["apart"].status == "exact"
    assert not payoffs.is_empty


# ---------------------------------------------------------------- games with several states


def two_state_dilemma(delta="2/3"):
    """The example pd_twostate of SGSolve: equal actions make a change of state more likely."""
    table, other = [[0, 2], [-1, 1]], {"low": "high", "high": "low"}

    def moves(state, i, j):
        change = F(2, 3) if i == j else F(1, 2)
        return {other[state]: change, state: 1 - change}

    return stochastic({"low": (table, transposed(table)), "high": (plus(table, 2), plus(transposed(table), 2))}, moves, delta)


def two_state_twist(persistence, delta):
    """The examples as_twostate of SGSolve: a state favours one player."""
    own, theirs = [[16, 3, 1], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -10]]
    stages = {"x": (plus(own, 5), plus(theirs, -5)), "y": (plus(own, -5), plus(theirs, 5))}
    return stochastic(stages, lambda s, i, j: {s: F(persistence), "xy"["xy".index(s) - 1]: 1 - F(persistence)}, delta)


def insurance():
    """The example of SGSolve in the style of Kocherlakota: who is rich may give; riches are drawn anew."""
    giver, taker = [[10], [9], [7], [4], [0]], [[0], [4], [7], [9], [10]]
    even = {"A rich": F(1, 2), "B rich": F(1, 2)}
    return stochastic({"A rich": (giver, taker), "B rich": (transposed(taker), transposed(giver))}, lambda *_: even, "7/10")


def sharing(shares=3, steps=4, delta=0.7):
    """Endowments on a grid, transfers up to what the poorer one lacks, square-root utilities: a game of floats."""
    stages, grid = {}, np.linspace(0, 1, shares)
    for share in grid:
        give = np.linspace(0, 1, steps + 1) if share != 0.5 else [0.0]
        consumed = [share + (0.5 - share) * float(part) for part in give]
        own, other = [float(np.sqrt(c)) for c in consumed], [float(np.sqrt(1 - c)) for c in consumed]
        column = share > 0.5
        stages[f"A has {share:.2f}"] = tuple([[x] for x in one] if column else [list(one)] for one in (own, other))
    return stochastic(stages, lambda *_: dict.fromkeys(stages, 1 / len(stages)), delta)


GAMES = {"dilemma": two_state_dilemma(), "twist": two_state_twist("1/2", "7/10"), "insurance": insurance()}


@pytest.fixture(scope="module")
def solved():
    return {name: stochastic_payoffs(game) for name, game in GAMES.items()}


REGRESSION = {
    ("dilemma", "low"): mirrored(points("8/11 8/11", "479/220 8/11", "119/60 4/3", "19/11 19/11")),
    ("dilemma", "high"): mirrored(points("14/11 14/11", "643/220 14/11", "25/11 25/11")),
    ("insurance", "A rich"): points("13/2 7/2", "334/39 7/2", "316/39 139/26", "7 7", "13/2 22/3"),
    ("twist", "x"): points("5/2 -3/2", "1391/80 -3/2", "179/8 -3/10", "35/2 15/2", "26/5 1467/130", "5/2 3177/754"),
    ("twist", "y"): points("-1/2 3/2", "1151/80 3/2", "155/8 27/10", "29/2 21/2", "11/5 1857/130", "-1/2 5439/754"),
}


@pytest.mark.parametrize(("name", "state"), REGRESSION)
def test_sets_of_games_with_two_states(solved, name, state):
    assert solved[name][state].exact
    assert set(solved[name][state].vertices) == REGRESSION[name, state]


@pytest.mark.parametrize(("persistence", "delta"), [("3/10", "1/2"), ("3/10", "85/100"), ("6/10", "7/10")])
def test_bounds_of_the_twist(persistence, delta):
    payoffs = stochastic_payoffs(two_state_twist(persistence, delta))
    assert payoffs.gap < 34e-9  # 1e-9 of the range of payoffs
    assert all(slow_round(payoffs.game, inner_sets(payoffs))[state] == payoffs[state].inner for state in payoffs)


def inner_sets(payoffs):
    return {state: payoffs[state].inner for state in payoffs}


def slow_round(game, sets):
    """Apply the operator by brute force: all sums of corners, and half-spaces."""
    delta, worst = game.delta, {s: [min(v[i] for v in one.vertices) for i in range(2)] for s, one in sets.items()}
    result = {}
    for state in game.states:
        found = []
        for cell in itertools.product(*game.actions[state]):
            after = [(y, p) for y, p in game.transition(state, cell).items() if p]
            total = Polytope.from_points([tuple((1 - delta) * g for g in game.reward(state, cell))])
            for y, p in after:
                total = Polytope.from_points(
                    [tuple(a + delta * p * b for a, b in zip(u, w, strict=True)) for u in total.vertices for w in sets[y].vertices]
                )
            bounds = []
            for i in range(2):
                for action in game.actions[state][i]:
                    if action != cell[i]:
                        other = (*cell[:i], action, *cell[i + 1 :])
                        value = (1 - delta) * game.reward(state, other)[i] + delta * sum(
                            p * worst[y][i] for y, p in game.transition(state, other).items() if p
                        )
                        bounds.append((tuple(-int(k == i) for k in range(2)), -value))
            found += (total.cut(*bounds) if bounds else total).vertices
        result[state] = Polytope.from_points(found, coordinates=2)
    return result


@pytest.mark.parametrize("name", GAMES)
def test_exact_sets_are_fixed_points_of_a_slow_operator(solved, name):
    sets = inner_sets(solved[name])
    assert slow_round(GAMES[name], sets) == sets


def switching(own, theirs, quarters, delta):
    """A game of two states and two actions, with probabilities of x in quarters, state by state and cell by cell."""
    chances = {(s, i, j): F(q, 4) for (s, i, j), q in zip(itertools.product("xy", range(2), range(2)), quarters, strict=True)}
    stages = dict(zip("xy", zip(own, theirs, strict=True), strict=True))
    return stochastic(stages, lambda s, i, j: {k: p for k, p in (("x", chances[s, i, j]), ("y", 1 - chances[s, i, j])) if p}, delta)


NEARLY = [  # near the limit there are families that generate themselves, and a little more
    ([[[5, 2], [-3, 3]], [[-3, -6], [4, 0]]], [[[-8, -3], [-2, 7]], [[-3, 7], [4, -4]]], [2, 4, 4, 4, 3, 3, 2, 0], "1/2", "299/72 5/3"),
    ([[[-1, -1], [0, 1]], [[1, 0], [0, -1]]], [[[1, 1], [0, 1]], [[0, 1], [-1, 0]]], [0, 4, 2, 2, 1, 4, 0, 0], "2/3", "57/80 1/2"),
]


@pytest.mark.parametrize(("own", "theirs", "quarters", "delta", "corner"), NEARLY)
def test_what_generates_itself_is_not_taken_for_everything(own, theirs, quarters, delta, corner):
    game = switching(own, theirs, quarters, delta)
    payoffs = stochastic_payoffs(game)
    sets = inner_sets(payoffs)
    assert all(one.exact for one in payoffs.values())
    assert slow_round(game, sets) == sets
    assert points(corner) <= {v for one in sets.values() for v in one.vertices}


@pytest.mark.parametrize("seed", range(25))
def test_random_games_against_a_slow_operator(seed):
    rng = np.random.default_rng(seed)
    bound = [1, 2, 9][seed % 3]
    own, theirs = rng.integers(-bound, bound + 1, (2, 2, 2, 2)).tolist()
    game = switching(own, theirs, rng.integers(0, 5, 8).tolist(), ["1/4", "1/2", "2/3"][seed % 3])
    payoffs = stochastic_payoffs(game)
    sets = inner_sets(payoffs)
    if all(one.exact for one in payoffs.values()) and not any(one.is_empty for one in sets.values()):
        assert slow_round(game, sets) == sets
    else:
        assert any(one.is_empty for one in sets.values()) or payoffs.gap < 1e-6
    everything = Polytope.from_points([game.reward(s, c) for s in game.states for c in itertools.product(*game.actions[s])])
    outer = slow_round(game, dict.fromkeys(game.states, everything))
    if not any(one.is_empty for one in outer.values()):
        outer = slow_round(game, outer)
    assert all(sets[s].is_subset(outer[s]) for s in game.states)
    for profile in markov_perfect(game):
        for state in game.states:
            assert payoffs[state].contains([(1 - game.delta) * x for x in profile.values[state].values()]) is not False


@pytest.mark.parametrize("name", ["dilemma", "insurance"])
def test_rounds_of_a_slow_operator_close_in_on_the_sets(solved, name):
    game, sets = GAMES[name], inner_sets(solved[name])
    everything = [game.reward(s, c) for s in game.states for c in itertools.product(*game.actions[s])]
    outer = {state: Polytope.from_points(everything) for state in game.states}
    gaps = []
    for _ in range(9):
        outer = slow_round(game, outer)
        assert all(sets[s].is_subset(outer[s]) for s in game.states)
        gaps.append(max(float(sets[s].distance(v)) for s in game.states for v in outer[s].vertices))
    assert gaps[-1] < 0.1 * gaps[0]


def test_float_games_with_different_actions_in_each_state():
    payoffs = stochastic_payoffs(sharing())
    alone = sum(np.sqrt([0, 0.5, 1])) / 3
    assert payoffs.gap < 1e-9
    assert {one.inner.field for one in payoffs.values()} == {"float"}
    assert len(payoffs.game.actions["A has 0.00"][1]) == 5 and len(payoffs.game.actions["A has 0.50"][1]) == 1
    # Nobody can be held below what autarky gives, and autarky is an equilibrium.
    assert float(payoffs["A has 0.00"].worst["A"]) == pytest.approx(0.7 * alone, abs=1e-8)
    assert float(payoffs["A has 1.00"].worst["A"]) == pytest.approx(0.3 + 0.7 * alone, abs=1e-8)
    # Insurance is worth something, but equal sharing is its limit.
    best = float(payoffs["A has 0.50"].support((1, 1)))
    assert 2 * (0.3 * np.sqrt(0.5) + 0.7 * alone) + 0.01 < best <= 2 * np.sqrt(0.5) + 1e-9


# ---------------------------------------------------------------- strategies


@pytest.mark.parametrize("name", GAMES)
def test_every_corner_is_attained_by_a_machine(solved, name):
    for state in solved[name]:
        for corner in solved[name][state].vertices:
            machine = solved[name].automaton(state, corner)
            assert machine.is_equilibrium
            assert tuple(machine.payoffs.values()) == corner
            assert min(deviation.slack for deviation in machine.deviations) >= 0


def test_corners_of_a_bounded_set_are_attained_exactly():
    payoffs = stochastic_payoffs(repeated(*STAG, "3/10"))
    for corner in payoffs["s"].vertices:
        machine = payoffs.automaton("s", corner)
        assert machine.is_equilibrium and tuple(machine.payoffs.values()) == corner


def test_points_between_corners_start_with_a_lottery(solved):
    corners = solved["dilemma"]["low"].vertices
    middle = tuple(sum(v[k] for v in corners) / len(corners) for k in range(2))
    machine = solved["dilemma"].automaton("low", dict(zip("AB", middle, strict=True)))
    assert machine.is_equilibrium and tuple(machine.payoffs.values()) == middle and len(machine.start) > 1


def test_the_check_of_machines_finds_faults(solved):
    corners = solved["dilemma"]["low"].vertices
    machine = solved["dilemma"].automaton("low", max(corners, key=sum))
    assert machine.is_equilibrium
    best = {
        s: max((k for k, stage in enumerate(machine.stages) if stage.state == s), key=lambda k: sum(machine.stages[k].payoffs))
        for s in ("low", "high")
    }
    lenient = StochasticAutomaton(machine.game, machine.stages, machine.start, {s: (k, k) for s, k in best.items()})
    assert not lenient.is_equilibrium and min(deviation.slack for deviation in lenient.deviations) < 0
    first = machine.stages[0]
    boast = (type(first)(first.state, tuple(x + 1 for x in first.payoffs), first.plans), *machine.stages[1:])
    assert StochasticAutomaton(machine.game, boast, machine.start, machine.punishments).discrepancy > 0
    astray = StochasticAutomaton(machine.game, machine.stages, machine.start, dict.fromkeys(best, (best["low"],) * 2))
    assert not astray.well_formed


def test_simulated_play_has_the_promised_payoffs(solved):
    corner = max(solved["dilemma"]["high"].vertices, key=sum)
    machine = solved["dilemma"].automaton("high", corner)
    play = machine.simulate(40, 2000, rng=1)
    assert play.rewards.shape == (2000, 40, 2) and play.states[:, 0].tolist() == [1] * 2000
    error = 4 * play.payoffs.std(axis=0) / np.sqrt(2000) + 3 * float(F(2, 3) ** 40)
    assert (abs(play.payoffs.mean(axis=0) - [float(x) for x in corner]) < error).all()
    again = machine.simulate(40, 2000, rng=1)
    assert (again.rewards == play.rewards).all()
    with pytest.raises(GameDefinitionError, match="at least 1"):
        machine.simulate(0)


@pytest.mark.parametrize("name", GAMES)
def test_markov_perfect_payoffs_lie_inside(solved, name):
    game = GAMES[name]
    profiles = markov_perfect(game)
    assert len(profiles) > 0
    for profile in profiles:
        for state in game.states:
            normalised = [(1 - game.delta) * x for x in profile.values[state].values()]
            assert solved[name][state].contains(normalised) is True


# ---------------------------------------------------------------- invariance


def test_order_and_names_of_states_do_not_matter(solved):
    game = GAMES["dilemma"]
    names = {"low": "two", "high": "one"}
    relabelled = StochasticGame(
        ["one", "two"],
        ["A", "B"],
        {names[s]: game.actions[s] for s in game.states},
        {names[s]: {c: game.reward(s, c) for c in itertools.product(*game.actions[s])} for s in game.states},
        {
            names[s]: {c: {names[y]: p for y, p in game.transition(s, c).items()} for c in itertools.product(*game.actions[s])}
            for s in game.states
        },
        game.delta,
    )
    payoffs = stochastic_payoffs(relabelled)
    assert all(payoffs[names[s]].inner == solved["dilemma"][s].inner for s in game.states)


def test_affine_payoffs_map_the_sets(solved):
    game = GAMES["insurance"]
    cells = {s: list(itertools.product(*game.actions[s])) for s in game.states}
    changed = StochasticGame(
        game.states,
        game.players,
        game.actions,
        {s: {c: (2 * game.reward(s, c)[0] - 3, game.reward(s, c)[1] / 5 + 1) for c in cells[s]} for s in game.states},
        {s: {c: game.transition(s, c) for c in cells[s]} for s in game.states},
        game.delta,
    )
    for state, one in stochastic_payoffs(changed).items():
        assert set(one.vertices) == {(2 * x - 3, y / 5 + 1) for x, y in solved["insurance"][state].vertices}


def test_a_state_that_is_listed_twice_changes_nothing(solved):
    game = GAMES["insurance"]
    split = {"A rich": F(1, 4), "A rich too": F(1, 4), "B rich": F(1, 2)}
    stages = {}
    for state in split:
        labels = game.actions[state.removesuffix(" too")]
        tables = [[[game.reward(state.removesuffix(" too"), (a, b))[k] for b in labels[1]] for a in labels[0]] for k in range(2)]
        stages[state] = tuple(tables)
    payoffs = stochastic_payoffs(stochastic(stages, lambda *_: split, game.delta))
    for state in split:
        assert payoffs[state].inner == solved["insurance"][state.removesuffix(" too")].inner and payoffs[state].exact


def test_an_action_that_is_listed_twice_changes_nothing(solved):
    table = [[9, 1, 1], [10, 3, 3], [10, 3, 3]]
    payoffs = stochastic_payoffs(repeated(table, transposed(table), "1/3"))
    assert payoffs["s"].exact and payoffs["s"].inner == stochastic_payoffs(repeated(DILEMMA, transposed(DILEMMA), "1/3"))["s"].inner


# ---------------------------------------------------------------- what it says


def test_reports_and_refusals(solved):
    payoffs = solved["dilemma"]
    assert isinstance(payoffs, StochasticPayoffs) and list(payoffs) == ["low", "high"] and len(payoffs) == 2
    assert "normalised" in repr(payoffs) and "checked in exact numbers" in payoffs.summary()
    assert payoffs[1] is payoffs["high"]
    assert "after a deviation" in payoffs.automaton("low", payoffs["low"].vertices[0]).summary()
    with pytest.raises(SolverNotApplicableError, match="not in the inner set"):
        payoffs.automaton("low", (100, 100))
    with pytest.raises(GameDefinitionError, match="expected a StochasticGame"):
        stochastic_payoffs("game")
    alone = StochasticGame(["s"], ["A"], {"s": [["x", "y"]]}, {"s": {("x",): (1,), ("y",): (0,)}}, {"s": {("x",): "s", ("y",): "s"}}, "1/2")
    with pytest.raises(SolverNotApplicableError, match="needs 2 players"):
        stochastic_payoffs(alone)
    with pytest.raises(SolverNotApplicableError, match="tol"):
        stochastic_payoffs(GAMES["dilemma"], tol=-1.0)


def test_a_short_search_states_its_gap():
    rounds = []
    payoffs = stochastic_payoffs(repeated(*STAG, "3/10"), max_rounds=3, progress=lambda number, moved: rounds.append((number, moved)))
    full = stochastic_payoffs(repeated(*STAG, "3/10"))
    assert [number for number, _ in rounds] == [1, 2, 3]
    assert payoffs.gap > full.gap
    assert full["s"].inner.is_subset(payoffs["s"].outer) and payoffs["s"].inner.is_subset(full["s"].outer)


def test_players_who_do_not_care_for_the_future():
    payoffs = stochastic_payoffs(two_state_dilemma(0))
    assert payoffs["low"].vertices == ((0, 0),) and payoffs["high"].vertices == ((2, 2),) and payoffs.exact
