"""Markov perfect equilibria against independent value iteration and one-shot deviations."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy

import alliancegames as ag
from alliancegames.errors import GameDefinitionError, IncompleteSearchWarning, SolverNotApplicableError, UnknownLabelError
from alliancegames.solvers.markov import PolicySearch

ACTIONS = ("a", "b")


def random_parts(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rewards [state, row, column, player] and the chance of moving to the second state."""
    rng = np.random.default_rng(seed)
    return rng.integers(-4, 5, size=(2, 2, 2, 2)), rng.integers(0, 5, size=(2, 2, 2))


def build(rewards: np.ndarray, quarters: np.ndarray, delta, number=Fraction) -> ag.StochasticGame:
    states = ["s", "t"]
    cells = list(itertools.product(range(2), repeat=2))
    return ag.StochasticGame(
        states,
        ["A", "B"],
        {state: [ACTIONS, ACTIONS] for state in states},
        {
            state: {(ACTIONS[i], ACTIONS[j]): tuple(number(int(r)) for r in rewards[k, i, j]) for i, j in cells}
            for k, state in enumerate(states)
        },
        {
            state: {
                (ACTIONS[i], ACTIONS[j]): {
                    "s": number(1) - number(Fraction(int(quarters[k, i, j]), 4)),
                    "t": number(Fraction(int(quarters[k, i, j]), 4)),
                }
                for i, j in cells
            }
            for k, state in enumerate(states)
        },
        delta,
    )


def stable_policies(rewards: np.ndarray, quarters: np.ndarray, delta: float) -> set:
    """Return all pure stationary profiles against which nobody gains: by value iteration on each player's best reply."""
    found = set()
    for choice in itertools.product(itertools.product(range(2), repeat=2), repeat=2):  # choice[state][player]
        gains = []
        for player in range(2):
            own, best = np.zeros(2), np.zeros(2)
            for _ in range(300):
                own = np.array([total(rewards, quarters, delta, k, choice[k], player, own) for k in range(2)])
                best = np.array(
                    [
                        max(total(rewards, quarters, delta, k, with_action(choice[k], player, action), player, best) for action in range(2))
                        for k in range(2)
                    ]
                )
            gains.append((best - own).max())
        if max(gains) < 1e-9:
            found.add(tuple(tuple(ACTIONS[i] for i in cell) for cell in choice))
    return found


def total(rewards, quarters, delta, state, cell, player, values) -> float:
    move = quarters[(state, *cell)] / 4
    return rewards[(state, *cell, player)] + delta * ((1 - move) * values[0] + move * values[1])


def with_action(cell: tuple[int, int], player: int, action: int) -> tuple[int, int]:
    return (action, cell[1]) if player == 0 else (cell[0], action)


@pytest.mark.parametrize("seed", range(12))
def test_against_value_iteration(seed):
    rewards, quarters = random_parts(seed)
    expected = stable_policies(rewards, quarters, 0.75)
    for game in (build(rewards, quarters, "3/4"), build(rewards, quarters, 0.75, float)):
        found = ag.markov_perfect(game)
        assert {(item["s"], item["t"]) for item in found} == expected
        assert len(found) == len(expected)
        assert (found.complete, found.exact) == (True, game.field == "exact")
        assert found.status == ("complete" if expected else "none")
        assert found.provenance.max_regret <= (0 if found.exact else 1e-12)


def test_a_game_of_one_state_is_the_stage_game_when_nobody_looks_ahead():
    rewards, quarters = random_parts(3)
    for k, state in enumerate("st"):
        stage = ag.NormalFormGame.from_arrays(*np.moveaxis(rewards[k], -1, 0), actions=[ACTIONS] * 2)
        pure = {profile.actions for profile in ag.pure_nash(stage)}
        assert {item[state] for item in ag.markov_perfect(build(rewards, quarters, 0))} <= pure


def test_a_knife_edge_lists_both():
    # Keeping yields 2 / (1 - 1/2) = 4, breaking 3 + 1/2 * 2 = 4.
    def pact(delta) -> set:
        game = ag.StochasticGame(
            ["on", "off"],
            ["A"],
            {"on": [["keep", "break"]]},
            {"on": {("keep",): (2,), ("break",): (3,)}, "off": (1,)},
            {"on": {("keep",): "on", ("break",): "off"}},
            delta,
        )
        return {item["on"] for item in ag.markov_perfect(game)}

    assert pact("1/2") == {("keep",), ("break",)}
    assert pact(Fraction(1, 2) + Fraction(1, 10**40)) == {("keep",)}
    assert pact(Fraction(1, 2) - Fraction(1, 10**40)) == {("break",)}


def test_bad_input():
    with pytest.raises(GameDefinitionError, match=r"markov_perfect\(\): expected a StochasticGame, got NormalFormGame"):
        ag.markov_perfect(ag.games.chicken())
    game = build(*random_parts(0), "1/2")
    with pytest.raises(UnknownLabelError, match="unknown solver 'policy'"):
        ag.markov_perfect(game, solver="policy")
    with pytest.raises(TypeError, match="unexpected keyword"):
        ag.markov_perfect(game, rng=1)
    with pytest.raises(SolverNotApplicableError, match="the game contains symbols; give numbers to every parameter"):
        ag.markov_perfect(build(*random_parts(0), sympy.Symbol("delta")))


def test_too_many_profiles():
    states = [f"s{k}" for k in range(21)]
    cells = {("x",): (0,), ("y",): (0,)}
    moves = {("x",): "s0", ("y",): "s0"}
    game = ag.StochasticGame(
        states, ["A"], {state: [["x", "y"]] for state in states}, dict.fromkeys(states, cells), dict.fromkeys(states, moves), 0
    )
    with pytest.raises(SolverNotApplicableError, match="this game has 2097152, more than 1000000"):
        ag.markov_perfect(game, solver="policy_enumeration")
    with pytest.warns(IncompleteSearchWarning, match="search ended before"):
        found = ag.markov_perfect(game, solver=PolicySearch(limit=30))
    assert found.complete is None
