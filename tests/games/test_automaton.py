"""Machines: building, comparing, reading, simulating."""

import pickle
from fractions import Fraction

import numpy as np
import pytest
import sympy

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, SolverNotApplicableError, UnknownLabelError
from alliancegames.games.automaton import Automaton, PlayPath
from alliancegames.games.strategies import combine, grim_trigger, punish_for, tit_for_tat, win_stay_lose_shift

GAME = ag.games.prisoners_dilemma()
CC, CD, DC, DD = (
    ("cooperate", "cooperate"),
    ("cooperate", "defect"),
    ("defect", "cooperate"),
    ("defect", "defect"),
)
REPORTS = ag.PublicMonitoring(GAME, ["met", "missed"], lambda a, b: ("9/10", "1/10") if a == b == "cooperate" else ("2/5", "3/5"))


def pledge(probability="1/9"):
    """Return the machine that breaks off with a probability after a bad report."""
    rest = 1 - Fraction(probability)
    moves = {"pledge": {"met": "pledge", "missed": {"broken": probability, "pledge": rest}}}
    return Automaton(GAME, {"pledge": CC, "broken": DD}, moves, monitoring=REPORTS)


def test_three_ways_to_write_transitions_make_equal_machines():
    outputs = {"on": CC, "off": DD}
    by_profile = Automaton(GAME, outputs, {"on": {CC: "on", CD: "off", DC: "off", DD: "on"}, "off": dict.fromkeys([CC, CD, DC, DD], "off")})
    by_player = Automaton(GAME, outputs, {"on": {"Row": "off", "Column": "off", "otherwise": "on"}})
    by_lottery = Automaton(GAME, outputs, {"on": {"Row": {"off": 1}, "Column": "off", "otherwise": 0}, "off": "off"})
    assert by_profile == by_player == by_lottery
    assert len({by_profile, by_player, by_lottery}) == 1
    assert by_profile != grim_trigger(GAME, CC)  # there both departing at once is punished, too


def test_a_named_profile_comes_before_a_player_and_a_player_before_otherwise():
    machine = Automaton(GAME, {"a": CC, "b": CD, "c": DC, "d": DD}, {"a": {"otherwise": "d", "Row": "c", DC: "b"}})
    assert machine.transition("a", DC) == {"b": 1}
    assert machine.transition("a", CD) == machine.transition("a", DD) == {"d": 1}
    machine = Automaton(GAME, {"a": CC, "c": DC}, {"a": {"otherwise": "a", "Row": "c"}})
    assert machine.transition("a", DC) == {"c": 1}
    assert machine.transition("a", DD) == machine.transition("a", CD) == {"a": 1}
    assert machine.transition("c", ("cooperate", 1)) == {"c": 1}  # a state of which nothing is said is never left


def test_departures_from_mixtures_are_actions_outside_the_support():
    game = ag.NormalFormGame.from_bimatrix(np.zeros((3, 2), int), np.zeros((3, 2), int), actions=[["u", "m", "d"], ["l", "r"]])
    mixed = ({"u": "1/2", "m": "1/2"}, "l")
    machine = Automaton(
        game, {"mix": mixed, "row": ("d", "r"), "column": ("d", "l")}, {"mix": {"Player 1": 1, "Player 2": 2, "otherwise": 0}}
    )
    goes = {profile: next(iter(machine.transition("mix", profile))) for profile in game.profiles()}
    assert [goes[cell] for cell in [("u", "l"), ("m", "l"), ("d", "l"), ("u", "r"), ("m", "r"), ("d", "r")]] == [
        "mix", "mix", "row", "column", "column", "mix",
    ]  # fmt: skip
    assert not machine.is_pure and machine.output("mix")["Player 1"]["u"] == Fraction(1, 2)
    with pytest.raises(GameDefinitionError, match="randomises"):
        machine.profile("mix")


def test_what_a_machine_knows_of_itself():
    machine = Automaton(
        GAME, {"a": CC, "b": DD, "lost": CD}, {"a": {"Row": "b", "otherwise": "a"}, "b": "a", "lost": {CC: "a", "otherwise": "lost"}}
    )
    assert machine.states == ("a", "b", "lost") and machine.initial == {"a": 1}
    assert machine.reachable == ("a", "b") and machine.unreachable == ("lost",) and machine.on_path == ("a",)
    assert "1 unreachable" in repr(machine) and "Never reached: lost." in machine.describe()
    assert machine.profile("b") == DD and machine.profile(0) == CC
    assert [vector.tolist() for vector in machine.arrays("a", float)] == [[1, 0], [1, 0]]
    assert machine.is_pure and machine.is_deterministic and machine.signals is None
    assert machine.next_state("b") == "a"
    assert machine.path("b") == PlayPath([DD], [CC])
    assert pickle.loads(pickle.dumps(machine)) == machine
    with pytest.raises(AttributeError, match="immutable"):
        machine.states = ()
    with pytest.raises(ValueError, match="read-only"):
        machine.table("a")[0, 0] = 5


