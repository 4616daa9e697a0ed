"""Stochastic games: values, chances of reaching a state, and bad input."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, InexactPayoffError, UnknownLabelError

STATES = ("peace", "crisis", "war")
CHOICES = {"peace": [["hold", "push"], ["ignore", "warn"]], "crisis": [["yield", "press"], ["yield", "press"]]}


def random_game(seed: int, *, states: int = 3, delta="4/5", exact: bool = True) -> ag.StochasticGame:
    """Return a two-player game with random rewards and transitions; the last state has no choices."""
    rng = np.random.default_rng(seed)
    chosen = STATES[: states - 1] + STATES[-1:]
    actions = {state: CHOICES[state] for state in chosen[:-1]}
    number = Fraction if exact else float

    def lottery() -> dict:
        weights = rng.integers(0, 4, size=len(chosen)) + np.eye(len(chosen), dtype=int)[rng.integers(len(chosen))]
        total = int(weights.sum())
        return {state: number(Fraction(int(w), total)) for state, w in zip(chosen, weights, strict=True) if w}

    cells = {state: list(itertools.product(*parts)) for state, parts in actions.items()}
    rewards = {
        state: {cell: tuple(number(int(r)) for r in rng.integers(-5, 6, size=2)) for cell in listed} for state, listed in cells.items()
    }
    transitions = {state: {cell: lottery() for cell in listed} for state, listed in cells.items()}
    rewards["war"] = (number(-1), number(-2))
    transitions["war"] = lottery()
    return ag.StochasticGame(chosen, ["A", "B"], actions, rewards, transitions, delta if exact else float(Fraction(delta)), initial="peace")


def matrices(game: ag.StochasticGame, policy) -> tuple[np.ndarray, np.ndarray]:
    """Return the Markov chain of a policy and its rewards, as floats."""
    chain = np.array([[float(game.transition(s, policy[s]).get(t, 0)) for t in game.states] for s in game.states])
    return chain, np.array([[float(r) for r in game.reward(s, policy[s])] for s in game.states])


def value_iteration(game: ag.StochasticGame, policy) -> np.ndarray:
    """Add up discounted rewards until nothing changes."""
    chain, rewards = matrices(game, policy)
    values = np.zeros_like(rewards)
    for _ in range(400):
        values = rewards + float(game.delta) * chain @ values
    return values


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_values_against_value_iteration(seed, exact):
    game = random_game(seed, exact=exact)
    for policy in game.policies():
        values = game.values(policy)
        found = np.array([[float(values[s][p]) for p in game.players] for s in game.states])
        assert np.allclose(found, value_iteration(game, policy), rtol=1e-9, atol=1e-9)
        assert all(type(v) is (Fraction if exact else float) for part in values.values() for v in part.values())


@pytest.mark.parametrize("seed", range(3))
def test_values_satisfy_the_recursion_exactly(seed):
    game = random_game(seed)
    for policy in game.policies():
        values = game.values(policy)
        for state, (k, player) in itertools.product(game.states, enumerate(game.players)):
            later = sum(q * values[other][player] for other, q in game.transition(state, policy[state]).items())
            assert values[state][player] == game.reward(state, policy[state])[k] + game.delta * later


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_reach_against_linear_algebra(seed, exact):
    # The chance ever to reach the target is the limit of the chance to be there once it is made absorbing.
    game = random_game(seed, exact=exact)
    for policy in itertools.islice(game.policies(), 8):
        for target in game.states:
            chain, _ = matrices(game, policy)
            k = game.states.index(target)
            chain[k] = np.eye(len(game.states))[k]
            limit = np.linalg.matrix_power(chain, 4096)
            assert abs(float(game.reach(policy, target)) - limit[game.states.index("peace"), k]) < 1e-9


def test_reach_is_exact_and_zero_where_there_is_no_way():
    game = ag.StochasticGame(
        ["start", "war", "peace"],
        ["A"],
        {},
        {"start": (0,), "war": (0,), "peace": (0,)},
        {"start": {"war": "1/4", "peace": "1/4", "start": "1/2"}},
        "9/10",
    )
    policy = next(game.policies())
    assert game.reach(policy, "war") == Fraction(1, 2)
    assert game.reach(policy, "start") == 1
    moved = ag.StochasticGame(
        ["start", "war", "peace"], ["A"], {}, dict.fromkeys(("start", "war", "peace"), (0,)), {"start": "war"}, 0, initial="peace"
    )
    assert moved.reach(policy, "war") == 0
    with pytest.raises(UnknownLabelError, match=r"reach\(\): unknown state 'wr'.*Did you mean 'war'"):
        game.reach(policy, "wr")


def test_symbolic_values_substituted_are_the_exact_ones():
    delta, q, r = sympy.symbols("delta q r", positive=True)

    def build(delta, q, r) -> ag.StochasticGame:
        return ag.StochasticGame(
            ["ally", "gone"],
            ["A", "B"],
            {"ally": [["keep", "leave"], ["help"]]},
            {"ally": {("keep", "help"): (r, 1), ("leave", "help"): (2 * r, 0)}, "gone": (1, r)},
            {"ally": {("keep", "help"): {"ally": q, "gone": 1 - q}, ("leave", "help"): "gone"}},
            delta,
        )

    symbolic = build(delta, q, r)
    assert symbolic.field == "symbolic"
    numbers = {delta: sympy.Rational(2, 3), q: sympy.Rational(4, 5), r: sympy.Rational(7, 2)}
    exact = build("2/3", Fraction(4, 5), Fraction(7, 2))
    for policy in exact.policies():
        for state, values in exact.values(policy).items():
            formulas = symbolic.values(policy)[state]
            assert {p: Fraction(str(formulas[p].subs(numbers))) for p in values} == values


def test_mapping_of_actions_and_idle_states():
    game = ag.StochasticGame(["a", "b"], ["A", "B"], {"a": {"B": ["x", "y"], "A": ["-"]}}, {"a": {("-", "x"): (1, 2), ("-", "y"): (3, 4)}, "b": (0, 0)}, {"a": {("-", "x"): "a", ("-", "y"): "b"}}, "1/2")  # fmt: skip
    assert game.actions == {"a": (("-",), ("x", "y")), "b": (("-",), ("-",))}
    assert game.transition("b", ("-", "-")) == {"b": 1}
    assert len(list(game.policies())) == 2
    assert repr(game) == "<StochasticGame 2 states (a, b), players: A, B, delta 1/2>"


def simple(**changes) -> ag.StochasticGame:
    parts = {
        "states": ["a", "b"],
        "players": ["A"],
        "actions": {"a": [["x", "y"]]},
        "rewards": {"a": {("x",): (1,), ("y",): (2,)}, "b": (0,)},
    }
    parts |= {"transitions": {"a": {("x",): "a", ("y",): "b"}}, "delta": "1/2"}
    return ag.StochasticGame(**(parts | changes))


def test_states_may_be_addressed_by_index():
    by_label = simple(initial="b")
    by_index = simple(transitions={"a": {("x",): 0, ("y",): {1: 1}}}, initial=1)
    for policy in by_label.policies():
        assert by_index.values(policy) == by_label.values(policy)
        assert by_index.reach(policy, "b") == by_label.reach(policy, "b") == 1
    assert by_index.initial == by_label.initial == {"b": 1}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"states": ["a", "a"]}, "state labels must be distinct"),
        ({"players": []}, "at least one player is needed"),
        ({"delta": 1}, r"delta is a discount factor per period and must lie in \[0, 1\), got 1"),
        ({"delta": "-1/2"}, r"must lie in \[0, 1\), got -1/2"),
        ({"delta": float("nan")}, "must be finite"),
        (
            {"rewards": {"a": {("x",): (1,)}, "b": (0,)}},
            r"rewards of state 'a' must be given for exactly the action profiles \[\('x',\), \('y',\)\]",
        ),
        ({"rewards": {"a": {("x",): (1,), ("y",): (2,)}}}, r"state 'b', profile \('-',\) needs one payoff for each of A, got None"),
        ({"rewards": {"a": {("x",): (1, 5), ("y",): (2,)}, "b": (0,)}}, r"profile \('x',\) needs one payoff for each of A, got \(1, 5\)"),
        ({"transitions": {"a": {("x",): "a"}}}, "transitions of state 'a' must be given for exactly the action profiles"),
        ({"transitions": {}}, "transitions of state 'a' must be given"),
        (
            {"transitions": {"a": {("x",): {"a": "1/2", "b": "1/3"}, ("y",): "b"}}},
            "must be non-negative and sum to 1, got {'a': '1/2', 'b': '1/3'}",
        ),
        ({"transitions": {"a": {("x",): {"a": "3/2", "b": "-1/2"}, ("y",): "b"}}}, "must be non-negative"),
        ({"initial": {"a": "1/2"}}, "sum to 1"),
        ({"transitions": {"a": {("x",): ["a"], ("y",): "b"}}}, "transitions of a"),
        ({"actions": {"a": [["x", "y"], ["z"]]}}, "1 lists of action labels are needed, one a player, got 2"),
    ],
)
def test_bad_games(changes, message):
    with pytest.raises(GameDefinitionError, match=message):
        simple(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"transitions": {"a": {("x",): "a", ("y",): "c"}}}, "unknown state 'c'"),
        ({"actions": {"aa": [["x"]]}}, "unknown state 'aa'; known: 'a', 'b'"),
        ({"initial": "start"}, "unknown state 'start'"),
        ({"rewards": {"a": {("x",): (1,), ("y",): (2,)}, "b": (0,), "c": (1,)}}, "unknown state 'c'"),
    ],
)
def test_unknown_states(changes, message):
    with pytest.raises(UnknownLabelError, match=message):
        simple(**changes)


def test_mixing_number_systems():
    with pytest.raises(InexactPayoffError, match=r"mixes exact numbers .* with floats"):
        simple(delta=0.5)
    assert simple(delta=0.5, field="float").field == "float"
    assert simple(delta=0.5, field="exact").delta == Fraction(1, 2)


@pytest.mark.parametrize(
    "policy",
    [{"b": ("-",)}, {"a": ("z",), "b": ("-",)}, {"a": "x", "b": ("-",)}, {"a": ("x",), "b": ("-",), "c": ("-",)}],
)
def test_bad_policies(policy):
    with pytest.raises((GameDefinitionError, UnknownLabelError)):
        simple().values(policy)


def test_a_stochastic_game_is_immutable():
    game = simple()
    for name in ("delta", "states", "players", "field"):
        with pytest.raises(AttributeError):
            setattr(game, name, 3)
    game.actions["a"] = ()
    game.transition("a", ("x",))["a"] = 7
    game.initial["a"] = 7
    assert game.actions["a"] == (("x", "y"),)
    assert game.transition("a", ("x",)) == {"a": 1}
    assert game.initial == {"a": 1}


def test_no_attribute_of_a_stochastic_game_can_be_set():
    game = simple()
    for name in ("_delta", "anything"):
        with pytest.raises(AttributeError):
            setattr(game, name, 3)
    assert game.delta == Fraction(1, 2)


def test_stationary_profile():
    game = simple(delta="2/3")
    profile = next(item for item in ag.markov_perfect(game) if item["a"] == ("x",))
    assert profile.values == {"a": {"A": 3}, "b": {"A": 0}}
    assert profile.payoffs == {"A": 3}
    assert profile.regret == {"A": 0}
    assert profile.deviation("a", 0, "y") == 2
    assert (profile.reach("b"), profile.is_pure, str(profile)) == (0, True, "a: x")
    assert [vector.tolist() for vector in profile.arrays(float)] == [[1.0, 0.0], [1.0]]
    assert profile.policy == {"a": ("x",), "b": ("-",)}
