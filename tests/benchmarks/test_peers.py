"""Time against peers in the same run: ``python -m pytest tests/benchmarks --benchmark-enable --benchmark-group-by=group``.

In the ordinary test run each is executed once, so that it cannot rot. No time is asserted. The peers do
not all give the same: Nashpy's and QuantEcon's lists may be partial, in floats.
"""

import nashpy
import numpy as np
import pytest

import alliancegames as ag

gambit = pytest.importorskip("pygambit", reason="peer for comparison")
quantecon = pytest.importorskip("quantecon.game_theory", reason="peer for comparison")

SIZES = (2, 3, 4)


def matrices(size):
    rng = np.random.default_rng(size)
    return rng.integers(-99, 100, size=(2, size, size))


@pytest.mark.parametrize("size", SIZES)
def test_alliancegames_exact(benchmark, size):
    benchmark.group = f"{size}x{size}"
    game = ag.NormalFormGame.from_bimatrix(*matrices(size))
    assert len(benchmark(ag.nash, game)) % 2 == 1


@pytest.mark.parametrize("size", SIZES)
def test_pygambit_exact(benchmark, size):
    benchmark.group = f"{size}x{size}"
    row, column = (np.vectorize(gambit.Rational, otypes=[object])(matrix) for matrix in matrices(size))
    game = gambit.Game.from_arrays(row, column)
    assert len(benchmark(gambit.nash.enummixed_solve, game, rational=True).equilibria) % 2 == 1


@pytest.mark.parametrize("size", SIZES)
def test_nashpy_supports(benchmark, size):
    benchmark.group = f"{size}x{size}"
    game = nashpy.Game(*matrices(size))
    assert benchmark(lambda: list(game.support_enumeration()))


@pytest.mark.parametrize("size", SIZES)
def test_quantecon_supports(benchmark, size):
    benchmark.group = f"{size}x{size}"
    row, column = matrices(size).astype(float)
    game = quantecon.NormalFormGame((quantecon.Player(row), quantecon.Player(np.ascontiguousarray(column.T))))
    assert benchmark(quantecon.support_enumeration, game)


@pytest.mark.parametrize("size", [8, 10])
def test_alliancegames_larger(benchmark, size):
    benchmark.group = f"{size}x{size}"
    game = ag.NormalFormGame.from_bimatrix(*matrices(size).astype(float))
    assert len(benchmark(ag.nash, game)) >= 1


@pytest.mark.parametrize("size", [8, 10])
def test_quantecon_vertices(benchmark, size):
    benchmark.group = f"{size}x{size}"
    row, column = matrices(size).astype(float)
    game = quantecon.NormalFormGame((quantecon.Player(row), quantecon.Player(np.ascontiguousarray(column.T))))
    assert len(benchmark(quantecon.vertex_enumeration, game)) >= 1


def test_sweep_of_ten_thousand_games(benchmark):
    axis = np.linspace(0.001, 0.999, 100)
    model = ag.models.AllianceDilemma()
    ds = benchmark(ag.sweep, model, {"cohesion": axis, "loss_abandon": axis})
    assert ds["n_equilibria"].shape == (100, 100)
