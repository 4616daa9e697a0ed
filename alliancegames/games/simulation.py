"""Simulated histories of stochastic games."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from alliancegames.games.stationary import StationaryProfile, check_count

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["simulate"]


def simulate(profile: StationaryProfile, periods: int, runs: int = 1, *, rng: Any = None) -> xr.Dataset:
    """Play a stationary profile many times.

    Parameters
    ----------
    profile : StationaryProfile
        What the players do in each state.
    periods, runs : int
        Number of periods of each history, and of histories.
    rng : int or numpy.random.Generator, optional
        Seed or source of randomness; a seed gives the same histories again.

    Returns
    -------
    xarray.Dataset
        ``state`` (run, period) holds positions in ``game.states``; ``payoff`` (run, period, player) the payoffs of each
        period; ``discounted`` (run, player) their discounted sums over the periods played.

    Raises
    ------
    GameDefinitionError
        The counts are not whole numbers of at least 1.

    Examples
    --------
    >>> import alliancegames as ag
    >>> model = ag.models.AccessionWindow(accession_rate="1/10").completed()
    >>> peace = ag.markov_perfect(model.game())[0]
    >>> paths = ag.games.simulate(peace, periods=30, runs=1000, rng=7)
    >>> paths["payoff"].shape, float((paths["state"][:, -1] == 1).mean())
    ((1000, 30, 2), 0.961)
    """
    import xarray as xr

    where = "simulate()"
    check_count(periods, "periods", where)
    check_count(runs, "runs", where)
    generator = np.random.default_rng(rng)
    game = profile.game
    offsets, rewards, moves = game.tables()
    plays = _play_chances(profile)
    first = np.array([float(game.initial.get(state, 0)) for state in game.states])
    state = _drawn(np.broadcast_to(np.cumsum(first), (runs, len(first))), generator)
    states = np.empty((runs, periods), dtype=np.int64)
    payoffs = np.empty((runs, periods, len(game.players)))
    for t in range(periods):
        states[:, t] = state
        rows = offsets[state] + _drawn(plays[state], generator)
        payoffs[:, t] = rewards[rows]
        state = _drawn(np.cumsum(moves[rows], axis=1), generator)
    weights = float(game.delta) ** np.arange(periods)
    return xr.Dataset(
        {
            "state": (("run", "period"), states),
            "payoff": (("run", "period", "player"), payoffs),
            "discounted": (("run", "player"), np.tensordot(weights, payoffs, axes=(0, 1))),
        },
        coords={"player": list(game.players)},
        attrs={"states": list(game.states)},
    )


def _play_chances(profile: StationaryProfile) -> np.ndarray:
    """Return the cumulated probabilities of the action profiles, one row a state, filled up with ones."""
    game = profile.game
    strategies = iter(profile.arrays(float))
    rows = []
    for state in game.states:
        own = [next(strategies) for _ in game.players]
        cells = itertools.product(*(range(len(labels)) for labels in game.actions[state]))
        rows.append(np.cumsum([np.prod([vector[a] for vector, a in zip(own, cell, strict=True)]) for cell in cells]))
    table = np.ones((len(rows), max(map(len, rows))))
    for line, row in zip(table, rows, strict=True):
        line[: len(row)] = row
    return table


def _drawn(cumulated: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draw one column in each row of cumulated probabilities."""
    chance = generator.random(len(cumulated)) * cumulated[:, -1]
    drawn: np.ndarray = (cumulated <= chance[:, None]).sum(axis=1)
    return drawn
