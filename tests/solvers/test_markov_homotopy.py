"""The path of stationary logit equilibria against other methods."""

from fractions import Fraction

import numpy as np
import pytest

import alliancegames as ag
from alliancegames.errors import GameDefinitionError

TWO = [["a", "b"], ["a", "b"]]
CELLS = [(x, y) for x in "ab" for y in "ab"]


def one_state(row, column):
    rewards = {cell: (row["ab".index(cell[0])]["ab".index(cell[1])], column["ab".index(cell[0])]["ab".index(cell[1])]) for cell in CELLS}
    return ag.StochasticGame(["s"], ["R", "C"], {"s": TWO}, {"s": rewards}, {"s": dict.fromkeys(CELLS, "s")}, "1/2")


@pytest.mark.parametrize("seed", range(12))
def test_one_state_is_the_stage_game(seed):
    rng = np.random.default_rng(seed)
    row, column = rng.integers(-5, 6, (2, 2, 2)).tolist()
    found = ag.markov_perfect(one_state(row, column), solver="logit_homotopy")
    stage = ag.NormalFormGame.from_bimatrix(row, column)
    assert found.complete is False
    assert stage.floats().is_nash([list(own) for own in found[0].arrays(float)], tol=1e-9)


def zero_sum(seed):
    """A zero-sum game of two states; payoffs and chances of moving on."""
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-4, 5, (2, 2, 2))
    stay = rng.integers(1, 4, (2, 2, 2))
    states = ["s", "t"]
    rewards = {states[k]: {c: (int(payoffs[k]["ab".index(c[0]), "ab".index(c[1])]),) * 2 for c in CELLS} for k in range(2)}
    rewards = {s: {c: (v[0], -v[1]) for c, v in table.items()} for s, table in rewards.items()}
    moves = {
        states[k]: {
            c: {
                "s": Fraction(int(stay[k]["ab".index(c[0]), "ab".index(c[1])]), 4),
                "t": 1 - Fraction(int(stay[k]["ab".index(c[0]), "ab".index(c[1])]), 4),
            }
            for c in CELLS
        }
        for k in range(2)
    }
    return ag.StochasticGame(states, ["R", "C"], dict.fromkeys(states, TWO), rewards, moves, "4/5"), payoffs, stay / 4


def matrix_value(matrix):
    """Value of a 2×2 zero-sum game, by its formula."""
    low, high = matrix.min(axis=1).max(), matrix.max(axis=0).min()
    if low == high:
        return low
    (a, b), (c, d) = matrix
    return (a * d - b * c) / (a + d - b - c)


@pytest.mark.parametrize("seed", range(8))
def test_zero_sum_values_by_shapleys_iteration(seed):
    game, payoffs, stay = zero_sum(seed)
    values = np.zeros(2)
    for _ in range(250):
        values = np.array([matrix_value(payoffs[k] + 0.8 * (stay[k] * values[0] + (1 - stay[k]) * values[1])) for k in range(2)])
    found = ag.markov_perfect(game, solver="logit_homotopy")[0].values
    assert found["s"]["R"] == pytest.approx(values[0], abs=1e-8)
    assert found["t"]["R"] == pytest.approx(values[1], abs=1e-8)
    assert float(found["s"]["C"]) == pytest.approx(-values[0], abs=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_three_players_nobody_gains_by_one_deviation(seed):
    rng = np.random.default_rng(seed)
    cells = [(x, y, z) for x in "ab" for y in "ab" for z in "ab"]
    states = ["s", "t"]
    rewards = {s: {c: tuple(int(v) for v in rng.integers(-4, 5, 3)) for c in cells} for s in states}
    moves = {s: {c: states[int(rng.integers(2))] for c in cells} for s in states}
    game = ag.StochasticGame(states, ["A", "B", "C"], dict.fromkeys(states, [["a", "b"]] * 3), rewards, moves, "3/4")
    found = ag.markov_perfect(game, solver="logit_homotopy")
    assert found.provenance.max_regret <= 1e-9
    assert max(float(gain) for gain in found[0].regret.values()) <= 1e-8
    assert found.provenance.certificate["proved_to_exist"]


def test_simulated_shares_meet_the_exact_distribution():
    model = ag.models.AccessionWindow(accession_rate="1/10").completed()
    profile = next(item for item in ag.markov_perfect(model.game()) if item["window"][0] == "accept")
    paths = ag.games.simulate(profile, periods=12, runs=20_000, rng=3)
    share = [(paths["state"] == k).mean("run").values for k in range(3)]
    expected = np.array(profile.distribution(12), dtype=float)
    assert np.abs(np.array(share).T - expected[:12]).max() < 0.015
    again = ag.games.simulate(profile, periods=12, runs=20_000, rng=3)
    assert paths.equals(again)
    long = ag.games.simulate(profile, periods=200, runs=4000, rng=1)
    assert float(long["discounted"].sel(player="Rival").mean()) == pytest.approx(float(profile.payoffs["Rival"]), rel=0.01)


@pytest.mark.parametrize("bad", [{"periods": 0}, {"periods": 3, "runs": 0}, {"periods": 2.5}])
def test_bad_counts(bad):
    profile = ag.markov_perfect(ag.models.AccessionWindow().completed().game())[0]
    with pytest.raises(GameDefinitionError):
        ag.games.simulate(profile, **bad)