def test_minimal_machines_play_alike():
    machine = combine(GAME, [tit_for_tat(GAME), win_stay_lose_shift(GAME)])
    doubled = Automaton(GAME, {"a": CC, "b": CC, "c": DD, "d": DD}, {"a": {CC: "b", "otherwise": "c"}, "b": {CC: "a", "otherwise": "d"}})
    assert doubled.minimal() == Automaton(GAME, {"a": CC, "c": DD}, {"a": {CC: "a", "otherwise": "c"}})
    assert machine.minimal() == machine
    split = {"otherwise": {"b": "1/3", "c": "1/3", "a": "1/3"}}
    lottery = Automaton(GAME, {"a": CC, "b": DD, "c": DD}, {"a": split, "b": "c", "c": "b"}).minimal()
    assert lottery.transition("a", CC) == {"a": Fraction(1, 3), "b": Fraction(2, 3)}


def test_number_systems():
    machine = pledge()
    assert machine.field == "exact" and machine.in_field("float").transition("pledge", "missed") == {"pledge": 8 / 9, "broken": 1 / 9}
    alpha = sympy.Symbol("alpha")
    symbolic = Automaton(GAME, {"a": CC, "b": DD}, {"a": {"otherwise": {"a": 1 - alpha, "b": alpha}}})
    assert symbolic.field == "symbolic" and symbolic.transition("a", CC)["b"] == alpha
    with pytest.raises(SolverNotApplicableError, match="symbols"):
        symbolic.simulate(3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({"a": CC}, {"a": {CC: "a"}}), "not said what follows after"),
        (({"a": ("cooperate",)}, {}), "one action"),
        (({"a": {"Row": "defect"}}, {}), "Column"),
        (({"a": ({"cooperate": "1/2"}, "defect")}, {}), "sum to 1"),
        (({"a": CC}, {"a": {"otherwise": {"a": "1/2"}}}), "sum to 1"),
        (({"a": CC}, {"a": {("cooperate", "cooperate", "x"): "a", "otherwise": "a"}}), "name one action"),
        (({}, {}), "at least one state"),
        (({"a": CC}, None), "transitions must be a mapping"),
        (({"a": CC, "b": DD}, {}, {"a": "1/2", "b": "1/3"}), "sum to 1"),
    ],
)
def test_bad_machines(arguments, message):
    with pytest.raises(GameDefinitionError, match=message):
        Automaton(GAME, *arguments)


def test_unknown_names():
    for outputs, moves in [({"a": CC}, {"b": "a"}), ({"a": CC}, {"a": "b"}), ({"a": CC}, {"a": {"Raw": "a"}}), ({"a": ("x", "y")}, {})]:
        with pytest.raises(UnknownLabelError):
            Automaton(GAME, outputs, moves)
    with pytest.raises(UnknownLabelError, match="signal"):
        Automaton(GAME, {"a": CC}, {"a": {"mixed": "a", "otherwise": "a"}}, monitoring=REPORTS)
    with pytest.raises(GameDefinitionError, match="actions are not seen"):
        Automaton(GAME, {"a": CC}, {"a": {CC: "a", "otherwise": "a"}}, monitoring=REPORTS)
    with pytest.raises(GameDefinitionError, match="meaning of its own"):
        Automaton(GAME.relabel(players={"Row": "otherwise"}), {"a": CC}, {})
    with pytest.raises(GameDefinitionError, match="this stage game"):
        Automaton(GAME.relabel(actions={"Row": {"defect": "shirk"}}), {"a": CC}, {}, monitoring=REPORTS)
    with pytest.raises(GameDefinitionError, match="NormalFormGame"):
        Automaton(None, {"a": CC}, {})


# ---------------------------------------------------------------- in words


def test_courses_in_words():
    text = punish_for(GAME, CC, 3).describe().splitlines()
    assert text[1] == "  If anyone departs: (defect, defect) for 3 periods, then back to normal play."
    assert text[2].startswith("Punishment: (defect, defect) for 3 periods") and text[3] == "  Departures change nothing."
    assert win_stay_lose_shift(GAME).describe().count("it starts again") == 1
    path = PlayPath([CD, CD], [CC, DD])
    assert str(path) == "(cooperate, defect) for 2 periods, then (cooperate, cooperate), (defect, defect), and so on in turn for ever"
    with pytest.raises(GameDefinitionError, match="at least one"):
        PlayPath([CC], [])
    with pytest.raises(GameDefinitionError, match="list of action profiles"):
        PlayPath([], "CC")


def test_three_players_in_words():
    game = ag.NormalFormGame.from_arrays(*[np.zeros((2, 2, 2), int)] * 3, players=["A", "B", "C"], actions=[["pay", "shirk"]] * 3)
    machine = Automaton(game, {"all": ("pay",) * 3, "none": ("shirk",) * 3}, {"all": {"A": "none", "C": "none", "otherwise": "all"}})
    lines = machine.describe().splitlines()
    assert lines[1:4] == [
        "  If A or C alone departs: (shirk, shirk, shirk) for ever.",
        "  If B alone departs: nothing changes.",
        "  If several depart at once: nothing changes.",
    ]


def test_lotteries_and_signals_in_words():
    assert pledge().describe().splitlines() == [
        "Begin in state pledge.",
        "State pledge: play (cooperate, cooperate); after met: stay; "
        "after missed: stay with probability 8/9, go to broken with probability 1/9.",
        "State broken: play (defect, defect); stay for ever.",
    ]
    start = Automaton(GAME, {"a": CC, "b": DD}, {}, {"a": "1/2", "b": "1/2"})
    assert start.describe().splitlines()[0] == "Begin in state a with probability 1/2, b with probability 1/2."
    with pytest.raises(GameDefinitionError, match="by lot"):
        start.path()
    with pytest.raises(GameDefinitionError, match="chance"):
        pledge().path()


# ---------------------------------------------------------------- simulation


def test_without_noise_the_path_is_played():
    machine = combine(GAME, {"Row": tit_for_tat(GAME), "Column": Automaton(GAME, {"a": CD, "b": CC}, {"a": "b"})})
    paths = machine.simulate(6, runs=3, rng=5)
    played = [machine.actions[0][a] for a in paths.actions[0, :, 0]], [machine.actions[1][a] for a in paths.actions[0, :, 1]]
    path = machine.path()
    expected = [*path.first, *(path.then * 6)][:6]
    assert list(zip(*played, strict=True)) == expected and (paths.actions == paths.actions[0]).all()
    assert paths.profile_shares() == {CC: 4 / 6, CD: 1 / 6, DC: 1 / 6}
    delta = 0.5
    weights = [delta**t / sum(delta**s for s in range(6)) for t in range(6)]
    by_hand = sum(w * float(GAME.payoff(profile)["Row"]) for w, profile in zip(weights, expected, strict=True))
    assert paths.payoffs(GAME, delta)[:, 0] == pytest.approx([by_hand] * 3)


def test_runs_are_reproducible_and_errors_have_their_frequency():
    machine = win_stay_lose_shift(GAME)
    one, two = (machine.simulate(200, runs=300, rng=7, noise="1/20") for _ in range(2))
    assert np.array_equal(one.actions, two.actions) and np.array_equal(one.states, two.states)
    assert not np.array_equal(one.actions, machine.simulate(200, runs=300, rng=8, noise="1/20").actions)
    erred = one.actions != one.states[:, :, None]  # in state 0 all cooperate, in state 1 all defect
    assert erred.mean() == pytest.approx(1 / 20, abs=0.004)
    # The chain of states: away when exactly one errs.
    lone = 2 * 0.05 * 0.95
    assert one.state_shares()["defect"] == pytest.approx(lone, abs=0.01)
    assert (one.states[:, 1:] == (one.actions[:, :-1, 0] != one.actions[:, :-1, 1])).all()


def test_errors_of_one_player_only_and_with_three_actions():
    game = ag.NormalFormGame.from_bimatrix(np.zeros((3, 3), int), np.zeros((3, 3), int))
    paths = Automaton(game, {"it": ("2", "2")}, {}).simulate(1000, runs=20, rng=1, noise=[0.3, 0])
    shares = np.bincount(paths.actions[:, :, 0].ravel(), minlength=3) / 20_000
    assert shares == pytest.approx([0.15, 0.7, 0.15], abs=0.015) and (paths.actions[:, :, 1] == 1).all()
    assert (Automaton(game, {"it": ("2", "2")}, {}).simulate(50, noise={"Player 2": 1}).actions[:, :, 1] != 1).all()


def test_signals_break_the_pledge_as_often_as_they_should():
    paths = pledge().simulate(2, runs=40_000, rng=3, monitoring=REPORTS)
    assert (paths.signals[:, 0] == 1).mean() == pytest.approx(0.1, abs=0.006)
    assert (paths.states[:, 1] == 1).mean() == pytest.approx(0.1 / 9, abs=0.002)
    frame = paths.to_dataframe()
    assert list(frame.columns) == ["run", "period", "state", "Row", "Column", "signal"] and len(frame) == 80_000
    assert repr(paths) == "<SimulatedPaths: 40000 runs of 2 periods>"


def test_mixtures_have_their_frequencies():
    machine = Automaton(GAME, {"it": ({"cooperate": "1/4", "defect": "3/4"}, "defect")}, {})
    assert machine.simulate(500, runs=40, rng=0).profile_shares()[CD] == pytest.approx(0.25, abs=0.015)


@pytest.mark.parametrize(
    "options", [{"periods": 0}, {"periods": 2, "runs": 0}, {"periods": 2, "noise": 2}, {"periods": 2, "noise": [0.1]}, {"periods": True}]
)
def test_bad_simulations(options):
    with pytest.raises(GameDefinitionError):
        grim_trigger(GAME, CC).simulate(**options)


def test_simulation_needs_the_right_monitoring():
    with pytest.raises(GameDefinitionError, match="monitoring="):
        pledge().simulate(3)
    with pytest.raises(GameDefinitionError, match="leave monitoring out"):
        grim_trigger(GAME, CC).simulate(3, monitoring=REPORTS)
    with pytest.raises(GameDefinitionError, match="other players"):
        grim_trigger(GAME, CC).simulate(3).payoffs(ag.games.chicken(), 0.5)
